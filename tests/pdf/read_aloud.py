"""Write down what a screen reader says of a document, from start to end.

Each block is a line: what it is, and its text. A link is in brackets: its text, and behind
an arrow its description.
"""

from collections.abc import Iterator

from pipeline.pdf.roles import ALTERNATIVES, PHRASES
from pipeline.pdf.structure_elements import Annotation, Element, MarkedContent

_NAMES = {
    **{f"H{level}": f"Heading {level}: " for level in range(1, 7)},
    **{"Figure": "Picture: ", "Formula": "Formula: ", "TH": "Head: ", "TD": "Cell: "},
}
_GROUPS = {
    **{"L": "List", "Table": "Table", "TOC": "Contents", "BlockQuote": "Quote"},
    **{"Aside": "Aside", "Note": "Footnote", "Caption": "Caption"},
}


def read_aloud(root: Element) -> str:
    """Transcribe a structure tree."""
    return "\n".join(_lines(root, 0)) + "\n"


def _lines(element: Element, depth: int) -> Iterator[str]:
    """Yield the lines of a block and of the blocks in it, in the order of reading."""
    language = f"({element.language}) " if element.language else ""
    name = language + _NAMES.get(element.role, "")
    if element.role in ALTERNATIVES or element.actual_text:
        yield _line(depth, name + (element.alt or element.actual_text))
        return
    if element.role in ("LI", "TR"):
        yield from _row(element, depth)
        return
    if element.role in _GROUPS:
        yield _line(depth, language + _GROUPS[element.role])
        depth, name = depth + 1, ""
    words = ""
    for kid in [*element.children, None]:
        is_block = isinstance(kid, Element) and kid.role not in PHRASES
        if (kid is None or is_block) and words.strip():
            yield _line(depth, name + words)
            words = ""
        if isinstance(kid, Element) and is_block:
            yield from _lines(kid, depth)
        elif kid is not None:
            words += _words(kid)


def _line(depth: int, words: str) -> str:
    return "  " * depth + " ".join(words.replace("\u00ad", "").split())


def _row(element: Element, depth: int) -> Iterator[str]:
    """Yield an item of a list, with its label, or a row of a table, in one line."""
    first, *rest = [
        list(_lines(kid, 0)) for kid in element.children if isinstance(kid, Element)
    ]
    lines = [line for kid in rest for line in kid]
    is_row = element.role == "TR"
    beside = lines if is_row else lines[:1]
    yield _line(depth, (" | " if is_row else " ").join([*first, *beside]))
    yield from ("  " * (depth + 1) + line for line in lines[len(beside) :])


def _words(kid: Element | MarkedContent | Annotation) -> str:
    """Return the words of a phrase or a piece of text."""
    if isinstance(kid, Annotation):
        return ""
    if isinstance(kid, MarkedContent):
        return kid.actual_text
    words = kid.actual_text or "".join(map(_words, kid.children))
    if kid.language:
        words = f"({kid.language}: {words})"
    if kid.role != "Link":
        return words
    text = words.lstrip()
    (description,) = {a.description for a in kid.children if isinstance(a, Annotation)}
    return f"{words[: len(words) - len(text)]}[{text} → {description}]"
