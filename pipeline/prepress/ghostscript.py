"""Run Ghostscript: a program of its own, never a part of this one (it is under the AGPL).

It works in a folder of its own, on files that are named there, and may open no others; it
has the limits of the process that runs it. What it says is never lost: a line that it
prints ends the job.
"""

import signal
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pipeline.problems import PipelineError, Place, Problem, Rule

# In seconds. A brief takes 0.2 s, one with large pictures 3 s; a job of a process ends
# after 120 (workers/pool.py), and Ghostscript should not outlive it.
_MOST_TIME = 90
MAKE = "make the press file"
_QUIET = ("-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-dPDFSTOPONERROR")
_INSTALL = (
    "Debian and Ubuntu: apt-get install ghostscript; Fedora: dnf install ghostscript; "
    "macOS: brew install ghostscript"
)


@cache
def ghostscript_version(program: str | None) -> str:
    """Its version, such as "10.05.1"; "missing" without one that runs."""
    if program is None:
        return "missing"
    try:
        return _run((program, "--version"), Path.cwd()).strip() or "missing"
    except (OSError, subprocess.SubprocessError):
        return "missing"


def run_ghostscript(
    program: str | None,
    arguments: Sequence[str],
    folder: Path,
    place: Place,
    task: str = MAKE,
) -> None:
    """Run it in `folder`. Raises PipelineError when it is missing, or did not succeed.

    `place` is the document that it is run for, and `task` what it is to do.
    """
    if program is None:
        raise PipelineError(missing_ghostscript())
    try:
        said = _run((program, *_QUIET, *arguments), folder)
    except OSError as error:
        raise PipelineError(missing_ghostscript()) from error
    except subprocess.TimeoutExpired as error:
        raise failed(place, f"it took longer than {_MOST_TIME} seconds", task) from error
    except subprocess.CalledProcessError as error:
        raise failed(place, _how_it_ended(error), task) from error
    if said.strip():
        raise failed(place, _first_line(said), task)


def missing_ghostscript() -> Problem:
    """Say that there is no Ghostscript, and how to get it."""
    return Problem(
        Rule.MISSING_PROGRAM,
        Place("Ghostscript"),
        'the program "gs" is missing: it makes the colours of press files',
        _INSTALL,
    )


def _run(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 – the program that the user put on PATH
        command,
        cwd=folder,
        env={"LC_ALL": "C", "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_MOST_TIME,
        check=True,
    )
    return done.stdout.decode("utf-8", "replace")


def _how_it_ended(error: subprocess.CalledProcessError) -> str:
    if error.returncode == -signal.SIGXCPU:
        return "it took more processor time than a document may"
    if error.returncode < 0:
        return f"it was ended by {signal.Signals(-error.returncode).name}"
    said = _first_line(error.output.decode("utf-8", "replace"))
    return f"it left with code {error.returncode}" + (f": {said}" if said else "")


def _first_line(said: str) -> str:
    lines = (line.strip(" *") for line in said.splitlines())
    return next((line for line in lines if line), "")


def failed(place: Place, how: str, task: str = MAKE) -> PipelineError:
    """Say of a document that Ghostscript did not do its task."""
    return PipelineError(
        Problem(
            Rule.FAILED_PROGRAM,
            place,
            f"Ghostscript could not {task}: {how}",
            "the PDF of the same brief for the screen shows whether a picture is at fault; "
            "is there room for temporary files, and memory?",
        )
    )
