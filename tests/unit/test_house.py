"""Files of the house style that a municipality sets: what they are used as, and what is said when they cannot be."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from data.errors import ExportError
from reports import house
from reports.house import House, logo_picture, opened_template


def test_a_logo_in_the_colours_of_a_printer_becomes_one_for_a_screen(tmp_path: Path) -> None:
    file = tmp_path / "drukwerk.jpg"
    Image.new("CMYK", (4_000, 40)).save(file)
    with Image.open(BytesIO(logo_picture(House(logo=file)) or b"")) as drawn:
        assert (drawn.format, drawn.mode) == ("PNG", "RGB")
        assert drawn.width == 2_400


def test_a_logo_is_left_as_it_is_where_every_program_knows_it(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    Image.new("RGBA", (40, 20)).save(file)
    assert logo_picture(House(logo=file)) == file.read_bytes()


def test_a_picture_of_a_size_that_no_logo_has_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bom.png"
    Image.new("1", (3_000, 3_000)).save(file)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_000)
    with pytest.raises(ExportError, match=r"Het logo bom\.png kan niet worden gelezen"):
        logo_picture(House(logo=file))


def test_a_template_behind_a_password_says_so(tmp_path: Path) -> None:
    file = tmp_path / "geheim.pptx"
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    with pytest.raises(ExportError, match="vraagt om een wachtwoord"):
        opened_template(file)


def test_a_template_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "groot.docx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/media/film.bin", bytes(20_000))
    monkeypatch.setattr(house, "_LARGEST", 10_000)
    with pytest.raises(ExportError, match="uitgepakt groter dan"):
        opened_template(file)
