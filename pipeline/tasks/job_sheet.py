"""Build the job sheet of a session: its print order as a PDF, with the CSV attached."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import partial

from pipeline.content.discovery import SERIES
from pipeline.content.loader import load_brand
from pipeline.html.job_sheet_view import view_job_sheet
from pipeline.html.page_view import Design
from pipeline.model.print_order import PrintOrder
from pipeline.model.schema import Series
from pipeline.model.session import Session
from pipeline.pdf.render import AttachedFile
from pipeline.prepress.print_order import order_csv
from pipeline.project import Project
from pipeline.targets import BuildOptions, JobSheet
from pipeline.tasks.context import BuildContext, RenderedPage
from pipeline.tasks.finish import finish
from pipeline.tasks.task import TargetPlan, TaskResult, open_workspace
from pipeline.workers.executor import Executor
from pipeline.workers.scheduler import Task


def plan_job_sheet(
    project: Project,
    options: BuildOptions,
    series: Series,
    session: Session,
    order: PrintOrder,
) -> TargetPlan[JobSheet]:
    """Read the brand, and plan the job sheet of a print order.

    Its HTML is always made: if that changed, it is stale.
    """
    workspace = open_workspace(project, options)
    brand, problems = load_brand(workspace.project)
    workspace.problems.extend(problems)

    def prepare(executor: Executor) -> Callable[[JobSheet], Task[TaskResult]] | None:
        if brand is None:
            return None
        context = BuildContext(workspace, executor, series, brand)
        return partial(_make_job_sheet, context, session, order)

    return TargetPlan(workspace, [JobSheet(session.slug)], prepare)


def _make_job_sheet(
    context: BuildContext, session: Session, order: PrintOrder, target: JobSheet
) -> Task[TaskResult]:
    job = render_job_sheet, context.design, session, order
    page = yield context.executor.submit_local(*job)
    render = partial(context.render_pdf, page, session.file, target.profile, target.stem)
    inputs = [context.workspace.state.record_set((SERIES, session.file))]
    return (yield from finish(context, target, [page], inputs, render))


def render_job_sheet(design: Design, session: Session, order: PrintOrder) -> RenderedPage:
    """Render a print order to HTML: a worker's job."""
    from pipeline.html.templates import render_html

    design, reads = design.tracking_reads()
    html = render_html(design.project, view_job_sheet(design, order, session))
    csv = AttachedFile(
        f"{session.slug}_order.csv",
        order_csv(order),
        "Data",
        "The order as data",
        datetime.combine(session.facts.dates.start, time(), UTC),
    )
    return RenderedPage(html, (csv,), reads)
