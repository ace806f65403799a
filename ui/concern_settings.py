"""The view Instellen: the own list of themes, how long texts stay, and who may do what."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import streamlit as st

from register.keeping import THEMES
from register.roles import TITLES, Action
from register.themes import DEFAULT, MOST, OTHER, set_themes, theme_id
from ui.concern_places import theme_counts
from ui.concern_terms import show_terms
from ui.concern_told import Told, attempt, refresh_page, tell_written
from ui.concern_wording import theme_title
from ui.faults import told_fragment
from ui.parts import plain, say, say_list
from ui.registering import Desk, desk
from ui.selection import Selection
from ui.theme import Look
from ui.wording import count

_LIST: Final = "themes on the desk"
_LONGEST: Final = 60


def show(selection: Selection, look: Look) -> None:
    """Show what an administrator can set."""
    del look
    place = desk(selection)
    place.actor.require(Action.SET_UP)
    _part(place)


@told_fragment
def _part(place: Desk) -> None:
    refresh_page()
    tell_written("instellen")
    _themes(place)
    show_terms(place)
    _who(place)


# Themes --------------------------------------------------------------------------------------------


def _kept(place: Desk) -> dict[str, Any] | None:
    """Return the record in which the list is kept; None as long as it is the one to begin with."""
    return next(iter(place.kept.of(THEMES).values()), None)


def _themes(place: Desk) -> None:
    st.subheader("Thema's", anchor=False)
    say(
        "Hieruit kiest wie iets vastlegt. Een zorg houdt het thema dat hij heeft, ook als u dat thema hier uitzet of anders "
        "noemt."
    )
    kept = _kept(place)
    version = int(kept["version"]) if kept else 0
    on_desk = st.session_state.get(_name(place))
    if on_desk is None or (on_desk["version"] != version and on_desk["themes"] == on_desk["before"]):
        on_desk = _lay_out(place, version)
    for at, theme in enumerate(on_desk["themes"]):
        _row(place, on_desk, at, theme)
    _add(place, on_desk)
    _save_row(place, on_desk)
    _switched_off(place, on_desk)


def _name(place: Desk) -> str:
    return f"{_LIST} {place.gemeente}"


def _lay_out(place: Desk, version: int) -> dict[str, Any]:
    themes = place.themes
    laid: dict[str, Any] = {
        "version": version,
        "before": list(themes),
        "titles": dict(themes),
        "themes": list(themes),
    }
    st.session_state[_name(place)] = laid
    for theme, title in themes.items():
        st.session_state[_field(place, theme)] = title
    return laid


def _field(place: Desk, theme: str) -> str:
    return f"thema-naam-{place.gemeente}-{theme}"


def _title(place: Desk, on_desk: dict[str, Any], theme: str) -> str:
    return " ".join(str(st.session_state.get(_field(place, theme)) or on_desk["titles"][theme]).split())


def _row(place: Desk, on_desk: dict[str, Any], at: int, theme: str) -> None:
    title = on_desk["titles"][theme]
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"thema-rij-{theme}"):
        st.text_input(
            f"Thema {at + 1}",
            key=_field(place, theme),
            max_chars=_LONGEST,
            width=320,
            persist_state="session",
        )
        for label, step, blocked in (
            ("Omhoog", -1, at == 0),
            ("Omlaag", 1, at == len(on_desk["themes"]) - 1),
        ):
            st.button(
                label,
                key=f"thema-{label}-{theme}",
                disabled=blocked,
                help=f"{title}: {label.lower()} in de lijst",
                on_click=_move,
                args=(on_desk, at, step),
            )
        if theme != OTHER:
            st.button(
                "Zet uit",
                key=f"thema-uit-{theme}",
                help=f"{title} niet meer aanbieden",
                on_click=_off,
                args=(on_desk, theme),
            )


def _move(on_desk: dict[str, Any], at: int, step: int) -> None:
    themes = on_desk["themes"] = list(on_desk["themes"])
    themes[at], themes[at + step] = themes[at + step], themes[at]


def _off(on_desk: dict[str, Any], theme: str) -> None:
    on_desk["themes"] = [other for other in on_desk["themes"] if other != theme]


def _on(place: Desk, on_desk: dict[str, Any], theme: str, title: str) -> None:
    on_desk["themes"] = [*on_desk["themes"], theme]
    on_desk["titles"][theme] = title
    st.session_state[_field(place, theme)] = title


def _add(place: Desk, on_desk: dict[str, Any]) -> None:
    if len(on_desk["themes"]) >= MOST:
        st.caption(f"Een lijst heeft hoogstens {MOST} thema's. Zet er eerst een uit.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Nieuw thema",
            key="thema-nieuw",
            max_chars=_LONGEST,
            width=320,
            placeholder="Bijvoorbeeld Water en hitte",
        )
        st.button("Voeg toe", key="thema-voeg-toe", on_click=_add_new, args=(place, on_desk))


def _add_new(place: Desk, on_desk: dict[str, Any]) -> None:
    title = " ".join(str(st.session_state.get("thema-nieuw") or "").split())
    theme = theme_id(title)
    if not theme or theme in on_desk["themes"]:
        st.session_state["thema-klacht"] = "Geef het nieuwe thema een naam die nog niet in de lijst staat."
        return
    st.session_state["thema-klacht"] = ""
    st.session_state["thema-nieuw"] = ""
    _on(place, on_desk, theme, title)


def _save_row(place: Desk, on_desk: dict[str, Any]) -> None:
    if complaint := st.session_state.get("thema-klacht"):
        st.warning(plain(complaint))
    same = list(_wanted(place, on_desk).items()) == list(place.themes.items())
    with st.container(horizontal=True):
        st.button(
            "Sla de thema's op",
            key="thema-opslaan",
            type="primary",
            on_click=attempt,
            args=(partial(_save_typed, place, on_desk),),
        )
        if not same:
            st.button("Toch niet", key="thema-niet", on_click=_forget, args=(place,))
        if on_desk["version"]:
            st.button(
                "Terug naar de twaalf om mee te beginnen",
                key="thema-begin",
                on_click=attempt,
                args=(partial(_save, place, dict(DEFAULT), on_desk["version"]),),
            )


def _wanted(place: Desk, on_desk: dict[str, Any]) -> dict[str, str]:
    return {theme: _title(place, on_desk, theme) for theme in on_desk["themes"]}


def _save_typed(place: Desk, on_desk: dict[str, Any]) -> Told:
    # Read at the click: what was typed last comes along with it, and the page has not seen it yet.
    return _save(place, _wanted(place, on_desk), on_desk["version"])


def _forget(place: Desk) -> None:
    st.session_state.pop(_name(place), None)
    st.session_state["thema-klacht"] = ""


def _save(place: Desk, wanted: dict[str, str], version: int) -> Told:
    before = _kept(place)
    set_themes(place.database, place.gemeente, place.actor, wanted, version or None)
    _forget(place)
    after = _kept(place)
    if after is None or (before and after["version"] == before["version"]):
        return Told("Er was niets veranderd.")
    history = place.kept.history(int(after["number"]))
    batch = str(history["batch"].iloc[-1]) if len(history) else ""
    return Told("De thema's zijn opgeslagen.", place.kept, batch, undone=partial(_forget, place))


def _switched_off(place: Desk, on_desk: dict[str, Any]) -> None:
    """Show the themes that are not offered now but are in use, or were in the list to begin with."""
    counts = theme_counts(place.concerns)
    off = [theme for theme in (*DEFAULT, *counts) if theme not in on_desk["themes"]]
    off = list(dict.fromkeys(off))
    if not off:
        return
    st.markdown("**Niet in de lijst**")
    for theme in off:
        title = on_desk["titles"].get(theme) or theme_title(theme, place.themes)
        used = counts.get(theme, 0)
        told = f"gebruikt bij {count(used, 'zorg', 'zorgen')}" if used else "niet gebruikt"
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                say(f"{title}: {told}.")
            st.button(
                "Zet aan",
                key=f"thema-aan-{theme}",
                help=f"{title} weer aanbieden",
                on_click=_on,
                args=(place, on_desk, theme, title),
            )


# Who -----------------------------------------------------------------------------------------------


def _who(place: Desk) -> None:
    from ui.identity import sign_in_is_on

    st.subheader("Wie mag wat", anchor=False)
    if sign_in_is_on():
        say(f"Aanmelden staat aan. U bent {place.actor.name}, met de rol {TITLES[place.actor.role]}.")
    else:
        say(
            "Aanmelden staat uit: iedereen die deze pagina kan openen, kan alles lezen en wijzigen. Uw beheerder kan aanmelden "
            "aanzetten; hoe dat gaat, staat in de handleiding voor beheer."
        )
    say_list(
        [
            "Een lezer ziet aantallen, nooit teksten.",
            "Een coördinator legt vast, leest de lijst, leest bestanden in en plant bezoeken.",
            "Een beheerder stelt ook thema's en bewaartermijnen in.",
        ]
    )
