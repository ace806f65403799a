"""The map of the page Kaart without the page: what `python cli.py map` draws from the store."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import Literal

import geopandas as gpd

from analysis.classes import Method
from data.catalogue import Catalogue, Indicator
from data.errors import UnknownGemeente, UserError
from data.gemeenten import resolve
from data.store import Store
from reports.map_drawing import MapDrawing
from ui import hotspot_wording, wording
from ui.figures import Figures, figures
from ui.hotspot_drawing import drawn_of_year
from ui.hotspotting import spots
from ui.map_file_wording import reach_sentence
from ui.map_layers import figure_shown, painting_of
from ui.map_outline import outline
from ui.theme import LIGHT


@dataclass(frozen=True)
class StoreMap:
    """A map from the store, with what it is drawn on and what must be told with it."""

    drawing: MapDrawing
    borders: gpd.GeoDataFrame
    outline: gpd.GeoDataFrame | None
    sentences: tuple[str, ...]


def store_map(
    store: Store,
    catalogue: Catalogue,
    *,
    gemeente: str,
    indicator: str,
    year: int | None,
    level: str,
    show: Literal["figure", "hotspot"],
    method: Method,
) -> StoreMap:
    """Draw one figure of a gemeente in the store, in the light look.

    Parameters
    ----------
    store : Store
    catalogue : Catalogue
    gemeente : str
        Code or name.
    indicator : str
        Id in the catalogue.
    year : int or None
        The last one with figures when None.
    level : str
        ``wijk`` or ``buurt``.
    show : {"figure", "hotspot"}
        The figure in classes, or where it gathers more than chance.
    method : str
        Of the classes, see `analysis.classes.classify`.

    Raises
    ------
    UserError
        If the store has no such gemeente, figure, year or borders, or the figure may not be searched for hotspots.
    """
    known = figures(store, _gemeente(store, gemeente), level)
    chosen = _indicator(catalogue, indicator)
    then = _year(known, chosen, year)
    drawing, told = (_figure if show == "figure" else _hotspot)(known, chosen, then, method)
    borders = known.border_frame(drawing.borders_year)
    if borders is None:
        raise _without_borders(known)
    return StoreMap(drawing, borders, outline(store, known.gemeente, drawing.borders_year), told)


def _figure(
    known: Figures, indicator: Indicator, year: int, method: Method
) -> tuple[MapDrawing, tuple[str, ...]]:
    shown = figure_shown(known, indicator, year)
    painting = painting_of(known, shown, method)
    if painting is None:
        raise _without_borders(known)
    return painting.drawn(LIGHT), shown.sentences


def _hotspot(
    known: Figures,
    indicator: Indicator,
    year: int,
    method: Method,  # noqa: ARG001 (the classes of hotspots are what they are)
) -> tuple[MapDrawing, tuple[str, ...]]:
    if refused := hotspot_wording.refusal(indicator):
        raise UserError(refused)
    found = spots(known, indicator, year)
    if found is None:
        raise _without_borders(known)
    drawing = drawn_of_year(known, indicator, found, year, LIGHT)
    if found.reach.enough:
        return drawing, (drawing.title,)
    one, many = wording.level_label(known.level), wording.level_label(known.level, plural=True)
    few = reach_sentence(found.reach, wording.count(found.reach.n, one, many))
    return replace(drawing, notes=(few, *drawing.notes)), (drawing.title, few)


def _gemeente(store: Store, text: str) -> str:
    there = store.gemeenten()
    own = {name.casefold(): code for code, name in there.items()} | {code.casefold(): code for code in there}
    code = own.get(text.strip().casefold()) or resolve(text).code
    if code not in there:
        raise UnknownGemeente(
            f"Van {text} staan geen cijfers in de opslag; haal ze op met: python cli.py refresh {code}."
        )
    return code


def _indicator(catalogue: Catalogue, text: str) -> Indicator:
    if text in catalogue.indicators:
        return catalogue[text]
    titles = {indicator.title.casefold(): name for name, indicator in catalogue.indicators.items()}
    if text.casefold() in titles:
        return catalogue[titles[text.casefold()]]
    near = difflib.get_close_matches(text.casefold(), [*catalogue.indicators, *titles], n=1, cutoff=0.5)
    hint = titles.get(near[0], near[0]) if near else next(iter(catalogue.indicators))
    raise UserError(
        f"Het onderwerp {text} is er niet; bedoelt u {hint}? De namen staan in de kolom indicator van python cli.py export."
    )


def _year(known: Figures, indicator: Indicator, year: int | None) -> int:
    years = known.years_with(indicator.id)
    if not years:
        raise UserError(
            f"Van {wording.subject(indicator)} zijn er in {known.name} geen cijfers per {wording.level_label(known.level)}; kies "
            "een ander onderwerp."
        )
    if year is not None and year not in years:
        raise UserError(
            f"Van {wording.subject(indicator)} zijn er in {known.name} geen cijfers van {year}; kies uit "
            f"{wording.join_years(years)}."
        )
    return years[-1] if year is None else year


def _without_borders(known: Figures) -> UserError:
    return UserError(
        f"Van {known.name} zijn geen grenzen per {wording.level_label(known.level)} ingelezen; doe dat met: python cli.py import "
        "wijken_2022.gpkg."
    )
