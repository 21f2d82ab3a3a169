"""`briefs log`."""

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import project_of
from pipeline.cli.output import print_problems
from pipeline.commands.selection import require_known
from pipeline.problems import exit_code


@click.command()
@option.slugs
@click.option(
    "--head",
    is_flag=True,
    help="Print one hash for each brief, to be signed or kept elsewhere.",
)
@option.json
@option.project
@click.pass_context
def log(ctx: click.Context, slugs: tuple[str, ...], head: bool, as_json: bool) -> None:
    """List what was published, corrected and withdrawn, and check the frozen files.

    The exit code is 5 if a ledger or a frozen file was changed, or is not complete.

    \b
    Examples:
      briefs log
      briefs log fair-wages
      briefs log --head > heads.txt
    """
    from pipeline.commands.log import read_log
    from pipeline.report.publications import heads_text, log_json, log_text

    project = project_of(ctx)
    result = read_log(project, slugs)
    require_known("brief", slugs, result.slugs)
    code = exit_code(result.problems)
    if as_json:
        click.echo(log_json(result.ledgers, result.problems, code))
        ctx.exit(code)
    for line in heads_text(result.ledgers) if head else log_text(result.ledgers):
        click.echo(line)
    print_problems(project.root, result.problems)
    ctx.exit(code)
