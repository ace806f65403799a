"""The pictures of the attention score: contributions that add up to the score, and places with their margin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ui.chart_contributions import contributions_chart, describe_contributions
from ui.chart_rank_bands import describe_rank_bands, rank_bands
from ui.theme import DARK, LIGHT, Look

THEMES = {"werk": "Werk en uitkeringen", "wonen": "Wonen"}


def parts() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "theme": ["wonen", "werk", "werk"],
            "indicator": ["vacancy", "bijstand", "betaald"],
            "contribution": [8.0, 12.0, 9.0],
            "above_average": [2.0, 9.0, -1.0],
        }
    )


def contributions(frame: pd.DataFrame, look: Look = LIGHT) -> dict[str, Any]:
    figures = {name: (f"Cijfer {name} met <b>", "5 %") for name in ("vacancy", "bijstand", "betaald")}
    return contributions_chart(
        frame,
        look,
        title="Titel",
        subtitle="Bijdrage",
        source="CBS",
        themes=THEMES,
        figures=figures,
        write=lambda value: f"{value:.0f}",
    ).to_dict()


def drawn_rows(spec: dict[str, Any]) -> pd.DataFrame:
    rows = [row for data in spec["datasets"].values() for row in data]
    return pd.DataFrame(rows).drop_duplicates().sort_values("text")


def test_the_bars_of_the_themes_are_together_the_score_and_the_largest_comes_first() -> None:
    rows = drawn_rows(contributions(parts()))
    themes = rows[rows["is_theme"]]
    assert list(themes["name"]) == ["Werk en uitkeringen", "Wonen"]
    assert themes["value"].sum() == parts()["contribution"].sum()
    assert list(themes["usual"]) == [13.0, 6.0]
    within = rows[~rows["is_theme"]]
    assert list(within["told"]) == ["12", "9", "8"]
    assert within["name"].str.endswith(": 5 %").all()


def test_it_is_told_in_words_and_in_both_looks() -> None:
    for look in (LIGHT, DARK):
        spec = contributions(parts(), look)
        assert spec["config"]["background"] == look.paper
    assert describe_contributions(parts(), THEMES, str) == (
        "Staafgrafiek van de bijdragen aan de score per thema: Werk en uitkeringen 21.0 (gemiddeld 13.0) en Wonen 8.0 "
        "(gemiddeld 6.0)."
    )
    assert "geen score" in contributions(parts().iloc[:0])["description"]


def test_a_contribution_below_zero_has_its_bar_left_of_the_others() -> None:
    spec = contributions(parts().assign(contribution=[-3.0, 2.0, 1.0]))
    scale = spec["layer"][0]["encoding"]["x"]["scale"]
    assert scale["domain"][0] <= -3.0
    assert scale["domain"][1] >= 3.0


def ranking() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": ["A", "B", "C"],
            "name": ["Noord", "Zuid", "Haven"],
            "rank": pd.array([1, 2, None], dtype="Int64"),
            "lower": pd.array([1, 1, None], dtype="Int64"),
            "upper": pd.array([1, 4, None], dtype="Int64"),
            "top": [0.99, 0.3, np.nan],
            "told": ["80", "60", ""],
            "reason": ["", "", "geen score (te weinig cijfers)"],
        }
    )


def bands(frame: pd.DataFrame, total: int = 5) -> dict[str, Any]:
    return rank_bands(
        frame, LIGHT, title="Titel", subtitle="", source="CBS", total=total, sure=0.9, selected="B"
    ).to_dict()


def test_a_band_holds_the_places_and_only_who_is_surely_first_has_the_colour() -> None:
    spec = bands(ranking())
    rows = pd.DataFrame([row for data in spec["datasets"].values() for row in data])
    rows = rows.dropna(subset=["region"]).drop_duplicates("region").set_index("region")
    (start_a, start_b, _), (end_a, end_b, _) = rows["start"].tolist(), rows["end"].tolist()
    assert start_a < 1 < end_a < 2
    assert start_b < 1
    assert end_b > 4
    assert list(rows["ink"]) == [LIGHT.accent, LIGHT.no_figure, LIGHT.no_figure]
    assert list(rows["bold"]) == [False, True, False]


def test_who_has_no_score_has_a_reason_and_no_place() -> None:
    spec = bands(ranking())
    told = describe_rank_bands(ranking(), 5)
    assert spec["description"] == told
    assert "Zuid: plaats 2, bij andere keuzes 1 tot en met 4." in told
    assert "Noord: plaats 1, bij andere keuzes ook." in told
    assert "Haven" not in told
    assert "Zonder score: 1\u00a0wijk." in told
    assert "Hier staan 2 van de 5 wijken" in spec["usermeta"]["caption"]
    nobody = ranking().assign(rank=pd.array([None] * 3, dtype="Int64"))
    assert "geen enkele wijk" in bands(nobody)["description"]
