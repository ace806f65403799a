"""What a chart says in words, and what of a frame of lines it is about; for who draws it otherwise, without its library."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from data.catalogue import Indicator
from data.panel import Level, Status
from ui import wording

COMPARATORS: Final = (Level.GEMEENTE.value, Level.LAND.value)


def describe_line_chart(frame: pd.DataFrame, indicator: Indicator, limit: int = 8) -> str:
    """Return the text alternative of `line_chart`: first and last figure per line, breaks, gaps.

    Beyond ``limit`` lines only their number and the extremes of the last year are told.
    """
    runs = line_runs(completed(frame, indicator))
    if runs.empty:
        return nothing_to_draw(frame, indicator)
    told = [f"Lijngrafiek van {wording.with_unit(wording.subject(indicator), indicator)}."]
    own = runs.loc[~runs["role"].isin(COMPARATORS)]
    shown = runs if own["region"].nunique() <= limit else runs.loc[runs["role"].isin(COMPARATORS)]
    if len(shown) < len(runs):
        last = own.loc[own["year"] == own["year"].max()].sort_values("value")
        low, high = last.iloc[0], last.iloc[-1]
        told.append(
            f"{wording.count(own['region'].nunique(), 'gebied', 'gebieden')}; in {int(low['year'])} van "
            f"{row_figure(low, indicator)} ({wording.wijk_name(low['name'])}) tot {row_figure(high, indicator)} "
            f"({wording.wijk_name(high['name'])})."
        )
    for (_, measure), line in shown.groupby(["region", "measure"], sort=False):
        told.append(_describe_line(line, indicator, str(measure)))
    return " ".join(told)


def _describe_line(line: pd.DataFrame, indicator: Indicator, measure: str) -> str:
    """Tell the first and the last figure of one line, and what to know about it."""
    start, end = line.iloc[0], line.iloc[-1]
    text = wording.wijk_name(end["name"]) + (f" ({wording.in_sentence(measure)})" if measure else "") + ": "
    if start["year"] != end["year"]:
        text += f"{row_figure(start, indicator)} in {int(start['year'])}, "
    text += f"{row_figure(end, indicator)} in {int(end['year'])}"
    notes = [wording.status_label(end["status"])]
    if end["margin"] > 0:
        notes.append(f"marge {wording.margin(end['margin'], indicator.unit, indicator.decimals)}")
    if any(notes):
        text += f" ({', '.join(filter(None, notes))})"
    converted = sorted(set(line.loc[line["status"] == Status.BRIDGED, "year"]))
    if converted:
        text += f"; {wording.join_years(converted)} omgerekend naar de grenzen van nu"
    if line["segment"].iloc[0] != line["segment"].iloc[-1]:
        text += "; de reeks is onderbroken, ervoor en erna zijn niet te vergelijken"
    return f"{text}."


def nothing_to_draw(frame: pd.DataFrame, indicator: Indicator) -> str:
    """Say that there is no figure to draw, and why (the statuses in ``frame``)."""
    reasons = list(dict.fromkeys(filter(None, map(wording.status_label, frame["status"]))))
    why = f" ({wording.join_names(reasons)})" if reasons else ""
    return f"Er is geen cijfer om te tekenen voor {wording.subject(indicator)}{why}."


def row_figure(row: pd.Series, indicator: Indicator) -> str:
    """Write the value of a row with its unit."""
    return wording.figure(row["value"], indicator.unit, indicator.decimals)


def completed(frame: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Add what a frame of lines may leave out: the margin of each figure, and what else than the indicator it measures.

    A figure in another unit than the axis (a percentage among counts) has no place in the picture.
    """
    if "margin" not in frame:
        frame = frame.assign(margin=np.nan)
    if "unit" in frame:
        fits = frame["unit"] == indicator.unit
        frame = frame.assign(value=frame["value"].where(fits), margin=frame["margin"].where(fits))
    return frame if "measure" in frame else frame.assign(measure="")


def line_runs(frame: pd.DataFrame) -> pd.DataFrame:
    """Number the unbroken runs of a frame of lines.

    Parameters
    ----------
    frame : DataFrame
        Columns region, year, value, status and segment.

    Returns
    -------
    DataFrame
        Rows with a value, ordered by region and year, with ``run``: a new number starts at another region,
        another segment, or after a year without a figure. A line is drawn within a run only.
    """
    known = frame.loc[frame["value"].notna()].sort_values(["region", "year"], kind="stable")
    previous = known.shift(1)
    starts = (
        (known["region"] != previous["region"])
        | (known["segment"] != previous["segment"])
        | (known["year"] != previous["year"] + 1)
    )
    return known.assign(run=starts.cumsum().astype("int64")).reset_index(drop=True)
