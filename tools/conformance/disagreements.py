"""The findings of advisers that we do not follow, each with the reason.

Every entry was examined. A finding that is not here fails the gate, and so does a steady
entry that no hard case causes.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Disagreement:
    """One rule of an adviser that we do not follow.

    `steady` findings occur in every run; others depend on chance, such as the last byte
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
        "It takes the last byte of compressed data for a line end before `endstream` if "
        "that byte is a carriage return. veraPDF counts correctly.",
        steady=False,
    ),
    Disagreement(
        "outloud",
        "ORD-001",
        "It compares the structure with the drawing order. CSS draws floats and positioned "
        "boxes after the text around them; ISO 14289-1, 7.2 requires the order of the "
        "structure, which the gate `speech` checks.",
    ),
    Disagreement(
        "outloud",
        "TAG-002",
        "The line is the running title, which repeats the heading of page 1. In a document "
        "of few pages outloud does not recognize it as a running head.",
    ),
    Disagreement(
        "outloud",
        "PAG-001",
        "It takes rows of a long table for running heads: they are at the edge of three "
        "pages and differ only in their numbers, which outloud ignores.",
    ),
    Disagreement(
        "outloud",
        "TBL-004",
        "It ignores a cell that spans from the row above if it is the last cell of the "
        "row. veraPDF and page-validation find the table complete.",
    ),
    Disagreement(
        "outloud",
        "TBL-010",
        "A heuristic for tables split by a converter, which have more headers than cells. "
        "So has a small table of two columns with row headers.",
    ),
    Disagreement(
        "outloud",
        "FIG-012",
        "It counts letters, and rejects text that is half digits, spaces and signs. The "
        "alternative text of a chart contains its numbers.",
    ),
    Disagreement(
        "outloud",
        "TXT-004",
        "An Arabic letter has up to four forms, so several glyphs represent one letter.",
    ),
)

# Rules whose findings say nothing: not of a file, and not of a defect in it.
CHANCE = frozenset(d.rule for d in DISAGREEMENTS if not d.steady)


def unexplained(found: dict[str, dict[str, dict[str, str]]]) -> dict[str, str]:
    """Return the findings without an entry here; `found` has them by file and adviser."""
    known = {(d.adviser, d.rule) for d in DISAGREEMENTS}
    return {
        f"{file}: {adviser} {rule}": message
        for file, advice in found.items()
        for adviser, findings in advice.items()
        for rule, message in findings.items()
        if (adviser, rule) not in known
    }
