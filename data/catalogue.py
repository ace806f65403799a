"""The catalogue of indicators: what each figure means, where CBS keeps it, and when its meaning changed.

The catalogue is a data file (``catalogue.toml``); this module reads it, checks it, and hands out
`Indicator` objects. Nothing about a single indicator stands in code.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

CATALOGUE_FILE = Path(__file__).with_name("catalogue.toml")
#: A derived share is an indicator of its own, so that it never hides what CBS itself published.
SHARE_SUFFIX = "_share"

Direction = Literal["higher_is_worrying", "lower_is_worrying", "neutral"]
#: A Dutch noun phrase, singular and with its article, that fits inside a sentence.
Phrase = Annotated[str, Field(pattern=r"^(het|de) [^.]+$")]


class CatalogueError(ValueError):
    """The catalogue file cannot be read or contradicts itself; the message names the indicator."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnAlias(_Part):
    """One way in which CBS names the column, and the table years in which it does so.

    A column key is a stem and a position (``AantalInwoners_5``); only the stem is kept, since positions
    change within one table. ``unit`` and ``group`` tell apart stems that occur twice in a table.
    ``occurrence`` takes the n-th of them in the order of the table; without it, two are ambiguous.
    ``stems`` with several entries means that the figure is the sum of those columns.
    """

    stems: tuple[str, ...] = Field(min_length=1)
    first_year: int | None = None
    last_year: int | None = None
    unit: str | None = None
    group: str | None = None
    occurrence: int | None = None

    def covers(self, year: int) -> bool:
        """Tell whether this alias is known for the table of ``year``."""
        return (self.first_year or year) <= year <= (self.last_year or year)


class DefinitionBreak(_Part):
    """From ``year`` on the figure means something else than before; ``reason`` is one Dutch sentence."""

    year: int
    reason: str = Field(min_length=10)


class Threshold(_Part):
    """CBS publishes the figure only where ``basis`` (an indicator id) is at least ``minimum``."""

    basis: str
    minimum: int
    first_year: int | None = None


class RoundingChange(_Part):
    """From ``year`` on CBS rounds the figure to multiples of ``rounding`` (0: to its decimals)."""

    year: int
    rounding: int = Field(ge=0)


class Succession(_Part):
    """CBS measures something alike in another way from ``year`` on; ``reason`` is one Dutch sentence."""

    indicator: str
    year: int
    reason: str = Field(min_length=10)


class Total(_Part):
    """An indicator that is the sum of others of the same region and year, apart from rounding."""

    total: str
    parts: tuple[str, ...] = Field(min_length=2)


class Share(_Part):
    """How a count becomes a share: divided by the sum of ``denominator``, times ``factor``."""

    title: str
    phrase: Phrase
    phrase_has_unit: bool = False
    explanation: str
    denominator: tuple[str, ...] = Field(min_length=1)
    unit: str = "%"
    factor: float = 100.0
    decimals: int = 1
    direction: Direction = "neutral"


class Indicator(_Part):
    """One indicator of the catalogue.

    Attributes
    ----------
    id, title, explanation, theme : str
        ``id`` is stable and English; title and explanation are what a resident reads (Dutch, B1).
    phrase : str
        The figure inside a sentence: "In 2025 was {phrase} in Noord 21,3 %." Starts with het or de.
    phrase_has_unit : bool
        True where the phrase already names the unit ("per 1 000 inwoners") or the scale, so that a
        sentence prints the bare number.
    unit : str
        The unit CBS uses now; a figure in another unit is kept apart, never converted in silence.
    kind : {"count", "rate"}
        A count can be turned into a share of its denominator; a rate (also an average) cannot be summed.
    usable_in_score : bool
        False for herkomst, always: such an indicator can never enter a score, ranking or hotspot.
    first_year, last_year : int, int or None
        Table years in which CBS has the figure; after ``last_year`` it is discontinued.
    rounding : int
        Figures are rounded to multiples of this number; 0 is not rounded.
    rounding_changes : tuple of RoundingChange
        Where CBS went over to another multiple.
    rounded_by_lot : bool
        CBS draws lots whether a wijk or buurt is rounded up or down, and leaves the gemeente exact. False: every level
        is rounded to the nearest multiple.
    lag_years : int
        How many years after the table year the figure is usually published.
    base : str
        Indicator id of the count that a rate is measured on (households, dwellings, ...); with it a rate of two areas
        can be put together. Where that group is not counted here, the nearest count that is not larger. Empty for a
        count and for a derived share, which is computed anew from its counts.
    rate_of : str
        Indicator id of the count that a rate expresses (clients per 1 000 inhabitants: the clients); who knows the rate
        knows nearly that count, so that one is not shown where the other is secret.
    bridged_as : {"count", "rate", "approximation", "never"}
        What becomes of the figure where an area is divided: a count goes along by weight, a rate by its base; an
        average, a median, or a rate of which the base is only near, is approximated that way; some figures (density,
        area) cannot be converted.
    followed_by : Succession, optional
        The indicator that took its place, from a year on; another figure, and possibly in another unit.
    share_of : tuple of str
        For a derived share: the ids it is computed from (numerator first); empty for CBS's own figures.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=3)
    phrase: Phrase
    phrase_has_unit: bool = False
    explanation: str = Field(min_length=20)
    theme: str
    unit: str
    decimals: int = Field(ge=0, le=3)
    kind: Literal["count", "rate"]
    direction: Direction = "neutral"
    usable_in_score: bool = True
    columns: tuple[ColumnAlias, ...] = ()
    first_year: int
    last_year: int | None = None
    breaks: tuple[DefinitionBreak, ...] = ()
    threshold: Threshold | None = None
    rounding: int = 0
    rounding_changes: tuple[RoundingChange, ...] = ()
    rounded_by_lot: bool = False
    lag_years: float = 1.0
    source: str
    base: str = ""
    rate_of: str = ""
    bridged_as: Literal["count", "rate", "approximation", "never"] = "count"
    followed_by: Succession | None = None
    share: Share | None = None
    share_of: tuple[str, ...] = ()
    factor: float = 1.0

    @model_validator(mode="after")
    def _consistent(self) -> Indicator:
        if self.kind == "rate" and self.share:
            raise ValueError("a rate has no share of its own")
        if not self.columns and not self.share_of:
            raise ValueError("an indicator needs at least one CBS column")
        if self.last_year is not None and self.last_year < self.first_year:
            raise ValueError("last_year comes before first_year")
        if self.theme == "herkomst" and (self.usable_in_score or self.direction != "neutral"):
            raise ValueError("herkomst is neutral and never usable in a score")
        return self

    @property
    def derived(self) -> bool:
        """True where Wijkradar computes the figure itself, from figures of CBS."""
        return bool(self.share_of)

    @property
    def summed(self) -> tuple[tuple[int, int], ...]:
        """From which years on the figure is the sum of how many columns of CBS, each rounded by itself."""
        sums = sorted((alias.first_year or self.first_year, len(alias.stems)) for alias in self.columns)
        return tuple((year, number) for year, number in sums if number > 1)


class Theme(_Part):
    """A group of indicators under one Dutch heading."""

    id: str
    title: str


class _File(_Part):
    ignored_stems: tuple[str, ...] = ()
    themes: tuple[Theme, ...]
    totals: tuple[Total, ...] = ()
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Catalogue:
    """All indicators, CBS's own and the shares derived from them, in the order of the file.

    ``ignored_stems`` are columns that CBS publishes and Wijkradar knows, but does not use.
    """

    themes: tuple[Theme, ...]
    indicators: dict[str, Indicator]
    ignored_stems: tuple[str, ...] = ()
    totals: tuple[Total, ...] = ()

    def __getitem__(self, indicator: str) -> Indicator:
        """Return one indicator by id."""
        return self.indicators[indicator]

    def __contains__(self, indicator: object) -> bool:
        """Tell whether the catalogue knows the id."""
        return indicator in self.indicators

    @property
    def published(self) -> list[Indicator]:
        """Indicators that CBS itself publishes."""
        return [indicator for indicator in self.indicators.values() if not indicator.derived]

    @property
    def shares(self) -> list[Indicator]:
        """Indicators that Wijkradar derives from counts."""
        return [indicator for indicator in self.indicators.values() if indicator.derived]

    @cached_property
    def rules(self) -> str:
        """Checksum of what decides how a column becomes a figure; a better sentence does not change it."""
        deciding = {"id", "columns", "first_year", "last_year", "threshold", "unit"}
        texts = [indicator.model_dump_json(include=deciding) for indicator in self.published]
        return hashlib.sha256("".join(texts).encode()).hexdigest()[:16]

    @cached_property
    def known_stems(self) -> frozenset[str]:
        """Stems of all columns that Wijkradar knows, used or not, in lower case."""
        used = (stem for indicator in self.published for alias in indicator.columns for stem in alias.stems)
        return frozenset(stem.casefold() for stem in (*used, *self.ignored_stems))

    def of_theme(self, theme: str) -> list[Indicator]:
        """Return the indicators under one theme, a share right behind its count."""
        return [indicator for indicator in self.indicators.values() if indicator.theme == theme]

    def frame(self) -> pd.DataFrame:
        """Return the catalogue as a frame for analysis.

        Returns
        -------
        DataFrame
            Indexed by indicator id, with columns title, theme, unit, decimals, kind, direction,
            usable_in_score, rounding, rounding_changes (tuple of (year, multiple)), rounded_by_lot, summed
            (tuple of (first year, number of columns)), first_year, last_year (Int64), share_of (tuple of ids, numerator first; empty for CBS's own
            figures), factor (100 for %, 1000 for per 1 000), breaks (tuple of years in which a new definition
            starts), base, rate_of and bridged_as.
        """
        rows = [
            {
                "indicator": i.id,
                "title": i.title,
                "theme": i.theme,
                "unit": i.unit,
                "decimals": i.decimals,
                "kind": i.kind,
                "direction": i.direction,
                "usable_in_score": i.usable_in_score,
                "rounding": i.rounding,
                "rounding_changes": tuple((change.year, change.rounding) for change in i.rounding_changes),
                "rounded_by_lot": i.rounded_by_lot,
                "summed": i.summed,
                "first_year": i.first_year,
                "last_year": i.last_year,
                "share_of": i.share_of,
                "factor": i.factor,
                "breaks": tuple(b.year for b in i.breaks),
                "base": i.base,
                "rate_of": i.rate_of,
                "bridged_as": i.bridged_as,
            }
            for i in self.indicators.values()
        ]
        frame = pd.DataFrame(rows).set_index("indicator")
        frame["last_year"] = frame["last_year"].astype("Int64")
        return frame


def _derived_share(count: Indicator, share: Share, known: dict[str, Indicator]) -> Indicator:
    parts = [count, *(known[part] for part in share.denominator)]
    last_years = [part.last_year for part in parts if part.last_year is not None]
    breaks = {b.year: b for part in parts for b in part.breaks}
    return Indicator(
        id=count.id + SHARE_SUFFIX,
        title=share.title,
        phrase=share.phrase,
        phrase_has_unit=share.phrase_has_unit,
        explanation=share.explanation,
        theme=count.theme,
        unit=share.unit,
        decimals=share.decimals,
        kind="rate",
        direction=share.direction,
        usable_in_score=count.usable_in_score,
        first_year=max(part.first_year for part in parts),
        last_year=min(last_years) if last_years else None,
        breaks=tuple(breaks[year] for year in sorted(breaks)),
        bridged_as="rate",
        followed_by=_succession_of_share(count, known),
        lag_years=max(part.lag_years for part in parts),
        source=f"{count.source}; bewerking Wijkradar",
        share_of=(count.id, *share.denominator),
        factor=share.factor,
    )


def _succession_of_share(count: Indicator, known: dict[str, Indicator]) -> Succession | None:
    """Let the share of a count be followed by the share of what follows that count."""
    after = count.followed_by
    if after is None or after.indicator not in known or known[after.indicator].share is None:
        return None
    return after.model_copy(update={"indicator": after.indicator + SHARE_SUFFIX})


def _entry_name(raw: dict[str, Any], loc: tuple[int | str, ...]) -> str:
    """Say which entry of the file a field error is about: by id, else by its place in the file."""
    match loc:
        case (("indicators" | "themes") as table, int(position), *_):
            kind = table.removesuffix("s")
            entry = raw[table][position]
            name = entry.get("id") if isinstance(entry, dict) else None
            return f"{kind} {name}" if isinstance(name, str) else f"{kind} number {position + 1}"
        case _:
            return "the file"


def _told(raw: dict[str, Any], error: ValidationError) -> str:
    """Tell every field error in one clause that names the entry and the field."""
    clauses = []
    for part in error.errors():
        field = ".".join(str(step) for step in part["loc"][2:])
        where = f", field {field}" if field else ""
        clauses.append(f"{_entry_name(raw, part['loc'])}{where}: {part['msg']}")
    return "; ".join(clauses)


def _parsed(path: Path) -> _File:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    try:
        return _File.model_validate(raw)
    except ValidationError as error:
        raise CatalogueError(f"{path.name}: {_told(raw, error)}") from error


def read(path: Path) -> Catalogue:
    """Read and check a catalogue file.

    Raises
    ------
    CatalogueError
        If the file is not valid TOML, an indicator misses a field, occurs twice, or refers to an unknown
        id or theme, if a share cannot exist (its parts have no year in common), if a rate does not say how it is
        converted to other borders, if a figure is followed by another before it ends, or if a total is not a sum
        of counts. The message names every indicator that is wrong by its id, or by its place in the file where it
        has none.
    """
    file = _parsed(path)
    themes = {theme.id for theme in file.themes}
    known: dict[str, Indicator] = {}
    for indicator in file.indicators:
        if indicator.id in known:
            raise CatalogueError(f"{path.name}: indicator {indicator.id} occurs twice")
        if indicator.theme not in themes:
            raise CatalogueError(f"{path.name}: indicator {indicator.id} has unknown theme {indicator.theme}")
        known[indicator.id] = indicator
    everything: dict[str, Indicator] = {}
    for indicator in file.indicators:
        for fault in chain(_unknown_references(indicator, known), _faults(indicator, known)):
            raise CatalogueError(f"{path.name}: indicator {indicator.id} {fault}")
        everything[indicator.id] = indicator
        if indicator.share:
            derived = _checked_share(path, indicator, indicator.share, known)
            everything[derived.id] = derived
    for total in file.totals:
        for fault in _faults_of_total(total, known):
            raise CatalogueError(f"{path.name}: the total {total.total} {fault}")
    return Catalogue(file.themes, everything, file.ignored_stems, file.totals)


def _unknown_references(indicator: Indicator, known: dict[str, Indicator]) -> Iterator[str]:
    after = indicator.followed_by
    others = [
        *([indicator.threshold.basis] if indicator.threshold else []),
        *(indicator.share.denominator if indicator.share else ()),
        *filter(None, [indicator.base, indicator.rate_of]),
        *([after.indicator] if after else []),
    ]
    for other in others:
        if other not in known:
            yield f"refers to unknown {other}"


def _faults(indicator: Indicator, known: dict[str, Indicator]) -> Iterator[str]:
    """Tell what contradicts itself in how a figure is converted, rounded and followed by another."""
    if indicator.kind == "count":
        if indicator.base:
            yield "is a count and has no base"
        if indicator.bridged_as not in ("count", "never"):
            yield f"is a count and cannot be bridged as {indicator.bridged_as}"
    elif indicator.bridged_as == "count":
        yield "is a rate: say bridged_as rate, approximation or never"
    elif indicator.bridged_as == "never":
        if indicator.base:
            yield "is never bridged and needs no base"
    elif not indicator.base:
        yield f"is bridged as {indicator.bridged_as} and needs a base"
    elif known[indicator.base].kind != "count":
        yield f"has the base {indicator.base}, which is not a count"
    if indicator.rate_of and (indicator.kind == "count" or known[indicator.rate_of].kind != "count"):
        yield f"says to be the rate of {indicator.rate_of}: only a rate can be, and only of a count"
    if indicator.rounded_by_lot and not indicator.rounding:
        yield "is rounded by lot but has no rounding"
    after = indicator.followed_by
    if after is None:
        return
    if indicator.last_year is None or indicator.last_year >= after.year:
        yield f"is followed by {after.indicator} in {after.year}, but does not end before that year"
    if known[after.indicator].first_year > after.year:
        yield f"is followed by {after.indicator} in {after.year}, which starts later"


def _faults_of_total(total: Total, known: dict[str, Indicator]) -> Iterator[str]:
    names = (total.total, *total.parts)
    if len(set(names)) < len(names):
        yield "names an indicator twice"
    for name in names:
        if name not in known:
            yield f"refers to unknown {name}"
        elif known[name].kind != "count" or known[name].unit != known[total.total].unit:
            yield f"cannot be a sum with {name}: only counts in one unit add up"


def _checked_share(path: Path, count: Indicator, share: Share, known: dict[str, Indicator]) -> Indicator:
    try:
        derived = _derived_share(count, share, known)
    except ValidationError as error:
        reasons = "; ".join(part["msg"] for part in error.errors())
        raise CatalogueError(f"{path.name}: the share of indicator {count.id}: {reasons}") from error
    if derived.id in known:
        raise CatalogueError(f"{path.name}: indicator {derived.id} occurs twice, once as a share")
    return derived


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the catalogue that ships with Wijkradar."""
    return read(CATALOGUE_FILE)
