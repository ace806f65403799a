"""Forecast with AutoETS and DOTM of statsforecast, in an environment of its own (it asks for an older pandas).

Reads a file with one array per series and writes, per method, means, 80 and 95 % bands and the seconds it took.
Called by benchmarks.forecasting; not imported by it.

python forecast.py SERIES.npz HORIZON OUT.npz
"""

import sys
import time
import warnings

import numpy as np
from statsforecast.models import AutoETS, DynamicOptimizedTheta

warnings.filterwarnings("ignore")


def main() -> None:
    """Forecast every series of the file."""
    given, horizon, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    series = [np.asarray(values) for _, values in sorted(np.load(given).items())]
    results = {}
    methods = {"AutoETS": AutoETS(season_length=1), "DOTM": DynamicOptimizedTheta(season_length=1)}
    for name, model in methods.items():
        model.forecast(y=series[0], h=horizon, level=[80, 95])
        bands = np.full((len(series), 5, horizon), np.nan)
        started = time.process_time()
        for row, values in enumerate(series):
            try:
                found = model.forecast(y=values, h=horizon, level=[80, 95])
            except Exception:  # a peer that fails on a series says that nothing changes, without a band
                bands[row, 0] = values[-1]
                continue
            for place, key in enumerate(("mean", "lo-80", "hi-80", "lo-95", "hi-95")):
                bands[row, place] = found[key]
        results[name] = bands
        results[f"{name} seconds"] = np.array(time.process_time() - started)
    np.savez(out, **results)


if __name__ == "__main__":
    main()
