"""Flags of a published month: reasons in words, a person's answer, and never about oneself."""

import pytest

from qa_service.database import row, scalar
from qa_service.errors import NotAllowed, NotFound, StaleEdit
from qa_service.flags import commands, queries
from qa_service.flags.errors import (
    FlagAboutYou,
    FlagClosed,
    FlagNotOpenToAnswer,
    FlagReasonMissing,
    FlagStateUnknown,
)
from qa_service.language import speaking
from qa_service.people.access import Role
from qa_service.people.queries import actor_of_account
from tests.builders import HOUSE, make_account, make_unit
from tests.flags.builders import make_flagged

pytestmark = pytest.mark.anyio


async def test_a_month_without_past_is_flagged_and_says_that_it_has_none(engine):
    made = await make_flagged()
    run = await queries.flag_run(HOUSE, made["run"])
    assert run["method"].startswith("没有往月可比")
    with speaking("en"):
        assert (await queries.flag_run(HOUSE, made["run"]))["method"].startswith("No past months")
    found = await queries.flags(HOUSE, made["run"])
    assert found[0]["person"] == made["people"][0]
    assert len(found) <= 2
    first = next(one for one in found[0]["sentences"] if one.startswith("首次响应"))
    assert first.startswith("首次响应：4.0秒（n=60），同岗位的中位数是1")
    assert first.endswith("低于全部9位同岗位的人")
    assert "标准差" not in "".join(found[0]["sentences"])
    assert len({one.partition("：")[0] for one in found[0]["sentences"]}) == len(found[0]["sentences"])
    assert found[0]["rarity"] == "当月10人中第1"
    with speaking("en"):
        english = await queries.flags(HOUSE, made["run"])
        assert "First reply: 4.0 s (n=60), the median of the same work is 1" in "".join(english[0]["sentences"])
        assert english[0]["rarity"] == "No. 1 of 10 in the month"


async def test_flagging_again_changes_nothing_and_no_score(engine):
    made = await make_flagged()
    before = await row("SELECT results_digest FROM score_run WHERE id = {}", made["run"])
    assert await commands.flag_month(HOUSE, made["run"]) == made["flag_run"]
    assert await scalar("SELECT COUNT(*) AS n FROM flag_run") == 1
    assert await row("SELECT results_digest FROM score_run WHERE id = {}", made["run"]) == before
    assert await scalar("SELECT COUNT(*) AS n FROM reward_event") == 0


async def test_a_flag_is_closed_once_with_its_reason(engine):
    made = await make_flagged()
    for state, reason, refusal in (("gone", "x", FlagStateUnknown), ("dismissed", "  ", FlagReasonMissing)):
        with pytest.raises(refusal):
            await commands.dispose_flag(HOUSE, made["flag"], state, reason, version=1)
    with pytest.raises(StaleEdit):
        await commands.dispose_flag(HOUSE, made["flag"], "dismissed", "看过会话", version=7)
    await commands.dispose_flag(HOUSE, made["flag"], "followed_up", "抽听10通，均为提前结束", version=1)
    found = await queries.flag(HOUSE, made["flag"])
    assert (found["state"], found["disposition"], found["state_name"]) == (
        "followed_up", "抽听10通，均为提前结束", "已跟进",
    )  # fmt: skip
    with pytest.raises(FlagClosed) as closed:
        await commands.dispose_flag(HOUSE, made["flag"], "dismissed", "反悔", version=2)
    assert "已跟进" in closed.value.text()


async def test_the_person_sees_a_flag_once_it_was_looked_into_and_answers_once(engine):
    made = await make_flagged()
    me = await actor_of_account(await make_account("k0", Role.AGENT, unit=made["unit"], person=made["people"][0]))
    with pytest.raises(NotFound):
        await queries.flag(me, made["flag"])
    assert await queries.my_flags(me) == []
    with pytest.raises(NotFound):
        await commands.answer_flag(me, made["flag"], "系统卡顿")
    await commands.dispose_flag(HOUSE, made["flag"], "followed_up", "已面谈", version=1)
    assert [one["id"] for one in await queries.my_flags(me)] == [made["flag"]]
    await commands.answer_flag(me, made["flag"], "那几天系统卡顿")
    assert (await queries.flag(me, made["flag"]))["agent_answer"] == "那几天系统卡顿"
    with pytest.raises(FlagNotOpenToAnswer):
        await commands.answer_flag(me, made["flag"], "再说一次")


async def test_nobody_closes_a_flag_about_themselves_or_out_of_reach(engine):
    made = await make_flagged()
    own = await actor_of_account(await make_account("lead", Role.QA_LEAD, person=made["people"][0]))
    with pytest.raises(FlagAboutYou):
        await commands.dispose_flag(own, made["flag"], "dismissed", "没问题", version=1)
    away = await actor_of_account(await make_account("boss", Role.MANAGER, unit=await make_unit("away")))
    with pytest.raises(NotFound):
        await commands.dispose_flag(away, made["flag"], "dismissed", "没问题", version=1)
    agent = await actor_of_account(await make_account("k1", Role.AGENT, person=made["people"][1]))
    with pytest.raises(NotAllowed):
        await queries.flags(agent, made["run"])
    with pytest.raises(NotFound):
        await queries.flag(agent, made["flag"])
