"""Triage on the screen: which figures of which wijken ask for attention, held against what the reader chose."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from analysis.triage import STATES
from ui import charts, heat_table, triage_wording, wording
from ui.exhibit import exhibit, file_name
from ui.figures import FEWEST_PEOPLE, Figures
from ui.findings import heat_title
from ui.parts import say, say_with_parents, when_opened
from ui.selection import Selection, adopt_address, write_address
from ui.theme import Look
from ui.triage_figures import ALL_THEMES, GEMEENTE, Question, comparators, themes, triaged

#: Development of the wijk itself, or beside what it is held against.
OWN, BESIDE = "zelf", "ernaast"
#: So many items of a list stand there at once; the others when they are asked for, and never more than `MOST`.
FIRST, MOST = 6, 40
#: So many wijken of the heat map stand there at once.
FIRST_ROWS: Final = 25
#: So many alike figures are named behind the strongest of a theme.
_NAMED: Final = 2
#: Goes along with the downloads.
METHOD: Final = (
    "Verschil met de vergelijking van hetzelfde jaar, buiten de ruis van afronding en kleine aantallen (95 %). Richting: "
    "helling van Theil en Sen, getoetst met samenhang tussen de jaren, alle wijken en cijfers van het gekozen "
    "thema samen (Benjamini en Hochberg)."
)
_FIELDS: Final = ("vergelijk", "thema", "ontwikkeling", "stand")
_ASKED: Final = "question of the triage"


# What is chosen ------------------------------------------------------------------------------------


def _choose(box: Any, label: str, key: str, options: dict[str, str]) -> str:
    wished = st.session_state.get(key)
    if wished not in options:
        st.session_state[key] = next(iter(options))
        if wished is not None and key == "vergelijk":
            st.caption(
                "Waar u mee wilde vergelijken, heeft hier geen cijfers. U ziet een andere vergelijking."
            )
    return str(
        box.selectbox(
            label,
            list(options),
            format_func=options.__getitem__,
            key=key,
            persist_state="session",
        )
    )


def ask(selection: Selection) -> tuple[Question, dict[str, str]] | None:
    """Show what can be chosen, and return the question with the names of the comparators; None without any."""
    known, year = selection.figures, selection.year
    if "stand" in adopt_address(*_FIELDS):
        st.session_state.pop(_ASKED, None)
    names = comparators(known, year)
    if not names:
        return None
    boxes = st.container(key="triagekeuze").columns([1.2, 1.2, 1.6])
    shown = names | {code: f"gemeente {name}" for code, name in names.items() if code == GEMEENTE}
    comparator = _choose(boxes[0], "Vergelijk met", "vergelijk", shown)
    with st.spinner("De wijken worden vergeleken"):
        of_themes = themes(known, comparator, year)
    wished = st.session_state.get("thema")
    titles = {theme.id: theme.title for theme in known.catalogue.themes}
    theme = _choose(boxes[1], "Thema", "thema", {ALL_THEMES: "alle thema's"} | of_themes)
    if wished in titles and wished not in of_themes:
        st.caption(
            f"Over het thema {wording.in_sentence(titles[wished])} is er in {year} niets te rangschikken: er is geen "
            "recent cijfer met een gunstige en een ongunstige kant. U ziet alle thema's."
        )
    developments = {OWN: "van de wijk zelf", BESIDE: f"ten opzichte van {names[comparator]}"}
    development = _choose(boxes[2], "Ontwikkeling", "ontwikkeling", developments)
    return Question(comparator, theme, development == BESIDE, year), names


def _choose_state(counts: dict[str, int], question: tuple[Question, str | None]) -> str:
    """Show the states with their number; a new question opens at the first that has any, unless this one has.

    What comes with the address (a link, the back button) was chosen, also a state without any: then no question came
    before this one.
    """
    asked, state = st.session_state.get(_ASKED, question), st.session_state.get("stand")
    if state not in STATES or (asked != question and not counts[state]):
        st.session_state["stand"] = next((state for state in STATES if counts[state]), STATES[0])
    st.session_state[_ASKED] = question
    chosen = st.segmented_control(
        "Stand",
        STATES,
        format_func=lambda state: triage_wording.state_count_label(state, counts[state]),
        key="stand",
        persist_state="session",
        required=True,
        label_visibility="collapsed",
        width="stretch",
    )
    return str(chosen)


def _address(question: Question, **more: str) -> dict[str, str]:
    development = BESIDE if question.relative else OWN
    return {"vergelijk": question.comparator, "thema": question.theme, "ontwikkeling": development} | more


# What is shown -------------------------------------------------------------------------------------


def ranked_list(selection: Selection, question: Question, rows: pd.DataFrame, comparator: str) -> None:
    """Show the states with their numbers, and of the chosen one the figures in order, one item per wijk and theme."""
    known = selection.figures
    names = {region: known.label(region) for region in rows["region"].unique()}
    if selection.wijk:
        rows = rows[rows["region"] == selection.wijk]
        here = known.label(selection.wijk)
        if rows.empty:
            write_address(_address(question))
            say(_why_not_there(known, selection.wijk, question, comparator))
            return
        st.caption(
            f"U ziet alleen {here}, want die wijk staat in de balk. De vergelijking is met alle wijken gemaakt."
        )
    say(triage_wording.triage_lead(rows, comparator, names))
    counts = {state: int((rows["state"] == state).sum()) for state in STATES}
    state = _choose_state(counts, (question, selection.wijk))
    write_address(_address(question, stand=state))
    st.caption(triage_wording.STATE_EXPLANATIONS[state])
    # Where no direction is known at all, the sentence above has said so for all.
    directed = bool((rows["trend"] != "no_verdict").any())
    told = _told(known, rows[rows["state"] == state], comparator, directed=directed)
    if not told:
        say("Geen enkel cijfer staat hier.")
    say_with_parents(known, told[:FIRST], headed=True)
    if rest := told[FIRST:]:
        with when_opened(f"Nog {wording.number(len(rest))} in deze lijst", "triage-meer") as is_open:
            if is_open:
                say_with_parents(known, rest[:MOST], headed=True)
                if len(rest) > MOST:
                    st.caption("De hele lijst staat in de tabel onder het overzicht van alle wijken.")
    ranked = rows["state"].isin(STATES)
    unknown = int((ranked & (rows["trend"] == "no_verdict")).sum()) if directed else 0
    if left_out := triage_wording.not_ranked_sentence(0, int((rows["state"] == "no_figure").sum()), unknown):
        st.caption(left_out)


def _why_not_there(known: Figures, wijk: str, question: Question, comparator: str) -> str:
    name = known.label(wijk)
    if wijk == question.comparator:
        return f"{name} wordt hier met zichzelf vergeleken. Kies een andere vergelijking of een andere wijk."
    return (
        f"{name} doet niet mee: er wonen minder dan {FEWEST_PEOPLE} mensen, of er is geen recent cijfer om met "
        f"{comparator} te vergelijken."
    )


def _told(
    known: Figures, rows: pd.DataFrame, comparator: str, *, directed: bool
) -> list[tuple[str, str, str, int]]:
    """Return one sentence per wijk and theme about its strongest figure, with the names of the others."""
    told = []
    for _, group in rows.groupby(["region", "theme"], sort=False):
        row, others = group.iloc[0], group["indicator"].iloc[1:]
        region, indicator = str(row["region"]), known.catalogue[str(row["indicator"])]
        sentence = triage_wording.triage_sentence(
            row, indicator, known.label(region), comparator, directed=directed
        )
        if len(others):
            titles = [wording.in_sentence(known.catalogue[name].title) for name in others]
            # Alike in the state alone: one may be high where the other is low, and only one of them may move.
            state = triage_wording.STATE_LABELS[str(row["state"])].partition(",")[0]
            sentence += f" Ook {state}: {wording.join_names(titles, _NAMED)}."
        told.append((sentence, indicator.id, region, int(row["year"])))
    return told


@lru_cache(maxsize=64)
def _cells(known: Figures, question: Question) -> pd.DataFrame:
    rows = triaged(known, question)
    names = {region: known.label(region) for region in rows["region"].unique()}
    return heat_table.heat_cells(rows, known.catalogue, names)


@lru_cache(maxsize=64)
def _drawn(
    known: Figures, question: Question, comparator: str, look: Look, regions: tuple[str, ...]
) -> dict[str, Any]:
    """Return the specification of the heat map of some wijken; the same for every visitor, so drawn once."""
    cells = _cells(known, question)
    shown = cells[cells["region"].isin(regions)]
    return charts.triage_heat(
        shown,
        look,
        title=heat_title(cells, comparator),
        comparator=comparator,
        source=_source(known),
    ).to_dict(validate=False)


def _source(known: Figures) -> str:
    return known.source_of(known.catalogue["population"]).removeprefix("Bron: ")


def heat(selection: Selection, question: Question, comparator: str) -> None:
    """Draw all wijken against the figures of the chosen themes, with the table beside it."""
    known = selection.figures
    cells = _cells(known, question)
    wijken = tuple(dict.fromkeys(cells["region"]))
    shown = wijken[:FIRST_ROWS]
    if len(wijken) > FIRST_ROWS and st.toggle(
        f"Toon alle {wording.number(len(wijken))} wijken", key="alle-wijken"
    ):
        shown = wijken
    if selection.wijk in wijken and selection.wijk not in shown:
        shown = (*shown, str(selection.wijk))
    theme = "alle themas" if question.theme == ALL_THEMES else question.theme
    exhibit(
        lambda look: charts.with_selected(_drawn(known, question, comparator, look, shown), selection.wijk),
        "warmte",
        name=file_name(known, f"overzicht {theme}", question.year),
        table=lambda: heat_table.heat_table(cells),
        figures=lambda: heat_table.heat_rows(cells, comparator, _source(known)),
        told=f"Tabel: wijken en cijfers, vergeleken met {comparator}",
        legend=heat_table.legend(cells, comparator),
        linked=False,
        source=_source(known),
        method=METHOD,
    )
