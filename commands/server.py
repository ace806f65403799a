"""The dashboard, and which version this is."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from commands._app import app, say_what_is_wrong
from data import VERSION
from data.manifest import read_manifest
from data.settings import ROOT, load_settings


@app.command()
@say_what_is_wrong
def serve(
    port: Annotated[int, typer.Option("--poort", help="Poort van het dashboard.")] = 8501,
    address: Annotated[
        str, typer.Option("--adres", help="Adres waarop het dashboard luistert; 0.0.0.0 is voor iedereen.")
    ] = "127.0.0.1",
) -> None:
    """Start het dashboard in de browser, zonder andere keuze alleen voor deze computer."""
    read_manifest(load_settings().store)
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    command += ["--server.port", str(port), "--server.address", address]
    if sys.platform == "win32":
        raise typer.Exit(subprocess.call(command, cwd=ROOT))
    os.chdir(ROOT)
    os.execv(command[0], command)


@app.command()
def version() -> None:
    """Toon de versie."""
    typer.echo(f"Wijkradar {VERSION}")
