"""Texts that lost their characters on the way: `????` where emoji were, and UTF-8 that somebody read as another code.

UTF-8 read as GBK becomes rare hanzi: a lead byte of UTF-8 stands before each, and some are not in the common set
GB2312. In honest texts one in hundreds is of that kind, in a broken one every second or third. UTF-8 read as Latin
begins with Ã or â€; U+FFFD and 锟斤拷 say it themselves.
"""

import re

LOST = "????"
LEADS, TRAILS = (0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEF, 0xF0), range(0x80, 0xC0)
LEAST, SHARE = 2, 4  # so many odd ones, and one in four of all hanzi
_HANZI = re.compile("[\u4e00-\u9fff]")
_PLAIN_SIGNS = re.compile("\ufffd|锟斤拷|â€|Ã[\u0080-\u00bf]|ï»¿")


def _odd() -> str:
    pairs = (bytes((lead, trail)).decode("gbk", "ignore") for lead in LEADS for trail in TRAILS)
    return "".join(one for one in pairs if len(one) == 1 and _HANZI.match(one))


_ODD = re.compile(f"[{_odd()}]")


def is_garbled(text: str) -> bool:
    """Whether a text was read in a code that is not its own."""
    if text.isascii():
        return False
    odd = len(_ODD.findall(text))
    if odd >= LEAST and odd * SHARE >= len(_HANZI.findall(text)) and not _is_common(text):
        return True
    return _PLAIN_SIGNS.search(text) is not None


def _is_common(text: str) -> bool:
    """Whether all hanzi of a text are of the common set: rare names (玮, 瑜) are, what a wrong code leaves is not."""
    try:
        "".join(_HANZI.findall(text)).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def has_lost_signs(text: str) -> bool:
    return LOST in text
