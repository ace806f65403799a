import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from data.assemble import assemble
from data.catalogue import Catalogue
from data.errors import ExportError, UserError
from data.store import Store
from reports.export import COLUMNS, export, export_frame, rounded, to_bytes, without_formulas
from tests.helpers import FIRST, small_table

PEOPLE = "AantalInwoners_5"


@pytest.fixture(scope="module")
def exported(sample_folder: Path, known: Catalogue) -> pd.DataFrame:
    return export_frame(Store(sample_folder), known, "GM9999")


@pytest.fixture
def two_gemeenten(tmp_path: Path, known: Catalogue) -> Store:
    store = Store(tmp_path / "store")
    codes = {"NL00": 17_000_000, "GM0363": 870_000, "WK036300": 1_200, "GM0917": 86_000, "WK091700": 4_000}
    rows = [{"WijkenEnBuurten": code.ljust(10), PEOPLE: people} for code, people in codes.items()]
    with store.writing() as writer:
        writer.put_table(assemble(small_table(rows), known))
    return store


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(start: str) -> None:
    frame = pd.DataFrame({f"{start}kop": [f"{start}HYPERLINK(1)", "gewoon", None]})
    safe = without_formulas(frame)
    assert safe.iloc[0, 0] == f"'{start}HYPERLINK(1)"
    assert safe.iloc[1, 0] == "gewoon"
    assert pd.isna(safe.iloc[2, 0])
    assert safe.columns[0] == f"'{start}kop"


def test_numbers_pass_untouched_negative_ones_too_and_the_frame_is_not_changed() -> None:
    frame = pd.DataFrame({"n": [-1.5, 2.0], "t": ["-x", "y"]}, index=["=a", "b"])
    safe = without_formulas(frame)
    assert list(safe["n"]) == [-1.5, 2.0]
    assert list(safe.index) == ["'=a", "b"]
    assert frame.loc["=a", "t"] == "-x"
    categories = pd.DataFrame({"c": pd.Series(["=1", "=1"], dtype="category")})
    assert list(without_formulas(categories)["c"]) == ["'=1", "'=1"]


def test_too_many_rows_for_a_sheet_are_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.export._EXCEL_ROWS", 2)
    with pytest.raises(ExportError, match="--gemeente"):
        to_bytes(pd.DataFrame({"a": [1, 2, 3]}), ".xlsx")


def test_every_figure_comes_with_its_error_status_source_and_the_code_it_was_published_under(
    exported: pd.DataFrame,
) -> None:
    assert list(exported.columns) == COLUMNS
    always = ["region", "published_as", "name", "gemeente", "title", "status", "source", "source_modified"]
    assert not exported[always].isna().any(axis=None)
    valued = exported["value"].notna()
    assert valued.equals(exported["status"].isin(["observed", "provisional", "bridged"]))
    assert exported.loc[valued, "standard_error"].notna().mean() > 0.9
    assert exported.loc[~valued, "standard_error"].isna().all()
    assert not exported.duplicated(["region", "year", "indicator"]).any()


def test_an_export_holds_the_shares_beside_the_counts(exported: pd.DataFrame) -> None:
    rows = exported[(exported["year"] == 2020) & (exported["level"] == "gemeente")].set_index("indicator")
    bands = ["age_0_15", "age_15_25", "age_25_45", "age_45_65", "age_65plus"]
    share = 100 * rows.loc["age_65plus", "value"] / rows.loc[bands, "value"].sum()
    assert rows.loc["age_65plus_share", "value"] == pytest.approx(share)


def test_what_is_withheld_is_there_with_its_reason_and_without_its_value(
    exported: pd.DataFrame, sample_store: Store
) -> None:
    withheld = exported[(exported["status"] == "withheld") & ~exported["indicator"].str.endswith("_share")]
    stored = sample_store.panel("GM9999").set_index(["region", "year", "indicator"])["value"]
    keys = pd.MultiIndex.from_frame(withheld[["published_as", "year", "indicator"]])
    assert len(withheld)
    assert stored.loc[keys].notna().all()
    assert withheld["value"].isna().all()


def test_what_is_computed_has_no_more_digits_than_it_can_mean(exported: pd.DataFrame) -> None:
    errors = exported["standard_error"].dropna()
    assert [float(f"{error:.4g}") for error in errors] == list(errors)
    values = exported["value"].dropna()
    assert values.equals(values.round(6))
    exact = pd.DataFrame(
        {"value": [33.333333333333336], "bridging_error": [0.00012344999], "moved": [0.20959]}
    )
    assert rounded(exact).iloc[0].to_dict() == {
        "value": 33.333333,
        "bridging_error": 0.0001234,
        "moved": 0.2096,
    }


def test_the_workbook_explains_its_words(two_gemeenten: Store, known: Catalogue) -> None:
    frame = export_frame(two_gemeenten, known, "GM0917")
    book = pd.read_excel(io.BytesIO(to_bytes(frame, ".xlsx")), sheet_name=None)
    assert len(book["Cijfers"]) == len(frame)
    told = book["Verantwoording"].set_index("Onderwerp")["Uitleg"]
    assert told["Status withheld"].startswith("Weggelaten ter bescherming")
    assert told["Status bridged"].startswith("Omgerekend")
    assert "afronding" in told["Standaardfout (kolom standard_error)"]
    assert "CC BY 4.0" in told["Licentie"]


@pytest.mark.parametrize(("suffix", "read"), [(".csv", pd.read_csv), (".parquet", pd.read_parquet)])
def test_the_whole_country_is_written_gemeente_by_gemeente_with_nederland_once(
    two_gemeenten: Store, known: Catalogue, tmp_path: Path, suffix: str, read
) -> None:
    told: list[tuple[int, int, str]] = []
    out = tmp_path / f"alles{suffix}"
    rows = export(two_gemeenten, known, out, progress=lambda *step: told.append(step))
    people = read(out).query("indicator == 'population'")
    assert rows == len(read(out))
    assert dict(zip(people["region"], people["value"], strict=True)) == {
        "NL00": 17_000_000,
        "GM0363": 870_000,
        "WK036300": 1_200,
        "GM0917": 86_000,
        "WK091700": 4_000,
    }
    assert dict(zip(people["region"], people["gemeente"], strict=True))["NL00"] == "NL00"
    assert [step[:2] for step in told] == [(1, 2), (2, 2)]


def test_nederland_does_not_give_away_what_a_gemeente_gave_up_for_its_only_wijk(
    tmp_path: Path, known: Catalogue
) -> None:
    cars = ("PersonenautoSTotaal_6", "Personenauto's totaal", "aantal")
    figures = {
        "NL00": (9_000, 4_400),
        "GM0363": (5_000, 2_400),
        "WK036300": (5_000, 2_400),
        "GM0917": (4_000, 2_000),
        "WK091700": (4_000, None),
    }
    rows = [
        {"WijkenEnBuurten": code.ljust(10), PEOPLE: people, cars[0]: driven}
        for code, (people, driven) in figures.items()
    ]
    store = Store(tmp_path / "store")
    with store.writing() as writer:
        writer.put_table(assemble(small_table(rows, topics=[*FIRST, cars]), known))

    everything = export_frame(store, known).set_index(["region", "indicator"])
    for region in ("GM0917", "NL00"):
        assert everything.loc[(region, "cars"), "status"] == "withheld"
        assert pd.isna(everything.loc[(region, "cars"), "value"])
    assert everything.loc[("NL00", "population"), "value"] == 9_000
    alone = export_frame(store, known, "GM0917").set_index(["region", "indicator"])
    assert alone.loc[("NL00", "cars"), "value"] == 4_400


def test_an_export_that_fails_halfway_leaves_the_former_one(
    two_gemeenten: Store, known: Catalogue, tmp_path: Path
) -> None:
    out = tmp_path / "alles.csv"
    out.write_text("van gisteren")

    def stop(step: int, steps: int, what: str) -> None:
        if step == 2:
            raise UserError("gestopt")

    with pytest.raises(UserError, match="gestopt"):
        export(two_gemeenten, known, out, progress=stop)
    assert out.read_text() == "van gisteren"
    assert list(tmp_path.glob(".alles*")) == []


def test_a_figure_of_before_a_merger_has_the_day_of_the_table_of_then(
    tmp_path: Path, known: Catalogue
) -> None:
    """Beemster went up in Purmerend in 2022; Heerlen came in later, with a newer edition of the table of 2020."""
    store = Store(tmp_path / "store")
    (name, *_), (flag, *_) = FIRST[0], FIRST[3]

    def put(year: int, table: str, gemeente: str, wijk: str, changed: int, modified: str) -> None:
        rows = [
            {"WijkenEnBuurten": code.ljust(10), PEOPLE: 900, flag: changed, name: "De Beemster"}
            for code in (gemeente, wijk)
        ]
        made = small_table(rows, year=year, table_id=table)
        with store.writing() as writer:
            writer.put_table(assemble(replace(made, modified=modified), known))

    put(2020, "84799NED", "GM0370", "WK037000", 1, "2021-03-01")
    put(2020, "84799NED", "GM0917", "WK091700", 1, "2025-01-01")
    put(2022, "85318NED", "GM0439", "WK043909", 2, "2023-05-01")
    frame = export_frame(store, known, "GM0439")
    then = frame[(frame["year"] == 2020) & (frame["title"] == "Inwoners")]
    assert then["published_as"].tolist() == ["WK037000"]
    assert then["source_modified"].tolist() == ["2021-03-01"]
