"""Profiles of one's own: brought by API or page as text, checked as a whole, kept version by version."""

from qa_service import clock
from qa_service.database import scalar, transaction
from qa_service.imports import errors
from qa_service.imports.profiles import Profile, known_profiles, parse_profile
from qa_service.imports.tables import ImportProfile
from qa_service.journal.commands import record
from qa_service.people.access import Actor, Permission

MOST_CHARACTERS = 100_000


async def store_profile(actor: Actor, definition: str) -> Profile:
    """Keep a profile under its own name; a shipped one is never replaced, a changed one has a higher version."""
    actor.require(Permission.IMPORT_WRITE)
    if len(definition) > MOST_CHARACTERS:
        raise errors.ProfileTooLong(limit=MOST_CHARACTERS, field="definition")
    profile = parse_profile(definition)
    if profile.name in known_profiles():
        raise errors.ProfileTaken(profile=profile.name, field="definition")
    async with transaction():
        last = await scalar("SELECT MAX(version) AS version FROM import_profile WHERE name = {}", profile.name)
        if last is not None and last >= profile.version:
            raise errors.ProfileStale(profile=profile.name, known=last, given=profile.version, field="definition")
        await ImportProfile.insert(
            ImportProfile(
                name=profile.name, version=profile.version, definition=definition, digest=profile.digest,
                created_at=clock.now(),
            )
        )  # fmt: skip
        inputs = {"version": profile.version, "digest": profile.digest}
        await record(actor, "import:profile", f"profile:{profile.name}", inputs=inputs)
    return profile
