"""What stands where on a slide: tried from large to small, and divided over slides where nothing fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reports.deck_blocks import TEXTS, heading_of, key_of, notes_of, paragraphs_of, source_of
from reports.deck_chart import least_height
from reports.deck_table import CRAMPED as CRAMPED_TABLE
from reports.deck_table import SIZES as TABLE
from reports.deck_table import grid_size, row_heights, split_rows
from reports.deck_template import Box
from reports.deck_text import BODY, CRAMPED, Face, Paragraph, best_size, height_of, said, split_to_fit
from reports.model import Block, Chart, Grid, Map, Say

#: Between what carries the message and what is said beside it.
GUTTER: Final = 26.0
#: Points of a finding above a chart, and of one that is longer than two lines.
_HEADING, _LONG_HEADING = 18.0, 14.0
_AFTER_HEADING: Final = 8.0
#: Sizes of a text that has the slide to itself.
_ALONE: Final = (32.0, 28.0, 26.0, *BODY)
#: The least that a chart or a map needs to be read.
_LEAST: Final = (300.0, 165.0)
#: A text of so many lines stands under a chart, a longer one beside it.
_LINES_UNDER: Final = 2
#: A chart or map that would be less high than this stands beside its text, where there is room.
_FLAT: Final = 195.0
_SHARES: Final = (0.66, 0.6, 0.54)
_NOTE, _SOURCE = 14.0, 12.0
_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])")
#: So many sizes of a table are as large as other text.
_READABLE: Final = sum(size >= BODY[-1] for size in TABLE)
#: Most of the height that notes and sources under a slide take.
_MOST_CAPTION: Final = 0.3


@dataclass(frozen=True)
class Words:
    """A text at a size."""

    paragraphs: tuple[Paragraph, ...]
    box: Box
    size: float
    name: str = "Tekst"


@dataclass(frozen=True)
class Shown:
    """A chart, a map, or a table at a size."""

    block: Chart | Map | Grid
    box: Box
    size: float = 0.0


Piece = Words | Shown


@dataclass(frozen=True)
class Page:
    """One slide to be: its title, and what stands on it."""

    message: str
    blocks: tuple[Block, ...]
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class _Part:
    """What comes on one slide.

    Attributes
    ----------
    blocks : tuple of Block
    words : tuple of Paragraph
        Of a text that is divided over slides.
    aside : tuple of str
        Remarks for the small print.
    """

    blocks: tuple[Block, ...]
    words: tuple[Paragraph, ...] = ()
    aside: tuple[str, ...] = ()


def pages(
    message: str,
    blocks: Sequence[Block],
    area: Callable[[str, int], Box],
    face: Face,
    remarks: tuple[str, ...] = (),
) -> list[Page]:
    """Place the blocks of a slide, on more slides where they do not fit on one.

    Parameters
    ----------
    message : str
        The title; where there are more slides, each says which one it is.
    blocks : sequence of Block
    area : callable
        Room under a title, on a slide with so many blocks.
    face : Face
    remarks : tuple of str
        What stands in small print under it, beside what the blocks themselves have to say there.
    """
    parts = _parts(message, _without_name(blocks), area, face, remarks)
    if len(parts) == 1:
        return [_placed(message, parts[0], area, face)]
    named = [f"{message} ({number} van {len(parts)})" for number in range(1, len(parts) + 1)]
    return [_placed(name, part, area, face) for name, part in zip(named, parts, strict=True)]


def _without_name(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return blocks in which a table that is all there is to see has no name: the message stands right above it."""
    alone = sum(isinstance(block, (Chart, Map, Grid)) for block in blocks) == 1
    return tuple(
        replace(block, caption="") if alone and isinstance(block, Grid) else block for block in blocks
    )


def _parts(
    message: str,
    blocks: tuple[Block, ...],
    area: Callable[[str, int], Box],
    face: Face,
    remarks: tuple[str, ...],
) -> list[_Part]:
    """Divide blocks over as few slides as they need."""
    if _composed(message, blocks, area(message, len(blocks)), face, remarks) is not None:
        return [_Part(blocks, aside=remarks)]
    *_, (kept, aside) = _asides(blocks)
    longer = f"{message} (10 van 10)"
    parts = [part for block in kept for part in _divided(message, block, area(longer, 1), face)]
    return [replace(parts[0], aside=(*aside, *remarks)), *parts[1:]]


def _divided(message: str, block: Block, room: Box, face: Face) -> list[_Part]:
    """Divide one block over slides, where it needs more than one."""
    if _composed(message, (block,), room, face) is not None:
        return [_Part((block,))]
    under = room.above(_caption_height((block,), room, face))
    if isinstance(block, Grid):
        top = _heading_height(block, message, under.width, face)
        rows = split_rows(block, under.width, under.height - top, TABLE[-1], face)
        return [_Part((part,)) for part in rows]
    if isinstance(block, TEXTS):
        texts = split_to_fit(paragraphs_of(block), under.width, under.height, BODY[-1], face)
        return [_Part((), words=text) for text in texts]
    return [_Part((block,))]


def _placed(message: str, part: _Part, area: Callable[[str, int], Box], face: Face) -> Page:
    room = area(message, max(len(part.blocks), 1))
    if part.words:
        return Page(message, part.blocks, (_anyhow(part.words, room, face),))
    pieces = _composed(message, part.blocks, room, face, part.aside)
    if pieces is None:
        pieces = [piece for block in part.blocks for piece in _forced(block, message, room, face)]
    return Page(message, part.blocks, tuple(pieces))


def _anyhow(paragraphs: Sequence[Paragraph], room: Box, face: Face) -> Words:
    """Place a text that has to fit: smaller than is wished where it must."""
    size = best_size(paragraphs, room.width, room.height, (*_ALONE, *CRAMPED), face) or CRAMPED[-1]
    return Words(tuple(paragraphs), room, size)


def _forced(block: Block, message: str, room: Box, face: Face) -> list[Piece]:
    """Place one block that is too large for every usual way."""
    under, caption = _with_caption((block,), room, face)
    if isinstance(block, TEXTS):
        return [_anyhow(paragraphs_of(block), under, face), *caption]
    if isinstance(block, Grid):
        heading, rest = _headed(block, message, under, face)
        size = grid_size(block, rest.width, rest.height, face, (*TABLE, *CRAMPED_TABLE)) or CRAMPED_TABLE[-1]
        return [*heading, Shown(block, rest, size), *caption]
    heading, rest = _headed(block, message, under, face)
    return (
        [*heading, Shown(block, rest), *caption] if rest.height >= 0.6 * _LEAST[1] else [Shown(block, room)]
    )


def _composed(
    message: str, blocks: tuple[Block, ...], room: Box, face: Face, aside: tuple[str, ...] = ()
) -> list[Piece] | None:
    """Return the pieces of one slide; None where they do not fit on one."""
    if len(blocks) > 2:
        texts = [block for block in blocks if isinstance(block, TEXTS)]
        if len(texts) < len(blocks) - 1:
            return None
    # Remarks in small print before a table that the back of the room cannot read.
    smaller = [(size,) for size in (*TABLE[_READABLE:], CRAMPED_TABLE[0])]
    for sizes in (TABLE[:_READABLE], *smaller):
        for shown, more in _asides(blocks):
            under, caption = _with_caption(shown, room, face, (*aside, *more))
            for pieces in _ways(shown, message, under, face, sizes):
                if pieces is not None:
                    return [*pieces, *caption]
    return None


def _asides(blocks: tuple[Block, ...]) -> Iterator[tuple[tuple[Block, ...], tuple[str, ...]]]:
    """Yield the blocks to show and the remarks that go to the small print: none, and then those that are only a note."""
    yield blocks, ()
    kept = tuple(block for block in blocks if not (isinstance(block, Say) and block.weight == "note"))
    if kept and len(kept) < len(blocks):
        yield kept, tuple(block.text for block in blocks if isinstance(block, Say) and block.weight == "note")


def _ways(
    blocks: Sequence[Block], message: str, room: Box, face: Face, sizes: Sequence[float]
) -> Iterator[list[Piece] | None]:
    """Yield ways to divide a room over blocks, the best one first; None for one in which something does not fit.

    ``sizes`` are those of tables.
    """
    texts = [paragraph for block in blocks if isinstance(block, TEXTS) for paragraph in paragraphs_of(block)]
    shown = [block for block in blocks if isinstance(block, (Chart, Map, Grid))]
    if not shown:
        yield _text(texts, room, face, _ALONE)
    elif not texts and len(shown) == 1:
        yield _one(shown[0], message, room, face, sizes)
    elif not texts and len(shown) == 2:
        left, right = room.columns(0.5, GUTTER)
        yield _both(_one(shown[0], message, left, face, sizes), _one(shown[1], message, right, face, sizes))
        if all(isinstance(block, Grid) for block in shown):
            yield _stacked_grids(shown, message, room, face, sizes)
    elif len(shown) == 1 and isinstance(shown[0], Grid):
        yield from _grid_and_text(shown[0], texts, message, room, face, sizes)
    elif len(shown) == 1 and not isinstance(shown[0], Grid):
        yield from _drawing_and_text(shown[0], texts, message, room, face)


def _both(one: list[Piece] | None, other: list[Piece] | None) -> list[Piece] | None:
    return None if one is None or other is None else [*one, *other]


def _text(
    paragraphs: Sequence[Paragraph], room: Box, face: Face, sizes: Sequence[float] = BODY
) -> list[Piece] | None:
    size = best_size(paragraphs, room.width, room.height, sizes, face)
    return None if size is None else [Words(tuple(paragraphs), room, size)]


def _one(
    block: Chart | Map | Grid, message: str, room: Box, face: Face, sizes: Sequence[float] = TABLE
) -> list[Piece] | None:
    heading, rest = _headed(block, message, room, face)
    if isinstance(block, Grid):
        size = grid_size(block, rest.width, rest.height, face, sizes)
        return None if size is None else [*heading, Shown(block, rest, size)]
    least = least_height(block, rest.width, face) if isinstance(block, Chart) else _LEAST[1]
    fits = rest.width >= _LEAST[0] and rest.height >= least
    return [*heading, Shown(block, rest)] if fits else None


def _drawing_and_text(
    block: Chart | Map, texts: Sequence[Paragraph], message: str, room: Box, face: Face
) -> Iterator[list[Piece] | None]:
    plain = BODY[-1:] if all(paragraph.quiet for paragraph in texts) else BODY
    size = next((size for size in plain if _lines(texts, size, room.width, face) <= _LINES_UNDER), None)
    if size is not None:
        high = height_of(texts, size, room.width, face)
        words = Words(tuple(texts), Box(room.x, room.bottom - high, room.width, high), size)
        under = room.above(high + 12)
        if under.height - _heading_height(block, message, under.width, face) >= _FLAT:
            yield _both(_one(block, message, under, face), [words])
    for share in _SHARES:
        left, right = room.columns(share, GUTTER)
        yield _both(_one(block, message, left, face), _text(texts, right, face))
    high = height_of(texts, BODY[-1], room.width, face)
    words = Words(tuple(texts), Box(room.x, room.bottom - high, room.width, high), BODY[-1])
    yield _both(_one(block, message, room.above(high + 12), face), [words])


def _lines(texts: Sequence[Paragraph], size: float, width: float, face: Face) -> float:
    return height_of(texts, size, width, face) / height_of([said("x")], size, width, face)


def _grid_and_text(
    grid: Grid, texts: Sequence[Paragraph], message: str, room: Box, face: Face, sizes: Sequence[float]
) -> Iterator[list[Piece] | None]:
    heading, rest = _headed(grid, message, room, face)
    for own in sizes:
        taken = sum(row_heights(grid, rest.width, own, face))
        left = rest.below(taken + 12)
        size = best_size(texts, left.width, left.height, BODY[1:], face)
        yield [*heading, Shown(grid, rest.top(taken), own), Words(tuple(texts), left, size)] if size else None
    for share in _SHARES:
        one, other = room.columns(share, GUTTER)
        yield _both(_one(grid, message, one, face, sizes), _text(texts, other, face))


def _stacked_grids(
    grids: Sequence[Chart | Map | Grid], message: str, room: Box, face: Face, sizes: Sequence[float]
) -> list[Piece] | None:
    for size in sizes:
        pieces: list[Piece] = []
        rest = room
        for grid in grids:
            heading, inner = _headed(grid, message, rest, face)
            taken = sum(row_heights(grid, inner.width, size, face)) if isinstance(grid, Grid) else 0.0
            pieces += [*heading, Shown(grid, inner.top(taken), size)]
            rest = inner.below(taken + 16)
        if rest.height > 0:
            return pieces
    return None


# -- what stands above and below ---------------------------------------------------------------------


def _headed(block: Block, message: str, room: Box, face: Face) -> tuple[list[Piece], Box]:
    """Return the finding or caption above a block, and what is left under it."""
    heading = heading_of(block, message)
    if not heading:
        return [], room
    high = _heading_height(block, message, room.width, face)
    size = _heading_size(heading, room.width, face)
    piece = Words((said(heading, bold=True),), room.top(high - _AFTER_HEADING), size, "Kop")
    return [piece], room.below(high)


def _heading_height(block: Block, message: str, width: float, face: Face) -> float:
    heading = heading_of(block, message)
    if not heading:
        return 0.0
    return (
        height_of([said(heading, bold=True)], _heading_size(heading, width, face), width, face)
        + _AFTER_HEADING
    )


def _heading_size(heading: str, width: float, face: Face) -> float:
    lines = _lines([said(heading, bold=True)], _HEADING, width, face)
    return _HEADING if lines < _LINES_UNDER + 0.5 else _LONG_HEADING


def _with_caption(
    blocks: Sequence[Block], room: Box, face: Face, aside: Sequence[str] = ()
) -> tuple[Box, list[Piece]]:
    """Return what is left above notes and sources, and those."""
    paragraphs = _caption(blocks, aside, room.width, face)
    if not paragraphs:
        return room, []
    high = height_of(paragraphs, _NOTE, room.width, face)
    if high > _MOST_CAPTION * room.height:
        paragraphs = paragraphs[-1:]
        high = height_of(paragraphs, _NOTE, room.width, face)
    if high > _MOST_CAPTION * room.height:
        return room, []
    piece = Words(tuple(paragraphs), Box(room.x, room.bottom - high, room.width, high), _NOTE, "Bron")
    return room.above(high + 12), [piece]


def _caption_height(blocks: Sequence[Block], room: Box, face: Face) -> float:
    return room.height - _with_caption(blocks, room, face)[0].height


def _caption(blocks: Sequence[Block], aside: Sequence[str], width: float, face: Face) -> list[Paragraph]:
    keys = [note for block in blocks if isinstance(block, Chart) for note in key_of(block)]
    said_already = " ".join(block.text for block in blocks if isinstance(block, Say))
    told = [*aside, *keys, *(note for block in blocks for note in notes_of(block))]
    notes = [sentence for note in told for sentence in _SENTENCES.split(note) if sentence not in said_already]
    sources = [source for block in blocks if (source := source_of(block))]
    note = said(" ".join(dict.fromkeys(notes)), quiet=True)
    if _lines([note], _NOTE, width, face) > _LINES_UNDER + 0.5:
        note = replace(note, scale=_SOURCE / _NOTE)
    made = [note] if notes else []
    if sources:
        made.append(said(" ".join(dict.fromkeys(sources)), quiet=True, scale=_SOURCE / _NOTE, before=0.25))
    return made
