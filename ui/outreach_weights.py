"""The weights behind the order of Outreach: open, movable, kept for the whole gemeente, and what they change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pandas as pd
import streamlit as st

from analysis.outreach import MOST_WEIGHT, PARTS, START, Ordered
from register.keeping import OUTREACH
from register.roles import Action
from ui import outreach_wording as words
from ui.concern_told import Told, attempt
from ui.outreach_figures import Picture, as_tuple, ordered
from ui.outreach_plan import forget_last
from ui.parts import narrow_table, say, when_opened
from ui.registering import Desk
from ui.wording import number

NAME: Final = "gewichten"
_MOST_ROWS: Final = 15


def kept_weights(desk: Desk) -> tuple[dict[str, float], int | None]:
    """Return the weights of the gemeente with the version they have; those of Wijkradar where none were kept."""
    record = desk.kept.of(OUTREACH).get(NAME)
    if record is None:
        return dict(START), None
    told = record["body"] if isinstance(record["body"], dict) else {}
    return {part: _weight(told.get(part, START[part])) for part in PARTS}, int(record["version"])


def _weight(value: Any) -> float:
    return (
        float(min(max(value, 0), MOST_WEIGHT)) if isinstance(value, int | float) else float(START[PARTS[0]])
    )


def weights_now(desk: Desk) -> dict[str, float]:
    """Return the weights on the desk: those that were moved, else those of the gemeente."""
    moved = st.session_state.get(_moved(desk.gemeente))
    return dict(moved) if moved else kept_weights(desk)[0]


def _moved(gemeente: str) -> str:
    return f"moved weights of outreach {gemeente}"


def choose_weights(shown: Picture, desk: Desk, found: Ordered) -> None:
    """Show the sliders, how much each part counts, and what the weights change.

    Parameters
    ----------
    shown : Picture
    desk : Desk
    found : Ordered
        With the weights of now.
    """
    kept, version = kept_weights(desk)
    now = weights_now(desk)
    with when_opened("Gewichten: wat telt hoe zwaar?", "outreach-gewichten") as is_open:
        if not is_open:
            return
        say(
            "Schuif naar wat u belangrijk vindt. Alleen de verhouding telt: 10 is twee keer zo zwaar als 5, en met 0 telt een "
            "reden niet mee. Herkomst telt nooit mee."
        )
        for part in PARTS:
            _slider(desk, part, now)
        st.caption(words.weights_sentence(now))
        _buttons(desk, now, kept, version)
        if now != kept or kept != dict(START):
            _compared(
                shown, found, kept if now != kept else dict(START), own=now != kept and version is not None
            )


def _slider(desk: Desk, part: str, now: dict[str, float]) -> None:
    key = f"outreach-gewicht-{part}-{desk.gemeente}"

    def take() -> None:
        # Not asked of the register: a fault in a callback has no page to be told on.
        before = st.session_state.get(_moved(desk.gemeente)) or now
        st.session_state[_moved(desk.gemeente)] = before | {part: float(st.session_state[key])}

    # What is on the desk decides what the slider says, however it came there.
    st.session_state[key] = int(now[part])
    st.slider(
        words.PARTS[part],
        0,
        MOST_WEIGHT,
        key=key,
        on_change=take,
        help=words.PARTS_EXPLAINED[part],
        width=480,
    )


def _buttons(desk: Desk, now: dict[str, float], kept: dict[str, float], version: int | None) -> None:
    start = {part: float(weight) for part, weight in START.items()}

    def put(weights: dict[str, float]) -> Callable[[], None]:
        def work() -> None:
            st.session_state[_moved(desk.gemeente)] = weights

        return work

    with st.container(horizontal=True):
        if now != kept:
            if desk.actor.may(Action.WRITE_CONCERNS):
                st.button(
                    "Bewaar voor de hele gemeente",
                    key="outreach-gewicht-bewaar",
                    type="primary",
                    on_click=attempt,
                    args=(lambda: _keep(desk, now, version),),
                )
            label = "Terug naar wat bewaard is" if version else "Terug naar het begin"
            st.button(label, key="outreach-gewicht-terug", on_click=put(kept))
        if now != start and version:
            st.button("Alles even zwaar", key="outreach-gewicht-begin", on_click=put(start))


def _keep(desk: Desk, weights: dict[str, float], version: int | None) -> Told:
    forget_last()
    saved = desk.kept.keep(OUTREACH, NAME, {part: int(weight) for part, weight in weights.items()}, version)
    st.session_state.pop(_moved(desk.gemeente), None)
    return Told("Opgeslagen. Iedereen in deze gemeente ziet nu deze volgorde.", desk.kept, saved.batch)


def _compared(shown: Picture, found: Ordered, others: dict[str, float], *, own: bool) -> None:
    """Show the order with and without the weights of now beside each other."""
    before = ordered(shown, as_tuple(others))
    say(words.moved_sentence(found, before, shown.names))
    then = before.places.set_index("region")["place"]
    rows = found.places.head(_MOST_ROWS)
    table = pd.DataFrame(
        {
            "Wijk": rows["region"].map(shown.names),
            "Met deze gewichten": rows["place"].map(number),
            "Met de bewaarde" if own else "Alles even zwaar": [
                number(then[region]) if region in then.index else "geen plaats" for region in rows["region"]
            ],
        }
    )
    narrow_table(table, "Plaats van de wijken met deze en met andere gewichten", "outreach-gewichten-tabel")
