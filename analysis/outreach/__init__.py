"""Outreach: in which wijk is there most reason to go first, from five parts, and how sure is that order?

The five parts are opinions with a weight, not a measurement. So the weights are open, a part that nobody knows is left
out and never 0, and places whose order depends on chance stand in one group.
"""

from analysis.outreach.figures import (
    NOT_BAD_YET,
    forecast_courses,
    from_ranks,
    trend_courses,
    worsening,
)
from analysis.outreach.order import (
    CONCERNS,
    FEW_PEOPLE,
    FORECAST,
    LITTLE_KNOWN,
    MOST_WEIGHT,
    NO_WEIGHT,
    PARTS,
    SCORE,
    SILENCE,
    START,
    STRONG,
    TREND,
    Ordered,
    order,
)
from analysis.outreach.voices import from_ratios, from_share, unvisited

__all__ = [
    "CONCERNS",
    "FEW_PEOPLE",
    "FORECAST",
    "LITTLE_KNOWN",
    "MOST_WEIGHT",
    "NOT_BAD_YET",
    "NO_WEIGHT",
    "PARTS",
    "SCORE",
    "SILENCE",
    "START",
    "STRONG",
    "TREND",
    "Ordered",
    "forecast_courses",
    "from_ranks",
    "from_ratios",
    "from_share",
    "order",
    "trend_courses",
    "unvisited",
    "worsening",
]
