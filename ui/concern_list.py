"""The view Lijst: every concern, chosen from, put in order, changed many at once; one of them opens in its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from analysis.concerns import TERM, days_overdue
from register.concerns import CHANNELS, SERIOUSNESS, STATUSES
from register.lookup import State, frame_with_state
from ui.concern_bulk import carry_out, change_many
from ui.concern_conflicts import show_conflicts
from ui.concern_detail import show_one
from ui.concern_filter import (
    ALL,
    OF_BAR,
    ORDERS,
    Filter,
    chosen_rows,
    from_address,
    in_words,
    owners,
    to_address,
)
from ui.concern_places import regions_of
from ui.concern_told import forget_told, refresh_page, tell_written
from ui.concern_views import own_default, show_views
from ui.concern_wording import (
    FILTER,
    NUMBER,
    counted,
    heard_most,
    one_line,
    quoted,
    records_of,
    short_date,
    theme_title,
    waiting,
)
from ui.exhibit import file_name
from ui.faults import told_fragment
from ui.figures import Figures
from ui.parts import say, when_opened
from ui.registering import Desk, desk
from ui.selection import Selection, adopt_address, write_address
from ui.theme import Look
from ui.wording import count, number

#: So many concerns stand on one page of the list.
PAGE: Final = 50
_CHOSEN: Final = "chosen concerns"
_ROWS: Final = "concerns of the list"
_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Fields of a filter with the widgets that change them.
_WIDGETS: Final = {
    "places": "lijst-waar",
    "themes": "lijst-thema",
    "channels": "lijst-kanaal",
    "statuses": "lijst-status",
    "seriousness": "lijst-ernst",
    "owner": "lijst-wie",
    "first": "lijst-van",
    "last": "lijst-tot",
    "late": "lijst-te-laat",
    "text": "lijst-zoek",
    "order": "lijst-orde",
}


def show(selection: Selection, look: Look) -> None:
    """Show the list, or the one concern that the address names."""
    del look
    _part(selection, desk(selection))


@told_fragment
def _part(selection: Selection, place: Desk) -> None:
    """Show the list; a press in it runs this part of the page alone, unless something was written."""
    refresh_page()
    carry_out(place)
    tell_written("lijst")
    number_ = st.query_params.get(NUMBER, "")
    if number_.isdigit():
        show_one(selection, place, int(number_))
        return
    show_conflicts(selection.figures, place)
    state, concerns = frame_with_state(place.concerns)
    if concerns.empty:
        say("De lijst is nog leeg.")
        return
    regions = _regions(selection.figures, concerns, place, state)
    today = date.today()
    _tell(selection, place, concerns, regions, today)
    chosen = _choose(selection, place, concerns)
    rows = _rows(concerns, chosen, regions, selection, (state, place.database.url))
    say(counted(len(rows), int((rows["overdue"] > 0).sum()), len(concerns)))
    show_views(place, chosen, _take)
    if rows.empty:
        return
    themes = place.themes
    page = _page_of(rows, to_address(chosen))
    ticked = _table(selection.figures, themes, page, today, f"{to_address(chosen)}-{chosen.text}")
    _open_one(selection.figures, themes, page)
    change_many(place, rows, ticked)
    _downloads(selection.figures, place, rows, chosen)


def _tell(selection: Selection, place: Desk, concerns: pd.DataFrame, regions: pd.Series, today: date) -> None:
    """Say what residents of the wijk, or of the gemeente, told most in the last year."""
    year = concerns["heard"] > (today - timedelta(days=365)).isoformat()
    rows = concerns[year & (regions == selection.wijk)] if selection.wijk else concerns[year]
    themes = place.themes
    most = rows["theme"].value_counts()
    titles = [(theme_title(str(theme), themes), int(found)) for theme, found in most.items()]
    say(heard_most(titles, selection.focus_label))


def _regions(known: Figures, concerns: pd.DataFrame, place: Desk, state: State) -> pd.Series:
    """Return the wijk of every concern; worked out once for a state of the register."""
    key = (place.database.url, known, state)
    kept = st.session_state.get("wijken van de lijst")
    if kept is None or kept[0] != key or len(kept[1]) != len(concerns):
        kept = (key, regions_of(known, concerns))
        st.session_state["wijken van de lijst"] = kept
    return kept[1]


def _rows(
    concerns: pd.DataFrame, chosen: Filter, regions: pd.Series, selection: Selection, about: tuple[State, str]
) -> pd.DataFrame:
    """Return what the list shows; looked up once for a choice, so that turning a page or ticking a row costs nothing."""
    today = date.today()
    key = (about, chosen, selection.figures.gemeente, selection.wijk, today)
    kept = st.session_state.get(_ROWS)
    if kept is None or kept[0] != key:
        kept = (key, chosen_rows(concerns, chosen, regions, selection.wijk, today))
        st.session_state[_ROWS] = kept
    rows: pd.DataFrame = kept[1]
    return rows


# Choosing ------------------------------------------------------------------------------------------


def _take(chosen: Filter) -> None:
    """Show what a choice says; to be called in a callback or before the fields are shown."""
    st.session_state[_CHOSEN] = chosen
    for field, key in _WIDGETS.items():
        value: Any = getattr(chosen, field)
        if field in ("first", "last"):
            value = date.fromisoformat(value) if value else None
        elif field == "owner":
            value = value or None
        elif isinstance(value, tuple):
            value = list(value)
        st.session_state[key] = value


def _choose(selection: Selection, place: Desk, concerns: pd.DataFrame) -> Filter:
    """Show what can be chosen and return it; it stands in the address, so that a view can be sent to a colleague."""
    if adopt_address(FILTER):
        kept: Filter | None = st.session_state.get(_CHOSEN)
        _take(from_address(str(st.session_state[FILTER])) if kept is None or to_address(kept) != st.session_state[FILTER] else kept)  # fmt: skip
    elif _CHOSEN not in st.session_state:
        _take(own_default(place) or Filter())
    elif _WIDGETS["order"] not in st.session_state:
        _take(st.session_state[_CHOSEN])
    with st.container(horizontal=True, vertical_alignment="bottom", key="lijst-keuzes"):
        if selection.wijk:
            names = {OF_BAR: selection.focus_label, ALL: "alle wijken"}
            _one(names, "places", "Waar", 240)
        _one(ORDERS, "order", "Volgorde", 210)
        st.text_input(
            "Zoek in de tekst",
            key=_WIDGETS["text"],
            placeholder="Een woord of een nummer",
            width=240,
            help="Wat u hier typt, komt niet in het adres van de pagina te staan.",
        )
        st.toggle(
            "Alleen wat te laat is",
            key=_WIDGETS["late"],
            help=f"Zonder terugkoppeling, en over de uiterste dag. Zonder uiterste dag: langer dan {TERM} dagen geleden gehoord.",
        )
    chosen: Filter = st.session_state[_CHOSEN]
    label = "Meer keuzes" if chosen.is_open else "Meer keuzes (er is iets gekozen)"
    with st.expander(label, key="lijst-meer"):
        _more(place, concerns)
    chosen = _read(selection)
    st.session_state[_CHOSEN] = chosen
    write_address({FILTER: to_address(chosen)})
    if not chosen.is_open:
        st.button("Haal alle keuzes weg", key="lijst-leeg", type="tertiary", on_click=_take, args=(Filter(),))
    return chosen


def _one(options: dict[str, str], field: str, label: str, width: int) -> None:
    st.selectbox(label, list(options), format_func=options.__getitem__, key=_WIDGETS[field], width=width)


def _more(place: Desk, concerns: pd.DataFrame) -> None:
    themes = place.themes
    ids = [*themes, *sorted(set(concerns["theme"]) - set(themes))]
    _many({theme: theme_title(theme, themes) for theme in ids}, "themes", "Thema")
    _many(CHANNELS, "channels", "Hoe het binnenkwam")
    _many(STATUSES, "statuses", "Status")
    _many({str(level): title for level, title in SERIOUSNESS.items()}, "seriousness", "Hoe ernstig")
    left, middle, right = st.columns(3)
    left.date_input("Gehoord vanaf", value=None, key=_WIDGETS["first"], format="DD-MM-YYYY")
    middle.date_input("Gehoord tot en met", value=None, key=_WIDGETS["last"], format="DD-MM-YYYY")
    everybody = owners(concerns)
    if st.session_state.get(_WIDGETS["owner"]) not in [None, *everybody]:
        st.session_state[_WIDGETS["owner"]] = None
    right.selectbox("Wie pakt dit op", everybody, index=None, key=_WIDGETS["owner"], placeholder="Iedereen")


def _many(options: dict[str, str], field: str, label: str) -> None:
    key = _WIDGETS[field]
    chosen = st.session_state.get(key) or []
    if any(value not in options for value in chosen):
        st.session_state[key] = [value for value in chosen if value in options]
    st.multiselect(
        label, list(options), format_func=options.__getitem__, key=key, placeholder="Alles", select_all=False
    )


def _read(selection: Selection) -> Filter:
    def of(field: str) -> Any:
        return st.session_state.get(_WIDGETS[field])

    return Filter(
        places=str(of("places") or OF_BAR) if selection.wijk else OF_BAR,
        themes=tuple(of("themes") or ()),
        channels=tuple(of("channels") or ()),
        statuses=tuple(of("statuses") or ()),
        seriousness=tuple(of("seriousness") or ()),
        owner=str(of("owner") or ""),
        first=of("first").isoformat() if of("first") else "",
        last=of("last").isoformat() if of("last") else "",
        late=bool(of("late")),
        text=str(of("text") or ""),
        order=str(of("order") or "te_laat"),
    )


# Showing -------------------------------------------------------------------------------------------


def _page_of(rows: pd.DataFrame, about: str) -> pd.DataFrame:
    """Return one page of the rows, with the buttons to the others."""
    pages = max(-(-len(rows) // PAGE), 1)
    kept = st.session_state.get("lijst-bladzijde", (about, 0))
    at = min(kept[1], pages - 1) if kept[0] == about else 0
    st.session_state["lijst-bladzijde"] = (about, at)
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center", key="lijst-bladeren"):
            st.button("Vorige", key="lijst-vorige", disabled=at == 0, on_click=_turn, args=(about, at - 1))
            first, last = at * PAGE + 1, min((at + 1) * PAGE, len(rows))
            st.markdown(f"{number(first)} tot en met {number(last)} van {number(len(rows))}", width="content")
            st.button(
                "Volgende",
                key="lijst-volgende",
                disabled=at == pages - 1,
                on_click=_turn,
                args=(about, at + 1),
            )
    return rows.iloc[at * PAGE : (at + 1) * PAGE]


def _turn(about: str, to: int) -> None:
    st.session_state["lijst-bladzijde"] = (about, to)


def _table(known: Figures, themes: dict[str, str], page: pd.DataFrame, today: date, about: str) -> list[int]:
    """Show a page of concerns; returns the numbers that are ticked."""
    shown = table_of(page, themes, known.label, today)
    event = st.dataframe(
        shown,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        # A tick belongs to a row: where the rows may be others, there are no ticks.
        key=f"lijst-tabel-{abs(hash((about, tuple(page['number']), tuple(page['version']))))}",
        placeholder="niet ingevuld",
        alt="Zorgen en signalen met wijk, thema, tekst, hoe lang het wacht, status en ernst",
        height=min(36 * (len(shown) + 1) + 4, 560),
        column_config={
            "Nr.": st.column_config.NumberColumn(width=60, format="%d"),
            "Wijk": st.column_config.TextColumn(width=125),
            "Thema": st.column_config.TextColumn(width=130),
            "Wat is er gehoord": st.column_config.TextColumn(width=330),
            "Terugkoppeling": st.column_config.TextColumn(width=150),
        },
    )
    places = event.selection.rows if event else []
    return [int(page["number"].iloc[at]) for at in places if at < len(page)]


def table_of(
    page: pd.DataFrame, themes: dict[str, str], place: Callable[[str], str], today: date
) -> pd.DataFrame:
    """Return concerns as they stand in the list, in words."""
    records, overdue = records_of(page), days_overdue(page, today)
    return pd.DataFrame(
        {
            "Nr.": [record["number"] for record in records],
            "Wijk": [place(str(record["wijk"])) for record in records],
            "Thema": [theme_title(str(record["theme"]), themes) for record in records],
            "Wat is er gehoord": [quoted(record["text"], 120) or "tekst gewist" for record in records],
            "Terugkoppeling": [
                waiting(record, today, days, short=True)
                for record, days in zip(records, overdue, strict=True)
            ],
            "Status": [STATUSES.get(str(record["status"]), record["status"]) for record in records],
            "Ernst": [SERIOUSNESS.get(int(record["seriousness"]), "") for record in records],
            "Gehoord op": [short_date(record["heard"]) for record in records],
            "Wie": [record["owner"] for record in records],
        }
    )


def _open_one(known: Figures, themes: dict[str, str], page: pd.DataFrame) -> None:
    lines = {int(record["number"]): one_line(record, themes, known.label) for record in records_of(page)}

    def opened() -> None:
        if found := st.session_state["lijst-open"]:
            forget_told()
            st.query_params[NUMBER] = str(found)
        st.session_state["lijst-open"] = None

    st.selectbox(
        "Open een zorg van deze bladzijde",
        list(lines),
        index=None,
        format_func=lines.__getitem__,
        key="lijst-open",
        on_change=opened,
        placeholder="Kies, of typ een nummer of woord",
    )


def _downloads(known: Figures, place: Desk, rows: pd.DataFrame, chosen: Filter) -> None:
    with when_opened("De lijst als bestand", "lijst-bestand") as is_open:
        if not is_open:
            return
        from register.export import export

        say(
            f"In het bestand komt deze lijst ({count(len(rows), 'zorg', 'zorgen')}) met alle teksten. Het is alleen voor wie het "
            "register mag lezen. Voor een openbaar stuk gebruikt u de aantallen bij ‘Beeld’."
        )
        name = file_name(known, "zorgen en signalen")
        about = {"Keuze": in_words(chosen, place.themes), "Aantal": number(len(rows))}
        themes, names, frame = place.themes, known.names, rows.drop(columns="overdue")

        def made(kind: str) -> bytes:
            return export(frame, kind, themes=themes, names=names, account=about)

        with st.container(horizontal=True):
            for kind, title, mime in (
                ("csv", "Lijst als CSV", "text/csv"),
                ("xlsx", "Lijst als Excel", _EXCEL),
            ):
                st.download_button(
                    title, partial(made, kind), f"{name}.{kind}", mime, key=f"lijst-{kind}", on_click="ignore"
                )
