"""Tables of one frame: the quota of each stratum, the drawn parts with who marks them, one's own tickets."""

from fractions import Fraction
from typing import Any
from urllib.parse import parse_qsl, quote

from qa_service.interactions import beside
from qa_service.interactions.words import both_words
from qa_service.language import N_, gettext
from qa_service.sampling.tickets import shortened
from qa_service.web.cells import Actions, Cell, Date, Link, Nothing, Person, StateCell, Text
from qa_service.web.figures import Count, Share
from qa_service.web.parts import Action
from qa_service.web.tables import Column, Empty, Pager, Search, Table, TableRow

PAGE = 50
FLOOR = N_("方案保证的全月最少段数，按已过的天数摊到各期")
RANK = N_("%(size)s段中第%(place)s，取前%(quota)s")


def quotas_table(found: list[dict[str, Any]], *, href: str, q: str, page: int) -> Table:
    columns = [
        Column(label=gettext(N_("客服")), kind="person", is_row_header=True),
        Column(label=gettext(N_("渠道"))),
        Column(label=gettext(N_("本期（段）")), kind="count"),
        Column(label=gettext(N_("抽取（段）")), kind="count"),
        Column(label=gettext(N_("入样概率")), kind="share", hint=gettext(N_("本层每一段被抽中的机会：抽取÷本期"))),
        Column(label=gettext(N_("全月下限")), kind="count", hint=gettext(FLOOR)),
        Column(label=gettext(N_("此前已抽")), kind="count"),
    ]  # fmt: skip
    wanted = [one for one in found if _fits(q, one["name"], one["employee_no"], one["agent"])]
    return Table(
        caption=gettext(N_("每人的抽取数量")),
        columns=columns,
        rows=[_quota_row(one) for one in _cut(wanted, page)],
        name="quotas",
        search=_search(href, q),
        pager=_pager(href, q, page=page, total=len(wanted)),
        empty=Empty(what=gettext(N_("没有这样的客服") if q else N_("抽样框里没有客服段"))),
    )


def _quota_row(one: dict[str, Any]) -> TableRow:
    note = gettext(N_("试用期或新人")) if one["is_on_probation"] else ""
    return TableRow(
        cells=[
            Person(name=one["name"], number=one["employee_no"] or "", note=note),
            Text(text=both_words(one["channel"], one["kind"]), sub=_again(one["again"])),
            Count(value=one["size"]),
            Count(value=one["quota"]),
            Share(share=Fraction(one["quota"], one["size"]), digits=1),
            Count(value=one["floor"]),
            Count(value=one["drawn_before"]),
        ]
    )


def _again(count: int) -> str:
    return gettext(N_("含前几期%(count)s段，补足全月下限"), count=count) if count else ""


def risk_table(found: list[dict[str, Any]], *, period: int, draw: int | None, may_write: bool) -> Table:
    """Complaints and low satisfaction, each with its reason and whether it is on the list to be marked."""
    columns = [
        Column(label=gettext(N_("客服段")), kind="link", is_row_header=True),
        Column(label=gettext(N_("客服"))),
        Column(label=gettext(N_("日期")), kind="date"),
        Column(label=gettext(N_("渠道"))),
        Column(label=gettext(N_("为什么"))),
        Column(label=gettext(N_("状态")), kind="state"),
        *([Column(label=gettext(N_("操作")), kind="actions", is_label_hidden=True)] if may_write else []),
    ]
    why = gettext(N_("由质检主管按理由逐件列入；不进随机抽样，也不进无偏估计"))
    return Table(
        caption=gettext(N_("重点件")), columns=columns, name="risk",
        rows=[_risk_row(one, period=period, draw=draw, may_write=may_write) for one in found],
        empty=Empty(what=gettext(N_("这一期没有重点件")), why=why),
    )  # fmt: skip


def risk_reason(one: dict[str, Any]) -> str:
    if one["why"] == "complaint":
        return gettext(N_("投诉"))
    return gettext(N_("满意度%(score)s/%(most)s"), score=one["score"], most=one["scale_max"])


def _risk_row(one: dict[str, Any], *, period: int, draw: int | None, may_write: bool) -> TableRow:
    mark = Action(label=gettext(N_("列入质检")), href=f"/draws/{period}/draw/{draw}/risk/{one['id']}", kind="quiet")
    is_listed = one["item"] is not None
    cells: list[Cell] = [
        Link(text=one["public_id"], href=f"/interactions/{one['interaction']}"),
        Text(text=one["agent_name"]),
        Date(on=one["local_on"]),
        Text(text=both_words(one["channel"], one["kind"])),
        Text(text=risk_reason(one)),
        StateCell(kind="done", word=gettext(N_("已列入"))) if is_listed
        else StateCell(kind="none", word=gettext(N_("未列入"))),
    ]  # fmt: skip
    actions = [mark] if draw is not None and not is_listed else []
    return TableRow(cells=[*cells, *([Actions(actions=actions)] if may_write else [])])


def items_table(found: list[dict[str, Any]], *, period: int, href: str, q: str, page: int, may_write: bool) -> Table:
    columns = [
        Column(label=gettext(N_("序")), kind="count"),
        Column(label=gettext(N_("客服段")), kind="link", is_row_header=True),
        Column(label=gettext(N_("客服")), kind="person"),
        Column(label=gettext(N_("票号")), hint=gettext(N_("0.后的数字按字符比较，小的先抽"))),
        Column(label=gettext(N_("本层名次"))),
        Column(label=gettext(N_("质检员")), kind="person"),
        Column(label=gettext(N_("到期")), kind="date"),
        Column(label=gettext(N_("状态")), kind="state"),
        *([Column(label=gettext(N_("操作")), kind="actions", is_label_hidden=True)] if may_write else []),
    ]
    wanted = [one for one in found if _fits(q, one["agent_name"], one["employee_no"], one["agent"], one["public_id"])]
    looks = {one.key: (one.look, gettext(one.name)) for one in beside.current().states}
    return Table(
        caption=gettext(N_("抽中的客服段")),
        columns=columns,
        rows=[_item_row(one, looks, period=period, may_write=may_write) for one in _cut(wanted, page)],
        name="items",
        search=_search(href, q),
        pager=_pager(href, q, page=page, total=len(wanted)),
        empty=Empty(what=gettext(N_("没有这样的客服段") if q else N_("这一期没有抽中任何客服段"))),
    )


def _item_row(one: dict[str, Any], looks: dict[str, tuple[str, str]], *, period: int, may_write: bool) -> TableRow:
    is_drawn = one["state"] == "drawn"
    look, word = (
        looks.get(one["quality"], ("wait", gettext(N_("已抽")))) if is_drawn else ("none", gettext(N_("已替补")))
    )
    note = ""
    if one["instead_of"]:
        note = gettext(N_("替补%(part)s：%(reason)s"), part=one["instead_of"], reason=one["reason"])
    elif one["stream"] == "risk":
        note = gettext(N_("重点件：%(reason)s"), reason=one["reason"])
    href = f"/draws/{period}/items/{one['id']}/replace"
    swap = Action(label=gettext(N_("替补")), href=href, kind="quiet")
    may_swap = is_drawn and one["quality"] != "marked" and one["stream"] == "random"
    cells: list[Cell] = [
        Count(value=one["position"]),
        Link(text=one["public_id"], href=f"/interactions/{one['interaction']}", sub=note),
        Person(name=one["agent_name"], number=one["employee_no"] or ""),
        Text(text=shortened(one["ticket"]), tone="code") if one["ticket"]
        else Nothing(reason=gettext(N_("按理由列入，不按票号"))),
        Text(text=_place(one)),
        Person(name=one["monitor_name"], number=one["monitor_no"] or "") if one["monitor_name"]
        else Nothing(reason=gettext(N_("还没有分给质检员"))),
        Date(on=one["due_on"]) if one["due_on"] else Nothing(reason=gettext(N_("没有期限"))),
        StateCell(kind=look, word=word),
    ]  # fmt: skip
    return TableRow(
        key=str(one["id"]),
        state="" if is_drawn else "off",
        cells=[*cells, *([Actions(actions=[swap] if may_swap else [])] if may_write else [])],
    )


def _place(one: dict[str, Any]) -> str:
    if one["place"] is None:
        return ""
    return gettext(RANK, size=one["size"], place=one["place"], quota=one["quota"])


def own_table(found: list[dict[str, Any]], *, is_drawn: bool) -> Table:
    columns = [
        Column(label=gettext(N_("我的客服段")), kind="link", is_row_header=True),
        Column(label=gettext(N_("日期")), kind="date"),
        Column(label=gettext(N_("渠道"))),
        *(
            [
                Column(label=gettext(N_("票号"))),
                Column(label=gettext(N_("本层名次"))),
                Column(label=gettext(N_("结果")), kind="state"),
            ]
            if is_drawn
            else []
        ),
    ]
    empty = Empty(what=gettext(N_("这个抽样框里没有您的客服段")))
    rows = [_own_row(one, is_drawn=is_drawn) for one in found]
    caption = gettext(N_("我的票号"))
    return Table(caption=caption, columns=columns, rows=rows, name="own", empty=empty, is_cards_on_phone=False)


def _own_row(one: dict[str, Any], *, is_drawn: bool) -> TableRow:
    cells: list[Cell] = [
        Link(text=one["part"], href=f"/interactions/{one['interaction']}"),
        Date(on=one["local_on"]),
        Text(text=both_words(one["channel"], one["kind"])),
    ]
    if not is_drawn:
        return TableRow(cells=cells)
    why = one["explanation"]
    word = N_("抽中") if why.is_drawn else N_("已替补") if why.replaced_by else N_("未抽中")
    place = {"size": why.size, "place": why.place, "quota": why.taken}
    return TableRow(
        cells=[
            *cells,
            Text(text=shortened(why.ticket), tone="code"),
            Text(text=gettext(RANK, **place)),
            StateCell(kind="done" if why.is_drawn else "none", word=gettext(word)),
        ],
        state="selected" if why.is_drawn else "",
    )


def _fits(q: str, *texts: str | None) -> bool:
    return not q or any(q.lower() in text.lower() for text in texts if text)


def _cut(found: list[dict[str, Any]], page: int) -> list[dict[str, Any]]:
    """The rows of a page from 1; page 0 is everything, for a file."""
    return found if page == 0 else found[(page - 1) * PAGE : page * PAGE]


def _search(href: str, q: str) -> Search:
    path, _, query = href.partition("?")
    return Search(action=path, value=q, placeholder=gettext(N_("姓名或工号")), keep=dict(parse_qsl(query)))


def _pager(href: str, q: str, *, page: int, total: int) -> Pager | None:
    if total <= PAGE or page == 0:
        return None
    there = f"{href}&q={quote(q)}" if q else href
    return Pager(
        shown=len(range((page - 1) * PAGE, min(page * PAGE, total))),
        total=total,
        previous_href=f"{there}&page={page - 1}" if page > 1 else "",
        next_href=f"{there}&page={page + 1}" if page * PAGE < total else "",
    )
