"""The 奖罚评分表 from draft to paid, on both engines. Figures by hand, from the pack's scheme:

Shen's variable base is 1,000.00: scorecard part 600 at 90 % (interval 68-72) leaves 60.00 unearned; QA part 300 at
95 % (73-77) leaves 15.00; one late remark takes 10 % of the procedure part of 100.00, so 10.00. Bai loses nothing.
"""

from datetime import UTC, date, datetime

import pytest

from qa_service import clock
from qa_service.database import row, rows, scalar
from qa_service.errors import NotAllowed, NotFound, StaleEdit
from qa_service.journal.queries import verify
from qa_service.rewards import commands, errors, queries, storing
from qa_service.rewards.lines import seal
from qa_service.rewards.schemas import AddIn
from qa_service.rewards.sheet_queries import gate
from qa_service.rewards.views import steps_now
from tests.builders import HOUSE, make_unit
from tests.rewards.builders import (
    HANGZHOU,
    LOSS,
    OCTOBER,
    TUESDAY,
    make_department,
    make_entry,
    make_run,
    make_wage_entry,
    make_worker,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine", "at")]
SAME_DAY = datetime(2026, 10, 12, 8, tzinfo=UTC)
SEPTEMBER, NOVEMBER = date(2026, 9, 1), date(2026, 11, 1)
PROMOTE = "UPDATE account_role SET role = 'manager' WHERE account = (SELECT id FROM account WHERE username = {})"
LINE = "SELECT id FROM sheet_line WHERE rule_code = {} AND person = {}"


async def drafted(department, *, entries=()):
    """The sheet of October; records are entered now, the draft is made when the month is over."""
    lead = await department.actor("lead")
    for entry in entries:
        await commands.enter_event(lead, entry)
    with clock.standing_at(max(clock.now(), TUESDAY)):
        return await commands.draft_sheet(lead, department.unit, OCTOBER)


async def version_of(sheet_id: int) -> int:
    return await scalar("SELECT version FROM sheet WHERE id = {}", sheet_id)


async def take(department, username: str, command, sheet_id: int, **more) -> None:
    await command(await department.actor(username), sheet_id, version=await version_of(sheet_id), **more)


async def amounts(sheet_id: int) -> dict:
    found = await rows("SELECT person, rule_code, payable_fen FROM sheet_line WHERE sheet = {} ORDER BY id", sheet_id)
    return {(one["person"], one["rule_code"]): one["payable_fen"] for one in found}


async def test_a_sheet_is_drafted_from_scores_and_records_to_the_fen(at):
    at(SAME_DAY)
    department = await make_department()
    praise = make_entry(department, "customer-praise", person_id=department.bai)
    sheet_id = await drafted(department, entries=[make_entry(department), praise])
    shen, bai = department.shen, department.bai
    assert await amounts(sheet_id) == {
        (shen, "share.scorecard"): -6000,
        (shen, "share.qa"): -1500,
        (shen, "event.late-remark"): -1000,
        (bai, "event.customer-praise"): 2000,
        (bai, "share.scorecard"): 0,
        (bai, "share.qa"): 0,
    }
    sheet = await queries.sheet(await department.actor("lead"), sheet_id)
    assert (sheet["total_fen"], sheet["state"], sheet["run"]) == (-6500, "draft", department.run)
    assert [(one["person"], one["total_fen"]) for one in sheet["persons"]] == [(shen, -8500), (bai, 2000)]
    line = next(one for one in sheet["lines"] if one["rule_code"] == "share.scorecard")
    assert (line["base_fen"], line["earned_fen"], line["amount_fen"]) == (60000, 54000, -6000)
    assert line["text"] == "绩效表部分：基数600.00元，实得540.00元，未得60.00元"


async def test_both_deadlines_are_counted_back_from_a_payday_that_moved_to_friday():
    department = await make_department()
    sheet_id = await drafted(department)
    sheet = await queries.sheet(await department.actor("lead"), sheet_id)
    # 15 November 2026 is a Sunday: paid on Friday the 13th; submitted by noon and approved by 18:00 the day before
    assert sheet["payday_on"] == date(2026, 11, 13)
    assert sheet["submit_by_at"] == datetime(2026, 11, 12, 4, tzinfo=UTC)
    assert sheet["approve_by_at"] == datetime(2026, 11, 12, 10, tzinfo=UTC)


async def test_without_published_scores_there_is_no_sheet():
    department = await make_department()
    lead = await department.actor("lead")
    with pytest.raises(errors.NoPublishedRun):
        await commands.draft_sheet(lead, department.unit, SEPTEMBER)
    for state in ("computing", "preliminary", "superseded"):
        await make_run(department, state=state, month=SEPTEMBER)
        with pytest.raises(errors.NoPublishedRun):
            await commands.draft_sheet(lead, department.unit, SEPTEMBER)
    with pytest.raises(NotFound):
        await commands.draft_sheet(lead, await make_unit("phones", name="电话组"), OCTOBER)


async def test_drafting_again_takes_the_newest_scores_and_keeps_one_sheet():
    department = await make_department()
    first = await drafted(department)
    newer = await make_run(department)
    await rows("UPDATE scorecard SET upper_hundredths = 9900 WHERE run = {}", newer)
    assert await drafted(department) == first
    assert (await amounts(first))[department.shen, "share.scorecard"] == 0
    assert await scalar("SELECT COUNT(*) AS n FROM sheet") == 1


async def test_who_has_no_wage_record_or_an_unknown_region_stands_there_with_the_reason():
    department = await make_department()
    await rows("DELETE FROM wage_record WHERE person = {}", department.bai)
    await commands.set_wage(HOUSE, make_wage_entry(region="火星市"))
    sheet = await queries.sheet(await department.actor("lead"), await drafted(department))
    reasons = {one["person"]: one["refused"] for one in sheet["persons"]}
    assert reasons[department.bai] == ["没有本人2026年10月的工资记录，不能计算奖罚：请由人事导入或补录"]
    assert reasons[department.shen][0].startswith("没有“火星市”在2026-10-01的最低工资标准")
    assert sheet["lines"] == []


async def test_a_scheme_without_its_papers_drives_no_money():
    department = await make_department()
    await rows("UPDATE rule_version SET consulted_on = NULL WHERE id = {}", department.rules["rewards"])
    with pytest.raises(errors.RuleNotConsulted):
        await drafted(department)
    assert await rows("SELECT id FROM sheet") == []


async def test_whoever_came_after_the_publication_has_deductions_held_until_told(at):
    at(SAME_DAY)
    department = await make_department()
    await rows("UPDATE person SET hired_on = '2026-02-01' WHERE id = {}", department.shen)
    sheet_id = await drafted(department, entries=[make_entry(department)])
    held = await rows("SELECT state, amount_fen, payable_fen FROM sheet_line WHERE person = {}", department.shen)
    assert {(one["state"], one["payable_fen"]) for one in held} == {("held", 0)}
    assert await scalar("SELECT pending_fen FROM sheet WHERE id = {}", sheet_id) == -8500
    assert await commands.tell_scheme(await department.actor("lead"), [department.shen, department.bai]) == 2
    assert await commands.tell_scheme(await department.actor("lead"), [department.shen]) == 0


async def test_a_late_record_makes_no_line_before_its_second_approval():
    department = await make_department()
    sheet_id = await drafted(department, entries=[make_entry(department)])
    assert (department.shen, "event.late-remark") not in await amounts(sheet_id)
    sheet = await queries.sheet(await department.actor("lead"), sheet_id)
    assert "须由第二人批准" in sheet["persons"][0]["refused"][0]
    event_id = await scalar("SELECT id FROM reward_event")
    await commands.approve_event(await department.actor("boss"), event_id, version=1)
    await drafted(department)
    assert (await amounts(sheet_id))[department.shen, "event.late-remark"] == -1000


async def test_an_appealed_record_is_pending_and_a_void_one_is_gone(at):
    at(SAME_DAY)
    department = await make_department()
    sheet_id = await drafted(department, entries=[make_entry(department)])
    event_id = await scalar("SELECT id FROM reward_event")
    await commands.appeal_event(await department.actor("shen"), event_id, "客户取消了", version=1)
    await drafted(department)
    line = await row("SELECT * FROM sheet_line WHERE rule_code = 'event.late-remark'")
    assert (line["state"], line["amount_fen"], line["payable_fen"]) == ("disputed", -1000, 0)
    await commands.decide_event(await department.actor("boss"), event_id, "drop", "属实", version=2)
    await drafted(department)
    assert (department.shen, "event.late-remark") not in await amounts(sheet_id)


# By hand


async def test_a_reward_is_added_and_a_line_struck_with_reasons_and_both_can_be_undone():
    department = await make_department()
    lead, sheet_id = await department.actor("lead"), await drafted(department)
    entry = make_addition(department, await version_of(sheet_id))
    edit_id = await commands.add_line(lead, sheet_id, entry)
    line_id = await scalar(LINE, "share.qa", department.shen)
    await commands.strike_line(lead, sheet_id, line_id, "两条评分正在复核", version=await version_of(sheet_id))
    found = await amounts(sheet_id)
    assert found[department.shen, "addition"] == 5000
    assert (department.shen, "share.qa") not in found
    sheet = await queries.sheet(lead, sheet_id)
    assert sheet["total_fen"] == -1000
    assert sheet["persons"][0]["refused"] == ["已由人划去：两条评分正在复核"]
    await drafted(department)
    assert await amounts(sheet_id) == found
    await commands.undo_edit(lead, sheet_id, edit_id, version=await version_of(sheet_id))
    assert (department.shen, "addition") not in await amounts(sheet_id)


def make_addition(department, version: int, **changes) -> AddIn:
    given = {"person_id": department.shen, "kind": "reward", "amount_fen": 5000, "reason": "双十一值班带队"}
    return AddIn(version=version, **(given | changes))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"kind": "fine", "amount_fen": -5000}, errors.FineRefused),
        ({"kind": "unearned", "amount_fen": -5000}, errors.EditNeedsEvent),
        ({"kind": "loss_compensation", "amount_fen": -5000}, errors.EditNeedsEvent),
        ({"amount_fen": 0}, errors.AmountIsZero),
        ({"amount_fen": -5000}, errors.WrongSign),
        ({"reason": "  "}, errors.ReasonMissing),
        ({"kind": "correction", "amount_fen": -5000}, errors.CorrectionTargetUnknown),
        ({"person_id": 999999}, NotFound),
    ],
)
async def test_a_line_that_may_not_be_typed_in_is_refused(changes, refusal):
    department = await make_department()
    sheet_id = await drafted(department)
    before = await amounts(sheet_id)
    entry = make_addition(department, await version_of(sheet_id), **changes)
    with pytest.raises(refusal):
        await commands.add_line(await department.actor("lead"), sheet_id, entry)
    assert await amounts(sheet_id) == before


async def test_a_correction_names_a_line_of_a_closed_month_and_stands_in_the_next(at):
    department = await make_department()
    october = await drafted(department)
    line = await row(LINE.replace("id", "id, position", 1), "share.qa", department.shen)
    await rows("UPDATE sheet SET state = 'paid' WHERE id = {}", october)
    await make_run(department, month=NOVEMBER)
    await commands.set_wage(HOUSE, make_wage_entry(month=NOVEMBER))
    at(datetime(2026, 12, 8, 2, tzinfo=UTC))
    lead = await department.actor("lead")
    sheet_id = await commands.draft_sheet(lead, department.unit, NOVEMBER)
    entry = make_addition(
        department, await version_of(sheet_id), kind="correction", amount_fen=1500, of_line=line["id"],
        reason="复核后应得",
    )  # fmt: skip
    await commands.add_line(lead, sheet_id, entry)
    text = next(one["text"] for one in (await queries.sheet_lines(lead, sheet_id)) if one["kind"] == "correction")
    assert text == f"更正2026年10月第{line['position']}条明细：复核后应得，15.00元"


async def test_a_struck_line_frees_room_under_the_floor_for_the_others(at):
    # 1,520 + 1,000 yuan, minimum 2,490: room for 30.00; unearned 75.00 leaves nothing for the loss of 31.80
    at(SAME_DAY)
    department = await make_department()
    await commands.set_wage(HOUSE, make_wage_entry(base_fen=152000, region=HANGZHOU))
    loss = make_entry(department, "wrong-shipment", **LOSS)
    sheet_id = await drafted(department, entries=[loss])
    assert (await amounts(sheet_id))[department.shen, "event.wrong-shipment"] == 0
    line_id = await scalar(LINE, "share.scorecard", department.shen)
    lead = await department.actor("lead")
    await commands.strike_line(lead, sheet_id, line_id, "公式有争议", version=await version_of(sheet_id))
    found = await amounts(sheet_id)
    assert (found[department.shen, "share.qa"], found[department.shen, "event.wrong-shipment"]) == (-1500, -1500)


# The gate


async def test_a_sheet_goes_from_draft_to_paid_under_one_digest(at):
    department = await make_department()
    sheet_id = await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id, total_fen=-7500)
    await take(department, "boss", commands.approve_sheet, sheet_id)
    await take(department, "boss", commands.lock_sheet, sheet_id)
    sheet = await row("SELECT * FROM sheet WHERE id = {}", sheet_id)
    assert sheet["digest"] == seal(await storing.read(sheet))
    assert sheet["journal_head"].split(":")[0].isdigit()
    assert (await verify(sheet["journal_head"])).is_whole
    await take(department, "hr", commands.pay_sheet, sheet_id)
    after = await row("SELECT state, digest, journal_head FROM sheet WHERE id = {}", sheet_id)
    assert after == {"state": "paid", "digest": sheet["digest"], "journal_head": sheet["journal_head"]}
    steps = [one["step"] for one in (await queries.sheet(await department.actor("lead"), sheet_id))["steps"]]
    assert steps == ["draft", "submit", "approve", "lock", "pay"]
    with pytest.raises(errors.PaidIsFinal):
        await take(department, "boss", commands.return_sheet, sheet_id, note="晚了")


async def test_the_person_sees_the_lines_only_when_the_sheet_is_locked():
    department = await make_department()
    sheet_id = await drafted(department)
    shen = await department.actor("shen")
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)
    assert await queries.own_lines(shen, OCTOBER) == []
    await take(department, "boss", commands.lock_sheet, sheet_id)
    mine = await queries.own_lines(shen, OCTOBER)
    assert [one["person"] for one in mine] == [department.shen] * 2
    assert await scalar("SELECT COUNT(*) AS n FROM notice WHERE subject = {}", f"sheet:{sheet_id}") == 2
    assert (await queries.trace(shen, sheet_id, mine[0]["id"]))[0].kind == "规则版本"
    other = await scalar("SELECT id FROM sheet_line WHERE person = {} LIMIT 1", department.bai)
    with pytest.raises(NotFound):
        await queries.trace(shen, sheet_id, other)
    with pytest.raises(NotFound):
        await queries.sheet(shen, sheet_id)


async def test_the_service_does_not_approve_what_it_drafted_itself():
    department = await make_department()
    sheet_id = await commands.draft_sheet(HOUSE, department.unit, OCTOBER)
    await commands.submit_sheet(HOUSE, sheet_id, version=await version_of(sheet_id))
    with pytest.raises(errors.ApproverIsAuthor):
        await commands.approve_sheet(HOUSE, sheet_id, version=await version_of(sheet_id))
    await take(department, "boss", commands.approve_sheet, sheet_id)


async def test_the_author_with_a_managers_log_in_is_still_the_author():
    department = await make_department()
    sheet_id = await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await rows(PROMOTE, "lead")
    with pytest.raises(errors.ApproverIsAuthor):
        await take(department, "lead", commands.approve_sheet, sheet_id)


async def test_who_stands_on_the_sheet_does_not_approve_it():
    department = await make_department()
    sheet_id = await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await rows(PROMOTE, "bai")
    with pytest.raises(errors.ApproverIsSubject):
        await take(department, "bai", commands.approve_sheet, sheet_id)


async def test_a_second_submission_and_a_stale_step_are_refused():
    department = await make_department()
    sheet_id = await drafted(department)
    lead = await department.actor("lead")
    version = await version_of(sheet_id)
    with pytest.raises(StaleEdit):
        await commands.submit_sheet(lead, sheet_id, version=version - 1)
    await commands.submit_sheet(lead, sheet_id, version=version)
    with pytest.raises(errors.MovedOn) as refused:
        await commands.submit_sheet(lead, sheet_id, version=version)
    assert refused.value.text() == (
        "lead已于11月10日周二 09:30“提交”了这张表，现在是“已提交”，不能再“提交”"
    )
    with pytest.raises(errors.MovedOn):
        await commands.add_line(lead, sheet_id, make_addition(department, version))
    with pytest.raises(errors.MovedOn):
        await commands.draft_sheet(lead, department.unit, OCTOBER)


async def test_a_sheet_whose_lines_do_not_add_up_is_not_submitted():
    department = await make_department()
    sheet_id = await drafted(department)
    with pytest.raises(errors.SheetDoesNotAddUp) as refused:
        await take(department, "lead", commands.submit_sheet, sheet_id, total_fen=-7499)
    assert refused.value.text() == "全表各条明细合计-75.00元，与合计数-74.99元不符"
    await rows("UPDATE sheet_line SET payable_fen = payable_fen + 1 WHERE rule_code = 'share.qa'")
    with pytest.raises(errors.SheetDoesNotAddUp) as refused:
        await take(department, "lead", commands.submit_sheet, sheet_id)
    assert refused.value.text() == "本人（沈若溪）各条明细合计-74.99元，与合计数-75.00元不符"
    assert await scalar("SELECT state FROM sheet WHERE id = {}", sheet_id) == "draft"


async def test_a_sheet_that_changed_behind_its_submission_is_not_approved():
    department = await make_department()
    sheet_id = await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await rows("UPDATE sheet_line SET sentence = '改过的话' WHERE rule_code = 'share.qa'")
    with pytest.raises(errors.SheetChanged) as refused:
        await take(department, "boss", commands.approve_sheet, sheet_id)
    assert refused.value.text() == (
        "表的内容与“提交”时的摘要不符，可能有人直接改了数据库，不能“批准”。请退回，由编制人重新编制"
    )


@pytest.mark.parametrize("step", [commands.lock_sheet, commands.pay_sheet])
async def test_a_sheet_that_changed_behind_its_approval_or_its_lock_goes_no_further(step):
    department = await make_department()
    sheet_id = await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)
    if step is commands.pay_sheet:
        await take(department, "boss", commands.lock_sheet, sheet_id)
    await rows("UPDATE sheet_line SET notes = '[]' WHERE rule_code = 'share.qa'")
    with pytest.raises(errors.SheetChanged, match="请由两人撤回，重新编制"):
        await take(department, "boss", step, sheet_id)


async def test_a_returned_sheet_carries_its_reason_and_can_be_submitted_again():
    department = await make_department()
    sheet_id = await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    with pytest.raises(errors.ReasonMissing):
        await take(department, "boss", commands.return_sheet, sheet_id)
    await take(department, "boss", commands.return_sheet, sheet_id, note="漏了带教奖")
    found = await queries.sheet(await department.actor("lead"), sheet_id)
    assert (found["state"], found["steps"][-1]["note"]) == ("draft", "漏了带教奖")
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)


async def test_an_approved_sheet_is_withdrawn_by_two_persons_only():
    department = await make_department()
    sheet_id = await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)
    await take(department, "boss", commands.ask_withdraw, sheet_id, note="少算一人")
    with pytest.raises(errors.WithdrawNeedsTwo):
        await take(department, "boss", commands.withdraw_sheet, sheet_id, note="确认")
    await take(department, "vice", commands.withdraw_sheet, sheet_id, note="确认")
    found = await row("SELECT * FROM sheet WHERE id = {}", sheet_id)
    assert (found["state"], found["withdraw_asked_by"], found["digest"]) == ("draft", None, None)


async def test_a_step_after_its_deadline_is_taken_and_marked_late(at):
    department = await make_department()
    sheet_id = await drafted(department)
    at(datetime(2026, 11, 12, 4, 0, 1, tzinfo=UTC))
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)
    steps = await rows("SELECT step, is_late FROM sheet_step WHERE sheet = {} ORDER BY id", sheet_id)
    assert [(one["step"], bool(one["is_late"])) for one in steps] == [
        ("draft", False), ("submit", True), ("approve", False),
    ]  # fmt: skip


async def test_each_person_is_offered_only_the_steps_that_they_may_take():
    department = await make_department()
    sheet_id = await drafted(department)

    async def offered(username):
        actor = await department.actor(username)
        return [step.value for step in await steps_now(actor, await queries.sheet(actor, sheet_id))]

    assert (await offered("lead"), await offered("boss"), await offered("hr")) == (["submit"], [], [])
    await take(department, "lead", commands.submit_sheet, sheet_id)
    assert (await offered("lead"), await offered("boss")) == ([], ["return", "approve"])
    with pytest.raises(NotAllowed):
        await take(department, "lead", commands.approve_sheet, sheet_id)
    assert (await gate(await row("SELECT * FROM sheet WHERE id = {}", sheet_id))).subjects == {
        department.shen, department.bai,
    }  # fmt: skip


async def test_an_approved_month_takes_no_more_records():
    department = await make_department()
    sheet_id = await drafted(department)
    await take(department, "lead", commands.submit_sheet, sheet_id)
    await take(department, "boss", commands.approve_sheet, sheet_id)
    with pytest.raises(errors.EventMonthClosed):
        await commands.enter_event(await department.actor("lead"), make_entry(department))


async def test_the_chain_of_a_line_ends_at_the_sentence_of_the_rule_and_at_the_quote(at):
    at(SAME_DAY)
    department = await make_department()
    sheet_id = await drafted(department, entries=[make_entry(department)])
    lead = await department.actor("lead")
    line_id = await scalar("SELECT id FROM sheet_line WHERE rule_code = 'event.late-remark'")
    rule, sum_, event = await queries.trace(lead, sheet_id, line_id)
    assert sum_.lines == ["操作规范部分100.00元：每次减少10%，本次少得10.00元，还剩90.00元"]
    assert rule.quote == "未按格式（内容、日期、姓名）及时备注，每次少得操作规范部分的10%。"
    assert event.quote == "颜色改成蓝色的，麻烦了"
    line_id = await scalar(LINE, "share.scorecard", department.shen)
    steps = await queries.trace(lead, sheet_id, line_id)
    assert [step.kind for step in steps] == ["规则版本", "算法", "本月得分", "指标值"]
    assert steps[2].title == "绩效表得分70.00（区间68.00–72.00）"
    assert "权重100%，n=120" in steps[3].lines[0]


async def test_a_person_of_another_unit_does_not_find_the_sheet():
    department = await make_department()
    sheet_id = await drafted(department)
    other = await make_unit("phones", name="电话组")
    from qa_service.people import queries as people
    from qa_service.people.access import Role
    from tests.builders import make_account

    boss = await people.actor_of_account(
        await make_account("other-boss", Role.MANAGER, unit=other, person=await make_worker("J09", "别处", other))
    )
    with pytest.raises(NotFound):
        await queries.sheet(boss, sheet_id)
    with pytest.raises(NotFound):
        await commands.approve_sheet(boss, sheet_id, version=2)
    assert await queries.sheets(boss) == []


async def test_a_trial_run_drives_no_money():
    made = await make_department()
    lead = await made.actor("lead")
    await rows("UPDATE rule_version SET from_on = '2026-11-01' WHERE id = {}", made.rules["kpis"])
    with pytest.raises(errors.TrialRun, match="试算"):
        await commands.draft_sheet(lead, made.unit, OCTOBER)
    assert await scalar("SELECT COUNT(*) AS n FROM sheet") == 0
