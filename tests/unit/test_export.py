import pandas as pd
import pytest

from data.errors import ExportError
from data.export import to_bytes, without_formulas


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(start: str) -> None:
    frame = pd.DataFrame({f"{start}kop": [f"{start}HYPERLINK(1)", "gewoon", None]})
    safe = without_formulas(frame)
    assert safe.iloc[0, 0] == f"'{start}HYPERLINK(1)"
    assert safe.iloc[1, 0] == "gewoon"
    assert pd.isna(safe.iloc[2, 0])
    assert safe.columns[0] == f"'{start}kop"


def test_numbers_pass_untouched_negative_ones_too_and_the_frame_is_not_changed() -> None:
    frame = pd.DataFrame({"n": [-1.5, 2.0], "t": ["-x", "y"]}, index=["=a", "b"])
    safe = without_formulas(frame)
    assert list(safe["n"]) == [-1.5, 2.0]
    assert list(safe.index) == ["'=a", "b"]
    assert frame.loc["=a", "t"] == "-x"
    categories = pd.DataFrame({"c": pd.Series(["=1", "=1"], dtype="category")})
    assert list(without_formulas(categories)["c"]) == ["'=1", "'=1"]


def test_too_many_rows_for_a_sheet_are_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.export._EXCEL_ROWS", 2)
    with pytest.raises(ExportError, match="--gemeente"):
        to_bytes(pd.DataFrame({"a": [1, 2, 3]}), ".xlsx")
