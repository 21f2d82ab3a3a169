"""Publish an edition: freeze its PDFs and record them in the ledger: `briefs publish`.

    build strictly -> check each PDF -> write the frozen files -> append to the ledger

The frozen files are written as one folder, and the ledger after them. If the command is
killed between the two, a folder without a record remains; publishing again completes it.
"""

import io
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from pathlib import Path

import pikepdf

from pipeline.build import build_documents
from pipeline.commands.check import read_content
from pipeline.content.discovery import PUBLISHED, EditionFolder, ledger_name
from pipeline.editions.ledger import (
    FrozenFile,
    Ledger,
    Publication,
    PublishedText,
    Record,
    edition_name,
    read_ledger,
)
from pipeline.editions.lifecycle import Editions, Lifecycle
from pipeline.editions.publication import note_of, printed_series, published_text
from pipeline.model.pdf_identity import PdfIdentity
from pipeline.model.schema import Edition, EditionFacts
from pipeline.problems import PipelineError, Place, Problem, Rule, Severity, is_blocking
from pipeline.project import Project
from pipeline.state.alterations import read_identity
from pipeline.state.atomic_write import atomic_create, atomic_write
from pipeline.state.file_hashes import hash_bytes
from pipeline.state.lock import build_lock
from pipeline.targets import BuildOptions, Document, State, parse_file_name

_BUILT = (State.BUILT, State.CACHED, State.UP_TO_DATE)


@dataclass(frozen=True)
class PublishResult:
    """The records that were written, or would be; empty if there is nothing to publish."""

    folder: EditionFolder
    records: tuple[Record, ...] = ()
    problems: tuple[Problem, ...] = ()


def publish(
    project: Project,
    options: BuildOptions,
    on: date,
    *,
    reissue: bool = False,
    with_outdated: bool = False,
    despite_warnings: bool = False,
) -> PublishResult:
    """Publish one edition on a day.

    `options` name its brief, and its date unless it is the newest. The default profiles
    are those that were published before, or `screen`. With `reissue` the same text is built
    with the present tools and frozen again. Outdated translations need `with_outdated`,
    other warnings need `despite_warnings`; the record counts the accepted warnings. Raises
    PipelineError if the edition cannot be published.
    """
    (slug,) = options.slugs
    checked = read_content(project, options, None)
    ledger = read_ledger(project, slug)
    if ledger.problems:
        raise PipelineError(*ledger.problems)
    folder = _choose_edition(checked.lifecycles, options)
    _require_publishable(folder, checked.lifecycles[folder], ledger, on)
    edition = checked.by_folder.get(folder.name)
    if edition is None or checked.series is None:
        raise PipelineError(*filter(is_blocking, checked.problems))
    publication = ledger.publication(str(folder.information_date))
    if edition.facts.withdrawn:
        folders = f"{folder.name}/", f"content/{slug}/{PUBLISHED}/"
        reported = [p for p in checked.problems if f"{p.place.file}/".startswith(folders)]
        if problems := tuple(filter(is_blocking, reported)):
            return PublishResult(folder, problems=problems)
        result = _withdraw_edition(project, options, ledger, edition, on)
        return PublishResult(folder, *result)
    warnings = {rule for rule in Rule if rule.severity is Severity.WARNING}
    allowed = warnings - {Rule.OUTDATED_TRANSLATION} if despite_warnings else set[Rule]()
    allowed |= {Rule.OUTDATED_TRANSLATION} if with_outdated else set()
    # The settings of the series may differ from those of the files that are replaced.
    replaced = {Rule.PUBLISHED_SERIES} if reissue else set[Rule]()
    allowed |= replaced
    documents, problems = _build_documents(
        project, options, folder, publication, on, allowed
    )
    problems = tuple(p for p in problems if p.rule not in replaced)
    if not documents and problems:
        return PublishResult(folder, problems=problems)
    event = _event_of(edition.facts, publication, reissue=reissue)
    if event == "added" and publication:
        documents = [d for d in documents if f"{d.stem}.pdf" not in publication.files]
    if not documents:
        return PublishResult(folder)
    languages = dict.fromkeys(d.language for d in documents)
    texts = {code: published_text(project, edition, code) for code in languages}
    number = len(edition.facts.corrections)
    accepted = dict(sorted(Counter(problem.rule.id for problem in problems).items()))
    dated = str(folder.information_date)
    series = printed_series(checked.series, languages)
    record = Record(event, dated, number, on, texts=texts, accepted=accepted, series=series)
    records = tuple(_records(record, folder, edition.facts, publication))
    if options.dry_run:
        base = _folder_of(records, ledger)
        files = tuple(FrozenFile(f"{base}/{d.stem}.pdf", "", 0) for d in documents)
        return PublishResult(folder, (*records[:-1], replace(records[-1], files=files)))
    with build_lock(project.build):
        data = dict(_read_built_files(project, documents, texts))
        return PublishResult(folder, _freeze_and_record(project, ledger, records, data))


def _build_documents(
    project: Project,
    options: BuildOptions,
    folder: EditionFolder,
    publication: Publication | None,
    on: date,
    allowed: Collection[Rule],
) -> tuple[list[Document], tuple[Problem, ...]]:
    """Build the documents to be frozen; give none if there is an error or a warning.

    Warnings that are `allowed` are given together with the documents.
    """
    options = replace(
        options,
        profiles=options.profiles or _profiles_of(publication),
        edition=folder.information_date,
        strict=not allowed,
        for_publishing=True,
    )
    built = build_documents(project, options, on)
    problems = tuple(p for p in built.problems if p.rule is not Rule.UNRECORDED_FILES)
    if any(problem.rule not in allowed for problem in problems):
        return [], problems
    return [target for target in built.targets if isinstance(target, Document)], problems


def _choose_edition(editions: Editions, options: BuildOptions) -> EditionFolder:
    """Choose the edition asked for, or the newest one that is not a draft."""
    if options.edition:
        return next(f for f in editions if f.information_date == options.edition)
    final = [folder for folder, lifecycle in editions.items() if not lifecycle.is_draft]
    return max(final or editions, key=lambda folder: folder.information_date)


def _require_publishable(
    folder: EditionFolder, lifecycle: Lifecycle, ledger: Ledger, on: date
) -> None:
    """Raise PipelineError if an edition cannot be published on a day."""
    message = hint = ""
    last = ledger.records[-1].day if ledger.records else on
    is_first = lifecycle.published is None
    if lifecycle.is_draft and is_first:
        message = "the edition is a draft"
        hint = "finish it, and set status: final"
    elif lifecycle.embargo_until and on < lifecycle.embargo_until and is_first:
        message = f"the edition is embargoed until {lifecycle.embargo_until}"
        hint = "publish it on that day, or delete embargo_until"
    elif on < last:
        message = f"{on} is before {last}, the day of the last publication of this brief"
        hint = "check the clock of the machine, or state the day: --on"
    if message:
        raise PipelineError(_edition_problem(folder, message, hint))


def _edition_problem(folder: EditionFolder, message: str, hint: str) -> Problem:
    return Problem(Rule.EDITION_STATE, Place(f"{folder.name}/edition.yaml"), message, hint)


def _profiles_of(publication: Publication | None) -> tuple[str, ...]:
    """List the profiles that were published; `screen` the first time."""
    names = publication.files if publication else ()
    profiles = (parse_file_name(name)[1].get("profile") or "screen" for name in names)
    return tuple(dict.fromkeys(profiles)) or ("screen",)


def _event_of(
    facts: EditionFacts, publication: Publication | None, *, reissue: bool
) -> str:
    if publication is None:
        return "published"
    if len(facts.corrections) > publication.number:
        return "corrected"
    return "reissued" if reissue else "added"


def _records(
    record: Record,
    folder: EditionFolder,
    facts: EditionFacts,
    publication: Publication | None,
) -> Iterator[Record]:
    """Yield a record for each new correction, the last with the text; or the record.

    Raises PipelineError if a new correction is not between publication and today.
    """
    if record.event != "corrected" or publication is None:
        yield record
        return
    new_corrections = facts.corrections[publication.number :]
    for number, correction in enumerate(new_corrections, publication.number + 1):
        if not publication.first_day <= correction.date <= record.day:
            message = f"a correction is dated {correction.date}, which is not between the "
            message += f"publication, {publication.first_day}, and {record.day}"
            raise PipelineError(_edition_problem(folder, message, "correct its date"))
        note = note_of(correction.note)
        # The day is the one that is printed.
        numbered = replace(record, number=number, day=correction.date, note=note)
        is_last = number == record.number
        yield (numbered if is_last else replace(numbered, texts={}, series={}))


def _withdraw_edition(
    project: Project, options: BuildOptions, ledger: Ledger, edition: Edition, on: date
) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """Record that an edition was withdrawn; it keeps its frozen files."""
    dated, withdrawn = str(edition.information_date), edition.facts.withdrawn
    publication = ledger.publication(dated)
    name = f"content/{edition.folder}/edition.yaml"
    if publication is None or withdrawn is None:
        message = "the edition was never published, so it cannot be withdrawn"
        hint = "set status: draft, or delete its folder"
        return (), (Problem(Rule.EDITION_STATE, Place(name), message, hint),)
    if publication.withdrawn:
        return (), ()
    note = note_of(withdrawn.reason)
    record = Record("withdrawn", dated, publication.number, withdrawn.date, note)
    if record.day > on or record.day < ledger.records[-1].day:
        message = f"it is withdrawn on {record.day}, which is not between the last "
        message += f"publication, {ledger.records[-1].day}, and {on}"
        hint = "correct the date of `withdrawn`"
        return (), (Problem(Rule.EDITION_STATE, Place(name), message, hint),)
    if options.dry_run:
        return (record,), ()
    with build_lock(project.build):
        return _freeze_and_record(project, ledger, (record,), {}), ()


def _read_built_files(
    project: Project, documents: Sequence[Document], texts: Mapping[str, PublishedText]
) -> Iterator[tuple[str, bytes]]:
    """Read the files to be frozen; refuse one whose metadata name other contents."""
    for document in documents:
        place = Place(f"build/{document.name}")
        pdf = (project.root / place.file).read_bytes()
        identity = _read_identity_of(pdf)
        code = texts[document.language].code
        stored = (identity.document, identity.codes) if identity else ("", "")
        if document.state not in _BUILT or stored != (document.stem, code):
            message = f"this is not the file of {document.stem} with the code {code}"
            hint = "publish again while no other build runs"
            raise PipelineError(Problem(Rule.FROZEN_FILE, place, message, hint))
        yield f"{document.stem}.pdf", pdf


def _folder_of(records: Sequence[Record], ledger: Ledger) -> str:
    """Name the folder of the files of the last of some new records."""
    last = records[-1]
    if last.event in ("published", "corrected"):
        return edition_name(last.edition, last.number)
    return f"{last.edition}-record{len(ledger.records) + len(records)}"


def _read_identity_of(pdf: bytes) -> PdfIdentity | None:
    with pikepdf.open(io.BytesIO(pdf)) as pdf_file:
        return read_identity(pdf_file)


def _freeze_and_record(
    project: Project, ledger: Ledger, records: tuple[Record, ...], data: Mapping[str, bytes]
) -> tuple[Record, ...]:
    """Write the frozen files, then the ledger with the records; the last has the files."""
    name = ledger_name(ledger.slug)
    if read_ledger(project, ledger.slug) != ledger:
        message = "the ledger was changed while the edition was built"
        hint = "another publication of this brief has finished; run the command again"
        raise PipelineError(Problem(Rule.LEDGER, Place(name), message, hint))
    *earlier, last = records
    for temporary in (project.root / name).parent.glob(".*.part"):
        temporary.unlink(missing_ok=True)  # of a publication that was killed
    if data:
        base = _folder_of(records, ledger)
        path = (project.root / name).parent / base
        _write_folder(path, data, f"content/{ledger.slug}/{PUBLISHED}/{base}")
        files = [
            FrozenFile(f"{base}/{n}", hash_bytes(pdf), len(pdf)) for n, pdf in data.items()
        ]
        identity = _read_identity_of(next(iter(data.values())))
        tools = identity.toolchain if identity else ""
        last = replace(last, files=tuple(files), toolchain=tools)
    written = reduce(Ledger.appended, (*earlier, last), ledger)
    atomic_write(project.root / name, written.text.encode(), name)
    return written.records[len(ledger.records) :]


def _write_folder(folder: Path, data: Mapping[str, bytes], name: str) -> None:
    """Write the frozen files; accept those that an interrupted publication has written."""
    if folder.is_dir() and any(folder.iterdir()):
        existing = {path.name: path.read_bytes() for path in folder.iterdir()}
        if existing != dict(data):
            message = "this folder has files that the ledger does not list"
            hint = "if the last records of the ledger are missing, restore it from version "
            hint += "control; otherwise remove this folder and publish again"
            raise PipelineError(Problem(Rule.UNRECORDED_FILES, Place(name), message, hint))
        return
    atomic_create(folder, data, name)
