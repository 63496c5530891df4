"""What of a batch waits, for what, and what has been joined since: shown beside what was rejected."""

from qa_service.database import rows
from qa_service.imports.queries import visible_batch
from qa_service.imports.schemas import HeldOut
from qa_service.language import N_, gettext
from qa_service.people.access import Actor
from qa_service.web.cells import Nothing, StateCell, Text
from qa_service.web.figures import Count
from qa_service.web.tables import Column, Empty, Table, TableRow

MOST = 2_000
REASONS = {
    "no-interaction": N_("它的服务记录还没有来；来了会自动接上"),
    "unknown-agent": N_("没有人用这个工号或姓名；导入员工名册后会自动归到本人"),
}
OF_PEOPLE = ("agent_day", "absence")


async def held(actor: Actor, batch_id: int) -> list[HeldOut]:
    """Rows that came before what they belong to, in the order of the file; days and absences one line a label."""
    found = await visible_batch(actor, batch_id)
    late = await rows(
        "SELECT line, key, reason, resolved_at FROM held_row WHERE batch = {} ORDER BY line, id LIMIT {}",
        batch_id,
        MOST,
    )
    made = [_out(one["reason"], one["key"], one["resolved_at"] is not None, line=one["line"]) for one in late]
    if found["target"] in OF_PEOPLE:
        labels = await rows(
            f"SELECT agent_label, COUNT(*) AS n, MAX(person) AS person FROM {found['target']} WHERE batch = {{}}"
            " AND agent_label IS NOT NULL GROUP BY agent_label ORDER BY agent_label LIMIT {}",
            batch_id,
            MOST,
        )
        made += [
            _out("unknown-agent", one["agent_label"], False, count=one["n"]) for one in labels if one["person"] is None
        ]
    return made


def _out(reason: str, key: str, is_joined: bool, *, line: int | None = None, count: int = 1) -> HeldOut:
    sentence = gettext(REASONS[reason])
    return HeldOut(line=line, key=key, row_count=count, reason=reason, sentence=sentence, is_joined=is_joined)


def held_table(found: list[HeldOut]) -> Table:
    heads = ((N_("行"), "count"), (N_("编号或名称"), "text"), (N_("行数"), "count"), (N_("在等什么"), "text"),
             (N_("状态"), "state"))  # fmt: skip
    joined, waiting = gettext(N_("已接上")), gettext(N_("等待中"))
    table_rows = [
        TableRow(
            cells=[
                Count(value=one.line) if one.line is not None else Nothing(),
                Text(text=one.key, clip=True),
                Count(value=one.row_count),
                Text(text="" if one.is_joined else one.sentence),
                StateCell(kind="done" if one.is_joined else "wait", word=joined if one.is_joined else waiting),
            ]
        )
        for one in found
    ]
    return Table(
        caption=gettext(N_("等待对应记录或本人的行")), rows=table_rows, name="held",
        columns=[Column(label=gettext(head), kind=kind) for head, kind in heads],
        empty=Empty(what=gettext(N_("没有在等待的行"))),
    )  # fmt: skip
