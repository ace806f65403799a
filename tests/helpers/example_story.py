"""What people could bring into a wijkanalyse, without a register: invented, and of a first or a second edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from register.stories import Story

_HEAD = (
    *("number", "wijk", "borders_year", "edition", "previous", "reason", "question", "boundary", "observed"),
    *("history", "message", "ask", "status", "discussed_on", "settled_on", "year", "figures"),
)
_PART = (
    *("number", "kind", "section", "place", "title", "text", "group_name", "recognised", "owner", "partners"),
    *("about", "indicator", "target", "evaluate_on", "status", "outcome", "came_from"),
)


def head(**fields: Any) -> dict[str, Any]:
    """Return the head of an edition; what is not given is empty."""
    return dict.fromkeys(_HEAD) | {"number": 1, "edition": 1, "status": "concept"} | fields


def part(number: int, kind: str, **fields: Any) -> dict[str, Any]:
    """Return a part; what is not given is empty."""
    return dict.fromkeys(_PART) | {"number": number, "kind": kind} | fields


def first_edition(
    wijk: str, year: int, figures: Sequence[Mapping[str, Any]] | None = None, **fields: Any
) -> Story:
    """Return an edition that was settled, with three actions and what people named.

    Parameters
    ----------
    wijk : str
    year : int
        Last year of its figures.
    figures : sequence of mapping, optional
        What was kept with it.
    """
    parts = (
        part(11, "strength", title="Buren helpen elkaar"),
        part(12, "strength", title="Een actieve speeltuinvereniging"),
        part(13, "bottleneck", title="Veel mensen zijn eenzaam"),
        part(14, "priority", title="Ontmoeting dicht bij huis"),
        part(21, "action", title="Inloop op drie ochtenden", owner="Welzijn", indicator="hh_single_share",
             evaluate_on=f"{year + 2}-06-01", status="gedaan", outcome="gemiddeld 18 bezoekers per ochtend"),
        part(22, "action", title="Hulp bij geldzaken in de wijk", owner="Wijkteam", indicator="benefit_bijstand_share", status="open"),
        part(23, "action", title="Bankjes langs de route", owner="Beheer", status="gestopt"),
    )  # fmt: skip
    settled = {"settled_on": f"{year}-11-20", "status": "vastgesteld", "year": year, "wijk": wijk}
    return Story(head(**settled, figures=list(figures) if figures else None, **fields), parts)


def second_edition(wijk: str, year: int, before: Story) -> Story:
    """Return the edition after another, in concept, with every field filled."""
    parts = (
        part(31, "reading", section="werk", group_name="bewoners van de Componistenlaan", recognised="ja", text="Veel buren draaien elk dubbeltje om."),
        part(32, "reading", section="leefwereld", group_name="wijkverpleging", recognised="deels", text="Vooral na het overlijden van een partner. Daarna komt er weinig bezoek."),
        part(33, "asset", title="Buurthuis De Maat", text="elke dag open"),
        part(34, "partner", title="Huisartsenpraktijk", text="drie huisartsen"),
        part(35, "strength", title="Buren helpen elkaar", came_from=11),
        part(36, "strength", title="Het buurthuis is elke dag open"),
        part(37, "bottleneck", title="Veel mensen zijn eenzaam", came_from=13),
        part(38, "priority", title="Ontmoeting dicht bij huis", came_from=14),
        part(39, "advice", title="Houd de inloop open"),
        part(41, "action", title="Inloop op drie ochtenden", owner="Welzijn", partners="kerk en speeltuin", indicator="hh_single_share",
             target="niet hoger dan nu", evaluate_on="2028-06-01", status="gedaan", outcome="gemiddeld 18 bezoekers per ochtend", came_from=21, about=38),
        part(42, "action", title="Hulp bij geldzaken in de wijk", owner="Wijkteam", indicator="benefit_bijstand_share", status="loopt", came_from=22),
    )  # fmt: skip
    texts = {
        "reason": "De raad vroeg om een nieuwe analyse.",
        "question": "Wat hielp tegen eenzaamheid, en wat is er nu nodig?",
        "boundary": "De hele wijk, zonder het industrieterrein.",
        "observed": "Er staan meer winkels leeg.",
        "message": "Houd vol: ontmoeting en geldzorgen eerst.",
        "ask": "- Stem in met twee prioriteiten.\n- Kijk in 2028 terug.",
    }
    return Story(
        head(number=2, edition=2, previous=1, wijk=wijk, year=year, **texts),
        parts,
        before,
    )
