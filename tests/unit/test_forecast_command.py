"""`cli.py forecast` and `cli.py backtest`: any panel in, forecasts with bands and their record out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from typer.testing import CliRunner

import cli
from analysis.forecasting import FEWEST_YEARS, REASONS, study
from analysis.trends import figures_of_panel
from data.catalogue import catalogue
from reports.export import export
from reports.forecast_table import EARLIER, FORECAST, FURTHEST, REASON, SUMMARY
from reports.trusted import trusted
from ui.panel_wording import REASON_LABELS

M3 = Path(__file__).parents[2].parent / "shared" / "real" / "forecasting" / "m3_yearly.csv"
BANDS = ["lower_95", "lower_80", "mean", "upper_80", "upper_95"]
KEYS = ["region", "indicator", "year"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> Result:
        return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])

    return command


def town(wijken: int = 12, years: range = range(2008, 2024), seed: int = 5) -> pd.DataFrame:
    """Return a panel in which wijken grow at a pace of their own, with a share that stays what it is but for chance."""
    random = np.random.default_rng(seed)
    steps = np.arange(len(years))
    rows = []
    for number in range(wijken):
        people = random.uniform(900, 9_000) * np.exp(random.normal(0.01, 0.02) * steps)
        people *= np.exp(random.normal(0, 0.01, len(years)))
        share = 12 + random.normal(0, 4) + random.normal(0, 0.5, len(years)).cumsum()
        for name, values, unit in (("inwoners", people.round(), "aantal"), ("bijstand", share.round(1), "%")):
            rows.append(
                pd.DataFrame(
                    {
                        "region": f"W{number:02d}",
                        "year": years,
                        "indicator": name,
                        "value": values,
                        "unit": unit,
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)


def made(run, command: str, panel: pd.DataFrame, horizon: int = 4, **beside: str) -> pd.DataFrame:
    panel.to_csv("panel.csv", index=False)
    more = [part for name, place in beside.items() for part in (f"--{name}", place)]
    result = run(command, "panel.csv", "--horizon", horizon, "--output", "uit.csv", *more)
    assert result.exit_code == 0, result.output
    return pd.read_csv("uit.csv", dtype={"region": str})


# -- forecasts ---------------------------------------------------------------------------------------


def test_every_series_gets_every_year_ahead_with_bands_around_it(run) -> None:
    panel = town()
    found = made(run, "forecast", panel)
    assert list(found.columns) == FORECAST
    assert len(found) == 12 * 2 * 4
    assert set(found["year"]) == {2024, 2025, 2026, 2027}
    assert found.notna().all(axis=None)
    assert (np.diff(found[BANDS].to_numpy(), axis=1) >= 0).all()


@pytest.mark.parametrize("command", ["forecast", "backtest"])
def test_the_same_figures_give_the_same_bytes_however_the_rows_lie_and_the_file_is_written(
    run, tmp_path: Path, command: str
) -> None:
    panel = town()
    shuffled = panel.sample(frac=1, random_state=2)[["value", "unit", "indicator", "year", "region"]]
    panel.to_csv("een.csv", index=False)
    panel.to_csv("weer.csv", index=False)
    shuffled.to_csv("twee.csv", index=False, sep=";", decimal=",", encoding="utf-8-sig")
    for name in ("een", "weer", "twee"):
        assert run(command, f"{name}.csv", "--output", f"{name}-uit.csv").exit_code == 0
    first, *others = [(tmp_path / f"{name}-uit.csv").read_bytes() for name in ("een", "weer", "twee")]
    assert first.count(b"\n") > 100
    assert others == [first, first]


def test_years_may_just_count_and_every_series_goes_on_from_its_own_end(run) -> None:
    panel = town(years=range(1, 25))
    ends = {region: 14 + place for place, region in enumerate(panel["region"].unique()[:10])}
    panel = panel[panel["year"] <= panel["region"].map(ends).fillna(24)]
    found = made(run, "forecast", panel, horizon=2)
    last = panel.groupby("region")["year"].max()
    first = found.groupby("region")["year"].min()
    pd.testing.assert_series_equal(first, last + 1)
    assert found["lower_80"].notna().all()


def test_a_percentage_stays_a_percentage_and_a_count_stays_above_zero(run) -> None:
    panel = town()
    few = panel["indicator"] == "inwoners"
    panel["value"] = np.where(few, panel["value"] % 7, (panel["value"] * 8).clip(0, 100).round(1))
    found = made(run, "forecast", panel, horizon=6)
    assert found[BANDS].min(axis=None) >= 0
    assert found.loc[found["indicator"] == "bijstand", BANDS].max(axis=None) <= 100


def test_a_series_without_forecast_is_left_out_and_told_with_its_reason(run) -> None:
    panel = town()
    region, year = panel["region"], panel["year"]
    panel.loc[region == "W00", "value"] = np.nan
    panel.loc[(region == "W01") & (year < 2020), "value"] = np.nan
    panel.loc[(region == "W02") & (year == 2020), "value"] = np.nan
    panel["segment"] = np.where((region == "W03") & (year > 2019), 2, 1)
    panel.to_csv("panel.csv", index=False)
    result = run("forecast", "panel.csv", "--output", "uit.csv", "--reasons", "redenen.csv")
    assert result.exit_code == 0, result.output
    reasons = pd.read_csv("redenen.csv")
    assert list(reasons.columns) == REASON
    of_people = reasons[reasons["indicator"] == "inwoners"].set_index("region")["reason"]
    assert of_people["W00"] == "no_figures"
    assert of_people["W01"] == "too_few_years"
    assert of_people["W03"] == "break"
    forecast = pd.read_csv("uit.csv")
    assert set(of_people.index).isdisjoint(forecast["region"])
    assert set(of_people.index) | set(forecast["region"]) == set(region)
    assert set(reasons["reason"]) <= set(REASONS)
    for reason in set(reasons["reason"]):
        assert REASON_LABELS[reason] in result.stderr


def test_a_panel_too_short_for_a_record_gets_no_bands_and_that_is_said(run) -> None:
    panel = town(years=range(2016, 2016 + FEWEST_YEARS))
    panel.to_csv("panel.csv", index=False)
    result = run("forecast", "panel.csv", "--horizon", 2, "--output", "uit.csv")
    found = pd.read_csv("uit.csv")
    assert found["mean"].notna().all()
    assert found["lower_80"].isna().all()
    assert "48 van de 48 verwachte cijfers hebben geen band" in " ".join(result.stderr.split())
    assert run("backtest", "panel.csv", "--output", "proef.csv").exit_code == 0
    assert Path("proef.csv").read_text() == ",".join(EARLIER) + "\n"


@pytest.mark.parametrize("values", [[""], ["", "", ""], [0], [5] * 12, [0] * 12, [0] * 9 + [900, 0, 0]])
def test_panels_with_next_to_nothing_in_them_give_an_answer_or_a_reason(run, values: list[object]) -> None:
    rows = "".join(f"A,{2010 + step},x,{value}\n" for step, value in enumerate(values))
    Path("panel.csv").write_text(f"region,year,indicator,value\n{rows}")
    for command in ("forecast", "backtest"):
        result = run(command, "panel.csv", "--output", "uit.csv", "--reasons", "redenen.csv")
        assert result.exit_code == 0, result.output
        assert "nan" not in Path("uit.csv").read_text().lower()
    run("forecast", "panel.csv", "--output", "uit.csv", "--reasons", "redenen.csv")
    assert bool(len(pd.read_csv("uit.csv"))) != bool(len(pd.read_csv("redenen.csv")))


def test_to_the_screen_goes_the_table_and_nothing_else(run) -> None:
    town(wijken=1).to_csv("panel.csv", index=False)
    for command, columns in (("forecast", FORECAST), ("backtest", EARLIER)):
        result = run(command, "panel.csv", "--horizon", 3, "--output", "-")
        assert result.stdout.startswith(",".join(columns) + "\n")
        assert {line.count(",") for line in result.stdout.splitlines()} == {len(columns) - 1}


def test_names_that_a_spreadsheet_would_run_or_split_are_made_harmless(run) -> None:
    panel = town(wijken=1)
    panel["region"] = "=1+1, of niet"
    found = made(run, "forecast", panel)
    assert set(found["region"]) == {"'=1+1, of niet"}


def test_an_export_gets_the_forecasts_of_the_panel_it_was_made_of(run, sample_store, tmp_path: Path) -> None:
    from data.sample import GEMEENTE

    export(sample_store, catalogue(), tmp_path / "cijfers.csv", GEMEENTE)
    known = trusted(sample_store, catalogue(), GEMEENTE)
    figures = figures_of_panel(known.panel, catalogue().frame(), known.errors)
    own = study(figures, 3, earlier=False, oldest=None).forecasts
    result = run("forecast", "cijfers.csv", "--horizon", 3, "--output", "uit.csv")
    assert result.exit_code == 0, result.output
    found = pd.read_csv("uit.csv")
    both = found.merge(own, on=KEYS, suffixes=("", "_own"))
    assert len(both) == len(found) == len(own)
    # An export rounds the errors of figures, which moves a band a little.
    width = (both["upper_95"] - both["lower_95"]).fillna(0)
    for name in BANDS:
        apart = (both[name] - both[f"{name}_own"]).abs().fillna(0)
        assert (apart <= 0.01 * width + 1e-3 * both["mean"].abs() + 1e-6).all()
        assert (both[name].isna() == both[f"{name}_own"].isna()).all()


# -- the record --------------------------------------------------------------------------------------


def test_every_earlier_forecast_stands_beside_what_came_and_beside_no_change(run) -> None:
    panel = town()
    found = made(run, "backtest", panel, summary="samen.csv")
    assert list(found.columns) == EARLIER
    assert (found["year"] == found["origin"] + found["horizon"]).all()
    known = panel.set_index(KEYS)["value"]
    at = [tuple(row) for row in found[KEYS].itertuples(index=False)]
    np.testing.assert_allclose(found["value"], known.loc[at])
    at = [(row.region, row.indicator, row.origin) for row in found.itertuples()]
    np.testing.assert_allclose(found["no_change"], known.loc[at])
    assert found["origin"].min() == 2008 + FEWEST_YEARS - 1


def test_an_earlier_forecast_is_what_the_command_would_have_said_then(run) -> None:
    panel = town()
    earlier = made(run, "backtest", panel)
    then = made(run, "forecast", panel[panel["year"] <= 2019])
    both = earlier[earlier["origin"] == 2019].merge(then, on=KEYS, suffixes=("", "_then"))
    assert len(both) == 12 * 2 * 4
    for name in BANDS:
        np.testing.assert_allclose(both[name], both[f"{name}_then"], rtol=1e-8)
    assert (both["method"] == both["method_then"]).all()


def test_the_summary_can_be_recomputed_from_the_rows(run) -> None:
    found = made(run, "backtest", town(), summary="samen.csv")
    summary = pd.read_csv("samen.csv")
    assert list(summary.columns) == SUMMARY
    assert len(summary) == 2 * 4
    row = summary[(summary["indicator"] == "inwoners") & (summary["horizon"] == 3)].iloc[0]
    own = found[(found["indicator"] == "inwoners") & (found["horizon"] == 3)]
    off, unchanged = ((own["value"] - own[name]).abs().mean() for name in ("mean", "no_change"))
    banded = own.dropna(subset="lower_80")
    assert row["n"] == len(own)
    assert row["relative"] == pytest.approx(off / unchanged)
    assert row["banded"] == len(banded)
    assert row["covered_80"] == pytest.approx(
        banded["value"].between(banded["lower_80"], banded["upper_80"]).mean()
    )


def test_the_record_is_told_on_the_screen_a_line_for_each_year_ahead(run) -> None:
    town().to_csv("panel.csv", index=False)
    told = run("backtest", "panel.csv", "--horizon", 2, "--output", "uit.csv").stdout
    lines = [line.split() for line in told.splitlines() if line.strip()[:1] in "12"]
    assert [line[0] for line in lines] == ["1", "2"]
    assert "in band van 80 %" in told


# -- what is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["forecast", "backtest"])
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--output", "panel.csv"], "is het bestand met de cijfers zelf"),
        (["--output", "uit.csv", "--reasons", "panel.csv"], "is het bestand met de cijfers zelf"),
        (["--output", "uit.csv", "--reasons", "./uit.csv"], "is twee keer genoemd"),
        (["--output", "uit.xlsx"], "eindigt op .csv of .csv.gz"),
        (["--output", "geen/uit.csv"], "bestaat niet; maak haar aan"),
        (["--output", "uit.csv"], "rij 14: bij value staat 'veel'"),
        (
            ["--output", "uit.csv", "--horizon", "0"],
            "0 jaar vooruit kan niet; kies bij --horizon 1 tot en met",
        ),
        (["--output", "uit.csv", "--horizon", str(FURTHEST + 1)], "jaar vooruit kan niet"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_leaves_every_file_as_it_was(
    run, tmp_path: Path, command: str, arguments: list[str], told: str
) -> None:
    panel = town(wijken=1).head(12).astype({"value": str})
    panel.loc[12] = ["W00", 2024, "inwoners", "veel", "aantal"]
    panel.to_csv("panel.csv", index=False)
    (tmp_path / "uit.csv").write_text("van gisteren")
    before = (tmp_path / "panel.csv").read_bytes()
    result = run(command, "panel.csv", *arguments)
    assert result.exit_code == 2, result.output
    assert told in " ".join(result.output.split())
    assert (tmp_path / "panel.csv").read_bytes() == before
    assert (tmp_path / "uit.csv").read_text() == "van gisteren"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["panel.csv", "uit.csv"]


# -- the series of a competition ---------------------------------------------------------------------


@pytest.mark.real
@pytest.mark.skipif(not M3.exists(), reason="the M3 series are not beside the project")
def test_the_yearly_series_of_m3_are_forecast_better_than_no_change_with_bands_that_hold(run) -> None:
    series = pd.read_csv(M3).rename(columns={"id": "region", "type": "indicator", "t": "year", "y": "value"})
    train, test = (series[series["part"] == part] for part in ("train", "test"))
    found = made(run, "forecast", train[[*KEYS, "value"]], horizon=6)
    assert len(found) == 645 * 6
    assert found.notna().all(axis=None)
    last = train.sort_values("year").drop_duplicates("region", keep="last").set_index("region")
    came = test.assign(year=test["year"] + test["region"].map(last["year"]))
    both = found.merge(came[[*KEYS, "value"]], on=KEYS)
    unchanged = last["value"].reindex(both["region"]).to_numpy()

    def smape(expected: pd.Series | np.ndarray) -> float:
        return float(
            (200 * np.abs(both["value"] - expected) / (both["value"].abs() + np.abs(expected))).mean()
        )

    assert smape(both["mean"]) < 16.4 < smape(unchanged)
    assert 0.75 < both["value"].between(both["lower_80"], both["upper_80"]).mean() < 0.87
    assert 0.92 < both["value"].between(both["lower_95"], both["upper_95"]).mean() < 0.98
