"""Format the measurements as the page docs/performance.md."""

import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

_HEADER = """\
# Performance

*Written by `make benchmark`; see [tools/benchmarks](../tools/benchmarks/README.md).*

Both sides of a row were measured in one run, in turns, on the same content. The ratio is
Briefs divided by the baseline: below 1, Briefs is faster. It is the median over all rounds;
the range follows in brackets, then the ratio of processor time, which is more reliable on
a busy machine. Compare ratios: milliseconds are valid for one machine on one day.

"""
_EXPLANATIONS = """
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
    """One line of the table. `met` is None if there is no limit."""

    workload: str
    ours: str
    rival: str
    ratio: str
    limit_text: str
    met: bool | None
    stretch: str = ""

    @classmethod
    def of(
        cls,
        workload: str,
        seconds: dict[str, list[tuple[float, float]]],
        limit_text: str,
        limit: float | None,
        stretch: str = "",
        rival: str = "",
        processor_limit: float = math.inf,
    ) -> "Row":
        """Compare the first program (Briefs) with `rival`, by default the last one."""
        ours, baseline = next(iter(seconds)), rival or list(seconds)[-1]
        pairs = list(zip(seconds[ours], seconds[baseline], strict=True))
        ratios = sorted(mine[0] / other[0] for mine, other in pairs)
        ratio = median(ratios)
        work = median(mine[1] / max(other[1], 0.001) for mine, other in pairs)
        shown = f"{ratio:.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
        # The processor time of long-running processes is not measured.
        shown += f"; {work:.2f}" if work else ""
        time_text, other = (
            _time(median(t for t, _ in seconds[s])) for s in (ours, baseline)
        )
        met = None if limit is None else ratio <= limit and work <= processor_limit
        return cls(
            workload, time_text, f"{baseline}: {other}", shown, limit_text, met, stretch
        )

    @classmethod
    def within(
        cls, workload: str, seconds: list[float], limit: float, stretch: str
    ) -> "Row":
        """Compare a time with a limit."""
        middle = median(seconds)
        limit_text = f"at most {_time(limit)}"
        return cls(workload, _time(middle), "–", "–", limit_text, middle <= limit, stretch)

    @classmethod
    def grown(cls, workload: str, early: int, late: int, limit: float) -> "Row":
        """Compare the growth of memory, in MiB, with a limit."""
        ratio = late / early
        limit_text = f"below {limit}"
        before = f"at the first: {early} MiB"
        return cls(
            workload, f"{late} MiB", before, f"{ratio:.2f}", limit_text, ratio < limit
        )

    @property
    def name(self) -> str:
        """The workload and the program it is compared with."""
        return _name(self.workload, self.rival)

    def line(self) -> str:
        """Write the row in Markdown."""
        met = "–" if self.met is None else "yes" if self.met else "**no**"
        cells = (
            self.workload,
            self.ours,
            self.rival,
            self.ratio,
            self.limit_text,
            met,
            self.stretch,
        )
        return "| " + " | ".join(cell or "–" for cell in cells) + " |"


def lines_of(page: str) -> dict[str, str]:
    """Return the lines of an existing page, by their names."""
    lines = [line for line in page.splitlines() if line.startswith("| ")][2:]
    return {_name(*line.strip("| ").split(" | ")[0:3:2]): line for line in lines}


def _name(workload: str, rival: str) -> str:
    return f"{workload}; {rival.partition(':')[0]}"


def page(lines: Mapping[str, str], rounds: int, loads: tuple[float, float]) -> str:
    """Return the text of the page."""
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
    return _HEADER + "\n".join(table) + "\n" + about + _EXPLANATIONS


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
