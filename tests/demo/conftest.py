"""One generated department for all tests of this folder, read back from its files."""

import csv
import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from qa_service.demo import DemoData, generate


@dataclass(frozen=True)
class Department:
    """The generated data and its files as a reader finds them."""

    data: DemoData
    chats: list[dict]
    behaviours: dict[str, dict[str, dict]]

    def of_month(self, month) -> list[dict]:
        return [chat for chat in self.chats if chat["开始时间"].startswith(f"{month:%Y-%m}")]


def read_gz(path: Path):
    return json.loads(gzip.decompress(path.read_bytes()))


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def department(tmp_path_factory) -> Department:
    data = generate(tmp_path_factory.mktemp("demo"))
    chats = [chat for month in data.months for chat in read_gz(month.chats)]
    return Department(data=data, chats=chats, behaviours=read_gz(data.behaviours_file))
