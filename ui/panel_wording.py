"""What the commands that read any panel say about forecasts: the record in a few lines, and who got none and why."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis.forecasting import FEWEST_YEARS
from ui.wording import SPACE, count, number

#: Why a series has no forecast, for each of `analysis.forecasting.REASONS`.
REASON_LABELS: Final = {
    "no_figures": "er is geen enkel cijfer",
    "break": f"er zijn minder dan {FEWEST_YEARS} cijfers sinds een breuk",
    "gap": f"er zijn minder dan {FEWEST_YEARS} cijfers sinds een jaar zonder cijfer",
    "too_few_years": f"er zijn minder dan {FEWEST_YEARS} cijfers",
    "ended": "de reeks is eerder gestopt dan de andere",
}


def series(n: int) -> str:
    """Return "1 reeks" or "12 reeksen"."""
    return count(n, "reeks", "reeksen")


def forecasts_sentence(n: int, horizon: int) -> str:
    """Say how many series have a forecast."""
    return f"{series(n)} met een verwachting van {horizon} jaar vooruit."


def left_out_sentences(reasons: pd.Series, unbanded: int = 0, forecasts: int = 0) -> list[str]:
    """Say what is not there: forecasts without a band, and series without a forecast, a line for each reason.

    Parameters
    ----------
    reasons : Series of str
        One of `analysis.forecasting.REASONS` for every series without a forecast.
    unbanded, forecasts : int, default 0
        Forecasts without a band, and all.
    """
    told = []
    if unbanded:
        told.append(
            f"{number(unbanded)} van de {number(forecasts)} verwachte cijfers {'heeft' if unbanded == 1 else 'hebben'} geen "
            "band: er zijn te weinig eerdere verwachtingen om te weten hoe ver die ernaast zaten."
        )
    counts = reasons.value_counts()
    return told + [
        f"Zonder verwachting: {series(int(counts[reason]))}, want {label}."
        for reason, label in REASON_LABELS.items()
        if reason in counts
    ]


def record_lines(overall: pd.DataFrame) -> list[str]:
    """Return the record of earlier forecasts as lines of text, one per year ahead.

    Parameters
    ----------
    overall : DataFrame
        One row per horizon: n, relative, banded, covered_80 and covered_95; see `reports.forecast_table.Backtest`.
    """
    if overall.empty:
        return ["Er zijn geen eerdere verwachtingen om na te rekenen: daarvoor zijn de reeksen te kort."]
    head = [
        "jaar vooruit",
        "aantal",
        "fout, geen verandering = 1",
        "in band van 80 %",
        "in band van 95 %",
    ]
    rows = [
        [number(horizon), number(n), _decimal(relative), _share(covered_80), _share(covered_95)]
        for horizon, n, relative, covered_80, covered_95 in zip(
            *(overall[name] for name in ("horizon", "n", "relative", "covered_80", "covered_95")), strict=True
        )
    ]
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]
    ]
    return [*lines, "Een fout onder 1 is kleiner dan die van wie zegt dat er niets verandert."]


def _decimal(ratio: float) -> str:
    return number(ratio, 2) if pd.notna(ratio) else "-"


def _share(share: float) -> str:
    return f"{number(100 * share, 1)}{SPACE}%" if pd.notna(share) else "geen band"
