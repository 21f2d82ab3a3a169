"""Write and read XLIFF 2: files of version 2.1, which tools of 2.0 read as well.

Markup around words is <pc>, other markup is <ph>.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from pipeline.content.inline_codes import InlineCode
from pipeline.exchange.unit import (
    ReturnedFile,
    ReturnedUnit,
    TranslationSubject,
    Unit,
    UnitState,
    file_error,
    number_codes,
    write_inline,
)
from pipeline.exchange.xliff import read_inline
from pipeline.exchange.xml_tree import XmlElement

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
_RESTRICTION = "urn:oasis:names:tc:xliff:sizerestriction:2.0"
_DONE = frozenset({"translated", "reviewed", "final"})


def write_xliff2(subject: TranslationSubject, units: Sequence[Unit]) -> str:
    """Write the text of a file. A new unit has its original as its translation."""
    source, target = subject.original_language, subject.language
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<xliff version="2.1" xmlns="{NAMESPACE}" xmlns:slr="{_RESTRICTION}"'
            f' srcLang="{source}" trgLang="{target}">',
            f'<file id="f1" original={quoteattr(subject.name)}>',
            '<slr:profiles generalProfile="xliff:codepoints"/>',
            *map(_write_unit, units),
            "</file>",
            "</xliff>\n",
        )
    )


def _write_unit(unit: Unit) -> str:
    limit = f' slr:sizeRestriction="{unit.limit}"' if unit.limit else ""
    state = "translated" if unit.state is UnitState.TRANSLATED else "initial"
    notes = "".join(f"<note>{escape(note)}</note>" for note in unit.notes)
    data = _original_data(unit)
    original = write_inline(unit.original, unit.original, escape, _tags_of)
    translation = write_inline(unit.original, unit.translation, escape, _tags_of)
    return (
        f'<unit id="{unit.id}" name="{unit.id}"{limit}>\n  <notes>{notes}</notes>\n{data}'
        f'  <segment state="{state}">\n    <source>{original}</source>\n'
        f"    <target>{translation}</target>\n  </segment>\n</unit>"
    )


def _original_data(unit: Unit) -> str:
    """The markup of the codes, which tools may show."""
    data: dict[str, InlineCode] = {}
    for pieces in (unit.original, unit.translation):
        numbered = number_codes(unit.original, pieces)
        data |= {name: code for name, code in numbered if isinstance(code, InlineCode)}
    shown = (
        f'<data id="d{name}">{escape(code.start.strip())}</data>'
        + (f'<data id="e{name}">{escape(code.end)}</data>' if code.end else "")
        for name, code in data.items()
    )
    return f"  <originalData>{''.join(shown)}</originalData>\n" if data else ""


def _tags_of(name: str, code: InlineCode) -> tuple[str, str]:
    type = "link" if code.kind == "link" else "fmt" if code.end else "other"
    attributes = f'id="{name}" type="{type}" subType="briefs:{code.kind}"'
    attributes += "" if code.is_optional else ' canDelete="no"'
    if code.end:
        return f'<pc {attributes} dataRefStart="d{name}" dataRefEnd="e{name}">', "</pc>"
    return f'<ph {attributes} dataRef="d{name}"/>', ""


def read_xliff2(file: str, root: XmlElement) -> ReturnedFile:
    """Read a file. Raises PipelineError if it is not about one language file."""
    files = root.elements("file")
    names = {f.attributes.get("original") for f in files}
    languages = [root.attributes.get(name) for name in ("srcLang", "trgLang")]
    if len(names) != 1 or None in (*names, *languages):
        message = "the file does not name one brief and two languages"
        hint = 'it needs original="…" in <file>, and srcLang="…" and trgLang="…"'
        raise file_error(file, root.line, message, hint)
    subject = TranslationSubject(*map(str, (*names, *languages)))
    units = (unit for f in files for unit in f.descendants("unit"))
    return ReturnedFile(subject, tuple(map(_read_unit, units)))


def _read_unit(unit: XmlElement) -> ReturnedUnit:
    """Read a unit; a tool may have divided it into several segments."""
    parts = unit.elements("segment", "ignorable")
    segments = unit.elements("segment")
    is_done = bool(segments) and all(
        segment.attributes.get("state", "initial") in _DONE for segment in segments
    )
    texts = [
        tuple(
            piece
            for part in parts
            for text in part.elements(name)[:1]
            for piece in read_inline(text)
        )
        for name in ("source", "target")
    ]
    lines = [target.line for part in parts for target in part.elements("target")]
    id = unit.attributes.get("name") or unit.attributes.get("id", "")
    return ReturnedUnit(id, texts[0], texts[1], is_done or None, (lines or [unit.line])[0])
