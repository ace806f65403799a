"""The two roads to a table of CBS: OData v3 first, OData v4 where v3 has nothing or less."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import pandas as pd

from data import publication
from data.assemble import Assembled, assemble
from data.catalogue import Catalogue
from data.cbs import CbsV3
from data.cbs_table import CbsTable, TableInfo
from data.cbs_v4 import CbsV4
from data.errors import ServiceError, TableError, UserError
from data.refreshing import Doubts, doubts
from data.regions import NEDERLAND
from data.store import NOTHING_LOST, with_regions

#: After this many tables in a row that a service could not be reached for, it is left alone in this run.
_STRIKES = 2
_log = logging.getLogger(__name__)
_V4_HAS_MORE = "OData v3 heeft hier minder cijfers dan v4"
_Ask = Callable[[str, Sequence[str]], CbsTable]


class CbsRoad(Protocol):
    """One version of the service of CBS."""

    name: str

    def catalogue(self, table_ids: Sequence[str]) -> dict[str, TableInfo]:
        """Ask what the service says about tables."""

    def table(self, table_id: str, gemeenten: Sequence[str], info: TableInfo | None = None) -> CbsTable:
        """Fetch one table for these gemeenten and Nederland."""


@dataclass
class _Road:
    """A service with the memory of how it behaved in this run."""

    service: CbsRoad
    infos: dict[str, TableInfo] = field(default_factory=dict)
    down: ServiceError | None = None
    _strikes: int = 0

    def learn(self, table_ids: Sequence[str]) -> None:
        """Ask the catalogue; without it each table is asked about itself."""
        try:
            self.infos = self.service.catalogue(table_ids)
        except ServiceError as error:
            if error.unreachable:
                self.down = error

    def table(self, table_id: str, codes: Sequence[str]) -> CbsTable:
        if self.down:
            raise self.down
        try:
            table = self.service.table(table_id, codes, self.infos.get(table_id))
        except ServiceError as error:
            self._strikes = self._strikes + 1 if error.unreachable else 0
            if self._strikes >= _STRIKES:
                self.down = error
            raise
        self._strikes = 0
        return table


@dataclass(frozen=True)
class Answer:
    """What came of asking a table.

    Attributes
    ----------
    assembled : Assembled or None
        The table; None with an error, or where nothing new was found.
    detour : str
        Why it came by the second road.
    error : UserError or None
        Of both roads.
    nowhere : bool
        Both say that it does not exist.
    """

    assembled: Assembled | None = None
    detour: str = ""
    error: UserError | None = None
    nowhere: bool = False


class Roads:
    """Both roads to a table of CBS."""

    def __init__(self, v3: CbsV3, v4: CbsV4, catalogue: Catalogue, today: date) -> None:
        self.first = _Road(v3)
        self.second = _Road(v4)
        self._v4 = v4
        self._catalogue = catalogue
        self._today = today
        self._second_learned = threading.Lock()
        self._learned_ids: Sequence[str] = ()

    def learn(self, table_ids: Sequence[str]) -> None:
        """Ask the first road about all tables at once; the second is asked when it is first needed."""
        self._learned_ids = table_ids
        self.first.learn(table_ids)

    def _by_second(self, table_id: str, codes: Sequence[str]) -> CbsTable:
        with self._second_learned:
            if self._learned_ids:
                self.second.learn(self._learned_ids)
                self._learned_ids = ()
        return self.second.table(table_id, codes)

    def _assembled(self, ask: _Ask, table_id: str, codes: Sequence[str]) -> Assembled:
        """Ask a table and make panel rows of it; what nobody foresaw costs this table on this road, and no more."""
        try:
            return assemble(ask(table_id, codes), self._catalogue)
        except UserError:
            raise
        except Exception as error:
            _log.exception("table %s cannot be understood", table_id)
            raise TableError("de tabel heeft een vorm die Wijkradar niet begrijpt") from error

    def fetch(self, table_id: str, codes: Sequence[str], stored: pd.DataFrame) -> Answer:
        """Get a table by the first road, or by the second where the first has nothing or less.

        ``stored`` is what the store has of it (`Store.delivered`).
        """
        try:
            first = self._assembled(self.first.table, table_id, codes)
        except UserError as error:
            return self._detour(table_id, codes, error)
        less = less_than(stored, first, codes)
        gaps = publication.overdue_gaps(first.panel, self._catalogue, self._today)
        gaps |= {indicator for indicator, _ in less.emptied}
        if (gaps or less.lost_regions) and not self.second.down:
            return self._fuller(table_id, codes, first, gaps, bool(less.lost_regions))
        return Answer(first)

    def _detour(self, table_id: str, codes: Sequence[str], first: UserError) -> Answer:
        why_not_first = reason_of(first)
        try:
            assembled = self._assembled(self._by_second, table_id, codes)
            return Answer(assembled, f"OData v3: {why_not_first}")
        except UserError as second:
            nowhere = all(isinstance(e, ServiceError) and e.not_there for e in (first, second))
            reason = f"OData v3: {why_not_first}; OData v4: {reason_of(second)}"
            if reason_of(second) == why_not_first:
                reason = f"OData v3 en v4: {why_not_first}"
            return Answer(error=ServiceError(reason, reason=reason), nowhere=nowhere)

    def _fuller(
        self,
        table_id: str,
        codes: Sequence[str],
        first: Assembled,
        gaps: Collection[str],
        regions_lost: bool,
    ) -> Answer:
        """Take the second road where it has figures or regions that should be there and are not in the first."""
        try:
            if regions_lost or self._second_has(table_id, codes, gaps):
                second = self._assembled(self._by_second, table_id, codes)
                more = second.panel["value"].notna().sum() > first.panel["value"].notna().sum()
                if more and set(first.regions["region"]) <= set(second.regions["region"]):
                    return Answer(second, _V4_HAS_MORE)
        except UserError:
            # The first road did answer; that the second has a bad day changes nothing about it.
            return Answer(first)
        return Answer(first)

    def fill(self, table_id: str, codes: Sequence[str], gaps: Collection[str]) -> Answer:
        """Look by the second road for what a stored table lacks, where the first has nothing new."""
        try:
            if not self.second.down and self._second_has(table_id, codes, gaps):
                return Answer(self._assembled(self._by_second, table_id, codes), _V4_HAS_MORE)
        except UserError:
            return Answer()
        return Answer()

    def _second_has(self, table_id: str, codes: Sequence[str], gaps: Collection[str]) -> bool:
        stems = {stem for gap in gaps for alias in self._catalogue[gap].columns for stem in alias.stems}
        return bool(self._v4.values_for(table_id, stems, codes))


def less_than(stored: pd.DataFrame, fresh: Assembled, codes: Sequence[str]) -> Doubts:
    """Return what ``fresh`` has less of than the store, for the gemeenten asked."""
    rows = with_regions(fresh)
    # What an older catalogue had and this one has not is no loss on the side of CBS.
    stored = stored[stored["indicator"].isin(rows["indicator"].unique())]
    return doubts(stored, rows[rows["gemeente"].isin([*codes, NEDERLAND])])


def reason_of(error: UserError) -> str:
    """Return why something failed, as a clause."""
    return (
        error.reason
        if isinstance(error, ServiceError)
        else str(error).removesuffix(NOTHING_LOST).removesuffix(".")
    )
