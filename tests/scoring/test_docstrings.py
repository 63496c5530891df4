"""The textbook runs: every example in a docstring gives what it prints, and every refusal and state speaks twice."""

import doctest
import importlib
import pkgutil

import pytest

import scoring
from scoring.errors import REFUSALS, InputError
from scoring.states import SENTENCES

MODULES = [f"scoring.{found.name}" for found in pkgutil.iter_modules(scoring.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_give_what_they_print(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0
    assert module.__doc__


def test_the_package_table_names_functions_that_exist():
    rows = [line.split("|")[2] for line in scoring.__doc__.splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= 15
    for row in rows:
        module = None
        for word in row.replace("()", "").split(","):
            parts = word.strip().split(".")
            if len(parts) > 1:
                module = importlib.import_module(f"scoring.{parts[0]}")
                parts = parts[1:]
            assert hasattr(module, parts[0]), word


def test_every_state_and_refusal_has_a_sentence_in_both_languages():
    assert all(zh and en and zh != en for zh, en in [*SENTENCES.values(), *REFUSALS.values()])


def test_a_refusal_names_place_and_fact_in_both_languages():
    refusal = InputError("weights-sum", "lines", sum=90)
    assert (refusal.code, refusal.place, refusal.facts) == ("weights-sum", "lines", {"sum": 90})
    assert "90" in refusal.zh
    assert "90" in refusal.en
