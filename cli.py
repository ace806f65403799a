"""Wijkradar on the command line: import figures, fetch them from CBS and PDOK, export and map them, serve the dashboard.

Each command imports what it needs itself, so that `serve` does not wait for what only `import` uses.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, ParamSpec, TypeVar

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from data import VERSION
from data.errors import FetchRunning, UnknownGemeente, UserError
from data.manifest import read_manifest
from data.settings import ROOT, Settings, load_settings

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from data.bridges import Bridged
    from data.importing import Imported
    from data.store import Store
    from reports.forecast_table import Backtest, Forecasts
    from reports.hotspot_table import Rates
    from reports.map_drawing import MapDrawing

#: Exit codes, besides 0: something could not be fetched or was held back; the command cannot be carried out;
#: another run is busy.
NOT_ALL, WRONG_INPUT, BUSY = 1, 2, 3
# A retry is told by what comes of it; its log lines are for who looks after a server.
logging.getLogger("stamina").setLevel(logging.ERROR)
app = typer.Typer(
    help="Wijkradar: eerlijke cijfers over wijken en buurten.", no_args_is_help=True, add_completion=False
)
P = ParamSpec("P")
Made = TypeVar("Made", "Forecasts", "Backtest")
#: Instead of a file: to the screen, or into the next program.
TO_SCREEN = "-"
#: More gemeenten than this are counted, not named.
_MOST_NAMES = 5


def _say_what_is_wrong(command: Callable[P, None]) -> Callable[P, None]:
    """Show an error as one sentence and leave with exit code 2; a stack of code lines helps no user."""

    @wraps(command)
    def careful(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except UserError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(BUSY if isinstance(error, FetchRunning) else WRONG_INPUT) from error

    return careful


def _bar(*, hidden: bool = False) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        disable=hidden,
    )


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
@_say_what_is_wrong
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
    with _bar() as bar:
        task = bar.add_task("Zoeken", total=None)

        def progress(step: int, steps: int, what: str) -> None:
            bar.update(task, description=what.capitalize(), completed=step - 1, total=steps)

        recognition = recognise(paths, catalogue(), progress=progress)
    for sentence in recognition.sentences():
        typer.echo(sentence)
    recognition.check()
    with _bar() as bar:
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


def _say_json(event: str, **fields: object) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    typer.echo(json.dumps({"at": now, "event": event, **fields}, ensure_ascii=False))


@app.command()
@_say_what_is_wrong
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
        with _bar(hidden=as_json) as bar:
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
                _say_json("outcome", gemeente=code, **asdict(outcome))
            _say_json(
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
    if not complete:
        raise typer.Exit(NOT_ALL)


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
    from data.store import Store
    from reports.export import export as export_store

    with _bar() as bar:
        task = bar.add_task("Schrijven", total=None)

        def progress(step: int, steps: int, what: str) -> None:
            bar.update(task, description=what.capitalize(), completed=step - 1, total=steps)

        rows = export_store(Store(load_settings().store), catalogue(), out, gemeente, progress)
        bar.update(task, description="Geschreven", completed=1, total=1)
    typer.echo(f"{rows} rijen geschreven naar {out}.")


@app.command()
@_say_what_is_wrong
def trends(
    panel: Annotated[
        Path,
        typer.Argument(
            help="Csv (ook .csv.gz) met de kolommen region, year, indicator en value. Ook gebruikt, als ze er zijn: se "
            "(standaardfout), segment of boundary (breuken), level, unit en status. Een bestand van 'export' kan zo mee."
        ),
    ],
    output: Annotated[
        str, typer.Option("--output", help="Bestand dat eindigt op .csv of .csv.gz; - is het scherm.")
    ],
) -> None:
    """Zeg van elke reeks in een bestand of ze stijgt of daalt, en van welke dat niet te zeggen is."""
    from data import panel_file
    from data.catalogue import catalogue
    from reports import table_file, trend_table
    from ui import trend_wording

    to_screen = output == TO_SCREEN
    if not to_screen:
        table_file.check_places([Path(output)], panel)
    with _bar(hidden=to_screen) as bar:
        task = bar.add_task("Lezen", total=3)
        rows = panel_file.read(panel)
        bar.update(task, description="Rekenen", completed=1)
        table = trend_table.trend_table(rows, catalogue().frame(), trend_wording.CLASS_LABELS)
        bar.update(task, description="Schrijven", completed=2)
        content = trend_table.to_bytes(table)
        if not to_screen:
            table_file.write(content, Path(output))
        bar.update(task, description="Klaar", completed=3)
    if to_screen:
        typer.echo(content, nl=False)
    counts = table["class"].value_counts()
    told = [f"{counts.get(word, 0)} {word}" for word in trend_wording.CLASS_LABELS.values()]
    series = f"{len(table)} {'reeks' if len(table) == 1 else 'reeksen'}"
    typer.echo(f"{series}: {', '.join(told)}.", err=to_screen)
    if not to_screen:
        typer.echo(f"Geschreven naar {output}.")


def _tables_of(
    panel: Path,
    output: str,
    beside: Mapping[str, Path | None],
    make: Callable[[pd.DataFrame, pd.DataFrame], Made],
) -> Made:
    """Read a panel, compute, and write every table that is asked for, or none when anything goes wrong before."""
    from data import panel_file
    from data.catalogue import catalogue
    from reports import table_file

    to_screen = output == TO_SCREEN
    files = {name: place for name, place in beside.items() if place} | (
        {} if to_screen else {"table": Path(output)}
    )
    table_file.check_places(files.values(), panel)
    with _bar(hidden=to_screen) as bar:
        task = bar.add_task("Lezen", total=3)
        rows = panel_file.read(panel)
        bar.update(task, description="Rekenen", completed=1)
        made = make(rows, catalogue().frame())
        bar.update(task, description="Schrijven", completed=2)
        contents = {place: table_file.to_bytes(getattr(made, name)) for name, place in files.items()}
        for place, content in contents.items():
            table_file.write(content, place)
        bar.update(task, description="Klaar", completed=3)
    if to_screen:
        typer.echo(table_file.to_bytes(made.table), nl=False)
    return made


PanelFile = Annotated[
    Path,
    typer.Argument(
        help="Csv (ook .csv.gz) met de kolommen region, year, indicator en value. Ook gebruikt, als ze er zijn: unit "
        "(een % blijft tussen 0 en 100), se, segment of boundary (breuken), level en status. Een bestand van 'export' kan "
        "zo mee. Jaren mogen ook gewoon tellen: 1, 2, 3."
    ),
]
TableFile = Annotated[
    str, typer.Option("--output", help="Bestand dat eindigt op .csv of .csv.gz; - is het scherm.")
]
Horizon = Annotated[int, typer.Option("--horizon", help="Hoeveel jaar vooruit.")]
ReasonsFile = Annotated[
    Path | None,
    typer.Option("--reasons", help="Nog een bestand: de reeksen zonder verwachting, met de reden."),
]


@app.command()
@_say_what_is_wrong
def forecast(panel: PanelFile, output: TableFile, horizon: Horizon = 5, reasons: ReasonsFile = None) -> None:
    """Zeg van elke reeks in een bestand wat u mag verwachten, en hoe ver dat ernaast kan zitten."""
    from reports import forecast_table
    from ui import panel_wording

    forecast_table.check_horizon(horizon)
    found = _tables_of(
        panel,
        output,
        {"reasons": reasons},
        lambda rows, known: forecast_table.forecasts(rows, known, horizon),
    )
    to_screen = output == TO_SCREEN
    typer.echo(panel_wording.forecasts_sentence(len(found.table) // horizon, horizon), err=to_screen)
    unbanded = int(found.table["lower_80"].isna().sum())
    for sentence in panel_wording.left_out_sentences(found.reasons["reason"], unbanded, len(found.table)):
        typer.echo(sentence, err=True)
    if not to_screen:
        typer.echo(f"Geschreven naar {output}.")


@app.command()
@_say_what_is_wrong
def backtest(
    panel: PanelFile,
    output: TableFile,
    horizon: Horizon = 5,
    summary: Annotated[
        Path | None,
        typer.Option("--summary", help="Nog een bestand: het record per indicator en aantal jaren vooruit."),
    ] = None,
    reasons: ReasonsFile = None,
) -> None:
    """Reken na hoe goed zulke verwachtingen waren: alsof het vroeger was, naast wat er kwam."""
    from reports import forecast_table
    from ui import panel_wording

    forecast_table.check_horizon(horizon)
    found = _tables_of(
        panel,
        output,
        {"summary": summary, "reasons": reasons},
        lambda rows, known: forecast_table.backtest(rows, known, horizon),
    )
    to_screen = output == TO_SCREEN
    for line in panel_wording.record_lines(found.overall):
        typer.echo(line, err=to_screen)
    for sentence in panel_wording.left_out_sentences(found.reasons["reason"]):
        typer.echo(sentence, err=True)
    if not to_screen:
        typer.echo(f"Geschreven naar {output}.")


Show = Literal["figure", "hotspot"]
ClassMethod = Literal["quantiles", "natural", "equal"]
ValuesFile = Annotated[
    Path,
    typer.Argument(
        help="Csv (ook .csv.gz) met de kolommen region en value. Ook gebruikt, als ze er is: population; dan is value een "
        "aantal."
    ),
]
GeometryFile = Annotated[
    Path,
    typer.Argument(
        help="Kaart met vlakken: .gpkg, .geojson, .shp, .zip of .parquet (GeoParquet), in elk stelsel of zonder stelsel."
    ),
]
CodeColumn = Annotated[
    str | None,
    typer.Option(
        "--code-column",
        help="Kolom van de kaart met de codes; anders die met de meeste codes uit de cijfers.",
    ),
]
MethodOption = Annotated[
    Literal["gi", "moran"],
    typer.Option(
        "--method",
        help="gi: waar hoge of lage cijfers bij elkaar liggen (Getis-Ord). moran: ook wie van zijn buren afwijkt.",
    ),
]


RatesOption = Annotated[
    Literal["bayes", "standard"],
    typer.Option(
        "--rates",
        help="Met een kolom population. bayes: per inwoner, bij weinig mensen naar het gemiddelde getrokken. standard: "
        "gemeten aan wat toeval bij zo veel mensen doet; geeft minder vals alarm.",
    ),
]


@app.command()
@_say_what_is_wrong
def hotspots(
    values: ValuesFile,
    geometry: GeometryFile,
    output: TableFile,
    method: MethodOption = "gi",
    rates: RatesOption = "bayes",
    code_column: CodeColumn = None,
) -> None:
    """Zeg waar hoge of lage cijfers bij elkaar liggen, meer dan toeval."""
    from data import geometry_file, value_file
    from reports import table_file
    from reports.hotspot_table import hotspot_table
    from ui import map_file_wording as words

    to_screen = output == TO_SCREEN
    if not to_screen:
        for place in (values, geometry):
            table_file.check_places([Path(output)], place)
    figures = value_file.read(values)
    land = geometry_file.read(geometry, list(figures["region"]), code_column)
    found = hotspot_table(figures, land, method, rates)
    content = table_file.to_bytes(found.table)
    if to_screen:
        typer.echo(content, nl=False)
    else:
        table_file.write(content, Path(output))
    for sentence in [words.counts_sentence(found), *words.remarks(found, land)]:
        typer.echo(sentence, err=True)
    if not to_screen:
        typer.echo(f"Geschreven naar {output}.")


@app.command("map")
@_say_what_is_wrong
def map_command(
    output: Annotated[
        Path, typer.Option("--output", help="Bestand dat eindigt op .png, .svg, .geojson of .gpkg.")
    ],
    values: Annotated[
        Path | None, typer.Argument(help="Csv met de kolommen region en value; anders uit de opslag.")
    ] = None,
    geometry: Annotated[
        Path | None, typer.Argument(help="Kaart met vlakken die bij de cijfers hoort, zoals bij hotspots.")
    ] = None,
    gemeente: Annotated[
        str | None, typer.Option("--gemeente", help="Uit de opslag: code of naam van de gemeente.")
    ] = None,
    indicator: Annotated[
        str | None, typer.Option("--indicator", help="Uit de opslag: het onderwerp, zoals low_income_hh.")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="Uit de opslag: het jaar; anders het laatste.")
    ] = None,
    level: Annotated[
        Literal["wijk", "buurt"], typer.Option("--level", help="Uit de opslag: wijk of buurt.")
    ] = "wijk",
    show: Annotated[
        Show,
        typer.Option(
            "--show", help="figure: de cijfers. hotspot: waar ze bij elkaar liggen, meer dan toeval."
        ),
    ] = "figure",
    classes: Annotated[
        ClassMethod,
        typer.Option(
            "--classes", help="Groepen van gelijke grootte, natuurlijke groepen, of gelijke stappen."
        ),
    ] = "quantiles",
    title: Annotated[str, typer.Option("--title", help="Titel boven een kaart van bestanden.")] = "",
    source: Annotated[
        str, typer.Option("--source", help="Bron onder een kaart van bestanden, zoals: CBS, CC BY 4.0.")
    ] = "",
    rates: RatesOption = "bayes",
    code_column: CodeColumn = None,
) -> None:
    """Teken een kaart als beeld of als kaartlaag, uit de opslag of van eigen bestanden."""
    from reports import map_place

    map_place.check(output, [place for place in (values, geometry) if place])
    if values and geometry and not (gemeente or indicator):
        _refuse_options({"--year": year is not None, "--level": level != "wijk"}, "uit de opslag")
        drawing, borders, told = _map_of_files(
            values, geometry, show, classes, rates, title, source, code_column
        )
        map_place.write(drawing, borders, None, output)
    elif gemeente and indicator and not values:
        of_files = {
            "--title": title,
            "--source": source,
            "--code-column": code_column,
            "--rates": rates != "bayes",
        }
        _refuse_options(of_files, "van eigen bestanden")
        told = _map_of_store(gemeente, indicator, year, level, show, classes, output)
    else:
        raise UserError(
            "Geef een bestand met cijfers en een kaart, of --gemeente en --indicator; zie python cli.py map --help."
        )
    for sentence in told:
        typer.echo(sentence, err=True)
    typer.echo(f"Geschreven naar {output}.")


def _refuse_options(given: Mapping[str, object], kind: str) -> None:
    """Raise UserError where an option was given that would do nothing."""
    if idle := [name for name, value in given.items() if value]:
        raise UserError(f"{', '.join(idle)} hoort bij een kaart {kind}; laat het weg.")


def _map_of_files(
    values: Path,
    geometry: Path,
    show: Show,
    classes: ClassMethod,
    rates: Rates,
    title: str,
    source: str,
    code_column: str | None,
) -> tuple[MapDrawing, gpd.GeoDataFrame, tuple[str, ...]]:
    from data import geometry_file, value_file
    from reports.hotspot_table import hotspot_table, rates_of
    from ui import file_map
    from ui import map_file_wording as words
    from ui.theme import LIGHT

    figures = value_file.read(values)
    land = geometry_file.read(geometry, list(figures["region"]), code_column)
    borders = file_map.borders_of(land)
    if show == "hotspot":
        found = hotspot_table(figures, land, rates=rates)
        drawing = file_map.hotspot_map(found, land, LIGHT, title=title, source=source)
        return drawing, borders, (words.counts_sentence(found), *words.remarks(found, land))
    drawing = file_map.figure_map(
        rates_of(figures),
        land,
        LIGHT,
        title=title,
        method=classes,
        source=source,
        counts="population" in figures,
    )
    return drawing, borders, tuple(words.figure_remarks(figures, land))


def _map_of_store(
    gemeente: str,
    indicator: str,
    year: int | None,
    level: str,
    show: Show,
    classes: ClassMethod,
    output: Path,
) -> tuple[str, ...]:
    from data.catalogue import catalogue
    from data.store import Store
    from reports import map_place

    # The screens keep what they read in a memory of Streamlit, which wonders aloud where its server is.
    logging.getLogger("streamlit").setLevel(logging.ERROR)
    from ui.store_map import store_map

    drawn = store_map(
        Store(load_settings().store),
        catalogue(),
        gemeente=gemeente,
        indicator=indicator,
        year=year,
        level=level,
        show=show,
        method=classes,
    )
    map_place.write(drawn.drawing, drawn.borders, drawn.outline, output)
    return drawn.sentences


@app.command()
@_say_what_is_wrong
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
    with _bar() as bar:
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
