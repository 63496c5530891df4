"""Pages of imports: the batches, a new file (trial reading, then import), one batch with what was rejected."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.imports import queries, reach, schemas
from qa_service.imports.api import BODY_LIMIT, take_upload
from qa_service.imports.change_tables import changes_of
from qa_service.imports.codes import print_batch_codes, waiting_accounts
from qa_service.imports.commands import import_file
from qa_service.imports.errors import ProfileNotFound
from qa_service.imports.profiles import Profile, title_of
from qa_service.imports.reports import FileReport, ImportReport, RejectOut
from qa_service.imports.uploads import IMPORT_JOB, kept_file
from qa_service.imports.waiting import held as held_rows
from qa_service.imports.waiting import held_table
from qa_service.interactions.undoing import TARGETS, undone
from qa_service.jobs.commands import start
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission
from qa_service.people.account_pages import codes_to_print
from qa_service.web.cells import Cell, Link, Moment, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Count
from qa_service.web.formatting import field_errors
from qa_service.web.guards import needs
from qa_service.web.listing import MOST, browsed
from qa_service.web.parts import Action, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

KEEPER = needs(Permission.ACCOUNT_WRITE)
READ, WRITE = needs(Permission.IMPORT_READ), needs(Permission.IMPORT_WRITE)
STATES = {
    "loading": ("wait", N_("正在写入")),
    "published": ("done", N_("已生效")),
    "refused": ("bad", N_("未通过")),
    "cancelled": ("none", N_("已取消")),
    "undone": ("none", N_("已撤销")),
}


class BatchesPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/list.html."""

    actions: list[Action]
    table: Table


class TriedFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial found in one file; `title` is empty where there is only one."""

    title: str
    report: FileReport
    table: Table
    rejects: Action | None


class NewPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/new.html; with a report it is the trial's result and the upload waits for a yes. `files`
    are those of a ZIP, or the one."""

    profiles: list[Option]
    actions: list[Action] = []
    profile: str = ""
    errors: dict[str, str] = {}
    report: ImportReport | None = None
    upload: str = ""
    files: list[TriedFile] = []


class BatchPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/batch.html."""

    batch: schemas.BatchOut
    profile: Cell
    state: StateCell
    table: Table
    held: Table
    actions: list[Action]
    changes: Table | None = None  # what its corrections changed; none where it corrected nothing, or out of reach
    undone: list[tuple[str, str | Cell]] = []  # by whom, when and why, where it was


class ConfirmForm(msgspec.Struct):
    upload: str
    file: str
    profile: str


@get("/imports", opt=READ, include_in_schema=False)
async def batches_page(request: Request) -> Response:
    actor = actor_of(request)
    actions = [Action(label=gettext(N_("映射方案")), href="/imports/profiles")]
    if _may_bring(actor):
        actions.append(Action(label=gettext(N_("导入文件")), href="/imports/new", kind="primary", icon="upload"))
    table, file = await browsed(request, _table(await queries.batches(actor, limit=MOST), actor), "imports")
    if file is not None:
        return file
    return render(request, "imports/list.html", BatchesPage(actions=actions, table=table))


def _may_bring(actor: Actor) -> bool:
    return actor.may(Permission.IMPORT_WRITE)


def _table(found: list[schemas.BatchOut], actor: Actor) -> Table:
    heads = (N_("读入"), N_("接受"), N_("更新"), N_("拒绝"), N_("重复"), N_("待认领"))
    columns = [
        Column(label=gettext(N_("文件")), kind="link"),
        Column(label=gettext(N_("映射方案"))),
        *(Column(label=gettext(head), kind="count") for head in heads),
        Column(label=gettext(N_("时间")), kind="moment"),
        Column(label=gettext(N_("状态")), kind="state"),
    ]
    empty = Empty(
        what=gettext(N_("还没有导入")), why=gettext(N_("先导入员工名册，再导入会话和评价")),
        next_label=gettext(N_("导入文件")) if _may_bring(actor) else "",
        next_href="/imports/new" if _may_bring(actor) else "",
    )  # fmt: skip
    return Table(
        caption=gettext(N_("导入批次")), columns=columns, rows=[_row(one) for one in found], empty=empty
    )  # fmt: skip


def _row(one: schemas.BatchOut) -> TableRow:
    figures = (one.read, one.accepted, one.updated, one.rejected, one.duplicates, one.held)
    return TableRow(
        key=str(one.id),
        cells=[
            Link(text=one.file_name or str(one.id), href=f"/imports/{one.id}", clip=True),
            Text(text=one.profile_title),
            *(Count(value=figure) for figure in figures),
            Moment(at=one.started_at),
            _state(one),
        ],
    )


def _state(one: schemas.BatchOut) -> StateCell:
    kind, word = STATES[one.state]
    return StateCell(kind=kind, word=gettext(word))


def _upload_profile() -> Action:
    return Action(label=gettext(N_("上传映射方案")), href="/imports/profiles/new", icon="upload")


async def _profiles() -> list[Option]:
    return [Option(value=one.name, label=title_of(one)) for one in await queries.profiles()]


@get("/imports/new", opt=WRITE, include_in_schema=False)
async def new_page(request: Request) -> Response:
    return render(request, "imports/new.html", NewPage(profiles=await _profiles(), actions=[_upload_profile()]))


@post("/imports/new", opt=WRITE, include_in_schema=False, request_max_body_size=BODY_LIMIT)
async def trial_page(request: Request) -> Response:
    """Trial reading: what would come in, what would not and why; nothing is written yet."""
    kept = ""
    try:
        kept, name, profile = await take_upload(request)
        return await tried(request, kept, name, profile)
    except Refusal as refusal:
        if kept:  # a refused file is of no further use
            kept_file(kept).unlink(missing_ok=True)
        return await _refused(request, refusal)


async def tried(request: Request, kept: str, name: str, profile: str) -> Response:
    """What a trial reading of a kept upload found, with the button that brings it in."""
    report = await import_file(actor_of(request), kept_file(kept), profile, dry_run=True, name=name)
    files = [_tried_file(one, title=one.file) for one in report.files] or [_tried_file(report, title="")]
    page = NewPage(profiles=await _profiles(), profile=profile, report=report, upload=kept, files=files)
    return render(request, "imports/new.html", page)


def _tried_file(one: FileReport, *, title: str) -> TriedFile:
    table = rejects_table(one.rejects, name=f"rejects-{title}" if title else "rejects")
    return TriedFile(title=title, report=one, table=table, rejects=trial_file(one))


async def _refused(request: Request, refusal: Refusal) -> Response:
    """The form again with the profile as it was chosen; a browser never sends a file twice by itself."""
    form = await request.form()
    errors = field_errors(refusal.fields) or {"": refusal.text()}
    page = NewPage(profiles=await _profiles(), profile=str(form.get("profile") or ""), errors=errors)
    return render(request, "imports/new.html", page, status_code=refusal.status)


def trial_file(report: FileReport) -> Action | None:
    if report.rejects_file is None:
        return None
    href = f"/api/imports/trials/{report.rejects_file}"
    return Action(label=gettext(N_("下载拒绝的行")), href=href, icon="download")


@post("/imports/confirm", opt=WRITE, include_in_schema=False)
async def confirm_page(request: Request) -> Response:
    form = await form_of(request, ConfirmForm)
    kept_file(form.upload)
    await reach.require_write(actor_of(request), await queries.find_profile(form.profile))
    arguments = {"upload": form.upload, "file": form.file[:200], "profile": form.profile}
    job = await start(actor_of(request), IMPORT_JOB, arguments)
    return Redirect(f"/jobs/{job}", status_code=303)


@get("/imports/{batch_id:int}", opt=READ, include_in_schema=False)
async def batch_page(request: Request, batch_id: FromPath[int]) -> Response:
    actor = actor_of(request)
    found = await queries.batch(actor, batch_id)
    rejected = await queries.rejects(actor, batch_id)
    held, file = await browsed(
        request, held_table(await held_rows(actor, batch_id)), f"held-{batch_id}", of="held"
    )
    if file is not None:
        return file
    actions = []
    profile = await _known(found.profile_name)
    if profile is not None and profile.ratings is not None and actor.may(Permission.EVALUATION_READ):
        href = f"/ratings/{found.source}"
        actions.append(Action(label=gettext(N_("评分人的一致性和宽严")), href=href, icon="chart"))
    if rejected:
        kind = "json" if profile is not None and profile.is_nested else "csv"
        href = f"/api/imports/{batch_id}/rejects.{kind}"
        actions.append(Action(label=gettext(N_("下载拒绝的行")), href=href, icon="download"))
    if waiting := await waiting_accounts(actor, batch_id):
        label = gettext(N_("打印%(count)s个新账号的代码"), count=len(waiting))
        actions.append(Action(label=label, href=f"/imports/{batch_id}/codes", method="post", kind="primary"))
    if found.state == "published" and found.target in TARGETS and _may_bring(actor):
        actions.append(Action(label=gettext(N_("撤销这一批")), href=f"/imports/{batch_id}/undo", kind="quiet"))
    page = BatchPage(
        batch=found, profile=await _profile(found), state=_state(found), table=rejects_table(rejected),
        held=held, actions=actions, changes=await changes_of(request, found), undone=_undone(await undone(batch_id)),
    )  # fmt: skip
    return render(request, "imports/batch.html", page)


def _undone(found: dict[str, Any] | None) -> list[tuple[str, str | Cell]]:
    if found is None:
        return []
    by = found["username"] or gettext(N_("系统"))
    return [
        (gettext(N_("撤销人")), by), (gettext(N_("时间")), Moment(at=found["at"], year=True)),
        (gettext(N_("理由")), found["reason"]),
    ]  # fmt: skip


async def _profile(found: schemas.BatchOut) -> Cell:
    """The profile in the version by which the batch came in; one that is not kept stays a name."""
    text = gettext(N_("%(name)s第%(version)s版"), name=found.profile_title, version=found.profile_version)
    if not await queries.keeps(found.profile_name, found.profile_version):
        return Text(text=text)
    return Link(text=text, href=f"/imports/profiles/{found.profile_name}?version={found.profile_version}")


async def _known(name: str) -> Profile | None:
    """A batch's profile as it is now; it may have gone since."""
    try:
        return await queries.find_profile(name)
    except ProfileNotFound:
        return None


@post("/imports/{batch_id:int}/codes", opt=KEEPER, include_in_schema=False)
async def print_codes(request: Request, batch_id: FromPath[int]) -> Response:
    """The answer is the page to print itself: codes are readable once, so there is no address to come back to."""
    return codes_to_print(request, await print_batch_codes(actor_of(request), batch_id))


def rejects_table(found: list[RejectOut], *, name: str = "rejects") -> Table:
    heads = (N_("列"), N_("值"), N_("原因"))
    columns = [Column(label=gettext(N_("行")), kind="count"), *(Column(label=gettext(head)) for head in heads)]
    rows = [
        TableRow(
            cells=[
                Count(value=one.line),
                Text(text=one.column),
                Text(text=one.value, clip=True),
                Text(text=one.sentence),
            ]
        )
        for one in found
    ]
    empty = Empty(what=gettext(N_("没有被拒绝的行")))
    return Table(caption=gettext(N_("被拒绝的行")), columns=columns, rows=rows, empty=empty, name=name)


routes = [batches_page, new_page, trial_page, confirm_page, batch_page, print_codes]
