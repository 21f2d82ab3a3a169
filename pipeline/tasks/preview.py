"""Render one document for its author to look at: nothing is stored, and none is rejected.

It has the text of `content/`, also of a published edition. An error of its layout is shown
on its pages. An error of its content leaves it without pages, and is known before anything
is rendered.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.content.discovery import EditionFolder
from pipeline.model.schema import Edition
from pipeline.pdf.render import RenderedPdf
from pipeline.problems import Problem, sort_and_dedupe
from pipeline.project import Project
from pipeline.state.build_state import BuildState
from pipeline.targets import BuildOptions, Document, first_editions
from pipeline.tasks.context import BuildContext
from pipeline.tasks.documents import is_blocked, post_processing, render_document
from pipeline.tasks.reading import ContentReader
from pipeline.tasks.task import Workspace, attempt
from pipeline.toolchain import Toolchain
from pipeline.workers.executor import Executor
from pipeline.workers.scheduler import Task, run_tasks


@dataclass(frozen=True)
class RenderedDocument:
    """A document as it will print, with its outline; None if its content has an error."""

    rendered: RenderedPdf | None
    problems: tuple[Problem, ...]


def no_records(project: Project) -> BuildState:
    """Give records that no file keeps: a preview neither reads nor writes `build/`."""
    return BuildState(Path(os.devnull), project.paths_of)


def preview_document(
    project: Project,
    options: BuildOptions,
    folders: tuple[EditionFolder, ...],
    document: Document,
    executor: Executor,
    toolchains: Mapping[str, Toolchain],
    state: BuildState,
) -> RenderedDocument:
    """Render a document from the files as they are now; `folders` are all editions.

    `state` comes from `no_records`; with the same one each time, fonts are hashed once.
    """
    workspace = Workspace(project, options, state, folders, toolchains)
    (folder,) = (f for f in folders if document.source.startswith(f"{f.name}/"))
    first = first_editions(folders)
    content = ContentReader(project, executor)
    settings = content.settings(folder.languages)
    edition, problems = None, settings.problems
    if settings.series:
        shown = document.language
        job = content.start(
            folder, settings.series, is_first=folder in first, language=shown
        )
        read = content.edition(folder, job)
        edition, problems = read.edition, (*problems, *read.part.problems)
    problems = tuple(p for p in problems if _concerns(p, document, folder))
    wrong = workspace.files_with_errors(problems)
    if not (edition and settings.series and settings.brand) or is_blocked(
        document, edition, wrong
    ):
        return RenderedDocument(None, sort_and_dedupe(problems))
    context = BuildContext(workspace, executor, settings.series, settings.brand)
    task = attempt(_render(context, document, edition), document.source)
    ((result, faults),) = run_tasks([task], executor)
    rendered, found = result or (None, ())
    if rendered and not rendered.pdf:
        rendered = None
    return RenderedDocument(rendered, sort_and_dedupe([*problems, *found, *faults]))


def _concerns(problem: Problem, document: Document, folder: EditionFolder) -> bool:
    """Whether a problem is not one of another language of the edition."""
    others = {f"{folder.name}/{code}.yaml" for code in folder.languages}
    return problem.place.file not in others - {document.source}


def _render(
    context: BuildContext, document: Document, edition: Edition
) -> Task[tuple[RenderedPdf, list[Problem]]]:
    """Render a document as `make_document` does, with its outline and no attachments."""
    job = context.executor.submit_local(render_document, context.design, edition, document)
    context.warm_up(document.language, document.layout)
    page = replace((yield job), attachments=())
    return (
        yield from context.render_pdf(
            page,
            document.source,
            document.profile,
            document.stem,
            post_processing(context, document),
            with_outline=True,
        )
    )
