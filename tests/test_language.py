"""Chinese is the first language; every sentence marked for translation has its English."""

import ast
import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from qa_service.language import gettext, speaking, translations

ROOT = Path(__file__).resolve().parent.parent
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
MARKS = re.compile("[\u3000-\u303f\uff00-\uffef]")
# Two sentences name the mark itself, by which entries of a file are parted.
QUOTED = {
    "“%(value)s” in “%(column)s” must read platform/account, several parted by ；",
    "Units, groups, posts and roles do not have the same number of entries parted by ；",
}
KEYWORDS = {"_": None, "N_": None, "gettext": None}


def _messages() -> dict[str, str]:
    found = {}
    methods = [("qa_service/**.py", "python"), ("templates/**.html", "jinja2")]
    for folder in ("qa_service", "templates"):
        for name, line, message, _comments, _context in extract_from_dir(
            ROOT, [(p, m) for p, m in methods if p.startswith(folder)], keywords=KEYWORDS
        ):
            if name.startswith(folder) and isinstance(message, str) and message:
                found.setdefault(message, f"{name}:{line}")
    return found


def test_every_marked_sentence_has_its_english():
    catalogue = translations("en")
    missing = {m: place for m, place in _messages().items() if catalogue.gettext(m) == m and not _is_plain(m)}
    assert not missing, "\n".join(f"{place}  {m}" for m, place in sorted(missing.items(), key=lambda x: x[1]))


def _is_plain(message: str) -> bool:
    """A message without Chinese letters and without full-width marks reads the same in both."""
    return not CHINESE.search(message)


def test_no_english_sentence_keeps_a_full_width_mark():
    catalogue = translations("en")
    kept = {m: english for m in _messages() if MARKS.search(english := catalogue.gettext(m)) and english not in QUOTED}
    assert not kept, kept


def test_translations_keep_the_places_for_facts():
    import re

    place = re.compile(r"%\((\w+)\)s")
    catalogue = translations("en")
    for message in _messages():
        assert set(place.findall(message)) == set(place.findall(catalogue.gettext(message))), message


def test_a_sentence_reads_in_the_language_of_the_moment():
    with speaking("en"):
        assert gettext("请先登录") == "Please log in first"
    assert gettext("请先登录") == "请先登录"


def test_no_source_line_is_unreadable():
    for path in (ROOT / "qa_service").rglob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"))


def test_a_fact_may_have_any_name():
    for name in ("message", "text", "sentence", "self", "facts"):
        assert gettext(f"第%({name})s条", **{name: 3}) == "第3条"


def test_no_text_has_two_translations():
    """The catalogues are read as one, so the last file would win: a line of a sheet was headed “messages”."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "qa_service" / "locale" / "en").glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file)
        for message in catalogue:
            found.setdefault(str(message.id), set()).add(str(message.string))
    torn = {text: sorted(said) for text, said in found.items() if text and len(said) > 1}
    assert not torn, torn
