"""The step of a description that says how a record is known again, and which month, agent and unit it belongs to."""

from qa_service.imports.answers import CLOCK_WHY, Answers, clocks_of
from qa_service.imports.describe_models import KeyPage
from qa_service.imports.describe_views import steps
from qa_service.imports.describing import Described, natural_fields
from qa_service.imports.field_words import field_word
from qa_service.imports.openings import KeyCount
from qa_service.language import N_, current_language, gettext
from qa_service.web.parts import Option


def key_page(known: Described, counts: dict[str, KeyCount], units: list[str], errors: dict[str, str]) -> KeyPage:
    answers = known.answers
    is_record = answers.target == "interaction"
    natural = answers.key_fields or natural_fields(answers)
    filled = [one.field for one in answers.columns if one.is_read() and "." not in one.field]
    return KeyPage(
        steps=steps(), token=known.token, file=known.file, errors=errors, key=answers.key,
        keys=_keys(answers, counts) if is_record else [], equal=_equal(counts) if _is_by_row(answers) else [],
        fields=[Option(value=one, label=field_word(one)) for one in filled] if is_record else [], key_fields=natural,
        equal_rows=answers.equal_rows, clock=answers.clock,
        clocks=[Option(value=one, label=field_word(one), help=_why(one)) for one in clocks_of(answers)]
        if is_record else [],
        agents=_agents(answers) if is_record else [], agent_by=answers.agent_by, unknowns=_unknowns(),
        agent_unknown=answers.agent_unknown, units=[Option(value=one, label=one) for one in units],
        unit=answers.constants.get("unit", ""), has_unit=is_record and answers.column_of("unit") is None,
    )  # fmt: skip


def _is_by_row(answers: Answers) -> bool:
    return answers.target in ("interaction", "business_record")


def _why(field: str) -> str:
    return CLOCK_WHY[field][current_language() == "en"]


def _counted(count: KeyCount | None) -> str:
    if count is None:
        return ""
    facts = {"rows": f"{count.rows:,}", "distinct": f"{count.distinct:,}", "doubles": f"{count.doubles:,}"}
    return gettext(N_("%(rows)s行里分得出%(distinct)s条，重复%(doubles)s行"), **facts)


def _keys(answers: Answers, counts: dict[str, KeyCount]) -> list[Option]:
    own = answers.column_of("external_id")
    named = gettext(N_("来源自己的编号：没有这样的列"))
    if own is not None:
        named = gettext(N_("来源自己的编号（%(head)s）"), head=own.head)
    return [
        Option(value="external_id", label=named, help=_counted(counts.get("external_id")), disabled=own is None),
        Option(value="natural", label=gettext(N_("几列合在一起")), help=_counted(counts.get("natural"))),
        Option(value="digest", label=gettext(N_("整行内容")), help=_counted(counts.get("digest"))),
    ]


def _equal(counts: dict[str, KeyCount]) -> list[Option]:
    return [
        Option(value="duplicates", label=gettext(N_("是同一条，只收一次")), help=_counted(counts.get("digest"))),
        Option(value="records", label=gettext(N_("是几条不同的记录，都收"))),
    ]


def _agents(answers: Answers) -> list[Option]:
    words = {
        "name": N_("按姓名（%(head)s）"),
        "employee_no": N_("按工号（%(head)s）"),
        "account": N_("按平台账号（%(head)s）"),
    }
    found = []
    for way, field in (("employee_no", "employee_no"), ("name", "agent_key"), ("account", "account")):
        if (one := answers.column_of(field)) is not None:
            found.append(Option(value=way, label=gettext(words[way], head=one.head)))
    return [*found, Option(value="none", label=gettext(N_("文件里没有客服")))]


def _unknowns() -> list[Option]:
    return [
        Option(value="hold", label=gettext(N_("先收下，列入待认领")), help=gettext(N_("不计分，有人认领后才算"))),
        Option(value="create", label=gettext(N_("新建这个人")), help=gettext(N_("放在下面写的部门里"))),
        Option(value="reject", label=gettext(N_("拒绝这一行"))),
    ]
