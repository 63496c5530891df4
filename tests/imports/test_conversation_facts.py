"""The facts of a conversation as the dictionary on the help page defines them, each with its example."""

from datetime import UTC, datetime, timedelta

import pytest

from qa_service.help.pages import topics
from qa_service.imports.conversations import message_facts
from qa_service.imports.values import BadValue, read_url
from qa_service.interactions.records import MessageRecord

NINE = datetime(2026, 8, 1, 1, 0, tzinfo=UTC)
WHO = {"c": "customer", "a": "agent", "r": "robot", "s": "system"}


def facts(*said: tuple[str, int | None], ended: int | None = None, kinds: dict[int, str] | None = None):
    """Facts of messages by who speaks and the second after nine; `kinds` by place."""
    messages = [
        MessageRecord(
            sequence=place, sender=WHO[who], kind=(kinds or {}).get(place, "text"), text="x",
            sent_at=None if at is None else NINE + timedelta(seconds=at),
        )
        for place, (who, at) in enumerate(said, 1)
    ]  # fmt: skip
    return message_facts(messages, None if ended is None else NINE + timedelta(seconds=ended))


def test_an_automatic_reply_is_none():
    assert facts(("c", 0), ("r", 2), ("a", 60)).first_reply_seconds == 60


def test_the_first_reply_counts_from_the_first_question():
    assert facts(("c", 0), ("c", 20), ("a", 50)).first_reply_seconds == 50


def test_the_mean_is_of_the_turns_that_were_answered():
    found = facts(("c", 0), ("a", 10), ("c", 100), ("a", 120), ("c", 200), ("a", 245), ("c", 300))
    assert found.average_reply_seconds == 25
    assert facts(("c", 0), ("a", 10), ("c", 20), ("a", 31)).average_reply_seconds == 11, "10.5 is rounded half-up"


def test_silence_and_closing():
    found = facts(("c", 0), ("a", 120), ("s", 300), ("c", 600), ended=720)
    assert (found.longest_silence_seconds, found.closed_after_seconds) == (480, 120)


def test_images_and_cards_are_replies_and_recalled_messages_are_none():
    for kind in ("image", "card", "voice"):
        assert facts(("c", 0), ("a", 5), ("a", 50), kinds={2: kind}).first_reply_seconds == 5
    assert facts(("c", 0), ("a", 5), ("a", 50), kinds={2: "recalled"}).first_reply_seconds == 50


def test_three_minutes_are_180_seconds_and_no_reply_is_no():
    assert facts(("c", 0), ("a", 180)).replied_in_3_min is True
    assert facts(("c", 0), ("a", 181)).replied_in_3_min is False
    assert facts(("c", 0), ("r", 1)).replied_in_3_min is False
    assert facts(("a", 0)).replied_in_3_min is None, "nobody asked"


def test_without_times_and_with_clocks_that_run_backwards_there_is_no_figure():
    for found in (facts(("c", None), ("a", None)), facts(("c", 0), ("a", None))):
        assert (found.first_reply_seconds, found.average_reply_seconds, found.replied_in_3_min) == (None, None, None)
        assert found.asked
    assert facts(("c", 60), ("a", 0)).first_reply_seconds is None
    assert facts(("a", 5)).first_reply_seconds is None


def test_the_dictionary_gives_each_fact_an_example():
    for part in topics()["conversation-facts"].parts[:-1]:
        assert part.text[-1].startswith("例：")
        assert part.text_en[-1].startswith("Example: ")


@pytest.mark.parametrize("text", ["https://a.example/x.mp3", " http://a.example:80/x?y=1 ", "HTTPS://a.example"])
def test_an_address_of_the_web_is_taken_as_it_is(text):
    assert read_url(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:audio/mp3;base64,x", "//a.example/x", "https://a b", "ftp://a.example", 'https://a/"x',
     "https://a.example;script-src *", "https://'self'/x", "https://"],
)  # fmt: skip
def test_what_a_browser_might_follow_otherwise_is_refused(text):
    with pytest.raises(BadValue) as refused:
        read_url(text)
    assert refused.value.code == "bad-url"
