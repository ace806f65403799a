"""The last chapter: where every figure comes from, how exact it is, what is missing and why, and with which methods."""

from __future__ import annotations

from typing import Final

import pandas as pd

from data import VERSION
from data.panel import WITH_VALUE, Status
from reports.model import Block, Grid, Points, Say
from ui import biography, forecasting, wording
from ui import outlook_wording as outlook_words
from ui import story_wording as words
from ui.amounts import look_alike
from ui.fetch_wording import day, service_label
from ui.left_out import published_figures
from ui.story_heard import heard_in
from ui.story_outlook import ahead, indicators, rests_on, whose
from ui.story_people import Told
from ui.story_place import ORIGIN, as_written, has_value
from ui.story_subject import Subject

#: Figures that the source gives otherwise now, named one by one.
_MOST_REVISED: Final = 5
#: What is worked out, by which method, and where that is described.
_METHODS: Final = (
    ("Vergelijken met de gemeente", "Verschil van hetzelfde jaar, buiten afronding en toeval van kleine aantallen (95 %)", "docs/methode/trends.md"),
    ("Stijgt of daalt", "Helling van Theil en Sen, getoetst met samenhang tussen de jaren, alle wijken samen", "docs/methode/trends.md"),
    ("Omslagen", "Een jaar waarin de richting meer dan toevallig verandert", "docs/methode/omslagen.md"),
    ("Verwachting", "Mengsel van de eigen trend, de gedeelde trend en geen verandering; band uit eerdere fouten", "docs/methode/prognose.md"),
    ("Zorgen en signalen", "Aantallen, beschermd als ze klein zijn, naast het aantal inwoners; per 1 000 inwoners naar het gemiddelde van de gemeente toe getrokken (empirical Bayes)", "docs/methode/signalen.md"),
    ("Wie we horen", "Stemmen naast inwoners, getoetst", "docs/methode/wie-horen-we-niet.md"),
)  # fmt: skip
_READING: Final = (words.ROUNDING, words.TREND, words.DIRECTIONS, words.ALIKE, words.PUBLISHED)
_OF_FEW: Final = (words.ROUNDING, words.PUBLISHED)
_WITHOUT: Final = tuple(status for status in Status if status not in WITH_VALUE)
_VALUED: Final = [str(status) for status in WITH_VALUE]


def accounting(subject: Subject, appendix: Grid | None = None) -> Told:
    """Return the chapter; ``appendix`` is the table of all figures, where there is one."""
    blocks: list[Block] = [
        Say(
            f"{vintage(subject)} {words.methods(VERSION, subject.today)}",
            "lead",
        ),
        sources(subject),
        *then_and_now(subject),
        Points(_OF_FEW if subject.is_small else _READING, "Afronding, toeval en tellen"),
        _borders(subject),
        missing(subject),
        methods(),
    ]
    if record := track_record(subject):
        blocks.append(record)
    blocks.append(Say(words.SMALL_COUNTS))
    if heard_in(subject).estimated:
        blocks.append(Say(words.ESTIMATED))
    if subject.is_small:
        blocks.append(Say(words.too_small(subject.name, subject.people), "note"))
    if appendix is not None:
        blocks.append(appendix)
    return blocks, [words.NO_BUURTEN, words.NO_CAUSES]


def vintage(subject: Subject) -> str:
    """Say which figures were used, and why newer ones that are there were not."""
    why = ""
    if subject.is_gone:
        why = "want daarna staat de wijk niet meer in de tabellen"
    elif not subject.head.get("year"):
        why = "want daarna zijn er te weinig cijfers om wijken te vergelijken"
    return words.vintage(subject.known.years, read_at(subject), subject.year, why)


def then_and_now(subject: Subject) -> list[Block]:
    """Say of an edition that was settled what is told as it was then, and what is of now; of another nothing."""
    settled = subject.text("settled_on")
    if not settled:
        return []
    told = [words.made_anew(settled, subject.today), *_revised(subject)]
    if subject.known.years[-1] > subject.year and track_record(subject):
        told.append(rests_on(subject))
    told.append(words.COUNTED_NOW if heard_in(subject).verdict else words.OF_NOW)
    return [Points(tuple(filter(None, told)), "Van toen en van nu")]


def _revised(subject: Subject) -> list[str]:
    """Say how many of the figures that were kept the source gives otherwise now."""
    kept = [row for row in subject.head.get("figures") or () if row.get("value") is not None]
    there = [
        (row, subject.figure(str(row["indicator"]), str(row["region"]), int(row["year"]))) for row in kept
    ]
    other = [
        (row, now)
        for row, now in there
        if now is None
        or not has_value(now)
        or not look_alike(float(row["value"]), now.value, as_written(subject.known, now))
    ]
    if not kept:
        return [words.NOT_KEPT]
    if not other:
        return [words.AS_KEPT]
    told = [
        f"{now.title} van {now.place} in {now.year}: toen {row['text']}, nu {now.text}"
        if now
        else f"{subject.known.label(str(row['region']))}, {row['year']}: toen {row['text']}, nu geen cijfer"
        for row, now in other[:_MOST_REVISED]
    ]
    which = words.out_of(len(other), len(kept), "het enige cijfer dat is bewaard", "cijfers die zijn bewaard")
    return [f"Anders dan toen: {which}. {'; '.join(told)}."]


def read_at(subject: Subject) -> str:
    """Return when the newest of the figures that count was read in (ISO 8601)."""
    known = subject.known
    used = [record for record in known.tables if record.year <= subject.year] or list(known.tables)
    return max(record.delivery(known.gemeente).at for record in used)


def sources(subject: Subject) -> Grid:
    """Return the tables of CBS that count, with year, service and day."""
    known = subject.known
    rows = []
    for record in sorted(known.tables, key=lambda record: record.year):
        if record.year > subject.year:
            continue
        last = record.delivery(known.gemeente)
        rows.append(
            (
                str(record.year),
                f"CBS, Kerncijfers wijken en buurten ({record.id})",
                service_label(last.service),
                day(last.at),
            )
        )
    fiction = f" {words.FICTIONAL}" if known.is_sample else ""
    return Grid(
        "Bronnen van de cijfers",
        ("Jaar", "Bron en tabel", "Dienst", "Ingelezen op"),
        tuple(rows),
        widths=(1, 5, 3, 3),
        source=f"Bron: CBS, CC BY 4.0.{fiction}",
    )  # fmt: skip


def missing(subject: Subject) -> Say | Grid:
    """Count the figures of this wijk that are not there, by reason."""
    rows = _published(subject)
    counts = rows["status"].value_counts()
    n, there = len(rows), int(rows["status"].isin(_VALUED).sum())
    whose = f"van CBS over {subject.name} tot en met {subject.year}"
    how_many = words.told_of(there, n, f"het enige cijfer {whose}", f"cijfers {whose}", "bekend")
    if n == there:
        return Say(f"{how_many}.")
    told = [
        (wording.capital(wording.status_label(status)), wording.number(int(counts[status.value])), wording.status_explanation(status), _titles(subject, status))
        for status in _WITHOUT
        if counts.get(status.value)
    ]  # fmt: skip
    return Grid(
        f"Ontbrekende cijfers van {subject.name}, met de reden",
        ("Reden", "Aantal", "Wat dat betekent", "Bijvoorbeeld"),
        tuple(told),
        frozenset({1}),
        (3, 1, 5, 4),
        f"{how_many}.",
        cbs(subject),
    )


def cbs(subject: Subject) -> str:
    """Return the source of what is counted over all tables together."""
    fiction = f" {words.FICTIONAL}" if subject.known.is_sample else ""
    return f"Bron: CBS, Kerncijfers wijken en buurten, CC BY 4.0.{fiction}"


def _published(subject: Subject) -> pd.DataFrame:
    rows = published_figures(subject.known)
    origin = [entry.id for entry in subject.known.catalogue.of_theme(ORIGIN)]
    return rows[
        (rows["region"] == subject.region) & (rows["year"] <= subject.year) & ~rows["indicator"].isin(origin)
    ]


def _titles(subject: Subject, status: Status) -> str:
    rows = _published(subject)
    names = rows.loc[rows["status"] == status.value, "indicator"].value_counts().index
    titles = [wording.in_sentence(subject.known.catalogue[str(name)].title) for name in names]
    return wording.capital(wording.join_names(titles, limit=3))


def _borders(subject: Subject) -> Points:
    """Say what happened to the land, and which figures were converted."""
    known = subject.known
    own = known.panel[(known.panel["region"] == subject.region) & (known.panel["year"] <= subject.year)]
    told = biography.life(known.lineage, subject.region, known.level)
    converted = own[own["status"] == Status.BRIDGED.value]
    if len(converted):
        years = wording.join_years(sorted({int(year) for year in converted["year"]}))
        told.append(
            f"{wording.capital(wording.count(len(converted), 'cijfer is', 'cijfers zijn').replace(wording.SPACE, ' '))} door Wijkradar omgerekend naar de grenzen van nu "
            f"({years}). Dat zijn schattingen met een marge."
        )
    else:
        told.append("Er zijn geen cijfers omgerekend naar andere grenzen.")
    return Points(tuple(told), "Grenzen en omrekeningen")


def methods() -> Grid:
    """Return the methods, with their version and where they are described."""
    return Grid(
        "Methoden",
        ("Wat", "Hoe", "Beschreven in", "Versie"),
        tuple((what, how, where, VERSION) for what, how, where in _METHODS),
        widths=(3, 6, 4, 1),
    )


def track_record(subject: Subject) -> Grid | None:
    """Return how often earlier bands were right, for what the report looks ahead at; None without any forecast."""
    known = subject.basis
    if subject.is_gone or subject.is_small:
        return None
    rows = []
    for indicator in indicators(subject):
        row = ahead(subject, indicator).row
        if row is None:
            continue
        own = forecasting.in_own_unit(known, known.catalogue[indicator], subject.region)
        record, size = forecasting.record_beside(known, indicator, subject.region)
        reached = int(row["horizon"])
        error = outlook_words.error_sentence(record, own, whose(known, size))
        rows.append((own.title, outlook_words.coverage_sentence(record, reached), error))
    if not rows:
        return None
    return Grid(
        "Hoe vaak onze verwachtingen eerder klopten",
        ("Cijfer", "Hoe vaak de band klopte", "Hoe ver het midden ernaast zat"),
        tuple(rows),
        widths=(2, 5, 4),
        note="Nagerekend door te doen alsof het vroeger was: een verwachting met de cijfers van toen, naast wat er daarna kwam.",
        source=f"Bron: Wijkradar {VERSION}, uit cijfers van CBS.{f' {words.FICTIONAL}' if known.is_sample else ''}",
    )
