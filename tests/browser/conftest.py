"""The browser room: the real app, a real Chromium, and no way out.

`open_page` opens a page and watches it. When the test ends it fails on every request to another host, on
every breach of the content policy and on every error that the browser reports, seen on any page it opened.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser.room import CHROMIUM_FLAGS, ROOT, OpenPage, Watch, settle, shared_app
from tests.conftest import made_once
from tests.helpers.copies import copied

FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # A machine that is too busy drops a click now and then; what is really broken fails twice, and a second try is told.
            # So each test finds what it needs in the state that a try before it left.
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give every skip of this room the same place, so that pytest tells it in one line; keep that a test failed."""
    report = yield
    item.stash[FAILED] = report.failed
    if report.skipped and isinstance(report.longrepr, tuple):
        report.longrepr = (__file__, 0, report.longrepr[2])
    return report


# Of this room only: as long as Playwright runs, no other test can have an event loop in this process.
@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser that keeps the scripts it has read, as that of a visitor who returns: pages open faster."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"the browser room needs one of {', '.join(names)} on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profiel"),
            executable_path=found,
            args=list(CHROMIUM_FLAGS),
            locale="nl-NL",
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def app_store(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store of the app under test: the sample municipality, in a folder that tests may write to."""
    return (
        made_once(tmp_path_factory, "browser", lambda folder: copied(sample_folder, folder / "store"))
        / "store"
    )


@pytest.fixture(scope="package")
def app(browser: BrowserContext, app_store: Path) -> Iterator[str]:
    """Address of the app; asks for the browser first, so that nothing is started where there is none."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "only")
    with shared_app(app_store.parent, app_store, worker) as address:
        yield address


@pytest.fixture(scope="package")
def tab(browser: BrowserContext, app: str) -> Callable[[], Page]:
    """Give a test the one tab that stays open: it has the scripts at hand, which a new one works out anew in half a second."""
    kept: list[Page] = []

    def _give() -> Page:
        if not kept or kept[-1].is_closed():
            kept.append(browser.new_page())
        return kept[-1]

    return _give


def leave(page: Page, app: str) -> None:
    """Leave a tab as if nobody was ever there."""
    page.unroute_all(behavior="ignoreErrors")
    page.evaluate("sessionStorage.clear()")
    page.mouse.move(0, 0)
    page.goto(f"{app}/gezond")


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, browser: BrowserContext, app: str, tab: Callable[[], Page]
) -> Iterator[OpenPage]:
    """Open a page of the app: ``open_page("/kaart", {"jaar": 2022}, dark=False, width=1280)``.

    Waits until the page has run. ``address`` opens a page of another running app, ``before`` gets the page
    before it goes there, and errors of the browser with a text in ``expected`` are what the test is after.
    """
    watch = Watch()
    pages: list[Page] = []

    def _open(
        path: str = "/",
        params: dict[str, object] | None = None,
        *,
        dark: bool = False,
        width: int = 1280,
        address: str = app,
        before: Callable[[Page], None] | None = None,
        expected: tuple[str, ...] = (),
    ) -> Page:
        watch.expected.extend(expected)
        page = browser.new_page() if pages else tab()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        pages.append(page)
        watch.on(page)
        if before:
            before(page)
        page.goto(address + path + (f"?{urlencode(params)}" if params else ""))
        settle(page)
        return page

    yield _open
    # Where a test failed nobody knows what it leaves behind.
    failed = request.node.stash.get(FAILED, True)
    for page in pages if failed else pages[1:]:
        page.close()
    if pages and not failed:
        leave(pages[0], app)
        watch.off(pages[0])
    if complaint := watch.report():
        pytest.fail(complaint, pytrace=False)


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[[Page, str], Path]:
    """Keep a picture of a page: ``screenshot(page, "kaart")``; in .cache/screens of the project."""

    def _keep(page: Page, name: str) -> Path:
        folder = ROOT / ".cache" / "screens"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{request.node.name}-{name}.png".replace("/", "_")
        page.screenshot(path=file, full_page=True)
        return file

    return _keep
