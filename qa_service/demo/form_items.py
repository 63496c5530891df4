"""Which behaviours of the generated chats each item of the two shop forms asks about."""

# An item of which the generated shop never falls short, or to which nothing in a chat speaks.
ALWAYS_DONE = "done"

FORM_BEHAVIOURS: dict[str, dict[str, tuple[str, ...]]] = {
    "chat-presale": {},
    "chat-aftersale": {},
}
