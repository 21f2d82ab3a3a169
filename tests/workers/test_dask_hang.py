"""A worker at which no job ends is noticed, one that is slow or idle is not."""

from pipeline.workers.dask_hang import Standstill


def test_a_worker_that_ends_nothing_is_named() -> None:
    standstill = Standstill(150)
    assert standstill.look({"one": ["a", "b"], "two": ["c"], "idle": []}, 0) == []
    assert standstill.look({"one": ["a", "b", "d"], "two": ["c"], "idle": []}, 100) == []
    assert standstill.look({"one": ["b", "d"], "two": ["c"], "idle": []}, 149) == []
    assert standstill.look({"one": ["b", "d"], "two": ["c"], "idle": []}, 151) == ["two"]
    assert standstill.look({"one": ["b", "d"], "idle": []}, 298) == []
    assert standstill.look({"one": ["b", "d"], "idle": []}, 300) == ["one"]


def test_jobs_that_come_to_an_idle_worker_have_their_own_time() -> None:
    standstill = Standstill(150)
    assert standstill.look({"one": []}, 0) == []
    assert standstill.look({"one": ["a"]}, 200) == []
    assert standstill.look({"one": ["a"]}, 350) == []
    assert standstill.look({"one": ["a"]}, 351) == ["one"]
