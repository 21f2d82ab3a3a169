"""Explain errors of the YAML parser, and mistakes that YAML accepts, to an author.

A problem has the place of the mistake, which is often above the place where the parser
stopped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import yaml

from pipeline.problems import Place, Problem, Rule
from pipeline.yaml_layout import colon_problem, layout_problem, quote_problem

_NUMBER_WITH_COMMAS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+", re.ASCII)
# Characters that YAML reserves, at a place where a value may begin.
_SPECIAL_START = re.compile(r"(?:^\s*|: +|- +)([@`%&*!|>\[{])")
# A line with a key and a text that needs only quotation marks around it.
_UNQUOTED = re.compile(r" *(?:- )*([\w-]+: )([^\s\"'\\#{}\[\]|>&*!%@`][^\"\\#]{,100}?) *")
# Reports of the parser that a character of `_SPECIAL_START` can cause.
_START_REPORTS = ("cannot start any token", "alias", "anchor", "tag", "expected")


@dataclass(frozen=True)
class _ParserError:
    """Where the parser stopped, what it reported, and where its context began."""

    lines: Sequence[str]
    place: Place
    report: str
    context: Place | None

    @property
    def before(self) -> str:
        return self.line(self.place.line)[: self.place.column - 1]

    def line(self, number: int) -> str:
        """One line; "" past the end of the file, where the parser may place an error."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def syntax_problem(file: str, lines: Sequence[str], error: yaml.MarkedYAMLError) -> Problem:
    """Explain why the parser stopped."""
    mark = error.problem_mark or error.context_mark
    place = place_of(file, mark) if mark else Place(file)
    context = place_of(file, error.context_mark) if error.context_mark else None
    report = f"{error.context or ''} {error.problem or ''}"
    parser_error = _ParserError(lines, place, report, context)
    if "single document" in report:
        message = 'a line "---" begins a second document'
        return Problem(Rule.YAML_DOCUMENTS, place, message, "keep one document in a file")
    for explain in (
        _explain_tab,
        _explain_comma,
        lambda _: layout_problem(file, lines, place.line),
        _explain_colon,
        _explain_quote,
        _explain_first_character,
    ):
        if problem := explain(parser_error):
            return problem
    hint = "check the lines above: indentation (two spaces a level), quotation marks, "
    hint += 'and "- " before each item of a list'
    return Problem(Rule.YAML_SYNTAX, place, "the file cannot be read from here on", hint)


def place_of(file: str, mark: yaml.Mark) -> Place:
    """Convert a mark of the parser, which counts from 0."""
    return Place(file, mark.line + 1, mark.column + 1)


def _explain_tab(error: _ParserError) -> Problem | None:
    line = error.line(error.place.line)
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" not in indent:
        return None
    place = Place(error.place.file, error.place.line, indent.index("\t") + 1)
    hint = "use spaces, two for each level"
    return Problem(Rule.YAML_TAB, place, "the line is indented with a tab", hint)


def _explain_comma(error: _ParserError) -> Problem | None:
    rest = error.line(error.place.line)[error.place.column - 1 :]
    if not (rest.startswith(",") and re.search(r"[\[,] *$", error.before)):
        return None
    message = "there is nothing before this comma"
    hint = 'write "" for an empty cell, or delete the comma'
    return Problem(Rule.YAML_SYNTAX, error.place, message, hint)


def _explain_colon(error: _ParserError) -> Problem | None:
    if "mapping values are not allowed" not in error.report:
        return None
    above = error.place.line - 1
    if key := re.match(r" *(?:- )?([\w-]+:)[^ ]", error.line(above)):
        place = Place(error.place.file, above, key.end(1) + 1)
        return colon_problem(place, f"write {key[1]} and a space before the text")
    if ": " in error.before:
        message = 'a colon and a space (": ") inside text without quotation marks'
        value = _UNQUOTED.fullmatch(error.line(error.place.line))
        example = f'{value[1]}"{value[2]}"' if value else 'title: "Trade: what it does"'
        hint = f"put the whole text in quotation marks: {example}"
        if mark := re.search(r"(?:: |- ) *([“”„])", error.before):
            hint = f'replace {mark[1]} and its partner by straight quotation marks: "…"'
    else:
        message = "a key inside the text of the line above"
        hint = "if it is a key, indent it like the key above; if it is text, put the whole "
        hint += "text in quotation marks or after >"
    return Problem(Rule.YAML_COLON, error.place, message, hint)


def _explain_quote(error: _ParserError) -> Problem | None:
    if error.context and "quoted scalar" in error.report:
        return quote_problem(error.context)
    before = error.before.rstrip(" ")
    if not before.endswith(("'", '"')) or "expected" not in error.report:
        return None
    # Where the text that ends with this mark begins. One pattern for both ends would look
    # for the end from each beginning, in a time that grows with the square.
    match = re.search(rf"(?:: |- ) *({before[-1]})", before[:-1])
    return quote_problem(replace(error.place, column=match.start(1) + 1)) if match else None


def _explain_first_character(error: _ParserError) -> Problem | None:
    if not any(text in error.report for text in _START_REPORTS):
        return None
    # The parser may notice only on the next line that a "[" began a text.
    for number in (error.place.line, error.place.line - 1):
        line = error.line(number)
        if match := _SPECIAL_START.search(line):
            # Text after a closing bracket: it was no list, but "[phrase] more".
            is_text = re.search(r"[\]}]\s*[^\s\]},#]", line)
            if match[1] in "[{" and ("flow" in error.report or not is_text):
                return None  # it is a list or keys after all, with a mistake inside
            place = Place(error.place.file, number, match.start(1) + 1)
            return first_character_problem(place, match[1])
    return None


def first_character_problem(place: Place, character: str) -> Problem:
    """Report text without quotation marks that begins with a character of YAML."""
    message = f'text that begins with "{character}" needs quotation marks'
    hint = f'write "{character}…" with quotation marks around the whole text'
    return Problem(Rule.YAML_FIRST_CHARACTER, place, message, hint)


def comma_problem(place: Place, key: str, parts: Sequence[str]) -> Problem:
    """Report text in braces that its commas split into `parts`."""
    number = ",".join(parts)
    is_decimal = len(parts) == 2 and number.replace(",", "", 1).isdecimal()
    message = f'"{parts[1]}" after the comma is read as a key of its own'
    hint = f'put the whole text in quotation marks: {key}: "{", ".join(parts)}"'
    if _NUMBER_WITH_COMMAS.fullmatch(number):
        hint = f"write the number without a comma: {key}: {number.replace(',', '')}"
    elif is_decimal:
        hint = f"write a point for decimals: {key}: {'.'.join(parts)}"
    return Problem(Rule.YAML_COMMA, place, message, hint)
