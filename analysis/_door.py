"""The door of the analysis room: what a frame must hold before any figure is computed from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

#: Statuses that come with a value.
WITH_VALUE: Final = ("observed", "provisional", "bridged")
#: Every status, from "there is a figure" to the reason for its absence that tells a reader most.
STATUS_ORDER: Final = (
    "observed",
    "provisional",
    "bridged",
    "not_applicable",
    "discontinued",
    "not_published",
    "withheld",
    "suppressed",
)
#: Levels at which CBS rounds counts at random.
SMALL_LEVELS: Final = ("wijk", "buurt")

PANEL: Final = ("region", "level", "year", "indicator", "value", "status", "unit", "boundary")


def require(frame: pd.DataFrame, columns: Iterable[str], name: str = "panel") -> None:
    """Refuse a frame that lacks a column.

    Parameters
    ----------
    frame : DataFrame
        The frame handed in.
    columns : iterable of str
        Columns the caller is going to read.
    name : str, default "panel"
        What the frame is called in the message.

    Raises
    ------
    ValueError
        Naming the columns that are missing and those that are there.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"The {name} has no column {', '.join(missing)}; it has {', '.join(frame.columns)}.")


def require_defined(panel: pd.DataFrame, definitions: pd.DataFrame, columns: Iterable[str]) -> None:
    """Refuse a panel with an indicator or a status that nobody defined.

    Parameters
    ----------
    panel : DataFrame
        A panel, with at least the columns of `PANEL`.
    definitions : DataFrame
        Indexed by indicator id, with ``columns``.
    columns : iterable of str
        Columns of ``definitions`` the caller is going to read.

    Raises
    ------
    ValueError
        Naming the column that is missing, or the indicator or status that is unknown.
    """
    require(panel, PANEL)
    require(definitions, columns, "definitions frame")
    unknown = panel["indicator"].drop_duplicates()
    unknown = unknown[~unknown.isin(definitions.index)]
    if len(unknown):
        raise ValueError(f"The panel holds indicators without a definition: {', '.join(unknown)}.")
    statuses = panel["status"].drop_duplicates()
    strange = statuses[~statuses.isin(STATUS_ORDER)]
    if len(strange):
        raise ValueError(f"The panel holds an unknown status: {', '.join(map(str, strange))}.")
