"""Questions that a council is likely to ask, with what the figures allow to answer: for the notes of the slides.

An answer only stands beside a slide that it is true of: nobody explains a measure that was not agreed, or voices that were
not heard.
"""

from __future__ import annotations

from typing import Final

from reports.model import Answer
from ui import concern_picture_wording, wording
from ui import story_people as people
from ui import story_wording as words
from ui.story_place import sides_of
from ui.story_subject import Subject

CAUSE: Final = Answer(
    "Waardoor komt dit?",
    "Dat zeggen cijfers niet. Ze laten zien wat er is en wat er verandert. Naar de oorzaak vraagt u bewoners en wie in de wijk "
    "werken.",
)
CERTAIN: Final = Answer(
    "Hoe zeker is dit?",
    "Hoger of lager staat er alleen als het verschil groter is dan afronding en toeval van kleine aantallen samen verklaren. "
    "Anders staat er ‘ongeveer gelijk’ of ‘te onzeker’.",
)
NO_BUURT: Final = Answer("Waarom niet per buurt?", words.NO_BUURTEN)
NO_COLOUR: Final = Answer(
    "Waarom heeft een wijk geen kleur?",
    "Daar is geen cijfer: te weinig mensen, geheim, of nog niet gepubliceerd. Geen cijfer is geen nul.",
)
NO_VERDICT: Final = Answer(
    "Is een donkere kleur slecht?",
    "Nee. Een kleur laat zien hoe hoog het cijfer is. Het is geen oordeel over de wijk of haar bewoners.",
)
SPEAKS_FOR: Final = Answer(
    "Spreken deze mensen voor de hele wijk?",
    "Nee. Wie niets meldt en nergens komt, staat in geen enkel getal. Weinig stemmen kan ook tevredenheid zijn.",
)
NO_READING: Final = Answer("Waarom leest u geen meldingen voor?", words.SMALL_COUNTS)
LOUD: Final = Answer("Is er meer nodig waar meer wordt gehoord?", concern_picture_wording.LOUD_IS_NOT_NEEDY)
ESTIMATED: Final = Answer("Hoe is het getal per 1 000 inwoners berekend?", words.ESTIMATED)
SILENCE: Final = Answer(
    "Is het dan rustig in de wijk?",
    "Dat weten we niet. Wie niets meldt en nergens komt, staat in geen enkel getal. Weinig stemmen kan ook tevredenheid zijn.",
)
WILL_BE_HEARD: Final = Answer(
    "Wat gebeurt er straks met wat bewoners zeggen?",
    "Dat komt in de wijkanalyse te staan, met de naam van de groep en nooit van een persoon.",
)
NEW_DWELLINGS: Final = Answer(
    "Telt nieuwbouw mee?",
    "Nee: de verwachting gaat verder op wat er was. Nieuwe woningen of ander beleid kan de gemeente als scenario laten doorrekenen.",
)
NO_ESTIMATE: Final = Answer(
    "Kunt u dan geen schatting doen?",
    "Liever niet. Een getal waarvan niet is na te gaan hoe ver het ernaast kan zitten, lijkt zekerder dan het is.",
)
HELPED: Final = Answer(
    "Heeft het geholpen?",
    "Dat is uit een cijfer alleen niet te zeggen: er gebeurt tegelijk van alles. Wat mensen erover zeggen, staat in de wijkanalyse.",
)
NO_MEASURE: Final = Answer(
    "Hoe weten we straks of het helpt?",
    "Dat is nog niet afgesproken. Spreek bij elke actie een maatstaf af, en een dag om terug te kijken. Dat een cijfer "
    "verandert, bewijst nog niet dat het door de actie komt.",
)
COSTS: Final = Answer(
    "Wat kost het?", "Dat staat niet in deze wijkanalyse. Wie de actie uitvoert, kan het zeggen."
)
WHEN_ASKED: Final = Answer(
    "Wanneer krijgen we een voorstel?",
    "Als bewoners en professionals de cijfers hebben gezien en er prioriteiten zijn gekozen. Een datum staat nog niet in deze "
    "wijkanalyse.",
)
READ_ON: Final = Answer(
    "Waar kan ik het nalezen?",
    "In de wijkanalyse zelf, bij het hoofdstuk Verantwoording: elke tabel, elk jaar, elke methode.",
)
WHY_MISSING: Final = Answer(
    "Waarom ontbreken er cijfers?",
    "Omdat het om te weinig mensen gaat, omdat CBS ze nog niet maakte, of omdat CBS ermee stopte. Een cijfer dat er niet is, is geen "
    "nul.",
)
JUDGES_NOT: Final = Answer("Is dit een oordeel over de wijk?", words.SIGNAL)
COMPARABLE: Final = (
    "Waar twee cijfers naast elkaar staan, bleven de grenzen en de manier van tellen gelijk. ‘Ongeveer gelijk’ en ‘te onzeker’ "
    "betekenen allebei dat het verschil toeval kan zijn."
)


def few_people(subject: Subject) -> Answer:
    """Say why so little is told of a wijk where few people live."""
    return Answer("Waarom staat hier zo weinig?", words.too_small(subject.name, subject.people))


def counted(subject: Subject) -> Answer:
    """Say per theme how many figures differ, and that figures of one theme are much alike."""
    rows = subject.triaged[subject.triaged["state"] != "no_figure"]
    titles = {theme.id: wording.in_sentence(theme.title) for theme in subject.known.catalogue.themes}
    told = []
    for theme, found in rows.groupby("theme", sort=False):
        worse, better = sides_of(found)
        sides = [
            side if len(found) == 1 else f"{wording.number(n)} {side}"
            for n, side in ((worse, "ongunstiger"), (better, "gunstiger"))
            if n
        ]
        many = wording.count(len(found), "cijfer", "cijfers")
        told.append(
            f"{titles.get(str(theme), str(theme))}: {many}, {wording.join_names(sides) or 'geen duidelijk verschil'}"
        )
    return Answer(
        "Tellen cijfers die op elkaar lijken dubbel?",
        f"Ja, elk cijfer telt een keer mee, en cijfers over hetzelfde thema lijken op elkaar. Per thema: {'; '.join(told)}.",
    )  # fmt: skip


def who_decided(subject: Subject) -> Answer:
    """Say who named the strengths and bottlenecks."""
    if subject.parts("strength") or subject.parts("bottleneck"):
        heard = (
            "met de cijfers en met wat groepen uit de wijk ervan zeiden"
            if subject.parts("reading")
            else "met de cijfers"
        )
        told = f"Wie aan deze wijkanalyse schreven, {heard}."
        missing = [
            title
            for kind, title in (("strength", "krachten"), ("bottleneck", "knelpunten"))
            if not subject.parts(kind)
        ]
        if missing and not subject.is_small:
            told += f" De {missing[0]} zijn nog een voorstel uit de cijfers."
    else:
        told = "Nog niemand: dit is een voorstel uit de cijfers. Bewoners en professionals moeten het nog herkennen."
    return Answer("Wie heeft dit bepaald?", told)


def recognised_by(subject: Subject) -> Answer | None:
    """Say how many groups recognised the figures; None where nobody was asked."""
    told = words.readings_sentence(people.recognised(subject))
    return Answer("Herkennen bewoners en professionals dit?", told) if told else None
