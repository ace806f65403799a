"""Wijkradar on the command line: import figures, fetch them from CBS, export them, serve the dashboard.

Each command imports what it needs itself, so that `serve` does not wait for what only `import` uses.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from data import VERSION
from data.errors import UserError
from data.manifest import read_manifest
from data.settings import ROOT, Settings, load_settings

if TYPE_CHECKING:
    from data.importing import Imported
    from data.store import TableRecord

WRONG_INPUT = 2
# A retry is told by what comes of it; its log lines are for who looks after a server.
logging.getLogger("stamina").setLevel(logging.ERROR)
app = typer.Typer(
    help="Wijkradar: eerlijke cijfers over wijken en buurten.", no_args_is_help=True, add_completion=False
)
P = ParamSpec("P")


def _say_what_is_wrong(command: Callable[P, None]) -> Callable[P, None]:
    """Show an error as one sentence and leave with exit code 2; a stack of code lines helps no user."""

    @wraps(command)
    def careful(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except UserError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(WRONG_INPUT) from error

    return careful


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )


def _report_tables(tables: tuple[TableRecord, ...]) -> None:
    for record in tables:
        line = f"{record.year}  {record.id}  {record.regions} gebieden, {record.filled} cijfers"
        if record.missing:
            line += f", {len(record.missing)} onderwerpen zonder kolom"
        if record.kept:
            line += f", {record.kept} eerdere cijfers bewaard omdat ze in deze levering ontbreken"
        typer.echo(line)


def _report(imported: Imported, settings: Settings) -> None:
    _report_tables(imported.tables)
    for record in imported.borders:
        typer.echo(f"{record.year}  grenzen van {record.regions} gebieden ({record.level})")
    if imported.ignored:
        typer.echo(f"{len(imported.ignored)} andere bestanden overgeslagen, zoals {imported.ignored[0]}.")
    from data.store import Store

    store = Store(settings.store)
    drawn = {gemeente for record in store.manifest.borders for gemeente in record.gemeenten}
    undrawn = {gemeente for record in imported.tables for gemeente in record.gemeenten} - drawn
    if undrawn:
        typer.echo(
            f"Nog geen grenzen voor {len(undrawn)} gemeente(n); importeer ook een kaartbestand voor de kaart."
        )
    typer.echo(f"Klaar. De cijfers staan in {settings.store}.")


@app.command("import")
@_say_what_is_wrong
def import_command(
    paths: Annotated[
        list[Path], typer.Argument(help="Mappen of bestanden: tabellen van CBS, grenzen van PDOK.")
    ],
) -> None:
    """Lees tabellen en grenzen in; gaat er iets mis, dan blijft alles zoals het was."""
    from data.catalogue import catalogue
    from data.importing import import_paths
    from data.store import Store

    settings = load_settings()
    store = Store(settings.store)
    with _bar() as bar:
        task = bar.add_task("Zoeken", total=None)

        def progress(step: int, steps: int, what: str) -> None:
            bar.update(task, description=what.capitalize(), completed=step - 1, total=steps)

        imported = import_paths(paths, store, catalogue(), progress=progress)
        bar.update(task, description="Opgeslagen", completed=1, total=1)
    _report(imported, settings)


@app.command()
@_say_what_is_wrong
def fetch(
    gemeente: Annotated[str, typer.Argument(help="Code van de gemeente, zoals GM0917.")],
    years: Annotated[
        list[int] | None, typer.Option("--jaar", help="Jaar om op te halen; zonder keuze alle jaren.")
    ] = None,
) -> None:
    """Haal de cijfers van één gemeente op bij CBS; wat binnen is, wordt bewaard."""
    from data import cbs_table
    from data.assemble import assemble
    from data.catalogue import catalogue
    from data.cbs import CbsService
    from data.regions import is_gemeente_code
    from data.store import Store

    settings = load_settings()
    if not is_gemeente_code(gemeente):
        raise UserError(f"{gemeente} is geen gemeentecode; een code ziet eruit als GM0917.")
    store, service = Store(settings.store), CbsService(settings.cbs_url)
    wanted = {year: table for year, table in cbs_table.known_tables().items() if not years or year in years}
    if not wanted:
        raise UserError(
            f"Voor dat jaar is er geen tabel; kies uit {min(cbs_table.known_tables())} tot en met "
            f"{max(cbs_table.known_tables())}."
        )
    stored: list[TableRecord] = []
    failed: list[str] = []
    with _bar() as bar:
        task = bar.add_task("Ophalen", total=len(wanted))
        for year, table_id in wanted.items():
            bar.update(task, description=f"{year} ({table_id})")
            try:
                table = service.table(table_id, gemeente)
                if gemeente not in table.gemeenten:
                    raise UserError(f"tabel {table_id} heeft geen gemeente {gemeente}")
                with store.writing() as writer:
                    stored.append(writer.put_table(assemble(table, catalogue())))
            except UserError as error:
                failed.append(f"{year}: {error}")
            bar.advance(task)
    _report_tables(tuple(stored))
    for line in failed:
        typer.echo(line, err=True)
    if not stored:
        raise UserError(
            f"Van {gemeente} is niets opgehaald; controleer de code en de verbinding en probeer opnieuw."
        )


@app.command()
@_say_what_is_wrong
def export(
    out: Annotated[Path, typer.Argument(help="Bestand dat eindigt op .csv, .parquet of .xlsx.")],
    gemeente: Annotated[
        str | None, typer.Option("--gemeente", help="Alleen deze gemeente, zoals GM0917.")
    ] = None,
) -> None:
    """Schrijf cijfers weg met hun status en bron; een leeg cijfer krijgt zijn reden."""
    from data.catalogue import catalogue
    from data.export import export as export_store
    from data.store import Store

    rows = export_store(Store(load_settings().store), catalogue(), out, gemeente)
    typer.echo(f"{rows} rijen geschreven naar {out}.")


@app.command()
@_say_what_is_wrong
def serve(
    port: Annotated[int, typer.Option("--poort", help="Poort van het dashboard.")] = 8501,
    address: Annotated[
        str, typer.Option("--adres", help="Adres waarop het dashboard luistert; 0.0.0.0 is voor iedereen.")
    ] = "127.0.0.1",
) -> None:
    """Start het dashboard in de browser, zonder andere keuze alleen voor deze computer."""
    read_manifest(load_settings().store)
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    command += ["--server.port", str(port), "--server.address", address]
    # Small fits run on one core; a second thread only waits for the first, and far longer on a busy machine.
    environment = {"OPENBLAS_NUM_THREADS": "1"} | os.environ
    if sys.platform == "win32":
        raise typer.Exit(subprocess.call(command, cwd=ROOT, env=environment))
    os.chdir(ROOT)
    os.execve(command[0], command, environment)


@app.command()
def version() -> None:
    """Toon de versie."""
    typer.echo(f"Wijkradar {VERSION}")


if __name__ == "__main__":
    app()
