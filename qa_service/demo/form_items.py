"""Which behaviours of the generated chats each item of the two shop forms asks about."""

from qa_service.demo.shapes import AFTERSALE, PRESALE
from qa_service.demo.skills import behaviours_of

# An item of which the generated shop never falls short, or to which nothing in a chat speaks.
ALWAYS_DONE = "done"

FORM_BEHAVIOURS: dict[str, dict[str, tuple[str, ...]]] = {
    "chat-presale": {key: (key,) for key in behaviours_of(PRESALE)},
    "chat-aftersale": {key: (key,) for key in behaviours_of(AFTERSALE)},
}
