"""What the fields of a wijkanalyse may hold, and what is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from register.errors import WrongConcern
from register.privacy import refuse_finds

CONCEPT, DISCUSSED, SETTLED = "concept", "besproken", "vastgesteld"
STATUSES: Final = {CONCEPT: "Concept", DISCUSSED: "Besproken", SETTLED: "Vastgesteld"}
READING, BOTTLENECK, PRIORITY, ACTION = "reading", "bottleneck", "priority", "action"
#: What people bring in. A ``reading`` is what a group says of the figures of a section ("herkent u dit?").
KINDS: Final = {
    READING: "Duiding",
    "asset": "Wat er is",
    "partner": "Partner",
    "strength": "Kracht",
    BOTTLENECK: "Knelpunt",
    PRIORITY: "Prioriteit",
    "advice": "Advies",
    ACTION: "Actie",
}
RECOGNISED: Final = {"ja": "Herkenbaar", "deels": "Deels herkenbaar", "nee": "Niet herkenbaar"}
ACTION_STATUSES: Final = {
    "open": "Nog niet begonnen",
    "loopt": "Loopt",
    "gedaan": "Gedaan",
    "gestopt": "Gestopt",
}
#: Chapters by id, in their order: those of the report, which the register does not know; a test holds the two together.
SECTIONS: Final = (
    "vraag", "geschiedenis", "bevolking", "wonen", "werk", "onderwijs", "zorg", "veiligheid", "voorzieningen", "leefwereld",
    "vooruitblik", "duiding", "acties", "verandering", "verantwoording",
)  # fmt: skip
#: Chapters of which people are asked whether they recognise the figures.
READ_SECTIONS: Final = (
    "bevolking", "wonen", "werk", "onderwijs", "zorg", "veiligheid", "voorzieningen", "leefwereld", "vooruitblik",
)  # fmt: skip
LONGEST_TEXT: Final = 4_000
HEAD_TEXTS: Final = dict.fromkeys(
    ("reason", "question", "boundary", "observed", "history", "message", "ask"), LONGEST_TEXT
)
PART_TEXTS: Final = {
    "title": 200, "text": LONGEST_TEXT, "group_name": 200, "owner": 200, "partners": 400, "target": 400,
    "outcome": LONGEST_TEXT,
}  # fmt: skip
#: Set when an edition is started, or by `Stories.set_status`.
_KEPT_OF_HEAD: Final = (
    "wijk", "borders_year", "edition", "previous", "status", "discussed_on", "settled_on", "figures",
)  # fmt: skip
_KEPT_OF_PART: Final = ("story", "kind", "came_from")
#: What a part is about, by its kind: an action serves a priority, a priority answers a bottleneck.
ABOUT: Final = {ACTION: PRIORITY, PRIORITY: BOTTLENECK}
_ONLY_OF_ACTIONS: Final = (
    "owner",
    "partners",
    "indicator",
    "target",
    "evaluate_on",
    "status",
    "outcome",
)
_INDICATOR: Final = re.compile(r"[\w.:-]+")


def checked_head(clean: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the fields of an edition as they are stored; parameters as `Records.checked`.

    Raises
    ------
    WrongConcern, PersonalDetails
    """
    told = _texts(clean, HEAD_TEXTS)
    _refuse_kept(told, before, _KEPT_OF_HEAD)
    if before is None:
        told = {"status": CONCEPT} | told
    whole = {**(before or {}), **told}
    if not str(whole.get("wijk") or "").strip():
        raise WrongConcern("wijk", "Er ontbreekt een wijk; vul die in.")
    if (whole.get("edition") or 0) < 1:
        raise WrongConcern("edition", "De eerste wijkanalyse van een wijk heeft nummer 1.")
    _one_of("status", whole["status"], STATUSES)
    for name in ("discussed_on", "settled_on"):
        told |= {name: day(name, told[name])} if told.get(name) else {}
    if told.get("figures") is not None:
        told["figures"] = plain_figures(told["figures"])
    refuse_finds((told.get(name) for name in HEAD_TEXTS), whole.get("harmless") or ())
    return told


def checked_part(clean: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the fields of a part as they are stored; parameters as `Records.checked`.

    Raises
    ------
    WrongConcern, PersonalDetails
    """
    told = _texts(clean, PART_TEXTS)
    _refuse_kept(told, before, _KEPT_OF_PART)
    kind = str({**(before or {}), **told}.get("kind"))
    _one_of("kind", kind, KINDS)
    if before is None and kind == ACTION:
        told["status"] = told.get("status") or "open"
    whole = {**(before or {}), **told}
    if not whole.get("story"):
        raise WrongConcern("story", "Er ontbreekt een wijkanalyse waar dit bij hoort; kies er een.")
    for name in _ONLY_OF_ACTIONS if kind != ACTION else ():
        if told.get(name) is not None:
            raise WrongConcern(name, f"Bij {KINDS[kind]} hoort dit veld niet; het hoort bij een actie.")
    if kind not in ABOUT and told.get("about") is not None:
        raise WrongConcern(
            "about", f"Bij {KINDS[kind]} hoort dit veld niet; het hoort bij een actie of prioriteit."
        )
    if kind == ACTION:
        _one_of("status", whole.get("status"), ACTION_STATUSES)
    if told.get("section") is not None:
        _one_of("section", told["section"], dict.fromkeys(READ_SECTIONS if kind == READING else SECTIONS))
    _check_words(kind, whole)
    if told.get("evaluate_on"):
        told["evaluate_on"] = day("evaluate_on", told["evaluate_on"])
    if told.get("indicator") and not _INDICATOR.fullmatch(str(told["indicator"])):
        raise WrongConcern("indicator", "Kies een cijfer uit de lijst, of laat dit leeg.")
    refuse_finds((told.get(name) for name in PART_TEXTS), whole.get("harmless") or ())
    return told


def _check_words(kind: str, whole: Mapping[str, Any]) -> None:
    """Refuse a part that says nothing, or of which nobody knows who said it."""
    if kind == READING:
        if not whole.get("group_name"):
            raise WrongConcern("group_name", "Van wie komt dit? Noem de groep, zoals “bewoners van de flats”; geen naam van een persoon.")  # fmt: skip
        if not whole.get("section"):
            raise WrongConcern("section", "Over welk hoofdstuk gaat dit? Kies er een.")
        if not whole.get("text") and not whole.get("recognised"):
            raise WrongConcern("text", "Zeg of de groep de cijfers herkent, of schrijf op wat zij ervan zegt.")  # fmt: skip
    elif not whole.get("title") and not (kind == "advice" and whole.get("text")):
        raise WrongConcern("title", f"{KINDS[kind]}: vul een korte titel in.")
    if whole.get("recognised") is None:
        return
    if kind != READING:
        raise WrongConcern("recognised", f"Bij {KINDS[kind]} hoort geen herkenning; die hoort bij een duiding.")  # fmt: skip
    _one_of("recognised", whole["recognised"], RECOGNISED)


def day(name: str, value: Any) -> str:
    """Return a date as ``YYYY-MM-DD``.

    Raises
    ------
    WrongConcern
    """
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value)[:10])).isoformat()[:10]
    except ValueError:
        raise WrongConcern(name, f"{value!r} is geen datum; verwacht jjjj-mm-dd.") from None


def plain_figures(figures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return figures as both databases hold them; a number that is none becomes None.

    Raises
    ------
    WrongConcern
        If something in them is neither a text nor a number.
    """
    return [{str(name): _plain(value) for name, value in figure.items()} for figure in figures]


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is not None and not isinstance(value, str | int | float | bool):
        raise WrongConcern("figures", f"{value!r} is geen cijfer en geen tekst; het is niet te bewaren.")
    return value


def _texts(clean: Mapping[str, Any], longest: Mapping[str, int]) -> dict[str, Any]:
    """Return fields with nothing around the texts, None for an empty one."""
    told = {
        name: (value.strip() or None) if isinstance(value, str) else value for name, value in clean.items()
    }
    for name, most in longest.items():
        if len(str(told.get(name) or "")) > most:
            raise WrongConcern(name, f"Een tekst mag hier hoogstens {most} tekens hebben; maak hem korter.")
    return told


def _refuse_kept(told: Mapping[str, Any], before: Mapping[str, Any] | None, names: Sequence[str]) -> None:
    for name in names:
        if before is not None and name in told and told[name] != before[name]:
            raise WrongConcern(name, f"Het veld {name!r} ligt vast en is hier niet te wijzigen.")


def _one_of(name: str, value: Any, known: Mapping[str, Any]) -> None:
    if value not in known:
        titles = ", ".join(str(title or one) for one, title in known.items())
        raise WrongConcern(name, f"{value!r} bestaat hier niet; kies uit {titles}.")
