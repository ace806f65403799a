"""Settings: from the environment or from ``wijkradar.env`` beside the program, prefix ``WIJKRADAR_``.

Nothing depends on the folder from which a command is given: `import` and the dashboard must find one store.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.errors import SettingsError

PREFIX = "WIJKRADAR_"
SETTINGS_FILE = "wijkradar.env"
#: The grey background map of Kadaster (BRT-Achtergrondkaart, CC BY 4.0), in the tiles that Leaflet asks for.
BRT_GREY = "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
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
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    store: Path = Field(default=ROOT / "store", description="Map met de cijfers en grenzen")
    cbs_url: str = Field(default="https://opendata.cbs.nl", description="CBS, OData v3")
    cbs_v4_url: str = Field(default="https://datasets.cbs.nl", description="CBS, OData v4")
    pdok_url: str = Field(default="https://service.pdok.nl", description="PDOK, grenzen")
    database_url: str = Field(default="", description="Register van zorgen (SQLite of PostgreSQL)")
    background: str = Field(default=BRT_GREY, description="Achtergrond van de kaart, of uit")

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
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise ValueError("verwacht https, of uit")
        if any(place not in parts.path + parts.query for place in ("{z}", "{x}", "{y}")):
            raise ValueError("verwacht een adres met {z}, {x} en {y} erin, of uit")
        return address

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


def _refuse_unknown(names: Iterable[str], origin: str) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in names:
        if name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"bedoelt u {near[0]}?" if near else f"bekend zijn: {', '.join(sorted(known))}."
            raise SettingsError(f"De instelling {name} ({origin}) bestaat niet; {hint}")


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
    if file.exists():
        _refuse_unknown(dotenv_values(file), SETTINGS_FILE)
    _refuse_unknown((name for name in os.environ if name.upper().startswith(PREFIX)), "omgeving")
    try:
        return Settings(_env_file=file if file.exists() else None)  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        what = str(first.get("ctx", {}).get("error", first["msg"]))
        raise SettingsError(
            f"De instelling {name} klopt niet: {what} (nu staat er {first['input']!s}). "
            f"Pas haar aan in de omgeving of in {SETTINGS_FILE} en start opnieuw."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"Het bestand {file} is geen gewone tekst (UTF-8); bewaar het opnieuw."
        ) from error
