"""What the pages say of the official projection of CBS and PBL, beside our own forecast: pure functions, plain Dutch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from data import gemeenten
from data.projection import known_tables
from ui.fetch_wording import day, short_day
from ui.wording import SPACE, join_names, number

NAME: Final = "CBS en PBL"
CHOICE_LABELS: Final = {"eigen": "onze verwachting", "cbs": f"de prognose van {NAME}"}
CHOICE_QUESTION: Final = "Waarmee rekenen we?"
CHOICE_HELP: Final = (
    f"Kiest u de prognose van {NAME}, dan groeit de gemeente zoals zij verwachtten, en verdelen we die groei over de wijken. "
    "De groei telt vanaf het laatste getelde aantal."
)
#: Two numbers of people that differ less than this share are about equal; the projection is rounded to hundreds.
_SAME_SHARE: Final = 0.005
_ROUNDED_TO: Final = 100


def people(value: float) -> str:
    """Write a number of people no finer than a projection can be: hundreds above 10 000, tens above 1 000."""
    step = 100 if value >= 10_000 else 10 if value >= 1_000 else 1
    return number(round(value / step) * step)


def _percent(share: float) -> str:
    return f"{number(abs(share) * 100, 1)}{SPACE}%"


def _higher(share: float) -> str:
    return "hoger" if share > 0 else "lager"


def about_equal(one: float, other: float) -> bool:
    """Tell whether two numbers of people are about equal: half a per cent apart, or no more than the rounding."""
    return abs(one - other) <= max(_SAME_SHARE * abs(other), _ROUNDED_TO)


def title(row: pd.Series, place: str) -> str:
    """Return what the picture shows, as its title; ``row`` as in `ui.official.beside`, with both expectations."""
    year = int(row["year"])
    if about_equal(row["people"], row["mean"]):
        return f"{NAME} en wij verwachten in {place} ongeveer hetzelfde in {year}"
    course = "meer" if row["people"] > row["mean"] else "minder"
    inside = row["lower_80"] <= row["people"] <= row["upper_80"]
    return f"{NAME} verwachtten in {place} {course} inwoners in {year} dan wij{', binnen onze band' if inside else ''}"


def difference_sentences(row: pd.Series) -> list[str]:
    """Say how far the projection lies from our forecast in one year, and whether that is within our band.

    Parameters
    ----------
    row : Series
        As in `ui.official.beside`, with both expectations; ours as it stands elsewhere on the page, no finer than its doubt.
    """
    year = int(row["year"])
    numbers = f"{people(row['people'])} tegen {people(row['mean'])} inwoners"
    if about_equal(row["people"], row["mean"]):
        return [f"De prognose van {NAME} en onze verwachting zijn in {year} ongeveer gelijk: {numbers}."]
    share = row["people"] / row["mean"] - 1
    told = [
        f"De prognose van {NAME} ligt in {year} {_percent(share)} {_higher(share)} dan onze verwachting: {numbers}."
    ]
    if pd.notna(row["lower_80"]):
        inside = row["lower_80"] <= row["people"] <= row["upper_80"]
        told.append(
            f"Dat is {'binnen' if inside else 'buiten'} de band waarin het in 8 van de 10 gevallen uitkomt."
        )
    return told


def gap_sentence(projected: float, counted: float, year: int) -> str:
    """Say how the projection did so far: what it expected of the last year that was counted."""
    start = (
        f"Voor {year} verwachtte die prognose {people(projected)} inwoners; geteld zijn er {number(counted)}"
    )
    if about_equal(projected, counted):
        return f"{start}. Dat is ongeveer gelijk."
    share = counted / projected - 1
    return f"{start}. Dat is {_percent(share)} {'meer' if share > 0 else 'minder'}."


def from_count_sentence(row: pd.Series, counted_year: int) -> str:
    """Say where the growth of the projection leads to from what was counted, beside our forecast."""
    value = row["from_count"]
    start = (
        f"Telt u alleen haar groei sinds {counted_year} op bij wat er toen geteld is, dan komt zij in {int(row['year'])} uit op "
        f"{people(value)} inwoners"
    )
    if about_equal(value, row["mean"]):
        return f"{start}: ongeveer gelijk aan onze verwachting."
    share = value / row["mean"] - 1
    return f"{start}: {_percent(share)} {_higher(share)} dan onze verwachting."


def limits(
    projection: pd.DataFrame, gemeente: str, members: Sequence[str], *, is_sample: bool = False
) -> list[str]:
    """Say what to know of the projection before leaning on it.

    Parameters
    ----------
    projection : DataFrame
        As `data.store.Store.projection` returns it.
    gemeente : str
        Code.
    members : sequence of str
        Codes of the gemeenten of then that it was put together from.
    is_sample : bool
    """
    first = projection.iloc[0]
    division, start = int(first["division"]), int(first["year"])
    told = [
        f"Deze prognose begint in {start}. Wat er daarna gebeurde, zit er niet in.",
        "Ze geldt voor de gemeente als geheel; voor wijken en buurten bestaat ze niet.",
    ]
    former = [gemeenten.known()[code].name for code in members if code != gemeente]
    if former:
        own = [gemeenten.known()[gemeente].name] if gemeente in members else []
        told.append(
            f"Ze gaat over de gemeenten van {division}. We telden {join_names([*own, *former])} bij elkaar op, ook hun marges. "
            "Daardoor is de marge aan de ruime kant."
        )
    else:
        told.append(f"Ze gaat over de gemeenten van {division}.")
    if projection["lower_67"].notna().any():
        told.append("De marge is die van CBS en PBL zelf: in 2 van de 3 gevallen komt het daarbinnen uit.")
    else:
        told.append("Er is geen marge bij: hoe zeker zij is, weten we niet.")
    if str(first["tables"]).startswith(known_tables().intervals):
        told.append(
            "CBS haalde de leeftijden er in juli 2023 uit, en werkt deze prognose sinds 2024 niet meer bij."
        )
    return [*told, source_sentence(projection, is_sample=is_sample)]


def source_sentence(projection: pd.DataFrame, *, is_sample: bool = False) -> str:
    """Name the parent of the projection: publisher, table, when CBS changed it and when it was read."""
    first = projection.iloc[0]
    changed = str(first["modified"]).rpartition(" ")[2]
    told = f", door CBS gewijzigd op {short_day(changed)}" if changed else ""
    fiction = " Alle cijfers zijn verzonnen." if is_sample else ""
    return f"Bron: {first['source']}{told}, ingelezen op {day(str(first['at']))}.{fiction}"


def imposed_sentence(year: int) -> str:
    """Say on a page that it reckons with the projection; ``year`` is the last one counted."""
    return (
        f"Hier rekenen we met de prognose van {NAME}: vanaf {year} groeit de gemeente zoals zij verwachtten, en dat is over "
        "de wijken verdeeld."
    )


def missing_sentence(reason: str = "") -> str:
    """Say why there is no projection to lay beside our forecast."""
    start = f"De prognose van {NAME} staat hier niet bij."
    return (
        f"{start} {reason}"
        if reason
        else f"{start} Op de pagina Gegevens ophalen komt zij met de andere cijfers mee."
    )
