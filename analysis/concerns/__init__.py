"""Concerns of residents, counted fairly: per inhabitant, with a band, over time, and how long residents wait."""

from analysis.concerns.course import (
    FADING,
    GROWING,
    NEW,
    ORDINARY,
    PERSISTENT,
    over_time,
    overdispersion,
)
from analysis.concerns.fresh import fresh_clusters
from analysis.concerns.rates import ABOUT, LESS, MORE, TOO_FEW, rates
from analysis.concerns.together import together
from analysis.concerns.waiting import TERM, days_overdue, feedback, last_day, waiting_state

__all__ = [
    "ABOUT",
    "FADING",
    "GROWING",
    "LESS",
    "MORE",
    "NEW",
    "ORDINARY",
    "PERSISTENT",
    "TERM",
    "TOO_FEW",
    "days_overdue",
    "feedback",
    "fresh_clusters",
    "last_day",
    "over_time",
    "overdispersion",
    "rates",
    "together",
    "waiting_state",
]
