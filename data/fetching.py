"""Fetching a gemeente from CBS and PDOK, whatever the day is like.

Per table the first road is OData v3, the second OData v4. What arrived is stored at once, so that the next
run only asks for the rest. What is less than before is held back. A report of what happened stays in the
store for whoever looks later.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from data import borders as borders_module
from data import cbs_table, gemeenten, projection, publication
from data.asking import Patience
from data.catalogue import Catalogue
from data.cbs import CbsV3
from data.cbs_table import TableInfo
from data.cbs_v4 import CbsV4
from data.errors import FetchRunning, ServiceError, StoreError, UserError
from data.fetch_report import FetchReport, Kind, Outcome, State, keep, last_report, reports, with_former
from data.manifest import Delivery
from data.panel import Level
from data.pdok import Pdok
from data.roads import Answer, Roads, less_than, reason_of
from data.settings import Settings
from data.store import Store, Writer, cannot_write

#: Tables asked for at the same time; the services are free and shared, so not more than a person would open.
AT_ONCE = 3
_SERVICES = (CbsV3.name, CbsV4.name)
_log = logging.getLogger(__name__)
_LEVELS_WITH_BORDERS = (Level.WIJK, Level.BUURT)


@dataclass(frozen=True)
class Step:
    """Where a run is: ``done`` of ``steps``, what is being asked now, and how long it still takes (None: unknown)."""

    done: int
    steps: int
    what: str
    seconds_left: float | None


Progress = Callable[[Step], None]


@dataclass(frozen=True)
class Services:
    """The services that figures and borders come from."""

    v3: CbsV3
    v4: CbsV4
    pdok: Pdok

    @classmethod
    def of(cls, settings: Settings, patience: Patience | None = None) -> Services:
        """Return the services at the addresses of the settings."""
        return cls(
            CbsV3(settings.cbs_url, patience),
            CbsV4(settings.cbs_v4_url, patience),
            Pdok(settings.pdok_url, patience),
        )

    def requests(self) -> dict[str, int]:
        """Return how often each was asked."""
        return {"OData v3": self.v3.requests, "OData v4": self.v4.requests, "PDOK": self.pdok.requests}


# -- one run -----------------------------------------------------------------------------------------


@contextmanager
def only_run(folder: Path, patience: float = 1.0) -> Iterator[None]:
    """Hold the store against a second run, also of another process.

    Parameters
    ----------
    folder : Path
    patience : float
        Seconds to wait: whoever only looks whether a run is busy (`is_running`) holds the lock for a moment.

    Raises
    ------
    FetchRunning
        If one is busy.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".ophalen.lock", timeout=patience)
        lock.acquire()
    except Timeout as error:
        raise FetchRunning(
            "Er worden al cijfers opgehaald; wacht tot dat klaar is en probeer het dan opnieuw."
        ) from error
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def fetched_before(store: Store) -> list[str]:
    """Return the codes of the gemeenten that were ever fetched, the last one first.

    Also one of which figures came in and no report is left, because the run was cut off or the report cannot
    be read. One that merged into another gemeente since then is found there; of one that was divided the old
    code stays, so that whoever fetches it is told.
    """
    told = [report.gemeente for report in reports(store.folder)]
    came = [
        code
        for code in store.gemeenten()
        for record in store.tables(code)
        if record.delivery(code).service in _SERVICES
    ]
    now = {code: gemeenten.went_into(code) for code in (*told, *came)}
    return list(dict.fromkeys(found[0].code if len(found) == 1 else code for code, found in now.items()))


def is_running(folder: Path) -> bool:
    """Tell whether a run, of any process, is busy with the store in ``folder``."""
    try:
        with only_run(folder, patience=0):
            return False
    except FetchRunning:
        return True


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _silent(_step: Step) -> None: ...


@dataclass(frozen=True)
class _Job:
    """A table to ask; with ``gaps`` it did not change, and only the second road may have what it lacks."""

    year: int
    table_id: str
    codes: tuple[str, ...]
    gaps: frozenset[str] = frozenset()


@dataclass
class _Run:
    """One run for one gemeente."""

    store: Store
    services: Services
    catalogue: Catalogue
    gemeente: str
    name: str
    years: Sequence[int]
    today: date
    progress: Progress
    stop: threading.Event
    accept: Collection[int]
    started: str
    outcomes: list[Outcome] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)
    _steps: int = 0
    _done: int = 0
    _remembered: bool = False
    _border_years: set[int] = field(default_factory=set)
    _roads: Roads = field(init=False)

    def __post_init__(self) -> None:
        self._roads = Roads(self.services.v3, self.services.v4, self.catalogue, self.today)

    @property
    def judged_years(self) -> set[int]:
        """The years asked, and those with the same borders."""
        return {*self.years, *self._border_years}

    def tell(self, what: str, done: bool = False) -> None:
        self._done += done
        seconds = time.monotonic() - self._started
        left = seconds / self._done * (self._steps - self._done) if self._done else None
        self.progress(Step(self._done, self._steps, what, left))

    def add(self, outcome: Outcome) -> None:
        self.outcomes.append(replace(outcome, at=_now(), run=self.started))

    # tables

    def tables(self) -> None:
        wanted = {year: table for year, table in cbs_table.known_tables().items() if year in self.years}
        # The projection takes one step, borders two a year at most; how many it will be shows when the figures are in.
        self._steps = len(wanted) + 3
        roads = self._roads
        self.tell("de lijst van tabellen bij CBS")
        roads.learn([*wanted.values(), *projection.known_tables().ids])
        todo = []
        for year, table_id in wanted.items():
            codes = gemeenten.codes_in(self.gemeente, year)
            gaps = self._overdue(year) if self._is_as_stored(table_id, codes, roads.first.infos) else None
            if gaps is None or year in self.accept:
                todo.append(_Job(year, table_id, codes))
            elif gaps:
                todo.append(_Job(year, table_id, codes, frozenset(gaps)))
            else:
                self.add(Outcome(Kind.TABLE, year, table_id, State.UNCHANGED))
                self.tell(f"cijfers van {year}", done=True)
        self._fetch_tables(todo, roads)

    def _fetch_tables(self, todo: Sequence[_Job], roads: Roads) -> None:
        waiting = list(todo)
        running: dict[Future[Answer], _Job] = {}
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ophalen") as pool:
            while waiting or running:
                while waiting and len(running) < AT_ONCE and not self.stop.is_set():
                    job = waiting.pop(0)
                    running[pool.submit(self._ask, job, roads)] = job
                if not running:
                    break
                asked = sorted(job.year for job in running.values())
                self.tell(f"cijfers van {', '.join(map(str, asked))}")
                for answered in wait(running, return_when=FIRST_COMPLETED).done:
                    job = running.pop(answered)
                    self.add(self._store(job, answered.result()))
                    self.tell(f"cijfers van {job.year}", done=True)
        for job in waiting:
            self.add(
                Outcome(Kind.TABLE, job.year, job.table_id, State.STOPPED, reason="het ophalen is gestopt")
            )

    def _ask(self, job: _Job, roads: Roads) -> Answer:
        if job.gaps:
            return roads.fill(job.table_id, job.codes, job.gaps)
        return roads.fetch(job.table_id, job.codes, self._delivered(job))

    def _delivered(self, job: _Job) -> pd.DataFrame:
        try:
            # Opened anew: an import by another process may have replaced and swept the file since.
            return Store(self.store.folder).delivered(job.table_id, job.codes)
        except StoreError:
            # A file that cannot be read is no reason to hold back what mends it.
            return Store.nothing_delivered()

    def _is_as_stored(self, table_id: str, codes: Sequence[str], infos: Mapping[str, TableInfo]) -> bool:
        """Tell whether the stored table is what CBS has now, so that asking it again brings nothing."""
        last = self._deliveries(table_id, codes)
        info = infos.get(table_id)
        if not last or info is None or not info.modified:
            return False
        now = (info.modified, CbsV3.name, self.catalogue.rules)
        return all((d.modified, d.service, d.rules) == now for d in last)

    def _overdue(self, year: int) -> set[str] | None:
        """Return the indicators that this year lacks in the store and that CBS should have published by now.

        None where the store cannot be read, so that its tables are asked again.
        """
        try:
            stored = self._stored[self._stored["year"] == year]
        except StoreError:
            return None
        return publication.overdue_gaps(stored, self.catalogue, self.today)

    @cached_property
    def _stored(self) -> pd.DataFrame:
        """The figures as they were before this run."""
        return self.store.panel(self.gemeente)

    def _deliveries(self, table_id: str, codes: Sequence[str]) -> list[Delivery]:
        """Return the last delivery of each of these gemeenten, or nothing when one of them has none."""
        records = [r for r in self.store.manifest.tables if r.id == table_id]
        if not records or not set(codes) <= records[0].gemeenten.keys():
            return []
        return [records[0].delivery(code) for code in codes]

    def _store(self, job: _Job, answer: Answer) -> Outcome:
        base = Outcome(Kind.TABLE, job.year, job.table_id, State.TAKEN, reason=answer.detour)
        if answer.error:
            if answer.nowhere and job.year >= self.today.year:
                return replace(base, state=State.ABSENT, reason="CBS heeft deze tabel nog niet")
            return replace(base, state=State.FAILED, reason=reason_of(answer.error))
        if answer.assembled is None:
            return replace(base, state=State.UNCHANGED)
        table = answer.assembled.table
        base = replace(
            base,
            service=table.service,
            regions=len(answer.assembled.regions),
            filled=int(answer.assembled.panel["value"].notna().sum()),
            unknown=answer.assembled.resolution.unknown,
        )
        less = less_than(self._delivered(job), answer.assembled, job.codes)
        if less and job.year not in self.accept:
            titles = dict.fromkeys(self.catalogue[indicator].title for indicator, _ in less.emptied)
            return replace(
                base,
                state=State.HELD,
                lost_regions=len(less.lost_regions),
                stored_regions=less.stored_regions,
                emptied=tuple(titles),
            )
        try:
            with self._writing() as writer:
                writer.put_table(answer.assembled, replacing=job.codes if job.year in self.accept else ())
        except StoreError as error:
            return replace(base, state=State.FAILED, reason=reason_of(error))
        return base

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        """Write to the store; before the first time, keep the point to go back to."""
        if not self._remembered:
            self.store.remember(f"het ophalen van {self.name}")
            self._remembered = True
        with self.store.writing() as writer:
            yield writer

    # the official projection

    def projection(self) -> None:
        """Ask the projection of CBS and PBL; nothing that happens here touches the figures."""
        tables = projection.known_tables()
        base = Outcome(Kind.PROJECTION, tables.division, tables.intervals, State.TAKEN)
        if self.stop.is_set():
            self.add(replace(base, state=State.STOPPED, reason="het ophalen is gestopt"))
            return
        self.tell(f"de {projection.NAME}")
        try:
            outcome = self._projection(base)
        except UserError as error:
            outcome = replace(base, state=State.FAILED, reason=reason_of(error))
        except Exception:
            _log.exception("the projection of %s cannot be understood", self.gemeente)
            reason = "de tabel heeft een vorm die Wijkradar niet begrijpt"
            outcome = replace(base, state=State.FAILED, reason=reason)
        self.add(outcome)
        self.tell(f"de {projection.NAME}", done=True)

    def _projection(self, base: Outcome) -> Outcome:
        first, second = self._roads.first, self._roads.second
        stored = self._stored_projection()
        known = projection.versions(first.infos)
        if known and stored == (known, CbsV3.name):
            return replace(base, state=State.UNCHANGED)
        # A catalogue that answers and does not name a table says that it is gone.
        gone = set(projection.known_tables().ids) - set(first.infos) if first.infos else set()
        roads: list[tuple[projection.Road, Mapping[str, TableInfo]]] = []
        if len(gone) < len(projection.known_tables().ids):
            roads = [
                (service, road.infos)
                for service, road in ((self.services.v3, first), (self.services.v4, second))
                if not road.down
            ]
            if not roads:
                raise first.down or ServiceError("", reason="er is geen verbinding")
        answer = projection.ask(roads, self.gemeente, gone)
        if answer.rows is None:
            state = State.ABSENT if answer.not_there else State.FAILED
            return replace(base, state=state, reason=reason_of(answer.error) if answer.error else "")
        with self._writing() as writer:
            writer.put_projection(answer.rows)
        return replace(
            base,
            service=str(answer.rows["service"].iloc[0]),
            regions=answer.rows["region"].nunique(),
            filled=len(answer.rows),
            reason=answer.detour,
        )

    def _stored_projection(self) -> tuple[str, str] | None:
        """Return the version that is stored, and the road it came by; None where there is none that can be read."""
        try:
            rows = Store(self.store.folder).projection(self.gemeente)
        except StoreError:
            return None
        return None if rows is None else (str(rows["modified"].iloc[0]), str(rows["service"].iloc[0]))

    # borders

    def borders(self) -> None:
        todo = [job for level in _LEVELS_WITH_BORDERS for job in self._borders_needed(level)]
        self._steps = self._done + len(todo)
        down: ServiceError | None = None
        for level, year, later in todo:
            if self.stop.is_set():
                self.add(Outcome(Kind.BORDERS, year, level, State.STOPPED, reason="het ophalen is gestopt"))
                continue
            self.tell(f"grenzen van {level}en in {year}")
            outcome, error = self._fetch_borders(level, year, later, down)
            down = error if error and error.unreachable else down
            self.add(outcome)
            self.tell(f"grenzen van {level}en in {year}", done=True)

    def _borders_needed(self, level: Level) -> list[tuple[Level, int, list[int]]]:
        """Return per run of years with the same borders its first year and the others, where nothing is stored.

        Runs are those of all years in the store, so that one year alone does not get borders of its own.
        """
        regions = self.store.regions(self.gemeente)
        regions = regions[regions["level"] == level.value]
        have = self.store.borders_years(self.gemeente, level)
        runs = borders_module.runs_with_the_same_borders(regions)
        asked = [run for run in runs if set(run) & set(self.years)]
        self._border_years.update(year for run in asked for year in run)
        missing = [run for run in asked if not have.keys() & set(run)]
        return [(level, run[0], run[1:]) for run in reversed(missing)]

    def _fetch_borders(
        self, level: Level, year: int, later: Sequence[int], down: ServiceError | None
    ) -> tuple[Outcome, ServiceError | None]:
        error = down
        for candidate in () if down else (year, *later):
            try:
                drawn = self.services.pdok.borders(
                    candidate, level, gemeenten.codes_in(self.gemeente, candidate)
                )
                with self._writing() as writer:
                    writer.put_borders(drawn, f"PDOK, {level} {candidate}")
                return (
                    Outcome(
                        Kind.BORDERS, candidate, level, State.TAKEN, service="PDOK", regions=len(drawn.frame)
                    ),
                    None,
                )
            except ServiceError as told:
                error = told
                if told.unreachable:
                    break
            except UserError as told:
                return Outcome(Kind.BORDERS, year, level, State.FAILED, reason=reason_of(told)), None
        assert error is not None
        state = State.ABSENT if error.not_there else State.FAILED
        reason = "PDOK heeft van dit jaar geen grenzen" if error.not_there else error.reason
        return Outcome(Kind.BORDERS, year, level, state, reason=reason), error


def fetch(
    store: Store,
    services: Services,
    catalogue: Catalogue,
    gemeente: str,
    *,
    years: Collection[int] | None = None,
    today: date | None = None,
    progress: Progress = _silent,
    stop: threading.Event | None = None,
    accept: Collection[int] = (),
) -> FetchReport:
    """Bring figures and borders of one gemeente up to date.

    Parameters
    ----------
    store : Store
    services : Services
    catalogue : Catalogue
    gemeente : str
        Code or name of a gemeente of now. What merged into it comes along for the years before.
    years : collection of int, optional
        Table years; all when omitted.
    today : date, optional
    progress : callable, optional
        Called from the calling thread, several times a table.
    stop : threading.Event, optional
        When set, what is being asked is still stored and nothing else is asked.
    accept : collection of int
        Years of which a delivery that was held back is taken over after all.

    Returns
    -------
    FetchReport
        Also kept in the store; see `last_report`.

    Raises
    ------
    UnknownGemeente
        If no gemeente of now has this code; the sentence says where a former one went.
    FetchRunning
        If another run is busy with this store.
    StoreError
        If the store cannot be written.
    """
    of = gemeenten.resolve(gemeente)
    known = cbs_table.known_tables()
    wanted = sorted(set(known) & set(years)) if years is not None else sorted(known)
    with only_run(store.folder):
        started, before = _now(), services.requests()
        run = _Run(
            store=Store(store.folder),
            services=services,
            catalogue=catalogue,
            gemeente=of.code,
            name=of.name,
            years=wanted,
            today=today or date.today(),
            progress=progress,
            stop=stop or threading.Event(),
            accept=accept,
            started=started,
        )
        try:
            run.tables()
            run.projection()
            run.borders()
        finally:
            # Also of a run that ends halfway, by an error or by whoever ends the program, there is a report.
            report = _reported(run, services, before)
        return report


def _reported(run: _Run, services: Services, before: Mapping[str, int]) -> FetchReport:
    """Make the report of a run and keep it; a table that the run did not come to is told as such."""
    told = {outcome.year for outcome in run.outcomes if outcome.kind == Kind.TABLE}
    for year in sorted(set(run.years) - told):
        table_id = cbs_table.known_tables()[year]
        run.add(
            Outcome(Kind.TABLE, year, table_id, State.STOPPED, reason="het ophalen is halverwege afgebroken")
        )
    fresh = {(outcome.kind, outcome.year, outcome.id): outcome for outcome in run.outcomes}
    folder = run.store.folder
    report = FetchReport(
        gemeente=run.gemeente,
        name=run.name,
        started=run.started,
        finished=_now(),
        outcomes=with_former(last_report(folder, run.gemeente), fresh, run.judged_years),
        touched=len(fresh),
        requests={name: n - before[name] for name, n in services.requests().items()},
        stopped=run.stop.is_set(),
    )
    try:
        keep(folder, report)
    except OSError:
        # The figures are in; whoever waits for this run still gets the report.
        _log.exception("the report of %s could not be kept", run.gemeente)
    return report
