"""The list of concerns to take along, for coordinators: csv or a workbook, without formulas, and fit to be read in again."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Final

import pandas as pd

from data import VERSION
from data.cells import without_formulas
from data.errors import ExportError
from register.concerns import CHANNELS, SERIOUSNESS, STATUSES
from register.themes import DEFAULT

CSV, XLSX = "csv", "xlsx"
SHEET, ACCOUNT = "Zorgen en signalen", "Verantwoording"
#: Heading by column of the register, in the order of the file; `wijknaam` and `buurtnaam` come beside the codes.
HEADINGS: Final = {
    "number": "nummer", "heard": "gehoord op", "theme": "thema", "text": "tekst", "wijk": "wijk", "buurt": "buurt",
    "channel": "kanaal", "seriousness": "ernst", "people": "aantal mensen", "status": "status", "owner": "eigenaar",
    "due": "terugkoppeling uiterlijk", "done": "wat is gedaan", "feedback": "terugkoppeling", "feedback_on": "teruggekoppeld op",
    "borders_year": "grenzen van", "x": "x", "y": "y", "source": "bron", "source_key": "nummer in de bron", "added_at": "vastgelegd op",
    "changed_at": "gewijzigd op", "version": "versie", "key": "kenmerk",
}  # fmt: skip
_WHOLE: Final = ("number", "people", "borders_year", "x", "y", "version")
_MOST_ROWS: Final = 1_048_575
_LONGEST_CELL: Final = 32_767


def export(
    frame: pd.DataFrame,
    kind: str,
    *,
    themes: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    account: Mapping[str, str] | None = None,
) -> bytes:
    """Write a list of concerns.

    Parameters
    ----------
    frame : DataFrame
        As `register.concerns.Concerns.frame` gives it (which asks for the role), or some of its rows.
    kind : str
        `CSV` (semicolons, UTF-8 with a mark for Excel) or `XLSX`.
    themes : mapping of str to str, optional
        Titles by id; the default list when omitted.
    names : mapping of str to str, optional
        Names of wijken and buurten by code.
    account : mapping of str to str, optional
        What else stands on the sheet "Verantwoording", such as the filters: topic to explanation.

    Returns
    -------
    bytes
        No text in it runs as a formula. Reading it in again adds nothing: column ``kenmerk`` tells which concern a row is, and
        ``versie`` which version was exported.

    Raises
    ------
    ExportError
        For another kind, or more rows than a sheet holds.
    """
    told = without_formulas(listed(frame, themes or DEFAULT, names or {}))
    if kind == CSV:
        return told.to_csv(index=False, sep=";", lineterminator="\r\n").encode("utf-8-sig")
    if kind != XLSX:
        raise ExportError(f"Bewaren kan als {CSV} of {XLSX}, niet als {kind!r}.")
    if len(told) > _MOST_ROWS:
        raise ExportError(
            f"Een werkblad heeft plaats voor {_MOST_ROWS} rijen en dit zijn er {len(told)}; kies csv, of een kortere lijst."
        )
    about = {
        "Wat is dit": "Zorgen en signalen van bewoners, met teksten. Alleen voor wie ermee werkt; niet voor publicatie.",
        "Gemaakt met": f"Wijkradar {VERSION}",
        "Gemaakt op": date.today().isoformat(),
        "Aantal rijen": str(len(told)),
        "Plek": "x en y zijn het midden van een vak van 100 bij 100 meter (Rijksdriehoek); een adres is er niet uit af te leiden.",
        "Opnieuw inlezen": "Dit bestand kan weer worden ingelezen. Laat de kolommen kenmerk en versie staan; dan ontstaan er geen dubbele.",
        **(account or {}),
    }
    return _workbook(
        told, without_formulas(pd.DataFrame(list(about.items()), columns=["Onderwerp", "Uitleg"]))
    )


def listed(frame: pd.DataFrame, themes: Mapping[str, str], names: Mapping[str, str]) -> pd.DataFrame:
    """Return concerns in words, with Dutch headings; empty text where there is nothing.

    Parameters
    ----------
    frame : DataFrame
        Columns of the register; those that are not there are left out.
    themes, names : mapping of str to str
        Titles of themes by id, names of wijken and buurten by code.
    """
    in_words = {"theme": themes, "channel": CHANNELS, "status": STATUSES, "seriousness": SERIOUSNESS}
    columns: dict[str, pd.Series] = {}
    for name, heading in HEADINGS.items():
        if name not in frame:
            continue
        column = frame[name]
        if name in in_words:
            titles = in_words[name]
            column = column.map(lambda value, titles=titles: titles.get(value, value))
        elif name in _WHOLE:
            column = (
                pd.to_numeric(column).astype("Int64")
                if name not in ("x", "y")
                else pd.to_numeric(column).round().astype("Int64")
            )
        columns[heading] = column.astype(object).where(column.notna(), "")
        if name in ("wijk", "buurt"):
            columns[f"{heading}naam"] = column.map(
                lambda code: names.get(code, "") if isinstance(code, str) else ""
            ).astype(object)
    return pd.DataFrame(columns, index=frame.index).reset_index(drop=True)


def template(wijken: Mapping[str, str], themes: Mapping[str, str]) -> bytes:
    """Return an empty workbook to fill in, with what may stand in each column on a second sheet.

    Parameters
    ----------
    wijken : mapping of str to str
        Names by code, for the explanation.
    themes : mapping of str to str
        Titles by id.
    """
    headings = [
        "datum",
        "wijk",
        "thema",
        "tekst",
        "kanaal",
        "ernst",
        "aantal mensen",
        "eigenaar",
        "status",
        "terugkoppeling",
        "teruggekoppeld op",
        "nummer",
    ]
    first = next(iter(wijken.values()), "naam of code")
    about = {
        "datum": "Dag waarop dit is gehoord, bijvoorbeeld 31-12-2025. Verplicht.",
        "wijk": f"Naam of code van de wijk of buurt, bijvoorbeeld {first}. Verplicht.",
        "thema": f"Een van: {', '.join(themes.values())}.",
        "tekst": "Wat is er gezegd? Zonder namen, telefoonnummers, e-mailadressen of huisnummers.",
        "kanaal": f"Een van: {', '.join(CHANNELS.values())}.",
        "ernst": f"Een van: {', '.join(SERIOUSNESS.values())}. Leeg telt als Merkbaar.",
        "aantal mensen": "Voor hoeveel mensen dit geldt. Laat leeg wat u niet weet.",
        "eigenaar": "Team of functie die dit oppakt; geen naam van een persoon.",
        "status": f"Een van: {', '.join(STATUSES.values())}.",
        "terugkoppeling": "Wat bewoners te horen kregen.",
        "teruggekoppeld op": "Dag waarop zij dat hoorden.",
        "nummer": "Eigen nummer, als u dat hebt. Daarmee herkent Wijkradar de rij als u het bestand later nog eens inleest.",
    }
    return _workbook(
        pd.DataFrame(columns=headings),
        pd.DataFrame(list(about.items()), columns=["Kolom", "Wat vult u in?"]),
        "Uitleg",
    )


def _workbook(rows: pd.DataFrame, about: pd.DataFrame, second: str = ACCOUNT) -> bytes:
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    short = (
        rows.map(lambda cell: cell[:_LONGEST_CELL] if isinstance(cell, str) else cell) if len(rows) else rows
    )
    with pd.ExcelWriter(stream, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        short.to_excel(book, sheet_name=SHEET, index=False, freeze_panes=(1, 0))
        about.to_excel(book, sheet_name=second, index=False)
        wrapped = book.book.add_format({"text_wrap": True, "valign": "top"})
        book.sheets[second].set_column("A:A", 28)
        book.sheets[second].set_column("B:B", 100, wrapped)
        for place, heading in enumerate(short.columns):
            book.sheets[SHEET].set_column(
                place, place, 60 if heading in ("tekst", "wat is gedaan", "terugkoppeling") else 18
            )
    return stream.getvalue()
