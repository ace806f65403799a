"""Overzicht: the triage comes first, follows what the reader chooses, and says what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import sample
from data.assemble import assemble
from data.catalogue import Catalogue
from data.settings import ROOT
from data.store import Store
from tests.helpers import FIRST as FIRST_COLUMNS
from tests.helpers import small_table
from tests.helpers.copies import copied
from ui.figures import Figures, figures
from ui.triage import FIRST
from ui.triage_figures import ALL_THEMES, GEMEENTE, Question, triaged

Open = Callable[..., AppTest]
CLUSTER = ("Rivierenbuurt", "Componistenkwartier", "Vogelbuurt", "Dichterswijk")


@pytest.fixture(scope="module")
def town(sample_folder: Path) -> Figures:
    return figures(Store(sample_folder), sample.GEMEENTE)


def plain(text: object) -> str:
    """Text with ordinary spaces."""
    return re.sub(r"\s", " ", str(text))


def sentences(app: AppTest) -> list[str]:
    return [plain(part.value) for part in app.markdown]


def items(app: AppTest) -> list[str]:
    """The items of the ranked list: each starts with the name of a wijk in bold."""
    return [text for text in sentences(app) if text.startswith("- **")]


def counts(app: AppTest) -> dict[str, int]:
    """The states on the buttons with their number."""
    found = {}
    for option in app.segmented_control(key="stand").options:
        label, number = re.fullmatch(r"(.+) \((\d+)\)", plain(getattr(option, "content", option))).groups()  # type: ignore[union-attr]
        found[label] = int(number)
    return found


def address_of(app: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


def everything(app: AppTest) -> str:
    return "\n".join([*sentences(app), *(plain(part.value) for part in app.caption)])


def test_the_triage_comes_before_everything_else(open_page: Open) -> None:
    app = open_page()
    assert not app.exception
    assert app.header[0].value == "Wat vraagt aandacht?"
    lead = next(text for text in sentences(app) if text.startswith("Van de 24 wijken"))
    assert all(name in lead for name in CLUSTER)
    assert all(item.startswith(tuple(f"- **{name}**" for name in CLUSTER)) for item in items(app))
    assert 0 < len(items(app)) <= FIRST


def test_the_numbers_on_the_buttons_are_those_of_the_triage(open_page: Open, town: Figures) -> None:
    rows = triaged(town, Question(GEMEENTE, ALL_THEMES, False, 2025))
    states, unsure = rows["state"].value_counts(), rows["unsure"].sum()
    told = counts(open_page())
    assert told["slecht en slechter"] == states["bad_worse"]
    assert told["goed"] == states["good"]
    assert sum(told.values()) == states.drop(["about_equal", "no_figure"]).sum()
    assert f"{states['about_equal'] - unsure} cijfers zijn ongeveer gelijk" in plain(everything(open_page()))
    assert f"{unsure} cijfers zijn te onzeker om te vergelijken" in plain(everything(open_page()))


def test_another_state_shows_another_list(open_page: Open) -> None:
    app = open_page()
    worst = items(app)
    app = app.segmented_control(key="stand").set_value("good").run()
    assert not app.exception
    assert items(app)
    assert not set(items(app)) & set(worst)
    assert address_of(app)["stand"] == "good"


def test_a_state_without_figures_says_so(open_page: Open) -> None:
    empty = next(label for label, number in counts(open_page()).items() if not number)
    state = {"slecht maar verbeterend": "bad_better", "goed maar verslechterend": "good_worse"}[empty]
    app = open_page().segmented_control(key="stand").set_value(state).run()
    assert not app.exception
    assert items(app) == []
    assert "Geen enkel cijfer staat hier." in sentences(app)


def test_comparator_theme_and_development_stand_in_the_address(open_page: Open) -> None:
    app = open_page(vergelijk="land", thema="werk", ontwikkeling="ernaast", stand="good")
    assert not app.exception
    assert app.selectbox(key="vergelijk").value == "land"
    assert app.selectbox(key="thema").value == "werk"
    assert app.segmented_control(key="stand").value == "good"
    assert all("Nederland" in item for item in items(app))
    app = app.selectbox(key="thema").set_value("inkomen").run()
    address = address_of(app)
    assert (address["vergelijk"], address["thema"], address["ontwikkeling"]) == ("land", "inkomen", "ernaast")


def test_a_shared_address_opens_at_the_state_that_was_chosen_also_an_empty_one(open_page: Open) -> None:
    empty = next(label for label, number in counts(open_page()).items() if not number)
    state = {"slecht maar verbeterend": "bad_better", "goed maar verslechterend": "good_worse"}[empty]
    app = open_page(stand=state)
    assert app.segmented_control(key="stand").value == address_of(app)["stand"] == state
    assert "Geen enkel cijfer staat hier." in sentences(app)


def test_what_is_named_behind_a_figure_shares_its_state_and_no_more_is_said_of_it(
    open_page: Open, town: Figures
) -> None:
    rows = triaged(town, Question("gemeente", "alle", False, 2025))
    groups = [group for _, group in rows[rows["state"] == "good"].groupby(["region", "theme"])]
    assert any(group["trend"].nunique() > 1 for group in groups), "alike in level, not in direction"
    named = [plain(item) for item in items(open_page(stand="good")) if "7 andere" in plain(item)]
    assert named
    assert all(" Ook goed: " in item for item in named)


def test_the_fold_says_which_trends_are_tested_together(open_page: Open, town: Figures) -> None:
    whole, one = (triaged(town, Question(GEMEENTE, theme, False, 2025)) for theme in (ALL_THEMES, "werk"))
    both = whole.merge(one, on=["region", "indicator"])
    assert (both["trend_x"] != both["trend_y"]).any(), "another theme is another family"
    assert "alle cijfers van het thema dat u kiest, worden daarbij samen getoetst" in everything(open_page())


def test_the_development_beside_the_comparator_is_told_as_such(open_page: Open) -> None:
    own, beside = open_page(thema="werk"), open_page(thema="werk", ontwikkeling="ernaast")
    assert not any("en opzichte van Voorbeeldstad" in item for item in items(own))
    assert any("en opzichte van Voorbeeldstad" in item for item in items(beside))


def test_wijken_can_be_held_against_another_wijk(open_page: Open) -> None:
    app = open_page(vergelijk="WK999907")
    assert not app.exception
    assert not any(item.startswith("- **Componistenkwartier**") for item in items(app))
    assert all("Componistenkwartier" in item for item in items(app))


def test_the_wijk_in_the_bar_is_the_only_one_in_the_list(open_page: Open) -> None:
    app = open_page(wijk="WK999907")
    assert items(app)
    assert all(item.startswith("- **Componistenkwartier**") for item in items(app))
    assert "U ziet alleen Componistenkwartier" in everything(app)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ({"wijk": "WK999914"}, "doet niet mee"),
        ({"wijk": "WK999907", "vergelijk": "WK999907"}, "met zichzelf vergeleken"),
        ({"thema": "herkomst"}, "Over het thema herkomst is er in 2025 niets te rangschikken"),
        ({"vergelijk": "WK036300"}, "heeft hier geen cijfers"),
        ({"stand": "onzin", "ontwikkeling": "onzin"}, "cijfers zijn ongunstiger dan in Voorbeeldstad"),
    ],
)
def test_what_cannot_be_compared_is_told(open_page: Open, address: dict[str, str], told: str) -> None:
    app = open_page(**address)
    assert not app.exception
    assert told in everything(app)


def test_an_earlier_year_gives_the_picture_of_that_year(open_page: Open) -> None:
    app = open_page(jaar="2016")
    assert not app.exception
    assert counts(app)["slecht en slechter"] == 0
    assert items(app)
    assert not re.search(r"20(1[7-9]|2\d)", " ".join(items(app)))


def test_with_too_few_years_the_direction_is_told_once_and_not_in_every_sentence(open_page: Open) -> None:
    app = open_page(jaar="2015")
    whole = " ".join(text for text in sentences(app) if not text.startswith("- "))
    assert "is nog niet te zeggen: daarvoor zijn er te weinig jaren" in whole
    assert not any("te weinig jaren" in item for item in items(app))


def test_the_rest_of_the_list_and_the_table_open_when_asked_for(open_page: Open) -> None:
    app = open_page(stand="good")
    first = len(items(app))
    app.session_state["triage-meer"] = True
    app.session_state["warmte-tabel"] = True
    app = app.run()
    assert not app.exception
    assert len(items(app)) > first
    assert len(app.dataframe) == 1
    assert "Componistenkwartier" in app.dataframe[0].value.index


def test_the_key_figures_have_their_table_and_a_file(open_page: Open) -> None:
    app = open_page()
    app.session_state["tegels-tabel"] = True
    app = app.run()
    assert not app.exception
    table = app.dataframe[0].value
    assert table.loc[("Aandeel 65-plussers, procent", "Voorbeeldstad"), "2025"].startswith("19,0")
    assert list(table.columns) == sorted(table.columns)
    assert {button.label for button in app.get("download_button")} >= {"Cijfers (CSV)", "Cijfers (Excel)"}


def test_every_item_leads_to_its_source(open_page: Open) -> None:
    app = open_page()
    links = [link for link in app.get("page_link") if link.proto.label == "Bron"]
    assert len(links) == len(items(app))


@pytest.mark.parametrize("theme", ["wonen", "onderwijs", "werk", "inkomen", "voorzieningen"])
def test_every_theme_holds(open_page: Open, theme: str) -> None:
    app = open_page(thema=theme)
    assert not app.exception, app.exception[0].message
    assert items(app)


@pytest.mark.parametrize("comparator", ["gemeente", "land", "WK999914", "WK999924"])
def test_every_comparator_holds(open_page: Open, comparator: str) -> None:
    app = open_page(vergelijk=comparator)
    assert not app.exception, app.exception[0].message


@pytest.fixture
def hamlet(
    tmp_path: Path, sample_folder: Path, monkeypatch: pytest.MonkeyPatch, known: Catalogue
) -> Callable[..., AppTest]:
    """Open Overzicht on a gemeente with a few wijken and six years of one figure, with or without Nederland."""

    def open_(
        shares: dict[str, float], gemeente: float = 8.0, land: float | None = None, **address: str
    ) -> AppTest:
        store = Store(copied(sample_folder, tmp_path / "store"))
        codes = {"GM0917": gemeente} | shares | ({"NL00": land} if land is not None else {})
        topics = [
            *FIRST_COLUMNS,
            ("HuishoudensTotaal_28", "Huishoudens totaal", "aantal"),
            ("HuishoudensMetEenLaagInkomen_72", "Huishoudens met een laag inkomen", "%"),
        ]
        with store.writing() as writer:
            for place, year in enumerate(range(2015, 2021)):
                rows = [
                    {
                        "WijkenEnBuurten": code.ljust(10),
                        "Gemeentenaam_1": "Gehucht",
                        "SoortRegio_2": {"NL": "Land", "GM": "Gemeente"}.get(code[:2], "Wijk"),
                        "Codering_3": code.ljust(10),
                        "IndelingswijzigingWijkenEnBuurten_4": "1",
                        "AantalInwoners_5": 4000,
                        "HuishoudensTotaal_28": 2000,
                        "HuishoudensMetEenLaagInkomen_72": share
                        + (0.8 * place if code.endswith("01") else 0.0),
                    }
                    for code, share in codes.items()
                ]
                table = small_table(rows, topics=topics, year=year, table_id=f"8{year}NED")
                writer.put_table(assemble(table, known))
        monkeypatch.setenv("WIJKRADAR_STORE", str(store.folder))
        app = AppTest.from_file(str(ROOT / "pages" / "_start.py"), default_timeout=60)
        app.query_params["gemeente"] = "GM0917"
        app.query_params["jaar"] = "2020"
        for name, value in address.items():
            app.query_params[name] = value
        return app.run()

    return open_


def test_with_two_wijken_the_triage_still_tells_which_is_worse(hamlet: Callable[..., AppTest]) -> None:
    app = hamlet({"WK091701": 12.0, "WK091702": 2.0})
    assert not app.exception
    assert counts(app)["slecht en slechter"] == 1
    assert counts(app)["goed"] == 1


def test_one_wijk_is_held_against_the_country(hamlet: Callable[..., AppTest]) -> None:
    app = hamlet({"WK091701": 12.0}, 12.0, land=7.0)
    assert not app.exception
    assert "heeft 1 wijk" in everything(app)
    assert app.selectbox(key="vergelijk").options == ["Nederland"]
    assert len(items(app)) == 1


def test_one_wijk_without_the_country_is_the_gemeente_itself(hamlet: Callable[..., AppTest]) -> None:
    app = hamlet({"WK091701": 12.0}, 16.0)
    assert not app.exception
    assert items(app) == []
    assert "heeft 1 wijk" in everything(app)
