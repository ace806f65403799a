"""How a concern is told: its fields and values in words, what happened to it, and what waits.

Pure functions that return plain text. A missing value is "niet ingevuld", never 0 or today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from register.concerns import CHANNELS, OPEN, SERIOUSNESS, STATUSES
from register.themes import DEFAULT
from ui.fetch_wording import moment
from ui.wording import capital, count, in_sentence, join_names, number

Record = Mapping[str, Any]
NOT_FILLED: Final = "niet ingevuld"
#: In the address: the view that is open; and of the list which concern is open, and what was chosen.
VIEW, NUMBER, FILTER = "deel", "nr", "filter"
#: How the fields are called on every screen of concerns.
FIELDS: Final = {
    "theme": "Thema",
    "text": "Wat is er gehoord?",
    "wijk": "Wijk",
    "buurt": "Buurt",
    "place": "Plek",
    "heard": "Gehoord op",
    "channel": "Hoe kwam het binnen?",
    "seriousness": "Hoe ernstig?",
    "people": "Hoeveel mensen noemden dit?",
    "owner": "Wie pakt dit op?",
    "due": "Uiterlijk op",
    "status": "Status",
    "done": "Wat is er gedaan?",
    "feedback": "Wat is aan bewoners verteld?",
    "feedback_on": "Terugkoppeling gegeven op",
}
#: The same fields in the middle of a sentence.
SHORT: Final = {
    "text": "de tekst",
    "done": "wat er is gedaan",
    "feedback": "de terugkoppeling",
    "feedback_on": "de dag van de terugkoppeling",
    "heard": "de dag waarop dit is gehoord",
    "theme": "het thema",
    "wijk": "de wijk",
    "buurt": "de buurt",
    "borders_year": "het jaar van de grenzen",
    "x": "de plek",
    "y": "de plek",
    "channel": "het kanaal",
    "seriousness": "de ernst",
    "people": "het aantal mensen",
    "owner": "wie dit oppakt",
    "due": "de uiterste dag",
    "status": "de status",
    "harmless": "wat onschuldig is",
    "source": "de bron",
    "source_key": "het nummer bij de bron",
}
#: Fields whose text is too long for one line of the history.
LONG: Final = frozenset({"text", "done", "feedback"})
#: The history tells them with another field, or not at all.
_SILENT: Final = frozenset({"borders_year", "y", "harmless"})
_LONGEST_QUOTE: Final = 90
_DAYS_IN_WORDS: Final = 60
#: With fewer concerns than this chance decides what is named most; of one theme fewer than this are never told.
FEWEST_TO_TELL: Final = 20
FEWEST_OF_THEME: Final = 5


# Values --------------------------------------------------------------------------------------------


def is_missing(value: object) -> bool:
    """Tell whether a field of a record is empty."""
    if value is None or value == "":
        return True
    return not isinstance(value, list | dict | tuple) and bool(pd.isna(value))  # type: ignore[call-overload]


def records_of(concerns: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as records."""
    return [{str(name): value for name, value in row.items()} for row in concerns.to_dict("records")]


def theme_title(theme: str, themes: Mapping[str, str]) -> str:
    """Return the title of a theme, also of one that is no longer in the list."""
    return themes.get(theme) or DEFAULT.get(theme) or capital(theme.replace("_", " "))


def short_date(day: object) -> str:
    """Write a date ``YYYY-MM-DD`` for a table: "5-11-2025"; empty for none."""
    if is_missing(day):
        return ""
    told = date.fromisoformat(str(day)[:10])
    return f"{told.day}-{told.month}-{told.year}"


def value_in_words(
    field: str, value: object, themes: Mapping[str, str], place: Callable[[str], str] = str
) -> str:
    """Return a value as it stands on the screen.

    Parameters
    ----------
    field : str
        Column of the register.
    value : object
    themes : mapping
        Titles by id.
    place : callable
        Returns the name of a wijk or buurt for its code.
    """
    if is_missing(value):
        return NOT_FILLED
    if field == "theme":
        return theme_title(str(value), themes)
    if field in ("wijk", "buurt"):
        return place(str(value))
    if field in ("heard", "due", "feedback_on"):
        return short_date(value)
    if field == "seriousness":
        return SERIOUSNESS.get(int(value), str(value))  # type: ignore[call-overload]
    if field == "people":
        return number(value)
    if field in ("x", "y"):
        return "op de kaart aangewezen"
    named = {"channel": CHANNELS, "status": STATUSES}.get(field, {})
    return named.get(str(value), str(value))


def quoted(text: object, longest: int = _LONGEST_QUOTE) -> str:
    """Return the beginning of a text on one line."""
    whole = "" if is_missing(text) else " ".join(str(text).split())
    return whole if len(whole) <= longest else whole[: longest - 1].rstrip() + "…"


# Time ----------------------------------------------------------------------------------------------


def waiting(record: Record, today: date, overdue: int, *, short: bool = False) -> str:
    """Say how long residents wait, or what became of it.

    Parameters
    ----------
    record : mapping
    today : date
    overdue : int
        Days that it is too late (`analysis.concerns.days_overdue`); 0 where it is not.
    short : bool
        Leave out since when residents wait where it is too late.
    """
    if record["status"] not in OPEN or not is_missing(record["feedback_on"]):
        if is_missing(record["feedback_on"]):
            return "geen terugkoppeling bekend"
        return f"gegeven op {short_date(record['feedback_on'])}"
    days = (today - date.fromisoformat(str(record["heard"]))).days
    since = f"wacht {in_days(days)}"
    if overdue:
        return f"{in_days(overdue)} te laat" + ("" if short else f"; {since}")
    return since


def in_days(days: int) -> str:
    """Say a number of days so that it can be pictured: "12 dagen", "7 maanden"."""
    if days <= _DAYS_IN_WORDS:
        return count(days, "dag", "dagen")
    return count(round(days / 30.44), "maand", "maanden")


# Sentences -----------------------------------------------------------------------------------------


def one_line(record: Record, themes: Mapping[str, str], place: Callable[[str], str]) -> str:
    """Return a concern on one line, to choose it from a list."""
    what = quoted(record["text"], 60) or "zonder tekst"
    return f"{record['number']} · {place(str(record['wijk']))} · {theme_title(str(record['theme']), themes)} · {what}"


def counted(shown: int, late: int, of: int) -> str:
    """Say how many concerns the list holds, out of how many, and how many of them are late."""
    if not of:
        return "Er is nog niets vastgelegd."
    if not shown:
        return f"Geen enkele van de {number(of)} zorgen en signalen past bij uw keuze. Haal een keuze weg."
    whole = (
        "Dit zijn ze allemaal" if shown == of else f"U ziet {number(shown)} van de {number(of)}"
    ) + " zorgen en signalen"
    if shown == of:
        whole = f"U ziet alle {number(of)} zorgen en signalen" if of > 1 else "Er is 1 zorg of signaal"
    if not late:
        return f"{whole}. Geen daarvan is te laat."
    return f"{whole}. {capital(number(late))} daarvan {'is' if late == 1 else 'zijn'} te laat: {'die staat' if late == 1 else 'die staan'} bovenaan."


def heard_most(counts: Sequence[tuple[str, int]], where: str) -> str:
    """Say what was heard most in the last twelve months: no numbers, and no order among few.

    Parameters
    ----------
    counts : sequence of tuple
        Title of every theme and how often, most first.
    where : str
    """
    total = sum(found for _, found in counts)
    most = [in_sentence(title) for title, found in counts[:3] if found >= FEWEST_OF_THEME]
    if not total:
        return f"In de laatste 12 maanden is in {where} niets gehoord. Dat zegt niet dat er niets speelt."
    if total < FEWEST_TO_TELL or not most:
        return f"In {where} is in de laatste 12 maanden te weinig gehoord om te zeggen wat het vaakst wordt genoemd."
    return f"Bewoners van {where} noemden in de laatste 12 maanden het vaakst: {join_names(most)}."


def bulk_preview(field: str, value: str, chosen: int, already: int, gone: int = 0) -> str:
    """Say what a change of many concerns at once will do, before it is done."""
    what = SHORT[field]
    same = f" Bij {number(already)} daarvan is dat al zo." if already else ""
    left = f" {capital(number(gone))} zijn er niet meer." if gone else ""
    return f"Bij {count(chosen, 'zorg', 'zorgen')} wordt {what}: {value}.{same}{left}"


def bulk_done(field: str, value: str, changed: int, conflicts: int) -> str:
    """Say what a change of many concerns at once did."""
    told = (
        f"Opgeslagen: bij {count(changed, 'zorg', 'zorgen')} is {SHORT[field]} nu {value}."
        if changed
        else "Er is niets veranderd: het stond overal al zo."
    )
    if conflicts:
        told += (
            f" Bij {count(conflicts, 'zorg', 'zorgen')} wijzigde een ander ondertussen hetzelfde. Daar is niets "
            "overschreven; kies bovenaan de lijst welke versie blijft."
        )
    return told


def step_in_words(
    step: pd.DataFrame, themes: Mapping[str, str], place: Callable[[str], str] = str
) -> list[str]:
    """Say what one step of the history did, a sentence per field.

    Parameters
    ----------
    step : DataFrame
        Rows of `Records.history` of one batch: kind, field, before, after.
    themes : mapping
    place : callable

    Returns
    -------
    list of str
    """
    kind = str(step["kind"].iloc[0])
    if kind in ("added", "imported"):
        return ["Vastgelegd." if kind == "added" else "Ingelezen uit een bestand."]
    if kind == "removed":
        return ["Verwijderd uit de lijst."]
    if kind == "expired":
        return ["De bewaartermijn is voorbij: de teksten zijn gewist."]
    told = []
    for row in step.itertuples(index=False):
        field = str(row.field)
        if field == "removed_at":
            told.append(
                "Verwijderd uit de lijst." if not is_missing(row.after) else "Teruggezet in de lijst."
            )
        elif field == "linked":
            told.append(_link_in_words(row.before, row.after))
        elif field not in _SILENT:
            told.append(_change_in_words(field, row.before, row.after, themes, place))
    return told or ["Bijgewerkt."]


def _link_in_words(before: object, after: object) -> str:
    if is_missing(after):
        return f"Losgemaakt van nr. {before}."
    return f"Gekoppeld aan nr. {after}."


def _change_in_words(
    field: str, before: object, after: object, themes: Mapping[str, str], place: Callable[[str], str]
) -> str:
    what = capital(SHORT.get(field, field.replace("_", " ")))

    def told(value: object) -> str:
        return f"‘{quoted(value)}’" if field in LONG else value_in_words(field, value, themes, place)

    if is_missing(before):
        return f"{what} ingevuld: {told(after)}."
    if is_missing(after):
        return f"{what} leeggemaakt; er stond {told(before)}."
    return f"{what} van {told(before)} naar {told(after)}."


def who_and_when(step: pd.DataFrame) -> str:
    """Say who did a step of the history, and when; an undo says that it is one."""
    first = step.iloc[0]
    undone = ", ongedaan gemaakt" if first["kind"] == "undone" else ""
    return f"{capital(moment(str(first['at'])))}, {first['actor']}{undone}"


def recorded(number_: int, record: Record, themes: Mapping[str, str], place: Callable[[str], str]) -> str:
    """Say what was just recorded."""
    return (
        f"Vastgelegd als nr. {number_}: {in_sentence(theme_title(str(record['theme']), themes))} in "
        f"{place(str(record['wijk']))}."
    )


def missing_fields(names: Sequence[str]) -> str:
    """Say which fields still have to be filled in; what was typed is kept."""
    return f"Nog niet vastgelegd. Vul nog in: {join_names([f'‘{FIELDS[name]}’' for name in names])}. Wat u typte, staat er nog."
