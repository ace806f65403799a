"""The biography of a wijk in plain Dutch: what happened to it, how we know, and how sure that is.

Pure functions from `analysis.lineage` to sentences and to the frame that `ui.charts.life_chart` draws.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from analysis.lineage import Lineage, biography
from data.panel import Level
from ui import wording

#: How we know what happened, as it stands behind "Zo weten we dat:".
_EVIDENCE: Final = {
    "flag": "CBS meldt dat het gebied gelijk bleef",
    "addresses": "we telden welke adressen van de ene naar de andere kant gingen",
    "borders": "we legden de grenzen van beide jaren over elkaar",
    "buurten": "we volgden de buurten van de wijk",
    "names": "CBS meldt een andere code voor hetzelfde gebied, en de naam bleef gelijk",
    "elimination": "dit was in beide jaren het enige gebied dat overbleef",
    "code_lists": "we hebben alleen de codelijsten van CBS",
}
#: Kinds in which land went from one region to another.
EXCHANGES: Final = ("split", "merged", "redrawn")
_MOST_NAMES: Final = 6


@dataclass(frozen=True)
class _Named:
    """Names as they stand in a sentence; ``subject`` is "de wijk" where the sentence is about the wijk itself."""

    old: list[str]
    new: list[str]
    subject: str


def _names(names: Sequence[str], codes: Sequence[str]) -> list[str]:
    """Return names as they stand in a sentence; the code is added where two regions bear the same one."""
    short = [wording.wijk_name(name).removesuffix(" (fictief)") for name in names]
    pairs = zip(short, codes, strict=True)
    return [f"{name} ({code})" if short.count(name) > 1 else name for name, code in pairs]


def event_sentence(event: pd.Series, own: Collection[str] = ()) -> str:
    """Say what happened in one or two sentences.

    Parameters
    ----------
    event : Series
        A row of `Lineage.events`.
    own : collection of str
        Codes of the region whose life is told, in the year before and in the year itself: it is called
        "de wijk" instead of by its name.

    Examples
    --------
    "In 2021 is de wijk gesplitst in De Hoge Akkers-West en De Hoge Akkers-Oost."
    """
    named = _Named(
        old=_names(event["old_names"], event["old"]),
        new=_names(event["new_names"], event["new"]),
        subject=f"de {wording.level_label(event['level'])}" if _is_about(event, own) else "",
    )
    tell = {
        "renamed": _renamed,
        "recoded": _recoded,
        "split": _split,
        "merged": _merged,
        "redrawn": _redrawn,
        "new": _new,
        "gone": _gone,
    }[event["kind"]]
    return tell(event, named)


def _is_about(event: pd.Series, own: Collection[str]) -> bool:
    """Tell whether the one region that the sentence is about is the region whose life is told."""
    subject = event["new"] if event["kind"] in ("renamed", "recoded", "new", "merged") else event["old"]
    return len(subject) == 1 and subject[0] in own


def _renamed(event: pd.Series, named: _Named) -> str:
    whose = named.subject or f"de {wording.level_label(event['level'])}"
    # Where only the number in front of the name is another one, the whole names tell the difference.
    same = named.old == named.new
    before, after = (event["old_names"], event["new_names"]) if same else (named.old, named.new)
    return f"In {event['year']} kreeg {whose} een andere naam: van {_all(before)} naar {_all(after)}. Het gebied bleef gelijk."


def _recoded(event: pd.Series, named: _Named) -> str:
    whose = named.subject or _all(named.new)
    if not event["old"]:
        return (
            f"In {event['year']} kreeg {whose} een andere code: {_all(event['new'])}. Welke code dit gebied daarvoor "
            "had, is niet te zeggen. Daarom begint hier een nieuwe reeks."
        )
    name = f" De naam werd {_all(named.new)}." if named.old != named.new and named.subject else ""
    sure = "Het gebied bleef gelijk; de reeks loopt door."
    return f"In {event['year']} kreeg {whose} een andere code: van {_all(event['old'])} naar {_all(event['new'])}.{name} {sure}"


def _split(event: pd.Series, named: _Named) -> str:
    likely = "is" if event["certain"] else "is waarschijnlijk"
    return f"In {event['year']} {likely} {named.subject or _all(named.old)} gesplitst in {_all(named.new)}."


def _merged(event: pd.Series, named: _Named) -> str:
    likely = "" if event["certain"] else "waarschijnlijk "
    if named.subject:
        return f"In {event['year']} is {named.subject} {likely}ontstaan uit {_all(named.old)}."
    return f"In {event['year']} {'zijn' if len(named.old) > 1 else 'is'} {likely}{_all(named.old)} samengevoegd tot {_all(named.new)}."


def _redrawn(event: pd.Series, named: _Named) -> str:
    everyone = list(dict.fromkeys([*named.old, *named.new]))
    if len(everyone) == 1:
        return f"In {event['year']} kreeg {named.subject or everyone[0]} andere grenzen. Het is ander gebied dan in het jaar ervoor."
    if not event["certain"]:
        many = wording.level_label(event["level"], plural=True)
        return (
            f"In {event['year']} veranderden de grenzen van {_all(everyone)}. Uit de codelijsten alleen is niet te zeggen "
            f"tussen welke {many} gebied is geruild."
        )
    if len(named.old) == 1 and len(named.new) == 1:
        return f"In {event['year']} kwam {named.new[0]} in de plaats van {named.old[0]}, met andere grenzen."
    return f"In {event['year']} zijn de grenzen tussen {_all(everyone)} verlegd: een deel van het gebied ging over."


def _new(event: pd.Series, named: _Named) -> str:
    verb = "staat" if len(named.new) == 1 else "staan"
    return (
        f"In {event['year']} {verb} {named.subject or _all(named.new)} voor het eerst in de tabellen van CBS."
    )


def _gone(event: pd.Series, named: _Named) -> str:
    verb = "staat" if len(named.old) == 1 else "staan"
    return (
        f"Vanaf {event['year']} {verb} {named.subject or _all(named.old)} niet meer in de tabellen van CBS."
    )


def _all(names: Sequence[str]) -> str:
    return wording.join_names(list(names), limit=_MOST_NAMES)


def how_we_know(event: pd.Series) -> str:
    """Say in one sentence what an event is based on, and whether it is certain."""
    told = _EVIDENCE.get(event["evidence"], "afgeleid uit de gegevens van CBS")
    if event["certain"]:
        return f"Zo weten we dat: {told}."
    return f"Dit is niet zeker: {told}."


def told(event: pd.Series, own: Collection[str] = ()) -> str:
    """Say what happened and how we know."""
    return f"{event_sentence(event, own)} {how_we_know(event)}"


def life(lineage: Lineage, region: str, level: str = Level.WIJK) -> list[str]:
    """Tell the life of one region: where it comes from, what happened to it, oldest first.

    Parameters
    ----------
    lineage : Lineage
    region : str
        A series.
    level : str
        For what it is called.
    """
    events = biography(lineage, region)
    own = _own(lineage, region)
    sentences = [told(event, own.around(int(event["year"]))) for _, event in events.iterrows()]
    return sentences or [_nothing_happened(own.codes, level)]


def _nothing_happened(own: dict[int, str], level: str) -> str:
    one = wording.level_label(level)
    if not own:
        return f"Van deze {one} is niet bekend in welke jaren zij bestond."
    return f"In de jaren {wording.join_years(sorted(own))} veranderde er niets aan de grenzen, de code of de naam."


@dataclass(frozen=True)
class _Own:
    """The published codes of a series by year, and the years that there are tables of."""

    codes: dict[int, str]
    years: list[int]

    def around(self, year: int) -> set[str]:
        """Return the codes in ``year`` and in the last year before it that there are tables of."""
        before = max((then for then in self.years if then < year), default=year)
        return {self.codes.get(year, ""), self.codes.get(before, "")}


def _own(lineage: Lineage, region: str) -> _Own:
    return _Own(codes_by_year(lineage, region), sorted(int(year) for year in lineage.lands["year"].unique()))


def codes_by_year(lineage: Lineage, region: str) -> dict[int, str]:
    """Return the published code of a series in each year that it existed."""
    rows = lineage.lands[lineage.lands["series"] == region]
    return {int(year): str(code) for year, code in zip(rows["year"], rows["region"], strict=True)}


def events_of_buurten(lineage: Lineage, wijk: str) -> pd.DataFrame:
    """Return what happened to the buurten of a wijk (a series), newest first."""
    events = lineage.events[lineage.events["level"] == Level.BUURT.value]
    own = _own(lineage, wijk)
    there = [
        not own.around(int(year)).isdisjoint(map(_wijk_of, (*old, *new)))
        for year, old, new in zip(events["year"], events["old"], events["new"], strict=True)
    ]
    return events[there].sort_values("year", ascending=False, kind="stable")


def _wijk_of(buurt: str) -> str:
    return f"WK{buurt[2:8]}"


def chronicle(lineage: Lineage, level: str = Level.WIJK) -> dict[int, list[str]]:
    """Tell everything that happened to the regions of one level, by year, newest first."""
    events = lineage.events[lineage.events["level"] == str(level)]
    events = events.sort_values("year", ascending=False, kind="stable")
    found: dict[int, list[str]] = {}
    for _, event in events.iterrows():
        found.setdefault(int(event["year"]), []).append(told(event))
    return found


def life_frame(lineage: Lineage, region: str, names: dict[str, str]) -> pd.DataFrame:
    """Return what `ui.charts.life_chart` draws: a region with those it exchanged land with.

    Parameters
    ----------
    lineage : Lineage
    region : str
        A series.
    names : dict
        Name of each series as it stands in a sentence.

    Returns
    -------
    DataFrame
        One row per series and year: region, title, year, code, broken and why. The regions that it came from
        first, then the region itself, then those that it went into.
    """
    lands = lineage.lands
    first, last = _exchanged_with(lineage, region)
    order = {name: place for place, name in enumerate(dict.fromkeys([*first, region, *last]))}
    rows = lands[lands["series"].isin(order)].sort_values(["series", "year"])
    other_land = (rows["land"] != rows["land"].shift()) & (rows["series"] == rows["series"].shift())
    drawn = pd.DataFrame(
        {
            "region": rows["series"],
            "title": rows["series"].map(names),
            "year": rows["year"],
            "code": rows["region"],
            "broken": other_land,
            "why": other_land.map({True: "ander gebied dan in het jaar ervoor", False: ""}),
        }
    )
    return drawn.sort_values(["region", "year"], key=lambda c: c.map(order) if c.name == "region" else c)


def _exchanged_with(lineage: Lineage, region: str) -> tuple[list[str], list[str]]:
    """Return the series that a region got land from, and the others that it gave land to."""
    lands = lineage.lands
    keys = lands[["region", "year", "series"]].itertuples(index=False)
    series = {(code, int(year)): name for code, year, name in keys}
    years = sorted(int(year) for year in lands["year"].unique())
    before, after = [], []
    for _, event in biography(lineage, region).iterrows():
        if event["kind"] in EXCHANGES and event["certain"] and event["role"] != "ancestor":
            year = int(event["year"])
            then = max((other for other in years if other < year), default=year)
            before += [series.get((code, then), "") for code in event["old"]]
            after += [series.get((code, year), "") for code in event["new"]]
    first = [name for name in dict.fromkeys(before) if name and name != region]
    return first, [name for name in dict.fromkeys(after) if name and name != region and name not in first]
