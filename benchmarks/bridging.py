"""What converting to other borders costs where the truth is known: redrawn real buurten, and the sample.

python -m benchmarks.bridging [--rounds N] [FOLDER with a table of CBS, for example of the whole country ...]

Without a folder only the sample is done, with its own address files.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterable
from itertools import pairwise, product
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis.bridging import bridge
from analysis.lineage import join_series, trace
from analysis.noise import standard_errors
from analysis.shares import add_shares
from benchmarks import redraws
from benchmarks.redraws import ADDRESSES, AREA, Redraw, World
from data import sample
from data.addresses import in_order, overlaps_of, read_addresses
from data.catalogue import Catalogue, catalogue
from data.importing import ensure_sample
from data.store import Store

SEED: Final = 2026
#: A band of 1.96 standard deviations on both sides is meant to hold 95 %.
BAND: Final = 0.95
WIDTH: Final = 1.96
KEY: Final = ["region", "year", "indicator"]
#: Wijken with fewer inhabitants hardly have figures.
INHABITED: Final = 200
#: Upper ends of the classes of the share that moved.
MOVED: Final = (0.05, 0.20, 0.50, 1.01)
USUAL: Final = (
    "population",
    "households",
    "age_65plus",
    "benefit_bijstand",
    "cars",
    "age_65plus_share",
    "benefit_bijstand_share",
    "hh_size",
    "cars_per_hh",
    "dist_supermarket",
)


def parts(world: World, redraw: Redraw, origin: str) -> pd.DataFrame:
    """Return how far every part of a redrawn wijk was from what its weight says.

    Returns
    -------
    DataFrame
        One row per figure and pair of an old and a new wijk that share ground: ``weight`` of the part, the ``whole``
        figure of the old wijk, ``error`` of what the weight makes of it, whether it is a ``count``, and ``size``:
        what a spread of 1 means (the figure, for a percentage r (100 - r) / 100).
    """
    pairs = [redraw.old.rename("old"), redraw.new.rename("new")]
    amounts, bases = world.amounts.loc[redraw.old.index], world.bases.loc[redraw.old.index]
    part, part_base = amounts.groupby(pairs).sum(), bases.groupby(pairs).sum()
    old = part.index.get_level_values("old")
    whole = amounts.groupby(redraw.old).sum().loc[old].set_axis(part.index)
    whole_base = bases.groupby(redraw.old).sum().loc[old].set_axis(part.index)
    weight = part[origin] / whole[origin]
    divided = (weight > 0) & (weight < 1) & (whole["population"] >= INHABITED)
    found = []
    for name in world.indicators:
        rate = name in part_base
        figure = whole[name] / whole_base[name] if rate else whole[name]
        truth = part[name] / part_base[name] if rate else part[name]
        percent = world.definitions.loc[name, "unit"] == "%"
        frame = pd.DataFrame(
            {
                "indicator": name,
                "weight": weight,
                "whole": figure,
                "error": truth - (figure if rate else weight * figure),
                "count": not rate,
                "size": figure * (100 - figure) / 100 if percent else figure,
            }
        )
        found.append(frame[divided & (frame["size"] > 0) & frame["error"].notna()])
    return pd.concat(found, ignore_index=True)


def fitted_spread(rows: pd.DataFrame) -> float:
    """Return the smallest spread with which the band holds `BAND` of the parts of one figure.

    A region is taken for 1 / spread^2 blocks that are alike inside and go over as a whole, so that the variance is
    that of a sample from so many blocks (Cochran, Sampling Techniques, 1977, section 2.8). To a count comes the chance
    of who lives in which part.
    """
    weight, error = rows["weight"].to_numpy(), np.abs(rows["error"].to_numpy())
    divided = weight * (1 - weight)
    counted = rows["count"].to_numpy()
    chance = np.where(counted, rows["whole"] * divided, 0.0)
    unit = rows["size"] * np.where(counted, np.sqrt(divided), np.sqrt((1 - weight) / weight))
    return float(np.quantile(np.sqrt(np.maximum((error / WIDTH) ** 2 - chance, 0)) / unit, BAND))


def converted(world: World, redraw: Redraw, origin: str) -> pd.DataFrame:
    """Convert the figures of before a redrawing to the borders of after it, and lay the truth beside them.

    Returns
    -------
    DataFrame
        One row per new wijk and figure: ``kind`` of redrawing, ``origin`` of the weights, ``true``, ``value``,
        ``error`` (the standard deviation that goes with the value), ``moved``, ``straight_on`` (the figure that was
        published under the same code) and how many ``people`` live there.
    """
    rows = redraws.panel(world, redraw)
    overlaps = redraws.overlaps(world, redraw, origin)
    # As in the store: borders tell that land came along on which there is no address.
    shapes = [redraws.overlaps(world, redraw, AREA)] if AREA in world.amounts else []
    evidence = pd.concat([*shapes, overlaps], ignore_index=True)
    panel = _on_later_borders(rows, redraws.regions(rows), evidence, overlaps, world.definitions)
    before = panel[panel["status"].eq("bridged") & panel["year"].eq(world.year - 1)]
    later = panel[panel["year"] == world.year].set_index(["region", "indicator"])["value"]
    found = before.join(later.rename("true"), on=["region", "indicator"])
    people = found["region"].map(later.xs("population", level="indicator"))
    # The figures of this world are sums that nobody rounded.
    found = found.assign(error=found["bridging"], people=people, kind=redraw.kind, origin=origin)
    return found[[*KEY, "value", "error", "moved", "true", "straight_on", "people", "kind", "origin"]]


def _on_later_borders(
    rows: pd.DataFrame,
    regions: pd.DataFrame,
    evidence: pd.DataFrame,
    chosen: pd.DataFrame,
    definitions: pd.DataFrame,
) -> pd.DataFrame:
    """Return the panel that every room would show, with two standard errors and what the code stood for then.

    ``bridging`` and ``rounding`` are the errors; ``straight_on`` is the figure that was published under the same code,
    whatever its land was: what one draws who does not look at borders.
    """
    lineage = trace(regions, evidence)
    bridged = bridge(join_series(rows, lineage), lineage, chosen, definitions)
    panel = add_shares(bridged.panel, definitions)
    panel = panel.join(standard_errors(panel, definitions)[["bridging", "rounding"]])
    published = panel[panel["status"] != "bridged"].set_index(["published_as", "year", "indicator"])["value"]
    return panel.join(published.rename_axis(KEY).rename("straight_on"), on=KEY)


def on_sample(catalogue: Catalogue, origin: str) -> pd.DataFrame:
    """Convert the sample with its address files (or by area), and lay beside it what is known from exact numbers."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        ensure_sample(store, catalogue)
        borders = store.border_overlaps(sample.GEMEENTE)
        rows, regions = store.panel(sample.GEMEENTE), store.regions(sample.GEMEENTE)
    chosen = borders
    if origin == ADDRESSES:
        files = [read_addresses(path) for path in sorted((sample.FOLDER / "adressen").glob("*.zip"))]
        family = {sample.GEMEENTE: [sample.GEMEENTE]}
        matched = [overlaps_of(*in_order(pair), family)[sample.GEMEENTE] for pair in pairwise(files)]
        chosen = pd.concat([match.overlaps for match in matched], ignore_index=True)
    evidence = pd.concat([borders, chosen], ignore_index=True)
    panel = _on_later_borders(rows, regions, evidence, chosen, catalogue.frame())
    truths = json.loads((sample.FOLDER / "planted_truths.json").read_text(encoding="utf-8"))["bridged"]
    true = {
        (truth["region"], int(year), truth["indicator"]): value
        for truth in truths
        for year, value in truth["true_values"].items()
    }
    found = panel[panel["status"] == "bridged"]
    found = found.join(pd.Series(true, name="true").rename_axis(KEY), on=KEY)
    found = found.assign(error=np.hypot(found["bridging"], found["rounding"]))
    return found[found["true"].notna()]


def report_sums(world: World, redraw: Redraw, found: pd.DataFrame) -> None:
    """Print how exact the sums of counts are over every gemeente of which all wijken could be converted."""
    counts = found[found["indicator"].map(world.definitions["bridged_as"]) == "count"]
    gemeente = counts["region"].str[2:6]
    sums = counts["value"].groupby([gemeente, counts["indicator"]]).agg(["sum", "size"])
    of_gemeente = world.amounts.loc[redraw.old.index].groupby(redraw.old.str[2:6]).sum()
    before = of_gemeente.rename_axis("gemeente").reset_index().melt("gemeente", var_name="indicator")
    before = before.set_index(["gemeente", "indicator"])["value"].reindex(sums.index)
    wijken = redraw.new.groupby(redraw.new.str[2:6]).nunique()
    whole = (sums["size"] == sums.index.get_level_values(0).map(wijken)) & (before > 0)
    off = (sums["sum"] / before - 1)[whole].abs().max()
    line = f"{redraw.kind}, by {found['origin'].iloc[0]}: sums of counts per gemeente are off by at most {off:.0e}"
    if redraw.kind == "merge":
        rates = found[~found.index.isin(counts.index) & (found["true"] > 0)]
        line += f", 99 % of the rates by at most {100 * (rates['value'] / rates['true'] - 1).abs().quantile(0.99):.1f} %"
    print(line)


_HEAD: Final = f"{'figure':<28}{'n':>7}{'median':>11}{'P90':>10}{'in 95 %':>10}{'straight on':>15}{'P90':>10}"


def _row(label: str, found: pd.DataFrame) -> str:
    """Return one line: error of the conversion, how often its band held, and the error of not converting."""
    off = (found["value"] - found["true"]).abs()
    held = 100 * (off <= WIDTH * found["error"]).mean()
    told = found["true"] > 0
    relative = 100 * (off / found["true"])[told]
    not_converted = 100 * ((found["straight_on"] - found["true"]).abs() / found["true"])[told].dropna()
    return (
        f"{label:<28}{len(found):>7}{relative.median():>9.1f} %{relative.quantile(0.9):>8.1f} %{held:>8.0f} %"
        f"{not_converted.median():>13.1f} %{not_converted.quantile(0.9):>8.1f} %"
    )


def report_errors(found: pd.DataFrame, indicators: Iterable[str]) -> None:
    """Print the error of the conversion and how often its band held, by how much moved."""
    divided = found[(found["kind"] != "merge") & (found["people"] >= INHABITED)]
    for origin, rows in divided.groupby("origin"):
        for low, high in pairwise((0.0, *MOVED)):
            here = rows[(rows["moved"] >= low) & (rows["moved"] < high)]
            print(f"\nby {origin}, {100 * low:.0f}-{100 * min(high, 1):.0f} % moved")
            print(_HEAD)
            for indicator in indicators:
                print(_row(indicator, here[here["indicator"] == indicator]))
        for title, chosen in (
            ("all together", rows),
            ("wijken that kept their code", rows[rows["kind"].isin(["shift", "exchange"])]),
        ):
            print(f"\nby {origin}, {title}\n{_HEAD}")
            for indicator in indicators:
                print(_row(indicator, chosen[chosen["indicator"] == indicator]))


def report_spread(rows: pd.DataFrame) -> None:
    """Print the spread of every figure with which the band would hold 95 % of the parts."""
    print(f"\n{'figure':<24}{'parts':>8}{'spread':>8}")
    for indicator, of_indicator in rows.groupby("indicator"):
        print(f"{indicator:<24}{len(of_indicator):>8}{fitted_spread(of_indicator):>8.2f}")


def main() -> None:
    """Measure on the sample and on the tables that were named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    known = catalogue()
    for folder in arguments.folders:
        rng = np.random.default_rng(SEED)
        world = redraws.world(folder, known, rng)
        drawn = [r.touched() for r in redraws.redraws(world.amounts.index, rng, arguments.rounds)]
        origins = [origin for origin in (ADDRESSES, AREA) if origin in world.amounts]
        print(f"\n{folder}, {world.year}: {len(world.amounts)} buurten, {len(drawn)} redrawings")
        started = time.perf_counter()
        conversions = []
        for redraw, origin in product(drawn, origins):
            conversions.append(converted(world, redraw, origin))
            report_sums(world, redraw, conversions[-1])
        found = pd.concat(conversions, ignore_index=True)
        print(f"{len(found)} figures converted in {time.perf_counter() - started:.0f} s")
        report_errors(found, USUAL)
        report_spread(pd.concat([parts(world, r, ADDRESSES) for r in drawn], ignore_index=True))
    for origin in (ADDRESSES, AREA):
        found = on_sample(known, origin)
        print(f"\nVoorbeeldstad, by {origin}\n{_HEAD}")
        for level, rows in found.groupby("level"):
            for indicator, of_indicator in rows.groupby("indicator"):
                print(_row(f"{level} {indicator}", of_indicator))


if __name__ == "__main__":
    main()
