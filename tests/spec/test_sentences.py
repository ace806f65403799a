"""What the sentences on the screen promise, one titled example each."""

import pandas as pd
import pytest

from data.catalogue import ColumnAlias, Indicator
from ui import wording
from ui.map_wording import figure_sentence
from ui.wording import SPACE, THIN


def indicator(phrase="het aandeel eenpersoonshuishoudens", unit="%", decimals=1, **more):
    return Indicator(
        id="example",
        title="Aandeel eenpersoonshuishoudens",
        phrase=phrase,
        explanation="Huishoudens die uit één persoon bestaan.",
        theme="huishoudens",
        unit=unit,
        decimals=decimals,
        kind="rate",
        columns=(ColumnAlias(stems=("Eenpersoonshuishoudens",)),),
        first_year=2013,
        source="CBS",
        **more,
    )


def plain(text):
    """Return the text with ordinary spaces, so that examples read easily."""
    return text.replace(THIN, " ").replace(SPACE, " ")


# The municipality at a glance ----------------------------------------------------------------------


AGAINST = "ongunstig op, vergeleken met de gemeente als geheel."


@pytest.mark.parametrize(
    ("n_wijken", "attention", "left_out", "sentence"),
    [
        (0, [], 0, "Er zijn nog geen wijken van Dorp met cijfers."),
        (1, [], 0, "Dorp heeft 1 wijk. Er zijn dus geen wijken om onderling te vergelijken."),
        (
            24,
            [],
            0,
            "Van de 24 wijken in Dorp vraagt er geen om extra aandacht: in geen enkele wijk valt op twee of meer thema's "
            f"tegelijk iets {AGAINST}",
        ),
        (
            24,
            ["A"],
            0,
            "Van de 24 wijken in Dorp vraagt er 1 om aandacht: A. Daar valt op twee of meer thema's tegelijk iets "
            f"{AGAINST}",
        ),
        (
            24,
            list("ABCDEFGH"),
            1,
            "Van de 24 wijken in Dorp vragen er 8 om aandacht: A, B, C, D, E, F en 2 andere. Daar valt op twee of meer "
            f"thema's tegelijk iets {AGAINST} 1 wijk is te klein of heeft te weinig cijfers om mee te tellen.",
        ),
        (
            24,
            ["A", "B"],
            2,
            "Van de 24 wijken in Dorp vragen er 2 om aandacht: A en B. Daar valt op twee of meer thema's tegelijk iets "
            f"{AGAINST} 2 wijken zijn te klein of hebben te weinig cijfers om mee te tellen.",
        ),
        (3, [], 3, "Over de wijken van Dorp zijn er te weinig cijfers om iets te zeggen."),
    ],
)
def test_the_overview_counts_in_good_dutch(n_wijken, attention, left_out, sentence):
    assert plain(wording.overview_sentence("Dorp", n_wijken, attention, left_out)) == sentence


# The map -------------------------------------------------------------------------------------------


def test_the_map_names_lowest_and_highest_and_counts_what_is_missing():
    values = pd.DataFrame({"name": ["Wijk 01 Noord", "Zuid", "Haven"], "value": [3.1, 18.0, float("nan")]})
    assert plain(figure_sentence(values, indicator(), "Dorp", 2023, "wijk")) == (
        "Het aandeel eenpersoonshuishoudens was in 2023 het laagst in Noord (3,1 procent) en het hoogst in Zuid (18,0 procent). "
        "Van 1 wijk is er geen cijfer."
    )


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        (
            [3.1, 3.1, 18.0],
            "het laagst in Noord en Zuid (3,1 procent) en het hoogst in Haven (18,0 procent).",
        ),
        ([3.1, 3.1, 3.1], "3,1 procent in alle 3 wijken met een cijfer."),
        ([3.1, None, None], "3,1 procent in Noord. Van 2 wijken is er geen cijfer."),
    ],
)
def test_wijken_that_share_a_place_on_the_map_share_it_in_words(figures, told):
    values = pd.DataFrame({"name": ["Noord", "Zuid", "Haven"], "value": pd.Series(figures, dtype="float64")})
    assert plain(figure_sentence(values, indicator(), "Dorp", 2023, "wijk")).endswith(f"was in 2023 {told}")


def test_a_map_without_figures_says_so():
    values = pd.DataFrame({"name": ["Noord"], "value": [float("nan")]})
    assert "van geen enkele wijk in Dorp een cijfer" in figure_sentence(
        values, indicator(), "Dorp", 2023, "wijk"
    )
