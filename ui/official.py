"""The official projection of CBS and PBL laid beside our own forecast of the gemeente, and the choice to go by it.

`show` is the section on the page Prognose. Who reckons with the projection asks `imposed` first, and hands `fixed_of` to
`analysis.reconciliation.reconcile`; `imposed_sentence` then says so on the page.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from analysis.forecasting import Study
from data.catalogue import Indicator
from data.errors import ProjectionError
from data.projection import members
from ui import charts, tables
from ui import official_wording as told
from ui.exhibit import exhibit, file_name
from ui.figures import Figures, series
from ui.outlook_reach import digits_of
from ui.parts import say, say_list, when_opened
from ui.selection import adopt_address, write_address

#: What is projected: the one figure of ours that the tables have.
INDICATOR: Final = "population"
#: In the address: with what is reckoned.
KEY: Final = "rekenen"
OWN, OFFICIAL = "eigen", "cbs"
#: Standard deviations in half an interval of 67 %, of a normal distribution.
_SDS_IN_67: Final = 0.9741
#: A projection that is this share off by now is of another town: a mistake in the file or an annexation.
_TOO_FAR_OFF: Final = 0.25


def counted(known: Figures) -> pd.Series:
    """Return the inhabitants of the gemeente that were counted, by year, oldest first."""
    rows = known.of(INDICATOR, known.gemeente).dropna(subset="value")
    return rows.astype({"year": "int64"}).set_index("year")["value"].astype("float64").sort_index()


def growth(known: Figures) -> pd.DataFrame | None:
    """Return the projection, moved to what was counted: its growth since the last year that both have.

    Returns
    -------
    DataFrame or None
        One row per year after that year: year, from_count (people) and error (standard deviation, people; 0 where there is
        no interval, as `reconcile` wants it), attrs counted_year, counted and projected of the year it starts in. The whole
        error counts, also the part that belongs to the years that are over: rather too wide than too narrow. None where
        there is no projection, no year that both have, or they are so far apart that it cannot be the same gemeente.
    """
    if known.projection is None:
        return None
    people = known.projection.set_index("year")
    people = people[people["people"] > 0]
    both = counted(known).index.intersection(people.index)
    if both.empty:
        return None
    year = int(both.max())
    start, projected = float(counted(known)[year]), float(people["people"][year])
    if not start or abs(start / projected - 1) > _TOO_FAR_OFF:
        return None
    factor = start / projected
    later = people[people.index > year]
    half = (later["upper_67"] - later["lower_67"]) / 2
    frame = pd.DataFrame(
        {
            "year": later.index.astype("int64"),
            "from_count": later["people"].to_numpy() * factor,
            "error": (half.fillna(0.0) / _SDS_IN_67).to_numpy() * factor,
        }
    )
    frame.attrs = {"counted_year": year, "counted": start, "projected": projected}
    return frame


def fixed_of(known: Figures) -> pd.DataFrame:
    """Return what is imposed on our forecasts when a page goes by the projection.

    Parameters
    ----------
    known : Figures

    Returns
    -------
    DataFrame
        Columns region, indicator, year, mean, error: the ``fixed`` of `analysis.reconciliation.reconcile`. The growth of
        the projection from the last count on (see `growth`), of the inhabitants of the gemeente. Empty without one.
    """
    found = growth(known)
    columns = ["region", "indicator", "year", "mean", "error"]
    if found is None:
        return pd.DataFrame(columns=columns).astype({"region": "str", "indicator": "str"})
    moved = found.rename(columns={"from_count": "mean"})
    return moved.assign(region=known.gemeente, indicator=INDICATOR)[columns]


def beside(known: Figures, studied: Study) -> pd.DataFrame | None:
    """Return the projection and our own forecast of the gemeente, year by year.

    Parameters
    ----------
    known : Figures
    studied : Study
        Our own forecasts, on which nothing was imposed.

    Returns
    -------
    DataFrame or None
        One row per year of the projection: year, people, lower_67, upper_67 (as published), counted, mean, lower_80,
        upper_80, last_value (ours; empty in other years), from_count (as `growth`) and difference (people minus mean). None where there
        is no projection.
    """
    if known.projection is None:
        return None
    ours = studied.forecasts
    ours = ours[(ours["region"] == known.gemeente) & (ours["indicator"] == INDICATOR)]
    frame = known.projection[["year", "people", "lower_67", "upper_67"]].merge(
        ours[["year", "mean", "lower_80", "upper_80", "last_value"]], "left", on="year"
    )
    moved = growth(known)
    by_year = pd.Series(dtype="float64") if moved is None else moved.set_index("year")["from_count"]
    return frame.assign(
        counted=frame["year"].map(counted(known)).astype("float64"),
        from_count=frame["year"].map(by_year).astype("float64"),
        difference=frame["people"] - frame["mean"],
    )


# The choice ---------------------------------------------------------------------------------------


def imposed(known: Figures) -> bool:
    """Tell whether the user chose to reckon with the projection, and there is one for this gemeente."""
    adopt_address(KEY)
    return st.session_state.get(KEY) == OFFICIAL and growth(known) is not None


def imposed_sentence(known: Figures) -> str:
    """Return the sentence for a page that reckons with the projection; empty where it does not."""
    found = growth(known) if imposed(known) else None
    return told.imposed_sentence(found.attrs["counted_year"]) if found is not None else ""


def choose(known: Figures) -> None:
    """Show the choice with what to reckon; nothing where there is no projection to go by."""
    if growth(known) is None:
        return
    adopt_address(KEY)
    if st.session_state.get(KEY) not in told.CHOICE_LABELS:
        st.session_state[KEY] = OWN
    chosen = st.segmented_control(
        told.CHOICE_QUESTION,
        list(told.CHOICE_LABELS),
        format_func=told.CHOICE_LABELS.__getitem__,
        key=KEY,
        required=True,
        wrap=True,
        persist_state="session",
        help=told.CHOICE_HELP,
    )
    write_address({KEY: str(chosen)})


# The section --------------------------------------------------------------------------------------


def show(known: Figures, studied: Study, horizon: int) -> None:
    """Show the projection beside our forecast of the gemeente, the difference in words, and the choice to go by it.

    Parameters
    ----------
    known : Figures
    studied : Study
        Our own forecasts, on which nothing was imposed.
    horizon : int
        Years ahead that the page shows.
    """
    st.subheader(f"De prognose van {told.NAME} ernaast", anchor=False)
    rows = beside(known, studied)
    # Beyond our own band we say nothing, so there is nothing to hold beside it.
    shown = None if rows is None else rows[rows["lower_80"].notna()].head(horizon)
    if known.projection is None or rows is None:
        st.caption(told.missing_sentence(_why_not(known)))
        return
    moved = growth(known)
    if moved is None:
        say(
            f"De prognose van {told.NAME} past niet bij wat er in {known.name} geteld is. Daarom staat zij hier niet naast "
            "onze verwachting."
        )
        return
    now = moved.attrs
    if shown is not None and len(shown):
        row = _no_finer_than_doubt(shown, known.catalogue[INDICATOR]).iloc[-1]
        say(" ".join(told.difference_sentences(row)))
        so_far = [told.gap_sentence(now["projected"], now["counted"], now["counted_year"])]
        if not told.about_equal(now["projected"], now["counted"]):
            so_far.append(told.from_count_sentence(row, now["counted_year"]))
        say(" ".join(so_far))
        _picture(known, studied, rows, row)
    else:
        say(told.gap_sentence(now["projected"], now["counted"], now["counted_year"]))
    choose(known)
    with when_opened("Wat u van deze prognose moet weten", "prognose-cbs") as is_open:
        if is_open:
            division = int(known.projection["division"].iloc[0])
            say_list(
                told.limits(
                    known.projection,
                    known.gemeente,
                    members(known.gemeente, division),
                    is_sample=known.is_sample,
                )
            )


def _no_finer_than_doubt(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Round our own forecasts as the rest of the page does, so that the same figure stands everywhere."""
    ours = ["mean", "lower_80", "upper_80"]
    rows = rows.copy()
    for label, row in rows[rows["lower_80"].notna()].iterrows():
        rows.loc[label, ours] = row[ours].astype("float64").round(digits_of(row, indicator))
    return rows


def _why_not(known: Figures) -> str:
    try:
        members(known.gemeente)
    except ProjectionError as error:
        return str(error)
    return ""


def _picture(known: Figures, studied: Study, rows: pd.DataFrame, last: pd.Series) -> None:
    indicator, place = known.catalogue[INDICATOR], known.name
    until = int(last["year"])
    history = series(known, INDICATOR, [known.gemeente], own=known.gemeente)
    ours = studied.forecasts
    outlook = ours[
        (ours["region"] == known.gemeente) & (ours["indicator"] == INDICATOR) & (ours["year"] <= until)
    ]
    laid = rows[rows["year"] <= until]
    source = " ".join(
        [
            known.source_of(indicator),
            told.source_sentence(_projection(known)),
        ]
    )
    exhibit(
        lambda look: charts.forecast_chart(
            history,
            outlook,
            indicator,
            look,
            title=told.title(last, place),
            source=source,
            official=laid[["year", "people", "lower_67", "upper_67"]],
            official_name=told.NAME,
        ),
        "prognose-cbs-pbl",
        name=file_name(known, f"prognose van {told.NAME}", int(history["year"].min()), until),
        table=lambda: table(_no_finer_than_doubt(laid, indicator)),
        figures=lambda: laid.drop(columns="last_value").assign(
            region=known.gemeente, name=place, indicator=INDICATOR, unit=indicator.unit, source=source
        ),
        told=f"Tabel: inwoners van {place}, geteld, volgens onze verwachting en volgens {told.NAME}",
    )


def _projection(known: Figures) -> pd.DataFrame:
    assert known.projection is not None
    return known.projection


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `beside` as text to show: what was counted, what we expect and what the projection says."""
    names = {
        "counted": "Geteld",
        "mean": "Onze verwachting",
        "lower_80": "80 %: van",
        "upper_80": "80 %: tot",
        "people": told.NAME,
        "lower_67": "67 %: van",
        "upper_67": "67 %: tot",
        "from_count": f"Groei van {told.NAME} vanaf de telling",
    }
    texts = {
        heading: [told.people(value) if np.isfinite(value) else tables.PLACEHOLDER for value in rows[column]]
        for column, heading in names.items()
    }
    return pd.DataFrame({"Jaar": rows["year"].astype("str").to_numpy(), **texts}, dtype="str")
