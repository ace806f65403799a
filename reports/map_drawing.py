"""What a map shows, apart from how: on the screen, in a picture and in a file it is the same drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import pandas as pd

#: What a line of the legend shows: a colour, a hatch for no figure, dots on the middle colour for what cannot be told
#: apart from the comparator, or the outline of a figure that is less certain.
Mark = Literal["colour", "no_figure", "dots", "broken", "dashed"]
#: Colours that every drawing needs beside those of its classes.
LOOK: Final = ("ink", "paper", "quiet", "hairline", "no_figure", "raised", "accent")


@dataclass(frozen=True)
class Entry:
    """One line of a legend.

    Attributes
    ----------
    name : str
        A range with its unit, or a class in plain words.
    mark : str
        See `Mark`.
    colour : str
        ``#RRGGBB``; empty for the other marks.
    count : int or None
        How many regions are drawn so; None where counting means nothing.
    """

    name: str
    mark: Mark = "colour"
    colour: str = ""
    count: int | None = None


@dataclass(frozen=True)
class MapDrawing:
    """One map: regions in classes, with its legend and what must be known to read it.

    Attributes
    ----------
    title : str
        The finding, as a sentence: what an alternative text and the title of a picture say.
    gemeente, level, borders_year
        Name the borders (`data.store.Store.border_frame`); ``NL00`` as gemeente is the whole country.
    areas : DataFrame
        One row per region on the map, indexed by the code of its polygon. Columns region (of the panel), name, class
        (Int64, empty is no figure), label (text under the name when pointed at, lines apart by a line end), status (of the
        figure), alike (bool: cannot be told apart from the comparator) and value (float, for files).
    colours : tuple of str
        One per class.
    legend_title : str
        Figure with unit, year and, where there is one, the comparator.
    legend : tuple of Entry
        In the order of the scale; marks last.
    look : mapping of str to str
        Ink and paper: the names in `LOOK`.
    notes : tuple of str
        What must be known to read the map, as sentences.
    source : str
        Sentence that names where figures and borders come from.
    """

    title: str
    gemeente: str
    level: str
    borders_year: int
    areas: pd.DataFrame
    colours: tuple[str, ...]
    legend_title: str
    legend: tuple[Entry, ...]
    look: Mapping[str, str]
    notes: tuple[str, ...] = field(default=())
    source: str = ""
