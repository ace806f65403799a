"""What the browser room is made of: the app as it is started for real, a watch on every page, and waiting."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from filelock import FileLock
from playwright.sync_api import (
    ConsoleMessage,
    Error,
    FrameLocator,
    Locator,
    Page,
    Request,
    WebSocket,
    expect,
)

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_SECONDS = 60
#: Where the background of the map comes from: nobody answers there, a test does so itself.
TILES = f"http://{HOST}:9/tegels/{{z}}/{{x}}/{{y}}.png"
#: The first visitor of a fresh server waits for the figures to be worked out, here with other tests beside it.
RUN_MS = 120_000
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A page that finds the scripts compiled by another page of ours opens in two thirds of the time.
    "--process-per-site",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}",
)
#: On a deep link Streamlit asks at which base path it lives by trying; the tries that miss answer 404.
STREAMLIT_TRIES = ("/_stcore/health", "/_stcore/host-config")
PAGES = (
    *("/", "/trends", "/prognose", "/kaart", "/zorgen", "/zorgen?deel=lijst", "/zorgen?deel=beeld"),
    *("/niet-gehoord", "/outreach", "/wijkanalyse", "/gegevens", "/ophalen", "/privacy"),
)


# -- the app -----------------------------------------------------------------------------------------


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def start_app(store: Path, **settings: str) -> tuple[str, int]:
    """Start the app as `streamlit run app.py` does, on a free port; returns its address and process number.

    ``settings`` are environment variables, such as ``WIJKRADAR_CBS_URL``.
    """
    address = f"http://{HOST}:{(port := _free_port())}"
    log = store.parent / f"app-{port}.log"
    # A proxy of whoever runs the tests must not come between the browser and the app.
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", str(port), "--server.address", HOST]
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment | {"WIJKRADAR_STORE": str(store), "WIJKRADAR_BACKGROUND": TILES} | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + START_SECONDS
    while not _answers(f"{address}/_stcore/health"):
        if process.poll() is not None or time.monotonic() > deadline:
            stop_app(process.pid)
            pytest.fail(f"the app did not start:\n{log.read_text()}", pytrace=False)
        time.sleep(0.1)
    return address, process.pid


def stop_app(pid: int) -> None:
    """Stop an app, also one that another worker started."""
    process = psutil.Process(pid) if psutil.pid_exists(pid) else None
    if process is None:
        return
    with suppress(psutil.NoSuchProcess):
        process.terminate()
        try:
            # With a page still open it takes far longer to go by itself, and nothing in it is worth that.
            process.wait(1)
        except psutil.TimeoutExpired:
            process.kill()


@contextmanager
def running_app(store: Path, **settings: str) -> Iterator[str]:
    """Run an app of one's own; yields its address. As `start_app`."""
    address, pid = start_app(store, **settings)
    try:
        yield address
    finally:
        stop_app(pid)


@contextmanager
def shared_app(folder: Path, store: Path, user: str) -> Iterator[str]:
    """Run one app for all workers: who comes first starts it, who leaves last stops it.

    An app of its own for each worker would work out the same figures in each, at a dozen seconds.

    Parameters
    ----------
    folder : Path
        The same for all workers.
    store : Path
        Of the app.
    user : str
        Name of the worker.
    """
    running, users = folder / "app.json", folder / "users"
    users.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "app.lock")
    with lock:
        (users / user).touch()
        if not running.exists():
            address, pid = start_app(store)
            running.write_text(json.dumps({"address": address, "pid": pid}))
        app = json.loads(running.read_text())
    try:
        yield str(app["address"])
    finally:
        with lock:
            (users / user).unlink()
            if not any(users.iterdir()):
                running.unlink()
                stop_app(int(app["pid"]))


# -- pages -------------------------------------------------------------------------------------------


@dataclass
class Watch:
    """Everything that a page did and should not have done."""

    outside: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        for event, heard in self._heard():
            page.on(event, heard)  # type: ignore[call-overload]

    def off(self, page: Page) -> None:
        for event, heard in self._heard():
            page.remove_listener(event, heard)

    def _heard(self) -> tuple[tuple[str, Callable[..., None]], ...]:
        return (
            ("request", self._request),
            ("console", self._console),
            ("pageerror", self._fault),
            ("websocket", self._socket),
        )

    def _fault(self, error: Error) -> None:
        self.errors.append(f"error in a script: {error}")

    def _socket(self, socket: WebSocket) -> None:
        self._address(socket.url)

    def _address(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname != HOST:
            self.outside.append(address)

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        origin = str(message.location.get("url", ""))
        known = origin.endswith(STREAMLIT_TRIES) or any(text in message.text for text in self.expected)
        if message.type == "error" and not known:
            self.errors.append(f"{message.text} ({origin})")

    def report(self) -> str:
        lines = [f"asked another host: {address}" for address in self.outside]
        return "\n".join([*lines, *self.errors])


OpenPage = Callable[..., Page]


def settle(page: Page) -> None:
    """Wait until the page has run to its end and shows nothing of a former run."""
    still = """() => {
        const app = document.querySelector('[data-testid="stApp"]');
        const quiet = app?.dataset.testScriptState === 'notRunning'
            && app.dataset.testConnectionState === 'CONNECTED'
            && document.querySelector('[data-testid="stMain"] h1')
            && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]');
        const now = performance.now();
        window.quietSince = quiet ? (window.quietSince ?? now) : undefined;
        return window.quietSince !== undefined && now - window.quietSince > 250;
    }"""
    # Ten times a second: looking at every frame makes the browser draw each of them.
    page.wait_for_function(still, timeout=RUN_MS, polling=100)


def choose_file(page: Page, box: Locator, file: Path) -> None:
    """Give a file to the uploader in ``box``, and wait until it stands there.

    A page that draws itself anew at that very moment drops it, and tells nobody; who drops a file by hand sees that and drops
    it again.
    """
    chips = box.get_by_test_id("stFileChipDeleteBtn")
    before = chips.count()
    for patience in (5_000, 10_000, RUN_MS):
        settle(page)
        box.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
        try:
            expect(chips).to_have_count(before + 1, timeout=patience)
        except AssertionError:
            continue
        return
    raise AssertionError(f"the page does not take {file.name}")


def map_frame(page: Page) -> FrameLocator:
    """Return the frame of the map, once its regions are drawn."""
    frame = page.frame_locator("iframe")
    frame.locator("path.leaflet-interactive").first.wait_for(timeout=RUN_MS)
    return frame
