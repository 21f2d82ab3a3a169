"""Find the line whose indentation, quotation mark or key made a YAML file unreadable.

The parser stops where it cannot go on, which may be lines below the mistake. The lines up
to there are read as an author sees them: keys, items and texts at levels of indentation.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.model.fields import Strict
from pipeline.problems import Place, Problem, Rule

_ITEM = re.compile(r"-(?: +|$)")
_KEY = re.compile(
    r"""("[^"]*"|'[^']*'|[^\s"'\[\]{},#&*!|>%@`:-][^:]*(?::[^\s:][^:]*)*):(?: +(.*)|$)"""
)
_WORD = re.compile(r"(?:- +)*([a-z_]+)")
_WRONG_MARK = re.compile(r"([–—−•·*◦▪‣●○\uf0a7\uf0b7]|[0-9]{1,2}[.)])\s+|-(?=\w)")
_CONFLICT = re.compile(r"<{7}|={7}|>{7}")
_KEY_IN_LIST = "a key stands among the items of a list"
_ITEM_AMONG_KEYS = "an item of a list stands among keys"
_BLOCK = re.compile(r"[|>][-+0-9]*\s*(#.*)?")
_QUOTED = re.compile(r""""(?:\\.|[^"\\])*"|(?<!\w)'(?:''|[^'])*'""")
_OPEN_QUOTE = re.compile(r"""(?<=[\[{:, ])["'].*""")


@dataclass(frozen=True)
class _Level:
    """The column of keys, or of the marks of items, and the first line with one there."""

    indent: int
    is_item: bool
    line: int = field(compare=False)


@dataclass
class _Text:
    """A value that may go on in the next line."""

    kind: str  # "block", "plain", a quotation mark, or "flow"
    owner: int  # the column that its further lines must be to the right of
    place: Place  # where it begins
    start: str = ""  # its first word, or its first line if that is in quotes or brackets
    key: "_Text | None" = None  # its key, if the text begins in a line below the key
    indent: int = 0  # of a block: that of its first line
    depth: int = 0  # of "flow": brackets that are open


def layout_problem(file: str, lines: Sequence[str], last: int) -> Problem | None:
    """Find the first line, up to line `last`, that does not fit the lines above it."""
    reader = _LineReader(file)
    numbered = enumerate(lines[:last], 1)
    problem = next((p for n, line in numbered if (p := reader.read(n, line))), None)
    return problem or (reader.unclosed() if last >= len(lines) else None)


def _known_keys() -> set[str]:
    # Only for an error; and all models must be known.
    from pipeline.model import brand, schema, session  # noqa: F401

    return _keys_of(Strict)


def _keys_of(model: type[Strict]) -> set[str]:
    return {*model.model_fields}.union(*map(_keys_of, model.__subclasses__()))


@dataclass
class _LineReader:
    file: str
    levels: list[_Level] = field(default_factory=list)
    text: _Text | None = None
    # A key, or the mark of an item, without a value in its line.
    waiting: _Text | None = None
    keys: set[str] = field(default_factory=_known_keys)

    def read(self, number: int, line: str) -> Problem | None:
        indent = len(line) - len(line.lstrip(" "))
        rest = line.strip(" ")
        place = Place(self.file, number, indent + 1)
        if not rest:
            return None
        text = self.text
        if text and (text.kind in ('"', "'", "flow") or indent > text.owner):
            if text.kind != "block":
                return self._go_on(text, place, rest)
            text.indent = text.indent or indent
            if indent >= text.indent:
                return None
        if rest.startswith(("#", "---", "%")):
            return None
        self.text = None
        return self._read_structure(place, rest, text)

    def _go_on(self, text: _Text, place: Place, rest: str) -> Problem | None:
        """Read a line inside a value of several lines."""
        word = _WORD.match(rest)
        is_key = word and word[1] in self.keys and rest[word.end() :][:1] == ":"
        if text.kind == "plain":
            if is_key and text.start in self.keys:
                return self._no_colon(text.place, text.start)
            if is_key and text.place.line == place.line - 1 and not text.key:
                return self._indentation(place, rest)
            if text.key and text.key.start and re.search(r":(\s|$)", rest):
                message = f'the text of "{text.key.start}" has a colon, and "|" is missing'
                hint = f'write "{text.key.start}: |", and the text below it as it is'
                return Problem(Rule.YAML_COLON, text.key.place, message, hint)
            return None
        if text.kind == "flow":
            if rest.startswith("- ") or (is_key and place.column <= text.owner + 1):
                return self.unclosed()
            text.depth += _depth(rest)
            self.text = text if text.depth > 0 else None
        elif is_key:
            return self.unclosed()
        elif re.search(rf"(?<!\\){text.kind}", rest):
            self.text = None
        return None

    def _read_structure(
        self, place: Place, rest: str, ended: _Text | None
    ) -> Problem | None:
        """Read a line that begins with a key or the mark of an item, or should."""
        indent = place.column - 1
        item, key = _ITEM.match(rest), _KEY.match(rest)
        above = [*self.levels]
        waiting, self.waiting = self.waiting, None
        goes_deeper = waiting is not None and indent > waiting.owner
        if not item and not key:
            if _WRONG_MARK.match(rest) or not (goes_deeper and waiting):
                return self._no_key(place, rest, ended)
            self.text = _Text("plain", waiting.owner, place, key=waiting)
            is_text = rest[0] not in "[{\"'"
            return None if is_text else self._open(rest, waiting.owner, place)
        while self.levels and self.levels[-1].indent > indent:
            self.levels.pop()
        top = self.levels[-1] if self.levels else None
        if top and top.indent == indent and top.is_item and not item:
            if len(self.levels) > 1 and self.levels[-2].indent == indent:
                self.levels.pop()
            else:
                return self._indentation(place, rest, above, _KEY_IN_LIST)
        elif top and top.indent == indent and item and not top.is_item:
            if waiting is None or waiting.owner != indent:
                return self._indentation(place, rest, above, _ITEM_AMONG_KEYS)
            self.levels.append(_Level(indent, True, place.line))
        elif not top or top.indent < indent:
            is_inside = goes_deeper and len(above) == len(self.levels)
            if above and not is_inside:
                return self._indentation(place, rest, above)
        return self._read_values(place, rest)

    def _read_values(self, place: Place, rest: str) -> Problem | None:
        column = place.column - 1
        while item := _ITEM.match(rest):
            self._add_level(column, True, place.line)
            self.waiting = _Text("item", column, place)
            owner = column
            column += item.end()
            rest = rest[item.end() :]
        if key := _KEY.match(rest):
            self._add_level(column, False, place.line)
            at = Place(self.file, place.line, column + 1)
            self.waiting = _Text("key", column, at, key[1])
            at = replace(at, column=column + key.start(2) + 1)
            return self._open(key[2] or "", column, at)
        if rest:
            return self._open(rest, owner, replace(place, column=column + 1))
        return None

    def _add_level(self, indent: int, is_item: bool, line: int) -> None:
        level = _Level(indent, is_item, line)
        if self.levels[-1:] != [level]:
            self.levels.append(level)

    def _open(self, value: str, owner: int, place: Place) -> Problem | None:
        if not value or value.startswith(("#", "&", "!")):
            return None
        self.waiting = None
        if _BLOCK.fullmatch(value):
            self.text = _Text("block", owner, place)
        elif value[0] in "[{":
            self.text = _Text("flow", owner, place, value, depth=_depth(value))
            if self.text.depth <= 0:
                self.text = None
            closed = re.fullmatch(r"(.*[\]}])\s*,", value)
            if (closed and _depth(value) == 0) or _depth(value) < 0:
                column = place.column + len(value.rstrip()) - 1
                message = f'"{value.rstrip()[-1]}" after the closing bracket'
                place = replace(place, column=column)
                return Problem(Rule.YAML_SYNTAX, place, message, "delete it")
        elif value[0] in "\"'":
            if not _QUOTED.match(value):
                self.text = _Text(value[0], owner, place, value)
        else:
            word = _WORD.fullmatch(value.partition(" ")[0])
            self.text = _Text("plain", owner, place, word[1] if word else "")
        return None

    def _no_key(self, place: Place, rest: str, ended: _Text | None) -> Problem:
        """Explain a line in which neither a key nor an item begins."""
        word = _WORD.match(rest)
        name = word[1] if word and not rest.startswith("-") else ""
        at_keys = any(v.indent == place.column - 1 for v in self.levels) or not self.levels
        if _CONFLICT.match(rest):
            hint = "keep one version; delete the lines with <<<<<<<, ======= and >>>>>>>"
            return Problem(Rule.YAML_SYNTAX, place, "conflict markers of git", hint)
        if rest[0].isspace():
            name = f"U+{ord(rest[0]):04X}"
            message = f"the line is indented with spaces of another kind ({name})"
            return Problem(Rule.YAML_INDENTATION, place, message, "use the space bar")
        at_items = any(v.is_item and v.indent == place.column - 1 for v in self.levels)
        is_text = ended and ended.kind == "block" and not at_items
        if (mark := _WRONG_MARK.match(rest)) and not is_text:
            what = mark[0].strip()
            message = f'"{what}" does not begin an item of a list'
            if what == "-":
                message = "there is no space after the hyphen of an item"
            hint = f'write "- {rest[mark.end() :][:40]}"'
            return Problem(Rule.YAML_SYNTAX, place, message, hint)
        if name in self.keys and at_keys:
            return self._no_colon(place, name, rest[len(name) :])
        if ended:
            line = ended.place.line + (ended.kind == "block")
            spaces = _spaces(ended.indent or ended.owner + 2)
            message = "the line is text, but not indented like the text above"
            hint = f"indent it by {spaces}"
            hint += (
                f", like line {line}"
                if ended.kind == "block"
                else " to go on with the text"
            )
            return Problem(Rule.YAML_INDENTATION, place, message, hint)
        message = "the line has no key, and belongs to no text"
        hint = "write a key and a colon before it, or put it after a key"
        return Problem(Rule.YAML_SYNTAX, place, message, hint)

    def _no_colon(self, place: Place, key: str, after: str = "") -> Problem:
        if after.startswith(":"):
            place = replace(place, column=place.column + len(key) + 1)
            return colon_problem(place, f"write {key}: and a space before the text")
        message = f'there is no colon after the key "{key}"'
        hint = f"write {key}: and a space before the value"
        return Problem(Rule.YAML_COLON, place, message, hint)

    def unclosed(self) -> Problem | None:
        """Report brackets or a quotation mark that are still open."""
        text = self.text
        if not text or text.kind in ("plain", "block"):
            return None
        place = text.place
        if text.kind != "flow":
            return quote_problem(place)
        if '"' in _QUOTED.sub("", text.start):
            return quote_problem(
                replace(place, column=place.column + text.start.rindex('"'))
            )
        message = f'the bracket "{text.start[0]}" opened here is not closed'
        hint = f'write "{"]" if text.start[0] == "[" else "}"}" at its end'
        return Problem(Rule.YAML_SYNTAX, place, message, hint)

    def _indentation(
        self, place: Place, rest: str, above: Sequence[_Level] = (), message: str = ""
    ) -> Problem:
        """Name the nearest indentations that lines of the same kind have."""
        indent, levels = place.column - 1, above or self.levels
        if _WRONG_MARK.match(rest):
            return self._no_key(place, rest, None)
        message = message or f"no line above is indented like this one ({_spaces(indent)})"
        is_item = bool(_ITEM.match(rest))
        same = [level for level in levels if level.is_item == is_item]
        if not same:
            message = "an item of a list, and the key above has a value already"
            hint = "write all items of the list below its key, each on a line of its own"
            return Problem(Rule.YAML_INDENTATION, place, message, hint)
        least = min(abs(level.indent - indent) for level in same)
        near = [v for v in same[::-1] if abs(v.indent - indent) == least]
        hint = "indent it by "
        hint += ", or by ".join(f"{_spaces(v.indent)}, like line {v.line}" for v in near)
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


def _depth(value: str) -> int:
    """Count the brackets that a line opens and does not close."""
    plain = _OPEN_QUOTE.sub("", _QUOTED.sub("", value))
    return sum(map(plain.count, "[{")) - sum(map(plain.count, "]}"))


def _spaces(count: int) -> str:
    return "1 space" if count == 1 else f"{count or 'no'} spaces"
