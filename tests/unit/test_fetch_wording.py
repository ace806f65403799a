"""What a user reads about fetching: for every state, for merged gemeenten, for time, for files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data import gemeenten
from data.errors import TableError
from data.fetch_report import FetchReport, Kind, Outcome, State
from data.files import Kind as FileKind
from data.publication import Outlook
from data.recognition import Recognised, Recognition
from ui import fetch_wording as told

START, END = "2026-11-22T09:00:00.000+00:00", "2026-11-22T09:00:34.000+00:00"


def outcome(year: int, state: State, kind: Kind = Kind.TABLE, **more: object) -> Outcome:
    known = {"at": END, "id": "85984NED" if kind == Kind.TABLE else "wijk"}
    return Outcome(**{**known, "kind": kind, "year": year, "state": state, **more})  # type: ignore[arg-type]


def report(*outcomes: Outcome, **more: object) -> FetchReport:
    known = FetchReport("GM0917", "Heerlen", START, END, outcomes, touched=len(outcomes))
    return replace(known, **more)  # type: ignore[arg-type]


def sentences(*outcomes: Outcome) -> str:
    return " ".join(told.report_sentences(report(*outcomes)))


# -- time --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, ""),
        (0, "nog een paar seconden"),
        (18, "nog ongeveer 20 seconden"),
        (54, "nog ongeveer 55 seconden"),
        (70, "nog ongeveer een minuut"),
        (130, "nog ongeveer 2 minuten"),
    ],
)
def test_the_time_that_is_left_is_no_more_exact_than_an_estimate(
    seconds: float | None, expected: str
) -> None:
    assert told.time_left(seconds) == expected


def test_a_run_is_told_in_one_line_for_every_other_page() -> None:
    assert told.step_line("Heerlen", 4, 16) == "Heerlen wordt opgehaald: stap 5 van 16."
    assert told.step_line("Heerlen", 16, 16) == "Heerlen wordt opgehaald: stap 16 van 16."


# -- what will happen --------------------------------------------------------------------------------


def test_a_gemeente_is_listed_by_its_everyday_name_too() -> None:
    by_code = {gemeente.code: told.label_of(gemeente) for gemeente in gemeenten.present()}
    assert by_code["GM0917"] == "Heerlen (GM0917)"
    assert by_code["GM0518"] == "'s-Gravenhage, Den Haag (GM0518)"


def test_a_new_gemeente_names_those_it_came_from() -> None:
    assert told.merger_sentences("GM1980", range(2013, 2027)) == [
        "Dijk en Waard bestaat in de cijfers sinds 2022. Van de jaren ervoor komen de wijken van Heerhugowaard en "
        "Langedijk mee."
    ]


def test_a_gemeente_that_another_one_joined_says_so() -> None:
    assert told.merger_sentences("GM0439", range(2013, 2027)) == [
        "Bij Purmerend hoort sinds 2022 ook Beemster. Van de jaren ervoor komen de wijken van Beemster mee."
    ]


def test_since_when_a_gemeente_exists_does_not_depend_on_the_chosen_years() -> None:
    (told_of_some_years,) = told.merger_sentences("GM1980", [2015, 2016])
    assert told_of_some_years.startswith("Dijk en Waard bestaat in de cijfers sinds 2022.")
    assert "tot en met 2020 niet bij" in told.merger_sentences("GM0757", [2015])[0]


def test_two_mergers_after_each_other_do_not_contradict_each_other() -> None:
    latest, before = told.merger_sentences("GM1945", range(2013, 2027))
    assert latest.startswith("Berg en Dal bestaat in de cijfers sinds 2016.")
    assert before == "Van de jaren tot en met 2014 komen de wijken van Millingen aan de Rijn en Ubbergen mee."


def test_several_gemeenten_that_joined_are_told_in_the_plural() -> None:
    (text,) = told.merger_sentences("GM0014", range(2013, 2027))
    assert text.startswith("Bij Groningen horen sinds 2019 ook Haren en Ten Boer.")


def test_of_a_divided_gemeente_the_wijken_are_left_out_and_it_says_why() -> None:
    told_of_boxtel = told.merger_sentences("GM0757", range(2013, 2027))
    assert any("De wijken van Haaren staan er tot en met 2020 niet bij" in one for one in told_of_boxtel)
    assert "Boxtel, Oisterwijk, Tilburg en Vught" in " ".join(told_of_boxtel)


def test_mergers_outside_the_chosen_years_are_not_told() -> None:
    assert told.merger_sentences("GM1980", range(2023, 2027)) == []
    assert told.merger_sentences("GM0917", range(2013, 2027)) == []


def test_the_plan_says_how_long_it_took_the_last_time() -> None:
    heerlen = gemeenten.known()["GM0917"]
    first = " ".join(told.plan_sentences(heerlen, [2024, 2025], None))
    assert "2 tabellen (2024 tot en met 2025)" in first.replace("\u00a0", " ")
    assert "PDOK" in first
    again = told.plan_sentences(
        heerlen, [2024], report(outcome(2024, State.TAKEN), outcome(2025, State.TAKEN))
    )
    assert "duurde dat 34 seconden" in " ".join(again).replace("\u00a0", " ")
    # A run in which something failed says nothing about how long a good one takes.
    failed = told.plan_sentences(heerlen, [2024], report(outcome(2024, State.FAILED)))
    assert "34" not in " ".join(failed)


def test_an_empty_store_starts_with_what_to_do() -> None:
    assert told.present_sentence([], "").startswith("Er zijn nog geen cijfers van een echte gemeente. Kies")
    assert "Heerlen en Maastricht" in told.present_sentence(["Heerlen", "Maastricht"], END)


# -- what happened -----------------------------------------------------------------------------------


def test_every_state_has_a_word_and_an_explanation() -> None:
    for state in State:
        label = told.state_label(state)
        assert any(line.lower().startswith(label + ":") for line in told.STATES_EXPLAINED), label


def test_what_came_is_counted_apart_from_what_was_there() -> None:
    text = sentences(
        outcome(2025, State.TAKEN), outcome(2024, State.UNCHANGED), outcome(2023, State.UNCHANGED)
    )
    assert "de cijfers van 1 jaar kwamen binnen, die van 2 jaren waren al bijgewerkt." in text.replace(
        "\u00a0", " "
    )


def test_a_delivery_with_less_is_held_back_and_the_old_figures_stay() -> None:
    held = outcome(2024, State.HELD, lost_regions=12, stored_regions=24, emptied=("Inwoners", "WOZ-waarde"))
    assert "de oude cijfers er nog" in sentences(outcome(2025, State.TAKEN), held)
    assert told.held_sentence(held) == (
        "2024 (tabel 85984NED): 12 van de 24 gebieden ontbreken; geen cijfers meer over: Inwoners en WOZ-waarde. "
        "De oude cijfers blijven staan tot u anders kiest."
    )
    assert "bent u kwijt" in told.accept_warning(held)


def test_one_reason_for_everything_that_failed_is_said_once() -> None:
    reason = "OData v3 en v4: er is geen verbinding"
    text = sentences(*(outcome(year, State.FAILED, reason=reason) for year in (2023, 2024)))
    assert text.count("er is geen verbinding") == 1
    assert "wat er stond, staat er nog" in text
    assert "bestanden" in text


def test_a_run_without_anything_is_not_called_ready() -> None:
    failed = report(outcome(2024, State.FAILED), outcome(2025, State.FAILED))
    assert told.closing_title(failed) == "Het ophalen van Heerlen is niet gelukt"
    assert told.closing_title(report(outcome(2024, State.TAKEN))).endswith("is klaar")
    assert told.closing_title(report(outcome(2024, State.STOPPED), stopped=True)).endswith("is gestopt")
    # Whoever pressed the button when all was in already, misses nothing.
    assert told.closing_title(report(outcome(2024, State.TAKEN), stopped=True)).endswith("is klaar")


def test_a_year_that_cbs_does_not_have_yet_is_said_to_be_so() -> None:
    text = sentences(outcome(2026, State.ABSENT, reason="CBS heeft deze tabel nog niet"))
    assert "er kwam niets nieuws binnen, want CBS heeft deze tabel nog niet." in text


def test_a_stopped_run_names_the_years_it_did_not_get_to() -> None:
    text = sentences(
        outcome(2025, State.TAKEN), *(outcome(year, State.STOPPED) for year in range(2013, 2016))
    )
    assert "Niet aan de beurt kwamen 2013 tot en met 2015." in text
    assert "Niet aan de beurt kwam 2013." in sentences(outcome(2013, State.STOPPED))


def test_years_of_an_earlier_run_are_not_told_as_if_they_came_now() -> None:
    before = outcome(2024, State.TAKEN, at="2026-10-01T09:00:00.000+00:00")
    text = sentences(outcome(2025, State.TAKEN), before).replace("\u00a0", " ")
    assert "de cijfers van 1 jaar kwamen binnen" in text
    assert told.outcome_note(before, earlier=True) == "Gevraagd op 1 oktober 2026"


def test_what_asks_for_attention_is_the_second_sentence_of_the_page() -> None:
    assert told.attention_sentence(None) == ""
    assert told.attention_sentence(report(outcome(2025, State.TAKEN))).endswith("vraagt niets uw aandacht.")
    text = told.attention_sentence(
        report(
            outcome(2024, State.HELD),
            outcome(2020, State.FAILED),
            outcome(2019, State.STOPPED),
            outcome(2019, State.FAILED, Kind.BORDERS),
        )
    )
    assert text == (
        "Bij Heerlen vraagt iets uw aandacht: 2024 is tegengehouden en wacht op uw keuze, 2019 en 2020 konden niet "
        "worden bijgewerkt en er ontbreken grenzen voor de kaart."
    )


def test_other_gemeenten_that_ask_for_attention_are_named_too() -> None:
    text = told.attention_sentence(report(outcome(2024, State.HELD)), ["Maastricht"])
    assert text.endswith("wacht op uw keuze. Ook bij Maastricht vraagt iets uw aandacht.")


def test_borders_are_told_by_level_and_year() -> None:
    text = sentences(
        outcome(2025, State.TAKEN),
        outcome(2018, State.TAKEN, Kind.BORDERS),
        outcome(2021, State.TAKEN, Kind.BORDERS),
        outcome(2021, State.FAILED, Kind.BORDERS, id="buurt"),
    )
    assert "wijken van 2018 en 2021" in text
    assert "Nog niet binnen zijn de grenzen van buurten van 2021." in text


def test_new_columns_of_cbs_are_named_without_their_place_in_the_table() -> None:
    known = report(outcome(2025, State.TAKEN, unknown=("KlimaatScore_122",)), outcome(2024, State.TAKEN))
    assert "nog niet kent: KlimaatScore (2025)." in told.unknown_sentence(known)
    assert told.unknown_sentence(report(outcome(2024, State.TAKEN))) == ""


def test_the_second_service_is_told_without_alarm() -> None:
    second = outcome(2021, State.TAKEN, service="OData v4", reason="OData v3: er is geen verbinding")
    assert told.detour_sentence(report(second)) == (
        "De cijfers van 2021 kwamen via de tweede dienst van CBS (v4). Het zijn dezelfde cijfers."
    )
    assert told.outcome_note(second) == "Via de tweede dienst: CBS v3: er is geen verbinding"
    assert told.detour_sentence(report(outcome(2021, State.TAKEN, service="OData v3"))) == ""


def test_the_effort_is_told_in_requests_and_seconds() -> None:
    text = told.effort_sentence(
        report(outcome(2025, State.TAKEN), requests={"OData v3": 53, "OData v4": 0, "PDOK": 6})
    )
    assert text.replace("\u00a0", " ") == (
        "Het ophalen duurde 34 seconden. Gevraagd: CBS v3 53 keer en PDOK 6 keer."
    )


# -- files -------------------------------------------------------------------------------------------


def test_files_are_told_before_anything_is_stored() -> None:
    good = Recognised(
        Path("kwb-2024.xlsx"),
        FileKind.EXCEL,
        named=True,
        years=(2024,),
        gemeenten={"GM0917": "Heerlen"},
        regions=82,
        found=("Inwoners",),
        missing=("WOZ-waarde",),
        unknown=("g_nieuw",),
    )
    bad = Recognised(Path("brief.docx"), FileKind.UNKNOWN, named=True, error=TableError("brief.docx: nee."))
    both = told.recognised_sentence(Recognition((good, bad))).replace("\u00a0", " ")
    assert (
        both
        == "Dit staat erin. 1 onderdeel kan worden ingelezen, 1 onderdeel niet. Er is nog niets opgeslagen."
    )
    assert told.recognised_sentence(Recognition((bad,))).endswith("Er is niets opgeslagen.")
    assert told.recognised_row(good)["Gemeente"] == "Heerlen"
    remarks = told.remarks(good)
    assert any("WOZ-waarde" in remark and "blijft staan" in remark for remark in remarks)
    assert any("g_nieuw" in remark for remark in remarks)


# -- what is still to come ---------------------------------------------------------------------------


def test_what_cbs_has_still_to_publish_starts_with_the_first() -> None:
    outlook = pd.DataFrame(
        {
            "title": ["Gemiddeld inkomen", "WOZ-waarde"],
            "last_year": pd.array([2023, None], dtype="Int64"),
            "provisional": [(2022, 2023), ()],
            "next_year": pd.array([2024, 2026], dtype="Int64"),
            "expected": [pd.Timestamp(2026, 12, 31), pd.Timestamp(2027, 5, 31)],
            "status": [Outlook.EXPECTED.value, Outlook.LATE.value],
        }
    )
    text = told.outlook_sentence(outlook, "wijken").replace("\u00a0", " ")
    assert "Het eerst verwacht, rond december 2026: gemiddeld inkomen over 2024." in text
    assert "1 cijfer is later dan gewoonlijk." in text
    together = pd.concat([outlook.head(1)] * 3, ignore_index=True)
    text = told.outlook_sentence(together, "wijken").replace("\u00a0", " ")
    assert "gemiddeld inkomen over 2024 en 2 andere cijfers." in text
    shown = told.outlook_table(outlook)
    assert list(shown["Laatste jaar"]) == ["2023", "geen"]
    assert list(shown["Gewoonlijk uit"]) == ["december 2026", "mei 2027"]
    assert told.month(date(2027, 3, 31)) == "maart 2027"


def test_a_moment_is_told_by_the_dutch_clock_wherever_the_server_stands() -> None:
    assert told.moment("2026-07-01T22:30:00+00:00") == "2 juli 2026 om 0.30 uur"
    assert told.moment("2026-12-01T22:30:00+00:00") == "1 december 2026 om 23.30 uur"
    assert told.short_day("2026-07-01T22:30:00+00:00") == "2-7-2026"
    assert told.short_day("2026-07-01T22:30:00") == "1-7-2026"
    assert told.short_day("onbekend") == "onbekend"
