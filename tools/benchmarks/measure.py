"""Measure the program against others, and write docs/performance.md.

`make benchmark` runs it: `python -m tools.benchmarks.measure [ROUNDS] [ROW...]`. All sides
of a row take turns in one run, on the same content; the ratio is the median of the ratios
of the rounds. With names of rows only these are measured, and take the place of their
lines.
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
# Of the briefs of a project some that change.
_CHANGED = (3, 17, 31)
_ONE = f"{slug_of(0)}_{DATED}_en"
# A folder for each of the projects and rivals.
_ONE_BRIEF, _PROJECT, _SHORT, _LARGE = "one", "project", "short", "large"
_HTML, _TYPST = "html", "typst"

# Of each side, in each round: by the clock, and of processors.
Seconds = dict[str, list[tuple[float, float]]]
Act = Callable[[], object]


@dataclass(frozen=True)
class Bench:
    """Where everything lies, and how often a row is measured.

    `rounds` is for what takes some minutes; what takes a second is measured more often.
    """

    work: Path
    rounds: int

    @property
    def often(self) -> int:
        """Rounds of what takes a second or less."""
        return 3 * self.rounds + 2

    def run(self, *command: str | Path, at: str = ".", into: int | None = None) -> None:
        """Run a command to its end; our fonts are the only ones."""
        fonts = {"FONTCONFIG_FILE": str(self.work / _HTML / "fonts.conf")}
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **fonts}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users keep their bytecode
        subprocess.run(
            [str(part) for part in command],
            cwd=self.work / at,
            env=environment,
            check=True,
            stdout=into or subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def build(self, at: str, *arguments: str) -> None:
        """Run `briefs build` in a project."""
        self.run(_BRIEFS, "build", "--jobs", "2", *arguments, at=at)

    def warm(self, module: str, at: str, processes: int = 2) -> None:
        """Have a rival make all documents with processes that stay."""
        names = documents(_MANY)
        program = f"tools.benchmarks.warm_{module}"
        self.run(sys.executable, "-m", program, self.work / at, str(processes), *names)


def prepare(work: Path) -> None:
    """Write the projects, and what the rivals need."""
    for folder, briefs in ((_ONE_BRIEF, 1), (_PROJECT, _MANY)):
        (work / folder).mkdir()
        write_project(work / folder, briefs)
    (work / _HTML).mkdir()
    write_html(work / _PROJECT, work / _HTML)
    write_typst(_MANY, work / _TYPST)


def take_turns(rounds: int, sides: Mapping[str, tuple[Act, Act]]) -> Seconds:
    """Time each side once in each round: what comes before it is not counted.

    The order turns from round to round, because the first has a colder machine. The time
    of processors is that of all processes which an act began, wherever they belong.
    """
    seconds: Seconds = {name: [] for name in sides}
    for number in range(rounds):
        names = list(sides)
        turned = names[number % len(names) :] + names[: number % len(names)]
        for name in turned:
            before, act = sides[name]
            before()
            begun, used = time.perf_counter(), _processor_seconds()
            act()
            taken = time.perf_counter() - begun
            seconds[name].append((taken, _processor_seconds() - used))
    return seconds


def _adopt() -> None:
    """Have what its parent left behind belong to this process, so that it is counted."""
    child_subreaper = 36
    ctypes.CDLL(None).prctl(child_subreaper, 1)


def _processor_seconds() -> float:
    """Wait for all children; give what they used."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _clock(seconds: list[tuple[float, float]]) -> list[float]:
    return [taken for taken, _ in seconds]


def _nothing() -> None:
    """Prepare nothing."""


def _forget(bench: Bench, folder: str) -> None:
    shutil.rmtree(bench.work / folder / "build", ignore_errors=True)


def cold(bench: Bench) -> Iterator[Row]:
    """One brief, from YAML, in a new process; WeasyPrint gets the HTML."""
    slug = slug_of(0)
    ours = partial(bench.build, _ONE_BRIEF, slug, "--lang", "en")
    options = ("--pdf-variant", "pdf/a-3a", "--pdf-tags")
    theirs = partial(bench.run, weasyprint(), *options, f"{_ONE}.html", "out.pdf", at=_HTML)
    sides: dict[str, tuple[Act, Act]] = {
        "briefs": (partial(_forget, bench, _ONE_BRIEF), ours),
        "weasyprint": (_nothing, theirs),
    }
    found = take_turns(bench.often, sides)
    must, stretch = "at most 0.80; 1.2", "0.70; 1.0"
    what = "one brief, cold, from YAML"
    yield Row.of(what, found, must, 0.8, stretch, processor_limit=1.2)


def watching(bench: Bench) -> Iterator[Row]:
    """From saving a text to the new PDF, while `briefs build --watch` runs."""
    _forget(bench, _ONE_BRIEF)
    folder = bench.work / _ONE_BRIEF
    text = folder / "content" / slug_of(0) / DATED / "en.yaml"
    pdf = folder / "build" / slug_of(0) / f"{_ONE}.pdf"
    source = text.read_text(encoding="utf-8")
    taken = []
    with _watched(folder) as process:
        _wait_for(lambda: pdf.is_file() and _is_idle(process.pid))
        time.sleep(3)  # it begins to watch when it has built
        for number in range(bench.often):
            was = pdf.stat().st_mtime_ns
            time.sleep(0.3)  # as if between two thoughts
            _, _, rest = source.partition("\n")
            changed = f"title: Trade and work, {number}\n{rest}"
            begun = time.perf_counter()
            text.write_text(changed, encoding="utf-8")
            _wait_for(lambda: pdf.stat().st_mtime_ns != was)  # noqa: B023 – at once
            taken.append(time.perf_counter() - begun)
            _wait_for(lambda: _is_idle(process.pid))
    text.write_text(source, encoding="utf-8")
    # The first edits are slower: caches are empty.
    yield Row.within("save to PDF, watching", taken[2:], 0.2, "150 ms")


@contextmanager
def _watched(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [_BRIEFS, "build", "--watch", "--jobs", "2", "--quiet"]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait_for(there: Callable[[], bool]) -> None:
    until = time.perf_counter() + 60
    while not there():
        if time.perf_counter() > until:
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
    listed = bench.work / "names"
    listed.write_text("\n".join(names), encoding="utf-8")
    loop = (
        f"xargs -P2 -I% {weasyprint()} --pdf-variant pdf/a-3a --pdf-tags"
        f" %.html %.pdf < {listed}"
    )
    sides: dict[str, tuple[Act, Act]] = {
        "briefs": (partial(_forget, bench, _PROJECT), partial(bench.build, _PROJECT)),
        "bare WeasyPrint, warm": (_nothing, partial(bench.warm, "weasyprint", _HTML)),
        "Typst": (_nothing, partial(bench.warm, "typst", _TYPST)),
        "loop of `weasyprint`": (_nothing, partial(bench.run, "sh", "-c", loop, at=_HTML)),
    }
    if chromium():
        sides["Chromium"] = (_nothing, partial(bench.warm, "chromium", _HTML))
    found = take_turns(bench.rounds, sides)
    what = "120 documents from nothing, 2 processes"
    against = partial(Row.of, what, found)
    yield against("at most 0.24", 0.24, "0.20", rival="loop of `weasyprint`")
    yield against("at most 0.75", 0.75, "0.60", rival="bare WeasyPrint, warm")
    if chromium():
        yield against("at most 1.5", 1.5, "1.0", rival="Chromium")
    yield against("–", None, rival="Typst")


def unchanged(bench: Bench) -> Iterator[Row]:
    """120 documents, all up to date; rivals have no such thing and make all again.

    They are short, so that none has a warning, which each build would find again.
    """
    (bench.work / _SHORT).mkdir()
    write_small_project(bench.work / _SHORT, _MANY)
    bench.build(_SHORT)
    sides = {
        "briefs": (_nothing, partial(bench.build, _SHORT)),
        "`python -c pass`": (_nothing, partial(bench.run, sys.executable, "-c", "pass")),
        "Typst, all again": (_nothing, partial(bench.warm, "typst", _TYPST)),
    }
    time.sleep(3)  # files are trusted when they are two seconds old
    bench.build(_SHORT)
    found = take_turns(bench.often, sides)
    what = "120 documents, unchanged"
    yield Row.within(what, _clock(found["briefs"]), 0.08, "50 ms")
    yield Row.of(what, found, "at most 3", 3, "1.5", rival="`python -c pass`")
    yield Row.of(what, found, "below 1.0", 1, rival="Typst, all again")


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

    what = "120 documents, three changed"
    typst: tuple[Act, Act] = (_nothing, partial(bench.warm, "typst", _TYPST))
    sides: dict[str, tuple[Act, Act]] = {
        "briefs": (edit, partial(bench.build, _PROJECT)),
        "Typst, all 120": typst,
    }
    found = take_turns(bench.often, sides)
    yield Row.of(what, found, "at most 1.4", 1.4, "1.0")
    pdfs = [folder / "build" / s / f"{s}_{DATED}_en.pdf" for s in map(slug_of, _CHANGED)]

    def save() -> None:
        were = {pdf.stat().st_mtime_ns for pdf in pdfs}
        edit()
        _wait_for(lambda: not {p.stat().st_mtime_ns for p in pdfs} & were)

    acts = {"briefs": save, "Typst, all 120 at once": typst[1]}
    found = {name: [] for name in acts}
    with _watched(folder) as process:
        time.sleep(3)  # it begins to watch when it has built
        for _ in range(bench.often + 2):
            for name, act in acts.items():
                _wait_for(lambda: _is_idle(process.pid))
                begun = time.perf_counter()
                act()
                # Who watches is at work all the time: of processors nothing is said.
                found[name].append((time.perf_counter() - begun, 0))
    # The first edits are slower: caches are empty.
    warm = {side: seconds[2:] for side, seconds in found.items()}
    yield Row.of(f"{what}, watching", warm, "at most 0.7", 0.7, "0.5")


def large(bench: Bench) -> Iterator[Row]:
    """5,001 documents, all up to date."""
    root = bench.work / _LARGE
    root.mkdir()
    write_project(root, _VERY_MANY)
    bench.run(sys.executable, "-m", "tools.benchmarks.tiny", root)
    time.sleep(3)
    bench.build(_LARGE)
    sides = {"briefs": (_nothing, partial(bench.build, _LARGE))}
    found = take_turns(bench.often, sides)
    yield Row.within("5,001 documents, unchanged", _clock(found["briefs"]), 0.15, "80 ms")


def cluster(bench: Bench) -> Iterator[Row]:
    """120 documents by two workers of a cluster on this machine, and by one.

    Of processors only the time of the workers is counted.
    """
    root = bench.work / _PROJECT
    with open_farm(2) as two, open_farm(1) as one:
        farms = {"two workers": two, "one worker": one}
        found: Seconds = {name: [] for name in farms}
        for number in range(bench.rounds + 1):
            for name, farm in farms.items():
                _forget(bench, _PROJECT)
                begun, used = time.perf_counter(), farm.seconds()[1]
                build_by(farm, root)
                taken = time.perf_counter() - begun
                if number:  # the first time workers are cold
                    found[name].append((taken, farm.seconds()[1] - used))
    yield Row.of("120 documents from nothing, cluster of two workers", found, "–", None)


def cluster_large(bench: Bench) -> Iterator[Row]:
    """5,001 documents by two workers, from nothing and unchanged: only when it is named."""
    root = bench.work / "large-cluster"
    root.mkdir()
    write_project(root, _VERY_MANY)
    with open_farm(2) as farm:
        for what in ("from nothing", "unchanged"):
            begun = time.perf_counter()
            _, most = build_by(farm, root)
            taken = time.perf_counter() - begun
            row = f"5,001 documents by a cluster, {what}"
            yield Row(row, f"{taken:.1f} s", "–", "–", "–", None)
            yield Row(f"{row}: memory of the command", f"{most} MiB", "–", "–", "–", None)


def memory(bench: Bench) -> Iterator[Row]:
    """The memory of a process that paints, from its 100th document to its 1,000th."""
    with TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        with said.open("wb") as file:
            program = ("-m", "tools.benchmarks.memory", bench.work / _PROJECT)
            bench.run(sys.executable, *program, into=file.fileno())
        early, late = map(int, said.read_text().split())
    yield Row.grown("memory of a process, document 100 to 1,000", early, late, 1.1)


def answers(bench: Bench) -> Iterator[Row]:
    """What an author asks for all the time."""
    slug = slug_of(0)
    sides = {
        "briefs": (_nothing, partial(bench.run, _BRIEFS, "--help", at=_ONE_BRIEF)),
        "check": (_nothing, partial(bench.run, _BRIEFS, "check", slug, at=_ONE_BRIEF)),
    }
    found = take_turns(bench.often, sides)
    yield Row.within("`briefs --help`", _clock(found["briefs"]), 0.15, "100 ms")
    yield Row.within("`briefs check` of one brief", _clock(found["check"]), 0.4, "250 ms")


ROWS = (cold, watching, from_nothing, unchanged, changed, large, cluster, memory, answers)
# These take an hour: only when they are named.
ON_PURPOSE = (cluster_large,)


def main(arguments: list[str]) -> None:
    """Measure, and write the page."""
    rounds = int(arguments[0]) if arguments else 3
    named = arguments[1:]
    chosen = [row for row in (*ROWS, *ON_PURPOSE) if row.__name__ in named] or ROWS
    load = os.getloadavg()[0]
    _adopt()
    page = ROOT / "docs/performance.md"
    lines: dict[str, str] = {}
    with TemporaryDirectory(prefix="briefs-benchmark-") as folder:
        bench = Bench(Path(folder).resolve(), rounds)
        prepare(bench.work)
        for row in chosen:
            for one in row(bench):
                print(one.line(), flush=True)  # noqa: T201 – so long runs are followed
                lines[one.name] = one.line()
    loads = (load, os.getloadavg()[0])
    earlier = table.lines_of(page.read_text(encoding="utf-8")) if page.is_file() else {}
    lines = {**earlier, **lines}
    page.write_text(table.page(lines, rounds, loads), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
