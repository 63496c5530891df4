"""Codes for the log-ins that a staff list made: printed in a step of its own, shown once, stored as digests only."""

import json

from qa_service.database import rows
from qa_service.imports import errors, queries
from qa_service.people.access import Actor, Permission
from qa_service.people.account_commands import MOST_CODES, PrintedCode, print_codes


async def waiting_accounts(actor: Actor, batch_id: int) -> list[int]:
    """The log-ins of a staff list that nobody has opened yet; none for whoever may not print codes."""
    if not actor.may(Permission.ACCOUNT_WRITE):
        return []
    made = await _made_by(actor, batch_id)
    found = await rows("SELECT id FROM account WHERE state = 'invited' ORDER BY id")
    waiting = {one["id"] for one in found}
    return [account for account in made if account in waiting]


async def _made_by(actor: Actor, batch_id: int) -> list[int]:
    found = await queries.notes_of(actor, batch_id)
    return [account for note in json.loads(found) for account in note["facts"].get("accounts", [])]


async def print_new_codes(actor: Actor, batch_id: int | None) -> list[PrintedCode]:
    """For the command line, which is read by whoever brought the list: its codes, or none where nothing waits."""
    if batch_id is None or not await waiting_accounts(actor, batch_id):
        return []
    return await print_batch_codes(actor, batch_id)


async def print_batch_codes(actor: Actor, batch_id: int) -> list[PrintedCode]:
    """New codes for the batch's log-ins that wait; codes printed before stop working."""
    actor.require(Permission.ACCOUNT_WRITE)
    waiting = await waiting_accounts(actor, batch_id)
    if not waiting:
        raise errors.NoCodesWaiting(batch=batch_id)
    printed: list[PrintedCode] = []
    for start in range(0, len(waiting), MOST_CODES):
        printed += await print_codes(actor, waiting[start : start + MOST_CODES])
    return printed
