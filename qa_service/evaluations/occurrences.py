"""One occurrence more or less of an item that repeats, in what the marking page sends (see typed.py).

The buttons `add` (an item's key) and `off` (a place, KEY.2) send the whole form, so that they work without script.
"""

from qa_service.errors import FieldError, InvalidInput
from qa_service.evaluations.typed import MOST_OCCURRENCES, Typed, count_of, one_of
from qa_service.language import N_
from rubrics.forms import Form, Item
from rubrics.plans import is_deducting

OF_A_PLACE = ("o", "m", "q", "b", "f", "ff", "fl", "fw", "sf", "sl")
CHOOSE_FIRST = N_("先选一个扣分的答案，再记下一处")


def item_adjusted(typed: Typed) -> str:
    """The item whose occurrences change; empty when neither button was pressed."""
    return one_of(typed, "add") or one_of(typed, "off").rpartition(".")[0]


def adjusted(form: Form, typed: Typed) -> dict[str, list[str]]:
    """What was typed, with one occurrence more or less. Raises InvalidInput while no deduction is chosen to repeat."""
    kept = {name: values for name, values in typed.items() if name not in ("add", "off")}
    item = next((item for _section, item in form.items() if item.key == item_adjusted(typed)), None)
    if item is None or not item.repeats:
        return kept
    if one_of(typed, "add"):
        return kept | _one_more(form, item, typed)
    gone = one_of(typed, "off").rpartition(".")[2]
    is_place = gone.isascii() and gone.isdecimal() and len(gone) < 4
    return _one_less(item, kept, int(gone)) if is_place else kept


def _one_more(form: Form, item: Item, typed: Typed) -> dict[str, list[str]]:
    """Listing a fault once more says that it happened: a yes-no item then has its bad answer."""
    chosen = one_of(typed, f"a.{item.key}")
    if not is_deducting(form, item, chosen):
        if item.type != "yes_no":
            raise InvalidInput(fields=[FieldError(f"a.{item.key}", "deduction-not-chosen", CHOOSE_FIRST)])
        chosen = "no" if item.good == "yes" else "yes"
    count = min(count_of(item.key, typed) + 1, MOST_OCCURRENCES)
    return {f"n.{item.key}": [str(count)], f"a.{item.key}": [chosen]}


def _one_less(item: Item, typed: dict[str, list[str]], gone: int) -> dict[str, list[str]]:
    """Without one place; the later ones move up."""
    count = count_of(item.key, typed)
    if gone >= count:
        return typed
    kept = dict(typed)
    for number in range(gone, count):
        for prefix in OF_A_PLACE:
            kept.pop(f"{prefix}.{item.key}.{number}", None)
            if number + 1 < count and (moved := typed.get(f"{prefix}.{item.key}.{number + 1}")) is not None:
                kept[f"{prefix}.{item.key}.{number}"] = moved
    return kept | {f"n.{item.key}": [str(max(1, count - 1))]}
