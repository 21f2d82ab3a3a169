"""Turn YAML text into plain values, each with its line and column.

In: the bytes of one file. Out: a `Source`, whose `value` holds only dict, list, str and
None. Every scalar stays the text that was typed (`no`, `2017-03`, `1.10`); the model
converts it. None is a value left empty. Rejected, each with its own message: bytes that
are not UTF-8, tabs as indentation, tags, a key twice in one mapping, and whatever exceeds
the limits below.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import yaml

from pipeline.content.pasted_text import pasted_problems, without_invisible
from pipeline.model.cjk import join_lines
from pipeline.model.fields import FieldPath
from pipeline.model.normalization import compose
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.yaml_errors import (
    comma_problem,
    first_character_problem,
    place_of,
    syntax_problem,
)
from pipeline.yaml_layout import colon_problem, layout_problem

Value = dict[str, "Value"] | list["Value"] | str | None
_Pair = tuple[yaml.nodes.Node, yaml.nodes.Node]

MAX_BYTES = 1024 * 1024
# A brief needs eight levels. Recursion over nodes overflows Python's stack near 990.
MAX_DEPTH = 50
# The longest text of a real brief has 2,000 characters. The time to parse Markdown can grow
# with the square of the length: 20,000 brackets take 2 s.
MAX_CHARACTERS = 20_000
# The longest real brief has about 900 values. Aliases inside aliases grow exponentially.
MAX_VALUES = 20_000

# Invisible characters; some end a line in one program and not in another. The last two
# override the writing direction, so that a reader sees other words than those in the file.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\u202d\u202e]"
)
# A value inside quotation marks of a word processor, with no others inside.
_IN_CURLY = re.compile('([“”„])[^“”„]*([“”"])', re.DOTALL)
# In braces: a key whose colon is not followed by a space, and which is no web address.
_KEY_WITHOUT_SPACE = re.compile(r"([A-Za-z][\w-]*:)(?!//)([^\s:].*)")
# A comment that was probably intended as text: "#1".
_COMMENT_LIKE_TEXT = re.compile(r" +(#[^\s#!-]\S*)")
# In a folded text, a single line end: the author typed one empty line.
_ONE_LINE_END = re.compile(r"[^\n]\n[^\n]")
# The characters after a text in braces if the text is not a key.
_NO_COLON = re.compile(r"\s*([,}]|$)")
_ANCHOR, _ALIAS, _NOTE = map(re.compile, (r"&([\w-]+)", r"\*([\w-]+)", r"\[\^"))
_DEFAULT_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq")}


class _TextLoader(yaml.CSafeLoader):
    """PyYAML's C parser without type detection: `no` and `2017-03` stay text."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 – the way that PyYAML documents


@dataclass(frozen=True)
class Span:
    """The place of a value: its key (for a list item: its own start), start, last line."""

    key: Place
    start: Place
    last_line: int


@dataclass(frozen=True)
class Source:
    """One YAML file: its values, and the place of each."""

    file: str
    text: str
    value: Value
    spans: Mapping[FieldPath, Span] = field(repr=False)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file, split once for all searches."""
        return self.text.split("\n")

    def key_place(self, path: FieldPath) -> Place:
        """The place of a value's key; for an unknown path, that of its nearest parent."""
        return self._span_of(path).key

    def place(self, path: FieldPath) -> Place:
        """The place where a value begins; for an unknown path, its nearest parent's."""
        return self._span_of(path).start

    def find(self, path: FieldPath, snippet: str, line: int = 0) -> Place:
        """The place of a snippet inside a value; if it is not found, the value's place.

        The search begins at `line` of the value, counted from 0.
        """
        span = self._span_of(path)
        last = min(span.last_line, len(self.lines))
        for number in range(span.start.line + line, last + 1):
            offset = span.start.column - 1 if number == span.start.line else 0
            column = self.lines[number - 1].find(snippet, offset)
            if column >= 0:
                return Place(self.file, number, column + 1)
        return span.start

    def walk(self) -> Iterator[tuple[FieldPath, Value]]:
        """Return every value with its path, in the order of the file."""
        return _walk_values(self.value, ())

    def _span_of(self, path: FieldPath) -> Span:
        while path and path not in self.spans:
            path = path[:-1]
        return self.spans.get(path, Span(Place(self.file), Place(self.file), 0))


def _walk_values(value: Value, path: FieldPath) -> Iterator[tuple[FieldPath, Value]]:
    yield path, value
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _walk_values(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _walk_values(child, (*path, index))


def read_yaml(file: str, data: bytes) -> tuple[Source | None, list[Problem]]:
    """Parse one file. The Source is None when an error makes the whole file unreadable."""
    try:
        text = read_text(file, data)
        node = yaml.compose(text, Loader=_TextLoader)
        if node is None:
            hint = "write its keys, or delete the file"
            place = Place(file, 1, 1)
            return None, [Problem(Rule.EMPTY_FILE, place, "the file is empty", hint)]
        reader = _YamlReader(file, text)
        value = reader.read(node, (), place_of(file, node.start_mark))
    except PipelineError as error:
        return None, [*error.problems]
    except yaml.MarkedYAMLError as error:
        if "maximum nesting depth" not in str(error.problem):
            return None, [syntax_problem(file, text.split("\n"), error)]
        mark = error.problem_mark
        return None, [_depth_problem(place_of(file, mark) if mark else Place(file))]
    except RecursionError:
        return None, [_depth_problem(Place(file, 1, 1))]
    problems = [*reader.problems, *pasted_problems(file, text)]
    return Source(file, text, value, reader.spans), problems


def nodes_in(text: str) -> dict[FieldPath, yaml.Node]:
    """Return the nodes of a text that `read_yaml` accepts, by path, with their places."""
    root = yaml.compose(text, Loader=_TextLoader)
    return dict(_walk_nodes(root, ())) if root else {}


def _walk_nodes(node: yaml.Node, path: FieldPath) -> Iterator[tuple[FieldPath, yaml.Node]]:
    yield path, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _walk_nodes(value, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _walk_nodes(value, (*path, index))


def read_text(file: str, data: bytes) -> str:
    """Decode UTF-8 with any line ends, with or without a BOM, and normalize to NFC.

    Raises PipelineError for other bytes, control characters, and files over the limit.
    """
    if len(data) > MAX_BYTES:
        raise PipelineError(file_size_problem(file, len(data)))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode("utf-8-sig", "replace")) + 1
        place, message = Place(file, line, column), "the file is not UTF-8 text"
        hint = 'save it again and choose the encoding "UTF-8"'
        raise PipelineError(Problem(Rule.FILE_ENCODING, place, message, hint)) from None
    text = compose(text.replace("\r\n", "\n").replace("\r", "\n"))
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        raise PipelineError(_control_character_problem(Place(file, line, column), match[0]))
    return text


def text_problem(place: Place, text: str) -> Problem | None:
    """Report a text that is too long or has an invisible character."""
    if len(text) > MAX_CHARACTERS:
        return text_length_problem(place, len(text))
    match = _CONTROL.search(text)
    return _control_character_problem(place, match[0]) if match else None


def _control_character_problem(place: Place, character: str) -> Problem:
    message = f"an invisible control character (U+{ord(character):04X})"
    hint = "delete it; text pasted from another program often contains such characters"
    return Problem(Rule.CONTROL_CHARACTER, place, message, hint)


def file_size_problem(file: str, size: int) -> Problem:
    """Report a file of more than `MAX_BYTES`."""
    message = f"the file is larger than 1 MiB ({size:,} bytes)"
    if not file.endswith((".yaml", ".yml")):
        hint = "keep only what the brief shows or cites"
        return Problem(Rule.FILE_SIZE, Place(file), message, hint)
    hint = "put data and pictures into files of their own, beside it"
    return Problem(Rule.FILE_SIZE, Place(file, 1, 1), message, hint)


def text_length_problem(place: Place, length: int) -> Problem:
    """Report a text of more than `MAX_CHARACTERS`."""
    message = f"the text has {length:,} characters; the limit is {MAX_CHARACTERS:,}"
    hint = "divide it; a whole brief has fewer"
    return Problem(Rule.TEXT_LENGTH, place, message, hint)


def _depth_problem(place: Place) -> Problem:
    message = f"lists and keys are nested deeper than {MAX_DEPTH} levels"
    hint = "a brief needs eight; look for repeated brackets or growing indentation"
    return Problem(Rule.YAML_DEPTH, place, message, hint)


class _YamlReader:
    """Convert the nodes of a file to plain values; collect their spans and problems.

    A file over a limit raises PipelineError; other problems in it are not reported.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        # With a line below the last one, where the mark of the end of a file may be.
        self.lines = [*text.split("\n"), ""]
        self.aliases = frozenset(_ALIAS.findall(text))
        self.spans: dict[FieldPath, Span] = {}
        self.problems: list[Problem] = []

    def read(self, node: yaml.nodes.Node, path: FieldPath, key: Place) -> Value:
        start = place_of(self.file, node.start_mark)
        self.spans[path] = Span(key, start, self._last_line(node))
        if len(path) > MAX_DEPTH:
            raise PipelineError(_depth_problem(start))
        if len(self.spans) > MAX_VALUES:
            message = f"the file holds more than {MAX_VALUES:,} values"
            hint = "aliases (&name and *name) repeat values; write these out"
            raise PipelineError(Problem(Rule.YAML_ALIASES, start, message, hint))
        # A lone "!" is a tag too, although the parser gives the node none.
        if node.tag not in _DEFAULT_TAGS or self._letter_at(node.start_mark) == "!":
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            tag = "!" if node.tag in _DEFAULT_TAGS else tag
            message = f'"{tag}" is a YAML tag, which briefs do not support'
            hint = "put the text in quotation marks if it should begin with !"
            self._report(Rule.YAML_TAG, start, message, hint)
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [
                self.read(child, (*path, index), place_of(self.file, child.start_mark))
                for index, child in enumerate(node.value)
            ]
        return self._read_text(node, start)

    def _report(self, rule: Rule, place: Place, message: str, hint: str) -> None:
        self.problems.append(Problem(rule, place, message, hint))

    def _read_text(self, node: yaml.nodes.Node, start: Place) -> str | None:
        if len(node.value) > MAX_CHARACTERS:
            raise PipelineError(text_length_problem(start, len(node.value)))
        text = without_invisible(join_lines(str(node.value), self._lines_of(node)))
        # Inside quotation marks it can also be an escape: "\0".
        if match := _CONTROL.search(text):
            self.problems.append(_control_character_problem(start, match[0]))
        style = getattr(node, "style", None)
        if style not in ("|", "'", '"') and _ONE_LINE_END.search(node.value.strip()):
            self._check_paragraphs(node)
        if style:
            return text
        # A scalar without style has no quotation marks: when empty, nothing was typed.
        self._check_comment(node.end_mark)
        anchor = self._match_at(_ANCHOR, node.start_mark)
        if match := _IN_CURLY.fullmatch(text):
            message = f"the quotation marks {match[1]} and {match[2]} are printed"
            hint = "delete them; to print them, put straight ones around the whole text"
            self._report(Rule.CURLY_QUOTES, start, message, hint)
        # In "&Co and friends" YAML reads the text "and friends", named Co.
        if anchor and anchor[1] not in self.aliases:
            self.problems.append(first_character_problem(start, "&"))
        return text or None

    def _lines_of(self, node: yaml.Node) -> list[str]:
        """The lines of a folded value, without the opening quotation mark."""
        if node.start_mark.line == node.end_mark.line:
            return []  # not folded; copying a line of thousands of values would be slow
        opened = self._letter_at(node.start_mark) in ("'", '"')
        first = self.lines[node.start_mark.line][node.start_mark.column + opened :]
        return [first, *self.lines[node.start_mark.line + 1 : self._last_line(node)]]

    def _check_paragraphs(self, node: yaml.nodes.Node) -> None:
        """Report an empty line that YAML reads as a line break, not as a new paragraph."""
        first = node.start_mark.line + 1
        lines = self.lines[first : self._last_line(node)]
        while lines and not lines[-1].strip():
            lines.pop()
        if blank := next(
            (n for n, line in enumerate(lines, first + 1) if not line.strip()), 0
        ):
            message = "the empty line does not begin a new paragraph"
            hint = 'write "|" after the key, and the text in the lines below it'
            self._report(Rule.YAML_PARAGRAPHS, Place(self.file, blank, 1), message, hint)

    def _letter_at(self, mark: yaml.Mark) -> str:
        return self.lines[mark.line][mark.column : mark.column + 1]

    def _match_at(self, pattern: re.Pattern[str], mark: yaml.Mark) -> re.Match[str] | None:
        """Match the rest of a line, without copying the line."""
        return pattern.match(self.lines[mark.line], mark.column)

    def _check_comment(self, end: yaml.Mark) -> None:
        """Report "We are #1": YAML reads "#1" as a comment, and drops it."""
        if match := self._match_at(_COMMENT_LIKE_TEXT, end):
            place = Place(self.file, end.line + 1, match.start(1) + 1)
            message = f'from "{match[1]}" on, the line is a comment'
            message += " and would not be printed"
            hint = "put the text in quotation marks; begin a comment with # and a space"
            self._report(Rule.YAML_COMMENT, place, message, hint)

    def _read_mapping(self, node: yaml.MappingNode, path: FieldPath) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for key_node, value_node in self._read_pairs(node):
            place = place_of(self.file, key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                message = "a key must be a word, not a list or another set of keys"
                hint = "put quotation marks around text that begins with [ or {"
                problem = Problem(Rule.WRONG_TYPE, place, message, hint)
                if self._match_at(_NOTE, key_node.start_mark):  # text that is not indented
                    shifted = layout_problem(self.file, self.lines, place.line)
                    raise PipelineError(shifted or problem)
                self.problems.append(problem)
            elif (key := str(key_node.value)) in values:
                first = self.spans[(*path, key)].key.line
                message = f'"{key}" is already used in line {first}'
                self._report(Rule.DUPLICATE_KEY, place, message, "keep one of the two")
            else:
                values[key] = self.read(value_node, (*path, key), place)
        return values

    def _read_pairs(self, node: yaml.MappingNode) -> Iterator[_Pair]:
        """Yield the pairs; report {en: Trade, work}, where YAML reads "work" as a key."""
        texts: list[list[_Pair]] = []
        for pair in node.value:
            if node.flow_style and (split := self._split_glued(pair)):
                texts.append([split])
            elif texts and node.flow_style and self._is_rest_of_text(texts[-1][0], pair):
                texts[-1].append(pair)
            else:
                texts.append([pair])
        for (key, value), *rest in texts:
            yield key, value
            if rest:
                parts = [str(value.value), *(str(part.value) for part, _ in rest)]
                place = place_of(self.file, rest[0][0].start_mark)
                self.problems.append(comma_problem(place, str(key.value), parts))

    def _split_glued(self, pair: _Pair) -> _Pair | None:
        """Split {en:120} into key and value: YAML reads one key, without a value."""
        key, value = pair
        match = _KEY_WITHOUT_SPACE.fullmatch(str(key.value)) if _is_plain(key) else None
        if not match or not _is_plain(value) or value.value:
            return None
        place = place_of(self.file, key.start_mark)
        place = replace(place, column=place.column + match.end(1))
        self.problems.append(colon_problem(place, f"write {match[1]} {match[2]}"))
        marks = key.start_mark, key.end_mark
        name = yaml.ScalarNode(key.tag, match[1].removesuffix(":"), *marks)
        return name, yaml.ScalarNode(key.tag, match[2], *marks)

    def _is_rest_of_text(self, before: _Pair, pair: _Pair) -> bool:
        is_text = all(isinstance(node, yaml.ScalarNode) for node in (*before, pair[0]))
        has_no_colon = self._match_at(_NO_COLON, pair[0].end_mark) is not None
        return is_text and bool(before[1].value) and has_no_colon

    def _last_line(self, node: yaml.Node) -> int:
        # A block's end mark is at the start of the line after it.
        end, first = node.end_mark, int(node.start_mark.line) + 1
        return int(end.line) + 1 if end.column else max(int(end.line), first)


def _is_plain(node: yaml.Node) -> bool:
    """Whether a node is text without quotation marks, or nothing at all."""
    return isinstance(node, yaml.ScalarNode) and not node.style
