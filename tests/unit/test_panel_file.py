"""Any panel as csv: what is read, what is refused and where, and what comes out."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.trends import judge, trends_of_panel
from data.catalogue import catalogue
from data.panel_file import PanelFileError, read
from reports.export import export
from reports.trend_table import COLUMNS, to_bytes, trend_table
from reports.trusted import trusted
from ui.trend_wording import CLASS_LABELS

YEARS = range(2010, 2020)
HEAD = "region,year,indicator,value"


@pytest.fixture
def file(tmp_path: Path):
    def written(text: str | bytes, name: str = "panel.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def table(path: Path) -> pd.DataFrame:
    return trend_table(read(path), catalogue().frame(), CLASS_LABELS)


def lines(values: list[object], region: str = "A", extra: str = "") -> str:
    return "".join(f"{region},{year},x,{value}{extra}\n" for year, value in zip(YEARS, values, strict=False))


def told(path: Path) -> str:
    with pytest.raises(PanelFileError) as refused:
        read(path)
    assert str(path) in str(refused.value)
    return str(refused.value).replace(str(path), "PANEL")


# -- the same panel, however it is written -----------------------------------------------------------

PLAIN = "region,year,indicator,value\n0518,2019,x,1.5\n0518,2020,x,\n0518,2021,x,-2\n"
DUTCH = "region;year;indicator;value\r\n0518;2019;x;1,5\r\n0518;2020;x;\r\n0518;2021;x;-2\r\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        DUTCH,
        PLAIN.replace(",", "\t"),
        DUTCH.encode("utf-8-sig"),
        DUTCH.encode("utf-16"),
        "sep=;\r\n" + DUTCH,
        gzip.compress(PLAIN.encode(), mtime=0),
        PLAIN.replace("\n", "\r"),
        PLAIN.rstrip("\n"),
        PLAIN.replace("2019", "2019.0").replace("1.5", "+1.5"),
        PLAIN.replace("x,\n", "x,n.v.t.\n"),
        DUTCH.replace("-2", "\u22122") + ";;;\r\n\r\n",
        'Value,"note",YEAR,Indicator,region\n1.5,"a, b\nc",2019,x,"0518"\n,,2020,x,0518\n-2,,2021,x,0518\n',
        PLAIN.replace("1.5", "1.5e0"),
        PLAIN.replace("0518,2020,x", " 0518 ,2020,x\u00a0"),
    ],
)
def test_a_panel_reads_the_same_in_every_dialect(file, content: str | bytes) -> None:
    frame = read(file(content))
    assert list(frame["region"]) == ["0518"] * 3
    assert list(frame["indicator"]) == ["x"] * 3
    assert list(frame["year"]) == [2019, 2020, 2021]
    np.testing.assert_array_equal(frame["value"], [1.5, np.nan, -2.0])


def test_names_in_the_encoding_of_windows_keep_their_letters(file) -> None:
    frame = read(file(f"{HEAD}\nOranjeboom-Bèta,2019,x,1\n".encode("cp1252")))
    assert list(frame["region"]) == ["Oranjeboom-Bèta"]


def test_years_may_just_count(file) -> None:
    frame = read(file(f"{HEAD}\nN0001,1,x,1\nN0001,2,x,3\nN0001,41,x,4\n"))
    assert list(frame["year"]) == [1, 2, 41]


def test_a_status_without_figure_leaves_out_the_zero_beside_it(file) -> None:
    frame = read(file(f"{HEAD},status\nA,2019,x,0,suppressed\nA,2020,x,0,observed\n"))
    np.testing.assert_array_equal(frame["value"], [np.nan, 0.0])


# -- what is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "PANEL is leeg"),
        (f"{HEAD}\n", "staan geen rijen"),
        (f"{HEAD}\n,,,\n", "staan geen rijen"),
        (b"PK\x03\x04\x00\x00", "PANEL is geen tekstbestand"),
        (b"\x1f\x8b\x08kapot", "PANEL is niet uit te pakken"),
        ("gebied;jaar;cijfer\nA;2019;1\n", "op de eerste rij staat niet: region, year, indicator, value;"),
        (f"{HEAD},value\nA,2019,x,1,2\n", "kolom value staat er twee keer in"),
        (f"{HEAD}\nA,2019,x,1\nA,2020,x,veel\n", "PANEL, rij 3: bij value staat 'veel'"),
        (f"{HEAD}\n\nA,2019,x,1\n\nA,2020,x,10 %\n", "PANEL, rij 5: bij value staat '10 %'"),
        (f'{HEAD},note\nA,2019,x,1,"a\nb"\nA,2020,x,?,\n', "PANEL, rij 3: bij value staat '?'"),
        (f"{HEAD}\nA,2019,x,1\nA,2O20,x,1\n", "PANEL, rij 3: bij year staat '2O20'"),
        (f"{HEAD}\nA,20200,x,1\n", "PANEL, rij 2: bij year staat '20200'"),
        (
            f"{HEAD}\nA,2019,x,1\nA,202,x,1\nA,2020,x,1\n",
            "PANEL, rij 3: bij year staat 202 en op andere rijen 2019",
        ),
        (f"{HEAD}\nA,,x,1\n", "PANEL, rij 2: bij year staat niets"),
        (f"{HEAD}\nA,2019,x,1\n ,2019,x,1\n", "PANEL, rij 3: kolom region is leeg"),
        (f"{HEAD}\nA,2019,x,1\nA,2019,,1\n", "PANEL, rij 3: kolom indicator is leeg"),
        (f"{HEAD}\nA,2019,x,1\nB,2019,x,1\nA,2019,x,2\n", "PANEL, rij 4: A, x in 2019 staat ook op rij 2"),
        (f"{HEAD},se\nA,2019,x,1,0.1\nA,2020,x,1,-0.1\n", "PANEL, rij 3: bij se staat '-0.1'"),
        (f"{HEAD}\nA,2019,x,inf\n", "PANEL, rij 2: bij value staat 'inf'"),
        (f"{HEAD}\nA,2019,x,1e999\n", "PANEL, rij 2: bij value staat '1e999'"),
        (
            f"{HEAD}\nA,2019,x,1\nA,2020,x,1,5\n",
            "PANEL, rij 3: het aantal cellen is hier 5 en op de eerste rij 4",
        ),
        (f"{HEAD}\nA,2019,x\n", "PANEL, rij 2: het aantal cellen is hier 3"),
        (f'{HEAD}\n"A,2019,x,1\nB,2019,x,1\n', "een aanhalingsteken sluit niet"),
        ("region;year;indicator;value\nA;2019;x;1.234\n", "PANEL, rij 2: 1.234 kan ook 1234 betekenen"),
        (f'{HEAD}\nA,2019,x,"1,234"\n', "PANEL, rij 2: 1,234 kan ook 1234 betekenen"),
        ("region;year;indicator;value\nA;2019;x;1.234,5\n", "schrijf alle getallen met hetzelfde teken"),
    ],
)
def test_what_cannot_be_trusted_is_refused_with_its_row(file, content: str | bytes, sentence: str) -> None:
    assert sentence in told(file(content))


def test_a_file_that_is_not_there_or_is_a_folder_is_one_sentence(tmp_path: Path) -> None:
    assert "bestaat niet" in told(tmp_path / "geen.csv")
    assert "niet te openen" in told(tmp_path)


# -- what comes out ----------------------------------------------------------------------------------

RISING = [10.0, 11.2, 11.9, 13.1, 14.0, 14.8, 16.1, 17.0, 18.2, 18.9]


def test_one_row_per_series_in_the_order_of_the_file(file) -> None:
    found = table(file(f"{HEAD}\n{lines(RISING, 'Z')}{lines(['', ''], 'B')}{lines(RISING[::-1], 'A')}"))
    assert list(found.columns) == COLUMNS
    assert list(found["region"]) == ["Z", "B", "A"]
    assert list(found["class"]) == ["stijgt", "geen oordeel", "daalt"]
    assert found.loc[0, "lower"] < found.loc[0, "slope"] < found.loc[0, "upper"]


def test_where_nothing_may_be_said_the_cells_are_empty(file) -> None:
    written = to_bytes(table(file(f"{HEAD}\n{lines(RISING[:5])}"))).decode()
    assert written == f"{','.join(COLUMNS)}\nA,x,,,,,,geen oordeel\n"


def test_years_without_a_figure_do_not_count_as_zero(file) -> None:
    with_gap = ["", "", "", *RISING[3:]]
    found = table(file(f"{HEAD}\n{lines(with_gap)}"))
    assert found.loc[0, "slope"] == pytest.approx(0.98, abs=0.05)


def test_figures_that_are_known_to_be_uncertain_need_a_larger_change(file) -> None:
    plain = table(file(f"{HEAD}\n{lines(RISING)}"))
    noisy = table(file(f"{HEAD},se\n{lines(RISING, extra=',30')}"))
    assert list(plain["class"]) == ["stijgt"]
    assert list(noisy["class"]) == ["te onzeker"]


@pytest.mark.parametrize(
    ("name", "before", "after"), [("segment", "1", "2"), ("boundary", "1", "1"), ("boundary", "", "")]
)
def test_no_trend_runs_over_a_break(file, name: str, before: str, after: str) -> None:
    jump = [10.0, 10.1, 9.9, 30.2, 30.1, 29.8, 30.0, 30.3, 29.9, 30.1]
    marks = [before] * 3 + [after if name == "segment" else "3"] + [after] * 6
    rows = "".join(f"A,{y},x,{v},{m}\n" for y, v, m in zip(YEARS, jump, marks, strict=True))
    assert abs(table(file(f"{HEAD},{name}\n{rows}")).loc[0, "slope"]) < 0.1


def test_a_figure_that_belongs_to_no_segment_is_refused_and_not_dropped(file) -> None:
    rows = "".join(f"A,{y},x,{v},{1 if y > 2012 else ''}\n" for y, v in zip(YEARS, RISING, strict=True))
    with pytest.raises(PanelFileError, match="rij 2: bij segment staat niets"):
        table(file(f"{HEAD},segment\n{rows}"))


def test_a_gemeente_does_not_teach_how_years_hang_together_in_its_wijken(file) -> None:
    random = np.random.default_rng(4)
    walks = {f"W{number}": random.normal(size=10) for number in range(12)}
    walks |= {f"G{number}": random.normal(size=10).cumsum() for number in range(12)}
    rows = "".join(
        lines(list(values), region, f",{'wijk' if region[0] == 'W' else 'gemeente'}")
        for region, values in walks.items()
    )
    mixed = table(file(f"{HEAD},soort\n{rows}")).set_index("region")
    apart = table(file(f"{HEAD},level\n{rows}")).set_index("region")
    wijken = [region for region in walks if region[0] == "W"]
    width = {
        name: (found["upper"] - found["lower"]).loc[wijken].mean()
        for name, found in (("mixed", mixed), ("apart", apart))
    }
    assert width["apart"] < width["mixed"]


@pytest.mark.parametrize(("unit", "word"), [("%", "ongeveer gelijk"), ("aantal", "te onzeker")])
def test_a_small_count_is_measured_against_itself_and_a_small_share_against_the_others(
    file, unit, word
) -> None:
    head = "region,year,indicator,value,unit\n"
    large = "".join(lines([100 + (year + k) % 2 for year in YEARS], f"R{k}", f",{unit}") for k in range(6))
    small = lines([10 + 2 * (year % 2) for year in YEARS], "klein", f",{unit}")
    found = table(file(head + large + small)).set_index("region")["class"]
    assert found["klein"] == word


def test_text_that_a_spreadsheet_would_run_is_made_harmless(file) -> None:
    written = to_bytes(table(file(f"{HEAD}\n=1+1,2019,x,1\n"))).decode()
    assert "\n'=1+1,x," in written


def test_an_export_gets_the_verdicts_of_the_panel_it_was_made_of(sample_store, tmp_path: Path) -> None:
    from data.sample import GEMEENTE

    out = tmp_path / "cijfers.csv"
    export(sample_store, catalogue(), out, GEMEENTE)
    known = trusted(sample_store, catalogue(), GEMEENTE)
    definitions = catalogue().frame()
    own = judge(trends_of_panel(known.panel, definitions, known.errors))
    both = table(out).merge(own, "left", on=["region", "indicator"])
    assert (both["class"] == both["verdict"].fillna("no_verdict").map(CLASS_LABELS)).mean() > 0.999
    assert {"stijgt", "daalt", "geen oordeel"} <= set(both["class"])
