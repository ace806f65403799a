"""What the council sees: a title and six or seven slides of one message each, with likely questions and what the figures allow to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from data.catalogue import Indicator
from register.stories import Story
from reports.model import Answer, Block, Chart, Grid, Map, Points, Say, Section, Slide, Voices
from ui import findings, forecasting, story_accounting, story_changes, story_outlook, triage_figures, wording
from ui import outlook_wording as outlook_words
from ui import story_answers as answers
from ui import story_people as people
from ui import story_slide_tables as tables
from ui import story_wording as words
from ui.amounts import amounts, unit_behind
from ui.figures import large_enough, standing
from ui.outlook_reach import course
from ui.story_blocks import source_of
from ui.story_heard import HeardIn, heard_in
from ui.story_subject import Subject
from ui.story_summary import (
    alike,
    asked,
    first_sentence,
    outlook_chart,
    overall,
    themes_of,
)

#: Longer than this is no message any more.
MOST_CHARACTERS: Final = 95
_FEWEST: Final = 6
_SIDES: Final = (("kracht", "krachten"), ("knelpunt", "knelpunten"))


def slides(subject: Subject, sections: Sequence[Section]) -> tuple[Slide, ...]:
    """Return six or seven slides; of a second edition what changed takes the place of what stands out.

    Parameters
    ----------
    subject : Subject
    sections : sequence of Section
        Of the same report: their charts and map are shown.
    """
    before = subject.story.before if subject.story else None
    made = (
        _overall(subject),
        _changed(subject, before) if before else _standing_out(subject, sections),
        _map(subject, sections),
        _voices(subject),
        _outlook(subject),
        _meaning(subject),
        _ask(subject),
    )
    there = [slide for slide in made if slide]
    # With the title before them, eight at most; the sources stand in the notes of every slide.
    there = there if len(there) >= _FEWEST else [*there, _sources(subject)]
    return tuple(slide if slide.sources else replace(slide, sources=(words.OWN_SOURCE,)) for slide in there)


def fits(subject: Subject, *ways: Callable[[str, str], str]) -> str:
    """Return a message with the names in it, or without where it would be too long; never cut off.

    Parameters
    ----------
    subject : Subject
    *ways : callable
        Each makes a message of the names of the wijk and of what it is held against; the first that fits is taken, else
        the shortest.
    """
    whole = "Nederland" if subject.comparator == triage_figures.LAND else "de gemeente"
    names = (
        (subject.name, subject.comparator_name),
        (subject.name, whole),
        ("deze wijk", subject.comparator_name),
        ("deze wijk", whole),
    )
    told = [wording.capital(way(*pair)) for way in ways for pair in names]
    return next((one for one in told if len(one) <= MOST_CHARACTERS), min(told, key=len))


# What the figures say -----------------------------------------------------------------------------


def _overall(subject: Subject) -> Slide:
    grid = tables.figures_table(subject)
    used = sorted({figure.year for figure in grid.figures})
    told = f"Het jaar staat bij elk cijfer: {wording.join_years(used)}. Sommige cijfers geeft CBS pas na twee of drie jaar."
    years = Answer("Van wanneer zijn deze cijfers?", told)
    if subject.is_small:
        beside: tuple[str, ...] = (words.too_small(subject.name, subject.people),)
        asked_about: tuple[Answer, ...] = (years, _reliable(subject), answers.NO_BUURT)
    else:
        beside = tuple(filter(None, (alike(subject),)))
        way = tables.directions(subject)
        asked_about = (answers.CERTAIN, answers.CAUSE, years, _reliable(subject))
        if way is not None:
            asked_about = (way, answers.CERTAIN, answers.CAUSE, _reliable(subject, told))
        asked_about += (answers.NO_BUURT,) if subject.triaged.empty else (answers.counted(subject),)
    return Slide(
        "beeld",
        fits(subject, lambda place, town: overall(subject, place, town)),
        (grid, *(Say(text, "note") for text in beside)),
        (grid.source,),
        asked_about,
    )


def _reliable(subject: Subject, *more: str) -> Answer:
    return Answer("Kunnen we van deze cijfers op aan?", " ".join((*_accounted(subject), *more)))


def _standing_out(subject: Subject, sections: Sequence[Section]) -> Slide | None:
    """Return the strongest signal, with its picture where the report has one."""
    if subject.signals.empty:
        return None
    row = subject.signals.iloc[0]
    indicator = str(row["indicator"])
    drawn = (one for one in _charts(sections) if any(figure.indicator == indicator for figure in one.figures))
    chart = next(drawn, None)
    told = Say(people.signal_sentence(subject, row), "finding", people.signal_figures(subject, row))
    return Slide(
        "opvallend",
        _stands_out(subject, row),
        (chart, told) if chart else (told, Say(words.SIGNAL, "note")),
        (source_of(subject.known, told.figures),),
        (_elsewhere(subject, indicator), answers.CERTAIN, answers.CAUSE),
    )


def _charts(sections: Sequence[Section]) -> Iterator[Chart]:
    for section in sections:
        if section.id != "vooruitblik":
            yield from (block for block in section.blocks if isinstance(block, Chart))


def _stands_out(subject: Subject, row: pd.Series) -> str:
    """Say in one clause in what the wijk stands out most."""
    indicator = subject.known.catalogue[str(row["indicator"])]
    more, less = wording.degrees(indicator)[:2]
    side = more if row["verdict"] == "higher" else less
    start = wording.capital(wording.subject(indicator))
    return fits(
        subject,
        lambda place, town: f"{start} is in {place} {side} dan in {town}",
        lambda _, town: f"{wording.unbroken(indicator.title)}: {side} dan in {town}",
    )


def _compared(subject: Subject, indicator: str) -> pd.DataFrame:
    rows = standing(subject.known, subject.year, subject.comparator, published=subject.is_gone)
    rows = large_enough(rows[rows["indicator"] == indicator])
    return rows.assign(name=rows["region"].map(subject.known.label))


def _elsewhere(subject: Subject, indicator: str) -> Answer:
    entry = subject.known.catalogue[indicator]
    told = findings.ranking_title(_compared(subject, indicator), entry, subject.comparator_name)
    return Answer("Is het elders ook zo?", f"{told}.")


def _map(subject: Subject, sections: Sequence[Section]) -> Slide | None:
    """Return the map of the figure that asks most for attention, else the one that shows where the wijk lies."""
    there = [block for section in sections for block in section.blocks if isinstance(block, Map)]
    if not there:
        return None
    of_figures = [
        block
        for block in there
        if block.table.figures and len({f.indicator for f in block.table.figures}) == 1
    ]
    strongest = set(subject.signals["indicator"].head(1))
    found = next((block for block in of_figures if block.table.figures[0].indicator in strongest), there[0])
    if not strongest or found not in of_figures:
        message = fits(subject, lambda *_: found.title, lambda place, _: f"Hier ligt {place}")
        return Slide("kaart", message, (found,), (found.source,), (answers.NO_BUURT, answers.READ_ON))
    indicator = found.table.figures[0].indicator
    message = _where(subject, indicator)
    return Slide(
        "kaart",
        message,
        (found,),
        (found.source,),
        (_elsewhere(subject, indicator), answers.NO_COLOUR, answers.NO_VERDICT),
    )


def _where(subject: Subject, indicator: str) -> str:
    """Say in how many wijken a figure differs as it does here."""
    entry = subject.known.catalogue[indicator]
    rows = _compared(subject, indicator)
    own = rows.loc[rows["region"] == subject.region, "verdict"]
    judged = rows["verdict"].isin(["higher", "lower", "about_equal"])
    if own.empty or own.iloc[0] not in ("higher", "lower"):
        return f"{wording.unbroken(entry.title)}, per wijk"
    side = dict(zip(("higher", "lower"), wording.degrees(entry), strict=False))[own.iloc[0]]
    many, of = int((rows["verdict"] == own.iloc[0]).sum()), int(judged.sum())
    alone = (
        f"alleen in {subject.name}"
        if many == 1
        else f"in {wording.number(many)} van de {wording.count(of, 'wijk', 'wijken')}"
    )
    also = "" if many == 1 else ", ook hier,"
    return fits(
        subject,
        lambda _, town: f"{wording.unbroken(entry.title)}: {alone}{also} {side} dan in {town}",
        lambda *_: f"{wording.unbroken(entry.title)}: {alone}{also} {side}",
        lambda *_: f"{wording.unbroken(entry.title)}: {alone} {side}",
    )


def _outlook(subject: Subject) -> Slide:
    chart = outlook_chart(subject)
    if chart is None:
        blocks, left_out = story_outlook.outlook(subject)
        why = left_out[:1] or [block.text for block in blocks if isinstance(block, Say)][:1]
        message = fits(
            subject, lambda place, _: f"Hoe {place} zich ontwikkelt, is met deze cijfers niet te zeggen"
        )
        # Why not, is told of how many figures of CBS there are.
        source = (story_accounting.cbs(subject),)
        return Slide("vooruitblik", message, (Say(why[0]),), source, (answers.NO_ESTIMATE, answers.READ_ON))
    indicator = chart.figures[0].indicator
    own = forecasting.in_own_unit(subject.basis, subject.known.catalogue[indicator], subject.region)
    record, size = forecasting.record_beside(subject.basis, indicator, subject.region)
    row = story_outlook.ahead(subject, indicator).row
    assert row is not None
    right = outlook_words.coverage_sentence(record, int(row["horizon"]))
    expected = outlook_words.expected_sentence(row, own, subject.name)
    off = outlook_words.error_sentence(record, own, story_outlook.whose(subject.basis, size))
    return Slide(
        "vooruitblik",
        _expected(subject, row, own),
        (chart, Say(right, "note")),
        (chart.source,),
        (
            Answer("Hoe zeker is deze verwachting?", f"{expected} {right}"),
            Answer("Hoe ver zat u er eerder naast?", off),
            answers.NEW_DWELLINGS,
        ),
    )


def _expected(subject: Subject, row: pd.Series, own: Indicator) -> str:
    """Say in one clause what is expected."""
    verb = {
        "rises": "naar verwachting omhoog",
        "falls": "naar verwachting omlaag",
        "about_equal": "naar verwachting ongeveer gelijk",
        "too_uncertain": "kan beide kanten op",
    }[course(row, own)]
    short = f"{wording.unbroken(own.title)}: {verb} tot {int(row['year'])}"
    if course(row, own) in ("rises", "falls"):
        now, then = amounts([row["last_value"]], own)[0], outlook_words.written(row, own)[0]
        if now != then:
            short = f"{wording.unbroken(own.title)}: {verb}, van {now} naar {then}{unit_behind(own)} in {int(row['year'])}"
    return fits(
        subject, lambda place, _: findings.forecast_title(row, own, place, dated=True), lambda *_: short
    )


# What people say ----------------------------------------------------------------------------------


def _voices(subject: Subject) -> Slide:
    """Return what residents tell: how much was heard, and what groups said."""
    heard = heard_in(subject)
    said = [block for block in people.voices(subject, "leefwereld") if isinstance(block, Voices)]
    blocks: list[Block] = [Say(heard.told, "finding")]
    if said:
        blocks.insert(0, tables.voices(said[0]))
    elif heard.grid:
        blocks.append(heard.grid)
    if heard.gathered:
        blocks.append(Say(first_sentence(heard.gathered[0]), "note"))
    groups = len(subject.parts("reading", "leefwereld"))
    if heard.verdict:
        news = f"; {heard.news}" if heard.news else ""
        message = fits(
            subject,
            lambda place, _: f"Zorgen en signalen uit {place}: {heard.verdict}{news}",
            lambda place, _: f"Zorgen en signalen uit {place}: {heard.verdict}",
        )
    elif groups:
        message = f"{wording.capital(wording.count(groups, 'groep vertelt', 'groepen vertellen'))} hoe het in de wijk is"
    else:
        message = "Wat bewoners er zelf van vinden, moeten we nog vragen"
    asked_about = (
        *((answers.SPEAKS_FOR,) if heard.verdict or said else (answers.SILENCE, answers.WILL_BE_HEARD)),
        *((answers.NO_READING, answers.LOUD) if heard.verdict else (answers.READ_ON,)),
        *((answers.ESTIMATED,) if heard.estimated else ()),
    )
    return Slide("bewoners", message, tuple(blocks), _heard_from(heard, groups), asked_about)


def _heard_from(heard: HeardIn, groups: int) -> tuple[str, ...]:
    """Return where it was heard: only what was asked is named."""
    if heard.grid:
        return (heard.grid.source,)
    if heard.verdict:
        return ("Bron: zorgenregister van de gemeente, in aantallen.",)
    return ("Bron: wat groepen in deze wijkanalyse lieten zetten.",) if groups else ()


def _meaning(subject: Subject) -> Slide:
    strengths, bottlenecks = people.strengths(subject), people.bottlenecks(subject)
    nothing = subject.is_small and not (subject.parts("strength") or subject.parts("bottleneck"))
    about = answers.few_people(subject) if nothing else answers.who_decided(subject)
    asked_about = (about, answers.recognised_by(subject), answers.JUDGES_NOT, answers.CAUSE)
    figures = (*strengths.figures, *bottlenecks.figures)
    return Slide(
        "krachten",
        _strong_and_weak(subject),
        (
            tables.strong_or_weak(subject, "strength", strengths),
            tables.strong_or_weak(subject, "bottleneck", bottlenecks),
        ),
        (source_of(subject.known, figures),) if figures else (),
        tuple(one for one in asked_about if one and not (nothing and one is answers.CAUSE)),
    )


def _strong_and_weak(subject: Subject) -> str:
    """Say in one clause what is strong and what is not: both, or neither, so that a title never tells one side alone."""
    named = [len(subject.parts(kind)) for kind in ("strength", "bottleneck")]
    strong, weak = (wording.count(n, *forms) for n, forms in zip(named, _SIDES, strict=True))
    if all(named):
        whence = "uit cijfers en gesprekken" if subject.parts("reading") else "genoemd door de schrijvers"
        return fits(subject, lambda place, _: f"{place}: {strong} en {weak}, {whence}")
    if any(named):
        there, other = (strong, "knelpunten") if named[0] else (weak, "krachten")
        waits = "volgen nog" if subject.is_small else "zijn nog een voorstel uit de cijfers"
        return fits(subject, lambda place, _: f"{place}: {there} genoemd, {other} {waits}")
    if subject.is_small:
        return "De wijk is te klein om uit cijfers krachten en knelpunten af te leiden"
    return _proposed(themes_of(subject, subject.strengths), themes_of(subject, subject.signals))


def _proposed(strong: Sequence[str], weak: Sequence[str]) -> str:
    """Say at which themes figures stand out; a theme with figures on both sides is named once."""
    both = [theme for theme in strong if theme in weak]
    sides = {
        "gunstiger": [theme for theme in strong if theme not in both],
        "ongunstiger": [theme for theme in weak if theme not in both],
        "allebei": both,
    }
    told = [f"{side} bij {', '.join(themes)}" for side, themes in sides.items() if themes]
    if not told:
        return "Geen enkel cijfer valt hier sterk op"
    message = f"Cijfers {'; '.join(told)}"
    if len(message) <= MOST_CHARACTERS:
        return message
    many = [
        f"{side} bij {wording.count(len(themes), 'thema', 'themas')}"
        for side, themes in sides.items()
        if themes
    ]
    return f"Uit de cijfers: {', '.join(many)}".replace("themas", "thema's")


def _ask(subject: Subject) -> Slide:
    wishes, priorities = asked(subject), people.priorities(subject)
    actions = [part for part in subject.parts("action") if part.get("status") not in people.ENDED]
    blocks: list[Block] = [tables.asks(wishes)] if wishes else [tables.brief(priorities)]
    if not (wishes or actions or subject.parts("priority")):
        blocks = [_before_asking(subject)]
    if actions:
        blocks.insert(0, tables.actions_table(subject, actions))
    elif wishes:
        blocks.append(tables.brief(priorities))
    helps = tables.measures(subject, actions) if actions else answers.NO_MEASURE
    if wishes or actions or subject.parts("priority"):
        here = f"{overall(subject, subject.name, subject.comparator_name)}. De keuze zelf is aan mensen, niet aan de cijfers."
        asked_about = (helps, answers.COSTS, Answer("Waarom hier en niet in een andere wijk?", here))
    else:
        asked_about = (answers.WHEN_ASKED, helps, answers.READ_ON)
    return Slide(
        "gevraagd",
        _asks(subject, wishes, len(actions)),
        tuple(blocks),
        (story_accounting.cbs(subject),) if actions else (),
        asked_about,
    )


def _before_asking(subject: Subject) -> Points:
    """Say what comes before a wijkanalyse asks something of the council."""
    further = "verder " if subject.parts("reading") else ""
    named = all(subject.parts(kind) for kind in ("strength", "bottleneck"))
    return Points(
        (
            f"Bewoners en professionals {further}vragen of zij de cijfers herkennen.",
            *(() if named else ("Samen vaststellen wat de krachten en de knelpunten zijn.",)),
            "Prioriteiten kiezen. Mensen kiezen, niet de cijfers.",
            "Acties afspreken, elk met een eigenaar, een maatstaf en een dag om terug te kijken.",
        ),
        "Dit gebeurt nog voor die tijd",
        ordered=True,
    )


def _asks(subject: Subject, wishes: Sequence[str], n_actions: int) -> str:
    if wishes:
        wish = first_sentence(wishes[0]).rstrip(".")
        message = wish if wish.startswith("Wij vragen") else f"Wij vragen u: {wording.in_sentence(wish)}"
        about = [
            wording.count(n, *forms)
            for n, forms in (
                (len(subject.parts("priority")), ("prioriteit", "prioriteiten")),
                (n_actions, ("actie", "acties")),
            )
            if n
        ]
        whole = f"Wij vragen uw besluit over {wording.join_names(about) or 'wat er nodig is'} voor"
        return (
            message if len(message) <= MOST_CHARACTERS else fits(subject, lambda place, _: f"{whole} {place}")
        )
    if n_actions:
        there = f"{'is' if n_actions == 1 else 'zijn'} er {wording.count(n_actions, 'actie', 'acties')} afgesproken"
        return fits(subject, lambda place, _: f"Voor {place} {there}")
    return "Er wordt u nog niets gevraagd: prioriteiten en acties volgen nog"


# What was, and where it comes from ----------------------------------------------------------------


def _changed(subject: Subject, before: Story) -> Slide:
    """Return what became of the actions of the edition before, or how the key figures changed."""
    if not before.of("action"):
        blocks, left_out = story_changes.changes(subject)
        grid = next(block for block in blocks if isinstance(block, Grid))
        came: tuple[Answer, ...] = ()
    else:
        _, left_out = story_changes.changes(subject)
        grid, came = tables.became_table(subject, before), (tables.outcomes(subject, before),)
    return Slide(
        "verandering",
        story_changes.message(subject, before),
        (grid,),
        (grid.source,) if grid.source else (),
        (
            *came,
            answers.HELPED,
            Answer("Zijn de jaren wel te vergelijken?", " ".join([*left_out, answers.COMPARABLE])),
        ),
    )


def _accounted(subject: Subject) -> list[str]:
    gone = story_accounting.missing(subject)
    return [
        story_accounting.vintage(subject),
        words.ROUNDING,
        *([words.FORECAST_IS] if outlook_chart(subject) else []),
        gone.text
        if isinstance(gone, Say)
        else f"{gone.note} Waarom de andere er niet zijn, staat in de wijkanalyse bij de verantwoording.",
    ]


def _sources(subject: Subject) -> Slide:
    return Slide(
        "bronnen",
        "Elk cijfer heeft een bron en een jaar; wat er niet is, staat er met de reden",
        (Points(tuple(_accounted(subject)), "Zo zijn deze cijfers gemaakt"),),
        (story_accounting.cbs(subject),),
        (answers.READ_ON, answers.WHY_MISSING, answers.CERTAIN),
    )
