"""A month grid from empty to published, the cleaning rota, and what is refused. March 2026 has no holiday."""

from datetime import UTC, date, datetime

import pytest

from qa_service import clock
from qa_service.database import rows, scalar
from qa_service.errors import NotAllowed, NotFound, StaleEdit
from qa_service.people.access import Role
from qa_service.people.commands import create_token
from qa_service.people.queries import actor_of_account
from qa_service.roster import cleaning, commands, errors, queries
from qa_service.roster.commands import CellIn, Pattern, ShiftIn
from qa_service.roster.tables import Leave, WorkLimit
from tests.builders import client_of, make_account, make_unit
from tests.rewards.test_pages import log_in, token_of
from tests.sampling.builders import make_agent
from tests.scores.builders import make_pack

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]
MARCH = date(2026, 3, 1)
WEEK = ["早"] * 5 + ["", ""]


@pytest.fixture(autouse=True)
def _late_in_february():
    with clock.standing_at(datetime(2026, 2, 25, 1, 0, tzinfo=UTC)):
        yield


async def make_group(agents: int = 3) -> dict:
    await make_pack(date(2026, 1, 1))
    unit = await make_unit("presale", name="售前组")
    people = [await make_agent(f"K{i}", unit) for i in range(1, agents + 1)]
    made = {"unit": unit, "people": people}
    for name, role, whose in (("lead", Role.SUPERVISOR, None), ("k1", Role.AGENT, people[0])):
        made[name] = await actor_of_account(await make_account(name, role, unit=unit, person=whose))
    await commands.adopt_shifts(made["lead"], unit, MARCH)
    made["roster"] = await commands.open_month(made["lead"], unit, MARCH)
    return made


async def version_of(group: dict) -> int:
    return await scalar("SELECT version FROM roster WHERE id = {}", group["roster"])


async def fill(group: dict, *cells: CellIn) -> int:
    return await commands.fill(group["lead"], group["roster"], cells, version=await version_of(group))


async def fill_weeks(group: dict, **changes) -> int:
    """Five early shifts from Monday the 2nd and two days of rest, each person two days later than the one before."""
    given = {"people": group["people"], "codes": WEEK, "from_on": date(2026, 3, 2), "until_on": date(2026, 3, 31)}
    pattern = Pattern(**(given | {"step": 2} | changes))
    return await commands.fill_pattern(group["lead"], group["roster"], pattern, version=await version_of(group))


async def publish(group: dict, **more) -> int:
    return await commands.publish(group["lead"], group["roster"], version=await version_of(group), **more)


async def test_a_month_is_filled_by_pattern_published_and_told():
    group = await make_group()
    assert await fill_weeks(group) == 3 * 30
    grid = await queries.grid(group["lead"], group["unit"], MARCH)
    first = grid.people[0]
    assert [square.code for square in first.squares[1:8]] == WEEK
    assert [square.code for square in grid.people[1].squares[1:8]] == ["早", "早", "早", "", "", "早", "早"]
    assert first.minutes == 22 * 480
    assert first.overtime_minutes == {}
    assert [one for one in grid.breaches if one.severity == "refuse"] == []
    assert grid.headcount[1] == {"早": 3}

    assert (await queries.mine(group["k1"], MARCH))["days"] == [], "a draft is nobody's roster"
    assert await publish(group) == 3
    mine = await queries.mine(group["k1"], MARCH)
    assert [one["cell"]["code"] for one in mine["days"][1:8]] == ["早"] * 5 + [None, None]
    assert await scalar("SELECT COUNT(*) AS n FROM notice") == 3


async def test_a_seventh_day_without_rest_is_refused_with_its_article():
    group = await make_group(1)
    await fill(group, *(CellIn(person=group["people"][0], on=date(2026, 3, on), shift="早") for on in range(2, 9)))
    with pytest.raises(errors.RosterRefused, match="2026-03-08是连续上班的第7天") as refused:
        await publish(group)
    assert "劳动法" in str(refused.value)
    assert refused.value.fields[0].field == f"{group['people'][0]}:2026-03-08"
    assert await scalar("SELECT state FROM roster") == "draft"
    assert await scalar("SELECT COUNT(*) AS n FROM notice") == 0


async def test_the_37th_overtime_hour_of_a_month_is_refused_with_its_article():
    group = await make_group(1)
    await fill_weeks(group)
    person = group["people"][0]
    days = [on for on in range(2, 32) if WEEK[(on - 2) % 7]]

    def longer(minutes: list[int]) -> list[CellIn]:
        return [
            CellIn(person=person, on=date(2026, 3, on), shift="早", overtime_minutes=more, overtime_reason="大促")
            for on, more in zip(days, minutes, strict=False)
        ]

    await fill(group, *longer([120] * 18))
    assert await publish(group) == 1, "36 hours are lawful"
    await fill(group, *longer([120] * 18 + [60]))
    with pytest.raises(errors.RosterRefused, match="加班累计37小时，超过上限36小时") as refused:
        await publish(group, reason="加人手")
    assert "《劳动法》第四十一条" in str(refused.value)
    grid = await queries.grid(group["lead"], group["unit"], MARCH)
    assert grid.people[0].overtime_minutes == {"150": 37 * 60}
    assert grid.unpublished == 1
    assert (await queries.mine(group["k1"], MARCH))["days"][days[18] - 1]["cell"]["overtime_minutes"] == 0


async def test_limits_and_leave_refuse_without_telling_their_reasons():
    group = await make_group(2)
    now = clock.now()
    await WorkLimit.insert(
        WorkLimit(person=group["people"][0], from_on=MARCH, reason="孕期", entered_by=1, entered_at=now)
    )
    await Leave.insert(
        Leave(person=group["people"][1], from_on=date(2026, 3, 4), until_on=date(2026, 3, 5), kind="病假", entered_by=1,
              entered_at=now)
    )  # fmt: skip
    await fill(
        group,
        CellIn(person=group["people"][0], on=date(2026, 3, 3), shift="晚"),
        CellIn(person=group["people"][1], on=date(2026, 3, 4), shift="早"),
    )
    with pytest.raises(errors.RosterRefused) as refused:
        await publish(group)
    texts = [field.text() for field in refused.value.fields]
    assert len(texts) == 2
    assert all("法定限制" in text for text in texts)
    assert not any(word in str(refused.value) + "".join(texts) for word in ("孕", "病"))


async def test_a_published_roster_changes_only_with_a_reason_and_tells_only_those_concerned():
    group = await make_group()
    await fill_weeks(group)
    await publish(group)
    with pytest.raises(errors.NothingToPublish):
        await publish(group, reason="没有")
    await fill(group, CellIn(person=group["people"][0], on=date(2026, 3, 3), shift="中"))
    assert (await queries.mine(group["k1"], MARCH))["days"][2]["cell"]["code"] == "早"
    with pytest.raises(errors.ReasonMissing):
        await publish(group)
    assert await publish(group, reason="换班") == 1
    assert (await queries.mine(group["k1"], MARCH))["days"][2]["cell"]["code"] == "中"


async def test_what_is_wrong_is_named_with_its_square_and_nothing_is_written():
    group = await make_group(1)
    person = group["people"][0]
    good = CellIn(person=person, on=date(2026, 3, 2), shift="早")
    stranger = await make_agent("Z1", await make_unit("b", name="别处"))
    for wrong, refusal in (
        (CellIn(person=person, on=date(2026, 3, 3), shift="夜"), errors.ShiftUnknown),
        (CellIn(person=person, on=date(2026, 4, 1), shift="早"), errors.OutsideMonth),
        (CellIn(person=stranger, on=date(2026, 3, 3), shift="早"), errors.NotOnRoster),
        (CellIn(person=person, on=date(2026, 3, 3), overtime_minutes=60), errors.CellInvalid),
    ):
        with pytest.raises(refusal):
            await fill(group, good, wrong)
    assert await scalar("SELECT COUNT(*) AS n FROM roster_cell") == 0
    with pytest.raises(StaleEdit):
        await commands.fill(group["lead"], group["roster"], [good], version=99)
    with pytest.raises(NotAllowed):
        await commands.fill(group["k1"], group["roster"], [good], version=1)
    away = await actor_of_account(await make_account("away", Role.SUPERVISOR, unit=await make_unit("c", name="远")))
    with pytest.raises(NotFound):
        await commands.fill(away, group["roster"], [good], version=1)
    with pytest.raises(NotFound):
        await queries.grid(away, group["unit"], MARCH)


async def test_shift_types_are_the_units_own():
    group = await make_group(1)
    given = {"unit": group["unit"], "code": "夜", "name": "夜班", "from_on": MARCH}
    await commands.add_shift(group["lead"], ShiftIn(start_minute=1320, end_minute=1800, **given))
    with pytest.raises(errors.ShiftTaken):
        await commands.add_shift(group["lead"], ShiftIn(start_minute=1320, end_minute=1800, **given))
    with pytest.raises(errors.ShiftTypeInvalid):
        await commands.add_shift(group["lead"], ShiftIn(start_minute=600, end_minute=500, **given | {"code": "反"}))
    assert await commands.adopt_shifts(group["lead"], group["unit"], MARCH) == 0
    codes = [one["code"] for one in await queries.shift_types(group["lead"], group["unit"], MARCH)]
    assert codes == ["早", "中", "晚", "夜"]


async def test_the_next_month_repeats_four_weeks_before():
    group = await make_group(2)
    await fill_weeks(group)
    april = await commands.open_month(group["lead"], group["unit"], date(2026, 4, 1))
    changed = await commands.copy_weeks(group["lead"], april, version=1)
    grid = await queries.grid(group["lead"], group["unit"], date(2026, 4, 1))
    assert changed == 2 * 30
    march = await queries.grid(group["lead"], group["unit"], MARCH)
    assert [one.code for one in grid.people[0].squares[:3]] == [one.code for one in march.people[0].squares[3:6]]
    may = await commands.open_month(group["lead"], group["unit"], date(2026, 6, 1))
    with pytest.raises(errors.NothingToCopy):
        await commands.copy_weeks(group["lead"], may, version=1)


async def test_the_cleaning_rota_is_shared_fairly_over_whoever_works():
    group = await make_group()
    await fill_weeks(group)
    with pytest.raises(errors.RotaImpossible):
        await cleaning.make_rota(group["lead"], group["unit"], MARCH)
    await publish(group)
    made = await cleaning.make_rota(group["lead"], group["unit"], MARCH)
    duties = await queries.duties(group["lead"], group["unit"], MARCH)
    assert len(duties) == made
    here = await queries.on_duty(group["unit"], MARCH)
    assert all(duty["person"] in {one["id"] for one in here[duty["on"]]} for duty in duties)
    counts = [sum(duty["person"] == person for duty in duties) for person in group["people"]]
    assert max(counts) - min(counts) <= 3, "who works more days owes more"
    assert duties[0]["area_name"] == "办公区桌面与地面"


async def test_duties_are_swapped_with_a_reason_and_noted_when_done():
    group = await make_group()
    await fill_weeks(group)
    await publish(group)
    await cleaning.make_rota(group["lead"], group["unit"], MARCH)
    duty = (await queries.duties(group["lead"], group["unit"], MARCH))[0]
    here = {one["id"] for one in (await queries.on_duty(group["unit"], MARCH))[duty["on"]]}
    other = next(person for person in here if person != duty["person"])
    await cleaning.reassign(group["lead"], duty["id"], other, "手受伤", version=1)
    with pytest.raises(errors.TooEarly):
        await cleaning.note_done(group["lead"], duty["id"], version=2)
    with clock.standing_at(datetime(2026, 3, 31, 9, tzinfo=UTC)):
        await cleaning.note_done(group["lead"], duty["id"], version=2)
        with pytest.raises(errors.AlreadyDone):
            await cleaning.reassign(group["lead"], duty["id"], other, "再换", version=3)
        own = next(one for one in (await queries.mine(group["k1"], MARCH))["duties"] if one["done_at"] is None)
        await cleaning.note_done(group["k1"], own["id"], version=own["version"])
        theirs = await rows("SELECT id, version FROM cleaning_duty WHERE person <> {} AND done_at IS NULL",
                            group["people"][0])  # fmt: skip
        with pytest.raises(NotAllowed):
            await cleaning.note_done(group["k1"], theirs[0]["id"], version=theirs[0]["version"])
    kept = await scalar("SELECT COUNT(*) AS n FROM cleaning_duty WHERE done_at IS NOT NULL")
    await cleaning.make_rota(group["lead"], group["unit"], MARCH)
    assert await scalar("SELECT COUNT(*) AS n FROM cleaning_duty WHERE done_at IS NOT NULL") == kept == 2


async def test_the_api_does_all_of_it(database_url):
    group = await make_group()
    token = await create_token(group["lead"], "roster", sorted(group["lead"].permissions))
    async with client_of(database_url) as client:
        client.headers["authorization"] = f"Bearer {token}"
        roster = f"/api/rosters/{group['roster']}"
        body = {"people": group["people"], "codes": WEEK, "from_on": "2026-03-02", "until_on": "2026-03-31"}
        filled = await client.post(f"{roster}/pattern", json=body | {"version": 1, "step": 2})
        assert filled.json() == {"changed": 90}
        cell = {"person": group["people"][0], "on": "2026-03-07", "shift": "早"}
        await client.put(f"{roster}/cells", json={"version": 2, "cells": [cell, cell | {"on": "2026-03-08"}]})
        grid = (await client.get("/api/rosters/grid", params={"unit": group["unit"], "month": "2026-03-09"})).json()
        assert "seventh-day" in {one["rule"] for one in grid["breaches"]}
        refused = await client.post(f"{roster}/publication", json={"version": 3})
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:qa:roster-refused")
        assert refused.json()["errors"][0]["field"].startswith(f"{group['people'][0]}:2026-03-08")
        await client.put(f"{roster}/cells", json={"version": 3, "cells": [cell | {"shift": ""}]})
        assert (await client.post(f"{roster}/publication", json={"version": 4})).json() == {"told": 3}
        where = {"unit": group["unit"], "month": "2026-03-01"}
        duties = (await client.post("/api/cleaning", json=where)).json()
        assert duties == (await client.get("/api/cleaning", params=where)).json() != []
        assert [one["state"] for one in (await client.get("/api/rosters")).json()] == ["published"]
        own = await create_token(group["k1"], "own", sorted(group["k1"].permissions))
        mine = await client.get(
            "/api/my/roster", params={"month": "2026-03-01"}, headers={"authorization": f"Bearer {own}"}
        )
        assert mine.json()["days"][1]["shift"] == "早"


async def test_the_pages_fill_publish_and_show_ones_own_month(database_url):
    group = await make_group(2)
    person = group["people"][0]
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        where = f"/roster?unit={group['unit']}&month=2026-03"
        page = (await client.get(where)).text
        token = {"_csrf_token": token_of(page)}
        assert f'name="c_{person}_2"' in page
        roster = f"/roster/{group['roster']}"
        week = {f"c_{person}_{on}": "早" for on in range(2, 9)}
        wrong = await client.post(f"{roster}/cells", data=token | {"version": "1"} | week | {f"c_{person}_9": "夜"})
        assert wrong.status_code == 422
        assert "没有班次“夜”" in wrong.text
        assert 'value="夜"' in wrong.text
        saved = await client.post(f"{roster}/cells", data=token | {"version": "1"} | week)
        assert saved.status_code == 303
        assert "连续上班的第7天" in (await client.get(where)).text
        refused = await client.post(f"{roster}/publication", data=token | {"version": "2"})
        assert refused.status_code == 409
        assert "排班表不能公布" in refused.text
        given = token | {"codes": "早早早早早休休", "from_on": "2026-03-02", "until_on": "2026-03-31", "step": "2"}
        filled = await client.post(f"{roster}/pattern", data=given | {"version": "2", "people": group["people"]})
        assert filled.status_code == 303, filled.text
        assert (await client.post(f"{roster}/publication", data=token | {"version": "3"})).status_code == 303
        assert "month=2026-03&amp;format=csv" in (await client.get(where)).text
        head, first, *_ = (await client.get(f"{where}&format=csv")).text.splitlines()
        assert head.startswith("\ufeff姓名,工号,3月1日")
        assert first.count("早") + first.count("休") == 30, "a day a column, rest written out"
        made = await client.post("/cleaning", data=token | {"unit": group["unit"], "month": "2026-03"})
        assert made.status_code == 303
        rota = (await client.get(made.headers["location"])).text
        assert "办公区桌面与地面" in rota
        duty = rota.split('href="/cleaning/')[1].split('"')[0]
        assert "换人" in (await client.get(f"/cleaning/{duty}")).text
        assert "Is it shared fairly" in (await client.get(made.headers["location"] + "&lang=en")).text

        await log_in(client, "k1")
        mine = (await client.get("/my/roster?month=2026-03&lang=zh")).text
        assert "08:00–16:30" in mine
        assert "我的值日" in mine
        team = (await client.get(where)).text
        assert '<input name="c_' not in team
        assert (await client.post(f"{roster}/publication", data=token | {"version": "4"})).status_code == 403


async def test_each_place_of_a_refusal_names_its_article_and_a_stranger_by_name():
    group = await make_group()
    stranger = await make_agent("K9", await make_unit("elsewhere", name="别处"))
    with pytest.raises(errors.NotOnRoster, match="客服K9在2026-03-03不属于这个部门"):
        await fill(group, CellIn(person=stranger, on=date(2026, 3, 3), shift="早"))
    await fill(group, *(CellIn(person=group["people"][0], on=date(2026, 3, on), shift="早") for on in range(2, 16)))
    with pytest.raises(errors.RosterRefused) as refused:
        await publish(group)
    assert len(refused.value.fields) > 1
    assert all("条" in field.text() and "法" in field.text() for field in refused.value.fields)


async def test_a_stale_roster_keeps_what_was_typed_and_shows_what_stands_now(database_url):
    group = await make_group()
    person = group["people"][0]
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        where = f"/roster?unit={group['unit']}&month=2026-03"
        token = {"_csrf_token": token_of((await client.get(where)).text)}
        await fill(group, CellIn(person=person, on=date(2026, 3, 2), shift="晚"))  # somebody else, meanwhile
        stale = await client.post(
            f"/roster/{group['roster']}/cells", data=token | {"version": "1", f"c_{person}_2": "早"}
        )
        assert stale.status_code == 409
        assert "您的改动还没有保存" in stale.text
        assert "其余内容已保留" not in stale.text
        assert 'value="早"' in stale.text
        assert "<small>晚</small>" in stale.text


async def test_an_overtime_that_no_day_holds_is_refused_and_not_made_to_fit(database_url):
    group = await make_group(1)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        page = (await client.get(f"/roster?unit={group['unit']}&month=2026-03")).text
        given = {"_csrf_token": token_of(page), "version": "1", "person": group["people"][0], "on": "2026-03-02"}
        for minutes in ("-60", "1441"):
            refused = await client.post(
                f"/roster/{group['roster']}/overtime", data=given | {"overtime_minutes": minutes}
            )
            assert (refused.status_code, "请填0到1440之间的分钟数" in refused.text) == (422, True)
        long = given | {"overtime_minutes": "60", "overtime_reason": "忙" * 501}
        assert "最多500字" in (await client.post(f"/roster/{group['roster']}/overtime", data=long)).text
        gone = await client.post("/roster/999/overtime", data=given | {"overtime_minutes": "60"})
        assert (gone.status_code, "已经不在了" in gone.text) == (422, True)


async def test_without_a_unit_each_page_keeps_its_own_name_and_says_the_next_step(database_url):
    await make_account("boss", Role.MANAGER)
    async with client_of(database_url) as client:
        await log_in(client, "boss")
        for path, title in (("/roster", "排班"), ("/cleaning", "值日")):
            page = (await client.get(path)).text
            assert (f"<h1>{title}" in page, "导入员工名册以后才有部门和人" in page) == (True, True)
