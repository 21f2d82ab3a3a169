"""Turn the HTML of a brief into its PDF, by WeasyPrint.

WeasyPrint logs where it should complain: a missing picture or a misspelt property still
gives a PDF. Here every log line becomes a problem. Files come only from `serve`, which
knows the project; no address is ever looked up and nothing else on the disk is read.
"""

import hashlib
import logging
import re
import traceback
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

from pipeline.design.css_diagnostics import (
    explain_line,
    find_value,
    track_current_stylesheet,
)
from pipeline.design.font_metrics import FontFaces
from pipeline.design.stylesheets import Serve
from pipeline.pdf.fontconfig import Fonts
from pipeline.problems import Place, Problem, Rule, Severity
from pipeline.project import BASE_URL

if TYPE_CHECKING:
    from pipeline.pdf.checks.contrast import ContrastIssue
    from pipeline.pdf.checks.overflow import LayoutIssue
    from pipeline.pdf.structure_tree import StructureTree

# Kinds of file by their ending: the system's own list differs from machine to machine.
_KINDS = {
    ".css": "text/css",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".yml": "text/css",  # the brand, as the style sheet that it stands for
}


class FindPlace(Protocol):
    """Where a piece of text stands in the content; given "", the language file.

    With the `path` of a part, such as "sections.1.blocks.0.figure", where it stands in
    that part, or where the part begins. A path before a colon names another file of the
    content: "edition:contact".
    """

    def __call__(self, text: str, path: str = "") -> Place:
        """Give the place."""
        ...


_LEGIBLE = "sizes stand in styles/tokens.css, colours in styles/_brand.yml"
# A picture that cannot be read, or an SVG that asks for what the project does not serve.
_BAD_PICTURE = re.compile(
    r"(?:Failed to load image at|Failed to render SVG \w+) '?"
    rf"(?!{re.escape(BASE_URL)}(?!content/))([^\s']+)"
)
_MISSING_GLYPH = re.compile(r'\.notdef glyph rendered for Unicode string.*?"(.*)"', re.S)


@dataclass(frozen=True)
class Attachment:
    """A file to embed. `relationship` is one of ISO 32000-2, 7.11.3: Source, Data.

    `dated` comes from content: a file's age must not change the bytes.
    """

    name: str
    data: bytes
    relationship: str
    description: str
    dated: datetime


@dataclass(frozen=True)
class RenderedPdf:
    """A PDF, its number of pages, the hash of every file that went into it, its structure.

    `misfits` are what does not fit; they are among the problems too.
    When WeasyPrint failed the PDF is empty, and a problem says so.
    """

    pdf: bytes
    pages: int
    assets: dict[str, str]
    structure: "StructureTree | None" = None
    misfits: "tuple[LayoutIssue, ...]" = ()


def render_pdf(
    html: str,
    serve: Serve,
    fonts: Fonts,
    find: FindPlace,
    attached: Sequence[Attachment] = (),
    toolchain: Mapping[str, str] = MappingProxyType({}),
) -> tuple[RenderedPdf, list[Problem]]:
    """Lay out and write one document. The same input gives the same bytes.

    `fonts` comes from `load_fonts`, which must have run before. `toolchain` is written into
    the file, so that a difference can be explained later.
    """
    from weasyprint import HTML, Attachment

    from pipeline.pdf import metadata
    from pipeline.pdf import tag_writer as tags
    from pipeline.pdf.tounicode import fix_tounicode
    from pipeline.pdf.weasyprint_patches import patch_footnotes

    def finish(document: Any, pdf: Any) -> None:
        metadata.finish(document, pdf, toolchain=toolchain)
        fix_tounicode(pdf)

    fetcher = _make_fetcher(serve)
    painted = RenderedPdf(b"", 0, fetcher.assets)
    findings = _Findings()
    with (
        track_current_stylesheet() as reading,
        _log_lines(reading) as lines,
        _failures(lines),
        patch_footnotes(),
        tags.patch_add_tags() as tagged,
    ):
        page = HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher)
        with fonts.sheets.take(page, serve, fonts.configuration, lines) as styles:
            document = page.render(pdf_variant=metadata.VARIANT, **styles)
            findings = _judge(document.pages, fonts.faces)
            metadata.prepare(document)
            pdf = document.write_pdf(
                pdf_variant=metadata.VARIANT,
                finisher=finish,
                attachments=[
                    Attachment(
                        string=file.data,
                        name=file.name,
                        description=file.description,
                        relationship=file.relationship,
                        created=file.dated,
                        modified=file.dated,
                    )
                    for file in attached
                ],
            )
            painted = RenderedPdf(
                pdf, len(document.pages), fetcher.assets, tagged.structure, findings.misfits
            )
    problems = [p for line in dict.fromkeys(lines) for p in _problems(line, serve, find)]
    problems += _explain(findings, tagged.faults, find)
    sheets = [
        name for name in fetcher.assets if _KINDS.get(Path(name).suffix) == "text/css"
    ]
    for one in findings.illegible:
        place = find_value(sheets, serve, one.cause)
        problems.append(Problem(Rule.LEGIBILITY, place, one.message, _LEGIBLE))
    return painted, problems


@dataclass(frozen=True)
class _LogLine:
    """A line of WeasyPrint's log, and the style sheet that it was reading, or ""."""

    text: str
    sheet: str = ""


@dataclass(frozen=True)
class _Findings:
    """What the pages show to be wrong."""

    illegible: "tuple[ContrastIssue, ...]" = ()
    foreign: tuple[tuple[str, str], ...] = ()
    misfits: "tuple[LayoutIssue, ...]" = ()


def _judge(pages: Sequence[Any], faces: FontFaces) -> _Findings:
    from pipeline.pdf.checks.contrast import find_contrast_issues
    from pipeline.pdf.checks.fallback_fonts import find_fallback_fonts
    from pipeline.pdf.checks.overflow import find_layout_issues

    return _Findings(
        tuple(find_contrast_issues(list(pages))),
        tuple(find_fallback_fonts(list(pages), faces)),
        tuple(find_layout_issues(list(pages))),
    )


def _explain(
    findings: _Findings, unheard: Sequence[str], find: FindPlace
) -> Iterator[Problem]:
    for misfit in findings.misfits:
        place = find(misfit.word, misfit.path)
        yield Problem(misfit.rule, place, misfit.message, misfit.hint)
    # What lost its place is unheard, or heard elsewhere, for that reason alone.
    if all(m.rule.severity is Severity.WARNING for m in findings.misfits):
        for fault in unheard:
            hint = "see templates/, and docs/accessibility.md"
            yield Problem(Rule.PDF_STRUCTURE, find(""), fault, hint)
    for phrase, family in findings.foreign:
        yield _foreign_problem(phrase, family, find)


def _foreign_problem(phrase: str, family: str, find: FindPlace) -> Problem:
    language = "ar" if unicodedata.bidirectional(phrase[0]) == "AL" else "zh"
    return Problem(
        Rule.MISSING_GLYPH,
        find(phrase.split()[0]),
        f'"{phrase}" has letters that the fonts of its language do not have, '
        f'such as "{family}"',
        f"mark a phrase in another language: [{phrase}]{{lang={language}}}",
    )


def _make_fetcher(serve: Serve) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class ProjectFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Answer for the project's own files, and refuse everything else."""

        def __init__(self) -> None:
            # Not the parent's: it prepares handlers for the network.
            self._fail_on_errors = False
            self.assets: dict[str, str] = {}

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            name = unquote(urlsplit(url).path).lstrip("/")
            body = serve(name) if url.startswith(BASE_URL) else None
            if body is None:
                raise ValueError("not a file of this project")
            self.assets[name] = hashlib.sha256(body).hexdigest()
            kind = _KINDS.get(PurePosixPath(name).suffix.lower(), "")
            return URLFetcherResponse(url, body, {"Content-Type": kind})

    return ProjectFetcher()


@contextmanager
def _failures(lines: list[_LogLine]) -> Iterator[None]:
    """Let a crash of WeasyPrint be a problem of its document, not the end of all others.

    Known in version 70: CMYK in gradients, `footnote-policy: block`, some minimal widths.
    """
    try:
        yield
    except MemoryError:
        raise  # a limit of the document, not a fault of WeasyPrint
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1].filename
        if Path(where).is_relative_to(Path(__file__).parent):
            raise  # a fault of ours keeps its traceback
        lines.append(_LogLine(f"it failed: {type(error).__name__}: {error}"))


@contextmanager
def _log_lines(reading: list[str]) -> Iterator[list[_LogLine]]:
    lines: list[_LogLine] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            address = reading[-1] if reading else ""
            sheet = unquote(address.removeprefix(BASE_URL))
            lines.append(_LogLine(record.getMessage(), sheet))

    logger = logging.getLogger("weasyprint")
    handler = Collect(logging.WARNING)
    logger.addHandler(handler)
    propagate, logger.propagate = logger.propagate, False
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


def _problems(logged: _LogLine, serve: Serve, find: FindPlace) -> Iterator[Problem]:
    line = logged.text
    if logged.sheet and (found := explain_line(line, logged.sheet, serve)):
        yield from found
        return
    match = _MISSING_GLYPH.search(line)
    for character in dict.fromkeys(match[1]) if match else ():
        yield Problem(
            Rule.MISSING_GLYPH,
            find(character),
            f"no font of the brief has the character {character} (U+{ord(character):04X})",
            "write it another way; fonts are in styles/fonts/",
        )
    if picture := _BAD_PICTURE.search(line):
        name = PurePosixPath(unquote(picture[1])).name
        yield Problem(
            Rule.PICTURE_TYPE,
            find(name),
            f'the picture "{name}" cannot be set, or asks for something outside it',
            "open it and save it again as JPEG, PNG or SVG without links",
        )
    elif not match:
        # Styles that stand in no sheet stand in a template.
        yield Problem(
            Rule.RENDERER,
            Place("templates") if line.startswith("Ignored") else find(""),
            f"the painter says: {line.replace(BASE_URL, '')}",
            "see templates/ and styles/",
        )
