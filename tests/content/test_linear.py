"""Problems are found in a time that grows with the size of a file, not with its square.

A file may have 1 MB; its problems must be there within seconds.
"""

import pytest

from pipeline.content.csv_data import read_data
from pipeline.content.validate.markdown import check_markdown
from pipeline.content.validate.references import check_references
from pipeline.content.yaml_source import read_yaml
from pipeline.model.schema import LanguageVersion
from tests.scaling import GROWTH, assert_linear

HEAD = "title: A\nsections:\n- heading: B\n  blocks:\n"
# Characters: of one text, and of the smaller file.
TEXT, SMALL = 15_000, 25_000


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
    known = "".join(f"- {{id: q{n}, text: A}}\n" for n in range(size // 120))
    return brief_of(size, "[@known#N] ", f"references:\n{known}")


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


def read_head(columns: int) -> None:
    """Read a table of one row."""
    head = ",".join(map(str, range(columns)))
    assert len(read_data("a.csv", f"{head}\n{head}\n".encode()).rows) == 1


def test_the_head_of_a_table_is_read_in_linear_time() -> None:
    """Each name was once compared with all names before it."""
    assert_linear(read_head, 4_000, GROWTH * 4_000)
