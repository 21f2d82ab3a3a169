"""Find the line whose indentation, quotation mark or key made a YAML file unreadable.

The parser stops where it cannot continue, which may be lines below the mistake. This module
reads the lines up to that place as keys, items and texts at levels of indentation.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.model.fields import Strict
from pipeline.problems import Place, Problem, Rule

_LIST_ITEM = re.compile(r"-(?: +|$)")
_KEY = re.compile(
    r"""("[^"]*"|'[^']*'|[^\s"'\[\]{},#&*!|>%@`:-][^:]*(?::[^\s:][^:]*)*):(?: +(.*)|$)"""
)
_FIRST_WORD = re.compile(r"(?:- +)*([a-z_]+)")
_WRONG_LIST_MARK = re.compile(r"([–—−•·*◦▪‣●○\uf0a7\uf0b7]|[0-9]{1,2}[.)])\s+|-(?=\w)")
_CONFLICT_MARKER = re.compile(r"<{7}|={7}|>{7}")
_BLOCK_SCALAR = re.compile(r"[|>][-+0-9]*\s*(#.*)?")
_QUOTED_SCALAR = re.compile(r""""(?:\\.|[^"\\])*"|(?<!\w)'(?:''|[^'])*'""")
_UNCLOSED_QUOTE = re.compile(r"""(?<=[\[{:, ])["'].*""")


@dataclass(frozen=True)
class _Level:
    """The column of keys, or of the marks of items, and the first line with one there."""

    indent: int
    is_item: bool
    line: int = field(compare=False)


@dataclass
class _Value:
    """A value that may continue in the next line, or a key or item before its value."""

    kind: str  # "block", "plain", a quotation mark, "flow"; or "key", "item"
    parent: int  # the column of its key or item; its further lines are indented more
    place: Place  # where it begins
    start: str = ""  # of a key its name, of "plain" a first word like a key, else its line
    key: "_Value | None" = None  # its key, if the text begins in a line below the key
    indent: int = 0  # of a block: that of its first line
    depth: int = 0  # of "flow": brackets that are open


def layout_problem(file: str, lines: Sequence[str], last: int) -> Problem | None:
    """Find the first line, up to line `last`, that does not fit the lines above it."""
    reader = _LineReader(file)
    numbered = enumerate(lines[:last], 1)
    problem = next((p for n, line in numbered if (p := reader.read(n, line))), None)
    return problem or (reader.unclosed_problem() if last >= len(lines) else None)


def _known_keys() -> set[str]:
    # Imported only after an error; all models must exist before their keys are listed.
    from pipeline.model import brand, schema, session  # noqa: F401

    return _keys_of(Strict)


def _keys_of(model: type[Strict]) -> set[str]:
    return {*model.model_fields}.union(*map(_keys_of, model.__subclasses__()))


@dataclass
class _LineReader:
    file: str
    levels: list[_Level] = field(default_factory=list)
    open_value: _Value | None = None
    # A key, or the mark of an item, without a value in its line.
    pending: _Value | None = None
    keys: set[str] = field(default_factory=_known_keys)

    def read(self, number: int, line: str) -> Problem | None:
        indent = len(line) - len(line.lstrip(" "))
        rest = line.strip(" ")
        place = Place(self.file, number, indent + 1)
        if not rest:
            return None
        value = self.open_value
        if value and (value.kind in ('"', "'", "flow") or indent > value.parent):
            if value.kind != "block":
                return self._continue_value(value, place, rest)
            value.indent = value.indent or indent
            if indent >= value.indent:
                return None
        if rest.startswith(("#", "---", "%")):
            return None
        self.open_value = None
        return self._read_structure(place, rest, value)

    def _continue_value(self, value: _Value, place: Place, rest: str) -> Problem | None:
        """Read a line inside a value of several lines."""
        word = _FIRST_WORD.match(rest)
        is_key = word and word[1] in self.keys and rest[word.end() :][:1] == ":"
        if value.kind == "plain":
            is_item = self.levels[-1].is_item
            if is_key and is_item and value.start in self.keys:
                return self._no_colon_problem(value.place, value.start)
            is_below_key = not is_item and value.place.line == place.line - 1
            if is_key and is_below_key and not value.key:
                return self._indent_problem(place, rest)
            if value.key and value.key.start and re.search(r":(\s|$)", rest):
                message = f'the text of "{value.key.start}" has a colon, and "|" is missing'
                hint = f'write "{value.key.start}: |", and the text below it as it is'
                return Problem(Rule.YAML_COLON, value.key.place, message, hint)
            return None
        if value.kind == "flow":
            if rest.startswith("- ") or (is_key and place.column <= value.parent + 1):
                return self.unclosed_problem()
            value.depth += _open_brackets(rest)
            self.open_value = value if value.depth > 0 else None
        elif is_key:
            return self.unclosed_problem()
        elif re.search(rf"(?<!\\){value.kind}", rest):
            self.open_value = None
        return None

    def _read_structure(
        self, place: Place, rest: str, ended_value: _Value | None
    ) -> Problem | None:
        """Read a line that begins with a key or the mark of an item, or should."""
        indent = place.column - 1
        item, key = _LIST_ITEM.match(rest), _KEY.match(rest)
        above = [*self.levels]
        pending, self.pending = self.pending, None
        goes_deeper = pending is not None and indent > pending.parent
        if not item and not key:
            if _WRONG_LIST_MARK.match(rest) or not (goes_deeper and pending):
                return self._no_key_problem(place, rest, ended_value)
            self.open_value = _Value("plain", pending.parent, place, key=pending)
            is_text = rest[0] not in "[{\"'"
            return None if is_text else self._begin_value(rest, pending.parent, place)
        while self.levels and self.levels[-1].indent > indent:
            self.levels.pop()
        top = self.levels[-1] if self.levels else None
        if top and top.indent == indent:
            if top.is_item and not item:
                if len(self.levels) == 1 or self.levels[-2].indent != indent:
                    message = "a key stands among the items of a list"
                    return self._indent_problem(place, rest, above, message)
                self.levels.pop()
            elif item and not top.is_item and not (pending and pending.parent == indent):
                message = "an item of a list stands among keys"
                return self._indent_problem(place, rest, above, message)
        elif above and not (goes_deeper and len(above) == len(self.levels)):
            return self._indent_problem(place, rest, above)
        return self._read_keys_and_value(place, rest)

    def _read_keys_and_value(self, place: Place, rest: str) -> Problem | None:
        column = place.column - 1
        while item := _LIST_ITEM.match(rest):
            self._add_level(column, True, place.line)
            self.pending = _Value("item", column, place)
            parent = column
            column += item.end()
            rest = rest[item.end() :]
        if key := _KEY.match(rest):
            self._add_level(column, False, place.line)
            key_place = Place(self.file, place.line, column + 1)
            self.pending = _Value("key", column, key_place, key[1])
            value_place = replace(key_place, column=column + key.start(2) + 1)
            return self._begin_value(key[2] or "", column, value_place)
        if rest:
            return self._begin_value(rest, parent, replace(place, column=column + 1))
        return None

    def _add_level(self, indent: int, is_item: bool, line: int) -> None:
        level = _Level(indent, is_item, line)
        if self.levels[-1:] != [level]:
            self.levels.append(level)

    def _begin_value(self, value: str, parent: int, place: Place) -> Problem | None:
        if not value or value.startswith(("#", "&", "!")):
            return None
        self.pending = None
        if _BLOCK_SCALAR.fullmatch(value):
            self.open_value = _Value("block", parent, place)
        elif value[0] in "[{":
            depth = _open_brackets(value)
            flow = _Value("flow", parent, place, value, depth=depth)
            self.open_value = flow if depth > 0 else None
            if depth < 0 or (depth == 0 and re.fullmatch(r".*[\]}]\s*,", value)):
                column = place.column + len(value.rstrip()) - 1
                message = f'"{value.rstrip()[-1]}" after the closing bracket'
                place = replace(place, column=column)
                return Problem(Rule.YAML_SYNTAX, place, message, "delete it")
        elif value[0] in "\"'":
            if not _QUOTED_SCALAR.match(value):
                self.open_value = _Value(value[0], parent, place, value)
        else:
            word = _FIRST_WORD.fullmatch(value.partition(" ")[0])
            self.open_value = _Value("plain", parent, place, word[1] if word else "")
        return None

    def _no_key_problem(
        self, place: Place, rest: str, ended_value: _Value | None
    ) -> Problem:
        """Explain a line in which neither a key nor an item begins."""
        word = _FIRST_WORD.match(rest)
        name = word[1] if word and not rest.startswith("-") else ""
        columns = [level.indent for level in self.levels]
        at_keys = not columns or place.column - 1 in columns
        if _CONFLICT_MARKER.match(rest):
            hint = "keep one version; delete the lines with <<<<<<<, ======= and >>>>>>>"
            return Problem(Rule.YAML_SYNTAX, place, "conflict markers of git", hint)
        if rest[0].isspace():
            name = f"U+{ord(rest[0]):04X}"
            message = f"the line is indented with spaces of another kind ({name})"
            return Problem(Rule.YAML_INDENTATION, place, message, "use the space bar")
        at_items = _Level(place.column - 1, True, 0) in self.levels
        is_text = ended_value and ended_value.kind == "block" and not at_items
        if (mark := _WRONG_LIST_MARK.match(rest)) and not is_text:
            what = mark[0].strip()
            message = f'"{what}" does not begin an item of a list'
            if what == "-":
                message = "there is no space after the hyphen of an item"
            hint = f'write "- {rest[mark.end() :][:40]}"'
            return Problem(Rule.YAML_SYNTAX, place, message, hint)
        if name in self.keys and at_keys:
            return self._no_colon_problem(place, name, rest[len(name) :])
        if ended_value:
            message = "the line is text, but not indented like the text above"
            hint = f"indent it by {_spaces(ended_value.indent or ended_value.parent + 2)}"
            is_block, line = ended_value.kind == "block", ended_value.place.line + 1
            hint += f", like line {line}" if is_block else " to go on with the text"
            return Problem(Rule.YAML_INDENTATION, place, message, hint)
        message = "the line has no key, and belongs to no text"
        hint = "write a key and a colon before it, or put it after a key"
        return Problem(Rule.YAML_SYNTAX, place, message, hint)

    def _no_colon_problem(self, place: Place, key: str, rest: str = "") -> Problem:
        if rest.startswith(":"):
            place = replace(place, column=place.column + len(key) + 1)
            return colon_problem(place, f"write {key}: and a space before the text")
        message = f'there is no colon after the key "{key}"'
        hint = f"write {key}: and a space before the value"
        return Problem(Rule.YAML_COLON, place, message, hint)

    def unclosed_problem(self) -> Problem | None:
        """Report brackets or a quotation mark that are still open."""
        value = self.open_value
        if not value or value.kind in ("plain", "block"):
            return None
        place = value.place
        if value.kind != "flow":
            return quote_problem(place)
        if '"' in _QUOTED_SCALAR.sub("", value.start):
            return quote_problem(
                replace(place, column=place.column + value.start.rindex('"'))
            )
        message = f'the bracket "{value.start[0]}" opened here is not closed'
        hint = f'write "{"]" if value.start[0] == "[" else "}"}" at its end'
        return Problem(Rule.YAML_SYNTAX, place, message, hint)

    def _indent_problem(
        self, place: Place, rest: str, above: Sequence[_Level] = (), message: str = ""
    ) -> Problem:
        """Name the nearest indentations that lines of the same kind have."""
        indent, levels = place.column - 1, above or self.levels
        if _WRONG_LIST_MARK.match(rest):
            return self._no_key_problem(place, rest, None)
        message = message or f"no line above is indented like this one ({_spaces(indent)})"
        is_item = bool(_LIST_ITEM.match(rest))
        same_kind = [level for level in levels if level.is_item == is_item]
        if not same_kind:
            message = "an item of a list, and the key above has a value already"
            hint = "write all items of the list below its key, each on a line of its own"
            return Problem(Rule.YAML_INDENTATION, place, message, hint)
        distance = min(abs(level.indent - indent) for level in same_kind)
        nearest = [v for v in same_kind[::-1] if abs(v.indent - indent) == distance]
        hint = "indent it by "
        hint += ", or by ".join(f"{_spaces(v.indent)}, like line {v.line}" for v in nearest)
        if is_item and _Level(indent + 2, False, 0) in levels:
            first = levels[levels.index(_Level(indent + 2, False, 0))]
            hint = f'begin the first item with "- " too, in line {first.line}'
        return Problem(Rule.YAML_INDENTATION, place, message, hint)


def colon_problem(place: Place, hint: str) -> Problem:
    """Report a key whose colon is not followed by a space."""
    message = "there is no space after the colon of a key"
    return Problem(Rule.YAML_COLON, place, message, hint)


def quote_problem(place: Place) -> Problem:
    """Report a quotation mark that is not closed, or closed too early."""
    message = "the quotation mark opened here is not closed properly"
    hint = "close it; inside \"…\" write \\\" for a quotation mark, inside '…' write ''"
    return Problem(Rule.YAML_QUOTE, place, message, hint)


def _open_brackets(value: str) -> int:
    """Count the brackets that a line opens and does not close."""
    plain = _UNCLOSED_QUOTE.sub("", _QUOTED_SCALAR.sub("", value))
    return sum(map(plain.count, "[{")) - sum(map(plain.count, "]}"))


def _spaces(count: int) -> str:
    return "1 space" if count == 1 else f"{count or 'no'} spaces"
