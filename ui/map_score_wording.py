"""What the view Aandachtsscore says: who stands where, how sure that is, what made it, and what it is not.

Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from analysis.composite import (
    ALIKE,
    DRAWS,
    FEWEST_WIJKEN,
    INTERVAL,
    Recipe,
    Refused,
    Scored,
)
from analysis.standing import FEWEST_PEOPLE, MAX_AGE
from data.catalogue import Catalogue
from ui import wording
from ui.map_attention_wording import figure_title, theme_name
from ui.wording import capital, count, join_names, number

Row = Any
Names = Mapping[str, str]

NORMALISATIONS: Final = {
    "minmax": "van laagste naar hoogste",
    "z": "afstand tot het gemiddelde",
    "rank": "plaats in de rij",
    "imd": "plaats, met nadruk op de laatste",
}
WEIGHTINGS: Final = {
    "equal": "elk thema even zwaar",
    "own": "eigen gewichten",
    "pca": "uit de cijfers zelf",
}
AGGREGATIONS: Final = {
    "arithmetic": "gewoon gemiddelde",
    "geometric": "goed maakt slecht niet goed",
}
OUTLIER_RULES: Final = {"winsorise": "terugbrengen", "keep": "laten staan"}
NORMALISATIONS_EXPLAINED: Final = (
    "Procenten, euro's en kilometers zijn niet op te tellen; eerst komen ze op één schaal. Van laagste naar hoogste: de "
    "gunstigste wijk krijgt 0, de ongunstigste 100. Afstand tot het gemiddelde: hoeveel een wijk afwijkt, vergeleken met hoe "
    "ver wijken gewoonlijk uit elkaar liggen. Plaats in de rij: alleen de volgorde telt. Met nadruk op de laatste: de "
    "ongunstigste wijken krijgen veel meer punten dan de rest, zoals in Engeland."
)
WEIGHTINGS_EXPLAINED: Final = (
    "Elk thema even zwaar, en daarbinnen elk cijfer even zwaar. Eigen: u zegt hoe zwaar een thema telt. Uit de cijfers zelf: "
    "wat in de meeste wijken samengaat, telt zwaarder; dat is niet per se wat belangrijk is."
)
AGGREGATIONS_EXPLAINED: Final = (
    "Gewoon gemiddelde: een gunstig cijfer maakt een ongunstig cijfer goed. Goed maakt slecht niet goed: een wijk die op één "
    "punt heel ongunstig is, zakt niet weg doordat de rest in orde is (meetkundig gemiddelde)."
)
OUTLIERS_EXPLAINED: Final = (
    "Eén wijk die er heel ver uit springt, drukt de verschillen tussen alle andere weg. Terugbrengen: die wijk telt als de op "
    "één na verste. Het cijfer zelf verandert niet."
)
NO_HERKOMST: Final = (
    "Cijfers over herkomst staan niet in de lijst: die tellen in Wijkradar nooit mee in een score. Ook aantallen niet, want "
    "daarmee staat de grootste wijk altijd vooraan, en ook geen cijfers die niet gunstig of ongunstig zijn, zoals leeftijd."
)
WHAT_IT_IS: Final = (
    "De score is een reden om te gaan kijken: hoe hoger, hoe meer van de gekozen cijfers hier ongunstig zijn vergeleken met de "
    "andere wijken van deze gemeente. Het is geen oordeel over een wijk of wie er woont, en geen oorzaak."
)
#: A set that nobody has named.
OF_WIJKRADAR: Final = "de keuzes van Wijkradar"
#: Why a wijk has no score, as it stands in the legend and on its label.
REASONS: Final = {
    "too_few_people": f"minder dan {FEWEST_PEOPLE} inwoners",
    "people_unknown": "aantal inwoners niet bekend",
    "too_few_figures": "te weinig cijfers",
    "too_few_wijken": f"minder dan {FEWEST_WIJKEN} wijken om te vergelijken",
    "nothing_counts": "geen van de gekozen cijfers telt mee",
    "": "geen cijfers",
}
_LEFT_OUT: Final = {
    "no_figures": "er is geen cijfer van dit jaar of kort ervoor",
    "too_few_wijken": "minder dan twee derde van de wijken heeft het",
    "all_equal": "het is in alle wijken gelijk",
    "no_weight": "het gewicht is 0",
}
#: Share of the draws from which a wijk is almost surely among the first fifth.
SURE: Final = 0.9
#: A place that can be in more than this share of the ranking is told to be unsure.
WIDE: Final = 1 / 3
_NAMED, _PAIRS = 4, 3
#: Fewer places than this on average is not much.
_LITTLE: Final = 0.5


def no_score(reason: str) -> str:
    """Return why a wijk has no score: "geen score (te weinig cijfers)"."""
    return f"geen score ({REASONS[reason]})"


def points(value: float, recipe: Recipe, *, unit: bool = False) -> str:
    """Write a score or a part of one, with as many decimals as its scale can mean."""
    written = number(value, decimals_of(recipe))
    # As deviations from the mean there are no points from 0 to 100.
    if not unit or recipe.normalisation == "z":
        return written
    return f"{written} {'punt' if written == '1' else 'punten'}"


def part_points(value: float, recipe: Recipe, *, unit: bool = False) -> str:
    """Write what a figure or theme adds to a score; as deviations from the mean parts are small."""
    if decimals_of(recipe):
        return number(value, decimals_of(recipe) + 1)
    return points(value, recipe, unit=unit)


def decimals_of(recipe: Recipe) -> int:
    """Return the decimals of a score: one around 0, none from 0 to 100."""
    return 1 if recipe.normalisation == "z" and recipe.aggregation == "arithmetic" else 0


# Who stands where -----------------------------------------------------------------------------------


def lead_sentences(ranked: pd.DataFrame, names: Names) -> list[str]:
    """Say who has the highest score, how sure that is, and who else is surely near the top.

    Parameters
    ----------
    ranked : DataFrame
        What `analysis.composite.rank_intervals` returns, in its order.
    names : mapping of str to str
        Of the wijken.
    """
    there = ranked[ranked["rank"].notna()]
    if there.empty:
        return ["Geen enkele wijk heeft met deze keuzes een score."]
    first = there[there["rank"] == 1]
    if len(first) == len(there):
        return ["Alle wijken hebben met deze keuzes dezelfde score."]
    if len(first) > 1:
        who = join_names([names[region] for region in first["region"]], _NAMED)
        return [f"{who} hebben samen de hoogste aandachtsscore."]
    top = first.iloc[0]
    told = [f"{names[top['region']]} heeft de hoogste aandachtsscore{_holds(top, len(there))}."]
    near = [region for region in there["region"] if region in top["alike"]]
    if near:
        told.append(f"Ongeveer gelijk: {join_names([names[region] for region in near], _NAMED)}.")
    sure = there[(there["top"] >= SURE) & (there["region"] != top["region"])]
    if len(sure):
        who = join_names([names[region] for region in sure["region"]], _NAMED)
        verb = "hoort" if len(sure) == 1 else "horen"
        told.append(f"Ook {who} {verb} bij bijna elke andere keuze bij de hoogste vijfde van de wijken.")
    return told


def _holds(wijk: Row, n: int) -> str:
    upper = int(wijk["upper"])
    if upper == 1:
        return "; ook bij andere keuzes staat deze wijk bijna altijd bovenaan"
    if upper - 1 > WIDE * n:
        return f", maar dat is onzeker: bij andere keuzes kan dat plaats {upper} zijn"
    return f"; ook bij andere keuzes hoort deze wijk bij de eerste {upper}"


def place_sentence(wijk: Row, score: float, recipe: Recipe, names: Names, n: int) -> str:
    """Say the place of one wijk, between which places it stands with other choices, and who is about equal."""
    name = names[wijk["region"]]
    if pd.isna(wijk["rank"]):
        return f"{name} heeft geen score."
    told = f"{name} staat op plaats {int(wijk['rank'])} van {n}, met {score_words(score, recipe)}"
    told += f"; {between(wijk)}."
    near = [names[region] for region in wijk["alike"]]
    return told if not near else f"{told} Ongeveer gelijk: {join_names(near, _NAMED)}."


def score_words(score: float, recipe: Recipe) -> str:
    """Return a score as it stands in a sentence: "69 punten", "een score van 0,8"."""
    written = points(score, recipe, unit=True)
    return written if " " in written else f"een score van {written}"


def between(wijk: Row) -> str:
    """Say between which places a wijk stands with other choices."""
    low, high = int(wijk["lower"]), int(wijk["upper"])
    if low == high:
        return f"ook bij andere keuzes bijna altijd plaats {low}"
    return f"bij andere keuzes plaats {low} tot en met {high}"


def is_wide(ranked: pd.DataFrame) -> pd.Series:
    """Tell which wijken can stand nearly anywhere: in more than `WIDE` of the ranking."""
    n = int(ranked["rank"].notna().sum())
    width = (ranked["upper"] - ranked["lower"] + 1).astype("Float64")
    return (width > max(WIDE * n, 2.0)).fillna(False).astype("bool")


def wide_legend(n: int) -> str:
    """Return what dots say: the place is unsure."""
    return f"plaats onzeker: bij andere keuzes meer dan {int(max(WIDE * n, 2))} plaatsen mogelijk"


def map_title(ranked: pd.DataFrame, names: Names, gemeente: str, year: int) -> str:
    """Return the finding of the map in one short sentence."""
    first = [names[region] for region in ranked.loc[ranked["rank"] == 1, "region"]]
    found = f": het hoogst in {join_names(first, _NAMED)}" if first else ": geen wijk met een score"
    return f"Aandachtsscore per wijk in {gemeente}, {year}{found}"


def legend_title(recipe: Recipe, year: int) -> str:
    """Return what the colours show."""
    if recipe.normalisation == "z":
        return f"Aandachtsscore, {year}: 0 is gemiddeld, hoger is meer aandacht"
    return f"Aandachtsscore, {year}: van 0 (nergens ongunstig) tot 100 (overal het ongunstigst)"


def label_text(wijk: Row | None, score: float, recipe: Recipe, reason: str) -> str:
    """Return what stands under the name of a wijk on the map."""
    if wijk is None or pd.isna(wijk["rank"]):
        return no_score(reason)
    return f"{capital(score_words(score, recipe))}\nplaats {int(wijk['rank'])}; {between(wijk)}"


# What made it ---------------------------------------------------------------------------------------


def recipe_sentence(recipe: Recipe, found: Scored, known: Catalogue, name: str) -> str:
    """Say of what the score is made, and by whose choices."""
    themes = list(dict.fromkeys(found.weights["theme"]))
    counted = count(len(found.weights), "cijfer", "cijfers")
    told = f"De score telt {counted} over {join_names([theme_name(known, theme) for theme in themes])}"
    return f"{told}; {WEIGHTINGS[recipe.weighting]} ({name})."


def part_sentence(part: Row, recipe: Recipe, known: Catalogue) -> str:
    """Say how much one figure adds to the score of a wijk, beside the usual."""
    title, value = figure_title(known[str(part["indicator"])]), figure_and_value(part, known)[1]
    usual = float(part["contribution"]) - float(part["above_average"])
    return (
        f"{capital(title)}: {value}. Draagt {part_points(part['contribution'], recipe, unit=True)} bij; "
        f"gemiddeld over de wijken {part_points(usual, recipe)}."
    )


def figure_and_value(part: Row, known: Catalogue) -> tuple[str, str]:
    """Return the title of a figure and what it is in this wijk."""
    indicator = known[str(part["indicator"])]
    return indicator.title, wording.figure(float(part["value"]), indicator.unit, indicator.decimals)


def contributions_title(name: str, parts: pd.DataFrame, known: Catalogue) -> str:
    """Return the finding of the picture of contributions."""
    themes = parts.groupby("theme", sort=False)["above_average"].sum().sort_values(ascending=False)
    if themes.empty:
        return f"{name} heeft geen score"
    if themes.iloc[0] <= 0:
        return f"{name} heeft op geen enkel thema een hogere bijdrage dan gemiddeld"
    return f"Wat de score van {name} vooral hoger maakt: {theme_name(known, str(themes.index[0]))}"


def left_out_sentences(left_out: pd.DataFrame, known: Catalogue) -> list[str]:
    """Name the chosen figures that count for nobody, with why."""
    return [
        f"Telt niet mee: {join_names([figure_title(known[name]) for name in rows['indicator']])}, want {_LEFT_OUT[str(reason)]}."
        for reason, rows in left_out.groupby("reason", sort=False)
    ]


def outliers_sentence(outliers: pd.DataFrame, known: Catalogue, names: Names) -> str:
    """Name the figures that count as the next one, since they stood far out; empty without."""
    if outliers.empty:
        return ""
    told = [
        f"{figure_title(known[row['indicator']])} van {names[row['region']]}"
        for _, row in outliers.head(_NAMED).iterrows()
    ]
    more = f" en nog {len(outliers) - _NAMED} andere" if len(outliers) > _NAMED else ""
    return f"Springt er ver uit en telt daarom als de op één na verste wijk: {', '.join(told)}{more}."


def overlap_sentences(pairs: pd.DataFrame, known: Catalogue) -> list[str]:
    """Warn of figures that measure nearly the same, or that cancel each other."""
    told = []
    for _, pair in pairs.head(_PAIRS).iterrows():
        one, other = (figure_title(known[str(pair[side])]) for side in ("one", "other"))
        if pair["r"] > 0:
            told.append(f"{capital(one)} en {other} gaan bijna gelijk op: samen tellen zij bijna dubbel.")
        else:
            told.append(f"{capital(one)} en {other} gaan tegen elkaar in: samen heffen zij elkaar bijna op.")
    if len(pairs) > _PAIRS:
        told.append(f"Dat geldt voor nog {count(len(pairs) - _PAIRS, 'paar', 'paren')} cijfers.")
    return told


# What moves it --------------------------------------------------------------------------------------


def choice_words(row: Row, known: Catalogue) -> str:
    """Return another choice as a noun phrase."""
    option = str(row["option"])
    return {
        "normalisation": lambda: f"een andere schaal ({NORMALISATIONS[option]})",
        "weighting": lambda: f"andere gewichten ({WEIGHTINGS[option]})",
        "aggregation": lambda: f"anders optellen ({AGGREGATIONS[option]})",
        "outliers": lambda: f"uitschieters {OUTLIER_RULES[option]}",
        "without_theme": lambda: f"het thema {theme_name(known, option)} weglaten",
        "without_figure": lambda: f"het cijfer {figure_title(known[option])} weglaten",
    }[str(row["choice"])]()


def moved_sentence(moved: pd.DataFrame, known: Catalogue, names: Names) -> str:
    """Say which other choice moves the ranking most; empty where there is none to compare with."""
    if moved.empty:
        return ""
    most = moved.iloc[0]
    if most["mean_shift"] == 0:
        return "Geen enkele andere keuze verandert de volgorde."
    shift = int(most["shift"])
    way = "omhoog" if shift > 0 else "omlaag"
    much = "" if most["mean_shift"] >= _LITTLE else " Dat is weinig."
    return (
        f"De keuze die de volgorde het meest verandert: {choice_words(most, known)}. Wijken schuiven dan gemiddeld "
        f"{_places(most['mean_shift'])}, "
        f"{names[most['region']]} het meest ({count(abs(shift), 'plaats', 'plaatsen')} {way}).{much}"
    )


def _places(mean: float) -> str:
    told = number(mean, 1)
    return f"{told} {'plaats' if told == '1,0' else 'plaatsen'}"


def moved_table(moved: pd.DataFrame, known: Catalogue, names: Names) -> pd.DataFrame:
    """Return what every other choice does to the ranking."""
    return pd.DataFrame(
        {
            "Andere keuze": [capital(choice_words(row, known)) for _, row in moved.iterrows()],
            "Gemiddeld": [_places(shift) for shift in moved["mean_shift"]],
            "Het meest": [
                f"{names[row['region']]}: {_shift_words(int(row['shift']))}" for _, row in moved.iterrows()
            ],
        }
    )


def _shift_words(shift: int) -> str:
    if shift == 0:
        return "blijft staan"
    return f"{abs(shift)} {'omhoog' if shift > 0 else 'omlaag'}"


# How it was made ------------------------------------------------------------------------------------


def method(recipe: Recipe, found: Scored, known: Catalogue) -> str:
    """Return how the score came about, for a file."""
    figures = ", ".join(
        f"{figure_title(known[row['indicator']])} ({number(100 * row['weight'])} %)"
        for _, row in found.weights.iterrows()
    )
    return (
        f"Aandachtsscore van deze cijfers, met hun gewicht: {figures}. Schaal: {NORMALISATIONS[recipe.normalisation]}. "
        f"Gewichten: {WEIGHTINGS[recipe.weighting]}. Optellen: {AGGREGATIONS[recipe.aggregation]}. "
        f"Uitschieters: {OUTLIER_RULES[recipe.outliers]}. De plaatsen bij andere keuzes zijn die van "
        f"{number(100 * INTERVAL)} van de 100 keer, in {number(DRAWS)} keer met andere gewichten, schalen en ruis. {WHAT_IT_IS}"
    )


def explanation() -> Sequence[str]:
    """Return how a score is made, and what it is not."""
    return (
        WHAT_IT_IS,
        "Welke cijfers meetellen en hoe zwaar, is een mening. Daarom staan alle keuzes in beeld, en staat naast elke plaats een "
        "marge.",
        f"De marge: Wijkradar maakt de volgorde {number(DRAWS)} keer opnieuw. Elke keer schuiven de cijfers zo ver als hun ruis "
        "toelaat, schuiven de gewichten ongeveer een derde, en is er een andere schaal en een andere manier van optellen. "
        f"Tussen deze plaatsen staat een wijk in {number(100 * INTERVAL)} van de 100 keer.",
        "Ongeveer gelijk: de ene wijk staat in meer dan 5 van de 100 keer voor de andere, en in meer dan 5 van de 100 erachter.",
        f"Er wordt niets ingevuld. Ontbreekt een cijfer, dan tellen de andere van dat thema zwaarder. Heeft een wijk minder dan "
        f"twee derde van het gewicht of van de thema's, of minder dan {FEWEST_PEOPLE} inwoners, dan krijgt zij geen score. "
        f"Cijfers van meer dan {MAX_AGE} jaar eerder tellen niet mee.",
        "De score vergelijkt wijken met elkaar in één jaar. Gaat het overal beter, dan blijft de score ongeveer gelijk: voor beter "
        "of slechter zijn er de trends. Vergelijk geen scores van twee gemeenten, of van twee sets gewichten.",
        f"Bijna dubbel tellen cijfers met een samenhang van meer dan {number(ALIKE, 1)}, op een schaal van 0 tot 1.",
        NO_HERKOMST,
    )


def refusal_sentence(refused: Refused, known: Catalogue) -> str:
    """Say kindly why a choice cannot be carried out, and what is shown instead."""
    named = join_names([figure_title(known[name]) if name in known else name for name in refused.indicators])
    return {
        "herkomst": f"{capital(named)} telt niet mee: herkomst is in Wijkradar nooit deel van een score.",
        "count": f"{capital(named)} telt niet mee: met aantallen staat de grootste wijk altijd vooraan.",
        "neutral": f"{capital(named)} telt niet mee: dit is niet gunstig of ongunstig.",
        "unknown": f"{capital(named)} telt niet mee: Wijkradar kent dit cijfer niet.",
        "pca_too_few_wijken": (
            f"Gewichten uit de cijfers zelf kan hier niet: met deze cijfers zijn er {refused.need} wijken voor nodig, en het zijn "
            f"er {refused.have}. Kies minder cijfers. Tot die tijd telt elk thema even zwaar."
        ),
        "pca_too_few_figures": (
            "Gewichten uit de cijfers zelf kan pas met twee cijfers of meer. Tot die tijd telt elk thema even zwaar."
        ),
    }[refused.reason]


def explained_sentence(explained: float) -> str:
    """Say how much of the differences weights by PCA lean on; empty for other weights."""
    if pd.isna(explained):
        return ""
    return (
        f"Deze gewichten volgen wat samengaat: dat is {number(100 * explained)}{wording.SPACE}% van alle verschillen tussen "
        "de wijken."
    )


def other_year_sentence(shown: int, year: int) -> str:
    """Say that the score is of an earlier year than the one that is chosen; empty where it is not."""
    if shown == year:
        return ""
    return f"U ziet {shown}: van {year} zijn er te weinig cijfers die mee mogen tellen."


def nothing_to_score(gemeente: str) -> str:
    """Say that no wijk can have a score."""
    return (
        f"Voor {gemeente} is er geen aandachtsscore: er zijn in dit jaar en eerder te weinig cijfers die mee mogen tellen, of "
        "te weinig wijken. Aantallen en herkomst tellen nooit mee. Kies een ander jaar of een andere gemeente."
    )
