"""What stands in the cells of a file: days, numbers, and the words of another system in those of the register."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from register.themes import OTHER

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("januari jan january", "februari feb february", "maart mrt mar march", "april apr", "mei may", "juni jun june",
         "juli jul july", "augustus aug august", "september sep sept", "oktober okt oct october", "november nov", "december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
#: What a day looks like, in whatever shape.
DAY: Final = re.compile(
    r"^\s*(?:(?:ma|di|wo|do|vr|za|zo)\w*\.?,?\s+)?(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{1,2}[ -](?:[a-z]{3,9})\.?[ -]\d{2,4}|20\d{6}\b)",
    re.I,
)
_PARTS: Final = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?!\d)")
_YEAR_FIRST: Final = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_IN_WORDS: Final = re.compile(r"^(\d{1,2})[ -]([a-z]{3,9})\.?[ -](\d{4}|\d{2})(?!\d)")
_WEEKDAY: Final = re.compile(
    r"^(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|wo|do|vr|za|zo)\.?,?\s+"
)
_COMPACT: Final = re.compile(r"^(20\d{2})(\d{2})(\d{2})(?:T?\d{4,6})?$")
_WITH_ZONE: Final = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2}|[+-]\d{2})$")
_HERE: Final = ZoneInfo("Europe/Amsterdam")
#: Day 0 of a spreadsheet, with its leap day that never was.
_EXCEL_ZERO: Final = date(1899, 12, 30)
_EXCEL_DAYS: Final = (36_526, 73_050)
DAY_FIRST, MONTH_FIRST = "day", "month"
EARLIEST: Final = date(1990, 1, 1)


def order_of(texts: Iterable[str]) -> str:
    """Tell whether a column writes the day or the month first; the day where nothing proves otherwise."""
    firsts, seconds = 0, 0
    for text in texts:
        if found := _PARTS.match(text.strip()):
            firsts, seconds = max(firsts, int(found[1])), max(seconds, int(found[2]))
    return MONTH_FIRST if seconds > 12 and firsts <= 12 else DAY_FIRST


def day_of(text: str, order: str = DAY_FIRST) -> date | None:
    """Read one day in any of the shapes that programs and people write; None where it is none.

    A moment with a time zone is the day in the Netherlands; a two-digit year is of this century.
    """
    text = text.strip().lower()
    if _WITH_ZONE.match(text.upper()):
        return _moment(text)
    text = _WEEKDAY.sub("", text)
    try:
        if found := _YEAR_FIRST.match(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _PARTS.match(text):
            day, month = (2, 1) if order == MONTH_FIRST else (1, 2)
            return date(_century(found[3]), int(found[month]), int(found[day]))
        if (found := _IN_WORDS.match(text)) and found[2] in _MONTHS:
            return date(_century(found[3]), _MONTHS[found[2]], int(found[1]))
        if found := _COMPACT.match(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", text):
        days = int(text[:5])
        return _EXCEL_ZERO + timedelta(days=days) if _EXCEL_DAYS[0] <= days <= _EXCEL_DAYS[1] else None
    return None


def _moment(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text.upper()).astimezone(_HERE).date()
    except ValueError:
        return None


def _century(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def days(cells: pd.Series) -> tuple[pd.Series, str]:
    """Read a column of days.

    Parameters
    ----------
    cells : Series of str

    Returns
    -------
    tuple of Series and str
        ISO days, "" where the cell is empty and None where it is no day; and a remark in Dutch ("" for none).
    """
    distinct = [str(text) for text in cells.unique()]
    order = order_of(distinct)
    read = {}
    for text in distinct:
        day = day_of(text, order) if text else None
        read[text] = day.isoformat() if day else "" if not text else None
    unsure = order == DAY_FIRST and any(
        (found := _PARTS.match(text)) and "/" in text and int(found[1]) <= 12 and int(found[2]) <= 12
        for text in distinct
    )
    proven = any((found := _PARTS.match(text)) and int(found[1]) > 12 for text in distinct)
    remark = ""
    if order == MONTH_FIRST:
        remark = "In de datums staat de maand vóór de dag; zo zijn ze gelezen."
    elif unsure and not proven:
        remark = "Nergens blijkt of in een datum als 03/04/2025 de dag of de maand voorop staat; gelezen is 3 april 2025. Kijk dat na."
    return cells.map(read).astype(object), remark


# -- words of another system ---------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return a text in small letters without accents; signs become spaces."""
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", flat).strip()


#: Signalen's states (github.com/Amsterdam/signals, apps/signals/workflow.py) and words of other systems.
_STATUSES: Final = (
    ("terugkoppeling", r"terugkoppel|teruggekoppeld|beantwoord"),
    ("vervallen", r"^a$|geannuleerd|annul|vervallen|ingetrokken|^s$|gesplitst|dubbel|niet in behandeling|afgewezen|cancel|reject|"
                  r"geen actie|onterecht|niet ontvankelijk"),
    ("in_behandeling", r"niet (?:afgehandeld|opgelost|afgerond|klaar)|reopen|heropen|closure requested|verzoek tot|ready to send|^sent$|"
                       r"^b$|^i$|^h$|behandeling|ingepland|planned|afwachting|wacht|hold|reactie|reaction|uitgezet|doorgezet|doorgestuurd|"
                       r"toegewezen|extern (?:te verzenden|verzonden|mislukt)|send|forward|lopend|bezig|progress|gepland|opgepakt|actief|pending"),
    ("afgerond", r"^o$|afgehandeld|afgerond|opgelost|gesloten|klaar|gereed|voltooid|done|closed|resolved|solved|fixed|complet|verholpen|"
                 r"beeindigd"),
    ("nieuw", r"^m$|nieuw|gemeld|open|ontvangen|new|reported|ingediend|geregistreerd|aangemaakt"),
)  # fmt: skip
_CHANNELS: Final = (
    ("buurtantenne", r"antenne|sleutelfiguur|vrijwilliger|ambassadeur|wijkheld|buurtverbinder"),
    ("social_media", r"social|facebook|twitter|instagram|webcare|whatsapp|nextdoor|tiktok|^x$|linkedin"),
    ("enquete", r"enquet|survey|vragenlijst|panel|onderzoek|peiling"),
    ("bijeenkomst", r"bijeenkomst|avond|vergadering|overleg|wijkraad|wijktafel|markt|inloop|event|sessie|buurtfeest"),
    ("gesprek", r"gesprek|huisbezoek|straat|deur|bezoek|spreekuur|koffie|persoonlijk"),
    ("professional", r"professional|wijkteam|huisarts|corporatie|school|politie|boa\b|handhav|toezicht|jongerenwerk|opbouwwerk|welzijn|"
                     r"medewerker|collega|wijkagent|zorgverlener|partner|intern|waarnem|schouw|inspect"),
    ("meldpunt", r"meldpunt|melding|online|app\b|web|site|formulier|telefo|mail|balie|kcc|contact|fixi|signalen|brief|post|14 ?0\d|asc|"
                 r"meldkamer|verbeterdebuurt|buiten beter|telephone|phone|api|loket"),
)  # fmt: skip
_SERIOUSNESS: Final = (
    (3, r"^3$|hoog|high|ernstig|spoed|urgent|kritiek|zwaar|critical"),
    (1, r"^1$|laag|low|licht|klein|gering|minor"),
    (2, r"^2$|normaal|normal|midden|middel|gemiddeld|medium|merkbaar|standaard"),
)  # fmt: skip
#: Words by theme of the default list; the place of a theme in this list decides where two fit.
_THEMES: Final = (
    ("eenzaamheid", r"eenzaam|ontmoet|isolement|sociale contact|samenkom|burenhulp|buurthuis"),
    ("jeugd", r"jeugd|jong|kinder|opgroei|opvoed|onderwijs|school|hangjong|hangplek"),
    ("zorg", r"gezondheid|\bzorg|mantelzorg|psych|verward|ggz|medisch|huisarts|verslav|dement"),
    ("geld", r"\bgeld|schuld|armoede|inkomen|\bwerk(?!z)|baan|taal|uitkering|toeslag|energierekening|betalen"),
    ("afval", r"afval|vuil|vuilnis|zwerf|container|prullenbak|rommel|dump|grofvuil|hondenpoep|poep|gft|papierbak|glasbak|bijplaats|"
              r"reinig|schoon|veeg|ongediert|rat(?:ten)?\b|plaagdier|kliko"),
    ("veiligheid", r"veilig|inbraak|diefstal|crimin|drugs|geweld|vandal|vernield|intimid|ondermijn|wapen|brand|dreig|straatintimidatie"),
    ("overlast", r"overlast|geluid|lawaai|herrie|stank|burenruzie|muziek|vuurwerk|stook|rook|horeca|bouw ?lawaai|daklozen|evenement"),
    ("verkeer", r"verkeer|parke|fietsen|auto|snelheid|hard rijden|\bov\b|\bbus(?:halte)?\b|openbaar vervoer|oversteek|verkeersbord|bebording|"
                r"deelscooter|deelfiets|laadpaal|fietswrak|zebrapad|drempel|wrak"),
    ("wonen", r"\bwonen|woning|huur|vocht|schimmel|corporatie|lift\b|flat|portiek|woonfraude|leegstand|onderhoud (?:van )?(?:de )?woning|isolatie"),
    ("voorzieningen", r"winkel|voorziening|supermarkt|apotheek|bibliotheek|sporthal|sportveld|geldautomaat|wc\b|toilet|bankfiliaal|zwembad"),
    ("buitenruimte", r"groen|gras|\bboom|bomen|plant|park\b|spee?l|straatmeubilair|weg\b|wegen|trottoir|stoep|tegel|fietspad|verlichting|lantaarn|"
                     r"lamp|riool|riolering|put\b|water|beschoeiing|brug|bank(?:je)?\b|openbare ruimte|straat|gladheid|strooi|straatnaambord"),
)  # fmt: skip


def _first(text: str, rules: Sequence[tuple[str | int, str]]) -> str | int | None:
    flat = plain(text)
    return next((key for key, pattern in rules if flat and re.search(pattern, flat)), None)


def status_of(text: str, titles: Mapping[str, str]) -> str | None:
    """Return the status of the register that a word of another system stands for; None where nobody can tell."""
    return _named(text, titles) or _as_text(_first(text, _STATUSES))


def channel_of(text: str, titles: Mapping[str, str]) -> str | None:
    """Return the channel that a word of another system stands for; None where nobody can tell."""
    return _named(text, titles) or _as_text(_first(text, _CHANNELS))


def theme_of(text: str, titles: Mapping[str, str]) -> str | None:
    """Return the theme that fits a category by its words; None where no word is known."""
    if named := _named(text, titles):
        return named
    # A subcategory tells more than what it falls under.
    for part in reversed(text.split(" › ")):
        if named := _named(part, titles):
            return named
        found = _as_text(_first(part, _THEMES))
        if found in titles:
            return found
        words = set(plain(part).split())
        own = [
            key
            for key, title in titles.items()
            if key != OTHER and words & {w for w in plain(title).split() if len(w) > 4}
        ]
        if len(own) == 1:
            return own[0]
    return OTHER if re.search(r"overig|anders|divers|onbekend", plain(text)) else None


def seriousness_of(text: str) -> int | None:
    """Return 1 (licht), 2 (merkbaar) or 3 (ernstig); None where nobody can tell."""
    found = _first(text, _SERIOUSNESS)
    return found if isinstance(found, int) else None


def _named(text: str, titles: Mapping[str, str]) -> str | None:
    flat = plain(text)
    return next((key for key, title in titles.items() if flat and flat in (plain(title), plain(key))), None)


def _as_text(found: str | int | None) -> str | None:
    return found if isinstance(found, str) else None
