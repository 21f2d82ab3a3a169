"""Problems are found in a time that grows with the size of a file, not with its square.

A file may have 1 MB; its problems must be there within seconds.
"""

import pytest

from pipeline.content.data_files import read_data
from pipeline.content.validate.markdown import check_markdown
from pipeline.content.validate.references import check_references
from pipeline.content.validate.svg import check_svg
from pipeline.content.yaml_source import read_yaml
from pipeline.model.schema import LanguageVersion
from tests.scaling import GROWTH, assert_linear

HEAD = "title: A\nsections:\n- heading: B\n  blocks:\n"
# The number of characters of a text, and of the smaller of two files.
TEXT, SMALL = 15_000, 12_500


def brief_of(size: int, words: str, more: str = "") -> str:
    """Write a brief of about `size` characters; #N in `words` is replaced by a number."""
    text = ""
    texts = []
    for number in range(size // len(words)):
        text += words.replace("#N", str(number))
        if len(text) > TEXT:
            texts.append(text)
            text = ""
    texts += [text] if text else []
    blocks = "".join(f"  - text: |-\n      {text}\n" for text in texts)
    return HEAD + blocks + more


def references(size: int) -> str:
    entries = "".join(f"- {{id: q{n}, text: A}}\n" for n in range(size // 120))
    return brief_of(size, "[@wrong#N] ", f"references:\n{entries}")


WRONG = {
    "references that are not there": references,
    "links that lead nowhere": lambda size: brief_of(size, "[a](#part#N) "),
    "tags in lines of their own": lambda size: brief_of(size, "a <b>x\n      "),
}


def read_and_check(text: str) -> None:
    """Read a brief and find its problems."""
    source, problems = read_yaml("en.yaml", text.encode())
    assert source is not None
    problems += check_markdown(LanguageVersion, source)
    problems += check_references(source)
    assert problems


@pytest.mark.parametrize("wrong", WRONG)
def test_problems_are_found_in_linear_time(wrong: str) -> None:
    write = WRONG[wrong]
    assert_linear(read_and_check, write(SMALL), write(GROWTH * SMALL))


# Files that are wrong in one long line: the explanation once searched it from each of its
# quotation marks, and 160 kB took 28 s.
BROKEN = {
    "quoted texts in braces": lambda size: "a: {" + "a: 'b', " * (size // 8) + "a: b} x",
    "quoted texts in brackets": lambda size: "a: [" + 'a: "b", ' * (size // 8) + "a] x",
    "commas and spaces": lambda size: "a: [" + "b,   " * (size // 5) + ",]",
    "special characters": lambda size: "a: b" + ": " * (size // 2) + "@",
    "closing brackets": lambda size: "a: [b]" + " ]" * (size // 2),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_syntax_error_is_explained_in_linear_time(broken: str) -> None:
    def read(text: str) -> None:
        source, problems = read_yaml("en.yaml", text.encode())
        assert source is None
        assert problems

    write = BROKEN[broken]
    assert_linear(read, write(8_000), write(GROWTH * 8_000))


def drawing(inner: str = "", root: str = 'viewBox="0 0 3 2"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {root}>{inner}</svg>'.encode()


# 16 kB of the second took 5 s, and 8 kB of the third 3 s.
DRAWINGS = {
    "letters in a style": lambda size: drawing(f"<style>{'a' * size}</style>"),
    "spaces in a reference": lambda size: drawing(f'<g fill="url({" " * size}#a)"/>'),
    "digits in a width": lambda size: drawing(root=f'width="{"1" * size}x" height="1"'),
    "digits in a viewBox": lambda size: drawing(root=f'viewBox="0 0 1 {"1" * size}x"'),
    "spaces in a width": lambda size: drawing(root=f'width="{" " * size}x" height="1"'),
    "comments in a style": lambda size: drawing(f"<style>{'/*' * size}</style>"),
    "references": lambda size: drawing(f"<style>{'url(' * size}</style>"),
    "quoted references": lambda size: drawing(f"""<g fill='url("{'url("' * size}'/>"""),
    "addresses in a style": lambda size: drawing(f"<style>{'href ' * size}</style>"),
    "names of colour spaces": lambda size: drawing(
        f"<style>{'color(' + ' ' * size}{'color(--' + '-' * size}</style>"
    ),
    "numbers of a path": lambda size: drawing(f'<path marker="" d="{"1e" * size}"/>'),
    "points of a path": lambda size: drawing(f'<path marker="" d="{"1." * size}x"/>'),
    "selectors and references": lambda size: drawing(
        f"<style>{'a,' * size}a{{fill:{'url(#b)' * size}}}</style>"
    ),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_checked_in_linear_time(name: str) -> None:
    write = DRAWINGS[name]
    small, large = write(1_000), write(GROWTH * 1_000)
    assert_linear(lambda data: check_svg("a.svg", data), small, large)


def read_head(columns: int) -> None:
    """Read a table of one row and so many columns."""
    head = ",".join(map(str, range(columns)))
    assert len(read_data("a.csv", f"{head}\n{head}\n".encode()).rows([])) == 1


def test_the_head_of_a_table_is_read_in_linear_time() -> None:
    """Each name was once compared with all names before it."""
    assert_linear(read_head, 1_500, GROWTH * 1_500)
