"""How many figures have to be left out so that no suppressed one can be found by subtraction, and what it takes.

python -m benchmarks.disclosure [--most N] [FOLDER with tables of CBS ...]

Without a folder only the sample is done. The peer is the same panel without protection.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import pandas as pd

from analysis.disclosure import protect, recoverable
from data import sample
from data.catalogue import Catalogue, catalogue
from data.importing import import_paths
from data.store import Store


def measure(store: Store, gemeente: str, known: Catalogue) -> dict[str, float]:
    """Return, for one gemeente, what is suppressed, found by subtraction, withheld and still found, and the seconds."""
    panel, definitions = store.panel(gemeente), known.frame()
    totals = [(total.total, total.parts) for total in known.totals]
    started = time.perf_counter()
    protected = protect(panel, totals, definitions)
    seconds = time.perf_counter() - started
    counts = panel["indicator"].map(definitions["kind"]) == "count"
    return {
        "figures": float(panel["value"].notna().sum()),
        "suppressed": float((counts & (panel["status"] == "suppressed")).sum()),
        "found": float(len(recoverable(panel, totals, definitions))),
        "withheld": float((protected["status"] == "withheld").sum()),
        "still found": float(len(recoverable(protected, totals, definitions))),
        "seconds": seconds,
    }


def main() -> None:
    """Measure the sample, or the tables that were named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--most", type=int, default=40, help="gemeenten at most, by code")
    arguments = parser.parse_args()
    known = catalogue()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        import_paths(arguments.folders or [sample.FOLDER], store, known)
        codes = sorted(store.gemeenten())[: arguments.most]
        found = pd.DataFrame([measure(store, code, known) for code in codes], index=codes)
    found["share"] = 100 * found["withheld"] / found["figures"]
    print(found.sum().drop("share").round(2).to_string())
    share = 100 * found["withheld"].sum() / found["figures"].sum()
    print(
        f"withheld: {share:.2f} % of all figures; at most {found['share'].max():.1f} % ({found['share'].idxmax()})"
    )


if __name__ == "__main__":
    main()
