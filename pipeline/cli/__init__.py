"""The command line: parse, call one function of `build.py`, print.

Text for people goes to stderr, data (paths, lists, JSON) to stdout. Only this package knows
Click, the clock and the environment. Each command has a file of its name.
"""

import atexit
import gc
import os
import signal
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from pipeline import __version__
from pipeline import problems as errors
from pipeline.cli.options import root_option
from pipeline.cli.output import exit_with_problems
from pipeline.cli.streams import tolerate_closed_streams

# Each is a file of this package; only the one that is asked for is imported.
COMMANDS = (
    *("build", "check", "clean", "due", "list", "new", "pack", "print-order"),
    *("session", "verify", "worker"),
)
# The code of shells for a program that Ctrl-C ended.
_STOPPED = 130


class CommandGroup(click.Group):
    """Print a PipelineError as problems and leave with the exit code it deserves."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run from the first word to the last, whether or not somebody hears them."""
        with tolerate_closed_streams():
            return super().main(*arguments, **options)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
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
        except errors.PipelineError as error:
            exit_with_problems(ctx, error.problems)
        except KeyboardInterrupt:
            click.echo("stopped; what was finished stays", err=True)
            ctx.exit(_STOPPED)


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
)
@root_option
@click.version_option(__version__, prog_name="briefs")
def main(project: Path) -> None:
    """Make printed, accessible policy briefs from YAML.

    \b
    Examples:
      briefs new trade-and-jobs        start a brief
      briefs check                     say what is wrong, and where
      briefs build                     make what is stale, into build/
      briefs build wpsdg --lang fr     one brief in one language
      briefs session 331               all that a session hands out

    \b
    Exit codes say who must act: 0 nobody, 2 usage, 3 the author, 4 the designer,
    6 something is stale, 7 the machine; 1 is a bug.
    """
    _treat_termination_as_interrupt()
    # No other package of this machine has a say in what content is valid.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # Imports and content are kept; to look for garbage takes an eighth of a cold build.
    gc.set_threshold(100_000)
    # Nor need the end look for it: the system takes everything back.
    atexit.register(gc.freeze)


def _treat_termination_as_interrupt() -> None:
    """Keep what is finished also when CI ends a job, or a terminal is closed."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        # `nohup` asked to go on.
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
