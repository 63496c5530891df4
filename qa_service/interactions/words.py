"""How channels, kinds and senders read; a name that an export brought along reads as it stands."""

from functools import lru_cache

from qa_service.language import N_, current_language, gettext

CHANNELS = {
    "chat": N_("在线"),
    "call_in": N_("呼入"),
    "call_out": N_("呼出"),
    "email": N_("邮件"),
    "ticket": N_("工单"),
    "visit": N_("到访"),
}
KINDS = {
    "presale": N_("售前"),
    "aftersale": N_("售后"),
    "helpdesk": N_("帮助台"),
    "contact": N_("工单"),
    "callback": N_("回访"),
    "complaint": N_("投诉"),
}


def channel_word(channel: str) -> str:
    return gettext(CHANNELS.get(channel, channel))


def both_words(channel: str, kind: str) -> str:
    """在线/售前: on one line, since a phone's card has no room for two."""
    return _both_words(channel, kind, current_language())


@lru_cache(maxsize=1024)
def _both_words(channel: str, kind: str, language: str) -> str:
    """`language` is the key of what is remembered; the words come from the task's own."""
    return "/".join(filter(None, (channel_word(channel), kind_word(kind))))


def kind_word(kind: str) -> str:
    return gettext(KINDS.get(kind, kind))
