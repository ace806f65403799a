"""Which column of a table holds which indicator.

Positions (``_5``) and even stems change inside one table id when CBS publishes it again, so nothing rests
on a fixed key: columns are looked up in the table's own DataProperties by stem, with the aliases of the
catalogue, and unit and group for stems that occur more than once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from data.catalogue import Catalogue, ColumnAlias, Indicator
from data.cbs_table import REGION_DIMENSIONS, CbsTable

#: CBS marks provisional figures in the text about the column ("Het betreft voorlopige cijfers.").
_PROVISIONAL = re.compile(r"voorlopige cijfers", re.IGNORECASE)
#: The topics of a table by their stem in lower case: every indicator asks for a few of the hundred.
Topics = dict[str, pd.DataFrame]
_NOTHING = pd.DataFrame()


@dataclass(frozen=True)
class Column:
    """The column or columns (then summed) of one indicator in one table."""

    keys: tuple[str, ...]
    unit: str
    provisional: bool


@dataclass(frozen=True)
class Resolution:
    """Result of looking up all indicators in one table.

    Attributes
    ----------
    found : dict
        `Column` per indicator id.
    missing : tuple of str
        Indicators that the catalogue expects in this year but that have no column (yet).
    ambiguous : tuple of str
        Indicators that several columns answer to; none is taken.
    unknown : tuple of str
        Keys of new columns: no indicator uses them, and the catalogue does not know them either.
    """

    found: dict[str, Column]
    missing: tuple[str, ...]
    ambiguous: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def _same(left: str, right: str) -> bool:
    return left.strip().casefold() == right.strip().casefold()


def _candidates(topics: Topics, stem: str, alias: ColumnAlias) -> pd.DataFrame:
    found = topics.get(stem.casefold(), _NOTHING)
    if alias.unit and len(found) > 1:
        found = found[[_same(unit, alias.unit) for unit in found["unit"]]]
    if alias.group and len(found) > 1:
        in_group = found[found["group"].str.contains(alias.group, case=False, regex=False)]
        # Saved tables do not always carry the groups; then the order of the columns decides.
        found = in_group if len(in_group) else found
    if len(found) > 1 and alias.occurrence and len(found) >= alias.occurrence:
        found = found.iloc[[alias.occurrence - 1]]
    return found


def _look_up(topics: Topics, indicator: Indicator, year: int) -> tuple[Column | None, bool]:
    # Aliases of this very year go first; the others still count, since CBS also renames in older tables.
    aliases = sorted(indicator.columns, key=lambda alias: not alias.covers(year))
    for alias in aliases:
        parts = [_candidates(topics, stem, alias) for stem in alias.stems]
        if any(len(part) > 1 for part in parts):
            return None, True
        if all(len(part) == 1 for part in parts):
            topic = parts[0] if len(parts) == 1 else pd.concat(parts)
            return (
                Column(
                    keys=tuple(topic["key"]),
                    unit=topic["unit"].iloc[0] or indicator.unit,
                    provisional=any(_PROVISIONAL.search(str(text)) for text in topic["description"]),
                ),
                False,
            )
    return None, False


def expected_in(indicator: Indicator, year: int) -> bool:
    """Tell whether the catalogue says that the table of ``year`` has the indicator."""
    return indicator.first_year <= year <= (indicator.last_year or year)


def resolve(table: CbsTable, catalogue: Catalogue) -> Resolution:
    """Look up every indicator that CBS publishes in one table.

    Parameters
    ----------
    table : CbsTable
    catalogue : Catalogue

    Returns
    -------
    Resolution
        A column that is not recognised never stops the table: it is reported.
    """
    topics = table.topics[table.topics["key"].isin(set(table.rows.columns))]
    folded = topics["stem"].str.casefold()
    by_stem: Topics = {str(stem): rows for stem, rows in topics.groupby(folded, sort=False)}
    found: dict[str, Column] = {}
    missing: list[str] = []
    ambiguous: list[str] = []
    for indicator in catalogue.published:
        if not expected_in(indicator, table.year):
            continue
        column, twofold = _look_up(by_stem, indicator, table.year)
        if column:
            found[indicator.id] = column
        elif twofold:
            ambiguous.append(indicator.id)
        else:
            missing.append(indicator.id)
    known = folded.isin(catalogue.known_stems) | topics["key"].isin(REGION_DIMENSIONS)
    return Resolution(found, tuple(missing), tuple(ambiguous), tuple(topics.loc[~known, "key"]))
