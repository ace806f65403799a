"""The chapter that looks ahead: what to expect with its band, how often such bands were right, or why nothing can be said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pandas as pd

from data.catalogue import Indicator
from data.panel import Status
from reports.model import Block, Chart, Figure, Grid, Say, Series
from ui import findings, forecasting, needs_figures, wording
from ui import outlook_wording as words
from ui import story_wording as own_words
from ui.amounts import amounts, unit_behind
from ui.breaks import breaks_to_mark
from ui.figures import Figures, series
from ui.outlook_reach import COURSES, Prospect, course, digits_of, no_finer
from ui.story_blocks import without_unit
from ui.story_people import Told
from ui.story_place import figure_there
from ui.story_subject import Subject

#: What every report looks ahead at, before the signals of the wijk itself.
ALWAYS: Final = ("population", "age_65plus_share")
#: Signals of the wijk that are looked ahead at, and years back in a picture.
_MOST_SIGNALS: Final = 2
_YEARS_BACK: Final = 10
_THOUSAND: Final = 1000.0
#: The need that is told in a sentence: who are likely to ask for help.
_NEED: Final = "wmo"


def indicators(subject: Subject) -> list[str]:
    """Return what is looked ahead at: inhabitants, 65-plus, and the strongest signals of the wijk."""
    signals = [str(indicator) for indicator in subject.signals["indicator"].head(_MOST_SIGNALS)]
    return list(dict.fromkeys([*ALWAYS, *signals]))


@dataclass(frozen=True)
class Ahead:
    """What can be said of one figure after the year that is looked from.

    Attributes
    ----------
    found : Prospect
    horizon : int
        Years after the last figure that are looked ahead.
    row : Series or None
        The furthest expectation; None where there is none, or none that is still ahead.
    past : int
        The last year that something was expected of, where that is no longer ahead; else 0.
    """

    found: Prospect
    horizon: int
    row: pd.Series | None
    past: int = 0


def ahead(subject: Subject, indicator: str) -> Ahead:
    """Return what can be said of one figure: up to so many years after now, however old the figure is."""
    return _ahead(forecasting.prospect_of(subject.basis, indicator, subject.region), subject)


def _ahead(found: Prospect, subject: Subject) -> Ahead:
    if found.last_year is None or found.outlook.empty:
        return Ahead(found, 0, None)
    horizon = subject.looks_from + subject.ahead - found.last_year
    row = found.row(horizon)
    if row is None or int(row["year"]) <= subject.looks_from:
        return Ahead(found, horizon, None, int(found.outlook.iloc[-1]["year"]))
    return Ahead(found, horizon, row)


def why_not(of: Ahead, own: Indicator, subject: Subject) -> str:
    """Say why nothing is told of a figure that is looked ahead at."""
    # What whoever runs Wijkradar can do about it, is not for who reads the report.
    if not of.past:
        return " ".join(words.refusal_sentences(of.found, own, subject.name)[:2])
    return " ".join(
        filter(
            None,
            [
                own_words.not_expected(wording.subject(own), subject.name, of.found.last_year or 0),
                words.end_sentence(of.found, of.horizon),
                own_words.no_longer_ahead(of.past),
            ],
        )
    )


def outlook(subject: Subject) -> Told:
    """Return the chapter: charts with band, sentences, the record beside them; refusals with their reason."""
    if subject.is_gone:
        told = f"Van {subject.name} komen geen nieuwe cijfers meer; daarom is er geen verwachting."
        return [Say(told, "note")], []
    if subject.is_small:
        return [Say(own_words.no_outlook(subject.name, subject.people), "lead")], []
    expected: list[Block] = []
    left_out: list[str] = []
    for one in (*(of_figure(subject, indicator) for indicator in indicators(subject)), need(subject)):
        expected += one[0]
        left_out += one[1]
    blocks: list[Block] = [Say(lead_sentence(subject), "lead")]
    blocks += [Say(own_words.FORECAST_IS, "note"), *expected] if expected else []
    if expected and (of_when := rests_on(subject)):
        left_out.append(of_when)
    return blocks, left_out


def rests_on(subject: Subject) -> str:
    """Say with the figures of when expectations were made, where a reader could think otherwise; else empty."""
    last, newest = subject.basis.years[-1], subject.known.years[-1]
    if last < newest:
        return own_words.expected_then(last, newest, subject.text("settled_on"))
    return own_words.expected_now(subject.year, last) if last > subject.year else ""


def lead_sentence(subject: Subject) -> str:
    """Say which of the figures that are looked ahead at change beyond the doubt."""
    told: dict[str, list[tuple[str, int]]] = {course: [] for course in COURSES}
    for indicator in indicators(subject):
        row = ahead(subject, indicator).row
        if row is not None:
            own = forecasting.in_own_unit(subject.basis, subject.known.catalogue[indicator], subject.region)
            told[course(row, own)].append((wording.subject(own), int(row["year"])))
    if not any(told.values()):
        return f"Voor {subject.name} is geen enkel cijfer te voorspellen; hieronder staat waarom."
    last = max(year for found in told.values() for _, year in found)
    named = {
        side: [name if year == last else f"{name} (tot {year})" for name, year in found]
        for side, found in told.items()
    }
    return own_words.expected(named, subject.name, last)


def of_figure(subject: Subject, indicator: str) -> Told:
    """Return chart, sentences and record of one figure; without a forecast nothing but the reason."""
    known, region = subject.basis, subject.region
    own = forecasting.in_own_unit(known, known.catalogue[indicator], region)
    of = ahead(subject, indicator)
    row = of.row
    if row is None:
        return [], [why_not(of, own, subject)]
    record, size = forecasting.record_beside(known, indicator, region)
    reached = int(row["horizon"])
    chart = chart_of(known, indicator, region, of.horizon)
    expected = [words.expected_sentence(row, own, subject.name), words.change_sentence(row, own)]
    ends = words.end_sentence(of.found, of.horizon)
    return [
        Say(" ".join(filter(None, [*expected, ends])), "finding", chart.figures[-1:]),
        chart,
        Say(record_sentence(record, own, whose(known, size), reached), "note"),
    ], []


def record_sentence(record: pd.DataFrame, indicator: Indicator, whose: str, reached: int) -> str:
    """Say how earlier forecasts did, in regions like this one."""
    told = [
        words.coverage_sentence(record, reached),
        words.error_sentence(record, indicator, whose),
        words.skill_sentence(record, reached, indicator),
    ]
    return " ".join(filter(None, told))


def whose(known: Figures, size: int | None) -> str:
    """Return where a record is from: "In wijken met 1 000 tot 2 500 inwoners"."""
    many = wording.level_label(known.level, plural=True)
    return f"In {many} {words.size_label(size)}" if size is not None else f"In {many} van elke grootte"


def need(subject: Subject) -> Told:
    """Return how many are expected to need help, where that can be said."""
    from ui.needs_wording import indicator_of

    basis = needs_figures.Basis(subject.basis)
    indicator = indicator_of(needs_figures.BY_ID[_NEED], subject.known.catalogue)
    of = _ahead(needs_figures.prospect_of(basis, _NEED, subject.region), subject)
    row = of.row
    if row is None:
        return [], [why_not(of, indicator, subject)] if of.past else []
    record, _ = needs_figures.record_beside(basis, _NEED, subject.region)
    told = [
        words.expected_sentence(row, indicator, subject.name),
        words.change_sentence(row, indicator),
        words.unproven_sentence(record, int(row["horizon"])),
        words.end_sentence(of.found, of.horizon),
    ]
    return [Say(" ".join(filter(None, told)), "finding")], []


# The picture --------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def chart_of(known: Figures, indicator_id: str, region: str, ahead: int) -> Chart:
    """Return what was counted and what is expected as a chart, with the bands of 80 and 95 in 100.

    Parameters
    ----------
    known : Figures
    indicator_id, region : str
        With a forecast (`ui.forecasting.prospect_of`).
    ahead : int
        Years after the last figure.
    """
    indicator = forecasting.in_own_unit(known, known.catalogue[indicator_id], region)
    found = forecasting.prospect_of(known, indicator_id, region)
    history = _history(known, indicator_id, region, found)
    future = found.until(ahead)
    means = tuple(_mean(row, indicator) for _, row in future.iterrows())
    future = no_finer(future, float(found.outlook.iloc[0]["last_value"]), indicator)
    place, factor = known.label(region), _factor(indicator)
    texts = _texts(history, indicator)
    first_ahead = [int(year) for year in future["year"]]
    years = [*(int(year) for year in history["year"]), *first_ahead]
    n, m = len(history), len(future)
    empty: tuple[None, ...] = (None,) * n

    def ahead_of(name: str) -> tuple[float | None, ...]:
        return (*empty, *(round(float(value) * factor, 6) for value in future[name]))

    counted = Series(
        place,
        "own",
        (*(_scaled(value, factor) for value in history["value"]), *((None,) * m)),
        (*texts, *(("nog niet gemeten",) * m)),
        dashed=(*(status == Status.PROVISIONAL.value for status in history["status"]), *((False,) * m)),
    )
    expected = Series(
        "Verwachting",
        "expected",
        ahead_of("mean"),
        (*(("gemeten",) * n), *means),
        ahead_of("lower_80"),
        ahead_of("upper_80"),
        ahead_of("lower_95"),
        ahead_of("upper_95"),
    )
    row = found.row(ahead)
    figures = _figures(known, indicator_id, region, [int(year) for year in history["year"]])
    source = f"{known.source_of(indicator)} Verwachting: Wijkradar."
    return Chart(
        "line",
        findings.forecast_title(row, indicator, place, dated=True),
        wording.unit_label(indicator.unit) or "aantal",
        0 if factor != 1.0 else indicator.decimals,
        tuple(str(year) for year in years),
        (counted, expected),
        _alt(history, texts, future, means[-1], indicator, place),
        _table(history, texts, future, means, indicator, place, source, figures),
        tuple(str(year) for year in _broken(known, indicator, region, years)),
        _note(history),
        source,
        figures,
    )


def _history(known: Figures, indicator: str, region: str, found: Prospect) -> pd.DataFrame:
    """Return the last years that were counted, up to the last figure."""
    rows = series(known, indicator, [region], own=region)
    rows = rows[rows["year"] <= (found.last_year or known.years[-1])]
    return rows.sort_values("year").tail(_YEARS_BACK).reset_index(drop=True)


def _factor(indicator: Indicator) -> float:
    return _THOUSAND if wording.in_thousands_of_euro(indicator.unit) else 1.0


def _scaled(value: float, factor: float) -> float | None:
    return round(float(value) * factor, 6) if wording.is_figure(value) else None


def _texts(history: pd.DataFrame, indicator: Indicator) -> tuple[str, ...]:
    return tuple(
        wording.figure_or_reason(value, str(status), indicator.unit, indicator.decimals)
        for value, status in zip(history["value"], history["status"], strict=True)
    )


def _mean(row: pd.Series, indicator: Indicator) -> str:
    """Write what is expected with its unit, no finer than the doubt: as the sentence beside it does."""
    digits = digits_of(row, indicator)
    return wording.figure(round(float(row["mean"]), digits), indicator.unit, max(digits, 0))


def _figures(known: Figures, indicator: str, region: str, years: list[int]) -> tuple[Figure, ...]:
    found = (figure_there(known, indicator, region, year, exactly=True) for year in years)
    return tuple(figure for figure in found if figure)


def _broken(known: Figures, indicator: Indicator, region: str, years: list[int]) -> list[int]:
    marked = breaks_to_mark(known, indicator, [region])["year"]
    return sorted({int(year) for year in marked} & set(years[1:]))


def _note(history: pd.DataFrame) -> str:
    told = [
        "De donkere band klopt in 8 van de 10 gevallen, de lichte in 95 van de 100, als het gaat zoals bij eerdere verwachtingen.",
        "Een onderbroken lijn is een voorlopig cijfer." if (history["status"] == Status.PROVISIONAL.value).any() else "",
        wording.converted_sentence(
            int((history["status"] == Status.BRIDGED.value).sum()), int(history["value"].notna().sum())
        ),
    ]  # fmt: skip
    return " ".join(filter(None, told))


def _band(row: pd.Series, which: str, indicator: Indicator) -> str:
    low, high = amounts([row[f"lower_{which}"], row[f"upper_{which}"]], indicator)
    return f"{low} tot {high}{unit_behind(indicator)}"


def _alt(
    history: pd.DataFrame,
    texts: tuple[str, ...],
    future: pd.DataFrame,
    mean: str,
    indicator: Indicator,
    place: str,
) -> str:
    known = history.index[history["value"].notna()]
    last = future.iloc[-1]
    told = f"Lijngrafiek van {wording.subject(indicator)} in {place}"
    if len(known):
        first, latest = known[0], known[-1]
        told += f": {texts[first]} in {int(history['year'][first])}, {texts[latest]} in {int(history['year'][latest])}"
    return (
        f"{told}; verwacht rond {int(last['year'])}: {mean}, in 8 van de 10 gevallen {_band(last, '80', indicator)}. De band wordt "
        "verder vooruit breder. Alle cijfers staan in de tabel."
    )


def _table(
    history: pd.DataFrame,
    texts: tuple[str, ...],
    future: pd.DataFrame,
    means: tuple[str, ...],
    indicator: Indicator,
    place: str,
    source: str,
    figures: tuple[Figure, ...],
) -> Grid:
    counted = [
        (str(int(year)), "gemeten", without_unit(text, indicator), "gemeten", "gemeten")
        for year, text in zip(history["year"], texts, strict=True)
    ]
    ahead = [
        (
            str(int(row["year"])),
            "verwacht",
            without_unit(mean, indicator),
            _band(row, "80", indicator),
            _band(row, "95", indicator),
        )
        for (_, row), mean in zip(future.iterrows(), means, strict=True)
    ]
    return Grid(
        f"{wording.unbroken(indicator.title)} in {place}: gemeten en verwacht",
        ("Jaar", "Wat het is", "Cijfer", "8 van de 10 keer tussen", "95 van de 100 keer tussen"),
        tuple(counted + ahead),
        frozenset({2, 3, 4}),
        (2, 2, 3, 4, 4),
        "",
        source,
        figures,
    )
