"""Pictures that the pages of the sample should look like; ``python -m tests.documents.golden`` makes them anew."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, PngImagePlugin

from tests.documents import room

FOLDER = Path(__file__).resolve().parent / "golden"
#: Pixels of blur: letters become grey, paragraphs and pictures stay.
_BLUR = 2.0
#: Grey levels of 255 from which a pixel counts as different.
_DIFFERENT = 16
#: Share of a page that may differ: a date with another length, a line that ends a word earlier.
MOST = 0.02
_SHEET = 6
_GAP = 4


def difference(page: Image.Image, golden: Image.Image) -> float:
    """Return which share of a page looks different."""
    one, other = (
        np.asarray(picture.filter(ImageFilter.GaussianBlur(_BLUR)), dtype=float)
        for picture in (page, golden.resize(page.size))
    )
    return float((np.abs(one - other) > _DIFFERENT).mean())


def sheet(pages: list[Image.Image]) -> Image.Image:
    """Lay pages side by side, six in a row."""
    wide, high = pages[0].size
    rows = -(-len(pages) // _SHEET)
    size = (min(len(pages), _SHEET) * (wide + _GAP), rows * (high + _GAP))
    made = Image.new("L", size, 128)
    for place, page in enumerate(pages):
        made.paste(page.resize((wide, high)), _corner(place, (wide, high)))
    return made


def pages_of(name: str) -> list[Image.Image]:
    """Return the golden pages of a file."""
    with Image.open(FOLDER / f"{name}.png") as opened:
        count, wide, high = (int(part) for part in str(opened.info["pages"]).split())
        whole = opened.convert("L")
    corners = (_corner(place, (wide, high)) for place in range(count))
    return [whole.crop((x, y, x + wide, y + high)) for x, y in corners]


def made_with(name: str) -> str:
    """Return with which LibreOffice golden pages were made."""
    with Image.open(FOLDER / f"{name}.png") as opened:
        return str(opened.info.get("office", ""))


def office() -> str:
    """Return which LibreOffice this machine has, as year and month or as major and minor version."""
    told = subprocess.run(
        ["soffice", "--version"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    found = re.search(r"(\d+\.\d+)", told)
    return found.group(1) if found else told.strip()


def _corner(place: int, size: tuple[int, int]) -> tuple[int, int]:
    return (place % _SHEET) * (size[0] + _GAP), (place // _SHEET) * (size[1] + _GAP)


def renew(folder: Path) -> None:
    """Write the golden pictures from the pictures in a folder."""
    FOLDER.mkdir(exist_ok=True)
    which = office()
    for name in room.NAMES:
        pages = room.pictures(folder, name)
        about = PngImagePlugin.PngInfo()
        about.add_text("pages", f"{len(pages)} {pages[0].width} {pages[0].height}")
        about.add_text("office", which)
        grey = sheet(pages).quantize(16, dither=Image.Dither.NONE)
        grey.save(FOLDER / f"{name}.png", optimize=True, pnginfo=about)


def main() -> None:
    """Make the sample, its report, its files and their pictures, and keep those."""
    from data.catalogue import catalogue
    from data.importing import ensure_sample
    from data.store import Store

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ensure_sample(Store(folder / "store"), catalogue())
        room.write(room.sample_report(folder / "store", folder), folder)
        room.print_office(folder)
        room.photograph(folder)
        renew(folder)
    sys.stdout.write(f"{len(room.NAMES)} golden pictures stand in {FOLDER}\n")


if __name__ == "__main__":
    main()
