"""Which behaviours of the generated chats each item of the two shop forms asks about, and how an answer is written."""

import msgspec

from rubrics.answers import Answer
from rubrics.forms import Item, is_bonus

# Nothing in a generated chat ever falls short of it; or it is answered "no" unless it was seen.
ALWAYS_DONE, ONLY_IF_SEEN = "done", "only_if_seen"

_BOTH = {key: (key,) for key in ("greet", "fast", "polite", "close_window")} | {
    "privacy": (ALWAYS_DONE,), "praise": ("praise", ONLY_IF_SEEN), "extra_mile": (ONLY_IF_SEEN,),
}  # fmt: skip
FORM_BEHAVIOURS: dict[str, dict[str, tuple[str, ...]]] = {
    "chat-presale": _BOTH | {
        "promotion": ("promotion",), "product": ("product",), "stock": ("stock",), "warehouse": ("warehouse",),
        "push": ("push",), "ask_help": ("ask_help",), "order_check": ("order_check",), "remark": ("remark",),
        "confirm_change": ("confirm_change",), "tell_packer": ("tell_packer",), "cancel": ("cancel",),
        "bank": ("bank",), "attitude": (ALWAYS_DONE,),
    },
    "chat-aftersale": _BOTH | {
        "comfort": ("comfort",), "solve": ("solve",), "photo_proof": ("photo_proof",), "freight": ("freight",),
        "goods_intact": ("goods_intact",), "service_card": ("service_card",), "waybill_ask": ("waybill_ask",),
        "recall": ("recall",), "return_record": ("return_record",), "register": ("register",),
        "report_difficult": ("report_difficult",), "refuse_right": ("refuse_right", ALWAYS_DONE),
    },
}  # fmt: skip
# Reasons for N/A that are never true here; those of a passed-on chat are true of such a chat only.
UNTRUE, PASSED_ON = frozenset({"no_offer", "clock", "open_talk"}), frozenset({"transferred", "transferred_out"})
STATES = {"yes": "done", "partial": "partial", "no": "missed"}


class FormItem(msgspec.Struct, frozen=True):
    """One item of a form as far as a monitor's answer depends on it; `unbent` ones are answered as they are."""

    key: str
    has_partial: bool = False
    unbent: bool = False
    evidence_kinds: tuple[str, ...] = ("quote", "absence", "business_record")
    na_reasons: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()


def form_item(item: Item) -> FormItem:
    """What the simulated monitor needs to know of an item of a form."""
    return FormItem(
        item.key,
        has_partial=any(option.key == STATES["partial"] for option in item.options),
        unbent=item.critical is not None or is_bonus(item),
        evidence_kinds=item.evidence_kinds,
        na_reasons=tuple(reason.key for reason in item.na_reasons),
        causes=tuple(cause.key for cause in item.causes),
    )


def written_answer(item: Item, *, verdict: str, reason: str | None, cause: str | None) -> Answer:
    """The answer as the form takes it: option keys done/partial/missed, or yes/no in the item's own direction."""
    if reason is not None:
        return Answer(item=item.key, na_reason=reason)
    if item.type == "yes_no":
        other = "no" if item.good == "yes" else "yes"
        return Answer(item=item.key, choices=(item.good if verdict == "yes" else other,))
    return Answer(item=item.key, choices=(STATES[verdict],), cause=cause)


def true_reason(item: FormItem, *, behaviours: frozenset[str], transferred: bool) -> str | None:
    """The reason for N/A that is true of a chat with these behaviours; None if the item offers none."""
    offered = [key for key in item.na_reasons if key not in UNTRUE and (transferred or key not in PASSED_ON)]
    if transferred:
        offered.sort(key=lambda key: key not in PASSED_ON)
    if "no_return" in offered and not behaviours & {"goods_intact", "freight"}:
        return "no_return"
    return offered[0] if offered else None
