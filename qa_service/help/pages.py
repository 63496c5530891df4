"""Help pages: the topics, one topic; texts come from topics.toml."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from qa_service.errors import NotFound
from qa_service.language import N_, current_language
from qa_service.web.guards import LOGGED_IN
from qa_service.web.rendering import render

FILE = Path(__file__).with_name("topics.toml")


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    head: str
    head_en: str
    text: list[str]
    text_en: list[str]
    link: str = ""
    link_text: str = ""
    link_text_en: str = ""


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    key: str
    title: str
    title_en: str
    parts: list[Part]


class ShownPart(msgspec.Struct, frozen=True, kw_only=True):
    """A heading, its paragraphs and, where there is one, the page to go on to."""

    head: str
    text: list[str]
    link: str
    link_text: str


class ShownTopic(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/help: a topic in the reader's language."""

    key: str
    title: str
    parts: list[ShownPart]


class HelpPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/help/list.html and topic.html."""

    topics: list[ShownTopic]
    topic: ShownTopic | None = None


@cache
def topics() -> dict[str, Topic]:
    """All topics by key, in their order. Raises msgspec.ValidationError when the file does not fit."""
    found = msgspec.convert(tomllib.loads(FILE.read_text("utf-8"))["topic"], list[Topic])
    return {one.key: one for one in found}


def _shown(topic: Topic) -> ShownTopic:
    is_english = current_language() == "en"
    parts = [
        ShownPart(
            head=part.head_en if is_english else part.head,
            text=part.text_en if is_english else part.text,
            link=part.link,
            link_text=part.link_text_en if is_english else part.link_text,
        )
        for part in topic.parts
    ]
    return ShownTopic(key=topic.key, title=topic.title_en if is_english else topic.title, parts=parts)


@get("/help", opt=LOGGED_IN, include_in_schema=False)
async def help_page(request: Request) -> Response:
    return render(request, "help/list.html", HelpPage(topics=[_shown(one) for one in topics().values()]))


@get("/help/{key:str}", opt=LOGGED_IN, include_in_schema=False)
async def topic_page(request: Request, key: FromPath[str]) -> Response:
    if key not in topics():
        raise NotFound(N_("这个帮助主题"))
    page = HelpPage(topics=[_shown(one) for one in topics().values()], topic=_shown(topics()[key]))
    return render(request, "help/topic.html", page)


routes = [help_page, topic_page]
