"""A stand-in for the OData v3 service of CBS, fed with saved answers.

It keeps to what is known of the real service: codes are padded to ten characters and a filter without the
padding finds nothing; ``eq`` joined by ``or`` and ``startswith`` on the region work, filters on topics are
ignored; long answers come in pages with ``odata.nextLink``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

_EQUALS = re.compile(r"^(\w+) eq '([^']*)'$")
_STARTS = re.compile(r"^startswith\((\w+),'([^']*)'\)$")
_FILTERED = ("WijkenEnBuurten", "RegioS", "Key")


class StandIn:
    """Serves the tables under ``folder``.

    Attributes
    ----------
    requests : list of str
        Path and query of everything that was asked.
    page : int
        Rows per answer.
    faults : list
        Faults for the next requests, first one first: an HTTP status, or text to send instead of JSON.
    """

    def __init__(self, server: HTTPServer, folder: Path) -> None:
        self.folder = folder
        self.requests: list[str] = []
        self.page = 10_000
        self.faults: list[int | str] = []
        server.expect_request(re.compile(r"^/ODataFeed/odata/.*")).respond_with_handler(self._answer)
        self.address = f"http://{server.host}:{server.port}"

    def _answer(self, request: Request) -> Response:
        self.requests.append(request.full_path)
        if self.faults:
            fault = self.faults.pop(0)
            return Response(status=fault) if isinstance(fault, int) else Response(fault)
        table, part = request.path.split("/")[3:5]
        file = self.folder / table / f"{part}.json"
        if not file.is_file():
            return Response(status=404)
        rows = json.loads(file.read_text(encoding="utf-8"))["value"]
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        rows = [row for row in rows if _passes(row, query.get("$filter", ""))]
        start = int(query.get("$skip", 0))
        answer: dict[str, object] = {"odata.metadata": self.address, "value": rows[start : start + self.page]}
        if start + self.page < len(rows):
            following = urlencode({**query, "$skip": start + self.page})
            answer["odata.nextLink"] = f"{self.address}{request.path}?{following}"
        return Response(json.dumps(answer), content_type="application/json")


def _passes(row: dict[str, object], condition: str) -> bool:
    if not condition:
        return True
    for term in condition.split(" or "):
        if found := _EQUALS.match(term):
            name, value = found.groups()
            if name not in _FILTERED or row[name] == value:
                return True
        elif found := _STARTS.match(term):
            name, value = found.groups()
            if name not in _FILTERED or str(row[name]).startswith(value):
                return True
        else:
            raise AssertionError(f"the real service is not known to honour this filter: {term}")
    return False
