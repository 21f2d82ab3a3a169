"""The names of styles, bookmarks and properties in exported Word files.

The style of a paragraph decides which part of a brief it becomes; authors may use these
styles in Word. The name of a bookmark is the path of a text in the language file, an id,
or the id of a reference.
"""

import re
from typing import NamedTuple

from pipeline.model.fields import FieldPath

# Two properties of a document: the file that it was exported from (content/…/en.yaml), and
# the SHA-256 of that file at the export.
SOURCE, DIGEST = "briefs-source", "briefs-sha256"
# A character style for a phrase in another language: "Language fr".
LANGUAGE_STYLE = "Language {}"
_SHORT = {"sections": "s", "blocks": "b"}
_LONG = {short: name for name, short in _SHORT.items()}


class Style(NamedTuple):
    """A style name, and its HTML path in mammoth's style map."""

    name: str
    html: str


# The styles of Word and of LibreOffice, then those of this program ("Brief …").
STYLES = (
    Style("Title", "p.title:fresh"),
    Style("Subtitle", "p.standfirst:fresh"),
    *(Style(name, "p.caption:fresh") for name in ("caption", "Table", "Figure")),
    *(Style(name, "p.caption:fresh") for name in ("Illustration", "Drawing", "Text")),
    *(Style(name, "p.caption:fresh") for name in ("Image Caption", "Table Caption")),
    *(Style(name, "p.quote:fresh") for name in ("Quote", "Intense Quote", "Block Text")),
    Style("Quotations", "p.quote:fresh"),
    *(Style(f"toc {level}", "p.contents:fresh") for level in range(1, 10)),
    Style("TOC Heading", "p.contents:fresh"),
    *(Style(f"Contents {level}", "p.contents:fresh") for level in range(1, 10)),
    Style("Bibliography", "p.reference:fresh"),
    Style("Brief Prepared For", "p.prepared_for:fresh"),
    Style("Brief Key Message", "p.say:fresh"),
    Style("Brief Key Message Reason", "p.because:fresh"),
    Style("Brief Number", "p.figure:fresh"),
    Style("Brief Number Text", "p.figure_text:fresh"),
    Style("Brief Quote Source", "p.who:fresh"),
    Style("Brief Unit", "p.subtitle:fresh"),
    Style("Brief Note", "p.note:fresh"),
    Style("Brief Source", "p.source:fresh"),
    Style("Brief Credit", "p.credit:fresh"),
    Style("Brief Alternative Text", "p.alt:fresh"),
    Style("Brief Point", "p.do:fresh"),
    Style("Brief Point Detail", "p.detail:fresh"),
    Style("Brief Table Head Number", "p.number:fresh"),
    Style("Brief Box Title", "div.box:fresh > p.title:fresh"),
    Style("Brief Side Note Title", "div.side_note:fresh > p.title:fresh"),
)
# Styles of prose with lists, and the class of the part around it.
PARTS = (
    Style("Brief Lead", "div.lead"),
    Style("Brief Box", "div.box"),
    Style("Brief Side Note", "div.side_note"),
)


def place_bookmark(path: FieldPath, part: int = 0) -> str:
    """Name the bookmark of the text at a path; `part` counts the paragraphs of prose."""
    keys = (_SHORT.get(str(key), _camel_case(str(key))) for key in path)
    return "_".join(("in", *keys, f"p{part}"))


def place_of_bookmark(name: str) -> FieldPath | None:
    """Return the path of a text by the name of its bookmark; None for another bookmark."""
    if not (match := re.fullmatch(r"in_(\w+)_p\d+", name)):
        return None
    return tuple(
        int(key) if key.isdigit() else _LONG.get(key, re.sub("[A-Z]", _snake_case, key))
        for key in match[1].split("_")
    )


def id_bookmark(id: str, *, is_reference: bool = False) -> str:
    """Name the bookmark of an id. Word allows letters, digits and underscores only.

    Word keeps a name of more than 40 characters, but cannot jump to it.
    """
    code = id.replace("_", "_u").replace("-", "_h")
    return f"{'ref' if is_reference else 'id'}_{code}"


def id_of_bookmark(name: str) -> tuple[str, bool]:
    """Return an id and whether it is one of a reference; "" for another bookmark."""
    kind, _, code = name.partition("_")
    if kind not in ("id", "ref"):
        return "", False
    return code.replace("_h", "-").replace("_u", "_"), kind == "ref"


def _camel_case(key: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), key)


def _snake_case(match: re.Match[str]) -> str:
    return f"_{match[0].lower()}"
