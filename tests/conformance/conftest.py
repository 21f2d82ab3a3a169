"""Make the record once for all tests of the gate, and keep them to `make gate`.

They need a JDK and the tools of requirements-gate.lock, so they run only when the marker
`gate` is asked for. Otherwise they are deselected: not there, rather than skipped.
"""

import pytest

from tools.conformance.record import Record, make_record


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the tests of the gate out of every other run."""
    if "gate" in config.option.markexpr:
        return
    gate = [item for item in items if item.get_closest_marker("gate")]
    items[:] = [item for item in items if not item.get_closest_marker("gate")]
    config.hook.pytest_deselected(items=gate)


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Everything that the judges say."""
    return make_record(tmp_path_factory.mktemp("gate"))
