"""What is wrong with a form or with its answers: a code, a place, the facts, and a sentence in both languages.

Every problem says what to do. A refusal carries all problems at once, so that nobody mends a file line by line.
"""

import msgspec

SENTENCES: dict[str, tuple[str, str]] = {
    # a form file
    "file-too-large": (
        "文件超过{limit}字节，请拆成几张质检表",
        "The file is larger than {limit} bytes; split the form",
    ),
    "file-encoding": ("文件不是UTF-8编码，请另存为UTF-8", "The file is not UTF-8; save it as UTF-8"),
    "file-syntax": ("文件格式有误：{reason}。请检查这一行", "The file cannot be read: {reason}; check this line"),
    "field-unknown": ("没有名为“{field}”的字段，请改正或删去", "There is no field “{field}”; correct or remove it"),
    "field-missing": ("缺少“{field}”，请补上", "“{field}” is missing; add it"),
    "field-unused": ("{why}不使用“{field}”，请删去", "“{field}” has no use in {why}; remove it"),
    "field-type": ("“{field}”应为{wanted}，现为“{value}”", "“{field}” must be {wanted}, not “{value}”"),
    "choice-unknown": ("“{value}”不可用，可用的有：{wanted}", "“{value}” is not allowed; choose one of: {wanted}"),
    "key-form": (
        "代号“{value}”只能用字母、数字、-和_，最多40个字符",
        "The key “{value}” may hold letters, digits, - and _, at most 40",
    ),
    "key-twice": ("代号“{value}”重复，请改名", "The key “{value}” is used twice; rename one"),
    "text-empty": ("“{field}”不能为空，请填写", "“{field}” is empty; write it"),
    "text-long": (
        "“{field}”有{length}个字符，最多{limit}个，请缩短",
        "“{field}” has {length} characters, at most {limit}; shorten it",
    ),
    "text-control": (
        "“{field}”含有控制字符{value}，请删去",
        "“{field}” holds the control character {value}; remove it",
    ),
    "number-form": (
        "“{value}”不是精确的数，请写整数或不超过6位小数的小数，绝对值不超过100万",
        "“{value}” is not an exact number; write an integer or a decimal of at most 6 places, up to one million",
    ),
    "number-not-positive": ("“{field}”须大于0，现为{value}", "“{field}” must be above 0, not {value}"),
    "number-outside": (
        "“{field}”须在{low}到{high}之间，现为{value}",
        "“{field}” must lie between {low} and {high}, not {value}",
    ),
    "items-none": ("没有计分的评分项，请至少写一项", "There is no item that counts; write at least one"),
    "items-many": (
        "有{count}个评分项，最多{limit}个，请拆成几张质检表",
        "There are {count} items, at most {limit}; split the form",
    ),
    "section-empty": ("这一部分没有评分项，请补上或删去", "This section has no items; add some or remove it"),
    "options-few": ("至少要有{limit}个选项", "At least {limit} options are needed"),
    "options-mixed": ("选项要么都写分值，要么都不写", "Either every option has points or none"),
    "options-flat": ("所有选项分值相同，评了也没有差别，请改分值", "All options have the same points; change them"),
    "options-top": (
        "最高选项分值是{value}，应等于满分{wanted}",
        "The best option has {value} points but the item has {wanted}; make them equal",
    ),
    "options-no-zero": ("扣分制里须有一个扣0分的选项", "In deduction mode one option must deduct 0"),
    "scale-order": (
        "量表的最低值{low}须小于最高值{high}",
        "The scale's lowest value {low} must be below its highest {high}",
    ),
    "scale-step": (
        "量表步长{value}除不尽{low}到{high}，请改步长",
        "The step {value} does not divide {low} to {high}; change it",
    ),
    "range-order": (
        "区间的起点{low}大于终点{high}，请对调",
        "The range begins at {low}, after its end {high}; swap them",
    ),
    "range-gap": (
        "区间有空档：{low}之后应从{wanted}开始，现为{value}",
        "The ranges have a gap: after {low} the next must begin at {wanted}, not {value}",
    ),
    "range-overlap": (
        "区间重叠：前一段到{low}为止，下一段却从{value}开始，应从{wanted}开始",
        "The ranges overlap: one ends at {low}, the next begins at {value}; it must begin at {wanted}",
    ),
    "range-step": (
        "{value}不落在步长{wanted}上，请改区间或步长",
        "{value} does not lie on the step {wanted}; change one of them",
    ),
    "max-below-deduction": (
        "单项上限{value}小于一次扣分{wanted}，请提高上限",
        "The item's maximum {value} is below one deduction of {wanted}; raise it",
    ),
    "critical-trigger": (
        "关键项须写明触发它的选项（answers）或触发线（below_percent），二者取一",
        "Name the answers that trigger the critical item, or below_percent, exactly one of them",
    ),
    "critical-section": (
        "这一部分没有计分项，“本部分计0”不起作用，请换一种后果",
        "No item of this section counts, so section_0 has no effect; choose another",
    ),
    "answer-unknown": (
        "评分项“{item}”没有选项“{value}”，可用的有：{wanted}",
        "The item “{item}” has no answer “{value}”; it has: {wanted}",
    ),
    "condition-self": ("评分项不能由自己决定是否显示", "An item cannot decide whether it is shown itself"),
    "condition-later": (
        "显示条件引用了后面的“{value}”，请把它移到前面",
        "The condition refers to the later item “{value}”; move that one up",
    ),
    "condition-unknown": (
        "显示条件引用的“{value}”不存在，请改正",
        "The condition refers to “{value}”, which does not exist; correct it",
    ),
    "condition-empty": (
        "显示条件须写 answers，或 at_least、at_most",
        "The condition needs answers, or at_least or at_most",
    ),
    # answers
    "item-unknown": ("质检表里没有评分项“{item}”", "The form has no item “{item}”"),
    "answer-twice": ("评分项“{item}”答了两次，请只留一次", "The item “{item}” is answered twice; keep one"),
    "answer-missing": ("“{item}”还没有评", "“{item}” is not answered yet"),
    "answer-kind": ("“{item}”要求的是{wanted}", "“{item}” wants {wanted}"),
    "answer-one": ("“{item}”只能选一个", "“{item}” takes one choice only"),
    "na-not-allowed": ("“{item}”不能评不适用", "“{item}” cannot be marked not applicable"),
    "na-reason": (
        "“{item}”不适用须选预设原因：{wanted}",
        "“{item}”: choose a preset reason for not applicable: {wanted}",
    ),
    "na-and-answer": (
        "“{item}”既评了不适用又作了回答，请只留一个",
        "“{item}” is both answered and not applicable; keep one",
    ),
    "number-range": ("“{item}”的{value}超出{low}到{high}", "“{item}”: {value} lies outside {low} to {high}"),
    "number-step": ("“{item}”的{value}须落在步长{wanted}上", "“{item}”: {value} must lie on the step {wanted}"),
    "occurrences-not-allowed": (
        "“{item}”不能记多次或没有扣分可记",
        "“{item}” does not repeat, or there is nothing to deduct",
    ),
    "cause-missing": ("“{item}”评分低，须选原因：{wanted}", "“{item}” is marked low; choose a cause: {wanted}"),
    "cause-unknown": (
        "“{item}”没有原因“{value}”，可用的有：{wanted}",
        "“{item}” has no cause “{value}”; it has: {wanted}",
    ),
    "evidence-missing": (
        "“{item}”第{number}处缺少证据，须为：{wanted}",
        "“{item}”, occurrence {number}, lacks evidence: {wanted}",
    ),
    "evidence-place": (
        "“{item}”没有第{number}处，证据无处可附",
        "“{item}” has no occurrence {number} for this evidence",
    ),
}


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong.

    `file` and `line` say where in a file (line counts from 1, None when there is no text), `at` the section or item
    ("sections.A.items.A1", or an item's key for answers), `field` and `value` what was written.
    """

    code: str
    zh: str
    en: str
    file: str = ""
    line: int | None = None
    at: str = ""
    field: str = ""
    value: str = ""

    def where(self) -> str:
        """File, line, place and field in one short text."""
        line = f":{self.line}" if self.line is not None else ""
        return " ".join(part for part in (self.file + line, self.at, self.field) if part)


def problem(code: str, at: str = "", *, field: str = "", value: object = "", **facts: object) -> Problem:
    """A problem with its sentences filled in; long values are cut, so that no sentence carries a whole file.

    A fact `x_en` stands for `x` in the English sentence.
    """
    shown = {name: _cut(fact) for name, fact in facts.items()} | {"field": field, "value": _cut(value)}
    english = shown | {name.removesuffix("_en"): fact for name, fact in shown.items() if name.endswith("_en")}
    zh, en = SENTENCES[code]
    return Problem(code=code, at=at, field=field, value=_cut(value), zh=zh.format_map(shown), en=en.format_map(english))


def _cut(value: object) -> str:
    text = "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in str(value)[:80]
    )
    return text if len(text) <= 60 else text[:60] + "…"


class RubricRefused(Exception):
    """Base: the problems, first to last; `zh` and `en` are the sentences, one a line, each with its place."""

    code = "rubric-refused"

    def __init__(self, problems: list[Problem], place: str = "") -> None:
        super().__init__(self.code)
        self.problems, self.place = tuple(problems), place
        self.facts = {"count": len(self.problems)}

    @property
    def zh(self) -> str:
        return "\n".join(f"{found.where()}：{found.zh}" for found in self.problems)

    @property
    def en(self) -> str:
        return "\n".join(f"{found.where()}: {found.en}" for found in self.problems)

    def __str__(self) -> str:
        return self.en


class FormRefused(RubricRefused):
    """A form that cannot be used, with everything that is wrong in it."""

    code = "form-refused"


class AnswersRefused(RubricRefused):
    """Answers that do not fit their form: an unknown item or option, a number outside, a reason that is not preset."""

    code = "answers-refused"
