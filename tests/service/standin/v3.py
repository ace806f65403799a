"""OData v3 as CBS answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from tests.service.standin import projection
from tests.service.standin.answers import Answer, Asked, Refused, as_json
from tests.service.standin.tables import Row, Table

_TERM = re.compile(
    r"^(?:(?P<field>\w+) (?P<sign>eq|ne|ge|le|gt|lt) '(?P<value>[^']*)'"
    r"|startswith\((?P<start_field>\w+),\s?'(?P<start>[^']*)'\)"
    r"|substringof\('(?P<inside>[^']*)',\s?(?P<inside_field>\w+)\))$"
)
#: Topics of which a filter is ignored. A filter on any other topic is refused.
_IGNORED_TOPICS = ("SoortRegio", "Gemeentenaam")
_NO_FIGURE = "."
_TEXT_WIDTH = 10

Test = Callable[[Row], bool]


def answer(asked: Asked, table: Table, *, page: int, limit: int) -> Answer:
    """Answer what is asked of one table.

    Parameters
    ----------
    page : int
        Rows per answer of the feed.
    limit : int
        Records above which the api (not the feed) fails.
    """
    if not asked.part:
        return _root(asked, table)
    rows = _part(table, asked.part)
    if "$filter" in asked.query:
        test = _test(asked, table)
        rows = [row for row in rows if test(row)]
    if "$select" in asked.query:
        rows = _selected(rows, asked.query["$select"], _part(table, asked.part))
    if "$top" in asked.query:
        rows = rows[: int(asked.query["$top"])]
    if asked.place == "ODataApi":
        if len(rows) > limit:
            raise Refused(500, f"The query returns more than {limit} records")
        page = limit
    return as_json(_page(asked, rows, page, f"Cbs.OData.WebAPI.{asked.part}"))


def catalogue(asked: Asked, tables: Sequence[Table]) -> Answer:
    """Answer which tables there are."""
    rows = [_catalogue_row(number, table, asked.address) for number, table in enumerate(tables)]
    condition = asked.query.get("$filter")
    if condition:
        terms = [_TERM.match(term) for term in condition.split(" or ")]
        if not all(term and term["sign"] == "eq" and term["field"] == "Identifier" for term in terms):
            raise Refused(500, f"filter not known to work: {condition}")
        wanted = {term["value"] for term in terms if term}
        rows = [row for row in rows if row["Identifier"] in wanted]
    if "$select" in asked.query:
        rows = _selected(rows, asked.query["$select"], [_catalogue_row(0, tables[0], "")] if tables else [])
    return as_json({"odata.metadata": f"{asked.address}/ODataCatalog/$metadata#Tables", "value": rows})


def _root(asked: Asked, table: Table) -> Answer:
    names = [
        "TableInfos",
        "UntypedDataSet",
        "TypedDataSet",
        "DataProperties",
        "CategoryGroups",
        table.dimension,
    ]
    base = asked.url.rstrip("/")
    return as_json(
        {
            "odata.metadata": f"{base}/$metadata",
            "value": [{"name": name, "url": f"{base}/{name}"} for name in names],
        }
    )


def _part(table: Table, name: str) -> list[Row]:
    if name == table.dimension:
        return table.regions
    if name in table.others:
        return projection.titles(name)
    parts: dict[str, list[Row]] = {
        "TypedDataSet": table.rows,
        "DataProperties": table.properties,
        "TableInfos": [table.info],
        "CategoryGroups": [],
    }
    if name == "UntypedDataSet":
        return _untyped(table)
    if name not in parts:
        raise Refused(404, f"{name} not found")
    return parts[name]


@lru_cache(maxsize=32)
def _untyped(table: Table) -> list[Row]:
    def text(value: Any) -> str:
        return (_NO_FIGURE if value is None else str(value)).rjust(_TEXT_WIDTH)

    return [
        {
            name: value if name == "ID" or isinstance(value, str) else text(value)
            for name, value in row.items()
        }
        for row in table.rows
    ]


def _test(asked: Asked, table: Table) -> Test:
    condition = asked.query["$filter"]
    region = "Key" if asked.part == table.dimension else table.dimension
    if asked.part not in ("TypedDataSet", "UntypedDataSet", table.dimension):
        raise Refused(500, f"filter not known to work on {asked.part}: {condition}")
    terms = [_TERM.match(term) for term in condition.split(" or ")]
    found = [term for term in terms if term]
    if len(found) < len(terms):
        raise Refused(500, f"filter not known to work: {condition}")
    fields = [term["field"] or term["start_field"] or term["inside_field"] for term in found]
    for name in fields:
        if name != region and not name.startswith(_IGNORED_TOPICS):
            raise Refused(500, f"filter not known to work on {name}")
    if any(name != region for name in fields):
        return lambda row: True
    if len(found) > 1 and any(term["sign"] != "eq" for term in found):
        raise Refused(500, f"'or' is known to work between 'eq' only: {condition}")
    return _region_test(found, region)


def _region_test(terms: Sequence[re.Match[str]], region: str) -> Test:
    first = terms[0]
    if first["start_field"]:
        return lambda row: row[region].startswith(first["start"])
    if first["inside_field"]:
        return lambda row: first["inside"] in row[region]
    if first["sign"] == "ne":
        raise Refused(500, "'ne' is not known to work")
    if first["sign"] != "eq":
        return lambda row: True
    # The padding is part of the code: 'GM0917' is not 'GM0917    '.
    wanted = {term["value"] for term in terms}
    return lambda row: row[region] in wanted


def _selected(rows: list[Row], select: str, known: list[Row]) -> list[Row]:
    names = [name.strip() for name in select.split(",")]
    have = set().union(*known) if known else set()
    if unknown := [name for name in names if known and name not in have]:
        raise Refused(500, f"Could not find a property named '{unknown[0]}'")
    return [{name: row.get(name) for name in names} for row in rows]


def _page(asked: Asked, rows: list[Row], page: int, kind: str) -> Row:
    start = int(asked.query.get("$skiptoken", 0))
    answer: Row = {
        "odata.metadata": f"{asked.address}/{asked.place}/OData/{asked.table}/$metadata#{kind}",
        "value": rows[start : start + page],
    }
    if start + page < len(rows):
        answer["odata.nextLink"] = asked.continued(**{"$skiptoken": start + page})
    return answer


def _catalogue_row(number: int, table: Table, address: str) -> Row:
    info = table.info
    return {
        "Updated": info["Modified"],
        "ID": number,
        "Identifier": table.id,
        "Title": info["Title"],
        "ShortTitle": info["ShortTitle"],
        "ShortDescription": info["Summary"],
        "Summary": info["Summary"],
        "Modified": info["Modified"],
        "ReasonDelivery": info.get("ReasonDelivery", "Actualisering"),
        "OutputStatus": "Regulier",
        "Source": info["Source"],
        "Language": info["Language"],
        "Catalog": "CBS",
        "Frequency": info["Frequency"],
        "Period": info["Period"],
        "ApiUrl": f"{address}/ODataApi/OData/{table.id}",
        "FeedUrl": f"{address}/ODataFeed/OData/{table.id}",
        "RecordCount": len(table.regions),
        "ColumnCount": len(table.topics) + 1,
    }
