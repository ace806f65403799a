"""Is more or less heard from a wijk than its residents explain? One answer, for every page that tells it."""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis import concerns as counted
from analysis.hearing import ABOUT, OVER, TOO_FEW, UNDER, heard, stretches
from analysis.small_counts import SHOWN

#: The verdicts of `analysis.hearing` in the words of `analysis.concerns`.
AS_COUNTED: Final = {
    OVER: counted.MORE,
    UNDER: counted.LESS,
    ABOUT: counted.ABOUT,
    TOO_FEW: counted.TOO_FEW,
}
#: What follows from the count of a wijk, and is hidden with it.
_OF_COUNTS: Final = [
    *("voices", "ratio", "lower", "upper"),
    *("missing", "missing_lower", "missing_upper", "p_adjusted"),
]


def as_voices(rows: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """Return records of a period as `analysis.hearing` takes them.

    Parameters
    ----------
    rows : DataFrame
        Columns region, channel, heard (``YYYY-MM-DD``) and, where a record stands for several people, count.
    first, last : str
        First and last day of the period; what lies outside it is left out.
    """
    counts = rows["count"] if "count" in rows else pd.Series(1, index=rows.index)
    found = rows[["region", "channel"]].assign(stretch=stretches(rows["heard"], first, last), count=counts)
    found = found[found["stretch"].notna()]
    kinds = {"region": "str", "channel": "str", "stretch": "int64", "count": "int64"}
    return found.astype(kinds).reset_index(drop=True)


def standing(voices: pd.DataFrame, residents: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Compare what may be told of every wijk with its residents; a verdict that hangs on a hidden count is none.

    Parameters
    ----------
    voices : DataFrame
        As `analysis.hearing.heard`.
    residents : DataFrame
        Columns region (unique) and people.
    counts : DataFrame
        Columns region, status, and least, middle and most: what to compute with (`analysis.small_counts.added_up`).

    Returns
    -------
    DataFrame
        Rows of `analysis.hearing.heard` over all channels, in the order of ``residents``, and status; what follows from a
        hidden count is empty.
    """
    here = counts.set_index("region").reindex(residents["region"]).reset_index()

    def with_(column: str) -> pd.DataFrame:
        told = here[["region"]].assign(count=here[column].to_numpy())
        return heard(voices, residents, told, by_channel=False).drop(columns="channel")

    wijken = with_("middle")
    hidden = here["status"] != SHOWN
    if hidden.any():
        same = with_("least")["verdict"] == with_("most")["verdict"]
        wijken["verdict"] = wijken["verdict"].where(same, TOO_FEW)
    wijken[_OF_COUNTS] = wijken[_OF_COUNTS].mask(hidden)
    return wijken.assign(status=here["status"].to_numpy())
