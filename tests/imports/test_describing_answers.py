"""What a person can answer about a file: doubts are asked, answers stay, faults stand at their input."""

import json
import os
import time

import pytest

from qa_service.database import rows, scalar
from qa_service.imports.answers import propose
from qa_service.imports.describe_steps import choices_of, columns_answered, keys_answered, layouts_of, writing_answered
from qa_service.imports.describe_views import examples_of
from qa_service.imports.describing import faults_of, profile_of
from qa_service.imports.keeping import sweep_kept
from qa_service.imports.looking import look, words_of
from qa_service.imports.openings import key_counts
from qa_service.imports.sniffing import Source
from qa_service.people.access import Role
from tests.builders import bearer, client_of, make_account
from tests.imports.test_api_and_pages import page_client
from tests.imports.test_describing import Walk, typed_in
from tests.imports.test_looking import PROFILES

DAYS = (
    "单号,渠道,客服姓名,开始时间,通话时长,是否转接\n"
    "A000001,在线,沈若溪,03/04/2026,0:00:00,是\nA000002,在线,俞蕾,05/06/2026,0:01:05,没有转\nA000003,在线,俞蕾,05/06/2026,N/A,是\n"
)


def sheet_of(text: str):
    (found,) = look(Source(text.encode()), PROFILES, name="x.csv").sheets
    return found


def typed(**given: str) -> dict[str, list[str]]:
    return {name.replace("_", "-"): [value] for name, value in given.items()}


def test_a_day_that_reads_two_ways_is_no_profile_until_somebody_says_which():
    sheet = sheet_of(DAYS)
    answers = propose(sheet, title="电话")
    assert {one.field for one in faults_of(answers, sheet)} == {"layout-3", "values-5"}
    assert set(layouts_of(sheet.columns[3])[:2]) == {"%d/%m/%Y", "%m/%d/%Y"}
    said = {"layout-3": ["%m/%d/%Y"], "values-5-1": ["no"], "zero-4": ["true"], "missing": ["N/A -"]}
    profile = profile_of(writing_answered(answers, sheet, said), sheet)
    when, span, moved = profile.columns[3:6]
    assert (when.formats, when.midnight_means_unknown) == (["%m/%d/%Y"], True)
    assert {"0:00:00", "00:00:00", "N/A", "-"} <= set(span.missing)
    assert moved.values == {"是": "yes", "没有转": "no"}


def test_a_column_of_another_field_is_read_as_its_cells_say_and_a_field_given_twice_is_a_fault_of_its_input():
    sheet = sheet_of("编号列,备注甲,备注乙\nA0000001,东西很好用的一个,x\nA0000002,发货太慢了,y\n")
    answers = propose(sheet, "interaction", title="聊天")
    changed = columns_answered(answers, sheet, {"field-1": ["remark"], "field-2": ["+"]})
    found = [(one.field, one.type) for one in changed.columns[1:]]
    assert found == [("remark", "free_text"), ("attributes.备注乙", "text")]
    twice = columns_answered(changed, sheet, {"field-2": ["remark"]})
    assert "field-2" in {one.field for one in faults_of(twice, sheet)}
    gone = columns_answered(changed, sheet, {"field-1": [""]})
    assert not gone.columns[1].is_read()


def test_what_no_page_offers_is_a_fault_and_never_a_crash():
    sheet = sheet_of(DAYS)
    odd = columns_answered(propose(sheet), sheet, {"field-1": ["weather"]})
    zone = writing_answered(odd, sheet, {"timezone": ["Mars/Base"]})
    assert {"field-1", "timezone"} <= {one.field for one in faults_of(zone, sheet)}
    assert examples_of(zone, zone.columns[3], sheet.columns[3])[0][1] == ""
    assert choices_of(sheet.columns[1], "interaction", "weather") == ["text"]


def test_agents_who_are_made_need_a_unit_and_a_key_of_columns_needs_columns():
    sheet = sheet_of(DAYS)
    said = {"agent_unknown": ["create"], "key": ["natural"]}
    faults = {one.field for one in faults_of(keys_answered(propose(sheet), said), sheet)}
    assert {"unit", "key"} <= faults
    good = {**said, "unit": ["新部门"], "key_fields": ["agent_key", "started_at"]}
    assert not {"unit", "key"} & {one.field for one in faults_of(keys_answered(propose(sheet), good), sheet)}


def test_keys_are_counted_over_the_rows_of_the_table():
    text = "某店\n单号,客服\nA1,沈\nA1,沈\nA2,沈\n"
    keys = {"own": ["单号"], "agent": ["客服"], "row": None}
    found = key_counts(Source(text.encode()), words_of(PROFILES), sheet="", line=2, keys=keys)
    assert {name: (one.rows, one.distinct, one.doubles) for name, one in found.items()} == {
        "own": (3, 2, 1), "agent": (3, 1, 2), "row": (3, 2, 1),
    }  # fmt: skip


@pytest.mark.anyio
async def test_by_page_doubts_come_first_answers_stay_and_one_may_leave_and_return(engine, database_url, tmp_path):
    await make_account("lead-1", Role.QA_LEAD)
    await make_account("lead-2", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        walk = Walk(client, await page_client(client, "lead-1"))
        await walk.begin("电话.csv", DAYS.encode())
        await walk.press()
        assert walk.page.index("整列都分不清") < walk.page.index("沈若溪"), "the doubtful column stands first"
        await walk.press()
        here = walk.href
        await walk.press()
        assert (walk.status, 'id="e-layout-3"' in walk.page, "没有转" in walk.page) == (422, True, True)
        await walk.open("/imports/describe")
        assert here.replace("/writing", "/columns") in walk.page
        await walk.open(here)
        await walk.press(**{"layout-3": "%d/%m/%Y", "values-5-1": "no", "zero-4": "true"})
        assert walk.href.endswith("/key")
        await walk.press(agent_unknown="create", unit="电话组")
        assert walk.href.endswith("/keep")
        assert ">3<" in walk.page
        await walk.press(name="shop-surveys", then="keep")
        assert 'id="e-name"' in walk.page, "a name of the house is taken, and said so beside the name"
        await walk.press(name="my-calls", then="keep")
        assert walk.location.startswith("/imports/profiles/my-calls?version=1")
        await walk.open(here.replace("/writing", "/keep"))
        await walk.press(name="my-calls", then="keep")
        assert walk.location.startswith("/imports/profiles/my-calls?version=1"), "the same again is no new version"
        await walk.open(here.replace("/writing", "/keep"))
        await walk.press(name="my-calls", name_zh="改名", then="keep")
        assert walk.location.startswith("/imports/profiles/my-calls?version=2")
        kept = [one["version"] for one in await rows("SELECT version FROM import_profile ORDER BY version")]
        assert kept == [1, 2]
        client.cookies.clear()
        await page_client(client, "lead-2")
        assert (await client.get(here)).status_code == 404
        assert "电话.csv" not in (await client.get("/imports/describe")).text


@pytest.mark.anyio
async def test_by_page_another_head_row_and_another_target_begin_the_columns_anew(engine, database_url, tmp_path):
    await make_account("lead-1", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        walk = Walk(client, await page_client(client, "lead-1"))
        await walk.begin("x.csv", "甲,乙\n编号,评分\nA0000001,5\nA0000002,4\n".encode())
        assert typed_in(walk.page)["head"] == "|1"
        await walk.press(head="|2", target="survey")
        assert "“评分”填入" in walk.page
        await walk.open(walk.href.replace("/columns", "/table"))
        assert typed_in(walk.page)["head"] == "|2"
        refused = await client.post(walk.href, data={"_csrf_token": walk.token, "head": "|2", "target": "weather"})
        assert (refused.status_code, 'id="e-target"' in refused.text) == (422, True)
        dropped = await client.post(walk.href.replace("/table", "/drop"), data={"_csrf_token": walk.token})
        assert (dropped.status_code, list((tmp_path / "uploads").glob("*"))) == (303, [])
        empty = await client.post(
            "/imports/describe", files={"file": ("a.csv", b"")}, data={"_csrf_token": walk.token},
            headers={"x-csrftoken": walk.token},
        )  # fmt: skip
        assert (empty.status_code, list((tmp_path / "uploads").glob("*"))) == (422, [])


@pytest.mark.anyio
async def test_by_api_in_steps_or_as_one_document(engine, database_url, tmp_path):
    headers = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        file = {"files": {"file": ("calls.csv", DAYS.encode())}, "headers": headers}
        begun = (await client.post("/api/imports/described", **file)).json()
        place = f"/api/imports/described/{begun['token']}"
        assert {one["field"] for one in begun["faults"]} == {"layout-3", "values-5"}
        early = await client.post(f"{place}/trial", headers=headers)
        assert (early.status_code, early.json()["errors"][0]["field"]) == (422, "layout-3")
        answers = begun["answers"]
        answers["columns"][3]["formats"] = ["%d/%m/%Y"]
        answers["columns"][5]["values"] = {"没有转": "no"}
        told = await client.put(f"{place}/answers", json=answers, headers=headers)
        assert (told.status_code, told.json()["faults"]) == (200, [])
        short = {**answers, "columns": answers["columns"][1:]}
        assert (await client.put(f"{place}/answers", json=short, headers=headers)).status_code == 422
        counted = (await client.get(f"{place}/keys", headers=headers)).json()
        assert counted["digest"] == {"rows": 3, "distinct": 3}
        trial = (await client.post(f"{place}/trial", headers=headers)).json()
        assert (trial["read"], trial["rejected"], trial["held"]) == (3, 0, 3)
        named = {"name": "my-calls", "name_zh": "电话"}
        assert (await client.post(f"{place}/profile", json=named, headers=headers)).json()["version"] == 1
        drafted = await client.post("/api/imports/draft", data={"answers": json.dumps(answers)}, **file)
        assert 'formats = ["%d/%m/%Y"]' in drafted.json()["text"]
        broken = await client.post("/api/imports/draft", data={"answers": "{"}, **file)
        assert broken.json()["errors"][0]["field"] == "answers"
        tabled = await client.put(f"{place}/table", json={"target": "survey", "line": 1}, headers=headers)
        assert tabled.json()["answers"]["target"] == "survey"
        other = await bearer("other", Role.QA_LEAD)
        assert (await client.get(place, headers=other)).json()["type"] == "urn:qa:description-gone"
        assert (await client.delete(place, headers=headers)).status_code == 204
        assert await scalar("SELECT COUNT(*) AS n FROM interaction") == 0
        assert not list((tmp_path / "uploads").glob("*"))


@pytest.mark.anyio
async def test_a_file_that_is_described_outlives_a_restart_and_goes_after_a_week(engine, database_url, tmp_path):
    headers = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        await client.post("/api/imports/described", files={"file": ("a.csv", DAYS.encode())}, headers=headers)
        assert (sweep_kept(), len(list((tmp_path / "uploads").glob("*")))) == (0, 2)
        week_ago = time.time() - 8 * 86_400
        for path in (tmp_path / "uploads").glob("*"):
            os.utime(path, (week_ago, week_ago))
        assert sweep_kept() == 2
