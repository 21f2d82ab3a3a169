"""Put a document of Word together: text, styles, lists, notes, charts, pictures.

The bytes depend on the content only: no clock, and no compression, whose result depends on
the library.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from string import Template
from xml.sax.saxutils import escape

from pipeline.content.office_file import Relationship
from pipeline.model.paper import SheetSize
from pipeline.model.schema import DataRow, LanguageVersion
from pipeline.model.scripts import direction, script_of
from pipeline.project import BUNDLED
from pipeline.word.archive import OFFICE, PACKAGE, write_archive, write_relationships
from pipeline.word.names import LANGUAGE_STYLE
from pipeline.word.write_document import DocumentWriter
from pipeline.word.write_text import BULLETS, TextWriter, style_id

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = f'xmlns:r="{OFFICE}/relationships"'
_TYPES = "application/vnd.openxmlformats-officedocument"
_XML = {
    "word/document.xml": f"{_TYPES}.wordprocessingml.document.main+xml",
    "word/styles.xml": f"{_TYPES}.wordprocessingml.styles+xml",
    "word/numbering.xml": f"{_TYPES}.wordprocessingml.numbering+xml",
    "word/footnotes.xml": f"{_TYPES}.wordprocessingml.footnotes+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/custom.xml": f"{_TYPES}.custom-properties+xml",
}
_CORE = f"{PACKAGE}/relationships/metadata/core-properties"
# The property set of OLE Automation, which each custom property must name.
_PROPERTY_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
# Twentieths of a point (ISO/IEC 29500-1, 17.18.105).
_TWIPS_OF_MM = Decimal(1440) / Decimal("25.4")
_ACCENT = "1E2D5A"
_LEVELS = 9


def write_word(
    version: LanguageVersion,
    language: str,
    labels: Mapping[str, str],
    data: Mapping[str, Sequence[DataRow]],
    pictures: Mapping[str, bytes],
    properties: Mapping[str, str],
    paper: SheetSize,
) -> bytes:
    """Write a language version as a .docx file, with `properties` as custom properties."""
    text = TextWriter(language, [reference.id for reference in version.references])
    writer = DocumentWriter(text, labels, data, pictures)
    body = writer.body(version)
    charts = {f"charts/chart{n}.xml": chart for n, chart in enumerate(writer.charts, 1)}
    parts: dict[str, str | bytes] = {
        "word/document.xml": _write_document(body, language, paper),
        "word/styles.xml": _write_styles(text),
        "word/numbering.xml": _write_numbering(text.lists),
        "word/footnotes.xml": _write_footnotes(text.notes),
        "docProps/core.xml": _write_core(version.title, language),
        "docProps/custom.xml": _write_custom(properties),
        **{f"word/{name}": chart for name, chart in charts.items()},
    }
    types = _XML | {f"word/{name}": f"{_TYPES}.drawingml.chart+xml" for name in charts}
    main = [
        Relationship("main", "officeDocument", "word/document.xml", False),
        Relationship("custom", "custom-properties", "docProps/custom.xml", False),
        Relationship("core", _CORE, "docProps/core.xml", False),
    ]
    own = [
        Relationship(n, n, f"{n}.xml", False) for n in ("styles", "numbering", "footnotes")
    ]
    for kind, id, names in (
        ("chart", "chart", charts),
        ("image", "picture", writer.pictures),
    ):
        own += [
            Relationship(f"{id}{n}", kind, name, False) for n, name in enumerate(names, 1)
        ]
    links = [
        Relationship(f"link{n}", "hyperlink", address, True)
        for n, address in enumerate(text.addresses, 1)
    ]
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _write_content_types(types),
        "_rels/.rels": write_relationships(main),
        "word/_rels/document.xml.rels": write_relationships([*own, *links]),
        "word/_rels/footnotes.xml.rels": write_relationships(links),
        **parts,
        **{f"word/{name}": data for name, data in writer.pictures.items()},
    }
    return write_archive(files)


def _write_content_types(types: Mapping[str, str]) -> str:
    defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml"}
    defaults |= {"xml": "application/xml", "png": "image/png", "jpeg": "image/jpeg"}
    entries = "".join(
        f'<Default Extension="{extension}" ContentType="{kind}"/>'
        for extension, kind in defaults.items()
    )
    entries += "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in types.items()
    )
    return f'<Types xmlns="{PACKAGE}/content-types">{entries}</Types>'


def _write_document(body: str, language: str, paper: SheetSize) -> str:
    bidi = "<w:bidi/>" if direction(language) == "rtl" else ""
    width, height = (round(edge * _TWIPS_OF_MM) for edge in (paper.width, paper.height))
    page = f'<w:pgSz w:w="{width}" w:h="{height}"/><w:pgMar w:top="1418" w:right="1418"'
    page += ' w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/>'
    section = f"<w:sectPr>{page}{bidi}</w:sectPr>"
    return f"<w:document {_W} {_R}><w:body>{body}{section}</w:body></w:document>"


def _write_styles(text: TextWriter) -> str:
    template = (BUNDLED / "templates" / "word" / "styles.xml").read_text("utf-8")
    names = {code: LANGUAGE_STYLE.format(code) for code in sorted(text.languages)}
    phrases = "".join(
        f'  <w:style w:type="character" w:styleId="{style_id(name)}">'
        f'<w:name w:val="{name}"/><w:rPr>{_write_language(code)}</w:rPr></w:style>\n'
        for code, name in names.items()
    )
    values = {
        "language": _write_language(text.language),
        "phrases": phrases,
        "accent": _ACCENT,
    }
    return Template(template).substitute(values)


def _write_language(code: str) -> str:
    """The language of text, for the kind of script it is written in."""
    kind = "bidi" if direction(code) == "rtl" else "val"
    kind = kind if script_of(code).has_word_spaces else "eastAsia"
    others = "" if kind == "val" else f' w:val="{code}"'
    return f'<w:lang{others} w:{kind}="{code}"/>'


def _write_numbering(lists: int) -> str:
    """One list with bullets, and numbered ones that each begin with 1."""
    kinds = ("bullet", "•"), ("decimal", "%{level}.")
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:multiLevelType w:val="multilevel"/>'
        + "".join(
            _write_level(level, kind, mark.format(level=level + 1))
            for level in range(_LEVELS)
        )
        + "</w:abstractNum>"
        for n, (kind, mark) in enumerate(kinds)
    )
    starts = "".join(
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>'
        for level in range(_LEVELS)
    )
    nums = f'<w:num w:numId="{BULLETS}"><w:abstractNumId w:val="0"/></w:num>'
    nums += "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="1"/>{starts}</w:num>'
        for n in range(BULLETS + 1, lists + 1)
    )
    return f"<w:numbering {_W}>{abstract}{nums}</w:numbering>"


def _write_level(level: int, kind: str, mark: str) -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{mark}"/><w:lvlJc w:val="left"/><w:pPr>'
        f'<w:ind w:left="{425 * (level + 1)}" w:hanging="425"/></w:pPr></w:lvl>'
    )


def _write_footnotes(notes: Sequence[str]) -> str:
    rules = "".join(
        f'<w:footnote w:type="{kind}" w:id="{id}"><w:p><w:r><w:{kind}/></w:r></w:p>'
        "</w:footnote>"
        for id, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    return f"<w:footnotes {_W} {_R}>{rules}{''.join(notes)}</w:footnotes>"


def _write_core(title: str, language: str) -> str:
    names = f'xmlns:cp="{PACKAGE}/metadata/core-properties"'
    names += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    inside = f"<dc:title>{escape(title)}</dc:title><dc:language>{language}</dc:language>"
    return f"<cp:coreProperties {names}>{inside}</cp:coreProperties>"


def _write_custom(properties: Mapping[str, str]) -> str:
    types = f"{OFFICE}/docPropsVTypes"
    entries = "".join(
        f'<property fmtid="{_PROPERTY_SET}" pid="{n}" name="{name}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for n, (name, value) in enumerate(properties.items(), 2)
    )
    names = f'xmlns="{OFFICE}/custom-properties" xmlns:vt="{types}"'
    return f"<Properties {names}>{entries}</Properties>"
