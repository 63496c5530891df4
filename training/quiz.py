"""Quizzes and their exact marks: whole points and fractions, one half-up rounding at the end."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

from training.errors import QuizError


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question: options by key, the right ones, its points.

    One right option: single choice. Several: all of them and no other must be chosen, unless `partial`: then each
    right one earns its part, and a wrong one earns nothing for the whole question.
    """

    key: str
    text: str
    options: dict[str, str]
    right: frozenset[str]
    points: int = 1
    partial: bool = False


class QuizMark(msgspec.Struct, frozen=True, kw_only=True):
    """Points of 100 exactly, the same in hundredths, whether passed, and what was left unanswered or wrong."""

    mark: Fraction
    mark_hundredths: int
    passed: bool
    unanswered: tuple[str, ...]
    wrong: tuple[str, ...]


def check_quiz(questions: Sequence[Question]) -> Sequence[Question]:
    """The questions themselves; QuizError for an empty quiz, a key twice, no right option, or points below 1."""
    if not questions:
        raise QuizError("quiz-empty", "quiz", zh="试卷没有题目", en="the quiz has no question")
    seen: set[str] = set()
    for question in questions:
        if question.key in seen:
            raise _wrong("question-twice", question.key, zh="题目编号重复", en="the key is given twice")
        if not question.right or not question.right <= question.options.keys():
            raise _wrong(
                "question-without-answer",
                question.key,
                zh="正确答案缺失或不在选项中",
                en="the right answer is missing or no option",
            )
        if question.points < 1:
            raise _wrong("question-without-points", question.key, zh="分值至少为1", en="it is worth at least one point")
        seen.add(question.key)
    return questions


def _wrong(code: str, key: str, *, zh: str, en: str) -> QuizError:
    return QuizError(code, key, zh=f"第“{key}”题：{zh}", en=f"question “{key}”: {en}", facts={"question": key})


def earned(question: Question, chosen: frozenset[str]) -> Fraction:
    """Points earned by the options chosen.

    >>> q = Question(key="1", text="", options=dict.fromkeys("abc", ""), right=frozenset("ab"), points=3, partial=True)
    >>> earned(q, frozenset("a"))
    Fraction(3, 2)
    """
    if chosen == question.right:
        return Fraction(question.points)
    if question.partial and chosen <= question.right:
        return Fraction(question.points * len(chosen), len(question.right))
    return Fraction(0)


def mark(questions: Sequence[Question], answers: Mapping[str, frozenset[str]], *, pass_percent: int = 60) -> QuizMark:
    """The mark of a quiz, 0-100: points earned of points possible.

    An unanswered question earns nothing and is listed. The pass line is met by the exact mark, not by the rounded one:
    59.995 does not pass 60. Raises QuizError for a bad quiz, an answer to no question, or to no option of it.
    """
    check_quiz(questions)
    by_key = {question.key: question for question in questions}
    for key, chosen in answers.items():
        if key not in by_key or not chosen <= by_key[key].options.keys():
            raise _wrong("answer-unknown", key, zh="没有这道题或这个选项", en="no such question or option")
    points = {key: earned(question, answers.get(key, frozenset())) for key, question in by_key.items()}
    exact = 100 * sum(points.values(), Fraction(0)) / sum(question.points for question in questions)
    return QuizMark(
        mark=exact,
        mark_hundredths=(2 * exact.numerator * 100 + exact.denominator) // (2 * exact.denominator),
        passed=exact >= pass_percent,
        unanswered=tuple(key for key in by_key if not answers.get(key)),
        wrong=tuple(key for key, got in points.items() if answers.get(key) and got < by_key[key].points),
    )
