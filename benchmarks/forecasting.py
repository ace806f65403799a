"""How good the forecasts are, how often their bands are right, and how fast they come, beside peers.

python -m benchmarks.forecasting [m3] [wijken] [coverage] [needs] [speed] [--peers PYTHON]

m3        the 645 yearly series of the M3 competition, six years ahead
wijken    The Hague 2009-2022: error relative to no change per figure and year ahead, origins from seven figures on
coverage  how often the bands were right, by year ahead and size, on the sample, The Hague and M3
needs     people x use in The Hague: how often the bands were right, and the error relative to no change of the number
speed     processor time on one core

The first two and `coverage` read figures that lie beside the project and are skipped without them. Peers: no change,
drift, damped trend (ETS) and Theta of statsmodels, and AutoETS and DOTM of statsforecast. The last two need an older
pandas, so they run in an environment of their own: `--peers` names its Python, made by

    python -m venv PEERS && PEERS/bin/pip install -r benchmarks/peers/requirements.txt
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel

from analysis.forecasting import study

SHARED: Final = Path(__file__).parents[2] / "shared" / "real"
M3: Final = SHARED / "forecasting" / "m3_yearly.csv"
WIJKEN: Final = SHARED / "panel" / "denhaag_wijken_2009_2022.csv"
FORECASTER: Final = Path(__file__).parent / "peers" / "forecast.py"
#: Figures that have to lie before the first origin that counts.
FIRST: Final = 7
#: Multi-person households are counted otherwise from 2011 on; the moves of 2022 were not complete.
BREAKS: Final = {"%_Multiperson_Household": 2011}
UNFINISHED: Final = {"%_Moving_count_above_1": 2022}

#: Means, then the ends of the 80 and the 95 % band, shape (series, 5, horizon).
Forecast = np.ndarray
Peer = Callable[[np.ndarray, int], np.ndarray]


def no_change(values: np.ndarray, horizon: int) -> np.ndarray:
    """Say that the last figure stays."""
    return np.vstack([np.full(horizon, values[-1]), np.full((4, horizon), np.nan)])


def drift(values: np.ndarray, horizon: int) -> np.ndarray:
    """Let the mean yearly change go on."""
    ahead = values[-1] + np.diff(values).mean() * np.arange(1, horizon + 1)
    return np.vstack([ahead, np.full((4, horizon), np.nan)])


def damped_trend(values: np.ndarray, horizon: int) -> np.ndarray:
    """ETS(A,Ad,N) of statsmodels by maximum likelihood, with its exact bands."""
    model = ETSModel(pd.Series(values), error="add", trend="add", damped_trend=True).fit(disp=False)
    prediction = model.get_prediction(len(values), len(values) + horizon - 1)
    ends = [prediction.summary_frame(alpha=a)[["pi_lower", "pi_upper"]].to_numpy().T for a in (0.2, 0.05)]
    return np.vstack([model.forecast(horizon), *ends])


def theta(values: np.ndarray, horizon: int) -> np.ndarray:
    """Theta of statsmodels, with its bands."""
    fitted = ThetaModel(pd.Series(values), period=1, deseasonalize=False).fit()
    ends = [fitted.prediction_intervals(horizon, alpha=a).to_numpy().T for a in (0.2, 0.05)]
    return np.vstack([fitted.forecast(horizon), *ends])


PEERS: Final[dict[str, Peer]] = {
    "no change": no_change,
    "drift": drift,
    "statsmodels ETS(A,Ad,N)": damped_trend,
    "statsmodels Theta": theta,
}


def by_peers(series: Sequence[np.ndarray], horizon: int, python: str | None) -> dict[str, Forecast]:
    """Forecast every series with every peer."""
    found: dict[str, Forecast] = {}
    for name, peer in PEERS.items():
        rows = []
        for values in series:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    rows.append(peer(values, horizon))
                except (ValueError, np.linalg.LinAlgError):
                    rows.append(no_change(values, horizon))
        found[name] = np.array(rows)
    if python:
        apart = _apart(series, horizon, python)
        found |= {f"statsforecast {name}": apart[name] for name in ("AutoETS", "DOTM")}
    return found


def _apart(series: Sequence[np.ndarray], horizon: int, python: str) -> dict[str, np.ndarray]:
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "series.npz", Path(folder) / "out.npz"
        np.savez(given, **{f"{place:07d}": values for place, values in enumerate(series)})
        subprocess.run([python, FORECASTER, given, str(horizon), out], check=True)
        return dict(np.load(out))


def _header(title: str, columns: Sequence[str]) -> None:
    print(f"\n{title}\n{'':<28}" + "".join(f"{column:>10}" for column in columns))


def _line(name: str, values: Sequence[float], decimals: int = 2) -> None:
    print(
        f"{name:<28}"
        + "".join(f"{'-' if np.isnan(value) else f'{value:.{decimals}f}':>10}" for value in values)
    )


def m3(python: str | None) -> None:
    """Errors and bands on the M3 competition, as it was held: one origin per series, six years ahead."""
    frame = pd.read_csv(M3)
    train = frame[frame["part"] == "train"]
    series = {name: rows.sort_values("t")["y"].to_numpy() for name, rows in train.groupby("id")}
    came = np.array(
        [rows.sort_values("t")["y"].to_numpy() for _, rows in frame[frame["part"] == "test"].groupby("id")]
    )
    panel = train.rename(columns={"id": "region", "t": "year", "y": "value"}).assign(indicator="M3")
    studied = study(panel, 6, earlier=False, oldest=None)
    forecasts = by_peers(list(series.values()), 6, python)
    rows = studied.forecasts.sort_values(["region", "horizon"])
    columns = ["mean", "lower_80", "upper_80", "lower_95", "upper_95"]
    forecasts["Wijkradar"] = rows[columns].to_numpy().reshape(len(series), 6, 5).transpose(0, 2, 1)
    scale = np.array([np.abs(np.diff(values)).mean() for values in series.values()])
    _header("M3 yearly, 645 series, 6 years ahead", ("sMAPE", "MASE", "MSIS 95", "in 80 %", "in 95 %"))
    for name, made in forecasts.items():
        mean = np.maximum(made[:, 0], 0)
        smape = (200 * np.abs(mean - came) / (np.abs(mean) + np.abs(came))).mean()
        mase = (np.abs(mean - came).mean(axis=1) / scale).mean()
        _line(name, (smape, mase, *_band_scores(made, came, scale)), 3)
    _header("M3: inside our band of 80 % / 95 %", [f"h = {h}" for h in range(1, 7)])
    made, size = forecasts["Wijkradar"], pd.Series([values[-1] for values in series.values()]).rank(pct=True)
    for name, low, high in (
        ("all", 0, 1),
        ("smallest third", 0, 1 / 3),
        ("middle", 1 / 3, 2 / 3),
        ("largest third", 2 / 3, 1),
    ):
        rows = ((size > low) & (size <= high + 1e-9)).to_numpy()
        inside = [(came >= np.maximum(made[:, a], 0)) & (came <= made[:, a + 1]) for a in (1, 3)]
        cells = [
            f"{100 * inside[0][rows, h].mean():.0f} / {100 * inside[1][rows, h].mean():.0f}" for h in range(6)
        ]
        print(f"{name:<28}" + "".join(f"{cell:>10}" for cell in cells))


def _band_scores(made: Forecast, came: np.ndarray, scale: np.ndarray) -> tuple[float, float, float]:
    if np.isnan(made[:, 1:]).all():
        return np.nan, np.nan, np.nan
    lower, upper = np.maximum(made[:, 3], 0), made[:, 4]
    missed = np.maximum(lower - came, 0) + np.maximum(came - upper, 0)
    score = np.nanmean((upper - lower + 40 * missed).mean(axis=1) / scale)
    inside = [
        100 * float(np.nanmean((came >= np.maximum(made[:, a], 0)) & (came <= made[:, a + 1])))
        for a in (1, 3)
    ]
    return float(score), inside[0], inside[1]


def wijk_figures() -> pd.DataFrame:
    """The Hague as figures: early years in which nothing was measured left out, regions above 0 throughout."""
    wide = pd.read_csv(WIJKEN)
    names = list(wide.columns[3:])
    rows = wide.melt(["WKC", "YEAR"], names, "indicator", "value").rename(
        columns={"WKC": "region", "YEAR": "year"}
    )
    measured = rows.groupby(["indicator", "year"])["value"].transform(lambda v: (v > 0).mean()) > 0.5
    started = rows["year"] >= rows["indicator"].map(BREAKS).fillna(0)
    finished = rows["year"] < rows["indicator"].map(UNFINISHED).fillna(np.inf)
    rows = rows[measured & started & finished]
    throughout = rows.groupby(["indicator", "region"])["value"].transform("min") > 0
    rows = rows[throughout]
    share = rows["indicator"].str.startswith("%")
    return rows.assign(
        value=rows["value"].where(~share, 100 * rows["value"]), unit=np.where(share, "%", "aantal")
    ).reset_index(drop=True)


def late_enough(figures: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Keep the forecasts made from at least `FIRST` figures."""
    start = figures.groupby("indicator")["year"].min()
    return earlier[earlier["origin"] >= earlier["indicator"].map(start) + FIRST - 1]


def wijken(python: str | None) -> None:
    """Error relative to no change, from every origin of seven figures or more."""
    figures = wijk_figures()
    studied = study(figures, 5)
    earlier = late_enough(figures, studied.earlier)
    origins = earlier[["indicator", "region", "origin"]].drop_duplicates()
    past = {key: rows.sort_values("year") for key, rows in figures.groupby(["indicator", "region"])}
    series = [
        past[row.indicator, row.region].query("year <= @row.origin")["value"].to_numpy()
        for row in origins.itertuples()
    ]
    made = {name: rows[:, 0] for name, rows in by_peers(series, 5, python).items() if name != "no change"}
    place = earlier.merge(origins.assign(place=range(len(origins))))["place"].to_numpy()
    step = earlier["horizon"].to_numpy() - 1
    errors = {name: np.abs(rows[place, step] - earlier["value"].to_numpy()) for name, rows in made.items()}
    errors["Wijkradar"] = np.abs(earlier["mean"] - earlier["value"]).to_numpy()
    unchanged = np.abs(earlier["last_value"] - earlier["value"]).to_numpy()
    for indicator in earlier["indicator"].unique():
        here = (earlier["indicator"] == indicator).to_numpy()
        _header(
            f"{indicator}, {earlier.loc[here, 'region'].nunique()} wijken", [f"h = {h}" for h in range(1, 6)]
        )
        for name, error in errors.items():
            _line(name, [_ratio(error, unchanged, here & (step == h)) for h in range(5)], 3)


def _ratio(error: np.ndarray, unchanged: np.ndarray, chosen: np.ndarray) -> float:
    return float(error[chosen].sum() / unchanged[chosen].sum()) if unchanged[chosen].sum() else np.nan


def sample_figures() -> pd.DataFrame:
    """The wijken of the sample, all figures, with their inhabitants."""
    from analysis.trends import figures_of_panel
    from data import sample
    from data.catalogue import catalogue
    from data.importing import ensure_sample
    from data.store import Store
    from reports.trusted import trusted

    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        ensure_sample(store, catalogue())
        known = trusted(store, catalogue(), sample.GEMEENTE, ("wijk", "buurt"))
    figures = figures_of_panel(known.panel, catalogue().frame(), known.errors)
    people = figures[figures["indicator"] == "population"].groupby("region")["value"].last()
    return figures.assign(size=figures["region"].map(people))


def coverage() -> None:
    """How often the bands were right: all figures together, and by size of the wijk."""
    panels = {"Sample, wijken and buurten": sample_figures()}
    if WIJKEN.exists():
        figures = wijk_figures()
        people = figures[figures["indicator"] == "Total_Population"].groupby("region")["value"].last()
        panels["The Hague"] = figures.assign(size=figures["region"].map(people))
    for title, figures in panels.items():
        earlier = study(figures, 6).earlier
        earlier = earlier[earlier["lower_80"].notna()]
        if title == "The Hague":
            earlier = late_enough(figures, earlier)
        limits = (0, 1_000, 2_500, 5_000, 10_000, np.inf)
        size = pd.cut(earlier["size"], limits, right=False)
        _header(f"{title}: inside 80 % / 95 % band", [f"h = {h}" for h in range(1, 7)])
        _coverage_line("all", earlier)
        for group, rows in earlier.groupby(size, observed=True):
            _coverage_line(f"{group.left:.0f} to {group.right:.0f} people", rows)
        for indicator, rows in earlier.groupby("indicator"):
            if title == "The Hague":
                _coverage_line(str(indicator), rows)


def _coverage_line(name: str, rows: pd.DataFrame, fewest: int = 200) -> None:
    cells = []
    for h in range(1, 7):
        here = rows[rows["horizon"] == h]
        if len(here) < fewest:
            cells.append("-")
            continue
        inside = [here["value"].between(here[f"lower_{p}"], here[f"upper_{p}"]).mean() for p in (80, 95)]
        cells.append(f"{100 * inside[0]:.0f} / {100 * inside[1]:.0f}")
    print(f"{name:<28}" + "".join(f"{cell:>10}" for cell in cells))


def needs() -> None:
    """People x use: coverage and error relative to saying that the number stays."""
    from analysis.needs import Need, earlier_outlooks

    figures = wijk_figures()
    studied = study(figures, 5)
    people = "Total_Population"
    asked = [
        Need(name.strip("%_"), people, name, 100) for name in figures["indicator"].unique() if name != people
    ]
    regions = list(figures["region"].unique())
    said = earlier_outlooks(studied, asked, regions).dropna(subset="lower_80")
    _header("The Hague, people x use: inside 80 % / 95 % band", [f"h = {h}" for h in range(1, 5)])
    for name, rows in (("all", said), *said.groupby("need")):
        _coverage_line(str(name), rows, fewest=30)
    _header("The Hague, people x use: error relative to no change", [f"h = {h}" for h in range(1, 5)])
    for name, rows in said.groupby("need"):
        came, told, last = (rows[column].to_numpy() for column in ("value", "mean", "last_value"))
        step = rows["horizon"].to_numpy()
        _line(
            str(name),
            [_ratio(np.abs(told - came), np.abs(last - came), step == h) for h in range(1, 5)],
        )


def speed(python: str | None) -> None:
    """Processor time, warm, beside peers on the same series."""
    from analysis.forecasting._engine import run
    from analysis.forecasting._spread import Inputs

    def series(count: int, years: int, pools: int) -> Inputs:
        rng = np.random.default_rng(2026)
        values = rng.lognormal(6, 1, (count, 1)) * np.exp(rng.normal(0, 0.03, (count, years)).cumsum(axis=1))
        none = np.zeros(count)
        return Inputs(
            values,
            np.isfinite(values),
            np.full(count, 2010),
            np.arange(count) % pools,
            none > 0,
            none,
            none,
            none + np.inf,
        )

    _header("Processor time, one core, 5 years ahead", ("seconds",))
    for count, years, pools, every in (
        (1_000, 15, 1, False),
        (4_000, 15, 10, True),
        (132_000, 13, 40, True),
    ):
        inputs = series(count, years, pools)
        times = []
        for _ in range(1 if count > 10_000 else 5):
            run(inputs, 5, every)
            started = time.process_time()
            run(inputs, 5, every)
            times.append(time.process_time() - started)
        what = "all origins" if every else "with bands"
        _line(f"{count} x {years}, {what}", (float(np.median(times)),), 4)
    thousand = list(series(1_000, 15, 1).values)
    for name, peer in PEERS.items():
        started = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for values in thousand[:100]:
                peer(values, 5)
        _line(f"1000 x 15, {name}"[:28], (10 * (time.process_time() - started),), 4)
    if python:
        apart = _apart(thousand, 5, python)
        for name in ("AutoETS", "DOTM"):
            _line(f"1000 x 15, {name}", (float(apart[f"{name} seconds"]),), 4)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = ("m3", "wijken", "coverage", "needs", "speed")
    parser.add_argument("parts", nargs="*", default=parts, metavar="PART", help=", ".join(parts))
    parser.add_argument("--peers", help="Python of the environment with statsforecast")
    arguments = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if "m3" in arguments.parts and M3.exists():
        m3(arguments.peers)
    if "wijken" in arguments.parts and WIJKEN.exists():
        wijken(arguments.peers)
    if "coverage" in arguments.parts:
        coverage()
    if "needs" in arguments.parts and WIJKEN.exists():
        needs()
    if "speed" in arguments.parts:
        speed(arguments.peers)


if __name__ == "__main__":
    main()
