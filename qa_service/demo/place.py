"""Where a demo may be made: an empty database, or a former demo that may go. Real data is never taken for one."""

from pathlib import Path

import msgspec

from qa_service.database.failures import shown_address
from qa_service.demo.month import DemoReport
from qa_service.operations.errors import DemoTargetTaken
from qa_service.operations.probing import what_is_at
from qa_service.operations.restore import refuse_if_busy

REPORT = "report.json"


async def make_room(url: str, folder: Path, *, fresh: bool, may_delete: bool) -> DemoReport | None:
    """The report of the demo that is there already; else None, and the database at `url` is empty.

    Raises DemoTargetTaken where something else is there; only a file that carries the demo's mark is deleted.
    """
    state = await what_is_at(url)
    if state in ("none", "empty"):
        return None
    if state == "demo" and not fresh and (report := remembered(folder)) is not None:
        return report  # a second demo starts in seconds
    if state != "demo" or not may_delete:
        raise DemoTargetTaken(database=shown_address(url))
    _delete(Path(url.removeprefix("sqlite:///")), folder, fresh=fresh)
    return None


def remembered(folder: Path) -> DemoReport | None:
    """What the former demo told; None where it is missing or was cut off, so that the demo is made anew."""
    try:
        return msgspec.json.decode((folder / REPORT).read_bytes(), type=DemoReport)
    except (OSError, msgspec.MsgspecError):
        return None


def remember(folder: Path, report: DemoReport) -> None:
    part = folder / f"{REPORT}.part"
    folder.mkdir(parents=True, exist_ok=True)
    part.write_bytes(msgspec.json.encode(report))
    part.replace(folder / REPORT)


def _delete(file: Path, folder: Path, *, fresh: bool) -> None:
    refuse_if_busy(file)
    if fresh:
        (folder / REPORT).unlink(missing_ok=True)
    for old in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        old.unlink(missing_ok=True)
