"""The heat map of the triage as figures: its cells, the table beside it, and plain rows for CSV and Excel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd
from pandas.io.formats.style import Styler

from data.catalogue import Catalogue, Indicator
from data.panel import Status
from ui import wording
from ui.heat_words import (
    BETTER,
    COURSE_WORDS,
    LEVEL_WORDS,
    NO_FIGURE,
    WORSE,
    compared,
    course_subject,
    heat_marks,
)

_LEGEND: Final = (
    "Achter elk cijfer staat hoe de wijk ervoor staat. ▲ stijgt en ▼ daalt in een ongunstige richting, △ stijgt en "
    "▽ daalt in een gunstige richting. Zonder driehoekje is er geen duidelijke richting."
)
_TOO_OLD: Final = ", te oud om te vergelijken"
_TRIANGLES: Final = dict(zip(WORSE + BETTER, "▲▼△▽", strict=True))


def heat_cells(triaged: pd.DataFrame, known: Catalogue, names: Mapping[str, str]) -> pd.DataFrame:
    """Turn the triage into the cells of the heat map, the most urgent wijk first.

    Parameters
    ----------
    triaged : DataFrame
        What `analysis.triage.triage` returns, of one theme or all.
    known : Catalogue
    names : mapping
        Region code -> name as it stands in a sentence.

    Returns
    -------
    DataFrame
        The rows of the triage with name, theme (its title), title (of the indicator), shown (the figure with its
        year, or why there is none) and decimals. Wijken with the most unfavourable figures that get worse come first,
        then those with the most unfavourable figures, then those that are farthest off; figures are in the order of
        the catalogue.
    """
    themes = {theme.id: theme.title for theme in known.themes}
    cells = triaged.assign(
        name=triaged["region"].map(lambda region: names.get(region, region)).astype("str"),
        title=triaged["indicator"].map(lambda name: known[name].title).astype("str"),
        theme=triaged["theme"].map(lambda theme: themes.get(theme, theme)).astype("str"),
        shown=[
            _shown(known[name], value, status, unit, year) + (_TOO_OLD if too_old else "")
            for name, value, status, unit, year, too_old in zip(
                *(triaged[column] for column in ("indicator", "value", "status", "unit", "year")),
                _too_old(triaged),
                strict=True,
            )
        ],
        decimals=triaged["indicator"].map(lambda name: known[name].decimals).astype("int64"),
    )
    order = {region: place for place, region in enumerate(by_urgency(triaged))}
    columns = {
        name: (list(themes).index(known[name].theme), place) for place, name in enumerate(known.indicators)
    }
    places = pd.DataFrame(
        {
            "row": triaged["region"].map(order),
            "theme": triaged["indicator"].map(lambda name: columns[name][0]),
            "column": triaged["indicator"].map(lambda name: columns[name][1]),
        },
        index=triaged.index,
    )
    return cells.loc[places.sort_values(["row", "theme", "column"]).index].reset_index(drop=True)


def _too_old(triaged: pd.DataFrame) -> pd.Series:
    """Tell which figures could be compared, but say nothing about now."""
    return (triaged["state"] == "no_figure") & (triaged["verdict"] != "no_figure")


def _shown(indicator: Indicator, value: float, status: str, unit: str, year: float) -> str:
    """Write a figure with its year; without the unit where the title of the indicator says it."""
    text = wording.figure_or_reason(value, status, unit, indicator.decimals)
    if not wording.is_figure(value):
        return text
    if indicator.phrase_has_unit and unit == indicator.unit and not wording.in_thousands_of_euro(unit):
        text = wording.number(value, indicator.decimals) + text.removeprefix(
            wording.figure(value, unit, indicator.decimals)
        )
    return f"{text} in {int(year)}"


def by_urgency(triaged: pd.DataFrame) -> list[str]:
    """Return the wijken, the most urgent first; a page that shows some of them takes the first.

    Parameters
    ----------
    triaged : DataFrame
        Columns region, state and sure_level of `analysis.triage.triage`.

    Returns
    -------
    list of str
        Codes: by the number of unfavourable figures that get worse, then by the number of unfavourable figures, then
        by how far these are off together. What falls inside the noise does not count.
    """
    bad = triaged["state"].isin(("bad_worse", "bad", "bad_better"))
    counted = pd.DataFrame(
        {
            "region": triaged["region"],
            "worse": (triaged["state"] == "bad_worse").astype("int64"),
            "bad": bad.astype("int64"),
            "far": triaged["sure_level"].where(bad).fillna(0.0),
        }
    )
    sums = counted.groupby("region", sort=True).sum()
    return [
        str(code) for code in sums.sort_values(["worse", "bad", "far"], ascending=False, kind="stable").index
    ]


def legend(cells: pd.DataFrame, comparator: str) -> str:
    """Return the sentences under `heat_table`: the marks that stand behind the figures.

    Parameters
    ----------
    cells : DataFrame
        As `heat_cells` returns them.
    comparator : str
        With whom the wijken are compared.
    """
    told = course_subject(heat_marks(cells), comparator)
    marks = wording.marks_legend((Status.PROVISIONAL, Status.BRIDGED))
    return " ".join(part for part in (_LEGEND, told, marks) if part)


def heat_table(cells: pd.DataFrame) -> Styler:
    """Return the heat map as a table to show with ``st.dataframe``: wijken down, figures across.

    Parameters
    ----------
    cells : DataFrame
        As `heat_cells` returns them.

    Returns
    -------
    Styler
        Only figures that at least one wijk has. Cells are numbers and sort as such; shown as "12,3 · ongunstiger ▲":
        the figure, how it compares and which way it goes. Put `legend` below, and pass
        ``placeholder=tables.PLACEHOLDER`` for the cells without a figure.
    """
    marked, _ = compared(heat_marks(cells))
    names = wording.label_names(dict(zip(marked["region"], marked["name"], strict=True)))
    usual = {str(name): _usual(part) for name, part in marked.groupby("indicator", sort=False)}
    heads = {name: _head(*of_column) for name, of_column in usual.items()}
    in_euros = marked["unit"].map(wording.in_thousands_of_euro).astype("bool")
    written = marked.assign(
        wijk=marked["region"].map(names),
        head=marked["indicator"].map(heads),
        number=marked["value"].where(~in_euros, marked["value"] * 1000),
        decimals=marked["decimals"].where(~in_euros, 0),
        behind=[
            _behind(usual[name], *cell)
            for name, *cell in zip(
                *(marked[column] for column in ("indicator", "status", "unit", "year", "step", "moves")),
                strict=True,
            )
        ],
    )
    wide = written.set_index(["wijk", "head"])["number"].unstack()  # noqa: PD010
    wide = wide.reindex(index=list(names.values()), columns=list(heads.values()))
    wide.index.name, wide.columns.name = "Wijk", None
    styler = wide.style
    for (head, decimals, behind), part in written[written["number"].notna()].groupby(
        ["head", "decimals", "behind"], sort=False
    ):
        styler = styler.format(_writer(int(str(decimals)), str(behind)), subset=(list(part["wijk"]), [head]))
    return styler


def _usual(column: pd.DataFrame) -> tuple[str, str, int]:
    """Return title, unit and year of a column; those that most of its cells have."""
    # Of two that occur as often the last one: the newest year.
    title, unit, year = (column[name].mode().iloc[-1] for name in ("title", "unit", "year"))
    return str(title), str(unit), int(year)


def _head(title: str, unit: str, year: int) -> str:
    """Return the heading of a column: the unit where the title does not say it, and the year."""
    label = wording.unit_label(unit)
    told = label.replace(wording.THIN, " ") in title.replace(wording.THIN, " ")
    return f"{title} ({year})" if told else f"{title} ({label}, {year})"


def _behind(
    of_column: tuple[str, str, int], status: str, unit: str, year: float, step: int, moves: str
) -> str:
    """Return what stands behind a figure: unit and year where they are not those of its column, and what it says."""
    _, usual_unit, usual_year = of_column
    own_unit = "" if unit == usual_unit else f" {wording.unit_label(unit)}"
    own_year = "" if year == usual_year else f" in {year:.0f}"
    mark = wording.status_mark(status) + own_unit + own_year
    if step == NO_FIGURE:
        return mark
    return f"{mark} · {LEVEL_WORDS[step]} {_TRIANGLES.get(moves.lower(), '')}".rstrip()


def _writer(decimals: int, behind: str) -> Callable[[object], str]:
    return lambda value: wording.number(value, decimals) + behind


def heat_rows(cells: pd.DataFrame, comparator: str, source: str) -> pd.DataFrame:
    """Return the cells as plain rows for CSV and Excel, in the order of the heat map.

    Parameters
    ----------
    cells : DataFrame
        As `heat_cells` returns them.
    comparator : str
        With whom the wijken are compared.
    source : str
        Source of the figures, with its licence.

    Returns
    -------
    DataFrame
        One row per wijk and figure: Wijk, Code, Thema, Cijfer, Jaar, Waarde, Eenheid (as the source states them),
        status (of `data.panel`, named as in every other file), Vergeleken met, Waarde vergelijking, Verschil, Ruis (half
        the band of 95 %), Stand, Richting, Richting van (the figure or its gap with the comparator), Oordeel richting,
        Sinds, Waarom geen vergelijking, Bron. What is not known is empty, never 0.
    """
    marked = heat_marks(cells)
    words = [COURSE_WORDS.get(moves.lower(), "").partition(", ") for moves in marked["moves"]]
    of_gap = marked["moves"].str.isupper()
    return pd.DataFrame(
        {
            "Wijk": marked["name"],
            "Code": marked["region"],
            "Thema": marked["theme"],
            "Cijfer": marked["title"],
            "Jaar": marked["year"].astype("Int64"),
            "Waarde": marked["value"].round(6),
            "Eenheid": marked["unit"],
            "status": marked["status"],
            "Vergeleken met": comparator,
            "Waarde vergelijking": marked["comparator_value"].round(6),
            "Verschil": marked["difference"].round(6),
            "Ruis": marked["noise"].round(6),
            "Stand": marked["step"].map({**LEVEL_WORDS, NO_FIGURE: ""}),
            "Richting": [course for course, _, _ in words],
            "Richting van": of_gap.map({True: "het verschil met de vergelijking", False: "het cijfer"}),
            "Oordeel richting": [meaning for _, _, meaning in words],
            "Sinds": marked["turned"],
            "Waarom geen vergelijking": [
                _why(value, status, verdict) if step == NO_FIGURE else ""
                for value, status, verdict, step in zip(
                    *(marked[column] for column in ("value", "status", "verdict", "step")), strict=True
                )
            ],
            "Bron": source,
        }
    ).reset_index(drop=True)


def _why(value: float, status: str, verdict: str) -> str:
    """Say why a figure is not compared."""
    if not wording.is_figure(value):
        return wording.no_figure(status)
    return "geen cijfer om mee te vergelijken" if verdict == "no_figure" else "het cijfer is te oud"
