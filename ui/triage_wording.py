"""Words for the triage: what is unfavourable beside a comparator, which way it goes, and how many people it concerns.

A sentence speaks of the figure, never of the residents: not a wijk is bad, its figure is less favourable than that of
another. Only differences beyond the noise are put in words as a difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from analysis.trends import FEWEST_POINTS
from data.catalogue import Indicator
from ui import wording
from ui.amounts import amount, given, in_unit_of, look_alike, pair, per_year
from ui.wording import Row, capital, pronoun, subject

STATE_LABELS: Final = {
    "bad_worse": "slecht en slechter",
    "bad": "slecht, geen duidelijke richting",
    "bad_better": "slecht maar verbeterend",
    "good_worse": "goed maar verslechterend",
    "good": "goed",
    "about_equal": "ongeveer gelijk",
    "no_figure": wording.NO_FIGURE,
}
STATE_EXPLANATIONS: Final = {
    "bad_worse": "Het cijfer is ongunstiger dan waarmee u vergelijkt, en het gaat ook de ongunstige kant op.",
    "bad": "Het cijfer is ongunstiger dan waarmee u vergelijkt. Dat het beter of slechter wordt, blijkt niet uit de cijfers.",
    "bad_better": "Het cijfer is ongunstiger dan waarmee u vergelijkt, maar het gaat de gunstige kant op.",
    "good_worse": "Het cijfer is gunstiger dan waarmee u vergelijkt, maar het gaat de ongunstige kant op.",
    "good": "Het cijfer is gunstiger dan waarmee u vergelijkt. Dat het slechter wordt, blijkt niet uit de cijfers.",
    "about_equal": "Het verschil is kleiner dan de ruis door afronding en kleine aantallen. Het staat niet in de volgorde.",
    "no_figure": "Er is geen cijfer van de laatste jaren om te vergelijken. Het staat niet in de volgorde.",
}
_JUDGED: Final = {"favourable": "gunstig", "unfavourable": "ongunstig"}
_MOVED: Final = {"rises": "steeg", "falls": "daalde"}
_MOVES: Final = {"rises": "stijgt", "falls": "daalt"}
#: What a figure counts, by a word of its phrase; people where none fits.
_COUNTED: Final = (
    (("huishoudens",), ("huishouden", "huishoudens")),
    (("woningen", "flats"), ("woning", "woningen")),
    (("diefstallen", "vernieling", "misdrijven"), ("geval", "gevallen")),
)
_PEOPLE: Final = ("mens", "mensen")
_FEWEST_COUNTED: Final = 10


def state_count_label(state: str, count: int) -> str:
    """Return a state with its number, as it stands on a button: "slecht en slechter (7)"; short, without what it lacks."""
    return f"{STATE_LABELS[state].partition(',')[0]} ({wording.number(count)})"


# One wijk and one figure --------------------------------------------------------------------------


def triage_sentence(
    row: Row,
    indicator: Indicator,
    name: str,
    comparator: str,
    *,
    relative: bool = False,
    directed: bool = True,
) -> str:
    """Say level, direction and people of one row of `analysis.triage.triage`.

    Parameters
    ----------
    row : Series
        year, value, comparator_value, verdict and judgement of the level; trend, trend_judgement, slope, first_year
        and last_year of the direction, with since and now after a turn; people and concerned. Where ``gap`` is filled
        the direction is relative.
    indicator : Indicator
        What the figure is.
    name, comparator : str
        Names as they stand in a sentence.
    relative : bool
        Whether the direction is that of the difference with the comparator, not of the figure itself.
    directed : bool
        False leaves the direction out, where it is told once for all that none is known.
    """
    indicator = in_unit_of(row, indicator)
    if given(row, "state") == "no_figure":
        return _not_compared(row, indicator, name, comparator)
    # Beside the comparator is how euros are looked at, whatever the reader chose: prices rise.
    relative = relative or bool(given(row, "relative")) or given(row, "gap") is not None
    parts = (
        _level(row, indicator, name, comparator),
        _direction(row, indicator, comparator if relative else None) if directed else "",
        _people(row, indicator),
    )
    return " ".join(part for part in parts if part)


def _sides(indicator: Indicator) -> dict[str, str]:
    more, less, *_ = wording.degrees(indicator)
    return {"higher": more, "lower": less}


def _level(row: Row, indicator: Indicator, name: str, comparator: str) -> str:
    value, other = given(row, "value"), given(row, "comparator_value")
    if value is None or other is None:
        return _not_compared(row, indicator, name, comparator)
    start, year = f"{capital(subject(indicator))}", int(row["year"])
    side = _sides(indicator).get(row["verdict"])
    word = _JUDGED.get(row["judgement"])
    if side is None and given(row, "unsure"):
        figures = pair(value, other, indicator, "tegen")
        return f"Of {subject(indicator)} in {name} verschilt van {comparator}, is te onzeker om te zeggen: {figures} in {year}."
    if side is None:
        both = (
            f"allebei {amount(value, indicator)}"
            if look_alike(value, other, indicator)
            else pair(value, other, indicator, "tegen")
        )
        return f"{start} is in {name} ongeveer gelijk aan {comparator}: {both} in {year}."
    if look_alike(value, other, indicator):
        indicator = indicator.model_copy(update={"decimals": min(indicator.decimals + 1, 3)})
    judged = f", en dat is {word}" if word else ""
    figures = pair(value, other, indicator, "tegen")
    return f"{start} is in {name} {side} dan in {comparator}{judged}: {figures} in {year}."


def _not_compared(row: Row, indicator: Indicator, name: str, comparator: str) -> str:
    """Say why there is nothing to compare: no figure here, none there, or only an old one."""
    if given(row, "value") is None:
        return wording.no_figure_sentence(indicator, name, given(row, "status"))
    year = int(row["year"])
    if given(row, "comparator_value") is None:
        return (
            f"Voor {subject(indicator)} is er van {comparator} geen cijfer van {year} om mee te vergelijken."
        )
    return (
        f"Het laatste cijfer voor {subject(indicator)} in {name} is van {year}. "
        "Dat is te lang geleden om iets over nu te zeggen."
    )


def _direction(row: Row, indicator: Indicator, against: str | None) -> str:
    """Say which way it goes: the figure itself, or beside a comparator."""
    trend, since = given(row, "trend"), given(row, "since")
    if trend in (None, "no_verdict") or given(row, "first_year") is None:
        return _no_direction(row)
    beside = f"ten opzichte van {against} " if against else ""
    it = pronoun(indicator)
    when = (
        f"sinds {int(since)}"
        if since is not None
        else f"tussen {int(row['first_year'])} en {int(row['last_year'])}"
    )
    if trend == "too_uncertain":
        moved = ("beter of slechter werd" if against else "steeg of daalde") if since is None else "verandert"
        return f"Of {it} {beside}{when} {moved}, is te onzeker om te zeggen."
    if trend == "about_equal":
        if since is not None:
            return f"{capital(when)} is er {beside}geen duidelijke verbetering of verslechtering meer."
        return capital(
            f"{beside}bleef {it} {when} ongeveer gelijk."
            if against
            else f"{when} bleef {it} ongeveer gelijk."
        )
    level, word = (_JUDGED.get(given(row, key) or "") for key in ("judgement", "trend_judgement"))
    also = bool(word) and word == level
    link = "maar " if word == "ongunstig" and level == "gunstig" else ""
    link = "wel " if word == "gunstig" and level == "ongunstig" else link
    if against:
        became = f"{word}er" if word else _sides(indicator)["higher" if trend == "rises" else "lower"]
        verb = "werd" if since is None else "wordt"
        start = f"{link}{verb} {it} {beside}" if link == "wel " else f"{link}{beside}{verb} {it} "
        return capital(f"{start}{when}{' ook' if also else ''} {became}.")
    verb = (_MOVED if since is None else _MOVES)[trend]
    start = f"{link}{verb} {it} {when}" if link == "wel " else f"{link}{when} {verb} {it}"
    slope = given(row, "slope")
    pace = f", {per_year(slope, indicator)}" if slope is not None else ""
    judged = f": {'ook dat' if also else 'dat'} is {word}" if word else ""
    return capital(f"{start}{pace}{judged}.")


def _no_direction(row: Row) -> str:
    n, last = given(row, "n"), given(row, "last_year")
    if n is not None and last is not None and n >= FEWEST_POINTS:
        return f"Een richting is niet te zeggen: de cijfers lopen tot {int(last)}."
    return "Een richting is nog niet te zeggen: te weinig jaren."


# People -------------------------------------------------------------------------------------------


def _counted(row: Row, indicator: Indicator) -> tuple[str, str]:
    unit = given(row, "concerned_unit")
    for words, forms in (*_COUNTED, (("mensen", "people"), _PEOPLE)):
        if unit in forms or (unit is None and any(word in subject(indicator) for word in words)):
            return forms
    return {"households": _COUNTED[0][1], "dwellings": _COUNTED[1][1]}.get(str(unit), _PEOPLE)


def _about(value: float) -> str:
    """Write a number as roughly as it is known: two digits."""
    if value < 100:
        return wording.number(5 * round(value / 5))
    step = 10 ** (len(str(int(value))) - 2)
    return wording.number(step * round(value / step))


def people_text(row: Row, indicator: Indicator) -> str:
    """Write how many people (households, dwellings, cases) a figure counts: "ongeveer 420 mensen".

    Parameters
    ----------
    row : mapping or Series
        concerned: a number, empty where the figure counts nobody; concerned_unit: what is counted, if it is not
        what the phrase of the indicator names.
    indicator : Indicator

    Returns
    -------
    str
        Empty without such a number; below ten it is not told how many.
    """
    concerned = given(row, "concerned")
    if concerned is None or concerned < 0:
        return ""
    _, many = _counted(row, indicator)
    if concerned < _FEWEST_COUNTED:
        return f"minder dan {_FEWEST_COUNTED} {many}"
    return f"ongeveer {_about(float(concerned))}{wording.SPACE}{many}"


def _people(row: Row, indicator: Indicator) -> str:
    concerned, people = people_text(row, indicator), given(row, "people")
    # Other numbers beside this sentence, the figure itself too, may be of another year.
    told, year = "", int(row["people_year"]) if people is not None else 0
    if concerned:
        # Of a figure that worries where it is low, those who are counted are not those whom the worry is about.
        says = "Het gaat om" if indicator.direction == "higher_is_worrying" else "Het cijfer telt"
        told = f"{says} {concerned}."
    elif people is not None:
        told = f"In {year} woonden hier {wording.number(people)} mensen."
    if people is not None and people < wording.FEW_PEOPLE:
        few = f"Let op: in {year} woonden hier maar {wording.count(int(people), 'mens', 'mensen')}; zo'n cijfer verandert dan snel."
        return f"{told} {few}" if concerned else few
    return told


# The whole triage ---------------------------------------------------------------------------------


def triage_lead(triaged: pd.DataFrame, comparator: str, names: Mapping[str, str], limit: int = 3) -> str:
    """Return the two or three sentences that open the triage: how many, where most, and what was not ranked.

    Parameters
    ----------
    triaged : DataFrame
        What `analysis.triage.triage` returns: region, state, trend and, where known, unsure.
    comparator : str
        Name as it stands in a sentence.
    names : mapping
        Region to name as it stands in a sentence.
    limit : int
        At most so many wijken by name.
    """
    if triaged.empty:
        return f"Er zijn geen cijfers om met {comparator} te vergelijken."
    state = triaged["state"]
    worst = triaged.loc[state == "bad_worse", "region"]
    bad = int(state.isin(["bad", "bad_better"]).sum())
    undirected = bool(triaged["trend"].fillna("no_verdict").isin(["no_verdict", ""]).all())
    if undirected:
        told = [_bad_sentence(triaged, comparator, names, limit)]
        told.append("Of het beter of slechter gaat, is nog niet te zeggen: daarvoor zijn er te weinig jaren.")
    elif worst.empty:
        told = [
            f"Van geen enkel cijfer blijkt dat het ongunstiger is dan in {comparator} en ook nog de ongunstige kant op gaat.",
            *([_only_bad(bad, comparator)] if bad else []),
        ]
    else:
        told = [_worst_sentence(worst, comparator, names, limit)]
    equal, unsure = state == "about_equal", triaged.get("unsure", pd.Series(False, index=triaged.index))
    told.append(not_ranked_sentence(int((equal & ~unsure).sum()), n_unsure=int((equal & unsure).sum())))
    return " ".join(part for part in told if part)


def _worst_sentence(regions: pd.Series, comparator: str, names: Mapping[str, str], limit: int) -> str:
    n = len(regions)
    verb, goes = ("is", "gaat") if n == 1 else ("zijn", "gaan")
    return (
        f"{capital(wording.count(n, 'cijfer', 'cijfers'))} {verb} ongunstiger dan in {comparator} en {goes} ook de "
        f"ongunstige kant op: in {_where(regions, names, limit)}."
    )


def _bad_sentence(triaged: pd.DataFrame, comparator: str, names: Mapping[str, str], limit: int) -> str:
    regions = triaged.loc[triaged["state"].str.startswith("bad"), "region"]
    if regions.empty:
        return f"Geen enkel cijfer is duidelijk ongunstiger dan in {comparator}."
    n = len(regions)
    return (
        f"{capital(wording.count(n, 'cijfer', 'cijfers'))} {'is' if n == 1 else 'zijn'} ongunstiger dan in {comparator}, "
        f"{'in' if n == 1 else 'het vaakst in'} {_where(regions, names, limit)}."
    )


def _only_bad(n: int, comparator: str) -> str:
    one = n == 1
    return (
        f"Wel {'is' if one else 'zijn'} {wording.count(n, 'cijfer', 'cijfers')} ongunstiger dan in {comparator}, zonder dat "
        f"blijkt dat {'het' if one else 'ze'} de ongunstige kant op {'gaat' if one else 'gaan'}."
    )


def _where(regions: pd.Series, names: Mapping[str, str], limit: int) -> str:
    """Name the wijken with the most figures first, with their number where it is more than one."""
    counts = regions.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    more = counts.max() > 1
    told = [names[str(region)] + (f" ({wording.number(n)})" if more else "") for region, n in counts.items()]
    return wording.join_names(told, limit)


def not_ranked_sentence(
    n_equal: int, n_no_figure: int = 0, n_no_direction: int = 0, *, n_unsure: int = 0
) -> str:
    """Say how many figures have no place in the order, and why; empty if there are none.

    Parameters
    ----------
    n_equal : int
        Differences inside the noise.
    n_no_figure : int
        Combinations of wijk and indicator of which one of the two figures is missing.
    n_no_direction : int
        Ranked by level alone, since the direction is unknown.
    n_unsure : int
        Differences inside a noise so large that nobody can say they are about equal either.
    """
    told = []
    if n_equal:
        one = n_equal == 1
        told.append(
            f"{capital(wording.count(n_equal, 'cijfer', 'cijfers'))} {'is' if one else 'zijn'} ongeveer gelijk en "
            f"{'staat' if one else 'staan'} niet in de lijst."
        )
    if n_unsure:
        one = n_unsure == 1
        told.append(
            f"{capital(wording.count(n_unsure, 'cijfer', 'cijfers'))} {'is' if one else 'zijn'} te onzeker om te vergelijken "
            f"en {'staat' if one else 'staan'} {'ook ' if n_equal else ''}niet in de lijst."
        )
    if n_no_figure:
        told.append(
            f"{capital(wording.count(n_no_figure, 'keer', 'keer'))} was er geen cijfer om te vergelijken."
        )
    if n_no_direction:
        one = n_no_direction == 1
        told.append(
            f"Van {wording.count(n_no_direction, 'cijfer', 'cijfers')} is de richting {'' if one else 'nog '}niet te zeggen."
        )
    return " ".join(told)
