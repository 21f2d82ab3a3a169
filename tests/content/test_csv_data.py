"""CSV files and columns of numbers are read, with the line and column of each cell."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.content.data_files import DataFile, read_data
from pipeline.problems import PipelineError, Rule


def read(text: str) -> DataFile:
    return read_data("d.csv", text.encode())


def column(text: str) -> list[str | None]:
    file = read(text)
    assert not file.problems(["a"], ["n"])
    return [row["n"] for row in file.rows(["n"])]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a;n\nx;61,2\ny;-0,5\nz;3\n", ["61.2", "-0.5", "3"]),
        ('a,n\nx,"61,2"\ny,3\n', ["61.2", "3"]),
        ('a,n\nx,"0,125"\n', ["0.125"]),
        ("sep=;\na;n\nx;61,2\n", ["61.2"]),
        ("sep=,\r\na,n\r\nx,61.2\r\n", ["61.2"]),
        ("a\tn\nx\t61,2\n", ["61.2"]),
        ("a;n;;\nx;1;;\n;;;\n\ny;2;;\n", ["1", "2"]),
        ("a;n\nx;1;;\n", ["1"]),
        ("a,n,\n,,\nx,1,\n", ["1"]),
        # Thousands, plain by their sign, by a second one, or by another cell.
        ("a;n\nx;1.234,5\n", ["1234.5"]),
        ('a,n\nx,"1,234.5"\n', ["1234.5"]),
        ("a;n\nx;1.020\ny;1.234.567\n", ["1020", "1234567"]),
        ("a;n\nx;1.250\ny;2.5\n", ["1.250", "2.5"]),
        ("a;n\nx;1.250\ny;2,5\n", ["1250", "2.5"]),
        ("a;n\nx;1,250\ny;0,125\n", ["1.250", "0.125"]),
        ("a;n\nx;1 020\ny;12\u202f500,5\n", ["1020", "12500.5"]),
        ("a;n\nx;1'020\ny;1’020\n", ["1020", "1020"]),
        ("a;n\nx;١٬٠٢٠\ny;-٦١٫٢\n", ["1020", "-61.2"]),
        ("a;n\nx;\u200e−5\u200f\n", ["-5"]),
        # Percent signs and gaps.
        ("a;n\nx;58 %\ny;41,5\u00a0%\nz;٣٪\n", ["58", "41.5", "3"]),
        ("a;n\nx;n/a\ny;–\nz;..\nu;\nv;5\n", [None, None, None, None, "5"]),
        # Not numbers: charts report them.
        ("a;n\nx;1.2.3\n", ["1.2.3"]),
        ("a;n\nx;12,34,567\n", ["12,34,567"]),
        ("a;n\nx;1e5\n", ["1e5"]),
        ("a;n\nx;01.020.000\n", ["01.020.000"]),
        ("a;n\nx;1 020 50\n", ["1 020 50"]),
        ("a;n\nx;5 €\n", ["5 €"]),
    ],
)
def test_numbers_are_read_as_spreadsheets_write_them(
    text: str, numbers: list[str | None]
) -> None:
    assert column(text) == numbers


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a;n\nx;1.250\ny;2.500\nz;980\n", "d.csv:2:3", '"1.250" may be 1250 or 1.250'),
        ('a,n\nx,"1,020"\n', "d.csv:2:3", '"1,020" may be 1020 or 1.020'),
        ("a,n\nx,1.020\n", "d.csv:2:3", '"1.020" may be 1020 or 1.020'),
        ("a;n\nx;-1,234 %\n", "d.csv:2:3", '"-1,234 %" may be -1234 or -1.234'),
        ("a;n\nx;61,2\ny;3.5\n", "d.csv:3:3", '"61,2"'),
        ("a;n\nx;1.020,5\ny;1,020.5\n", "d.csv:3:3", '"1.020,5"'),
        ("a;n\nx;58 %\ny;0,6\n", "d.csv:3:3", "no percent sign"),
        ("a;n;n\nx;1;2\n", "d.csv:1:5", "two columns"),
        ("a;n\nx;1\n;\nSource: us;\n", "d.csv:4:1", "stands alone"),
    ],
)
def test_an_ambiguous_cell_is_reported(text: str, place: str, words: str) -> None:
    (problem,) = read(text).problems(["a"], ["n"])
    assert (problem.rule, str(problem.place)) == (Rule.CHART_DATA, place)
    assert words in problem.message


def test_only_columns_that_are_used_are_checked() -> None:
    file = read("a;n;b;b\nx;1;1.020;58 %\n")
    assert not file.problems(["a"], ["n"])
    assert file.rows(["n"]) == ({"a": "x", "n": "1", "b": "1.020"},)
    assert file.problems(["a"], ["b"])


@pytest.mark.parametrize(
    "text", ["a,n\nx,61,2\n", "a,n,\nx,61,2\n", "a,n,b\nx,61,2,\n", "a;n\nx\n"]
)
def test_half_a_number_is_not_read(text: str) -> None:
    with pytest.raises(PipelineError):
        read(text)


def test_unicode_text_of_excel_is_read() -> None:
    file = read_data("d.txt", "a\tn\r\né\t61,2\r\n".encode("utf-16"))
    assert file.rows(["n"]) == ({"a": "é", "n": "61.2"},)
    with pytest.raises(PipelineError, match="UTF-16, and damaged"):
        read_data("d.txt", "a\tn".encode("utf-16")[:-1])


@pytest.mark.parametrize("name", ["d.xls", "d.ods", "d"])
def test_another_format_is_refused(name: str) -> None:
    with pytest.raises(PipelineError, match="cannot be read"):
        read_data(name, b"\xd0\xcf\x11\xe0")


def test_a_cell_has_its_line_and_column() -> None:
    file = read('sep=;\na;n\n"x;\n""y""";1\n\nz; 2\n')
    places = [file.place(row, name) for row in (0, 1) for name in ("a", "n")]
    positions = [(place.line, place.column) for place in places]
    assert positions == [(3, 1), (4, 8), (6, 1), (6, 3)]
    assert file.rows(["n"]) == ({"a": 'x;\n"y"', "n": "1"}, {"a": "z", "n": "2"})


TEXTS = st.text(st.sampled_from('ab",;\n é'), max_size=6)


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=4))
def test_each_cell_of_any_export_has_its_place(rows: list[list[str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["first", "second"], *rows])
    text = out.getvalue()
    starts = [0, *(n + 1 for n, letter in enumerate(text) if letter == "\n")]
    file = read(text)
    for number, row in enumerate(file.rows([])):
        for name in row:
            place = file.place(number, name)
            rest = io.StringIO(
                text[starts[place.line - 1] + place.column - 1 :], newline=""
            )
            cell, *_ = next(csv.reader(rest, delimiter=";"))
            assert cell.strip() == (row[name] or "")
