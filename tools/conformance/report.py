"""Write docs/conformance.md from what the last run of the gate found.

    python -m tools.conformance.report

`make gate` does so after its tests. The page holds no date and no place: the same files
and the same tools give the same page.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping

from tools.conformance import environment
from tools.conformance.advisers import ADVISERS
from tools.conformance.defects import BUILD, DEFECTS, Defect
from tools.conformance.defects_ua2 import DEFECTS_2
from tools.conformance.disagreements import DISAGREEMENTS, Disagreement
from tools.conformance.record import FILE, Findings, Record, read_record
from tools.conformance.verdicts import GATES, GATES_2, Verdict, Verdicts

Row = tuple[str, ...]
PAGE = environment.ROOT / "docs" / "conformance.md"

_INTRODUCTION = """\
# Conformance

<!-- made by tools/conformance/report.py, which `make gate` runs -->

Every PDF for readers is PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3) at once.
`make gate` proves it: it builds the briefs in `content/` and the hard cases in
`tests/conformance/hard_cases/` in every language and profile, and the packs of all sessions
in every language: those of the hard cases in every profile, those of `content/` in
`office`. Each file must pass all gates. Advisers apply other rules and heuristics; each of
their findings is [explained](#disagreements), or `make gate` fails. A few files are also
converted into PDF/UA-2 and checked [as such](#pdfua-2); `make soak` does so with all.
"""
_CHECKERS = {
    "verapdf-ua1": "gate: veraPDF, all rules of PDF/UA-1",
    "verapdf-3a": "gate: veraPDF, all rules of PDF/A-3a",
    "verapdf-ua2": "gate: veraPDF, PDF/UA-2 (ISO 14289-2) with ISO/TS 32005",
    "verapdf-4f": "gate: veraPDF, all rules of PDF/A-4f (ISO 19005-4)",
    "verapdf-wt1a": "gate: veraPDF, Well-Tagged PDF 1.0 for accessibility",
    "verapdf-wt1r": "gate: veraPDF, Well-Tagged PDF 1.0 for reuse",
    "closure": "gate: each piece of content belongs to one element; the parent tree agrees",
    "speech": "gate: the structure has all words, in order, in the right elements",
    "links": "gate: each link says in words where it leads, once for each of its lines",
    "search": "gate: PDFium (Chrome, Edge) finds every word; in Arabic Poppler and MuPDF",
    "metadata": "gate: XMP, document information, bookmarks and embedded files are correct",
    "targets": "gate: each link and bookmark leads to an element on its page",
    "page": "adviser: page-validation, an independent validator for PDF/UA-1 and PDF/A-3a",
    "outloud": "adviser: outloud, PDF/UA-1 and semantic rules",
    "build": "`briefs build`, which rejects the file",
}
_FILES = """\
## Files

Each cell counts what was checked: objects times rules by veraPDF, pieces of marked
content by `closure`, phrases by `speech`, links by `links`, words by `search`. The rows of
`content/` date from the last update of this page; the gate checks the current files.
"""
_LINKS = """\
## Links

A link needs words, because screen readers list links without the text around them:
"Reference 3: ILO, Global Advocacy", not "3". Each line of a link is one annotation.
"""
_DEFECTS = """\
## Planted defects

Each defect is planted into a good file, or into the project that it is built from, and
exactly the marked checkers must report it. This shows that each gate can fail.
"""
_CONVERTED = """\
## PDF/UA-2

Finished files, converted as with `conformance: ua-2`: the documents with every kind of
block, the smallest one of each language, and a pack. `targets` counts links and bookmarks.
"""
_CONVERTED_DEFECTS = """\
Defects planted into a converted file:
"""
_DISAGREEMENTS = """\
## Disagreements

These findings of advisers concern hard cases that pass every gate. The last column gives
the reason to keep the file as it is. "Now and then" marks findings that depend on chance.
"""


def render(record: Record) -> str:
    """Make the page."""
    parts = [
        _INTRODUCTION,
        _table(
            ("Checker", "What it is"), ((f"`{c}`", what) for c, what in _CHECKERS.items())
        ),
        _sentence(record.versions),
        _FILES,
        _table(("File", *GATES), _rows(record.files, GATES)),
        _LINKS,
        _table(_LINK_HEAD, _link_rows(record)),
        _DEFECTS,
        _table(
            ("Defect", "What is wrong", *_COLUMNS),
            _defect_rows(DEFECTS, record.defects, _COLUMNS),
        ),
        _CONVERTED,
        _table(("File", *GATES_2), _rows(record.converted, GATES_2)),
        _CONVERTED_DEFECTS,
        _table(
            ("Defect", "What is wrong", *GATES_2),
            _defect_rows(DEFECTS_2, record.converted_defects, GATES_2),
        ),
        _DISAGREEMENTS,
        _table(("Adviser", "Rule", "Files", "Why"), _disagreement_rows(record)),
    ]
    return "\n".join(parts)


_COLUMNS = (BUILD, *GATES, *ADVISERS)


def _sentence(versions: dict[str, str]) -> str:
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"Tools: {named}.\n"


def _rows(files: Mapping[str, Verdicts], gates: tuple[str, ...]) -> Iterator[Row]:
    for name in sorted(files):
        yield name, *(_cell(files[name][gate]) for gate in gates)


def _cell(verdict: Verdict) -> str:
    if not verdict.passed:
        return f"**fails**: {'; '.join(verdict.found.values())[:80]}"
    return f"{verdict.checks:,}" if verdict.checks else "passes"


_LINK_HEAD = ("Files", "Links", "With words", "Lines", "Annotations", "Per link")


def _link_rows(record: Record) -> Iterator[tuple[str, ...]]:
    for group in ("content", "hard_cases"):
        counts = [verdicts["links"].counts for verdicts in record.of(group).values()]
        names = ("links", "with_words", "lines", "annotations")
        links, words, lines, annotations = (sum(c[n] for c in counts) for n in names)
        numbers = (f"{number:,}" for number in (lines, annotations))
        share = f"{words / links:.0%}".replace("%", " per cent")
        yield f"{group}/", f"{links:,}", share, *numbers, f"{annotations / links:.2f}"


def _defect_rows(
    planted: Iterable[Defect], found: Mapping[str, Findings], checkers: tuple[str, ...]
) -> Iterator[Row]:
    for defect in planted:
        by = found[defect.name]
        yield defect.name, defect.what, *("●" if c in by else "" for c in checkers)


def disagreements(record: Record) -> Iterator[tuple[Disagreement, int, int]]:
    """Yield each disagreement about hard cases, the number of its files, and of all."""
    hard_cases = record.of("hard_cases").values()
    for d in DISAGREEMENTS:
        count = sum(d.rule in verdicts[d.adviser].found for verdicts in hard_cases)
        if count or not d.steady:
            yield d, count, len(hard_cases)


def _disagreement_rows(record: Record) -> Iterator[tuple[str, ...]]:
    for d, count, total in disagreements(record):
        files = f"{count} of {total}" if d.steady else "now and then"
        yield d.adviser, d.rule.rpartition(" ")[2], files, d.reason


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def comparable(page: str, record: Record) -> str:
    """Leave out what may differ between a page and a run that agree.

    The briefs are their authors' affair. With other tools lines break elsewhere, so all
    numbers may differ.
    """
    page = re.sub(r"^\| content/.*\n", "", page, flags=re.M)
    same_tools = _sentence(record.versions) in page
    return page if same_tools else re.sub(r"\d[\d,.]*", "N", page)


def main() -> int:
    """Write the page."""
    if not FILE.is_file():
        sys.stderr.write("report: no record of a run; `make gate` makes one\n")
        return 1
    PAGE.write_text(render(read_record()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
