"""Page breaks keep related content together."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from pipeline.build import build
from pipeline.problems import Severity
from pipeline.project import open_project
from pipeline.targets import BuildOptions

WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]
WORDS = "some words that fill a line of text "


def texts(root: Path, profile: str) -> list[str]:
    """The text of each page."""
    outcome = build(open_project(root), BuildOptions(profiles=(profile,)), date(2026, 1, 1))
    assert not [p for p in outcome.problems if p.severity is Severity.ERROR]
    (document,) = outcome.targets
    pdf = pypdfium2.PdfDocument(root / "build" / document.name)
    return [page.get_textpage().get_text_range() for page in pdf]


# So many lines that the first page ends everywhere in what follows the text.
LENGTHS = {"screen": range(40, 76, 4), "a5": range(28, 56, 4), "large": range(14, 36, 3)}


@pytest.mark.parametrize("profile", LENGTHS)
@pytest.mark.parametrize("count", [4, 20])
def test_references_keep_together_at_a_page_break(
    profile: str, count: int, write_project: WriteProject
) -> None:
    """The heading stands above two entries, and the imprint stands below the last."""
    entries = "".join(f"  - {{id: r{n}, text: {WORDS * 2}}}\n" for n in range(count))
    ends = set()
    for length in LENGTHS[profile]:
        text = f"- heading: H\n    blocks: [{{text: {WORDS * length}}}]"
        content = f"title: A title\nsections:\n  {text}\nreferences:\n{entries}"
        root = write_project({"content/brief/2017/en.yaml": content})
        pages = texts(root, profile)
        (begun,) = [page for page in pages if "References" in page]
        assert "[1]" in begun
        assert "[2]" in begun
        assert f"[{count}]" in pages[-1]
        assert "About this brief" in pages[-1]
        ends.add(pages[0].count("["))
    assert len(ends) > 1, "no page ends in the references"


def test_no_heading_is_alone_above_a_text_with_a_side_note(
    write_project: WriteProject,
) -> None:
    """The note would fit beside the heading, and the text would not below it."""
    for length in range(44, 70, 2):
        before = f"- heading: G\n    blocks: [{{text: {WORDS * length}}}]"
        beside = f"[{{side_note: {{text: {WORDS}}}}}, {{text: {WORDS * 6}}}]"
        content = (
            f"title: A title\nsections:\n  {before}\n  - heading: H\n    blocks: {beside}"
        )
        assert texts(write_project({"content/brief/2017/en.yaml": content}), "screen")
