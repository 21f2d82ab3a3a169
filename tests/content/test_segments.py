"""Segments of a language file, and texts that are written again."""

import pytest

from pipeline.content.inline_codes import InlineCode
from pipeline.content.segments import highlights, segments_of, translated_texts, write_text
from pipeline.content.yaml_source import Source, read_yaml
from pipeline.model.fields import Prose

TEXT = """\
title: "A title"
sections:
  - heading: >
      A heading
      [@a]
    id: no-text
    blocks:
      - text: |
          First paragraph
          goes on.[^n]

          - one
          - two *more*

          | a | b |
          |---|---|
          | c | – |

          [^n]: A note.
      - picture: {file: no-text.png, alt: A picture}
      - figure:
          title: T
          subtitle: S
          chart: bar
          data: [{place: Here, n: 1}, {place: There, n: 2}, {place: "2017", n: 3}]
          label: place
          value: n
          highlight: There
          names: {n: Number}
          alt: Bars.
          source: "@a"
references:
  - {id: a, text: "A book, 2017", url: https://x.org}
"""


def source_of(text: str) -> Source:
    source, problems = read_yaml("en.yaml", text.encode())
    assert source
    assert problems == []
    return source


def test_segments_are_paragraphs_items_cells_notes_and_labels() -> None:
    segments = [
        (".".join(map(str, one.path)), one.number, one.pieces, one.place.line)
        for one in segments_of(source_of(TEXT))
    ]
    text, figure = "sections.0.blocks.0.text", "sections.0.blocks.2.figure"
    assert [row for row in segments if not row[0].startswith(figure)] == [
        ("title", 0, ("A title",), 1),
        ("sections.0.heading", 0, ("A heading ", InlineCode("[@a]")), 3),
        (text, 0, ("First paragraph goes on.", InlineCode("[^n]")), 9),
        (text, 1, ("one",), 12),
        (text, 2, ("two ", InlineCode("*", "*"), "more", segments[4][2][3]), 13),
        (text, 3, ("a",), 15),
        (text, 4, ("b",), 15),
        (text, 5, ("c",), 17),
        (text, 7, ("A note.",), 19),
        ("sections.0.blocks.1.picture.alt", 0, ("A picture",), 20),
        ("references.0.text", 0, ("A book, 2017",), 33),
    ]
    assert [row[0].removeprefix(f"{figure}.") for row in segments if figure in row[0]] == [
        *("title", "subtitle", "data.0.place", "data.1.place", "names.n", "alt"),
    ]


@pytest.mark.parametrize("references", ["works.bib", "[works.bib, {file: more.json}]"])
def test_files_and_fields_of_references_are_not_translated(references: str) -> None:
    assert not list(translated_texts(source_of(f"references: {references}\n")))
    fields = "{id: a, title: A title, author: [World Bank, {family: ILO}], publisher: P}"
    assert not list(translated_texts(source_of(f"references: [{fields}]\n")))


def test_words_for_a_number_are_a_segment_and_their_key_is_none() -> None:
    source = source_of(
        TEXT.replace("names: {n", "approximate: {Here: over 1}\n          names: {n")
    )
    paths = [".".join(map(str, one.path[5:])) for one in segments_of(source)]
    assert "approximate.Here" in paths
    assert ("data.0.place" in paths, "data.1.place" in paths) == (False, True)


def test_the_label_that_a_highlight_names_is_known() -> None:
    figure = ("sections", 0, "blocks", 2, "figure")
    expected = [((*figure, "highlight"), (*figure, "data", 1, "place"))]
    assert list(highlights(source_of(TEXT))) == expected


def written(text: str, number: int, words: str, *, wraps: bool = True) -> str:
    result = write_text(text, {number: (words,)}, is_markdown=True, wraps=wraps)
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("number", "words", "lines"),
    [
        (0, "New.", (0, 2, ["New."])),
        (1, "- new: [x]", (3, 4, ["- \\- new: [x]"])),
        (3, "a | b", (6, 7, ["| a \\| b | b |"])),
        (5, "new", (8, 9, ["| new | – |"])),
        (7, "New note.", (10, 11, ["[^n]: New note."])),
    ],
)
def test_only_the_lines_of_a_paragraph_change(
    number: int, words: str, lines: tuple[int, int, list[str]]
) -> None:
    text = next(
        text for path, text, _ in translated_texts(source_of(TEXT)) if "text" in path
    )
    text = text.replace(".[^n]", ".").replace("two", "[^n] two").strip("\n")
    expected = text.split("\n")
    start, end, new = lines
    expected[start:end] = new
    assert written(text, number, words).split("\n") == expected


def test_long_paragraphs_are_wrapped_as_the_others_are() -> None:
    text = "- " + "word " * 11 + "\n  and more\n- x\n- y\n"
    lines = written(text, 1, ("new " * 40).strip()).split("\n")
    assert lines[:2] == text.split("\n")[:2]
    assert max(map(len, lines)) <= 60
    assert all(line.startswith("  new") for line in lines[3:-1]), lines


def test_a_text_without_word_spaces_is_one_line() -> None:
    assert written("一行\n二行\n", 0, "贸易" * 90, wraps=False) == "贸易" * 90


def test_links_by_definition_become_links_with_their_address() -> None:
    text = "See [a][1].\n\nMore.\n\n[1]: https://x.org\n"
    assert written(text, 1, "New.") == "See [a](https://x.org).\n\nNew."


def test_a_line_that_begins_like_a_list_is_one_segment_with_its_number() -> None:
    source = source_of("title: 14. Olağan Toplantı\nstandfirst: '# - x'\n")
    assert [one.pieces for one in segments_of(source)] == [
        ("14. Olağan Toplantı",),
        ("# - x",),
    ]
    title, _ = translated_texts(source)
    new = {0: ("15. møde",)}
    assert write_text(title[1], new, is_markdown=True, wraps=True) == "15. møde"
    prose = write_text(Prose("14\\. Toplantı"), new, is_markdown=True, wraps=True)
    assert prose == "15\\. møde"


def test_a_text_that_would_have_other_paragraphs_is_refused() -> None:
    one = (InlineCode("*", "*"), " no emphasis")
    assert write_text("a", {0: one}, is_markdown=True, wraps=True) is None
