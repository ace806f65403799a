"""Findings: the titles of charts, each a short sentence that says what the picture shows.

A title claims no more than the figures carry: a difference is told beside a comparator only where it is larger than
the noise, the highest and the lowest are those that are written differently, and herkomst is never put in order.
"""

from __future__ import annotations

import pandas as pd

from data.catalogue import Indicator
from data.panel import Level
from ui import wording
from ui.amounts import amount, amounts, look_alike, pair, unit_behind
from ui.outlook_reach import course
from ui.outlook_wording import written
from ui.wording import capital, subject

#: More wijken than this that share a first or last place are counted, not named.
_MOST_NAMES = 2
_UNFAVOURABLE = ("bad_worse", "bad", "bad_better")


def forecast_title(row: pd.Series | None, indicator: Indicator, place: str, *, dated: bool = False) -> str:
    """Say what is expected, against the last figure: more, less, or not to tell apart (band of 80 %).

    Parameters
    ----------
    row : Series or None
        One row of `analysis.forecasting.Study.forecasts` with a band; None where there is no forecast.
    indicator : Indicator
    place : str
        Name of the region as it stands in a sentence.
    dated : bool
        Whether the year of the last figure is named instead of "nu": in a document that is read later.
    """
    if row is None:
        return f"Niet te voorspellen: {subject(indicator)} in {place}"
    start, year, side = (
        f"{capital(subject(indicator))} in {place}",
        int(row["year"]),
        course(row, indicator),
    )
    if side == "about_equal":
        return f"{start} is in {year} naar verwachting ongeveer gelijk aan {int(row['last_year']) if dated else 'nu'}"
    if side == "too_uncertain":
        more, less = wording.degrees(indicator)[:2]
        then = f"in {int(row['last_year'])}" if dated else "nu"
        return f"{start} kan in {year} {more} zijn dan {then}, maar ook {less}"
    direction = "omhoog" if side == "rises" else "omlaag"
    now, then = amounts([row["last_value"]], indicator)[0], written(row, indicator)[0]
    if now == then:
        return f"{start} gaat naar verwachting iets {direction} tot {year}"
    return (
        f"{start} gaat naar verwachting {direction}: van {now} naar {then}{unit_behind(indicator)} in {year}"
    )


def earlier_title(earlier: pd.DataFrame, lead: int | None, indicator: Indicator, place: str) -> str:
    """Say how many earlier bands of 80 % held what came.

    Parameters
    ----------
    earlier : DataFrame
        Rows of `analysis.forecasting.Study.earlier` of one series.
    lead : int or None
        How many years ahead they looked.
    indicator : Indicator
    place : str
    """
    rows = earlier[earlier["horizon"] == lead]
    banded = rows[rows["lower_80"].notna()]
    n, held = len(banded), int(banded["value"].between(banded["lower_80"], banded["upper_80"]).sum())
    start = f"{capital(subject(indicator))} in {place}"
    if rows.empty or lead is None:
        return f"{start}: nog geen eerdere verwachtingen om na te rekenen"
    ahead = wording.count(lead, "jaar", "jaar")
    if not n:
        off = wording.difference(
            float((rows["value"] - rows["mean"]).abs().mean()), indicator.unit, indicator.decimals
        )
        return f"{start}: wat wij {ahead} eerder verwachtten, zat er gemiddeld {off} naast"
    if n == 1:
        return f"{start}: het ene cijfer kwam {ahead} later {'binnen' if held else 'buiten'} de band uit"
    came = "kwam" if held == 1 else "kwamen"
    which = wording.number(held) if held else "geen"
    return f"{start}: van de {wording.number(n)} keer {came} er {which} binnen de band van {ahead} eerder uit"


def record_title(record: pd.DataFrame, whose: str) -> str:
    """Say how often earlier bands of 80 % were right, 1 year ahead and furthest ahead.

    Parameters
    ----------
    record : DataFrame
        Rows of one group of `analysis.forecasting.track_record`.
    whose : str
        Where: "In wijken met 1 000 tot 2 500 inwoners".
    """
    banded = record[record["banded"] > 0].sort_values("horizon")
    if banded.empty:
        return f"{whose}: van geen enkele band is al na te gaan of hij klopte"
    shares = [
        f"{wording.number(100 * row['covered_80'])} van de 100 keer {wording.count(int(row['horizon']), 'jaar', 'jaar')} vooruit"
        for _, row in banded.iloc[[0, -1][: len(banded)]].iterrows()
    ]
    return f"{whose} klopte de band {wording.join_names(shares)}; bedoeld was 80"


def expected_title(rows: pd.DataFrame, indicator: Indicator, year: int) -> str:
    """Say where the figure is expected to rise and fall most; only wijken of which that is sure, and never herkomst.

    Parameters
    ----------
    rows : DataFrame
        One row per wijk: name, course (`ui.outlook_wording.COURSE_LABELS`) and change.
    indicator : Indicator
    year : int
        Around which the expectation is.
    """
    start, until = capital(subject(indicator)), f"tot {year}"
    there = rows[rows["course"] != "none"]
    if there.empty:
        return f"{start} {until}: in geen enkele wijk te voorspellen"
    sure = there[there["course"].isin(["rises", "falls"]) & there["change"].notna()]
    if sure.empty:
        return f"{start} {until}: in geen enkele wijk een duidelijke verandering"
    if not indicator.usable_in_score:
        of = f"{wording.number(len(sure))} van de {wording.count(len(there), 'wijk', 'wijken')}"
        return f"{start} {until}: in {of} een duidelijke verandering"
    rises, falls = (sure[sure["course"] == side].sort_values("change") for side in ("rises", "falls"))
    told = [f"stijgt {until} naar verwachting het sterkst in {rises['name'].iloc[-1]}"] if len(rises) else []
    if len(falls):
        when = "" if told else f"{until} naar verwachting "
        told.append(f"daalt {when}het sterkst in {falls['name'].iloc[0]}")
    return f"{start} {wording.join_names(told)}"


def series_title(frame: pd.DataFrame, indicator: Indicator, place: str) -> str:
    """Say between which years and figures a series went, without a verdict.

    Parameters
    ----------
    frame : DataFrame
        Columns year and value, and segment where the series is broken; of one region.
    indicator : Indicator
    place : str
    """
    known = frame[frame["value"].notna()].sort_values("year")
    start = f"{capital(subject(indicator))} in {place}"
    if known.empty:
        return f"{start}: geen cijfers"
    if "segment" in known:
        known = known[known["segment"] == known["segment"].iloc[-1]]
    first, last = known.iloc[0], known.iloc[-1]
    if len(known) == 1:
        return f"{start}: {amount(last['value'], indicator)} in {int(last['year'])}"
    if look_alike(first["value"], last["value"], indicator):
        return (
            f"{start}: {amount(last['value'], indicator)} in {int(first['year'])} en in {int(last['year'])}"
        )
    span = pair(first["value"], last["value"], indicator)
    return f"{start} ging van {span} ({int(first['year'])} tot en met {int(last['year'])})"


def ranking_title(frame: pd.DataFrame, indicator: Indicator, comparator: str | None = None) -> str:
    """Say who is highest and lowest, or in how many wijken the figure differs from that of the comparator.

    Parameters
    ----------
    frame : DataFrame
        Columns name and value (NaN without a figure); with a comparator also verdict, as in
        `analysis.standing.compare`.
    indicator : Indicator
    comparator : str, optional
        Name of whom the wijken are compared with.
    """
    judged = (
        frame[frame["verdict"].isin(["higher", "lower", "about_equal"])] if "verdict" in frame else frame[:0]
    )
    if comparator is None or judged.empty or not indicator.usable_in_score:
        return _ends_title(frame, indicator)
    higher, lower = (int((judged["verdict"] == side).sum()) for side in ("higher", "lower"))
    start, n = capital(subject(indicator)), len(judged)
    if not higher and not lower:
        whose = "de enige wijk" if n == 1 else f"geen van de {wording.count(n, 'wijk', 'wijken')}"
        if n == 1:
            return f"{start} is in {whose} ongeveer gelijk aan {comparator}"
        return f"{start} wijkt in {whose} duidelijk af van {comparator}"
    sides = [
        (word, count)
        for word, count in zip(wording.degrees(indicator), (higher, lower), strict=False)
        if count
    ]
    (word, count), *more = sides
    title = f"{start} is {_in_how_many(count, n)} {word} dan in {comparator}"
    return title + "".join(f" en in {wording.number(few)} {other}" for other, few in more)


def _in_how_many(count: int, n: int) -> str:
    if n == 1:
        return "in de enige wijk"
    return (
        f"in {wording.all_of(n, 'wijken')}"
        if count == n
        else f"in {wording.number(count)} van de {wording.count(n, 'wijk', 'wijken')}"
    )


def _ends_title(frame: pd.DataFrame, indicator: Indicator, when: str = "", level: str = Level.WIJK) -> str:
    """Say where a figure is highest and where lowest; never for herkomst, and never between equals."""
    one, many = wording.level_label(level), wording.level_label(level, plural=True)
    known = frame[frame["value"].notna()]
    start = capital(subject(indicator))
    if known.empty:
        return f"{start}{when}: van geen enkele {one} een cijfer"
    low, high = known["value"].min(), known["value"].max()
    if len(known) == 1:
        name = wording.wijk_name(known["name"].iloc[0])
        return f"{start} in {name}{when}: {amount(high, indicator)}"
    if look_alike(low, high, indicator):
        return f"{start} is{when} in {wording.all_of(len(known), many)} gelijk: {amount(high, indicator)}"
    if not indicator.usable_in_score:
        return f"{start} per {one}{when}: {pair(low, high, indicator, 'tot')}"
    # Wijken that are written alike share their place.
    most, least = (
        [
            wording.wijk_name(name)
            for name, value in zip(known["name"], known["value"], strict=True)
            if look_alike(value, end, indicator)
        ]
        for end in (high, low)
    )
    _, _, top, bottom = wording.degrees(indicator)
    return f"{start} is{when} het {top} in {_shared(most, many)} en het {bottom} in {_shared(least, many)}"


def _shared(names: list[str], many: str) -> str:
    return wording.join_names(names) if len(names) <= _MOST_NAMES else f"{wording.number(len(names))} {many}"


def map_title(
    values: pd.DataFrame, indicator: Indicator, gemeente: str, year: int, level: str = Level.WIJK
) -> str:
    """Say where on the map the figure is highest and where lowest.

    Parameters
    ----------
    values : DataFrame
        One row per region: name and value (NaN where there is no figure).
    indicator : Indicator
    gemeente : str
        Name as it stands in a sentence.
    year : int
    level : str
        Level of the regions on the map.
    """
    if values["value"].notna().any():
        return f"{gemeente}, {year}: {wording.in_sentence(_ends_title(values, indicator, level=level))}"
    return f"{capital(subject(indicator))} in {gemeente}, {year}: van geen enkele {wording.level_label(level)} een cijfer"


def heat_title(cells: pd.DataFrame, comparator: str) -> str:
    """Say where most figures are unfavourable beyond the noise.

    Parameters
    ----------
    cells : DataFrame
        One row per wijk and indicator: name and state, as in `analysis.triage.triage` (empty without a figure).
    comparator : str
        Name of whom the wijken are compared with.
    """
    states = cells["state"].fillna("").astype("str")
    known = cells[~states.isin(["", "no_figure"])]
    if known.empty:
        return f"Er zijn geen cijfers om met {comparator} te vergelijken"
    bad = known[states.loc[known.index].isin(_UNFAVOURABLE)]
    if bad.empty:
        return f"Geen enkel cijfer is duidelijk ongunstiger dan in {comparator}"
    counts = bad["name"].value_counts(sort=False)
    most = counts[counts == counts.max()]
    n = int(most.iloc[0])
    figures = f"{wording.count(n, 'cijfer', 'cijfers')}"
    if len(known["name"].unique()) == 1:
        whole = wording.count(len(known), "cijfer", "cijfers")
        return f"In {most.index[0]} {'is' if n == 1 else 'zijn'} {wording.number(n)} van de {whole} ongunstiger dan in {comparator}"
    if len(most) > _MOST_NAMES:
        return f"In {wording.count(len(most), 'wijk', 'wijken')} {'is' if n == 1 else 'zijn'} {figures} ongunstiger dan in {comparator}, nergens meer"
    where = wording.join_names([str(name) for name in most.index])
    return f"De meeste cijfers die ongunstiger zijn dan in {comparator}, staan bij {where} ({'elk ' if len(most) > 1 else ''}{wording.number(n)})"


def coverage_title(share_with_figure: float, subject: str) -> str:
    """Say how much of ``subject`` has a figure.

    Parameters
    ----------
    share_with_figure : float
        Between 0 and 1; NaN where nothing could have a figure. It is "alle" or "geen enkel" only where that is
        exactly so.
    subject : str
        What the picture is about: a theme, or an indicator.
    """
    if not wording.is_figure(share_with_figure):
        return f"{subject}: er is niets om te tellen"
    if share_with_figure <= 0:
        return f"{subject}: er is geen enkel cijfer"
    if share_with_figure >= 1:
        return f"{subject}: alle cijfers zijn er"
    share = 100 * share_with_figure
    if share < 1 or share > 99:
        return f"{subject}: {'bijna alle' if share > 99 else 'bijna geen'} cijfers zijn er"
    return f"{subject}: {wording.figure(share, '%')} van de cijfers is er"


def life_title(frame: pd.DataFrame, region: str, name: str) -> str:
    """Say from when until when a wijk stands in the tables, and when it got other land.

    Parameters
    ----------
    frame : DataFrame
        What `ui.biography.life_frame` returns: region, year, broken.
    region : str
        The series that it is about.
    name : str
        As it stands in a sentence.
    """
    own = frame[frame["region"] == region].sort_values("year")
    if own.empty:
        return f"{name}: niet in de tabellen"
    first, last = int(own["year"].iloc[0]), int(own["year"].iloc[-1])
    years = f"in {first}" if first == last else f"van {first} tot en met {last}"
    broken = [int(year) for year in own.loc[own["broken"].astype("bool"), "year"]]
    if not broken:
        same = "" if first == last else ", steeds hetzelfde gebied"
        return f"{name} staat {years} in de tabellen{same}"
    return f"{name} staat {years} in de tabellen en werd ander gebied in {wording.join_years(broken)}"
