"""Refusals of the calculations: a code, a place, the facts, and one sentence in Chinese and in English.

The package knows no translation machinery, so each refusal carries both sentences ready to show.
"""

REFUSALS: dict[str, tuple[str, str]] = {
    "empty": ("%(place)s没有数据。", "%(place)s holds no data."),
    "shape": (
        "%(place)s的形状是%(found)s，应为%(expected)s。",
        "%(place)s has shape %(found)s; expected %(expected)s.",
    ),
    "not-finite": (
        "%(place)s第%(position)s个值不是有限的数。",
        "%(place)s: value number %(position)s is not a finite number.",
    ),
    "not-a-number": (
        "%(place)s的值“%(value)s”不是数。",
        "%(place)s: “%(value)s” is not a number.",
    ),
    "not-whole": ("%(place)s必须是整数。", "%(place)s must be whole numbers."),
    "out-of-range": (
        "%(place)s的值%(value)s不在%(low)s到%(high)s之间。",
        "%(place)s: %(value)s is not between %(low)s and %(high)s.",
    ),
    "weights-sum": (
        "权重之和是%(sum)s，应为100。",
        "The weights sum to %(sum)s; they must sum to 100.",
    ),
    "order": (
        "%(place)s的各点必须依次%(direction_zh)s。",
        "%(place)s: the points must be strictly %(direction_en)s.",
    ),
    "choice": (
        "%(place)s不能是“%(value)s”，可选：%(choices)s。",
        "%(place)s cannot be “%(value)s”; choose from %(choices)s.",
    ),
    "too-many-levels": (
        "%(place)s的水平数%(found)s超过上限%(limit)s。",
        "%(place)s has %(found)s levels, more than the limit of %(limit)s.",
    ),
    "duplicate": ("%(place)s中“%(value)s”重复。", "%(place)s: “%(value)s” occurs twice."),
}


class InputError(ValueError):
    """Input that cannot be calculated with.

    Parameters
    ----------
    code : str
        A key of `REFUSALS`.
    place : str
        Name of the parameter or table line at fault.
    **facts
        Values that the two sentences name.

    Attributes
    ----------
    code, place : str
    facts : dict
    zh, en : str
        The sentence with its facts filled in.

    Examples
    --------
    >>> InputError("weights-sum", "weights", sum=90).en
    'The weights sum to 90; they must sum to 100.'
    """

    def __init__(self, code: str, place: str, **facts: object) -> None:
        self.code = code
        self.place = place
        self.facts = facts
        zh, en = REFUSALS[code]
        named = {"place": place, **facts}
        self.zh = zh % named
        self.en = en % named
        super().__init__(self.en)
