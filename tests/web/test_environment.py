"""One environment per language: fixed texts are part of the compiled page, texts with facts are filled when drawn."""

from qa_service.language import speaking
from qa_service.web.drawing import remembering
from qa_service.web.environment import environment, environment_of
from qa_service.web.parts import Chip


def drawn(language: str, source: str, **facts) -> str:
    return environment_of(language).from_string(source).render(**facts)


def test_a_fixed_text_reads_in_the_language_of_its_environment():
    assert drawn("zh", '{{ _("退出登录") }}') == "退出登录"
    assert drawn("en", '{{ _("退出登录") }}') == "Log out"
    with speaking("en"):
        assert environment() is environment_of("en")


def test_a_fixed_text_needs_no_look_up_when_the_page_is_drawn():
    template = environment_of("en").compile('{{ _("退出登录") }}', raw=True)
    assert "Log out" in template
    assert "gettext" not in template


def test_facts_are_filled_in_and_escaped():
    source = '{{ _("本页%(shown)s条", shown=count) }}'
    assert drawn("zh", source, count="<3>") == "本页&lt;3&gt;条"


def test_a_macro_is_drawn_once_for_the_same_arguments():
    picker = remembering(environment_of("zh"), "_page.html", "picker_menu")
    chips = [Chip(label="十月", href="/x")]
    assert picker("月份", chips) is picker("月份", [Chip(label="十月", href="/x")])
    assert "九月" in picker("月份", [Chip(label="九月", href="/x")])


def test_a_macro_is_drawn_anew_for_what_cannot_be_remembered():
    picker = remembering(environment_of("zh"), "_page.html", "picker_menu")
    unhashable = [{"href": "/x", "label": "十月", "is_current": False, "count": None}]
    first = picker("月份", unhashable)
    unhashable[0]["label"] = "九月"
    assert "十月" in first
    assert "九月" in picker("月份", unhashable)
