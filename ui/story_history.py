"""The section of a report on where a wijk lies, what happened to its land, and how large it is."""

from __future__ import annotations

from typing import Final

from analysis.standing import FEWEST_PEOPLE
from reports.model import SECTIONS, Block, Figure, Points, Say, Section
from ui import biography, wording
from ui.story_blocks import figures_grid
from ui.story_charts import line_chart
from ui.story_maps import place_map
from ui.story_place import Place, figure_of, has_value

#: What says how large a wijk is.
SIZE: Final = ("population", "households", "dwellings", "businesses", "area_land", "density")
_LEAD: Final = ("population", "households", "area_land")


def history(place: Place) -> Section:
    """Return the section on where the wijk lies, what happened to its land and how large it is."""
    known, region = place.known, place.region
    found = sizes(place)
    blocks: list[Block] = [Say(_size(place), "lead", tuple(_own(place, name) for name in _LEAD))]
    if place.is_gone:
        last = known.last_year_of(region)
        blocks.append(Say(f"{_bare(place)} staat na {last} niet meer in de tabellen van CBS.", "note"))
    blocks.append(
        Points(tuple(biography.life(known.lineage, region)), heading="Wat er met het gebied gebeurde")
    )
    if found:
        blocks.append(
            figures_grid(
                known, region, found, year=place.year, caption=f"De omvang van {place.name}", compared=False
            )
        )
    chart = None if place.is_small else line_chart(known, "population", (region,), year=place.year)
    drawn = place_map(known, region, place.year)
    blocks += [block for block in (chart, drawn) if block is not None]
    left_out = [_missing(place, name) for name in SIZE if not has_value(_own(place, name))]
    if place.is_small:
        left_out.append(
            f"Hoe het aantal inwoners van {place.name} verandert, is bij minder dan {FEWEST_PEOPLE} mensen niet te zeggen."
        )
    if drawn is None:
        left_out.append(
            f"Een kaart van {place.name} ontbreekt: er zijn geen grenzen van dit gebied ingelezen."
        )
    return Section("geschiedenis", SECTIONS["geschiedenis"], tuple(blocks), tuple(left_out))


def sizes(place: Place) -> list[str]:
    """Return the figures that say how large the wijk is; of few people only counts."""
    entries = place.known.catalogue
    return [
        name
        for name in SIZE
        if has_value(_own(place, name)) and not (place.is_small and entries[name].kind == "rate")
    ]


def _bare(place: Place) -> str:
    return wording.wijk_name(place.name)


def _size(place: Place) -> str:
    """Say how many people and households there are, and on how much land."""
    people, households, land = (_own(place, name) for name in _LEAD)
    if not has_value(people):
        return f"Hoeveel mensen er in {place.name} wonen, is niet bekend: {people.text}."
    verb = "woonden" if place.is_gone else "wonen"
    told = (
        f"In {people.year} {verb} er {wording.count(round(people.value), 'mens', 'mensen')} in {place.name}"
    )
    if has_value(households) and households.year == people.year:
        told += f", in {wording.count(round(households.value), 'huishouden', 'huishoudens')}"
    if has_value(land) and land.year == people.year:
        told += f", op {wording.number(land.value)}{wording.SPACE}hectare land"
    return f"{told}."


def _own(place: Place, indicator: str) -> Figure:
    return figure_of(place.known, indicator, place.region, place.year)


def _missing(place: Place, indicator: str) -> str:
    return f"{place.known.catalogue[indicator].title}: {_own(place, indicator).text}."
