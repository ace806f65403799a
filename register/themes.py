"""The themes under which an organisation writes down concerns: twelve to begin with, and its own list after that."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from register.database import Database
from register.errors import WrongConcern
from register.keeping import THEMES, Kept
from register.roles import Action, Actor

DEFAULT: Final = {
    "afval": "Afval en zwerfvuil",
    "verkeer": "Verkeer en parkeren",
    "buitenruimte": "Groen, spelen en straat",
    "overlast": "Overlast en geluid",
    "veiligheid": "Veiligheid",
    "wonen": "Wonen en onderhoud",
    "eenzaamheid": "Eenzaamheid en ontmoeten",
    "zorg": "Gezondheid en zorg",
    "geld": "Geld, werk en taal",
    "jeugd": "Jeugd en opgroeien",
    "voorzieningen": "Winkels en voorzieningen",
    "anders": "Iets anders",
}
#: There is always a place for what fits nowhere.
OTHER: Final = "anders"
MOST: Final = 30
_NAME: Final = "thema's"


def themes(database: Database, gemeente: str, actor: Actor) -> dict[str, str]:
    """Return the titles of the themes by id, in the order of the list."""
    kept = Kept(database, gemeente, actor).of(THEMES).get(_NAME)
    return dict(kept["body"]["themes"]) if kept else dict(DEFAULT)


def theme_id(title: str) -> str:
    """Return an id for a new theme."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40]


def set_themes(
    database: Database, gemeente: str, actor: Actor, wanted: Mapping[str, str], seen: int | None
) -> None:
    """Replace the list; concerns keep the theme they have, also one that is no longer in the list.

    Raises
    ------
    WrongConcern
        If the list is empty, too long, has two equal titles, or leaves out ``anders``.
    Conflict
    """
    actor.require(Action.SET_UP)
    titles = [" ".join(title.split()) for title in wanted.values()]
    if (
        not 1 <= len(titles) <= MOST
        or len({title.lower() for title in titles}) < len(titles)
        or not all(titles)
    ):
        raise WrongConcern("themes", f"Geef 1 tot {MOST} thema's met elk een eigen naam.")
    if OTHER not in wanted:
        raise WrongConcern(
            "themes", f"Laat het thema {DEFAULT[OTHER]!r} staan: niet alles past in een lijst."
        )
    body = {"themes": [[key, title] for key, title in zip(wanted, titles, strict=True)]}
    Kept(database, gemeente, actor).keep(THEMES, _NAME, body, seen)
