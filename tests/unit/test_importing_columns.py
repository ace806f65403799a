from __future__ import annotations

import pytest

from register.concerns import CHANNELS, STATUSES
from register.importing import propose, read
from register.importing.values import channel_of, day_of, days, order_of, status_of, theme_of
from register.themes import DEFAULT


def fields(heading: str, *rows: str) -> dict[str, str]:
    source = read("\n".join([heading, *rows]).encode(), "lijst.csv")
    return {proposal.column: proposal.field for proposal in propose(source)}


def test_columns_of_persons_are_never_proposed_and_have_no_examples() -> None:
    heading = "Naam;E-mailadres;Telefoon melder;BSN;Straat;Huisnummer;reporter_email;Behandelaar;Wijknaam;Aantal personen"
    row = "Jan;a@b.nl;0612345678;111222333;Dorpsstraat;4;a@b.nl;Piet;Centrum;3"
    source = read(f"{heading}\n{row}".encode(), "lijst.csv")
    proposals = {proposal.column: proposal for proposal in propose(source)}
    assert [name for name, proposal in proposals.items() if not proposal.person] == [
        "Wijknaam",
        "Aantal personen",
    ]
    assert all(not proposal.examples for proposal in proposals.values() if proposal.person)


def test_a_column_full_of_telephone_numbers_is_of_persons_whatever_its_heading() -> None:
    rows = [f"Centrum;06-1234567{n}" for n in range(6)]
    source = read("\n".join(["wijk;veld7", *rows]).encode(), "lijst.csv")
    assert propose(source)[1].person


def test_columns_without_a_telling_heading_are_known_by_what_is_in_them() -> None:
    found = fields("a;b;c;d;e", *[f"WK99990{n};{n}-2-2025;{150000 + n};{480000 + n};Er ligt al weken vuil op straat nummer {n}" for n in range(1, 7)])  # fmt: skip
    assert found == {"a": "wijk", "b": "heard", "c": "x", "d": "y", "e": "text"}


def test_a_postcode_is_told_to_be_of_no_use() -> None:
    source = read(b"postcode;wijk\n1234AB;Centrum\n", "lijst.csv")
    assert "geen lijst van postcodes" in propose(source)[0].reason


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-04", "2025-03-04"),
        ("4-3-2025", "2025-03-04"),
        ("04/03/25 13:45", "2025-03-04"),
        ("4 maart 2025", "2025-03-04"),
        ("di 4 mrt. 2025", "2025-03-04"),
        ("20250304", "2025-03-04"),
        ("45720", "2025-03-04"),
        ("2025-03-03T23:30:00+00:00", "2025-03-04"),
        ("2025-07-03T22:30:00Z", "2025-07-04"),
        ("31-02-2025", None),
        ("volgende week", None),
        ("2025", None),
    ],
)
def test_days_in_all_shapes(text: str, day: str | None) -> None:
    read_day = day_of(text)
    assert (read_day.isoformat() if read_day else None) == day


def test_an_american_column_is_read_by_its_own_evidence() -> None:
    import pandas as pd

    assert order_of(["03/25/2025", "04/01/2025"]) == "month"
    read_days, remark = days(pd.Series(["03/25/2025", "04/01/2025"]))
    assert list(read_days) == ["2025-03-25", "2025-04-01"]
    assert "maand vóór de dag" in remark
    assert "Nergens blijkt" in days(pd.Series(["03/04/2025"]))[1]


@pytest.mark.parametrize(
    ("word", "status"),
    [("m", "nieuw"), ("Gemeld", "nieuw"), ("In afwachting van behandeling", "in_behandeling"), ("Niet opgelost", "in_behandeling"),
     ("Afgehandeld", "afgerond"), ("Niet in behandeling genomen", "vervallen"), ("reopened", "in_behandeling"), ("Terugkoppeling gegeven", "terugkoppeling"),
     ("qwerty", None)],
)  # fmt: skip
def test_statuses_of_other_systems(word: str, status: str | None) -> None:
    assert status_of(word, STATUSES) == status


def test_categories_and_channels_of_other_systems() -> None:
    assert theme_of("Afval › Container is vol", DEFAULT) == "afval"
    assert theme_of("Wegen, verkeer, straatmeubilair › Straatverlichting", DEFAULT) == "buitenruimte"
    assert theme_of("Overlast in de openbare ruimte › Hondenpoep", DEFAULT) == "afval"
    assert theme_of("Overig", DEFAULT) == "anders"
    assert theme_of("Qwerty", DEFAULT) is None
    assert theme_of("Kermis", {"feest": "Kermis en feest", "anders": "Iets anders"}) == "feest"
    assert [channel_of(word, CHANNELS) for word in ("Telefoon – ASC", "Webcare – Facebook", "Buurtantenne", "Enquête")] == [
        "meldpunt", "social_media", "buurtantenne", "enquete",
    ]  # fmt: skip
