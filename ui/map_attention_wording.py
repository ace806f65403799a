"""Words for the Aandachtskaart: four plain classes, why a wijk is in one, and what the map is not.

A sentence speaks of figures, never of residents. What cannot be told is said once, not left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from analysis.agreement import (
    CLASSES,
    FEWEST_RANKED,
    FEWEST_SCORED_THEMES,
    FORECAST,
    INDEX,
    LEVEL,
    TOO_FEW,
    TREND,
    WITNESSES,
)
from analysis.attention import FEWEST_THEMES
from analysis.standing import FEWEST_PEOPLE, MAX_AGE
from analysis.trends import FEWEST_POINTS
from analysis.triage import COURSE_YEARS
from data.catalogue import Catalogue, Indicator
from ui import triage_wording
from ui.amounts import given, in_unit_of, look_alike, pair
from ui.wording import THIN, Row, capital, count, in_sentence, join_names, number

CLASS_NAMES: Final = {
    "now_and_later": "Nu en straks aandacht",
    "now": "Nu aandacht, niet duidelijk slechter",
    "later": "Nu nog niet, wordt slechter",
    "none": "Geen bijzonder signaal",
    TOO_FEW: "Te weinig cijfers of inwoners",
}
CLASS_EXPLANATIONS: Final = {
    "now_and_later": "Meer dan één thema is er ongunstig, of één thema en de score. Een deel daarvan wordt (naar verwachting) slechter.",
    "now": "Meer dan één thema is er ongunstig, of één thema en de score. Dat het slechter wordt, blijkt niet.",
    "later": "Cijfers over twee of meer thema's worden er (naar verwachting) slechter. Nu is het hoogstens op één thema duidelijk ongunstig.",
    "none": "Er wijst niet genoeg dezelfde kant op. Dat er niets speelt, is daarmee niet gezegd.",
    TOO_FEW: f"Minder dan {FEWEST_PEOPLE} inwoners, of te weinig cijfers van de laatste jaren om iets te zeggen.",
}
#: What stands in the table for what a witness says: the level first, then the two that tell where it goes, the score last.
_COURSE: Final = {
    "worse": "slechter",
    "better": "beter",
    "neither": "niet duidelijk",
    "unknown": "niet bekend",
}
SAYS: Final = {
    LEVEL: {**_COURSE, "worse": "ongunstig", "neither": "niet duidelijk ongunstig"},
    TREND: _COURSE,
    FORECAST: _COURSE,
    INDEX: {**_COURSE, "worse": "bij de hoogste vijfde", "neither": "niet zeker bij de hoogste vijfde"},
}
WITNESS_NAMES: Final = {LEVEL: "Nu", TREND: "Trend", FORECAST: "Verwachting", INDEX: "Aandachtsscore"}
#: What the signs of one theme say together, the most urgent first.
_STANDINGS: Final = (
    "ongunstig en wordt slechter",
    "ongunstig en naar verwachting slechter",
    "ongunstig",
    "wordt slechter",
    "naar verwachting slechter",
)
_NOTHING: Final = "Geen van de vier wijst op iets ongunstigs."
_CLAUSES: Final = {LEVEL: "Ongunstig", TREND: "Wordt slechter", FORECAST: "Verwacht slechter"}
#: At most so many themes or wijken are named in one clause.
_THEMES, _THEMES_OFTEN, _WIJKEN = 3, 2, 5


def theme_name(known: Catalogue, theme: str) -> str:
    """Return the first word of the title of a theme, as it stands in a list: "werk" for "Werk en uitkeringen"."""
    title = next((entry.title for entry in known.themes if entry.id == theme), theme)
    return in_sentence(title.partition(" en ")[0])


def figure_title(indicator: Indicator) -> str:
    """Return the title of a figure in a sentence; no line breaks within a number."""
    return re.sub(r"(?<=\d) (?=\d{3}\b)", THIN, in_sentence(indicator.title))


# The whole map --------------------------------------------------------------------------------------


def lead_sentences(
    wijken: pd.DataFrame,
    names: Mapping[str, str],
    known: Catalogue,
    gemeente: str,
    comparator: str,
    n_silent: int = 0,
    *,
    waiting: bool = False,
) -> list[str]:
    """Return the sentences that open the map: which wijken, why, and what is not known.

    Parameters
    ----------
    wijken : DataFrame
        `analysis.agreement.Agreement.wijken`.
    names : mapping
        Region to name as it stands in a sentence.
    known : Catalogue
    gemeente, comparator : str
        Names as they stand in a sentence.
    n_silent : int
        Wijken that are not in the frame: too few inhabitants, or no figure at all.
    waiting : bool
        Whether the forecasts are still being worked out.
    """
    told = wijken[wijken["class"] != TOO_FEW]
    if told.empty:
        return [
            f"Over de wijken van {gemeente} zijn er te weinig cijfers om te zeggen waar aandacht nodig is."
        ]
    by_class = {name: told[told["class"] == name] for name in CLASSES}
    directed = not waiting and not (told[[TREND, FORECAST]] == "unknown").all(axis=None)
    asking = [
        _both_sentence(by_class["now_and_later"], names, known, comparator),
        _now_sentence(by_class["now"], names, known, comparator, directed),
        _later_sentence(by_class["later"], names, known),
    ]
    sentences = [sentence for sentence in asking if sentence] or [
        f"In geen enkele wijk van {gemeente} wijst genoeg dezelfde kant op om aandacht te vragen, vergeleken met "
        f"{comparator}."
    ]
    n_few = int((wijken["class"] == TOO_FEW).sum()) + n_silent
    return [*sentences, *_unknown_sentences(told, waiting), *([_few_sentence(n_few)] if n_few else [])]


def _both_sentence(wijken: pd.DataFrame, names: Mapping[str, str], known: Catalogue, comparator: str) -> str:
    if wijken.empty:
        return ""
    who, verb = _who(wijken, names), "vraagt" if len(wijken) == 1 else "vragen"
    figures = _figures(wijken["themes_now"], known, f"zijn er ongunstiger dan in {comparator}")
    return f"{capital(who)} {verb} nu en straks aandacht: {figures}, en een deel daarvan {_worsen(wijken, 'wordt')}."


def _now_sentence(
    wijken: pd.DataFrame, names: Mapping[str, str], known: Catalogue, comparator: str, directed: bool
) -> str:
    if wijken.empty:
        return ""
    who, verb = _who(wijken, names), "vraagt" if len(wijken) == 1 else "vragen"
    figures = _figures(wijken["themes_now"], known, f"zijn er ongunstiger dan in {comparator}")
    more = " Dat het slechter wordt, blijkt niet." if directed else ""
    return f"{capital(who)} {verb} nu aandacht: {figures}.{more}"


def _later_sentence(wijken: pd.DataFrame, names: Mapping[str, str], known: Catalogue) -> str:
    if wijken.empty:
        return ""
    who, verb = _who(wijken, names), "vraagt" if len(wijken) == 1 else "vragen"
    figures = _figures(wijken["themes_later"], known, _worsen(wijken, "worden", "er "))
    return f"{capital(who)} {verb} nu nog geen aandacht, maar {figures}."


def _worsen(wijken: pd.DataFrame, verb: str, there: str = "") -> str:
    """Say that something gets worse; that it is expected to, where no trend of a wijk shows it."""
    seen = wijken[TREND] == "worse"
    if not seen.any():
        return f"{verb} {there}naar verwachting slechter"
    return f"{verb} {there}slechter" + ("" if seen.all() else f", of {verb} dat naar verwachting")


def _who(wijken: pd.DataFrame, names: Mapping[str, str]) -> str:
    return join_names([names[str(region)] for region in wijken["region"]], _WIJKEN)


def _figures(themes: pd.Series, known: Catalogue, told: str) -> str:
    """Say of which themes figures do something: those that all wijken share, or else those that most of them have."""
    counted = pd.Series([theme for of_wijk in themes for theme in of_wijk], dtype="str").value_counts(
        sort=False
    )
    most = counted.sort_values(ascending=False, kind="stable")
    shared = [theme_name(known, theme) for theme in most[most == len(themes)].index]
    if shared:
        over = join_names(shared, _THEMES).replace(" andere", " andere thema's")
        return f"cijfers over {over} {told}"
    often = join_names([theme_name(known, theme) for theme in most.index[:_THEMES_OFTEN]])
    return f"cijfers {told}, het vaakst over {often}"


def _unknown_sentences(told: pd.DataFrame, waiting: bool) -> list[str]:
    """Say once what none of the wijken has."""
    silent = {witness for witness in WITNESSES if (told[witness] == "unknown").all()}
    sentences = []
    if {TREND, FORECAST} <= silent and not waiting:
        sentences.append(
            "Of het beter of slechter gaat, is nog niet te zeggen: daarvoor zijn er te weinig jaren. Deze kaart gaat dus "
            "alleen over nu."
        )
    elif TREND in silent:
        sentences.append("Een trend is nog niet te zeggen: daarvoor zijn er te weinig jaren.")
    if waiting:
        sentences.append("De verwachting wordt nog doorgerekend en telt nog niet mee.")
    elif FORECAST in silent and TREND not in silent:
        sentences.append("Er is geen verwachting die iets zegt; die telt hier dus niet mee.")
    if INDEX in silent:
        sentences.append(
            f"De aandachtsscore telt hier niet mee: daarvoor zijn minstens {FEWEST_RANKED} wijken nodig, met cijfers over "
            f"minstens {FEWEST_SCORED_THEMES} thema's."
        )
    return sentences


def _few_sentence(n: int) -> str:
    verb = "heeft" if n == 1 else "hebben"
    return (
        f"{capital(count(n, 'wijk', 'wijken'))} {verb} te weinig cijfers of inwoners om iets over te zeggen."
    )


def map_title(wijken: pd.DataFrame, gemeente: str, year: int) -> str:
    """Return the finding of the map in one short sentence, for its picture and for who cannot see it."""
    counts = wijken["class"].value_counts()
    asking = {name: int(counts.get(name, 0)) for name in CLASSES[:3]}
    phrases = {
        "now_and_later": "{} nu en straks aandacht",
        "now": "{} nu aandacht",
        "later": "{} nu nog niet, wel slechter",
    }
    parts = [phrases[name].format(count(n, "wijk", "wijken")) for name, n in asking.items() if n]
    told = join_names(parts) if parts else "geen wijk vraagt bijzondere aandacht"
    return f"Aandacht per wijk in {gemeente}, {year}: {told}"


def legend_title(comparator: str, year: int) -> str:
    """Return what the colours show, with the comparator and the year."""
    return (
        f"Wijzen cijfers, trend, verwachting en score dezelfde kant op? Vergeleken met {comparator}, {year}"
    )


# One wijk -------------------------------------------------------------------------------------------


def short_line(wijk: Row, signs: pd.DataFrame, known: Catalogue) -> str:
    """Say in one breath which themes are unfavourable and which get worse; `reasons_line` tells the rest.

    Parameters
    ----------
    wijk, signs, known
        As `reasons_line`.
    """
    of_theme: dict[str, set[str]] = {}
    for theme, sign in zip(signs["theme"], signs["sign"], strict=True):
        of_theme.setdefault(str(theme), set()).add(str(sign))
    told: dict[str, list[str]] = {}
    for theme in wijk["themes"]:
        told.setdefault(_standing_of(of_theme[theme]), []).append(theme_name(known, theme))
    clauses = [
        f"{capital(told_of)}: {join_names(told[told_of], _THEMES)}."
        for told_of in _STANDINGS
        if told_of in told
    ]
    if wijk[INDEX] == "worse":
        clauses.append("Hoge aandachtsscore.")
    return " ".join(clauses) or _NOTHING


def _standing_of(signs: set[str]) -> str:
    level, trend = LEVEL in signs, TREND in signs
    if not signs & {TREND, FORECAST}:
        return _STANDINGS[2]
    return _STANDINGS[(0 if trend else 1) + (0 if level else 3)]


def reasons_line(wijk: Row, signs: pd.DataFrame, rows: Mapping[str, Row], known: Catalogue) -> str:
    """Say in one line which of the four witnesses point to worse, and the strongest figure behind it.

    Parameters
    ----------
    wijk : Row
        A row of `analysis.agreement.Agreement.wijken`.
    signs : DataFrame
        The rows of `analysis.agreement.Agreement.signs` on that wijk, strongest first.
    rows : mapping
        Indicator to its row of `analysis.triage.triage` for that wijk.
    known : Catalogue
    """
    clauses = [
        f"{told}: {join_names([theme_name(known, theme) for theme in of_sign['theme']])}."
        for sign, told in _CLAUSES.items()
        if len(of_sign := signs[signs["sign"] == sign])
    ]
    if wijk[INDEX] == "worse":
        clauses.append(f"Aandachtsscore: {SAYS[INDEX]['worse']}.")
    if not clauses:
        return _NOTHING
    name = strongest(signs)
    if name:
        clauses.append(f"{_strongest_clause(rows[name], known[name])}{_people(wijk, known, name)}.")
    return " ".join(clauses)


def strongest(signs: pd.DataFrame) -> str:
    """Return the indicator that a line on a wijk names: the strongest of now, else of what gets worse; empty without."""
    if signs.empty:
        return ""
    place = signs["sign"].map({sign: place for place, sign in enumerate(WITNESSES)})
    return str(signs["indicator"].iloc[int(place.to_numpy().argmin())])


def _strongest_clause(row: Row, indicator: Indicator) -> str:
    indicator = in_unit_of(row, indicator)
    value, other = float(row["value"]), float(row["comparator_value"])
    if look_alike(value, other, indicator):
        indicator = indicator.model_copy(update={"decimals": min(indicator.decimals + 1, 3)})
    figures = pair(value, other, indicator, "tegen")
    return f"Het duidelijkst: {figure_title(indicator)}, {figures} in {int(row['year'])}"


def _people(wijk: Row, known: Catalogue, shown: str) -> str:
    name = given(wijk, "concerned_indicator")
    counted = people_text(wijk, known)
    if not counted:
        return ""
    return f" ({counted})" if name == shown else f" ({counted}: {figure_title(known[name])})"


def people_text(wijk: Row, known: Catalogue) -> str:
    """Return how many it is about, by which the list is ordered: "ongeveer 570 huishoudens"; empty if nobody is counted."""
    name = given(wijk, "concerned_indicator")
    return triage_wording.people_text(wijk, known[name]) if name else ""


def inhabitants_text(wijk: Row) -> str:
    """Return how many people live there: "4 900 inwoners"; empty where that is not known."""
    people = given(wijk, "people")
    return "" if people is None else count(int(people), "inwoner", "inwoners")


def label_text(wijk: Row | None, known: Catalogue, people: float | None) -> str:
    """Return what stands under the name of a wijk on the map: its class, its themes and its inhabitants.

    Parameters
    ----------
    wijk : Row or None
        A row of `analysis.agreement.Agreement.wijken`; None for a wijk that is not in it.
    known : Catalogue
    people : float or None
        Inhabitants, where the wijk is not in the frame.
    """
    if wijk is None:
        few = people is not None and people < FEWEST_PEOPLE
        return f"minder dan {FEWEST_PEOPLE} inwoners" if few else "te weinig cijfers"
    lines = [CLASS_NAMES[str(wijk["class"])]]
    if wijk["class"] in CLASSES[:3]:
        lines.append(join_names([theme_name(known, theme) for theme in wijk["themes"]], _THEMES))
    return "\n".join(filter(None, [*lines, inhabitants_text(wijk)]))


# Table ----------------------------------------------------------------------------------------------


def table(wijken: pd.DataFrame, names: Mapping[str, str], known: Catalogue) -> pd.DataFrame:
    """Return the map as a table, in the order of the list."""
    shown = pd.DataFrame({"Wijk": [names[region] for region in wijken["region"]]})
    shown["Klasse"] = wijken["class"].map(CLASS_NAMES).to_numpy()
    for witness in WITNESSES:
        shown[WITNESS_NAMES[witness]] = wijken[witness].map(SAYS[witness]).to_numpy()
    shown["Thema's"] = [
        join_names([theme_name(known, theme) for theme in themes]) for themes in wijken["themes"]
    ]
    shown["Aanwijzingen"] = wijken["urgency"].to_numpy()
    shown["Inwoners"] = wijken["people"].astype("Int64").to_numpy()
    return shown.set_index("Wijk")


def figure_rows(
    wijken: pd.DataFrame, names: Mapping[str, str], known: Catalogue, comparator: str, year: int, source: str
) -> pd.DataFrame:
    """Return the map as plain rows for CSV and Excel: one per wijk, what is not known empty or named so."""
    shown = table(wijken, names, known).reset_index()
    shown.insert(1, "Code", wijken["region"].to_numpy())
    shown["Aantal geteld"] = wijken["concerned"].astype("Int64").to_numpy()
    shown["Geteld in"] = [known[name].title if name else "" for name in wijken["concerned_indicator"]]
    shown["Vergeleken met"], shown["Jaar"], shown["Bron"] = comparator, year, source
    return shown


# How it was decided ---------------------------------------------------------------------------------

#: Wijken of made-up gemeenten (5 to 99 wijken) in which only noise of a known size differs, and how many of them got a
#: class that asks for something; docs/adr/0035.
_NOISE, _FALSE = number(2652), number(3)
#: Goes along with the downloads.
METHOD: Final = (
    "Wijkradar kijkt per wijk naar vier dingen: het verschil met de vergelijking buiten de ruis, de trend die meer is dan toeval, de "
    "verwachting waarvan de hele band (80 %) voorbij het cijfer van nu ligt, en de aandachtsscore. Een klasse vraagt om "
    "aandacht als twee thema's, of een thema en de score, hetzelfde zeggen."
)


def explanation(comparator: str) -> Sequence[str]:
    """Return how the classes came about, what chance does to them, and what the map is not."""
    return (
        f"Wijkradar kijkt per wijk naar vier dingen. Nu: een cijfer is ongunstiger dan in {comparator}, meer dan de ruis, en zeker "
        "minstens zo ver weg als wijken gewoonlijk van elkaar verschillen. Trend: het cijfer wordt slechter, meer dan "
        "toeval. Verwachting: de hele band van de prognose ligt aan de ongunstige kant van het cijfer van nu. Score: de "
        "wijk staat bij bijna elke weging van de cijfers bij de hoogste vijfde.",
        f"Nu aandacht: op minstens {FEWEST_THEMES} thema's is een cijfer nu ongunstig, of op 1 thema en ook de score wijst "
        "erop. Nu en straks aandacht: op minstens een van die thema's wordt een cijfer ook slechter, volgens de trend of de "
        f"verwachting. Nu nog niet, wordt slechter: op minstens {FEWEST_THEMES} thema's wordt een cijfer slechter, volgens de "
        "trend of de verwachting, en van nu is er te weinig om Nu aandacht te heten.",
        f"Slechter telt pas als je het merkt: zeker een kwart van het gewone verschil tussen wijken in {COURSE_YEARS} jaar. "
        "Spreken trend en verwachting elkaar tegen, dan tellen ze allebei niet.",
        "Bovenaan de lijst staat de wijk met de meeste aanwijzingen: thema's die nu ongunstig zijn, thema's met een "
        "slechtere trend, thema's met een slechtere verwachting, en de score. Bij gelijk aantal gaat de wijk voor waar het "
        "duidelijkste cijfer de meeste mensen of huishoudens telt.",
        "Bedragen in euro's stijgen bijna overal, want de prijzen stijgen. Bij de trend telt daarom of een wijk achterblijft; "
        "een verwachting in euro's telt niet mee.",
        f"Minder dan {FEWEST_PEOPLE} inwoners: dan zegt de kaart niets. Minder dan de helft van de cijfers die wijken hier "
        "gewoonlijk hebben: dan krijgt een wijk alleen een kleur als de cijfers die er zijn daarvoor genoeg zijn. "
        f"Cijfers van meer dan {MAX_AGE} jaar geleden tellen niet mee. Een trend vraagt minstens "
        f"{FEWEST_POINTS} jaren, de score minstens {FEWEST_RANKED} wijken en cijfers over {FEWEST_SCORED_THEMES} thema's.",
        f"Hoe vaak is het vals alarm? Van {_NOISE} verzonnen wijken waarin alleen ruis speelde, kregen er {_FALSE} een kleur. "
        "Schommelen cijfers van jaar op jaar twee keer zo sterk als de ruis die Wijkradar kent, dan krijgt ongeveer 1 op de "
        "6 wijken een kleur, bijna altijd Nu aandacht: die cijfers zijn dan echt ongunstig, maar misschien maar even.",
        "Herkomst telt nooit mee. Aantallen ook niet: daarmee lijkt de grootste wijk altijd het slechtst.",
        "Het is een signaal om te gaan kijken. Het is geen oordeel over een wijk of haar inwoners en zegt niets over de "
        f"oorzaak. {CLASS_NAMES['none']} betekent niet dat er niets speelt: wat CBS niet meet, ziet deze kaart niet.",
    )


def no_borders_sentence(gemeente: str) -> str:
    """Say why there is no map, and how to get one."""
    return (
        f"Van {gemeente} zijn nog geen grenzen ingelezen, dus er is geen kaart. Lees een kaartbestand van CBS of PDOK in met: "
        "python cli.py import wijken_2022.gpkg. De lijst staat hieronder."
    )


def other_year_sentence(shown: int, year: int) -> str:
    """Say that the map is of an earlier year than the one that is chosen; empty where it is not."""
    if shown == year:
        return ""
    return f"U ziet {shown}: van {year} zijn er te weinig cijfers om wijken te vergelijken."


def not_on_map_sentence(name: str) -> str:
    """Say that a chosen wijk is not among those of the map."""
    return f"{name} staat niet op deze kaart: die heeft andere grenzen dan deze wijk."


def order_sentence() -> str:
    """Say in what order the list stands, and whom it counts."""
    return (
        "Bovenaan: de meeste aanwijzingen, en bij gelijke stand de meeste mensen of huishoudens die één cijfer telt (zie "
        "Bron). Open een wijk voor alle redenen."
    )


def more_label(n: int) -> str:
    """Return what opens the rest of the list."""
    return f"Nog {count(n, 'wijk', 'wijken')} die aandacht {'vraagt' if n == 1 else 'vragen'}"


def rest_label(n: int) -> str:
    """Return what opens the wijken without a particular signal."""
    return f"{count(n, 'wijk', 'wijken')} zonder bijzonder signaal"


def whole_list_sentence() -> str:
    """Say where the wijken are that a long list leaves out."""
    return "De hele lijst staat in de tabel bij de kaart."


def silent_label(n: int) -> str:
    """Return what opens the wijken about which nothing can be said."""
    return f"{count(n, 'wijk', 'wijken')} met te weinig cijfers of inwoners"
