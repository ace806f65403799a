"""What a block of the report says on a slide, as paragraphs."""

from __future__ import annotations

from typing import Final

from reports.deck_text import Paragraph, Run, numbered, said
from reports.model import Block, Chart, Grid, Map, Points, Say, Voice, Voices, says_the_same

TEXTS: Final = (Say, Points, Voices)


def paragraphs_of(block: Say | Points | Voices) -> list[Paragraph]:
    """Return the paragraphs of a block of text."""
    if isinstance(block, Say):
        return [said(block.text, bold=block.weight == "lead", quiet=block.weight == "note")]
    heading = [said(block.heading, bold=True)] if block.heading else []
    if isinstance(block, Points):
        return [*heading, *numbered(block.items, ordered=block.ordered)]
    runs = [_voice(voice) for voice in block.items]
    return [*heading, *numbered([""] * len(runs), ordered=False, runs=runs)]


def _voice(voice: Voice) -> tuple[Run, ...]:
    name = f"{voice.group[:1].upper()}{voice.group[1:]}"
    known = f" ({voice.verdict})" if voice.verdict else ""
    return (Run(f"{name}{known}: ", bold=True), Run(voice.text))


def heading_of(block: Block, message: str) -> str:
    """Return what stands above a block: its finding or its caption, unless the title of the slide says so already."""
    if not isinstance(block, (Chart, Grid, Map)):
        return ""
    title = block.caption if isinstance(block, Grid) else block.title
    return "" if says_the_same(title, message) else title


def notes_of(block: Block) -> list[str]:
    """Return what must be known to read a block, and why a figure is not there."""
    if isinstance(block, Map):
        return list(block.drawing.notes)
    if isinstance(block, Grid):
        return [block.note] if block.note else []
    if isinstance(block, Chart):
        return [*([block.note] if block.note else []), *(missing_bars(block) if block.form == "bars" else [])]
    return []


def key_of(chart: Chart) -> list[str]:
    """Say what the marks in a chart mean; only those that occur."""
    marks = []
    if any(any(series.dashed) for series in chart.series):
        marks.append("Met streepjes: voorlopig.")
    told = chart.note.casefold()
    if "marge" not in told and any(series.lower and series.role != "expected" for series in chart.series):
        marks.append("Dun streepje: de marge om het cijfer.")
    expected = [series for series in chart.series if series.role == "expected"]
    if "donkere band" not in told:
        if any(series.lower for series in expected):
            marks.append("Donker vlak: in 80 van de 100 gevallen hierin.")
        if any(series.wide_lower for series in expected):
            marks.append("Licht vlak: in 95 van de 100 gevallen hierin.")
    if "onderbroken" not in told and any(name in chart.categories[1:] for name in chart.breaks):
        marks.append("Waar een lijn is onderbroken, zijn de cijfers ervoor en erna niet te vergelijken.")
    return marks


def missing_bars(chart: Chart) -> list[str]:
    """Say of every bar that is not there why: an empty place would read as nothing at all."""
    several = len(chart.series) > 1
    return [
        f"{category}{f' in {series.name}' if several else ''}: {text}."
        for place, category in enumerate(chart.categories)
        for series in chart.series
        if series.values[place] is None and (text := series.texts[place].rstrip("."))
    ]


def source_of(block: Block) -> str:
    """Return where the figures of a block come from, as far as the block itself says so."""
    return block.source if isinstance(block, (Chart, Grid, Map)) else ""


def alt_of(block: Chart | Map | Grid) -> str:
    """Return the alternative text of a chart, a map or a table."""
    if isinstance(block, Grid):
        return f"Tabel: {block.caption}" if block.caption else f"Tabel: {', '.join(block.head)}"
    return block.alt
