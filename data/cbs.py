"""The OData v3 service of CBS, through `cbsodata`.

`cbsodata.get_meta` with the name of a data set gives raw rows with padded codes, follows ``nextLink`` and
fetches no metadata twice. (``get_data`` replaces codes by titles, which are not unique, and its ``typed``
argument means the opposite of what it says in 1.3.5; neither is used.)
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import cbsodata
import pandas as pd
import requests

from data import cbs_table, regions
from data.asking import Asker, Patience, trusted_certificates
from data.cbs_table import CbsTable, TableInfo
from data.errors import ServiceError
from data.regions import NEDERLAND

_PADDED = 10
_CATALOGUE_COLUMNS = ["Identifier", "Title", "Period", "Modified"]


class CbsV3:
    """CBS over OData v3, or a mirror of it.

    Parameters
    ----------
    address : str
        Scheme and host, such as ``https://opendata.cbs.nl``.
    patience : Patience, optional
    """

    name = "OData v3"

    def __init__(self, address: str, patience: Patience | None = None) -> None:
        self._asker = Asker(f"CBS ({self.name})", address, patience)
        self._host = urlsplit(address).netloc
        self._filters_titles = True
        # The one setting that cbsodata takes for the whole process; every other goes with each call.
        cbsodata.options.use_https = urlsplit(address).scheme == "https"
        self._sending = {
            "catalog_url": self._host,
            "timeout": self._asker.patience.timeout,
            "verify": trusted_certificates(),
            "proxies": requests.utils.get_environ_proxies(address),
        }

    @property
    def requests(self) -> int:
        """How often the service was asked so far."""
        return self._asker.requests

    def catalogue(self, table_ids: Sequence[str]) -> dict[str, TableInfo]:
        """Ask what the service says about tables, in one request.

        Parameters
        ----------
        table_ids : sequence of str

        Returns
        -------
        dict
            `TableInfo` by id, of the tables that the service names.

        Raises
        ------
        ServiceError
        """
        wanted = set(table_ids)
        rows = self._asker.ask(
            "de lijst van tabellen",
            lambda: cbsodata.get_table_list(
                select=_CATALOGUE_COLUMNS,
                filters=" or ".join(f"Identifier eq '{table_id}'" for table_id in table_ids),
                **self._sending,
            ),
        )
        infos = (_info(row) for row in rows)
        return {info.id: info for info in infos if info.id in wanted}

    def _get(self, table_id: str, part: str, **query: object) -> pd.DataFrame:
        return self._asker.ask(
            f"tabel {table_id}",
            lambda: pd.DataFrame(cbsodata.get_meta(table_id, part, **query, **self._sending)),
        )

    def table(self, table_id: str, gemeenten: Sequence[str], info: TableInfo | None = None) -> CbsTable:
        """Fetch the rows of gemeenten, their wijken and buurten, and of Nederland.

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

        Raises
        ------
        ServiceError
            If the service cannot be reached, answers nonsense, does not have the table, or gives fewer rows
            than its own list of regions names.
        TableError
            If the answer is not a table of neighbourhood figures.
        """
        topics = self._get(table_id, cbs_table.TOPICS)
        keys = set(topics["Key"].fillna("")) if "Key" in topics else set()
        dimension = next((name for name in cbs_table.REGION_DIMENSIONS if name in keys), "WijkenEnBuurten")
        titles = self._titles(table_id, dimension, gemeenten)
        rows = self._of_gemeenten(table_id, cbs_table.ROWS, dimension, gemeenten)
        check_complete(f"CBS ({self.name})", table_id, titles, "Key", rows, dimension)
        # Codes are padded, in most tables to ten characters; without the padding a filter finds nothing.
        width = int(rows[dimension].astype("str").str.len().max())
        country = self._get(table_id, cbs_table.ROWS, filters=f"{dimension} eq '{NEDERLAND.ljust(width)}'")
        if country.empty:
            raise incomplete(f"CBS ({self.name})", table_id, "onvolledig: de rij van Nederland ontbreekt")
        parts = {
            cbs_table.ROWS: pd.concat([country, rows], ignore_index=True),
            cbs_table.TOPICS: topics,
            dimension: pd.concat(
                [pd.DataFrame({"Key": [NEDERLAND], "Title": ["Nederland"]}), titles], ignore_index=True
            ),
            cbs_table.TABLE_INFO: self._info_part(table_id, info),
        }
        return cbs_table.from_parts(
            parts, f"{self._asker.address}, tabel {table_id}", table_id, service=self.name
        )

    def rows_of(self, table_id: str, dimension: str, codes: Sequence[str]) -> pd.DataFrame:
        """Fetch the rows of any table for some codes of one dimension, in one request; empty where there are none.

        Some tables pad these codes to ten characters and some do not; both spellings are asked for.

        Raises
        ------
        ServiceError
        """
        spelled = dict.fromkeys(spelling for code in codes for spelling in (code, code.ljust(_PADDED)))
        return self._get(
            table_id,
            cbs_table.ROWS,
            filters=" or ".join(f"{dimension} eq '{spelling}'" for spelling in spelled),
        )

    def titles_of(self, table_id: str, dimension: str) -> dict[str, str]:
        """Fetch the title of every code of a dimension.

        Raises
        ------
        ServiceError
        """
        listed = self._get(table_id, dimension, select=["Key", "Title"])
        if listed.empty:
            return {}
        keys = listed["Key"].astype("str").str.strip()
        return dict(zip(keys, listed["Title"].astype("str").str.strip(), strict=True))

    def _titles(self, table_id: str, dimension: str, gemeenten: Sequence[str]) -> pd.DataFrame:
        """Ask the names of the regions; all of the country where the service refuses to filter that list."""
        wanted = ["Key", "Title"]
        if not self._filters_titles:
            return _only(self._get(table_id, dimension, select=wanted), "Key", gemeenten)
        try:
            return self._of_gemeenten(table_id, dimension, "Key", gemeenten, select=wanted)
        except ServiceError as error:
            if error.unreachable or error.not_there:
                raise
            whole = _only(self._get(table_id, dimension, select=wanted), "Key", gemeenten)
            self._filters_titles = False
            return whole

    def _of_gemeenten(
        self, table_id: str, part: str, column: str, gemeenten: Sequence[str], **query: object
    ) -> pd.DataFrame:
        """Ask the rows of each gemeente with its wijken and buurten, and nothing that only looks like it.

        One filter on the four digits brings the three levels at once; a code in which the same digits stand
        elsewhere comes along and is left out here. (``or`` between two such filters is not known to work.)
        """
        found = [
            self._get(table_id, part, filters=f"substringof('{code[2:]}',{column})", **query)
            for code in gemeenten
        ]
        return _only(pd.concat([answer for answer in found if len(answer)] or found[:1]), column, gemeenten)

    def _info_part(self, table_id: str, info: TableInfo | None) -> pd.DataFrame:
        if info is None:
            return self._get(table_id, cbs_table.TABLE_INFO)
        return pd.DataFrame(
            [
                {
                    "Identifier": info.id,
                    "Title": info.title,
                    "Period": info.period,
                    "Modified": info.modified,
                }
            ]
        )


def _only(frame: pd.DataFrame, column: str, gemeenten: Sequence[str]) -> pd.DataFrame:
    """Keep the rows of these gemeenten, each row once: two filters may have brought the same one.

    Two rows of one region that say different things both stay, so that `cbs_table.from_parts` refuses them.
    """
    if frame.empty or column not in frame:
        return pd.DataFrame(columns=[column, *frame.columns.difference([column])])
    frame = frame.reset_index(drop=True)
    codes = regions.clean_codes(frame[column])
    of_these = regions.are_regions(codes) & regions.gemeenten(codes).isin(list(gemeenten))
    again = frame.assign(**{column: codes}).drop(columns="ID", errors="ignore").duplicated()
    return frame[of_these & ~again].reset_index(drop=True)


def _info(row: dict[str, object]) -> TableInfo:
    text = {name: str(row.get(name) or "").strip() for name in _CATALOGUE_COLUMNS}
    return TableInfo(text["Identifier"], text["Title"], text["Period"], text["Modified"])


def check_complete(
    service: str, table_id: str, titles: pd.DataFrame, key: str, rows: pd.DataFrame, column: str
) -> None:
    """Hold the rows against the service's own list of regions.

    Raises
    ------
    ServiceError
        If a region of the list has no row, or there is none at all.
    """
    named = set(regions.clean_codes(titles[key])) if len(titles) else set()
    there = set(regions.clean_codes(rows[column])) if len(rows) else set()
    if there and named <= there:
        return
    if not named:
        raise incomplete(service, table_id, "leeg: deze gemeente staat er niet in", not_there=not there)
    raise incomplete(service, table_id, f"onvolledig: {len(named & there)} van de {len(named)} gebieden")


def incomplete(service: str, table_id: str, what: str, *, not_there: bool = False) -> ServiceError:
    """Return the error for an answer that can be read but lacks something."""
    return ServiceError(
        f"Het antwoord van {service} op tabel {table_id} is {what}. Wat u al had blijft staan; probeer het later opnieuw.",
        reason=f"het antwoord is {what}",
        not_there=not_there,
    )
