"""What the doctor finds: one thing looked at, how it stands, and what to do."""

import msgspec

from qa_service.language import gettext


class Finding(msgspec.Struct, frozen=True):
    """level: ok, warning, error; the sentence says what to do."""

    level: str
    topic: str
    sentence: str


def say(level: str, topic: str, sentence: str, **facts: object) -> Finding:
    return Finding(level, gettext(topic), gettext(sentence, **facts))
