"""Time and memory of the dashboard, with an empty Streamlit page beside it in the same run.

    python -m benchmarks.pages [--store FOLDER] [--gemeente CODE] [--reruns N]

Starts the real server, drives it with Chromium, and prints: command to first page (first start with an empty
store, and second start), p50 and p95 of a rerun per page (from the click on another wijk until the page
stands still), and the memory of the process. The empty page is what Streamlit itself costs.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

from data.settings import ROOT

PAGES = (
    "",
    "trends",
    "prognose",
    "kaart",
    "zorgen?deel=lijst",
    "zorgen?deel=beeld",
    "niet-gehoord",
    "outreach",
    "gegevens",
)
EMPTY_PAGE = 'import streamlit as st\nst.title("leeg")\nst.selectbox("Wijk", ["a", "b", "c"])\n'
STANDS_STILL = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.getAttribute('data-test-script-state') === 'notRunning'
      && document.querySelector('h1') && !document.querySelector('[data-stale="true"]');
}"""


def free_port() -> int:
    with contextlib.closing(socket.socket()) as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextlib.contextmanager
def server(script: Path, store: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    environment = os.environ | {"WIJKRADAR_STORE": str(store), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    command += ["--browser.gatherUsageStats", "false"]
    process = subprocess.Popen(command, cwd=script.parent, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_still(page: Page) -> None:
    page.wait_for_function(STANDS_STILL, timeout=120_000, polling=20)


def open_when_up(page: Page, address: str) -> None:
    while True:
        with contextlib.suppress(Exception):
            page.goto(address, wait_until="commit", timeout=2_000)
            break
        time.sleep(0.05)
    wait_until_still(page)


def choose_next(page: Page, box: int, place: int) -> None:
    page.locator('[data-testid="stSelectbox"]').nth(box).locator("[role=combobox], input").first.click()
    page.locator('[role="option"]').nth(place).click()


def reruns(page: Page, box: int, count: int) -> list[float]:
    times = []
    for number in range(count + 2):
        choose_next(page, box, 1 + number % 8 if box else number % 3)
        started = time.perf_counter()
        page.wait_for_timeout(30)
        wait_until_still(page)
        times.append(time.perf_counter() - started)
    return times[2:]


def told(times: list[float]) -> str:
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return f"p50 {1000 * statistics.median(ordered):6.0f} ms   p95 {1000 * p95:6.0f} ms"


def memory(process: subprocess.Popen[bytes]) -> str:
    return f"{psutil.Process(process.pid).memory_info().rss / 2**20:.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path, help="a filled store; without it the sample in a new one")
    parser.add_argument("--gemeente", default="GM9999")
    parser.add_argument("--reruns", type=int, default=20)
    arguments = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    flags.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        page = playwright.chromium.launch(executable_path=chromium, args=flags).new_page()
        store = arguments.store or Path(scratch) / "store"
        for start in ("first start (empty store)", "second start"):
            if arguments.store and start.startswith("first"):
                continue
            started = time.perf_counter()
            with server(ROOT / "app.py", store) as (_, address):
                open_when_up(page, address)
                print(f"command to first page, {start}: {time.perf_counter() - started:.1f} s")
        with server(ROOT / "app.py", store) as (process, address):
            open_when_up(page, address)
            print(f"memory after the first page: {memory(process)}")
            for name in PAGES:
                open_when_up(
                    page, f"{address}/{name}{'&' if '?' in name else '?'}gemeente={arguments.gemeente}"
                )
                print(f"rerun of /{name:<18} {told(reruns(page, 1, arguments.reruns))}")
            print(f"memory after all pages: {memory(process)}")
        empty = Path(scratch) / "leeg.py"
        empty.write_text(EMPTY_PAGE)
        with server(empty, store) as (process, address):
            open_when_up(page, address)
            print(
                f"rerun of an empty page {told(reruns(page, 0, arguments.reruns))}, memory {memory(process)}"
            )


if __name__ == "__main__":
    main()
