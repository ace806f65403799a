import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import cli
from data.settings import ROOT
from data.store import Store
from tests.helpers.copies import copied
from ui.kept import kept_of

SAMPLE_TABLES = ROOT / "data" / "sample" / "voorbeeldstad" / "odata_v3"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WIJKRADAR_STORE", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def test_a_folder_of_tables_is_imported_and_reported(run, tmp_path: Path) -> None:
    result = run("import", SAMPLE_TABLES / "83487NED", SAMPLE_TABLES / "83765NED")
    assert result.exit_code == 0, result.output
    assert "2016  83487NED" in result.output
    assert Store(tmp_path / "store").gemeenten() == {"GM9999": "Voorbeeldstad (fictief)"}


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
def test_an_export_holds_status_unit_and_source(run, tmp_path: Path, suffix: str) -> None:
    run("import", SAMPLE_TABLES / "83487NED")
    out = tmp_path / f"cijfers{suffix}"
    result = run("export", out, "--gemeente", "GM9999")
    assert result.exit_code == 0, result.output
    read = {".csv": pd.read_csv, ".parquet": pd.read_parquet, ".xlsx": pd.read_excel}[suffix]
    frame = read(out)
    needed = ["region", "name", "level", "year", "indicator", "value", "status", "unit", "source"]
    assert set(needed) <= set(frame.columns)
    assert (frame["value"].isna() == ~frame["status"].isin(["observed", "provisional"])).all()
    assert set(frame["level"]) == {"land", "gemeente", "wijk", "buurt"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["import", "bestaat-niet"], "bestaat niet"),
        (["import", "leeg"], "geen tabel van CBS"),
        (["import", "onleesbaar"], "niet te lezen"),
        (["import", "zonder-regio"], "geen kolom met codes"),
        (["export", "uit.csv"], "nog geen cijfers"),
        (["export", "uit.docx"], r".csv, .parquet, .xlsx"),
        (["export", "uit.csv", "--gemeente", "GM0000"], "geen cijfers"),
    ],
)
def test_wrong_input_is_one_sentence_and_exit_code_2(
    run, tmp_path: Path, arguments: list[str], told: str
) -> None:
    (tmp_path / "leeg").mkdir()
    (tmp_path / "leeg" / "verslag.pdf").write_text("")
    for name, rows in (
        ("onleesbaar", "<html>502 Bad Gateway</html>"),
        ("zonder-regio", '{"value":[{"A_1":1}]}'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "TypedDataSet.json").write_text(rows)
        (tmp_path / name / "DataProperties.json").write_text(
            '{"value":[{"ID":0,"ParentID":null,"Key":"A_1","Title":"A","Unit":"aantal"}]}'
        )
        (tmp_path / name / "TableInfos.json").write_text(
            '{"value":[{"Identifier":"84799NED","Period":"2020"}]}'
        )
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert told in result.output.replace("\n", " ")
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "command", [["serve"], ["import", str(SAMPLE_TABLES / "83487NED")], ["export", "uit.csv"]]
)
def test_a_store_of_a_newer_version_is_refused_and_left_alone(
    run, tmp_path: Path, command: list[str]
) -> None:
    manifest = tmp_path / "store" / "manifest.json"
    manifest.parent.mkdir()
    manifest.write_text('{"format": 99}')
    result = run(*command)
    assert result.exit_code == 2, result.output
    assert "nieuwere Wijkradar" in result.output
    assert manifest.read_text() == '{"format": 99}'


def test_an_existing_export_survives_a_failed_one(run, tmp_path: Path) -> None:
    (tmp_path / "uit.csv").write_text("van gisteren")
    assert run("export", "uit.csv").exit_code == 2
    assert (tmp_path / "uit.csv").read_text() == "van gisteren"


def test_a_wrong_setting_stops_the_start_with_one_line(tmp_path: Path) -> None:
    environment = os.environ | {"WIJKRADAR_CBS_URL": "opendata"}
    result = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "serve"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "WIJKRADAR_CBS_URL" in result.stderr


def test_an_imported_projection_is_named(run, tmp_path: Path) -> None:
    rows = ['"Heerlen";"Prognose";"Totaal";"2030";"86,4"', '"Heerlen";"Prognose";"Totaal";"2035";"85,9"']
    head = '"Regio-indeling 2021";"Prognose(-interval)";"Leeftijd";"Perioden";"Totale bevolking (x 1 000)"'
    file = tmp_path / "prognose.csv"
    file.write_text("\n".join(['"Regionale prognose 2023-2050"', head, *rows, '"Bron: CBS/PBL"', ""]))
    result = run("import", file)
    assert result.exit_code == 0, result.output
    assert "Prognose van CBS en PBL voor Heerlen." in result.output


@pytest.fixture
def sample_run(run, sample_folder: Path, tmp_path: Path):
    copied(sample_folder, tmp_path / "store")
    return run


def addresses(year: int) -> Path:
    return (
        ROOT / "data" / "sample" / "voorbeeldstad" / "adressen" / f"{year}-cbs-pc6huisnr{year}0801_buurt.zip"
    )


def test_two_address_files_in_any_order_convert_figures_and_can_be_undone(sample_run, tmp_path: Path) -> None:
    result = sample_run("bridge", addresses(2021), addresses(2017))
    told = " ".join(result.output.split())
    assert result.exit_code == 0, told
    assert "2017 naar 2021, op adressen" in told
    assert "(98 %) ook in 2021" in told
    assert "cijfers van 4 wijken over 2013 tot en met 2020" in told
    store = Store(tmp_path / "store")
    assert len(store.bridges("GM9999")) == 1
    store.undo()
    assert Store(tmp_path / "store").bridges("GM9999") == ()


def test_a_year_that_is_not_in_the_store_is_named(sample_run, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with store.writing() as writer:
        writer.tables = {key: table for key, table in writer.tables.items() if table.year != 2017}
    told = " ".join(sample_run("bridge", addresses(2017), addresses(2021)).output.split())
    assert "van 2017 staan er geen cijfers" in told


def test_converting_on_area_warns_loudly(sample_run, tmp_path: Path) -> None:
    result = sample_run("bridge", "--area", "GM9999", "--years", "2018,2016")
    told = " ".join(result.output.split())
    assert result.exit_code == 0, told
    assert "een park telt even zwaar als een flat" in told
    (record,) = Store(tmp_path / "store").bridges("GM9999")
    assert (record.old_year, record.new_year, record.origin) == (2016, 2018, "area")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Geef twee bestanden met adressen, of --area met een gemeente"),
        ([addresses(2017)], "precies twee bestanden"),
        ([addresses(2017), addresses(2017)], "allebei van 2017"),
        ([addresses(2017), addresses(2021), "--gemeente", "GM0917"], "nog niet; doe dat eerst"),
        ([addresses(2017), addresses(2021), "--years", "2017,2021"], "Geef twee bestanden"),
        ([addresses(2017), "bestaat-niet.zip"], "bestaat niet; controleer de naam"),
        (["--area", "GM9999", "--years", "2017"], "schrijf twee jaren, zoals 2017,2022"),
        (["--area", "GM9999", "--years", "2016,2019"], "zijn er grenzen van 2013, 2016, 2018, 2021, 2025"),
    ],
)
def test_what_cannot_be_converted_is_one_sentence_and_changes_nothing(
    sample_run, tmp_path: Path, arguments: list[object], told: str
) -> None:
    generation = Store(tmp_path / "store").generation
    result = sample_run("bridge", *arguments)
    assert result.exit_code == 2, result.output
    assert told in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert Store(tmp_path / "store").generation == generation


def test_files_without_an_address_of_any_gemeente_change_nothing(sample_run, tmp_path: Path) -> None:
    for year in (2017, 2020):
        (tmp_path / f"pc6hnr{year}0801_gwb.csv").write_text(
            f"PC6;Huisnummer;Buurt{year};Wijk{year};Gemeente{year}\n1011AB;1;3630400;36304;363\n"
        )
    result = sample_run("bridge", "pc6hnr20170801_gwb.csv", "pc6hnr20200801_gwb.csv")
    assert result.exit_code == 2, result.output
    assert "staat geen adres dat in beide jaren in GM9999 lag" in " ".join(result.output.split())


def panel_file(place: Path, rows: list[str]) -> Path:
    place.write_text("\n".join(["region;year;indicator;value;opmerking", *rows]) + "\n", encoding="utf-8-sig")
    return place


RISING = [f"0518;{2010 + step};armoede;{8 + step}{',2' if step % 2 else ',9'};" for step in range(10)]


def test_trends_of_any_panel_are_written_and_counted(run, tmp_path: Path) -> None:
    panel_file(tmp_path / "panel.csv", [*RISING, "0519;2019;armoede;8;nieuw"])
    result = run("trends", "panel.csv", "--output", "uit.csv")
    assert result.exit_code == 0, result.output
    assert "2 reeksen: 1 stijgt, 0 daalt" in " ".join(result.output.split())
    assert "1 geen oordeel" in " ".join(result.output.split())
    frame = pd.read_csv(tmp_path / "uit.csv", dtype={"region": str}, keep_default_na=False)
    wanted = ["region", "indicator", "slope", "lower", "upper", "p", "p_adjusted", "class"]
    assert list(frame.columns) == wanted
    assert list(frame["region"]) == ["0518", "0519"]
    assert list(frame["class"]) == ["stijgt", "geen oordeel"]
    assert list(frame.loc[1, "slope":"p_adjusted"]) == [""] * 5  # type: ignore[misc]


def test_trends_can_be_packed(run, tmp_path: Path) -> None:
    panel_file(tmp_path / "panel.csv", RISING)
    assert run("trends", "panel.csv", "--output", "uit.csv.gz").exit_code == 0
    assert list(pd.read_csv(tmp_path / "uit.csv.gz")["class"]) == ["stijgt"]


def test_trends_can_go_to_the_screen_with_nothing_else_among_them(run, tmp_path: Path) -> None:
    panel_file(tmp_path / "panel.csv", RISING)
    result = run("trends", "panel.csv", "--output", "-")
    assert result.stdout.startswith("region,indicator,slope,")
    assert result.stdout.count("\n") == 2
    assert "1 reeks: 1 stijgt" in result.stderr


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("panel.csv", "is het bestand met de cijfers zelf"),
        ("./map/../panel.csv", "is het bestand met de cijfers zelf"),
        ("uit.xlsx", "eindigt op .csv of .csv.gz"),
        ("geen/uit.csv", "bestaat niet; maak haar aan"),
        ("uit.csv", "rij 12: bij value staat 'veel'"),
    ],
)
def test_trends_that_cannot_be_made_leave_every_file_as_it_was(
    run, tmp_path: Path, out: str, told: str
) -> None:
    (tmp_path / "map").mkdir()
    panel = panel_file(tmp_path / "panel.csv", [*RISING, "0518;2020;armoede;veel;"])
    (tmp_path / "uit.csv").write_text("van gisteren")
    before = panel.read_bytes()
    result = run("trends", "panel.csv", "--output", out)
    assert result.exit_code == 2, result.output
    assert told in " ".join(result.output.split())
    assert panel.read_bytes() == before
    assert (tmp_path / "uit.csv").read_text() == "van gisteren"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["map", "panel.csv", "uit.csv"]


def test_what_comes_in_is_worked_out_at_once_so_that_nobody_waits_for_it_later(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two years are quickly worked out.
    monkeypatch.setattr("ui.kept._WORTH_SECONDS", 0.0)
    run("import", *(SAMPLE_TABLES / name for name in ("83487NED", "83765NED")))
    assert kept_of(Store(tmp_path / "store"), "GM9999", "wijk").has("studied")
