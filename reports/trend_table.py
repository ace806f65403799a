"""Trends of any panel as a table to take along: one row per region and indicator, a class in words."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.trends import figures_of_panel, judge, trends
from data.errors import ExportError
from data.manifest import write_atomically
from reports.export import without_formulas

COLUMNS: Final = ["region", "indicator", "slope", "lower", "upper", "p", "p_adjusted", "class"]
SUFFIXES: Final = (".csv", ".csv.gz")
_KEYS: Final = ["region", "indicator"]
#: Unit of a count in tables of CBS.
_COUNTED: Final = "aantal"
#: A file with these columns is a panel of Wijkradar, which knows where figures can no longer be compared.
_OF_A_PANEL: Final = ("level", "unit", "boundary")


def trend_table(rows: pd.DataFrame, definitions: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """Judge the trend of every region and indicator in a file, all of them as one family.

    Parameters
    ----------
    rows : DataFrame
        What `data.trend_file.read` returns. Figures before a break are not used: of a series only the last segment,
        and where there is no column segment, what `analysis.segments` makes of level, unit and boundary. With
        boundary alone a 2 or 3 begins a new piece. With level, only regions of one level learn from each other how
        years hang together.
    definitions : DataFrame
        The catalogue as a frame: knows the years in which an indicator got another meaning.
    words : mapping of str to str
        Word for each of `analysis.trends.VERDICTS`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row per region and indicator in order of appearance. Slope and its 95 % band
        (lower, upper) are per year, in the unit of the value; all numbers are empty where there is no verdict.
    """
    series = rows[_KEYS].drop_duplicates(ignore_index=True)
    judged = judge(trends(_figures(rows, definitions)))
    told = judged["verdict"] != "no_verdict"
    numbers = judged[COLUMNS[2:-1]].where(told)
    found = pd.concat([judged[_KEYS], numbers, judged["verdict"].map(words).rename("class")], axis=1)
    table = series.merge(found, "left", on=_KEYS)
    return table.fillna({"class": words["no_verdict"]})[COLUMNS]


def _figures(rows: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    if "segment" in rows or "boundary" not in rows:
        used = [name for name in ("segment", "error") if name in rows]
        figures = rows.loc[rows["value"].notna(), [*_KEYS, "year", "value", *used]]
        if "unit" in rows:
            figures["kind"] = rows["unit"].map({_COUNTED: "count"}).fillna("rate")
        if "level" not in rows:
            return figures
        # A gemeente is far larger and smoother than its wijken, and teaches nothing about them.
        return figures.assign(pool=figures["indicator"] + " " + rows["level"])
    of_wijkradar = all(name in rows for name in _OF_A_PANEL)
    there = rows["value"].notna()
    panel = rows.assign(
        # Borders of the country never change: so of a file that tells no level only the flags that are there count.
        level=rows["level"] if of_wijkradar else "land",
        unit=rows["unit"] if of_wijkradar else "",
        status=there.map({True: "observed", False: "not_published"}).astype("str"),
    )
    known = definitions if of_wijkradar else definitions.iloc[:0]
    names = pd.Index(rows["indicator"].unique())
    known = known[["breaks", "kind"]].reindex(names)
    known["breaks"] = [entry if isinstance(entry, tuple) else () for entry in known["breaks"]]
    error = rows["error"] if "error" in rows else pd.Series(0.0, rows.index)
    return figures_of_panel(panel, known, error.fillna(0.0).to_frame("total"))


def to_bytes(table: pd.DataFrame) -> bytes:
    """Write a table of trends as csv: commas, decimal points, six significant digits, no formulas."""
    return without_formulas(table).to_csv(index=False, float_format="%.6g", lineterminator="\n").encode()


def check_place(out: Path, panel: Path) -> None:
    """Refuse a place to write where nothing can or should be written, before the work begins.

    Raises
    ------
    ExportError
        For another suffix than `SUFFIXES`, a folder that is not there, or the file that is read.
    """
    if not out.name.lower().endswith(SUFFIXES):
        raise ExportError(
            f"De trends komen in een bestand dat eindigt op .csv of .csv.gz, en niet in {out}; pas de naam aan."
        )
    if not out.parent.is_dir():
        raise ExportError(f"De map {out.parent} bestaat niet; maak haar aan of kies een andere.")
    if out.exists() and panel.exists() and out.samefile(panel):
        raise ExportError(
            f"{out} is het bestand met de cijfers zelf; kies een andere naam, anders bent u ze kwijt."
        )


def write(table: pd.DataFrame, out: Path) -> None:
    """Write a table of trends; an existing file is replaced only when all went well.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    content = to_bytes(table)
    try:
        write_atomically(out, gzip.compress(content, mtime=0) if out.suffix.lower() == ".gz" else content)
    except OSError as error:
        raise ExportError(
            f"{out} kan niet worden geschreven: {error.strerror}; kies een andere plek."
        ) from error
