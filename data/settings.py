"""Settings: from the environment or from ``wijkradar.env`` beside the program, prefix ``WIJKRADAR_``.

Nothing depends on the folder from which a command is given: `import` and the dashboard must find one store.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from data.colours import READABLE, WHITE, contrast, darkened, is_colour
from data.errors import SettingsError

PREFIX = "WIJKRADAR_"
SETTINGS_FILE = "wijkradar.env"
#: The grey background map of Kadaster (BRT-Achtergrondkaart, CC BY 4.0), in the tiles that Leaflet asks for.
BRT_GREY = "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SIGN_IN_OFF: Final = "uit"
SIGN_IN_OIDC: Final = "oidc"
#: Whoever stays signed in for longer than this is forgotten on a computer that others use too.
_LONGEST_HOURS: Final = 168
_LONGEST_CONTACT: Final = 160
_LONGEST_ORGANISATION: Final = 80
#: What a file of the house style may be, by the name of its setting.
HOUSE_FILES: Final = {
    "logo": (".png", ".jpg", ".jpeg", ".svg"),
    "word_template": (".docx", ".dotx"),
    "slides_template": (".pptx", ".potx"),
}
_IN_A_POLICY = re.compile(r"[A-Za-z0-9.\-\[\]:]+")
ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What an organisation may set.

    Attributes
    ----------
    store : Path
        Folder with the figures and borders; made when it does not exist. A relative one is counted from the
        folder of the program.
    cbs_url, cbs_v4_url, pdok_url : str
        Scheme and host of the services; another host (also plain http) serves for a mirror.
    database_url : str
        Where the register of concerns lives; empty means a SQLite file in the store.
    background : str
        Address of the tiles that lie behind a map, with {z}, {x} and {y}; ``uit`` (or empty) for none,
        and then it is empty. It is the browser of the visitor that asks for them.
    sign_in : str
        ``oidc`` for the sign-in of the organisation, ``uit`` for none.
    role_claim : str
        What the provider calls the roles or groups of somebody, also within another one (``realm_access.roles``).
    administrators, coordinators, viewers : tuple of str
        Roles or groups of the provider, or e-mail addresses. Without viewers, everybody who signs in is one.
    sign_in_hours : int
        How long one sign-in lasts.
    contact : str
        Whom a visitor asks who cannot get in.
    organisation : str
        Name at the foot of a report; empty for none.
    house_colour : str
        ``#RRGGBB`` of headings and of the wijk in charts; readable on white.
    logo, word_template, slides_template : Path or None
        Files of the house style; relative ones are counted from the folder of the program. Whether they are there is
        asked when a report is made (`reports.house.house`): the dashboard goes on without them.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    store: Path = Field(default=ROOT / "store", description="Map met de cijfers en grenzen")
    cbs_url: str = Field(default="https://opendata.cbs.nl", description="CBS, OData v3")
    cbs_v4_url: str = Field(default="https://datasets.cbs.nl", description="CBS, OData v4")
    pdok_url: str = Field(default="https://service.pdok.nl", description="PDOK, grenzen")
    database_url: str = Field(default="", description="Register van zorgen (SQLite of PostgreSQL)")
    background: str = Field(default=BRT_GREY, description="Achtergrond van de kaart, of uit")
    sign_in: str = Field(default=SIGN_IN_OFF, description="Aanmelden: uit, of oidc")
    role_claim: str = Field(default="", description="Waar rollen of groepen in de aanmelding staan")
    administrators: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Wie beheerder is: rollen, groepen of e-mailadressen"
    )
    coordinators: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Wie coördinator is: rollen, groepen of e-mailadressen"
    )
    viewers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Wie lezer is; leeg: iedereen die zich aanmeldt"
    )
    sign_in_hours: int = Field(default=10, description="Hoeveel uur een aanmelding duurt")
    contact: str = Field(
        default="de beheerder van Wijkradar in uw organisatie", description="Wie helpt bij aanmelden"
    )
    organisation: str = Field(default="", description="Naam van de organisatie onder aan een wijkanalyse")
    house_colour: str = Field(default="#0B5C7A", description="Kleur van de huisstijl, als #RRGGBB")
    logo: Path | None = Field(default=None, description="Logo voor een wijkanalyse: PNG, JPEG of SVG")
    word_template: Path | None = Field(default=None, description="Eigen sjabloon voor Word")
    slides_template: Path | None = Field(default=None, description="Eigen sjabloon voor PowerPoint")

    @field_validator("cbs_url", "cbs_v4_url", "pdok_url")
    @classmethod
    def _scheme_and_host(cls, address: str) -> str:
        parts = urlsplit(address)
        try:
            _ = parts.port
        except ValueError:
            raise ValueError("de poort klopt niet") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("verwacht schema en host, bijvoorbeeld https://opendata.cbs.nl")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("verwacht alleen schema en host, zonder pad erachter")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, address: str) -> str:
        if address and not address.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("verwacht sqlite:///... of postgresql://...")
        return address

    @field_validator("background")
    @classmethod
    def _tiles(cls, address: str) -> str:
        if address.strip().lower() in ("", "uit"):
            return ""
        parts = urlsplit(address)
        try:
            _ = parts.port
        except ValueError:
            raise ValueError("de poort klopt niet") from None
        # The host goes into the content policy of the map, where a space or a semicolon would mean something.
        if not parts.hostname or not _IN_A_POLICY.fullmatch(parts.netloc):
            raise ValueError("verwacht een adres met een host, of uit")
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("verwacht https, of uit")
        if any(place not in parts.path + parts.query for place in ("{z}", "{x}", "{y}")):
            raise ValueError("verwacht een adres met {z}, {x} en {y} erin, of uit")
        return address

    @field_validator("sign_in")
    @classmethod
    def _known_sign_in(cls, means: str) -> str:
        means = means.strip().lower() or SIGN_IN_OFF
        if means not in (SIGN_IN_OFF, SIGN_IN_OIDC):
            raise ValueError("verwacht uit of oidc")
        return means

    @field_validator("role_claim")
    @classmethod
    def _trimmed(cls, name: str) -> str:
        return name.strip()

    @field_validator("administrators", "coordinators", "viewers", mode="before")
    @classmethod
    def _separated(cls, names: object) -> object:
        if not isinstance(names, str):
            return names
        return tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))

    @field_validator("sign_in_hours", mode="before")
    @classmethod
    def _hours(cls, hours: object) -> object:
        if not str(hours).strip().isdecimal() or not 1 <= int(str(hours)) <= _LONGEST_HOURS:
            raise ValueError(f"verwacht een heel aantal uren van 1 tot en met {_LONGEST_HOURS}")
        return int(str(hours))

    @field_validator("contact")
    @classmethod
    def _one_line(cls, contact: str) -> str:
        contact = contact.strip()
        if not contact or len(contact) > _LONGEST_CONTACT or not contact.isprintable():
            raise ValueError(f"verwacht een regel van hoogstens {_LONGEST_CONTACT} tekens")
        return contact

    @field_validator("organisation")
    @classmethod
    def _short_name(cls, name: str) -> str:
        name = name.strip()
        if len(name) > _LONGEST_ORGANISATION or not name.isprintable():
            raise ValueError(f"verwacht een naam van hoogstens {_LONGEST_ORGANISATION} tekens, op een regel")
        return name

    @field_validator("house_colour")
    @classmethod
    def _readable(cls, colour: str) -> str:
        colour = colour.strip().upper()
        if not is_colour(colour):
            raise ValueError(
                "verwacht een kleur als #0B5C7A: een hekje en zes cijfers of letters van A tot en met F"
            )
        found = contrast(colour, WHITE)
        if found < READABLE:
            raise ValueError(
                f"op wit is deze kleur slecht te lezen, want het contrast is {_comma(found)} en moet minstens "
                f"{_comma(READABLE)} zijn; kies een donkerder tint, bijvoorbeeld {darkened(colour)}"
            )
        return colour

    @field_validator(*HOUSE_FILES, mode="before")
    @classmethod
    def _house_file(cls, file: object, info: ValidationInfo) -> Path | None:
        written = str(file or "").strip()
        if not written:
            return None
        suffixes = HOUSE_FILES[str(info.field_name)]
        if Path(written).suffix.lower() not in suffixes:
            raise ValueError(f"verwacht een bestand dat eindigt op {' of '.join(suffixes)}")
        return (ROOT / Path(written).expanduser()).resolve()

    @field_validator("store")
    @classmethod
    def _folder(cls, folder: Path) -> Path:
        folder = (ROOT / folder.expanduser()).resolve()
        if folder.exists() and not folder.is_dir():
            raise ValueError("dit is een bestand, geen map")
        nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK):
            raise ValueError(f"in {nearest} mag niet worden geschreven")
        return folder


def _comma(number: float) -> str:
    # Cut, not rounded: 4,47 may not read as the 4,5 that is asked.
    return f"{int(number * 10) / 10:.1f}".replace(".", ",")


def _refuse_unknown(names: Iterable[str], origin: str) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in names:
        if name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"bedoelt u {near[0]}?" if near else f"bekend zijn: {', '.join(sorted(known))}."
            raise SettingsError(f"De instelling {name} ({origin}) bestaat niet; {hint}")


def _refuse_half_a_sign_in(settings: Settings) -> None:
    """Stop where somebody named who may do what, and the names would count for nothing."""
    lists = {
        PREFIX + name.upper(): getattr(settings, name)
        for name in ("administrators", "coordinators", "viewers")
    }
    named = [
        name for name, entries in {**lists, f"{PREFIX}ROLE_CLAIM": settings.role_claim}.items() if entries
    ]
    if settings.sign_in == SIGN_IN_OFF and named:
        raise SettingsError(
            f"De instelling {named[0]} is ingevuld, maar aanmelden staat uit. Zet {PREFIX}SIGN_IN op {SIGN_IN_OIDC}, "
            f"of haal {named[0]} weg, en start opnieuw."
        )
    for name, entries in lists.items():
        roles = [entry for entry in entries if "@" not in entry]
        if roles and not settings.role_claim:
            raise SettingsError(
                f"In de instelling {name} staat {roles[0]}; dat is geen e-mailadres. Is het een rol of groep, zet dan in "
                f"{PREFIX}ROLE_CLAIM hoe de aanmelding van uw organisatie het lijstje met rollen of groepen noemt."
            )


def load_settings(folder: Path | None = None) -> Settings:
    """Read the settings; the environment goes before the file.

    Parameters
    ----------
    folder : Path, optional
        Where ``wijkradar.env`` is looked for; the folder of the program when omitted.

    Raises
    ------
    SettingsError
        With one Dutch line that names the setting, what is wrong and what is expected.
    """
    file = (folder or ROOT) / SETTINGS_FILE
    here = tuple((name, value) for name, value in os.environ.items() if name.upper().startswith(PREFIX))
    state = file.stat() if file.exists() else None
    written = (state.st_mtime_ns, state.st_size) if state else None
    settings = _read(file, written, here)
    # A folder may have gone or been closed since; then it is read anew, and told.
    return settings if os.access(settings.store, os.W_OK) else _read.__wrapped__(file, written, here)


# A page asks some ten times, and to read is to resolve folders.
@lru_cache(maxsize=8)
def _read(file: Path, written: tuple[int, int] | None, here: tuple[tuple[str, str], ...]) -> Settings:
    if written:
        _refuse_unknown(dotenv_values(file), SETTINGS_FILE)
    _refuse_unknown((name for name, _ in here), "omgeving")
    try:
        settings = Settings(_env_file=file if written else None)  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        what = str(first.get("ctx", {}).get("error", first["msg"]))
        raise SettingsError(
            f"De instelling {name} klopt niet: {what} (nu staat er {_without_password(first['input'])}). "
            f"Pas haar aan in de omgeving of in {SETTINGS_FILE} en start opnieuw."
        ) from None
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"Het bestand {file} is geen gewone tekst (UTF-8); bewaar het opnieuw."
        ) from error
    _refuse_half_a_sign_in(settings)
    return settings


def _without_password(written: object) -> str:
    return re.sub(r"(://[^:/@]*):.*@", r"\1:***@", str(written))
