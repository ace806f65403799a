"""All wijken in order of one figure, with the margin of each and the gemeente as a line."""

from __future__ import annotations

import pandas as pd

from ui import charts
from ui.figures import standing
from ui.parts import chart
from ui.selection import Selection
from ui.theme import Look


def ranking(selection: Selection, areas: pd.DataFrame, look: Look, *, published: bool = False) -> None:
    """Show the wijken in order of the chosen figure; herkomst and counts are never put in order.

    Parameters
    ----------
    selection : Selection
    areas : DataFrame
        One row per wijk: region, name, value and status of the chosen figure in the chosen year.
    look : Look
    published : bool
        Whether ``areas`` are those of that year, without converted figures.
    """
    known, indicator, year = selection.figures, selection.indicator, selection.year
    if indicator.kind == "count" or not indicator.usable_in_score or areas["value"].isna().all():
        return
    compared = standing(known, year, published=published)
    compared = compared[(compared["indicator"] == indicator.id) & (compared["year"] == year)]
    columns = ["region", "noise", "verdict", "judgement", "comparator_value"]
    ranked = areas.reset_index(drop=True).merge(compared[columns], on="region", how="left")
    against = compared["comparator_value"].dropna()
    drawn = charts.bar_ranking(
        ranked.fillna({"verdict": "no_figure", "judgement": "none"}),
        indicator,
        look,
        title=f"Alle wijken op volgorde, {year}",
        year=year,
        comparator_value=float(against.iloc[0]) if len(against) else None,
        comparator_name=known.name,
        selected=selection.wijk,
        source=known.source_of(indicator, year),
    )
    chart(drawn, "volgorde")
