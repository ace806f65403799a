import tomllib
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data import files, kwb_file
from data.assemble import assemble
from data.catalogue import Catalogue
from data.errors import TableError
from data.files import Found, Kind
from data.sheet import NotRecognised
from tests.helpers.downloads import kwb_frame, sample_table

FIXTURE = Path(__file__).parents[1] / "data" / "kwb-2018.xls"
KEY = ["region", "indicator"]


@pytest.fixture(scope="module")
def stems(known: Catalogue) -> frozenset[str]:
    return frozenset(s.casefold() for i in known.published for alias in i.columns for s in alias.stems)


def write(path: Path, **sheets: pd.DataFrame) -> Path:
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        for name, frame in sheets.items():
            frame.to_excel(book, sheet_name=name, index=False)
    return path


def small(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"gwb_code_10": ["GM0917"], "regio": ["Heerlen"], **columns})


@pytest.mark.parametrize(
    ("name", "year", "stem", "unit"),
    [
        ("a_inw", 2013, "AantalInwoners", ""),
        ("a_inw", 2025, "AantalInwoners", ""),
        ("p_leegsw", 2014, "PercentageLeegstaand", ""),
        ("p_leegsw", 2015, "PercentageOnbewoond", ""),
        ("p_leegsw", 2024, "OnbewoondeWoningen", "%"),
        ("p_ink_li", 2013, "PersonenMetLaagInkomen", ""),
        ("p_ink_li", 2016, "k_40PersonenMetLaagsteInkomen", ""),
        ("p_w_all", 2013, "WestersTotaal", "%"),
        ("a_w_all", 2015, "WestersTotaal", ""),
        ("a_opl_lg", 2019, "OpleidingsniveauLaag", ""),
        ("a_opl_bvm", 2024, "BasisonderwijsVmboMbo1", ""),
    ],
)
def test_a_short_name_means_what_it_meant_in_that_year(name: str, year: int, stem: str, unit: str) -> None:
    assert kwb_file.meaning(name, year) == (stem, unit)


@pytest.mark.parametrize(
    ("name", "year"),
    [("p_hh_lkk", 2013), ("p_n_act", 2015), ("a_w_all", 2023), ("p_ink_ar", 2020), ("x", 2020)],
)
def test_a_name_that_is_not_confirmed_for_a_year_means_nothing(name: str, year: int) -> None:
    assert kwb_file.meaning(name, year) is None


def test_every_name_leads_to_an_indicator_of_the_catalogue(known: Catalogue, stems: frozenset[str]) -> None:
    table = tomllib.loads(Path(kwb_file.__file__).with_name("kwb_columns.toml").read_text(encoding="utf-8"))
    for entry in table["columns"]:
        assert entry["stem"].casefold() in stems, entry
        assert entry["verified"], entry
        assert kwb_file.meaning(entry["name"], entry.get("first_year", 2013) or 2013), entry
    assert not set(table["unused"]) & {entry["name"] for entry in table["columns"]}


@pytest.mark.parametrize("year", [2013, 2018, 2021, 2023, 2024, 2025])
def test_the_excel_of_a_year_gives_the_figures_of_the_service(
    tmp_path: Path, known: Catalogue, stems: frozenset[str], year: int
) -> None:
    original = sample_table(year)
    path = write(
        tmp_path / f"kwb-{year}.xlsx", Toelichting=pd.DataFrame({"a": [1]}), Blad=kwb_frame(original)
    )
    table, _ = kwb_file.read(path, stems)
    assert (table.id, table.year, table.gemeenten) == (original.id, year, original.gemeenten)
    panels = [assemble(one, known).panel.set_index(KEY).sort_index() for one in (original, table)]
    expected, got = panels[0].loc[panels[1].index], panels[1]
    pd.testing.assert_series_equal(got["value"], expected["value"])
    pd.testing.assert_series_equal(got["boundary"], expected["boundary"])
    expected["status"] = expected["status"].replace("provisional", "observed")
    pd.testing.assert_series_equal(got["status"], expected["status"])
    assert got.index.get_level_values("indicator").nunique() >= 45


def test_an_old_xls_with_text_commas_capitals_and_a_title_above_is_read(
    known: Catalogue, stems: frozenset[str]
) -> None:
    table, _ = kwb_file.read(FIXTURE, stems)
    assert (table.year, len(table.rows)) == (2018, 25)
    got = assemble(table, known).panel.set_index(KEY)["value"]
    expected = assemble(sample_table(2018), known).panel.set_index(KEY)["value"]
    pd.testing.assert_series_equal(got.sort_index(), expected.loc[got.index].sort_index())
    assert (got.dropna() % 1 != 0).any()


def test_a_dot_and_a_comma_may_both_be_the_decimal_sign_in_different_columns(
    tmp_path: Path, stems: frozenset[str]
) -> None:
    path = write(
        tmp_path / "kwb-2021.xlsx", KWB2021=small(g_ink_pi=["26,4"], g_hhgro=["1.2"], a_inw=["  87461"])
    )
    row = kwb_file.read(path, stems)[0].rows.iloc[0]
    assert row.filter(regex="Inkomen|grootte|Inwoners").tolist() == [26.4, 1.2, 87461]


def test_codes_without_letters_are_completed_by_the_kind_of_region(
    tmp_path: Path, stems: frozenset[str]
) -> None:
    frame = pd.DataFrame(
        {
            "gwb_code_8": ["0000", 14, "001400", 140000],
            "recs": ["Land", "Gemeente", "Wijk", "Buurt"],
            "a_inw": [17, 4, 3, 2],
        }
    )
    table, _ = kwb_file.read(write(tmp_path / "kwb-2016.xlsx", Blad1=frame), stems)
    assert table.rows["region"].tolist() == ["NL00", "GM0014", "WK001400", "BU00140000"]


def test_of_several_sheets_the_one_with_codes_and_most_rows_is_taken(
    tmp_path: Path, stems: frozenset[str]
) -> None:
    more = pd.DataFrame({"gwb_code_10": ["NL00", "GM0917"], "a_inw": [1, 2]})
    path = write(
        tmp_path / "cijfers.xlsx", Uitleg=pd.DataFrame({"x": range(9)}), Deel=small(a_inw=[1]), KWB2025=more
    )
    table, _ = kwb_file.read(path, stems)
    assert (table.year, len(table.rows)) == (2025, 2)


@pytest.mark.parametrize(
    ("frame", "name", "told"),
    [
        (small(a_inw=["veel"]), "kwb-2024.xlsx", ["rij 2", "'veel'", "geen getal"]),
        (small(a_inw=[date(2024, 2, 1)]), "kwb-2024.xlsx", ["rij 2", "geen getal"]),
        (pd.concat([small(a_inw=[1])] * 2), "kwb-2024.xlsx", ["rij 3", "ook al in rij 2", "GM0917"]),
        (small(a_inw=[1]), "cijfers.xlsx", ["zet het jaar in de naam, zoals kwb-2024.xlsx"]),
        (small(a_inw=[1]), "kwb-2012.xlsx", ["2012", "van 2013 tot en met"]),
        (pd.DataFrame({"gwb_code": [1, 2], "a_inw": [1, 2]}), "kwb-2024.xlsx", ["geen codes"]),
    ],
)
def test_a_wrong_file_is_refused_with_the_row_and_the_remedy(
    tmp_path: Path, stems: frozenset[str], frame: pd.DataFrame, name: str, told: list[str]
) -> None:
    path = write(tmp_path / name, Blad1=frame)
    with pytest.raises(TableError) as refused:
        kwb_file.read(path, stems)
    assert all(part in str(refused.value) for part in [str(path), *told]), refused.value


def test_a_hidden_sheet_is_not_read(tmp_path: Path, stems: frozenset[str]) -> None:
    path = write(tmp_path / "kwb-2024.xlsx", Cijfers=small(a_inw=[5]), Oud=pd.concat([small(a_inw=[1])] * 2))
    book = openpyxl.load_workbook(path)
    book["Oud"].sheet_state = "hidden"
    book.save(path)
    assert kwb_file.read(path, stems)[0].rows.filter(like="AantalInwoners").to_numpy().tolist() == [[5.0]]


def test_sheets_that_are_not_read_are_told(tmp_path: Path, stems: frozenset[str]) -> None:
    path = write(tmp_path / "kwb.xlsx", **{"2023": small(a_inw=[5]), "2024": small(a_inw=[6])})
    table, remarks = kwb_file.read(path, stems)
    assert table.year == 2023
    assert "Alleen blad 2023 is gelezen; ook op 2024 staan codes" in remarks[0]


def test_an_unreadable_excel_is_one_sentence(tmp_path: Path, stems: frozenset[str]) -> None:
    path = tmp_path / "kwb-2024.xlsx"
    path.write_bytes(b"PK\x03\x04 afgekapt")
    with pytest.raises(TableError, match="niet te openen als Excel-bestand"):
        kwb_file.read(path, stems)


def test_another_workbook_is_not_recognised(tmp_path: Path, stems: frozenset[str]) -> None:
    path = write(tmp_path / "begroting 2024.xlsx", Blad1=pd.DataFrame({"post": ["zorg"], "bedrag": [3]}))
    with pytest.raises(NotRecognised, match="gwb_code_10"):
        kwb_file.read(path, stems)


def test_the_same_columns_saved_as_csv_are_read_as_the_excel(tmp_path: Path, stems: frozenset[str]) -> None:
    path = tmp_path / "cbs-kwb-2024.csv"
    kwb_frame(sample_table(2024)).to_csv(path, sep=";", decimal=",", index=False, na_rep="     NaN")
    content = files.read(Found(path, Kind.STATLINE, named=True), stems)
    assert content.kind is Kind.EXCEL
    assert content.table is not None
    assert content.table.year == 2024
