"""The rows of a file that could not be read in, to put right and read in again."""

from __future__ import annotations

import pandas as pd

from data.cells import without_formulas
from register.importing.columns import propose
from register.importing.preview import Preview


def _together(texts: pd.Series) -> str:
    return " / ".join(dict.fromkeys(text for text in texts if text))


def wrong_rows(checked: Preview) -> bytes:
    """Return the rows that are wrong as csv: as the file has them, with what is wrong and what to do in front.

    Columns that look like data of a person are left out.
    """
    never = {proposal.column for proposal in propose(checked.source) if proposal.person}
    told = checked.wrong.groupby("row", sort=True)
    why = told[["column", "what", "remedy"]].agg(_together)
    rows = checked.source.rows.loc[
        why.index, [column for column in checked.source.columns if column not in never]
    ]
    front = pd.DataFrame(
        {
            checked.source.line_word: [checked.source.lines[row] for row in why.index],
            "in kolom": why["column"],
            "wat is er mis": why["what"],
            "wat kunt u doen": why["remedy"],
        },
        index=why.index,
    )
    return (
        without_formulas(pd.concat([front, rows], axis=1))
        .to_csv(index=False, sep=";", lineterminator="\r\n")
        .encode("utf-8-sig")
    )
