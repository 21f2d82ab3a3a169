"""One text of a YAML file is replaced; everything else stays as it was typed."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from pipeline.content.replace_text import add_keys, replace_text, replace_texts
from pipeline.content.yaml_source import Source, read_yaml
from pipeline.model.fields import FieldPath
from pipeline.problems import Rule

CONTENT = Path(__file__).resolve().parents[2] / "content"
TEXTS = ('Added: "quoted", #1 & more.', "- like a list: yes", "One.\n\nTwo, it's so.", "1")


def edited(before: str, path: FieldPath, text: str) -> str:
    after = replace_text("en.yaml", before.encode(), path, text)
    assert after is not None
    return after.decode()


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("a: old # why\n", "new", "a: new # why\n"),
        ("a: old\n# next\nb: x\n", "new: so", 'a: "new: so"\n# next\nb: x\n'),
        ("a: 'old'\n", "it's", "a: 'it''s'\n"),
        ('a: "old"\n', 'say "so"', 'a: "say \\"so\\""\n'),
        ("a: |-\n  old\n\n# next\nb: x\n", "1\n\n2", "a: |-\n  1\n\n  2\n\n# next\nb: x\n"),
        (
            "a: > # folded\n    old\n    old\nb: x\n",
            "new",
            "a: > # folded\n    new\nb: x\n",
        ),
        ("a: old\nb: x\n", "1\n2", "a: |\n  1\n  2\nb: x\n"),
        ("a: {en: old, fr: x}\n", "1, 2", 'a: {en: "1, 2", fr: x}\n'),
        ("a: {en: old, fr: x}\n", "1\n2", 'a: {en: "1\\n2", fr: x}\n'),
        ("a:\n  - b: old\n    c: x\n", "new", "a:\n  - b: new\n    c: x\n"),
        ("a:\n  old\n  words\nb: x\n", "new", "a:\n  new\nb: x\n"),
        ("a: old", "new", "a: new"),
        ("\ufeffa: old\r\nb: x\r\n", "1\n2", "\ufeffa: |\r\n  1\r\n  2\r\nb: x\r\n"),
    ],
)
def test_a_text_keeps_its_style_unless_that_would_say_something_else(
    before: str, text: str, after: str
) -> None:
    source, _ = read_yaml("en.yaml", before.encode())
    assert source
    path = next(path for path, value in source.walk() if str(value).startswith("old"))
    assert edited(before, path, text) == after


def test_a_long_text_is_folded_at_100_characters() -> None:
    words = "word " * 60
    lines = edited("a: old\nb: x\n", ("a",), words.strip()).split("\n")
    assert max(map(len, lines)) <= 100
    assert lines[1].startswith("  word")
    assert lines[-2] == "b: x"


@pytest.mark.parametrize(
    ("before", "path", "text"),
    [
        ("a: &name old\nb: *name\n", ("a",), "new"),
        ("a: &name old\nb: *name\n", ("b",), "new"),
        ("a: old\r\nb: x\n", ("a",), "new"),
        ("a: old\n", ("b",), "new"),
        ("a: [old]\n", ("a",), "new"),
        ("a: old\na: x\n", ("a",), "new"),
        ("a: [\n", ("a",), "new"),
        ("a: old\n", ("a",), "a lone surrogate: \ud800"),
        ("a: old\n", ("a",), "a \x00 control"),
    ],
)
def test_a_text_that_cannot_be_replaced_alone_is_refused(
    before: str, path: FieldPath, text: str
) -> None:
    assert replace_text("en.yaml", before.encode(), path, text) is None


CURLY = "a: “old”\nb: x\n"


@pytest.mark.parametrize(
    ("path", "text", "after"),
    [
        (("b",), "new", "a: “old”\nb: new\n"),
        (("a",), "new", "a: new\nb: x\n"),
        (("b",), "“new”", 'a: “old”\nb: "“new”"\n'),
    ],
)
def test_a_warning_of_the_file_refuses_no_text(
    path: FieldPath, text: str, after: str
) -> None:
    """Quotation marks that do not quote in YAML are a warning; a new one is not added."""
    (warning,) = read_yaml("en.yaml", CURLY.encode())[1]
    assert warning.rule is Rule.CURLY_QUOTES
    assert edited(CURLY, path, text) == after


def texts_of_samples() -> Iterator[tuple[str, bytes, Source, FieldPath]]:
    for name in ("wpsdg/2017/ar", "wpsdg/2017/zh", "policy-coherence/2024/en"):
        data = (CONTENT / f"{name}.yaml").read_bytes()
        source, _ = read_yaml(name, data)
        assert source
        for path, value in source.walk():
            if isinstance(value, str):
                yield name, data, source, path


def test_any_text_of_the_samples_can_be_replaced_and_comments_stay() -> None:
    """One text of five; another test replaces every text of a file."""
    texts = islice(texts_of_samples(), 0, None, 5)
    for number, (name, data, before_source, path) in enumerate(texts):
        new = TEXTS[number % len(TEXTS)]
        after = replace_text(name, data, path, new)
        assert after is not None, (name, path)
        after_source = read_yaml(name, after)[0]
        assert after_source
        was, now = dict(before_source.walk()), dict(after_source.walk())
        changed = [p for p in was if isinstance(was[p], str) and was[p] != now[p]]
        assert changed in ([path], []), (path, was[path])
        assert str(now[path]).strip("\n") == new
        comments = [line for line in data.split(b"\n") if line.lstrip().startswith(b"# ")]
        assert all(comment in after.split(b"\n") for comment in comments)


def test_many_texts_are_replaced_at_once_and_those_without_a_place_are_named() -> None:
    before = "a: one # why\nb: &name two\nc: *name\nd: |\n  three\n"
    texts: dict[FieldPath, str] = {("a",): "1: x", ("b",): "2", ("d",): "3\n\n3"}
    result = replace_texts("en.yaml", before.encode(), texts)
    after = 'a: "1: x" # why\nb: &name two\nc: *name\nd: |\n  3\n\n  3\n'
    assert (result.data.decode(), result.refused) == (after, (("b",),))


def test_every_text_of_a_sample_is_replaced_at_once_and_comments_stay() -> None:
    for name in ("wpsdg/2017/ar", "informality/2018-05/en"):
        data = (CONTENT / f"{name}.yaml").read_bytes()
        source, _ = read_yaml(name, data)
        assert source
        texts = {
            path: f"New: {n}"
            for n, (path, v) in enumerate(source.walk())
            if v and isinstance(v, str)
        }
        result = replace_texts(name, data, texts)
        assert result.refused == ()
        after, _ = read_yaml(name, result.data)
        assert after
        assert {p: str(v).strip() for p, v in after.walk() if isinstance(v, str)} == texts
        comments = [line for line in data.split(b"\n") if line.lstrip().startswith(b"# ")]
        assert all(comment in result.data.split(b"\n") for comment in comments)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "a:\n  value: [x, y]   # c\n  z: 1\n",
            'a:\n  value: [x, y]   # c\n  names:\n    "k, 1": "v: 1"\n    k: v\n  z: 1\n',
        ),
        (
            "a:\n  names: {b: c}\n  value: x\n",
            'a:\n  names: {b: c, "k, 1": "v: 1", k: v}\n  value: x\n',
        ),
        (
            "a:\n  names:\n    b: c  # d\n\n  value: x",
            'a:\n  names:\n    b: c  # d\n    "k, 1": "v: 1"\n    k: v\n\n  value: x',
        ),
        (
            f"a:\n  names: {{b: c, d: {'e' * 80}}}\n  value: x\n",
            f"a:\n  names:\n    b: c\n    d: {'e' * 80}\n"
            '    "k, 1": "v: 1"\n    k: v\n  value: x\n',
        ),
        ("a:\n  value: x", 'a:\n  value: x\n  names:\n    "k, 1": "v: 1"\n    k: v'),
    ],
)
def test_keys_are_added_to_a_mapping_or_with_it(before: str, after: str) -> None:
    values = {"k, 1": "v: 1", "k": "v"}
    added = add_keys("en.yaml", before.encode(), ("a", "names"), values, ("a", "value"))
    assert added is not None
    assert added.decode() == after


def test_keys_are_not_added_where_the_file_would_say_something_else() -> None:
    for before in ("a: {value: x}\n", "a:\n  names: {b: c}\n  b: *x\n", "a: 1\n"):
        assert (
            add_keys("f", before.encode(), ("a", "names"), {"k": "v"}, ("a", "value"))
            is None
        )
