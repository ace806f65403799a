"""Write the sample municipality: ``python -m data.sample.generate [--folder FOLDER]``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from data.sample import FOLDER
from data.sample.addresses import write_addresses
from data.sample.concerns import write_concerns
from data.sample.divisions import GEMEENTE, GEMEENTE_NAME, GEOMETRY_YEARS, YEARS, buurten, wijken
from data.sample.landscape import RIVER, Land, build_land, feature, plots
from data.sample.measures import Measures, measure
from data.sample.projection import write_projection
from data.sample.publish import (
    data_properties,
    layouts,
    region_list,
    table_infos,
    typed_data_set,
    write_value_file,
)
from data.sample.society import simulate
from data.sample.stories import write_stories
from data.sample.truths import planted_truths

SEED = 2026
_WATER_CODES = {"wijken": "WK999999", "buurten": "BU99999997", "gemeenten": GEMEENTE}
_CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}


def model(seed: int = SEED) -> tuple[Land, Measures]:
    """Return the land and all exact numbers of Voorbeeldstad, before rounding and suppression."""
    land = build_land(seed)
    rng = np.random.default_rng([seed, 1])
    return land, measure(land, simulate(land, rng), rng)


def write_tables(folder: Path, measures: Measures, years: Iterable[int] = YEARS, seed: int = SEED) -> None:
    """Write the four files of every table year under ``odata_v3/{table}/``."""
    for year in years:
        layout = layouts()[year]
        table = folder / "odata_v3" / layout.table
        rng = np.random.default_rng([seed, year])
        write_value_file(table / "TableInfos.json", table_infos(layout))
        write_value_file(table / "DataProperties.json", data_properties(layout))
        write_value_file(table / "TypedDataSet.json", typed_data_set(layout, measures, rng))
        write_value_file(table / f"{layout.dimension}.json", region_list(year))


def write_geometry(folder: Path, land: Land) -> None:
    """Write the borders of wijken, buurten and gemeente, one file per level and division year."""
    for year in GEOMETRY_YEARS:
        levels = {
            "wijken": [(w.code, w.name, land.together(sorted(w.plots))) for w in wijken(year)],
            "buurten": [(b.code, b.name, land.together(sorted(b.plots))) for b in buurten(year)],
            "gemeenten": [(GEMEENTE, GEMEENTE_NAME, land.together([p.plot for p in plots()]))],
        }
        for level, shapes in levels.items():
            features = [feature(code, name, False, shapely.normalize(shape)) for code, name, shape in shapes]
            water_name = GEMEENTE_NAME if level == "gemeenten" else ""
            features.append(feature(_WATER_CODES[level], water_name, True, land.shapes[RIVER]))
            _write_geojson(folder / "geometry" / f"{level}_{year}.geojson", f"{level}_{year}", features)


def _write_geojson(path: Path, name: str, features: list[dict[str, Any]]) -> None:
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    head = json.dumps({"type": "FeatureCollection", "name": name, "crs": _CRS}, separators=(",", ":"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{head[:-1]},"features":[\n{lines}\n]}}\n', encoding="utf-8", newline="\n")


def write_sample(folder: Path, seed: int = SEED) -> None:
    """Write the whole sample municipality to a folder.

    Parameters
    ----------
    folder : Path
        Receives ``odata_v3/``, ``geometry/``, ``adressen/``, ``prognose/``, ``signalen/``, ``wijkanalyses/`` and
        ``planted_truths.json``.
    seed : int
        The same seed gives the same bytes.
    """
    land, measures = model(seed)
    write_tables(folder, measures, seed=seed)
    write_geometry(folder, land)
    write_projection(folder, measures)
    write_addresses(folder, measures, np.random.default_rng([seed, 2]))
    write_concerns(folder, land, measures, np.random.default_rng([seed, 3]))
    write_stories(folder)
    truths = json.dumps(planted_truths(measures), ensure_ascii=False, indent=1)
    (folder / "planted_truths.json").write_text(truths + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Read the folder from the command line and write the sample."""
    parser = argparse.ArgumentParser(description="Schrijf de voorbeeldgemeente Voorbeeldstad.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    write_sample(parser.parse_args().folder)


if __name__ == "__main__":
    main()
