"""An exhibit: nothing is made before it is asked for, and the four files tell the same as the screen."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data import VERSION
from data.catalogue import Catalogue
from ui import charts, exhibit
from ui.coverage import theme_table, wijken_table
from ui.life import life_table
from ui.theme import DARK, LIGHT, Look

SOURCE = "Bron: CBS (CC BY 4.0), tabel 85618NED (2023)."
TITLE = "Er wonen in 2023 meer mensen in Noord dan in 2021"
LABELS = ["Afbeelding (PNG)", "Tekening (SVG)", "Cijfers (CSV)", "Cijfers (Excel)"]


def series() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": "WK990001",
            "name": "=Noord",
            "role": "wijk",
            "year": [2021, 2022, 2023],
            "value": [1000.123456789, float("nan"), 1040.5],
            "status": ["observed", "suppressed", "provisional"],
            "segment": 0,
        }
    )


def drawing(known: Catalogue) -> Callable[[Look], exhibit.Drawn]:
    return lambda look: charts.line_chart(series(), known["population"], look, title=TITLE, source=SOURCE)


def rows() -> pd.DataFrame:
    return series()[["region", "name", "year", "value", "status"]].assign(source=SOURCE)


@pytest.fixture
def files(known: Catalogue, monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What the four buttons hand over, by file name; the page shows the dark look."""
    offered: dict[str, Callable[[], bytes]] = {}

    def offer(_label: str, *, data: Callable[[], bytes], file_name: str, **_: object) -> None:
        offered[file_name] = data

    monkeypatch.setattr(exhibit, "page_look", lambda: DARK)
    monkeypatch.setattr(exhibit, "when_opened", lambda *_: _open())
    monkeypatch.setattr(st, "download_button", offer)
    exhibit.exhibit(
        drawing(known),
        "proef",
        name="wijkradar-proefstad-inwoners-2021-2023",
        table=rows,
        figures=rows,
        told="Tabel",
        linked=False,
        method="Geteld.",
    )
    return offered


class _open:  # noqa: N801
    def __enter__(self) -> bool:
        return True

    def __exit__(self, *_: object) -> None: ...


def named(files: dict[str, Callable[[], bytes]], ending: str) -> bytes:
    return files[f"wijkradar-proefstad-inwoners-2021-2023.{ending}"]()


def app() -> AppTest:
    def script() -> None:
        import pandas as pd
        import streamlit as st

        from ui.exhibit import exhibit

        def asked(what: str) -> pd.DataFrame:
            st.session_state["asked"] = [*st.session_state.get("asked", []), what]
            return pd.DataFrame({"Inwoners": [1000]})

        exhibit(
            lambda _look: {"mark": "point", "description": "Eén punt.", "data": {"values": [{}]}},
            "proef",
            name="wijkradar-proefstad",
            table=lambda: asked("table"),
            figures=lambda: asked("figures"),
            told="Tabel: inwoners",
            legend="(v): voorlopig",
            linked=False,
        )

    return AppTest.from_function(script).run()


def test_under_the_picture_stands_one_closed_line_and_nothing_is_worked_out() -> None:
    page = app()
    assert [fold.label for fold in page.expander] == ["Tabel en downloads"]
    assert not page.dataframe
    assert not page.get("download_button")
    assert "asked" not in page.session_state


def test_opening_it_shows_the_table_and_four_buttons_and_still_makes_no_file() -> None:
    page = app()
    page.session_state["proef-tabel"] = True
    page.run()
    assert not page.exception
    assert len(page.dataframe) == 1
    assert [button.proto.label for button in page.get("download_button")] == LABELS
    assert page.session_state["asked"] == ["table"]
    assert [caption.value for caption in page.caption] == ["(v): voorlopig"]


def test_the_files_are_called_after_gemeente_subject_and_years() -> None:
    known = SimpleNamespace(name="Súdwest-Fryslân")
    name = exhibit.file_name(known, "Auto's per km² (Höhe)", 2015, 2023, 2019)  # type: ignore[arg-type]
    assert name == "wijkradar-sudwest-fryslan-auto-s-per-km2-hohe-2015-2023"
    assert exhibit.file_name(known, "a", 2024).endswith("-a-2024")  # type: ignore[arg-type]


def test_excel_holds_what_the_csv_holds(files: dict[str, Callable[[], bytes]]) -> None:
    text = named(files, "csv").decode("utf-8-sig")
    assert "1000,123457" in text
    as_csv = pd.read_csv(io.StringIO(text), sep=";", decimal=",")
    as_excel = pd.read_excel(io.BytesIO(named(files, "xlsx")), sheet_name="Cijfers")
    pd.testing.assert_frame_equal(as_csv, as_excel)
    assert list(as_csv["name"].unique()) == ["'=Noord"], "a name may not run as a formula"


def test_excel_holds_numbers_and_leaves_what_is_not_there_empty(
    files: dict[str, Callable[[], bytes]],
) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(named(files, "xlsx")))["Cijfers"]
    heads = [cell.value for cell in sheet[1]]
    values = [
        cell.value for cell in next(sheet.iter_cols(heads.index("value") + 1, heads.index("value") + 1))
    ]
    assert values[1:] == [pytest.approx(1000.123457), None, 1040.5]


def test_excel_accounts_for_its_figures(files: dict[str, Callable[[], bytes]]) -> None:
    told = pd.read_excel(io.BytesIO(named(files, "xlsx")), sheet_name="Verantwoording")
    about = dict(zip(told["Onderwerp"], told["Uitleg"], strict=True))
    assert about["Wat dit is"] == TITLE
    assert about["Bron"] == SOURCE.removeprefix("Bron: ")
    assert about["Methode"] == "Geteld."
    assert about["Gemaakt op"] == date.today().isoformat()
    assert VERSION in about["Gemaakt met"]
    assert "geen 0" in about["Lege cellen"]
    assert {"Status suppressed", "Status provisional"} <= set(about)
    assert "Status discontinued" not in about


def test_pictures_are_always_in_the_light_look(files: dict[str, Callable[[], bytes]]) -> None:
    svg = named(files, "svg").decode()
    assert LIGHT.paper in svg
    assert DARK.paper not in svg
    assert DARK.accent not in svg
    assert "Wijkradar" in svg
    assert SOURCE[:20] in svg
    assert named(files, "png").startswith(b"\x89PNG")


def test_what_is_not_a_chart_offers_figures_only(known: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[str] = []
    monkeypatch.setattr(exhibit, "when_opened", lambda *_: _open())
    monkeypatch.setattr(st, "download_button", lambda label, **_: offered.append(label))
    exhibit.behind("kaart", name="x", title="Kaart", table=rows, figures=rows, told="Tabel", linked=False)
    assert offered == LABELS[2:]


# -- the tables beside the pictures of Gegevens & methode ------------------------------------------------


def test_the_table_of_a_theme_says_how_many_wijken_have_a_figure_and_where_it_breaks() -> None:
    cells = pd.DataFrame(
        {
            "indicator": ["a", "a", "b"],
            "title": ["Inwoners", "Inwoners", "WOZ"],
            "year": [2022, 2023, 2023],
            "n_figures": [24, 22, 0],
            "n_regions": [24, 24, 24],
            "status": ["observed", "observed", "not_published"],
            "broken": [False, True, False],
        }
    )
    table = theme_table(cells)
    assert list(table.columns) == ["2023", "2022"]
    assert list(table.loc["Inwoners"]) == ["22 van 24 |", "24 van 24"]
    assert list(table.loc["WOZ"]) == ["geen cijfer (nog niet gepubliceerd)", "niet in de tabel"]


def test_the_table_per_wijk_tells_no_figure_from_no_wijk() -> None:
    cells = pd.DataFrame(
        {
            "region": ["WK1", "WK1", "WK2"],
            "title": ["Noord", "Noord", "Zuid"],
            "year": [2022, 2023, 2023],
            "status": ["provisional", "suppressed", "observed"],
            "broken": False,
        }
    )
    table = wijken_table(cells)
    assert list(table.loc["Noord"]) == ["geen cijfer (geheim of te klein)", "ja\u00a0(v)"]
    assert list(table.loc["Zuid"]) == ["ja", "bestond niet"]


def test_the_table_of_a_life_shows_the_code_of_every_year_and_when_it_became_other_land() -> None:
    frame = pd.DataFrame(
        {
            "region": ["WK1@2021", "WK1", "WK1"],
            "title": ["Noord (tot en met 2021)", "Noord", "Noord"],
            "year": [2021, 2022, 2023],
            "code": ["WK1", "WK1", "WK1"],
            "broken": [False, True, False],
        }
    )
    table = life_table(frame)
    assert list(table["Noord"]) == ["WK1", "WK1 (ander gebied)", "bestond niet"]
    assert list(table.index) == ["2023", "2022", "2021"]
