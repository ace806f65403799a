"""What esda and libpysal say of the places they bring along; asked once, since importing them takes seconds."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

#: Places and their figures: one without islands, one with skewed counts, one with small rates.
FIGURES = [("columbus", "CRIME"), ("columbus", "HOVAL"), ("sids", "SID74"), ("sids", "NWR79")]
#: Regions of Columbus that a test leaves without a figure.
GONE = np.arange(49) % 8 == 3
FILE = "theirs.npz"
_SHAPES = {"columbus": "columbus/columbus.shp", "sids": "sids2/sids2.shp"}


def shape_file(name: str) -> Path:
    """Return the file of ``columbus`` (Ohio, 1980) or ``sids`` (North Carolina), without importing its library."""
    package = importlib.util.find_spec("libpysal")
    if package is None or package.origin is None or importlib.util.find_spec("esda") is None:
        pytest.skip("esda and libpysal are part of requirements-dev only")
    return Path(package.origin).parent / "examples" / _SHAPES[name]


def write(folder: Path) -> None:
    """Keep in a folder what esda and libpysal make of `FIGURES`."""
    frames = {name: gpd.read_file(shape_file(name)) for name in _SHAPES}

    from esda import G_Local, Moran_Local
    from esda.smoothing import Empirical_Bayes, assuncao_rate
    from libpysal.weights import Queen

    def queen(frame: gpd.GeoDataFrame) -> Queen:
        return Queen.from_dataframe(frame, use_index=False)

    def gi_star(values: np.ndarray, frame: gpd.GeoDataFrame) -> np.ndarray:
        return G_Local(values, queen(frame), transform="B", star=True, permutations=0).Zs

    told: dict[str, np.ndarray] = {}
    for name, frame in frames.items():
        told[f"touching {name}"] = queen(frame).sparse.toarray()
    for name, figure in FIGURES:
        values = frames[name][figure].to_numpy(dtype=float)
        told[f"gi* {figure}"] = gi_star(values, frames[name])
        moran = Moran_Local(values, queen(frames[name]), permutations=0)
        told[f"moran {figure}"] = moran.Is
        told[f"moran z {figure}"] = (moran.Is - moran.EIc) / np.sqrt(moran.VIc)
        told[f"quadrant {figure}"] = moran.q
    columbus, sids = frames["columbus"], frames["sids"]
    crime = columbus["CRIME"].to_numpy(dtype=float)
    shuffled = Moran_Local(crime, queen(columbus), permutations=9_999, seed=1, keep_simulations=True)
    told["shuffled CRIME"] = shuffled.p_sim
    told["gi* with gaps"] = gi_star(crime[~GONE], columbus[~GONE].reset_index(drop=True))
    for year in (74, 79):
        deaths, births = (sids[f"{column}{year}"].to_numpy(dtype=float) for column in ("SID", "BIR"))
        told[f"empirical bayes {year}"] = Empirical_Bayes(deaths, births).r.ravel()
        told[f"assuncao {year}"] = assuncao_rate(deaths, births)
    told["gi* of rates 74"] = gi_star(told["empirical bayes 74"], sids)
    np.savez(folder / FILE, **told)
