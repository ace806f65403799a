"""Two made-up gemeenten in one table, with borders: the smallest country there is."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import shapely

from data.assemble import assemble
from data.borders import tidy
from data.catalogue import Catalogue
from data.store import Store
from tests.helpers import FIRST, small_table

TOPICS = [*FIRST, ("k_65JaarOfOuder_12", "65 jaar of ouder", "aantal")]
#: Inhabitants and how many of them are 65 or older; None is secret.
TWO = {
    "GM0001": {"WK000101": (500, 40), "WK000102": (600, None), "WK000103": (700, 60)},
    "GM0002": {"WK000201": (800, 90), "WK000202": (900, 120)},
}


def store_of_two(folder: Path, known: Catalogue) -> Store:
    """Make a store in which of one wijk the older people are secret, and the gemeente tells their sum.

    On the borders, of two years later, one wijk has gone and another one came.
    """
    rows: list[dict[str, object]] = []
    for gemeente, wijken in TWO.items():
        people = sum(size for size, _ in wijken.values())
        old = sum(45 if older is None else older for _, older in wijken.values())
        rows.append(_row(gemeente, "Gemeente", people, old))
        rows += [_row(code, "Wijk", size, older) for code, (size, older) in wijken.items()]
    made = Store(folder)
    with made.writing() as writer:
        writer.put_table(assemble(small_table(rows, topics=TOPICS), known))
        codes = [*TWO["GM0001"], "WK000201", "WK000209"]
        shapes = [
            shapely.box(154_000 + 1000 * i, 463_000, 155_000 + 1000 * i, 464_000) for i in range(len(codes))
        ]
        names = [f"Wijk 0{place} <b>W{place}</b>" for place in range(len(codes))]
        frame = gpd.GeoDataFrame({"statcode": codes, "statnaam": names}, geometry=shapes, crs=28992)
        writer.put_borders(tidy(frame, "test", 2022), "test")
    return made


def _row(code: str, kind: str, people: int, older: int | None) -> dict[str, object]:
    return {
        "WijkenEnBuurten": code,
        "Gemeentenaam_1": f"Gemeente {code[2:6]}",
        "SoortRegio_2": kind,
        "Codering_3": code,
        "AantalInwoners_5": people,
        "k_65JaarOfOuder_12": older,
    }
