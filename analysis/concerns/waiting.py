"""How long residents wait for an answer, with those who still wait counted for what they are."""

from __future__ import annotations

import warnings
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from analysis._door import require

#: Days after which a concern without a due date is overdue, unless told otherwise.
TERM: Final = 42
#: Fewer concerns than this have no median.
FEWEST: Final = 5
ANSWERED, WAITING, OVERDUE, UNKNOWN, DROPPED = "answered", "waiting", "overdue", "unknown", "dropped"
_CONFIDENCE: Final = 0.05


def waiting_state(concerns: pd.DataFrame, today: date, *, term: int = TERM) -> pd.Series:
    """Return how it stands with the feedback on every concern.

    Parameters
    ----------
    concerns : DataFrame
        Columns heard, feedback_on, due (``YYYY-MM-DD``, empty where there is none) and status.
    today : date
    term : int, default 42
        Days that residents may wait where no due date was set.

    Returns
    -------
    Series of str
        On the index of ``concerns``: `ANSWERED`; `WAITING`; `OVERDUE`, waiting past its due date or, without one, longer than
        ``term``; `UNKNOWN`, finished without a day of feedback; `DROPPED`.
    """
    require(concerns, ("heard", "feedback_on", "due", "status"), "concerns")
    answered = concerns["feedback_on"].notna() & (concerns["feedback_on"].astype("object") != "")
    late = last_day(concerns, term=term) < pd.Timestamp(today)
    dropped, finished = (
        concerns["status"] == "vervallen",
        concerns["status"].isin(["afgerond", "terugkoppeling"]),
    )
    state = np.select([dropped, answered, finished, late], [DROPPED, ANSWERED, UNKNOWN, OVERDUE], WAITING)
    return pd.Series(state, index=concerns.index, dtype="str")


def last_day(concerns: pd.DataFrame, *, term: int = TERM) -> pd.Series:
    """Return until which day residents may wait: the due date or, without one, ``term`` days after it was heard.

    Parameters
    ----------
    concerns : DataFrame
        Columns heard and due, as in `waiting_state`.
    term : int, default 42

    Returns
    -------
    Series of datetime64
        On the index of ``concerns``; a concern that still waits the day after is overdue.
    """
    require(concerns, ("heard", "due"), "concerns")
    heard, due = (pd.to_datetime(concerns[name], errors="coerce") for name in ("heard", "due"))
    return due.fillna(heard + pd.Timedelta(days=term))


def days_overdue(concerns: pd.DataFrame, today: date, *, term: int = TERM) -> pd.Series:
    """Return how many days ago residents should have heard back.

    Parameters
    ----------
    concerns : DataFrame
        Columns as in `waiting_state`.
    today : date
    term : int, default 42

    Returns
    -------
    Series of int
        On the index of ``concerns``: days past `last_day` where the state is `OVERDUE`, 0 for all others.
    """
    late = waiting_state(concerns, today, term=term) == OVERDUE
    days: pd.Series = (pd.Timestamp(today) - last_day(concerns, term=term)).dt.days.where(late, 0)
    return days.astype("int64")


def feedback(concerns: pd.DataFrame, today: date, by: str | None = None, *, term: int = TERM) -> pd.DataFrame:
    """Return how long it takes until residents hear back, per group.

    Who still waits has waited at least so long (Kaplan-Meier, censored on the right): leaving them out would make whoever answers
    the easy ones look quick. Concerns that were dropped, or finished without a day of feedback, do not count; how
    many there are is told.

    Parameters
    ----------
    concerns : DataFrame
        Columns as in `waiting_state`, and ``by``.
    today : date
    by : str, optional
        Column of the groups (theme, channel, wijk); all together if left out.
    term : int, default 42

    Returns
    -------
    DataFrame
        One row per group, in order of first appearance: group, cases (answered or waiting), answered, waiting (overdue
        included), overdue, unknown, dropped; median, lower and upper: days until half of the residents have heard, with its 95 %
        band; empty where half have not heard yet, for an open end, and with fewer than `FEWEST` cases.

    Raises
    ------
    ValueError
        If a column is missing.

    References
    ----------
    Kaplan, Meier, JASA 53 (1958); Brookmeyer, Crowley, "A confidence interval for the median survival time", Biometrics 38
    (1982).
    """
    require(concerns, ("heard", "feedback_on", "due", "status", *([by] if by else [])), "concerns")
    state = waiting_state(concerns, today, term=term)
    ends = pd.to_datetime(concerns["feedback_on"], errors="coerce").fillna(pd.Timestamp(today))
    days = (ends - pd.to_datetime(concerns["heard"])).dt.days.clip(lower=0)
    groups = concerns[by] if by else pd.Series("", index=concerns.index, dtype="str")
    rows = []
    for group in dict.fromkeys(groups):
        here = groups == group
        counts = state[here].value_counts()
        n = {name: int(counts.get(name, 0)) for name in (ANSWERED, WAITING, OVERDUE, UNKNOWN, DROPPED)}
        counted = here & state.isin([ANSWERED, WAITING, OVERDUE])
        median, lower, upper = _median(
            days[counted].to_numpy(dtype=np.float64), (state[counted] == ANSWERED).to_numpy()
        )
        rows.append(
            {
                "group": group,
                "cases": int(counted.sum()),
                "answered": n[ANSWERED],
                "waiting": n[WAITING] + n[OVERDUE],
                "overdue": n[OVERDUE],
                "unknown": n[UNKNOWN],
                "dropped": n[DROPPED],
                "median": median,
                "lower": lower,
                "upper": upper,
            }
        )
    columns = [
        "group",
        "cases",
        "answered",
        "waiting",
        "overdue",
        "unknown",
        "dropped",
        "median",
        "lower",
        "upper",
    ]
    return pd.DataFrame(rows, columns=columns)


def _median(days: np.ndarray, answered: np.ndarray) -> tuple[float, float, float]:
    if len(days) < FEWEST or not answered.any():
        return np.nan, np.nan, np.nan
    from statsmodels.duration.survfunc import SurvfuncRight

    with warnings.catch_warnings():
        # Where nobody is left waiting the variance at the end is 0 / 0; the median does not use it.
        warnings.simplefilter("ignore", RuntimeWarning)
        curve = SurvfuncRight(days, answered.astype(int))
        median = float(curve.quantile(0.5))
        lower, upper = curve.quantile_ci(0.5, _CONFIDENCE)
    return (median if np.isfinite(median) else np.nan, _finite(lower), _finite(upper))


def _finite(value: float) -> float:
    return float(value) if np.isfinite(value) else np.nan
