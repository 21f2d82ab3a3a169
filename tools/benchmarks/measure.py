"""Compare the program with others, and write docs/performance.md.

`make benchmark` runs it: `python -m tools.benchmarks.measure [ROUNDS] [ROW...]`. The
programs of a row take turns in one run, on the same content; the ratio is the median of the
ratios of the rounds. With names of rows, only these are measured, and only their lines are
replaced.
"""

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.benchmarks import table
from tools.benchmarks.corpus import (
    DATED,
    ROOT,
    documents,
    slug_of,
    write_project,
    write_small_project,
)
from tools.benchmarks.farm import build as build_by
from tools.benchmarks.farm import open_farm
from tools.benchmarks.rivals import chromium, weasyprint, write_html, write_typst
from tools.benchmarks.table import Row

_BRIEFS = str(Path(sys.executable).with_name("briefs"))
_MANY, _VERY_MANY = 40, 1667
# The numbers of the briefs that change.
_CHANGED = (3, 17, 31)
_FIRST_DOCUMENT = f"{slug_of(0)}_{DATED}_en"
# The folder of each project, and of the sources for other programs.
_ONE_BRIEF, _PROJECT, _SHORT, _LARGE = "one", "project", "short", "large"
_HTML, _TYPST = "html", "typst"

# For each program and round: elapsed time and processor time.
Seconds = dict[str, list[tuple[float, float]]]
Action = Callable[[], object]


@dataclass(frozen=True)
class Bench:
    """The folder of the measurements, and the number of rounds.

    `rounds` is for commands of some minutes; commands of a second are measured more often.
    """

    work: Path
    rounds: int

    @property
    def short_rounds(self) -> int:
        """The rounds of commands that take a second or less."""
        return 3 * self.rounds + 2

    def run(self, *command: str | Path, folder: str = ".", into: int | None = None) -> None:
        """Run a command to its end, with the bundled fonts only."""
        fonts = {"FONTCONFIG_FILE": str(self.work / _HTML / "fonts.conf")}
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **fonts}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users keep their bytecode
        subprocess.run(
            [str(part) for part in command],
            cwd=self.work / folder,
            env=environment,
            check=True,
            stdout=into or subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def build(self, folder: str, *arguments: str) -> None:
        """Run `briefs build` in a project."""
        self.run(_BRIEFS, "build", "--jobs", "2", *arguments, folder=folder)

    def warm(self, module: str, folder: str, processes: int = 2) -> None:
        """Let another program make all documents in long-running processes."""
        names = documents(_MANY)
        program = f"tools.benchmarks.warm_{module}"
        self.run(sys.executable, "-m", program, self.work / folder, str(processes), *names)


def prepare(work: Path) -> None:
    """Write the projects, and the sources for other programs."""
    for folder, briefs in ((_ONE_BRIEF, 1), (_PROJECT, _MANY)):
        (work / folder).mkdir()
        write_project(work / folder, briefs)
    (work / _HTML).mkdir()
    write_html(work / _PROJECT, work / _HTML)
    write_typst(_MANY, work / _TYPST)


def take_turns(rounds: int, sides: Mapping[str, tuple[Action, Action]]) -> Seconds:
    """Time each program once in each round, without its preparation.

    The order rotates from round to round, because the first program has colder caches. The
    processor time is that of all processes that an action started, also of orphans.
    """
    seconds: Seconds = {name: [] for name in sides}
    for number in range(rounds):
        names = list(sides)
        rotated = names[number % len(names) :] + names[: number % len(names)]
        for name in rotated:
            before, action = sides[name]
            before()
            started, used = time.perf_counter(), _processor_seconds()
            action()
            elapsed = time.perf_counter() - started
            seconds[name].append((elapsed, _processor_seconds() - used))
    return seconds


def _count_orphaned_processes() -> None:
    """Become the parent of orphaned processes, so that their time is counted."""
    child_subreaper = 36
    ctypes.CDLL(None).prctl(child_subreaper, 1)


def _processor_seconds() -> float:
    """Wait for all children; give their processor time."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _elapsed_times(seconds: list[tuple[float, float]]) -> list[float]:
    return [elapsed for elapsed, _ in seconds]


def _do_nothing() -> None:
    """Prepare nothing."""


def _remove_build(bench: Bench, folder: str) -> None:
    shutil.rmtree(bench.work / folder / "build", ignore_errors=True)


def cold(bench: Bench) -> Iterator[Row]:
    """One document, from YAML, in a new process; WeasyPrint gets the HTML."""
    slug = slug_of(0)
    briefs = partial(bench.build, _ONE_BRIEF, slug, "--lang", "en")
    options = ("--pdf-variant", "pdf/a-3a", "--pdf-tags")
    baseline = partial(
        bench.run,
        weasyprint(),
        *options,
        f"{_FIRST_DOCUMENT}.html",
        "out.pdf",
        folder=_HTML,
    )
    sides: dict[str, tuple[Action, Action]] = {
        "briefs": (partial(_remove_build, bench, _ONE_BRIEF), briefs),
        "weasyprint": (_do_nothing, baseline),
    }
    seconds = take_turns(bench.short_rounds, sides)
    must, stretch = "at most 0.80; 1.2", "0.70; 1.0"
    workload = "one brief, cold, from YAML"
    yield Row.of(workload, seconds, must, 0.8, stretch, processor_limit=1.2)


def watching(bench: Bench) -> Iterator[Row]:
    """From saving a text to the new PDF, while `briefs build --watch` runs."""
    _remove_build(bench, _ONE_BRIEF)
    folder = bench.work / _ONE_BRIEF
    text = folder / "content" / slug_of(0) / DATED / "en.yaml"
    pdf = folder / "build" / slug_of(0) / f"{_FIRST_DOCUMENT}.pdf"
    source = text.read_text(encoding="utf-8")
    elapsed = []
    with _watch_project(folder) as process:
        _wait_for(lambda: pdf.is_file() and _is_idle(process.pid))
        time.sleep(3)  # it begins to watch when it has built
        for number in range(bench.short_rounds):
            old_time = pdf.stat().st_mtime_ns
            time.sleep(0.3)  # the pause of an author
            _, _, rest = source.partition("\n")
            changed = f"title: Trade and work, {number}\n{rest}"
            started = time.perf_counter()
            text.write_text(changed, encoding="utf-8")
            _wait_for(lambda: pdf.stat().st_mtime_ns != old_time)  # noqa: B023 – at once
            elapsed.append(time.perf_counter() - started)
            _wait_for(lambda: _is_idle(process.pid))
    text.write_text(source, encoding="utf-8")
    # The first edits are slower: caches are empty.
    yield Row.within("save to PDF, watching", elapsed[2:], 0.2, "150 ms")


@contextmanager
def _watch_project(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [_BRIEFS, "build", "--watch", "--jobs", "2", "--quiet"]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait_for(is_done: Callable[[], bool]) -> None:
    deadline = time.perf_counter() + 60
    while not is_done():
        if time.perf_counter() > deadline:
            raise TimeoutError
        time.sleep(0.001)


def _is_idle(pid: int) -> bool:
    """Whether a process used no processor time in a tenth of a second (Linux)."""

    def used() -> list[str]:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]

    before = used()
    time.sleep(0.1)
    return before == used()


def from_nothing(bench: Bench) -> Iterator[Row]:
    """120 documents by two processes."""
    names = documents(_MANY)
    names_file = bench.work / "names"
    names_file.write_text("\n".join(names), encoding="utf-8")
    loop = (
        f"xargs -P2 -I% {weasyprint()} --pdf-variant pdf/a-3a --pdf-tags"
        f" %.html %.pdf < {names_file}"
    )
    sides: dict[str, tuple[Action, Action]] = {
        "briefs": (partial(_remove_build, bench, _PROJECT), partial(bench.build, _PROJECT)),
        "bare WeasyPrint, warm": (_do_nothing, partial(bench.warm, "weasyprint", _HTML)),
        "Typst": (_do_nothing, partial(bench.warm, "typst", _TYPST)),
        "loop of `weasyprint`": (
            _do_nothing,
            partial(bench.run, "sh", "-c", loop, folder=_HTML),
        ),
    }
    if chromium():
        sides["Chromium"] = (_do_nothing, partial(bench.warm, "chromium", _HTML))
    seconds = take_turns(bench.rounds, sides)
    workload = "120 documents from nothing, 2 processes"
    compare = partial(Row.of, workload, seconds)
    yield compare("at most 0.24", 0.24, "0.20", rival="loop of `weasyprint`")
    yield compare("at most 0.75", 0.75, "0.60", rival="bare WeasyPrint, warm")
    if chromium():
        yield compare("at most 1.5", 1.5, "1.0", rival="Chromium")
    yield compare("–", None, rival="Typst")


def unchanged(bench: Bench) -> Iterator[Row]:
    """120 documents, all up to date; other programs make all of them again.

    They are short, so that they have no warnings: a build with warnings has no snapshot.
    """
    (bench.work / _SHORT).mkdir()
    write_small_project(bench.work / _SHORT, _MANY)
    bench.build(_SHORT)
    sides = {
        "briefs": (_do_nothing, partial(bench.build, _SHORT)),
        "`python -c pass`": (_do_nothing, partial(bench.run, sys.executable, "-c", "pass")),
        "Typst, all again": (_do_nothing, partial(bench.warm, "typst", _TYPST)),
    }
    time.sleep(3)  # files are trusted when they are two seconds old
    bench.build(_SHORT)
    seconds = take_turns(bench.short_rounds, sides)
    workload = "120 documents, unchanged"
    yield Row.within(workload, _elapsed_times(seconds["briefs"]), 0.08, "50 ms")
    yield Row.of(workload, seconds, "at most 3", 3, "1.5", rival="`python -c pass`")
    yield Row.of(workload, seconds, "below 1.0", 1, rival="Typst, all again")


def changed(bench: Bench) -> Iterator[Row]:
    """Three of 120 documents changed."""
    bench.build(_PROJECT)
    count = iter(range(1000))
    folder = bench.work / _PROJECT

    def edit() -> None:
        number = next(count)
        for slug in map(slug_of, _CHANGED):
            file = folder / "content" / slug / DATED / "en.yaml"
            text = file.read_text(encoding="utf-8")
            _, _, rest = text.partition("\n")
            file.write_text(f"title: Trade and work, {number}\n{rest}", encoding="utf-8")

    workload = "120 documents, three changed"
    typst: tuple[Action, Action] = (_do_nothing, partial(bench.warm, "typst", _TYPST))
    sides: dict[str, tuple[Action, Action]] = {
        "briefs": (edit, partial(bench.build, _PROJECT)),
        "Typst, all 120": typst,
    }
    seconds = take_turns(bench.short_rounds, sides)
    yield Row.of(workload, seconds, "at most 1.4", 1.4, "1.0")
    pdfs = [folder / "build" / s / f"{s}_{DATED}_en.pdf" for s in map(slug_of, _CHANGED)]

    def save() -> None:
        old_times = {pdf.stat().st_mtime_ns for pdf in pdfs}
        edit()
        _wait_for(lambda: not {p.stat().st_mtime_ns for p in pdfs} & old_times)

    actions = {"briefs": save, "Typst, all 120 at once": typst[1]}
    seconds = {name: [] for name in actions}
    with _watch_project(folder) as process:
        time.sleep(3)  # it begins to watch when it has built
        for _ in range(bench.short_rounds + 2):
            for name, action in actions.items():
                _wait_for(lambda: _is_idle(process.pid))
                started = time.perf_counter()
                action()
                # The watching process never ends: its processor time is not measured.
                seconds[name].append((time.perf_counter() - started, 0))
    # The first edits are slower: caches are empty.
    warm = {side: values[2:] for side, values in seconds.items()}
    yield Row.of(f"{workload}, watching", warm, "at most 0.7", 0.7, "0.5")


def large(bench: Bench) -> Iterator[Row]:
    """5,001 documents, all up to date."""
    root = bench.work / _LARGE
    root.mkdir()
    write_project(root, _VERY_MANY)
    bench.run(sys.executable, "-m", "tools.benchmarks.tiny", root)
    time.sleep(3)
    bench.build(_LARGE)
    sides = {"briefs": (_do_nothing, partial(bench.build, _LARGE))}
    seconds = take_turns(bench.short_rounds, sides)
    yield Row.within(
        "5,001 documents, unchanged", _elapsed_times(seconds["briefs"]), 0.15, "80 ms"
    )


def cluster(bench: Bench) -> Iterator[Row]:
    """120 documents by two workers of a cluster on this machine, and by one.

    Only the processor time of the workers is counted.
    """
    root = bench.work / _PROJECT
    with open_farm(2) as two, open_farm(1) as one:
        farms = {"two workers": two, "one worker": one}
        seconds: Seconds = {name: [] for name in farms}
        for number in range(bench.rounds + 1):
            for name, farm in farms.items():
                _remove_build(bench, _PROJECT)
                started, used = time.perf_counter(), farm.seconds()[1]
                build_by(farm, root)
                elapsed = time.perf_counter() - started
                if number:  # the first time workers are cold
                    seconds[name].append((elapsed, farm.seconds()[1] - used))
    yield Row.of("120 documents from nothing, cluster of two workers", seconds, "–", None)


def cluster_large(bench: Bench) -> Iterator[Row]:
    """5,001 documents by two workers, from nothing and unchanged: only when it is named."""
    root = bench.work / "large-cluster"
    root.mkdir()
    write_project(root, _VERY_MANY)
    with open_farm(2) as farm:
        for state in ("from nothing", "unchanged"):
            started = time.perf_counter()
            _, max_mib = build_by(farm, root)
            elapsed = time.perf_counter() - started
            row = f"5,001 documents by a cluster, {state}"
            yield Row(row, f"{elapsed:.1f} s", "–", "–", "–", None)
            yield Row(
                f"{row}: memory of the command", f"{max_mib} MiB", "–", "–", "–", None
            )


def memory(bench: Bench) -> Iterator[Row]:
    """The memory of a process that renders, from its 100th document to its 1,000th."""
    with TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        with output.open("wb") as file:
            program = ("-m", "tools.benchmarks.memory", bench.work / _PROJECT)
            bench.run(sys.executable, *program, into=file.fileno())
        early, late = map(int, output.read_text().split())
    yield Row.grown("memory of a process, document 100 to 1,000", early, late, 1.1)


def answers(bench: Bench) -> Iterator[Row]:
    """`briefs --help`, and `briefs check` of one brief."""
    slug = slug_of(0)
    sides = {
        "briefs": (_do_nothing, partial(bench.run, _BRIEFS, "--help", folder=_ONE_BRIEF)),
        "check": (
            _do_nothing,
            partial(bench.run, _BRIEFS, "check", slug, folder=_ONE_BRIEF),
        ),
    }
    seconds = take_turns(bench.short_rounds, sides)
    yield Row.within("`briefs --help`", _elapsed_times(seconds["briefs"]), 0.15, "100 ms")
    yield Row.within(
        "`briefs check` of one brief", _elapsed_times(seconds["check"]), 0.4, "250 ms"
    )


ROWS = (cold, watching, from_nothing, unchanged, changed, large, cluster, memory, answers)
# These take an hour, and are measured only if they are named.
SLOW_ROWS = (cluster_large,)


def main(arguments: list[str]) -> None:
    """Measure, and write the page."""
    rounds = int(arguments[0]) if arguments else 3
    row_names = arguments[1:]
    chosen = [row for row in (*ROWS, *SLOW_ROWS) if row.__name__ in row_names] or ROWS
    load = os.getloadavg()[0]
    _count_orphaned_processes()
    page = ROOT / "docs/performance.md"
    lines: dict[str, str] = {}
    with TemporaryDirectory(prefix="briefs-benchmark-") as folder:
        bench = Bench(Path(folder).resolve(), rounds)
        prepare(bench.work)
        for row in chosen:
            for result in row(bench):
                print(result.line(), flush=True)  # noqa: T201 – so long runs are followed
                lines[result.name] = result.line()
    loads = (load, os.getloadavg()[0])
    earlier = table.lines_of(page.read_text(encoding="utf-8")) if page.is_file() else {}
    lines = {**earlier, **lines}
    page.write_text(table.page(lines, rounds, loads), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
