"""What adding up does to forecasts: error and coverage before and after, other ways beside it, and how fast it goes.

python -m benchmarks.coherence [--hague FILE]

On the sample, and on a panel of wijken of The Hague (columns as in ELAN wijkprofielen of the LUMC, from CBS microdata,
MIT): inhabitants by age band as share x inhabitants, and the sum of the wijken as the gemeente. Errors are those of all
earlier origins, relative to the forecasts before reconciliation; one figure is the geometric mean over indicators.

Peers: minimal trace without and with the gemeente giving way (WLS-v), ordinary least squares, and in proportion to the
forecasts (the way of top-down projections), all with the same gaps.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from unittest import mock

import numpy as np
import pandas as pd

from analysis import _adding_up
from analysis.forecasting import Study, study
from analysis.reconciliation import Reconciled, reconcile, shares_from_counts, sums_of
from analysis.trends import figures_of_panel
from data import sample
from data.catalogue import catalogue
from data.importing import ensure_sample
from data.panel import Level
from data.store import Store
from reports.trusted import trusted

HAGUE: Final = Path(__file__).parents[2] / "shared" / "real" / "panel" / "denhaag_wijken_2009_2022.csv"
AGES: Final = {
    "%_0to20": "age_0_20",
    "%_21to40": "age_21_40",
    "%_41to60": "age_41_60",
    "%_61to80": "age_61_80",
    "%_Above80": "age_80plus",
}
HORIZON: Final = 6

Weights = Callable[[pd.DataFrame, pd.DataFrame, np.ndarray], np.ndarray]


def of_hague(file: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Figures, definitions and sums of the wijken that have inhabitants in every year."""
    wide = pd.read_csv(file).rename(
        columns={"WKC": "region", "YEAR": "year", "Total_Population": "population"}
    )
    wide = wide[wide.groupby("region")["population"].transform("min") > 0]
    names = AGES
    wide = wide.assign(
        women=wide["%_Gender_Vrouwen"] * wide["population"],
        **{name: wide[column] * wide["population"] for column, name in names.items()},
    )
    wide = wide.assign(men=wide["population"] - wide["women"])
    counts = ["population", "men", "women", *names.values()]
    wijken = wide.melt(["region", "year"], counts, "indicator", "value").assign(level="wijk")
    whole = wijken.groupby(["year", "indicator"], as_index=False)["value"].sum()
    rows = pd.concat([wijken, whole.assign(region="GM0518", level="gemeente")], ignore_index=True)
    rows = rows.assign(unit="aantal", kind="count")
    people = rows[rows["indicator"] == "population"].set_index(["region", "year"])["value"]
    parts = rows[rows["indicator"] != "population"]
    of = parts.join(people.rename("people"), on=["region", "year"])["people"]
    shares = parts.assign(
        indicator=parts["indicator"] + "_share", value=100 * parts["value"] / of, unit="%", kind="rate"
    )
    figures = pd.concat([rows, shares], ignore_index=True)
    figures = figures.assign(pool=figures["indicator"] + " " + figures["level"])
    definitions = pd.DataFrame(
        {
            "kind": ["count"] * len(counts) + ["rate"] * (len(counts) - 1),
            "usable_in_score": True,
            "share_of": [(), *[()] * (len(counts) - 1), *[(name, "population") for name in counts[1:]]],
            "factor": 100.0,
        },
        index=[*counts, *[f"{name}_share" for name in counts[1:]]],
    )
    regions = rows[["region", "level", "year"]].drop_duplicates().assign(gemeente="GM0518")
    totals = [("population", ("men", "women")), ("population", tuple(names.values()))]
    return figures, definitions, sums_of(definitions, regions, totals)


def of_sample() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Figures, definitions and sums of the sample."""
    known = catalogue()
    definitions = known.frame()
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        ensure_sample(store, known)
        panel = trusted(store, known, sample.GEMEENTE, (Level.GEMEENTE, Level.WIJK))
    lands = panel.lineage.lands
    totals = [(total.total, total.parts) for total in known.totals]
    return (
        figures_of_panel(panel.panel, definitions, panel.errors),
        definitions,
        sums_of(definitions, lands.assign(region=lands["series"]), totals),
    )


def alike(_past: pd.DataFrame, both: pd.DataFrame, _known: np.ndarray) -> np.ndarray:
    """Every forecast counts alike."""
    return np.ones(len(both))


def by_size(_past: pd.DataFrame, both: pd.DataFrame, _known: np.ndarray) -> np.ndarray:
    """In proportion to the forecast."""
    return both["mean"].to_numpy(dtype=np.float64).clip(0)


def table(before: Study, after: Study, names: pd.Index) -> pd.DataFrame:
    """Errors after over errors before, and coverage, per level and horizon."""
    earlier = before.earlier
    chosen = earlier["indicator"].isin(names).to_numpy()
    rows = pd.DataFrame(
        {
            "level": np.where(earlier["region"].str.startswith("GM"), "gemeente", "wijken"),
            "indicator": earlier["indicator"],
            "horizon": earlier["horizon"],
            "before": (earlier["value"] - earlier["mean"]).abs(),
            "after": (earlier["value"] - after.earlier["mean"]).abs(),
            "unchanged": (earlier["value"] - earlier["last_value"]).abs(),
        }
    )
    for study_, word in ((before, "before"), (after, "after")):
        frame = study_.earlier
        for level in (80, 95):
            inside = frame["value"].between(frame[f"lower_{level}"], frame[f"upper_{level}"])
            rows[f"{level}_{word}"] = inside.astype("float64").where(frame[f"lower_{level}"].notna())
    rows = rows[chosen & (rows["horizon"] <= HORIZON)]
    groups = rows.groupby(["level", "indicator", "horizon"]).mean(numeric_only=True)
    groups = groups[groups["unchanged"] > 0]
    by = ["level", "horizon"]
    told = pd.DataFrame(
        {
            "before/no change": np.exp(np.log(groups["before"] / groups["unchanged"]).groupby(by).mean()),
            "after/no change": np.exp(np.log(groups["after"] / groups["unchanged"]).groupby(by).mean()),
        }
    )
    told.insert(0, "after/before", told["after/no change"] / told["before/no change"])
    return told.join(rows.groupby(by)[["80_before", "80_after", "95_before", "95_after"]].mean())


def ways(studied: Study, sums: pd.DataFrame, figures: pd.DataFrame) -> dict[str, Reconciled]:
    """Reconcile in every way."""
    named: dict[str, tuple[Weights | None, bool]] = {
        "ours: WLS-v, gemeente as control": (None, True),
        "WLS-v, gemeente gives way": (None, False),
        "OLS, gemeente gives way": (alike, False),
        "OLS, gemeente as control": (alike, True),
        "proportional, gemeente as control": (by_size, True),
    }
    found = {}
    for name, (weights, control) in named.items():
        patched = mock.patch.object(_adding_up, "variances", weights or _adding_up.variances)
        with patched:
            found[name] = reconcile(studied, sums, figures=figures, control=control)
    return found


def compare(name: str, figures: pd.DataFrame, definitions: pd.DataFrame, sums: pd.DataFrame) -> None:
    """Print one set of figures."""
    studied = study(figures, HORIZON)
    counts = definitions.index[definitions["kind"] == "count"]
    found = ways(studied, sums, figures)
    errors = {
        way: table(studied, after, counts).pivot_table("after/before", "level", "horizon")
        for way, after in found.items()
    }
    print(f"\n{name}: error after over error before\n{pd.concat(errors).round(3).to_string()}")
    ours = next(iter(found.values()))
    print(f"\n{name}: ours, counts\n{table(studied, ours, counts).round(3).to_string()}")
    shares = definitions.index[definitions["share_of"].map(len) > 0]
    beside = {"shares as quotient of counts": table(ours, shares_from_counts(ours, definitions), shares)}
    print(f"\n{name}: shares\n{pd.concat(beside).round(3).to_string()}")


def speed() -> None:
    """Print how long 150 wijken with 30 counts take."""
    rng = np.random.default_rng(1)
    wijken, counts, years = 150, 30, np.arange(2013, 2026)
    walk = 2_000 + 30 * rng.standard_normal((wijken, counts, len(years))).cumsum(axis=2)
    names = [f"WK{i:06d}" for i in range(wijken)]
    figures = pd.DataFrame(
        {
            "region": np.repeat([*names, "GM0001"], counts * len(years)),
            "indicator": np.tile(np.repeat([f"count_{i}" for i in range(counts)], len(years)), wijken + 1),
            "year": np.tile(years, (wijken + 1) * counts),
            "value": np.concatenate([walk, walk.sum(axis=0, keepdims=True)]).round().ravel(),
        }
    )
    figures = figures.assign(
        pool=figures["indicator"] + figures["region"].str[:2], unit="aantal", kind="count"
    )
    studied = study(figures, 10)
    definitions = pd.DataFrame(
        {"kind": "count", "usable_in_score": True}, index=[f"count_{i}" for i in range(counts)]
    )
    regions = figures[["region"]].drop_duplicates().assign(gemeente="GM0001", year=2025)
    regions = regions.assign(level=np.where(regions["region"] == "GM0001", "gemeente", "wijk"))
    totals = [("count_0", [f"count_{i}" for i in range(1, 6)]), ("count_0", ["count_6", "count_7"])]
    sums = sums_of(definitions, regions, totals)
    for _ in range(2):
        start = time.process_time()
        reconcile(studied, sums, figures=figures)
        taken = time.process_time() - start
    print(
        f"\n{wijken} wijken x {counts} counts x 10 years ahead, and every earlier origin\n{taken:.2f} s of processor time"
    )


def main() -> None:
    """Measure on the sample and, where it is there, on The Hague."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--hague", type=Path, default=HAGUE)
    file = asked.parse_args().hague
    if file.exists():
        compare("The Hague", *of_hague(file))
    compare("sample", *of_sample())
    speed()


if __name__ == "__main__":
    main()
