"""What the business refuses: a class, a stable code, a status, and a sentence with the facts in it."""

from collections.abc import Sequence

import msgspec

from qa_service.language import N_, bracketed, clauses, current_language, gettext, listed


class FieldError(msgspec.Struct, frozen=True):
    """One input that is wrong: where, what was given, why, and what to do.

    `sentence` is a Chinese template, translated with `facts` when shown.
    """

    field: str
    code: str
    sentence: str
    facts: dict[str, object] = {}

    def text(self) -> str:
        return gettext(self.sentence, **shown(self.facts))


def shown(facts: dict[str, object]) -> dict[str, object]:
    """Facts as they are put into a sentence: marked texts are translated too, long values are cut.

    A list is joined as the language joins; a dict of text and aside is a text with something in brackets, one of zh
    and en a text that its author gave in both languages, one of sentences whole sentences, one of said and facts
    another refusal's sentence, one of as_is a list of words out of a file, which are nobody's to translate.
    """
    return {name: _fact(value) for name, value in facts.items()}


def _fact(value: object) -> object:
    if isinstance(value, FieldError):
        return value.text()
    if isinstance(value, str):
        text = gettext(value) if value else ""
        return text if len(text) <= 200 else text[:200] + "…"
    if isinstance(value, (list, tuple)):
        text = listed(_fact(one) for one in value)
        return text if len(text) <= 400 else text[:400] + "…"
    if isinstance(value, dict):
        return _shaped(value)
    return value


def _shaped(value: dict) -> object:
    if "zh" in value:
        return value["en" if current_language() == "en" else "zh"]
    if "as_is" in value:
        text = listed(value["as_is"])
        return text if len(text) <= 400 else text[:400] + "…"
    if "sentences" in value:
        return clauses(value["sentences"])
    if "said" in value:
        return gettext(value["said"], **shown(value["facts"]))
    if "aside" in value:
        return bracketed(_fact(value["text"]), _fact(value["aside"]))
    return value


class Refusal(Exception):
    """Base of all refusals that the business knows.

    A subclass gives `status`, `code` and `sentence` (a Chinese template with named percent places); an instance
    gives the facts. Read top to bottom, a room's errors.py is its rule book.
    """

    status: int = 400
    code: str = "refused"
    sentence: str = N_("请求被拒绝")

    def __init__(self, *, field: str | None = None, fields: Sequence[FieldError] = (), **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts
        self.fields = list(fields)
        if field is not None:
            self.fields.append(FieldError(field, self.code, self.sentence, facts))

    def text(self) -> str:
        """The sentence in the current language, facts filled in."""
        return gettext(self.sentence, **shown(self.facts))

    def __str__(self) -> str:
        return self.text()


class NotFound(Refusal):
    status, code, sentence = 404, "not-found", N_("没有找到%(what)s，或您无权查看")
    PAGE = N_("这个页面")

    def __init__(self, what: str = PAGE, **facts: object) -> None:
        super().__init__(what=what, **facts)


class NotAllowed(Refusal):
    """`permission` stands in the API's answer for programs; people read `what` and whose business it is."""

    status, code = 403, "not-allowed"
    sentence = N_("您的角色不能%(what)s，这是%(roles)s的事；确需自己做的，请管理员或人事在“账号管理”里给您加上角色")


class TokenTooNarrow(Refusal):
    status, code = 403, "token-too-narrow"
    sentence = N_("这个访问令牌不能%(what)s：请到“我的账号”里建一个包括这一项的令牌")


class NotLoggedIn(Refusal):
    status, code, sentence = 401, "not-logged-in", N_("请先登录")


class StaleEdit(Refusal):
    status, code = 409, "stale-edit"
    sentence = N_("%(what)s在您打开后已被修改（也可能是您的另一个窗口），请刷新后再提交；您的输入没有保存")

    def __init__(self, what: str = N_("这条记录"), **facts: object) -> None:
        super().__init__(what=what, **facts)


class InvalidInput(Refusal):
    status, code, sentence = 422, "invalid-input", N_("输入有误，请检查标出的各项")


class Unreadable(Refusal):
    status, code, sentence = 400, "unreadable", N_("无法读懂请求：%(reason)s")


class TooLarge(Refusal):
    status, code, sentence = 413, "too-large", N_("内容太大：上限%(limit)s")


class TooMany(Refusal):
    status, code, sentence = 429, "too-many", N_("尝试次数太多，请在%(minutes)s分钟后再试")
