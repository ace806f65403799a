"""Which wijkanalyse goes to the council: the editions that whoever is there may show, or the figures alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from register.stories import Story
from ui.figures import Figures
from ui.registering import Desk
from ui.story_batch import known_codes
from ui.story_wording import status

#: In the address instead of the number of an edition.
FIGURES_ONLY: Final = "cijfers"
Head = Mapping[str, Any]


def options_of(editions: Sequence[Head]) -> dict[str, str]:
    """Return what can be shown, the usual first: address to label."""
    written = {str(head["edition"]): f"Editie {head['edition']}, {status(dict(head))}" for head in editions}
    return written | {FIGURES_ONLY: "Alleen de cijfers"}


def story_chosen(desk: Desk | None, editions: Sequence[Head], chosen: str) -> Story | None:
    """Return the edition that was chosen; None for the figures alone.

    Raises
    ------
    RegisterError
        If it went away meanwhile, or was put back in concept.
    """
    head = next((head for head in editions if str(head["edition"]) == chosen), None)
    return desk.story(int(head["number"])) if desk and head else None


def wijken_written(desk: Desk | None, known: Figures) -> list[str]:
    """Return the wijken of now with an edition that whoever is there may show, in the order of the list."""
    if desk is None:
        return []
    codes = {str(head["wijk"]) for head in desk.stories.rows()}
    return [
        region
        for region in known.regions_in(known.years[-1])
        if codes & {region.partition("@")[0], *known_codes(known, region)}
    ]
