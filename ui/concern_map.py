"""Concerns per 1,000 inhabitants on the map: what is hidden is hatched, what is about as expected is dotted."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from analysis.classes import Classes
from analysis.concerns import ABOUT, TOO_FEW
from analysis.small_counts import SHOWN
from ui import concern_picture_wording as words
from ui.concern_figures import Heard, Pick, Stretch, rates_of
from ui.fetch_wording import month
from ui.painting import Layer, Painting, paint


@lru_cache(maxsize=32)
def painted(of: Heard, stretch: Stretch, pick: Pick, subject: str, title: str) -> Painting | None:
    """Return the map of one stretch; None without borders.

    Parameters
    ----------
    of : Heard
    stretch : Stretch
    pick : Pick
    subject : str
        What is counted, as the legend says it.
    title : str
        The finding.
    """
    known = of.known
    year = known.years[-1]
    borders_year = known.borders_year(year)
    if borders_year is None:
        return None
    rows = rates_of(of, stretch, pick)
    shown = (rows["status"] == SHOWN) & (rows["verdict"] != TOO_FEW)
    frame = pd.DataFrame(
        {
            "region": rows["region"],
            "name": rows["name"],
            "value": rows["smoothed"].where(shown).astype("float64"),
            "status": "",
            "reason": [words.unsaid(str(row["status"]), str(row["verdict"])) for _, row in rows.iterrows()],
            "alike": shown & (rows["verdict"] == ABOUT),
            "label": [_label(row) for _, row in rows.iterrows()],
        }
    ).astype({"reason": "str", "label": "str", "status": "str", "alike": "bool"})
    layer = Layer(
        frame,
        year,
        title=title,
        legend_title=f"{subject}, {words.PER}, 12 maanden tot en met {month(stretch.last)}",
        named=_named,
        decimals=1,
        dots=words.VERDICTS[ABOUT],
        notes=("Stippen: het verschil met de gemeente kan toeval zijn.",),
        source=source_of(of),
        of_one_year=False,
    )
    return paint(known, layer, borders_year)


def source_of(of: Heard) -> str:
    """Return the sentence that names where the counts come from."""
    fiction = " Alle zorgen zijn verzonnen." if of.known.is_sample else ""
    return f"Bron: zorgenregister van de gemeente; inwoners: CBS, Kerncijfers wijken en buurten (CC BY 4.0).{fiction}"


def _named(classes: Classes, place: int) -> str:
    low, high = classes.ranges[place]
    return (
        words.rate_text(high) if low == high else f"{words.rate_text(low)} tot en met {words.rate_text(high)}"
    )


def _label(row: pd.Series) -> str:
    lines = [f"zorgen en signalen: {words.count_text(row['cases'], str(row['status']))}"]
    if pd.notna(row["smoothed"]) and row["verdict"] != TOO_FEW:
        lines += [
            f"ongeveer {words.rate_text(row['smoothed'])} {words.PER}",
            f"{words.BAND} {words.band_text(row['lower'], row['upper'])}",
        ]
    return "\n".join([*lines, words.VERDICTS[str(row["verdict"])]])
