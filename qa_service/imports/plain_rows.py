"""Most rows of a sheet are written in one plain way: these are taken out of the text before the XML parser sees it.

What is not written exactly so (formulas, rich texts, entities, prefixes) goes to the parser as before, in its place.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

CHUNK = 1 << 18
_CELL = (
    r'<c r="([A-Z]{1,3})[0-9]{1,7}"(?: s="([0-9]{1,5})")?(?: t="(s|n|str|b|inlineStr)")?'
    r"(?:/>|>(?:<v>([^<&\r]*)</v>|<is><t(?: xml:space=\"preserve\")?>([^<&\r]*)</t></is>)</c>)"
)
_CELLS = re.compile(_CELL)
_ANY_CELL = re.sub(r"\((?!\?)", "(?:", _CELL)
_ROW = re.compile(rf'<row r="([0-9]{{1,7}})"(?: [a-zA-Z0-9:]+="[^"<&]*")*>((?:{_ANY_CELL})+)</row>')
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding=[\"']([^\"'>]+)")
_END = b"</row>"
Take = Callable[[int, list[tuple[str, str, str, str, str]]], None]


def sifted(file: BinaryIO, take: Take) -> Iterator[bytes]:
    """The pieces of a sheet's XML without its plain rows, which are given to `take` as (row, cells); in their order.

    A cell is (letters, style, kind, value, inline text). Nothing is taken out of what is not surely UTF-8.
    """
    buffer = file.read(CHUNK)
    named = _ENCODING.match(buffer)
    if named is not None and named[1].lower() != b"utf-8":
        yield buffer
        yield from iter(partial(file.read, CHUNK), b"")
        return
    while buffer:
        end = buffer.rfind(_END) + len(_END)
        if end < len(_END):
            end = len(buffer)
        yield from _outside(buffer[:end], take)
        buffer = buffer[end:] + (more := file.read(CHUNK))
        if not more:
            yield buffer
            return


def _outside(block: bytes, take: Take) -> Iterator[bytes]:
    try:
        text = block.decode()
    except UnicodeDecodeError:
        yield block
        return
    done = 0
    for found in _ROW.finditer(text):
        if found.start() > done and (between := text[done : found.start()]).strip():
            yield between.encode()
        take(int(found[1]), _CELLS.findall(found[2]))
        done = found.end()
    yield text[done:].encode()
