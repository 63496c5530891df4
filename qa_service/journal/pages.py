"""Pages of the journal: its lines newest first, and the proof that none was changed, left out or reordered."""

import re
from calendar import monthrange
from datetime import date
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.journal import facts, links, queries
from qa_service.journal.words import ACTIONS, NOUNS, THINGS, parts_of
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission
from qa_service.web.cells import Link, Moment, Text
from qa_service.web.decoding import form_of
from qa_service.web.downloads import FILE_ROWS, download, offered, wanted
from qa_service.web.figures import Count
from qa_service.web.formatting import field_errors, month
from qa_service.web.guards import needs
from qa_service.web.months import read_month
from qa_service.web.parts import Chip
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Pager, Search, Table, TableRow

HERE, PAGE = "/journal", 50
READ = needs(Permission.JOURNAL_READ)
FAULTS = {
    "gap": N_("缺了一行"), "order": N_("顺序被改"), "chain": N_("链条断开"), "edited": N_("内容被改"),
    "head": N_("与给出的头不符"),
}  # fmt: skip


class JournalPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/journal/list.html. verdict and is_whole say what the last verification found."""

    noun_label: str
    nouns: list[Chip]
    month_label: str
    months: list[Chip]
    table: Table
    head: str
    verdict: str
    is_whole: bool | None
    against: str
    errors: dict[str, str] = {}


class VerifyForm(msgspec.Struct):
    against: str = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The address of the page, read; month is written 2026-10."""

    q: str = ""
    noun: str = ""
    month: str = ""
    subject: str = ""

    def href(self, **changes: str) -> str:
        given = {name: value for name, value in {**msgspec.structs.asdict(self), **changes}.items() if value}
        return f"{HERE}?{urlencode(given)}" if given else HERE

    def filter(self) -> queries.LineFilter:
        first = read_month(self.month)
        last = first.replace(day=monthrange(first.year, first.month)[1]) if first else None
        return queries.LineFilter(
            subject=self.subject, who=_coded(self.q), noun=self.noun, from_on=first, until_on=last
        )


def _coded(text: str) -> str:
    """A thing as the page writes it (奖罚评分表1号) by its code, sheet:1; anything else stays what it is."""
    for kind, name in THINGS.items():
        found = re.fullmatch(gettext(name, number=r"\s*(\d{1,15})\s*"), text, re.IGNORECASE)
        if found:
            return f"{kind}:{found[1]}"
    return text


def _asked(request: Request) -> Asked:
    params = request.query_params
    noun, month = params.get("noun", ""), params.get("month", "")
    return Asked(
        q=params.get("q", "").strip()[:60],
        noun=noun if noun in NOUNS else "",
        month=month if read_month(month) else "",
        subject=params.get("subject", "").strip()[:200],
    )


@get(HERE, opt=READ, include_in_schema=False)
async def journal_page(request: Request) -> Response:
    return await _journal(request)


async def _journal(
    request: Request, *, found: queries.Verification | None = None, against: str = "", refusal: Refusal | None = None
) -> Response:
    asked, before = _asked(request), request.query_params.get("before", "")
    position = int(before) if before.isascii() and before.isdecimal() and len(before) < 18 else None
    size = FILE_ROWS if wanted(request) else PAGE
    lines = await queries.lines(asked.filter(), position, size + 1)
    told = await _told(actor_of(request), lines[:size])
    table = offered(request, _table(asked, told, before=before, has_more=len(lines) > size))
    if (file := await download(request, table, "journal")) is not None:
        return file
    nouns, months = _nouns(asked), _months(asked, await queries.ends())
    page = JournalPage(
        noun_label=_chosen(nouns),
        nouns=nouns,
        month_label=_chosen(months),
        months=months,
        table=table,
        head=await queries.head(),
        verdict=_verdict(found),
        is_whole=None if found is None else found.is_whole,
        against=against,
        errors={} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()},
    )
    return render(request, "journal/list.html", page, status_code=refusal.status if refusal else 200)


def _chosen(chips: list[Chip]) -> str:
    return next((chip.label for chip in chips if chip.is_current), chips[0].label)


def _nouns(asked: Asked) -> list[Chip]:
    known = {"": N_("全部事项"), **NOUNS}
    return [
        Chip(label=gettext(word), href=asked.href(noun=key), is_current=asked.noun == key)
        for key, word in known.items()
    ]


def _months(asked: Asked, ends: tuple[date, date] | None) -> list[Chip]:
    """All time, then the last two years of months that hold lines, newest first."""
    chips = [Chip(label=gettext(N_("全部时间")), href=asked.href(month=""), is_current=not asked.month)]
    if ends is None:
        return chips
    first, last = (on.year * 12 + on.month - 1 for on in ends)
    newest = max(first, last)  # a demo lives its months out of order
    for index in range(newest, max(min(first, last), newest - 24) - 1, -1):
        on = date(index // 12, index % 12 + 1, 1)
        chips.append(
            Chip(label=month(on), href=asked.href(month=f"{on:%Y-%m}"), is_current=asked.month == f"{on:%Y-%m}")
        )
    return chips


def _verdict(found: queries.Verification | None) -> str:
    if found is None:
        return ""
    if found.is_whole:
        return gettext(N_("%(lines)s行全部核对，没有改动、缺行或乱序"), lines=f"{found.lines:,}")
    if found.fault_kind == "key":
        return gettext(N_("密钥不属于这个审计日志，无法核对：请管理员从原来的文件夹复制正确的journal.key"))
    return gettext(
        N_("第%(position)s行不对：%(fault)s"),
        position=found.fault_position,
        fault=gettext(FAULTS.get(found.fault_kind or "", found.fault_kind or "")),
    )


def _table(asked: Asked, lines: list[dict], *, before: str, has_more: bool) -> Table:
    more = asked.href(before=str(lines[-1]["position"])) if has_more else ""
    return Table(
        caption=gettext(N_("审计日志，新的在前")),
        columns=[
            Column(label=gettext(N_("行")), kind="count"),
            Column(label=gettext(N_("时间")), kind="moment"),
            Column(label=gettext(N_("谁"))),
            Column(label=gettext(N_("做了什么")), is_row_header=True),
            Column(label=gettext(N_("对象")), kind="link"),
            Column(label=gettext(N_("原因和内容"))),
        ],
        rows=[_row(one) for one in lines],
        name="journal",
        note=gettext(N_("只看%(subject)s"), subject=asked.subject) if asked.subject else "",
        search=Search(
            action=HERE,
            value=asked.q,
            placeholder=gettext(N_("谁，或对象，例如奖罚评分表1号")),
            keep={name: value for name, value in msgspec.structs.asdict(asked).items() if value and name != "q"},
        ),
        pager=Pager(shown=len(lines), previous_href=asked.href() if before else "", next_href=more),
        empty=Empty(what=gettext(N_("没有这样的日志行")), next_label=gettext(N_("看全部日志")), next_href=HERE),
    )


async def _told(actor: Actor, lines: list[dict]) -> list[dict]:
    """The lines with what this reader may know and open: sentence, thing, its page, the facts in words."""
    numbers = facts.numbers_in(lines)
    kinds = {"person": "people", "unit": "units", "rule": "rules", "account": "accounts"}
    for kind, number in (parts_of(one["subject"]) for one in lines):
        if number is not None and kind in kinds:
            numbers[kinds[kind]].add(number)
    known = await links.names(actor, numbers)
    named = {"person": known.people, "unit": known.units, "rule": known.rules, "account": known.accounts}
    doors = await links.openable(actor, {one["subject"] for one in lines})
    told = []
    for one in lines:
        kind, number = parts_of(one["subject"])
        name = named.get(kind, {}).get(number or 0, "")
        said = {
            "what": gettext(ACTIONS.get(one["action"], one["action"])),
            "thing": facts.thing(kind, number, name, one["subject"]),
            "href": doors.get(one["subject"], ""),
            "reason": facts.reason_of(one["action"], one["reason"]),
            "facts": facts.in_words(one["action"], one["inputs"], known),
        }
        told.append({**one, **said})
    return told


def _row(one: dict) -> TableRow:
    return TableRow(
        cells=[
            Count(value=one["position"]),
            Moment(at=one["at"], year=True, seconds=True),
            Text(text=one["actor"], tone="nowrap"),
            Text(text=one["what"]),
            Link(text=one["thing"], href=one["href"]) if one["href"] else Text(text=one["thing"]),
            Text(text=one["reason"], sub=one["facts"]) if one["reason"] else Text(text=one["facts"]),
        ]
    )


@post("/journal/verification", opt=READ, include_in_schema=False)
async def verify(request: Request) -> Response:
    """Walk the whole chain; the answer stands on the page, since nothing changes by it."""
    form = await form_of(request, VerifyForm)
    try:
        found = await queries.verify(form.against.strip() or None)
    except Refusal as refusal:
        return await _journal(request, against=form.against[:200], refusal=refusal)
    return await _journal(request, found=found, against=form.against[:200])


@get("/journal/verification", opt=READ, include_in_schema=False)
async def back(request: Request) -> Response:
    """A reload of the answer goes back to the lines."""
    return Redirect("/journal", status_code=303)


routes = [journal_page, verify, back]
