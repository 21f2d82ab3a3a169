"""Render a snippet of HTML, for tests of its structure and its links."""

import io
from typing import Any

import pikepdf

from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.pdf.structure_elements import Element
from pipeline.problems import Place, Rule
from pipeline.project import BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)
STYLE = """
@page { size: 21cm 29cm; margin: 1cm }
body { font-family: "Brief Sans", "Brief Arabic", "Brief SC" }
.note { float: footnote }
"""


def render(
    body: str, attributes: str = "", css: str = ""
) -> tuple[pikepdf.Pdf, Element, list[str]]:
    """Return the PDF of a snippet, the root of its tree, and the faults of its structure.

    Snippets need not begin with a heading of level 1; test_conformance.py tests levels.
    """
    html = (
        f'<!DOCTYPE html><html lang="en"><head><title>T</title>'
        f"<style>{STYLE}{css}</style></head><body {attributes}>{body}</body></html>"
    )
    rendered, problems = render_pdf(html, lambda _: None, load_fonts(FONTS), Place)
    faults = [p.message for p in problems if p.rule is Rule.PDF_STRUCTURE]
    faults = [fault for fault in faults if not fault.endswith("a level is skipped")]
    assert rendered.structure, problems
    return pikepdf.open(io.BytesIO(rendered.pdf)), rendered.structure.root, faults


def annotations(pdf: pikepdf.Pdf) -> list[Any]:
    """Return the link annotations of a PDF, page by page."""
    return [link for page in pdf.pages for link in page.get("/Annots", [])]


def elements(pdf: pikepdf.Pdf, role: str) -> list[Any]:
    """Return the written structure elements of a role, in reading order."""
    descendants: list[Any] = []

    def walk(element: Any) -> None:
        if element.get("/S") == f"/{role}":
            descendants.append(element)
        for kid in element.get("/K", []):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                walk(kid)

    walk(pdf.Root.StructTreeRoot)
    return descendants
