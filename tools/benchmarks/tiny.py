"""Build a project, a small PDF for each document.

    python -m tools.benchmarks.tiny ROOT [EVERY]

Everything but the painting is real, so that the records are those of a real build.
"""

import sys
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.build import build
from pipeline.pdf.render import RenderedPdf
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions, Target
from pipeline.tasks.jobs import render_document_pdf
from pipeline.workers.executor import InlineExecutor


class Tiny(InlineExecutor):
    """Paints nothing: gives a PDF of one line, and the files that a page asks for."""

    def __init__(self) -> None:
        self._assets: dict[str, str] = {}

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Give the result that painting has; other jobs are done."""
        from hashlib import sha256

        if function is not render_document_pdf:
            return super().submit(function, *arguments)
        html = arguments[1]
        if not self._assets:
            sheets = BUNDLED / "styles"
            self._assets = {
                f"styles/{name}": sha256((sheets / name).read_bytes()).hexdigest()
                for name in sorted(
                    sheet.relative_to(sheets).as_posix() for sheet in sheets.rglob("*.css")
                )
                if f"styles/{name}" in html
            }
        pdf = f"%PDF-1.7\n% {sha256(html.encode()).hexdigest()}\n".encode() * 100
        future: Future[Any] = Future()
        future.set_result((RenderedPdf(pdf, 3, self._assets), []))
        return future

    def submit_local(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Mark up as ever."""
        return super().submit(function, *arguments)


def megabytes() -> int:
    """What of the process is in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 >> 20


def main(root: Path, every: int) -> None:
    """Build; after `every` documents, and at the end, print how many MiB it takes."""
    done = 0

    def tell(target: Target, total: int) -> None:
        nonlocal done
        done += 1
        if every and (done % every == 0 or done == total):
            print(done, megabytes(), flush=True)  # noqa: T201 – its answer

    build(open_project(root), BuildOptions(), date.today(), tell, executor=Tiny())  # noqa: DTZ011
    if every:
        print("records", megabytes(), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
