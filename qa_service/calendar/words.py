"""Names of days in the reader's language: the package writes Chinese, shifted and in-lieu days in words."""

import re

from qa_service.language import N_, gettext, listed

IN_LIEU = re.compile(r"(.+)（补假）")
SHIFTED = re.compile(r"休息日（由 (\d{4}-\d{2}-\d{2}) 调休）")
OTHERS = (N_("春节延长假期"), N_("中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日"))


def day_name(name: str) -> str:
    """国庆节（补假） reads National Day (in lieu); 休息日（由 2026-10-10 调休） says which day is worked instead."""
    if shifted := SHIFTED.fullmatch(name):
        return gettext(N_("调休（%(day)s上班）"), day=shifted[1])
    if in_lieu := IN_LIEU.fullmatch(name):
        return gettext(N_("%(name)s补假"), name=_names(in_lieu[1]))
    return _names(name)


def short_name(name: str) -> str:
    """The same for a narrow square."""
    return gettext(N_("调休")) if SHIFTED.fullmatch(name) else day_name(name)


def _names(name: str) -> str:
    """Two festivals on one day stand apart by a semicolon."""
    return listed(gettext(part) for part in name.split("; ")) if name else ""
