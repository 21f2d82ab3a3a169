"""Write small .xlsx workbooks, sound or hostile, for tests."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
# A text; or a number with its format; or None: there is no cell.
CellValue = str | tuple[float, str] | None


def write_workbook(
    rows: Sequence[Sequence[CellValue]], name: str = "Data", after: str = ""
) -> bytes:
    """A workbook of one sheet; `after` is XML that follows its cells."""
    formats: list[str] = []
    lines = []
    for number, row in enumerate(rows, 1):
        cells = []
        for column, value in enumerate(row):
            place = f"{chr(65 + column)}{number}"
            if isinstance(value, tuple):
                if value[1] not in formats:
                    formats.append(value[1])
                style = formats.index(value[1]) + 1
                cells.append(f'<c r="{place}" s="{style}"><v>{value[0]!r}</v></c>')
            elif value is not None:
                text = f"<is><t>{escape(value)}</t></is>"
                cells.append(f'<c r="{place}" t="inlineStr">{text}</c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return write_sheets({name: f"<sheetData>{''.join(lines)}</sheetData>{after}"}, formats)


def write_sheets(
    sheets: Mapping[str, str],
    formats: Sequence[str] = (),
    extra: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook of sheets, each by the XML of its content; `extra` replaces parts."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>'
        for n, name in zip(numbers, sheets, strict=True)
    )
    own = "".join(
        f'<numFmt numFmtId="{200 + n}" formatCode={quoteattr(code)}/>'
        for n, code in enumerate(formats)
    )
    styles = "".join(
        f'<xf numFmtId="{200 + n}" fontId="0" fillId="0" borderId="0" xfId="0"'
        ' applyNumberFormat="1"/>'
        for n in range(len(formats))
    )
    plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    fonts = '<fonts><font><sz val="10"/><name val="Arial"/></font></fonts>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
            for n in numbers
        )
        + "</Types>",
        "_rels/.rels": _relations({"r1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            {f"r{n}": ("worksheet", f"sheet{n}.xml") for n in numbers}
            | {"r0": ("styles", "styles.xml")}
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts>{own}</numFmts>{fonts}'
        "<fills><fill/></fills><borders><border/></borders>"
        f"<cellStyleXfs>{plain}</cellStyleXfs><cellXfs>{plain}{styles}</cellXfs>"
        "</styleSheet>",
        **{
            f"xl/sheet{n}.xml": f'<worksheet xmlns="{_MAIN}">{content}</worksheet>'
            for n, content in zip(numbers, sheets.values(), strict=True)
        },
        **(extra or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, xml in parts.items():
            archive.writestr(zipfile.ZipInfo(path), _HEAD + xml, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{id}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for id, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'
