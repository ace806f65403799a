"""A csv file with one figure per region: what `hotspots` and `map` read beside a map."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from data import panel_file
from data.panel_file import PanelFileError, Wanted

#: Columns of the file; with a population, the figures are counts of something that happens to people.
WANTED: Final = Wanted(("region", "value"), {"population": "population"}, ("region",), "population")


def read(path: Path) -> pd.DataFrame:
    """Read a csv file with one figure per region.

    Parameters
    ----------
    path : Path
        Text in any dialect that `data.panel_file.read` knows, with the columns region, value and optionally
        population; others are passed over.

    Returns
    -------
    DataFrame
        One row per row of the file that holds something, in that order: region (str, as it stands there), value
        (float64, empty is no figure) and, if the file has it, population (float64).

    Raises
    ------
    PanelFileError
        If the file cannot be read or lacks a column, or at the first row with a cell too many or too few, without
        region, with text for a number, with a region that is there already, or with a count or population below 0.
    """
    text, table, places = panel_file.rows_of(path, WANTED)
    frame = pd.DataFrame({"region": panel_file.names_of(table["region"], "region", text, places)})
    twice = frame["region"].duplicated()
    if twice.any():
        place = int(twice.to_numpy().argmax())
        region = frame["region"].iloc[place]
        before = text.row(int(places[int((frame["region"] == region).to_numpy().argmax())]))
        raise PanelFileError(
            f"{text.row(int(places[place]))}: {region} staat ook op rij {before.rpartition(' ')[2]}; houd één van de twee, "
            "dus van één onderwerp en één jaar."
        )
    numbers = [name for name in ("value", "population") if name in table.column_names]
    for name, column in panel_file.numbers_of(table.select(numbers), text, places).items():
        frame[name] = column
        below = (column < 0) & ("population" in numbers)
        if below.any():
            raise PanelFileError(
                f"{text.row(int(places[int(below.argmax())]))}: bij {name} staat een getal onder 0; met een kolom population "
                "is value een aantal, en een aantal is nooit kleiner dan 0. Verbeter de cel of haal de kolom population weg."
            )
    return frame
