"""The gemeenten of the Netherlands: their names and codes, and which went into which.

Tables of CBS follow the division of 1 January of their year, so that an older table holds the land of a
merged gemeente under the codes of the gemeenten it came from. The facts are those of CBS (Gemeentelijke
indeling, CC BY 4.0) and stand in ``gemeenten.csv`` and ``mergers.csv``; they are complete for the tables of
2012 to 2026.
"""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from data.errors import UnknownGemeente

#: The table years for which the division is known; later years are taken to be as the last one.
FIRST_YEAR, LAST_YEAR = 2012, 2026

_CODE = re.compile(r"(?:GM)?\s*(\d{1,4})", re.IGNORECASE)
_APOSTROPHES = re.compile(r"['’‘`´]")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_SUGGESTIONS = 3


def _folded(text: str) -> str:
    """Return a name without case, accents, apostrophes and hyphens: ``'s-Hertogenbosch`` is ``s hertogenbosch``."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).encode("ascii", "ignore").decode()
    return _NOT_A_WORD.sub(" ", plain.lower()).strip()


@dataclass(frozen=True)
class Gemeente:
    """A gemeente, of now or of before.

    Attributes
    ----------
    code, name : str
        As CBS writes them: ``GM0518``, ``'s-Gravenhage``.
    also : str
        Another name that people use (Den Haag), or empty.
    valid_from, valid_to : int or None
        First and last table year (division of 1 January) that has it; None where that lies before 2012,
        or where it still exists.
    successors : tuple of str
        Codes of the gemeenten it went into: one after a merger, several where it was divided, none where it
        still exists.
    """

    code: str
    name: str
    also: str = ""
    valid_from: int | None = None
    valid_to: int | None = None
    successors: tuple[str, ...] = ()

    def exists_in(self, year: int) -> bool:
        """Tell whether the table of ``year`` has this gemeente."""
        return (self.valid_from or year) <= year <= (self.valid_to or year)

    @cached_property
    def sort_name(self) -> str:
        """The name as Dutch lists sort it: 's-Gravenhage stands under the G."""
        return _folded(self.name).removeprefix("s ")

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """The names it goes by, without case, accents, apostrophes and hyphens."""
        return tuple(_folded(name) for name in (self.name, self.also) if name)


@dataclass(frozen=True)
class _Merger:
    effective: date
    old: str
    new: str
    kind: str

    @property
    def table_year(self) -> int:
        return _first_table_from(self.effective)


def _first_table_from(day: date) -> int:
    """Return the first table that shows a division which started on ``day``: a table shows 1 January."""
    return day.year if (day.month, day.day) == (1, 1) else day.year + 1


def _read(name: str) -> Iterator[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


@lru_cache(maxsize=1)
def _mergers() -> tuple[_Merger, ...]:
    return tuple(
        _Merger(date.fromisoformat(row["effective"]), row["old"], row["new"], row["kind"])
        for row in _read("mergers.csv")
    )


@lru_cache(maxsize=1)
def known() -> dict[str, Gemeente]:
    """Return every gemeente since 2012 by code, former ones too."""
    found: dict[str, Gemeente] = {}
    for row in _read("gemeenten.csv"):
        first, last = row["valid_from"], row["valid_to"]
        found[row["code"]] = Gemeente(
            code=row["code"],
            name=row["name"],
            also=row["also"],
            valid_from=_first_table_from(date.fromisoformat(first)) if first else None,
            valid_to=date.fromisoformat(last).year if last else None,
            successors=tuple(merger.new for merger in _mergers() if merger.old == row["code"]),
        )
    return found


def present(year: int = LAST_YEAR) -> list[Gemeente]:
    """Return the gemeenten in the table of ``year``, sorted by name ('s-Gravenhage under the G).

    Raises
    ------
    ValueError
        If the year lies before 2012.
    """
    _check(year)
    there = [gemeente for gemeente in known().values() if gemeente.exists_in(year)]
    return sorted(there, key=lambda gemeente: gemeente.sort_name)


def went_into(code: str) -> tuple[Gemeente, ...]:
    """Return the gemeenten of now that a gemeente became, or went into in parts; itself where it still exists.

    Examples
    --------
    >>> [gemeente.name for gemeente in went_into("GM0788")]
    ['Boxtel', 'Oisterwijk', 'Tilburg', 'Vught']
    """
    gemeente = known().get(code)
    if gemeente is None:
        return ()
    if not gemeente.successors:
        return (gemeente,)
    now = (last for successor in gemeente.successors for last in went_into(successor))
    return tuple(dict.fromkeys(now))


def codes_in(code: str, year: int) -> tuple[str, ...]:
    """Return the codes that together are the land of a gemeente in the table of ``year``.

    Parameters
    ----------
    code : str
        Code of a gemeente. A code that is not in the list (of a gemeente newer than the list) stands for itself.
    year : int
        Table year; a table has the division of 1 January.

    Returns
    -------
    tuple of str
        The code itself where it existed, then the gemeenten that went into it wholly later on. Empty where
        neither existed. A gemeente that was divided belongs to no other: see `partly`.

    Raises
    ------
    ValueError
        If the year lies before 2012.

    Examples
    --------
    >>> codes_in("GM0439", 2021)  # Purmerend, that Beemster joined in 2022
    ('GM0439', 'GM0370')
    """
    _check(year)
    if code not in known():
        return (code,)
    return tuple(member for member in _family(code) if known()[member].exists_in(year))


def partly(code: str, year: int) -> tuple[Gemeente, ...]:
    """Return the gemeenten in the table of ``year`` of which a part, and not all, went into a gemeente later on.

    Their wijken are not in `codes_in` of any gemeente of now.

    Raises
    ------
    ValueError
        If the year lies before 2012.
    """
    _check(year)
    family = set(_family(code))
    divided = (merger.old for merger in _mergers() if merger.kind == "part" and merger.new in family)
    codes = (member for old in divided for member in codes_in(old, year))
    return tuple(sorted((known()[member] for member in set(codes)), key=lambda gemeente: gemeente.sort_name))


def find(text: str) -> list[Gemeente]:
    """Search gemeenten by code or name, as a person types it.

    Parameters
    ----------
    text : str
        A code (``GM0917``, ``0917``, ``917``) or a name or part of it; case, accents, apostrophes and hyphens
        do not matter.

    Returns
    -------
    list of Gemeente
        Best first: the very name, then names that start with it, names with a word that starts with it, names
        that hold it, and only where there is none of these, names that are spelled like it. Former
        gemeenten come after those of now; `went_into` tells where they went.
    """
    if code := _as_code(text):
        return [known()[code]] if code in known() else []
    wanted = _folded(text)
    if not wanted:
        return []
    ranked = [
        (rank, gemeente) for gemeente in known().values() if (rank := _rank(gemeente, wanted)) is not None
    ]
    ranked.sort(key=lambda pair: (pair[0], bool(pair[1].successors), pair[1].sort_name))
    return [gemeente for _, gemeente in ranked] or _spelled_like(wanted)


def resolve(text: str) -> Gemeente:
    """Return the one gemeente of now that ``text`` names in full, by code or by name.

    A code above every code in the list is that of a gemeente newer than the list: it is taken as it is.

    Raises
    ------
    UnknownGemeente
        If no gemeente of now has this code or name; the sentence names the nearest, or where a former
        gemeente went.
    """
    code = _as_code(text)
    if code and code > max(known()):
        return Gemeente(code=code, name=code)
    found = find(text)
    wanted = _folded(text)
    exact = [gemeente for gemeente in found if code or _rank(gemeente, wanted) == 0]
    if not exact:
        raise UnknownGemeente(_not_found(text, found))
    if exact[0].successors:
        raise UnknownGemeente(_no_more(exact[0]))
    return exact[0]


def _check(year: int) -> None:
    if year < FIRST_YEAR:
        raise ValueError(f"The division of gemeenten is known from {FIRST_YEAR} on, not for {year}.")


@lru_cache(maxsize=1)
def _came_from() -> dict[str, list[str]]:
    """Return for each gemeente the gemeenten that went into it wholly, by code."""
    found: dict[str, list[str]] = {}
    for merger in _mergers():
        if merger.kind != "part":
            found.setdefault(merger.new, []).append(merger.old)
    return found


def _family(code: str) -> list[str]:
    """Return a gemeente and all that went into it wholly, in one step or more."""
    return [code, *(member for old in _came_from().get(code, []) for member in _family(old))]


def _as_code(text: str) -> str | None:
    found = _CODE.fullmatch(text.strip())
    return f"GM{found.group(1):0>4}" if found else None


def _rank(gemeente: Gemeente, wanted: str) -> int | None:
    ranks = (_rank_of(spelling, wanted) for spelling in gemeente.spellings)
    return min((rank for rank in ranks if rank is not None), default=None)


def _rank_of(spelling: str, wanted: str) -> int | None:
    # Spaces and hyphens are forgotten last, or "bergen" would find Berg en Dal before Bergen op Zoom.
    close, part = spelling.replace(" ", ""), wanted.replace(" ", "")
    if close == part:
        return 0
    if spelling.startswith(wanted):
        return 1
    if f" {wanted}" in spelling:
        return 2
    return 3 if part in close else None


def _spelled_like(wanted: str) -> list[Gemeente]:
    by_spelling = {
        spelling: gemeente
        # Those of now go last, and win where a former gemeente had the same name.
        for gemeente in sorted(known().values(), key=lambda one: not one.successors)
        for spelling in gemeente.spellings
    }
    near = difflib.get_close_matches(wanted, by_spelling, n=_SUGGESTIONS, cutoff=0.7)
    return list(dict.fromkeys(by_spelling[spelling] for spelling in near))


def _listed(names: Iterable[str], last: str) -> str:
    *before, final = names
    return f"{', '.join(before)} {last} {final}" if before else final


def _not_found(text: str, near: list[Gemeente]) -> str:
    names = list(dict.fromkeys(now.name for found in near for now in went_into(found.code)))[:_SUGGESTIONS]
    advice = (
        f"kies bijvoorbeeld {_listed(names, 'of')}"
        if names
        else "typ een naam of code, zoals Heerlen of GM0917"
    )
    return f"Er is geen gemeente met de naam of code '{text.strip()}'; {advice}."


def _no_more(former: Gemeente) -> str:
    names = [gemeente.name for gemeente in went_into(former.code)]
    went = "hoort nu bij" if len(names) == 1 else "is verdeeld over"
    return (
        f"{former.name} is geen gemeente meer en {went} {_listed(names, 'en')}; kies {_listed(names, 'of')}."
    )
