"""Needs ("behoefteprognose"): how many people will need something, and what a scenario does to that.

`outlook` expects the number needed per region and year, with bands, from the forecasts of people and use; with a
`Scenario` it tells the difference too. `NEEDS` is what the figures of CBS allow.
"""

from analysis.needs._assumptions import (
    Change,
    Measure,
    NewDwellings,
    Scenario,
    UseChange,
    record_of,
    scenario_of,
)
from analysis.needs._need import NEEDS, Need
from analysis.needs.outlooks import earlier_outlooks, household_size, not_applied, outlook, refused

__all__ = [
    "NEEDS",
    "Change",
    "Measure",
    "Need",
    "NewDwellings",
    "Scenario",
    "UseChange",
    "earlier_outlooks",
    "household_size",
    "not_applied",
    "outlook",
    "record_of",
    "refused",
    "scenario_of",
]
