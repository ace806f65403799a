"""The wijkanalyse as a file: of one wijk, or of all wijken of a gemeente in one zip."""

from __future__ import annotations

import difflib
import gc
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands._app import app, bar_of, say_what_is_wrong
from commands._beside import begin_beside, study_beside
from data.errors import ExportError
from data.settings import load_settings

if TYPE_CHECKING:
    from data.settings import Settings
    from reports.house import House
    from ui.figures import Figures

_ALL = "alle"
#: Most of what is in memory when a report is made.
_LIBRARIES = ("pandas", "geopandas", "streamlit", "sqlalchemy", "scipy.sparse", "docx", "typst")
_SUFFIXES = (".docx", ".pptx", ".pdf")
#: Templates by what is made with them; a PDF has none.
_TEMPLATES = {".docx": (".docx", ".dotx"), ".pptx": (".pptx", ".potx")}


@app.command()
@say_what_is_wrong
def report(
    gemeente: Annotated[str, typer.Argument(help="Code of naam van de gemeente, zoals GM0917.")],
    wijk: Annotated[
        str, typer.Argument(help="Code of naam van de wijk, zoals WK091720; alle is elke wijk, in een zip.")
    ],
    output: Annotated[
        Path, typer.Option("--output", help="Bestand dat eindigt op .docx, .pptx of .pdf; bij alle op .zip.")
    ],
    edition: Annotated[
        int | None, typer.Option("--edition", help="Welke editie; anders de nieuwste.", min=1)
    ] = None,
    one_page: Annotated[
        bool, typer.Option("--one-page", help="Alleen de samenvatting op een bladzijde (.docx of .pdf).")
    ] = False,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template", help="Eigen sjabloon (.docx of .pptx), in plaats van dat van de instellingen."
        ),
    ] = None,
    forms: Annotated[
        str, typer.Option("--forms", help="Bij alle: wat in de zip komt, met komma's ertussen.")
    ] = "docx,pptx,pdf",
) -> None:
    """Maak de wijkanalyse van een wijk als Word, PowerPoint of PDF, of die van alle wijken in een zip."""
    everything = wijk.strip().lower() == _ALL
    _check_place(output, everything, one_page)
    if everything:
        _of_all(gemeente, output, template, [form.strip() for form in forms.split(",") if form.strip()])
    else:
        with _in_a_hurry():
            _of_one(gemeente, wijk, output, edition, template, _form(output, one_page))


def _of_all(gemeente: str, output: Path, template: Path | None, forms: list[str]) -> None:
    from register.roles import LOCAL
    from reports.making import FORMS
    from ui import story_batch

    if unknown := [form for form in forms if form not in FORMS] or ([] if forms else ["niets"]):
        raise ExportError(f"--forms kent {unknown[0]} niet; kies uit {', '.join(FORMS)}.")
    settings = load_settings()
    style = _style(settings, output, template)
    _with_sample(settings, gemeente)
    with bar_of() as bar:
        task = bar.add_task("Cijfers lezen", total=None)

        def tell(step: story_batch.Step) -> None:
            bar.update(task, description=step.name or "Klaar", completed=step.done, total=step.of)

        known, desk = story_batch.opened(settings, gemeente, LOCAL)
        count = story_batch.write_all(known, desk, style, forms, output, tell, date.today())
    typer.echo(f"{count} wijken staan in {output}.")


def _of_one(
    gemeente: str, wijk: str, output: Path, edition: int | None, template: Path | None, form: str
) -> None:
    from data.store import Store
    from register.roles import LOCAL
    from reports.drawn import Drawings
    from reports.making import file_name, made
    from ui import forecasting, story_batch
    from ui.story_report import report_of

    settings = load_settings()
    style = _style(settings, output, template)
    _with_sample(settings, gemeente)
    store = Store(settings.store)
    beside = study_beside(store, story_batch.code_of(store, gemeente))
    with bar_of() as bar:
        task = bar.add_task("Cijfers lezen", total=3)
        known, desk = story_batch.opened(settings, gemeente, LOCAL)
        if beside:
            beside.go()
        region = _region(known, wijk)
        story = story_batch.story_of(desk, known, region, edition)
        bar.update(task, description="Rekenen en schrijven", completed=1)
        forecasting.begin(known, beside.wait if beside else None)
        with Drawings(style) as drawings:
            # The pictures of a chapter are drawn while the next one is written.
            begin = (lambda section: drawings.begin(section.blocks)) if form == "docx" else None
            whole = report_of(known, desk, region, story, date.today(), ready=begin)
            bar.update(task, description="Opmaken", completed=2)
            _write(output, made(whole, style, form, drawings))
        bar.update(task, description="Klaar", completed=3)
    typer.echo(f"{whole.title}: geschreven naar {output} ({file_name(whole, form)}).")


@contextmanager
def _in_a_hurry() -> Iterator[None]:
    """Look for no garbage meanwhile, and never among what libraries brought: of the few seconds of one report, that is one."""
    gc.disable()
    for library in _LIBRARIES:
        importlib.import_module(library)
    gc.freeze()
    try:
        yield
    finally:
        gc.enable()


def _style(settings: Settings, output: Path, template: Path | None) -> House:
    from reports.house import house, with_template

    style = house(settings)
    if template is None:
        return style
    style = with_template(style, template)
    _check_template(output, template)
    return style


def _with_sample(settings: Settings, gemeente: str) -> None:
    """Put the sample municipality in a store that does not have it yet, where that is what is asked for."""
    from data import sample
    from data.catalogue import catalogue
    from data.importing import ensure_sample, sample_is_current
    from data.store import Store

    store = Store(settings.store)
    if gemeente.strip().casefold() != sample.GEMEENTE.casefold() or sample_is_current(store, catalogue()):
        return
    done = begin_beside(ensure_sample, store, catalogue())
    with bar_of() as bar:
        task = bar.add_task("Voorbeeldgemeente inlezen", total=1)
        if done:
            done()
        ensure_sample(Store(settings.store), catalogue())
        bar.advance(task)


def _form(output: Path, one_page: bool) -> str:
    suffix = output.suffix.lower()
    if one_page:
        return "bladzijde" if suffix == ".pdf" else "bladzijde-word"
    return suffix.removeprefix(".")


def _check_place(output: Path, everything: bool, one_page: bool) -> None:
    suffixes = (".zip",) if everything else (".docx", ".pdf") if one_page else _SUFFIXES
    if output.suffix.lower() not in suffixes:
        raise ExportError(
            f"De uitkomst komt in een bestand dat eindigt op {' of '.join(suffixes)}, en niet in {output}; pas de naam aan."
        )
    if output.is_dir():
        raise ExportError(f"{output} is een map; geef de naam van een bestand.")
    if not output.parent.is_dir():
        raise ExportError(f"De map {output.parent} bestaat niet; maak haar aan of kies een andere.")


def _check_template(output: Path, template: Path) -> None:
    """Refuse a template of which nothing would be seen in the outcome."""
    if output.suffix.lower() != ".zip" and template.suffix.lower() not in _TEMPLATES.get(
        output.suffix.lower(), ()
    ):
        raise ExportError(
            f"Het sjabloon {template.name} past niet bij {output.name}; kies een ander sjabloon, of laat --template weg."
        )


def _region(known: Figures, wijk: str) -> str:
    """Return the series of a wijk that is named by its code or its name."""
    asked = wijk.strip().casefold()
    codes = {region.casefold(): region for region in known.regions}
    for region in reversed(known.regions):
        for year in reversed(known.years):
            if code := known.code_in(region, year):
                codes.setdefault(code.casefold(), region)
    if asked in codes:
        return codes[asked]
    called = _called(known, asked)
    if len(called) > 1:
        raise ExportError(
            f"{known.name} heeft {len(called)} wijken die {wijk} heten; noem de code, uit: {', '.join(sorted(called))}."
        )
    if called:
        return called[0]
    meant = _meant(known, asked, codes)
    hint = f" Bedoelt u {meant}?" if meant else ""
    raise ExportError(
        f"{known.name} heeft geen wijk {wijk}.{hint} De codes staan op de pagina Gegevens & methode."
    )


def _meant(known: Figures, asked: str, codes: dict[str, str]) -> str:
    """Return what somebody may have meant: of what looks like a code the nearest code with its name, else the nearest name."""
    digits = sum(character.isdigit() for character in asked)
    if 2 * digits > len(asked):
        near = difflib.get_close_matches(asked, codes, n=1)
        return f"{near[0].upper()} ({known.label(codes[near[0]])})" if near else ""
    names = {known.label(region).casefold(): known.label(region) for region in known.regions}
    near = difflib.get_close_matches(asked, names, n=1)
    return names[near[0]] if near else ""


def _called(known: Figures, name: str) -> list[str]:
    """Return the wijken with a name (in lower case): those of now before those that are gone."""
    ever = [region for region in known.regions if known.label(region).casefold() == name]
    now = set(known.regions_in(known.years[-1]))
    return [region for region in ever if region in now] or ever


def _write(output: Path, content: bytes) -> None:
    from data.manifest import write_atomically

    try:
        write_atomically(output, content)
    except OSError as error:
        raise ExportError(
            f"{output} kan niet worden geschreven: {error.strerror}; kies een andere plek."
        ) from error
