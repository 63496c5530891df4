"""The chain names its first bad line, whatever was done to it."""

import asyncio

import pytest

from qa_service.database import rows, transaction
from qa_service.journal import commands, queries
from qa_service.journal.errors import HeadUnreadable
from qa_service.people.access import house_actor

pytestmark = pytest.mark.anyio
ACTOR = house_actor("test")


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
    assert (await queries.verify()).fault_position == 1


async def test_a_head_that_is_none_is_refused(five_lines):
    with pytest.raises(HeadUnreadable):
        await queries.verify(against="not a head")


async def test_twenty_writers_at_once_leave_a_chain_without_gaps(engine):
    commands.set_key(b"a key for tests only")

    async def write(i: int) -> None:
        async with transaction():
            await commands.record(ACTOR, "unit:create", f"unit:{i}")

    await asyncio.gather(*(write(i) for i in range(20)))
    found = await queries.verify()
    assert (found.is_whole, found.lines) == (True, 20)
