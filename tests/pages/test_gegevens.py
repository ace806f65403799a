"""The page "Gegevens & methode" as the proof, and the link to it under every figure on every page."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open

WIJK, BENEFIT = "WK999907", "benefit_bijstand_share"


def text_of(app: AppTest) -> str:
    parts = [*app.header, *app.markdown, *app.caption]
    return "\n".join(str(part.value) for part in parts).replace("\u00a0", " ").replace("\\", "")


def parents(app: AppTest) -> list[dict[str, str]]:
    """Return where the links to the parent of a figure lead, in the order of the page."""
    links = [parse_qs(part.proto.query_string) for part in app.get("page_link")]
    return [
        {name: values[0] for name, values in link.items()} for link in links if link.get("deel") == ["bron"]
    ]


def open_fold(app: AppTest, *keys: str) -> AppTest:
    for key in keys:
        app.session_state[key] = True
    app = app.run()
    assert not app.exception
    return app


# -- the way to it ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "folds", "fewest"),
    [
        ("trends", ("trend-tabel",), 2),
        ("prognose", ("prognose-tabel",), 2),
        ("kaart", ("kaart-cijfers-tabel", "volgorde-open"), 5),
    ],
)
def test_picture_table_and_card_have_a_link_to_the_parent_of_their_figure(
    open_page: Open, page: str, folds: tuple[str, ...], fewest: int
) -> None:
    view = {"deel": "onderwerp"} if page == "kaart" else {}
    app = open_fold(open_page(page, wijk=WIJK, indicator=BENEFIT, jaar="2022", **view), *folds)
    links = parents(app)
    of_selection = {
        "gemeente": "GM9999",
        "wijk": WIJK,
        "indicator": BENEFIT,
        "jaar": "2022",
        "deel": "bron",
    }
    assert links.count(of_selection) >= fewest
    pictures = len(app.get("vega_lite_chart")) + len(app.dataframe)
    assert len(links) >= pictures


def test_every_tile_and_every_sentence_of_the_overview_leads_to_its_own_figure(open_page: Open) -> None:
    app = open_page(jaar="2022")
    links = parents(app)
    tiles = [link for link in links if link["wijk"] == "alle"]
    assert {"population", "age_65plus_share", BENEFIT} <= {link["indicator"] for link in tiles}
    assert {link["jaar"] for link in tiles if link["indicator"] == "population"} == {"2022"}
    sentences = [str(part.value) for part in app.markdown if str(part.value).startswith("- ")]
    of_wijken = [link for link in links if link["wijk"] != "alle"]
    assert len(of_wijken) >= 5
    assert len(of_wijken) <= len(sentences)


def test_a_sentence_on_the_card_leads_to_its_own_indicator_and_year(open_page: Open) -> None:
    links = parents(
        open_page("kaart", deel="onderwerp", wijk=WIJK, indicator="age_65plus_share", jaar="2025")
    )
    others = {(link["indicator"], link["jaar"]) for link in links if link["indicator"] != "age_65plus_share"}
    assert len(others) >= 3
    assert all(link["wijk"] == WIJK for link in links)


def test_on_the_page_itself_the_link_is_a_jump_within_it(open_page: Open) -> None:
    app = open_page("gegevens", wijk=WIJK)
    assert not parents(app)
    assert any("(#bron)" in str(part.value) for part in app.caption)


# -- where it leads -----------------------------------------------------------------------------------


def test_the_parent_of_the_chosen_figure_comes_first_with_table_day_code_and_margin(open_page: Open) -> None:
    app = open_page("gegevens", wijk=WIJK, indicator=BENEFIT, jaar="2022", deel="bron")
    assert str(app.header[0].value) == "Waar komt dit cijfer vandaan?"
    told = text_of(app)
    assert (
        "In 2022 was het aantal mensen met bijstand per 1 000 inwoners in Componistenkwartier"
        in told.replace("\u202f", " ")
    )
    assert "De marge is ±" in told
    assert "Tabel 85318NED van CBS" in told
    assert f"code {WIJK}" in told
    assert "2022" in " ".join(app.table[1].value["Jaar"])


def test_a_wijk_that_was_split_tells_its_life_and_what_cannot_be_compared(open_page: Open) -> None:
    told = text_of(open_page("gegevens", wijk="WK999924"))
    assert "Levensloop van De Hoge Akkers-West" in told
    assert "In 2021 is De Hoge Akkers gesplitst in De Hoge Akkers-West en De Hoge Akkers-Oost." in told
    assert "De cijfers van vóór 2021 zijn niet omgerekend" in told


def test_without_a_wijk_everything_that_happened_is_listed_newest_first(open_page: Open) -> None:
    told = text_of(open_page("gegevens"))
    assert told.index("**2021**") < told.index("**2018**")


def test_coverage_can_be_seen_per_wijk_with_the_breaks_explained(open_page: Open) -> None:
    app = open_page("gegevens", indicator="benefit_bijstand")
    app = app.radio(key="dekking-soort").set_value("Eén onderwerp, per wijk").run()
    app = open_fold(app, "dekking-breuken-wijken")
    told = text_of(app)
    assert "Vanaf 2015:" in told
    assert "In 2018 zijn de grenzen tussen De Weide en Zonnehoek verlegd" in told


def test_folds_open_for_a_share_and_for_what_was_left_out(open_page: Open) -> None:
    app = open_page("gegevens", wijk=WIJK, indicator=BENEFIT)
    folds = ("bron-delen-jaren", "bron-vergelijk", "weggelaten", "levensloop-buurten", "dekking-breuken")
    app = open_fold(app, *folds)
    assert any("Geheim" in table.value for table in app.table)


def test_a_converted_figure_shows_the_old_wijken_and_leads_to_them(
    converted_folder: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIJKRADAR_STORE", str(converted_folder))
    app = open_page("gegevens", wijk="WK999924", indicator="population", jaar="2016")
    assert not app.exception
    told = text_of(app)
    assert "Dit cijfer is omgerekend naar de grenzen van nu, met de adressen." in told
    assert "zijn niet omgerekend" not in told
    assert {"wijk": "WK999911", "jaar": "2016"}.items() <= parents(app)[0].items()
