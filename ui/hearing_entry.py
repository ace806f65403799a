"""Wie horen we niet?, view Wie deed mee?: how many people a channel reached, and what it knows of them, in counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pandas as pd
import streamlit as st

from data.errors import UserError
from register._records import new_key
from register.concerns import CHANNELS
from register.gatherings import GROUPS
from register.roles import Action
from ui import hearing_wording as words
from ui import wording
from ui.concern_places import borders_now, region_of, wijken_now
from ui.concern_told import Told, attempt, tell_written
from ui.fetch_wording import day
from ui.hearing import TITLE, open_desk
from ui.hearing_import import show_import, without_persons
from ui.parts import lead, plain, say
from ui.registering import Desk
from ui.selection import Selection
from ui.theme import Look

#: Where the channels mostly come with people in one place.
_FIRST_CHANNEL: Final = "bijeenkomst"
_NEW: Final = "nieuw"
_MOST: Final = 1_000_000
_LONGEST_NAME: Final = 120
_OPEN: Final = "gathering that is open"
_FORM_KEY: Final = "key of the gathering that is being added"


def show(selection: Selection, look: Look) -> None:
    """Show the view: a form, the list, and a file to read in."""
    del look
    if (place := open_desk(selection)) is None:
        return
    lead(
        TITLE,
        "Tel hoeveel mensen meededen: dan ziet u later wie niet kwam. Aantallen zijn genoeg; namen horen hier niet.",
    )
    if not place.actor.may(Action.WRITE_CONCERNS):
        say(
            "Wie meedeed, vult de coördinator in. U ziet de uitkomsten bij de andere onderdelen van deze pagina."
        )
        return
    tell_written("deelnemers")
    st.subheader("Een bijeenkomst, enquête of ronde toevoegen", anchor=False)
    _form(selection, place, None)
    _list(selection, place)
    show_import(selection, place)


# The form -------------------------------------------------------------------------------------------


def _form(selection: Selection, place: Desk, record: dict[str, Any] | None) -> None:
    """Show the fields of a new gathering, or of one that is there."""
    stem = f"deelnemers-{_NEW if record is None else record['number']}-{place.gemeente}"
    if record is not None:
        stem += f"-{record['version']}"
    _begin(selection, stem, record)
    names = wijken_now(selection.figures)
    with st.form(f"{stem}-formulier", border=True):
        # A row of its own for each two fields: on a phone and by keyboard they then come in the order in which one thinks.
        first, second = st.columns(2)
        first.selectbox(
            "Wijk",
            list(names),
            format_func=names.__getitem__,
            key=f"{stem}-wijk",
            index=None,
            placeholder="Kies een wijk",
        )
        second.selectbox("Kanaal", list(CHANNELS), format_func=CHANNELS.__getitem__, key=f"{stem}-channel")
        first, second = st.columns(2)
        first.date_input("Eerste dag", key=f"{stem}-first_day", format="DD-MM-YYYY", max_value=date.today())
        second.date_input(
            "Laatste dag",
            key=f"{stem}-last_day",
            format="DD-MM-YYYY",
            max_value=date.today() + timedelta(days=366),
        )
        first, second = st.columns(2)
        first.number_input(
            "Aantal deelnemers",
            min_value=0,
            max_value=_MOST,
            step=1,
            key=f"{stem}-participants",
            placeholder="Hoeveel mensen",
        )
        second.text_input(
            "Naam (mag leeg)",
            key=f"{stem}-name",
            max_chars=_LONGEST_NAME,
            help="Zoals: bewonersavond. Geen namen van mensen.",
        )
        with st.expander("Wat weet u van de deelnemers? (mag leeg)"):
            say(
                "Laat leeg wat u niet weet; leeg is iets anders dan 0. Samen hoeven ze niet alle deelnemers te zijn."
            )
            columns = st.columns(len(GROUPS))
            for column, (kind, groups) in zip(columns, GROUPS.items(), strict=True):
                column.markdown(f"**{words.KINDS[kind]}**")
                for group, title in groups.items():
                    column.number_input(
                        title,
                        min_value=0,
                        max_value=_MOST,
                        step=1,
                        key=f"{stem}-{kind}-{group}",
                        placeholder="?",
                    )
        st.form_submit_button(
            "Opslaan", type="primary", on_click=attempt, args=(lambda: _save(selection, place, stem, record),)
        )


def _begin(selection: Selection, stem: str, record: dict[str, Any] | None) -> None:
    """Fill the fields once, so that nothing that was typed is lost when another field changes."""
    if f"{stem}-channel" in st.session_state:
        return
    shares = (record or {}).get("shares") or {}
    today = date.today()
    known = selection.figures
    filled: dict[str, Any] = {
        "wijk": region_of(known, record["wijk"], record["borders_year"]) if record else selection.wijk,
        "channel": record["channel"] if record else _FIRST_CHANNEL,
        "first_day": date.fromisoformat(record["first_day"]) if record else today,
        "last_day": date.fromisoformat(record["last_day"]) if record else today,
        "participants": record["participants"] if record else None,
        "name": (record["name"] or "") if record else "",
    }
    if filled["wijk"] not in wijken_now(known):
        filled["wijk"] = None
    for kind, groups in GROUPS.items():
        filled |= {f"{kind}-{group}": shares.get(kind, {}).get(group) for group in groups}
    for name, value in filled.items():
        st.session_state[f"{stem}-{name}"] = value


def _values(selection: Selection, stem: str) -> dict[str, Any]:
    state = st.session_state
    people = state[f"{stem}-participants"]
    shares = {
        kind: {
            group: state[f"{stem}-{kind}-{group}"]
            for group in groups
            if state[f"{stem}-{kind}-{group}"] is not None
        }
        for kind, groups in GROUPS.items()
    }
    return {
        "wijk": state[f"{stem}-wijk"],
        "borders_year": borders_now(selection.figures),
        "channel": state[f"{stem}-channel"],
        "first_day": state[f"{stem}-first_day"].isoformat(),
        "last_day": max(state[f"{stem}-last_day"], state[f"{stem}-first_day"]).isoformat(),
        "participants": None if people is None else int(people),
        "name": without_persons(state[f"{stem}-name"]),
        "shares": {kind: counts for kind, counts in shares.items() if counts},
    }


def _save(selection: Selection, place: Desk, stem: str, record: dict[str, Any] | None) -> Told:
    values = _values(selection, stem)
    where = wijken_now(selection.figures).get(values["wijk"] or "", "")
    if record is None:
        # The same click twice is the same record.
        saved = place.gatherings.add(values, st.session_state.setdefault(_FORM_KEY, new_key()))
        st.session_state.pop(_FORM_KEY, None)
        _forget(stem)
        return Told(
            f"Opgeslagen: {words.voices(values['participants'], 'deelnemers')} in {where}.",
            place.gatherings,
            saved.batch,
        )
    saved = place.gatherings.change(int(record["number"]), int(record["version"]), values)
    _forget(stem)
    if not saved.batch:
        return Told("Er was niets veranderd.")
    return Told(f"Gewijzigd: nummer {record['number']}, {where}.", place.gatherings, saved.batch)


def _forget(stem: str) -> None:
    for name in [name for name in st.session_state if str(name).startswith(f"{stem}-")]:
        del st.session_state[name]


# The list -------------------------------------------------------------------------------------------


def _list(selection: Selection, place: Desk) -> None:
    st.subheader("Wat er al is", anchor=False)
    try:
        rows = place.gatherings.frame()
    except UserError as error:
        st.warning(plain(str(error)))
        return
    if rows.empty:
        say(
            "Er is nog niets ingevuld. Na de eerste bijeenkomst of enquête staat die hier, en kunt u hem wijzigen."
        )
        return
    known = selection.figures
    rows = rows.sort_values(["first_day", "number"], ascending=False)
    if selection.wijk:
        rows = rows[
            [
                region_of(known, wijk, year) == selection.wijk
                for wijk, year in zip(rows["wijk"], rows["borders_year"], strict=True)
            ]
        ]
    told = pd.DataFrame(
        {
            "Nummer": rows["number"],
            "Wijk": [
                known.label(region_of(known, wijk, year) or wijk)
                for wijk, year in zip(rows["wijk"], rows["borders_year"], strict=True)
            ],
            "Kanaal": rows["channel"].map(CHANNELS),
            "Naam": rows["name"].fillna(""),
            "Eerste dag": pd.to_datetime(rows["first_day"]).dt.date,
            "Deelnemers": rows["participants"],
            "Bekend": [_known_of(shares) for shares in rows["shares"]],
        }
    )
    place_of = known.label(selection.wijk) if selection.wijk else known.name
    say(f"{wording.count(len(rows), 'keer', 'keer')} deden mensen mee in {place_of}, de laatste eerst.")
    st.dataframe(
        told,
        hide_index=True,
        alt="Tabel: wanneer en waar mensen meededen, met hoeveel",
        column_config={"Eerste dag": st.column_config.DateColumn(format="DD-MM-YYYY")},
    )
    _one(selection, place, rows)


def _known_of(shares: Any) -> str:
    known = [words.KINDS[kind].lower() for kind in GROUPS if isinstance(shares, dict) and shares.get(kind)]
    return wording.join_names(known) if known else "niets"


def _one(selection: Selection, place: Desk, rows: pd.DataFrame) -> None:
    """Let the visitor take one to change it or take it away."""
    known = selection.figures
    by_number = {int(row["number"]): row for row in rows.to_dict("records")}

    def title(number: int) -> str:
        row = by_number[number]
        where = known.label(region_of(known, row["wijk"], row["borders_year"]) or row["wijk"])
        return f"{number}: {where}, {CHANNELS.get(row['channel'], row['channel']).lower()}, {day(row['first_day'])}"

    if st.session_state.get(_OPEN) not in by_number:
        st.session_state[_OPEN] = None
    number = st.selectbox(
        "Wijzig of verwijder er een",
        list(by_number),
        format_func=title,
        index=None,
        key=_OPEN,
        placeholder="Kies een nummer",
    )
    if number is None:
        return
    # A frame makes numbers of what is empty; the record itself keeps it empty.
    record = place.gatherings.get(int(number))
    _form(selection, place, record)
    st.button(
        "Verwijder dit", key=f"verwijder-{number}", on_click=attempt, args=(lambda: _remove(place, record),)
    )


def _remove(place: Desk, record: dict[str, Any]) -> Told:
    saved = place.gatherings.remove({int(record["number"]): int(record["version"])})
    st.session_state[_OPEN] = None
    return Told(f"Verwijderd: nummer {record['number']}.", place.gatherings, saved.batch)
