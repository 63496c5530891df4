"""Phones, identity and bank cards, e-mails, addresses below the district and names become marks; equal values get
equal marks, so that an address that was said twice can still be compared.

Free text and text columns are masked: keys and typed columns never, since hundreds of honest ids look like bank cards.
Order, waybill and product numbers survive: a number inside a longer run of digits or letters is no phone, and a run of
16-19 digits is a bank card only if it passes Luhn and either stands behind a bank word or begins with 62 (UnionPay)
with no order word before it. Sources: GB 11643-1999 (identity check digit), ISO/IEC 7812-1 (Luhn).
"""

import hashlib
import hmac
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import date

from qa_service.imports import places
from qa_service.language import N_

PHONE, IDENTITY, BANK, EMAIL = N_("手机"), N_("身份证"), N_("银行卡"), N_("邮箱")
ADDRESS, NAME = N_("地址"), N_("姓名")
_BETWEEN = re.compile(r"[\s,，。.、\-－]+")
MARK_DIGITS = 6

_ALERT = re.compile(r"[0-9][0-9 \-]{6}|@")
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_BANK = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{16,19}|[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?)(?![0-9A-Za-z])")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z.])(?P<word>(?:tel|phone|mobile|vx|wx)[:：]?)?(?P<number>(?:(?:\+|00)?86[- ]?)?1[3-9][0-9]"
    r"(?:[0-9]{8}|[- ][0-9]{4}[- ][0-9]{4}))(?![0-9A-Za-z])", re.IGNORECASE,
)  # fmt: skip
_LANDLINE = re.compile(r"(?<![0-9A-Za-z-])0[1-9][0-9]{1,2}-[1-9][0-9]{6,7}(?![0-9A-Za-z-])")
_ORDER_WORDS = re.compile(
    r"(订单|单号|运单|物流|快递|编号|商品|货号|order|waybill|tracking)[^0-9]{0,12}$", re.IGNORECASE
)
_BANK_WORDS = re.compile(r"(银行|卡号|账号|帐号|账户|开户|card|account)[^0-9]{0,16}$", re.IGNORECASE)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Masker:
    """Masks texts under one key and counts what it masked, by kind. The key is a setting and never logged."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("a masking key has at least 16 bytes")
        self._key = key
        self.counts: Counter[str] = Counter()

    def mask(self, text: str, keep: Collection[str] = ()) -> str:
        """The text with marks such as 手机#a1b2c3; values in `keep` (the record's own numbers) stay."""
        if _ALERT.search(text) is not None:
            text = self._numbers(text, keep)
        return text if text.isascii() else self._people(text)

    def mask_field(self, head: str, text: str, keep: Collection[str] = ()) -> str:
        """A cell of a text column: what its head says that it is, it is as a whole."""
        if not text.strip() or places.MARKED.search(text):
            return self.mask(text, keep)
        if places.ADDRESS_HEADS.search(head):
            end = places.region_end(text)
            return text[:end] + (self._place(text[end:]) if text[end:].strip() else "")
        if places.NAME_HEADS.search(head):
            return self._mark(NAME, text.strip())
        masked = self.mask(text, keep)
        if masked == text and places.PHONE_HEADS.search(head) and sum(one.isdecimal() for one in text) >= 7:
            return self._mark(PHONE, re.sub(r"[^0-9]", "", text)[-11:])
        return masked

    def _people(self, text: str) -> str:
        """Addresses first: a name is known by the address or telephone beside it."""
        text = _replaced(text, places.address_spans(text), self._place)
        return _replaced(text, places.name_spans(text), lambda name: self._mark(NAME, name))

    def _place(self, text: str) -> str:
        return self._mark(ADDRESS, _BETWEEN.sub("", unicodedata.normalize("NFKC", text)))

    def _numbers(self, text: str, keep: Collection[str]) -> str:
        text = _EMAIL.sub(lambda found: self._mark(EMAIL, found[0].casefold()), text)
        text = _IDENTITY.sub(lambda found: self._identity(found, keep), text)
        text = _BANK.sub(lambda found: self._bank(found, keep), text)
        text = _PHONE.sub(lambda found: self._phone(found, keep), text)
        return _LANDLINE.sub(lambda found: self._mark(PHONE, found[0]), text)

    def _mark(self, kind: str, value: str) -> str:
        self.counts[kind] += 1
        digest = hmac.new(self._key, f"{kind}|{value}".encode(), hashlib.sha256).hexdigest()
        return f"{kind}#{digest[:MARK_DIGITS]}"

    def _identity(self, found: re.Match, keep: Collection[str]) -> str:
        value = found[0].upper()
        return self._mark(IDENTITY, value) if value not in keep and is_identity_number(value) else found[0]

    def _bank(self, found: re.Match, keep: Collection[str]) -> str:
        digits = re.sub(r"[ -]", "", found[0])
        before = found.string[max(0, found.start() - 30) : found.start()]
        is_named = _BANK_WORDS.search(before) or (digits.startswith("62") and not _ORDER_WORDS.search(before))
        return self._mark(BANK, digits) if digits not in keep and is_named and passes_luhn(digits) else found[0]

    def _phone(self, found: re.Match, keep: Collection[str]) -> str:
        digits = re.sub(r"[ +-]", "", found["number"])[-11:]
        return found[0] if digits in keep else (found["word"] or "") + self._mark(PHONE, digits)


def _replaced(text: str, spans: Iterable[places.Span], mark: Callable[[str], str]) -> str:
    done, made = 0, []
    for start, end in sorted(spans):
        if start >= done:
            made += [text[done:start], mark(text[start:end])]
            done = end
    return "".join([*made, text[done:]]) if made else text


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def is_identity_number(value: str) -> bool:
    """18 characters whose birthday exists and whose check digit fits (GB 11643-1999)."""
    try:
        date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(value[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == value[17]
