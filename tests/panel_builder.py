"""Small panels and definitions for the tests of analysis, written down as a reader would say them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from data import panel as contract

LEVELS = {"NL": "land", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}


def figure(
    region: str,
    year: int,
    indicator: str,
    value: float | None = None,
    status: str | None = None,
    unit: str | None = None,
    boundary: int | None = 1,
) -> dict[str, Any]:
    """One row; without a value it is suppressed unless another status is given."""
    level = LEVELS[region[:2]]
    return {
        "region": region,
        "level": level,
        "year": year,
        "indicator": indicator,
        "value": value,
        "status": status or ("observed" if value is not None else "suppressed"),
        "unit": unit,
        "boundary": boundary if level in ("wijk", "buurt") else None,
        "source": f"table-{year}",
    }


def series(region: str, indicator: str, values: dict[int, float | None], **more: Any) -> list[dict[str, Any]]:
    return [figure(region, year, indicator, value, **more) for year, value in values.items()]


def define(*indicators: dict[str, Any]) -> pd.DataFrame:
    """Definitions like those of the catalogue; every indicator starts from a neutral rate in %."""
    plain = {
        "title": "Cijfer",
        "theme": "werk",
        "unit": "%",
        "decimals": 1,
        "kind": "rate",
        "direction": "neutral",
        "usable_in_score": True,
        "rounding": 0,
        "first_year": 2013,
        "last_year": None,
        "share_of": (),
        "factor": 1.0,
        "breaks": (),
    }
    frame = pd.DataFrame([plain | indicator for indicator in indicators]).set_index("indicator")
    frame["last_year"] = frame["last_year"].astype("Int64")
    return frame


def count(indicator: str, rounding: int = 5, **more: Any) -> dict[str, Any]:
    return {
        "indicator": indicator,
        "unit": "aantal",
        "kind": "count",
        "decimals": 0,
        "rounding": rounding,
        **more,
    }


def rate(indicator: str, direction: str = "higher_is_worrying", **more: Any) -> dict[str, Any]:
    return {"indicator": indicator, "direction": direction, **more}


def share(indicator: str, *parts: str, **more: Any) -> dict[str, Any]:
    return {"indicator": indicator, "share_of": parts, "factor": 100.0, **more}


def panel(rows: list[dict[str, Any]], definitions: pd.DataFrame) -> pd.DataFrame:
    """A frame that keeps the panel contract; units come from the definitions where a row says none."""
    frame = pd.DataFrame(rows, columns=contract.COLUMNS)
    frame["unit"] = frame["unit"].fillna(frame["indicator"].map(definitions["unit"]))
    frame = frame.astype(
        {
            "region": "str",
            "level": "str",
            "year": "int64",
            "indicator": "str",
            "value": "float64",
            "status": "str",
            "unit": "str",
            "boundary": "Int8",
            "source": "str",
        }
    )
    return contract.check(frame)
