"""Every sentence of the pure half of the room has its English, with the same places for facts."""

import re

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from qa_service.language import CATALOGS
from qa_service.sampling import errors

PURE = ["assignment", "board", "draws", "errors", "frames", "merkle", "periods", "proofs", "quotas", "tickets"]
PLACES = re.compile(r"%\((\w+)\)s")


def test_every_sentence_has_its_english():
    room = CATALOGS.parent / "sampling"
    with (CATALOGS / "en" / "sampling.po").open("rb") as file:
        english = {message.id: message.string for message in read_po(file, locale="en") if message.id}
    marked = {
        found[1]
        for name in PURE
        for found in extract_from_file("python", room / f"{name}.py", keywords={"N_": None, "_": None})
    }
    assert len(marked) > 30
    assert marked - {text for text, translated in english.items() if translated} == set()
    for text, translated in english.items():
        assert set(PLACES.findall(text)) == set(PLACES.findall(translated)), text


def test_codes_are_unique():
    found = [one.code for one in vars(errors).values() if isinstance(one, type) and one.__module__ == errors.__name__]
    assert len(found) == len(set(found)) > 15
