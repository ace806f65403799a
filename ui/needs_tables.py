"""Tables of scenarios beside what is expected, for the screen and to download."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

import pandas as pd
from pandas.io.formats.style import Styler

from analysis.needs import Need
from ui import wording
from ui.tables import PLACEHOLDER

_NUMBERS: Final = ("mean", "lower_80", "upper_80", "lower_95", "upper_95")
#: Columns of a download that hold numbers of people; rounded to what they can mean.
_DECIMALS: Final = 1


def _styled(table: pd.DataFrame, decimals: int, signed: tuple[str, ...] = ()) -> Styler:
    numbers: list[Hashable] = [
        name for name in table if pd.api.types.is_numeric_dtype(table[name]) and name not in signed
    ]
    styler = table.style.format(
        lambda value: wording.number(value, decimals), subset=numbers, na_rep=PLACEHOLDER
    )
    return styler.format(
        lambda value: wording.number(value, decimals, signed=True),
        subset=[name for name in signed if name in table],
        na_rep=PLACEHOLDER,
    )


def _plain(rows: pd.DataFrame) -> dict[str, str]:
    """Return names for a download: people_mean becomes people."""
    return {
        str(column): str(column).removesuffix("_mean") for column in rows if str(column).endswith("_mean")
    }


def _finished(rows: pd.DataFrame, need: Need, source: str) -> pd.DataFrame:
    order = [
        *("region", "name", "kind", "scenario", "year", "need", "people", "people_lower_80"),
        *("people_upper_80", "people_lower_95", "people_upper_95", "rate", "rate_lower_80", "rate_upper_80"),
        *("baseline", "difference", "difference_lower_80", "difference_upper_80", "status", "unit", "source"),
    ]
    rows = rows.assign(need=need.title, unit=need.unit, source=source)
    return rows[[column for column in order if column in rows]].round(_DECIMALS)


def scenario_table(baseline: pd.DataFrame, scenarios: Mapping[str, pd.DataFrame]) -> Styler:
    """Return the forecast and the scenarios side by side, a row per year: the number, and the difference.

    Parameters
    ----------
    baseline : DataFrame
        Rows of the outlook of one region (`ui.outlook_reach.Prospect`).
    scenarios : mapping
        Name to rows of `ui.needs_figures.scenario_rows` of that region.
    """
    years = baseline["year"].astype(int)
    index = pd.Index(years.astype(str), name="Jaar")
    columns: dict[str, pd.Series] = {
        "Verwachting": pd.Series(baseline["mean"].to_numpy(), index=index, dtype="float64")
    }
    signed = []
    for name, rows in scenarios.items():
        by_year = rows.set_index(rows["year"].astype(int).astype(str))
        heading = f"Verschil: {name}"
        columns[f"Scenario: {name}"] = by_year["people_mean"].reindex(index).astype("float64")
        columns[heading] = by_year["difference_mean"].reindex(index).astype("float64")
        signed.append(heading)
        columns[f"Verschil van: {name}"] = by_year["difference_lower_80"].reindex(index).astype("float64")
        columns[f"Verschil tot: {name}"] = by_year["difference_upper_80"].reindex(index).astype("float64")
        signed += [f"Verschil van: {name}", f"Verschil tot: {name}"]
    table = pd.DataFrame({heading: column.to_numpy() for heading, column in columns.items()}, index=index)
    return _styled(table, 0, tuple(signed))


def scenario_rows(
    baseline: pd.DataFrame, scenarios: Mapping[str, pd.DataFrame], need: Need, name: str, source: str
) -> pd.DataFrame:
    """Return the plain rows of `scenario_table`, one per scenario and year, to download."""
    expected = baseline.rename(columns={name: f"people_{name}" for name in baseline if str(name) in _NUMBERS})
    pieces = [expected.assign(kind="verwachting", scenario="")]
    pieces += [rows.assign(kind="scenario", scenario=called) for called, rows in scenarios.items()]
    whole = pd.concat(pieces, ignore_index=True)
    return _finished(whole.rename(columns=_plain(whole)).assign(name=name), need, source)
