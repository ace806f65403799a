"""The map: regions in classes, drawn from borders that the browser fetches by address.

Python sends a class and a line of text per region, never the geometry, so that a change of year or
selection is a message of a few kilobytes to a map that stays where it is. The background is the only thing
that may come from another host, and only where it is allowed (`data.settings`) and asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import folium
import numpy as np
import pandas as pd
import streamlit as st
from folium.map import FeatureGroup, Layer
from folium.template import Template

from data.panel import Level, Status
from data.regions import NEDERLAND
from reports.contrast import luminance
from reports.map_drawing import MapDrawing
from ui.map_legend import dot_colours, edge_colours, swatch_style, told_count
from ui.wording import NO_FIGURE, level_label

ATTRIBUTION: Final = "CBS, Kadaster (PDOK), CC BY 4.0"
_ASSETS: Final = Path(__file__).resolve().parent.parent / "static" / "kaartdelen"
#: The map lives in a frame at <base>/component/<name>/, so this is the root, also behind a base path.
_ROOT: Final = "../.."
#: How the outline of a region says that its figure is less certain; the names are those in the script.
EDGES: Final = ("", "broken", "dashed")
_EDGE_OF: Final = {Status.PROVISIONAL.value: 1, Status.BRIDGED.value: 2}
_WHOLE_GEMEENTE: Final = "Toon de hele gemeente"
_WHOLE_COUNTRY: Final = "Toon heel Nederland"
NO_CLASS: Final = "-"
#: What one hexadecimal sign can say.
_MOST_SHARED: Final = 15
#: Added to the number of the edge of a region that cannot be told apart from the comparator.
_ALIKE: Final = len(EDGES)


# -- the frame ---------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    version = sha256((_ASSETS / name).read_bytes()).hexdigest()[:10]
    return f"{_ROOT}/kaartdelen/{name}?v={version}"


class RegionMap(folium.Map):
    """A folium map that needs no other host: Leaflet and our own scripts, no jQuery or Bootstrap.

    Its script is the same on every run, so that streamlit-folium leaves the map on the screen alone.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }},
                zoom: 7,
                zoomSnap: 0.25,
                scrollWheelZoom: false,
                doubleClickZoom: false,
                dragging: !L.Browser.mobile,
                renderer: L.svg({padding: 0.5})
            });
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__(location=(52.2, 5.3), tiles=None)
        # Ours first: it notes what Streamlit sends while Leaflet is still on its way.
        scripts = ("region-map.js", "region-panel.js", "region-extras.js", "leaflet/leaflet.js")
        self.default_js = [(Path(name).stem, _asset(name)) for name in scripts]
        self.default_css = [
            (Path(name).stem, _asset(name)) for name in ("leaflet/leaflet.css", "region-map.css")
        ]
        RegionLayer().add_to(self)


class RegionLayer(Layer):
    """The regions; what they look like comes with every `Picture`."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = wijkradar.regionLayer({attribution: {{ this.attribution|tojson }}});
        {% endmacro %}
        """
    )

    def __init__(self, attribution: str = ATTRIBUTION) -> None:
        super().__init__(control=False)
        self._name = "RegionLayer"
        self.attribution = attribution


class Picture(FeatureGroup):
    """What the map shows now. streamlit-folium runs it in the map that is already there.

    Parameters
    ----------
    content : dict
        See `picture`.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.featureGroup();
            regionLayer.paint({{ this.content|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, content: Mapping[str, Any]) -> None:
        super().__init__(control=False)
        self._name = "FeatureGroup"
        self.content = dict(content)


# -- what it shows -----------------------------------------------------------------------------------


class _Lines:
    """Texts that are sent once and named by their place after that."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        return self._places.setdefault(text, len(self._places))

    def all(self) -> list[str]:
        return list(self._places)


def picture(
    drawing: MapDrawing,
    *,
    selected: str | None = None,
    years: Mapping[int, MapDrawing] | None = None,
    outlined: bool = False,
    background: str = "",
) -> dict[str, Any]:
    """Put what the map must show in the words of ``static/kaartdelen/region-map.js``.

    Parameters
    ----------
    drawing : MapDrawing
        What is shown first; one of ``years`` where these are given.
    selected : str, optional
        Code of the polygon with a thick outline.
    years : mapping of int to MapDrawing, optional
        Every year that can be slid to, on the same borders and in the same classes.
    outlined : bool
        Whether the borders of the gemeente itself can be had.
    background : str
        Address of the tiles of a background, with {z}, {x} and {y}; empty for none.

    Returns
    -------
    dict
        Codes and texts are in it once, every code as how many signs it shares with the one before and the rest; per year a
        class and an edge of each code (one sign each, "-" is no class, an edge that is not there is 0) and the places of its
        lines of text.

    Raises
    ------
    ValueError
        If a class has no colour, or a year stands on other borders or in other colours.
    """
    moments = dict(years) if years else {}
    for other in moments.values():
        if (other.borders_year, other.level, other.colours) != (
            drawing.borders_year,
            drawing.level,
            drawing.colours,
        ):
            raise ValueError("the years of one slider share their borders and classes")
    shown: list[tuple[int | None, MapDrawing]] = [*sorted(moments.items())] or [(None, drawing)]
    codes = list(dict.fromkeys(code for each in (drawing, *moments.values()) for code in each.areas.index))
    lines = _Lines()
    places = f"{_ROOT}/grenzen/{drawing.gemeente}"
    return {
        "address": f"{places}/{Level(drawing.level).value}/{int(drawing.borders_year)}.geojson",
        "outline": f"{places}/{Level.GEMEENTE.value}/{int(drawing.borders_year)}.geojson" if outlined else "",
        "group": drawing.gemeente,
        "view": f"{drawing.gemeente}/{drawing.level}",
        "whole": _WHOLE_COUNTRY if drawing.gemeente == NEDERLAND else _WHOLE_GEMEENTE,
        "one": level_label(drawing.level),
        "many": level_label(drawing.level, plural=True),
        "look": dict(drawing.look),
        "dark": luminance(drawing.look["paper"]) < 0.5,
        "background": background,
        "fills": list(drawing.colours),
        "dots": list(dot_colours(drawing.colours, drawing.look)),
        "edges": list(edge_colours(drawing.colours, drawing.look)),
        "codes": " ".join(_shortened(codes)),
        "moments": [_moment(year, each, codes, lines) for year, each in shown],
        "shown": next((place for place, (_, each) in enumerate(shown) if each is drawing), len(shown) - 1),
        "selected": selected,
        # Last: only now every line is known.
        "lines": lines.all(),
    }


def _shortened(codes: Sequence[str]) -> list[str]:
    """Return each code as how much it shares with the one before it (one sign), and the rest."""
    found = []
    for code, before in zip(codes, ["", *codes], strict=False):
        same = takewhile(lambda pair: pair[0] == pair[1], zip(code, before, strict=False))
        shared = min(len(list(same)), _MOST_SHARED)
        found.append(f"{shared:X}{code[shared:]}")
    return found


def codes_of(content: Mapping[str, Any]) -> list[str]:
    """Return the codes of the regions of a `picture`, as the browser reads them."""
    found, before = [], ""
    for part in filter(None, content["codes"].split(" ")):
        before = before[: int(part[0], 16)] + part[1:]
        found.append(before)
    return found


def _moment(year: int | None, drawing: MapDrawing, codes: Sequence[str], lines: _Lines) -> dict[str, Any]:
    areas = drawing.areas
    bands = areas["class"].astype("Int64")
    highest = -1 if bands.dropna().empty else int(bands.max())
    if highest >= len(drawing.colours):
        raise ValueError(f"class {highest} has no colour; there are {len(drawing.colours)} colours")
    edges = [_EDGE_OF.get(str(status), 0) for status in areas.get("status", _same("", areas))]
    alike = areas.get("alike", _same(False, areas)).fillna(False).astype("bool")
    unknown = lines.place(NO_FIGURE)
    told = [_short([lines.place(line) for line in str(label).split("\n")]) for label in areas["label"]]
    labels = dict(zip(areas.index, told, strict=True))
    marks = dict(zip(areas.index, np.array(edges, dtype="int64") + _ALIKE * alike.to_numpy(), strict=True))
    classes = dict(zip(areas.index, bands.fillna(-1), strict=True))
    return {
        "year": year,
        "title": lines.place(drawing.title),
        "classes": "".join(str(band) if (band := classes.get(code, -1)) >= 0 else NO_CLASS for code in codes),
        "labels": [labels.get(code, unknown) for code in codes],
        # Most maps have none, or none at their end.
        "marks": "".join(str(marks.get(code, 0)) for code in codes).rstrip("0"),
        "legend": [
            lines.place(drawing.legend_title),
            [
                [
                    lines.place(part)
                    for part in (entry.name, swatch_style(entry, drawing), told_count(entry, drawing.level))
                ]
                for entry in drawing.legend
            ],
        ],
    }


def _short(places: list[int]) -> int | list[int]:
    """Return the place of one line without the brackets, which a map of the country would send 3,000 times."""
    return places[0] if len(places) == 1 else places


def _same(value: object, areas: pd.DataFrame) -> pd.Series:
    return pd.Series(value, index=areas.index)


# -- on the page -------------------------------------------------------------------------------------


def clicked_region(answer: object, known: Sequence[str]) -> str | None:
    """Read the region out of what the browser sent; what the browser says is not taken on trust.

    Parameters
    ----------
    answer : object
        What the map component returned.
    known : sequence of str
        Codes that are on the map.
    """
    code = answer.get("code") if isinstance(answer, Mapping) else None
    return code if isinstance(code, str) and code in known else None


def chosen_year(answer: object, known: Sequence[int]) -> int | None:
    """Read the year out of what the browser sent, if it is one of the slider; see `clicked_region`."""
    year = answer.get("year") if isinstance(answer, Mapping) else None
    return year if isinstance(year, int) and not isinstance(year, bool) and year in known else None


def show_map(
    content: Mapping[str, Any],
    *,
    height: int = 520,
    key: str = "kaart",
    on_click: Callable[[str], None] | None = None,
    on_year: Callable[[int], None] | None = None,
) -> None:
    """Show the map in the current place on the page.

    Parameters
    ----------
    content : mapping
        See `picture`. With more than one year, the slider and the legend stand inside the frame and follow each other.
    height : int
        Of the map, in pixels; the slider and its legend come under it.
    key : str
        One per map on the page; with the same key the map stays where the user left it.
    on_click : callable, optional
        Called with the code of a polygon *before* the page runs again: the place to change a selection that is a
        widget higher on the page.
    on_year : callable, optional
        Likewise with the year on which the slider came to rest.
    """
    # Imported here and not at the start: the component must be declared while a page runs, or its address
    # answers 404 (measured with Streamlit 1.67).
    from streamlit_folium import st_folium

    codes = codes_of(content)
    years = [moment["year"] for moment in content["moments"]]

    def pass_on() -> None:
        answer = st.session_state.get(key)
        if (code := clicked_region(answer, codes)) and on_click:
            on_click(code)
        if (year := chosen_year(answer, years)) and on_year:
            on_year(year)

    st_folium(
        RegionMap(),
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=Picture(content),
        on_change=pass_on,
    )
