"""Seed and tickets against Rivest's published values."""

import json
import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.sampling import tickets
from qa_service.sampling.errors import BadSeedValue, ValueMissing
from tests.sampling.parts import PERIOD


@pytest.fixture(scope="module")
def cases(shared):
    file = shared / "reference" / "statistics" / "sampling.json"
    return {case["id"]: case for case in json.loads(file.read_text(encoding="utf-8"))["cases"]}


def test_the_published_primitives_come_out(cases):
    expected = cases["rivest-consistent-sampler-primitives"]["expected"]
    first = tickets.ticket("AB-130", "01382438112797316654")
    assert {
        'sha256_hex("abc")': tickets.sha256_hex("abc"),
        'sha256_uniform("abc")': tickets.sha256_uniform("abc"),
        'ticket("AB-130", seed "01382438112797316654")': first,
        "next_ticket_of_that": tickets.next_ticket(first),
        'next_fraction("0.25471")': tickets.next_ticket("0.25471"),
    } == expected
    assert tickets.ticket("AB-130", "01382438112797316654", 2) == expected["next_ticket_of_that"]


def order(ids, seed):
    return [name for _, name in sorted(zip(tickets.tickets(map(str, ids), str(seed)), ids, strict=True))]


def test_the_published_draws_come_out(cases):
    case = cases["rivest-consistent-sampler-draws"]
    given_, expected = case["input"], case["expected"]
    for name in ("case_1", "case_2"):
        assert order(given_[name]["ids"], given_[name]["seed"]) == expected[name]
    assert order(list(range(100)), 41)[:10] == expected["case_3"]
    first = sorted(tickets.tickets(map(str, range(100)), "41"))[:5]
    assert [tickets.shortened(one) for one in first] == expected["case_3_tickets_first_5"]
    ids = given_["case_4"]["ids"]
    ranked = sorted(zip(tickets.tickets(ids, "52"), ids, strict=True))
    assert [[tickets.shortened(number), name] for number, name in ranked] == expected["case_4"]


def test_later_generations_with_replacement_come_out():
    """USAGE_EXAMPLES.md of ron-rivest/consistent_sampler: the six tickets of 'd' with seed 52."""
    series = [tickets.shortened(tickets.ticket("d", "52", generation)) for generation in range(1, 7)]
    assert series == ["0.054468191", "0.075709054", "0.097719928", "0.243379719", "0.434726434", "0.694790524"]


def test_leading_nines_stay_and_are_shown():
    """USAGE_EXAMPLES.md, example 7: later generations of 'b' with seed 52."""
    found = [tickets.shortened(tickets.ticket("b", "52", generation)) for generation in range(7, 12)]
    assert found == ["0.99583860264", "0.99600663461", "0.99681028452", "0.99840177044", "0.99882694976"]
    assert tickets.next_ticket("0.9") > "0.9"


def test_a_generation_below_one_does_not_exist():
    with pytest.raises(ValueError, match="generation"):
        tickets.ticket("a", "52", 0)


@given(st.from_regex(re.compile(r"0\.[0-9]{1,20}", re.ASCII), fullmatch=True))
def test_the_next_ticket_is_always_larger(number):
    assert number < tickets.next_ticket(number) < "1"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=9), st.text("0123456789abcdef", max_size=8))
def test_tickets_of_many_are_the_tickets_of_each(ids, seed):
    assert tickets.tickets(ids, seed) == [tickets.ticket(one, seed) for one in ids]


def test_the_seed_is_the_hash_of_the_declared_text():
    text = f"qa-draw/1|{'ab' * 32}|{PERIOD}|上证指数3372.31|4711"
    assert tickets.seed_text("ab" * 32, PERIOD, ["上证指数3372.31", "4711"]) == text
    made = tickets.make_seed("ab" * 32, PERIOD, ["上证指数3372.31", "4711"])
    assert made == sha256(text.encode("utf-8")).hexdigest()


def test_the_order_of_the_values_matters():
    assert tickets.make_seed("0", PERIOD, ["1", "2"]) != tickets.make_seed("0", PERIOD, ["2", "1"])


@pytest.mark.parametrize("values", [[], [""], ["1", ""]])
def test_without_a_value_there_is_no_seed(values):
    with pytest.raises(ValueMissing):
        tickets.make_seed("0", PERIOD, values)


@pytest.mark.parametrize("value", ["1|2", " 1", "1\n", "1\n2", "1\t"])
def test_a_value_that_could_be_read_two_ways_is_refused(value):
    with pytest.raises(BadSeedValue):
        tickets.make_seed("0", PERIOD, [value])
