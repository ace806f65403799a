"""Maps and hotspots, from the store or from files."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from commands._app import TO_SCREEN, app, say_what_is_wrong
from commands.series import TableFile
from data.errors import UserError
from data.settings import load_settings

if TYPE_CHECKING:
    import geopandas as gpd

    from reports.hotspot_table import Rates
    from reports.map_drawing import MapDrawing


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
@say_what_is_wrong
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
@say_what_is_wrong
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
