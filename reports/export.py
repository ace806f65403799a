"""Export: panel rows with their status and source, safe for spreadsheets, written in one piece."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pandas as pd

from data import VERSION
from data.catalogue import Catalogue
from data.errors import ExportError, UnknownGemeente, UserError
from data.manifest import write_atomically
from data.regions import NEDERLAND
from data.store import Store, names_by_year

SUFFIXES = (".csv", ".parquet", ".xlsx")
_EXCEL_ROWS = 1_048_575
#: Text that a spreadsheet would run as a formula (OWASP, "CSV injection"), also in its full-width form.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy in which no text can run as a formula in a spreadsheet.

    Text cells, column names and the index that start with one of `FORMULA_STARTS` get ``'`` in front.
    Numbers, dates and empty cells stay as they are, a negative number too.
    """
    safe = pd.DataFrame(
        {place: _safe_column(frame.iloc[:, place]) for place in range(frame.shape[1])}, frame.index
    )
    safe.columns = frame.columns.map(_safe)
    if not pd.api.types.is_numeric_dtype(safe.index):
        safe.index = safe.index.map(_safe)
    return safe


def _safe_column(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    if column.dtype == "str":
        return column.where(~column.str.startswith(FORMULA_STARTS, na=False), "'" + column)
    return column.astype(object).map(_safe)


def _safe(cell: object) -> object:
    if isinstance(cell, tuple):
        return tuple(_safe(part) for part in cell)
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def export_frame(store: Store, catalogue: Catalogue, gemeente: str | None = None) -> pd.DataFrame:
    """Collect what an export holds.

    Returns
    -------
    DataFrame
        Columns region, name, level, gemeente, year, indicator, title, value, status, unit, boundary,
        source, source_modified, wijkradar_version, exported_on. A figure that is not there has an empty
        value and its reason in status.

    Raises
    ------
    UnknownGemeente
        If the store has no figures of ``gemeente``.
    ExportError
        If the store is empty.
    """
    known = store.gemeenten()
    if gemeente and gemeente not in known:
        raise UnknownGemeente(
            f"Van {gemeente} staan geen cijfers in de opslag; wel van: {_some(known)}. Importeer eerst de tabellen "
            "of kies een van deze codes."
        )
    panel = store.panel(gemeente)
    if panel.empty:
        raise ExportError("Er staan nog geen cijfers in de opslag; importeer eerst tabellen.")
    codes = [gemeente] if gemeente else [code for code in known if not store.is_sample(code)]
    names: dict[str, str] = {}
    for code in codes:
        names.update(names_by_year(store.regions(code)))
    gemeente_of = ("GM" + panel["region"].str[2:6]).where(panel["level"] != "land", gemeente or codes[-1])
    modified = {
        (record.id, code): record.delivery(code).modified
        for record in store.manifest.tables
        for code in gemeente_of.unique()
    }
    title = {indicator.id: indicator.title for indicator in catalogue.published}
    frame = panel.assign(
        name=panel["region"].map(names).fillna(panel["region"]),
        gemeente=gemeente_of.where(panel["level"] != "land", NEDERLAND),
        title=panel["indicator"].map(title),
        source_modified=pd.MultiIndex.from_arrays([panel["source"], gemeente_of]).map(modified),
        wijkradar_version=VERSION,
        exported_on=date.today().isoformat(),
    )
    return frame[
        [
            *("region", "name", "level", "gemeente", "year", "indicator", "title", "value", "status", "unit"),
            *("boundary", "source", "source_modified", "wijkradar_version", "exported_on"),
        ]
    ]


def _some(known: Iterable[str]) -> str:
    codes = list(known)
    return ", ".join(codes[:5]) + (" ..." if len(codes) > 5 else "")


def _excel(frame: pd.DataFrame) -> bytes:
    if len(frame) > _EXCEL_ROWS:
        raise ExportError(
            f"Een Excelblad heeft plaats voor {_EXCEL_ROWS} rijen en dit zijn er {len(frame)}; kies één gemeente met "
            "--gemeente, of exporteer naar .csv of .parquet."
        )
    stream = io.BytesIO()
    with pd.ExcelWriter(stream, engine="xlsxwriter", engine_kwargs={"options": {"in_memory": True}}) as book:
        frame.to_excel(book, sheet_name="Cijfers", index=False, freeze_panes=(1, 0))
        about = pd.DataFrame(
            {
                "Onderwerp": ["Bron", "Licentie", "Gemaakt met", "Gemaakt op", "Lege cellen"],
                "Uitleg": [
                    "CBS, Kerncijfers wijken en buurten; tabelnummer per rij in kolom source",
                    "CC BY 4.0, met bronvermelding",
                    f"Wijkradar {VERSION}",
                    date.today().isoformat(),
                    "Een lege waarde is geen 0; de reden staat in kolom status",
                ],
            }
        )
        about.to_excel(book, sheet_name="Verantwoording", index=False)
    return stream.getvalue()


def to_bytes(frame: pd.DataFrame, suffix: str) -> bytes:
    """Write an export in one of the `SUFFIXES`.

    Raises
    ------
    ExportError
        For another suffix, or when the rows do not fit in a spreadsheet.
    """
    if suffix == ".parquet":
        return frame.to_parquet(index=False, compression="zstd")
    if suffix == ".csv":
        return without_formulas(frame).to_csv(index=False, lineterminator="\n").encode()
    if suffix == ".xlsx":
        return _excel(without_formulas(frame))
    raise ExportError(
        f"Exporteren kan naar {', '.join(SUFFIXES)}, niet naar '{suffix}'; pas de bestandsnaam aan."
    )


def export(store: Store, catalogue: Catalogue, out: Path, gemeente: str | None = None) -> int:
    """Write an export and return its number of rows; an existing file is replaced only when all went well.

    Raises
    ------
    UserError
        If the suffix is unknown, the gemeente is not in the store, or the file cannot be written.
    """
    if out.suffix.lower() not in SUFFIXES:
        to_bytes(pd.DataFrame(), out.suffix)
    frame = export_frame(store, catalogue, gemeente)
    content = to_bytes(frame, out.suffix.lower())
    try:
        write_atomically(out, content)
    except OSError as error:
        raise UserError(
            f"{out} kan niet worden geschreven: {error.strerror}; kies een andere plek."
        ) from error
    return len(frame)
