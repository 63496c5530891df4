"""A folder that is watched: what somebody lays into <folder>/<profile>/ is imported by that profile, as the house.

A file is taken once it has lain unchanged for a few seconds. Then it moves to done/ or refused/ beside it, with a text
that says what came of it. Its job names it by name, size and time, and a published batch knows its digest, so that a
crash at any moment imports nothing twice; what a job could not finish is put into refused/ at the next look.
"""

import asyncio
import contextlib
import json
import logging
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from qa_service import clock
from qa_service.database import row
from qa_service.errors import Refusal, shown
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import watched_folder
from qa_service.imports.errors import ImportBusy
from qa_service.imports.reports import FileReport, ImportReport
from qa_service.imports.sniffing import Source, digest_of
from qa_service.imports.uploads import came_of
from qa_service.jobs.commands import start
from qa_service.jobs.kinds import Kind, Progress
from qa_service.language import LANGUAGES, N_, gettext, speaking
from qa_service.people.access import Actor, Permission, house_actor

DONE, REFUSED = "done", "refused"
LOOK_SECONDS = 5.0
SETTLED_SECONDS = 5.0
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".download")  # how programs name what they still write
WATCH_JOB = "import-watched"
COUNTS = N_(
    "读入%(read)s条：接受%(accepted)s（其中更新%(updated)s），拒绝%(rejected)s，重复%(duplicates)s，待认领%(held)s"
)
log = logging.getLogger("qa_service.imports")


class Watcher:
    """Looks into the folder again and again; it remembers how each file lay there and since when."""

    def __init__(self, folder: Path, *, settled_seconds: float = SETTLED_SECONDS) -> None:
        self.folder, self.settled_seconds = folder, settled_seconds
        self.seen: dict[Path, tuple[int, int, float]] = {}

    def settled(self) -> list[dict[str, Any]]:
        """Arguments of jobs for the files that have not changed for long enough."""
        now, seen, found = time.monotonic(), {}, []
        for path in _files(self.folder):
            with contextlib.suppress(FileNotFoundError):
                stat = path.stat()
                size, changed, since = self.seen.get(path, (-1, -1, now))
                if (size, changed) != (stat.st_size, stat.st_mtime_ns):
                    since = now
                seen[path] = (stat.st_size, stat.st_mtime_ns, since)
                if now - since >= self.settled_seconds:
                    lies = {"bytes": stat.st_size, "changed": stat.st_mtime_ns}
                    found.append({"profile": path.parent.name, "file": path.name, **lies})
        self.seen = seen
        return found

    async def look(self) -> list[int]:
        """Queue each file that lies still, once; the jobs."""
        begun = [await self._take(one) for one in await asyncio.to_thread(self.settled)]
        return [job for job in begun if job is not None]

    async def _take(self, arguments: dict[str, Any]) -> int | None:
        """A file whose last job ended without moving it is put away with that job's reason, never tried for ever."""
        last = await row(
            "SELECT state, error FROM job WHERE kind = {} AND arguments = {} ORDER BY id DESC LIMIT 1",
            WATCH_JOB,
            json.dumps(arguments, ensure_ascii=False, sort_keys=True),
        )
        if last is not None and last["state"] in ("waiting", "running"):
            return None
        error = json.loads(last["error"]) if last is not None and last["error"] else None
        if last is None or last["state"] == "done" or (error and error["code"] == ImportBusy.code):
            return await start(house_actor("watch folder"), WATCH_JOB, arguments)
        sentence, facts = (error["sentence"], error["facts"]) if error else (N_("任务被取消，没有导入"), {})
        with contextlib.suppress(FileNotFoundError):
            await asyncio.to_thread(put_away, self.folder, arguments, REFUSED, [(sentence, facts)])
        return None


def _files(folder: Path) -> Iterator[Path]:
    """Plain files in the profiles' folders; a link could lead anywhere."""
    for place in sorted(folder.iterdir()):
        if not place.is_dir() or place.is_symlink() or not os.access(place, os.R_OK | os.W_OK | os.X_OK):
            continue
        for path in sorted(place.iterdir()):
            is_wanted = not path.name.startswith((".", "~$")) and path.suffix.lower() not in UNFINISHED
            if is_wanted and path.is_file() and not path.is_symlink():
                yield path


@asynccontextmanager
async def watcher(folder: Path | None) -> AsyncIterator[None]:
    """Watch beside the service for as long as the context is open; nothing where no folder is set."""
    if folder is None:
        yield
        return
    task = asyncio.create_task(_watch(Watcher(folder)))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _watch(watcher: Watcher) -> None:
    trouble = ""
    while True:
        try:
            await watcher.look()
            trouble = ""
        except Exception as error:
            if str(error) != trouble:  # once, not every five seconds
                log.exception("the watched folder %s could not be looked at", watcher.folder)
            trouble = str(error)
        await asyncio.sleep(LOOK_SECONDS)


async def _import(actor: Actor, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job: import the file if it still lies there, then put it away with what came of it."""
    folder = watched_folder()
    path = None if folder is None else place_of(folder, arguments)
    if path is None or not path.is_file():
        return {"href": "", "read": 0}  # another process was quicker, or somebody took it back
    profile = arguments["profile"]
    try:
        digest = await asyncio.to_thread(digest_of, Source(path))
        known = await row(
            "SELECT id, records_read FROM import_batch WHERE file_sha256 = {} AND profile_name = {}"
            " AND state = 'published' ORDER BY id DESC LIMIT 1",
            digest,
            profile,
        )
        if known is not None:
            said = [(N_("这个文件已经导入过（批次%(batch)s），没有再导入一次"), {"batch": known["id"]})]
            result = {"href": f"/imports/{known['id']}", "batch": known["id"], "read": known["records_read"]}
        else:
            report = await import_file(actor, path, profile, progress=progress, name=path.name)
            said, result = _came(report), came_of(report)
    except ImportBusy:
        raise  # it stays where it is, and the next look tries again
    except Refusal as refusal:
        await asyncio.to_thread(put_away, folder, arguments, REFUSED, [(refusal.sentence, refusal.facts)])
        raise
    with contextlib.suppress(FileNotFoundError):
        await asyncio.to_thread(put_away, folder, arguments, DONE, said)
    return result


def _came(report: ImportReport) -> list[tuple[str, dict[str, Any]]]:
    said: list[tuple[str, dict[str, Any]]] = []
    for one in report.files or [report]:
        said += [(N_("%(file)s：批次%(batch)s"), {"file": {"as_is": [one.file]}, "batch": one.batch}), _counted(one)]
    if report.rejected:
        said.append((N_("拒绝的行和原因在批次页上，可以下载，改好再放进来"), {}))
    return said


def _counted(report: FileReport) -> tuple[str, dict[str, Any]]:
    names = ("read", "accepted", "updated", "rejected", "duplicates", "held")
    return COUNTS, {name: getattr(report, name) for name in names}


def place_of(folder: Path, arguments: dict[str, Any]) -> Path:
    """Where a job's file lies; names only, so that nothing outside the folder can be meant."""
    return folder / Path(arguments["profile"]).name / Path(arguments["file"]).name


def put_away(folder: Path, arguments: dict[str, Any], where: str, said: list[tuple[str, dict[str, Any]]]) -> None:
    """Move a file to done/ or refused/, the text beside it first: a file there is never without its reason."""
    path = place_of(folder, arguments)
    (path.parent / where).mkdir(exist_ok=True)
    now = clock.now()
    target = path.parent / where / path.name
    if target.exists():
        target = target.with_name(f"{path.stem}-{now:%Y%m%d-%H%M%S}{path.suffix}")
    target.with_name(f"{target.name}.txt").write_text("\n".join(_lines(said, f"{now:%Y-%m-%d %H:%M} UTC")), "utf-8")
    os.replace(path, target)


def _lines(said: list[tuple[str, dict[str, Any]]], when: str) -> Iterator[str]:
    """Nobody knows which language whoever looks into the folder reads."""
    yield when
    for language in LANGUAGES:
        with speaking(language):
            yield ""
            yield from (gettext(sentence, **shown(facts)) for sentence, facts in said)
    yield ""


IMPORT_WATCHED = Kind(N_("导入监视文件夹里的文件"), Permission.IMPORT_WRITE, _import)
