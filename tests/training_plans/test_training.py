"""Training needs from released marks, plans that answer them, and who may see what."""

from datetime import UTC, date, datetime

import pytest

from qa_service import clock
from qa_service.database import rows, scalar
from qa_service.errors import NotAllowed, NotFound, StaleEdit
from qa_service.people.commands import create_token
from qa_service.people.queries import actor_of_account
from qa_service.people.tables import UnitPlace
from qa_service.training_plans import commands, errors, queries
from qa_service.training_plans.commands import PlanIn, Result
from tests.builders import HOUSE, client_of, make_unit
from tests.rewards.test_pages import log_in, token_of
from tests.sampling.builders import make_agent
from tests.training_plans.builders import OCTOBER, make_group, make_marks
from training.intervals import wilson

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]
NOVEMBER_10 = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_a_tuesday():
    with clock.standing_at(NOVEMBER_10):
        yield


def make_plan_in(group: dict, **changes) -> PlanIn:
    given = {
        "unit": group["unit"], "month": OCTOBER, "title": "开场练习", "held_on": date(2026, 11, 12),
        "people": [group["agents"][0]], "course": "opening",
    }  # fmt: skip
    return PlanIn(**(given | changes))


async def test_a_need_is_claimed_when_surely_more_than_one_in_ten_fails():
    group = await make_group()
    await make_marks(group, group["agents"][0], 8, failing={"greet": 6, "promotion": 1})
    lead = await actor_of_account(group["lead"])
    await commands.compute_needs(lead, group["unit"], OCTOBER)
    found = {one["item"]: one for one in await queries.needs(lead, group["unit"], OCTOBER)}

    low, high = wilson(6, 8)
    assert found["greet"]["state"] == "need"
    assert (found["greet"]["failed"], found["greet"]["evaluated"]) == (6, 8)
    assert found["greet"]["lower_hundredths"] == round(low * 10_000)
    assert found["greet"]["upper_hundredths"] == round(high * 10_000)
    assert found["greet"]["share_millionths"] == 750_000
    assert found["greet"]["people"] == ["客服K1"]
    assert [course["key"] for course in found["greet"]["courses"]] == ["opening"]
    assert found["promotion"]["state"] == "watch"
    assert found["promotion"]["people"] == []


async def test_fewer_than_five_evaluations_are_not_enough_evidence():
    group = await make_group()
    await make_marks(group, group["agents"][0], 4, failing={"greet": 4})
    lead = await actor_of_account(group["lead"])
    assert await commands.compute_needs(lead, group["unit"], OCTOBER) == 0
    greet = next(one for one in await queries.needs(lead, group["unit"], OCTOBER) if one["item"] == "greet")
    assert (greet["state"], greet["state_name"]) == ("insufficient", "证据不足")


async def test_only_released_marks_of_the_random_draw_count():
    group = await make_group()
    await make_marks(group, group["agents"][0], 5, failing={})
    await make_marks(group, group["agents"][0], 5, failing={"greet": 5}, origin="manual")
    await make_marks(group, group["agents"][0], 5, failing={"greet": 5}, state="superseded")
    await make_marks(group, group["agents"][0], 5, failing={"greet": 5}, pay_month=date(2026, 9, 1))
    await commands.compute_needs(HOUSE, group["unit"], OCTOBER)
    greet = next(one for one in await queries.needs(HOUSE, group["unit"], OCTOBER) if one["item"] == "greet")
    assert (greet["failed"], greet["evaluated"], greet["state"]) == (0, 5, "clear")


async def test_computing_again_brings_figures_up_to_date_and_keeps_what_a_plan_answers():
    group = await make_group()
    await make_marks(group, group["agents"][0], 6, failing={"greet": 6})
    await commands.compute_needs(HOUSE, group["unit"], OCTOBER)
    await commands.make_plan(HOUSE, make_plan_in(group))
    need = await scalar("SELECT need FROM training_participant")
    assert await scalar("SELECT item FROM training_need WHERE id = {}", need) == "greet"

    before = await scalar("SELECT COUNT(*) AS n FROM training_need")
    await make_marks(group, group["agents"][0], 6, failing={})
    await commands.compute_needs(HOUSE, group["unit"], OCTOBER)
    assert await scalar("SELECT COUNT(*) AS n FROM training_need") == before
    kept = (await rows("SELECT failed, evaluated FROM training_need WHERE id = {}", need))[0]
    assert (kept["failed"], kept["evaluated"]) == (6, 12)


async def test_a_month_without_released_marks_is_refused_with_a_sentence():
    group = await make_group()
    with pytest.raises(errors.NothingMarked, match="售前组2026年10月没有公布的随机抽样评分"):
        await commands.compute_needs(HOUSE, group["unit"], OCTOBER)


async def test_a_training_is_arranged_held_with_results_and_told():
    group = await make_group()
    lead, own = await actor_of_account(group["lead"]), await actor_of_account(group["own"])
    plan = await commands.make_plan(lead, make_plan_in(group))
    assert [one["title"] for one in await queries.mine(own)] == ["开场练习"]
    assert await scalar("SELECT COUNT(*) AS n FROM notice WHERE person = {}", group["agents"][0]) == 1

    found = await queries.plan(lead, plan)
    participant = found["participants"][0]["id"]
    result = Result(participant=participant, attended=True, result_hundredths=8650, note="讲得清楚")
    with pytest.raises(errors.TooEarly, match="2026-11-12"):
        await commands.hold(lead, plan, [result], version=1)
    with clock.standing_at(datetime(2026, 11, 12, 9, tzinfo=UTC)):
        with pytest.raises(StaleEdit):
            await commands.hold(lead, plan, [result], version=7)
        await commands.hold(lead, plan, [result], version=1)
        with pytest.raises(errors.PlanClosed, match="已举行"):
            await commands.cancel(lead, plan, "场地没有", version=2)
    mine = (await queries.mine(own))[0]
    assert (mine["state"], mine["result_hundredths"], mine["result_note"]) == ("held", 8650, "讲得清楚")
    assert mine["attended_at"] is not None


async def test_what_cannot_be_arranged_is_refused_and_nothing_is_written():
    group = await make_group()
    lead = await actor_of_account(group["lead"])
    stranger = await make_agent("Z9", await make_unit("elsewhere", name="别处"))
    for changes, refusal in (
        ({"people": []}, errors.NobodyChosen),
        ({"people": [stranger]}, errors.NotInUnit),
        ({"people": [9_999]}, NotFound),
        ({"course": "juggling"}, errors.CourseUnknown),
        ({"unit": 9_999}, NotFound),
    ):
        with pytest.raises(refusal):
            await commands.make_plan(lead, make_plan_in(group, **changes))
    assert await scalar("SELECT COUNT(*) AS n FROM training_plan") == 0
    assert await scalar("SELECT COUNT(*) AS n FROM notice") == 0
    plan = await commands.make_plan(lead, make_plan_in(group, held_on=date(2026, 11, 10)))
    participant = (await queries.plan(lead, plan))["participants"][0]["id"]
    with pytest.raises(errors.ResultInvalid):
        await commands.hold(lead, plan, [Result(participant=participant, attended=True, result_hundredths=10_001)],
                            version=1)  # fmt: skip


async def test_agents_see_their_own_trainings_only():
    group = await make_group()
    own = await actor_of_account(group["own"])
    await make_marks(group, group["agents"][1], 6, failing={"greet": 6})
    await commands.compute_needs(HOUSE, group["unit"], OCTOBER)
    await commands.make_plan(HOUSE, make_plan_in(group, people=[group["agents"][1]]))
    assert await queries.mine(own) == []
    assert await queries.my_needs(own) == []
    with pytest.raises(NotAllowed):
        await queries.needs(own, group["unit"], OCTOBER)
    with pytest.raises(NotAllowed):
        await commands.compute_needs(own, group["unit"], OCTOBER)


async def test_the_api_does_all_of_it(database_url):
    group = await make_group()
    await make_marks(group, group["agents"][0], 6, failing={"greet": 6})
    lead = await actor_of_account(group["lead"])
    token = await create_token(lead, "training", sorted(lead.permissions))
    async with client_of(database_url) as client:
        client.headers["authorization"] = f"Bearer {token}"
        answer = await client.post("/api/training/needs", json={"unit": group["unit"], "month": "2026-10-01"})
        assert answer.json() == {"claimed": 2}, "greet of the group, and of K1"
        read = await client.get("/api/training/needs", params={"unit": group["unit"], "month": "2026-10-15"})
        assert read.json()[0]["item"] == "greet"
        body = {"unit": group["unit"], "month": "2026-10-01", "title": "开场练习", "held_on": "2026-11-10"}
        made = await client.post("/api/training/plans", json=body | {"people": [group["agents"][0]]})
        assert made.status_code == 201, made.text
        plan = (await client.get(f"/api/training/plans/{made.json()['id']}")).json()
        results = [{"participant": plan["participants"][0]["id"], "attended": False}]
        held = await client.post(
            f"/api/training/plans/{plan['id']}/results", json={"version": plan["version"], "results": results}
        )
        assert (held.json()["state"], held.json()["attended"]) == ("held", 0)
        again = await client.post(
            f"/api/training/plans/{plan['id']}/cancellation", json={"version": 2, "reason": "改期"}
        )
        assert again.status_code == 409
        assert [one["id"] for one in (await client.get("/api/training/plans?having=held")).json()] == [plan["id"]]


async def test_the_pages_show_needs_arrange_and_keep_what_was_typed(database_url):
    group = await make_group()
    await make_marks(group, group["agents"][0], 6, failing={"greet": 6})
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        page = (await client.get("/training")).text
        assert "这个月还没有算过培训需要" in page
        token = {"_csrf_token": token_of(page)}
        done = await client.post("/training/needs", data=token | {"unit": group["unit"], "month": "2026-10"})
        assert done.status_code == 303
        page = (await client.get(done.headers["location"])).text
        assert "欢迎语" in page
        assert "100.0%" in page
        typed = token | {"unit": group["unit"], "month": "2026-10", "title": "开场练习", "held_on": "2026-11-10"}
        refused = await client.post("/training", data=typed)
        assert refused.status_code == 422
        assert 'value="开场练习"' in refused.text
        made = await client.post("/training", data=typed | {"people": group["agents"][0]})
        assert made.status_code == 303, made.text
        plan = made.headers["location"].split("?")[0]
        form = (await client.get(plan)).text
        participant = form.split('name="attended_')[1].split('"')[0]
        given = token | {"version": "1", f"attended_{participant}": "true", f"result_{participant}": "abc"}
        wrong = await client.post(f"{plan}/results", data=given)
        assert wrong.status_code == 422
        assert 'value="abc"' in wrong.text
        held = await client.post(f"{plan}/results", data=given | {f"result_{participant}": "86.5"})
        assert held.status_code == 303, held.text
        assert "86.5分" in (await client.get(plan)).text
        assert "Training needs" in (await client.get("/training?lang=en")).text

        await log_in(client, "k1")
        mine = (await client.get("/my/training?lang=zh")).text
        assert "开场练习" in mine
        assert "86.5分" in mine
        assert (await client.get("/training")).status_code == 403
        assert (await client.get(plan)).status_code == 403


async def test_thin_evidence_says_once_how_many_evaluations_are_missing(database_url):
    group = await make_group()
    await make_marks(group, group["agents"][0], 3, failing={"greet": 3})
    await commands.compute_needs(HOUSE, group["unit"], OCTOBER)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        page = (await client.get("/training")).text
        row = page.split("欢迎语")[1].split("</tr>")[0]
        assert row.count("样本不足") == 1
        assert "还差2次" in row
        assert "共失分（分）" in page


async def test_ones_own_needs_name_nobody_else(database_url):
    group = await make_group()
    await make_marks(group, group["agents"][0], 6, failing={"greet": 6})
    await commands.compute_needs(HOUSE, group["unit"], OCTOBER)
    async with client_of(database_url) as client:
        await log_in(client, "k1")
        page = (await client.get("/my/training")).text
        assert "欢迎语" in page
        assert "单独需要的人" not in page


async def test_a_departments_trainings_are_those_of_its_groups_too():
    group = await make_group()
    whole = await make_unit("whole", name="客服部")
    await UnitPlace.insert(UnitPlace(unit=group["unit"], parent=whole, from_on=date(2025, 1, 1)))
    await commands.make_plan(HOUSE, make_plan_in(group))
    assert [one["title"] for one in await queries.plans(HOUSE, unit_id=whole, month=OCTOBER)] == ["开场练习"]
    lead = await actor_of_account(group["lead"])
    assert [one["unit_name"] for one in await queries.plans(lead, unit_id=whole)] == ["售前组"]
    other = await make_unit("other", name="售后组")
    assert await queries.plans(HOUSE, unit_id=other) == []
