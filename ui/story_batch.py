"""The wijkanalyses of all wijken of a gemeente in one zip: for the command line, and in a process of its own for a page."""

from __future__ import annotations

import json
import os
import signal
import sys
import zipfile
from collections import deque
from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from itertools import count
from multiprocessing import get_context
from pathlib import Path, PurePath
from typing import Any, Final

from data.errors import ExportError, StoreError, UserError
from data.settings import Settings, load_settings
from data.store import Store
from register.database import open_register
from register.errors import RegisterError
from register.roles import Actor, Role
from register.sample import ensure_sample
from register.stories import Story
from reports.house import House, house
from reports.making import FORMS, file_name, made
from reports.model import Report
from ui import forecasting
from ui.figures import Figures, figures
from ui.registering import Desk
from ui.story_report import report_of

#: So many wijken are not worth the second that another process takes to start.
_FEW: Final = 3
#: Reports that wait to become files: they hold maps, and memory is not for them alone.
_AHEAD: Final = 3


@dataclass(frozen=True)
class Step:
    """How far the work is.

    Attributes
    ----------
    done, of : int
        Wijken.
    name : str
        The wijk that is being made; empty at the end.
    """

    done: int
    of: int
    name: str


Tell = Callable[[Step], None]


def opened(settings: Settings, gemeente: str, actor: Actor) -> tuple[Figures, Desk | None]:
    """Return the figures of a gemeente in the store, and its register.

    Parameters
    ----------
    settings : Settings
    gemeente : str
        Code or name.
    actor : Actor

    Raises
    ------
    StoreError
        If the store does not have the gemeente.
    RegisterError
        If the register cannot be reached: without it nobody knows what people wrote.
    """
    store = Store(settings.store)
    code = code_of(store, gemeente)
    known_figures = figures(store, code)
    database = open_register(settings)
    if known_figures.is_sample:
        ensure_sample(database)
    return known_figures, Desk(database, code, actor)


def code_of(store: Store, gemeente: str) -> str:
    """Return the code of a gemeente that is named by its code or its name.

    Raises
    ------
    StoreError
        If the store does not have it.
    """
    there = store.gemeenten()
    for code, name in there.items():
        if gemeente.casefold() in (code.casefold(), name.casefold()):
            return code
    known = ", ".join(f"{name} ({code})" for code, name in list(there.items())[:8])
    raise StoreError(
        f"In de opslag staat geen gemeente {gemeente}. "
        + (f"Wel: {known}." if known else "Haal eerst cijfers op met 'refresh' of 'import'.")
    )


def story_of(desk: Desk | None, known: Figures, region: str, edition: int | None = None) -> Story | None:
    """Return the edition of a wijkanalyse that whoever asks may read, the newest unless another is named; None without one.

    Raises
    ------
    RegisterError
        If that edition is not there.
    """
    if desk is None:
        return None
    there = editions_of(desk, known, region)
    if edition is not None:
        there = [head for head in there if head["edition"] == edition]
        if not there:
            raise RegisterError(
                f"Van {known.label(region)} is er geen editie {edition} die u mag lezen; laat de editie weg voor de nieuwste."
            )
    return desk.story(int(there[0]["number"])) if there else None


def editions_of(desk: Desk | None, known: Figures, region: str) -> list[dict[str, Any]]:
    """Return the editions of a wijk, newest first, under every code that it ever had.

    Parameters
    ----------
    desk : Desk or None
        Leaves out what is in concept for who may not read that.
    known : Figures
    region : str
        A wijk (series).
    """
    if desk is None:
        return []
    codes = {region.partition("@")[0], *known_codes(known, region)}
    there = [head for code in sorted(codes) for head in desk.stories.editions(code)]
    return sorted(there, key=lambda head: -int(head["edition"]))


def known_codes(known: Figures, region: str) -> set[str]:
    """Return every code under which a wijk was published: an edition keeps the code of its own year."""
    rows = known.region_years[known.region_years["region"] == region]
    return set(rows["published_as"])


def reports_of(
    known: Figures, desk: Desk | None, regions: Sequence[str], today: date, tell: Tell
) -> Iterator[Report]:
    """Yield the report of each wijk, telling how far it is before each."""
    for place, region in enumerate(regions):
        tell(Step(place, len(regions), known.label(region)))
        yield report_of(known, desk, region, story_of(desk, known, region), today)


def write_all(
    known: Figures,
    desk: Desk | None,
    style: House,
    forms: Sequence[str],
    out: Path,
    tell: Tell,
    today: date,
    regions: Sequence[str] | None = None,
) -> int:
    """Write the wijkanalyses of all wijken of now into one zip, which is there whole or not at all.

    Parameters
    ----------
    known : Figures
    desk : Desk or None
    style : House
    forms : sequence of str
        Keys of `reports.making.FORMS`.
    out : Path
    tell : callable
        Called before each wijk and at the end.
    today : date
    regions : sequence of str, optional
        Only these wijken.

    Returns
    -------
    int
        How many wijken are in it.

    Raises
    ------
    UserError
        If a template cannot be used, or the zip cannot be written.
    """
    forecasting.begin(known)
    regions = known.regions_in(known.years[-1]) if regions is None else regions
    new = out.with_name(f".{out.name}.{os.getpid()}.deel")
    reports = reports_of(known, desk, regions, today, tell)
    try:
        with zipfile.ZipFile(new, "w", zipfile.ZIP_STORED) as packed:
            for name, content in _files(reports, len(regions), style, forms):
                packed.writestr(_free_name(name, packed.NameToInfo), content)
        new.replace(out)
    except OSError as error:
        raise ExportError(
            f"{out} kan niet worden geschreven: {error.strerror or error}; maak ruimte vrij of kies een andere plek."
        ) from error
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
    tell(Step(len(regions), len(regions), ""))
    return len(regions)


def _free_name(name: str, taken: Container[str]) -> str:
    """Return a name of which the zip has none yet: two wijken can be called alike."""
    file = PurePath(name)
    names = (f"{file.stem}-{number}{file.suffix}" for number in count(2))
    return name if name not in taken else next(other for other in names if other not in taken)


Files = list[tuple[str, bytes]]


def _files(
    reports: Iterator[Report], n: int, style: House, forms: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of each report; of more than a few reports another process makes them while this one writes the next."""
    if n <= _FEW:
        for report in reports:
            yield from _files_of(report, style, forms)
        return
    waiting: deque[Future[Files]] = deque()
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        for report in reports:
            waiting.append(other.submit(_files_of, report, style, forms))
            if len(waiting) > _AHEAD:
                yield from waiting.popleft().result()
        for rest in waiting:
            yield from rest.result()


def _files_of(report: Report, style: House, forms: Sequence[str]) -> Files:
    return [(file_name(report, form), made(report, style, form)) for form in forms]


def _main() -> None:
    """Carry out the order at the door, and tell line by line how far it is; who takes the process away cancels the work."""
    # Whoever takes this process away takes the one beside it too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    order = json.load(sys.stdin)
    settings = load_settings()
    who = Actor(order["actor"], Role(order["role"]))
    known, desk = opened(settings, order["gemeente"], who)
    forms = [form for form in order["forms"] if form in FORMS]

    def tell(step: Step) -> None:
        print(json.dumps(asdict(step)), flush=True)

    write_all(known, desk, house(settings), forms, Path(order["out"]), tell, date.today())


if __name__ == "__main__":
    try:
        _main()
    except UserError as error:
        print(json.dumps({"complaint": str(error)}), flush=True)
        raise SystemExit(2) from error
