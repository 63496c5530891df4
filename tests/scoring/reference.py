"""Cases of ../shared/reference/statistics by id; a test that needs one skips clearly where the folder is absent."""

import json
from pathlib import Path


def case(shared: Path, file: str, name: str) -> dict:
    cases = json.loads((shared / "reference" / "statistics" / file).read_text(encoding="utf-8"))["cases"]
    return next(found for found in cases if found["id"] == name)
