"""What the register says in counts: brought to the wijken of now, protected where small, and worked out from what is shown.

Counts are of whole months, in stretches of twelve; every figure that is shown is computed from the protected table of such
a stretch, so that it tells no more than that table does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from analysis.concerns import (
    TOO_FEW,
    overdispersion,
    rates,
)
from analysis.small_counts import COMPLEMENT, FEWEST, MIDDLE, SHOWN, TOTAL, added_up, filled, protected
from data.panel import Level
from register.concerns import CHANNELS
from register.counting import counts_until
from ui import concern_picture_wording as words
from ui.figures import Figures, figures
from ui.hearing_standing import AS_COUNTED, as_voices, standing
from ui.registering import Desk, desk
from ui.selection import Selection

#: Concerns that cannot be brought to a wijk of now stand in this row.
NOWHERE: Final = "(niet te plaatsen)"
#: Months of a stretch, and of the periods in which the course is followed.
YEAR, HALF = 12, 6
#: Months that are looked at for the course and for fresh clusters.
BACK: Final = 36
#: With fewer concerns than this in a stretch nothing is broken down.
FEWEST_TO_BREAK_DOWN: Final = 30
PER: Final = 1000.0


class Pick(NamedTuple):
    """Which concerns count: ``all``, those of one ``theme`` or of one ``channel``; never of both at once."""

    kind: str = "all"
    key: str = ""


@dataclass(frozen=True)
class Stretch:
    """Twelve whole months.

    Attributes
    ----------
    first, last : date
        First and last day.
    """

    first: date
    last: date

    @property
    def address(self) -> str:
        """How it stands in an address: the month in which it ends."""
        return f"{self.last:%Y-%m}"


@dataclass(frozen=True, eq=False)
class Heard:
    """The concerns of one gemeente, for counting.

    Attributes
    ----------
    known : Figures
    rows : DataFrame
        As `register.concerns.Concerns.heard`, with region (of now; `NOWHERE` where there is none) and month (0 is the last
        whole month, 1 the one before; negative for what is later).
    until : date
        Last day of the last whole month.
    today : date
    """

    known: Figures
    rows: pd.DataFrame
    until: date
    today: date

    @property
    def stretches(self) -> list[Stretch]:
        """The stretches with concerns, newest first; always at least one."""
        oldest = self.rows["month"].max() if len(self.rows) else 0
        n = 1 if pd.isna(oldest) else max(int(oldest) // YEAR + 1, 1)
        return self.last_stretches(min(n, 10))

    def last_stretches(self, n: int) -> list[Stretch]:
        """The last so many stretches, newest first, with concerns or without."""
        return [
            Stretch(month_start(self.until, YEAR * (k + 1) - 1), _month_end(self.until, YEAR * k))
            for k in range(n)
        ]

    @property
    def later(self) -> int:
        """How many are of after the last whole month."""
        return int((self.rows["month"] < 0).sum())

    def within(self, stretch: Stretch) -> pd.DataFrame:
        """Return the rows of one stretch."""
        return self.rows[self.rows["heard"].between(stretch.first.isoformat(), stretch.last.isoformat())]


def month_start(until: date, back: int) -> date:
    """Return the first day of the month that lies so many months before that of ``until``."""
    months = until.year * 12 + until.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def _month_end(until: date, back: int) -> date:
    return month_start(until, back - 1) - timedelta(days=1)


# Read ------------------------------------------------------------------------------------------------


def heard(selection: Selection, today: date | None = None) -> Heard:
    """Return the concerns of the gemeente, read once as long as the register stays as it is.

    Raises
    ------
    RegisterError, NotAllowed
    """
    return heard_at(desk(selection), selection.figures, today)


def heard_at(place: Desk, known: Figures, today: date | None = None) -> Heard:
    """Return the same of a desk and the figures of its gemeente."""
    today = today or date.today()
    return _heard(
        _Reading(place),
        place.database.url,
        counts_until(place.concerns),
        known,
        today,
    )


class _Reading:
    """A desk that is no part of what a cache goes by."""

    def __init__(self, place: Desk) -> None:
        self.place = place

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reading)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=16)
def _heard(
    reading: _Reading,
    _url: str,
    _state: tuple[int, int],
    known: Figures,
    today: date,
) -> Heard:
    rows = reading.place.concerns.heard()
    until = last_whole_month(today)
    return Heard(
        known, rows.assign(region=placed(known, rows), month=months_back(rows["heard"], until)), until, today
    )


def last_whole_month(today: date) -> date:
    """Return the last day of the last month that is over: what is counted does not change from day to day."""
    return today.replace(day=1) - timedelta(days=1)


def months_back(days: pd.Series, until: date) -> pd.Series:
    """Return in which month before that of ``until`` every day lies; 0 is that month, negative is later."""
    day = pd.to_datetime(days)
    return (until.year - day.dt.year) * 12 + (until.month - day.dt.month)


def placed(known: Figures, rows: pd.DataFrame) -> pd.Series:
    """Return the wijk of now of every row, by the land that its code stood for; `NOWHERE` where that cannot be told.

    Parameters
    ----------
    known : Figures
    rows : DataFrame
        Columns wijk, buurt and borders_year; codes on the borders of that year.
    """
    now = set(known.regions_in(known.years[-1]))
    ways = rows[["wijk", "buurt", "borders_year"]].astype(object)
    ways = ways.where(ways.notna(), None)
    found = {
        way: _brought(known, now, *way) for way in dict.fromkeys(ways.itertuples(index=False, name=None))
    }
    regions = [found[way] for way in ways.itertuples(index=False, name=None)]
    return pd.Series(regions, index=rows.index, dtype="str")


def _brought(known: Figures, now: set[str], wijk: str, buurt: str | None, borders_year: float | None) -> str:
    year = known.years[-1] if borders_year is None else int(borders_year)
    code: str | None = wijk
    for _ in known.years:
        region = known.region_on(code or "", year)
        if region in now:
            return str(region)
        followed = _next_code(known, Level.WIJK, code or "", year)
        if followed is None:
            break
        code, year = followed
    return _by_buurt(known, now, buurt, borders_year)


def _next_code(known: Figures, level: str, code: str, year: int) -> tuple[str, int] | None:
    """Return the one code that all land of a code went to, and since when; None where it was divided."""
    events = known.lineage.events
    later = events[(events["level"] == level) & (events["year"] > year)].sort_values("year")
    for event in later.to_dict("records"):
        if code in event["old"]:
            return (str(event["new"][0]), int(event["year"])) if len(event["new"]) == 1 else None
    return None


def _by_buurt(known: Figures, now: set[str], buurt: str | None, borders_year: float | None) -> str:
    """Find the wijk by the buurt, where the wijk was divided but the buurt was not."""
    if not buurt or known.folder is None:
        return NOWHERE
    from data.store import Store

    of_buurten = figures(Store(known.folder), known.gemeente, Level.BUURT)
    if not of_buurten.years or not of_buurten.regions:
        return NOWHERE
    last = of_buurten.years[-1]
    region = of_buurten.region_on(buurt, last if borders_year is None else int(borders_year))
    code = of_buurten.code_in(region, last) if region else None
    above = known.region_of("WK" + code[2:8], known.years[-1]) if code else None
    return above if above in now else NOWHERE


# Count -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _people(known: Figures, year: int) -> pd.DataFrame:
    """Return the inhabitants of every wijk of now in a year, or the last year before it with figures."""
    regions = known.regions_in(known.years[-1])
    panel = known.on_borders_of_now
    rows = panel[
        (panel["indicator"] == "population") & panel["region"].isin(regions) & panel["value"].notna()
    ]
    years = sorted(int(each) for each in rows["year"].unique())
    at = max((each for each in years if each <= year), default=years[0] if years else year)
    values = rows[rows["year"] == at].set_index("region")["value"].reindex(regions)
    return pd.DataFrame({"region": regions, "population": values.to_numpy(dtype=np.float64), "year": at})


def people_of(known: Figures, stretch: Stretch) -> pd.DataFrame:
    """Return region, population and year: inhabitants of the wijken of now in the year in which a stretch ends."""
    return _people(known, stretch.last.year).copy()


def cells(rows: pd.DataFrame, down: list[str], across: list[str], by: str) -> pd.DataFrame:
    """Return region (of ``down``), part (of ``across``) and cases, a row for every combination."""
    counts = rows.groupby(["region", by]).size()
    every = pd.MultiIndex.from_product([down, across], names=["region", "part"])
    counts.index.names = ["region", "part"]
    return counts.reindex(every, fill_value=0).rename("cases").reset_index()


@lru_cache(maxsize=128)
def _table(of: Heard, stretch: Stretch, by: str) -> pd.DataFrame:
    """Return the protected table of one stretch: region by ``by`` (theme, channel, half, or nothing), with totals."""
    rows = of.within(stretch)
    down = [
        *of.known.regions_in(of.known.years[-1]),
        *([NOWHERE] if (rows["region"] == NOWHERE).any() else []),
    ]
    if not by:
        counts = rows.groupby("region").size().reindex(down, fill_value=0).rename("cases")
        return protected(counts.rename_axis("region").reset_index(), "region").assign(part=TOTAL)
    rows = rows.assign(half=_half(rows))
    parts = sorted(rows[by].unique())
    return protected(cells(rows, down, parts, by), "region", "part")


def _half(rows: pd.DataFrame) -> pd.Series:
    """Return the number of the half year that a row lies in; 0 is the last."""
    return (rows["month"] // HALF).astype(int).astype("str")


def may_break_down(of: Heard, stretch: Stretch) -> bool:
    """Tell whether a stretch has enough concerns to show them by theme, by channel and by half year."""
    if len(of.within(stretch)) < FEWEST_TO_BREAK_DOWN:
        return False
    tables = [_table(of, stretch, by) for by in ("theme", "channel", "half")]
    return all(
        table.loc[(table["region"] == TOTAL) & (table["part"] == TOTAL), "status"].iloc[0] == SHOWN
        for table in tables
    )


def table_of(of: Heard, stretch: Stretch, by: str) -> pd.DataFrame:
    """Return region, part (theme or channel), cases and status of one stretch, totals included (`TOTAL`).

    With too few concerns to break down only the totals of the wijken are there.
    """
    return _table(of, stretch, by if may_break_down(of, stretch) else "").copy()


def counts_of(of: Heard, stretch: Stretch, pick: Pick = Pick()) -> pd.DataFrame:  # noqa: B008 (never changes)
    """Return the counts per wijk that may be shown.

    Returns
    -------
    DataFrame
        One row per wijk of now, then `NOWHERE` where there is, then the gemeente (`TOTAL`): region, cases (empty where
        hidden) and status (`analysis.small_counts`).
    """
    if pick.kind == "all" or not may_break_down(of, stretch):
        table = _table(of, stretch, "")
    else:
        table = _table(of, stretch, pick.kind)
        if pick.key not in set(table["part"]):
            # Nobody told of it: every wijk has 0, and nothing is hidden.
            told = table[["region"]].drop_duplicates().assign(part=pick.key, cases=0, status=SHOWN)
            return told.astype({"cases": "Int64"})[["region", "cases", "status"]].reset_index(drop=True)
        table = table[table["part"] == pick.key]
    return table[["region", "cases", "status"]].reset_index(drop=True)


def counts_over(
    of: Heard,
    stretches: Sequence[Stretch],
    pick: Pick = Pick(),  # noqa: B008 (never changes)
) -> pd.DataFrame:
    """Return the counts per wijk over several stretches together, from what may be shown of each (see `added_up`)."""
    return added_up([counts_of(of, stretch, pick) for stretch in stretches], ["region"])


@lru_cache(maxsize=64)
def dispersion_of(of: Heard) -> float:
    """Return how much more than chance the counts wobbled before the last year: what is new must not excuse itself."""
    earlier = of.rows[of.rows["month"].between(YEAR, BACK - 1) & (of.rows["region"] != NOWHERE)]
    counts = earlier.assign(period=earlier["month"] // HALF).groupby(["region", "period"]).size()
    return round(overdispersion(counts.rename("cases").reset_index()), 1)


@lru_cache(maxsize=64)
def rates_of(of: Heard, stretch: Stretch, pick: Pick = Pick()) -> pd.DataFrame:  # noqa: B008 (never changes)
    """Return the concerns per 1,000 inhabitants of every wijk of now.

    Returns
    -------
    DataFrame
        As `analysis.concerns.rates`, with name and status; cases, rates and bands are empty where the count is hidden. The
        verdict on all concerns together is that of `ui.hearing_standing`, as on Wie horen we niet?; of one theme or channel
        most counts are small or hidden, and there the exact test against all wijken still finds what is twice as much.
    """
    counts = counts_of(of, stretch, pick)
    here = counts[~counts["region"].isin([TOTAL, NOWHERE])]
    people = people_of(of.known, stretch)

    def with_small(value: float) -> pd.DataFrame:
        cases = filled(here, "cases", small=value)
        return rates(
            pd.DataFrame({"region": here["region"], "cases": cases}),
            people,
            per=PER,
            dispersion=dispersion_of(of),
        )

    told = with_small(MIDDLE)
    if pick.kind != "all" and (here["status"] != SHOWN).any():
        lowest, highest = with_small(1)["verdict"], with_small(FEWEST - 1)["verdict"]
        told["verdict"] = told["verdict"].where(lowest == highest, TOO_FEW)
    told = told.merge(here[["region", "status"]], "left", "region", validate="1:1")
    told["verdict"] = told["verdict"].where(told["status"] != COMPLEMENT, TOO_FEW)
    if pick.kind == "all":
        told = _as_everywhere(told, standing_of(of, stretch))
    hidden = told["status"] != SHOWN
    told[["cases", "rate", "smoothed", "lower", "upper", "ratio", "p_adjusted"]] = told[
        ["cases", "rate", "smoothed", "lower", "upper", "ratio", "p_adjusted"]
    ].mask(hidden)
    return told.assign(name=told["region"].map(of.known.label), year=people["year"].to_numpy())


@lru_cache(maxsize=64)
def standing_of(of: Heard, stretch: Stretch) -> pd.DataFrame:
    """Return all concerns together beside the residents of every wijk of now (`ui.hearing_standing.standing`)."""
    people = people_of(of.known, stretch).rename(columns={"population": "people"})
    voices = as_voices(of.within(stretch), stretch.first.isoformat(), stretch.last.isoformat())
    return standing(voices, people[["region", "people"]], counts_over(of, [stretch]))


def _as_everywhere(told: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    names = ["expected", "ratio", "p_adjusted", "verdict"]
    answers = found[["region", *names]].assign(verdict=found["verdict"].map(AS_COUNTED))
    return told.drop(columns=[*names, "p"]).merge(answers, "left", "region", validate="1:1")


def overall_rate(of: Heard, stretch: Stretch, pick: Pick = Pick()) -> float:  # noqa: B008 (never changes)
    """Return the concerns per 1,000 inhabitants of the gemeente as a whole; NaN where the count is hidden."""
    counts = counts_of(of, stretch, pick)
    total = counts.loc[counts["region"] == TOTAL].iloc[0]
    people = people_of(of.known, stretch)["population"].sum()
    return float(PER * total["cases"] / people) if total["status"] == SHOWN and people > 0 else np.nan


def halves(of: Heard, pick: Pick, region: str | None) -> pd.DataFrame:
    """Return the counts per half year that may be shown: of the gemeente, or of one wijk (all themes and channels together).

    Returns
    -------
    DataFrame
        One row per half year, oldest first: first, last (days), cases (empty where hidden) and status.
    """
    told = []
    for number, stretch in enumerate(of.stretches):
        if not may_break_down(of, stretch):
            continue
        if region or pick.kind == "all":
            table = _table(of, stretch, "half")
            table = table[table["region"] == (region or TOTAL)].set_index("part")
        else:
            table = _parts_by_half(of, stretch, pick.kind)
            table = table[table["region"] == pick.key].set_index("part")
        for half in (2 * number + 1, 2 * number):
            row = table.loc[str(half)] if str(half) in table.index else None
            told.append(
                {
                    "first": month_start(of.until, HALF * half + HALF - 1),
                    "last": _month_end(of.until, HALF * half),
                    "cases": 0 if row is None else row["cases"],
                    "status": SHOWN if row is None else row["status"],
                }
            )
    frame = pd.DataFrame(told, columns=["first", "last", "cases", "status"])
    return frame.astype({"cases": "Int64"}).sort_values("first", ignore_index=True)


@lru_cache(maxsize=64)
def _parts_by_half(of: Heard, stretch: Stretch, by: str) -> pd.DataFrame:
    """Return the protected table of the gemeente: theme (or channel, in column region) by half year."""
    rows = of.within(stretch)
    rows = rows.assign(half=_half(rows), region=rows[by])
    return protected(
        cells(rows, sorted(rows["region"].unique()), sorted(rows["half"].unique()), "half"), "region", "part"
    )


# Say -------------------------------------------------------------------------------------------------


def titles(selection: Selection) -> dict[Pick, str]:
    """Return what can be picked, with its title: all concerns, each theme and each channel."""
    themes = desk(selection).themes
    return (
        {Pick(): "Alle zorgen en signalen"}
        | {Pick("theme", key): title for key, title in themes.items()}
        | {Pick("channel", key): f"Via {title}" for key, title in CHANNELS.items()}
    )


def summary(selection: Selection) -> list[str]:
    """Return the sentences with which the page opens; empty where nothing was recorded yet."""
    of = heard(selection)
    if of.rows.empty:
        return []
    stretch = of.stretches[0]
    total = counts_of(of, stretch).iloc[-1]
    told = [
        words.total_sentence(
            total["cases"], total["status"], overall_rate(of, stretch), of.known.name, stretch.last
        )
    ]
    table = rates_of(of, stretch)
    if total["status"] == SHOWN and total["cases"] >= FEWEST_TO_BREAK_DOWN:
        told.append(words.verdicts_sentence(table))
        from ui.concern_patterns import course

        told.append(words.course_sentence(course(of), desk(selection).themes))
    told.append(words.LOUD_IS_NOT_NEEDY)
    return [sentence for sentence in told if sentence]


def nowhere_text(of: Heard, stretch: Stretch) -> str:
    """Return how many concerns have no wijk of now, as it may be shown; empty where all have one."""
    counts = counts_of(of, stretch)
    row = counts[counts["region"] == NOWHERE]
    return "" if row.empty else words.count_text(row["cases"].iloc[0], str(row["status"].iloc[0]))


def sentence_for(selection: Selection, region: str) -> str:
    """Say on the card of a wijk what was heard there; empty where nothing was recorded in the whole gemeente.

    Parameters
    ----------
    selection : Selection
    region : str
        A wijk (series).
    """
    of = heard(selection)
    stretch = of.stretches[0]
    if of.rows.empty or of.within(stretch).empty:
        return ""
    table = rates_of(of, stretch)
    row = table[table["region"] == region]
    if row.empty:
        return ""
    from ui.concern_patterns import course

    classes = course(of)
    return words.card_sentence(
        row.iloc[0], stretch.last, classes[classes["region"] == region], desk(selection).themes
    )
