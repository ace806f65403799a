"""The last steps of an import: what would happen, what is wrong per row, what may point at a person, and writing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from register.importing.preview import CHANGED, HARMLESS, READY, REMOVE, SKIP, Preview
from register.importing.report import wrong_rows
from register.importing.writing import Choice
from ui import concern_import_wording as told
from ui.parts import narrow_table, plain, say, say_list
from ui.wording import count

_SHOWN: Final = 50
_MOST_OPTIONS: Final = 500
FINDS: Final = {
    REMOVE: "Weghalen: er komt [weggehaald] voor in de plaats",
    HARMLESS: "Laten staan: ik heb gekeken, het zijn geen gegevens van een persoon",
    SKIP: "Deze rijen overslaan",
}


def show_check(checked: Preview, themes: Mapping[str, str], names: Mapping[str, str], key: str) -> Choice:
    """Show what an import would do and return what the user chose."""
    say_list(told.counts_sentences(checked))
    if checked.remarks:
        with st.expander("Waar u op moet letten", expanded=True, key=f"letop-{key}"):
            say_list(checked.remarks)
    _show_wrong(checked, key)
    changes = _choose_changes(checked, themes, names, key)
    finds, rows = _choose_finds(checked, key)
    return Choice(finds, rows, changes)


def _show_wrong(checked: Preview, key: str) -> None:
    if checked.wrong.empty:
        return
    rows = int(checked.wrong["row"].nunique())
    with st.expander(f"Wat er niet klopt ({count(rows, 'rij', 'rijen')})", expanded=True, key=f"mis-{key}"):
        say(
            "Deze rijen gaan niet mee. Verbeter ze in uw bestand en lees het daarna opnieuw in: wat er al staat, komt er niet nog "
            "eens bij."
        )
        narrow_table(told.wrong_table(checked, _SHOWN), "Tabel: wat er per rij niet klopt", f"mis-{key}")
        if len(checked.wrong) > _SHOWN:
            st.caption(
                f"Dit zijn de eerste {_SHOWN} van {len(checked.wrong)}; in het bestand hieronder staan ze allemaal."
            )
        st.download_button(
            "Alle rijen die niet kloppen, als CSV", lambda: wrong_rows(checked), "rijen die niet kloppen.csv", "text/csv",
            key=f"mis-bestand-{key}", on_click="ignore",
        )  # fmt: skip


def _choose_changes(checked: Preview, themes: Mapping[str, str], names: Mapping[str, str], key: str) -> bool:
    if not checked.changes:
        return True
    with st.expander(
        f"Wat er is veranderd ({count(len(checked.changes), 'zorg', 'zorgen')})",
        expanded=True,
        key=f"anders-{key}",
    ):
        narrow_table(
            told.changes_table(checked, themes, names, _SHOWN),
            "Tabel: wat het bestand zou wijzigen",
            f"anders-{key}",
            ["Nummer"],
        )
        return bool(
            st.checkbox(
                "Neem deze wijzigingen over", value=True, key=f"overnemen-{key}", persist_state="session"
            )
        )


def _choose_finds(checked: Preview, key: str) -> tuple[str, dict[int, str]]:
    finds = checked.finds
    if finds.empty:
        return REMOVE, {}
    rows = list(dict.fromkeys(int(row) for row in finds["row"]))
    with st.expander(
        f"Misschien van een persoon ({count(len(rows), 'rij', 'rijen')})", expanded=True, key=f"persoon-{key}"
    ):
        say(
            "In deze teksten staat iets dat op een persoon kan wijzen. Wijkradar bewaart dat niet, tenzij u zegt dat het onschuldig "
            "is."
        )
        narrow_table(
            told.finds_table(checked, _SHOWN), "Tabel: wat er op een persoon kan wijzen", f"persoon-{key}"
        )
        if len(finds) > _SHOWN:
            st.caption(f"Dit zijn de eerste {_SHOWN} van {len(finds)}.")
        usual = str(
            st.radio(
                "Wat doet Wijkradar ermee?",
                list(FINDS),
                format_func=FINDS.__getitem__,
                key=f"vondst-{key}",
                persist_state="session",
            )
        )
        others = {name: title for name, title in FINDS.items() if name != usual}
        exceptions: dict[int, str] = {}
        about = finds.groupby("row")["text"].first()
        for name, title in others.items():
            chosen = st.multiselect(
                f"Behalve in deze rijen: {title.split(':')[0].lower()}",
                [row for row in rows[:_MOST_OPTIONS] if row not in exceptions],
                format_func=lambda row: f"{checked.source.where(row)}: {about[row]}",
                key=f"vondst-{name}-{key}",
                persist_state="session",
                placeholder="Kies rijen",
            )
            exceptions |= dict.fromkeys(chosen, name)
    return usual, exceptions


def has_work(checked: Preview, choice: Choice) -> bool:
    """Tell whether there is a row to write."""
    counts = checked.counts
    return bool(counts[READY] or (counts[CHANGED] and choice.changes))


def button_label(checked: Preview, choice: Choice) -> str:
    """Return what stands on the button that writes."""
    counts = checked.counts
    total = counts[READY] + (counts[CHANGED] if choice.changes else 0)
    return plain(f"Lees {count(total, 'rij', 'rijen')} in")
