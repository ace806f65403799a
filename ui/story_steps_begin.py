"""How the page Wijkanalyse opens: which wijken have one, and how to begin."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pandas as pd
import streamlit as st

from register.roles import Action
from ui import biography
from ui.concern_places import region_of, wijken_now
from ui.concern_told import attempt
from ui.fetch_wording import short_day
from ui.figures import Figures
from ui.parts import narrow_table, plain, say, say_list, when_opened
from ui.registering import Desk
from ui.selection import Selection, choose_from_list, choose_wijk
from ui.story_download import show_downloads
from ui.story_report import report_of
from ui.story_steps_finish import show_all, start, status_in_words
from ui.story_wording import out_of

_STEPS: Final = (
    "De vraag: waarom deze wijk, en wat wilt u weten?",
    "Het beeld van de cijfers, en wat bewoners en professionals daarvan herkennen.",
    "Wat er is in de wijk, en met wie u werkt.",
    "Wat opvalt: krachten en knelpunten, met voorstellen uit de cijfers.",
    "Prioriteiten: wat moet het eerst?",
    "Acties: wie het doet, aan welk cijfer het te zien is, en wanneer u terugkijkt.",
    "Afronden: een document in Word, een presentatie voor de raad en een PDF.",
)
_MOST_BUTTONS: Final = 8


def show_overview(selection: Selection, place: Desk) -> None:
    """Show all wijken with what there is of each, and the way into one."""
    known = selection.figures
    newest = newest_editions(place, known)
    wijken = wijken_now(known)
    _say_how_many(known, newest, wijken, may_write=place.actor.may(Action.WRITE_STORIES))
    with_one = [region for region in newest if region in wijken]
    if with_one:
        with st.container(horizontal=True, gap="small", key="verder-met"):
            for region in with_one[:_MOST_BUTTONS]:
                st.button(plain(wijken[region]), key=f"open-{region}", on_click=choose_wijk, args=(region,))
    choose_from_list(wijken, None, "wijkanalyse-wijk", label="Kies een wijk")
    st.subheader("Alle wijken", anchor=False)
    narrow_table(_table(newest, wijken), f"Wijkanalyses van de wijken van {known.name}", "wijkanalyses")
    show_all(selection)


def newest_editions(place: Desk, known: Figures) -> dict[str, dict[str, Any]]:
    """Return the newest edition that the visitor may read by wijk (series), the last changed first."""
    heads = sorted(place.stories.rows(), key=lambda head: str(head["changed_at"]), reverse=True)
    found: dict[str, dict[str, Any]] = {}
    for head in heads:
        region = region_of(known, head["wijk"], head["borders_year"]) or str(head["wijk"])
        if region not in found or int(head["edition"]) > int(found[region]["edition"]):
            found[region] = head
    return found


def _say_how_many(known: Figures, newest: dict[str, Any], wijken: dict[str, str], *, may_write: bool) -> None:
    n = sum(region in wijken for region in newest)
    if not n and not may_write:
        say(
            f"Van {known.name} is er nog geen wijkanalyse die is besproken of vastgesteld. Zodra dat zo is, kunt u haar hier lezen."
        )
        return
    if n:
        say(
            f"Er is een wijkanalyse van {out_of(n, len(wijken), 'de enige wijk', 'wijken')}. Kies een wijk om haar te openen"
            + (" of te beginnen." if may_write else ".")
        )
        return
    say(
        "Een wijkanalyse brengt cijfers en verhalen samen tot één verhaal met afspraken. Wijkradar vult de cijfers in; u voegt toe wat mensen weten. In zeven stappen:"
    )
    say_list(_STEPS)
    say(
        "Alles wat u typt, wordt meteen bewaard. U kunt er met meer mensen aan werken. Kies een wijk om te beginnen."
    )


def _table(newest: dict[str, dict[str, Any]], wijken: dict[str, str]) -> pd.DataFrame:
    rows = []
    for region, name in sorted(wijken.items(), key=lambda item: item[1]):
        head = newest.get(region)
        if head is None:
            rows.append((name, "nog geen", "–"))
            continue
        rows.append(
            (
                name,
                f"Editie {head['edition']}: {status_in_words(head).lower()}",
                short_day(str(head["changed_at"])),
            )
        )
    return pd.DataFrame(rows, columns=["Wijk", "Wijkanalyse", "Laatst gewijzigd"])


def show_begin(selection: Selection, place: Desk, region: str) -> None:
    """Show how to begin the first edition of a wijk, and the figures as a document meanwhile."""
    _begin(selection, place, region)
    with when_opened("Alleen de cijfers als document", f"wa-cijfers-{region}") as is_open:
        if is_open:
            say(
                "Dit document bevat de cijfers van deze wijk. Wat mensen moeten invullen, staat erin als nog open."
            )
            show_downloads(
                lambda: report_of(selection.figures, place, region, None, date.today()), f"cijfers-{region}"
            )


def _begin(selection: Selection, place: Desk, region: str) -> None:
    known = selection.figures
    name = known.label(region)
    if not place.actor.may(Action.WRITE_STORIES):
        say(f"Van {name} is er nog geen wijkanalyse die is besproken of vastgesteld.")
        return
    if region not in wijken_now(known):
        say(
            f"{name} bestaat niet meer in de tabellen van nu. Begin een wijkanalyse bij een wijk van nu; de geschiedenis staat daarin."
        )
        say_list(biography.life(known.lineage, region))
        return
    say(
        f"Van {name} is er nog geen wijkanalyse. Wijkradar vult de cijfers in; u voegt toe wat mensen weten. In zeven stappen:"
    )
    say_list(_STEPS)
    st.button(
        plain(f"Begin de wijkanalyse van {name}"),
        key="begin-wijkanalyse",
        type="primary",
        on_click=attempt,
        args=(lambda: start(place, selection, region),),
    )
    st.caption(
        "Alles wat u typt, wordt meteen bewaard. U kunt stoppen wanneer u wilt en er met meer mensen aan werken."
    )
