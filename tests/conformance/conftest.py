"""Make the record once for all tests of the gate."""

import pytest

from tools.conformance.record import Record, make_record


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Everything that the judges say."""
    return make_record(tmp_path_factory.mktemp("gate"))
