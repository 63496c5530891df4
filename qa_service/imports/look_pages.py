"""A first look at a file as a page: what it is, what its columns hold, which mapping profile to try it with."""

import msgspec
from litestar import Request, Response, get, post

from qa_service.errors import Refusal
from qa_service.imports import queries
from qa_service.imports.api import BODY_LIMIT, WRITE
from qa_service.imports.commands import look_at_file
from qa_service.imports.guessing import ColumnFound
from qa_service.imports.look_words import facts_of, note_of, questions_of
from qa_service.imports.looking import Fit, SheetFound
from qa_service.imports.pages import ConfirmForm, tried
from qa_service.imports.uploads import kept_file, taken_upload
from qa_service.imports.words import layout_word, reading_word
from qa_service.language import N_, gettext, listed
from qa_service.web.cells import Actions, Cell, Lines, Nothing, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Count
from qa_service.web.formatting import field_errors
from qa_service.web.parts import Action
from qa_service.web.rendering import render
from qa_service.web.tables import Column, Empty, Table, TableRow


class SheetPage(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    note: str
    columns: Table
    fits: Table


class LookPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/look.html; without `facts` it is the form."""

    errors: dict[str, str] = {}
    upload: str = ""
    file: str = ""
    facts: list[tuple[str, str]] = []
    sheets: list[SheetPage] = []


@get("/imports/look", opt=WRITE, include_in_schema=False)
async def look_form(request: Request) -> Response:
    return render(request, "imports/look.html", LookPage())


@post("/imports/look", opt=WRITE, include_in_schema=False, request_max_body_size=BODY_LIMIT)
async def look_page(request: Request) -> Response:
    kept = ""
    try:
        kept, name = await taken_upload(request)
        found = await look_at_file(kept_file(kept), name=name)
    except Refusal as refusal:
        if kept:
            kept_file(kept).unlink(missing_ok=True)
        errors = field_errors(refusal.fields) or {"": refusal.text()}
        return render(request, "imports/look.html", LookPage(errors=errors), status_code=refusal.status)
    titles = await queries.titles()
    sheets = [_sheet(one, kept=kept, file=name, titles=titles) for one in found.sheets]
    page = LookPage(facts=facts_of(found), sheets=sheets, upload=kept, file=name)
    return render(request, "imports/look.html", page)


@post("/imports/look/trial", opt=WRITE, include_in_schema=False)
async def trial_of_looked_at(request: Request) -> Response:
    """The trial reading of a file that was looked at: it is kept, so nobody chooses it twice."""
    form = await form_of(request, ConfirmForm)
    return await tried(request, form.upload, form.file[:200], form.profile)


def _sheet(found: SheetFound, *, kept: str, file: str, titles: dict[str, str]) -> SheetPage:
    return SheetPage(
        title=found.name or gettext(N_("列")), note=note_of(found), columns=_columns(found.columns, found.name),
        fits=fits_table(found.fits, kept=kept, file=file, titles=titles, name=found.name),
    )  # fmt: skip


def _columns(found: list[ColumnFound], name: str) -> Table:
    columns = [
        Column(label=gettext(N_("列名")), is_row_header=True),
        Column(label=gettext(N_("像什么")), more_label=gettext(N_("写法"))),
        Column(label=gettext(N_("有值")), kind="count"),
        Column(label=gettext(N_("空")), kind="count"),
        Column(label=gettext(N_("不同的值")), kind="count"),
        Column(label=gettext(N_("例子"))),
        Column(label=gettext(N_("要确认"))),
    ]
    return Table(
        caption=gettext(N_("列和它们的内容")), columns=columns, rows=[_column(one) for one in found],
        name=f"columns-{name}" if name else "columns",
    )  # fmt: skip


def _column(one: ColumnFound) -> TableRow:
    return TableRow(
        cells=[
            Text(text=one.head) if one.head else Nothing(reason=gettext(N_("没有列名"))),
            Text(text=reading_word(one.reading.type), sub=layout_word(one.reading.layout)),
            Count(value=one.filled),
            Count(value=one.empty),
            Count(value=one.distinct) if one.distinct is not None else Nothing(reason=gettext(N_("太多，没有数"))),
            Text(text=listed(one.examples[:3]), clip=True),
            _question(one),
        ]
    )


def _question(one: ColumnFound) -> Cell:
    said = questions_of(one)
    return Lines(lines=said) if said else Nothing()


def fits_table(found: list[Fit], *, kept: str, file: str, titles: dict[str, str], name: str = "") -> Table:
    columns = [
        Column(label=gettext(N_("映射方案")), is_row_header=True),
        Column(label=gettext(N_("能读的列")), kind="count"),
        Column(label=gettext(N_("缺的必填列"))),
        Column(label=gettext(N_("不读的列"))),
        Column(label=gettext(N_("试读")), kind="actions", is_label_hidden=True),
    ]
    rows = [
        TableRow(
            cells=[
                Text(text=titles.get(one.profile, one.profile)),
                Count(value=len(one.read)),
                Text(text=listed(one.missing), clip=True) if one.missing else Nothing(),
                Text(text=listed(one.unread), clip=True) if one.unread else Nothing(),
                _trial(one, kept=kept, file=file) if not one.missing else Nothing(),
            ]
        )
        for one in found
    ]
    empty = Empty(
        what=gettext(N_("没有映射方案读得了这些列")),
        why=gettext(N_("用下面的“一步步描述这个文件”从这些列开始")),
    )
    return Table(
        caption=gettext(N_("读得了它的映射方案")), columns=columns, rows=rows, empty=empty,
        name=f"fits-{name}" if name else "fits",
    )  # fmt: skip


def _trial(one: Fit, *, kept: str, file: str) -> Cell:
    fields = {"upload": kept, "file": file, "profile": one.profile}
    action = Action(label=gettext(N_("用它试读")), href="/imports/look/trial", method="post", fields=fields)
    return Actions(actions=[action])


routes = [look_form, look_page, trial_of_looked_at]
