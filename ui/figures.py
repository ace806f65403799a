"""What a page needs of one gemeente: read once as long as its files stay, shared by every session, never changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd
import streamlit as st

from analysis.lineage import Lineage
from analysis.noise import Z95
from analysis.segments import number_segments, segment_reasons
from analysis.standing import FEWEST_PEOPLE, compare
from analysis.trends import figures_of_panel
from data import borders
from data.catalogue import Catalogue, Indicator, catalogue
from data.errors import StoreError
from data.manifest import TableRecord
from data.panel import WITH_VALUE, Level
from data.regions import NEDERLAND
from data.store import Store, names_by_year
from reports.trusted import trusted
from ui import wording
from ui.fetch_wording import day
from ui.kept import Kept, kept_of, of_figures

Result = TypeVar("Result")

_WITH_VALUE = [str(status) for status in WITH_VALUE]


@dataclass(frozen=True, eq=False)
class Figures:
    """Figures of one gemeente with its wijken (or buurten), and of Nederland where the store has them.

    Attributes
    ----------
    gemeente, level : str
        Code of the gemeente; ``wijk`` or ``buurt``.
    panel, errors, lineage, account : DataFrame, DataFrame, Lineage, DataFrame
        As in `reports.trusted.Trusted`: a region is a series, named after the last code of its land.
    region_years : DataFrame
        Which region existed in which year: region (the series), published_as (its code that year), level, year, name,
        gemeente, boundary and land.
    names : dict
        Latest name by code, as CBS writes it.
    tables : tuple of TableRecord
        Where the figures come from.
    divisions : dict
        Codes of the polygons by year, for the years that have borders at this level.
    projection : DataFrame or None
        The official projection of the gemeente (`data.store.Store.projection`), where the store has one.
    folder : Path or None
        Where the store is, for what is only read when it is asked for.
    """

    gemeente: str
    level: str
    panel: pd.DataFrame
    errors: pd.DataFrame
    lineage: Lineage
    account: pd.DataFrame
    region_years: pd.DataFrame
    names: dict[str, str]
    tables: tuple[TableRecord, ...]
    divisions: dict[int, set[str]]
    is_sample: bool
    projection: pd.DataFrame | None = None
    folder: Path | None = None
    #: What was worked out of exactly these figures; a copy with other ones begins without.
    kept: Kept | None = field(default=None, init=False, repr=False)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of indicators."""
        return catalogue()

    @cached_property
    def definitions(self) -> pd.DataFrame:
        """The catalogue as a frame, for analysis."""
        return catalogue().frame()

    @cached_property
    def measured(self) -> pd.DataFrame:
        """The figures as trends take them (`analysis.trends.figures_of_panel`), cut where they cannot be compared."""
        return self.work_out("measured", lambda: figures_of_panel(self.panel, self.definitions, self.errors))

    @cached_property
    def segments(self) -> pd.Series:
        """Which figures of a series can be compared, by the index of the panel (`analysis.segments.number_segments`)."""
        return number_segments(self.panel, self.definitions)

    def breaks(self, indicator: str, regions: Sequence[str]) -> pd.DataFrame:
        """Return where a new series starts: columns region, year and reason (`analysis.segments.segment_reasons`)."""
        rows = self._breaks
        return rows[(rows["indicator"] == indicator) & rows["region"].isin(regions)]

    @cached_property
    def _breaks(self) -> pd.DataFrame:
        return segment_reasons(self.panel, self.definitions)

    def work_out(self, name: str, make: Callable[[], Result]) -> Result:
        """Return what ``make`` makes of these figures, from disk where an earlier process kept it (`ui.kept.Kept.get`)."""
        return make() if self.kept is None else self.kept.get(name, make)

    def until(self, year: int) -> Figures:
        """Return the figures of the years up to one; what is worked out of these is kept apart."""
        then = replace(
            self,
            panel=self.panel[self.panel["year"] <= year],
            region_years=self.region_years[self.region_years["year"] <= year],
            tables=tuple(record for record in self.tables if record.year <= year),
        )
        return then if self.kept is None else then.keeping(self.kept.part(f"until {year}"))

    def keeping(self, kept: Kept) -> Figures:
        """Begin to keep what is worked out of these figures; returns them."""
        object.__setattr__(self, "kept", kept)
        return self

    @property
    def name(self) -> str:
        """Name of the gemeente as it stands in a sentence."""
        return self.label(self.gemeente)

    def label(self, region: str) -> str:
        """Return the name of a region as it stands in a sentence; that a town is fictional stands on every page.

        Where other land took over the code (``WK091741@2015``), the last year of this land is told.
        """
        name = wording.wijk_name(self.names.get(region, region)).removesuffix(" (fictief)")
        last_year = region.partition("@")[2]
        return f"{name} (tot en met {last_year})" if last_year else name

    @cached_property
    def years(self) -> list[int]:
        """Years with a table, oldest first."""
        return sorted({record.year for record in self.tables})

    @property
    def years_of_gemeente(self) -> list[int]:
        """Years with figures of the gemeente itself; one that came from a merger has none before it."""
        rows = self.of("population", self.gemeente)
        return sorted(int(year) for year in rows.loc[rows["value"].notna(), "year"])

    def regions_in(self, year: int) -> list[str]:
        """Return the wijken (or buurten) that existed in ``year``, by code."""
        return list(self._by_year.get(year, ()))

    @cached_property
    def _by_year(self) -> dict[int, list[str]]:
        here = self.region_years[self.region_years["level"] == self.level]
        found: dict[int, list[str]] = {}
        for year, region in zip(here["year"], here["region"], strict=True):
            found.setdefault(int(year), []).append(region)
        return found

    @cached_property
    def regions(self) -> list[str]:
        """Every wijk (or buurt) of any year: those of the last year first, then those that are gone."""
        now = self.regions_in(self.years[-1])
        ever = self.region_years.loc[self.region_years["level"] == self.level, "region"]
        return [*now, *sorted(set(ever) - set(now))]

    def last_year_of(self, region: str) -> int:
        """Return the last year in which a region existed."""
        return self._last_years[region]

    @cached_property
    def _last_years(self) -> dict[str, int]:
        return {
            str(region): int(year)
            for region, year in self.region_years.groupby("region")["year"].max().items()
        }

    def years_with(self, indicator: str) -> list[int]:
        """Return the years in which at least one wijk (or buurt), else the gemeente, has the figure."""
        years = self._years_with
        return list(years.get((indicator, self.level)) or years.get((indicator, Level.GEMEENTE.value)) or [])

    @cached_property
    def _years_with(self) -> dict[tuple[str, str], list[int]]:
        rows = self.panel.loc[self.panel["status"].isin(_WITH_VALUE), ["indicator", "level", "year"]]
        found: dict[tuple[str, str], list[int]] = {}
        for indicator, level, year in rows.drop_duplicates().sort_values("year").itertuples(index=False):
            found.setdefault((indicator, level), []).append(int(year))
        return found

    def of(self, indicator: str, *regions: str) -> pd.DataFrame:
        """Return the panel rows of one indicator, of some regions or all."""
        if indicator not in self._rows:
            return self.panel.iloc[:0]
        rows = self._rows[indicator]
        # A copy that shares its figures until somebody writes in it.
        return rows[rows["region"].isin(regions)] if regions else rows.copy(deep=False)

    @cached_property
    def _rows(self) -> dict[str, pd.DataFrame]:
        """Rows of the panel by indicator: a page asks for those of one some hundred times."""
        return {str(indicator): rows for indicator, rows in self.panel.groupby("indicator", sort=False)}

    @cached_property
    def comparator(self) -> str | None:
        """Nederland where its figures are in the store, else None."""
        return NEDERLAND if (self.panel["region"] == NEDERLAND).any() else None

    def code_in(self, region: str, year: int) -> str | None:
        """Return the code under which a region was published in ``year``, or None where it was not."""
        return self._codes.get((region, year))

    def region_of(self, code: str, year: int) -> str | None:
        """Return the region that had ``code`` in ``year``, or None where there was none."""
        return self._regions.get((code, year))

    def shape_of(self, region: str, borders_year: int) -> str | None:
        """Return the code under which a region stands on borders of ``borders_year``, or None where it was not there.

        Borders may be of a year without figures; then the codes of the last year with figures before it count.
        """
        return self.code_in(region, self._coded_like(borders_year))

    def region_on(self, code: str, borders_year: int) -> str | None:
        """Return the region whose land has ``code`` on borders of ``borders_year`` (see `shape_of`)."""
        return self.region_of(code, self._coded_like(borders_year))

    def _coded_like(self, borders_year: int) -> int:
        return max((year for year in self.years if year <= borders_year), default=self.years[0])

    @cached_property
    def _codes(self) -> dict[tuple[str, int], str]:
        keys = zip(self.region_years["region"], self.region_years["year"], strict=True)
        return dict(zip(keys, self.region_years["published_as"], strict=True))

    @cached_property
    def _regions(self) -> dict[tuple[str, int], str]:
        return {(code, year): region for (region, year), code in self._codes.items()}

    @cached_property
    def converted(self) -> dict[tuple[str, int], str]:
        """Codes in the source by region and year, for the years in which a region was not there yet (see bridging)."""
        here = self.panel.loc[self.panel["level"] == self.level, ["region", "year", "published_as"]]
        rows = here.drop_duplicates().itertuples(index=False)
        return {(region, year): codes for region, year, codes in rows if (region, year) not in self._codes}

    @cached_property
    def on_borders_of_now(self) -> pd.DataFrame:
        """The panel in which every piece of land occurs once a year: converted where that could be done.

        The figures that were converted stand in ``panel`` too; beside the result they would count people twice.
        """
        replaced = {
            (self.region_of(code, year), year)
            for (_, year), codes in self.converted.items()
            for code in codes.split(", ")
        }
        if not replaced:
            return self.panel
        rows = pd.MultiIndex.from_frame(self.panel[["region", "year"]])
        return self.panel[~(rows.isin(replaced) & ~rows.isin(self.converted.keys()))]

    @cached_property
    def as_published(self) -> pd.DataFrame:
        """The panel without converted figures: every year on the borders of that year."""
        if not self.converted:
            return self.panel
        rows = pd.MultiIndex.from_frame(self.panel[["region", "year"]])
        return self.panel[~rows.isin(self.converted.keys())]

    def borders_year(self, year: int) -> int | None:
        """Return the year of the borders that fit the regions of ``year`` best, or None without borders."""
        codes = {code for (_, then), code in self._codes.items() if then == year}
        return borders.best_year(codes & self._of_level, self.divisions, year, self._runs)

    @cached_property
    def _of_level(self) -> set[str]:
        return set(self.region_years.loc[self.region_years["level"] == self.level, "published_as"])

    @cached_property
    def _runs(self) -> list[list[int]]:
        """Years in which the wijken (or buurten) lay where they lay the year before."""
        here = self.region_years[self.region_years["level"] == self.level]
        return borders.runs_with_the_same_borders(here.assign(region=here["published_as"]))

    def border_frame(self, borders_year: int) -> gpd.GeoDataFrame | None:
        """Return the polygons of the wijken (or buurten) on borders of one year (`Store.border_frame`), or None."""
        if self.folder is None:
            return None
        try:
            return Store(self.folder).border_frame(self.gemeente, self.level, borders_year)
        except StoreError:
            # Somebody may have imported or undone something since; the next click reads what is there now.
            return None

    def source_of(self, indicator: Indicator, *years: int) -> str:
        """Return the parent of a figure in words: source, licence, tables, years, day of import."""
        used = [record for record in self.tables if not years or record.year in years]
        if not used:
            return f"Bron: {indicator.source}."
        first, last = used[0], used[-1]
        tables = f"tabel {last.id} ({last.year})"
        if first != last:
            tables = f"tabellen {first.id} ({first.year}) tot en met {last.id} ({last.year})"
        fiction = " Alle cijfers zijn verzonnen." if self.is_sample else ""
        read = day(max(record.delivery(self.gemeente).at for record in used))
        return f"Bron: {indicator.source}, {tables}, ingelezen op {read}.{fiction}"


@st.cache_resource(max_entries=12, show_spinner=False)
def _figures(folder: str, content: str, gemeente: str, level: str) -> Figures:  # noqa: ARG001 (cache key)
    store = Store(Path(folder))
    kept = kept_of(store, gemeente, level)
    levels = (Level.LAND, Level.GEMEENTE, level)
    known = kept.get("trusted", lambda: trusted(store, catalogue(), gemeente, levels))
    lands = known.lineage.lands
    return Figures(
        gemeente=gemeente,
        level=level,
        panel=known.panel,
        errors=known.errors,
        lineage=known.lineage,
        account=known.account,
        region_years=lands.assign(published_as=lands["region"], region=lands["series"]),
        names=dict(names_by_year(lands.assign(region=lands["series"]))),
        tables=store.tables(gemeente),
        divisions=store.borders_years(gemeente, level),
        is_sample=store.is_sample(gemeente),
        projection=_projection(store, gemeente),
        folder=store.folder,
    ).keeping(kept)


def _projection(store: Store, gemeente: str) -> pd.DataFrame | None:
    try:
        return store.projection(gemeente)
    except StoreError:
        # Without it only what stands beside our own forecast is gone; reading or fetching it again mends the file.
        return None


def figures(store: Store, gemeente: str, level: str = Level.WIJK) -> Figures:
    """Return the figures of one gemeente at one level; read from the store only once for the same content."""
    return _figures(str(store.folder), store.content(gemeente), gemeente, str(level))


@of_figures(maxsize=64)
def standing(
    known: Figures, year: int, comparator: str = Level.GEMEENTE, *, published: bool = False
) -> pd.DataFrame:
    """Return how every wijk compares with the gemeente or the country, up to ``year`` (`compare`).

    With ``published`` on the borders of that year, without converted figures.
    """
    panel = known.as_published if published else known.on_borders_of_now
    return compare(panel, known.definitions, str(comparator), known.level, year, known.errors)


def large_enough(comparison: pd.DataFrame) -> pd.DataFrame:
    """Keep of `standing` what may be ranked: wijken that are not too small (`FEWEST_PEOPLE`)."""
    return comparison[comparison["people"] >= FEWEST_PEOPLE]


def series(known: Figures, indicator: str, regions: Sequence[str], own: str | None = None) -> pd.DataFrame:
    """Return what a chart over the years needs.

    Parameters
    ----------
    known : Figures
    indicator : str
    regions : sequence of str
    own : str, optional
        Region that the chart is about, also when it is the gemeente: never drawn as a grey comparator.

    Returns
    -------
    DataFrame
        Columns region, name, role (wijk, buurt, gemeente, land), year, value, status, unit (of that very figure: CBS
        gave some counts as a percentage once), segment (lines may not cross from one into another) and margin: 1.96
        standard errors of the figure, empty where there is none. Regions in the order given.
    """
    rows = known.of(indicator, *regions)
    order = {region: place for place, region in enumerate(regions)}
    frame = rows[["region", "year", "value", "status", "unit"]].assign(
        name=rows["region"].map(known.label),
        role=rows["level"].where(rows["region"] != own, known.level),
        segment=known.segments[rows.index],
        margin=Z95 * known.errors["total"].reindex(rows.index),
    )
    frame = frame.sort_values(["region", "year"], key=lambda c: c.map(order) if c.name == "region" else c)
    return frame.reset_index(drop=True)


#: Segments of another indicator in one picture are numbered from here, so that no line joins the two.
_NEXT_MEASURE = 1_000


def with_successor(
    known: Figures, indicator: str, regions: Sequence[str], own: str | None = None
) -> pd.DataFrame:
    """Return `series` with what took the place of the figure, or what it took the place of, beside it.

    Figures of another indicator are only added where they stand in the same unit, and for years in which no region
    has the figure itself. What came before is left out where it was more than one figure. A figure that is not there at
    all gets no picture of another one.

    Returns
    -------
    DataFrame
        The columns of `series` and ``measure``: title of the indicator where it is the other one, else empty.
    """
    frame = series(known, indicator, regions, own).assign(measure="")
    there = frame.loc[frame["value"].notna(), "year"]
    if there.empty:
        return frame
    first, last = there.min(), there.max()
    pieces = []
    for place, (other, year, later) in enumerate(_beside(known, indicator), start=1):
        beside = series(known, other.id, regions, own)
        free = beside["year"] >= max(year, last + 1) if later else beside["year"] < min(year, first)
        beside = beside[free & beside["value"].notna()]
        pieces.append(beside.assign(measure=other.title, segment=beside["segment"] + place * _NEXT_MEASURE))
    if not pieces:
        return frame
    taken = pd.MultiIndex.from_frame(pd.concat(pieces)[["region", "year"]])
    kept = frame[~pd.MultiIndex.from_frame(frame[["region", "year"]]).isin(taken)]
    return pd.concat([kept, *pieces], ignore_index=True)


def _beside(known: Figures, indicator: str) -> list[tuple[Indicator, int, bool]]:
    """Return which figures may stand beside this one in a picture, from (True) or until (False) which year."""
    here = known.catalogue[indicator]
    found = []
    if here.followed_by and here.followed_by.indicator in known.catalogue:
        found.append((known.catalogue[here.followed_by.indicator], here.followed_by.year, True))
    before = predecessors(known, indicator)
    if len(before) == 1 and before[0].followed_by:
        found.append((before[0], before[0].followed_by.year, False))
    return [entry for entry in found if entry[0].unit == here.unit]


def predecessors(known: Figures, indicator: str) -> list[Indicator]:
    """Return the indicators that this one took the place of."""
    return [
        other
        for other in known.catalogue.indicators.values()
        if other.followed_by and other.followed_by.indicator == indicator
    ]
