"""Compare two editions of a brief: `briefs diff`."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.content.loader import LoadedContent
from pipeline.problems import Problem, is_blocking, sort_and_dedupe
from pipeline.project import Project
from pipeline.redline.changes import Redline, compare_editions
from pipeline.targets import first_editions, languages_of
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


def diff_editions(
    project: Project, old: EditionFolder, new: EditionFolder, languages: Sequence[str]
) -> ComparedEditions:
    """Read two editions and compare them in some languages that both have.

    Without `languages` in the first language of the series that both have. What has an
    error is not compared.
    """
    folders, _ = find_editions(project)
    with open_readers(2) as readers:
        content = ContentReader(project, readers).read_parts(
            (old, new), first_editions(folders), languages_of((old, new))
        )
    problems = sort_and_dedupe(filter(is_blocking, content.problems))
    if problems or content.series is None:
        return ComparedEditions((), content, problems)
    was, now = content.editions
    both = shared_languages(old, new)
    chosen = languages or [code for code in content.series.languages if code in both][:1]
    names = str(old.information_date), str(new.information_date)
    redlines = tuple(compare_editions(was, now, code, names) for code in chosen)
    return ComparedEditions(redlines, content, problems)
