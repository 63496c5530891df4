"""How evidence reads: the computed fact of a range, a time span, and what each piece is called."""

from typing import Any

from qa_service.evaluations.rules import Borne, Record, borne, read_searched
from qa_service.language import N_, clauses, current_language, gettext, listed, speaking
from qa_service.web.formatting import duration
from rubrics.forms import Form, Item

RECORDS_NONE = N_("同一订单和买家没有业务单据")


def fact_text(found: Borne) -> str:
    """The fact in the reader's language."""
    sentences = _times(found) if found.is_about_time else [_messages(found)]
    if found.records is not None:
        sentences.append(_records(found.records))
    return clauses(sentences)


def stored_fact(found: Borne) -> str:
    """The fact as it is kept with the evaluation: the house's own language."""
    with speaking("zh"):
        return fact_text(found)


def range_text(first: int, last: int) -> str:
    if first == last:
        return gettext(N_("第%(number)s条"), number=first)
    return gettext(N_("第%(first)s–%(last)s条"), first=first, last=last)


def _messages(found: Borne) -> str:
    where = range_text(found.searched.first, found.searched.last)
    if not found.words_at:
        return gettext(N_("查看了%(where)s，其中客服的人工消息%(count)s条"), where=where, count=found.own_messages)
    absent = [word for word, at in found.words_at if at is None]
    said = [
        gettext(N_("“%(word)s”在第%(number)s条"), word=word, number=at) for word, at in found.words_at if at is not None
    ]
    if absent:
        words = listed(f"“{word}”" for word in absent)
        sentence = N_("%(where)s里客服的%(count)s条人工消息都没有%(words)s")
        said.insert(0, gettext(sentence, where=where, count=found.own_messages, words=words))
    return clauses(said)


def _times(found: Borne) -> list[str]:
    told = []
    if found.first_reply_seconds is not None:
        told.append(gettext(N_("首次人工回复%(time)s"), time=duration(found.first_reply_seconds)))
    if found.longest is not None:
        where = range_text(found.longest.asked, found.longest.answered)
        sentence = N_("客户最长等了%(time)s（%(where)s）")
        told.append(gettext(sentence, time=duration(found.longest.seconds), where=where))
    if found.closed_after_seconds is not None:
        told.append(gettext(N_("交谈结束后%(time)s关闭窗口"), time=duration(found.closed_after_seconds)))
    return told


def _records(found: tuple[tuple[str, int], ...]) -> str:
    if not found:
        return gettext(RECORDS_NONE)
    kinds = listed(
        gettext(N_("%(kind)s%(count)s份"), kind=gettext(kind), count=count) for kind, count in found
    )
    return gettext(N_("同一订单和买家的业务单据：%(kinds)s"), kinds=kinds)


def span_text(piece: dict[str, Any]) -> str:
    """From message to message with the time between them; by the recording's clock where there are no messages."""
    time = duration((piece["end"] - piece["start"]) // 1000)
    first, _, last = (piece["searched"] or "").partition("-")
    if first and last:
        return gettext(N_("%(where)s，相隔%(time)s"), where=range_text(int(first), int(last)), time=time)
    begins, ends = duration(piece["start"] // 1000), duration(piece["end"] // 1000)
    return gettext(N_("从%(begins)s到%(ends)s，共%(time)s"), begins=begins, ends=ends, time=time)


def told(pieces: list[dict[str, Any]], form: Form, record: Record) -> list[dict[str, Any]]:
    """Stored evidence with its fact in the reader's language and the word for what it is (`label`)."""
    items = {item.key: item for _section, item in form.items()}
    return [_told(piece, items.get(piece["item"]), record) for piece in pieces]


def _told(piece: dict[str, Any], item: Item | None, record: Record) -> dict[str, Any]:
    if piece["kind"] == "time_span" and piece["start"] is not None and piece["end"] is not None:
        return piece | {"fact": span_text(piece), "label": gettext(N_("时间段"))}
    if piece["kind"] == "business_record":
        return piece | {"label": gettext(N_("业务单据"))}
    if piece["kind"] != "absence" or item is None:
        return piece | {"label": ""}
    searched = read_searched(piece["searched"] or "", record)
    found = borne(item, searched, record) if searched is not None else None
    if found is None or stored_fact(found) != piece["fact"]:  # written before facts were computed: as it stands
        return piece | {"label": gettext(N_("记录中的事实"))}
    return piece | {"fact": fact_text(found) if current_language() != "zh" else piece["fact"], "label": label_of(found)}


def label_of(found: Borne) -> str:
    """没有发生 only where something was looked for and is not there; else what the fact is about."""
    if found.is_about_time:
        return gettext(N_("用时"))
    return gettext(N_("没有发生") if found.is_absence() else N_("查找结果"))
