"""A batch counts only when published, as a whole; what a killed one wrote is swept; nothing is guessed."""

from datetime import UTC, date, datetime

import pytest

from qa_service.database import rows, scalar, transaction
from qa_service.interactions import claims, commands, errors
from qa_service.interactions.commands import BatchCounts, BatchStart
from qa_service.interactions.identity import Directory, Holding
from qa_service.interactions.live import live
from qa_service.interactions.records import AgentPartRecord, InteractionRecord, MessageRecord
from qa_service.journal.commands import set_key
from qa_service.people.tables import AccountHolder, PlatformAccount
from tests.builders import HOUSE, make_person, make_unit

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 10, 6, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def keyed(engine):
    set_key(b"a key for tests only")


def make_record(name="c1", *, digest="d", agent_key="K1", **changes) -> InteractionRecord:
    part = AgentPartRecord(agent_key=agent_key, started_at=NOON, first_reply_seconds=12, message_count=2)
    given = {
        "source": "shop",
        "external_id": name,
        "digest": digest,
        "channel": "chat",
        "kind": "presale",
        "local_on": date(2026, 10, 6),
        "started_at": NOON,
        "parts": (part,),
        "messages": (
            MessageRecord(sequence=1, sender="customer", text="在吗", sent_at=NOON),
            MessageRecord(sequence=2, sender="agent", text="在的亲", sent_at=NOON),
        ),
    }
    return InteractionRecord(**{**given, **changes})


async def start() -> int:
    return await commands.open_batch(
        HOUSE,
        BatchStart(
            profile_name="shop-chats", profile_version=1, profile_digest="0", source="shop", target="interactions",
            file_name="chats.json", file_sha256="0", file_bytes=1,
        ),
    )  # fmt: skip


async def load(batch: int, records, unknown="hold"):
    directory = await commands.read_directory()
    return await commands.add_chunk(
        batch, records, directory=directory, units={}, default_unit=None, unknown_agent=unknown
    )


async def live_parts() -> int:
    return await scalar(f"SELECT COUNT(*) AS n FROM agent_part p WHERE {live('p')}")


async def publish(batch: int, read: int, **counts) -> None:
    await commands.publish_batch(HOUSE, batch, BatchCounts(records_read=read, **counts))


async def test_nothing_is_read_before_the_batch_is_published(engine):
    await make_person("K1")
    batch = await start()
    outcomes = await load(batch, [make_record("c1"), make_record("c2")])
    assert [one.kind for one in outcomes] == ["accepted", "accepted"]
    assert await live_parts() == 0
    await publish(batch, 2, accepted=2)
    assert await live_parts() == 2
    assert await scalar("SELECT COUNT(*) AS n FROM message") == 4
    with pytest.raises(errors.BatchNotLoading):
        await load(batch, [make_record("c3")])


async def test_numbers_that_do_not_add_up_are_not_published(engine):
    batch = await start()
    with pytest.raises(errors.SumBroken):
        await publish(batch, 3, accepted=2)
    assert await scalar("SELECT state FROM import_batch WHERE id = {}", batch) == "loading"


async def test_the_same_file_twice_changes_nothing_and_a_correction_supersedes(engine):
    await make_person("K1")
    first = await start()
    await load(first, [make_record("c1")])
    await publish(first, 1, accepted=1)
    second = await start()
    assert [one.kind for one in await load(second, [make_record("c1")])] == ["unchanged"]
    assert [one.kind for one in await load(second, [make_record("c1", digest="e")])] == ["updated"]
    assert await live_parts() == 1
    await publish(second, 2, accepted=1, duplicates=1, updated=1, unchanged=1)
    found = await rows(f"SELECT i.digest, i.revision FROM interaction i WHERE {live('i')}")
    assert found == [{"digest": "e", "revision": 2}]


async def test_a_killed_batch_leaves_nothing_and_gives_back_what_it_superseded(engine):
    await make_person("K1")
    first = await start()
    await load(first, [make_record("c1")])
    await publish(first, 1, accepted=1)
    killed = await start()
    await load(killed, [make_record("c1", digest="e"), make_record("c9")])
    assert await commands.sweep_unfinished() == 0  # its lease still runs: it may be alive
    await rows("UPDATE import_batch SET lease_until = started_at RETURNING id")
    assert await commands.sweep_unfinished() == 1
    assert await scalar("SELECT COUNT(*) AS n FROM interaction") == 1
    assert await scalar("SELECT COUNT(*) AS n FROM interaction WHERE superseded_by IS NOT NULL") == 0
    assert await scalar("SELECT state FROM import_batch WHERE id = {}", killed) == "cancelled"
    assert await live_parts() == 1


async def test_one_id_with_two_contents_in_a_file_is_rejected(engine):
    await make_person("K1")
    outcomes = await load(await start(), [make_record("c1"), make_record("c1", digest="e"), make_record("c1")])
    assert [one.kind for one in outcomes] == ["accepted", "rejected", "unchanged"]


async def test_an_unknown_agent_is_held_or_rejected_never_guessed(engine):
    batch = await start()
    assert [one.kind for one in await load(batch, [make_record("c1", agent_key="K9")])] == ["held"]
    refused = await load(batch, [make_record("c2", agent_key="K9")], "reject")
    assert [(one.kind, one.reason) for one in refused] == [("rejected", "unknown-agent")]
    assert await scalar("SELECT person FROM agent_part") is None


async def test_a_shared_account_is_whoever_held_it_at_the_time(engine):
    early, late = await make_person("K1"), await make_person("K2", name="陆一鸣")
    async with transaction():
        account = PlatformAccount(platform="旗舰店", name="小宜", created_at=NOON)
        account_id = (await PlatformAccount.insert(account).returning(PlatformAccount.id))[0]["id"]
        for person, begin, end in ((early, 0, 8), (late, 8, 15)):
            span = (datetime(2026, 10, 6, begin, tzinfo=UTC), datetime(2026, 10, 6, end, tzinfo=UTC))
            held = AccountHolder(platform_account=account_id, person=person, from_at=span[0], until_at=span[1])
            await AccountHolder.insert(held)
    records = []
    for hour in (7, 8, 16):
        part = AgentPartRecord(platform="旗舰店", account="小宜", started_at=datetime(2026, 10, 6, hour, tzinfo=UTC))
        records.append(make_record(f"c{hour}", parts=(part,)))
    outcomes = await load(await start(), records)
    assert [one.kind for one in outcomes] == ["accepted", "accepted", "held"]
    found = await rows("SELECT person FROM agent_part ORDER BY id")
    assert [one["person"] for one in found] == [early, late, None]


def test_two_holders_at_once_are_nobody():
    day = datetime(2026, 10, 6, tzinfo=UTC)
    directory = Directory({}, {}, {1: [Holding(day, None, 7), Holding(day, None, 8)]})
    assert directory.holder(1, NOON) is None
    assert directory.holder(1, None) is None
    assert directory.holder(2, NOON) is None


async def test_a_held_part_is_named_with_a_reason_and_the_naming_can_be_taken_back(engine):
    person, unit = await make_person("K1"), await make_unit()
    batch = await start()
    await load(batch, [make_record("c1", agent_key="K9")])
    await publish(batch, 1, held=1)
    part = await scalar("SELECT id FROM agent_part")
    with pytest.raises(errors.ReasonMissing):
        await claims.resolve_part(HOUSE, part, person, " ")
    await claims.resolve_part(HOUSE, part, person, "当班组长确认")
    with pytest.raises(errors.PartResolved):
        await claims.resolve_part(HOUSE, part, person, "又一次")
    await claims.resolve_part(HOUSE, part, None, "认错了人")
    assert await scalar("SELECT person FROM agent_part") is None
    assert await scalar("SELECT COUNT(*) AS n FROM part_resolution") == 2
    assert unit
