"""Who took part beside who lives there: by age, household and kind of home, as far as a channel knows.

What a channel does not know of its participants is not guessed: bounds say what the whole could still be.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from analysis._door import require
from analysis.false_discovery import adjusted
from analysis.hearing.voices import (
    ABOUT,
    ALL_CHANNELS,
    FALSE_DISCOVERY,
    OVER,
    TOO_FEW,
    UNDER,
    Floats,
)

#: All that participants are compared by, with its groups, of people of 15 and older: children are seldom invited, and with
#: them among the residents every other group would seem to come in crowds. Never origin.
KINDS: Final = {
    "age": ("15-24", "25-44", "45-64", "65+"),
    "household": ("single", "no_children", "with_children"),
    "tenure": ("owner", "rent"),
}
#: Names of the bounds in `represented`.
BOUNDS: Final = ("least", "most")
#: Fewer participants of whom it is known give no shares, and fewer expected in a group none of that group.
FEWEST_KNOWN: Final = 20
FEWEST_EXPECTED: Final = 5.0
#: With fewer gatherings it does not show how much those of one gathering are alike; then that of all channels counts.
FEWEST_GATHERINGS: Final = 3
#: Design effect where even that is not known: two people who came along together count for one.
ASSUMED_ALIKE: Final = 2.0
_HALF_OF: Final = 0.025
_COUPLE: Final = 2.0


def residents_in_people(figures: pd.DataFrame) -> pd.DataFrame:
    """Turn published counts of a wijk into residents per group.

    Participants are people, households are not: who lives alone is one person, a household without children about two, and
    all others of 15 and older live in a household with children. Homes are counted as homes: how many people live
    in them is not published.

    Parameters
    ----------
    figures : DataFrame
        Indexed by region; columns age_15_25, age_25_45, age_45_65, age_65plus, hh_single, hh_no_children
        (counts), owner_occupied and rented (per cent of the homes); NaN is no figure.

    Returns
    -------
    DataFrame
        Columns region, kind, group (`KINDS`) and people (of tenure: per cent of the homes). A kind with an unknown part
        is left out for that region.
    """
    ages = [figures[column] for column in ("age_15_25", "age_25_45", "age_45_65", "age_65plus")]
    grown = ages[0] + ages[1] + ages[2] + ages[3]
    named: dict[tuple[str, str], pd.Series] = {
        ("age", group): people for group, people in zip(KINDS["age"], ages, strict=True)
    }
    couples = _COUPLE * figures["hh_no_children"]
    named["household", "single"] = figures["hh_single"]
    named["household", "no_children"] = couples
    named["household", "with_children"] = (grown - figures["hh_single"] - couples).clip(lower=0)
    named["tenure", "owner"], named["tenure", "rent"] = figures["owner_occupied"], figures["rented"]
    rows = [
        pd.DataFrame(
            {
                "region": figures.index.to_numpy(),
                "kind": kind,
                "group": group,
                "people": people.to_numpy(np.float64),
            }
        )
        for (kind, group), people in named.items()
    ]
    told = pd.concat(rows, ignore_index=True)
    whole = told.groupby(["region", "kind"])["people"].transform(
        lambda people: people.notna().all() and people.sum() > 0
    )
    return told[whole.astype("bool")].reset_index(drop=True)


def represented(gatherings: pd.DataFrame, known: pd.DataFrame, residents: pd.DataFrame) -> pd.DataFrame:
    """Compare who took part with who lives in the wijken where they did.

    The share among residents is that of the wijken of the participants, each counted as often as it has participants of whom
    the group is known: a channel in a wijk with many tenants is held against that wijk. Groups that a channel never
    counts are left out on both sides. The band is Wilson's, wide enough for all groups of
    a kind at once (Goodman), on as many participants as they are worth: people of one gathering are
    alike (design effect over the gatherings), and where nearly everyone took part little is left to doubt.

    Parameters
    ----------
    gatherings : DataFrame
        Columns gathering (unique), region, channel, participants.
    known : DataFrame
        Columns gathering, kind, group and count: what the channel knows; absent is not known. A kind or group that is not in
        `KINDS` is refused.
    residents : DataFrame
        As `residents_in_people` returns it.

    Returns
    -------
    DataFrame
        One row per channel (`ALL_CHANNELS` first), kind and group that the channel counts: channel, kind, group, participants
        (all of the channel), known (of whom the kind is known, in wijken with figures), count, share, lower, upper, residents
        (share of the residents), alike (design effect), least and most (`BOUNDS`: the share among all participants if none or
        all of the unknown were of the group), certain (the verdict holds whatever the unknown are), p_adjusted and verdict:
        `UNDER`, `ABOUT`, `OVER` or `TOO_FEW`, at a false discovery rate of 5 % over the channels and groups.

    Raises
    ------
    ValueError
        If a column is missing, or a kind or group is not in `KINDS`.

    References
    ----------
    Goodman, "On simultaneous confidence intervals for multinomial proportions", Technometrics 7 (1965); Kish, "Survey
    Sampling" (1965), for the design effect; Manski, "Nonparametric bounds on treatment effects", American Economic
    Review 80 (1990), for the bounds.
    """
    require(gatherings, ("gathering", "region", "channel", "participants"), "frame of gatherings")
    require(known, ("gathering", "kind", "group", "count"), "frame of what is known")
    require(residents, ("region", "kind", "group", "people"), "frame of residents")
    _refuse_other_kinds(known, residents)
    told = known.merge(gatherings[["gathering", "region", "channel"]], on="gathering", validate="m:1")
    there = residents[["region", "kind"]].drop_duplicates()
    told = told.merge(there, on=["region", "kind"])
    pieces = []
    for channel in [ALL_CHANNELS, *sorted(gatherings["channel"].unique())]:
        mine = gatherings if channel == ALL_CHANNELS else gatherings[gatherings["channel"] == channel]
        of_mine = told[told["gathering"].isin(mine["gathering"])]
        for kind in KINDS:
            rows = of_mine[of_mine["kind"] == kind]
            if rows["count"].sum() > 0:
                piece = _one(rows, residents[residents["kind"] == kind], told[told["kind"] == kind])
                pieces.append(
                    piece.assign(channel=channel, kind=kind, participants=float(mine["participants"].sum()))
                )
    if not pieces:
        return pd.DataFrame(columns=_COLUMNS)
    return _judged(pd.concat(pieces, ignore_index=True))


_COLUMNS: Final = [
    *("channel", "kind", "group", "participants", "known", "count", "share", "lower", "upper", "residents"),
    *("alike", *BOUNDS, "certain", "p_adjusted", "verdict"),
]  # fmt: skip


def _refuse_other_kinds(*frames: pd.DataFrame) -> None:
    for frame in frames:
        for kind, group in set(zip(frame["kind"], frame["group"], strict=True)):
            if group not in KINDS.get(kind, ()):
                raise ValueError(f"participants are never counted by {kind} {group}")


def _one(rows: pd.DataFrame, residents: pd.DataFrame, of_all: pd.DataFrame) -> pd.DataFrame:
    """Compare the groups of one kind through one channel."""
    groups = [group for group in KINDS[str(rows["kind"].iloc[0])] if (rows["group"] == group).any()]
    counts, expected, lived = _laid_out(rows, residents, groups)
    total, seen = counts.sum(), counts.sum(axis=0)
    share, among = seen / total, expected.sum(axis=0) / total
    alike = _alike(counts, expected)
    if len(counts) < FEWEST_GATHERINGS:
        alike = _alike(
            *_laid_out(of_all[of_all["group"].isin(groups)], residents, groups)[:2], otherwise=ASSUMED_ALIKE
        )
    left = max(1.0 - total / lived, 0.05) if lived > 0 else 1.0
    worth = total / alike / left
    lower, upper = _wilson(share, worth, float(-ndtri(_HALF_OF / max(len(groups), 1))))
    with np.errstate(invalid="ignore", divide="ignore"):
        far = 2.0 * ndtr(-np.abs(share - among) / np.sqrt(among * (1 - among) / worth))
    enough = (
        (total >= FEWEST_KNOWN)
        & (worth * among >= FEWEST_EXPECTED)
        & (worth * (1 - among) >= FEWEST_EXPECTED)
    )
    return pd.DataFrame(
        {
            "group": groups,
            "known": total,
            "count": seen,
            "share": share,
            "lower": lower,
            "upper": upper,
            "residents": among,
            "alike": alike,
            "p": np.where(enough, far, np.nan),
        }
    )


def _laid_out(rows: pd.DataFrame, residents: pd.DataFrame, groups: list[str]) -> tuple[Floats, Floats, float]:
    """Return gatherings x groups: who took part, and how many there would be of each if they were like the residents."""
    counts = rows.pivot_table("count", "gathering", "group", "sum", fill_value=0).reindex(
        columns=groups, fill_value=0
    )
    counts = counts[counts.sum(axis=1) > 0]
    where = rows.drop_duplicates("gathering").set_index("gathering")["region"].loc[counts.index]
    living = residents[residents["group"].isin(groups)].pivot_table("people", "region", "group", "sum")[
        groups
    ]
    shares = living.div(living.sum(axis=1), axis=0).loc[where].to_numpy(np.float64)
    whole = float(living.loc[sorted(set(where))].to_numpy().sum())
    table = counts.to_numpy(np.float64)
    # Homes are per cent, which is no number of people that could run out.
    lived = 0.0 if (residents["kind"] == "tenure").any() else whole
    return table, shares * table.sum(axis=1, keepdims=True), lived


def _alike(counts: Floats, expected: Floats, otherwise: float = 1.0) -> float:
    """Return the design effect: how much more gatherings differ than people drawn one by one would make them."""
    gatherings, groups = counts.shape
    if gatherings < FEWEST_GATHERINGS or groups < 2:
        return otherwise
    tilt = counts.sum(axis=0) / np.where(expected.sum(axis=0) > 0, expected.sum(axis=0), np.nan)
    drawn = expected * np.nan_to_num(tilt)
    drawn *= counts.sum(axis=1, keepdims=True) / drawn.sum(axis=1, keepdims=True)
    telling = drawn > 0
    freedom = (gatherings - 1) * (groups - 1)
    return max(float(((counts - drawn)[telling] ** 2 / drawn[telling]).sum() / freedom), 1.0)


def _wilson(share: Floats, worth: float, z: float) -> tuple[Floats, Floats]:
    middle = (share + z**2 / (2 * worth)) / (1 + z**2 / worth)
    half = z / (1 + z**2 / worth) * np.sqrt(share * (1 - share) / worth + z**2 / (4 * worth**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def _judged(rows: pd.DataFrame) -> pd.DataFrame:
    p_adjusted = adjusted(rows["p"].to_numpy(dtype=np.float64))
    sure = p_adjusted <= FALSE_DISCOVERY
    less = rows["share"] < rows["residents"]
    verdict = pd.Series(
        np.select([np.isnan(p_adjusted), sure & less, sure], [TOO_FEW, UNDER, OVER], ABOUT), rows.index, "str"
    )
    unknown = (rows["participants"] - rows["known"]).clip(lower=0)
    whole = np.maximum(rows["participants"], rows["known"])
    least: pd.Series = rows["count"] / whole
    most: pd.Series = (rows["count"] + unknown) / whole
    holds = ((verdict == UNDER) & (most < rows["residents"])) | (
        (verdict == OVER) & (least > rows["residents"])
    )
    return rows.assign(least=least, most=most, certain=holds, p_adjusted=p_adjusted, verdict=verdict)[
        _COLUMNS
    ]
