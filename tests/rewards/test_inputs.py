"""A sheet is looked at again at every step: what was appealed, approved or scored since its draft is never paid over.

Figures as in test_sheets: of Shen's 1,000.00 the late remark takes 10.00, the month score 15.00, the scorecard 60.00.
"""

from datetime import UTC, date, datetime

import pytest

from qa_service import clock
from qa_service.database import row, rows, scalar
from qa_service.disputes.tables import Dispute
from qa_service.evaluations.tables import Evaluation
from qa_service.rewards import commands, errors, queries, storing
from qa_service.rewards.lines import seal
from qa_service.scores import standing
from tests.builders import HOUSE, client_of
from tests.rewards.builders import (
    OCTOBER,
    TUESDAY,
    make_department,
    make_entry,
    make_run,
    make_wage_entry,
    make_worker,
)
from tests.rewards.test_sheets import SAME_DAY, amounts, drafted, take, version_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine", "at")]
BEFORE_MONTH_END = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)


async def with_late_remark(at):
    """A drafted sheet that holds a late remark of Shen's; the id of sheet and event."""
    at(SAME_DAY)
    department = await make_department()
    await commands.enter_event(await department.actor("lead"), make_entry(department))
    at(TUESDAY)
    sheet_id = await drafted(department)
    return department, sheet_id, await scalar("SELECT id FROM reward_event")


async def appeal(department, event_id: int) -> None:
    version = await scalar("SELECT version FROM reward_event WHERE id = {}", event_id)
    await commands.appeal_event(await department.actor("shen"), event_id, "客户取消了", version=version)


async def line_of(sheet_id: int, rule: str = "event.late-remark"):
    return await row(
        "SELECT * FROM sheet_line WHERE sheet = {} AND rule_code = {} ORDER BY position LIMIT 1", sheet_id, rule
    )


async def test_a_draft_with_a_record_that_was_appealed_since_is_not_submitted(at):
    department, sheet_id, event_id = await with_late_remark(at)
    await appeal(department, event_id)
    with pytest.raises(errors.InputsChanged) as refused:
        await take(department, "lead", commands.submit_sheet, sheet_id)
    position = (await line_of(sheet_id))["position"]
    assert refused.value.text() == (
        f"编制以后依据有变化（1处）：第{position}条（沈若溪“订单备注不及时或不完整”）已有申诉，-10.00元转为待定，按方案本月先计0.00元。"
        "请重新编制，核对后再提交"
    )
    assert await scalar("SELECT state FROM sheet WHERE id = {}", sheet_id) == "draft"
    await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    assert (await line_of(sheet_id))["payable_fen"] == 0


async def test_a_submitted_sheet_with_a_record_that_was_appealed_since_is_not_approved(at):
    department, sheet_id, event_id = await with_late_remark(at)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await appeal(department, event_id)
    with pytest.raises(errors.InputsChanged, match="请退回"):
        await take(department, "boss", commands.approve_sheet, sheet_id)
    await take(department, "boss", commands.return_sheet, sheet_id, note="有申诉")
    await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)


async def test_a_second_approval_a_wage_and_a_new_score_after_the_draft_are_seen(at):
    department = await make_department()
    sheet_id = await drafted(department, entries=[make_entry(department)])
    event_id = await scalar("SELECT id FROM reward_event")
    await commands.approve_event(await department.actor("boss"), event_id, version=1)
    with pytest.raises(errors.InputsChanged, match="沈若溪“订单备注不及时或不完整”新增，-10.00元"):
        await take(department, "lead", commands.submit_sheet, sheet_id)
    await drafted(department)
    await commands.set_wage(HOUSE, make_wage_entry(variable_base_fen=80000))
    with pytest.raises(errors.InputsChanged, match="由-15.00元变为-12.00元"):
        await take(department, "lead", commands.submit_sheet, sheet_id)
    await drafted(department)
    await make_run(department)
    with pytest.raises(errors.InputsChanged, match="所依据的得分或规则已更新"):
        await take(department, "lead", commands.submit_sheet, sheet_id)
    await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)


async def test_an_appeal_between_approval_and_lock_holds_the_line_and_nothing_else(at):
    department, sheet_id, event_id = await with_late_remark(at)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)
    before = await line_of(sheet_id)
    await appeal(department, event_id)
    await take(department, "boss", commands.lock_sheet, sheet_id)
    line, sheet = await line_of(sheet_id), await row("SELECT * FROM sheet WHERE id = {}", sheet_id)
    assert (line["id"], line["state"], line["amount_fen"], line["payable_fen"]) == (before["id"], "disputed", -1000, 0)
    assert (sheet["total_fen"], sheet["pending_fen"]) == (-7500, -1000)
    assert sheet["digest"] == seal(await storing.read(sheet))
    assert (await amounts(sheet_id))[department.shen, "share.qa"] == -1500


async def test_an_appeal_between_lock_and_payment_is_not_deducted(at):
    department, sheet_id, event_id = await with_late_remark(at)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    for command in (commands.approve_sheet, commands.lock_sheet):
        await take(department, "boss", command, sheet_id)
    await appeal(department, event_id)
    found = await queries.sheet(await department.actor("hr"), sheet_id)
    assert [one["kind"] for one in found["changes"]] == ["disputed"]
    await take(department, "hr", commands.pay_sheet, sheet_id)
    sheet = await row("SELECT * FROM sheet WHERE id = {}", sheet_id)
    assert (sheet["state"], sheet["total_fen"], sheet["pending_fen"]) == ("paid", -7500, -1000)
    assert sheet["digest"] == seal(await storing.read(sheet))
    person = await row("SELECT * FROM sheet_person WHERE sheet = {} AND person = {}", sheet_id, department.shen)
    assert (person["total_fen"], person["pending_fen"]) == (-7500, -1000)
    held = await scalar("SELECT inputs FROM journal_line WHERE action = 'sheet:pay'")
    assert f'"lines_on_hold":[{(await line_of(sheet_id))["position"]}]' in held.replace(" ", "")


async def test_a_record_that_was_void_after_approval_stops_lock_and_payment(at):
    department, sheet_id, event_id = await with_late_remark(at)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)
    await appeal(department, event_id)
    await commands.decide_event(await department.actor("boss"), event_id, "drop", "属实", version=2)
    with pytest.raises(errors.InputsChanged, match="已不成立，原为-10.00元。请由两人撤回"):
        await take(department, "boss", commands.lock_sheet, sheet_id)
    await take(department, "boss", commands.ask_withdraw, sheet_id, note="有作废")
    await take(department, "vice", commands.withdraw_sheet, sheet_id, note="确认")
    await drafted(department)
    assert (department.shen, "event.late-remark") not in await amounts(sheet_id)


async def test_an_appeal_that_was_settled_after_the_lock_stays_on_hold_for_a_later_month(at):
    department, sheet_id, event_id = await with_late_remark(at)
    await appeal(department, event_id)
    await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    for command in (commands.approve_sheet, commands.lock_sheet):
        await take(department, "boss", command, sheet_id)
    await commands.decide_event(await department.actor("boss"), event_id, "keep", "记录无误", version=2)
    await take(department, "hr", commands.pay_sheet, sheet_id)
    assert (await line_of(sheet_id))["payable_fen"] == 0


async def make_dispute(department, **changes) -> None:
    """An appeal of Shen's about a mark of October."""
    mark = Evaluation(
        person=department.shen, unit=department.unit, form=department.rules["form:chat-presale"], origin="random",
        state="released", pay_month=OCTOBER, created_at=TUESDAY,
    )  # fmt: skip
    mark_id = (await Evaluation.insert(mark).returning(Evaluation.id))[0]["id"]
    given = {"filed_at": clock.now(), "decide_by_at": clock.now()}
    await Dispute.insert(
        Dispute(evaluation=mark_id, item="greeting", filed_by=department.shen, reason="有问候", **(given | changes))
    )


async def test_a_mark_disputed_after_the_draft_holds_what_hangs_on_the_scores(at):
    department = await make_department()
    sheet_id = await drafted(department)
    await make_dispute(department)
    with pytest.raises(errors.InputsChanged, match="2处"):
        await take(department, "lead", commands.submit_sheet, sheet_id)
    await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    assert (await amounts(sheet_id))[department.shen, "share.qa"] == 0
    assert await scalar("SELECT pending_fen FROM sheet WHERE id = {}", sheet_id) == -7500


async def test_the_chain_says_which_mark_was_left_out_of_the_scores_for_its_appeal():
    """Ten marks stood behind a month score of n=9, and nothing told the reader which one did not count."""
    department = await make_department()
    await make_dispute(department, filed_at=datetime(2026, 11, 9, tzinfo=UTC))
    sheet_id = await drafted(department)
    boss, line = await department.actor("boss"), await line_of(sheet_id, "share.qa")
    marks = [step for step in await queries.trace(boss, sheet_id, line["id"]) if step.kind == "质检评分"]
    assert [step.lines for step in marks] == [["计分时申诉未决，没有计入得分和n"]]
    await rows("UPDATE dispute SET filed_at = {}", datetime(2026, 11, 11, tzinfo=UTC))
    marks = [step for step in await queries.trace(boss, sheet_id, line["id"]) if step.kind == "质检评分"]
    assert [step.lines for step in marks] == [[]], "filed after the scores, so it counted in them"


@pytest.mark.parametrize("ended", [{"state": "decided", "verdict": "keep"}, {"state": "withdrawn"}])
async def test_an_appeal_that_ended_holds_the_scores_money_until_they_are_computed_with_it(at, ended):
    """The scores had left the mark out; a withdrawn appeal once let the money go with n one short."""
    department = await make_department()
    later = datetime(2026, 11, 10, 3, tzinfo=UTC)
    await make_dispute(department, filed_at=datetime(2026, 11, 9, tzinfo=UTC), closed_at=later, **ended)
    at(datetime(2026, 11, 10, 4, tzinfo=UTC))
    sheet_id = await drafted(department)
    assert (await line_of(sheet_id, "share.qa"))["state"] == "disputed"
    await make_run(department)
    await drafted(department)
    assert (await line_of(sheet_id, "share.qa"))["state"] == "normal"


async def test_a_mark_released_after_the_scores_stops_nothing(at):
    department = await make_department()
    sheet_id = await drafted(department)
    await make_dispute(department, state="withdrawn")
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)


async def test_the_scores_of_an_approved_sheet_stay_its_peoples_scores(at):
    department = await make_department()
    sheet_id = await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)
    newer = await make_run(department)
    assert await standing.run_for_pay(department.shen, OCTOBER) == department.run
    await take(department, "boss", commands.lock_sheet, sheet_id)
    await take(department, "boss", commands.ask_withdraw, sheet_id, note="重算")
    await take(department, "vice", commands.withdraw_sheet, sheet_id, note="确认")
    assert await standing.run_for_pay(department.shen, OCTOBER) == newer


# The month itself


async def test_a_month_that_is_not_over_has_no_sheet(at):
    department = await make_department()
    lead = await department.actor("lead")
    at(BEFORE_MONTH_END)
    with pytest.raises(errors.SheetMonthNotOver) as refused:
        await commands.draft_sheet(lead, department.unit, OCTOBER)
    assert "2026年10月要到2026-10-31才结束" in refused.value.text()
    at(TUESDAY)
    sheet_id = await drafted(department)
    at(BEFORE_MONTH_END)  # a draft of before this rule, or a clock that was wrong
    with pytest.raises(errors.SheetMonthNotOver):
        await take(department, "lead", commands.submit_sheet, sheet_id)


async def test_who_cannot_be_computed_is_named_before_a_sheet_is_handed_in(at):
    department = await make_department()
    await rows("DELETE FROM wage_record WHERE person = {}", department.bai)
    sheet_id = await drafted(department)
    with pytest.raises(errors.PeopleLeftOut) as refused:
        await take(department, "lead", commands.submit_sheet, sheet_id)
    assert refused.value.text() == "有1人没有可用的工资记录，不在合计内：白小满。请先补录，或确认不等他们"
    await take(department, "lead", commands.submit_sheet, sheet_id, without_wages=True)
    assert '"without_wages":true' in (
        await scalar("SELECT inputs FROM journal_line WHERE action = 'sheet:submit'")
    ).replace(" ", "")


async def test_the_api_asks_for_the_same_confirmation(at, database_url):
    department = await make_department()
    await rows("DELETE FROM wage_record WHERE person = {}", department.bai)
    sheet_id = await drafted(department)
    from qa_service.people import commands as accounts

    lead = await department.actor("lead")
    token = await accounts.create_token(lead, "test", sorted(lead.permissions))
    async with client_of(database_url) as client:
        headers = {"authorization": f"Bearer {token}"}
        body = {"version": await version_of(sheet_id)}
        address = f"/api/sheets/{sheet_id}/submission"
        refused = await client.post(address, json=body, headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:qa:people-left-out")
        assert refused.json()["errors"][0]["field"] == "without_wages"
        accepted = await client.post(address, json=body | {"without_wages": True}, headers=headers)
        assert accepted.status_code == 204, accepted.text


# One person, one sheet


async def test_a_person_who_changed_groups_stands_on_the_sheet_of_the_last_one(at):
    from qa_service.people.tables import Post
    from tests.builders import make_unit

    department = await make_department()
    other = await make_unit("night", name="夜班组")
    await rows("UPDATE post SET until_on = '2026-10-15' WHERE person = {}", department.bai)
    moved_on = date(2026, 10, 16)
    await Post.insert(Post(person=department.bai, unit=other, position="客服", kind="agent", from_on=moved_on))
    await make_worker("K019", "何知夏", other)
    sheet = await queries.sheet(await department.actor("lead"), await drafted(department))
    assert [one["person"] for one in sheet["persons"]] == [department.shen]


async def test_nobody_stands_on_the_sheet_of_a_group_and_on_its_departments(at):
    from qa_service.people.tables import UnitPlace
    from tests.builders import make_unit

    department = await make_department()
    whole = await make_unit("whole", name="客服部")
    await rows("UPDATE unit_place SET parent = {} WHERE unit = {}", whole, department.unit)
    assert await UnitPlace.count() == 2
    first = await drafted(department)
    await rows("UPDATE score_run SET unit = {}", whole)
    with pytest.raises(errors.PeopleOnAnotherSheet) as refused:
        await commands.draft_sheet(HOUSE, whole, OCTOBER)
    assert f"“网店客服”奖罚评分表（第{first}号）里已经有沈若溪等2人" in refused.value.text()
    assert await drafted(department) == first, "the group's own sheet goes on, from the department's scores"
