"""What counts of concerns say, in plain sentences: per inhabitant, with a band, and never a ranking within the noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd

from analysis.concerns import ABOUT, FADING, GROWING, LESS, MORE, NEW, PERSISTENT, TOO_FEW
from analysis.small_counts import FEWEST, SHOWN, SMALL
from ui.fetch_wording import day, month
from ui.wording import SPACE, THIN, capital, count, in_sentence, join_names, number

LOUD_IS_NOT_NEEDY: Final = (
    "Meer gehoord is niet hetzelfde als meer nodig: niet iedereen laat even makkelijk van zich horen. Kijk ook bij ‘Wie horen "
    "we niet?’."
)
VERDICTS: Final = {
    MORE: "meer dan verwacht",
    ABOUT: "ongeveer zoals verwacht",
    LESS: "minder dan verwacht",
    TOO_FEW: "te weinig om iets te zeggen",
}
CLASSES: Final = {
    NEW: "nieuw",
    GROWING: "groeit",
    PERSISTENT: "blijft",
    FADING: "neemt af",
}
HIDDEN: Final = "niet getoond"
ALL_TOGETHER: Final = "alle zorgen samen"
PER: Final = f"per 1{THIN}000 inwoners"
#: Wijken that are named one by one in a sentence.
_MOST_NAMED: Final = 5
BAND: Final = "in 95 van de 100 gevallen"
METHOD: Final = (
    "Aantallen onder 5 worden niet getoond, en ook niet de aantallen waaruit ze te berekenen zijn. Alles wat hier staat, is "
    "uitgerekend met wat wordt getoond. Het cijfer per 1 000 inwoners is naar dat van de gemeente getrokken voor zover toeval "
    "dat vraagt (empirical Bayes); de band is die waarin het cijfer in 95 van de 100 gevallen ligt. Meer of minder dan verwacht "
    "is getoetst: van wat zo heet, is naar verwachting hooguit 1 op de 20 toeval. Van alle zorgen samen is het hetzelfde oordeel als bij "
    "Wie horen we niet?: zeker meer dan vijf vierde, of minder dan vier vijfde, van wat een gewone wijk geeft. Zie "
    "docs/methode/signalen.md."
)


def count_text(cases: Any, status: str) -> str:
    """Return a count as it may be shown: the number, "minder dan 5" or "niet getoond"."""
    if status == SHOWN:
        return number(cases)
    return f"minder dan {FEWEST}" if status == SMALL else HIDDEN


def subject(kind: str, title: str) -> str:
    """Return which concerns count, as it stands in the middle of a sentence."""
    if kind == "all":
        return "zorgen en signalen"
    return f"zorgen over {in_sentence(title)}" if kind == "theme" else f"zorgen {in_sentence(title)}"


def rate_text(value: float) -> str:
    """Return a rate as it is written: with one decimal below 10, else whole."""
    return number(value, 1 if value < 10 else 0)


def band_text(lower: float, upper: float) -> str:
    """Return a band as it is written: "9,8 tot 16"."""
    return f"{rate_text(lower)} tot {rate_text(upper)}"


def total_sentence(cases: Any, status: str, rate: float, name: str, last: date) -> str:
    """Say how much was heard in the last twelve months."""
    when = f"In de 12 maanden tot en met {month(last)}"
    if status != SHOWN:
        return f"{when} zijn in {name} {count_text(cases, status)} zorgen en signalen vastgelegd."
    if not cases:
        return f"{when} is in {name} geen enkele zorg of signaal vastgelegd."
    told = count(int(cases), "zorg of signaal is", "zorgen en signalen zijn")
    per = f": {rate_text(rate)} {PER}" if pd.notna(rate) else ""
    return f"{when} {'is' if cases == 1 else 'zijn'} in {name} {told.rpartition(' ')[0]} vastgelegd{per}."


def verdicts_sentence(table: pd.DataFrame) -> str:
    """Say which wijken differ more than chance; in the order of the alphabet, since a ranking would be noise."""
    named = {verdict: sorted(table.loc[table["verdict"] == verdict, "name"]) for verdict in (MORE, LESS)}
    alike = int((table["verdict"] == ABOUT).sum())
    few = int((table["verdict"] == TOO_FEW).sum())
    parts = [
        f"{word} dan verwacht komt uit {_some(names)}"
        for word, names in (("meer", named[MORE]), ("minder", named[LESS]))
        if names
    ]
    if not parts:
        told = "Per inwoner komt uit geen enkele wijk meer of minder dan toeval verklaart"
    else:
        told = f"Per inwoner: {'; '.join(parts)}"
    rest = []
    if alike:
        rest.append(f"bij {count(alike, 'wijk', 'wijken')} is het ongeveer zoals verwacht")
    if few:
        rest.append(f"bij {count(few, 'wijk', 'wijken')} is het te weinig om iets te zeggen")
    return f"{told}{'; ' if rest else ''}{join_names(rest)}."


def unsaid(status: str, verdict: str) -> str:
    """Return why nothing is told of a wijk; empty where something is."""
    if status != SHOWN:
        return count_text(None, status)
    return VERDICTS[TOO_FEW] if verdict == TOO_FEW else ""


def named_one_by_one(names: Sequence[str]) -> tuple[str, ...]:
    """Return which of the names a sentence calls by name, as `ui.wording.join_names` does; the others are "3 andere"."""
    return tuple(names if len(names) <= _MOST_NAMED + 1 else names[:_MOST_NAMED])


def _some(names: Sequence[str]) -> str:
    return join_names(names, limit=_MOST_NAMED)


def course_sentence(found: pd.DataFrame, themes: Mapping[str, str]) -> str:
    """Say what is new or grows; empty where nothing does."""
    fresh = found[found["class"].isin([NEW, GROWING])]
    if fresh.empty:
        return ""
    told = [
        f"{in_sentence(themes.get(theme, theme))} in {_some(sorted(fresh.loc[fresh['theme'] == theme, 'name']))}"
        for theme in sorted(fresh["theme"].unique())
    ]
    return f"Het laatste jaar meer dan daarvoor, en meer dan elders: {join_names(told)}."


def apart_sentences(later: int, until: date, nowhere: str) -> list[str]:
    """Say what does not count: what was heard in the month that is not over, and what has no wijk of now."""
    told = []
    if later:
        told.append(f"Wat na {day(until.isoformat())} is gehoord, telt mee zodra de maand om is.")
    if nowhere:
        told.append(
            f"Zonder wijk van nu, door andere grenzen: {nowhere}. Die tellen alleen mee voor de hele gemeente."
        )
    return told


def tells_rate(row: pd.Series) -> bool:
    """Tell whether a number per 1,000 inhabitants goes with a count: beside none at all it would contradict it."""
    none = row["status"] == SHOWN and not row["cases"]
    return bool(pd.notna(row["smoothed"]) and row["verdict"] != TOO_FEW and not none)


def card_sentence(row: pd.Series, last: date, found: pd.DataFrame, themes: Mapping[str, str]) -> str:
    """Say on a card what was heard in a wijk in the last twelve months."""
    text = count_text(row["cases"], str(row["status"]))
    if row["status"] == SHOWN and not row["cases"]:
        text = "geen"
    told = f"Zorgen en signalen, 12 maanden tot en met {month(last)}: {text}"
    if tells_rate(row):
        told += (
            f", ongeveer {rate_text(row['smoothed'])} {PER} ({BAND} {band_text(row['lower'], row['upper'])})"
        )
    told += f"; {VERDICTS[str(row['verdict'])]}."
    for kind in (NEW, GROWING, PERSISTENT, FADING):
        names = [
            in_sentence(themes.get(theme, theme)) for theme in found.loc[found["class"] == kind, "theme"]
        ]
        if names:
            told += f" {capital(CLASSES[kind])}: {join_names(names)}."
    return told


def course_line(row: pd.Series, themes: Mapping[str, str]) -> str:
    """Say what one theme does in one wijk."""
    what = in_sentence(themes.get(str(row["theme"]), str(row["theme"])))
    return {
        NEW: f"Nieuw in {row['name']}: {what}. Het laatste jaar meer dan daarvoor en dan elders; eerst was het gewoon.",
        GROWING: f"Groeit in {row['name']}: {what}. Het was al meer dan verwacht, en het laatste jaar nog meer.",
        PERSISTENT: f"Blijft in {row['name']}: {what}. Bijna elk half jaar meer dan het aantal inwoners verklaart.",
        FADING: f"Neemt af in {row['name']}: {what}. Het laatste jaar minder dan daarvoor, en dan elders.",
    }[str(row["class"])]


def fresh_lines(found: pd.DataFrame, themes: Mapping[str, str]) -> list[str]:
    """Say where concerns have gathered since a few months.

    Where all concerns together have gathered in wijken that a theme has gathered in too, the theme is told first, and all
    together in few words after it.
    """
    apart, whole = found[found["theme"] != ""], found[found["theme"] == ""]
    of_themes = {region for regions in apart["regions"] for region in regions}
    beside = [bool(of_themes & set(regions)) for regions in whole["regions"]]
    alone = [
        fresh_line(row, themes) for (_, row), also in zip(whole.iterrows(), beside, strict=True) if not also
    ]
    also_whole = [_also_line(row) for (_, row), also in zip(whole.iterrows(), beside, strict=True) if also]
    return [*alone, *(fresh_line(row, themes) for _, row in apart.iterrows()), *also_whole]


def fresh_line(row: pd.Series, themes: Mapping[str, str]) -> str:
    """Say where concerns have gathered since a few months."""
    theme = str(row["theme"])
    what = in_sentence(themes.get(theme, theme)) if theme else ALL_TOGETHER
    return (
        f"Nieuwe concentratie sinds {month(row['since'])}: {what}, in en om {_some(list(row['names']))}. Daar is ongeveer "
        f"{_times(row)} keer zo veel gehoord als wijk en maand doen verwachten. Dat is meer dan toeval."
    )


def _also_line(row: pd.Series) -> str:
    return (
        f"Ook van {ALL_TOGETHER}, sinds {month(row['since'])}: ongeveer {_times(row)} keer zo veel als verwacht, meer dan toeval, "
        f"in en om {_some(list(row['names']))}."
    )


def _times(row: pd.Series) -> str:
    return number(row["times"], 0 if float(row["times"]).is_integer() else 1)


def gathered_title(classes: pd.Series, what: str, name: str) -> str:
    """Return the finding of the map of what lies together.

    Parameters
    ----------
    classes : Series of str
        Of every wijk: new, more, less, neither or empty.
    what : str
        Which concerns, as `subject` writes it.
    name : str
        Of the gemeente.
    """
    new, more, less = (int((classes == one).sum()) for one in ("new", MORE, LESS))
    sides = [f"in {count(n, 'wijk', 'wijken')} {word}" for n, word in ((more, "meer"), (less, "minder")) if n]
    told = [f"in {count(new, 'wijk', 'wijken')} een nieuwe concentratie"] if new else []
    if sides:
        told.append(f"{join_names(sides)} {what} dan het aantal inwoners verklaart")
    if not told:
        return f"Nergens in {name} liggen {what} bij elkaar, meer dan toeval verklaart"
    return capital("; ".join(told))


def cluster_line(row: pd.Series) -> str:
    """Say where a circle of wijken has more or fewer concerns than its inhabitants explain."""
    word = "Meer" if row["side"] == MORE else "Minder"
    names = list(row["names"])
    where = names[0] if len(names) == 1 else f"{_some(names)} samen"
    return f"{word} dan het aantal inwoners verklaart: {where}."


def spots_line(names: Sequence[str], *, hot: bool) -> str:
    """Say where wijken with many, or few, concerns per inhabitant touch."""
    return f"{'Veel' if hot else 'Weinig'} zorgen per inwoner bij elkaar: in en om {_some(sorted(names))}."


def feedback_sentence(row: pd.Series, name: str, term: int) -> str:
    """Say how long residents wait for an answer."""
    if pd.isna(row["median"]):
        first = f"In {name} heeft nog niet de helft van de bewoners iets teruggehoord, of het zijn er te weinig om iets te zeggen."
    else:
        first = f"In {name} hoort de helft van de bewoners binnen {number(row['median'])}{SPACE}dagen iets terug{_days(row)}."
    return (
        f"{first} Nog zonder terugkoppeling: te laat {row['overdue']}, nog op tijd {row['waiting']}. Te laat is: over de "
        f"afgesproken dag, of zonder afspraak langer dan {number(term)}{SPACE}dagen."
    )


def _days(row: pd.Series) -> str:
    if pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return ""
    return f" (marge: {number(row['lower'])} tot {number(row['upper'])}{SPACE}dagen)"


def extremes_sentence(rows: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Name the groups that are surely quicker or slower than the gemeente: their bands do not touch its own.

    Parameters
    ----------
    rows : DataFrame
        `ui.concern_patterns.feedback_of`.
    labels : mapping of str to str
        How a group is called in the middle of a sentence.
    """
    whole = rows.iloc[-1]
    if pd.isna(whole["median"]):
        return ""
    groups = rows.iloc[:-1]
    slow = groups.loc[groups["lower"] > whole["upper"], "group"]
    quick = groups.loc[groups["upper"] < whole["lower"], "group"]
    told = [
        f"langer bij {_some([labels.get(group, group) for group in slow])}" if len(slow) else "",
        f"korter bij {_some([labels.get(group, group) for group in quick])}" if len(quick) else "",
    ]
    told = [part for part in told if part]
    return f"Het duurt zeker {join_names(told)}." if told else ""
