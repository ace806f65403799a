import re
from pathlib import Path
from traceback import format_exception

import pytest

from data.errors import SettingsError
from data.settings import BRT_GREY, ROOT, load_settings


def test_without_settings_the_real_services_are_meant(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.cbs_url == "https://opendata.cbs.nl"
    assert settings.cbs_v4_url == "https://datasets.cbs.nl"
    assert settings.pdok_url == "https://service.pdok.nl"


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wijkradar.env").write_text("WIJKRADAR_CBS_URL=http://file.example\nWIJKRADAR_STORE=opslag\n")
    monkeypatch.setenv("WIJKRADAR_CBS_URL", "http://mirror.example:8080/")
    settings = load_settings(tmp_path)
    assert settings.cbs_url == "http://mirror.example:8080"
    assert settings.store == ROOT / "opslag"


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (None, BRT_GREY),
        ("uit", ""),
        ("http://127.0.0.1:8080/{z}/{x}/{y}.png", "http://127.0.0.1:8080/{z}/{x}/{y}.png"),
    ],
)
def test_the_background_of_the_map_can_be_another_one_or_none(
    value: str | None, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if value is not None:
        monkeypatch.setenv("WIJKRADAR_BACKGROUND", value)
    assert load_settings(tmp_path).background == meant


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WIJKRADAR_CBS_URL", "ftp://opendata.cbs.nl", "schema en host"),
        ("WIJKRADAR_CBS_URL", "opendata.cbs.nl", "schema en host"),
        ("WIJKRADAR_CBS_URL", "https://opendata.cbs.nl/ODataFeed", "zonder pad"),
        ("WIJKRADAR_PDOK_URL", "https://service.pdok.nl:poort", "poort"),
        ("WIJKRADAR_BACKGROUND", "http://kaarten.example/{z}/{x}/{y}.png", "verwacht https"),
        ("WIJKRADAR_BACKGROUND", "https://kaarten.example/{z}/{x}.png", r"\{z\}, \{x\} en \{y\}"),
        ("WIJKRADAR_BACKGROUND", "https://x; script-src */{z}/{x}/{y}", "adres met een host"),
        ("WIJKRADAR_BACKGROUND", "ja", "adres met een host"),
        ("WIJKRADAR_DATABASE_URL", "mysql://host/x", "postgresql"),
        ("WIJKRADAR_STOER", "x", "bedoelt u WIJKRADAR_STORE"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=told) as error:
        load_settings()
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_typing_error_in_the_file_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "wijkradar.env").write_text("WIJKRADAR_CBSURL=https://opendata.cbs.nl\n")
    with pytest.raises(SettingsError, match=r"wijkradar\.env.*WIJKRADAR_CBS_URL"):
        load_settings(tmp_path)


def test_what_is_no_setting_of_ours_does_not_belong_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "wijkradar.env").write_text("HTTPS_PROXY=http://proxy.example\n")
    with pytest.raises(SettingsError, match=r"HTTPS_PROXY \(wijkradar\.env\) bestaat niet"):
        load_settings(tmp_path)


def test_the_store_is_the_same_from_every_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIJKRADAR_STORE", "opslag")
    here = load_settings(tmp_path).store
    monkeypatch.chdir(tmp_path)
    assert load_settings(tmp_path).store == here


def test_the_store_cannot_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "opslag").write_text("")
    monkeypatch.setenv("WIJKRADAR_STORE", str(tmp_path / "opslag"))
    with pytest.raises(SettingsError, match="geen map"):
        load_settings()


def test_a_wrong_address_of_the_database_is_told_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIJKRADAR_DATABASE_URL", "mysql://jan:ge:h@im@server/zorgen")
    with pytest.raises(SettingsError, match=r"mysql://jan:\*\*\*@server/zorgen") as caught:
        load_settings(tmp_path)
    assert "h@im" not in "".join(format_exception(caught.value))


# -- house style ---------------------------------------------------------------------------------------


def test_without_a_house_style_the_colour_is_that_of_wijkradar(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.house_colour == "#0B5C7A"
    assert (settings.organisation, settings.logo) == ("", None)
    assert (settings.word_template, settings.slides_template) == (None, None)


def test_files_of_the_house_style_are_counted_from_the_folder_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "wijkradar.env").write_text(
        "WIJKRADAR_ORGANISATION= Gemeente Ergens \nWIJKRADAR_HOUSE_COLOUR=#7a1f5c\nWIJKRADAR_LOGO=huisstijl/logo.SVG\n"
        "WIJKRADAR_WORD_TEMPLATE=huisstijl/sjabloon.dotx\nWIJKRADAR_SLIDES_TEMPLATE=/elders/sjabloon.potx\n"
    )
    settings = load_settings(tmp_path)
    assert (settings.organisation, settings.house_colour) == ("Gemeente Ergens", "#7A1F5C")
    assert settings.logo == ROOT / "huisstijl" / "logo.SVG"
    assert settings.word_template == ROOT / "huisstijl" / "sjabloon.dotx"
    assert settings.slides_template == Path("/elders/sjabloon.potx")


def test_a_file_that_is_not_named_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIJKRADAR_LOGO", " ")
    assert load_settings(tmp_path).logo is None


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WIJKRADAR_HOUSE_COLOUR", "blauw", "een kleur als #0B5C7A"),
        ("WIJKRADAR_HOUSE_COLOUR", "#FFD500", "kies een donkerder tint, bijvoorbeeld #[0-9A-F]{6}"),
        ("WIJKRADAR_ORGANISATION", "x" * 81, "hoogstens 80 tekens"),
        ("WIJKRADAR_LOGO", "logo.gif", "eindigt op .png of .jpg of .jpeg of .svg"),
        ("WIJKRADAR_WORD_TEMPLATE", "sjabloon.doc", "eindigt op .docx of .dotx"),
        ("WIJKRADAR_SLIDES_TEMPLATE", "sjabloon.docx", "eindigt op .pptx of .potx"),
    ],
)
def test_a_wrong_house_style_says_what_is_expected(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=told):
        load_settings()


def test_the_darker_shade_that_is_offered_is_dark_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIJKRADAR_HOUSE_COLOUR", "#FFD500")
    with pytest.raises(SettingsError) as error:
        load_settings()
    offered = re.findall(r"bijvoorbeeld (#[0-9A-F]{6})", str(error.value))
    monkeypatch.setenv("WIJKRADAR_HOUSE_COLOUR", offered[0])
    assert load_settings().house_colour == offered[0]
