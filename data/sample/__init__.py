"""The fictional sample municipality: shipped files, and the seeded generator that made them."""

from pathlib import Path

FOLDER = Path(__file__).with_name("voorbeeldstad")
GEMEENTE = "GM9999"
