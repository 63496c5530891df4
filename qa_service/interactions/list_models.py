"""What the list of records shows: its filters as links, its rows, its files."""

from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from qa_service.calendar.months import month_days, month_last, next_month, previous_month
from qa_service.interactions import beside
from qa_service.interactions.queries import Filter, PartsPage
from qa_service.interactions.schemas import PartOut
from qa_service.interactions.words import CHANNELS, both_words, channel_word
from qa_service.language import N_, current_language, gettext
from qa_service.web.cells import Cell, Date, Link, Moment, Nothing, Person, StateCell, Text
from qa_service.web.figures import Count, Duration
from qa_service.web.formatting import clock, day
from qa_service.web.parts import Chip
from qa_service.web.tables import Column, Empty, Pager, Search, Table, TableRow

LIST = "/interactions"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The address of the list, read: month is its first day, None where records without days are asked for."""

    month: date | None
    day: date | None = None
    unit: int | None = None
    person: int | None = None
    channel: str = ""
    quality: str = ""
    q: str = ""

    def filter(self) -> Filter:
        first = self.day or self.month
        last = self.day or (month_last(self.month) if self.month else None)
        return Filter(
            from_on=first, until_on=last, is_undated=first is None, unit=self.unit, person=self.person,
            channel=self.channel, state=self.quality, search=self.q,
        )  # fmt: skip

    def href(self, **changes: Any) -> str:
        """This list with something else asked; paging begins anew."""
        return _href(msgspec.structs.replace(self, **changes))


@lru_cache(maxsize=4096)
def _href(asked: Asked) -> str:
    """A page has twenty such links, the same on each of its visits."""
    given = {
        "month": f"{asked.month:%Y-%m}" if asked.month else "none",
        "day": asked.day.isoformat() if asked.day else "",
        **{name: getattr(asked, name) for name in ("unit", "person", "channel", "quality", "q")},
    }
    return f"{LIST}?{urlencode({name: value for name, value in given.items() if value})}"


class ListPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/interactions/list.html. The pickers are links; month None: records of sources without days."""

    lead: str
    month: date | None
    previous_href: str
    next_href: str
    day_label: str
    days: list[Chip]
    unit_label: str
    units: list[Chip]
    channel_label: str
    channels: list[Chip]
    undated: Chip | None
    person: Chip | None
    table: Table


def days(asked: Asked) -> list[Chip]:
    return [] if asked.month is None else _days(asked, current_language())


@lru_cache(maxsize=256)
def _days(asked: Asked, language: str) -> list[Chip]:
    """`language` is the key of what is remembered; the texts come from the task's own."""
    whole = asked.href(day=None)
    every = [Chip(label=gettext(N_("整月")), href=whole, is_current=asked.day is None)]
    return every + [
        Chip(label=day(on), href=f"{whole}&day={on.isoformat()}", is_current=asked.day == on)
        for on in month_days(asked.month)
    ]


def units(asked: Asked, found: list[dict[str, Any]]) -> list[Chip]:
    every = [Chip(label=gettext(N_("全部部门")), href=asked.href(unit=None), is_current=asked.unit is None)]
    english = current_language() == "en"
    return every + [
        Chip(
            label=(one["name_en"] if english else "") or one["name"],
            href=asked.href(unit=one["id"]),
            is_current=asked.unit == one["id"],
        )
        for one in found
    ]


def channels(asked: Asked) -> list[Chip]:
    every = [Chip(label=gettext(N_("全部渠道")), href=asked.href(channel=""), is_current=not asked.channel)]
    names = dict.fromkeys([*CHANNELS, *([asked.channel] if asked.channel else [])])
    return every + [
        Chip(label=channel_word(one), href=asked.href(channel=one), is_current=asked.channel == one) for one in names
    ]


def neighbours(asked: Asked) -> tuple[str, str]:
    if asked.month is None:
        return "", ""
    before, after = previous_month(asked.month), next_month(asked.month)
    return asked.href(month=before, day=None), asked.href(month=after, day=None)


def chosen(chips: list[Chip]) -> str:
    return next((chip.label for chip in chips if chip.is_current), chips[0].label if chips else "")


def state_chips(asked: Asked) -> list[Chip]:
    states = beside.current().states
    if not states:
        return []
    every = [Chip(label=gettext(N_("全部")), href=asked.href(quality=""), is_current=not asked.quality)]
    return every + [
        Chip(label=gettext(one.name), href=asked.href(quality=one.key), is_current=asked.quality == one.key)
        for one in states
    ]


def table(asked: Asked, page: PartsPage, *, has_names: bool, sees_imports: bool) -> Table:
    language = current_language()
    return Table(
        caption=gettext(N_("服务记录，新的在前")),
        columns=_columns(has_names, language),
        rows=[_row(one, has_names, language) for one in page.rows],
        name="parts",
        chips=state_chips(asked),
        search=Search(
            action=LIST,
            value=asked.q,
            placeholder=gettext(N_("工号、姓名、订单号或编号") if has_names else N_("订单号或编号")),
            keep=_kept(asked),
        ),
        pager=Pager(
            shown=len(page.rows),
            previous_href=f"{asked.href()}&after={page.after}" if page.after else "",
            next_href=f"{asked.href()}&before={page.before}" if page.before else "",
        ),
        empty=_empty(asked, sees_imports=sees_imports),
    )


@lru_cache(maxsize=8)
def _columns(has_names: bool, language: str) -> list[Column]:
    """`language` is the key of what is remembered; the texts come from the task's own."""
    return [
        Column(label=gettext(N_("日期")), kind="date"),
        Column(label=gettext(N_("服务记录")), kind="link", more_label=gettext(N_("时间")), is_row_header=True),
        *([Column(label=gettext(N_("客服")), kind="person")] if has_names else []),
        Column(label=gettext(N_("部门")), is_wide_only=True),
        Column(label=gettext(N_("渠道"))),
        Column(label=gettext(N_("首次响应")), kind="duration"),
        Column(label=gettext(N_("处理时长")), kind="duration", is_wide_only=True),
        Column(label=gettext(N_("消息")), kind="count"),
        Column(label=gettext(N_("质检")), kind="state"),
    ]


def _kept(asked: Asked) -> dict[str, str]:
    return dict(parse_qsl(asked.href(q="").partition("?")[2]))


@lru_cache(maxsize=4096)
def _row(one: PartOut, has_names: bool, language: str) -> TableRow:
    """One record, made once while nothing of it changes; `language` is a key, the texts come from the task's own."""
    looks = {state.key: (state.look, gettext(state.name)) for state in beside.current().states}
    look, word = looks.get(one.state, ("none", ""))
    when = clock(one.started_at) if one.started_at and one.time_known else ""
    sub = " ".join(filter(None, (when, one.category)))
    return TableRow(
        key=str(one.id),
        cells=[
            Date(on=one.local_on) if one.local_on else Nothing(reason=gettext(N_("来源没有日期"))),
            Link(text=one.external_id, href=f"{LIST}/{one.interaction}", sub=sub),
            *([agent_cell(one.person_name, one.employee_no, one.agent_label)] if has_names else []),
            Text(text=one.unit_name or ""),
            Text(text=both_words(one.channel, one.kind)),
            Duration(seconds=one.first_reply_seconds),
            Duration(seconds=one.handle_seconds),
            Count(value=one.message_count) if one.message_count else Nothing(reason=gettext(N_("没有文字记录"))),
            StateCell(kind=look, word=word) if word else Nothing(),
        ],
    )


def agent_cell(name: str | None, number: str | None, label: str | None) -> Cell:
    """Who it was, else what the export said with 待认领, else that the source names nobody."""
    if name:
        return Person(name=name, number=number or "")
    if label:
        return Person(name=label, note=gettext(N_("待认领")))
    return Nothing(reason=gettext(N_("来源没有写明客服")))


def _empty(asked: Asked, *, sees_imports: bool) -> Empty:
    if asked == Asked(month=asked.month):
        return Empty(
            what=gettext(N_("这个月没有服务记录")),
            why=gettext(N_("记录从导入来；您只看得到自己范围内的")),
            next_label=gettext(N_("去看导入")),
            next_href="/imports" if sees_imports else "",
        )
    return Empty(
        what=gettext(N_("没有符合条件的服务记录")),
        next_label=gettext(N_("取消筛选")),
        next_href=Asked(month=asked.month).href(),
    )


def moment_of(one: dict[str, Any], name: str) -> Cell:
    if one[name] is None or not one["time_known"]:
        return Nothing(reason=gettext(N_("来源没有时间")))
    return Moment(at=one[name], seconds=True, year=True)
