"""The charts of Wijkradar: one look, doubt drawn, and a text alternative with every picture.

Observed is solid, provisional a hollow point on a dashed line, a forecast a fan. A year without a figure is
a gap, a broken series is two lines with a thin rule between them. Every function returns an Altair chart
that fills the width it is given; show it with ``st.altair_chart(chart, width="stretch", theme=None)``. The
text alternative stands in the chart's description and comes from the ``describe_*`` function beside it.

This is the public face; ``chart_lines``, ``chart_forecast``, ``chart_ranking``, ``chart_heat`` and ``chart_cells``
hold the drawing, ``chart_parts`` what they share and ``chart_line_parts`` what pictures over the years share.
"""

from ui.chart_cells import (
    coverage_chart,
    describe_coverage_chart,
    describe_life_chart,
    life_chart,
)
from ui.chart_forecast import describe_forecast_chart, forecast_chart
from ui.chart_heat import triage_heat, with_selected
from ui.chart_line_parts import MOST_EMPHASISED
from ui.chart_lines import describe_sparkline, line_chart, sparkline
from ui.chart_parts import empty_chart, sized, theme
from ui.chart_ranking import bar_ranking, describe_ranking
from ui.chart_words import describe_line_chart
from ui.heat_words import describe_triage_heat

__all__ = [
    "MOST_EMPHASISED",
    "bar_ranking",
    "coverage_chart",
    "describe_coverage_chart",
    "describe_forecast_chart",
    "describe_life_chart",
    "describe_line_chart",
    "describe_ranking",
    "describe_sparkline",
    "describe_triage_heat",
    "empty_chart",
    "forecast_chart",
    "life_chart",
    "line_chart",
    "sized",
    "sparkline",
    "theme",
    "triage_heat",
    "with_selected",
]
