"""`briefs print-order`."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pipeline import problems as errors
from pipeline.cli.options import (
    json_option,
    project_of,
    project_option,
    quiet_option,
    session_argument,
    today,
    validate_choice,
)
from pipeline.cli.output import print_problems

if TYPE_CHECKING:
    from pipeline.commands.print_order import PrintOrderResult
    from pipeline.project import Project


@click.command()
@session_argument
@click.option("--profile", metavar="NAME", help="How the briefs are set.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the order as CSV.")
@json_option
@quiet_option
@project_option
@click.pass_context
def print_order(
    ctx: click.Context,
    number: int,
    profile: str | None,
    as_csv: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write the print order of a session: copies, sheets and weight of each file.

    The job sheet goes to build/sessions/, with the order as CSV inside. Nothing stale is
    ordered: while a PDF is not as the content is now, it leaves with 6 and says what to do.
    The profile is `office`, on A5 paper `a5`, folded and stitched `booklet`, unless another
    is named; one that cannot be bound as the session says is refused.

    \b
    Examples:
      briefs print-order 331
      briefs print-order 331 --csv > 331.csv
    """
    from shutil import which

    from pipeline.commands.print_order import (
        ContradictionError,
        read_order,
        withdraw_job_sheet,
    )
    from pipeline.report.order import order_json, order_line
    from pipeline.targets import SHEETS_OF

    if as_csv and as_json:
        raise click.UsageError("--csv or --json, not both")
    project = project_of(ctx)
    if profile:
        validate_choice("--profile", (profile,), {*project.profiles(), *SHEETS_OF})
    try:
        ordered = read_order(project, number, profile or "", today(), which("gs"))
    except ContradictionError as error:
        raise click.UsageError(str(error)) from None
    if ordered.series:
        known = {str(n) for n in ordered.numbers}
        validate_choice("SESSION", (str(number),), known, "session")
    ordered, sheet = _write(project, ordered)
    withdrawn = "" if sheet else withdraw_job_sheet(project, number)
    code = errors.exit_code(ordered.problems)
    if as_json:
        click.echo(order_json(ordered, sheet, withdrawn, code))
    elif as_csv and ordered.order:
        from pipeline.prepress.print_order import order_csv

        click.echo(order_csv(ordered.order), nl=False)
    elif sheet:
        click.echo(sheet)
    if not as_json:
        print_problems(project.root, ordered.problems)
        if withdrawn:
            click.echo(f"removed {withdrawn}: what it orders no longer holds", err=True)
    if ordered.order and not quiet and not as_json:
        click.echo(order_line(ordered.order), err=True)
    ctx.exit(code)


def _write(
    project: "Project", ordered: "PrintOrderResult"
) -> "tuple[PrintOrderResult, str]":
    """Write the job sheet; what keeps it from being written is a problem of the order."""
    from pipeline.commands.print_order import write_job_sheet

    if ordered.order is None:
        return ordered, ""
    try:
        return ordered, write_job_sheet(project, ordered)
    except errors.PipelineError as error:
        return replace(ordered, order=None, problems=error.problems), ""
