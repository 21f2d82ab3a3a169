"""A printed text is found in its part of the content, whatever typography did to it."""

import pytest

from pipeline.content.source_map import SourceMap
from pipeline.project import open_project
from tests.conftest import WriteProject

SOURCE = "content/brief/2017/en.yaml"
BRIEF = """title: A title
sections:
  - heading: "What's new"
    blocks:
      - text: |
          The *first* paragraph says: "this" [@one].

          The second one
          goes on for a while.
      - figure:
          title: Trade grew
          subtitle: Exports, per cent
"""
BLOCKS = "sections.0.blocks"


@pytest.mark.parametrize(
    ("path", "printed", "line", "column"),
    [
        ("sections.0.heading", "What’s\u202fnew", 3, 20),
        (f"{BLOCKS}.0.text", "The first para\u00adgraph says: “this” [1].", 6, 23),
        (f"{BLOCKS}.0.text", "The second one goes on for a while.", 8, 11),
        (f"{BLOCKS}.1.figure", "Figure 1. Trade grew", 11, 18),
        (f"{BLOCKS}.1.figure", "Exports, per cent", 12, 30),
        (f"{BLOCKS}.1.figure", "Source: The authors", 0, 0),
        (f"{BLOCKS}.1.figure", "–", 0, 0),
        (f"{BLOCKS}.7.text", "The first paragraph", 0, 0),
        ("edition:contact", "A title", 0, 0),
    ],
)
def test_a_printed_text_is_found_at_its_words(
    write_project: WriteProject, path: str, printed: str, line: int, column: int
) -> None:
    project = open_project(write_project({SOURCE: BRIEF}))
    text = SourceMap(project).find_text(SOURCE, printed, path)
    place = (text.place.line, text.place.column) if text else (0, 0)
    assert place == (line, column)
