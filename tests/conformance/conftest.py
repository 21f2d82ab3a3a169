"""Check all samples once for all tests of the gate."""

import pytest

from tools.conformance.record import Record, make_record


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The results of all checks of the gate."""
    return make_record(tmp_path_factory.mktemp("gate"))
