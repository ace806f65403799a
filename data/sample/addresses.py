"""The addresses of Voorbeeldstad, in the files in which CBS tells in which buurt every address lies.

The form is that of "Buurt, wijk en gemeente voor postcode-huisnummer": a zip per year with one row per postcode
and house number, and lists of names beside it. An address stands on one plot for as long as it exists, so that a
redrawn border gives it another buurt and nothing else. Postcodes start with a 0, which no real one does.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import ascii_uppercase
from typing import Final

import numpy as np

from data.sample.divisions import GEMEENTE, GEMEENTE_NAME, YEARS, Region, buurten, wijken
from data.sample.landscape import plots
from data.sample.measures import Measures, postcodes

#: Years of which there is a file: on both sides of the redrawing of 2018 and of the split of 2021.
ADDRESS_YEARS: Final = (2017, 2020, 2021)
#: House numbers in one postcode.
_PER_POSTCODE: Final = 24
#: Share of the addresses that is pulled down in a year.
_DEMOLISHED: Final = 0.0025
#: Share of the dwellings that is an addition to another one's number (12a, 12-II), which the files do not tell apart.
_ADDITIONS: Final = {"centre": 0.22, "station": 0.18, "prewar_work": 0.12, "prewar_rich": 0.06}
#: Letters that Dutch postcodes never end with.
_FORBIDDEN: Final = ("SA", "SD", "SS")


@dataclass(frozen=True)
class Address:
    """One postcode and house number, the plot on which it stands and the years from and until which it exists."""

    postcode: str
    number: int
    plot: str
    since: int
    until: int


def addresses(measures: Measures, rng: np.random.Generator) -> list[Address]:
    """Return every address that ever existed in Voorbeeldstad.

    Parameters
    ----------
    measures : Measures
        Gives the dwellings and the other buildings (shops, firms, schools) of every plot and year.
    rng : Generator
        Chooses what is pulled down.

    Returns
    -------
    list of Address
        Ordered by plot; ``until`` is the first year in which the address is gone, one past the last of `YEARS` for
        what still stands.
    """
    letters = {postcode: _letters() for postcode in postcodes()}
    found: list[Address] = []
    for row, (plot, four) in enumerate(zip(plots(), postcodes(), strict=True)):
        share = 1 - _ADDITIONS.get(plot.kind, 0.0)
        wanted = np.rint(share * measures["dwellings"][row] + measures["other_buildings"][row]).astype(int)
        lives = _lives(wanted, rng)
        streets = [f"{four}{next(letters[four])}" for _ in range(0, len(lives), _PER_POSTCODE)]
        for order, (since, until) in enumerate(lives):
            street, place = divmod(order, _PER_POSTCODE)
            found.append(Address(streets[street], 2 * place + 1 + street % 2, plot.plot, since, until))
    return found


def _letters() -> Iterator[str]:
    pairs = ("".join(pair) for pair in product(ascii_uppercase, repeat=2))
    return (pair for pair in pairs if pair not in _FORBIDDEN)


def _lives(wanted: np.ndarray, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return from and until which year each address of a plot exists, so that as many stand as are wanted."""
    since: list[int] = []
    until: list[int] = []
    standing: list[int] = []
    for year, number in zip(YEARS, wanted, strict=True):
        surplus = max(len(standing) - int(number), 0)
        gone = min(surplus + int(rng.binomial(len(standing), _DEMOLISHED)), len(standing))
        for index in sorted(rng.choice(standing, gone, replace=False)) if gone else ():
            until[index] = year
            standing.remove(index)
        for _ in range(int(number) - len(standing)):
            standing.append(len(since))
            since.append(year)
            until.append(YEARS[-1] + 1)
    return list(zip(since, until, strict=True))


def _whole(code: str) -> int:
    """Return a code as CBS writes it in these files: a whole number without the letters in front."""
    return int(code[2:])


def _address_table(year: int, book: list[Address]) -> str:
    of_plot = {plot: buurt.code for buurt in buurten(year) for plot in buurt.plots}
    rows = sorted((a.postcode, a.number, of_plot[a.plot]) for a in book if a.since <= year < a.until)
    lines = [f"PC6;Huisnummer;Buurt{year};Wijk{year};Gemeente{year}"]
    lines += [
        f"{postcode};{number};{_whole(code)};{_whole(code[:8])};{_whole(code[:6])}"
        for postcode, number, code in rows
    ]
    return "\n".join(lines) + "\n"


def _name_table(kind: str, year: int, regions: tuple[Region, ...]) -> str:
    lines = [f"{kind}code{year};{kind}naam{year}", *(f"{_whole(r.code)};{r.name}" for r in regions)]
    return "\n".join(lines) + "\n"


def address_files(year: int, book: list[Address]) -> dict[str, str]:
    """Return the files that are in the zip of one year, by name."""
    gemeente = (Region(GEMEENTE, GEMEENTE_NAME, frozenset()),)
    return {
        f"pc6hnr{year}0801_gwb.csv": _address_table(year, book),
        f"gem{year}.csv": _name_table("gemeente", year, gemeente),
        f"wijk{year}.csv": _name_table("wijk", year, wijken(year)),
        f"brt{year}.csv": _name_table("buurt", year, buurten(year)),
    }


def write_addresses(folder: Path, measures: Measures, rng: np.random.Generator) -> None:
    """Write a zip per year of `ADDRESS_YEARS` under ``adressen/``, under the name that CBS gives it."""
    book = addresses(measures, rng)
    target = folder / "adressen"
    target.mkdir(parents=True, exist_ok=True)
    for year in ADDRESS_YEARS:
        path = target / f"{year}-cbs-pc6huisnr{year}0801_buurt.zip"
        path.write_bytes(_zipped(address_files(year, book)))


def _zipped(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in files.items():
            # A moment of its own would make other bytes of the same files.
            archive.writestr(zipfile.ZipInfo(name), text.encode("utf-8"), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()
