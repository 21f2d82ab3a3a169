"""Build hostile briefs and designs, and check every built file with veraPDF.

    python -m tools.conformance.hostile SEED BRIEFS DESIGNS

A file that a build with `strict` makes without a problem must conform. It is also correct
that the build refuses a case.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.build import build_documents as build
from pipeline.problems import Problem
from pipeline.project import open_project
from pipeline.targets import BuildOptions, State
from pipeline.workers.executor import Executor
from tools.conformance import environment
from tools.conformance.corpus import open_workers
from tools.conformance.hostile_briefs import SERIES, Files, briefs
from tools.conformance.hostile_designs import designs
from tools.conformance.verapdf import Validator, VeraResult

TODAY = date(2026, 1, 1)
# The number of briefs in one project; each has a folder with its name.
_BATCH = 100


@dataclass(frozen=True)
class Case:
    """One hostile case: its PDF, if it was built, and its problems, if it was refused."""

    name: str
    pdf: Path | None
    problems: tuple[Problem, ...]


def build_briefs(
    cases: Mapping[str, Files], folder: Path, executor: Executor
) -> Iterator[Case]:
    """Build briefs, many in one project."""
    names = list(cases)
    for start in range(0, len(names), _BATCH):
        root = folder / f"briefs-{start}"
        files: Files = {"content/series.yaml": SERIES}
        for name in names[start : start + _BATCH]:
            files |= cases[name]
        yield from _build(root, files, executor)


def build_designs(
    cases: Mapping[str, Files], folder: Path, executor: Executor
) -> Iterator[Case]:
    """Build designs, each in a project of its own."""
    for name, files in cases.items():
        for case in _build(folder / name, files, executor):
            yield Case(name, case.pdf, case.problems)


def _build(root: Path, files: Files, executor: Executor) -> Iterator[Case]:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    project = open_project(root)
    result = build(project, BuildOptions(strict=True), TODAY, executor=executor)
    for target in result.targets:
        slug = target.source.split("/")[1]
        problems = [p for p in result.problems if f"/{slug}/" in p.place.file]
        general = [
            p for p in result.problems if not p.place.file.startswith("content/brief")
        ]
        is_built = target.state is State.BUILT
        pdf = project.build / target.name if is_built else None
        yield Case(slug, pdf, tuple(problems + general))


def find_nonconforming(
    cases: Sequence[Case], validator: Validator
) -> dict[str, dict[str, VeraResult]]:
    """Check each built file; return those that do not conform."""
    paths = {case.pdf: case.name for case in cases if case.pdf}
    results = validator.validate(paths)
    return {
        paths[path]: by_profile
        for path, by_profile in results.items()
        if not all(one.compliant for one in by_profile.values())
    }


def run(
    seed: int, briefs_wanted: int, designs_wanted: int, folder: Path, jobs: int
) -> list[Case]:
    """Generate cases, and build them in `folder`."""
    with open_workers(jobs) as executor:
        cases = [*build_briefs(briefs(seed, briefs_wanted), folder, executor)]
        return [*cases, *build_designs(designs(seed, designs_wanted), folder, executor)]


def complaints(nonconforming: Mapping[str, Mapping[str, VeraResult]]) -> Iterator[str]:
    """Name the rules that each file breaks."""
    for name, by_profile in nonconforming.items():
        for profile, result in by_profile.items():
            if result.error:
                yield f"{name}: {profile}: {result.error}"
            for failure in result.failed:
                times = f"{failure.rule} ({failure.count})"
                yield f"{name}: {profile} {times} {failure.message}"


def main(seed: str, *numbers: str) -> int:
    """Print what does not conform, and how many cases were built and refused."""
    wanted, designs_wanted = (*map(int, numbers), 500, 100)[:2]
    with tempfile.TemporaryDirectory() as work, Validator() as validator:
        cases = run(int(seed), wanted, designs_wanted, Path(work), environment.JOBS)
        nonconforming = find_nonconforming(cases, validator)
    sys.stdout.writelines(f"{line}\n" for line in complaints(nonconforming))
    built = sum(case.pdf is not None for case in cases)
    rules = Counter(p.rule.id for c in cases if not c.pdf for p in set(c.problems))
    sys.stdout.write(f"{len(cases)} cases, {built} built, ")
    sys.stdout.write(f"{len(nonconforming)} do not conform\n")
    sys.stdout.write(f"refused: {dict(rules.most_common())}\n")
    return 1 if nonconforming else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
