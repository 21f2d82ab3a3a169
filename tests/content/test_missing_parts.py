"""Parts that a translation lacks are copied from the original."""

import pytest

from pipeline.content.missing_parts import SourceKeys, add_missing_parts
from pipeline.content.yaml_source import Source, read_yaml

EN = """\
title: A title
lead: Words
sections:
  - heading: One
    id: one
    blocks:
      - text: |
          First.

          More.

  # About the second.
  - heading: Two
    id: two
    blocks:
      - text: Second
      - table:
          title: T
          columns: [A, B]
          rows:
            - - a
              - "1"
            - - b
              - "2"

references:
  - id: ilo
    text: A book
"""
NO_KEYS: tuple[SourceKeys, SourceKeys] = ({}, {})
FR = EN.replace("One", "Un").replace("Two", "Deux").replace("A book", "Un livre")


def source_of(text: str) -> Source:
    source, problems = read_yaml("x.yaml", text.encode())
    assert source
    assert problems == []
    return source


def completed(en: str, fr: str = FR) -> str | None:
    result = add_missing_parts(fr.encode(), source_of(fr), source_of(en), NO_KEYS)
    return None if result is None else result[0].decode()


@pytest.mark.parametrize(
    ("before", "new"),
    [
        ("\n  # About", "\n  - heading: New\n    blocks: [{text: X}]\n"),
        ("sections:\n", "points_for_decision:\n  - do: This\n"),
        ("      - table:", "      - text: |\n          New.\n\n          Words.\n"),
        ("            - - b", '            - - "30"\n              - c\n'),
        ("          columns:", "          subtitle: New\n"),
        ("  - id: ilo", "  - id: who\n    text: Another book\n"),
    ],
)
def test_a_part_is_copied_to_its_place_and_nothing_else_changes(
    before: str, new: str
) -> None:
    assert EN.count(before) == FR.count(before) == 1
    result = completed(EN.replace(before, new + before))
    assert result is not None
    assert result.replace("\n\n", "\n") == FR.replace(before, new + before).replace(
        "\n\n", "\n"
    )


def test_source_keys_distinguish_similar_items() -> None:
    en, path = (
        EN.replace("      - table:", "      - text: New\n      - table:"),
        (*("sections", 1, "blocks"),),
    )
    source_keys = {(*path, 0, "text"): "second"}, {(*path, 0, "text"): "second"}
    result = add_missing_parts(FR.encode(), source_of(FR), source_of(en), source_keys)
    assert result is not None
    assert result[1] == ((*path, 1),)
    others = {(*path, 0, "text"): "second"}, {(*path, 1, "text"): "second"}
    result = add_missing_parts(FR.encode(), source_of(FR), source_of(en), others)
    assert result is not None
    assert result[1] == ((*path, 0),)


def test_several_parts_are_copied() -> None:
    en = EN.replace("      - table:", "      - text: New\n      - table:")
    en += "  - id: who\n    text: Another book\n"
    result = add_missing_parts(FR.encode(), source_of(FR), source_of(en), NO_KEYS)
    assert result is not None
    assert result[1] == (("sections", 1, "blocks", 1), ("references", 1))
    assert (
        source_of(result[0].decode()).value
        == source_of(
            FR.replace("      - table:", "      - text: New\n      - table:")
            + "  - id: who\n    text: Another book\n"
        ).value
    )


def test_names_of_charts_and_the_kind_of_translation_are_no_missing_parts() -> None:
    assert completed(EN + "translation: official\nnames: {a: b}\n") == FR


def test_the_indentation_of_the_translation_is_used() -> None:
    fr = "title: T\nsections:\n- heading: Un\n  id: one\n"
    en = "title: T\nsections:\n  - heading: One\n    id: one\n  - heading: New\n    id: x\n"
    assert completed(en, fr) == fr + "- heading: New\n  id: x\n"


def test_line_ends_and_the_byte_order_mark_stay() -> None:
    fr = b"\xef\xbb\xbf" + FR.replace("\n", "\r\n").encode()
    source, _ = read_yaml("x.yaml", fr)
    assert source
    en = EN + "  - id: who\n    text: Another book\n"
    result = add_missing_parts(fr, source, source_of(en), NO_KEYS)
    assert result is not None
    assert result[0] == fr + b"  - id: who\r\n    text: Another book\r\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("columns: [A, B]", "columns: [A, B, C]"),  # a list in one line
        ("  - heading: One\n", "  - subheading: X\n    heading: One\n"),
    ],
)
def test_parts_that_cannot_be_copied_are_left_to_the_author(
    before: str, after: str
) -> None:
    assert completed(EN.replace(before, after)) is None
