"""A file comes in whole and once: the sum rule, idempotence, corrections, rejects, what waits, and kills."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest

from qa_service import clock
from qa_service.database import row, rows, scalar
from qa_service.imports import commands, errors
from qa_service.imports.configuring import configure
from qa_service.imports.profile_texts import known_profiles, load_profile
from qa_service.imports.runs import CHUNK
from qa_service.interactions import commands as interactions
from qa_service.journal.queries import verify
from tests.builders import HOUSE

pytestmark = pytest.mark.anyio

STAFF = "工号,姓名,部门,组别,岗位,角色,平台账号,入职日期\nK1,沈若溪,客服部,售前组,客服,客服,旗舰店/小宜,2024-01-01\n"
HEAD = "unique_id,channel_name,issue_reported_at,issue_responded,agent_name,supervisor,manager,customer_remarks\n"


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")


def contact(number: int, *, reply: str = "17/08/2023 14:56", agent: str = "Dr. Ann Bee", remark: str = "") -> str:
    return f"id-{number},Inbound,17/08/2023 14:55,{reply},{agent},Sue Lee,Max Cho,{remark}\n"


def write(folder: Path, text: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def sums(report) -> int:
    return report.accepted + report.rejected + report.duplicates + report.held


async def test_contacts_create_their_agents_with_titles_kept_and_are_counted_once(engine, tmp_path):
    path = write(tmp_path, HEAD + contact(1) + contact(2, reply="28/08/2023 00:00") + contact(3, agent="Ann Bee"))
    report = await commands.import_file(HOUSE, path, "ecommerce-contacts")
    assert (report.read, report.accepted, report.rejected) == (3, 3, 0)
    names = {one["name"] for one in await rows("SELECT name FROM person")}
    assert names == {"Dr. Ann Bee", "Ann Bee", "Sue Lee", "Max Cho"}
    lost = await row("SELECT p.response_seconds, p.time_known, p.local_on FROM agent_part p"
                     " JOIN interaction i ON i.id = p.interaction WHERE i.external_id = 'id-2'")  # fmt: skip
    assert lost["response_seconds"] is None
    assert not lost["time_known"]
    assert str(lost["local_on"]) == "2023-08-28"
    assert any("00:00" in note for note in report.notes)


async def test_every_manager_of_a_supervisor_is_kept_from_the_first_day_that_the_file_shows(engine, tmp_path):
    early = contact(2, reply="03/08/2023 09:00", agent="Bo Roe").replace("Max Cho", "Ida Fry")
    path = write(tmp_path, HEAD + contact(1) + early + contact(3, reply="16/08/2023 15:00"))
    report = await commands.import_file(HOUSE, path, "ecommerce-contacts")
    lines = (
        "SELECT p.name, m.name AS leader, r.from_on FROM reporting_line r JOIN person p ON p.id = r.person"
        " JOIN person m ON m.id = r.reports_to ORDER BY p.name, m.name"
    )
    expected = [
        ("Bo Roe", "Sue Lee", "2023-08-03"), ("Dr. Ann Bee", "Sue Lee", "2023-08-16"),
        ("Sue Lee", "Ida Fry", "2023-08-03"), ("Sue Lee", "Max Cho", "2023-08-16"),
    ]  # fmt: skip
    assert [(one["name"], one["leader"], str(one["from_on"])) for one in await rows(lines)] == expected
    assert "1位主管中有1位归不止一位经理（共2对），都已保留" in report.notes
    # A later file of another manager adds one line and doubles none.
    more = write(tmp_path, HEAD + contact(9).replace("Max Cho", "Cyd Orr"), "more.csv")
    await commands.import_file(HOUSE, more, "ecommerce-contacts")
    assert len(await rows(lines)) == 5


async def test_the_same_file_again_changes_nothing_and_a_corrected_row_is_an_update(engine, tmp_path):
    path = write(tmp_path, HEAD + contact(1) + contact(2))
    await commands.import_file(HOUSE, path, "ecommerce-contacts")
    again = await commands.import_file(HOUSE, path, "ecommerce-contacts")
    assert (again.accepted, again.duplicates) == (0, 2)
    write(tmp_path, HEAD + contact(1) + contact(2, remark="corrected"))
    mended = await commands.import_file(HOUSE, path, "ecommerce-contacts")
    assert (mended.accepted, mended.updated, mended.duplicates) == (1, 1, 1)
    assert sums(mended) == mended.read == 2
    assert await scalar("SELECT COUNT(*) AS n FROM interaction WHERE external_id = 'id-2'") == 2


async def test_a_bad_row_is_rejected_with_line_column_value_and_reason_and_comes_back_mended(engine, tmp_path):
    bad = contact(2, reply="31/02/2023 10:00")
    report = await commands.import_file(HOUSE, write(tmp_path, HEAD + contact(1) + bad), "ecommerce-contacts")
    assert (report.accepted, report.rejected, sums(report)) == (1, 1, report.read)
    found = await row("SELECT * FROM import_reject")
    assert (found["line"], found["column"], found["value"], found["code"]) == (
        3, "issue_responded", "31/02/2023 10:00", "bad-date",
    )  # fmt: skip
    text = Path(report.rejects_path).read_text(encoding="utf-8-sig")
    assert "31/02/2023" in text
    assert "不是有效日期" in text
    mended = write(tmp_path, text.replace("31/02/2023", "28/02/2023"), "mended.csv")
    back = await commands.import_file(HOUSE, mended, "ecommerce-contacts")
    assert (back.read, back.accepted) == (1, 1)


async def test_a_dry_run_previews_and_writes_nothing(engine, tmp_path):
    path = write(tmp_path, HEAD + contact(1) + contact(2, reply="soon"))
    report = await commands.import_file(HOUSE, path, "ecommerce-contacts", dry_run=True)
    assert (report.batch, report.accepted, report.rejected) == (None, 1, 1)
    assert report.preview[0].fields["unique_id"] == "id-1"
    assert report.rejects[0].code == "bad-date"
    for table in ("interaction", "person", "import_batch", "journal_line"):
        assert await scalar(f"SELECT COUNT(*) AS n FROM {table}") == 0


async def test_two_versions_of_one_id_in_a_file_are_not_guessed(engine, tmp_path):
    path = write(tmp_path, HEAD + contact(1) + contact(1, remark="other") + contact(1))
    report = await commands.import_file(HOUSE, path, "ecommerce-contacts")
    assert (report.accepted, report.rejected, report.duplicates) == (1, 1, 1)


async def test_late_scores_join_wait_or_change_nothing(engine, tmp_path):
    await commands.import_file(HOUSE, write(tmp_path, HEAD + contact(1)), "ecommerce-contacts")
    scores = write(tmp_path, "Unique id,CSAT Score\nid-1,4\nid-9,5\nid-1,7\n", "s.csv")
    report = await commands.import_file(HOUSE, scores, "ecommerce-survey")
    assert (report.read, report.accepted, report.held, report.rejected) == (3, 1, 1, 1)
    assert (await row("SELECT key, reason FROM held_row")) == {"key": "id-9", "reason": "no-interaction"}
    again = await commands.import_file(HOUSE, scores, "ecommerce-survey")
    assert (again.accepted, again.held, again.duplicates) == (0, 0, 2), "what waits is not held twice"
    assert await scalar("SELECT COUNT(*) AS n FROM survey_answer") == 1


async def test_a_shop_account_is_resolved_by_its_holder_of_the_time_and_nobody_is_guessed(engine, tmp_path):
    staff = await commands.import_file(HOUSE, write(tmp_path, STAFF), "staff-list")
    assert staff.accepted == 1
    holders = (
        "平台,账号,工号,起,止\n专营店,小柚,K1,2026-08-01 08:00,2026-08-01 12:00\n专营店,小柚,K9,2026-08-02 08:00,\n"
    )
    held = await commands.import_file(HOUSE, write(tmp_path, holders, "h.csv"), "account-holders")
    assert (held.accepted, held.rejected) == (1, 1)
    chats = [
        chat("A", "专营店", "小柚", "09:00"),
        chat("B", "专营店", "小柚", "13:00"),
        chat("C", "旗舰店", "小宜", "13:00"),
    ]
    path = tmp_path / "chats.json.gz"
    path.write_bytes(gzip.compress(json.dumps(chats, ensure_ascii=False).encode()))
    report = await commands.import_file(HOUSE, path, "shop-chats")
    assert (report.accepted, report.held) == (2, 1)
    part = await row("SELECT p.first_reply_seconds, p.person FROM agent_part p JOIN interaction i"
                     " ON i.id = p.interaction WHERE i.external_id = 'A'")  # fmt: skip
    assert part["first_reply_seconds"] == 30
    body = await scalar("SELECT body FROM message ORDER BY id LIMIT 1")
    assert "13800138000" not in body
    assert "手机#" in body


def chat(name: str, platform: str, account: str, at: str) -> dict:
    said = [("客户", f"{at}:00", "请打13800138000"), ("机器人", f"{at}:01", "您好"), ("客服", f"{at}:30", "在的")]
    return {
        "记录编号": name, "渠道": "在线", "类型": "售前", "平台": platform, "店铺账号": account, "客服工号": "",
        "开始时间": f"2026-08-01 {at}:00", "结束时间": f"2026-08-01 {at}:50",
        "消息": [{"时间": f"2026-08-01 {t}", "发送方": w, "类型": "文字", "内容": text} for w, t, text in said],
    }  # fmt: skip


async def test_a_killed_import_leaves_nothing_and_the_next_one_brings_everything(engine, tmp_path, monkeypatch):
    path = write(tmp_path, HEAD + "".join(contact(n) for n in range(1200)))

    class Killed(BaseException):
        pass

    async def kill(done, total, stage):
        if done >= 2 * CHUNK:
            raise Killed

    with pytest.raises(Killed):
        await commands.import_file(HOUSE, path, "ecommerce-contacts", progress=kill)
    assert await scalar("SELECT COUNT(*) AS n FROM interaction") == 2 * CHUNK
    late = clock.now() - timedelta(seconds=1)
    await rows("UPDATE import_batch SET lease_until = {} RETURNING id", late)
    assert await commands.sweep_unfinished() == 1
    assert await scalar("SELECT COUNT(*) AS n FROM interaction") == 0
    report = await commands.import_file(HOUSE, path, "ecommerce-contacts")
    assert (report.accepted, report.duplicates) == (1200, 0)
    assert (await verify()).is_whole


async def test_a_living_import_of_the_same_source_is_not_disturbed(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "WAIT_SECONDS", 1)
    profile = load_profile("ecommerce-contacts")
    start = interactions.BatchStart(
        profile_name=profile.name, profile_version=1, profile_digest="", source=profile.source, target=profile.target,
        file_name="", file_sha256="", file_bytes=0,
    )  # fmt: skip
    await interactions.open_batch(HOUSE, start)
    with pytest.raises(errors.ImportBusy):
        await commands.import_file(HOUSE, write(tmp_path, HEAD + contact(1)), "ecommerce-contacts")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", errors.FileEmpty),
        (HEAD, errors.HeadOnly),
        ("a,b\n1,2\n", errors.MissingColumns),
        (HEAD + '"id-1,Inbound\n' * 3, errors.UnclosedQuote),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(engine, tmp_path, text, refusal):
    with pytest.raises(refusal):
        await commands.import_file(HOUSE, write(tmp_path, text), "ecommerce-contacts")
    assert await scalar("SELECT COUNT(*) AS n FROM import_batch") == 0


@pytest.mark.parametrize(
    ("name", "refusal", "fact"),
    [
        ("lfs_pointer_not_data.csv", errors.LfsPointer, "3471369"),
        ("wrong_export_no_ids.csv", errors.MissingColumns, "unique_id"),
    ],
)
async def test_the_two_bad_files_are_refused_with_the_true_reason(engine, shared, name, refusal, fact):
    with pytest.raises(refusal) as refused:
        await commands.import_file(HOUSE, shared / "data" / "bad" / name, "ecommerce-contacts")
    assert fact in refused.value.text()


def test_every_profile_of_the_library_is_sound():
    assert len(known_profiles()) == 14
    for name in known_profiles():
        assert load_profile(name).name == name
