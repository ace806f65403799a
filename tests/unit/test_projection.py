"""The official projection: read as it comes, brought to the gemeenten of now, kept, and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from data import gemeenten, projection, sample
from data.catalogue import Catalogue
from data.errors import ProjectionError, UserError
from data.importing import import_paths, store_recognised
from data.manifest import MANIFEST
from data.recognition import recognise
from data.statline_csv import open_sheet
from data.store import Store

HEERLEN, PURMEREND, BEEMSTER = "GM0917", "GM0439", "GM0370"
HEAD = '"Regio-indeling 2021";"Prognose(-interval)";"Leeftijd";"Perioden";"Totale bevolking (x 1 000)"'


def statline(folder: Path, *lines: str, head: str = HEAD) -> Path:
    """Write a download of StatLine: a title, the heading, the rows, the source."""
    title = '"Regionale prognose 2023-2050; bevolking, intervallen, regio-indeling 2021"'
    path = folder / "prognose.csv"
    path.write_text("\n".join([title, head, *lines, '"Bron: CBS/PBL"', ""]), encoding="utf-8")
    return path


def heerlen(year: int = 2030, middle: str = "86,4", low: str = "83,0", high: str = "90,1") -> list[str]:
    return [
        f'"Heerlen";"Prognose";"Totaal";"{year}";"{middle}"',
        f'"Heerlen";"Ondergrens 67%-prognose-interval";"Totaal";"{year}";"{low}"',
        f'"Heerlen";"Bovengrens 67%-prognose-interval";"Totaal";"{year}";"{high}"',
    ]


def rows_of(*given: tuple[str, float], year: int = 2030, division: int = 2021) -> pd.DataFrame:
    """Return rows as the store keeps them: a code and its people."""
    frame = pd.DataFrame(
        [
            {
                "region": code,
                "year": year,
                "people": people,
                "lower_67": people - 500,
                "upper_67": people + 700,
            }
            for code, people in given
        ]
    )
    ages = {"age_0_20": float("nan"), "age_20_65": float("nan"), "age_65plus": float("nan")}
    told = {
        "tables": "85173NED",
        "modified": "",
        "service": "bestand",
        "origin": "x",
        "at": "2026-11-22T10:00:00+00:00",
    }
    return frame.assign(**ages, division=division, **told)[list(projection.COLUMNS)]


def raw(**cells: object) -> pd.DataFrame:
    """Return one row as the service gives it."""
    row = {
        "RegioIndeling2021": "GM0917    ",
        "PrognoseInterval": "MW00000",
        "Leeftijd": "10000",
        "Perioden": "2030JJ00",
        "TotaleBevolking_1": 86.4,
    }
    return pd.DataFrame([row | cells])


# -- reading -----------------------------------------------------------------------------------------


def test_a_download_with_names_becomes_people_by_code(tmp_path: Path) -> None:
    found = projection.from_sheet(
        open_sheet(statline(tmp_path, *heerlen(), *heerlen(2035, "85,9", "81,0", "91,2")))
    )
    assert list(found["region"]) == [HEERLEN, HEERLEN]
    assert list(found["year"]) == [2030, 2035]
    assert found.loc[0, ["people", "lower_67", "upper_67"]].tolist() == [86_400, 83_000, 90_100]
    assert set(found["tables"]) == {"85173NED"}


def test_names_of_gemeenten_are_told_from_provinces_and_from_each_other(tmp_path: Path) -> None:
    lines = [
        '"Nederland";"Prognose";"Totaal";"2030";"18.300,5"',
        '"Utrecht (PV)";"Prognose";"Totaal";"2030";"1.480,2"',
        '"Utrecht (CR)";"Prognose";"Totaal";"2030";"1.480,2"',
        '"Utrecht (gemeente)";"Prognose";"Totaal";"2030";"395,1"',
        '"Bergen (L.)";"Prognose";"Totaal";"2030";"12,9"',
        '"Bergen (NH.)";"Prognose";"Totaal";"2030";"30,1"',
        '"\'s-Gravenhage (gemeente)";"Prognose";"Totaal";"2030";"580,0"',
    ]
    found = projection.from_sheet(open_sheet(statline(tmp_path, *lines)))
    assert dict(zip(found["region"], found["people"], strict=True)) == {
        "GM0344": 395_100,
        "GM0893": 12_900,
        "GM0373": 30_100,
        "GM0518": 580_000,
    }


def test_every_gemeente_of_the_division_is_found_by_its_name() -> None:
    there = [gemeente for gemeente in gemeenten.known().values() if gemeente.exists_in(2021)]
    assert {projection._code_of(gemeente.name, 2021) for gemeente in there} == {g.code for g in there}


def test_codes_count_as_well_and_padding_does_not_matter() -> None:
    assert projection.tidy(raw(), "x")["people"].tolist() == [86_400]
    assert projection.tidy(raw(RegioIndeling2021="GM0917"), "x")["region"].tolist() == [HEERLEN]


def test_the_division_is_read_from_the_heading() -> None:
    older = raw().rename(columns={"RegioIndeling2021": "RegioIndeling2018"})
    assert projection.tidy(older, "x")["division"].tolist() == [2018]


def test_men_women_and_unknown_ages_are_not_mistaken_for_everybody() -> None:
    rows = pd.concat(
        [raw(Geslacht="T001038"), raw(Geslacht="3000"), raw(Geslacht="T001038", Leeftijd="80200")]
    )
    assert projection.tidy(rows, "x")["people"].tolist() == [86_400]
    with_titles = projection.tidy(rows, "x", ages={"80200": "65 jaar of ouder"})
    assert with_titles["age_65plus"].tolist() == [86_400]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (heerlen(middle="abc"), r"regel 3.*'abc'"),
        (heerlen(middle="86400"), r"regel 3.*duizendtallen"),
        (heerlen(middle="95,0"), "buiten haar eigen marge"),
        ([*heerlen(), *heerlen()], r"regel 6.*twee cijfers voor 2030"),
        (heerlen(year=30), r"regel 3.*'30' is geen jaar"),
        (['"Limburg (PV)";"Prognose";"Totaal";"2030";"1.100,0"'], "geen enkele gemeente"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_remedy(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(ProjectionError, match=said) as told:
        projection.from_sheet(open_sheet(statline(tmp_path, *lines)))
    assert "prognose.csv" in str(told.value)
    assert "download" in str(told.value)


def test_an_empty_figure_is_no_zero(tmp_path: Path) -> None:
    lines = [*heerlen(), *heerlen(2035, ".", ".", ".")]
    found = projection.from_sheet(open_sheet(statline(tmp_path, *lines)))
    assert list(found["year"]) == [2030]


def test_a_table_of_wijken_is_no_projection() -> None:
    assert not projection.is_projection(["WijkenEnBuurten", "AantalInwoners_5", "Bevolkingsdichtheid_33"])
    assert not projection.is_projection(["RegioS", "Perioden", "TotaleBevolking_1"])


# -- to the gemeenten of now -------------------------------------------------------------------------


def test_a_merged_gemeente_is_the_sum_with_bounds_that_are_never_too_narrow() -> None:
    found = projection.of_gemeente(
        rows_of((PURMEREND, 82_000), (BEEMSTER, 10_000), (HEERLEN, 86_000)), PURMEREND
    )
    assert found is not None
    row = found.iloc[0]
    assert (row["people"], row["lower_67"], row["upper_67"]) == (92_000, 91_000, 93_400)


def test_a_sum_with_a_part_missing_is_no_sum() -> None:
    assert projection.of_gemeente(rows_of((PURMEREND, 82_000)), PURMEREND) is None
    later = pd.concat(
        [rows_of((PURMEREND, 82_000), (BEEMSTER, 10_000)), rows_of((PURMEREND, 83_000), year=2031)]
    )
    found = projection.of_gemeente(later, PURMEREND)
    assert found is not None
    assert list(found["year"]) == [2030]


def test_of_two_divisions_the_newest_counts() -> None:
    old = rows_of((PURMEREND, 80_000), (BEEMSTER, 9_000), division=2018)
    found = projection.of_gemeente(
        pd.concat([old, rows_of((PURMEREND, 82_000), (BEEMSTER, 10_000))]), PURMEREND
    )
    assert found is not None
    assert found["people"].tolist() == [92_000]


def test_a_gemeente_that_got_a_part_of_another_is_refused_with_the_reason() -> None:
    with pytest.raises(ProjectionError, match=r"2018; Haaren is daarna verdeeld"):
        projection.members("GM0757", 2018)
    assert projection.members("GM0757", 2021) == ("GM0757",)


def test_every_gemeente_of_now_can_be_put_together() -> None:
    parts = [code for gemeente in gemeenten.present() for code in projection.members(gemeente.code)]
    assert len(parts) == len(set(parts)) == 352


# -- kept --------------------------------------------------------------------------------------------


def test_a_download_is_recognised_stored_and_taken_back(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path / "store")
    recognition = recognise([statline(tmp_path, *heerlen())], known)
    (entry,) = recognition.entries
    assert (str(entry.kind), entry.gemeenten) == ("prognose van CBS en PBL", {HEERLEN: "Heerlen"})
    stored = store_recognised(recognition, store, known, gemeenten=[HEERLEN], undo_as="het inlezen")
    assert stored.projections == ("Heerlen",)
    found = store.projection(HEERLEN)
    assert found is not None
    assert found["people"].tolist() == [86_400]
    store.undo()
    assert store.projection(HEERLEN) is None


def test_a_table_saved_from_the_service_is_recognised(tmp_path: Path, known: Catalogue) -> None:
    folder = tmp_path / "85173NED"
    folder.mkdir()
    (folder / "TypedDataSet.json").write_text(raw().to_json(orient="records"))
    info = {"value": [{"Identifier": "85173NED", "Modified": "2023-07-05T02:00:00"}]}
    (folder / "TableInfos.json").write_text(json.dumps(info))
    import_paths([folder], Store(tmp_path / "store"), known)
    found = Store(tmp_path / "store").projection(HEERLEN)
    assert found is not None
    assert found[["people", "modified"]].iloc[0].tolist() == [86_400, "2023-07-05T02:00:00"]


def test_choosing_a_gemeente_takes_what_merged_into_it_along(tmp_path: Path, known: Catalogue) -> None:
    lines = [
        line.replace("Heerlen", name) for name in ("Heerlen", "Purmerend", "Beemster") for line in heerlen()
    ]
    store = Store(tmp_path / "store")
    import_paths([statline(tmp_path, *lines)], store, known, gemeenten=[PURMEREND])
    assert store.manifest.projections[0].regions == (BEEMSTER, PURMEREND)
    with pytest.raises(UserError, match="staat niets in"):
        import_paths([statline(tmp_path, *heerlen())], store, known, gemeenten=["GM0363"])


def test_a_second_import_replaces_a_gemeente_and_leaves_the_others(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.writing() as writer:
        writer.put_projection(rows_of((HEERLEN, 86_000), ("GM0344", 390_000)))
    before = store.content(HEERLEN)
    with store.writing() as writer:
        writer.put_projection(rows_of((HEERLEN, 85_000)))
    heerlen_now, utrecht = store.projection(HEERLEN), store.projection("GM0344")
    assert heerlen_now is not None
    assert utrecht is not None
    assert (heerlen_now["people"].tolist(), utrecht["people"].tolist()) == ([85_000], [390_000])
    assert store.content(HEERLEN) != before
    assert len(list((tmp_path / "cbs").glob("prognose-*.parquet"))) == 2, "the present one and the former"


def test_a_store_of_before_projections_can_still_be_read(sample_folder: Path, tmp_path: Path) -> None:
    content = json.loads((sample_folder / MANIFEST).read_text(encoding="utf-8"))
    del content["projections"]
    (tmp_path / MANIFEST).write_text(json.dumps(content | {"format": 3}), encoding="utf-8")
    assert Store(tmp_path).manifest.projections == ()


def test_a_damaged_file_is_mended_by_what_comes_in_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.writing() as writer:
        (record,) = writer.put_projection(rows_of((HEERLEN, 86_000)))
    (tmp_path / record.file).write_bytes(b"no parquet")
    with pytest.raises(UserError, match="beschadigd"):
        store.projection(HEERLEN)
    with store.writing() as writer:
        writer.put_projection(rows_of((HEERLEN, 85_000)))
    assert store.projection(HEERLEN) is not None


def test_the_sample_has_one_that_turned_out_too_high(sample_store: Store) -> None:
    found = sample_store.projection(sample.GEMEENTE)
    assert found is not None
    assert list(found["year"]) == list(range(2023, 2051))
    assert found["lower_67"].notna().all()
    people = sample_store.panel(sample.GEMEENTE, levels=["gemeente"], indicators=["population"])
    counted = people[people["region"] == sample.GEMEENTE].set_index("year")["value"]
    projected = found.set_index("year")["people"]
    assert projected[2025] > counted[2025]
    assert projected[2025] == pytest.approx(counted[2025], rel=0.03)
