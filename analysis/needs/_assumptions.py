"""What a scenario assumes, and what that does to people and use."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

import numpy as np

from analysis._grid import Floats, Ints
from analysis.needs._sheets import Sheets

PEOPLE: Final = "population"
HOUSEHOLDS: Final = "households"
HOUSEHOLD_SIZE: Final = "hh_size"
DWELLINGS: Final = "dwellings"
OLDER: Final = "age_65plus"
_AGE: Final = "age_"
_OF_HOUSEHOLDS: Final = "hh_"
#: What `apply` and `without_ground` look at in a region beside the groups of the needs.
GROUNDS: Final = (PEOPLE, HOUSEHOLD_SIZE, HOUSEHOLDS, DWELLINGS, OLDER)
#: A use or number that changes by more than this has a typing error in it.
_MOST_PERCENT: Final = 1_000.0
_MOST_PER_DWELLING: Final = 20.0
_MOST_DWELLINGS: Final = 1_000_000
_YEARS: Final = (1900, 2200)


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


def _check_year(year: int) -> None:
    _check(
        isinstance(year, int) and not isinstance(year, bool) and _YEARS[0] <= year <= _YEARS[1],
        f"{year!r} is not a year from {_YEARS[0]} to {_YEARS[1]}.",
    )


def _check_percent(percent: float) -> None:
    _check(
        math.isfinite(percent) and -100 <= percent <= _MOST_PERCENT,
        f"{percent!r} is not a percentage from -100 to {_MOST_PERCENT:.0f}.",
    )


@dataclass(frozen=True)
class UseChange:
    """Use per 1,000 changes by so many per cent from a year on, and stays so.

    Attributes
    ----------
    need : str
        Id of the need.
    percent : float
        From -100 (nobody any more) to 1,000.
    from_year : int
    regions : tuple of str
        Codes; everywhere if empty. What lies within a region goes along with it.
    """

    need: str
    percent: float
    from_year: int
    regions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_percent(self.percent)
        _check_year(self.from_year)

    def factor(self, year: int) -> float:
        """Return what the use is multiplied by in a year."""
        return 1 + self.percent / 100 if year >= self.from_year else 1.0


@dataclass(frozen=True)
class NewDwellings:
    """Dwellings come into use, with people in them from 1 January of the next year on.

    Attributes
    ----------
    region : str
        Code of the wijk (or buurt).
    year : int
        Year in which they are finished. Figures of CBS are of 1 January: the people are in those of the year after.
    number : int
        Dwellings; fewer than 0 for demolition.
    people_per_dwelling : float, optional
        People who come from outside the region; without it as many as the region has per household. Lower where people
        of the region itself move in and leave dwellings empty.
    share_65plus : float, optional
        Share (0-1) of those people who are 65 or older; without it the mix of ages of the region.
    """

    region: str
    year: int
    number: int
    people_per_dwelling: float | None = None
    share_65plus: float | None = None

    def __post_init__(self) -> None:
        _check_year(self.year)
        _check(abs(self.number) <= _MOST_DWELLINGS, f"{self.number!r} is not a number of dwellings.")
        if self.people_per_dwelling is not None:
            _check(
                0 <= self.people_per_dwelling <= _MOST_PER_DWELLING,
                f"{self.people_per_dwelling!r} is not a number of people in a dwelling.",
            )
        if self.share_65plus is not None:
            _check(0 <= self.share_65plus <= 1, f"{self.share_65plus!r} is not a share from 0 to 1.")

    @property
    def from_year(self) -> int:
        """The first year with the people in the figures."""
        return self.year + 1


@dataclass(frozen=True)
class Measure:
    """A measure changes use by so many per cent, step by step, for as long as it lasts.

    Attributes
    ----------
    need : str
        Id of the need.
    percent : float
        Change once it works in full; below 0 for less use.
    from_year : int
        First year in which it works.
    years_to_full : int
        In how many years it gets there, in equal steps: 1 is at once.
    until_year : int, optional
        Last year in which it works.
    regions : tuple of str
        As in `UseChange`.
    """

    need: str
    percent: float
    from_year: int
    years_to_full: int = 1
    until_year: int | None = None
    regions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_percent(self.percent)
        _check_year(self.from_year)
        _check(
            1 <= self.years_to_full <= 100, f"{self.years_to_full!r} is not a number of years from 1 to 100."
        )
        if self.until_year is not None:
            _check_year(self.until_year)
            _check(self.until_year >= self.from_year, "A measure cannot end before it begins.")

    def factor(self, year: int) -> float:
        """Return what the use is multiplied by in a year."""
        if year < self.from_year or (self.until_year is not None and year > self.until_year):
            return 1.0
        reached = min(year - self.from_year + 1, self.years_to_full) / self.years_to_full
        return 1 + reached * self.percent / 100


Change = UseChange | NewDwellings | Measure
_KINDS: Final[Mapping[str, Callable[..., Change]]] = {
    "use_change": UseChange,
    "new_dwellings": NewDwellings,
    "measure": Measure,
}
_NAMES: Final = {UseChange: "use_change", NewDwellings: "new_dwellings", Measure: "measure"}


@dataclass(frozen=True)
class Scenario:
    """Assumptions under one name: what happens if, no forecast.

    Attributes
    ----------
    name : str
    changes : tuple of UseChange, NewDwellings and Measure
        Changes of use multiply each other; dwellings add up.
    note : str
    """

    name: str
    changes: tuple[Change, ...] = ()
    note: str = ""


def record_of(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as plain values for a file: name, note and changes, each with its kind."""
    changes = [{"kind": _NAMES[type(change)], **asdict(change)} for change in scenario.changes]
    return {"name": scenario.name, "note": scenario.note, "changes": changes}


def scenario_of(record: Mapping[str, Any]) -> Scenario:
    """Return the scenario that `record_of` wrote.

    Raises
    ------
    ValueError
        If a field is missing, unknown or out of range.
    """
    try:
        changes = tuple(_change_of(change) for change in record["changes"])
        return Scenario(str(record["name"]), changes, str(record.get("note", "")))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"This is not a scenario: {error}.") from error


def _change_of(record: Mapping[str, Any]) -> Change:
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in record.items() if name != "kind"}
    kind = _KINDS[record["kind"]]
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if not values.keys() <= known:
        raise ValueError(f"A change knows no {', '.join(sorted(values.keys() - known))}.")
    return kind(**values)


@dataclass(frozen=True, eq=False)
class Applied:
    """What a scenario does to one need.

    Attributes
    ----------
    added : dict
        People (or households) more, by indicator: ndarray, shape (regions, years).
    factor : ndarray, shape (regions, years)
        What the use is multiplied by.
    """

    added: dict[str, Floats]
    factor: Floats


def told(scenario: Scenario | None) -> tuple[str, ...]:
    """Return the regions that a scenario names."""
    changes = scenario.changes if scenario else ()
    named = [(c.region,) if isinstance(c, NewDwellings) else c.regions for c in changes]
    return tuple(dict.fromkeys(region for regions in named for region in regions))


def within(part: str, whole: str) -> bool:
    """Tell by its CBS code whether a region is (a part of) another: BU05180101 of WK051801 of GM0518 of NL."""
    inner, outer = (code.partition("@")[0] for code in (part, whole))
    if part == whole or outer.startswith("NL"):
        return True
    kinds = ("GM", "WK", "BU")
    if inner[:2] not in kinds or outer[:2] not in kinds:
        return False
    return len(inner) > len(outer) and inner[2:].startswith(outer[2:])


def household_sizes(laid: Sheets) -> Floats:
    """Return people per household of each region, as last measured; per dwelling where households are not known."""
    people = laid.of[PEOPLE].last_value
    with np.errstate(divide="ignore", invalid="ignore"):
        tries = [
            laid.of[HOUSEHOLD_SIZE].last_value,
            people / laid.of[HOUSEHOLDS].last_value,
            people / laid.of[DWELLINGS].last_value,
        ]
    size = np.full(len(laid.regions), np.nan)
    for found in tries:
        usable = np.isfinite(found) & (found > 0)
        size = np.where(np.isnan(size) & usable, found, size)
    return size


def without_ground(change: Change, laid: Sheets, regions: Collection[str], needs: Collection[str]) -> bool:
    """Tell whether a change cannot be counted with: it is about a need or region that is not known."""
    if not isinstance(change, NewDwellings):
        return change.need not in needs or bool(change.regions and not set(change.regions) & set(regions))
    row = laid.row(change.region)
    if row < 0 or not laid.of[PEOPLE].last_value[row] > 0:
        return True
    return change.people_per_dwelling is None and not np.isfinite(household_sizes(laid)[row])


def apply(
    scenario: Scenario, laid: Sheets, need: str, last: Mapping[str, Ints], years: Ints, start: Floats
) -> Applied:
    """Work out what a scenario does to one need in every region.

    Parameters
    ----------
    scenario : Scenario
    laid : Sheets
        With `GROUNDS`, of every region that the scenario names too.
    need : str
    last : mapping of str to ndarray, shape (regions,)
        Last measured year of each group that may grow: people who moved in before are in its figures.
    years : ndarray of int, shape (regions, years)
        The first one is the last measured year of the need; what use changed up to then is in its figures.
    start : ndarray, shape (regions,)
        The number measured in that year, empty where there is none: a change in a part counts for its part of it.
    """
    factor = np.ones(years.shape)
    added = {name: np.zeros(years.shape) for name in last}
    sizes = household_sizes(laid)
    for change in scenario.changes:
        if isinstance(change, NewDwellings):
            if without_ground(change, laid, laid.regions, (need,)):
                continue
            row = laid.row(change.region)
            around = np.array([within(change.region, region) for region in laid.regions])
            for name, amount in _newcomers(change, laid, row, float(sizes[row]), list(last)).items():
                new = (years >= change.from_year) & (last[name] < change.from_year)[:, None]
                added[name] += np.where(around[:, None] & new, amount, 0.0)
        elif change.need == need:
            part = np.array([_part(change.regions, region, laid.regions, start) for region in laid.regions])
            factor *= 1 + part[:, None] * (_factors(change, years) - 1)
    return Applied(added, factor)


def _factors(change: UseChange | Measure, years: Ints) -> Floats:
    """Return what use is multiplied by, relative to the first year of each row."""
    distinct, place = np.unique(years, return_inverse=True)
    then = np.array([change.factor(int(year)) for year in distinct])[place.reshape(years.shape)]
    at_start = then[:, :1]
    return np.where(at_start > 0, then / np.where(at_start > 0, at_start, 1.0), 1.0)


def _part(changed: tuple[str, ...], region: str, regions: tuple[str, ...], start: Floats) -> float:
    """Return which part (0-1) of a need lies where something changes."""
    if not changed or any(within(region, whole) for whole in changed):
        return 1.0
    parts = [regions.index(code) for code in set(changed) if within(code, region)]
    whole = start[regions.index(region)]
    return float(min(np.nansum(start[parts]) / whole, 1.0)) if parts and whole > 0 else 0.0


def _newcomers(
    change: NewDwellings, laid: Sheets, row: int, size: float, names: Sequence[str]
) -> dict[str, float]:
    """Return how many people, households and people of each age new dwellings bring."""
    value = {name: float(laid.of[name].last_value[row]) for name in {*names, *GROUNDS}}
    people = change.number * (size if change.people_per_dwelling is None else change.people_per_dwelling)
    households = people / size if np.isfinite(size) else float(change.number)
    amounts = {
        name: _amount(name, change.share_65plus, value, people, households) for name in dict.fromkeys(names)
    }
    return {name: amount if np.isfinite(amount) else 0.0 for name, amount in amounts.items()}


def _amount(
    name: str, share_65plus: float | None, value: Mapping[str, float], people: float, households: float
) -> float:
    """Return how many of those who come belong to one group."""
    if name == PEOPLE:
        return people
    if name == HOUSEHOLDS:
        return households
    if name.startswith(_OF_HOUSEHOLDS):
        return households * value[name] / value[HOUSEHOLDS] if value[HOUSEHOLDS] > 0 else 0.0
    share, older = value[name] / value[PEOPLE], value[OLDER] / value[PEOPLE]
    if share_65plus is not None and name == OLDER:
        share = share_65plus
    elif share_65plus is not None and name.startswith(_AGE) and older < 1:
        share *= (1 - share_65plus) / (1 - older)
    return people * share
