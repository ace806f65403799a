"""What residents of Voorbeeldstad tell: 2,000 invented concerns, who took part where, and visits.

Most of it is chance around the number of inhabitants; what was put in on purpose is returned by `planted`. Days are counted
backwards from the day on which the sample is first opened, so that "the last months" are there whenever that is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from data.sample.divisions import YEARS, buurten
from data.sample.landscape import Land, plots
from data.sample.measures import Measures
from data.sample.society import rows
from data.sample.voices import DONE, FEEDBACK, TEXTS, WHERE

FOLDER_NAME: Final = "signalen"
CONCERNS, GATHERINGS, VISITS = "zorgen.jsonl", "deelnemers.jsonl", "bezoeken.jsonl"
HOW_MANY: Final = 2_000
#: Three years.
DAYS: Final = 1_095
_YEAR: Final = 365

#: Where much is said by visitors of shops and cafés while the figures are ordinary.
LOUD: Final = "WK999901"
#: Where little is heard while the figures grow worse; buurtantennes do reach these wijken.
SILENT: Final = ("WK999906", "WK999907", "WK999909")
SILENT_FACTOR, SILENT_OTHER_CHANNELS = 1.15, 0.22
#: Litter since the last months in two wijken side by side; loneliness all the time in a third.
NEW_CLUSTER, LASTING = ("WK999916", "WK999917"), "WK999908"
NEW_SINCE_DAYS: Final = 180
NEVER_VISITED: Final = "WK999922"
TOO_SMALL: Final = "WK999914"
SLOW_THEME, SLOW_DAYS, QUICK_THEME, QUICK_DAYS, USUAL_DAYS = "verkeer", 60, "afval", 10, 25

#: Share of each theme, and of each channel.
_THEMES: Final = {
    "afval": 0.16, "verkeer": 0.15, "buitenruimte": 0.12, "overlast": 0.13, "veiligheid": 0.09, "wonen": 0.09,
    "eenzaamheid": 0.04, "zorg": 0.05, "geld": 0.05, "jeugd": 0.06, "voorzieningen": 0.04, "anders": 0.02,
}  # fmt: skip
_CHANNELS: Final = {
    "meldpunt": 0.42, "gesprek": 0.12, "bijeenkomst": 0.08, "buurtantenne": 0.13, "social_media": 0.12,
    "enquete": 0.07, "professional": 0.06,
}  # fmt: skip
#: Wijken differ in how much they say by more than chance: the spread of a gamma factor (standard deviation / mean).
_SPREAD: Final = 0.18
_OWNERS: Final = (
    "Wijkteam Noord", "Wijkteam Zuid", "Stadsbeheer", "Handhaving", "Team Verkeer", "Welzijn", "Jongerenwerk",
)  # fmt: skip
_PARTNERS: Final = (
    "woningcorporatie",
    "huisarts",
    "buurthuis",
    "school",
    "politie",
    "bibliotheek",
    "kerk en moskee",
)
#: How many of a hundred invited take part, by group, compared with all: old people come, young ones do not.
_WILLING: Final = {
    "age": (0.25, 0.45, 0.8, 1.2, 1.7),
    "household": (0.85, 1.25, 0.95),
    "tenure": (1.2, 0.75),
}
_GROUPS: Final = {
    "age": ("0-14", "15-24", "25-44", "45-64", "65+"),
    "household": ("single", "no_children", "with_children"),
    "tenure": ("owner", "rent"),
}
_MEASURES: Final = {
    "age": ("age0", "age15", "age25", "age45", "age65"),
    "household": ("single", "without_children", "with_children"),
    "tenure": ("owner", "rented"),
}
_NAMES: Final = {
    "enquete": "Wijkenquête",
    "bijeenkomst": "Bewonersavond",
    "buurtantenne": "Ronde van de buurtantennes",
    "gesprek": "Gesprekken op straat",
}
#: What each channel knows of who took part, and of which share of them.
_KNOWS: Final = {
    "bijeenkomst": {"age": 0.7},
    "enquete": {"age": 1.0, "household": 0.9, "tenure": 0.9},
    "buurtantenne": {"age": 0.6, "tenure": 0.5},
    "gesprek": {},
}


class _Town:
    """What the concerns are spread over: wijken, their buurten, land and people of the last year."""

    def __init__(self, land: Land, measures: Measures) -> None:
        self.buurten = buurten(YEARS[-1])
        self.codes = sorted({"WK" + buurt.code[2:8] for buurt in self.buurten})
        self.shapes = {buurt.code: land.together(sorted(buurt.plots)) for buurt in self.buurten}
        self.of_wijk = {wijk: [b for b in self.buurten if "WK" + b.code[2:8] == wijk] for wijk in self.codes}
        self._measures, self._places = measures, {name: place for place, name in enumerate(rows())}
        self.known = {plot.plot for plot in plots()}
        self.people = np.array([self.count("people", wijk) for wijk in self.codes])

    def count(self, name: str, wijk: str) -> float:
        """Return a measure of a wijk in the last year."""
        return sum(self.of_buurt(name, buurt.plots) for buurt in self.of_wijk[wijk])

    def of_buurt(self, name: str, members: Iterable[str]) -> float:
        """Return a measure of a group of plots in the last year."""
        places = [self._places[plot] for plot in members]
        return float(self._measures[name][places, -1].sum())


def write_concerns(folder: Path, land: Land, measures: Measures, rng: np.random.Generator) -> None:
    """Write concerns, participants and visits as JSON lines under ``signalen/``."""
    town = _Town(land, measures)
    target = folder / FOLDER_NAME
    target.mkdir(parents=True, exist_ok=True)
    for name, records in (
        (CONCERNS, _concerns(town, rng)),
        (GATHERINGS, _gatherings(town, rng)),
        (VISITS, _visits(town, rng)),
    ):
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (target / name).write_text(lines, encoding="utf-8", newline="\n")


def planted() -> dict[str, Any]:
    """Return what was put into the concerns on purpose."""
    return {
        "how_many": HOW_MANY,
        "days": DAYS,
        "loud_not_needy": LOUD,
        "under_heard": {
            "regions": list(SILENT),
            "factor_without_buurtantenne": SILENT_OTHER_CHANNELS,
            "factor_buurtantenne": SILENT_FACTOR,
            "channel_that_reaches_them": "buurtantenne",
        },
        "new_cluster": {"theme": "afval", "regions": list(NEW_CLUSTER), "since_days": NEW_SINCE_DAYS},
        "lasting": {"theme": "eenzaamheid", "regions": [LASTING]},
        "feedback_days": {SLOW_THEME: SLOW_DAYS, QUICK_THEME: QUICK_DAYS, "others": USUAL_DAYS},
        "too_small": TOO_SMALL,
        "never_visited": NEVER_VISITED,
    }


# -- concerns ----------------------------------------------------------------------------------------


def _concerns(town: _Town, rng: np.random.Generator) -> list[dict[str, Any]]:
    on_purpose = [
        *_some(30, NEW_CLUSTER[0], "afval", 0, NEW_SINCE_DAYS, rng),
        *_some(28, NEW_CLUSTER[1], "afval", 0, NEW_SINCE_DAYS, rng),
        *_some(62, LASTING, "eenzaamheid", 0, DAYS, rng),
        *_some(70, LOUD, "overlast", 0, DAYS, rng),
        *_some(45, LOUD, "verkeer", 0, DAYS, rng),
    ]
    usual = _usual(town, HOW_MANY - len(on_purpose), rng)
    placed = sorted([*on_purpose, *usual], key=lambda one: -one[2])
    return [
        _told(number, wijk, theme, ago, channel, town, rng)
        for number, (wijk, theme, ago, channel) in enumerate(placed, start=1)
    ]


def _some(
    number: int, wijk: str, theme: str, first: int, last: int, rng: np.random.Generator
) -> list[tuple[str, str, int, str]]:
    """Return planted concerns: wijk, theme, days ago and channel."""
    ago = rng.integers(first + 1, last, number)
    return [(wijk, theme, int(day), _channel(rng)) for day in ago]


def _channel(rng: np.random.Generator) -> str:
    return str(rng.choice(list(_CHANNELS), p=np.array(list(_CHANNELS.values()))))


def _usual(town: _Town, number: int, rng: np.random.Generator) -> list[tuple[str, str, int, str]]:
    """Spread concerns over wijken by inhabitants, with a factor of each wijk, and over channels."""
    factor = rng.gamma(1 / _SPREAD**2, _SPREAD**2, len(town.codes))
    channels = list(_CHANNELS)
    weight = np.outer(town.people * factor, list(_CHANNELS.values()))
    for place, wijk in enumerate(town.codes):
        if wijk in SILENT:
            weight[place] = town.people[place] * np.array(list(_CHANNELS.values()))
            weight[place] *= [
                SILENT_FACTOR if channel == "buurtantenne" else SILENT_OTHER_CHANNELS for channel in channels
            ]
    cells = rng.choice(weight.size, size=number, p=(weight / weight.sum()).ravel())
    themes = rng.choice(list(_THEMES), size=number, p=list(_THEMES.values()))
    ago = rng.integers(1, DAYS, number)
    return [
        (town.codes[cell // len(channels)], str(theme), int(day), channels[cell % len(channels)])
        for cell, theme, day in zip(cells, themes, ago, strict=True)
    ]


def _told(
    number: int, wijk: str, theme: str, ago: int, channel: str, town: _Town, rng: np.random.Generator
) -> dict[str, Any]:
    inside = town.of_wijk[wijk]
    weights = np.array([town.of_buurt("people", buurt.plots) + 1.0 for buurt in inside])
    buurt = inside[int(rng.choice(len(inside), p=weights / weights.sum()))]
    seriousness = int(rng.choice([1, 2, 3], p=[0.3, 0.53, 0.17]))
    told: dict[str, Any] = {
        "key": f"voorbeeld-{number:04d}",
        "theme": theme,
        "text": _text(theme, rng),
        "wijk": wijk,
        "buurt": buurt.code,
        "days_ago": ago,
        "channel": channel,
        "seriousness": seriousness,
    }
    if rng.random() < 0.7:
        told["x"], told["y"] = _inside(town.shapes[buurt.code], rng)
    if rng.random() < 0.55:
        told["people"] = int(min(1 + rng.geometric(0.25), 40))
    return told | _course(theme, ago, seriousness, rng)


def _inside(shape: shapely.Geometry, rng: np.random.Generator) -> tuple[float, float]:
    west, south, east, north = shapely.bounds(shape)
    while True:
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        if shapely.contains_xy(shape, x, y):
            return round(float(x), 1), round(float(y), 1)


def _text(theme: str, rng: np.random.Generator) -> str:
    sentence = str(rng.choice(TEXTS[theme]))
    return sentence.replace("{plek}", str(rng.choice(WHERE)))


def _course(theme: str, ago: int, seriousness: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return what became of a concern by now: status, term, feedback."""
    usual = {SLOW_THEME: SLOW_DAYS, QUICK_THEME: QUICK_DAYS}.get(theme, USUAL_DAYS)
    took = int(np.ceil(usual * np.exp(0.7 * rng.standard_normal())))
    course: dict[str, Any] = {}
    if rng.random() < 0.65:
        course["owner"] = str(rng.choice(_OWNERS))
        course["due_days_ago"] = ago - (14 if seriousness == 3 else 42)
    if rng.random() < 0.03:
        return course | {"status": "vervallen"}
    if took < ago:
        course |= {"feedback_days_ago": ago - took, "feedback": str(rng.choice(FEEDBACK))}
        course["done"] = str(rng.choice(DONE[theme]))
        course["status"] = "afgerond" if rng.random() < 0.75 else "terugkoppeling"
        return course
    return course | {"status": "in_behandeling" if rng.random() < 0.6 or ago > 90 else "nieuw"}


# -- who took part -----------------------------------------------------------------------------------


def _gatherings(town: _Town, rng: np.random.Generator) -> list[dict[str, Any]]:
    found = []
    for half_year in range(6):
        for wijk, people in zip(town.codes, town.people, strict=True):
            for channel, share in (
                ("enquete", 0.012), ("bijeenkomst", 0.004), ("buurtantenne", 0.003), ("gesprek", 0.002),
            ):  # fmt: skip
                factor = 1.0
                if wijk in SILENT:
                    factor = 1.6 if channel == "buurtantenne" else 0.35
                taking_part = int(rng.poisson(people * share * factor))
                if not taking_part:
                    continue
                last = half_year * 182 + int(rng.integers(5, 60))
                found.append(
                    {
                        "key": f"voorbeeld-{channel}-{wijk}-{half_year}",
                        "wijk": wijk,
                        "channel": channel,
                        "name": _NAMES[channel],
                        "first_days_ago": last + (30 if channel in ("enquete", "buurtantenne") else 0),
                        "last_days_ago": last,
                        "participants": taking_part,
                        "shares": _known_of(town, wijk, channel, taking_part, rng),
                    }
                )
    return found


def _known_of(
    town: _Town, wijk: str, channel: str, taking_part: int, rng: np.random.Generator
) -> Mapping[str, dict[str, int]]:
    known: dict[str, dict[str, int]] = {}
    for group, share in _KNOWS[channel].items():
        here = np.array([town.count(name, wijk) for name in _MEASURES[group]])
        willing = np.array(_WILLING[group])
        if wijk in SILENT and channel != "buurtantenne":
            willing = willing * {"age": (1, 1, 1, 1, 0.5), "tenure": (1.5, 0.5)}.get(group, (1, 1, 1))
        chances = here * (willing if channel != "buurtantenne" else 1.0)
        if not chances.sum():
            continue
        asked = int(rng.binomial(taking_part, share))
        counts = rng.multinomial(asked, chances / chances.sum())
        known[group] = {name: int(count) for name, count in zip(_GROUPS[group], counts, strict=True) if count}
    return {group: counts for group, counts in known.items() if counts}


# -- visits ------------------------------------------------------------------------------------------


def _visits(town: _Town, rng: np.random.Generator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for wijk in town.codes:
        if wijk in (NEVER_VISITED, TOO_SMALL):
            continue
        often = 2 if wijk in SILENT else int(rng.integers(2, 6))
        for day in sorted(rng.integers(200 if wijk in SILENT else 30, DAYS, often).tolist(), reverse=True):
            found.append(_visit(wijk, int(day), len(found) + 1, rng, done=True))
    for wijk, ahead in (("WK999908", 3), ("WK999916", 6), ("WK999920", 9), ("WK999903", -4)):
        found.append(_visit(wijk, -ahead, len(found) + 1, rng, done=False))
    return found


def _visit(wijk: str, ago: int, number: int, rng: np.random.Generator, *, done: bool) -> dict[str, Any]:
    aim, outcome = (
        ("Horen wat er speelt bij de winkels", "Vooral zwerfvuil en hard rijden; de winkeliers doen mee met een schoonmaakdag."),
        ("Kennismaken met de nieuwe beheerder van het buurthuis", "Inloop op dinsdag is afgesproken."),
        ("Samen ronde lopen met bewoners en handhaving", "Drie plekken genoteerd; Stadsbeheer pakt ze op."),
        ("In gesprek over eenzaamheid met ouderen", "Koffietafel elke eerste maandag; de huisarts verwijst door."),
        ("Ophalen hoe jongeren hun pleintje gebruiken", "Ze willen verlichting en een plek om te schuilen."),
    )[int(rng.integers(0, 5))]  # fmt: skip
    told: dict[str, Any] = {
        "key": f"voorbeeld-bezoek-{number:03d}",
        "wijk": wijk,
        "kind": str(rng.choice(["bezoek", "activiteit", "gesprek"], p=[0.5, 0.3, 0.2])),
        "aim": aim,
        "who": str(rng.choice(_OWNERS[:2])),
        "partners": str(rng.choice(_PARTNERS)),
        "days_ago": ago,
        "time": f"{int(rng.integers(9, 20)):02d}:{int(rng.choice([0, 30])):02d}",
        "minutes": int(rng.choice([60, 90, 120])),
        "status": "gedaan" if done else "gepland",
    }
    return told | ({"outcome": outcome} if done else {})
