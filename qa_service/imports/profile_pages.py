"""Pages of mapping profiles: all of them, one version with its columns, and bringing one's own."""

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from qa_service.errors import Refusal
from qa_service.imports import queries, schemas
from qa_service.imports.errors import ProfileInvalid
from qa_service.imports.message_words import message_rules
from qa_service.imports.profile_texts import parse_profile, text_of
from qa_service.imports.profiles import Column as ProfileColumn
from qa_service.imports.profiles import Profile
from qa_service.imports.storing import store_profile
from qa_service.imports.words import TARGETS, TYPES, layout_word
from qa_service.language import N_, current_language, gettext, labelled, listed, with_commas
from qa_service.people.access import Actor, Permission
from qa_service.people.page_parts import done, notices_in
from qa_service.web.cells import Cell, Lines, Link, Moment, StateCell, Text
from qa_service.web.figures import Count
from qa_service.web.guards import needs
from qa_service.web.listing import browsed
from qa_service.web.parts import Action, Chip
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

READ, WRITE = needs(Permission.IMPORT_READ), needs(Permission.IMPORT_WRITE)
BODY_LIMIT = 1 << 20  # a profile is a page of text
LIST = "/imports/profiles"
KEYS = {
    "external_id": N_("来源自己的编号"),
    "natural": N_("这些字段合在一起：%(fields)s"),
    "digest": N_("整行内容和它出现的次数"),
}
AGENTS = {
    "none": N_("文件里没有客服"), "name": N_("按姓名"), "employee_no": N_("按工号"), "account": N_("按平台账号和时间"),
}  # fmt: skip
UNKNOWN = {"create": N_("不认识的新建"), "hold": N_("不认识的列入待认领"), "reject": N_("不认识的拒绝")}
NOTICES = {"kept": N_("映射方案已保存，导入文件时就可以选它")}


class ProfilesPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/profiles.html."""

    actions: list[Action]
    table: Table


class ProfilePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/profile.html; versions: the other ones that are kept, as links."""

    title: str
    note: str
    state: StateCell
    facts: list[tuple[str, str | Cell]]
    table: Table
    versions: list[Chip]
    actions: list[Action]
    definition: str


class NewProfilePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/new_profile.html; faults: each with its line, of the text as it was brought."""

    definition: str = ""
    errors: dict[str, str] = {}
    faults: list[str] = []


@get(LIST, opt=READ, include_in_schema=False)
async def profiles_page(request: Request) -> Response:
    found = [queries.profile_out(one) for one in await queries.profiles()]
    table, file = await browsed(request, _table(found), "import-profiles")
    if file is not None:
        return file
    return render(request, "imports/profiles.html", ProfilesPage(actions=_bring(actor_of(request)), table=table))


def _bring(actor: Actor) -> list[Action]:
    if not actor.may(Permission.IMPORT_WRITE):
        return []
    return [
        Action(label=gettext(N_("从一个文件做一份")), href="/imports/describe", icon="form"),
        Action(label=gettext(N_("上传映射方案")), href=f"{LIST}/new", kind="primary", icon="upload"),
    ]


def _table(found: list[schemas.ProfileOut]) -> Table:
    rows = [
        TableRow(
            key=one.name,
            cells=[
                Link(text=_label(one), href=f"{LIST}/{one.name}", sub=one.name),
                Text(text=gettext(TARGETS[one.target])),
                Text(text=one.source, tone="code"),
                Count(value=one.version),
                _state(one),
            ],
        )
        for one in found
    ]
    return Table(
        caption=gettext(N_("映射方案，自带的在前")),
        columns=[
            Column(label=gettext(N_("映射方案")), kind="link", more_label=gettext(N_("代码"))),
            Column(label=gettext(N_("导入什么"))),
            Column(label=gettext(N_("来源"))),
            Column(label=gettext(N_("版本")), kind="count"),
            Column(label=gettext(N_("出处")), kind="state"),
        ],
        rows=rows,
        name="profiles",
    )


def _label(one: schemas.ProfileOut) -> str:
    return one.label_en if current_language() == "en" else one.label


def _state(one: schemas.ProfileOut) -> StateCell:
    if one.is_shipped:
        return StateCell(kind="none", word=gettext(N_("随服务提供")))
    return StateCell(kind="done", word=gettext(N_("自己的")))


@get(f"{LIST}/{{name:str}}", opt=READ, include_in_schema=False)
async def profile_page(request: Request, name: FromPath[str], version: FromQuery[int | None] = None) -> Response:
    found = await queries.profile_whole(actor_of(request), name, version)
    profile = parse_profile(found.definition, name)
    href = f"/api{LIST}/{name}/file?version={found.version}"
    page = ProfilePage(
        title=gettext(N_("%(name)s第%(version)s版"), name=_label(found), version=found.version),
        note=found.note,
        state=_state(found),
        facts=_facts(found, profile),
        table=_columns(profile),
        versions=_versions(found),
        actions=[Action(label=gettext(N_("下载")), href=href, icon="download"), *_bring(actor_of(request))],
        definition=found.definition,
    )
    return render(request, "imports/profile.html", page, notices=notices_in(request, NOTICES))


def _facts(found: schemas.ProfileWhole, profile: Profile) -> list[tuple[str, str | Cell]]:
    none, in_english = "—", current_language() == "en"
    clock = (profile.clock.why_en if in_english else profile.clock.why) if profile.clock else none
    agent = with_commas([gettext(AGENTS[profile.agent.by]), gettext(UNKNOWN[profile.agent.unknown])])
    constants = [labelled(name, text) for name, text in profile.constants.items()]
    rules = message_rules(profile.messages) if profile.messages else []
    return [
        (gettext(N_("代码")), Text(text=found.name, tone="code")),
        (gettext(N_("导入什么")), gettext(TARGETS[found.target])),
        (gettext(N_("来源")), Text(text=found.source, tone="code")),
        (gettext(N_("怎样认出同一条")), gettext(KEYS[profile.key.kind], fields=listed(profile.key.fields))),
        (gettext(N_("归月的时间")), clock),
        (gettext(N_("客服")), gettext(AGENTS["none"]) if profile.agent.by == "none" else agent),
        *([(gettext(N_("消息")), Lines(lines=rules))] if rules else []),
        (gettext(N_("时区")), profile.timezone),
        (gettext(N_("固定的值")), Lines(lines=constants) if constants else none),
        *([(gettext(N_("保存时间")), Moment(at=found.kept_at, year=True))] if found.kept_at else []),
        (gettext(N_("内容摘要")), Text(text=found.digest, tone="code")),
    ]


def _versions(found: schemas.ProfileWhole) -> list[Chip]:
    if len(found.versions) < 2:
        return []
    return [
        Chip(
            label=gettext(N_("第%(version)s版"), version=version),
            href=f"{LIST}/{found.name}?version={version}",
            is_current=version == found.version,
        )
        for version in found.versions
    ]


def _columns(profile: Profile) -> Table:
    heads = (N_("字段"), N_("文件里的列名"), N_("类型"), N_("必填"), N_("写法"))
    kinds = ("text", "text", "text", "text", "lines")
    return Table(
        caption=gettext(N_("哪一列是什么")),
        columns=[Column(label=gettext(head), kind=kind) for head, kind in zip(heads, kinds, strict=True)],
        rows=[
            TableRow(
                cells=[
                    Text(text=one.field, tone="code"),
                    Text(text=listed(one.aliases)),
                    Text(text=gettext(TYPES[one.type])),
                    Text(text=gettext(N_("是")) if one.required else ""),
                    Lines(lines=_writing(one)),
                ]
            )
            for one in profile.columns
        ],
        name="columns",
        empty=Empty(what=gettext(N_("这个方案没有列"))),
    )


def _writing(one: ProfileColumn) -> list[str]:
    """How cells of a column are written, one sentence a rule."""
    said = [listed(map(layout_word, one.formats))] if one.formats else []
    said += [f"{word} → {stored}" for word, stored in one.values.items()]
    if one.minimum is not None or one.maximum is not None:
        low, high = ("…" if end is None else end for end in (one.minimum, one.maximum))
        said.append(gettext(N_("%(low)s至%(high)s"), low=low, high=high))
    if one.missing:
        said.append(gettext(N_("这些字样表示没有：%(words)s"), words=listed(one.missing)))
    if one.midnight_means_unknown:
        said.append(gettext(N_("00:00表示时刻不详")))
    if one.keeps_filled:
        said.append(gettext(N_("后来的空单元格不改动原值")))
    return said


@get(f"{LIST}/new", opt=WRITE, include_in_schema=False)
async def new_profile_page(request: Request) -> Response:
    return render(request, "imports/new_profile.html", NewProfilePage())


@post(f"{LIST}/new", opt=WRITE, include_in_schema=False, request_max_body_size=BODY_LIMIT)
async def keep_profile_page(request: Request) -> Response:
    """Keep a profile of a file or of the text field; what is wrong stands beside the text, which stays."""
    definition = ""
    try:
        definition = await _definition(request)
        profile = await store_profile(actor_of(request), definition)
    except Refusal as refusal:
        faults = [fault.text() for fault in refusal.fields] if isinstance(refusal, ProfileInvalid) else []
        page = NewProfilePage(definition=definition, errors={"": refusal.text()}, faults=faults)
        return render(request, "imports/new_profile.html", page, status_code=refusal.status)
    return done(f"{LIST}/{profile.name}?version={profile.version}", "kept")


async def _definition(request: Request) -> str:
    """The text of the file where one was chosen, else what was typed."""
    form = await request.form()
    upload = form.get("file")
    if getattr(upload, "filename", ""):
        return text_of(await upload.read(), str(upload.filename))
    return text_of(str(form.get("definition") or "").encode(), "")


routes = [profiles_page, new_profile_page, keep_profile_page, profile_page]
