"""`briefs strings`."""

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project, validate_language_code


@click.command()
@click.argument("language", metavar="CODE")
@option.project
def strings(language: str) -> None:
    """Write the strings that a language lacks, to be translated.

    The words of a page that are not content, such as "Key messages", are in
    templates/strings/CODE.yaml. Missing ones are written there as comments in English; the
    lines that are there stay. As long as they are missing, English is printed.

    \b
    Examples:
      briefs strings sw
    """
    from pipeline.commands.strings import write_missing_strings
    from pipeline.report.problems import count

    validate_language_code(language)
    name, missing = write_missing_strings(current_project(), language)
    if missing:
        click.echo(name)
        click.echo(f"next: translate {count(missing, 'string')} in this file", err=True)
    else:
        click.echo(f"no string is missing in {language}", err=True)
