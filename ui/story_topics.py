"""Which figures belong to which section of a report, and which of them stand in its running text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Topic:
    """What a section is about.

    Attributes
    ----------
    about : str
        As it stands in a sentence: "over {about}".
    themes : tuple of str
        Themes of the catalogue; every figure of them is told or accounted for.
    rows : tuple of tuple of str
        Main figures, at most some six; of alternatives the first with a recent figure counts.
    bars : tuple of tuple of str
        Shares that stand beside each other with what stands at a bar; instead of a line.
    bars_show : str
        What the bars show together.
    lead : str
        Figure that answers how the wijk stands where hardly any has a good and a bad side; else the clearest one.
    """

    about: str
    themes: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[tuple[str, str], ...] = ()
    bars_show: str = ""
    lead: str = ""


_AGES: Final = (
    ("age_0_15_share", "0 tot 15 jaar"),
    ("age_15_25_share", "15 tot 25 jaar"),
    ("age_25_45_share", "25 tot 45 jaar"),
    ("age_45_65_share", "45 tot 65 jaar"),
    ("age_65plus_share", "65 jaar of ouder"),
)
TOPICS: Final = {
    "bevolking": Topic(
        "de bevolking",
        ("bevolking",),
        (
            ("population",),
            ("age_0_15_share",),
            ("age_15_25_share",),
            ("age_65plus_share",),
            ("birth_rate",),
            ("death_rate",),
        ),
        _AGES,
        "de leeftijdsopbouw",
        "population",
    ),
    "wonen": Topic(
        "wonen en omgeving",
        ("huishoudens", "wonen", "energie", "ruimte"),
        (("hh_single_share",), ("owner_occupied",), ("corp_rental",), ("woz",), ("vacancy",), ("gas",)),
    ),
    "werk": Topic(
        "werk en inkomen",
        ("werk", "inkomen"),
        (
            ("labour_participation", "active_15_75"),
            ("benefit_bijstand_share",),
            ("benefit_ao_share",),
            ("income_standardised", "income_per_resident"),
            ("poverty", "low_income_hh"),
            ("median_wealth", "low40_households"),
        ),
    ),
    "onderwijs": Topic(
        "onderwijs en jeugd",
        ("onderwijs",),
        (
            ("edu_low_share",),
            ("edu_mid_share",),
            ("edu_high_share",),
            ("age_0_15_share",),
            ("age_15_25_share",),
            ("youth_care_pct",),
        ),
    ),
    "zorg": Topic(
        "gezondheid en zorg",
        ("zorg",),
        (
            ("wmo_relative",),
            ("youth_care_pct",),
            ("benefit_ao_share",),
            ("age_65plus_share",),
            ("death_rate",),
        ),
    ),
    "veiligheid": Topic(
        "veiligheid", ("veiligheid",), (("crime_vandalism",), ("crime_violence",), ("crime_theft_home",))
    ),
    "voorzieningen": Topic(
        "voorzieningen",
        ("voorzieningen",),
        (
            ("dist_gp",),
            ("dist_supermarket",),
            ("dist_daycare",),
            ("dist_school",),
            ("schools_3km",),
            ("cars_per_hh",),
        ),
    ),
}
