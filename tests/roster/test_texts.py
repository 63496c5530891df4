"""Every sentence of the calendar, the roster and probation has its English."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import qa_service

ROOT = Path(qa_service.__file__).parent


@pytest.mark.parametrize("room", ["calendar", "roster", "probation"])
def test_every_marked_sentence_of_the_room_is_translated(room):
    pure = [path for path in (ROOT / room).glob("*.py") if path.name not in ("api.py", "pages.py", "commands.py")]
    marked = {
        message[1]
        for path in pure
        for message in extract_from_file(
            "python", path, keywords={"N_": None, "_": None}, options={"encoding": "utf-8"}
        )
    }
    with (ROOT / "locale" / "en" / f"{room}.po").open("rb") as file:
        translated = {message.id for message in read_po(file, locale="en", abort_invalid=True) if message.string}
    assert marked
    assert marked <= translated
