"""The time to find the problems of a file grows linearly with its size.

A file of 900 kB must not take minutes.
"""

import time

import pytest

from pipeline.content.csv_data import read_data
from pipeline.content.validate.markdown import check_markdown
from pipeline.content.validate.references import check_references
from pipeline.content.yaml_source import read_yaml
from pipeline.model.schema import LanguageVersion

HEAD = "title: A\nsections:\n- heading: B\n  blocks:\n"
# Letters of one text, and of the smaller file.
TEXT, FILE = 15_000, 100_000


def brief_of(size: int, words: str, more: str = "") -> str:
    """Write a brief of a size, with repeated texts; #N is replaced by a number."""
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


def seconds(text: str) -> float:
    """Return the processor time of checking a brief."""
    began = time.process_time()
    source, problems = read_yaml("en.yaml", text.encode())
    assert source is not None
    problems += check_markdown(LanguageVersion, source)
    problems += check_references(source)
    assert problems
    return time.process_time() - began


@pytest.mark.parametrize("wrong", WRONG)
def test_the_time_grows_linearly_with_the_number_of_problems(wrong: str) -> None:
    write = WRONG[wrong]
    seconds(write(FILE // 4))
    assert seconds(write(4 * FILE)) < 7 * max(seconds(write(FILE)), 0.05)


def test_a_table_may_have_sixty_thousand_columns() -> None:
    """Comparing each name with all others would take minutes."""
    head = ",".join(map(str, range(60_000)))
    began = time.process_time()
    file, problems = read_data("a.csv", f"{head}\n{head}\n".encode())
    assert (file is not None, problems) == (True, [])
    assert time.process_time() - began < 10
