"""How earlier outlooks of a need did: errors beside those of no change, and how often the band was right."""

from __future__ import annotations

import streamlit as st

from analysis.needs import Need
from ui import needs_figures as worked
from ui import needs_wording as told
from ui import outlook_wording as words
from ui import tables, wording
from ui.official_wording import NAME
from ui.parts import say, say_list, when_opened


def show_record(basis: worked.Basis, need: Need, region: str, horizon: int) -> None:
    """Say how earlier outlooks of a need did, per year ahead on request.

    Parameters
    ----------
    basis : Basis
    need : Need
    region : str
        The gemeente, which has a record of its own, or a wijk, of which all count together.
    horizon : int
        Years ahead, at most.
    """
    known = basis.known
    record, alone = worked.record_beside(basis, need.id, region)
    indicator = told.indicator_of(need, known.catalogue)
    whose = known.label(region) if alone else f"alle {wording.level_label(known.level, plural=True)}"
    st.subheader("Hoe vaak klopte dit eerder?", anchor=False)
    if record.empty:
        say("Er zijn nog geen eerdere verwachtingen van dit aantal om na te rekenen.")
        return
    say("We deden alsof we vroeger leefden: dezelfde som met de cijfers van toen, naast wat er daarna kwam.")
    say_list(
        filter(
            None,
            [
                words.error_sentence(record, indicator, f"In {whose}"),
                words.coverage_sentence(record, horizon),
                words.skill_sentence(record, horizon, indicator),
            ],
        )
    )
    if basis.imposed:
        say(
            f"Dit gaat over onze eigen verwachtingen. Hoe vaak {NAME} gelijk kregen, rekenen we hier niet na."
        )
    with when_opened("Per jaar vooruit", "behoefte-staat-van-dienst") as is_open:
        if is_open:
            st.table(
                tables.record_table(record, indicator),
                hide_index=True,
                alt=f"Tabel: hoe vaak eerdere verwachtingen van het aantal {need.title} klopten, per jaar vooruit",
            )
