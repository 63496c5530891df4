"""Two files that disagree: the later one wins, what it changed can be seen, and a blank takes away only what it may."""

import re

import pytest

from qa_service.app import register_sinks
from qa_service.database import rows, scalar
from qa_service.imports import commands
from qa_service.imports.configuring import configure
from qa_service.imports.errors import ProfileInvalid
from qa_service.imports.profile_texts import load_profile, parse_profile
from qa_service.interactions.differences import changed_records, revisions
from qa_service.interactions.live import live
from qa_service.people.access import Role
from tests.builders import HOUSE, bearer, client_of, make_account
from tests.imports.test_api_and_pages import page_client
from tests.imports.test_import_file import HEAD, contact, write
from tests.interactions.builders import make_actor

pytestmark = pytest.mark.anyio
PROFILE = """
name = "own-contacts"
name_zh = "自己的工单"
name_en = "Own contacts"
version = 1
target = "interaction"
source = "own"
timezone = "Asia/Shanghai"
key = { kind = "external_id" }
agent = { by = "name", unknown = "create" }
constants = { channel = "call_in", kind = "contact", unit = "客服部" }
columns = [
  { field = "external_id", aliases = ["编号"], type = "id", required = true },
  { field = "agent_key", aliases = ["客服"] },
  { field = "category", aliases = ["类别"], keeps_filled = true },
  { field = "attributes.zone", aliases = ["区域"], keeps_filled = true },
  { field = "attributes.brand", aliases = ["品牌"] },
  { field = "handle_seconds", aliases = ["时长"], type = "seconds", keeps_filled = true },
  { field = "remark", aliases = ["备注"], type = "free_text" },
]
"""
COLUMNS = "编号,客服,类别,区域,品牌,时长,备注\n"


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")
    register_sinks()


async def bring(tmp_path, text: str, profile="ecommerce-contacts", name="file.csv"):
    return await commands.import_file(HOUSE, write(tmp_path, text, name), profile)


async def present() -> dict:
    (found,) = await rows(
        "SELECT i.category, i.attributes, i.remark, p.handle_seconds FROM interaction i JOIN agent_part p"
        f" ON p.interaction = i.id WHERE {live('i')}"
    )
    return found


async def test_a_batch_shows_each_field_that_it_changed_with_before_and_after(engine, tmp_path):
    await bring(tmp_path, HEAD + contact(1, remark="old") + contact(2))
    second = await bring(tmp_path, HEAD + contact(1, remark="new", reply="17/08/2023 15:00") + contact(2))
    (one,) = await changed_records(HOUSE, second.batch)
    assert one.external_id == "id-1"
    changes = {change.field: (change.before, change.after) for change in one.changes}
    assert changes["remark"] == ("old", "new")
    assert changes["1.response_seconds"] == ("60", "300")
    assert set(changes) == {"remark", "ended_at", "1.response_seconds"}
    assert await changed_records(HOUSE, second.batch, after=one.key) == []


async def test_a_record_keeps_its_history_with_who_and_when(engine, tmp_path):
    for remark in ("one", "two", "three"):
        await bring(tmp_path, HEAD + contact(1, remark=remark), name=f"{remark}.csv")
    found = await revisions(HOUSE, await scalar("SELECT source FROM interaction ORDER BY id LIMIT 1"), "id-1")
    assert [(one.revision, one.file_name) for one in found] == [(3, "three.csv"), (2, "two.csv"), (1, "one.csv")]
    assert [(change.before, change.after) for change in found[0].changes] == [("two", "three")]
    assert found[-1].changes == []
    assert all(one.published_at for one in found)


async def test_of_records_out_of_reach_nothing_is_shown(engine, tmp_path):
    await bring(tmp_path, HEAD + contact(1, remark="old"))
    second = await bring(tmp_path, HEAD + contact(1, remark="new"))
    assert await changed_records(make_actor(Role.SUPERVISOR, 999), second.batch) == []


async def test_pages_and_api_show_the_difference_in_both_languages(engine, database_url, tmp_path):
    await bring(tmp_path, HEAD + "".join(contact(n, remark="old") for n in range(30)))
    second = await bring(tmp_path, HEAD + "".join(contact(n, remark="new") for n in range(30)))
    headers = await bearer("lead", Role.QA_LEAD)
    await make_account("lead-1", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        listed = (await client.get(f"/api/imports/{second.batch}/changes", headers=headers)).json()
        assert len(listed) == 25
        more = await client.get(f"/api/imports/{second.batch}/changes?after={listed[-1]['key']}", headers=headers)
        assert len(more.json()) == 5
        await page_client(client, "lead-1")
        page = (await client.get(f"/imports/{second.batch}")).text
        assert page.count(">old<") == 25
        following = re.search(r'href="(/imports/\d+\?after=\d+)', page)[1]
        assert (await client.get(following)).text.count(">old<") == 5
        record = listed[0]["interaction"]
        english = (await client.get(f"/interactions/{record}?lang=en")).text
        assert "Corrections" in english
        assert "Remark: old → new" in english
        told = (await client.get(f"/api/interactions/{record}", headers=headers)).json()
        assert [one["revision"] for one in told["history"]] == [2, 1]


async def test_a_later_blank_takes_nothing_away_where_the_profile_says_so(engine, tmp_path):
    profile = parse_profile(PROFILE)
    await bring(tmp_path, COLUMNS + "1,甲,退款,华东,某牌,40,第一次\n", profile)
    report = await bring(tmp_path, COLUMNS + "1,甲,,,,,改过\n", profile)
    assert report.updated == 1
    assert await present() == {
        "category": "退款", "attributes": '{"zone":"华东"}', "remark": "改过", "handle_seconds": 40,
    }  # fmt: skip


async def test_a_file_that_only_lost_values_is_the_same_record_again_and_a_new_value_wins(engine, tmp_path):
    profile = parse_profile(PROFILE)
    await bring(tmp_path, COLUMNS + "1,甲,退款,华东,某牌,40,第一次\n", profile)
    blank = COLUMNS + "1,甲,,,某牌,,第一次\n"
    trial = await commands.import_file(HOUSE, write(tmp_path, blank), profile, dry_run=True)
    assert (trial.updated, trial.duplicates) == (0, 1)
    report = await bring(tmp_path, blank, profile)
    assert (report.updated, report.duplicates) == (0, 1)
    report = await bring(tmp_path, COLUMNS + "1,甲,换货,,某牌,,第一次\n", profile)
    assert report.updated == 1
    assert (await present())["category"] == "换货"
    assert (await present())["handle_seconds"] == 40


async def test_without_the_word_the_later_row_wins_with_its_blanks(engine, tmp_path):
    profile = parse_profile(PROFILE.replace(", keeps_filled = true", ""))
    await bring(tmp_path, COLUMNS + "1,甲,退款,华东,某牌,40,第一次\n", profile)
    await bring(tmp_path, COLUMNS + "1,甲,,,,,改过\n", profile)
    assert await present() == {"category": None, "attributes": "{}", "remark": "改过", "handle_seconds": None}


def test_a_profile_keeps_only_what_decides_no_day_and_no_person():
    wrong = PROFILE.replace('aliases = ["客服"] }', 'aliases = ["客服"], keeps_filled = true }')
    with pytest.raises(ProfileInvalid) as refused:
        parse_profile(wrong)
    assert [(one.field, one.code) for one in refused.value.fields] == [("columns[2].keeps_filled", "keeps-nothing")]
    nameless = re.sub("key = .*", 'key = { kind = "digest" }', PROFILE)
    with pytest.raises(ProfileInvalid) as refused:
        parse_profile(nameless)
    assert {one.code for one in refused.value.fields} == {"keeps-no-key"}


def test_profiles_that_do_not_use_the_word_mean_what_they_meant():
    """Batches name the digest of their profile: a new setting with its default changes none."""
    assert load_profile("ecommerce-contacts").digest == ECOMMERCE


ECOMMERCE = "65bcb18ee2e35fe6554ea85be4df8df58211354ccef7708eefb698f143fec003"
