"""Turn YAML text into plain values that know their line and column.

Shape in: the bytes of one file. Shape out: a `Source`, whose `value` holds only dict,
list, str and None. Every scalar stays the text that was typed (`no`, `2017-03`, `1.10`);
the model converts. None stands for a value left empty. Refused, each with its own
message: what is not UTF-8, over 1 MiB, nested deeper than 50, indented with tabs, tagged,
said twice, a text of more than 20,000 letters.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import yaml

from pipeline.model.cjk import join_lines
from pipeline.problems import Place, Problem, Rule

Value = dict[str, "Value"] | list["Value"] | str | None
Path = tuple[str | int, ...]
_Pair = tuple[yaml.nodes.Node, yaml.nodes.Node]

MAX_BYTES = 1024 * 1024
# A brief needs eight levels. A walk over nodes overflows Python's stack near 990.
MAX_DEPTH = 50
# The longest text of a real brief has 2,000 letters. Some text takes a time that grows with
# the square of its length to read as Markdown: 20,000 brackets take 2 s.
MAX_LETTERS = 20_000
# The longest real brief has about 900 values; aliases could otherwise multiply for ever.
MAX_VALUES = 20_000

# Invisible, and some of them end a line for one program and not for another.
# The last two of the line below make a reader see other words than those that are there.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\u202d\u202e]"
)
# Between braces: a key whose colon no space follows, and which is no web address.
_GLUED = re.compile(r"([A-Za-z][\w-]*:)(?!//)([^\s:].*)")
_LETTER = re.compile(".")
_NO_COMMENT = re.compile(r" +(#[^\s#!-]\S*)")
# What follows a text in braces when it is no key.
_NO_COLON = re.compile(r"\s*([,}]|$)")
_ANCHOR, _ALIAS = re.compile(r"&([\w-]+)"), re.compile(r"\*([\w-]+)")
_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+", re.ASCII)
_TEXT_TAG = "tag:yaml.org,2002:str"
_DEFAULT_TAGS = {_TEXT_TAG, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


class _TextLoader(yaml.CSafeLoader):
    """PyYAML's C parser without any guess at types: `no` and `2017-03` stay text."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 – PyYAML's own way to say "none"


@dataclass(frozen=True)
class Span:
    """Where a value stands: its key (itself for a list item), its first and last line."""

    key: Place
    start: Place
    last_line: int


@dataclass(frozen=True)
class Source:
    """One YAML file: its values, and where each of them stands."""

    file: str
    text: str
    value: Value
    spans: Mapping[Path, Span] = field(repr=False)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file: parted once, for all that is sought in them."""
        return self.text.split("\n")

    def key_place(self, path: Path) -> Place:
        """Where the key of a value stands; for a path unknown here, its nearest parent."""
        return self._span(path).key

    def place(self, path: Path) -> Place:
        """Where a value begins; for a path unknown here, its nearest parent."""
        return self._span(path).start

    def has(self, path: Path) -> bool:
        """Whether the file says anything at a path."""
        return path in self.spans

    def find(self, path: Path, snippet: str, line: int = 0) -> Place:
        """Where a piece of text stands inside a value; where the value begins if unsure.

        `line` counts from the beginning of the value: the snippet is not before it.
        """
        span = self._span(path)
        last = min(span.last_line, len(self.lines))
        for number in range(span.start.line + line, last + 1):
            offset = span.start.column - 1 if number == span.start.line else 0
            column = self.lines[number - 1].find(snippet, offset)
            if column >= 0:
                return Place(self.file, number, column + 1)
        return span.start

    def walk(self) -> Iterator[tuple[Path, Value]]:
        """Go through every value with its path, in the order of the file."""
        return _walk(self.value, ())

    def _span(self, path: Path) -> Span:
        for length in range(len(path), -1, -1):
            if path[:length] in self.spans:
                return self.spans[path[:length]]
        return Span(Place(self.file), Place(self.file), 0)


def _walk(value: Value, path: Path) -> Iterator[tuple[Path, Value]]:
    yield path, value
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _walk(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _walk(child, (*path, index))


def read_yaml(file: str, data: bytes) -> tuple[Source | None, list[Problem]]:
    """Read one file. Problems come with the Source when the rest is still readable."""
    text, problems = read_text(file, data)
    if text is None:
        return None, problems
    try:
        node = yaml.compose(text, Loader=_TextLoader)
    except yaml.MarkedYAMLError as error:
        return None, [_syntax_problem(file, text, error)]
    except RecursionError:
        return None, [_too_deep(Place(file))]
    if node is None:
        hint = "write its keys, or delete the file"
        return None, [Problem(Rule.EMPTY_FILE, Place(file), "the file is empty", hint)]
    reading = _YamlReader(file, text)
    try:
        value = reading.value_of(node, (), _place(file, node.start_mark))
    except _LimitExceeded as error:
        return None, [error.problem]
    source = Source(file, text, value, reading.spans)
    return source, reading.problems


def read_text(file: str, data: bytes) -> tuple[str | None, list[Problem]]:
    """Decode a file of an author: UTF-8 with or without BOM, lines ended by any system."""
    if len(data) > MAX_BYTES:
        return None, [too_large(file, len(data))]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode("utf-8-sig", "replace")) + 1
        verb = "export" if file.endswith(".csv") else "save"
        return None, [
            Problem(
                Rule.FILE_ENCODING,
                Place(file, line, column),
                "the file is not UTF-8 text",
                f'{verb} it again and choose the encoding "UTF-8"',
            )
        ]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
        return None, [_control_character(Place(file, line, column), match[0])]
    return text, []


def _control_character(place: Place, character: str) -> Problem:
    return Problem(
        Rule.CONTROL_CHARACTER,
        place,
        f"an invisible control character (U+{ord(character):04X})",
        "delete it; it often comes with text pasted from another program",
    )


def too_large(file: str, size: int) -> Problem:
    """Refuse a file over `MAX_BYTES`."""
    return Problem(
        Rule.FILE_SIZE,
        Place(file),
        f"the file is larger than 1 MiB ({size:,} bytes)",
        "keep data in CSV files and pictures in picture files beside it",
    )


def _place(file: str, mark: yaml.Mark) -> Place:
    return Place(file, mark.line + 1, mark.column + 1)


def _too_deep(place: Place) -> Problem:
    return Problem(
        Rule.YAML_DEPTH,
        place,
        f"lists and keys are nested deeper than {MAX_DEPTH} levels",
        "a brief needs eight; look for brackets or indentation that go on and on",
    )


def _too_many(place: Place) -> Problem:
    return Problem(
        Rule.YAML_ALIASES,
        place,
        f"the file holds more than {MAX_VALUES:,} values",
        "repetitions (&name and *name) may multiply; write them out",
    )


def too_long(place: Place, letters: int) -> Problem:
    """Refuse a text of more than `MAX_LETTERS`."""
    return Problem(
        Rule.TEXT_LENGTH,
        place,
        f"the text has {letters:,} letters; the limit is {MAX_LETTERS:,}",
        "divide it; a whole brief has fewer",
    )


class _LimitExceeded(Exception):
    """The file is too deep or too long: nothing else in it is worth reporting."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _YamlReader:
    """One walk over the nodes of a file: plain values, their spans, what is wrong."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.lines = text.split("\n")
        self.aliases = frozenset(_ALIAS.findall(text))
        self.spans: dict[Path, Span] = {}
        self.problems: list[Problem] = []

    def value_of(self, node: yaml.nodes.Node, path: Path, key: Place) -> Value:
        start = _place(self.file, node.start_mark)
        self.spans[path] = Span(key, start, self._last_line(node))
        if len(path) > MAX_DEPTH:
            raise _LimitExceeded(_too_deep(start))
        if len(self.spans) > MAX_VALUES:
            raise _LimitExceeded(_too_many(start))
        # A lone "!" is a tag too, though the parser gives the node none.
        if node.tag not in _DEFAULT_TAGS or self._letter_at(node.start_mark) == "!":
            tag = "!" if node.tag in _DEFAULT_TAGS else _short_tag(node.tag)
            self.problems.append(
                Problem(
                    Rule.YAML_TAG,
                    start,
                    f'"{tag}" is a YAML tag, and briefs have none',
                    "put the text in quotation marks if it should begin with !",
                )
            )
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [
                self.value_of(child, (*path, index), _place(self.file, child.start_mark))
                for index, child in enumerate(node.value)
            ]
        if len(node.value) > MAX_LETTERS:
            raise _LimitExceeded(too_long(start, len(node.value)))
        text = join_lines(str(node.value), self._lines_of(node))
        # Between quotation marks it may also be written out: "\0".
        if match := _CONTROL.search(text):
            self.problems.append(_control_character(start, match[0]))
        if getattr(node, "style", None):
            return text
        # A plain scalar has no style: nothing was typed, not even quotation marks.
        self._check_comment(node.end_mark)
        self._check_anchor(node.start_mark, start)
        return text or None

    def _lines_of(self, node: yaml.Node) -> list[str]:
        """The lines of a value, without a quotation mark that opens it."""
        if node.start_mark.line == node.end_mark.line:
            return []  # it is not folded, and its line may hold thousands of values
        opened = self._letter_at(node.start_mark) in ("'", '"')
        first = self.lines[node.start_mark.line][node.start_mark.column + opened :]
        return [first, *self.lines[node.start_mark.line + 1 : self._last_line(node)]]

    def _letter_at(self, mark: yaml.Mark) -> str:
        match = self._match(_LETTER, mark)
        return match[0] if match else ""

    def _match(self, pattern: re.Pattern[str], mark: yaml.Mark) -> re.Match[str] | None:
        """Match what follows a mark on its line, of which no copy is made."""
        if mark.line >= len(self.lines):
            return None
        return pattern.match(self.lines[mark.line], mark.column)

    def _check_comment(self, end: yaml.Mark) -> None:
        """Notice "We are #1": to YAML the rest of the line is a comment, and lost."""
        if match := self._match(_NO_COMMENT, end):
            self.problems.append(
                Problem(
                    Rule.YAML_COMMENT,
                    Place(self.file, end.line + 1, match.start(1) + 1),
                    f'from "{match[1]}" on the line is a comment and would be lost',
                    "put the text in quotation marks; begin a comment with # and a space",
                )
            )

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for key_node, value_node in self._pairs(node):
            place = _place(self.file, key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(
                    Problem(
                        Rule.WRONG_TYPE,
                        place,
                        "a key must be a word, not a list or another set of keys",
                        "put quotation marks around text that begins with [ or {",
                    )
                )
                continue
            key = str(key_node.value)
            if key in values:
                self.problems.append(self._said_twice(key, (*path, key), place))
                continue
            values[key] = self.value_of(value_node, (*path, key), place)
        return values

    def _pairs(self, node: yaml.MappingNode) -> Iterator[_Pair]:
        """Notice {en: Trade, work}: to YAML "work" is a key of its own, left empty."""
        texts: list[list[_Pair]] = []
        for pair in node.value:
            if node.flow_style and (apart := self._glued_apart(pair)):
                texts.append([apart])
            elif texts and node.flow_style and self._is_rest_of_text(texts[-1][0], pair):
                texts[-1].append(pair)
            else:
                texts.append([pair])
        for (key, value), *rest in texts:
            yield key, value
            if rest:
                parts = [str(value.value), *(str(lost.value) for lost, _ in rest)]
                place = _place(self.file, rest[0][0].start_mark)
                self.problems.append(_comma_in_text(place, str(key.value), parts))

    def _glued_apart(self, pair: _Pair) -> _Pair | None:
        """Take {en:120} as it was meant: without a space YAML sees one key, left empty."""
        key, value = pair
        glued = _GLUED.fullmatch(str(key.value)) if _is_plain(key) else None
        if not glued or not _is_plain(value) or value.value:
            return None
        place = _place(self.file, key.start_mark)
        self.problems.append(
            Problem(
                Rule.YAML_COLON,
                replace(place, column=place.column + glued.end(1)),
                "there is no space after the colon of a key",
                f"write {glued[1]} {glued[2]}",
            )
        )
        marks = key.start_mark, key.end_mark
        name = yaml.ScalarNode(key.tag, glued[1].removesuffix(":"), *marks)
        return name, yaml.ScalarNode(key.tag, glued[2], *marks)

    def _is_rest_of_text(self, before: _Pair, pair: _Pair) -> bool:
        is_text = all(isinstance(node, yaml.ScalarNode) for node in (*before, pair[0]))
        has_no_colon = self._match(_NO_COLON, pair[0].end_mark) is not None
        return is_text and bool(before[1].value) and has_no_colon

    def _said_twice(self, key: str, path: Path, place: Place) -> Problem:
        first = self.spans[path].key
        return Problem(
            Rule.DUPLICATE_KEY,
            place,
            f'"{key}" is already there in line {first.line}',
            "keep one of the two",
        )

    def _last_line(self, node: yaml.Node) -> int:
        # A block's end mark stands at the start of the line after it.
        mark = node.end_mark
        return int(
            mark.line + 1 if mark.column else max(mark.line, node.start_mark.line + 1)
        )

    def _check_anchor(self, mark: yaml.Mark, start: Place) -> None:
        """Notice "&Co and friends": to YAML it names the text "and friends"."""
        match = self._match(_ANCHOR, mark)
        if match and match[1] not in self.aliases:
            self.problems.append(_needs_quotes(start, "&"))


def _short_tag(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def _syntax_problem(file: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    """Say in an author's words what the parser stumbled over."""
    mark = error.problem_mark or error.context_mark
    place = _place(file, mark) if mark else Place(file)
    said = f"{error.context or ''} {error.problem or ''}"
    explanations = (_depth, _tab, _comma, _colon, _open_quote, _documents, _first_character)
    for explain in explanations:
        if problem := explain(text, place, said, error):
            return problem
    return Problem(
        Rule.YAML_SYNTAX,
        place,
        "the file cannot be read from here on",
        "check the lines above: indentation (two spaces a level), quotation marks, "
        'and "- " before each item of a list',
    )


def _depth(
    text: str, place: Place, said: str, error: yaml.MarkedYAMLError
) -> Problem | None:
    return _too_deep(place) if "maximum nesting depth" in said else None


def _tab(text: str, place: Place, said: str, error: yaml.MarkedYAMLError) -> Problem | None:
    line = _line(text, place.line)
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" not in indent:
        return None
    return Problem(
        Rule.YAML_TAB,
        Place(place.file, place.line, indent.index("\t") + 1),
        "the line is indented with a tab",
        "use spaces, two for each level",
    )


def _comma(
    text: str, place: Place, said: str, error: yaml.MarkedYAMLError
) -> Problem | None:
    line = _line(text, place.line)
    before, rest = line[: place.column - 1], line[place.column - 1 :]
    if not (rest.startswith(",") and re.search(r"[\[,] *$", before)):
        return None
    return Problem(
        Rule.YAML_SYNTAX,
        place,
        "there is nothing before this comma",
        'write "" for an empty cell, or delete the comma',
    )


def _colon(
    text: str, place: Place, said: str, error: yaml.MarkedYAMLError
) -> Problem | None:
    if "mapping values are not allowed" not in said:
        return None
    before = _line(text, place.line)[: place.column - 1]
    if glued := re.match(r" *(?:- )?([\w-]+:)[^ ]", _line(text, place.line - 1)):
        return Problem(
            Rule.YAML_COLON,
            Place(place.file, place.line - 1, glued.end(1) + 1),
            "there is no space after the colon of a key",
            f"write {glued[1]} and a space before the text",
        )
    if ": " not in before:
        return Problem(
            Rule.YAML_COLON,
            place,
            "a key inside the text of the line above",
            "if it is a key, indent it like the key above; if it is text, put the whole "
            "text in quotation marks or after >",
        )
    return Problem(
        Rule.YAML_COLON,
        place,
        'a colon and a space (": ") inside text without quotation marks',
        'put the whole text in quotation marks: title: "Trade: what it does to jobs"',
    )


def _open_quote(
    text: str, place: Place, said: str, error: yaml.MarkedYAMLError
) -> Problem | None:
    opened = None
    if "quoted scalar" in said and error.context_mark:
        opened = _place(place.file, error.context_mark)
    elif "expected" in said:
        before = _line(text, place.line)[: place.column - 1]
        if match := re.search(r"(?:: |- ) *((['\"]).*\2) *$", before):
            opened = Place(place.file, place.line, match.start(1) + 1)
    if opened is None:
        return None
    return Problem(
        Rule.YAML_QUOTE,
        opened,
        "a quotation mark is opened here and not closed properly",
        "close it; inside \"…\" write \\\" for a quotation mark, inside '…' write ''",
    )


def _documents(
    text: str, place: Place, said: str, error: yaml.MarkedYAMLError
) -> Problem | None:
    if "single document" not in said:
        return None
    return Problem(
        Rule.YAML_DOCUMENTS,
        place,
        'a line "---" begins a second document',
        "keep one document in a file",
    )


def _first_character(
    text: str, place: Place, said: str, error: yaml.MarkedYAMLError
) -> Problem | None:
    # The parser may notice only on the next line that a "[" began a text.
    for number in (place.line, place.line - 1) if _is_about_a_start(said) else ():
        if match := next(_special_starts(_line(text, number)), None):
            if match[1] in "[{" and ("flow" in said or not _goes_on(text, number)):
                return None  # it is a list or keys after all, with a mistake inside
            return _needs_quotes(Place(place.file, number, match.start(1) + 1), match[1])
    return None


def _comma_in_text(place: Place, key: str, parts: list[str]) -> Problem:
    number = ",".join(parts)
    return Problem(
        Rule.YAML_COMMA,
        place,
        f'"{parts[1]}" after the comma is taken for a key of its own',
        f"write the number without a comma: {key}: {number.replace(',', '')}"
        if _THOUSANDS.fullmatch(number)
        else f'put the whole text in quotation marks: {key}: "{", ".join(parts)}"',
    )


def _is_plain(node: yaml.Node) -> bool:
    """Whether a node is text without quotation marks, or nothing at all."""
    return isinstance(node, yaml.ScalarNode) and not node.style


def _goes_on(text: str, number: int) -> bool:
    """Whether text follows a bracket on its line, so that it was no list: [phrase] more."""
    return bool(re.search(r"[\]}]\s*[^\s\]},#]", _line(text, number)))


def _needs_quotes(place: Place, character: str) -> Problem:
    return Problem(
        Rule.YAML_FIRST_CHARACTER,
        place,
        f'text that begins with "{character}" needs quotation marks',
        f'write "{character}…" with quotation marks around the whole text',
    )


def _line(text: str, number: int) -> str:
    """One line of the text; "" past its end, where the parser may place an error."""
    lines = text.split("\n")
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _special_starts(line: str) -> Iterator[re.Match[str]]:
    return re.finditer(r"(?:^\s*|: +|- +)([@`%&*!|>\[{])", line)


def _is_about_a_start(said: str) -> bool:
    return any(
        words in said
        for words in ("cannot start any token", "alias", "anchor", "tag", "expected")
    )
