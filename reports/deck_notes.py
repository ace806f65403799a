"""What stands under a slide for who presents it: where the figures come from, and what the council may ask."""

from __future__ import annotations

from typing import Any, Final

from reports.deck_blocks import notes_of, source_of
from reports.deck_text import Paragraph, fill, in_dutch, numbered, said
from reports.model import Chart, Map, Report, Slide

_SIZE: Final = 12.0


def sources_of(slide: Slide) -> list[str]:
    """Return where everything on a slide comes from, each source once."""
    return _once([*slide.sources, *(source_of(block) for block in slide.blocks)])


def notes_for(slide: Slide) -> list[Paragraph]:
    """Return the notes under a slide."""
    made = [said(slide.message, bold=True)]
    for block in slide.blocks:
        if isinstance(block, (Chart, Map)):
            made += [said("Wat er te zien is", bold=True), said(block.alt)]
        if isinstance(block, Map):
            rows = ["; ".join((row[0], *row[1:])) for row in block.table.rows]
            made += [said(block.table.caption, bold=True), *numbered(rows, ordered=False)]
    notes = _once([note for block in slide.blocks for note in notes_of(block)])
    if notes:
        made += [said("Wat u erbij moet weten", bold=True), *numbered(notes, ordered=False)]
    sources = sources_of(slide)
    if sources:
        made += [said("Bronnen", bold=True), *numbered(sources, ordered=False)]
    if slide.questions:
        made.append(said("Vragen die u kunt verwachten", bold=True))
        for asked in slide.questions:
            made += [said(asked.question, bold=True, before=0.4), said(asked.answer, before=0.1)]
    return made


def opening_notes(report: Report) -> list[Paragraph]:
    """Return the notes under the title slide: which figures, and made with what."""
    told = _once([report.subtitle, report.fictional, report.vintage, report.methods])
    return [said(report.title, bold=True), *(said(text) for text in told)]


def add_notes(slide: Any, paragraphs: list[Paragraph]) -> None:
    """Write the notes of a slide of python-pptx."""
    notes = slide.notes_slide
    frame = notes.notes_text_frame
    if frame is None:
        box = notes.shapes.add_textbox(685800, 4400550, 5486400, 3600450)
        frame = box.text_frame
    fill(frame._txBody, paragraphs, _SIZE)
    in_dutch(notes._element)


def _once(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
