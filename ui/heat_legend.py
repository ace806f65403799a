"""The colours of the heat map and its legend, which breaks its lines anew on a narrow screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import altair as alt
import pandas as pd

from ui.chart_parts import NARROW, hatching, text_width
from ui.heat_words import COURSE_WORDS, LEVEL_WORDS, NO_FIGURE, UNSURE, WORSE
from ui.theme import Look

#: Shape of the triangle in a cell, by course.
SHAPES: Final = {"a": "triangle-up", "b": "triangle-down", "c": "triangle-up", "d": "triangle-down"}
_LINE, _TEXT, _SIGN, _GAP = 18, 11, 18, 12
#: Widths of the plot in pixels for which the legend is laid out; the first fits a telephone.
_ROOMS: Final = (345, NARROW, 860)


def heat_inks(look: Look) -> dict[int, tuple[str, str, str]]:
    """Return per step the fill of a cell, its edge, and the ink of the triangle in it.

    Of the unfavourable side the fill stands out (3:1 on paper for what is much more unfavourable), of the favourable
    side the edge. So the sides differ in grey as well.
    """
    worse, better = look.unfavourable, look.favourable
    return {
        2: (worse, worse, look.paper),
        1: (_mixed(worse, look.paper, 0.62), _mixed(worse, look.paper, 0.62), look.ink),
        0: (_mixed(look.no_figure, look.paper, 0.16), _mixed(look.no_figure, look.paper, 0.16), look.ink),
        -1: (_mixed(better, look.paper, 0.06), better, look.ink),
        -2: (_mixed(better, look.paper, 0.28), better, look.ink),
        UNSURE: (look.paper, look.no_figure, look.ink),
        NO_FIGURE: (look.paper, look.paper, look.quiet),
    }


def _mixed(ink: str, paper: str, part: float) -> str:
    """Return the colour that is ``part`` ink on paper, both as #RRGGBB."""
    channels = (
        round(part * int(ink[i : i + 2], 16) + (1 - part) * int(paper[i : i + 2], 16)) for i in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02X}" for channel in channels)


class HeatLegend:
    """A cell or a triangle before each word, as many on a line as fit.

    Parameters
    ----------
    steps : iterable of int
        Steps that occur in the picture.
    courses : iterable of str
        Keys of `COURSE_WORDS` that occur.
    """

    def __init__(self, steps: Iterable[int], courses: Iterable[str]) -> None:
        there, moving = set(steps), {code.lower() for code in courses}
        self._steps = [step for step in LEVEL_WORDS if step in there]
        self._courses = [code for code in SHAPES if code in moving]
        words = [
            [LEVEL_WORDS[step] for step in self._steps],
            [COURSE_WORDS[code] for code in self._courses],
        ]
        self._words = words[0] + words[1]
        self._layouts = [_flow(words, room) for room in _ROOMS]

    @property
    def tallest(self) -> float:
        """Height in pixels on a narrow chart."""
        return self._layouts[0][1]

    @property
    def height(self) -> str:
        """Height in pixels as an expression."""
        return _by_width([height for _, height in self._layouts])

    def layers(self, look: Look) -> list[alt.Chart]:
        """Return the marks and the words."""
        entries = self._entries(look)
        x, y = (_by_width([f"datum.{axis}{i}" for i in range(len(_ROOMS))]) for axis in "xy")
        place: dict[str, Any] = {"y": alt.ExprRef(y), "tooltip": None, "opacity": 1}
        sign: dict[str, Any] = {**place, "x": alt.ExprRef(f"{x} + 6"), "aria": False}
        signs = [
            _drawn(str(kind), alt.Chart(part), sign, look)
            for kind, part in entries.groupby("kind", sort=False)
        ]
        words = alt.Chart(entries).mark_text(
            **place,
            x=alt.ExprRef(f"{x} + {_SIGN}"),
            align="left",
            baseline="middle",
            fontSize=_TEXT,
            color=look.ink,
        )
        return [*signs, words.encode(text="word:N")]

    def _entries(self, look: Look) -> pd.DataFrame:
        inks = heat_inks(look)
        special = {NO_FIGURE: "hatched", UNSURE: "dashed"}
        frame = pd.DataFrame(
            {
                "word": self._words,
                "kind": [special.get(step, "cell") for step in self._steps]
                + ["filled" if code in WORSE else "open" for code in self._courses],
                "fill": [inks[step][0] for step in self._steps] + [look.ink for _ in self._courses],
                "edge": [inks[step][1] for step in self._steps] + [look.ink for _ in self._courses],
                "shape": ["square"] * len(self._steps) + [SHAPES[code] for code in self._courses],
            }
        )
        for i, (places, _) in enumerate(self._layouts):
            frame[f"x{i}"], frame[f"y{i}"] = [x for x, _ in places], [y for _, y in places]
        return frame


def _drawn(kind: str, base: alt.Chart, sign: dict[str, Any], look: Look) -> alt.Chart:
    """Draw the sign before a word as it looks in the picture."""
    fill = alt.Fill("fill:N", scale=None, legend=None)
    shaped = {
        "stroke": alt.Stroke("edge:N", scale=None, legend=None),
        "shape": alt.Shape("shape:N", scale=None, legend=None),
    }
    ways: dict[str, Callable[[], alt.Chart]] = {
        "cell": lambda: base.mark_point(**sign, size=150, strokeWidth=1).encode(fill=fill, **shaped),
        "dashed": lambda: base.mark_point(
            **sign, size=150, strokeWidth=1, strokeDash=[2, 2], filled=False
        ).encode(**shaped),
        "hatched": lambda: base.mark_point(
            **sign, size=150, shape="square", fill=hatching(look, 3), strokeWidth=0
        ),
        "filled": lambda: base.mark_point(**sign, size=64, strokeWidth=0).encode(fill=fill, **shaped),
        "open": lambda: base.mark_point(**sign, size=64, strokeWidth=1.2, filled=False).encode(**shaped),
    }
    return ways[kind]()


def _by_width(values: Sequence[object]) -> str:
    """Return an expression that picks one of the values by the width of the chart."""
    expression = str(values[-1])
    for room, value in zip(reversed(_ROOMS[1:]), reversed(values[:-1]), strict=True):
        expression = f"width < {room} ? {value} : {expression}"
    return f"({expression})"


def _flow(groups: Iterable[Sequence[str]], room: float) -> tuple[list[tuple[float, float]], float]:
    """Place words after each other, each group from a new line; return where each starts and the height of all."""
    places: list[tuple[float, float]] = []
    y = _LINE / 2
    for words in groups:
        x = 0.0
        for word in words:
            width = _SIGN + text_width([word], _TEXT)
            if x and x + width > room:
                x, y = 0.0, y + _LINE
            places.append((x, y))
            x += width + _GAP
        y += _LINE if words else 0
    return places, y - _LINE / 2 + 6
