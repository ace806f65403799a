"""What the view "Wat is er nodig?" says of its own: assumptions, scenarios, and what a need is made of, in plain Dutch.

Pure functions. What is expected is told by `ui.outlook_wording`, as for any other figure. What follows from assumptions
is a scenario: it happens *if*, and is never expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from analysis.needs import Change, Need, NewDwellings, UseChange
from data.catalogue import Catalogue, Indicator
from ui import wording
from ui.amounts import amounts
from ui.outlook_reach import digits_of
from ui.wording import SPACE, THIN, number

Numbers = Mapping[str, float]

THOUSAND: Final = f"1{THIN}000"
SCENARIO_IS: Final = (
    "Dit is een scenario: wat er gebeurt áls deze aannames uitkomen. Het is geen verwachting."
)
#: How a scenario is called before it has a name.
UNNAMED: Final = "uw scenario"
#: Smaller than this is no difference.
_NOTHING: Final = 0.05
#: Years of age at a primary school, unless the user says otherwise: from 4 to 12.
_USUAL_AGES: Final = 8


def title_of(need: Need) -> str:
    """Return the need as the start of a title: "Cliënten van de Wmo"."""
    return wording.capital(need.title)


def indicator_of(need: Need, catalogue: Catalogue, *, per_thousand: bool = False) -> Indicator:
    """Return a need in the form in which sentences, charts and tables take a figure.

    Parameters
    ----------
    need : Need
    catalogue : Catalogue
    per_thousand : bool
        Per 1,000 inhabitants instead of the number itself.
    """
    base = catalogue[need.count or need.people]
    behind = f" per {THOUSAND} inwoners" if per_thousand else ""
    return base.model_copy(
        update={
            "id": f"need_{need.id}",
            "title": title_of(need) + behind,
            "phrase": f"het aantal {need.title}{behind}",
            "phrase_has_unit": per_thousand,
            "unit": "per 1 000 inwoners" if per_thousand else "aantal",
            "decimals": 1 if per_thousand else 0,
            "kind": "rate" if per_thousand else "count",
            "direction": "neutral",
            "rounding": 0 if per_thousand else base.rounding,
            "rounding_changes": (),
            "breaks": (),
        }
    )


def made_of(need: Need, catalogue: Catalogue) -> str:
    """Say of which figures a need is made, and what is assumed."""
    what = (
        f"{title_of(need)}: {wording.join_names([wording.subject(catalogue[name]) for name in need.group])}"
    )
    if need.use:
        what += f", maal {wording.subject(catalogue[need.use])}"
    if need.id == "school":
        what += (
            f". Van de 15 leeftijden van 0 tot 15 jaar tellen er {number(15 * need.factor)} mee"
            f"{': die van 4 tot 12 jaar' if round(15 * need.factor) == _USUAL_AGES else ''}. We nemen aan dat elke leeftijd "
            "evenveel kinderen heeft"
        )
    elif need.id == "dwellings":
        what += ". We rekenen één woning per huishouden, wat er nu ook staat"
    elif need.id == "alone":
        what += ", van alle leeftijden. Hoeveel 65-plussers alleen wonen, staat niet in deze cijfers van CBS"
    return f"{what}."


def rate_sentence(row: Numbers, rate: Indicator) -> str:
    """Say what is expected per 1,000 inhabitants, with its band of 80 %.

    Parameters
    ----------
    row : mapping
        mean, lower_80, upper_80, last_value and last_year, per 1,000 inhabitants.
    rate : Indicator
        As `indicator_of` gives it.
    """
    digits = digits_of(row, rate)
    mean, low, high = (
        number(round(row[name], digits), max(digits, 0)) for name in ("mean", "lower_80", "upper_80")
    )
    now = number(row["last_value"], rate.decimals)
    return f"Per {THOUSAND} inwoners is dat {mean}, in 8 van de 10 gevallen tussen {low} en {high}; in {int(row['last_year'])} was het {now}."


def missing_sentence(need: Need, figure: Indicator) -> str:
    """Say for want of which figure a need cannot be forecast."""
    return f"Voor {need.title} is het cijfer ‘{figure.title}’ nodig; daarover gaat de reden."


# Assumptions --------------------------------------------------------------------------------------


def _percent(value: float) -> str:
    return f"{number(abs(value), 0 if float(value).is_integer() else 1)}{SPACE}%"


def _where(regions: Sequence[str], names: Mapping[str, str], gemeente: str) -> str:
    if not regions:
        return f"in heel {gemeente}"
    return f"in {wording.join_names([names.get(code, code) for code in regions], limit=4)}"


def change_sentence(
    change: Change, needs: Mapping[str, Need], names: Mapping[str, str], gemeente: str
) -> str:
    """Write one assumption as a sentence.

    Parameters
    ----------
    change : UseChange, NewDwellings or Measure
    needs : mapping
        Id to need.
    names : mapping
        Code of a wijk to name.
    gemeente : str
        Name.
    """
    if isinstance(change, NewDwellings):
        return _dwellings_sentence(change, names)
    what = needs[change.need].title if change.need in needs else change.need
    size = f"{_percent(change.percent)} {'meer' if change.percent > 0 else 'minder'} {what}"
    where = _where(change.regions, names, gemeente)
    if isinstance(change, UseChange):
        return f"Vanaf {change.from_year}: {size} dan verwacht, {where}."
    reached = (
        "meteen volledig"
        if change.years_to_full == 1
        else f"binnen {wording.count(change.years_to_full, 'jaar', 'jaar')} volledig"
    )
    until = f" en tot en met {change.until_year}" if change.until_year else ""
    return f"Een maatregel vanaf {change.from_year}: {size}, {reached}{until}, {where}."


def _dwellings_sentence(change: NewDwellings, names: Mapping[str, str]) -> str:
    size = abs(change.number)
    if change.number >= 0:
        what = wording.count(size, "nieuwe woning", "nieuwe woningen")
    else:
        what = wording.count(size, "woning minder", "woningen minder")
    told = f"{what} in {names.get(change.region, change.region)}, klaar in {change.year}"
    notes = []
    if change.people_per_dwelling is not None:
        notes.append(f"{number(change.people_per_dwelling, 1)} mensen per woning")
    if change.share_65plus is not None:
        notes.append(f"{number(100 * change.share_65plus)}{SPACE}% van hen is 65 jaar of ouder")
    return f"{told}{' (' if notes else ''}{', '.join(notes)}{')' if notes else ''}."


def not_counted_sentence(sentences: Sequence[str]) -> str:
    """Say which assumptions do not count, for want of figures."""
    one = len(sentences) == 1
    return (
        f"{'Deze aanname telt' if one else 'Deze aannames tellen'} niet mee, want van dat gebied zijn er te weinig cijfers: "
        f"{' '.join(sentences)}"
    )


# Scenarios ----------------------------------------------------------------------------------------


def called(name: str) -> str:
    """Return how a scenario is called inside a sentence; one without a name is "uw scenario"."""
    return name if name == UNNAMED else f"scenario ‘{name}’"


def capital_name(name: str) -> str:
    """Return how a scenario is called at its line."""
    return wording.capital(called(name))


def changes_nothing(row: Numbers) -> bool:
    """Tell whether a scenario makes no difference in a year."""
    return max(abs(row[f"difference_{side}"]) for side in ("mean", "lower_80", "upper_80")) < _NOTHING


def difference_text(row: Numbers) -> tuple[str, str, str, str]:
    """Write a difference without its sign, its band of 80 % from small to large, and "meer" or "minder".

    Both ends are empty where the band is as narrow as the difference is written, or holds 0.
    """
    size, low, high = (row[f"difference_{side}"] for side in ("mean", "lower_80", "upper_80"))
    word = "meer" if size > 0 else "minder"
    decimals = 0 if abs(size) >= 9.5 else 1
    ends = sorted([abs(low), abs(high)]) if low * high > 0 else []
    mean, *written = (number(value, decimals).removesuffix(",0") for value in (abs(size), *ends))
    if len(written) < 2 or written[0] == written[1]:
        return mean, "", "", word
    return mean, written[0], written[1], word


def scenario_sentence(row: Numbers, need: Need, place: str, name: str, indicator: Indicator) -> str:
    """Say what a scenario changes, against what is expected without it.

    Parameters
    ----------
    row : mapping
        A row of `analysis.needs.outlook` with a scenario.
    need : Need
    place : str
    name : str
        Of the scenario.
    indicator : Indicator
        The need as a figure.
    """
    year = int(row["year"])
    if changes_nothing(row):
        return f"In {called(name)} verandert er rond {year} niets aan het aantal {need.title} in {place}."
    size, low, high, word = difference_text(row)
    told = f"In {called(name)} zijn er in {place} rond {year} naar schatting {size} {need.title} {word} dan we verwachten"
    if low:
        told += f" (in 8 van de 10 gevallen tussen {low} en {high} {word})"
    digits = digits_of(
        {
            "mean": row["baseline_mean"],
            "lower_80": row["people_lower_80"],
            "upper_80": row["people_upper_80"],
            "last_value": row["baseline_mean"],
        },
        indicator,
    )
    levels = (round(row["people_mean"], digits), round(row["baseline_mean"], digits))
    then, without = amounts(levels, indicator)
    return f"{told}{f': ongeveer {then} in plaats van {without}' if then != without else ''}."


def scenario_title(row: Numbers, need: Need, place: str, name: str) -> str:
    """Return the finding of the picture of one scenario, as its title."""
    year = int(row["year"])
    if changes_nothing(row):
        return f"{capital_name(name)} verandert rond {year} niets aan het aantal {need.title} in {place}"
    size, _, _, word = difference_text(row)
    return f"{capital_name(name)}: {size} {need.title} {word} dan verwacht in {place}, rond {year}"


def too_late_sentence(end: int) -> str:
    """Say of an assumption that is being filled in that it begins after the last year on the screen."""
    return f"De verwachting hierboven loopt tot {end}. Wat daarna begint, ziet u hier nog niet."


def starts_later_sentence(first: int, last: int, name: str) -> str:
    """Say that a scenario begins after the last year that can be forecast."""
    return (
        f"In {called(name)} verandert er pas iets in {first}. Verder dan {last} is er hier geen verwachting, dus is het verschil "
        "niet uit te rekenen. Kies een eerder jaar, een andere wijk, of iets anders dat nodig is."
    )
