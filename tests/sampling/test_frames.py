"""Leaves to the byte, the frame in order, nothing twice."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.sampling import frames, merkle
from qa_service.sampling.errors import BadLeaf, DuplicateLeaf, FrameNotInOrder, RootDiffers
from qa_service.sampling.frames import Part, Stratum
from tests.sampling.parts import fields, make_part, make_parts, names, parts


def test_a_leaf_is_written_to_the_byte():
    assert frames.leaf(make_part("A-1_2.3~4", agent="07", kind="pre sale")) == "A-1_2.3~4|07|chat|pre%20sale|2026-03-05"


def test_a_bar_a_percent_and_chinese_are_percent_encoded():
    assert (
        frames.leaf(make_part("a|b%c", agent="张", channel="", kind="+/")) == "a%7Cb%25c|%E5%BC%A0||%2B%2F|2026-03-05"
    )


@given(st.builds(Part, id=names, agent=names, channel=fields, kind=fields, local_on=st.dates()))
def test_reading_a_leaf_gives_the_part_back(part):
    line = frames.leaf(part)
    assert line.isascii()
    assert line.count("|") == 4
    assert frames.parse_leaf(line) == part


@pytest.mark.parametrize(
    "line",
    [
        "",
        "1|07|chat|sale",
        "1|07|chat|sale|2026-03-05|x",
        "|07|chat|sale|2026-03-05",
        "1||chat|sale|2026-03-05",
        "1|07|chat|sale|20260305",
        "1|07|chat|sale|2026-02-30",
        "%7c|07|chat|sale|2026-03-05",
        "%41|07|chat|sale|2026-03-05",
        "a b|07|chat|sale|2026-03-05",
        "%FF|07|chat|sale|2026-03-05",
    ],
)
def test_only_the_canonical_spelling_is_a_leaf(line):
    with pytest.raises(BadLeaf):
        frames.parse_leaf(line)


def test_a_part_without_an_agent_or_without_bytes_makes_no_leaf():
    for part in (make_part(agent=""), make_part(""), make_part("\ud800")):
        with pytest.raises(BadLeaf):
            frames.leaf(part)


@given(parts, st.randoms(use_true_random=False))
def test_the_frame_does_not_depend_on_the_order_of_its_input(found, shuffler: random.Random):
    mixed = list(found)
    shuffler.shuffle(mixed)
    assert frames.make_frame(mixed) == frames.make_frame(found)


@given(parts)
def test_leaves_stand_in_byte_order_and_the_root_is_theirs(found):
    frame = frames.make_frame(found)
    as_bytes = frames.leaf_bytes(frame)
    assert as_bytes == sorted(frames.leaf(part).encode() for part in found)
    assert frame.root_hex == merkle.root(as_bytes).hex()
    assert frame.count == len(found)


def test_an_id_that_comes_twice_is_refused_even_with_other_fields():
    with pytest.raises(DuplicateLeaf):
        frames.make_frame([make_part(), make_part()])
    with pytest.raises(DuplicateLeaf):
        frames.make_frame([make_part(), make_part(kind="售后")])


def test_exclusions_are_counted_by_reason():
    frame = frames.make_frame(make_parts("07", 3), {"too-short": 4, "robot-only": 2})
    assert frame.exclusions == {"robot-only": 2, "too-short": 4}
    assert frame.excluded_count == 6


def test_a_stored_frame_is_checked_line_by_line():
    frame = frames.make_frame(make_parts("07", 5))
    assert frames.frame_from_leaves(frame.leaves, root_hex=frame.root_hex) == frame
    with pytest.raises(RootDiffers):
        frames.frame_from_leaves(frame.leaves[:-1], root_hex=frame.root_hex)
    with pytest.raises(FrameNotInOrder) as refused:
        frames.frame_from_leaves([*frame.leaves[1:], frame.leaves[0]])
    assert refused.value.facts == {"line": 5}
    with pytest.raises(DuplicateLeaf):
        frames.frame_from_leaves([frame.leaves[0], frame.leaves[0]])


def test_strata_are_agent_by_channel_by_kind():
    found = [*make_parts("07", 2), *make_parts("08", 1), make_part("x", agent="07", kind="售后")]
    frame = frames.make_frame(found)
    assert {key: len(ids) for key, ids in frames.parts_by_stratum(frame).items()} == {
        Stratum("07", "chat", "售前"): 2,
        Stratum("07", "chat", "售后"): 1,
        Stratum("08", "chat", "售前"): 1,
    }
    assert list(frames.parts_by_stratum(frame, agent="08")) == [Stratum("08", "chat", "售前")]


def test_an_empty_frame_can_be_committed_too():
    frame = frames.make_frame([], {"too-short": 1})
    assert (frame.count, frame.root_hex[:8]) == (0, "e3b0c442")


def test_the_date_of_the_leaf_is_the_local_one():
    assert frames.leaf(make_part("1", agent="7", kind="s", local_on=date(2026, 12, 31))).endswith("|2026-12-31")
