"""What the commands promise on figures that really happened: the M3 competition, and the wijken of The Hague."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import cli

REAL = Path(__file__).parents[2].parent / "shared" / "real"
M3 = REAL / "forecasting" / "m3_yearly.csv"
HAGUE = REAL / "panel" / "denhaag_wijken_2009_2022.csv"
#: Households of more persons are counted otherwise since; the moves of the last year were not complete.
BREAK, UNFINISHED = ("%_Multiperson_Household", 2011), ("%_Moving_count_above_1", 2022)
#: The targets of docs/benchmarks.md at five years ahead.
AT_FIVE = {"Total_Population": 0.84, "%_61to80": 0.90, "%_Above80": 0.93}
FIRST = 7

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not (M3.exists() and HAGUE.exists()), reason="the real figures are not beside the project"
    ),
]


def told(command: str, panel: pd.DataFrame, horizon: int, folder: Path) -> pd.DataFrame:
    panel.to_csv(folder / "panel.csv", index=False)
    arguments = [command, folder / "panel.csv", "--horizon", horizon, "--output", folder / "uit.csv"]
    result = CliRunner().invoke(cli.app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return pd.read_csv(folder / "uit.csv", dtype={"region": str})


def wijken() -> pd.DataFrame:
    """Shares as fractions, without a unit; a year in which hardly any wijk has a figure was not measured."""
    wide = pd.read_csv(HAGUE, dtype={"WKC": str}).rename(columns={"WKC": "region", "YEAR": "year"})
    rows = wide.drop(columns="Wijknaam").melt(["region", "year"], var_name="indicator")
    measured = (
        rows.groupby(["indicator", "year"])["value"].transform(lambda values: (values > 0).mean()) > 0.5
    )
    before = (rows["indicator"] == BREAK[0]) & (rows["year"] < BREAK[1])
    unfinished = (rows["indicator"] == UNFINISHED[0]) & (rows["year"] >= UNFINISHED[1])
    rows = rows[measured & ~before & ~unfinished]
    return rows[rows.groupby(["indicator", "region"])["value"].transform("min") > 0]


def relative(rows: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return the error relative to no change by indicator and year ahead, origins of seven figures or more."""
    start = rows[rows["value"].notna()].groupby("indicator")["year"].min()
    found = found[found["origin"] >= found["indicator"].map(start) + FIRST - 1]
    errors = found.assign(
        ours=(found["mean"] - found["value"]).abs(), still=(found["no_change"] - found["value"]).abs()
    )
    ours, still = (errors.pivot_table(name, "indicator", "horizon", "sum") for name in ("ours", "still"))
    return ours / still


@pytest.fixture(scope="module")
def backtest(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return told("backtest", wijken(), 5, tmp_path_factory.mktemp("hague"))


def test_in_the_hague_no_figure_is_forecast_worse_than_by_saying_that_nothing_changes(
    backtest: pd.DataFrame,
) -> None:
    ratio = relative(wijken(), backtest)

    assert len(ratio) == 15
    assert ratio.max(axis=None) <= 1.01
    assert ratio.loc["%_Welfare_benefit_user"].max() <= 1.005
    assert ratio.loc["%_Low_Income"].max() <= 1.005


def test_in_the_hague_inhabitants_and_the_old_are_forecast_better(backtest: pd.DataFrame) -> None:
    at_five = relative(wijken(), backtest)[5]

    assert {name: round(at_five[name], 3) for name in AT_FIVE if at_five[name] > AT_FIVE[name]} == {}


def test_in_the_hague_bands_of_earlier_years_were_right_about_as_often_as_they_said(
    backtest: pd.DataFrame,
) -> None:
    banded = backtest[backtest["lower_80"].notna()]
    inside = {
        level: banded["value"].between(banded[f"lower_{level}"], banded[f"upper_{level}"])
        for level in (80, 95)
    }
    by_year = pd.DataFrame(inside).groupby(banded["horizon"]).mean()

    assert by_year[80].between(0.77, 0.85).all()
    assert by_year[95].between(0.93, 0.975).all()


def test_a_percentage_may_be_written_as_a_fraction_or_with_its_unit(
    backtest: pd.DataFrame, tmp_path: Path
) -> None:
    rows = wijken()
    share = rows["indicator"].str.startswith("%")
    written = rows.assign(value=rows["value"] * np.where(share, 100, 1), unit=np.where(share, "%", "aantal"))
    found = told("backtest", written, 5, tmp_path)
    expected = backtest["mean"] * np.where(backtest["indicator"].str.startswith("%"), 100, 1)

    assert found["mean"].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-8)


def test_years_that_were_not_measured_may_be_left_empty(tmp_path: Path) -> None:
    """As the file has them, with nothing in the cells that hold a 0; wijken that have one then count too."""
    wide = pd.read_csv(HAGUE, dtype={"WKC": str}).rename(columns={"WKC": "region", "YEAR": "year"})
    rows = wide.drop(columns="Wijknaam").melt(["region", "year"], var_name="indicator")
    rows["value"] = rows["value"].where(rows["value"] != 0)
    ratio = relative(rows, told("backtest", rows, 5, tmp_path))

    assert ratio.drop(index=[BREAK[0], UNFINISHED[0]]).max(axis=None) <= 1.015
    assert (ratio.loc[list(AT_FIVE), 5] <= pd.Series(AT_FIVE) + 0.005).all()


def test_the_yearly_series_of_m3_are_forecast_as_well_as_by_the_best(tmp_path: Path) -> None:
    series = pd.read_csv(M3).rename(columns={"id": "region", "t": "year", "y": "value"})
    train, test = (
        series[series["part"] == part].sort_values(["region", "year"]) for part in ("train", "test")
    )
    panel = train[["region", "year", "value"]].assign(indicator="M3")
    found = told("forecast", panel, 6, tmp_path).sort_values(["region", "year"])
    mean, lower, upper, came = (
        column.to_numpy().reshape(-1, 6)
        for column in (found["mean"], found["lower_95"], found["upper_95"], test["value"])
    )
    scale = train.groupby("region")["value"].apply(lambda values: values.diff().abs().mean()).to_numpy()
    missed = np.maximum(lower - came, 0) + np.maximum(came - upper, 0)
    error = np.abs(mean - came)

    assert found["region"].nunique() == 645
    assert (200 * error / (np.abs(mean) + np.abs(came))).mean() <= 15.8
    assert (error.mean(axis=1) / scale).mean() <= 2.55
    assert ((upper - lower + 40 * missed).mean(axis=1) / scale).mean() <= 23
