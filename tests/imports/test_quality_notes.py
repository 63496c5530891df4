"""What a batch should be read with: counted while it comes in, listed to be looked at, told beside the KPIs."""

import re
from datetime import date, timedelta

import pytest

from qa_service.database import rows, scalar
from qa_service.imports import commands, notes, noticing, queries
from qa_service.imports.configuring import configure
from qa_service.imports.garbled import is_garbled
from qa_service.imports.noted import keep_lists
from qa_service.imports.noticing import Listed
from qa_service.imports.profile_texts import library_text, parse_profile
from qa_service.imports.volumes import breaks_in
from qa_service.interactions.commands import BatchStart, open_batch, sweep
from qa_service.interactions.errors import BatchNotLoading
from qa_service.kpis.facts import fact_names
from qa_service.kpis.notes import LEAVES_OUT, TOUCHES, sentences, with_notes
from qa_service.language import speaking
from qa_service.people.access import Role
from rubrics.pack_records import Kpi
from rubrics.packs import load_pack
from tests.builders import HOUSE, bearer, client_of
from tests.imports.test_import_file import write

pytestmark = pytest.mark.anyio
HEAD = (
    "unique_id,channel_name,issue_reported_at,issue_responded,agent_name,customer_remarks,order_date_time,"
    "connected_handling_time\n"
)


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")


def contact(
    number: int, *, asked: str = "17/08/2023 14:55", reply: str = "17/08/2023 15:10", agent: str = "Ann Bee",
    remark: str = "", ordered: str = "", handling: str = "60",
) -> str:  # fmt: skip
    return f"id-{number},Inbound,{asked},{reply},{agent},{remark},{ordered},{handling}\n"


def lost_day(count: int, *, start: int = 100) -> str:
    """A day on which nearly all answers say 00:00: some before their question, some long after."""
    return "".join(
        contact(start + n, asked=f"{28 - n % 2}/08/2023 {9 + n % 10:02d}:{n:02d}", reply="28/08/2023 00:00")
        for n in range(count)
    )


FAULTY = (
    lost_day(30)
    + contact(1, asked="28/08/2023 10:00", reply="28/08/2023 10:30")
    + contact(2, asked="17/08/2023 09:00", reply="17/08/2023 00:00")
    + contact(3, asked="16/08/2023 09:00", reply="17/08/2023 00:00")
    + contact(4, asked="17/08/2023 12:00", reply="17/08/2023 11:00")
    + contact(5, asked="17/08/2023 12:00", ordered="19/08/2023 08:00")
    + contact(6, asked="31/07/2023 23:00", reply="01/08/2023 09:00")
    + contact(7, remark="good ????", asked="17/08/2023 12:01")
    + contact(8, remark="鈥檛 work 馃槉馃槉", asked="17/08/2023 12:02")
    + contact(9, remark="twice", asked="17/08/2023 12:03")
    + contact(10, remark="twice", asked="17/08/2023 12:03")
    + contact(11, remark="twice", asked="17/08/2023 12:03", reply="18/08/2023 00:00")
)


async def imported(tmp_path, text: str = FAULTY):
    return await commands.import_file(HOUSE, write(tmp_path, HEAD + text), "ecommerce-contacts")


async def test_each_fault_of_a_file_is_counted_in_a_sentence(engine, tmp_path):
    report = await imported(tmp_path)
    for sentence in (
        "8月28日：31条答复中有30条写着00:00，时间不详，差值不论正负都不计入响应时长",
        "另有3条答复写着00:00，时间不详，不计入响应时长",
        "另有2条答复早于提问，已列出",
        "其中1条在别的月份开始",
        "1条的下单时间晚于来访，已列出；下单时间不参与计算",
        "1条备注里有“????”，是丢了的表情或文字，已列出",
        "1条备注是乱码（编码读错），已列出",
        "1条除编号外与另一条完全相同，已列出；各算一条",
    ):
        assert sentence in report.notes
    assert not any("没有处理时长" in one for one in report.notes)


async def test_a_file_without_faults_has_no_such_notes(engine, tmp_path):
    report = await imported(tmp_path, contact(1, remark="fine") + contact(2, remark="也好，谢谢"))
    assert [one for one in report.notes if re.search("00:00|早于|晚于|相同|乱码|[?]|平常", one)] == []


async def test_the_records_of_a_note_are_listed_and_only_they(engine, tmp_path):
    report = await imported(tmp_path)
    batch = await queries.batch(HOUSE, report.batch)
    lists = {one.records: one.code for one in batch.notes if one.records}
    assert lists["lost-times-2023-08-28"] == "lost-times"
    _, backwards = await queries.noted_records(HOUSE, report.batch, "backwards")
    assert [(one.external_id, one.value) for one in backwards] == [
        ("id-4", "2023-08-17 12:00 → 2023-08-17 11:00"), ("id-2", "2023-08-17 09:00 → 2023-08-17 00:00"),
    ]  # fmt: skip
    known = {one["external_id"]: one["id"] for one in await rows("SELECT id, external_id FROM interaction")}
    assert [one.interaction for one in backwards] == [known["id-4"], known["id-2"]]
    _, first = await queries.noted_records(HOUSE, report.batch, "lost-times-2023-08-28", limit=20)
    _, rest = await queries.noted_records(HOUSE, report.batch, "lost-times-2023-08-28", after=first[-1].id, limit=20)
    assert [one.external_id for one in [*first, *rest]] == [f"id-{100 + n}" for n in range(30)]
    assert {one["value"] for one in await rows("SELECT value FROM noted_record WHERE note = 'equal-rows'")} == {
        "= id-9"
    }


async def test_a_list_that_would_be_too_long_says_so_and_its_count_stays_whole(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(notes, "MOST_LISTED", 3)
    monkeypatch.setattr(noticing, "MOST_LISTED", 3)
    report = await imported(tmp_path)
    assert (
        "8月28日：31条答复中有30条写着00:00，时间不详，差值不论正负都不计入响应时长；只列出前3条" in report.notes
    )
    assert "1条备注是乱码（编码读错），已列出" in report.notes
    assert await scalar("SELECT COUNT(*) AS n FROM noted_record WHERE note = 'lost-times-2023-08-28'") == 3


async def test_a_trial_says_the_same_and_lists_nothing(engine, tmp_path):
    path = write(tmp_path, HEAD + FAULTY)
    trial = await commands.import_file(HOUSE, path, "ecommerce-contacts", dry_run=True)
    assert await scalar("SELECT COUNT(*) AS n FROM noted_record") == 0
    assert trial.notes == (await commands.import_file(HOUSE, path, "ecommerce-contacts")).notes


async def test_what_a_batch_listed_goes_with_it_when_it_is_swept(engine, tmp_path):
    report = await imported(tmp_path, contact(1))
    start = BatchStart(
        profile_name="x", profile_version=1, profile_digest="", source="other", target="interaction", file_name="",
        file_sha256="", file_bytes=0,
    )  # fmt: skip
    batch = await open_batch(HOUSE, start)
    await keep_lists(batch, {"backwards": [Listed("a", "1 → 0")] * 4_001})
    await keep_lists(batch, {})
    assert await scalar("SELECT COUNT(*) AS n FROM noted_record") == 4_001
    await sweep(batch)
    assert await scalar("SELECT COUNT(*) AS n FROM noted_record") == 0
    with pytest.raises(BatchNotLoading):
        await keep_lists(report.batch, {"backwards": [Listed("a", "")]})


async def test_rows_that_are_refused_as_a_whole_are_not_counted_among_the_empty(engine, tmp_path):
    report = await imported(tmp_path, contact(1) + contact(2, reply="soon", handling="") + contact(3, handling=""))
    assert report.rejected == 1
    assert not any("没有处理时长" in one for one in report.notes), "one of two has it"


async def test_agents_whom_nobody_named_are_a_share_of_all(engine, tmp_path):
    text = library_text("ecommerce-contacts").replace('name = "ecommerce-contacts"', 'name = "unnamed"', 1)
    text = text.replace('aliases = ["agent_name"]\nrequired = true', 'aliases = ["agent_name"]')
    path = write(tmp_path, HEAD + contact(1) + contact(2, agent="") + contact(3, agent=""))
    report = await commands.import_file(HOUSE, path, parse_profile(text, "unnamed"))
    assert "2条（占66.7%）没有写明客服，按人的指标看不到它们" in report.notes


async def test_by_page_and_api_a_note_opens_its_records_and_an_unknown_one_is_not_found(
    engine, database_url, tmp_path
):
    report = await imported(tmp_path)
    async with client_of(database_url, data_folder=tmp_path) as client:
        headers = await bearer("lead", Role.QA_LEAD)
        told = (await client.get(f"/api/imports/{report.batch}", headers=headers)).json()["notes"]
        assert {one["records"] for one in told} >= {None, "backwards", "equal-rows"}
        page = await client.get(f"/imports/{report.batch}", headers=headers)
        assert f'href="/imports/{report.batch}/notes/backwards"' in page.text
        listed = await client.get(f"/imports/{report.batch}/notes/lost-times-2023-08-28?lang=en", headers=headers)
        assert "28 Aug: 30 of 31 answers say 00:00" in listed.text
        assert listed.text.count('href="/interactions/') >= 30
        found = await client.get(f"/api/imports/{report.batch}/notes/backwards", headers=headers)
        assert [one["external_id"] for one in found.json()] == ["id-4", "id-2"]
        file = await client.get(f"/imports/{report.batch}/notes/backwards?format=csv", headers=headers)
        assert "2023-08-17 12:00 → 2023-08-17 11:00" in file.content.decode("utf-8-sig")
        for address in (f"/api/imports/{report.batch}/notes/none", f"/imports/{report.batch}/notes/none"):
            assert (await client.get(address, headers=headers)).status_code == 404
        stranger = await bearer("agent", Role.AGENT)
        refused = await client.get(f"/imports/{report.batch}/notes/backwards", headers=stranger)
        assert refused.status_code == 403


async def test_a_kpi_says_how_many_of_this_person_are_left_out_and_why(engine, tmp_path):
    await imported(tmp_path)
    person = await scalar("SELECT id FROM person WHERE name = 'Ann Bee'")
    kpis = load_pack("ecommerce-contacts").all(Kpi, date(2026, 10, 1))
    given = [{"person": person, "kpi": key, "left_out": 33 if key == "response_time" else 0} for key in kpis]
    said = {one["kpi"]: sentences(one) for one in await with_notes(given, kpis, date(2023, 8, 1))}
    (timed,) = said["response_time"]
    assert timed.startswith("未计入33条：8月28日：31条答复中有30条写着00:00")
    assert said["satisfaction"] == []
    assert said["response_in_hour"] == [], "nothing of this person is left out of it"
    with speaking("en"):
        (english,) = sentences((await with_notes(given, kpis, date(2023, 8, 1)))[list(kpis).index("response_time")])
    assert english.startswith("33 are left out: 28 Aug: 30 of 31 answers say 00:00")
    july = await with_notes(given, kpis, date(2023, 7, 1))
    assert all(sentences(one) == [] for one in july), "no record of this person is July's"


def test_what_touches_a_kpi_is_made_of_counts_that_exist():
    counts = set(fact_names()) | {"unhandled_parts", "transfer_unknown_parts", "unpriced_parts"}
    assert set().union(*TOUCHES.values()) <= counts
    assert set(TOUCHES) >= LEAVES_OUT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it doesn鈥檛 work 馃槉馃槉", True), ("闁肩儤甯￠崺妞ゆ垼", True), ("锟斤拷", True), ("donâ€™t", True),
        ("bad \ufffd", True), ("很好，谢谢！发货很快", False), ("玮玮和瑜瑜都满意", False), ("plain", False),
        ("長門開關還沒修好，請盡快處理", False), ("簡單講，錢還沒退，轉帳轉錯了", False),
        ("naïve café", False), ("", False), ("好評😊", False),
    ],
)  # fmt: skip
def test_a_text_in_a_wrong_encoding_is_told_from_honest_ones(text, expected):
    assert is_garbled(text) is expected


def month_of(counts: dict[int, int], days: int = 35) -> dict[date, int]:
    return {date(2023, 8, 1) + timedelta(days=n): counts.get(n, 200 if n % 7 else 60) for n in range(days)}


def test_a_day_far_below_its_weekday_is_a_break_and_a_small_weekday_is_none():
    assert breaks_in(month_of({})) == []
    found = breaks_in(month_of({10: 80, 12: 101}))
    assert [(one.on, one.count, one.usual) for one in found] == [(date(2023, 8, 11), 80, 200)]
    days = month_of({})
    del days[date(2023, 8, 16)]
    assert [(one.on, one.count) for one in breaks_in(days)] == [(date(2023, 8, 16), 0)]
    assert breaks_in(month_of({10: 1}, days=14)) == [], "two weeks do not say what is usual"
    assert breaks_in({}) == []
