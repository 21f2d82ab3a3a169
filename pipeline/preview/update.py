"""Render a document after each save, and update the preview of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pipeline.commands.watch import work_after_each_change
from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.content.loader import load_series
from pipeline.design.overrides import require_usable_overrides
from pipeline.editions.current import current_edition
from pipeline.editions.lifecycle import Editions, read_lifecycles
from pipeline.model.edition_state import Stamp
from pipeline.pdf.render import RenderedPdf
from pipeline.preview.pictures import PagePicture, draw_page
from pipeline.preview.state import PreviewState, RenderedPages, Selection
from pipeline.problems import BriefsError, JobFailed, Problem, is_blocking
from pipeline.project import Project
from pipeline.targets import BuildOptions, Document, stamps_of
from pipeline.tasks.preview import empty_records, preview_document
from pipeline.tasks.task import Workspace, limit_problem
from pipeline.toolchain import Toolchain
from pipeline.workers.executor import Executor

# The widths of the web page in CSS pixels: hidden, two phones, a tablet.
_WEB_PAGE_WIDTHS = ("", "320", "390", "768")
# The scales of usual screens, with and without zoom.
_SCALES = ("0.5", "0.75", "1", "1.5", "2", "3", "4")
# From a file of the project, a line and a column to the address that opens it in an editor.
EditorUrl = Callable[[str, int, int], str]


def update_preview(
    project: Project,
    options: BuildOptions,
    state: PreviewState,
    today: Callable[[], date],
    editor_url: EditorUrl,
) -> None:
    """Show the selected document; show it again after each save or selection, until Ctrl-C.

    The problems of a document are shown above its last good pages. The profiles of
    `options` are those that can be selected.
    """
    records = empty_records(project)

    def show_selected(executor: Executor, toolchains: Mapping[str, Toolchain]) -> None:
        try:
            folders, misnamed = find_editions(project)
            workspace = Workspace(project, options, records, folders, toolchains, misnamed)
            _show_edition(workspace, state, today(), editor_url, executor)
        except BriefsError as error:
            # For example, memory or a folder is missing for a moment.
            status = _describe_status(state.selection, error.problems, True, editor_url)
            state.show(status, state.shown.choices, state.shown.rendered)

    work_after_each_change(project, options, show_selected, state.take_selection)


def _show_edition(
    workspace: Workspace,
    state: PreviewState,
    today: date,
    editor_url: EditorUrl,
    executor: Executor,
) -> None:
    project, options, folders = workspace.project, workspace.options, workspace.folders
    selection = state.selection
    editions = [folder for folder in folders if folder.slug == selection.slug]
    lifecycles = read_lifecycles(project, editions)
    folder = _choose_edition(lifecycles, selection, today)
    choices = {
        "slug": list(dict.fromkeys(folder.slug for folder in folders)),
        "edition": [str(folder.information_date) for folder in editions],
        "language": folder.languages if folder else (),
        "profile": options.profiles,
        "web_page": _WEB_PAGE_WIDTHS,
        "scale": _SCALES,
    }
    pages, problems = state.shown.rendered, tuple(workspace.problems)
    if folder and folder.languages:
        require_usable_overrides(project)
        stamp = stamps_of(lifecycles[folder], options, today)[-1]
        document = _choose_document(project, folder, selection, stamp)
        with_web_page = bool(selection.web_page)
        previewed = preview_document(
            workspace, document, executor, with_web_page=with_web_page
        )
        own_problems = [p for p in problems if p.place.file.startswith(f"{folder.name}/")]
        problems = (*own_problems, *previewed.problems)
        if previewed.rendered:
            try:
                scale = float(selection.scale)
                pages = _draw_pages(document, previewed.rendered, pages, executor, scale)
                pages = replace(pages, web_page=previewed.web_page)
            except JobFailed as error:
                problems = (*problems, limit_problem(document.source, str(error)))
        dated = str(folder.information_date)
        selection = replace(
            selection, slug=folder.slug, edition=dated, language=document.language
        )
    is_old = pages is state.shown.rendered
    state.show(_describe_status(selection, problems, is_old, editor_url), choices, pages)


def _choose_edition(
    editions: Editions, selection: Selection, today: date
) -> EditionFolder | None:
    """Choose the selected edition, or the current one, or the latest."""
    for edition in editions:
        if str(edition.information_date) == selection.edition:
            return edition
    return current_edition(editions, today) or next(reversed([*editions]), None)


def _choose_document(
    project: Project, folder: EditionFolder, selection: Selection, stamp: Stamp
) -> Document:
    """Choose the document of an edition in the selected language and profile.

    Without a language it is in the default language, or in the first one if the edition
    does not have that, or the series has an error.
    """
    language = selection.language
    if language not in folder.languages:
        series, _ = load_series(project, ())
        default = series.default_language if series else ""
        language = default if default in folder.languages else folder.languages[0]
    return Document(
        slug=folder.slug,
        information_date=folder.information_date,
        language=language,
        profile=selection.profile,
        stamp=stamp,
    )


def _draw_pages(
    document: Document,
    rendered: RenderedPdf,
    last_pages: RenderedPages,
    executor: Executor,
    scale: float,
) -> RenderedPages:
    """Draw the pages; a page with the same pixels as before keeps its picture.

    Jobs alternate between the workers of `submit` and `submit_local`.
    """
    png_by_key = {page.key: page.png for page in last_pages.pages}
    keys = frozenset(png_by_key)
    submit = executor.submit, executor.submit_local
    jobs = [
        submit[number % 2](
            draw_page, rendered.pdf, number, rendered.structure_entries, keys, scale
        )
        for number in range(rendered.pages)
    ]
    pages: list[PagePicture] = [executor.result(job) for job in jobs]
    drawn = tuple(replace(page, png=page.png or png_by_key[page.key]) for page in pages)
    return RenderedPages(document.source, drawn, rendered.structure_entries)


def _describe_status(
    selection: Selection, problems: Sequence[Problem], is_old: bool, editor_url: EditorUrl
) -> dict[str, Any]:
    """Describe the preview; with `is_old` it shows the last good pages."""
    return {
        "selection": vars(selection),
        "is_old": is_old,
        "problems": [
            {
                "place": str(p.place),
                "link": editor_url(p.place.file, p.place.line, p.place.column),
                "is_error": is_blocking(p),
                "message": p.message,
                "hint": p.hint,
            }
            for p in problems
        ],
    }
