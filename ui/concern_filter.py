"""What the list shows: a choice of concerns that stands in the address, can be kept by name, and is applied to a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import quote, unquote

import numpy as np
import pandas as pd

from analysis.concerns import days_overdue, last_day
from register.concerns import CHANNELS, OPEN, SERIOUSNESS, STATUSES
from ui.concern_wording import is_missing, short_date, theme_title
from ui.wording import join_names

ALL, OF_BAR = "alle", "balk"
#: How the list can be ordered, with the names on the screen.
ORDERS: Final = {
    "te_laat": "te laat eerst",
    "nieuwste": "nieuwste eerst",
    "oudste": "langst wachtend eerst",
    "ernst": "ernstigste eerst",
}
#: Of the choice in an address: a part per field, its values behind it.
_PARTS: Final = "~"
_VALUES: Final = "."
NOTHING_CHOSEN: Final = "alles"


@dataclass(frozen=True)
class Filter:
    """Which concerns the list shows, and in which order.

    Attributes
    ----------
    places : str
        `OF_BAR` for the wijk of the bar (all where the bar has none), or `ALL`.
    themes, channels, statuses, seriousness : tuple of str
        Ids; empty for all.
    owner : str
        Empty for everybody.
    first, last : str
        Dates between which it was heard, both counted; empty for no bound.
    late : bool
        Only what is too late.
    text : str
        Searched for in the texts; never in an address, where a name would end up in logs.
    order : str
        One of `ORDERS`.
    """

    places: str = OF_BAR
    themes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    seriousness: tuple[str, ...] = ()
    owner: str = ""
    first: str = ""
    last: str = ""
    late: bool = False
    text: str = ""
    order: str = "te_laat"

    @property
    def is_open(self) -> bool:
        """Whether nothing was chosen but the order."""
        return replace(self, order="te_laat", places=OF_BAR) == Filter()


#: Names of the fields in an address.
_NAMES: Final = {
    "thema": "themes",
    "kanaal": "channels",
    "status": "statuses",
    "ernst": "seriousness",
    "wie": "owner",
    "van": "first",
    "tot": "last",
    "orde": "order",
    "waar": "places",
}
_MANY: Final = ("themes", "channels", "statuses", "seriousness")
_KNOWN: Final = {
    "channels": set(CHANNELS),
    "statuses": set(STATUSES),
    "seriousness": {str(level) for level in SERIOUSNESS},
    "order": set(ORDERS),
    "places": {ALL, OF_BAR},
}


def to_address(chosen: Filter) -> str:
    """Write a choice as one field of an address: ``thema.afval.verkeer~te-laat``; the search text stays out."""
    usual, parts = Filter(), []
    for name, field in _NAMES.items():
        value = getattr(chosen, field)
        if value != getattr(usual, field):
            values = value if isinstance(value, tuple) else (value,)
            parts.append(_VALUES.join([name, *(_quoted(each) for each in values)]))
    if chosen.late:
        parts.append("te-laat")
    return _PARTS.join(parts) or NOTHING_CHOSEN


def from_address(text: str) -> Filter:
    """Read a choice from an address; what is not known is left out, so that an old link still opens."""
    found: dict[str, Any] = {}
    for part in text.split(_PARTS):
        name, *values = part.split(_VALUES)
        field, values = _NAMES.get(name), [unquote(value) for value in values if value]
        if part == "te-laat":
            found["late"] = True
        elif field in _MANY:
            kept = tuple(value for value in values if value in _KNOWN.get(field, {value}))
            found[field] = kept
        elif field and len(values) == 1 and values[0] in _KNOWN.get(field, {values[0]}):
            found[field] = values[0]
    for end in ("first", "last"):
        if end in found and not _is_day(found[end]):
            del found[end]
    return Filter(**found)


def _quoted(value: str) -> str:
    return quote(value, safe="").replace(".", "%2E").replace("~", "%7E")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def in_words(chosen: Filter, themes: Mapping[str, str]) -> str:
    """Say which concerns a list holds, for the account of a file."""
    parts = [
        join_names([theme_title(theme, themes) for theme in chosen.themes]),
        join_names([CHANNELS[channel] for channel in chosen.channels]),
        join_names([STATUSES[status] for status in chosen.statuses]),
        join_names([SERIOUSNESS[int(level)] for level in chosen.seriousness]),
        chosen.owner,
        f"gehoord vanaf {short_date(chosen.first)}" if chosen.first else "",
        f"gehoord tot en met {short_date(chosen.last)}" if chosen.last else "",
        "alleen wat te laat is" if chosen.late else "",
        f"met de woorden {chosen.text.strip()}" if chosen.text.strip() else "",
        f"volgorde: {ORDERS[chosen.order]}",
    ]
    return "; ".join(part for part in parts if part)


def chosen_rows(
    concerns: pd.DataFrame, chosen: Filter, regions: pd.Series, wijk: str | None, today: date
) -> pd.DataFrame:
    """Return the concerns that fit a choice, in its order.

    Parameters
    ----------
    concerns : DataFrame
        As `register.concerns.Concerns.frame`.
    chosen : Filter
    regions : Series
        The wijk of now of every row.
    wijk : str or None
        The wijk of the bar.
    today : date

    Returns
    -------
    DataFrame
        With a column ``overdue`` (days; see `analysis.concerns.days_overdue`); the rows keep their index.
    """
    rows = concerns.assign(overdue=days_overdue(concerns, today))
    fits = pd.Series(True, index=rows.index)
    if chosen.places == OF_BAR and wijk:
        fits &= regions == wijk
    for field, column in (("themes", "theme"), ("channels", "channel"), ("statuses", "status")):
        if wanted := getattr(chosen, field):
            fits &= rows[column].isin(wanted)
    if chosen.seriousness:
        fits &= rows["seriousness"].isin([int(level) for level in chosen.seriousness])
    if chosen.owner:
        fits &= rows["owner"] == chosen.owner
    if chosen.first:
        fits &= rows["heard"] >= chosen.first
    if chosen.last:
        fits &= rows["heard"] <= chosen.last
    if chosen.late:
        fits &= rows["overdue"] > 0
    rows = rows[fits.astype("bool")]
    if chosen.text.strip():
        rows = rows[_mentions(rows, chosen.text)]
    return ordered(rows, chosen.order)


def _mentions(rows: pd.DataFrame, text: str) -> pd.Series:
    """Tell of every concern whether its texts, owner or number hold all the words."""
    words = text.lower().split()
    parts = [rows[name].fillna("").astype(str) for name in ("text", "done", "feedback", "owner")]
    whole = rows["number"].astype(str)
    for part in parts:
        whole = whole + " " + part.str.lower()
    fits = pd.Series(True, index=rows.index)
    for word in words:
        fits &= whole.str.contains(word, regex=False)
    return fits


def ordered(rows: pd.DataFrame, order: str) -> pd.DataFrame:
    """Return rows with a column ``overdue`` in one of `ORDERS`."""
    late, waits = rows["overdue"].to_numpy() > 0, rows["status"].isin(OPEN).to_numpy()
    last = last_day(rows).to_numpy().astype("int64")
    heard, number = _ranks(rows["heard"]), rows["number"].to_numpy()
    # Ends stand behind what still waits; among equals the newest comes first.
    keys = {
        "te_laat": (~late, ~waits, np.where(waits, last, 0), -heard, -number),
        "nieuwste": (-heard, -number),
        "oudste": (~waits, heard, number),
        "ernst": (~waits, -rows["seriousness"].to_numpy(), -heard, -number),
    }[order]
    return rows.iloc[np.lexsort(keys[::-1])]


def _ranks(days: pd.Series) -> np.ndarray:
    """Return dates as whole numbers in their order: far faster to sort than text."""
    codes, _ = pd.factorize(days, sort=True)
    return codes


def owners(concerns: pd.DataFrame) -> list[str]:
    """Return who takes something up, in the order of the alphabet."""
    return sorted(
        {str(owner) for owner in concerns["owner"].unique() if not is_missing(owner)}, key=str.lower
    )
