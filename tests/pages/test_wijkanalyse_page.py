"""Wijkanalyse as its writers meet it: begun, saved as one goes, written by two at a time, nothing lost, settled, read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.settings import Settings
from register.database import open_register
from register.roles import Actor, Role
from register.stories import SETTLED, Parts, Stories, Story, story
from tests.pages.conftest import Open
from ui import story_steps_stands_out

SAMPLE, FRESH, WRITTEN = "GM9999", "WK999907", "WK999908"
COLLEAGUE = Actor("collega", Role.COORDINATOR)


@dataclass(frozen=True)
class Written:
    """What stands in the register, seen by a colleague."""

    address: str

    @property
    def stories(self) -> Stories:
        return Stories(open_register(Settings(database_url=self.address)), SAMPLE, COLLEAGUE)

    @property
    def parts(self) -> Parts:
        return Parts(open_register(Settings(database_url=self.address)), SAMPLE, COLLEAGUE)

    def newest(self, wijk: str) -> Story:
        number = int(self.stories.editions(wijk)[0]["number"])
        return story(self.stories.database, SAMPLE, COLLEAGUE, number)

    def change(self, wijk: str, **values: object) -> None:
        head = self.newest(wijk).head
        self.stories.change(int(head["number"]), int(head["version"]), values)


@pytest.fixture
def written(own_register: str) -> Written:
    return Written(own_register)


def told(app: AppTest) -> str:
    assert not app.exception, app.exception
    parts = [
        *app.title,
        *app.header,
        *app.subheader,
        *app.markdown,
        *app.caption,
        *app.warning,
        *app.success,
        *app.info,
    ]
    return "\n".join(str(part.value) for part in parts)


def press(app: AppTest, key: str) -> AppTest:
    return next(one for one in app.button if str(one.key).startswith(key)).click().run()


def field(app: AppTest, end: str):
    return next(one for one in [*app.text_area, *app.text_input] if str(one.key).endswith(end))


def test_one_begins_with_a_press_types_and_finds_it_saved_with_the_way_back(
    open_page: Open, written: Written
) -> None:
    app = open_page("wijkanalyse", wijk=FRESH)
    assert "In zeven stappen" in told(app)
    app = press(app, "begin-wijkanalyse")
    assert "Editie 1 van Componistenkwartier is begonnen" in told(app)

    app = field(app, "-reason").set_value("De raad vroeg erom").run()
    assert "is begonnen" not in told(app), "what can no longer be taken back is no longer offered"
    assert written.newest(FRESH).head["reason"] == "De raad vroeg erom"
    assert "Opgeslagen om" in told(app)
    app = field(app, "-reason").set_value("De raad vroeg erom in mei").run()
    app = press(app, next(str(one.key) for one in app.button if str(one.key).endswith("reason|terug")))
    assert written.newest(FRESH).head["reason"] is None, "one writing is taken back as one"
    assert "Teruggezet om" in told(app)

    # What may point at a person waits for a choice, and stays where it was typed.
    app = field(app, "-question").set_value("Bel mevrouw Jansen, graag").run()
    assert written.newest(FRESH).head["question"] is None
    assert "Dit lijkt op een gegeven van een persoon" in told(app)
    app = press(app, "weg-wa-story")
    assert written.newest(FRESH).head["question"] == "Bel [weggehaald], graag"


def test_two_who_write_in_the_same_field_find_both_texts_and_choose(
    open_page: Open, written: Written
) -> None:
    app = open_page("wijkanalyse", wijk=WRITTEN, stap="vraag")
    written.change(WRITTEN, question="De vraag van de collega", boundary="Alleen volwassenen")
    app = field(app, "-question").set_value("Mijn vraag").run()
    assert field(app, "-question").value == "Mijn vraag", "who types keeps what was typed"
    assert "Er is niets overschreven" in told(app)
    assert field(app, "-boundary").value == "Alleen volwassenen", "what nobody else typed in follows"
    assert written.newest(WRITTEN).head["question"] == "De vraag van de collega"

    # Who types on while the choice is open keeps that too.
    app = field(app, "-question").set_value("Mijn vraag, nu langer").run()
    assert len(written.stories.conflicts()) == 1
    app = press(app, "botsing-mine-")
    assert written.newest(WRITTEN).head["question"] == "Mijn vraag, nu langer"
    assert written.stories.conflicts().empty
    assert "Er is niets overschreven" not in told(app)


def test_who_goes_from_step_to_step_faster_than_the_server_finds_every_field_filled(open_page: Open) -> None:
    app = open_page("wijkanalyse", wijk=WRITTEN, stap="vraag")
    # The browser tells of fields that it is about to let go of, so the server thinks that it still shows them.
    told_before = [one for one in app._tree.get_widget_states().widgets if one.HasField("string_value")]
    app = press(app, "stap-volgende")
    next(one for one in app.button if one.key == "stap-terug").click()
    states = app._tree.get_widget_states()
    states.widgets.extend(told_before)
    app._run(states)
    there = [one for one in app.text_area if one.value]
    assert len(there) >= 5
    # Else they would begin empty, and be saved so.
    assert all(one.proto.set_value for one in there)


def test_what_is_in_sight_is_never_put_back_over_a_field_that_its_writer_may_have_changed_meanwhile(
    open_page: Open,
) -> None:
    def sent(app: AppTest) -> dict[str, bool]:
        fields = (*app.text_input, *app.text_area, *app.button_group)
        return {str(one.key): one.proto.set_value for one in fields if str(one.key).startswith("wa-")}

    app = open_page("wijkanalyse", wijk=WRITTEN, stap="beeld")
    assert all(sent(app).values()), "what comes in sight is sent along"
    new = {name for name in sent(app) if "nieuw-" in name}
    assert len(new) == 3
    # On a slow phone an answer is touched while the name of the group is on its way.
    app = field(app, "bevolking-group_name").set_value("bewoners van het plein").run()
    assert not any(sent(app).values())
    app = press(app, next(str(one.key) for one in app.button if one.label == "Wijzig"))
    opened = {name for name, sent_along in sent(app).items() if sent_along}
    assert opened
    assert not opened & new, "only the entry that was opened"


def test_a_register_that_is_away_for_a_moment_loses_nothing_that_was_typed(
    open_page: Open, written: Written
) -> None:
    app = open_page("wijkanalyse", wijk=WRITTEN, stap="vraag")
    file = Path(written.address.removeprefix("sqlite:///"))
    away = file.with_suffix(".weg")
    file.rename(away)
    app = field(app, "-observed").set_value("Dit staat nog nergens").run()
    assert "Er is niets veranderd" in told(app)
    file.unlink(missing_ok=True)
    away.rename(file)
    app = app.run()
    assert field(app, "-observed").value == "Dit staat nog nergens"
    assert "Nog niet opgeslagen" in told(app)
    app = press(app, next(str(one.key) for one in app.button if str(one.key).endswith("observed|opnieuw")))
    assert written.newest(WRITTEN).head["observed"] == "Dit staat nog nergens"


def test_a_voice_and_a_proposal_become_part_of_it(
    open_page: Open, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The forecast of every wijk takes seconds and is not what this is about.
    monkeypatch.setattr(story_steps_stands_out, "_forecasts", lambda *_: iter(()))
    app = open_page("wijkanalyse", wijk=WRITTEN, stap="beeld", hoofdstuk="veiligheid")
    before = len(written.newest(WRITTEN).of("reading", "veiligheid"))
    app = field(app, "veiligheid-group_name").set_value("bewoners van het plein").run()
    assert len(written.newest(WRITTEN).of("reading", "veiligheid")) == before, (
        "a group that said nothing is no voice"
    )
    app = field(app, "veiligheid-text").set_value("Dat herkennen wij niet").run()
    said = written.newest(WRITTEN).of("reading", "veiligheid")[-1]
    assert (said["group_name"], said["text"]) == ("bewoners van het plein", "Dat herkennen wij niet")
    app = press(app, "voeg-toe-reading")
    assert field(app, "veiligheid-text").value == ""
    assert len(written.newest(WRITTEN).of("reading", "veiligheid")) == before + 1

    app = open_page("wijkanalyse", wijk=WRITTEN, stap="opvallend")
    n = len(written.newest(WRITTEN).of("bottleneck"))
    app = press(app, next(str(one.key) for one in app.button if one.label == "Neem over als knelpunt"))
    assert len(written.newest(WRITTEN).of("bottleneck")) == n + 1
    assert "Overgenomen als knelpunt" in told(app)
    app = press(app, "terug-wijkanalyse-")
    assert len(written.newest(WRITTEN).of("bottleneck")) == n
    app = press(app, "stap-terug")
    assert "Ongedaan gemaakt" not in told(app), "another step does not speak of this one"


def test_settled_it_lies_still_the_next_edition_begins_from_it_and_a_reader_sees_no_draft(
    open_page: Open, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("wijkanalyse", wijk=WRITTEN, stap="klaar")
    app = press(app, "status-vastgesteld")
    head = written.newest(WRITTEN).head
    assert (head["status"], bool(head["figures"])) == (SETTLED, True)
    assert all(one.disabled for one in app.text_area)
    app = press(app, "volgende-editie")
    following = written.newest(WRITTEN)
    assert following.head["edition"] == head["edition"] + 1
    assert following.of("action"), "what was agreed goes along"

    monkeypatch.setattr("ui.registering.actor", lambda: Actor("raadslid", Role.VIEWER))
    app = open_page("wijkanalyse", wijk=WRITTEN)
    assert not app.text_area
    assert "Samenvatting" in told(app)
    assert f"Editie {head['edition']}, vastgesteld op" in told(app)
    app = open_page("wijkanalyse", wijk=WRITTEN, editie=str(following.head["edition"]))
    assert f"De link noemt editie {following.head['edition']}" in told(app), (
        "never another than asked for without a word"
    )
    app = open_page("wijkanalyse", wijk="WK999916")
    assert "nog geen wijkanalyse die is besproken of vastgesteld" in told(app)
