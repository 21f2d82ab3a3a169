"""Bind one pack: paint its briefs one behind the other, then its front, and join them.

Painting is the work of processes; what is written here are chains of such jobs, which give
each job that they wait for. So the packs of several languages are bound side by side.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from pipeline.content.export import export_yaml
from pipeline.editions.sessions import ResolvedHandout
from pipeline.html.pack_view import ContentsEntry, ContentsHeading
from pipeline.html.view_model import PackPosition
from pipeline.make import Marked, Shared, mark_up
from pipeline.model.languages import direction
from pipeline.model.schema import Edition
from pipeline.model.session import Session
from pipeline.painting import find_places, paint, say_limit
from pipeline.pdf.render import Attachment, RenderedPdf
from pipeline.plan import is_blocked
from pipeline.prepress.imposition import arrange_sides, impose
from pipeline.prepress.merge import merge_pdfs, read_bookmarks
from pipeline.problems import PipelineError, Problem, is_blocking
from pipeline.project import Notes
from pipeline.state.fingerprints import digest
from pipeline.targets import Document, Pack
from pipeline.workers.pool import Executor, JobFailed

# The front and the briefs begin on a recto: each has a whole number of leaves.
_PAGES_OF_A_LEAF = 2
# Headings with this level are named in the contents; above them is the title of the brief.
_NAMED_LEVEL = 2


@dataclass(frozen=True)
class Bindery:
    """What packs are bound from. `wrong` are the files that have an error."""

    shared: Shared
    editions: Mapping[str, Edition]
    wrong: frozenset[str]
    tools: Mapping[str, str]
    workers: Executor
    strict: bool


@dataclass(frozen=True)
class Bound:
    """A pack, bound; without a PDF when something in it is wrong.

    `source` is the hash of all that was painted, `files` what it came from, `assets` the
    files that the painter was given.
    """

    pdf: bytes = b""
    pages: int = 0
    source: str = ""
    files: Notes = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Part:
    """A part of a pack: what it was marked up from, and what came of it."""

    marked: Marked
    painted: RenderedPdf
    problems: tuple[Problem, ...]

    @property
    def pages(self) -> int:
        """Its pages with the blank one that may follow."""
        return self.painted.pages + -self.painted.pages % _PAGES_OF_A_LEAF


# A chain gives the jobs that it waits for, and at its end what became of them.
Chain = Generator[Future[Any], None, Bound]
_PartChain = Generator[Future[Any], None, _Part]


def bind_together(chains: Sequence[Chain]) -> Iterator[Bound]:
    """Follow several chains side by side; give what comes of each, in their order."""
    waiting: dict[Future[Any], int] = {}
    bound: dict[int, Bound] = {}

    def go_on(number: int) -> None:
        try:
            waiting[next(chains[number])] = number
        except StopIteration as end:
            bound[number] = end.value

    for number in range(len(chains)):
        go_on(number)
    for number in range(len(chains)):
        while number not in bound:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                go_on(waiting.pop(future))
        yield bound.pop(number)


def bind(
    bindery: Bindery, pack: Pack, session: Session, handed_out: Sequence[ResolvedHandout]
) -> Chain:
    """Bind one pack. Each brief is painted, so that all that is wrong is said at once."""
    briefs: list[_Part] = []
    entries: list[ContentsEntry] = []
    before = 0
    for document in (_document(pack, given) for given in handed_out):
        edition = bindery.editions.get(document.folder)
        if edition is None or is_blocked(document, edition, bindery.wrong):
            continue  # its problems were said when it was read
        turned = direction(document.language) != direction(pack.language)
        part = yield from _paint_brief(
            bindery, edition, document, PackPosition(before, turned)
        )
        if part.painted.pdf:
            entries.append(_entry(edition, document, part, len(entries) + 1, before))
        briefs.append(part)
        before += part.pages
    if len(entries) < len(handed_out) or _is_stopped(bindery, briefs):
        return Bound(problems=tuple(p for part in briefs for p in part.problems))
    front = yield from _paint_front(bindery, pack, session, entries)
    if not front.painted.pdf or _is_stopped(bindery, [front]):
        return Bound(problems=tuple(p for part in (front, *briefs) for p in part.problems))
    return _join(pack, front, briefs, entries)


def _document(pack: Pack, given: ResolvedHandout) -> Document:
    folder, language = given.folder, given.printed_in[pack.language]
    return Document(folder.slug, folder.information_date, language, pack.layout)


def _is_stopped(bindery: Bindery, parts: Sequence[_Part]) -> bool:
    return any(
        is_blocking(p, strict=bindery.strict) for part in parts for p in part.problems
    )


def _paint_brief(
    bindery: Bindery, edition: Edition, document: Document, place: PackPosition
) -> _PartChain:
    job = (mark_up, bindery.shared, edition, document, place)
    return (yield from _paint(bindery, job, document.source))


def _paint_front(
    bindery: Bindery, pack: Pack, session: Session, entries: Sequence[ContentsEntry]
) -> _PartChain:
    job = (mark_front, bindery.shared, pack, session, tuple(entries))
    return (yield from _paint(bindery, job, pack.source))


def mark_front(
    shared: Shared, pack: Pack, session: Session, entries: Sequence[ContentsEntry]
) -> Marked:
    """Set the front of a pack as HTML: the first job of a process."""
    from pipeline.html.pack_view import view_pack
    from pipeline.html.templates import render_front

    project, files = shared.project.noting()
    view = view_pack(
        *(project, shared.series, shared.brand, session, entries),
        pack.language,
        pack.layout,
    )
    return Marked(render_front(project, view), (_attach(pack, session),), files)


def _attach(pack: Pack, session: Session) -> Attachment:
    """The file of the session, inside the PDF; its date is content's, not the clock's."""
    stem = Path(pack.name).stem
    dated = datetime.combine(session.facts.dates.start, time(), UTC)
    about = f"What {stem} was made for: the session"
    data = export_yaml(session.facts)
    return Attachment(f"{stem}_session.yaml", data, "Source", about, dated)


def _paint(bindery: Bindery, job: tuple[Any, ...], source: str) -> _PartChain:
    """Mark up and paint one part; what goes wrong is a problem of the file `source`."""
    workers, marked = bindery.workers, Marked("", (), {})
    try:
        marking = workers.submit_near(*job)
        yield marking
        marked = workers.result(marking)
        of = (marked.html, marked.attached, source, bindery.tools)
        painting = workers.submit(paint, bindery.shared.shelf, *of)
        yield painting
        painted, found = workers.result(painting)
        problems = find_places(bindery.shared.project, found)
    except JobFailed as lost:
        painted, problems = RenderedPdf(b"", 0, {}), [say_limit(source, str(lost))]
    except PipelineError as error:
        painted, problems = RenderedPdf(b"", 0, {}), list(error.problems)
    return _Part(marked, painted, tuple(problems))


def _entry(
    edition: Edition, document: Document, part: _Part, number: int, before: int
) -> ContentsEntry:
    """Say what the contents have of a brief: the headings, where the pages have them."""
    title, *others = read_bookmarks(part.painted.pdf)
    return ContentsEntry(
        title=edition.versions[document.language].title,
        language=document.language,
        information_date=edition.information_date,
        anchor=f"entry{number}",
        page=before + title.page + 1,
        headings=tuple(
            ContentsHeading(mark.title, f"entry{number}.{index}", before + mark.page + 1)
            for index, mark in enumerate(others, 1)
            if mark.level == _NAMED_LEVEL
        ),
    )


def _join(
    pack: Pack, front: _Part, briefs: Sequence[_Part], entries: Sequence[ContentsEntry]
) -> Bound:
    """Join the parts, and fold them if a booklet was asked for."""
    parts, languages = (front, *briefs), (entry.language for entry in entries)
    right_to_left = direction(pack.language) == "rtl"
    # PDFium (Chrome, Edge) takes the whole file to be so, and copies lines of an English
    # brief with their words in reverse: then it is better to say nothing.
    all_are = all(direction(code) == "rtl" for code in {pack.language, *languages})
    name = Path(pack.name).stem
    pdf = merge_pdfs(
        front.painted.pdf,
        [brief.painted.pdf for brief in briefs],
        dict(_targets(entries)),
        right_to_left=all_are,
        document=name,
        whole_leaves=pack.profile != "booklet",
    )
    pages = sum(part.pages for part in parts)
    if pack.profile == "booklet":
        pdf = impose(pdf, right_to_left=right_to_left, document=name)
        pages = len(arrange_sides(pages, right_to_left=right_to_left))
    html = (part.marked.html.encode() for part in parts)
    data = (file.data for part in parts for file in part.marked.attached)
    return Bound(
        pdf,
        pages,
        digest(b"\0".join([pack.name.encode(), *html, *data])),
        {note: None for part in parts for note in part.marked.files},
        {name: hashed for part in parts for name, hashed in part.painted.assets.items()},
        tuple(problem for part in parts for problem in part.problems),
    )


def _targets(entries: Sequence[ContentsEntry]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Where links of the contents lead: each to a brief and a bookmark in it."""
    for number, entry in enumerate(entries):
        for anchor in (entry.anchor, *(heading.anchor for heading in entry.headings)):
            _, _, index = anchor.partition(".")
            yield anchor, (number, int(index or 0))
