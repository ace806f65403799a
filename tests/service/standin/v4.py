"""OData v4 as CBS answers it, made out of the same tables."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from tests.service.standin import projection
from tests.service.standin.answers import Answer, Asked, Refused, as_json
from tests.service.standin.tables import Row, Table

_DATA_TYPES = {"Long": "Long", "Double": "Float", "String": "String"}
_GROUP_NEDERLAND = "0"
_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),])|(?P<word>[^\s(),']+))")

Test = Callable[[Row], bool]


def answer(asked: Asked, table: Table, *, page: int) -> Answer:
    """Answer what is asked of one table, in pages of ``page`` rows."""
    if not asked.part:
        return _root(asked, table)
    if asked.part == "Properties":
        return as_json({"@odata.context": _context(asked, "Properties"), **_properties(table)})
    parts: dict[str, Callable[[Table], list[Row]]] = {
        "Dimensions": dimensions,
        "MeasureCodes": measure_codes,
        "MeasureGroups": measure_groups,
        f"{table.dimension}Codes": region_codes,
        f"{table.dimension}Groups": region_groups,
        "Observations": observations,
        **{f"{name}Codes": partial(_other_codes, name) for name in table.others},
    }
    if asked.part not in parts:
        raise Refused(404, f"Resource not found for the segment '{asked.part}'.")
    return _listed(asked, parts[asked.part](table), page)


def catalogue(asked: Asked, tables: Sequence[Table], *, page: int) -> Answer:
    """Answer which tables there are."""
    return _listed(asked, [_dataset(table) for table in tables], page)


def refusal(refused: Refused) -> Answer:
    """Return the form in which a request is turned down."""
    return as_json({"error": {"code": str(refused.status), "message": refused.reason}}, refused.status)


def _context(asked: Asked, kind: str) -> str:
    table = f"/{asked.table}" if asked.table else ""
    return f"{asked.address}/odata/v1/CBS{table}/$metadata#{kind}"


def _root(asked: Asked, table: Table) -> Answer:
    sets = [
        "MeasureGroups",
        "MeasureCodes",
        "Dimensions",
        f"{table.dimension}Groups",
        f"{table.dimension}Codes",
        "Observations",
    ]
    listed = [{"name": name, "kind": "EntitySet", "url": name} for name in sets]
    listed.append({"name": "Properties", "kind": "Singleton", "url": "Properties"})
    return as_json({"@odata.context": _context(asked, "").rstrip("#"), "value": listed})


def _listed(asked: Asked, rows: list[Row], page: int) -> Answer:
    unknown = set(asked.query) - {"$filter", "$select", "$top", "$skip", "$skiptoken", "$count", "$format"}
    if unknown:
        raise Refused(400, f"The query parameter '{sorted(unknown)[0]}' is not supported.")
    names = list(rows[0]) if rows else []
    if asked.query.get("$filter"):
        test = parse_filter(asked.query["$filter"], names)
        rows = [row for row in rows if test(row)]
    found = len(rows)
    rows = rows[int(asked.query.get("$skip", 0)) :]
    if "$top" in asked.query:
        rows = rows[: int(asked.query["$top"])]
    start = int(asked.query.get("$skiptoken", 0))
    content: Row = {"@odata.context": _context(asked, asked.part)}
    if asked.query.get("$count") == "true":
        content["@odata.count"] = found
    content["value"] = _selected(rows[start : start + page], asked.query.get("$select"), names)
    if start + page < len(rows):
        content["@odata.nextLink"] = asked.continued(**{"$skiptoken": start + page})
    return as_json(content)


def _selected(rows: list[Row], select: str | None, names: list[str]) -> list[Row]:
    if not select:
        return rows
    wanted = [name.strip() for name in select.split(",")]
    if names and (unknown := [name for name in wanted if name not in names]):
        raise Refused(400, f"Could not find a property named '{unknown[0]}'.")
    return [{name: row[name] for name in wanted} for row in rows]


def _modified(table: Table) -> str:
    return f"{table.info['Modified']}+02:00"


def _dataset(table: Table) -> Row:
    return {
        "Identifier": table.id,
        "Catalog": "CBS",
        "VersionReason": "Actualisering",
        "Version": re.sub(r"\D", "", table.info["Modified"])[:12],
        "VersionNotes": "",
        "Status": "Regulier",
        "ObservationsModified": _modified(table),
        "Modified": _modified(table),
        "DatasetType": "Mixed",
        "ObservationCount": len(observations(table)),
        "Title": table.info["Title"],
        "Language": "nl",
        "Description": table.info["Summary"],
    }


def _properties(table: Table) -> Row:
    return {
        **_dataset(table),
        "ContactPoint": "infoservice@cbs.nl",
        "Source": table.info["Source"],
        "SearchPriority": "2",
        "Authority": "https://standaarden.overheid.nl/owms/terms/Centraal_Bureau_voor_de_Statistiek",
        "RelatedSources": [],
        "LongDescription": table.info["Summary"],
        "Summary": table.info["Summary"],
        "Publisher": "https://standaarden.overheid.nl/owms/terms/Centraal_Bureau_voor_de_Statistiek",
        "Frequency": table.info["Frequency"],
        "License": "https://creativecommons.org/licenses/by/4.0/",
        "GraphTypes": "Table",
        "DefaultPresentation": "",
        "Provenance": "",
        "TemporalCoverage": table.info["Period"],
    }


def dimensions(table: Table) -> list[Row]:
    """Return the one dimension of a table of neighbourhoods."""
    title = next((row["Title"] for row in table.properties if row["Key"] == table.dimension), "Regio's")
    return [
        {
            "Identifier": table.dimension,
            "Description": "",
            "ReleasePolicy": None,
            "Kind": "GeoDetailDimension",
            "MapYear": table.year,
            "Title": title,
        }
    ]


@lru_cache(maxsize=64)
def measure_codes(table: Table) -> list[Row]:
    """Return what every column is."""
    groups = {row["ID"] for row in table.properties if row["odata.type"].endswith("TopicGroup")}
    return [
        {
            "DataType": _DATA_TYPES[topic.get("Datatype") or "String"],
            "Identifier": table.measures[topic["Key"]],
            "Description": topic["Description"],
            "Unit": topic.get("Unit") or "",
            "Format": None,
            "MeasureGroupId": str(topic["ParentID"]) if topic["ParentID"] in groups else None,
            "Decimals": topic.get("Decimals", 0),
            "PresentationType": None,
            "Index": number,
            "Title": topic["Title"],
        }
        for number, topic in enumerate(table.topics, 1)
    ]


@lru_cache(maxsize=64)
def measure_groups(table: Table) -> list[Row]:
    """Return the headings above the columns."""
    groups = [row for row in table.properties if row["odata.type"].endswith("TopicGroup")]
    return [
        {
            "Id": str(row["ID"]),
            "Description": row["Description"],
            "ParentId": None if row["ParentID"] is None else str(row["ParentID"]),
            "Index": number,
            "Title": row["Title"],
        }
        for number, row in enumerate(groups)
    ]


@lru_cache(maxsize=64)
def region_codes(table: Table) -> list[Row]:
    """Return the regions; codes have no padding here."""
    return [
        {
            "Identifier": row["Key"].strip(),
            "Description": row["Description"],
            "DimensionGroupId": _region_group(row["Key"]),
            "DetailRegionCode": row["DetailRegionCode"],
            "Index": number,
            "Title": row["Title"],
        }
        for number, row in enumerate(table.regions, 1)
    ]


def _other_codes(name: str, _table: Table) -> list[Row]:
    return [{"Identifier": row["Key"], "Title": row["Title"]} for row in projection.titles(name)]


def _region_group(code: str) -> str:
    return _GROUP_NEDERLAND if code.startswith("NL") else code[2:6]


def region_groups(table: Table) -> list[Row]:
    """Return one group for the country and one per gemeente."""
    named = {
        _region_group(row["Key"]): row["Title"] for row in table.regions if row["Key"][:2] in ("NL", "GM")
    }
    return [
        {"Id": group, "Description": "", "ParentId": None, "Index": number, "Title": title}
        for number, (group, title) in enumerate(named.items())
    ]


@lru_cache(maxsize=20)  # some megabytes each
def observations(table: Table) -> list[Row]:
    """Return every cell; half of the cells without a figure are absent, the others say why."""
    found: list[Row] = []
    number = 0
    types = [(topic["Key"], table.measures[topic["Key"]], topic.get("Datatype")) for topic in table.topics]
    for row in table.rows:
        region = row[table.dimension].strip()
        for key, measure, kind in types:
            number += 1
            value = row.get(key)
            if value is None and number % 2:
                continue
            is_text = kind == "String"
            found.append(
                {
                    "Id": number,
                    "Measure": measure,
                    "ValueAttribute": _attribute(value, number),
                    "Value": None if is_text else value,
                    "StringValue": value if is_text else None,
                    table.dimension: region,
                    **{name: row[name] for name in table.others},
                }
            )
    return found


def _attribute(value: object, number: int) -> str:
    if value is not None:
        return "None"
    return "Confidential" if number % 4 else "Impossible"


@dataclass
class _Words:
    """The words of a filter, read from the left."""

    left: list[str]

    def peek(self) -> str:
        return self.left[0] if self.left else ""

    def take(self, expected: str = "") -> str:
        word = self.left.pop(0) if self.left else ""
        if not word or (expected and word != expected):
            raise Refused(400, f"Syntax error near '{word}': expected '{expected or 'a word'}'.")
        return word


def parse_filter(text: str, names: Sequence[str]) -> Test:
    """Read a filter: eq, ne, contains, startswith, and, or, not, brackets.

    Raises
    ------
    Refused
        For anything else, and for a field that is not there.
    """
    words: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() != end:
            break
        words.append(match[0].strip())
        end = match.end()
    if text[end:].strip():
        raise Refused(400, f"Syntax error at position {end} in '{text}'.")
    reader = _Words(words)
    test = _either(reader, names)
    if reader.left:
        raise Refused(400, f"Syntax error near '{reader.peek()}' in '{text}'.")
    return test


def _either(words: _Words, names: Sequence[str]) -> Test:
    tests = [_both(words, names)]
    while words.peek() == "or":
        words.take()
        tests.append(_both(words, names))
    return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)


def _both(words: _Words, names: Sequence[str]) -> Test:
    tests = [_single(words, names)]
    while words.peek() == "and":
        words.take()
        tests.append(_single(words, names))
    return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)


def _single(words: _Words, names: Sequence[str]) -> Test:
    word = words.take()
    if word == "(":
        test = _either(words, names)
        words.take(")")
        return test
    if word == "not":
        denied = _single(words, names)
        return lambda row: not denied(row)
    if word in ("contains", "startswith"):
        words.take("(")
        name = _known(words.take(), names)
        words.take(",")
        part = _text(words.take())
        words.take(")")
        if word == "contains":
            return lambda row: part in str(row[name])
        return lambda row: str(row[name]).startswith(part)
    name = _known(word, names)
    sign = words.take()
    if sign not in ("eq", "ne"):
        raise Refused(400, f"The operator '{sign}' is not supported.")
    value = _value(words.take())
    compare = operator.eq if sign == "eq" else operator.ne
    return lambda row: bool(compare(row[name], value))


def _known(name: str, names: Sequence[str]) -> str:
    if names and name not in names:
        raise Refused(400, f"Could not find a property named '{name}'.")
    return name


def _text(word: str) -> str:
    if not word.startswith("'"):
        raise Refused(400, f"'{word}' is not text between quotes.")
    return word[1:-1].replace("''", "'")


def _value(word: str) -> object:
    if word.startswith("'"):
        return _text(word)
    if word == "null":
        return None
    try:
        return float(word)
    except ValueError:
        raise Refused(400, f"'{word}' is not a value.") from None
