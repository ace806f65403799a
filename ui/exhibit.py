"""Exhibit: a picture with its table beside it and its downloads, the same on every page.

Under the picture stands one quiet line, "Tabel en downloads". What is closed is not worked out, and a file is only
made when somebody asks for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import altair as alt
import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from data import VERSION
from reports.export import made, rounded, status_in_words, workbook
from reports.pictures import Kind, picture_apart
from ui import tables
from ui.fetch_wording import day
from ui.figures import Figures
from ui.parts import chart, page_look, parent_of_selection, when_opened
from ui.theme import LIGHT, Look

Drawn = alt.LayerChart | dict[str, Any]

_FOLD: Final = "Tabel en downloads"
_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EMPTY_CELLS: Final = "Een lege cel is geen 0: dan is er geen cijfer."
_LICENCE: Final = "CC BY 4.0: gebruik mag, met bronvermelding."
#: What the gemeente counted itself was given to nobody; only what stands beside it is open.
_OWN: Final = "Aantallen uit het register: van de gemeente, geen open licentie. Cijfers van CBS daarnaast: CC BY 4.0, met bronvermelding."
#: How every source that is the register of a gemeente calls it.
_REGISTER: Final = "register van"
#: Longest part of a file name that says what it is about.
_LONGEST: Final = 80


def file_name(known: Figures, subject: str, *years: int) -> str:
    """Return a file name without its ending: gemeente, subject, and the first and last of ``years``."""
    span = sorted({min(years), max(years)}) if years else []
    return "-".join(["wijkradar", _plain(known.name), _plain(subject), *map(str, span)])


def _plain(text: str) -> str:
    """Return text in small letters, digits and dashes, which every machine takes in a file name."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters)[:_LONGEST].strip("-")


@dataclass(frozen=True)
class _Files:
    """What the downloads are made of; nothing of it is worked out before somebody asks."""

    figures: Callable[[], pd.DataFrame]
    title: str
    told: str
    source: str
    method: str

    def rows(self) -> pd.DataFrame:
        """Return the figures, rounded to what they can mean."""
        return rounded(self.figures())

    def csv(self) -> bytes:
        """Return the figures as Dutch Excel opens them with a double click."""
        return tables.csv_bytes(self.rows())

    def excel(self) -> bytes:
        """Return the figures with a second sheet that accounts for them."""
        rows = self.rows()
        return workbook(rows, self._about(rows))

    def _about(self, rows: pd.DataFrame) -> dict[str, str]:
        sources = [self.source] if self.source else list(rows.get("source", pd.Series(dtype="str")).unique())
        about = {
            "Wat dit is": self.title,
            "In woorden": self.told,
            "Bron": " ".join(source.removeprefix("Bron: ") for source in sources),
            "Licentie": _OWN if any(_REGISTER in source for source in sources) else _LICENCE,
            "Methode": self.method,
            "Lege cellen": _EMPTY_CELLS,
        }
        words = status_in_words(rows["status"].dropna()) if "status" in rows else {}
        return {topic: text for topic, text in about.items() if text} | made() | words


def exhibit(
    drawn: Callable[[Look], Drawn],
    key: str,
    *,
    name: str,
    table: Callable[[], Styler | pd.DataFrame],
    figures: Callable[[], pd.DataFrame],
    told: str,
    legend: str = "",
    linked: bool = True,
    source: str = "",
    method: str = "",
    on_select: Callable[[], None] | None = None,
) -> None:
    """Show a chart with, under it, its table and downloads as PNG, SVG, CSV and XLSX.

    Parameters
    ----------
    drawn : callable
        Draws the chart in a look: in that of the visitor for the screen, always in the light one for a file.
    key : str
        Unique on the page.
    name : str
        File name without its ending (`file_name`).
    table : callable
        Returns what stands on the screen beside the picture; called only when it is opened.
    figures : callable
        Returns the plain rows for CSV and XLSX, with unit and source. Columns value, margin and the like are rounded.
    told : str
        Text alternative of the table.
    legend : str
        Sentence under the table: marks that occur in it.
    linked : bool
        Whether a link to the parent of the chosen figure stands under the picture and under the table.
    source : str
        Sentence that names the parent of the figures, for the file; from column source of ``figures`` if left out.
    method : str
        How what is computed came about, in plain words, for the file.
    on_select : callable, optional
        As in `ui.parts.chart`.
    """
    shown = _spec(drawn(page_look()))
    chart(shown, key, linked=linked, on_select=on_select)
    title = str(shown.get("usermeta", {}).get("title", ""))
    made_of = _Files(figures, title, str(shown.get("description", "")), source, method)

    def drawn_as(kind: Kind) -> Callable[[], bytes]:
        return lambda: picture_apart(_spec(drawn(LIGHT)), kind, title=title, note=_note())

    pictures = {"png": drawn_as("png"), "svg": drawn_as("svg")}
    _folded(key, name, table, told, legend, made_of, pictures, linked)


def behind(
    key: str,
    *,
    name: str,
    title: str,
    table: Callable[[], Styler | pd.DataFrame],
    figures: Callable[[], pd.DataFrame],
    told: str,
    legend: str = "",
    linked: bool = True,
    source: str = "",
    method: str = "",
    files: Mapping[str, Callable[[], bytes]] | None = None,
) -> None:
    """Show the table and the downloads of something that is not a chart, such as a map; parameters as in `exhibit`.

    Parameters
    ----------
    files : mapping of str to callable, optional
        What makes the picture and the borders with figures, by ending: png, svg, geojson, gpkg.
    """
    _folded(
        key,
        name,
        table,
        told,
        legend,
        _Files(figures, title, told, source, method),
        dict(files or {}),
        linked,
    )


def _folded(
    key: str,
    name: str,
    table: Callable[[], Styler | pd.DataFrame],
    told: str,
    legend: str,
    made_of: _Files,
    pictures: dict[str, Callable[[], bytes]],
    linked: bool,
) -> None:
    with when_opened(_FOLD, f"{key}-tabel") as is_open:
        if not is_open:
            return
        with st.spinner("De tabel wordt gemaakt"):
            shown = table()
        # Rows that are only numbered have no name to show.
        numbered = True if isinstance(shown.index, pd.RangeIndex) else None
        st.dataframe(shown, placeholder=tables.PLACEHOLDER, alt=told, hide_index=numbered)
        if legend:
            st.caption(legend)
        kinds = [
            ("Afbeelding (PNG)", "png", "image/png", pictures.get("png")),
            ("Tekening (SVG)", "svg", "image/svg+xml", pictures.get("svg")),
            ("Cijfers (CSV)", "csv", "text/csv", made_of.csv),
            ("Cijfers (Excel)", "xlsx", _EXCEL, made_of.excel),
            ("Kaartlaag (GeoJSON)", "geojson", "application/geo+json", pictures.get("geojson")),
            ("Kaartlaag (GeoPackage)", "gpkg", "application/geopackage+sqlite3", pictures.get("gpkg")),
        ]
        with st.container(horizontal=True, gap="small", key=f"{key}-downloads"):
            for label, ending, mime, data in kinds:
                if data is not None:
                    st.download_button(
                        label,
                        data=data,
                        file_name=f"{name}.{ending}",
                        mime=mime,
                        key=f"{key}-{ending}",
                        on_click="ignore",
                    )
        if linked:
            parent_of_selection()


def _spec(drawn: Drawn) -> dict[str, Any]:
    return drawn if isinstance(drawn, dict) else drawn.to_dict(validate=False)


def _note() -> str:
    return f"Gemaakt op {day(date.today().isoformat())} met Wijkradar {VERSION}."
