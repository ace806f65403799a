"""The parent of one figure: its table, its day, its code, its margin, and the figures that it is made of."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.noise import Z95
from data.catalogue import Indicator
from data.manifest import Delivery, TableRecord
from data.panel import Status
from ui import fetch_wording as told
from ui import wording
from ui.figures import Figures
from ui.parts import HELD_TOP, PARENT, narrow_table, parent_link, say, say_list, when_opened
from ui.selection import Selection

#: What is written where a table does not tell.
_UNKNOWN = "niet vermeld"
_MARGIN_EXPLAINED = (
    "De marge is geen telfout van CBS. Zij zegt hoeveel het cijfer ook zonder echte verandering hoger of lager had kunnen zijn: door "
    "afronding, door toeval bij kleine aantallen en door omrekenen (in ongeveer 95 van de 100 gevallen). Lees niets in een verschil "
    "dat daarbinnen valt."
)


# What is known of a figure -------------------------------------------------------------------------


def history(known: Figures, indicator: Indicator, region: str) -> pd.DataFrame:
    """Return the figures of one region over the years, newest first, with ``margin``: 1.96 standard errors."""
    rows = known.of(indicator.id, region).sort_values("year", ascending=False)
    return rows.assign(margin=Z95 * known.errors["total"].reindex(rows.index))


def history_table(rows: pd.DataFrame, indicator: Indicator, year: int) -> pd.DataFrame:
    """Write `history` for the screen; the chosen year in bold."""
    return pd.DataFrame(
        {
            "Jaar": [f"**{then}** (gekozen)" if then == year else str(then) for then in rows["year"]],
            "Cijfer": [
                wording.figure(value, row_unit, indicator.decimals) for value, row_unit in _with_unit(rows)
            ],
            "Marge": [
                short_margin(width, unit, indicator.decimals)
                for width, unit in zip(rows["margin"], rows["unit"], strict=True)
            ],
            "Stand": [wording.status_label(status) or "vast cijfer" for status in rows["status"]],
            "Code bij CBS": list(rows["published_as"]),
        }
    )


def _with_unit(rows: pd.DataFrame) -> list[tuple[float, str]]:
    return list(zip(rows["value"], rows["unit"], strict=True))


def short_margin(width: float, unit: str, decimals: int = 0) -> str:
    """Write a margin for a table, where "procentpunt" behind every figure would fill a telephone."""
    if not wording.is_figure(width):
        return ""
    return wording.margin(width, unit, decimals).removesuffix(f"{wording.SPACE}procentpunt")


def deliveries(known: Figures, row: pd.Series) -> list[tuple[TableRecord, Delivery]]:
    """Return the tables that a figure stands in, each with the delivery that brought it."""
    tables = {record.id: record for record in known.tables}
    gemeenten = [f"GM{code[2:6]}" for code in row["published_as"].split(", ")]
    ids = [part for part in row["source"].split(", ") if part in tables]
    return [(tables[part], tables[part].delivery(gemeenten[0])) for part in dict.fromkeys(ids)]


def deliveries_table(known: Figures, rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """Write for every year in which table a figure stands, when CBS changed it, and when and how it came in."""
    lines = []
    for _, row in rows.iterrows():
        for record, delivery in deliveries(known, row):
            lines.append(
                {
                    "Jaar": f"**{row['year']}** (gekozen)" if row["year"] == year else str(row["year"]),
                    "Tabel": record.id,
                    "Gewijzigd door CBS": told.short_day(delivery.modified)
                    if delivery.modified
                    else _UNKNOWN,
                    "Opgehaald": told.short_day(delivery.at),
                    "Dienst": told.service_label(delivery.service),
                }
            )
    return pd.DataFrame(lines)


def figure_sentence(row: pd.Series, indicator: Indicator, name: str) -> str:
    """Say the figure of one year, or why there is none, with its margin."""
    year = int(row["year"])
    if not wording.is_figure(row["value"]):
        reason = wording.status_explanation(row["status"])
        return f"Voor {wording.subject(indicator)} in {name} in {year} is er geen cijfer. {reason}"
    value = wording.figure(row["value"], row["unit"], indicator.decimals)
    sentence = f"In {year} was {wording.subject(indicator)} in {name} {value}."
    if wording.is_figure(row["margin"]) and row["margin"] > 0:
        sentence += f" De marge is {wording.margin(row['margin'], row['unit'], indicator.decimals)}."
    if row["status"] != Status.OBSERVED:
        sentence += f" {wording.status_explanation(row['status'])}"
    return sentence


def source_sentences(known: Figures, row: pd.Series, indicator: Indicator) -> list[str]:
    """Say where the figure of one year stands: table, code, day of change, day of fetching, service."""
    many = "codes" if ", " in row["published_as"] else "code"
    sentences = []
    for record, delivery in deliveries(known, row):
        changed = (
            f"CBS wijzigde die tabel op {told.short_day(delivery.modified)}. " if delivery.modified else ""
        )
        sentences.append(
            f"Tabel {record.id} van CBS ({record.title}), {many} {row['published_as']}. {changed}{_came_in(delivery)}"
        )
    if indicator.derived:
        sentences.append(f"Wijkradar rekende dit uit: {calculation(known, indicator)}.")
    return sentences


def _came_in(delivery: Delivery) -> str:
    by = told.service_label(delivery.service)
    if by.startswith("CBS"):
        return f"Opgehaald op {told.day(delivery.at)} bij de dienst {by}."
    kind = "" if by == "bestand" else f" ({by})"
    return f"Ingelezen op {told.day(delivery.at)} uit een bestand{kind}."


def calculation(known: Figures, indicator: Indicator) -> str:
    """Say in words how a derived figure is made: "inwoners van 65 jaar of ouder gedeeld door ..., keer 100"."""
    count, *whole = [wording.in_sentence(known.catalogue[part].title) for part in indicator.share_of]
    bottom = f"de som van {wording.join_names(whole)}" if len(whole) > 1 else whole[0]
    return f"{count} gedeeld door {bottom}, keer {wording.number(indicator.factor)}"


def parts_table(known: Figures, indicator: Indicator, region: str, year: int) -> pd.DataFrame:
    """Write the counts that a share of one year is made of, each with its margin and status."""
    lines = []
    for place, part in enumerate(indicator.share_of):
        rows = history(known, known.catalogue[part], region)
        rows = rows[rows["year"] == year]
        row = rows.iloc[0] if len(rows) else None
        lines.append(
            {
                "Onderdeel": known.catalogue[part].title,
                "Rol": "boven de streep" if place == 0 else "onder de streep",
                "Cijfer": "geen cijfer" if row is None else wording.figure(row["value"], row["unit"]),
                "Marge": "" if row is None else short_margin(row["margin"], row["unit"]),
                "Stand": "" if row is None else wording.status_label(row["status"]) or "vast cijfer",
            }
        )
    return pd.DataFrame(lines)


def parts_by_year(known: Figures, indicator: Indicator, region: str) -> pd.DataFrame:
    """Write the counts that a share is made of for every year, newest first."""
    columns = {}
    for part in indicator.share_of:
        rows = history(known, known.catalogue[part], region)
        columns[known.catalogue[part].title] = pd.Series(
            [
                wording.figure_or_reason(row["value"], row["status"], row["unit"])
                + (f" ({wording.margin(row['margin'], row['unit'])})" if row["margin"] > 0 else "")
                for _, row in rows.iterrows()
            ],
            index=rows["year"].astype(str),
            dtype="str",
        )
    table = pd.DataFrame(columns).sort_index(ascending=False)
    return table.fillna("geen cijfer").rename_axis("Jaar").reset_index()


def conversion_table(known: Figures, indicator: Indicator, region: str, year: int) -> pd.DataFrame:
    """Write from which old wijken a converted figure was made, with their own figures and their parts."""
    account = known.account
    lines = []
    for _, row in account[(account["region"] == region) & (account["year"] == year)].iterrows():
        land = known.region_of(row["old"], year)
        figure = known.of(indicator.id, land) if land else known.panel.iloc[:0]
        figure = figure[figure["year"] == year]
        lines.append(
            {
                "Oude wijk": f"{known.label(land) if land else row['old']} ({row['old']})",
                "Cijfer toen": wording.figure_or_reason(
                    figure["value"].iloc[0],
                    figure["status"].iloc[0],
                    figure["unit"].iloc[0],
                    indicator.decimals,
                )
                if len(figure)
                else "geen cijfer",
                "Deel dat meegaat": wording.figure(100 * row["weight"], "%"),
                "Aandeel in de wijk van nu": wording.figure(100 * row["share"], "%"),
            }
        )
    return pd.DataFrame(lines)


def conversion_sentence(known: Figures, row: pd.Series, indicator: Indicator) -> str:
    """Say how a figure was converted, how much changed hands, and how far the conversion may be off."""
    account = known.account
    here = account[(account["region"] == row["region"]) & (account["year"] == row["year"])]
    by_area = (here["origin"] == "area").any()
    what = "de oppervlakte" if by_area else "de adressen"
    sentence = (
        f"Dit cijfer is omgerekend naar de grenzen van nu, met {what}. Van {what} van de oude en de nieuwe wijk samen ging "
        f"{wording.figure(100 * row['moved'], '%')} naar een andere wijk. Door het omrekenen alleen kan het cijfer "
        f"{wording.margin(Z95 * row['bridging_error'], row['unit'], indicator.decimals)} schelen."
    )
    if by_area:
        sentence += (
            " Let op: op oppervlakte is veel onzekerder, want een park telt dan even zwaar als een flat."
        )
    return sentence


def comparators_table(known: Figures, indicator: Indicator) -> pd.DataFrame:
    """Write the figures of the gemeente and of Nederland beside each other, newest first."""
    columns = {}
    for region in filter(None, (known.gemeente, known.comparator)):
        rows = history(known, indicator, region)
        columns[known.label(region)] = pd.Series(
            [
                wording.figure_or_reason(row["value"], row["status"], row["unit"], indicator.decimals)
                for _, row in rows.iterrows()
            ],
            index=rows["year"],
            dtype="str",
        )
    table = pd.DataFrame(columns).sort_index(ascending=False).fillna("geen cijfer")
    table.insert(0, "Jaar", table.index.astype(str))
    return table


# On the page ---------------------------------------------------------------------------------------


def show_parent(selection: Selection) -> None:
    """Show where the chosen figure comes from: of the chosen wijk, else of the gemeente.

    Parameters
    ----------
    selection : Selection
        The year of the selection is told first, and marked in the tables.
    """
    known, indicator, year = selection.figures, selection.indicator, selection.year
    region, name = selection.focus, selection.focus_label
    # An anchor of the heading itself would bring a link that speaks English.
    st.html(f'<span id="{PARENT}"></span>{HELD_TOP}', unsafe_allow_javascript=True)
    st.header("Waar komt dit cijfer vandaan?", anchor=False)
    st.caption(
        f"{indicator.title}, {name}. Kies boven een andere wijk, een ander onderwerp of een ander jaar."
    )
    rows = history(known, indicator, region)
    if rows.empty:
        say(f"Van {name} is er over dit onderwerp geen enkel cijfer, ook geen reden waarom niet.")
        return
    of_year = rows[rows["year"] == year]
    if of_year.empty:
        say(f"Van {name} is er over {year} niets bekend bij dit onderwerp. De andere jaren staan hieronder.")
    else:
        _show_year(selection, of_year.iloc[0])
    st.markdown("**Alle jaren**")
    narrow_table(
        history_table(rows, indicator, year),
        "Tabel: het cijfer in alle jaren",
        "bron-jaren",
        ["Cijfer", "Marge"],
    )
    if (rows["margin"] > 0).any():
        in_points = " Hier staat zij in procentpunten." if indicator.unit == "%" else ""
        st.caption(_MARGIN_EXPLAINED + in_points)
    narrow_table(
        deliveries_table(known, rows, year), "Tabel: bron van het cijfer in alle jaren", "bron-tabellen"
    )
    st.caption(known.source_of(indicator))
    if indicator.derived:
        with when_opened("De aantallen waar dit van is gemaakt, alle jaren", "bron-delen-jaren") as is_open:
            if is_open:
                st.dataframe(
                    parts_by_year(known, indicator, region),
                    hide_index=True,
                    alt="Tabel: de aantallen waar het cijfer van is gemaakt",
                )
    with when_opened("Het cijfer van de gemeente en van Nederland", "bron-vergelijk") as is_open:
        if is_open:
            narrow_table(
                comparators_table(known, indicator), "Tabel: gemeente en Nederland", "bron-vergelijking"
            )
            say("Dit zijn cijfers van CBS zelf, uit dezelfde tabellen. Het zijn geen sommen van wijken.")


def _show_year(selection: Selection, row: pd.Series) -> None:
    """Say everything about the figure of the chosen year."""
    known, indicator, year = selection.figures, selection.indicator, int(row["year"])
    region = selection.focus
    say(figure_sentence(row, indicator, selection.focus_label))
    say_list(source_sentences(known, row, indicator))
    if indicator.derived:
        narrow_table(
            parts_table(known, indicator, region, year),
            "Tabel: de aantallen waar het cijfer van is gemaakt",
            "bron-delen",
            ["Cijfer", "Marge"],
        )
    if row["status"] == Status.BRIDGED:
        say(conversion_sentence(known, row, indicator))
        narrow_table(
            conversion_table(known, indicator, region, year),
            "Tabel: de oude wijken waar het cijfer uit is omgerekend",
            "bron-omgerekend",
            ["Cijfer toen", "Deel dat meegaat", "Aandeel in de wijk van nu"],
        )
        _links_to_old(known, indicator, region, year)
    elif row["published_as"] != (now := region.partition("@")[0]):
        say(
            f"In {year} had deze wijk de code {row['published_as']}. Het is hetzelfde gebied als later {now}."
        )


def _links_to_old(known: Figures, indicator: Indicator, region: str, year: int) -> None:
    account = known.account
    olds = account.loc[(account["region"] == region) & (account["year"] == year), "old"]
    with st.container(horizontal=True):
        for land in filter(None, (known.region_of(code, year) for code in olds)):
            parent_link(known, indicator, land, year, label=f"Bron van {known.label(land)}")
