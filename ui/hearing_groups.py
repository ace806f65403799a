"""Wie horen we niet?, view Welke groepen?: who takes part beside who lives there, as far as a channel knows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from analysis.hearing import ABOUT, ALL_CHANNELS, OVER, TOO_FEW, UNDER
from analysis.small_counts import SHOWN
from register.concerns import CHANNELS
from ui import hearing_wording as words
from ui import wording
from ui.exhibit import exhibit, file_name
from ui.hearing import open_desk, show_heard, source
from ui.hearing_chart import group_chart
from ui.hearing_figures import Hearing, channel_title
from ui.outlook_choice import one_of
from ui.parts import say, say_list
from ui.selection import Selection
from ui.theme import Look

_EVERY: Final = "alle"
_WHERE: Final = {"alle": "in alle wijken", "stil": "in de stille wijken"}
_VERDICTS: Final = {
    UNDER: "minder dan er wonen",
    OVER: "meer dan er wonen",
    ABOUT: "ongeveer gelijk",
    TOO_FEW: "te weinig om iets te zeggen",
}
_METHOD: Final = (
    "Deelnemers van wie het kanaal de groep kent, naast de inwoners van 15 jaar en ouder van dezelfde wijken; elke wijk telt zo zwaar "
    "als zij deelnemers heeft. Kinderen tot 15 jaar doen niet mee in de vergelijking. De band is 95 % voor alle groepen van één "
    "soort samen, en houdt rekening met mensen die samen komen. Bij huishoudens telt wie alleen woont als één mens en wie "
    "samenwoont zonder kinderen als twee; bij soort woning worden woningen geteld, geen mensen."
)


def show(selection: Selection, look: Look) -> None:
    """Show the view."""
    del look
    if (place := open_desk(selection)) is not None:
        show_heard(selection, place, _body, choices=False)


def _body(found: Hearing) -> None:
    everywhere = found.groups()
    st.subheader("Wie doet er mee, en wie woont er?", anchor=False)
    if everywhere.empty:
        say(
            "Van geen enkele deelnemer is bekend in welke groep die hoort. Tel bij een bijeenkomst of enquête mee hoeveel mensen jong of "
            "oud zijn, huren of een koopwoning hebben, en vul dat in bij ‘Wie deed mee?’. Aantallen zijn genoeg; namen niet."
        )
        _say_unknowable()
        return
    where = "alle"
    with st.container(horizontal=True, gap="medium", key="groepen-keuzes"):
        if found.silent:
            where = one_of("waar", "Waar", list(_WHERE), "alle", _WHERE)
        rows = found.groups(silent_only=True) if where == "stil" else everywhere
        there = [channel or _EVERY for channel in dict.fromkeys(rows["channel"])] or [_EVERY]
        labels = {name: channel_title("" if name == _EVERY else name) for name in there}
        chosen = one_of("kanaal", "Kanaal", there, there[0], labels)
    channel = ALL_CHANNELS if chosen == _EVERY else chosen
    mine = rows[rows["channel"] == channel].reset_index(drop=True)
    say(words.groups_opening(rows, channel, _WHERE[where]))
    if (mine["status"] == SHOWN).any():
        exhibit(
            lambda look: _drawn(found, channel, where, look),
            "gehoord-groepen",
            name=file_name(found.known, f"groepen {channel_title(channel)} {_WHERE[where]}"),
            table=lambda: _table(mine),
            figures=lambda: plain_rows(mine, found),
            told="Tabel: per groep het deel van de deelnemers naast het deel van de inwoners",
            legend="Minder dan 5 wordt niet als getal getoond, en wat dat zou verraden ook niet.",
            linked=False,
            source=source(found),
            method=_METHOD,
        )
    else:
        say("De aantallen zijn hier zo klein dat ze mensen zouden kunnen aanwijzen. Daarom staan ze er niet.")
    st.subheader("Wat wij niet weten", anchor=False)
    say_list(
        words.known_sentences(
            rows, channel, [name for name in CHANNELS if (found.gatherings["channel"] == name).any()]
        )
    )
    if (told := _children(found.children)) != "0":
        say_list([f"Kinderen tot 15 jaar: {told} deden mee. Zij staan niet in de vergelijking."])
    _say_unknowable()
    with st.expander("Hoe is dit bepaald?"):
        say(_METHOD)


def _children(n: int | None) -> str:
    return "enkele" if n is None else wording.number(n)


def _say_unknowable() -> None:
    say("En dit kan geen enkel kanaal weten:")
    say_list([*words.UNKNOWABLE, words.CAUTIONS[2]])


@lru_cache(maxsize=64)
def _drawn(found: Hearing, channel: str, where: str, look: Look) -> dict[str, Any]:
    rows = found.groups(silent_only=where == "stil")
    mine = rows[rows["channel"] == channel].reset_index(drop=True)
    title = words.groups_opening(rows, channel, _WHERE[where]).split(" (")[0].rstrip(".")
    if (mine.loc[mine["status"] == SHOWN, "verdict"] == UNDER).sum() > 1:
        title = f"Niet iedereen doet mee via {channel_title(channel).lower()} {_WHERE[where]}"
    return group_chart(mine, look, title=title, source=source(found)).to_dict(validate=False)


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    shown = rows["status"] == SHOWN

    def told(column: str) -> list[str]:
        return [
            words.percent(value) if there else words.NOT_SHOWN
            for value, there in zip(rows[column], shown, strict=True)
        ]

    return pd.DataFrame(
        {
            "Groep": [
                words.group_title(kind, group)
                for kind, group in zip(rows["kind"], rows["group"], strict=True)
            ],
            "Deelnemers": [
                words.counted(value, status)
                for value, status in zip(rows["count"], rows["status"], strict=True)
            ],
            "Deel": told("share"),
            "Van": told("lower"),
            "Tot": told("upper"),
            "Inwoners": [words.percent(value) for value in rows["residents"]],
            "Oordeel": rows["verdict"].map(_VERDICTS).where(shown, words.NOT_SHOWN),
        }
    )


def plain_rows(rows: pd.DataFrame, found: Hearing) -> pd.DataFrame:
    """Return rows for a file; what may not be shown is empty."""
    shown = rows["status"] == SHOWN
    numbers = rows[["share", "lower", "upper", "least", "most"]].where(shown, np.nan).round(3)
    return pd.DataFrame(
        {
            "kanaal": rows["channel"].map(channel_title),
            "soort": rows["kind"].map(words.KINDS),
            "groep": [
                words.group_title(kind, group)
                for kind, group in zip(rows["kind"], rows["group"], strict=True)
            ],
            "deelnemers": rows["participants"].where(shown),
            "bekend_van": rows["known"].where(shown),
            "aantal": [
                words.counted(value, status)
                for value, status in zip(rows["count"], rows["status"], strict=True)
            ],
            "deel": numbers["share"],
            "deel_onder": numbers["lower"],
            "deel_boven": numbers["upper"],
            "deel_van_inwoners": rows["residents"].round(3),
            "deel_als_geen_onbekende": numbers["least"],
            "deel_als_elke_onbekende": numbers["most"],
            "oordeel": rows["verdict"].map(_VERDICTS).where(shown, words.NOT_SHOWN),
            "van": found.first,
            "tot_en_met": found.last,
        }
    )
