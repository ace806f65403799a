"""A report as a file: which forms there are, and one made here or in a process of its own."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.errors import ExportError, UserError
from reports.drawn import Drawings
from reports.house import House
from reports.model import Report

ROOT: Final = Path(__file__).resolve().parent.parent
_MOST_SECONDS: Final = 60
#: Of a process that could not make what was asked, for a reason that the user can do something about.
_TOLD: Final = 3
_LONGEST_NAME: Final = 80


@dataclass(frozen=True)
class Form:
    """One form of a report.

    Attributes
    ----------
    label : str
        What a button says.
    suffix : str
    mime : str
    ending : str
        What stands in the file name before the suffix, where two forms share one.
    """

    label: str
    suffix: str
    mime: str
    ending: str = ""


_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument"
FORMS: Final[dict[str, Form]] = {
    "docx": Form("Word", ".docx", f"{_OPEN_XML}.wordprocessingml.document"),
    "pptx": Form("PowerPoint", ".pptx", f"{_OPEN_XML}.presentationml.presentation"),
    "pdf": Form("PDF", ".pdf", "application/pdf"),
    "bladzijde": Form("Eén bladzijde (PDF)", ".pdf", "application/pdf", "-op-een-bladzijde"),
    "bladzijde-word": Form(
        "Eén bladzijde (Word)", ".docx", f"{_OPEN_XML}.wordprocessingml.document", "-op-een-bladzijde"
    ),
}


def file_name(report: Report, form: str) -> str:
    """Return the name of the file: gemeente, wijk, edition."""
    plain = unicodedata.normalize("NFKD", f"{report.gemeente_name} {report.wijk_name}")
    words = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower())
    edition = f"-editie-{report.edition}" if report.edition > 1 else ""
    chosen = FORMS[form]
    return f"wijkanalyse-{words[:_LONGEST_NAME].strip('-')}{edition}{chosen.ending}{chosen.suffix}"


def made(report: Report, house: House, form: str, drawings: Drawings | None = None) -> bytes:
    """Make one file of a report, in this process.

    Parameters
    ----------
    report : Report
    house : House
    form : str
        A key of `FORMS`.
    drawings : Drawings, optional
        What was begun of the pictures of a Word file.

    Raises
    ------
    UserError
        If a template or logo of the house cannot be used.
    """
    if form == "docx":
        from reports.word import document

        return document(report, house, drawings)
    if form == "pptx":
        from reports.deck import deck

        return deck(report, house)
    if form == "pdf":
        from reports.pdf import pdf

        return pdf(report, house)
    if form == "bladzijde":
        from reports import pdf as as_pdf

        return as_pdf.one_page(report, house)
    if form == "bladzijde-word":
        from reports import word

        return word.one_page(report, house)
    raise ValueError(f"no such form: {form!r}")


def made_apart(report: Report, house: House, form: str) -> bytes:
    """Make one file as `made` does, in a process of its own, so that a server goes on answering others.

    Raises
    ------
    UserError
        As `made`.
    RuntimeError
        If it cannot be made for another reason, or not within a minute.
    """
    order = pickle.dumps((report, house, form))
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            input=order,
            capture_output=True,
            timeout=_MOST_SECONDS,
        )
    except subprocess.TimeoutExpired as slow:
        raise RuntimeError(f"the document was not there after {_MOST_SECONDS} seconds") from slow
    if done.returncode == _TOLD:
        raise ExportError(done.stderr.decode())
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout


def _main() -> None:
    """Make the one file that is ordered at the door, by the process that asked for it, and hand it out there."""
    report, house, form = pickle.load(sys.stdin.buffer)
    try:
        content = made(report, house, form)
    except UserError as error:
        sys.stderr.buffer.write(str(error).encode())
        raise SystemExit(_TOLD) from error
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    _main()
