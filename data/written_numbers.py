"""Numbers as files write them: ``12,5``, ``1.234``, ``17 942 943``, ``.`` for none.

The same text can mean two things (``1.234`` is 1234 to one program and 1,234 to another). Which one is meant
is decided by what else stands in the column, then in the file; without evidence the file is refused, for a
figure that is a thousand times too small looks as real as any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data.errors import TableError

#: What CBS and spreadsheets write where there is no figure: unknown, secret, unreliable, cannot occur.
NO_FIGURE = frozenset({"", ".", "..", ",", "x", "nan", "null", "n.v.t.", "-"})
#: In older tables of CBS a dash means "nil", elsewhere "none"; it is read as no figure, and told.
DASH = "-"
#: Behind a figure: provisional.
_PROVISIONAL_MARK = "*"
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_WITH_SPACES = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_OTHER = {",": ".", ".": ","}


@dataclass
class _Evidence:
    """What the cells of a column prove about the signs in it, and which sign stays unproven."""

    decimal: set[str] = field(default_factory=set)
    thousands: set[str] = field(default_factory=set)
    open: dict[str, str] = field(default_factory=dict)

    def add(self, other: _Evidence) -> None:
        self.decimal |= other.decimal
        self.thousands |= other.thousands
        self.open |= {sign: text for sign, text in other.open.items() if sign not in self.open}

    def says(self, sign: str) -> str | None:
        """Return ``decimal``, ``thousands``, ``both`` or None: what ``sign`` is, so far as proven here."""
        decimal = sign in self.decimal or _OTHER[sign] in self.thousands
        thousands = sign in self.thousands or _OTHER[sign] in self.decimal
        if decimal and thousands:
            return "both"
        return "decimal" if decimal else "thousands" if thousands else None


@dataclass(frozen=True)
class Numbers:
    """Columns read as numbers.

    Attributes
    ----------
    frame : DataFrame
        float64, the columns and index of what was given; empty where there is no figure.
    provisional : set of str
        Columns with a figure that carries an asterisk, CBS's mark for provisional.
    dashes : int
        Number of cells with a dash, read as no figure.
    """

    frame: pd.DataFrame
    provisional: frozenset[str]
    dashes: int


def _tidy(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _bare(text: str) -> str:
    """Return the digits and signs of a number without mark and plus or minus."""
    return text.rstrip(_PROVISIONAL_MARK).strip().lstrip("+-−").strip()


def _weigh(text: str, found: _Evidence) -> bool:
    """Add what one text proves to ``found``; tell whether it is a number at all."""
    body = _bare(text)
    if body.isdecimal():
        return True
    if _WITH_SPACES.fullmatch(body):
        found.decimal |= {sign for sign in ",." if sign in body}
        return True
    signs = [sign for sign in ",." if sign in body]
    if len(signs) == 2:
        decimal = max(signs, key=body.rfind)
        thousands = re.escape(_OTHER[decimal])
        if re.fullmatch(rf"\d{{1,3}}(?:{thousands}\d{{3}})+{re.escape(decimal)}\d+", body):
            found.decimal.add(decimal)
            found.thousands.add(_OTHER[decimal])
            return True
        return False
    if len(signs) != 1:
        return False
    sign = signs[0]
    first, *others = body.split(sign)
    if not all(part.isdecimal() for part in others) or not (first.isdecimal() or not first):
        return False
    if len(others) > 1:
        found.thousands.add(sign)
        return 1 <= len(first) <= 3 and all(len(part) == 3 for part in others)
    if len(others[0]) == 3 and 1 <= len(first) <= 3 and not first.startswith("0"):
        found.open.setdefault(sign, text)
    else:
        found.decimal.add(sign)
    return True


def _value(text: str, sign_is: Mapping[str, str]) -> float:
    body = _bare(text).replace(" ", "")
    signs = [sign for sign in ",." if sign in body]
    if len(signs) == 2:
        decimal = max(signs, key=body.rfind)
        body = body.replace(_OTHER[decimal], "").replace(decimal, ".")
    elif signs:
        sign = signs[0]
        alone = body.count(sign) == 1
        unclear = alone and len(body.split(sign)[1]) == 3 and sign_is.get(sign) == "thousands"
        if not alone or (unclear and 1 <= body.index(sign) <= 3 and not body.startswith("0")):
            body = body.replace(sign, "")
        else:
            body = body.replace(sign, ".")
    return -float(body) if text.lstrip().startswith(("-", "−")) else float(body)


@dataclass(frozen=True)
class _Cells:
    """One column: its distinct cells, and where each stands."""

    title: str
    places: np.ndarray
    values: list[float | None]
    texts: dict[int, str]
    evidence: _Evidence
    dashes: int


def _look(column: pd.Series, title: str, where: Callable[[int], str]) -> _Cells:
    places, distinct = pd.factorize(column, use_na_sentinel=True)
    values: list[float | None] = []
    texts: dict[int, str] = {}
    evidence = _Evidence()
    dashes = 0
    for number, cell in enumerate(distinct):
        values.append(None)
        if isinstance(cell, (int, float, np.integer, np.floating)) and not isinstance(cell, bool):
            values[-1] = float(cell)
            continue
        text = _tidy(str(cell))
        if text.casefold() in NO_FIGURE:
            dashes += int((places == number).sum()) if text == DASH else 0
        elif _weigh(text, evidence):
            texts[number] = text
        else:
            row = int(np.flatnonzero(places == number)[0])
            raise TableError(
                f"{where(row)}: bij {title} staat {text!r} en dat is geen getal; verbeter de cel of download het "
                "bestand opnieuw bij CBS."
            )
    return _Cells(title, places, values, texts, evidence, dashes)


def _signs(cells: _Cells, whole: _Evidence, origin: str) -> dict[str, str]:
    decided: dict[str, str] = {}
    for sign, example in cells.evidence.open.items():
        verdict = cells.evidence.says(sign) or whole.says(sign)
        if verdict not in ("decimal", "thousands"):
            text = example.replace(sign, "")
            raise TableError(
                f"{origin}: bij {cells.title} kan {example} zowel {text} als "
                f"{example.replace(sign, ',')} betekenen, en niets in het bestand laat zien welke van de twee; "
                "download het bestand opnieuw bij CBS, zonder punten of komma's bij duizendtallen."
            )
        decided[sign] = verdict
    return decided


def read_numbers(
    columns: pd.DataFrame, titles: Mapping[str, str], origin: str, where: Callable[[int], str]
) -> Numbers:
    """Read columns of cells as numbers.

    Parameters
    ----------
    columns : DataFrame
        Cells as the file has them: text, numbers or None; the row labels are positions 0, 1, ...
    titles : mapping of str to str
        What a column is called in a message.
    origin : str
        The file, for a message.
    where : callable
        Says in words where a row stands: the file and the row number as the user sees it there.

    Raises
    ------
    TableError
        At a cell that is no number, or where a dot or comma can mean two things.
    """
    looked = {str(name): _look(columns[name], titles[str(name)], where) for name in columns.columns}
    whole = _Evidence()
    for cells in looked.values():
        whole.add(cells.evidence)
    frame: dict[str, np.ndarray] = {}
    provisional: set[str] = set()
    for name, cells in looked.items():
        sign_is = _signs(cells, whole, origin)
        values = np.array([np.nan if value is None else value for value in cells.values] + [np.nan])
        for number, text in cells.texts.items():
            values[number] = _value(text, sign_is)
            if text.endswith(_PROVISIONAL_MARK):
                provisional.add(name)
        # The place of an empty cell is -1, which is the last value: no figure.
        frame[name] = values[cells.places]
    return Numbers(
        pd.DataFrame(frame, index=columns.index),
        frozenset(provisional),
        sum(cells.dashes for cells in looked.values()),
    )
