"""The journal's heads that sheets, reports and score runs wrote down when they were made."""

from qa_service.database import rows, scalar
from qa_service.journal.rules import Head, head_of

CARRIERS = {"score": "score_run", "sheet": "sheet", "report": "report"}


async def written_heads() -> list[Head]:
    """All of them, the latest first, so that a cut tail is named by the last thing that knew it."""
    found = []
    for noun, table in CARRIERS.items():
        for one in await rows(f"SELECT id, journal_head FROM {table} WHERE journal_head <> '' ORDER BY id DESC"):
            source = f"{noun}:{one['id']}"
            found.append(head_of(one["journal_head"], source) or Head(0, "", source))  # an unreadable one is a fault
    if await scalar("SELECT id FROM account ORDER BY id LIMIT 1") is not None:
        found.append(Head(1, "", "account"))  # an account is made by a command, and every command leaves a line
    return sorted(found, key=lambda head: -head.position)
