"""Build a project, a small PDF for each document.

    python -m tools.benchmarks.tiny ROOT [EVERY]

All steps but the rendering are real, so that the records are those of a real build.
"""

import sys
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.build import build_documents as build
from pipeline.pdf.render import RenderedPdf
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions, Target
from pipeline.tasks.jobs import render_document_pdf
from pipeline.workers.executor import InlineExecutor


class TinyPdfExecutor(InlineExecutor):
    """Does not render: gives a small file, and the style sheets of the first page."""

    def __init__(self) -> None:
        self._assets: dict[str, str] = {}

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Return the result of a rendering without rendering; run other jobs."""
        from hashlib import sha256

        if function is not render_document_pdf:
            return super().submit(function, *arguments)
        html = arguments[1]
        if not self._assets:
            styles = BUNDLED / "styles"
            self._assets = {
                f"styles/{name}": sha256((styles / name).read_bytes()).hexdigest()
                for name in sorted(
                    stylesheet.relative_to(styles).as_posix()
                    for stylesheet in styles.rglob("*.css")
                )
                if f"styles/{name}" in html
            }
        pdf = f"%PDF-1.7\n% {sha256(html.encode()).hexdigest()}\n".encode() * 100
        future: Future[Any] = Future()
        future.set_result((RenderedPdf(pdf, 3, self._assets), []))
        return future

    def submit_local(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Render the HTML as in a build."""
        return super().submit(function, *arguments)


def resident_mib() -> int:
    """Return the resident memory of this process (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 >> 20


def main(root: Path, every: int) -> None:
    """Build; print the memory in MiB after `every` documents and at the end."""
    done = 0

    def report_progress(target: Target, total: int) -> None:
        nonlocal done
        done += 1
        if every and (done % every == 0 or done == total):
            print(done, resident_mib(), flush=True)  # noqa: T201 – its answer

    project, today = open_project(root), date.today()  # noqa: DTZ011
    build(project, BuildOptions(), today, report_progress, executor=TinyPdfExecutor())
    if every:
        print("records", resident_mib(), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
