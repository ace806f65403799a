"""The map: wijken or buurten in classes of one hue, drawn from borders that the browser fetches by address.

Python sends a class and a line of text per region, never the geometry, so that a change of year or
selection is a message of a few kilobytes to a map that stays where it is. Nothing comes from another host.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import folium
import numpy as np
import pandas as pd
import streamlit as st
from folium.map import FeatureGroup, Layer
from folium.template import Template

from data.panel import Level, Status
from ui.theme import Look
from ui.wording import NO_FIGURE, count, figure, in_thousands_of_euro, level_label, number

ATTRIBUTION: Final = "CBS, Kadaster (PDOK), CC BY 4.0"
MOST_CLASSES: Final = 5
_ASSETS: Final = Path(__file__).resolve().parent.parent / "static" / "kaartdelen"
#: The map lives in a frame at <base>/component/<name>/, so this is the root, also behind a base path.
_ROOT: Final = "../.."
#: How the outline of a region says that its figure is less certain; the names are those in the script.
_EDGES: Final = {Status.PROVISIONAL.value: "broken", Status.BRIDGED.value: "dashed"}
#: Which steps of the five-step scale are used when there are fewer classes.
_STEPS: Final = {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}


# -- classes and legend ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Classes:
    """Classes from low to high.

    Attributes
    ----------
    ranges : tuple of (float, float)
        Lowest and highest figure in each class; both really occur.
    decimals : int
        Figures are rounded to this before they are put in a class, so that two figures that look the
        same on the screen never differ in colour.
    """

    ranges: tuple[tuple[float, float], ...]
    decimals: int

    def __len__(self) -> int:
        return len(self.ranges)

    def of(self, values: pd.Series) -> pd.Series:
        """Return the class of each figure.

        Parameters
        ----------
        values : Series of float
            Figures that were all among those given to `classify`.

        Returns
        -------
        Series of Int64
            0 is the lowest class; empty where there is no figure.

        Raises
        ------
        ValueError
            If a figure lies outside every class: the legend would then not be true.
        """
        known = _figures(values, self.decimals)
        index = np.searchsorted([high for _, high in self.ranges], known.to_numpy())
        lows = np.array([low for low, _ in self.ranges] + [np.inf])
        if len(known) and (known.to_numpy() < lows[index]).any():
            raise ValueError("a figure lies outside the classes; classify all figures that are shown")
        return pd.Series(index, index=known.index, dtype="Int64").reindex(values.index)

    def counts(self, values: pd.Series) -> tuple[int, ...]:
        """Return how many of the figures fall in each class."""
        found = self.of(values).value_counts()
        return tuple(int(found.get(step, 0)) for step in range(len(self)))


def _figures(values: pd.Series, decimals: int) -> pd.Series:
    numeric = pd.to_numeric(values).astype("float64")
    return numeric[np.isfinite(numeric)].round(decimals)


def classify(values: pd.Series, k: int = MOST_CLASSES, *, decimals: int = 1) -> Classes:
    """Divide figures into at most ``k`` classes of about equal size.

    Quantiles whose bounds are figures that occur (inverse of the empirical distribution, type 1 of
    Hyndman & Fan, 1996, "Sample quantiles in statistical packages"). Equal figures stay together, which
    may leave fewer classes; no class is ever empty.

    Parameters
    ----------
    values : Series of float
        One figure per region, or of several years when these share a legend; missing ones are ignored.
    k : int
        Most classes wanted, 1 to 5.
    decimals : int
        Number of decimals that the screen shows.

    Raises
    ------
    ValueError
        If ``k`` is not between 1 and 5.
    """
    if not 1 <= k <= MOST_CLASSES:
        raise ValueError(f"between 1 and {MOST_CLASSES} classes, not {k}")
    known = np.sort(_figures(values, decimals).to_numpy())
    if not known.size:
        return Classes((), decimals)
    distinct = np.unique(known)
    steps = np.arange(1, k + 1) / k
    highs = distinct if distinct.size <= k else np.unique(np.quantile(known, steps, method="inverted_cdf"))
    lows = [distinct[0], *(distinct[np.searchsorted(distinct, high, side="right")] for high in highs[:-1])]
    return Classes(tuple((float(low), float(high)) for low, high in zip(lows, highs, strict=True)), decimals)


def class_colours(n: int, look: Look) -> tuple[str, ...]:
    """Return ``n`` colours of the sequential scale, as far apart as can be."""
    return tuple(look.scale[step] for step in _STEPS[n]) if n else ()


def _swatch(background: str, look: Look) -> str:
    return (
        '<span aria-hidden="true" style="display:inline-block;flex:none;width:1.5rem;height:1rem;'
        f'border:1px solid {look.quiet};background:{background}"></span>'
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2), 1 to 21."""

    def luminance(colour: str) -> float:
        channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def dot_colours(colours: Sequence[str], look: Look) -> tuple[str, ...]:
    """Return for every class the colour of dots that can be seen on it."""
    return tuple(max((look.ink, look.paper), key=lambda dot: contrast(dot, fill)) for fill in colours)


def alike_swatch(colours: Sequence[str], look: Look) -> str:
    """Return the background of the legend for dotted regions: dots on the middle class."""
    middle = len(colours) // 2
    dot, fill = dot_colours(colours, look)[middle], colours[middle]
    spot = f"radial-gradient(circle at 2px 2px,{dot} 1.2px,transparent 1.4px) 0 0/6px 6px"
    return f"{spot},{fill}"


def _hatch(look: Look) -> str:
    return f"repeating-linear-gradient(45deg,{look.no_figure} 0 2px,{look.paper} 2px 6px)"


def category_legend_html(
    title: str,
    names: Sequence[str],
    colours: Sequence[str],
    counts: Sequence[int],
    no_figure: int,
    look: Look,
    *,
    level: str = Level.WIJK,
    marks: Sequence[tuple[str, str, int]] = (),
) -> str:
    """Write a legend with a name, a colour and a number of regions per class.

    Parameters
    ----------
    title : str
        What the colours show; names figure, unit, year and, for a comparison, the comparator.
    names, colours, counts : sequence
        Of equal length, in the order of the scale.
    no_figure : int
        Number of regions without a figure; they have a line of their own when there are any.
    look : Look
    level : str
        Regional level, for what the regions are called.
    marks : sequence of tuple
        Name, CSS background and number of regions of what is marked on top of a colour, such as dots. These regions are
        counted in their class too; a mark that does not occur is left out.

    Returns
    -------
    str
        HTML with every text escaped.
    """
    entries = [*zip(names, colours, counts, strict=True)]
    if no_figure:
        entries.append((NO_FIGURE, _hatch(look), no_figure))
    entries += [mark for mark in marks if mark[2]]
    rows = "".join(
        '<li style="display:flex;gap:.5rem;align-items:center;margin:0">'
        f"{_swatch(colour, look)}<span>{html.escape(name)}</span>"
        f'<span style="color:{look.quiet}">'
        f"{count(n, level_label(level), level_label(level, plural=True))}</span></li>"
        for name, colour, n in entries
    )
    return (
        f'<div style="color:{look.ink};font-size:.875rem"><p style="margin:0 0 .25rem;font-weight:600">'
        f'{html.escape(title)}</p><ul style="list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;'
        f'gap:.25rem 1.25rem">{rows}</ul></div>'
    )


def legend_html(
    title: str,
    classes: Classes,
    unit: str,
    colours: Sequence[str],
    counts: Sequence[int],
    no_figure: int,
    look: Look,
    *,
    level: str = Level.WIJK,
    marks: Sequence[tuple[str, str, int]] = (),
) -> str:
    """Write the legend of a map in classes: range with unit, colour and number of regions.

    Parameters
    ----------
    title : str
        What the colours show, with the year; names the comparator when the figure is a comparison.
    classes : Classes
    unit : str
        As CBS writes it, see `ui.wording.figure`.
    colours : sequence of str
        The same that `show_map` gets, see `class_colours`.
    counts : sequence of int
        Number of regions per class, see `Classes.counts`.
    no_figure : int
        Number of regions without a figure.
    look : Look
    level : str
        Regional level, for what the regions are called.
    marks : sequence of tuple
        As in `category_legend_html`.

    Returns
    -------
    str
        HTML with every text escaped.
    """
    names = [_range(low, high, classes.decimals, unit) for low, high in classes.ranges]
    return category_legend_html(title, names, colours, counts, no_figure, look, level=level, marks=marks)


def _range(low: float, high: float, decimals: int, unit: str) -> str:
    highest = figure(high, unit, decimals)
    if low == high:
        return highest
    lowest = figure(low, unit, decimals) if in_thousands_of_euro(unit) else number(low, decimals)
    return f"{lowest} tot en met {highest}"


# -- the map itself ----------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    version = sha256((_ASSETS / name).read_bytes()).hexdigest()[:10]
    return f"{_ROOT}/kaartdelen/{name}?v={version}"


class RegionMap(folium.Map):
    """A folium map that needs no other host: Leaflet and our own script, no tiles, no jQuery or Bootstrap.

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
        self.default_js = [("regions", _asset("region-map.js")), ("leaflet", _asset("leaflet/leaflet.js"))]
        self.default_css = [("leaflet", _asset("leaflet/leaflet.css")), ("regions", _asset("region-map.css"))]
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


def picture(
    gemeente: str,
    level: str,
    borders_year: int,
    areas: pd.DataFrame,
    colours: Sequence[str],
    *,
    title: str,
    look: Look,
    selected: str | None = None,
) -> dict[str, Any]:
    """Put what the map must show in the words of ``static/kaartdelen/region-map.js``.

    Parameters
    ----------
    gemeente, level, borders_year
        Name the borders: ``/grenzen/{gemeente}/{level}/{borders_year}.geojson``.
    areas : DataFrame
        Indexed by region code, with columns ``class`` (Int64, empty is "geen cijfer"), ``label`` (str, the
        text under the name in the tooltip, lines apart by a line end) and optionally ``status`` (a provisional
        figure gets a lighter, broken outline, a converted one a dashed outline) and ``alike`` (bool: cannot
        be told apart from the figure of the gemeente, drawn with dots).
    colours : sequence of str
        One per class, the same as in the legend; see `class_colours`.
    title : str
        What the map shows, for who cannot see it.
    look : Look
    selected : str, optional
        Region with a thick outline.

    Raises
    ------
    ValueError
        If a class has no colour.
    """
    bands = areas["class"].astype("Int64")
    highest = -1 if bands.dropna().empty else int(bands.max())
    if highest >= len(colours):
        raise ValueError(f"class {highest} has no colour; there are {len(colours)} colours")
    edges = areas["status"].map(_EDGES).fillna("") if "status" in areas else _same("", areas)
    alike = areas["alike"] if "alike" in areas else _same(False, areas)
    return {
        "address": f"{_ROOT}/grenzen/{gemeente}/{Level(level).value}/{int(borders_year)}.geojson",
        "view": f"{gemeente}/{level}",
        "title": title,
        "look": {
            name: getattr(look, name)
            for name in ("paper", "raised", "ink", "quiet", "hairline", "accent", "no_figure")
        },
        "fills": list(colours),
        "dots": list(dot_colours(colours, look)),
        "areas": {
            code: [None if pd.isna(band) else int(band), str(label), str(edge), bool(same)]
            for code, band, label, edge, same in zip(
                areas.index, bands, areas["label"], edges, alike, strict=True
            )
        },
        "selected": selected,
    }


def _same(value: object, areas: pd.DataFrame) -> pd.Series:
    return pd.Series(value, index=areas.index)


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


def show_map(
    gemeente: str,
    level: str,
    borders_year: int,
    areas: pd.DataFrame,
    colours: Sequence[str],
    *,
    title: str,
    look: Look,
    selected: str | None = None,
    height: int = 520,
    key: str = "kaart",
    on_click: Callable[[str], None] | None = None,
) -> str | None:
    """Show the map in the current place on the page.

    Parameters
    ----------
    gemeente, level, borders_year, areas, colours, title, look, selected
        See `picture`.
    height : int
        In pixels.
    key : str
        One per map on the page; with the same key the map stays where the user left it.
    on_click : callable, optional
        Called with the code *before* the page runs again: the place to change a selection that is a
        widget higher on the page.

    Returns
    -------
    str or None
        The region clicked just now; only in the run that the click started, also when it is the same
        region as before.
    """
    # Imported here and not at the start: the component must be declared while a page runs, or its address
    # answers 404 (measured with Streamlit 1.67).
    from streamlit_folium import st_folium

    known = list(areas.index)

    def pass_on() -> None:
        code = clicked_region(st.session_state.get(key), known)
        if code and on_click:
            on_click(code)

    content = picture(
        gemeente, level, borders_year, areas, title=title, look=look, selected=selected, colours=colours
    )
    answer = st_folium(
        RegionMap(),
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=Picture(content),
        on_change=pass_on,
    )
    moment = answer.get("moment") if isinstance(answer, Mapping) else None
    seen = f"{key}: moment of the last click"
    fresh = moment is not None and moment != st.session_state.get(seen)
    st.session_state[seen] = moment
    return clicked_region(answer, known) if fresh else None
