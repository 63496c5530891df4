"""An appeal from filing to its verdict: in time, blind, by somebody else; a change is a new revision."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from qa_service import clock
from qa_service.database import row, scalar
from qa_service.disputes import commands, errors, queries
from qa_service.errors import NotAllowed, NotFound, StaleEdit
from qa_service.evaluations import commands as evaluations
from qa_service.evaluations import queries as mark_queries
from qa_service.evaluations.schemas import EvidenceIn, Marking
from qa_service.people.commands import create_token
from rubrics.answers import Answer, Occurrence
from rubrics.forms import Item
from tests.builders import client_of
from tests.evaluations.builders import FORM, actor_of_person, make_assigned, make_form
from tests.rewards.test_pages import log_in, token_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]
TUESDAY = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
YES, NO = Answer(item="greeting", choices=("yes",)), Answer(item="greeting", choices=("no",))


@pytest.fixture(autouse=True)
def _on_a_tuesday():
    with clock.standing_at(TUESDAY):
        yield


async def make_marked(form: str = "", greeting: Answer = NO) -> dict:
    """A released mark of 60: the greeting was found missing by the first monitor; the second may decide appeals."""
    made = await make_assigned()
    if form:
        await make_form(form)
    assignment = await row("SELECT id, monitor FROM assignment WHERE ended_at IS NULL ORDER BY id LIMIT 1")
    first = await actor_of_person(assignment["monitor"])
    evaluation = await evaluations.open_assignment(first, assignment["id"])
    version = await scalar("SELECT version FROM evaluation WHERE id = {}", evaluation)
    marking = Marking(
        version=version,
        answers=[greeting, Answer(item="answer", choices=("yes",))],
        evidence=[EvidenceIn(item="greeting", kind="absence", searched="1-3 您好")],
        improvement_note="首句先问候",
    )
    await evaluations.submit_evaluation(first, evaluation, marking)
    other = next(person for person in made["monitors"] if person != assignment["monitor"])
    return made | {
        "evaluation": evaluation, "first": first, "second": await actor_of_person(other),
        "own": await actor_of_person(made["agent"]),
    }  # fmt: skip


async def file(made: dict, **changes) -> int:
    given = {"item": "greeting", "reason": "第二句就是问候", "proposed": YES} | changes
    return await commands.file(made["own"], made["evaluation"], given["item"], given["reason"], given["proposed"])


async def test_an_upheld_appeal_makes_a_new_revision_and_tells_both():
    made = await make_marked()
    assert await scalar("SELECT final_hundredths FROM evaluation WHERE id = {}", made["evaluation"]) == 6000
    dispute = await file(made)
    assert await commands.decide(made["second"], dispute, YES, "确实问候了", version=1) == "proposed"
    told = await queries.dispute(made["own"], dispute)
    assert (told["verdict"], told["final_hundredths"], told["new_final_hundredths"]) == ("proposed", 6000, 10000)
    old, new = told["evaluation"], told["new_evaluation"]
    assert await scalar("SELECT state FROM evaluation WHERE id = {}", old) == "superseded"
    assert await scalar("SELECT supersedes FROM evaluation WHERE id = {}", new) == old
    told_people = {
        one for one in (made["own"].person_id, made["first"].person_id)
        if await scalar("SELECT COUNT(*) AS n FROM notice WHERE person = {} AND subject = '申诉'", one)
    }  # fmt: skip
    assert told_people == {made["own"].person_id, made["first"].person_id}


CAUSED = FORM.replace("from = 2026-01-01", "from = 2026-01-02").replace(
    'type = "yes_no"\nweight = 40',
    """type = "single"
weight = 40
options = [{ key = "yes", name = "做到" }, { key = "half", name = "部分做到" }, { key = "no", name = "没做到" }]
causes = [{ key = "rules", name = "不熟悉规定" }, { key = "busy", name = "太忙" }]""",
)


@pytest.mark.parametrize(("cause", "kept"), [(None, "rules"), ("busy", "busy")])
async def test_an_answer_that_stays_low_has_the_former_cause_or_the_one_of_whoever_decides(cause, kept):
    made = await make_marked(CAUSED, msgspec.structs.replace(NO, cause="rules"))
    half = Answer(item="greeting", choices=("half",))
    dispute = await file(made, proposed=half)
    decided = msgspec.structs.replace(half, cause=cause)
    assert await commands.decide(made["second"], dispute, decided, "迟了一句", version=1) == "proposed"
    new = (await queries.dispute(made["own"], dispute))["new_evaluation"]
    assert [one["cause"] for one in await mark_queries.answers(new) if one["item"] == "greeting"] == [kept]


async def test_the_same_answer_keeps_the_mark():
    made = await make_marked()
    dispute = await file(made)
    assert await commands.decide(made["second"], dispute, NO, "全程没有问候", version=1) == "keep"
    assert await scalar("SELECT COUNT(*) AS n FROM evaluation WHERE supersedes IS NOT NULL") == 0
    assert await scalar("SELECT state FROM evaluation WHERE id = {}", made["evaluation"]) == "released"


async def test_whoever_decides_sees_neither_mark_nor_monitor_nor_name():
    made = await make_marked()
    dispute = await file(made)
    seen = await queries.dispute(made["second"], dispute)
    assert (seen["answer_now"], seen["final_hundredths"], seen["monitor_name"]) == (None, None, None)
    assert seen["person_name"] == "（匿名）"
    assert seen["may_decide"]
    assert [one["id"] for one in await queries.waiting(made["second"])] == [dispute]
    assert await queries.waiting(made["first"]) == [], "not to the one who marked it"
    assert await queries.waiting_count(made["first"]) == 0
    assert await queries.waiting_count(made["second"]) == 1


async def test_the_first_monitor_the_person_and_a_stranger_cannot_decide():
    made = await make_marked()
    dispute = await file(made)
    with pytest.raises(errors.OwnMark):
        await commands.decide(made["first"], dispute, YES, "好", version=1)
    with pytest.raises(NotAllowed):
        await commands.decide(made["own"], dispute, YES, "好", version=1)
    own_as_monitor = msgspec.structs.replace(made["second"], person_id=made["agent"])
    with pytest.raises(errors.OwnCase):
        await commands.decide(own_as_monitor, dispute, YES, "好", version=1)
    with pytest.raises(StaleEdit):
        await commands.decide(made["second"], dispute, YES, "好", version=5)
    with pytest.raises(errors.AnswerUnfit):
        await commands.decide(made["second"], dispute, Answer(item="greeting", choices=("maybe",)), "好", version=1)
    with pytest.raises(errors.ReasonMissing):
        await commands.decide(made["second"], dispute, YES, " ", version=1)


async def test_three_working_days_to_file_and_two_to_decide():
    made = await make_marked()
    with clock.standing_at(datetime(2026, 11, 13, 15, 59, tzinfo=UTC)):  # Friday 23:59 in the house
        dispute = await file(made)
    by = await scalar("SELECT decide_by_at FROM dispute WHERE id = {}", dispute)
    assert by == datetime(2026, 11, 17, 16, 0, tzinfo=UTC), "to the end of Tuesday"
    with clock.standing_at(by + timedelta(hours=1)):
        assert (await queries.dispute(made["second"], dispute))["is_late"]
        await commands.decide(made["second"], dispute, NO, "没有问候", version=1)
    assert (await queries.dispute(made["own"], dispute))["is_late"]


async def test_a_late_appeal_is_refused_with_its_deadline():
    made = await make_marked()
    with (
        clock.standing_at(datetime(2026, 11, 13, 16, 1, tzinfo=UTC)),
        pytest.raises(errors.FiledTooLate, match="11月13日周五 24:00"),
    ):
        await file(made)


async def test_what_cannot_be_appealed_is_refused():
    made = await make_marked()
    with pytest.raises(errors.SameAnswer):
        await file(made, proposed=NO)
    with pytest.raises(errors.ItemUnknown):
        await file(made, item="charm")
    with pytest.raises(errors.ReasonMissing):
        await file(made, reason="")
    with pytest.raises((errors.NotYours, NotFound, NotAllowed)):
        await commands.file(made["second"], made["evaluation"], "greeting", "x", YES)
    await file(made)
    with pytest.raises(errors.AlreadyDisputed):
        await file(made)


async def test_an_appeal_can_be_withdrawn_and_filed_again():
    made = await make_marked()
    dispute = await file(made)
    with pytest.raises(NotFound):
        await commands.withdraw(made["second"], dispute, version=1)
    await commands.withdraw(made["own"], dispute, version=1)
    with pytest.raises(errors.DisputeClosed):
        await commands.decide(made["second"], dispute, YES, "好", version=2)
    again = await file(made)
    assert [one["id"] for one in await queries.mine(made["own"])] == [again]


async def test_a_blind_decision_never_deducts_what_nobody_proved():
    made = await make_marked()
    dispute = await file(made, item="answer", proposed=Answer(item="answer", na_reason="no-question"))
    with pytest.raises(errors.DeductionUnproven):
        await commands.decide(made["second"], dispute, Answer(item="answer", choices=("no",)), "没有答", version=1)
    assert (await queries.dispute(made["own"], dispute))["state"] == "open"
    assert await scalar("SELECT COUNT(*) AS n FROM evaluation") == 1


async def test_other_items_under_appeal_go_on_with_the_new_revision():
    made = await make_marked()
    greeting = await file(made)
    answer = await file(made, item="answer", proposed=Answer(item="answer", na_reason="no-question"))
    await commands.decide(made["second"], greeting, YES, "问候了", version=1)
    moved = await queries.dispute(made["own"], answer)
    assert moved["evaluation"] == (await queries.dispute(made["own"], greeting))["new_evaluation"]
    given = Answer(item="answer", na_reason="no-question")
    assert await commands.decide(made["second"], answer, given, "没有提问", version=1) == "proposed"


async def test_the_api_does_all_of_it(database_url):
    made = await make_marked()
    tokens = {
        name: await create_token(made[name], "disputes", sorted(made[name].permissions)) for name in ("own", "second")
    }
    async with client_of(database_url) as client:

        async def send(who: str, method: str, path: str, **more):
            return await client.request(method, path, headers={"authorization": f"Bearer {tokens[who]}"}, **more)

        body = {
            "evaluation": made["evaluation"],
            "item": "greeting",
            "reason": "问候了",
            "answer": {"choices": ["yes"]},
        }
        filed = await send("own", "POST", "/api/disputes", json=body)
        assert filed.status_code == 201, filed.text
        path = f"/api/disputes/{filed.json()['id']}"
        assert (await send("own", "GET", "/api/my/disputes")).json()[0]["proposed_words"] == "是"
        assert (await send("second", "GET", "/api/disputes")).json()[0]["answer_now"] is None
        decision = {"version": 1, "reason": "问候了", "answer": {"choices": ["yes"]}}
        assert (await send("second", "POST", f"{path}/decision", json=decision)).json() == {"verdict": "proposed"}
        assert (await send("own", "GET", path)).json()["new_final_hundredths"] == 10000
        again = await send("second", "POST", f"{path}/decision", json=decision)
        assert again.status_code == 409


async def test_the_pages_file_and_decide(database_url):
    made = await make_marked()
    async with client_of(database_url) as client:
        await log_in(client, "k0")
        result = (await client.get(f"/evaluations/{made['evaluation']}")).text
        assert f"/disputes/new?evaluation={made['evaluation']}" in result
        page = (await client.get(f"/disputes/new?evaluation={made['evaluation']}&item=greeting")).text
        assert "首句问候" in page
        token = {"_csrf_token": token_of(page)}
        typed = token | {"evaluation": made["evaluation"], "item": "greeting", "reason": "第二句"}
        empty = await client.post("/disputes", data=typed)
        assert empty.status_code == 422
        assert "第二句" in empty.text
        filed = await client.post("/disputes", data=typed | {"a.greeting": "yes"})
        assert filed.status_code == 303, filed.text
        dispute = filed.headers["location"].split("?")[0]
        assert "撤回申诉" in (await client.get(dispute)).text

        second = await scalar("SELECT username FROM account WHERE id = {}", made["second"].account_id)
        await log_in(client, second)
        assert "首句问候" in (await client.get("/disputes")).text
        page = (await client.get(dispute)).text
        assert "60.00" not in page
        assert made["first"].name not in page
        decided = await client.post(f"{dispute}/decision", data=token_for(page) | {"a.greeting": "yes", "reason": "是"})
        assert decided.status_code == 303, decided.text
        assert "Corrected as claimed" in (await client.get(f"{dispute}?lang=en")).text


def token_for(page: str) -> dict[str, str]:
    return {"_csrf_token": token_of(page), "version": "1"}


async def test_an_appeal_is_an_answer_so_the_mark_is_not_overdue():
    made = await make_marked()
    await file(made)
    with clock.standing_at(datetime(2026, 12, 1, 1, 0, tzinfo=UTC)):
        mine = (await mark_queries.mine(made["own"]))[0]
    assert (mine["response_state"], mine["agreed"]) == ("appeal", False)


def test_a_fault_listed_as_often_is_the_same_answer_whatever_each_time_was():
    item = Item(key="rude", text="不礼貌", type="yes_no", good="no", points=5, max=15, repeats=True)
    twice = Answer(item="rude", occurrences=(Occurrence("反问"), Occurrence("催")))
    told = Answer(item="rude", choices=("yes",), occurrences=(Occurrence(), Occurrence()))
    assert commands._same(item, told, twice)
    assert not commands._same(item, msgspec.structs.replace(told, occurrences=(Occurrence(),)), twice)
