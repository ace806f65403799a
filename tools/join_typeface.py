"""Make the TTF files of Public Sans, for pictures, out of the WOFF2 files that browsers get.

    python tools/join_typeface.py static/lettertypen

Needs ``fonttools`` and ``brotli``, which Wijkradar itself does not. Per weight the two files (Latin, Latin extended)
become one, with the family name of the screens, and with the two thin spaces that Dutch numbers are written with and
Public Sans has not. The result stays under the SIL Open Font License 1.1, which is in the folder.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

STYLES = {400: "Regular", 600: "SemiBold", 700: "Bold"}
#: Thin space and narrow no-break space: a fifth of an em.
THIN_SPACES = (0x2009, 0x202F)
#: Numbers in the name table: copyright and licence stay, the rest is written anew.
KEPT_NAMES = (0, 13, 14)
_WINDOWS_ENGLISH = (3, 1, 0x409)
_BOLD, _REGULAR = 0x20, 0x40


def joined(folder: Path, weight: int) -> TTFont:
    """Return both files of one weight as one font."""
    with tempfile.TemporaryDirectory() as scratch:
        parts = []
        for reach in ("latin", "latin-ext"):
            font = TTFont(folder / f"public-sans-{reach}-{weight}-normal.woff2")
            font.flavor = None
            parts.append(str(Path(scratch) / f"{reach}.ttf"))
            font.save(parts[-1])
        return Merger().merge(parts)


def add_thin_spaces(font: TTFont) -> None:
    """Add an empty glyph for each thin space that is missing."""
    for code in THIN_SPACES:
        if code in font.getBestCmap():
            continue
        name = f"uni{code:04X}"
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"].glyphs[name] = Glyph()
        font["glyf"].glyphOrder = font.getGlyphOrder()
        font["hmtx"].metrics[name] = (font["head"].unitsPerEm // 5, 0)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[code] = name


def rename(font: TTFont, weight: int) -> None:
    """Name the font after its own weight; the web files all carry the name of the thinnest."""
    style = STYLES[weight]
    of_four = style != "SemiBold"
    names = {
        1: "Public Sans" if of_four else f"Public Sans {style}",
        2: style if of_four else "Regular",
        3: f"PublicSans-{style};wijkradar",
        4: f"Public Sans {style}",
        6: f"PublicSans-{style}",
    }
    if not of_four:
        names |= {16: "Public Sans", 17: style}
    font["name"].names = [entry for entry in font["name"].names if entry.nameID in KEPT_NAMES]
    for number, text in names.items():
        font["name"].setName(text, number, *_WINDOWS_ENGLISH)
    font["OS/2"].usWeightClass = weight
    kind = _BOLD if weight == 700 else _REGULAR
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~(_BOLD | _REGULAR | 1)) | kind
    font["head"].macStyle = int(weight == 700)
    # The axes of the variable font that this one was cut from.
    if "STAT" in font:
        del font["STAT"]


def main() -> None:
    """Write one TTF per weight beside the WOFF2 files."""
    folder = Path(sys.argv[1])
    for weight in STYLES:
        font = joined(folder, weight)
        add_thin_spaces(font)
        rename(font, weight)
        font.recalcTimestamp = False
        font["head"].modified = font["head"].created
        font.save(folder / f"public-sans-{weight}.ttf")


if __name__ == "__main__":
    main()
