"""Run veraPDF in a process that validates many files.

    with Validator() as validator:
        results = validator.validate(paths)

`validate` gives, for each file, one result per profile.
"""

import json
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from tools.conformance import environment

PROFILES = ("ua1", "3a")
# Of the second target: PDF/UA-2 with ISO/TS 32005, PDF/A-4f, WTPDF (access and reuse).
PROFILES_2 = ("ua2", "4f", "wt1a", "wt1r")
# The collector that starts fastest, and a stack for trees that are deep.
_JAVA_OPTIONS = ("-XX:+UseSerialGC", "-Xss16m")


@dataclass(frozen=True)
class Failure:
    """One rule that a file breaks: clause and test, how often, and the first place."""

    rule: str
    count: int
    message: str
    context: str


@dataclass(frozen=True)
class VeraResult:
    """The result of veraPDF for one file and profile. `error`: it has no result."""

    compliant: bool = False
    checks: int = 0
    failed: tuple[Failure, ...] = ()
    error: str = ""


class Validator:
    """A running veraPDF. Use as a context manager."""

    def __enter__(self) -> "Validator":
        path = f"{environment.jar()}:{environment.compile_driver()}"
        self._process = subprocess.Popen(
            [environment.java("java"), *_JAVA_OPTIONS, "-cp", path, "VeraGate"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _pipe(self._process.stdin).close()
        self._process.wait(timeout=60)
        _pipe(self._process.stdout).close()

    def validate(
        self, paths: Iterable[Path], profiles: Sequence[str] = PROFILES
    ) -> dict[Path, dict[str, VeraResult]]:
        """Validate files by some profiles, in the given order."""
        files = list(paths)
        # veraPDF takes every question before it answers, so no pipe can fill up both ways.
        questions = _pipe(self._process.stdin)
        for path in files:
            questions.write(f"{path.resolve()}\t{','.join(profiles)}\n")
        questions.flush()
        return {path: dict(self._answers(path, profiles)) for path in files}

    def _answers(
        self, path: Path, profiles: Sequence[str]
    ) -> Iterator[tuple[str, VeraResult]]:
        for profile in profiles:
            line = _pipe(self._process.stdout).readline()
            if not line:
                raise RuntimeError(f"veraPDF ended at {path.name}")
            yield profile, _result(json.loads(line))


def _result(answer: dict[str, Any]) -> VeraResult:
    if "error" in answer:
        return VeraResult(error=answer["error"])
    failed = tuple(Failure(**failure) for failure in answer["failed"])
    return VeraResult(answer["compliant"], answer["checks"], failed)


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("veraPDF is not running")
    return pipe
