"""A wijkanalyse that was begun by mistake, and texts that must go for good, as who may do so meets them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text as sql
from streamlit.testing.v1 import AppTest

from data.errors import UserError
from data.settings import Settings
from register.database import open_register
from register.roles import LOCAL, Actor, Role
from register.stories import SETTLED, Parts, Stories, story
from ui.registering import Desk
from ui.story_steps_at import At
from ui.story_steps_history import told_history
from ui.story_wording import status

SAMPLE, WORDS = "GM9999", "sinaasappelpannenkoek"


def _page(name: str, role: str, number: int) -> None:
    from datetime import date

    from data.settings import load_settings
    from register.database import open_register
    from register.roles import Actor, Role
    from ui.concern_told import tell_written
    from ui.registering import Desk
    from ui.story_forget import show_taking_away
    from ui.story_steps_at import At

    place = Desk(open_register(load_settings()), "GM9999", Actor(name, Role(role)))
    tell_written("proef")
    heads = place.stories.rows(numbers=[number])
    if heads:
        show_taking_away(At(None, place, str(heads[0]["wijk"]), place.story(number), date(2026, 11, 22)))


def opened(who: Actor, number: int) -> AppTest:
    app = AppTest.from_function(_page, args=(who.name, who.role.value, number))
    for key in ("wa-weg", "wa-wis"):
        app.session_state[f"{key}-{number}"] = True
    return app.run()


def button(app: AppTest, key: str):
    return next(one for one in app.button if one.key == key)


@pytest.fixture
def stories(empty_register: str) -> Stories:
    return Stories(open_register(Settings(database_url=empty_register)), SAMPLE, LOCAL)


@pytest.fixture
def first(stories: Stories) -> int:
    return stories.start("WK999901", 2025, 2025).numbers[0]


def test_what_was_begun_by_mistake_is_taken_away_and_comes_back(stories: Stories, first: int) -> None:
    anna = Actor("Anna", Role.COORDINATOR)
    app = opened(anna, first)
    assert "wa-wis-nu" not in {one.key for one in app.button}
    button(app, "wa-haal-weg").click().run()
    assert not app.exception
    assert stories.editions("WK999901") == []
    next(one for one in app.button if one.label == "Ongedaan maken").click().run()
    assert [head["number"] for head in stories.editions("WK999901")] == [first]


def test_an_administrator_takes_a_settled_text_out_everywhere_after_being_asked_twice(
    stories: Stories, first: int
) -> None:
    parts = Parts(stories.database, SAMPLE, LOCAL)
    fields = {"story": first, "kind": "strength", "title": f"Buurvrouw {WORDS}"}
    number = parts.add(fields).numbers[0]
    stories.set_status(first, 1, SETTLED, on=date(2026, 11, 1), figures=[])
    app = opened(LOCAL, first)
    assert button(app, "wa-wis-nu").disabled
    app.selectbox[0].set_value(number)
    app.checkbox[0].check().run()
    assert WORDS in "".join(app.selectbox[0].options)
    button(app, "wa-wis-nu").click().run()
    assert "voorgoed verwijderd" in app.success[0].value
    assert parts.of(first) == []
    assert stories.get(first)["expired_at"] is None
    with stories.database.reading() as connection:
        kept = connection.execute(sql("select before, after from change_text")).all()
    assert WORDS not in str(kept)


def test_an_administrator_wipes_what_a_text_was_before_and_keeps_what_it_is(
    stories: Stories, first: int
) -> None:
    parts = Parts(stories.database, SAMPLE, LOCAL)
    number = parts.add({"story": first, "kind": "strength", "title": f"Buurvrouw {WORDS}"}).numbers[0]
    parts.change(number, 1, {"title": "Buren helpen elkaar"})
    stories.set_status(first, 1, SETTLED, on=date(2026, 11, 1), figures=[])
    app = opened(LOCAL, first)
    app.selectbox[0].set_value(number)
    app.radio[0].set_value("eerder")
    app.checkbox[0].check().run()
    assert "zonder tekst" in "".join(one.value for one in app.markdown)
    button(app, "wa-wis-nu").click().run()
    assert not app.exception
    assert "De eerdere versies zijn voorgoed verwijderd." in app.success[0].value
    assert [part["title"] for part in parts.of(first)] == ["Buren helpen elkaar"]
    with stories.database.reading() as connection:
        kept = connection.execute(sql("select before, after from change_text")).all()
    assert WORDS not in str(kept)
    at = At(None, Desk(stories.database, SAMPLE, LOCAL), "WK999901", story(stories.database, SAMPLE, LOCAL, first), date(2026, 11, 22))  # fmt: skip
    assert any("wiste de eerdere versies van kracht ‘Buren" in line for line in told_history(at))


def test_an_edition_without_its_texts_says_so_and_is_not_settled_any_more(
    stories: Stories, first: int
) -> None:
    app = opened(LOCAL, first)
    app.selectbox[0].set_value(0)
    app.checkbox[0].check().run()
    button(app, "wa-wis-nu").click().run()
    assert "De teksten van deze editie zijn op" in "".join(one.value for one in app.markdown)
    head = stories.get(first)
    assert "voorgoed verwijderd" in status(head)
    with pytest.raises(UserError, match="Haal haar weg en begin opnieuw"):
        stories.set_status(first, head["version"], SETTLED, on=date(2026, 11, 22))
