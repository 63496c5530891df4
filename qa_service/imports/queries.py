"""Reads of imports: batches, their rejected rows, profiles of the library and of one's own."""

import json
from typing import Any

import msgspec

from qa_service.database import row, rows
from qa_service.errors import NotFound
from qa_service.imports import reach
from qa_service.imports.errors import ProfileInvalid, ProfileNotFound
from qa_service.imports.notes import texts
from qa_service.imports.profile_texts import known_profiles, library_text, load_profile, parse_profile
from qa_service.imports.profiles import Profile, title_of
from qa_service.imports.rejecting import read_reject, rejects_csv, rejects_json
from qa_service.imports.reports import RejectOut
from qa_service.imports.schemas import BatchOut, ProfileOut, ProfileWhole
from qa_service.language import N_, current_language
from qa_service.people.access import Actor, Permission

PAGE = 25


async def profiles() -> list[Profile]:
    """The shipped library, then the newest version of each profile of one's own, by name.

    One that an older release kept and this one refuses is left out: whoever uses it by name is told what is wrong.
    """
    stored = await rows("SELECT name, definition FROM import_profile ORDER BY name, version")
    own = {one["name"]: one["definition"] for one in stored}
    read = [_readable(text, name) for name, text in own.items()]
    return [load_profile(name) for name in known_profiles()] + [one for one in read if one is not None]


def _readable(definition: str, name: str) -> Profile | None:
    try:
        return parse_profile(definition, name)
    except ProfileInvalid:
        return None


async def find_profile(name: str) -> Profile:
    """A profile by its name: from the library, else the newest stored version. A name is never a path."""
    if name in known_profiles():
        return load_profile(name)
    found = await row("SELECT definition FROM import_profile WHERE name = {} ORDER BY version DESC LIMIT 1", name)
    if found is None:
        stored = await rows("SELECT DISTINCT name FROM import_profile ORDER BY name")
        names = [*known_profiles(), *(one["name"] for one in stored)]
        raise ProfileNotFound(profile=name[:100], known=names)
    return parse_profile(found["definition"], name)


def profile_out(one: Profile) -> ProfileOut:
    note = one.note_en if current_language() == "en" and one.note_en else one.note_zh
    return ProfileOut(
        name=one.name, label=one.name_zh, label_en=one.name_en, target=one.target, version=one.version,
        digest=one.digest, note=note, source=one.source, is_shipped=one.name in known_profiles(),
    )  # fmt: skip


async def profile_whole(actor: Actor, name: str, version: int | None = None) -> ProfileWhole:
    """One version of a profile with its text, the newest unless told; NotFound for one that is not kept."""
    actor.require(Permission.IMPORT_READ)
    kept = await _kept_versions(name)
    found = next((one for one in kept if version in (None, one["version"])), None)
    if found is None:
        raise NotFound(N_("这个映射方案，或它的这一版"))
    out = msgspec.structs.asdict(profile_out(parse_profile(found["definition"], name)))
    versions = [one["version"] for one in kept]
    return ProfileWhole(**out, definition=found["definition"], versions=versions, kept_at=found["created_at"])


async def keeps(name: str, version: int) -> bool:
    """Whether this version of a profile can be looked at."""
    return any(one["version"] == version for one in await _kept_versions(name))


async def _kept_versions(name: str) -> list[dict[str, Any]]:
    """Versions of a profile, newest first; of a shipped one there is the one that this release brings."""
    if name in known_profiles():
        shipped = load_profile(name)
        return [{"version": shipped.version, "definition": library_text(name), "created_at": None}]
    return await rows(
        "SELECT version, definition, created_at FROM import_profile WHERE name = {} ORDER BY version DESC", name
    )


async def titles() -> dict[str, str]:
    """Titles of profiles by name, in the current language."""
    return {one.name: title_of(one) for one in await profiles()}


async def batches(actor: Actor, *, search: str = "", before: int = 0, limit: int = PAGE) -> list[BatchOut]:
    """Newest first; `search` is part of a file's name or a profile's, `before` the id to go on from."""
    actor.require(Permission.IMPORT_READ)
    where, values = await reach.visible(actor, await profiles())
    pattern = f"%{search.strip()}%"
    named = await titles()
    meant = [name for name, title in named.items() if search.strip() and search.strip().casefold() in title.casefold()]
    places = ", ".join(["{}"] * len(meant)) or "NULL"
    found = await rows(
        "SELECT b.* FROM import_batch b WHERE (CAST({} AS BIGINT) = 0 OR b.id < {}) AND (b.file_name LIKE {}"
        f" OR b.profile_name LIKE {{}} OR b.profile_name IN ({places})){where} ORDER BY b.id DESC LIMIT {{}}",
        before,
        before,
        pattern,
        pattern,
        *meant,
        *values,
        limit,
    )
    return [_out(one, named) for one in found]


async def batch(actor: Actor, batch_id: int) -> BatchOut:
    return _out(await visible_batch(actor, batch_id), await titles())


async def visible_batch(actor: Actor, batch_id: int) -> dict[str, Any]:
    """NotFound where the actor may not read what the batch brought."""
    actor.require(Permission.IMPORT_READ)
    where, values = await reach.visible(actor, await profiles())
    found = await row(f"SELECT b.* FROM import_batch b WHERE b.id = {{}}{where}", batch_id, *values)
    if found is None:
        raise NotFound(N_("这个导入批次"))
    return found


async def notes_of(actor: Actor, batch_id: int) -> str:
    """The stored notes of a batch, as data."""
    return (await visible_batch(actor, batch_id))["notes"]


async def rejects(actor: Actor, batch_id: int, *, after: int = 0, limit: int = 100) -> list[RejectOut]:
    """Rejected rows in the order of the file; `after` is the line to go on from."""
    await visible_batch(actor, batch_id)
    found = await rows(
        "SELECT * FROM import_reject WHERE batch = {} AND line > {} ORDER BY line, id LIMIT {}", batch_id, after, limit
    )
    return [read_reject(one) for one in found]


async def rejects_file(actor: Actor, batch_id: int, kind: str = "csv") -> bytes:
    """All rejected rows as csv or json with their reasons, to mend and bring back."""
    await visible_batch(actor, batch_id)
    found = await rows("SELECT * FROM import_reject WHERE batch = {} ORDER BY line, id", batch_id)
    write = rejects_json if kind == "json" else rejects_csv
    return write([read_reject(one) for one in found])


async def uploads_in_use() -> frozenset[str]:
    """Names of kept uploads that a queued or running import still needs."""
    found = await rows("SELECT arguments FROM job WHERE kind = 'import' AND state IN ('waiting', 'running')")
    return frozenset(json.loads(one["arguments"]).get("upload", "") for one in found)


def _out(found: dict[str, Any], named: dict[str, str]) -> BatchOut:
    return BatchOut(
        id=found["id"],
        profile_name=found["profile_name"],
        profile_title=named.get(found["profile_name"], found["profile_name"]),
        profile_version=found["profile_version"],
        source=found["source"],
        target=found["target"],
        file_name=found["file_name"],
        file_sha256=found["file_sha256"],
        state=found["state"],
        read=found["records_read"],
        accepted=found["accepted"],
        rejected=found["rejected"],
        duplicates=found["duplicates"],
        held=found["held"],
        updated=found["updated"],
        unchanged=found["unchanged"],
        notes=texts(found["notes"]),
        started_at=found["started_at"],
        published_at=found["published_at"],
    )
