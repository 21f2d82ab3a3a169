"""Render one document for the preview, without storing or rejecting it.

The text comes from `content/`, even if the edition is published. A document with a layout
error is rendered and shown. A document with a content error is not rendered.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.content.discovery import EditionFolder, first_editions
from pipeline.editions.web import WebBrief, WebEdition
from pipeline.model.schema import Edition
from pipeline.pdf.render import RenderedPdf
from pipeline.problems import Problem, sort_and_dedupe
from pipeline.project import Project
from pipeline.state.build_state import BuildState
from pipeline.targets import Document
from pipeline.tasks.context import BuildContext, Rendering, TargetFiles
from pipeline.tasks.documents import is_blocked, render_document, render_pdf_of
from pipeline.tasks.edition_page_jobs import EditionOnWeb, render_single_file
from pipeline.tasks.reading import ContentReader
from pipeline.tasks.task import Workspace, attempt
from pipeline.workers.executor import Executor
from pipeline.workers.scheduler import Task, run_tasks


@dataclass(frozen=True)
class RenderedDocument:
    """A document as it will print, with its structure, and the web page of its edition.

    The document is None, and the page empty, if its content has an error.
    """

    rendered: RenderedPdf | None
    problems: tuple[Problem, ...]
    web_page: bytes = b""


def empty_records(project: Project) -> BuildState:
    """Return records that no file keeps: a preview neither reads nor writes `build/`."""
    return BuildState(Path(os.devnull), project.paths_of)


def preview_document(
    workspace: Workspace, document: Document, executor: Executor, *, with_web_page: bool
) -> RenderedDocument:
    """Render a document from the files as they are now.

    The records of the workspace come from `empty_records`. Calls with the same records hash
    the fonts once.
    """
    folders = workspace.folders
    (folder,) = (f for f in folders if document.source.startswith(f"{f.name}/"))
    first_folders = first_editions(folders)
    content = ContentReader(workspace.project, executor, workspace.today)
    settings = content.settings(folder.languages)
    edition, problems = None, settings.problems
    if settings.series:
        language = document.language
        is_first = folder in first_folders
        job = content.start(folder, settings.series, is_first=is_first, language=language)
        read = content.edition(folder, job)
        edition, problems = read.edition, (*problems, *read.part.problems)
    unused = folder.other_files(document.language)
    problems = tuple(p for p in problems if p.place.file not in unused)
    faulty_files = workspace.files_with_errors(problems)
    if not (edition and settings.series and settings.brand) or is_blocked(
        document, edition, faulty_files
    ):
        return RenderedDocument(None, sort_and_dedupe(problems))
    context = BuildContext(workspace, executor, settings.series, settings.brand)
    tasks: list[Task[Any]] = [_render_pdf(context, document, edition)]
    if with_web_page:  # made by the process that reads, while the other one renders
        tasks.append(_render_web_page(context, document, edition, folder))
    attempts = (attempt(task, document.source) for task in tasks)
    (result, pdf_problems), *web_results = run_tasks(attempts, executor)
    rendered, render_problems = result or (None, ())
    if rendered and not rendered.pdf:
        rendered = None
    web_page = next((page for page, _ in web_results if page), b"")
    web_problems = (p for _, page_problems in web_results for p in page_problems)
    faults = [*render_problems, *pdf_problems, *web_problems]
    problems = sort_and_dedupe([*problems, *faults])
    return RenderedDocument(rendered, problems, web_page)


def _render_pdf(context: BuildContext, document: Document, edition: Edition) -> Rendering:
    """Render a document as `make_document` does, with structure, without attachments."""
    job = context.executor.submit_local(render_document, context.design, edition, document)
    context.warm_up(document.language, document.layout)
    page = replace((yield job), attachments=())
    return (yield from render_pdf_of(context, document, page, with_structure=True))


def _render_web_page(
    context: BuildContext, document: Document, edition: Edition, folder: EditionFolder
) -> Task[bytes]:
    web_edition = WebEdition(folder, edition.languages)
    target_files: TargetFiles = yield context.executor.submit_local(
        *(render_single_file, context.design, edition, document.language),
        EditionOnWeb(
            WebBrief(document.slug, (web_edition,)), web_edition, context.series.url or ""
        ),
    )
    (page,) = target_files.files.values()
    return page
