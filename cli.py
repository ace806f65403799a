"""Wijkradar on the command line: import figures, fetch them from CBS and PDOK, export and map them, look after the
register of concerns, serve the dashboard.

Each command imports what it needs itself, so that `serve` does not wait for what only `import` uses.
"""

from __future__ import annotations

from commands import figures, maps, reports, series, server, upkeep  # noqa: F401 (each puts its commands on the application)
from commands._app import BUSY, NOT_ALL, WRONG_INPUT, app

__all__ = ["BUSY", "NOT_ALL", "WRONG_INPUT", "app"]

if __name__ == "__main__":
    app()
