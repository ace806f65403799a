"""The PDF holds to PDF/UA-1 (ISO 14289-1), by the word of a validator and by what stands in its structure."""

from __future__ import annotations

from collections.abc import Iterator

import pdfua
import pikepdf
import pytest

from tests.documents.conftest import Papers

#: A rule about levels of headings that the validator cannot apply to a structure with lists; done by hand below.
_BY_HAND = {"UA-14-001"}


def _tags(file: pikepdf.Pdf) -> Iterator[str]:
    waiting = [file.Root.StructTreeRoot]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, pikepdf.Dictionary):
            if "/S" in one:
                yield str(one.S).removeprefix("/")
            children = one.get("/K", [])
            waiting[:0] = list(children) if isinstance(children, pikepdf.Array) else [children]


@pytest.mark.parametrize("name", ["pdf", "one_page"])
def test_a_validator_finds_nothing(papers: Papers, name: str) -> None:
    verdict = pdfua.validate(str(papers.pages(name)))
    assert [str(finding) for finding in verdict.findings] == []
    assert {outcome.rule_id for outcome in verdict.outcomes if outcome.skipped_reason} <= _BY_HAND
    assert len(verdict.outcomes) >= 12


@pytest.mark.parametrize("name", ["pdf", "one_page"])
def test_headings_go_down_one_level_at_a_time(papers: Papers, name: str) -> None:
    with pikepdf.open(papers.pages(name)) as file:
        levels = [int(tag[1]) for tag in _tags(file) if len(tag) == 2 and tag[0] == "H" and tag[1].isdigit()]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))


def test_cells_of_a_header_are_known_as_such(papers: Papers) -> None:
    with pikepdf.open(papers.pages("pdf")) as file:
        tags = list(_tags(file))
    assert tags.count("Table") == tags.count("THead")
    assert tags.count("TH") >= 2 * tags.count("Table")
