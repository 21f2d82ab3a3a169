"""Split a CSV or tab-separated text into cells, each with its place.

In: UTF-8 with or without a byte order mark, or UTF-16 with one (Excel's "Unicode text");
cells separated by commas, semicolons or tabs (or as Excel's first line `sep=;` defines).
Out: rows of as many cells as the first line has; a row without text is empty. Rejected:
lines with more or fewer cells, quotation marks that are not closed, other encodings.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from pipeline.content.pasted_text import without_invisible
from pipeline.content.spreadsheet_numbers import DataCell
from pipeline.content.yaml_source import MAX_CHARACTERS, read_text, text_length_problem
from pipeline.model.spreadsheet import restore_formula
from pipeline.problems import PipelineError, Place, Problem, Rule

# A cell in quotation marks, or without them; then the delimiter or the end of the line.
_CELL = r'(?:"([^"]*(?:""[^"]*)*)"|((?!")[^%s\n]*))(%s|\n)'
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])")
_QUOTED = re.compile(r'"[^"]*"')
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_Row = Sequence[DataCell]


def read_csv(file: str, content: bytes) -> list[_Row]:
    """Read one file. Raises PipelineError with all its problems."""
    text = _read_text(file, content)
    if not text.strip():
        message = "the file is empty"
        hint = "export the data again, with column names in the first line"
        raise PipelineError(Problem(Rule.EMPTY_FILE, Place(file, 1, 1), message, hint))
    head_line = text.partition("\n")[0]
    separator = _SEPARATOR_LINE.fullmatch(head_line.strip(" "))
    count = _QUOTED.sub("", head_line).count
    delimiter = separator[1] if separator else max(",;\t", key=count)
    records = _read_records(file, text, delimiter)[bool(separator) :]
    head, *body = records[next((n for n, row in enumerate(records) if row), 0) :] or [[]]
    if problems := list(_check_lengths(head, body, delimiter)):
        raise PipelineError(*problems)
    return [head, *(row[: len(head)] for row in body)]


def _read_text(file: str, content: bytes) -> str:
    """Decode UTF-8 or UTF-16; name the probable encoding of another file."""
    if content.startswith(_UTF_16):
        with suppress(UnicodeDecodeError):
            content = content.decode("utf-16").encode()
    try:
        return read_text(file, content)
    except PipelineError as error:
        (problem,) = error.problems
        if problem.rule is Rule.FILE_ENCODING:
            probable = _probable_encoding(content)
            message = problem.message + (f"; it is probably {probable}" if probable else "")
            hint = 'export it again: "CSV UTF-8" in Excel, "Unicode (UTF-8)" in LibreOffice'
            raise PipelineError(replace(problem, message=message, hint=hint)) from None
        raise


def _probable_encoding(content: bytes) -> str:
    """Guess an encoding by its letters beyond ASCII, which are words of one script.

    "" if they stand alone, as in Latin letters: the many encodings of these are alike.
    """
    if content.startswith(_UTF_16):
        return "UTF-16, and damaged"
    words = b"".join(re.findall(rb"[\x80-\x9f\xa1-\xff]{2,}", content))
    if len(words) < len(re.findall(rb"[\x80-\x9f\xa1-\xff]", content)) / 2:
        return ""
    if re.fullmatch("[\u0600-\u06ff]+", words.decode("cp1256")):
        return "Windows-1256 (Arabic)"
    # The first byte of each common Chinese letter; small Cyrillic ones are above.
    if len(re.findall(rb"[\xb0-\xd7][\xa1-\xfe]", words)) > len(words) / 3:
        return "GB 18030 (Chinese)"
    return "Windows-1251 (Cyrillic)"


def _read_records(file: str, text: str, delimiter: str) -> list[list[DataCell]]:
    """Split a text into records of cells, by RFC 4180; one without text is empty."""
    pattern = re.compile(_CELL % (delimiter, delimiter))
    text = text if text.endswith("\n") else f"{text}\n"
    records: list[list[DataCell]] = []
    record: list[DataCell] = []
    position = line_start = 0
    line = 1
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            place = Place(file, record[0].place.line if record else line, 1)
            message = "the quotation mark opened here is not closed properly"
            hint = "export the file again, or delete the quotation mark"
            raise PipelineError(Problem(Rule.CHART_DATA, place, message, hint))
        place = Place(file, line, position - line_start + 1)
        quoted, plain, end = match.groups()
        value = plain if quoted is None else quoted.replace('""', '"')
        value = restore_formula(without_invisible(value).strip())
        record.append(DataCell(value, place))
        position = match.end()
        if end == "\n":
            records.append(record if any(cell.text for cell in record) else [])
            record = []
        if newlines := match[0].count("\n"):
            line, line_start = line + newlines, text.rindex("\n", 0, position) + 1
    if long := [c for cells in records for c in cells if len(c.text) > MAX_CHARACTERS]:
        raise PipelineError(*(text_length_problem(c.place, len(c.text)) for c in long))
    return records


def _check_lengths(head: _Row, body: Sequence[_Row], delimiter: str) -> Iterator[Problem]:
    """Report lines that are longer or shorter than the first one.

    Between commas every column with text needs a name, because "61,2" without quotation
    marks would be read as 61. With another delimiter, more empty cells may end a line.
    """
    for number, cell in enumerate(head if delimiter == "," else ()):
        if not cell.text and any(row[number].text for row in body if len(row) > number):
            hint = "give each column a name of its own in the first line"
            yield cell.problem("a column has no name", hint)
    for row in filter(None, body):
        has_more = len(row) > len(head)
        is_trailing = delimiter != "," and not any(c.text for c in row[len(head) :])
        if len(row) == len(head) or (has_more and is_trailing):
            continue
        message = f"the line has {'more' if has_more else 'fewer'} cells than the first "
        message += f"line: {len(row)}, not {len(head)}"
        hint = "every line needs the same number of cells"
        hint += "; put a decimal comma in quotation marks" if has_more else ""
        place = Place(row[0].place.file, row[0].place.line, 1)
        yield Problem(Rule.CHART_DATA, place, message, hint)
