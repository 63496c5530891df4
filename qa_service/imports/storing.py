"""Profiles of one's own: brought by API, page or command line as text, checked as a whole, kept version by version."""

from pathlib import Path

from qa_service import clock
from qa_service.database import row, scalar, transaction
from qa_service.imports import errors, reach
from qa_service.imports.profile_texts import MOST_CHARACTERS, known_profiles, load_profile, parse_profile, text_of
from qa_service.imports.profiles import Profile
from qa_service.imports.tables import ImportProfile
from qa_service.journal.commands import record
from qa_service.people.access import Actor, Permission


async def store_profile(actor: Actor, definition: str, *, name: str = "", dry_run: bool = False) -> Profile:
    """Keep a profile under its own name; a shipped one is never replaced, a changed one has a higher version.

    The same version with the same meaning again changes nothing. A dry run checks the same and keeps nothing.
    """
    actor.require(Permission.IMPORT_WRITE)  # before anything is read
    if len(definition) > MOST_CHARACTERS:
        raise errors.ProfileTooLong(limit=MOST_CHARACTERS, field="definition")
    profile = parse_profile(definition, name)
    await reach.require_write(actor, profile)
    if profile.name in known_profiles():
        if profile.digest == load_profile(profile.name).digest:
            return profile
        raise errors.ProfileTaken(profile=profile.name, field="definition")
    if dry_run:
        await _is_kept(profile)
        return profile
    async with transaction():
        if not await _is_kept(profile):
            await _keep(actor, profile, definition)
    return profile


async def _is_kept(profile: Profile) -> bool:
    """Whether this very version is here; ProfileStale where another content has its number, or a higher one is here."""
    same = await row(
        "SELECT digest FROM import_profile WHERE name = {} AND version = {}", profile.name, profile.version
    )  # fmt: skip
    if same is not None and same["digest"] == profile.digest:
        return True
    last = await scalar("SELECT MAX(version) AS version FROM import_profile WHERE name = {}", profile.name)
    if last is not None and last >= profile.version:
        raise errors.ProfileStale(profile=profile.name, known=last, given=profile.version, field="definition")
    return False


async def _keep(actor: Actor, profile: Profile, definition: str) -> None:
    await ImportProfile.insert(
        ImportProfile(
            name=profile.name, version=profile.version, definition=definition, digest=profile.digest,
            created_at=clock.now(),
        )
    )  # fmt: skip
    inputs = {"version": profile.version, "digest": profile.digest}
    await record(actor, "import:profile", f"profile:{profile.name}", inputs=inputs)


async def profile_of_file(actor: Actor, path: Path, *, dry_run: bool) -> Profile:
    """The profile of a file of one's own; what brings a file in by it is kept, so that the batch can be explained."""
    return await store_profile(actor, text_of(path.read_bytes(), path.name), name=path.stem, dry_run=dry_run)
