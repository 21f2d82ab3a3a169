"""Check whether a printed paper, or a PDF, is the current edition: `briefs verify`.

A paper is identified by the code in its imprint. Codes are computed from the content and
stored nowhere. The names of folders tell which edition a code identifies; only that brief
is read, to compare its text with the one that was printed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pipeline.commands.check import CheckedContent, read_content
from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.content.export import export_words
from pipeline.editions.code import Code, characters_of, identity_of, make_code, parse_code
from pipeline.editions.current import current_edition
from pipeline.model.dates import InformationDate
from pipeline.model.fields import in_language
from pipeline.model.markdown import plain_text
from pipeline.prepress.preflight import Preflight, inspect
from pipeline.problems import (
    ExitCode,
    JobFailed,
    PipelineError,
    Place,
    Problem,
    Rule,
    is_blocking,
    sort_and_dedupe,
    worst_exit_code,
)
from pipeline.project import Project
from pipeline.state.integrity import FileIntegrity, read_integrity
from pipeline.state.manifest import Manifest, read_manifest
from pipeline.targets import BuildOptions, RedlineFile, parse_file_name, sources_in
from pipeline.tasks.reading import open_readers
from pipeline.workers.executor import Executor

_LIMIT_HINT = "it is no file of this program, or it was changed; get a new copy"


@dataclass(frozen=True)
class CodeResult:
    """An edition that a code identifies.

    `is_changed` is true if its text is not the one printed; None if its content has errors.
    `current` is the current edition of the brief, if there is one, and `change_note` its
    note, if that can be read.
    """

    code: str
    slug: str
    information_date: InformationDate
    language: str
    is_changed: bool | None
    current: EditionFolder | None
    change_note: str = ""

    @property
    def is_current(self) -> bool:
        """Whether the edition is the current one."""
        current = self.current
        return current is not None and current.information_date == self.information_date

    @property
    def exit_code(self) -> ExitCode:
        """CONTENT: its content has errors; STALE: changed or not current."""
        if self.is_changed is None:
            return ExitCode.CONTENT
        return ExitCode.OK if self.is_current and not self.is_changed else ExitCode.STALE


def verify_code(
    project: Project, codes: Iterable[Code], on: date, executor: Executor | None = None
) -> tuple[tuple[CodeResult, ...], tuple[Problem, ...]]:
    """Find the edition of each code, and the edition that is current `on` a day.

    If several editions have the first half of a code, the result has those with the same
    text, or all of them if none has it. A code that no edition has is a problem.
    """
    folders, _ = find_editions(project)

    @cache
    def read(slug: str = "") -> CheckedContent:
        options = BuildOptions((slug,) if slug else ())
        return read_content(project, options, None, executor=executor)

    results: list[CodeResult] = []
    problems: list[Problem] = []
    for code in codes:
        candidates = [
            _compare(read(folder.slug), code, folder, language, on)
            for folder in folders
            for language in folder.languages
            if identity_of(folder.slug, folder.information_date, language) == code.identity
        ]
        same_text = [c for c in candidates if c.is_changed is False]
        for result in same_text or candidates:
            results.append(result)
            if result.is_changed is None:
                problems += filter(is_blocking, read(result.slug).problems)
        if not candidates:
            problems.append(_unknown_problem(code, read()))
    return tuple(results), sort_and_dedupe(problems)


def _compare(
    checked: CheckedContent, code: Code, folder: EditionFolder, language: str, on: date
) -> CodeResult:
    """Compare the text of an edition with its code."""
    dated = folder.information_date
    codes = {(d, c): code for _, d, c, code in _codes(checked)}
    now = codes.get((dated, language))
    is_changed = None if now is None else now != code
    current = current_edition((f for f in checked.folders if f.slug == folder.slug), on)
    note = _change_note(checked, current, language) if current else ""
    return CodeResult(str(code), folder.slug, dated, language, is_changed, current, note)


def _codes(checked: CheckedContent) -> Iterator[tuple[str, InformationDate, str, Code]]:
    """Give slug, information date, language and code of each edition without errors."""
    for edition in checked.editions:
        for language in edition.versions:
            slug, dated = edition.slug, edition.information_date
            words = export_words(edition, language)
            yield slug, dated, language, make_code(slug, dated, language, words)


def _change_note(checked: CheckedContent, folder: EditionFolder, language: str) -> str:
    for edition in checked.editions:
        notes = edition.facts.change_note
        if f"content/{edition.folder}" == folder.name and notes:
            default = checked.series.default_language if checked.series else language
            return plain_text(in_language(notes, language, default)[0])
    return ""


def _unknown_problem(code: Code, checked: CheckedContent) -> Problem:
    hint = "it may belong to another series, or to an edition that was deleted"
    for slug, dated, language, other in _codes(checked):
        if other.text == code.text:
            hint = f"{slug} {dated} {language} has this text: was its folder renamed?"
    message = "no edition of this project has this code"
    return Problem(Rule.UNKNOWN_CODE, Place(str(code)), message, hint)


def nearest_code(project: Project, typed: str) -> str:
    """Give the code most similar to a mistyped one, with its edition; "" if none is."""
    checked = read_content(project, BuildOptions(), None)
    known = {
        characters_of(str(code)): f"{code}, of {slug} {dated} {language}"
        for slug, dated, language, code in _codes(checked)
    }
    near = get_close_matches(characters_of(typed), known, 1, cutoff=0.8)
    return known[near[0]] if near else ""


@dataclass(frozen=True)
class FileResult:
    """What is known of one PDF.

    `editions` are those whose codes are in the file. `kind` names the kind of target, such
    as "pack". `session` is the number of the session of such a file, else "";
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
        """CONTENT: not built by Briefs; DESIGN: preflight failed; STALE: not current."""
        if not self.integrity.is_own:
            return ExitCode.CONTENT
        if self.preflight and self.preflight.faults:
            return ExitCode.DESIGN
        is_fine = self.integrity.is_unchanged and not self.integrity.changed_files
        if not is_fine or not self.is_known:
            return ExitCode.STALE
        return worst_exit_code(edition.exit_code for edition in self.editions)


def verify_files(
    project: Project, files: Iterable[Path], on: date, ghostscript: str | None = None
) -> tuple[tuple[FileResult, ...], tuple[Problem, ...]]:
    """Check of each PDF whether it was built here, is unchanged, and is current `on` a day.

    A press file is also checked for printing; `ghostscript` measures its ink. Each file is
    read in a process with limits: it may come from anywhere.
    """
    files = tuple(files)
    with open_readers(len(files)) as executor:
        results, problems = _read_files(project, files, ghostscript, executor)
        codes = (_valid_code(word) for r in results for word in r.integrity.codes)
        valid = dict.fromkeys(filter(None, codes))
        editions, more = verify_code(project, valid, on, executor)
    problems += (p for p in more if p.rule is not Rule.UNKNOWN_CODE)
    with_editions = tuple(_with_editions(result, editions) for result in results)
    return with_editions, sort_and_dedupe(problems)


def _read_files(
    project: Project, files: Sequence[Path], ghostscript: str | None, executor: Executor
) -> tuple[list[FileResult], list[Problem]]:
    """Read each PDF; a file that cannot be read is a problem. The editions are missing."""
    manifest = read_manifest(project.build / "manifest.json")
    sessions = sources_in(project, ())
    jobs = [
        executor.submit_local(_read_file, f, manifest, project.build, ghostscript)
        for f in files
    ]
    results: list[FileResult] = []
    problems: list[Problem] = []
    for file, job in zip(files, jobs, strict=True):
        try:
            integrity, preflight = executor.result(job)
        except PipelineError as error:
            problems += error.problems
        except JobFailed as error:
            message = f"the file could not be read: {error}"
            place = Place(str(file))
            problems.append(Problem(Rule.RESOURCE_LIMIT, place, message, _LIMIT_HINT))
        else:
            kind, parts = parse_file_name(f"{integrity.document}.pdf")
            session = parts.get("number", "")
            exists = kind.SOURCE.format_map(parts) in sessions
            known = kind.KIND, session, exists
            results.append(FileResult(str(file), integrity, (), *known, preflight))
    return results, problems


def _read_file(
    file: Path, manifest: Manifest, build: Path, ghostscript: str | None
) -> tuple[FileIntegrity, Preflight | None]:
    """Read one PDF, and inspect a press file: a job."""
    integrity = read_integrity(file, manifest, build)
    _, parts = parse_file_name(f"{integrity.document}.pdf")
    preflight = None
    if parts.get("profile") == "press":
        preflight = inspect(file.read_bytes(), ghostscript, Place(str(file)))
    return integrity, preflight


def _valid_code(word: str) -> Code | None:
    try:
        return parse_code(word)
    except ValueError:
        return None


def _with_editions(result: FileResult, editions: Iterable[CodeResult]) -> FileResult:
    """Add the editions of a file, and report a code that is not valid or not its own.

    A file of a brief has the code of the brief in its name.
    """
    words, document = result.integrity.codes, result.integrity.document
    result = replace(result, editions=tuple(e for e in editions if e.code in words))
    for word in words:
        if _valid_code(word) is None:
            result = _altered(result, f'its edition code "{word}" is not valid')
    for edition in () if result.session else result.editions:
        name = f"{edition.slug}_{edition.information_date}_{edition.language}"
        if document and not f"{document}_".startswith(f"{name}_"):
            return _altered(result, f"its edition code is that of {name}")
    return result


def _altered(result: FileResult, alteration: str) -> FileResult:
    integrity = result.integrity
    alterations = (*integrity.alterations, alteration)
    return replace(result, integrity=replace(integrity, alterations=alterations))
