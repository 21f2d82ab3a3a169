"""Write the print order of a session: `briefs print-order`.

    session -> its PDFs, if all are up to date -> print order -> job sheet

The order names files in `build/` with their checksums; a stale file is never ordered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from pipeline.build import BuildResult, build_documents, build_targets
from pipeline.commands.check import read_content
from pipeline.commands.selection import UnknownName
from pipeline.commands.session import build_packs, require_session
from pipeline.content.discovery import EditionFolder
from pipeline.editions.lifecycle import Lifecycle, read_lifecycles
from pipeline.editions.sessions import ResolvedHandout, ResolvedSession
from pipeline.model.print_order import MissingCorrection, OrderLine, PaperStock, PrintOrder
from pipeline.model.profiles import PACK_PROFILE, PDFX, profile_of
from pipeline.model.schema import Series
from pipeline.model.session import Paper, Session
from pipeline.prepress.print_order import (
    page_size_mismatch,
    read_page_size,
    read_press_format,
)
from pipeline.problems import (
    ExitCode,
    Place,
    Problem,
    Rule,
    exit_code,
    is_blocking,
    sort_and_dedupe,
)
from pipeline.project import Project
from pipeline.state.file_hashes import hash_bytes
from pipeline.state.lock import build_lock
from pipeline.targets import BuildOptions, Document, JobSheet, Pack, State
from pipeline.tasks.job_sheet import plan_job_sheet
from pipeline.tasks.plan_documents import plan_documents
from pipeline.tasks.reading import read_session


@dataclass(frozen=True)
class PrintOrderResult:
    """A print order with warnings, or None and the errors that prevent it.

    `job_sheet` is the file of the order, `removed` a stale one that was removed; or "".
    """

    order: PrintOrder | None
    problems: tuple[Problem, ...] = ()
    job_sheet: str = ""
    removed: str = ""


def write_print_order(
    project: Project,
    slug: str,
    profile: str,
    today: date,
    ghostscript: str | None = None,
    jobs: int = 1,
    *,
    embargoed: bool = False,
) -> PrintOrderResult:
    """Put together a print order and write its job sheet, or remove a stale one.

    An empty `profile` means that of the session's paper; `ghostscript` is the program that
    made the press files. `jobs` processes make the job sheet, or this one if it is 0. With
    `embargoed` an edition under embargo is ordered, too.
    Raises UnknownName for an unknown session, or a profile that does not suit its paper.
    """
    require_session(project, slug)
    session = read_session(project, slug, today, embargoed=embargoed)
    result = _order_and_job_sheet(project, *session, profile, today, ghostscript, jobs)
    # After an error of the environment the job sheet may still be up to date.
    if not result.job_sheet and exit_code(result.problems) is not ExitCode.ENVIRONMENT:
        result = replace(result, removed=_remove_job_sheet(project, slug, today))
    return result


def _order_and_job_sheet(
    project: Project,
    series: Series | None,
    session: ResolvedSession | None,
    problems: list[Problem],
    profile: str,
    today: date,
    ghostscript: str | None,
    jobs: int,
) -> PrintOrderResult:
    warnings = [p for p in problems if p.rule is Rule.NOT_PUBLISHED]
    if series is None or session is None:
        return PrintOrderResult(None, _blocking_problems(problems))
    slug, paper = session.session.slug, session.session.facts.paper
    sizes = series.paper.name, series.paper.half_name
    stock = PaperStock(**dict(paper) | {"size": sizes[paper.is_half]})
    profile = profile or paper_profile(paper)
    if fault := profile_fault(profile, paper):
        raise UnknownName(f'not with --profile "{profile}": {fault}')
    results = [
        *_brief_lines(project, session, profile, stock, today, ghostscript),
        *_pack_lines(project, session, stock, today),
    ]
    lines = [result for result in results if isinstance(result, OrderLine)]
    problems = [result for result in results if isinstance(result, Problem)]
    for line in lines:
        if fault := page_size_mismatch(line.page_size, stock, imposed=line.imposed):
            hint = "change paper.size of the session, or choose another --profile"
            problems.append(Problem(Rule.PAPER_SIZE, Place(line.file), fault, hint))
    if errors := _blocking_problems(problems):
        return PrintOrderResult(None, errors)
    press_files = (project.root / n.press_file for n in lines if n.press_file)
    formats = (read_press_format(file.read_bytes()) for file in press_files)
    ink, press = session.session.facts.printing.ink, next(filter(None, formats), None)
    order = PrintOrder(slug, stock, tuple(lines), ink, press)
    built = build_job_sheet(project, series, session.session, order, jobs)
    for job_sheet in built.targets:  # one, or none if no process can be started
        if job_sheet.state in (State.BUILT, State.UP_TO_DATE):
            return PrintOrderResult(order, (*warnings,), f"build/{job_sheet.name}")
    return PrintOrderResult(None, _blocking_problems(built.problems))


def build_job_sheet(
    project: Project, series: Series, session: Session, order: PrintOrder, jobs: int
) -> BuildResult:
    """Build the job sheet of a session if it is stale, with `jobs` worker processes."""
    make_plan = partial(plan_job_sheet, series=series, session=session, order=order)
    return build_targets(project, BuildOptions(jobs=jobs), make_plan)


def _blocking_problems(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return sort_and_dedupe(filter(is_blocking, problems))


def _brief_lines(
    project: Project,
    session: ResolvedSession,
    profile: str,
    stock: PaperStock,
    today: date,
    ghostscript: str | None,
) -> Iterator[OrderLine | Problem]:
    """Order the PDFs of the briefs of a session, if they are up to date."""
    handouts = session.handouts
    documents, problems = handout_documents(project, handouts, profile, today, ghostscript)
    yield from problems
    press_files: dict[str, str] = {}
    if profile_of(profile).standard != PDFX:
        press, _ = handout_documents(project, handouts, "press", today, ghostscript)
        fresh = (document for document in press if document.state is State.UP_TO_DATE)
        press_files = {document.source: f"build/{document.name}" for document in fresh}
    lifecycles = read_lifecycles(project, [handout.folder for handout in handouts])
    for handout in handouts:
        own = [d for d in documents if d.source.startswith(f"{handout.folder.name}/")]
        if stale := [d.language for d in own if d.state is State.STALE]:
            yield _stale_problem(handout, profile, stale, session.session.slug)
        lifecycle = lifecycles[handout.folder]
        uncorrected = tuple(_missing_corrections(project, handout.folder, lifecycle))
        for document in (d for d in own if d.state is State.UP_TO_DATE):
            copies = {
                reader: handout.copies[reader]
                for reader, printed in handout.printed_in.items()
                if printed == document.language
            }
            name = press_files.get(document.source, "")
            yield replace(
                _order_line(project, document, copies, stock),
                brief=document.slug,
                information_date=str(document.information_date),
                uncorrected=uncorrected,
                press_file=name,
                press_sha256=hash_bytes((project.root / name).read_bytes()) if name else "",
                is_published=lifecycle.state(today).is_published,
            )


def _missing_corrections(
    project: Project, folder: EditionFolder, lifecycle: Lifecycle
) -> Iterator[MissingCorrection]:
    if not lifecycle.has_unpublished_correction:
        return
    options = BuildOptions((folder.slug,), edition=folder.information_date)
    for edition in read_content(project, options, None).editions:
        for number, correction in enumerate(edition.facts.corrections, 1):
            if number > (lifecycle.published or 0):
                yield MissingCorrection(number, correction.date, correction.note)


def _order_line(
    project: Project, target: Document | Pack, copies: Mapping[str, int], stock: PaperStock
) -> OrderLine:
    """Order a file of `build/`; the values of an edition are left empty."""
    pdf = (project.build / target.name).read_bytes()
    return OrderLine(
        brief="",
        information_date="",
        language=target.language,
        file=f"build/{target.name}",
        sha256=hash_bytes(pdf),
        pages=target.pages,
        page_size=read_page_size(pdf),
        copies_by_language=copies,
        stock=stock,
        imposed=profile_of(target.profile).is_imposed,
    )


def _pack_lines(
    project: Project, session: ResolvedSession, stock: PaperStock, today: date
) -> Iterator[OrderLine | Problem]:
    """Order the packs of a session, if they are up to date."""
    slug, facts = session.session.slug, session.session.facts
    profile, copies = paper_profile(facts.paper), facts.printing.packs
    if not copies:
        return
    options = BuildOptions(languages=tuple(copies), profiles=(profile,), dry_run=True)
    for pack in build_packs(project, options, slug, today).targets:
        if not isinstance(pack, Pack):
            continue
        if pack.state is State.UP_TO_DATE:
            pack_copies = {pack.language: copies[pack.language]}
            yield _order_line(project, pack, pack_copies, stock)
        else:
            message = "this pack is missing or stale"
            hint, name = f"briefs pack {slug} --profile {profile}", f"build/{pack.name}"
            yield Problem(Rule.STALE_PDF, Place(name), message, hint)


def _stale_problem(
    handout: ResolvedHandout, profile: str, languages: Sequence[str], session: str
) -> Problem:
    folder, hint = handout.folder, build_command(session, profile)
    message = f"missing or stale in profile {profile}, for the edition "
    message += f"{folder.information_date}: {', '.join(languages)}"
    return Problem(Rule.STALE_PDF, Place(f"build/{folder.slug}"), message, hint)


def build_command(session: str, profile: str) -> str:
    """Return the command that builds all briefs of a session."""
    return f"briefs build --session {session} --profile {profile}"


def paper_profile(paper: Paper) -> str:
    """Choose the profile: `a5` for half sheets, else `booklet` for stitched ones."""
    if paper.is_half:
        return "a5"
    return "booklet" if paper.finish == "saddle-stitch" else PACK_PROFILE


def profile_fault(profile: str, paper: Paper) -> str:
    """Return the reason why a profile does not suit the paper of a session; or "".

    A print shop folds sheets itself, so press files suit any binding.
    """
    chosen, is_folded = profile_of(profile), paper.finish == "saddle-stitch"
    if profile == "screen":
        return "it is laid out for the screen, not for paper"
    if chosen.is_imposed and not is_folded:
        finish = f"paper.finish of the session is {paper.finish}"
        return f"its sheets are to be folded and stitched, and {finish}"
    if is_folded and chosen.pages_per_sheet == 2 and chosen.standard != PDFX:
        return "its pages fill a sheet, and paper.finish of the session is saddle-stitch"
    return ""


def session_profile(project: Project, slug: str, today: date) -> str:
    """Choose the profile for the paper of a session; `office` if it has an error."""
    _, session, _ = read_session(project, slug, today, embargoed=True)
    return paper_profile(session.session.facts.paper) if session else PACK_PROFILE


def handout_documents(
    project: Project,
    handouts: Sequence[ResolvedHandout],
    profile: str,
    today: date,
    ghostscript: str | None = None,
) -> tuple[list[Document], tuple[Problem, ...]]:
    """Find the state of the PDFs of editions that a session hands out, and problems."""
    folders = {handout.folder: handout.languages for handout in handouts}
    options = BuildOptions(
        tuple(folder.slug for folder in folders),
        profiles=(profile,),
        editions={(f.slug, f.information_date): codes for f, codes in folders.items()},
        dry_run=True,
        ghostscript=ghostscript,
    )
    result = build_documents(project, options, today)
    documents = [target for target in result.targets if isinstance(target, Document)]
    return documents, result.problems


def _remove_job_sheet(project: Project, slug: str, today: date) -> str:
    """Remove the job sheet of a session, if there is one; return its name, or ""."""
    job_sheet = JobSheet(slug)
    if not (project.build / job_sheet.name).is_file():
        return ""
    with build_lock(project.build):
        (project.build / job_sheet.name).unlink(missing_ok=True)
        options = BuildOptions(dry_run=True)
        plan_documents(project, options, today).workspace.save_records(is_locked=True)
    return f"build/{job_sheet.name}"
