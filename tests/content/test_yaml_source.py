"""YAML is read into plain values as typed, each with its place."""

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.content.yaml_source import Source, Value, read_yaml
from pipeline.model.fields import FieldPath
from pipeline.problems import Place, Problem, Rule

MIB = 1024 * 1024


def read(text: str | bytes) -> Source:
    """Read a file without problems."""
    source, problems = read_yaml(
        "en.yaml", text.encode() if isinstance(text, str) else text
    )
    assert problems == []
    assert source is not None
    return source


def problem_in(text: str | bytes) -> Problem:
    """Read a file with one problem."""
    _, problems = read_yaml("en.yaml", text.encode() if isinstance(text, str) else text)
    (problem,) = problems
    return problem


def position(place: Place) -> tuple[int, int]:
    return place.line, place.column


# --- Values ---


@pytest.mark.parametrize(
    "typed",
    [
        *("no", "No", "on", "off", "yes", "true", "False", "y"),
        *(
            "null",
            "~",
            "Null",
            "1.10",
            "007",
            "0x10",
            "1_000",
            "1e3",
            ".5",
            "+1",
            "12:30:45",
        ),
        *(
            ".inf",
            ".nan",
            "2017",
            "2017-03",
            "2017-03-09",
            "2017-03-09 10:00:00",
            "=",
            "<<",
        ),
        *("http://a.b/c#d", "a:b", "-a", "Conseil d'administration", "$1", "50 %"),
    ],
)
def test_text_stays_as_typed(typed: str) -> None:
    assert read(f"a: {typed}\n").value == {"a": typed}
    assert read(f"a: [{typed}]\n").value == {"a": [typed]}
    assert read(f"{typed}: a\n").value == {typed: "a"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a:\n", {"a": None}),
        ("a: ''\n", {"a": ""}),
        ('a: ""\n', {"a": ""}),
        ("a: |\n", {"a": ""}),
        ("a:\n  -\n  - b\n", {"a": [None, "b"]}),
        ("a: {b: }\n", {"a": {"b": None}}),
        ("a: []\nb: {}\n", {"a": [], "b": {}}),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
        ("a: >\n  one\n  two\n\n\n  three\n", {"a": "one two\n\nthree\n"}),
        ("a: one\n  two\n", {"a": "one two"}),
        ("a: 'it''s'\n", {"a": "it's"}),
        ('a: "\\u00e9"\n', {"a": "é"}),
        ("- a\n- - b\n  - c\n", ["a", ["b", "c"]]),
        ("a text", "a text"),
        ("a: b # c\n", {"a": "b"}),
        ("--- \na: b\n", {"a": "b"}),
        ("<<: {a: b}\nc: d\n", {"<<": {"a": "b"}, "c": "d"}),
        ("a: 工作与贸易\n", {"a": "工作与贸易"}),
        ("a: العمل اللائق\n", {"a": "العمل اللائق"}),
        ("a: 😀\n", {"a": "😀"}),
    ],
)
def test_yaml_becomes_plain_values(text: str, value: Value) -> None:
    assert read(text).value == value


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfa: b\nc: |\n  d\n  e\n",
        b"a: b\r\nc: |\r\n  d\r\n  e\r\n",
        b"\xef\xbb\xbfa: b\r\nc: |\r\n  d\r\n  e\r\n",
        b"a: b\rc: |\r  d\r  e\r",
        b"a: b\nc: |\r\n  d\r  e\n",
    ],
    ids=["BOM", "CRLF", "BOM and CRLF", "CR", "mixed"],
)
def test_bom_and_line_ends_of_other_systems_make_no_difference(text: bytes) -> None:
    source = read(text)
    assert source.value == {"a": "b", "c": "d\ne\n"}
    assert position(source.key_place(("c",))) == (2, 1)
    assert position(source.find(("c",), "e")) == (4, 3)


def test_an_anchor_may_be_repeated() -> None:
    source = read("a: &unit {en: Unit}\nb: *unit\nc: [*unit, *unit]\n")
    unit = {"en": "Unit"}
    assert source.value == {"a": unit, "b": unit, "c": [unit, unit]}


# --- Places ---

FILE = """\
title: A title
name: {en: Name, fr: "Nom"}
sections:
  - heading: One
    blocks:
      - text: |
          First line.

          Third line.
      - text: >
          Folded
          lines
  - heading: Two
list:
- a
-   b
"quoted key": 'x'
? complex
: y
工: 作
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ((), (1, 1), (1, 1)),
        (("title",), (1, 1), (1, 8)),
        (("name",), (2, 1), (2, 7)),
        (("name", "en"), (2, 8), (2, 12)),
        (("name", "fr"), (2, 18), (2, 22)),
        (("sections",), (3, 1), (4, 3)),
        (("sections", 0), (4, 5), (4, 5)),
        (("sections", 0, "heading"), (4, 5), (4, 14)),
        (("sections", 0, "blocks"), (5, 5), (6, 7)),
        (("sections", 0, "blocks", 0, "text"), (6, 9), (6, 15)),
        (("sections", 0, "blocks", 1, "text"), (10, 9), (10, 15)),
        (("sections", 1), (13, 5), (13, 5)),
        (("list", 0), (15, 3), (15, 3)),
        (("list", 1), (16, 5), (16, 5)),
        (("quoted key",), (17, 1), (17, 15)),
        (("complex",), (18, 3), (19, 3)),
        (("工",), (20, 1), (20, 4)),
        # An unknown path: its nearest parent.
        (("sections", 0, "id"), (4, 5), (4, 5)),
        (("sections", 7, "heading"), (3, 1), (4, 3)),
        (("nothing", 1, "x"), (1, 1), (1, 1)),
    ],
)
def test_each_key_and_value_has_its_place(
    path: FieldPath, key: tuple[int, int], value: tuple[int, int]
) -> None:
    source = read(FILE)
    assert position(source.key_place(path)) == key
    assert position(source.place(path)) == value
    assert source.place(path).file == "en.yaml"


@pytest.mark.parametrize(
    ("path", "snippet", "place"),
    [
        (("title",), "title", (1, 10)),  # in the value, not the key
        (("name", "fr"), "Nom", (2, 23)),
        (("sections", 0, "blocks", 0, "text"), "First", (7, 11)),
        (("sections", 0, "blocks", 0, "text"), "line", (7, 17)),
        (("sections", 0, "blocks", 0, "text"), "Third", (9, 11)),
        (("sections", 0, "blocks", 1, "text"), "lines", (12, 11)),
        # Not found in one line of the value: the start of the value.
        (("sections", 0, "blocks", 1, "text"), "Folded lines", (10, 15)),
        (("sections", 0, "blocks", 0, "text"), "Folded", (6, 15)),
        (("title",), "Third", (1, 8)),
        (("nothing",), "Nom", (2, 23)),
        ((), "name", (2, 1)),
    ],
)
def test_a_snippet_is_found_inside_its_value(
    path: FieldPath, snippet: str, place: tuple[int, int]
) -> None:
    assert position(read(FILE).find(path, snippet)) == place


def test_the_search_for_a_snippet_begins_at_a_line() -> None:
    path: FieldPath = ("sections", 0, "blocks", 0, "text")
    assert position(read(FILE).find(path, "line", 1)) == (7, 17)
    assert position(read(FILE).find(path, "line", 2)) == (9, 17)


def test_columns_count_characters() -> None:
    source = read('a: {b: "😀工", c: d}\n')
    assert position(source.key_place(("a", "c"))) == (1, 14)
    assert position(source.find(("a", "b"), "工")) == (1, 10)


def test_a_walk_returns_every_value_in_the_order_of_the_file() -> None:
    source = read("b: {c: d}\na: [x, y]\n")
    assert [path for path, _ in source.walk()] == [
        *((), ("b",), ("b", "c")),
        *(("a",), ("a", 0), ("a", 1)),
    ]


# --- Errors (for messages see tests/invalid/) ---


@pytest.mark.parametrize(
    ("data", "rule", "place"),
    [
        (b"a: b\nc: \xe9\n", Rule.FILE_ENCODING, (2, 4)),
        ("é: è\n".encode("utf-16"), Rule.FILE_ENCODING, (1, 1)),
        ("é: è\n".encode("utf-16-le"), Rule.FILE_ENCODING, (1, 1)),
        (b"a: b\r\nc: \xe9\r\n", Rule.FILE_ENCODING, (2, 4)),
        ("é: ".encode() + b"\xe9\n", Rule.FILE_ENCODING, (1, 4)),
        (b"a: b\nc: \x00\n", Rule.CONTROL_CHARACTER, (2, 4)),
        (b"a: b\r\nc: \x1b\r\n", Rule.CONTROL_CHARACTER, (2, 4)),
        ("é: \x7f".encode(), Rule.CONTROL_CHARACTER, (1, 4)),
        ("a: \ufffe".encode(), Rule.CONTROL_CHARACTER, (1, 4)),
        (b"a" * (MIB + 1), Rule.FILE_SIZE, (1, 1)),
        (b"", Rule.EMPTY_FILE, (1, 1)),
        (b" \n\n# only a comment\n", Rule.EMPTY_FILE, (1, 1)),
        (b"\xef\xbb\xbf", Rule.EMPTY_FILE, (1, 1)),
        (b"a:\n  b: c\n d: e\n", Rule.YAML_INDENTATION, (3, 2)),
        (b"a:\n  b: c\n d: e\tf\n", Rule.YAML_INDENTATION, (3, 2)),
    ],
)
def test_a_file_that_cannot_be_read_has_one_problem(
    data: bytes, rule: Rule, place: tuple[int, int]
) -> None:
    source, problems = read_yaml("en.yaml", data)
    assert source is None
    (problem,) = problems
    assert (problem.rule, position(problem.place)) == (rule, place)


# YAML ends a line at the last three; editors do not.
@pytest.mark.parametrize(
    "character", ["\x80", "\x84", "\x86", "\x9f", "\x85", "\u2028", "\u2029"], ids=ascii
)
def test_a_control_character_is_rejected_at_its_place(character: str) -> None:
    problem = problem_in(f"a: b\nc: 'd{character}e'\n")
    assert (problem.rule, position(problem.place)) == (Rule.CONTROL_CHARACTER, (2, 6))


def test_a_file_of_the_maximum_size_is_read() -> None:
    source = read(b"a: b\n".ljust(MIB, b"#"))
    assert source.value == {"a": "b"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: b\na: c\n", {"a": "b"}),
        ("a: !x b\n", {"a": "b"}),
        ("a: b\n[c]: d\n", {"a": "b"}),
    ],
)
def test_a_small_error_does_not_hide_the_rest_of_the_file(text: str, value: Value) -> None:
    source, problems = read_yaml("en.yaml", text.encode())
    assert len(problems) == 1
    assert source is not None
    assert source.value == value


@pytest.mark.parametrize(
    "text",
    [
        # Text that YAML reads as syntax, and drops silently.
        "a: ! important\n",
        "a: &Co and friends\n",
    ],
)
def test_no_typed_character_is_dropped_silently(text: str) -> None:
    source, problems = read_yaml("en.yaml", text.encode())
    kept = source is not None and source.value == {"a": text.removeprefix("a: ").strip()}
    assert kept or problems


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (LAUGHS, Rule.YAML_ALIASES),
        # Lists that contain themselves: 50 levels deep, and wide as well.
        ("a: &a [*a]\n", Rule.YAML_DEPTH),
        (f"a: &a [{', '.join(['*a'] * 50)}]\n", Rule.YAML_DEPTH),
        ("- x\n" * 20_001, Rule.YAML_ALIASES),
        ("[" * 100_000, Rule.YAML_DEPTH),
        ("- " * 500, Rule.YAML_DEPTH),
        ("".join(f"{' ' * depth}a:\n" for depth in range(1200)), Rule.YAML_DEPTH),
    ],
    ids=["laughs", "itself", "itself, wide", "long", "brackets", "dashes", "block"],
)
def test_a_yaml_bomb_is_one_problem_and_is_not_expanded(text: str, rule: Rule) -> None:
    source, problems = read_yaml("en.yaml", text.encode())
    # Nothing of it is used, so that no other stage walks through it.
    assert [problem.rule for problem in problems] == [rule]
    assert source is None


# --- Any input ---

# Pieces of YAML syntax, so that the examples reach deeper into the parser.
PIECES = (
    *"-?:,[]{}#&*!|>'\"%@` \n\t\r\\aé\u2028\x85\ufeff",
    *("\n  ", "- ", ": ", "b: ", "|\n ", "---\n", "...\n", "&a ", "*a ", "!!int ", "<<: "),
)
yaml_like = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(st.text(max_size=60) | yaml_like)
@example("\u2028\u2028a: b: c")
@example("?")
@example("a: \ud7ff\ue000\ufffd\U0010ffff")
def test_any_text_gives_a_value_or_problems_with_places_in_it(text: str) -> None:
    data = text.encode("utf-8", "replace")
    source, problems = read_yaml("en.yaml", data)
    assert source or problems
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    places = [problem.place for problem in problems]
    places += [span.start for span in source.spans.values()] if source else []
    places += [span.key for span in source.spans.values()] if source else []
    for place in places:
        assert 0 <= place.line <= len(lines) + 1
        assert place.line == 0 or place.column >= 1
    if source:
        for path, value in source.walk():
            assert isinstance(value, dict | list | str | None)
            assert source.find(path, "é").file == "en.yaml"


@given(st.binary(max_size=60))
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
@example(b"\xff\xfe")
def test_any_bytes_give_a_value_or_problems(data: bytes) -> None:
    source, problems = read_yaml("en.yaml", data)
    assert source or problems


plain = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=20)
nested = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(plain.filter(bool), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(nested)
def test_any_value_written_as_yaml_reads_back(value: Value) -> None:
    text = yaml.safe_dump({"a": value}, allow_unicode=True, default_style='"')
    assert read(text.replace('!!null ""', "")).value == {"a": value}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a: {en: one, two, three, fr: un}", 1),
        ("a: {en: one, two}\nb: {en: one, two }", 2),
        ('a: {en: "one", two}', 1),
        ("a: {en: one,\n  two\n  }", 1),
        ("a: {en: one, two: }", 0),  # empty: reported by the loader
        ("a: {one, two}", 0),
        ("a: {en: one, fr: deux}\nb:\n  en: one, two", 0),
    ],
)
def test_each_text_with_commas_in_braces_is_one_problem(text: str, count: int) -> None:
    _, problems = read_yaml("x.yaml", text.encode())
    assert [problem.rule for problem in problems] == [Rule.YAML_COMMA] * count
