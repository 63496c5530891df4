"""What a batch should be read with: sentences with counts, stored as data so that each reader has their language."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from qa_service import clock
from qa_service.errors import shown
from qa_service.imports.columns import Binding, Chunk
from qa_service.imports.day_notes import DayObserver
from qa_service.imports.mapping import Made, Mapper
from qa_service.imports.noticing import MOST_LISTED, Listed, Watch
from qa_service.imports.profiles import Profile
from qa_service.imports.rows import BadRecord
from qa_service.imports.volumes import breaks_in
from qa_service.language import N_, clauses, current_language, gettext

MONTHS_SHOWN, DAYS_SHOWN = 6, 6
WITH_COLUMNS = ("interaction", "survey", "business_record")  # of lists of people an empty cell is an answer
FIGURES = ("first_reply_seconds", "average_reply_seconds", "converted", "transferred_out")
LOST_LEAST = 20  # answers of one day without a time, and half of that day's: it was not chance
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Watched:
    """A mapper whose chunks are counted on their way."""

    def __init__(self, mapper: Mapper, observer: "Observer") -> None:
        self.mapper, self.observer = mapper, observer

    def records(self, chunk: Chunk, raws: Sequence[list | dict]) -> list[Made | list[Made] | BadRecord]:
        made = self.mapper.records(chunk, raws)
        kept = [place for place, one in enumerate(made) if not isinstance(one, BadRecord)]
        if len(kept) < len(made):
            values = {field: [said[place] for place in kept] for field, said in chunk.values.items()}
            chunk = Chunk(kept, values, {})
        first = [one[0] if isinstance(one, list) else one for one in map(made.__getitem__, kept)]
        self.observer.see(chunk, first)
        return made


class Observer:
    """Counts over the mapped rows of one file, and the notes that they come to."""

    def __init__(self, profile: Profile, unread: list[str], binding: Binding) -> None:
        self.profile, self.unread, self.binding = profile, unread, binding
        self.watch = Watch(profile)
        self.no_handling = 0
        self.managers: dict[str, set[str]] = {}
        self.lists: dict[str, list[Listed]] = {}
        self.found: list[dict[str, Any]] = []
        self.totals = DayObserver()

    def see(self, chunk: Chunk, made: Sequence[Made]) -> None:
        """The rows of one chunk that come in, by columns and as records (of a thread that was cut, the first)."""
        self.watch.see(chunk, lambda place: made[place][0].external_id)
        if self.profile.target != "interaction":
            self.totals.see([record for record, _ratings in made])
            return
        if self.profile.messages is not None:
            self.no_handling += sum(all(part.handle_seconds is None for part in one.parts) for one, _ratings in made)
        elif (handled := chunk.values.get("handle_seconds")) is not None:
            self.no_handling += handled.count(None)
        else:
            self.no_handling += len(made)
        supervisors, managers = chunk.values.get("supervisor"), chunk.values.get("manager")
        if supervisors is not None and managers is not None:
            for supervisor, manager in set(zip(supervisors, managers, strict=True)):
                if supervisor and manager:
                    self.managers.setdefault(supervisor, set()).add(manager)

    def notes(self, *, held: int, masked: Counter[str]) -> list[dict[str, Any]]:
        """All notes in the order in which they are read; `lists` then holds the records that they speak of."""
        self.found, self.lists = [], {}
        self._periods()
        self._times()
        self._blanks()
        self._agents(held)
        self._faults()
        if masked:
            self._add("masked", N_("已遮盖个人信息：%(kinds)s"), {"kinds": _asides(masked.items())})
        if self.unread:
            self._add("unread-sheets", N_("没有读的工作表：%(names)s"), {"names": {"as_is": self.unread}})
        return self.found

    def _add(self, code: str, sentence: str, facts: dict[str, Any], *, listed: Sequence[Listed] = (),
             days: Iterable[date] = (), key: str = "") -> None:  # fmt: skip
        """`days`: the days that it is about, where it is not about all of them."""
        note: dict[str, Any] = {"code": code, "sentence": sentence, "facts": facts}
        if listed:
            note["key"] = key or code
            self.lists[note["key"]] = list(listed[:MOST_LISTED])
            if len(self.lists[note["key"]]) < facts["count"]:
                note["listed"] = len(self.lists[note["key"]])
        if days := sorted(on.isoformat() for on in days):
            note["days"] = days
        self.found.append(note)

    def _periods(self) -> None:
        watch, months = self.watch, Counter[str]()
        for on, count in watch.days.items():
            months[f"{on:%Y-%m}"] += count
        if months:
            shown_months = _asides(sorted(months.items())[:MONTHS_SHOWN])
            self._add("months", N_("归入的月份：%(months)s"), {"months": shown_months})
        if watch.elsewhere:
            self._add("began-elsewhere", N_("其中%(count)s条在别的月份开始"), {"count": watch.elsewhere})
        ahead = {on: count for on, count in watch.days.items() if on > clock.today()}
        if ahead:
            sentence = N_("%(count)s条的日期在今天以后（最晚%(last)s）：请核对日期的写法和导出的范围")
            self._add("ahead", sentence, {"count": sum(ahead.values()), "last": max(ahead).isoformat()}, days=ahead)
        if self.profile.clock:
            why = {"zh": self.profile.clock.why, "en": self.profile.clock.why_en}
            self._add("clock", N_("归月的依据：%(why)s"), {"why": why})
        if breaks := breaks_in(watch.days):
            told = _asides((self._day(one.on), f"{one.count}/{one.usual}") for one in breaks[:DAYS_SHOWN])
            sentence = N_("%(count)s天的记录不到同一星期几平常的一半（当天/平常）：%(which)s")
            self._add("volume-break", sentence, {"count": len(breaks), "which": told}, days=[one.on for one in breaks])

    def _times(self) -> None:
        """Days that lost their times as a whole stand by themselves; what is scattered over the others is one note."""
        watch = self.watch
        whole = {on for on, count in watch.lost_by_day.items()
                 if count >= LOST_LEAST and count * 2 >= watch.answers[on]}  # fmt: skip
        for on in sorted(whole, key=watch.lost_by_day.__getitem__, reverse=True)[:DAYS_SHOWN]:
            listed = [one.listed for one in watch.lost if one.on == on]
            sentence = N_("%(day)s：%(total)s条答复中有%(count)s条写着00:00，时间不详，差值不论正负都不计入响应时长")
            facts = {"day": self._day(on), "total": watch.answers[on], "count": watch.lost_by_day[on]}
            self._add("lost-times", sentence, facts, listed=listed, days=[on], key=f"lost-times-{on.isoformat()}")
        others = [one for one in watch.lost if one.on not in whole]
        count = sum(lost for on, lost in watch.lost_by_day.items() if on not in whole)
        if count:
            sentence = N_("另有%(count)s条答复写着00:00，时间不详，不计入响应时长") if whole else N_(
                "%(count)s条答复写着00:00，时间不详，日期保留，不计入响应时长")  # fmt: skip
            self._add("lost-times", sentence, {"count": count}, listed=[one.listed for one in others],
                      days={one.on for one in others})  # fmt: skip
        backwards = [*watch.listed.get("backwards", ()), *(one.listed for one in others if one.is_backwards)]
        if backwards:
            known = watch.counted["backwards"]
            known += sum(count for on, count in watch.lost_backwards.items() if on not in whole)
            sentence = N_("另有%(count)s条答复早于提问，已列出") if whole else N_(
                "%(count)s条答复早于提问，已列出，不计入响应时长")  # fmt: skip
            self._add("backwards", sentence, {"count": known}, listed=backwards)

    def _blanks(self) -> None:
        watch = self.watch
        if not watch.rows or self.profile.target not in WITH_COLUMNS:
            return
        empty = {field: count for field, count in watch.blank.items() if count * 2 > watch.rows}
        if empty:
            heads = [f"{self.binding.head_of(field)} {_percent(count, watch.rows)}" for field, count in empty.items()]
            self._add("blank-columns", N_("大半是空的列：%(columns)s"), {"columns": {"as_is": heads}})
        if self.no_handling * 2 > watch.rows:
            facts = {"count": self.no_handling, "total": watch.rows}
            self._add("no-handling", N_("%(count)s条（共%(total)s条）没有处理时长，均值须看样本数"), facts)
        for field in (one for one in FIGURES if one in empty):
            facts = {"count": empty[field], "total": watch.rows, "head": {"as_is": [self.binding.head_of(field)]}}
            self._add(f"blank-{field}", N_("%(count)s条（共%(total)s条）没有“%(head)s”，比率和均值须看样本数"), facts)

    def _agents(self, held: int) -> None:
        watch = self.watch
        shared = sum(len(managers) > 1 for managers in self.managers.values())
        if shared:
            pairs = sum(len(managers) for managers in self.managers.values())
            self._add("two-managers", N_("%(total)s位主管中有%(count)s位归不止一位经理（共%(pairs)s对），都已保留"),
                      {"count": shared, "total": len(self.managers), "pairs": pairs})  # fmt: skip
        if watch.unnamed:
            facts = {"count": watch.unnamed, "share": _percent(watch.unnamed, watch.rows)}
            self._add("unnamed-agent", N_("%(count)s条（占%(share)s）没有写明客服，按人的指标看不到它们"), facts)
        self.totals.tell(lambda sentence, **facts: self._add("day-totals", sentence, facts))
        if held:
            facts = {"count": held, "share": _percent(held, max(watch.rows, held))}
            self._add("held", N_("%(count)s条（占%(share)s）待认领或等待对应记录，已列出，不猜"), facts)

    def _faults(self) -> None:
        for code, sentence in FAULTS.items():
            if count := self.watch.counted[code]:
                self._add(code, sentence, {"count": count}, listed=self.watch.listed[code])

    def _day(self, on: date) -> dict[str, str]:
        """A day in both languages, with its year where the file knows several."""
        has_years = len({one.year for one in (*self.watch.days, *self.watch.answers)}) > 1
        chinese, english = f"{on.month}月{on.day}日", f"{on.day} {ENGLISH_MONTHS[on.month - 1]}"
        return {"zh": f"{on.year}年{chinese}" if has_years else chinese,
                "en": f"{english} {on.year}" if has_years else english}  # fmt: skip


FAULTS = {
    "ordered-later": N_("%(count)s条的下单时间晚于来访，已列出；下单时间不参与计算"),
    "equal-rows": N_("%(count)s条除编号外与另一条完全相同，已列出；各算一条"),
    "lost-signs": N_("%(count)s条备注里有“????”，是丢了的表情或文字，已列出"),
    "garbled": N_("%(count)s条备注是乱码（编码读错），已列出"),
}


def _asides(pairs: Iterable[tuple[object, object]]) -> list[dict[str, object]]:
    return [{"text": text, "aside": aside} for text, aside in pairs]


def _percent(count: int, total: int) -> str:
    """Half-up to a tenth; what is not all never reads 100.0%."""
    tenths = (2000 * count + total) // (2 * total)
    tenths = min(tenths, 999) if count < total else tenths
    return f"{max(tenths, 1) / 10:.1f}%"


def text_of(note: dict[str, Any]) -> str:
    """One stored note in the current language, its counts grouped as people read them."""
    facts = {name: _grouped(fact) for name, fact in note["facts"].items()}
    text = gettext(note["sentence"], **shown(_facts(facts)))
    if "listed" not in note:
        return text
    return clauses([text, gettext(N_("只列出前%(count)s条"), count=f"{note['listed']:,}")])


def texts(notes: str | list[dict[str, Any]]) -> list[str]:
    """Stored notes in the current language."""
    return [text_of(note) for note in (json.loads(notes) if isinstance(notes, str) else notes)]


def _grouped(fact: Any) -> Any:
    if isinstance(fact, list):
        return [_grouped(one) for one in fact]
    if isinstance(fact, dict) and "aside" in fact:
        return {**fact, "aside": _grouped(fact["aside"])}
    return f"{fact:,}" if isinstance(fact, int) and not isinstance(fact, bool) else fact


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    """Older batches hold a fact of both languages as `x` and `x_en`."""
    if current_language() == "en":
        return {name: facts.get(f"{name}_en", value) for name, value in facts.items()}
    return facts
