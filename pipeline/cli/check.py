"""`briefs check`."""

import time

import click

from pipeline import problems as errors
from pipeline.cli.options import (
    json_option,
    project_of,
    project_option,
    quiet_option,
    refuse_unknown,
    slugs_argument,
    strict_option,
)
from pipeline.cli.output import print_json, print_problems


@click.command()
@slugs_argument
@json_option
@strict_option
@quiet_option
@project_option
@click.pass_context
def check(
    ctx: click.Context,
    slugs: tuple[str, ...],
    as_json: bool,
    strict: bool,
    quiet: bool,
) -> None:
    """Check all editions, sessions, templates, strings and styles. Writes nothing.

    \b
    Examples:
      briefs check
      briefs check wpsdg --strict
    """
    from pipeline.commands.check import check as check_content

    started = time.monotonic()
    project = project_of(ctx)
    content = check_content(project, slugs)
    refuse_unknown(slugs, {folder.slug for folder in content.folders})
    code = errors.exit_code(content.problems, strict=strict)
    if as_json:
        print_json(content.problems, (), code)
    else:
        print_problems(project.root, content.problems, strict)
        if not quiet:
            from pipeline.report.problems import problem_counts

            counted = [(len(content.selected), "edition")]
            counted += [(n, "session") for n in [len(content.sessions)] if n]
            what = " and ".join(f"{n} {one}{'s' * (n != 1)}" for n, one in counted)
            said = [f"{what} checked"]
            said += problem_counts(content.problems) or ["nothing wrong"]
            click.echo("; ".join([*said, f"{time.monotonic() - started:.1f} s"]), err=True)
    ctx.exit(code)
