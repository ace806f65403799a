"""What is said in the invented concerns. No sentence holds a name, an address or a number of somebody."""

from __future__ import annotations

from typing import Final

WHERE: Final = (
    "bij de speeltuin", "rond de winkels", "bij de bushalte", "achter de flats", "op het pleintje", "bij de school",
    "langs het water", "bij het buurthuis", "in het park", "bij de glasbak", "op de hoek bij de bakker", "bij de sporthal",
)  # fmt: skip

TEXTS: Final = {
    "afval": (
        "Er ligt al weken grofvuil {plek}.",
        "De ondergrondse container {plek} is vaak vol; mensen zetten hun zakken ernaast.",
        "Veel zwerfvuil {plek}, vooral na het weekend.",
        "Ratten gezien {plek}, bewoners denken door het afval.",
        "Bewoners willen zelf schoonmaken {plek} en vragen om grijpers en zakken.",
    ),
    "verkeer": (
        "Er wordt te hard gereden {plek}; ouders laten kinderen niet alleen lopen.",
        "Auto's staan op de stoep {plek}, met een rollator kom je er niet langs.",
        "De oversteek {plek} is gevaarlijk als het donker is.",
        "Geen plek voor de fiets {plek}, alles staat door elkaar.",
        "Sluipverkeer {plek} sinds de weg is afgesloten.",
    ),
    "buitenruimte": (
        "De lampen {plek} zijn stuk; bewoners lopen 's avonds om.",
        "Losse tegels {plek}, al twee keer iemand gevallen.",
        "Het speeltoestel {plek} is kapot en wordt niet hersteld.",
        "Bewoners willen meer bomen {plek}; in de zomer is het er te heet.",
        "Water blijft staan {plek} na elke bui.",
    ),
    "overlast": (
        "'s Nachts veel lawaai {plek}; mensen slapen slecht.",
        "Groepen blijven hangen {plek} tot diep in de nacht.",
        "Vuurwerk {plek}, al weken voor de jaarwisseling.",
        "Harde muziek uit auto's {plek}, bijna elk weekend.",
        "Geluid en geur van een bedrijf {plek}.",
    ),
    "veiligheid": (
        "Bewoners voelen zich niet veilig {plek} als het donker is.",
        "Fietsen worden gestolen {plek}.",
        "Er wordt gedeald {plek}, zeggen meerdere bewoners.",
        "Ingebroken in bergingen {plek}; mensen vragen om betere sloten.",
        "Vrouwen mijden de route {plek} in de avond.",
    ),
    "wonen": (
        "Schimmel in meerdere woningen {plek}; de verhuurder reageert traag.",
        "Het trappenhuis {plek} wordt niet schoongemaakt.",
        "De lift {plek} is vaak stuk, ouderen komen niet buiten.",
        "Bewoners vinden de stookkosten te hoog in de oude woningen {plek}.",
        "Jongeren uit de wijk kunnen hier geen woning vinden.",
    ),
    "eenzaamheid": (
        "Ouderen zeggen dat ze dagen niemand spreken.",
        "Sinds de koffieochtend {plek} is gestopt, zien mensen elkaar niet meer.",
        "Een buurtantenne ziet veel gordijnen dicht blijven {plek}.",
        "Na het overlijden van een partner durven mensen niet alleen naar de inloop.",
        "Nieuwe bewoners kennen niemand en weten de weg niet naar activiteiten.",
    ),
    "zorg": (
        "De huisarts neemt geen nieuwe patiënten aan; mensen stellen zorg uit.",
        "Mantelzorgers zijn moe en weten niet waar ze terechtkunnen.",
        "Bewoners snappen de brieven over hulp thuis niet.",
        "Er is geen plek voor mensen met verward gedrag {plek}; buren weten niet wie ze moeten bellen.",
        "Fysiotherapie in de wijk is gestopt; de bus is te ver lopen.",
    ),
    "geld": (
        "Steeds meer mensen vragen om hulp bij rekeningen.",
        "Gezinnen slaan activiteiten over omdat het te duur is.",
        "Bewoners durven niet naar schuldhulp uit schaamte.",
        "Mensen willen de taal leren, maar de les is overdag en zij werken.",
        "De rij bij de voedselbank {plek} wordt langer.",
    ),
    "jeugd": (
        "Jongeren hebben geen plek om elkaar te zien {plek}.",
        "Kinderen spelen 's avonds laat nog buiten zonder toezicht {plek}.",
        "De school ziet meer kinderen zonder ontbijt.",
        "Er is een wachtlijst voor hulp aan pubers.",
        "Jongeren willen zelf een toernooi organiseren {plek} en zoeken een begeleider.",
    ),
    "voorzieningen": (
        "De laatste winkel {plek} gaat dicht; ouderen moeten met de bus.",
        "De pinautomaat {plek} is weg.",
        "Het buurthuis is op zondag dicht, terwijl dan juist behoefte is.",
        "De bus rijdt 's avonds niet meer {plek}.",
    ),
    "anders": (
        "Bewoners weten niet wie hun wijkcoördinator is.",
        "Compliment: het is sinds de zomer veel gezelliger {plek}.",
        "Vraag of de gemeente vaker zelf langskomt {plek}.",
    ),
}  # fmt: skip

_GENERAL: Final = ("Doorgezet naar de collega die hierover gaat.", "Ter plekke gekeken met bewoners.")
DONE: Final = {
    "afval": ("Extra ronde van Stadsbeheer.", "Container wordt vaker geleegd.", *_GENERAL),
    "verkeer": ("Snelheid gemeten en besproken.", "Opgenomen in het verkeersplan.", *_GENERAL),
    "buitenruimte": ("Lamp en tegels hersteld.", "Op de lijst voor onderhoud gezet.", *_GENERAL),
    "overlast": ("Handhaving komt vaker langs.", "Gesprek met de groep door jongerenwerk.", *_GENERAL),
    "veiligheid": ("Besproken met de wijkagent.", "Verlichting nagelopen.", *_GENERAL),
    "wonen": ("Besproken met de woningcorporatie.", *_GENERAL),
    "eenzaamheid": ("Welzijn gaat langs.", "Inloop opnieuw gestart.", *_GENERAL),
    "zorg": ("Besproken met huisartsen en wijkverpleging.", *_GENERAL),
    "geld": ("Spreekuur schuldhulp in het buurthuis.", *_GENERAL),
    "jeugd": ("Jongerenwerk is in gesprek.", *_GENERAL),
    "voorzieningen": ("Besproken met ondernemers en vervoerder.", *_GENERAL),
    "anders": _GENERAL,
}
FEEDBACK: Final = (
    "Op het prikbord van het buurthuis gezet wat er gedaan is.",
    "Verteld op de bewonersavond.",
    "In de nieuwsbrief van de wijk gezet.",
    "Teruggekoppeld via de buurtantenne.",
)
