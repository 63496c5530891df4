"""The chain names its first bad line, whatever was done to it."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

import pytest

import qa_service.database as database
from qa_service.database import rows, transaction
from qa_service.database.facts import JOURNAL_KEY, put_fact
from qa_service.journal import commands, heads, queries
from qa_service.journal.errors import HeadUnreadable
from qa_service.journal.rules import check_value
from qa_service.operations.heads import written_heads
from qa_service.people.access import house_actor
from qa_service.reports.tables import Report
from tests.builders import make_account

pytestmark = pytest.mark.anyio
ACTOR = house_actor("test")


@asynccontextmanager
async def opened(url: str):
    engine = database.make_engine(url)
    database.bind(engine)
    commands.set_key(b"a key for tests only")
    await engine.start_connection_pool()
    yield
    await engine.close_connection_pool()


@pytest.fixture
async def five_lines(engine):
    commands.set_key(b"a key for tests only")
    for i in range(5):
        async with transaction():
            head = await commands.record(ACTOR, "unit:create", f"unit:{i}", "成立", inputs={"n": i})
    return head


async def test_an_untouched_journal_verifies_and_ends_in_its_head(five_lines):
    found = await queries.verify(against=five_lines)
    assert (found.is_whole, found.lines, found.head) == (True, 5, five_lines)


@pytest.mark.parametrize(
    ("damage", "position", "kind"),
    [
        ("UPDATE journal_line SET reason = '改' WHERE position = 3", 3, "edited"),
        ("DELETE FROM journal_line WHERE position = 2", 2, "gap"),
        ("UPDATE journal_line SET previous_mac = mac WHERE position = 4", 4, "edited"),
        ("DELETE FROM journal_line WHERE position = 5", 5, "gap"),
    ],
)
async def test_damage_is_found_at_its_first_line(five_lines, damage, position, kind):
    await rows(damage)
    found = await queries.verify(against=five_lines)
    assert (found.is_whole, found.fault_position, found.fault_kind) == (False, position, kind)


async def test_two_lines_that_changed_places_are_found(five_lines):
    await rows("UPDATE journal_line SET position = 99 WHERE position = 2")
    await rows("UPDATE journal_line SET position = 2 WHERE position = 3")
    await rows("UPDATE journal_line SET position = 3 WHERE position = 99")
    found = await queries.verify()
    assert (found.is_whole, found.fault_position) == (False, 2)


async def test_a_rewritten_tail_does_not_match_a_printed_head(five_lines):
    await rows("DELETE FROM journal_line WHERE position = 5")
    async with transaction():
        await commands.record(ACTOR, "unit:create", "unit:other")
    assert (await queries.verify()).is_whole
    found = await queries.verify(against=five_lines)
    assert (found.fault_position, found.fault_kind) == (5, "head")


async def test_another_key_does_not_verify(five_lines):
    commands.set_key(b"somebody else's key")
    found = await queries.verify()
    assert (found.is_whole, found.fault_kind, found.fault_position) == (False, "key", None), "no line is accused"


async def test_the_right_key_still_accuses_a_journal_of_which_every_line_was_edited(five_lines):
    await put_fact(JOURNAL_KEY, check_value(b"a key for tests only", JOURNAL_KEY))
    await rows("UPDATE journal_line SET reason = '改'")
    found = await queries.verify()
    assert (found.fault_kind, found.fault_position) == ("edited", 1)


@pytest.mark.parametrize("head", ["not a head", "0:" + "f" * 64, "3:" + "g" * 64, "٣:" + "0" * 64])
async def test_a_head_that_is_none_is_refused(five_lines, head):
    with pytest.raises(HeadUnreadable):
        await queries.verify(against=head)


async def test_a_head_pasted_with_blanks_and_line_breaks_is_read(five_lines):
    assert (await queries.verify(against=f"  {five_lines[:30]}\n  {five_lines[30:].upper()} ")).is_whole


EDITS = ("at = 'garbage'", "account = 'abc'", "reason = x'00ff'", "reason = CAST(x'ff' AS TEXT)", "mac = 'é'",
         "at = '2026-11-28'", "actor = 5.5")  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
async def test_a_line_edited_to_what_is_no_value_is_named(sqlite_url, edit):
    async with opened(sqlite_url):
        for i in range(5):
            async with transaction():
                await commands.record(ACTOR, "unit:create", f"unit:{i}")
        await rows(f"UPDATE journal_line SET {edit} WHERE position = 3")
        found = await queries.verify()
    assert (found.fault_position, found.fault_kind) == (3, "edited")


async def test_a_line_whose_number_was_edited_is_named_by_its_place(sqlite_url):
    async with opened(sqlite_url):
        for i in range(5):
            async with transaction():
                await commands.record(ACTOR, "unit:create", f"unit:{i}")
        await rows("UPDATE journal_line SET position = 'abc' WHERE position = 3")
        found = await queries.verify()
    assert (found.fault_position, found.fault_kind) == (3, "edited")


async def test_a_tail_cut_off_is_told_by_what_wrote_down_a_later_head(five_lines):
    issued = Report(kind="sheet", pay_month=date(2026, 10, 1), model="{}", digest="", journal_head=five_lines,
                    created_at=datetime.now(UTC))  # fmt: skip
    await Report.insert(issued)
    heads.register("operations", written_heads)
    assert (await queries.verify()).is_whole
    await rows("DELETE FROM journal_line WHERE position > 3")
    found = await queries.verify()
    assert (found.fault_position, found.fault_kind, found.fault_source) == (4, "gap", "report:1")


async def test_an_emptied_journal_beside_accounts_is_not_whole(engine):
    heads.register("operations", written_heads)
    assert (await queries.verify()).is_whole, "nothing was done yet"
    await make_account("lin")
    await rows("DELETE FROM journal_line")
    found = await queries.verify()
    assert (found.is_whole, found.fault_position, found.fault_source) == (False, 1, "account")


async def test_twenty_writers_at_once_leave_a_chain_without_gaps(engine):
    commands.set_key(b"a key for tests only")

    async def write(i: int) -> None:
        async with transaction():
            await commands.record(ACTOR, "unit:create", f"unit:{i}")

    await asyncio.gather(*(write(i) for i in range(20)))
    found = await queries.verify()
    assert (found.is_whole, found.lines) == (True, 20)
