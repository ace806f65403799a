"""A map on a page, the same in every view: the picture, its legend, what to know, the choice, the table and the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, get_args

import geopandas as gpd
import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from data.errors import ExportError
from data.settings import load_settings
from data.store import Store
from reports.map_drawing import MapDrawing
from ui.exhibit import behind
from ui.map import picture, show_map
from ui.map_legend import legend_html
from ui.map_outline import has_outline, outline
from ui.parts import page_look, parent_of_selection, plain, say_list
from ui.selection import Selection, choose_from_list, choose_wijk, choose_year
from ui.theme import LIGHT, Look
from ui.wording import level_label

HEIGHT: Final = 520
#: A list of more regions than this stays the same whatever is chosen.
_MOST_SENT_ANEW: Final = 600
Kind = Literal["png", "svg", "geojson", "gpkg"]
Drawn = Callable[[Look], MapDrawing]


def map_exhibit(
    selection: Selection,
    drawn: Drawn,
    key: str,
    *,
    name: str,
    table: Callable[[], Styler | pd.DataFrame],
    figures: Callable[[], pd.DataFrame],
    told: str,
    legend: str = "",
    source: str = "",
    method: str = "",
    selected: str | None = None,
    on_click: Callable[[str], None] | None = None,
    years: Callable[[Look], Mapping[int, MapDrawing]] | None = None,
    on_year: Callable[[int], None] | None = None,
    height: int = HEIGHT,
    linked: bool = True,
    conclusion: Sequence[str] = (),
) -> None:
    """Show a map with its legend and notes, a list to choose from and, folded, its table and downloads.

    Two maps of one gemeente on a page move together, and a region that is pointed at in one lights up in the other.

    Parameters
    ----------
    selection : Selection
        Gives the store with the borders.
    drawn : callable
        Draws the map in a look: in that of the visitor for the screen, always in the light one for a file.
    key : str
        Unique on the page; with the same key a map stays where the visitor left it.
    name : str
        File name without its ending (`ui.exhibit.file_name`).
    table, figures, told, legend, source, method
        As in `ui.exhibit.exhibit`; ``source`` is that of the drawing when left out.
    selected : str, optional
        Region (of the panel) with a thick outline; the chosen wijk when left out, no region when empty.
    on_click : callable, optional
        Called with the region that is clicked or taken from the list, before the page runs again; chooses the wijk when
        left out.
    years : callable, optional
        Every year in a look, on the same borders and in the same classes as `drawn`: gives the map a slider over the years
        that plays without the page running again. The year of ``drawn`` is the chosen one of the selection.
    on_year : callable, optional
        Called with the year on which the slider came to rest; chooses the year when left out.
    height : int
        Of the map, in pixels.
    linked : bool
        Whether the link to the parent of the chosen figure stands under the map.
    conclusion : sequence of str
        What the map says, in sentences; stands right under the legend.
    """
    look = page_look()
    drawing = drawn(look)
    moments = dict(years(look)) if years else {}
    drawing = moments.get(selection.year, drawing)
    if len(moments) < 2 or selection.year not in moments:
        moments = {}
    take = on_click or choose_wijk
    # Land without figures is nobody's choice.
    regions = {code: region for code, region in drawing.areas["region"].astype("str").items() if region}
    chosen = selection.wijk if selected is None else selected
    content = picture(
        drawing,
        selected=next((str(code) for code, region in regions.items() if region == chosen), None),
        years=moments,
        outlined=has_outline(selection.store, drawing.gemeente, drawing.borders_year),
        background=_background(selection, drawing),
    )
    show_map(
        content,
        key=key,
        height=height,
        on_click=lambda code: take(regions[code]) if code in regions else None,
        on_year=on_year or choose_year,
    )
    if not moments:
        st.html(legend_html(drawing))
    if conclusion:
        say_list(conclusion)
    if notes := " ".join(filter(None, [*drawing.notes, drawing.source])):
        st.caption(plain(notes))
    word = level_label(drawing.level)
    names = drawing.areas["name"].to_dict()
    choose_from_list(
        {region: names[code] for code, region in regions.items()},
        # Without the chosen one a long list would be another list, and be sent anew.
        chosen if len(regions) <= _MOST_SENT_ANEW else None,
        f"{key}-kies",
        take,
        f"Kies een {word} van deze kaart",
    )
    if linked:
        parent_of_selection()
    behind(
        key,
        name=name,
        title=drawing.title,
        table=table,
        figures=figures,
        told=told,
        legend=legend,
        linked=linked,
        source=source or drawing.source,
        method=method,
        files={kind: _file(selection.store, drawn, kind) for kind in get_args(Kind)},
    )


def _background(selection: Selection, drawing: MapDrawing) -> str:
    """Return the address of the background; none behind a town that does not exist."""
    fiction = selection.figures.is_sample and drawing.gemeente == selection.figures.gemeente
    return "" if fiction else load_settings().background


def _file(store: Store, drawn: Drawn, kind: Kind) -> Callable[[], bytes]:
    """Return what makes one file of the map when somebody asks for it: in the light look, without a browser."""

    def make() -> bytes:
        from reports.map_file import map_file
        from reports.map_picture import map_picture

        drawing = drawn(LIGHT)
        borders = borders_of(store, drawing)
        if kind == "png" or kind == "svg":
            edge = outline(store, drawing.gemeente, drawing.borders_year)
            return map_picture(drawing, borders, kind, outline=edge)
        return map_file(drawing, borders, kind)

    return make


def borders_of(store: Store, drawing: MapDrawing) -> gpd.GeoDataFrame:
    """Return the polygons that a drawing stands on.

    Raises
    ------
    ExportError
        If they are not in the store any more.
    """
    borders = store.border_frame(drawing.gemeente, drawing.level, drawing.borders_year)
    if borders is None:
        raise ExportError(
            f"De grenzen van {drawing.borders_year} zijn er niet meer; open de kaart opnieuw en probeer het nog eens."
        )
    return borders
