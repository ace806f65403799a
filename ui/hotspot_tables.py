"""Tables of hotspots: what stands beside the map, what is downloaded, and what was tested."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

import pandas as pd
from pandas.io.formats.style import Styler

from analysis.hotspots import NO_FIGURE
from data.catalogue import Indicator
from ui import hotspot_wording as words
from ui import tables, wording
from ui.hotspotting import Spots

_RAW: Final = ["n_neighbours", "around", "statistic", "p", "p_adjusted", "class"]


def in_order(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Return regions with what asks attention first: the unfavourable side, then the other, each strongest first."""
    order = {side: place for place, side in enumerate(words.sides_in_order(indicator))}
    return (
        rows.assign(place=rows["class"].map(order).fillna(len(order)), strength=-rows["statistic"].abs())
        .sort_values(["place", "strength"], kind="stable")
        .drop(columns=["place", "strength"])
    )


def spot_table(found: Spots, indicator: Indicator, level: str) -> Styler:
    """Return all regions with their figure, the mean with those around, and what that means."""
    rows = in_order(found.rows, indicator)
    table = pd.DataFrame(
        {
            tables.capital_unit(indicator): _shown(rows["value"], indicator),
            "Met eromheen": _shown(rows["around"], indicator),
            "Buren": rows["n_neighbours"].astype("int64"),
            "Uitkomst": [_outcome(row, indicator, level) for _, row in rows.iterrows()],
        }
    )
    table.index = _names(rows)
    figures: list[Hashable] = [tables.capital_unit(indicator), "Met eromheen"]
    return table.style.format(_written(indicator), subset=figures, na_rep=tables.PLACEHOLDER)


def _outcome(row: pd.Series, indicator: Indicator, level: str) -> str:
    if row["class"] == NO_FIGURE:
        return wording.no_figure(str(row["status"]))
    return words.class_label(str(row["class"]), indicator, level)


def spot_rows(found: Spots, indicator: Indicator, source: str) -> pd.DataFrame:
    """Return the plain rows behind the map of one year, to download."""
    rows = in_order(found.rows, indicator).reset_index(drop=True)
    extra = [*_RAW, "smoothed"] if "smoothed" in rows else _RAW
    return tables.figure_rows(rows, indicator, source).assign(**{name: rows[name] for name in extra})


def over_table(over: pd.DataFrame) -> pd.DataFrame:
    """Return what happened over the years, one row per region and side of ``analysis.hotspots.emerging``, with name."""
    return pd.DataFrame(
        {
            "Gebied": over["name"],
            "Over de jaren": over["class"].map(words.YEARS_LABELS),
            "Hoe vaak": [words.in_how_many_years(row) for _, row in over.iterrows()],
        }
    ).reset_index(drop=True)


def over_rows(over: pd.DataFrame, indicator: Indicator, source: str) -> pd.DataFrame:
    """Return the plain rows behind the map of the years, to download."""
    rows = over.assign(
        indicator=indicator.id, years=[", ".join(map(str, years)) for years in over["years"]], source=source
    )
    first = ["region", "name", "indicator", "side", "class"]
    return rows[[*first, *(name for name in rows.columns if name not in first)]].reset_index(drop=True)


def tested_table(found: Spots, indicator: Indicator) -> pd.DataFrame:
    """Return what was tested, as text for the fold: statistic, p and adjusted p of every region, and the shrunk rate."""
    rows = found.rows[found.rows["p"].notna()].sort_values("p", kind="stable")
    table = pd.DataFrame(
        {
            "Gebied": rows["name"],
            "Buren": [wording.number(n) for n in rows["n_neighbours"]],
            "Gi* (z)": [wording.number(z, 2, signed=True) for z in rows["statistic"]],
            "p": [_chance(p) for p in rows["p"]],
            "p, gecorrigeerd": [_chance(p) for p in rows["p_adjusted"]],
        }
    ).reset_index(drop=True)
    if "smoothed" in rows:
        shrunk = [wording.number(value, indicator.decimals) for value in rows["smoothed"]]
        table.insert(1, "Bijgesteld", shrunk)
    return table


def _chance(p: float) -> str:
    return f"< {wording.number(0.001, 3)}" if p < 0.001 else wording.number(p, 3)


def _names(rows: pd.DataFrame) -> pd.Index:
    labels = wording.label_names(dict(zip(rows["region"], rows["name"], strict=True)))
    return pd.Index([labels[region] for region in rows["region"]], name="Gebied")


def _shown(values: pd.Series, indicator: Indicator) -> list[float]:
    factor = 1000 if wording.in_thousands_of_euro(indicator.unit) else 1
    return (values.astype("float64") * factor).round(6).to_list()


def _written(indicator: Indicator) -> Callable[[object], str]:
    decimals = 0 if wording.in_thousands_of_euro(indicator.unit) else indicator.decimals
    return lambda value: wording.number(value, decimals)
