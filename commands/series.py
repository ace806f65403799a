"""Series in a file: trends, forecasts and how good those were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from commands._app import TO_SCREEN, app, bar_of, say_what_is_wrong

if TYPE_CHECKING:
    import pandas as pd

    from reports.forecast_table import Backtest, Forecasts

Made = TypeVar("Made", "Forecasts", "Backtest")
TableFile = Annotated[
    str, typer.Option("--output", help="Bestand dat eindigt op .csv of .csv.gz; - is het scherm.")
]


@app.command()
@say_what_is_wrong
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
    with bar_of(hidden=to_screen) as bar:
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
    with bar_of(hidden=to_screen) as bar:
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
Horizon = Annotated[int, typer.Option("--horizon", help="Hoeveel jaar vooruit.")]
ReasonsFile = Annotated[
    Path | None,
    typer.Option("--reasons", help="Nog een bestand: de reeksen zonder verwachting, met de reden."),
]


@app.command()
@say_what_is_wrong
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
@say_what_is_wrong
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
