"""What the commands that read any figures and any map say: how many gather, and what could not take part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from analysis.hotspots import Reach
from data.geometry_file import ROW, Land
from reports.hotspot_table import NO_LAND, Hotspots
from ui.wording import capital, count, join_names, number

#: Names that are told one by one; more are counted.
_MOST_NAMES: Final = 8
#: What the class of a region is called, in the order of telling.
CLASS_LABELS: Final = {
    "hot": "hoge cijfers bij elkaar",
    "cold": "lage cijfers bij elkaar",
    "high_high": "hoog tussen hoge cijfers",
    "low_low": "laag tussen lage cijfers",
    "high_low": "hoog tussen lage cijfers",
    "low_high": "laag tussen hoge cijfers",
    "not_significant": "niet meer bij elkaar dan toeval",
    "no_neighbours": "geen buren met een cijfer",
    "no_figure": "geen cijfer",
    NO_LAND: "niet op de kaart",
}

#: Under a map of counts.
SHRUNK: Final = "Bij weinig mensen is het cijfer naar het gemiddelde getrokken."
#: How counts were made comparable.
RATES_TOLD: Final = {
    "bayes": "De aantallen zijn eerst gedeeld door de bevolking, en bij weinig mensen naar het gemiddelde getrokken "
    "(empirical Bayes). Liggen gebieden met weinig mensen bij elkaar, dan geeft --rates standard minder vals alarm: op kaarten "
    "zonder enig patroon ongeveer 5 van de 100 keer, nu 10 tot 15 van de 100 keer.",
    "standard": "Van elk gebied is vergeleken hoe ver het aantal per inwoner van het gemiddelde ligt, gemeten aan wat toeval "
    "bij zo veel mensen doet. Het cijfer dat u ziet, is bij weinig mensen naar het gemiddelde getrokken (empirical Bayes).",
}


def regions(n: int) -> str:
    """Return "1 gebied" or "12 gebieden"."""
    return count(n, "gebied", "gebieden")


def counts_sentence(found: Hotspots) -> str:
    """Say how many regions there are of each class."""
    counts = found.table["class"].value_counts()
    told = [f"{number(counts[kind])} {label}" for kind, label in CLASS_LABELS.items() if kind in counts]
    here = len(found.table) - len(found.no_land)
    return f"{capital(regions(here))} op de kaart: {'; '.join(told)}."


def finding(found: Hotspots) -> str:
    """Answer in a sentence whether high or low figures gather."""
    hot, cold = (found.table.loc[found.table["class"] == kind, "region"] for kind in ("hot", "cold"))
    told = [f"hoge cijfers in {regions(len(hot))}"] if len(hot) else []
    told += [f"lage cijfers in {regions(len(cold))}"] if len(cold) else []
    if told:
        return f"Meer dan toeval bij elkaar: {join_names(told)}"
    return "Hoge of lage cijfers liggen niet meer bij elkaar dan toeval"


def remarks(found: Hotspots, land: Land) -> list[str]:
    """Say what did not take part and why, and what the map can show at all; a sentence for each, none without reason."""
    told = land_remarks(land)
    if found.no_figure:
        told.append(f"Zonder cijfer: {named(found.no_figure)}.")
    if found.nobody:
        told.append(f"Wel een aantal maar geen bevolking, dus geen cijfer: {named(found.nobody)}.")
    if found.no_land:
        told.append(f"Wel een cijfer maar niet op de kaart: {named(found.no_land)}.")
    if found.islands:
        told.append(f"Zonder buren met een cijfer, dus daar is niets over te zeggen: {named(found.islands)}.")
    if found.single:
        told.append(f"Met maar één buur, zodat de uitkomst op twee cijfers rust: {named(found.single)}.")
    if len(found.neighbours) == 1:
        told.append("Er is maar één gebied met een cijfer; dan kan er niets bij elkaar liggen.")
    elif found.equal:
        told.append("Alle cijfers zijn gelijk; dan ligt er nergens iets hoogs of laags bij elkaar.")
    elif not found.reach.enough:
        told.append(reach_sentence(found.reach, regions(found.reach.n)))
    if found.rates:
        told.append(RATES_TOLD[found.rates])
    return told


def figure_remarks(figures: pd.DataFrame, land: Land) -> list[str]:
    """Say what of the figures and of the map did not come together."""
    there, known = set(land.frame["region"]), set(figures.loc[figures["value"].notna(), "region"])
    without = [str(region) for region in land.frame["region"] if region not in known]
    nowhere = [str(region) for region in figures["region"] if region not in there]
    told = land_remarks(land)
    if without:
        told.append(f"Zonder cijfer: {named(without)}.")
    if nowhere:
        told.append(f"Wel een cijfer maar niet op de kaart: {named(nowhere)}.")
    return told


def land_remarks(land: Land) -> list[str]:
    """Say what had to be done to the polygons before they could be used."""
    told = []
    if land.column == ROW:
        told.append(
            "De gebieden in de cijfers zijn genummerd; dat zijn gelezen als de rijen van de kaart, op volgorde."
        )
    if land.rivals:
        told.append(
            f"De codes zijn gezocht in kolom {land.column}; ze passen ook bij {join_names(land.rivals)}. Klopt dat niet, noem "
            "dan de kolom met --code-column."
        )
    if land.mended:
        told.append(f"Hersteld omdat de grens zichzelf kruiste: {regions(land.mended)}.")
    if land.dissolved:
        told.append(
            f"Samengevoegd met een ander stuk van hetzelfde gebied: {count(land.dissolved, 'stuk', 'stukken')}."
        )
    if land.without_land:
        told.append(f"Op de kaart zonder vlak, en dus overgeslagen: {named(land.without_land)}.")
    return told


def reach_sentence(reach: Reach, called: str) -> str:
    """Say that so few regions can hardly show that figures gather.

    Parameters
    ----------
    reach : Reach
    called : str
        The number of regions in words.
    """
    return (
        f"Let op: met {called} is weinig te vinden. Liggen er echt hoge of lage cijfers bij elkaar, dan blijkt dat hier naar "
        f"schatting in {number(100 * reach.chance)} van de 100 gevallen. Geen uitkomst betekent dus niet dat er niets is; kijk "
        "naar de cijfers zelf, op volgorde."
    )


def named(names: Sequence[str]) -> str:
    """Return names, and how many others there are."""
    return join_names([name.replace("\n", " ") for name in names], limit=_MOST_NAMES)
