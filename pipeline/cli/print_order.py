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
    from pipeline.commands.print_order import ContradictionError
    from pipeline.model.profiles import PROFILES

    if as_csv and as_json:
        raise click.UsageError("--csv or --json, not both")
    project = project_of(ctx)
    if profile:
        validate_choice("--profile", (profile,), {*project.profiles(), *PROFILES})
    output = "csv" if as_csv else "json" if as_json else "text"
    try:
        ctx.exit(order_and_report(project, number, profile or "", output, quiet))
    except ContradictionError as error:
        raise click.UsageError(str(error)) from None


def order_and_report(
    project: "Project", number: int, profile: str, output: str, quiet: bool
) -> errors.ExitCode:
    """Write a print order and its job sheet, print it, and give the exit code.

    `output` is what goes to stdout: "text" (the name of the job sheet), "csv" or "json".
    Raises ContradictionError when the profile does not suit the paper of the session.
    """
    from shutil import which

    from pipeline.commands.print_order import read_order, remove_job_sheet, write_job_sheet
    from pipeline.report.order import order_json, order_line

    result = read_order(project, number, profile, today(), which("gs"))
    if result.series:
        known = {str(n) for n in result.numbers}
        validate_choice("SESSION", (str(number),), known, "session")
    result = write_job_sheet(project, result)
    if not result.job_sheet:
        result = replace(result, removed=remove_job_sheet(project, number, today()))
    code = errors.exit_code(result.problems)
    if output == "json":
        click.echo(order_json(result, code))
        return code
    if output == "csv" and result.order:
        from pipeline.prepress.print_order import order_csv

        click.echo(order_csv(result.order), nl=False)
    elif result.job_sheet:
        click.echo(result.job_sheet)
    print_problems(project.root, result.problems)
    if result.removed:
        click.echo(f"removed {result.removed}: its order no longer holds", err=True)
    if result.order and not quiet:
        click.echo(order_line(result.order), err=True)
    return code
