"""A chart of the report as a chart of the slides: its figures can be edited, and nothing is drawn that the model does not hold.

Element order follows the schema of DrawingML charts (ECMA-376, part 1, chapter 21.2): PowerPoint repairs, or refuses, a
file in which it is another one. A line that starts anew becomes two series of the same name, because not every program can
leave one segment of a line away. Of a forecast the ends of the bands are lines of their own.
"""

from __future__ import annotations

from typing import Any, Final

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

from reports.deck_chart_bars import BarDrawing, bar_series
from reports.deck_chart_base import finite
from reports.deck_chart_lines import LineDrawing, lines_in
from reports.deck_chart_xml import SMALL
from reports.deck_template import Box, Palette
from reports.deck_text import Face, Ink
from reports.map_lettering import plain
from reports.model import Chart

_LEAST_LINES: Final = 165.0
_NO_COLOURS: Final = Palette(*[Ink("#000000")] * 9)


def add_chart(shapes: Any, chart: Chart, box: Box, palette: Palette, face: Face) -> Any:
    """Put an editable chart on a slide.

    Parameters
    ----------
    shapes : shapes of a slide of python-pptx
    chart : Chart
    box : Box
        Where, in points.
    palette : Palette
    face : Face
        Letters of the template.

    Returns
    -------
    GraphicFrame
    """
    lines = list(lines_in(chart)) if chart.form == "line" else [bar_series(series) for series in chart.series]
    data = CategoryChartData(number_format="0" if not chart.decimals else f"0.{'0' * chart.decimals}")
    data.categories = [plain(category) for category in chart.categories]
    for line in lines:
        data.add_series(plain(line.name), finite(line.values))
    kind = XL_CHART_TYPE.LINE_MARKERS if chart.form == "line" else XL_CHART_TYPE.BAR_CLUSTERED
    frame = shapes.add_chart(kind, *box.emu, data)
    draw = LineDrawing if chart.form == "line" else BarDrawing
    draw(chart, lines, box, palette, face).onto(frame.chart)
    return frame


def least_height(chart: Chart, width: float, face: Face) -> float:
    """Return the height that a chart needs to be read, in points: for bars it grows with their number."""
    if chart.form == "line":
        return _LEAST_LINES
    box = Box(0.0, 0.0, width, 400.0)
    drawing = BarDrawing(chart, [bar_series(series) for series in chart.series], box, _NO_COLOURS, face)
    return drawing.room.top + drawing.needed(SMALL) + drawing.room.bottom
