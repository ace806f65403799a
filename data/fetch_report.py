"""What a fetching run did, kept in the store for whoever looks later."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from data.manifest import write_atomically

_REPORTS = "ophalen"


class State(StrEnum):
    """What became of one table or of the borders of one year."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    HELD = "held"
    FAILED = "failed"
    ABSENT = "absent"
    STOPPED = "stopped"


class Kind(StrEnum):
    """What was fetched."""

    TABLE = "table"
    BORDERS = "borders"
    PROJECTION = "projection"


#: The words for them, on the screen and in a log.
STATE_LABELS = {
    State.TAKEN: "nieuw",
    State.UNCHANGED: "ongewijzigd",
    State.HELD: "tegengehouden",
    State.FAILED: "mislukt",
    State.ABSENT: "is er niet",
    State.STOPPED: "gestopt",
}


@dataclass(frozen=True)
class Outcome:
    """What became of one table, of the borders of one level and year, or of the official projection.

    Attributes
    ----------
    kind : Kind
    year : int
        Of the projection the year of its division of gemeenten.
    id : str
        Table id, or the level of the borders.
    state : State
    at : str
        UTC, ISO 8601.
    service : str
        Which road it came by; empty when nothing came.
    regions, filled : int
        Regions and figures in what came.
    reason : str
        Why it failed, is absent or came by the second road: a Dutch clause.
    lost_regions : int
        Regions that the held delivery lacks.
    stored_regions : int
        Regions that the stored delivery has.
    emptied : tuple of str
        Indicators of which the held delivery has no figures any more.
    unknown : tuple of str
        Columns that Wijkradar does not know.
    run : str
        When the run that says this started. Times of two runs cannot be compared: a clock is set now and then.
    """

    kind: Kind
    year: int
    id: str
    state: State
    at: str = ""
    service: str = ""
    regions: int = 0
    filled: int = 0
    reason: str = ""
    lost_regions: int = 0
    stored_regions: int = 0
    emptied: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    run: str = ""

    @property
    def asks_for_action(self) -> bool:
        """Whether a person or a next run has something to do here."""
        return self.state in (State.HELD, State.FAILED, State.STOPPED)

    @property
    def sentence(self) -> str:
        """What became of it and what stays, as one Dutch line for a log or a terminal."""
        what = {
            Kind.TABLE: f"{self.year}, tabel {self.id}",
            Kind.BORDERS: f"{self.year}, grenzen ({self.id})",
            Kind.PROJECTION: f"prognose van CBS en PBL, tabel {self.id}",
        }[self.kind]
        told = f"{what}: {STATE_LABELS[self.state]}"
        if self.state == State.HELD:
            less = []
            if self.lost_regions:
                less.append(f"{self.lost_regions} van de {self.stored_regions} gebieden ontbreken")
            if self.emptied:
                less.append(f"leeg zijn nu {', '.join(self.emptied)}")
            return f"{told}, want {' en '.join(less)}; de oude cijfers blijven staan."
        why = f" ({self.reason})" if self.reason else ""
        if self.state == State.FAILED:
            return f"{told}{why}. Wat u had blijft staan; probeer het later opnieuw."
        return f"{told}{why}."


@dataclass(frozen=True)
class FetchReport:
    """What a run did, together with what earlier runs left open.

    Attributes
    ----------
    gemeente, name : str
    started, finished : str
        UTC, ISO 8601.
    outcomes : tuple of Outcome
        By year; of tables that this run did not touch, what the last run said.
    touched : int
        How many of them this run was about.
    requests : dict
        Requests by service in this run.
    stopped : bool
        Whether the user stopped it.
    """

    gemeente: str
    name: str
    started: str
    finished: str
    outcomes: tuple[Outcome, ...]
    touched: int = 0
    requests: dict[str, int] = field(default_factory=dict)
    stopped: bool = False

    def having(self, *states: State, kind: Kind | None = None) -> tuple[Outcome, ...]:
        """Return the outcomes in one of these states."""
        return tuple(o for o in self.outcomes if o.state in states and kind in (None, o.kind))

    @property
    def fresh(self) -> tuple[Outcome, ...]:
        """The outcomes of this run itself."""
        return tuple(o for o in self.outcomes if (o.run == self.started if o.run else o.at >= self.started))

    @property
    def complete(self) -> bool:
        """Whether nothing failed, was held back or was left undone."""
        return not any(outcome.asks_for_action for outcome in self.outcomes)

    @property
    def summary(self) -> str:
        """The run in one Dutch line."""
        here = replace(self, outcomes=self.fresh)
        counts = [
            f"{len(found)} {STATE_LABELS[state]}"
            for state in State
            if (found := here.having(state, kind=Kind.TABLE))
        ]
        drawn = len(here.having(State.TAKEN, kind=Kind.BORDERS))
        asked = sum(self.requests.values())
        return (
            f"{self.name} ({self.gemeente}): tabellen: {', '.join(counts)}; nieuwe grenzen: {drawn}; "
            f"{asked} {'verzoek' if asked == 1 else 'verzoeken'} in {self.seconds:.0f} s."
        )

    @property
    def seconds(self) -> float:
        """How long the run took."""
        took = datetime.fromisoformat(self.finished) - datetime.fromisoformat(self.started)
        return max(took.total_seconds(), 0.0)


def with_former(
    former: FetchReport | None,
    fresh: Mapping[tuple[Kind, int, str], Outcome],
    years: Collection[int],
) -> tuple[Outcome, ...]:
    """Join what a run for some years did with what earlier runs said of what it left alone."""
    joined = {
        (o.kind, o.year, o.id): o
        for o in (former.outcomes if former else ())
        # Which years need borders is seen anew by every run; what failed then and is not needed now is past.
        if not (o.kind == Kind.BORDERS and o.asks_for_action and o.year in years)
    }
    for key, outcome in fresh.items():
        told_before = joined.get(key)
        came_before = told_before and told_before.state in (State.TAKEN, State.UNCHANGED)
        if told_before and came_before and outcome.state == State.UNCHANGED:
            # What came the last time still says by which road and what was new in it.
            outcome = replace(told_before, state=State.UNCHANGED, at=outcome.at, run=outcome.run)
        joined[key] = outcome
    return tuple(sorted(joined.values(), key=lambda o: (o.kind != Kind.TABLE, -o.year, o.id)))


def _report_file(folder: Path, gemeente: str) -> Path:
    return folder / _REPORTS / f"{gemeente}.json"


def keep(folder: Path, report: FetchReport) -> None:
    """Write the report of a run into the store in ``folder``."""
    file = _report_file(folder, report.gemeente)
    file.parent.mkdir(exist_ok=True)
    write_atomically(file, json.dumps(asdict(report), ensure_ascii=False, indent=1).encode())


def last_report(folder: Path, gemeente: str) -> FetchReport | None:
    """Return what the last run for a gemeente did, or None where there was none (or it cannot be read)."""
    try:
        content = json.loads(_report_file(folder, gemeente).read_text(encoding="utf-8"))
        outcomes = tuple(
            Outcome(
                **{
                    **row,
                    "kind": Kind(row["kind"]),
                    "state": State(row["state"]),
                    "emptied": tuple(row["emptied"]),
                    "unknown": tuple(row["unknown"]),
                }
            )
            for row in content["outcomes"]
        )
        return FetchReport(**{**content, "outcomes": outcomes})
    except (OSError, ValueError, KeyError, TypeError):
        # A report is a service to the reader; the figures do not depend on it.
        return None


def reports(folder: Path) -> list[FetchReport]:
    """Return the last report of every gemeente that was ever fetched, newest first."""
    found = (last_report(folder, file.stem) for file in (folder / _REPORTS).glob("GM*.json"))
    return sorted((report for report in found if report), key=lambda report: report.finished, reverse=True)
