"""The register of concerns: texts that expire, backup and restore.

A file with concerns is read in on the page alone: what may point at a person is shown there, and somebody decides.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo

import typer

from commands._app import NOT_ALL, app, bar_of, say_json, say_what_is_wrong
from data.errors import UserError
from data.settings import load_settings
from register.roles import Actor, Role

if TYPE_CHECKING:
    from register.retention import Report

#: Who stands in the history of what a command did: whoever may give commands here may open the files as well.
AUTHOR: Final = Actor("opdracht", Role.ADMINISTRATOR)
_STILL_BEING_READ: Final = (
    "De teksten zijn weg uit het register, maar nog niet uit het logboek van de databank, omdat iemand aan het lezen is. De "
    "volgende keer wordt dat opgeruimd."
)
_NOT_SURE: Final = (
    "Er is niets teruggezet en er is niets veranderd; geef --ja mee als u niets gevraagd wilt worden."
)


@app.command()
@say_what_is_wrong
def retention(
    gemeente: Annotated[
        str | None,
        typer.Option("--gemeente", help="Alleen deze gemeente, zoals GM0917; anders alle in het register."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Zeg alleen wat er weg zou gaan; er verandert niets.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Schrijf een logboek in JSON, een regel per gemeente.")
    ] = False,
) -> None:
    """Haal teksten weg waarvan de bewaartermijn voorbij is; bedoeld voor elke dag."""
    from data.gemeenten import resolve
    from register.database import open_register
    from register.lookup import gemeenten
    from register.retention import expire

    database = open_register(load_settings())
    codes = gemeenten(database, AUTHOR)
    if gemeente:
        # One that is no gemeente any more may still have texts.
        codes = [gemeente if gemeente in codes else resolve(gemeente).code]
    reports: dict[str, Report] = {}
    with bar_of(hidden=as_json) as bar:
        task = bar.add_task("Bewaartermijnen", total=len(codes))
        for code in codes:
            reports[code] = expire(database, code, AUTHOR, date.today(), dry=dry_run)
            bar.advance(task)
    for code, report in reports.items():
        if as_json:
            told = {
                "concerns": report.concerns, "visits": report.visits, "stories": report.stories, "story_parts": report.parts,
                "cleaned": report.cleaned,
            }  # fmt: skip
            say_json("retention", gemeente=code, dry_run=dry_run, **told)
        else:
            typer.echo(_told(code, report, dry_run))
    if not reports and not as_json:
        typer.echo("Het register is leeg; er is niets om weg te halen.")
    if not all(report.cleaned for report in reports.values()):
        typer.echo(_STILL_BEING_READ, err=True)
        raise typer.Exit(NOT_ALL)


def _told(code: str, report: Report, dry: bool) -> str:
    if not report.concerns + report.visits + report.stories + report.parts:
        return f"{code}: geen enkele bewaartermijn is voorbij."
    what = f"{code}: de teksten van {_counted(report.concerns, report.visits, report.stories, report.parts)}"
    return f"{what} zouden weggaan. Er is niets veranderd." if dry else f"{what} zijn weggehaald."


def _counted(concerns: int, visits: int, stories: int = 0, parts: int = 0) -> str:
    told = [
        "1 zorg" if concerns == 1 else f"{concerns} zorgen",
        "1 bezoek" if visits == 1 else f"{visits} bezoeken",
    ]
    if stories:
        told.append("1 wijkanalyse" if stories == 1 else f"{stories} wijkanalyses")
    if parts:
        told.append(
            "1 onderdeel van een wijkanalyse" if parts == 1 else f"{parts} onderdelen van wijkanalyses"
        )
    return f"{', '.join(told[:-1])} en {told[-1]}"


@app.command()
@say_what_is_wrong
def backup(
    out: Annotated[
        Path,
        typer.Argument(help="Bestand dat eindigt op .zip, of een map; dan komt de datum in de naam."),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Schrijf een logboek in JSON, met één regel.")
    ] = False,
) -> None:
    """Maak een reservekopie van alles wat gebruikers schreven; er mag intussen worden gewerkt."""
    from register.backup import backup as write_backup
    from register.backup import place_for

    file = place_for(out)
    with bar_of(hidden=as_json) as bar:
        task = bar.add_task("Schrijven", total=100)
        manifest = write_backup(
            load_settings(), file, lambda done: bar.update(task, completed=round(100 * done))
        )
    if as_json:
        say_json("backup", file=str(file), rows=manifest.rows)
        return
    typer.echo(
        f"De reservekopie staat in {file}: {_counted(manifest.rows['concern'], manifest.rows['visit'])}, met hun "
        "geschiedenis. Er staan teksten in; bewaar haar waar alleen de beheerder bij kan."
    )


@app.command()
@say_what_is_wrong
def restore(
    source: Annotated[Path, typer.Argument(help="Een reservekopie van Wijkradar (.zip).")],
    sure: Annotated[bool, typer.Option("--ja", help="Vraag niet of u het zeker weet.")] = False,
) -> None:
    """Zet een reservekopie terug in plaats van wat er nu is, helemaal of helemaal niet."""
    from register.backup import restore as put_back

    settings = load_settings()
    if not sure and not _confirmed(source):
        raise UserError(_NOT_SURE)
    with bar_of() as bar:
        task = bar.add_task("Terugzetten", total=100)
        restored = put_back(settings, source, lambda done: bar.update(task, completed=round(100 * done)))
    rows = restored.manifest.rows
    typer.echo(
        f"Teruggezet zoals het was op {_moment(restored.manifest.at)}: {_counted(rows['concern'], rows['visit'])}."
    )
    if restored.kept:
        typer.echo(f"Wat er stond, is bewaard in {restored.kept}.")
    if restored.damaged:
        typer.echo(f"Het register van daarvoor was niet te lezen en is opzij gezet als {restored.damaged}.")
    typer.echo(
        "Start het dashboard opnieuw. In de kopie kunnen teksten staan waarvan de termijn voorbij is; geef daarom ook "
        "python cli.py retention."
    )


def _moment(at: str) -> str:
    return (
        datetime.fromisoformat(at).astimezone(ZoneInfo("Europe/Amsterdam")).strftime("%d-%m-%Y om %H.%M uur")
    )


def _confirmed(source: Path) -> bool:
    with suppress(typer.Abort):
        answer = typer.prompt(
            f"Alles wat gebruikers schreven, wordt vervangen door {source}. Wat er nu is, wordt eerst bewaard. Typ ja om "
            "door te gaan",
            default="nee",
        )
        return str(answer).strip().lower() in ("ja", "j")
    return False
