"""The tables of the view Aandachtsscore: places and scores, and what makes the score of one wijk."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.composite import Recipe, Scored
from data.catalogue import Catalogue
from ui import map_score_wording as words
from ui import wording
from ui.wording import number

Names = Mapping[str, str]


def table(found: Scored, ranked: pd.DataFrame, recipe: Recipe, names: Names) -> pd.DataFrame:
    """Return the ranking as a table; a wijk without a score stands last, with the reason."""
    scores = found.scores
    n = len(found.weights)
    return pd.DataFrame(
        {
            "Wijk": [names[region] for region in scores["region"]],
            "Plaats": scores["rank"].array,
            "Plaats bij andere keuzes": [
                "" if pd.isna(row["rank"]) else _between(int(row["lower"]), int(row["upper"]))
                for _, row in ranked.iterrows()
            ],
            "Score": scores["score"].round(words.decimals_of(recipe)).to_numpy(),
            "Cijfers": [f"{known} van {n}" for known in scores["n_figures"]],
            "Zonder score, omdat": [
                words.REASONS[reason] if pd.isna(rank) else ""
                for reason, rank in zip(scores["reason"], scores["rank"], strict=True)
            ],
        }
    ).set_index("Wijk")


def _between(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} tot en met {high}"


def figure_rows(
    found: Scored,
    ranked: pd.DataFrame,
    names: Names,
    known: Catalogue,
    year: int,
    source: str,
) -> pd.DataFrame:
    """Return the ranking as plain rows for CSV and Excel, with the part of every theme in the score."""
    scores = found.scores
    rows = pd.DataFrame(
        {
            "Wijk": [names[region] for region in scores["region"]],
            "Code": scores["region"].to_numpy(),
            "Plaats": scores["rank"].array,
            "Plaats vanaf": ranked["lower"].array,
            "Plaats tot en met": ranked["upper"].array,
            "Aandeel van de keren bij de hoogste vijfde": ranked["top"].round(3).to_numpy(),
            "Score": scores["score"].round(2).to_numpy(),
            "Aantal cijfers": scores["n_figures"].to_numpy(),
            "Zonder score, omdat": [
                words.REASONS[reason] if pd.isna(rank) else ""
                for reason, rank in zip(scores["reason"], scores["rank"], strict=True)
            ],
        }
    )
    parts = found.contributions.pivot_table("contribution", "region", "theme", "sum")
    for theme in dict.fromkeys(found.weights["theme"]):
        title = next(entry.title for entry in known.themes if entry.id == theme)
        rows[f"Bijdrage {wording.in_sentence(title)}"] = (
            parts[theme].reindex(scores["region"]).round(2).to_numpy()
        )
    return rows.assign(Jaar=year, Bron=source)


def parts_table(parts: pd.DataFrame, recipe: Recipe, known: Catalogue) -> pd.DataFrame:
    """Return the contributions of one wijk as a table, the largest first."""
    ordered = parts.sort_values("contribution", ascending=False, kind="stable")
    indicators = [known[name] for name in ordered["indicator"]]
    return pd.DataFrame(
        {
            "Cijfer": [indicator.title for indicator in indicators],
            "Waarde": [
                wording.figure(value, indicator.unit, indicator.decimals)
                for value, indicator in zip(ordered["value"], indicators, strict=True)
            ],
            "Telt voor": [f"{number(100 * weight)}{wording.SPACE}%" for weight in ordered["weight"]],
            "Bijdrage": [words.part_points(part, recipe) for part in ordered["contribution"]],
            "Gemiddeld": [
                words.part_points(part, recipe) for part in ordered["contribution"] - ordered["above_average"]
            ],
        }
    ).set_index("Cijfer")


def part_rows(parts: pd.DataFrame, name: str, known: Catalogue, year: int, source: str) -> pd.DataFrame:
    """Return the contributions of one wijk as plain rows to download."""
    ordered = parts.sort_values("contribution", ascending=False, kind="stable")
    indicators = [known[name] for name in ordered["indicator"]]
    return pd.DataFrame(
        {
            "Wijk": name,
            "Code": ordered["region"].to_numpy(),
            "Thema": [next(t.title for t in known.themes if t.id == theme) for theme in ordered["theme"]],
            "Cijfer": [indicator.title for indicator in indicators],
            "Waarde": ordered["value"].to_numpy(),
            "Eenheid": [indicator.unit for indicator in indicators],
            "Op de schaal": ordered["normalised"].round(2).to_numpy(),
            "Gewicht": ordered["weight"].round(4).to_numpy(),
            "Bijdrage": ordered["contribution"].round(2).to_numpy(),
            "Boven het gemiddelde": ordered["above_average"].round(2).to_numpy(),
            "Jaar": year,
            "Bron": source,
        }
    )
