"""The end of a day reads as that day, 24:00, so that nobody loses or gains a day by a midnight."""

from datetime import UTC, datetime

from qa_service.language import speaking
from qa_service.web.formatting import deadline


def test_a_deadline_at_midnight_is_the_day_before_at_24():
    midnight = datetime(2026, 11, 5, 16, tzinfo=UTC)  # 6 November 00:00 in Shanghai
    assert deadline(midnight) == "11月5日周四 24:00"
    assert deadline(midnight, 0) == "11月5日周四 24:00，今天到期"
    with speaking("en"):
        assert deadline(midnight) == "Thu 5 Nov, 24:00"


def test_any_other_time_stays_what_it_is():
    assert deadline(datetime(2026, 11, 5, 10, tzinfo=UTC)) == "11月5日周四 18:00"
