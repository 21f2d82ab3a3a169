"""The work of finding the problems of a file grows linearly with its size.

Calls are counted instead of seconds, so that the load of a machine makes no difference.
A file of 900 kB must not take minutes.
"""

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType

import pytest

from pipeline.content.csv_data import read_data
from pipeline.content.validate.markdown import check_markdown
from pipeline.content.validate.references import check_references
from pipeline.content.yaml_source import read_yaml
from pipeline.model.schema import LanguageVersion

HEAD = "title: A\nsections:\n- heading: B\n  blocks:\n"
# Letters of one text, and of the smaller file.
TEXT, FILE = 5_000, 20_000


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


def calls(check: Callable[[], object]) -> int:
    """Count the calls of functions, in Python and in C, during a check."""
    count = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        check()
    finally:
        sys.setprofile(before)
    return count


def check_brief(text: str) -> None:
    source, problems = read_yaml("en.yaml", text.encode())
    assert source is not None
    problems += check_markdown(LanguageVersion, source)
    problems += check_references(source)
    assert problems


@pytest.mark.parametrize("wrong", WRONG)
def test_the_work_grows_linearly_with_the_number_of_problems(wrong: str) -> None:
    small, large = (partial(check_brief, WRONG[wrong](size)) for size in (FILE, 4 * FILE))
    calls(small)  # fill the caches
    assert calls(large) < 5 * calls(small)


def test_a_table_may_have_sixty_thousand_columns() -> None:
    """Comparing each name with all others would take billions of calls."""
    head = ",".join(map(str, range(60_000)))
    data = f"{head}\n{head}\n".encode()
    assert calls(lambda: read_data("a.csv", data)) < 100 * 60_000
    file, problems = read_data("a.csv", data)
    assert (file is not None, problems) == (True, [])
