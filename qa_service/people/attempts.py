"""Wrong passwords are counted in the database, so that every process closes the door at the same number."""

from qa_service import clock
from qa_service.database import transaction
from qa_service.errors import TooMany
from qa_service.people import queries, rules
from qa_service.people.tables import LoginAttempt

CODES = "one-time code"  # no user name: it has a blank


async def check_limit(name: str, address: str) -> None:
    """TooMany while the failures of the last window close the door for this name or address."""
    by_name, by_address = await queries.failed_attempts(name, address, rules.window_start(clock.now()))
    if rules.is_limited(0 if name == CODES else by_name, by_address):
        raise TooMany(minutes=int(rules.ATTEMPT_WINDOW.total_seconds() // 60))


async def check_codes(address: str | None) -> None:
    """Wrong one-time codes have no name to count by: the address alone closes the door. None is the shell."""
    if address is not None:
        await check_limit(CODES, address)


async def note_wrong_code(address: str | None) -> None:
    if address is not None:
        await note_failure(CODES, address)


async def note_failure(name: str, address: str) -> None:
    async with transaction():
        await LoginAttempt.insert(
            LoginAttempt(username=name[:200], address=address, at=clock.now(), succeeded=False, account=None)
        )
