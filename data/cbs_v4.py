"""The OData v4 service of CBS: the second road, for when v3 is out of reach or has less.

v4 gives no table with columns but a long list of observations, each a region, a measure and a value; the
measures have a title where v3 has a key. Here that becomes the same `CbsTable` as from v3, so nothing behind
it knows which road a figure took.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pandas as pd
from requests import HTTPError, Session

from data import cbs_table, regions
from data.asking import Asker, Patience
from data.cbs import check_complete, incomplete
from data.cbs_table import CbsTable, TableInfo, stem_of_title
from data.errors import ServiceError, TableError
from data.regions import NEDERLAND

Row = dict[str, Any]
Found = TypeVar("Found")

_ROOT = "/odata/v1/CBS"
#: Data types with figures; what is not among them is text and has its value in StringValue.
_NUMERIC = {
    "byte",
    "short",
    "integer",
    "int16",
    "int32",
    "int64",
    "long",
    "float",
    "single",
    "double",
    "decimal",
}
#: Some servers refuse a query above 2 048 characters; spaces and quotes take three each on the way.
_LONGEST_FILTER = 1_200
#: CBS has no group within a group within a group within ...; a circle of groups has to end.
_DEEPEST_GROUP = 10


class CbsV4:
    """CBS over OData v4, or a mirror of it.

    Parameters
    ----------
    address : str
        Scheme and host, such as ``https://datasets.cbs.nl``.
    patience : Patience, optional
    """

    name = "OData v4"

    def __init__(self, address: str, patience: Patience | None = None) -> None:
        self._asker = Asker(f"CBS ({self.name})", address.rstrip("/"), patience)
        self._measures_by_table: dict[str, list[Row]] = {}
        self._dimension_by_table: dict[str, str] = {}

    @property
    def requests(self) -> int:
        """How often the service was asked so far; here every page of a long answer counts."""
        return self._asker.requests

    def catalogue(self, table_ids: Sequence[str]) -> dict[str, TableInfo]:
        """Ask what the service says about tables, in one request.

        Parameters
        ----------
        table_ids : sequence of str

        Returns
        -------
        dict
            `TableInfo` by id, of the tables that the service names. v4 states no period; the year stands in
            the title.

        Raises
        ------
        ServiceError
        """
        if not table_ids:
            return {}
        rows = self._rows(
            "de lijst van tabellen",
            "Datasets",
            ("Identifier",),
            filter=_any_of("Identifier", table_ids),
            select="Identifier,Title,Modified",
        )
        return {
            row["Identifier"]: TableInfo(
                row["Identifier"], title=_text(row, "Title"), modified=_text(row, "Modified")
            )
            for row in rows
            if row["Identifier"] in table_ids
        }

    def table(self, table_id: str, gemeenten: Sequence[str], info: TableInfo | None = None) -> CbsTable:
        """Fetch the rows of gemeenten, their wijken and buurten, and of Nederland.

        Takes four requests: the measures, their groups, the regions, the observations. One more where
        ``info`` is omitted, and one more for a table with another region dimension (2013).

        Parameters
        ----------
        table_id : str
        gemeenten : sequence of str
            Codes, such as ``GM0917``; more than one for a gemeente that others merged into.
        info : TableInfo, optional
            From `catalogue`; asked here when omitted.

        Returns
        -------
        CbsTable
            ``rows`` has one row per region and one column per measure, in the order of the table: floats, or
            text for what is no figure. A cell that v4 leaves out or gives no value is empty.

        Raises
        ------
        ServiceError
            If the service cannot be reached, answers nonsense, does not have the table, or gives fewer
            regions than its own list names.
        TableError
            If one region has two values for one measure, or the year of the table cannot be told.
        """
        info = info or self.catalogue([table_id]).get(table_id) or TableInfo(table_id)
        origin = f"{self._asker.address}, tabel {table_id}"
        measures = self._measures(table_id)
        topics = _topics(measures, self._groups(table_id, measures))
        dimension, titles = self._regions(table_id, gemeenten)
        rows = _wide(
            self._observations(table_id, dimension, gemeenten), measures, list(topics["key"]), origin
        )
        self._check_regions(table_id, titles, rows)
        year = cbs_table.year_of(
            {"Period": info.period, "Title": info.title}, pd.DataFrame(), table_id, origin
        )
        return CbsTable(
            id=table_id,
            year=year,
            title=info.title or f"Kerncijfers wijken en buurten {year}",
            modified=info.modified,
            rows=rows,
            topics=topics,
            region_titles=titles,
            origin=origin,
            service=self.name,
        )

    def values_for(self, table_id: str, stems: Collection[str], gemeenten: Sequence[str]) -> set[str]:
        """Tell which columns have a figure for gemeenten, or for a wijk or buurt of theirs.

        A cheap look (two requests, or one where the measures are known) at whether it pays to fetch a table
        here of which v3 gives empty columns.

        Parameters
        ----------
        table_id : str
        stems : collection of str
            Stems of column keys, as in v3: ``Koopwoningen``. One that stands for several measures counts when
            any of them has a figure. Text columns never count.
        gemeenten : sequence of str
            Codes.

        Returns
        -------
        set of str
            The part of ``stems`` that has at least one figure.

        Raises
        ------
        ServiceError
        """
        asked = {stem.casefold(): stem for stem in stems}
        stem_of = {
            measure["Identifier"]: asked[stem]
            for measure in self._measures(table_id)
            if (stem := stem_of_title(measure["Title"]).casefold()) in asked
        }
        if not stem_of:
            return set()
        _, rows = self._in_its_dimension(
            table_id,
            lambda dimension: self._rows(
                f"tabel {table_id}",
                f"{table_id}/Observations",
                ("Measure", dimension),
                filter=_probe(stem_of, dimension, gemeenten),
                select=f"Measure,Value,{dimension}",
            ),
        )
        frame = pd.DataFrame(rows, columns=["Measure", "Value", self._dimension_by_table[table_id]])
        codes = regions.clean_codes(frame[self._dimension_by_table[table_id]])
        filled = frame[_belongs_to(codes, gemeenten) & frame["Value"].notna()]
        return {stem_of[measure] for measure in filled["Measure"].unique() if measure in stem_of}

    def rows_of(self, table_id: str, dimension: str, codes: Sequence[str]) -> pd.DataFrame:
        """Fetch the observations of any table for some codes of one dimension; empty where there are none.

        Returns
        -------
        DataFrame
            One row per observation: the dimensions, and the value in a column with the stem of its measure.

        Raises
        ------
        ServiceError
        """
        stems = {m["Identifier"]: stem_of_title(m["Title"]) for m in self._measures(table_id)}
        rows = self._rows(
            f"tabel {table_id}",
            f"{table_id}/Observations",
            ("Measure", dimension),
            filter=_any_of(dimension, codes),
        )
        frame = pd.DataFrame(rows)
        if frame.empty:
            return frame
        of_measure = frame["Measure"].map(stems)
        values = {
            str(stem): frame["Value"].where(of_measure == stem) for stem in of_measure.dropna().unique()
        }
        own = ["Id", "Measure", "ValueAttribute", "Value", "StringValue"]
        return frame.drop(columns=own, errors="ignore").assign(**values)

    def titles_of(self, table_id: str, dimension: str) -> dict[str, str]:
        """Fetch the title of every code of a dimension.

        Raises
        ------
        ServiceError
        """
        listed = self._rows(f"tabel {table_id}", f"{table_id}/{dimension}Codes", ("Identifier", "Title"))
        return {row["Identifier"]: _text(row, "Title") for row in listed}

    def _measures(self, table_id: str) -> list[Row]:
        if table_id not in self._measures_by_table:
            rows = self._filled(table_id, "MeasureCodes", ("Identifier", "Title"))
            self._measures_by_table[table_id] = sorted(rows, key=lambda row: row.get("Index") or 0)
        return self._measures_by_table[table_id]

    def _groups(self, table_id: str, measures: Iterable[Row]) -> list[Row]:
        # A table without groups has no list of them either.
        if all(measure.get("MeasureGroupId") is None for measure in measures):
            return []
        return self._filled(table_id, "MeasureGroups", ("Id", "Title"))

    def _filled(self, table_id: str, part: str, needed: Sequence[str]) -> list[Row]:
        """Return a list without which the figures would lose their meaning, so that it may not be empty."""
        rows = self._rows(f"tabel {table_id}", f"{table_id}/{part}", needed)
        if not rows:
            raise incomplete(self._asker.service, table_id, f"onvolledig: {part} is leeg")
        return rows

    def _regions(self, table_id: str, gemeenten: Sequence[str]) -> tuple[str, dict[str, str]]:
        """Return the region dimension, and the title of each region that the table should have."""
        dimension, rows = self._in_its_dimension(
            table_id,
            lambda dimension: self._rows(
                f"tabel {table_id}",
                f"{table_id}/{dimension}Codes",
                ("Identifier", "Title"),
                filter=_of_gemeenten("Identifier", [*gemeenten, NEDERLAND]),
                select="Identifier,Title",
                count="true",
            ),
        )
        codes = regions.clean_codes(pd.Series([row["Identifier"] for row in rows], dtype="str"))
        ours = _belongs_to(codes, [*gemeenten, NEDERLAND])
        return dimension, {
            code: _text(row, "Title") for code, row, our in zip(codes, rows, ours, strict=True) if our
        }

    def _observations(self, table_id: str, dimension: str, gemeenten: Sequence[str]) -> pd.DataFrame:
        """Return one row per cell: region, Measure, Value, StringValue.

        Fields are not selected: tables without text have no StringValue, and selecting what is not there is
        an error.
        """
        rows = self._rows(
            f"tabel {table_id}",
            f"{table_id}/Observations",
            ("Measure", dimension),
            filter=_of_gemeenten(dimension, [*gemeenten, NEDERLAND]),
            count="true",
        )
        frame = pd.DataFrame(rows, columns=[dimension, "Measure", "Value", "StringValue"])
        codes = regions.clean_codes(frame[dimension])
        ours = _belongs_to(codes, [*gemeenten, NEDERLAND])
        return frame.assign(region=codes)[ours].drop(columns=dimension).reset_index(drop=True)

    def _in_its_dimension(self, table_id: str, ask: Callable[[str], Found]) -> tuple[str, Found]:
        """Ask with the region dimension of the table, which the first answer tells (and which is remembered).

        Nearly every table has the first one, so trying costs less than a request for the list of dimensions.
        """
        known = self._dimension_by_table.get(table_id)
        *others, last = [known] if known else cbs_table.REGION_DIMENSIONS
        for dimension in others:
            try:
                found = ask(dimension)
            except ServiceError as error:
                if not _unknown_there(error):
                    raise
            else:
                self._dimension_by_table[table_id] = dimension
                return dimension, found
        found = ask(last)
        self._dimension_by_table[table_id] = last
        return last, found

    def _check_regions(self, table_id: str, titles: dict[str, str], rows: pd.DataFrame) -> None:
        # Nederland is in every table; alone it would hide that the gemeente is not.
        expected = list(titles) if set(titles) - {NEDERLAND} else []
        there = rows if expected else rows[rows["region"] != NEDERLAND]
        if len(there) and not expected:
            raise incomplete(self._asker.service, table_id, "onvolledig: de lijst van gebieden is leeg")
        check_complete(
            self._asker.service,
            table_id,
            pd.DataFrame({"region": expected}, dtype="str"),
            "region",
            there,
            "region",
        )

    def _rows(self, what: str, path: str, needed: Sequence[str], **options: str) -> list[Row]:
        """Return all rows of one list, page after page; each page is tried again by itself."""
        query = urlencode(
            {f"${name}": value for name, value in options.items()}, safe="$(),'", quote_via=quote
        )
        link: str | None = f"{self._asker.address}{_ROOT}/{path}" + (f"?{query}" if query else "")
        rows: list[Row] = []
        seen: set[str] = set()
        total: object = None
        with Session() as session:
            while link:
                seen.add(link)
                page = self._asker.ask(what, partial(self._page, session, link, needed))
                rows += page["value"]
                total = page.get("@odata.count", total)
                link = self._next_link(what, link, page)
                if link in seen:
                    raise self._fault(what, "het antwoord verwijst naar zichzelf")
        if isinstance(total, int) and len(rows) != total:
            raise self._fault(what, f"het antwoord is onvolledig: {len(rows)} van de {total} regels")
        return rows

    def _page(self, session: Session, link: str, needed: Sequence[str]) -> Row:
        response = session.get(
            link, timeout=self._asker.patience.timeout, headers={"Accept": "application/json"}
        )
        response.raise_for_status()
        page = response.json()
        if not isinstance(page, dict) or not isinstance(page.get("value"), list):
            raise ValueError("no list in the answer")
        if not all(_has(row, needed) for row in page["value"]):
            raise ValueError("a row without its code")
        return page

    def _next_link(self, what: str, link: str, page: Row) -> str | None:
        """Return the address of the next page: always on our own host, in our own scheme."""
        if not page.get("@odata.nextLink"):
            return None
        target = urlsplit(urljoin(link, str(page["@odata.nextLink"])))
        own = urlsplit(self._asker.address)
        if target.netloc.lower() != own.netloc.lower():
            raise self._fault(
                what, f"het vervolg van het antwoord staat op een andere server ({target.netloc})"
            )
        return target._replace(scheme=own.scheme).geturl()

    def _fault(self, what: str, reason: str) -> ServiceError:
        return ServiceError(
            f"{self._asker.service} gaf geen bruikbaar antwoord op {what}: {reason}. "
            "Wat u al had blijft staan; probeer het later opnieuw.",
            reason=reason,
        )


def _has(row: object, needed: Iterable[str]) -> bool:
    return isinstance(row, dict) and all(row.get(name) is not None for name in needed)


def _text(row: Row, name: str) -> str:
    return str(row.get(name) or "").strip()


def _any_of(field: str, values: Iterable[str]) -> str:
    return " or ".join(f"{field} eq '{value}'" for value in values)


def _of_gemeenten(field: str, codes: Iterable[str]) -> str:
    """Return a filter on the regions of gemeenten (and on Nederland, where it is among the codes).

    The four digits bring gemeente, wijken and buurten at once. A code with the same digits elsewhere comes
    along; `_belongs_to` leaves it out.
    """
    return " or ".join(
        _any_of(field, [code]) if code == NEDERLAND else f"contains({field},'{code[2:]}')" for code in codes
    )


def _belongs_to(codes: pd.Series, gemeenten: Sequence[str]) -> pd.Series:
    return regions.are_regions(codes) & regions.gemeenten(codes).isin(list(gemeenten))


def _probe(measures: Iterable[str], dimension: str, gemeenten: Sequence[str]) -> str:
    """Return a filter on measures and regions; on regions alone where the measures make it too long."""
    where = _of_gemeenten(dimension, gemeenten)
    narrow = f"({_any_of('Measure', measures)}) and ({where})"
    return narrow if len(narrow) <= _LONGEST_FILTER else where


def _unknown_there(error: ServiceError) -> bool:
    """Tell whether the service says that it has no such list (404) or no such field (400)."""
    cause = error.__cause__
    refused = (
        isinstance(cause, HTTPError) and cause.response is not None and cause.response.status_code == 400
    )
    return error.not_there or refused


def _is_text(measure: Row) -> bool:
    return _text(measure, "DataType").casefold() not in _NUMERIC


def _topics(measures: Sequence[Row], groups: Sequence[Row]) -> pd.DataFrame:
    """Return the columns in the form of `CbsTable.topics`."""
    by_id = {str(group["Id"]): group for group in groups}

    def path(group_id: object) -> str:
        titles: list[str] = []
        group = by_id.get(str(group_id))
        while group is not None and len(titles) < _DEEPEST_GROUP:
            titles.insert(0, _text(group, "Title"))
            group = by_id.get(str(group.get("ParentId")))
        return " / ".join(titles)

    topics = pd.DataFrame(
        {
            "key": [measure["Identifier"] for measure in measures],
            "stem": [stem_of_title(measure["Title"]) for measure in measures],
            "title": [_text(measure, "Title") for measure in measures],
            "unit": [_text(measure, "Unit") for measure in measures],
            "description": [_text(measure, "Description") for measure in measures],
            "group": [path(measure.get("MeasureGroupId")) for measure in measures],
        },
        dtype="str",
    )
    # What describes a region (its name, what happened to its borders) is known by name, not by number.
    describes = pd.Series([_is_text(measure) for measure in measures], dtype=bool)
    describes |= topics["stem"].str.startswith("Indelingswijziging")
    by_name = describes & ~topics["stem"].duplicated(keep=False)
    return topics.assign(key=topics["stem"].where(by_name, topics["key"]))


def _wide(cells: pd.DataFrame, measures: Sequence[Row], keys: Sequence[str], origin: str) -> pd.DataFrame:
    """Return one row per region, with the column ``region`` and one column per measure under its key."""
    cells = cells.drop_duplicates()
    twice = cells[cells.duplicated(["region", "Measure"])]
    if len(twice):
        raise TableError(
            f"{origin}: regio {twice['region'].iloc[0]} heeft twee waarden voor {twice['Measure'].iloc[0]}; "
            "haal de tabel opnieuw op bij CBS."
        )
    there = pd.Index(cells["region"].unique())
    by_measure = {measure: part.set_index("region") for measure, part in cells.groupby("Measure", sort=False)}
    nothing = cells.iloc[:0].set_index("region")
    columns = {"region": pd.Series(there, index=there, dtype="str")}
    for measure, key in zip(measures, keys, strict=True):
        column = by_measure.get(measure["Identifier"], nothing).reindex(there)
        columns[key] = (
            column["StringValue"].astype(object).fillna(column["Value"]).astype("str").str.strip()
            if _is_text(measure)
            else pd.to_numeric(column["Value"], errors="coerce").astype("float64")
        )
    return pd.DataFrame(columns).reset_index(drop=True)
