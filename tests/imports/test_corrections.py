"""A record that comes in again corrected keeps what a person has said of it, as long as that still fits."""

import json
from datetime import date

import pytest

from qa_service.database import rows, scalar
from qa_service.evaluations.of_parts import QualityOfParts
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.interactions import beside, claims
from tests.builders import HOUSE, make_person
from tests.imports.test_import_file import chat, write

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")
    beside.register(QualityOfParts())


async def bring(tmp_path, *chats: dict):
    return await import_file(HOUSE, write(tmp_path, json.dumps(chats, ensure_ascii=False), "c.json"), "shop-chats")


async def claimed(tmp_path) -> int:
    """Two chats that wait under one account are claimed for one person; the claim."""
    person = await make_person("K1")
    report = await bring(tmp_path, chat("A", "旗舰店", "小宜", "09:00"), chat("B", "旗舰店", "小宜", "10:00"))
    assert report.held == 2
    wanted = claims.Claim(
        label="旗舰店/小宜", person=person, from_on=date(2026, 8, 1), until_on=date(2026, 8, 1), reason="组长确认"
    )
    return (await claims.claim(HOUSE, wanted)).claim


def reworded(name: str, at: str, *, until: str = "50") -> dict:
    made = chat(name, "旗舰店", "小宜", at)
    made["结束时间"] = made["结束时间"][:-2] + until
    made["消息"][0]["内容"] = "请尽快回电"
    return made


async def live_people() -> list[int | None]:
    found = await rows("SELECT person FROM agent_part WHERE superseded_by IS NULL ORDER BY public_id")
    return [one["person"] for one in found]


async def test_a_claim_holds_for_the_corrected_record_and_is_taken_back_as_one(engine, tmp_path):
    claim = await claimed(tmp_path)
    report = await bring(tmp_path, reworded("A", "09:00", until="55"))
    assert (report.updated, report.held) == (1, 0)
    assert None not in await live_people()
    await claims.undo(HOUSE, claim, "看错了人")
    assert await live_people() == [None, None]


async def test_a_record_whose_time_or_account_has_changed_waits_again(engine, tmp_path):
    await claimed(tmp_path)
    moved = {**reworded("B", "10:00"), "店铺账号": "小柚"}
    report = await bring(tmp_path, reworded("A", "09:30"), moved)
    assert (report.updated, report.held) == (0, 2)
    assert await live_people() == [None, None]


async def test_an_import_that_is_swept_gives_the_claimed_record_back(engine, tmp_path):
    from qa_service.interactions import commands

    await claimed(tmp_path)
    report = await bring(tmp_path, reworded("A", "09:00"))
    await rows("UPDATE import_batch SET state = 'loading' WHERE id = {}", report.batch)
    await commands.sweep(report.batch)
    assert await scalar("SELECT COUNT(*) AS n FROM part_resolution") == 2
    assert None not in await live_people()
