"""What stands above and under a map of one figure: the finding, and what the picture says in words.

Pure functions. A wijk is called higher, lower, rising or falling only where that is beyond the doubt, and herkomst is
counted and never named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from analysis.classes import MOST_CLASSES, Classes
from data.catalogue import Indicator
from data.panel import Level
from ui import trend_wording, wording
from ui.amounts import amount, both_amounts, look_alike, pair
from ui.wording import capital, in_sentence, subject

#: How the colours are divided, as it is offered.
METHODS_AROUND: Final = {
    "quantiles": "even groot",
    "natural": "natuurlijke grenzen",
    "equal": "gelijke stappen",
}
#: With those that only figures themselves can have: around a midpoint bounds of one's own would need a second half.
METHODS: Final = {**METHODS_AROUND, "own": "eigen grenzen"}
#: What each of them means.
METHODS_EXPLAINED: Final = (
    "Kleuren: even groot legt in elke kleur ongeveer evenveel gebieden. Natuurlijke grenzen zoekt de gaten tussen de cijfers. "
    "Gelijke stappen maakt elke kleur even breed. Bij eigen grenzen kiest u ze zelf."
)
#: What dots say on a map around a midpoint.
UNSURE: Final = "geen duidelijke richting"
_MOST_NAMES: Final = 4
#: More regions than this that share a place are counted, not named.
_MOST_ALIKE: Final = 2


@dataclass(frozen=True)
class Side:
    """One group of regions on a map around a midpoint.

    Attributes
    ----------
    verdict : str
        What the rows say.
    verb : str
        For the finding: "is hoger dan in Heerlen", "stijgt".
    again : str
        The same behind the other side: "{where} lager", "daalt {where}".
    head : str
        For the list under the map: "Hoger (ongunstig)".
    """

    verdict: str
    verb: str
    again: str
    head: str


def difference_sides(indicator: Indicator, comparator: str, year: int) -> tuple[Side, Side]:
    """Return what is said of regions above and below the comparator in a year."""
    worse = {"higher_is_worrying": 0, "lower_is_worrying": 1}.get(indicator.direction)
    judged = ["", ""]
    if worse is not None and indicator.usable_in_score:
        judged[worse], judged[1 - worse] = " (ongunstig)", " (gunstig)"
    more, less = wording.degrees(indicator)[:2]
    return (
        Side(
            "higher",
            f"is {more} dan in {comparator}",
            f"{{where}} {more}",
            f"{capital(more)} in {year}{judged[0]}",
        ),
        Side(
            "lower",
            f"is {less} dan in {comparator}",
            f"{{where}} {less}",
            f"{capital(less)} in {year}{judged[1]}",
        ),
    )


def course_sides(indicator: Indicator, expected: str = "") -> tuple[Side, Side]:
    """Return what is said of regions where the figure rises and falls; ``expected`` stands behind the verb."""
    sides = []
    for course, verb in (("rises", "stijgt"), ("falls", "daalt")):
        word = wording.good_or_bad(course, indicator)
        told = f"{capital(verb)}{f' {expected}' if expected else ''}{f' ({word})' if word else ''}"
        sides.append(Side(course, f"{verb} {expected}".strip(), f"{verb} {{where}}", told))
    return sides[0], sides[1]


def sides_title(
    verdicts: pd.Series,
    indicator: Indicator,
    sides: tuple[Side, Side],
    nowhere: str,
    nothing: str,
    level: str = Level.WIJK,
) -> str:
    """Say in how many regions the figure lies on either side; only where that is sure.

    Parameters
    ----------
    verdicts : Series of str
        One per region that can be judged.
    indicator : Indicator
    sides : tuple of Side
    nowhere : str
        What is said where it does so in none: "wijkt in {where} duidelijk af van Heerlen".
    nothing : str
        What is said where no region can be judged: "geen enkele {one} is met Heerlen te vergelijken".
    level : str
    """
    one, many = wording.level_label(level), wording.level_label(level, plural=True)
    n, start = len(verdicts), capital(subject(indicator))
    if not n:
        return f"{start}: {nothing.format(one=one)}"
    counted = [(side, int((verdicts == side.verdict).sum())) for side in sides]
    there = [(side, count) for side, count in counted if count]
    if not there:
        which = f"de enige {one} niet" if n == 1 else f"geen van de {wording.count(n, one, many)}"
        return f"{start} {nowhere.replace('{where}', which)}"
    (side, first), *more = there
    where = f"{wording.number(first)} van de {wording.count(n, one, many)}"
    if first == n:
        where = f"de enige {one}" if n == 1 else wording.all_of(n, many)
    title = f"{start} {_placed(side.verb, where)}"
    return title + "".join(f" en {other.again.format(where=f'in {few}')}" for other, few in more)


def _placed(verb: str, where: str) -> str:
    """Put "in 3 van de 24 wijken" behind the first word of a verb."""
    word, _, rest = verb.partition(" ")
    return " ".join(filter(None, [word, f"in {where}", rest]))


def sides_sentences(
    rows: pd.DataFrame,
    indicator: Indicator,
    sides: tuple[Side, Side],
    others: Mapping[str, str],
    level: str = Level.WIJK,
) -> list[str]:
    """Say which regions lie on either side, and how many of the others there are.

    Parameters
    ----------
    rows : DataFrame
        One row per region, the largest difference first: name and verdict.
    indicator : Indicator
    sides : tuple of Side
    others : mapping of str to str
        Other verdicts, with how they are called: "ongeveer gelijk".
    level : str
    """
    one, many = wording.level_label(level), wording.level_label(level, plural=True)
    told = []
    for side in sides:
        names = list(rows.loc[rows["verdict"] == side.verdict, "name"])
        if names and indicator.usable_in_score:
            told.append(f"{side.head}: {wording.join_names(names, limit=_MOST_NAMES)}.")
        elif names:
            told.append(f"{side.head}: {wording.count(len(names), one, many)}.")
    rest = [
        f"{label} in {wording.count(n, one, many)}"
        for verdict, label in others.items()
        if (n := int((rows["verdict"] == verdict).sum()))
    ]
    return [*told, f"{capital(wording.join_names(rest))}."] if rest else told


def figure_sentence(values: pd.DataFrame, indicator: Indicator, gemeente: str, year: int, level: str) -> str:
    """Say between which figures the regions lie; where several share the first or the last place, how many.

    Parameters
    ----------
    values : DataFrame
        One row per region: name and value (NaN where there is no figure).
    indicator : Indicator
    gemeente : str
    year : int
    level : str
    """
    there = values[values["value"].notna()]
    one, many = wording.level_label(level), wording.level_label(level, plural=True)
    if there.empty:
        return f"Voor {subject(indicator)} in {year} is er van geen enkele {one} in {gemeente} een cijfer."
    start = f"{capital(subject(indicator))} was in {year}"
    missing = len(values) - len(there)
    without = f" Van {wording.count(missing, one, many)} is er geen cijfer." if missing else ""
    low, high = there["value"].min(), there["value"].max()
    if len(there) == 1:
        told = f"{amount(high, indicator)} in {wording.wijk_name(there['name'].iloc[0])}"
    elif look_alike(low, high, indicator):
        told = f"{amount(high, indicator)} in {wording.all_of(len(there), many)} met een cijfer"
    elif not indicator.usable_in_score:
        # Herkomst is shown, never ranked: no wijk is named as the highest.
        told = f"{pair(low, high, indicator, 'tot')}, per {one} verschillend"
    else:
        _, _, most, least = wording.degrees(indicator)
        lowest, highest = (_who_share(there, end, indicator, one, many) for end in (low, high))
        less, more = both_amounts(low, high, indicator)
        told = f"het {least} in {lowest} ({less}) en het {most} in {highest} ({more})"
    return f"{start} {told}.{without}"


def _who_share(values: pd.DataFrame, end: float, indicator: Indicator, one: str, many: str) -> str:
    """Name the regions with a figure that is written like ``end``; more than a few are counted."""
    names = [
        wording.wijk_name(name)
        for name, value in zip(values["name"], values["value"], strict=True)
        if look_alike(value, end, indicator)
    ]
    return wording.join_names(names) if len(names) <= _MOST_ALIKE else wording.count(len(names), one, many)


def trend_label(row: pd.Series, indicator: Indicator, change: str) -> str:
    """Return what a map says of a region when it is pointed at: class, change per year, turn."""
    label = UNSURE if row["verdict"] == "too_uncertain" else trend_wording.class_label(row, indicator)
    if row["verdict"] in ("rises", "falls"):
        label = f"{label}: {change}"
    turn = trend_wording.turn_text(row)
    return f"{label}\nlaatste jaren: {turn}" if turn else label


def broken_note(indicator: Indicator, years: Iterable[int]) -> str:
    """Say that colours of years before and after a change of definition cannot be compared; empty without one."""
    span = sorted(years)
    inside = [entry.year for entry in indicator.breaks if span and span[0] < entry.year <= span[-1]]
    if not inside:
        return ""
    return f"Let op bij het schuiven door de jaren: vanaf {wording.join_years(inside)} telt CBS dit cijfer anders."


def shared_legend_note(years: Sequence[int]) -> str:
    """Say that one legend holds for all years, so that a colour means the same in every year."""
    if len(years) < 2:
        return ""
    return f"De kleuren betekenen in elk jaar van {min(years)} tot en met {max(years)} hetzelfde."


# Bounds of one's own -------------------------------------------------------------------------------


def read_bounds(text: str, indicator: Indicator) -> tuple[tuple[float, ...], str]:
    """Read "5; 10; 20" as bounds of classes, in the unit of the source.

    Returns
    -------
    tuple
        The bounds, low to high, and an empty text; or no bounds and what is wrong, in one sentence.
    """
    example = "Schrijf ze zo: 5; 10; 20."
    parts = [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]
    if not parts:
        return (), f"Vul de grenzen tussen de kleuren in. {example}"
    bounds = []
    for part in parts:
        bare = part.replace("€", "").replace("%", "")
        plain = "".join(bare.split()).replace(",", ".").replace(wording.MINUS, "-")
        try:
            bounds.append(float(plain))
        except ValueError:
            return (), f"“{part}” is geen getal. {example}"
        if not wording.is_figure(bounds[-1]):
            return (), f"“{part}” is geen getal. {example}"
    if len(bounds) >= MOST_CLASSES:
        most = MOST_CLASSES - 1
        return (
            (),
            f"Dat zijn {len(bounds)} grenzen. Kies er hoogstens {most}: meer dan {MOST_CLASSES} kleuren houdt niemand uit elkaar.",
        )
    if len(set(bounds)) < len(bounds):
        return (), f"Twee grenzen zijn gelijk. {example}"
    thousands = wording.in_thousands_of_euro(indicator.unit)
    return tuple(sorted(bound / 1000 if thousands else bound for bound in bounds)), ""


def one_colour_sentence(classes: Classes, indicator: Indicator) -> str:
    """Say why a map has one colour; empty where it has more, or none."""
    if len(classes) != 1 or classes.midpoint is not None:
        return ""
    low, high = classes.ranges[0]
    if low == high:
        return f"Alle cijfers zijn gelijk ({wording.figure(low, indicator.unit, indicator.decimals)}), dus er is één kleur."
    return "Alle cijfers vallen tussen dezelfde grenzen, dus er is één kleur."


def no_figures_sentence(indicator: Indicator, level: str) -> str:
    """Say that there is nothing to put on the map."""
    one = wording.level_label(level)
    return (
        f"Over {in_sentence(indicator.title)} is er van geen enkele {one} een cijfer. "
        "Kies boven een ander onderwerp of een ander jaar."
    )
