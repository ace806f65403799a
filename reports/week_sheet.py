"""The week sheet: the visits of one week to print and take along, with room to write; also as a workbook."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import pandas as pd

from data import VERSION
from reports.export import made, workbook

_FONTS: Final = Path(__file__).resolve().parents[1] / "static" / "lettertypen"
_WEIGHTS: Final = (400, 600)
#: A week with more visits than this has less room to write, so that it fits on one or two pages.
_ROOMY: Final = 3


@dataclass(frozen=True)
class Stop:
    """One visit on the sheet.

    Attributes
    ----------
    day : date
    wijk, kind, when, aim : str
        As they are read; ``when`` is the time, empty for the whole day.
    who, partners, place : str
        Empty where not given.
    facts : tuple of str
        About the wijk: figures with their year.
    heard : str
        How many concerns are open, as everybody may see it.
    """

    day: date
    wijk: str
    kind: str
    when: str
    aim: str
    who: str = ""
    partners: str = ""
    place: str = ""
    facts: tuple[str, ...] = field(default=())
    heard: str = ""


@dataclass(frozen=True)
class WeekSheet:
    """What stands on the sheet.

    Attributes
    ----------
    gemeente : str
    monday : date
    title : str
        The week in words.
    stops : tuple of Stop
        Of that week, in order.
    days : tuple of str
        Names of the seven days.
    source : str
        Where the figures come from.
    """

    gemeente: str
    monday: date
    title: str
    stops: tuple[Stop, ...]
    days: tuple[str, ...]
    source: str


def week_page(sheet: WeekSheet) -> bytes:
    """Return the sheet as one HTML file that prints on A4 and needs nothing else: fonts are in it, there is no script.

    Parameters
    ----------
    sheet : WeekSheet
        Texts in it are escaped.
    """
    rows = "".join(_day(sheet, sheet.monday + timedelta(days=n), name) for n, name in enumerate(sheet.days))
    full = "" if len(sheet.stops) <= _ROOMY else ' class="vol"'
    empty = '<p class="leeg">Voor deze week staat niets in de agenda.</p>' if not sheet.stops else ""
    text = (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_safe(f'Weekblad {sheet.gemeente}, {sheet.title}')}</title><style>{_fonts()}{_STYLE}</style></head>"
        f"<body{full}><header><h1>Weekblad {_safe(sheet.gemeente)}</h1><p>{_safe(sheet.title)}</p></header>"
        f"<main>{empty}{rows}</main><footer>{_safe(sheet.source)} Gemaakt met Wijkradar {VERSION} op "
        f"{date.today():%d-%m-%Y}. Schrijf geen namen of nummers van mensen op.</footer></body></html>"
    )
    return text.encode("utf-8")


def _day(sheet: WeekSheet, day: date, name: str) -> str:
    stops = [stop for stop in sheet.stops if stop.day == day]
    if not stops:
        return ""
    return f"<section><h2>{_safe(name)}</h2>{''.join(map(_stop, stops))}</section>"


def _stop(stop: Stop) -> str:
    lines = [("Wie", stop.who), ("Partners", stop.partners), ("Waar", stop.place)]
    told = "".join(f"<div><dt>{label}</dt><dd>{_safe(text)}</dd></div>" for label, text in lines if text)
    facts = "".join(f"<li>{_safe(fact)}</li>" for fact in (*stop.facts, stop.heard) if fact)
    when = f"{_safe(stop.when)} " if stop.when else ""
    return (
        f'<article><h3>{when}{_safe(stop.wijk)} <span>{_safe(stop.kind)}</span></h3><p class="doel">{_safe(stop.aim)}</p>'
        f'<div class="twee"><dl>{told}</dl><ul>{facts}</ul></div>'
        '<div class="ruimte"><span>Wat kwam ervan?</span></div></article>'
    )


def _safe(text: str) -> str:
    return html.escape(text, quote=True)


@lru_cache(maxsize=1)
def _fonts() -> str:
    faces = []
    for weight in _WEIGHTS:
        font = (_FONTS / f"public-sans-latin-{weight}-normal.woff2").read_bytes()
        faces.append(
            f"@font-face{{font-family:'Public Sans';font-weight:{weight};src:url(data:font/woff2;base64,"
            f"{base64.b64encode(font).decode('ascii')}) format('woff2')}}"
        )
    return "".join(faces)


#: Ink on white, thin lines, no fills: light on toner and readable as a copy.
_STYLE: Final = """
@page{size:A4;margin:14mm 14mm 12mm}
*{box-sizing:border-box}
body{font:400 10.5pt/1.4 'Public Sans',sans-serif;color:#17242e;background:#fff;margin:0 auto;max-width:182mm;padding:6mm 0}
header{display:flex;justify-content:space-between;align-items:baseline;border-bottom:1.5pt solid #17242e;padding-bottom:1.5mm}
h1{font-size:15pt;font-weight:600;margin:0}header p{margin:0}
h2{font-size:11.5pt;font-weight:600;margin:5mm 0 1.5mm;break-after:avoid}h2::first-letter{text-transform:uppercase}
h3{font-size:11pt;font-weight:600;margin:0}h3 span{font-weight:400;color:#52626e}
article{border:.5pt solid #8a97a0;border-radius:1.5mm;padding:2.5mm 3mm;margin:0 0 2.5mm;break-inside:avoid}
.doel{margin:.5mm 0 1mm}.twee{display:grid;grid-template-columns:2fr 3fr;gap:6mm}
dl{margin:0}dl div{display:flex;gap:2mm}dt{flex:none;width:16mm;color:#52626e}dd{margin:0}
ul{margin:0;padding-left:4mm}li{margin:0}
.ruimte{margin-top:2mm;min-height:20.4mm;background:linear-gradient(#fff calc(100% - .3mm),#b9c5cc 0) 0 0/100% 6.8mm}
.vol .ruimte{min-height:13.6mm}.vol h2{margin-top:3mm}.vol article{padding:1.8mm 3mm}.ruimte span{font-size:8.5pt;color:#52626e;background:#fff;padding-right:2mm}
.leeg{margin:8mm 0}
footer{margin-top:5mm;border-top:.5pt solid #8a97a0;padding-top:1.5mm;font-size:8pt;color:#52626e}
@media screen{body{padding:6mm 5mm}}
@media screen and (max-width:600px){header{display:block}.twee{grid-template-columns:1fr;gap:1mm}}
@media print{body{padding:0;max-width:none}.ruimte{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""


def week_book(sheet: WeekSheet) -> bytes:
    """Return the sheet as a workbook, one row per visit, with a sheet that accounts for it; no cell runs as a formula."""
    rows = pd.DataFrame(
        [
            {
                "Dag": stop.day.strftime("%d-%m-%Y"),
                "Tijd": stop.when,
                "Wijk": stop.wijk,
                "Soort": stop.kind,
                "Doel": stop.aim,
                "Wie": stop.who,
                "Partners": stop.partners,
                "Waar": stop.place,
                "Over de wijk": " ".join(stop.facts),
                "Gehoord": stop.heard,
                "Wat kwam ervan?": "",
            }
            for stop in sheet.stops
        ],
        columns=list(_COLUMNS),
    )
    about = {
        "Wat dit is": f"Weekblad van {sheet.gemeente}: {sheet.title}",
        "Bron": sheet.source,
        "Let op": "Schrijf geen namen of nummers van mensen op.",
    }
    return workbook(rows, about | made())


_COLUMNS: Final[Sequence[str]] = (
    "Dag", "Tijd", "Wijk", "Soort", "Doel", "Wie", "Partners", "Waar", "Over de wijk", "Gehoord", "Wat kwam ervan?",
)  # fmt: skip
