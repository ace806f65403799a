"""What a person would see who leafs through the documents: no empty page, nothing over the edge, nothing over each other."""

from __future__ import annotations

import itertools
import subprocess

import numpy as np
import pytest

from tests.documents import golden, room
from tests.documents.conftest import Papers

#: Points that stay white along every edge of a page.
_EDGE = 8.0
#: How many pages each file may have: a report is no book, a summary one page.
_PAGES = {"pdf": (8, 32), "word": (8, 36), "deck": (6, 10), "one_page": (1, 1), "word_one_page": (1, 1)}


@pytest.mark.parametrize("name", room.NAMES)
def test_there_are_as_many_pages_as_may_be_expected(papers: Papers, name: str) -> None:
    least, most = _PAGES[name]
    assert least <= len(room.pictures(papers.folder, name)) <= most


def test_every_slide_is_one_page(papers: Papers) -> None:
    assert len(room.pictures(papers.folder, "deck")) >= len(papers.report.slides)


@pytest.mark.parametrize("name", room.NAMES)
def test_no_page_is_empty(papers: Papers, name: str) -> None:
    for number, page in enumerate(room.pictures(papers.folder, name), start=1):
        grey = np.asarray(page)
        above_the_foot = grey[: int(0.88 * len(grey))]
        assert (above_the_foot < 200).mean() > 0.004, f"page {number}"


@pytest.mark.parametrize("name", room.NAMES)
def test_no_word_runs_over_the_edge_of_its_page(papers: Papers, name: str) -> None:
    sizes, words = room.words_of(papers.pages(name))
    assert words
    over = [
        word
        for word in words
        if word.left < _EDGE
        or word.top < _EDGE
        or word.right > sizes[word.page].width - _EDGE
        or word.bottom > sizes[word.page].height - _EDGE
    ]
    assert over == []


@pytest.mark.parametrize("name", room.NAMES)
def test_no_word_stands_over_another(papers: Papers, name: str) -> None:
    _, words = room.words_of(papers.pages(name))
    over = [
        (one.page + 1, one.text, other.text)
        for _, page in itertools.groupby(words, key=lambda word: word.page)
        for one, other in _neighbours(list(page))
        if one.text != other.text and _share(one, other) > 0.35
    ]
    assert over == []


def _neighbours(words: list[room.Word]) -> list[tuple[room.Word, room.Word]]:
    """Pairs of words that may touch: sorted from the top, each with those that begin above its foot."""
    ordered = sorted(words, key=lambda word: word.top)
    pairs = []
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.top >= one.bottom:
                break
            pairs.append((one, other))
    return pairs


def _share(one: room.Word, other: room.Word) -> float:
    """Which part of the smaller of two words is covered by the other."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    if across <= 0 or down <= 0:
        return 0.0
    areas = [(word.right - word.left) * (word.bottom - word.top) for word in (one, other)]
    return across * down / max(min(areas), 1e-6)


@pytest.mark.parametrize("name", room.NAMES)
def test_every_page_looks_as_it_did(papers: Papers, name: str) -> None:
    """Renew the golden pictures after a change that is meant: python -m tests.documents.golden."""
    of_office = name in {file.partition(".")[0] for file in room.OFFICE}
    if of_office and (other := golden.made_with(name)) != golden.office():
        pytest.skip(f"the golden pictures were made with LibreOffice {other}, which breaks lines elsewhere")
    pages, known = room.pictures(papers.folder, name), golden.pages_of(name)
    assert len(pages) == len(known)
    changed = {
        number: round(share, 3)
        for number, (page, old) in enumerate(zip(pages, known, strict=True), start=1)
        if (share := golden.difference(page, old)) > golden.MOST
    }
    assert changed == {}


def test_a_page_that_lost_a_paragraph_would_be_noticed(papers: Papers) -> None:
    for page in room.pictures(papers.folder, "pdf")[1:4]:
        grey = np.asarray(page).copy()
        inked = np.flatnonzero((grey < 200).mean(axis=1) > 0.02)
        gone = grey.copy()
        gone[inked[0] : inked[0] + len(grey) // 8] = 255
        assert golden.difference(golden.Image.fromarray(gone), page) > golden.MOST


def test_the_fonts_of_the_pdf_are_inside_it(papers: Papers) -> None:
    told = subprocess.run(["pdffonts", papers.pages("pdf")], check=True, capture_output=True).stdout.decode()
    fonts = [line for line in told.splitlines()[2:] if line.strip()]
    assert fonts
    assert all("PublicSans" in line for line in fonts)
