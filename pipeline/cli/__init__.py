"""The command line: parse, call one function of `build.py` or `commands/`, print.

Text for people goes to stderr, data (paths, lists, JSON) to stdout. Only this package uses
Click, the clock and the environment. Each command has a file of its name.
"""

import atexit
import gc
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from threading import Timer
from typing import Any

import click

from pipeline import __version__
from pipeline.cli import options as option
from pipeline.cli.output import exit_with_problems, tolerate_closed_streams
from pipeline.problems import PipelineError

# Modules of this package; only the one of the command that runs is imported.
_NAMES = "build check clean due list new pack print-order session verify worker"
COMMANDS = tuple(_NAMES.split())
# The exit code that shells use for a program ended by Ctrl-C.
_INTERRUPTED = 130


class CommandGroup(click.Group):
    """Print a PipelineError as problems, and exit with their code."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command, also when stdout or stderr is closed or full."""
        with tolerate_closed_streams():
            return super().main(*arguments, **options)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names of the commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a command; the function of `list` is called `list_`."""
        if name not in COMMANDS:
            return None
        function = name.replace("-", "_")
        module = import_module(f"pipeline.cli.{function}")
        command: click.Command = getattr(module, "list_" if name == "list" else function)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a bug keeps its traceback and Python's exit code 1."""
        try:
            return super().invoke(ctx)
        except PipelineError as error:
            exit_with_problems(ctx, error.problems)
        except KeyboardInterrupt:
            click.echo("interrupted; finished files stay in build/", err=True)
            ctx.exit(_INTERRUPTED)


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
      briefs new trade-and-jobs        start a brief
      briefs check                     list problems with file, line and column
      briefs build                     build stale PDFs into build/
      briefs build wpsdg --lang fr     build one brief in one language
      briefs session 331               build all that a session hands out

    \b
    Exit codes: 0 no error, 1 a bug, 2 usage, 3 content (the author), 4 design (the
    designer), 6 something is stale, 7 the environment (disk, programs, cluster).
    """
    _treat_termination_as_interrupt()
    # Plug-ins of pydantic that are installed on the machine must not change what is valid.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # Imports and content stay in memory; collecting garbage took an eighth of a cold build.
    gc.set_threshold(100_000)
    # No collection at exit: the system frees the memory.
    atexit.register(gc.freeze)


def _treat_termination_as_interrupt() -> None:
    """Raise KeyboardInterrupt on each of these, so that finished files are recorded."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        # `nohup` ignores SIGHUP, and this must stay so.
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: Any) -> None:
    # A failing destructor then prints nothing; an interrupt that it swallows is repeated.
    again = (os.getpid(), number)
    sys.unraisablehook = lambda e: (
        Timer(0.01, os.kill, again).start() if e.exc_type is KeyboardInterrupt else None
    )
    signal.default_int_handler(number, frame)
