"""Check whether PDFs were built here, are unchanged and current: `briefs verify FILE`.

A file is identified by its hash, in the manifest or in a ledger; its editions by the codes
in it, which `verify_code.py` checks.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.commands.verify_code import CodeResult, verify_code
from pipeline.editions.code import EditionCode, parse_code
from pipeline.editions.ledger import read_ledgers
from pipeline.prepress.preflight import Preflight, inspect
from pipeline.problems import (
    ExitCode,
    JobFailed,
    PipelineError,
    Place,
    Problem,
    Rule,
    sort_and_dedupe,
    worst_exit_code,
)
from pipeline.project import Project
from pipeline.state.integrity import FileIntegrity, read_integrity
from pipeline.state.manifest import Manifest, read_manifest
from pipeline.targets import RedlineFile, parse_file_name, sources_in
from pipeline.tasks.reading import open_readers
from pipeline.workers.executor import Executor

_LIMIT_HINT = "it is not a file of this program, or it was changed; get a new copy"


@dataclass(frozen=True)
class FileResult:
    """The result of the verification of one PDF.

    `editions` are those whose codes are in the file. `kind` names the kind of target, such
    as "pack". `session` is the name of the session of a pack or job sheet, else "";
    `session_exists` says whether the project has it. Only a press file has a `preflight`.
    """

    file: str
    integrity: FileIntegrity
    editions: tuple[CodeResult, ...]
    kind: str
    session: str
    session_exists: bool
    preflight: Preflight | None

    @property
    def is_known(self) -> bool:
        """Whether the project has the session, or at least one edition, of the file.

        A redline has no code: it belongs to two editions.
        """
        if self.kind == RedlineFile.KIND:
            return True
        return self.session_exists if self.session else bool(self.editions)

    @property
    def exit_code(self) -> ExitCode:
        """CONTENT: not built by Briefs; DESIGN: preflight failed.

        STALE: altered, not current, or of a session or edition that does not exist.
        """
        if not self.integrity.is_own:
            return ExitCode.CONTENT
        if self.preflight and self.preflight.faults:
            return ExitCode.DESIGN
        changes = self.integrity.changed_files or self.integrity.alterations
        is_unaltered = self.integrity.is_unchanged and not changes
        if not is_unaltered or not self.is_known:
            return ExitCode.STALE
        return worst_exit_code(edition.exit_code for edition in self.editions)


def verify_files(
    project: Project, files: Iterable[Path], on: date, ghostscript: str | None = None
) -> tuple[tuple[FileResult, ...], tuple[Problem, ...]]:
    """Check whether each PDF was built here, is unchanged, and is current `on` a day.

    A press file is also checked for printing; `ghostscript` measures its ink. Each file is
    read in a process with limits: it may come from anywhere.
    """
    files = tuple(files)
    with open_readers(len(files)) as executor:
        read, problems = _read_files(project, files, ghostscript, executor)
        words = (word for _, integrity, _ in read for word in integrity.codes)
        valid = dict.fromkeys(filter(None, map(_valid_code, words)))
        editions, code_problems = verify_code(project, valid, on, executor)
    problems += (p for p in code_problems if p.rule is not Rule.UNKNOWN_CODE)
    sessions = sources_in(project, ())
    results = tuple(_file_result(*parts, editions, sessions) for parts in read)
    return results, sort_and_dedupe(problems)


def _read_files(
    project: Project, files: Sequence[Path], ghostscript: str | None, executor: Executor
) -> tuple[list[tuple[Path, FileIntegrity, Preflight | None]], list[Problem]]:
    """Read each PDF; a file that cannot be read is a problem."""
    manifest = read_manifest(project.build / "manifest.json")
    published = {
        file.sha256: file.bytes
        for ledger in read_ledgers(project)
        for record in ledger.records
        for file in record.files
    }
    arguments = manifest, project.build, published, ghostscript
    jobs = [executor.submit_local(_read_file, file, *arguments) for file in files]
    read: list[tuple[Path, FileIntegrity, Preflight | None]] = []
    problems: list[Problem] = []
    for file, job in zip(files, jobs, strict=True):
        try:
            read.append((file, *executor.result(job)))
        except PipelineError as error:
            problems += error.problems
        except JobFailed as error:
            message = f"the file could not be read: {error}"
            place = Place(str(file))
            problems.append(Problem(Rule.RESOURCE_LIMIT, place, message, _LIMIT_HINT))
    return read, problems


def _read_file(
    file: Path,
    manifest: Manifest,
    build: Path,
    published: Mapping[str, int],
    ghostscript: str | None,
) -> tuple[FileIntegrity, Preflight | None]:
    """Read one PDF, and inspect a press file: a job."""
    integrity = read_integrity(file, manifest, build, published)
    _, parts = parse_file_name(f"{integrity.document}.pdf")
    preflight = None
    if parts.get("profile") == "press":
        preflight = inspect(file.read_bytes(), ghostscript, Place(str(file)))
    return integrity, preflight


def _valid_code(word: str) -> EditionCode | None:
    try:
        return parse_code(word)
    except ValueError:
        return None


def _file_result(
    file: Path,
    integrity: FileIntegrity,
    preflight: Preflight | None,
    editions: Iterable[CodeResult],
    sessions: Collection[str],
) -> FileResult:
    """Add what the project has of a file: the `editions` of its codes, or its session."""
    kind, parts = parse_file_name(f"{integrity.document}.pdf")
    session, exists = parts.get("session", ""), kind.SOURCE.format_map(parts) in sessions
    own = tuple(edition for edition in editions if edition.code in integrity.codes)
    wrong_codes = _wrong_codes(integrity, () if session else own)
    alterations = (*integrity.alterations, *wrong_codes)
    integrity = replace(integrity, alterations=alterations)
    return FileResult(str(file), integrity, own, kind.KIND, session, exists, preflight)


def _wrong_codes(integrity: FileIntegrity, editions: Iterable[CodeResult]) -> Iterator[str]:
    """Describe the codes in a file that are not valid, and the first that is not its own.

    The name of a document begins with brief, date and language: those of its code.
    """
    for code in integrity.codes:
        if _valid_code(code) is None:
            yield f'its edition code "{code}" is not valid'
    for edition in editions if integrity.document else ():
        name = f"{edition.slug}_{edition.information_date}_{edition.language}"
        if not f"{integrity.document}_".startswith(f"{name}_"):
            yield f"its edition code is that of {name}"
            return
