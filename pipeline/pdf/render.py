"""Render the HTML of a document into its PDF, by WeasyPrint.

WeasyPrint logs a missing picture or a misspelt property, and still writes a PDF; here each
log line becomes a problem. Files are read only by `serve`, which returns files of the
project. Nothing is fetched from the network.
"""

import hashlib
import logging
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pipeline.design.css_diagnostics import (
    find_declaration,
    problems_of_log_line,
    track_current_stylesheet,
)
from pipeline.design.stylesheets import Serve, stylesheets_for
from pipeline.model.colour import Colour, SoftProof
from pipeline.model.scripts import is_own_letter, language_of, missing_glyph_hint
from pipeline.pdf.fontconfig import Fonts
from pipeline.pdf.stylesheet_cache import parse_stylesheets
from pipeline.pdf.weasyprint_patches.attributes import require_known_version
from pipeline.pdf.weasyprint_patches.earlier_breaks import patch_earlier_breaks
from pipeline.pdf.weasyprint_patches.footnotes import patch_footnotes
from pipeline.pdf.weasyprint_patches.hyphens import limit_hyphens
from pipeline.problems import Place, Problem, Rule, Severity
from pipeline.project import BASE_URL, BUNDLED, Project
from pipeline.system_errors import is_shortage

if TYPE_CHECKING:
    from pipeline.pdf.checks.overflow import LayoutIssue
    from pipeline.pdf.structure_elements import StructureTree
    from pipeline.pdf.structure_entries import StructureEntry

# Content types by suffix: the list of the system differs between machines.
_CONTENT_TYPES = {
    ".css": "text/css",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".yml": "text/css",  # the brand, served as a style sheet
}
# A picture that cannot be read, or an SVG that refers to a file outside the project.
_BAD_PICTURE = re.compile(
    r"(?:Failed to load image at|Failed to render SVG \w+) '?"
    rf"(?!{re.escape(BASE_URL)}(?!content/))([^\s']+)"
)
_MISSING_GLYPH = re.compile(r'\.notdef glyph rendered for Unicode string.*?"(.*)"', re.S)


# From a text and the path of a part, such as "sections.1.blocks.0.figure", to the place of
# the text in that part, or else the start of the part. Without a path the language file is
# searched, without both it is the place. A prefix names another file: "edition:contact".
FindPlace = Callable[[str, str], Place]
# A line of WeasyPrint's log, and the style sheet that was being parsed, or "".
_LogLine = tuple[str, str]


@dataclass(frozen=True)
class AttachedFile:
    """A file to embed. `relationship` is one of ISO 32000-2, 7.11.3: Source, Data.

    `dated` comes from content, so that the age of a file does not change the bytes.
    """

    name: str
    data: bytes
    relationship: str
    description: str
    dated: datetime


@dataclass(frozen=True)
class RenderedPdf:
    """A PDF, its number of pages, the hash of each file it was made from, its structure.

    `layout_issues` are among the problems, too. When WeasyPrint fails, the PDF is empty and
    a problem gives the reason. `structure_entries` is empty unless requested. `fill` is the
    result of `DocumentFill.score`.
    """

    pdf: bytes
    pages: int
    assets: dict[str, str]
    structure: "StructureTree | None" = None
    layout_issues: "tuple[LayoutIssue, ...]" = ()
    structure_entries: "tuple[StructureEntry, ...]" = ()
    fill: Mapping[str, int] = field(default_factory=dict)


def render_pdf(
    html: str,
    serve: Serve,
    fonts: Fonts,
    find: FindPlace,
    attached: Sequence[AttachedFile] = (),
    toolchain: Mapping[str, str] = MappingProxyType({}),
    document_name: str = "",
    *,
    with_structure: bool = False,
    soft_proof: SoftProof | None = None,
) -> tuple[RenderedPdf, list[Problem]]:
    """Render one document. The same input gives the same bytes.

    `fonts` is the result of `load_fonts`. `toolchain` is written into the file, to explain
    later differences; so is `document_name`, to identify it. The contrast of texts is
    measured on screen, and in the colours of `soft_proof`.
    """
    from weasyprint import HTML

    from pipeline.pdf import metadata
    from pipeline.pdf.conformance_issues import find_conformance_issues
    from pipeline.pdf.right_to_left import write_right_to_left
    from pipeline.pdf.structure_entries import list_structure
    from pipeline.pdf.tag_writer import patch_add_tags

    def finish(document: Any, pdf: Any) -> None:
        root = document._html.etree_element
        metadata.complete_pdf(pdf, root.get("class", "").split())
        write_right_to_left(pdf, rtl_document=root.get("dir") == "rtl")
        conformance.extend(find_conformance_issues(document, pdf, trees[0], find))

    fetcher = _make_fetcher(serve)
    rendered, findings = RenderedPdf(b"", 0, fetcher.assets), _PageFindings()
    conformance: list[Problem] = []
    with (
        _collect_log() as log,
        _log_crash(log),
        _patch_weasyprint() as moved,
        patch_add_tags(moved) as trees,
    ):
        parsed = HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher)
        with fonts.stylesheets.use(parsed, serve, fonts.configuration, log) as styles:
            document = parsed.render(pdf_variant=metadata.VARIANT, **styles)
            findings = _check_pages(document, fonts, soft_proof)
            metadata.prepare_metadata(document, document_name, toolchain)
            pdf = document.write_pdf(
                pdf_variant=metadata.VARIANT,
                finisher=finish,
                attachments=_make_attachments(attached, fetcher),
            )
            (tree,) = trees
            entries = list_structure(tree, parsed.etree_element) if with_structure else ()
            facts = (pdf, len(document.pages), fetcher.assets, tree, findings.layout)
            rendered = RenderedPdf(*facts, entries, findings.fill)
    language = parsed.etree_element.get("lang", "")
    lines = dict.fromkeys(log)
    tag_faults = [fault for tree in trees for fault in tree.faults]
    problems = [
        *(p for line in lines for p in _log_problems(*line, serve, find, language)),
        *_layout_problems(findings.layout, tag_faults, conformance, find),
        *_fallback_problems(findings.fallbacks, find, language),
        *_contrast_problems(findings.contrast, fetcher.assets, serve),
    ]
    return rendered, [*_one_problem_per_script(problems)]


@dataclass(frozen=True)
class _PageFindings:
    """The issues that the checks of the laid-out pages found, and the fill of the pages."""

    contrast: Sequence[tuple[str, float | Colour]] = ()
    fallbacks: Sequence[tuple[str, str]] = ()
    layout: "tuple[LayoutIssue, ...]" = ()
    fill: Mapping[str, int] = field(default_factory=dict)


def _check_pages(
    document: Any, fonts: Fonts, soft_proof: SoftProof | None
) -> _PageFindings:
    from pipeline.pdf.checks.contrast import find_contrast_issues
    from pipeline.pdf.checks.fallback_fonts import find_fallback_fonts
    from pipeline.pdf.checks.layout_boxes import measure_pages
    from pipeline.pdf.checks.overflow import find_layout_issues
    from pipeline.pdf.checks.page_fill import measure_fill

    pages = list(document.pages)
    metrics = measure_pages(pages)
    return _PageFindings(
        find_contrast_issues(pages, soft_proof),
        find_fallback_fonts(pages, fonts.faces),
        tuple(find_layout_issues(metrics)),
        measure_fill(metrics).score(),
    )


def _make_attachments(files: Iterable[AttachedFile], fetcher: Any) -> list[Any]:
    from weasyprint import Attachment

    return [
        Attachment(
            string=file.data,
            name=file.name,
            description=file.description,
            relationship=file.relationship,
            url_fetcher=fetcher,  # otherwise each makes one for the network
            created=file.dated,
            modified=file.dated,
        )
        for file in files
    ]


def _one_problem_per_script(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Keep one problem for each script without a font."""
    scripts: set[str] = set()
    for problem in problems:
        is_script = problem.rule is Rule.MISSING_GLYPH and "typography:" in problem.hint
        if is_script and problem.hint in scripts:
            continue
        scripts |= {problem.hint} if is_script else set()
        yield problem


@contextmanager
def lay_out(html: str, serve: Serve, fonts: Fonts) -> Iterator[Any]:
    """Lay a document out, as `render_pdf` does, and yield it; nothing is written."""
    from weasyprint import HTML

    from pipeline.pdf import metadata

    with _collect_log() as log, _patch_weasyprint():
        parsed = HTML(string=html, base_url=BASE_URL, url_fetcher=_make_fetcher(serve))
        with fonts.stylesheets.use(parsed, serve, fonts.configuration, log) as styles:
            yield parsed.render(pdf_variant=metadata.VARIANT, **styles)


def parse_bundled_stylesheets() -> None:
    """Parse the bundled style sheets that most documents link, for later documents."""
    project = Project(BUNDLED)
    _, *names = stylesheets_for(project, "en", "screen")
    fetcher = _make_fetcher(project.read_asset)
    with _collect_log() as log:
        parse_stylesheets(tuple(f"{BASE_URL}{name}" for name in names), fetcher, None, log)


@contextmanager
def _patch_weasyprint() -> Iterator[Any]:
    """Patch the layout of WeasyPrint; yield the HTML that `fit_pages` moves."""
    from pipeline.pdf.document_fitter import fit_pages
    from pipeline.pdf.weasyprint_patches.engine import patch_engine

    require_known_version()
    with (
        patch_engine(),
        patch_footnotes(),
        patch_earlier_breaks(),
        limit_hyphens(),
        fit_pages() as moved,
    ):
        yield moved


def _layout_problems(
    issues: "Sequence[LayoutIssue]",
    tag_faults: Sequence[str],
    conformance: Sequence[Problem],
    find: FindPlace,
) -> Iterator[Problem]:
    for issue in issues:
        place = find(issue.word, issue.path)
        yield Problem(issue.rule, place, issue.message, issue.hint)
    # Content that does not fit may be missing or misplaced in the structure: one cause is
    # reported once.
    if all(issue.rule.severity is Severity.WARNING for issue in issues):
        hint = "check templates/ and styles/, and see docs/accessibility.md"
        for fault in tag_faults:
            yield Problem(Rule.PDF_STRUCTURE, find("", ""), fault, hint)
        yield from conformance


def _fallback_problems(
    fallbacks: Sequence[tuple[str, str]], find: FindPlace, language: str
) -> Iterator[Problem]:
    for phrase, family in fallbacks:
        code = language_of(phrase[0]) or "LANGUAGE"
        fonts = f'the fonts of its language, such as "{family}"'
        message = f'{fonts}, have no glyphs for "{phrase}"'
        hint = f"mark a phrase in another language: [{phrase}]{{lang={code}}}"
        if is_own_letter(phrase[0], language):
            hint = missing_glyph_hint(phrase[0], language)
        yield Problem(Rule.MISSING_GLYPH, find(phrase.split()[0], ""), message, hint)


def _contrast_problems(
    issues: Sequence[tuple[str, float | Colour]], assets: Mapping[str, str], serve: Serve
) -> Iterator[Problem]:
    stylesheets = [name for name in assets if name.endswith((".css", ".yml"))]
    brand = next((name for name in stylesheets if name.endswith(".yml")), "the brand")
    hint = f"sizes are in styles/tokens.css, colours in {brand}"
    for message, cause in issues:
        place = find_declaration(stylesheets, serve, cause)
        yield Problem(Rule.LEGIBILITY, place, message, hint)


def _make_fetcher(serve: Serve) -> Any:
    from email.message import EmailMessage, Message

    from weasyprint.urls import URLFetcher, URLFetcherResponse

    policy = Message().policy  # the default of EmailMessage imports a parser: 7 ms

    class ProjectFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Serves files of the project and refuses all other addresses."""

        def __init__(self) -> None:
            # The parent's __init__ is not called: it prepares handlers for the network.
            self._fail_on_errors = False
            self.assets: dict[str, str] = {}

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            name = unquote(urlsplit(url).path).lstrip("/")
            body = serve(name) if url.startswith(BASE_URL) else None
            if body is None:
                raise ValueError("not a file of this project")
            self.assets[name] = hashlib.sha256(body).hexdigest()
            answer = EmailMessage(policy)
            suffix = PurePosixPath(name).suffix.lower()
            answer["Content-Type"] = _CONTENT_TYPES.get(suffix, "")
            return URLFetcherResponse(url, body, answer)

    return ProjectFetcher()


@contextmanager
def _log_crash(log: list[_LogLine]) -> Iterator[None]:
    """Turn a crash of WeasyPrint into a problem of its document; the build continues.

    Known in version 70: CMYK in gradients, `footnote-policy: block`, some minimal widths.
    """
    try:
        yield
    except MemoryError:
        raise  # a limit of the document, not a defect of WeasyPrint
    except Exception as error:
        if isinstance(error, OSError) and is_shortage(error):
            raise
        file = traceback.extract_tb(error.__traceback__)[-1].filename
        if Path(file).is_relative_to(Path(__file__).parent):
            raise  # a defect of this program keeps its traceback
        log.append((f"WeasyPrint failed: {type(error).__name__}: {error}", ""))


@contextmanager
def _collect_log() -> Iterator[list[_LogLine]]:
    lines: list[_LogLine] = []

    def collect(record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING:
            address = current_stylesheets[-1] if current_stylesheets else ""
            stylesheet = unquote(address.removeprefix(BASE_URL))
            lines.append((record.getMessage(), stylesheet))
        return False  # to no handler

    logger = logging.getLogger("weasyprint")
    with track_current_stylesheet() as current_stylesheets:
        logger.addFilter(collect)
        try:
            yield lines
        finally:
            logger.removeFilter(collect)


def _log_problems(
    text: str, stylesheet: str, serve: Serve, find: FindPlace, language: str
) -> Iterator[Problem]:
    if stylesheet and (explained := problems_of_log_line(text, stylesheet, serve)):
        yield from explained
    elif glyphs := _MISSING_GLYPH.search(text):
        for character in dict.fromkeys(glyphs[1]):
            name = f"{character} (U+{ord(character):04X})"
            message = f"no font of the brief has the character {name}"
            hint = missing_glyph_hint(character, language)
            yield Problem(Rule.MISSING_GLYPH, find(character, ""), message, hint)
    elif picture := _BAD_PICTURE.search(text):
        name = PurePosixPath(unquote(picture[1])).name
        message = f'the picture "{name}" cannot be rendered, or refers to another file'
        hint = "open it and save it again as JPEG, PNG or SVG without links"
        yield Problem(Rule.PICTURE_TYPE, find(name, ""), message, hint)
    else:
        # A declaration outside all style sheets is in a template.
        place = Place("templates") if text.startswith("Ignored") else find("", "")
        message = f"WeasyPrint: {text.replace(BASE_URL, '')}"
        yield Problem(Rule.RENDERER, place, message, "check templates/ and styles/")
