"""Lists that are loaded whole: searched, sorted by any column, turned over, taken along."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from qa_service.people.access import Role
from qa_service.web.cells import Actions, Date, Link, Moment, Nothing, StateCell, Text
from qa_service.web.figures import Count, Money
from qa_service.web.listing import Asked, _headed, _turned, arranged
from qa_service.web.parts import Action
from qa_service.web.tables import Column, Table, TableRow, table_rows
from tests.builders import client_of, make_account, make_person
from tests.notices.test_notices import told
from tests.web.test_pages import log_in

COLUMNS = [
    Column(label="姓名", kind="link"), Column(label="金额", kind="money"), Column(label="日期", kind="date"),
    Column(label="操作", kind="actions"),
]  # fmt: skip


def row(name: str, fen: int | None, on: date | None, sub: str = "") -> TableRow:
    act = Actions(actions=[Action(label="看", href="/x")])
    money = Money(fen=fen, reason="无明细") if fen != 0 else Nothing(reason="不计")
    return TableRow(cells=[Link(text=name, href="/x", sub=sub), money, Date(on=on, reason="没有日期"), act])


def table(*rows: TableRow, **more) -> Table:
    return Table(caption="名单", columns=COLUMNS, rows=list(rows), **more)


def asked(**given: str) -> Asked:
    return Asked(path="/x", given=tuple(given.items()))


def names(found: Table) -> list[str]:
    return [one.cells[0].text for one in found.rows]


PEOPLE = [
    row("沈若溪", 500, date(2026, 10, 2)),
    row("韩雨桐", None, None, "1028"),
    row("俞蕾", 12000, date(2026, 9, 30)),
]


def test_a_column_sorts_by_its_values_and_what_is_missing_stays_last():
    whole = table(*PEOPLE, row("丁一", 0, date(2026, 1, 1)))
    assert names(arranged(whole, asked(sort="2")))[:2] == ["沈若溪", "俞蕾"], "5.00 before 120.00: money, not text"
    assert names(arranged(whole, asked(sort="-2")))[:2] == ["俞蕾", "沈若溪"]
    assert names(arranged(whole, asked(sort="3")))[-1] == names(arranged(whole, asked(sort="-3")))[-1] == "韩雨桐"
    for wrong in ("4", "9", "x", "-", "0"):
        assert names(arranged(whole, asked(sort=wrong))) == names(whole), "no such column: the list's own order"


def test_numbers_within_a_text_count_as_numbers():
    rows = [TableRow(cells=[Text(text=f"第{number}版")]) for number in (10, 9, 2)]
    found = arranged(Table(caption="x", columns=[Column(label="版本")], rows=rows), asked(sort="1"))
    assert [one.cells[0].text for one in found.rows] == ["第2版", "第9版", "第10版"]


def test_estimates_do_not_sort_since_that_would_be_a_league_table():
    columns = [Column(label="姓名"), Column(label="本月得分", kind="score"), Column(label="首响", kind="measure")]
    cells = [[Text(text=name), Nothing(), Nothing()] for name in ("甲", "乙")]
    whole = Table(caption="x", columns=columns, rows=[TableRow(cells=one) for one in cells])
    assert [bool(one.sort_href) for one in _headed(whole, asked()).columns] == [True, False, False]
    assert asked(sort="2").column(columns) is None


def test_what_is_looked_for_may_stand_in_any_cell_and_the_total_goes():
    whole = table(*PEOPLE, total=[Text(text="合计")])
    assert names(arranged(whole, asked(q="1028"))) == ["韩雨桐"]
    assert names(arranged(whole, asked(q="2026-10 若溪"))) == ["沈若溪"]
    assert arranged(whole, asked(q="若溪")).total == []
    assert arranged(whole, asked()).total


def test_heads_are_links_that_turn_the_order_and_keep_the_rest():
    head = _headed(table(*PEOPLE), asked(q="x", sort="-2", page="3", having="open")).columns
    assert (head[1].sorted, head[1].sort_href) == ("descending", "/x?q=x&having=open&sort=2")
    assert head[0].sort_href == "/x?q=x&having=open&sort=1"
    assert head[2].sort_href.endswith("sort=-3"), "the newest day first"
    assert head[3].sort_href == ""


def test_a_long_list_is_turned_over_and_a_page_that_is_none_is_the_last():
    whole = table(*[row(f"甲{i}", i + 1, None) for i in range(60)])
    first, last = (_turned(whole, asked(page=page), 60, size=25) for page in ("1", "99"))
    assert (len(first.rows), first.pager.total, first.pager.previous_href) == (25, 60, "")
    assert first.pager.next_href == "/x?page=2"
    assert (len(last.rows), last.pager.next_href, last.pager.previous_href) == (10, "", "/x?page=2")
    assert first.search.name == "q"
    short = _turned(table(*PEOPLE), asked(), 3, size=25)
    assert (short.search, short.pager) == (None, None), "three rows are seen at a glance"
    nothing = _turned(table(), asked(q="张三"), 3, size=25)
    assert "张三" in nothing.empty.what
    assert nothing.empty.next_href == "/x"


def test_two_facts_of_a_cell_are_two_columns_of_a_file():
    head, *rows = table_rows(table(*PEOPLE))
    assert head[:2] == ["姓名", "姓名：补充"]
    assert [one[:2] for one in rows] == [["沈若溪", None], ["韩雨桐", "1028"], ["俞蕾", None]]
    head, *_ = table_rows(table(PEOPLE[0]))
    assert head[:2] == ["姓名", "金额"], "a column without second facts stays one"
    mixed = Table(
        caption="x",
        columns=[
            Column(label="编号", more_label="时间"),
            Column(label="状态", kind="state"),
            Column(label="n", kind="count"),
        ],
        rows=[TableRow(cells=[Nothing(), StateCell(kind="bad", word="已过期", note="3天"), Count(value=1)])]
        + [TableRow(cells=[Text(text="KF1", sub="22:33"), StateCell(kind="done", word="已办"), Count(value=2)])],
    )
    assert table_rows(mixed)[0] == ["编号", "时间", "状态", "状态：补充", "n"]
    assert table_rows(mixed)[1] == [None, None, "已过期", "3天", 1]


def test_a_time_sorts_as_a_time():
    column = [Column(label="时间", kind="moment")]
    times = [datetime(2026, 10, 9, 3, tzinfo=UTC), datetime(2026, 10, 10, 1, tzinfo=UTC)]
    whole = Table(caption="x", columns=column, rows=[TableRow(cells=[Moment(at=at)]) for at in times])
    assert [one.cells[0].at for one in arranged(whole, asked(sort="-1")).rows] == times[::-1]
    assert msgspec.structs.asdict(whole)["search"] is None


@pytest.mark.anyio
async def test_a_list_of_a_page_is_searched_sorted_and_taken_along(engine, database_url):
    person = await make_person("A")
    await make_account("agent-a", Role.AGENT, person=person)
    await told(person, 7)
    async with client_of(database_url) as client:
        await log_in(client, "agent-a")
        page = (await client.get("/notices?sort=2")).text
        assert 'aria-sort="ascending"' in page
        assert page.index("任务1已经") < page.index("任务7已经")
        file = await client.get("/notices?q=任务3&format=csv")
        assert file.headers["content-type"] == "text/csv; charset=utf-8"
        assert file.content.startswith(b"\xef\xbb\xbf")
        assert len(file.text.splitlines()) == 2
        assert "没有包含“不存在”的内容" in (await client.get("/notices?q=不存在")).text
