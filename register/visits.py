"""Visits and activities in wijken: planned, done, and what came of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import Table

from register import schema
from register._records import Records
from register.errors import WrongConcern
from register.privacy import refuse_finds
from register.roles import Action

if TYPE_CHECKING:
    import pandas as pd

KINDS: Final = {"bezoek": "Bezoek", "activiteit": "Activiteit", "gesprek": "Gesprek met partners"}
STATUSES: Final = {"gepland": "Gepland", "gedaan": "Gedaan", "afgezegd": "Gaat niet door"}
#: Where a name may stand that should not, with the most characters: these are checked, and retention takes them out.
_TEXTS: Final = {"aim": 4_000, "outcome": 4_000, "who": 200, "partners": 400, "place": 200}
_ERASABLE: Final = frozenset({*_TEXTS, "harmless"})
_PUBLIC: Final = ("number", "wijk", "borders_year", "kind", "day", "status", "done_on")


class Visits(Records):
    """The visits of one gemeente; fields: see `register.schema.visit`. ``who`` is a team or a function."""

    entity: ClassVar[str] = "visit"
    table: ClassVar[Table] = schema.visit
    erasable: ClassVar[frozenset[str]] = _ERASABLE
    united: ClassVar[frozenset[str]] = frozenset({"harmless"})
    to_read: ClassVar[Action] = Action.SEE_CONCERNS
    to_write: ClassVar[Action] = Action.PLAN

    def checked(self, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the fields as they are stored; see `Records.checked`.

        Raises
        ------
        PersonalDetails
            If a text holds what may point at a person that is not among ``harmless``.
        """
        clean = super().checked(values, before)
        if before is None:
            clean = {"status": "gepland", "kind": "bezoek"} | clean
        whole = {**(before or {}), **clean}
        for name, what in (("wijk", "een wijk"), ("aim", "een doel"), ("day", "een dag")):
            if not whole.get(name):
                raise WrongConcern(name, f"Er ontbreekt {what}; vul dit in.")
        for name, longest in _TEXTS.items():
            if len(str(clean.get(name) or "")) > longest:
                raise WrongConcern(name, f"Een tekst mag hoogstens {longest} tekens hebben; maak hem korter.")
        refuse_finds((clean.get(name) for name in _TEXTS), whole.get("harmless") or ())
        if whole["kind"] not in KINDS:
            raise WrongConcern(
                "kind", f"De soort {whole['kind']!r} bestaat niet; kies uit {', '.join(KINDS.values())}."
            )
        if whole["status"] not in STATUSES:
            raise WrongConcern(
                "status",
                f"De status {whole['status']!r} bestaat niet; kies uit {', '.join(STATUSES.values())}.",
            )
        for name in ("day", "done_on"):
            if clean.get(name):
                try:
                    clean[name] = date.fromisoformat(str(clean[name])[:10]).isoformat()
                except ValueError:
                    raise WrongConcern(name, f"{clean[name]!r} is geen datum; verwacht jjjj-mm-dd.") from None
        if clean.get("time") and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(clean["time"])):
            raise WrongConcern("time", f"{clean['time']!r} is geen tijd; verwacht uu:mm.")
        if clean.get("status") == "gedaan" and not whole.get("done_on"):
            clean["done_on"] = date.today().isoformat()
        return clean

    def paid(self) -> pd.DataFrame:
        """Return what everybody may see of the visits, to tell where nobody has been: no aim, no names, no outcome.

        Returns
        -------
        DataFrame
            number, wijk, borders_year, kind, day, status, done_on; dates as text ``YYYY-MM-DD``.
        """
        return self._open_to_all(_PUBLIC)
