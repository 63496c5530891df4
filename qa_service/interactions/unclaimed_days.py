"""What waits under one account, day by day: whoever knows the shift names a day or a span with one click."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from qa_service.interactions.unclaimed import Account
from qa_service.language import N_, gettext
from qa_service.web.cells import Link
from qa_service.web.figures import Count
from qa_service.web.formatting import day
from qa_service.web.tables import Column, Table, TableRow

HERE = "/interactions/unclaimed"


def account_href(account: Account, on: date | None = None) -> str:
    """The page of an account, its form filled with one day where that is given."""
    named: dict[str, object] = {"account": account.id} if account.id is not None else {"label": account.label}
    span = {} if on is None else {"from_on": on.isoformat(), "until_on": on.isoformat()}
    return f"{HERE}/account?{urlencode({**named, **span})}{'#claim' if on else ''}"


def day_table(account: Account, found: list[dict[str, Any]]) -> Table:
    columns = [
        Column(label=gettext(N_("日期")), kind="link", is_row_header=True),
        Column(label=gettext(N_("待认领（段）")), kind="count"),
    ]
    rows = [TableRow(cells=[_link(account, one["local_on"]), Count(value=one["parts"])]) for one in found]
    return Table(caption=gettext(N_("按天：点日期只认领那一天")), columns=columns, rows=rows, name="days")


def _link(account: Account, on: date | None) -> Link:
    text = day(on, year=True) if on else gettext(N_("来源没有日期"))
    return Link(text=text, href=account_href(account, on))
