"""Pages of the wizard: a file never seen before, from the upload to a kept profile and an import, without script."""

from collections.abc import Callable

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.database import rows
from qa_service.errors import FieldError, InvalidInput, Refusal
from qa_service.imports import describe_models as models
from qa_service.imports import describe_views as views
from qa_service.imports.answers import Answers
from qa_service.imports.api import BODY_LIMIT, WRITE
from qa_service.imports.commands import import_file
from qa_service.imports.describe_keys import key_page as key_view
from qa_service.imports.describe_steps import Typed, columns_answered, keys_answered, one, writing_answered
from qa_service.imports.describing import (
    Described,
    begin_description,
    choose_table,
    counts_of_keys,
    description,
    descriptions,
    faults_of,
    forget_description,
    keep_description,
    profile_of,
    save_answers,
)
from qa_service.imports.drafting import text_of
from qa_service.imports.look_pages import fits_table
from qa_service.imports.look_words import note_of
from qa_service.imports.looking import SheetFound
from qa_service.imports.matching import DEFAULTS
from qa_service.imports.pages import rejects_table, trial_file
from qa_service.imports.queries import titles
from qa_service.imports.uploads import IMPORT_JOB, kept_file, taken_upload
from qa_service.imports.words import TARGETS
from qa_service.jobs.commands import start
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission
from qa_service.web.cells import Actions, Link, Moment, Text
from qa_service.web.formatting import field_errors
from qa_service.web.listing import browsed
from qa_service.web.parts import Action
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

PLACE = "/imports/describe"
Answered = Callable[[Answers, SheetFound, Typed], Answers]


async def typed_of(request: Request) -> Typed:
    """The posted form as texts by name."""
    form = await request.form()
    return {name: [str(value)[:1000] for value in form.getall(name)] for name in form}


@get(PLACE, opt=WRITE, include_in_schema=False)
async def start_page(request: Request) -> Response:
    table, file = await browsed(request, _begun(descriptions(actor_of(request))), "descriptions")
    return file or render(request, "imports/describe.html", models.DescriptionsPage(steps=views.steps(), table=table))


@post(PLACE, opt=WRITE, include_in_schema=False, request_max_body_size=BODY_LIMIT)
async def begin_page(request: Request) -> Response:
    kept = ""
    try:
        kept, name = await taken_upload(request)
        made = await begin_description(actor_of(request), kept, name)
    except Refusal as refusal:
        if kept:
            kept_file(kept).unlink(missing_ok=True)
        errors = field_errors(refusal.fields) or {"": refusal.text()}
        page = models.DescriptionsPage(
            steps=views.steps(), errors=errors, table=_begun(descriptions(actor_of(request)))
        )
        return render(request, "imports/describe.html", page, status_code=refusal.status)
    return Redirect(f"{PLACE}/{made.token}/table", status_code=303)


@post(f"{PLACE}/looked", opt=WRITE, include_in_schema=False)
async def begin_looked_at(request: Request) -> Response:
    """Describe a file that was looked at: it is kept, so nobody chooses it twice."""
    typed = await typed_of(request)
    made = await begin_description(actor_of(request), one(typed, "upload"), one(typed, "file")[:200])
    return Redirect(f"{PLACE}/{made.token}/table", status_code=303)


def _begun(found: list[Described]) -> Table:
    columns = [
        Column(label=gettext(N_("文件")), kind="link"),
        Column(label=gettext(N_("导入什么"))),
        Column(label=gettext(N_("最近改动")), kind="moment"),
        Column(label=gettext(N_("不再描述")), kind="actions", is_label_hidden=True),
    ]
    rows_ = [
        TableRow(
            cells=[
                Link(text=known.file, href=f"{PLACE}/{known.token}/columns"),
                Text(text=gettext(TARGETS[known.answers.target])),
                Moment(at=known.at),
                Actions(actions=[_drop(known.token)]),
            ]
        )
        for known in found
    ]
    empty = Empty(what=gettext(N_("没有描述到一半的文件")))
    return Table(caption=gettext(N_("描述到一半的文件")), columns=columns, rows=rows_, empty=empty, name="begun")


@post(f"{PLACE}/{{token:str}}/drop", opt=WRITE, include_in_schema=False)
async def drop_page(request: Request, token: FromPath[str]) -> Response:
    forget_description(description(actor_of(request), token), with_file=True)
    return Redirect(PLACE, status_code=303)


@get(f"{PLACE}/{{token:str}}/table", opt=WRITE, include_in_schema=False)
async def table_page(request: Request, token: FromPath[str]) -> Response:
    return await _table(request, description(actor_of(request), token), {})


async def _table(request: Request, known: Described, errors: dict[str, str], status: int = 200) -> Response:
    whole = [fit for fit in known.sheet.fits if not fit.missing]
    fits = fits_table(whole, kept=known.upload, file=known.file, titles=await titles()) if whole else None
    page = views.table_page(known, note_of(known.sheet), fits, errors)
    return render(request, "imports/describe_table.html", page, status_code=status)


@post(f"{PLACE}/{{token:str}}/table", opt=WRITE, include_in_schema=False)
async def choose_page(request: Request, token: FromPath[str]) -> Response:
    actor, typed = actor_of(request), await typed_of(request)
    sheet, _, line = one(typed, "head").rpartition("|")
    try:
        await choose_table(
            actor, token, sheet=sheet, line=int(line) if line.isdecimal() else 0, target=one(typed, "target")
        )
    except InvalidInput as refusal:
        return await _table(request, description(actor, token), field_errors(refusal.fields), refusal.status)
    return Redirect(f"{PLACE}/{token}/columns", status_code=303)


@get(f"{PLACE}/{{token:str}}/columns", opt=WRITE, include_in_schema=False)
async def columns_page(request: Request, token: FromPath[str]) -> Response:
    page = views.columns_page(description(actor_of(request), token), {})
    return render(request, "imports/describe_columns.html", page)


@post(f"{PLACE}/{{token:str}}/columns", opt=WRITE, include_in_schema=False)
async def answer_columns(request: Request, token: FromPath[str]) -> Response:
    known = await _answered(request, token, columns_answered)
    given = {f"constant-{field}" for field in DEFAULTS.get(known.answers.target, ())}
    errors = _errors(known, ("field-", "type-", "constant-", "columns"), without=given)
    if errors:
        lacking = [text for name, text in errors.items() if name.startswith("constant-")]
        errors = {name: text for name, text in errors.items() if not name.startswith("constant-")}
        if lacking:
            errors[""] = "\n".join(lacking)
        page = views.columns_page(known, errors)
        return render(request, "imports/describe_columns.html", page, status_code=422)
    return Redirect(f"{PLACE}/{token}/writing", status_code=303)


async def _answered(request: Request, token: str, step: Answered) -> Described:
    """The typed answers of one step, kept even where they cannot stand yet: nobody types them twice."""
    known = description(actor_of(request), token)
    return save_answers(known, step(known.answers, known.sheet, await typed_of(request)))


def _drop(token: str) -> Action:
    return Action(label=gettext(N_("不再描述")), href=f"{PLACE}/{token}/drop", method="post")


def _errors(known: Described, mine: tuple[str, ...], without: set[str] | None = None) -> dict[str, str]:
    """The faults of this step's inputs; those of later steps are told there."""
    found = [one for one in faults_of(known.answers, known.sheet) if one.field.startswith(mine)]
    return field_errors([one for one in found if one.field not in (without or set())])


@get(f"{PLACE}/{{token:str}}/writing", opt=WRITE, include_in_schema=False)
async def writing_page(request: Request, token: FromPath[str]) -> Response:
    page = views.writing_page(description(actor_of(request), token), {})
    return render(request, "imports/describe_writing.html", page)


@post(f"{PLACE}/{{token:str}}/writing", opt=WRITE, include_in_schema=False)
async def answer_writing(request: Request, token: FromPath[str]) -> Response:
    known = await _answered(request, token, writing_answered)
    if errors := _errors(known, ("layout-", "values-", "constant-", "timezone")):
        page = views.writing_page(known, errors)
        return render(request, "imports/describe_writing.html", page, status_code=422)
    return Redirect(f"{PLACE}/{token}/key", status_code=303)


@get(f"{PLACE}/{{token:str}}/key", opt=WRITE, include_in_schema=False)
async def key_page(request: Request, token: FromPath[str]) -> Response:
    return await _key(request, description(actor_of(request), token), {})


async def _key(request: Request, known: Described, errors: dict[str, str], status: int = 200) -> Response:
    units = await _units(actor_of(request))
    page = key_view(known, await counts_of_keys(known), units, errors)
    return render(request, "imports/describe_key.html", page, status_code=status)


async def _units(actor: Actor) -> list[str]:
    """Names of the units for which this person may import."""
    reach = actor.units(Permission.IMPORT_WRITE)
    found = await rows("SELECT id, name FROM unit ORDER BY name, id")
    return list(dict.fromkeys(one["name"] for one in found if reach is None or one["id"] in reach))


@post(f"{PLACE}/{{token:str}}/key", opt=WRITE, include_in_schema=False)
async def answer_key(request: Request, token: FromPath[str]) -> Response:
    known = await _answered(request, token, lambda answers, _sheet, typed: keys_answered(answers, typed))
    if errors := _errors(known, ("key", "clock", "agent", "unit")):
        return await _key(request, known, errors, 422)
    if one(await typed_of(request), "then") == "count":
        return Redirect(f"{PLACE}/{token}/key", status_code=303)
    return Redirect(f"{PLACE}/{token}/keep", status_code=303)


@get(f"{PLACE}/{{token:str}}/keep", opt=WRITE, include_in_schema=False)
async def keep_page(request: Request, token: FromPath[str]) -> Response:
    return await _keep(request, description(actor_of(request), token), {})


async def _keep(request: Request, known: Described, errors: dict[str, str], status: int = 200) -> Response:
    """The trial reading by the answers as they are; answers that cannot stand are told instead."""
    answers, report = known.answers, None
    try:
        profile = profile_of(answers, known.sheet)
        report = await import_file(actor_of(request), kept_file(known.upload), profile, dry_run=True, name=known.file)
    except Refusal as refusal:
        status = refusal.status
        errors = errors or {"": "\n".join(field_errors(refusal.fields).values()) or refusal.text()}
    page = models.KeepPage(
        steps=views.steps(), token=known.token, file=known.file, report=report, errors=errors,
        preview=views.preview_table(report.preview) if report and report.preview else None,
        table=rejects_table(report.rejects) if report else None, rejects=trial_file(report) if report else None,
        name=answers.name, name_zh=answers.name_zh, name_en=answers.name_en,
    )  # fmt: skip
    return render(request, "imports/describe_keep.html", page, status_code=status)


@post(f"{PLACE}/{{token:str}}/keep", opt=WRITE, include_in_schema=False)
async def keep_and_import(request: Request, token: FromPath[str]) -> Response:
    """Keep the profile and bring the file in by it as a job; with then=keep only the former."""
    actor, typed = actor_of(request), await typed_of(request)
    known = description(actor, token)
    name, zh, en = (one(typed, field) for field in ("name", "name_zh", "name_en"))
    try:
        profile = await keep_description(actor, token, name=name, name_zh=zh, name_en=en)
    except Refusal as refusal:
        typed_in = msgspec.structs.replace(known.answers, name=name or known.answers.name, name_zh=zh, name_en=en)
        errors = field_errors([_named(fault) for fault in refusal.fields]) or {"": refusal.text()}
        return await _keep(request, msgspec.structs.replace(known, answers=typed_in), errors, refusal.status)
    if one(typed, "then") == "keep":
        return Redirect(f"/imports/profiles/{profile.name}?version={profile.version}&notice=kept", status_code=303)
    arguments = {"upload": known.upload, "file": known.file, "profile": profile.name}
    job = await start(actor, IMPORT_JOB, arguments)
    forget_description(known, with_file=False)
    return Redirect(f"/jobs/{job}", status_code=303)


def _named(fault: FieldError) -> FieldError:
    """A name that is taken is a fault of the name, since nobody sees the text of the profile here."""
    return msgspec.structs.replace(fault, field="name") if fault.field == "definition" else fault


@get(f"{PLACE}/{{token:str}}/profile", opt=WRITE, include_in_schema=False)
async def export_page(request: Request, token: FromPath[str]) -> Response:
    """The profile of the answers as a file, also before it is kept."""
    known = description(actor_of(request), token)
    profile_of(known.answers, known.sheet)
    headers = {"content-disposition": f'attachment; filename="{known.answers.name}.toml"'}
    return Response(text_of(known.answers, known.sheet), media_type="text/plain", headers=headers)


routes = [
    start_page, begin_page, begin_looked_at, drop_page, table_page, choose_page, columns_page, answer_columns,
    writing_page, answer_writing, key_page, answer_key, keep_page, keep_and_import, export_page,
]  # fmt: skip
