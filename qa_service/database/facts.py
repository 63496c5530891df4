"""Facts about the whole database: written once, read at start."""

from qa_service.database import rows, scalar, transaction

JOURNAL_KEY, MASKING_KEY, DEMO = "journal-key", "masking-key", "demo"


async def fact(name: str) -> str | None:
    return await scalar("SELECT value FROM database_fact WHERE name = {}", name)


async def put_fact(name: str, value: str) -> str:
    """Write a fact that is not there yet; answers what the database holds (two starts agree on one)."""
    async with transaction():
        await rows("INSERT INTO database_fact (name, value) VALUES ({}, {}) ON CONFLICT (name) DO NOTHING", name, value)
    return await fact(name) or ""


async def is_demo() -> bool:
    return await fact(DEMO) is not None
