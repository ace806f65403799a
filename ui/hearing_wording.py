"""How Wijkradar says who is heard and who is not: plain sentences, true to their numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import pandas as pd

from analysis.hearing import ABOUT, ALL_CHANNELS, FEWEST_PEOPLE, OVER, TOO_FEW, UNDER
from analysis.small_counts import SHOWN, SMALL
from register.concerns import CHANNELS
from register.gatherings import GROUPS
from ui import wording
from ui.fetch_wording import day
from ui.hearing_figures import CONCERNS, SILENT, Hearing

LESS_THAN_FIVE: Final = "minder dan 5"
NOT_SHOWN: Final = "niet getoond"
TITLES: Final = {
    UNDER: "Minder gehoord dan verwacht",
    ABOUT: "Ongeveer zoals verwacht",
    OVER: "Meer gehoord dan verwacht",
    TOO_FEW: "Te weinig om iets te zeggen",
}
KINDS: Final = {"age": "Leeftijd", "household": "Huishouden", "tenure": "Soort woning"}
#: What a group is called in a sentence.
PEOPLE: Final = {
    ("age", "15-24"): "jongeren van 15 tot 25 jaar",
    ("age", "25-44"): "mensen van 25 tot 45 jaar",
    ("age", "45-64"): "mensen van 45 tot 65 jaar",
    ("age", "65+"): "65-plussers",
    ("household", "single"): "mensen die alleen wonen",
    ("household", "no_children"): "mensen die samenwonen zonder kinderen",
    ("household", "with_children"): "mensen in een gezin met kinderen",
    ("tenure", "owner"): "mensen met een koopwoning",
    ("tenure", "rent"): "mensen met een huurwoning",
}
_MOST_NAMED: Final = 4
#: With this many expected a step of a half in a ratio is three voices or more.
_SEVERAL: Final = 6.0
#: How channels stand in a sentence.
_THROUGH: Final = {
    "meldpunt": "het meldpunt",
    "gesprek": "gesprekken",
    "bijeenkomst": "bijeenkomsten",
    "buurtantenne": "buurtantennes",
    "social_media": "social media",
    "enquete": "enquêtes",
    "professional": "professionals",
}
CAUTIONS: Final = (
    "Weinig stemmen kan ook tevredenheid zijn. Het zegt alleen dat u hier minder weet dan elders; niet dat er iets mis is.",
    "Veel stemmen is niet hetzelfde als veel nood: in de ene wijk weten mensen de weg beter dan in de andere.",
    "Een wijk met veel huurders die weinig van zich laat horen, vertelt niet dat de huurders zwijgen. Wie er zwijgt, is aan een "
    "wijk niet te zien.",
)
METHOD: Final = (
    "Verwacht: evenveel stemmen per inwoner als in de wijken die niet opvallen. Stemmen komen in groepjes (één buur die "
    "vijf keer belt); hoe sterk, is gemeten aan de schommelingen in de periode. De band is 95 %. Een wijk heet minder gehoord als "
    "zij zeker minder dan vier vijfde van de gewone stemmen geeft; van alle wijken die zo heten is naar verwachting hooguit "
    "1 op de 20 toeval."
)


def voices(n: float, what: str) -> str:
    """Write a number of voices: "51 zorgen", "1 deelnemer", "geen zorgen"."""
    words = ("zorg", "zorgen") if what == CONCERNS else ("deelnemer", "deelnemers")
    return wording.count(round(n), *words) if round(n) else f"geen {words[1]}"


def counted(value: float, status: str) -> str:
    """Write a count as it may be shown."""
    if status == SHOWN:
        return wording.number(value)
    return LESS_THAN_FIVE if status == SMALL else NOT_SHOWN


def total(found: Hearing) -> str:
    """Write how many voices there are in the period, as it may be shown."""
    if found.total is not None:
        return voices(found.total, found.what)
    return f"enkele {'zorgen' if found.what == CONCERNS else 'deelnemers'}"


def through(channel: str) -> str:
    """Return a channel as it stands in a sentence."""
    return _THROUGH.get(channel, CHANNELS.get(channel, channel).lower())


def period(found: Hearing) -> str:
    """Return the period in words."""
    return f"{day(found.first)} tot en met {day(found.last)}"


# Wijken ---------------------------------------------------------------------------------------------


def opening(found: Hearing) -> str:
    """Return the sentence that answers the question of the page."""
    rows = found.wijken.set_index("region")
    silent = rows.loc[found.silent]
    name = found.known.name
    if (rows["verdict"] == TOO_FEW).all():
        return (
            f"Er zijn nog te weinig stemmen om te zeggen wie we in {name} niet horen: in deze periode "
            f"{total(found)} bij elkaar."
        )
    if silent.empty:
        return (
            f"In {name} is er geen wijk die duidelijk minder van zich laat horen dan de andere. Wat er verschilt, kan "
            "toeval zijn."
        )
    told = [_with_gap(row) for _, row in silent.head(_MOST_NAMED).iterrows()]
    more = f", en nog {len(silent) - _MOST_NAMED}" if len(silent) > _MOST_NAMED else ""
    whose = "wijk horen" if len(silent) == 1 else "wijken horen"
    return (
        f"Uit {wording.count(len(silent), '', '').strip()} {whose} we duidelijk minder dan we van zo veel inwoners verwachten: "
        f"{wording.join_names(told)}{more}."
    )


def _with_gap(row: pd.Series) -> str:
    expected = f"{wording.number(row['expected'])} verwacht"
    if row["status"] not in (SHOWN, SMALL):
        return f"{row['name']} ({expected})"
    return f"{row['name']} ({counted(row['voices'], row['status'])} gehoord, {expected})"


def quiet_while_worse(found: Hearing) -> str:
    """Name the wijken that are heard too little while their figures get worse; empty without one."""
    rows = found.wijken.set_index("region").loc[found.silent]
    names = list(rows.loc[rows["worsening"], "name"])
    if not names:
        return ""
    many = "wijken" if len(names) > 1 else "wijk"
    return (
        f"Begin met luisteren in {wording.join_names(names)}: stil, terwijl de cijfers van deze {many} slechter worden. Stilte kan "
        "ook tevredenheid zijn; vraag het na."
    )


def sentence_for(found: Hearing, region: str) -> str:
    """Return one sentence on how well a wijk is heard; empty where it is not among the wijken of now."""
    rows = found.wijken[found.wijken["region"] == region]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    if row["verdict"] == TOO_FEW:
        return f"Of we {row['name']} genoeg horen, is niet te zeggen: {why_too_few(row)}."
    if row["status"] != SHOWN:
        few = counted(row["voices"], row["status"]) if row["status"] == SMALL else "weinig"
        return f"Uit {row['name']} hoorden we {few} stemmen; verwacht waren er ongeveer {wording.number(row['expected'])}."
    heard = f"Uit {row['name']} hoorden we {voices(row['voices'], found.what)}, waar er van zo veel inwoners ongeveer {wording.number(row['expected'])} te verwachten waren"
    return f"{heard}: {gap(row)}."


def why_too_few(row: pd.Series) -> str:
    """Return why nothing can be said of a wijk."""
    if not wording.is_figure(row["people"]):
        return "er is geen cijfer over hoeveel mensen er wonen"
    if row["people"] < FEWEST_PEOPLE:
        return "er wonen te weinig mensen"
    if row["status"] != SHOWN:
        return "er is zo weinig gehoord dat het aantal niet wordt getoond"
    return "er is nog zo weinig gehoord dat ook helemaal niets toeval kan zijn"


def gap(row: pd.Series) -> str:
    """Write how many voices are missing with the band; in words where the difference may be chance."""
    if row["verdict"] == TOO_FEW:
        return "te weinig om iets te zeggen"
    if row["verdict"] == ABOUT:
        return "ongeveer zoals verwacht"
    if row["status"] != SHOWN:
        return f"{counted(row['voices'], row['status'])} gehoord"
    word, sign = ("minder", 1.0) if row["verdict"] == UNDER else ("meer", -1.0)
    ends = sorted((sign * row["missing_lower"], sign * row["missing_upper"]))
    middle, low, high = (wording.number(value) for value in (sign * row["missing"], *ends))
    return f"{middle} {word} ({low} tot {high})"


def label(row: pd.Series) -> str:
    """Return what stands under a name on the map, lines apart by a line end."""
    heard = f"{counted(row['voices'], row['status'])} gehoord, {wording.number(row['expected'])} verwacht"
    if not wording.is_figure(row["expected"]):
        heard = f"{counted(row['voices'], row['status'])} gehoord, geen cijfer over inwoners"
    worse = ["de cijfers worden slechter"] if row["worsening"] and row["verdict"] == UNDER else []
    return "\n".join([heard, wording.in_sentence(TITLES[row["verdict"]]), *worse])


# Channels -------------------------------------------------------------------------------------------


def best_channels(found: Hearing) -> list[str]:
    """Say which channels reach the silent wijken better: each by itself, or all of them together."""
    names = found.known.label
    rows = found.channels
    better = rows[rows["region"].isin(found.silent) & (rows["verdict"] == OVER) & (rows["status"] == SHOWN)]
    told = [
        f"In {names(row['region'])} komt {wording.number(100 * row['share'])} % van de stemmen via {through(row['channel'])}; elders is dat "
        f"{wording.number(100 * row['elsewhere'])} %: {times(row['ratio'])} zo veel ({wording.number(row['lower'], 1)} tot {wording.number(row['upper'], 1)} keer)."
        for _, row in better.sort_values("ratio", ascending=False).iterrows()
    ]
    together = found.together
    together = together[(together["verdict"] == OVER) & (together["region"] == SILENT)]
    if told:
        return told
    return [
        f"In de {len(found.silent)} stille wijken samen komt via {through(row['channel'])} {_how_much_more(row)} van de stemmen "
        "binnen dan elders."
        for _, row in together.iterrows()
    ]


def _how_much_more(row: pd.Series) -> str:
    """Tell a ratio in halves where each half stands for several counts, and otherwise only that it is more."""
    if row["elsewhere"] * row["of"] < _SEVERAL:
        return "een duidelijk groter deel"
    return f"een ongeveer {_roughly(row['ratio'])} keer zo groot deel"


def times(ratio: float) -> str:
    """Write how many times as much: "2,1 keer"."""
    return f"{wording.number(ratio, 1)} keer"


def _roughly(ratio: float) -> str:
    """Write a ratio in halves, so that nobody finds the small counts behind it."""
    half = math.floor(2 * ratio + 0.5) / 2
    return wording.number(half, 0 if half == int(half) else 1)


def cell(row: pd.Series) -> str:
    """Return how a channel does in a wijk, in words, with the ratio where there is something to say."""
    if row["status"] != SHOWN:
        return counted(row["voices"], row["status"])
    if row["verdict"] in (OVER, UNDER):
        word = "vaker" if row["verdict"] == OVER else "minder vaak"
        return f"{word}: {times(row['ratio'])}"
    return "te weinig" if row["verdict"] == TOO_FEW else "ongeveer gelijk"


# Groups ---------------------------------------------------------------------------------------------


def group_title(kind: str, group: str) -> str:
    """Return the name of a group as it stands beside a bar."""
    return GROUPS[kind][group]


def groups_opening(rows: pd.DataFrame, channel: str, where: str) -> str:
    """Say which groups a channel reaches too little, for the reader who reads one sentence."""
    mine = rows[(rows["channel"] == channel) & (rows["status"] == SHOWN)]
    name = "alle kanalen samen" if channel == ALL_CHANNELS else through(channel)
    if mine.empty:
        return f"Wie we via {name} bereiken {where}, is niet te zeggen: daarover is te weinig bekend."
    under = mine[mine["verdict"] == UNDER]
    if under.empty:
        return f"Via {name} bereiken we {where} geen groep duidelijk minder dan er wonen, voor zover het kanaal dat weet."
    told = [
        f"{PEOPLE[row['kind'], row['group']]} ({percent(row['share'])} van de deelnemers, {percent(row['residents'])} van {base(row['kind'])})"
        for _, row in under.iterrows()
    ]
    return f"Via {name} bereiken we {where} te weinig {wording.join_names(told)}."


def base(kind: str) -> str:
    """Return what residents are counted by."""
    return "de woningen" if kind == "tenure" else "de inwoners"


def percent(share: float) -> str:
    """Write a share as a percentage without decimals."""
    return f"{wording.number(100 * share)}{wording.SPACE}%"


def known_sentences(rows: pd.DataFrame, channel: str, channels: Iterable[str]) -> list[str]:
    """Say of how many participants a channel knows each kind, what the others could still change, and what nobody knows."""
    mine = rows[(rows["channel"] == channel) & (rows["status"] == SHOWN)]
    told = []
    for kind, part in mine.groupby("kind", sort=False):
        row = part.iloc[0]
        of, seen = wording.number(row["participants"]), wording.number(row["known"])
        sentence = f"{KINDS[str(kind)]}: bekend van {seen} van de {of} deelnemers."
        if row["known"] < row["participants"]:
            sentence += _bounds_sentence(part)
        told.append(sentence)
    never = [
        KINDS[kind].lower() for kind in KINDS if kind not in set(rows.loc[rows["channel"] == channel, "kind"])
    ]
    if never:
        told.append(f"Niemand hield bij: {wording.join_names(never)}.")
    silent = [through(name) for name in channels if name not in set(rows["channel"])]
    if channel == ALL_CHANNELS and silent:
        told.append(f"Van wie we via {wording.join_names(silent)} spraken, is niets bekend.")
    return told


def _bounds_sentence(part: pd.DataFrame) -> str:
    certain = part[part["certain"]]
    if certain.empty:
        return " Wie de anderen zijn, kan het beeld nog omdraaien."
    names = wording.join_names([PEOPLE[row["kind"], row["group"]] for _, row in certain.iterrows()])
    return f" Wat er over {names} staat, blijft waar, wie de anderen ook zijn."


UNKNOWABLE: Final = (
    "Wie nooit ergens komt en nooit iets meldt: die staat in geen enkel getal op deze pagina.",
    "Of dezelfde persoon twee keer meedeed, of vijf keer meldde: namen worden niet bewaard.",
    "Wie een zorg meldde: bij zorgen wordt niets over de melder bewaard, ook geen leeftijd.",
    "Herkomst: die wordt niet gevraagd en niet bewaard, en doet nergens mee.",
)
