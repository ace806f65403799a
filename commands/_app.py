"""What every command shares: the application, errors as one sentence, progress."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Final, ParamSpec

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from data.errors import FetchRunning, UserError

#: Exit codes, besides 0: something could not be fetched or was held back; the command cannot be carried out;
#: another run is busy.
NOT_ALL, WRONG_INPUT, BUSY = 1, 2, 3
# Small fits run on one core; a second thread only waits for the first, and far longer on a busy machine. numpy reads it when it
# is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# A retry is told by what comes of it; its log lines are for who looks after a server.
logging.getLogger("stamina").setLevel(logging.ERROR)
app = typer.Typer(
    help="Wijkradar: eerlijke cijfers over wijken en buurten.", no_args_is_help=True, add_completion=False
)
P = ParamSpec("P")
#: Instead of a file: to the screen, or into the next program.
TO_SCREEN: Final = "-"


def say_what_is_wrong(command: Callable[P, None]) -> Callable[P, None]:
    """Show an error as one sentence and leave with exit code 2; a stack of code lines helps no user."""

    @wraps(command)
    def careful(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except UserError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(BUSY if isinstance(error, FetchRunning) else WRONG_INPUT) from error

    return careful


def bar_of(*, hidden: bool = False) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        disable=hidden,
    )


def say_json(event: str, **fields: object) -> None:
    """Write one line of the log for programs."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    typer.echo(json.dumps({"at": now, "event": event, **fields}, ensure_ascii=False))
