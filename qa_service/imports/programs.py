"""What programs ask for: imports that may be asked for twice and begin once, and records without a file.

A program that gets no answer cannot know whether its request arrived. Under a key of its own (Idempotency-Key) it asks
again and is told the job that it began the first time; for a day.
"""

import json
import re
from datetime import timedelta
from typing import Annotated

from litestar import Request, post
from litestar.params import HeaderParameter, JSONBody

from qa_service import clock
from qa_service.database import row, rows, transaction
from qa_service.errors import FieldError, InvalidInput
from qa_service.imports import reach, schemas
from qa_service.imports.errors import KeyUsed
from qa_service.imports.queries import find_profile
from qa_service.imports.uploads import IMPORT_JOB, keep_content, kept_file
from qa_service.jobs.commands import enlist
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.web.guards import needs
from qa_service.web.sessions import actor_of

KEPT = timedelta(days=1)
RECORDS_LIMIT = 16 << 20
DIGEST = 64  # a kept upload is named by the digest of its content
IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key", required=False, description="any word of the program's own; the same again begins once"
    ),
]


async def begin_import(actor: Actor, *, upload: str, file: str, profile: str, key: str | None = None) -> int:
    """Queue the import of a kept upload and answer its job; under a key that is known, the job of the first time.

    Raises KeyUsed where the key came with another file or profile, InvalidInput for what is no key.
    """
    arguments = {"upload": upload, "file": file, "profile": profile}
    if key is None:
        async with transaction():
            return await enlist(actor, IMPORT_JOB, arguments)
    check_key(key)
    asked = {"file_sha256": upload[:DIGEST], "profile": profile}
    async with transaction():
        if await _is_new(actor, key, asked):
            job = await enlist(actor, IMPORT_JOB, arguments)
            await rows('UPDATE import_request SET job = {} WHERE "key" = {} RETURNING id', job, _own(actor, key))
            return job
        known = await row(
            'SELECT file_sha256, profile, job FROM import_request WHERE "key" = {}', _own(actor, key)
        )  # fmt: skip
    kept_file(upload).unlink(missing_ok=True)  # the job of the first time has its own
    job = known.pop("job")
    if known != asked:
        raise KeyUsed(key=key, job=job)
    return job


def _own(actor: Actor, key: str) -> str:
    """A key is the account's own: two programs do not meet in one word."""
    return f"{actor.account_id or 0}/{key}"


async def _is_new(actor: Actor, key: str, asked: dict[str, str]) -> bool:
    """Take the key unless it is taken; of two requests at one moment the database lets one through."""
    now = clock.now()
    await rows("DELETE FROM import_request WHERE created_at < {} RETURNING id", now - KEPT)
    made = await rows(
        'INSERT INTO import_request ("key", file_sha256, profile, job, created_at)'
        ' VALUES ({}, {}, {}, 0, {}) ON CONFLICT ("key") DO NOTHING RETURNING id',
        _own(actor, key),
        asked["file_sha256"],
        asked["profile"],
        now,
    )
    return bool(made)


def check_key(key: str | None) -> None:
    if key is not None and not re.fullmatch("[!-~]{1,200}", key):
        sentence = N_("请求的键（Idempotency-Key）应是1至200个英文字母、数字或符号，不含空格")
        raise InvalidInput(fields=[FieldError("Idempotency-Key", "bad-key", sentence)])


@post("/imports/records", opt=needs(Permission.IMPORT_WRITE), status_code=202, request_max_body_size=RECORDS_LIMIT)
async def begin_records(
    request: Request, data: JSONBody[schemas.RecordsIn], idempotency_key: IdempotencyKey = None
) -> schemas.Started:
    """Import records as JSON objects by a mapping profile, as a job: the same road as a file of JSON lines.

    /api/jobs/{job} tells how far it is and where the batch is. A header Idempotency-Key makes it safe to ask again.
    """
    check_key(idempotency_key)
    actor = actor_of(request)
    await reach.require_write(actor, await find_profile(data.profile))
    upload = await keep_content(as_lines(await request.body()))
    job = await begin_import(
        actor, upload=upload, file="records.jsonl", profile=data.profile, key=idempotency_key
    )  # fmt: skip
    return schemas.Started(job)


def as_lines(body: bytes) -> bytes:
    """The records of a request as JSON lines; numbers keep the digits that were sent, as they do in a file."""
    records = json.loads(body, parse_float=str, parse_int=str)["records"]
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records).encode()
