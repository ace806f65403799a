"""The register as the pages reach it: opened once, with whoever is there, for the gemeente that is chosen."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from data.settings import load_settings
from register.concerns import Concerns
from register.database import Database, open_register
from register.gatherings import Gatherings
from register.keeping import Kept
from register.roles import Actor
from register.sample import ensure_sample
from register.stories import Parts, Stories, Story
from register.stories import story as story_of
from register.themes import themes
from register.visits import Visits
from ui.identity import actor
from ui.selection import Selection


@dataclass(frozen=True)
class Desk:
    """What a page needs of the register.

    Attributes
    ----------
    database : Database
    gemeente : str
    actor : Actor
    """

    database: Database
    gemeente: str
    actor: Actor

    @property
    def concerns(self) -> Concerns:
        """The concerns of the gemeente."""
        return Concerns(self.database, self.gemeente, self.actor)

    @property
    def visits(self) -> Visits:
        """The visits of the gemeente."""
        return Visits(self.database, self.gemeente, self.actor)

    @property
    def gatherings(self) -> Gatherings:
        """Who took part, of the gemeente."""
        return Gatherings(self.database, self.gemeente, self.actor)

    @property
    def stories(self) -> Stories:
        """The editions of the wijkanalyses of the gemeente."""
        return Stories(self.database, self.gemeente, self.actor)

    @property
    def parts(self) -> Parts:
        """What people brought into those editions."""
        return Parts(self.database, self.gemeente, self.actor)

    def story(self, number: int) -> Story:
        """Return one edition with its parts and the editions before it.

        Raises
        ------
        RegisterError
            If it does not exist, or is in concept and the role does not read those.
        """
        return story_of(self.database, self.gemeente, self.actor, number)

    @property
    def kept(self) -> Kept:
        """What is kept by name, of the gemeente."""
        return Kept(self.database, self.gemeente, self.actor)

    @property
    def themes(self) -> dict[str, str]:
        """Titles of the themes by id."""
        return themes(self.database, self.gemeente, self.actor)


def desk(selection: Selection) -> Desk:
    """Open the register for the gemeente that is chosen.

    Raises
    ------
    RegisterError
        If the database cannot be reached.
    """
    database = open_register(load_settings())
    if selection.figures.is_sample:
        _with_sample(database)
    return Desk(database, selection.figures.gemeente, actor())


@st.cache_resource(
    show_spinner="De voorbeeldzorgen worden klaargezet", hash_funcs={Database: lambda one: one.url}
)
def _with_sample(database: Database) -> bool:
    """Put the invented concerns into the register; looked at once per server."""
    return ensure_sample(database)
