"""Paint one document: the job of a process. What is for printing only is finished here too.

It knows files and HTML, and nothing of content: where the content says what stands on a
page is sought afterwards, by who has the content. So the files may come from a folder
or from another machine, and the bytes are the same.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import Attachment, RenderedPdf, render_pdf
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import BASE_URL, BRAND_FILE, Project

_MOST_PAGES = 200
_UNFIT = "see styles/profiles/press.css, and docs/print.md"
# A cell of a table and no other text is hyphenated in English: the dictionary is read.
_WORDS = "<table><tr><td>Working party, <strong>international</strong> dialogue</table>"
_LARGE = "look for very long text, very many rows or a very large or intricate picture"
# An address of a file of the project in a page.
_ASKED = re.compile(rf"{re.escape(BASE_URL)}((?:content|styles)/[^\"'\s<>]+)")


@dataclass(frozen=True)
class Sought(Place):
    """A place that is still to be found: where the content says these words.

    `file` is the language file; `words` and `path` are what `Places.find` takes.
    """

    words: str = ""
    path: str = ""


class Supply(Protocol):
    """Where a painter gets its files, by name, and its fonts."""

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """The folders of fonts that are there."""
        ...

    def serve(self, name: str) -> bytes | None:
        """Give a file, None when it is not there."""
        ...


@dataclass(frozen=True)
class Shelf:
    """The files that a painter may ask for. `brand` is a style sheet, as bytes."""

    project: Project
    brand: bytes

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """The folders of fonts, bundled and the project's own."""
        return self.project.font_folders

    def names(self) -> tuple[str, ...]:
        """Name what every page may ask for: all of `styles/` but the fonts."""
        names = (n for n in self.project.design_names() if n.startswith("styles/"))
        return tuple(name for name in names if not name.startswith("styles/fonts/"))

    def names_in(self, html: str) -> tuple[str, ...]:
        """Name what a page asks for by itself: pictures."""
        found = (unquote(unescape(name)) for name in _ASKED.findall(html))
        return tuple(dict.fromkeys(found))

    def serve(self, name: str) -> bytes | None:
        """Give a style sheet, a logo or a picture, nothing else.

        The brand is given as the style sheet that follows from it.
        """
        if name == BRAND_FILE:
            return self.brand
        kind, _, rest = name.partition("/")
        if kind == "styles":
            return self.project.read_style(rest)
        path = self.project.find_content(rest) if kind == "content" else None
        with suppress(FileNotFoundError):  # it went just now
            return path.read_bytes() if path else None
        return None


def prepare_painting(shelf: Supply, language: str, sheets: Sequence[str]) -> None:
    """Paint a page of a few words, so that a process has all it needs before the first.

    Fonts, style sheets and hyphens of one look are loaded while the first document is
    still marked up: a fifth of a second that nobody waits for.
    """
    links = "".join(f'<link rel="stylesheet" href="{BASE_URL}styles/{n}">' for n in sheets)
    html = f'<html lang="{language}"><head>{links}</head><body><h1>{_WORDS}</h1>{_WORDS}'
    fonts = load_fonts(shelf.font_folders)
    render_pdf(html, shelf.serve, fonts, lambda text, path="": Place(""))


@dataclass(frozen=True)
class Finishing:
    """What becomes of painted pages: a booklet or a press file, of the name `document`.

    `condition` is the printing condition of press files.
    """

    profile: str
    document: str
    right_to_left: bool
    condition: str
    ghostscript: str | None


def paint(
    shelf: Supply,
    html: str,
    attached: Sequence[Attachment],
    source: str,
    tools: Mapping[str, str],
    finishing: Finishing | None = None,
) -> tuple[RenderedPdf, list[Problem]]:
    """Paint the HTML of a document, of which `source` is the language file.

    Places in the content are `Sought`; `find_places` finds them. Raises PipelineError when
    what is for printing only could not be made.
    """

    def find(text: str, path: str = "") -> Place:
        return Sought(source, words=text, path=path)

    fonts = load_fonts(shelf.font_folders)
    painted, problems = render_pdf(html, shelf.serve, fonts, find, attached, tools)
    if painted.pages > _MOST_PAGES:
        said = f"it has {painted.pages} pages; the limit is {_MOST_PAGES}"
        problems.append(say_limit(source, said))
    painted = replace(painted, structure=None)
    if finishing and painted.pdf:
        painted, more = _finish(shelf, painted, finishing, Place(source))
        problems += more
    return painted, problems


def _finish(
    shelf: Supply, painted: RenderedPdf, finishing: Finishing, place: Place
) -> tuple[RenderedPdf, list[Problem]]:
    if finishing.profile == "booklet":
        from pipeline.prepress.imposition import arrange_sides, impose

        right_to_left, name = finishing.right_to_left, finishing.document
        pdf = impose(painted.pdf, right_to_left=right_to_left, document=name)
        sides = len(arrange_sides(painted.pages, right_to_left=right_to_left))
        return replace(painted, pdf=pdf, pages=sides), []
    from pipeline.prepress.pdfx import PrintingCondition, convert_to_pdfx
    from pipeline.prepress.preflight import find_faults

    name = f"styles/icc/{finishing.condition}.icc"
    profile = shelf.serve(name)
    if profile is None:  # the brand was checked, so it went just now
        raise PipelineError(
            Problem(Rule.PRINTING_CONDITION, Place(name), "the file is gone", "build again")
        )
    condition = PrintingCondition(finishing.condition, profile)
    pdf = convert_to_pdfx(
        painted.pdf, condition, finishing.ghostscript, place, finishing.document
    )
    assets = {**painted.assets, name: sha256(profile).hexdigest()}
    problems = [
        Problem(Rule.PDFX, place, f"the press file is not fit for print: {fault}", _UNFIT)
        for fault in find_faults(pdf)
    ]
    return replace(painted, pdf=pdf, assets=assets), problems


def find_places(project: Project, problems: Iterable[Problem]) -> list[Problem]:
    """Find the places that are `Sought` in the content, as it is now."""
    problems = list(problems)
    if not problems:
        return []
    from pipeline.content.source_map import SourceMap  # and YAML: only for a problem

    places = SourceMap(project)
    found = []
    for problem in problems:
        sought = problem.place
        if isinstance(sought, Sought):
            place = places.find(sought.file, sought.words, sought.path)
            problem = replace(problem, place=place)
        found.append(problem)
    return found


def say_limit(source: str, said: str, hint: str = _LARGE) -> Problem:
    """Say that a document went over a limit."""
    message = f"the document could not be made: {said}"
    return Problem(Rule.RESOURCE_LIMIT, Place(source), message, hint)
