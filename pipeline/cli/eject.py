"""`briefs eject`."""

import os

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project
from pipeline.commands.selection import require_known


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--print", "prints", is_flag=True, help="Print the files; write nothing.")
@option.project
def eject(files: tuple[str, ...], prints: bool) -> None:
    """Copy a bundled template or style sheet into the project, to change it.

    FILE is its path, which begins with templates/ or styles/. The copy replaces the bundled
    file. Its first line has the version of that file, so that "briefs check" can report
    when an update of Briefs has another one. A file that exists is never overwritten.

    \b
    Examples:
      briefs eject templates/components/box.html
      briefs eject styles/tokens.css templates/strings/en.yaml
      briefs eject styles/tokens.css --print
    """
    from pipeline.design.ejected import bundled_files, marked_copy
    from pipeline.state.atomic_write import atomic_write

    project = current_project()
    require_known("bundled file", files, bundled_files())
    copies = {name: marked_copy(name) for name in files}
    if prints:
        for data in copies.values():
            click.echo(data, nl=False)
        return
    for name in copies:
        if os.path.lexists(project.root / name):
            raise click.UsageError(f"{name} exists already; it is not overwritten")
    for name, data in copies.items():
        atomic_write(project.root / name, data, name)
        click.echo(name)
