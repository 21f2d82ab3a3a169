"""`briefs preview`."""

import re
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from threading import Thread
from urllib.parse import quote

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project, day_of
from pipeline.commands.selection import require_known, require_selection
from pipeline.content.discovery import find_editions
from pipeline.model.dates import InformationDate
from pipeline.model.profiles import PROFILES
from pipeline.project import Project
from pipeline.targets import BuildOptions
from pipeline.toolchain import find_ghostscript

_EDITOR = "vscode://file{path}:{line}:{column}"
# The scheme of an editor's address. A browser runs or shows what the excluded ones name.
_SCHEME = re.compile(r"(?!javascript|data|blob|file)[a-z][a-z0-9+.-]*:")


@click.command()
@click.argument("slug", required=False, metavar="[SLUG]")
@option.edition
@click.option("--lang", "language", metavar="CODE", help="Show this language first.")
@click.option(
    "--profile", metavar="NAME", default="screen", help="Show this output profile first."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=False,
    help="Port on this machine.  [default: a free one]",
)
@click.option(
    "--editor",
    metavar="ADDRESS",
    default=_EDITOR,
    envvar="BRIEFS_EDITOR",
    show_default=False,
    help=f"Address that opens a file in your editor.  [default: {_EDITOR}]",
)
@option.project
def preview(
    slug: str | None,
    edition: InformationDate | None,
    language: str | None,
    profile: str,
    port: int,
    editor: str,
) -> None:
    """Show a brief in the browser as it will print; update it after each save.

    Prints the address of a page on this machine; open it in your browser. Click a text to
    see its file and line, to open it in your editor, or to change it. Writes no PDF.
    Ctrl-C ends it.

    \b
    Examples:
      briefs preview fair-wages
      briefs preview fair-wages --lang fr --profile a5
      briefs preview --editor "idea://open?file={path}&line={line}"
    """
    from pipeline.preview.server import PreviewServer
    from pipeline.preview.state import PreviewState, Selection
    from pipeline.preview.update import update_preview

    project = current_project()
    if not _SCHEME.match(editor):
        raise click.UsageError(f'--editor "{editor}": an address is like {_EDITOR}')
    profiles = _available_profiles(project)
    require_known("profile", (profile,), profiles)
    slug = slug or _first_slug(project)
    languages = (language,) if language else ()
    selection = BuildOptions(slugs=(slug,), languages=languages, edition=edition)
    require_selection(project, selection)
    options = BuildOptions(
        profiles=profiles, jobs=1, ghostscript=find_ghostscript(profiles)
    )
    first = Selection(slug, str(edition or ""), language or "", profile)
    state, secret = PreviewState(first), token_urlsafe(18)
    link = partial(_editor_link, project, editor)
    try:
        server = PreviewServer(project, state, link, secret, port)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise click.UsageError(f"--port {port}: {reason}; use another one") from error
    with server:
        Thread(target=server.serve_forever, daemon=True).start()
        click.echo(f"http://127.0.0.1:{server.server_port}/{secret}/")
        click.echo("following each save; press Ctrl-C to stop", err=True)
        update_preview(project, options, state, day_of, link)


def _first_slug(project: Project) -> str:
    """Choose the first brief; others can be selected in the page."""
    folders, _ = find_editions(project)
    if not folders:
        raise click.UsageError('there is no brief; "briefs new SLUG" begins one')
    return folders[0].slug


def _available_profiles(project: Project) -> tuple[str, ...]:
    """List the profiles that this machine can make, `screen` first."""
    profiles = tuple(dict.fromkeys((*project.profiles(), *PROFILES)))
    has_ghostscript = find_ghostscript(profiles) is not None
    return tuple(name for name in profiles if has_ghostscript or name != "press")


def _editor_link(project: Project, editor: str, file: str, line: int, column: int) -> str:
    """Return the address that opens a file, of the project or bundled, in an editor."""
    path = next((p for p in project.paths_of(file) if Path(p).is_file()), "")
    place = {"path": quote(path), "line": max(line, 1), "column": max(column, 1)}
    for name, value in place.items():
        editor = editor.replace(f"{{{name}}}", str(value))
    return editor if path else ""
