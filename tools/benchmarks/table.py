"""What was measured -> docs/performance.md."""

import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

_HEAD = """\
# Performance

*Written by `make benchmark`; see [tools/benchmarks](../tools/benchmarks/README.md).*

Both sides of a row were measured in one run, in turns, on the same content. The ratio is
Briefs divided by the baseline: below 1, Briefs is faster. It is the median over all rounds;
the range follows in brackets, then the ratio of processor time, which is more reliable on
a busy machine. Compare ratios: milliseconds are valid for one machine on one day.

"""
_NOTES = """
## What is compared

- **The content:** briefs of three pages in English, French and Russian with key messages,
  a chart, a table and a footnote, all different.
- **`weasyprint`, bare WeasyPrint and Chromium** get the HTML, style sheets and fonts of
  Briefs, and read no YAML. WeasyPrint writes the same variant, PDF/A-3a with tags. Chromium
  writes tagged PDF, not PDF/A, without footnotes, running heads or a bleeding masthead.
- **Bare WeasyPrint, warm:** two processes that keep WeasyPrint and its fonts and write one
  document after another, without checks, tags of our own or attachments.
- **Typst** renders the same text with the same fonts, chart, table and footnote on a
  plainer page, as PDF/A-3a, in two processes that keep the compiler.
- **Briefs:** the whole command: start, reading and checking YAML, HTML, PDF/A-3a and
  PDF/UA-1 with our own tags, all checks of the pages, attachments, safe writing, records.
- **Three changed** is compared with Typst at its fastest. With a process for each document,
  two at a time, Typst took 2.0 s for all 120 on the same machine, not 0.7. **Watching:**
  Briefs also keeps its processes, as in `briefs build --watch`.
- The 5,001 documents are small PDFs that were not rendered; all other functions and the
  records are real.

## Where the time goes

- **Three changed against Typst.** Typst renders such a document in 5 ms, WeasyPrint in 160.
  A third of our time is the start of Python and its libraries, two thirds are the three
  documents ([0017](decisions/0017-what-makes-it-fast.md)).
"""


@dataclass(frozen=True)
class Row:
    """One line of the table. `met` is None where nothing was promised."""

    what: str
    ours: str
    rival: str
    ratio: str
    must: str
    met: bool | None
    stretch: str = ""

    @classmethod
    def of(
        cls,
        what: str,
        seconds: dict[str, list[tuple[float, float]]],
        must: str,
        limit: float | None,
        stretch: str = "",
        rival: str = "",
        processor_limit: float = math.inf,
    ) -> "Row":
        """Compare ours with a rival's; without a name the only one."""
        ours, theirs = next(iter(seconds)), rival or list(seconds)[-1]
        pairs = list(zip(seconds[ours], seconds[theirs], strict=True))
        ratios = sorted(mine[0] / other[0] for mine, other in pairs)
        ratio = median(ratios)
        work = median(mine[1] / max(other[1], 0.001) for mine, other in pairs)
        shown = f"{ratio:.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
        # What was at work before, and goes on, cannot be counted.
        shown += f"; {work:.2f}" if work else ""
        took, other = (_time(median(t for t, _ in seconds[s])) for s in (ours, theirs))
        met = None if limit is None else ratio <= limit and work <= processor_limit
        return cls(what, took, f"{theirs}: {other}", shown, must, met, stretch)

    @classmethod
    def within(cls, what: str, seconds: list[float], limit: float, stretch: str) -> "Row":
        """Hold a time against a limit."""
        middle = median(seconds)
        must = f"at most {_time(limit)}"
        return cls(what, _time(middle), "–", "–", must, middle <= limit, stretch)

    @classmethod
    def grown(cls, what: str, early: int, late: int, limit: float) -> "Row":
        """Hold a growth against a limit; both are in MiB."""
        ratio = late / early
        must = f"below {limit}"
        before = f"at the first: {early} MiB"
        return cls(what, f"{late} MiB", before, f"{ratio:.2f}", must, ratio < limit)

    @property
    def name(self) -> str:
        """What is compared with what."""
        return _name(self.what, self.rival)

    def line(self) -> str:
        """The row in Markdown."""
        met = "–" if self.met is None else "yes" if self.met else "**no**"
        cells = (self.what, self.ours, self.rival, self.ratio, self.must, met, self.stretch)
        return "| " + " | ".join(cell or "–" for cell in cells) + " |"


def lines_of(page: str) -> dict[str, str]:
    """The lines of a page that was written before, by their names."""
    lines = [line for line in page.splitlines() if line.startswith("| ")][2:]
    return {_name(*line.strip("| ").split(" | ")[0:3:2]): line for line in lines}


def _name(what: str, rival: str) -> str:
    return f"{what}; {rival.partition(':')[0]}"


def page(lines: Mapping[str, str], rounds: int, loads: tuple[float, float]) -> str:
    """The whole page."""
    head = (
        "Workload",
        "Briefs",
        "Baseline",
        "Ratio (range); processor",
        "Limit",
        "Met",
        "Target",
    )
    table = [_line(head), _line(["---"] * len(head)), *lines.values()]
    about = (
        f"\nPython {platform.python_version()}, WeasyPrint {version('weasyprint')}, "
        f"Typst {version('typst')}; {platform.system()}, {os.cpu_count()} processors; "
        f"rounds: {rounds} for rows that take minutes, {3 * rounds + 2} for the others. "
        f"Load: {loads[0]:.1f} before, {loads[1]:.1f} at the end.\n"
    )
    return _HEAD + "\n".join(table) + "\n" + about + _NOTES


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
