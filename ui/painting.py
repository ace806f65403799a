"""What the map shows: which figures on which borders, how sure they are, and what has no place on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import pandas as pd

from analysis.classes import Classes, Method, classify
from analysis.noise import Z95
from data.catalogue import Indicator
from data.panel import BOUNDARY_REDRAWN, Status
from reports.map_drawing import LOOK, Entry, MapDrawing, Mark
from ui import wording
from ui.figures import Figures
from ui.theme import Look

Palette = Literal["scale", "more_is_worse", "more_is_better", "neutral"]

ATTRIBUTION: Final = "Grenzen: CBS en Kadaster (PDOK), CC BY 4.0."
#: More regions than this are not named one by one under the map.
_MOST_NAMED: Final = 8
_NOT_THERE: Final = "dit gebied bestond zo niet"
_NOT_IN_TABLES: Final = "niet in de tabellen"
#: How the outline of a region says that its figure is less certain, and what the legend calls that.
EDGES: Final[tuple[tuple[Status, Mark, str], ...]] = (
    (Status.PROVISIONAL, "broken", "gebroken rand: voorlopig cijfer"),
    (Status.BRIDGED, "dashed", "streepjesrand: omgerekend naar de grenzen van nu"),
)


@dataclass(frozen=True)
class Layer:
    """One figure per region, to be painted on borders.

    Attributes
    ----------
    rows : DataFrame
        One row per region: region, name, value (what is coloured; empty is hatched), status (of the figure; empty where the
        value is not a figure of the source), reason (why it is hatched, as the legend says it), alike (bool: dotted) and
        label (under the name when pointed at, lines apart by a line end).
    year : int
        The regions are those of this year.
    of_one_year : bool
        Whether the figures are of that year too; a trend is of many.
    title : str
        The finding.
    legend_title : str
        Figure, unit, year and comparator.
    named : callable
        Name of a class in the legend: of `Classes`, which one it is.
    decimals : int
        Of the value, as it is written.
    palette : {"scale", "more_is_worse", "more_is_better", "neutral"}
        One hue, or two around a midpoint.
    midpoint : float or None
    dots : str
        What dots say, for the legend. Around a midpoint dotted regions have the colour of the middle and are counted here;
        on a scale they are counted in their class too.
    notes : tuple of str
    source : str
    """

    rows: pd.DataFrame
    year: int
    title: str
    legend_title: str
    named: Callable[[Classes, int], str]
    decimals: int
    palette: Palette = "scale"
    midpoint: float | None = None
    dots: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""
    of_one_year: bool = True

    def classes_of(
        self, values: pd.Series, method: Method = "quantiles", bounds: tuple[float, ...] = ()
    ) -> Classes:
        """Return classes of values as this layer is written, around its midpoint where it has one."""
        return classify(values, method, decimals=self.decimals, bounds=bounds or None, midpoint=self.midpoint)


@dataclass(frozen=True)
class Painting:
    """A layer on borders, in classes.

    Attributes
    ----------
    known : Figures
    layer : Layer
    borders_year : int
        Year of the borders that it is drawn on.
    areas : DataFrame
        One row per polygon with land, indexed by its code; see `reports.map_drawing.MapDrawing`.
    unplaced : DataFrame
        The regions without a polygon of their own under these borders: region, name, value, status and label.
    classes : Classes
    """

    known: Figures
    layer: Layer
    borders_year: int
    areas: pd.DataFrame
    unplaced: pd.DataFrame
    classes: Classes

    def in_classes(self, classes: Classes) -> Painting:
        """Return the same map in other classes."""
        areas = self.areas.assign(**{"class": colour_of(classes, self.areas["value"])})
        return replace(self, areas=areas, classes=classes)

    def drawn(self, look: Look) -> MapDrawing:
        """Return the drawing in a look."""
        colours = colours_of(self.classes, self.layer.palette, look)
        return MapDrawing(
            title=self.layer.title,
            gemeente=self.known.gemeente,
            level=self.known.level,
            borders_year=self.borders_year,
            areas=self.areas,
            colours=colours,
            legend_title=self.layer.legend_title,
            legend=self._legend(colours),
            look={name: getattr(look, name) for name in LOOK},
            notes=self.notes,
            source=f"{self.layer.source} {ATTRIBUTION}".strip(),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be known to read the map."""
        if not self.layer.of_one_year:
            return (*self.layer.notes, f"Grenzen van {self.borders_year}.")
        own = f"Grenzen van {self.borders_year}, cijfers van {self.layer.year}."
        return (*self.layer.notes, own) if self.borders_year != self.layer.year else self.layer.notes

    def _legend(self, colours: tuple[str, ...]) -> tuple[Entry, ...]:
        around, dotted = self.layer.midpoint is not None, self.areas["alike"]
        counted = self.areas["class"][~dotted] if around else self.areas["class"]
        entries = [
            Entry(
                self.layer.named(self.classes, place), "colour", colours[step], int((counted == step).sum())
            )
            for place, step in enumerate(_places(self.classes))
        ]
        without = self.areas.loc[self.areas["class"].isna(), "reason"].value_counts(sort=True)
        entries += [Entry(str(reason), "no_figure", "", int(n)) for reason, n in without.items()]
        if dotted.any():
            entries.append(Entry(self.layer.dots, "dots", "", int(dotted.sum())))
        statuses = self.areas["status"][self.areas["class"].notna()]
        for status, mark, told in EDGES:
            if n := int((statuses == status.value).sum()):
                entries.append(Entry(told, mark, "", n))  # the marks of EDGES
        if around:
            # A middle that nobody is in says nothing beside the dots that have its colour.
            entries = [
                entry for entry in entries if entry.mark != "colour" or entry.count or not dotted.any()
            ]
        return tuple(entries)


def _places(classes: Classes) -> tuple[int, ...]:
    """Return which colour of `colours_of` each class has."""
    return tuple(range(len(classes))) if classes.midpoint is None else classes.steps


def colour_of(classes: Classes, values: pd.Series) -> pd.Series:
    """Return for every value which colour of `colours_of` it has (Int64); empty where there is no value."""
    return classes.of(values).map(dict(enumerate(_places(classes)))).astype("Int64")


def colours_of(classes: Classes, palette: Palette, look: Look) -> tuple[str, ...]:
    """Return the colours of a map: one per class, as far apart as their steps on the scale are.

    Around a midpoint always all five, so that the one in the middle is that of the midpoint.
    """
    scale = {
        "scale": look.scale,
        "more_is_worse": look.diverging[::-1],
        "more_is_better": look.diverging,
        "neutral": look.less_to_more,
    }[palette]
    if classes.midpoint is not None:
        return tuple(scale)
    return tuple(scale[step] for step in classes.steps)


def figure_name(indicator: Indicator) -> Callable[[Classes, int], str]:
    """Return how a legend names a class of figures: the lowest and the highest that occur, or bounds of one's own."""

    def written(value: float, *, alone: bool) -> str:
        euros = wording.in_thousands_of_euro(indicator.unit)
        if alone or euros:
            return wording.figure(value, indicator.unit, indicator.decimals)
        return wording.number(value, indicator.decimals)

    def named(classes: Classes, place: int) -> str:
        if classes.bounds:
            return _between(*classes.limits(place), written)
        low, high = classes.ranges[place]
        if low == high:
            return written(high, alone=True)
        return f"{written(low, alone=False)} tot en met {written(high, alone=True)}"

    return named


def _between(lower: float | None, upper: float | None, written: Callable[..., str]) -> str:
    if lower is None:
        return f"tot en met {written(upper, alone=True)}"
    if upper is None:
        return f"meer dan {written(lower, alone=True)}"
    return f"meer dan {written(lower, alone=False)} tot en met {written(upper, alone=True)}"


def away_name(
    write: Callable[[float], str], more: str, less: str, middle: str
) -> Callable[[Classes, int], str]:
    """Return how a legend names a class of differences: "1,2 tot en met 3,4 procentpunt hoger".

    Parameters
    ----------
    write : callable
        Writes the size of a difference, with its unit.
    more, less, middle : str
        What stands behind a difference above 0 and below it, and the name of the class of 0.
    """

    def named(classes: Classes, place: int) -> str:
        low, high = classes.ranges[place]
        if low <= 0 <= high:
            return middle
        near, far = sorted((abs(low), abs(high)))
        size = write(far) if near == far else f"{_bare(write(near), write(far))} tot en met {write(far)}"
        return f"{size} {more if high > 0 else less}"

    return named


def _bare(first: str, second: str) -> str:
    """Return the first of two figures without the unit that the second one names."""
    number, _, unit = first.partition(wording.SPACE)
    return number if unit and second.endswith(f"{wording.SPACE}{unit}") and number[:1].isdigit() else first


# Which figures -------------------------------------------------------------------------------------


def areas_of(known: Figures, indicator: Indicator, year: int, *, published: bool = False) -> pd.DataFrame:
    """Return one row per region of a year, indexed and ordered as the panel.

    Parameters
    ----------
    known : Figures
    indicator : Indicator
    year : int
    published : bool
        Take the figures that were published that year; else those that were converted to the borders of now, where
        there are. Never both: that would count the same people twice.

    Returns
    -------
    DataFrame
        Columns region, name, value, status, year, unit and margin (1.96 standard errors).
    """
    panel = known.as_published if published else known.on_borders_of_now
    rows = panel[
        (panel["indicator"] == indicator.id) & (panel["level"] == known.level) & (panel["year"] == year)
    ]
    return rows[["region", "value", "status", "year", "unit"]].assign(
        name=rows["region"].map(known.label), margin=Z95 * known.errors["total"].reindex(rows.index)
    )


def as_given(indicator: Indicator, areas: pd.DataFrame) -> Indicator:
    """Return the indicator as CBS gave it in the year of ``areas``: some counts were a percentage in 2014."""
    units = areas.loc[areas["value"].notna(), "unit"].unique()
    if len(units) != 1 or units[0] == indicator.unit:
        return indicator
    return indicator.model_copy(update={"unit": str(units[0]), "kind": "rate"})


def alike(known: Figures, indicator: Indicator, areas: pd.DataFrame) -> pd.Series:
    """Tell which regions cannot be told apart from the figure of the gemeente: the difference is within the noise.

    The same test as `analysis.standing.compare`. A count says only how large a region is, so it is never alike.
    """
    nowhere = pd.Series(False, index=areas.index)
    if indicator.kind == "count" or areas.empty:
        return nowhere
    own = known.of(indicator.id, known.gemeente)
    own = own[(own["year"] == areas["year"].iloc[0]) & own["value"].notna()]
    if own.empty:
        return nowhere
    gemeente = own.iloc[0]
    noise = np.hypot(areas["margin"], Z95 * known.errors["total"].get(own.index[0], np.nan))
    near = (areas["value"] - gemeente["value"]).abs() <= noise
    return near & (areas["unit"] == gemeente["unit"])


# On which borders ----------------------------------------------------------------------------------


def borders_for(known: Figures, regions: pd.Series, year: int) -> int | None:
    """Return the year of the borders for figures of ``regions`` in ``year``: those of now where one was converted."""
    on_now = any((region, year) in known.converted for region in regions)
    return known.borders_year(known.years[-1] if on_now else year)


def paint(known: Figures, layer: Layer, borders_year: int, classes: Classes | None = None) -> Painting:
    """Put a layer on borders.

    Parameters
    ----------
    known : Figures
    layer : Layer
    borders_year : int
        A year in ``known.divisions``.
    classes : Classes, optional
        Of this layer and others that share its legend; else of this layer alone.
    """
    rows = layer.rows.assign(shape=shapes_of(known, layer.rows["region"], layer.year, borders_year))
    drawn = rows["shape"].isin(known.divisions[borders_year])
    placed = rows[drawn].set_index("shape").rename_axis(None)
    areas = pd.concat([placed, _left_empty(known, placed, layer.year, borders_year)])
    classes = layer.classes_of(placed["value"]) if classes is None else classes
    areas["class"] = colour_of(classes, areas["value"])
    areas["alike"] = areas["alike"].astype("bool")
    unplaced = rows.loc[~drawn, ["region", "name", "value", "status", "label"]]
    return Painting(known, layer, borders_year, areas, unplaced, classes)


def shapes_of(known: Figures, regions: pd.Series, year: int, borders_year: int) -> pd.Series:
    """Return the code of the polygon that is the land of each region in ``year``; empty where that land has none."""
    first, last = sorted((year, borders_year))
    there = known.region_years
    changed = there[there["year"].between(first + 1, last) & (there["boundary"] == BOUNDARY_REDRAWN)]
    redrawn = set(changed["region"])
    codes = [
        known.shape_of(region, borders_year) or ""
        if (region, year) in known.converted or region not in redrawn
        else ""
        for region in regions
    ]
    return pd.Series(codes, index=regions.index, dtype="str")


def lies_elsewhere(known: Figures, year: int) -> bool:
    """Tell whether some region of a year has no polygon of its own on the borders of now."""
    borders_year = known.borders_year(known.years[-1])
    if borders_year is None:
        return False
    regions = pd.Series(known.regions_in(year), dtype="str")
    return bool((shapes_of(known, regions, year, borders_year) == "").any())


def _left_empty(known: Figures, placed: pd.DataFrame, year: int, borders_year: int) -> pd.DataFrame:
    """Return a row for every polygon with land that no region of that year fills."""
    codes = sorted(land_on(known, borders_year) - set(placed.index))
    regions = [known.region_on(code, borders_year) for code in codes]
    names = shape_names(known, borders_year)
    whys = [f"{_NOT_THERE} in {year}" if region else _NOT_IN_TABLES for region in regions]
    reasons = [f"{wording.NO_FIGURE} ({why})" for why in whys]
    return pd.DataFrame(
        {
            "region": pd.Series([region or "" for region in regions], index=codes, dtype="str"),
            "name": pd.Series(
                [
                    known.label(region) if region else wording.wijk_name(names.get(code, code))
                    for code, region in zip(codes, regions, strict=True)
                ],
                index=codes,
                dtype="str",
            ),
            "value": pd.Series(np.nan, index=codes, dtype="float64"),
            "status": pd.Series("", index=codes, dtype="str"),
            "reason": pd.Series(reasons, index=codes, dtype="str"),
            "label": pd.Series(reasons, index=codes, dtype="str"),
            "alike": pd.Series(False, index=codes, dtype="bool"),
        }
    )


@lru_cache(maxsize=64)
def shape_names(known: Figures, borders_year: int) -> dict[str, str]:
    """Return the name of every polygon with land, by code; empty where the borders cannot be read."""
    frame = known.border_frame(borders_year)
    if frame is None:
        return {}
    land = frame[~frame["water"].astype("bool")]
    return dict(zip(land["region"], land["name"].astype("str"), strict=True))


def land_on(known: Figures, borders_year: int) -> set[str]:
    """Return the codes of the polygons with land; of all polygons of known regions where the borders cannot be read."""
    return set(shape_names(known, borders_year)) or {
        code for code in known.divisions[borders_year] if known.region_on(code, borders_year)
    }


def unplaced_sentence(unplaced: pd.DataFrame, borders_year: int) -> str:
    """Name the regions that have no place on the map, with their figures; empty where all have one.

    Parameters
    ----------
    unplaced : DataFrame
        As in `Painting`.
    borders_year : int
    """
    if unplaced.empty:
        return ""
    told = [
        f"{name}: {str(label).partition(chr(10))[0]}"
        for name, label in zip(unplaced["name"], unplaced["label"], strict=True)
    ]
    if len(told) > _MOST_NAMED:
        rest = len(told) - _MOST_NAMED
        told = [*told[:_MOST_NAMED], f"en nog {wording.number(rest)} andere, zie de tabel"]
    who = "dit gebied" if len(unplaced) == 1 else "deze gebieden"
    return f"Niet op de kaart, omdat de grenzen van {borders_year} {who} zo niet hebben: {'; '.join(told)}."
