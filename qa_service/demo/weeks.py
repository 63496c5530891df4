"""A month's exports as a shop makes them: one set of files per draw period, so that a week is drawn once it is over."""

import csv
import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from qa_service.demo.shapes import MonthFiles
from qa_service.sampling.periods import DrawPeriod


class WeekFiles(msgspec.Struct, frozen=True):
    """The chats of one draw period, the customers' scores of these chats, and what was entered meanwhile."""

    chats: Path
    surveys: Path
    business_records: Path


def cut_week(files: MonthFiles, period: DrawPeriod) -> WeekFiles:
    """The rows of the month's files that fall into one period, in files beside them."""

    def path(kind: Path, suffix: str) -> Path:
        return files.chats.parent / "weeks" / f"{kind.name.split('_20')[0]}_{period.from_on}{suffix}"

    made = WeekFiles(path(files.chats, ".json.gz"), path(files.surveys, ".csv"), path(files.business_records, ".csv"))
    made.chats.parent.mkdir(exist_ok=True)
    chats = [one for one in _chats(files.chats) if _falls(one["开始时间"], period)]
    made.chats.write_bytes(gzip.compress(msgspec.json.encode(chats), compresslevel=1, mtime=0))
    known = {one["记录编号"] for one in chats}
    _cut(files.surveys, made.surveys, lambda row: row["记录编号"] in known)
    _cut(files.business_records, made.business_records, lambda row: _falls(row["登记时间"], period))
    return made


def _chats(path: Path) -> list[dict[str, Any]]:
    return json.loads(gzip.decompress(path.read_bytes()))


def _falls(text: str, period: DrawPeriod) -> bool:
    return period.from_on <= date.fromisoformat(text[:10]) <= period.until_on


def _cut(source: Path, target: Path, wanted: Callable[[dict[str, str]], bool]) -> None:
    with (
        source.open(encoding="utf-8-sig", newline="") as whole,
        target.open("w", encoding="utf-8-sig", newline="") as cut,
    ):
        rows = csv.DictReader(whole)
        writer = csv.DictWriter(cut, rows.fieldnames or [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in rows if wanted(row))
