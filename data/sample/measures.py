"""From people to everything that is counted: households, houses, energy, work, income, care, distance.

`measure` returns exact numbers per row of the model and year. Whatever CBS publishes as a rate or an
average is kept as its two parts, so that it can be taken for any group of plots without rounding.
National levels are round figures in the order of magnitude of the country; they are not CBS figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from data.sample.divisions import YEARS
from data.sample.landscape import Land, plots
from data.sample.society import (
    CONCERN_FROM,
    CONCERN_WIJKEN,
    FALSE_ALARM_WIJK,
    FALSE_ALARM_YEAR,
    NATION,
    People,
    count_of,
    in_wijken,
    persistent_noise,
    rows,
    spatial_field,
    trait,
    years_after,
)

TYPES = ("appartement", "tussen", "hoek", "twee", "vrij")
_NATION_LAND_HA, _NATION_WATER_HA = 3_370_000.0, 784_000.0


def over_years(**levels: float) -> np.ndarray:
    """Return a smooth national level from a few years, e.g. ``over_years(y2013=3.6, y2024=3.4)``; (1, years)."""
    known = sorted((int(key[1:]), value) for key, value in levels.items())
    return np.interp(YEARS, [k for k, _ in known], [v for _, v in known])[None, :]


def _logit(share: np.ndarray) -> np.ndarray:
    return np.log(share / (1 - share))


def _expit(score: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-score))


@dataclass
class Measures:
    """Exact numbers by name, every one of shape (rows, years), and the means to add more."""

    land: Land
    people: People
    rng: np.random.Generator
    values: dict[str, np.ndarray] = field(default_factory=dict)

    def __getitem__(self, name: str) -> np.ndarray:
        """Return one exact number per row and year."""
        return self.values[name]

    def __setitem__(self, name: str, value: np.ndarray) -> None:
        """Keep one exact number per row and year."""
        self.values[name] = np.broadcast_to(value, (len(rows()), len(YEARS))).astype(float)

    def chance(self, national: np.ndarray, welfare: float, *, local: float = 0.10) -> np.ndarray:
        """Return the chance of a trait: a national level, moved by welfare, the surroundings and the years.

        Parameters
        ----------
        national : ndarray, shape (1, years)
            Share (0-1) where welfare is 0.
        welfare : float
            Effect of one point of welfare on the log odds.
        local : float
            Spread of the log odds over the town, alike among neighbours.
        """
        around = local * spatial_field(self.land, self.rng)[:, None]
        wander = 0.25 * local * persistent_noise(self.rng, 0.9)
        wander[NATION] = 0
        return _expit(_logit(national) + welfare * self.people.welfare + around + wander)

    def count(self, name: str, base: np.ndarray, chance: np.ndarray, stay: float = 0.85) -> np.ndarray:
        """Draw and keep how many of ``base`` have the trait."""
        self[name] = count_of(base, np.clip(chance, 0, 1), self.rng, stay)
        return self[name]

    def level(self, national: np.ndarray, welfare: float, spread: float = 0.04) -> np.ndarray:
        """Return an average (income, use): a national level times the effect of welfare and surroundings."""
        around = spread * spatial_field(self.land, self.rng)[:, None]
        wander = 0.2 * spread * persistent_noise(self.rng, 0.8)
        wander[NATION] = 0
        return national * np.exp(welfare * self.people.welfare + around + wander)


def _kind(name: str) -> np.ndarray:
    return trait(name)[:, None]


def _population(m: Measures) -> None:
    p = m.people
    m["people"] = p.total
    share = 0.495 + 0.008 * spatial_field(m.land, m.rng)[:, None] + 0.0035 * persistent_noise(m.rng, 0.8)
    share[NATION] = 0.497
    m["men"] = np.rint(p.total * share)
    m["women"] = m["people"] - m["men"]
    for name, first, last in (
        ("age0", 0, 15),
        ("age15", 15, 25),
        ("age25", 25, 45),
        ("age45", 45, 65),
        ("age65", 65, 100),
        ("under23", 0, 23),
        ("working", 15, 75),
        ("labour_age", 18, 67),
        ("pension", 67, 100),
        ("old80", 80, 100),
        ("primary", 4, 12),
        ("secondary", 12, 18),
    ):
        m[name] = p.between(first, last)
    m["births"], m["deaths"] = p.births, p.deaths
    widowed = m.count("widowed", m["age65"], m.chance(over_years(y2013=0.265, y2025=0.225), -0.10))
    divorced_base = m["age25"] + m["age45"] + m["age65"] - widowed
    divorced = m.count("divorced", divorced_base, m.chance(over_years(y2013=0.108, y2025=0.112), -0.22), 0.95)
    married_chance = m.chance(over_years(y2013=0.665, y2025=0.615), 0.18) * np.clip(
        1.55 - 0.55 * _kind("single"), 0.5, 1.2
    )
    married = m.count("married", divorced_base - divorced, married_chance)
    m["unmarried"] = m["people"] - widowed - divorced - married


def _origin(m: Measures) -> None:
    everyone = m["people"]
    west_level = _kind("western") * over_years(y2013=0.94, y2022=1.14, y2025=1.22)
    nonwest_level = _kind("nonwestern") * over_years(y2013=0.95, y2022=1.16, y2025=1.26)
    m.count("western", everyone, _around(m, west_level, 0.12), 0.9)
    nonwestern = m.count("nonwestern", everyone - m["western"], _around(m, nonwest_level, 0.20), 0.88)
    left = nonwestern.copy()
    for name, share in (("morocco", 0.17), ("antilles", 0.08), ("surinam", 0.18), ("turkey", 0.31)):
        m.count(name, left, _around(m, np.full((1, len(YEARS)), share), 0.30), 0.97)
        left = left - m[name]
    m["other_nonwestern"] = left
    europe = m.count("europe", everyone, _around(m, west_level * 0.85, 0.12), 0.97)
    beyond = m.count("beyond", everyone - europe, _around(m, nonwest_level * 1.22, 0.18), 0.97)
    m["dutch"] = everyone - europe - beyond
    m.count("europe_born_here", europe, _around(m, np.full((1, len(YEARS)), 0.40), 0.1), 0.97)
    m.count("beyond_born_here", beyond, _around(m, np.full((1, len(YEARS)), 0.44), 0.1), 0.97)
    m["europe_born_abroad"] = europe - m["europe_born_here"]
    m["beyond_born_abroad"] = beyond - m["beyond_born_here"]


def _around(m: Measures, share: np.ndarray, local: float) -> np.ndarray:
    around = local * spatial_field(m.land, m.rng)[:, None]
    return _expit(_logit(np.clip(share, 0.001, 0.95)) + around)


def _households(m: Measures) -> None:
    p = m.people
    private = m["people"] - m.count(
        "institutional", m["old80"], m.chance(over_years(y2013=0.13, y2025=0.09), 0.0)
    )
    m["private"] = private
    alone = (
        p.between(18, 25) * 0.19
        + p.between(25, 35) * 0.265
        + p.between(35, 65) * 0.185
        + p.between(65, 75) * 0.27
        + p.between(75, 100) * 0.47
    )
    rising = 1 + 0.014 * years_after(CONCERN_FROM) * in_wijken(CONCERN_WIJKEN)
    wish = alone * _kind("single") * over_years(y2013=0.98, y2025=1.04) * np.exp(-0.10 * p.welfare) * rising
    grown_up = np.maximum(private - p.between(0, 18) - 0.72 * p.between(18, 25), 0)
    single = m.count("single", grown_up, np.clip(wish / np.maximum(grown_up, 1), 0, 0.75), 0.86)
    children = p.between(0, 18) + np.rint(0.72 * p.between(18, 25) + 0.15 * p.between(25, 30))
    with_children = np.rint(children / over_years(y2013=1.74, y2025=1.72))
    pairs_left = np.maximum(private - single - children - np.rint(1.79 * with_children), 0)
    m["with_children"] = with_children
    m["without_children"] = np.rint(pairs_left / 2)
    m["households"] = single + m["with_children"] + m["without_children"]
    m["in_households"] = np.where(m["households"] > 0, private, 0)


def _housing(m: Measures) -> None:
    stock = np.rint(m["households"] * (1 + _kind("vacant")) * 0.985)
    smooth = np.maximum.accumulate(stock, axis=1)
    smooth[NATION] = stock[NATION]
    m["dwellings"] = smooth
    vacancy = np.where(np.array(YEARS) >= 2024, 1.25, 1.0)[None, :]
    m.count("vacant", smooth, m.chance(np.clip(_kind("vacant") * vacancy, 0.005, 0.3), -0.1), 0.7)
    m["inhabited"] = smooth - m["vacant"]
    house = m.count("house", smooth, _around(m, _kind("house") * np.ones((1, len(YEARS))), 0.15), 0.99)
    loose = _kind("detached")
    m["vrij"] = np.rint(house * loose * 0.62)
    m["twee"] = np.rint(house * (0.08 + 0.25 * loose))
    m["hoek"] = np.rint(house * 0.24 * (1 - loose))
    m["tussen"] = house - m["vrij"] - m["twee"] - m["hoek"]
    m["appartement"] = smooth - house
    owner_chance = _expit(
        _logit(_kind("owner") * np.ones((1, len(YEARS)))) + 0.10 * spatial_field(m.land, m.rng)[:, None]
    )
    owner = m.count("owner", smooth, owner_chance, 0.98)
    corporation = _kind("corp") / (1 - _kind("owner"))
    m.count("corporation", smooth - owner, np.clip(corporation * np.ones((1, len(YEARS))), 0, 1), 0.98)
    m.count("owner_unknown", smooth - owner - m["corporation"], np.full((1, len(YEARS)), 0.02))
    m["other_landlord"] = smooth - owner - m["corporation"] - m["owner_unknown"]
    m["rented"] = m["corporation"] + m["other_landlord"]
    _building_years(m)
    value = over_years(y2013=222, y2015=206, y2018=230, y2020=270, y2022=315, y2023=368, y2024=379, y2025=402)
    m["woz_sum"] = smooth * _kind("woz") * m.level(value, 0.10, 0.05)
    m.count(
        "other_buildings",
        m["people"],
        np.clip(_kind("business") / 1000 * 0.75, 0, 1) * np.ones((1, len(YEARS))),
    )


def _building_years(m: Measures) -> None:
    stock = m["dwellings"]
    first_new = np.rint(stock[:, :1] * _kind("new"))
    added = np.diff(stock, axis=1, prepend=stock[:, :1])
    added[NATION] = np.maximum(added[NATION], 0) + stock[NATION] * 0.006
    added[NATION, 0] = 0
    m["new_dwellings"] = np.maximum(added, 0)
    m["since2000"] = np.minimum(first_new + np.cumsum(m["new_dwellings"], axis=1), stock)
    before = np.rint(stock[:, :1] * _kind("new") * 0.35)
    recent = np.cumsum(m["new_dwellings"], axis=1)
    ten_back = np.concatenate([np.zeros((len(stock), 10)), recent[:, :-10]], axis=1)
    fading = before * np.clip(1 - (np.array(YEARS) - 2013)[None, :] / 10, 0, 1)
    m["last_ten"] = np.minimum(recent - ten_back + np.rint(fading), stock)
    m["before2000"] = stock - m["since2000"]
    m["older_than_ten"] = stock - m["last_ten"]
    m["new_other_buildings"] = np.rint(m["people"] / 1000 * 0.25)


def _energy(m: Measures) -> None:
    power = over_years(y2013=3200, y2016=2950, y2019=2740, y2020=2790, y2022=2640, y2024=2480)
    gas = over_years(
        y2013=1560, y2014=1380, y2016=1310, y2019=1190, y2021=1230, y2022=980, y2024=870, y2025=850
    )
    newer = m["since2000"] / np.maximum(m["dwellings"], 1)
    power_level = m.level(power, 0.05, 0.025)
    gas_level = m.level(gas, 0.02, 0.03) * (1.08 - 0.55 * newer)
    heated = np.where(newer > 0.75, 0.82, 0.02) * (
        np.array([n[:2] in ("15", "07") for n in rows()])[:, None] * 1.0
    )
    heated[NATION] = 0.06
    m.count("district_heated", m["dwellings"], np.clip(heated, 0.0, 1), 0.99)
    factors_power = {"appartement": 0.71, "tussen": 0.99, "hoek": 1.05, "twee": 1.16, "vrij": 1.42}
    factors_gas = {"appartement": 0.68, "tussen": 0.95, "hoek": 1.10, "twee": 1.32, "vrij": 1.75}
    for name, level, factors in (("power", power_level, factors_power), ("gas", gas_level, factors_gas)):
        total = np.zeros_like(m["dwellings"])
        for kind in TYPES:
            m[f"{name}_{kind}"] = m[kind] * level * factors[kind]
            total = total + m[f"{name}_{kind}"]
        m[f"{name}_all"] = total
        average = total / np.maximum(m["dwellings"], 1)
        rented = m["rented"] + m["owner_unknown"]
        scale = np.maximum(m["dwellings"], 1) / np.maximum(0.8 * rented + 1.13 * m["owner"], 1)
        m[f"{name}_rented"] = rented * average * 0.8 * scale
        m[f"{name}_owner"] = m["owner"] * average * 1.13 * scale
        m[f"{name}_rented_base"] = rented
    solar = m.chance(over_years(y2013=0.03, y2018=0.10, y2024=0.32, y2025=0.35), 0.35)
    m.count("solar", m["dwellings"], solar, 0.97)
    m["power_back"] = m["dwellings"] * 750 * solar
    no_gas = np.clip(0.05 + 0.35 * newer + 0.6 * heated, 0, 0.97)
    m.count("gas_free", m["dwellings"], no_gas, 0.98)
    m["gas_dwellings"] = m["dwellings"] - m["gas_free"]
    m.count("electric_heated", m["gas_free"], np.full((1, len(YEARS)), 0.30))
    m["charge_points"] = np.rint(m["people"] / 1000 * over_years(y2013=0.3, y2020=3.0, y2024=9.0, y2025=10.5))


def _education_and_work(m: Measures) -> None:
    pupils = np.full((1, len(YEARS)), 0.985)
    m.count("pupils_primary", m["primary"], pupils)
    m.count("pupils_secondary", m["secondary"], np.full((1, len(YEARS)), 0.86))
    young = m["age15"]
    m.count("students_mbo", young, m.chance(over_years(y2013=0.215, y2025=0.20), -0.30))
    m.count("students_hbo", young, m.chance(over_years(y2013=0.17, y2025=0.18), 0.25))
    m.count("students_wo", young, m.chance(over_years(y2013=0.10, y2025=0.13), 0.60))
    low = m.count(
        "edu_low", m["working"], m.chance(over_years(y2013=0.325, y2019=0.295, y2024=0.255), -0.50), 0.95
    )
    high_chance = m.chance(over_years(y2013=0.36, y2019=0.42, y2024=0.475), 0.55)
    m.count("edu_high", m["working"] - low, high_chance, 0.95)
    m["edu_mid"] = m["working"] - low - m["edu_high"]
    part = over_years(y2013=0.655, y2018=0.675, y2020=0.684, y2022=0.722, y2024=0.732)
    pensioners = _share(m["age65"], m["people"]) - _share(m["age65"], m["people"])[NATION]
    work_chance = _expit(_logit(m.chance(part, 0.20)) - 1.6 * pensioners)
    m.count("at_work", m["working"], work_chance, 0.9)
    m.count("self_employed", m["at_work"], m.chance(over_years(y2013=0.155, y2024=0.165), 0.28))
    m["employees"] = m["at_work"] - m["self_employed"]
    m.count("fixed_contract", m["employees"], m.chance(over_years(y2013=0.63, y2024=0.64), 0.18))
    m["flexible_contract"] = m["employees"] - m["fixed_contract"]
    active = _expit(_logit(m.chance(over_years(y2013=0.60, y2017=0.61), 0.24)) - 1.6 * pensioners)
    m.count("active", m["working"], active, 0.9)
    m["not_active"] = m["working"] - m["active"]


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return part / np.maximum(whole, 1)


def _income(m: Measures) -> None:
    concern = 0.095 * years_after(CONCERN_FROM - 1) * in_wijken(CONCERN_WIJKEN)
    m.count(
        "recipients",
        m["private"],
        np.clip(0.20 + 0.98 * _share(m["private"] - m["age0"], m["private"]) - 0.14, 0, 0.95),
    )
    per_recipient = over_years(
        y2013=29.6, y2014=29.9, y2015=31.0, y2018=33.6, y2020=35.6, y2022=38.9, y2023=41.3
    )
    m["income_sum"] = m["recipients"] * m.level(per_recipient, 0.19, 0.02)
    standard = over_years(y2013=24.0, y2018=28.4, y2020=30.4, y2022=33.3, y2023=35.2)
    m["standard_sum"] = m["households"] * m.level(standard, 0.19, 0.02)
    wealth = over_years(y2013=20, y2018=42, y2019=52, y2020=66, y2021=96, y2022=128, y2023=133)
    home = _kind("owner") - 0.57
    m["wealth_sum"] = m["households"] * m.level(wealth, 0.75, 0.06) * np.exp(1.5 * home)
    m.count(
        "low40_persons", m["recipients"], m.chance(np.full((1, len(YEARS)), 0.40), -0.30, local=0.05), 0.9
    )
    m.count(
        "high20_persons",
        m["recipients"] - m["low40_persons"],
        m.chance(np.full((1, len(YEARS)), 0.333), 0.55, local=0.05),
        0.9,
    )
    households = m["households"]
    low40 = _expit(_logit(m.chance(np.full((1, len(YEARS)), 0.40), -0.50, local=0.06)) + 0.25 * concern)
    m.count("low40_households", households, low40, 0.9)
    m.count(
        "high20_households",
        households - m["low40_households"],
        m.chance(np.full((1, len(YEARS)), 0.333), 0.60, local=0.06),
        0.9,
    )
    low_level = over_years(y2013=0.104, y2015=0.099, y2018=0.084, y2020=0.072, y2022=0.062, y2023=0.059)
    low = _expit(_logit(m.chance(low_level, -0.62, local=0.06)) + concern)
    m.count("low_income", households, low, 0.9)
    minimum_level = over_years(y2013=0.089, y2015=0.091, y2018=0.078, y2020=0.069, y2022=0.060, y2023=0.057)
    minimum = _expit(_logit(m.chance(minimum_level, -0.62, local=0.06)) + concern)
    m.count("minimum", households, minimum, 0.9)
    m.count("minimum110", households - m["minimum"], 0.55 * minimum, 0.9)
    m["minimum110"] = m["minimum"] + m["minimum110"]
    m.count("minimum120", households - m["minimum110"], 0.45 * minimum + 0.01, 0.9)
    m["minimum120"] = m["minimum110"] + m["minimum120"]
    m.count("poor", m["private"], 0.55 * low, 0.9)
    m.count("nearly_poor", m["private"] - m["poor"], 0.9 * low, 0.9)


def _benefits(m: Measures) -> None:
    level = over_years(
        y2013=0.0345, y2014=0.0355, y2015=0.0405, y2017=0.0415, y2020=0.0375, y2022=0.0345, y2024=0.0340
    )
    concern = 0.055 * years_after(CONCERN_FROM - 1) * in_wijken(CONCERN_WIJKEN)
    chance = _expit(_logit(m.chance(level, -0.88, local=0.06)) + concern)
    assisted = m.count("assistance", m["labour_age"], chance, 0.92)
    m["assistance"] = _false_alarm(assisted, m["labour_age"], 0.048)
    m.count("disability", m["labour_age"], m.chance(over_years(y2013=0.073, y2025=0.072), -0.42), 0.95)
    jobless = over_years(
        y2013=0.036, y2014=0.040, y2016=0.036, y2019=0.021, y2020=0.022, y2022=0.0145, y2024=0.016
    )
    m.count("unemployment", m["labour_age"], m.chance(jobless, -0.18), 0.25)
    drawn = over_years(y2013=0.99, y2015=0.96, y2020=0.92, y2025=0.88)
    m.count("pensioners", m["age65"], np.clip(drawn + 0 * m["age65"], 0, 1))


def _false_alarm(count: np.ndarray, base: np.ndarray, share: float) -> np.ndarray:
    """Let chance hit one small wijk in one year; the years around it stay as they are."""
    count = count.copy()
    hit = in_wijken((FALSE_ALARM_WIJK,))[:, 0]
    t = YEARS.index(FALSE_ALARM_YEAR)
    count[hit, t] = np.rint(base[hit, t] * share)
    return count


def _care(m: Measures) -> None:
    youth = m.chance(over_years(y2013=0.085, y2018=0.098, y2024=0.109), -0.24)
    m["youth_care"] = _false_alarm(m.count("youth_care", m["under23"], youth, 0.75), m["under23"], 0.155)
    younger = m.chance(over_years(y2013=0.024, y2018=0.026, y2024=0.030), -0.30, local=0.06)
    older = m.chance(over_years(y2013=0.145, y2018=0.152, y2024=0.168), -0.28, local=0.06)
    oldest = m.chance(over_years(y2013=0.42, y2018=0.43, y2024=0.45), -0.18, local=0.06)
    adults = m["people"] - m["under23"] - m["age65"]
    middle = m["age65"] - m["old80"]
    wmo = sum(
        count_of(base, chance, m.rng)
        for base, chance in ((adults, younger), (middle, older), (m["old80"], oldest))
    )
    m["wmo"] = np.asarray(wmo)


_SECTORS = {
    "A": 0.045, "BF": 0.155, "GI": 0.19, "HJ": 0.105, "KL": 0.09, "MN": 0.275, "RU": 0.14,
}  # fmt: skip


def _business_and_cars(m: Measures) -> None:
    growth = over_years(y2013=0.82, y2020=1.06, y2024=1.26, y2025=1.30)
    volume = (
        m["people"] * _kind("business") / 1000 * growth * np.exp(0.10 * spatial_field(m.land, m.rng))[:, None]
    )
    rural = np.where(_kind("business") == 230, 7.0, 1.0)
    for name, share in _SECTORS.items():
        m[f"business_{name}"] = np.rint(volume * share * (rural if name == "A" else 1.0))
    m["business_OQ"] = np.rint(volume * 0.27)
    m["business"] = np.asarray(sum(m[f"business_{name}"] for name in _SECTORS))
    m["business_with_OQ"] = m["business"] + m["business_OQ"]
    cars = m.level(_kind("cars") * over_years(y2013=0.98, y2020=1.03, y2025=1.03), 0.07, 0.04)
    wander = 1 + 0.022 * persistent_noise(m.rng, 0.7)
    wander[NATION] = 1
    m["cars"] = np.rint(m["households"] * cars * wander)
    m.count("cars_petrol", m["cars"], m.chance(over_years(y2013=0.795, y2020=0.80, y2025=0.76), -0.10))
    m["cars_other"] = m["cars"] - m["cars_petrol"]
    m.count("cars_young", m["cars"], m.chance(over_years(y2013=0.27, y2017=0.25), 0.25))
    m["cars_old"] = m["cars"] - m["cars_young"]
    m.count("vans", m["households"], m.chance(over_years(y2013=0.125, y2017=0.12), 0.05))
    m.count("motorcycles", m["households"], m.chance(over_years(y2013=0.083, y2025=0.088), 0.10))


def _distances(m: Measures) -> None:
    """Average distance of the inhabitants to the nearest of a few dozen places, plus the way around the block."""
    centres = m.land.centres()
    weight = m["people"][:-2, :].mean(axis=1)
    radius = np.sqrt(m.land.hectares() * 10_000 / np.pi)
    for name, number, detour, national in (
        ("gp", 17, 1.30, 0.98), ("supermarket", 15, 1.28, 0.92), ("daycare", 34, 1.25, 0.62), ("school", 27, 1.25, 0.66),
    ):  # fmt: skip
        spots = centres[m.rng.choice(len(centres), number, replace=False, p=weight / weight.sum())]
        distance = np.hypot(*(centres[:, None] - spots[None]).transpose(2, 0, 1))
        nearest = distance.min(axis=1)
        km = detour * np.sqrt(nearest**2 + (0.62 * radius) ** 2) / 1000 + 0.12
        change = 1 + 0.01 * persistent_noise(m.rng, 0.9)
        m[f"km_{name}"] = np.append(km, [km.mean(), national])[:, None] * change * m["people"]
        if name == "school":
            reach = (distance[:, :, None] < 2600).sum(axis=1)[:, 0]
            m["schools_near"] = np.append(reach + 0.4, [reach.mean(), 10.8])[:, None] * m["people"]


def _crime(m: Measures) -> None:
    centre = np.array([p.kind in ("centre", "station") for p in plots()] + [False, False])[:, None]
    for name, level, welfare, busy in (
        ("theft", over_years(y2013=6.5, y2015=4.9, y2018=3.6), -0.10, 1.3),
        ("vandalism", over_years(y2013=8.5, y2015=7.3, y2018=6.1), -0.45, 2.2),
        ("violence", over_years(y2013=6.6, y2015=6.0, y2018=5.4), -0.60, 2.6),
    ):
        rate = m.level(level, welfare, 0.08) * np.where(centre, busy, 0.85) / 1000
        rate[NATION] = level[0] / 1000
        m[name] = m.rng.poisson(m["people"] * rate)


def _surface(m: Measures) -> None:
    hectares = m.land.hectares()
    water_share = np.array(
        [0.97 if p.kind == "lake" else 0.22 if p.kind in ("works", "harbour") else 0.03 for p in plots()]
    )
    m["water"] = np.append(hectares * water_share, [0.0, _NATION_WATER_HA])[:, None]
    m["land"] = np.append(hectares * (1 - water_share), [0.0, _NATION_LAND_HA])[:, None]
    m["area"] = m["land"] + m["water"]
    built = np.clip(m["dwellings"] * 0.032, 0, 0.75 * m["land"])
    green = np.array([p.kind in ("polder", "lake", "estate", "newbuild") for p in plots()] + [False, True])[
        :, None
    ]
    m["built"] = built
    m["traffic"] = 0.10 * m["land"] * np.where(green, 0.4, 1.0)
    m["half_built"] = 0.03 * m["land"]
    m["leisure"] = np.minimum(
        0.10 * m["land"], np.maximum(m["land"] - built - m["traffic"] - m["half_built"], 0)
    )
    m["urban"] = built + m["traffic"] + m["half_built"] + m["leisure"]
    rest = np.maximum(m["land"] - m["urban"], 0)
    m["farm"], m["nature"] = 0.8 * rest, 0.2 * rest
    m["not_urban"] = rest
    m["address_density_sum"] = _address_density(m) * m["people"]
    m["addresses"] = m["dwellings"] + m["other_buildings"]


def _address_density(m: Measures) -> np.ndarray:
    """Addresses per km² within about a kilometre, as seen from every plot."""
    centres = m.land.centres()
    distance = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    near = np.exp(-((distance / 800) ** 2))
    addresses = m["dwellings"][:-2] * 1.12
    area = m["land"][:-2] / 100
    density = (near @ addresses) / np.maximum(near @ area, 0.01)
    tail = np.vstack([density.mean(axis=0), over_years(y2013=1960, y2025=2080)[0]])
    return np.vstack([density, tail])


def postcodes() -> list[str]:
    """Return the four-digit postcode of every plot, one per wijk; no real postcode starts with a 0."""
    return [f"09{p.plot[:2]}" for p in plots()]


def measure(land: Land, people: People, rng: np.random.Generator) -> Measures:
    """Return everything that can be counted, exactly, per row of the model and year."""
    m = Measures(land, people, rng)
    for step in (
        _population, _origin, _households, _housing, _energy, _education_and_work, _income, _benefits, _care,
        _business_and_cars, _distances, _crime, _surface,
    ):  # fmt: skip
        step(m)
    return m
