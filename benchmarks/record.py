"""How often the bands of the forecast were right on the sample, beside the error of saying that nothing changes.

python -m benchmarks.record [--horizon N] [INDICATOR ...]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from analysis.forecasting import track_record
from analysis.shares import add_shares
from data import sample
from data.catalogue import catalogue
from data.importing import ensure_sample
from data.store import Store

USUAL = ("population", "age_65plus_share", "benefit_bijstand_share", "low40_households", "woz")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("indicators", nargs="*", default=USUAL)
    parser.add_argument("--horizon", type=int, default=3)
    arguments = parser.parse_args()
    definitions = catalogue().frame()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        ensure_sample(store, catalogue())
        panel = add_shares(store.panel(sample.GEMEENTE, levels=["wijk"]), definitions)
    print(f"{'indicator':<26}{'h':>2}{'n':>5}{'in 80 %':>9}{'in 95 %':>9}{'error / no change':>19}{'s':>7}")
    for indicator in arguments.indicators:
        started = time.perf_counter()
        record = track_record(
            panel[panel["indicator"] == indicator], definitions, indicator, horizon=arguments.horizon
        )
        seconds = time.perf_counter() - started
        for row in record.itertuples():
            print(
                f"{indicator:<26}{row.horizon:>2}{row.n:>5}{100 * row.covered_80:>8.0f}%{100 * row.covered_95:>8.0f}%"
                f"{row.mae / row.mae_no_change:>19.2f}{seconds:>7.1f}"
            )


if __name__ == "__main__":
    main()
