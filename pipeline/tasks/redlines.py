"""Build redlines: what changed between two editions, as a PDF or an HTML file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from pipeline.content.attached_yaml import export_yaml
from pipeline.content.loader import LoadedContent
from pipeline.html.page_view import Design
from pipeline.html.redline_view import view_redline, view_web_redline
from pipeline.pdf.render import AttachedFile
from pipeline.problems import Place
from pipeline.project import Project
from pipeline.redline.changes import Redline
from pipeline.targets import BuildOptions, RedlineFile
from pipeline.tasks.context import BuildContext, RenderedPage, Rendering, TargetFiles
from pipeline.tasks.finish import finish, finish_files
from pipeline.tasks.task import TargetPlan, TaskResult, open_workspace
from pipeline.workers.executor import Executor
from pipeline.workers.scheduler import Task


def plan_redlines(
    project: Project,
    options: BuildOptions,
    content: LoadedContent,
    redlines: Sequence[Redline],
    formats: Sequence[str],
    full: bool,
) -> TargetPlan[RedlineFile]:
    """Plan the files of some redlines, made from `content`; `full`: never an overview.

    All are rendered to HTML to find which are stale.
    """
    workspace = open_workspace(project, options)
    files = {
        RedlineFile(
            redline.edition.slug,
            redline.old,
            redline.edition.information_date,
            redline.new.removeprefix(str(redline.edition.information_date)),
            redline.language,
            format=format,
        ): redline
        for redline in redlines
        for format in formats
    }

    def prepare(executor: Executor) -> Callable[[RedlineFile], Task[TaskResult]] | None:
        if content.series is None or content.brand is None:
            return None
        context = BuildContext(workspace, executor, content.series, content.brand)
        names = (name for part in content.parts.values() for name in part.files)
        inputs = [workspace.state.record_set(dict.fromkeys(names))]
        return lambda target: _make_file(context, target, files[target], full, inputs)

    return TargetPlan(workspace, [*files], prepare)


def _make_file(
    context: BuildContext,
    target: RedlineFile,
    redline: Redline,
    full: bool,
    inputs: Sequence[str],
) -> Task[TaskResult]:
    if target.format == "html":
        job = (render_html_file, context.design, redline, full, target.name)
        target_files = yield context.executor.submit_local(*job)
        toolchain = context.workspace.toolchains[target.profile]
        return finish_files(context, target, target_files, inputs, toolchain)
    page_job = render_redline, context.design, redline, full
    page = yield context.executor.submit_local(*page_job)

    def render() -> Rendering:
        rendered, problems = yield from context.render_pdf(
            page, target.source, target.profile, target.stem
        )
        # A part of a redline has no line, because it is merged from two files.
        place = Place(target.source)
        located = [
            replace(p, place=place) if p.place.file == target.source else p
            for p in problems
        ]
        return rendered, located

    return (yield from finish(context, target, [page], inputs, render))


def _attachments(redline: Redline) -> Iterator[AttachedFile]:
    """Attach the words of both editions, to be compared by a program."""
    for name, edition in zip((redline.old, redline.new), redline.editions, strict=True):
        yield AttachedFile(
            f"{edition.slug}_{name}_{redline.language}.yaml",
            export_yaml(edition.versions[redline.language]),
            "Source",
            f"The texts of {edition.slug}, {name}",
            datetime.combine(edition.information_date.first_day, time(), UTC),
        )


def render_redline(design: Design, redline: Redline, full: bool) -> RenderedPage:
    """Render a redline to HTML: a worker's job."""
    from pipeline.html.templates import render_html

    design, reads = design.tracking_reads()
    html = render_html(design.project, view_redline(design, redline, full=full))
    return RenderedPage(html, tuple(_attachments(redline)), reads)


def render_html_file(
    design: Design, redline: Redline, full: bool, name: str
) -> TargetFiles:
    """Render a redline as one file for browsers, with its name: a worker's job."""
    from pipeline.tasks.page_parts import single_file

    design, reads = design.tracking_reads()
    page = view_web_redline(design, redline, full=full)
    return TargetFiles({name: single_file(design, page)}, reads)
