"""What is in the files that a user offers, told before anything is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from data import addresses, files, projection, regions
from data.borders import Borders
from data.catalogue import Catalogue
from data.cbs_table import CbsTable
from data.columns import Resolution, resolve
from data.errors import AddressesError, TableError, UserError
from data.files import Content, Found, Kind
from data.gemeenten import FIRST_YEAR, codes_in
from data.progress import Progress, silent
from data.sheet import NotRecognised

_FEW = 5


@dataclass(frozen=True)
class Recognised:
    """One file or folder, and what is in it.

    Attributes
    ----------
    path : Path
    kind : Kind
    named : bool
        The user named this very path, rather than a folder around it.
    years : tuple of int
        Of a table one; of borders those of its layers.
    gemeenten : dict
        Name by code.
    regions : int
        Number of regions with figures or borders, Nederland included.
    found : tuple of str
        Titles of the indicators of which there is a column.
    missing : tuple of str
        Titles of the indicators that CBS publishes in this year, and that have no column here.
    unknown : tuple of str
        Columns that Wijkradar does not know.
    warnings : tuple of str
        Dutch sentences.
    error : UserError or None
        Why this cannot be imported, and what to do.
    table : CbsTable or None
    borders : tuple of Borders
    projection : DataFrame or None
        Columns `data.projection.COLUMNS`.
    """

    path: Path
    kind: Kind
    named: bool
    years: tuple[int, ...] = ()
    gemeenten: dict[str, str] = field(default_factory=dict)
    regions: int = 0
    found: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    error: UserError | None = None
    table: CbsTable | None = field(default=None, repr=False)
    borders: tuple[Borders, ...] = field(default=(), repr=False)
    projection: pd.DataFrame | None = field(default=None, repr=False)

    @property
    def usable(self) -> bool:
        """True where there is something to store."""
        return self.error is None

    @property
    def broken(self) -> bool:
        """True where an import should stop: the user named it, or it is a file of ours that cannot be read."""
        return self.error is not None and (self.named or self.kind is not Kind.UNKNOWN)

    def sentences(self) -> list[str]:
        """Return in Dutch what this is: one line, and a line for each thing to know about it."""
        if self.error is not None:
            return [str(self.error)]
        years = self._years()
        what = f"{self.path}: {self.kind}, {years}, {_count(self.regions, 'gebied', 'gebieden')} in {_named(self.gemeenten)}"
        if self.kind in (Kind.BORDERS, Kind.PROJECTION):
            return [what + "."]
        lines = [f"{what}; {_count(len(self.found), 'onderwerp', 'onderwerpen')} herkend."]
        if self.missing:
            lines.append(
                f"{_count(len(self.missing), 'onderwerp van dit jaar staat', 'onderwerpen van dit jaar staan')} er niet in: "
                f"{_some(self.missing)}."
            )
        if self.unknown:
            lines.append(
                f"{_count(len(self.unknown), 'kolom', 'kolommen')} kent Wijkradar niet: {_some(self.unknown)}."
            )
        return [*lines, *self.warnings]

    def _years(self) -> str:
        if self.kind is Kind.PROJECTION and self.years:
            return f"{self.years[0]} tot en met {self.years[-1]}"
        return ", ".join(str(year) for year in self.years)

    def row(self) -> dict[str, str]:
        """Return the same as cells for a table, by Dutch heading."""
        return {
            "Bestand": str(self.path),
            "Soort": str(self.kind),
            "Jaar": self._years(),
            "Gemeenten": _named(self.gemeenten) if self.gemeenten else "",
            "Gebieden": str(self.regions) if self.usable else "",
            "Onderwerpen herkend": str(len(self.found)) if self.table else "",
            "Verwacht en niet gevonden": _some(self.missing),
            "Niet herkend": _some(self.unknown),
            "Let op": " ".join(self.warnings) if self.usable else str(self.error),
        }


@dataclass(frozen=True)
class Recognition:
    """Everything that was found under the given paths, in order."""

    entries: tuple[Recognised, ...]

    @property
    def usable(self) -> tuple[Recognised, ...]:
        """What can be stored."""
        return tuple(entry for entry in self.entries if entry.usable)

    @property
    def broken(self) -> tuple[Recognised, ...]:
        """What should have been readable and is not; an import of the same paths stops at the first."""
        return tuple(entry for entry in self.entries if entry.broken)

    def check(self) -> None:
        """Raise the error of the first file that should have been readable."""
        for entry in self.broken:
            if entry.error is not None:
                raise entry.error

    @property
    def ignored(self) -> tuple[Path, ...]:
        """Files under a folder that are of no use here."""
        return tuple(entry.path for entry in self.entries if not entry.usable and not entry.broken)

    @property
    def gemeenten(self) -> dict[str, str]:
        """Name by code of every gemeente that some table or map has, in order of name."""
        names: dict[str, str] = {}
        for entry in self.usable:
            for code, name in entry.gemeenten.items():
                if names.get(code, code) == code:
                    names[code] = name
        return dict(sorted(names.items(), key=lambda item: item[1].casefold()))

    def rows(self) -> list[dict[str, str]]:
        """Return one row of cells per entry, by Dutch heading."""
        return [entry.row() for entry in self.entries]

    def sentences(self) -> list[str]:
        """Return in Dutch what was found; of ignored files only their number."""
        lines = [line for entry in self.entries if entry.usable or entry.broken for line in entry.sentences()]
        if self.ignored:
            lines.append(
                f"{_count(len(self.ignored), 'ander bestand', 'andere bestanden')} overgeslagen, zoals {self.ignored[0]}."
            )
        return lines


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_FEW])
    return f"{shown} en nog {len(names) - _FEW}" if len(names) > _FEW else shown


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _named(gemeenten: dict[str, str]) -> str:
    if not gemeenten:
        return "geen gemeente"
    if len(gemeenten) <= _FEW:
        return ", ".join(gemeenten.values())
    return f"{len(gemeenten)} gemeenten"


def recognise(paths: Iterable[Path], catalogue: Catalogue, *, progress: Progress = silent) -> Recognition:
    """Read everything under ``paths`` and say what it is; nothing is stored.

    Parameters
    ----------
    paths : iterable of Path
        Files or folders, searched through.
    catalogue : Catalogue
    progress : callable, optional

    Returns
    -------
    Recognition
        With the tables and borders, so that storing need not read again. A file that cannot be read is in
        it with its error; this function raises for none of them.
    """
    stems = frozenset(
        stem.casefold()
        for indicator in catalogue.published
        for alias in indicator.columns
        for stem in alias.stems
    )
    found = files.find(paths)
    entries = []
    for number, one in enumerate(found, start=1):
        progress(number, len(found), f"lezen: {one.path.name}")
        entries.append(_recognise_one(one, stems, catalogue))
    return Recognition(tuple(_without_repeats(entries)))


def _recognise_one(found: Found, stems: frozenset[str], catalogue: Catalogue) -> Recognised:
    try:
        content = files.read(found, stems)
    except NotRecognised as error:
        return Recognised(found.path, Kind.UNKNOWN, found.named, error=_addresses_in(found.path) or error)
    except UserError as error:
        return Recognised(found.path, found.kind, found.named, error=error)
    if content.projection is not None:
        return _of_projection(found, content.projection)
    if content.table is None:
        return _of_borders(found, content.borders)
    return _of_table(found, content, content.table, catalogue)


def _addresses_in(path: Path) -> NotRecognised | None:
    """Return what to do with a file that goes elsewhere; None where it has no addresses."""
    if path.suffix.lower() not in addresses.SUFFIXES:
        return None
    try:
        year = addresses.read_addresses(path).year
    except AddressesError:
        return None
    return NotRecognised(
        f"{path}: dit zijn adressen van {year}. Daarmee rekent u cijfers om: op de pagina Gegevens ophalen onder Cijfers "
        "omrekenen naar nieuwe grenzen, of met python cli.py bridge."
    )


def _of_borders(found: Found, layers: tuple[Borders, ...]) -> Recognised:
    codes = sorted({code for layer in layers for code in layer.frame["gemeente"]})
    names = {
        row.region: str(row.name_)
        for layer in layers
        if layer.level == "gemeente"
        for row in layer.frame.rename(columns={"name": "name_"}).itertuples()
    }
    return Recognised(
        found.path,
        Kind.BORDERS,
        found.named,
        years=tuple(sorted({layer.year for layer in layers})),
        gemeenten={code: names.get(code, code) for code in codes},
        regions=sum(layer.frame["region"].nunique() for layer in layers),
        borders=layers,
    )


def _of_projection(found: Found, rows: pd.DataFrame) -> Recognised:
    return Recognised(
        found.path,
        Kind.PROJECTION,
        found.named,
        years=tuple(sorted(int(year) for year in rows["year"].unique())),
        gemeenten=projection.names(rows),
        regions=rows["region"].nunique(),
        projection=rows,
    )


def _of_table(found: Found, content: Content, table: CbsTable, catalogue: Catalogue) -> Recognised:
    resolution = resolve(table, catalogue)
    labels = dict(zip(table.topics["key"], table.topics["title"], strict=True))
    warnings = list(content.remarks)
    ambiguous = [catalogue[indicator].title for indicator in resolution.ambiguous]
    if ambiguous:
        warnings.append(
            f"Van {_some(ambiguous)} is niet te zeggen welke kolom het is; die zijn overgeslagen."
        )
    empty = _without_figures(table, resolution)
    if empty:
        warnings.append(
            f"Bij {_some([catalogue[indicator].title for indicator in empty])} staat geen enkel cijfer; daarover "
            "verandert er niets."
        )
    error = None
    if resolution.found and len(empty) == len(resolution.found):
        error = TableError(
            f"{found.path}: er staat geen enkel cijfer in; download het bestand opnieuw bij CBS."
        )
    if not resolution.found:
        error = TableError(
            f"{found.path}: codes van gebieden gevonden, maar geen enkel onderwerp dat Wijkradar kent; kies bij het "
            "downloaden onderwerpen uit Kerncijfers wijken en buurten."
        )
    return Recognised(
        found.path,
        content.kind,
        found.named,
        years=(table.year,),
        gemeenten=table.gemeenten,
        regions=len(table.rows),
        found=tuple(catalogue[indicator].title for indicator in resolution.found),
        missing=tuple(catalogue[indicator].title for indicator in resolution.missing),
        unknown=tuple(labels[key] for key in resolution.unknown),
        warnings=tuple(warnings),
        error=error,
        table=table if error is None else None,
    )


def _without_figures(table: CbsTable, resolution: Resolution) -> list[str]:
    """Return the indicators of which a part-file has the column and no figure: it says nothing about them."""
    if not table.partial:
        return []
    return [
        indicator
        for indicator, column in resolution.found.items()
        if table.rows[list(column.keys)].isna().all(axis=None)
    ]


def _without_repeats(entries: list[Recognised]) -> list[Recognised]:
    """Warn where two files hold the same figures: the last one counts."""
    seen: dict[tuple[str, str, str], Path] = {}
    result = []
    for entry in entries:
        table = entry.table
        doubles = set()
        if table is not None:
            for code in table.gemeenten:
                for title in entry.found:
                    earlier = seen.setdefault((table.id, code, title), entry.path)
                    if earlier != entry.path:
                        doubles.add(earlier)
        if doubles:
            others = ", ".join(str(path) for path in sorted(doubles))
            warning = f"Deze cijfers staan ook in {others}; wat het laatst in de lijst staat, telt."
            entry = replace(entry, warnings=(*entry.warnings, warning))
        result.append(entry)
    return result


def _with_predecessors(codes: Iterable[str], years: Iterable[int]) -> set[str]:
    """Return the codes of gemeenten, and of what merged into them after these years."""
    wanted = set(codes)
    for year in years:
        if year >= FIRST_YEAR:
            wanted |= {member for code in codes for member in codes_in(code, year)}
    return wanted


def only(entry: Recognised, gemeenten: Sequence[str]) -> Recognised | None:
    """Return an entry with these gemeenten and Nederland alone; None where it has none of them.

    In a table of an earlier year a gemeente stands under the codes of the gemeenten that merged into it; those
    come along.
    """
    if entry.projection is not None:
        part = projection.of_gemeenten(entry.projection, gemeenten)
        if part.empty:
            return None
        return replace(
            entry, gemeenten=projection.names(part), regions=part["region"].nunique(), projection=part
        )
    wanted = _with_predecessors(gemeenten, entry.years)
    names = {code: name for code, name in entry.gemeenten.items() if code in wanted}
    if not names:
        return None
    if entry.table is not None:
        rows = entry.table.rows
        here = regions.gemeenten(rows["region"]).isin({*wanted, regions.NEDERLAND})
        rows = rows[here].reset_index(drop=True)
        return replace(entry, gemeenten=names, regions=len(rows), table=replace(entry.table, rows=rows))
    cut = (
        replace(layer, frame=layer.frame[layer.frame["gemeente"].isin(wanted)].reset_index(drop=True))
        for layer in entry.borders
    )
    layers = tuple(layer for layer in cut if len(layer.frame))
    count = sum(layer.frame["region"].nunique() for layer in layers)
    return replace(entry, gemeenten=names, regions=count, borders=layers)
