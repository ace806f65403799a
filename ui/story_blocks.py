"""Parts of a report that hold figures: in a table, and in the few words that stand beside them.

Which figure it is comes from `ui.story_place`; charts stand in `ui.story_charts`, maps in `ui.story_maps`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from analysis.standing import MAX_AGE
from analysis.trends import FEWEST_POINTS
from data.catalogue import Indicator
from reports.model import Figure, Grid
from ui import trend_wording, wording
from ui.amounts import in_unit_of, look_alike
from ui.figures import Figures
from ui.story_place import (
    ORIGIN,
    Place,
    as_written,
    direction_of,
    figure_of,
    has_value,
    place_of,
    source_in,
    span_of,
    standing_of,
)
from ui.triage_wording import triage_sentence

NOT_COMPARED: Final = "niet te vergelijken"
#: The same where there is room for two words.
A_COUNT: Final = "niet vergeleken"
NO_DIRECTION: Final = "niet te zeggen"
TOO_FEW_YEARS: Final = "te weinig jaren"
TOO_LONG_AGO: Final = "te lang geleden"
#: Names longer than this do not stand above a column.
_WIDEST_HEAD: Final = 26
_WIDTHS: Final = (30, 20, 16, 17, 17)
#: What a picture need not repeat of a sentence: that a difference is favourable stands in the table.
_VERDICT: Final = re.compile(r", en dat is (?:on)?gunstig$")
_JUDGED: Final = {"favourable": " (gunstig)", "unfavourable": " (ongunstig)"}


def in_cell(figure: Figure, entry: Indicator, *, year: bool, marked: bool = False) -> str:
    """Write a figure in a table: without the unit that its title names, with the year and what to know about it.

    With ``marked`` a mark (`ui.wording.status_mark`) takes the place of what to know.
    """
    if not has_value(figure):
        return figure.text
    named = wording.with_unit(entry.title, entry) == entry.title
    plain = named and entry.unit != "%" and not wording.in_thousands_of_euro(entry.unit)
    told = (
        wording.number(figure.value, entry.decimals)
        if plain
        else wording.figure(figure.value, entry.unit, entry.decimals)
    )
    if marked:
        return f"{told}{wording.status_mark(figure.status)}"
    notes = [str(figure.year)] if year else []
    notes += [label] if (label := wording.status_label(figure.status)) else []
    return f"{told} ({', '.join(notes)})" if notes else told


def without_unit(text: str, entry: Indicator) -> str:
    """Return a written figure without its unit where the title of its table names that; a percentage keeps its sign."""
    if entry.unit == "%" or wording.with_unit(entry.title, entry) != entry.title:
        return text
    return text.replace(f"{wording.SPACE}{wording.unit_label(entry.unit)}", "")


# How it stands ------------------------------------------------------------------------------------


def difference_words(place: Place, indicator: str) -> str:
    """Say in a few words how a figure differs: "hoger (ongunstig)", "ongeveer gelijk", or why nothing can be said."""
    entry = place.known.catalogue[indicator]
    row = standing_of(place, indicator)
    if entry.kind == "count" or row is None or row["verdict"] == "no_figure":
        return NOT_COMPARED
    if row["year"] < place.year - MAX_AGE:
        return TOO_LONG_AGO
    if row["unsure"]:
        return wording.verdict_label("too_uncertain")
    more, less, *_ = wording.degrees(entry)
    side = {"higher": more, "lower": less}.get(row["verdict"]) or wording.verdict_label(row["verdict"])
    return side + _JUDGED.get(row["judgement"], "")


# Where it goes ------------------------------------------------------------------------------------


def direction_words(place: Place, indicator: str) -> str:
    """Say in a few words where a figure goes: "stijgt (ongunstig)", "daalt sinds 2019", or why that cannot be said."""
    row = None if place.is_small else direction_of(place, indicator)
    if row is None or not row["n"]:
        return NO_DIRECTION
    entry = in_unit_of(row, place.known.catalogue[indicator])
    if row["last_year"] < place.year - MAX_AGE:
        return f"{NO_DIRECTION}: cijfers tot en met {int(row['last_year'])}"
    if row["verdict"] == "no_verdict":
        return TOO_FEW_YEARS if row["n"] < FEWEST_POINTS else NO_DIRECTION
    turned = trend_wording.turn_text(row)
    if not turned:
        return trend_wording.class_label(row, entry)
    word = wording.good_or_bad(str(row["now"]), entry)
    return f"{turned} ({word})" if word else turned


def trend_sentence(place: Place, indicator: str) -> str:
    """Return the one true sentence about a figure over the years (`ui.trend_wording.trend_sentence`)."""
    figure = figure_of(place.known, indicator, place.region, place.year)
    return trend_wording.trend_sentence(
        direction_of(place, indicator),
        place.known.catalogue[indicator],
        place.name,
        status=figure.status,
        years=span_of(place),
    )


def level_sentence(place: Place, indicator: str) -> str:
    """Say how a figure of now differs from that of the comparator; empty where that cannot be said.

    The words of `ui.triage_wording.triage_sentence`, without direction and people.
    """
    row = standing_of(place, indicator)
    if row is None or row["verdict"] == "no_figure" or difference_words(place, indicator) == TOO_LONG_AGO:
        return ""
    bare = {name: value for name, value in row.items() if name != "people"}
    return triage_sentence(
        bare, place.known.catalogue[indicator], place.name, place.comparator_name, directed=False
    )


def level_title(place: Place, indicator: str) -> str:
    """Return `level_sentence` as the title of a picture, without the numbers that the picture shows."""
    told = level_sentence(place, indicator).rpartition(": ")[0]
    return _VERDICT.sub("", told)


# A table of figures -------------------------------------------------------------------------------


def head_names(known: Figures, region: str, other: str | None) -> tuple[str, str]:
    """Return what stands above the columns of a wijk and its comparator: their names where these fit and differ."""
    own, theirs = known.label(region), known.label(other) if other else ""
    if other == known.gemeente and (own == theirs or len(theirs) > _WIDEST_HEAD):
        theirs = "Gemeente"
    return (own if len(own) <= _WIDEST_HEAD and own != theirs else "Deze wijk"), theirs


def figures_grid(
    known: Figures,
    region: str,
    indicators: Sequence[str],
    *,
    year: int | None = None,
    caption: str = "",
    compared: bool = True,
    marked: bool = False,
) -> Grid:
    """Return a table with a row per figure: the wijk, what it is held against, the difference and the direction.

    Parameters
    ----------
    known : Figures
    region : str
    indicators : sequence of str
        In the order of the rows; herkomst is left out.
    year : int, optional
        As in `place_of`.
    caption : str
    compared : bool
        False leaves what it is held against out, for figures that are not to be compared.
    marked : bool
        In fewer words, for a slide: the year behind the title, and marks for what to know of a figure.
    """
    place = place_of(known, region, year)
    beside = place.comparator if compared and not place.is_small else None
    chosen = [name for name in indicators if known.catalogue[name].theme != ORIGIN]
    told = [_row(place, name, beside, marked) for name in chosen]
    own, theirs = head_names(known, region, beside)
    columns = (0, 1, 2, 3, 4) if beside else (0, 1) if place.is_small else (0, 1, 4)
    head = ("Cijfer", own, theirs, "Verschil", "Richting")
    figures = tuple(figure for _, found in told for figure in found)
    note = _note(place, chosen, compared=beside is not None)
    if marked:
        note = f"{ALIKE_NOTE if beside else ''} {wording.marks_legend(one.status for one in figures)}".strip()
    return Grid(
        caption=caption or f"Cijfers van {place.name} naast {place.comparator_name}",
        head=tuple(head[at] for at in columns),
        rows=tuple(tuple(cells[at] for at in columns) for cells, _ in told),
        numeric=frozenset({1, 2}) if beside else frozenset({1}),
        widths=tuple(_WIDTHS[at] for at in columns),
        note=note,
        source=source_of(known, figures),
        figures=figures,
    )


YEAR_NOTE: Final = "Achter elk cijfer staat zijn jaar."
DIRECTION_NOTE: Final = f"{YEAR_NOTE} De richting gaat over alle vergelijkbare jaren samen."
ALIKE_NOTE: Final = "Ongeveer gelijk: het verschil valt binnen de marge."
COMPARED_NOTE: Final = f"{DIRECTION_NOTE} {ALIKE_NOTE}"


COUNTS_NOTE: Final = "Een aantal is niet te vergelijken: een groter gebied heeft altijd meer."


def _note(place: Place, indicators: Sequence[str], *, compared: bool) -> str:
    if place.is_small:
        return YEAR_NOTE
    if not compared:
        return DIRECTION_NOTE
    counted = any(place.known.catalogue[name].kind == "count" for name in indicators)
    return f"{COMPARED_NOTE} {COUNTS_NOTE}" if counted else COMPARED_NOTE


def _row(
    place: Place, indicator: str, beside: str | None, marked: bool
) -> tuple[tuple[str, ...], tuple[Figure, ...]]:
    """Return the cells of one figure, and the figures in them."""
    known = place.known
    own = figure_of(known, indicator, place.region, place.year)
    entry, figures, other = as_written(known, own), [own], ""
    if beside:
        # Without a figure of the wijk that of the comparator still tells what to expect.
        theirs = figure_of(known, indicator, beside, own.year, exactly=True)
        if not has_value(own):
            theirs = figure_of(known, indicator, beside, place.year)
        figures.append(theirs)
        entry = apart(place, own, theirs, entry)
        other = in_cell(
            theirs, in_unit_of({"unit": theirs.unit}, entry), year=not has_value(own), marked=marked
        )
    title, difference = wording.unbroken(known.catalogue[indicator].title), difference_words(place, indicator)
    if marked:
        title = f"{title} ({(own if has_value(own) else figures[-1]).year})"
        difference = A_COUNT if difference == NOT_COMPARED else difference
    cells = (
        title,
        in_cell(own, entry, year=True, marked=marked),
        other,
        difference,
        direction_words(place, indicator),
    )
    return cells, tuple(figures)


def apart(place: Place, own: Figure, theirs: Figure, entry: Indicator) -> Indicator:
    """Return the indicator with one decimal more where two figures that differ would be written the same."""
    row = standing_of(place, own.indicator)
    differ = row is not None and row["verdict"] in ("higher", "lower")
    if differ and has_value(theirs) and look_alike(own.value, theirs.value, entry):
        return entry.model_copy(update={"decimals": min(entry.decimals + 1, 3)})
    return entry


def source_of(known: Figures, figures: Sequence[Figure]) -> str:
    """Return the sentence that names where figures come from: the tables of all their years together."""
    there = [figure for figure in figures if has_value(figure)] or list(figures)
    if not there:
        return ""
    sources = list(dict.fromkeys(known.catalogue[figure.indicator].source for figure in there))
    # "X; bewerking Wijkradar" names X too.
    named = [one for one in sources if not any(other != one and other.startswith(one) for other in sources)]
    return source_in(known, " en ".join(named), *sorted({figure.year for figure in there}))
