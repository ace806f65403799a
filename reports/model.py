"""The one report: what a wijkanalyse says, apart from how. Word, PowerPoint, PDF and the page are renderings of it.

Every sentence and every figure is written here once, in its final Dutch; a rendering may leave a block out but can never
write a number of its own. Who builds it answers for the words (`ui.story_report`), who renders it for the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Final, Literal

import geopandas as gpd

from reports.map_drawing import MapDrawing

#: Heading of each section, in the order of a good wijkanalyse.
SECTIONS: Final[Mapping[str, str]] = {
    "vraag": "Aanleiding, vraag en afbakening",
    "geschiedenis": "De wijk en haar geschiedenis",
    "bevolking": "Bevolking",
    "wonen": "Wonen en omgeving",
    "werk": "Werk en inkomen",
    "onderwijs": "Onderwijs en jeugd",
    "zorg": "Gezondheid en zorg",
    "veiligheid": "Veiligheid",
    "voorzieningen": "Voorzieningen en sociale basis",
    "leefwereld": "Wat bewoners vertellen",
    "vooruitblik": "Vooruitblik",
    "duiding": "Krachten, knelpunten en prioriteiten",
    "acties": "Advies en acties",
    "verandering": "Wat er veranderde sinds de vorige wijkanalyse",
    "verantwoording": "Verantwoording",
}
#: Sections of which residents and professionals are asked whether they recognise the figures.
RECOGNISED: Final = (
    "bevolking", "wonen", "werk", "onderwijs", "zorg", "veiligheid", "voorzieningen", "leefwereld", "vooruitblik",
)  # fmt: skip

#: How a sentence is meant: the one that carries a section, what the figures say, how to read it, or what must be known.
Weight = Literal["lead", "finding", "plain", "note"]
#: What a group says that was asked whether it recognises the figures.
_VERDICTS: Final = {
    "ja": "cijfers herkend",
    "deels": "cijfers deels herkend",
    "nee": "cijfers niet herkend",
}
#: Whom a series of a chart is about. ``expected`` is a forecast, the others are figures.
Role = Literal["own", "gemeente", "land", "before", "expected"]


@dataclass(frozen=True)
class Figure:
    """One figure of the panel, as it is written.

    Attributes
    ----------
    region, indicator : str
    year : int
    value : float
        NaN where there is none; then ``text`` is the reason.
    status, unit : str
        As in the panel.
    place, title : str
        Name of the region and of the indicator, as they stand in a sentence.
    text : str
        The figure in words, with its unit.
    source : str
        Sentence that names table, year, day of reading and licence.
    """

    region: str
    indicator: str
    year: int
    value: float
    status: str
    unit: str
    place: str
    title: str
    text: str
    source: str


@dataclass(frozen=True)
class Say:
    """A paragraph."""

    text: str
    weight: Weight = "plain"
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Points:
    """A list of sentences; ``heading`` stands above it where it is not empty."""

    items: tuple[str, ...]
    heading: str = ""
    ordered: bool = False
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Voice:
    """What a group said of a section; never a person.

    Attributes
    ----------
    group : str
        "bewoners van de Componistenlaan", "wijkverpleging".
    text : str
    recognised : str
        ``ja``, ``deels``, ``nee``, or empty where nobody asked.
    """

    group: str
    text: str
    recognised: str = ""

    @property
    def verdict(self) -> str:
        """Whether they recognise the figures, in words; empty where nobody asked."""
        return _VERDICTS.get(self.recognised, "")


@dataclass(frozen=True)
class Voices:
    """What groups said, under a heading."""

    items: tuple[Voice, ...]
    heading: str = "Herkent u dit?"


@dataclass(frozen=True)
class Grid:
    """A table with a header row; the first column names the rows.

    Attributes
    ----------
    caption : str
    head : tuple of str
    rows : tuple of tuple of str
        Nothing is empty: a figure that is not there says why.
    numeric : frozenset of int
        Columns that are set to the right.
    widths : tuple of int
        Shares of the width per column; even where empty.
    note, source : str
        What marks mean; where it comes from.
    figures : tuple of Figure
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    widths: tuple[int, ...] = ()
    note: str = ""
    source: str = ""
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Series:
    """One line, or one set of bars.

    Attributes
    ----------
    name : str
    role : str
        See `Role`.
    values : tuple of (float or None)
        One per category; None is no figure and a gap.
    texts : tuple of str
        The same as it is written; the reason where there is no figure.
    lower, upper : tuple of (float or None)
        Ends of the band; empty where there is none. For figures their margin, for a forecast 80 in 100.
    wide_lower, wide_upper : tuple of (float or None)
        Of 95 in 100, for a forecast.
    dashed : tuple of bool
        Per category: a provisional figure.
    """

    name: str
    role: Role
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()
    wide_lower: tuple[float | None, ...] = ()
    wide_upper: tuple[float | None, ...] = ()
    dashed: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A chart that can be drawn as a picture or as an editable chart of the slides.

    Attributes
    ----------
    form : {"line", "bars"}
        Years along the bottom, or lying bars with the categories down the side.
    title : str
        The finding, as a sentence.
    unit : str
        What stands at the axis.
    decimals : int
        Of a value at the axis and at a bar.
    categories : tuple of str
    series : tuple of Series
    breaks : tuple of str
        Categories before which the series starts anew: lines do not cross them.
    alt : str
        What is to be seen, for who has it read out.
    table : Grid
        The same figures as a table.
    note, source : str
    figures : tuple of Figure
    """

    form: Literal["line", "bars"]
    title: str
    unit: str
    decimals: int
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str
    table: Grid
    breaks: tuple[str, ...] = ()
    note: str = ""
    source: str = ""
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, eq=False)
class Map:
    """A map with the wijk outlined.

    Attributes
    ----------
    drawing : MapDrawing
        Its title is the finding.
    borders : GeoDataFrame
        As `reports.map_picture.map_picture` takes them.
    outline : GeoDataFrame or None
        The wijk that the report is about.
    alt : str
    table : Grid
    """

    drawing: MapDrawing
    borders: gpd.GeoDataFrame
    outline: gpd.GeoDataFrame | None
    alt: str
    table: Grid

    @property
    def title(self) -> str:
        """The finding."""
        return self.drawing.title

    @property
    def source(self) -> str:
        """Where figures and borders come from."""
        return self.drawing.source


#: Two sentences that share more of their words than this say the same.
_ALIKE: Final = 0.75


def says_the_same(one: str, other: str) -> bool:
    """Tell whether two sentences say the same, but for a word such as the name of the wijk: then one of them is enough."""
    first, second = (
        [word.strip(".,:;").casefold() for word in sentence.split()] for sentence in (one, other)
    )
    return SequenceMatcher(a=first, b=second, autojunk=False).ratio() > _ALIKE


Block = Say | Points | Voices | Grid | Chart | Map


@dataclass(frozen=True)
class Section:
    """A chapter.

    Attributes
    ----------
    id : str
        A key of `SECTIONS`.
    title : str
    blocks : tuple of Block
        Never empty: a section of which nothing can be said, says so.
    left_out : tuple of str
        What is not told, each with the reason.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A question that the council may ask, with what the figures allow to say."""

    question: str
    answer: str


@dataclass(frozen=True)
class Slide:
    """One slide: one message.

    Attributes
    ----------
    id : str
        Its place in an address: "bevolking", "vooruitblik".
    message : str
        The title, a sentence of at most some 90 characters.
    blocks : tuple of Block
        At most two: what carries the message, and what must be said beside it.
    sources : tuple of str
        For the notes.
    questions : tuple of Answer
        For the notes.
    """

    id: str
    message: str
    blocks: tuple[Block, ...]
    sources: tuple[str, ...] = ()
    questions: tuple[Answer, ...] = ()

    @property
    def untold(self) -> tuple[str, ...]:
        """The sources of a slide of words alone: where a chart, map or table stands, that names its own."""
        named = any(isinstance(block, (Chart, Map, Grid)) and block.source for block in self.blocks)
        return () if named else self.sources


@dataclass(frozen=True)
class Summary:
    """What fits on one page.

    Attributes
    ----------
    message : str
        One sentence that answers: how is this wijk doing, how will it develop, where first?
    figures : Grid
        Some six key figures with the gemeente beside them and the direction in words.
    points : tuple of Points
        Strengths, bottlenecks, priorities, what residents say; each a few sentences.
    ask : tuple of str
        What is asked of the council; empty where nothing is asked yet.
    chart : Chart or None
    """

    message: str
    figures: Grid
    points: tuple[Points, ...]
    ask: tuple[str, ...] = ()
    chart: Chart | None = None


@dataclass(frozen=True)
class Report:
    """A whole wijkanalyse.

    Attributes
    ----------
    gemeente, wijk : str
        Codes (the wijk as series of the panel).
    gemeente_name, wijk_name : str
    edition : int
        From 1.
    status : str
        In words: "concept", "besproken op 3 maart 2026", "vastgesteld op 9 april 2026".
    made : date
    vintage : str
        Which figures were used, as a sentence: up to which year, read when.
    methods : str
        With which version of Wijkradar and its methods, as a sentence.
    fictional : str
        A sentence where the figures are invented, else empty; stands on every page.
    sections : tuple of Section
    summary : Summary
    slides : tuple of Slide
    """

    gemeente: str
    wijk: str
    gemeente_name: str
    wijk_name: str
    edition: int
    status: str
    made: date
    vintage: str
    methods: str
    sections: tuple[Section, ...]
    summary: Summary
    slides: tuple[Slide, ...]
    fictional: str = ""

    @property
    def title(self) -> str:
        """Title of the whole."""
        return f"Wijkanalyse {self.wijk_name}"

    @property
    def subtitle(self) -> str:
        """What stands under the title: gemeente, edition and status."""
        which = "" if self.edition == 1 else f", editie {self.edition}"
        return f"Gemeente {self.gemeente_name}{which}. {self.status[:1].upper()}{self.status[1:]}."

    def blocks(self) -> Iterator[Block]:
        """Yield every block of the sections, in order."""
        for section in self.sections:
            yield from section.blocks

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the panel that is written somewhere, once."""
        found: dict[tuple[str, str, int], Figure] = {}
        beside = (self.summary.figures, *((self.summary.chart,) if self.summary.chart else ()))
        slides = (block for slide in self.slides for block in slide.blocks)
        for block in (*self.blocks(), *beside, *slides):
            for figure in getattr(block, "figures", ()):
                found.setdefault((figure.region, figure.indicator, figure.year), figure)
            table = getattr(block, "table", None)
            for figure in table.figures if table else ():
                found.setdefault((figure.region, figure.indicator, figure.year), figure)
        return tuple(found.values())
