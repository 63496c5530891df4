"""JSON routes of a description: what the wizard asks on pages, in steps or as one document."""

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.params import FromPath, JSONBody

from qa_service.imports import queries, schemas
from qa_service.imports.answers import Answers, completed
from qa_service.imports.api import BODY_LIMIT, WRITE
from qa_service.imports.commands import import_file
from qa_service.imports.describing import (
    Described,
    begin_description,
    choose_table,
    counts_of_keys,
    description,
    faults_of,
    forget_description,
    keep_description,
    profile_of,
    save_answers,
)
from qa_service.imports.looking import SheetFound
from qa_service.imports.openings import KeyCount, Opening
from qa_service.imports.reports import ImportReport
from qa_service.imports.uploads import kept_file, taken_upload
from qa_service.web.sessions import actor_of

PLACE = "/imports/described"


class FaultOut(msgspec.Struct, frozen=True):
    """What cannot work yet: field-3 and layout-3 are the answers about column 3, counted from 0."""

    field: str
    code: str
    sentence: str


class DescribedOut(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is being described: its first rows, the table that was chosen, answers, what is still wrong."""

    token: str
    file: str
    openings: list[Opening]
    sheet: SheetFound
    answers: Answers
    faults: list[FaultOut]


class TableIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which sheet ('' of a text file), the line of its head, and what the file is."""

    target: str
    sheet: str = ""
    line: int = 0


class NameIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    name_zh: str
    name_en: str = ""


def _out(known: Described) -> DescribedOut:
    faults = [FaultOut(one.field, one.code, one.text()) for one in faults_of(known.answers, known.sheet)]
    return DescribedOut(
        token=known.token, file=known.file, openings=known.openings, sheet=known.sheet, answers=known.answers,
        faults=faults,
    )  # fmt: skip


@post(PLACE, opt=WRITE, status_code=201, request_max_body_size=BODY_LIMIT)
async def begin(request: Request) -> DescribedOut:
    """Begin to describe a file (a multipart form of file): it is kept for a week, with answers proposed."""
    kept, name = await taken_upload(request)
    try:
        return _out(await begin_description(actor_of(request), kept, name))
    except Exception:
        kept_file(kept).unlink(missing_ok=True)
        raise


@get(f"{PLACE}/{{token:str}}", opt=WRITE)
async def one(request: Request, token: FromPath[str]) -> DescribedOut:
    """One's own description as it stands."""
    return _out(description(actor_of(request), token))


@put(f"{PLACE}/{{token:str}}/table", opt=WRITE)
async def table(request: Request, token: FromPath[str], data: JSONBody[TableIn]) -> DescribedOut:
    """Choose sheet, head line and target; where that changes anything the answers are proposed anew."""
    actor = actor_of(request)
    return _out(await choose_table(actor, token, sheet=data.sheet, line=data.line, target=data.target))


@put(f"{PLACE}/{{token:str}}/answers", opt=WRITE)
async def answers(request: Request, token: FromPath[str], data: JSONBody[Answers]) -> DescribedOut:
    """Take all answers as one document, one entry for every column of the table; `faults` says what is still wrong."""
    known = description(actor_of(request), token)
    return _out(save_answers(known, completed(data, known.sheet)))


@get(f"{PLACE}/{{token:str}}/keys", opt=WRITE)
async def keys(request: Request, token: FromPath[str]) -> dict[str, KeyCount]:
    """How many rows each way to know a record again tells apart."""
    return await counts_of_keys(description(actor_of(request), token))


@post(f"{PLACE}/{{token:str}}/trial", opt=WRITE, status_code=200)
async def trial(request: Request, token: FromPath[str]) -> ImportReport:
    """Read the file by the answers and say what would come in; nothing is written."""
    actor = actor_of(request)
    known = description(actor, token)
    profile = profile_of(known.answers, known.sheet)
    report = await import_file(actor, kept_file(known.upload), profile, dry_run=True, name=known.file)
    return msgspec.structs.replace(report, rejects_path=None)


@post(f"{PLACE}/{{token:str}}/profile", opt=WRITE, status_code=201)
async def keep(request: Request, token: FromPath[str], data: JSONBody[NameIn]) -> schemas.ProfileOut:
    """Keep the answers as a mapping profile, as the next version where the name is one's own already."""
    actor = actor_of(request)
    made = await keep_description(actor, token, name=data.name, name_zh=data.name_zh, name_en=data.name_en)
    return queries.profile_out(made)


@delete(f"{PLACE}/{{token:str}}", opt=WRITE, status_code=204)
async def drop(request: Request, token: FromPath[str]) -> None:
    """Give a description up; the file goes with it."""
    forget_description(description(actor_of(request), token), with_file=True)


routes = Router(
    "/api", route_handlers=[begin, one, table, answers, keys, trial, keep, drop], tags=["imports"]
)
