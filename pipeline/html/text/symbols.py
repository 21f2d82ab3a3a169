"""Keep the symbol of a document, such as GB.328/POL/3, on one line.

Pango would break it after each slash. A symbol that is longer than a narrow column breaks
after its second slash, or a later one, before at least three characters.
"""

import re
from itertools import pairwise

_SYMBOL_PART = r"[A-Z\d]+(?:[.-][A-Z\d]+|\(\d+\))*"
_SYMBOL = re.compile(
    rf"(?<![\w/.])(?=[^\s\d]*\d)[A-Z]{{1,6}}(?:\.\d+)?(?:/{_SYMBOL_PART})+(?![\w/])",
    re.ASCII,
)
_BREAK = re.compile(r"(?<=/)(?=[^/]{3})")
_MAX_LENGTH = 20


def keep_symbols(html: str, *, rtl: bool = False) -> str:
    """Enclose the symbols of documents; `rtl` for a text from right to left."""
    start = '<span class="symbol" dir="ltr">' if rtl else '<span class="symbol">'

    def enclosed(match: re.Match[str]) -> str:
        symbol = match[0]
        second = symbol.find("/", symbol.find("/") + 1) + 1
        breaks = [m.start() for m in _BREAK.finditer(symbol) if m.start() >= second > 0]
        ends = [*breaks, len(symbol)] if len(symbol) > _MAX_LENGTH else [len(symbol)]
        pieces = (symbol[a:b] for a, b in pairwise([0, *ends]))
        return "<wbr>".join(f"{start}{piece}</span>" for piece in pieces)

    return _SYMBOL.sub(enclosed, html)
