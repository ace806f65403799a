"""Agenda: which visits are planned, what came of earlier ones, and where nobody has been for long."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from data.errors import UserError
from register._records import MINE, THEIRS
from register.errors import RegisterError
from register.lookup import frame_now
from register.roles import Action
from register.visits import KINDS, STATUSES
from reports.week_sheet import week_book, week_page
from ui import outreach_wording as words
from ui.amounts import given
from ui.concern_told import Told, attempt, tell_written
from ui.exhibit import file_name
from ui.figures import Figures
from ui.outreach_figures import Picture, codes_of_now, picture, records, region_of
from ui.outreach_plan import CHANGE, DONE, PLAN, open_form, opened, show_form
from ui.outreach_sheet import calendar_of, sheet_of
from ui.outreach_voices import open_concerns
from ui.parts import lead, narrow_table, plain, say, when_opened
from ui.registering import Desk, desk
from ui.selection import Selection, choose_wijk
from ui.theme import Look
from ui.wording import capital, count, number

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Nobody was there for this long: worth a list of its own; in months.
LONG: Final = 12.0
_MOST: Final = 40
_FIELDS: Final = {
    "aim": "doel", "outcome": "wat kwam ervan", "who": "wie", "partners": "partners", "place": "waar", "day": "dag",
    "time": "tijd", "minutes": "minuten", "status": "stand", "done_on": "gedaan op", "kind": "soort", "wijk": "wijk",
}  # fmt: skip


def show(selection: Selection, look: Look) -> None:  # noqa: ARG001 (what every view takes)
    """Show the view: what is coming, with its files; what was; where nobody has been; and conflicts on top."""
    known = selection.figures
    title = f"Agenda van {known.name}"
    try:
        at = desk(selection)
    except RegisterError as error:
        lead(title, str(error))
        return
    today = date.today()
    shown = picture(known, at, selection.year, today)
    if not at.actor.may(Action.SEE_CONCERNS):
        lead(
            title,
            "Wat er in de agenda staat, ziet u als coördinator. U ziet wel waar lang niemand is geweest.",
        )
        _long_ago(shown)
        return
    visits = _with_regions(known, frame_now(at.visits))
    if selection.wijk:
        visits = visits[visits["region"] == selection.wijk]
    coming = visits[visits["status"] == "gepland"]
    where = f" in {known.label(selection.wijk)}" if selection.wijk else ""
    lead(title, _opening(coming, today, where))
    tell_written("agenda")
    _conflicts(at)
    _new(at, shown, selection)
    if visits.empty:
        say(
            "Hier komen bezoeken en activiteiten te staan. Kies een wijk bij Waar eerst? en druk daar op Plan, of plan hierboven "
            "zelf iets. Na afloop vinkt u het bezoek af en schrijft u op wat ervan kwam."
        )
    _coming(at, shown, coming, today)
    _along(known, at, shown, coming, today)
    with when_opened("Waar is lang niemand geweest?", "agenda-lang") as is_open:
        if is_open:
            _long_ago(shown)
    _earlier(at, shown, visits)


def show_earlier(region: str) -> None:
    """Open this view at what came of earlier visits to a wijk; to be called in a callback."""
    st.session_state["deel"] = "agenda"
    st.session_state["agenda-eerder"] = True
    choose_wijk(region)


def _with_regions(known: Figures, visits: pd.DataFrame) -> pd.DataFrame:
    regions = [region_of(known, visit) for visit in records(visits[["wijk", "borders_year"]])]
    return visits.assign(region=pd.Series(regions, index=visits.index, dtype="str"))


def _opening(coming: pd.DataFrame, today: date, where: str) -> str:
    if coming.empty:
        return f"Er is{where} geen bezoek gepland."
    late = int((coming["day"] < today.isoformat()).sum())
    ahead = coming[coming["day"] >= today.isoformat()].sort_values("day")
    told = [
        f"Er {'is' if len(ahead) == 1 else 'zijn'}{where} {count(len(ahead), 'bezoek', 'bezoeken')} gepland"
    ]
    if len(ahead):
        told.append(
            f"{'het eerste ' if len(ahead) > 1 else ''}op {words.day_words(str(ahead['day'].iloc[0]))}"
        )
    sentence = (", " if len(ahead) > 1 else " ").join(told) + "."
    if late:
        sentence += f" {capital(count(late, 'bezoek', 'bezoeken'))} van vóór vandaag {'is' if late == 1 else 'zijn'} nog niet afgevinkt."
    return sentence


# Plans ----------------------------------------------------------------------------------------------


def _form(at: Desk, shown: Picture) -> None:
    codes = codes_of_now(shown.known)
    show_form(at, {codes[region]: name for region, name in shown.names.items()}, shown.known.years[-1])


def _new(at: Desk, shown: Picture, selection: Selection) -> None:
    if not at.actor.may(Action.PLAN):
        return
    which = codes_of_now(shown.known).get(selection.wijk or "", "")
    if opened(at.gemeente) == (PLAN, which):
        _form(at, shown)
        return
    given_ = {"wijk": which} if which else {}
    st.button(
        "Plan een bezoek", key="agenda-nieuw", on_click=open_form, args=(at.gemeente, PLAN, which, given_)
    )


def _coming(at: Desk, shown: Picture, coming: pd.DataFrame, today: date) -> None:
    ordered = coming.assign(at=coming["time"].fillna("")).sort_values(["day", "at", "number"])
    above = ""
    for visit in records(ordered.head(_MOST)):
        day = date.fromisoformat(str(visit["day"]))
        heading = "Nog niet afgevinkt" if day < today else words.week_words(_monday(day), _monday(today))
        if heading != above:
            st.subheader(heading, anchor=False)
            above = heading
        _visit(at, shown, visit)
    if len(ordered) > _MOST:
        st.caption(f"De eerste {number(_MOST)} staan hier; het agendabestand hieronder heeft ze allemaal.")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _visit(at: Desk, shown: Picture, visit: dict[str, Any]) -> None:
    """Show one planned visit with what can be done to it."""
    nr = int(visit["number"])
    with st.container(border=True, key=f"bezoek-{nr}", gap="xsmall"):
        name = plain(shown.known.label(str(visit["region"])))
        st.markdown(f"**{plain(capital(words.when_words(visit)))}** · {name} · {KINDS[str(visit['kind'])]}")
        say(str(visit["aim"] or ""))
        lines = [("met", "partners"), ("door", "who"), ("bij", "place")]
        if told := ", ".join(f"{word} {visit[field]}" for word, field in lines if given(visit, field)):
            st.caption(plain(f"{capital(told)}."))
        if at.actor.may(Action.PLAN):
            with st.container(horizontal=True, gap="small"):
                there = _as_given(visit)
                if str(visit["day"]) <= date.today().isoformat():
                    st.button(
                        "Gedaan",
                        key=f"gedaan-{nr}",
                        type="primary",
                        on_click=open_form,
                        args=(at.gemeente, DONE, nr, there),
                    )
                st.button(
                    "Wijzig", key=f"wijzig-{nr}", on_click=open_form, args=(at.gemeente, CHANGE, nr, there)
                )
                call_off = partial(_called_off, at, nr, int(visit["version"]))
                st.button("Gaat niet door", key=f"afgezegd-{nr}", on_click=attempt, args=(call_off,))
        if opened(at.gemeente) in ((DONE, nr), (CHANGE, nr)):
            _form(at, shown)


def _as_given(visit: dict[str, Any]) -> dict[str, Any]:
    return {name: given(visit, name) for name in visit}


def _called_off(at: Desk, nr: int, version: int) -> Told:
    saved = at.visits.change(nr, version, {"status": "afgezegd"})
    return Told("Opgeslagen. Het bezoek gaat niet door.", at.visits, saved.batch)


def _conflicts(at: Desk) -> None:
    """Show what could not be saved because a colleague changed the same, with both versions to choose from."""
    waiting = at.visits.conflicts()
    for conflict in records(waiting):
        nr = int(conflict["id"])
        try:
            there = at.visits.get(int(conflict["number"]))
        except UserError:
            continue
        with st.container(border=True, key=f"botsing-{nr}"):
            say(
                f"Twee mensen veranderden tegelijk bezoek {int(conflict['number'])} ({words.day_words(str(there['day']))}). "
                "Beide versies zijn bewaard; kies welke blijft."
            )
            rows = [
                {
                    "Wat": _FIELDS.get(field, field),
                    "Wat er nu staat": _shown(field, there.get(field)),
                    f"Wat {conflict['actor']} wilde opslaan": _shown(field, value),
                }
                for field, value in dict(conflict["mine"]).items()
                if field in _FIELDS
            ]
            narrow_table(pd.DataFrame(rows), "De twee versies naast elkaar", f"botsing-tabel-{nr}")
            with st.container(horizontal=True):
                for choice, label in ((THEIRS, "Laat staan wat er staat"), (MINE, "Neem de andere versie")):
                    st.button(
                        label,
                        key=f"kies-{choice}-{nr}",
                        on_click=attempt,
                        args=(partial(_settled, at, nr, choice),),
                    )


def _shown(field: str, value: Any) -> str:
    if value is None or value == "":
        return "leeg"
    return STATUSES.get(str(value), str(value)) if field == "status" else str(value)


def _settled(at: Desk, conflict: int, choice: str) -> Told:
    saved = at.visits.settle(conflict, choice)
    return Told("Opgeslagen. De keuze is gemaakt.", at.visits if saved.batch else None, saved.batch)


# Files ----------------------------------------------------------------------------------------------


def _along(known: Figures, at: Desk, shown: Picture, coming: pd.DataFrame, today: date) -> None:
    """Offer the week sheet and the calendar; nothing is made before somebody opens this."""
    with when_opened("Meenemen: weekblad en agendabestand", "agenda-mee") as is_open:
        if not is_open:
            return
        if coming.empty:
            say("Er is nog niets gepland om mee te nemen.")
            return
        mondays = sorted({_monday(date.fromisoformat(str(day))) for day in coming["day"]})
        usual = next(
            (place for place, monday in enumerate(mondays) if monday >= _monday(today)), len(mondays) - 1
        )
        monday = st.selectbox(
            "Welke week?",
            mondays,
            index=usual,
            format_func=lambda day: words.week_words(day, _monday(today)),
            key="agenda-week",
            width=360,
        )
        assert monday is not None
        week = coming[coming["day"].map(lambda day: _monday(date.fromisoformat(str(day))) == monday)]
        heard = open_concerns(known, at)
        # With those that were taken out: a calendar that has them must lose them.
        every = at.visits.frame(removed=True)
        name = file_name(known, f"week {monday.isocalendar().week}", monday.isocalendar().year)
        files = [
            (
                "Weekblad om te printen",
                f"{name}.html",
                "text/html",
                lambda: week_page(sheet_of(known, coming, monday, heard)),
            ),
            (
                "Weekblad (Excel)",
                f"{name}.xlsx",
                _EXCEL,
                lambda: week_book(sheet_of(known, coming, monday, heard)),
            ),
            ("Agenda van deze week (ics)", f"{name}.ics", "text/calendar", lambda: calendar_of(known, week)),
            (
                "Hele agenda (ics)",
                f"{file_name(known, 'agenda')}.ics",
                "text/calendar",
                lambda: calendar_of(known, every),
            ),
        ]
        with st.container(horizontal=True, gap="small"):
            for place, (label, file, mime, make) in enumerate(files):
                st.download_button(
                    label,
                    data=make,
                    file_name=file,
                    mime=mime,
                    key=f"agenda-bestand-{place}",
                    on_click="ignore",
                )
        st.caption(
            "Het weekblad opent in uw browser; kies daar Afdrukken. Zet u een nieuwer agendabestand in uw agenda, dan worden "
            "afspraken bijgewerkt en verdwijnt wat niet doorgaat."
        )
        one = st.selectbox(
            "Eén bezoek in uw agenda",
            list(coming["number"]),
            index=None,
            format_func=lambda nr: _named(known, coming[coming["number"] == nr].iloc[0]),
            key="agenda-een",
            placeholder="Kies een bezoek",
            width=360,
        )
        if one is not None:
            st.download_button(
                "Dit bezoek (ics)",
                data=lambda: calendar_of(known, coming[coming["number"] == one]),
                file_name=f"{file_name(known, f'bezoek {int(one)}')}.ics",
                mime="text/calendar",
                key="agenda-bestand-een",
                on_click="ignore",
            )
        del shown


def _named(known: Figures, visit: pd.Series) -> str:
    return f"{words.day_words(str(visit['day']))}: {known.label(str(visit['region']))}"


# What was -------------------------------------------------------------------------------------------


def _long_ago(shown: Picture) -> None:
    rows = shown.visits[shown.visits["months"].notna()].sort_values("months", ascending=False)
    if rows.empty:
        say(
            "Er staat nog geen bezoek in de agenda dat is afgevinkt; dus is niet bekend waar lang niemand is geweest."
        )
        return
    rows = pd.concat([rows[rows["last"].isna()], rows[rows["last"].notna()]])
    long = rows[(rows["months"] >= LONG) | rows["last"].isna()]
    if long.empty:
        say(f"In elke wijk was de laatste {number(LONG)} maanden iemand.")
        return
    table = pd.DataFrame(
        {
            "Wijk": long["region"].map(shown.names),
            "Laatste bezoek": [capital(words.visit_told(row)) for row in records(long)],
            "Gepland": [
                words.day_words(shown.planned[region], year=True) if region in shown.planned else "nog niets"
                for region in long["region"]
            ],
        }
    )
    narrow_table(table, "Wijken waar lang niemand is geweest, de langste eerst", "agenda-lang-tabel")


def _earlier(at: Desk, shown: Picture, visits: pd.DataFrame) -> None:
    """Show what came of earlier visits, the last one first, of the chosen wijk or all."""
    past = visits[visits["status"] != "gepland"]
    past = past.assign(on=past["done_on"].fillna(past["day"])).sort_values(["on", "number"], ascending=False)
    with when_opened(f"Eerdere bezoeken ({number(len(past))})", "agenda-eerder") as is_open:
        if not is_open:
            return
        if past.empty:
            say("Er zijn nog geen bezoeken afgevinkt.")
            return
        if len(past) > _MOST:
            st.caption(
                f"De laatste {number(_MOST)} staan hier. Kies een wijk in de balk om verder terug te kijken."
            )
        for visit in records(past.head(_MOST)):
            _past(at, shown, visit)


def _past(at: Desk, shown: Picture, visit: dict[str, Any]) -> None:
    nr = int(visit["number"])
    with st.container(border=True, key=f"eerder-{nr}", gap="xsmall"):
        gone = " · ging niet door" if visit["status"] == "afgezegd" else ""
        name = plain(shown.known.label(str(visit["region"])))
        day = words.day_words(str(visit["on"]), year=True)
        st.markdown(f"**{plain(capital(day))}** · {name} · {KINDS[str(visit['kind'])]}{gone}")
        say(f"Doel: {visit['aim'] or 'niet meer bewaard'}")
        if given(visit, "outcome"):
            say(f"Wat kwam ervan: {visit['outcome']}")
        elif not gone:
            st.caption("Er staat nog niet bij wat ervan kwam.")
        if at.actor.may(Action.PLAN):
            label = "Toch gedaan" if gone else "Vul aan"
            st.button(
                label,
                key=f"aanvullen-{nr}",
                on_click=open_form,
                args=(at.gemeente, DONE, nr, _as_given(visit)),
                type="tertiary",
            )
        if opened(at.gemeente) == (DONE, nr):
            _form(at, shown)
