"""The view "Inlezen": from a file to concerns in the register, and back."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from data.settings import load_settings
from register.concerns import Concerns
from register.database import open_register
from register.roles import LOCAL
from tests.pages.conftest import Open

LIST = """nummer;datum;wijk;categorie;tekst;kanaal;naam melder;status
1;03-04-2025;Rivierenbuurt;Afval;Container vol, bel 06-12345678;telefoon;Jan Jansen;Afgehandeld
2;31-02-2025;Nergenshuizen;Verkeer;Te hard rijden;markt;Piet;Bezig
3;12-04-2025;WK999905;Qwerty;Herrie in de nacht;brief;Klaas;Gemeld
"""


def told(app: AppTest) -> str:
    parts = [*app.subheader, *app.markdown, *app.success, *app.warning, *app.error, *app.info]
    return "\n".join(str(part.value) for part in parts).replace("\u00a0", " ").replace("\\", "")


def give(app: AppTest, name: str, content: bytes) -> AppTest:
    return app.file_uploader[0].set_value((name, content, "text/csv")).run()


def test_a_coordinator_reads_a_file_in_and_takes_it_back(open_page: Open, own_register: str) -> None:
    app = open_page("zorgen", deel="inlezen")
    concerns = Concerns(open_register(load_settings()), "GM9999", LOCAL)
    before = len(concerns.frame())
    assert "U ziet eerst wat Wijkradar ervan begrijpt" in told(app)

    assert "een pdf" in told(give(app, "brief.csv", b"%PDF-1.7"))

    app = give(app, "meldingen.csv", LIST.encode())
    assert not app.exception
    text = told(app)
    assert "‘naam melder’" in text
    assert "2 rijen zijn klaar om in te lezen." in text
    assert "1 rij klopt niet en gaat niet mee." in text
    wrong, finds = (table.value for table in app.table)
    assert list(wrong["Waar"]) == ["regel 3", "regel 3"]
    assert list(finds["Lijkt op"]) == ["telefoonnummer"]

    open_word = next(box for box in app.selectbox if box.label.startswith("Qwerty"))
    app = open_word.set_value("overlast").run()
    app = app.button(key="inlezen").click().run()
    assert "Ingelezen: 2 zorgen en signalen uit ‘meldingen.csv’." in told(app)
    fresh = concerns.frame().tail(2)
    assert list(fresh["theme"]) == ["afval", "overlast"]
    assert fresh["text"].iloc[0] == "Container vol, bel [weggehaald]"

    app = next(button for button in app.button if button.label == "Ongedaan maken").click().run()
    assert len(concerns.frame()) == before
    app = next(button for button in app.button if button.label == "Toch weer zoals het was").click().run()
    assert len(concerns.frame()) == before + 2

    app = give(app, "meldingen.csv", LIST.encode())
    text = told(app)
    assert "Uw keuzes van toen staan er weer." in text
    assert "2 rijen staan al in het register" in text
    assert "Er is dus niets om in te lezen." in text
    assert [box.value for box in app.selectbox if box.label.startswith("Qwerty")] == ["overlast"]
