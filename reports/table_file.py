"""A table in a csv file to take along: another program or Excel reads it, and it is there whole or not at all."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from data.errors import ExportError
from data.manifest import write_atomically
from reports.export import without_formulas

SUFFIXES: Final = (".csv", ".csv.gz")
#: More digits than a figure is sure of by far, and fewer than those in which two computers may differ.
DIGITS: Final = 10


def check_places(outs: Iterable[Path], panel: Path) -> None:
    """Refuse a place to write where nothing can or should be written, before the work begins.

    Raises
    ------
    ExportError
        For another suffix than `SUFFIXES`, a folder that is not there, the file that is read, or one place twice.
    """
    seen: set[Path] = set()
    for out in outs:
        if not out.name.lower().endswith(SUFFIXES):
            raise ExportError(
                f"De uitkomst komt in een bestand dat eindigt op .csv of .csv.gz, en niet in {out}; pas de naam aan."
            )
        if not out.parent.is_dir():
            raise ExportError(f"De map {out.parent} bestaat niet; maak haar aan of kies een andere.")
        if out.exists() and panel.exists() and out.samefile(panel):
            raise ExportError(
                f"{out} is het bestand met de cijfers zelf; kies een andere naam, anders bent u ze kwijt."
            )
        if out.resolve() in seen:
            raise ExportError(f"{out} is twee keer genoemd; kies voor elk bestand een eigen naam.")
        seen.add(out.resolve())


def to_bytes(table: pd.DataFrame) -> bytes:
    """Write a table as csv: commas, decimal points, at most `DIGITS` significant digits, no formulas, no `NaN`."""
    safe = without_formulas(table)
    columns = {
        str(name): pa.array(_rounded(column) if column.dtype == np.float64 else column, from_pandas=True)
        for name, column in safe.items()
    }
    whole = pa.table(columns)
    out = pa.BufferOutputStream()
    out.write((",".join(columns) + "\n").encode())
    pa.csv.write_csv(whole, out, pa.csv.WriteOptions(include_header=False, quoting_style=_quoting(whole)))
    return bytes(out.getvalue())


def _quoting(table: pa.Table) -> str:
    """Return "none" where no text needs quotes: Arrow knows only quotes around all text or around none."""
    texts = [
        column
        for column in table.columns
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    ]
    needy = (pc.any(pc.match_substring_regex(text, r'[",\r\n]')).as_py() for text in texts)
    return "needed" if any(needy) else "none"


def _rounded(column: pd.Series) -> np.ndarray:
    """Round to `DIGITS` significant digits, so that the shortest way to write a number has no more."""
    numbers = column.to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        power = DIGITS - 1 - np.floor(np.log10(np.abs(numbers)))
    power = np.clip(np.nan_to_num(power, posinf=0, neginf=0), -300, 300)
    # Powers of ten above 1 are exact, those below are not; so divide by them instead.
    large, small = 10.0 ** np.maximum(power, 0), 10.0 ** np.maximum(-power, 0)
    return np.round(numbers * large / small) * small / large


def write(content: bytes, out: Path) -> None:
    """Write a file, packed if its name ends on .gz; an existing one is replaced only when all went well.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    try:
        write_atomically(out, gzip.compress(content, 6, mtime=0) if out.suffix.lower() == ".gz" else content)
    except OSError as error:
        raise ExportError(
            f"{out} kan niet worden geschreven: {error.strerror}; kies een andere plek."
        ) from error
