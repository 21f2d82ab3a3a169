"""Turn errors of the operating system (memory, files, processes) into problems.

A command ends with this problem and exit code 7, not with a traceback; also if something
is nested too deeply. Other exceptions are errors of the program and keep their traceback.
"""

import errno
import resource
from collections.abc import Iterator, Sequence

from pipeline.problems import BriefsError, PipelineError, Place, Problem, Rule

_MEMORY_HINT = "free memory, or allow more: ulimit -v; --jobs 1 needs the least"
_OPEN_FILES_HINT = "allow more open files: ulimit -n 256"
_DISK_HINT = "free space on the disk, and in the folder for temporary files (TMPDIR)"
_HINTS = {
    errno.ENOMEM: _MEMORY_HINT,
    errno.EMFILE: _OPEN_FILES_HINT,
    errno.ENFILE: _OPEN_FILES_HINT,
    errno.EAGAIN: "end other programs, or allow more processes: ulimit -u",
    errno.ENOSPC: _DISK_HINT,
    errno.EDQUOT: _DISK_HINT,
    errno.EFBIG: f"{_DISK_HINT}, or allow larger files: ulimit -f",
}
_PATH_HINT = "set TMPDIR to a folder with a short path, such as /tmp"
_OTHER_HINT = "check the disk, the permissions of its folders, and the limits of the system"
# Texts of exceptions that Python and its extension modules raise instead of MemoryError.
_MEMORY_ERROR_TEXTS = (
    "failed to map segment",
    "cannot allocate memory",
    "cannot create shared object descriptor",
    "error return without exception set",
)


def problems_of(error: BaseException) -> Sequence[Problem]:
    """Return the problems that an exception carries or stands for; none if it is a bug."""
    if isinstance(error, BriefsError):
        return error.problems
    problem = system_problem(error)
    return (problem,) if problem else ()


def system_problem(error: BaseException) -> Problem | None:
    """Return the problem that describes an exception or its cause.

    None means that the exception is a bug of the program. Every OSError counts as a problem
    of the machine, even if a bug caused it, because its number does not show the cause.
    ENOENT can be a name that the program spells wrongly, or a file that another program
    removed. EBADF can be a file that the program closed twice, a stream that the shell
    closed, or the pipe of a process that the system killed. The message names the reason
    and the file, so that a bug can be recognized.
    """
    for cause in _causes(error):
        if isinstance(cause, OSError):
            if str(cause) == "AF_UNIX path too long":  # Python's own; it has no number
                return _problem("the path of the temporary folder is too long", _PATH_HINT)
            reason = (cause.strerror or str(cause)).lower()
            file = f": {cause.filename}" if isinstance(cause.filename, str) else ""
            return _problem(f"{reason}{file}", _HINTS.get(cause.errno or 0, _OTHER_HINT))
        if isinstance(cause, MemoryError) or _is_about_memory(cause):
            return memory_problem("there is not enough memory")
        if isinstance(cause, RuntimeError) and "start new thread" in str(cause):
            hint = f"{_MEMORY_HINT}; or allow more processes: ulimit -u"
            return _problem("no thread can be started", hint)
        if isinstance(cause, RecursionError):
            hint = "look for deeply nested brackets, elements or rules"
            return _problem("something is nested too deeply to be read", hint)
    return None


def memory_problem(message: str) -> Problem:
    """Report the effect of a lack of memory."""
    return _problem(message, _MEMORY_HINT)


def is_shortage(error: OSError) -> bool:
    """Whether the error is a lack of memory, disk, files or processes."""
    return error.errno in _HINTS


def require_memory(mib: int) -> None:
    """Raise PipelineError if the system allows this process less address space."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < mib << 20:
        problem = low_limit_problem("memory (KiB)", limit >> 10, mib << 10, "-v")
        raise PipelineError(problem)


def low_limit_problem(limit: str, allowed: int, minimum: int, option: str) -> Problem:
    """Report that a limit of the system is too low to start at all."""
    message = f"the limit of {limit} is {allowed:,}; the command needs {minimum:,}"
    return _problem(message, f"raise it: ulimit {option} {minimum}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause:
        yield cause
        cause = cause.__cause__


def _is_about_memory(error: BaseException) -> bool:
    text = str(error).lower()
    is_possible = isinstance(error, ImportError | SystemError)
    return is_possible and any(part in text for part in _MEMORY_ERROR_TEXTS)


def _problem(message: str, hint: str) -> Problem:
    return Problem(Rule.SYSTEM_ERROR, Place("system"), message, hint)
