"""The builder of a scenario: assumptions are added one by one, in plain sentences, and every step can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis.needs import Change, Measure, Need, NewDwellings, UseChange
from ui import needs_state as state
from ui import needs_wording as told
from ui.figures import Figures
from ui.forecasting import AHEAD
from ui.needs_figures import BY_ID, first_ahead, wijken_now
from ui.parts import say

_USE, _DWELLINGS, _MEASURE = "gebruik", "woningen", "maatregel"
_KINDS: Final = {
    _USE: "Het gebruik verandert",
    _DWELLINGS: "Er komen woningen bij",
    _MEASURE: "Er komt een maatregel",
}
_LESS, _MORE = "minder", "meer"
_FOR_GOOD: Final = "blijft"
_MOST_DWELLINGS: Final = 20_000
_MOST_YEARS: Final = 10
_MOST_PERCENT: Final = 1000.0
_BUILDER: Final = """
<style>
.st-key-aannames { border: 1px solid color-mix(in srgb, currentColor 18%, transparent); border-radius: 6px; padding: 1rem; }
</style>
"""


@dataclass(frozen=True)
class _Sheet:
    """For whom and what a form is filled in.

    Attributes
    ----------
    known : Figures
    need : Need
        The need on the screen: what a change of use or a measure is about at first.
    wijk : str or None
        The chosen wijk.
    years : list of int
        Years in which something can change.
    end : int or None
        The last year of which the need is expected, in what is on the screen.
    """

    known: Figures
    need: Need
    wijk: str | None
    years: list[int]
    end: int | None = None

    @property
    def names(self) -> dict[str, str]:
        """Code of every wijk of now to its name."""
        return {code: self.known.label(code) for code in wijken_now(self.known)}

    @property
    def usual(self) -> int:
        """The year that a change begins in unless the visitor says otherwise: soon, and in time to be seen."""
        return _in_time(self.known, self.years, self.end)

    def key(self, box: str) -> str:
        """Return the key of a box, of its own for every gemeente: what is typed for one is not shown for another."""
        return f"aanname-{box}-{self.known.gemeente}"


def _in_time(known: Figures, years: list[int], end: int | None) -> int:
    soon = known.years[-1] + 2
    return max(min(soon, end or soon), years[0])


def build(known: Figures, need: Need, wijk: str | None, end: int | None) -> None:
    """Show the assumptions so far, a form for the next one, and the way back.

    Parameters
    ----------
    known : Figures
    need : Need
        What is on the screen.
    wijk : str or None
        The chosen wijk.
    end : int or None
        The last year of which the need is expected, in what is on the screen; None where it is not expected at all.
    """
    sheet = _Sheet(known, need, wijk, _years(known), end)
    st.html(_BUILDER)
    with st.container(key="aannames"):
        _name(known.gemeente)
        changes = state.draft(known.gemeente).changes
        if changes:
            _list_of(sheet, changes)
        else:
            _examples(sheet)
        _form(sheet)
        _way_back(known.gemeente)


def _years(known: Figures) -> list[int]:
    return list(range(first_ahead(known), known.years[-1] + 1 + AHEAD))


def _name(gemeente: str) -> None:
    key = f"scenario-naam-{gemeente}"

    def take() -> None:
        state.rename(gemeente, st.session_state[key])

    # What is on the desk decides what the box says, however it came there.
    st.session_state[key] = state.draft(gemeente).name
    st.text_input(
        "Naam van het scenario",
        max_chars=60,
        key=key,
        on_change=take,
        placeholder="Bijvoorbeeld: Buurtteam in alle wijken",
        help="Onder deze naam staat het in de grafiek en kunt u het bewaren. Zet er geen namen van mensen in.",
    )


# What is assumed so far ----------------------------------------------------------------------------


def _list_of(sheet: _Sheet, changes: tuple[Change, ...]) -> None:
    gemeente = sheet.known.gemeente
    for place, change in enumerate(changes):
        with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="center"):
            sentence = told.change_sentence(change, BY_ID, sheet.names, sheet.known.name)
            with st.container(width="stretch"):
                say(f"{place + 1}. {sentence}")
            st.button(
                f"Haal {place + 1} weg",
                key=f"haal-{place}-{gemeente}",
                on_click=state.remove,
                args=(gemeente, place),
            )


def examples(known: Figures, need: Need, wijk: str | None, end: int | None) -> list[Change]:
    """Return scenarios to begin with, on the need and the wijk that are on the screen, that make a difference in time.

    Dwellings only where what is expected goes on after the last figures of people: who moved in before is in them.
    """
    year = _in_time(known, _years(known), end)
    where = wijk if wijk in wijken_now(known) else next(iter(wijken_now(known)), "")
    regions = (where,) if wijk else ()
    made: list[Change] = [
        UseChange(need.id, -10.0, year, regions),
        Measure(need.id, -15.0, year, 3, None, regions),
    ]
    if where and year > known.years[-1]:
        made.insert(0, NewDwellings(where, year - 1, 200))
    return made


def _examples(sheet: _Sheet) -> None:
    say("Er staan nog geen aannames in. Begin met een voorbeeld, of vul hieronder zelf iets in:")
    for place, change in enumerate(examples(sheet.known, sheet.need, sheet.wijk, sheet.end)):
        st.button(
            told.change_sentence(change, BY_ID, sheet.names, sheet.known.name),
            key=f"voorbeeld-{place}-{sheet.known.gemeente}",
            on_click=state.add,
            args=(sheet.known.gemeente, change),
            width="stretch",
        )


def _way_back(gemeente: str) -> None:
    what = state.can_undo(gemeente)
    if what:
        st.button(
            f"Ongedaan maken: {what}",
            key=f"scenario-terug-{gemeente}",
            on_click=state.undo,
            args=(gemeente,),
            type="tertiary",
        )


# The form of the next one --------------------------------------------------------------------------


def _form(sheet: _Sheet) -> None:
    kind = st.segmented_control(
        "Wat neemt u aan?",
        list(_KINDS),
        format_func=_KINDS.__getitem__,
        default=_USE,
        key=sheet.key("soort"),
        required=True,
        wrap=True,
        persist_state="session",
    )
    {_USE: _use_form, _DWELLINGS: _dwellings_form, _MEASURE: _measure_form}[str(kind)](sheet)
    change = _filled_in(sheet)
    if change is not None:
        st.caption(told.change_sentence(change, BY_ID, sheet.names, sheet.known.name))
        if sheet.end is not None and change.from_year > sheet.end and _is_about(change, sheet.need):
            st.caption(told.too_late_sentence(sheet.end))
    st.button(
        "Voeg deze aanname toe",
        key=sheet.key("toevoegen"),
        type="primary",
        on_click=_add,
        args=(sheet,),
    )
    if problem := st.session_state.pop(sheet.key("bezwaar"), ""):
        st.warning(problem)


def _is_about(change: Change, need: Need) -> bool:
    return isinstance(change, NewDwellings) or change.need == need.id


def _add(sheet: _Sheet) -> None:
    """Add what the boxes say now: a number that was typed right before the click counts too."""
    change, gemeente = _filled_in(sheet), sheet.known.gemeente
    problem = ""
    if change is None:
        problem = "Vul eerst in hoeveel er verandert; met 0 verandert er niets."
    elif change in state.draft(gemeente).changes:
        problem = "Deze aanname staat er al in."
    else:
        state.add(gemeente, change)
    st.session_state[sheet.key("bezwaar")] = problem


def _filled_in(sheet: _Sheet) -> Change | None:
    """Return the assumption that the boxes say; None where nothing changes."""

    def box(name: str) -> Any:
        return st.session_state.get(sheet.key(name))

    kind = box("soort")
    if kind == _DWELLINGS:
        return _dwellings(box("woningen-wijk"), box("woningen-jaar"), box)
    percent = float(box(f"{kind}-procent") or 0) * (1 if box(f"{kind}-richting") == _MORE else -1)
    # Nobody can be helped less than not at all.
    percent, need, year = max(percent, -100.0), box(f"{kind}-waarvan-{sheet.need.id}"), box(f"{kind}-vanaf")
    if not percent or need is None or year is None:
        return None
    where = tuple(box(f"{kind}-waar") or ())
    if kind == _USE:
        return UseChange(str(need), percent, int(year), where)
    until = box("maatregel-tot")
    return Measure(
        str(need),
        percent,
        int(year),
        int(box("maatregel-volledig") or 1),
        int(until) if until and until != _FOR_GOOD and int(until) >= int(year) else None,
        where,
    )


def _dwellings(where: str | None, year: int | None, box: Callable[[str], Any]) -> Change | None:
    number, people, older = box("woningen-aantal"), box("woningen-mensen"), box("woningen-ouderen")
    if not where or year is None or not number:
        return None
    return NewDwellings(
        where,
        int(year),
        int(number),
        None if people is None else float(people),
        None if older is None else older / 100,
    )


def _use_form(sheet: _Sheet) -> None:
    _need_box(sheet, _USE)
    _percent_boxes(sheet, _USE)
    left, right = st.columns([1, 1.6])
    _from_box(left, sheet, _USE)
    _where_box(right, sheet, _USE)


def _measure_form(sheet: _Sheet) -> None:
    _need_box(sheet, _MEASURE)
    _percent_boxes(sheet, _MEASURE)
    left, right = st.columns([1, 1.6])
    year = _from_box(left, sheet, _MEASURE)
    right.number_input(
        "Volledig binnen (jaar)",
        min_value=1,
        max_value=_MOST_YEARS,
        value=3,
        step=1,
        key=sheet.key("maatregel-volledig"),
        persist_state="session",
        help="Een maatregel werkt vaak niet meteen. Elk jaar komt er een gelijk deel bij. 1 is meteen volledig.",
    )
    left, right = st.columns([1, 1.6])
    untils = [_FOR_GOOD, *(str(then) for then in sheet.years if then >= year)]
    key = sheet.key("maatregel-tot")
    if st.session_state.get(key) not in untils:
        st.session_state[key] = _FOR_GOOD
    left.selectbox(
        "Tot en met",
        untils,
        format_func=lambda then: "blijft" if then == _FOR_GOOD else then,
        key=key,
        persist_state="session",
    )
    _where_box(right, sheet, _MEASURE)


def _dwellings_form(sheet: _Sheet) -> None:
    wijken = list(sheet.names)
    if not wijken:
        say("Er zijn geen wijken om woningen in te zetten.")
        return
    key = sheet.key("woningen-wijk")
    if st.session_state.get(key) not in wijken:
        st.session_state[key] = sheet.wijk if sheet.wijk in wijken else wijken[0]
    st.selectbox(
        "In welke wijk?", wijken, format_func=sheet.names.__getitem__, key=key, persist_state="session"
    )
    left, right = st.columns(2)
    left.number_input(
        "Hoeveel woningen?",
        min_value=1,
        max_value=_MOST_DWELLINGS,
        value=100,
        step=10,
        key=sheet.key("woningen-aantal"),
        persist_state="session",
    )
    _year_box(
        right,
        sheet,
        "Klaar in",
        sheet.key("woningen-jaar"),
        max(sheet.usual - 1, sheet.known.years[-1]),
        "De nieuwe bewoners tellen mee vanaf het jaar erna.",
    )
    left, right = st.columns(2)
    left.number_input(
        "Mensen per woning",
        min_value=0.0,
        max_value=10.0,
        value=None,
        step=0.1,
        format="%.1f",
        key=sheet.key("woningen-mensen"),
        persist_state="session",
        placeholder="zoals nu",
        help="Mensen die van buiten de wijk komen. Laat leeg voor evenveel als nu in een huishouden van de wijk. Kies minder "
        "als er ook mensen uit de wijk zelf gaan wonen.",
    )
    right.number_input(
        "Deel 65-plus (%)",
        min_value=0,
        max_value=100,
        value=None,
        step=5,
        key=sheet.key("woningen-ouderen"),
        persist_state="session",
        placeholder="zoals nu",
        help="Hoeveel van elke 100 nieuwe bewoners zijn 65 jaar of ouder? Laat leeg voor hetzelfde deel als nu in de wijk.",
    )


def _need_box(sheet: _Sheet, kind: str) -> None:
    """Ask what a change is about: what is on the screen, unless the visitor said something else."""
    st.selectbox(
        "Waarvan?",
        list(BY_ID),
        index=list(BY_ID).index(sheet.need.id),
        format_func=lambda need: told.title_of(BY_ID[need]),
        key=sheet.key(f"{kind}-waarvan-{sheet.need.id}"),
        persist_state="session",
    )


def _percent_boxes(sheet: _Sheet, kind: str) -> None:
    """Ask how much more or less."""
    left, right = st.columns([1, 1.6])
    left.number_input(
        "Hoeveel procent?",
        min_value=0.0,
        max_value=_MOST_PERCENT,
        value=10.0,
        step=5.0,
        format="%g",
        key=sheet.key(f"{kind}-procent"),
        persist_state="session",
    )
    right.segmented_control(
        "Meer of minder?",
        [_LESS, _MORE],
        default=_LESS,
        key=sheet.key(f"{kind}-richting"),
        required=True,
        persist_state="session",
    )


def _from_box(place: DeltaGenerator, sheet: _Sheet, kind: str) -> int:
    return _year_box(place, sheet, "Vanaf", sheet.key(f"{kind}-vanaf"), sheet.usual, None)


def _year_box(
    place: DeltaGenerator, sheet: _Sheet, label: str, key: str, usual: int, explained: str | None
) -> int:
    if st.session_state.get(key) not in sheet.years:
        st.session_state[key] = usual if usual in sheet.years else sheet.years[0]
    return int(place.selectbox(label, sheet.years, key=key, persist_state="session", help=explained))


def _where_box(place: DeltaGenerator, sheet: _Sheet, kind: str) -> None:
    key = sheet.key(f"{kind}-waar")
    st.session_state[key] = [code for code in st.session_state.get(key, []) if code in sheet.names]
    place.multiselect(
        "Waar?",
        list(sheet.names),
        format_func=sheet.names.__getitem__,
        key=key,
        persist_state="session",
        placeholder="Overal",
        help="Laat leeg voor alle wijken.",
    )
