"""Keep spreadsheet programs from running a text of a CSV file as a formula.

A cell that begins with =, +, - or @ is a formula in Excel and LibreOffice; so is a part
after a semicolon or tab where these separate cells. An apostrophe before the sign makes it
a text. Numbers stay as they are, and reading the file again removes the apostrophe.
"""

import re

_CELL = r"((?:^|[;\t\r\n])[\s\"]*)"
_SIGN = "(?=[=+@＝＋－＠-])"
_UNPROTECTED = re.compile(f"{_CELL}('*){_SIGN}")
_PROTECTED = re.compile(f"{_CELL}'('*){_SIGN}")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*[ \u00a0\u202f]?%?")


def protect_formula(text: str) -> str:
    """Put an apostrophe where a cell could become a formula; a number is unchanged."""
    return text if _NUMBER.fullmatch(text) else _UNPROTECTED.sub(r"\1'\2", text)


def restore_formula(text: str) -> str:
    """Remove the apostrophes of `protect_formula`."""
    return _PROTECTED.sub(r"\1\2", text)
