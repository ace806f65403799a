"""Reasons to go to a wijk that come from what residents say, and from what they do not say.

Counts are told as everybody may see them: as a ratio, or through `analysis.small_counts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from analysis.concerns import GROWING, NEW, TERM
from analysis.concerns import TOO_FEW as TOO_FEW_CASES
from analysis.hearing import OVER, TOO_FEW, UNDER
from analysis.outreach import CONCERNS, SILENCE, from_ratios, from_share
from analysis.small_counts import FEWEST, MIDDLE, SHOWN, SMALL, filled, protected
from register.concerns import OPEN
from ui import outreach_wording as words
from ui.concern_figures import Heard, Stretch, heard_at, standing_of
from ui.concern_patterns import courses, states_of
from ui.concern_places import regions_of
from ui.figures import Figures
from ui.hearing_figures import CONCERNS as OF_CONCERNS
from ui.hearing_figures import USUAL, hearing
from ui.registering import Desk
from ui.wording import in_sentence

LOUD, MORE_AND_MORE, WAITING, UNHEARD = "loud", "more_and_more", "waiting", "unheard"
#: States of feedback that count: residents who heard back, or still wait for it.
_ASKED: Final = ["answered", "waiting", "overdue"]
#: Ratio of heard to expected from which it counts as much or little, and from which it cannot count more.
_LOUD: Final = (1.25, 2.5)
_UNHEARD: Final = (0.8, 0.3)
#: Half of the residents waiting too long cannot be worse.
_MOST_LATE: Final = 0.5
#: A theme that surely grows counts at least this much, and in full from four times as many on.
_GROWS: Final = 0.5
_FOURFOLD: Final = 4.0


@dataclass(frozen=True)
class Reason:
    """One signal of one wijk.

    Attributes
    ----------
    part, signal, region : str
        See `analysis.outreach.order`.
    strength, low, high : float
        Empty (NaN) where nothing is known.
    told : str
        As it stands in a sentence, without a capital and a full stop; empty where it is no reason.
    page : str
        The page that shows more.
    address : mapping of str to str
        Fields of the address of that page.
    short : str
        As ``told``, for who has ten seconds: without its amounts; empty where ``told`` is short itself.
    """

    part: str
    signal: str
    region: str
    strength: float
    low: float
    high: float
    told: str
    page: str
    address: Mapping[str, str] = field(default_factory=dict)
    short: str = ""

    @property
    def in_short(self) -> str:
        """The reason as it stands on a card and in the opening."""
        return self.short or self.told


def concern_reasons(known: Figures, desk: Desk, today: date, regions: Sequence[str]) -> list[Reason]:
    """Return what is heard in every wijk as a reason: more than the inhabitants explain, growing, waiting for an answer.

    All of it over the last twelve whole months and from the same tables as on Zorgen & signalen, so that the two pages say
    the same. Empty where the register holds no concern: silence in a register that nobody uses says nothing.
    """
    of = heard_at(desk, known, today)
    if of.rows.empty:
        return []
    stretch = of.stretches[0]
    return [*_loud(standing_of(of, stretch)), *_growing(of, desk.themes), *_waiting(of, stretch, regions)]


def _loud(found: pd.DataFrame) -> list[Reason]:
    strengths = _beside_residents(found, OVER, _LOUD)
    return [
        _reason(CONCERNS, LOUD, region, strength, words.loud_told(times), "zorgen.py", deel="beeld")
        for region, times, strength in zip(
            found["region"], found["ratio"], strengths.itertuples(), strict=True
        )
    ]


def _beside_residents(found: pd.DataFrame, verdict: str, ends: tuple[float, float]) -> pd.DataFrame:
    """Return how strong a reason it is that more, or less, is heard than the residents explain.

    What the pages call about as expected is no reason, only a doubt.
    """
    there = found["verdict"] != TOO_FEW
    ratio, lower, upper = (found[name].where(there) for name in ("ratio", "lower", "upper"))
    strengths = from_ratios(ratio, lower, upper, ordinary=ends[0], most=ends[1])
    unsure = there & (found["verdict"] != verdict) & strengths["strength"].notna()
    strengths.loc[unsure, ["strength", "low"]] = 0.0
    return strengths


def _growing(of: Heard, themes: Mapping[str, str]) -> list[Reason]:
    found = courses(of)
    if found.empty:
        return []
    told = found[found["class"] != TOO_FEW_CASES]
    grows = told[told["class"].isin([NEW, GROWING])].copy()
    # In halves, since the counts behind it are shown nowhere.
    grows["times"] = (2 * grows["now"] / grows["before"].clip(lower=0.5)).round() / 2
    grows = grows.sort_values("times", ascending=False).drop_duplicates("region").set_index("region")
    reasons = []
    for region in dict.fromkeys(told["region"]):
        if region not in grows.index:
            reasons.append(Reason(CONCERNS, MORE_AND_MORE, region, 0.0, 0.0, 0.0, "", "zorgen.py"))
            continue
        times = float(grows.loc[region, "times"])
        at = float(np.clip(_GROWS + (1 - _GROWS) * (times - 1) / (_FOURFOLD - 1), _GROWS, 1.0))
        theme = in_sentence(themes.get(str(grows.loc[region, "theme"]), str(grows.loc[region, "theme"])))
        told_as = words.growing_told(theme, times)
        where = {"deel": "beeld", "wijk": region}
        reasons.append(
            Reason(
                CONCERNS,
                MORE_AND_MORE,
                region,
                at,
                _GROWS,
                1.0,
                told_as,
                "zorgen.py",
                where,
                words.growing_short(theme),
            )
        )
    return reasons


def _waiting(of: Heard, stretch: Stretch, regions: Sequence[str]) -> list[Reason]:
    table = states_of(of, stretch, "region", TERM)
    shown = table.set_index(["part", "region"]).reindex(
        pd.MultiIndex.from_product([_ASKED, regions], names=["part", "region"])
    )
    shown = shown.assign(cases=shown["cases"].where(shown["status"].notna(), 0)).fillna({"status": SHOWN})
    numbers = filled(shown.reset_index(), "cases", small=MIDDLE).set_axis(shown.index)
    whole = numbers.unstack("part").sum(axis=1, skipna=False).reindex(list(regions))  # noqa: PD010
    strengths = from_share(numbers["overdue"].reindex(list(regions)), whole, most=_MOST_LATE)
    late = shown.loc["overdue"]
    told = {region: _seen(late.loc[region, "cases"], late.loc[region, "status"]) for region in regions}
    return [
        _reason(
            CONCERNS, WAITING, region, strength, words.waiting_told(*told[region]), "zorgen.py", deel="beeld"
        )
        for region, strength in zip(regions, strengths.itertuples(), strict=True)
    ]


def silence_reasons(known: Figures, desk: Desk, today: date, regions: Sequence[str]) -> list[Reason]:
    """Return where less is heard than its residents would give if it were an ordinary wijk."""
    found = hearing(desk, known, OF_CONCERNS, USUAL, today)
    if found is None:
        return []
    rows = found.wijken[found.wijken["region"].isin(regions)].reset_index(drop=True)
    few = (rows["status"] == SMALL) & (rows["verdict"] == UNDER)
    strengths = _beside_residents(_at_most_a_few(rows, few), UNDER, _UNHEARD)
    told = [
        words.hardly_heard_told(expected) if is_few else words.unheard_told(ratio)
        for is_few, expected, ratio in zip(few, rows["expected"], rows["ratio"], strict=True)
    ]
    return [
        _reason(SILENCE, UNHEARD, str(region), strength, sentence, "niet_gehoord.py")
        for region, sentence, strength in zip(rows["region"], told, strengths.itertuples(), strict=True)
    ]


def _at_most_a_few(rows: pd.DataFrame, few: pd.Series) -> pd.DataFrame:
    """Fill in what everybody knows of a count that is hidden because it is small: it lies between 1 and 4."""
    known = {"ratio": MIDDLE, "lower": 1.0, "upper": FEWEST - 1.0}
    return rows.assign(
        **{name: rows[name].mask(few, count / rows["expected"]) for name, count in known.items()}
    )


def _reason(
    part: str, signal: str, region: str, strength: object, told: str, page: str, **address: str
) -> Reason:
    at, low, high = (float(getattr(strength, name)) for name in ("strength", "low", "high"))
    return Reason(part, signal, region, at, low, high, told, page, {**address, "wijk": region})


def open_concerns(known: Figures, desk: Desk) -> dict[str, str]:
    """Return how many concerns are open in every wijk, in words and as everybody may see it."""
    heard = desk.concerns.heard()
    if heard.empty:
        return {}
    heard = heard.assign(region=regions_of(known, heard).astype("str"))
    now = known.regions_in(known.years[-1])
    counts = heard[heard["status"].isin(OPEN)].groupby("region").size().reindex(now, fill_value=0)
    return {region: words.open_told(*seen) for region, seen in _as_everybody_sees(counts).items()}


def _as_everybody_sees(counts: pd.Series) -> dict[str, tuple[int | None, bool]]:
    table = protected(counts.rename("cases").rename_axis("region").reset_index(), "region")
    told = table.set_index("region").loc[counts.index]
    return {str(region): _seen(*row) for region, *row in told[["cases", "status"]].itertuples()}


def _seen(cases: object, status: object) -> tuple[int | None, bool]:
    """Return a count, or None where it is hidden, and whether it is hidden because it is small."""
    return (int(str(cases)) if status == SHOWN else None), status == SMALL
