"""The generated department: the same from the same seed, complete, and without gaps in its references."""

import hashlib
import re
from collections import Counter
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from qa_service.demo import generate
from qa_service.demo.people import agents, monitors
from tests.demo.conftest import read_gz, read_rows

PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def digests(folder) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    one = generate(tmp_path / "one", seed=5, chats_per_day=1)
    two = generate(tmp_path / "two", seed=5, chats_per_day=1)
    other = generate(tmp_path / "other", seed=6, chats_per_day=1)
    assert digests(one.folder) == digests(two.folder)
    assert (one.truth, one.events, one.roster, one.unresolved) == (two.truth, two.events, two.roster, two.unresolved)
    assert not set(digests(one.folder).values()) & set(digests(other.folder).values())


def test_other_months_may_be_asked_for_across_a_new_year(tmp_path):
    months = (date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1))
    data = generate(tmp_path, months=months, chats_per_day=1)
    assert [files.month for files in data.months] == list(months)
    assert {chat["开始时间"][:7] for chat in read_gz(data.months[2].chats)} == {"2027-02"}


@pytest.mark.parametrize(
    "months",
    [(), (date(2026, 8, 1),), (date(2026, 8, 1), date(2026, 10, 1), date(2026, 11, 1)), (date(2026, 8, 2),) * 3],
)
def test_months_that_are_not_three_in_a_row_are_refused(tmp_path, months):
    with pytest.raises(ValueError, match="three or more months"):
        generate(tmp_path, months=months)


def test_the_department_has_its_people_and_the_probationer_is_due_in_the_third_month(department):
    data = department.data
    assert (len(agents(data.people, "售前")), len(agents(data.people, "售后"))) == (15, 9)
    assert Counter(person.role for person in data.people) == {
        "客服": 24, "质检员": 3, "主管": 2, "经理": 1, "质检主管": 1, "人事": 1, "审计": 1, "管理员": 1,
    }  # fmt: skip
    assert len({person.name for person in data.people}) == len(data.people)
    newcomer = next(person for person in data.people if person.staff_no == data.truth.probationer)
    assert (newcomer.hired_on, newcomer.probation_until) == (date(2026, 9, 7), date(2026, 11, 6))
    assert newcomer.contract_until == date(2028, 9, 6)


def test_the_staff_list_reads_back_as_a_workbook(department):
    rows = CalamineWorkbook.from_path(department.data.staff_file).get_sheet_by_name("员工名册").to_python()
    heads = dict(zip(rows[0], rows[1:][-1], strict=True))
    assert rows[0][0] == "工号"
    assert rows[0][-1] == "试用期截止"
    assert len(rows) == 1 + len(department.data.people)
    assert isinstance(heads["入职日期"], date)
    numbers = {row[0] for row in rows[1:]}
    manager = rows[0].index("直属主管工号")
    assert {row[manager] for row in rows[1:] if row[manager]} <= numbers


def test_no_probation_is_longer_than_the_contract_allows(department):
    for person in department.data.people:
        assert person.contract_kind in ("固定期限", "无固定期限")
        days = (person.probation_until - person.hired_on).days + 1
        assert days <= 92
        if person.contract_until and (person.contract_until - person.contract_from).days < 3 * 365 - 1:
            assert days <= 62


def test_each_agent_has_about_eleven_chats_a_working_day(department):
    days = len(read_rows(department.data.holders_file))
    assert 10.7 < len(department.chats) / days < 11.3
    assert 15_000 <= len(department.chats) <= 19_000
    assert [files.rows["chats"] for files in department.data.months] == [
        len(department.of_month(files.month)) for files in department.data.months
    ]
    assert len({chat["记录编号"] for chat in department.chats}) == len(department.chats)


def test_messages_are_in_order_and_inside_the_chat(department):
    for chat in department.chats:
        times = [message["时间"] for message in chat["消息"]]
        assert times == sorted(times)
        assert (times[0], times[-1]) == (chat["开始时间"], chat["结束时间"])
        assert 5 <= len(times) <= 20
        assert chat["结束时间"][:10] == chat["开始时间"][:10]
    lengths = sorted(len(chat["消息"]) for chat in department.chats)
    assert lengths[len(lengths) // 20] >= 6
    assert lengths[-len(lengths) // 20] <= 14


def test_surveys_records_and_wages_point_to_what_exists(department):
    chats, numbers = {chat["记录编号"]: chat for chat in department.chats}, {p.staff_no for p in department.data.people}
    orders = {chat["订单号"] for chat in department.chats}
    kinds: Counter[str] = Counter()
    for files in department.data.months:
        surveys = read_rows(files.surveys)
        assert 0.12 < len(surveys) / files.rows["chats"] < 0.18
        assert all(row["评价时间"] > chats[row["记录编号"]]["结束时间"] for row in surveys)
        assert {row["满意度"] for row in surveys} <= set("12345")
        for row in read_rows(files.business_records):
            assert row["订单号"] in orders
            assert row["登记人工号"] in numbers
            kinds[row["单据类型"]] += 1
        assert {row["工号"] for row in read_rows(files.wages)} <= numbers
    assert set(kinds) == {"订单备注", "售后登记表", "退货记录表", "银行转账明细表"}
    assert min(kinds.values()) > 100


def test_a_person_has_a_wage_record_from_the_month_of_hiring(department):
    newcomer = department.data.truth.probationer
    months = [
        row["月份"] for files in department.data.months for row in read_rows(files.wages) if row["工号"] == newcomer
    ]
    assert months == ["2026-09", "2026-10"]


def test_remarks_are_mostly_in_the_fixed_format_and_sometimes_not(department):
    rows = [row for files in department.data.months for row in read_rows(files.business_records)]
    remarks = [row["内容"] for row in rows if row["单据类型"] == "订单备注"]
    right = [text for text in remarks if re.search(r"---\d{4}年\d{1,2}月\d{1,2}日\.\S+$", text)]
    assert 0.85 < len(right) / len(remarks) < 0.98


def test_every_trace_points_into_its_chat(department):
    chats = {chat["记录编号"]: chat for chat in department.chats}
    assert set(department.behaviours) == set(chats)
    for record_id, traces in department.behaviours.items():
        count = len(chats[record_id]["消息"])
        for trace in traces.values():
            if "message" in trace:
                assert 0 <= trace["message"] < count
            elif trace["state"] == "missed":
                assert trace.get("fact") or trace.get("first", 0) <= trace["last"] < count


def test_masking_has_work_and_no_real_number_range_is_used(department):
    numbers = [n for chat in department.chats for m in chat["消息"] for n in PHONE.findall(m["内容"])]
    assert len(numbers) > 500
    assert {number[:7] for number in numbers} == {"1990000", "1660000"}


def test_events_name_agents_and_only_a_loss_has_an_amount(department):
    data = department.data
    numbers = {person.staff_no for person in agents(data.people)}
    assert len(data.events) == 15
    assert Counter(event.kind for event in data.events) == {"reward": 6, "unearned": 6, "loss": 3}
    assert {event.staff_no for event in data.events} <= numbers - {data.truth.gaming_agent}
    for event in data.events:
        assert (event.loss_fen is not None) == (event.kind == "loss")
        assert event.evidence


def test_texts_are_varied(department):
    for sender, kinds in (("客户", 3000), ("客服", 3000)):
        said = Counter(m["内容"] for chat in department.chats for m in chat["消息"] if m["发送方"] == sender)
        assert len(said) > kinds
        assert said.most_common(1)[0][1] < 0.05 * said.total()


def test_there_are_three_monitors_and_one_is_strict(department):
    truth = department.data.truth
    assert set(truth.leniency) == {person.staff_no for person in monitors(department.data.people)}
    assert sorted(truth.leniency.values()) == [-12.0, -1.0, 1.0]
    assert truth.leniency[truth.strict_monitor] == -12.0
