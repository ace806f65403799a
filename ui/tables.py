"""Tables of figures for the screen, for reports and for download.

On the screen a figure must look Dutch *and* sort as a number. ``st.dataframe`` cannot do both by itself: its
number formats follow the browser's language, and ready-made text sorts "10" before "9". A pandas Styler can:
the cells stay numbers, so sorting, right alignment and copying work, and the Styler hands over the text to
show. Two things to know:

- a ``format`` in ``column_config`` would win from the Styler, so leave it out;
- ``st.dataframe`` shows its own word in every empty cell, whatever the Styler says. Pass
  ``placeholder=tables.PLACEHOLDER``; the reasons stand in the last column of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

import pandas as pd
from pandas.io.formats.style import Styler

from data.catalogue import Indicator
from reports.export import without_formulas
from ui import wording
from ui.outlook_reach import digits_of, no_finer
from ui.outlook_wording import COURSE_LABELS, as_far, error_of

#: What ``st.dataframe`` has to show in an empty cell. Short, since columns are not made wider for it.
PLACEHOLDER: Final = "geen"
#: Heading of the column that says why a cell is empty; only there where cells are.
REASONS: Final = "Waarom geen cijfer"


def shown_unit(indicator: Indicator) -> str:
    """Return the unit above a table, in words; thousands of euro are shown in euros."""
    return wording.unit_label(indicator.unit)


def _factor(indicator: Indicator) -> int:
    return 1000 if wording.in_thousands_of_euro(indicator.unit) else 1


def _writer(indicator: Indicator, unit: str, status: str | None) -> Callable[[object], str]:
    """Return what writes a figure: a plain number, with its unit where that is not the one above the table."""
    decimals = 0 if _factor(indicator) == 1000 else indicator.decimals

    def write(value: float) -> str:
        own = unit == indicator.unit
        text = wording.number(value, decimals) if own else wording.figure(value, unit, decimals)
        return text + wording.status_mark(status)

    return _texts(write)


def _wide(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    regions = frame.drop_duplicates("region")
    labels = wording.label_names(dict(zip(regions["region"], regions["name"], strict=True)))
    wide = frame.set_index(["region", "year"])[column].unstack().loc[list(labels)]  # noqa: PD010
    wide.index = pd.Index(list(labels.values()), name="Gebied", dtype="str")
    wide.columns = pd.Index([str(int(year)) for year in wide.columns], dtype="str")
    return wide


def figures_wide(frame: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Return figures with one row per region and one column per year.

    Parameters
    ----------
    frame : DataFrame
        Columns region, name, year and value; one row per region and year, in the order to show.
    indicator : Indicator
        Gives the unit: thousands of euro become euros, so that a copied cell is what the eye saw.

    Returns
    -------
    DataFrame
        Index "Gebied" (names, never twice the same), columns the years as text, values float64.
    """
    return (_wide(frame, "value").astype("float64") * _factor(indicator)).round(6)


def figures_table(frame: pd.DataFrame, indicator: Indicator) -> Styler:
    """Return one indicator with regions down and years across, to show with ``st.dataframe``.

    Parameters
    ----------
    frame : DataFrame
        Columns region, name, year, value and status, and unit where it differs; one row per region and year, in the
        order to show.
    indicator : Indicator
        Gives decimals; the unit belongs above the table (`shown_unit`), and in a cell that has another one.

    Returns
    -------
    Styler
        Cells are numbers, a provisional one carries "(v)" and a converted one "(o)": put
        ``wording.marks_legend`` below. Where figures are missing the last column says why, with the years.
    """
    values = figures_wide(frame, indicator)
    statuses, units = _wide(frame, "status"), _units_wide(frame, indicator)
    table = values.copy()
    if values.isna().any(axis=None):
        table[REASONS] = [_reasons(values.loc[label], statuses.loc[label]) for label in values.index]
    styler = table.style
    for column in values.columns:
        styler = _format_by_status(styler, column, statuses[column], units[column], indicator)
    return styler


def _reasons(values: pd.Series, statuses: pd.Series) -> str:
    """Return for one region which years are empty and why: "2017: geheim ...; 2024 en 2025: nog niet ..."."""
    years: dict[str, list[str]] = {}
    for year, value, status in zip(values.index, values, statuses, strict=True):
        if not wording.is_figure(value):
            label = wording.status_label(status) if isinstance(status, str) else ""
            years.setdefault(label or "niet in de bron", []).append(str(year))
    return "; ".join(f"{wording.join_years(which)}: {why}" for why, which in years.items())


def _units_wide(frame: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    of_its_own = frame if "unit" in frame else frame.assign(unit=indicator.unit)
    return _wide(of_its_own, "unit").fillna(indicator.unit)


def _format_by_status(
    styler: Styler, column: str, statuses: pd.Series, units: pd.Series, indicator: Indicator
) -> Styler:
    kinds = pd.MultiIndex.from_arrays([statuses.fillna(""), units])
    for status, unit in kinds.unique():
        styler = styler.format(
            _writer(indicator, unit, status),
            na_rep=wording.no_figure(status),
            subset=(statuses.index[kinds == (status, unit)], [column]),
        )
    return styler


def figures_text(frame: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Return the table of `figures_table` as text, for a report or a page that needs no sorting."""
    values, statuses = figures_wide(frame, indicator), _wide(frame, "status")
    units = _units_wide(frame, indicator)
    texts = {
        column: [
            _text(value, status, unit, indicator)
            for value, status, unit in zip(values[column], statuses[column], units[column], strict=True)
        ]
        for column in values.columns
    }
    return pd.DataFrame(texts, index=values.index, dtype="str")


def _text(value: float, status: object, unit: str, indicator: Indicator) -> str:
    known = status if isinstance(status, str) else None
    if not wording.is_figure(value):
        return wording.no_figure(known)
    return _writer(indicator, unit, known)(value)


def figure_rows(frame: pd.DataFrame, indicator: Indicator, source: str) -> pd.DataFrame:
    """Return the plain rows behind a picture, to download.

    Parameters
    ----------
    frame : DataFrame
        Columns region, name, year, value and status; margin where it is known, and unit where it is not that of the
        indicator in every row.
    indicator : Indicator
    source : str
        Sentence that names the parent of the figures.
    """
    rows = frame.assign(indicator=indicator.id, unit=frame.get("unit", indicator.unit), source=source)
    columns = ["region", "name", "year", "indicator", "value", "margin", "status", "unit", "source"]
    return rows[[column for column in columns if column in rows]]


def csv_bytes(frame: pd.DataFrame, index: bool = False) -> bytes:
    """Return a CSV file that Dutch Excel opens well: semicolons, decimal comma, UTF-8 with a mark; safe text."""
    return without_formulas(frame).to_csv(index=index, sep=";", decimal=",").encode("utf-8-sig")


#: Bounds of a forecast, with the heading above their column.
_BOUNDS: Final = {
    "lower_80": "8 van de 10 keer: van",
    "upper_80": "8 van de 10 keer: tot",
    "lower_95": "95 van de 100 keer: van",
    "upper_95": "95 van de 100 keer: tot",
}
_AHEAD: Final = ["mean", *_BOUNDS]


def forecast_table(history: pd.DataFrame, outlook: pd.DataFrame, indicator: Indicator) -> Styler:
    """Return what was counted and what is expected, a row per year, to show with ``st.dataframe``.

    Parameters
    ----------
    history : DataFrame
        Columns year, value and status of one region.
    outlook : DataFrame
        Columns year, mean, lower_80, upper_80, lower_95 and upper_95 (`analysis.forecasting.Study.forecasts` of that
        region). What is expected is written no finer than its doubt; a year without a band has no row.
    indicator : Indicator
    """
    counted = [wording.status_label(status) or "vast cijfer" for status in history["status"].astype("str")]
    ahead = _no_finer_than_doubt(outlook.loc[outlook["lower_80"].notna()], history, indicator)
    rows = pd.concat([history, ahead.rename(columns={"mean": "value"})], ignore_index=True)
    table = (rows[["value", *_BOUNDS]].astype("float64") * _factor(indicator)).round(6)
    table.insert(0, "Wat het is", [*counted, *["verwachting"] * len(ahead)])
    table = table.rename(columns={"value": capital_unit(indicator), **_BOUNDS})
    table.index = pd.Index(rows["year"].astype(int).astype(str), name="Jaar")
    numbers: list[Hashable] = list(table.columns[1:])
    return table.style.format(_writer(indicator, indicator.unit, None), subset=numbers, na_rep=PLACEHOLDER)


def _no_finer_than_doubt(outlook: pd.DataFrame, history: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Return the outlook rounded as the sentences of the page say it (`ui.outlook_reach.digits_of`)."""
    known = history.loc[history["value"].notna()].sort_values("year")
    if outlook.empty or known.empty:
        return outlook[["year", *_AHEAD]]
    return no_finer(outlook[["year", *_AHEAD]], float(known["value"].iloc[-1]), indicator)


def capital_unit(indicator: Indicator) -> str:
    """Return the unit as a heading above a column."""
    return wording.capital(shown_unit(indicator))


def forecast_rows(
    history: pd.DataFrame, outlook: pd.DataFrame, indicator: Indicator, source: str
) -> pd.DataFrame:
    """Return the plain rows behind a forecast, to download.

    Parameters
    ----------
    history, outlook, indicator
        As in `forecast_table`; here with two decimals more than the figures, so that one can go on with them.
    source : str
        Sentence that names the parent of the figures.

    Returns
    -------
    DataFrame
        The columns of `figure_rows` (what is expected stands in value), lower_80, upper_80, lower_95, upper_95, and
        kind: "cijfer" or "verwachting".
    """
    finer = indicator.decimals + 2
    ahead = outlook.loc[outlook["lower_80"].notna(), ["year", *_AHEAD]].round(finer)
    ahead = ahead.rename(columns={"mean": "value"}).assign(kind="verwachting")
    whole = pd.concat([history.assign(kind="cijfer"), ahead], ignore_index=True)
    whole = whole.assign(**{column: whole[column].ffill() for column in ("region", "name", "unit")})
    return figure_rows(whole, indicator, source).join(whole[[*_BOUNDS, "kind"]])


_CHANGES: Final = {
    "change": "Verandering",
    "lower_80": "8 van de 10 keer: van",
    "upper_80": "8 van de 10 keer: tot",
}


def expected_table(rows: pd.DataFrame, indicator: Indicator, *, in_percent: bool = False) -> Styler:
    """Return what is expected of every wijk, the surest changes first, to show with ``st.dataframe``.

    Parameters
    ----------
    rows : DataFrame
        As `ui.chart_expected.expected_chart` takes them; with last_value and mean the figure of now and what is expected
        stand in the table too.
    indicator : Indicator
    in_percent : bool
        Whether the changes are per cent of the figure of now; else they are in its unit.
    """
    ordered = _expected_no_finer(in_order_of_change(rows), indicator, in_percent=in_percent)
    labels = wording.label_names(dict(zip(ordered["region"], ordered["name"], strict=True)))
    figures = {"last_value": "Nu", "mean": "Naar verwachting"}
    present = {name: heading for name, heading in figures.items() if name in ordered}
    table = pd.DataFrame(
        {
            heading: (ordered[name].astype("float64") * _factor(indicator)).round(6).to_list()
            for name, heading in present.items()
        }
        | {
            heading: (ordered[name].astype("float64") * (1 if in_percent else _factor(indicator)))
            .round(6)
            .to_list()
            for name, heading in _CHANGES.items()
        }
        | {"Wat het is": _courses(ordered)},
        index=pd.Index([labels[region] for region in ordered["region"]], name="Gebied"),
    )

    def changed(value: float) -> str:
        if in_percent:
            return wording.figure(value, "%", 1, signed=True)
        plain = 0 if _factor(indicator) == 1000 else indicator.decimals
        return wording.number(value, plain, signed=True)

    whole: list[Hashable] = list(present.values())
    moved: list[Hashable] = list(_CHANGES.values())
    return table.style.format(
        _writer(indicator, indicator.unit, None), subset=whole, na_rep=PLACEHOLDER
    ).format(_texts(changed), subset=moved, na_rep=PLACEHOLDER)


def _expected_no_finer(rows: pd.DataFrame, indicator: Indicator, *, in_percent: bool) -> pd.DataFrame:
    """Return what is expected of every wijk rounded as the sentences and the picture say it."""
    there = rows["change"].notna() & rows["lower_80"].notna()
    ends = list(_CHANGES)
    changed = indicator.model_copy(update={"unit": "%", "decimals": 1}) if in_percent else indicator
    rows = rows.copy()
    for place, row in rows.loc[there].iterrows():
        if {"mean", "last_value"} <= set(rows):
            now = float(row["last_value"])
            unit = abs(now) / 100 if in_percent else 1.0
            band = {name: now + unit * float(row[name]) for name in ends[1:]}
            finest = digits_of({"mean": row["mean"], "last_value": now, **band}, indicator)
            rows.loc[place, "mean"] = round(float(row["mean"]), finest)
        change = {"mean": row["change"], "last_value": 0.0, **{name: row[name] for name in ends[1:]}}
        finest = digits_of(change, changed)
        rows.loc[place, ends] = [round(float(row[name]), finest) for name in ends]
    return rows


def in_order_of_change(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the wijken that rise or fall by their change, behind them the others by name: they have no order."""
    ranks = rows["course"].map({"rises": 0, "falls": 0, "about_equal": 1, "too_uncertain": 1, "none": 2})
    change = (-rows["change"].astype("float64")).where(ranks == 0, 0.0)
    names = rows["name"].map(lambda name: wording.wijk_name(str(name)).casefold())
    ordered = rows.assign(_rank=ranks, _change=change, _name=names).sort_values(
        ["_rank", "_change", "_name"], kind="stable", ignore_index=True
    )
    return ordered.drop(columns=["_rank", "_change", "_name"])


def _courses(rows: pd.DataFrame) -> list[str]:
    reasons = rows["reason"].fillna("") if "reason" in rows else pd.Series("", index=rows.index)
    return [
        f"{COURSE_LABELS[course]}: {reason}" if course == "none" and reason else COURSE_LABELS[course]
        for course, reason in zip(rows["course"], reasons, strict=True)
    ]


def expected_rows(
    rows: pd.DataFrame, indicator: Indicator, source: str, *, in_percent: bool = False
) -> pd.DataFrame:
    """Return the plain rows of `expected_table` to download; what a change is in stands in column change_unit.

    Parameters
    ----------
    rows, indicator, in_percent
        As in `expected_table`.
    source : str
        Sentence that names the parent of the figures.
    """
    ordered = in_order_of_change(rows)
    finer = indicator.decimals + 2
    numbers = [name for name in ("last_value", "mean", *_CHANGES) if name in ordered]
    unit = "% van het cijfer van nu" if in_percent else indicator.unit
    told = ordered.assign(
        **{name: ordered[name].astype("float64").round(finer) for name in numbers},
        indicator=indicator.id,
        course=_courses(ordered),
        unit=indicator.unit,
        change_unit=unit,
        source=source,
    )
    columns = ["region", "name", "last_year", "year", "indicator", *numbers]
    columns += ["course", "unit", "change_unit", "source"]
    return told[[column for column in columns if column in told]]


def ranking_table(ranked: pd.DataFrame, indicator: Indicator, comparator: str) -> Styler:
    """Return the wijken in order of one figure, with its margin and how it stands beside the comparator.

    Parameters
    ----------
    ranked : DataFrame
        Columns region, name, value, status, noise (half the width of the band) and verdict, as `ui.charts.bar_ranking`
        takes them.
    indicator : Indicator
    comparator : str
        Name as it stands in a sentence.
    """
    ordered = ranked.sort_values("value", ascending=False, na_position="last", kind="stable")
    labels = wording.label_names(dict(zip(ordered["region"], ordered["name"], strict=True)))
    known = ordered["value"].notna()
    figures = (ordered["value"].astype("float64") * _factor(indicator)).round(6).to_list()
    table = pd.DataFrame(
        {
            capital_unit(indicator): figures,
            "Marge": [
                wording.margin(width, indicator.unit, indicator.decimals) if there and width > 0 else ""
                for width, there in zip(ordered["noise"].fillna(0.0), known, strict=True)
            ],
            f"Naast {comparator}": [wording.verdict_label(verdict) for verdict in ordered["verdict"]],
            "Stand": [
                wording.status_label(status) or "vast cijfer" for status in ordered["status"].astype("str")
            ],
        },
        index=pd.Index([labels[region] for region in ordered["region"]], name="Gebied"),
    )
    numbers: list[Hashable] = [capital_unit(indicator)]
    return table.style.format(_writer(indicator, indicator.unit, None), subset=numbers, na_rep=PLACEHOLDER)


def record_table(record: pd.DataFrame, indicator: Indicator) -> Styler:
    """Return how earlier forecasts did, a row per number of years ahead, to show with ``st.table``.

    Parameters
    ----------
    record : DataFrame
        Rows of one group of `analysis.forecasting.track_record`.
    indicator : Indicator
    """
    shown = pd.DataFrame(
        {
            "Jaren vooruit": record["horizon"],
            "Aantal proeven": record["n"],
            "In de band van 80 %": _shares(record["covered_80"]),
            "In de band van 95 %": _shares(record["covered_95"]),
            "Gemiddeld ernaast": record["mae"],
            "Ernaast bij ‘er verandert niets’": record["mae_no_change"],
            "Naast ‘er verandert niets’": [
                nearer_or_further(1.0 if as_far(row, indicator) else row["relative"])
                for _, row in record.iterrows()
            ],
        }
    )
    columns: list[Hashable] = list(shown.columns)
    return shown.style.format(_texts(lambda n: wording.number(n)), subset=columns[:2]).format(
        _texts(lambda error: error_of(error, indicator)),
        subset=columns[4:6],
        na_rep=PLACEHOLDER,
    )


def _shares(covered: pd.Series) -> list[str]:
    """Write how often bands were right; not "geen" where there were none, for that would read as never."""
    return [
        wording.figure(100 * share, "%") if wording.is_figure(share) else "te weinig proeven"
        for share in covered
    ]


#: A mean error that differs less than this share from that of no change is as far off.
_AS_FAR: Final = 0.03


def nearer_or_further(relative: float) -> str:
    """Say how a mean error compares with that of no change: "12 % dichterbij", "5 % verder weg", "ongeveer even ver".

    Parameters
    ----------
    relative : float
        Mean error as a share of that of no change; empty where that one was always right.
    """
    if not wording.is_figure(relative):
        return "verder weg"
    if abs(1 - relative) <= _AS_FAR:
        return "ongeveer even ver"
    share = wording.figure(100 * abs(1 - relative), "%")
    return f"{share} {'dichterbij' if relative < 1 else 'verder weg'}"


def _texts(write: Callable[[float], str]) -> Callable[[object], str]:
    return lambda value: write(float(value))  # type: ignore[arg-type]
