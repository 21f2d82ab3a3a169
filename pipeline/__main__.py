"""Run a command: `briefs`, or `python -m pipeline`."""

import os
import sys
import time

from pipeline.state.snapshot import Snapshot

# Variables that make Click complete a command, or the system load other libraries.
_UNSUPPORTED_PREFIXES = ("_BRIEFS_", "LD_", "DYLD_")


def run() -> None:
    """Run a command (`main` of cli/__init__.py), unless its snapshot answers it.

    This function and `_run_command` report what the command itself cannot: an interrupt
    while the program is loaded, and a lack of memory or files before the command runs or
    while it ends.
    """
    try:
        started = time.monotonic()
        snapshot = Snapshot(describe_command(), started)
        if (summary := snapshot.read()) is not None:
            seconds = time.monotonic() - started
            _exit_with_message(f"{summary}; {seconds:.1f} s\n" if summary else "", 0)
        _run_command(snapshot)
    except KeyboardInterrupt:
        _exit_with_message("interrupted\n", 130)  # before the command began


def describe_command() -> str:
    """Return in one line all that decides what a build does, except files.

    "" if the command is not a build of the project in the current folder, or if a variable
    of the environment may change what it does.
    """
    command, *arguments = sys.argv[1:] or [""]
    if (
        command != "build"
        or any(argument.startswith("--project") for argument in arguments)
        or any(name.startswith(_UNSUPPORTED_PREFIXES) for name in os.environ)
    ):
        return ""
    today = time.localtime()[:3]
    folders = [path for path in sys.path if os.path.exists(path)]
    user = os.geteuid(), os.getegid(), os.getgroups()
    return ascii((arguments, os.getcwd(), today, sys.version, folders, user))


def _run_command(snapshot: Snapshot) -> None:
    from pipeline.lazy_dataclasses import compile_methods_late

    compile_methods_late()
    from pipeline.system_errors import system_problem

    try:
        from pipeline.cli import main

        main(prog_name="briefs", obj=snapshot)
    except SystemExit as end:
        _exit_without_cleanup(end)
    except Exception as error:  # raised again unless it is an error of the system
        if (problem := system_problem(error)) is None:
            raise
        text = f"{problem.place}: {problem.message}\n  hint: {problem.hint}\n"
        _exit_with_message(text, problem.exit_code)


def _exit_without_cleanup(end: SystemExit) -> None:
    """End as Python does, but without freeing objects and modules, which takes 12 ms."""
    import atexit

    if not isinstance(end.code, int):  # a text, which Python prints
        raise end
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(end.code)


def _exit_with_message(text: str, code: int) -> None:
    """Print a text and end at once: cleaning up may need memory that the system lacks."""
    try:  # contextlib is slow
        os.write(2, text.encode("utf-8", "replace"))
    except OSError:
        pass  # stderr is closed
    os._exit(code)


if __name__ == "__main__":
    run()
