"""What the pages know of the future of one gemeente: studied once for all its figures, shared by every session."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from analysis.forecasting import SIZES, Study, size_class, study, track_record
from analysis.reconciliation import reconcile, sums_of
from data.catalogue import Indicator
from data.panel import Level
from ui import outlook_wording as words
from ui import wording
from ui.amounts import in_unit_of
from ui.figures import Figures
from ui.outlook_reach import FEWEST_CASES, Prospect, prospect, refusal

#: Years ahead; the bands end where there are too few earlier forecasts to know how far off they were.
AHEAD: Final = 10
#: Longer than this and the page says what it waits for.
_PATIENCE_SECONDS: Final = 1.0
_BETWEEN_LOOKS_SECONDS: Final = 0.2
_MOST_KEPT: Final = 8
#: Under this name the study is kept (`ui.kept`).
STUDIED: Final = "studied"


_Step = tuple[str, Callable[[Study | None], Study]]


class _Work:
    """The study of one gemeente, worked out in a thread of its own so that a page can tell how far it is."""

    def __init__(self, steps: tuple[_Step, ...]) -> None:
        self.result: Future[Study] = Future()
        self.steps = steps
        self.step = 0
        threading.Thread(target=self._run, daemon=True, name="studied").start()

    def _run(self) -> None:
        found: Study | None = None
        try:
            for step, (_, work) in enumerate(self.steps):
                self.step = step
                found = work(found)
            assert found is not None
            self.result.set_result(found)
        except BaseException as error:  # whoever waits for it gets to see it
            self.result.set_exception(error)

    @property
    def failed(self) -> bool:
        return self.result.done() and self.result.exception() is not None


_kept: Final[dict[tuple[Figures, bool], _Work]] = {}
_lock: Final = threading.Lock()


def _steps(known: Figures, imposed: bool, elsewhere: Callable[[], object] | None) -> tuple[_Step, ...]:
    """Return what has to be done, in order, each with what the screen says meanwhile."""
    if elsewhere is not None:
        return (("wachten op wat een ander proces doorrekent", lambda _: _read(known, elsewhere)),)
    if imposed:
        return (("wijken en leeftijden optellen tot de prognose van CBS en PBL", lambda _: _imposed(known)),)
    if known.kept is not None and known.kept.has(STUDIED):
        return (("eerder doorgerekende cijfers lezen", lambda _: _read(known)),)
    series = len(known.measured[["region", "indicator"]].drop_duplicates())
    count = wording.count(series, "reeks", "reeksen")
    return (
        (f"{count} cijfers doorrekenen, met wat we er eerder van hadden gezegd", lambda _: _apart(known)),
        ("wijken laten optellen tot de gemeente", lambda found: _adding_up(known, found)),
    )


def _apart(known: Figures) -> Study:
    return study(_with_size(known), AHEAD)


def _adding_up(known: Figures, found: Study | None) -> Study:
    assert found is not None
    whole = reconcile(found, _sums(known), figures=known.measured)
    if known.kept is not None:
        known.kept.put(STUDIED, whole)
    return whole


def _read(known: Figures, first: Callable[[], object] = lambda: None) -> Study:
    first()
    return known.work_out(STUDIED, lambda: reconcile(_apart(known), _sums(known), figures=known.measured))


def _imposed(known: Figures) -> Study:
    # Official projections are read on this page only.
    from ui.official import fixed_of

    return reconcile(studied(known), _sums(known), fixed_of(known), figures=known.measured)


def _sums(known: Figures) -> pd.DataFrame:
    totals = [(entry.total, entry.parts) for entry in known.catalogue.totals]
    return sums_of(known.definitions, known.region_years, totals)


def _work(known: Figures, imposed: bool, elsewhere: Callable[[], object] | None = None) -> _Work:
    """Return the work on a gemeente, begun if nobody did; of the last few gemeenten (or vintages) it is kept."""
    with _lock:
        work = _kept.pop((known, imposed), None)
        if work is None or work.failed:
            work = _Work(_steps(known, imposed, elsewhere))
        _kept[known, imposed] = work
        while len(_kept) > _MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        return work


def studied(known: Figures, *, imposed: bool = False) -> Study:
    """Return the forecasts of every figure of a gemeente, its wijken (or buurten) and Nederland, and their record.

    Counts of wijken sum to those of the gemeente, age bands to the inhabitants (`analysis.reconciliation`).

    Parameters
    ----------
    known : Figures
    imposed : bool
        Whether they sum to the projection of CBS and PBL for the gemeente instead of ours.
    """
    return _work(known, imposed).result.result()


def begin(known: Figures, elsewhere: Callable[[], object] | None = None) -> None:
    """Begin what `studied` returns, and go on with something else meanwhile.

    Parameters
    ----------
    known : Figures
    elsewhere : callable, optional
        Waits until another process is ready that works it out and keeps it; where that did not, it is done here after all.
    """
    _work(known, False, elsewhere)


def is_studied(known: Figures) -> bool:
    """Tell whether `studied` returns at once."""
    with _lock:
        work = _kept.get((known, False))
    return work is not None and work.result.done() and not work.failed


def wait_for_study(known: Figures, *, imposed: bool = False) -> None:
    """Wait until `studied` returns at once; where that takes more than a second, show how far it is."""
    work = _work(known, imposed)
    wait([work.result], _PATIENCE_SECONDS)
    if work.result.done():
        return
    place = st.empty()
    while not work.result.done():
        n, (told, _) = len(work.steps), work.steps[work.step]
        place.progress((work.step + 0.5) / n, f"Stap {work.step + 1} van {n}: {told}")
        wait([work.result], _BETWEEN_LOOKS_SECONDS)
    place.empty()


def _with_size(known: Figures) -> pd.DataFrame:
    """Return the measured figures with the inhabitants of the region in its last year beside them."""
    return known.measured.assign(size=known.measured["region"].map(people_of(known)))


@lru_cache(maxsize=8)
def people_of(known: Figures) -> pd.Series:
    """Return the inhabitants of every region in its last year with that figure, by region."""
    people = known.panel[(known.panel["indicator"] == "population") & known.panel["value"].notna()]
    return people.sort_values("year").drop_duplicates("region", keep="last").set_index("region")["value"]


# One figure ---------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _of_indicator(known: Figures, indicator: str, imposed: bool = False) -> Study:
    """Return the rows of `studied` on one figure; of ``earlier`` with level and class of size beside them."""
    whole = studied(known, imposed=imposed)
    earlier = whole.earlier[whole.earlier["indicator"] == indicator]
    return Study(
        whole.forecasts[whole.forecasts["indicator"] == indicator],
        whole.refused[whole.refused["indicator"] == indicator],
        earlier.assign(level=earlier["region"].map(_levels(known)), size_class=size_class(earlier["size"])),
    )


@lru_cache(maxsize=8)
def _levels(known: Figures) -> pd.Series:
    return known.panel.drop_duplicates("region").set_index("region")["level"].astype("str")


def earlier_of(known: Figures, indicator: str, region: str) -> pd.DataFrame:
    """Return what would have been said in earlier years of one series: rows of `analysis.forecasting.Study.earlier`."""
    rows = _of_indicator(known, indicator).earlier
    return rows[rows["region"] == region]


@lru_cache(maxsize=256)
def record_of(known: Figures, indicator: str, level: str, size: int | None = None) -> pd.DataFrame:
    """Return how earlier forecasts of a figure did per year ahead (`analysis.forecasting.track_record`).

    Parameters
    ----------
    known : Figures
    indicator : str
    level : str
        Of the regions that count.
    size : int, optional
        Only regions of this class of size (`analysis.forecasting.size_class`).
    """
    rows = _of_indicator(known, indicator).earlier
    rows = rows[rows["level"] == level]
    return track_record(rows if size is None else rows[rows["size_class"] == size])


def record_beside(known: Figures, indicator: str, region: str) -> tuple[pd.DataFrame, int | None]:
    """Return the record to hold beside the forecast of a region, and the class of size that it is of.

    That of regions of its level and size; of all sizes (None) where those have fewer than `FEWEST_CASES` earlier
    forecasts one year ahead.
    """
    level = str(_levels(known)[region])
    people = people_of(known).get(region)
    if level in (known.level, Level.WIJK, Level.BUURT) and people is not None:
        size = int(np.searchsorted(np.asarray(SIZES), float(people), side="right"))
        record = record_of(known, indicator, level, size)
        if record.loc[record["horizon"] == 1, "n"].sum() >= FEWEST_CASES:
            return record, size
    return record_of(known, indicator, level), None


@lru_cache(maxsize=1024)
def prospect_of(known: Figures, indicator: str, region: str, *, imposed: bool = False) -> Prospect:
    """Return what can be said about the future of one series, and how far (`ui.outlook_reach.prospect`).

    The record that a band has to stand on is always that of our own forecasts; ``imposed`` as in `studied`.
    """
    of_figure = _of_indicator(known, indicator, imposed)
    rows = of_figure.forecasts[of_figure.forecasts["region"] == region]
    if rows.empty:
        refused = of_figure.refused[of_figure.refused["region"] == region]
        return refusal(refused.iloc[0]) if len(refused) else Prospect(rows, reason="no_figures")
    record = record_of(known, indicator, str(_levels(known)[region]))
    banded = record[record["banded"] > 0]
    right = {
        int(horizon): (float(share), int(cases))
        for horizon, share, cases in zip(
            banded["horizon"], banded["covered_80"], banded["banded"], strict=True
        )
    }
    return prospect(rows, known.catalogue[indicator], right)


@lru_cache(maxsize=1024)
def moves(known: Figures, indicator: str, *regions: str) -> bool:
    """Tell whether the projection of CBS and PBL changes what is expected of a figure; waits for that study."""
    wait_for_study(known, imposed=True)
    own, imposed = (_of_indicator(known, indicator, choice).forecasts for choice in (False, True))
    bounds = ["region", "year", "mean", "lower_80", "upper_80"]
    first, second = (rows.loc[rows["region"].isin(regions), bounds] for rows in (own, imposed))
    return not first.reset_index(drop=True).equals(second.reset_index(drop=True))


def in_own_unit(known: Figures, indicator: Indicator, region: str) -> Indicator:
    """Return the indicator in the unit of the last figure of a region: CBS gave some counts as a percentage once."""
    rows = known.of(indicator.id, region).dropna(subset="value").sort_values("year")
    return in_unit_of(rows.iloc[-1], indicator) if len(rows) else indicator


def sentences(known: Figures, indicator: Indicator, region: str, horizon: int = 5) -> list[str]:
    """Return what to expect of one figure in a few sentences, or why that cannot be said.

    Parameters
    ----------
    known : Figures
        Best one that `is_studied`; else this waits for it.
    indicator : Indicator
    region : str
    horizon : int
        Years ahead, or fewer where the band ends before.
    """
    found, place = prospect_of(known, indicator.id, region), known.label(region)
    own = in_own_unit(known, indicator, region)
    row = found.row(horizon)
    if row is None:
        opening, why, _ = words.refusal_sentences(found, own, place)
        return [opening, why]
    record, _ = record_beside(known, indicator.id, region)
    doubt = words.unproven_sentence(record, int(row["horizon"]))
    told = [words.expected_sentence(row, own, place), words.change_sentence(row, own), doubt]
    return [sentence for sentence in told if sentence]
