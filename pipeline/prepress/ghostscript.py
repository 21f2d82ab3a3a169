"""Run Ghostscript as a separate program: it is under the AGPL, so it is never linked.

It works in a temporary folder and may open only the files there that its arguments name.
The limits of the calling process apply to it. A line that it prints is an error and ends
the job.
"""

import signal
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pipeline.problems import PipelineError, Place, Problem, Rule

# In seconds: less than a job may take (workers/pool.py), so that Ghostscript does not
# outlive the job.
_MAX_SECONDS = 90
_CONVERSION = "make the press file"
# The exceptions that Python raises if a program does not exist.
_MISSING_ERRORS = (FileNotFoundError, PermissionError)
_OPTIONS = ("-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-dPDFSTOPONERROR")
_INSTALL = (
    "Debian and Ubuntu: apt-get install ghostscript; Fedora: dnf install ghostscript; "
    "macOS: brew install ghostscript"
)
_FAILURE_HINT = (
    "build the same brief with the profile screen to see whether a picture is the cause, "
    "and check the free memory and disk space"
)


@cache
def ghostscript_version(program: str | None) -> str:
    """Return the version of Ghostscript, such as "10.05.1"; "missing" if it cannot run."""
    if program is None:
        return "missing"
    try:
        return _run((program, "--version"), Path.cwd()).strip() or "missing"
    except (*_MISSING_ERRORS, subprocess.SubprocessError):
        return "missing"


def run_ghostscript(
    program: str | None,
    arguments: Sequence[str],
    folder: Path,
    place: Place,
    action: str = _CONVERSION,
    max_seconds: int = _MAX_SECONDS,
) -> None:
    """Run Ghostscript in `folder`. Raises PipelineError when it is missing or fails.

    A problem is reported at `place` and names the `action`. Its rule is RESOURCE_LIMIT if
    the action took too long.
    """
    rule = Rule.FAILED_PROGRAM
    try:
        if program is None:
            raise FileNotFoundError
        output = _run((program, *_OPTIONS, *arguments), folder, max_seconds)
        reason = _first_line(output) or output.strip()
    except _MISSING_ERRORS as error:
        message = 'the program "gs" is missing; press files need it'
        problem = Problem(Rule.MISSING_PROGRAM, Place("Ghostscript"), message, _INSTALL)
        raise PipelineError(problem) from error
    except subprocess.TimeoutExpired:
        rule = Rule.RESOURCE_LIMIT
        reason = f"it took longer than {max_seconds} seconds"
    except subprocess.CalledProcessError as error:
        if error.returncode == -signal.SIGXCPU:
            rule = Rule.RESOURCE_LIMIT
        reason = _exit_reason(error)
    if reason:
        raise ghostscript_failure(place, reason, action, rule)


def ghostscript_failure(
    place: Place, reason: str, action: str = _CONVERSION, rule: Rule = Rule.FAILED_PROGRAM
) -> PipelineError:
    """Return the error of an action that Ghostscript could not do for a document."""
    message = f"Ghostscript could not {action}: {reason}"
    return PipelineError(Problem(rule, place, message, _FAILURE_HINT))


def _run(command: Sequence[str], folder: Path, max_seconds: int = _MAX_SECONDS) -> str:
    completed = subprocess.run(  # noqa: S603 – the program that the user put on PATH
        command,
        cwd=folder,
        env={"LC_ALL": "C", "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=max_seconds,
        check=True,
    )
    return completed.stdout.decode("utf-8", "replace")


def _exit_reason(error: subprocess.CalledProcessError) -> str:
    if error.returncode == -signal.SIGXCPU:
        return "it took more processor time than a document may"
    if error.returncode < 0:
        return f"it was ended by {signal.Signals(-error.returncode).name}"
    line = _first_line(error.output.decode("utf-8", "replace"))
    return f"it exited with code {error.returncode}" + (f": {line}" if line else "")


def _first_line(output: str) -> str:
    lines = (line.strip(" *") for line in output.splitlines())
    return next((line for line in lines if line), "")
