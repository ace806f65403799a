"""The wijkanalyse as files: seconds per form, for one wijk and for all, with the way round LibreOffice beside it.

    python -m benchmarks.reports [--all]

The sample is put into a store and a register of its own first. Measured: the command line from nothing (with figures that nobody worked
out yet, and with what is kept of them), the report itself (the first of a process, and once more for the next wijk), each form of it, a PDF
of some 12 pages, one chart and one map as picture. The peer makes the same pages in the way that is usual in Python: the Word file through LibreOffice.
With ``--all`` also every wijk of the gemeente in one zip.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

import pikepdf

from data.catalogue import catalogue
from data.importing import ensure_sample
from data.settings import ROOT, Settings
from data.store import Store
from register.roles import LOCAL
from reports.drawn import chart_png, map_png
from reports.house import House
from reports.making import FORMS, made
from reports.model import Chart, Map, Report

WIJK: Final = "WK999908"
TODAY: Final = date(2026, 11, 22)
HOUSE: Final = House(organisation="Gemeente Voorbeeldstad")
_TIMES: Final = 5
Result = TypeVar("Result")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--all", action="store_true", help="also all wijken of the sample in one zip")
    choice = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), everything=choice.all)


def measure(folder: Path, *, everything: bool) -> None:
    """Measure on the sample, in a folder that may be filled."""
    settings = Settings(store=folder / "store")
    ensure_sample(Store(settings.store), catalogue())
    from ui.story_batch import opened, story_of, write_all
    from ui.story_report import report_of

    say("cli.py report, figures never worked out", timed(lambda: by_command(settings.store))[1])
    say("cli.py report, figures worked out before", median(lambda: by_command(settings.store)))
    known, desk = opened(settings, "GM9999", LOCAL)
    other = next(region for region in known.regions if region not in (WIJK, "GM9999"))
    story = story_of(desk, known, WIJK)
    whole, first = timed(lambda: report_of(known, desk, WIJK, story, TODAY))
    _, later = timed(lambda: report_of(known, desk, other, story_of(desk, known, other), TODAY))
    say("report, the first of a gemeente", first)
    say("report, the next wijk", later)
    for form, about in FORMS.items():
        say(about.label, median(lambda form=form: made(whole, HOUSE, form)))
    twelve = of_pages(whole, 12)
    say(f"PDF of {pages(made(twelve, HOUSE, 'pdf'))} pages", median(lambda: made(twelve, HOUSE, "pdf")))
    chart = next(block for block in whole.blocks() if isinstance(block, Chart))
    drawing = next(block for block in whole.blocks() if isinstance(block, Map))
    say("one chart as PNG", median(lambda: chart_png(chart, HOUSE)))
    say("one map as PNG", median(lambda: map_png(drawing, HOUSE)))
    if shutil.which("soffice"):
        word = made(twelve, HOUSE, "docx")
        say("peer: the same pages by LibreOffice", median(lambda: by_libreoffice(word, folder), times=3))
    if everything:
        _, spent = timed(
            lambda: write_all(
                known, desk, HOUSE, ["docx", "pptx", "pdf"], folder / "alle.zip", lambda _: None, TODAY
            )
        )
        say("all wijken as Word, PowerPoint and PDF", spent)


def by_command(store: Path) -> None:
    """Make the Word file of one wijk as somebody does at the command line: a Python that has read nothing yet."""
    out = str(store.parent / "x.docx")
    command = [sys.executable, "cli.py", "report", "GM9999", WIJK, "--output", out]
    environment = os.environ | {"WIJKRADAR_STORE": str(store)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


def of_pages(report: Report, most: int) -> Report:
    """Return the first sections of a report, as many as fit in so many pages."""
    for count in range(len(report.sections), 0, -1):
        shorter = replace(report, sections=report.sections[:count])
        if pages(made(shorter, HOUSE, "pdf")) <= most:
            return shorter
    return report


def pages(pdf: bytes) -> int:
    """Return how many pages a PDF of ours has."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return len(file.pages)


def by_libreoffice(word: bytes, folder: Path) -> None:
    """Make pages of a Word file, in a profile that is there already after the first time."""
    file = folder / "peer.docx"
    file.write_bytes(word)
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
         "--convert-to", "pdf", "--outdir", folder, file],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


def timed(make: Callable[[], Result]) -> tuple[Result, float]:
    """Return what was made and the seconds that it took."""
    begun = time.perf_counter()
    result = make()
    return result, time.perf_counter() - begun


def median(make: Callable[[], object], times: int = _TIMES) -> float:
    """Return the middle of several measurements, after one that does not count."""
    make()
    return statistics.median(timed(make)[1] for _ in range(times))


def say(what: str, seconds: float) -> None:
    sys.stdout.write(f"{what:45} {seconds:8.3f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
