"""Who took part, out of a csv or Excel file of one fixed form: nothing is stored while a row is wrong."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from data.errors import UserError
from register.concerns import CHANNELS
from register.errors import RegisterError, WrongConcern
from register.gatherings import GROUPS, Gatherings
from register.importing.reading import Source, read
from register.placing import folded
from register.privacy import ADDRESS, POSTCODE, finds
from register.roles import Action
from ui import wording
from ui.concern_places import borders_now, wijken_now
from ui.concern_told import Told, attempt
from ui.figures import Figures
from ui.parts import narrow_table, say
from ui.registering import Desk
from ui.selection import Selection
from ui.uploads import in_dutch

#: MB; every line is one evening.
_LARGEST: Final = 5
MOST_ROWS: Final = 5_000
_MOST_ERRORS: Final = 20
_NEEDED: Final = ("wijk", "kanaal", "eerste dag", "deelnemers")
#: Heading of a group: kind and group, as they stand in the form.
COUNTED: Final = {title: (kind, group) for kind, groups in GROUPS.items() for group, title in groups.items()}
HEADINGS: Final = ("wijk", "kanaal", "naam", "eerste dag", "laatste dag", "deelnemers", *COUNTED)
_DUTCH_DAY: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_LONGEST_NAME: Final = 120
_ROUND: Final = "round of files with gatherings"


@dataclass(frozen=True)
class Read:
    """What is in a file.

    Attributes
    ----------
    rows : tuple of dict
        Fields of `register.gatherings.Gatherings`, one per row of the file.
    keys : tuple of str
        The same row twice has the same key.
    wrong : tuple of (str, str)
        Where in the file, and what is wrong there; with one, ``rows`` is not to be stored.
    """

    rows: tuple[dict[str, Any], ...]
    keys: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]


def template(known: Figures) -> bytes:
    """Return an Excel file to fill in, with one line as an example and lists to choose wijk and channel from."""
    wijken = wijken_now(known)
    example = dict.fromkeys(HEADINGS, "") | {
        "wijk": next(iter(wijken.values())), "kanaal": CHANNELS["bijeenkomst"], "naam": "Voorbeeld: haal deze regel weg",
        "eerste dag": "31-01-2025", "laatste dag": "31-01-2025", "deelnemers": 40, "65 jaar en ouder": 12,
    }  # fmt: skip
    stream = io.BytesIO()
    with pd.ExcelWriter(
        stream, engine="xlsxwriter", engine_kwargs={"options": {"strings_to_formulas": False}}
    ) as book:
        pd.DataFrame([example]).to_excel(book, sheet_name="Deelnemers", index=False)
        allowed = pd.DataFrame(
            {
                "kanaal": pd.Series(list(CHANNELS.values())),
                "wijk": pd.Series(list(wijken.values())),
                "code": pd.Series(list(wijken)),
            }
        )
        allowed.to_excel(book, sheet_name="Keuzes", index=False)
        sheet = book.sheets["Deelnemers"]
        sheet.set_column(0, len(HEADINGS), 18)
        for column, (letter, count) in enumerate((("B", len(wijken)), ("A", len(CHANNELS)))):
            choices = {
                "validate": "list",
                "source": f"=Keuzes!${letter}$2:${letter}${count + 1}",
                "error_type": "warning",
            }
            sheet.data_validation(1, column, MOST_ROWS, column, choices)
        # Only the sheet to fill in is seen, and read.
        book.sheets["Keuzes"].hide()
    return stream.getvalue()


def read_gatherings(content: bytes, name: str, known: Figures, register: Gatherings) -> Read:
    """Read a file and check every row as the register would.

    Parameters
    ----------
    content : bytes
    name : str
        Of the file.
    known : Figures
    register : Gatherings
        Checks the fields; nothing is written.

    Raises
    ------
    RegisterError
        If the file cannot be read, or is not of this form.
    """
    source = read(content, name)
    columns = {folded(column): column for column in source.columns}
    missing = [heading for heading in _NEEDED if folded(heading) not in columns]
    if missing:
        raise RegisterError(
            f"In {source.name} ontbreekt de kolom {wording.join_names(missing)}. Er is niets ingelezen; gebruik het voorbeeldbestand."
        )
    if len(source.rows) > MOST_ROWS:
        raise RegisterError(
            f"{source.name} heeft meer dan {wording.number(MOST_ROWS)} regels. Er is niets ingelezen; deel het bestand."
        )
    cells = source.rows.rename(columns={column: folded_name for folded_name, column in columns.items()})
    return _checked(source, cells, known, register)


def _checked(source: Source, cells: pd.DataFrame, known: Figures, register: Gatherings) -> Read:
    names = {folded(label): code for code, label in wijken_now(known).items()}
    names |= {folded(code): code for code in names.values()}
    channels = {folded(title): channel for channel, title in CHANNELS.items()} | {
        folded(channel): channel for channel in CHANNELS
    }
    rows: list[dict[str, Any]] = []
    wrong: list[tuple[str, str]] = []
    for place, row in enumerate(cells.to_dict("records")):
        try:
            told = _fields({str(key): str(value) for key, value in row.items()}, names, channels)
            rows.append(register.checked(told | {"borders_year": borders_now(known)}, None))
        except WrongConcern as error:
            wrong.append((source.where(place), str(error)))
    if not rows and not wrong:
        raise RegisterError(f"In {source.name} staat geen enkele regel. Er is niets ingelezen.")
    return Read(tuple(rows), _keys(rows), tuple(wrong))


def _fields(row: Mapping[str, str], wijken: Mapping[str, str], channels: Mapping[str, str]) -> dict[str, Any]:
    def cell(heading: str) -> str:
        return row.get(folded(heading), "").strip()

    if (wijk := wijken.get(folded(cell("wijk")))) is None:
        raise WrongConcern(
            "wijk", f"De wijk ‘{cell('wijk')}’ is niet bekend; gebruik de naam of code van een wijk van nu."
        )
    if (channel := channels.get(folded(cell("kanaal")))) is None:
        raise WrongConcern(
            "channel",
            f"Het kanaal ‘{cell('kanaal')}’ is niet bekend; kies uit {', '.join(CHANNELS.values())}.",
        )
    people = _whole("deelnemers", cell("deelnemers"))
    if people is None:
        raise WrongConcern("participants", "Het aantal deelnemers ontbreekt.")
    shares: dict[str, dict[str, int]] = {}
    for title, (kind, group) in COUNTED.items():
        if (count := _whole(title, cell(title))) is not None:
            shares.setdefault(kind, {})[group] = count
    first = _day("eerste dag", cell("eerste dag"))
    if first > date.today().isoformat():
        raise WrongConcern("first_day", f"De eerste dag ({cell('eerste dag')}) ligt in de toekomst.")
    return {
        "wijk": wijk,
        "channel": channel,
        "name": without_persons(cell("naam")),
        "first_day": first,
        "last_day": _day("laatste dag", cell("laatste dag")) if cell("laatste dag") else first,
        "participants": people,
        "shares": shares,
    }


def without_persons(name: str) -> str | None:
    """Return the name of a gathering; one with what may point at a person is refused.

    Raises
    ------
    WrongConcern
    """
    # The street of a meeting place points at nobody.
    if found := [find for find in finds(name) if find.kind not in (ADDRESS, POSTCODE)]:
        told = ", ".join(f"{find.title} ({find.text})" for find in found)
        raise WrongConcern("name", f"In de naam staat misschien iets van een persoon: {told}. Haal het weg.")
    return name.strip()[:_LONGEST_NAME] or None


def _whole(heading: str, text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{1,7}(?:[.,]0+)?", text):
        raise WrongConcern(
            heading,
            f"Bij ‘{heading}’ staat ‘{text}’; verwacht een geheel getal, of leeg als u het niet weet.",
        )
    return int(re.split(r"[.,]", text)[0])


def _day(heading: str, text: str) -> str:
    found = _DUTCH_DAY.fullmatch(text)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise WrongConcern(
            heading, f"Bij ‘{heading}’ staat ‘{text}’; verwacht een dag zoals 31-01-2025."
        ) from None


def _keys(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return a key per row from what it says, so that the same file twice adds nothing."""
    seen: dict[str, int] = {}
    keys = []
    for row in rows:
        plain = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:40]
        seen[plain] = seen.get(plain, 0) + 1
        keys.append(f"bestand-{plain}-{seen[plain]}")
    return tuple(keys)


# On the screen --------------------------------------------------------------------------------------


def show_import(selection: Selection, place: Desk) -> None:
    """Offer the file to fill in and read one that was filled in."""
    if not place.actor.may(Action.IMPORT):
        return
    with st.expander("Veel tegelijk: uit een bestand"):
        say(
            "Haal het voorbeeldbestand op, vul per bijeenkomst of enquête een regel in, en lees het hier in. U ziet eerst wat erin staat."
        )
        st.download_button(
            "Voorbeeldbestand (Excel)",
            data=lambda: template(selection.figures),
            file_name="wijkradar-deelnemers.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            on_click="ignore",
            key="deelnemers-voorbeeld",
        )
        with st.container(key="deelnemers-inlezen"):
            in_dutch("deelnemers-inlezen", _LARGEST)
            file = st.file_uploader(
                "Bestand met deelnemers (Excel of CSV)",
                type=["xlsx", "xls", "csv", "ods"],
                max_upload_size=_LARGEST,
                key=f"deelnemers-bestand-{place.gemeente}-{st.session_state.get(_ROUND, 0)}",
            )
        if file is not None:
            _preview(file.getvalue(), file.name, selection, place)


def _preview(content: bytes, name: str, selection: Selection, place: Desk) -> None:
    try:
        found = read_gatherings(content, name, selection.figures, place.gatherings)
    except UserError as error:
        st.warning(str(error))
        return
    if found.wrong:
        count = wording.count(len(found.wrong), "regel klopt", "regels kloppen")
        st.warning(f"{count} niet. Er is niets opgeslagen. Verbeter het bestand en kies het opnieuw.")
        told = pd.DataFrame(found.wrong[:_MOST_ERRORS], columns=["Waar", "Wat er mis is"])
        narrow_table(told, "Tabel: welke regels niet kloppen", "deelnemers-fout")
        if len(found.wrong) > _MOST_ERRORS:
            say(f"En nog {wording.number(len(found.wrong) - _MOST_ERRORS)} regels.")
        return
    people = sum(row["participants"] for row in found.rows)
    say(
        f"In het bestand staan {wording.count(len(found.rows), 'regel', 'regels')}, samen {wording.count(people, 'deelnemer', 'deelnemers')}."
    )
    st.button(
        "Opslaan",
        type="primary",
        key="deelnemers-opslaan",
        on_click=attempt,
        args=(lambda: _store(found, place),),
    )


def _store(found: Read, place: Desk) -> Told:
    place.actor.require(Action.IMPORT)
    saved = place.gatherings.add_many(list(found.rows), list(found.keys), checked=True)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    if not saved.batch:
        return Told("Alle regels van dit bestand stonden er al. Er is niets veranderd.")
    return Told(
        f"Opgeslagen: {wording.count(len(saved.numbers), 'regel', 'regels')}.", place.gatherings, saved.batch
    )
