"""What may point at a person is found in a free text, and ordinary sentences are left in peace."""

from __future__ import annotations

import pytest

from register.privacy import TAKEN_OUT, finds, without


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Haar nummer is 111222333.", "bsn", "111222333"),
        ("bsn 123456782 staat op de brief", "bsn", "123456782"),
        ("Ze noemde 1234.56.782 aan de balie", "bsn", "1234.56.782"),
        ("BSN: 12345678 (oud)", "bsn", "12345678"),
        ("burgerservicenummer is 123456789", "bsn", "123456789"),
        ("Bel 06-12345678 na vijven", "telephone", "06-12345678"),
        ("Bel 06 12 34 56 78", "telephone", "06 12 34 56 78"),
        ("(030) 123 45 67 is van de buurvrouw", "telephone", "(030) 123 45 67"),
        ("+31 6 12345678", "telephone", "+31 6 12345678"),
        ("+31 (0)6 1234 5678", "telephone", "+31 (0)6 1234 5678"),
        ("0031612345678", "telephone", "0031612345678"),
        ("Haar broer: +32 475 12 34 56", "telephone", "+32 475 12 34 56"),
        ("tel. 7654321", "telephone", "7654321"),
        ("mail jan.de.vries+1@voorbeeld.co.nl even", "email", "jan.de.vries+1@voorbeeld.co.nl"),
        ("jan (at) voorbeeld.nl", "email", "jan (at) voorbeeld.nl"),
        ("NL91 ABNA 0417 1643 00", "iban", "NL91 ABNA 0417 1643 00"),
        ("rekening nl91abna0417164300!", "iban", "nl91abna0417164300"),
        ("BE68 5390 0754 7034", "iban", "BE68 5390 0754 7034"),
        ("op 1234 AB 12 woont", "postcode", "1234 AB 12"),
        ("1234ab 12", "postcode", "1234ab 12"),
        ("1234AB, nr. 12-3", "postcode", "1234AB, nr. 12-3"),
        ("huis 12a, 1234 AB", "postcode", "12a, 1234 AB"),
        ("Lamp stuk bij Kerkstraat 12b", "address", "Kerkstraat 12b"),
        ("bij de Van der Helstlaan 4 is het donker", "address", "Van der Helstlaan 4"),
        ("Mevrouw De Jong voelt zich onveilig", "name", "Mevrouw De Jong"),
        ("dhr. A. van den Berg belde", "name", "dhr. A. van den Berg"),
        ("telefoon: 030 - 233 45 67", "telephone", "030 - 233 45 67"),
        ("zijn zus: 0032 475 12 34 56", "telephone", "0032 475 12 34 56"),
        ("achter kerkstraat 12 ligt afval", "address", "kerkstraat 12"),
        ("AFVAL BIJ KERKSTRAAT 12", "address", "KERKSTRAAT 12"),
        ("Kerkstr 12 staat leeg", "address", "Kerkstr 12"),
        ("op nummer 12 in de Kerkstraat", "address", "nummer 12 in de Kerkstraat"),
        ("mevr. K. Özdemir wil hulp", "name", "mevr. K. Özdemir"),
        ("Mevrouw Şahin wil hulp", "name", "Mevrouw Şahin"),
        ("buurman Jansen maakt herrie", "name", "buurman Jansen"),
        ("volgens de huisarts De Vries", "name", "huisarts De Vries"),
    ],
)
def test_points_at_a_person(text: str, kind: str, found: str) -> None:
    assert [(find.kind, find.text) for find in finds(text)] == [(kind, found)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "In 2024 en 2025 meldden 12 bewoners zwerfvuil bij de speeltuin.",
        "Sinds 2024 en 12 keer dit jaar.",
        "Er wonen 17 942 942 mensen in Nederland en 100.000.000 is te veel.",
        "Het kost € 1.234.567,89 volgens de begroting.",
        "Bel 14 030 of het meldpunt 0800 1234567.",
        "Bel 0800-1234 voor grofvuil; in de winkelstraat 3 keer per week.",
        "De buurman in de flat en de buurvrouw. De straat is donker.",
        "Van 20240101 tot en met 2025-12-31, om 10.30 uur.",
        "Wijk WK999906 en buurt BU99990601, zaak 2024-123456.",
        "Postcode 1234 AB heeft veel klachten.",
        "De Kerkstraat is om 23 uur nog druk.",
        "In het Wilhelminapark 3 keer geweest.",
        "Nummer 123456789 is geen bsn.",
        "Mevrouw achter de balie was vriendelijk; de heer des huizes ook.",
        "ISO 9001 en artikel 12, lid 3 van de AVG.",
        "Ze willen 3 bankjes, 2 prullenbakken en 40 % minder verkeer.",
    ],
)
def test_ordinary_sentences_are_left_in_peace(text: str) -> None:
    assert finds(text) == ()


def test_several_finds_stand_in_the_order_of_the_text_and_can_be_taken_out() -> None:
    text = "Mail a@b.nl of bel 0612345678, bsn 111222333."
    found = finds(text)
    assert [find.kind for find in found] == ["email", "telephone", "bsn"]
    assert without(text, *found) == f"Mail {TAKEN_OUT} of bel {TAKEN_OUT}, bsn {TAKEN_OUT}."
    assert finds(without(text, *found)) == ()
    assert without(text, found[1]) == f"Mail a@b.nl of bel {TAKEN_OUT}, bsn 111222333."


def test_every_find_says_in_words_what_it_is() -> None:
    assert [find.title for find in finds("bsn 111222333")] == ["burgerservicenummer"]
