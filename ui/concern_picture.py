"""Zorgen & signalen, view Beeld: what residents tell, in counts that everybody may see."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from analysis.concerns import ABOUT, FADING, GROWING, LESS, MORE, NEW, PERSISTENT, TERM, TOO_FEW
from analysis.hotspots import COLD, HOT
from analysis.small_counts import SHOWN
from register.counting import squares
from register.roles import Action
from reports.concern_table import count_rows, rate_rows
from ui import concern_figures as figures
from ui import concern_patterns as patterns
from ui import concern_picture_charts as charts
from ui import concern_picture_wording as words
from ui.concern_figures import Heard, Pick, Stretch
from ui.concern_gathered_map import fresh_of, gathered_map
from ui.concern_map import painted, source_of
from ui.exhibit import exhibit, file_name
from ui.fetch_wording import day, month
from ui.map_exhibit import map_exhibit
from ui.outlook_choice import one_of
from ui.parts import narrow_table, say, say_list, when_opened
from ui.registering import desk
from ui.selection import Selection, adopt_address, write_address
from ui.theme import Look
from ui.wording import in_sentence

_SECTIONS: Final = {
    "wijken": "Per wijk",
    "tijd": "Door de tijd",
    "bijeen": "Bij elkaar",
    "plekken": "Plekken",
    "antwoord": "Terugkoppeling",
}
_SHAPES: Final = {"kaart": "Kaart", "grafiek": "Grafiek"}
_GROUPS: Final = {"thema": "per thema", "kanaal": "per kanaal", "wijk": "per wijk"}
_BY: Final = {"thema": "theme", "kanaal": "channel", "wijk": "region"}
#: Days that residents may wait where nothing was agreed, as they can be chosen.
_TERMS: Final = ("14", "30", str(TERM), "60")


def show(selection: Selection, look: Look) -> None:
    """Show what residents tell in counts: per wijk, over time, together, on the map and how long they wait.

    Parameters
    ----------
    selection : Selection
    look : Look
    """
    del look
    of = figures.heard(selection)
    if of.rows.empty:
        return
    section = one_of("toon", "Wat wilt u zien?", list(_SECTIONS), "wijken", _SECTIONS)
    titles = figures.titles(selection)
    pick, stretch = _choices(of, section, titles)
    within = of.within(stretch)
    if within.empty:
        newest = of.rows["heard"].max()
        say(
            f"In de 12 maanden tot en met {month(stretch.last)} is niets gehoord. De nieuwste zorg is van {day(newest)}; kies "
            "een andere periode."
        )
        return
    if pick.kind != "all" and not figures.may_break_down(of, stretch):
        say(
            f"Er zijn in deze periode minder dan {figures.FEWEST_TO_BREAK_DOWN} zorgen. Dat is te weinig om uit te splitsen; u "
            "ziet alle zorgen samen."
        )
        pick = Pick()
    view = _View(selection, of, stretch, pick, titles)
    _SHOWN[section](view)
    apart = words.apart_sentences(of.later, of.until, figures.nowhere_text(of, stretch))
    if apart:
        st.caption(" ".join(apart))
    _how()


class _View:
    """What every part of the view needs."""

    def __init__(
        self, selection: Selection, of: Heard, stretch: Stretch, pick: Pick, titles: dict[Pick, str]
    ) -> None:
        self.selection, self.of, self.stretch, self.pick, self.titles = selection, of, stretch, pick, titles
        self.known = of.known
        self.subject = titles[pick]
        self.phrase = words.subject(pick.kind, titles[pick])
        self.when = f"12 maanden tot en met {month(stretch.last)}"
        self.source = source_of(of)
        self.themes = desk(selection).themes

    def named(self, what: str) -> str:
        """Return a file name."""
        return file_name(self.known, f"zorgen {what} {self.subject}", self.stretch.last.year)


# Choices -------------------------------------------------------------------------------------------


def _choices(of: Heard, section: str, titles: dict[Pick, str]) -> tuple[Pick, Stretch]:
    """Show which concerns count and of when, where the part has that choice; both stand in the address."""
    stretches = {one.address: one for one in of.stretches}
    picks = {_address(pick): pick for pick in titles}
    with st.container(horizontal=True, gap="medium", key="beeldkeuzes"):
        pick = Pick()
        if section != "antwoord":
            labels = {_address(one): title for one, title in titles.items()}
            pick = picks[_chosen("zorg", "Welke zorgen", list(picks), labels)]
        if section == "tijd":
            return pick, of.stretches[0]
        labels = {
            address: f"{month(one.first)} tot en met {month(one.last)}" for address, one in stretches.items()
        }
        return pick, stretches[_chosen("periode", "Periode", list(stretches), labels)]


def _address(pick: Pick) -> str:
    return f"{pick.kind}.{pick.key}" if pick.key else pick.kind


def _chosen(key: str, label: str, options: list[str], labels: dict[str, str]) -> str:
    """Show a list that stands in the address and returns to it."""
    adopt_address(key)
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    else:
        # Assigning keeps the choice alive while another part of the view is shown.
        st.session_state[key] = st.session_state[key]
    chosen = st.selectbox(label, options, format_func=labels.__getitem__, key=key, width=340)
    write_address({key: chosen})
    return str(chosen)


# Per wijk ------------------------------------------------------------------------------------------


def _per_wijk(view: _View) -> None:
    table = figures.rates_of(view.of, view.stretch, view.pick)
    title = _finding(view, table)
    shape = one_of("vorm", "Vorm", list(_SHAPES), "kaart", _SHAPES)
    shown = partial(
        _downloads, view, lambda: _wijk_table(table),
        lambda: rate_rows(table, words.VERDICTS, what=view.subject, first=view.stretch.first, last=view.stretch.last, source=view.source),
    )  # fmt: skip
    overall = figures.overall_rate(view.of, view.stretch, view.pick)
    painting = painted(view.of, view.stretch, view.pick, view.subject, title)
    # What the page opens with is not said twice.
    opening = view.pick == Pick() and view.stretch == view.of.stretches[0]
    conclusion = [] if opening else [words.verdicts_sentence(table)]
    if shape == "kaart" and painting is not None:
        map_exhibit(
            view.selection, painting.drawn, "zorgkaart", conclusion=conclusion, linked=False,
            **shown(f"Tabel: {in_sentence(view.subject)} per wijk, {view.when}", "per wijk"),
        )  # fmt: skip
        return
    if conclusion:
        say_list(conclusion)

    def drawn(look: Look) -> charts.alt.LayerChart:
        return charts.band_chart(
            _in_order(table), look, title=title, subtitle=f"{view.subject}, {words.PER}, {view.when}", source=view.source,
            description=f"{title}. {words.verdicts_sentence(table)}", overall=overall, overall_name=view.known.name,
            selected=view.selection.wijk,
        )  # fmt: skip

    exhibit(
        drawn,
        "zorgbanden",
        linked=False,
        **shown(f"Tabel: {in_sentence(view.subject)} per wijk, {view.when}", "per wijk"),
    )


def _finding(view: _View, table: pd.DataFrame) -> str:
    apart = int(table["verdict"].isin([MORE, LESS]).sum())
    if not apart:
        return f"Tussen de wijken van {view.known.name} geen verschil in {view.phrase} dat meer is dan toeval"
    return f"In {apart} van de {len(table)} wijken meer of minder {view.phrase} dan toeval verklaart"


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the chart: by verdict, then by name, since an order by figure would rank noise."""
    order = {MORE: 0, ABOUT: 1, LESS: 2, TOO_FEW: 3}
    judged = table["verdict"] != TOO_FEW
    shown = (table["status"] == SHOWN) & judged
    rows = table.assign(
        middle=table["smoothed"].where(shown),
        lower=table["lower"].where(shown),
        upper=table["upper"].where(shown),
        apart=table["verdict"].isin([MORE, LESS]),
        told=[words.rate_text(value) if pd.notna(value) else "" for value in table["smoothed"]],
        reason=[
            words.VERDICTS[TOO_FEW] if status == SHOWN else words.count_text(None, status)
            for status in table["status"]
        ],
        place=table["verdict"].map(order).where(shown, len(order)),
    )
    return rows.sort_values(["place", "name"], ignore_index=True)


def _wijk_table(table: pd.DataFrame) -> pd.DataFrame:
    rows = _in_order(table)
    shown = rows["middle"].notna()
    return pd.DataFrame(
        {
            "Wijk": rows["name"],
            "Zorgen": [
                words.count_text(cases, status)
                for cases, status in zip(rows["cases"], rows["status"], strict=True)
            ],
            "Per 1\u202f000 inwoners": [
                words.rate_text(v) if ok else "" for v, ok in zip(rows["middle"], shown, strict=True)
            ],
            "Band (95 %)": [
                words.band_text(low, high) if ok else ""
                for low, high, ok in zip(rows["lower"], rows["upper"], shown, strict=True)
            ],
            "Uitkomst": rows["verdict"].map(words.VERDICTS),
        }
    )


def _downloads(
    view: _View, table: Callable[[], pd.DataFrame], rows: Callable[[], pd.DataFrame], told: str, what: str
) -> dict[str, Any]:
    """Return what `ui.exhibit.exhibit` needs for its table and files."""
    return {
        "name": view.named(what), "table": table, "figures": rows, "told": told, "source": view.source, "method": words.METHOD,
    }  # fmt: skip


# Over time -----------------------------------------------------------------------------------------


def _over_time(view: _View) -> None:
    wijk = view.selection.wijk if view.pick.kind == "all" else None
    where = view.known.label(wijk) if wijk else view.known.name
    if view.selection.wijk and view.pick.kind != "all":
        say(
            f"Per wijk én per {'thema' if view.pick.kind == 'theme' else 'kanaal'} zijn het te weinig zorgen om per half jaar te "
            f"tonen; u ziet heel {view.known.name}."
        )
    frame = figures.halves(view.of, view.pick, wijk)
    title = f"{view.subject} in {where}, per half jaar"

    def drawn(look: Look) -> charts.alt.LayerChart:
        return charts.halves_chart(
            frame, look, title=title, subtitle="Aantal zorgen en signalen", source=view.source
        )

    exhibit(
        drawn, "zorgtijd", linked=False,
        **_downloads(
            view, lambda: _halves_table(frame),
            lambda: count_rows(frame, what=view.subject, where=where, source=view.source),
            f"Tabel: {in_sentence(view.subject)} per half jaar in {where}", "per half jaar",
        ),
    )  # fmt: skip
    found = patterns.course(view.of)
    if view.pick.kind == "theme":
        found = found[found["theme"] == view.pick.key]
    if found.empty:
        say("In geen enkele wijk is iets nieuw, groeit iets of blijft iets meer dan toeval verklaart.")
        return
    say("Wat meer is dan toeval, vergeleken met dezelfde zorg elders in de gemeente:")
    order = {NEW: 0, GROWING: 1, PERSISTENT: 2, FADING: 3}
    ordered = found.assign(place=found["class"].map(order)).sort_values(["place", "name"])
    say_list(words.course_line(row, view.themes) for _, row in ordered.iterrows())


def _halves_table(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Half jaar": [
                f"{month(first)} tot en met {month(last)}"
                for first, last in zip(frame["first"], frame["last"], strict=True)
            ],
            "Zorgen": [
                words.count_text(cases, status)
                for cases, status in zip(frame["cases"], frame["status"], strict=True)
            ],
        }
    )


# Together ------------------------------------------------------------------------------------------


def _together(view: _View) -> None:
    with st.spinner("Er wordt gekeken of zorgen bij elkaar liggen, meer dan toeval"):
        found = patterns.gathered(view.of, view.stretch, view.pick)
        lines = words.fresh_lines(fresh_of(view.of, view.pick), view.themes)
        mapped = gathered_map(view.of, view.stretch, view.pick, view.subject, tuple(view.themes.items()))
    if found is None:
        say(
            f"Van {view.known.name} zijn hier geen grenzen; zonder grenzen is niet te zeggen wat bij elkaar ligt."
        )
        return
    say("Nieuw, in de laatste maanden:")
    say_list(lines or ["Geen nieuwe concentratie die meer is dan toeval."])
    say(f"{view.subject}, {view.when}, per inwoner:")
    spots = [
        words.spots_line(found.spots.loc[found.spots["class"] == kind, "name"].tolist(), hot=kind == HOT)
        for kind in (HOT, COLD)
        if (found.spots["class"] == kind).any()
    ]
    clusters = [words.cluster_line(row) for _, row in found.clusters.iterrows()]
    say_list([*spots, *clusters] or ["Nergens liggen zorgen bij elkaar, meer dan toeval verklaart."])
    if mapped is not None:
        map_exhibit(
            view.selection, mapped.drawn, "zorgbijeen", linked=False,
            **_downloads(
                view, mapped.table, lambda: mapped.plain_rows(view.subject, view.stretch),
                f"Tabel: waar {view.phrase} bij elkaar liggen, per wijk, {view.when}", "bij elkaar",
            ),
        )  # fmt: skip
    st.caption(
        "Bij elkaar is een signaal om te gaan kijken. Het is geen oordeel over een wijk en geen oorzaak: waar meer wordt gehoord, "
        "gebeurt niet altijd meer."
    )


# Places --------------------------------------------------------------------------------------------


def _places(view: _View) -> None:
    found = squares(
        desk(view.selection).concerns,
        view.stretch.first.isoformat(),
        view.stretch.last.isoformat(),
        **({view.pick.kind: view.pick.key} if view.pick.key else {}),
    )
    land = patterns.land_in_metres(view.known)
    if land is None:
        say(f"Van {view.known.name} zijn hier geen grenzen om de plekken op te tekenen.")
        return
    if found.empty:
        say(
            "Er is geen vierkant met minstens 5 zorgen met een plek. Een plek komt mee bij het inlezen, of kiest u bij het "
            "vastleggen; zonder plek telt een zorg mee in haar wijk."
        )
        return
    title = f"Waar zorgen een plek hebben: {in_sentence(view.subject)}"

    def drawn(look: Look) -> charts.alt.LayerChart:
        return charts.squares_chart(found, land, look, title=title, subtitle=view.when, source=view.source)

    ordered = found.sort_values(["at_least", "side"], ascending=[False, True], ignore_index=True)
    rows = pd.DataFrame(
        {
            "x_rd": ordered["x"], "y_rd": ordered["y"], "side_m": ordered["side"],
            "cases": [charts.step_name(int(step)) for step in ordered["at_least"]], "what": view.subject, "source": view.source,
        }
    )  # fmt: skip
    table = pd.DataFrame(
        {
            "Zorgen": rows["cases"],
            "Zijde (m)": ordered["side"].astype(int),
            "Zuidwesthoek (RD)": [
                f"{x:.0f}, {y:.0f}" for x, y in zip(ordered["x"], ordered["y"], strict=True)
            ],
        }
    )
    exhibit(
        drawn, "zorgplekken", linked=False,
        **_downloads(view, lambda: table, lambda: rows, "Tabel: vierkanten met minstens 5 zorgen", "plekken"),
    )  # fmt: skip


# Feedback ------------------------------------------------------------------------------------------


def _feedback(view: _View) -> None:
    group = one_of("antwoord", "Terugkoppeling", list(_GROUPS), "thema", _GROUPS)
    term = TERM
    if desk(view.selection).actor.may(Action.SEE_CONCERNS):
        # Who lays two terms side by side finds small counts; that is only for those who may read the concerns.
        labels_of = {days: f"{days} dagen" for days in _TERMS}
        term = int(one_of("termijn", "Te laat na", list(_TERMS), str(TERM), labels_of))
    if not figures.may_break_down(view.of, view.stretch):
        say("Er zijn in deze periode te weinig zorgen om te zeggen hoe lang bewoners wachten.")
        return
    rows = patterns.feedback_of(view.of, view.stretch, _BY[group], term)
    labels = _labels(view, group)
    # A wijk keeps its capital.
    spoken = labels if group == "wijk" else {key: in_sentence(title) for key, title in labels.items()}
    whole = rows.iloc[-1]
    say(words.feedback_sentence(whole, view.known.name, term))
    if told := words.extremes_sentence(rows, spoken):
        say(told)
    named = rows.iloc[:-1].assign(name=rows["group"].iloc[:-1].map(lambda one: labels.get(one, one)))
    title = f"Hoe lang bewoners wachten op een antwoord, {_GROUPS[group]}"

    def drawn(look: Look) -> charts.alt.LayerChart:
        return charts.band_chart(
            _waits(named, whole), look, title=title, subtitle=f"Dagen tot de helft iets hoort, gehoord in de {view.when}",
            source=view.source, description=words.feedback_sentence(whole, view.known.name, term),
            overall=float(whole["median"]), overall_name=view.known.name,
        )  # fmt: skip

    everything = pd.concat([named, rows.iloc[[-1]].assign(name=view.known.name)], ignore_index=True)
    exhibit(
        drawn, "zorgantwoord", linked=False,
        **_downloads(
            view, lambda: _feedback_table(everything), lambda: everything.drop(columns="group").assign(source=view.source),
            f"Tabel: terugkoppeling {_GROUPS[group]}, {view.when}", f"terugkoppeling {group}",
        ),
    )  # fmt: skip
    st.caption(
        "Wie nog wacht, telt mee met de dagen tot nu (Kaplan-Meier). Vervallen zorgen, en afgeronde zonder dag van "
        "terugkoppeling, tellen niet mee."
    )


def _labels(view: _View, group: str) -> dict[str, str]:
    if group == "thema":
        return view.themes
    if group == "kanaal":
        return {
            pick.key: title.removeprefix("Via ")
            for pick, title in view.titles.items()
            if pick.kind == "channel"
        }
    return {region: view.known.label(region) for region in view.known.regions_in(view.known.years[-1])}


def _waits(named: pd.DataFrame, whole: pd.Series) -> pd.DataFrame:
    apart = (named["lower"] > whole["upper"]) | (named["upper"] < whole["lower"])
    return named.assign(
        region=named["group"],
        middle=named["median"],
        apart=apart.fillna(False),
        told=[f"{value:.0f}" if pd.notna(value) else "" for value in named["median"]],
        reason=words.VERDICTS[TOO_FEW],
    ).sort_values("name", ignore_index=True)


def _feedback_table(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Waar": rows["name"],
            "Dagen (helft)": [f"{v:.0f}" if pd.notna(v) else words.VERDICTS[TOO_FEW] for v in rows["median"]],
            "Marge": [
                f"{low:.0f} tot {f'{high:.0f}' if pd.notna(high) else 'nog onbekend'}"
                if pd.notna(low)
                else ""
                for low, high in zip(rows["lower"], rows["upper"], strict=True)
            ],
            "Antwoord gehad": rows["answered"],
            "Wacht nog": rows["waiting"],
            "Te laat": rows["overdue"],
        }
    )


def _how() -> None:
    with when_opened("Hoe is dit bepaald?", "zorg-hoe") as is_open:
        if not is_open:
            return
        say(words.METHOD)
        say(words.LOUD_IS_NOT_NEEDY)
        narrow_table(
            pd.DataFrame(
                {
                    "Woord": [
                        "minder dan 5",
                        "niet getoond",
                        "ongeveer zoals verwacht",
                        "te weinig om iets te zeggen",
                    ],
                    "Betekenis": [
                        "Het zijn er 1 tot en met 4. Dat kan naar één huishouden wijzen.",
                        "Met dit aantal zou een klein aantal elders te berekenen zijn.",
                        "Het verschil met de gemeente kan toeval zijn.",
                        "Zo weinig inwoners of zorgen, dat ook een groot verschil toeval kan zijn.",
                    ],
                }
            ),
            "Tabel: wat de woorden betekenen",
            "zorgwoorden",
        )


_SHOWN: Final[dict[str, Callable[[_View], None]]] = {
    "wijken": _per_wijk,
    "tijd": _over_time,
    "bijeen": _together,
    "plekken": _places,
    "antwoord": _feedback,
}
