"""Exports of LibreOffice are read rightly or refused, in seven locales and eight formats.

tests/content/exports/make_exports.py made the files.
"""

from pathlib import Path

import pytest

from pipeline.content.data_files import read_data
from pipeline.problems import PipelineError, Rule

HERE = Path(__file__).parent / "exports"
FILES = sorted(file for file in HERE.iterdir() if file.suffix not in (".py", ""))
SHOWN = {
    "posts": ["1020", "780", "12500"],
    "millions": ["1234567", "2020", None],
    "share": ["58.0", "41.3", "100.0"],
    "rate": ["61.2", "-0.5", None],
    "exact": ["1.020", "2.500", "3.125"],
    "index": ["1234.50", "99.25", "1000.00"],
}
# LibreOffice writes the Arabic decimal mark as a text of the number format. Such a format
# shows other digits, so that numbers are not rounded.
NOT_ROUNDED = {
    "share": ["58", "41.25", "100"],
    "exact": ["1.02", "2.5", "3.125"],
    "index": ["1234.5", "99.25", "1000"],
}
# Texts in which a point or comma before three digits may have two meanings. French and
# Russian separate thousands by spaces, and Arabic has signs of its own.
DOUBTFUL = {
    "ar-EG": (),
    **dict.fromkeys(("fr-FR", "ru-RU"), ("exact",)),
    **dict.fromkeys(("en-US", "de-DE", "es-ES", "zh-CN"), ("exact", "posts")),
}
ENCODINGS = {"ru-RU": "Windows-1251", "ar-EG": "Windows-1256", "zh-CN": "GB 18030"}


def test_the_exports_are_there() -> None:
    assert len(FILES) == 56


@pytest.mark.parametrize(
    "file", [f for f in FILES if "encoding" not in f.name], ids=lambda file: file.name
)
@pytest.mark.parametrize("column", SHOWN)
def test_an_export_is_read_or_refused(file: Path, column: str) -> None:
    data = read_data(file.name, file.read_bytes())
    problems = data.problems(["region"], [column])
    is_text = not file.name.endswith("workbook.xlsx")
    if is_text and column in DOUBTFUL[file.name[:5]]:
        (problem,) = problems
        number = SHOWN[column][0]
        assert number is not None
        assert f'" may be {number.replace(".", "")} or ' in problem.message
    else:
        assert not problems
        is_arabic = file.name == "ar-EG-workbook.xlsx"
        expected = (SHOWN | NOT_ROUNDED if is_arabic else SHOWN)[column]
        assert [row[column] for row in data.rows([column])] == expected


@pytest.mark.parametrize("locale", DOUBTFUL)
def test_the_encoding_of_an_old_program_is_named(locale: str) -> None:
    file = HERE / f"{locale}-encoding.csv"
    with pytest.raises(PipelineError) as raised:
        read_data(file.name, file.read_bytes())
    (problem,) = raised.value.problems
    assert problem.rule is Rule.FILE_ENCODING
    probable = ENCODINGS.get(locale)  # the encodings of Latin letters are alike
    assert ("probably" in problem.message) == bool(probable)
    assert (probable or "") in problem.message
