"""The blocks of a report as Word: each a few paragraphs in their styles, numbered and with a source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from reports.drawn import Drawings
from reports.model import Block, Chart, Grid, Map, Points, Say, Section, Voice, Voices
from reports.table_widths import is_wide
from reports.word_base import Base
from reports.word_frame import picture, text_size
from reports.word_styles import FINDING, GROUP, LEAD, NOTE, PICTURE, SOURCE, list_of_style
from reports.word_table import table
from reports.word_xml import Bookmarks, Element, link, paragraph, run
from reports.word_xml import field as computed

_TWIPS_PER_MM: Final = 1440 / 25.4
#: Millimetres that a picture is wide at most: its letters then have the size of a caption.
_WIDEST: Final = 160.0
#: Share of the height of a page that a picture takes at most, with its words around it.
_HIGHEST: Final = 0.72
_STYLE_OF: Final = {"lead": LEAD, "finding": FINDING, "plain": "Normal", "note": NOTE}
LEFT_OUT: Final = "Wat hier niet staat"
APPENDIX: Final = "Bijlage: de cijfers als tabel"
FIGURE, TABLE = "Figuur", "Tabel"


@dataclass
class Numbering:
    """Counts captions, and knows which tables wait for the appendix."""

    bookmarks: Bookmarks = field(default_factory=lambda: Bookmarks(100))
    counted: dict[str, int] = field(default_factory=dict)
    #: Number of each table, by the identity of its grid.
    tables: dict[int, int] = field(default_factory=dict)

    def next(self, label: str) -> int:
        """Return the next number of a label."""
        self.counted[label] = self.counted.get(label, 0) + 1
        return self.counted[label]


@dataclass(frozen=True)
class Plan:
    """Which tables stand in the text, which behind it, and which of those lie on their side; the last two in order."""

    in_text: tuple[Grid, ...]
    behind: tuple[Grid, ...]
    lying: tuple[Grid, ...]

    @property
    def numbers(self) -> dict[int, int]:
        """Number of each table, by the identity of its grid."""
        return {
            id(grid): number
            for number, grid in enumerate((*self.in_text, *self.behind, *self.lying), start=1)
        }


def planned(blocks: Sequence[Block], width: int) -> Plan:
    """Divide the tables of a report over text and appendix.

    Parameters
    ----------
    blocks : sequence of Block
    width : int
        Of the text, in twentieths of a point.
    """
    grids = [block for block in blocks if isinstance(block, Grid)]
    in_text = [grid for grid in grids if not is_wide(grid, width)]
    shown = [block.table for block in blocks if isinstance(block, Chart | Map)]
    behind = [*(grid for grid in grids if is_wide(grid, width)), *(grid for grid in shown if grid.rows)]
    upright = [grid for grid in behind if not is_wide(grid, width)]
    wide = [grid for grid in behind if is_wide(grid, width)]
    return Plan(tuple(in_text), tuple(upright), tuple(wide))


class Writer:
    """Writes blocks into a document, in order."""

    def __init__(self, base: Base, plan: Plan, drawings: Drawings) -> None:
        self.base, self.plan, self._drawings = base, plan, drawings
        self.numbering = Numbering(tables=plan.numbers)
        self.width, self.height = text_size(base.section)
        self._lists = {
            name: list_of_style(base.document, base.sheet[name]) for name in ("List Bullet", "List Number")
        }
        #: Chapters with their bookmarks, for the contents list.
        self.chapters: list[tuple[str, str, bool]] = []

    # -- text ------------------------------------------------------------------------------------------

    def add(self, style: str, *content: Element, **form: object) -> Element:
        """Put a paragraph behind the last block."""
        return self.base.add(paragraph(self.base.sheet[style], *content, **form))  # type: ignore[arg-type]

    def heading(self, text: str, *, new_page: bool = False, numbered: bool = True) -> None:
        """Write the heading of a chapter, with a bookmark that the contents list points at."""
        name = f"_Toc26{len(self.chapters) + 1:06d}"
        self.chapters.append((name, text, numbered))
        number = None if numbered or not self.base.own else 0
        marked = self.numbering.bookmarks.around(name, run(text))
        self.add("heading 1", *marked, new_page=new_page, number=number)

    def section(self, section: Section, *, new_page: bool = False) -> None:
        """Write a chapter."""
        self.heading(section.title, new_page=new_page)
        for number, block in enumerate(section.blocks):
            alone = number + 1 == len(section.blocks) and not section.left_out
            self.block(block, alone=alone)
        if section.left_out:
            self.points(Points(section.left_out, LEFT_OUT))

    def block(self, block: Block, *, alone: bool = False) -> None:
        """Write one block; one that is alone has nothing behind it in its chapter."""
        if isinstance(block, Say):
            self.add(_STYLE_OF[block.weight], run(block.text), keep_next=block.weight == "lead" and not alone)
        elif isinstance(block, Points):
            self.points(block)
        elif isinstance(block, Voices):
            self.voices(block)
        elif isinstance(block, Grid):
            self.grid_or_reference(block)
        else:
            self.drawn(block)

    def points(self, block: Points, heading: str = "heading 2") -> None:
        """Write a list under its heading."""
        if block.heading:
            self.add(heading, run(block.heading))
        style = "List Number" if block.ordered else "List Bullet"
        number = self._list(style, block.ordered)
        for place, item in enumerate(block.items):
            self.add(
                style,
                run(item),
                number=number,
                keep_next=place + 1 < len(block.items) and place in (0, len(block.items) - 2),
            )

    def _list(self, style: str, ordered: bool) -> int | None:
        """Return the list for points: an ordered one starts anew, and a style of a template may lack one."""
        known = self._lists[style]
        if ordered:
            return self.base.lists.anew(known or self.base.lists.ordered)
        return None if known else self.base.lists.bullets

    def voices(self, block: Voices) -> None:
        """Write what groups said: their words, and below those who said them."""
        if block.heading:
            self.add("heading 2", run(block.heading))
        for voice in block.items:
            self.add("Quote", run(voice.text), keep_next=True)
            self.add(GROUP, run(said_by(voice)))

    # -- tables and pictures ---------------------------------------------------------------------------

    def caption(self, label: str, text: str, number: int) -> None:
        """Write a numbered caption, with a bookmark around its number."""
        counted = computed(f"SEQ {label} \\* ARABIC", run(str(number)))
        marked = self.numbering.bookmarks.around(_bookmark(label, number), run(f"{label} "), *counted)
        self.add("caption", *marked, run(f". {text}"), keep_next=True)

    def reference(self, label: str, number: int) -> list[Element]:
        """Return runs that name a table or figure, and lead to it."""
        return list(computed(f"REF {_bookmark(label, number)} \\h", run(f"{label} {number}")))

    def grid_or_reference(self, grid: Grid) -> None:
        """Write a table, or where it stands when it is too wide for the page."""
        number = self.numbering.tables[id(grid)]
        if grid in self.plan.lying or grid in self.plan.behind:
            self.add("Normal", *self.reference(TABLE, number), run(f" achterin: {grid.caption}."))
        else:
            self.grid(grid, self.numbering.next(TABLE), self.width)

    def grid(self, grid: Grid, number: int, width: int) -> None:
        """Write a table with its caption, note and source."""
        self.caption(TABLE, grid.caption, number)
        below = " ".join(filter(None, [grid.note, grid.source]))
        self.base.add(table(grid, self.base.sheet, width, kept=bool(below)))
        self.add(SOURCE, run(below)) if below else self._breathe()

    def _breathe(self) -> None:
        """Leave some room behind a table that no note follows; Word also wants a paragraph between two tables."""
        self.add(SOURCE, spacing={"w:before": 0, "w:after": 0, "w:line": 160, "w:lineRule": "exact"})

    def drawn(
        self, block: Chart | Map, *, width_mm: float | None = None, height_mm: float | None = None
    ) -> None:
        """Write a chart or map: its finding, the picture, and where its figures stand."""
        self.caption(FIGURE, block.title, self.numbering.next(FIGURE))
        self.add(PICTURE, self.drawing(block, width_mm, height_mm), keep_next=True)
        notes = (block.note,) if isinstance(block, Chart) else block.drawing.notes
        words = [run(" ".join(filter(None, [*notes, block.source])))]
        if (number := self.numbering.tables.get(id(block.table))) is not None:
            words += [run(" Dezelfde cijfers: "), *self.reference(TABLE, number), run(".")]
        self.add(SOURCE, *words)

    def drawing(
        self, block: Chart | Map, width_mm: float | None = None, height_mm: float | None = None
    ) -> Element:
        """Return the picture of a chart or map, with its text alternative."""
        content = self._drawings.of(block, self._wide(width_mm), height_mm)
        highest = height_mm or self.height / _TWIPS_PER_MM * _HIGHEST
        return picture(
            self.base.document.part,
            content,
            self._wide(width_mm),
            highest,
            block.alt or block.title,
            block.title,
        )

    def begin_drawings(self, blocks: Iterable[Block]) -> None:
        """Begin to draw charts and maps while something else is written."""
        self._drawings.begin(blocks, self._wide())

    def _wide(self, wished_mm: float | None = None) -> float:
        return min(wished_mm or _WIDEST, self.width / _TWIPS_PER_MM)

    # -- contents --------------------------------------------------------------------------------------

    def contents(self) -> list[Element]:
        """Return the lines of the contents list: the number and name of each chapter, each a link to it."""
        numbers = self.base.own
        lines, counted = [], 0
        for name, text, numbered in self.chapters:
            counted += numbered
            words = run(f"{counted}\t{text}" if numbers and numbered else f"\t{text}" if numbers else text)
            lines.append(paragraph(self.base.sheet["toc 1"], link(name, words)))
        return lines


def said_by(voice: Voice) -> str:
    """Say who said something, and whether they recognise the figures."""
    group = f"{voice.group[:1].upper()}{voice.group[1:]}"
    return f"{group} ({voice.verdict})" if voice.verdict else group


def _bookmark(label: str, number: int) -> str:
    return f"_Ref_{label}_{number}"


def last_block(base: Base) -> Element:
    """Return the block before the place where the next one comes."""
    found = base.anchor.getprevious()
    return found if found is not None else base.add(paragraph(base.sheet["Normal"]))
