"""What goes over the line: a request taken apart, and an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request.

    Attributes
    ----------
    road : str
        ``v3``, ``v4`` or ``pdok``; empty for an address of none of these.
    table : str
        Table id, or for PDOK the year; empty for a catalogue.
    part : str
        Entity set, or for PDOK the layer; empty for the root of a table.
    place : str
        What comes before: ``ODataFeed``, ``ODataApi``, ``gebiedsindelingen``, ``wijkenbuurten``.
    """

    road: str
    table: str
    part: str
    place: str
    path: str
    query: dict[str, str]
    address: str

    @property
    def url(self) -> str:
        """The address without the query."""
        return f"{self.address}{self.path}"

    def continued(self, **changes: object) -> str:
        """Return the address of a next page, spelled as OData wants it (``$`` as it is)."""
        query = {**self.query, **changes}
        return f"{self.url}?{urlencode(query, safe='$', quote_via=quote)}"


@dataclass(frozen=True)
class Answer:
    """A status, a body and what kind of body it is."""

    status: int
    body: bytes
    kind: str = "application/json; charset=utf-8"

    def cut(self) -> Answer:
        """Return the first half."""
        return replace(self, body=self.body[: len(self.body) // 2])


class Refused(Exception):
    """The service does not do this."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def as_json(content: Any, status: int = 200) -> Answer:
    """Return content as JSON."""
    return Answer(status, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def take_apart(target: str, address: str) -> Asked:
    """Tell from path and query what is asked.

    Parameters
    ----------
    target : str
        Path and query.
    address : str
        Scheme and host of the stand-in itself.
    """
    split = urlsplit(target)
    steps = [step for step in split.path.split("/") if step]
    query = dict(parse_qsl(split.query, keep_blank_values=True))
    road, table, part, place = _whereto(steps)
    if road == "pdok":
        named = {name.lower(): value for name, value in query.items()}
        part = named.get("typenames", named.get("typename", "")).rpartition(":")[2]
    return Asked(road, table, part, place, split.path, query, address)


def _whereto(steps: list[str]) -> tuple[str, str, str, str]:
    lower = [step.lower() for step in steps]
    if lower[:1] == ["odatacatalog"]:
        return "v3", "", "Tables" if lower[1:] == ["tables"] else "?", steps[0]
    if lower[1:2] == ["odata"] and lower[0] in ("odatafeed", "odataapi") and 3 <= len(steps) <= 4:
        return "v3", steps[2], "".join(steps[3:]), "ODataApi" if lower[0] == "odataapi" else "ODataFeed"
    if lower[:3] == ["odata", "v1", "cbs"]:
        if lower[3:] == ["datasets"]:
            return "v4", "", "Datasets", "CBS"
        if 4 <= len(steps) <= 5:
            return "v4", steps[3], "".join(steps[4:]), "CBS"
    if lower[:1] == ["cbs"] and lower[3:] == ["wfs", "v1_0"]:
        return "pdok", steps[2], "", steps[1]
    return "", "", "", ""
