"""The OData v3 service of CBS, through `cbsodata`.

`cbsodata.get_meta` with the name of a data set gives raw rows with padded codes, follows ``nextLink`` and
fetches no metadata twice. (``get_data`` replaces codes by titles, which are not unique, and its ``typed``
argument means the opposite of what it says in 1.3.5; neither is used.)
"""

from __future__ import annotations

import json
import threading
from urllib.parse import urlsplit

import cbsodata
import pandas as pd
import requests
import stamina

from data import cbs_table
from data.cbs_table import CbsTable
from data.errors import ServiceError
from data.regions import NEDERLAND, is_gemeente_code

_CONNECT_SECONDS, _READ_SECONDS = 5, 60
_ATTEMPTS = 4
#: Codes are padded to ten characters in the service; without the padding a filter finds nothing.
_WIDTH = 10
# cbsodata keeps its address in module globals, so calls to different hosts may not overlap.
_ONE_ADDRESS_AT_A_TIME = threading.RLock()


def _worth_another_try(error: Exception) -> bool:
    if isinstance(error, requests.HTTPError):
        # cbsodata raises a new error without the response; the one it came from still has it.
        original = error.__cause__ if isinstance(error.__cause__, requests.HTTPError) else error
        return original.response is None or original.response.status_code >= 500
    return isinstance(error, (requests.ConnectionError, requests.Timeout, json.JSONDecodeError))


class CbsService:
    """CBS or a mirror of it.

    Parameters
    ----------
    address : str
        Scheme and host, such as ``https://opendata.cbs.nl``.
    wait_initial : float
        Seconds before the second attempt; doubled after that.
    """

    def __init__(self, address: str, wait_initial: float = 1.0) -> None:
        parts = urlsplit(address)
        self.address = address
        self._host = parts.netloc
        self._https = parts.scheme == "https"
        self._wait_initial = wait_initial

    def _get(self, table_id: str, part: str, **arguments: object) -> pd.DataFrame:
        try:
            for attempt in stamina.retry_context(
                on=_worth_another_try,
                attempts=_ATTEMPTS,
                timeout=None,
                wait_initial=self._wait_initial,
                wait_jitter=self._wait_initial,
            ):
                with attempt, _ONE_ADDRESS_AT_A_TIME:
                    cbsodata.options.catalog_url = self._host
                    cbsodata.options.use_https = self._https
                    cbsodata.options.requests["timeout"] = (_CONNECT_SECONDS, _READ_SECONDS)
                    return pd.DataFrame(cbsodata.get_meta(table_id, part, **arguments))
        except (requests.RequestException, ValueError, KeyError) as error:
            raise ServiceError(
                f"CBS ({self.address}) gaf geen bruikbaar antwoord op tabel {table_id} ({type(error).__name__}); "
                "wat u al had blijft staan. Probeer het later opnieuw."
            ) from error
        raise AssertionError("stamina either returns or raises")

    def table(self, table_id: str, gemeente: str) -> CbsTable:
        """Fetch the rows of one gemeente, its wijken and buurten, and Nederland.

        Parameters
        ----------
        table_id : str
        gemeente : str
            Code, such as ``GM0917``.

        Returns
        -------
        CbsTable

        Raises
        ------
        ServiceError
            If the service cannot be reached after four attempts or answers nonsense.
        TableError
            If the answer is not a table of neighbourhood figures.
        """
        if not is_gemeente_code(gemeente):
            raise ServiceError(f"{gemeente} is geen gemeentecode; een code ziet eruit als GM0917.")
        topics = self._get(table_id, cbs_table.TOPICS)
        keys = set(topics["Key"].fillna("")) if "Key" in topics else set()
        dimension = next((name for name in cbs_table.REGION_DIMENSIONS if name in keys), "WijkenEnBuurten")
        digits = gemeente[2:]
        # The service honours eq and startswith on the region, but joins of startswith are not confirmed.
        filters = (
            f"{dimension} eq '{gemeente:<{_WIDTH}}' or {dimension} eq '{NEDERLAND:<{_WIDTH}}'",
            f"startswith({dimension},'WK{digits}')",
            f"startswith({dimension},'BU{digits}')",
        )
        rows = [self._get(table_id, cbs_table.ROWS, filters=where) for where in filters]
        titles = [
            self._get(table_id, dimension, filters=where.replace(dimension, "Key")) for where in filters
        ]
        parts = {
            cbs_table.ROWS: pd.concat([part for part in rows if len(part)] or rows[:1], ignore_index=True),
            cbs_table.TOPICS: topics,
            dimension: pd.concat(titles, ignore_index=True),
            cbs_table.TABLE_INFO: self._get(table_id, cbs_table.TABLE_INFO),
        }
        return cbs_table.from_parts(parts, f"{self.address}, tabel {table_id}", table_id)
