"""What is worked out of figures is made when they come in, so that nobody waits for it at the first page or report."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Final

from commands._app import bar_of
from data.errors import UserError

if TYPE_CHECKING:
    from data.store import Store

#: A whole country is not worked out beforehand: most of it nobody will look at.
_MOST: Final = 3


def prepare(store: Store, gemeenten: Sequence[str], *, hidden: bool = False) -> None:
    """Work out what pages and reports need of some gemeenten, which keeps it on disk (`ui.kept`); of many, nothing.

    Parameters
    ----------
    store : Store
    gemeenten : sequence of str
        Codes.
    hidden : bool
        Without progress on the screen.
    """
    if not 0 < len(gemeenten) <= _MOST:
        return
    from ui.figures import figures
    from ui.forecasting import studied
    from ui.story_report import report_of

    with bar_of(hidden=hidden) as bar:
        task = bar.add_task("Doorrekenen", total=2 * len(gemeenten))
        for gemeente in gemeenten:
            # The figures are in; whoever looks at them gets to see what is the matter.
            with suppress(UserError):
                known = figures(store, gemeente)
                bar.update(task, description=f"Doorrekenen voor {known.name}")
                studied(known)
                bar.advance(task)
                if known.regions:
                    report_of(known, None, known.regions[0], None, date.today())
            bar.advance(task)
        bar.update(task, description="Doorgerekend", completed=2 * len(gemeenten))
