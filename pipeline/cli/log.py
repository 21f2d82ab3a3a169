"""`briefs log`."""

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project
from pipeline.cli.output import print_problems
from pipeline.problems import ExitCode, exit_code


@click.command()
@option.slugs
@click.option(
    "--head",
    is_flag=True,
    help="Print one hash for each brief, to be signed or kept elsewhere.",
)
@option.json
@option.project
def log(slugs: tuple[str, ...], head: bool, as_json: bool) -> ExitCode:
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

    project = current_project()
    ledgers, problems = read_log(project, slugs)
    code = exit_code(problems)
    if as_json:
        click.echo(log_json(ledgers, problems, code))
        return code
    for line in heads_text(ledgers) if head else log_text(ledgers):
        click.echo(line)
    print_problems(project.root, problems)
    return code
