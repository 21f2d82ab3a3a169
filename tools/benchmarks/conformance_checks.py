"""Compare the CPU time of the conformance checks with that of the whole document.

`python -m tools.benchmarks.conformance_checks` prints one row of Markdown.
"""

import gc
import sys
import time
from functools import partial
from statistics import median
from typing import Any

from pipeline.problems import Place
from tools.benchmarks.tags import lay_out

ROUNDS = 11


def main() -> None:
    """Measure the checks while each document is written, after one for warming up."""
    lay_out()
    from pipeline.pdf import metadata
    from pipeline.pdf.conformance_issues import find_conformance_issues
    from pipeline.pdf.tag_writer import patch_add_tags

    shares, times = [], []

    def finish(
        trees: list[Any], check_seconds: list[float], document: Any, pdf: Any
    ) -> None:
        metadata.complete_pdf(pdf)
        started = time.process_time()
        assert not find_conformance_issues(document, pdf, trees[0], lambda *_: Place(""))
        check_seconds.append(time.process_time() - started)

    for _ in range(ROUNDS):
        gc.collect()
        check_seconds: list[float] = []
        started = time.process_time()
        document = lay_out()
        with patch_add_tags() as trees:
            document.write_pdf(
                pdf_variant=metadata.VARIANT, finisher=partial(finish, trees, check_seconds)
            )
        total = time.process_time() - started
        times.append((total * 1000, check_seconds[0] * 1000))
        shares.append(check_seconds[0] / total)
    total, checks = (median(column) for column in zip(*times, strict=True))
    sys.stdout.write(
        "\n| rounds | document | conformance checks | share |\n|---|---|---|---|"
        f"\n| {ROUNDS} | {total:.0f} ms | {checks:.1f} ms | {median(shares):.1%} |\n"
    )


if __name__ == "__main__":
    main()
