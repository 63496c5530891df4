"""From the queue to the released mark and the agent's answer, on both databases."""

import json
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from qa_service import clock
from qa_service.calendar.rules import CHINA
from qa_service.database import row, rows, scalar
from qa_service.errors import NotFound, StaleEdit
from qa_service.evaluations import answering, commands, errors, queries, reading
from qa_service.evaluations.of_parts import QualityOfParts
from qa_service.evaluations.schemas import EvidenceIn, Marking
from qa_service.interactions import beside
from qa_service.journal import queries as journal
from qa_service.journal.commands import set_key
from qa_service.people.access import Role
from qa_service.sampling import commands as sampling
from qa_service.sampling import errors as sampling_errors
from rubrics.answers import Answer
from tests.builders import HOUSE, bearer, client_of, make_account
from tests.evaluations.builders import actor_of_person, make_assigned

pytestmark = pytest.mark.anyio

YES = [Answer(item="greeting", choices=("yes",)), Answer(item="answer", choices=("yes",))]
NO_GREETING = [Answer(item="greeting", choices=("no",)), Answer(item="answer", choices=("yes",))]
ABSENCE = EvidenceIn(item="greeting", kind="absence", searched="1-3 您好、欢迎")
GREETING_FACT = "第1–3条里客服的2条人工消息都没有“您好”、“欢迎”"


@pytest.fixture
async def desk(engine):
    set_key(b"a key for tests only")
    made = await make_assigned()
    first = await row("SELECT id, monitor FROM assignment ORDER BY id LIMIT 1")
    monitor = await actor_of_person(first["monitor"])
    evaluation = await commands.open_assignment(monitor, first["id"])
    return made | {"assignment": first["id"], "monitor": monitor, "evaluation": evaluation}


def marking(version=1, answers=YES, evidence=(), note=None) -> Marking:
    return Marking(version=version, answers=list(answers), evidence=list(evidence), improvement_note=note)


async def submitted(desk, **more) -> int:
    await commands.submit_evaluation(desk["monitor"], desk["evaluation"], marking(**more))
    return desk["evaluation"]


async def test_the_queue_shows_what_is_due_and_not_whose_it_is(desk):
    items = await queries.queue(desk["monitor"])
    assert items[0]["assignment"] == desk["assignment"]
    assert items[0]["state"] == "draft"
    assert "agent" not in items[0]


async def test_opening_twice_is_one_evaluation_with_nothing_prefilled(desk):
    assert await commands.open_assignment(desk["monitor"], desk["assignment"]) == desk["evaluation"]
    assert await queries.answers(desk["evaluation"]) == []


async def test_the_tally_is_a_range_until_all_is_answered(desk):
    saved = await commands.save_marking(desk["monitor"], desk["evaluation"], marking(answers=YES[:1]))
    assert (saved.low_hundredths, saved.high_hundredths, saved.open_items) == (4000, 10000, ["answer"])


async def test_a_stale_tab_overwrites_nothing(desk):
    await commands.save_marking(desk["monitor"], desk["evaluation"], marking(answers=YES[:1]))
    with pytest.raises(StaleEdit):
        await commands.save_marking(desk["monitor"], desk["evaluation"], marking(version=1))
    assert len(await queries.answers(desk["evaluation"])) == 1


async def test_a_deduction_without_evidence_is_refused_and_nothing_is_half_written(desk):
    with pytest.raises(errors.AnswersIncomplete) as refused:
        await submitted(desk, answers=NO_GREETING)
    assert [found.field for found in refused.value.fields] == ["greeting"]
    assert await scalar("SELECT state FROM evaluation WHERE id = {}", desk["evaluation"]) == "draft"
    assert await scalar("SELECT COUNT(*) AS n FROM answer") == 0


async def test_an_absence_is_evidence_and_the_mark_explains_itself(desk):
    await submitted(desk, answers=NO_GREETING, evidence=[ABSENCE], note="首句先问候")
    found = await row("SELECT * FROM evaluation WHERE id = {}", desk["evaluation"])
    assert (found["state"], found["final_hundredths"], found["outcome"]) == ("released", 6000, "pass")
    whole = await reading.whole(desk["monitor"], desk["evaluation"])
    assert whole["explanation"] is not None
    assert whole["evidence"][0]["fact"] == GREETING_FACT
    assert whole["evidence"][0]["label"] == "没有发生"
    assert await scalar("SELECT body FROM improvement_note") == "首句先问候"


async def test_a_quote_must_be_what_the_message_says(desk):
    whole = await reading.whole(desk["monitor"], desk["evaluation"])
    message = whole["messages"][2]
    right = EvidenceIn(item="answer", kind="quote", message=message["id"], start=0, end=4, quote="明天发货")
    wrong = EvidenceIn(item="answer", kind="quote", message=message["id"], start=0, end=4, quote="后天发货")
    answers = [YES[0], Answer(item="answer", choices=("no",))]
    with pytest.raises(errors.EvidenceMismatch):
        await submitted(desk, answers=answers, evidence=[wrong])
    endless = msgspec.structs.replace(right, end=2**31 - 1)
    await submitted(desk, answers=answers, evidence=[endless], note="先查库存")
    assert await scalar('SELECT "end" FROM evidence') == 4, "a quote ends where its words end"
    assert await scalar("SELECT final_hundredths FROM evaluation WHERE id = {}", desk["evaluation"]) == 4000


async def test_evidence_from_another_talk_is_refused(desk):
    stray = EvidenceIn(item="answer", kind="quote", message=999_999, start=0, end=1, quote="明")
    with pytest.raises(errors.EvidenceUnknown):
        await commands.save_marking(desk["monitor"], desk["evaluation"], marking(evidence=[stray]))


async def test_a_submitted_mark_cannot_be_submitted_again(desk):
    await submitted(desk)
    with pytest.raises(errors.AlreadySubmitted):
        await submitted(desk, version=3)


async def test_an_answer_that_is_not_on_the_form_is_named(desk):
    odd = [Answer(item="greeting", choices=("perhaps",))]
    with pytest.raises(errors.AnswersIncomplete) as refused:
        await commands.save_marking(desk["monitor"], desk["evaluation"], marking(answers=odd))
    assert refused.value.fields[0].field == "greeting"


async def test_another_monitor_neither_marks_nor_reads_it(desk):
    other = next(m for m in desk["monitors"] if m != desk["monitor"].person_id)
    stranger = await actor_of_person(other)
    with pytest.raises(errors.NotYourItem):
        await commands.open_assignment(stranger, desk["assignment"])
    await submitted(desk)
    with pytest.raises(NotFound):
        await reading.whole(stranger, desk["evaluation"])


async def test_the_agent_sees_the_released_mark_only_and_answers_it(desk):
    agent = await actor_of_person(desk["agent"])
    with pytest.raises(NotFound):
        await reading.whole(agent, desk["evaluation"])
    await submitted(desk, answers=NO_GREETING, evidence=[ABSENCE], note="首句先问候")
    assert (await reading.whole(agent, desk["evaluation"]))["evaluation"]["final_hundredths"] == 6000
    assert await scalar("SELECT COUNT(*) AS n FROM notice WHERE read_at IS NULL") == 1
    told = json.loads(await scalar("SELECT facts FROM notice"))
    until = await scalar("SELECT respond_by_at FROM evaluation WHERE state = 'released'")
    assert told["until"] == clock.local_day(until - timedelta(minutes=1)).isoformat(), "the last day on which to answer"
    assert told["form"], "several marks of one day must not read alike"
    assert told["on"]
    await answering.respond(agent, desk["evaluation"], "agree", item=None, body=None)
    mine = await queries.mine(agent)
    assert (mine[0]["seen"], mine[0]["agreed"]) == (True, True)
    assert await scalar("SELECT COUNT(*) AS n FROM notice WHERE read_at IS NULL") == 0


async def test_silence_is_not_agreement_and_a_late_answer_is_noted(desk):
    await submitted(desk)
    agent = await actor_of_person(desk["agent"])
    assert not (await queries.mine(agent))[0]["agreed"]
    await rows("UPDATE evaluation SET respond_by_at = {}", datetime(2026, 1, 1, tzinfo=UTC))
    await answering.respond(agent, desk["evaluation"], "seen", item=None, body="已看")
    assert not (await queries.responses(desk["evaluation"]))[0]["is_on_time"]


def test_three_working_days_end_at_midnight_of_the_third():
    # Friday 20 November 2026, 10:00 in Shanghai: Monday, Tuesday, Wednesday; the end of Wednesday is 16:00 UTC
    said = commands.respond_by(datetime(2026, 11, 20, 2, tzinfo=UTC), CHINA, 3)
    assert said == datetime(2026, 11, 25, 16, tzinfo=UTC)


async def test_opening_and_submitting_leave_their_lines(desk):
    await submitted(desk)
    actions = [line["action"] for line in await journal.page(None, f"evaluation:{desk['evaluation']}")]
    assert actions == ["evaluation:submit", "evaluation:open"]


async def test_the_whole_way_by_api(desk, database_url):
    async with client_of(database_url) as client:
        from qa_service.people.commands import create_token

        token = await create_token(desk["monitor"], "t", sorted(desk["monitor"].permissions))
        headers = {"authorization": f"Bearer {token}"}
        assert (await client.get("/api/queue", headers=headers)).json()[0]["assignment"] == desk["assignment"]
        body = {"version": 1, "answers": [{"item": "greeting", "choices": ["yes"]}]}
        address = f"/api/evaluations/{desk['evaluation']}"
        saved = await client.put(f"{address}/marking", headers=headers, json=body)
        assert saved.json()["open_items"] == ["answer"], saved.text
        refused = await client.post(f"{address}/submission", headers=headers, json={**body, "version": 2})
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:qa:answers-incomplete")
        assert refused.json()["errors"][0]["field"] == "answer"
        body["answers"].append({"item": "answer", "na_reason": "no-question"})
        done = await client.post(f"{address}/submission", headers=headers, json={**body, "version": 2})
        assert done.json()["final_hundredths"] == 10000, done.text
        whole = (await client.get(address, headers=headers)).json()
        assert [message["body"] for message in whole["messages"]] == ["在吗", "什么事", "明天发货亲"]
        other = await bearer("boss", Role.AUDITOR)
        assert (await client.get(address, headers=other)).status_code == 200


async def test_an_agent_cannot_mark(desk, database_url):
    async with client_of(database_url) as client:
        await make_account("xu", Role.AGENT)
        headers = await bearer("yu", Role.AGENT)
        assert (await client.get("/api/queue", headers=headers)).status_code == 403


async def test_a_forged_quote_is_refused_with_the_number_of_its_message_by_page_and_api(desk, database_url):
    message = (await reading.whole(desk["monitor"], desk["evaluation"]))["messages"][2]
    forged = {"item": "answer", "kind": "quote", "message": message["id"], "start": 0, "end": 5, "quote": "伪造的原话"}
    async with client_of(database_url) as client:
        from qa_service.people.commands import create_token

        token = await create_token(desk["monitor"], "t", sorted(desk["monitor"].permissions))
        headers = {"authorization": f"Bearer {token}"}
        address = f"/api/evaluations/{desk['evaluation']}"
        body = {"version": 1, "answers": [], "evidence": [forged]}
        for answer in (
            await client.put(f"{address}/marking", headers=headers, json=body),
            await client.post(f"{address}/submission", headers=headers, json=body),
        ):
            assert (answer.status_code, answer.json()["type"]) == (422, "urn:qa:evidence-mismatch")
            assert "第3条消息" in answer.json()["detail"]


async def test_an_unanswered_mark_is_overdue_after_the_deadline_and_is_no_agreement(desk):
    await submitted(desk)
    agent = await actor_of_person(desk["agent"])
    assert (await queries.mine(agent))[0]["response_state"] == "waiting"
    await rows("UPDATE evaluation SET respond_by_at = {}", datetime(2026, 11, 5, 16, tzinfo=UTC))
    mine = (await queries.mine(agent))[0]
    assert (mine["response_state"], mine["agreed"]) == ("overdue", False)
    assert (await reading.whole(agent, desk["evaluation"]))["response_state"] == "overdue"
    await answering.respond(agent, desk["evaluation"], "agree", item=None, body=None)
    assert (await queries.mine(agent))[0]["was_late"]


async def test_the_days_to_answer_are_those_of_the_rule_in_force(desk):
    from qa_service.rule_versions.commands import Draft, Papers, draft, publish
    from rubrics.canonical import canonical_json
    from rubrics.packs import load_pack
    from tests.builders import HOUSE

    pack, on = load_pack("shop-presale-aftersale"), date(2026, 10, 1)
    appeal = {"appeal": {"file_working_days": 5, "decide_working_days": 2}}
    for kind, changes in (("kpis", {}), ("sampling", appeal)):
        definition = canonical_json(pack.definition(f"{kind}.toml", on) | changes).decode()
        given = Draft(
            kind=kind, code="shop-x", name="规则", name_en="Rule", definition=definition, from_on=date(2026, 1, 1),
            source="测试",
        )  # fmt: skip
        await publish(HOUSE, await draft(HOUSE, given), Papers())
    assert (await queries.appeal_times(date(2026, 11, 20))).file_working_days == 5
    with clock.standing_at(datetime(2026, 11, 20, 2, tzinfo=UTC)):
        await submitted(desk)
    until = await scalar("SELECT respond_by_at FROM evaluation WHERE id = {}", desk["evaluation"])
    assert until == datetime(2026, 11, 27, 16, tzinfo=UTC), "five working days, to the end of Friday"


async def test_a_monitor_is_not_told_whose_it_is_by_the_api_either(desk, database_url):
    async with client_of(database_url) as client:
        from qa_service.people.commands import create_token

        token = await create_token(desk["monitor"], "t", sorted(desk["monitor"].permissions))
        headers = {"authorization": f"Bearer {token}"}
        address = f"/api/evaluations/{desk['evaluation']}"
        assert (await client.get(address, headers=headers)).json()["evaluation"]["person"] is None
        await submitted(desk)
        assert (await client.get(address, headers=headers)).json()["evaluation"]["person"] is None
    agent = await actor_of_person(desk["agent"])
    assert (await reading.whole(agent, desk["evaluation"]))["evaluation"]["person"] == desk["agent"]


async def item_of(desk) -> int:
    return await scalar("SELECT draw_item FROM evaluation WHERE id = {}", desk["evaluation"])


async def test_what_was_marked_cannot_be_replaced_because_its_mark_is_known(desk):
    beside.register(QualityOfParts())
    await submitted(desk)
    with pytest.raises(sampling_errors.AlreadyMarked):
        await sampling.replace_item(HOUSE, await item_of(desk), "分太低")


async def test_a_draft_of_what_was_replaced_is_not_marked_to_the_end(desk):
    await rows("UPDATE draw_item SET state = 'replaced' WHERE id = {}", await item_of(desk))
    with pytest.raises(errors.AssignmentEnded):
        await submitted(desk)
