"""`briefs schema`."""

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project


@click.command()
@click.option(
    "--vscode",
    is_flag=True,
    help="Also write settings of VS Code into .vscode/, unless there are some.",
)
@option.project
def schema(vscode: bool) -> None:
    """Write JSON Schemas into schemas/, for text editors.

    An editor with a YAML language server then completes keys, explains them and marks
    mistakes while you type. From then on, "briefs new" writes the address of the schema
    into the first line of each file.

    \b
    Examples:
      briefs schema
      briefs schema --vscode
    """
    from pipeline.commands.schema import write_schemas, write_vscode

    project = current_project()
    for name in (*write_schemas(project), *(write_vscode(project) if vscode else ())):
        click.echo(name)
