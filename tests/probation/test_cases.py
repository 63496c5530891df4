"""A probation from its opening to its decision: by command, API and page. Law: 劳动合同法 19, 20, 21, 39."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from qa_service import clock
from qa_service.database import scalar
from qa_service.errors import NotAllowed, NotFound, StaleEdit
from qa_service.people.access import Role
from qa_service.people.commands import create_token
from qa_service.people.queries import actor_of_account
from qa_service.people.tables import Person
from qa_service.probation import commands, errors, queries
from qa_service.probation.commands import AssessIn, DecideIn, OpenIn, ReasonIn
from tests.builders import HOUSE, client_of, make_account, make_unit
from tests.rewards.test_pages import log_in, token_of
from tests.sampling.builders import make_agent
from tests.scores.builders import make_pack

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]
NOVEMBER_10 = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
CONDITIONS = ["质检均分不低于70", "首次响应不超过30秒"]


@pytest.fixture(autouse=True)
def _on_a_tuesday():
    with clock.standing_at(NOVEMBER_10):
        yield


async def make_group() -> dict:
    await make_pack()
    unit = await make_unit("presale", name="售前组")
    person = await make_agent("K9", unit)
    made = {"unit": unit, "person": person}
    for name, role, whose in (
        ("lead", Role.SUPERVISOR, None), ("boss", Role.MANAGER, None), ("hr", Role.HR, None), ("k9", Role.AGENT, person)
    ):  # fmt: skip
        made[name] = await actor_of_account(await make_account(name, role, unit=unit, person=whose))
    return made


def make_opening(group: dict, **changes) -> OpenIn:
    """A two-year contract from 1 October 2026 with the longest lawful probation, two months."""
    given = {
        "person": group["person"], "contract_from_on": date(2026, 10, 1), "contract_until_on": date(2028, 9, 30),
        "starts_on": date(2026, 10, 1), "ends_on": date(2026, 11, 30), "conditions": CONDITIONS,
        "conditions_told_on": date(2026, 10, 1),
    }  # fmt: skip
    return OpenIn(**(given | changes))


async def make_scores(points: int = 8000) -> dict[str, int]:
    _, items = await commands.plan_on(date(2026, 10, 1))
    return dict.fromkeys(items, points)


async def test_a_case_knows_its_lawful_end_and_is_assessed_a_week_before():
    group = await make_group()
    case = await commands.open_case(group["lead"], make_opening(group))
    found = await queries.case(group["lead"], case)
    assert found["lawful_until_on"] == date(2026, 11, 30)
    assert found["assessment_due_on"] == date(2026, 11, 23), "seven days before the Monday of the end"
    assert (found["stage"], found["working_days_left"]) == ("open", 9)
    assert await scalar("SELECT COUNT(*) AS n FROM notice WHERE person = {}", group["person"]) == 1
    assert [one["id"] for one in await queries.cases(group["lead"], state="open")] == [case]


@pytest.mark.parametrize(
    ("changes", "refusal", "words"),
    [
        ({"ends_on": date(2026, 12, 1)}, errors.ProbationTooLong, "最长2个月，最迟2026-11-30结束"),
        ({"contract_kind": "part_time", "contract_until_on": None}, errors.ProbationNotAllowed, "不得约定试用期"),
        ({"contract_until_on": date(2026, 11, 30)}, errors.ProbationNotAllowed, "不得约定试用期"),
        ({"starts_on": date(2026, 10, 5)}, errors.ProbationOutsideContract, "自合同开始之日"),
    ],
)
async def test_what_the_law_does_not_allow_is_refused_with_its_article(changes, refusal, words):
    group = await make_group()
    with pytest.raises(refusal, match=words) as refused:
        await commands.open_case(group["lead"], make_opening(group, **changes))
    assert "劳动合同法" in str(refused.value)
    assert await scalar("SELECT COUNT(*) AS n FROM probation_case") == 0


async def test_a_second_and_an_extended_probation_are_refused():
    group = await make_group()
    case = await commands.open_case(group["lead"], make_opening(group, ends_on=date(2026, 11, 15)))
    with pytest.raises(errors.SecondProbation, match="只能约定一次试用期"):
        await commands.open_case(group["lead"], make_opening(group))
    with pytest.raises(errors.ProbationExtended, match="试用期不能延长"):
        await commands.change_end(group["lead"], case, date(2026, 11, 30), version=1)
    await commands.change_end(group["lead"], case, date(2026, 11, 13), version=1)
    found = await queries.case(group["lead"], case)
    assert (found["ends_on"], found["stage"]) == (date(2026, 11, 13), "overdue")


async def test_a_wage_below_four_fifths_is_refused_and_only_hr_reads_it():
    group = await make_group()
    pay = {"agreed_wage_fen": 500_000, "region": "浙江省杭州市"}
    with pytest.raises(errors.ProbationWageTooLow, match="至少4000.00元"):
        await commands.open_case(group["hr"], make_opening(group, probation_wage_fen=399_999, **pay))
    case = await commands.open_case(group["hr"], make_opening(group, probation_wage_fen=400_000, **pay))
    assert (await queries.case(group["hr"], case))["probation_wage_fen"] == 400_000
    assert (await queries.case(group["lead"], case))["probation_wage_fen"] is None
    assert (await queries.mine(group["k9"]))["probation_wage_fen"] == 400_000


async def test_ending_needs_an_assessment_a_written_condition_and_proof_told_in_time():
    group = await make_group()
    case = await commands.open_case(group["lead"], make_opening(group))
    ending = {"outcome": "end", "told_on": date(2026, 11, 10)}
    reason = ReasonIn(condition=CONDITIONS[0], text="十件质检均分61", evidence=["质检评分331"])
    with pytest.raises(errors.NotAssessed):
        await commands.decide(group["boss"], case, DecideIn(version=1, reasons=[reason], **ending))
    entry = AssessIn(version=1, scores=await make_scores(6000), body="均分61", recommendation="end")
    await commands.assess(group["lead"], case, entry)
    for reasons, refusal in (
        ([], errors.NoReason),
        ([ReasonIn(condition="不够努力", text="态度", evidence=["看到"])], errors.ReasonWithoutProof),
        ([ReasonIn(condition=CONDITIONS[0], text="组内末位")], errors.RankIsNoReason),
    ):
        with pytest.raises(refusal):
            await commands.decide(group["boss"], case, DecideIn(version=2, reasons=reasons, **ending))
    with pytest.raises(NotAllowed):
        await commands.decide(group["lead"], case, DecideIn(version=2, reasons=[reason], **ending))
    await commands.decide(group["boss"], case, DecideIn(version=2, reasons=[reason], **ending))
    found = await queries.case(group["k9"], case)
    assert (found["state"], found["assessments"][0]["reasons"][0]["text"]) == ("ended", "十件质检均分61")
    with pytest.raises(errors.CaseClosed, match="已解除"):
        await commands.assess(group["lead"], case, entry)


async def test_points_are_weighed_and_rounded_once_and_every_item_needs_them():
    group = await make_group()
    _, items = await commands.plan_on(date(2026, 10, 1))
    first, *others = items
    scores = {first: 10_000} | dict.fromkeys(others, 0)
    assert commands.weighted_total(scores, items) == items[first].weight * 100, "weights sum to 100"
    case = await commands.open_case(group["lead"], make_opening(group))
    for wrong in ({first: 8000}, await make_scores() | {"charm": 1}, await make_scores() | {first: 10_001}):
        with pytest.raises(errors.ScoreInvalid):
            await commands.assess(
                group["lead"], case, AssessIn(version=1, scores=wrong, body="看过", recommendation="pass")
            )
    with pytest.raises(StaleEdit):
        await commands.assess(
            group["lead"], case, AssessIn(version=9, scores=await make_scores(), body="看过", recommendation="pass")
        )


async def test_nobody_assesses_themselves_and_agents_see_only_their_own():
    group = await make_group()
    case = await commands.open_case(HOUSE, make_opening(group))
    other = await actor_of_account(await make_account("z1", Role.AGENT, unit=group["unit"]))
    with pytest.raises(NotFound):
        await queries.case(other, case)
    assert await queries.mine(other) is None
    assert (await queries.mine(group["k9"]))["id"] == case
    own_lead = msgspec.structs.replace(group["lead"], person_id=group["person"])
    with pytest.raises(errors.OwnCase):
        await commands.assess(
            own_lead, case, AssessIn(version=1, scores=await make_scores(), body="好", recommendation="pass")
        )
    away = await actor_of_account(await make_account("away", Role.SUPERVISOR, unit=await make_unit("b", name="别处")))
    with pytest.raises(NotFound):
        await queries.case(away, case)
    with pytest.raises(NotFound):
        await commands.open_case(away, make_opening(group))


async def test_the_api_does_all_of_it(database_url):
    group = await make_group()
    tokens = {
        name: await create_token(group[name], "probation", sorted(group[name].permissions))
        for name in ("lead", "boss", "k9")
    }
    async with client_of(database_url) as client:

        async def send(who: str, path: str, body: dict):
            return await client.post(path, json=body, headers={"authorization": f"Bearer {tokens[who]}"})

        body = {
            "person": group["person"], "contract_from_on": "2026-10-01", "contract_until_on": "2028-09-30",
            "starts_on": "2026-10-01", "ends_on": "2026-12-31", "conditions": CONDITIONS,
        }  # fmt: skip
        long = await send("lead", "/api/probation", body)
        assert (long.status_code, long.json()["type"]) == (409, "urn:qa:probation-too-long")
        made = await send("lead", "/api/probation", body | {"ends_on": "2026-11-30"})
        case = f"/api/probation/{made.json()['id']}"
        scores = {"version": 1, "scores": await make_scores(8500), "body": "符合", "recommendation": "pass"}
        assert (await send("lead", f"{case}/assessments", scores)).json()["assessments"][0]["total_hundredths"] == 8500
        assert (await send("k9", f"{case}/answer", {"text": "谢谢"})).json()["assessments"][0]["agent_answer"] == "谢谢"
        assert (await send("k9", f"{case}/answer", {"text": "再写"})).status_code == 409
        passed = await send("boss", f"{case}/decision", {"version": 2, "outcome": "pass"})
        assert passed.json()["state"] == "passed"


async def test_the_pages_open_assess_and_keep_what_was_typed(database_url):
    group = await make_group()
    await make_agent("K10", group["unit"])
    await Person.update({Person.hired_on: date(2026, 10, 1)}).where(Person.id == group["person"])
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        page = (await client.get("/probation")).text
        assert "没有试用期" in page
        token = {"_csrf_token": token_of(page)}
        typed = token | {
            "person": group["person"], "contract_kind": "fixed", "contract_from_on": "2026-10-01",
            "contract_until_on": "2028-09-30", "ends_on": "2027-03-31", "conditions": "\n".join(CONDITIONS),
        }  # fmt: skip
        refused = await client.post("/probation", data=typed)
        assert refused.status_code == 409
        assert "最长2个月，最迟2026-11-30结束" in refused.text
        assert 'value="2027-03-31"' in refused.text
        made = await client.post("/probation", data=typed | {"ends_on": "2026-11-30"})
        assert made.status_code == 303, made.text
        case = made.headers["location"].split("?")[0]
        assert "还没有告知" in (await client.get(case)).text
        scores = {f"score_{key}": "80.5" for key in await make_scores()}
        given = token | {"version": "1", "body": "看过", "recommendation": "pass"}
        thin = await client.post(f"{case}/assessments", data=given)
        assert thin.status_code == 422
        done = await client.post(f"{case}/assessments", data=given | scores)
        assert done.status_code == 303, done.text
        assert "80.50" in (await client.get(case)).text
        assert "Waiting for a decision" in (await client.get("/probation?lang=en")).text
        assert CONDITIONS[0] in (await client.get(f"{case}?lang=zh")).text
        await log_in(client, "k9")
        assert "我的试用期" in (await client.get("/my/probation?lang=zh")).text
        assert [f"/probation/{one['id']}" for one in (await client.get("/api/my/probation")).json()] == [case]
        assert (await client.get(case)).status_code == 403


async def test_a_case_whose_wage_was_not_given_says_that_nobody_checked_it():
    group = await make_group()
    case = await commands.open_case(group["hr"], make_opening(group))
    assert (await queries.case(group["hr"], case))["wage_checked"] is False
    assert (await queries.case(group["lead"], case))["wage_checked"] is False


async def test_who_may_not_read_the_wage_reads_that_it_was_checked():
    group = await make_group()
    pay = {"agreed_wage_fen": 500_000, "probation_wage_fen": 400_000, "region": "浙江省杭州市"}
    case = await commands.open_case(group["hr"], make_opening(group, **pay))
    found = await queries.case(group["lead"], case)
    assert (found["wage_checked"], found["probation_wage_fen"]) == (True, None)
