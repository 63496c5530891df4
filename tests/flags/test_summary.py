"""A month scored and flagged from the command line: what was found in words, and as JSON for programs."""

import json

import pytest
from typer.testing import CliRunner

from qa_service import cli
from qa_service.flags.errors import UnitUnclear
from qa_service.flags.summary import score_month
from qa_service.language import speaking
from qa_service.people.errors import NoUnitYet
from tests.builders import HOUSE, make_unit
from tests.flags.builders import make_flagged
from tests.scores.builders import MONTH, make_department

pytestmark = pytest.mark.anyio


async def test_the_summary_counts_states_and_names_the_strict_monitor_and_the_flagged(engine):
    made = await make_department()
    found = await score_month(HOUSE, MONTH)
    assert (found.people, found.scorecards, found.qa) == (3, {"scored": 3}, {"ok": 3})
    assert found.kpis["first_reply"] == {"ok": 3}
    assert float(found.monitors[1]["upper"]) < 0
    text = "\n".join(found.lines())
    assert "可比的人太少" in text, "three people cannot be compared"
    assert "质检员质检2：宽严−" in text, "a true minus, since a hyphen before a range reads as another range"
    with speaking("en"):
        assert "Scorecards: 3 scored" in "\n".join(found.lines())
    assert made["people"]


async def test_flagged_people_stand_in_the_summary_with_their_reasons(engine):
    made = await make_flagged()
    found = await score_month(HOUSE, MONTH)
    assert made["people"][0] in [one.person for one in found.flagged]
    assert "首次响应：4.0秒（n=60）" in "\n".join(found.lines())


async def test_a_unit_that_is_not_clear_is_asked_for_with_the_choices(engine):
    await make_department(1, marks=0)
    await make_unit("second", name="二部")
    with pytest.raises(UnitUnclear) as refused:
        await score_month(HOUSE, MONTH)
    assert "客服部、二部" in refused.value.text()
    with pytest.raises(UnitUnclear):
        await score_month(HOUSE, MONTH, unit_code="third")
    assert (await score_month(HOUSE, MONTH, unit_code="ke-fu")).people == 1


def test_the_command_refuses_an_empty_house_with_a_sentence(sqlite_url, monkeypatch, tmp_path):
    monkeypatch.setenv("QA_DATA_FOLDER", str(tmp_path))
    answer = CliRunner().invoke(cli.cli, ["score", "2026-10", "--database", sqlite_url])
    assert isinstance(answer.exception, NoUnitYet)
    wrong = CliRunner().invoke(cli.cli, ["score", "October", "--database", sqlite_url])
    assert wrong.exit_code == 2


async def _made(url: str) -> None:
    import qa_service.database as database
    from qa_service.journal.commands import set_key

    engine = database.make_engine(url)
    set_key(b"a key for tests only")
    database.bind(engine)
    await engine.start_connection_pool()
    await make_department(1)
    await engine.close_connection_pool()


def test_the_command_answers_json_for_programs(sqlite_url, monkeypatch, tmp_path):
    import asyncio

    monkeypatch.setenv("QA_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("QA_JOURNAL_KEY", "a key for tests only")  # the one that the department was made with
    monkeypatch.setenv("QA_MASKING_KEY", "a third key for tests only")
    asyncio.run(_made(sqlite_url))
    answer = CliRunner().invoke(cli.cli, ["score", "2026-10", "--database", sqlite_url, "--json"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["scorecards"] == {"scored": 1}
