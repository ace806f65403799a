"""How Wijkradar says how a hotspot was decided, what it leans on, what it is not, and when nothing can be said."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.hotspots import COLD, HIGH_LOW, HOT, Reach
from data.catalogue import Indicator
from ui import wording
from ui.hotspot_wording import SIGNAL, Row, degree
from ui.wording import capital, count, join_names, level_label, subject


def method_sentences(reach: Reach, neighbours: float, level: str, *, weighed: bool, rate: float) -> list[str]:
    """Say how it was decided, in plain words with the names of the methods.

    Parameters
    ----------
    reach : Reach
    neighbours : float
        Mean number of neighbours.
    level : str
    weighed : bool
        Whether figures were compared by what fits the size of each region.
    rate : float
        False discovery rate.
    """
    one, many = level_label(level), level_label(level, plural=True)
    told = [
        f"Per {one} telt het cijfer daar en in de {many} eromheen samen, naast dat van alle {many} (Getis-Ord Gi*). Daarom kan "
        f"een {one} erbij horen die zelf niet opvalt.",
        f"Buren zijn {many} waarvan het land elkaar raakt, ook in één punt. Water telt niet als land: {many} met een eigen vlak water "
        f"ertussen zijn geen buren. Een {one} heeft hier gemiddeld {wording.number(neighbours, 1)} buren met een cijfer.",
        "Toeval betekent: dezelfde cijfers, door elkaar gehusseld over de kaart. Wijkradar rekent uit hoe vaak dat minstens zo'n "
        "uitkomst geeft (p). Dat is precies uitgerekend, zonder loting.",
        f"Wie veel {many} toetst, vindt altijd wel iets. Daarom zijn de kansen gecorrigeerd (Benjamini-Hochberg): van wat hier bij elkaar "
        f"ligt, is naar verwachting hoogstens {wording.number(100 * rate)} op de 100 toeval.",
    ]
    if weighed:
        told.append(
            f"In kleine {many} schommelt een cijfer meer. Elk cijfer is daarom vergeleken met wat bij de omvang van de {one} past "
            "(Assunção en Reis). Bijgesteld in de tabel is het cijfer dat om die reden naar dat van alle "
            f"{many} samen is getrokken (empirisch Bayes)."
        )
    told.append(
        f"Met deze {count(reach.n, one, many)} wordt een gewone groep hoge of lage cijfers in "
        f"{round(100 * reach.chance)} van de 100 gevallen gevonden. De hoogste score die hier kan, is "
        f"{wording.number(reach.highest, 1)}."
    )
    return told


def over_method(years: Sequence[int], level: str) -> str:
    """Say how the classes over the years came about."""
    many = level_label(level, plural=True)
    span = (
        f"{years[0]} tot en met {years[-1]}" if len(years) > 1 else join_names([str(year) for year in years])
    )
    return (
        f"Over de jaren tellen alleen jaren waarin het cijfer hetzelfde betekent ({span}), op de grenzen van nu. Eerst is getoetst of er over "
        f"die jaren samen iets is, dan in welke jaren. Sterker of zwakker gaat over het verschil met de {many} waar niets is gevonden. De kaart "
        f"van één jaar kijkt alleen naar dat jaar, en kan aan de rand andere {many} tonen."
    )


def not_meant() -> list[str]:
    """Say what a hotspot is not."""
    return [
        SIGNAL,
        "Wat bij elkaar ligt, hoeft geen gezamenlijke oorzaak te hebben. Vraag bewoners en professionals of zij het herkennen.",
        "Buiten de gemeente houdt de kaart op: wat aan de overkant van de gemeentegrens ligt, telt niet mee.",
        "Herkomst doet nooit mee.",
    ]


def unlike_sentence(row: Row, indicator: Indicator, level: str) -> str:
    """Say of a region that it differs from those around it.

    Parameters
    ----------
    row : Series or mapping
        name, value, status, around (mean of those around it alone) and class (`HIGH_LOW` or `LOW_HIGH`).
    """
    side = HOT if row["class"] == HIGH_LOW else COLD
    own = wording.figure_or_reason(row["value"], row["status"], indicator.unit, indicator.decimals)
    around = wording.figure(row["around"], indicator.unit, indicator.decimals)
    return f"{row['name']} is {degree(side, indicator)} ({own}) tussen {level_label(level, plural=True)} die gemiddeld {around} hebben."


def alone_sentence(islands: Sequence[str], single: Sequence[str], level: str) -> str:
    """Name the regions without others around them, and those with one; empty where there are none."""
    one, many = level_label(level), level_label(level, plural=True)
    told = []
    if islands:
        verb, own = ("grenst", "die") if len(islands) == 1 else ("grenzen", "die")
        told.append(
            f"{join_names(islands, limit=6)} {verb} aan geen andere {one} met een cijfer: over {own} "
            f"{one if len(islands) == 1 else many} is niets te zeggen."
        )
    if single:
        verb = "grenst" if len(single) == 1 else "grenzen elk"
        told.append(
            f"{join_names(single, limit=6)} {verb} aan 1 andere {one}: wat daar staat, leunt op twee cijfers."
        )
    return " ".join(told)


# When nothing can be said --------------------------------------------------------------------------


def without_figures(rows: pd.DataFrame, indicator: Indicator, gemeente: str, year: int, level: str) -> str:
    """Say why there is nothing to test although there is a map; empty where there is.

    Parameters
    ----------
    rows : DataFrame
        One row per region: value and class.
    """
    known = rows.loc[rows["value"].notna(), "value"]
    one, many = level_label(level), level_label(level, plural=True)
    if known.empty:
        return f"Voor {subject(indicator)} in {year} is er van geen enkele {one} in {gemeente} een cijfer."
    if len(known) == 1:
        return f"Er is maar 1 {one} met een cijfer ({year}). Er valt dus niets bij elkaar te liggen."
    if len(known) > 1 and (known == known.iloc[0]).all():
        told = wording.figure(float(known.iloc[0]), indicator.unit, indicator.decimals)
        return (
            f"{capital(subject(indicator))} is in {year} in alle {count(len(known), one, many)} met een cijfer even hoog "
            f"({told}). Er ligt dus nergens meer of minder bij elkaar."
        )
    return ""


def too_few(reach: Reach, gemeente: str, level: str, other: tuple[str, int] | None = None) -> str:
    """Say that a map of so few regions can hardly show more than chance, and what is shown instead.

    Parameters
    ----------
    reach : Reach
    gemeente : str
    level : str
    other : tuple of str and int, optional
        A level with more regions, and how many.
    """
    many = level_label(level, plural=True)
    there = count(reach.n, level_label(level), many)
    found = round(10 * reach.chance)
    often = f"in {found} van de 10 gevallen" if found else "bijna nooit"
    told = (
        f"{gemeente} heeft {there} met een cijfer en een buur. Dat is te weinig om uit te sluiten dat cijfers bij elkaar liggen: ook als "
        f"ze dat echt doen, is het op zo'n kaart maar {often} van toeval te onderscheiden. Daarom staat hier de volgorde van de "
        f"{many}, met de marge van elk cijfer."
    )
    if other and other[1] > reach.n:
        told += f" Met {level_label(other[0], plural=True)} ({wording.number(other[1])}) is meer te zien."
    return told


def may_be_missed(reach: Reach, level: str) -> str:
    """Say beside "nothing found" how much that says: how often an ordinary group is found on such a map."""
    return (
        f"Met {count(reach.n, level_label(level), level_label(level, plural=True))} blijft er ook iets ongezien: een groep van gewone "
        f"sterkte is dan in {round(10 * reach.chance)} van de 10 gevallen te vinden."
    )


def other_year(year: int, wished: int, level: str) -> str:
    """Say that another year is shown than was asked for; empty where it is that year."""
    if year == wished:
        return ""
    return f"Van de {level_label(level, plural=True)} zijn er over {wished} geen cijfers; u ziet {year}."


def no_borders(gemeente: str, level: str) -> str:
    """Say that nothing can be found without borders, and how to get them."""
    many = level_label(level, plural=True)
    return (
        f"Van de {many} van {gemeente} zijn nog geen grenzen ingelezen, dus niet te zeggen is wat naast elkaar ligt. Lees een "
        f"kaartbestand van CBS of PDOK in met: python cli.py import {many}_2022.gpkg. De volgorde staat hieronder."
    )
