"""Looks for what may point at a person in a free text.

Numbers that carry check digits are told from other numbers by them: a BSN by the eleven test, an IBAN by modulus 97. The rules
err on the side of a question too many, since whoever writes can say that a find is harmless. They cannot find everything:
a first name or "de buurvrouw met de hond" points at somebody too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from stdnum import iban
from stdnum.nl import bsn

from register.errors import PersonalDetails

BSN, TELEPHONE, EMAIL, IBAN, POSTCODE, ADDRESS, NAME = (
    "bsn", "telephone", "email", "iban", "postcode", "address", "name",
)  # fmt: skip
TITLES: Final = {
    BSN: "burgerservicenummer",
    TELEPHONE: "telefoonnummer",
    EMAIL: "e-mailadres",
    IBAN: "rekeningnummer",
    POSTCODE: "postcode met huisnummer",
    ADDRESS: "straat met huisnummer",
    NAME: "naam van iemand",
}
#: What stands in a text where something was taken out.
TAKEN_OUT: Final = "[weggehaald]"

_GAP: Final = r"[ \u00a0\u202f.\-]?"
_AT: Final = re.compile(r"@|[(\[]at[)\]]", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[\w.+%-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_IBAN_NL: Final = re.compile(rf"\bNL{_GAP}\d{{2}}{_GAP}[A-Z]{{4}}(?:{_GAP}\d){{10}}(?!\d)", re.IGNORECASE)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?)\b")
_BSN: Final = re.compile(rf"(?<![\d,+])(?<!\d[.\-])\d(?:{_GAP}\d){{8}}(?!{_GAP}\d)(?!,\d)")
_CALLED_BSN: Final = re.compile(
    rf"\b(?:bsn|burgerservicenummer|sofi-?(?:nummer)?)\b\W{{0,3}}(?:is |nr\.? |nummer )?(\d(?:{_GAP}\d){{7,8}})(?!\d)",
    re.IGNORECASE,
)
_BETWEEN: Final = r"[ \u00a0\u202f.\-/()]{0,3}"
_TELEPHONE: Final = re.compile(
    rf"(?<![\d,.])(?:(?:\+|00)31{_BETWEEN}(?:\(0\){_BETWEEN}|0(?=\d))?|\(?0)[1-9](?:{_BETWEEN}\d){{8}}(?!\d)"
    rf"|(?<!\d)(?:\+|00)(?!31)[1-9]\d{{0,2}}(?:{_BETWEEN}\d){{7,12}}(?!\d)"
)
_LOCAL: Final = re.compile(
    r"\b(?:tel(?:efoon)?|mob(?:iel)?|bel|app)\b\.?\W{0,3}(\d(?:[ .\-]?\d){5,9})(?!\d)", re.I
)
#: Numbers of organisations, in the form that is free or paid for all the country.
_OF_EVERYBODY: Final = re.compile(r"\(?0(?:800|90[069]|88)")
_NUMBER: Final = (
    r"(?:(?:nr|no|nummer|huisnummer|huisnr)\b\.?\s?)?\d{1,5}(?:\s?[a-zA-Z]\b|-\d{1,4}|-[a-zA-Z]+\b)?"
)
_POSTCODE: Final = re.compile(
    rf"(?<!\d)[1-9]\d{{3}}(?:\s?(?!SA|SD|SS)[A-Z]{{2}}|(?!sa|sd|ss)[a-z]{{2}})\b[\s,;:/-]{{1,3}}{_NUMBER}(?![\d%])"
    rf"|\b\d{{1,5}}\s?[a-zA-Z]?[\s,]{{1,3}}[1-9]\d{{3}}\s?(?!SA|SD|SS)[A-Z]{{2}}\b"
)
_STREET: Final = r"(?:straat|str\.?|laan|weg|plein|gracht|kade|dijk|hof|pad|steeg|singel|dreef|plantsoen|park|burg|markt|baan|wal|oord|ring)"
_ADDRESS: Final = re.compile(
    rf"\b[A-Z][\w'’-]*(?:\s(?:[A-Z][\w'’-]*|van|de|der|den|het|ter|ten)){{0,4}}?(?:{_STREET}|\s[A-Z][\w'’-]*{_STREET})\s(?:nr\.?\s?|nummer\s|huisnummer\s)?"
    r"(?!(?:19|20)\d{2}\b)\d{1,4}(?:\s?[a-zA-Z](?!\w)|-\d{1,3})?(?![\d%]|\s?(?:uur|jaar|keer|mensen|km|meter|euro))"
)
#: Street and number as they are typed in haste, without a capital or in capitals only; and the number before the street.
_HASTY_ADDRESS: Final = re.compile(
    r"\b[a-z'’-]{3,}(?:straat|laan|gracht|kade|singel|dreef|steeg)\s(?:nr\.?\s?|nummer\s|huisnummer\s)?"
    r"(?!(?:19|20)\d{2}\b)\d{1,4}(?:\s?[a-z](?!\w)|-\d{1,3})?(?![\d%]|\s?(?:uur|jaar|keer|mensen|km|meter|euro|x\b))"
    rf"|\b(?:huis)?(?:nummer|nr\.?)\s\d{{1,4}}[a-z]?\s(?:in|aan|op|van)\sde\s[a-z'’-]+{_STREET}\b",
    re.IGNORECASE,
)
_CAPITAL: Final = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİĶŁŃŇŌŐŘŚŞŠŤŪŮŰŹŻŽȘȚ"
_NAME: Final = re.compile(
    r"\b(?:[Mm]evrouw|[Mm]evr\.?|[Mm]w\.?|[Dd]hr\.?|[Mm]eneer|[Mm]ijnheer|[Hh]eer|[Ff]amilie|[Ff]am\.|[Bb]uur(?:man|vrouw)|"
    r"[Dd]okter|[Hh]uisarts)\s"
    rf"(?:[{_CAPITAL}]\.\s?){{0,3}}(?:(?:van|de|der|den|ten|ter|el|al|'t)\s){{0,3}}[{_CAPITAL}][\w'’-]+"
    rf"(?:\s(?:[{_CAPITAL}][\w'’-]+))?"
)


@dataclass(frozen=True)
class Find:
    """One place in a text that may point at a person.

    Attributes
    ----------
    kind : str
        ``bsn``, ``telephone``, ``email``, ``iban``, ``postcode`` (with a house number), ``address`` (a street with a
        number) or ``name``.
    title : str
        Dutch name of the kind.
    text : str
        What stands there, as it is written.
    start, end : int
        Place in the text.
    """

    kind: str
    title: str
    text: str
    start: int
    end: int


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_bsn(text: str) -> bool:
    return bool(bsn.is_valid(_digits(text)))


def _is_iban(text: str) -> bool:
    return bool(iban.is_valid(text, check_country=False))


def _of_a_person(text: str) -> bool:
    return not _OF_EVERYBODY.match(text)


def _any(_text: str) -> bool:
    return True


#: In this order: what an earlier rule took, a later one does not look at again. The number is that of the digits without which
#: a rule finds nothing: most texts have none, and need not be searched.
_RULES: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], bool], int], ...]] = (
    (EMAIL, _EMAIL, _any, 0),
    (IBAN, _IBAN_NL, _any, 12),
    (IBAN, _IBAN, _is_iban, 2),
    (POSTCODE, _POSTCODE, _any, 5),
    (BSN, _CALLED_BSN, _any, 8),
    (TELEPHONE, _TELEPHONE, _of_a_person, 8),
    (TELEPHONE, _LOCAL, _of_a_person, 6),
    (BSN, _BSN, _is_bsn, 9),
    (ADDRESS, _ADDRESS, _any, 1),
    (ADDRESS, _HASTY_ADDRESS, _any, 1),
    (NAME, _NAME, _any, 0),
)
_DIGIT: Final = re.compile(r"\d")


def finds(text: str) -> tuple[Find, ...]:
    """Return what may point at a person, in the order of the text; no two overlap.

    Parameters
    ----------
    text : str

    References
    ----------
    Eleven test: Besluit algemene bepalingen burgerservicenummer; IBAN: ISO 13616, modulus 97 of ISO 7064.
    """
    found: list[Find] = []
    digits = len(_DIGIT.findall(text))
    for kind, pattern, really, fewest in _RULES:
        if digits < fewest or (kind == EMAIL and not _AT.search(text)):
            continue
        for start, end in _places(pattern, text):
            there = text[start:end]
            if really(there) and not any(start < other.end and other.start < end for other in found):
                found.append(Find(kind, TITLES[kind], there, start, end))
    return tuple(sorted(found, key=lambda find: find.start))


def _places(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        yield match.span(1) if match.re.groups else match.span()


def refuse_finds(
    texts: Iterable[str | None], harmless: Iterable[str] = (), *, but: Collection[str] = ()
) -> None:
    """Refuse texts in which something may point at a person that nobody confirmed as harmless.

    Parameters
    ----------
    texts : iterable of str or None
    harmless : iterable of str
        Wordings that were confirmed.
    but : collection of str
        Kinds that may stand in these texts, such as the address of a building.

    Raises
    ------
    PersonalDetails
    """
    confirmed = set(harmless)
    found = [
        find
        for text in texts
        for find in finds(text or "")
        if find.text not in confirmed and find.kind not in but
    ]
    if found:
        told = ", ".join(f"{find.title} ({find.text})" for find in found)
        raise PersonalDetails(
            f"In de tekst staat misschien iets van een persoon: {told}. Haal het weg, of bevestig dat het geen "
            "gegeven van een persoon is."
        )


def without(text: str, *taken: Find) -> str:
    """Return a text in which finds are replaced by `TAKEN_OUT`.

    Parameters
    ----------
    text : str
    *taken : Find
        Of this very text.
    """
    for find in sorted(taken, key=lambda one: -one.start):
        text = text[: find.start] + TAKEN_OUT + text[find.end :]
    return text
