"""English doors and names in a text: the spans of a house with its street, and of a name behind a word that says so.

The city and what is above it stay, as places.py leaves them. A number, a few words and "road" are a street only
without the words of a sentence between them: "2 days on the road" is none. Pure; masking.py masks the spans.
"""

import re
from collections.abc import Iterator

_SURE = "street|road|rd|avenue|ave|boulevard|blvd|nagar|marg|colony"
_IN_NAMES = "Drive|Dr|Lane|Ln|Court|Place|Way|St|Cross|Layout|Enclave|Close|Crescent"
_SENTENCE = (
    "a|an|the|on|by|in|at|from|to|of|for|is|was|are|and|or|not|no|my|your|this|that|it|i|we|you|with|via|per|off"
    "|day|days|time|times|hour|hours|week|weeks|month|months|km|kms|minutes|mins|items|item|orders|order|pieces"
)
_DOOR = (
    r"(?:flat|apt|apartment|unit|suite|room|house|block|floor|plot|door)(?: no\.?)?[ .#]{0,2}"
    r"[A-Za-z]?[0-9]{1,5}[A-Za-z]?\b"
)
_NAMED = rf"(?!(?i:{_SENTENCE})\b)[A-Za-z][A-Za-z.']*|[0-9]{{1,2}}(?:st|nd|rd|th)"
_HOUSE = r"(?<![0-9A-Za-z.#-])#?[0-9]{1,5}(?:st|nd|rd|th)?[A-Za-z]?(?:[/-][0-9]{1,4})?,? "
_ADDRESS = re.compile(
    rf"(?:(?i:{_DOOR})[, ]{{1,2}})*{_HOUSE}(?:(?:{_NAMED}) ){{1,3}}"
    rf"(?:(?i:{_SURE})|{_IN_NAMES})\b(?:[, ]{{1,2}}(?i:{_DOOR}))*"
)
_CAPITAL = re.compile(r"[A-Z]")
_IS_SURE = re.compile(rf"\b(?:{_SURE})\b", re.IGNORECASE)
_SIGNS = re.compile(rf"\b(?:{_SURE}|{_IN_NAMES})\b", re.IGNORECASE)
_NAME = re.compile(
    r"(?i:\bmy (?:full )?name is|\b(?:recipient|consignee|receiver|buyer|customer|cardholder) name\s?[:：]"
    r"|\b(?:recipient|consignee|cardholder|attn\.?|ship to)\s?[:：]"
    r"|(?:^|[,;.，；。\n]\s?)name\s?[:：])\s?"  # a product name: and a file name: are no person's
    r"(?P<name>(?:(?:Mr|Mrs|Ms|Dr)\.? )?[A-Z][a-z'-]{1,19}(?: [A-Z](?:[a-z'-]{1,19}|\.)){0,3})"
)
_BEGINS = re.compile("[0-9][^ ]{0,8} [A-Za-z0-9]")  # texts without a number in them are most, and cost nothing more
Span = tuple[int, int]


def address_spans(text: str) -> Iterator[Span]:
    """House and street with the flat before or behind them."""
    if _BEGINS.search(text) is None or _SIGNS.search(text) is None:
        return
    for found in _ADDRESS.finditer(text):
        words = re.findall(r"[A-Za-z][A-Za-z.']*", found[0])
        # The other words of streets (drive, way, place) are everyday words: a street's name is written large.
        if _IS_SURE.search(found[0]) or all(map(_CAPITAL.match, words)):
            yield found.span()


def name_spans(text: str) -> Iterator[Span]:
    """Names behind a label; a name is written with capitals, else "my name is not shown" would be one."""
    if ":" not in text and "：" not in text and "name is" not in text.casefold():
        return
    for found in _NAME.finditer(text):
        yield found.span("name")
