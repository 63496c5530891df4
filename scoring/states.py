"""Named states of a result: why a number is missing, or how it must be read. Never nan without a name."""

ESTIMATED = "estimated"
NO_MARKS = "no-marks"
SINGLE_MARK = "single-mark"
CONSTANT = "constant"
NOT_IDENTIFIED = "not-identified"
NO_NOISE = "no-noise"
DISCONNECTED = "disconnected"
SEVERITY_NOT_CORRECTED = "severity-not-corrected"
SINGLE_UNIT_STRATUM = "single-unit-stratum"
ONE_CATEGORY = "one-category"
NO_PAIRS = "no-pairs"
CALIBRATED = "calibrated"
UNCALIBRATED = "uncalibrated"
GROUP_TOO_SMALL = "group-too-small"
TOO_FEW_KPIS = "too-few-kpis"
SCORED = "scored"
GATED = "gated"
TOO_LITTLE_WEIGHT = "too-little-weight"
NOTHING_MEASURED = "nothing-measured"
COUNTED = "counted"
MISSING = "missing"
BELOW_MINIMUM = "below-minimum"

SENTENCES: dict[str, tuple[str, str]] = {
    ESTIMATED: ("已估计", "Estimated"),
    NO_MARKS: ("没有评分", "No marks"),
    SINGLE_MARK: ("只有一次评分，无法给出区间", "One mark only: no interval can be given"),
    CONSTANT: ("评分全部相同，无法估计波动", "All marks are equal: their spread cannot be estimated"),
    NOT_IDENTIFIED: (
        "现有评分无法区分客服差异与评分波动",
        "These marks cannot tell differences between agents from noise",
    ),
    NO_NOISE: (
        "客服和质检员完全解释了每个评分，没有波动可据以给出区间",
        "Agents and monitors explain every mark exactly: no noise to build an interval from",
    ),
    DISCONNECTED: (
        "质检员与客服的对应关系断开成几块，不能比较",
        "The agent-monitor graph falls apart: comparison refused",
    ),
    SEVERITY_NOT_CORRECTED: ("只有一名质检员，宽严无法校正", "One monitor only: severity cannot be corrected"),
    SINGLE_UNIT_STRATUM: ("有一层只抽到一件，无法给出区间", "A stratum holds one draw only: no interval can be given"),
    ONE_CATEGORY: ("只出现一个等级，一致性无法定义", "One category only: agreement is undefined"),
    NO_PAIRS: ("没有被两人以上评分的对象", "Nothing was rated by two people"),
    CALIBRATED: ("已按往月校准", "Calibrated against past months"),
    UNCALIBRATED: ("往月数据不足，未校准", "Too few past months: uncalibrated"),
    GROUP_TOO_SMALL: ("人数太少，无法判断异常", "The group is too small to judge what is unusual"),
    TOO_FEW_KPIS: ("指标太少，无法判断异常", "Too few KPIs to judge what is unusual"),
    SCORED: ("已计分", "Scored"),
    GATED: ("红线限分", "Limited by a gate"),
    TOO_LITTLE_WEIGHT: ("有效权重不足三分之二，不计分", "Less than two thirds of the weight is present: not scored"),
    NOTHING_MEASURED: ("没有任何指标，不计分", "Nothing was measured: not scored"),
    COUNTED: ("计入", "Counted"),
    MISSING: ("缺失", "Missing"),
    BELOW_MINIMUM: ("样本不足", "Below the minimum volume"),
}
