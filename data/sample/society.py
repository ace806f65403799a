"""The people of Voorbeeldstad: who lives on which plot, year by year.

Every plot has its own people by single year of age. They grow older, die, are born and move; who moves in
depends on the kind of plot. So ageing, a filling new wijk and a shrinking village follow from the people
themselves. Two rows that are not plots come last: inhabitants of whom only the gemeente is known, and
the rest of the country, which makes the national figures.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from data.sample.divisions import YEARS
from data.sample.landscape import Land, plots

KINDS_FILE = Path(__file__).with_name("kinds.csv")
AGES = np.arange(100)
UNKNOWN, NATION = -2, -1
#: Inhabitants registered in the gemeente without a known address, and inhabitants of the country, in 2013.
UNKNOWN_PEOPLE, NATION_PEOPLE = 38, 16_780_000
#: The four adjoining wijken where worry rises, and from which year on.
CONCERN_WIJKEN, CONCERN_FROM = ("06", "07", "08", "09"), 2018
NEW_WIJK, AGEING_WIJK, FALSE_ALARM_WIJK, FALSE_ALARM_YEAR = "15", "21", "23", 2022
_NEW_WIJK_PEOPLE = {
    "1500": (150, 1640, 2016.4),
    "1501": (90, 1420, 2018.0),
    "1502": (60, 1260, 2019.6),
    "1503": (0, 860, 2021.4),
}


@cache
def kinds() -> dict[str, dict[str, float]]:
    """Return the traits of every kind of plot from ``kinds.csv``.

    ``young``, ``family``, ``mid`` and ``old`` tilt the ages away from those of the country; ``turnover`` and
    ``growth`` are shares per year; ``single`` and ``cars`` are levels (1 is the country); ``owner``,
    ``corp``, ``house``, ``new`` (built since 2000), ``vacant``, ``detached`` (of the houses), ``western``
    and ``nonwestern`` are shares; ``woz`` is relative to the country; ``business`` is per 1 000 inhabitants.
    """
    with KINDS_FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["kind"]: {key: float(value) for key, value in row.items() if key != "kind"}
            for row in csv.DictReader(file)
        }


def rows() -> list[str]:
    """Return the name of every row of the model: the plots, then ``unknown`` and ``nation``."""
    return [*(p.plot for p in plots()), "unknown", "nation"]


def trait(name: str) -> np.ndarray:
    """Return one trait for every row, shape (rows,)."""
    return np.array([kinds()[kind][name] for kind in [*(p.kind for p in plots()), "unknown", "nation"]])


def years_after(year: float) -> np.ndarray:
    """Return for every year how many years it lies after ``year``, 0 before it; shape (1, years)."""
    return np.maximum(0.0, np.array(YEARS) - year)[None, :]


def in_wijken(numbers: tuple[str, ...]) -> np.ndarray:
    """Return which rows lie in the wijken with these numbers (numbering of 2013), shape (rows, 1)."""
    return np.array([name[:2] in numbers and len(name) == 4 for name in rows()])[:, None]


def spatial_field(land: Land, rng: np.random.Generator, reach_m: float = 900.0) -> np.ndarray:
    """Return a field over the rows in which neighbours are alike: standard deviation 1, 0 for the last two."""
    centres = land.centres()
    distance = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    root = np.linalg.cholesky(np.exp(-distance / reach_m) + 1e-6 * np.eye(len(centres)))
    return np.append(root @ rng.standard_normal(len(centres)), [0.0, 0.0])


def persistent_noise(rng: np.random.Generator, stay: float = 0.85) -> np.ndarray:
    """Return noise of variance 1 in which a year resembles the year before; shape (rows, years)."""
    noise = rng.standard_normal((len(rows()), len(YEARS)))
    for t in range(1, len(YEARS)):
        noise[:, t] = stay * noise[:, t - 1] + np.sqrt(1 - stay**2) * noise[:, t]
    return noise


def count_of(base: np.ndarray, rate: np.ndarray, rng: np.random.Generator, stay: float = 0.85) -> np.ndarray:
    """Draw how many of ``base`` have a trait with chance ``rate``.

    The spread is that of a binomial count, but a year resembles the one before: mostly the same people.
    """
    spread = np.sqrt(np.maximum(base * rate * (1 - rate), 0.0))
    drawn = np.rint(base * rate + persistent_noise(rng, stay) * spread)
    return np.clip(drawn, 0, base)


@dataclass(frozen=True)
class People:
    """Exact numbers per row and year.

    Attributes
    ----------
    by_age : ndarray, shape (rows, years, 100)
    births, deaths : ndarray, shape (rows, years)
        Events during the calendar year.
    welfare : ndarray, shape (rows, years)
        Latent wellbeing of a plot; 0 is the country, neighbours are alike.
    """

    by_age: np.ndarray
    births: np.ndarray
    deaths: np.ndarray
    welfare: np.ndarray

    def between(self, first: int, last: int) -> np.ndarray:
        """Return the number of people from age ``first`` up to but not including ``last``."""
        return self.by_age[:, :, first:last].sum(axis=2)

    @property
    def total(self) -> np.ndarray:
        """Return the number of people, shape (rows, years)."""
        return self.by_age.sum(axis=2)


def _bump(middle: float, width: float) -> np.ndarray:
    return np.exp(-(((AGES - middle) / width) ** 2))


def _national_ages() -> np.ndarray:
    knots = [0, 10, 18, 25, 33, 40, 46, 52, 60, 66, 71, 80, 90, 99]
    weight = [108, 120, 124, 124, 118, 134, 158, 152, 133, 116, 82, 52, 13, 2]
    ages = np.interp(AGES, knots, weight)
    return ages / ages.sum()


def _age_profile() -> np.ndarray:
    """Return the age distribution of every row in the first year, shape (rows, 100)."""
    family = _bump(6, 7) + _bump(38, 8)
    old = 1 / (1 + np.exp(-(AGES - 67) / 2.5))
    tilt = (
        1
        + trait("young")[:, None] * _bump(24, 6.5)
        + trait("family")[:, None] * family
        + trait("mid")[:, None] * _bump(55, 8)
        + trait("old")[:, None] * old
    )
    profile = np.maximum(_national_ages() * tilt, 1e-6)
    return profile / profile.sum(axis=1, keepdims=True)


def _mover_profile() -> np.ndarray:
    """Return the ages of those who move in: mostly 20 to 35, and families where families live."""
    family = _bump(2, 5) + 1.3 * _bump(33, 5)
    young, kin = trait("young")[:, None], trait("family")[:, None]
    mid, old = trait("mid")[:, None], trait("old")[:, None]
    profile = (
        np.maximum(1.0 + 1.2 * young, 0.25) * 1.3 * _bump(24, 5)
        + np.maximum(0.55 + 0.8 * kin, 0.12) * family
        + np.maximum(0.30 + 0.25 * mid, 0.05) * _bump(50, 12)
        + np.maximum(0.13 + 0.16 * old, 0.02) * _bump(73, 9)
        + 0.10 * _bump(14, 5)
    )
    return profile / profile.sum(axis=1, keepdims=True)


def _wanted_people(rng: np.random.Generator) -> np.ndarray:
    """Return how many people the houses of every row hold, shape (rows, years + 1)."""
    start = np.array([*(p.people for p in plots()), UNKNOWN_PEOPLE, NATION_PEOPLE], dtype=float)
    steps = np.arange(len(YEARS) + 1)
    own = 0.0045 * rng.standard_normal(len(start))
    own[-2:] = 0
    wobble = 0.006 * rng.standard_normal((len(start), len(steps)))
    wobble[-1] = 0
    wanted = start[:, None] * np.exp((trait("growth") + own)[:, None] * steps + wobble)
    for row, name in enumerate(rows()):
        if name in _NEW_WIJK_PEOPLE:
            before, after, halfway = _NEW_WIJK_PEOPLE[name]
            wanted[row] = before + (after - before) / (1 + np.exp(-(YEARS[0] + steps - halfway) / 1.15))
            if before == 0:
                wanted[row, : 2018 - YEARS[0]] = 0
    return wanted


def simulate(land: Land, rng: np.random.Generator) -> People:
    """Let the people live from the first year to the last.

    Parameters
    ----------
    land : Land
        Gives the distances over which plots resemble each other.
    rng : Generator
        Source of all chance.
    """
    welfare = _welfare(land, rng)
    wanted = np.maximum(_wanted_people(rng), 0)
    size = (len(rows()), len(YEARS))
    by_age = np.zeros((*size, 100))
    births, deaths = np.zeros(size), np.zeros(size)
    movers = _mover_profile()
    now = rng.multinomial(np.rint(wanted[:, 0]).astype(int), _age_profile()).astype(float)
    leave = trait("turnover")[:, None] * (0.35 + 2.2 * _bump(25, 7) + 0.5 * _bump(3, 5)) * 0.9
    fertility = 0.49 * _bump(31, 6.6)
    for t in range(len(YEARS)):
        by_age[:, t] = now
        die = np.exp(-10.75 + 0.0985 * AGES) * np.exp(-0.10 * welfare[:, t : t + 1])
        dead = rng.binomial(now.astype(int), np.minimum(die, 0.6))
        born = rng.poisson(now @ fertility * (0.152 - 0.0014 * t))
        births[:, t], deaths[:, t] = born, dead.sum(axis=1)
        left = rng.binomial((now - dead).astype(int), np.minimum(leave, 0.9))
        older = now - dead - left
        grown = np.zeros_like(older)
        grown[:, 1:] = older[:, :-1]
        grown[:, 99] += older[:, 99]
        grown[:, 0] = born
        now = _fit(grown, wanted[:, t + 1], movers, rng)
    return People(by_age, births, deaths, welfare)


def _fit(now: np.ndarray, wanted: np.ndarray, movers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Let people move in where there is room, and out where there are too many."""
    room = np.rint(wanted) - now.sum(axis=1)
    arrive = rng.multinomial(np.maximum(room, 0).astype(int), movers)
    surplus = np.maximum(-room, 0) / np.maximum(now.sum(axis=1), 1)
    depart = rng.binomial(now.astype(int), np.minimum(surplus, 1.0)[:, None])
    return now + arrive - depart


def _welfare(land: Land, rng: np.random.Generator) -> np.ndarray:
    start = np.array([*(p.welfare for p in plots()), -0.2, 0.0])
    field = 0.16 * spatial_field(land, rng) + 0.10 * np.append(rng.standard_normal(len(plots())), [0, 0])
    drift = 0.05 * persistent_noise(rng, 0.95)
    drift[NATION] = 0
    concern = 0.045 * years_after(CONCERN_FROM - 1) * in_wijken(CONCERN_WIJKEN)
    return (start + field)[:, None] + drift - concern
