"""Counting rows while they come in, so that the sum rule holds by construction: each row is counted once."""

from collections import Counter
from typing import Any

import msgspec

from qa_service.imports.values import Problem
from qa_service.interactions.commands import BatchCounts


class Reject(msgspec.Struct, frozen=True):
    problems: list[Problem]
    row: dict[str, Any]


class Tally:
    """What became of each row. `fate` is accepted, updated, unchanged, duplicate, held or rejected."""

    def __init__(self) -> None:
        self.fates: Counter[str] = Counter()
        self.pending: list[Reject] = []  # rejects that are not stored yet
        self.rejected_lines = 0

    def add(self, fate: str) -> None:
        self.fates[fate] += 1

    def reject(self, problems: list[Problem], row: dict[str, Any]) -> None:
        self.fates["rejected"] += 1
        self.pending.append(Reject(problems, row))

    def take_rejects(self) -> list[Reject]:
        taken, self.pending = self.pending, []
        return taken

    @property
    def read(self) -> int:
        return sum(self.fates.values())

    def counts(self, notes: str) -> BatchCounts:
        fates = self.fates
        return BatchCounts(
            records_read=self.read,
            accepted=fates["accepted"] + fates["updated"],
            rejected=fates["rejected"],
            duplicates=fates["unchanged"] + fates["duplicate"],
            held=fates["held"],
            updated=fates["updated"],
            unchanged=fates["unchanged"],
            notes=notes,
        )
