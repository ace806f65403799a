"""Files of CBS with an address on each row: recognised, compared, and refused in one sentence."""

from __future__ import annotations

import shutil
import zipfile
from collections import namedtuple
from pathlib import Path

import pandas as pd
import pytest

from data.addresses import AddressFile, Matched, in_order, overlaps_of, read_addresses
from data.errors import AddressesError
from data.overlay import OVERLAPS
from data.sample import FOLDER

Row = tuple[str, int | str, str]


def write(
    folder: Path, year: int, rows: list[Row], *, delimiter: str = ";", header: str = "", name: str = ""
) -> AddressFile:
    """Write a file with postcode, house number and buurt, and recognise it."""
    names = header or delimiter.join(["PC6", "Huisnummer", f"Buurt{year}", f"Wijk{year}", f"Gemeente{year}"])
    lines = [delimiter.join([pc6, str(number), buurt, buurt[:-2], buurt[:-4]]) for pc6, number, buurt in rows]
    path = folder / (name or f"pc6hnr{year}0801_gwb.csv")
    path.write_text("\n".join([names, *lines]) + "\n", encoding="utf-8")
    return read_addresses(path)


def between(old: AddressFile, new: AddressFile, gemeente: str = "GM0363") -> Matched:
    return overlaps_of(old, new, {gemeente: [gemeente]})[gemeente]


def amounts(matched: Matched, level: str = "buurt") -> dict[tuple[str, str], float]:
    rows = matched.overlaps[matched.overlaps["level"] == level]
    return {(row.old, row.new): row.amount for row in rows.itertuples()}


# -- recognising -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("PC6;Huisnummer;Buurt2020;Wijk2020;Gemeente2020", ";"),
        ('"PC6","Huisnummer","Buurt2020","Wijk2020","Gemeente2020"', ","),
        ("pc6,huisnummer,buurtcode2020,wijkcode2020,gemeentecode2020", ","),
        ("\ufeffPC6;HUISNR;BUURT_2020;WIJK_2020;GEMEENTE_2020", ";"),
    ],
)
def test_a_file_is_recognised_however_its_first_line_is_written(
    tmp_path: Path, header: str, delimiter: str
) -> None:
    old = write(tmp_path, 2020, [("1011AB", 1, "3630400")], header=header, delimiter=delimiter, name="x.csv")
    new = write(tmp_path, 2021, [("1011AB", 1, "3630400")])
    assert old.year == 2020
    assert amounts(between(old, new)) == {("BU03630400", "BU03630400"): 1}


def test_a_year_that_no_column_tells_comes_from_the_name_of_the_file(tmp_path: Path) -> None:
    rows: list[Row] = [("1011AB", 1, "3630400")]
    assert write(tmp_path, 2022, rows, header="PC6;Huisnummer;Buurt;Wijk;Gemeente").year == 2022
    with pytest.raises(AddressesError, match="van welk jaar"):
        write(tmp_path, 2022, rows, header="PC6;Huisnummer;Buurt;Wijk;Gemeente", name="adressen.csv")


def test_a_zip_is_read_as_cbs_gives_it(tmp_path: Path) -> None:
    write(tmp_path, 2023, [("1011AB", 1, "0363AA01")])
    path = tmp_path / "2021-cbs-pc6huisnr20200801_buurt.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("gem2023.csv", "Gem2023;Gemeentenaam2023\n363;Amsterdam\n")
        archive.writestr("toelichting.xlsx", b"PK")
        archive.write(tmp_path / "pc6hnr20230801_gwb.csv", "2023-cbs-pc6huisnr/pc6hnr20230801_gwb.csv")
    file = read_addresses(path)
    assert (file.year, file.path) == (2023, path)
    later = write(tmp_path, 2024, [("1011AB", 1, "0363AA02")])
    assert amounts(between(file, later)) == {("BU0363AA01", "BU0363AA02"): 1}


def test_another_file_is_told_by_its_columns_and_where_to_get_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "gem2020.csv").write_text("Gem2020;Gemeentenaam2020\n363;Amsterdam\n")
    with pytest.raises(AddressesError, match=r"Gem2020, Gemeentenaam2020\..*postcode-huisnummer"):
        read_addresses(tmp_path / "gem2020.csv")


def test_of_a_workbook_no_gibberish_is_told_as_columns(tmp_path: Path) -> None:
    (tmp_path / "kwb.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(60) + b"\xfe\xff,\x09;\n")
    with pytest.raises(AddressesError, match=r"Huisnummer en Buurt\. Haal het goede bestand op"):
        read_addresses(tmp_path / "kwb.xls")


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe\x12", b"<html>502 Bad Gateway</html>"])
@pytest.mark.parametrize("name", ["x.csv", "x.zip"])
def test_what_is_no_table_at_all_is_told_in_one_sentence(tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AddressesError):
        read_addresses(tmp_path / name)


def test_a_zip_that_would_fill_the_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.addresses.MOST_UNPACKED", 100)
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pc6hnr20200801_gwb.csv", "PC6;Huisnummer;Buurt2020\n" + "1" * 1000)
    with pytest.raises(AddressesError, match="te groot"):
        read_addresses(tmp_path / "x.zip")


def test_a_zip_writes_nothing_outside_its_own_folder(tmp_path: Path) -> None:
    path = tmp_path / "diep" / "x.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../pc6hnr20200801_gwb.csv", "PC6;Huisnummer;Buurt2020\n1011AB;1;3630400\n")
    between(read_addresses(path), write(tmp_path, 2021, [("1011AB", 1, "3630400")]))
    assert sorted(file.name for file in tmp_path.rglob("*.csv")) == ["pc6hnr20210801_gwb.csv"]


def test_two_files_are_put_in_order_and_must_be_of_two_years(tmp_path: Path) -> None:
    old = write(tmp_path, 2017, [("1011AB", 1, "3630400")])
    new = write(tmp_path, 2020, [("1011AB", 1, "3630400")])
    assert in_order([new, old]) == (old, new)
    with pytest.raises(AddressesError, match="allebei van 2017"):
        in_order([old, old])
    with pytest.raises(AddressesError, match="precies twee"):
        in_order([old])


# -- comparing ---------------------------------------------------------------------------------------


def test_addresses_are_counted_by_where_they_were_and_where_they_are(tmp_path: Path) -> None:
    old = write(
        tmp_path,
        2017,
        [
            ("1011AB", 1, "3630400"),
            ("1011AB", 3, "3630400"),
            ("1011AC", 5, "3630501"),
            ("1011AD", 9, "3630501"),
        ],
    )
    new = write(
        tmp_path,
        2020,
        [
            ("1011 ab", "01", "3630400"),
            ("1011AB", 3, "3630500"),
            ("1011AC", 5, "3630500"),
            ("1011AE", 2, "3630500"),
        ],
    )
    matched = between(old, new)
    assert amounts(matched) == {
        ("BU03630400", "BU03630400"): 1,
        ("BU03630400", "BU03630500"): 1,
        ("BU03630501", "BU03630500"): 1,
    }
    assert amounts(matched, "wijk") == {
        ("WK036304", "WK036304"): 1,
        ("WK036304", "WK036305"): 1,
        ("WK036305", "WK036305"): 1,
    }
    assert (matched.matched, matched.only_old, matched.only_new) == (3, 1, 1)
    assert list(matched.overlaps.columns) == OVERLAPS
    assert set(matched.overlaps["origin"]) == {"addresses"}


def test_several_addresses_on_one_house_number_count_once_each(tmp_path: Path) -> None:
    """A flat of three homes, of which the house number later lies for two thirds in another buurt."""
    old = write(tmp_path, 2017, [("1011AB", 1, "3630400")] * 3)
    new = write(
        tmp_path, 2020, [("1011AB", 1, "3630400"), ("1011AB", 1, "3630500"), ("1011AB", 1, "3630500")]
    )
    matched = between(old, new)
    assert amounts(matched) == pytest.approx(
        {("BU03630400", "BU03630400"): 1, ("BU03630400", "BU03630500"): 2}
    )
    assert matched.matched == 3


def test_a_wijk_elsewhere_that_lost_addresses_comes_with_all_of_them(tmp_path: Path) -> None:
    """Else its figures would be counted as if the whole of it had moved here."""
    old = write(
        tmp_path,
        2017,
        [
            ("1011AB", 1, "5030100"),
            *(("2600AA", number, "5030100") for number in range(9)),
            ("2600BB", 1, "5030200"),
        ],
    )
    new = write(
        tmp_path,
        2020,
        [
            ("1011AB", 1, "3630400"),
            *(("2600AA", number, "5030100") for number in range(9)),
            ("2600BB", 1, "5030200"),
        ],
    )
    matched = between(old, new)
    assert amounts(matched, "wijk") == {("WK050301", "WK036304"): 1, ("WK050301", "WK050301"): 9}
    assert (matched.matched, matched.only_old, matched.only_new) == (0, 0, 0)


def test_a_gemeente_comes_with_what_merged_into_it_and_without_the_rest(tmp_path: Path) -> None:
    old = write(tmp_path, 2017, [("9751AA", 1, "170100"), ("9711AA", 1, "140100"), ("1011AB", 1, "3630400")])
    new = write(tmp_path, 2020, [("9751AA", 1, "144100"), ("9711AA", 1, "140100"), ("1011AB", 1, "3630400")])
    found = overlaps_of(old, new, {"GM0014": ["GM0014", "GM0017"], "GM9998": ["GM9998"]})
    assert list(found) == ["GM0014"]
    assert amounts(found["GM0014"]) == {("BU00140100", "BU00140100"): 1, ("BU00170100", "BU00144100"): 1}


def test_a_row_without_an_address_is_passed_over(tmp_path: Path) -> None:
    old = write(tmp_path, 2017, [("1011AB", 1, "3630400"), ("", 2, "3630400"), ("1011AB", "", "3630400")])
    new = write(tmp_path, 2020, [("1011AB", 1, "3630400"), ("", 2, "3630400"), ("1011AB", 7, "")])
    assert amounts(between(old, new)) == {("BU03630400", "BU03630400"): 1}


@pytest.mark.parametrize("code", ["abc", "123456789", "3,63E+06", "36304.0", "0"])
def test_an_impossible_code_is_named_with_its_row(tmp_path: Path, code: str) -> None:
    good = write(tmp_path, 2017, [("1011AB", 1, "3630400")])
    bad = write(tmp_path, 2020, [("1011AB", 1, "3630400"), ("1011AB", 3, code)])
    with pytest.raises(AddressesError, match=r"Regel 3 van .*pc6hnr20200801_gwb\.csv") as error:
        between(good, bad)
    assert code.upper() in str(error.value)


def test_a_file_that_broke_off_while_it_came_in_is_refused(tmp_path: Path) -> None:
    good = write(tmp_path, 2017, [("1011AB", 1, "3630400")])
    broken = write(tmp_path, 2020, [("1011AB", 1, "3630400")] * 3)
    text = broken.path.read_text()
    broken.path.write_text(text[: text.rindex(";36304;")])
    with pytest.raises(AddressesError, match=r"Regel 4 van .*niet helemaal binnengekomen"):
        between(good, broken)


def test_a_file_that_a_spreadsheet_cut_off_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.addresses._ROWS_OF_A_SPREADSHEET", 2)
    good = write(tmp_path, 2017, [("1011AB", 1, "3630400")])
    cut = write(tmp_path, 2020, [("1011AB", 1, "3630400"), ("1011AB", 3, "3630400")])
    with pytest.raises(AddressesError, match="Excelblad"):
        between(good, cut)


def test_a_disk_without_room_is_told_before_anything_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write(tmp_path, 2017, [("1011AB", 1, "3630400")])
    new = write(tmp_path, 2020, [("1011AB", 1, "3630400")])
    monkeypatch.setattr(shutil, "disk_usage", lambda _: namedtuple("Usage", "free")(10))
    with pytest.raises(AddressesError, match="te weinig ruimte"):
        between(old, new)


def test_the_addresses_of_the_sample_tell_what_was_redrawn() -> None:
    """In 2018 a corner of wijk 19 went to wijk 20; in 2021 wijk 11 was split into 24 and 25."""
    files = {
        file.year: file for path in (FOLDER / "adressen").glob("*.zip") if (file := read_addresses(path))
    }
    matched = between(files[2017], files[2021], "GM9999")
    wijken = pd.Series(amounts(matched, "wijk"))
    changed = {(old, new) for (old, new), amount in wijken.items() if old != new and amount > 20}
    assert changed == {("WK999919", "WK999920"), ("WK999911", "WK999924"), ("WK999911", "WK999925")}
    assert matched.matched / (matched.matched + matched.only_old) > 0.95
