"""JSON routes of imports: profiles, trial reading, import as a job, batches, rejected rows."""

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.imports import queries, reach, schemas, undoing, waiting
from qa_service.imports.codes import print_batch_codes
from qa_service.imports.commands import draft_profile, import_file, look_at_file
from qa_service.imports.drafting import Draft
from qa_service.imports.keeping import trial_rejects
from qa_service.imports.looking import Look
from qa_service.imports.programs import IdempotencyKey, begin_import, begin_records, check_key
from qa_service.imports.reports import ImportReport, RejectOut
from qa_service.imports.storing import store_profile
from qa_service.imports.uploads import asked_upload, keep_asked, passing, taken_upload
from qa_service.interactions.differences import ChangedRecord, changed_records
from qa_service.jobs.commands import start
from qa_service.people.access import Permission
from qa_service.web.guards import needs
from qa_service.web.sessions import actor_of

KEEPER = needs(Permission.ACCOUNT_WRITE)
READ, WRITE = needs(Permission.IMPORT_READ), needs(Permission.IMPORT_WRITE)
REJECT_TYPES = {"csv": "text/csv", "json": "application/json"}
BODY_LIMIT = 4 << 30  # the upload itself is bounded by the setting upload_limit_mb


@get("/imports/profiles", opt=READ)
async def profiles() -> list[schemas.ProfileOut]:
    """The mapping profiles of this house."""
    return [queries.profile_out(one) for one in await queries.profiles()]


@post("/imports/profiles", opt=WRITE, status_code=201)
async def new_profile(request: Request, data: JSONBody[schemas.NewProfile]) -> schemas.ProfileOut:
    """Keep a mapping profile of one's own (TOML or JSON text), or a higher version of it; it is checked as a whole."""
    return queries.profile_out(await store_profile(actor_of(request), data.definition))


@get("/imports/profiles/{name:str}", opt=READ)
async def profile(request: Request, name: FromPath[str], version: FromQuery[int | None] = None) -> schemas.ProfileWhole:
    """One mapping profile with its text, the newest version unless told; `versions` are all that are kept."""
    return await queries.profile_whole(actor_of(request), name, version)


@get("/imports/profiles/{name:str}/file", opt=READ, media_type="text/plain")
async def profile_file(request: Request, name: FromPath[str], version: FromQuery[int | None] = None) -> Response:
    """The text of a mapping profile as a file, to change and to bring back as a higher version."""
    found = await queries.profile_whole(actor_of(request), name, version)
    suffix = "json" if found.definition.lstrip().startswith("{") else "toml"
    headers = {"content-disposition": f'attachment; filename="{found.name}.{suffix}"'}
    return Response(found.definition, media_type="text/plain", headers=headers)


async def take_upload(request: Request) -> tuple[str, str, str]:
    """(kept name, file name, profile) of a multipart form; InvalidInput names what is missing."""
    upload, (profile,) = await asked_upload(request, "profile")
    await reach.require_write(actor_of(request), await queries.find_profile(profile))
    return *await keep_asked(request, upload), profile


@post("/imports/trial", opt=WRITE, status_code=200, request_max_body_size=BODY_LIMIT)
async def trial(request: Request) -> ImportReport:
    """Read a file (a multipart form of file and profile) and say what would come in; nothing is written."""
    kept, name, profile = await take_upload(request)
    with passing(kept) as path:
        report = await import_file(actor_of(request), path, profile, dry_run=True, name=name)
        # a path of the server is nobody's business
        files = [msgspec.structs.replace(one, rejects_path=None) for one in report.files]
        return msgspec.structs.replace(report, rejects_path=None, files=files)


@get("/imports/trials/{name:str}", opt=WRITE, media_type="text/csv")
async def trial_rejects_file(request: Request, name: FromPath[str]) -> Response:
    """The rejected rows of one's own trial, kept for a day: mend, save, bring back.

    CSV, or JSON where the records hold lists; the name's ending says which.
    """
    content = trial_rejects(actor_of(request), name)
    return _rejects(content, "rejects", name.rpartition(".")[2])


def _rejects(content: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type=REJECT_TYPES[kind], headers=headers)


@post("/imports/look", opt=WRITE, status_code=200, request_max_body_size=BODY_LIMIT)
async def look_at(request: Request) -> Look:
    """Say what a file is (a multipart form of file): its head, columns, date layouts, and the profiles that would fit.

    Nothing is written and nothing is kept.
    """
    kept, name = await taken_upload(request)
    with passing(kept) as path:
        return await look_at_file(path, name=name)


@post("/imports/draft", opt=WRITE, status_code=200, request_max_body_size=BODY_LIMIT)
async def draft(request: Request) -> Draft:
    """Draft a mapping profile for a file (a multipart form of file, target and, of a workbook, sheet) to read and mend.

    With `answers` (the document of PUT /api/imports/described/{token}/answers as JSON) the draft is what they say. The
    text says what it cannot know; POST /api/imports/profiles keeps it.
    """
    form = await request.form()
    kept, name = await taken_upload(request)
    with passing(kept) as path:
        target, sheet = str(form.get("target") or ""), str(form.get("sheet") or "")
        return await draft_profile(path, target, sheet=sheet, name=name, answers=str(form.get("answers") or ""))


@post("/imports", opt=WRITE, status_code=202, request_max_body_size=BODY_LIMIT)
async def begin(request: Request, idempotency_key: IdempotencyKey = None) -> schemas.Started:
    """Import a file (a multipart form of file and profile) as a job. A ZIP brings each of its files in.

    /api/jobs/{job} tells how far it is and where the batch is. A header Idempotency-Key makes it safe to ask again:
    the same key with the same file and profile answers the job of the first time, for a day.
    """
    check_key(idempotency_key)
    kept, name, profile = await take_upload(request)
    job = await begin_import(actor_of(request), upload=kept, file=name, profile=profile, key=idempotency_key)
    return schemas.Started(job)


@get("/imports", opt=READ)
async def batches(request: Request, search: FromQuery[str] = "", before: FromQuery[int] = 0) -> list[schemas.BatchOut]:
    """Newest first; `before` is the id to go on from."""
    return await queries.batches(actor_of(request), search=search, before=before)


@get("/imports/{batch_id:int}", opt=READ)
async def batch(request: Request, batch_id: FromPath[int]) -> schemas.BatchOut:
    """One batch: what was read, accepted, rejected, double, held."""
    return await queries.batch(actor_of(request), batch_id)


@get("/imports/{batch_id:int}/notes/{note:str}", opt=READ)
async def noted_records(
    request: Request, batch_id: FromPath[int], note: FromPath[str], after: FromQuery[int] = 0
) -> list[schemas.NotedRecordOut]:
    """The records that a quality note of a batch speaks of; `note` is what the batch says under `records`."""
    return (await queries.noted_records(actor_of(request), batch_id, note, after=after))[1]


@get("/imports/{batch_id:int}/rejects", opt=READ)
async def rejects(request: Request, batch_id: FromPath[int], after: FromQuery[int] = 0) -> list[RejectOut]:
    """Rejected rows with line, column, value, code and sentence; `after` is the line to go on from."""
    return await queries.rejects(actor_of(request), batch_id, after=after)


@get("/imports/{batch_id:int}/held", opt=READ)
async def held(request: Request, batch_id: FromPath[int]) -> list[schemas.HeldOut]:
    """What of the batch waits for its service record or its person, and what has been joined since."""
    return await waiting.held(actor_of(request), batch_id)


@get("/imports/{batch_id:int}/rejects.csv", opt=READ, media_type="text/csv")
async def rejects_file(request: Request, batch_id: FromPath[int]) -> Response:
    """The rejected rows as they came with the reason in front: mend, save, bring back."""
    return _rejects(await queries.rejects_file(actor_of(request), batch_id), f"rejects-{batch_id}", "csv")


@get("/imports/{batch_id:int}/rejects.json", opt=READ)
async def rejects_as_json(request: Request, batch_id: FromPath[int]) -> Response:
    """The same as JSON, in which messages and ratings stay what they are."""
    return _rejects(await queries.rejects_file(actor_of(request), batch_id, "json"), f"rejects-{batch_id}", "json")


@get("/imports/{batch_id:int}/uses", opt=READ)
async def uses(request: Request, batch_id: FromPath[int]) -> list[schemas.UseOut]:
    """What rests on a batch: while something that `refuses` is among it, the batch cannot be undone."""
    return await undoing.uses(actor_of(request), batch_id)


@get("/imports/{batch_id:int}/changes", opt=READ)
async def changes(request: Request, batch_id: FromPath[int], after: FromQuery[int] = 0) -> list[ChangedRecord]:
    """Records in your reach that this batch corrected, each with field, before and after; 25 at a time.

    `after` is the key of the last one seen.
    """
    actor = actor_of(request)
    actor.require(Permission.INTERACTION_READ)
    await queries.batch(actor, batch_id)
    return await changed_records(actor, batch_id, after=after)


@post("/imports/{batch_id:int}/undo", opt=WRITE, status_code=200)
async def undo(request: Request, batch_id: FromPath[int], data: JSONBody[schemas.UndoReason]) -> schemas.BatchOut:
    """Undo a batch as a whole: its rows count no longer, what it corrected counts again as it was.

    Refused while something rests on it; a job then removes its rows, and the same file can be imported again.
    """
    actor = actor_of(request)
    await undoing.undo_batch(actor, batch_id, data.reason)
    await start(actor, undoing.UNDO_JOB, {"batch": batch_id})
    return await queries.batch(actor, batch_id)


@post("/imports/{batch_id:int}/codes", opt=KEEPER, status_code=200)
async def print_codes(request: Request, batch_id: FromPath[int]) -> list[schemas.CodeOut]:
    """New one-time codes for the log-ins of a staff list that nobody has opened; former codes stop working."""
    made = await print_batch_codes(actor_of(request), batch_id)
    return [schemas.CodeOut(**msgspec.structs.asdict(one)) for one in made]


routes = Router(
    "/api",
    route_handlers=[
        profiles, profile, profile_file, new_profile, look_at, draft, trial, trial_rejects_file, begin, begin_records,
        batches, batch, noted_records, rejects, rejects_file, rejects_as_json, held, uses, changes, undo, print_codes,
    ],
    tags=["imports"],
)  # fmt: skip
