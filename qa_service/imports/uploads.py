"""Uploaded files: kept under their digest in the data folder until a job has read them."""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from litestar import Request
from litestar.datastructures import UploadFile

from qa_service.errors import FieldError, InvalidInput, Refusal
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import folder
from qa_service.imports.errors import UploadGone, UploadTooLarge
from qa_service.imports.keeping import DAY_SECONDS, open_private, sweep_kept
from qa_service.imports.queries import find_profile, uploads_in_use
from qa_service.imports.reach import may_read_job
from qa_service.imports.reports import ImportReport
from qa_service.jobs.kinds import Kind, Progress
from qa_service.language import N_
from qa_service.people.access import Actor, Permission

CHUNK = 1 << 20
KEPT = re.compile(r"[0-9a-f]{64}-[0-9a-f]{8}")


async def keep_upload(upload: UploadFile, *, limit_mb: int) -> str:
    """Write an upload to the data folder in chunks; the name under which it is kept. Refused above the limit."""
    sweep_kept(waiting=await uploads_in_use(), older_than=DAY_SECONDS)
    path = folder("uploads") / f"{secrets.token_hex(8)}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(open_private(path), "wb") as file:
            while piece := await upload.read(CHUNK):
                size += len(piece)
                if size > limit_mb << 20:
                    raise UploadTooLarge(limit=limit_mb)
                digest.update(piece)
                await asyncio.to_thread(file.write, piece)
        name = f"{digest.hexdigest()}-{secrets.token_hex(4)}"
        path.rename(path.with_name(name))
    finally:
        path.unlink(missing_ok=True)
    return name


async def keep_content(content: bytes) -> str:
    """The same for what did not come as a file."""
    sweep_kept(waiting=await uploads_in_use(), older_than=DAY_SECONDS)
    name = f"{hashlib.sha256(content).hexdigest()}-{secrets.token_hex(4)}"
    path = folder("uploads") / f"{secrets.token_hex(8)}.part"
    with os.fdopen(open_private(path), "wb") as file:
        file.write(content)
    path.rename(path.with_name(name))
    return name


def kept_file(name: str) -> Path:
    """The file of an upload; the name is ours, so nothing outside the folder can be meant."""
    path = folder("uploads") / name
    if not KEPT.fullmatch(name) or not path.is_file():
        raise UploadGone()
    return path


async def asked_upload(request: Request, *names: str) -> tuple[UploadFile, list[str]]:
    """The file of a multipart form and the fields of these names; InvalidInput names all that are missing."""
    form = await request.form()
    upload, texts = form.get("file"), [str(form.get(name) or "") for name in names]
    given = zip(("file", *names), (getattr(upload, "filename", ""), *texts), strict=True)
    if missing := [FieldError(name, "missing", N_("请填写这一项")) for name, value in given if not value]:
        raise InvalidInput(fields=missing)
    return upload, texts


async def keep_asked(request: Request, upload: UploadFile) -> tuple[str, str]:
    """(kept name, file name) of an upload of this request, held to the limit of the settings."""
    return await keep_upload(upload, limit_mb=request.app.state.settings.upload_limit_mb), str(upload.filename)[:200]


async def taken_upload(request: Request) -> tuple[str, str]:
    """(kept name, file name) of the file in a multipart form; InvalidInput where there is none."""
    upload, _texts = await asked_upload(request)
    return await keep_asked(request, upload)


@contextmanager
def passing(kept: str) -> Iterator[Path]:
    """The file of an upload that is of no use after the block."""
    path = kept_file(kept)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


async def _import(actor: Actor, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job: import a kept upload; the same file again after a crash changes nothing twice.

    A refused file is not kept: it is of no further use and may hold anything.
    """
    path = kept_file(arguments["upload"])
    try:
        report = await import_file(actor, path, arguments["profile"], progress=progress, name=arguments["file"])
    except Refusal:
        path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)
    return came_of(report)


def came_of(report: ImportReport) -> dict[str, Any]:
    """What a job answers: the batch, or of a ZIP with several files all of them."""
    if not report.files:
        return {"href": f"/imports/{report.batch}", "batch": report.batch, "read": report.read}
    batches = [one.batch for one in report.files]
    return {"href": f"/imports?{urlencode({'q': report.file})}", "batches": batches, "read": report.read}


async def _may_see(actor: Actor, arguments: dict[str, Any]) -> bool:
    try:
        return may_read_job(actor, await find_profile(arguments.get("profile", "")))
    except Refusal:
        return False


IMPORT = Kind(N_("导入文件"), Permission.IMPORT_WRITE, _import, may_see=_may_see)
IMPORT_JOB = "import"
