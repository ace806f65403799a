"""Why a figure is not there: the one null of CBS told apart.

Every example is a small table in the form of the CBS service. Beside each region stands what Wijkradar
makes of it.
"""

from __future__ import annotations

import math

import pandas as pd

from data.assemble import assemble
from data.catalogue import Catalogue
from tests.helpers import FIRST, small_table

BIJSTAND = ("PersonenPerSoortUitkeringBijstand_83", "Bijstand", "aantal")
WOZ = ("GemiddeldeWOZWaardeVanWoningen_35", "WOZ", "x 1 000 euro")
CARS = ("PersonenautoSPerHuishouden_102", "Auto's per huishouden", "per huishouden")
GEMEENTE = {"WijkenEnBuurten": "GM0363    ", "AantalInwoners_5": 870_000}


def wijk(number: int, inhabitants: int, **figures: object) -> dict[str, object]:
    return {"WijkenEnBuurten": f"WK0363{number:02}  ", "AantalInwoners_5": inhabitants, **figures}


def outcome(
    known: Catalogue, rows: list[dict[str, object]], *topics: tuple[str, str, str], **options: object
) -> pd.DataFrame:
    return assemble(small_table(rows, topics=[*FIRST, *topics], **options), known).panel.set_index(
        ["region", "indicator"]
    )


def test_zero_inhabitants_is_a_figure(known: Catalogue) -> None:
    panel = outcome(known, [GEMEENTE, wijk(0, 0)])
    assert panel.loc[("WK036300", "population"), "value"] == 0
    assert panel.loc[("WK036300", "population"), "status"] == "observed"


def test_a_gap_in_a_filled_column_is_suppressed_and_never_zero(known: Catalogue) -> None:
    rows = [GEMEENTE | {BIJSTAND[0]: 39_000}, wijk(0, 1_200, **{BIJSTAND[0]: 90}), wijk(1, 50)]
    panel = outcome(known, rows, BIJSTAND)
    assert panel.loc[("WK036301", "benefit_bijstand"), "status"] == "suppressed"
    assert math.isnan(panel.loc[("WK036301", "benefit_bijstand"), "value"])


def test_where_nobody_lives_the_figure_does_not_apply(known: Catalogue) -> None:
    rows = [GEMEENTE | {BIJSTAND[0]: 39_000}, wijk(0, 1_200, **{BIJSTAND[0]: 90}), wijk(1, 0)]
    assert outcome(known, rows, BIJSTAND).loc[("WK036301", "benefit_bijstand"), "status"] == "not_applicable"


def test_a_column_that_is_empty_everywhere_is_not_yet_published(known: Catalogue) -> None:
    panel = outcome(known, [GEMEENTE, wijk(0, 1_200), wijk(1, 0)], WOZ)
    assert set(panel.xs("woz", level="indicator")["status"]) == {"not_published"}


def test_a_level_that_is_empty_while_others_are_filled_is_not_yet_published_there(known: Catalogue) -> None:
    rows = [GEMEENTE | {BIJSTAND[0]: 39_000}, wijk(0, 1_200), wijk(1, 900)]
    panel = outcome(known, rows, BIJSTAND)
    assert panel.loc[("GM0363", "benefit_bijstand"), "status"] == "observed"
    assert panel.loc[("WK036300", "benefit_bijstand"), "status"] == "not_published"


def test_a_level_that_is_empty_because_every_wijk_is_too_small_is_suppressed(known: Catalogue) -> None:
    households = ("HuishoudensTotaal_28", "Huishoudens", "aantal")
    rows = [
        GEMEENTE | {CARS[0]: 0.6, households[0]: 480_000},
        wijk(0, 60, **{households[0]: 30}),
        wijk(1, 80, **{households[0]: 45}),
    ]
    panel = outcome(known, rows, households, CARS)
    assert panel.loc[("WK036300", "cars_per_hh"), "status"] == "suppressed"


def test_a_figure_that_cbs_ended_is_discontinued(known: Catalogue) -> None:
    panel = outcome(known, [GEMEENTE], year=2024, table_id="85984NED")
    assert panel.loc[("GM0363", "low_income_hh"), "status"] == "discontinued"


def test_a_figure_that_did_not_exist_yet_has_no_row(known: Catalogue) -> None:
    panel = outcome(known, [GEMEENTE], year=2016, table_id="83487NED")
    assert "poverty" not in panel.index.get_level_values("indicator")


def test_a_provisional_figure_keeps_its_value_and_says_so(known: Catalogue) -> None:
    texts = {BIJSTAND[0]: "Personen met bijstand. Het betreft voorlopige cijfers."}
    panel = outcome(known, [GEMEENTE | {BIJSTAND[0]: 39_000}], BIJSTAND, descriptions=texts)
    assert panel.loc[("GM0363", "benefit_bijstand"), ["value", "status"]].tolist() == [39_000, "provisional"]


def test_minus_one_and_minus_99997_are_not_figures(known: Catalogue) -> None:
    rows = [
        GEMEENTE | {BIJSTAND[0]: 39_000},
        wijk(0, 900, **{BIJSTAND[0]: -1}),
        wijk(1, 900, **{BIJSTAND[0]: -99_997}),
        wijk(2, 900, **{BIJSTAND[0]: 10}),
    ]
    panel = outcome(known, rows, BIJSTAND)
    assert set(panel.xs("benefit_bijstand", level="indicator")["status"][1:3]) == {"suppressed"}


def test_debt_is_a_figure_below_zero(known: Catalogue) -> None:
    wealth = ("MediaanVermogenVanParticuliereHuish_82", "Vermogen", "x 1 000 euro")
    panel = outcome(known, [GEMEENTE | {wealth[0]: 12.5}, wijk(0, 900, **{wealth[0]: -1.5})], wealth)
    assert panel.loc[("WK036300", "median_wealth"), "value"] == -1.5


def test_a_percentage_where_a_count_is_usual_keeps_its_own_unit(known: Catalogue) -> None:
    origin = ("WestersTotaal_16", "Westers", "%")
    panel = outcome(known, [GEMEENTE | {origin[0]: 16}], origin, year=2014, table_id="82931NED")
    assert panel.loc[("GM0363", "origin_western"), "unit"] == "%"
