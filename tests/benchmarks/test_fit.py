"""What it costs to measure the pages, as a part of laying them out."""

import gc
import runpy
import time
from pathlib import Path
from statistics import median

import pytest

from pipeline.pdf.checks.overflow import find_layout_issues

# Test files are no package: what the other benchmark lays out is found by its place.
lay_out = runpy.run_path(str(Path(__file__).with_name("test_tags.py")))["lay_out"]
ROUNDS = 11


@pytest.mark.benchmark
def test_measuring_the_pages_against_laying_them_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lay_out()
    laying, measuring = [], []
    for _ in range(ROUNDS):
        gc.collect()
        started = time.perf_counter()
        document = lay_out()
        laid = time.perf_counter()
        find_layout_issues(document.pages)
        laying.append((laid - started) * 1000)
        measuring.append((time.perf_counter() - laid) * 1000)
    share = median(measuring) / median(laying)
    with capsys.disabled():
        print(  # noqa: T201 – a benchmark says what it measured
            "\n| rounds | laying out | measuring | share |\n|---|---|---|---|"
            f"\n| {ROUNDS} | {median(laying):.0f} ms | {median(measuring):.1f} ms"
            f" | {share:.1%} |"
        )
