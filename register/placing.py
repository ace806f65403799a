"""Places of concerns: a point, a code or a name becomes a wijk and a buurt on the last borders that there are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from data.borders import RIJKSDRIEHOEK
from data.store import Store
from register.concerns import GRID_M

#: Metres beside the borders that still count as inside: borders are simplified to some five metres.
BESIDE_M: Final = 25.0
#: Share of an old wijk that has to lie in one wijk of now for a clear successor.
CLEAR: Final = 0.9
#: Corners of the Netherlands: Rijksdriehoek in metres (EPSG:28992), WGS84 in degrees.
_RD_X, _RD_Y = (-7_000.0, 300_000.0), (289_000.0, 629_000.0)
_LAT, _LON = (50.5, 53.8), (3.0, 7.5)
RD, RD_TURNED, WGS84, WGS84_TURNED, NOWHERE = "rd", "rd_turned", "wgs84", "wgs84_turned", ""
_LEAD: Final = re.compile(r"^(?:wijk|buurt|wk|bu)\b[\s.]*\d{0,4}\s*[-–:.]?\s*|^\d{1,4}\s*[-–:.]?\s+")
_CODE: Final = re.compile(r"(?:WK|BU)\d{6,8}")


def folded(name: str) -> str:
    """Return a name without its number, capitals, accents and signs: ``Wijk 06 Rivierenbuurt`` is ``rivierenbuurt``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().strip()
    bare = _LEAD.sub("", plain) or plain
    return re.sub(r"[^a-z0-9]+", " ", bare).strip()


def systems(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Tell per pair of coordinates what they are: the ranges of the Netherlands in both systems do not meet.

    Parameters
    ----------
    x, y : ndarray of float
        As the file has them: x or length first, y or breadth second; NaN where there is none.

    Returns
    -------
    ndarray of str
        `RD`, `WGS84`, either one turned round, or `NOWHERE`.
    """

    def inside(values: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
        return (values >= ends[0]) & (values <= ends[1])

    with np.errstate(invalid="ignore"):
        kinds = [
            (inside(x, _RD_X) & inside(y, _RD_Y), RD),
            (inside(y, _RD_X) & inside(x, _RD_Y), RD_TURNED),
            (inside(x, _LON) & inside(y, _LAT), WGS84),
            (inside(y, _LON) & inside(x, _LAT), WGS84_TURNED),
        ]
    return np.select([test for test, _ in kinds], [kind for _, kind in kinds], NOWHERE)


def to_rd(x: np.ndarray, y: np.ndarray, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return places in Rijksdriehoek (metres); NaN where `systems` found none."""
    east, north = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for kind, first, second in ((RD, x, y), (RD_TURNED, y, x)):
        there = kinds == kind
        east[there], north[there] = first[there], second[there]
    degrees = pyproj.Transformer.from_crs(4326, RIJKSDRIEHOEK, always_xy=True)
    for kind, first, second in ((WGS84, x, y), (WGS84_TURNED, y, x)):
        there = kinds == kind
        if there.any():
            east[there], north[there] = degrees.transform(first[there], second[there])
    return east, north


@dataclass(frozen=True)
class Places:
    """The wijken and buurten of one gemeente; see `places`.

    Attributes
    ----------
    gemeente : str
    borders_year : int
        Year of the borders (or of the figures, where there are no borders) that the codes are of.
    names : mapping of str to str
        Of every wijk and buurt of that year, by code.
    wijk_of : mapping of str to str
        The wijk of each buurt.
    shapes : GeoDataFrame or None
        region, level and geometry in EPSG:28992.
    successors : mapping of str to str
        Wijk or buurt of now by code of before, where there is one clear one.
    former : mapping of str to str
        Names of regions that are gone, by code.
    """

    gemeente: str
    borders_year: int
    names: Mapping[str, str]
    wijk_of: Mapping[str, str]
    shapes: gpd.GeoDataFrame | None
    successors: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)

    @property
    def wijken(self) -> dict[str, str]:
        """Names of the wijken by code, in the order of the codes."""
        return {code: self.names[code] for code in sorted(self.names) if code.startswith("WK")}

    def at_points(self, x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
        """Put points into their wijk and buurt.

        Parameters
        ----------
        x, y : ndarray of float
            Metres in Rijksdriehoek (EPSG:28992).

        Returns
        -------
        DataFrame
            wijk, buurt (codes, "" for none), x, y (middle of the square of 100 m) and problem (Dutch, "" for none), one row
            per point.
        """
        count = len(x)
        wijk, buurt = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
        if self.shapes is None:
            told = f"Van {self.gemeente} zijn er geen grenzen, dus een punt is niet te plaatsen; geef de wijk met naam of code, of haal de grenzen op."
            return pd.DataFrame(
                {"wijk": wijk, "buurt": buurt, "x": np.nan, "y": np.nan, "problem": told}, index=range(count)
            )
        points = np.asarray(shapely.points(x, y), dtype=object).reshape(-1)
        for level, found in (("BU", buurt), ("WK", wijk)):
            codes, tree = self._trees[level]
            if tree is not None:
                self._fill(points, codes, tree, found)
        # What a buurt says goes before what a wijk says: their borders are simplified apart.
        of_buurt = np.array([self.wijk_of.get(code, "") for code in buurt], dtype=object) if count else wijk
        wijk = np.where(of_buurt != "", of_buurt, wijk)
        known = wijk != ""
        return pd.DataFrame(
            {
                "wijk": wijk,
                "buurt": np.where(known, buurt, ""),
                "x": np.where(known, (np.floor(x / GRID_M) + 0.5) * GRID_M, np.nan),
                "y": np.where(known, (np.floor(y / GRID_M) + 0.5) * GRID_M, np.nan),
                "problem": np.where(known, "", "Dit punt ligt buiten de gemeente."),
            }
        )

    @staticmethod
    def _fill(points: np.ndarray, codes: np.ndarray, tree: shapely.STRtree, found: np.ndarray) -> None:
        asked, hit = tree.query(points, predicate="intersects")
        # On an edge two answer; the first code, so that the same file gives the same outcome.
        order = np.lexsort((hit, asked))[::-1]
        found[asked[order]] = codes[hit[order]]
        beside = np.flatnonzero(found == "")
        if len(beside):
            near, hit = tree.query_nearest(points[beside], max_distance=BESIDE_M, all_matches=False)
            found[beside[near]] = codes[hit]

    @cached_property
    def _trees(self) -> dict[str, tuple[np.ndarray, shapely.STRtree | None]]:
        trees: dict[str, tuple[np.ndarray, shapely.STRtree | None]] = {}
        for level in ("WK", "BU"):
            of_level = (
                self.shapes[self.shapes["region"].str.startswith(level)] if self.shapes is not None else None
            )
            if of_level is None or of_level.empty:
                trees[level] = (np.array([], dtype=object), None)
                continue
            of_level = of_level.sort_values("region", kind="stable")
            shapes = of_level.geometry.to_numpy()
            shapely.prepare(shapes)
            trees[level] = (of_level["region"].to_numpy(dtype=object), shapely.STRtree(shapes))
        return trees

    def of_text(self, text: str, level: str = "", within: str = "") -> tuple[str, str, str]:
        """Find a wijk or buurt by its code or its name.

        Parameters
        ----------
        text : str
        level : str
            ``wijk`` or ``buurt`` where the heading says so: there is looked first.
        within : str
            Code of the wijk that the same row names: of buurten with one name the one in it is meant.

        Returns
        -------
        tuple of str
            Wijk, buurt ("" for none) and the problem in Dutch ("" for none).
        """
        code = text.strip().upper().replace(" ", "")
        if _CODE.fullmatch(code):
            return self._of_code(code)
        if level and code.isdigit():
            return self._of_code(self._whole_code(code, level))
        return self._of_name(text, level, within)

    def _whole_code(self, digits: str, level: str) -> str:
        """Return the code of digits without letters: all of them, or the last of a code of this gemeente."""
        size, lead = (6, "WK") if level == "wijk" else (8, "BU")
        return lead + (
            digits.zfill(size) if len(digits) >= size - 2 else self.gemeente[2:] + digits.zfill(size - 4)
        )

    def _of_code(self, code: str) -> tuple[str, str, str]:
        now = code if code in self.names else self.successors.get(code, "")
        if not now:
            if code in self.former:
                return (
                    "",
                    "",
                    (
                        f"{code} ({self.former[code]}) bestaat niet meer en is over meer dan één gebied verdeeld; kies zelf de wijk van nu."
                    ),
                )
            return (
                "",
                "",
                f"De code {code} hoort niet bij een wijk of buurt van deze gemeente; controleer de code.",
            )
        return (now, "", "") if now.startswith("WK") else (self.wijk_of.get(now, ""), now, "")

    def _of_name(self, text: str, level: str, within: str) -> tuple[str, str, str]:
        name = folded(text)
        first = "BU" if level == "buurt" else "WK"
        codes = self._by_name.get(name, ())
        for lead in (first, "WK" if first == "BU" else "BU"):
            found = [code for code in codes if code.startswith(lead)]
            if within and lead == "BU":
                found = [code for code in found if self.wijk_of.get(code) == within] or found
            if len(found) == 1:
                return self._of_code(found[0])
            if found:
                both = " en ".join(f"{self.names.get(code, code)} ({code})" for code in found[:3])
                return "", "", f"De naam ‘{text}’ past bij {both}; zet de code in plaats van de naam."
        near = self._near(name)
        tail = f" Bedoelt u {near}?" if near else ""
        return (
            "",
            "",
            f"‘{text}’ is geen wijk of buurt van deze gemeente.{tail} Controleer de naam, of gebruik de code.",
        )

    def _near(self, name: str) -> str:
        import difflib

        close = difflib.get_close_matches(name, list(self._by_name), 1, cutoff=0.75)
        return self.names.get(self._by_name[close[0]][0], "") if close else ""

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for code, name in self.names.items():
            found.setdefault(folded(name), []).append(code)
        for code, name in self.former.items():
            if folded(name) not in found:
                found[folded(name)] = [self.successors.get(code, code)]
        return {name: tuple(sorted(set(codes))) for name, codes in found.items()}


def places(store: Store, gemeente: str) -> Places:
    """Return the wijken and buurten of a gemeente on its last borders.

    Parameters
    ----------
    store : Store
    gemeente : str
        Code.
    """
    regions = store.regions(gemeente)
    regions = regions[regions["level"].isin(["wijk", "buurt"])]
    drawn = [record.year for record in store.drawn(gemeente) if record.level == "wijk"]
    last_figures = int(regions["year"].max()) if len(regions) else 0
    year = max(drawn) if drawn else last_figures
    shapes = _shapes(store, gemeente, year) if drawn else None
    names = _names(regions, shapes, year)
    wijk_of = {code: f"WK{code[2:8]}" for code in names if code.startswith("BU")}
    before = regions[~regions["region"].isin(names)].sort_values("year")
    former = dict(zip(before["region"], before["name"], strict=True))
    successors = _successors(store, gemeente, former, set(names)) if former else {}
    return Places(gemeente, year, names, wijk_of, shapes, successors, former)


def _shapes(store: Store, gemeente: str, year: int) -> gpd.GeoDataFrame | None:
    frames = []
    for level in ("wijk", "buurt"):
        frame = store.border_frame(gemeente, level, year)
        if frame is not None:
            frames.append(frame[["region", "name", "geometry"]].to_crs(RIJKSDRIEHOEK))
    return pd.concat(frames, ignore_index=True) if frames else None


def _names(regions: pd.DataFrame, shapes: gpd.GeoDataFrame | None, year: int) -> dict[str, str]:
    """Return the names of the regions of a year: of the figures of that year or the last, else as the borders name them."""
    years = sorted(set(regions["year"]), key=lambda other: (abs(other - year), -other))
    of_year = regions[regions["year"] == years[0]] if years else regions
    names = dict(zip(of_year["region"], of_year["name"], strict=True))
    if shapes is not None:
        drawn = dict(zip(shapes["region"], shapes["name"], strict=True))
        names = {code: names.get(code, str(name)) for code, name in drawn.items()}
    return {code: names[code] for code in sorted(names)}


def _successors(store: Store, gemeente: str, former: Iterable[str], now: set[str]) -> dict[str, str]:
    """Follow codes that are gone from borders to borders; kept where nearly all of the land went to one region of now."""
    steps = pd.concat([store.border_overlaps(gemeente), store.bridged(gemeente)], ignore_index=True)
    steps = steps[(steps["old"] != "") & (steps["new"] != "")]
    if steps.empty:
        return {}
    by_step = {
        (int(str(year)), str(code)): part
        for (year, code), part in steps.groupby(["old_year", "old"], sort=True)
    }
    years = sorted({year for year, _ in by_step})
    return {code: end for code in former if (end := _followed(code, by_step, years)) in now}


def _followed(code: str, by_step: Mapping[tuple[int, str], pd.DataFrame], years: Sequence[int]) -> str:
    """Return where a code ended up, from the last borders that had it; empty where its land was spread."""
    had = [year for year in years if (year, code) in by_step]
    share = 1.0
    for year in years[years.index(had[-1]) :] if had else ():
        step = by_step.get((year, code))
        if step is None:
            return ""
        # Addresses are counted, land is measured: one of the two, never added up.
        step = step[step["origin"] == step["origin"].iloc[0]]
        biggest = step.loc[step["amount"].idxmax()]
        share *= float(biggest["amount"] / step["amount"].sum())
        if share < CLEAR:
            return ""
        code = str(biggest["new"])
    return code if had else ""


def numbers(texts: Sequence[str]) -> np.ndarray:
    """Read coordinates: ``155000``, ``155.000,5``, ``52,0907``; NaN for what is none.

    A dot or comma with exactly three digits behind it counts as a sign of thousands only where the other reading
    would lie outside the country for every value of the column; see `as_coordinates`.
    """
    column = pd.Series(list(texts), dtype=object).astype("str").str.replace(r"[\s']", "", regex=True)
    both = column.str.contains(",", regex=False) & column.str.contains(".", regex=False)
    comma_last = column.str.rfind(",") > column.str.rfind(".")
    plain = column.where(~(both & comma_last), column.str.replace(".", "", regex=False))
    plain = plain.where(~(both & ~comma_last), plain.str.replace(",", "", regex=False))
    plain = plain.str.replace(",", ".", regex=False)
    return pd.to_numeric(plain, errors="coerce").to_numpy(dtype=float)


def as_coordinates(x: Sequence[str], y: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Read two columns of coordinates; ``155.000`` is metres where it can be nothing else."""
    first, second = numbers(x), numbers(y)
    lost = (systems(first, second) == NOWHERE) & ~np.isnan(first) & ~np.isnan(second)
    grouped_first, grouped_second = first * 1000.0, second * 1000.0
    metres = lost & np.isin(systems(grouped_first, grouped_second), [RD, RD_TURNED])
    return np.where(metres, grouped_first, first), np.where(metres, grouped_second, second)
