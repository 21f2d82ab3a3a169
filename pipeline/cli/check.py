"""`briefs check`."""

import time

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import project_of, validate_choice
from pipeline.cli.output import print_problems
from pipeline.problems import exit_code
from pipeline.report.documents import report_json
from pipeline.report.problems import check_summary


@click.command()
@option.slugs
@option.strict
@option.report
@click.pass_context
def check(
    ctx: click.Context, slugs: tuple[str, ...], strict: bool, as_json: bool, quiet: bool
) -> None:
    """Check all editions, sessions, templates, strings and styles. Write nothing.

    \b
    Examples:
      briefs check
      briefs check wpsdg --strict
    """
    from pipeline.commands.check import check as check_content

    started = time.monotonic()
    project = project_of(ctx)
    content = check_content(project, slugs)
    validate_choice("brief", slugs, {folder.slug for folder in content.folders})
    code = exit_code(content.problems, strict=strict)
    if as_json:
        click.echo(report_json(content.problems, (), code))
    else:
        print_problems(project.root, content.problems, strict)
        if not quiet:
            counts = len(content.selected), len(content.sessions)
            seconds = time.monotonic() - started
            click.echo(check_summary(*counts, content.problems, seconds), err=True)
    ctx.exit(code)
