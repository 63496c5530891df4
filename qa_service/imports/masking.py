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

from qa_service.imports import english, places
from qa_service.language import N_

PHONE, IDENTITY, BANK, EMAIL = N_("手机"), N_("身份证"), N_("银行卡"), N_("邮箱")
ADDRESS, NAME = N_("地址"), N_("姓名")
_BETWEEN = re.compile(r"[\s,，。.、\-－]+")
MARK_DIGITS = 6

_FULL_WIDTH = str.maketrans({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})  # one for one: places stay
_ALERT = re.compile(r"[0-9][0-9 ()\-]{6}|@")
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{14}(?:[0-9]{2}[0-9Xx])?(?![0-9A-Za-z])")
_BANK = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{16,19}|[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?)(?![0-9A-Za-z])")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z.])(?P<word>(?:tel|phone|mobile|vx|wx)[:：]?)?(?P<number>(?:(?:\+|00)?86[- ]?)?1[3-9][0-9]"
    r"(?:[0-9]{8}|[- ][0-9]{4}[- ][0-9]{4}))(?![0-9A-Za-z])", re.IGNORECASE,
)  # fmt: skip
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z-])(?:0[1-9][0-9]{1,2}[- ]|\(0[1-9][0-9]{1,2}\) ?)[1-9][0-9]{6,7}(?![0-9A-Za-z-])"
)
_ABROAD = re.compile(
    r"(?<![0-9A-Za-z+])\+[1-9][0-9]{0,2}[ -]?(?:\([0-9]{1,4}\)[ -]?)?[0-9](?:[ -]?[0-9]){6,11}(?![0-9A-Za-z])"
)
_SAID_PHONE = re.compile(  # any number of that length behind a word that says what it is
    r"(?:电话|手机|座机|固话|拨打|致电|联系方式|\b(?:tele)?phone|\btel|\bmobile|\bcell|\bwhatsapp"
    r"|\bcall(?: me| us)?|\bring(?: me)?|\b(?:my|contact) (?:number|no\b\.?))"
    r"(?:号码|号|是|为|改成|改为| (?:number|no\b\.?|is|at|on)|[\s:：.])*"
    r"(?P<number>\(?[0-9](?:[ ()-]{0,2}[0-9]){7,12})(?![0-9A-Za-z])", re.IGNORECASE,
)  # fmt: skip
_HOTLINE = re.compile(  # of a company, nobody's own: 400 and 800, 95xxx, 1010xxxx, 020-10000
    r"[48]00[0-9]{7}|1800[0-9]{6,7}|9[56][0-9]{3,6}|1[0-9]{7}|0[1-9][0-9]{1,2}1[0-9]{4}"
)
_ORDER_WORDS = re.compile(
    r"(订单|单号|运单|物流|快递|编号|商品|货号|order|waybill|tracking)[^0-9]{0,12}$", re.IGNORECASE
)
_ITS_NUMBER = re.compile(  # directly before a number: it is a thing's, whatever it looks like
    r"(?:订单|单号|运单|编号|货号|条码|款号|流水号|sku|\border|\bwaybill|\btracking|\bawb|\bserial|\bitem)"
    r"(?:号码|号|是|为| (?:id|number|no\b\.?|is)|[\s:：#.])*$", re.IGNORECASE,
)  # fmt: skip
_BANK_WORDS = re.compile(
    r"(银行|卡号|账号|帐号|账户|开户|信用卡|储蓄卡|借记卡|[工农中建招交]行卡?|card|account|visa|mastercard)[^0-9]{0,16}$",
    re.IGNORECASE,
)
_IDENTITY_WORDS = re.compile(r"(身份证|证件号|id card|identity card)[^0-9]{0,8}$", re.IGNORECASE)
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
        plain = text if text.isascii() else text.translate(_FULL_WIDTH)
        if _ALERT.search(plain) is not None:
            text = self._numbers(text, plain, keep)
        return self._people(text)

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
        text = _replaced(text, english.address_spans(text), lambda _start, said: self._place(said))
        text = _replaced(text, english.name_spans(text), lambda _start, said: self._mark(NAME, said))
        if text.isascii():
            return text
        text = _replaced(text, places.address_spans(text), lambda _start, said: self._place(said))
        return _replaced(text, places.name_spans(text), lambda _start, said: self._mark(NAME, said))

    def _place(self, text: str) -> str:
        return self._mark(ADDRESS, _BETWEEN.sub("", unicodedata.normalize("NFKC", text)))

    def _numbers(self, text: str, plain: str, keep: Collection[str]) -> str:
        """`plain` is the text with full-width signs as narrow ones, place by place: what is found there is marked."""
        found: list[tuple[int, int, str]] = []
        kinds = ((_EMAIL, self._email), (_IDENTITY, self._identity), (_BANK, self._bank), (_PHONE, self._phone),
                 (_LANDLINE, self._other_phone), (_ABROAD, self._other_phone),
                 (_SAID_PHONE, self._other_phone))  # fmt: skip
        for pattern, is_meant in kinds:
            for one in pattern.finditer(plain):
                start, end = one.span("number") if "number" in pattern.groupindex else one.span()
                if any(start < other and begin < end for begin, other, _mark in found):
                    continue
                if (mark := is_meant(one, keep)) is not None:
                    found.append((start, end, mark))
        marks = {start: mark for start, _end, mark in found}
        return _replaced(text, [(start, end) for start, end, _mark in found], lambda start, _said: marks[start])

    def _mark(self, kind: str, value: str) -> str:
        self.counts[kind] += 1
        digest = hmac.new(self._key, f"{kind}|{value}".encode(), hashlib.sha256).hexdigest()
        return f"{kind}#{digest[:MARK_DIGITS]}"

    def _email(self, found: re.Match, _keep: Collection[str]) -> str:
        return self._mark(EMAIL, found[0].casefold())

    def _identity(self, found: re.Match, keep: Collection[str]) -> str | None:
        """By its check digit, or by the word before it: a mistyped number is somebody's all the same."""
        value = found[0].upper()
        is_named = _IDENTITY_WORDS.search(_before(found)) is not None
        is_one = is_named or (len(value) == 18 and is_identity_number(value))
        return self._mark(IDENTITY, value) if is_one and value not in keep else None

    def _bank(self, found: re.Match, keep: Collection[str]) -> str | None:
        digits = re.sub(r"[ -]", "", found[0])
        before = _before(found)
        is_named = _BANK_WORDS.search(before) or (digits.startswith("62") and not _ORDER_WORDS.search(before))
        return self._mark(BANK, digits) if digits not in keep and is_named and passes_luhn(digits) else None

    def _phone(self, found: re.Match, keep: Collection[str]) -> str | None:
        digits = re.sub(r"[ +-]", "", found["number"])[-11:]
        return None if digits in keep or _ITS_NUMBER.search(_before(found)) else self._mark(PHONE, digits)

    def _other_phone(self, found: re.Match, keep: Collection[str]) -> str | None:
        said = found["number"] if "number" in found.re.groupindex else found[0]
        digits = re.sub(r"[^0-9]", "", said)
        if digits in keep or _HOTLINE.fullmatch(digits) or _ITS_NUMBER.search(_before(found)):
            return None
        if not digits.startswith("0"):
            digits = digits[-10:]  # the same with and without its country's code
        return self._mark(PHONE, digits)


def _before(found: re.Match) -> str:
    return found.string[max(0, found.start() - 30) : found.start()]


def _replaced(text: str, spans: Iterable[places.Span], mark: Callable[[int, str], str]) -> str:
    done, made = 0, []
    for start, end in sorted(spans):
        if start >= done:
            made += [text[done:start], mark(start, text[start:end])]
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
