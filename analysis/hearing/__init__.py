"""Whose voice is missing: how many voices a wijk gives beside its residents, along which channel, and of which groups.

Silence is not contentment and noise is not need: all of this counts voices, and says nothing of what people lack.
Origin of people is no kind that can be asked for.
"""

from analysis.hearing.channels import reach
from analysis.hearing.groups import BOUNDS, KINDS, represented, residents_in_people
from analysis.hearing.voices import (
    ABOUT,
    ALIKE,
    ALL_CHANNELS,
    FEWEST_PEOPLE,
    OVER,
    TOO_FEW,
    UNDER,
    clumping,
    heard,
    ordinary_rate,
    stretches,
)

__all__ = [
    "ABOUT",
    "ALIKE",
    "ALL_CHANNELS",
    "BOUNDS",
    "FEWEST_PEOPLE",
    "KINDS",
    "OVER",
    "TOO_FEW",
    "UNDER",
    "clumping",
    "heard",
    "ordinary_rate",
    "reach",
    "represented",
    "residents_in_people",
    "stretches",
]
