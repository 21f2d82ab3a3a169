"""A sheet of a workbook is read as it shows itself, and hostile workbooks are refused."""

import zipfile
from io import BytesIO

import pytest

from pipeline.content import office_file, workbook
from pipeline.content.data_files import DataFile, read_data
from pipeline.problems import PipelineError, Rule
from tests.content.workbooks import CellValue, write_sheets, write_workbook


def read(rows: list[list[CellValue]], after: str = "") -> DataFile:
    return read_data("d.xlsx", write_workbook(rows, after=after))


def sheet(rows: str) -> bytes:
    """A workbook with the heads "a" and "n", and rows as XML."""
    head = '<row r="1"><c t="inlineStr"><is><t>a</t></is></c>'
    head += '<c t="inlineStr"><is><t>n</t></is></c></row>'
    return write_sheets({"Data": f"<sheetData>{head}{rows}</sheetData>"})


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1020.0, "#,##0", "1020"),
        (61.25, "0.0", "61.3"),
        (-0.45, "0.0", "-0.5"),
        (0.58, "0%", "58"),
        (0.57999999999999996, "0.0%", "58.0"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.5, '[Red]#,##0.00_);("x"0)', "1234.50"),
        (1.02, "[$€-407] 0.00", "1.02"),
        (1234567.0, "#,##0,", "1234567"),  # shown in thousands: the number itself
        (61.2, "0\\-0", "61.2"),
        (1e20, "0.00", "1" + "0" * 20),
    ],
)
def test_a_number_is_read_as_it_is_shown(value: float, form: str, shown: str) -> None:
    file = read([["a", "n"], ["x", (value, form)]])
    assert not file.problems(["a"], ["n"])
    assert file.rows(["n"])[0]["n"] == shown


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (42430.0, "yyyy\\-mm\\-dd", "2016-03-01"),
        (42430.0, "[$-409]mmm\\-yy", "2016-03"),
        (42430.0, "yyyy", "2016"),
        (42430.5, "hh:mm", "12:00"),
        (2016.0, "General", "2016"),
        (1.0, "d/m/yyyy", "1900-01-01"),
    ],
)
def test_a_date_is_read_as_it_is_shown(value: float, form: str, shown: str) -> None:
    assert read([["a"], [(value, form)]]).rows([])[0]["a"] == shown


def test_a_date_counted_from_1904_is_read() -> None:
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<workbookPr date1904="1"/><sheets><sheet name="D" r:id="r1"/></sheets></workbook>'
    )
    content = '<sheetData><row><c t="inlineStr"><is><t>a</t></is></c></row>'
    content += '<row><c s="1"><v>40968</v></c></row></sheetData>'
    data = write_sheets({"D": content}, ["yyyy-mm-dd"], {"xl/workbook.xml": book})
    assert read_data("d.xlsx", data).rows([]) == ({"a": "2016-03-01"},)


def test_empty_rows_and_columns_are_left_out() -> None:
    file = read([[None], [None, "a", None, "n"], [None], [None, "x", None, (5.0, "0")]])
    assert file.rows(["n"]) == ({"a": "x", "n": "5"},)
    assert str(file.place(0, "n")) == 'd.xlsx: worksheet "Data", D4'


def test_hidden_rows_are_left_out_with_a_warning() -> None:
    row = "<row r='{}' {}><c t='inlineStr'><is><t>{}</t></is></c><c><v>1</v></c></row>"
    rows = row.format(2, "", "x") + row.format(3, "hidden='1'", "y")
    rows += "<row r='4'><c t='inlineStr'><is><t>z</t></is></c></row>"
    file = read_data("d.xlsx", sheet(rows))
    assert [r["a"] for r in file.rows(["n"])] == ["x", "z"]
    assert not file.problems(["a"], ["n"])
    (warning,) = file.warnings
    assert (warning.rule, str(warning.place)) == (
        Rule.HIDDEN_ROWS,
        'd.xlsx: worksheet "Data"',
    )


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("<c r='B2'><f>1+1</f></c>", "formula has no value"),
        ("<c r='B2'><f>1+1</f><v></v></c>", "formula has no value"),
        ("<c r='B2' t='e'><f>1/0</f><v>#DIV/0!</v></c>", "#DIV/0!"),
        ("<c r='B2' t='inlineStr'><is><t>1,020</t></is></c>", "may be 1020 or 1.020"),
        ("<c r='B2' t='inlineStr'><is><t>a\u202eb</t></is></c>", "U+202E"),
    ],
)
def test_a_cell_that_cannot_be_used_is_reported_where_it_is_used(
    cell: str, words: str
) -> None:
    row = f"<row r='2'><c r='A2' t='inlineStr'><is><t>x</t></is></c>{cell}</row>"
    file = read_data("d.xlsx", sheet(row))
    assert not file.problems(["a"], [])
    (problem,) = file.problems(["a"], ["n"])
    assert str(problem.place) == 'd.xlsx: worksheet "Data", B2'
    assert words in problem.message


@pytest.mark.parametrize(
    "cell", ["<c><f>1+1</f><v>2</v></c>", "<c t='str'><f>A1</f><v>2</v></c>"]
)
def test_a_formula_has_its_last_value(cell: str) -> None:
    file = read_data("d.xlsx", sheet(f"<row><c><v>1</v></c>{cell}</row>"))
    assert file.rows(["n"])[0]["n"] == "2"


def test_merged_cells_are_reported_in_columns_that_are_used() -> None:
    rows: list[list[CellValue]] = [
        ["a", "n", "b"],
        ["x", (1.0, "0"), "u"],
        ["y", None, "v"],
    ]
    file = read(rows, '<mergeCells><mergeCell ref="B2:B3"/></mergeCells>')
    assert not file.problems(["a", "b"], [])
    (problem,) = file.problems(["a"], ["n"])
    assert str(problem.place) == 'd.xlsx: worksheet "Data", B3'


def with_parts(files: dict[str, str]) -> bytes:
    """A workbook in which these parts are replaced."""
    return write_sheets({"Data": "<sheetData/>"}, (), files)


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
FAR = '<row r="{0}"><c r="A{0}"><v>1</v></c><c r="{1}{0}"><v>1</v></c></row>'
DIAGONAL = "".join(FAR.format(n, workbook._column_letters(n)) for n in range(2, 2000))
HOSTILE = {
    "no archive": b"\xd0\xcf\x11\xe0" * 100,
    "cut": write_workbook([["a"]])[:-40],
    "another archive": with_parts({"xl/workbook.xml": "<x/>"}),
    "zip bomb": with_parts({"xl/sheet1.xml": f"<a>{' ' * office_file.MAX_PART_BYTES}</a>"}),
    "entities": with_parts(
        {"xl/sheet1.xml": f"{ENTITIES}<worksheet {MAIN}>&a;</worksheet>"}
    ),
    "an entity of a file": with_parts({"xl/sheet1.xml": f"{ENTITIES}<a>&b;</a>"}),
    "no XML": with_parts({"xl/sheet1.xml": "<worksheet"}),
    "far apart": write_sheets({"Data": f"<sheetData>{DIAGONAL}</sheetData>"}),
    "merged a thousand times": write_workbook(
        [["a", "b"], ["x", "y"]],
        after="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 1000 + "</mergeCells>",
    ),
    "wrong texts": sheet("<row><c t='s'><v>99</v></c></row>"),
    "no number": sheet("<row><c><v>one</v></c></row>"),
    "infinite": sheet("<row><c><v>1e999</v></c></row>"),
    "no such day": write_workbook([["a"], [(1e9, "yyyy")]]),
    "linked": with_parts(
        {
            "xl/_rels/workbook.xml.rels": "<Relationships><Relationship Id='r1' "
            "Type='/worksheet' Target='https://x.org/s.xml' TargetMode='External'/>"
            "</Relationships>"
        }
    ),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(PipelineError) as raised:
        read_data("d.xlsx", content)
    assert raised.value.problems[0].rule is Rule.CHART_DATA


def test_huge_dimensions_cost_nothing() -> None:
    content = (
        '<dimension ref="A1:XFD1048576"/><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
        '<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row>'
        "</sheetData>"
    )
    file = read_data("d.xlsx", write_sheets({"Data": content}))
    assert file.rows(["a"]) == ({"a": "1"},)


def test_parts_that_are_not_needed_are_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    read_part = zipfile.ZipFile.read

    def read_and_note(archive: zipfile.ZipFile, name: str) -> bytes:
        opened.append(name)
        return read_part(archive, name)

    monkeypatch.setattr(zipfile.ZipFile, "read", read_and_note)
    out = BytesIO(write_workbook([["a"], ["x"]]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<x/>")
    assert read_data("d.xlsm", out.getvalue()).rows([]) == ({"a": "x"},)
    assert not [name for name in opened if "vba" in name or "external" in name]
