"""The map of Outreach: how much reason there is to go to each wijk, and where nothing can be said."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.outreach import PARTS, Ordered
from reports.map_drawing import MapDrawing
from ui import outreach_wording as words
from ui.exhibit import behind, file_name
from ui.figures import Figures
from ui.map_exhibit import map_exhibit
from ui.map_legend import range_name
from ui.outreach_figures import Picture, records
from ui.painting import Layer, Painting, borders_for, paint
from ui.selection import Selection
from ui.theme import Look
from ui.wording import number

_POINTS: Final = 100.0


@lru_cache(maxsize=32)
def painting_of(shown: Picture, found: Ordered) -> Painting | None:
    """Put the order on borders; None where there are none."""
    known = shown.known
    rows = _areas(shown, found)
    borders_year = borders_for(known, rows["region"], shown.year) if len(rows) else None
    if borders_year is None:
        return None
    layer = Layer(
        rows=rows,
        year=shown.year,
        title=words.map_title(found, shown.names, known.name),
        legend_title=f"Reden om te gaan, cijfers tot en met {shown.year}: 0 is geen, 100 kan niet sterker",
        named=lambda classes, place: range_name(*classes.ranges[place], 0, ""),
        decimals=0,
        dots="ongeveer gelijk vooraan",
        source=_source(known),
        of_one_year=False,
    )
    return paint(known, layer, borders_year)


def _areas(shown: Picture, found: Ordered) -> pd.DataFrame:
    apart = found.apart.set_index("region")["why"]
    places = {str(place["region"]): place for place in records(found.places)}
    rows: list[dict[str, object]] = []
    for region, name in shown.names.items():
        place = places.get(region)
        why = words.WHY_APART[str(apart[region])] if region in apart.index else ""
        rows.append(
            {
                "region": region,
                "name": name,
                "value": np.nan if place is None else round(_POINTS * float(place["strength"])),
                "status": "",
                "reason": why.rstrip("."),
                "alike": place is not None and int(place["group"]) == 1 and int(place["group_to"]) > 1,
                "label": why if place is None else _label(shown, found, region, place),
            }
        )
    return pd.DataFrame(rows)


def _label(shown: Picture, found: Ordered, region: str, place: dict[str, Any]) -> str:
    told = [reason.told for reason in shown.strongest(found, region)[:1]]
    return "\n".join([f"plaats {words.place_words(place)}", *told])


def show_map(selection: Selection, shown: Picture, found: Ordered) -> None:
    """Show the map with its table and files; the table alone where there are no borders."""
    known = shown.known
    files: dict[str, Any] = {
        "name": file_name(known, "waar eerst", shown.year),
        "table": lambda: table(shown, found),
        "figures": lambda: figure_rows(shown, found),
        "told": f"Tabel: de wijken van {known.name} in volgorde van reden om te gaan",
        "source": _source(known),
        "method": " ".join(words.method()),
        "linked": False,
    }
    painting = painting_of(shown, found)
    if painting is None:
        behind("outreach", title=words.map_title(found, shown.names, known.name), **files)
        return

    def drawn(look: Look) -> MapDrawing:
        return painting.drawn(look)

    map_exhibit(selection, drawn, "outreach", **files)


def _source(known: Figures) -> str:
    return f"{known.source_of(known.catalogue['population'])} Zorgen, deelnemers en bezoeken: register van de gemeente."


def table(shown: Picture, found: Ordered) -> pd.DataFrame:
    """Return the order as a table of text: place, doubt, points per reason and last visit."""
    points = found.reasons.pivot_table(index="region", columns="part", values="strength")  # one row per part
    rows = []
    for place in records(found.places):
        region = str(place["region"])
        parts = {
            words.PARTS[part]: _points(points[part].get(region) if part in points else None) for part in PARTS
        }
        rows.append(
            {
                "Plaats": words.place_words(place),
                "Wijk": shown.names[region],
                "Reden (0-100)": _points(place["strength"]),
                **parts,
                "Laatste bezoek": words.visit_told(shown.visit(region)),
            }
        )
    for region, why in zip(found.apart["region"], found.apart["why"], strict=True):
        rows.append({"Plaats": "geen", "Wijk": shown.names[region], "Reden (0-100)": words.WHY_APART[why]})
    return pd.DataFrame(rows).fillna("")


def _points(value: Any) -> str:
    return "niet bekend" if value is None or pd.isna(value) else number(_POINTS * value)


def figure_rows(shown: Picture, found: Ordered) -> pd.DataFrame:
    """Return the plain rows for a file: one per wijk, points per reason with its weight, and the sentence."""
    points = found.reasons.pivot_table(index="region", columns="part", values="strength")
    rows = []
    for place in records(found.places):
        region = str(place["region"])
        told = [reason.told for reason in shown.strongest(found, region)]
        rows.append(
            {
                "region": region,
                "name": shown.names[region],
                "place": place["place"],
                "place_lower": place["lower"],
                "place_upper": place["upper"],
                "group_from": place["group_from"],
                "group_to": place["group_to"],
                "points": round(_POINTS * place["strength"]),
                **{
                    part: round(_POINTS * float(points[part][region]))
                    if part in points and pd.notna(points[part].get(region))
                    else None
                    for part in PARTS
                },
                "last_visit": shown.visit(region)["last"],
                "why": words.place_sentence(told, place["missing"]),
                "source": _source(shown.known),
            }
        )
    return pd.DataFrame(rows)
