"""What a reader would ask of a figure stands beside it: why all levels are alike, why an interval ends at its value."""

import re

import pytest

from qa_service.people.access import Role
from qa_service.scores import views
from qa_service.scores.commands import compute_month
from tests.builders import HOUSE, bearer, client_of
from tests.scores.builders import MONTH, make_department
from tests.scores.test_pages import plain


def card(total, lower, upper):
    return {"total_hundredths": total, "lower_hundredths": lower, "upper_hundredths": upper}


def test_an_interval_that_ends_at_the_score_says_that_full_points_cannot_grow():
    assert "满分" in views.card_note(card(8940, 8540, 8940))
    assert views.card_note(card(8940, 8540, 9100)) == ""
    assert views.card_note(card(8940, None, None)) == ""


def test_equal_levels_say_that_the_spread_could_not_be_told_from_nought():
    same = [{"shrunk_hundredths": 8143}] * 3 + [{"shrunk_hundredths": None}]
    assert views.has_no_spread(same)
    assert "81.4" in views.spread_note(8143)
    assert not views.has_no_spread([{"shrunk_hundredths": 8143}, {"shrunk_hundredths": 8144}])
    assert not views.has_no_spread([{"shrunk_hundredths": 8143}]), "one person has nobody to differ from"


@pytest.mark.anyio
async def test_the_points_of_a_kpi_carry_n_and_those_of_the_qa_mark_their_interval(engine, database_url):
    made = await make_department()
    run_id = await compute_month(HOUSE, made["unit"], MONTH)
    async with client_of(database_url) as client:
        page = await client.get(
            f"/scores/{run_id}/people/{made['people'][0]}", headers=await bearer("lead", Role.QA_LEAD)
        )
    cells = re.findall(r'data-label="指标得分"[^>]*>(.*?)</td>', page.text, re.DOTALL)
    assert cells
    earned = [plain(one) for one in cells if "不计分" not in one]
    assert all("n=" in one for one in earned)
    qa = plain(next(part for part in page.text.split("<tr") if "质检分" in part and 'data-label="指标得分"' in part))
    assert qa.count("–") == 2, qa
