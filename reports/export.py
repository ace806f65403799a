"""Export: trustworthy figures with their status, error and source, safe for spreadsheets, written in one piece.

What an export holds is what the screens show (`reports.trusted`): the same figures are left out, the same ones are
converted. The whole country is written gemeente by gemeente, so that it need not fit in memory.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import IO, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.noise import measurement_errors
from data import VERSION
from data.catalogue import Catalogue
from data.cells import without_formulas
from data.errors import ExportError, UnknownGemeente, UserError
from data.manifest import sync
from data.panel import Level, Status
from data.progress import Progress, silent
from data.regions import NEDERLAND
from data.store import Store, names_by_year
from reports.trusted import trusted

SUFFIXES = (".csv", ".parquet", ".xlsx")
COLUMNS: Final = [
    *(
        "region",
        "published_as",
        "name",
        "level",
        "gemeente",
        "year",
        "indicator",
        "title",
        "value",
        "standard_error",
        "measurement_error",
    ),
    *(
        "status",
        "unit",
        "boundary",
        "moved",
        "bridging_error",
        "source",
        "source_modified",
        "wijkradar_version",
    ),
    "exported_on",
]
_EXCEL_ROWS = 1_048_575
#: What the words in column status mean.
_STATUS_IN_WORDS: Final = {
    Status.OBSERVED: "Cijfer van CBS.",
    Status.PROVISIONAL: "Voorlopig cijfer van CBS; het kan nog veranderen.",
    Status.BRIDGED: (
        "Omgerekend: door Wijkradar geschat voor de grenzen van nu. Kolom moved zegt welk deel van de adressen (of van "
        "het land) van gebied wisselde, kolom bridging_error hoe ver de schatting ernaast kan zitten."
    ),
    Status.SUPPRESSED: (
        "Geheim of te onzeker: CBS geeft geen cijfer, omdat het om weinig mensen, huishoudens of woningen gaat."
    ),
    Status.WITHHELD: (
        "Weggelaten ter bescherming: CBS geeft dit cijfer wel, maar wie het aftrekt van een totaal of het omrekent naar "
        "een aantal, vindt een geheim cijfer. Daarom laat Wijkradar het weg."
    ),
    Status.NOT_PUBLISHED: "CBS heeft dit cijfer (nog) niet gepubliceerd.",
    Status.DISCONTINUED: "CBS is met dit cijfer gestopt.",
    Status.NOT_APPLICABLE: "Hier valt niets te tellen, bijvoorbeeld omdat er niemand woont.",
}
_ABOUT: Final = {
    "Bron": "CBS, Kerncijfers wijken en buurten; tabelnummer per rij in kolom source, bewerking Wijkradar",
    "Licentie": "CC BY 4.0, met bronvermelding",
    "Lege cellen": "Een lege waarde is geen 0; de reden staat in kolom status",
    "Gebied (kolom region)": (
        "Een gebied houdt één code in alle jaren waarin het hetzelfde land is: de laatste. De code waaronder CBS het "
        "cijfer dat jaar gaf, staat in kolom published_as. Een @ met een jaar erachter betekent dat de code daarna "
        "voor ander land is gebruikt."
    ),
    "Grenzen (kolom boundary)": "1: hetzelfde land als het jaar ervoor. 2: dat is niet bekend. 3: ander land.",
    "Standaardfout (kolom standard_error)": (
        "Hoe ver een cijfer er door afronding, toeval en omrekenen meestal naast zit, in de eenheid van het cijfer. "
        "In ongeveer 2 van de 3 gevallen is het verschil kleiner. Verschillen twee cijfers minder dan ongeveer drie "
        "keer deze fout, dan kan dat toeval zijn."
    ),
    "Meetfout (kolom measurement_error)": "Het deel van de standaardfout dat van afronding en omrekenen komt.",
}


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Round what is computed to what it can mean.

    Parameters
    ----------
    frame : DataFrame
        Any of the columns value and moved (to 6 and 4 decimals; figures of CBS have at most 3), standard_error,
        measurement_error, bridging_error and margin (to 4 significant digits).
    """
    decimals = {"value": 6, "moved": 4}
    errors = frame.columns.intersection(["standard_error", "measurement_error", "bridging_error", "margin"])
    significant = {name: frame[name].map(lambda error: float(f"{error:.4g}")) for name in errors}
    return frame.assign(**significant).round(decimals)


def export_frame(store: Store, catalogue: Catalogue, gemeente: str | None = None) -> pd.DataFrame:
    """Collect what an export holds.

    Parameters
    ----------
    store : Store
    catalogue : Catalogue
    gemeente : str, optional
        Code; everything that is not the sample when omitted.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, with the figures of `reports.trusted` (CBS's own and the shares derived from them).
        ``region`` is the series and ``published_as`` the code in the source; ``standard_error`` is that of rounding,
        chance and conversion together. What is computed is `rounded`. A figure that is not there has an empty value and its reason in status.
        Nederland is there once.

    Raises
    ------
    UnknownGemeente
        If the store has no figures of ``gemeente``.
    ExportError
        If the store is empty.
    """
    return pd.concat(_pieces(store, catalogue, gemeente, silent), ignore_index=True)


def _pieces(
    store: Store, catalogue: Catalogue, gemeente: str | None, progress: Progress
) -> Iterator[pd.DataFrame]:
    """Give what an export holds, gemeente by gemeente."""
    known = store.gemeenten()
    if gemeente and gemeente not in known:
        raise UnknownGemeente(
            f"Van {gemeente} staan geen cijfers in de opslag; wel van: {_some(known)}. Importeer eerst de tabellen "
            "of kies een van deze codes."
        )
    codes = [gemeente] if gemeente else [code for code in known if not store.is_sample(code)]
    if not codes:
        raise ExportError("Er staan nog geen cijfers in de opslag; importeer eerst tabellen.")
    of_the_land: list[pd.DataFrame] = []
    hidden: set[tuple[int, str]] = set()
    for number, code in enumerate(codes, start=1):
        progress(number, len(codes), f"gemeente {known[code]}")
        piece = _piece(store, catalogue, code)
        land = piece["level"] == Level.LAND.value
        gave_up = (piece["level"] == Level.GEMEENTE.value) & (piece["status"] == Status.WITHHELD.value)
        hidden.update(zip(piece.loc[gave_up, "year"], piece.loc[gave_up, "indicator"], strict=True))
        of_the_land.append(piece[land])
        yield piece[~land]
    nederland = pd.concat(of_the_land).drop_duplicates(["year", "indicator"])
    yield nederland if len(codes) == 1 else _without(nederland, hidden, catalogue)


def _without(nederland: pd.DataFrame, hidden: set[tuple[int, str]], catalogue: Catalogue) -> pd.DataFrame:
    """Withhold of Nederland what, beside all other gemeenten, gives away a figure that a gemeente gave up."""
    told_by = {
        indicator.id: indicator.share_of[0] if indicator.derived else indicator.rate_of or indicator.id
        for indicator in catalogue.indicators.values()
    }
    keys = pd.MultiIndex.from_arrays([nederland["year"], nederland["indicator"].map(told_by)])
    gone = keys.isin(hidden) & nederland["value"].notna().to_numpy()
    return nederland.assign(
        value=nederland["value"].mask(gone),
        standard_error=nederland["standard_error"].mask(gone),
        measurement_error=nederland["measurement_error"].mask(gone),
        status=nederland["status"].mask(gone, Status.WITHHELD.value),
    )


def _piece(store: Store, catalogue: Catalogue, gemeente: str) -> pd.DataFrame:
    known = trusted(store, catalogue, gemeente)
    panel, lands = known.panel, known.lineage.lands
    names = names_by_year(lands.assign(region=lands["series"]))
    of_land = panel["level"] == Level.LAND.value
    gemeenten = ("GM" + panel["region"].str[2:6]).mask(of_land, NEDERLAND)
    # Of before a merger the table came in for the gemeente of then.
    publisher = "GM" + panel["published_as"].str[2:6]
    titles = {indicator.id: indicator.title for indicator in catalogue.indicators.values()}
    whole = panel.assign(
        name=panel["region"].map(names).fillna(panel["region"]),
        gemeente=gemeenten,
        title=panel["indicator"].map(titles),
        standard_error=known.errors["total"],
        measurement_error=pd.Series(measurement_errors(panel, known.errors), panel.index).where(
            known.errors["total"].notna()
        ),
        source_modified=_modified(store, gemeente, panel["source"], publisher.mask(of_land, gemeente)),
        wijkradar_version=VERSION,
        exported_on=date.today().isoformat(),
    )
    return rounded(whole[COLUMNS])


def _modified(store: Store, gemeente: str, sources: pd.Series, gemeenten: pd.Series) -> pd.Series:
    """Return when CBS last changed the table of each figure; of one with several tables, of each of them."""
    tables = {record.id: record for record in store.tables(gemeente)}
    keys = pd.MultiIndex.from_arrays([sources, gemeenten])
    places, distinct = keys.factorize()
    texts = [
        ", ".join(dict.fromkeys(tables[table].delivery(code).modified for table in source.split(", ")))
        for source, code in distinct
    ]
    return pd.Series(texts, dtype="str").take(places).set_axis(sources.index)


def _some(known: Iterable[str]) -> str:
    codes = list(known)
    return ", ".join(codes[:5]) + (" ..." if len(codes) > 5 else "")


def _excel(frame: pd.DataFrame) -> bytes:
    if len(frame) > _EXCEL_ROWS:
        raise ExportError(
            f"Een Excelblad heeft plaats voor {_EXCEL_ROWS} rijen en dit zijn er {len(frame)}; kies één gemeente met "
            "--gemeente, of exporteer naar .csv of .parquet."
        )
    return workbook(frame, _ABOUT | made() | status_in_words(Status))


def workbook(frame: pd.DataFrame, about: Mapping[str, str]) -> bytes:
    """Return an Excel file with figures and, on a second sheet, what a reader has to know about them.

    Parameters
    ----------
    frame : DataFrame
        Goes on the sheet "Cijfers", without its index; numbers stay numbers, text cannot run as a formula.
    about : mapping
        Topic -> explanation, in plain Dutch, for the sheet "Verantwoording".
    """
    told = pd.DataFrame(list(about.items()), columns=["Onderwerp", "Uitleg"])
    stream = io.BytesIO()
    with pd.ExcelWriter(stream, engine="xlsxwriter", engine_kwargs={"options": {"in_memory": True}}) as book:
        without_formulas(frame).to_excel(book, sheet_name="Cijfers", index=False, freeze_panes=(1, 0))
        without_formulas(told).to_excel(book, sheet_name="Verantwoording", index=False)
        book.sheets["Verantwoording"].set_column("A:A", 36)
        book.sheets["Verantwoording"].set_column("B:B", 110, book.book.add_format({"text_wrap": True}))
    return stream.getvalue()


def made() -> dict[str, str]:
    """Say with which version and on which day an export was made, as topics for `workbook`."""
    return {"Gemaakt met": f"Wijkradar {VERSION}", "Gemaakt op": date.today().isoformat()}


def status_in_words(statuses: Iterable[str]) -> dict[str, str]:
    """Explain the statuses that occur in a column, as topics for `workbook`."""
    there = set(statuses)
    return {f"Status {status.value}": text for status, text in _STATUS_IN_WORDS.items() if status in there}


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
        return _excel(frame)
    raise ExportError(
        f"Exporteren kan naar {', '.join(SUFFIXES)}, niet naar '{suffix}'; pas de bestandsnaam aan."
    )


def export(
    store: Store, catalogue: Catalogue, out: Path, gemeente: str | None = None, progress: Progress = silent
) -> int:
    """Write an export and return its number of rows; an existing file is replaced only when all went well.

    Parameters
    ----------
    store : Store
    catalogue : Catalogue
    out : Path
        Ends in one of the `SUFFIXES`.
    gemeente : str, optional
        Code; everything that is not the sample when omitted.
    progress : callable, optional
        Told of every gemeente that is begun.

    Raises
    ------
    UserError
        If the suffix is unknown, the gemeente is not in the store, or the file cannot be written.
    """
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        to_bytes(pd.DataFrame(), out.suffix)
    pieces = _pieces(store, catalogue, gemeente, progress)
    first = next(pieces)
    new = out.with_name(f".{out.name}.{uuid.uuid4().hex[:8]}")
    try:
        with new.open("wb") as stream:
            rows = _write(stream, suffix, first, pieces)
        sync(new)
        new.replace(out)
    except OSError as error:
        raise UserError(
            f"{out} kan niet worden geschreven: {error.strerror}; kies een andere plek."
        ) from error
    finally:
        new.unlink(missing_ok=True)
    return rows


def _write(stream: IO[bytes], suffix: str, first: pd.DataFrame, others: Iterator[pd.DataFrame]) -> int:
    if suffix == ".xlsx":
        whole = pd.concat([first, *others], ignore_index=True)
        stream.write(to_bytes(whole, suffix))
        return len(whole)
    if suffix == ".csv":
        stream.write(to_bytes(first, suffix))
        return len(first) + sum(_append_csv(stream, piece) for piece in others)
    schema = pa.Schema.from_pandas(first, preserve_index=False)
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        writer.write_table(pa.Table.from_pandas(first, schema, preserve_index=False))
        rows = len(first)
        for piece in others:
            writer.write_table(pa.Table.from_pandas(piece, schema, preserve_index=False))
            rows += len(piece)
    return rows


def _append_csv(stream: IO[bytes], piece: pd.DataFrame) -> int:
    stream.write(without_formulas(piece).to_csv(index=False, header=False, lineterminator="\n").encode())
    return len(piece)
