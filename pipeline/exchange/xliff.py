"""Write and read XLIFF: version 1.2, and version 2.1, which tools of 2.0 read as well.

Markup around words is <g> in 1.2 and <pc> in 2.1, other markup is <ph>. A tool may send a
pair, such as <bpt> and <ept>, or <bx> and <ex>, instead of <g>, and <x> instead of <ph>.
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from pipeline.content.inline_codes import CodeEnd, InlineCode
from pipeline.exchange.unit import (
    RawPiece,
    ReturnedFile,
    ReturnedUnit,
    Tag,
    TranslationSubject,
    Unit,
    UnitState,
    file_error,
    number_codes,
    write_texts,
)
from pipeline.exchange.xml_tree import XmlElement

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_NAMESPACE = "urn:oasis:names:tc:xliff:document:{}"
_RESTRICTION = "urn:oasis:names:tc:xliff:sizerestriction:2.0"
_STATES = {
    UnitState.NEW: "needs-translation",
    UnitState.OUTDATED: "needs-review-translation",
    UnitState.TRANSLATED: "translated",
}
_DONE = frozenset({"translated", "final", "signed-off"})
_DONE2 = frozenset({"translated", "reviewed", "final"})
# The attributes of <file> in 1.2 that name the brief and its languages.
_SUBJECT_ATTRIBUTES = ("original", "source-language", "target-language")
# The kinds of codes that are values of `ctype` in XLIFF 1.2.
_STANDARD = frozenset({"bold", "italic", "link"})


def write_xliff(subject: TranslationSubject, units: Sequence[Unit]) -> str:
    """Write a file of version 1.2. A new unit has its original as its translation."""
    names = (subject.name, subject.original_language, subject.language)
    attributes = dict(zip(_SUBJECT_ATTRIBUTES, names, strict=True))
    return "\n".join(
        (
            _HEAD,
            f'<xliff version="1.2" xmlns="{_NAMESPACE.format("1.2")}">',
            f'<file {_write_attributes(attributes)} datatype="plaintext">',
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
    original, translation = write_texts(unit, escape, _tags_of)
    return (
        f"<trans-unit {_write_attributes(attributes)}>\n  <source>{original}</source>\n"
        f'  <target state="{_STATES[unit.state]}">{translation}</target>\n'
        f"  {_write_notes(unit)}\n</trans-unit>"
    )


def _write_notes(unit: Unit) -> str:
    return "".join(f"<note>{escape(note)}</note>" for note in unit.notes)


def _tags_of(name: str, code: InlineCode) -> tuple[str, str]:
    kind = code.kind if code.kind in _STANDARD else f"x-{code.kind}"
    attributes = f'id="{name}" ctype="{kind}"'
    if code.end:
        return f"<g {attributes}>", "</g>"
    return f"<ph {attributes}>{escape(code.start.strip())}</ph>", ""


def write_xliff2(subject: TranslationSubject, units: Sequence[Unit]) -> str:
    """Write a file of version 2.1. A new unit has its original as its translation."""
    source, target = subject.original_language, subject.language
    return "\n".join(
        (
            _HEAD,
            f'<xliff version="2.1" xmlns="{_NAMESPACE.format("2.0")}"'
            f' xmlns:slr="{_RESTRICTION}" srcLang="{source}" trgLang="{target}">',
            f'<file id="f1" original={quoteattr(subject.name)}>',
            '<slr:profiles generalProfile="xliff:codepoints"/>',
            *map(_write_unit2, units),
            "</file>",
            "</xliff>\n",
        )
    )


def _write_unit2(unit: Unit) -> str:
    limit = f' slr:sizeRestriction="{unit.limit}"' if unit.limit else ""
    state = "translated" if unit.state is UnitState.TRANSLATED else "initial"
    original, translation = write_texts(unit, escape, _tags_of2)
    return (
        f'<unit id="{unit.id}" name="{unit.id}"{limit}>\n'
        f"  <notes>{_write_notes(unit)}</notes>\n{_original_data(unit)}"
        f'  <segment state="{state}">\n    <source>{original}</source>\n'
        f"    <target>{translation}</target>\n  </segment>\n</unit>"
    )


def _original_data(unit: Unit) -> str:
    """The markup of the codes, which tools may show."""
    data: dict[str, str] = {}
    for pieces in (unit.original, unit.translation):
        for name, code in number_codes(unit.original, pieces):
            if isinstance(code, InlineCode):
                data[f"d{name}"] = code.start.strip()
                data |= {f"e{name}": code.end} if code.end else {}
    shown = (f'<data id="{id}">{escape(markup)}</data>' for id, markup in data.items())
    return f"  <originalData>{''.join(shown)}</originalData>\n" if data else ""


def _tags_of2(name: str, code: InlineCode) -> tuple[str, str]:
    type = "link" if code.kind == "link" else "fmt" if code.end else "other"
    attributes = f'id="{name}" type="{type}" subType="briefs:{code.kind}"'
    attributes += "" if code.is_optional else ' canDelete="no"'
    if code.end:
        return f'<pc {attributes} dataRefStart="d{name}" dataRefEnd="e{name}">', "</pc>"
    return f'<ph {attributes} dataRef="d{name}"/>', ""


def read_xliff(file: str, root: XmlElement) -> ReturnedFile:
    """Read a file of any version.

    Raises PipelineError if it is of another version, or not about one language file.
    """
    version, files = root.attributes.get("version", ""), root.elements("file")
    message = "the file does not name one brief and two languages"
    if root.name == "xliff" and version.startswith("1."):
        name = "trans-unit"
        subjects = {tuple(map(f.attributes.get, _SUBJECT_ATTRIBUTES)) for f in files}
        message = f"{message} in <file>"
        hint = 'it needs original="…", source-language="…" and target-language="…"'
    elif root.name == "xliff" and version.startswith("2."):
        name = "unit"
        languages = [*map(root.attributes.get, ("srcLang", "trgLang"))]
        subjects = {(f.attributes.get("original"), *languages) for f in files}
        hint = 'it needs original="…" in <file>, and srcLang="…" and trgLang="…"'
    else:
        message = f"the file is not XLIFF 1.2 or 2: <{root.name}> {version}".rstrip()
        raise file_error(file, root.line, message, "ask for a file of the format you sent")
    if len(subjects) != 1 or None in (names := next(iter(subjects))):
        raise file_error(file, root.line, message, hint)
    units = (unit for element in files for unit in element.descendants(name))
    return ReturnedFile(TranslationSubject(*map(str, names)), tuple(map(_read_unit, units)))


def _read_unit(unit: XmlElement) -> ReturnedUnit:
    """Read a unit; a tool may have divided one of version 2 into several segments."""
    is_old = unit.name == "trans-unit"
    parts = [unit] if is_old else unit.elements("segment", "ignorable")
    sources, targets = (
        [text for part in parts for text in part.elements(name)[:1]]
        for name in ("source", "target")
    )
    if is_old:
        state = targets[0].attributes.get("state", "") if targets else ""
        is_approved = unit.attributes.get("approved") == "yes"
        is_done = state in _DONE or (is_approved and not state.startswith(("needs", "new")))
    else:
        states = [s.attributes.get("state", "initial") for s in unit.elements("segment")]
        is_done = bool(states) and _DONE2.issuperset(states)
    name = unit.attributes.get("resname" if is_old else "name")
    original, translation = (
        tuple(piece for text in texts for piece in _read_pieces(text))
        for texts in (sources, targets)
    )
    return ReturnedUnit(
        name or unit.attributes.get("id", ""),
        original,
        translation,
        is_done or None,
        (targets or [unit])[0].line,
    )


def _read_pieces(element: XmlElement) -> Iterator[RawPiece]:
    """Read words and tags of both versions."""
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
