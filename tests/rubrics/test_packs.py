"""The online shop's pack is complete and consistent; a wrong pack is refused at file, line and field."""

import tomllib
from datetime import date

import pytest

from rubrics.pack_records import (
    AppealTimes,
    AssessmentItem,
    Department,
    EventRule,
    FlagPlan,
    InteractionKind,
    Kpi,
    PackUnit,
    Paper,
    Phase,
    Position,
    SamplingPlan,
    ScorecardPlan,
    ShareRule,
    Shift,
    TrainingCourse,
)
from rubrics.packs import FILES, LIBRARY, load_pack, packs, read_pack
from rubrics.parameters import NotYetInForce, ParameterError

NAME = "shop-presale-aftersale"
AUGUST = date(2026, 8, 1)
FOLDER = LIBRARY / NAME


def texts(file=None, old="", new=""):
    """The pack's files; in one of them a piece of text is replaced."""
    found = {name: (FOLDER / name).read_text(encoding="utf-8") for name in FILES}
    if file:
        assert old in found[file]
        found[file] = found[file].replace(old, new, 1)
    return found


def faults(found):
    with pytest.raises(ParameterError) as caught:
        read_pack(NAME, found)
    return caught.value.errors


def form_items():
    for path in sorted((FOLDER / "forms").glob("*.toml")):
        for section in tomllib.loads(path.read_text(encoding="utf-8"))["sections"]:
            yield from section["items"]


def test_the_pack_is_in_the_library():
    assert NAME in packs()
    assert load_pack(NAME).digest == load_pack(NAME).digest


def test_the_department_has_its_posts():
    pack = load_pack(NAME)
    posts = pack.all(Position, AUGUST)
    assert sum(post.headcount for post in posts.values() if post.role == "agent") == 24
    assert posts["monitor"].headcount == 3
    assert list(pack.all(PackUnit, AUGUST)) == ["department", "presale", "aftersale", "quality"]
    assert pack.one(Department, AUGUST).timezone == "Asia/Shanghai"


def test_the_plan_draws_weekly_six_a_month_and_ten_on_probation():
    plan = load_pack(NAME).one(SamplingPlan, AUGUST)
    assert (plan.draw_period, plan.per_agent_month, plan.per_probationer_month) == ("week", 6, 10)
    times = load_pack(NAME).one(AppealTimes, AUGUST)
    assert (times.file_working_days, times.decide_working_days) == (3, 2)


def test_first_reply_has_the_published_bands():
    # DOMAIN.md 6: <=15 s 100, <=20 s 90, <=25 s 80, <=30 s 60, else 0
    kpi = load_pack(NAME).all(Kpi, AUGUST)["first_reply"]
    assert (kpi.bands, kpi.otherwise) == (((15, 100), (20, 90), (25, 80), (30, 60)), 0)


def test_both_scorecards_use_only_known_kpis_and_weigh_a_hundred():
    pack = load_pack(NAME)
    known = pack.all(Kpi, AUGUST)
    cards = pack.all(ScorecardPlan, AUGUST)
    assert set(cards) == {"presale", "aftersale"}
    for card in cards.values():
        weights = {entry.kpi: entry.weight for part in card.dimensions for entry in part.kpis}
        assert sum(weights.values()) == 100
        assert set(weights) <= set(known)
    assert "conversion" not in {entry.kpi for part in cards["aftersale"].dimensions for entry in part.kpis}


def test_watched_kpis_exist():
    pack = load_pack(NAME)
    assert set(pack.one(FlagPlan, AUGUST).kpis) <= set(pack.all(Kpi, AUGUST))


def test_shifts_are_eight_hours_without_their_unpaid_break():
    for shift in load_pack(NAME).all(Shift, AUGUST).values():
        start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (shift.starts, shift.ends))
        assert end - start - shift.unpaid_break_minutes == 480


def test_probation_has_three_phases_and_weighs_a_hundred():
    pack = load_pack(NAME)
    assert [phase.order for phase in pack.all(Phase, AUGUST).values()] == [1, 2, 3]
    assert sum(item.weight for item in pack.all(AssessmentItem, AUGUST).values()) == 100


def test_the_rewards_have_their_papers_before_they_begin():
    paper = load_pack(NAME).one(Paper, AUGUST)
    assert paper.consulted_on < paper.approved_on < paper.published_on < date(2026, 1, 1)


def test_no_negative_event_carries_a_fixed_sum():
    events = load_pack(NAME).all(EventRule, AUGUST)
    assert {rule.kind for rule in events.values()} == {"reward", "unearned", "loss_compensation"}
    assert [key for key, rule in events.items() if rule.kind != "reward" and rule.amount_fen is not None] == []


def test_each_share_states_decision_level_and_expected_undecided():
    for rule in load_pack(NAME).all(ShareRule, AUGUST).values():
        assert (rule.decision, rule.level_percent, rule.expected_undecided_percent > 0) == ("interval_clears", 95, True)


def test_each_form_item_that_can_lose_points_has_a_course():
    items = {item["key"] for item in form_items() if not item.get("bonus")}
    taught = {key for course in load_pack(NAME).all(TrainingCourse, AUGUST).values() for key in course.items}
    assert taught <= {item["key"] for item in form_items()}
    assert items - taught <= {"praise", "extra_mile"}  # bonus items: nothing to learn from their absence


def test_each_kind_names_a_form_of_the_pack():
    named = {kind.form for kind in load_pack(NAME).all(InteractionKind, AUGUST).values()}
    assert named == {path.stem for path in (FOLDER / "forms").glob("*.toml")}


def test_the_contact_pack_reads_times_answers_and_volume_of_an_export_without_transcripts():
    pack = load_pack("ecommerce-contacts")
    kpis, card = pack.all(Kpi, AUGUST), pack.all(ScorecardPlan, AUGUST)["contact"]
    weights = {entry.kpi: entry.weight for part in card.dimensions for entry in part.kpis}
    assert weights == {
        "response_in_hour": 25, "response_time": 15, "satisfaction": 30, "qa_mark": 20, "handled_a_day": 10,
    }  # fmt: skip
    assert 3 * (100 - weights["qa_mark"]) >= 2 * 100, "a month without audits still has a score"
    assert set(pack.one(FlagPlan, AUGUST).kpis) <= set(kpis)
    items = {
        item["key"]
        for path in (LIBRARY / pack.name / "forms").glob("*.toml")
        for section in tomllib.loads(path.read_text(encoding="utf-8"))["sections"]
        for item in section["items"]
    }
    assert items == {key for course in pack.all(TrainingCourse, AUGUST).values() for key in course.items}
    assert {kind.form for kind in pack.all(InteractionKind, AUGUST).values()} == {"contact-record"}


@pytest.mark.parametrize("name", packs())
def test_every_text_stands_in_both_languages(name):
    missing = []
    for file, parameters in load_pack(name).files.items():
        for place, item in parameters.items.items():
            for value in item.values:
                missing += [(file, place) for _ in [0] if not value.source_en]
                missing += [
                    (file, place, key)
                    for key in value.data
                    if key in {"name", "sentence", "formula", "window", "goals", "tasks", "content", "condition"}
                    and not value.data.get(key + "_en")
                ]
    assert missing == []


def test_a_day_before_the_pack_is_refused():
    with pytest.raises(NotYetInForce):
        load_pack(NAME).one(SamplingPlan, date(2025, 12, 31))
    assert load_pack(NAME).all(Kpi, date(2025, 12, 31)) == {}


@pytest.mark.parametrize("name", ["no-such-pack", "../library", "law"])
def test_an_unknown_pack_is_refused_with_those_that_there_are(name):
    with pytest.raises(ParameterError) as caught:
        load_pack(name)
    assert (caught.value.code, NAME in caught.value.facts["known"]) == ("pack-unknown", True)


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "words"),
    [
        ("kpis.toml", 'weight = 25', 'weight = 24', "weights-not-100", "现为99"),
        ("kpis.toml", 'kpi = "qa_mark"', 'kpi = "qa_marks"', "name-unknown", "qa_marks"),
        ("kpis.toml", 'kpi = "average_reply"', 'kpi = "first_reply"', "kpi-twice", "first_reply"),
        ("kpis.toml", "[15, 100], [20, 90]", "[20, 100], [15, 90]", "scale-order", "次序"),
        ("kpis.toml", "floor = 90\n", "", "scale-missing", "二者取一"),
        ("kpis.toml", 'better = "lower"', 'better = "down"', "field-wrong", "better"),
        ("sampling.toml", "per_agent_month = 6", 'per_agent_month = "6"', "field-wrong", "per_agent_month"),
        ("sampling.toml", "per_agent_month", "per_agent_mnth", "field-wrong", "per_agent_mnth"),
        ("sampling.toml", "[appeal]", "[appeals]", "values-missing", "appeals"),
        ("pack.toml", 'parent = "department"', 'parent = "head"', "name-unknown", "head"),
        ("rewards.toml", "off_percent = 10", "amount_fen = 5000", "event-effect", "罚款"),
        ("rewards.toml", "part_percent = 60", "part_percent = 61", "parts-not-100", "101%"),
        ("rewards.toml", "[85, 100], [75, 95]", "[75, 100], [85, 95]", "bands-order", "从高到低"),
        ("rewards.toml", 'submit_until = "12:00"', 'submit_until = "25:00"', "field-wrong", "submit_until"),
        ("probation.toml", "weight = 35", "weight = 30", "weights-not-100", "95"),
        ("probation.toml", "from_day = 15", "from_day = 16", "phase-gap", "15"),
        ("shifts.toml", 'units = ["presale", "aftersale"]', 'units = ["sales"]', "name-unknown", "sales"),
    ],
)
def test_a_wrong_pack_is_refused_where_it_is_wrong(file, old, new, code, words):
    found = [each for each in faults(texts(file, old, new)) if each.code == code]
    assert len(found) >= 1
    assert found[0].place.startswith(file)
    assert words in found[0].zh


def test_a_table_that_no_pack_has_is_refused():
    found = texts()
    found["flags.toml"] += '[zones]\ndescription = "x"\nunit = "x"\n[[zones.values]]\nwide = 1\n'
    assert [(each.code, "[zones]" in each.place) for each in faults(found)] == [("table-unknown", True)]


def test_faults_of_several_files_come_together():
    found = texts("sampling.toml", "per_agent_month = 6", "per_agent_month = 0")
    found["flags.toml"] = found["flags.toml"].replace("alarms_per_month = 2", "alarms_per_month = -2")
    del found["cleaning.toml"]
    assert [(each.code, each.place.split(":")[0]) for each in faults(found)] == [
        ("file-missing", "cleaning.toml"), ("field-wrong", "sampling.toml"), ("field-wrong", "flags.toml"),
    ]  # fmt: skip


def test_a_fault_names_the_line_of_its_value():
    wrong = texts("sampling.toml", "per_agent_month = 6", "per_agent_month = 0")
    line = wrong["sampling.toml"].splitlines().index("[[plan.values]]") + 1
    assert faults(wrong)[0].place == f"sampling.toml:{line} [plan]"


def test_a_new_value_is_used_from_its_day_on_and_the_old_month_keeps_its_meaning():
    found = texts()
    appended = found["sampling.toml"].split("[[plan.values]]")[1].split("[appeal]")[0]
    newer = "[[plan.values]]\nfrom = 2026-09-01" + appended.replace("per_agent_month = 6", "per_agent_month = 8")
    found["sampling.toml"] = found["sampling.toml"].replace("[appeal]", newer + "[appeal]", 1)
    pack = read_pack(NAME, found)
    assert pack.one(SamplingPlan, AUGUST).per_agent_month == 6
    assert pack.one(SamplingPlan, date(2026, 9, 1)).per_agent_month == 8
    assert pack.change_days() == (date(2026, 1, 1), date(2026, 9, 1))
    assert pack.digest != load_pack(NAME).digest
