"""Wie horen we niet?, view Welk kanaal?: along which way a wijk is reached better than the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from analysis.hearing import ABOUT, OVER, TOO_FEW, UNDER
from analysis.small_counts import SHOWN
from ui import hearing_wording as words
from ui.exhibit import behind, file_name
from ui.hearing import open_desk, show_heard, source
from ui.hearing_chart import in_order, ink_of
from ui.hearing_figures import Hearing, channel_title
from ui.parts import page_look, plain, say, say_list
from ui.selection import Selection
from ui.theme import Look

_TITLES = {
    OVER: "vaker dan elders",
    UNDER: "minder vaak dan elders",
    ABOUT: "ongeveer gelijk aan elders",
    TOO_FEW: "te weinig om iets te zeggen",
}
_METHOD = (
    "Per wijk en kanaal: welk deel van de stemmen komt via dit kanaal, naast dat deel in alle andere wijken samen. Hoeveel een wijk in "
    "totaal laat horen, maakt niet uit. De band is 95 %; ‘vaker’ en ‘minder vaak’ staan er alleen als het verschil zeker meer "
    "dan een vijfde is, bij hooguit 1 op de 20 vals alarm."
)


def show(selection: Selection, look: Look) -> None:
    """Show the view."""
    del look
    if (place := open_desk(selection)) is not None:
        show_heard(selection, place, lambda found: _body(found))


def _body(found: Hearing) -> None:
    st.subheader("Wat bereikt de stille wijken wel?", anchor=False)
    if not found.silent:
        say("Er zijn geen wijken die duidelijk te weinig van zich laten horen.")
    elif told := words.best_channels(found):
        say_list(told)
    else:
        say(
            "Geen kanaal bereikt de stille wijken duidelijk beter dan de andere, of er is te weinig gehoord om dat te zien. "
            "Kijk ook bij ‘deelnemers’."
        )
    st.subheader("Elke wijk en elk kanaal", anchor=False)
    say(
        "Komt via dit kanaal een groter of kleiner deel van de stemmen uit de wijk dan elders? Gekleurd is wat meer dan toeval is."
    )
    st.dataframe(
        heat(found, page_look()),
        alt=f"Tabel: per wijk van {found.known.name} en per kanaal of het deel van de stemmen groter of kleiner is dan elders",
        height="content",
    )
    behind(
        "gehoord-kanalen",
        name=file_name(found.known, f"kanalen per wijk {found.what}"),
        title="Per wijk en kanaal: welk deel van de stemmen, naast elders",
        table=lambda: _plain_table(found),
        figures=lambda: plain_rows(found),
        told="Tabel: per wijk en kanaal het deel van de stemmen, naast elders",
        legend="Minder dan 5 wordt niet als getal getoond, en wat dat zou verraden ook niet.",
        linked=False,
        source=source(found),
        method=_METHOD,
    )
    st.caption(plain(source(found)))
    with st.expander("Hoe is dit bepaald?"):
        say(_METHOD)


def heat(found: Hearing, look: Look) -> Styler:
    """Return wijken down and channels across, in words with the ratio, coloured where it is more than chance."""
    rows = found.channels.assign(
        text=[words.cell(row) for _, row in found.channels.iterrows()],
        ink=[
            ink_of(verdict, look) if status == SHOWN and verdict in (OVER, UNDER) else ""
            for verdict, status in zip(found.channels["verdict"], found.channels["status"], strict=True)
        ],
    )
    order = [region for region in in_order(found.wijken)["region"] if region in set(rows["region"])]
    texts = rows.pivot_table("text", "region", "channel", "first").loc[order]
    inks = rows.pivot_table("ink", "region", "channel", "first").loc[order]
    labels = dict(zip(found.wijken["region"], found.wijken["name"], strict=True))
    for frame in (texts, inks):
        frame.index = pd.Index([labels[region] for region in order], name="Wijk", dtype="str")
        frame.columns = pd.Index([channel_title(str(channel)) for channel in frame.columns], dtype="str")
    styles = inks.map(lambda ink: f"background-color: {ink}; color: {look.paper}" if ink else "")
    return texts.style.apply(lambda _: styles, axis=None)


def _plain_table(found: Hearing) -> pd.DataFrame:
    rows = found.channels
    shown = rows["status"] == SHOWN
    return pd.DataFrame(
        {
            "Wijk": rows["name"],
            "Kanaal": rows["channel"].map(channel_title),
            "Gehoord": [
                words.counted(value, status)
                for value, status in zip(rows["voices"], rows["status"], strict=True)
            ],
            "Hier": [
                words.percent(share) if there else words.NOT_SHOWN
                for share, there in zip(rows["share"], shown, strict=True)
            ],
            "Vergeleken met elders": [words.cell(row) for _, row in rows.iterrows()],
        }
    )


def plain_rows(found: Hearing) -> pd.DataFrame:
    """Return rows for a file; what may not be shown is empty."""
    rows = found.channels
    numbers = rows[["share", "elsewhere", "ratio", "lower", "upper"]].where(rows["status"] == SHOWN, np.nan)
    verdict = rows["verdict"].map(_TITLES).where(rows["status"] == SHOWN, words.NOT_SHOWN)
    return pd.DataFrame(
        {
            "wijk": rows["region"],
            "naam": rows["name"],
            "kanaal": rows["channel"].map(channel_title),
            "gehoord": [
                words.counted(value, status)
                for value, status in zip(rows["voices"], rows["status"], strict=True)
            ],
            "deel_hier": numbers["share"].round(3),
            "deel_elders": numbers["elsewhere"].round(3),
            "keer_zo_veel": numbers["ratio"].round(2),
            "keer_onder": numbers["lower"].round(2),
            "keer_boven": numbers["upper"].round(2),
            "oordeel": verdict,
            "van": found.first,
            "tot_en_met": found.last,
        }
    )
