"""What a print shop is asked to print for a session, as a few functions.

    session -> its PDFs, if all are as the content is now -> print order -> job sheet

Nothing stale is ordered: what the list names, with its checksum, is what lies in `build/`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from pipeline.build import build, open_painters, toolchain_of, write_records
from pipeline.content.discovery import find_editions
from pipeline.content.loader import load_brand, load_series
from pipeline.content.reader import SERIES
from pipeline.editions.sessions import ResolvedHandout, ResolvedSession, read_sessions
from pipeline.model.print_order import OrderLine, PaperStock, PrintOrder
from pipeline.model.schema import Series
from pipeline.model.session import Paper, Session
from pipeline.prepress.print_order import order_csv, page_fault, read_page_size
from pipeline.problems import (
    PipelineError,
    Place,
    Problem,
    Rule,
    is_blocking,
    sort_and_dedupe,
)
from pipeline.project import Project
from pipeline.state.atomic_write import atomic_write
from pipeline.state.build_state import BuildState
from pipeline.state.fingerprints import digest
from pipeline.state.lock import build_lock
from pipeline.state.manifest import OutputEntry
from pipeline.targets import SHEETS_OF, BuildOptions, Document
from pipeline.workers.pool import Executor, JobFailed


class ContradictionError(ValueError):
    """A profile was asked for that the paper of the session does not allow."""


@dataclass(frozen=True)
class PrintOrderResult:
    """A print order, or everything that keeps it from being written.

    `numbers` are those of all sessions that there are.
    """

    numbers: tuple[int, ...]
    order: PrintOrder | None
    planned: ResolvedSession | None
    series: Series | None
    problems: tuple[Problem, ...]


def read_order(
    project: Project, number: int, profile: str, on: date, ghostscript: str | None = None
) -> PrintOrderResult:
    """Put together what is printed for a session; without a `profile` the usual one.

    `ghostscript` is what press files were made with. Raises ContradictionError when what is
    set in the profile cannot be bound as the session says.
    """
    series, wrong = load_series(project, ())
    if series is None:
        return PrintOrderResult((), None, None, None, sort_and_dedupe(wrong))
    folders, _ = find_editions(project)
    sessions = read_sessions(project, folders, series, (number,))
    if not sessions.planned:
        problems = tuple(filter(is_blocking, sessions.problems))
        return PrintOrderResult(sessions.numbers, None, None, series, problems)
    (planned,) = sessions.planned
    paper = planned.session.facts.paper
    stock = PaperStock(paper.size, paper.grams, paper.duplex, paper.finish)
    chosen = profile or usual_profile(paper)
    if fault := profile_fault(chosen, paper):
        raise ContradictionError(f'not with --profile "{chosen}": {fault}')
    found = [
        part
        for given in planned.handed_out
        for part in _lines(project, number, given, chosen, stock, on, ghostscript)
    ]
    problems = sort_and_dedupe(p for p in found if isinstance(p, Problem))
    lines = tuple(line for line in found if isinstance(line, OrderLine))
    order = None if problems else PrintOrder(number, stock, lines)
    return PrintOrderResult(sessions.numbers, order, planned, series, problems)


def usual_profile(paper: Paper) -> str:
    """Choose how briefs are set for the paper of a session.

    Sheets of A4 that are folded and stitched have pages of A5 laid on them already.
    """
    if paper.size == "A5":
        return "a5"
    return "booklet" if paper.finish == "saddle-stitch" else "office"


def profile_fault(profile: str, paper: Paper) -> str:
    """Say why what is set in a profile cannot be bound as a session says; "" when it can.

    A print shop folds sheets itself, so press files suit any binding.
    """
    folded = paper.finish == "saddle-stitch"
    if profile == "screen":
        return "it is set for the screen, not for paper"
    if profile in SHEETS_OF and not folded:
        finish = f"paper.finish of the session is {paper.finish}"
        return f"its sheets are to be folded and stitched, and {finish}"
    if folded and profile in ("office", "large"):
        return "its pages fill a sheet, and paper.finish of the session is saddle-stitch"
    return ""


def profile_for(project: Project, number: int) -> str:
    """Choose how briefs are set for a session; "office" if it cannot be read."""
    series, _ = load_series(project, ())
    if series is None:
        return "office"
    sessions = read_sessions(project, find_editions(project)[0], series, (number,))
    papers = [usual_profile(plan.session.facts.paper) for plan in sessions.planned]
    return papers[0] if papers else "office"


def documents_of_handout(
    project: Project,
    given: ResolvedHandout,
    profile: str,
    on: date,
    ghostscript: str | None = None,
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Say of each PDF that is handed out whether it is as the content is now."""
    order = BuildOptions(
        (given.folder.slug,),
        tuple(dict.fromkeys(given.printed_in.values())),
        (profile,),
        edition=given.folder.information_date,
        dry_run=True,
        ghostscript=ghostscript,
    )
    outcome = build(project, order, on)
    return outcome.documents, outcome.problems


def _lines(
    project: Project,
    session: int,
    given: ResolvedHandout,
    profile: str,
    stock: PaperStock,
    on: date,
    ghostscript: str | None,
) -> Iterator[OrderLine | Problem]:
    documents, problems = documents_of_handout(project, given, profile, on, ghostscript)
    yield from filter(is_blocking, problems)
    if stale := [d.language for d in documents if d.state == "stale"]:
        yield _stale(given, profile, stale, session)
    for document in documents:
        if document.state != "kept":
            continue
        name = f"build/{document.name}"
        pdf = (project.build / document.name).read_bytes()
        copies = {
            reader: given.copies[reader]
            for reader, printed in given.printed_in.items()
            if printed == document.language
        }
        page = read_page_size(pdf)
        imposed = profile in SHEETS_OF
        if fault := page_fault(page, stock, imposed=imposed):
            hint = "change paper.size of the session, or choose another --profile"
            yield Problem(Rule.PAPER_SIZE, Place(name), fault, hint)
        yield OrderLine(
            brief=document.slug,
            information_date=str(document.information_date),
            language=document.language,
            file=name,
            sha256=digest(pdf),
            pages=document.pages,
            page=page,
            copies=copies,
            stock=stock,
            imposed=imposed,
        )


def _stale(
    given: ResolvedHandout, profile: str, languages: Sequence[str], session: int
) -> Problem:
    return Problem(
        Rule.STALE_PDF,
        Place(f"build/{given.folder.slug}"),
        f"not there, or not as the content of {given.folder.information_date} is now, "
        f"set in {profile}: " + ", ".join(languages),
        build_hint(session, profile),
    )


def build_hint(session: int, profile: str) -> str:
    """Say how all that a session hands out is built."""
    return f"briefs build --session {session} --profile {profile}"


def write_job_sheet(project: Project, ordered: PrintOrderResult) -> str:
    """Paint the job sheet of an order, with its CSV inside; give its name.

    It is remembered beside the documents and packs. Raises PipelineError when there is
    something wrong with it.
    """
    if ordered.order is None or ordered.planned is None or ordered.series is None:
        raise ValueError("there is no order to paint")
    with build_lock(project.build), open_painters(1, dry_run=False) as workers:
        session, memory = (
            ordered.planned.session,
            BuildState(project.build, project.paths_of),
        )
        of = (ordered.series, session, ordered.order)
        pdf, entry = _paint(project, *of, memory, workers)
        name = sheet_name(session.number)
        atomic_write(project.build / name, pdf, f"build/{name}")
        memory.record_output_entry(name, entry)
        _write_records(project, memory)
    return f"build/{name}"


def withdraw_job_sheet(project: Project, number: int) -> str:
    """Remove the job sheet of an order that cannot be written any more; give its name.

    Whoever prints takes what lies there for the order. "" when none does.
    """
    name = sheet_name(number)
    if not (project.build / name).is_file():
        return ""
    with build_lock(project.build):
        (project.build / name).unlink(missing_ok=True)
        _write_records(project, BuildState(project.build, project.paths_of))
    return f"build/{name}"


def sheet_name(number: int) -> str:
    """The path of a job sheet below `build/`."""
    return f"sessions/{number}/{number}_order.pdf"


def _write_records(project: Project, memory: BuildState) -> None:
    if problems := write_records(project, memory, find_editions(project)[0]):
        raise PipelineError(*problems)


def _paint(
    project: Project,
    series: Series,
    session: Session,
    order: PrintOrder,
    memory: BuildState,
    workers: Executor,
) -> tuple[bytes, OutputEntry]:
    from pipeline.design.brand_css import brand_css
    from pipeline.design.font_metrics import read_font_faces
    from pipeline.painting import Shelf, find_places, paint, say_limit
    from pipeline.pdf.render import Attachment

    brand, wrong = load_brand(
        project, lambda: read_font_faces(project.font_folders).families
    )
    if brand is None:
        raise PipelineError(*filter(is_blocking, wrong))
    start = session.facts.dates.start
    csv = Attachment(
        f"{session.number}_order.csv",
        order_csv(order),
        "Data",
        "The order as data",
        datetime.combine(start, time(), UTC),
    )
    shelf = Shelf(Project(project.root), brand_css(brand))
    tools = toolchain_of(project, memory.files)
    of = (series, session, order)
    try:
        marking = workers.submit_near(mark_up_order, shelf.project, *of)
        html = workers.result(marking)
        painting = workers.submit(paint, shelf, html, (csv,), session.name, tools)
        painted, found = workers.result(painting)
        problems = find_places(project, found)
    except JobFailed as lost:
        raise PipelineError(say_limit(session.name, str(lost))) from lost
    if wrong_now := [p for p in problems if is_blocking(p)]:
        raise PipelineError(*wrong_now)
    pdf = bytes(painted.pdf)
    return pdf, OutputEntry(
        source=digest(html.encode() + b"\0" + csv.data),
        inputs=[memory.record_set((SERIES, session.name))],
        program=memory.record_set(project.program_names()),
        assets=memory.record_set(painted.assets),
        pdf=digest(pdf),
        pages=painted.pages,
        bytes=len(pdf),
        toolchain=memory.manifest.remember_toolchain(tools),
    )


def mark_up_order(
    project: Project, series: Series, session: Session, order: PrintOrder
) -> str:
    """Set a job sheet as HTML: the first job of a process."""
    from pipeline.html.job_sheet_view import view_job_sheet
    from pipeline.html.templates import render_job_sheet

    return render_job_sheet(project, view_job_sheet(project, series, order, session.facts))
