import re
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.assemble import assemble
from data.catalogue import Catalogue
from data.settings import ROOT
from data.store import Store
from tests.helpers import FIRST, small_table
from tests.helpers.copies import copied
from tests.pages.conftest import Open

PAGES = sorted(file.stem for file in (ROOT / "pages").glob("[!_]*.py"))
CLUSTER = ("Rivierenbuurt", "Componistenkwartier", "Vogelbuurt", "Dichterswijk")
FORBIDDEN = re.compile(r"\b(nan|none|null|significant|z-score|p-waarde)\b", re.IGNORECASE)


def text_of(app: AppTest) -> str:
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.warning, *app.error]
    return "\n".join(str(part.value) for part in parts)


def address_of(app: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


def choose(app: AppTest, box: str, value: str) -> AppTest:
    return app.selectbox(key=box).set_value(value).run()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_a_sentence_says_that_the_sample_is_fiction_and_names_its_source(
    open_page: Open, page: str
) -> None:
    app = open_page(page)
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1
    first = next(text for part in app.markdown if "verzonnen" not in (text := str(part.value)))
    assert first.endswith(".")
    told = text_of(app)
    assert "verzonnen" in told
    assert "CBS" in told
    assert "CC BY 4.0" in told


@pytest.mark.parametrize("page", ["kaart", "zorgen", "niet_gehoord", "outreach", "wijkanalyse", "privacy"])
def test_without_the_register_a_page_says_so_in_one_place_and_shows_its_figures(
    open_page: Open, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "register.db").write_bytes(b"dit is geen databank" * 500)
    monkeypatch.setenv("WIJKRADAR_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    app = open_page(page, wijk="WK999907")
    assert not app.exception
    assert len(app.title) == 1
    told = text_of(app)
    assert told.count("is beschadigd of is geen register") == 1
    assert "CC BY 4.0" in told
    if page == "kaart":
        assert "inwoners" in told


@pytest.mark.parametrize("page", PAGES)
def test_every_page_holds_for_every_indicator_without_codes_or_jargon(
    open_page: Open, page: str, known: Catalogue
) -> None:
    app = open_page(page, wijk="WK999907")
    # One of each sort: a count, a share, an ended, a late, an unpublished, a rare and a herkomst figure.
    for indicator in (
        "population",
        "edu_low_share",
        "low_income_hh",
        "income_per_resident",
        "poverty",
        "crime_violence",
        "origin_europe_share",
        "urbanity",
    ):
        assert indicator in known
        app = choose(app, "indicator", indicator)
        assert not app.exception, (page, indicator, app.exception[0].message)
        found = FORBIDDEN.search(text_of(app))
        assert not found, (indicator, found)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_holds_for_a_tiny_a_split_and_a_new_wijk(open_page: Open, page: str) -> None:
    app = open_page(page, wijk="WK999914")
    for wijk in ("WK999914", "WK999911", "WK999924"):
        app = choose(app, "wijk", wijk)
        assert not app.exception, app.exception[0].message
        assert app.selectbox(key="wijk").value == wijk


def test_a_link_opens_the_same_view(open_page: Open) -> None:
    link = {"gemeente": "GM9999", "wijk": "WK999907", "indicator": "benefit_bijstand_share", "jaar": "2020"}
    app = open_page("kaart", deel="onderwerp", **link)
    assert {name: app.selectbox(key=name).value for name in link} == link
    assert {name: value for name, value in address_of(app).items() if name in link} == link
    assert "2020" in str(app.title[0].value)


def test_the_choice_survives_a_change_of_page(open_page: Open) -> None:
    app = choose(choose(open_page("trends"), "wijk", "WK999908"), "indicator", "hh_single_share")
    # A click in the navigation empties the address.
    for name in list(app.query_params):
        del app.query_params[name]
    app.switch_page("prognose.py").run()
    assert app.selectbox(key="wijk").value == "WK999908"
    assert app.selectbox(key="indicator").value == "hh_single_share"
    assert address_of(app)["wijk"] == "WK999908"


def test_a_year_without_the_figure_gives_the_last_year_with_it_and_comes_back(open_page: Open) -> None:
    app = open_page("trends", jaar="2025", indicator="population")
    app = choose(app, "indicator", "low_income_hh")
    assert app.selectbox(key="jaar").value == "2023"
    app = choose(app, "indicator", "population")
    assert app.selectbox(key="jaar").value == "2025"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ({"gemeente": "GM0000"}, "GM0000"),
        ({"gemeente": "GM9999", "wijk": "WK036300"}, "WK036300"),
        ({"indicator": "geluk"}, "geluk"),
    ],
)
def test_a_link_to_what_is_not_there_is_told_and_shows_what_is(
    open_page: Open, address: dict[str, str], told: str
) -> None:
    app = open_page("kaart", **address)
    assert not app.exception
    assert told in str(app.warning[0].value)
    assert app.selectbox(key="gemeente").value == "GM9999"


def test_the_overview_names_the_wijken_where_things_come_together(open_page: Open) -> None:
    lead = next(str(part.value) for part in open_page().markdown if "wijken" in str(part.value))
    assert all(name in lead for name in CLUSTER)
    # One odd year in one small wijk is no reason for attention.
    assert "Noorderpolder" not in lead


def test_a_figure_that_is_not_published_says_so(open_page: Open) -> None:
    app = open_page("kaart", deel="onderwerp", indicator="poverty")
    assert "nog niet gepubliceerd" in text_of(app) or "geen enkele wijk" in text_of(app)


def test_every_break_in_a_series_is_explained_in_a_sentence(open_page: Open) -> None:
    told = text_of(open_page("trends", wijk="WK999919", indicator="benefit_bijstand_share"))
    assert "Breuk in 2015: Op 1 januari 2015 ging de bijstand over" in told
    assert "in 2018 zijn de grenzen tussen De Weide en Zonnehoek verlegd" in told


def test_wijken_chosen_for_comparison_stand_in_the_address(open_page: Open) -> None:
    app = open_page("trends", wijk="WK999907")
    app = app.multiselect(key="wijken").set_value(["WK999908", "WK999921"]).run()
    assert address_of(app)["wijken"] == "WK999908,WK999921"
    app = open_page("trends", wijk="WK999907", wijken="WK999908,WK999921,WK000000")
    assert app.multiselect(key="wijken").value == ["WK999908", "WK999921"]


def test_the_table_behind_a_picture_opens_with_the_reasons_in_it(open_page: Open) -> None:
    app = open_page("kaart", deel="onderwerp", indicator="low_income_hh")
    assert not app.dataframe
    app.session_state["kaart-cijfers-tabel"] = True
    app = app.run()
    assert not app.exception
    told = app.dataframe[0].value
    assert "2023: geheim of te klein om te tonen" in set(told["Waarom geen cijfer"])


@pytest.mark.parametrize("page", PAGES)
def test_no_page_runs_before_the_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open, page: str
) -> None:
    (tmp_path / "manifest.json").write_text('{"format": 99}')
    monkeypatch.setenv("WIJKRADAR_STORE", str(tmp_path))
    app = open_page(page)
    assert "nieuwere Wijkradar" in str(app.error[0].value)
    assert not app.selectbox
    assert [str(title.value) for title in app.title] == ["Wijkradar"]


def test_pages_are_thin() -> None:
    for file in (ROOT / "pages").glob("*.py"):
        assert len(file.read_text().splitlines()) <= 120, file.name


def test_a_year_without_figures_to_judge_does_not_say_that_no_wijk_asks_for_attention(
    tmp_path: Path, sample_folder: Path, monkeypatch: pytest.MonkeyPatch, known: Catalogue
) -> None:
    """A download with ages only says nothing about who needs attention."""
    store = Store(copied(sample_folder, tmp_path / "store"))
    rows = [
        {"WijkenEnBuurten": code, "AantalInwoners_5": 4_000, "k_0Tot15Jaar_6": 900}
        for code in ("NL00      ", "GM0917    ", "WK091700  ", "WK091701  ")
    ]
    table = small_table(rows, topics=[*FIRST, ("k_0Tot15Jaar_6", "0 tot 15 jaar", "aantal")])
    with store.writing() as writer:
        writer.put_table(assemble(replace(table, partial=True), known))
    monkeypatch.setenv("WIJKRADAR_STORE", str(store.folder))
    app = AppTest.from_file(str(ROOT / "pages" / "_start.py"), default_timeout=60)
    app.query_params["gemeente"] = "GM0917"
    app.run()
    text = text_of(app)
    assert "te weinig cijfers om te zeggen welke wijken van GM0917 aandacht vragen" in text
    assert "vraagt er geen" not in text
