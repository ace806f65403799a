"""The tables with the official projection, made up for any gemeenten: the form is real, the figures are not."""

from __future__ import annotations

from collections.abc import Mapping

from tests.service.standin.tables import Row, Table

INTERVALS, VALUES = "85173NED", "85171NED"
DIMENSION = "RegioIndeling2021"
YEARS = range(2023, 2051)
MODIFIED = "2023-07-05T02:00:00"
_BOUNDS = {"MW00000": 0.0, "MOG0067": -1.0, "MBG0067": 1.0}
_OLD = "80200"


def projected(thousands: float, year: int, off: float = 0.0) -> float:
    """Return what is projected of a gemeente with so many thousands in 2023: half a per cent a year, and a band."""
    ahead = year - YEARS[0]
    return round(thousands * (1 + 0.005 * ahead) * (1 + off * 0.004 * (ahead + 1)), 1)


def tables(gemeenten: Mapping[str, float], *, padded: bool = False, ages: bool = False) -> dict[str, Table]:
    """Return both tables.

    Parameters
    ----------
    gemeenten : mapping of str to float
        Thousands of people in 2023, by code of 2021. Nederland and a province come along.
    padded : bool
        Codes are filled up to ten characters, as in most tables of CBS.
    ages : bool
        The table without intervals also has men and people of 65 or older.
    """
    regions = {"NL01": 17_800.0, "PV31": 1_100.0, **gemeenten}
    spelled = {code: code.ljust(10) if padded else code for code in regions}
    with_bounds: list[Row] = []
    without: list[Row] = []
    for code, thousands in regions.items():
        for year in YEARS:
            period = f"{year}JJ00"
            for bound, off in _BOUNDS.items():
                with_bounds.append(
                    {
                        "ID": len(with_bounds),
                        DIMENSION: spelled[code],
                        "PrognoseInterval": bound,
                        "Leeftijd": "10000",
                        "Perioden": period,
                        "TotaleBevolking_1": projected(thousands, year, off),
                    }
                )
            groups = [("T001038", "10000", 1.0)]
            groups += [("3000", "10000", 0.49), ("T001038", _OLD, 0.2)] if ages else []
            for sex, age, share in groups:
                without.append(
                    {
                        "ID": len(without),
                        "Geslacht": sex,
                        "Leeftijd": age,
                        DIMENSION: spelled[code],
                        "Perioden": period,
                        "TotaleBevolking_1": round(projected(thousands, year) * share, 1),
                    }
                )
    title = "Regionale prognose 2023-2050; bevolking, {}regio-indeling 2021"
    listed = [_region(code, spelled[code]) for code in regions]
    others = ("Leeftijd", "Perioden")
    return {
        INTERVALS: _table(
            INTERVALS, title.format("intervallen, "), with_bounds, listed, ("PrognoseInterval", *others)
        ),
        VALUES: _table(VALUES, title.format(""), without, listed, ("Geslacht", *others)),
    }


def titles(name: str) -> list[Row]:
    """Return the list of codes of another dimension, as v3 gives it."""
    known = {"Leeftijd": {"10000": "Totaal", _OLD: "65 jaar of ouder"}}
    return [{"Key": key, "Title": title, "Description": ""} for key, title in known.get(name, {}).items()]


def _region(code: str, spelled: str) -> Row:
    return {"Key": spelled, "Title": code, "Description": "", "Municipality": "", "DetailRegionCode": code}


def _table(table_id: str, title: str, rows: list[Row], regions: list[Row], others: tuple[str, ...]) -> Table:
    topic = {
        "odata.type": "Cbs.OData.Topic",
        "ID": 9,
        "Position": 1,
        "ParentID": None,
        "Type": "Topic",
        "Key": "TotaleBevolking_1",
        "Title": "Totale bevolking",
        "Description": "",
        "Datatype": "Double",
        "Unit": "x 1 000",
        "Decimals": 1,
    }
    info = {
        "ID": 0,
        "Title": title,
        "ShortTitle": title,
        "Identifier": table_id,
        "Summary": "",
        "Modified": MODIFIED,
        "ReasonDelivery": "Correctie",
        "Frequency": "Stopgezet",
        "Period": "2023-2050",
        "Source": "CBS",
        "Language": "nl",
    }
    return Table(
        id=table_id,
        year=0,
        dimension=DIMENSION,
        info=info,
        properties=[topic],
        rows=rows,
        regions=regions,
        measures={"TotaleBevolking_1": "M000352"},
        others=others,
    )
