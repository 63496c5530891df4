"""One Jinja environment per language: strict about missing names, its fixed texts translated when a page is compiled.

Most texts of a page are constants. Looked up while a page is drawn they took a sixth of its time; folded into the
compiled template they cost nothing, and Jinja joins them with the markup around them.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer

from qa_service.language import current_language, translations
from qa_service.web import kit, static

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class FixedTexts(NodeTransformer):
    """Puts the translation in the place of `_("…")` where the text is a constant without facts to fill in."""

    def __init__(self, language: str) -> None:
        self.gettext = translations(language).gettext

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 -- Jinja's name for it
        self.generic_visit(node)
        is_gettext = isinstance(node.node, nodes.Name) and node.node.name in ("_", "gettext")
        if not is_gettext or len(node.args) != 1 or node.kwargs or not isinstance(node.args[0], nodes.Const):
            return node
        text = self.gettext(node.args[0].value) % {}  # as Jinja's own gettext does: %% is one percent sign
        place = {"lineno": node.lineno, "environment": node.environment}
        return nodes.MarkSafe(nodes.Const(text, **place), **place)


class PageEnvironment(Environment):
    """Templates of one language."""

    def __init__(self, language: str) -> None:
        super().__init__(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,  # a running service never looks at its files again
        )
        self.language = language
        catalogue = translations(language)
        self.install_gettext_callables(
            gettext=catalogue.gettext,
            ngettext=lambda one, many, n: catalogue.gettext(one if n == 1 else many),
            newstyle=True,
        )
        self.globals["static_url"] = static.url
        kit.install(self)

    def make_globals(self, d):
        """Every template shares the environment's own globals: a chain of maps would cost each import 20 µs."""
        return super().make_globals(d) if d else self.globals

    def _generate(self, source, name, filename, defer_init=False):  # the hook that Jinja offers for this
        return super()._generate(FixedTexts(self.language).visit(source), name, filename, defer_init=defer_init)


@cache
def environment_of(language: str) -> PageEnvironment:
    return PageEnvironment(language)


def environment() -> PageEnvironment:
    """The environment for the language of the task at hand."""
    return environment_of(current_language())
