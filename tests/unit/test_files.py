import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from data import sample
from data.assemble import assemble
from data.catalogue import Catalogue
from data.errors import UserError
from data.files import Kind, find
from data.importing import import_paths, store_recognised
from data.recognition import only, recognise
from data.store import Store
from tests.helpers.downloads import Dialect, kwb_frame, sample_table, write_csv

AGES = ["k_0Tot15Jaar", "k_15Tot25Jaar"]
GEOJSON = sample.FOLDER / "geometry" / "wijken_2021.geojson"


def two_gemeenten(folder: Path) -> Path:
    frame = pd.DataFrame(
        {"gwb_code_10": ["NL00", "GM0917", "WK091710", "GM0363"], "a_inw": [17, 4, 3, 9]}
        | {"gm_naam": ["Nederland", "Heerlen", "Heerlen", "Amsterdam"]}
    )
    path = folder / "kwb-2024.csv"
    frame.to_csv(path, index=False)
    return path


def test_a_table_is_one_folder_whichever_of_its_parts_is_named() -> None:
    folder = sample.FOLDER / "odata_v3" / "84799NED"
    by_folder, by_part = find([folder]), find([folder / "TypedDataSet.json"])
    assert [(one.path, one.kind) for one in by_folder] == [(folder, Kind.ODATA)]
    assert by_folder == by_part


@pytest.mark.parametrize(
    ("name", "content", "kind", "told"),
    [
        ("grenzen.json", '{"type": "FeatureCollection", "features": []}', Kind.BORDERS, ""),
        ("antwoord.json", '{"odata.metadata": "x", "value": []}', Kind.UNKNOWN, "DataProperties.json"),
        ("instellingen.json", '{"taal": "nl"}', Kind.UNKNOWN, "geen tabel van CBS en geen kaartbestand"),
        ("foto.png", "", Kind.UNKNOWN, "leest Wijkradar niet"),
        ("kapot.zip", "geen zip", Kind.UNKNOWN, "niet te openen als zip"),
    ],
)
def test_what_a_name_does_not_say_its_first_bytes_do(
    tmp_path: Path, name: str, content: str, kind: Kind, told: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    (found,) = find([path])
    assert found.kind is kind
    assert told in found.problem


def test_a_zip_is_a_map_only_when_there_are_borders_in_it(tmp_path: Path) -> None:
    for name, member, kind in (("kaart", "wijken.shp", Kind.BORDERS), ("foto", "a.png", Kind.UNKNOWN)):
        path = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(member, "")
        assert find([path])[0].kind is kind


def test_temporary_and_side_files_are_passed_over(tmp_path: Path) -> None:
    for name in ("~$kwb-2024.xlsx", "._kwb-2024.xlsx", "wijken.dbf", "LEESMIJ.md"):
        (tmp_path / name).write_text("")
    (found,) = find([tmp_path])
    assert found.path == tmp_path
    assert "geen tabel van CBS" in found.problem


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path, known: Catalogue) -> None:
    good = write_csv(tmp_path, sample_table(2024), Dialect(), AGES)
    bad = tmp_path / "kwb-2023.xlsx"
    bad.write_bytes(b"afgekapt")
    recognition = recognise([tmp_path, tmp_path / "weg.csv"], known)
    assert [entry.path for entry in recognition.usable] == [good]
    assert [entry.path for entry in recognition.broken] == [bad, tmp_path / "weg.csv"]
    told = "\n".join(recognition.sentences())
    assert "niet te openen als Excel-bestand" in told
    assert "bestaat niet" in told


def test_an_import_stops_at_a_broken_file_and_leaves_the_store_as_it_was(
    tmp_path: Path, known: Catalogue
) -> None:
    write_csv(tmp_path, sample_table(2024), Dialect(), AGES)
    (tmp_path / "kwb-2023.xlsx").write_bytes(b"afgekapt")
    store = Store(tmp_path / "store")
    with pytest.raises(UserError, match="niet te openen"):
        import_paths([tmp_path], store, known)
    assert store.manifest.tables == ()


def test_a_file_that_breaks_a_reader_is_one_sentence(tmp_path: Path, known: Catalogue) -> None:
    folder = tmp_path / "85984NED"
    folder.mkdir()
    (folder / "TypedDataSet.json").write_text(
        '{"value": [{"WijkenEnBuurten": "GM0917", "AantalInwoners_1": 5}]}'
    )
    (folder / "DataProperties.json").write_text(
        '{"value": [{"Key": "AantalInwoners_1", "Title": "A", "ID": [1]}]}'
    )
    (entry,) = recognise([folder], known).entries
    assert "85984NED is niet te lezen" in str(entry.error)


def test_what_could_be_undone_still_can_after_an_import_of_nothing(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path / "store")
    recognition = recognise([two_gemeenten(tmp_path)], known)
    store_recognised(recognition, store, known, undo_as="de eerste keer")
    with pytest.raises(UserError, match="staat niets in deze bestanden"):
        store_recognised(recognition, store, known, gemeenten=["GM0001"], undo_as="de tweede keer")
    point = store.undo_point()
    assert point is not None
    assert point.what == "de eerste keer"


def test_other_files_in_a_folder_are_passed_over_and_counted(tmp_path: Path, known: Catalogue) -> None:
    write_csv(tmp_path, sample_table(2024), Dialect(), AGES)
    (tmp_path / "kas.csv").write_text("datum;bedrag\n2024-01-01;3,50\n")
    imported = import_paths([tmp_path], Store(tmp_path / "store"), known)
    assert [record.year for record in imported.tables] == [2024]
    assert imported.ignored == (tmp_path / "kas.csv",)


def test_the_same_other_file_is_refused_when_it_is_named(tmp_path: Path, known: Catalogue) -> None:
    kas = tmp_path / "kas.csv"
    kas.write_text("datum;bedrag\n2024-01-01;3,50\n")
    with pytest.raises(UserError, match="geen kolom met codes"):
        import_paths([kas], Store(tmp_path / "store"), known)


def test_figures_of_no_known_topic_are_refused(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "geluk_2024.csv"
    path.write_text("Regio;Codering (code);Geluk (%)\nHeerlen;GM0917;90\n")
    (entry,) = recognise([path], known).entries
    assert "geen enkel onderwerp dat Wijkradar kent" in str(entry.error)


def test_one_gemeente_out_of_a_file_of_many(tmp_path: Path, known: Catalogue) -> None:
    recognition = recognise([two_gemeenten(tmp_path)], known)
    assert recognition.gemeenten == {"GM0363": "Amsterdam", "GM0917": "Heerlen"}
    store = Store(tmp_path / "store")
    store_recognised(recognition, store, known, gemeenten=["GM0917"])
    assert store.gemeenten() == {"GM0917": "Heerlen"}
    assert set(store.panel("GM0917")["region"]) == {"NL00", "GM0917", "WK091710"}


def test_a_gemeente_comes_with_what_merged_into_it_later(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "kwb-2021.csv"
    frame = pd.DataFrame({"gwb_code_10": ["GM0439", "GM0370", "WK037000", "GM0363"], "a_inw": [4, 3, 2, 1]})
    frame.to_csv(path, index=False)
    store = Store(tmp_path / "store")
    (record,) = store_recognised(recognise([path], known), store, known, gemeenten=["GM0439"]).tables
    assert set(record.gemeenten) == {"GM0439", "GM0370"}


def test_borders_are_cut_to_the_gemeente_too(tmp_path: Path, known: Catalogue) -> None:
    recognition = recognise([GEOJSON], known)
    assert [part.gemeenten for part in [only(recognition.entries[0], ["GM0917"])] if part] == []
    kept = only(recognition.entries[0], ["GM9999"])
    assert kept is not None
    assert kept.regions == recognition.entries[0].regions


def test_a_map_of_one_wijk_leaves_the_others_on_the_map(tmp_path: Path, known: Catalogue) -> None:
    part = json.loads(GEOJSON.read_text(encoding="utf-8"))
    part["features"] = part["features"][:1]
    (tmp_path / "wijk_2021.geojson").write_text(json.dumps(part), encoding="utf-8")
    store = Store(tmp_path / "store")
    import_paths([GEOJSON], store, known)
    before = store.borders_years("GM9999", "wijk")
    import_paths([tmp_path / "wijk_2021.geojson"], store, known)
    assert store.borders_years("GM9999", "wijk") == before


def test_a_gemeente_that_is_in_no_file_is_refused(tmp_path: Path, known: Catalogue) -> None:
    recognition = recognise([two_gemeenten(tmp_path)], known)
    with pytest.raises(UserError, match="Van GM0014 staat niets"):
        store_recognised(recognition, Store(tmp_path / "store"), known, gemeenten=["GM0014"])


def test_two_files_with_the_same_figures_are_told(tmp_path: Path, known: Catalogue) -> None:
    for name in ("a_2024.csv", "b_2024.csv"):
        write_csv(tmp_path, sample_table(2024), Dialect(), AGES, name=name)
    first, second = recognise([tmp_path], known).entries
    assert not any("staan ook in" in warning for warning in first.warnings)
    assert any("a_2024.csv" in warning for warning in second.warnings)


def test_what_is_recognised_fits_in_a_table(tmp_path: Path, known: Catalogue) -> None:
    csv = write_csv(tmp_path, sample_table(2024), Dialect(), AGES)
    (tmp_path / "antwoord.json").write_text(json.dumps({"value": []}))
    rows = recognise([csv, GEOJSON, tmp_path / "antwoord.json"], known).rows()
    assert [row["Soort"] for row in rows] == ["StatLine-download", "grenzen", "onbekend"]
    assert rows[0]["Jaar"] == "2024"
    assert rows[0]["Gemeenten"] == "Voorbeeldstad (fictief)"
    assert rows[0]["Onderwerpen herkend"] == "2"
    assert rows[1]["Gebieden"] == str(len(json.loads(GEOJSON.read_text())["features"]))
    assert "TypedDataSet.json" in rows[2]["Let op"]


def test_an_excel_of_the_sample_is_stored_as_the_sample(tmp_path: Path, known: Catalogue) -> None:
    path = tmp_path / "kwb-2024.xlsx"
    kwb_frame(sample_table(2024)).to_excel(path, index=False, engine="openpyxl")
    store = Store(tmp_path / "store")
    (record,) = import_paths([path], store, known).tables
    assert store.is_sample("GM9999")
    stored = store.panel("GM9999").set_index(["region", "indicator"])["value"]
    expected = assemble(sample_table(2024), known).panel.set_index(["region", "indicator"])["value"]
    pd.testing.assert_series_equal(stored.sort_index(), expected.loc[stored.index].sort_index())
    assert record.year == 2024
