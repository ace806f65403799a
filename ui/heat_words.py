"""What a cell of the heat map says: how a figure compares, which way it goes, and the words for both.

Filled is unfavourable and open is favourable; the drawing is in ``ui.chart_heat``, the table in ``ui.heat_table``.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from analysis.triage import MUCH
from ui import wording
from ui.chart_parts import names_by_key

#: Steps that are not on the scale of -2 (veel gunstiger) to 2 (veel ongunstiger).
UNSURE: Final = 8
NO_FIGURE: Final = 9
LEVEL_WORDS: Final = {
    2: "veel ongunstiger",
    1: "ongunstiger",
    0: "ongeveer gelijk",
    -1: "gunstiger",
    -2: "veel gunstiger",
    UNSURE: "te onzeker",
    NO_FIGURE: wording.NO_FIGURE,
}
#: State of the triage -> side: 1 is unfavourable, -1 favourable, 0 inside the noise.
_SIDES: Final = {"bad_worse": 1, "bad": 1, "bad_better": 1, "good_worse": -1, "good": -1, "about_equal": 0}
#: Course and what it means -> the one character that stands for it in the table of cells.
_COURSES: Final = {
    ("rises", "unfavourable"): "a",
    ("falls", "unfavourable"): "b",
    ("rises", "favourable"): "c",
    ("falls", "favourable"): "d",
    ("about_equal", ""): "e",
    ("too_uncertain", ""): "f",
    ("no_verdict", ""): "g",
    # Without a clear direction since a turn; only where its whole band is small is it called equal.
    ("level", ""): "f",
}
#: A course as a few words; of a gap with the comparator it has the same words, see `course_told`.
COURSE_WORDS: Final = {
    "a": "stijgt, ongunstig",
    "b": "daalt, ongunstig",
    "c": "stijgt, gunstig",
    "d": "daalt, gunstig",
    "e": "ongeveer gelijk",
    "f": "te onzeker",
    "g": "geen oordeel",
}
WORSE: Final = "ab"
BETTER: Final = "cd"
_NEEDED: Final = ("region", "name", "theme", "indicator", "title", "state", "sure_level")


def level_step(state: object, sure_level: float | None) -> int:
    """Return how a figure compares: -2 (veel gunstiger) to 2 (veel ongunstiger), `NO_FIGURE` without a state.

    Parameters
    ----------
    state : object
        State of `analysis.triage.triage`; it decides the side. Anything else counts as no figure.
    sure_level : float or None
        What the noise cannot explain, in what wijken ordinarily differ. Not known with few wijken: then no figure
        is called *much* better or worse.
    """
    side = _SIDES.get(str(state))
    if side is None:
        return NO_FIGURE
    much = wording.is_figure(sure_level) and abs(float(sure_level or 0)) >= MUCH
    return side * (2 if much else 1)


def course_code(course: object, judgement: object) -> str:
    """Return the key of `COURSE_WORDS` for a course and its judgement; empty where nothing may be said."""
    return _COURSES.get((str(course), str(judgement)), _COURSES.get((str(course), ""), ""))


def course_told(code: str, comparator: str, since: str = "") -> str:
    """Say which way a figure goes.

    Parameters
    ----------
    code : str
        Key of `COURSE_WORDS`; a capital where it is the gap with the comparator that goes that way.
    comparator : str
        As it stands in a sentence.
    since : str
        Year of the turn, where it goes this way only since then.
    """
    if not code:
        return wording.NO_FIGURE
    subject = f"Ten opzichte van {comparator} " if code.isupper() else "Het cijfer "
    it = " het cijfer" if code.isupper() else ""
    from_then = f" sinds {since}" if since else ""
    kind = code.lower()
    if kind == "e":
        return f"{subject}blijft{it}{from_then} ongeveer gelijk."
    if kind == "f":
        of_what = f" ten opzichte van {comparator}" if code.isupper() else ""
        return f"Of het cijfer{of_what}{from_then} stijgt of daalt, is te onzeker."
    if kind == "g":
        return "Er zijn te weinig jaren voor een oordeel."
    verb, meaning = COURSE_WORDS[kind].split(", ")
    return f"{subject}{verb}{it}{from_then}. Dat is {meaning}."


def level_told(step: int, comparator: str) -> str:
    """Say how a figure compares, as a sentence."""
    if step == NO_FIGURE:
        return "Vergelijken kan niet."
    if step == UNSURE:
        return f"Te onzeker om met {comparator} te vergelijken."
    words = wording.capital(LEVEL_WORDS[step])
    return f"{words} aan {comparator}." if step == 0 else f"{words} dan {comparator}."


def course_subject(marked: pd.DataFrame, comparator: str) -> str:
    """Say of which figures the triangles are about the gap with the comparator; empty where no triangle is.

    Parameters
    ----------
    marked : DataFrame
        As `heat_marks` returns it.
    comparator : str
        As it stands in a sentence.
    """
    moving = marked[marked["moves"].str.lower().isin(list(WORSE + BETTER))]
    of_gap = moving["moves"].str.isupper()
    if not of_gap.any():
        return ""
    if of_gap.all():
        return f"Een driehoekje gaat over het verschil met {comparator}."
    return f"Bij bedragen in euro's gaat een driehoekje over het verschil met {comparator}."


def heat_marks(cells: pd.DataFrame) -> pd.DataFrame:
    """Add to the cells how they are drawn and told.

    Parameters
    ----------
    cells : DataFrame
        As in `ui.chart_heat.triage_heat`.

    Returns
    -------
    DataFrame
        The cells with step (see `level_step`; `UNSURE` where the noise hides even a large difference), moves (key of
        `COURSE_WORDS`, a capital where it is about the gap with the comparator, empty without a figure) and turned
        (year since which it goes this way, as text, empty without a turn).

    Raises
    ------
    ValueError
        If a column is missing.
    """
    if missing := [name for name in _NEEDED if name not in cells]:
        raise ValueError(f"The cells of the heat map have no {', '.join(missing)}.")
    steps = [level_step(*pair) for pair in zip(cells["state"], cells["sure_level"], strict=True)]
    unsure = _column(cells, "unsure", False)
    steps = [UNSURE if step == 0 and bool(hide) else step for step, hide in zip(steps, unsure, strict=True)]
    turned = [
        str(int(year)) if wording.is_figure(year) and step != NO_FIGURE else ""
        for year, step in zip(_column(cells, "since", None), steps, strict=True)
    ]
    courses = zip(
        steps,
        turned,
        _column(cells, "trend", ""),
        _column(cells, "now", ""),
        _column(cells, "trend_judgement", ""),
        _column(cells, "gap", ""),
        strict=True,
    )
    moves = []
    for step, year, trend, now, judgement, gap in courses:
        course = now if year and not (now == "level" and trend == "about_equal") else trend
        code = "" if step == NO_FIGURE else course_code(course, judgement)
        moves.append(code.upper() if isinstance(gap, str) and gap else code)
    return cells.assign(step=steps, moves=moves, turned=turned)


def compared(marked: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Keep the figures that at least one wijk can be compared on.

    Parameters
    ----------
    marked : DataFrame
        As `heat_marks` returns it.

    Returns
    -------
    tuple
        The rows that are kept, and the titles of the figures that no wijk has.
    """
    there = marked.groupby("indicator", sort=False)["step"].transform(
        lambda steps: (steps != NO_FIGURE).any()
    )
    there = there.astype("bool")
    titles = [wording.in_sentence(title) for title in dict.fromkeys(marked.loc[~there, "title"])]
    return marked[there], titles


def _column(cells: pd.DataFrame, name: str, otherwise: object) -> pd.Series:
    return cells[name] if name in cells else pd.Series([otherwise] * len(cells), index=cells.index)


def describe_triage_heat(cells: pd.DataFrame, comparator: str) -> str:
    """Return the text alternative of the heat map: how many figures are on which side, and in which wijken most."""
    return told_of(*compared(heat_marks(cells)), comparator)


def told_of(marked: pd.DataFrame, left_out: list[str], comparator: str) -> str:
    """Return the text alternative for what `compared` returns."""
    known = marked[marked["step"] != NO_FIGURE]
    if known.empty:
        return "Er zijn te weinig cijfers om de wijken te vergelijken."
    wijken, figures = marked["region"].nunique(), marked["indicator"].nunique()
    themes = [wording.in_sentence(theme) for theme in dict.fromkeys(marked["theme"])]
    told = [
        f"Overzicht van {wording.count(wijken, 'wijk', 'wijken')} en {wording.count(figures, 'cijfer', 'cijfers')} "
        f"({wording.join_names(themes)}), vergeleken met {comparator}.",
        _counted(known),
    ]
    if missing := wijken * figures - len(known):
        told.append(f"Zonder cijfer: {wording.count(missing, 'vakje', 'vakjes')}.")
    bad = known[known["step"].isin((1, 2))]
    if len(bad):
        per_wijk = bad.groupby("region", sort=False).size().sort_values(ascending=False, kind="stable")
        names = names_by_key(known.drop_duplicates("region"))
        most = [f"{names[str(region)]} ({n})" for region, n in per_wijk.head(3).items()]
        told.append(f"De meeste ongunstige cijfers: {wording.join_names(most)}.")
    if left_out:
        told.append(f"Zonder recent cijfer: {wording.join_names(left_out)}.")
    return " ".join(told)


def _counted(known: pd.DataFrame) -> str:
    """Say how many cells are unfavourable, favourable, about equal and too uncertain."""
    bad, good = known[known["step"].isin((1, 2))], known[known["step"].isin((-1, -2))]
    parts = [
        f"{wording.number(len(bad))} ongunstiger{_getting_worse(bad)}",
        f"{wording.number(len(good))} gunstiger{_getting_worse(good)}",
        f"{wording.number(int((known['step'] == 0).sum()))} ongeveer gelijk",
    ]
    if unsure := int((known["step"] == UNSURE).sum()):
        parts.append(f"{wording.number(unsure)} te onzeker")
    return f"Van de {wording.count(len(known), 'vergelijking', 'vergelijkingen')}: {'; '.join(parts)}."


def _getting_worse(part: pd.DataFrame) -> str:
    n = int(part["moves"].str.lower().isin(list(WORSE)).sum())
    return f", waarvan {wording.number(n)} met een ongunstige richting" if n else ""
