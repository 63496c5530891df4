"""A fault that repeats (deduction mode): each occurrence with its own evidence, added and taken off without script."""

import re

import pytest

from qa_service.database import row, rows, scalar
from qa_service.errors import InvalidInput
from qa_service.evaluations import commands, queries, revising
from qa_service.evaluations.occurrences import adjusted
from qa_service.evaluations.schemas import Marking
from qa_service.evaluations.typed import read_typed
from qa_service.journal.commands import set_key
from rubrics.answers import Answer, Occurrence
from rubrics.loading import load_form
from tests.builders import HOUSE, client_of
from tests.evaluations.builders import actor_of_person, make_assigned, make_form

from .test_pages import log_in

pytestmark = pytest.mark.anyio

FORM = """
code = "small"
name = "扣分表"
mode = "deduction"
source = "测试"
from = 2026-01-02
subject_kinds = ["agent_part"]

[[sections]]
key = "talk"
name = "沟通"

[[sections.items]]
key = "rude"
text = "有不礼貌的话"
type = "yes_no"
good = "no"
points = 10
max = 25
repeats = true
evidence_kinds = ["quote"]

[[sections.items]]
key = "slip"
text = "写错"
type = "single"
max = 20
repeats = true
options = [{ key = "none", name = "没有", points = 0 }, { key = "small", name = "小错", points = 4 }]
"""
MESSAGES = [{"id": 7, "sequence": 1, "body": "在吗"}, {"id": 8, "sequence": 2, "body": "什么事"}]
TWICE = {
    "a.rude": ["yes"], "n.rude": ["2"], "o.rude.0": ["反问"], "m.rude.0": ["2"], "o.rude.1": ["催"], "m.rude.1": ["1"],
    "a.slip": ["none"],
}  # fmt: skip


def read(typed) -> Marking:
    return read_typed(load_form(FORM), typed, MESSAGES, version=1)


def test_each_occurrence_is_read_with_its_own_evidence():
    made = read(TWICE)
    assert made.answers[0] == Answer(item="rude", choices=("yes",), occurrences=(Occurrence("反问"), Occurrence("催")))
    assert [(one.occurrence, one.message) for one in made.evidence] == [(0, 8), (1, 7)]


def test_the_good_answer_has_no_occurrences_and_one_fault_is_one():
    assert read(TWICE | {"a.rude": ["no"]}).answers[0].occurrences == ()
    assert len(read({"a.rude": ["yes"]}).answers[0].occurrences) == 1


def test_what_cannot_be_understood_is_named_at_its_occurrence():
    with pytest.raises(InvalidInput) as refused:
        read(TWICE | {"m.rude.1": ["99"]})
    assert [one.field for one in refused.value.fields] == ["m.rude.1"]


@pytest.mark.parametrize("count", ["-1", "1e9", "999999999999", "二", ""])
def test_a_number_of_occurrences_that_is_none_is_one(count):
    assert len(read(TWICE | {"n.rude": [count]}).answers[0].occurrences) == 1


def test_one_more_has_its_place_and_says_that_the_fault_happened():
    typed = adjusted(load_form(FORM), {"add": ["rude"], "a.rude": ["no"]})
    assert typed == {"n.rude": ["2"], "a.rude": ["yes"]}
    with pytest.raises(InvalidInput):
        adjusted(load_form(FORM), {"add": ["slip"], "a.slip": ["none"]})


def test_taking_one_off_moves_the_later_ones_up():
    kept = adjusted(load_form(FORM), TWICE | {"off": ["rude.0"]})
    assert (kept["n.rude"], kept["o.rude.0"], kept["m.rude.0"]) == (["1"], ["催"], ["1"])
    assert not any(name.endswith("rude.1") for name in kept)


@pytest.mark.parametrize("button", [{"off": ["rude.9"]}, {"off": ["rude.x"]}, {"add": ["nobody"]}, {"off": ["."]}])
def test_a_button_that_the_page_has_not_changes_nothing(button):
    assert adjusted(load_form(FORM), TWICE | button) == TWICE


@pytest.fixture
async def desk(engine):
    set_key(b"a key for tests only")
    made = await make_assigned()
    await make_form(FORM)
    first = await row("SELECT id, monitor FROM assignment ORDER BY id LIMIT 1")
    monitor = await actor_of_person(first["monitor"])
    return made | {"monitor": monitor, "evaluation": await commands.open_assignment(monitor, first["id"])}


async def test_occurrences_are_added_marked_and_shown_by_page(desk, database_url):
    here = f"/evaluations/{desk['evaluation']}"
    async with client_of(database_url) as client:
        await log_in(client, await scalar("SELECT username FROM account WHERE id = {}", desk["monitor"].account_id))

        async def typed(**more):
            page = (await client.get(here)).text
            token = re.search(r'name="_csrf_token" value="([^"]+)"', page)[1]
            version = re.search(r'name="version" value="(\d+)"', page)[1]
            return {"_csrf_token": token, "version": version, "a.rude": "yes", "a.slip": "none"} | more

        one = {"n.rude": "1", "o.rude.0": "反问", "m.rude.0": "2"}
        added = await client.post(f"{here}/occurrences", data=await typed(**one, add="rude"))
        assert (added.status_code, added.headers["location"]) == (303, f"{here}#item-rude")
        page = (await client.get(here)).text
        assert all(f'name="{name}"' in page for name in ("o.rude.1", "m.rude.1", "off"))
        assert all(f in page for f in ('value="反问"', 'name="n.rude" value="2"', 'name="n.slip" value="1"'))
        two = one | {"n.rude": "2", "o.rude.1": "催", "improvement_note": "不反问"}
        refused = await client.post(f"{here}/submit", data=await typed(**two))
        assert "第2处缺少证据" in refused.text
        done = await client.post(f"{here}/submit", data=await typed(**two, **{"m.rude.1": "3"}))
        assert done.headers["location"] == "/queue?notice=submitted"
        result = (await client.get(here)).text
        for shown in ("100 − 20.00 = 80.00", "是，2处：反问、催", "第2处"):
            assert shown in result, shown
        again = await client.post(f"{here}/submit", data={"_csrf_token": (await typed_token(client)), "version": "1"})
        assert again.headers["location"] == f"{here}?notice=already-submitted", "pressed twice is no fault"


async def typed_token(client) -> str:
    return re.search(r'name="_csrf_token" value="([^"]+)"', (await client.get("/queue")).text)[1]


async def test_a_correction_with_fewer_occurrences_leaves_the_others_evidence_behind(desk):
    messages = await queries.messages(await scalar("SELECT part FROM evaluation WHERE id = {}", desk["evaluation"]))
    made = read_typed(load_form(FORM), TWICE | {"improvement_note": ["不反问"]}, messages, version=1)
    await commands.submit_evaluation(desk["monitor"], desk["evaluation"], made)
    fewer = [Answer(item="rude", choices=("yes",), occurrences=(Occurrence("反问"),))]
    revised = await revising.revise(HOUSE, desk["evaluation"], fewer, "第2处是客户说的")
    assert await scalar("SELECT final_hundredths FROM evaluation WHERE id = {}", revised) == 9000
    assert [one["occurrence"] for one in await queries.evidence(revised)] == [0]
    assert len(await rows("SELECT id FROM evidence WHERE evaluation = {}", desk["evaluation"])) == 2
