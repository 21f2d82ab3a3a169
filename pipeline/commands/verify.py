"""Is this paper, or this PDF, the edition that counts? `briefs verify`, as a few functions.

A paper is asked about by the code in its imprint. Nothing is kept for it: the codes of all
editions follow from the content as it is now. The names of folders say which edition a code
means; only that brief is read, to see whether its words are still those that were printed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.check import CheckedContent, read_content
from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.editions.code import Code, characters_of, identity_of, make_code, read_code
from pipeline.editions.current import current_edition
from pipeline.model.dates import InformationDate
from pipeline.problems import (
    ExitCode,
    PipelineError,
    Place,
    Problem,
    Rule,
    is_blocking,
    sort_and_dedupe,
    worst_exit_code,
)
from pipeline.project import Project
from pipeline.state.manifest import read_manifest
from pipeline.targets import BuildOptions, session_numbers

# The document of a brief has its date behind the first part of its name: brief_2017_en.
_PACK = re.compile(r"([1-9][0-9]{0,3})_[A-Za-z][A-Za-z-]*(_[a-z0-9-]+)?", re.ASCII)

if TYPE_CHECKING:
    from pipeline.prepress.preflight import Preflight
    from pipeline.state.integrity import FileIntegrity


@dataclass(frozen=True)
class CurrentEdition:
    """The edition that counts: its date, its languages, and what it says is new in it.

    `change_note` is "" when there is none, or its content cannot be read.
    """

    information_date: InformationDate
    languages: tuple[str, ...]
    change_note: str = ""


@dataclass(frozen=True)
class CodeResult:
    """What a code says of an edition that it may stand for.

    `changed` tells whether its words are others now than those that were printed; None when
    its content has errors. `current` is the edition that counts, None when none did yet.
    """

    code: str
    slug: str
    information_date: InformationDate
    language: str
    changed: bool | None
    current: CurrentEdition | None

    @property
    def is_current(self) -> bool:
        """Whether it is the edition that counts."""
        dated = self.information_date
        return self.current is not None and self.current.information_date == dated

    @property
    def exit_code(self) -> ExitCode:
        """3: its content has errors; 6: it was replaced, or its text has changed."""
        if self.changed is None:
            return ExitCode.CONTENT
        return ExitCode.FINE if self.is_current and not self.changed else ExitCode.STALE


def verify_code(
    project: Project, codes: Iterable[Code], on: date
) -> tuple[tuple[CodeResult, ...], tuple[Problem, ...]]:
    """Say of each code which edition it means, whether it counts `on` a day, or what does.

    Where several editions have its first half, those whose text it also has are given; all
    of them when there is none. A code that no edition has is a problem.
    """
    folders, _ = find_editions(project)

    @cache
    def read(slug: str = "") -> CheckedContent:
        return read_content(project, BuildOptions((slug,) if slug else ()), None)

    traced: list[CodeResult] = []
    problems: list[Problem] = []
    for code in codes:
        meant = [
            (f, c)
            for f in folders
            for c in f.languages
            if identity_of(f.slug, f.information_date, c) == code.identity
        ]
        found = [_trace(read(folder.slug), code, folder, c, on) for folder, c in meant]
        same = [(t, wrong) for t, wrong in found if t.changed is False]
        for one, wrong in same or found:
            traced.append(one)
            problems += wrong
        if not meant:
            problems.append(_unknown(code, read()))
    return tuple(traced), sort_and_dedupe(problems)


def _trace(
    checked: CheckedContent, code: Code, folder: EditionFolder, language: str, on: date
) -> tuple[CodeResult, list[Problem]]:
    """Compare an edition with its code, as far as its content can be read."""
    known = {(d, c): found for _, d, c, found in _codes(checked)}
    now = known.get((folder.information_date, language))
    traced = CodeResult(
        str(code),
        folder.slug,
        folder.information_date,
        language,
        None if now is None else now != code,
        _current(checked, folder.slug, language, on),
    )
    if now is not None:
        return traced, []
    return traced, [p for p in checked.problems if is_blocking(p)]


def _codes(checked: CheckedContent) -> Iterator[tuple[str, InformationDate, str, Code]]:
    """Give the codes of all editions that could be read, with what they stand for."""
    from pipeline.content.export import export_words

    for edition in checked.editions:
        for language in edition.versions:
            of = (edition.slug, edition.information_date, language)
            yield *of, make_code(*of, export_words(edition, language))


def _current(
    checked: CheckedContent, slug: str, language: str, on: date
) -> CurrentEdition | None:
    from pipeline.model.fields import in_language
    from pipeline.model.markdown import plain_text

    folder = current_edition((f for f in checked.folders if f.slug == slug), on)
    if folder is None:
        return None
    dated = folder.information_date
    note = ""
    for edition in checked.editions:
        said = edition.facts.change_note
        if (edition.slug, edition.information_date) == (slug, dated) and said:
            default = checked.series.default_language if checked.series else language
            note = plain_text(in_language(said, language, default)[0])
    return CurrentEdition(dated, folder.languages, note)


def _unknown(code: Code, checked: CheckedContent) -> Problem:
    """Say that no edition has a code, and what may be the reason."""
    hint = "it may be of another series, or of an edition that is no longer here"
    for slug, dated, language, found in _codes(checked):
        if found.text == code.text:
            hint = f"{slug} {dated} {language} has this text: was it moved or renamed?"
    return Problem(
        Rule.UNKNOWN_CODE, Place(str(code)), "no edition here has this code", hint
    )


def nearest_code(project: Project, typed: str) -> str:
    """Name the code that a mistyped one may be, and its edition; "" when none is near."""
    checked = read_content(project, BuildOptions(), None)
    known = {
        characters_of(str(code)): f"{code}, of {slug} {dated} {language}"
        for slug, dated, language, code in _codes(checked)
    }
    near = get_close_matches(characters_of(typed), known, 1, cutoff=0.8)
    return known[near[0]] if near else ""


@dataclass(frozen=True)
class FileResult:
    """What `verify_files` says of one file, and which edition is the current one of its
    brief.

    `current` is None when the brief is not in this project; `preflight` is the report on a
    press file. Of a pack `session_is_there` says whether its session is in this project:
    the pack that was built of it counts. `traced` is what the code of each edition in it
    says, so that a file and its paper get the same answer.
    """

    verdict: "FileIntegrity"
    current: InformationDate | None
    preflight: "Preflight | None" = None
    session_is_there: bool = False
    traced: tuple[CodeResult, ...] = ()

    @property
    def session(self) -> str:
        """The number of the session that a pack is of; "" for a brief."""
        match = _PACK.fullmatch(self.verdict.document)
        return match[1] if match else ""

    @property
    def is_current(self) -> bool:
        """Whether the file is the edition that counts."""
        if self.session:
            return self.session_is_there
        return f"_{self.current}_" in f"_{self.verdict.document}_"

    @property
    def exit_code(self) -> ExitCode:
        """3: not ours; 4: not conforming; 6: not that of the build; 7: veraPDF failed."""
        if not self.verdict.document:
            return ExitCode.CONTENT
        if self.verdict.checked == "failed":
            return ExitCode.DESIGN
        if self.verdict.checked not in ("", "passed"):
            return ExitCode.ENVIRONMENT
        if self.verdict.changed_files:
            return ExitCode.STALE
        if not self.verdict.untouched or not self.is_current:
            return ExitCode.STALE
        return worst_exit_code(traced.exit_code for traced in self.traced)


def verify_files(
    project: Project,
    files: Iterable[Path],
    on: date,
    verapdf: str | None,
    ghostscript: str | None = None,
) -> tuple[tuple[FileResult, ...], tuple[Problem, ...]]:
    """Say of each file whether it is ours, untouched, conforming and still current.

    Press files are looked over before they are sent (prepress/preflight.py).
    """
    from pipeline.state.integrity import verify_file

    manifest = read_manifest(project.build / "manifest.json")
    folders, _ = find_editions(project)
    verified: list[FileResult] = []
    problems: list[Problem] = []
    for file in files:
        verdict, found = verify_file(file, manifest, project.build, verapdf)
        problems += found
        if verdict:
            verdict, preflight = _look_over(verdict, file, ghostscript, problems)
            slug = verdict.document.split("_")[0]
            current = current_edition((f for f in folders if f.slug == slug), on)
            dated = current.information_date if current else None
            there = slug in session_numbers(project)
            verified.append(FileResult(verdict, dated, preflight, there))
    traced, found_in_content = _trace_files(project, verified, on)
    return traced, sort_and_dedupe((*problems, *found_in_content))


def _trace_files(
    project: Project, verified: Sequence[FileResult], on: date
) -> tuple[tuple[FileResult, ...], list[Problem]]:
    """Ask of each file about the codes in it; one that no edition has says nothing."""
    codes = {word: code for v in verified for word, code in _codes_in(v.verdict)}
    traced, problems = verify_code(project, codes.values(), on)
    answered = tuple(
        replace(v, traced=tuple(t for t in traced if t.code in v.verdict.codes))
        for v in verified
    )
    return answered, [p for p in problems if p.rule is not Rule.UNKNOWN_CODE]


def _codes_in(verdict: "FileIntegrity") -> Iterator[tuple[str, Code]]:
    for word in verdict.codes:
        try:
            yield word, read_code(word)
        except ValueError:
            continue  # somebody changed the file, which is said of it


def _look_over(
    verdict: "FileIntegrity", file: Path, ghostscript: str | None, problems: list[Problem]
) -> "tuple[FileIntegrity, Preflight | None]":
    """Look a press file over; any other is as it was."""
    if not verdict.conformance.startswith("PDF/X"):
        return verdict, None
    from pipeline.prepress.preflight import inspect

    try:
        preflight = inspect(file.read_bytes(), ghostscript, Place(str(file)))
    except PipelineError as error:
        problems += error.problems
        return replace(verdict, checked="failed"), None
    return replace(verdict, checked="failed" if preflight.faults else "passed"), preflight
