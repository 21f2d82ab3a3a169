"""Compare the time of the layout checks with the time of laying the same pages out.

`python -m tools.benchmarks.layout_checks` prints one row of Markdown.
"""

import gc
import sys
import time
from statistics import median

from pipeline.pdf.checks.layout_boxes import measure_pages
from pipeline.pdf.checks.overflow import find_layout_issues
from tools.benchmarks.tags import lay_out

ROUNDS = 11


def main() -> None:
    """Measure alternately, after one round that warms up, and print the medians."""
    lay_out()
    layout_times, check_times = [], []
    for _ in range(ROUNDS):
        gc.collect()
        started = time.perf_counter()
        document = lay_out()
        laid_out = time.perf_counter()
        find_layout_issues(measure_pages(document.pages))
        check_times.append((time.perf_counter() - laid_out) * 1000)
        layout_times.append((laid_out - started) * 1000)
    layout, checks = median(layout_times), median(check_times)
    sys.stdout.write(
        "\n| rounds | layout | layout checks | share |\n|---|---|---|---|"
        f"\n| {ROUNDS} | {layout:.0f} ms | {checks:.1f} ms | {checks / layout:.1%} |\n"
    )


if __name__ == "__main__":
    main()
