"""Maps of hotspots: of one year, and of the years together, as drawings for screen, picture and file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from analysis.hotspots import COLD, HOT, ISLAND, NO_FIGURE, NOTHING
from analysis.hotspots.emerging import NEITHER
from data.catalogue import Indicator
from reports.map_drawing import LOOK, Entry, MapDrawing
from ui import hotspot_wording as words
from ui import wording
from ui.figures import Figures
from ui.hotspotting import Spots
from ui.painting import ATTRIBUTION, EDGES, land_on, shape_names, unplaced_sentence
from ui.theme import Look

#: How much of the colour of a side a group over the years has.
_SHADES: Final = {"grows": 1.0, "stays": 0.66, "varies": 0.42, "fades": 0.22}
_NOT_THERE: Final = "dit gebied heeft hier geen cijfers"


def side_colour(side: str, indicator: Indicator, look: Look) -> str:
    """Return the colour of a side: unfavourable or favourable, or less or more where neither is good or bad."""
    worse = words.worse_side(indicator)
    if worse is None:
        return look.less_to_more[-1 if side == HOT else 0]
    return look.unfavourable if side == worse else look.favourable


def group_colour(kind: str, side: str, indicator: Indicator, look: Look) -> str:
    """Return the colour of a class over the years: the colour of its side, thinner for what asks less attention."""
    share = _SHADES[words.GROUP_OF[kind]]
    return mixed(side_colour(side, indicator, look), look.diverging[2], share)


def mixed(colour: str, paper: str, share: float) -> str:
    """Return ``colour`` thinned with ``paper``: ``share`` of it, 0 to 1."""
    parts = [
        round(share * int(colour[at : at + 2], 16) + (1 - share) * int(paper[at : at + 2], 16))
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02X}" for part in parts)


def drawn_of_year(known: Figures, indicator: Indicator, found: Spots, year: int, look: Look) -> MapDrawing:
    """Draw where figures of one year gather.

    Parameters
    ----------
    known : Figures
    indicator : Indicator
    found : Spots
        Of that year.
    year : int
    look : Look
    """
    # Every class has its place in every year, also where nothing is in it: the slider lays the years over each other.
    order = (*words.sides_in_order(indicator), NOTHING)
    colours = {side: side_colour(side, indicator, look) for side in order[:2]} | {NOTHING: look.diverging[2]}
    areas = _areas(known, found, lambda row: year_label(row, indicator, known.level))
    areas["class"] = areas["kind"].map({kind: place for place, kind in enumerate(order)}).astype("Int64")
    named = [
        Entry(words.class_label(kind, indicator, known.level), "colour", colours[kind]) for kind in order
    ]
    return _drawing(
        known,
        found.borders_year,
        areas,
        named,
        title=words.opening(found.rows, indicator, known.name, year, known.level),
        legend_title=f"Waar cijfers bij elkaar liggen: {wording.in_sentence(indicator.title)}, {year}",
        notes=_notes(found, indicator, year),
        source=known.source_of(indicator, year),
        look=look,
    )


def drawn_over_years(
    known: Figures,
    indicator: Indicator,
    found: Spots,
    over: pd.DataFrame,
    side: str,
    years: Sequence[int],
    look: Look,
) -> MapDrawing:
    """Draw how figures gathered on one side over the years.

    Parameters
    ----------
    known : Figures
    indicator : Indicator
    found : Spots
        Of the last of these years: gives the land, and why there is nothing to say.
    over : DataFrame
        As `analysis.hotspots.emerging.emerging`.
    side : str
    years : sequence of int
        The years that were looked at.
    look : Look
    """
    there = over[over["side"] == side].set_index("region")
    why = over[over["side"] == NEITHER].set_index("region")["class"]
    region = found.rows["region"]
    kinds = region.map(there["class"]).map(words.GROUP_OF)
    # What lies on the other side has nothing on this one; the others say themselves why nothing is claimed.
    kinds = kinds.fillna(region.map(why)).fillna(NOTHING)
    rows = found.rows.assign(**{"class": kinds.where(found.rows["class"] != words.NO_LAND, words.NO_LAND)})
    own = side_colour(side, indicator, look)
    shades = {group: mixed(own, look.diverging[2], share) for group, share in _SHADES.items()}
    present = [group for group in _SHADES if (rows["class"] == group).any()]

    def label(row: pd.Series) -> str:
        return years_label(
            row, there.loc[row["region"]] if row["region"] in there.index else None, indicator, known.level
        )

    areas = _areas(known, found, label, rows)
    order = [*present, NOTHING]
    areas["class"] = areas["kind"].map({kind: place for place, kind in enumerate(order)}).astype("Int64")
    named = [Entry(words.GROUP_LABELS[group], "colour", shades[group]) for group in present]
    named.append(
        Entry(
            f"geen {words.kind_of_figures(side, indicator)} cijfers bij elkaar", "colour", look.diverging[2]
        )
    )
    span = f"{years[0]} tot en met {years[-1]}" if len(years) > 1 else f"{years[0]}"
    return _drawing(
        known,
        found.borders_year,
        areas,
        named,
        title=words.years_opening(
            there.reset_index().assign(name=lambda rows: rows["region"].map(known.label)),
            indicator,
            known.name,
            side,
            known.level,
        ),
        legend_title=f"{wording.capital(words.kind_of_figures(side, indicator))} cijfers bij elkaar, {span}: "
        f"{wording.in_sentence(indicator.title)}",
        notes=(f"Grenzen van {found.borders_year}.",),
        source=known.source_of(indicator, *years),
        look=look,
        edged=False,
    )


def year_label(row: pd.Series, indicator: Indicator, level: str) -> str:
    """Return what stands under a name on the map of one year, lines apart by a line end."""
    lines = [wording.figure_or_reason(row["value"], row["status"], indicator.unit, indicator.decimals)]
    if row["class"] in (HOT, COLD, NOTHING) and row["n_neighbours"]:
        around = wording.figure(row["around"], indicator.unit, indicator.decimals)
        lines.append(f"samen met {words.around_text(row, level)} gemiddeld {around}")
    if row["class"] != NO_FIGURE:
        lines.append(words.class_label(str(row["class"]), indicator, level))
    return "\n".join(lines)


def years_label(row: pd.Series, over: pd.Series | None, indicator: Indicator, level: str) -> str:
    """Return what stands under a name on the map of the years, lines apart by a line end."""
    lines = [wording.figure_or_reason(row["value"], row["status"], indicator.unit, indicator.decimals)]
    if over is not None:
        lines += [words.YEARS_LABELS[str(over["class"])], words.in_how_many_years(over)]
    elif row["class"] in words.YEARS_REASONS or row["class"] == ISLAND:
        lines.append(words.reason_label(str(row["class"]), level))
    return "\n".join(lines)


def _areas(
    known: Figures, found: Spots, label: Callable[[pd.Series], str], rows: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return one row per polygon with land; those without a region of the panel have no figure."""
    rows = found.rows if rows is None else rows
    placed = rows[rows["class"] != words.NO_LAND]
    areas = pd.DataFrame(
        {
            "region": placed["region"].astype("str"),
            "name": placed["name"].astype("str"),
            "kind": placed["class"].astype("str"),
            "label": pd.Series([label(row) for _, row in placed.iterrows()], index=placed.index, dtype="str"),
            "reason": [
                words.reason_label(kind, known.level, status)
                for kind, status in zip(placed["class"], placed["status"], strict=True)
            ],
            "status": placed["status"].astype("str"),
            "value": placed["value"],
        }
    ).set_index(placed["shape"].astype("str"))
    names = shape_names(known, found.borders_year)
    empty = sorted(land_on(known, found.borders_year) - set(areas.index))
    others = pd.DataFrame(
        {
            "region": "",
            "name": [wording.wijk_name(names.get(code, code)) for code in empty],
            "kind": NO_FIGURE,
            "label": f"{wording.NO_FIGURE} ({_NOT_THERE})",
            "reason": f"{wording.NO_FIGURE} ({_NOT_THERE})",
            "status": "",
            "value": np.nan,
        },
        index=pd.Index(empty, dtype="str"),
    )
    areas = pd.concat([areas, others.astype(areas.dtypes.to_dict())]) if empty else areas
    areas.index.name = "shape"
    return areas.assign(alike=False)


def _drawing(
    known: Figures,
    borders_year: int,
    areas: pd.DataFrame,
    named: Sequence[Entry],
    *,
    title: str,
    legend_title: str,
    notes: tuple[str, ...],
    source: str,
    look: Look,
    edged: bool = True,
) -> MapDrawing:
    counts = areas["class"].value_counts()
    legend = [
        Entry(entry.name, entry.mark, entry.colour, int(counts.get(place, 0)))
        for place, entry in enumerate(named)
    ]
    without = areas.loc[areas["class"].isna(), "reason"].value_counts(sort=True)
    legend += [Entry(str(reason), "no_figure", "", int(n)) for reason, n in without.items()]
    if edged:
        of_class = areas.loc[areas["class"].notna(), "status"]
        legend += [
            Entry(told, mark, "", n)
            for status, mark, told in EDGES
            if (n := int((of_class == status.value).sum()))
        ]
    else:
        areas = areas.assign(status="")
    return MapDrawing(
        title=title,
        gemeente=known.gemeente,
        level=known.level,
        borders_year=borders_year,
        areas=areas,
        colours=tuple(entry.colour for entry in named),
        legend_title=legend_title,
        legend=tuple(legend),
        look={name: getattr(look, name) for name in LOOK},
        notes=notes,
        source=f"{source} {ATTRIBUTION}",
    )


def _notes(found: Spots, indicator: Indicator, year: int) -> tuple[str, ...]:
    """Say on which borders, and which regions have no place there, with their figures."""
    unplaced = found.rows[found.rows["class"] == words.NO_LAND]
    told = [
        wording.figure_or_reason(value, status, indicator.unit, indicator.decimals)
        for value, status in zip(unplaced["value"], unplaced["status"], strict=True)
    ]
    notes = (
        f"Grenzen van {found.borders_year}, cijfers van {year}." if found.borders_year != year else "",
        unplaced_sentence(unplaced.assign(label=told), found.borders_year),
    )
    return tuple(filter(None, notes))
