"""Who may do what in the register: three roles, checked where something is read or written, not on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from data.errors import UserError


class Role(StrEnum):
    """What somebody is to the register; every role may do what the one before it may."""

    VIEWER = "lezer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "beheerder"


class Action(StrEnum):
    """What the register can be asked."""

    SEE_COUNTS = "aantallen zien"
    SEE_CONCERNS = "zorgen lezen"
    WRITE_CONCERNS = "zorgen vastleggen"
    IMPORT = "een bestand inlezen"
    PLAN = "bezoeken plannen"
    READ_STORIES = "wijkanalyses lezen"
    READ_DRAFTS = "wijkanalyses in concept lezen"
    WRITE_STORIES = "wijkanalyses schrijven"
    SET_UP = "thema's en bewaartermijnen instellen"
    SEE_HISTORY = "de geschiedenis zien"
    EXPIRE = "teksten na de bewaartermijn verwijderen"
    MANAGE_FIGURES = "cijfers ophalen en inlezen"
    KEEP_CHOICES = "scenario's en gewichten bewaren"


_LOWEST: Final = {
    Action.SEE_COUNTS: Role.VIEWER,
    Action.SEE_CONCERNS: Role.COORDINATOR,
    Action.WRITE_CONCERNS: Role.COORDINATOR,
    Action.IMPORT: Role.COORDINATOR,
    Action.PLAN: Role.COORDINATOR,
    Action.SEE_HISTORY: Role.COORDINATOR,
    Action.MANAGE_FIGURES: Role.COORDINATOR,
    Action.KEEP_CHOICES: Role.COORDINATOR,
    Action.READ_STORIES: Role.VIEWER,
    Action.READ_DRAFTS: Role.COORDINATOR,
    Action.WRITE_STORIES: Role.COORDINATOR,
    Action.SET_UP: Role.ADMINISTRATOR,
    Action.EXPIRE: Role.ADMINISTRATOR,
}
_ORDER: Final = tuple(Role)
TITLES: Final = {Role.VIEWER: "lezer", Role.COORDINATOR: "coördinator", Role.ADMINISTRATOR: "beheerder"}


class NotAllowed(UserError):
    """The role of whoever asks does not allow this."""


@dataclass(frozen=True)
class Actor:
    """Who works with the register.

    Attributes
    ----------
    name : str
        What stands in the history: the sign-in name of the organisation, or ``lokaal`` without sign-in.
    role : Role
    """

    name: str
    role: Role

    def may(self, action: Action) -> bool:
        """Tell whether the role allows an action."""
        return _ORDER.index(self.role) >= _ORDER.index(_LOWEST[action])

    def require(self, action: Action) -> None:
        """Refuse what the role does not allow.

        Raises
        ------
        NotAllowed
        """
        if not self.may(action):
            raise NotAllowed(
                f"Als {TITLES[self.role]} mag u dit niet ({action.value}). Daarvoor is de rol "
                f"{TITLES[_LOWEST[action]]} nodig; vraag die aan bij uw beheerder."
            )


#: Whoever works at this machine while sign-in is off.
LOCAL: Final = Actor("lokaal", Role.ADMINISTRATOR)
