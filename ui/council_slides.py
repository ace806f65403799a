"""The slides of a report as one piece of HTML: all of them at once, so that the browser needs nobody for the next one.

What is shown and when is up to ``static/raad/council.js``. Every word and number is of the report; here they only get a place.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import filterfalse
from typing import Final, assert_never
from urllib.parse import urlencode

from reports.model import Answer, Block, Chart, Grid, Map, Points, Report, Say, Slide, Voices, says_the_same
from ui.map_legend import swatch_style, told_count

#: Draws a chart or a map as SVG, for a place of so many millimetres wide and high.
Draw = Callable[[Chart | Map, float, float], str]

#: Fields in the address: which slide, and whether this is the window of the speaker.
DIA: Final = "dia"
UNKNOWN: Final = (
    "De link noemt een dia die in deze presentatie niet (meer) voorkomt: {}. U ziet de eerste dia."
)
#: Under a table of which the screen has room for the first rows only.
FIRST_ROWS: Final = "Hier staan {} van de {} rijen; alle rijen staan in de wijkanalyse."
#: Text beside a picture that is longer than this gets a column of its own.
_SHORT: Final = 150
#: Places for a picture, in millimetres: its letters are then at least some 20 pixels high on a beamer of 1024 x 768. Each
#: picture is drawn twice, for a screen of 4:3 and for a wide one; the style sheet shows the one that fits.
_BESIDE: Final = {"smal": (80.0, 56.0), "breed": (96.0, 52.0)}
_UNDER: Final = {"smal": (118.0, 50.0), "breed": (96.0, 52.0)}
_ALONE: Final = {"smal": (118.0, 56.0), "breed": (150.0, 52.0)}
#: A map is as high as its land asks.
_MAP: Final = (92.0, 0.0)
#: Pixels of a beamer of 1024 x 768 that a map gets at least, beside its legend, and how high its names are then.
MAP_PLACE: Final = (560.0, 300.0)
MAP_NAMES: Final = 14.0
_PNG: Final = b"\x89PNG"
_KEYS: Final = (
    ("Volgende dia", ("→", "PageDown", "spatie")),
    ("Vorige dia", ("←", "PageUp")),
    ("Eerste en laatste", ("Home", "End")),
    ("Volledig scherm", ("F",)),
    ("Tabel bij een grafiek of kaart", ("T",)),
    ("Notities", ("N",)),
    ("Scherm zwart", ("B",)),
    ("Terug naar deze pagina", ("Esc",)),
)


@dataclass(frozen=True)
class Sender:
    """Whose slides they are.

    Attributes
    ----------
    name : str
        Of the organisation; empty for none.
    logo : bytes or None
        PNG or JPEG.
    """

    name: str = ""
    logo: bytes | None = None


NOBODY: Final = Sender()


def deck_html(
    report: Report,
    accent: str,
    button: tuple[str, str],
    script: str,
    style: str,
    draw: Draw,
    sender: Sender = NOBODY,
) -> str:
    """Return the slides of a report, the list of them to start from, and the script that shows them.

    Parameters
    ----------
    report : Report
        With at least one slide.
    accent : str
        Colour of the house, on white.
    button : tuple of str
        Colour of the button that starts, and of its letters, in the theme of the visitor.
    script : str
        Address of the script.
    style : str
        The style sheet itself.
    draw : callable
        See `Draw`.
    sender : Sender
        Stands at the foot of every slide.

    Raises
    ------
    ValueError
        If the report has no slide.
    """
    if not report.slides:
        raise ValueError(f"{report.title} has no slides")
    slides = "".join(_slide(slide, place, draw) for place, slide in enumerate(report.slides))
    colours = f"--accent:{accent};--knop:{button[0]};--knop-inkt:{button[1]}"
    return (
        f"<style>{style}</style>"
        f'<div class="raad" style="{escape(colours)}" data-verslag="{escape(_key(report))}" '
        f'data-onbekend="{escape(UNKNOWN)}">'
        f"{_start(report)}"
        f'<dialog class="raad-scherm" aria-label="{escape(report.title)}">'
        '<div class="raad-zaal" tabindex="-1"><p class="onbekend" hidden></p>'
        f'{slides}{_question()}{_foot(report, sender)}<p class="melding" role="status" aria-live="polite"></p>'
        "</div></dialog></div>"
        f'<script src="{escape(script)}"></script>'
    )


def _key(report: Report) -> str:
    """Name the report among the windows of one browser."""
    return f"{report.gemeente}-{report.wijk}-{report.edition}"


# -- around the slides -------------------------------------------------------------------------------


def _start(report: Report) -> str:
    rows = "".join(
        f'<li><a href="?{escape(urlencode({DIA: slide.id}))}" data-open="{escape(slide.id)}">'
        f'<span class="nummer">{place}</span><span>{escape(slide.message)}</span></a></li>'
        for place, slide in enumerate(report.slides, start=1)
    )
    keys = " · ".join(
        f"{escape(what)}: {' '.join(f'<kbd>{escape(key)}</kbd>' for key in keys)}" for what, keys in _KEYS
    )
    return (
        f'<button type="button" class="raad-start" data-open="{escape(report.slides[0].id)}">Start de presentatie</button>'
        f'<p class="raad-uitleg">{keys}</p><ol class="raad-overzicht">{rows}</ol>'
    )


def _foot(report: Report, sender: Sender) -> str:
    known = bool(sender.logo) or sender.name.casefold() in report.subtitle.casefold()
    whose = "" if known else f"{sender.name}."
    stand = " ".join(filter(None, (whose, report.subtitle, report.vintage, report.fictional)))
    return (
        f'<footer class="raad-voet"><div class="afzender"><p class="stand"><b>{escape(report.title)}</b> {escape(stand)}</p>'
        f"{_logo(sender)}</div>"
        '<div class="raad-knoppen" role="group" aria-label="Bladeren">'
        f'{_button("vorige", "Vorige")}<p class="raad-nummer"></p>{_button("volgende", "Volgende")}</div>'
        '<div class="raad-knoppen ver" role="group" aria-label="Scherm">'
        f"{_button('tabel', 'Tabel', pressed=True)}{_button('notities', 'Notities')}"
        f"{_button('scherm', 'Volledig scherm')}{_button('sluiten', 'Sluiten')}</div></footer>"
    )


def _logo(sender: Sender) -> str:
    if sender.logo is None:
        return ""
    kind = "png" if sender.logo.startswith(_PNG) else "jpeg"
    return f'<img class="logo" alt="{escape(sender.name or "Logo")}" src="data:image/{kind};base64,{_base64(sender.logo)}">'


def _button(deed: str, label: str, *, pressed: bool = False, first: bool = False) -> str:
    state = ' aria-pressed="false"' if pressed else ""
    kind = ' class="eerst"' if first else ""
    return f'<button type="button" data-doe="{deed}"{kind}{state}>{escape(label)}</button>'


def _question() -> str:
    """Ask before notes come on a screen that the whole room may see."""
    return (
        '<div class="vraag" role="group" aria-label="Notities tonen" hidden>'
        "<p>Notities zijn voor u. Staat dit scherm op de beamer, dan ziet de zaal ze ook.</p>"
        '<div class="raad-knoppen">'
        f"{_button('eigen-venster', 'In een eigen venster', first=True)}{_button('hier', 'Toon ze hier')}"
        f"{_button('niet', 'Niet tonen')}</div></div>"
    )


# -- a slide -----------------------------------------------------------------------------------------


def _slide(slide: Slide, place: int, draw: Draw) -> str:
    pictures = [block for block in slide.blocks if isinstance(block, (Chart, Map))]
    words = [block for block in slide.blocks if not isinstance(block, (Chart, Map))]
    beside = bool(pictures) and sum(map(_length, words)) > _SHORT
    places = _BESIDE if beside else _UNDER if words else _ALONE
    parts = [_picture(block, slide, draw, places) for block in pictures]
    if words:
        # Right under the message a table needs no name of its own; its letters can then be larger.
        told = "".join(_words(block, named=bool(pictures or rank)) for rank, block in enumerate(words))
        parts.append(f'<div class="woorden">{told}</div>')
    parts += [_small(_note(block), block.source) for block in pictures]
    parts.append(_small(*filterfalse(_is_of_cbs, slide.untold)))
    hidden = "" if place == 0 else " hidden"
    title = f"dia-{slide.id}"
    return (
        f'<section class="dia" data-dia="{escape(slide.id)}" data-boodschap="{escape(slide.message)}" '
        f'aria-labelledby="{escape(title)}"{hidden}>'
        f'<h1 id="{escape(title)}">{escape(slide.message)}</h1>'
        f'<div class="inhoud{_shape(pictures, words, beside=beside)}">{"".join(parts)}</div>'
        f"{_tables(pictures)}{_notes(slide, words)}</section>"
    )


def _shape(pictures: Sequence[Block], words: Sequence[Block], *, beside: bool) -> str:
    """Return the classes by which the style sheet places picture and words."""
    if not pictures:
        return ""
    return f" met-beeld{' naast' if beside else ' onder' if words else ''}"


def _length(block: Block) -> int:
    """Return how many characters of text a block has; a table is as wide as the slide."""
    match block:
        case Say(text=text):
            return len(text)
        case Points(items=items, heading=heading):
            return sum(map(len, items)) + len(heading)
        case Voices(items=items):
            return sum(len(voice.text) + len(voice.group) for voice in items)
        case _:
            return 0


def _words(block: Block, *, named: bool) -> str:
    match block:
        case Say(text=text, weight=weight):
            return f'<p class="{weight}">{escape(text)}</p>'
        case Points(items=items, heading=heading, ordered=ordered):
            kind = "ol" if ordered else "ul"
            head = f"<p>{escape(heading)}</p>" if heading else ""
            rows = "".join(f"<li>{escape(item)}</li>" for item in items)
            return f'<div class="lijst">{head}<{kind}>{rows}</{kind}></div>'
        case Voices():
            return _voices(block)
        case Grid():
            source = "" if _is_of_cbs(block.source) else block.source
            return _table(replace(block, source=source), captioned=named, rest=FIRST_ROWS)
        case Chart() | Map():
            return ""
        case _:
            assert_never(block)


def _is_of_cbs(source: str) -> bool:
    """Tell whether a source can wait for the notes: the foot of every slide names CBS and the day of its figures."""
    return source.startswith("Bron: CBS")


def _voices(block: Voices) -> str:
    rows = "".join(
        f"<li><b>{escape(voice.group[:1].upper() + voice.group[1:])}</b>"
        f"{f' ({voice.verdict})' if voice.verdict else ''}: {escape(voice.text)}</li>"
        for voice in block.items
    )
    head = f"<p>{escape(block.heading)}</p>" if block.heading else ""
    return f'<div class="lijst">{head}<ul class="stemmen">{rows}</ul></div>'


def _table(grid: Grid, *, captioned: bool = True, rest: str = "") -> str:
    """Return a table with a header row and its rows named; under a message of its own its caption is only heard.

    The script shares out the width as the report says or as the browser would, whichever leaves the letters larger; where even the
    smallest do not fit, it hides the last rows and shows ``rest``.
    """
    columns = "".join(f'<col style="--deel:{100 * width / sum(grid.widths):.1f}%">' for width in grid.widths)
    head = "".join(
        f'<th scope="col" role="columnheader"{_numeric(grid, place)}>{escape(name)}</th>'
        for place, name in enumerate(grid.head)
    )
    rows = "".join(f'<tr role="row">{"".join(_cells(grid, row))}</tr>' for row in grid.rows)
    heard = "" if captioned else ' class="gehoord"'
    told = f'<p class="rest" data-zin="{escape(rest)}" hidden></p>' if rest else ""
    caption = f"<caption><span{heard}>{escape(grid.caption)}</span></caption>" if grid.caption else ""
    return (
        f'<div><table role="table">{caption}<colgroup>{columns}</colgroup><thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>{told}</div>'
        f"{_small(grid.note, grid.source)}"
    )


def _cells(grid: Grid, row: Sequence[str]) -> Iterable[str]:
    """Yield the cells of a row; on a phone they stand under each other, each with the name of its column."""
    for place, text in enumerate(row):
        kind = _numeric(grid, place)
        if place == 0:
            yield f'<th scope="row" role="rowheader"{kind}>{escape(text)}</th>'
        else:
            yield f'<td role="cell" data-kop="{escape(grid.head[place])}"{kind}>{escape(text)}</td>'


def _numeric(grid: Grid, column: int) -> str:
    return ' class="getal"' if column in grid.numeric else ""


def _small(*texts: str) -> str:
    told = " ".join(filter(None, texts))
    return f'<p class="klein">{escape(told)}</p>' if told else ""


# -- pictures ----------------------------------------------------------------------------------------


def _picture(block: Chart | Map, slide: Slide, draw: Draw, places: Mapping[str, tuple[float, float]]) -> str:
    """Return a picture with its finding above it, unless that is the message of the slide once more."""
    finding = (
        "" if says_the_same(block.title, slide.message) else f"<figcaption>{escape(block.title)}</figcaption>"
    )
    places = {"kaart": _MAP} if isinstance(block, Map) else places
    images = "".join(
        f'<img class="{shape}" alt="{escape(block.alt)}" src="data:image/svg+xml;base64,{_base64(draw(block, *place).encode())}">'
        for shape, place in places.items()
    )
    return f'<figure class="beeld">{finding}{_with_legend(block, images)}</figure>'


def _note(block: Chart | Map) -> str:
    return " ".join(block.drawing.notes) if isinstance(block, Map) else block.note


def _with_legend(block: Chart | Map, images: str) -> str:
    """Put the legend of a map beside it, in letters as large as the others; a chart has its own inside."""
    if isinstance(block, Chart):
        return images
    drawing = block.drawing
    rows = "".join(
        f'<li><span class="vakje" aria-hidden="true" style="{escape(swatch_style(entry, drawing))}"></span>'
        f'<span>{escape(entry.name)} <span class="aantal">{told_count(entry, drawing.level)}</span></span></li>'
        for entry in drawing.legend
    )
    legend = f'<div class="legenda"><p>{escape(drawing.legend_title)}</p><ul>{rows}</ul></div>'
    return f'<div class="met-legenda">{images}{legend}</div>'


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _tables(pictures: Sequence[Chart | Map]) -> str:
    if not pictures:
        return ""
    tables = "".join(_table(block.table) for block in pictures)
    return f'<div class="dia-tabel" role="region" aria-label="Tabel bij deze dia" tabindex="0" hidden>{tables}</div>'


# -- notes -------------------------------------------------------------------------------------------


def _notes(slide: Slide, words: Sequence[Block]) -> str:
    """Return likely questions and every source, also that of a table, whose slide leaves it to the notes."""
    told = dict.fromkeys(
        [*slide.sources, *(block.source for block in words if isinstance(block, Grid) and block.source)]
    )
    sources = "".join(f"<li>{escape(source)}</li>" for source in told)
    return (
        '<aside class="dia-notities" aria-label="Notities bij deze dia" tabindex="0" hidden><p class="hierna"></p>'
        f"{_questions(slide.questions)}{f'<h2>Bronnen</h2><ul>{sources}</ul>' if sources else ''}</aside>"
    )


def _questions(questions: Sequence[Answer]) -> str:
    if not questions:
        return ""
    rows = "".join(f"<dt>{escape(one.question)}</dt><dd>{escape(one.answer)}</dd>" for one in questions)
    return f"<h2>Vragen die u kunt verwachten</h2><dl>{rows}</dl>"
