"""Two invented wijkanalyses of Voorbeeldstad: one that was settled, with its next edition in concept, and one half done.

What is said fits the figures and concerns of the sample: in `LONELY` loneliness is told of all the time while more people
live alone and fewer can make ends meet; in `BUSY` the figures grow better and litter is new. Groups and functions speak,
nobody in person, and no text holds a figure of its own: those come from the panel. Days are counted backwards from the day
on which the sample is first opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from data.sample.divisions import GEMEENTE

FOLDER_NAME: Final = "wijkanalyses"
EDITIONS, PARTS = "edities.jsonl", "onderdelen.jsonl"
#: Vogelbuurt, and Zuidoever.
LONELY, BUSY = "WK999908", "WK999916"
FIRST, SECOND, HALF = "vogelbuurt-1", "vogelbuurt-2", "zuidoever-1"
_DISCUSSED, _SETTLED = 752, 738
_YEAR: Final = 365

Part = dict[str, Any]


def write_stories(folder: Path) -> None:
    """Write the wijkanalyses: a line per edition, and a line per part.

    Parameters
    ----------
    folder : Path
        Folder of the municipality; receives ``wijkanalyses/``.
    """
    target = folder / FOLDER_NAME
    target.mkdir(parents=True, exist_ok=True)
    _write(target / EDITIONS, _editions())
    parts = {FIRST: _first(), SECOND: _second(), HALF: _half()}
    _write(
        target / PARTS,
        ({"edition": edition, **part} for edition, some in parts.items() for part in some),
    )


def _write(file: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    file.write_text(text, encoding="utf-8", newline="\n")


# -- what was known then ------------------------------------------------------------------------------

#: What stood in the first edition: indicator, year, and value and words for the wijk and for the gemeente. Incomes were a
#: year behind the rest.
_KNOWN_THEN: Final = (
    ("population", 2023, 4195.0, "4\u202f195", 92574.0, "92\u202f574"),
    ("age_0_15_share", 2023, 17.5418, "17,5\u00a0%", 16.9961, "17,0\u00a0%"),
    ("age_65plus_share", 2023, 18.3771, "18,4\u00a0%", 18.3486, "18,3\u00a0%"),
    ("hh_single_share", 2023, 48.3333, "48,3\u00a0%", 41.639, "41,6\u00a0%"),
    ("hh_with_children_share", 2023, 31.4286, "31,4\u00a0%", 31.8129, "31,8\u00a0%"),
    ("corp_rental", 2023, 54.0, "54\u00a0%", 32.0, "32\u00a0%"),
    ("owner_occupied", 2023, 35.0, "35\u00a0%", 52.0, "52\u00a0%"),
    ("woz", 2023, 237.0, "€\u00a0237\u202f000", 358.0, "€\u00a0358\u202f000"),
    ("low_income_hh", 2022, 13.3, "13,3\u00a0%", 7.9, "7,9\u00a0%"),
    ("social_minimum", 2022, 13.4, "13,4\u00a0%", 7.4, "7,4\u00a0%"),
    ("social_minimum_120", 2022, 25.6, "25,6\u00a0%", 14.7, "14,7\u00a0%"),
    ("income_per_resident", 2022, 29.5, "€\u00a029\u202f500", 34.0, "€\u00a034\u202f000"),
    ("benefit_bijstand_share", 2023, 64.3623, "64,4\u00a0per 1\u202f000 inwoners", 29.598, "29,6\u00a0per 1\u202f000 inwoners"),
    ("labour_participation", 2023, 66.0, "66\u00a0%", 72.0, "72\u00a0%"),
    ("edu_low_share", 2023, 39.2283, "39,2\u00a0%", 28.8534, "28,9\u00a0%"),
    ("edu_high_share", 2023, 22.508, "22,5\u00a0%", 33.9239, "33,9\u00a0%"),
    ("youth_care_pct", 2023, 14.9, "14,9\u00a0%", 11.1, "11,1\u00a0%"),
    ("wmo_relative", 2023, 70.0, "70\u00a0per 1\u202f000 inwoners", 60.0, "60\u00a0per 1\u202f000 inwoners"),
    ("dist_gp", 2023, 1.4, "1,4\u00a0km", 0.9, "0,9\u00a0km"),
    ("dist_supermarket", 2023, 1.1, "1,1\u00a0km", 0.9, "0,9\u00a0km"),
)  # fmt: skip


def _figures_then() -> list[dict[str, Any]]:
    return [
        {
            "region": region,
            "indicator": indicator,
            "year": year,
            "value": value,
            "status": "observed",
            "text": text,
        }
        for indicator, year, own, own_text, whole, whole_text in _KNOWN_THEN
        for region, value, text in ((LONELY, own, own_text), (GEMEENTE, whole, whole_text))
    ]


# -- the editions -------------------------------------------------------------------------------------


def _editions() -> list[dict[str, Any]]:
    return [
        {
            "name": FIRST, "wijk": LONELY, "edition": 1, "year": 2023, "status": "vastgesteld",
            "discussed_days_ago": _DISCUSSED, "settled_days_ago": _SETTLED,
            "reason": "Huisartsen, de woningcorporatie en bewoners zeiden steeds vaker dat mensen in de Vogelbuurt weinig anderen zien. De raad vroeg om een beeld van de wijk voordat het buurthuis wordt opgeknapt.",
            "question": "Waarom zien veel mensen in de Vogelbuurt weinig anderen, en wat kunnen bewoners, partners en gemeente daar samen aan doen?",
            "boundary": "Het gaat om de vier buurten van de wijk: Merelhof, Kievitveld, Zwaluwplein en Reigerlaan. De haven en de doorgaande weg vallen erbuiten, behalve als bewoners er zelf over beginnen.",
            "observed": "Overdag is het stil op straat. Op het Zwaluwplein staan banken, maar er zit bijna niemand. In het buurthuis brandt drie middagen in de week licht. Wie binnenkomt, wordt meteen aangesproken.",
            "history": _HISTORY,
            "message": "In de Vogelbuurt wonen meer mensen alleen en komen meer mensen moeilijk rond dan in de rest van Voorbeeldstad. Begin klein: een vaste plek om elkaar te zien, en hulp met geld dichtbij.",
            "ask": "Wij vragen de raad de koffietafel en het spreekuur twee jaar mogelijk te maken, en daarna samen terug te kijken.",
            "figures": _figures_then(),
        },
        {
            "name": SECOND, "wijk": LONELY, "edition": 2, "year": 2025, "status": "concept", "after": FIRST,
            "reason": "Twee jaar na de eerste wijkanalyse is het tijd om terug te kijken. Het buurthuis is opgeknapt. Toch noemen bewoners eenzaamheid nog steeds het vaakst van alles.",
            "question": "Wat hebben de afspraken van twee jaar geleden gebracht, en wat is nu nodig zodat mensen in de Vogelbuurt elkaar vaker zien en beter rondkomen?",
            "boundary": "Het gaat weer om de vier buurten van de wijk: Merelhof, Kievitveld, Zwaluwplein en Reigerlaan. Mensen die naar de koffietafel komen uit een andere wijk, tellen niet mee in de cijfers.",
            "observed": "Rond de koffietafel is het druk en vrolijk, een uur later is het weer stil. Op het Zwaluwplein spelen kinderen, maar volwassenen lopen door. Bij veel huizen in de Merelhof zijn de gordijnen overdag dicht. In de moestuin achter het Kievitveld werken mensen die elkaar twee jaar geleden niet kenden.",
            "history": _HISTORY + "\n\nHet buurthuis is vorig jaar opgeknapt, met een keuken waar samen gekookt kan worden. De laatste winkel aan het Zwaluwplein staat sinds kort leeg.",
            "message": "In de Vogelbuurt zien veel mensen elkaar te weinig, en rondkomen wordt moeilijker. Wat helpt is gewoon en dichtbij: samen eten, een open deur en hulp die vroeg komt.",
            "ask": "Wij vragen de raad om het buurthuis ook op zondag open te houden, het spreekuur geld voort te zetten, en over een jaar met bewoners terug te kijken.",
        },
        {
            "name": HALF, "wijk": BUSY, "edition": 1, "year": 2025, "status": "concept",
            "reason": "Sinds een half jaar komen er uit Zuidoever veel meldingen over afval. Bewoners vragen wat de gemeente daaraan doet.",
            "question": "Hoe houden we Zuidoever schoon en prettig, nu de wijk verandert en er nieuwe mensen komen wonen?",
            "observed": "Bij de glasbak en achter de Scheepmakerij ligt elke maandag afval naast de containers. Aan de Zuidkade is het schoon en zitten mensen buiten.",
        },
    ]  # fmt: skip


_HISTORY: Final = (
    "De Vogelbuurt is na de oorlog gebouwd voor mensen die in de haven en de fabrieken werkten. Straten met kleine "
    "eengezinswoningen, een plein met winkels, een school en een kerk. Toen de fabrieken sloten, bleef het werk weg. De eerste "
    "bewoners werden oud of vertrokken. Wie er nu komt wonen, komt vaak alleen en kent nog niemand."
)


# -- what people brought in ---------------------------------------------------------------------------


def _part(name: str, kind: str, title: str, text: str = "", **more: Any) -> Part:
    told = {"title": title, "text": text, **more}
    return {"name": name, "kind": kind} | {field: value for field, value in told.items() if value != ""}


def _reading(name: str, section: str, group: str, recognised: str, text: str) -> Part:
    return {
        "name": name, "kind": "reading", "section": section, "group_name": group, "recognised": recognised, "text": text,
    }  # fmt: skip


def _first() -> list[Part]:
    return [
        _reading("duiding-bevolking", "bevolking", "bewoners van het Zwaluwplein", "ja", "Naast ons zijn drie huizen achter elkaar van iemand alleen geworden. Je groet elkaar, verder niet."),
        _reading("duiding-werk", "werk", "sociaal wijkteam", "deels", "De cijfers lopen achter. Wij zien dit jaar meer mensen met werk die toch niet rondkomen."),
        _reading("duiding-zorg", "zorg", "wijkverpleging", "ja", "Wij zijn bij veel mensen de enige die op een dag langskomt."),
        _part("buurthuis", "asset", "Buurthuis De Nestkast", "Midden in de wijk en met een beheerder die iedereen kent. Alleen te weinig open."),
        _part("antennes", "asset", "De buurtantennes", "Een groep bewoners die hoort wat er speelt en dat doorgeeft."),
        _part("corporatie", "partner", "Woningcorporatie Havenstede", "Verhuurt ruim de helft van de woningen en komt bij mensen thuis."),
        _part("welzijn", "partner", "Welzijn Voorbeeldstad", "Opbouwwerk en vrijwilligers."),
        _part("kracht-buren", "strength", "Buren springen bij als het nodig is", "Boodschappen, een fiets repareren, op elkaars kinderen passen: bewoners noemen het zelf als eerste."),
        _part("kracht-groen", "strength", "Groen en ruimte tussen de huizen", "Er is plek om buiten te zitten, te spelen en te tuinieren."),
        _part("knelpunt-alleen", "bottleneck", "Veel mensen zien weinig anderen", "Bewoners en wijkverpleging vertellen het allebei. Vooral wie net alleen is komen te staan, blijft binnen."),
        _part("knelpunt-geld", "bottleneck", "Meer mensen komen moeilijk rond", "Hulp is er wel, maar het loket is in de binnenstad en de brieven zijn moeilijk."),
        _part("knelpunt-laat", "bottleneck", "Hulp aan gezinnen komt laat", "School en wijkteam zien problemen pas als ze groot zijn."),
        _part("prio-ontmoeten", "priority", "Elkaar vaker zien", "Een vaste plek en een vast moment, op loopafstand.", about="knelpunt-alleen"),
        _part("prio-geld", "priority", "Rondkomen zonder schaamte", "Hulp met geld in de wijk zelf, bij mensen die je kent.", about="knelpunt-geld"),
        _part("advies", "advice", "Begin klein en houd vol", "Kies weinig, doe dat twee jaar lang, en vraag bewoners elk half jaar of het helpt."),
        *_old_actions(evaluate_days_ago=_SETTLED - 2 * _YEAR),
    ]  # fmt: skip


def _old_actions(**more: Any) -> list[Part]:
    """Return the actions of the first edition with what became of them."""
    return [
        _part(
            "actie-koffie", "action", "Elke maand een koffietafel in het buurthuis", "Open voor iedereen, met een warme lunch erbij.",
            owner="opbouwwerker Welzijn Voorbeeldstad", partners="buurtantennes, huisartsenpraktijk", about="prio-ontmoeten", indicator="wmo_relative",
            target="Minder mensen voor wie hulp aan huis het enige contact is", status="gedaan",
            outcome="De koffietafel is er elke eerste maandag en loopt nu zonder subsidie. Er komen vooral vrouwen van boven de zeventig. Mannen en jongeren komen bijna niet.", **more,
        ),
        _part(
            "actie-spreekuur", "action", "Spreekuur over geld en brieven in het buurthuis", "Zonder afspraak, met iemand die meekijkt in de papieren.",
            owner="teamleider sociaal wijkteam", partners="schuldhulp, bibliotheek", about="prio-geld", indicator="low_income_hh",
            target="Het aandeel huishoudens met een laag inkomen groeit niet verder", status="loopt",
            outcome="Het spreekuur is er elke week en zit vol. Mensen komen eerder dan naar het loket in de binnenstad.", **more,
        ),
        _part(
            "actie-huisbezoek", "action", "Huisbezoek aan mensen die net alleen wonen", "Vrijwilligers gaan langs met een bloemetje en een uitnodiging.",
            owner="coördinator vrijwilligers", partners="kerk en moskee", about="prio-ontmoeten", indicator="hh_single_share",
            target="Wie net alleen woont, krijgt binnen een maand bezoek", status="gestopt",
            outcome="Een lijst met adressen mag niet voor dit doel, en aanbellen zonder aanleiding voelde niet goed. De huisarts en de corporatie wijzen nu zelf de weg.", **more,
        ),
    ]  # fmt: skip


def _second() -> list[Part]:
    return [
        *_second_readings(),
        _part("buurthuis", "asset", "Buurthuis De Nestkast", "Opgeknapt, met een keuken om samen te koken. Op zondag nog dicht, terwijl die dag lang duurt.", came_from="buurthuis"),
        _part("antennes", "asset", "De buurtantennes", "Een groep bewoners die hoort wat er speelt en dat doorgeeft. Hun ronde bereikt mensen die niet naar een bijeenkomst komen.", came_from="antennes"),
        _part("moestuin", "asset", "Moestuin achter het Kievitveld", "Begonnen door bewoners. Hier komen ook mannen en mensen die weinig Nederlands spreken."),
        _part("school", "asset", "Basisschool De Vlieger", "Ouders staan elke ochtend op het plein; de school wil een koffiehoek openen."),
        _part("biljart", "asset", "Biljartclub in de kelder", "Een vaste groep oudere mannen, elke donderdag. Zij zoeken nieuwe leden."),
        _part("corporatie", "partner", "Woningcorporatie Havenstede", "Verhuurt ruim de helft van de woningen. Wil bij het tekenen van een huurcontract de weg wijzen.", came_from="corporatie"),
        _part("welzijn", "partner", "Welzijn Voorbeeldstad", "Opbouwwerk en vrijwilligers; beheert het buurthuis.", came_from="welzijn"),
        _part("huisartsen", "partner", "Huisartsenpraktijk Noord", "Ligt buiten de wijk. Schrijft sinds kort ook een activiteit voor, naast een pil."),
        _part("geloof", "partner", "Kerk en moskee", "Hebben een keuken, vrijwilligers en vertrouwen bij mensen die de gemeente niet bereikt."),
        _part("kracht-buren", "strength", "Buren springen bij als het nodig is", "Dat is gebleven. De moestuin en de app van de straat maken het makkelijker om iets te vragen.", came_from="kracht-buren"),
        _part("kracht-groen", "strength", "Groen en ruimte tussen de huizen", "Er is plek om buiten te zitten, te spelen en te tuinieren, en die wordt meer gebruikt.", came_from="kracht-groen"),
        _part("kracht-werk", "strength", "De basisschool is dichtbij", "Kinderen kunnen erheen lopen. Op het plein spreken ouders elkaar elke dag."),
        _part("knelpunt-alleen", "bottleneck", "Veel mensen zien weinig anderen", "Van alles wat bewoners vertellen, gaat het hier het vaakst over. De koffietafel helpt, maar bereikt een vaste groep.", came_from="knelpunt-alleen"),
        _part("knelpunt-geld", "bottleneck", "Meer mensen komen moeilijk rond", "Al jaren hebben steeds meer mensen bijstand, terwijl de armoede in de stad als geheel niet groeit. Schaamte houdt mensen thuis.", came_from="knelpunt-geld"),
        _part("knelpunt-laat", "bottleneck", "Hulp aan gezinnen komt laat", "Twee jaar geleden stond dit er ook al. School en wijkteam willen het nu samen anders doen.", came_from="knelpunt-laat"),
        _part("prio-ontmoeten", "priority", "Elkaar vaker zien", "Ook op zondag, ook voor mannen, ook voor wie nieuw is.", about="knelpunt-alleen", came_from="prio-ontmoeten"),
        _part("prio-geld", "priority", "Rondkomen zonder schaamte", "Hulp met geld in de wijk zelf, bij mensen die je kent.", about="knelpunt-geld", came_from="prio-geld"),
        _part("prio-gezin", "priority", "Vroeg bij gezinnen zijn", "Naast het gezin staan voordat er zware hulp nodig is.", about="knelpunt-laat"),
        _part("advies-plek", "advice", "Maak van het buurthuis een open huis", "Zonder inschrijven en zonder doelgroep. Wie binnenkomt, mag ook gewoon zitten."),
        _part("advies-volhouden", "advice", "Houd vol wat werkt", "Koffietafel en spreekuur hebben tijd nodig gehad. Begin geen nieuwe projecten naast deze."),
        *_second_actions(),
    ]  # fmt: skip


def _second_readings() -> list[Part]:
    return [
        _reading("duiding-bevolking", "bevolking", "bewoners van het Zwaluwplein", "ja", "Er komen steeds meer huizen waar één iemand woont. Je merkt het aan de vuilnisbak: die staat maar halfvol aan de weg."),
        _reading("duiding-bevolking-2", "bevolking", "wijkverpleging", "ja", "De mensen bij wie wij komen, worden ouder en wonen vaker alleen."),
        _reading("duiding-wonen", "wonen", "bewoners van de Merelhof", "deels", "De huizen zijn goed te betalen, dat klopt. Maar dat ze koud en gehorig zijn, zie je in deze cijfers niet."),
        _reading("duiding-wonen-2", "wonen", "woningcorporatie", "ja", "Wie hier komt wonen, komt vaker alleen en blijft korter."),
        _reading("duiding-werk", "werk", "sociaal wijkteam", "ja", "Werk en toch niet rondkomen: dat zien wij elke week op het spreekuur."),
        _reading("duiding-onderwijs", "onderwijs", "basisschool", "deels", "Hulp aan gezinnen is er veel, maar de cijfers zeggen niet hoe lang die op zich laat wachten."),
        _reading("duiding-zorg", "zorg", "huisartsenpraktijk", "ja", "Achter veel klachten zit dat mensen niemand spreken."),
        _reading("duiding-veiligheid", "veiligheid", "bewoners van de Reigerlaan", "nee", "De cijfers zijn oud. Wij lopen in het donker om, want de lampen bij het plein zijn vaak stuk."),
        _reading("duiding-voorzieningen", "voorzieningen", "ouderen van de koffietafel", "deels", "Op papier is het een klein eind naar de supermarkt. Met een rollator en een tas is het een reis."),
        _reading("duiding-leefwereld", "leefwereld", "buurtantennes", "ja", "Dit is wat wij horen. Wat je niet hoort, is wie de deur niet meer opendoet."),
        _reading("duiding-vooruitblik", "vooruitblik", "woningcorporatie", "deels", "Dat er ongeveer evenveel mensen blijven wonen, past bij wat wij zien. Als we de lege winkels ombouwen tot woningen, kan het anders lopen."),
    ]  # fmt: skip


def _second_actions() -> list[Part]:
    in_a_year, in_two = -_YEAR, -2 * _YEAR
    spreekuur, koffie, huisbezoek = (
        {part["name"]: {**part, "came_from": part["name"]} for part in _old_actions()}[name]
        for name in ("actie-spreekuur", "actie-koffie", "actie-huisbezoek")
    )
    return [
        _part(
            "actie-zondag", "action", "Buurthuis ook op zondag open", "Samen koken en eten, gedraaid door bewoners met een vaste beheerder.",
            owner="opbouwwerker Welzijn Voorbeeldstad", partners="kerk en moskee, biljartclub", about="prio-ontmoeten", indicator="wmo_relative",
            target="Niet meer mensen die voor contact op hulp aan huis zijn aangewezen", evaluate_days_ago=in_a_year, status="open",
        ),
        _part(
            "actie-welkom", "action", "Welkom bij een nieuwe sleutel", "Wie een huurcontract tekent, krijgt een rondleiding van een buur en een kaart van de wijk.",
            owner="wijkbeheerder Woningcorporatie Havenstede", partners="buurtantennes", about="prio-ontmoeten", indicator="hh_single_share",
            target="Elke nieuwe huurder kent na een maand twee buren", evaluate_days_ago=in_a_year, status="loopt",
        ),
        {**spreekuur, "evaluate_days_ago": in_two},
        _part(
            "actie-school", "action", "Gezinswerker op de basisschool", "Twee ochtenden in de week op het schoolplein en in de koffiehoek, zonder verwijzing.",
            owner="teamleider jeugd van het sociaal wijkteam", partners="basisschool, jeugdgezondheidszorg", about="prio-gezin", indicator="youth_care_pct",
            target="Het aandeel jongeren met jeugdzorg komt dichter bij dat van de gemeente", evaluate_days_ago=in_two, status="open",
        ),
        {**koffie, "evaluate_days_ago": in_a_year},
        {**huisbezoek, "evaluate_days_ago": _SETTLED - 2 * _YEAR},
    ]  # fmt: skip


def _half() -> list[Part]:
    return [
        _reading("duiding-wonen", "wonen", "bewoners van de Zuidkade", "deels", "Huizen worden duurder, dat klopt. Voor wie al huurt is er minder veranderd."),
        _part("kade", "asset", "De kade", "In de zomer zit half de wijk er aan het water."),
        _part("ondernemers", "asset", "Ondernemers van het Brugkwartier", "Zij houden samen de winkelstraat schoon."),
        _part("stadsbeheer", "partner", "Stadsbeheer", "Leegt de containers en kent de plekken waar het misgaat."),
        _part("kracht-vooruit", "strength", "Het gaat hier beter dan een paar jaar geleden", "Er zijn minder huishoudens met een laag inkomen dan tien jaar geleden."),
        _part("knelpunt-afval", "bottleneck", "Sinds een half jaar ligt er veel afval", "Vooral bij de glasbak en achter de Scheepmakerij. Ook in Parkwijk, hiernaast, wordt het vaker gemeld."),
    ]  # fmt: skip
