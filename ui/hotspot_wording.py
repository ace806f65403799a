"""How Wijkradar says where figures gather: sentences, names of classes, and what a hotspot is not.

"Meer dan toeval" is said of what the false discovery rate lets through, "bij elkaar" of a region with the regions around
it. A hotspot is a signal: no sentence here names a cause or gives a verdict on the people who live there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import pandas as pd

from analysis.hotspots import COLD, HOT, ISLAND, NO_FIGURE, NOTHING
from analysis.hotspots.emerging import (
    DIMINISHING,
    ENDED,
    FEWEST_BEFORE,
    FEWEST_YEARS,
    GONE_AFTER,
    HISTORICAL,
    INTENSIFYING,
    LASTING,
    NEW,
    NEW_WITHIN,
    PERSISTENT,
    SPORADIC,
    TOO_FEW_YEARS,
)
from data.catalogue import Indicator
from data.panel import Level
from ui import wording
from ui.wording import capital, count, join_names, level_label, subject

Row = Mapping[str, Any] | pd.Series

#: A region with a figure and without land on these borders.
NO_LAND: Final = "no_land"
#: What stands beside every hotspot.
SIGNAL: Final = "Een hotspot is een signaal: geen oordeel over wie er woont, en geen oorzaak."
#: More names than this are counted.
_MOST_NAMES: Final = 4
_LASTING: Final = Fraction(LASTING)
_WORSE: Final = {"higher_is_worrying": HOT, "lower_is_worrying": COLD, "neutral": None}
#: Classes over the years, in the order in which they ask attention.
YEARS_LABELS: Final = {
    INTENSIFYING: "wordt sterker",
    NEW: "nieuw",
    PERSISTENT: "blijft",
    SPORADIC: "komt en gaat",
    DIMINISHING: "wordt zwakker",
    HISTORICAL: "was er vroeger",
}
#: What each class means, in one line.
YEARS_EXPLAINED: Final = {
    INTENSIFYING: "Al langer bij elkaar, en het verschil met de rest wordt groter.",
    NEW: f"Nu bij elkaar, en voor het eerst in de laatste {NEW_WITHIN} jaren met een cijfer.",
    PERSISTENT: f"Al langer bij elkaar: in minstens {_LASTING.numerator} van de {_LASTING.denominator} jaren sinds het begin, "
    "zonder duidelijke verandering.",
    SPORADIC: "In sommige jaren bij elkaar, in andere niet.",
    DIMINISHING: "Al langer bij elkaar, maar het verschil met de rest wordt kleiner.",
    HISTORICAL: f"Vroeger minstens {FEWEST_BEFORE} jaren lang bij elkaar, maar niet in de laatste {GONE_AFTER} jaren met een "
    "cijfer.",
}
#: On the map classes share a colour: six tints of one hue cannot be told apart.
GROUP_OF: Final = {
    INTENSIFYING: "grows",
    NEW: "grows",
    PERSISTENT: "stays",
    SPORADIC: "varies",
    DIMINISHING: "fades",
    HISTORICAL: "fades",
}
GROUP_LABELS: Final = {
    "grows": "groeit: nieuw of sterker",
    "stays": "blijft",
    "varies": "komt en gaat",
    "fades": "neemt af of is voorbij",
}
#: Why nothing is said about a region over the years.
YEARS_REASONS: Final = {
    TOO_FEW_YEARS: "te weinig jaren met een cijfer",
    ENDED: "geen cijfer in de laatste jaren",
}
_GROWING: Final = (INTENSIFYING, NEW)
_THAT: Final = {
    INTENSIFYING: "wordt sterker in en rond {}",
    NEW: "is nieuw in en rond {}",
    PERSISTENT: "blijft zo in en rond {}",
    SPORADIC: "komt en gaat in en rond {}",
    DIMINISHING: "wordt zwakker in en rond {}",
    HISTORICAL: "was vroeger zo in en rond {}",
}
_DEGREES: Final = {"hoger": "hoog", "lager": "laag", "groter": "groot", "kleiner": "klein"}


# Sides --------------------------------------------------------------------------------------------


def worse_side(indicator: Indicator) -> str | None:
    """Return the side (`HOT` or `COLD`) on which figures are unfavourable; None for a neutral indicator."""
    return _WORSE[indicator.direction]


def kind_of_figures(side: str, indicator: Indicator) -> str:
    """Return what gathers on a side: "ongunstige", "gunstige", or "hoge" and "lage" where neither is good or bad."""
    worse = worse_side(indicator)
    if worse is None:
        return "hoge" if side == HOT else "lage"
    return "ongunstige" if side == worse else "gunstige"


def degree(side: str, indicator: Indicator) -> str:
    """Return how figures of a side are: hoog or laag, and of a distance or a size groot or klein."""
    more, less = wording.degrees(indicator)[:2]
    return _DEGREES[more if side == HOT else less]


def class_label(kind: str, indicator: Indicator, level: str = Level.WIJK) -> str:
    """Return the name of a class of `analysis.hotspots.hotspots` in plain words."""
    if kind in (HOT, COLD):
        return f"{kind_of_figures(kind, indicator)} cijfers bij elkaar"
    return "niet meer bij elkaar dan toeval" if kind == NOTHING else reason_label(kind, level)


def reason_label(kind: str, level: str = Level.WIJK, status: str = "") -> str:
    """Return why nothing is said about a region, for the legend; of a figure that is not there with the reason of the source."""
    if kind == NO_FIGURE:
        return wording.no_figure(status)
    told = {
        ISLAND: f"geen {level_label(level, plural=True)} eromheen met een cijfer",
        NO_LAND: "niet op de kaart",
    }
    return (told | YEARS_REASONS).get(kind, "")


def sides_in_order(indicator: Indicator) -> tuple[str, str]:
    """Return both sides, the unfavourable one first; without one the high side first."""
    return (COLD, HOT) if worse_side(indicator) == COLD else (HOT, COLD)


# Opening ------------------------------------------------------------------------------------------


def opening(rows: pd.DataFrame, indicator: Indicator, gemeente: str, year: int, level: str) -> str:
    """Answer whether figures gather, more than chance, and where.

    Parameters
    ----------
    rows : DataFrame
        One row per region: name and class.
    indicator : Indicator
    gemeente : str
        Name as it stands in a sentence.
    year : int
    level : str
    """
    names = {side: list(rows.loc[rows["class"] == side, "name"]) for side in sides_in_order(indicator)}
    found = [side for side in names if names[side]]
    if not found:
        return nowhere(indicator, gemeente, year, level)
    first, *others = found
    told = [
        f"In {gemeente} liggen {kind_of_figures(first, indicator)} cijfers bij elkaar, meer dan toeval: {subject(indicator)} "
        f"was in {year} {degree(first, indicator)} in en rond {_named(names[first], level)}."
    ]
    told += [
        f"{capital(kind_of_figures(side, indicator))} cijfers liggen bij elkaar in en rond {_named(names[side], level)}."
        for side in others
    ]
    worse = worse_side(indicator)
    if worse is not None and worse not in found:
        told.append("Bij ongunstige cijfers is dat niet te zien.")
    return " ".join(told)


def nowhere(indicator: Indicator, gemeente: str, year: int, level: str) -> str:
    """Say that nothing gathers, and that this does not make all regions alike."""
    many = level_label(level, plural=True)
    return (
        f"In {gemeente} is niet te zien dat hoge of lage cijfers meer bij elkaar liggen dan toeval: {subject(indicator)}, {year}. "
        f"Losse {many} kunnen wel opvallen."
    )


def _named(names: Sequence[str], level: str) -> str:
    """Return names, and how many others there are, with their noun."""
    told = join_names(names, limit=_MOST_NAMES)
    return f"{told} {level_label(level, plural=True)}" if told.endswith(" andere") else told


# Over the years -----------------------------------------------------------------------------------


def growth(
    over: pd.DataFrame, names: Mapping[str, str], sides: Sequence[str], level: str, *, gathers: bool
) -> str:
    """Answer whether what gathers now grows; empty where nothing gathers now and nothing did.

    One year and the years together are two questions, so that one can be answered where the other is not: then that
    is said, and the one sentence does not contradict the other.

    Parameters
    ----------
    over : DataFrame
        As `analysis.hotspots.emerging.emerging`.
    names : mapping of str to str
        Names by region.
    sides : sequence of str
        The side that is asked about; where neither is good or bad, both.
    level : str
    gathers : bool
        Whether figures of these sides gather in the year that is told about.
    """
    if over.empty:
        return ""
    if too_short(over):
        n = int(over["n_years"].max())
        return (
            f"Of het groeit, is niet te zeggen: er {'is' if n == 1 else 'zijn'} {years_to_compare(n)} te vergelijken en er zijn er "
            f"minstens {FEWEST_YEARS} nodig."
        )
    told = over[over["side"].isin(sides)]
    if told.empty:
        return "Of het groeit, is niet te zeggen: over de jaren samen is het te onzeker." if gathers else ""
    kinds = set(told["class"])
    if kinds == {HISTORICAL}:
        return f"Vroeger was het er wel: {_chain(told, names, level)}."
    answer = _growth_of(told, names, level)
    return answer if gathers else f"Over de jaren samen is het wel te zien. {answer}"


def _growth_of(told: pd.DataFrame, names: Mapping[str, str], level: str) -> str:
    growing = told[told["class"].isin(_GROWING)]
    if len(growing):
        return f"Het groeit: {_chain(growing, names, level)}."
    kinds = set(told["class"])
    if DIMINISHING in kinds:
        return f"Het groeit niet: {_chain(told[told['class'] == DIMINISHING], names, level)}."
    if PERSISTENT in kinds:
        since = int(told.loc[told["class"] == PERSISTENT, "first"].min())
        return f"Het is al zo sinds {since} en wordt niet duidelijk sterker."
    return "Het groeit niet duidelijk: het ene jaar is het er wel, het andere niet."


def years_opening(over: pd.DataFrame, indicator: Indicator, gemeente: str, side: str, level: str) -> str:
    """Say where figures gathered on one side over the years, and how that changes.

    Parameters
    ----------
    over : DataFrame
        Rows of `analysis.hotspots.emerging.emerging` of this side, at least one, with name.
    indicator : Indicator
    gemeente : str
    side : str
    level : str
    """
    kind = kind_of_figures(side, indicator)
    names = dict(zip(over["region"], over["name"], strict=True))
    verb = "lagen" if set(over["class"]) == {HISTORICAL} else "liggen"
    return (
        f"In {gemeente} {verb} {kind} cijfers bij elkaar, meer dan toeval ({subject(indicator)}). "
        f"{capital(_chain(over, names, level))}."
    )


def years_nowhere(over: pd.DataFrame, indicator: Indicator, gemeente: str, level: str) -> str:
    """Say that nothing gathered over the years, or that this cannot be known.

    Parameters
    ----------
    over : DataFrame
        As `analysis.hotspots.emerging.emerging`, nothing on either side; empty where nothing could be looked at.
    indicator : Indicator
    gemeente : str
    level : str
    """
    if not (over["class"] == NOTHING).any():
        return (
            f"Of cijfers in {gemeente} over de jaren bij elkaar liggen, is niet te zeggen: er zijn te weinig "
            f"{level_label(level, plural=True)} naast elkaar met lang genoeg een cijfer."
        )
    return (
        f"Over de jaren samen is in {gemeente} niet te zien dat hoge of lage cijfers meer bij elkaar liggen dan toeval: "
        f"{subject(indicator)}."
    )


def _chain(over: pd.DataFrame, names: Mapping[str, str], level: str) -> str:
    """Return "dat wordt sterker in en rond A en B; het is nieuw in en rond C; het blijft zo in en rond D"."""
    parts = [
        told.format(_named([names[region] for region in over.loc[over["class"] == kind, "region"]], level))
        for kind, told in _THAT.items()
        if (over["class"] == kind).any()
    ]
    return f"dat {'; het '.join(parts)}"


def in_how_many_years(row: Row) -> str:
    """Return in how many of the years figures gathered at a region, and since when: "in 8 van de 10 jaren, sinds 2015"."""
    flagged, of, first, last = (int(row[key]) for key in ("n_flagged", "n_years", "first", "last"))
    when = f"alleen in {first}" if first == last else f"{first} tot en met {last}"
    return f"in {flagged} van de {years_to_compare(of)} ({when})"


def years_sentence(row: Row) -> str:
    """Say what happened at one region over the years."""
    return f"{capital(YEARS_LABELS[str(row['class'])])}: {in_how_many_years(row)}."


def too_short(over: pd.DataFrame) -> bool:
    """Tell whether there are too few years to say anything about any region."""
    kinds = set(over["class"])
    return TOO_FEW_YEARS in kinds and not kinds & set(YEARS_LABELS) and NOTHING not in kinds


def years_to_compare(n: int) -> str:
    """Return a number of years: "1 jaar", "6 jaren"."""
    return count(n, "jaar", "jaren")


# One region ---------------------------------------------------------------------------------------


def place_sentence(row: Row, indicator: Indicator, level: str) -> str:
    """Say what lies in and around one region of a list, with the figures that it rests on.

    Parameters
    ----------
    row : Series or mapping
        value, status, class, n_neighbours, around (mean of the figures here and around) and mean (of all regions).
    indicator : Indicator
    level : str
    """
    own = wording.figure_or_reason(row["value"], row["status"], indicator.unit, indicator.decimals)
    around = _means(row, indicator)[0]
    if not wording.in_thousands_of_euro(indicator.unit):
        # Its unit stands behind the figure in front.
        around = around.partition(wording.SPACE)[0] if indicator.unit != "%" else around
    told = f"{capital(own)}; samen met {around_text(row, level)} gemiddeld {around}."
    return " ".join([told, *_remarks(row, indicator, level)])


def mean_sentence(row: Row, indicator: Indicator, level: str) -> str:
    """Say what the figures of a list are to be held against: the mean of all regions."""
    one, many = level_label(level), level_label(level, plural=True)
    return f"Het gemiddelde van alle {many} is {_means(row, indicator)[1]}; elke {one} telt even zwaar."


def card_sentence(row: Row, indicator: Indicator, name: str, level: str) -> str:
    """Say on the card of a region whether it lies where figures gather; empty where nothing can be said.

    Parameters
    ----------
    row : Series or mapping
        As in `place_sentence`, with year.
    """
    kind, year = row["class"], int(row["year"])
    many = level_label(level, plural=True)
    if kind in (HOT, COLD):
        around, everywhere = _means(row, indicator)
        told = (
            f"Op de kaart ligt {name} tussen {kind_of_figures(kind, indicator)} cijfers, meer dan toeval: {subject(indicator)} "
            f"was in {year} samen met {around_text(row, level)} gemiddeld {around}, tegen {everywhere} in alle {many}."
        )
        return " ".join([told, *_remarks(row, indicator, level)])
    if kind == NOTHING:
        return (
            f"Op de kaart: rond {name} liggen hoge of lage cijfers in {year} niet meer bij elkaar dan toeval."
        )
    if kind == ISLAND:
        return (
            f"Op de kaart: rond {name} liggen geen {many} met een cijfer, dus of hoge of lage cijfers hier bij elkaar liggen, "
            "is niet te zeggen."
        )
    return ""


def _means(row: Row, indicator: Indicator) -> tuple[str, str]:
    """Write the mean around and the mean everywhere, with a decimal more where they would look the same."""
    for decimals in (indicator.decimals, indicator.decimals + 1):
        pair = tuple(wording.figure(row[key], indicator.unit, decimals) for key in ("around", "mean"))
        if pair[0] != pair[1]:
            break
    return pair[0], pair[1]


def around_text(row: Row, level: str) -> str:
    """Return the regions around one, as they stand in a sentence: "de 5 wijken eromheen"."""
    n, one = int(row["n_neighbours"]), level_label(level)
    return f"de {one} eromheen" if n == 1 else f"de {count(n, one, level_label(level, plural=True))} eromheen"


def _remarks(row: Row, indicator: Indicator, level: str) -> Iterable[str]:
    side, value, mean = row["class"], row["value"], row["mean"]
    outwards = 1 if side == HOT else -1
    if side in (HOT, COLD) and (row["around"] - mean) * outwards <= 0:
        yield (
            f"Het gemiddelde laat dat niet zien: vergeleken is met wat bij de omvang van elke {level_label(level)} past."
        )
    elif wording.is_figure(value) and side in (HOT, COLD) and (value - mean) * outwards <= 0:
        yield (
            f"Het cijfer hier is zelf niet {degree(side, indicator)}: dat zijn de "
            f"{level_label(level, plural=True)} eromheen."
        )
    if int(row["n_neighbours"]) == 1:
        yield "Dit leunt op twee cijfers."


# Refusals -----------------------------------------------------------------------------------------


def refusal(indicator: Indicator, share: Indicator | None = None) -> str:
    """Say why no hotspots are looked for, and what to choose instead; empty where they are.

    Parameters
    ----------
    indicator : Indicator
    share : Indicator, optional
        The share of a count, where there is one.
    """
    if not indicator.usable_in_score:
        return (
            "Van cijfers over herkomst zoekt Wijkradar niet waar ze bij elkaar liggen. Waar iemand vandaan komt, is geen "
            "probleem en geen signaal. De kaart zonder oordeel staat bij Eén onderwerp. Kies voor hotspots een ander onderwerp."
        )
    if indicator.kind == "count":
        instead = (
            f"Kies daarom {wording.in_sentence(share.title)}."
            if share
            else "Kies daarom een aandeel of een cijfer per inwoner."
        )
        return (
            "Dit zijn aantallen. In grote wijken zijn die vanzelf hoog, dus een kaart van aantallen laat vooral zien waar de "
            f"grote wijken liggen. {instead}"
        )
    return ""
