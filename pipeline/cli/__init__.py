"""The command line: parse, call one function of `build.py`, print.

Text for people goes to stderr, data (paths, lists, JSON) to stdout. Only this package knows
Click, the clock and the environment. Each command has a file of its name.
"""

import atexit
import gc
import os
from pathlib import Path
from typing import Any

import click

from pipeline import __version__, errors
from pipeline.cli.build import build
from pipeline.cli.check import check
from pipeline.cli.clean import clean
from pipeline.cli.collect import collect
from pipeline.cli.due import due
from pipeline.cli.list import list_
from pipeline.cli.new import new
from pipeline.cli.options import root_option
from pipeline.cli.order import order
from pipeline.cli.pack import pack
from pipeline.cli.printing import leave
from pipeline.cli.session import session
from pipeline.cli.verify import verify
from pipeline.cli.worker import worker

# The code of shells for a program that Ctrl-C ended.
_STOPPED = 130


class Reporting(click.Group):
    """Print a PipelineError as problems and leave with the exit code it deserves."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a bug keeps its traceback and Python's exit code 1."""
        try:
            return super().invoke(ctx)
        except errors.PipelineError as error:
            leave(ctx, error.problems)
        except KeyboardInterrupt:
            click.echo("stopped; what was finished stays", err=True)
            ctx.exit(_STOPPED)


@click.group(
    cls=Reporting,
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
    # No other package of this machine has a say in what content is valid.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # Imports and content are kept; to look for garbage takes an eighth of a cold build.
    gc.set_threshold(100_000)
    # Nor need the end look for it: the system takes everything back.
    atexit.register(gc.freeze)


_COMMANDS = (check, build, clean, list_, verify, new, pack, session, order, due)
for command in (*_COMMANDS, collect, worker):
    main.add_command(command)
