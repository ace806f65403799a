"""A wijkanalyse on the screen as the document will say it: every block of the report model, in the look of the visitor."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Final

import streamlit as st

from reports.drawn import map_svg
from reports.house import House
from reports.model import Block, Chart, Grid, Map, Points, Report, Say, Section, Voices
from ui.parts import chart, plain, say, when_opened
from ui.story_preview_chart import chart_spec
from ui.theme import Look
from ui.wording import count

_MAP_MM: Final = 150.0
#: Pixels that a column of a table takes, and a table with few of them.
_COLUMN, _FEWEST = 98, 260
#: Letters of a word that is not broken: in the head of a column, in the name of a row and in a cell.
_LONGEST_WORD, _LONGEST_IN_NAME, _LONGEST_IN_CELL = 18, 22, 12
_TABLE_STYLE: Final = """
<style>
.wa-past { container-type: inline-size; }
.wa-tabel { border-collapse: collapse; width: 100%; font-size: .875rem; }
.wa-tabel caption { text-align: left; font-weight: 600; padding-bottom: .35rem; }
.wa-tabel :is(th, td) { text-align: left; vertical-align: top; padding: .3rem .5rem .3rem 0; overflow-wrap: anywhere; hyphens: auto;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); font-weight: 400; }
.wa-tabel thead th { font-weight: 600; }
.wa-tabel .wa-kort { overflow-wrap: normal; hyphens: manual; }
.wa-tabel :is(td, thead th).wa-getal { text-align: right; font-variant-numeric: tabular-nums; }
.wa-tabel .wa-getal + :not(.wa-getal) { padding-left: .75rem; }
@container (max-width: WIDEpx) {
  .wa-WIDE .wa-tabel, .wa-WIDE .wa-tabel :is(caption, tbody, tr, th, td) { display: block; width: 100%; }
  .wa-WIDE .wa-tabel colgroup { display: none; }
  .wa-WIDE .wa-tabel thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .wa-WIDE .wa-tabel tbody th { font-weight: 600; border: 0; padding: .5rem 0 .1rem; }
  .wa-WIDE .wa-tabel td, .wa-WIDE .wa-tabel td.wa-getal { text-align: left; border: 0; padding: .05rem 0 !important; }
  .wa-WIDE .wa-tabel td::before { content: attr(data-naam) ": "; }
  .wa-WIDE .wa-tabel tr { border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); padding-bottom: .4rem; }
}
</style>
"""


def show_section(section: Section, look: Look, key: str, *, headed: bool = True, voices: bool = True) -> None:
    """Show one chapter.

    Parameters
    ----------
    section : Section
    look : Look
    key : str
        Unique on the page.
    headed : bool
        Whether its title stands above it.
    voices : bool
        Whether what groups said stands in it.
    """
    if headed:
        st.subheader(section.title, anchor=False)
    for place, block in enumerate(section.blocks):
        if voices or not isinstance(block, Voices):
            show_block(block, look, f"{key}-{section.id}-{place}")
    if section.left_out:
        with when_opened("Wat hier niet staat, en waarom", f"{key}-{section.id}-weg") as is_open:
            if is_open:
                _list(section.left_out)


def show_summary(report: Report, look: Look, key: str) -> None:
    """Show what comes on one page."""
    summary = report.summary
    st.subheader("Samenvatting", anchor=False)
    st.markdown(f"**{plain(summary.message)}**")
    show_block(summary.figures, look, f"{key}-cijfers")
    for points in summary.points:
        _points(points)
    if summary.chart is not None:
        show_block(summary.chart, look, f"{key}-beeld")
    if summary.ask:
        _points(Points(summary.ask, "Wat wij de raad vragen"))


def show_block(block: Block, look: Look, key: str) -> None:
    """Show one block of a report.

    Parameters
    ----------
    block : Say, Points, Voices, Grid, Chart or Map
    look : Look
    key : str
        Unique on the page.
    """
    if isinstance(block, Say):
        _say(block)
    elif isinstance(block, Points):
        _points(block)
    elif isinstance(block, Voices):
        _voices(block)
    elif isinstance(block, Grid):
        _grid(block, key)
    elif isinstance(block, Chart):
        _chart(block, look, key)
    else:
        _map(block, key)


def _say(block: Say) -> None:
    if block.weight == "lead":
        st.markdown(f"**{plain(block.text)}**")
    elif block.weight == "note":
        st.caption(plain(block.text))
    else:
        say(block.text)


def _points(block: Points) -> None:
    if block.heading:
        st.markdown(f"**{plain(block.heading)}**")
    _list(block.items, ordered=block.ordered)


def _list(items: Iterable[str], *, ordered: bool = False) -> None:
    st.markdown(
        "\n".join(f"{f'{place}.' if ordered else '-'} {plain(item)}" for place, item in enumerate(items, 1))
    )


def _voices(block: Voices) -> None:
    st.markdown(f"**{plain(block.heading)}**")
    for voice in block.items:
        known = f" ({voice.verdict})" if voice.verdict else ""
        quoted = plain(voice.text).replace("\n", "  \n> ")
        st.markdown(f"> {quoted}  \n> **{plain(voice.group[:1].upper() + voice.group[1:])}**{known}")


def _grid(block: Grid, key: str) -> None:
    with st.container(key=f"tabel-{key}"):
        st.html(table_html(block))
    if told := " ".join(filter(None, (block.note, block.source))):
        st.caption(plain(told))


def table_html(block: Grid) -> str:
    """Return a table that becomes a list of cards where there is no room for its columns beside each other.

    Parameters
    ----------
    block : Grid
    """
    head = "".join(_head(block, place, name) for place, name in enumerate(block.head))
    rows = "".join(
        f'<tr role="row">{"".join(_cell(block, place, text) for place, text in enumerate(row))}</tr>'
        for row in block.rows
    )
    columns = "".join(f'<col style="width:{100 * share / sum(block.widths):.0f}%">' for share in block.widths)
    wide = max(_FEWEST, _COLUMN * len(block.head))
    return (
        _TABLE_STYLE.replace("WIDE", str(wide))
        + f'<div class="wa-past wa-{wide}"><table role="table" class="wa-tabel"><caption>{escape(block.caption)}</caption><colgroup>{columns}</colgroup>'
        f'<thead><tr role="row">{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _head(block: Grid, place: int, text: str) -> str:
    return (
        f'<th role="columnheader" scope="col"{_kinds(block, place, text, _LONGEST_WORD)}>{escape(text)}</th>'
    )


def _cell(block: Grid, place: int, text: str) -> str:
    if place == 0:
        return f'<th role="rowheader" scope="row"{_kinds(block, place, text, _LONGEST_IN_NAME)}>{escape(text)}</th>'
    kinds = _kinds(block, place, text, _LONGEST_IN_CELL)
    return f'<td role="cell"{kinds} data-naam="{escape(block.head[place])}">{escape(text)}</td>'


def _kinds(block: Grid, place: int, text: str, longest: int) -> str:
    """Return the classes of a cell; only a word longer than any usual one may break inside."""
    kinds = ["wa-getal"] * (place in block.numeric)
    kinds += ["wa-kort"] * all(len(word) <= longest for word in text.split())
    return f' class="{" ".join(kinds)}"' if kinds else ""


def _chart(block: Chart, look: Look, key: str) -> None:
    chart(chart_spec(block, look), key, linked=False)
    _table(block.table, key)


def _map(block: Map, key: str) -> None:
    st.markdown(f"**{plain(block.title)}**")
    st.html(_picture(block))
    if told := " ".join(filter(None, (*block.drawing.notes, block.source))):
        st.caption(plain(told))
    _table(block.table, key)


@lru_cache(maxsize=32)
def _picture(block: Map) -> str:
    # What stands around it is letters of the page: those of a picture are too small on a phone.
    drawn = map_svg(block, House(), _MAP_MM, typeface=True).encode()
    return (
        f'<img alt="{escape(block.alt)}" style="max-width:100%;height:auto;background:#fff;border-radius:4px" '
        f'src="data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}">'
    )


def _table(table: Grid, key: str) -> None:
    with when_opened(f"Tabel ({count(len(table.rows), 'rij', 'rijen')})", f"{key}-tabel") as is_open:
        if is_open:
            _grid(table, f"{key}-rijen")
