"""Where and why the series of a figure is broken: for the lines in a chart and for the sentences under it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data.catalogue import Indicator, Succession
from ui import wording
from ui.biography import event_sentence
from ui.figures import Figures, predecessors

#: Breaks that come from what happened to the land.
_OF_LAND = ("redrawn", "recoded")


def breaks_to_mark(known: Figures, indicator: Indicator, regions: Sequence[str]) -> pd.DataFrame:
    """Return the years at which a chart of ``regions`` draws a break line.

    Returns
    -------
    DataFrame
        Columns region, year and reason, as `ui.figures.Figures.breaks`; ``successor`` is the year in which another figure
        took the place of this one, or this one that of another.
    """
    marked = _told_once(known.breaks(indicator.id, regions))[["region", "year", "reason"]]
    before = [other.followed_by for other in _earlier(known, indicator)]
    years = {after.year for after in [*_after(known, indicator), *before] if after}
    rows = [
        {"region": region, "year": year, "reason": "successor"}
        for year in sorted(years)
        for region in regions
    ]
    return pd.concat([marked, pd.DataFrame(rows)], ignore_index=True) if rows else marked


def break_sentences(
    known: Figures, indicator: Indicator, regions: Sequence[str], years: tuple[int, int] | None = None
) -> list[str]:
    """Say of every break in the series of ``regions`` what changed, oldest first and each thing once.

    Parameters
    ----------
    known : Figures
    indicator : Indicator
    regions : sequence of str
        Series.
    years : tuple of int, optional
        Only what happened after the first and until the last of these years; all if left out.

    Returns
    -------
    list of str
        The reason in the catalogue where the source changed the figure, what happened to the wijken where the land
        changed, else a general sentence. Also why a series begins or ends in the middle of the years.
    """
    found = _told_once(known.breaks(indicator.id, regions)).sort_values("year", kind="stable")
    told = [
        (int(year), _sentence(known, indicator, region, int(year), reason, several=len(regions) > 1))
        for region, year, reason in found[["region", "year", "reason"]].itertuples(index=False)
    ]
    for region in dict.fromkeys(regions):
        told += _edges(known, region)
    told += [
        (after.year, wording.break_sentence(after.year, "successor", after.reason))
        for after in _after(known, indicator)
    ]
    told += [(year, sentence) for year, sentence in _before(known, indicator)]
    if years is not None:
        told = [entry for entry in told if years[0] < entry[0] <= years[1]]
    return list(dict.fromkeys(sentence for _, sentence in sorted(told, key=lambda entry: entry[0])))


def _told_once(found: pd.DataFrame) -> pd.DataFrame:
    """Leave out that the unit changed where the catalogue says the same year what changed, unit and all."""
    keys = pd.MultiIndex.from_frame(found[["region", "year"]])
    defined = keys[found["reason"] == "definition"]
    return found[~((found["reason"] == "unit") & keys.isin(defined))]


def _sentence(
    known: Figures, indicator: Indicator, region: str, year: int, reason: str, *, several: bool
) -> str:
    if reason in _OF_LAND:
        event = _event(known, region, year)
        if event is not None:
            own = {known.code_in(region, year) or "", known.code_in(region, year - 1) or ""}
            told = event_sentence(event, () if several else own)
            return f"Breuk: {wording.in_sentence(told)} {wording.NOT_COMPARABLE}"
    of_source = next((entry.reason for entry in indicator.breaks if entry.year == year), "")
    if reason == "definition" and of_source:
        return wording.break_sentence(year, reason, of_source)
    whose = known.label(region) if several and reason in (*_OF_LAND, "gap") else ""
    return wording.break_sentence(year, reason, name=whose)


def _edges(known: Figures, region: str) -> list[tuple[int, str]]:
    """Say why a series begins or ends in the middle of the years, where that is known."""
    years = [year for year in known.years if known.code_in(region, year)]
    if not years:
        return []
    told = []
    if years[0] > known.years[0] and (event := _event(known, region, years[0])) is not None:
        converted = any((region, year) in known.converted for year in known.years)
        begins = "" if converted else f"De reeks begint in {years[0]}. "
        told.append((years[0], begins + event_sentence(event)))
    if years[-1] < known.years[-1] and (event := _event(known, region, years[-1] + 1, "old")) is not None:
        told.append((years[-1] + 1, f"De reeks stopt na {years[-1]}. {event_sentence(event)}"))
    return told


def _event(known: Figures, region: str, year: int, side: str = "new") -> pd.Series | None:
    """Return what happened in ``year`` to the land of a region; ``old`` looks for what it went into."""
    code, events = known.code_in(region, year if side == "new" else year - 1), known.lineage.events
    if code is None or events.empty:
        return None
    then = events[(events["level"] == known.level) & (events["year"] == year) & (events["kind"] != "renamed")]
    for _, event in then.iterrows():
        if code in event[side]:
            return event
    return None


def _after(known: Figures, indicator: Indicator) -> list[Succession]:
    after = indicator.followed_by
    return [after] if after and after.year <= known.years[-1] else []


def _earlier(known: Figures, indicator: Indicator) -> list[Indicator]:
    others = predecessors(known, indicator.id)
    return [other for other in others if other.followed_by and other.followed_by.year > known.years[0]]


def _before(known: Figures, indicator: Indicator) -> list[tuple[int, str]]:
    """Say which figures this one took the place of, and why, once per year and reason."""
    titles: dict[tuple[int, str], list[str]] = {}
    for other in _earlier(known, indicator):
        assert other.followed_by
        titles.setdefault((other.followed_by.year, other.followed_by.reason), []).append(other.title)
    return [
        (
            year,
            f"Vóór {year} waren er andere cijfers: "
            f"{wording.join_names([wording.in_sentence(title) for title in others], limit=4)}. {reason} "
            f"{wording.NOT_COMPARABLE}",
        )
        for (year, reason), others in titles.items()
    ]
