"""What a batch should be read with: sentences with counts, stored as data so that each reader has their language."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from qa_service.errors import shown
from qa_service.imports.day_notes import DayObserver
from qa_service.imports.profiles import Profile
from qa_service.imports.records import Record
from qa_service.interactions.records import InteractionRecord
from qa_service.language import N_, current_language, gettext

MONTHS_SHOWN = 6


class Observer:
    """Counts over the mapped rows of one file."""

    def __init__(self, profile: Profile, unread: list[str]) -> None:
        self.profile, self.unread = profile, unread
        self.lost_times = 0
        self.backwards = 0
        self.months: Counter[str] = Counter()
        self.no_handling = 0
        self.records = 0
        self.managers: dict[str, set[str]] = {}
        self.days = DayObserver()

    def see(self, records: Sequence[Record]) -> None:
        """The records of one chunk."""
        self.days.see(records)
        found = [one for one in records if isinstance(one, InteractionRecord)]
        if not found:
            return
        self.records += len(found)
        self.lost_times += sum(not one.time_known for one in found)
        self.backwards += sum(bool(one.started_at and one.ended_at and one.ended_at < one.started_at) for one in found)
        self.months.update([one.local_on.isoformat()[:7] for one in found if one.local_on is not None])
        parts = [one.parts for one in found]
        self.no_handling += sum(all(part.handle_seconds is None for part in some) for some in parts)
        pairs = {(part.supervisor, part.manager) for some in parts for part in some}
        for supervisor, manager in pairs:
            if supervisor and manager:
                self.managers.setdefault(supervisor, set()).add(manager)

    def notes(self, *, held: int, masked: Counter[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []

        def add(sentence: str, **facts: object) -> None:
            found.append({"sentence": sentence, "facts": facts})

        if self.months:
            found_months = [
                {"text": month, "aside": count} for month, count in sorted(self.months.items())[:MONTHS_SHOWN]
            ]
            add(N_("归入的月份：%(months)s"), months=found_months)
        if self.profile.clock:
            add(N_("归月的依据：%(why)s"), why={"zh": self.profile.clock.why, "en": self.profile.clock.why_en})
        if self.lost_times:
            add(N_("%(count)s条的时刻不详（00:00），日期保留，不计入响应时长"), count=self.lost_times)
        if self.backwards:
            add(N_("%(count)s条的结束早于开始，不计入响应时长"), count=self.backwards)
        if self.records and self.no_handling * 2 > self.records:
            add(N_("%(count)s条（共%(total)s条）没有处理时长，均值须看样本数"),
                count=self.no_handling, total=self.records)  # fmt: skip
        shared = sum(len(managers) > 1 for managers in self.managers.values())
        if shared:
            add(N_("%(total)s位主管中有%(count)s位归不止一位经理（共%(pairs)s对），都已保留"), count=shared,
                total=len(self.managers), pairs=sum(len(managers) for managers in self.managers.values()))  # fmt: skip
        self.days.tell(add)
        if held:
            add(N_("%(count)s条待认领或等待对应记录，已列出，不猜"), count=held)
        if masked:
            add(
                N_("已遮盖个人信息：%(kinds)s"),
                kinds=[{"text": kind, "aside": count} for kind, count in masked.items()],
            )
        if self.unread:
            add(N_("没有读的工作表：%(names)s"), names={"as_is": self.unread})
        return found


def texts(notes: str | list[dict[str, Any]]) -> list[str]:
    """Stored notes in the current language."""
    loaded = json.loads(notes) if isinstance(notes, str) else notes
    return [gettext(note["sentence"], **shown(_facts(note["facts"]))) for note in loaded]


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    """Older batches hold a fact of both languages as `x` and `x_en`."""
    if current_language() == "en":
        return {name: facts.get(f"{name}_en", value) for name, value in facts.items()}
    return facts
