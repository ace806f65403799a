"""Words for trends: the classes, the one true sentence about a series, and titles that say the finding.

A sentence quotes real figures. Where it speaks of the line through all years instead, it says so. It never says more
than the class of the series does: a series that "stijgt" by its line while its last figure is not higher than its
first is told as such. Only an indicator with a good and a bad side is called gunstig or ongunstig.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd

from analysis.trends import FEWEST_POINTS, NEGLIGIBLE
from data.catalogue import Indicator
from data.panel import Status
from ui import wording
from ui.amounts import (
    amount,
    amounts,
    both_amounts,
    given,
    in_unit_of,
    look_alike,
    pair,
    per_year,
    unit_behind,
)
from ui.wording import Row, capital, pronoun, subject

CLASS_LABELS: Final = {
    "rises": "stijgt",
    "falls": "daalt",
    "about_equal": "ongeveer gelijk",
    "too_uncertain": "te onzeker",
    "no_verdict": "geen oordeel",
}
CLASS_EXPLANATIONS: Final = {
    "rises": "Het cijfer gaat over de hele periode omhoog, en dat is meer dan toeval.",
    "falls": "Het cijfer gaat over de hele periode omlaag, en dat is meer dan toeval.",
    "about_equal": "Het cijfer verandert over de hele periode weinig, en dat weten we vrij zeker.",
    "too_uncertain": "Het cijfer schommelt zo dat niet te zeggen is of het omhoog of omlaag gaat.",
    "no_verdict": f"Er zijn minder dan {FEWEST_POINTS} cijfers die met elkaar te vergelijken zijn. Dat is te weinig om iets te zeggen.",
}
_MOVED: Final = {"rises": "steeg", "falls": "daalde"}
_MOVES: Final = {"rises": "stijgt", "falls": "daalt"}
_FEW: Final = {2: "Twee", 3: "Drie", 4: "Vier", 5: "Vijf"}
_MOST_NAMES: Final = 3
#: Two counts that are rounded to multiples of five can lie this far apart without any change.
_ROUNDED: Final = 10.0


# Classes and judgements ---------------------------------------------------------------------------


def judgement_word(row: Row, indicator: Indicator) -> str:
    """Return gunstig or ongunstig for the class of a trend; empty where no judgement is due."""
    if given(row, "judgement") not in ("favourable", "unfavourable"):
        return ""
    return wording.good_or_bad(str(row["verdict"]), indicator)


def class_label(row: Row, indicator: Indicator) -> str:
    """Return the class with its judgement: "stijgt (ongunstig)", "ongeveer gelijk"."""
    word = judgement_word(row, indicator)
    return CLASS_LABELS[row["verdict"]] + (f" ({word})" if word else "")


def turn_text(row: Row) -> str:
    """Say the new course in a few words: "daalt sinds 2019", "daalde tussen 2019 en 2023"; empty without a turn."""
    since, now = given(row, "since"), given(row, "now")
    if since is None or now is None:
        return ""
    past = _past(row)
    when = f"tussen {int(since)} en {_years(row)[1]}" if past else f"sinds {int(since)}"
    if now == "level":
        return f"geen duidelijke richting {when}"
    faster = _faster(row) if now == given(row, "verdict") else ""
    return f"{_MOVED[now]}{faster} {when}" if past else f"{_MOVES[now]}{faster} {when}"


# The sentence about one series --------------------------------------------------------------------


def trend_sentence(
    row: Row | None,
    indicator: Indicator,
    name: str,
    *,
    status: str = "",
    years: tuple[int, int] | None = None,
) -> str:
    """Say in one or two sentences how the figure of one region went.

    Parameters
    ----------
    row : Series or None
        One of `ui.trending.family`; None where the region has no figure in these years.
    indicator : Indicator
        What the figure is.
    name : str
        The region as it stands in a sentence.
    status : str
        Why there is no figure: the status of the latest row of the panel.
    years : tuple of int, optional
        First and last of the chosen years, where these are not all: there may be a figure of another year.

    Returns
    -------
    str
        What happened, and at most one remark: the most important one. The others are in `trend_notes`.
    """
    if row is None or not given(row, "n"):
        return wording.no_figure_sentence(indicator, name, status, _of_years(years))
    return " ".join(_told(row, indicator, name)[:2])


def trend_notes(row: Row | None, indicator: Indicator) -> list[str]:
    """Return the remarks about a series that `trend_sentence` leaves out, most important first.

    A turn, a latest figure that is off its course, prices, a break, missing years, figures that ended, converted and
    provisional figures.
    """
    if row is None or not given(row, "n"):
        return []
    late = given(row, "ended") == Status.NOT_PUBLISHED
    # That the newest figure follows later is ordinary; it never takes the place of a remark in the sentence itself.
    return [*_told(row, indicator, "")[2:], *([_ended(row)] if late else [])]


def _told(row: Row, indicator: Indicator, name: str) -> list[str]:
    indicator = in_unit_of(row, indicator)
    return [*_main(row, indicator, name), *_remarks(row, indicator)]


def _main(row: Row, indicator: Indicator, name: str) -> list[str]:
    verdict = str(row["verdict"])
    if verdict in _MOVED:
        return _moved(row, indicator, name)
    if verdict == "no_verdict":
        return _pictured(row, indicator, name)
    return _undecided(row, indicator, name)


def _years(row: Row) -> tuple[str, str]:
    return str(int(row["first_year"])), str(int(row["last_year"]))


def _real_ends(row: Row) -> tuple[float, float] | None:
    first, last = given(row, "first_value"), given(row, "last_value")
    return None if first is None or last is None else (float(first), float(last))


def _moved(row: Row, indicator: Indicator, name: str) -> list[str]:
    verdict, (since, until) = str(row["verdict"]), _years(row)
    verb, word = _MOVED[verdict], judgement_word(row, indicator)
    sure = f"dat is meer dan toeval{f', en {word}' if word else ''}."
    about = f"{verb} {subject(indicator)} in {name}"
    ends = _real_ends(row)
    if ends is None:
        line = pair(row["line_first"], row["line_last"], indicator)
        return [f"Tussen {since} en {until} {about}: de lijn door alle jaren gaat van {line}; {sure}"]
    first, last = ends
    alike = look_alike(first, last, indicator)
    if not alike and (last > first) == (verdict == "rises"):
        return [f"Tussen {since} en {until} {about} van {pair(first, last, indicator)}; {sure}"]
    gradual = (
        f"Over de jaren {since} tot en met {until} samen {about}, {per_year(row['slope'], indicator)}; {sure}"
    )
    if alike:
        return [gradual, f"Toch is het laatste cijfer gelijk aan het eerste: {amount(last, indicator)}."]
    more, less, *_ = wording.degrees(indicator)
    word = less if last < first else more
    return [
        gradual,
        f"Toch is het laatste cijfer {word} dan het eerste: {pair(last, first, indicator, 'tegen')}.",
    ]


def _undecided(row: Row, indicator: Indicator, name: str) -> list[str]:
    since, until = _years(row)
    whole = f"over de hele periode van {since} tot en met {until}" if turn_text(row) else ""
    when, about = whole or f"tussen {since} en {until}", f"{subject(indicator)} in {name}"
    figures = _both_figures(row, indicator, since, until)
    ends = _real_ends(row)
    apart = ends is not None and _far_apart(row, indicator, *ends)
    if row["verdict"] == "too_uncertain":
        if ends is not None and apart:
            # Where the picture plainly moves, asking whether it rose or fell would sound absurd.
            first, last = both_amounts(*ends, indicator)
            moved = f"{capital(about)} ging van {first} in {since} naar {last} in {until}"
            return [f"{moved}; of dat meer is dan toeval, is te onzeker om te zeggen."]
        return [f"Of {about} {when} steeg of daalde, is te onzeker om te zeggen{figures}."]
    equal = f"{capital(when)} bleef {about} ongeveer gelijk"
    if ends is not None and apart:
        wide = pair(*ends, indicator, "en")
        return [f"{equal}.", f"Het eerste en het laatste cijfer liggen verder uit elkaar: {wide}."]
    return [f"{equal}{figures}."]


def _far_apart(row: Row, indicator: Indicator, first: float, last: float) -> bool:
    """Tell whether the first and the last figure differ by more than what counts as no change."""
    # What is small beside other wijken can be much for a small wijk, but only where people are counted.
    own = max(abs(first), abs(last))
    ordinary = own if indicator.kind == "count" else given(row, "ordinary") or own
    least = _ROUNDED if indicator.kind == "count" else 0.0
    apart = abs(last - first) > max(NEGLIGIBLE * ordinary, least)
    return apart and not look_alike(first, last, indicator)


def _both_figures(row: Row, indicator: Indicator, since: str, until: str) -> str:
    ends = _real_ends(row)
    if ends is None:
        return ""
    first, last = ends
    if look_alike(first, last, indicator):
        return f": {amount(first, indicator)} in beide jaren"
    one, other = both_amounts(first, last, indicator)
    return f": {one} in {since} en {other} in {until}"


def _pictured(row: Row, indicator: Indicator, name: str) -> list[str]:
    """Say what a picture of a few figures shows, and that they allow no verdict."""
    n, (since, until) = int(row["n"]), _years(row)
    start = f"{capital(subject(indicator))} in {name}"
    if n == 1:
        last = given(row, "last_value")
        figure = (
            f"was {amount(last, indicator)} in {until}"
            if last is not None
            else f"is alleen van {until} bekend"
        )
        return [f"{start} {figure}.", f"Met één cijfer is geen ontwikkeling te zien{_because_of_break(row)}."]
    ends = _real_ends(row) or (float(row["line_first"]), float(row["line_last"]))
    low, high = given(row, "lowest"), given(row, "highest")
    reach = sorted(ends) if low is None or high is None else [float(low), float(high)]
    # All figures of the sentence are written alike, so that none looks more exact than the others.
    first, last, lowest, highest = amounts([*ends, *reach], indicator)
    unit = unit_behind(indicator)
    told = f"{start} ging van {first}{unit} in {since} naar {last}{unit} in {until}"
    if first == last:
        told = f"{start} was {first}{unit} in {since} en ook in {until}"
    if {lowest, highest} != {first, last}:
        told += f", en lag steeds tussen {lowest} en {highest}{unit}"
    few = "Of dat meer is dan toeval, is met deze cijfers niet te zeggen."
    if n < FEWEST_POINTS:
        few = f"{_FEW[n]} cijfers zijn te weinig om te zeggen of dat meer is dan toeval"
        few += f"{_because_of_break(row) or f'; daarvoor zijn er minstens {FEWEST_POINTS} nodig'}."
    return [f"{told}.", few]


def _because_of_break(row: Row) -> str:
    return f": die van vóór {_years(row)[0]} zijn er niet mee te vergelijken" if given(row, "broken") else ""


# Remarks ------------------------------------------------------------------------------------------


def _remarks(row: Row, indicator: Indicator) -> Iterator[str]:
    """Yield what else must be known about a series, most important first."""
    since, until = _years(row)
    n = int(row["n"])
    if (turned := _turned(row, indicator, until)) is not None:
        yield turned
    if (off := _departed(row, indicator, until)) is not None:
        yield off
    if row["verdict"] in _MOVED and wording.in_thousands_of_euro(indicator.unit):
        yield "Ook de prijzen veranderden in die jaren; dat is er niet uit gehaald."
    if given(row, "broken") and not (row["verdict"] == "no_verdict" and n < FEWEST_POINTS):
        yield f"Cijfers van vóór {since} zijn hier niet mee te vergelijken en tellen niet mee."
    missing = int(until) - int(since) + 1 - n
    if missing > 0:
        yield f"Van {wording.count(missing, 'jaar', 'jaren')} daartussen is er geen cijfer."
    if _stopped(row):
        yield _ended(row)
    if converted := wording.converted_sentence(int(given(row, "n_bridged") or 0), n):
        yield capital(converted)
    if given(row, "last_status") == Status.PROVISIONAL:
        yield f"Het cijfer van {until} is voorlopig."


def _stopped(row: Row) -> bool:
    """Tell whether the series ended for another reason than that its newest figure follows later."""
    return given(row, "ended") not in (None, Status.NOT_PUBLISHED)


def _past(row: Row) -> bool:
    """Tell whether the course of a series is not that of now: it stopped, or the chosen years stop before now."""
    return _stopped(row) or bool(given(row, "past"))


def _of_years(years: tuple[int, int] | None) -> str:
    """Return the chosen years with a space in front: " van 2019 tot en met 2022"; empty for all years."""
    if years is None:
        return ""
    first, last = years
    return f" van {first}" if first == last else f" van {first} tot en met {last}"


def _ended(row: Row) -> str:
    return f"Na {_years(row)[1]} is er geen cijfer ({wording.status_label(row['ended'])})."


def _turned(row: Row, indicator: Indicator, until: str) -> str | None:
    since, now = given(row, "since"), given(row, "now")
    if since is None or now is None:
        return None
    past = _past(row)
    when = f"Tussen {int(since)} en {until}" if past else f"Sinds {int(since)}"
    if now == "level":
        return f"{when} {'was' if past else 'is'} er geen duidelijke stijging of daling meer."
    word = wording.good_or_bad(now, indicator)
    faster = _faster(row) if now == row["verdict"] else ""
    told = f"{when} {(_MOVED if past else _MOVES)[now]} {pronoun(indicator)}{f'{faster} dan daarvoor' if faster else ''}"
    # Where the whole period has been judged already, the same word again adds nothing.
    return f"{told}, en dat is {word}." if word and not faster else f"{told}."


def _faster(row: Row) -> str:
    """Say how a new course differs from an old one that went the same way."""
    before, after = given(row, "slope_before"), given(row, "slope_after")
    if before is None or after is None:
        return ""
    # The old slope has no band of its own, so of an old course that leaned the other way no more is said than this.
    return " sneller" if before * after <= 0 or abs(after) > abs(before) else " minder snel"


def _departed(row: Row, indicator: Indicator, until: str) -> str | None:
    more, less, *_ = wording.degrees(indicator)
    side = {"above": more, "below": less}.get(given(row, "departure") or "")
    if side is None:
        return None
    last, expected = given(row, "last_value"), given(row, "expected")
    if last is None or expected is None or look_alike(last, expected, indicator):
        return f"Het cijfer van {until} is {side} dan de jaren ervoor deden verwachten."
    return (
        f"Het cijfer van {until} ({amount(last, indicator)}) is {side} dan de jaren ervoor deden verwachten "
        f"({amount(expected, indicator)})."
    )


# Titles -------------------------------------------------------------------------------------------


def line_title(
    row: Row | None, indicator: Indicator, name: str, *, years: tuple[int, int] | None = None
) -> str:
    """Return the finding about one region as the title of its picture; parameters as in `trend_sentence`."""
    start = f"{capital(subject(indicator))} in {name}"
    if row is None or not given(row, "n"):
        return f"{start}: geen cijfers{_of_years(years)}"
    verdict, (since, until) = str(row["verdict"]), _years(row)
    if turned := turn_text(row):
        return f"{start}: {turned}" if given(row, "now") == "level" else f"{start} {turned}"
    if verdict in _MOVED:
        return f"{start} {_MOVED[verdict]} tussen {since} en {until}"
    if verdict == "about_equal":
        return f"{start} bleef ongeveer gelijk tussen {since} en {until}"
    if verdict == "too_uncertain":
        moves = _MOVED if _past(row) else _MOVES
        return f"{start}: te onzeker of dat {' of '.join(moves.values())}"
    return f"{start}: te weinig jaren voor een oordeel"


def multiples_title(
    judged: pd.DataFrame, indicator: Indicator, *, years: tuple[int, int] | None = None
) -> str:
    """Return the finding about all wijken together: in how many the figure rises, falls, or cannot be told.

    Parameters
    ----------
    judged : DataFrame
        The rows of `ui.trending.family` of the wijken, not of the gemeente.
    indicator : Indicator
    years : tuple of int, optional
        As in `trend_sentence`.
    """
    about, n = capital(subject(indicator)), len(judged)
    if n == 0:
        return f"{about}: geen cijfers per wijk{_of_years(years)}"
    counts = judged["verdict"].value_counts()
    if counts.get("no_verdict", 0) == n:
        return f"{about}: te weinig jaren voor een oordeel"
    past = _all_past(judged)
    when = f" tussen {int(judged['first_year'].min())} en {int(judged['last_year'].max())}" if past else ""
    verbs = _MOVED if past else _MOVES
    moved = [(verbs[key], int(counts.get(key, 0))) for key in verbs if counts.get(key, 0)]
    if not moved:
        if counts.get("about_equal", 0) == n:
            return f"{about} bleef{when} {_share(n, n)} ongeveer gelijk"
        return f"{about} {' of '.join(verbs.values())}{when} {_share(0, n)} duidelijk"
    (verb, count), *more = moved
    title = f"{about} {verb}{when} {_share(count, n)}"
    return title + "".join(f" en {other} in {wording.number(few)}" for other, few in more)


def _all_past(judged: pd.DataFrame) -> bool:
    return all(_past(row) for _, row in judged.iterrows())


def _share(count: int, n: int) -> str:
    """Write in how many wijken of all: "in 9 van de 24 wijken", "in alle 24 wijken", "in geen van de 24 wijken"."""
    if n == 1:
        return "in de enige wijk" if count else "in de enige wijk niet"
    if count == n:
        return f"in {wording.all_of(n, 'wijken')}"
    few = wording.number(count) if count else "geen"
    return f"in {few} van de {wording.count(n, 'wijk', 'wijken')}"


def multiples_sentence(
    judged: pd.DataFrame,
    indicator: Indicator,
    names: Mapping[str, str],
    n_regions: int | None = None,
    *,
    years: tuple[int, int] | None = None,
) -> str:
    """Say in how many wijken the figure rises and falls, where that is unfavourable, and what cannot be told.

    Parameters
    ----------
    judged : DataFrame
        As in `multiples_title`.
    indicator : Indicator
    names : mapping
        Region to name as it stands in a sentence.
    n_regions : int, optional
        How many wijken there are; those without a row have no figure.
    years : tuple of int, optional
        As in `trend_sentence`.
    """
    n = len(judged)
    if n == 0:
        return f"Voor {subject(indicator)} is er van geen enkele wijk een cijfer{_of_years(years)}."
    counts = judged["verdict"].value_counts()
    sentences = [f"{multiples_title(judged, indicator, years=years)}."]
    be = "was" if _all_past(judged) else "is"
    for word in ("ongunstig", "gunstig"):
        regions = [row["region"] for _, row in judged.iterrows() if judgement_word(row, indicator) == word]
        if regions:
            sentences.append(f"De richting {be} {word} in {_named(regions, names)}.")
    # What holds for every wijk stands in the first sentence already.
    rest = [
        (int(counts.get("about_equal", 0)), "bleef het cijfer ongeveer gelijk"),
        (int(counts.get("too_uncertain", 0)), "is de richting te onzeker"),
        (int(counts.get("no_verdict", 0)), "zijn er te weinig jaren voor een oordeel"),
        (max((n_regions or n) - n, 0), "is er geen cijfer"),
    ]
    said = [f"in {wording.count(count, 'wijk', 'wijken')} {what}" for count, what in rest if 0 < count < n]
    if said:
        sentences.append(f"{capital(wording.join_names(said))}.")
    return " ".join(sentences)


def _named(regions: list[str], names: Mapping[str, str]) -> str:
    return wording.join_names([names[region] for region in regions], _MOST_NAMES)
