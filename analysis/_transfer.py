"""Transfers: which share of the land of before went to which land of later, from counts over pairs of years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import pandas as pd

from analysis._descent import wijk_of
from analysis._grid import Ints
from analysis._unlike import ADDRESSES, AREA
from analysis.lineage import Lineage

#: A pair of regions that shares less than this of both of them is taken for a slip in the count, not for a border
#: that moved: an address that was corrected, a line that was drawn anew. By area it is no more than that, although
#: simplified borders make larger slivers: a village may lie on a hundredth of the land of its wijk, and what is left
#: out here is missing from the error too.
SLIP: Final = 0.005
#: One row per land of later, year and land that contributed to it.
CONTRIBUTIONS: Final = [
    "level",
    "series",
    "land",
    "year",
    "old",
    "old_land",
    "old_series",
    "weight",
    "doubt",
    "amount",
    "size",
    "origin",
]

_OUTSIDE: Final = -1
_PAIR: Final = ["level", "old_year", "new_year"]


@dataclass(frozen=True)
class _Step:
    """Where one land went between two years.

    Attributes
    ----------
    unit : str
        What ``size`` is counted in.
    filler : bool
        Whether it is a land without any address, divided by its area between lands that are counted in addresses.
    to : dict
        Land to weight; together 1.
    fills : dict
        Land to the share of that land that came from here.
    """

    old_year: int
    new_year: int
    origin: str
    unit: str
    filler: bool
    size: float
    to: dict[int, float]
    fills: dict[int, float]


@dataclass(frozen=True)
class _Way:
    """How much of a land went to another one in the end, the variance of that, and from what it is known."""

    weight: float
    doubt: float
    origin: str


class _Weights(dict[int, float]):
    """Numbers by land, 0 where there is none yet."""

    def __missing__(self, land: int) -> float:
        return 0.0


class _Ground:
    """The lands of the panel: their years, their codes and their series, by a number of our own."""

    def __init__(self, lands: pd.DataFrame) -> None:
        keys = pd.MultiIndex.from_frame(lands[["level", "land"]])
        numbers, distinct = keys.factorize()
        self.level: list[str] = [str(level) for level, _ in distinct]
        self.land: list[Any] = [land for _, land in distinct]
        years = [int(year) for year in lands["year"]]
        regions = [str(region) for region in lands["region"]]
        self.at: dict[tuple[str, int], int] = dict(
            zip(zip(regions, years, strict=True), numbers, strict=True)
        )
        self.code: dict[tuple[int, int], str] = dict(
            zip(zip(numbers, years, strict=True), regions, strict=True)
        )
        self.series: dict[int, str] = dict(zip(numbers, map(str, lands["series"]), strict=True))
        self._of_series: dict[tuple[str, str, int], int] = {}
        self.first: list[int] = [9999] * len(self.level)
        self.last: list[int] = [0] * len(self.level)
        self.years: dict[str, list[int]] = {}
        for number, year in zip(numbers, years, strict=True):
            self.first[number] = min(self.first[number], year)
            self.last[number] = max(self.last[number], year)
        for level, of_level in lands.groupby("level"):
            self.years[str(level)] = sorted({int(year) for year in of_level["year"]})

    def alive(self, land: int, year: int) -> bool:
        return (land, year) in self.code

    def numbers(self, codes: pd.Series[Any], years: pd.Series[Any]) -> Ints:
        """Return the land behind each code and year, or `_OUTSIDE`."""
        found = [
            self.at.get((str(code), int(year)), _OUTSIDE) for code, year in zip(codes, years, strict=True)
        ]
        return np.asarray(found, dtype=np.intp)

    def that_ended(self, level: str, before: int, after: int) -> set[int]:
        """Return the lands of ``before`` that are not there any more in ``after``."""
        there = {land for land, year in self.code if year == before and self.level[land] == level}
        return {land for land in there if not self.alive(land, after)}

    def of_series(self, level: str, series: str, year: int) -> int | None:
        """Return the land that a series stood for in ``year``."""
        if not self._of_series:
            for land, then in self.code:
                self._of_series[self.level[land], self.series[land], then] = land
        return self._of_series.get((level, series, year))

    def ends(self) -> dict[int, list[int]]:
        """Return, by year, the lands with which a series ends in that year."""
        last: dict[str, int] = {}
        for land, series in self.series.items():
            if series not in last or self.last[land] > self.last[last[series]]:
                last[series] = land
        by_year: dict[int, list[int]] = {}
        for land in last.values():
            by_year.setdefault(self.last[land], []).append(land)
        return by_year


def _alive_in(ground: _Ground, lands: pd.Series[Any], years: pd.Series[Any]) -> pd.Series[bool]:
    found = [ground.alive(int(land), int(year)) for land, year in zip(lands, years, strict=True)]
    return pd.Series(found, index=lands.index, dtype="bool")


def _exchanges(overlaps: pd.DataFrame, ground: _Ground) -> pd.DataFrame:
    """Return who exchanged ground with whom: overlaps of lands that ended with lands that came, without slips."""
    backwards = overlaps["old_year"] >= overlaps["new_year"]
    if backwards.any():
        raise ValueError("The overlaps hold a pair of years of which the old one is not the earlier one.")
    pairs = overlaps.groupby([*_PAIR, "old", "new", "origin"], as_index=False)["amount"].sum()
    stored = [
        {int(old), int(new)} <= set(ground.years.get(str(level), ()))
        for level, old, new in zip(pairs["level"], pairs["old_year"], pairs["new_year"], strict=True)
    ]
    pairs = pairs[np.array(stored, dtype=np.bool_) & (pairs["amount"] > 0).to_numpy()]
    # Where addresses were counted, land area only speaks for land without any address.
    counted = pairs[pairs["origin"] == ADDRESSES]
    of_counted_years = pd.MultiIndex.from_frame(pairs[_PAIR]).isin(pd.MultiIndex.from_frame(counted[_PAIR]))
    here = pd.MultiIndex.from_frame(pairs[[*_PAIR, "old"]])
    known = here.isin(pd.MultiIndex.from_frame(counted[[*_PAIR, "old"]]))
    by_area = (pairs["origin"] == AREA).to_numpy()
    pairs = pairs.assign(filler=by_area & of_counted_years)[~(by_area & known)]
    pairs = pairs.assign(
        old_land=ground.numbers(pairs["old"], pairs["old_year"]),
        new_land=ground.numbers(pairs["new"], pairs["new_year"]),
    )
    key = [*_PAIR, "origin"]
    of_old = pairs["amount"] / pairs.groupby([*key, "old"])["amount"].transform("sum")
    of_new = pairs["amount"] / pairs.groupby([*key, "new"])["amount"].transform("sum")
    # Of a region of another gemeente only the pairs with this one are there, so its own share says nothing.
    little_of_old = (of_old < SLIP) | (pairs["old_land"] == _OUTSIDE)
    little_of_new = (of_new < SLIP) | (pairs["new_land"] == _OUTSIDE)
    slip = little_of_old & little_of_new
    stayed = _alive_in(ground, pairs["old_land"], pairs["new_year"])
    was_there = _alive_in(ground, pairs["new_land"], pairs["old_year"])
    return pd.DataFrame(pairs.loc[~slip & ~stayed & ~was_there])


class _Wijken:
    """The wijken, by code and year: a buurt that ended in a wijk that is as it was, went nowhere else."""

    def __init__(self, lands: pd.DataFrame) -> None:
        here = lands[lands["level"] == "wijk"]
        years = [int(year) for year in here["year"]]
        self._land = dict(zip(zip(here["region"], years, strict=True), here["land"], strict=True))
        self._code = dict(zip(zip(here["land"], years, strict=True), here["region"], strict=True))

    def still_there(self, buurt: str, before: int, after: int) -> str | None:
        """Return the code in ``after`` of the wijk of a buurt of ``before``; None where its land changed."""
        return self._code.get((self._land.get((wijk_of(buurt), before)), after))


class _Ways:
    """The ways from land to land, along one or several pairs of years."""

    def __init__(self, overlaps: pd.DataFrame, ground: _Ground, lineage: Lineage) -> None:
        self.ground = ground
        self._steps: dict[int, list[_Step]] = {}
        self._arrivals: dict[int, list[tuple[int, ...]]] = {}
        exchanges = _exchanges(overlaps, ground)
        self._read(exchanges)
        self._unplaced = self._without_a_count(lineage.events, exchanges)
        self._add_what_was_nowhere(overlaps, exchanges, _Wijken(lineage.lands))
        self._known: dict[tuple[int, int], tuple[_Step | None, dict[int, _Way]] | None] = {}
        self._whole: dict[tuple[int, int, int], frozenset[int] | None] = {}

    def _read(self, exchanges: pd.DataFrame) -> None:
        unit = exchanges["origin"].mask(exchanges["filler"], ADDRESSES)
        size = exchanges["amount"].mask(exchanges["filler"], 0.0)
        into = size.groupby([*(exchanges[name] for name in _PAIR), unit, exchanges["new_land"]]).transform(
            "sum"
        )
        fills = size / into.where(into > 0, np.inf)
        leaving: dict[tuple[int, int, int, str, str, bool], list[tuple[int, float, float]]] = {}
        arriving: dict[tuple[Any, ...], set[int]] = {}
        columns = (*_PAIR, "old_land", "new_land", "origin", "filler", "amount")
        rows = zip(
            *(exchanges[name].tolist() for name in columns), unit.tolist(), fills.tolist(), strict=True
        )
        for level, old_year, new_year, old, new, origin, filler, amount, counted_in, filled in rows:
            arriving.setdefault((new, level, old_year, new_year, counted_in), set()).add(old)
            if old != _OUTSIDE:
                leave = leaving.setdefault((old, old_year, new_year, origin, counted_in, filler), [])
                leave.append((new, amount, filled))
        for (land, old_year, new_year, origin, counted_in, filler), parts in leaving.items():
            total = sum(amount for _, amount, _ in parts)
            to, filling = _Weights(), _Weights()
            for new, amount, filled in parts:
                to[new] += amount / total
                filling[new] += filled
            self._steps.setdefault(land, []).append(
                _Step(old_year, new_year, origin, counted_in, filler, total, to, filling)
            )
        for (land, *_), makers in arriving.items():
            self._arrivals.setdefault(land, []).append(tuple(sorted(makers)))

    def _without_a_count(self, events: pd.DataFrame, exchanges: pd.DataFrame) -> dict[int, set[int]]:
        """Return, by land, the lands that had a part in making it according to its history, but were never counted."""
        counted = {int(land) for land in exchanges["old_land"]}
        found: dict[int, set[int]] = {}
        for year, olds, news in zip(events["year"], events["old"], events["new"], strict=True):
            before = {self.ground.at.get((code, int(year) - 1), _OUTSIDE) for code in olds} - {_OUTSIDE}
            after = {self.ground.at.get((code, int(year)), _OUTSIDE) for code in news} - {_OUTSIDE}
            for land in after - before:
                found.setdefault(land, set()).update(before - after - counted)
        return found

    def _add_what_was_nowhere(self, overlaps: pd.DataFrame, exchanges: pd.DataFrame, wijken: _Wijken) -> None:
        """Let land that ended between two counted years without being counted have a part in all that came since.

        A wijk of firms, or a polder, has no address that two files share. Its lineage may hold it for gone, while the
        people who did live there now live in a region that did get addresses.
        """
        arrived = exchanges.groupby(_PAIR)["new_land"].agg(set)
        for pair, rows in overlaps.groupby(_PAIR):
            level, before, after = cast("tuple[str, int, int]", pair)
            came = arrived.get(pair, set()) - {_OUTSIDE}
            seen = set(self.ground.numbers(rows["old"], rows["old_year"]))
            for land in self.ground.that_ended(level, before, after) - seen:
                if self._has_an_heir(land, after, came):
                    continue
                stayed_in = (
                    wijken.still_there(self.ground.code[land, before], before, after)
                    if level == "buurt"
                    else None
                )
                for new in came:
                    inside = stayed_in in (None, wijk_of(self.ground.code[new, after]))
                    if inside and self.ground.first[new] > self.ground.last[land]:
                        self._unplaced.setdefault(new, set()).add(land)

    def _has_an_heir(self, land: int, year: int, came: set[int]) -> bool:
        """Tell whether the same region is there in ``year``, and got nothing from elsewhere."""
        heir = self.ground.of_series(self.ground.level[land], self.ground.series[land], year)
        return heir is not None and heir not in came

    def onward(self, land: int, horizon: int) -> tuple[_Step | None, dict[int, _Way]] | None:
        """Return the first step from a land and its ways to the lands of the year ``horizon``; None where unknown."""
        key = (land, horizon)
        if key not in self._known:
            self._known[key] = self._onward(land, horizon)
        return self._known[key]

    def _onward(self, land: int, horizon: int) -> tuple[_Step | None, dict[int, _Way]] | None:
        if land == _OUTSIDE or self.ground.alive(land, horizon):
            return None, {land: _Way(1.0, 0.0, ADDRESSES)}
        if self.ground.first[land] > horizon:
            return None
        for step in sorted(self._steps.get(land, ()), key=lambda step: self._preference(step, horizon)):
            ways = self._along(step, horizon)
            if ways is not None:
                return step, ways
        return None

    def _preference(self, step: _Step, horizon: int) -> tuple[bool, bool, int, int]:
        detour = any(not self.ground.alive(new, horizon) for new in step.to if new != _OUTSIDE)
        return step.origin == AREA, detour, step.new_year - step.old_year, -step.old_year

    def _along(self, step: _Step, horizon: int) -> dict[int, _Way] | None:
        """Follow a step to its end.

        A land in between mixes what it is made of: which part of it went on where is only known for the whole.
        That doubt is the variance of a part that may have gone wholly one way or the other, as far as the land in
        between is made of other parts too.
        """
        found: dict[int, _Way] = {}
        for between, weight in step.to.items():
            onward = self.onward(between, horizon)
            if onward is None:
                return None
            others = 1 - step.fills[between]
            for end, way in onward[1].items():
                mixed = way.weight * (1 - way.weight) * others**2
                doubt = weight**2 * (way.doubt + mixed)
                origin = AREA if AREA in (step.origin, way.origin) else ADDRESSES
                before = found.get(end)
                found[end] = _Way(
                    weight * way.weight + (before.weight if before else 0.0),
                    doubt + (before.doubt if before else 0.0),
                    AREA if before and before.origin == AREA else origin,
                )
        return found

    def unplaced(self, land: int, year: int, horizon: int) -> frozenset[int] | None:
        """Return which lands of ``year`` had an unknown part in ``land``; None where what made it is not all known."""
        key = (land, year, horizon)
        if key not in self._whole:
            self._whole[key] = self._made_of(land, year, horizon)
        return self._whole[key]

    def _made_of(self, land: int, year: int, horizon: int) -> frozenset[int] | None:
        own = self._unplaced.get(land, set())
        if not all(self.ground.alive(other, year) for other in own):
            return None
        for makers in self._arrivals.get(land, ()):
            loose = set(own)
            for maker in makers:
                if maker == _OUTSIDE:
                    break
                if self.ground.alive(maker, year):
                    if self.onward(maker, horizon) is None:
                        break
                    continue
                deeper = self.unplaced(maker, year, horizon) if self.ground.first[maker] > year else None
                if deeper is None:
                    break
                loose |= deeper
            else:
                return frozenset(loose)
        return None


def contributions(lands: pd.DataFrame, lineage: Lineage, overlaps: pd.DataFrame) -> pd.DataFrame:
    """Tell from which former lands every land at the end of a series was made, and with which weights.

    Parameters
    ----------
    lands : DataFrame
        The lands of the lineage of which there are figures to convert.
    lineage : Lineage
    overlaps : DataFrame
        As `analysis.lineage.OVERLAPS`.

    Returns
    -------
    DataFrame
        Columns `CONTRIBUTIONS`, ordered by level, series and year. ``weight`` is the share of the old land that went
        to the land; over all lands of one later year the weights of an old land sum to 1 (apart from what went to
        another gemeente). It is empty where the old land had a part in it that nobody counted. ``doubt`` is the
        variance of the weight that comes of going through a land in between. ``amount`` is what of the ``size`` of
        the old land went along, in addresses or m2. ``origin`` is ``area`` as soon as one step went by area.

        Only years are there of which everything that made the land is known, without a gap from the first year of
        the land backwards.
    """
    ground = _Ground(lands)
    ways = _Ways(overlaps, ground, lineage)
    rows: list[tuple[Any, ...]] = []
    for horizon, ends in sorted(ground.ends().items()):
        changed = [land for land in ends if ground.first[land] > ground.years[ground.level[land]][0]]
        made = _made(ways, horizon, set(changed)) if changed else {}
        for land in changed:
            years = [year for year in ground.years[ground.level[land]] if year < ground.first[land]]
            for year in reversed(years):
                parts = _parts(ways, land, year, horizon, made.get((land, year), []))
                if not parts:
                    break
                rows.extend(parts)
    frame = pd.DataFrame(rows, columns=CONTRIBUTIONS)
    return frame.sort_values(["level", "series", "year", "old"], ignore_index=True)


def _made(
    ways: _Ways, horizon: int, wanted: set[int]
) -> dict[tuple[int, int], list[tuple[int, _Step, _Way]]]:
    """Return, by land and year, the lands of that year that went into it."""
    made: dict[tuple[int, int], list[tuple[int, _Step, _Way]]] = {}
    by_land: dict[int, list[int]] = {}
    for land, year in ways.ground.code:
        if ways.ground.last[land] < horizon:
            by_land.setdefault(land, []).append(year)
    for land, years in by_land.items():
        step, ends = ways.onward(land, horizon) or (None, {})
        if step is None:
            continue
        for end, way in ends.items():
            if end in wanted:
                for year in years:
                    made.setdefault((end, year), []).append((land, step, way))
    return made


def _parts(
    ways: _Ways, land: int, year: int, horizon: int, made: list[tuple[int, _Step, _Way]]
) -> list[tuple[Any, ...]]:
    """Return the contributions to one land in one year, or none where they cannot all be told."""
    loose = ways.unplaced(land, year, horizon)
    counted = {step.unit for _, step, _ in made if not step.filler}
    # Addresses and square metres cannot be added up.
    if loose is None or not made or len(counted) > 1:
        return []
    ground = ways.ground
    head = (ground.level[land], ground.series[land], ground.land[land], year)

    def tail(old: int) -> tuple[Any, ...]:
        return (ground.code[old, year], ground.land[old], ground.series[old])

    parts: list[tuple[Any, ...]] = []
    for old, step, way in made:
        size = 0.0 if step.filler and counted else step.size
        parts.append((*head, *tail(old), way.weight, way.doubt, size * way.weight, size, way.origin))
    known = {old for old, _, _ in made}
    parts += [(*head, *tail(old), np.nan, 0.0, 0.0, 0.0, "") for old in sorted(loose - known)]
    return parts
