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


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    key: str
    title: str
    title_en: str
    parts: list[Part]


class ShownTopic(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/help: a topic in the reader's language; parts are (heading, paragraphs)."""

    key: str
    title: str
    parts: list[tuple[str, list[str]]]


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
    if current_language() == "en":
        return ShownTopic(
            key=topic.key, title=topic.title_en, parts=[(part.head_en, part.text_en) for part in topic.parts]
        )
    return ShownTopic(key=topic.key, title=topic.title, parts=[(part.head, part.text) for part in topic.parts])


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
