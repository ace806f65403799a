"""The house style of a municipality: colour, logo, templates; what a document looks like, never what it says."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from data.errors import ExportError, SettingsError
from data.settings import HOUSE_FILES, PREFIX, Settings

#: Of Wijkradar itself.
ACCENT: Final = "#0B5C7A"
INK: Final = "#17242E"
QUIET: Final = "#52626E"
HAIRLINE: Final = "#D5DEE4"
RAISED: Final = "#F4F7F9"
#: Of a series beside the own one.
BESIDE: Final = "#52626E"
EXPECTED: Final = "#A84A06"
#: Pixels per inch of a logo that is drawn in lines.
_LOGO_PPI: Final = 600
#: Bytes of a template once it is unpacked; what is larger is no template, and would fill the memory of a server.
_LARGEST: Final = 300_000_000
#: How a file of Office begins that asks for a password, or that was made before 2007.
_LOCKED: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
#: What stands at the start of a JPEG that Word and PowerPoint know.
_KNOWN_JPEG: Final = (b"JFIF", b"Exif")
#: Pixels of a logo.
_LONGEST_SIDE: Final = 2_400
#: What says in a file of Word or PowerPoint that it is a template, and what says that it is the thing itself.
_TEMPLATES: Final = {
    b"wordprocessingml.template.main+xml": b"wordprocessingml.document.main+xml",
    b"presentationml.template.main+xml": b"presentationml.presentation.main+xml",
}


@dataclass(frozen=True)
class House:
    """What an organisation set.

    Attributes
    ----------
    organisation : str
        Name at the foot of a document; empty for none.
    accent : str
        ``#RRGGBB``, with a contrast of at least 4.5 on white.
    logo : Path or None
        PNG, JPEG or SVG.
    word_template, deck_template : Path or None
        ``.docx`` or ``.dotx``, and ``.pptx`` or ``.potx``, whose styles and layouts are used.
    """

    organisation: str = ""
    accent: str = ACCENT
    logo: Path | None = None
    word_template: Path | None = None
    deck_template: Path | None = None

    def sender(self, gemeente_name: str) -> str:
        """Return whose document it is: the organisation, else the gemeente. Who wrote it stays in the register."""
        return self.organisation or f"Gemeente {gemeente_name}"


def house(settings: Settings) -> House:
    """Return the house style that an organisation set.

    Parameters
    ----------
    settings : Settings

    Raises
    ------
    SettingsError
        If a file is not where the setting says.
    """
    for name in HOUSE_FILES:
        file = getattr(settings, name)
        if file is not None and not file.is_file():
            raise SettingsError(
                f"Het bestand {file} is er niet (of is een map); pas de instelling {PREFIX}{name.upper()} aan, of haal haar weg."
            )
    return House(
        organisation=settings.organisation,
        accent=settings.house_colour,
        logo=settings.logo,
        word_template=settings.word_template,
        deck_template=settings.slides_template,
    )


def with_template(style: House, file: Path) -> House:
    """Return a house style with another template, for Word or for PowerPoint by its suffix.

    Raises
    ------
    ExportError
        If it is neither, or not there.
    """
    suffix = file.suffix.lower()
    if suffix not in (*HOUSE_FILES["word_template"], *HOUSE_FILES["slides_template"]):
        raise ExportError(
            f"{file.name} is geen sjabloon voor Word (.docx of .dotx) of PowerPoint (.pptx of .potx); kies een ander bestand."
        )
    if not file.is_file():
        raise ExportError(f"Het sjabloon {file} is er niet; kies een ander bestand.")
    if suffix in HOUSE_FILES["word_template"]:
        return replace(style, word_template=file)
    return replace(style, deck_template=file)


def opened_template(file: Path) -> BytesIO:
    """Return the content of a template; one that was saved as such (.dotx, .potx) becomes a document or presentation.

    Raises
    ------
    ExportError
        If it cannot be read, or is no file of Office at all.
    """
    damaged = (
        f"Het sjabloon {file.name} is beschadigd of geen bestand van Word of PowerPoint. Open het, bewaar het opnieuw "
        "als .docx of .pptx, en kies dat bestand."
    )
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ExportError(
            f"Het sjabloon {file} kan niet worden gelezen; zet het terug, of haal de instelling weg."
        ) from error
    if content.startswith(_LOCKED):
        raise ExportError(
            f"Het sjabloon {file.name} vraagt om een wachtwoord, of is van vóór 2007. Open het, haal het wachtwoord weg, bewaar "
            "het als .docx of .pptx, en kies dat bestand."
        )
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            if sum(entry.file_size for entry in package.infolist()) > _LARGEST:
                raise ExportError(
                    f"Het sjabloon {file.name} is uitgepakt groter dan {_LARGEST // 1_000_000} MB. Haal grote plaatjes en filmpjes "
                    "eruit, bewaar het opnieuw, en kies dat bestand."
                )
            types = package.read("[Content_Types].xml")
            if not any(kind in types for kind in _TEMPLATES):
                return BytesIO(content)
            for template, itself in _TEMPLATES.items():
                types = types.replace(template, itself)
            made = BytesIO()
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
                for entry in package.infolist():
                    is_types = entry.filename == "[Content_Types].xml"
                    copy.writestr(entry, types if is_types else package.read(entry))
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise ExportError(damaged) from error
    made.seek(0)
    return made


def logo_picture(style: House) -> bytes | None:
    """Return the logo as PNG or JPEG; a drawing in lines is drawn at 600 pixels per inch. None where there is no logo.

    Raises
    ------
    ExportError
        If it cannot be read.
    """
    if style.logo is None:
        return None
    try:
        stamp = style.logo.stat().st_mtime_ns
        return _logo(style.logo, stamp)
    except (OSError, ValueError, RuntimeError) as error:
        raise ExportError(
            f"Het logo {style.logo.name} kan niet worden gelezen. Bewaar het opnieuw als PNG, JPEG of SVG, of haal de "
            f"instelling {PREFIX}LOGO weg."
        ) from error


@lru_cache(maxsize=2)
def _logo(file: Path, stamp: int) -> bytes:
    """Read a logo; ``stamp`` says when it was last written."""
    del stamp
    content = file.read_bytes()
    if file.suffix.lower() == ".svg":
        from reports.pictures import png_apart

        return png_apart(content.decode("utf-8-sig"), _LOGO_PPI)
    from PIL import Image

    if not content.startswith((_PNG, _JPEG)):
        raise ValueError("this is neither PNG nor JPEG")
    try:
        with Image.open(BytesIO(content)) as image:
            image.load()
            if max(image.size) <= _LONGEST_SIDE and (
                content.startswith(_PNG) or content[6:10] in _KNOWN_JPEG
            ):
                return content
            # In the colours of a printer, as a designer delivers it, or far larger than any page asks.
            drawn = image.convert("RGBA" if image.has_transparency_data else "RGB")
    except Image.DecompressionBombError as error:
        raise ValueError("this is larger than any logo") from error
    drawn.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    made = BytesIO()
    drawn.save(made, "PNG")
    return made.getvalue()
