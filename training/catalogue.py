"""Courses, matched to needs by item key."""

from collections.abc import Iterable, Sequence

import msgspec

from training.errors import CatalogueError
from training.needs import NEED, Need


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A course of the catalogue: its items are the form items whose failures it answers."""

    key: str
    name: str
    name_en: str
    items: tuple[str, ...]
    minutes: int


class Suggestion(msgspec.Struct, frozen=True):
    """A course for a subject, with the needs it answers and the points lost over them (hundredths)."""

    course: Course
    subject: str
    needs: tuple[Need, ...]

    @property
    def lost_hundredths(self) -> int:
        return sum(need.lost_hundredths for need in self.needs)


class Matched(msgspec.Struct, frozen=True):
    """Suggestions, most lost points first, and the claimed needs that no course answers."""

    suggestions: tuple[Suggestion, ...]
    unanswered: tuple[Need, ...]


def check_catalogue(courses: Sequence[Course]) -> Sequence[Course]:
    """The courses themselves; CatalogueError for a key given twice, no items, or a length that cannot be."""
    seen: set[str] = set()
    for course in courses:
        if course.key in seen:
            raise _wrong("course-twice", course, zh="课程编号重复", en="the key is given twice")
        if not course.items:
            raise _wrong("course-without-items", course, zh="没有对应的题目", en="it answers no item")
        if course.minutes < 1:
            raise _wrong("course-without-length", course, zh="时长至少1分钟", en="it lasts at least a minute")
        seen.add(course.key)
    return courses


def _wrong(code: str, course: Course, *, zh: str, en: str) -> CatalogueError:
    return CatalogueError(
        code, course.key, zh=f"课程“{course.key}”：{zh}", en=f"course “{course.key}”: {en}", facts={"key": course.key}
    )


def match(needs: Iterable[Need], courses: Sequence[Course]) -> Matched:
    """Courses for claimed needs; needs without enough evidence get none."""
    check_catalogue(courses)
    claimed = [need for need in needs if need.state == NEED]
    found = [
        Suggestion(course, subject, own)
        for subject in sorted({need.subject for need in claimed})
        for course in courses
        if (own := tuple(need for need in claimed if need.subject == subject and need.item in course.items))
    ]
    answered = {item for course in courses for item in course.items}
    return Matched(
        tuple(sorted(found, key=lambda each: (-each.lost_hundredths, each.subject, each.course.key))),
        tuple(need for need in claimed if need.item not in answered),
    )
