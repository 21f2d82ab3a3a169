"""Build a project, a small PDF for each document: `python -m tests.benchmarks.tiny ROOT`.

Everything but the painting is real, so that the records are those of a real build.
"""

import sys
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.build import build
from pipeline.order import Order
from pipeline.production.workers import Here
from pipeline.project import BUNDLED, open_project
from pipeline.typeset.paint import Painted


class Tiny(Here):
    """Paints nothing: gives a PDF of one line, and the files that a page asks for."""

    def __init__(self) -> None:
        self._assets: dict[str, str] = {}

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Give the result that painting has."""
        from hashlib import sha256

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
        future.set_result((Painted(pdf, 3, self._assets), []))
        return future

    def submit_near(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Mark up as ever."""
        return super().submit(function, *arguments)


if __name__ == "__main__":
    build(open_project(Path(sys.argv[1])), Order(), date.today(), workers=Tiny())  # noqa: DTZ011
