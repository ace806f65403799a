"""Waar eerst? The wijken in order of reason, each in one sentence, with a button to plan a visit."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import streamlit as st

from analysis.outreach import Ordered
from register.errors import RegisterError
from register.roles import Action
from ui import outreach_wording as words
from ui.concern_told import tell_written
from ui.forecasting import studied, wait_for_study
from ui.outreach_agenda import show_earlier
from ui.outreach_figures import VISIT, Picture, as_tuple, codes_of_now, ordered, picture, records
from ui.outreach_map import show_map
from ui.outreach_plan import PLAN, last_opened, on_plan, opened, show_form
from ui.outreach_voices import Reason
from ui.outreach_weights import choose_weights, weights_now
from ui.parts import lead, plain, say, say_list, when_opened
from ui.registering import Desk, desk
from ui.selection import Selection
from ui.theme import Look
from ui.wording import capital, count

#: So many wijken stand there at once; the others when they are asked for.
_FIRST: Final = 8


def show(selection: Selection, look: Look) -> None:  # noqa: ARG001 (what every view takes)
    """Show the view: its sentence, the list with the map beside it, the weights and how it was decided."""
    known = selection.figures
    title = f"Waar gaan we eerst heen in {known.name}?"
    try:
        at = desk(selection)
    except RegisterError as error:
        lead(title, str(error))
        return
    opening = st.container()
    with st.spinner("Cijfers, zorgen en bezoeken worden naast elkaar gelegd"):
        shown = picture(known, at, selection.year, date.today())
    found = ordered(shown, as_tuple(weights_now(at)))
    told = {region: _in_short(shown.strongest(found, region)) for region in found.places["region"]}
    planned = {region: words.day_words(day) for region, day in shown.planned.items()}
    with opening:
        lead(title)
        say(" ".join(filter(None, words.lead_sentences(found, shown.names, told, planned))))
        if unknown := words.unknown_sentence(shown.unknown if shown.foretold else shown.unknown_but_coming):
            st.caption(plain(unknown))
        if not last_opened(at.gemeente):
            tell_written("outreach")
    listed, drawn = st.columns([3, 2], gap="large")
    with listed:
        _list(selection, at, shown, found)
    with drawn:
        show_map(selection, shown, found)
    choose_weights(shown, at, found)
    with st.expander("Hoe is dit bepaald?"):
        say_list(words.method())
    if not shown.foretold:
        # Down here the progress moves nothing that somebody is reading.
        st.caption("De verwachting wordt nog uitgerekend; de volgorde kan daarna iets veranderen.")
        wait_for_study(known)
        studied(known)
        st.rerun()


def _list(selection: Selection, at: Desk, shown: Picture, found: Ordered) -> None:
    places = {str(place["region"]): place for place in records(found.places)}
    if selection.wijk in places:
        st.caption("De wijk uit de balk staat bovenaan.")
        _card(at, shown, found, places[selection.wijk])
    elif selection.wijk:
        why = dict(zip(found.apart["region"], found.apart["why"], strict=True)).get(selection.wijk)
        say(f"{known_name(shown, selection.wijk)}: {words.WHY_APART[why] if why else words.GONE}")
    others = [region for region in places if region != selection.wijk]
    _cards(at, shown, found, [places[region] for region in others[:_FIRST]])
    if rest := others[_FIRST:]:
        with when_opened(f"Nog {count(len(rest), 'wijk', 'wijken')} in volgorde", "outreach-meer") as is_open:
            if is_open:
                _cards(at, shown, found, [places[region] for region in rest])
    if n := len(found.apart):
        label = f"{count(n, 'wijk', 'wijken')} waarover te weinig te zeggen is"
        with when_opened(label, "outreach-apart") as is_open:
            if is_open:
                say_list(
                    f"{shown.names[region]}: {words.WHY_APART[why]}"
                    for region, why in zip(found.apart["region"], found.apart["why"], strict=True)
                )


def known_name(shown: Picture, region: str) -> str:
    """Return the name of a wijk, also of one that is gone."""
    return shown.names.get(region) or shown.known.label(region)


def _cards(at: Desk, shown: Picture, found: Ordered, places: list[dict[str, Any]]) -> None:
    group = 0
    for place in places:
        if place["group"] != group:
            group = place["group"]
            st.markdown(f"**{words.group_heading(place)}**")
        _card(at, shown, found, place, headed=True)


def _card(at: Desk, shown: Picture, found: Ordered, place: dict[str, Any], *, headed: bool = False) -> None:
    """Show one wijk: why to go there, when somebody was there, doors to the reasons, and the button to plan."""
    region = str(place["region"])
    reasons = shown.strongest(found, region)
    missing = [part for part in place["missing"] if part not in shown.unknown]
    key = region.replace("@", "-")
    codes = codes_of_now(shown.known)
    with st.container(border=True, key=f"outreach-wijk-{key}", gap="xsmall"):
        if headed:
            st.markdown(f"**{plain(shown.names[region])}**")
        else:
            st.markdown(f"**{plain(shown.names[region])}** · {words.group_heading(place).lower()}")
        say(words.place_sentence(_in_short(reasons), missing))
        told = VISIT in {one.signal for one in reasons}
        if line := words.last_visit_line(shown.visit(region), shown.planned.get(region), told=told):
            st.caption(plain(line))
        if at.actor.may(Action.PLAN):
            aim = words.AIMS[reasons[0].part] if reasons else ""
            st.button(
                "Plan",
                key=f"outreach-plan-{key}",
                on_click=on_plan(at.gemeente, codes[region], aim),
                help=f"Plan een bezoek aan {shown.names[region]}",
            )
        if reasons:
            _why(shown, reasons, key)
        if last_opened(at.gemeente) == codes[region]:
            tell_written(f"outreach-{key}")
        if opened(at.gemeente) == (PLAN, codes[region]):
            show_form(at, {codes[code]: name for code, name in shown.names.items()}, shown.known.years[-1])


def _in_short(reasons: list[Reason]) -> list[str]:
    return [one.in_short for one in reasons[: words.IN_SENTENCE]]


def _why(shown: Picture, reasons: list[Reason], key: str) -> None:
    """Show the reasons in full, each with the page that shows more."""
    with st.expander("Waarom hier?"):
        say_list(f"{capital(one.told)}." for one in reasons)
        with st.container(horizontal=True, gap="small"):
            for one in reasons:
                _door(shown, one, key)


def _door(shown: Picture, reason: Reason, key: str) -> None:
    """Show the link to the page that shows more of a reason."""
    label = words.DOORS[reason.part, reason.signal]
    if reason.signal == VISIT:
        # A link to the page that is open would not change its view.
        st.button(
            label, key=f"outreach-eerder-{key}", type="tertiary", on_click=show_earlier, args=(reason.region,)
        )
    else:
        st.page_link(reason.page, label=label, query_params=shown.address(reason))
