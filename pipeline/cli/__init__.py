"""The command line: parse, call functions of `build.py` or `commands/`, print.

    __main__.run                  answers at once if a snapshot shows that nothing changed
    CommandGroup.invoke           runs the command; exceptions -> messages and exit code
    cli/<command>.py              checks the options, calls one of the next line, prints
    build.py, commands/<name>.py  do the work of most commands
    cli/output.py                 what commands print alike: results, problems, builds

Text for people goes to stderr, data (paths, lists, JSON) to stdout. Only this package uses
Click. Only it, `__main__.py` and `api.py` read the day and the environment.
"""

from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import click

from pipeline import __version__
from pipeline.cli import options as option
from pipeline.cli.output import exit_with_problems, tolerate_closed_streams
from pipeline.cli.process import end_interrupted, prepare_process, was_interrupted
from pipeline.commands.selection import UnknownName
from pipeline.problems import ExitCode
from pipeline.report.escape import escape_controls
from pipeline.system_errors import problems_of

# Command -> module and function; only the module of the command that runs is imported.
COMMANDS = {
    "build": "pipeline.cli.build:build",
    "check": "pipeline.cli.check:check",
    "clean": "pipeline.cli.clean:clean",
    "diff": "pipeline.cli.diff:diff",
    "doctor": "pipeline.cli.doctor:doctor",
    "due": "pipeline.cli.due:due",
    "eject": "pipeline.cli.eject:eject",
    "export": "pipeline.cli.export:export",
    "import": "pipeline.cli.import_word:import_",
    "init": "pipeline.cli.init:init",
    "list": "pipeline.cli.list:list_",
    "log": "pipeline.cli.log:log",
    "new": "pipeline.cli.new:new",
    "pack": "pipeline.cli.pack:pack",
    "preview": "pipeline.cli.preview:preview",
    "print-order": "pipeline.cli.print_order:print_order",
    "publish": "pipeline.cli.publish:publish",
    "schema": "pipeline.cli.schema:schema",
    "session": "pipeline.cli.session:session",
    "strings": "pipeline.cli.strings:strings",
    "translate": "pipeline.cli.translate:translate",
    "verify": "pipeline.cli.verify:verify",
    "web": "pipeline.cli.web:web",
    "worker": "pipeline.cli.worker:worker",
}


class CommandGroup(click.Group):
    """Run a command of the table; print the problems that end it, and exit."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command, also when stdout or stderr is closed or full."""
        with tolerate_closed_streams():
            return super().main(*arguments, **options)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names of the commands."""
        return [*COMMANDS]  # here `list` is a module as soon as that is imported

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a command."""
        return resolve_name(COMMANDS[name]) if name in COMMANDS else None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and end it with the exit code that it returns, or 0 for None.

        - usage error, or a name that does not exist: Click prints it, exit code 2
        - interrupt: "interrupted ...", exit code 130
        - question without an answer: exit code 2
        - `problems_of` the exception: printed, the exit code of the worst
        - any other exception: a bug, with Python's traceback and exit code 1
        """
        try:
            code = super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException):
            raise  # Click prints the messages of its own exceptions
        except UnknownName as error:
            name = str(ctx.invoked_subcommand)
            of_command = click.Context(resolve_name(COMMANDS[name]), ctx, name)
            raise click.UsageError(escape_controls(str(error)), of_command) from None
        except (Exception, KeyboardInterrupt) as error:
            # After an interrupt, any error may be a result of it.
            if was_interrupted() or isinstance(error, KeyboardInterrupt):
                click.echo("interrupted; finished files stay in build/", err=True)
                ctx.exit(end_interrupted())
            if isinstance(error, click.Abort):  # the input ended before the answer
                click.echo("\nnothing was written: a question has no answer", err=True)
                ctx.exit(ExitCode.USAGE)
            if not (problems := problems_of(error)):
                raise  # a bug
            exit_with_problems(ctx, problems)
        ctx.exit(code or ExitCode.OK)


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
)
@option.root
@click.version_option(__version__, prog_name="briefs")
def main(project: Path) -> None:
    """Build accessible PDF policy briefs from YAML.

    \b
    Examples:
      briefs init                         start a project
      briefs new fair-wages               start a brief
      briefs check                        list problems with file, line and column
      briefs build                        build stale PDFs into build/
      briefs build fair-wages --lang fr   build one brief in one language
      briefs session 331                  build all that a session hands out

    \b
    Exit codes: 0 no error, 1 a bug, 2 usage, 3 content (the author), 4 design (the
    designer), 5 publishing, 6 something is stale, 7 the environment (disk, programs,
    cluster).
    """
    prepare_process()
