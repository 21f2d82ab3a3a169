"""Compare two editions of a brief: `briefs diff`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pipeline.content.discovery import (
    EditionFolder,
    find_editions,
    first_editions,
    languages_of,
)
from pipeline.content.loader import LoadedContent
from pipeline.editions.ledger import edition_name, read_ledger
from pipeline.editions.lifecycle import read_lifecycles
from pipeline.problems import (
    PipelineError,
    Place,
    Problem,
    Rule,
    is_blocking,
    sort_and_dedupe,
)
from pipeline.project import Project
from pipeline.redline.changes import Redline, compare_editions
from pipeline.tasks.reading import ContentReader, open_readers


@dataclass(frozen=True)
class ComparedEditions:
    """A redline for each language, the content that was read, and its errors."""

    redlines: tuple[Redline, ...]
    content: LoadedContent
    problems: tuple[Problem, ...]


def shared_languages(old: EditionFolder, new: EditionFolder) -> tuple[str, ...]:
    """List the languages that two editions have."""
    return tuple(code for code in new.languages if code in old.languages)


def latest_published(
    project: Project, editions: Collection[EditionFolder]
) -> EditionFolder:
    """Choose the latest edition of a brief that was published; else the latest one."""
    lifecycles = read_lifecycles(project, editions)
    published = [f for f in editions if lifecycles[f].published is not None]
    return max(published or editions, key=lambda folder: folder.information_date)


def find_published(project: Project, folder: EditionFolder) -> EditionFolder:
    """Return an edition in its published languages. Raises PipelineError if none was."""
    ledger = read_ledger(project, folder.slug)
    publication = ledger.publication(str(folder.information_date))
    if ledger.problems or publication is None:
        message, hint = "it was never published", f"briefs publish {folder.slug}"
        problem = Problem(Rule.EDITION_STATE, Place(folder.name), message, hint)
        raise PipelineError(*(ledger.problems or (problem,)))
    return replace(folder, languages=tuple(publication.texts))


def diff_published(
    project: Project, folder: EditionFolder, languages: Sequence[str]
) -> ComparedEditions:
    """Compare the published text of an edition with the present one.

    If the present text is published, it is compared with the text before its correction.
    """
    dated, ledger = str(folder.information_date), read_ledger(project, folder.slug)
    with open_readers(1) as readers:
        reader = ContentReader(project, readers)
        first = first_editions(find_editions(project)[0])
        content = reader.read_parts((folder,), first, languages_of((folder,)))
        is_changed = any(p.rule is Rule.PUBLISHED_TEXT for p in content.problems)
        other_problems = [p for p in content.problems if p.rule is not Rule.PUBLISHED_TEXT]
        problems = sort_and_dedupe(filter(is_blocking, other_problems))
        if problems or content.series is None:
            return ComparedEditions((), content, problems)
        (after,), numbers = content.editions, ledger.numbers(dated)
        new = max(numbers[-1] + is_changed, len(after.facts.corrections))
        old = max((number for number in numbers if number < new), default=new)
        publication, before = ledger.publication(dated, old), None
        if publication:
            before, problems = reader.published(folder, content.series, publication)
    if before is None:
        return ComparedEditions((), content, problems)
    in_both = before.versions.keys() & after.versions
    shared = [code for code in content.series.languages if code in in_both]
    names = edition_name(dated, old), edition_name(dated, new)
    codes = [code for code in languages or shared[:1] if code in shared]
    redlines = tuple(compare_editions(before, after, code, names) for code in codes)
    return ComparedEditions(redlines, content, ())


def diff_editions(
    project: Project, old: EditionFolder, new: EditionFolder, languages: Sequence[str]
) -> ComparedEditions:
    """Read two editions and compare them in some languages that both have.

    The default is the first language of the series that both have. Editions with an error
    are not compared.
    """
    first = first_editions(find_editions(project)[0])
    with open_readers(2) as readers:
        reader = ContentReader(project, readers)
        content = reader.read_parts((old, new), first, languages_of((old, new)))
    problems = sort_and_dedupe(filter(is_blocking, content.problems))
    if problems or content.series is None:
        return ComparedEditions((), content, problems)
    before, after = content.editions
    shared = shared_languages(old, new)
    chosen = languages or [code for code in content.series.languages if code in shared][:1]
    names = str(old.information_date), str(new.information_date)
    redlines = tuple(compare_editions(before, after, code, names) for code in chosen)
    return ComparedEditions(redlines, content, problems)
