"""What the page Prognose says: what to expect, how sure that is, how often it came true, and why there may be none.

Pure functions in plain Dutch. What is expected is never called a prediction, always comes with its band of 80 % ("in 8 van
de 10 gevallen tussen ... en ..."), and is a change only where the whole band lies beyond the figure of now.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pandas as pd

from analysis.forecasting import FEWEST_YEARS, SIZES
from data.catalogue import Indicator
from ui import wording
from ui.amounts import amounts, unit_behind
from ui.outlook_reach import Prospect, course, digits_of
from ui.wording import SPACE, Row, capital, number, subject

COURSE_LABELS: Final = {
    "rises": "stijgt",
    "falls": "daalt",
    "about_equal": "ongeveer gelijk",
    "too_uncertain": "te onzeker",
    "none": "niet te voorspellen",
}
#: What each of them means, for the fold.
COURSE_EXPLANATIONS: Final = {
    "rises": "De hele band ligt boven het cijfer van nu.",
    "falls": "De hele band ligt onder het cijfer van nu.",
    "about_equal": "Het cijfer van nu ligt in de band, en de band blijft er een tiende of minder vandaan.",
    "too_uncertain": "Het cijfer van nu ligt in de band, maar de band is breed. Het kan beide kanten op gaan.",
    "none": "Er zijn te weinig cijfers, of een band zou niets zeggen.",
}
#: The years ahead of which the record is told.
TOLD_HORIZONS: Final = (1, 3, 5)
_COUNT: Final = "het aantal "
_PROMISED: Final = 80
#: A gain or loss beside no change of less than this share is none.
_SAME: Final = 0.03
#: Earlier forecasts from fewer different years than this are few, however many wijken there are.
_FEW_ORIGINS: Final = 5
#: Most wijken that are named in a sentence.
_MOST_NAMES: Final = 3


# What to expect -----------------------------------------------------------------------------------


def _noun(indicator: Indicator) -> str:
    """Return what is counted ("inwoners"), or nothing where the figure is not a plain count."""
    phrase = subject(indicator)
    plain = indicator.kind == "count" and not indicator.unit.strip().replace("aantal", "")
    return phrase.removeprefix(_COUNT) if plain and phrase.startswith(_COUNT) else ""


def written(row: Row, indicator: Indicator) -> tuple[str, str, str]:
    """Write what is expected and the ends of its band of 80 %, no finer than the doubt (`digits_of`), without unit."""
    digits = digits_of(row, indicator)
    coarse = indicator.model_copy(update={"decimals": max(digits, 0)})
    mean, lower, upper = amounts(
        [round(row[name], digits) for name in ("mean", "lower_80", "upper_80")], coarse
    )
    return mean, lower, upper


def _now(row: Row, indicator: Indicator) -> str:
    return amounts([row["last_value"]], indicator)[0] + unit_behind(indicator)


def expected_sentence(row: Row, indicator: Indicator, place: str) -> str:
    """Say what is expected around a year, with the band of 80 %.

    Parameters
    ----------
    row : mapping
        One row of `analysis.forecasting.Study.forecasts` with a band.
    indicator : Indicator
    place : str
        Name of the region as it stands in a sentence.
    """
    mean, lower, upper = written(row, indicator)
    year, unit, noun = int(row["year"]), unit_behind(indicator), _noun(indicator)
    if lower == upper:
        band = "in 8 van de 10 gevallen wijkt het cijfer daar niet merkbaar van af"
    else:
        band = f"in 8 van de 10 gevallen tussen {lower} en {upper}{unit}"
    if noun and mean != "1":
        return f"Rond {year} naar verwachting {mean}{SPACE}{noun} in {place}; {band}."
    return f"Rond {year} is {subject(indicator)} in {place} naar verwachting {mean}{unit}; {band}."


def more_or_less(indicator: Indicator) -> tuple[str, str]:
    """Return the words for more and less of this figure."""
    return ("meer", "minder") if _noun(indicator) else wording.degrees(indicator)[:2]


def change_sentence(row: Row, indicator: Indicator) -> str:
    """Say whether what is expected is a change beyond the doubt; parameters as in `expected_sentence`."""
    more, less = more_or_less(indicator)
    now, year, side = _now(row, indicator), int(row["last_year"]), course(row, indicator)
    if side in ("rises", "falls"):
        return f"Dat is waarschijnlijk {more if side == 'rises' else less} dan in {year} ({now})."
    if side == "about_equal":
        return f"Dat is ongeveer gelijk aan {year}: het cijfer van toen ({now}) ligt in die band."
    return (
        f"Of dat {more} of {less} is dan in {year} ({now}), is te onzeker: dat cijfer ligt ook in die band."
    )


_ENDS: Final = {
    "few_origins": "Verder dan {year} weten we niet hoe ver we ernaast zitten: er zijn te weinig eerdere verwachtingen om dat "
    "na te gaan.",
    "wide": "Verder dan {year} geven we geen verwachting: de band is dan zo breed dat die niets meer zegt.",
    "missed": "Verder dan {year} geven we geen verwachting: van de banden die we eerder zo ver vooruit gaven, klopten er maar "
    "{right} van de 100.",
}


def end_sentence(found: Prospect, horizon: int) -> str:
    """Say where the band ends and why; empty where it goes as far as was asked."""
    last = found.row(horizon)
    if last is None or int(last["horizon"]) >= horizon or not found.ends:
        return ""
    right = number(100 * found.right) if found.right is not None else ""
    return _ENDS[found.ends].format(year=int(last["year"]), right=right)


# Why there is none --------------------------------------------------------------------------------


def refusal_sentences(found: Prospect, indicator: Indicator, place: str) -> list[str]:
    """Say that a figure cannot be forecast, why, and what can be done about it."""
    opening = f"Niet te voorspellen: {subject(indicator)} in {place}."
    return [opening, _reason(found), _remedy(found)]


def _reason(found: Prospect) -> str:
    years = f"{wording.count(found.n, 'jaar', 'jaren')} met een cijfer"
    needed = f"Er zijn er {FEWEST_YEARS} achter elkaar nodig."
    since = "is er pas" if found.n == 1 else "zijn er pas"
    right = number(100 * found.right) if found.right is not None else "te weinig"
    reasons = {
        "no_figures": "Er is geen enkel cijfer.",
        "too_few_years": f"Er {'is' if found.n == 1 else 'zijn'} maar {years}. {needed}",
        "break": f"Na de laatste breuk {since} {years}. {needed}",
        "gap": f"Er ontbreken jaren, en na het laatste gat {since} {years}. {needed}",
        "ended": f"Het laatste cijfer is van {found.last_year}; andere gebieden hebben nieuwere cijfers.",
        "few_origins": "Er zijn genoeg cijfers voor een trend, maar te weinig eerdere verwachtingen om na te gaan hoe ver zo'n "
        "trend ernaast zit. Een verwachting zonder band laten we niet zien.",
        "wide": "De band is zo breed dat die niets zegt: al na een jaar kan het cijfer ongeveer de helft hoger of lager zijn.",
        "missed": f"Van de banden die we eerder gaven, klopten er maar {right} van de 100. Bedoeld was {_PROMISED}.",
    }
    return reasons[found.reason]


def _remedy(found: Prospect) -> str:
    if found.reason in ("too_few_years", "break", "gap") and found.last_year is not None:
        year = found.last_year + FEWEST_YEARS - found.n
        older = " Zijn er oudere jaren, lees die dan in."
        if found.reason != "too_few_years":
            older = " Heeft CBS cijfers van jaren die hier ontbreken, lees die dan in."
        return f"Komt er elk jaar een cijfer bij, dan kan het vanaf het cijfer van {year}.{older}"
    return {
        "few_origins": "Lees oudere jaren in, of wacht op nieuwe cijfers.",
        "wide": "Bekijk de gemeente als geheel of een cijfer over meer mensen: daar is de band smaller.",
        "missed": "Er is iets gebeurd dat de cijfers van daarvoor niet lieten zien. Kies een ander cijfer, of werk met een "
        "scenario.",
    }.get(found.reason, "Kies een ander onderwerp of een andere wijk.")


# The record ---------------------------------------------------------------------------------------


def size_label(size: int) -> str:
    """Return the class of size in words: "met 1 000 tot 2 500 inwoners"."""
    if size == 0:
        return f"met minder dan {number(SIZES[0])} inwoners"
    if size >= len(SIZES):
        return f"met {number(SIZES[-1])} inwoners of meer"
    return f"met {number(SIZES[size - 1])} tot {number(SIZES[size])} inwoners"


#: Of a band that goes by somebody else's projection.
UNCHECKED: Final = "Hoe vaak een band dan klopt, hebben we niet kunnen narekenen."


def unproven_sentence(record: pd.DataFrame, ahead: int) -> str:
    """Say beside a band that nobody could check it yet, or that such bands were right too seldom; empty where it holds.

    Parameters
    ----------
    record : DataFrame
        As in `error_sentence`.
    ahead : int
        Years ahead of the band.
    """
    share, n = _right(record, ahead)
    if n == 0:
        return (
            "Of het echt 8 van de 10 gevallen zijn, is nog niet na te gaan: er zijn te weinig eerdere jaren."
        )
    told = []
    furthest = int(record.loc[(record["horizon"] <= ahead) & (record["banded"] > 0), "horizon"].max())
    if furthest < ahead:
        told.append(
            f"Of het {ahead} jaar vooruit echt 8 van de 10 gevallen zijn, is nog niet na te gaan. Nagerekend is "
            f"{_up_to(furthest)}."
        )
    if n >= wording.FEW_TRIALS and share < _PROMISED / 100 - _margin(n):
        told.append(f"Let op: zulke banden klopten eerder maar {number(100 * share)} van de 100 keer.")
    return " ".join(told)


def _right(record: pd.DataFrame, horizon: int) -> tuple[float, int]:
    """Return the share of earlier bands of 80 % up to so many years ahead that were right, and of how many."""
    told = record[(record["horizon"] <= horizon) & (record["banded"] > 0)]
    n = int(told["banded"].sum())
    return (float((told["covered_80"] * told["banded"]).sum()) / n if n else math.nan), n


def _margin(n: int) -> float:
    """Return how far beside 80 % is clearly beside it: 5 points and 1.645 binomial standard errors."""
    return max(0.05, 1.645 * math.sqrt(0.8 * 0.2 / n))


def error_sentence(record: pd.DataFrame, indicator: Indicator, whose: str) -> str:
    """Say how far earlier forecasts were off, 1, 3 and 5 years ahead.

    Parameters
    ----------
    record : DataFrame
        As `analysis.forecasting.track_record` returns it, one group.
    indicator : Indicator
    whose : str
        Where: "In wijken met 1 000 tot 2 500 inwoners".
    """
    told = record[record["horizon"].isin(TOLD_HORIZONS) & (record["n"] > 0)].sort_values("horizon")
    if told.empty:
        return f"{whose} zijn er nog geen eerdere verwachtingen om na te rekenen."
    errors = [error_of(value, indicator) for value in told["mae"]]
    years = [wording.count(int(horizon), "jaar", "jaar") for horizon in told["horizon"]]
    parts = [f"{error} na {year}" for error, year in zip(errors, years, strict=True)]
    return f"{whose} zaten eerdere verwachtingen er gemiddeld {wording.join_names(parts)} naast."


def error_of(value: float, indicator: Indicator) -> str:
    """Write a mean error; one that is too small to write is less than the smallest that can be."""
    decimals = indicator.decimals
    if decimals == 0 and 0 < value < 10 and not wording.in_thousands_of_euro(indicator.unit):
        decimals = 1
    smallest = 10.0**-decimals
    if 0 < value < smallest / 2:
        return f"minder dan {wording.difference(smallest, indicator.unit, decimals)}"
    return wording.difference(value, indicator.unit, decimals)


def as_far(row: Row, indicator: Indicator) -> bool:
    """Tell whether a mean error and that of no change, in a row of a record, are too near each other to call one better."""
    smallest = 10.0 ** -(indicator.decimals + (indicator.decimals == 0))
    if abs(row["mae"] - row["mae_no_change"]) < smallest / 2:
        return True
    return bool(abs(1 - row["relative"]) <= _SAME)


def coverage_sentence(record: pd.DataFrame, horizon: int) -> str:
    """Say how often the band was right, with a plain warning where that is not as often as it says.

    "Clearly" is more than 5 points beside 80 and more than 1.645 binomial standard errors, so that few cases accuse nobody.

    Parameters
    ----------
    record : DataFrame
        As in `error_sentence`.
    horizon : int
        Furthest year ahead that counts.
    """
    told = record[(record["horizon"] <= horizon) & (record["banded"] > 0)]
    share, n = _right(record, horizon)
    if n == 0:
        return "Hoe vaak de band klopte, weten we nog niet: er zijn te weinig eerdere jaren."
    cases = wording.count(n, "eerdere band", "eerdere banden")
    sentence = f"De band klopte {number(100 * share)} van de 100 keer; bedoeld was {_PROMISED} ({cases})."
    furthest = int(told["horizon"].max())
    if furthest < min(horizon, int(record["horizon"].max())):
        sentence += f" Dat gaat over {_up_to(furthest)}; van banden verder weg weten we het nog niet."
    margin = _margin(n)
    if n < wording.FEW_TRIALS:
        return f"{sentence} Dat zijn weinig keren: reken er niet te vast op."
    if share < _PROMISED / 100 - margin:
        return f"{sentence} Dat is te weinig: de echte onzekerheid is groter dan de band laat zien."
    if share > _PROMISED / 100 + margin:
        return f"{sentence} Dat is vaker dan bedoeld: de band is hier ruimer dan nodig."
    return sentence


def _up_to(horizon: int) -> str:
    return "1 jaar vooruit" if horizon == 1 else f"1 tot en met {number(horizon)} jaar vooruit"


def skill_sentence(record: pd.DataFrame, horizon: int, indicator: Indicator) -> str:
    """Say whether earlier forecasts were better than saying that nothing changes, and on how few that rests; empty without any.

    Told of the furthest of `TOLD_HORIZONS` within ``horizon`` that has earlier forecasts.
    """
    told = record[record["horizon"].isin(TOLD_HORIZONS) & (record["horizon"] <= horizon) & (record["n"] > 0)]
    if told.empty:
        return ""
    row = told.sort_values("horizon").iloc[-1]
    relative, ahead = float(row["relative"]), wording.count(int(row["horizon"]), "jaar", "jaar")
    if as_far(row, indicator):
        return f"Na {ahead} was dat ongeveer even goed als zeggen dat er niets verandert.{_few(row)}"
    if not math.isfinite(relative):
        return ""
    percent = f"{number(100 * abs(1 - relative))}{SPACE}%"
    if relative < 1:
        return f"Na {ahead} was dat {percent} dichterbij dan zeggen dat er niets verandert.{_few(row)}"
    return (
        f"Na {ahead} was dat {percent} verder ernaast dan zeggen dat er niets verandert: reken op de band, niet op de "
        f"lijn in het midden.{_few(row)}"
    )


def _few(row: Row) -> str:
    """Say on how few earlier forecasts a row of a record rests; forecasts of one year share what happened after it."""
    n, origins = int(row["n"]), int(row["origins"])
    if n >= wording.FEW_TRIALS and origins >= _FEW_ORIGINS:
        return ""
    cases = wording.count(n, "eerdere verwachting", "eerdere verwachtingen")
    return f" Dat rust op {cases} uit {wording.count(origins, 'beginjaar', 'beginjaren')}: reken er niet te vast op."


def weights_sentence(row: Row, own: str, others: str) -> str:
    """Say what the forecast rests on: "Het verleden van deze wijk telt voor 55 %, ...".

    Parameters
    ----------
    row : mapping
        own and shared, 0-1.
    own : str
        "deze wijk", "de gemeente".
    others : str
        "alle wijken samen"; empty where it has nobody to learn from.
    """
    parts = [(round(100 * row["own"]), f"het verleden van {own}")]
    if others:
        parts.append((round(100 * row["shared"]), f"wat {others} doen"))
    rest = 100 - sum(share for share, _ in parts)
    told = [f"{what} telt voor {number(share)}{SPACE}%" for share, what in parts if share > 0]
    if not told:
        return "Hier blijkt geen enkele trend door te zetten: de verwachting is dat er niets verandert."
    if rest > 0:
        told.append(f"de rest ({number(rest)}{SPACE}%) is ‘er verandert niets’")
    return f"{capital(wording.join_names(told))}."


# All wijken ---------------------------------------------------------------------------------------


def all_sentence(courses: Sequence[str], indicator: Indicator, year: int) -> str:
    """Say in how many wijken the figure is expected to rise or fall beyond the doubt.

    Parameters
    ----------
    courses : sequence of str
        One of `COURSE_LABELS` per wijk.
    indicator : Indicator
    year : int
        Around which the expectation is.
    """
    counts = {name: sum(course == name for course in courses) for name in COURSE_LABELS}
    n = sum(counts.values()) - counts["none"]
    if not n:
        return f"Niet te voorspellen: {subject(indicator)} rond {year}, in geen enkele wijk."
    told = f"{_moved(counts, indicator, year, n)}{_not_moved(counts)}"
    if counts["none"]:
        told += f" Voor {wording.count(counts['none'], 'wijk', 'wijken')} is het niet te voorspellen."
    return told


def _moved(counts: Mapping[str, int], indicator: Indicator, year: int, n: int) -> str:
    """Say how many rise and fall beyond the doubt, of ``n`` with an expectation."""
    start, whole = f"Rond {year} is {subject(indicator)}", wording.count(n, "wijk", "wijken")
    words = wording.degrees(indicator)[:2]
    moved = [
        (word, counts[name]) for word, name in zip(words, ("rises", "falls"), strict=True) if counts[name]
    ]
    if not moved:
        where = "de enige wijk" if n == 1 else f"geen van de {whole}"
        return f"{start} in {where} {'niet ' if n == 1 else ''}duidelijk anders dan nu."
    (word, first), *more = moved
    where = "de enige wijk" if n == 1 else f"{number(first)} van de {whole}"
    if first == n > 1:
        where = wording.all_of(n, "wijken")
    return (
        f"{start} in {where} waarschijnlijk {word} dan nu"
        + "".join(f" en in {number(few)} {other}." for other, few in more)
        + ("" if more else ".")
    )


def _not_moved(counts: Mapping[str, int]) -> str:
    quiet = [(name, counts[name]) for name in ("about_equal", "too_uncertain") if counts[name]]
    if not quiet:
        return ""
    (name, first), *more = quiet
    told = f" In {wording.count(first, 'wijk', 'wijken')} is het {COURSE_LABELS[name]}"
    return told + "".join(f" en in {number(few)} {COURSE_LABELS[other]}" for other, few in more) + "."


def reasons_sentences(names_by_reason: Mapping[str, Iterable[str]]) -> list[str]:
    """Say which wijken have no forecast, and why (`SHORT_REASONS`), one sentence per reason."""
    told = []
    for reason, names in names_by_reason.items():
        which = wording.join_names(list(names), limit=_MOST_NAMES)
        told.append(f"Niet te voorspellen ({reason}): {which}.")
    return told


#: Why there is no forecast, in a few words.
SHORT_REASONS: Final = {
    "no_figures": "geen cijfers",
    "too_few_years": "te weinig jaren",
    "break": "te weinig jaren na een breuk",
    "gap": "te weinig jaren na een gat",
    "ended": "geen recent cijfer",
    "few_origins": "te weinig eerdere verwachtingen",
    "wide": "de band zegt niets",
    "missed": "eerdere banden klopten te weinig",
    "not_so_far": "niet zo ver vooruit",
}
