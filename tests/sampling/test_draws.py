"""The draw: the smallest tickets of each stratum, whatever else is in the frame; the next ticket replaces."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.language import speaking
from qa_service.sampling import draws, tickets
from qa_service.sampling.draws import Draw
from qa_service.sampling.errors import (
    AlreadyReplaced,
    PartNotDrawn,
    PartNotInFrame,
    QuotaAboveStratum,
    ReplacementReasonMissing,
    StratumExhausted,
)
from qa_service.sampling.frames import Stratum, make_frame, parts_by_stratum
from tests.sampling.parts import make_part, make_parts, parts

SEED = tickets.make_seed("ab" * 32, "2026-03-02/2026-03-08", ["3372.31"])
STRATUM = Stratum("07", "chat", "售前")


def halves(frame):
    return {stratum: len(ids) // 2 for stratum, ids in parts_by_stratum(frame).items()}


def make_draw(count: int = 8, quota: int = 3) -> Draw:
    return draws.draw(make_frame(make_parts("07", count)), SEED, {STRATUM: quota})


def ids(draw: Draw) -> list[str]:
    return [part.part_id for part in draws.drawn_parts(draw)]


def test_the_smallest_tickets_are_drawn_in_their_order():
    names = sorted((tickets.ticket(f"07:{n}", SEED), f"07:{n}") for n in range(8))
    found = draws.drawn_parts(make_draw())
    assert [(part.ticket, part.part_id) for part in found] == names[:3]
    assert [(part.place, part.quota, part.size) for part in found] == [(1, 3, 8), (2, 3, 8), (3, 3, 8)]
    assert make_draw().strata[0].inclusion == (3, 8)


@given(parts, st.randoms(use_true_random=False))
def test_the_draw_does_not_depend_on_the_order_of_the_input(found, shuffler: random.Random):
    mixed = list(found)
    shuffler.shuffle(mixed)
    frame = make_frame(found)
    assert draws.draw(make_frame(mixed), SEED, halves(frame)) == draws.draw(frame, SEED, halves(frame))


@given(parts, st.integers(1, 9))
def test_one_agent_more_changes_nobody_elses_draw(found, count):
    before = make_frame(found)
    after = make_frame([*found, *(make_part(f"new\ue000{n}", agent="新人") for n in range(count))])
    old = draws.draw(before, SEED, halves(before))
    new = draws.draw(after, SEED, halves(after))
    assert [one for one in new.strata if one.stratum.agent != "新人"] == list(old.strata)


@given(parts)
def test_one_agents_strata_alone_come_out_as_in_the_whole_draw(found):
    frame = make_frame(found)
    whole = draws.draw(frame, SEED, halves(frame))
    for agent in {part.agent for part in found}:
        alone = draws.draw(frame, SEED, halves(frame), agent=agent)
        assert alone.strata == tuple(one for one in whole.strata if one.stratum.agent == agent)


@given(parts)
def test_every_part_is_drawn_or_lies_beyond_the_cut_off(found):
    frame = make_frame(found)
    made = draws.draw(frame, SEED, halves(frame))
    drawn = set(ids(made))
    assert len(drawn) == sum(halves(frame).values())
    for part in found:
        why = draws.explain(made, part.id)
        assert why.is_drawn == (part.id in drawn)
        assert why.is_drawn == (why.cut_off is not None and why.ticket <= why.cut_off)


def test_another_seed_gives_another_draw():
    other = draws.draw(make_frame(make_parts("07", 60)), "another", {STRATUM: 20})
    assert ids(make_draw(60, 20)) != ids(other)


def test_a_quota_above_its_stratum_is_refused():
    with pytest.raises(QuotaAboveStratum):
        make_draw(8, 9)
    with pytest.raises(QuotaAboveStratum):
        draws.draw(make_frame([]), SEED, {STRATUM: 1})


def test_a_replacement_is_the_next_ticket_of_the_stratum():
    made = make_draw()
    ranking = [ranked.part_id for ranked in made.strata[0].ranking]
    after = draws.replace(made, ranking[1], " 录音损坏 ")
    assert ids(after) == [ranking[0], ranking[2], ranking[3]]
    assert draws.drawn_parts(after)[-1].instead_of == ranking[1]
    assert after.replacements[0].reason == "录音损坏"
    again = draws.replace(after, ranking[3], "客户要求删除")
    assert ids(again) == [ranking[0], ranking[2], ranking[4]]
    assert ids(made) == ranking[:3]


def test_a_replacement_in_one_stratum_leaves_the_others_alone():
    frame = make_frame([*make_parts("07", 6), *make_parts("08", 6)])
    made = draws.draw(frame, SEED, {STRATUM: 2, Stratum("08", "chat", "售前"): 2})
    after = draws.replace(made, made.strata[0].ranking[0].part_id, "录音损坏")
    assert draws.taken_places(after, after.strata[0]) == 3
    assert draws.taken_places(after, after.strata[1]) == 2


def test_there_is_no_other_way_to_swap():
    made = make_draw(4, 3)
    ranking = [ranked.part_id for ranked in made.strata[0].ranking]
    with pytest.raises(PartNotDrawn):
        draws.replace(made, ranking[3], "想换")
    with pytest.raises(ReplacementReasonMissing):
        draws.replace(made, ranking[0], "  ")
    with pytest.raises(PartNotInFrame):
        draws.replace(made, "不存在", "想换")
    after = draws.replace(made, ranking[0], "录音损坏")
    with pytest.raises(AlreadyReplaced):
        draws.replace(after, ranking[0], "再换")
    with pytest.raises(StratumExhausted):
        draws.replace(after, ranking[1], "录音损坏")


def test_a_person_reads_why_a_part_was_drawn_or_not():
    made = make_draw()
    ranking = made.strata[0].ranking
    drawn, not_drawn = draws.explain(made, ranking[0].part_id), draws.explain(made, ranking[5].part_id)
    assert drawn.text().startswith(f"客服段{ranking[0].part_id}被抽中：票号{ranking[0].ticket[:11]}在本层8条中排第1")
    assert not_drawn.text().endswith(f"排第6，本层只抽取前3条，截止票号{ranking[2].ticket[:11]}")
    with speaking("en"):
        assert "is not drawn" in not_drawn.text()
    nothing = draws.explain(make_draw(8, 0), ranking[0].part_id)
    assert (nothing.is_drawn, nothing.cut_off) == (False, None)
    assert nothing.text().endswith("它所在的层有8条，这一期不抽取")
    replaced = draws.explain(draws.replace(made, ranking[0].part_id, "录音损坏"), ranking[0].part_id)
    assert not replaced.is_drawn
    assert replaced.text().endswith(f"由{ranking[3].part_id}替补，原因：录音损坏")
