"""What probation refuses, each with its article."""

from qa_service.errors import Refusal
from qa_service.language import N_


class ContractInvalid(Refusal):
    status, code, sentence = 422, "contract-invalid", N_("劳动合同的期限不成立：%(reason)s")


class ProbationNotAllowed(Refusal):
    status, code, sentence = 409, "probation-not-allowed", N_("这份合同不得约定试用期：%(reason)s（%(article)s）")


class ProbationTooLong(Refusal):
    status, code, sentence = (
        409,
        "probation-too-long",
        N_("试用期最长%(months)s个月，最迟%(lawful_on)s结束，不能到%(ends_on)s（%(article)s）"),
    )


class ProbationOutsideContract(Refusal):
    status, code, sentence = (
        409,
        "probation-outside-contract",
        N_("试用期自合同开始之日%(from_on)s起算，包含在合同期限内：%(starts_on)s至%(ends_on)s不成立（%(article)s）"),
    )


class SecondProbation(Refusal):
    status, code, sentence = (
        409,
        "second-probation",
        N_("同一用人单位与同一劳动者只能约定一次试用期：此人自%(first_on)s起已有过试用期（%(article)s）"),
    )


class ProbationExtended(Refusal):
    status, code, sentence = (
        409,
        "probation-extended",
        N_("试用期不能延长：已约定%(ends_on)s结束，不能改到%(wanted_on)s（%(article)s）"),
    )


class ProbationWageTooLow(Refusal):
    status, code, sentence = (
        409,
        "probation-wage-too-low",
        N_(
            "试用期工资%(wage)s元太低：不得低于相同岗位最低档工资或约定工资的%(percent)s%%，"
            "也不得低于最低工资，此人至少%(least)s元（%(article)s）"
        ),
    )


class ProbationWageUnknown(Refusal):
    status, code, sentence = (
        422,
        "probation-wage-unknown",
        N_("无法核对试用期工资：缺少%(what)s（%(article)s）"),
    )


class ProbationOver(Refusal):
    status, code, sentence = (
        409,
        "probation-over",
        N_("试用期%(ends_on)s结束，解除的决定和理由最迟应在%(latest_on)s告知本人，不能在%(told_on)s（%(article)s）"),
    )


class ReasonsNotTold(Refusal):
    status, code, sentence = (
        409,
        "probation-reasons-not-told",
        N_("试用期内解除劳动合同，应向本人说明理由：还没有告知的日期（%(article)s）"),
    )


class NoHiringConditions(Refusal):
    status, code, sentence = (
        409,
        "no-hiring-conditions",
        N_("没有书面并告知过本人的录用条件，不能以不符合录用条件解除（%(article)s）"),
    )


class ReasonWithoutProof(Refusal):
    status, code, sentence = (
        409,
        "reason-without-proof",
        N_("不符合录用条件须有证明：理由“%(reason)s”%(lack)s（%(article)s）"),
    )


class NoReason(Refusal):
    status, code, sentence = (
        409,
        "no-reason",
        N_("解除须写明不符合哪一条录用条件：还没有理由（%(article)s）"),
    )


class RankIsNoReason(Refusal):
    status, code, sentence = (
        409,
        "rank-is-no-reason",
        N_("名次不是理由：“%(reason)s”只说明排名，末位不等于不符合录用条件或不能胜任（%(article)s）"),
    )


class DecisionUnknown(Refusal):
    status, code, sentence = (
        422,
        "probation-decision-unknown",
        N_("试用期的决定“%(outcome)s”不认识：只能是 pass（转正）或 end（解除）"),
    )


class CaseClosed(Refusal):
    status, code, sentence = 409, "probation-closed", N_("这个试用期已经“%(state)s”，不能再改")


class NotAssessed(Refusal):
    status, code, sentence = 409, "probation-not-assessed", N_("还没有考核，不能决定")


class ScoreInvalid(Refusal):
    status, code, sentence = 422, "probation-score", N_("“%(item)s”应评0到100分")


class OwnCase(Refusal):
    status, code, sentence = 409, "probation-own", N_("不能考核或决定自己的试用期")


class NoPost(Refusal):
    status, code, sentence = 409, "probation-no-post", N_("%(name)s在%(on)s没有岗位，先在员工名册里补上")
