"""An appeal between approval and payment moves the limits of the person's month: nobody falls below the minimum wage,
nobody pays more than was approved, and one person's appeal stops nobody's pay.

Hangzhou's minimum is 2,490.00. Shen's lines of October: scorecard -60.00 and month score -15.00, and the records of
each test; the variable base of 1,000.00 counts towards the minimum, so a base pay of 1,490.00 leaves no room at all.
"""

import json

import pytest

from qa_service.database import row, rows, scalar
from qa_service.rewards import commands, errors, queries, storing
from qa_service.rewards.lines import seal
from tests.builders import HOUSE
from tests.rewards.builders import LOSS, TUESDAY, make_department, make_entry, make_wage_entry
from tests.rewards.test_sheets import SAME_DAY, amounts, drafted, take

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine", "at")]
NO_ROOM_FEN, MONTH_SCORES_FEN = 149000, 7500


async def with_approved_sheet(at, *, room_fen: int, entries, appealed=()):
    """An approved sheet of a scheme that withholds disputed rewards; `room_fen`: what lines of Shen's may take."""
    at(SAME_DAY)
    department = await make_department()
    await commands.set_wage(HOUSE, make_wage_entry(base_fen=NO_ROOM_FEN + room_fen))
    scheme = department.rules["rewards"]
    definition = json.loads(await scalar("SELECT definition FROM rule_version WHERE id = {}", scheme))
    definition["dispute"]["positive"] = "withheld"
    await rows("UPDATE rule_version SET definition = {} WHERE id = {}", json.dumps(definition), scheme)
    for rule, more in entries:
        entry = make_entry(department, rule, body=rule, **more)
        await commands.enter_event(await department.actor("lead"), entry)
    for rule in appealed:
        await appeal(department, rule)
    at(TUESDAY)
    sheet_id = await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)
    return department, sheet_id


async def event_of(rule: str):
    return await row("SELECT id, version FROM reward_event WHERE rule_code = {}", rule)


async def appeal(department, rule: str) -> None:
    event = await event_of(rule)
    shen = await department.actor("shen")
    await commands.appeal_event(shen, event["id"], "金额不对", version=event["version"])


async def sheet_of(sheet_id: int):
    return await row("SELECT * FROM sheet WHERE id = {}", sheet_id)


async def test_a_reward_on_hold_at_the_lock_makes_deductions_smaller_until_the_minimum_wage_is_left(at):
    department, sheet_id = await with_approved_sheet(
        at, room_fen=MONTH_SCORES_FEN, entries=[("mentoring", {}), ("wrong-shipment", LOSS)]
    )
    shen = department.shen
    assert (await amounts(sheet_id))[shen, "event.wrong-shipment"] == -3180
    await appeal(department, "mentoring")
    await take(department, "boss", commands.lock_sheet, sheet_id)
    assert await amounts(sheet_id) == {
        (shen, "event.mentoring"): 0, (shen, "share.qa"): -1500, (shen, "share.scorecard"): -6000,
        (shen, "event.wrong-shipment"): 0, (department.bai, "share.qa"): 0, (department.bai, "share.scorecard"): 0,
    }  # fmt: skip
    sheet = await sheet_of(sheet_id)
    assert (sheet["total_fen"], sheet["pending_fen"]) == (-7500, 10000)
    assert sheet["digest"] == seal(await storing.read(sheet))
    found = await queries.sheet(await department.actor("boss"), sheet_id)
    loss = next(one for one in found["lines"] if one["rule_code"] == "event.wrong-shipment")
    assert "扣减后不得低于浙江省杭州市最低工资标准2490.00元：本条由31.80元减为0.00元" in loss["notes"]
    inputs = json.loads(await scalar("SELECT inputs FROM journal_line WHERE action = 'sheet:lock'"))
    assert (inputs["lines_on_hold"], inputs["lines_cut"]) == ([1], [4])


async def test_a_second_reward_on_hold_while_the_first_was_settled_takes_nobody_below_the_minimum_wage(at):
    """The first reward's hold stays for a later month, so it is no pay of this one although its appeal is settled."""
    department, sheet_id = await with_approved_sheet(
        at, room_fen=0, entries=[("mentoring", {}), ("extra-effort", {})], appealed=["extra-effort"]
    )
    assert (await amounts(sheet_id))[department.shen, "share.scorecard"] == -6000
    event = await event_of("extra-effort")
    await commands.decide_event(await department.actor("boss"), event["id"], "keep", "无误", version=event["version"])
    await appeal(department, "mentoring")
    await take(department, "boss", commands.lock_sheet, sheet_id)
    found = await amounts(sheet_id)
    assert {rule: fen for (person, rule), fen in found.items() if person == department.shen} == {
        "event.mentoring": 0, "event.extra-effort": 0, "share.qa": 0, "share.scorecard": 0,
    }  # fmt: skip


async def test_a_deduction_that_a_limit_had_made_smaller_can_be_appealed_without_stopping_the_sheet(at):
    department, sheet_id = await with_approved_sheet(
        at, room_fen=MONTH_SCORES_FEN + 1000, entries=[("wrong-shipment", LOSS)]
    )
    assert (await amounts(sheet_id))[department.shen, "event.wrong-shipment"] == -1000
    await appeal(department, "wrong-shipment")
    await take(department, "boss", commands.lock_sheet, sheet_id)
    assert (await amounts(sheet_id))[department.shen, "event.wrong-shipment"] == 0
    assert (await sheet_of(sheet_id))["pending_fen"] == -1000


async def test_room_that_an_appeal_makes_is_not_filled_by_other_deductions(at):
    department, sheet_id = await with_approved_sheet(
        at, room_fen=MONTH_SCORES_FEN + 1000, entries=[("late-remark", {}), ("wrong-shipment", LOSS)]
    )
    assert (await amounts(sheet_id))[department.shen, "event.wrong-shipment"] == 0
    await appeal(department, "late-remark")
    found = await queries.sheet(await department.actor("boss"), sheet_id)
    assert [one["kind"] for one in found["changes"]] == ["disputed"]
    await take(department, "boss", commands.lock_sheet, sheet_id)
    await take(department, "hr", commands.pay_sheet, sheet_id)
    shown = await amounts(sheet_id)
    assert (shown[department.shen, "event.late-remark"], shown[department.shen, "event.wrong-shipment"]) == (0, 0)


async def test_before_the_approval_a_limit_that_an_appeal_moved_is_named_and_sent_back(at):
    department, sheet_id = await with_approved_sheet(
        at, room_fen=MONTH_SCORES_FEN, entries=[("mentoring", {}), ("wrong-shipment", LOSS)]
    )
    await rows("UPDATE sheet SET state = 'submitted' WHERE id = {}", sheet_id)
    await appeal(department, "mentoring")
    with pytest.raises(errors.InputsChanged, match="随申诉按最低工资和损失赔偿上限重新计算，由-31.80元变为0.00元"):
        await take(department, "boss", commands.approve_sheet, sheet_id)
