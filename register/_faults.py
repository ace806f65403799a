"""What a database says when something is wrong, in words of our own: what happened, that nothing was lost, what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

NOTHING_CHANGED: Final = "Er is niets veranderd."
_BUSY: Final = "Het register is te lang bezet door een ander. {nothing} Probeer het over een minuut opnieuw."
_NO_ROOM: Final = "Het register ({where}) kan niet groeien: de schijf is vol. {nothing} Maak ruimte vrij en probeer het opnieuw."
_MAY_NOT: Final = (
    "Wijkradar mag het register ({where}) niet schrijven. {nothing} Vraag uw beheerder om schrijfrechten op het bestand "
    "en zijn map, of in de databank."
)
_GONE: Final = (
    "Het register ({where}) is weg of niet te openen. {nothing} Zet het bestand terug, of zet een reservekopie terug met "
    "`cli.py restore`, en start Wijkradar opnieuw."
)
_DAMAGED: Final = (
    "Het register ({where}) is beschadigd of is geen register. {nothing} Zet een reservekopie terug met `cli.py restore`; "
    "het beschadigde bestand blijft bewaard."
)
_DISK: Final = "De schijf van het register ({where}) geeft een fout. {nothing} Kijk of de schijf er nog is en probeer het opnieuw."
_PASSWORD: Final = "De databank ({where}) laat Wijkradar niet toe. {nothing} Kijk de gebruiker en het wachtwoord na in WIJKRADAR_DATABASE_URL."
_NO_DATABASE: Final = "Deze databank bestaat niet ({where}). {nothing} Laat haar maken, of kijk de naam na in WIJKRADAR_DATABASE_URL."
_UNREACHABLE: Final = (
    "De databank ({where}) is niet te bereiken. {nothing} Kijk of de server draait en of het adres in "
    "WIJKRADAR_DATABASE_URL klopt, en probeer het opnieuw."
)
_CROWDED: Final = (
    "De databank ({where}) heeft te veel verbindingen. {nothing} Probeer het over een minuut opnieuw."
)
_OTHER: Final = (
    "Het register ({where}) is niet te lezen of te schrijven ({why}). {nothing} Probeer het opnieuw, en laat dit anders aan "
    "uw beheerder zien."
)
_UNSURE: Final = (
    "De verbinding met de databank ({where}) viel weg tijdens het opslaan. Het is niet zeker of dit is opgeslagen; kijk "
    "eerst in de lijst voordat u het nog eens doet."
)

#: How the names begin that SQLite has for what went wrong.
_SQLITE: Final = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_FULL": _NO_ROOM,
    "SQLITE_READONLY": _MAY_NOT,
    "SQLITE_PERM": _MAY_NOT,
    "SQLITE_CANTOPEN": _GONE,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_IOERR": _DISK,
}
#: How the codes begin that PostgreSQL has for it (appendix A of its manual).
_SQLSTATE: Final = {
    "55P03": _BUSY,
    "40": _BUSY,
    "57014": _BUSY,
    "53100": _NO_ROOM,
    "53300": _CROWDED,
    "42501": _MAY_NOT,
    "25006": _MAY_NOT,
    "28": _PASSWORD,
    "3D000": _NO_DATABASE,
    "57P": _UNREACHABLE,
    "08": _UNREACHABLE,
    "XX001": _DAMAGED,
}
#: Where a connection is refused there is a text only, in the language of the server.
_REFUSED: Final = {
    "password": _PASSWORD,
    "wachtwoord": _PASSWORD,
    "pg_hba": _PASSWORD,
    "role ": _PASSWORD,
    "database ": _NO_DATABASE,
    "too many": _CROWDED,
    "remaining connection": _CROWDED,
}


def told(error: Exception, url: URL) -> str:
    """Return a Dutch sentence for what a database said.

    Parameters
    ----------
    error : Exception
        Of SQLAlchemy.
    url : URL
        Of the register; the password is left out.
    """
    found = _sentence(error)
    where = (
        str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    )
    why = (str(getattr(error, "orig", None) or error).strip() or type(error).__name__).splitlines()[0]
    return found.format(where=where, nothing=NOTHING_CHANGED, why=why)


def is_damage(error: Exception) -> bool:
    """Tell whether a database says that what is there is damaged or is no register."""
    return _sentence(error) is _DAMAGED


def unsure(url: URL) -> str:
    """Return a Dutch sentence for a connection that was lost while it was not known yet whether all was kept."""
    return _UNSURE.format(where=url.render_as_string(hide_password=True))


def file_fault(file: Path, error: Exception) -> str:
    """Return a Dutch sentence for a file or folder that cannot be made."""
    if isinstance(error, sqlite3.Error):
        sentence = _by_beginning(_SQLITE, getattr(error, "sqlite_errorname", "")) or _OTHER
    elif isinstance(error, PermissionError):
        sentence = _MAY_NOT
    else:
        sentence = _NO_ROOM if getattr(error, "errno", 0) in (28, 122) else _DISK
    return sentence.format(where=file, nothing=NOTHING_CHANGED, why=error)


def _sentence(error: Exception) -> str:
    if not isinstance(error, DBAPIError):
        return _BUSY
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _by_beginning(_SQLITE, getattr(cause, "sqlite_errorname", "")) or _OTHER
    known = _by_beginning(_SQLSTATE, getattr(cause, "sqlstate", None) or "")
    if known:
        return known
    if "connection" in str(cause):
        said = str(cause).lower()
        refused = (sentence for words, sentence in _REFUSED.items() if words in said)
        return next(refused, _UNREACHABLE) if "fatal" in said else _UNREACHABLE
    return _UNREACHABLE if error.connection_invalidated else _OTHER


def _by_beginning(sentences: dict[str, str], code: str) -> str | None:
    return next((sentence for beginning, sentence in sentences.items() if code.startswith(beginning)), None)
