import pandas as pd
import pytest

from data.errors import ExportError
from data.export import to_bytes, without_formulas


@pytest.mark.parametrize("text", ["=1+1", "+31", "-lijst", "@naam", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(text: str) -> None:
    frame = pd.DataFrame({"naam": [text, "Noord"], "waarde": [-1.5, 2.0]})
    safe = without_formulas(frame)
    assert safe["naam"].tolist() == ["'" + text, "Noord"]
    assert safe["waarde"].tolist() == [-1.5, 2.0]


def test_too_many_rows_for_a_sheet_are_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.export._EXCEL_ROWS", 2)
    with pytest.raises(ExportError, match="--gemeente"):
        to_bytes(pd.DataFrame({"a": [1, 2, 3]}), ".xlsx")
