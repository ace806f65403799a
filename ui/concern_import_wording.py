"""What the reading in of a file says: plain sentences about columns, words, rows and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from register._records import Saved
from register.concerns import CHANNELS, SERIOUSNESS, STATUSES
from register.importing.columns import FIXI, OWN, SIGNALEN, Proposal
from register.importing.plan import Plan, Remembered
from register.importing.preview import CHANGED, GONE, READY, THERE, WRONG, Preview
from register.importing.reading import Source
from ui.wording import count, join_names, number

TEACH: Final = (
    "Hebt u meldingen of gesprekken in een bestand? Kies het hier. U ziet eerst wat Wijkradar ervan begrijpt en wat er niet "
    "klopt; pas daarna leest u het in. Daarna kan alles nog in één keer terug."
)
CAN_READ: Final = (
    "Signalen: de csv-bestanden van het gegevenspakket (ook samen in één zip), of de GeoJSON van de kaart.",
    "Fixi: de lijst die u uit Fixi bewaart als csv of Excel. Van Fixi bestaat geen openbare beschrijving; kijk de kolommen dus na.",
    "Elke andere lijst als csv, Excel (xlsx, xls) of ods, met namen van kolommen in de eerste rij.",
    "Een lijst die u eerder bij ‘Lijst’ hebt bewaard en in Excel hebt aangevuld.",
)
NEVER: Final = (
    "Namen, e-mailadressen, telefoonnummers, adressen en burgerservicenummers gaan nooit mee. In teksten zoekt Wijkradar ernaar; "
    "wat gevonden wordt, kunt u laten weghalen."
)
NOT_REMEMBERED: Final = (
    "Uw keuzes voor dit soort bestanden zijn niet onthouden, want iemand anders paste ze tegelijk aan."
)
NOT_TAKEN: Final = "Gaat niet mee"
FIELD_TITLES: Final = {
    "theme": "thema", "text": "tekst", "wijk": "wijk", "buurt": "buurt", "x": "plek", "y": "plek", "heard": "datum", "channel": "kanaal",
    "seriousness": "ernst", "people": "aantal mensen", "owner": "eigenaar", "due": "terugkoppeling uiterlijk", "status": "status",
    "done": "wat is gedaan", "feedback": "terugkoppeling", "feedback_on": "teruggekoppeld op",
}  # fmt: skip
_MAKES: Final = {
    SIGNALEN: "Dit lijkt een bestand uit Signalen.",
    FIXI: "Dit lijkt een bestand uit Fixi. Wijkradar gaat af op de namen van de kolommen; kijk ze na.",
    OWN: "Dit is een lijst die met Wijkradar is bewaard.",
}
_LONGEST: Final = 80


def file_sentence(source: Source, make: str) -> str:
    """Say what was read."""
    rows = count(len(source.rows), "rij", "rijen")
    told = f"‘{source.name}’ heeft {rows} en {count(len(source.columns), 'kolom', 'kolommen')}."
    return f"{told} {_MAKES[make]}" if make in _MAKES else told


def memory_sentence(before: Remembered | None) -> str:
    """Say whether a file like this was read before; empty for not."""
    if before is None:
        return ""
    if before.exact:
        return f"Zo’n bestand las u eerder in als ‘{before.plan.source}’. Uw keuzes van toen staan er weer."
    return f"Dit bestand lijkt op wat u eerder inlas als ‘{before.plan.source}’, maar de kolommen zijn iets anders. Kijk ze na."


def person_sentence(proposals: Sequence[Proposal]) -> str:
    """Name the columns that never come along; empty for none."""
    names = [f"‘{proposal.column}’" for proposal in proposals if proposal.person]
    if not names:
        return ""
    verb = "Deze kolom gaat" if len(names) == 1 else "Deze kolommen gaan"
    many = "ze lijken" if len(names) > 1 else "zij lijkt"
    return f"{verb} nooit mee, want {many} op gegevens van een persoon: {join_names(names)}."


def columns_sentence(plan: Plan, proposals: Sequence[Proposal]) -> str:
    """Say how many columns are taken in."""
    taken = sum(bool(name) for name in plan.columns.values())
    return f"{count(taken, 'kolom gaat', 'kolommen gaan')} mee, {number(len(proposals) - taken)} niet."


def words_sentence(what: str, known: Mapping[str, str]) -> str:
    """Say how many words were recognised."""
    open_ = sum(not there for there in known.values())
    total = count(len(known), "woord", "woorden")
    if not open_:
        return f"{what}: {total}, allemaal herkend."
    return f"{what}: {total}, waarvan {number(open_)} nog zonder keuze."


def counts_sentences(checked: Preview) -> list[str]:
    """Say what an import would do."""
    counts = checked.counts
    total = len(checked.rows)
    if not total:
        return ["Dit bestand heeft wel namen van kolommen, maar geen rijen. Er valt niets in te lezen."]
    if counts[THERE] == total:
        return [
            f"Dit bestand is al ingelezen: {'de enige rij staat' if total == 1 else f'alle {number(total)} rijen staan'} al in het "
            "register. Er ontstaat niets dubbel en er valt niets te doen."
        ]
    told = []
    if counts[READY]:
        told.append(f"{count(counts[READY], 'rij is', 'rijen zijn')} klaar om in te lezen.")
    if counts[CHANGED]:
        told.append(
            f"{count(counts[CHANGED], 'rij staat', 'rijen staan')} al in het register, maar in het bestand is er iets aan veranderd."
        )
    if counts[THERE]:
        told.append(
            f"{count(counts[THERE], 'rij staat', 'rijen staan')} al in het register; die slaat Wijkradar over."
        )
    if counts[GONE]:
        told.append(
            f"{count(counts[GONE], 'rij is', 'rijen zijn')} eerder met de hand verwijderd, of de bewaartermijn is voorbij; die "
            "komen niet terug."
        )
    if counts[WRONG]:
        told.append(
            f"{count(counts[WRONG], 'rij klopt', 'rijen kloppen')} niet en gaan niet mee.".replace(
                "klopt niet en gaan", "klopt niet en gaat"
            )
        )
    if not counts[READY] and not counts[CHANGED]:
        told.append("Er is dus niets om in te lezen.")
    return told


def saved_sentence(saved: Saved, checked: Preview) -> str:
    """Say what an import did."""
    total = len(saved.numbers)
    told = f"Ingelezen: {count(total, 'zorg of signaal', 'zorgen en signalen')} uit ‘{checked.source.name}’."
    if not total:
        told = "Er is niets gewijzigd."
    if saved.conflicts:
        told += (
            f" Bij {count(len(saved.conflicts), 'zorg', 'zorgen')} had iemand hetzelfde veld met de hand gewijzigd. Dat is niet "
            "overschreven; bij ‘Lijst’ kiest u wat blijft."
        )
    return told


def wrong_table(checked: Preview, most: int) -> pd.DataFrame:
    """Return the first rows that are wrong, with what to do."""
    some = checked.wrong.head(most)
    return pd.DataFrame(
        {
            "Waar": [f"{checked.source.line_word} {line}" for line in some["line"]],
            "Kolom": list(some["column"]),
            "Er staat": [_short(text) for text in some["value"]],
            "Wat is er mis?": [
                f"{what} {remedy}".strip() for what, remedy in zip(some["what"], some["remedy"], strict=True)
            ],
        }
    )


def finds_table(checked: Preview, most: int) -> pd.DataFrame:
    """Return the first places in texts that may point at a person."""
    some = checked.finds.head(most)
    return pd.DataFrame(
        {
            "Waar": [f"{checked.source.line_word} {line}" for line in some["line"]],
            "Lijkt op": list(some["title"]),
            "In de tekst": list(some["around"]),
        }
    )


def changes_table(
    checked: Preview, themes: Mapping[str, str], names: Mapping[str, str], most: int
) -> pd.DataFrame:
    """Return the first fields that the file would change."""
    told = []
    for change in checked.changes:
        for name, (before, after) in change.fields.items():
            if name == "y":
                continue
            mark = " (met de hand gewijzigd: wordt niet overschreven)" if name in change.by_hand else ""
            told.append(
                {
                    "Nummer": str(change.number),
                    "Veld": FIELD_TITLES[name] + mark,
                    "Nu": in_words(name, before, themes, names),
                    "In het bestand": in_words(name, after, themes, names),
                }
            )
            if len(told) == most:
                return pd.DataFrame(told)
    return pd.DataFrame(told)


def in_words(field: str, value: object, themes: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return a value of the register in words."""
    if value in (None, ""):
        return "niet ingevuld"
    titles: Mapping[object, str] = {
        "theme": themes,
        "channel": CHANNELS,
        "status": STATUSES,
        "seriousness": SERIOUSNESS,
        "wijk": names,
        "buurt": names,
    }.get(field, {})  # type: ignore[assignment]
    if field == "x":
        return "een andere plek"
    return _short(titles.get(value, str(value)))


def _short(text: object) -> str:
    told = " ".join(str(text).split())
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
