"""Who may do what: roles, permissions, and the actor that every command is given."""

from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

import msgspec

from qa_service import clock
from qa_service.errors import NotAllowed, TokenTooNarrow
from qa_service.language import N_


class Role(StrEnum):
    AGENT = "agent"
    MONITOR = "monitor"
    QA_LEAD = "qa_lead"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    HR = "hr"
    AUDITOR = "auditor"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.AGENT: N_("客服"),
    Role.MONITOR: N_("质检员"),
    Role.QA_LEAD: N_("质检主管"),
    Role.SUPERVISOR: N_("主管"),
    Role.MANAGER: N_("经理"),
    Role.HR: N_("人事"),
    Role.AUDITOR: N_("审计"),
    Role.ADMIN: N_("管理员"),
}


class Permission(StrEnum):
    """noun:verb; `:own` reaches only what concerns oneself."""

    OWN_READ = "own:read"
    OWN_RESPOND = "own:respond"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    ACCOUNT_WRITE = "account:write"
    HR_READ = "hr:read"
    CALENDAR_WRITE = "calendar:write"
    IMPORT_READ = "import:read"
    IMPORT_WRITE = "import:write"
    INTERACTION_READ = "interaction:read"
    IDENTITY_RESOLVE = "identity:resolve"
    RULE_READ = "rule:read"
    RULE_WRITE = "rule:write"
    RULE_APPROVE = "rule:approve"
    DRAW_READ = "draw:read"
    DRAW_WRITE = "draw:write"
    EVALUATION_READ = "evaluation:read"
    EVALUATION_WRITE = "evaluation:write"
    EVALUATION_MANAGE = "evaluation:manage"
    DISPUTE_DECIDE = "dispute:decide"
    SCORE_READ = "score:read"
    SCORE_RUN = "score:run"
    FLAG_READ = "flag:read"
    FLAG_DISPOSE = "flag:dispose"
    EVENT_READ = "event:read"
    EVENT_WRITE = "event:write"
    EVENT_APPROVE = "event:approve"
    WAGE_READ = "wage:read"
    WAGE_WRITE = "wage:write"
    SHEET_READ = "sheet:read"
    SHEET_WRITE = "sheet:write"
    SHEET_APPROVE = "sheet:approve"
    REPORT_READ = "report:read"
    ROSTER_READ = "roster:read"
    ROSTER_WRITE = "roster:write"
    PROBATION_READ = "probation:read"
    PROBATION_WRITE = "probation:write"
    PROBATION_DECIDE = "probation:decide"
    TRAINING_READ = "training:read"
    TRAINING_WRITE = "training:write"
    FOLLOW_UP_WRITE = "follow-up:write"
    JOURNAL_READ = "journal:read"
    JOB_READ = "job:read"


P = Permission
PERMISSION_NAMES = {
    P.OWN_READ: N_("看自己的结果"),
    P.OWN_RESPOND: N_("确认、申诉自己的结果"),
    P.PEOPLE_READ: N_("看人员"),
    P.PEOPLE_WRITE: N_("改人员"),
    P.ACCOUNT_WRITE: N_("管账号"),
    P.HR_READ: N_("看合同"),
    P.CALENDAR_WRITE: N_("改工作日历"),
    P.IMPORT_READ: N_("看导入"),
    P.IMPORT_WRITE: N_("做导入"),
    P.INTERACTION_READ: N_("查看服务记录"),
    P.IDENTITY_RESOLVE: N_("认领账号"),
    P.RULE_READ: N_("看规则"),
    P.RULE_WRITE: N_("起草规则"),
    P.RULE_APPROVE: N_("批准规则"),
    P.DRAW_READ: N_("看抽样"),
    P.DRAW_WRITE: N_("做抽样"),
    P.EVALUATION_READ: N_("看质检评分"),
    P.EVALUATION_WRITE: N_("做质检评分"),
    P.EVALUATION_MANAGE: N_("管质检评分"),
    P.DISPUTE_DECIDE: N_("裁决申诉件"),
    P.SCORE_READ: N_("看得分"),
    P.SCORE_RUN: N_("计算得分"),
    P.FLAG_READ: N_("看异常提示"),
    P.FLAG_DISPOSE: N_("处理异常提示"),
    P.EVENT_READ: N_("看奖惩记录"),
    P.EVENT_WRITE: N_("记奖惩记录"),
    P.EVENT_APPROVE: N_("批准奖惩记录"),
    P.WAGE_READ: N_("看工资记录"),
    P.WAGE_WRITE: N_("录工资记录"),
    P.SHEET_READ: N_("看奖罚评分表"),
    P.SHEET_WRITE: N_("编奖罚评分表"),
    P.SHEET_APPROVE: N_("批准奖罚评分表"),
    P.REPORT_READ: N_("看报告"),
    P.ROSTER_READ: N_("查看排班"),
    P.ROSTER_WRITE: N_("做排班"),
    P.PROBATION_READ: N_("看试用期"),
    P.PROBATION_WRITE: N_("录试用期考核"),
    P.PROBATION_DECIDE: N_("决定试用期考核"),
    P.TRAINING_READ: N_("看培训"),
    P.TRAINING_WRITE: N_("安排培训"),
    P.FOLLOW_UP_WRITE: N_("记跟进"),
    P.JOURNAL_READ: N_("看审计日志"),
    P.JOB_READ: N_("看后台任务"),
}
OWN = {P.OWN_READ, P.OWN_RESPOND, P.RULE_READ, P.DRAW_READ}
READ_ALL = {permission for permission in Permission if permission.value.endswith(":read")}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset(OWN | {P.ROSTER_READ}),
    Role.MONITOR: frozenset(
        OWN | {P.EVALUATION_READ, P.EVALUATION_WRITE, P.INTERACTION_READ, P.DISPUTE_DECIDE, P.FOLLOW_UP_WRITE}
    ),
    Role.QA_LEAD: frozenset(
        OWN
        | {P.PEOPLE_READ, P.IMPORT_READ, P.IMPORT_WRITE, P.INTERACTION_READ, P.IDENTITY_RESOLVE, P.RULE_WRITE}
        | {P.DRAW_WRITE, P.EVALUATION_READ, P.EVALUATION_WRITE, P.EVALUATION_MANAGE, P.DISPUTE_DECIDE}
        | {P.SCORE_READ, P.SCORE_RUN, P.FLAG_READ, P.FLAG_DISPOSE, P.REPORT_READ, P.TRAINING_READ, P.TRAINING_WRITE}
        | {P.JOB_READ, P.FOLLOW_UP_WRITE}
    ),
    Role.SUPERVISOR: frozenset(
        OWN
        | {P.PEOPLE_READ, P.IMPORT_READ, P.IMPORT_WRITE, P.INTERACTION_READ, P.IDENTITY_RESOLVE, P.EVALUATION_READ}
        | {P.SCORE_READ, P.SCORE_RUN, P.FLAG_READ, P.EVENT_READ, P.EVENT_WRITE, P.SHEET_READ, P.SHEET_WRITE}
        | {P.REPORT_READ, P.ROSTER_READ, P.ROSTER_WRITE, P.PROBATION_READ, P.PROBATION_WRITE}
        | {P.TRAINING_READ, P.TRAINING_WRITE, P.JOB_READ, P.FOLLOW_UP_WRITE}
    ),
    Role.MANAGER: frozenset(
        OWN
        | {P.PEOPLE_READ, P.IMPORT_READ, P.INTERACTION_READ, P.RULE_APPROVE, P.EVALUATION_READ, P.SCORE_READ}
        | {P.FLAG_READ, P.FLAG_DISPOSE, P.EVENT_READ, P.EVENT_APPROVE, P.WAGE_READ, P.SHEET_READ, P.SHEET_APPROVE}
        | {P.REPORT_READ, P.ROSTER_READ, P.PROBATION_READ, P.PROBATION_WRITE, P.PROBATION_DECIDE, P.TRAINING_READ}
        | {P.JOURNAL_READ, P.FOLLOW_UP_WRITE}
    ),
    Role.HR: frozenset(
        OWN
        | {P.PEOPLE_READ, P.PEOPLE_WRITE, P.ACCOUNT_WRITE, P.HR_READ, P.CALENDAR_WRITE, P.IMPORT_READ, P.IMPORT_WRITE}
        | {P.WAGE_READ, P.WAGE_WRITE, P.SHEET_READ, P.EVENT_READ, P.ROSTER_READ, P.PROBATION_READ, P.PROBATION_WRITE}
        | {P.TRAINING_READ, P.REPORT_READ, P.RULE_WRITE}
    ),
    Role.AUDITOR: frozenset((READ_ALL - {P.HR_READ, P.WAGE_READ}) | {P.OWN_RESPOND}),
    Role.ADMIN: frozenset(
        OWN
        | {P.PEOPLE_READ, P.PEOPLE_WRITE, P.ACCOUNT_WRITE, P.CALENDAR_WRITE, P.IMPORT_READ, P.IMPORT_WRITE}
        | {P.JOURNAL_READ, P.JOB_READ, P.RULE_WRITE}
    ),
}


LATELY = timedelta(days=60)


class Grant(msgspec.Struct, frozen=True):
    """A role and the units it reaches; no units means the whole house."""

    role: Role
    unit_ids: frozenset[int] | None


class Actor(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """On whose behalf a command runs. `account_id` None is the service itself (demo, CLI, jobs)."""

    account_id: int | None
    person_id: int | None
    name: str
    language: str = "zh"
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[Permission] | None = None  # an API token narrows, never widens
    probation_until_on: date | None = None

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        held = frozenset().union(*(ROLE_PERMISSIONS[grant.role] for grant in self.grants))
        return held if self.scopes is None else held & self.scopes

    @property
    def is_program(self) -> bool:
        """Whether a token acts, not a person who logged in."""
        return self.scopes is not None

    @property
    def is_agent(self) -> bool:
        """Somebody whose own talks, marks and days the service keeps."""
        return self.person_id is not None and any(grant.role is Role.AGENT for grant in self.grants)

    @property
    def is_on_probation(self) -> bool:
        """On probation, or lately so: the decision is to be read and answered."""
        until = self.probation_until_on
        return until is not None and until + LATELY >= clock.today()

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Refuse what the roles do not hold, in words: what it is, and whose business."""
        if self.may(permission):
            return
        what = PERMISSION_NAMES[permission]
        if any(permission in ROLE_PERMISSIONS[grant.role] for grant in self.grants):
            raise TokenTooNarrow(permission=permission.value, what=what)
        roles = tuple(name for role, name in ROLE_NAMES.items() if permission in ROLE_PERMISSIONS[role])
        raise NotAllowed(permission=permission.value, what=what, roles=roles)

    def units(self, permission: Permission) -> frozenset[int] | None:
        """The units that the permission reaches, None for all; an empty set when the permission is not held."""
        reach: set[int] = set()
        if not self.may(permission):
            return frozenset()
        for grant in self.grants:
            if permission in ROLE_PERMISSIONS[grant.role]:
                if grant.unit_ids is None:
                    return None
                reach |= grant.unit_ids
        return frozenset(reach)


def house_actor(name: str) -> Actor:
    """The service itself: a command line or a job, with every permission, named in the journal as such."""
    return Actor(account_id=None, person_id=None, name=name, grants=tuple(Grant(role, None) for role in Role))
