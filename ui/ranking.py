"""All wijken in order of one figure, with the margin of each and the gemeente as a line."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from data.catalogue import Indicator
from ui import charts, findings, tables, wording
from ui.exhibit import exhibit, file_name
from ui.figures import standing
from ui.selection import Selection
from ui.theme import Look

#: How the order and the comparison came about, for who downloads it.
METHOD: Final = (
    "Een verschil met de gemeente telt pas als het groter is dan de marge: afronding, kleine aantallen en omrekenen samen. "
    "Kleinere verschillen heten ongeveer gelijk."
)


def ranking(selection: Selection, areas: pd.DataFrame, *, published: bool = False) -> None:
    """Show the wijken in order of the chosen figure; herkomst and counts are never put in order.

    Parameters
    ----------
    selection : Selection
    areas : DataFrame
        One row per wijk: region, name, value and status of the chosen figure in the chosen year.
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
    ranked = ranked.fillna({"verdict": "no_figure", "judgement": "none"})
    against, source = compared["comparator_value"].dropna(), known.source_of(indicator, year)

    def drawn(look: Look) -> alt.LayerChart:
        return charts.bar_ranking(
            ranked,
            indicator,
            look,
            title=findings.ranking_title(ranked, indicator, known.name if len(against) else None),
            subtitle=f"{wording.title_with_unit(indicator)}, {year}",
            year=year,
            comparator_value=float(against.iloc[0]) if len(against) else None,
            comparator_name=known.name,
            selected=selection.wijk,
            source=source,
        )

    exhibit(
        drawn,
        "volgorde",
        name=file_name(known, f"{indicator.title} volgorde", year),
        table=lambda: tables.ranking_table(ranked, indicator, known.name),
        figures=lambda: ranking_rows(ranked, indicator, known.name, source),
        told=f"Tabel: {indicator.title} per wijk, van hoog naar laag, naast {known.name}",
        method=METHOD,
    )


def ranking_rows(ranked: pd.DataFrame, indicator: Indicator, comparator: str, source: str) -> pd.DataFrame:
    """Return the plain rows behind the ranking, highest first, with what the wijken are compared with."""
    ordered = ranked.sort_values("value", ascending=False, na_position="last", kind="stable")
    rows = tables.figure_rows(
        ordered.drop(columns="margin").rename(columns={"noise": "margin"}), indicator, source
    )
    return rows.assign(
        compared_with=comparator,
        comparator_value=ordered["comparator_value"].round(6),
        verdict=[wording.verdict_label(verdict) for verdict in ordered["verdict"]],
    ).reset_index(drop=True)
