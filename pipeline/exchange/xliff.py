"""Write and read XLIFF 1.2, which OmegaT, Weblate and most other tools read.

Markup around words is <g>, other markup is <ph>. A tool may send <bpt> and <ept>, or <bx>
and <ex>, instead of <g>, and <x> instead of <ph>.
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from pipeline.content.inline_codes import CodeEnd, InlineCode
from pipeline.exchange.unit import (
    RawPiece,
    RawPieces,
    ReturnedFile,
    ReturnedUnit,
    Tag,
    TranslationSubject,
    Unit,
    UnitState,
    file_error,
    write_inline,
)
from pipeline.exchange.xml_tree import XmlElement

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_STATES = {
    UnitState.NEW: "needs-translation",
    UnitState.OUTDATED: "needs-review-translation",
    UnitState.TRANSLATED: "translated",
}
_DONE = frozenset({"translated", "final", "signed-off"})
# The attributes of <file> that name the brief and its languages.
_SUBJECT_ATTRIBUTES = ("original", "source-language", "target-language")
# The kinds of codes that are values of `ctype` in XLIFF 1.2.
_STANDARD = frozenset({"bold", "italic", "link"})


def write_xliff(subject: TranslationSubject, units: Sequence[Unit]) -> str:
    """Write the text of a file. A new unit has its original as its translation."""
    attributes = {
        "original": subject.name,
        "source-language": subject.original_language,
        "target-language": subject.language,
        "datatype": "plaintext",
    }
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<xliff version="1.2" xmlns="{NAMESPACE}">',
            f"<file {_write_attributes(attributes)}>",
            "<body>",
            *map(_write_unit, units),
            "</body>",
            "</file>",
            "</xliff>\n",
        )
    )


def _write_attributes(values: dict[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in values.items())


def _write_unit(unit: Unit) -> str:
    attributes = {"id": unit.id, "resname": unit.id}
    if unit.state is UnitState.TRANSLATED:
        attributes["approved"] = "yes"
    if unit.limit:
        attributes |= {"maxwidth": str(unit.limit), "size-unit": "char"}
    original = write_inline(unit.original, unit.original, escape, _tags_of)
    translation = write_inline(unit.original, unit.translation, escape, _tags_of)
    notes = "".join(f"<note>{escape(note)}</note>" for note in unit.notes)
    return (
        f"<trans-unit {_write_attributes(attributes)}>\n  <source>{original}</source>\n"
        f'  <target state="{_STATES[unit.state]}">{translation}</target>\n'
        f"  {notes}\n</trans-unit>"
    )


def _tags_of(name: str, code: InlineCode) -> tuple[str, str]:
    kind = code.kind if code.kind in _STANDARD else f"x-{code.kind}"
    attributes = f'id="{name}" ctype="{kind}"'
    if code.end:
        return f"<g {attributes}>", "</g>"
    return f"<ph {attributes}>{escape(code.start.strip())}</ph>", ""


def read_xliff(file: str, root: XmlElement) -> ReturnedFile:
    """Read a file. Raises PipelineError if it is not about one language file."""
    files = root.elements("file")
    subjects = {tuple(map(f.attributes.get, _SUBJECT_ATTRIBUTES)) for f in files}
    if len(subjects) != 1 or None in (names := next(iter(subjects))):
        message = "the file does not name one brief and two languages in <file>"
        hint = 'it needs original="…", source-language="…" and target-language="…"'
        raise file_error(file, root.line, message, hint)
    subject = TranslationSubject(*map(str, names))
    units = (unit for file in files for unit in file.descendants("trans-unit"))
    return ReturnedFile(subject, tuple(map(_read_unit, units)))


def _read_unit(unit: XmlElement) -> ReturnedUnit:
    sources, targets = (unit.elements(name)[:1] for name in ("source", "target"))
    state = targets[0].attributes.get("state", "") if targets else ""
    is_approved = unit.attributes.get("approved") == "yes"
    is_done = state in _DONE or (is_approved and not state.startswith(("needs", "new")))
    id = unit.attributes.get("resname") or unit.attributes.get("id", "")
    original, translation = (read_inline(e[0]) if e else () for e in (sources, targets))
    line = (targets or [unit])[0].line
    return ReturnedUnit(id, original, translation, is_done or None, line)


def read_inline(element: XmlElement) -> RawPieces:
    """Read words and tags of both versions of XLIFF."""
    return tuple(_read_pieces(element))


def _read_pieces(element: XmlElement) -> Iterator[RawPiece]:
    for child in element.children:
        if isinstance(child, str):
            yield child
            continue
        attributes = child.attributes
        kind = attributes.get("ctype") or attributes.get("subType", "")
        kind = kind.removeprefix("x-").removeprefix("briefs:")
        tag = Tag(attributes.get("id", ""), kind)
        pair = Tag(attributes.get("rid", tag.name), tag.kind, is_pair=True)
        if child.name in ("g", "pc"):
            yield pair
            yield from _read_pieces(child)
            yield CodeEnd.CLOSE
        elif child.name in ("bpt", "bx", "sc"):
            yield pair
        elif child.name in ("ept", "ex", "ec"):
            yield CodeEnd.CLOSE
        elif child.name in ("ph", "x", "it"):
            yield tag
        else:  # <mrk>, or an element that a tool added: keep the words only
            yield from _read_pieces(child)
