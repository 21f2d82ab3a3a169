"""Put together what a print shop prints for a session: `briefs print-order`.

    session -> its PDFs, if all are up to date -> print order -> job sheet

The order names the files in `build/` with their checksums; a stale file is never ordered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from pipeline.build import BuildResult, build, build_targets
from pipeline.commands.session import find_session
from pipeline.content.discovery import find_editions
from pipeline.content.loader import load_series
from pipeline.editions.sessions import ResolvedHandout, ResolvedSession, read_sessions
from pipeline.model.print_order import OrderLine, PaperStock, PrintOrder
from pipeline.model.profiles import PACK_PROFILE, PDFX, profile_of
from pipeline.model.schema import Series
from pipeline.model.session import Paper
from pipeline.prepress.print_order import page_fault, read_page_size
from pipeline.problems import Place, Problem, Rule, is_blocking, sort_and_dedupe
from pipeline.project import Project
from pipeline.state.fingerprints import digest
from pipeline.state.lock import build_lock
from pipeline.targets import BuildOptions, Document, JobSheet, State
from pipeline.tasks.job_sheet import plan_job_sheet
from pipeline.tasks.plan import plan_documents


class ContradictionError(ValueError):
    """A profile was asked for that the paper of the session does not allow."""


@dataclass(frozen=True)
class PrintOrderResult:
    """A print order, or everything that keeps it from being written.

    `numbers` are those of all sessions. `job_sheet` is the file written, `removed` one that
    was removed because its order no longer holds; "" when there is none.
    """

    numbers: tuple[int, ...]
    series: Series | None
    session: ResolvedSession | None
    order: PrintOrder | None
    problems: tuple[Problem, ...]
    job_sheet: str = ""
    removed: str = ""


def read_order(
    project: Project, number: int, profile: str, today: date, ghostscript: str | None = None
) -> PrintOrderResult:
    """Put together a print order; without a `profile` that of the session's paper.

    `ghostscript` is the program that made the press files. Raises ContradictionError when
    pages of the profile cannot be bound as the session says.
    """
    series, problems = load_series(project, ())
    if series is None:
        return PrintOrderResult((), None, None, None, sort_and_dedupe(problems))
    folders, _ = find_editions(project)
    sessions = read_sessions(project, folders, series, (number,))
    session = next(iter(sessions.planned), None)
    if session is None:
        errors = tuple(filter(is_blocking, sessions.problems))
        return PrintOrderResult(sessions.numbers, series, None, None, errors)
    paper = session.session.facts.paper
    stock = PaperStock(paper.size, paper.grams, paper.duplex, paper.finish)
    profile = profile or paper_profile(paper)
    if fault := profile_fault(profile, paper):
        raise ContradictionError(f'not with --profile "{profile}": {fault}')
    found = [
        part
        for handout in session.handed_out
        for part in _lines(project, number, handout, profile, stock, today, ghostscript)
    ]
    errors = sort_and_dedupe(part for part in found if isinstance(part, Problem))
    lines = tuple(part for part in found if isinstance(part, OrderLine))
    order = None if errors else PrintOrder(number, stock, lines)
    return PrintOrderResult(sessions.numbers, series, session, order, errors)


def paper_profile(paper: Paper) -> str:
    """Choose the profile for the paper of a session.

    Sheets of A4 that are folded and stitched hold pages of A5.
    """
    if paper.size == "A5":
        return "a5"
    return "booklet" if paper.finish == "saddle-stitch" else PACK_PROFILE


def profile_fault(profile: str, paper: Paper) -> str:
    """Say why pages of a profile cannot be bound as a session says; "" when they can.

    A print shop folds sheets itself, so press files suit any binding.
    """
    chosen, is_folded = profile_of(profile), paper.finish == "saddle-stitch"
    if profile == "screen":
        return "it is laid out for the screen, not for paper"
    if chosen.is_imposed and not is_folded:
        finish = f"paper.finish of the session is {paper.finish}"
        return f"its sheets are to be folded and stitched, and {finish}"
    if is_folded and chosen.page_size == "A4" and chosen.standard != PDFX:
        return "its pages fill a sheet, and paper.finish of the session is saddle-stitch"
    return ""


def session_profile(project: Project, number: int) -> str:
    """Choose the profile for the paper of a session; the usual one if it cannot be read."""
    session = find_session(project, number)
    return paper_profile(session.session.facts.paper) if session else PACK_PROFILE


def handout_documents(
    project: Project,
    handout: ResolvedHandout,
    profile: str,
    today: date,
    ghostscript: str | None = None,
) -> BuildResult:
    """Find the state of each PDF that a session hands out of an edition."""
    options = BuildOptions(
        (handout.folder.slug,),
        tuple(dict.fromkeys(handout.printed_in.values())),
        (profile,),
        edition=handout.folder.information_date,
        dry_run=True,
        ghostscript=ghostscript,
    )
    return build(project, options, today)


def _lines(
    project: Project,
    number: int,
    handout: ResolvedHandout,
    profile: str,
    stock: PaperStock,
    today: date,
    ghostscript: str | None,
) -> Iterator[OrderLine | Problem]:
    result = handout_documents(project, handout, profile, today, ghostscript)
    documents = [target for target in result.targets if isinstance(target, Document)]
    yield from filter(is_blocking, result.problems)
    if stale := [d.language for d in documents if d.state is State.STALE]:
        yield _stale_problem(handout, profile, stale, number)
    for document in documents:
        if document.state is not State.UP_TO_DATE:
            continue
        file = f"build/{document.name}"
        pdf = (project.build / document.name).read_bytes()
        copies = {
            reader: handout.copies[reader]
            for reader, printed in handout.printed_in.items()
            if printed == document.language
        }
        page = read_page_size(pdf)
        is_imposed = profile_of(profile).is_imposed
        if fault := page_fault(page, stock, imposed=is_imposed):
            hint = "change paper.size of the session, or choose another --profile"
            yield Problem(Rule.PAPER_SIZE, Place(file), fault, hint)
        yield OrderLine(
            brief=document.slug,
            information_date=str(document.information_date),
            language=document.language,
            file=file,
            sha256=digest(pdf),
            pages=document.pages,
            page=page,
            copies=copies,
            stock=stock,
            imposed=is_imposed,
        )


def _stale_problem(
    handout: ResolvedHandout, profile: str, languages: Sequence[str], number: int
) -> Problem:
    return Problem(
        Rule.STALE_PDF,
        Place(f"build/{handout.folder.slug}"),
        f"missing or stale in profile {profile}, for the edition "
        f"{handout.folder.information_date}: " + ", ".join(languages),
        build_command(number, profile),
    )


def build_command(number: int, profile: str) -> str:
    """Give the command that builds all that a session hands out."""
    return f"briefs build --session {number} --profile {profile}"


def write_job_sheet(project: Project, result: PrintOrderResult) -> PrintOrderResult:
    """Write the job sheet of a print order; an error in it leaves no order."""
    if result.order and result.session and result.series:
        session, order = result.session.session, result.order
        options = BuildOptions(jobs=1)
        plan = partial(plan_job_sheet, project, options, result.series, session, order)
        built = build_targets(project, options, plan)
        (sheet,) = built.targets
        if sheet.state in (State.BUILT, State.UP_TO_DATE):
            return replace(result, job_sheet=f"build/{sheet.name}")
        errors = tuple(filter(is_blocking, built.problems))
        result = replace(result, order=None, problems=errors)
    return result


def remove_job_sheet(project: Project, number: int, today: date) -> str:
    """Remove the job sheet of an order that no longer holds; give its name, or "".

    A print shop takes the file for the order.
    """
    sheet = JobSheet(number)
    if not (project.build / sheet.name).is_file():
        return ""
    with build_lock(project.build):
        (project.build / sheet.name).unlink(missing_ok=True)
        options = BuildOptions(dry_run=True)
        plan_documents(project, options, today).workspace.save_records(is_locked=True)
    return f"build/{sheet.name}"
