"""The panel: the one contract that goes through the house.

One row per region, year and indicator, with the value *and* its status. A figure that is not there is
a row with an empty value and the reason in ``status``; it is never 0 and never silently absent.
"""

from __future__ import annotations

import threading
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema


class Status(StrEnum):
    """Why a value is there, or why it is not.

    Two are of our own making and never come from a source: ``bridged`` (converted to other borders) and ``withheld``
    (left out, so that a suppressed figure cannot be found by subtraction).
    """

    OBSERVED = "observed"
    PROVISIONAL = "provisional"
    BRIDGED = "bridged"
    SUPPRESSED = "suppressed"
    WITHHELD = "withheld"
    NOT_PUBLISHED = "not_published"
    DISCONTINUED = "discontinued"
    NOT_APPLICABLE = "not_applicable"


class Level(StrEnum):
    """The regional level of a row, from large to small."""

    LAND = "land"
    GEMEENTE = "gemeente"
    WIJK = "wijk"
    BUURT = "buurt"


#: Statuses that come with a value; every other status comes without one.
WITH_VALUE: Final = (Status.OBSERVED, Status.PROVISIONAL, Status.BRIDGED)

#: Indelingswijziging as CBS codes it: the region is as it was, has another code, or has other borders.
BOUNDARY_SAME: Final = 1
BOUNDARY_RECODED: Final = 2
BOUNDARY_REDRAWN: Final = 3

COLUMNS: Final = ["region", "level", "year", "indicator", "value", "status", "unit", "boundary", "source"]
KEY: Final = ["region", "year", "indicator"]

REGION_PATTERN: Final = r"^(NL00|GM\d{4}|WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{4})$"

#: Threads that load pandera at the same time lock each other out.
_LOADING = threading.Lock()


class PanelError(ValueError):
    """A frame that breaks the panel contract; the message names the rule and the first row that breaks it."""


@lru_cache(maxsize=1)
def _schema() -> DataFrameSchema:
    # Imported at the first check: reading the store needs no pandera, and it takes half a second to load.
    import pandera.pandas as pa

    schema = pa.DataFrameSchema(
        {
            "region": pa.Column(str, pa.Check.str_matches(REGION_PATTERN)),
            "level": pa.Column(str, pa.Check.isin([level.value for level in Level])),
            "year": pa.Column("int64", pa.Check.in_range(1995, 2100)),
            "indicator": pa.Column(str, pa.Check.str_length(min_value=1)),
            "value": pa.Column("float64", nullable=True),
            "status": pa.Column(str, pa.Check.isin([status.value for status in Status])),
            "unit": pa.Column(str),
            "boundary": pa.Column("Int8", pa.Check.isin([1, 2, 3]), nullable=True),
            "source": pa.Column(str, pa.Check.str_length(min_value=1)),
        },
        checks=[
            pa.Check(
                lambda frame: frame["value"].notna() == frame["status"].isin([s.value for s in WITH_VALUE]),
                error="a value needs status observed, provisional or bridged, and any other status needs an empty value",
            ),
            pa.Check(
                lambda frame: ~frame["value"].isin([float("inf"), float("-inf")]),
                error="a value must be finite",
            ),
        ],
        unique=KEY,
        strict=True,
        ordered=True,
        name="panel",
    )
    # The rest of pandera is loaded by the first frame.
    schema.validate(empty())
    return schema


def check(frame: pd.DataFrame) -> pd.DataFrame:
    """Hold a frame against the panel contract.

    Parameters
    ----------
    frame : DataFrame
        One row per region, year and indicator, with exactly the columns of `COLUMNS`:

        - ``region``: CBS code without padding (``NL00``, ``GM0917``, ``WK091710``, ``BU09171000``);
        - ``level``: ``land``, ``gemeente``, ``wijk`` or ``buurt``;
        - ``year``: the year of the figure, int64;
        - ``indicator``: id from the catalogue;
        - ``value``: float64, empty unless the status is one of `WITH_VALUE`;
        - ``status``: one of `Status`;
        - ``unit``: as the source states it (``aantal``, ``%``, ``x 1 000 euro``, ...);
        - ``boundary``: Indelingswijziging, Int8: 1 same, 2 recoded, 3 redrawn, empty for land and gemeente;
        - ``source``: id of the table the figure comes from.

    Returns
    -------
    DataFrame
        The same frame, untouched.

    Raises
    ------
    PanelError
        If a column is missing, unknown or of another type, a key occurs twice, or a value and its
        status contradict each other.
    """
    if list(frame.columns) != COLUMNS:
        raise PanelError(f"Not a panel: expected the columns {COLUMNS}, got {list(frame.columns)}.")
    with _LOADING:
        schema = _schema()
    from pandera.errors import SchemaError

    try:
        schema.validate(frame)
    except SchemaError as error:
        cases = error.failure_cases
        where = ""
        if isinstance(cases, pd.DataFrame) and "index" in cases and cases["index"].notna().any():
            index = cases["index"].dropna().iloc[0]
            if index in frame.index:
                where = f" First row that breaks it: {frame.loc[[index]].iloc[0].to_dict()}."
        raise PanelError(f"Not a panel: {error.args[0] if error.args else error}.{where}") from error
    return frame


def empty() -> pd.DataFrame:
    """Return a panel without rows, with the right columns and types."""
    return pd.DataFrame(
        {
            "region": pd.Series(dtype="str"),
            "level": pd.Series(dtype="str"),
            "year": pd.Series(dtype="int64"),
            "indicator": pd.Series(dtype="str"),
            "value": pd.Series(dtype="float64"),
            "status": pd.Series(dtype="str"),
            "unit": pd.Series(dtype="str"),
            "boundary": pd.Series(dtype="Int8"),
            "source": pd.Series(dtype="str"),
        }
    )
