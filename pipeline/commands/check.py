"""Check a project without building it: `briefs check`."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from pipeline.commands.selection import require_known
from pipeline.content.discovery import SERIES, EditionFolder, first_editions, languages_of
from pipeline.content.terms import read_terms
from pipeline.design.css_diagnostics import check_stylesheets
from pipeline.design.ejected import check_copies
from pipeline.design.overrides import override_problems
from pipeline.design.strings import check_strings, unwritten_strings
from pipeline.editions.ledger import read_ledgers
from pipeline.editions.lifecycle import Editions, read_lifecycles
from pipeline.editions.publication import check_ledger
from pipeline.editions.sessions import read_sessions
from pipeline.model.brand import Brand
from pipeline.model.schema import Edition, Series
from pipeline.problems import Problem, is_blocking, sort_and_dedupe
from pipeline.project import Project
from pipeline.targets import BuildOptions, select_editions
from pipeline.tasks.plan_documents import discover
from pipeline.tasks.reading import ContentReader, open_readers
from pipeline.workers.executor import Executor


@dataclass(frozen=True)
class CheckedContent:
    """Content and its problems. What has an error is None, or missing in `editions`.

    `folders` are all editions on disk, `lifecycles` those of all editions of the selected
    briefs, `selected` the editions that were read, `sessions` the names of those checked.
    """

    folders: tuple[EditionFolder, ...]
    lifecycles: Editions
    selected: tuple[EditionFolder, ...]
    series: Series | None
    brand: Brand | None
    editions: tuple[Edition, ...]
    problems: tuple[Problem, ...]
    sessions: tuple[str, ...] = ()

    @cached_property
    def by_folder(self) -> Mapping[str, Edition]:
        """The editions that were read, by the names of their folders."""
        return {f"content/{edition.folder}": edition for edition in self.editions}


def read_content(
    project: Project,
    options: BuildOptions,
    today: date | None,
    *,
    every_folder: bool = False,
    executor: Executor | None = None,
    on: date | None = None,
) -> CheckedContent:
    """Read the editions that are current `today`, and drafts; all editions if it is None.

    With `every_folder` the names of all folders are checked, not only those of the briefs
    that `options` select. Without an `executor` one is opened. Hints name `today` or `on`.
    """
    folders, name_problems = discover(project, () if every_folder else options.slugs)
    selected_folders = [f for f in folders if not options.slugs or f.slug in options.slugs]
    editions = read_lifecycles(project, folders if every_folder else selected_folders)
    selected = tuple(select_editions(editions, options, today))
    parts = selected, first_editions(folders), languages_of(selected)
    with nullcontext(executor) if executor else open_readers(len(selected)) as readers:
        content = ContentReader(project, readers, today or on).read_parts(*parts)
    problems = sort_and_dedupe((*name_problems, *content.problems))
    values = (content.series, content.brand, content.editions)
    return CheckedContent(folders, editions, selected, *values, problems)


def check(
    project: Project,
    slugs: tuple[str, ...],
    executor: Executor | None = None,
    on: date | None = None,
) -> CheckedContent:
    """Check editions, ledgers, sessions, terms, templates, strings and style sheets.

    With `slugs`, only these briefs are checked, and no session: it may hand out any brief.
    Problems of the layout are found by a build.
    """
    options, every = BuildOptions(slugs), not slugs
    checked = read_content(
        project, options, None, every_folder=every, executor=executor, on=on
    )
    require_known("brief", slugs, {folder.slug for folder in checked.folders})
    problems = [*checked.problems, *_check_design(project, checked)]
    for ledger in read_ledgers(project):
        if not slugs or ledger.slug in slugs:
            problems += check_ledger(project, ledger)
    if checked.series:
        problems += read_terms(project, checked.series)[1]
    if checked.series and not slugs:
        used = languages_of(checked.selected)
        unused = (code for code in checked.series.languages if code not in used)
        if not any(p.place.file == SERIES for p in filter(is_blocking, problems)):
            problems += unwritten_strings(project, unused)
        sessions = read_sessions(project, checked.lifecycles, checked.series)
        problems += sessions.problems
        checked = replace(checked, sessions=sessions.slugs)
    return replace(checked, problems=sort_and_dedupe(problems))


def _check_design(project: Project, checked: CheckedContent) -> list[Problem]:
    """Check templates, strings and style sheets, unless one of the files is unusable."""
    if unusable := override_problems(project):
        return [*unusable]
    series = checked.series
    used = languages_of(checked.selected)
    languages = [code for code in used if series is None or code in series.languages]
    problems = [*check_strings(project, languages), *check_stylesheets(project)]
    problems += check_copies(project)
    if any((project.root / "templates").rglob("*.html")):
        from pipeline.html.templates import check_templates  # slow: it imports Jinja2

        problems += check_templates(project)
    return problems
