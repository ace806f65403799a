"""Concerns in counts as plain rows to write away, in the form that everybody may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from analysis.small_counts import text_of

#: How a status of a count reads in a file.
SHOWN_WORDS = {
    "shown": "getoond",
    "small": "minder dan 5, niet getoond",
    "complement": "niet getoond, omdat een klein aantal er anders uit te berekenen is",
}


def rate_rows(
    rates: pd.DataFrame, verdicts: Mapping[str, str], *, what: str, first: date, last: date, source: str
) -> pd.DataFrame:
    """Return concerns per wijk, with rate and band, as plain rows.

    Parameters
    ----------
    rates : DataFrame
        `analysis.concerns.rates` of counts that may be shown, with name, status and year (of the inhabitants).
    verdicts : mapping of str to str
        Verdict to its words.
    what : str
        Which concerns.
    first, last : date
    source : str

    Returns
    -------
    DataFrame
        One row per wijk: region, name, what, first_day, last_day, cases (text: a number, ``<5`` or ``x``), shown,
        population, population_year, per_1000, per_1000_smoothed, lower_95, upper_95, verdict and source.
    """
    return pd.DataFrame(
        {
            "region": rates["region"],
            "name": rates["name"],
            "what": what,
            "first_day": first.isoformat(),
            "last_day": last.isoformat(),
            "cases": [
                _text(cases, status) for cases, status in zip(rates["cases"], rates["status"], strict=True)
            ],
            "shown": rates["status"].map(SHOWN_WORDS),
            "population": rates["population"],
            "population_year": rates["year"],
            "per_1000": rates["rate"].round(2),
            "per_1000_smoothed": rates["smoothed"].round(2),
            "lower_95": rates["lower"].round(2),
            "upper_95": rates["upper"].round(2),
            "verdict": rates["verdict"].map(dict(verdicts)),
            "source": source,
        }
    ).reset_index(drop=True)


def count_rows(frame: pd.DataFrame, *, what: str, where: str, source: str) -> pd.DataFrame:
    """Return counts per period as plain rows.

    Parameters
    ----------
    frame : DataFrame
        Columns first, last, cases and status.
    what, where, source : str
    """
    return pd.DataFrame(
        {
            "where": where,
            "what": what,
            "first_day": [day.isoformat() for day in frame["first"]],
            "last_day": [day.isoformat() for day in frame["last"]],
            "cases": [
                _text(cases, status) for cases, status in zip(frame["cases"], frame["status"], strict=True)
            ],
            "shown": frame["status"].map(SHOWN_WORDS),
            "source": source,
        }
    )


def _text(cases: object, status: str) -> str:
    return text_of(None if pd.isna(cases) else float(cases), status)  # type: ignore[arg-type, call-overload]
