"""Sections of a wijkanalyse that rest on figures: how the wijk stands, theme by theme, from history to amenities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import pandas as pd

from analysis.attention import weighs
from analysis.standing import FEWEST_PEOPLE
from data.catalogue import SHARE_SUFFIX, Indicator
from data.panel import Status
from reports.model import SECTIONS, Block, Chart, Figure, Grid, Map, Points, Say, Section
from ui import wording
from ui.figures import Figures
from ui.story_blocks import figures_grid, level_sentence, trend_sentence
from ui.story_charts import bar_chart, can_be_drawn, line_chart
from ui.story_history import SIZE, history, sizes
from ui.story_maps import map_block
from ui.story_place import (
    GOOD,
    ORIGIN,
    Place,
    figure_of,
    has_value,
    is_of_now,
    place_of,
    sides_of,
    standing_of,
    triaged,
)
from ui.story_topics import TOPICS, Topic
from ui.triage_wording import triage_sentence

#: At least so many findings stand in a section, and at most one more.
_FEWEST_FINDINGS: Final = 2
#: Fewer figures with a good and a bad side are not counted: then one of them is told.
_FEWEST_JUDGED: Final = 2
_MOST_NAMED: Final = 6
#: From so many figures on one topic it is said that they are alike.
_MANY_ALIKE: Final = 6


@lru_cache(maxsize=512)
def section(known: Figures, region: str, section_id: str, year: int | None = None) -> Section:
    """Return one section of a wijkanalyse, as far as figures tell it.

    Parameters
    ----------
    known : Figures
    region : str
        A wijk (series of the panel), also one that is gone.
    section_id : {"geschiedenis", "bevolking", "wonen", "werk", "onderwijs", "zorg", "veiligheid", "voorzieningen"}
    year : int, optional
        Look no further than this year; the last one in which wijken can be compared when left out.
    """
    place = place_of(known, region, year)
    if section_id == "geschiedenis":
        return history(place)
    topic = TOPICS[section_id]
    few = (Say(_few(place, topic.about), "lead", (_own(place, "population"),)),)
    blocks = few if place.is_small else tuple(_of_topic(place, topic, section_id))
    return Section(section_id, SECTIONS[section_id], blocks, tuple(_left_out(place, topic)))


def appendix(known: Figures, region: str, year: int | None = None) -> Grid:
    """Return the table of all figures of a wijk, for behind the report; herkomst is no part of it.

    Parameters
    ----------
    known, region, year
        As in `section`.
    """
    place = place_of(known, region, year)
    if place.is_small:
        # What is counted of so few people tells of persons; how large the wijk is does not.
        return figures_grid(known, region, sizes(place), year=year, caption=f"De omvang van {place.name}")
    told = [name for theme in known.catalogue.themes for name in _of_theme(known, theme.id)]
    return figures_grid(known, region, told, year=year, caption=f"Alle cijfers van {place.name}")


def _of_theme(known: Figures, theme: str) -> list[str]:
    every = known.catalogue.indicators.values()
    return [entry.id for entry in every if entry.theme == theme and theme != ORIGIN]


# A section of one topic ---------------------------------------------------------------------------


def _of_topic(place: Place, topic: Topic, section_id: str) -> Iterator[Block]:
    rows = _main_figures(place, topic)
    if not any(
        is_of_now(figure_of(place.known, name, place.region, place.year), place.year) for name in rows
    ):
        yield from _nothing_of_now(place, topic, rows)
        return
    findings = _findings(place, topic, rows)
    yield _lead(place, topic, rows)
    if findings.items:
        yield findings
    yield figures_grid(
        place.known,
        place.region,
        rows,
        year=place.year,
        caption=f"{wording.capital(topic.about)} in {place.name}",
    )
    if chart := _chart(place, topic, rows):
        yield chart
    if drawn := _map(place, section_id):
        yield drawn


def _main_figures(place: Place, topic: Topic) -> list[str]:
    """Return one figure per row: of alternatives the first that says something about now, else the first with a value."""
    chosen = []
    for options in topic.rows:
        found = [figure_of(place.known, name, place.region, place.year) for name in options]
        recent = [figure.indicator for figure in found if is_of_now(figure, place.year)]
        valued = [figure.indicator for figure in found if has_value(figure)]
        chosen.append((*recent, *valued, *options)[0])
    return list(dict.fromkeys(chosen))


def _of_themes(place: Place, topic: Topic) -> pd.DataFrame:
    rows = triaged(place)
    return rows[rows["theme"].isin(topic.themes) & (rows["state"] != "no_figure")]


def _lead(place: Place, topic: Topic, rows: Sequence[str]) -> Say:
    """Answer how the wijk stands on this topic, in one sentence."""
    judged = _of_themes(place, topic)
    if len(judged) >= _FEWEST_JUDGED:
        told = standing_sentence(place, judged, topic.about)
        alike = " Veel van die cijfers lijken op elkaar." if len(judged) >= _MANY_ALIKE else ""
        return Say(f"{told}{alike}", "lead")
    main = _lead_figure(place, topic, rows)
    signal = judged[judged["indicator"] == main]
    if len(signal):
        return Say(_sentence(place, signal.iloc[0], first=True), "lead", _pair(place, main))
    told = level_sentence(place, main) or trend_sentence(place, main)
    return Say(told, "lead", _pair(place, main))


def _lead_figure(place: Place, topic: Topic, rows: Sequence[str]) -> str:
    """Return the figure that the lead tells; empty where it counts figures."""
    if len(_of_themes(place, topic)) >= _FEWEST_JUDGED:
        return ""
    telling = _most_telling(place, topic, rows)
    return topic.lead if topic.lead in telling else telling[0]


def _most_telling(place: Place, topic: Topic, rows: Sequence[str]) -> list[str]:
    """Return the main figures of now, those that differ most clearly first; of other themes and in euros last.

    What is in euros rises with the prices everywhere, so that its course says little of the wijk.
    """
    recent = [name for name in rows if is_of_now(_own(place, name), place.year)]
    entries = place.known.catalogue

    def rank(name: str) -> tuple[bool, bool, float]:
        elsewhere = entries[name].theme not in topic.themes
        return elsewhere, wording.in_thousands_of_euro(entries[name].unit), -_clearness(place, name)

    return sorted(recent, key=rank)


def standing_sentence(place: Place, judged: pd.DataFrame, about: str) -> str:
    """Say how many figures are less and more favourable than those of what the wijk is held against.

    Of the figures it speaks, not of the residents.

    Parameters
    ----------
    place : Place
    judged : DataFrame
        Rows of `analysis.triage.triage` of this wijk, without those without a figure.
    about : str
        The topic as it stands in a sentence.

    Examples
    --------
    "Van de 4 cijfers over voorzieningen die gunstig of ongunstig kunnen zijn, zijn er in Noord 3 ongunstiger dan in
    Voorbeeldstad. Bij 1 is er geen duidelijk verschil."
    """
    n, kind = len(judged), f"cijfers over {about} die gunstig of ongunstig kunnen zijn,"
    worse, better = sides_of(judged)
    many, one = ("waren", "was") if place.is_gone else ("zijn", "is")
    if not worse and not better:
        differs = "week" if place.is_gone else "wijkt"
        whole = f"Geen van de {wording.number(n)}{wording.SPACE}{kind}"
        return f"{whole} {differs} in {place.name} duidelijk af van {place.comparator_name}."
    if n in (worse, better):
        side = "ongunstiger" if worse else "gunstiger"
        whole = wording.capital(wording.all_of(n, kind))
        return f"{whole} {many} in {place.name} {side} dan in {place.comparator_name}."
    sides = [(worse, "ongunstiger"), (better, "gunstiger")]
    told = [f"{wording.number(count)} {side}" for count, side in sides if count]
    rest = n - worse - better
    sentence = (
        f"Van de {wording.number(n)}{wording.SPACE}{kind} {many if (worse or better) > 1 else one} er in {place.name} "
        f"{wording.join_names(told)} dan in {place.comparator_name}."
    )
    return sentence + (f" Bij {wording.number(rest)} {one} er geen duidelijk verschil." if rest else "")


def _own(place: Place, indicator: str) -> Figure:
    return figure_of(place.known, indicator, place.region, place.year)


def _pair(place: Place, indicator: str, year: int | None = None) -> tuple[Figure, ...]:
    """Return the figure of the wijk and that of the same year of what it is held against."""
    own = (
        _own(place, indicator)
        if year is None
        else figure_of(place.known, indicator, place.region, year, exactly=True)
    )
    if not place.comparator:
        return (own,)
    return own, figure_of(place.known, indicator, place.comparator, own.year, exactly=True)


def _findings(place: Place, topic: Topic, rows: Sequence[str]) -> Points:
    """Return what the figures say, strongest first: what asks for attention, what goes well, else the main figures."""
    judged = _of_themes(place, topic)
    judged = judged[judged["indicator"] != _lead_figure(place, topic, rows)]
    bad, good = judged[weighs(judged)].head(_FEWEST_FINDINGS), judged[judged["state"].isin(GOOD)]
    good = good.sort_values("order", ascending=False, kind="stable")
    chosen = pd.concat([bad, good.head(max(1, _FEWEST_FINDINGS - len(bad)))])
    told = [
        (_sentence(place, row, first=at == 0), _pair(place, str(row["indicator"]), int(row["year"])))
        for at, (_, row) in enumerate(chosen.iterrows())
    ]
    if len(told) < _FEWEST_FINDINGS:
        main = [_lead_figure(place, topic, rows), *chosen["indicator"]]
        left = [name for name in _most_telling(place, topic, rows) if name not in main]
        told += [_plain_finding(place, name) for name in left[: _FEWEST_FINDINGS - len(told)]]
    return Points(
        tuple(sentence for sentence, _ in told),
        heading="Wat de cijfers zeggen",
        figures=tuple(figure for _, found in told for figure in found),
    )


def _sentence(place: Place, row: pd.Series, *, first: bool) -> str:
    """Return `ui.triage_wording.triage_sentence`; how many people live here is only told once, where they are few."""
    few = first and pd.notna(row["people"]) and row["people"] < wording.FEW_PEOPLE
    told = {str(name): value for name, value in row.items()} | ({} if few else {"people": None})
    return triage_sentence(
        told, place.known.catalogue[str(row["indicator"])], place.name, place.comparator_name
    )


def _plain_finding(place: Place, indicator: str) -> tuple[str, tuple[Figure, ...]]:
    """Tell level and course of a figure of which nothing stands out."""
    level = "" if place.known.catalogue[indicator].kind == "count" else level_sentence(place, indicator)
    return f"{level} {trend_sentence(place, indicator)}".strip(), _pair(place, indicator)


def _clearness(place: Place, indicator: str) -> float:
    """Return how far a figure surely lies from the comparator, in what wijken ordinarily differ; 0 within the noise."""
    row = standing_of(place, indicator)
    return 0.0 if row is None or row["verdict"] not in ("higher", "lower") else float(row["apart"])


def _chart(place: Place, topic: Topic, rows: Sequence[str]) -> Chart | None:
    """Return the picture of the most telling figure: that of the strongest signal, else the clearest of the main ones."""
    if topic.bars:
        names = [name for name, _ in topic.bars]
        bars = bar_chart(
            place.known,
            names,
            place.region,
            year=place.year,
            what=topic.bars_show,
            short=dict(topic.bars),
        )
        if bars:
            return bars
    judged = _of_themes(place, topic)
    for name in (*judged.loc[weighs(judged), "indicator"], *_most_telling(place, topic, rows)):
        if can_be_drawn(place, name):
            return line_chart(place.known, name, (place.region, *place.beside), year=place.year)
    return None


def strongest_signal(place: Place) -> str | None:
    """Return the figure that asks most for attention in this wijk, or None where none does."""
    rows = triaged(place)
    found = rows[weighs(rows)] if len(rows) else rows
    return str(found["indicator"].iloc[0]) if len(found) else None


def _map(place: Place, section_id: str) -> Map | None:
    """Return a map in the one section that the strongest signal belongs to."""
    strongest = strongest_signal(place)
    if strongest is None or place.known.catalogue[strongest].theme not in TOPICS[section_id].themes:
        return None
    return map_block(place.known, strongest, _own(place, strongest).year, place.region)


def _nothing_of_now(place: Place, topic: Topic, rows: Sequence[str]) -> Iterator[Block]:
    """Say that there is no figure about now; old ones are told with their year, without a picture."""
    old = [name for name in rows if has_value(_own(place, name))]
    if not old:
        yield Say(
            f"Over {topic.about} in {place.name} is er geen cijfer. Waarom niet, staat hieronder.", "lead"
        )
        return
    last = max(_own(place, name).year for name in old)
    yield Say(
        f"Hoe {place.name} er op het gebied van {topic.about} nu voor staat, is met deze cijfers niet te zeggen: het laatste "
        f"cijfer is van {last}.",
        "lead",
        tuple(_own(place, name) for name in old),
    )
    caption = f"{wording.capital(topic.about)} in {place.name}, tot en met {last}"
    yield figures_grid(place.known, place.region, old, year=place.year, caption=caption)


# A wijk with few people ---------------------------------------------------------------------------


def _few(place: Place, about: str) -> str:
    if place.people is None:
        return f"Hoeveel mensen er in {place.name} wonen, is niet bekend. Daarom is over {about} niets te zeggen."
    return (
        f"In {place.name} {'woonden' if place.is_gone else 'wonen'} {wording.count(round(place.people), 'mens', 'mensen')}. Dat zijn er te weinig om iets over {about} "
        "te zeggen: één huishouden meer of minder verandert elk aandeel al."
    )


# What is left out ---------------------------------------------------------------------------------


def _without_twins(known: Figures, indicators: Sequence[str]) -> list[str]:
    """Leave out counts of which the share is told, and herkomst."""
    return [
        name
        for name in indicators
        if known.catalogue[name].theme != ORIGIN and f"{name}{SHARE_SUFFIX}" not in known.catalogue
    ]


def _left_out(place: Place, topic: Topic) -> Iterator[str]:
    """Say of every figure of these themes that is not told why: by reason, each figure once."""
    known = place.known
    names = _without_twins(known, [name for theme in topic.themes for name in _of_theme(known, theme)])
    if place.is_small:
        if place.people is not None:
            every = _titles([known.catalogue[name] for name in names if name not in SIZE], _MOST_NAMED)
            yield (
                f"Weggelaten omdat er minder dan {FEWEST_PEOPLE} mensen wonen: {every}. Ook een vergelijking en een richting "
                "ontbreken daarom."
            )
        return
    reasons: dict[str, list[Indicator]] = {}
    for name in names:
        if reason := _reason(place, name):
            reasons.setdefault(reason, []).append(known.catalogue[name])
    for reason, entries in reasons.items():
        yield f"{reason}: {_titles(entries)}."


def _titles(entries: Sequence[Indicator], limit: int | None = None) -> str:
    return wording.join_names([wording.in_sentence(entry.title) for entry in entries], limit)


def _reason(place: Place, indicator: str) -> str:
    """Return why a figure says nothing about now; empty where it does."""
    figure = _own(place, indicator)
    if is_of_now(figure, place.year):
        return ""
    if has_value(figure):
        return f"Het laatste cijfer is van {figure.year}, te lang geleden om iets over nu te zeggen"
    status = Status(figure.status)
    return wording.capital(wording.no_figure(status.value))
