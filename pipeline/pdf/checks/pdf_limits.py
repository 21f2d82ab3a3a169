"""Find what PDF/A-3 (ISO 19005-3, 6.1.13, 6.2.11.8) forbids in the objects of a PDF.

Input: the objects that are about to be written. Strings, numbers and the nesting of
graphics states have limits; `inf` and `nan`, which a drawing or a style sheet can cause,
are not valid numbers. Glyph 0 is drawn for a character that no font has, also for a space.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pydyf

from pipeline.pdf.tounicode import resolve_reference

_MAX_BYTES = 32_767
_MAX_NUMBER = 2**31 - 1
_MAX_NESTING = 28
_MAX_ISSUES = 10
# Sides of a page, in points.
_SMALLEST_PAGE, _LARGEST_PAGE = 3, 14_400
# In drawing operators: a number of ten digits or more, or inf, nan or 1e+20, as Python
# writes them. The digits after "<" are those of a hexadecimal string.
_SUSPICIOUS_NUMBER = re.compile(
    rb"(?<![\w.<])(?:\d{10,}(?:\.\d+)?|nan|inf)|(?<![\w<])[\d.]+e[-+]?\d+"
)
# From the entries of the document information to the paths of their texts in the content.
_INFORMATION = {
    "Title": "title",
    "Subject": "standfirst",
    "Keywords": "edition:subjects",
    "Author": "series:publisher.name",
    "DocumentSymbol": "edition:symbol",
}


@dataclass(frozen=True)
class LimitIssue:
    """A limit that is exceeded.

    `content` is the page and the number of the marked content, None if unknown; `path` is
    that of a text of the brief, as in `_INFORMATION`.
    """

    message: str
    content: tuple[int, int] | None = None
    path: str = ""


def find_limit_issues(pdf: Any) -> list[LimitIssue]:
    """Find exceeded limits; of the objects, the first ten issues."""
    in_objects = (issue for entry in pdf.objects for issue in _object_issues(pdf, entry))
    return [
        *_information_issues(pdf),
        *_page_size_issues(pdf),
        *islice(in_objects, _MAX_ISSUES),  # locating each of them takes time
    ]


def _information_issues(pdf: Any) -> Iterator[LimitIssue]:
    for key, value in pdf.info.items():
        if isinstance(value, pydyf.String) and (size := _string_size(value)) > _MAX_BYTES:
            yield LimitIssue(_too_long(size), path=_INFORMATION.get(key, ""))


def _page_size_issues(pdf: Any) -> Iterator[LimitIssue]:
    for reference in pdf.page_references:
        box = resolve_reference(pdf, reference)["TrimBox"]
        sides = box[2] - box[0], box[3] - box[1]
        if not all(_SMALLEST_PAGE <= side <= _LARGEST_PAGE for side in sides):
            size = " × ".join(f"{side / 72 * 25.4:,.1f}" for side in sides)
            limits = f"{_SMALLEST_PAGE} to {_LARGEST_PAGE:,} points"
            yield LimitIssue(f"a page of {size} mm; PDF allows {limits} (@page: size)")
            return


def _object_issues(pdf: Any, entry: Any) -> Iterator[LimitIssue]:
    messages = _value_messages(entry)
    if isinstance(entry, pydyf.Stream):
        messages += _value_messages(entry.extra)
        # The content of a page and of a form is operators; a font or a file is one entry.
        if entry.extra.get("Type") in (None, "/XObject", "/Pattern"):
            for message, index in _operator_messages(entry.stream):
                yield LimitIssue(message, _find_marked_content(pdf, entry, index))
    if entry is not pdf.info:
        for message in dict.fromkeys(messages):
            yield LimitIssue(message, _find_marked_content(pdf, entry, None))


def _value_messages(entry: Any) -> list[str]:
    messages: list[str] = []
    values = [entry]
    while values:
        value = values.pop()
        kind = type(value)
        if kind is float or kind is int:
            if not -_MAX_NUMBER <= value <= _MAX_NUMBER:  # also true of "nan"
                messages.append(_number_message(value))
        elif kind is pydyf.String:
            if len(value.string) > _MAX_BYTES // 4 and _string_size(value) > _MAX_BYTES:
                messages.append(_too_long(_string_size(value)))
        elif isinstance(value, dict):
            values.extend(value.values())
        elif isinstance(value, list):
            values.extend(value)
    return messages


def _operator_messages(operators: list[Any]) -> Iterator[tuple[str, int]]:
    """Check drawing operators; yield each kind of message once, with its index."""
    plain = [part for part in operators if type(part) is bytes]
    if len(plain) > 1 and (number := _find_bad_number(b"\n".join(plain))) is not None:
        first = next(
            i
            for i, part in enumerate(operators)
            if type(part) is bytes and _find_bad_number(part) is not None
        )
        yield _number_message(number), first
    depth = 0
    for index, part in enumerate(operators):
        if part == b"q":
            depth += 1
            if depth > _MAX_NESTING:
                message = (
                    f"a drawing nests its groups too deeply; PDF allows {_MAX_NESTING}"
                )
                yield f"{message} graphics states", index
                return
        elif part == b"Q":
            depth -= 1


def _find_bad_number(operators: bytes) -> float | None:
    for match in _SUSPICIOUS_NUMBER.finditer(operators):
        number = float(match[0])
        if not match[0].replace(b".", b"").isdigit() or number > _MAX_NUMBER:
            return number
    return None


def _find_marked_content(pdf: Any, entry: Any, index: int | None) -> tuple[int, int] | None:
    """Find the marked content that an operator of a stream, or a resource, belongs to."""
    pages = [resolve_reference(pdf, reference) for reference in pdf.page_references]
    streams = [resolve_reference(pdf, page["Contents"]) for page in pages]
    for _ in range(100):  # up from form to form
        if entry in streams and index is not None:
            number = streams.index(entry)
            for part in reversed(entry.stream[: index + 1]):
                if isinstance(part, pydyf.Dictionary) and "MCID" in part:
                    return number, part["MCID"]
            return None
        use = _find_use(pdf, entry, streams)
        if use is None:
            return None
        entry, index = use
    return None


def _find_use(pdf: Any, entry: Any, streams: list[Any]) -> tuple[Any, int] | None:
    """Find a stream that uses an object as a resource, and the operator that names it."""
    of_pages = resolve_reference(pdf, pdf.page_references[0])["Resources"]
    for user in (e for e in pdf.objects if isinstance(e, pydyf.Stream)):
        resources = user.extra.get("Resources") if user not in streams else None
        resources = resources or of_pages
        if isinstance(resources, bytes):
            resources = resolve_reference(pdf, resources)
        for group in resources.values() if user is not entry else ():
            if not isinstance(group, dict):
                continue
            for name, reference in group.items():
                if reference != entry.reference and reference is not entry:
                    continue
                word = f"/{name} ".encode()
                for index, part in enumerate(user.stream):
                    if type(part) is bytes and (word in part + b" "):
                        return user, index
    return None


def missing_characters(document: Any) -> Iterator[str]:
    """Yield the characters of each font for which glyph 0 is drawn."""
    for font in document.fonts.values():
        yield from dict.fromkeys(font.to_unicode.get(0) or "")


def _number_message(number: float) -> str:
    return f"a number that PDF does not allow: {number:.4g}"


def _too_long(size: int) -> str:
    return f"a text of {size:,} bytes; PDF allows {_MAX_BYTES:,} in one string"


def _string_size(string: Any) -> int:
    """The bytes of a string: ASCII, or UTF-16 with a byte order mark."""
    text = string.string
    if isinstance(text, bytes):
        return len(text)
    return len(text) if text.isascii() else len(text.encode("utf-16"))
