"""The real totals come in whole, once, and give nobody's calls to nobody; figures counted from the files by csv alone.

The counts of a file are made here from its cells with the csv module, by other code than the import's.
"""

import csv
import gzip
import io
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest

from qa_service.database import rows, scalar
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.journal.queries import verify
from tests.builders import HOUSE

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")


def cells_of(path) -> list[dict[str, str]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def counts(report) -> tuple[int, ...]:
    return report.read, report.accepted, report.rejected, report.duplicates, report.held


def said(report, *sentences: str) -> None:
    for sentence in sentences:
        assert any(sentence in note for note in report.notes), (sentence, report.notes)


async def test_53902_days_of_operators_with_a_share_of_nobody_that_is_shown(engine, shared):
    path = shared / "data" / "operators" / "telecom_calls_daily.csv.gz"
    found = cells_of(path)
    once = [dict(zip(found[0], row, strict=True)) for row in dict.fromkeys(tuple(one.values()) for one in found)]
    nobody = [one for one in once if one["operator_id"] == "unknown"]
    calls, lost = (sum(int(one["calls_count"]) for one in some) for some in (once, nobody))
    missed = [one for one in once if one["is_missed_call"] == "True"]
    talked = sum(int(one["call_duration"]) > 0 for one in missed)
    silent = sum(one["call_duration"] == "0" for one in once if one["is_missed_call"] == "False")
    dialled = sum(int(one["calls_count"]) >= 1_000 for one in once)
    assert (len(found), len(once), len(nobody)) == (53_902, 49_002, 7_456)
    report = await import_file(HOUSE, path, "telephony-agent-days")
    assert counts(report) == (53_902, len(nobody), 0, len(found) - len(once), len(once) - len(nobody))
    said(report, f"没有写明客服的{len(nobody):,}行、{lost:,}通（占{calls:,}通的13.0%）", "漏接的呼入中占99.1%",
         f"写作漏接却有通话时长的{talked}行", f"写作接通却没有通话时长的{silent}行",
         f"1,000通以上的{dialled}行（最多4,817通）")  # fmt: skip
    by_month = Counter(one["date"][:7] for one in once)
    stored = await rows("SELECT local_on, COUNT(*) AS n FROM agent_day GROUP BY local_on ORDER BY local_on")
    months = Counter()
    for one in stored:
        months[str(one["local_on"])[:7]] += one["n"]
    assert months == by_month, "an offset of +03:00 moved a day"
    assert await scalar("SELECT COUNT(*) AS n FROM agent_day WHERE person IS NOT NULL") == 0
    again = await import_file(HOUSE, path, "telephony-agent-days")
    assert counts(again) == (53_902, 0, 0, 53_902, 0)
    assert await scalar("SELECT CAST(SUM(call_count) AS BIGINT) AS n FROM agent_day") == calls
    assert (await verify()).is_whole


async def test_1251_days_of_a_centre_with_the_broken_spring_of_2022(engine, shared):
    path = shared / "data" / "daily" / "call_center_daily_2020_2023.csv"
    found = cells_of(path)
    off = [
        one["Fecha"]
        for one in found
        if abs(Decimal(one["Answer Rate"]) * int(one["Incoming Calls"]) - int(one["Answered Calls"]))
        > Decimal("0.005") * int(one["Incoming Calls"])
    ]
    report = await import_file(HOUSE, path, "call-centre-days")
    assert counts(report) == (1_251, 1_251, 0, 0, 0)
    said(report, f"对不上的{len(off)}天：{off[0]}", "突变的7个月", "2022-03", "2022-04（621/145, 67%）")
    assert not any("首尾之间缺" in note for note in report.notes), "the file has no gap"
    for column, name in (("received_count", "Incoming Calls"), ("answered_count", "Answered Calls")):
        total = await scalar(f"SELECT CAST(SUM({column}) AS BIGINT) AS n FROM unit_day")
        assert total == sum(int(one[name]) for one in found)
    assert counts(await import_file(HOUSE, path, "call-centre-days")) == (1_251, 0, 0, 1_251, 0)


async def test_740_absences_of_36_people_with_equal_rows_kept(engine, shared):
    path = shared / "data" / "hr" / "absenteeism_at_work.csv"
    found = cells_of(path)
    heads = ("ID", "Reason for absence", "Month of absence", "Day of the week", "Work load Average/day ", "Hit target",
             "Absenteeism time in hours")  # fmt: skip
    equal = len(found) - len({tuple(one[head] for head in heads) for one in found})
    report = await import_file(HOUSE, path, "absences-by-weekday")
    assert counts(report) == (740, 0, 0, 0, 740), "nobody of them is in the staff list"
    unknown = sum(one["Month of absence"] == "0" for one in found)
    nothing = sum(one["Absenteeism time in hours"] == "0" for one in found)
    said(report, f"月份不详的{unknown}条", f"时长为0的{nothing}条", f"内容完全相同的{equal}条")
    hours = sum(int(one["Absenteeism time in hours"]) for one in found)
    assert await scalar("SELECT CAST(SUM(absent_seconds) AS BIGINT) AS n FROM absence") == hours * 3_600
    assert await scalar("SELECT COUNT(DISTINCT agent_label) AS n FROM absence") == 36
    assert counts(await import_file(HOUSE, path, "absences-by-weekday")) == (740, 0, 0, 740, 0)


async def test_1197_team_days_without_the_one_that_a_spreadsheet_destroyed(engine, shared):
    path = shared / "data" / "hr" / "team_productivity_incentive.csv"
    found = cells_of(path)
    whole = [one for one in found if one["year"] != "7/12/1905"]
    cents = {name: [Decimal(one[name]).quantize(Decimal("0.0001"), ROUND_HALF_UP) for one in whole]
             for name in ("targeted_productivity", "actual_productivity")}  # fmt: skip
    missed = [
        target - reached
        for one, target, reached in zip(whole, *cents.values(), strict=True)
        if int(one["incentive"]) > 0 and reached < target
    ]
    far = sum(short >= Decimal("0.1") for short in missed)
    half = sum(".5" in one["no_of_workers"] for one in whole)
    report = await import_file(HOUSE, path, "team-targets")
    assert counts(report) == (1_197, 1_196, 1, 0, 0)
    refused = await rows('SELECT line, "column", value, code FROM import_reject')
    assert refused == [{"line": 2, "column": "year", "value": "7/12/1905", "code": "out-of-range"}]
    said(report, f"没有达到目标却有奖金的{len(missed)}行，其中差10个百分点以上的{far}行", "10倍的10行：2015-03-09",
         "目标低于10%的1行", f"人数有半个人的{half}行")  # fmt: skip
    bonus = sum(int(one["incentive"]) for one in whole)
    assert await scalar("SELECT CAST(SUM(bonus_fen) AS BIGINT) AS n FROM team_day") == bonus * 100
    assert await scalar("SELECT COUNT(DISTINCT department) AS n FROM team_day") == 2
    assert counts(await import_file(HOUSE, path, "team-targets")) == (1_197, 0, 1, 1_196, 0)


async def test_732_clients_whose_dates_are_written_otherwise_than_those_of_their_calls(engine, shared):
    path = shared / "data" / "operators" / "telecom_clients.csv"
    found = cells_of(path)
    report = await import_file(HOUSE, path, "telephony-clients")
    assert counts(report) == (732, 732, 0, 0, 0)
    stored = await rows("SELECT buyer_key, recorded_on, columns FROM business_record ORDER BY id")
    first = found[0]
    month, day, year = first["date_start"].split("/")
    assert (stored[0]["buyer_key"], str(stored[0]["recorded_on"])) == (
        first["user_id"], f"{year}-{int(month):02d}-{int(day):02d}",
    )  # fmt: skip
    assert first["tariff_plan"] in stored[0]["columns"]
    assert counts(await import_file(HOUSE, path, "telephony-clients")) == (732, 0, 0, 732, 0)
