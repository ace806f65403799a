"""Forecasting: where figures go if the past is a guide, and how often such a band has been right.

`study` does it for all series of a frame at once: forecasts with bands, the reasons where none can be given, and what
the same method would have said at every earlier year, held against what came. Method and record:
docs/methode/prognose.md.
"""

from analysis.forecasting._bands import LEVELS
from analysis.forecasting.record import SIZES, size_class, track_record
from analysis.forecasting.study import FEWEST_YEARS, REASONS, Study, bounds, method_of, study

__all__ = [
    "FEWEST_YEARS",
    "LEVELS",
    "REASONS",
    "SIZES",
    "Study",
    "bounds",
    "method_of",
    "size_class",
    "study",
    "track_record",
]
