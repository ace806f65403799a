"""The parts of the page "Gegevens & methode" that say where figures come from and what CBS has still to publish."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from data.publication import Outlook, to_come
from data.store import Store
from ui import fetch_wording as told
from ui import wording
from ui.figures import Figures
from ui.parts import narrow_table, say, say_list, when_opened


def tables_table(known: Figures) -> None:
    """Show the tables in the store with their parent: which service or file, when, and a checksum."""
    rows = []
    for record in known.tables:
        last = record.delivery(known.gemeente)
        rows.append(
            {
                "Jaar": str(record.year),
                "Tabel": record.id,
                "Dienst": told.service_label(last.service),
                "Gewijzigd": told.short_day(last.modified) if last.modified else "niet vermeld",
                "Opgehaald": told.short_day(last.at),
                "Gebieden": wording.number(record.regions),
            }
        )
    narrow_table(pd.DataFrame(rows), "Tabel: de ingelezen tabellen van CBS", "tabellen", ["Gebieden"])
    st.caption(
        "Tabellen: CBS, Kerncijfers wijken en buurten. Gewijzigd: door CBS. Kolommen worden per tabel opgezocht op naam, nooit op plaats."
    )
    with st.expander("Controlegetallen"):
        say("Een controlegetal (SHA-256) verandert zodra er in de opgeslagen tabel iets verandert.")
        say_list(f"{record.year}, tabel {record.id}: {record.checksum[:16]}" for record in known.tables)
    _without_column(known)


def borders_list(store: Store, known: Figures) -> None:
    """Fold out which borders are in the store, and since when."""
    with st.expander("Grenzen van wijken en buurten"):
        borders = store.drawn(known.gemeente)
        if not borders:
            say("Er zijn nog geen grenzen ingelezen.")
            return
        say_list(
            f"{record.year}: {wording.level_label(record.level, plural=True)}, ingelezen op {told.day(record.imported_at)}"
            for record in borders
        )


def _without_column(known: Figures) -> None:
    missing = {
        record.year: [known.catalogue[indicator].title for indicator in record.missing]
        for record in known.tables
        if record.missing
    }
    if missing:
        with st.expander("Onderwerpen die niet in elke tabel staan"):
            say_list(f"{year}: {wording.join_names(titles)}." for year, titles in missing.items())


def still_to_come(known: Figures, today: date) -> None:
    """Say which figures CBS has still to publish, and when those may be expected.

    Parameters
    ----------
    known : Figures
    today : date
    """
    if known.is_sample:
        say(
            "Bij de voorbeeldgemeente komt niets meer bij. Bij een echte gemeente staat hier welke cijfers CBS nog uitbrengt, "
            "en wanneer dat gewoonlijk is."
        )
        return
    outlook = to_come(known.panel, known.catalogue, known.level, today)
    say(told.outlook_sentence(outlook, wording.level_label(known.level, plural=True)))
    waited = outlook[outlook["status"] != Outlook.ENDED.value]
    if len(waited):
        with when_opened("Alle cijfers die nog komen", "komende-cijfers") as is_open:
            if is_open:
                narrow_table(
                    told.outlook_table(waited),
                    "Tabel: cijfers die CBS nog uitbrengt",
                    "komende-cijfers-tabel",
                )
    ended = outlook[outlook["status"] == Outlook.ENDED.value]
    if len(ended):
        with st.expander("Cijfers waarmee CBS is gestopt"):
            say_list(f"{row['title']}: tot en met {row['ended']}." for row in ended.to_dict("records"))
