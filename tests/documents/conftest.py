"""One report of the sample, made into files and pages once for all tests of this room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from reports.model import Report
from tests.conftest import made_once
from tests.documents import room


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The worker that makes the papers reads them; the others need not wait for it.
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("papieren"))


@dataclass(frozen=True)
class Papers:
    """The files of a report and their pages."""

    report: Report
    folder: Path

    def file(self, name: str) -> Path:
        """A file as it was written."""
        return self.folder / name

    def pages(self, name: str) -> Path:
        """The pages of a file."""
        return self.folder / f"{name}.pdf"


@pytest.fixture(scope="session")
def papers(sample_wijkanalyse: Report, tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """Files, pages and pictures of the wijkanalyse of the sample."""
    if missing := room.missing_programs():
        pytest.skip(f"{' and '.join(missing)} (LibreOffice, poppler-utils) are not on this machine")

    def make(folder: Path) -> None:
        room.write(sample_wijkanalyse, folder)
        room.print_office(folder)
        room.photograph(folder)

    folder = made_once(tmp_path_factory, "papieren", make)
    return Papers(sample_wijkanalyse, folder)
