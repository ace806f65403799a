"""Who did what in a wijkanalyse, newest first, and what waits for a choice about something that is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from data.errors import UserError
from register._records import MINE, THEIRS
from register.roles import Action
from register.stories import KINDS, STATUSES
from ui.concern_told import Told, attempt
from ui.fetch_wording import moment
from ui.parts import plain, say, when_opened
from ui.story_steps_at import FIELDS, At
from ui.wording import join_names

_MOST: Final = 40
_WHOLE: Final = "deze editie"
_DID: Final = {
    "added": "voegde toe", "imported": "bracht in", "changed": "wijzigde", "removed": "haalde weg", "undone": "maakte ongedaan",
    "expired": "wiste de tekst van", "forgotten": "wiste de eerdere versies van",
}  # fmt: skip
_OF_HEAD: Final = {
    "reason": "aanleiding", "question": "vraag", "boundary": "afbakening", "observed": "wat men zag", "history": "geschiedenis",
    "message": "boodschap", "ask": "vraag aan de raad", "status": "status",
}  # fmt: skip


def show_history(at: At) -> None:
    """Fold out who did what."""
    if not at.place.actor.may(Action.SEE_HISTORY):
        return
    with when_opened("Wie deed wat?", f"wa-geschiedenis-{at.number}") as is_open:
        if is_open:
            lines = list(told_history(at))
            for line in lines[:_MOST]:
                st.markdown(f"- {plain(line)}")
            if len(lines) > _MOST:
                st.caption("Wat er eerder gebeurde, staat in het register.")


def told_history(at: At) -> Iterator[str]:
    """Yield what happened as sentences, newest first; one writing with many pauses is told once."""
    last: tuple[str, str, str] | None = None
    for step in _steps(at):
        what = (step["actor"], step["kind"], step["what"])
        if what != last:
            did = "begon" if step["what"] == _WHOLE else _DID.get(step["kind"], step["kind"])
            yield f"{moment(step['at'])}: {step['actor']} {did} {step['what']}."
        last = what


def _steps(at: At) -> list[dict[str, str]]:
    head = at.place.stories.history(at.number)
    steps = [_step(rows, _head_words(rows)) for _, rows in head.groupby("batch", sort=False)]
    begun = head["batch"].iloc[0] if len(head) else ""
    for part in at.place.parts.rows(removed=True):
        if part["story"] == at.number:
            history = at.place.parts.history(int(part["number"]))
            # What came along when the edition began is told with it.
            history = history[history["batch"] != begun]
            steps += [
                _step(rows, _part_words(part, rows)) for _, rows in history.groupby("batch", sort=False)
            ]
    return sorted((step for step in steps if step["what"]), key=lambda step: step["at"], reverse=True)


def _step(rows: pd.DataFrame, what: str) -> dict[str, str]:
    first = rows.iloc[0]
    return {"at": str(first["at"]), "actor": str(first["actor"]), "kind": str(first["kind"]), "what": what}


def _head_words(rows: pd.DataFrame) -> str:
    if rows["kind"].iloc[0] in ("added", "imported"):
        return _WHOLE
    if rows["kind"].iloc[0] == "forgotten":
        return "de teksten van deze editie"
    fields = dict(zip(rows["field"], rows["after"], strict=True))
    if status := fields.get("status"):
        return f"de status: {STATUSES.get(str(status), str(status)).lower()}"
    return join_names([_OF_HEAD[name] for name in fields if name in _OF_HEAD])


def _part_words(part: Mapping[str, Any], rows: pd.DataFrame) -> str:
    kind = KINDS[str(part["kind"])].lower()
    name = str(part["title"] or part["group_name"] or part["text"] or "")[:60]
    named = f"{kind} ‘{name}’"
    if rows["kind"].iloc[0] != "changed":
        return named
    fields = [FIELDS[name] for name in rows["field"] if name in FIELDS]
    return f"{join_names(fields)} van {named}" if fields else ""


def show_homeless_conflicts(at: At) -> None:
    """Show what waits for a choice about an entry that somebody took out meanwhile: it has no field to stand under."""
    if at.frozen:
        return
    there = {int(part["number"]) for part in at.story.parts}
    for conflict in at.part_conflicts:
        number = int(conflict["number"])
        if number in there:
            continue
        try:
            part = next(iter(at.place.parts.rows(removed=True, numbers=[number])), None)
        except UserError:
            continue
        if part is None or part["story"] != at.number:
            continue
        with st.container(border=True, key=f"botsing-{conflict['id']}"):
            texts = " ".join(str(value) for name, value in dict(conflict["mine"]).items() if name in FIELDS)
            say(
                f"{part['changed_by']} haalde ‘{part['title'] or part['group_name'] or 'dit'}’ weg terwijl {conflict['actor']} het "
                f"wijzigde. Dit is wat bewaard is: “{texts}”."
            )
            with st.container(horizontal=True):
                for choice, label in ((MINE, "Zet het terug, met deze tekst"), (THEIRS, "Laat het weg")):
                    st.button(
                        label,
                        key=f"botsing-{choice}-{conflict['id']}",
                        on_click=attempt,
                        args=(lambda conflict=conflict, choice=choice: _settle(at, conflict, choice),),
                    )


def _settle(at: At, conflict: Mapping[str, Any], choice: str) -> Told:
    saved = at.place.parts.settle(int(conflict["id"]), choice)
    return Told("De keuze is gemaakt.", at.place.parts if saved.batch else None, saved.batch)
