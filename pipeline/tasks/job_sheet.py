"""Build the job sheet of a session: its print order as a PDF, with the CSV attached."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial

from pipeline.content.discovery import SERIES, find_editions
from pipeline.content.loader import load_brand
from pipeline.html.job_sheet_view import view_job_sheet
from pipeline.html.page_view import Design
from pipeline.model.brand import Brand
from pipeline.model.print_order import PrintOrder
from pipeline.model.schema import Series
from pipeline.model.session import Session
from pipeline.pdf.render import AttachedFile
from pipeline.prepress.print_order import order_csv
from pipeline.project import Project
from pipeline.targets import BuildOptions, JobSheet
from pipeline.tasks.context import BuildContext, RenderedPage
from pipeline.tasks.finish import finish
from pipeline.tasks.task import (
    Plan,
    TargetTask,
    TaskResult,
    Workspace,
    block_task,
    open_records,
)
from pipeline.toolchain import archival_toolchain
from pipeline.workers.executor import Executor
from pipeline.workers.scheduler import Task


@dataclass
class JobSheetPlan(Plan):
    """The job sheet of a session. Its HTML is always made: if that changed, it is stale."""

    series: Series
    brand: Brand | None
    session: Session
    order: PrintOrder

    def tasks(self, executor: Executor) -> Iterator[TargetTask]:
        """Yield the only task."""
        target = JobSheet(self.session.slug)
        if self.brand is None:
            yield block_task(target)
            return
        context = BuildContext(self.workspace, executor, self.series, self.brand)
        yield target, _make_job_sheet(context, target, self.session, self.order)


def plan_job_sheet(
    project: Project,
    options: BuildOptions,
    series: Series,
    session: Session,
    order: PrintOrder,
) -> JobSheetPlan:
    """Read the brand, and plan the job sheet of a print order."""
    project, state = open_records(project)
    brand, problems = load_brand(project)
    toolchain = archival_toolchain(project, state.files)
    toolchains = {JobSheet(session.slug).profile: toolchain}
    folders, _ = find_editions(project)
    workspace = Workspace(project, options, state, folders, toolchains, problems)
    return JobSheetPlan(workspace, series, brand, session, order)


def _make_job_sheet(
    context: BuildContext, target: JobSheet, session: Session, order: PrintOrder
) -> Task[TaskResult]:
    page = yield context.executor.submit_local(
        render_job_sheet, context.design, session, order
    )
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
