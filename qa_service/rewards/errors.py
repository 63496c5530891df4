"""The rule book of rewards and penalties: everything that this room refuses, with the article where there is one."""

from qa_service.errors import Refusal
from qa_service.language import N_


class MoneyRefused(Refusal):
    """Base of all refusals of a line of money."""

    status, code, sentence = 422, "money-refused", N_("这笔奖罚不能入表")


# What kind of line


class FineRefused(MoneyRefused):
    code = "fine-refused"
    sentence = N_(
        "不能罚款：按次扣固定金额没有法律依据（企业职工奖惩条例已由国务院令第516号废止），请改用绩效未得或损失赔偿"
    )


class CollectivePenalty(MoneyRefused):
    code = "collective-penalty"
    sentence = N_("不能集体处罚：扣减只能出自本人的行为；小组目标只能影响事先公示为小组的那一部分")


class FlagTouchesMoney(MoneyRefused):
    code = "flag-touches-money"
    sentence = N_("异常提示只是假设，不能作为奖罚依据：请先由人核实，再以评分或奖惩记录为依据")


class EventRuleUnknown(MoneyRefused):
    code = "event-rule-unknown"
    sentence = N_("%(on)s有效的奖罚方案里没有“%(rule)s”这一条")


class WrongSign(MoneyRefused):
    code = "wrong-sign"
    sentence = N_("奖励应为正数，扣减应为负数，现为%(amount)s元")


class EventOutsideMonth(MoneyRefused):
    code = "event-outside-month"
    sentence = N_("%(on)s的奖惩记录不属于%(month)s，请放入所属月份，或在下月以更正入表")


# Unearned variable pay


class NoVariableBase(MoneyRefused):
    code = "no-variable-base"
    sentence = N_("本人当月没有合同或合法方案写明的绩效基数，不能有绩效未得（劳动合同法第三十条：应按约定足额支付）")


class UnearnedAboveBase(MoneyRefused):
    code = "unearned-above-base"
    sentence = N_("绩效未得%(amount)s元超过了绩效基数%(base)s元；超出部分动了基本工资（劳动合同法第三十条）")


class BasePayTouched(MoneyRefused):
    code = "base-pay-touched"
    sentence = N_("基本工资不能扣：合同约定的工资应足额支付，不得克扣（劳动合同法第三十条，工资支付暂行规定第十五条）")


# Loss compensation (工资支付暂行规定 16)


class LossWithoutClause(MoneyRefused):
    code = "loss-without-clause"
    sentence = N_("损失赔偿须有劳动合同的约定，请写明条款（工资支付暂行规定第十六条）")


class LossNotOwnCause(MoneyRefused):
    code = "loss-not-own-cause"
    sentence = N_("损失须因劳动者本人原因造成，请写明本人原因（工资支付暂行规定第十六条）")


class LossWithoutEvidence(MoneyRefused):
    code = "loss-without-evidence"
    sentence = N_("损失赔偿须有实际经济损失的证据和金额（工资支付暂行规定第十六条）")


class LossAboveEvidence(MoneyRefused):
    code = "loss-above-evidence"
    sentence = N_("赔偿%(amount)s元超过了有证据的实际损失%(loss)s元（工资支付暂行规定第十六条）")


class LossOverLimit(MoneyRefused):
    code = "loss-over-limit"
    sentence = N_(
        "本月损失赔偿合计%(amount)s元，超过当月工资%(wage)s元的%(percent)s%%即%(limit)s元（工资支付暂行规定第十六条）"
    )


# What must be left


class BelowMinimumWage(MoneyRefused):
    code = "below-minimum-wage"
    sentence = N_(
        "扣减后计入最低工资的部分为%(left)s元，"
        "低于%(region)s最低工资标准%(minimum)s元（最低工资规定第十二条，工资支付暂行规定第十六条）"
    )


class UnknownRegion(MoneyRefused):
    code = "unknown-region"
    sentence = N_(
        "没有“%(region)s”在%(on)s的最低工资标准，不能计算下限："
        "请由人事按当地公告补上金额、生效日和来源；已有：%(known)s"
    )


# The rule behind the money (劳动合同法 4)


class RuleNotInForce(MoneyRefused):
    status, code = 409, "rule-not-in-force"
    sentence = N_("规则自%(from_on)s起生效，不能用于%(on)s：规则不溯及既往")


class RuleNotApproved(MoneyRefused):
    status, code = 409, "rule-not-approved"
    sentence = N_("规则版本没有批准人，不能用来算钱")


class RuleNotConsulted(MoneyRefused):
    status, code = 409, "rule-not-consulted"
    sentence = N_("规则版本没有征求意见的记录，不能用来算钱（劳动合同法第四条）")


class RuleNotPublished(MoneyRefused):
    status, code = 409, "rule-not-published"
    sentence = N_("规则版本既没有公示也没有告知本人的记录，不能用来算钱（劳动合同法第四条）")


class RuleBarred(MoneyRefused):
    status, code = 409, "rule-barred-from-money"
    sentence = N_("这个规则版本被标为不得用于奖罚")


class NoWageRecord(MoneyRefused):
    code = "no-wage-record"
    sentence = N_("没有本人%(month)s的工资记录，不能计算奖罚：请由人事导入或补录")


class LeftOut(MoneyRefused):
    code = "line-struck"
    sentence = N_("已由人划去：%(reason)s")


# Late entries


class LateEventNeedsSecond(MoneyRefused):
    status, code = 409, "late-event-needs-second"
    sentence = N_("%(on)s发生、%(entered_on)s才补记，超过%(days)s天，须由第二人批准")


class SecondApproverWrong(MoneyRefused):
    status, code = 403, "second-approver-wrong"
    sentence = N_("补记的第二批准人不能是录入人，也不能是本人")


# 奖惩记录


class EventInFuture(Refusal):
    status, code, sentence = 422, "event-in-future", N_("%(on)s还没有到，不能记入奖惩记录")


class EventWithoutEvidence(Refusal):
    status, code = 422, "event-without-evidence"
    sentence = N_("奖惩记录须有证据：请写明服务记录、单据或原话")


class EventEvidenceUnknown(Refusal):
    status, code = 422, "event-evidence-unknown"
    sentence = N_("没有找到%(on)s编号为“%(reference)s”的服务记录或单据：请核对编号；当天的记录已经导入")


class EventWithoutBase(Refusal):
    status, code = 422, "event-without-base"
    sentence = N_(
        "按%(month)s的工资记录，%(name)s没有合同或合法方案写明的绩效基数，这一条不能减少任何工资，记入后也不会入表；"
        "有约定的，请先由人事补录工资记录"
    )


class EventOnOneself(Refusal):
    status, code, sentence = 403, "event-on-oneself", N_("不能给自己记奖惩")


class EventKnown(Refusal):
    status, code = 409, "event-known"
    sentence = N_("%(on)s的同一件事已经记过（第%(id)s号），没有重复记入")


class EventMonthClosed(Refusal):
    status, code = 409, "event-month-closed"
    sentence = N_("%(month)s的奖罚评分表已经批准，不能再补记；请在下月的表里以更正入表")


class EventNotWaiting(Refusal):
    status, code, sentence = 409, "event-not-waiting", N_("这条奖惩记录不在等待第二人批准")


class EventNotAppealed(Refusal):
    status, code, sentence = 409, "event-not-appealed", N_("这条奖惩记录没有未决的申诉")


class EventAppealClosed(Refusal):
    status, code = 409, "event-appeal-closed"
    sentence = N_("这条奖惩记录已经申诉过或已作废，不能再申诉")


class EventDropped(Refusal):
    status, code, sentence = 409, "event-dropped", N_("这条奖惩记录已经作废")


class DeciderIsAuthor(Refusal):
    status, code, sentence = 403, "decider-is-author", N_("录入人和本人不能裁决这条申诉")


# 工资记录


class WagePersonUnknown(Refusal):
    status, code, sentence = 422, "wage-person-unknown", N_("没有工号为“%(employee_no)s”的员工")


class WageAmountWrong(Refusal):
    status, code, sentence = 422, "wage-amount-wrong", N_("金额不能为负：%(amount)s元")


class WageMonthClosed(Refusal):
    status, code = 409, "wage-month-closed"
    sentence = N_("%(month)s的奖罚评分表已经批准，工资记录不能再改；差额请在下月以更正入表")


# The sheet


class NoPublishedRun(Refusal):
    status, code = 409, "no-published-run"
    sentence = N_("“%(unit)s”%(month)s还没有已发布的得分：请先计算本月得分，再编制奖罚评分表")


class TrialRun(Refusal):
    status, code = 409, "trial-run"
    sentence = N_("“%(unit)s”%(month)s的得分是试算：当时规则还没有生效，不能用来编制奖罚评分表")


class SheetMonthNotOver(Refusal):
    status, code = 409, "sheet-month-not-over"
    sentence = N_("%(month)s要到%(last)s才结束，之前不能编制、提交、批准或锁定这个月的奖罚评分表")


class PeopleOnAnotherSheet(Refusal):
    status, code = 409, "people-on-another-sheet"
    sentence = N_(
        "%(month)s的“%(unit)s”奖罚评分表（第%(sheet)s号）里已经有%(name)s等%(count)s人：一个人一个月只在一张表上"
    )


class InputsChanged(Refusal):
    status, code = 409, "inputs-changed"
    sentence = N_("编制以后依据有变化（%(count)s处）：%(what)s。%(next)s")


class PeopleLeftOut(Refusal):
    status, code = 409, "people-left-out"
    sentence = N_("有%(count)s人没有可用的工资记录，不在合计内：%(names)s。请先补录，或确认不等他们")


class EditNeedsEvent(Refusal):
    status, code = 422, "edit-needs-event"
    sentence = N_("绩效未得和损失赔偿不能直接加在表上：请记为奖惩记录，让本人当天看到并可申诉")


class StrikeOfEdit(Refusal):
    status, code, sentence = 409, "strike-of-edit", N_("这条明细是人工加入的，请撤销那次修改，不用划去")


class CorrectionTargetUnknown(Refusal):
    status, code = 422, "correction-target-unknown"
    sentence = N_("更正须指明本人以前月份已锁定或已发放的一条明细，没有找到第%(line)s号明细")


class CorrectionOfCorrection(Refusal):
    status, code = 422, "correction-of-correction"
    sentence = N_("第%(line)s号明细本身是更正：请更正它所更正的那一条")


class CorrectionTakesMore(MoneyRefused):
    code = "correction-takes-more"
    sentence = N_("更正%(amount)s元超过了这笔奖励还剩的%(settled)s元：奖励最多收回，不能由更正变成扣款")


class CorrectionGivesMore(MoneyRefused):
    code = "correction-gives-more"
    sentence = N_("更正%(amount)s元超过了这条已扣的%(settled)s元：扣减最多退回；要多发请另加一条奖励")


class CorrectionAboveBase(MoneyRefused):
    code = "correction-above-base"
    sentence = N_(
        "连同原来的明细，绩效未得共%(amount)s元，超过了那个月的绩效基数%(base)s元；"
        "超出部分动了基本工资（劳动合同法第三十条）"
    )


class CorrectionAboveLossLimit(MoneyRefused):
    code = "correction-above-loss-limit"
    sentence = N_("连同原来的明细，那个月的损失赔偿共%(amount)s元，超过上限%(limit)s元（工资支付暂行规定第十六条）")


class AmountIsZero(Refusal):
    status, code, sentence = 422, "amount-is-zero", N_("金额不能为0")


class AmountUnreadable(Refusal):
    status, code, sentence = 422, "amount-unreadable", N_("“%(typed)s”不是金额：请写元，最多两位小数，如-12.50")


class SheetEmpty(Refusal):
    status, code, sentence = 422, "sheet-empty", N_("表里没有人，不能提交")


class SheetChanged(Refusal):
    status, code = 409, "sheet-changed"
    sentence = N_("表的内容与“%(before)s”时的摘要不符，可能有人直接改了数据库，不能“%(step)s”。%(next)s")


class SheetDoesNotAddUp(Refusal):
    status, code = 422, "sheet-does-not-add-up"
    sentence = N_("%(where)s各条明细合计%(lines)s元，与合计数%(total)s元不符")


class WrongState(Refusal):
    status, code = 409, "sheet-step-impossible"
    sentence = N_("奖罚评分表处于“%(state)s”，不能“%(step)s”")


class MovedOn(Refusal):
    status, code = 409, "sheet-wrong-state"
    sentence = N_("%(who)s已于%(when)s“%(did)s”了这张表，现在是“%(state)s”，不能再“%(step)s”")


class PaidIsFinal(Refusal):
    status, code = 409, "sheet-paid"
    sentence = N_("已发放的奖罚评分表不能再改；请在下月以更正入表")


class ApproverIsAuthor(Refusal):
    status, code = 403, "approver-is-author"
    sentence = N_("编制或提交这张表的人不能批准它")


class ApproverIsSubject(Refusal):
    status, code = 403, "approver-is-subject"
    sentence = N_("这张表里有您本人的明细，请由他人批准；可由上级部门派人批准")


class WithdrawNeedsTwo(Refusal):
    status, code = 403, "withdraw-needs-two"
    sentence = N_("撤回已批准的表须由两人：提出撤回的人不能自己确认")


class ReasonMissing(Refusal):
    status, code = 422, "reason-missing"
    sentence = N_("请写明原因")


class NoRoomForReturn(Refusal):
    status, code = 422, "no-room-for-return"
    sentence = N_("批准期限%(approve)s与提交期限%(submit)s之间不足%(hours)s小时，来不及退回一次；请提前提交期限")


class DeadlineAfterPayday(Refusal):
    status, code = 422, "deadline-after-payday"
    sentence = N_("批准期限%(approve)s晚于发薪日%(payday)s")


class NoWorkingDay(Refusal):
    status, code = 422, "no-working-day"
    sentence = N_("%(on)s之前30天内没有工作日，请检查日历")
