"""Help in both languages: every topic opens, is complete, and says what the service does."""

import re

import pytest

from qa_service.evaluations.queries import BEFORE_THE_FIRST_RULE
from qa_service.help.pages import topics
from qa_service.people.access import Role
from tests.builders import client_of, make_account
from tests.rewards.test_pages import log_in


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
