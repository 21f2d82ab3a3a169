"""Functions that run in worker processes: HTML to PDF, and PDF to print files.

The jobs of web files are in edition_page_jobs.py and catalogue_jobs.py. Jobs get values and
files, and do not read the content. A place in the content is returned as an
`UnresolvedPlace`, which the main process resolves. So a job gives the same bytes on each
machine.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from pipeline.design.stylesheets import Serve
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import AttachedFile, RenderedPdf, render_pdf
from pipeline.pdf.style_causes import locate_in_styles
from pipeline.problems import PipelineError, Place, Problem, Rule, Severity
from pipeline.project import BASE_URL, Project
from pipeline.tasks.assets import AssetSource
from pipeline.tasks.task import limit_problem

if TYPE_CHECKING:  # pydantic, which workers do not need
    from pipeline.model.colour import SoftProof
    from pipeline.model.paper import Size

_MAX_PAGES = 200
# In English only table cells are hyphenated: this loads the dictionary.
_SAMPLE = "<table><tr><td>Working party, <strong>international</strong> dialogue</table>"
_PDFX_HINT = "see styles/profiles/press.css, and docs/print.md"


@dataclass(frozen=True)
class UnresolvedPlace(Place):
    """A place still to be resolved: where the content has these words.

    `file` is the language file; `words` and `path` are what `SourceMap.find` takes.
    """

    words: str = ""
    path: str = ""


@dataclass(frozen=True)
class PostProcessing:
    """How a PDF becomes a print file: by imposition, or by conversion to PDF/X-4.

    `sheet` is the paper of booklets, `printing_condition` that of press files.
    """

    is_imposition: bool
    sheet: "Size"
    right_to_left: bool
    printing_condition: str
    ghostscript: str | None


@dataclass(frozen=True)
class Folding:
    """A folded document: its pages and `pages_before` together are made a `multiple`.

    Pages for notes fill the last sheet; then the imprint is alone on the last page.
    """

    pages_before: int = 0
    multiple: int = 4

    def blank_pages_after(self, pages: int) -> int:
        """Return the number of blank pages that fill the last sheet after `pages` pages."""
        return -(self.pages_before + pages) % self.multiple


def warm_up(assets: AssetSource, language: str, stylesheets: Sequence[str]) -> None:
    """Render a few words, so that a process has loaded fonts and style sheets.

    It does so while the first document is still being rendered to HTML; this saves a fifth
    of a second.
    """
    links = "".join(f'<link rel="stylesheet" href="{BASE_URL}{n}">' for n in stylesheets)
    html = f'<html lang="{language}"><head>{links}</head><body><h1>{_SAMPLE}</h1>{_SAMPLE}'
    fonts = load_fonts(assets.font_folders)
    render_pdf(html, assets.serve, fonts, lambda text, path: Place(""))


def render_document_pdf(
    assets: AssetSource,
    html: str,
    attachments: Sequence[AttachedFile],
    source: str,
    toolchain: Mapping[str, str],
    document_name: str = "",
    post_processing: PostProcessing | None = None,
    with_structure: bool = False,
    folding: Folding | None = None,
) -> tuple[RenderedPdf, list[Problem]]:
    """Render HTML to PDF; `source` is the file of content that it comes from.

    `document_name` is written into the PDF; `folding` adds pages for notes. Raises
    PipelineError when a print file cannot be made from it.
    """

    def find_place(text: str, path: str) -> Place:
        return UnresolvedPlace(source, words=text, path=path)

    fonts = load_fonts(assets.font_folders)
    proof = None
    if post_processing and not post_processing.is_imposition:
        proof = press_proof(assets.serve, post_processing.printing_condition)

    def render(html: str) -> tuple[RenderedPdf, list[Problem]]:
        return render_pdf(
            html,
            assets.serve,
            fonts,
            find_place,
            attachments,
            toolchain,
            document_name,
            with_structure=with_structure,
            soft_proof=proof,
        )

    rendered, problems = render(html)
    if folding and rendered.pdf:
        rendered, problems = _fill_sheets(render, html, rendered, problems, folding)
    if rendered.pages > _MAX_PAGES:
        message = f"it has {rendered.pages} pages; the limit is {_MAX_PAGES}"
        problems.append(limit_problem(source, message))
    rendered = replace(rendered, structure=None)
    if post_processing is None or not rendered.pdf:
        return rendered, problems
    if post_processing.is_imposition:
        size, right_to_left = post_processing.sheet, post_processing.right_to_left
        return impose_booklet(rendered, size, right_to_left=right_to_left), problems
    try:
        rendered, pdfx_problems = _convert_to_pdfx(
            assets, rendered, post_processing, Place(source)
        )
    except PipelineError:
        # An error of the document, such as a number that PDF does not allow, is the cause.
        if all(problem.rule.severity is Severity.WARNING for problem in problems):
            raise
        pdfx_problems = []
    return rendered, [*problems, *pdfx_problems]


def _fill_sheets(
    render: Callable[[str], tuple[RenderedPdf, list[Problem]]],
    html: str,
    rendered: RenderedPdf,
    problems: list[Problem],
    folding: Folding,
) -> tuple[RenderedPdf, list[Problem]]:
    """Lay out a document again with pages for notes, if it does not fill its sheets.

    Their number is found by trial: without the imprint the text may end a page earlier.
    """
    notes = folding.blank_pages_after(rendered.pages + 1)
    for _ in range(2 if folding.blank_pages_after(rendered.pages) else 0):
        html_with_notes = html.replace("<html ", f'<html data-notes-pages="{notes}" ', 1)
        rendered, problems = render(html_with_notes)
        if not rendered.pdf or not (missing := folding.blank_pages_after(rendered.pages)):
            break
        notes += missing
    # The last page, a back, may hold the imprint alone.
    return rendered, [p for p in problems if p.rule is not Rule.SHORT_LAST_PAGE]


def find_style_causes(
    assets: AssetSource, html: str, stylesheets: Sequence[str], problems: Sequence[Problem]
) -> list[Problem]:
    """Locate problems in these style sheets, where a declaration causes them."""
    fonts = load_fonts(assets.font_folders)

    def render(serve: Serve) -> list[Problem]:
        return render_pdf(html, serve, fonts, lambda *_: Place(""))[1]

    return locate_in_styles(problems, stylesheets, assets.serve, render)


def impose_booklet(
    rendered: RenderedPdf, sheet: "Size", *, right_to_left: bool
) -> RenderedPdf:
    """Impose a document as a booklet, of which each page is one side of a sheet."""
    from pipeline.prepress.imposition import arrange_sides, impose

    pdf = impose(rendered.pdf, sheet, right_to_left=right_to_left)
    sides = arrange_sides(rendered.pages, right_to_left=right_to_left)
    return replace(rendered, pdf=pdf, pages=len(sides))


def press_proof(serve: Serve, printing_condition: str) -> "SoftProof | None":
    """Simulate the colours of a press; None if the ICC profile is missing."""
    from pipeline.prepress.inks import soft_proof

    icc_profile = serve(_icc_name(printing_condition))
    return soft_proof(icc_profile) if icc_profile else None


def _icc_name(printing_condition: str) -> str:
    return f"styles/icc/{printing_condition}.icc"


def _convert_to_pdfx(
    assets: AssetSource, rendered: RenderedPdf, settings: PostProcessing, place: Place
) -> tuple[RenderedPdf, list[Problem]]:
    from pipeline.prepress.pdfx import PrintingCondition, convert_to_pdfx
    from pipeline.prepress.preflight import find_faults

    name = _icc_name(settings.printing_condition)
    icc_profile = assets.serve(name)
    if icc_profile is None:  # it was removed since the brand was checked
        message = "the file is missing"
        raise PipelineError(
            Problem(Rule.PRINTING_CONDITION, Place(name), message, "build again")
        )
    condition = PrintingCondition(settings.printing_condition, icc_profile)
    pdf = convert_to_pdfx(rendered.pdf, condition, settings.ghostscript, place)
    problems = [
        Problem(
            Rule.PDFX, place, f"the press file is not fit for print: {fault}", _PDFX_HINT
        )
        for fault in find_faults(pdf)
    ]
    used = {**rendered.assets, name: sha256(icc_profile).hexdigest()}
    return replace(rendered, pdf=pdf, assets=used), problems


def resolve_places(project: Project, problems: Iterable[Problem]) -> list[Problem]:
    """Find the `UnresolvedPlace`s of problems in the content as it is now."""
    problems = list(problems)
    if not problems:
        return []
    from pipeline.content.source_map import SourceMap  # and YAML: only for a problem

    source_map = SourceMap(project)

    def resolve(place: Place) -> Place:
        if isinstance(place, UnresolvedPlace):
            return source_map.find(place.file, place.words, place.path)
        return place

    return [replace(problem, place=resolve(problem.place)) for problem in problems]
