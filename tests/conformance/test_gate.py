"""The gate: every document passes every gate, and every gate was seen to fail."""

import re
from collections.abc import Iterable

import pytest

from pipeline.project import BUNDLED, open_project
from tools.conformance import environment, report
from tools.conformance.advisers import ADVISERS
from tools.conformance.corpus import profiles_checked
from tools.conformance.defects import BUILD, DEFECTS, Defect
from tools.conformance.defects_ua2 import DEFECTS_2
from tools.conformance.disagreements import DISAGREEMENTS, unexplained
from tools.conformance.record import Findings, Record
from tools.conformance.second_target import EVERY_BLOCK
from tools.conformance.verdicts import GATES, GATES_2, VERA

pytestmark = pytest.mark.gate


def complain(lines: Iterable[str]) -> None:
    """Fail with all lines, if there are any; pytest would cut them off."""
    if text := "\n".join(lines):
        pytest.fail(text, pytrace=False)


# --- Every document passes ---


def test_every_document_is_made(record: Record) -> None:
    complain(record.refused)


def test_no_document_has_an_unexpected_warning(record: Record) -> None:
    complain(record.warned)


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("group", ["content", "hard_cases"])
def test_every_document_passes(record: Record, group: str, gate: str) -> None:
    documents = record.of(group)
    assert documents
    complain(
        f"{name}: {rule} {message}"
        for name, verdicts in documents.items()
        for rule, message in verdicts[gate].found.items()
    )


@pytest.mark.parametrize("gate", [*VERA, "closure", "speech", "search"])
def test_every_gate_makes_ten_checks_or_more_in_each_document(
    record: Record, gate: str
) -> None:
    assert [name for name, v in record.files.items() if v[gate].checks < 10] == []


def test_every_profile_and_every_language_is_checked(record: Record) -> None:
    names = list(record.files)
    for profile in profiles_checked(open_project(environment.ROOT)):
        ending = "" if profile == "screen" else f"_{profile}"
        for strings in (BUNDLED / "templates" / "strings").glob("*.yaml"):
            assert any(name.endswith(f"_{strings.stem}{ending}") for name in names)


@pytest.mark.parametrize("gate", GATES_2)
def test_every_converted_document_passes(record: Record, gate: str) -> None:
    complain(
        f"{name}: {rule} {message}"
        for name, verdicts in record.converted.items()
        for rule, message in verdicts[gate].found.items()
    )
    checks = [verdicts[gate].checks for verdicts in record.converted.values()]
    assert min(checks) > 0


def test_documents_of_each_language_and_a_pack_are_converted(record: Record) -> None:
    names = list(record.converted)
    for strings in (BUNDLED / "templates" / "strings").glob("*.yaml"):
        assert any(re.search(f"_{strings.stem}(_|$)", name) for name in names)
    assert any(re.search(r"/\d+_", name) for name in names)
    assert set(EVERY_BLOCK) <= set(names)


# --- Every gate was seen to fail ---


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_exactly_these_checkers_find_the_defect(record: Record, defect: Defect) -> None:
    compare(record.defects[defect.name], defect)


@pytest.mark.parametrize("defect", DEFECTS_2, ids=lambda defect: defect.name)
def test_exactly_these_checkers_find_the_defect_of_pdf_ua_2(
    record: Record, defect: Defect
) -> None:
    compare(record.converted_defects[defect.name], defect)


def compare(findings: Findings, defect: Defect) -> None:
    """Fail if other checkers than `caught_by` found it, or none reports its `sign`."""
    messages = [f"{c}: {rule} {m}" for c, by in findings.items() for rule, m in by.items()]
    if set(findings) != defect.caught_by:
        caught, expected = sorted(findings), sorted(defect.caught_by)
        complain([f"caught by {caught}, not {expected}", *messages])
    if not any(defect.sign in text for text in messages or [""]):
        complain([f'no message has "{defect.sign}"', *messages])


def test_every_gate_fails_for_some_defect_and_each_own_gate_alone() -> None:
    caught = [defect.caught_by for defect in DEFECTS]
    assert set(GATES) | set(ADVISERS) | {BUILD} == frozenset().union(*caught)
    assert set(GATES_2) == frozenset().union(*(d.caught_by for d in DEFECTS_2))
    # The checks of our own find what no validator finds.
    assert {"speech"} in caught
    assert {"search"} in caught
    assert any(by & set(GATES) == {"closure"} for by in caught)


# --- Advisers ---


def test_every_finding_of_an_adviser_is_explained(record: Record) -> None:
    findings = {
        name: {adviser: dict(v[adviser].found) for adviser in ADVISERS}
        for name, v in record.files.items()
    }
    complain(f"{place}: {message}" for place, message in unexplained(findings).items())


@pytest.mark.parametrize(
    "disagreement", [d for d in DISAGREEMENTS if d.steady], ids=lambda d: d.rule
)
def test_every_explanation_is_still_needed(record: Record, disagreement: object) -> None:
    assert disagreement in [d for d, _, _ in report.disagreements(record)]


# --- The page about it ---


def test_the_page_is_current(record: Record) -> None:
    page = report.PAGE.read_text("utf-8") if report.PAGE.is_file() else ""
    now = report.render(record)
    if report.comparable(page, record) != report.comparable(now, record):
        complain(["docs/conformance.md is out of date: make it, look at it, commit it"])
