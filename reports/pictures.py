"""Pictures: a chart as PNG or SVG for a report or a slide, drawn here and now, without a browser and without a network.

Vega-Lite draws in a JavaScript engine that comes with vl-convert. The typeface is the one of the screens
(``static/lettertypen``). Text in an SVG stays text, so that it can be read out, searched and edited; the typeface goes
along inside the file, and where a program does not look there (Word, PowerPoint) Arial takes its place.
"""

from __future__ import annotations

import base64
import json
import math
import re
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal
from xml.sax.saxutils import escape, quoteattr

Kind = Literal["png", "svg"]

ROOT: Final = Path(__file__).resolve().parent.parent
FONTS: Final = ROOT / "static" / "lettertypen"
#: Pixels of the layout: text of 12 px then has some 9 points on a page or slide that the picture fills.
WIDTH: Final = 960
#: Pixels in a PNG for every pixel of the layout: 2400 across, sharp on paper of 20 cm (300 per inch).
SCALE: Final = 2.5
_MARGIN: Final = 16
_NOTE_SIZE: Final = 11
_NOTE_LINE: Final = 16
#: A safe estimate of the width of a character of the note, in pixels.
_NOTE_CHARACTER: Final = 5.9
_FALLBACK: Final = "Arial, Helvetica, sans-serif"
_INK: Final = "#52626E"
_MOST_SECONDS: Final = 60
#: One at a time: a picture keeps a core busy, and the pages need the other ones.
_TURN: Final = threading.Lock()
#: Version of Vega-Lite for which Altair writes its charts.
_VEGA_LITE: Final = re.compile(r"/vega-lite/v(\d+\.\d+)")
#: How an SVG of Vega begins: its size, and the paper that it draws first.
_ROOT: Final = re.compile(
    r'<svg (?P<rest>[^>]*?)width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)" viewBox="[^"]*">'
    r'<rect width="[\d.]+" height="[\d.]+" fill="(?P<paper>[^"]+)"/>'
)
_FAMILY: Final = re.compile(r'font-family="Public Sans[^"]*"')
_WEIGHT: Final = re.compile(r'font-weight="(\w+)"')
_WEIGHTS: Final = {"normal": 400, "bold": 700}
_LATIN: Final = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,"
    "U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
)


def picture(
    spec: Mapping[str, Any],
    kind: Kind = "png",
    width: int = WIDTH,
    scale: float = SCALE,
    *,
    title: str = "",
    note: str = "",
) -> bytes:
    """Draw a chart as a still picture.

    Parameters
    ----------
    spec : mapping
        Specification in Vega-Lite with its figures in it, in the look that the picture should have. A caption in its
        usermeta comes under the picture.
    kind : {"png", "svg"}
    width : int
        Width of the layout in pixels; takes the place of a width that follows the page. The height is that of the chart.
    scale : float
        For a PNG: pixels in the file for every pixel of the layout.
    title : str, optional
        Short name of the picture for who has it read out; the description in ``spec`` is the long one.
    note : str, optional
        What stands under the picture behind its caption: when and with what it was made.

    Raises
    ------
    ValueError
        If the chart asks for something outside itself (figures or images at an address), or cannot be drawn.

    Notes
    -----
    Safe to call from several threads, but vl-convert holds on to the interpreter while it draws: a server that answers
    others meanwhile calls `picture_apart`.
    """
    caption = str(spec.get("usermeta", {}).get("caption", ""))
    drawn = _with_note(_svg(_still(spec, width)), f"{caption} {note}".strip())
    if kind == "svg":
        return told(with_typeface(drawn), title, str(spec.get("description", ""))).encode()
    png: bytes = _converter().svg_to_png(drawn, scale=scale)
    return png


def picture_apart(
    spec: Mapping[str, Any], kind: Kind = "png", width: int = WIDTH, *, title: str = "", note: str = ""
) -> bytes:
    """Draw a chart as `picture` does, in a process of its own, so that nobody else waits for it and no memory stays taken.

    Parameters
    ----------
    spec, kind, width, title, note
        As in `picture`.

    Raises
    ------
    RuntimeError
        If it cannot be drawn, or not within a minute.
    """
    return _apart({"spec": spec, "kind": kind, "width": width, "title": title, "note": note})


def png_apart(svg: str, ppi: int) -> bytes:
    """Turn a drawing of ours into a PNG, in a process of its own as `picture_apart`.

    Parameters
    ----------
    svg : str
        Sizes in points; text in the typeface of the screens.
    ppi : int
        Pixels per inch.

    Raises
    ------
    RuntimeError
        As in `picture_apart`.
    """
    return _apart({"svg": svg, "ppi": ppi})


def _apart(order: Mapping[str, Any]) -> bytes:
    command = [sys.executable, "-m", __name__]
    with _TURN:
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                input=json.dumps(order).encode(),
                capture_output=True,
                timeout=_MOST_SECONDS,
            )
        except subprocess.TimeoutExpired as slow:
            raise RuntimeError(f"the picture was not there after {_MOST_SECONDS} seconds") from slow
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout


@lru_cache(maxsize=1)
def _converter() -> Any:
    """Load vl-convert (85 MB) at the first picture, not when the app starts."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


def _still(spec: Mapping[str, Any], width: int) -> dict[str, Any]:
    """Return the chart at a fixed width, with a margin of paper around it."""
    return {
        **spec,
        "width": width,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": _MARGIN,
    }


def _svg(spec: dict[str, Any]) -> str:
    version = _VEGA_LITE.search(str(spec.get("$schema", "")))
    known: list[str] = _converter().get_vegalite_versions()
    fitting = version.group(1) if version and version.group(1) in known else None
    # Nothing may be fetched: not while drawing, and not by an image in what was drawn.
    svg: str = _converter().vegalite_to_svg(spec, vl_version=fitting, allowed_base_urls=[])
    if "<image" in svg:
        raise ValueError("a picture holds figures only, no image from elsewhere")
    return svg


def _with_note(svg: str, note: str) -> str:
    """Make room under the picture and write the note there."""
    root = _ROOT.match(svg)
    if root is None:
        raise ValueError("this is not a picture that Vega drew")
    if not note:
        return svg
    # In whole pixels, and as one sheet of paper: two sheets would show a seam.
    width, drawn = math.ceil(float(root["width"])), math.ceil(float(root["height"]))
    lines = textwrap.wrap(note, int((width - 2 * _MARGIN) / _NOTE_CHARACTER))
    height = drawn + _NOTE_LINE * len(lines) + 4
    head = f'<svg {root["rest"]}width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    paper = f'<rect width="{width}" height="{height}" fill="{root["paper"]}"/>'
    text = "".join(
        f'<text x="{_MARGIN}" y="{drawn + _NOTE_LINE * place}" font-family="Public Sans" '
        f'font-size="{_NOTE_SIZE}px" fill="{_INK}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    return f"{head}{paper}{svg[root.end() :].removesuffix('</svg>')}{text}</svg>"


def with_typeface(svg: str) -> str:
    """Put the weights of the typeface that occur into an SVG, and name what to use where a program passes them over."""
    named = _FAMILY.sub(f'font-family="Public Sans, {_FALLBACK}"', svg)
    weights = {_WEIGHTS.get(weight) or int(weight) for weight in _WEIGHT.findall(svg)} | {400}
    faces = "".join(_faces(sorted(weights), svg))
    return re.sub(r"(<svg [^>]*>)", lambda head: f"{head.group(1)}<style>{faces}</style>", named, count=1)


def _faces(weights: list[int], svg: str) -> Iterator[str]:
    # All of Latin-1 and the punctuation stand in the first file; names such as Łódź need the second.
    rare = re.search("[Ā-ʺˇ-˙Ḁ-ỿ]", svg) is not None
    for weight in weights:
        if rare:
            yield _face(f"public-sans-latin-ext-{weight}-normal.woff2", weight)
        yield _face(f"public-sans-latin-{weight}-normal.woff2", weight, _LATIN)


@lru_cache(maxsize=6)
def _face(file: str, weight: int, reach: str = "") -> str:
    content = base64.b64encode((FONTS / file).read_bytes()).decode()
    limit = f";unicode-range:{reach}" if reach else ""
    return (
        f"@font-face{{font-family:'Public Sans';font-weight:{weight};"
        f"src:url(data:font/woff2;base64,{content}) format('woff2'){limit}}}"
    )


def told(svg: str, title: str, description: str) -> str:
    """Give an SVG its name and text alternative."""
    label = f' role="img" aria-label={quoteattr(title or description)}' if title or description else ""
    parts = "".join(
        f"<{name}>{escape(text)}</{name}>" for name, text in (("title", title), ("desc", description)) if text
    )
    return re.sub(r"<svg ([^>]*)>", lambda head: f"<svg {head.group(1)}{label}>{parts}", svg, count=1)


def _main() -> None:
    """Draw the one picture that is ordered at the door, and hand it out there."""
    order = json.load(sys.stdin)
    made = _converter().svg_to_png(order["svg"], ppi=order["ppi"]) if "svg" in order else picture(**order)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    _main()
