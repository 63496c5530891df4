"""How a Chinese name is found by Latin letters: initials (srx) or the beginning of the full spelling (shenruo)."""

import os
from functools import lru_cache


@lru_cache(maxsize=1)
def _speller():
    """The dictionary is loaded with the first search by letters: 13 MB that most processes never need."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # names are read letter by letter; phrases would cost 40 MB
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin import Style, pinyin

    return lambda name: pinyin(name, style=Style.NORMAL, heteronym=True)


@lru_cache(maxsize=65_536)
def readings(name: str) -> tuple[frozenset[str], ...]:
    """All readings of each letter of a name, since a surname is often the rarer one (曾: zeng, not ceng)."""
    return tuple(frozenset(spelling.lower() for spelling in spellings) for spellings in _speller()(name))


def is_spelling(text: str) -> bool:
    """Whether a text may be the spelling of a name: two or more Latin letters."""
    return len(text) >= 2 and text.isascii() and text.isalpha()


def is_spelled(name: str, text: str) -> bool:
    """Whether `text` (lower case) is the beginning of the initials or of the full spelling of a name.

    >>> is_spelled("沈若溪", "srx"), is_spelled("沈若溪", "shenruo"), is_spelled("曾华", "zengh"), is_spelled("李", "w")
    (True, True, True, False)
    """
    found = readings(name)
    if len(text) <= len(found) and all(
        any(spelling.startswith(letter) for spelling in spellings)
        for letter, spellings in zip(text, found, strict=False)
    ):
        return True
    return _begins(found, text)


def _begins(found: tuple[frozenset[str], ...], text: str) -> bool:
    if not text:
        return True
    if not found:
        return False
    return any(
        spelling.startswith(text) or (text.startswith(spelling) and _begins(found[1:], text[len(spelling) :]))
        for spelling in found[0]
    )
