"""How many people a channel reached in a wijk, and what the channel knows of them: counts, never persons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final

from sqlalchemy import Table

from register import schema
from register._records import Records
from register.concerns import CHANNELS
from register.errors import WrongConcern
from register.privacy import ADDRESS, POSTCODE, refuse_finds
from register.roles import Action

#: What a channel may know of who took part, in the classes that CBS counts residents in. Never origin.
GROUPS: Final = {
    "age": {"0-14": "0 tot 15 jaar", "15-24": "15 tot 25 jaar", "25-44": "25 tot 45 jaar", "45-64": "45 tot 65 jaar",
            "65+": "65 jaar en ouder"},
    "household": {"single": "alleenwonend", "no_children": "samen zonder kinderen", "with_children": "met kinderen"},
    "tenure": {"owner": "koopwoning", "rent": "huurwoning"},
}  # fmt: skip


LONGEST_NAME: Final = 120


class Gatherings(Records):
    """Who took part, of one gemeente; fields: see `register.schema.gathering`."""

    entity: ClassVar[str] = "gathering"
    table: ClassVar[Table] = schema.gathering
    to_read: ClassVar[Action] = Action.SEE_COUNTS
    to_write: ClassVar[Action] = Action.WRITE_CONCERNS

    def checked(self, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the fields as they are stored; see `Records.checked`."""
        clean = super().checked(values, before)
        whole = {**(before or {}), **clean}
        if not whole.get("wijk"):
            raise WrongConcern("wijk", "Er ontbreekt een wijk; vul die in.")
        if whole.get("channel") not in CHANNELS:
            raise WrongConcern("channel", f"Het kanaal {whole.get('channel')!r} bestaat niet; kies uit {', '.join(CHANNELS.values())}.")  # fmt: skip
        for name in ("first_day", "last_day"):
            try:
                clean[name] = date.fromisoformat(
                    str(whole.get(name) or whole.get("first_day"))[:10]
                ).isoformat()
            except ValueError:
                raise WrongConcern(name, f"{whole.get(name)!r} is geen datum; verwacht jjjj-mm-dd.") from None
        if clean["last_day"] < clean["first_day"]:
            raise WrongConcern("last_day", "De laatste dag ligt vóór de eerste; draai ze om.")
        name = " ".join(str(clean.get("name") or "").split())
        if len(name) > LONGEST_NAME:
            raise WrongConcern("name", f"Een naam heeft hoogstens {LONGEST_NAME} tekens; maak hem korter.")
        # The address of a building where people meet is nobody's.
        refuse_finds([name], but=(ADDRESS, POSTCODE))
        people = whole.get("participants")
        if not isinstance(people, int) or people < 0:
            raise WrongConcern("participants", "Het aantal deelnemers is een geheel getal van 0 of meer.")
        clean["shares"] = _shares(whole.get("shares") or {}, people)
        return clean


def _shares(shares: Mapping[str, Any], participants: int) -> dict[str, dict[str, int]]:
    known: dict[str, dict[str, int]] = {}
    for group, counts in shares.items():
        if group not in GROUPS or not set(counts) <= set(GROUPS[group]):
            raise WrongConcern("shares", f"De groep {group!r} is niet bekend; Wijkradar telt leeftijd, huishouden en soort woning.")  # fmt: skip
        told = {name: int(count) for name, count in counts.items() if count is not None}
        if any(count < 0 for count in told.values()) or sum(told.values()) > participants:
            raise WrongConcern(
                "shares", "De groepen samen zijn meer dan het aantal deelnemers; kijk de aantallen na."
            )
        if told:
            known[group] = told
    return known
