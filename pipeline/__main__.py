"""Run a command: `briefs`, or `python -m pipeline`."""

import os
from contextlib import suppress

from pipeline.system_errors import system_problem


def run() -> None:
    """Run a command, also where the system does not allow to load the program.

    What the command itself cannot report ends here (cli/__init__.py): an interrupt while it
    is loaded, and a lack of memory or files before it runs or while it ends.
    """
    try:
        from pipeline.cli import main

        main(prog_name="briefs")
    except KeyboardInterrupt:
        _end("interrupted\n", 130)  # nothing has begun
    except Exception as error:  # raised again unless the system refused something
        if (problem := system_problem(error)) is None:
            raise
        text = f"{problem.place}: {problem.message}\n  hint: {problem.hint}\n"
        _end(text, problem.exit_code)


def _end(text: str, code: int) -> None:
    """Print a text and end at once: an orderly end may need what the system lacks."""
    with suppress(OSError):  # stderr is closed
        os.write(2, text.encode("utf-8", "replace"))
    os._exit(code)


if __name__ == "__main__":
    run()
