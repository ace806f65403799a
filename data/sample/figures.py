"""How every column of the tables follows from exact numbers, and where CBS would leave it empty.

The thresholds are those in the column descriptions of CBS's own tables (CBS, "Kerncijfers wijken en
buurten 2020", 84799NED): a share of houses needs 20 houses, an average income 2 500 persons, and so on.
They hold for wijken and buurten; the figures of the gemeente and the country are always given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

#: Kinds of rounding of a count: exact; drawn at random to fives (wijk and buurt); to fives, tens or hundreds.
EXACT, RANDOM_5, TO_5, TO_10, TO_100 = "exact", "random_5", "to_5", "to_10", "to_100"


@dataclass(frozen=True)
class Figure:
    """One column: a count (``part``) or a rate (``part`` / ``whole`` x ``factor``) and when it is given.

    Attributes
    ----------
    part, whole : str
        Names of exact numbers; ``whole`` is empty for a count.
    rounding : str
        Rounding of a count, one of the constants of this module.
    basis, minimum : str, float
        A wijk or buurt has the figure only where the exact number ``basis`` is at least ``minimum``.
    maximum : float or None
        A wijk or buurt has the figure only up to this value.
    step : int
        A rate is rounded to a multiple of this number (0: to the decimals of the column).
    """

    part: str
    whole: str = ""
    factor: float = 1.0
    rounding: str = RANDOM_5
    basis: str = ""
    minimum: float = 0.0
    maximum: float | None = None
    step: int = 0


def _percent(part: str, whole: str, basis: str, minimum: float) -> Figure:
    return Figure(part, whole, 100, basis=basis, minimum=minimum)


def _houses(part: str) -> Figure:
    return _percent(part, "dwellings", "dwellings", 20)


def _use(part: str, whole: str) -> Figure:
    return Figure(part, whole, basis=whole, minimum=6, step=10)


def _benefit(part: str) -> Figure:
    return Figure(part, rounding=TO_10, basis="people", minimum=61)


def _schooling(part: str) -> Figure:
    return Figure(part, rounding=TO_10, basis="people", minimum=30)


def _business(part: str) -> Figure:
    return Figure(part, rounding=TO_5)


def _distance(part: str) -> Figure:
    return Figure(part, "people", basis="people", minimum=10)


def _population() -> dict[str, Figure]:
    counts = {
        "AantalInwoners": "people", "Mannen": "men", "Vrouwen": "women", "k_0Tot15Jaar": "age0",
        "k_15Tot25Jaar": "age15", "k_25Tot45Jaar": "age25", "k_45Tot65Jaar": "age45", "k_65JaarOfOuder": "age65",
        "Ongehuwd": "unmarried", "Gehuwd": "married", "Gescheiden": "divorced", "Verweduwd": "widowed",
        "WestersTotaal": "western", "NietWestersTotaal": "nonwestern", "Marokko": "morocco",
        "NederlandseAntillenEnAruba": "antilles", "Suriname": "surinam", "Turkije": "turkey",
        "OverigNietWesters": "other_nonwestern", "GeboorteTotaal": "births", "SterfteTotaal": "deaths",
        "HuishoudensTotaal": "households", "Eenpersoonshuishoudens": "single",
        "HuishoudensZonderKinderen": "without_children", "HuishoudensMetKinderen": "with_children",
    }  # fmt: skip
    rates = {
        "GeboorteRelatief": Figure("births", "people", 1000, basis="people", minimum=1),
        "SterfteRelatief": Figure("deaths", "people", 1000, basis="people", minimum=1),
        "GemiddeldeHuishoudensgrootte": Figure("in_households", "households", basis="households", minimum=1),
        "Bevolkingsdichtheid": Figure("people", "land", 100, basis="people", minimum=11),
    }
    return {stem: Figure(part) for stem, part in counts.items()} | rates


def _origin() -> dict[tuple[str, int], Figure]:
    parts = {
        "Nederland": ("dutch", "dutch"),
        "EuropaExclusiefNederland": ("europe", "europe_born_here", "europe_born_abroad"),
        "BuitenEuropa": ("beyond", "beyond_born_here", "beyond_born_abroad"),
    }
    return {(stem, n): Figure(part) for stem, names in parts.items() for n, part in enumerate(names, 1)}


def _housing() -> dict[str, Figure]:
    shares = {
        "PercentageEengezinswoning": "house", "PercentageMeergezinswoning": "appartement",
        "PercentageBewoond": "inhabited", "PercentageOnbewoond": "vacant", "PercentageLeegstaand": "vacant",
        "OnbewoondeWoningen": "vacant", "Koopwoningen": "owner", "HuurwoningenTotaal": "rented",
        "InBezitWoningcorporatie": "corporation", "InBezitOverigeVerhuurders": "other_landlord",
        "EigendomOnbekend": "owner_unknown", "BouwjaarVoor2000": "before2000", "BouwjaarVanaf2000": "since2000",
        "BouwjaarMeerDanTienJaarGeleden": "older_than_ten", "BouwjaarAfgelopenTienJaar": "last_ten",
        "PercentageTussenwoningEengezins": "tussen", "PercentageHoekwoningEengezins": "hoek",
        "PercentageTweeOnderEenKapWoningEe": "twee", "PercentageVrijstaandeWoningEengezins": "vrij",
    }  # fmt: skip
    value = Figure("woz_sum", "dwellings", basis="dwellings", minimum=20)
    return {stem: _houses(part) for stem, part in shares.items()} | {
        "Woningvoorraad": Figure("dwellings", rounding=EXACT),
        "NieuwbouwWoningen": Figure("new_dwellings", rounding=EXACT),
        "NietWoningvoorraad": Figure("other_buildings", rounding=EXACT),
        "NieuwbouwNietWoningen": Figure("new_other_buildings", rounding=EXACT),
        "GemiddeldeWoningwaarde": value,
        "GemiddeldeWOZWaardeVanWoningen": value,
    }


def _energy() -> dict[tuple[str, int], Figure]:
    figures: dict[tuple[str, int], Figure] = {}
    kinds = {
        "Appartement": "appartement",
        "Tussenwoning": "tussen",
        "Hoekwoning": "hoek",
        "TweeOnderEenKapWoning": "twee",
        "VrijstaandeWoning": "vrij",
    }
    for n, carrier in enumerate(("power", "gas"), 1):
        for stem, kind in kinds.items():
            figures[stem, n] = _use(f"{carrier}_{kind}", kind)
        figures["Huurwoning", n] = _use(f"{carrier}_rented", f"{carrier}_rented_base")
        for stem in ("Koopwoning", "EigenWoning"):
            figures[stem, n] = _use(f"{carrier}_owner", "owner")
    for stem in (
        "GemiddeldElektriciteitsverbruikTotaal",
        "GemiddeldeElektriciteitsleveringTotaal",
        "GemiddeldeElektriciteitslevering",
    ):
        figures[stem, 1] = _use("power_all", "dwellings")
    for stem in ("GemiddeldAardgasverbruikTotaal", "GemiddeldAardgasverbruik"):
        figures[stem, 1] = _use("gas_all", "dwellings")
    figures["GemiddeldeElektriciteitsteruglevering", 1] = _use("power_back", "dwellings")
    figures["PercentageWoningenMetStadsverwarming", 1] = _percent(
        "district_heated", "dwellings", "district_heated", 10
    )
    for stem, part in (
        ("AardgasvrijeWoningen", "gas_free"),
        ("Aardgaswoningen", "gas_dwellings"),
        ("WoningenMetZonnestroom", "solar"),
        ("WoningenHoofdzElektrischVerwarmd", "electric_heated"),
    ):
        figures[stem, 1] = _houses(part)
    figures["AantalPubliekeLaadpalen", 1] = Figure("charge_points", rounding=EXACT)
    return figures


def _education_and_work() -> dict[str, Figure]:
    schooling = {
        "OpleidingsniveauLaag": "edu_low", "OpleidingsniveauMiddelbaar": "edu_mid", "OpleidingsniveauHoog": "edu_high",
        "BasisonderwijsVmboMbo1": "edu_low", "HavoVwoMbo24": "edu_mid", "HboWo": "edu_high",
        "LeerlingenPo": "pupils_primary", "LeerlingenVoInclVavo": "pupils_secondary",
        "StudentenMboExclExtranei": "students_mbo", "StudentenHbo": "students_hbo", "StudentenWo": "students_wo",
    }  # fmt: skip
    return {stem: _schooling(part) for stem, part in schooling.items()} | {
        "WerkzameBeroepsbevolking": Figure("at_work", rounding=TO_10, basis="people", minimum=150),
        "Nettoarbeidsparticipatie": _percent("at_work", "working", "people", 150),
        "PercentageWerknemers": _percent("employees", "at_work", "at_work", 150),
        "PercentageZelfstandigen": _percent("self_employed", "at_work", "at_work", 150),
        "WerknemersMetVasteArbeidsr": _percent("fixed_contract", "employees", "at_work", 150),
        "WerknemersMetFlexibeleArbe": _percent("flexible_contract", "employees", "at_work", 150),
    }


def _income() -> dict[str, Figure]:
    persons = {
        "PersonenMetLaagInkomen": "low40_persons", "k_40PersonenMetLaagsteInkomen": "low40_persons",
        "PersonenMetHoogInkomen": "high20_persons", "k_20PersonenMetHoogsteInkomen": "high20_persons",
    }  # fmt: skip
    households = {
        "HuishoudensMetLaagInkomen": "low40_households", "k_40HuishoudensMetLaagsteInkomen": "low40_households",
        "HuishoudensMetHoogInkomen": "high20_households", "k_20HuishoudensMetHoogsteInkomen": "high20_households",
        "HuishoudensMetLageKoopkracht": "low_income", "HuishoudensMetEenLaagInkomen": "low_income",
        "HuishOnderOfRondSociaalMinimum": "minimum", "HuishoudensTot110VanSociaalMinimum": "minimum110",
        "HuishoudensTot120VanSociaalMinimum": "minimum120",
    }  # fmt: skip
    standard = Figure("standard_sum", "households", basis="households", minimum=100)
    return (
        {stem: _percent(part, "recipients", "recipients", 100) for stem, part in persons.items()}
        | {stem: _percent(part, "households", "households", 100) for stem, part in households.items()}
        | {
            "Actieven1575Jaar": _percent("active", "working", "working", 100),
            "NietActieven": _percent("not_active", "working", "working", 100),
            "AantalInkomensontvangers": Figure("recipients", rounding=TO_100),
            "GemiddeldInkomenPerInkomensontvanger": Figure(
                "income_sum", "recipients", basis="recipients", minimum=100
            ),
            "GemiddeldInkomenPerInwoner": Figure("income_sum", "private", basis="private", minimum=100),
            "GemGestandaardiseerdInkomenVanHuish": standard,
            "GemGestandaardiseerdInkomen": standard,
            "MediaanVermogenVanParticuliereHuish": Figure(
                "wealth_sum", "households", basis="households", minimum=100
            ),
            "PersonenInArmoede": _percent("poor", "private", "private", 100),
            "PersonenTot25BovenArmoedegrens": _percent("nearly_poor", "private", "private", 100),
        }
    )


def _support() -> dict[str, Figure]:
    benefits = {
        "Bijstand": "assistance",
        "WWB": "assistance",
        "AO": "disability",
        "WW": "unemployment",
        "AOW": "pensioners",
    }
    return (
        {f"PersonenPerSoortUitkering{name}": _benefit(part) for name, part in benefits.items()}
        | {f"PersonenMetEen{name}UitkeringTotaal": _benefit(part) for name, part in benefits.items()}
        | {
            "JongerenMetJeugdzorgInNatura": Figure(
                "youth_care", rounding=TO_5, basis="youth_care", minimum=8
            ),
            "PercentageJongerenMetJeugdzorg": _percent("youth_care", "under23", "youth_care", 8),
            "WmoClienten": Figure("wmo", rounding=TO_5, basis="wmo", minimum=8),
            "WmoClientenRelatief": Figure("wmo", "people", 1000, basis="wmo", minimum=8),
        }
    )


def _business_and_cars() -> dict[str, Figure]:
    sectors = {
        "ALandbouwBosbouwEnVisserij": "A", "BFNijverheidEnEnergie": "BF", "GIHandelEnHoreca": "GI",
        "HJVervoerInformatieEnCommunicatie": "HJ", "KLFinancieleDienstenOnroerendGoed": "KL",
        "MNZakelijkeDienstverlening": "MN", "OQOverheidOnderwijsEnZorg": "OQ", "RUCultuurRecreatieOverigeDiensten": "RU",
    }  # fmt: skip
    vehicles = {
        "PersonenautoSTotaal": "cars", "PersonenautoSJongerDan6Jaar": "cars_young", "PersonenautoS6JaarEnOuder": "cars_old",
        "PersonenautoSBrandstofBenzine": "cars_petrol", "PersonenautoSOverigeBrandstof": "cars_other",
        "Bedrijfsmotorvoertuigen": "vans", "Motortweewielers": "motorcycles", "Motorfietsen": "motorcycles",
    }  # fmt: skip
    return (
        {stem: _business(f"business_{name}") for stem, name in sectors.items()}
        | {"BedrijfsvestigingenTotaal": _business("business")}
        | {stem: Figure(part, rounding=TO_5) for stem, part in vehicles.items()}
        | {
            "PersonenautoSPerHuishouden": Figure(
                "cars", "households", basis="households", minimum=50, maximum=2.5
            ),
            "PersonenautoSNaarOppervlakte": Figure("cars", "land", 100, basis="households", minimum=50),
        }
    )


def _place() -> dict[str, Figure]:
    areas = {"OppervlakteTotaal": "area", "OppervlakteLand": "land", "OppervlakteWater": "water"}
    crimes = {
        "TotaalDiefstalUitWoningSchuurED": "theft",
        "VernielingMisdrijfTegenOpenbareOrde": "vandalism",
        "GeweldsEnSeksueleMisdrijven": "violence",
    }
    return (
        {stem: Figure(part, rounding=EXACT) for stem, part in areas.items()}
        | {stem: Figure(part, "people", 1000, basis="people", minimum=50) for stem, part in crimes.items()}
        | {
            "AfstandTotHuisartsenpraktijk": _distance("km_gp"),
            "AfstandTotGroteSupermarkt": _distance("km_supermarket"),
            "AfstandTotKinderdagverblijf": _distance("km_daycare"),
            "AfstandTotSchool": _distance("km_school"),
            "ScholenBinnen3Km": _distance("schools_near"),
            "Omgevingsadressendichtheid": Figure("address_density_sum", "people", basis="people", minimum=1),
        }
    )


def _land_use() -> dict[tuple[str, int], Figure]:
    parts = {
        "StedelijkBodemgebruikTotaal": "urban", "Verkeersterrein": "traffic", "BebouwdTerrein": "built",
        "SemiBebouwdTerrein": "half_built", "Recreatieterrein": "leisure", "NietStedelijkBodemgebruikTotaal": "not_urban",
        "AgrarischTerrein": "farm", "BosEnOpenNatuurlijkTerrein": "nature",
    }  # fmt: skip
    hectares = {(stem, 1): Figure(part, rounding=EXACT) for stem, part in parts.items()}
    return hectares | {(stem, 2): Figure(part, "land", 100) for stem, part in parts.items()}


def _all_figures() -> dict[tuple[str, int], Figure]:
    once = (
        _population() | _housing() | _education_and_work() | _income() | _support() | _business_and_cars() | _place()
    )  # fmt: skip
    figures = {(stem, 1): figure for stem, figure in once.items()} | _origin() | _energy() | _land_use()
    return {(stem.lower(), n): figure for (stem, n), figure in figures.items()}


_FIGURES = _all_figures()


def figure_for(stem: str, occurrence: int, unit: str, year: int) -> Figure:
    """Return how a column follows from exact numbers in the table of one year.

    Parameters
    ----------
    stem : str
        Column key without its position.
    occurrence : int
        1 for the first column with this stem in the table, 2 for the second, ...
    unit : str
        A head count in a column in % becomes a share of the inhabitants.

    Raises
    ------
    KeyError
        If no figure is known for the column.
    """
    figure = _FIGURES[stem.lower(), occurrence]
    if unit == "%" and not figure.whole:
        return _percent(figure.part, "people", "people", 50)
    if figure.part == "income_sum" and year >= 2020:
        return replace(figure, minimum=2500)
    if figure.part == "business" and year >= 2021:
        return replace(figure, part="business_with_OQ")
    if figure.step == 10 and year >= 2021:
        return replace(figure, step=50)
    return figure
