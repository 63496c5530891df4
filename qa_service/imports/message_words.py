"""What a profile declares of messages, in sentences."""

from qa_service.imports.profiles import Messages
from qa_service.language import N_, gettext, listed


def message_rules(declared: Messages) -> list[str]:
    """Who is no human, and where a part or a record ends; empty where the profile says neither."""
    said = []
    if declared.robots:
        phrases = listed(declared.robots)
        said.append(gettext(N_("这些话是自动回复，不算客服回复（*表示开头）：%(phrases)s"), phrases=phrases))
    if declared.agent is not None:
        said.append(gettext(N_("消息的“%(field)s”写明是哪位客服，换了人就是新的一段"), field=declared.agent))
    if declared.gap_minutes is not None:
        sentence = (
            N_("沉默超过%(minutes)s分钟，后面是新的一段")
            if declared.after_gap == "part"
            else N_("沉默超过%(minutes)s分钟，后面是新的一条记录")
        )
        said.append(gettext(sentence, minutes=declared.gap_minutes))
    return said
