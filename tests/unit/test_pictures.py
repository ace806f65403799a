"""Pictures for a report or a slide: drawn without a browser, without a network, readable elsewhere."""

from __future__ import annotations

import struct
import subprocess
import sys
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from data.catalogue import Catalogue
from reports.pictures import SCALE, WIDTH, picture, picture_apart
from ui import charts
from ui.theme import DARK, LIGHT, Look

SVG = "{http://www.w3.org/2000/svg}"
TITLE = "Het aandeel 65-plussers steeg in Łódź & de Höhe"
NOTE = "Gemaakt op 22 november 2026 met Wijkradar 0.1.0."
SOURCE = "Bron: CBS, Kerncijfers wijken en buurten (CC BY 4.0), ingelezen op 22 november 2026."


def spec(known: Catalogue, look: Look = LIGHT) -> dict:
    frame = pd.DataFrame(
        {
            "region": "WK990001",
            "name": "Höhe",
            "role": "wijk",
            "year": range(2015, 2023),
            "value": [1204.0, 1250.0, 1265.0, 1290.0, 1300.0, 1310.0, 1375.0, 1420.0],
            "status": "observed",
            "segment": 0,
        }
    )
    drawn = charts.line_chart(frame, known["population"], look, title=TITLE, source=SOURCE)
    return drawn.to_dict(validate=False)


def texts(svg: bytes) -> str:
    root = ElementTree.fromstring(svg)
    return " ".join("".join(part.itertext()) for part in root.iter(f"{SVG}text"))


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


@pytest.fixture(scope="module")
def drawn(known: Catalogue) -> bytes:
    return picture(spec(known), "svg", title=TITLE, note=NOTE)


def test_a_png_is_wide_enough_for_print(known: Catalogue) -> None:
    wide, high = size(picture(spec(known), note=NOTE))
    assert wide == WIDTH * SCALE
    assert high > 400


def test_the_width_decides_how_the_chart_is_laid_out(known: Catalogue) -> None:
    narrow = picture(spec(known), "svg", width=400)
    assert ElementTree.fromstring(narrow).get("width") == "400"
    assert texts(picture(spec(known), "svg", width=900)).count("20") > texts(narrow).count("20")


def test_text_in_an_svg_stays_text_with_title_figures_and_source(drawn: bytes) -> None:
    told = texts(drawn)
    for part in (TITLE, "Höhe", "2015", "1\u202f420", "Bron: CBS", "CC BY 4.0", NOTE):
        assert part in told


def test_an_svg_can_be_read_out(drawn: bytes, known: Catalogue) -> None:
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == TITLE
    assert root.findtext(f"{SVG}desc") == spec(known)["description"]


def test_an_svg_brings_its_typeface_and_names_one_that_every_office_has(drawn: bytes) -> None:
    assert b"@font-face" in drawn
    assert b"public sans, arial" in drawn.lower()
    assert len(drawn) < 250_000


def test_an_svg_asks_nobody_for_anything(drawn: bytes) -> None:
    outside = [part for part in drawn.decode().split('"') if part.startswith(("http", "//"))]
    assert set(outside) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert b"url(http" not in drawn


def test_the_same_chart_gives_the_same_picture(known: Catalogue) -> None:
    assert picture(spec(known), "svg") == picture(spec(known), "svg")


def test_the_paper_under_the_note_is_that_of_the_chart(known: Catalogue) -> None:
    svg = ElementTree.fromstring(picture(spec(known, DARK), "svg", note=NOTE))
    papers = [part for part in svg.findall(f"{SVG}rect") if part.get("fill") == DARK.paper]
    assert [part.get("height") for part in papers] == [svg.get("height")]


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server on this machine that writes down who asks; a process, since vl-convert holds on to the interpreter."""
    log = tmp_path / "asked"
    log.touch()
    served = f"""
import http.server, pathlib
class Listener(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        pathlib.Path({str(log)!r}).write_text(self.path)
        self.send_response(200); self.end_headers(); self.wfile.write(b'[{{"a": 1}}]')
    def log_message(self, *args): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
print(server.server_port, flush=True)
server.serve_forever()
"""
    process = subprocess.Popen([sys.executable, "-c", served], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    yield f"http://127.0.0.1:{process.stdout.readline().strip()}/", log
    process.kill()
    process.wait()


@pytest.mark.parametrize("asks", ["figures", "image"])
def test_a_picture_that_needs_another_address_is_refused_and_asks_nothing(
    neighbour: tuple[str, Path], asks: str
) -> None:
    address, log = neighbour
    mark: object = "point"
    data: dict[str, object] = {"url": f"{address}figures.json"}
    encoding: dict[str, object] = {"x": {"field": "a", "type": "quantitative"}}
    if asks == "image":
        mark, data = {"type": "image", "width": 9, "height": 9}, {"values": [{"a": f"{address}i.png"}]}
        encoding = {"url": {"field": "a", "type": "nominal"}}
    with pytest.raises(ValueError):
        picture({"data": data, "mark": mark, "encoding": encoding, "config": {"background": "#FFFFFF"}})
    assert not log.read_text()


def test_pictures_do_not_make_the_app_start_slower() -> None:
    code = "import sys, ui.exhibit; print(any(name.startswith('vl_convert') for name in sys.modules))"
    root = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip().endswith("False")


def test_a_picture_made_apart_is_the_same_picture(known: Catalogue) -> None:
    told = {"title": TITLE, "note": NOTE}
    assert picture_apart(spec(known), "svg", 500, **told) == picture(spec(known), "svg", 500, **told)


def test_what_cannot_be_drawn_apart_says_why() -> None:
    with pytest.raises(RuntimeError, match="not allowed"):
        picture_apart({"data": {"url": "http://127.0.0.1:9/d.json"}, "mark": "point"})


def test_readers_who_ask_at_the_same_moment_each_get_their_own_picture(known: Catalogue) -> None:
    widths = [500, 600, 700, 800]
    found: dict[int, str | None] = {}

    def ask(width: int) -> None:
        found[width] = ElementTree.fromstring(picture(spec(known), "svg", width=width)).get("width")

    threads = [threading.Thread(target=ask, args=(width,)) for width in widths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {width: str(width) for width in widths}
