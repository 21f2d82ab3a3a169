"""Every hostile case that is built conforms; `make soak` builds more of them."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.conformance import environment, hostile
from tools.conformance.hostile_briefs import briefs
from tools.conformance.hostile_designs import designs
from tools.conformance.verapdf import Validator

# `make soak` begins with the cases of the same seed, so that a failure here occurs there.
SEED = 1


def complain(nonconforming: Mapping[str, Mapping[str, hostile.VeraResult]]) -> None:
    """Fail with a line for each rule that a file breaks."""
    if lines := list(hostile.complaints(nonconforming)):
        pytest.fail("\n".join(lines), pytrace=False)


@pytest.mark.gate
def test_a_hundred_hostile_cases_conform_or_are_refused(
    tmp_path: Path, validator: Validator
) -> None:
    cases = hostile.run(SEED, 84, 16, tmp_path, environment.JOBS)
    assert len(cases) == 100
    assert sum(case.pdf is not None for case in cases) > 20
    assert all(case.pdf or case.problems for case in cases)
    complain(hostile.find_nonconforming(cases, validator))


@pytest.mark.soak
def test_all_hostile_cases_conform_or_are_refused(
    tmp_path: Path, validator: Validator
) -> None:
    seed = int(os.environ.get("SEED") or SEED)
    cases = hostile.run(seed, 500, 100, tmp_path, environment.JOBS)
    assert len(cases) == 600
    assert all(case.pdf or case.problems for case in cases)
    complain(hostile.find_nonconforming(cases, validator))


def test_the_same_seed_gives_the_same_cases() -> None:
    assert briefs(7, 20) == briefs(7, 20) != briefs(8, 20)
    assert designs(7, 20) == designs(7, 20) != designs(8, 20)
