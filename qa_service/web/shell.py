"""What surrounds every page: the navigation that one's permissions open, who one is, notices."""

from functools import lru_cache

import msgspec
from litestar import Request
from litestar.datastructures.state import State
from litestar.utils.scope.state import ScopeState

from qa_service.language import N_, current_language, gettext, listed
from qa_service.people.access import ROLE_NAMES, Actor, Grant, Permission
from qa_service.web.addresses import page_behind

P = Permission


class NavItem(msgspec.Struct, frozen=True):
    label: str
    href: str
    icon: str
    is_current: bool = False
    count: int | None = None
    is_due: bool = False


class NavGroup(msgspec.Struct, frozen=True):
    label: str
    items: tuple[NavItem, ...]


class Shell(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/_base.html and _bare.html. notices are (kind, text) pairs shown once."""

    language: str
    title: str
    is_demo: bool
    nav: tuple[NavGroup, ...]
    user_name: str | None
    role_label: str | None
    csrf_token: str
    path: str
    other_language_url: str
    notices: list[tuple[str, str]] = []
    may_search: bool = False


# who one is, beside what one may: pages about oneself are for people who have something there
AGENT, OWN_EVENTS, OWN_PROBATION = "agent", "own events", "own probation"
Opens = str | tuple[str, ...] | None  # a permission or a mark of the above, one of several, or nothing

# (group, ((label, href, icon, what opens it), ...)): a page that a role cannot open is not in its navigation, and a
# page that this version does not have is not named.
MAP: tuple[tuple[str, tuple[tuple[str, str, str, Opens], ...]], ...] = (
    (
        "",
        (
            (N_("首页"), "/", "home", None),
            (N_("我的本月"), "/my/month", "me", AGENT),
            (N_("我的质检"), "/my/results", "review", AGENT),
            (N_("我的奖惩"), "/rewards/events", "form", OWN_EVENTS),
            (N_("申诉"), "/disputes", "form", (AGENT, P.DISPUTE_DECIDE)),
            (N_("我的班表"), "/my/roster", "clock", AGENT),
            (N_("我的培训"), "/my/training", "people", AGENT),
            (N_("我的试用期"), "/my/probation", "people", OWN_PROBATION),
            (N_("待评"), "/queue", "review", P.EVALUATION_WRITE),
            (N_("通知"), "/notices", "bell", None),
        ),
    ),
    (
        N_("绩效"),
        (
            (N_("月度得分"), "/scores", "chart", P.SCORE_READ),
            (N_("异常提示"), "/flags", "flag", P.FLAG_READ),
            (N_("奖惩记录"), "/rewards/events", "form", P.EVENT_READ),
            (N_("工资记录"), "/rewards/wages", "people", P.WAGE_READ),
            (N_("奖罚评分表"), "/sheets", "sheet", P.SHEET_READ),
            (N_("报告"), "/reports", "form", None),
        ),
    ),
    (
        N_("团队"),
        (
            (N_("跟进"), "/follow-ups", "clock", P.OWN_RESPOND),
            (N_("改进意见"), "/improvement-notes", "form", P.FOLLOW_UP_WRITE),
            (N_("排班"), "/roster", "clock", P.ROSTER_READ),
            (N_("值日"), "/cleaning", "home", P.ROSTER_READ),
            (N_("试用期"), "/probation", "people", P.PROBATION_READ),
            (N_("培训"), "/training", "people", P.TRAINING_READ),
            (N_("工作日历"), "/calendar", "clock", None),
        ),
    ),
    (
        N_("数据"),
        (
            (N_("服务记录"), "/interactions", "review", P.OWN_READ),
            (N_("日汇总"), "/day-totals", "chart", (AGENT, P.INTERACTION_READ, P.HR_READ)),
            (N_("待认领"), "/interactions/unclaimed", "people", P.IDENTITY_RESOLVE),
            (N_("抽样"), "/draws", "sheet", P.DRAW_READ),
            (N_("导入"), "/imports", "import", P.IMPORT_READ),
            (N_("外来评分"), "/ratings", "chart", P.EVALUATION_MANAGE),
            (N_("后台任务"), "/jobs", "clock", P.JOB_READ),
        ),
    ),
    (
        N_("系统"),
        (
            (N_("人员"), "/people", "people", P.PEOPLE_READ),
            (N_("账号管理"), "/accounts", "me", P.ACCOUNT_WRITE),
            (N_("规则"), "/rules", "sheet", P.RULE_READ),
            (N_("审计日志"), "/journal", "clock", P.JOURNAL_READ),
            (N_("帮助"), "/help", "help", None),
            (N_("接口说明"), "/api-docs", "help", None),
        ),
    ),
)


def build_shell(request: Request, state: State, notices: list[tuple[str, str]] | None = None) -> Shell:
    actor: Actor | None = request.scope.get("user")
    language = current_language()
    return Shell(
        language=language,
        title=gettext(N_("质检与绩效")),
        is_demo=state.is_demo,
        nav=navigation(openings(actor), request.scope["path"], language) if actor else (),
        user_name=actor.name if actor else None,
        role_label=_roles(actor.grants, language) if actor else None,
        csrf_token=csrf_token(request),
        path=request.scope["path"],
        other_language_url=_other_language(request, language),
        notices=notices or [],
        may_search=actor is not None and any(actor.may(one) for one in (P.PEOPLE_READ, P.INTERACTION_READ)),
    )


def openings(actor: Actor) -> frozenset[str]:
    """What opens pages for the actor: permissions, and marks of who one is."""
    marks: set[str] = set()
    if actor.is_agent:
        marks.add(AGENT)
        if not actor.may(P.EVENT_READ):  # else the list of everybody's records holds the own ones
            marks.add(OWN_EVENTS)
    if actor.is_on_probation:
        marks.add(OWN_PROBATION)
    return actor.permissions | marks


def navigation(held: frozenset[str], path: str, language: str) -> tuple[NavGroup, ...]:
    """Groups with what may be opened; of two entries that fit the path the longer one is where one is."""
    return _navigation(held, _entry_of(path), language)


@lru_cache(maxsize=1024)
def _entry_of(path: str) -> str:
    fitting = [href for _, entries in MAP for _, href, _, _ in entries if path == href or path.startswith(href + "/")]
    return max(fitting, key=len, default="")


def _is_open(opens: Opens, held: frozenset[str]) -> bool:
    return opens is None or not held.isdisjoint(opens if isinstance(opens, tuple) else (opens,))


@lru_cache(maxsize=1024)
def _navigation(held: frozenset[str], here: str, language: str) -> tuple[NavGroup, ...]:
    """`language` is the key of what is remembered; the texts come from the task's own."""
    groups = []
    for label, entries in MAP:
        items = tuple(
            NavItem(gettext(text), href, icon, is_current=href == here)
            for text, href, icon, opens in entries
            if _is_open(opens, held)
        )
        if items:
            groups.append(NavGroup(gettext(label), items))
    return tuple(groups)


@lru_cache(maxsize=256)
def _roles(grants: tuple[Grant, ...], language: str) -> str:
    """`language` is the key of what is remembered; the texts come from the task's own."""
    return listed(gettext(ROLE_NAMES[role]) for role in dict.fromkeys(grant.role for grant in grants))


def csrf_token(request: Request) -> str:
    """The form token that Litestar's CSRF middleware made for this response."""
    token = ScopeState.from_scope(request.scope).csrf_token
    return token if isinstance(token, str) else request.cookies.get("csrftoken", "")


def _other_language(request: Request, language: str) -> str:
    address = page_behind(request)
    return f"{address}{'&' if '?' in address else '?'}lang={'en' if language == 'zh' else 'zh'}"
