"""Compare two editions of a brief: `briefs diff`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.commands.selection import UnknownName, find_brief, require_known
from pipeline.content.discovery import (
    EditionFolder,
    find_editions,
    first_editions,
    languages_of,
)
from pipeline.content.loader import LoadedContent
from pipeline.editions.ledger import edition_name, read_ledger
from pipeline.editions.lifecycle import read_lifecycles
from pipeline.model.dates import InformationDate
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


def diff_published(
    project: Project, slug: str, dated: InformationDate | None, languages: Sequence[str]
) -> ComparedEditions:
    """Compare the published text of an edition with the present one.

    The default is the latest published edition. If the present text is published, it is
    compared with the text before its correction.
    Raises PipelineError if the edition was never published, and UnknownName for what does
    not exist.
    """
    by_date = find_brief(project, slug, [dated] if dated else [])
    folder = by_date[dated] if dated else _latest_published(project, by_date.values())
    name, ledger = str(folder.information_date), read_ledger(project, slug)
    last = ledger.publication(name)
    if ledger.problems or last is None:
        message, hint = "it was never published", f"briefs publish {slug}"
        problem = Problem(Rule.EDITION_STATE, Place(folder.name), message, hint)
        raise PipelineError(*(ledger.problems or (problem,)))
    where = f" both published and present in {slug} {name}"
    _require_shared(languages, last.texts, folder.languages, where)
    with open_readers(1) as readers:
        reader = ContentReader(project, readers)
        first = first_editions(find_editions(project)[0])
        content = reader.read_parts((folder,), first, languages_of((folder,)))
        is_changed = any(p.rule is Rule.PUBLISHED_TEXT for p in content.problems)
        other_problems = [p for p in content.problems if p.rule is not Rule.PUBLISHED_TEXT]
        problems = sort_and_dedupe(filter(is_blocking, other_problems))
        if problems or content.series is None:
            return ComparedEditions((), content, problems)
        (after,), numbers = content.editions, ledger.numbers(name)
        new = max(numbers[-1] + is_changed, len(after.facts.corrections))
        old = max((number for number in numbers if number < new), default=new)
        publication, before = ledger.publication(name, old), None
        if publication:
            before, problems = reader.published(folder, content.series, publication)
    if before is None:
        return ComparedEditions((), content, problems)
    in_both = before.versions.keys() & after.versions
    shared = [code for code in content.series.languages if code in in_both]
    names = edition_name(name, old), edition_name(name, new)
    codes = [code for code in languages or shared[:1] if code in shared]
    redlines = tuple(compare_editions(before, after, code, names) for code in codes)
    return ComparedEditions(redlines, content, ())


def _latest_published(
    project: Project, editions: Collection[EditionFolder]
) -> EditionFolder:
    """Choose the latest edition of a brief that was published; else the latest one."""
    lifecycles = read_lifecycles(project, editions)
    published = [f for f in editions if lifecycles[f].published is not None]
    return max(published or editions, key=lambda folder: folder.information_date)


def diff_editions(
    project: Project,
    slug: str,
    old: InformationDate | None,
    new: InformationDate | None,
    languages: Sequence[str],
) -> ComparedEditions:
    """Read two editions and compare them in some languages that both have.

    The default is the latest edition and the one before it, in the first language of the
    series that both have. Editions with an error are not compared. Raises UnknownName for
    what does not exist.
    """
    by_date = find_brief(project, slug, [day for day in (old, new) if day])
    new = new or max(by_date)
    old = old or max((day for day in by_date if day < new), default=new)
    if old == new:
        hint = f'"briefs new {slug} --dated DATE" begins another'
        if len(by_date) > 1:
            hint = "name two of " + ", ".join(map(str, sorted(by_date)))
        message = f"{slug} {old}: there is no other edition to compare it with; {hint}"
        raise UnknownName(message)
    folders = by_date[old], by_date[new]
    where = f" in both editions, {old} and {new}"
    shared = _require_shared(
        languages, by_date[old].languages, by_date[new].languages, where
    )
    first = first_editions(find_editions(project)[0])
    with open_readers(2) as readers:
        reader = ContentReader(project, readers)
        content = reader.read_parts(folders, first, languages_of(folders))
    problems = sort_and_dedupe(filter(is_blocking, content.problems))
    if problems or content.series is None:
        return ComparedEditions((), content, problems)
    before, after = content.editions
    chosen = languages or [code for code in content.series.languages if code in shared][:1]
    names = str(old), str(new)
    redlines = tuple(compare_editions(before, after, code, names) for code in chosen)
    return ComparedEditions(redlines, content, problems)


def _require_shared(
    languages: Sequence[str], old: Collection[str], new: Collection[str], where: str
) -> list[str]:
    """List the languages of two editions; refuse one that is not shared, and none."""
    shared = [code for code in new if code in old]
    require_known("language", languages, shared, where)
    if not shared:
        raise UnknownName(f"no language is{where}; add the missing file to one of them")
    return shared
