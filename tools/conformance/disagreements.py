"""Where an adviser finds fault with a file of ours, and why it stays as it is.

Every entry was looked into; a finding that is not here fails the gate, and so does an
entry that nothing in the torture calls for any more.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Disagreement:
    """One rule of an adviser that we do not follow.

    `steady` findings are there in every run; others hang on chance, such as the last byte
    of compressed data, and may come and go with any change of a text.
    """

    adviser: str
    rule: str
    reason: str
    steady: bool = True


DISAGREEMENTS = (
    Disagreement(
        "page",
        "3a PDFA3A-STREAM-LENGTH-001",
        "It takes the last byte of compressed data for a part of the line end before "
        "`endstream` when that byte happens to be a carriage return. veraPDF counts right.",
        steady=False,
    ),
    Disagreement(
        "outloud",
        "ORD-001",
        "It compares the structure with the order of painting. CSS paints floats and "
        "positioned boxes after the text around them; ISO 14289-1, 7.2 asks for the order "
        "of the structure, which the gate `speech` checks.",
    ),
    Disagreement(
        "outloud",
        "TAG-002",
        "The line is the running title, which repeats the heading of page 1. In a document "
        "of few pages it comes too seldom for outloud to know it for a running head.",
    ),
    Disagreement(
        "outloud",
        "PAG-001",
        "It takes rows of a long table for running heads: they stand at the edge of three "
        "pages and differ in their numbers alone, which outloud leaves out.",
    ),
    Disagreement(
        "outloud",
        "TBL-004",
        "It forgets a cell that reaches down from the row above when the cell ends in this "
        "row, at its end. veraPDF and page-validation find the grid complete.",
    ),
    Disagreement(
        "outloud",
        "TBL-010",
        "A guess at tables that were cut up by a converter: they have more heads than "
        "cells. So has a small table of two columns whose rows have heads too.",
    ),
    Disagreement(
        "outloud",
        "FIG-012",
        "It counts letters, and takes a text that is half digits, spaces and signs for no "
        "language. The alternative text of a chart says its numbers.",
    ),
    Disagreement(
        "outloud",
        "TXT-004",
        "An Arabic letter has up to four forms, so several glyphs stand for one letter.",
    ),
)

# Rules whose findings say nothing: not of a file, and not of a defect in it.
CHANCE = frozenset(d.rule for d in DISAGREEMENTS if not d.steady)


def unexplained(found: dict[str, dict[str, dict[str, str]]]) -> dict[str, str]:
    """Give what advisers find without an entry here; `found` is by file and adviser."""
    known = {(d.adviser, d.rule) for d in DISAGREEMENTS}
    return {
        f"{file}: {adviser} {rule}": message
        for file, advice in found.items()
        for adviser, findings in advice.items()
        for rule, message in findings.items()
        if (adviser, rule) not in known
    }
