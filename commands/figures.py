"""Figures and borders: import, fetch, convert, export."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress, TaskID

from commands._app import NOT_ALL, app, bar_of, say_json, say_what_is_wrong
from commands._prepare import prepare
from data.errors import UnknownGemeente, UserError
from data.settings import Settings, load_settings

if TYPE_CHECKING:
    from data.bridges import Bridged
    from data.importing import Imported
    from data.store import Store

#: More gemeenten than this are counted, not named.
_MOST_NAMES = 5


def _report(imported: Imported, settings: Settings) -> None:
    from data.store import Store

    for record in imported.tables:
        line = f"{record.year}  {record.id}  {record.regions} gebieden, {record.filled} cijfers"
        if record.kept:
            line += f", {record.kept} eerdere cijfers bewaard omdat ze in deze levering ontbreken"
        typer.echo(line)
    for drawing in imported.borders:
        typer.echo(f"{drawing.year}  grenzen van {drawing.regions} gebieden ({drawing.level})")
    if imported.projections:
        names = imported.projections
        whose = ", ".join(names) if len(names) <= _MOST_NAMES else f"{len(names)} gemeenten"
        typer.echo(f"Prognose van CBS en PBL voor {whose}.")
    store = Store(settings.store)
    drawn = {gemeente for record in store.manifest.borders for gemeente in record.gemeenten}
    undrawn = {gemeente for record in imported.tables for gemeente in record.gemeenten} - drawn
    if undrawn:
        typer.echo(
            f"Nog geen grenzen voor {len(undrawn)} gemeente(n); importeer ook een kaartbestand voor de kaart."
        )
    typer.echo(f"Klaar. De cijfers staan in {settings.store}.")


@app.command("import")
@say_what_is_wrong
def import_command(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Mappen of bestanden: tabellen van CBS, Excel of csv ervan, kaarten van PDOK."),
    ],
    gemeenten: Annotated[
        list[str] | None,
        typer.Option("--gemeente", help="Alleen deze gemeente, zoals GM0917; mag vaker."),
    ] = None,
) -> None:
    """Lees tabellen en grenzen in; gaat er iets mis, dan blijft alles zoals het was."""
    from data.catalogue import catalogue
    from data.gemeenten import resolve
    from data.importing import store_recognised
    from data.recognition import recognise
    from data.store import Store

    settings = load_settings()
    store = Store(settings.store)
    codes = [resolve(gemeente).code for gemeente in gemeenten] if gemeenten else None
    with bar_of() as bar:
        task = bar.add_task("Zoeken", total=None)

        def progress(step: int, steps: int, what: str) -> None:
            bar.update(task, description=what.capitalize(), completed=step - 1, total=steps)

        recognition = recognise(paths, catalogue(), progress=progress)
    for sentence in recognition.sentences():
        typer.echo(sentence)
    recognition.check()
    with bar_of() as bar:
        task = bar.add_task("Bewaren", total=None)
        imported = store_recognised(
            recognition,
            store,
            catalogue(),
            gemeenten=codes,
            progress=progress,
            undo_as="het inlezen van bestanden",
        )
        bar.update(task, description="Opgeslagen", completed=1, total=1)
    prepare(store, sorted({gemeente for record in imported.tables for gemeente in record.gemeenten}))
    _report(imported, settings)


def _years(text: str | None) -> list[int] | None:
    """Read ``2016-2020``, ``2024`` or ``2016-2018,2020``."""
    from data.cbs_table import known_tables

    if not text:
        return None
    known = known_tables()
    years: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if not (first.isdecimal() and (last or first).isdecimal()):
            raise UserError(f"De jaren {text} zijn niet te lezen; schrijf 2016-2020, 2024 of 2016-2018,2020.")
        years |= {year for year in known if int(first) <= year <= int(last or first)}
    if not years:
        raise UserError(f"Voor die jaren is er geen tabel; kies uit {min(known)} tot en met {max(known)}.")
    return sorted(years)


@app.command()
@say_what_is_wrong
def refresh(
    gemeente: Annotated[
        str | None,
        typer.Argument(help="Code of naam van de gemeente; zonder gemeente alle die eerder zijn opgehaald."),
    ] = None,
    years: Annotated[
        str | None, typer.Option("--years", help="Jaren, zoals 2016-2020 of 2024,2025; anders alle.")
    ] = None,
    accept: Annotated[
        str | None,
        typer.Option("--accept", help="Jaren waarvan u een tegengehouden levering toch overneemt."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Schrijf een logboek in JSON, een regel per gebeurtenis.")
    ] = False,
) -> None:
    """Haal cijfers en grenzen op bij CBS en PDOK, of ververs ze; ook geschikt voor elke nacht."""
    from data import fetching, gemeenten
    from data.catalogue import catalogue
    from data.store import Store

    settings = load_settings()
    wanted, accepted = _years(years), _years(accept) or []
    if accepted:
        wanted = sorted({*(wanted or []), *accepted}) if years else accepted
    codes = [gemeenten.resolve(gemeente).code] if gemeente else fetching.fetched_before(Store(settings.store))
    if not codes:
        raise UserError("Er is nog geen gemeente opgehaald; noem er een, zoals cli.py refresh GM0917.")
    complete = True
    for code in codes:
        with bar_of(hidden=as_json) as bar:
            task = bar.add_task("Ophalen", total=None)

            def progress(step: fetching.Step, bar: Progress = bar, task: TaskID = task) -> None:
                bar.update(task, description=step.what.capitalize(), completed=step.done, total=step.steps)

            try:
                report = fetching.fetch(
                    Store(settings.store),
                    fetching.Services.of(settings),
                    catalogue(),
                    code,
                    years=wanted,
                    progress=progress,
                    accept=accepted,
                )
            except UnknownGemeente as error:
                # One that was divided since the last time must not keep the others waiting.
                if len(codes) == 1:
                    raise
                typer.echo(str(error), err=True)
                complete = False
                continue
        complete = complete and report.complete
        if as_json:
            for outcome in report.fresh:
                say_json("outcome", gemeente=code, **asdict(outcome))
            say_json(
                "summary",
                gemeente=code,
                complete=report.complete,
                requests=report.requests,
                seconds=report.seconds,
                text=report.summary,
            )
            continue
        for outcome in report.outcomes:
            if outcome.asks_for_action:
                typer.echo(outcome.sentence, err=True)
        typer.echo(report.summary)
    prepare(Store(settings.store), codes, hidden=as_json)
    if not complete:
        raise typer.Exit(NOT_ALL)


@app.command()
@say_what_is_wrong
def export(
    out: Annotated[Path, typer.Argument(help="Bestand dat eindigt op .csv, .parquet of .xlsx.")],
    gemeente: Annotated[
        str | None, typer.Option("--gemeente", help="Alleen deze gemeente, zoals GM0917.")
    ] = None,
) -> None:
    """Schrijf cijfers weg met hun status en bron; een leeg cijfer krijgt zijn reden."""
    from data.catalogue import catalogue
    from data.store import Store
    from reports.export import export as export_store

    with bar_of() as bar:
        task = bar.add_task("Schrijven", total=None)

        def progress(step: int, steps: int, what: str) -> None:
            bar.update(task, description=what.capitalize(), completed=step - 1, total=steps)

        rows = export_store(Store(load_settings().store), catalogue(), out, gemeente, progress)
        bar.update(task, description="Geschreven", completed=1, total=1)
    typer.echo(f"{rows} rijen geschreven naar {out}.")


@app.command()
@say_what_is_wrong
def bridge(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Twee bestanden van CBS met adressen, van voor en van na de wijziging: csv of zip."
        ),
    ] = None,
    gemeenten: Annotated[
        list[str] | None,
        typer.Option("--gemeente", help="Alleen deze gemeente, zoals GM0917; mag vaker."),
    ] = None,
    area: Annotated[
        str | None,
        typer.Option(
            "--area", help="Zonder bestanden: reken deze gemeente om op oppervlakte (veel onzekerder)."
        ),
    ] = None,
    years: Annotated[
        str | None,
        typer.Option("--years", help="Bij --area: twee jaren met grenzen, zoals 2017,2022; anders alle."),
    ] = None,
) -> None:
    """Reken cijfers om naar nieuwe grenzen van wijken en buurten."""
    from data.bridges import bridge_by_addresses, bridge_by_area
    from data.gemeenten import resolve
    from data.store import Store
    from ui import bridge_wording

    store = Store(load_settings().store)
    if bool(files) == bool(area) or (years and not area) or (gemeenten and area):
        raise UserError(
            "Geef twee bestanden met adressen, of --area met een gemeente; zie python cli.py bridge --help."
        )
    pair = _two_years(years)
    with bar_of() as bar:
        task = bar.add_task("Omrekenen", total=None)

        def progress(step: int, steps: int, what: str) -> None:
            bar.update(task, description=what.capitalize(), completed=step - 1, total=steps)

        if area:
            stored = bridge_by_area(store, resolve(area).code, pair, progress)
        else:
            codes = [resolve(gemeente).code for gemeente in gemeenten] if gemeenten else None
            stored = bridge_by_addresses(store, files or [], codes, progress)
        bar.update(task, description="Opgeslagen", completed=1, total=1)
    if area:
        typer.echo(bridge_wording.AREA_WARNING, err=True)
    _report_bridged(stored, store)


def _two_years(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    years = [part.strip() for part in text.split(",")]
    if len(set(years)) != 2 or not all(year.isdecimal() for year in years):
        raise UserError(f"De jaren {text} zijn niet te lezen; schrijf twee jaren, zoals 2017,2022.")
    return int(years[0]), int(years[1])


def _report_bridged(stored: Bridged, store: Store) -> None:
    from data.catalogue import catalogue
    from reports.converted import converted
    from reports.trusted import trusted
    from ui import bridge_wording

    names = store.gemeenten()
    for gemeente in dict.fromkeys(record.gemeente for record in stored.records):
        years = {table.year for table in store.tables(gemeente)}
        for sentence in bridge_wording.stored_sentences(stored.of(gemeente), names[gemeente], years):
            typer.echo(sentence)
        panel = trusted(store, catalogue(), gemeente).panel
        for sentence in bridge_wording.converted_sentences(converted(panel), names[gemeente]):
            typer.echo(sentence)
    if left_out := bridge_wording.left_out_sentence([names[code] for code in stored.left_out]):
        typer.echo(left_out)
