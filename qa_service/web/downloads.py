"""A table as a file: the same address with `format=csv` or `format=xlsx` answers the same rows."""

import asyncio
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response

from qa_service.errors import NotFound
from qa_service.web.tables import Table, csv_bytes, xlsx_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_ROWS = 10_000  # of a list that has pages; who needs more narrows the filter
PASSING = ("format", "lang", "before", "after")  # a file begins at the first row, whatever page shows its link
WRITERS = {"csv": (csv_bytes, "text/csv"), "xlsx": (xlsx_bytes, XLSX)}


def offered(request: Request, table: Table) -> Table:
    """The table with links to its two files under the address that shows it; an empty table offers none."""
    if not table.rows and not table.groups:
        return table
    asked = [(name, value) for name, value in request.query_params.items() if name not in PASSING]
    base = f"{request.scope['path']}?{urlencode([*asked, ('format', '')])}"
    hrefs = {f"{kind}_href": base + kind for kind in WRITERS}
    return msgspec.structs.replace(table, **hrefs)


def wanted(request: Request) -> str:
    """'csv' or 'xlsx' where the address asks for a file, else ''."""
    kind = request.query_params.get("format", "")
    return kind if kind in WRITERS else ""


async def download(request: Request, table: Table, name: str) -> Response | None:
    """The file that the address asks for, called `name` and its ending; None when it asks for the page."""
    kind = wanted(request)
    return await written(table, name, kind) if kind else None


async def written(table: Table, name: str, kind: str) -> Response:
    """The table as a file of this kind; NotFound where there is no such kind.

    Written beside the event loop: ten thousand rows take the better part of a second.
    """
    if kind not in WRITERS:
        raise NotFound()
    write, media_type = WRITERS[kind]
    content = await asyncio.to_thread(write, table)
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type=media_type, headers=headers)
