"""CSV files are read into rows, with the line and column of each cell."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.content.csv_data import DataFile, read_data
from pipeline.problems import PipelineError, Rule


def read(text: str) -> DataFile:
    return read_data("d.csv", text.encode())


def column(text: str) -> list[str | None]:
    return [row["n"] for row in read(text).rows]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a;n\nx;61,2\ny;-0,5\nz;3\n", ["61.2", "-0.5", "3"]),
        ('a,n\nx,"61,2"\ny,3\n', ["61.2", "3"]),
        ('a,n\nx,"0,125"\n', ["0.125"]),
        ("sep=;\na;n\nx;61,2\n", ["61.2"]),
        ("sep=,\r\na,n\r\nx,61.2\r\n", ["61.2"]),
        ("a;n\nx;1,234\n", ["1.234"]),
        # These are ambiguous: they stay as typed, and are rejected as numbers.
        ('a,n\nx,"1,234"\n', ["1,234"]),
        ("a;n\nx;61,2\ny;3.5\n", ["61,2", "3.5"]),
        ("a;n\nx;1.234,5\n", ["1.234,5"]),
        ("a;n\nx;12,5 %\n", ["12,5 %"]),
    ],
)
def test_a_decimal_comma_is_read_where_it_is_certain(text: str, numbers: list[str]) -> None:
    assert column(text) == numbers


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a;n\nx;1.250\ny;2.500\nz;980\n", "d.csv:2:3"),
        ("a;n\nx;8,25\ny;1.250\n", "d.csv:3:3"),
        ("a;n\nx;-1.250.000\n", "d.csv:2:3"),
    ],
)
def test_an_ambiguous_point_is_rejected(text: str, place: str) -> None:
    with pytest.raises(PipelineError) as raised:
        read(text)
    (problem,) = raised.value.problems
    assert (problem.rule, str(problem.place)) == (Rule.CHART_DATA, place)


def test_other_cells_of_a_column_make_a_point_certain() -> None:
    assert column("a;n\nx;1.250\ny;2.5\n") == ["1.250", "2.5"]
    assert column("a,n\nx,1.250\n") == ["1.250"]


def test_a_cell_has_its_line_and_column() -> None:
    file = read('sep=;\na;n\n"x;\n""y""";1\n\nz; 2\n')
    at = [
        (place.line, place.column) for row in file.places for place in (row["a"], row["n"])
    ]
    assert at == [(3, 1), (4, 8), (6, 1), (6, 3)]
    assert file.rows == ({"a": 'x;\n"y"', "n": "1"}, {"a": "z", "n": "2"})


TEXTS = st.text(st.sampled_from('ab",;\n é'), max_size=6)


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=4))
def test_each_cell_of_any_export_has_its_place(rows: list[list[str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["first", "second"], *rows])
    text = out.getvalue()
    starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]
    file = read(text)
    for row, places in zip(file.rows, file.places, strict=True):
        for name, place in places.items():
            rest = io.StringIO(
                text[starts[place.line - 1] + place.column - 1 :], newline=""
            )
            cell, *_ = next(csv.reader(rest, delimiter=";"))
            assert cell.strip() == (row[name] or "")
