import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from data import panel as panel_contract
from data import sample
from data.assemble import assemble
from data.catalogue import Catalogue
from data.errors import StoreError, StoreTooNew, TableError
from data.importing import ensure_sample, import_paths
from data.manifest import FORMAT, MANIFEST, BridgeRecord
from data.overlay import ADDRESSES, AREA, OVERLAPS
from data.settings import ROOT
from data.store import SAMPLE, Store
from tests.helpers import FIRST, small_table
from tests.helpers.copies import copied

BIJSTAND = ("PersonenPerSoortUitkeringBijstand_83", "Bijstand", "aantal")
GEMEENTE = {"WijkenEnBuurten": "GM0363    ", "AantalInwoners_5": 870_000}
WIJK = {"WijkenEnBuurten": "WK036300  ", "AantalInwoners_5": 1_200}


def put(store: Store, known: Catalogue, *rows: dict[str, object]) -> None:
    with store.writing() as writer:
        writer.put_table(assemble(small_table(list(rows), topics=[*FIRST, BIJSTAND]), known))


def figure(store: Store, region: str, indicator: str) -> pd.Series:
    panel = store.panel("GM0363", indicators=[indicator])
    return panel[panel["region"] == region].iloc[0]


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != ".lock"
    }


def test_what_goes_in_comes_out_as_a_panel(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE, WIJK)
    panel = Store(tmp_path).panel("GM0363")
    panel_contract.check(panel)
    assert figure(store, "WK036300", "population")["value"] == 1_200
    assert store.gemeenten() == {"GM0363": "GM0363"}


def test_the_whole_sample_comes_out_as_a_panel(sample_store: Store) -> None:
    panel = sample_store.panel("GM9999")
    panel_contract.check(panel)
    assert panel.loc[panel["level"] == "wijk", "year"].nunique() == 13


def test_a_new_delivery_replaces_figures(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE, WIJK)
    put(store, known, WIJK | {"AantalInwoners_5": 1_205})
    assert figure(store, "WK036300", "population")["value"] == 1_205
    assert figure(store, "GM0363", "population")["value"] == 870_000


def test_a_figure_is_not_lost_to_a_delivery_that_does_not_have_it_yet(
    tmp_path: Path, known: Catalogue
) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE | {BIJSTAND[0]: 39_000}, WIJK | {BIJSTAND[0]: 90})
    put(store, known, GEMEENTE, WIJK)
    kept = figure(store, "WK036300", "benefit_bijstand")
    assert (kept["value"], kept["status"]) == (90, "observed")
    assert store.manifest.tables[0].kept == 2


def test_a_figure_that_cbs_withdraws_is_withdrawn(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    other = {"WijkenEnBuurten": "WK036301  ", "AantalInwoners_5": 4_000, BIJSTAND[0]: 210}
    put(store, known, GEMEENTE | {BIJSTAND[0]: 39_000}, WIJK | {BIJSTAND[0]: 90}, other)
    put(store, known, GEMEENTE | {BIJSTAND[0]: 39_000}, WIJK, other)
    assert figure(store, "WK036300", "benefit_bijstand")["status"] == "suppressed"


def test_real_and_fictional_figures_never_meet(sample_folder: Path, tmp_path: Path, known: Catalogue) -> None:
    store = Store(copied(sample_folder, tmp_path / "store"))
    put(store, known, {"WijkenEnBuurten": "NL00      ", "AantalInwoners_5": 17_400_000}, GEMEENTE, WIJK)
    real = store.panel("GM0363", indicators=["population"])
    sample = store.panel("GM9999", indicators=["population"])
    assert real.loc[real["region"] == "NL00", "value"].tolist() == [17_400_000]
    assert 17_400_000 not in sample["value"].tolist()
    assert list(store.gemeenten())[-1] == "GM9999"


def test_a_sample_imported_by_hand_does_not_come_twice(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    import_paths([sample.FOLDER / "odata_v3" / "84799NED"], store, known)
    ensure_sample(Store(tmp_path), known)
    panel_contract.check(Store(tmp_path).panel("GM9999"))
    assert {record.collection for record in Store(tmp_path).manifest.tables} == {SAMPLE}


def test_the_sample_is_imported_once(tmp_path: Path, known: Catalogue) -> None:
    assert ensure_sample(Store(tmp_path), known)
    assert not ensure_sample(Store(tmp_path), known)


def test_an_error_halfway_leaves_everything_as_it_was(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path / "store")
    put(store, known, GEMEENTE, WIJK)
    before = files_of(tmp_path / "store")
    good = ROOT / "data" / "sample" / "voorbeeldstad" / "odata_v3" / "83487NED"
    bad = tmp_path / "slecht" / "83765NED"
    bad.mkdir(parents=True)
    (bad / "TypedDataSet.json").write_text("{ this is not an answer")
    (bad / "DataProperties.json").write_text('{"value":[]}')
    with pytest.raises(TableError, match="83765NED"):
        import_paths([good, bad], store, known)
    assert files_of(tmp_path / "store") == before


def test_a_process_that_is_killed_halfway_leaves_everything_as_it_was(
    tmp_path: Path, known: Catalogue
) -> None:
    folder = tmp_path / "store"
    put(Store(folder), known, GEMEENTE, WIJK)
    before = (folder / MANIFEST).read_bytes()
    script = textwrap.dedent(
        f"""
        import sys, time
        from pathlib import Path
        from data import sample
        from data.catalogue import catalogue
        from data.importing import import_paths
        from data.store import Store

        def progress(step, steps, what):
            if step == 4:
                print("halfway", flush=True)
                time.sleep(60)

        import_paths([sample.FOLDER], Store(Path({str(folder)!r})), catalogue(), progress=progress)
        """
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "halfway"
    os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait(timeout=20)
    assert (folder / MANIFEST).read_bytes() == before
    store = Store(folder)
    assert figure(store, "WK036300", "population")["value"] == 1_200
    # The next import is not held up by the dead one, and clears what it left behind.
    put(store, known, GEMEENTE, WIJK)
    put(store, known, GEMEENTE, WIJK)
    assert len(list((folder / "cbs").glob("*.parquet"))) <= 2


def test_a_reader_keeps_working_while_a_new_import_lands(tmp_path: Path, known: Catalogue) -> None:
    put(Store(tmp_path), known, GEMEENTE, WIJK)
    reader = Store(tmp_path)
    put(Store(tmp_path), known, WIJK | {"AantalInwoners_5": 1_300})
    assert figure(reader, "WK036300", "population")["value"] == 1_200
    assert figure(Store(tmp_path), "WK036300", "population")["value"] == 1_300


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    content = json.dumps({"format": FORMAT + 1, "generation": "x", "tables": [], "borders": []})
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(StoreTooNew, match="nieuwere Wijkradar"):
        Store(tmp_path)
    assert (tmp_path / MANIFEST).read_text() == content


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": "een"}'])
def test_a_damaged_manifest_is_told_in_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(StoreError, match="beschadigd"):
        Store(tmp_path)


def test_a_missing_file_is_told_in_one_sentence(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE, WIJK)
    for file in (tmp_path / "cbs").glob("*.parquet"):
        file.unlink()
    with pytest.raises(StoreError, match="importeer"):
        store.panel("GM0363")


def test_two_imports_wait_for_each_other(
    tmp_path: Path, known: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.store._LOCK_SECONDS", 0.2)
    store = Store(tmp_path)
    with store.writing(), pytest.raises(StoreError, match="loopt al een import"), Store(tmp_path).writing():
        pass


def test_the_sample_has_borders_for_every_year(sample_store: Store) -> None:
    years = sample_store.borders_years("GM9999", "wijk")
    assert {2013, 2018, 2021} <= set(years)
    assert sample_store.borders("GM9999", "wijk", 1999) is None
    content = sample_store.borders("GM9999", "wijk", max(years))
    assert content is not None
    features = json.loads(content)["features"]
    assert sum(not feature["properties"]["water"] for feature in features) == 24
    assert all(record.collection == SAMPLE for record in sample_store.manifest.borders)


# -- what is known of a delivery -----------------------------------------------------------------------


def test_a_table_knows_when_and_how_it_came_and_what_it_holds(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE, WIJK)
    record = store.manifest.tables[0]
    delivery = record.delivery("GM0363")
    assert (record.id, delivery.service, delivery.rows) == ("84799NED", "bestand", 2)
    assert delivery.at.startswith("20")
    content = (tmp_path / record.file).read_bytes()
    assert record.checksum == hashlib.sha256(content).hexdigest()


def test_each_gemeente_keeps_its_own_delivery_of_a_table(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE, WIJK)
    put(store, known, {"WijkenEnBuurten": "GM0917    ", "AantalInwoners_5": 87_000})
    record = store.manifest.tables[0]
    assert record.delivery("GM0363").rows == 2
    assert record.delivery("GM0917").rows == 1
    put(store, known, GEMEENTE)
    assert [delivery.gemeenten for delivery in store.manifest.tables[0].deliveries] == [
        ("GM0917",),
        ("GM0363",),
    ]


def test_a_store_of_the_first_form_is_read_as_it_was(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE, WIJK)
    content = json.loads((tmp_path / MANIFEST).read_text())
    for row in content["tables"]:
        delivery = row.pop("deliveries")[0]
        row |= {
            "modified": "2021-03-26",
            "imported_at": delivery["at"],
            "origin": "een map",
            "unused": ["X_1"],
        }
        del row["unknown"]
    (tmp_path / MANIFEST).write_text(json.dumps(content | {"format": 1}))
    older = Store(tmp_path)
    assert figure(older, "WK036300", "population")["value"] == 1_200
    assert older.manifest.tables[0].delivery("GM0363").modified == "2021-03-26"
    put(older, known, WIJK | {"AantalInwoners_5": 1_205})
    assert json.loads((tmp_path / MANIFEST).read_text())["format"] == FORMAT


def test_a_delivery_that_replaces_also_empties(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE | {BIJSTAND[0]: 39_000}, WIJK | {BIJSTAND[0]: 90})
    fresh = assemble(small_table([GEMEENTE], topics=[*FIRST, BIJSTAND]), known)
    with store.writing() as writer:
        writer.put_table(fresh, replacing=fresh.table.gemeenten)
    panel = store.panel("GM0363")
    assert set(panel["region"]) == {"GM0363"}
    assert figure(store, "GM0363", "benefit_bijstand")["status"] == "not_published"


def put_part(store: Store, known: Catalogue, *rows: dict[str, object]) -> None:
    """Add a file that holds a selection of the table, as a download does."""
    table = replace(small_table(list(rows), topics=[*FIRST, BIJSTAND]), partial=True)
    with store.writing() as writer:
        writer.put_table(assemble(table, known))


def test_a_file_with_a_part_of_a_table_takes_nothing_away(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    other = {"WijkenEnBuurten": "WK036301  ", "AantalInwoners_5": 4_000, BIJSTAND[0]: 210}
    put(store, known, GEMEENTE | {BIJSTAND[0]: 39_000}, WIJK | {BIJSTAND[0]: 90}, other)
    put_part(store, known, WIJK, other | {BIJSTAND[0]: 220})
    assert figure(store, "WK036300", "benefit_bijstand")["value"] == 90
    assert figure(store, "WK036301", "benefit_bijstand")["value"] == 220


def test_a_part_of_a_table_changes_no_reason_and_never_says_that_cbs_is_late(
    tmp_path: Path, known: Catalogue
) -> None:
    store = Store(tmp_path)
    other = {"WijkenEnBuurten": "WK036301  ", "AantalInwoners_5": 4_000, BIJSTAND[0]: 210}
    empty = {"WijkenEnBuurten": "WK036302  ", "AantalInwoners_5": 0}
    put(store, known, GEMEENTE | {BIJSTAND[0]: 39_000}, WIJK, other, empty)
    before = store.panel("GM0363")[["region", "indicator", "value", "status"]]
    put_part(store, known, WIJK)
    put_part(store, known, {"WijkenEnBuurten": "WK036302  "}, other)
    assert store.panel("GM0363")[["region", "indicator", "value", "status"]].equals(before)
    alone = Store(tmp_path / "alone")
    put_part(alone, known, WIJK)
    assert "not_published" not in set(alone.panel("GM0363")["status"])


def test_a_percentage_in_a_part_of_a_table_does_not_replace_a_number(
    tmp_path: Path, known: Catalogue
) -> None:
    store = Store(tmp_path)
    children = "k_0Tot15Jaar_8"
    rows = [WIJK | {children: 240}], [WIJK | {children: 20}]
    for content, unit in zip(rows, ("aantal", "%"), strict=True):
        table = small_table(content, topics=[*FIRST, (children, "0 tot 15 jaar", unit)])
        with store.writing() as writer:
            writer.put_table(assemble(replace(table, partial=unit == "%"), known))
    assert figure(store, "WK036300", "age_0_15")[["value", "unit"]].tolist() == [240, "aantal"]


def test_a_part_of_a_table_without_a_word_about_borders_leaves_what_is_known(
    tmp_path: Path, known: Catalogue
) -> None:
    store = Store(tmp_path)
    flag = "IndelingswijzigingWijkenEnBuurten_4"
    table = small_table([WIJK | {BIJSTAND[0]: 90, flag: "1"}], topics=[*FIRST, BIJSTAND])
    with store.writing() as writer:
        writer.put_table(assemble(table, known))
    put_part(store, known, WIJK | {BIJSTAND[0]: 100})
    assert figure(store, "WK036300", "benefit_bijstand")[["value", "boundary"]].tolist() == [100, 1]


def test_a_file_that_does_not_say_what_is_provisional_makes_nothing_final(
    tmp_path: Path, known: Catalogue
) -> None:
    store = Store(tmp_path)
    note = {BIJSTAND[0]: "Het betreft voorlopige cijfers."}
    table = small_table([WIJK | {BIJSTAND[0]: 90}], topics=[*FIRST, BIJSTAND], descriptions=note)
    with store.writing() as writer:
        writer.put_table(assemble(table, known))
    put_part(store, known, WIJK | {BIJSTAND[0]: 90})
    assert figure(store, "WK036300", "benefit_bijstand")["status"] == "provisional"
    put_part(store, known, WIJK | {BIJSTAND[0]: 100})
    assert figure(store, "WK036300", "benefit_bijstand")["value"] == 100


def test_a_year_without_inhabitants_in_it_still_has_its_regions(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put_part(store, known, {"WijkenEnBuurten": "WK0363MB  ", BIJSTAND[0]: 90})
    assert list(store.regions("GM0363")["region"]) == ["WK0363MB"]


def test_the_content_of_a_gemeente_changes_only_with_its_own_files(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE, WIJK)
    before = store.content("GM0363")
    other = [{"WijkenEnBuurten": "GM0917    ", "AantalInwoners_5": 87_000}]
    with store.writing() as writer:
        writer.put_table(assemble(small_table(other, year=2021, table_id="85039NED"), known))
    assert store.content("GM0363") == before
    put(store, known, WIJK)
    assert store.content("GM0363") != before


# -- going back ----------------------------------------------------------------------------------------


def test_an_import_can_be_undone(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE, WIJK)
    store.remember("het inlezen van bestanden")
    assert store.undo_point() is None
    for inhabitants in (1_300, 1_400, 1_500):
        put(store, known, WIJK | {"AantalInwoners_5": inhabitants})
    point = store.undo_point()
    assert point is not None
    assert point.what == "het inlezen van bestanden"
    store.undo()
    assert figure(Store(tmp_path), "WK036300", "population")["value"] == 1_200


def test_the_very_first_import_can_be_undone(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    store.remember("het inlezen van bestanden")
    put(store, known, GEMEENTE, WIJK)
    store.undo()
    assert store.gemeenten() == {}


def test_where_nothing_was_done_there_is_nothing_to_undo(tmp_path: Path) -> None:
    assert Store(tmp_path).undo_point() is None
    with pytest.raises(StoreError, match="niets om ongedaan te maken"):
        Store(tmp_path).undo()


# -- gemeenten that merged -----------------------------------------------------------------------------


def merged(store: Store, known: Catalogue) -> None:
    """Heerhugowaard and Langedijk became Dijk en Waard in 2022."""
    for year, table_id, codes in ((2021, "85039NED", ("0398", "0416")), (2022, "85318NED", ("1980",))):
        rows = [
            {"WijkenEnBuurten": f"{level}{code}{rest}", "AantalInwoners_5": 1_000}
            for code in codes
            for level, rest in (("GM", "    "), ("WK", "00  "), ("BU", "0000"))
        ]
        with store.writing() as writer:
            writer.put_table(assemble(small_table(rows, year=year, table_id=table_id), known))


def test_a_merged_gemeente_has_the_wijken_of_its_predecessors(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    merged(store, known)
    panel = store.panel("GM1980", indicators=["population"])
    by_year = {year: set(rows["region"]) for year, rows in panel.groupby("year")}
    assert by_year == {
        2021: {"WK039800", "BU03980000", "WK041600", "BU04160000"},
        2022: {"GM1980", "WK198000", "BU19800000"},
    }
    assert [record.year for record in store.tables("GM1980")] == [2021, 2022]


def test_a_gemeente_figure_is_never_borrowed_from_a_predecessor(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    merged(store, known)
    panel = store.panel("GM1980")
    assert set(panel.loc[panel["level"] == "gemeente", "region"]) == {"GM1980"}


def test_a_predecessor_is_found_under_its_successor(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    merged(store, known)
    assert list(store.gemeenten()) == ["GM1980"]
    assert set(store.panel("GM0398")["region"]) == {"GM0398", "WK039800", "BU03980000"}


# -- converting to other borders ---------------------------------------------------------------------


def shared(old_year: int, new_year: int, amount: float = 10, origin: str = ADDRESSES) -> pd.DataFrame:
    rows = [["wijk", old_year, new_year, "WK036300", "WK036301", amount, origin]]
    return pd.DataFrame(rows, columns=OVERLAPS)


def put_bridge(store: Store, overlaps: pd.DataFrame, gemeente: str = "GM0363") -> BridgeRecord:
    with store.writing() as writer:
        return writer.put_bridge(gemeente, overlaps, files=["een.zip", "twee.zip"], matched=90, only_old=10)


def test_what_figures_are_converted_with_is_kept_per_gemeente(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record = put_bridge(store, shared(2017, 2020))
    put_bridge(store, shared(2017, 2020), "GM0917")
    again = Store(tmp_path)
    assert again.bridges("GM0363") == (record,)
    assert (record.files, record.found_share) == (("een.zip", "twee.zip"), 0.9)
    pd.testing.assert_frame_equal(
        again.bridged("GM0363"), shared(2017, 2020).astype({"amount": float}), check_dtype=False
    )
    assert list(again.bridged("GM0014").columns) == OVERLAPS


def test_the_same_two_years_again_replace_what_was_there(tmp_path: Path) -> None:
    store = Store(tmp_path)
    put_bridge(store, shared(2017, 2020, 10))
    put_bridge(store, shared(2017, 2020, 20))
    assert store.bridged("GM0363")["amount"].tolist() == [20]


def test_addresses_go_before_area_for_the_same_two_years(tmp_path: Path) -> None:
    store = Store(tmp_path)
    put_bridge(store, shared(2017, 2020, 5_000, AREA))
    put_bridge(store, shared(2020, 2021, 7_000, AREA))
    counted = put_bridge(store, shared(2017, 2020, 10))
    assert store.bridged("GM0363")["amount"].tolist() == [10, 7_000]
    with store.writing() as writer:
        writer.drop_bridge(counted)
    assert store.bridged("GM0363")["amount"].tolist() == [5_000, 7_000]


def test_area_speaks_for_a_region_without_any_address(tmp_path: Path) -> None:
    store = Store(tmp_path)
    put_bridge(store, shared(2017, 2020, 10))
    polder = shared(2017, 2020, 5_000, AREA).assign(old="WK036309")
    unknown = shared(2017, 2020, 6_000, AREA).assign(old="")
    put_bridge(store, pd.concat([shared(2017, 2020, 4_000, AREA), polder, unknown], ignore_index=True))
    rows = store.bridged("GM0363").set_index("old")
    assert rows["amount"].to_dict() == {"WK036300": 10, "WK036309": 5_000}


def test_two_gemeenten_that_merged_later_count_what_went_between_them_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for gemeente in ("GM0009", "GM0017"):
        put_bridge(store, shared(2016, 2017), gemeente)
    assert len(store.bridged("GM0014")) == 1


def test_converting_can_be_undone(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE, WIJK)
    before = store.content("GM0363")
    store.remember("het omrekenen")
    put_bridge(store, shared(2017, 2020))
    assert store.content("GM0363") != before
    # The file of the undo point, and what it goes back from, survive a write in between.
    put_bridge(store, shared(2018, 2020), "GM0917")
    store.undo()
    assert store.bridges("GM0363") == ()
    assert Store(tmp_path).content("GM0363") == before


def test_a_store_of_the_second_form_is_read_as_it_was(tmp_path: Path, known: Catalogue) -> None:
    store = Store(tmp_path)
    put(store, known, GEMEENTE, WIJK)
    content = json.loads((tmp_path / MANIFEST).read_text())
    content["format"] = 2
    del content["bridges"]
    (tmp_path / MANIFEST).write_text(json.dumps(content))
    assert Store(tmp_path).bridges("GM0363") == ()
    assert figure(Store(tmp_path), "WK036300", "population")["value"] == 1_200


def test_a_damaged_file_to_convert_with_is_told_in_one_sentence(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record = put_bridge(store, shared(2017, 2020))
    (tmp_path / record.file).write_bytes(b"")
    with pytest.raises(StoreError, match="beschadigd"):
        store.bridged("GM0363")


def test_borders_tell_what_was_redrawn(sample_store: Store) -> None:
    """In 2018 a corner of wijk 19 went to wijk 20; in 2021 wijk 11 was split into 24 and 25."""
    rows = sample_store.border_overlaps("GM9999")
    wijken = rows[(rows["level"] == "wijk") & (rows["old"] != rows["new"]) & (rows["amount"] > 20_000)]
    assert set(wijken[["old_year", "new_year", "old", "new"]].itertuples(index=False, name=None)) == {
        (2016, 2018, "WK999919", "WK999920"),
        (2018, 2021, "WK999911", "WK999924"),
        (2018, 2021, "WK999911", "WK999925"),
    }
    assert set(rows["level"]) == {"wijk", "buurt"}
    assert set(rows["origin"]) == {AREA}
