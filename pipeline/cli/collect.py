"""`briefs collect`."""

from pathlib import Path

import click

from pipeline import problems as errors
from pipeline.cli.options import json_option, project_of, project_option, quiet_option
from pipeline.cli.output import print_problems


@click.command()
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    metavar="DIR...",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@json_option
@quiet_option
@project_option
@click.pass_context
def collect(
    ctx: click.Context, folders: tuple[Path, ...], as_json: bool, quiet: bool
) -> None:
    """Add up the parts that `briefs build --shard` made, into build/.

    DIR is the folder build/ of a part. Each PDF is compared with its manifest, and parts
    that contradict each other are refused: then nothing is written. What a part has takes
    the place of what is in build/.

    \b
    Examples:
      briefs collect parts/*
      briefs collect one/build two/build --json
    """
    from pipeline.build import collect as collect_parts
    from pipeline.report.documents import collected_json
    from pipeline.report.problems import problem_counts

    project = project_of(ctx)
    collected = collect_parts(project, folders)
    entries, problems = collected.entries, collected.problems
    code = errors.exit_code(problems)
    if as_json:
        click.echo(collected_json(entries, problems, code))
    else:
        print_problems(project.root, problems)
        if not quiet:
            number, parts = len(entries), len(folders)
            said = f"{number} document{'s' * (number != 1)} collected"
            said += f" from {parts} part{'s' * (parts != 1)}"
            if collected.replaced:
                said += f", {len(collected.replaced)} in place of others"
            click.echo("; ".join([said, *problem_counts(problems)]), err=True)
    ctx.exit(code)
