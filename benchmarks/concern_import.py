"""How fast a file with concerns is read in: read, recognised, placed, checked for persons, compared, written with its history.

python -m benchmarks.concern_import [--rows N]

The file is what Signalen writes (csv, points in degrees and turned round, one text in two hundred with a telephone number), on
the sample municipality, into an empty register (SQLite with WAL and full synchronisation). The peer is what one would write
by hand: pandas.read_csv, to_datetime, geopandas.sjoin on the same wijken and buurten, to_sql into one SQLite table. It knows no history,
looks for nothing, makes doubles when run twice, and keeps points and persons as they are.
"""

from __future__ import annotations

import argparse
import io
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import create_engine

from data.catalogue import catalogue
from data.importing import ensure_sample
from data.settings import Settings
from data.store import Store
from register.concerns import Concerns
from register.database import open_register
from register.importing import Choice, commit, preview, proposed, read
from register.placing import Places, places
from register.roles import LOCAL
from register.themes import DEFAULT

GEMEENTE = "GM9999"
WORDS = [
    "de",
    "container",
    "bij",
    "het",
    "plein",
    "is",
    "vol",
    "en",
    "er",
    "ligt",
    "vuil",
    "op",
    "straat",
    "bewoners",
    "vragen",
    "om",
    "vaker",
    "legen",
    "want",
    "het",
    "stinkt",
    "in",
    "de",
    "zomer",
    "kunnen",
    "jullie",
    "daar",
    "iets",
    "aan",
    "doen",
    "voor",
    "de",
    "kinderen",
]


def file_of(rows: int, there: Places) -> bytes:
    """Return a file of Signalen."""
    rng = np.random.default_rng(2026)
    assert there.shapes is not None
    whole = shapely.union_all(there.shapes.to_crs(4326).geometry.to_numpy())
    shapely.prepare(whole)
    west, south, east, north = whole.bounds
    points = np.empty((0, 2))
    while len(points) < rows:
        some = np.column_stack([rng.uniform(west, east, rows), rng.uniform(south, north, rows)])
        points = np.vstack([points, some[shapely.contains_xy(whole, some)]])
    moments = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 1_000 * 86_400, rows), unit="s")
    said = [
        " ".join(rng.choice(WORDS, 16)) + f" {n}" + (" bel 06-12345678" if n % 200 == 0 else "")
        for n in range(rows)
    ]
    frame = pd.DataFrame(
        {
            "id": range(1, rows + 1),
            "source": rng.choice(["online", "Telefoon", "app"], rows),
            "text": said,
            "text_extra": "",
            "incident_date_start": moments.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            "main": rng.choice(
                ["Afval", "Wegen, verkeer, straatmeubilair", "Overlast in de openbare ruimte"], rows
            ),
            "sub": rng.choice(["Container is vol", "Straatverlichting", "Geluid"], rows),
            "state": rng.choice(["m", "b", "o", "a"], rows),
            "lat": points[:rows, 0],
            "lng": points[:rows, 1],
            "reporter_email": "a@b.nl",
        }
    )
    return frame.to_csv(index=False).encode()


@contextmanager
def timed(what: str, taken: dict[str, tuple[float, float]]) -> Iterator[None]:
    began, busy = time.perf_counter(), time.process_time()
    yield
    taken[what] = time.perf_counter() - began, time.process_time() - busy


def ours(content: bytes, there: Places, folder: Path) -> dict[str, tuple[float, float]]:
    """Read a file in, once more, and take it back; seconds by part."""
    taken: dict[str, tuple[float, float]] = {}
    concerns = Concerns(open_register(Settings(store=folder)), GEMEENTE, LOCAL)
    with timed("whole", taken):
        with timed("read", taken):
            source = read(content, "signals.csv")
        with timed("recognise columns and words", taken):
            plan = proposed(source, DEFAULT)
        with timed("place, check, look for persons, compare", taken):
            checked = preview(source, plan, there, concerns, DEFAULT)
        with timed("write with history", taken):
            saved = commit(checked, Choice(), concerns)
    assert len(saved.numbers) == len(source.rows)
    with timed("the same file again: nothing to do", taken):
        again = preview(source, plan, there, concerns, DEFAULT)
    assert again.counts["there"] == len(source.rows)
    with timed("take the whole import back", taken):
        concerns.undo(saved.batch)
    return taken


def peer(content: bytes, there: Places, folder: Path) -> dict[str, tuple[float, float]]:
    """Do what one would write by hand; seconds."""
    taken: dict[str, tuple[float, float]] = {}
    assert there.shapes is not None
    with timed("pandas + geopandas.sjoin + to_sql", taken):
        frame = pd.read_csv(io.BytesIO(content))
        frame["heard"] = pd.to_datetime(frame["incident_date_start"]).dt.date.astype("str")
        points = gpd.GeoDataFrame(
            frame, geometry=gpd.points_from_xy(frame["lat"], frame["lng"]), crs=4326
        ).to_crs(28992)
        for level in ("WK", "BU"):
            shapes = there.shapes[there.shapes["region"].str.startswith(level)][["region", "geometry"]]
            joined = gpd.sjoin(
                points, shapes.rename(columns={"region": level}), how="left", predicate="within"
            )
            points[level] = joined[~joined.index.duplicated()][level]
        table = pd.DataFrame(points.drop(columns="geometry"))
        table.to_sql("concern", create_engine(f"sqlite:///{folder / 'peer.db'}"), index=False)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder / "store")
        ensure_sample(store, catalogue())
        there = places(store, GEMEENTE)
        content = file_of(rows, there)
        print(f"{rows} rows, {len(content) / 1e6:.0f} MB")
        print(f"{'seconds':45} {'clock':>8} {'processor':>10}")
        for what, (clock, busy) in (
            peer(content, there, folder) | ours(content, there, folder / "store")
        ).items():
            print(f"{what:45} {clock:8.1f} {busy:10.1f}")
        print(
            f"memory of the whole process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
        )


if __name__ == "__main__":
    main()
