"""What people may need, and which figures tell how many of them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analysis.needs._assumptions import PEOPLE


@dataclass(frozen=True)
class Need:
    """Something that a part of the people need: people times use.

    Attributes
    ----------
    id : str
    people : str
        Indicator of the people (or households) it is counted on.
    use : str or None
        Indicator of the use; None where everybody in the group counts.
    per : float
        Use is per so many (1,000 or 100); 1 without use.
    title : str
        Dutch, plural, as it stands in a sentence ("cliënten van de Wmo").
    also : tuple of str
        Indicators of people who belong to the group too.
    count : str or None
        Indicator of the number itself, where CBS counts it: the outlook starts from that number.
    factor : float
        Part of the group that is meant, an assumption that a user may move.
    unit : str
        What is counted: ``mensen``, ``jongeren``, ``kinderen`` or ``woningen``.
    """

    id: str
    people: str
    use: str | None
    per: float
    title: str = ""
    also: tuple[str, ...] = ()
    count: str | None = None
    factor: float = 1.0
    unit: str = "mensen"

    @property
    def group(self) -> tuple[str, ...]:
        """Indicators that together are the people it is counted on."""
        return (self.people, *self.also)

    @property
    def figures(self) -> tuple[str, ...]:
        """Indicators that have to be forecast for it: the group, and the use behind it."""
        return (*self.group, self.use) if self.use else self.group


#: What KWB has the figures for. It does not tell how many of 65 or older live alone: older people live alone far more
#: often than others, so that the share of all households would be wrong for them. Both groups stand here apart.
NEEDS: Final[tuple[Need, ...]] = (
    Need("wmo", PEOPLE, "wmo_relative", 1000, "cliënten van de Wmo", count="wmo_clients"),
    # CBS counts up to 23 years and KWB tells no ages within 15 to 25; the number of CBS sets the level.
    Need(
        "youth_care",
        "age_0_15",
        "youth_care_pct",
        100,
        "jongeren met jeugdzorg",
        also=("age_15_25",),
        count="youth_care",
        unit="jongeren",
    ),
    Need("bijstand", PEOPLE, "benefit_bijstand_share", 1000, "mensen met bijstand", count="benefit_bijstand"),
    Need(
        "ao",
        PEOPLE,
        "benefit_ao_share",
        1000,
        "mensen met een uitkering bij arbeidsongeschiktheid",
        count="benefit_ao",
    ),
    Need("ww", PEOPLE, "benefit_ww_share", 1000, "mensen met WW", count="benefit_ww"),
    Need("older", "age_65plus", None, 1, "inwoners van 65 jaar of ouder"),
    Need("alone", "hh_single", None, 1, "mensen die alleen wonen"),
    # Eight of the fifteen years from 0 to 15: from the fourth birthday to the twelfth.
    Need("school", "age_0_15", None, 1, "kinderen op de basisschool", factor=8 / 15, unit="kinderen"),
    # One for each household, whatever stands there now.
    Need("dwellings", "households", None, 1, "woningen", unit="woningen"),
)
