"""The sample municipality Voorbeeldstad: invented from beginning to end, in the form of the real services.

``python -m data.sample.generate`` writes the folder again, byte for byte.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("voorbeeldstad")
GEMEENTE: Final = "GM9999"
