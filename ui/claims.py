"""From what the sign-in of the organisation says of somebody to who that is here; knows no page and no server."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from data.settings import Settings
from register.roles import LOCAL, Actor, Role

Claims = Mapping[str, Any]

#: What names somebody, best first: what a colleague recognises in the history.
_NAMES: Final = ("preferred_username", "email", "sub")
_LONGEST_NAME: Final = 120
#: Clocks of two machines differ.
_LEEWAY_SECONDS: Final = 120


class Refusal(StrEnum):
    """Why somebody is not let in."""

    NOBODY = "niet aangemeld"
    EXPIRED = "te lang geleden aangemeld"
    ENDED = "afgemeld"
    STRANGER = "geen rol in Wijkradar"


@dataclass(frozen=True)
class Visitor:
    """Who is there.

    Attributes
    ----------
    actor : Actor or None
        Who that is to the register; None for somebody who is not let in.
    called : str
        What somebody is called on the screen; empty for nobody.
    refusal : Refusal or None
        Why `actor` is None.
    """

    actor: Actor | None
    called: str = ""
    refusal: Refusal | None = None


#: Whoever works at this machine while sign-in is off.
AT_THIS_MACHINE: Final = Visitor(LOCAL)


def visitor_of(claims: Claims, settings: Settings, now: float, ended: Collection[str] = ()) -> Visitor:
    """Return who is there, by what the provider signed; whatever is missing or doubtful lets nobody in.

    Parameters
    ----------
    claims : mapping
        Of the ID token (OpenID Connect Core 1.0, section 2), with ``is_logged_in`` of Streamlit; empty for nobody.
    settings : Settings
    now : float
        Seconds since 1970, UTC.
    ended : collection of str
        What was signed out here, as `sign_in_key` calls it.
    """
    if claims.get("is_logged_in") is not True or not (name := name_of(claims)):
        return Visitor(None, refusal=Refusal.NOBODY)
    called = _line(claims.get("name")) or name
    if _age(claims, now) > settings.sign_in_hours * 3600:
        return Visitor(None, called, Refusal.EXPIRED)
    if sign_in_key(claims) in ended:
        return Visitor(None, called, Refusal.ENDED)
    role = role_of(claims, settings)
    if role is None:
        return Visitor(None, called, Refusal.STRANGER)
    return Visitor(Actor(name, role), called)


def name_of(claims: Claims) -> str:
    """Return what stands in the history for somebody; empty where the provider gives no name."""
    return next((name for claim in _NAMES if (name := _line(claims.get(claim)))), "")


def role_of(claims: Claims, settings: Settings) -> Role | None:
    """Return the highest role that the settings give somebody; None for somebody they leave out.

    An entry of a list is a role or group of the provider (`Settings.role_claim`), or an e-mail address. An address that
    the provider says it did not check counts for nothing: anybody may have typed it.
    """
    mine = {value.casefold() for value in _listed(_at(claims, settings.role_claim)) if value}
    if claims.get("email_verified", True) in (True, "true") and (address := _line(claims.get("email"))):
        mine.add(address.casefold())
    lists: Sequence[tuple[Role, tuple[str, ...]]] = (
        (Role.ADMINISTRATOR, settings.administrators),
        (Role.COORDINATOR, settings.coordinators),
        (Role.VIEWER, settings.viewers),
    )
    for role, entries in lists:
        if mine & {entry.casefold() for entry in entries}:
            return role
    return None if settings.viewers else Role.VIEWER


def sign_in_key(claims: Claims) -> str:
    """Return what tells this sign-in from every other one, of the same person too, and says nothing of either."""
    parts = [str(claims.get(name, "")) for name in ("iss", "sub", "nonce", "iat")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _age(claims: Claims, now: float) -> float:
    """Return how many seconds ago somebody signed in; endlessly long where the provider does not say or errs."""
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return float("inf")
    return now - issued if issued <= now + _LEEWAY_SECONDS else float("inf")


def _at(claims: Claims, place: str) -> Any:
    """Return a claim by its name, or by its path where claims hold claims: ``realm_access.roles``."""
    if not place:
        return None
    if place in claims:
        return claims[place]
    found: Any = claims
    for step in place.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _listed(value: Any) -> list[str]:
    # A text is one group, whatever stands in it: who is in "Geen beheerders" must not become one of "beheerders".
    if isinstance(value, str):
        return [value.strip()]
    if isinstance(value, list | tuple):
        return [entry.strip() for entry in value if isinstance(entry, str)]
    return []


def _line(value: Any) -> str:
    """Return a text on one line, without what cannot be seen; empty for anything else."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())[:_LONGEST_NAME]
