"""A batch is undone as a whole or not at all, by whoever it belongs to, and never while something rests on it."""

import json
import re
from datetime import UTC, date, datetime

import pytest

from qa_service import clock
from qa_service.app import register_sinks, register_uses
from qa_service.database import row, rows, scalar
from qa_service.errors import Refusal
from qa_service.imports import commands, undoing
from qa_service.imports.configuring import configure
from qa_service.interactions import errors
from qa_service.interactions import undoing as taking_back
from qa_service.interactions.claims import Claim, claim, undo
from qa_service.interactions.live import live
from qa_service.interactions.tables import SurveyAnswer
from qa_service.jobs import running
from qa_service.journal.queries import verify
from qa_service.people.access import Role
from tests.builders import HOUSE, bearer, client_of, make_account
from tests.imports.test_api_and_pages import page_client
from tests.imports.test_import_file import HEAD, STAFF, contact, write

pytestmark = pytest.mark.anyio
REASON = "错选了文件"


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")
    register_sinks()
    register_uses()


async def bring(tmp_path, text: str, profile: str = "ecommerce-contacts", name: str = "file.csv") -> int:
    return (await commands.import_file(HOUSE, write(tmp_path, text, name), profile)).batch


async def undo_whole(batch: int) -> None:
    await undoing.undo_batch(HOUSE, batch, REASON)
    await taking_back.finish(batch)


async def live_remarks() -> list[str]:
    return [one["remark"] for one in await rows(f"SELECT i.remark FROM interaction i WHERE {live('i')} ORDER BY i.id")]


async def codes(batch: int) -> dict[str, int]:
    return {one.code: one.count for one in await undoing.uses(HOUSE, batch) if one.refuses}


async def test_an_undone_batch_counts_no_longer_and_what_it_corrected_counts_again(engine, tmp_path):
    first = await bring(tmp_path, HEAD + contact(1, remark="old"))
    second = await bring(tmp_path, HEAD + contact(1, remark="new") + contact(2, remark="more"))
    assert sorted(await live_remarks()) == ["more", "new"]
    await undoing.undo_batch(HOUSE, second, REASON)
    assert await live_remarks() == ["old"]  # before anything is cleared up
    await taking_back.finish(second)
    assert await live_remarks() == ["old"]
    assert await scalar("SELECT COUNT(*) AS n FROM interaction") == 1
    assert await scalar("SELECT COUNT(*) AS n FROM agent_part WHERE superseded_by IS NOT NULL") == 0
    line = await row("SELECT action, reason, inputs FROM journal_line WHERE subject = {} ORDER BY id DESC LIMIT 1",
                     f"batch:{second}")  # fmt: skip
    assert (line["action"], line["reason"]) == ("import:undo", REASON)
    assert json.loads(line["inputs"])["updated"] == 1
    assert (await verify()).is_whole
    assert await scalar("SELECT COUNT(*) AS n FROM person WHERE name = 'Dr. Ann Bee'") == 1
    await undo_whole(first)
    assert await live_remarks() == []


async def test_the_same_file_can_be_imported_again_even_while_nothing_was_cleared_up_yet(engine, tmp_path):
    text = HEAD + contact(1, remark="one") + contact(2)
    await undoing.undo_batch(HOUSE, await bring(tmp_path, text), REASON)
    again = await commands.import_file(HOUSE, write(tmp_path, text), "ecommerce-contacts")
    assert (again.accepted, again.duplicates) == (2, 0)
    assert await scalar("SELECT COUNT(*) AS n FROM interaction") == 2


async def test_a_killed_clearing_up_goes_on_at_the_next_start_and_is_done_once(engine, tmp_path, monkeypatch):
    batch = await bring(tmp_path, HEAD + contact(1) + contact(2))

    async def killed(*_given):
        raise RuntimeError("killed")

    await undoing.undo_batch(HOUSE, batch, REASON)
    monkeypatch.setattr(taking_back, "sweep", killed)
    with pytest.raises(RuntimeError):
        await taking_back.finish(batch)
    monkeypatch.undo()
    assert await scalar("SELECT COUNT(*) AS n FROM interaction") == 2
    assert await live_remarks() == []
    assert await commands.sweep_unfinished() == 1
    assert await scalar("SELECT COUNT(*) AS n FROM interaction") == 0
    assert await commands.sweep_unfinished() == 0
    assert await scalar("SELECT state FROM import_batch WHERE id = {}", batch) == "undone"


async def test_a_batch_whose_rows_a_later_one_corrected_is_undone_after_that_one(engine, tmp_path):
    first = await bring(tmp_path, HEAD + contact(1, remark="old"))
    second = await bring(tmp_path, HEAD + contact(1, remark="new"), name="八月更正.csv")
    assert await codes(first) == {"later-batch": 1}
    with pytest.raises(errors.BatchUsed) as refused:
        await undoing.undo_batch(HOUSE, first, REASON)
    assert "八月更正.csv" in refused.value.text()
    assert await live_remarks() == ["new"]
    await undo_whole(second)
    await undo_whole(first)
    assert await live_remarks() == []


async def test_rows_that_a_later_file_only_repeated_are_told_of(engine, tmp_path):
    first = await bring(tmp_path, HEAD + contact(1))
    await bring(tmp_path, HEAD + contact(1) + contact(2), name="both.csv")
    (told,) = await undoing.uses(HOUSE, first)
    assert (told.code, told.count, told.refuses) == ("same-again", 1, False)
    await undo_whole(first)


async def test_answers_of_customers_hold_the_records_that_they_belong_to(engine, tmp_path):
    first = await bring(tmp_path, HEAD + contact(1))
    survey = await scalar(
        "INSERT INTO import_batch (profile_name, profile_version, profile_digest, source, target, file_name,"
        " file_sha256, file_bytes, state, records_read, accepted, rejected, duplicates, held, updated, unchanged,"
        " notes, started_at, version) VALUES ('x', 1, '0', 'ecommerce', 'survey', 's.csv', '0', 1, 'published', 1, 1,"
        " 0, 0, 0, 0, 0, '[]', {}, 1) RETURNING id",
        clock.now(),
    )
    interaction = await scalar("SELECT id FROM interaction")
    await SurveyAnswer.insert(
        SurveyAnswer(batch=survey, interaction=interaction, external_id="id-1", source="ecommerce", score=1, digest="1")
    )
    assert await codes(first) == {"answers": 1}
    await undo_whole(survey)
    assert await scalar("SELECT COUNT(*) AS n FROM survey_answer") == 0
    await undo_whole(first)


async def test_what_was_drawn_marked_scored_or_promised_holds_the_batch(engine, tmp_path):
    batch = await bring(tmp_path, HEAD + contact(1) + contact(2))
    parts = [one["id"] for one in await rows("SELECT id FROM agent_part ORDER BY id")]
    made = await make_uses(parts)
    assert await codes(batch) == {
        "in-frame": 2, "drawn": 1, "marked": 1, "score-run": 1, "follow-up": 1, "sheet": 1, "reward-event": 1,
    }  # fmt: skip
    hrefs = {one.code: one.href for one in await undoing.uses(HOUSE, batch)}
    assert hrefs["in-frame"] == f"/draws/{made['period']}"
    with pytest.raises(errors.BatchUsed):
        await undoing.undo_batch(HOUSE, batch, REASON)
    assert await scalar("SELECT COUNT(*) AS n FROM batch_undo") == 0


async def make_uses(parts: list[int]) -> dict[str, int]:
    """A frame with both parts, one of them drawn and marked, a month with a sheet, an event and a callback."""
    now, month = datetime(2023, 9, 1, tzinfo=UTC), date(2023, 8, 1)

    async def made(table: str, **given) -> int:
        names, places = ", ".join(given), ", ".join(["{}"] * len(given))
        return await scalar(f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id", *given.values())

    person = await scalar("SELECT person FROM agent_part WHERE id = {}", parts[0])
    unit = await made("unit", code="u", name="客服部", name_en="Service", kind="group", version=1)
    rule = await made(
        "rule_version", kind="form", code="f", version=1, name="表", name_en="Form", definition="{}", digest="0",
        state="published", from_on=month, source="s", created_at=now,
    )  # fmt: skip
    period = await made("draw_period", unit=unit, pay_month=month, from_on=month, until_on=date(2023, 8, 31),
                        state="drawn", version=1)  # fmt: skip
    frame = await made("frame", draw_period=period, sequence=0, plan=rule, root="0", leaf_count=2, exclusions="{}",
                       quotas="[]", named_value="v", value_known=False, committed_at=now,
                       journal_position=1)  # fmt: skip
    for place, part in enumerate(parts):
        await made("frame_leaf", frame=frame, position=place, part=part, leaf="x")
    draw = await made("draw", frame=frame, seed="0", seed_values="[]", seed_source="s", drawn_at=now)
    await made("draw_item", draw=draw, part=parts[0], position=0, ticket="0.1", stream="random", state="drawn")
    await made("evaluation", subject_kind="agent_part", part=parts[0], person=person, form=rule, origin="random",
               state="released", revision=1, mark="{}", seconds_spent=0, created_at=now, version=1)  # fmt: skip
    run = await made("score_run", unit=unit, pay_month=month, state="published", parameters=rule, inputs_digest="0",
                     results_digest="0", journal_head="0", random_seed=1, created_at=now)  # fmt: skip
    await made("scorecard", run=run, person=person, state="scored", weight_present_hundredths=0, explanation="{}")
    await made("sheet", unit=unit, pay_month=month, kind="monthly", state="draft", run=run, scheme=rule, author=1,
               payday_on=month, submit_by_on=month, submit_by_at=now, approve_by_on=month, approve_by_at=now,
               total_fen=0, pending_fen=0, created_at=now, version=1)  # fmt: skip
    evidence = json.dumps([{"kind": "chat", "reference": "id-2", "quote": "x"}])
    await made("reward_event", person=person, happened_on=month, kind="reward", rule=rule, rule_code="r", body="b",
               evidence=evidence, entered_by=1, entered_at=now, is_late=False, state="entered",
               version=1)  # fmt: skip
    interaction = await scalar("SELECT interaction FROM agent_part WHERE id = {}", parts[0])
    await made("follow_up", kind="complaint", unit=unit, interaction=interaction, body="b", due_at=now, version=1)
    return {"period": period}


async def test_a_claim_is_taken_back_before_its_batch(engine, tmp_path):
    await commands.import_file(HOUSE, write(tmp_path, STAFF, "staff.csv"), "staff-list")
    batch = await bring(tmp_path, HEAD + contact(1))
    await rows("UPDATE agent_part SET person = NULL, agent_label = '旗舰店/小安'")
    person = await scalar("SELECT id FROM person WHERE key = 'K1'")
    span = {"from_on": date(2023, 8, 1), "until_on": date(2024, 8, 31)}
    await rows("UPDATE person SET hired_on = NULL")
    made = await claim(HOUSE, Claim(label="旗舰店/小安", person=person, reason="组长确认", **span))
    assert await codes(batch) == {"claims": 1}
    await undo(HOUSE, made.claim, "认错了")
    assert await codes(batch) == {}
    await undo_whole(batch)
    assert await scalar("SELECT COUNT(*) AS n FROM part_resolution") == 0


async def test_lists_that_change_what_is_there_and_batches_that_do_not_count_are_refused(engine, tmp_path):
    staff = (await commands.import_file(HOUSE, write(tmp_path, STAFF, "staff.csv"), "staff-list")).batch
    with pytest.raises(errors.BatchNotUndoable):
        await undoing.undo_batch(HOUSE, staff, REASON)
    assert await codes(staff) == {"changed-in-place": 1}
    batch = await bring(tmp_path, HEAD + contact(1))
    with pytest.raises(errors.ReasonMissing):
        await undoing.undo_batch(HOUSE, batch, " ")
    await undo_whole(batch)
    with pytest.raises(errors.BatchNotPublished):
        await undoing.undo_batch(HOUSE, batch, REASON)
    other = await bring(tmp_path, HEAD + contact(1))
    await rows("UPDATE import_batch SET state = 'loading' WHERE id = {}", batch)  # as an import under way would be
    with pytest.raises(errors.SourceBusy):
        await undoing.undo_batch(HOUSE, other, REASON)


async def test_somebody_who_imports_for_a_unit_undoes_only_their_own(engine, database_url, tmp_path):
    batch = await bring(tmp_path, HEAD + contact(1))
    unit = await scalar("SELECT id FROM unit ORDER BY id LIMIT 1")
    headers = await bearer("lead", Role.QA_LEAD, unit=unit)
    await rows("UPDATE import_batch SET profile_name = 'gone'")
    async with client_of(database_url, data_folder=tmp_path) as client:
        answer = await client.post(f"/api/imports/{batch}/undo", json={"reason": REASON}, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:qa:undo-out-of-reach")
        assert (await client.get("/imports/999/undo", headers=headers)).status_code in (303, 404)


async def test_by_api_and_page_the_uses_are_listed_and_a_job_clears_up(engine, database_url, tmp_path):
    first = await bring(tmp_path, HEAD + contact(1))
    second = await bring(tmp_path, HEAD + contact(1, remark="new"), name="later.csv")
    headers = await bearer("lead", Role.QA_LEAD)
    await make_account("lead-1", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        uses = (await client.get(f"/api/imports/{first}/uses", headers=headers)).json()
        assert [(one["code"], one["href"]) for one in uses] == [("later-batch", f"/imports/{second}/undo")]
        refused = await client.post(f"/api/imports/{first}/undo", json={"reason": REASON}, headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:qa:batch-used")
        token = await page_client(client, "lead-1")
        page = await client.get(f"/imports/{first}/undo")
        assert "later.csv" in page.text
        assert 'name="reason"' not in page.text
        assert f"/imports/{second}/undo" in (await client.get(f"/imports/{second}")).text
        page = await client.get(f"/imports/{second}/undo")
        assert 'name="reason"' in page.text
        empty = await client.post(f"/imports/{second}/undo", data={"_csrf_token": token, "reason": ""})
        assert empty.status_code == 422
        done = await client.post(f"/imports/{second}/undo", data={"_csrf_token": token, "reason": REASON})
        assert done.status_code == 303
        await running.run_next()
        assert await scalar("SELECT COUNT(*) AS n FROM interaction") == 1
        page = (await client.get(f"/imports/{second}")).text
        assert REASON in page
        assert "lead-1" in page
        assert "已撤销" in page
        english = (await client.get(f"/imports/{second}/undo?lang=en")).text
        main = re.sub(r"<[^>]+>", "", english.split("<main")[1].split("</main")[0])
        assert not re.search("[\u4e00-\u9fff]", main)
        answer = await client.post(f"/api/imports/{first}/undo", json={"reason": REASON}, headers=headers)
        assert (answer.status_code, answer.json()["state"]) == (200, "undone")


async def test_writing_that_comes_between_the_check_and_the_undoing_is_seen(engine, tmp_path, monkeypatch):
    batch = await bring(tmp_path, HEAD + contact(1))
    checks, check = [], taking_back._check

    async def check_then_somebody_writes(batch_id):
        await check(batch_id)
        checks.append(batch_id)
        if len(checks) == 1:
            await commands.import_file(HOUSE, write(tmp_path, HEAD + contact(1, remark="new")), "ecommerce-contacts")

    monkeypatch.setattr(taking_back, "_check", check_then_somebody_writes)
    with pytest.raises(Refusal) as refused:
        await undoing.undo_batch(HOUSE, batch, REASON)
    assert refused.value.code == "batch-used"
