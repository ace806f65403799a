"""A place on a small map: a click becomes a square of 100 m in its wijk and buurt, never an address."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from data.panel import Level
from data.store import Store
from register.concerns import GRID_M
from register.placing import Places, places, to_rd
from reports.map_drawing import LOOK, MapDrawing
from ui.concern_draft import Draft
from ui.map import Picture, RegionMap, picture
from ui.painting import ATTRIBUTION
from ui.parts import page_look, plain, say, when_opened
from ui.selection import Selection
from ui.theme import Look

_HEIGHT: Final = 300


def square_chosen(draft: Draft) -> dict[str, float]:
    """Return the middle of the square that was chosen (x, y in metres, EPSG:28992); empty without one."""
    square = draft.get("square")
    return {"x": float(square[0]), "y": float(square[1])} if square else {}


def choose_square(selection: Selection, draft: Draft) -> None:
    """Offer a small map on which the place can be pointed at; what was chosen is told, and can be let go."""
    with when_opened("Wijs de plek aan op een kaart", f"zorg-plek-{draft.gemeente}") as is_open:
        if not is_open:
            if draft.get("square"):
                st.caption("Er is een plek aangewezen.")
            return
        store = selection.store
        known = _places(str(store.folder), store.content(draft.gemeente), draft.gemeente)
        if known.shapes is None:
            say("Van deze gemeente zijn er geen grenzen. Kies de wijk en de buurt uit de lijst.")
            return
        say(
            f"Tik op de kaart. Wijkradar bewaart alleen het vak van {GRID_M:.0f} bij {GRID_M:.0f} meter waarin de plek ligt, "
            "nooit een adres. De wijk en de buurt worden ingevuld."
        )
        _map(known, draft, page_look())
        if told := draft.get("plek-verteld"):
            st.markdown(f"**{plain(str(told))}**")
        if draft.get("square"):
            st.button("Geen plek", key=draft.name("plek-weg"), on_click=_let_go, args=(draft,))


def _let_go(draft: Draft) -> None:
    draft.put("square", None)
    draft.put("plek-verteld", None)


@lru_cache(maxsize=8)
def _places(folder: str, content: str, gemeente: str) -> Places:  # noqa: ARG001 (cache key)
    return places(Store(Path(folder)), gemeente)


def _map(known: Places, draft: Draft, look: Look) -> None:
    # Imported here: the component must be declared while a page runs, or its address answers 404.
    from streamlit_folium import st_folium

    key = draft.name("kaart")

    def take() -> None:
        point = clicked_point(st.session_state.get(key))
        if point is not None and point != draft.get("punt"):
            draft.put("punt", point)
            _place(known, draft, *point)

    chosen = draft.get("buurt") or draft.get("wijk")
    drawing = _drawing(known, look)
    st_folium(
        RegionMap(),
        key=key,
        height=_HEIGHT,
        use_container_width=True,
        returned_objects=["last_clicked"],
        feature_group_to_add=Picture(
            picture(drawing, selected=chosen if chosen in drawing.areas.index else None)
        ),
        on_change=take,
    )


def clicked_point(answer: object) -> tuple[float, float] | None:
    """Read breadth and length (WGS84) out of what the browser sent; what it says is not taken on trust."""
    at = answer.get("last_clicked") if isinstance(answer, Mapping) else None
    if not isinstance(at, Mapping):
        return None
    found = at.get("lat"), at.get("lng")
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in found):
        return None
    return float(found[0]), float(found[1])  # type: ignore[arg-type]


def _place(known: Places, draft: Draft, lat: float, lng: float) -> None:
    x, y = to_rd(np.array([lng]), np.array([lat]), np.array(["wgs84"]))
    found = {str(name): value for name, value in known.at_points(x, y).iloc[0].items()}
    if found["problem"]:
        draft.put("plek-verteld", f"{found['problem']} Er is niets gekozen.")
        return
    draft.put("square", (found["x"], found["y"]))
    draft.put("wijk", found["wijk"])
    draft.put("buurt", found["buurt"] or None)
    where = known.names.get(found["buurt"]) or known.names.get(found["wijk"], found["wijk"])
    draft.put("plek-verteld", f"Gekozen: een plek in {where}.")


def _drawing(known: Places, look: Look) -> MapDrawing:
    """Draw the buurten, or the wijken where there are none, all alike."""
    level = Level.BUURT if any(code.startswith("BU") for code in known.names) else Level.WIJK
    lead = "BU" if level == Level.BUURT else "WK"
    codes = [code for code in known.names if code.startswith(lead)]
    names = [known.names[code] for code in codes]
    areas = pd.DataFrame(
        {
            "region": codes,
            "name": names,
            "class": 0,
            "label": "",
            "status": "",
            "alike": False,
            "value": np.nan,
        },
        index=pd.Index(codes, dtype="str"),
    )
    return MapDrawing(
        title="Wijs de plek aan",
        gemeente=known.gemeente,
        level=level.value,
        borders_year=known.borders_year,
        areas=areas,
        colours=(look.scale[0],),
        legend_title="",
        legend=(),
        look={name: getattr(look, name) for name in LOOK},
        source=ATTRIBUTION,
    )
