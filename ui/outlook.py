"""The pictures of Prognose: the fan with its table and downloads, or the series alone where no fan can be made."""

from __future__ import annotations

import pandas as pd

from data.catalogue import Indicator
from ui import charts, findings, tables, wording
from ui.breaks import breaks_to_mark
from ui.exhibit import exhibit, file_name
from ui.figures import Figures


def show_fan(
    known: Figures,
    indicator: Indicator,
    region: str,
    history: pd.DataFrame,
    outlook: pd.DataFrame,
    last: float,
    method: str,
) -> None:
    """Show what was counted and what is expected of one region.

    Parameters
    ----------
    known : Figures
    indicator : Indicator
    region : str
    history : DataFrame
        As `ui.figures.series` returns it, of one region.
    outlook : DataFrame
        As `analysis.forecasting.forecast` returns it.
    last : float
        The last figure that the forecast starts from.
    method : str
        How it came about, in plain words, for who downloads it.
    """
    place, source = known.label(region), known.source_of(indicator)
    title = findings.forecast_title(outlook, indicator, place, last)
    breaks = breaks_to_mark(known, indicator, [region])
    years = [*map(int, history["year"]), *map(int, outlook["year"])]
    exhibit(
        lambda look: charts.forecast_chart(
            history, outlook, indicator, look, title=title, breaks=breaks, source=source
        ),
        "prognose",
        name=file_name(known, f"verwachting {indicator.title} {place}", *years),
        table=lambda: tables.forecast_table(history, outlook, indicator),
        figures=lambda: tables.forecast_rows(history, outlook, indicator, source),
        told=f"Tabel: {indicator.title} in {place}, wat er was en wat we verwachten met de banden van 80 en 95 %",
        method=method,
    )


def show_series(known: Figures, indicator: Indicator, region: str, history: pd.DataFrame) -> None:
    """Show the figures of one region, without a forecast; parameters as in `show_fan`."""
    place, source = known.label(region), known.source_of(indicator)
    title = findings.series_title(history, indicator, place)
    breaks = breaks_to_mark(known, indicator, [region])
    exhibit(
        lambda look: charts.line_chart(history, indicator, look, title=title, breaks=breaks, source=source),
        "reeks",
        name=file_name(known, f"{indicator.title} {place}", *map(int, history["year"])),
        table=lambda: tables.figures_table(history, indicator),
        figures=lambda: tables.figure_rows(history, indicator, source),
        told=f"Tabel: {wording.title_with_unit(indicator)}, in {place}",
        legend=wording.marks_legend(history["status"]),
    )
