"""What the view Narekenen says, in plain Dutch; the names of models and tests stand in the folds only."""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

from analysis.forecasting import FEWEST_YEARS
from analysis.in_depth import WIJKRADAR, History, Leftover
from data.catalogue import Indicator
from ui import wording
from ui.wording import SPACE, number

NO_CHANGE: Final = "Er verandert niets"
#: Models by what they do, for the screen.
MODEL_LABELS: Final = {
    WIJKRADAR: "Wijkradar",
    "no_change": NO_CHANGE,
    "drift": "Gemiddelde verandering gaat door",
    "ets_ann": "Gemiddeld niveau van de laatste jaren",
    "ets_aadn": "Trend die langzaam uitdooft",
    "theta": "Halve trend",
    "local_linear": "Trend die meebeweegt",
}
#: The same models as a textbook calls them, for the fold.
MODEL_NAMES: Final = {
    "no_change": "naïef (random walk)",
    "drift": "random walk met drift",
    "ets_ann": "ETS(A,N,N), simple exponential smoothing",
    "ets_aadn": "ETS(A,Ad,N), damped trend",
    "theta": "Theta (Assimakopoulos en Nikolopoulos)",
    "local_linear": "local linear trend (structureel model, Kalman-filter)",
}
#: Members of the forecast by what they do: on a wide screen and on a telephone.
MEMBER_LABELS: Final = {
    "damped_trend": ("uitdovende trend", "uitdovend"),
    "dynamic_theta_of_roots": ("halve trend, op wortels", "halve trend"),
    "median_drift": ("middelste verandering", "middelste"),
    "median_drift_of_roots": ("middelste, op wortels", "op wortels"),
    "own_pace": ("eigen tempo", "eigen tempo"),
    "own_trend": ("eigen trend", "eigen trend"),
    "shared_trend": ("gedeelde trend", "gedeeld"),
    "mixture": ("Wijkradar", "Wijkradar"),
}
_MEMBER_NAMES: Final = {
    "damped_trend": "gedempte trend (Gardner en McKenzie)",
    "dynamic_theta_of_roots": "dynamische Theta op de wortels van de cijfers (Fiorucci en anderen)",
    "median_drift": "mediaan van de jaarlijkse veranderingen",
    "median_drift_of_roots": "mediaan van de jaarlijkse veranderingen van de wortels",
    "own_pace": "groei in procenten, naar die van de andere wijken toe getrokken (empirical Bayes)",
}
#: An error that differs less than this share from that of no change is the same.
_SAME: Final = 0.02
#: Correlation of neighbouring years beyond this many standard errors is more than chance.
_BEYOND_CHANCE: Final = 1.96
#: A residual this many times an ordinary one stands out.
_STANDS_OUT: Final = 3.0
_SMALL_P: Final = 0.05
#: Per cent of the weight below which no change no longer decides.
_HALF: Final = 50


def refusal(history: History, indicator: Indicator, place: str) -> list[str]:
    """Say why a series cannot be taken apart, and what can be done."""
    years = wording.count(int(history.observed.sum()), "jaar", "jaren")
    reasons = {
        "no_figures": "Er is geen enkel cijfer.",
        "too_few_years": f"Er {'is' if years.startswith('1' + SPACE) else 'zijn'} {years} met een cijfer op een rij; "
        f"er zijn er {FEWEST_YEARS} nodig. Een breuk of een lang gat begint een nieuwe rij.",
        "constant": "Het cijfer was elk jaar hetzelfde. Dan zegt elk model dat het zo blijft.",
    }
    opening = f"Niet na te rekenen: {wording.subject(indicator)} in {place}."
    return [opening, reasons[history.reason], "Kies een ander onderwerp of een andere wijk."]


# The models side by side --------------------------------------------------------------------------


def nearest_sentence(models: pd.DataFrame, place: str, horizon: int) -> str:
    """Say which model was nearest in this series so many years ahead, and where Wijkradar stood.

    Parameters
    ----------
    models : DataFrame
        Rows of `analysis.in_depth.models` and `analysis.in_depth.of_wijkradar`.
    place : str
    horizon : int
    """
    rows = models[(models["horizon"] == horizon) & models["error"].notna()]
    rows = rows.sort_values("error", kind="stable")
    if len(rows) < 2:
        return f"{_ahead(horizon)} vooruit is er van {place} nog niets na te rekenen."
    best, cases = rows.iloc[0], int(rows["cases"].max())
    own = rows[rows["model"] == WIJKRADAR]
    told = (
        f"{_ahead(horizon)} vooruit zat ‘{MODEL_LABELS[str(best['model'])]}’ in {place} het dichtst bij de uitkomst "
        f"({_beside_no_change(float(best['error']))})"
    )
    if best["model"] == "no_change":
        told = f"{_ahead(horizon)} vooruit kwam in {place} geen enkel model dichter bij de uitkomst dan ‘er verandert niets’"
    if len(own) and best["model"] != WIJKRADAR:
        told += f"; Wijkradar zat {_beside_no_change(float(own['error'].iloc[0]))}"
    return f"{told}. Dat rust op {wording.count(cases, 'vroeger jaar', 'vroegere jaren')}."


def _ahead(horizon: int) -> str:
    return wording.count(horizon, "jaar", "jaar").capitalize()


def _beside_no_change(error: float) -> str:
    if abs(error - 1) < _SAME:
        return "ongeveer even ver ernaast als ‘er verandert niets’"
    share = f"{number(abs(error - 1) * 100)}{SPACE}%"
    return f"{share} {'dichterbij' if error < 1 else 'verder ernaast'} dan ‘er verandert niets’"


WARNING: Final = (
    "Een paar jaren van één reeks zeggen weinig: welk model daar het dichtst bij zat, is grotendeels toeval. Daarom kiest "
    "Wijkradar niet per wijk een model, maar leert het van alle wijken samen."
)

OWN_ONLY: Final = (
    "Dit gaat over onze eigen verwachting, niet over de prognose van CBS en PBL waarmee u nu rekent."
)


def about_models() -> list[str]:
    """Return the names of the models and how to read their figures, for the fold."""
    return [
        *(f"{MODEL_LABELS[model]}: {name}." for model, name in MODEL_NAMES.items()),
        "De modellen zijn geschat met statsmodels, op dezelfde cijfers als de verwachting van Wijkradar. Hun band van 80 % "
        "rekent met de fouten die het model zelf in deze reeks maakte; bij korte reeksen is die band vaak te smal.",
        "Fout: hoe ver een model er bij vroegere jaren naast zat, gedeeld door de fout van ‘er verandert niets’. Onder de 1 is "
        f"beter. Elk jaar met minstens {FEWEST_YEARS} cijfers is een begin; het model is daar opnieuw geschat, met wat toen "
        "bekend was.",
        "AICc: lager past beter, met een straf voor elke extra instelling. Alleen de twee modellen ETS zijn er onderling mee te "
        "vergelijken: het structurele model telt de eerste twee jaren niet mee. Leeg: geen AICc, of te weinig cijfers.",
        "Aantallen worden niet negatief en percentages blijven tussen 0 en 100; daar zijn de lijnen en banden afgekapt.",
    ]


NOTES: Final = {
    "failed": "niet te schatten op deze cijfers",
    "not_converged": "schatting niet helemaal gelukt",
    "": "",
}


# What drives the weights --------------------------------------------------------------------------


def weights_sentences(evidence: pd.DataFrame, horizon: int, whose: str) -> list[str]:
    """Say what the two trends showed so many years ahead, and how much they count therefore.

    Parameters
    ----------
    evidence : DataFrame
        As `analysis.evidence.evidence_table` returns it.
    horizon : int
    whose : str
        "alle wijken samen".
    """
    rows = evidence[evidence["horizon"] == horizon].set_index("member")
    if rows.empty:
        return []
    own, shared = (float(rows["error"][name]) for name in ("own_trend", "shared_trend"))
    shares = _percentages(float(rows["own"].iloc[0]), float(rows["shared"].iloc[0]))
    weighs = (
        f"de eigen trend telt voor {shares[0]}{SPACE}% mee, de gedeelde trend voor {shares[1]}{SPACE}% en ‘er verandert niets’ "
        f"voor {shares[2]}{SPACE}%."
    )
    years = wording.count(horizon, "jaar", "jaar")
    if math.isnan(own) or math.isnan(shared):
        return [f"{years} vooruit is er in {whose} nog geen uitkomst om van te leren; {weighs}"]
    cases = wording.count(int(rows["cases"].iloc[0]), "eerdere verwachting", "eerdere verwachtingen")
    starts = wording.count(int(rows["origins"].iloc[0]), "beginjaar", "beginjaren")
    return [
        f"{years} vooruit zat de eigen trend in {whose} {_beside_no_change(own)}; de gedeelde trend {_beside_no_change(shared)}.",
        f"{_because(min(own, shared), shares)} {weighs}",
        f"Dat rust op {cases} uit {starts}.",
    ]


def _because(best: float, shares: tuple[int, int, int]) -> str:
    """Say how the weights follow from what the better of the two trends showed."""
    better, trusted = best < 1 - _SAME, shares[2] < _HALF
    if better and not trusted:
        return "Dat is nog te weinig bewijs om ver van ‘er verandert niets’ af te gaan:"
    if not better and trusted:
        return "Op een ander aantal jaren vooruit zat een trend wel dichterbij:"
    return "Daarom:"


def _percentages(own: float, shared: float) -> tuple[int, int, int]:
    """Return the three weights in whole per cents that sum to 100."""
    first, second = round(100 * own), round(100 * shared)
    second = min(second, 100 - first)
    return first, second, 100 - first - second


def about_members() -> list[str]:
    """Return what each member does and how the weights come about, for the fold."""
    return [
        "De eigen trend is het gemiddelde van vijf manieren om de reeks van de wijk zelf door te trekken:",
        *(f"{MEMBER_LABELS[member][0]}: {name}." for member, name in _MEMBER_NAMES.items()),
        "De gedeelde trend: de wijk groeit of krimpt in het tempo dat in de meeste wijken geldt.",
        "De gewichten zijn een exponentieel gewogen gemiddelde van mogelijke mengsels: wat dichter bij de uitkomst zat, telt "
        "zwaarder. Wat op één aantal jaren vooruit bleek, telt ook mee voor de aantallen eromheen. Zonder bewijs telt een trend niet mee.",
        "Elke wijk telt mee met de wortel van hoe sterk haar cijfer beweegt, zodat grote wijken niet alles bepalen.",
        "Bij Wijkradar zelf telt op elk beginjaar het mengsel dat toen bekend was. In de eerste jaren was dat nog bijna ‘er "
        "verandert niets’; daarom ligt die lijn vaak dichter bij 1 dan de trends.",
    ]


# What is left over --------------------------------------------------------------------------------


def leftover_sentences(left: Leftover, indicator: Indicator) -> list[str]:
    """Say what the damped trend leaves over: a bias, a pattern, an outlier."""
    return [_bias(left, indicator), _pattern(left), _outlier(left, indicator)]


def _amount(value: float, indicator: Indicator) -> str:
    return wording.difference(abs(value), indicator.unit, indicator.decimals)


def _bias(left: Leftover, indicator: Indicator) -> str:
    if abs(left.mean) > _BEYOND_CHANCE * left.mean_error:
        side = "hoger" if left.mean > 0 else "lager"
        return f"Het cijfer kwam gemiddeld {_amount(left.mean, indicator)} {side} uit dan de trend zei: dat is meer dan toeval."
    return "Gemiddeld zat de trend niet te hoog en niet te laag."


def _pattern(left: Leftover) -> str:
    limit = _BEYOND_CHANCE / math.sqrt(left.n)
    if math.isnan(left.autocorrelation) or (
        abs(left.autocorrelation) <= limit and not left.ljung_box < _SMALL_P
    ):
        return "In wat overblijft zit geen patroon dat we van toeval kunnen onderscheiden."
    if left.autocorrelation > 0:
        return "Was het cijfer het ene jaar hoger dan verwacht, dan vaak het jaar daarna ook: de trend loopt achter."
    return "Was het cijfer het ene jaar hoger dan verwacht, dan vaak het jaar daarna lager: de trend schiet door."


def _outlier(left: Leftover, indicator: Indicator) -> str:
    side = "hoger" if left.outlier > 0 else "lager"
    told = f"De grootste afwijking was in {left.outlier_year}: {_amount(left.outlier, indicator)} {side} dan de trend zei"
    if left.ordinary > 0 and abs(left.outlier) >= _STANDS_OUT * left.ordinary:
        times = number(abs(left.outlier) / left.ordinary, 1)
        return f"{told}, {times} keer zo veel als in een gewoon jaar. Zoek uit wat er toen gebeurde."
    return f"{told}. Dat valt niet buiten wat gewoon is."


def about_leftover(left: Leftover | None) -> list[str]:
    """Return the names of the tests and their outcomes, for the fold."""
    told = [
        "Getrokken lijn: ETS(A,Ad,N), die bij elk jaar alleen het verleden kent. Stippellijn: local linear trend, achteraf "
        "bekeken met alle cijfers; een tweede kijk.",
        "Wat overblijft (residu): het cijfer min wat de getrokken lijn een jaar eerder verwachtte.",
    ]
    if left is None:
        return told
    limit = number(_BEYOND_CHANCE / math.sqrt(left.n), 2)
    return [
        *told,
        f"Samenhang van buurjaren (autocorrelatie, lag 1): {number(left.autocorrelation, 2)}; buiten ±{limit} is het meer dan "
        "toeval.",
        f"Toets van Ljung en Box over {wording.count(left.lags, 'jaar', 'jaar')}: p = {number(left.ljung_box, 2)}; onder 0,05 "
        "zit er een patroon in. Met zo weinig jaren ziet deze toets alleen grote patronen.",
    ]
