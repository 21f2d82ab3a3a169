"""Benchmarks are run on purpose, never by `make test`: they print, and judge nothing."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "benchmark" in config.getoption("markexpr"):
        return
    left_out = [item for item in items if item.get_closest_marker("benchmark")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
