"""奖惩记录 from entry to verdict."""

from datetime import UTC, date, datetime

import pytest

from qa_service.database import row, rows, scalar
from qa_service.errors import NotAllowed, NotFound, StaleEdit
from qa_service.rewards import commands, errors, queries
from qa_service.rewards.schemas import EvidenceItem
from tests.builders import HOUSE, make_account, make_unit
from tests.rewards.builders import LOSS, OCTOBER, make_department, make_entry, make_wage_entry, make_worker

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine", "at")]
MONDAY = datetime(2026, 10, 13, 2, tzinfo=UTC)  # the day after the event of make_entry


async def test_a_record_is_shown_to_the_person_the_moment_it_is_entered(at):
    at(MONDAY)
    department = await make_department()
    event_id = await commands.enter_event(await department.actor("lead"), make_entry(department))
    event = await queries.event(await department.actor("shen"), event_id)
    assert (event["state"], event["shown_at"], event["rule_name"]) == ("entered", MONDAY, "订单备注不及时或不完整")
    assert event["evidence"][0]["quote"] == "颜色改成蓝色的，麻烦了"
    notice = await row("SELECT person, href FROM notice WHERE subject = {}", f"event:{event_id}")
    assert notice == {"person": department.shen, "href": f"/rewards/events/{event_id}"}


async def test_a_record_entered_more_than_three_days_late_waits_for_a_second_approver():
    department = await make_department()
    event_id = await commands.enter_event(await department.actor("lead"), make_entry(department))
    boss = await department.actor("boss")
    assert (await queries.event(boss, event_id))["state"] == "waiting_second"
    await commands.approve_event(boss, event_id, version=1)
    assert (await queries.event(boss, event_id))["state"] == "entered"
    with pytest.raises(errors.EventNotWaiting):
        await commands.approve_event(boss, event_id, version=2)


async def test_who_entered_a_late_record_does_not_approve_it():
    department = await make_department()
    lead = await department.actor("lead")
    event_id = await commands.enter_event(lead, make_entry(department))
    await rows("UPDATE reward_event SET entered_by = (SELECT id FROM account WHERE username = 'vice')")
    with pytest.raises(errors.SecondApproverWrong):
        await commands.approve_event(await department.actor("vice"), event_id, version=1)
    with pytest.raises(NotAllowed):
        await commands.approve_event(lead, event_id, version=1)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"rule_code": "spat-on-the-floor"}, errors.EventRuleUnknown),
        ({"happened_on": date(2026, 11, 11)}, errors.EventInFuture),
        ({"evidence": []}, errors.EventWithoutEvidence),
        ({"evidence": [EvidenceItem(kind="chat")]}, errors.EventWithoutEvidence),
        ({"rule_code": "wrong-shipment"}, errors.LossWithoutClause),
        ({"rule_code": "wrong-shipment", **LOSS, "own_cause": " "}, errors.LossNotOwnCause),
        ({"rule_code": "wrong-shipment", **LOSS, "loss_fen": None}, errors.LossWithoutEvidence),
    ],
)
async def test_a_record_without_what_the_rule_needs_is_refused(changes, refusal):
    department = await make_department()
    with pytest.raises(refusal):
        await commands.enter_event(await department.actor("lead"), make_entry(department, **changes))
    assert await rows("SELECT id FROM reward_event") == []


async def test_a_form_that_was_sent_twice_is_recorded_once():
    department = await make_department()
    lead = await department.actor("lead")
    await commands.enter_event(lead, make_entry(department))
    with pytest.raises(errors.EventKnown):
        await commands.enter_event(lead, make_entry(department))
    await commands.enter_event(lead, make_entry(department, body="另一单也没有备注"))
    assert len(await rows("SELECT id FROM reward_event")) == 2


async def test_nobody_records_themselves_or_somebody_of_another_department():
    department = await make_department()
    lead = await department.actor("lead")
    elsewhere = await make_worker("W001", "旁人", await make_unit("warehouse", name="仓库"))
    with pytest.raises(errors.EventOnOneself):
        await commands.enter_event(lead, make_entry(department, person_id=lead.person_id))
    with pytest.raises(NotFound):
        await commands.enter_event(lead, make_entry(department, person_id=elsewhere))
    with pytest.raises(NotAllowed):
        await commands.enter_event(await department.actor("shen"), make_entry(department))


async def test_an_agent_sees_only_records_of_their_own(at):
    department = await make_department()
    lead = await department.actor("lead")
    mine = await commands.enter_event(lead, make_entry(department))
    other = await commands.enter_event(lead, make_entry(department, "customer-praise", person_id=department.bai))
    shen = await department.actor("shen")
    assert [one["id"] for one in await queries.events(shen, month=OCTOBER)] == [mine]
    assert [one["id"] for one in await queries.own_events(shen, OCTOBER)] == [mine]
    with pytest.raises(NotFound):
        await queries.event(shen, other)
    assert {one["id"] for one in await queries.events(lead, month=OCTOBER)} == {mine, other}
    assert await queries.events(lead, month=date(2026, 9, 1)) == []


async def test_a_supervisor_of_another_unit_does_not_find_the_record():
    department = await make_department()
    event_id = await commands.enter_event(await department.actor("lead"), make_entry(department))
    other = await make_unit("phones", name="电话组")
    from qa_service.people import queries as people
    from qa_service.people.access import Role

    stranger = await people.actor_of_account(await make_account("stranger", Role.SUPERVISOR, unit=other))
    with pytest.raises(NotFound):
        await queries.event(stranger, event_id)


async def test_an_appeal_is_decided_by_somebody_else_and_only_once(at):
    at(MONDAY)
    department = await make_department()
    shen, boss = await department.actor("shen"), await department.actor("boss")
    event_id = await commands.enter_event(await department.actor("lead"), make_entry(department))
    with pytest.raises(NotFound):
        await commands.appeal_event(await department.actor("bai"), event_id, "不是他", version=1)
    with pytest.raises(errors.ReasonMissing):
        await commands.appeal_event(shen, event_id, " ", version=1)
    with pytest.raises(StaleEdit):
        await commands.appeal_event(shen, event_id, "客户自己取消了", version=9)
    await commands.appeal_event(shen, event_id, "客户自己取消了", version=1)
    await commands.decide_event(boss, event_id, "drop", "核对聊天记录，客户已取消", version=2)
    event = await queries.event(shen, event_id)
    assert (event["state"], event["appeal_verdict"]) == ("dropped", "核对聊天记录，客户已取消")
    with pytest.raises(errors.EventAppealClosed):
        await commands.appeal_event(shen, event_id, "再申诉", version=3)
    with pytest.raises(errors.EventNotAppealed):
        await commands.decide_event(boss, event_id, "keep", "维持", version=3)


async def test_a_late_record_that_was_upheld_still_needs_its_second_approver():
    department = await make_department()
    boss = await department.actor("boss")
    event_id = await commands.enter_event(await department.actor("lead"), make_entry(department))
    await commands.appeal_event(await department.actor("shen"), event_id, "没有这回事", version=1)
    await commands.decide_event(boss, event_id, "keep", "有截图", version=2)
    assert (await queries.event(boss, event_id))["state"] == "waiting_second"


async def test_a_record_entered_by_mistake_is_voided_with_its_reason():
    department = await make_department()
    boss = await department.actor("boss")
    event_id = await commands.enter_event(await department.actor("lead"), make_entry(department))
    with pytest.raises(errors.ReasonMissing):
        await commands.drop_event(boss, event_id, "", version=1)
    await commands.drop_event(boss, event_id, "记错人", version=1)
    with pytest.raises(errors.EventDropped):
        await commands.drop_event(boss, event_id, "再作废", version=2)


async def test_an_omission_of_somebody_without_a_variable_base_is_refused_when_it_is_entered(at):
    at(MONDAY)
    department = await make_department()
    await commands.set_wage(HOUSE, make_wage_entry(variable_base_fen=None, variable_source=None))
    lead = await department.actor("lead")
    with pytest.raises(errors.EventWithoutBase) as refused:
        await commands.enter_event(lead, make_entry(department))
    assert "按2026年10月的工资记录，沈若溪没有" in refused.value.text()
    await commands.enter_event(lead, make_entry(department, "customer-praise"))
    await rows("DELETE FROM wage_record WHERE person = {}", department.shen)
    await commands.enter_event(lead, make_entry(department))


async def test_a_record_number_of_an_imported_day_must_exist_and_is_linked(at):
    from qa_service.rewards.evidence import with_hrefs
    from tests.kpis.builders import make_chat
    from tests.sampling.builders import make_batch

    at(MONDAY)
    department = await make_department()
    lead = await department.actor("lead")

    def naming(reference):
        return make_entry(department, "customer-praise", body=reference, evidence=[EvidenceItem("chat", reference)])

    await commands.enter_event(lead, naming("C20261012-3"))  # nothing of that day is imported yet
    await make_chat("C20261012-1", batch=await make_batch(), unit=department.unit, person=department.shen,
                    on=date(2026, 10, 12))  # fmt: skip
    external = await scalar("SELECT external_id FROM interaction")
    with pytest.raises(errors.EventEvidenceUnknown) as refused:
        await commands.enter_event(lead, naming("C20261012-7"))
    assert refused.value.fields[0].field == "reference"
    await commands.enter_event(lead, naming(external))
    await commands.enter_event(lead, naming("客户来电表扬，录音在档案柜"))
    pieces = await with_hrefs([{"reference": external, "quote": ""}, {"reference": "录音在档案柜", "quote": "谢谢"}])
    assert pieces[0][2].startswith("/interactions/")
    assert pieces[1] == ("录音在档案柜", "谢谢", "")
