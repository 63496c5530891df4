"""Somebody who was entered twice becomes one person: all goes along, nothing signed changes, and it can be undone."""

import json
import re
from datetime import UTC, date, datetime

import pytest

from qa_service import clock
from qa_service.app import register_merging, register_sinks
from qa_service.database import row, rows, scalar
from qa_service.database.all_tables import TABLES
from qa_service.errors import Refusal
from qa_service.imports import commands as imports
from qa_service.imports.configuring import configure
from qa_service.people import directory, errors, merge_queries, merging
from qa_service.people.access import Role
from qa_service.people.merge_places import MOVES, OWN, STAYS
from qa_service.people.queries import people
from qa_service.people.staff import import_staff, staff_faults
from qa_service.people.tables import DeclaredRelation, Person, Post
from tests.builders import HOUSE, bearer, client_of, make_account, make_person, make_unit
from tests.imports.test_api_and_pages import page_client
from tests.imports.test_import_file import HEAD, contact, write
from tests.interactions.builders import make_actor
from tests.people.test_staff import make_entry
from tests.sampling.builders import make_agent, make_batch, make_part

pytestmark = pytest.mark.anyio
REASON = "组长确认是同一个人"


@pytest.fixture(autouse=True)
def configured(engine, tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")
    register_sinks()
    register_merging()


async def make_named(name: str = "小宜", unit: int | None = None) -> int:
    """Somebody whom only an export names."""
    made = Person(key=name, employee_no=None, name=name, created_at=clock.now())
    person = (await Person.insert(made).returning(Person.id))[0]["id"]
    if unit:
        await Post.insert(Post(person=person, unit=unit, position="agent", kind="agent", from_on=date(2026, 9, 1)))
    return person


async def make_two() -> dict[str, int]:
    """K1 of the staff list, and 小宜 of the export with two parts of October."""
    unit = await make_unit()
    person, former = await make_agent("K1", unit), await make_named(unit=unit)
    batch = await make_batch()
    made = {"unit": unit, "person": person, "former": former, "batch": batch}
    made["october"] = await make_part("c1", batch=batch, unit=unit, person=former, on=date(2026, 10, 6))
    made["september"] = await make_part("c2", batch=batch, unit=unit, person=former, on=date(2026, 9, 6))
    return made


async def codes(former: int, person: int) -> list[str]:
    return [one.code for one in (await merge_queries.preview(HOUSE, former, person)).obstacles]


async def person_of(part: int) -> int:
    return await scalar("SELECT person FROM agent_part WHERE id = {}", part)


def test_every_column_that_names_a_person_is_known_to_the_merging():
    found = {
        f"{table._meta.tablename}.{column._meta.name}"
        for table in TABLES
        for column in table._meta.foreign_key_columns
        if column._foreign_key_meta.resolved_references is Person
    }
    assert found == {place.name for place in MOVES} | set(STAYS) | set(OWN)


async def test_everything_goes_to_the_person_and_the_next_export_finds_them_by_the_old_name(tmp_path):
    await imports.import_file(HOUSE, write(tmp_path, HEAD + contact(1)), "ecommerce-contacts")
    former = await scalar("SELECT id FROM person WHERE key = 'Dr. Ann Bee'")
    person = await make_person("K1", name="安碧")
    shown = await merge_queries.preview(HOUSE, former, person)
    moves = {one.label: one.count for one in shown.moves}
    assert moves == {"客服段": 1, "岗位": 1, "汇报关系": 1}
    await merging.merge_people(HOUSE, former, person, REASON)
    assert await scalar("SELECT COUNT(*) AS n FROM agent_part WHERE person = {}", person) == 1
    await imports.import_file(HOUSE, write(tmp_path, HEAD + contact(2), "more.csv"), "ecommerce-contacts")
    assert await scalar("SELECT COUNT(*) AS n FROM agent_part WHERE person = {}", person) == 2
    assert await scalar("SELECT COUNT(*) AS n FROM person WHERE key = 'Dr. Ann Bee'") == 1
    assert "Dr. Ann Bee" not in {one["name"] for one in await people(HOUSE)}
    assert await directory.person_named("Dr. Ann Bee") == person
    line = await row("SELECT subject, reason, inputs FROM journal_line WHERE action = 'people:merge'")
    assert (line["subject"], line["reason"]) == (f"person:{person}", REASON)
    assert json.loads(line["inputs"])["rows"] == 3
    assert await scalar("SELECT COUNT(*) AS n FROM journal_line WHERE action = 'people:merge'") == 1


async def test_a_merge_is_undone_as_a_whole_and_the_name_is_its_own_again():
    made = await make_two()
    before = await everything()
    merge = await merging.merge_people(HOUSE, made["former"], made["person"], REASON)
    assert await person_of(made["october"]) == made["person"]
    await merging.undo_merge(HOUSE, merge, "认错了")
    assert await everything() == before
    with pytest.raises(errors.MergeUndone):
        await merging.undo_merge(HOUSE, merge, "认错了")
    again = await merging.merge_people(HOUSE, made["former"], made["person"], REASON)
    assert again != merge


async def everything() -> dict[str, list[tuple[int, int | None]]]:
    found = {}
    for place in MOVES:
        listed = await rows(f"SELECT id, {place.column} AS who FROM {place.table} ORDER BY id")
        found[place.name] = [(one["id"], one["who"]) for one in listed]
    return found


async def test_once_something_was_added_to_either_the_merge_stands():
    made = await make_two()
    merge = await merging.merge_people(HOUSE, made["former"], made["person"], REASON)
    await make_part("c9", batch=made["batch"], unit=made["unit"], person=made["person"])
    with pytest.raises(errors.AddedSince) as refused:
        await merging.undo_merge(HOUSE, merge, "认错了")
    assert "客服段" in refused.value.text()
    assert await person_of(made["october"]) == made["person"]


async def test_what_belongs_to_a_signed_month_stays_under_the_name_that_was_signed():
    made = await make_two()
    await make_signed(made["unit"], made["former"])
    shown = await merge_queries.preview(HOUSE, made["former"], made["person"])
    assert shown.signed_months == [date(2026, 9, 1)]
    assert {one.label: one.count for one in shown.stays} == {"客服段": 1, "奖罚评分表": 1}
    await merging.merge_people(HOUSE, made["former"], made["person"], REASON)
    assert await person_of(made["october"]) == made["person"]
    assert await person_of(made["september"]) == made["former"]


async def make_signed(unit: int, *people: int) -> None:
    now, month = clock.now(), date(2026, 9, 1)

    async def insert(table: str, **given) -> int:
        names, places = ", ".join(given), ", ".join(["{}"] * len(given))
        return await scalar(f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id", *given.values())

    rule = await insert(
        "rule_version", kind="reward", code="r", version=1, name="n", name_en="n", definition="{}", digest="0",
        state="published", from_on=month, source="s", created_at=now,
    )  # fmt: skip
    sheet = await insert(
        "sheet", unit=unit, pay_month=month, kind="monthly", state="locked", scheme=rule, author=1, payday_on=month,
        submit_by_on=month, submit_by_at=now, approve_by_on=month, approve_by_at=now, total_fen=0, pending_fen=0,
        created_at=now, version=1,
    )  # fmt: skip
    for person in people:
        await insert("sheet_person", sheet=sheet, person=person, total_fen=0, pending_fen=0, refused="[]", notes="[]")


async def test_two_who_were_paid_on_one_signed_sheet_are_two():
    made = await make_two()
    await make_signed(made["unit"], made["former"], made["person"])
    assert await codes(made["former"], made["person"]) == ["on-one-sheet"]
    with pytest.raises(errors.PeopleDiffer) as refused:
        await merging.merge_people(HOUSE, made["former"], made["person"], REASON)
    assert "2026年9月" in refused.value.text()
    assert await scalar("SELECT COUNT(*) AS n FROM person_merge") == 0


async def test_what_cannot_be_one_person_is_refused_with_every_reason():
    made = await make_two()
    former, person = made["former"], made["person"]
    assert await codes(former, former) == ["same-entry"]
    assert await codes(person, former) == ["other-way-round"]
    await make_account("one", Role.AGENT, unit=made["unit"], person=former)
    await make_account("two", Role.AGENT, unit=made["unit"], person=person)
    await rows("UPDATE post SET kind = 'supervisor' WHERE person = {}", person)
    here = (date(2026, 9, 20), date(2026, 9, 30))
    await rows("UPDATE person SET hired_on = {}, left_on = {} WHERE id = {}", *here, person)
    await DeclaredRelation.insert(
        DeclaredRelation(person=former, other=person, reason="夫妻", from_on=date(2026, 1, 1), until_on=None)
    )
    for who in (former, person):
        await rows(
            "INSERT INTO wage_record (person, pay_month, base_fen, region, contract_kind, created_at, version)"
            " VALUES ({}, {}, 1, 'x', 'fixed', {}, 1)",
            who, date(2026, 9, 1), clock.now(),
        )  # fmt: skip
    assert await codes(former, person) == [
        "two-log-ins", "posts-contradict", "not-there-then", "not-there-then", "related", "twins",
    ]  # fmt: skip


async def test_between_a_frame_and_its_draw_nobody_changes_who_they_are():
    made = await make_two()
    now, month = clock.now(), date(2026, 10, 1)
    period = await scalar(
        "INSERT INTO draw_period (unit, pay_month, from_on, until_on, state, version) VALUES ({}, {}, {}, {},"
        " 'committed', 1) RETURNING id", made["unit"], month, month, date(2026, 10, 7),
    )  # fmt: skip
    rule = await scalar(
        "INSERT INTO rule_version (kind, code, version, name, name_en, definition, digest, state, from_on, source,"
        " created_at) VALUES ('sampling', 's', 1, 'n', 'n', '{{}}', '0', 'published', {}, 's', {}) RETURNING id"
        .replace("'{{}}'", "''"), month, now,
    )  # fmt: skip
    frame = await scalar(
        "INSERT INTO frame (draw_period, sequence, plan, root, leaf_count, exclusions, quotas, named_value,"
        " value_known, committed_at, journal_position) VALUES ({}, 0, {}, '0', 1, '', '[]', 'v', FALSE, {}, 1)"
        " RETURNING id", period, rule, now,
    )  # fmt: skip
    await rows("INSERT INTO frame_leaf (frame, position, part, leaf) VALUES ({}, 0, {}, 'x')", frame, made["october"])
    assert await codes(made["former"], made["person"]) == ["frame-not-drawn"]
    await rows(
        "INSERT INTO draw (frame, seed, seed_values, seed_source, drawn_at) VALUES ({}, '0', '[]', 's', {})", frame, now
    )
    assert await codes(made["former"], made["person"]) == []


async def test_the_log_in_goes_along_and_no_administrator_by_a_lesser_hand():
    made = await make_two()
    account = await make_account("xiaoyi", Role.AGENT, unit=made["unit"], person=made["former"])
    await merging.merge_people(HOUSE, made["former"], made["person"], REASON)
    assert await scalar("SELECT person FROM account WHERE id = {}", account) == made["person"]
    other = await make_named("老板")
    await make_account("boss", Role.ADMIN, person=other)
    second = await make_person("K2", name="老板")
    with pytest.raises(Refusal) as refused:
        await merging.merge_people(make_actor(Role.HR), other, second, REASON)
    assert refused.value.code == "administrator-only"
    assert await scalar("SELECT merged_into FROM person WHERE id = {}", other) is None


async def test_out_of_reach_nothing_is_merged():
    made = await make_two()
    elsewhere = await make_unit("far")
    with pytest.raises(errors.UnitOutOfReach):
        await merging.merge_people(make_actor(Role.HR, elsewhere), made["former"], made["person"], REASON)
    with pytest.raises(errors.MergeReasonMissing):
        await merging.merge_people(HOUSE, made["former"], made["person"], "  ")


async def test_an_alias_of_an_alias_goes_along_and_comes_back():
    made = await make_two()
    third = await make_named("小艺")
    first = await merging.merge_people(HOUSE, third, made["former"], REASON)
    second = await merging.merge_people(HOUSE, made["former"], made["person"], REASON)
    assert await scalar("SELECT merged_into FROM person WHERE id = {}", third) == made["person"]
    assert await codes(third, made["person"]) == ["already-merged"]
    with pytest.raises(errors.MergedAgain):
        await merging.undo_merge(HOUSE, first, "认错了")
    await merging.undo_merge(HOUSE, second, "认错了")
    assert await scalar("SELECT merged_into FROM person WHERE id = {}", third) == made["former"]
    await merging.undo_merge(HOUSE, first, "认错了")


async def test_a_staff_list_knows_an_alias_and_refuses_one_person_on_two_rows():
    await import_staff(HOUSE, [make_entry("K1"), make_entry("K2", name="沈若溪")], with_accounts=False)
    one, two = [(await row("SELECT id FROM person WHERE key = {}", key))["id"] for key in ("K1", "K2")]
    await merging.merge_people(HOUSE, two, one, REASON)
    report = await import_staff(HOUSE, [make_entry("K2", name="沈若溪")], with_accounts=False)
    assert (report.created, await scalar("SELECT COUNT(*) AS n FROM person")) == (0, 2)
    faults = await staff_faults(HOUSE, [make_entry("K1"), make_entry("K2", line=3, name="沈若溪")])
    assert [(fault.code, fault.facts["line"]) for fault in faults] == [("one-person-twice", 3)]


async def test_by_page_and_api(database_url, tmp_path):
    made = await make_two()
    headers = await bearer("admin-1", Role.ADMIN)
    await make_account("admin-2", Role.ADMIN)
    former, person = made["former"], made["person"]
    async with client_of(database_url, data_folder=tmp_path) as client:
        shown = (await client.get(f"/api/people/{former}/merge?into={person}", headers=headers)).json()
        assert {one["label"]: one["count"] for one in shown["moves"]} == {"客服段": 2, "岗位": 1}
        assert shown["obstacles"] == []
        token = await page_client(client, "admin-2")
        assert f"/people/{former}/merge" in (await client.get(f"/people/{former}")).text
        unknown = await client.get(f"/people/{former}/merge?into=K404")
        assert unknown.status_code == 404
        assert "K404" in unknown.text
        page = await client.get(f"/people/{former}/merge?into=K1")
        assert f'name="into" value="{person}"' in page.text
        empty = await client.post(
            f"/people/{former}/merge", data={"_csrf_token": token, "into": person, "reason": " "}
        )  # fmt: skip
        assert empty.status_code == 422
        assert "怎么知道" in empty.text
        done = await client.post(
            f"/people/{former}/merge", data={"_csrf_token": token, "into": person, "reason": REASON}
        )  # fmt: skip
        assert done.status_code == 303
        assert "小宜" in (await client.get(f"/people/{person}")).text
        assert "小宜" not in (await client.get("/people")).text
        alias = (await client.get(f"/people/{former}?lang=en")).text
        assert "Undo the merge" in alias
        assert REASON in alias
        english = (await client.get(f"/people/{former}/unmerge")).text
        main = re.sub(r"<[^>]+>", "", english.split("<main")[1].split("</main")[0])
        assert not re.search("[\u4e00-\u9fff]", main.replace("小宜", "").replace("客服K1", "").replace(REASON, ""))
        back = await client.post(f"/people/{former}/unmerge", data={"_csrf_token": token, "reason": "认错了"})
        assert back.status_code == 303
        made_by_api = await client.post(
            f"/api/people/{former}/merge", json={"into": person, "reason": REASON}, headers=headers
        )  # fmt: skip
        merge = made_by_api.json()["merge"]
        undone = await client.post(f"/api/people/merges/{merge}/undo", json={"reason": "认错了"}, headers=headers)
        assert undone.status_code == 204
        refused = await client.post(f"/api/people/merges/{merge}/undo", json={"reason": "认错了"}, headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:qa:merge-undone")


async def test_a_shared_account_keeps_each_spell_of_its_holders():
    made = await make_two()
    account = await scalar(
        "INSERT INTO platform_account (platform, name, is_main, created_at) VALUES ('旗舰店', '小安', FALSE, {})"
        " RETURNING id", clock.now(),
    )  # fmt: skip
    starts = (datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
    for who, start in zip((made["former"], made["person"]), starts, strict=True):
        await rows(
            "INSERT INTO account_holder (platform_account, person, from_at, source) VALUES ({}, {}, {}, 'typed')",
            account, who, start,
        )  # fmt: skip
    await merging.merge_people(HOUSE, made["former"], made["person"], REASON)
    assert await scalar("SELECT COUNT(*) AS n FROM account_holder WHERE person = {}", made["person"]) == 2
