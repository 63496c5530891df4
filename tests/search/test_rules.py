"""A Chinese name is found by the beginning of its initials or of its spelling, in every reading of its letters."""

import pytest

from qa_service.search.rules import is_spelled, is_spelling


@pytest.mark.parametrize("text", ["srx", "sr", "shenruoxi", "shenruo", "shenr"])
def test_initials_and_spellings_find_a_name(text):
    assert is_spelled("沈若溪", text)


@pytest.mark.parametrize("text", ["rx", "srxx", "shenxi", "sx", "ruoxi"])
def test_what_does_not_begin_the_name_does_not_find_it(text):
    assert not is_spelled("沈若溪", text)


@pytest.mark.parametrize(("name", "text"), [("曾华", "zengh"), ("单雄", "sx"), ("解缙", "xiej"), ("单雄", "danx")])
def test_a_surname_is_found_in_its_rarer_reading(name, text):
    assert is_spelled(name, text)


def test_only_latin_letters_are_a_spelling():
    assert is_spelling("srx")
    assert not any(is_spelling(text) for text in ("s", "沈", "1018", "s1", ""))
