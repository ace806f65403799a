"""Which column of a file is what: a proposal per column with the reason in words, by its heading and by what is in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from register.importing.reading import LATITUDE, LONGITUDE, Source
from register.importing.values import DAY
from register.placing import NOWHERE, RD, RD_TURNED, WGS84, WGS84_TURNED, as_coordinates, systems
from register.privacy import finds

#: What a column can be, with its name on the screen. ``ignored`` columns are not taken in.
IGNORED: Final = ""
FIELDS: Final = {
    "source_key": "Nummer in de bron",
    "text": "Tekst",
    "more_text": "Tekst, vervolg",
    "category": "Categorie (wordt thema)",
    "subcategory": "Subcategorie",
    "heard": "Datum gehoord",
    "wijk": "Wijk (naam of code)",
    "buurt": "Buurt (naam of code)",
    "x": "Plek: x of lengtegraad",
    "y": "Plek: y of breedtegraad",
    "point": "Plek: punt in één kolom",
    "channel": "Kanaal",
    "seriousness": "Ernst",
    "people": "Aantal mensen",
    "owner": "Eigenaar (team of functie)",
    "due": "Terugkoppeling uiterlijk",
    "status": "Status",
    "done": "Wat is gedaan",
    "feedback": "Terugkoppeling",
    "feedback_on": "Teruggekoppeld op",
}
#: Only in a list that Wijkradar wrote itself.
OWN_FIELDS: Final = {"key": "Kenmerk", "version": "Versie"}
#: Two columns may be text; every other field stands in one column.
SIGNALEN, FIXI, OWN, OTHER = "signalen", "fixi", "wijkradar", "other"
TITLES: Final = {SIGNALEN: "Signalen", FIXI: "Fixi", OWN: "Wijkradar", OTHER: ""}

#: Headings, without signs and capitals, by field; the first field that fits wins.
_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "source_key": (
        "id", "nummer", "meldingnummer", "melding id", "meldingid", "zaaknummer", "zaak id", "zaakid", "kenmerk", "referentie",
        "referentienummer", "volgnummer", "intern nummer", "case id", "ticket", "ticketnummer", "issue id", "nr", "registratienummer",
        "fixi nummer", "uuid", "signal uuid",
    ),
    "text": (
        "text", "tekst", "omschrijving", "beschrijving", "melding", "meldingstekst", "inhoud", "toelichting", "klacht", "signaal",
        "zorg", "bericht", "description", "message", "omschrijving melding", "meldingomschrijving", "citaat", "vraag", "verhaal",
    ),
    "more_text": ("text extra", "extra tekst", "toelichting extra", "aanvulling", "extra informatie", "opmerking", "opmerkingen"),
    "category": (
        "category main", "main", "main category", "main slug", "hoofdcategorie", "categorie", "category", "thema", "theme", "onderwerp",
        "rubriek", "soort", "soort melding", "type melding", "hoofdrubriek", "category parent name", "domein", "categorie naam",
    ),
    "subcategory": ("category sub", "sub", "sub slug", "subcategorie", "sub category", "category name", "subrubriek", "detail"),
    "heard": (
        "incident date start", "created at", "datum", "datum melding", "meldingsdatum", "datum gehoord", "gehoord op", "gemeld op",
        "aangemaakt", "aangemaakt op", "aanmaakdatum", "date", "created", "melddatum", "ingediend op", "ontvangen op", "ontvangstdatum",
        "datum tijd", "datum aangemaakt", "start date", "tijdstip", "datum ontvangst", "registratiedatum", "wanneer",
    ),
    "wijk": ("wijk", "wijknaam", "wijkcode", "wijk naam", "wijk code", "wijk van de melding", "gebied", "neighbourhood", "district"),
    "buurt": (
        "buurt", "buurtnaam", "buurtcode", "buurt code", "buurt naam", "location buurt code", "cbs buurtcode", "location area code",
        "area code", "buurt van de melding",
    ),
    "x": (
        "x", "x coordinaat", "xcoordinaat", "coordinaat x", "rd x", "x rd", "lon", "lng", "longitude", "lengtegraad", "coord x",
        "location x", "locatie x", "geo x", "lengte",
    ),
    "y": (
        "y", "y coordinaat", "ycoordinaat", "coordinaat y", "rd y", "y rd", "lat", "latitude", "breedtegraad", "coord y",
        "location y", "locatie y", "geo y", "breedte",
    ),
    "point": ("geometry", "geometrie", "wkt", "geom", "coordinaten", "location geometrie", "punt", "gps", "geo point", "latlon", "the geom"),
    "channel": ("kanaal", "bron", "source", "channel", "via", "ingang", "aangebracht via", "binnengekomen via", "meldkanaal", "herkomst melding"),
    "seriousness": ("ernst", "prioriteit", "priority", "priority priority", "urgentie", "seriousness", "severity", "zwaarte"),
    "people": ("aantal mensen", "mensen", "aantal personen", "aantal bewoners", "aantal inwoners", "aantal", "people", "aantal melders"),
    "owner": (
        "eigenaar", "team", "afdeling", "departments", "routing departments", "behandelend team", "verantwoordelijke afdeling", "owner",
        "directing departments",
    ),
    "due": (
        "deadline", "uiterste datum", "streefdatum", "uiterlijk", "due", "due date", "terugkoppeling voor", "terugkoppeling uiterlijk",
        "fatale datum", "expire date", "afhandelen voor",
    ),
    "status": (
        "status", "status state", "state", "state display", "status state display", "fase", "statusnaam", "huidige status", "stand",
        "status naam",
    ),
    "done": ("wat is gedaan", "gedaan", "actie", "acties", "ondernomen actie", "oplossing", "afhandeling", "done", "actie ondernomen"),
    "feedback": ("terugkoppeling", "antwoord", "reactie", "feedback", "reactie gemeente", "antwoord aan melder", "status text"),
    "feedback_on": (
        "teruggekoppeld op", "datum terugkoppeling", "terugkoppeling op", "afgehandeld op", "datum afgehandeld", "afhandeldatum",
        "datum afhandeling", "gesloten op", "afgerond op", "opgelost op", "einddatum", "date closed", "closed at",
    ),
}  # fmt: skip
#: Words in a heading that point at a person; such a column is never taken in.
_PERSON: Final = re.compile(
    r"\b(?:naam (?:melder|indiener|bewoner|inwoner|contact\w*|behandelaar)|(?:voor|achter|familie|roep|meisjes)naam(?: \w+)?|naam|name|"
    r"first ?name|last ?name|full ?name|voorletters?|initialen|tussenvoegsel|aanhef|e ?mail(?: ?adres)?\w*|mail ?adres|mail|"
    r"tele?foon\w*|tel(?: ?nr)?|mobiel\w*|gsm|phone\w*|bsn|burgerservicenummer|sofi\w*|iban|rekening ?nummer|bankrekening|adres\w*|"
    r"address\w*|straat\w*|street|openbare ruimte|huisnummer\w*|huisnr|huisletter|toevoeging|woonadres|melder\w*|reporter\w*|indiener\w*|"
    r"inwoner|klager|aanmelder|contact ?persoon\w*|contact ?gegevens|contact|geboorte\w*|leeftijd melder|geslacht|gender|nationaliteit|"
    r"herkomst(?: persoon)?|geboorteland|etniciteit|religie|behandelaar|medewerker|assigned (?:to|user)|user|gebruiker|created by|"
    r"aangemaakt door|gemeld door|ingediend door|ip ?adres|kenteken|persoon|persoonsgegevens|foto|image|upload|bijlage\w*|attachment\w*)\b"
)
#: These look like a person to `_PERSON`, but tell of something else.
_NO_PERSON: Final = re.compile(
    r"(?:wijk|buurt|gebied|categorie|thema|status|rubriek|statusnaam|team|afdeling)\b.*\bnaam|aantal\b|herkomst melding|category|source|"
    r"(?:antwoord|reactie) aan melder|naam (?:wijk|buurt|gebied)"
)
_POSTCODE: Final = re.compile(r"\b(?:postcode|pc ?[46]|zip(?: ?code)?)\b")
#: What Signalen writes about its own work, and says nothing of the concern.
_SIGNALEN_ONLY: Final = frozenset({"signal uuid", "signal id", "updated at", "operational date", "extra properties", "location id", "status id",
    "category assignment id", "reporter id", "parent", "type", "stadsdeel", "category slug", "category sub slug", "category main slug",
    "category parent slug", "category category url", "incident date end", "location stadsdeel"})  # fmt: skip
_OWN_HEADINGS: Final = {
    "kenmerk": "key", "versie": "version", "thema": "category", "tekst": "text", "wijk": "wijk", "buurt": "buurt", "x": "x", "y": "y",
    "gehoord op": "heard", "kanaal": "channel", "ernst": "seriousness", "aantal mensen": "people", "eigenaar": "owner",
    "terugkoppeling uiterlijk": "due", "status": "status", "wat is gedaan": "done", "terugkoppeling": "feedback",
    "teruggekoppeld op": "feedback_on",
}  # fmt: skip
_LOOK: Final = 300
_WKT: Final = re.compile(
    r"(?:SRID=\d+;)?\s*POINT\s*Z?\s*\(|^\s*-?\d+[.,]?\d*\s*[,; ]\s*-?\d+[.,]?\d*\s*$", re.I
)


@dataclass(frozen=True)
class Proposal:
    """What Wijkradar thinks that a column is.

    Attributes
    ----------
    column : str
    field : str
        One of `FIELDS`, or `IGNORED`.
    reason : str
        Why, in Dutch.
    person : bool
        It looks like data of a person and can not be taken in at all.
    examples : tuple of str
        Some cells; none of a column of a person.
    """

    column: str
    field: str
    reason: str
    person: bool = False
    examples: tuple[str, ...] = ()


def bare(heading: str) -> str:
    """Return a heading in small letters without accents and signs."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def make_of(source: Source) -> str:
    """Tell which program wrote a file: `SIGNALEN`, `FIXI`, `OWN` or `OTHER`, by its headings.

    Notes
    -----
    Signalen: the columns of ``signals.csv`` and its fellows, of the view for "openbare ruimte" and of the GeoJSON of its
    public and private service (github.com/Amsterdam/signals, app/signals/apps/reporting and apps/api). Fixi (Decos) has no
    public description of its export: what stands here is an assumption, and the columns are shown to the user like any other.
    """
    names = {bare(column) for column in source.columns}
    if {"kenmerk", "versie", "thema", "gehoord op"} <= names:
        return OWN
    signalen = (
        {"text extra", "incident date start"} <= names
        or {"created at", "main slug", "sub slug"} <= names
        or {"category parent name", "created at"} <= names
        or {"category main", "status state"} <= names
        or ({"id", "created at"} == names - {bare(LONGITUDE), bare(LATITUDE)} and source.form == "geojson")
    )
    if signalen:
        return SIGNALEN
    if any("fixi" in name for name in names) or "fixi" in bare(source.name).split():
        return FIXI
    return OTHER


def propose(source: Source) -> tuple[Proposal, ...]:
    """Return for every column what it seems to be.

    Parameters
    ----------
    source : Source

    Returns
    -------
    tuple of Proposal
        In the order of the columns; a field is proposed at most once.
    """
    make = make_of(source)
    taken: set[str] = set()
    found: dict[str, Proposal] = {}
    for column in _best_first(source):
        proposal = _of_column(source, column, make, taken)
        found[column] = proposal
        if proposal.field:
            taken.add(proposal.field)
    _by_content(source, found, taken)
    return tuple(found[column] for column in source.columns)


def _best_first(source: Source) -> list[str]:
    """Return the columns with the surest heading first: ``datum melding`` goes before ``datum``, as the lists tell."""
    rank = {name: place for names in _HEADINGS.values() for place, name in enumerate(names)}
    return sorted(source.columns, key=lambda column: rank.get(bare(column), 1_000))


def _of_column(source: Source, column: str, make: str, taken: set[str]) -> Proposal:
    name, cells = bare(column), source.rows[column]
    filled = cells[cells != ""].iloc[:_LOOK]
    if make == OWN:
        field = _OWN_HEADINGS.get(name, IGNORED)
        why = "Kolom uit een lijst van Wijkradar." if field else "Wijkradar vult dit zelf in."
        return Proposal(column, field, why, False, _examples(filled))
    if column in (LONGITUDE, LATITUDE):
        return Proposal(
            column,
            "x" if column == LONGITUDE else "y",
            "De plek van het object in de kaart.",
            False,
            _examples(filled),
        )
    if kind := _person_in(name, filled):
        return Proposal(
            column,
            IGNORED,
            f"Lijkt op een gegeven van een persoon ({kind}). Deze kolom gaat nooit mee.",
            True,
        )
    if _POSTCODE.search(name):
        return Proposal(
            column,
            IGNORED,
            "Een postcode. Wijkradar heeft geen lijst van postcodes en kan daarmee geen wijk vinden.",
            False,
        )
    if filled.empty and len(cells):
        return Proposal(column, IGNORED, "In deze kolom staat niets.", False)
    examples = _examples(filled)
    if make == SIGNALEN and name in _SIGNALEN_ONLY:
        return Proposal(
            column, IGNORED, "Gaat over de werkwijze van Signalen, niet over de zorg zelf.", False, examples
        )
    field = _by_heading(name, taken)
    if field and len(filled) and (doubt := _doubt(field, filled)):
        return Proposal(
            column, IGNORED, f"De naam past bij {FIELDS[field].lower()}, maar {doubt}.", False, examples
        )
    if field:
        return Proposal(column, field, "Aan de naam herkend.", False, examples)
    if double := _by_heading(name, set()):
        why = f"Past ook bij ‘{FIELDS[double]}’, maar daarvoor is al een andere kolom gekozen."
        return Proposal(column, IGNORED, why, False, examples)
    return Proposal(
        column, IGNORED, "Niet herkend. Kies zelf wat dit is, of laat de kolom weg.", False, examples
    )


def _examples(filled: pd.Series) -> tuple[str, ...]:
    return tuple(text if len(text) <= 60 else f"{text[:57]}…" for text in filled.unique()[:3])


def _by_heading(name: str, taken: set[str]) -> str:
    for field, names in _HEADINGS.items():
        if name in names and field not in taken:
            return field
    for field, names in _HEADINGS.items():
        if field not in taken and any(
            len(part) > 4 and re.search(rf"\b{re.escape(part)}\b", name) for part in names
        ):
            return field
    return ""


def _person_in(name: str, filled: pd.Series) -> str:
    if _PERSON.search(name) and not _NO_PERSON.search(name):
        return _PERSON.search(name).group(0)  # type: ignore[union-attr]
    whole = [
        find.title
        for cell in filled.iloc[:60]
        if len(cell) <= 80
        for find in finds(cell)
        if find.end - find.start >= 0.8 * len(cell)
    ]
    return whole[0] if len(whole) >= 3 and len(whole) > len(filled.iloc[:60]) / 2 else ""


def _doubt(field: str, filled: pd.Series) -> str:
    """Say why the cells of a column do not fit the field that its heading names; empty where they do."""
    if field in ("heard", "due", "feedback_on") and not _share(filled, DAY.search) > 0.5:
        return "er staan geen datums in"
    if (
        field in ("x", "y")
        and np.isnan(pd.to_numeric(filled.str.replace(",", "."), errors="coerce")).mean() > 0.5
    ):
        return "er staan geen getallen in"
    if field == "point" and not _share(filled, _WKT.search) > 0.5:
        return "er staan geen punten in"
    if field == "people" and not _share(filled, re.compile(r"^\d{1,6}(?:[.,]0+)?$").search) > 0.5:
        return "er staan geen aantallen in"
    return ""


def _share(filled: pd.Series, test: object) -> float:
    return float(np.mean([bool(test(cell)) for cell in filled])) if len(filled) else 0.0  # type: ignore[operator]


def _by_content(source: Source, found: dict[str, Proposal], taken: set[str]) -> None:
    """Give what is missing to columns that no heading told, by what is in them."""
    free = [
        column
        for column, proposal in found.items()
        if not proposal.field and not proposal.person and proposal.examples
    ]
    free = [column for column in free if found[column].reason.startswith("Niet herkend")]
    cells = {column: (rows := source.rows[column])[rows != ""].iloc[:_LOOK] for column in free}

    def give(column: str, field: str, reason: str) -> None:
        found[column] = Proposal(column, field, reason, False, found[column].examples)
        taken.add(field)
        free.remove(column)

    for field, lead in (("wijk", "WK"), ("buurt", "BU")):
        column = next(
            (c for c in free if _share(cells[c], re.compile(rf"^{lead}\d{{6,8}}$", re.I).search) > 0.8), ""
        )
        if field not in taken and column:
            give(column, field, f"Er staan codes van een {field} in.")
    column = next((c for c in free if _share(cells[c], _WKT.search) > 0.8), "")
    if not taken & {"x", "point"} and column:
        give(column, "point", "Er staan punten in.")
    if "heard" not in taken and (column := next((c for c in free if _share(cells[c], DAY.search) > 0.8), "")):
        give(column, "heard", "Er staan datums in.")
    if not taken & {"x", "y", "point"} and (pair := _coordinates(free, cells)):
        give(pair[0], "x", "Er staan coördinaten in.")
        give(pair[1], "y", "Er staan coördinaten in.")
    if "text" not in taken and free:
        longest = max(free, key=lambda c: float(cells[c].str.len().mean()))
        if cells[longest].str.len().mean() > 25:
            give(longest, "text", "Hier staan de langste teksten.")


def _coordinates(free: Sequence[str], cells: Mapping[str, pd.Series]) -> tuple[str, str] | None:
    for first, second in pairwise(free):
        size = min(len(cells[first]), len(cells[second]))
        if not size:
            continue
        kinds = systems(*as_coordinates(list(cells[first].iloc[:size]), list(cells[second].iloc[:size])))
        if (kinds != NOWHERE).mean() > 0.8:
            turned = np.isin(kinds, [RD_TURNED, WGS84_TURNED]).mean() > np.isin(kinds, [RD, WGS84]).mean()
            return (second, first) if turned else (first, second)
    return None
