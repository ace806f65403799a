"""Words for Outreach: why a wijk comes first, how sure the order is, and when somebody was there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from analysis.outreach import (
    CONCERNS,
    FEW_PEOPLE,
    FORECAST,
    LITTLE_KNOWN,
    NO_WEIGHT,
    SCORE,
    SILENCE,
    STRONG,
    TREND,
    Ordered,
)
from analysis.standing import FEWEST_PEOPLE
from data.catalogue import Indicator
from ui import wording
from ui.amounts import amounts, given, in_unit_of, per_year, unit_behind
from ui.fetch_wording import month
from ui.outlook_wording import written
from ui.wording import Row, capital, join_names, number

PARTS: Final = {
    SCORE: "Aandachtsscore",
    TREND: "Trend",
    FORECAST: "Verwachting",
    CONCERNS: "Zorgen en signalen",
    SILENCE: "Stilte",
}
PARTS_EXPLAINED: Final = {
    SCORE: "Hoe hoog de wijk staat in de aandachtsscore van deze gemeente.",
    TREND: "In hoeveel thema's de cijfers de laatste jaren duidelijk slechter worden. Wat nu al ongunstig is, telt dubbel.",
    FORECAST: "In hoeveel thema's de cijfers naar verwachting slechter worden, alleen waar de hele band dat zegt.",
    CONCERNS: "Meer gehoord dan bij het aantal inwoners past, groeiend, of veel mensen die nog op antwoord wachten.",
    SILENCE: "Minder gehoord dan te verwachten is, of lang niemand van de gemeente geweest.",
}
WHY_APART: Final = {
    FEW_PEOPLE: f"Minder dan {FEWEST_PEOPLE} inwoners: te weinig om iets te zeggen.",
    LITTLE_KNOWN: "Van minder dan de helft van wat nu telt is hier iets bekend: te weinig om iets te zeggen.",
    NO_WEIGHT: "Alle gewichten staan op 0.",
}
#: What the link to each reason says.
DOORS: Final = {
    (SCORE, SCORE): "Aandachtsscore",
    (TREND, TREND): "Trend",
    (FORECAST, FORECAST): "Verwachting",
    (CONCERNS, "loud"): "Zorgen",
    (CONCERNS, "more_and_more"): "Zorgen",
    (CONCERNS, "waiting"): "Zorgen",
    (SILENCE, "unheard"): "Wie horen we niet?",
    (SILENCE, "visit"): "Eerdere bezoeken",
}
GONE: Final = "deze wijk bestaat niet meer, of heeft geen cijfers van de laatste jaren."
#: At most so many reasons of a wijk, so many of them in its sentence, and wijken in the opening.
_REASONS, IN_SENTENCE, _BEGIN = 3, 2, 4
#: In months.
_WEEK: Final = 0.23
#: From so many times on a multiple says nothing any more.
_MANY_TIMES: Final = 10.0


# One reason -----------------------------------------------------------------------------------------


def score_told(rank: int, lower: int, upper: int, n: int) -> str:
    """Return the place in the attention score, with the places that other choices would give."""
    doubt = "" if lower == upper else f" (bij andere keuzes tussen plaats {lower} en {upper})"
    return f"plaats {rank} van {n} in de aandachtsscore{doubt}"


def score_short(rank: int, lower: int, upper: int, n: int) -> str:
    """Return the place in the attention score as briefly as is still true."""
    places = str(rank) if lower == upper else f"{lower} tot {upper}"
    return f"plaats {places} van {n} in de aandachtsscore"


def trend_short(n_themes: int, row: Row, indicator: Indicator) -> str:
    """Return in how many themes figures get worse, without how much."""
    if n_themes > 1:
        return f"in {n_themes} thema's worden cijfers slechter"
    title, slope = wording.subject(in_unit_of(row, indicator)), given(row, "slope")
    if given(row, "gap") is not None or slope is None:
        return f"{title} wordt ongunstiger"
    return f"{title} {'stijgt' if slope > 0 else 'daalt'}, en dat is ongunstig"


def forecast_short(n_themes: int, indicator: Indicator) -> str:
    """Return in how many themes figures are expected to get worse, without how much."""
    if n_themes > 1:
        return f"in {n_themes} thema's wordt het naar verwachting slechter"
    return f"{wording.subject(indicator)} wordt naar verwachting ongunstiger"


def trend_told(n_themes: int, row: Row, indicator: Indicator, gemeente: str) -> str:
    """Return in how many themes figures get worse, with the one that does so most."""
    indicator = in_unit_of(row, indicator)
    slope, since = given(row, "slope"), given(row, "first_year")
    start = f" sinds {int(since)}" if since is not None else ""
    title = wording.subject(indicator)
    if given(row, "gap") is not None or slope is None:
        moved = f"{title} wordt{start} ongunstiger vergeleken met {gemeente}"
    else:
        moved = f"{title} {'stijgt' if slope > 0 else 'daalt'}{start} met {per_year(slope, indicator)}"
    if n_themes > 1:
        return f"in {n_themes} thema's worden cijfers slechter (vooral: {moved})"
    return f"{moved}, en dat is ongunstig"


def forecast_told(n_themes: int, row: Row, indicator: Indicator) -> str:
    """Return in how many themes figures are expected to get worse, with the one that does so most and its band."""
    _, lower, upper = written(row, indicator)
    unit = unit_behind(indicator)
    now = amounts([row["last_value"]], indicator)[0]
    moved = f"{wording.subject(indicator)} is in {int(row['year'])} naar verwachting {lower} tot {upper}{unit}, nu {now}"
    if n_themes > 1:
        return f"in {n_themes} thema's wordt het naar verwachting slechter (vooral: {moved})"
    return f"{moved}, en dat is ongunstig"


def ago(months: float) -> str:
    """Say how long ago something was: "3 weken geleden", "14 maanden geleden", "3 jaar geleden"."""
    return f"{how_long(months)} geleden" if months >= _WEEK else "minder dan een week geleden"


def how_long(months: float) -> str:
    """Say how long something lasted, no finer than it matters."""
    if months < 1.5:
        weeks = max(round(months * 4.35), 1)
        return wording.count(weeks, "week", "weken")
    if months < 24:
        return wording.count(round(months), "maand", "maanden")
    years = round(months / 12)
    before = "bijna " if months < 12 * years else "ruim " if months >= 12 * years + 1 else ""
    return f"{before}{number(years)} jaar"


def visit_told(row: Row) -> str:
    """Return when somebody was here last, as a reason or beside the name of a wijk."""
    months, last = given(row, "months"), given(row, "last")
    if months is None:
        return "er staat nog geen enkel bezoek in de agenda"
    if last is None:
        return f"hier was in {how_long(months)} niemand"
    return f"het laatste bezoek was {ago(months)}"


# One wijk -------------------------------------------------------------------------------------------


def place_words(place: Row) -> str:
    """Return the place of a wijk, or the places of its group: "1", "1 tot 3, ongeveer gelijk"."""
    first, last = int(place["group_from"]), int(place["group_to"])
    return str(first) if first == last else f"{first} tot {last}, ongeveer gelijk"


def strongest(reasons: pd.DataFrame, region: str) -> pd.DataFrame:
    """Return the two or three reasons that a sentence names: those that are strong, what adds most first."""
    rows = reasons[reasons["region"] == region]
    return rows[rows["strength"] >= STRONG].head(_REASONS)


def place_sentence(told: Sequence[str], missing: Sequence[str]) -> str:
    """Return in one sentence why to go to a wijk, and what is not known about it.

    Parameters
    ----------
    told : sequence of str
        The strongest reasons, see `ui.outreach_voices.Reason`; those of the card are the short ones.
    missing : sequence of str
        Parts with a weight that are not known here.
    """
    start = f"{capital('; '.join(told))}." if told else "Geen sterke reden om hier eerst te gaan."
    return f"{start} {missing_sentence(missing)}".strip()


def missing_sentence(missing: Sequence[str]) -> str:
    """Say which parts are not known and that the others count in their place; empty where all are."""
    if not missing:
        return ""
    names = join_names([wording.in_sentence(PARTS[part]) for part in missing])
    one = len(missing) == 1
    return f"Hier niet bekend: {names}; {'dat telt' if one else 'die tellen'} niet mee, en de rest telt zwaarder."


def unknown_sentence(missing: Sequence[str]) -> str:
    """Say which parts are not known anywhere in the gemeente; empty where all are."""
    if not missing:
        return ""
    names = join_names([wording.in_sentence(PARTS[part]) for part in missing])
    return f"In deze gemeente nog niet bekend: {names}. De volgorde gaat alleen over de rest."


# The whole list -------------------------------------------------------------------------------------


def lead_sentences(
    found: Ordered, names: Mapping[str, str], told: Mapping[str, Sequence[str]], planned: Mapping[str, str]
) -> list[str]:
    """Return the sentences that open the page: where to begin, why, and how sure that is.

    Parameters
    ----------
    found : Ordered
    names : mapping of str to str
        By wijk.
    told : mapping
        The strongest reasons by wijk.
    planned : mapping of str to str
        Day (in words) of the first visit that is planned, by wijk.
    """
    if found.places.empty:
        if (found.apart["why"] == NO_WEIGHT).any():
            return [
                "Alle gewichten staan op 0. Zet er hieronder minstens één hoger; dan komt er een volgorde."
            ]
        return [
            "Over de wijken is te weinig bekend om te zeggen waar u eerst heen kunt gaan. Haal meer jaren op, of leg zorgen "
            "en bezoeken vast; dan komt er een volgorde."
        ]
    _, last, first = found.groups[0]
    if not any(told[region] for region in first):
        return ["Geen enkele wijk heeft nu een sterke reden om er eerst heen te gaan."]
    some = [names[region] for region in first]
    if last == 1:
        return [f"Begin in {some[0]}: {'; '.join(told[first[0]])}.", *_planned(first, names, planned)]
    if last > _BEGIN:
        return [
            f"Er is geen duidelijke eerste: {number(last)} wijken staan ongeveer gelijk vooraan, onder andere "
            f"{join_names(some[:_BEGIN])}. Kies daaruit waar u het snelst terechtkunt.",
            *_planned(first, names, planned),
        ]
    why = f"{some[0]}: {'; '.join(told[first[0]])}." if told[first[0]] else ""
    return [
        f"Begin in {' of '.join([', '.join(some[:-1]), some[-1]])}; zij staan ongeveer gelijk vooraan.",
        why,
        *_planned(first, names, planned),
    ]


def _planned(regions: Sequence[str], names: Mapping[str, str], planned: Mapping[str, str]) -> list[str]:
    there = [f"{names[region]} ({planned[region]})" for region in regions if region in planned]
    return [f"Daar is al een bezoek gepland: {join_names(there)}."] if there else []


def moved_sentence(now: Ordered, before: Ordered, names: Mapping[str, str]) -> str:
    """Say which wijk moves most when the weights of now take the place of others; empty where none does."""
    places = now.places.set_index("region")["place"].to_frame("now")
    places = places.join(before.places.set_index("region")["place"].rename("before"), how="inner")
    if places.empty or (places["now"] == places["before"]).all():
        return "De volgorde is met deze gewichten dezelfde."
    moved = (places["before"] - places["now"]).sort_values(key=abs, ascending=False, kind="stable")
    region = str(moved.index[0])
    n = int((moved != 0).sum())
    who = "staat 1 wijk" if n == 1 else f"staan {number(n)} wijken"
    return (
        f"Door uw gewichten {who} op een andere plaats; {names[region]} verschuift het meest, van plaats "
        f"{int(places['before'][region])} naar {int(places['now'][region])}."
    )


def weights_sentence(weights: Mapping[str, float]) -> str:
    """Say how much each part counts, in parts of a hundred."""
    whole = sum(weights.values())
    if not whole:
        return "Alle gewichten staan op 0."
    told = [
        f"{wording.in_sentence(PARTS[part])} {number(100 * weights.get(part, 0) / whole)}"
        for part in PARTS
        if weights.get(part, 0)
    ]
    return f"Van de 100 punten: {join_names(told)}."


def map_title(found: Ordered, names: Mapping[str, str], gemeente: str) -> str:
    """Return the finding of the map."""
    if found.places.empty:
        return f"Over {gemeente} is te weinig bekend voor een volgorde"
    _, last, first = found.groups[0]
    who = join_names([names[region] for region in first], limit=_BEGIN)
    return f"{who} {'staat' if last == 1 else 'staan'} vooraan in {gemeente}"


def method() -> list[str]:
    """Return how the order comes about, in plain words."""
    return [
        "De volgorde telt vijf redenen op: aandachtsscore, trend, verwachting, zorgen en signalen, en stilte. Elke reden "
        "loopt van 0 (geen reden) tot 1 (sterker kan niet). U kiest zelf hoe zwaar elke reden telt.",
        "Binnen een reden telt het sterkste signaal. Is een reden ergens niet bekend, dan is dat geen 0: de andere redenen "
        "tellen daar zwaarder, en dat staat erbij.",
        "Wijkradar maakt de volgorde 1 000 keer opnieuw en schuift dan elke reden binnen zijn marge en elk gewicht ongeveer "
        "een derde. Draait de volgorde van twee wijken in meer dan 20 van de 100 keer om, dan heten zij ongeveer gelijk.",
        "Herkomst van bewoners telt nooit mee. De volgorde is een reden om te gaan kijken, geen oordeel over een wijk of "
        "wie er woont.",
    ]


# Days -----------------------------------------------------------------------------------------------

_WEEKDAYS: Final = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")


def day_words(day: str, *, year: bool = False) -> str:
    """Write a day (``YYYY-MM-DD``): "dinsdag 3 december"."""
    at = date.fromisoformat(day)
    name = month(at).rpartition(" ")
    return f"{_WEEKDAYS[at.weekday()]} {at.day} {name[0]}{f' {at.year}' if year else ''}"


def when_words(visit: Mapping[str, Any], *, year: bool = False) -> str:
    """Write when a visit is: day, and time where it has one."""
    time = given(visit, "time")
    clock = f", {str(time).replace(':', '.')} uur" if time else ""
    minutes = given(visit, "minutes")
    lasts = f" ({number(minutes)} minuten)" if minutes and time else ""
    return f"{day_words(str(visit['day']), year=year)}{clock}{lasts}"


def week_words(monday: date, this_monday: date) -> str:
    """Name a week: "Deze week", "Volgende week" or its number, with its first and last day."""
    last = date.fromordinal(monday.toordinal() + 6)
    start = (
        f"{monday.day} {month(monday).rpartition(' ')[0]}" if monday.month != last.month else f"{monday.day}"
    )
    span = f"{start} tot en met {last.day} {month(last)}"
    apart = (monday - this_monday).days // 7
    name = {0: "Deze week", 1: "Volgende week"}.get(apart, f"Week {monday.isocalendar().week}")
    return f"{name} ({span})"


# A visit --------------------------------------------------------------------------------------------

#: What a visit could be for, by the reason that weighs most.
AIMS: Final = {
    SCORE: "Kennismaken en horen wat bewoners en partners het eerst willen aanpakken",
    TREND: "Navragen of bewoners merken dat het slechter gaat, en wat zou helpen",
    FORECAST: "Met partners vooruitkijken: wat komt eraan en wat kan nu al",
    CONCERNS: "Vertellen wat er met de zorgen van bewoners gebeurt, en horen wat er nog speelt",
    SILENCE: "Bewoners spreken van wie wij nu weinig horen",
}


def last_visit_line(visit: Row, planned: str | None, *, told: bool) -> str:
    """Return when somebody was here last, unless that was ``told`` as a reason, and what is planned."""
    lines = [] if told else [f"{capital(visit_told(visit))}."]
    return " ".join([*lines, f"Gepland: {day_words(planned)}."] if planned else lines)


def group_heading(place: Row) -> str:
    """Return the place of a wijk or of its group, as it stands above it."""
    first, last = int(place["group_from"]), int(place["group_to"])
    return f"Plaats {first}" if first == last else f"Plaats {first} tot en met {last}: ongeveer gelijk"


# Voices ---------------------------------------------------------------------------------------------


def loud_told(times: float) -> str:
    """Say how many times as much is heard as the number of inhabitants explains."""
    if pd.isna(times):
        return ""
    return (
        f"in een jaar ongeveer {number(times, 1)} keer zoveel zorgen gehoord als bij het aantal inwoners past"
    )


def growing_told(theme: str, times: float) -> str:
    """Say which theme grows, and how many times as much as before."""
    more = (
        f"nu ongeveer {number(times)} keer zoveel"
        if times < _MANY_TIMES
        else "eerder kwamen die bijna niet voor"
    )
    return f"zorgen over {theme} namen het laatste jaar duidelijk toe ({more})"


def growing_short(theme: str) -> str:
    """Say which theme grows, without how much."""
    return f"zorgen over {theme} namen het laatste jaar duidelijk toe"


def waiting_told(late: int | None, small: bool) -> str:
    """Say how many concerns wait too long for an answer, as everybody may see it."""
    if late is None:
        few = "minder dan 5 zorgen" if small else "een deel van de zorgen"
        return f"op {few} kwam nog geen antwoord, en dat is te laat"
    if late == 0:
        return ""
    return f"op {wording.count(late, 'zorg', 'zorgen')} kwam nog geen antwoord, en dat is te laat"


def unheard_told(ratio: float) -> str:
    """Say which part is heard of what the residents would give if it were an ordinary wijk."""
    if pd.isna(ratio):
        return ""
    return f"wij horen hier ongeveer {number(100 * ratio)} procent van wat bij het aantal inwoners past"


def hardly_heard_told(expected: float) -> str:
    """Say that almost nothing is heard, of a count that is too small to be shown."""
    return f"wij horen hier bijna niets: minder dan 5, waar er ongeveer {number(expected)} bij het aantal inwoners passen"


def open_told(n: int | None, small: bool) -> str:
    """Say how many concerns are open, as everybody may see it."""
    if n is None:
        return (
            "Minder dan 5 zorgen of signalen staan open."
            if small
            else "Hoeveel zorgen er openstaan, is hier niet te tonen."
        )
    if n == 0:
        return "Er staan geen zorgen of signalen open."
    return f"{capital(wording.count(n, 'zorg of signaal staat', 'zorgen of signalen staan'))} open."
