"""Rejected rows come back mended; a trial says what the import then does; nothing personal lies about."""

import csv
import io
import json
import os
import re
import stat
import time
from pathlib import Path

import pytest
import xlsxwriter

from qa_service import clock
from qa_service.database import row, rows, scalar
from qa_service.imports import errors, keeping, sinks
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure, folder
from qa_service.imports.profile_texts import LIBRARY, parse_profile
from qa_service.imports.staffing import register_check
from qa_service.language import speaking
from qa_service.probation.listed import lawful_probation
from qa_service.rewards.wage_commands import take_wages
from tests.builders import HOUSE, make_person
from tests.imports.test_import_file import HEAD, chat, contact, sums, write

pytestmark = pytest.mark.anyio
STAFF_HEAD = "工号,姓名,部门,组别,岗位,角色,直属主管工号,平台账号,入职日期,试用期截止,电话\n"


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")
    sinks.register("wage", take_wages)
    register_check(lawful_probation)


def heads_and_rows(path: str) -> tuple[list[str], list[dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8-sig")))
    return list(reader.fieldnames), list(reader)


def mended(path: str, folder: Path, **changes: str) -> Path:
    """The rejects file with each column of `changes` set, as a person would save it."""
    heads, found = heads_and_rows(path)
    text = io.StringIO()
    writer = csv.DictWriter(text, heads)
    writer.writeheader()
    writer.writerows({**one, **changes} for one in found)
    return write(folder, text.getvalue(), "mended.csv")


async def test_a_rejected_row_of_a_staff_list_is_the_files_own_and_comes_back_mended(engine, tmp_path):
    path = tmp_path / "staff.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, STAFF_HEAD.strip().split(","))
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, (number, group, manager) in enumerate(
            [("K1", "售前组", ""), ("K2", "售前组；质检组；早班", "K7")], 1
        ):
            sheet.write_row(
                line, 0, [number, f"员工{number}", "客服部", group, "客服；质检员", "客服；质检员", manager]
            )
            sheet.write_datetime(line, 8, clock.now().replace(tzinfo=None, hour=0, minute=0, second=0), day)
    report = await import_file(HOUSE, path, "staff-list")
    assert (report.accepted, report.rejected) == (1, 1)
    heads, (found,) = heads_and_rows(report.rejects_path)
    assert heads[5:] == STAFF_HEAD.strip().split(",")
    assert (found["组别"], found["入职日期"]) == ("售前组；质检组；早班", clock.now().strftime("%Y-%m-%d"))
    back = await import_file(HOUSE, mended(report.rejects_path, tmp_path, 组别="售前组；质检组"), "staff-list")
    assert (back.read, back.rejected) == (1, 1)  # its manager is unknown: a fault of the list as a whole
    heads, (found,) = heads_and_rows(back.rejects_path)
    assert (found["拒绝：列"], found["拒绝：值"], found["组别"]) == ("直属主管工号", "K7", "售前组；质检组")
    again = await import_file(HOUSE, mended(back.rejects_path, tmp_path, 直属主管工号="K1"), "staff-list")
    assert (again.read, again.accepted) == (1, 1)
    assert await scalar("SELECT COUNT(*) AS n FROM post") == 4


async def test_a_rejected_wage_is_in_yuan_and_comes_back_mended(engine, tmp_path):
    await make_person("K1")
    wages = "工号,月份,基本工资,绩效基数\nK1,2026-08,5000.50,800\nK9,2026-08,11000.25,-5\nK8,2026-08,11000.25,1200\n"
    report = await import_file(HOUSE, write(tmp_path, wages), "wage-records")
    assert (report.accepted, report.rejected) == (1, 2)
    _heads, (minus, unknown) = heads_and_rows(report.rejects_path)
    assert minus["绩效基数"] == "'-5"  # a spreadsheet would take it for a formula
    assert (unknown["拒绝：列"], unknown["拒绝：值"], unknown["基本工资"]) == ("工号", "K8", "11000.25")
    path = mended(report.rejects_path, tmp_path, 工号="K1", 月份="2026-09")
    back = await import_file(HOUSE, path, "wage-records")
    assert (back.accepted, back.rejected) == (1, 1)
    assert heads_and_rows(back.rejects_path)[1][0]["拒绝：值"] == "'-5"  # read as it was, refused as it was
    assert await scalar("SELECT base_fen FROM wage_record ORDER BY id DESC LIMIT 1") == 1_100_025


async def test_a_rejected_contact_keeps_its_columns_in_either_language(engine, tmp_path):
    text = HEAD + contact(1) + contact(1, remark="=other")
    with speaking("en"):
        report = await import_file(HOUSE, write(tmp_path, text), "ecommerce-contacts")
    heads, (found,) = heads_and_rows(report.rejects_path)
    assert heads[5:] == HEAD.strip().split(",")
    assert found["customer_remarks"] == "'=other"
    back = await import_file(HOUSE, mended(report.rejects_path, tmp_path, unique_id="id-2"), "ecommerce-contacts")
    assert (back.accepted, await scalar("SELECT remark FROM interaction ORDER BY id DESC LIMIT 1")) == (1, "=other")


STAFF_ROWS = "K1,沈若溪,客服部,售前组,客服,客服,K2,旗舰店/小宜,2024-01-01,,\nK2,林一禾,客服部,售前组,组长,主管,,,,,\n"
MOVED = STAFF_ROWS.replace("售前组,客服", "售后组,客服") + "K3,周晚,客服部,,客服,客服,K9,,,,\nK1,沈若溪,,,,客服,,,,,\n"
HOLDERS = "平台,账号,工号,起,止\n专营店,小柚,K1,2026-08-01 08:00,2026-08-01 12:00\n专营店,小柚,K9,2026-08-02 08:00,\n"
SURVEYS = "Unique id,CSAT Score\nid-1,4\nid-9,5\nid-1,7\nid-1,4\n"
WAGES = "工号,月份,基本工资\nK1,2026-08,5000\nK9,2026-08,7000\nK1,2026-08,5000\n"
RECORDS = "单据类型,订单号,客户,登记时间,登记人工号,内容\n订单备注,A1,张三,2026-08-01 10:00:00,K1,改地址\n" * 2
CASES = [
    ("staff-list", [STAFF_HEAD + STAFF_ROWS, STAFF_HEAD + STAFF_ROWS, STAFF_HEAD + MOVED]),
    ("account-holders", [HOLDERS, HOLDERS.replace("12:00", "13:00")]),
    ("ecommerce-contacts", [HEAD + "".join(contact(n % 700) for n in range(1200)), HEAD + contact(1, remark="x")]),
    ("ecommerce-survey", [SURVEYS, SURVEYS.replace(",4", ",3")]),
    ("wage-records", [WAGES, WAGES.replace("5000", "5100")]),
    ("shop-business-records", [RECORDS, RECORDS]),
]
COUNTS = ("read", "accepted", "rejected", "duplicates", "updated", "held")
TABLES = ("person", "post", "unit", "account", "account_role", "reporting_line", "platform_account", "account_holder",
          "interaction", "agent_part", "survey_answer", "held_row", "business_record", "wage_record", "import_batch",
          "import_reject", "journal_line")  # fmt: skip


async def sizes() -> dict[str, int]:
    return {table: await scalar(f"SELECT COUNT(*) AS n FROM {table}") for table in TABLES}


@pytest.mark.parametrize(("profile", "texts"), CASES)
async def test_a_trial_counts_what_the_import_then_counts_and_writes_nothing(engine, tmp_path, profile, texts):
    if profile != "staff-list":
        await make_person("K1")
    if profile == "ecommerce-survey":
        await import_file(HOUSE, write(tmp_path, HEAD + contact(1)), "ecommerce-contacts")
    for text in [*texts, texts[-1]]:
        path, before = write(tmp_path, text), await sizes()
        trial = await import_file(HOUSE, path, profile, dry_run=True)
        assert await sizes() == before
        real = await import_file(HOUSE, path, profile)
        assert {name: getattr(trial, name) for name in COUNTS} == {name: getattr(real, name) for name in COUNTS}
        assert sums(real) == real.read
        stored = await rows("SELECT line, code FROM import_reject WHERE batch = {} ORDER BY line, id", real.batch)
        assert [(one.line, one.code) for one in trial.rejects] == [(one["line"], one["code"]) for one in stored]
        if trial.rejects:
            assert Path(trial.rejects_path).read_bytes() == Path(real.rejects_path).read_bytes()


async def test_a_trial_of_records_that_wait_or_are_refused_counts_as_the_import(engine, tmp_path):
    chats = [chat("A", "旗舰店", "小宜", "09:00"), chat("B", "旗舰店", "小宜", "10:00")]
    path = write(tmp_path, json.dumps([*chats, {**chats[1], "渠道": "电话"}], ensure_ascii=False), "chats.json")
    refusing = parse_profile(Path(LIBRARY, "shop-chats.toml").read_text().replace('"hold"', '"reject"'))
    for profile in ("shop-chats", refusing):
        trial = await import_file(HOUSE, path, profile, dry_run=True)
        real = await import_file(HOUSE, path, profile)
        assert {name: getattr(trial, name) for name in COUNTS} == {name: getattr(real, name) for name in COUNTS}


async def test_the_preview_speaks_of_columns_and_values_as_people_write_them(engine, tmp_path):
    await make_person("K1")
    text = "工号,月份,基本工资,合同类型\nK1,2026-08,11000,固定期限\n"
    trial = await import_file(HOUSE, write(tmp_path, text), "wage-records", dry_run=True)
    assert trial.preview[0].fields == {
        "工号": "K1", "月份": "2026-08", "基本工资": "11,000.00", "合同类型": "固定期限"
    }  # fmt: skip
    with speaking("en"):
        staff = await import_file(HOUSE, write(tmp_path, STAFF_HEAD + STAFF_ROWS), "staff-list", dry_run=True)
    assert staff.preview[0].fields["Role"] == "agent"
    assert staff.preview[0].fields["Platform accounts"] == "旗舰店/小宜"
    assert staff.preview[0].fields["Hire date"] == "2024-01-01"


async def test_the_preview_leaves_out_what_the_list_as_a_whole_refuses_and_quotes_the_file_as_it_stands(
    engine, tmp_path
):
    text = STAFF_HEAD + STAFF_ROWS + "K3,周晚,客服部,,客服,大王,,,,,\nK4,何晴,客服部,,客服,客服,K9,,,,\n"
    with speaking("en"):
        trial = await import_file(HOUSE, write(tmp_path, text), "staff-list", dry_run=True)
    assert [one.line for one in trial.preview] == [2, 3]
    assert "“大王” in “角色”" in trial.rejects[0].sentence
    assert "客服, 质检员" in trial.rejects[0].sentence


async def test_a_rejected_row_is_masked_like_one_that_comes_in(engine, tmp_path):
    row_text = "K5,周晚,客服部,,客服,大王,,,,,19900001234\n"
    report = await import_file(HOUSE, write(tmp_path, STAFF_HEAD + row_text), "staff-list")
    contacts = HEAD + contact(3, reply="19900001234", remark="收件人杨宝山，地址浙江省杭州市西湖区南枝路97号1单元501室")
    other = await import_file(HOUSE, write(tmp_path, contacts), "ecommerce-contacts")
    kept = str(await rows("SELECT * FROM import_reject"))
    kept += "".join(Path(one.rejects_path).read_text(encoding="utf-8-sig") for one in (report, other))
    for said in ("19900001234", "杨宝山", "南枝路"):
        assert said not in kept
    assert "周晚" in kept  # our own people keep their names
    assert "西湖区" in kept


def test_kept_files_are_for_our_account_alone_and_go_when_nobody_waits_for_them(tmp_path):
    uploads = folder("uploads")
    assert stat.S_IMODE(uploads.stat().st_mode) == 0o700
    path = keeping.keep_rejects(HOUSE, b"x", "csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    old, waited_for = uploads / "old", uploads / "waited-for"
    for one in (old, waited_for):
        os.close(keeping.open_private(one))
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
        os.utime(one, (time.time() - 90_000,) * 2)
    (uploads / "fresh").write_bytes(b"x")
    assert keeping.sweep_kept(waiting=frozenset({"waited-for"}), older_than=keeping.DAY_SECONDS) == 1
    assert sorted(one.name for one in uploads.iterdir()) == ["fresh", "waited-for"]
    assert keeping.sweep_kept() == 3


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("试用期截止", "2031-01-01", "probation-too-long"),
        ("试用期截止", "2023-01-01", "ends-before-start"),
        ("角色", "大王", "unknown-choice"),
    ],
)
async def test_what_the_law_or_the_profile_does_not_allow_is_refused_at_its_column(
    engine, tmp_path, column, value, code
):
    heads = STAFF_HEAD.strip().split(",")
    cells = dict(zip(heads, ["K5", "周晚", "客服部", "", "客服", "客服", "", "", "2026-01-01", "", ""], strict=True))
    text = STAFF_HEAD + ",".join({**cells, column: value}.values()) + "\n"
    await import_file(HOUSE, write(tmp_path, text), "staff-list")
    found = await row('SELECT "column", value, code FROM import_reject')
    assert tuple(found.values()) == (column, value, code)


async def test_two_people_cannot_hold_one_account_openly_and_both_are_named(engine, tmp_path):
    await make_person("K1")
    await make_person("K2", name="林一禾")
    text = "平台,账号,工号,起,止\n专营店,小柚,K1,2026-08-01 08:00,\n专营店,小柚,K2,2026-08-02 08:00,\n"
    report = await import_file(HOUSE, write(tmp_path, text), "account-holders")
    assert (report.accepted, report.rejected) == (1, 1)
    assert await scalar("SELECT code FROM import_reject") == "two-holders"
    said = Path(report.rejects_path).read_text(encoding="utf-8-sig")
    assert "沈若溪（K1）和林一禾（K2）" in said
    handed = (
        "平台,账号,工号,起,止\n专营店,小柚,K2,2026-08-02 08:00,\n专营店,小柚,K1,2026-08-01 08:00,2026-08-02 08:00\n"
    )
    over = await import_file(HOUSE, write(tmp_path, handed), "account-holders")
    assert (over.accepted, over.updated, over.rejected) == (2, 1, 0)


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("a.json", b"[1, 2, 3]", errors.JsonNotRecords),
        ("a.xlsx", bytes(range(128, 256)) * 40, errors.NotWorkbook),
        ("a.xlsx", b"PK\x03\x04 no workbook", errors.NotWorkbook),
        ("a.csv", bytes([0xFF, 0x81]) * 400, errors.UnknownEncoding),
    ],
)
async def test_a_file_is_refused_for_what_it_is(engine, tmp_path, name, content, refusal):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(refusal):
        await import_file(HOUSE, path, "ecommerce-contacts")


async def test_the_head_of_a_wrong_file_is_its_first_line_not_a_row_that_holds_a_known_word(engine, tmp_path):
    text = "工号,姓名,部门,角色\n7001,Ann,客服部,agent\n7002,Bob,客服部,supervisor\n"
    with pytest.raises(errors.MissingColumns) as refused:
        await import_file(HOUSE, write(tmp_path, text), "ecommerce-contacts")
    assert refused.value.facts["line"] == 1
    assert "工号、姓名" in refused.value.text()
    with speaking("en"):
        said = refused.value.text()
    assert "E-commerce contacts" in said
    assert not re.search("[、（]", said)


async def test_notes_are_whole_in_english(engine, tmp_path):
    text = HEAD + contact(1, remark="call 13800138000")
    with speaking("en"):
        report = await import_file(HOUSE, write(tmp_path, text), "ecommerce-contacts")
    assert not [note for note in report.notes if re.search("[\u4e00-\u9fff、（）]", note)]
    assert any("2023-08 (1)" in note for note in report.notes)


async def test_rejected_chats_come_back_as_json_with_their_messages_and_can_be_mended(engine, tmp_path):
    wrong = {**chat("A", "旗舰店", "小宜", "09:00"), "渠道": "电报"}
    path = write(tmp_path, json.dumps([wrong], ensure_ascii=False), "chats.json")
    trial = await import_file(HOUSE, path, "shop-chats", dry_run=True)
    report = await import_file(HOUSE, path, "shop-chats")
    for kept in (trial.rejects_path, report.rejects_path):
        assert kept.endswith(".json")
        (found,) = json.loads(Path(kept).read_text(encoding="utf-8"))
        assert (found["拒绝：列"], found["拒绝：代码"]) == ("渠道", "unknown-choice")
        assert [one["发送方"] for one in found["消息"]] == ["客户", "机器人", "客服"]
        assert "13800138000" not in str(found)  # masked in the messages too
    found["渠道"] = "在线"
    back = await import_file(HOUSE, write(tmp_path, json.dumps([found]), "mended.json"), "shop-chats")
    assert (back.read, back.rejected, back.held) == (1, 0, 1)


async def test_reasons_in_a_file_of_rejects_are_joined_as_the_language_joins(engine, tmp_path):
    with speaking("en"):
        report = await import_file(HOUSE, write(tmp_path, "Unique id,CSAT Score\n,9\n"), "ecommerce-survey")
    _heads, (found,) = heads_and_rows(report.rejects_path)
    assert found["Rejected: code"] == "missing; out-of-range"
