"""The names of styles, bookmarks and properties in exported Word files.

The style of a paragraph decides which part of a brief it becomes; authors may use these
styles in Word. The name of a bookmark is the path of a text in the language file, an id,
or the id of a reference.
"""

import re

from pipeline.model.fields import FieldPath

# Two properties of a document: the file that it was exported from (content/…/en.yaml), and
# the SHA-256 of that file at the export.
SOURCE, DIGEST = "briefs-source", "briefs-sha256"
# A character style for a phrase in another language: "Language fr".
LANGUAGE_STYLE = "Language {}"
_SHORT = {"sections": "s", "blocks": "b"}
_LONG = {short: name for name, short in _SHORT.items()}


# The styles of paragraphs by what they become in HTML: keys of a language file and other
# classes. Exported files have the first; authors also use those of Word and LibreOffice.
STYLES = {
    "title": ("Title",),
    "standfirst": ("Subtitle",),
    "caption": (
        *("caption", "Table", "Figure", "Illustration", "Drawing", "Text"),
        *("Image Caption", "Table Caption"),
    ),
    "quote": ("Quote", "Intense Quote", "Block Text", "Quotations"),
    "contents": (
        "TOC Heading",
        *(f"{name} {level}" for name in ("toc", "Contents") for level in range(1, 10)),
    ),
    "reference": ("Bibliography",),
    "prepared_for": ("Brief Prepared For",),
    "say": ("Brief Key Message",),
    "because": ("Brief Key Message Reason",),
    "figure": ("Brief Number",),
    "text": ("Brief Number Text",),
    "who": ("Brief Quote Source",),
    "subtitle": ("Brief Unit",),
    "note": ("Brief Note",),
    "source": ("Brief Source",),
    "credit": ("Brief Credit",),
    "alt": ("Brief Alternative Text",),
    "do": ("Brief Point",),
    "detail": ("Brief Point Detail",),
    "number": ("Brief Table Head Number",),
}
# The styles of parts whose prose may have lists; a title of one has a style of its own.
PARTS = {"lead": "Brief Lead", "box": "Brief Box", "side_note": "Brief Side Note"}


def place_bookmark(path: FieldPath, part: int = 0) -> str:
    """Name the bookmark of the text at a path; `part` counts the paragraphs of prose."""
    keys = (_SHORT.get(str(key), _camel_case(str(key))) for key in path)
    return "_".join(("in", *keys, f"p{part}"))


def place_of_bookmark(name: str) -> FieldPath | None:
    """Return the path of a text by the name of its bookmark; None for another bookmark."""
    if not (match := re.fullmatch(r"in_(\w+)_p\d+", name)):
        return None
    return tuple(
        int(key) if key.isdigit() else _LONG.get(key, _snake_case(key))
        for key in match[1].split("_")
    )


def id_bookmark(id: str, kind: str = "id") -> str:
    """Name the bookmark of an id: "id", that of a work ("ref"), or the label of a "note".

    Word allows letters, digits and underscores only. It keeps a name of more than 40
    characters, but cannot jump to it.
    """
    return f"{kind}_{id.replace('_', '_u').replace('-', '_h')}"


def id_of_bookmark(name: str, kind: str) -> str:
    """Return the id of a bookmark of a kind; "" for another bookmark."""
    its_kind, _, code = name.partition("_")
    return code.replace("_h", "-").replace("_u", "_") if its_kind == kind else ""


def _camel_case(key: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), key)


def _snake_case(key: str) -> str:
    return re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", key)
