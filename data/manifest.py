"""The manifest of a store, as a file: which version wrote it, and whether it can be read at all.

Apart from `data.store`, so that a start can refuse a store of a newer version before it loads anything heavy.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from data.errors import StoreError, StoreTooNew

FORMAT = 2
MANIFEST = "manifest.json"


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of the store in ``folder``, or None where there is no store yet.

    Raises
    ------
    StoreError
        If the manifest cannot be read.
    StoreTooNew
        If a newer Wijkradar wrote it; nothing is touched.
    """
    file = folder / MANIFEST
    if not file.exists():
        return None
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        written_by = int(content["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"Het bestand {file} is beschadigd; zet een reservekopie van de map {folder} terug, of kies met "
            "WIJKRADAR_STORE een lege map en importeer opnieuw."
        ) from error
    if written_by > FORMAT:
        raise StoreTooNew(
            f"De map {folder} is gemaakt door een nieuwere Wijkradar (opslagversie {written_by}, deze kent "
            f"{FORMAT}); werk Wijkradar bij of kies met WIJKRADAR_STORE een andere map."
        )
    return _with_deliveries(content) if written_by == 1 else content


def _with_deliveries(content: dict[str, Any]) -> dict[str, Any]:
    """Bring a manifest of the first form to the present one, in which each table knows its deliveries."""
    for row in content["tables"]:
        row.pop("unused")
        row["unknown"] = []
        row["deliveries"] = [
            {
                "at": row.pop("imported_at"),
                "origin": row.pop("origin"),
                "service": "bestand",
                "modified": row.pop("modified"),
                "rows": row["regions"],
                "rules": "",
                "gemeenten": sorted(row["gemeenten"]),
            }
        ]
    return content | {"format": FORMAT}
