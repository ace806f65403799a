"""Wie horen we niet?, view Welke wijken?: voices beside residents, on a chart and on the map."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from analysis.hearing import ABOUT, OVER, UNDER
from analysis.small_counts import SHOWN
from reports.map_drawing import LOOK, Entry, MapDrawing
from ui import hearing_wording as words
from ui import wording
from ui.exhibit import exhibit, file_name
from ui.hearing import open_desk, say_cautions, show_heard, source
from ui.hearing_chart import gap_chart, in_order, ink_of
from ui.hearing_figures import CONCERNS, Hearing
from ui.map_exhibit import map_exhibit
from ui.painting import ATTRIBUTION, Layer, Painting, paint, unplaced_sentence
from ui.parts import say, say_list
from ui.selection import Selection, choose_from_list
from ui.theme import Look

#: The classes of the map, from less to more; too few is no class.
_CLASSES: Final = (UNDER, ABOUT, OVER)
_NUMBERS: Final = (
    "voices",
    "ratio",
    "lower",
    "upper",
    "missing",
    "missing_lower",
    "missing_upper",
    "p_adjusted",
)


def show(selection: Selection, look: Look) -> None:
    """Show the view."""
    del look
    if (place := open_desk(selection)) is not None:
        show_heard(selection, place, lambda found: _body(selection, found))


def _body(selection: Selection, found: Hearing) -> None:
    known = found.known
    exhibit(
        lambda look: _gaps(found, selection.wijk, look),
        "gehoord",
        name=file_name(known, f"wie horen we niet {found.what}"),
        table=lambda: table(found),
        figures=lambda: plain_rows(found),
        told=f"Tabel: per wijk van {known.name} hoeveel er gehoord is en hoeveel er te verwachten was",
        legend="Minder dan 5 wordt niet als getal getoond, en wat dat zou verraden ook niet.",
        linked=False,
        source=source(found),
        method=words.METHOD,
    )
    names = dict(zip(found.wijken["region"], found.wijken["name"], strict=True))
    choose_from_list(names, selection.wijk, "gehoord-wijk")
    st.subheader("Op de kaart", anchor=False)
    _map(selection, found)
    say_cautions()
    with st.expander("Hoe is dit bepaald?"):
        say(words.METHOD)
        row = found.wijken.iloc[0]
        say_list(
            [
                f"Een gewone wijk geeft hier {wording.number(row['per_1000'], 1)} {'zorgen' if found.what == CONCERNS else 'deelnemers'} per "
                f"{wording.number(1000)} inwoners in deze periode.",
                f"Stemmen komen in groepjes: de aantallen schommelen {wording.number(row['clumping'], 1)} keer zo sterk als wanneer elke "
                "stem op zichzelf kwam.",
            ]
        )


@lru_cache(maxsize=64)
def _gaps(found: Hearing, chosen: str | None, look: Look) -> dict[str, Any]:
    drawn = gap_chart(
        found.wijken,
        look,
        title=_title(found),
        subtitle=f"{wording.capital(found.what)}: meer of minder gehoord dan verwacht",
        source=source(found),
        what=found.what,
        chosen=chosen,
    )
    return drawn.to_dict(validate=False)


def _title(found: Hearing) -> str:
    names = [found.known.label(region) for region in found.silent]
    if not names:
        return f"Geen wijk van {found.known.name} laat duidelijk minder van zich horen"
    verb = "laat" if len(names) == 1 else "laten"
    return f"{wording.join_names(names, 4)} {verb} minder van zich horen dan verwacht"


# Tables ---------------------------------------------------------------------------------------------


def table(found: Hearing) -> pd.DataFrame:
    """Return what stands beside the chart, as text."""
    rows = in_order(found.wijken)
    return pd.DataFrame(
        {
            "Wijk": rows["name"],
            "Gehoord": [
                words.counted(value, status)
                for value, status in zip(rows["voices"], rows["status"], strict=True)
            ],
            "Verwacht": [wording.number(value) for value in rows["expected"]],
            "Verschil (band van 95 %)": [words.gap(row) for _, row in rows.iterrows()],
            "Oordeel": rows["verdict"].map(words.TITLES),
            "Cijfers van de wijk": rows["worsening"].map({True: "worden slechter", False: ""}),
        }
    )


def plain_rows(found: Hearing) -> pd.DataFrame:
    """Return rows for a file; what may not be shown is empty, with the reason."""
    rows = in_order(found.wijken)
    shown = rows["status"] == SHOWN
    numbers = rows[list(_NUMBERS)].where(shown, np.nan)
    return pd.DataFrame(
        {
            "wijk": rows["region"],
            "naam": rows["name"],
            "inwoners": rows["people"],
            "gehoord": [
                words.counted(value, status)
                for value, status in zip(rows["voices"], rows["status"], strict=True)
            ],
            "verwacht": rows["expected"].round(1),
            "deel_van_verwacht": numbers["ratio"].round(3),
            "deel_onder": numbers["lower"].round(3),
            "deel_boven": numbers["upper"].round(3),
            "te_weinig_gehoord": numbers["missing"].round(1),
            "te_weinig_onder": numbers["missing_lower"].round(1),
            "te_weinig_boven": numbers["missing_upper"].round(1),
            "oordeel": rows["verdict"].map(words.TITLES),
            "cijfers_worden_slechter": rows["worsening"].map({True: "ja", False: "nee"}),
            "van": found.first,
            "tot_en_met": found.last,
        }
    )


# Map ------------------------------------------------------------------------------------------------


def _map(selection: Selection, found: Hearing) -> None:
    painting = painted(found)
    if painting is None:
        say(
            "Van deze gemeente zijn geen grenzen opgeslagen; daarom is er geen kaart. De grafiek hierboven zegt hetzelfde."
        )
        return
    map_exhibit(
        selection,
        lambda look: drawing(found, painting, look),
        "gehoord-kaart",
        name=file_name(found.known, f"kaart wie horen we niet {found.what}"),
        table=lambda: table(found),
        figures=lambda: plain_rows(found),
        told=f"Tabel: per wijk van {found.known.name} hoeveel er gehoord is en hoeveel er te verwachten was",
        source=source(found),
        method=words.METHOD,
        linked=False,
    )
    if len(painting.unplaced):
        say(unplaced_sentence(painting.unplaced, painting.borders_year))


@lru_cache(maxsize=32)
def painted(found: Hearing) -> Painting | None:
    """Put the verdicts on the borders of now; None where there are none."""
    known = found.known
    year = known.years[-1]
    borders_year = known.borders_year(year)
    if borders_year is None:
        return None
    rows = found.wijken
    layer = Layer(
        rows=pd.DataFrame(
            {
                "region": rows["region"],
                "name": rows["name"],
                "value": rows["verdict"].map(
                    {verdict: float(place) for place, verdict in enumerate(_CLASSES)}
                ),
                "status": "",
                "reason": wording.in_sentence(words.TITLES["too_few"]),
                "alike": False,
                "label": [words.label(row) for _, row in rows.iterrows()],
            }
        ),
        year=year,
        title=_title(found),
        legend_title=f"Gehoord naast het aantal inwoners: {found.what}, {words.period(found)}",
        named=lambda _, place: words.TITLES[_CLASSES[place]],
        decimals=0,
        source=source(found),
    )
    return paint(known, layer, borders_year)


def drawing(found: Hearing, painting: Painting, look: Look) -> MapDrawing:
    """Return the map in a look: always the three classes, also those without a wijk.

    The files of a map hold what is drawn: the class, and no count.
    """
    areas = painting.areas.assign(**{"class": painting.areas["value"].round().astype("Int64")})
    colours = (ink_of(UNDER, look), look.less_to_more[2], ink_of(OVER, look))
    entries = [
        Entry(words.TITLES[verdict], "colour", colours[place], int((areas["class"] == place).sum()))
        for place, verdict in enumerate(_CLASSES)
    ]
    without = areas.loc[areas["class"].isna(), "reason"].value_counts(sort=True)
    entries += [Entry(str(reason), "no_figure", "", int(n)) for reason, n in without.items()]
    return MapDrawing(
        title=painting.layer.title,
        gemeente=painting.known.gemeente,
        level=painting.known.level,
        borders_year=painting.borders_year,
        areas=areas,
        colours=colours,
        legend_title=painting.layer.legend_title,
        legend=tuple(entries),
        look={name: getattr(look, name) for name in LOOK},
        notes=painting.notes,
        source=f"{source(found)} {ATTRIBUTION}",
    )
