"""How Wijkradar tells about fetching: what will happen, how far it is, what came and what did not.

Pure functions from what `data.fetching` and `data.fetch_report` know to plain Dutch text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from data import gemeenten, projection
from data.fetch_report import STATE_LABELS, FetchReport, Kind, Outcome, State
from data.gemeenten import Gemeente
from data.importing import Imported
from data.publication import Outlook
from data.recognition import Recognised, Recognition
from ui.wording import capital, count, in_sentence, join_names, join_years, number

#: A server often runs on another clock than its users.
_NETHERLANDS: Final = ZoneInfo("Europe/Amsterdam")
_MONTHS: Final = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
#: What the states mean, for below the table that uses the words.
STATES_EXPLAINED: Final = (
    "Nieuw: deze cijfers kwamen binnen en zijn opgeslagen.",
    "Ongewijzigd: CBS heeft sinds de vorige keer niets veranderd.",
    "Tegengehouden: er kwam minder binnen dan er al was. De oude cijfers bleven staan.",
    "Mislukt: CBS of PDOK gaf geen bruikbaar antwoord. Wat er al stond, bleef staan.",
    "Is er niet: deze tabel of deze grenzen bestaan (nog) niet, of de gemeente bestond toen niet.",
    "Gestopt: dit jaar was nog niet aan de beurt toen het ophalen stopte.",
)
#: The two services of CBS, told once where their names stand.
SERVICES_EXPLAINED: Final = (
    "CBS geeft dezelfde cijfers via twee diensten: v3 en de nieuwere v4. Wijkradar vraagt eerst v3, en v4 als daar iets "
    "niet lukt of ontbreekt. PDOK is de dienst voor kaarten van de overheid; daar komen de grenzen vandaan."
)
#: For an error that nobody foresaw; what it was stands in the log of the server.
UNEXPECTED: Final = (
    "Het ophalen stopte door een fout in Wijkradar zelf. Wat al binnen was, is bewaard. Probeer het opnieuw; gebeurt het "
    "weer, meld het dan aan uw beheerder. De oorzaak staat in het logboek van de server."
)
#: For whoever pressed the button while a colleague had just done so.
NOT_STARTED: Final = (
    "Er werd al opgehaald, bijvoorbeeld door een collega. Wat u vroeg, is niet begonnen. Wacht tot dit klaar is en probeer "
    "het dan opnieuw."
)
_LEVELS: Final = {"wijk": "wijken", "buurt": "buurten", "gemeente": "gemeenten"}


# When, and how long --------------------------------------------------------------------------------


def day(moment: str) -> str:
    """Write the day of a moment (ISO 8601) in full: "22 november 2026"; as the clock says in the Netherlands."""
    local = datetime.fromisoformat(moment).astimezone(_NETHERLANDS)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def short_day(moment: str) -> str:
    """Write the day of a moment (ISO 8601) for a table: "22-11-2026"; as the clock says in the Netherlands.

    A moment without a time zone, as CBS writes it, is taken to be one of the Netherlands. What is no moment stays as it is.
    """
    try:
        told = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    local = told if told.tzinfo is None else told.astimezone(_NETHERLANDS)
    return f"{local.day}-{local.month}-{local.year}"


def moment(at: str) -> str:
    """Write a moment (ISO 8601) in full: "22 november 2026 om 14.05 uur"; Dutch clock."""
    local = datetime.fromisoformat(at).astimezone(_NETHERLANDS)
    return f"{day(at)} om {local.hour}.{local.minute:02} uur"


def time_left(seconds: float | None) -> str:
    """Say how long it still takes, no more exact than an estimate is; empty when nobody knows yet.

    Examples
    --------
    >>> time_left(18)
    'nog ongeveer 20 seconden'
    """
    if seconds is None:
        return ""
    if seconds < 5:
        return "nog een paar seconden"
    if seconds < 55:
        return f"nog ongeveer {5 * ceil(seconds / 5)} seconden"
    minutes = max(round(seconds / 60), 1)
    return f"nog ongeveer {'een minuut' if minutes == 1 else f'{minutes} minuten'}"


def duration(seconds: float) -> str:
    """Write how long something took: "34 seconden", "ongeveer 3 minuten"."""
    if seconds < 90:
        return count(max(round(seconds), 1), "seconde", "seconden")
    return f"ongeveer {round(seconds / 60)} minuten"


def step_line(name: str, done: int, steps: int) -> str:
    """Say in one short line how far a run is, for the top of every page."""
    return f"{name} wordt opgehaald: stap {min(done + 1, steps)} van {steps}."


# What is there, and what will happen ---------------------------------------------------------------


def label_of(gemeente: Gemeente) -> str:
    """Return name, everyday name and code as they stand in the list: "'s-Gravenhage, Den Haag (GM0518)"."""
    names = ", ".join(name for name in (gemeente.name, gemeente.also) if name)
    return f"{names} ({gemeente.code})"


def present_sentence(names: Sequence[str], last: str) -> str:
    """Say which gemeenten are in the store and since when.

    Parameters
    ----------
    names : sequence of str
        Real gemeenten; the sample does not count.
    last : str
        When figures last came in (ISO 8601); empty when there are none.
    """
    if not names:
        return (
            "Er zijn nog geen cijfers van een echte gemeente. Kies hieronder uw gemeente; Wijkradar haalt dan haar cijfers "
            "op bij CBS en haar grenzen bij PDOK."
        )
    what = join_names(names, limit=5) if len(names) > 1 else names[0]
    return f"Wijkradar heeft de cijfers van {what}. De laatste kwamen binnen op {day(last)}."


def attention_sentence(report: FetchReport | None, others: Sequence[str] = ()) -> str:
    """Say what of the last run still asks for something, or that nothing does; empty without a run.

    Parameters
    ----------
    report : FetchReport or None
    others : sequence of str
        Names of other gemeenten of which something asks for attention.
    """
    if report is None:
        return ""
    told = []
    if held := report.having(State.HELD):
        told.append(f"{_of_years(held)} {_is(held)} tegengehouden en {_waits(held)} op uw keuze")
    if missed := report.having(State.FAILED, State.STOPPED, kind=Kind.TABLE):
        told.append(f"{_of_years(missed)} {'kon' if len(missed) == 1 else 'konden'} niet worden bijgewerkt")
    if report.having(State.FAILED, State.STOPPED, kind=Kind.BORDERS):
        told.append("er ontbreken grenzen voor de kaart")
    if report.having(State.FAILED, State.STOPPED, kind=Kind.PROJECTION):
        told.append(f"de {projection.NAME} kon niet worden opgehaald")
    if not told:
        return f"Bij {report.name} vraagt niets uw aandacht."
    also = f" Ook bij {join_names(others, limit=5)} vraagt iets uw aandacht." if others else ""
    return f"Bij {report.name} vraagt iets uw aandacht: {join_names(told)}.{also}"


def gone_sentence(years: Sequence[int]) -> str:
    """Say that figures which came in once were taken back after that."""
    return f"Daarna is er iets ongedaan gemaakt: de cijfers van {join_years(years)} staan er niet meer."


def _of_years(outcomes: Sequence[Outcome]) -> str:
    return join_years(sorted({outcome.year for outcome in outcomes}))


def _is(outcomes: Sequence[Outcome]) -> str:
    return "is" if len(outcomes) == 1 else "zijn"


def _waits(outcomes: Sequence[Outcome]) -> str:
    return "wacht" if len(outcomes) == 1 else "wachten"


def plan_sentences(gemeente: Gemeente, years: Collection[int], former: FetchReport | None) -> list[str]:
    """Say what fetching a gemeente will ask, how long it takes, and which land of before comes along.

    Parameters
    ----------
    gemeente : Gemeente
    years : collection of int
        Table years.
    former : FetchReport or None
        The last run for this gemeente: how long it took is the best estimate there is.
    """
    tables = count(len(years), "tabel", "tabellen")
    years_told = str(min(years)) if len(years) == 1 else f"{min(years)} tot en met {max(years)}"
    told = [
        f"Wijkradar vraagt CBS om {tables} ({years_told}) met de cijfers van {gemeente.name}, haar wijken en buurten, en "
        f"van Nederland, en om de {projection.NAME}. Daarna vraagt het PDOK om de grenzen voor de kaart."
    ]
    if former and former.complete and not former.stopped and former.touched >= len(years):
        told.append(
            f"De vorige keer, op {day(former.finished)}, duurde dat {duration(former.seconds)}. "
            "Alleen wat veranderd is, wordt opnieuw opgehaald."
        )
    else:
        told.append(
            "Dat duurt meestal een halve minuut tot een paar minuten. U kunt intussen verder kijken op andere pagina's."
        )
    return told + merger_sentences(gemeente.code, years)


def merger_sentences(code: str, years: Collection[int]) -> list[str]:
    """Say which gemeenten of before come along, and which parts of the land do not.

    Parameters
    ----------
    code : str
        Code of a present gemeente.
    years : collection of int
        Table years that are asked for.
    """
    came_along = {member for year in years for member in gemeenten.codes_in(code, year)} - {code}
    # By when they ended, not by the last year that is asked for: "bestaat sinds" must be true of any choice.
    by_last_year: dict[int, list[str]] = {}
    for member in came_along:
        former = gemeenten.known()[member]
        by_last_year.setdefault(former.valid_to or max(years), []).append(former.name)
    told = [_along_sentence(code, last, sorted(names)) for last, names in sorted(by_last_year.items())[::-1]]
    return told + _left_out_sentences(code, years)


def _along_sentence(code: str, last: int, names: Sequence[str]) -> str:
    gemeente = gemeenten.known()[code]
    coming = f"komen de wijken van {join_names(names)} mee"
    if gemeente.exists_in(last):
        belong = "hoort" if len(names) == 1 else "horen"
        return f"Bij {gemeente.name} {belong} sinds {last + 1} ook {join_names(names)}. Van de jaren ervoor {coming}."
    if gemeente.exists_in(last + 1):
        return f"{gemeente.name} bestaat in de cijfers sinds {last + 1}. Van de jaren ervoor {coming}."
    return f"Van de jaren tot en met {last} {coming}."


def _left_out_sentences(code: str, years: Collection[int]) -> list[str]:
    divided = {gemeente.code: gemeente for year in sorted(years) for gemeente in gemeenten.partly(code, year)}
    told = []
    for former in divided.values():
        into = [gemeente.name for gemeente in gemeenten.went_into(former.code)]
        told.append(
            f"De wijken van {former.name} staan er tot en met {former.valid_to or max(years)} niet bij, want die gemeente "
            f"is verdeeld over {join_names(into)}."
        )
    return told


# What happened -------------------------------------------------------------------------------------


def state_label(state: State) -> str:
    """Return the word for what became of one year."""
    return STATE_LABELS[state]


def service_label(service: str) -> str:
    """Return a text with the services of CBS named as on the screen: "OData v3" is "CBS v3"."""
    return re.sub(r"\bOData v(\d)", r"CBS v\1", service)


def fresh(report: FetchReport) -> list[Outcome]:
    """Return what the last run itself did; the report also holds what earlier runs said of other years."""
    return list(report.fresh)


def nothing_came(report: FetchReport) -> bool:
    """Tell whether the last run failed altogether."""
    states = {outcome.state for outcome in fresh(report) if outcome.kind == Kind.TABLE}
    return states == {State.FAILED}


def closing_title(report: FetchReport) -> str:
    """Say in a few words how a run ended."""
    left_undone = any(outcome.state == State.STOPPED for outcome in fresh(report))
    ended = "gestopt" if left_undone else "niet gelukt" if nothing_came(report) else "klaar"
    return f"Het ophalen van {report.name} is {ended}"


def report_sentences(report: FetchReport) -> list[str]:
    """Tell in a few sentences what the last run for a gemeente brought, and what has to be done."""
    tables = [outcome for outcome in fresh(report) if outcome.kind == Kind.TABLE]
    by_state = {state: [o.year for o in tables if o.state == state] for state in State}
    start = f"{report.name}, opgehaald op {moment(report.finished)}"
    if nothing_came(report) and (reason := _shared_reason(by_state[State.FAILED], tables)):
        return [
            f"{start}: er kwam niets binnen ({reason}).",
            "Er is niets veranderd: wat er stond, staat er nog. Probeer het later opnieuw, of lees hieronder bestanden in. "
            "Blijft dit zo, vraag dan uw beheerder of deze computer bij CBS en PDOK mag komen.",
        ]
    told = [f"{start}: {_came(by_state)}."]
    if held := by_state[State.HELD]:
        told.append(
            f"Van {join_years(held)} kwam er minder binnen dan er al was. Daarom is dat tegengehouden en staan de oude "
            "cijfers er nog."
        )
    if failed := by_state[State.FAILED]:
        reason = _shared_reason(failed, tables)
        why = f" ({reason})" if reason else ""
        those = "dat jaar" if len(failed) == 1 else "die jaren"
        told.append(
            f"Van {join_years(failed)} lukte het niet{why}. Wat er van {those} al stond, staat er nog."
        )
    if stopped := by_state[State.STOPPED]:
        came = "kwam" if len(stopped) == 1 else "kwamen"
        told.append(f"Het ophalen is gestopt. Niet aan de beurt {came} {join_years(stopped)}.")
    return told + _projection_sentences(fresh(report)) + _borders_sentences(fresh(report))


def _projection_sentences(outcomes: Sequence[Outcome]) -> list[str]:
    """Say what became of the official projection; nothing where there was nothing new, or CBS never had it."""
    told = []
    for outcome in outcomes:
        if outcome.kind != Kind.PROJECTION:
            continue
        if outcome.state == State.TAKEN:
            told.append(
                f"Ook binnen: de {projection.NAME} voor de gemeente als geheel, over {outcome.filled} jaren."
            )
        elif outcome.state == State.FAILED:
            why = f" ({service_label(outcome.reason)})" if outcome.reason else ""
            told.append(
                f"De {projection.NAME} kwam niet binnen{why}. Dat verandert niets aan de cijfers; wat er stond, staat er nog."
            )
        elif outcome.state == State.ABSENT and outcome.reason:
            told.append(f"De {projection.NAME} is er niet bij. {capital(outcome.reason)}.")
    return told


def projection_sentence(report: FetchReport) -> str:
    """Say in one line how it stands with the official projection; empty where it was never asked for."""
    for outcome in report.having(*State, kind=Kind.PROJECTION):
        note = outcome_note(outcome)
        label = state_label(outcome.state)
        return f"De {projection.NAME} (tabel {outcome.id}): {label}{f'. {note}' if note else ''}.".replace(
            "..", "."
        )
    return ""


def _came(by_state: Mapping[State, Sequence[int]]) -> str:
    new, same = len(by_state[State.TAKEN]), len(by_state[State.UNCHANGED])
    if not new and not same:
        absent = by_state[State.ABSENT]
        if absent and not any(years for state, years in by_state.items() if state != State.ABSENT):
            table = "deze tabel" if len(absent) == 1 else "deze tabellen"
            return f"er kwam niets nieuws binnen, want CBS heeft {table} nog niet"
        return "er kwam niets nieuws binnen"
    if not new:
        return f"de cijfers van {count(same, 'jaar', 'jaren')} waren al bijgewerkt"
    told = f"de cijfers van {count(new, 'jaar', 'jaren')} kwamen binnen"
    return f"{told}, die van {count(same, 'jaar', 'jaren')} waren al bijgewerkt" if same else told


def _shared_reason(failed: Sequence[int], tables: Sequence[Outcome]) -> str:
    """Return why these years failed, where that is the same for all of them."""
    reasons = {outcome.reason for outcome in tables if outcome.year in failed}
    return service_label(reasons.pop()) if len(reasons) == 1 else ""


def _borders_sentences(outcomes: Sequence[Outcome]) -> list[str]:
    told = []
    borders = [outcome for outcome in outcomes if outcome.kind == Kind.BORDERS]
    drawn = [outcome for outcome in borders if outcome.state == State.TAKEN]
    if drawn:
        told.append(
            "Nieuwe grenzen voor de kaart: "
            + join_names([f"{_LEVELS[level]} van {join_years(years)}" for level, years in _by_level(drawn)])
            + "."
        )
    missed = [outcome for outcome in borders if outcome.asks_for_action]
    if missed:
        told.append(
            "Nog niet binnen zijn de grenzen van "
            + join_names([f"{_LEVELS[level]} van {join_years(years)}" for level, years in _by_level(missed)])
            + "."
        )
    return told


def _by_level(outcomes: Sequence[Outcome]) -> list[tuple[str, list[int]]]:
    levels = [level for level in _LEVELS if any(o.id == level for o in outcomes)]
    return [(level, [o.year for o in outcomes if o.id == level]) for level in levels]


def outcome_note(outcome: Outcome, *, earlier: bool = False) -> str:
    """Return what there is to say about one year behind its state; empty where the state says it all.

    Parameters
    ----------
    outcome : Outcome
    earlier : bool
        The last run did not ask for this year; the note then says when it was asked for.
    """
    told = [f"gevraagd op {day(outcome.at)}"] if earlier and outcome.at else []
    if outcome.state == State.HELD:
        told = [*_less(outcome), *told]
    elif outcome.reason:
        detour = outcome.state in (State.TAKEN, State.UNCHANGED)
        told.insert(0, ("via de tweede dienst: " if detour else "") + service_label(outcome.reason))
    return capital("; ".join(told))


def _less(outcome: Outcome) -> list[str]:
    told = []
    if outcome.lost_regions:
        verb = "ontbreekt" if outcome.lost_regions == 1 else "ontbreken"
        told.append(f"{number(outcome.lost_regions)} van de {number(outcome.stored_regions)} gebieden {verb}")
    if outcome.emptied:
        told.append(f"geen cijfers meer over: {join_names(outcome.emptied, limit=4)}")
    return told


def held_sentence(outcome: Outcome) -> str:
    """Say what a delivery that was held back has less, and that the old figures stay."""
    return (
        f"{outcome.year} (tabel {outcome.id}): {'; '.join(_less(outcome))}. "
        "De oude cijfers blijven staan tot u anders kiest."
    )


def accept_warning(outcome: Outcome) -> str:
    """Say what is lost when a delivery that was held back is taken over after all."""
    return (
        f"Wijkradar haalt {outcome.year} dan opnieuw op en vervangt de cijfers van dat jaar door wat CBS nu geeft. "
        "Wat daarin ontbreekt, bent u kwijt. Doe dit alleen als CBS het echt zo heeft bedoeld. Ongedaan maken kan daarna nog."
    )


def detour_sentence(report: FetchReport) -> str:
    """Say which years came by the second service of CBS; empty when none did."""
    years = [
        o.year for o in report.having(State.TAKEN, State.UNCHANGED, kind=Kind.TABLE) if "v4" in o.service
    ]
    if not years:
        return ""
    return f"De cijfers van {join_years(years)} kwamen via de tweede dienst van CBS (v4). Het zijn dezelfde cijfers."


def unknown_sentence(report: FetchReport) -> str:
    """Say which columns CBS added that Wijkradar does not know; empty when there are none."""
    columns: dict[str, list[int]] = {}
    for outcome in report.having(State.TAKEN, State.UNCHANGED, kind=Kind.TABLE):
        for column in outcome.unknown:
            columns.setdefault(_readable(column), []).append(outcome.year)
    if not columns:
        return ""
    told = [f"{column} ({join_years(years)})" for column, years in columns.items()]
    return (
        f"CBS heeft nieuwe kolommen die Wijkradar nog niet kent: {join_names(told, limit=5)}. De andere cijfers kloppen "
        "gewoon; een nieuwe versie van Wijkradar kan deze kolommen leren kennen."
    )


def _readable(column: str) -> str:
    """Return the key of a column without its place in the table: ``Nieuw_12`` becomes ``Nieuw``."""
    return re.sub(r"_\d+$", "", column)


def effort_sentence(report: FetchReport) -> str:
    """Say how long a run took and how often each service was asked."""
    asked = [
        f"{service_label(service)} {count(n, 'keer', 'keer')}" for service, n in report.requests.items() if n
    ]
    services = f" Gevraagd: {join_names(asked)}." if asked else ""
    return f"Het ophalen duurde {duration(report.seconds)}.{services}"


# Files ---------------------------------------------------------------------------------------------


def recognised_sentence(recognition: Recognition) -> str:
    """Say in one sentence how much of the files can be read; nothing is stored yet."""
    usable = len(recognition.usable)
    others = len(recognition.entries) - usable
    if not usable:
        where = "dit bestand" if len(recognition.entries) == 1 else "deze bestanden"
        return f"In {where} staat niets wat Wijkradar kan inlezen. Er is niets opgeslagen."
    told = f"Dit staat erin. {capital(count(usable, 'onderdeel kan worden ingelezen', 'onderdelen kunnen worden ingelezen'))}"
    if others:
        told += f", {count(others, 'onderdeel', 'onderdelen')} niet"
    return f"{told}. Er is nog niets opgeslagen."


def recognised_row(entry: Recognised) -> dict[str, str]:
    """Return what is in one file, as cells for a table."""
    names = [
        gemeenten.known()[code].name if code in gemeenten.known() else name
        for code, name in entry.gemeenten.items()
    ]
    return {
        "Bestand": entry.path.name,
        "Soort": str(entry.kind),
        "Jaar": f"{entry.years[0]} tot en met {entry.years[-1]}"
        if entry.projection is not None
        else join_years(entry.years),
        "Gemeente": join_names(sorted(names), limit=2),
        "Onderwerpen": number(len(entry.found)) if entry.table is not None else "",
    }


def remarks(entry: Recognised) -> list[str]:
    """Say what a user should know of a file before it is stored; nothing where all is plain."""
    name = entry.path.name
    told = []
    if entry.missing:
        told.append(
            f"{name}: {count(len(entry.missing), 'onderwerp van dit jaar staat', 'onderwerpen van dit jaar staan')} er niet "
            f"in, zoals {join_names(entry.missing, limit=4)}. Wat daarvan al was opgeslagen, blijft staan."
        )
    if entry.unknown:
        told.append(
            f"{name}: {count(len(entry.unknown), 'kolom kent', 'kolommen kent')} Wijkradar niet: "
            f"{join_names(entry.unknown, limit=4)}."
        )
    return told + [f"{name}: {warning}" for warning in entry.warnings]


def stored_sentences(stored: Imported) -> list[str]:
    """Say what was stored out of files."""
    told = []
    if stored.tables:
        names = sorted({name for record in stored.tables for name in record.gemeenten.values()})
        years = sorted({record.year for record in stored.tables})
        told.append(f"Opgeslagen: cijfers over {join_years(years)}, voor {join_names(names, limit=3)}.")
    if stored.borders:
        levels: dict[str, list[int]] = {record.level: [] for record in stored.borders}
        for record in stored.borders:
            levels[record.level].append(record.year)
        what = [f"{_LEVELS[level]} ({join_years(years)})" for level, years in levels.items()]
        told.append(f"Opgeslagen: grenzen van {join_names(what)}.")
    kept = sum(record.kept for record in stored.tables)
    if kept:
        told.append(
            f"{capital(count(kept, 'eerder cijfer bleef', 'eerdere cijfers bleven'))} staan, want die ontbraken in het bestand."
        )
    if stored.projections:
        told.append(f"Opgeslagen: de {projection.NAME}, voor {join_names(stored.projections, limit=3)}.")
    return told


# What is still to come -----------------------------------------------------------------------------


def month(day_of_month: date) -> str:
    """Write a month: "mei 2027"."""
    return f"{_MONTHS[day_of_month.month - 1]} {day_of_month.year}"


def outlook_sentence(outlook: pd.DataFrame, regions: str) -> str:
    """Say how many figures are still to come, which is first, and how many are late.

    Parameters
    ----------
    outlook : DataFrame
        Of `data.publication.to_come`.
    regions : str
        Plural of the level: "wijken".
    """
    late = outlook[outlook["status"] == Outlook.LATE.value]
    fetchable = outlook[outlook["status"] == Outlook.TO_FETCH.value]
    expected = outlook[outlook["status"] == Outlook.EXPECTED.value]
    told = []
    if len(expected):
        first = expected.iloc[0]
        others = int((expected["expected"] == first["expected"]).sum()) - 1
        along = f" en {count(others, 'ander cijfer', 'andere cijfers')}" if others else ""
        told.append(
            f"CBS brengt elk jaar nieuwe cijfers over {regions} uit. Het eerst verwacht, rond "
            f"{month(first['expected'])}: {in_sentence(first['title'])} over {first['next_year']}{along}."
        )
    if len(fetchable):
        told.append(
            f"{capital(count(len(fetchable), 'cijfer is', 'cijfers zijn'))} er bij CBS waarschijnlijk al; haal de gegevens "
            "opnieuw op."
        )
    if len(late):
        told.append(f"{capital(count(len(late), 'cijfer is', 'cijfers zijn'))} later dan gewoonlijk.")
    return " ".join(told) or f"Er worden geen nieuwe cijfers over {regions} verwacht."


_OUTLOOKS: Final = {
    Outlook.EXPECTED.value: "verwacht",
    Outlook.TO_FETCH.value: "op te halen",
    Outlook.LATE.value: "later dan gewoonlijk",
    Outlook.ENDED.value: "gestopt",
}


def outlook_table(outlook: pd.DataFrame) -> pd.DataFrame:
    """Return what is still to come as text, one row per figure, in the order given."""
    rows = outlook.to_dict("records")
    return pd.DataFrame(
        {
            "Cijfer": [row["title"] for row in rows],
            "Laatste jaar": ["geen" if pd.isna(row["last_year"]) else str(row["last_year"]) for row in rows],
            "Voorlopig": [join_years(row["provisional"]) if row["provisional"] else "" for row in rows],
            "Volgende jaar": [str(row["next_year"]) for row in rows],
            "Gewoonlijk uit": [month(row["expected"]) for row in rows],
            "Stand": [_OUTLOOKS[row["status"]] for row in rows],
        },
        dtype="str",
    )


# Going back ----------------------------------------------------------------------------------------


def undo_sentence(what: str, at: str) -> str:
    """Say what would be taken back."""
    return (
        f"Het laatste wat hier veranderde, is {what}, op {moment(at)}. U kunt dat terugdraaien; alles staat dan weer zoals "
        "het ervoor was."
    )
