"""From the cells of a file to the fields of concerns, column by column, with what is wrong per row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from data.cells import as_written
from register.concerns import CHANNELS, LONGEST_TEXT, MOST_PEOPLE, SERIOUSNESS, STATUSES
from register.importing.columns import FIELDS, OWN, make_of
from register.importing.plan import CATEGORY, CHANNEL, STATUS, Plan, categories
from register.importing.reading import Source
from register.importing.values import EARLIEST, days, plain, seriousness_of
from register.placing import NOWHERE, RD_TURNED, WGS84_TURNED, Places, as_coordinates, systems, to_rd

TEXTS: Final = ("text", "done", "feedback")
LONGEST_OWNER: Final = 120
_SHOWN: Final = 60
_POINT: Final = re.compile(r"POINT\s*Z?\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)", re.I)
_PAIR: Final = re.compile(r"^\s*(-?\d+(?:[.,]\d+)?)\s*[;, ]\s*(-?\d+(?:[.,]\d+)?)\s*$")
_EMPTY_PLACES: Final = frozenset({"", "0", "0.0", "0,0", "nan", "null", "none", "-"})


@dataclass
class Rows:
    """Fields of concerns, one row per row of the file, and what is wrong with them.

    Attributes
    ----------
    frame : DataFrame
        Columns of `register.schema.concern` that an import fills, as they are to be stored; None for nothing.
    wrong : list of tuple
        Position, column, value, what is wrong, what to do.
    remarks : list of str
    given : frozenset of str
        Fields that the file itself tells, rather than a default.
    """

    frame: pd.DataFrame
    wrong: list[tuple[int, str, str, str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    given: frozenset[str] = frozenset()


class _Reader:
    def __init__(self, source: Source, plan: Plan, places: Places, themes: Mapping[str, str]) -> None:
        self.source, self.plan, self.places, self.themes = source, plan, places, themes
        self.count = len(source.rows)
        self.own = make_of(source) == OWN
        self.wrong: list[tuple[int, str, str, str, str]] = []
        self.remarks: list[str] = list(source.remarks)
        self.given: set[str] = set()

    def cells(self, name: str) -> pd.Series | None:
        column = self.plan.column(name)
        if column is None or column not in self.source.rows:
            return None
        cells = self.source.rows[column]
        return cells.map({text: as_written(text) for text in cells.unique()}) if self.own else cells

    def refuse(
        self, where: np.ndarray | pd.Series, name: str, told: Callable[[str], tuple[str, str]]
    ) -> None:
        """Note that cells are wrong; ``told`` gives what is wrong and what to do, by the cell."""
        column = self.plan.column(name) or ""
        cells = self.source.rows[column] if column else None
        for row in np.flatnonzero(np.asarray(where)):
            value = "" if cells is None else str(cells.iloc[row])
            what, remedy = told(value if len(value) <= _SHOWN else f"{value[: _SHOWN - 1]}…")
            self.wrong.append((int(row), column or FIELDS.get(name, name), value[:_SHOWN], what, remedy))

    def empty(self) -> pd.Series:
        return pd.Series([None] * self.count, dtype=object)

    # -- fields ---------------------------------------------------------------------------------------

    def day(self, name: str, *, may_be_later: bool = False) -> pd.Series:
        cells = self.cells(name)
        if cells is None:
            return self.empty()
        read, remark = days(cells)
        if remark:
            self.remarks.append(remark)
        self.given.add(name)
        self.refuse(
            read.isna(),
            name,
            lambda _: ("Dit is geen datum.", "Schrijf de datum als 31-12-2025 of 2025-12-31."),
        )
        ok = read.notna() & (read != "")
        early = ok & (read.where(ok, "9999") < EARLIEST.isoformat())
        self.refuse(early, name, lambda _: (f"Deze datum ligt vóór {EARLIEST.year}.", "Controleer het jaar."))
        if not may_be_later:
            late = ok & (read.where(ok, "") > date.today().isoformat())
            self.refuse(
                late,
                name,
                lambda _: (
                    "Deze datum ligt in de toekomst.",
                    "Vul de dag in waarop dit is gehoord of gemeld.",
                ),
            )
        return read.where(ok, None)

    def text(self, name: str, more: str = "") -> pd.Series:
        cells = self.cells(name)
        extra = self.cells(more) if more else None
        if cells is None and extra is None:
            return self.empty()
        self.given.add(name)
        if cells is None or extra is None:
            whole = cells if extra is None else extra
        else:
            whole = (cells + "\n" + extra).where(
                (extra != "") & (cells != ""), cells.where(cells != "", extra)
            )
        assert whole is not None
        whole = whole.str.replace("\x00", "", regex=False).str.strip()
        lengths = whole.str.len()
        self.refuse(
            lengths > LONGEST_TEXT, name,
            lambda _: (f"De tekst is langer dan {LONGEST_TEXT} tekens.", "Maak de tekst korter. Sluit er misschien een aanhalingsteken niet?"),
        )  # fmt: skip
        return whole.where(whole != "", None)

    def mapped(
        self, name: str, cells: pd.Series, known: Mapping[str, str], usual: str, titles: Mapping[str, str]
    ) -> pd.Series:
        """Map words; a word that nobody chose a meaning for gets the usual one, and that is told."""
        read = {word: known.get(word) or "" for word in cells.unique()}
        open_words = sorted(word for word, there in read.items() if word and there not in titles)
        if open_words:
            rows = int(cells.isin(open_words).sum())
            some = ", ".join(f"‘{word[:40]}’" for word in open_words[:5]) + (
                " en meer" if len(open_words) > 5 else ""
            )
            self.remarks.append(
                f"Bij {FIELDS[name].lower()} is niet gekozen wat {some} betekent; {_rows(rows)} daarom ‘{titles.get(usual, usual)}’."
            )
        return cells.map({word: there if there in titles else usual for word, there in read.items()}).astype(
            object
        )

    def theme(self) -> pd.Series:
        usual = str(self.plan.defaults["theme"])
        cells = categories(self.source, self.plan.columns)
        if (cells != "").any():
            self.given.add("theme")
        return self.mapped(CATEGORY, cells, self.plan.themes, usual, self.themes)

    def choice(self, name: str, known: Mapping[str, str], titles: Mapping[str, str]) -> pd.Series:
        usual = str(self.plan.defaults[name])
        cells = self.cells(name)
        if cells is None:
            return pd.Series([usual] * self.count, dtype=object)
        self.given.add(name)
        return self.mapped(name, cells, known, usual, titles)

    def seriousness(self) -> pd.Series:
        usual = int(self.plan.defaults["seriousness"])
        cells = self.cells("seriousness")
        if cells is None:
            return pd.Series([usual] * self.count, dtype=object)
        self.given.add("seriousness")
        titles = {plain(title): level for level, title in SERIOUSNESS.items()}
        read = {word: titles.get(plain(word)) or seriousness_of(word) for word in cells.unique()}
        self.refuse(
            cells.map(read).isna() & (cells != ""), "seriousness",
            lambda _: ("Deze ernst is niet te begrijpen.", f"Schrijf {', '.join(SERIOUSNESS.values())}, of 1, 2 of 3."),
        )  # fmt: skip
        return cells.map({word: level or usual for word, level in read.items()}).astype(object)

    def people(self) -> pd.Series:
        cells = self.cells("people")
        if cells is None:
            return self.empty()
        self.given.add("people")
        amounts = pd.to_numeric(cells.str.replace(r"[.,]0+$", "", regex=True), errors="coerce")
        wrong = (cells != "") & ~((amounts >= 1) & (amounts <= MOST_PEOPLE) & (amounts % 1 == 0))
        self.refuse(
            wrong, "people",
            lambda _: (f"Dit is geen aantal van 1 tot {MOST_PEOPLE}.", "Vul een heel getal in, of laat leeg wat u niet weet."),
        )  # fmt: skip
        return pd.Series(
            [None if pd.isna(n) or bad else int(n) for n, bad in zip(amounts, wrong, strict=True)],
            dtype=object,
        )

    def owner(self) -> pd.Series:
        cells = self.cells("owner")
        if cells is None:
            return self.empty()
        self.given.add("owner")
        short = cells.str.strip()
        self.refuse(short.str.len() > LONGEST_OWNER, "owner", lambda _: (f"Een eigenaar heeft hoogstens {LONGEST_OWNER} tekens.", "Maak de naam van het team korter."))  # fmt: skip
        return short.where(short != "", None)

    # -- the place ------------------------------------------------------------------------------------

    def place(self) -> pd.DataFrame:
        """Return wijk, buurt, x and y; a point goes before a name, and a buurt before a wijk."""
        east, north, has_point, lost = self.points()
        told = self.named()
        if self.own:
            # Its points are middles of squares, which may lie across a border: the codes beside them tell the place.
            has_point = has_point & (told["wijk"].to_numpy(object) == "")
        by_point = self.places.at_points(east[has_point], north[has_point])
        wijk, buurt = told["wijk"].to_numpy(object).copy(), told["buurt"].to_numpy(object).copy()
        problem = told["problem"].to_numpy(object).copy()
        x, y = np.full(self.count, np.nan), np.full(self.count, np.nan)
        rows = np.flatnonzero(has_point)
        placed = by_point["problem"].to_numpy() == ""
        named_wijk = wijk[rows].copy()
        wijk[rows], buurt[rows] = by_point["wijk"].to_numpy(object), by_point["buurt"].to_numpy(object)
        x[rows], y[rows] = by_point["x"], by_point["y"]
        if self.own:
            x, y = np.where(lost, np.nan, east), np.where(lost, np.nan, north)
        problem[rows] = ""
        other = placed & (named_wijk != "") & (named_wijk != wijk[rows])
        if other.any():
            self.remarks.append(
                f"{_rows(int(other.sum()), 'In')} de plek in een andere wijk dan de naam zegt; de plek op de kaart telt."
            )
        column = "point" if self.plan.column("point") else "x"
        outside = np.zeros(self.count, dtype=bool)
        outside[rows[~placed]] = True
        if self.places.shapes is None and outside.any():
            fallback = outside & (told["wijk"].to_numpy(object) != "")
            wijk[fallback], buurt[fallback] = told["wijk"][fallback], told["buurt"][fallback]
            outside &= ~fallback
        why = by_point["problem"].iloc[int(np.flatnonzero(~placed)[0])] if (~placed).any() else ""
        self.refuse(
            outside,
            column,
            lambda _: _split(
                why + " Controleer de coördinaten, of haal deze rij weg."
                if why.startswith("Dit punt")
                else why
            ),
        )
        nowhere = lost & (wijk == "")
        self.refuse(
            nowhere, column, lambda _: ("Deze coördinaten liggen niet in Nederland.", "Gebruik Rijksdriehoek (meters) of WGS84 (graden), of vul de wijk in.")
        )  # fmt: skip
        if (lost & ~nowhere).any():
            self.remarks.append(
                f"{_rows(int((lost & ~nowhere).sum()), 'In')} de coördinaten niet te gebruiken; de naam van de wijk telt."
            )
        unplaced = (wijk == "") & ~outside & ~nowhere
        for name in ("buurt", "wijk"):
            if self.plan.column(name):
                cells = self.source.rows[self.plan.column(name)].to_numpy(object)
                bad = unplaced & (cells != "")
                for row in np.flatnonzero(bad):
                    self.wrong.append(
                        (
                            int(row),
                            str(self.plan.column(name)),
                            str(cells[row])[:_SHOWN],
                            *_split(str(problem[row])),
                        )
                    )
                unplaced &= ~bad
        for row in np.flatnonzero(unplaced):
            self.wrong.append(
                (
                    int(row),
                    "Plek",
                    "",
                    "Van deze rij is de wijk niet bekend.",
                    "Vul de wijk in, of kies één wijk voor rijen zonder plek.",
                )
            )
        return pd.DataFrame({
            "wijk": wijk, "buurt": [code or None for code in buurt],
            "x": [None if np.isnan(value) else float(value) for value in x],
            "y": [None if np.isnan(value) else float(value) for value in y],
        }, dtype=object)  # fmt: skip

    def points(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return places in Rijksdriehoek, whether there is one, and whether there is one that lies nowhere."""
        nothing = (
            np.full(self.count, np.nan),
            np.full(self.count, np.nan),
            np.zeros(self.count, bool),
            np.zeros(self.count, bool),
        )
        pair = self.two_columns()
        if pair is None:
            return nothing
        self.given.add("point")
        first, second = pair
        filled = ~(first.str.lower().isin(_EMPTY_PLACES) & second.str.lower().isin(_EMPTY_PLACES)).to_numpy()
        x, y = as_coordinates(list(first), list(second))
        kinds = systems(x, y)
        turned = np.isin(kinds, [RD_TURNED, WGS84_TURNED])
        if turned.any():
            self.remarks.append(
                f"{_rows(int(turned.sum()), 'In')} de twee coördinaten verwisseld (breedte en lengte, of x en y); Wijkradar heeft ze omgedraaid."
            )
        east, north = to_rd(x, y, kinds)
        has = filled & (kinds != NOWHERE)
        return east, north, has, filled & ~has

    def two_columns(self) -> tuple[pd.Series, pd.Series] | None:
        point = self.cells("point")
        if point is not None:
            parts = {text: (_POINT.search(text) or _PAIR.match(text)) for text in point.unique()}
            return (
                point.map({text: found[1] if found else text for text, found in parts.items()}),
                point.map({text: found[2] if found else text for text, found in parts.items()}),
            )
        first, second = self.cells("x"), self.cells("y")
        return None if first is None or second is None else (first.str.strip(), second.str.strip())

    def named(self) -> pd.DataFrame:
        """Return the wijk and buurt that names or codes tell, or the one that was chosen for rows without."""
        wijken, buurten = self.cells("wijk"), self.cells("buurt")
        usual = str(self.plan.defaults.get("wijk") or "")
        if wijken is not None or buurten is not None:
            self.given |= {"wijk", "buurt"}
        blank = pd.Series([""] * self.count, dtype=object)
        pairs = pd.DataFrame(
            {
                "wijk": wijken if wijken is not None else blank,
                "buurt": buurten if buurten is not None else blank,
            }
        )
        found = {
            pair: self.of_names(*pair, usual) for pair in set(zip(pairs["wijk"], pairs["buurt"], strict=True))
        }
        told = [found[pair] for pair in zip(pairs["wijk"], pairs["buurt"], strict=True)]
        return pd.DataFrame(told, columns=["wijk", "buurt", "problem"], dtype=object)

    def of_names(self, wijk: str, buurt: str, usual: str) -> tuple[str, str, str]:
        if not wijk and not buurt:
            return usual, "", ""
        of_wijk = self.places.of_text(wijk, "wijk") if wijk else ("", "", "")
        if not buurt:
            return of_wijk
        of_buurt = self.places.of_text(buurt, "buurt", of_wijk[0])
        if of_buurt[2] and of_wijk[0]:
            return of_wijk
        return of_buurt


def _rows(count: int, lead: str = "") -> str:
    if lead:
        return f"{lead} 1 rij is" if count == 1 else f"{lead} {count} rijen zijn"
    return "1 rij krijgt" if count == 1 else f"{count} rijen krijgen"


def _split(message: str) -> tuple[str, str]:
    """Return what is wrong and what to do of a sentence that tells both."""
    for sign in ("; ", ". "):
        what, found, remedy = message.partition(sign)
        if found:
            return what.rstrip(".") + ".", remedy[:1].upper() + remedy[1:]
    return message, ""


def fields_of(source: Source, plan: Plan, places: Places, themes: Mapping[str, str]) -> Rows:
    """Read every row of a file as a concern.

    Parameters
    ----------
    source : Source
    plan : Plan
    places : Places
    themes : mapping of str to str
        Titles by id.
    """
    reader = _Reader(source, plan, places, themes)
    where = reader.place()
    heard = reader.day("heard")
    usual = str(plan.defaults.get("heard") or "")
    no_day = heard.isna() & ~pd.Series(range(reader.count)).isin(
        {w[0] for w in reader.wrong if w[1] == plan.column("heard")}
    )
    if usual:
        heard = heard.where(~no_day, usual)
    elif plan.column("heard"):
        reader.refuse(
            no_day,
            "heard",
            lambda _: ("Hier staat geen datum.", "Vul de dag in waarop dit is gehoord of gemeld."),
        )
    frame: dict[str, Any] = {
        "theme": reader.theme(),
        "text": reader.text("text", "more_text").fillna("").astype(object),
        "wijk": where["wijk"], "buurt": where["buurt"], "borders_year": places.borders_year, "x": where["x"], "y": where["y"],
        "heard": heard,
        "channel": reader.choice(CHANNEL, plan.channels, CHANNELS),
        "seriousness": reader.seriousness(),
        "people": reader.people(),
        "owner": reader.owner(),
        "due": reader.day("due", may_be_later=True),
        "status": reader.choice(STATUS, plan.statuses, STATUSES),
        "done": reader.text("done"),
        "feedback": reader.text("feedback"),
        "feedback_on": reader.day("feedback_on"),
    }  # fmt: skip
    whole = pd.DataFrame(frame, index=range(reader.count)).astype(object)
    whole = whole.where(whole.notna(), None)
    both = whole["feedback_on"].notna() & whole["heard"].notna()
    before = both & (whole["feedback_on"].where(both, "") < whole["heard"].where(both, ""))
    reader.refuse(
        before,
        "feedback_on",
        lambda _: ("De terugkoppeling ligt vóór de dag waarop dit is gehoord.", "Controleer de twee datums."),
    )
    for row in sorted(source.wide):
        reader.wrong.append((row, "Hele rij", "", "Deze rij heeft meer cellen dan de kop.", "Zet aanhalingstekens om een tekst met een komma of puntkomma."))  # fmt: skip
    reader.wrong.sort(key=lambda entry: entry[0])
    return Rows(whole, reader.wrong, list(dict.fromkeys(reader.remarks)), frozenset(reader.given))
