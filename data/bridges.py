"""Bridges: what a user gives to convert figures to other borders, from files to the store, all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd

from data import overlay
from data.addresses import WHERE, in_order, overlaps_of, read_addresses
from data.errors import AddressesError, BordersError, UnknownGemeente
from data.manifest import BordersRecord, BridgeRecord
from data.panel import Level
from data.progress import Progress, silent
from data.store import Store, predecessors

#: What `Store.undo` calls it.
UNDO_AS = "het omrekenen naar nieuwe grenzen"
_LEVELS = (Level.WIJK, Level.BUURT)


@dataclass(frozen=True)
class Bridged:
    """What was stored.

    Attributes
    ----------
    records : tuple of BridgeRecord
    left_out : tuple of str
        Codes of gemeenten in the store that the files have no address of.
    """

    records: tuple[BridgeRecord, ...]
    left_out: tuple[str, ...] = ()

    def of(self, gemeente: str) -> list[BridgeRecord]:
        """Return what was stored for one gemeente."""
        return [record for record in self.records if record.gemeente == gemeente]


def _require_in_store(store: Store, codes: Collection[str]) -> None:
    there = store.gemeenten()
    if not there or (unknown := [code for code in codes if code not in there]):
        named = ", ".join(unknown) if there else "geen enkele gemeente"
        raise UnknownGemeente(
            f"Omrekenen kan alleen voor een gemeente die is opgehaald of ingelezen, en dat is {named} nog niet; doe dat eerst."
        )


def bridge_by_addresses(
    store: Store, paths: Sequence[Path], gemeenten: Sequence[str] | None = None, progress: Progress = silent
) -> Bridged:
    """Store how the regions of two years share addresses, for each gemeente that the files know.

    Parameters
    ----------
    store : Store
        One step of undo goes back to before this.
    paths : sequence of Path
        Two files of `data.addresses.read_addresses`, in any order.
    gemeenten : sequence of str, optional
        Codes; every gemeente in the store when omitted.
    progress : callable, optional

    Raises
    ------
    UserError
        If a file is not what it should be, or has no address of a gemeente that was named (or of any); nothing is stored.
    """
    old, new = in_order([read_addresses(path) for path in paths])
    _require_in_store(store, gemeenten or ())
    wanted = list(gemeenten or store.gemeenten())
    families = {code: (code, *predecessors(code)) for code in wanted}
    matched = {
        code: found for code, found in overlaps_of(old, new, families, progress).items() if found.matched
    }
    left_out = tuple(code for code in wanted if code not in matched)
    if not matched or (gemeenten and left_out):
        raise AddressesError(
            f"In deze bestanden staat geen adres dat in beide jaren in {' of '.join(left_out)} lag; kies de bestanden van het "
            f"hele land ({WHERE})."
        )
    store.remember(UNDO_AS)
    with store.writing() as writer:
        records = [
            writer.put_bridge(
                code,
                found.overlaps,
                files=(old.path.name, new.path.name),
                matched=found.matched,
                only_old=found.only_old,
                only_new=found.only_new,
            )
            for code, found in matched.items()
        ]
    return Bridged(tuple(records), left_out)


def area_years(store: Store, gemeente: str) -> list[tuple[int, int]]:
    """Return between which years figures can be converted on area: those that follow each other with borders."""
    drawn = store.drawn(gemeente)
    return sorted(
        {
            pair
            for level in _LEVELS
            for pair in pairwise(sorted({record.year for record in drawn if record.level == level}))
        }
    )


def bridge_by_area(
    store: Store, gemeente: str, years: tuple[int, int] | None = None, progress: Progress = silent
) -> Bridged:
    """Store how the regions of years share land, by the borders in the store.

    Parameters
    ----------
    store : Store
        One step of undo goes back to before this.
    gemeente : str
        Code.
    years : tuple of int, optional
        Two years that have borders; all of `area_years` when omitted.
    progress : callable, optional

    Raises
    ------
    UserError
        If the gemeente is not in the store, or there are no borders of two years.
    """
    _require_in_store(store, [gemeente])
    pairs = area_years(store, gemeente) if years is None else [(min(years), max(years))]
    drawn = {(record.level, record.year): record for record in store.drawn(gemeente)}
    levels = {
        (old, new): [level for level in _LEVELS if {(level, old), (level, new)} <= drawn.keys()]
        for old, new in pairs
        if old != new
    }
    if not any(levels.values()):
        there = ", ".join(str(year) for year in sorted({year for _, year in drawn})) or "geen enkel jaar"
        raise BordersError(
            f"Omrekenen op oppervlakte kan niet: van {gemeente} zijn er grenzen van {there}. Er zijn grenzen van twee jaren "
            "nodig; haal de gemeente op of lees kaartbestanden in."
        )
    measured = []
    for step, ((old, new), at) in enumerate(levels.items(), start=1):
        progress(step, len(levels), f"grenzen van {old} en {new} op elkaar leggen")
        measured.append(
            overlay.together(_measured(store, gemeente, drawn[level, old], drawn[level, new]) for level in at)
        )
    store.remember(UNDO_AS)
    with store.writing() as writer:
        return Bridged(tuple(writer.put_bridge(gemeente, rows) for rows in measured if len(rows)))


def _measured(store: Store, gemeente: str, old: BordersRecord, new: BordersRecord) -> pd.DataFrame:
    before, after = (overlay.land_of(store.cut_borders(record, gemeente)) for record in (old, new))
    return overlay.area_overlaps_with_outside(before, after, old.level, old.year, new.year)


def remove(store: Store, record: BridgeRecord) -> None:
    """Take out what figures were converted with; they then are as CBS published them."""
    store.remember("het weghalen van een omrekening")
    with store.writing() as writer:
        writer.drop_bridge(record)
