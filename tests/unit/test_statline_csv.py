from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import statline_csv
from data.assemble import assemble
from data.catalogue import Catalogue, catalogue
from data.cbs_table import CbsTable
from data.errors import TableError
from data.sheet import NotRecognised
from tests.helpers.downloads import Dialect, sample_table, write_csv

KEY = ["region", "indicator"]
CODE = "Regioaanduiding/Codering (code)"


@pytest.fixture(scope="module")
def stems(known: Catalogue) -> frozenset[str]:
    return frozenset(s.casefold() for i in known.published for alias in i.columns for s in alias.stems)


def rows_of(table: CbsTable, known: Catalogue) -> pd.DataFrame:
    """Panel rows of what has a column; no download says which figures are provisional."""
    panel = assemble(table, known).panel
    panel["status"] = panel["status"].replace("provisional", "observed")
    return panel.set_index(KEY).sort_index()[["value", "status", "unit", "boundary"]]


@lru_cache
def expected_of(year: int) -> pd.DataFrame:
    return rows_of(sample_table(year), catalogue())


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    decimal = draw(st.sampled_from(",."))
    thousands = draw(st.sampled_from(["", " ", "\u00a0", "." if decimal == "," else ","]))
    return Dialect(
        delimiter=draw(st.sampled_from(";,\t")),
        decimal=decimal,
        thousands=thousands,
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"])),
        heading=draw(st.sampled_from(["paths", "two", "groups", "keys"])),
        line_end=draw(st.sampled_from(["\n", "\r\n"])),
        title=draw(st.booleans()),
        footer=draw(st.booleans()),
        period=draw(st.booleans()),
        none=draw(st.sampled_from([".", "", "       ."])),
    )


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dialect=dialects(), year=st.sampled_from([2015, 2024]))
def test_whatever_the_dialect_a_download_gives_the_figures_of_the_service(
    tmp_path: Path, known: Catalogue, stems: frozenset[str], dialect: Dialect, year: int
) -> None:
    original = sample_table(year)
    table, _ = statline_csv.read(write_csv(tmp_path, original, dialect), stems)
    assert (table.year, table.id, table.gemeenten) == (year, original.id, original.gemeenten)
    expected, got = expected_of(year), rows_of(table, known)
    without_column = expected.index.difference(got.index)
    assert set(expected.loc[without_column, "status"]) <= {"not_published"}
    expected = expected.loc[got.index]
    if dialect.heading == "keys":
        # Raw keys come without units; the catalogue fills in the unit of today.
        expected, got = expected.drop(columns="unit"), got.drop(columns="unit")
    pd.testing.assert_frame_equal(got, expected)


def download(folder: Path, *lines: str, name: str = "heerlen_2024.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


HEAD = f"Wijken en buurten;{CODE};Bevolking/Aantal inwoners (aantal)"


@pytest.mark.parametrize(
    ("head", "name", "year"),
    [
        (["Kerncijfers wijken en buurten 2023", HEAD], "download.csv", 2023),
        (['"85618NED"', HEAD], "download.csv", 2023),
        ([HEAD], "Kerncijfers_wijken_en_buurten_2024_05112025_101112.csv", 2024),
        ([HEAD], "85984NED_2025-11-05.csv", 2024),
        ([HEAD], "kwb 2022, opgehaald 2026.csv", 2022),
    ],
)
def test_the_year_is_found_in_title_table_id_or_name(
    tmp_path: Path, stems: frozenset[str], head: list[str], name: str, year: int
) -> None:
    path = download(tmp_path, *head, "Heerlen;GM0917;87461", name=name)
    assert statline_csv.read(path, stems)[0].year == year


def test_the_year_in_the_file_goes_before_the_year_in_its_name_and_that_is_told(
    tmp_path: Path, stems: frozenset[str]
) -> None:
    path = download(tmp_path, "Kerncijfers wijken en buurten 2023", HEAD, "Heerlen;GM0917;87461")
    table, remarks = statline_csv.read(path, stems)
    assert table.year == 2023
    assert any("2023" in remark and "2024" in remark for remark in remarks)


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ("87.461;2,1", 87461),
        ("87.461;1.234,5", 87461),
        ("87 461;2,1", 87461),
        ("1.234.567;21", 1234567),
        ("87461*;21", 87461),
        ("12.500;0.5", 12.5),
    ],
)
def test_a_dot_means_what_the_rest_of_the_file_shows(
    tmp_path: Path, stems: frozenset[str], cells: str, value: float
) -> None:
    head = f"{HEAD};Bevolking/Gemiddelde huishoudensgrootte (aantal)"
    table, _ = statline_csv.read(download(tmp_path, head, f"Heerlen;GM0917;{cells}"), stems)
    assert table.rows.iloc[0].filter(like="AantalInwoners").item() == value


def test_an_asterisk_marks_a_column_as_provisional(
    tmp_path: Path, known: Catalogue, stems: frozenset[str]
) -> None:
    table, _ = statline_csv.read(download(tmp_path, HEAD, "Heerlen;GM0917;87461*"), stems)
    panel = assemble(table, known).panel
    assert set(panel.loc[panel["indicator"] == "population", "status"]) == {"provisional"}


def test_a_title_with_slashes_keeps_them(tmp_path: Path, known: Catalogue, stems: frozenset[str]) -> None:
    head = f"Wijken en buurten;{CODE};Veiligheid/Totaal diefstal uit woning/schuur/e.d. (per 1 000 inwoners)"
    path = download(tmp_path, head, "Heerlen;GM0917;4", name="2018.csv")
    panel = assemble(statline_csv.read(path, stems)[0], known).panel
    assert panel.loc[panel["indicator"] == "crime_theft_home", "value"].tolist() == [4.0]


BORN = "Bevolking/Herkomst/Geboren buiten Nederland/Buiten Europa (aantal)"
FROM = "Bevolking/Herkomst/Herkomstland/Buiten Europa (aantal)"


@pytest.mark.parametrize(
    ("headings", "cells", "value"),
    [
        ([FROM], "8000", [8000.0]),
        ([BORN], "6000", []),
        ([BORN, FROM], "6000;8000", [8000.0]),
        (["Buiten Europa (aantal)"], "8000", []),
    ],
)
def test_country_of_birth_never_passes_for_origin(
    tmp_path: Path,
    known: Catalogue,
    stems: frozenset[str],
    headings: list[str],
    cells: str,
    value: list[float],
) -> None:
    path = download(tmp_path, ";".join([HEAD, *headings]), f"Heerlen;GM0917;87461;{cells}")
    panel = assemble(statline_csv.read(path, stems)[0], known).panel
    assert panel.loc[panel["indicator"] == "origin_non_europe", "value"].tolist() == value


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([HEAD, "Heerlen;GM0917;1.234"], ["1.234", "1234", "1,234", "Aantal inwoners"]),
        ([HEAD, "A;GM0001;1.234,5", "B;GM0002;2,345.6", "C;GM0003;3.456"], ["3.456", "Aantal inwoners"]),
        (
            [HEAD, "Heerlen;GM0917;87461", "", "Nederland;NL00;heel veel"],
            ["regel 4", "heel veel", "geen getal"],
        ),
        ([HEAD, "Heerlen;GM0917;1", "Elders;GM0918;2", "Heerlen;GM0917;1"], ["regel 4", "regel 2", "GM0917"]),
        (["Wijken en buurten;Aantal inwoners", "Wijk 10 Maria Gewanden;3915"], ["namen", "Codering"]),
        (
            [f"Perioden;{HEAD}", "2023;Heerlen;GM0917;1", "2024;Nederland;NL00;2"],
            ["2 perioden", "2023, 2024"],
        ),
        (["Heerlen;GM0917;87461"], ["geen namen van kolommen"]),
        (["Kerncijfers wijken en buurten 2009", HEAD, "Heerlen;GM0917;1"], ["2009", "2013"]),
    ],
)
def test_what_cannot_be_understood_is_refused_with_the_place_and_the_remedy(
    tmp_path: Path, stems: frozenset[str], lines: list[str], told: list[str]
) -> None:
    path = download(tmp_path, *lines)
    with pytest.raises(TableError) as refused:
        statline_csv.read(path, stems)
    assert all(part in str(refused.value) for part in [str(path), *told]), refused.value


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            [
                f"{HEAD};Wonen/Gemiddelde WOZ-waarde van woningen (x 1 000 euro)".replace(";", ","),
                "H,GM0917,87461,180,5",
            ],
            ["regel 2", "5 cellen", "4"],
        ),
        (
            ["Kop", HEAD, "A;GM0001;1", '"B;GM0002;2', "C;GM0003;3", "D;GM0004;4"],
            ["regel 4", "aanhalingsteken"],
        ),
        ([HEAD, "Heerlen;GM0917;87461", "Nederland;NL00"], ["regel 3", "breekt"]),
    ],
    ids=["decimal comma between commas", "a quote that does not close", "half a download"],
)
def test_a_damaged_file_is_refused_and_not_read_for_a_part(
    tmp_path: Path, stems: frozenset[str], lines: list[str], told: list[str]
) -> None:
    path = download(tmp_path, *lines)
    with pytest.raises(TableError) as refused:
        statline_csv.read(path, stems)
    assert all(part in str(refused.value) for part in [str(path), *told]), refused.value


def test_cells_that_excel_leaves_out_at_the_end_of_a_line_are_empty(
    tmp_path: Path, stems: frozenset[str]
) -> None:
    path = download(tmp_path, HEAD, "Heerlen;GM0917;87461", "Elders;GM0918", "Nederland;NL00;17942942", "")
    table, _ = statline_csv.read(path, stems)
    assert table.rows.filter(like="AantalInwoners").isna().sum().item() == 1


def test_a_row_without_a_code_is_told_and_a_source_below_is_not(
    tmp_path: Path, stems: frozenset[str]
) -> None:
    lines = [HEAD, "Heerlen;GM0917;87461", "Centrum;;12", "Bron: CBS"]
    _, remarks = statline_csv.read(download(tmp_path, *lines), stems)
    assert [remark for remark in remarks if "geen code" in remark] == [
        "1 rij is overgeslagen, want er staat geen code, zoals in regel 3."
    ]


def test_a_column_with_the_gemeente_is_not_taken_for_the_regions(
    tmp_path: Path, stems: frozenset[str]
) -> None:
    head = "Gemeentecode;Codering;Aantal inwoners"
    path = download(tmp_path, head, "GM0917;WK091710;3915", "GM0917;WK091711;3285")
    assert list(statline_csv.read(path, stems)[0].rows["region"]) == ["WK091710", "WK091711"]


def test_the_day_of_a_download_is_not_the_year_of_its_figures(tmp_path: Path, stems: frozenset[str]) -> None:
    lines = ["Opgehaald op 12 maart 2025", HEAD, "Heerlen;GM0917;87461"]
    assert statline_csv.read(download(tmp_path, *lines, name="kwb-2024.csv"), stems)[0].year == 2024
    with pytest.raises(TableError, match="2025 en in de naam 2024"):
        statline_csv.read(download(tmp_path, *lines), stems)
    table, remarks = statline_csv.read(download(tmp_path, *lines, name="download.csv"), stems)
    assert table.year == 2025
    assert any("2025" in remark and "kijk of dat klopt" in remark for remark in remarks)


def test_a_provisional_year_has_provisional_figures(
    tmp_path: Path, known: Catalogue, stems: frozenset[str]
) -> None:
    path = download(tmp_path, f"Perioden;{HEAD}", "2024*;Heerlen;GM0917;87461", name="download.csv")
    table, remarks = statline_csv.read(path, stems)
    panel = assemble(table, known).panel
    assert set(panel.loc[panel["indicator"] == "population", "status"]) == {"provisional"}
    assert not any("definitief" in remark for remark in remarks)


def test_without_any_year_the_name_is_asked_for(tmp_path: Path, stems: frozenset[str]) -> None:
    path = download(tmp_path, HEAD, "Heerlen;GM0917;87461", name="download.csv")
    with pytest.raises(TableError, match="zet het jaar in de naam"):
        statline_csv.read(path, stems)


def test_the_raw_dataset_with_one_figure_per_line_is_refused_with_the_right_choice(
    tmp_path: Path, stems: frozenset[str]
) -> None:
    lines = ["Id;Measure;ValueAttribute;Value;StringValue;WijkenEnBuurten", "0;T001036;None;17942942;;NL00"]
    with pytest.raises(NotRecognised, match="CSV met statistische symbolen"):
        statline_csv.read(download(tmp_path, *lines, name="Observations.csv"), stems)


@pytest.mark.parametrize("content", [b"naam;bedrag\nkoffie;3,50\n", b"", b"PK\x03\x04\x00\x00"])
def test_another_csv_is_not_recognised(tmp_path: Path, stems: frozenset[str], content: bytes) -> None:
    path = tmp_path / "kas_2024.csv"
    path.write_bytes(content)
    with pytest.raises(NotRecognised):
        statline_csv.read(path, stems)


def test_other_rows_and_dashes_are_told(tmp_path: Path, stems: frozenset[str]) -> None:
    path = download(tmp_path, HEAD, "Heerlen;GM0917;-", "Limburg;PV31;1100000")
    table, remarks = statline_csv.read(path, stems)
    assert table.rows.filter(like="AantalInwoners").isna().all(axis=None)
    assert any("PV31 in regel 3" in remark for remark in remarks)
    assert any("streepje" in remark for remark in remarks)
