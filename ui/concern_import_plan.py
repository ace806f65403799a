"""The steps of an import in which the user looks at columns and words, and puts right what was recognised wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import streamlit as st

from register.concerns import CHANNELS, SERIOUSNESS, STATUSES
from register.importing.columns import FIELDS, IGNORED, OWN_FIELDS, Proposal
from register.importing.plan import CATEGORY, CHANNEL, STATUS, Plan, clean_source, with_words, words
from register.importing.reading import Source
from ui import concern_import_wording as told
from ui.parts import plain, say, say_list
from ui.wording import count

#: Words of one kind that are shown; the rest keeps what was proposed.
_MOST_WORDS: Final = 60
_OPEN: Final = "Nog geen keuze"


def choose_columns(proposals: Sequence[Proposal], plan: Plan, key: str) -> Plan:
    """Show what every column is taken for and return the plan with what the user chose."""
    say(told.columns_sentence(plan, proposals))
    if sentence := told.person_sentence(proposals):
        st.info(plain(sentence))
    shown = [proposal for proposal in proposals if not proposal.person and proposal.examples]
    first = [proposal for proposal in shown if plan.columns.get(proposal.column)]
    other = [proposal for proposal in shown if proposal not in first]
    chosen: dict[str, str] = {proposal.column: IGNORED for proposal in proposals}
    with st.expander(f"Kolommen die meegaan ({len(first)})", key=f"mee-{key}", expanded=bool(plan.problems)):
        for proposal in first:
            chosen[proposal.column] = _column(proposal, plan.columns[proposal.column], key)
    if other:
        with st.expander(
            f"Kolommen die niet meegaan ({len(other)})", key=f"niet-mee-{key}", expanded=bool(plan.problems)
        ):
            for proposal in other:
                chosen[proposal.column] = _column(proposal, IGNORED, key)
    return replace(plan, columns=chosen)


def _column(proposal: Proposal, field: str, key: str) -> str:
    options = [IGNORED, *FIELDS, *([field] if field in OWN_FIELDS else [])]
    titles = {IGNORED: told.NOT_TAKEN, **FIELDS, **OWN_FIELDS}
    chosen = st.selectbox(
        proposal.column,
        options,
        index=options.index(field),
        format_func=titles.__getitem__,
        key=f"kolom-{key}-{proposal.column}",
        persist_state="session",
        help=plain(proposal.reason),
    )
    st.caption(plain(f"{proposal.reason} Bijvoorbeeld: {'; '.join(proposal.examples)}"))
    return str(chosen)


def choose_defaults(plan: Plan, themes: Mapping[str, str], wijken: Mapping[str, str], key: str) -> Plan:
    """Ask for what the file does not have: the name of the source, and one value for all rows."""
    name = st.text_input(
        "Hoe heet deze bron?",
        value=plan.source,
        max_chars=40,
        key=f"bron-{key}",
        persist_state="session",
        help="Komt bij elke zorg te staan. Aan de bron en het nummer herkent Wijkradar een rij die er al is.",
    )
    defaults: dict[str, Any] = dict(plan.defaults)
    has = {field: plan.column(field) for field in FIELDS}
    if not has["heard"]:
        day = st.date_input(
            "Datum voor alle rijen",
            value=None,
            max_value=date.today(),
            format="DD-MM-YYYY",
            key=f"dag-{key}",
            persist_state="session",
        )
        defaults["heard"] = day.isoformat() if isinstance(day, date) else ""
    label = (
        "Wijk voor rijen zonder plek"
        if has["wijk"] or has["buurt"] or has["x"] or has["point"]
        else "Wijk voor alle rijen"
    )
    options = ["", *wijken]
    usual = str(defaults.get("wijk") or "")
    defaults["wijk"] = st.selectbox(
        label, options, index=options.index(usual) if usual in options else 0, key=f"wijk-{key}", persist_state="session",
        format_func=lambda code: wijken.get(code, "Geen: zo’n rij gaat niet mee"),
    )  # fmt: skip
    for field, titles, question in (
        ("channel", CHANNELS, "Hoe kwam dit binnen?"),
        ("theme", themes, "Thema voor alle rijen"),
        ("seriousness", SERIOUSNESS, "Ernst voor alle rijen"),
    ):
        if has["category" if field == "theme" else field] or (field == "theme" and has["subcategory"]):
            continue
        choices: list[Any] = list(titles)
        usual_choice = defaults[field] if defaults[field] in choices else choices[0]
        defaults[field] = st.selectbox(
            question, choices, index=choices.index(usual_choice), format_func=dict(titles).__getitem__, key=f"{field}-{key}",
            persist_state="session",
        )  # fmt: skip
    return replace(plan, source=clean_source(name) or plan.source, defaults=defaults)


def choose_words(source: Source, plan: Plan, themes: Mapping[str, str], key: str) -> Plan:
    """Show what the words of the file are taken for: categories, statuses, channels."""
    plan = with_words(plan, source, themes)
    counted = words(source, plan.columns)
    parts: list[tuple[str, str, Mapping[str, str], Mapping[str, str]]] = [
        (CATEGORY, "Categorieën", plan.themes, themes),
        (STATUS, "Statussen", plan.statuses, STATUSES),
        (CHANNEL, "Kanalen", plan.channels, CHANNELS),
    ]
    chosen = {
        kind: _words(kind, title, known, titles, counted[kind], key) for kind, title, known, titles in parts
    }
    if not any(counted.values()):
        say("In dit bestand staan geen categorieën, statussen of kanalen om te vertalen.")
    return replace(plan, themes=chosen[CATEGORY], statuses=chosen[STATUS], channels=chosen[CHANNEL])


def _words(
    kind: str,
    title: str,
    known: Mapping[str, str],
    titles: Mapping[str, str],
    counted: Mapping[str, int],
    key: str,
) -> dict[str, str]:
    if not counted:
        return dict(known)
    open_ = [word for word in counted if not known.get(word)]
    with st.expander(told.words_sentence(title, known), key=f"woorden-{kind}-{key}", expanded=bool(open_)):
        order = [*open_, *(word for word in counted if known.get(word))]
        chosen = dict(known)
        for word in order[:_MOST_WORDS]:
            options = ["", *titles]
            there = known.get(word, "")
            chosen[word] = st.selectbox(
                plain(f"{word[:80]} ({count(counted[word], 'rij', 'rijen')})"),
                options,
                index=options.index(there) if there in options else 0,
                format_func=lambda name: titles.get(name, _OPEN),
                key=f"woord-{kind}-{key}-{word}",
                persist_state="session",
            )
        if len(order) > _MOST_WORDS:
            st.caption(
                f"Nog {count(len(order) - _MOST_WORDS, 'woord', 'woorden')} met weinig rijen: die houden wat Wijkradar ervan maakte."
            )
    return chosen


def say_problems(plan: Plan) -> None:
    """Say what still has to be chosen."""
    st.warning("Er moet nog iets worden gekozen.")
    say_list(plan.problems)
