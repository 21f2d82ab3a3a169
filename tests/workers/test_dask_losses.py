"""A job is given up for the workers that it lost one after the other, not all at once."""

import pytest

from pipeline.workers.dask_losses import is_given_up


@pytest.mark.parametrize(
    ("moments", "given_up"),
    [
        ([], False),
        ([60], False),
        ([0, 60], True),
        ([0, 0.1, 0.2, 0.3, 0.4], False),
        ([0, 0.1, 60], True),
        ([n / 10 for n in range(8)], True),
    ],
)
def test_workers_that_go_together_count_once(moments: list[float], given_up: bool) -> None:
    assert is_given_up(moments) is given_up
