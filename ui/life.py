"""The section "Levensloop": what happened to the chosen wijk, or to all wijken of the gemeente."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from data.panel import Level
from ui import biography, charts, findings, wording
from ui.exhibit import exhibit, file_name
from ui.parts import say, say_list, when_opened
from ui.selection import Selection


def show_life(selection: Selection) -> None:
    """Show the life of the chosen wijk with a picture, else everything that happened in the gemeente."""
    if selection.wijk:
        _show_wijk(selection, selection.wijk)
    else:
        _show_gemeente(selection)


def _show_wijk(selection: Selection, wijk: str) -> None:
    known = selection.figures
    st.header(f"Levensloop van {known.label(wijk)}", anchor=False)
    say_list(biography.life(known.lineage, wijk))
    names = {region: known.label(region) for region in known.regions}
    frame = biography.life_frame(known.lineage, wijk, names)
    title, source = findings.life_title(frame, wijk, known.label(wijk)), known.source_of(selection.indicator)
    exhibit(
        lambda look: charts.life_chart(frame, look, title=title, selected=wijk, source=source),
        "levensloop",
        name=file_name(known, f"levensloop {known.label(wijk)}", *map(int, frame["year"])),
        table=lambda: life_table(frame),
        figures=lambda: life_rows(frame, source),
        told=f"Tabel: onder welke code {known.label(wijk)} in welk jaar bestond, en de wijken waarmee gebied werd geruild",
        legend="(ander gebied): vanaf dat jaar is het ander gebied dan in het jaar ervoor."
        if frame["broken"].any()
        else "",
        linked=False,
        source=source,
    )
    with when_opened("Wat gebeurde er met de buurten van deze wijk?", "levensloop-buurten") as is_open:
        if is_open:
            _say_buurten(biography.events_of_buurten(known.lineage, wijk))


def life_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the codes of wijken (`ui.biography.life_frame`) with a row per year, latest first."""
    marked = frame["code"] + frame["broken"].map({True: " (ander gebied)", False: ""})
    labels = wording.label_names(dict(zip(frame["region"], frame["title"], strict=True)))
    cells = frame.assign(told=marked, year=frame["year"].astype(int))
    wide = cells.pivot_table(index="year", columns="region", values="told", aggfunc=", ".join)
    wide = wide[list(labels)].sort_index(ascending=False).fillna("bestond niet")
    wide.columns = pd.Index(list(labels.values()), dtype="str")
    wide.index = pd.Index(wide.index.astype(str), name="Jaar")
    return wide


def life_rows(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return the plain rows behind the picture of a life, to download."""
    rows = frame[["region", "title", "year", "code"]].rename(
        columns={"title": "name", "code": "published_as"}
    )
    return rows.assign(other_land=frame["broken"].map({True: "ja", False: "nee"}), source=source)


def _say_buurten(events: pd.DataFrame) -> None:
    if events.empty:
        say("Aan de grenzen, codes en namen van de buurten veranderde niets.")
    else:
        say_list(biography.told(event) for _, event in events.iterrows())


def _show_gemeente(selection: Selection) -> None:
    known = selection.figures
    st.header(f"Wat gebeurde er met de wijken van {known.name}?", anchor=False)
    _say_chronicle(biography.chronicle(known.lineage), "wijken")
    say("Kies boven een wijk voor de levensloop van die wijk.")
    with when_opened("Wat gebeurde er met de buurten?", "levensloop-alle-buurten") as is_open:
        if is_open:
            _say_chronicle(biography.chronicle(known.lineage, Level.BUURT), "buurten")


def _say_chronicle(chronicle: dict[int, list[str]], many: str) -> None:
    if not chronicle:
        say(f"In de ingelezen jaren veranderde er niets aan de grenzen, codes en namen van de {many}.")
    for year, sentences in chronicle.items():
        st.markdown(f"**{year}**")
        say_list(sentences)
