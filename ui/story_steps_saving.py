"""What is typed into a wijkanalyse is saved as one goes: field by field, with the way back, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from data.errors import UserError
from register._records import MINE, THEIRS, Records, new_key
from register.errors import Conflict
from register.stories import Stories
from ui.concern_finds import ask_about_finds, open_finds, without
from ui.concern_told import forget_told
from ui.fetch_wording import moment
from ui.parts import narrow_table, plain, say

_HERE: Final = ZoneInfo("Europe/Amsterdam")
_LAST: Final = "wijkanalyse-laatst"
_SIGHT: Final = "wijkanalyse-zicht"
_DAYS: Final = frozenset({"evaluate_on"})
_NUMBERS: Final = frozenset({"about"})
#: Values that are chosen from a list; all else is typed.
CHOSEN: Final = frozenset({"recognised", "about", "indicator", "evaluate_on", "status", "section"})
_EMPTY: Final = "leeg"


@dataclass(frozen=True)
class Last:
    """What was saved last in this session, and what stood there before the writer began.

    Attributes
    ----------
    name : str
        Of the field.
    at : str
        Time of day.
    before : object
    back : bool
        Whether this put back what was.
    batch : str
        Where a whole part was added: with which it goes again.
    """

    name: str
    at: str
    before: Any
    back: bool = False
    batch: str = ""


def clock() -> str:
    """Return the time of day in the Netherlands: "14:03"."""
    return f"{datetime.now(_HERE):%H:%M}"


def forget_last() -> None:
    """Say no more of what was saved last; to be called when something else happens."""
    st.session_state.pop(_LAST, None)


def draw_anew(sight: tuple[object, ...]) -> None:
    """Have the browser take over what stands in the fields, where other ones come in sight than before.

    Who clicks from step to step faster than the server answers, has a browser that let go of a field of which the server thinks
    that it still shows it. The field would then begin empty, and that would be saved as if its writer had emptied it.

    It is for fields that come in sight only: where a field is there already, its visitor may have changed it in the meantime, and
    that would be undone.

    Parameters
    ----------
    sight : tuple
        What is in sight, the same as long as the same fields are; empty where none is. For one entry that is opened,
        `Saving.comes_in_sight`.
    """
    before, mark = st.session_state.get(_SIGHT, ((), 0))
    st.session_state[_SIGHT] = (sight, mark + (sight != before))


def written(field: str, value: Any) -> Any:
    """Return a value of the screen as the register takes it; what is empty is None."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value.strip() or None
    del field
    return value


def on_screen(field: str, value: Any) -> Any:
    """Return a value of the register as its field on the screen takes it."""
    if field in _DAYS:
        return date.fromisoformat(str(value)[:10]) if value else None
    if field in _NUMBERS:
        return None if value is None else int(value)
    if field in CHOSEN:
        return value or None
    return value or ""


class Saving:
    """The fields of one record on the screen, or of one that is to be.

    Parameters
    ----------
    records : Records
        `Desk.stories` or `Desk.parts`.
    record : mapping or None
        As it stands in the register now; None where nothing of it was saved yet.
    slot : str
        Name of an empty form; the record that came from it stays in it, so that who types on is not disturbed.
    fixed : mapping
        Fields that a new record gets beside what is typed.
    needed : sequence of sequence of str
        Of each group one field must be filled in before there is anything to save.
    conflicts : sequence of mapping
        What waits for a choice, of this kind of record (`waiting_of`).
    frozen : bool
        Nothing can be changed but the fields in ``still``.
    still : collection of str
    labels : mapping of str to str
        What the fields are called.
    """

    def __init__(
        self,
        records: Records,
        record: Mapping[str, Any] | None,
        *,
        slot: str = "",
        fixed: Mapping[str, Any] | None = None,
        needed: Sequence[Sequence[str]] = (),
        conflicts: Sequence[Mapping[str, Any]] = (),
        frozen: bool = False,
        still: Collection[str] = (),
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self.records, self.record = records, record
        self.fixed, self.needed = dict(fixed or {}), tuple(needed)
        self.frozen, self.still, self.labels = frozen, frozenset(still), dict(labels or {})
        self.about = slot or f"{records.entity}-{record['number'] if record else ''}"
        number = int(record["number"]) if record else None
        self.conflicts = tuple(one for one in conflicts if int(one["number"]) == number)

    # -- names in the session -------------------------------------------------------------------------

    def name(self, field: str) -> str:
        """Return under which name a field stands in the session."""
        return f"wa-{self.about}-{field}"

    def _beside(self, what: str, field: str = "") -> str:
        return f"{self.name(field)}|{what}"

    @property
    def number(self) -> int | None:
        """Number of the record; None where nothing was saved yet."""
        if self.record is not None:
            return int(self.record["number"])
        found: int | None = st.session_state.get(self._beside("nummer"))
        return found

    def is_frozen(self, field: str) -> bool:
        """Tell whether a field cannot be changed."""
        return self.frozen and field not in self.still

    def forget(self) -> None:
        """Let go of all that was typed; the fields then show what stands in the register."""
        for name in [str(name) for name in st.session_state if str(name).startswith(self.name(""))]:
            del st.session_state[name]

    # -- what stands in a field -----------------------------------------------------------------------

    def typed(self, field: str) -> Any:
        """Return what stands in a field, as the register takes it."""
        return written(field, st.session_state.get(self.name(field)))

    def _base(self, field: str) -> tuple[int, Any]:
        base: tuple[int, Any] = st.session_state.get(self._beside("basis", field)) or (0, None)
        return base

    def _set_base(self, field: str, record: Mapping[str, Any]) -> None:
        st.session_state[self._beside("basis", field)] = (int(record["version"]), record[field] or None)

    def follow(self, field: str) -> None:
        """Show what stands in the register now, unless the visitor typed something that is not in it yet."""
        self._follow(field)
        mark = st.session_state.get(_SIGHT, ((), 0))[1]
        if st.session_state.get(self._beside("zicht", field)) != mark:
            # Writing it, also where it is the same, sends it along.
            st.session_state[self.name(field)] = st.session_state[self.name(field)]
            st.session_state[self._beside("zicht", field)] = mark

    def comes_in_sight(self) -> None:
        """Have the browser take over these fields, as `draw_anew`: they are opened; to be called in a callback."""
        begin, end = self.name(""), "|zicht"
        for name in [str(name) for name in st.session_state]:
            if name.startswith(begin) and name.endswith(end):
                del st.session_state[name]

    def _follow(self, field: str) -> None:
        name = self.name(field)
        if self.record is None:
            st.session_state.setdefault(name, on_screen(field, self.fixed.get(field)))
            return
        now = self.record[field] or None
        if name not in st.session_state:
            st.session_state[name] = on_screen(field, now)
        elif self._beside("basis", field) in st.session_state:
            typed, (_, before) = self.typed(field), self._base(field)
            if typed not in (before, now):
                return
            if typed != now:
                st.session_state[name] = on_screen(field, now)
        self._set_base(field, self.record)

    def is_unsaved(self, field: str) -> bool:
        """Tell whether something was typed that is not in the register."""
        return self.name(field) in st.session_state and self.typed(field) != self._base(field)[1]

    # -- saving ---------------------------------------------------------------------------------------

    @property
    def harmless(self) -> list[str]:
        """What somebody confirmed not to point at a person."""
        told = st.session_state.get(self._beside("onschuldig")) or []
        return sorted({*((self.record or {}).get("harmless") or ()), *told})

    def save(self, field: str) -> None:
        """Save a field that was changed; to be called in a callback."""
        fault = self._beside("fout")
        st.session_state.pop(fault, None)
        if self._open_finds(field):
            return
        try:
            if self.number is None:
                self.add()
            elif self.is_unsaved(field):
                self._change(field)
        except UserError as error:
            st.session_state[fault] = (field, str(error))

    def _open_finds(self, field: str) -> bool:
        value = self.typed(field)
        return field not in CHOSEN and bool(open_finds(str(value or ""), self.harmless))

    def add(self) -> bool:
        """Make the record where what it needs is there; tells whether it is there now.

        Raises
        ------
        UserError
        """
        if self.number is not None:
            return True
        fields = self.fields_typed()
        filled = all(any(fields.get(name) for name in group) for group in self.needed)
        if not filled or any(map(self._open_finds, fields)):
            return False
        key = st.session_state.setdefault(self._beside("sleutel"), new_key())
        saved = self.records.add(self.fixed | fields | {"harmless": self.harmless or None}, key)
        st.session_state[self._beside("nummer")] = saved.numbers[0]
        fresh = self.records.get(saved.numbers[0])
        for field in fields:
            self._set_base(field, fresh)
        first = self.needed[-1] if self.needed else tuple(fields)
        shown = next(name for name in first if fields.get(name))
        forget_told(Stories.entity)
        st.session_state[_LAST] = Last(self.name(shown), clock(), None, batch=saved.batch)
        return True

    def fields_typed(self) -> dict[str, Any]:
        """Return what stands in every field that is or was on the screen."""
        begin = self.name("")
        names = [
            str(name)[len(begin) :]
            for name in st.session_state
            if str(name).startswith(begin) and "|" not in str(name)
        ]
        return {field: self.typed(field) for field in names if field in self.records.table.c}

    def _change(self, field: str) -> None:
        number, (seen, before) = self.number, self._base(field)
        assert number is not None
        values: dict[str, Any] = {field: self.typed(field)}
        if st.session_state.get(self._beside("onschuldig")):
            values["harmless"] = self.harmless
        waiting = self._beside("botsing", field)
        earlier: int | None = st.session_state.get(waiting)
        try:
            self.records.change(number, seen, values)
        except Conflict as conflict:
            # The newest text is kept first; only then the one before it is let go.
            st.session_state[waiting] = conflict.conflict
            if earlier is not None:
                self.records.settle(earlier, THEIRS)
            return
        if earlier is not None:
            self.records.settle(earlier, THEIRS)
            del st.session_state[waiting]
        self._set_base(field, self.records.get(number))
        self._note(field, before)

    def _note(self, field: str, before: Any) -> None:
        # What was written after it keeps an edition from being taken back whole.
        forget_told(Stories.entity)
        last: Last | None = st.session_state.get(_LAST)
        # One writing of many pauses is taken back as one.
        same = last is not None and last.name == self.name(field) and not last.back
        if same and last is not None and last.batch:
            return
        first = last.before if same and last is not None else before
        st.session_state[_LAST] = Last(self.name(field), clock(), first)

    def _take_back(self, field: str, last: Last) -> None:
        if last.batch:
            try:
                self.records.undo(last.batch)
            except UserError as error:
                st.session_state[self._beside("fout")] = (field, str(error))
                return
            self.forget()
            forget_last()
            return
        was = self.typed(field)
        st.session_state[self.name(field)] = on_screen(field, last.before)
        self.save(field)
        st.session_state[_LAST] = Last(self.name(field), clock(), was, back=not last.back)

    def _settle(self, field: str, conflict: int, choice: str, seen: int) -> None:
        waiting = self._beside("botsing", field)
        own = st.session_state.get(waiting) == conflict
        typed = st.session_state.get(self.name(field))
        try:
            self.records.settle(conflict, choice, seen)
        except UserError as error:
            st.session_state[self._beside("fout")] = (field, str(error))
            return
        st.session_state.pop(waiting, None)
        st.session_state.pop(self.name(field), None)
        if choice == MINE and own and self.number is not None:
            # Who typed on while the choice was open keeps that too.
            self._set_base(field, self.records.get(self.number))
            st.session_state[self.name(field)] = typed
            self.save(field)

    # -- on the screen --------------------------------------------------------------------------------

    def below(self, field: str, shown: Callable[[str, Any], str] = lambda _, value: str(value)) -> None:
        """Show under a field that it was saved, or why not, and what must be chosen first.

        Parameters
        ----------
        field : str
        shown : callable
            Writes a value of the field in words.
        """
        if self.is_frozen(field):
            return
        if field not in CHOSEN:
            ask_about_finds(
                str(self.typed(field) or ""),
                self.harmless,
                self.name(field),
                self._taker(field),
                self._confirmer(field),
            )
        for conflict in self.conflicts:
            if field in dict(conflict["mine"]):
                self._both(field, conflict, shown)
        fault = st.session_state.get(self._beside("fout"))
        if fault and fault[0] == field:
            st.warning(plain(f"Nog niet opgeslagen. {fault[1]} Wat u typte, staat er nog."))
            st.button("Probeer opnieuw", key=self.name(f"{field}|opnieuw"), on_click=self.save, args=(field,))
            return
        last: Last | None = st.session_state.get(_LAST)
        if last is not None and last.name == self.name(field):
            self._saved(field, last)

    def _saved(self, field: str, last: Last) -> None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"{'Teruggezet' if last.back else 'Opgeslagen'} om {last.at}")
            st.button(
                "Toch weer zoals het was" if last.back else "Ongedaan maken",
                key=self.name(f"{field}|terug"),
                type="tertiary",
                on_click=self._take_back,
                args=(field, last),
            )

    def _taker(self, field: str) -> Callable[[str], None]:
        def take_out(wording: str) -> None:
            name = self.name(field)
            st.session_state[name] = without(str(st.session_state.get(name) or ""), wording)
            self.save(field)

        return take_out

    def _confirmer(self, field: str) -> Callable[[str], None]:
        def confirm(wording: str) -> None:
            st.session_state[self._beside("onschuldig")] = [*self.harmless, wording]
            self.save(field)

        return confirm

    def _both(self, field: str, conflict: Mapping[str, Any], shown: Callable[[str, Any], str]) -> None:
        assert self.record is not None
        own = st.session_state.get(self._beside("botsing", field)) == int(conflict["id"])
        mine = self.typed(field) if own else dict(conflict["mine"])[field]
        theirs = str(self.record["changed_by"])
        whose = "U" if conflict["actor"] == self.records.actor.name else str(conflict["actor"])
        with st.container(border=True, key=f"botsing-{conflict['id']}"):
            say(
                f"{theirs} wijzigde dit ondertussen ook. Er is niets overschreven: beide versies zijn bewaard. Kies welke "
                "blijft staan."
            )
            rows = [
                (
                    f"Staat er nu ({theirs})",
                    shown(field, self.record[field]) if self.record[field] else _EMPTY,
                ),
                (f"{whose}, {moment(str(conflict['at']))}", shown(field, mine) if mine else _EMPTY),
            ]
            narrow_table(
                pd.DataFrame(rows, columns=["Van wie", self.labels.get(field, "Tekst")]),
                "Beide versies",
                f"versies-{conflict['id']}",
            )
            with st.container(horizontal=True):
                for choice, label in (
                    (MINE, "Neem mijn versie" if whose == "U" else f"Neem de versie van {whose}"),
                    (THEIRS, "Laat staan wat er nu staat"),
                ):
                    st.button(
                        label,
                        key=f"botsing-{choice}-{conflict['id']}",
                        on_click=self._settle,
                        args=(field, int(conflict["id"]), choice, int(self.record["version"])),
                    )


def waiting_of(records: Records) -> list[dict[str, Any]]:
    """Return what waits for a choice between two versions, as mappings."""
    return [
        {str(name): value for name, value in row.items()} for row in records.conflicts().to_dict("records")
    ]
