"""What a wijkanalyse says of its own: which parts wait for people, and how figures and people are told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from analysis.standing import FEWEST_PEOPLE
from analysis.trends import FEWEST_POINTS
from ui import wording
from ui.fetch_wording import day

#: The question of a wijkanalyse where nobody wrote another.
QUESTION: Final = "Hoe gaat het met deze wijk, hoe ontwikkelt zij zich, en waar moeten we als eerste naartoe?"
PROPOSAL: Final = "voorstel uit de cijfers, nog niet besproken"
SIGNAL: Final = "Dit zijn signalen, geen oordeel over de wijk of haar bewoners. Waardoor het komt, zeggen de cijfers niet."
PEOPLE_CHOOSE: Final = "Er is nog geen prioriteit gekozen. Prioriteiten kiezen mensen, geen cijfers."
BEGIN: Final = "Wat hierboven staat, kan het begin van dat gesprek zijn."
NONE_OF_FEW: Final = "Uit de cijfers volgt hier niets: er wonen te weinig mensen."
OF_FEW: Final = "hier niet te zeggen, er wonen te weinig mensen"
NO_ACTIONS: Final = "Er zijn nog geen acties afgesproken."
NOT_AGREED: Final = "nog niet afgesproken"
DAY_PASSED: Final = "die dag is voorbij"
UNNAMED: Final = "een actie zonder naam"
WAITS: Final = {
    "reason": "De aanleiding is nog niet opgeschreven.",
    "boundary": "Wat er wel en niet bij hoort, is nog niet opgeschreven.",
    "observed": "Wat men in de wijk zelf zag, is nog niet opgeschreven.",
}
GENERAL_QUESTION: Final = "Een eigen vraag is nog niet opgeschreven; hierboven staat de algemene."
#: Of a slide that tells no figure.
OWN_SOURCE: Final = "Bron: deze wijkanalyse zelf."
FICTIONAL: Final = "Alle cijfers, zorgen en uitspraken zijn verzonnen: deze gemeente bestaat niet."
SMALL_COUNTS: Final = (
    "Zorgen en signalen worden alleen geteld. Getallen van 1 tot en met 4 staan er niet, en ook geen getal waaruit een ander die "
    "kan uitrekenen. Teksten van bewoners staan niet in dit verslag, behalve wat groepen er zelf in lieten zetten."
)

ESTIMATED: Final = (
    "Het aantal zorgen per 1 000 inwoners is een schatting. Bij weinig inwoners of weinig zorgen kan het aantal toevallig hoog of "
    "laag zijn. Daarom is het naar het gemiddelde van de gemeente toe getrokken: hoe meer toeval, hoe meer. Wie het zelf "
    "narekent, komt dus op een iets ander getal."
)
NO_BUURTEN: Final = (
    "Cijfers per buurt staan er niet in: buurten zijn vaak zo klein dat één huishouden het cijfer verandert."
)
NO_CAUSES: Final = "Oorzaken staan er niet in. Cijfers laten zien wát er verandert, niet waardoor."
NO_REGISTER: Final = (
    "Het zorgenregister is niet geraadpleegd. Daarom staat hier niet hoeveel zorgen en signalen er zijn."
)
NOTHING_HEARD: Final = "Er zijn nog geen zorgen of signalen vastgelegd om te tellen."
NOBODY_ASKED: Final = "Wat bewoners er zelf van zeggen, is nog niet gevraagd."
FORECAST_IS: Final = "Een verwachting is geen voorspelling. Bij elk cijfer staat een band, en hoe vaak zulke banden eerder klopten."
ROUNDING: Final = (
    "CBS rondt aantallen af, in kleine wijken vaak op vijf. Een verschil dat kleiner is dan die afronding en het toeval van kleine "
    "aantallen samen, heet hier ‘ongeveer gelijk’ en niet hoger of lager."
)
TREND: Final = (
    f"Stijgt of daalt staat er alleen als dat meer is dan toeval, over ten minste {FEWEST_POINTS} vergelijkbare jaren. Twee jaren naast elkaar "
    "zijn geen trend."
)
DIRECTIONS: Final = (
    "Of een cijfer stijgt of daalt, is hier getoetst tussen alle cijfers samen, zoals op de pagina Signaleren. Op de pagina Trends "
    "wordt één cijfer getoetst. Heel soms is een richting daardoor hier ‘te onzeker’ en daar niet, of andersom."
)
ALIKE: Final = (
    "Cijfers over hetzelfde thema lijken op elkaar: wie onder 100 procent van het sociaal minimum leeft, leeft ook onder 120 "
    "procent. Waar cijfers worden geteld, telt elk een keer mee. Veel ongunstige cijfers zijn dus niet evenveel losse redenen."
)
NOT_KEPT: Final = "Welke cijfers er toen in stonden, is niet bewaard. Heeft CBS ze daarna aangepast, dan is dat hier niet te zien."
AS_KEPT: Final = "Alle cijfers die toen zijn bewaard, staan er nu net zo."
OF_NOW: Final = "Van nu zijn: de namen en grenzen van gebieden."
COUNTED_NOW: Final = "Van nu zijn: de namen en grenzen van gebieden, en hoeveel zorgen en signalen er zijn."
PUBLISHED: Final = "Voorlopige cijfers kan de bron nog aanpassen; die zijn gemarkeerd."


def out_of(part: int, whole: int, one: str, many: str) -> str:
    """Write so many of so many: "2 van de 3 acties", "geen van de 3 acties", "alle 3 acties"; of one "de enige actie".

    Parameters
    ----------
    part, whole : int
        Of one thing it is for the sentence around it to say that it is not so.
    one : str
        The only one there is: "de enige actie".
    many : str
        "acties"
    """
    if whole == 1:
        return one
    if part == whole:
        return wording.all_of(whole, many)
    return f"{wording.number(part) if part else 'geen'} van de {wording.count(whole, many, many)}"


def told_of(part: int, whole: int, one: str, many: str, told: str) -> str:
    """Say of how many of so many something is true, as a clause: "Geen van de 3 acties is gedaan", "De enige actie is niet gedaan".

    Parameters
    ----------
    part, whole, one, many
        As in `out_of`.
    told : str
        What is true of them: "gedaan".
    """
    verb = "zijn" if part > 1 else "is" if part or whole > 1 else "is niet"
    return f"{wording.capital(out_of(part, whole, one, many))} {verb} {told}"


def no_outlook(name: str, people: float | None) -> str:
    """Say that nothing is expected of a wijk of which too few people live."""
    why = (
        "is niet bekend hoeveel mensen er wonen"
        if people is None
        else f"wonen {wording.count(round(people), 'mens', 'mensen')}, te weinig om vooruit te kijken"
    )
    return f"Van {name} is er geen verwachting: er {why}."


def made_anew(settled: str, made: date) -> str:
    """Say of an edition that was settled that its document was made later, with the figures as CBS gives them now."""
    if settled == made.isoformat():
        return ""
    return (
        f"Deze editie is op {day(settled)} vastgesteld. Dit document is op {day(made.isoformat())} opnieuw gemaakt, met de "
        "cijfers van toen zoals CBS ze nu geeft."
    )


def not_expected(what: str, place: str, last: int) -> str:
    """Open the reason why nothing is expected of a figure of which the last is old."""
    return f"Geen verwachting: {what} in {place}. Het laatste cijfer is van {last}."


def no_longer_ahead(year: int) -> str:
    """Say why an expectation that was worked out is not told: its last year is over, or is the year of now."""
    return f"Een verwachting tot en met {year} kijkt niet vooruit."


def expected_now(year: int, newest: int) -> str:
    """Say that expectations rest on newer figures than those of the edition."""
    return f"Deze editie gaat tot en met {year}. De verwachtingen zijn gemaakt met de cijfers van nu, tot en met {newest}."


def expected_then(last: int, newest: int, settled: str) -> str:
    """Say that expectations of a settled edition rest on the figures of then."""
    return (
        f"De verwachtingen zijn gemaakt met cijfers tot en met {last}, zoals toen deze wijkanalyse op {day(settled)} werd "
        f"vastgesteld. Wat er daarna kwam, tot en met {newest}, telt er niet in mee."
    )


_RECOGNISED: Final = (("ja", "herkenbaar"), ("deels", "deels herkenbaar"), ("nee", "niet herkenbaar"))


def too_small(name: str, people: float | None) -> str:
    """Say that a wijk is too small to be held against the gemeente, or that nobody knows how many live there."""
    if people is None:
        return (
            f"Hoeveel mensen er in {name} wonen, is niet bekend. Daarom staan hier geen krachten, knelpunten of signalen uit de "
            "cijfers."
        )
    return (
        f"In {name} wonen {wording.count(round(people), 'mens', 'mensen')}. Met minder dan {FEWEST_PEOPLE} inwoners verandert één "
        "huishouden elk aandeel al. Daarom staan hier geen krachten, knelpunten of signalen uit de cijfers."
    )


def counted_until_now(settled: str) -> str:
    """Say in an edition that was settled that concerns are those of now."""
    return f"Hoeveel zorgen er waren toen deze wijkanalyse op {day(settled)} werd vastgesteld, is niet bewaard; hierboven staan die van nu."


def gone(name: str, last: int) -> str:
    """Say that a wijk is gone."""
    return f"{name} staat na {last} niet meer in de tabellen van CBS. Dit verslag gaat over de wijk zoals die tot en met {last} was."


def scope(name: str, gemeente: str, year: int, people: str) -> str:
    """Say what the report is about."""
    lives = f", met {people} inwoners," if people else ""
    return f"Dit verslag gaat over {name} in de gemeente {gemeente}{lives} met cijfers tot en met {year}."


def status(head: dict[str, object] | None) -> str:
    """Return the status of an edition in words: "concept", "besproken op 3 maart 2026"."""
    if not head:
        return "concept, alleen uit cijfers"
    known = str(head.get("status") or "concept")
    on = {"besproken": head.get("discussed_on"), "vastgesteld": head.get("settled_on")}.get(known)
    gone = head.get("expired_at")
    return (f"{known} op {day(str(on))}" if on else known) + (
        f"; de teksten zijn op {day(str(gone)[:10])} voorgoed verwijderd" if gone else ""
    )


def vintage(years: Sequence[int], read: str, until: int, why: str = "") -> str:
    """Say which figures were used; ``why`` says why newer ones that are there were not."""
    newer = ""
    if years[-1] > until:
        newer = f" Er zijn ook cijfers tot en met {years[-1]}; deze editie gaat tot en met {until}{f', {why}' if why else ''}."
    return f"Cijfers van CBS tot en met {until}, ingelezen op {day(read)}.{newer}"


def methods(version: str, made: date) -> str:
    """Say with what the report was made."""
    return f"Gemaakt met Wijkradar {version} op {day(made.isoformat())}; hoe er is gerekend, staat per methode beschreven bij Wijkradar, in docs/methode."


def expected(by_course: Mapping[str, Sequence[str]], place: str, year: int) -> str:
    """Say which figures are expected to change beyond the doubt until a year.

    Parameters
    ----------
    by_course : mapping
        Figures as they stand in a sentence, by one of `ui.outlook_reach.COURSES`.
    place : str
    year : int
    """
    moved = [
        f"{wording.join_names(list(by_course[side]))} {'gaan' if len(by_course[side]) > 1 else 'gaat'} waarschijnlijk {word}"
        for side, word in (("rises", "omhoog"), ("falls", "omlaag"))
        if by_course[side]
    ]
    rest = [
        f"{wording.join_names(list(by_course[side]))} {word}"
        for side, word in (
            (
                "about_equal",
                "blijft ongeveer gelijk" if len(by_course["about_equal"]) == 1 else "blijven ongeveer gelijk",
            ),
            (
                "too_uncertain",
                "kan beide kanten op" if len(by_course["too_uncertain"]) == 1 else "kunnen beide kanten op",
            ),
        )
        if by_course[side]
    ]
    return f"{place}, tot {year}: {'; '.join([*moved, *rest])}."


def without_readings(titles: Sequence[str], of: int) -> str:
    """Say of which of so many chapters nobody was asked whether the figures are recognised."""
    if len(titles) == of:
        return "Of bewoners en professionals de cijfers herkennen, is nog bij geen enkel hoofdstuk gevraagd."
    names = wording.join_names([f"‘{title}’" for title in titles])
    return f"Of bewoners en professionals de cijfers herkennen, is nog niet gevraagd bij {names}."


def readings_sentence(counts: dict[str, int]) -> str:
    """Say how many groups recognised what the figures say; empty where nobody was asked."""
    n = sum(counts.values())
    if not n:
        return ""
    if n == 1:
        (only,) = (words for key, words in _RECOGNISED if counts.get(key))
        return f"Eén keer zei een groep of zij de cijfers herkent: {only}."
    told = [f"{wording.number(counts[key])} {words}" for key, words in _RECOGNISED if counts.get(key)]
    return f"Van de {wording.count(n, 'keer', 'keer')} dat een groep zei of zij de cijfers herkent, was het: {wording.join_names(told)}."
