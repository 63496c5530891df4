"""Wrong passwords are counted in the database, so that every process closes the door at the same number."""

from qa_service import clock
from qa_service.database import transaction
from qa_service.errors import TooMany
from qa_service.people import queries, rules
from qa_service.people.tables import LoginAttempt


async def check_limit(name: str, address: str) -> None:
    """TooMany while the failures of the last window close the door for this name or address."""
    failures = await queries.failed_attempts(name, address, rules.window_start(clock.now()))
    if rules.is_limited(*failures):
        raise TooMany(minutes=int(rules.ATTEMPT_WINDOW.total_seconds() // 60))


async def note_failure(name: str, address: str) -> None:
    async with transaction():
        await LoginAttempt.insert(
            LoginAttempt(username=name[:200], address=address, at=clock.now(), succeeded=False, account=None)
        )
