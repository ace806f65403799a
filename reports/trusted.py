"""The trustworthy panel of one gemeente: what is stored, protected, joined over codes, converted, with its errors.

Every screen, report and export starts here, so that none of them can show what another one hides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.bridging import bridge
from analysis.disclosure import protect
from analysis.lineage import Lineage, join_series, trace
from analysis.noise import standard_errors
from analysis.shares import add_shares
from data.catalogue import Catalogue
from data.panel import Level
from data.store import Store


@dataclass(frozen=True, eq=False)
class Trusted:
    """Figures that every room may rely on.

    Attributes
    ----------
    panel : DataFrame
        The columns of a panel and three more. ``region`` is the series (`analysis.lineage`), so that a wijk that only
        got another code is one region; ``boundary`` is 3 where land changed and 1 where only the code did.

        - ``published_as``: the code in the source; several, with a comma and a space between, for a converted figure;
        - ``moved``: for a converted figure the share (0-1) of the addresses (or the land) of the old and the new
          region together that changed region, else 0;
        - ``bridging_error``: standard deviation of the error of the conversion, in the unit of the value; else 0.

        Derived shares are in it. Ordered by region, indicator and year.
    errors : DataFrame
        Standard errors, by the index of ``panel``: rounding, chance, bridging and total.
    lineage : Lineage
    account : DataFrame
        Which old regions a converted figure is made of (`analysis.bridging.Bridged`).
    """

    panel: pd.DataFrame
    errors: pd.DataFrame
    lineage: Lineage
    account: pd.DataFrame


def trusted(
    store: Store, catalogue: Catalogue, gemeente: str, levels: Iterable[str] = tuple(Level)
) -> Trusted:
    """Return the trustworthy panel of one gemeente, with Nederland where the store has it.

    Parameters
    ----------
    store : Store
    catalogue : Catalogue
    gemeente : str
        Code.
    levels : iterable of str
        Levels to keep. Protection looks at all of them.
    """
    definitions = catalogue.frame()
    totals = [(total.total, total.parts) for total in catalogue.totals]
    published = protect(store.panel(gemeente), totals, definitions)
    published = published[published["level"].isin([str(level) for level in levels])]
    chosen = store.bridged(gemeente)
    evidence = pd.concat([store.border_overlaps(gemeente), chosen], ignore_index=True)
    lineage = trace(store.regions(gemeente), evidence)
    bridged = bridge(join_series(published, lineage), lineage, chosen, definitions)
    panel = add_shares(bridged.panel, definitions).sort_values(
        ["region", "indicator", "year"], ignore_index=True
    )
    return Trusted(panel, standard_errors(panel, definitions), bridged.lineage, bridged.account)
