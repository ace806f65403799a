"""All wijken of a gemeente by expected change: in which year they can be compared, and what each of them does by then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from data.catalogue import Indicator
from ui import wording
from ui.outlook_reach import Prospect, course
from ui.outlook_wording import SHORT_REASONS

_ENDS: Final = ("mean", "lower_80", "upper_80")
_JUDGEMENTS: Final = {"gunstig": "favourable", "ongunstig": "unfavourable", "": ""}
_NUMBERS: Final = ("last_year", "last_value", *_ENDS)


def common_year(found: Mapping[str, Prospect], horizon: int) -> int | None:
    """Return the year to compare wijken in; None where none has a forecast.

    So many years after the newest figure; where fewer than half of the wijken with a forecast reach that far, the last
    year that at least half of them do reach.
    """
    there = [each for each in found.values() if not each.reason]
    if not there:
        return None
    newest = max(each.last_year or 0 for each in there)
    reached = sorted((int(each.outlook["year"].max()) for each in there), reverse=True)
    return min(newest + horizon, reached[(len(reached) - 1) // 2])


def expected_changes(
    found: Mapping[str, Prospect],
    names: Mapping[str, str],
    indicator: Indicator,
    year: int,
    *,
    in_percent: bool = False,
) -> pd.DataFrame:
    """Return what is expected of every wijk in one year, as a change from its figure of now.

    Parameters
    ----------
    found : mapping
        Region to what can be said of it.
    names : mapping
        Region to name.
    indicator : Indicator
    year : int
    in_percent : bool
        Whether changes are per cent of the figure of now; else they are in its unit.

    Returns
    -------
    DataFrame
        One row per region, in the order given: region, name, course (`ui.outlook_wording.COURSE_LABELS`), reason (why
        there is no forecast, in a few words), year, last_year, last_value, mean, judgement (favourable, unfavourable or
        empty; no such column where none is due), and change, lower_80 and upper_80: the change with its band, empty where there is none, also in per cent
        of a figure that is 0 now.
    """
    frame = pd.DataFrame([_one(region, found[region], names[region], indicator, year) for region in found])
    frame = frame.astype(dict.fromkeys(_NUMBERS, "float64"))
    unit = frame["last_value"].abs().where(frame["last_value"] != 0) / 100 if in_percent else 1.0
    changes = {end: (frame[end] - frame["last_value"]) / unit for end in _ENDS}
    frame = frame.assign(year=year, change=changes["mean"], **{end: changes[end] for end in _ENDS[1:]})
    judged = [_JUDGEMENTS[wording.good_or_bad(side, indicator)] for side in frame["course"]]
    return frame.assign(judgement=judged) if any(judged) else frame


def _one(region: str, found: Prospect, name: str, indicator: Indicator, year: int) -> dict[str, object]:
    row: dict[str, object] = {"region": region, "name": name, "course": "none", "reason": ""}
    there = found.outlook[found.outlook["year"] == year]
    if there.empty:
        reason = SHORT_REASONS[found.reason or "not_so_far"]
        return row | dict.fromkeys(_NUMBERS, np.nan) | {"reason": reason}
    values = {str(key): value for key, value in there.iloc[0].items()}
    return row | {key: values[key] for key in _NUMBERS} | {"course": course(values, indicator)}
