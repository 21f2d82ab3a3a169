"""Numbers in the objects and the drawing of a PDF: those that PDF/A allows pass."""

from typing import Any

import pydyf
import pytest

from pipeline.pdf.checks.pdf_limits import LimitIssue, find_limit_issues

HIGHEST = 2**31 - 1
ALLOWED = ["0.5", "2000000000", f"-{HIGHEST}", f"{HIGHEST}"]
FORBIDDEN = [f"{HIGHEST}.5", f"{HIGHEST + 1}", "12345678901", "inf", "nan"]


def issues_of(operators: list[bytes], **values: Any) -> list[LimitIssue]:
    pdf = pydyf.PDF()
    stream = pydyf.Stream(operators, extra=values)
    pdf.add_object(stream)
    page = {"Type": "/Page", "Contents": stream.reference, "TrimBox": [0, 0, 595, 842]}
    pdf.add_page(pydyf.Dictionary({**page, "Resources": pydyf.Dictionary({})}))
    return find_limit_issues(pdf)


@pytest.mark.parametrize("number", ALLOWED)
def test_a_number_within_the_limit_is_no_issue(number: str) -> None:
    assert issues_of([b"1 0 m", f"{number} 0 l".encode()]) == []
    assert issues_of([], Value=float(number)) == []


@pytest.mark.parametrize("number", FORBIDDEN)
def test_a_number_over_the_limit_is_an_issue(number: str) -> None:
    assert len(issues_of([b"1 0 m", f"{number} 0 l".encode()])) == 1
    assert len(issues_of([], Value=float(number))) == 1


def test_an_exponent_in_a_drawing_is_an_issue() -> None:
    (issue,) = issues_of([b"1 0 m", b"1e-09 0 l"])
    assert issue.message == "a number that PDF does not allow: 1e-09"
