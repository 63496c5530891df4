"""What the people room refuses."""

from qa_service.errors import Refusal
from qa_service.language import N_


class LoginFailed(Refusal):
    status, code, sentence = 401, "login-failed", N_("用户名或密码不对")


class AccountClosed(Refusal):
    status, code, sentence = 403, "account-closed", N_("账号“%(username)s”已停用，请找管理员")


class CodeInvalid(Refusal):
    status, code, sentence = 401, "code-invalid", N_("一次性代码不对、已用过或已过期，请找管理员重新打印")


class PasswordWeak(Refusal):
    status, code, sentence = 422, "password-weak", N_("密码不能用：至少%(least)s个字符，且不能是用户名或重复的字符")


class UsernameTaken(Refusal):
    status, code, sentence = 409, "username-taken", N_("用户名“%(username)s”已经有人使用")


class UsernameInvalid(Refusal):
    status, code, sentence = 422, "username-invalid", N_("用户名“%(username)s”不能用：2到60个字符，不含空格")


class RoleUnknown(Refusal):
    status, code, sentence = 422, "role-unknown", N_("没有角色“%(role)s”；可用的角色：%(known)s")


class SetupDone(Refusal):
    status, code, sentence = 409, "setup-done", N_("这个数据库已经设置过管理员，请直接登录")


class ScopeTooWide(Refusal):
    status, code, sentence = 403, "scope-too-wide", N_("令牌的权限“%(scope)s”超出了账号自己的权限")


class PersonUnknown(Refusal):
    status, code, sentence = 422, "person-unknown", N_("没有工号为“%(employee_no)s”的人员")


class NobodyNamed(Refusal):
    status, code, sentence = 404, "nobody-named", N_("没有工号、来源中的键、姓名或编号是“%(given)s”的人")


class NameShared(Refusal):
    status, code = 409, "name-shared"
    sentence = N_("“%(given)s”不止一人：%(people)s。请改用工号或编号")


class OwnAccount(Refusal):
    status, code, sentence = 403, "own-account", N_("自己的角色和停用要由另一位管理员办理")


class AdministratorOnly(Refusal):
    status, code, sentence = 403, "administrator-only", N_("管理员角色和管理员的账号只有管理员能改动")


class UnitOutOfReach(Refusal):
    status, code, sentence = 403, "unit-out-of-reach", N_("这个范围超出了您自己的范围，请选您管的部门")


class RoleHeld(Refusal):
    status, code, sentence = 409, "role-held", N_("这个账号在这个范围内已有这个角色")


class PersonTaken(Refusal):
    status, code, sentence = 409, "person-taken", N_("这个人已有账号“%(username)s”，一人只有一个账号")


class StateUnchanged(Refusal):
    status, code, sentence = 409, "state-unchanged", N_("账号“%(username)s”已经是这个状态")


class PasswordWrong(Refusal):
    status, code, sentence = 422, "password-wrong", N_("现在的密码不对")


class LanguageUnknown(Refusal):
    status, code, sentence = 422, "language-unknown", N_("没有语言“%(language)s”；可用的语言：%(known)s")


class AccountUnknown(Refusal):
    status, code, sentence = 404, "account-unknown", N_("没有账号“%(username)s”；qa user list列出所有账号")


class NoUnitYet(Refusal):
    status, code = 422, "no-unit-yet"
    sentence = N_("还没有部门；请先导入员工名册（qa import 文件 --profile staff-list，或导入页）")


class UnitUnknown(Refusal):
    status, code, sentence = 422, "unit-unknown", N_("没有部门“%(unit)s”；现有的部门：%(known)s")


class MergeReasonMissing(Refusal):
    status, code, sentence = 422, "merge-reason-missing", N_("请写明依据：怎么知道这两条是同一个人")


class PeopleDiffer(Refusal):
    status, code, sentence = 409, "people-differ", N_("不能合并：%(reasons)s")


class MergeUndone(Refusal):
    status, code, sentence = 409, "merge-undone", N_("这次合并已经撤销")


class MergedAgain(Refusal):
    status, code, sentence = 409, "merged-again", N_("合并后的人又合并到了别人，请先撤销后一次合并")


class AddedSince(Refusal):
    status, code, sentence = 409, "added-since", N_("合并之后又有了新的内容（%(what)s），不能再分开")
