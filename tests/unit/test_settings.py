from pathlib import Path

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
