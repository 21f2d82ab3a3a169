"""Check all samples once for all tests of the gate."""

from collections.abc import Iterator

import pytest

from tools.conformance.record import Record, make_record
from tools.conformance.verapdf import Validator


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The results of all checks of the gate."""
    return make_record(tmp_path_factory.mktemp("gate"))


@pytest.fixture(scope="session")
def validator() -> Iterator[Validator]:
    """VeraPDF, which starts once for the files of tests that a process runs."""
    with Validator() as running:
        yield running
