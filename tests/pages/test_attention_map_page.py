"""The Aandachtskaart as a visitor meets it: the sentence, the list beside the map, the card, the address."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open
from ui import map_attention_wording as words

# One worker forecasts all wijken for these.
pytestmark = pytest.mark.xdist_group("aandacht")

CLUSTER = ("Rivierenbuurt", "Componistenkwartier", "Vogelbuurt", "Dichterswijk")


def told(app: AppTest) -> list[str]:
    return [str(part.value) for part in [*app.markdown, *app.caption]]


def open_buttons(app: AppTest) -> list[str]:
    """Return the wijken whose name in the list opens their card, in order."""
    return [str(button.label).strip("*") for button in app.button if str(button.key).startswith("open-")]


def test_it_opens_with_which_wijken_then_the_list_and_a_name_opens_the_card(open_page: Open) -> None:
    app = open_page("kaart", deel="aandacht")
    assert not app.exception
    lead = next(text for text in told(app) if "aandacht:" in text)
    assert all(name in lead for name in CLUSTER)
    assert set(open_buttons(app)) == set(CLUSTER)
    lines = [text for text in told(app) if text.startswith("Ongunstig en wordt slechter: ")]
    assert len(lines) == len(CLUSTER)
    # Every line has the link to where its figure comes from.
    links = [link for link in app.get("page_link") if link.proto.label == "Bron"]
    assert len(links) == len(CLUSTER)
    assert app.query_params["vergelijk"] in ("gemeente", ["gemeente"])
    assert any("vals alarm" in text for text in told(app))

    app.button(key="open-WK999907").click().run()
    assert not app.exception
    assert app.session_state["wijk"] == "WK999907"
    assert [part.value for part in app.subheader] == ["Componistenkwartier"]
    assert not open_buttons(app)
    app.button(key="sluit-kaart").click().run()
    assert set(open_buttons(app)) == set(CLUSTER)


def test_the_comparator_of_the_address_counts_and_one_that_is_a_wijk_is_told(open_page: Open) -> None:
    app = open_page("kaart", deel="aandacht", vergelijk="land")
    assert not app.exception
    assert any("ongunstiger dan in Nederland" in text for text in told(app))

    app = open_page("kaart", deel="aandacht", vergelijk="WK999901")
    assert any("vergelijkt met de gemeente of met Nederland" in text for text in told(app))
    assert any("ongunstiger dan in Voorbeeldstad" in text for text in told(app))


def test_the_first_years_say_that_they_are_about_now_only(open_page: Open) -> None:
    app = open_page("kaart", deel="aandacht", jaar="2015")
    assert not app.exception
    assert any("Deze kaart gaat dus alleen over nu." in text for text in told(app))


def test_without_borders_the_list_and_its_files_stand_there_without_a_map(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.map_attention.painted", lambda *_, **__: None)
    app = open_page("kaart", deel="aandacht")
    assert not app.exception
    assert any("nog geen grenzen" in text for text in told(app))
    assert set(open_buttons(app)) == set(CLUSTER)


def test_the_map_does_not_wait_for_the_forecasts_and_is_drawn_again_with_them(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, told_waiting, sentences = iter([False, True]), [], words.lead_sentences

    def recorded(*args: Any, **more: Any) -> list[str]:
        told_waiting.append(any("wordt nog doorgerekend" in text for text in sentences(*args, **more)))
        return sentences(*args, **more)

    monkeypatch.setattr("ui.map_attention.is_studied", lambda _: next(ready))
    monkeypatch.setattr("ui.map_attention_wording.lead_sentences", recorded)
    app = open_page("kaart", deel="aandacht")
    assert not app.exception
    assert told_waiting == [True, False]
    assert set(open_buttons(app)) == set(CLUSTER)
