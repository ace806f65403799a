"""What is heard becomes a reason to go somewhere; a count that is too small to be shown is one as well."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.hearing import ABOUT, TOO_FEW, UNDER
from analysis.small_counts import SHOWN, SMALL
from ui import outreach_voices


def test_the_most_silent_wijk_of_all_counts_though_its_count_is_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wijken = pd.DataFrame(
        {
            "region": ["WK01", "WK02", "WK03", "WK04"],
            "verdict": [UNDER, UNDER, ABOUT, TOO_FEW],
            "status": [SMALL, SHOWN, SHOWN, SMALL],
            "expected": [40.0, 40.0, 40.0, 3.0],
            "ratio": [float("nan"), 0.4, 1.0, float("nan")],
            "lower": [float("nan"), 0.25, 0.8, float("nan")],
            "upper": [float("nan"), 0.6, 1.2, float("nan")],
        }
    )
    monkeypatch.setattr(outreach_voices, "hearing", lambda *_: SimpleNamespace(wijken=wijken))
    reasons = {
        reason.region: reason
        for reason in outreach_voices.silence_reasons(None, None, date(2026, 11, 1), list(wijken["region"]))  # type: ignore[arg-type]
    }
    assert reasons["WK01"].strength > reasons["WK02"].strength > 0
    assert reasons["WK01"].told == (
        "wij horen hier bijna niets: minder dan 5, waar er ongeveer 40 bij het aantal inwoners passen"
    )
    assert reasons["WK03"].strength == 0
    assert pd.isna(reasons["WK04"].strength)
