"""Help in both languages: every topic opens, is complete, and says what the service does."""

import re

import pytest

from qa_service.evaluations.queries import BEFORE_THE_FIRST_RULE
from qa_service.help.pages import topics
from qa_service.people.access import Role
from rubrics.answers import Answer
from rubrics.forms import Critical, Form, Item, Option, Reason, Section
from rubrics.marking import mark
from tests.builders import client_of, make_account
from tests.rewards.test_pages import log_in
from tests.rubrics.test_marking_reference import make_form


def test_every_topic_is_complete_in_both_languages():
    assert len(topics()) >= 8
    for topic in topics().values():
        assert not re.search("[\u4e00-\u9fff]", topic.title_en + "".join(part.head_en for part in topic.parts))
        for part in topic.parts:
            assert len(part.text) == len(part.text_en)
            assert all(part.text)
            assert all(part.text_en)


def test_the_deadlines_that_help_names_are_those_of_the_service():
    words = "".join(text for part in topics()["appeals"].parts for text in part.text)
    assert f"{BEFORE_THE_FIRST_RULE.file_working_days}个工作日内" in words
    assert f"限{BEFORE_THE_FIRST_RULE.decide_working_days}个工作日" in words


@pytest.mark.anyio
@pytest.mark.usefixtures("engine")
async def test_the_pages_open(database_url):
    await make_account("audit", Role.AUDITOR)
    async with client_of(database_url) as client:
        await log_in(client, "audit")
        assert "一次质检评分怎样算出来" in (await client.get("/help")).text
        for key, topic in topics().items():
            assert topic.title in (await client.get(f"/help/{key}?lang=zh")).text
            english = (await client.get(f"/help/{key}?lang=en")).text
            assert topic.parts[0].head_en.split("“")[0] in english
        assert (await client.get("/help/nothing")).status_code == 404
        client.cookies.clear()
        assert (await client.get("/help")).status_code in (302, 303, 401)


def example_form(*, critical: bool) -> Form:
    """The form of the worked example on the page about marks."""
    half = (Option(key="done", name="做到", points=10), Option(key="half", name="做到一半", points=5))
    none = (Reason(key="none", name="没有退货"),)

    def item(key: str, weight: int, **more) -> Item:
        return Item(key=key, text=key, type="single", weight=weight, options=half, **more)

    cap = Critical(kind="compliance", effect="cap_at", answers=("yes",), cap=60)
    guard = (Item(key="guard", text="guard", type="yes_no", good="no", critical=cap),) if critical else ()
    service = Section(key="service", name="服务", weight=55, items=(item("greeting", 7), item("comfort", 8), *guard))
    records = Section(
        key="records", name="登记", weight=45, items=(item("entry", 10), item("waybill", 5, na_reasons=none))
    )
    return make_form("percent", service, records)


def test_the_worked_example_is_what_the_service_computes():
    answers = [
        Answer(item="greeting", choices=("done",)), Answer(item="comfort", choices=("half",)),
        Answer(item="entry", choices=("done",)), Answer(item="waybill", na_reason="none"),
    ]  # fmt: skip
    plain = mark(example_form(critical=False), answers)
    capped = mark(example_form(critical=True), [*answers, Answer(item="guard", choices=("yes",))])
    comfort = next(one for one in plain.items if one.key == "comfort")
    figures = [plain.final_hundredths, comfort.cost_hundredths, capped.final_hundredths]
    assert capped.outcome == "fail"
    part = next(one for one in topics()["marks"].parts if one.link)
    for text in ("".join(part.text), "".join(part.text_en)):
        for hundredths in figures:
            assert f"{hundredths / 100:.2f}" in text, hundredths
        for weight in ("55", "45", "7×1", "8×½"):
            assert weight in text
