"""Parts of pages by their number of lines; the layouts and the PDF of a document."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint.layout import page as engine

from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.pdf.weasyprint_patches.attributes import patched
from pipeline.problems import Place, Problem
from pipeline.project import BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)


def lines(name: str, count: int) -> str:
    """A paragraph of so many lines."""
    words = "<br>".join(f"{name}{number}" for number in range(count))
    return f'<div class="text"><p>{words}</p></div>'


def box(name: str) -> str:
    """A box of six lines."""
    return f'<aside class="box"><p>{name}{"<br>x" * 5}</p></aside>'


@contextmanager
def counted_layouts() -> Iterator[list[int]]:
    """Yield the indices of the pages that are laid out, in order."""
    indices: list[int] = []
    remake = engine.remake_page

    def remake_page(index: int, *arguments: Any, **named: Any) -> Any:
        indices.append(index)
        return remake(index, *arguments, **named)

    with patched(engine, remake_page=remake_page):
        yield indices


def rendered_pdf(html: str) -> tuple[Any, list[Problem]]:
    """Render HTML; give the PDF and its problems."""
    return render_pdf(html, lambda name: None, load_fonts(FONTS), lambda *_: Place(""))
