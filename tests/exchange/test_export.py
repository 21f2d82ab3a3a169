"""What a translator is told about a text: its place, limit and terms."""

import pytest

from pipeline.content.segments import Segment
from pipeline.exchange.returned import length_of
from pipeline.exchange.unit import parse_id, segment_id
from pipeline.exchange.units import LIMITS, describe_position
from pipeline.model.fields import FieldPath
from pipeline.model.terms import Terms
from pipeline.problems import Place
from tests.conftest import WriteProject, briefs

WORDS = "The Governing Body asks what trade does to work, and what policy can do about it. "
BRIEF = """\
title: {title}
standfirst: {standfirst}
sections:
  - heading: {heading}
    blocks: [{{text: Some text.}}]
"""


def brief_with(share: float) -> str:
    """A brief whose texts have this share of their limits."""
    texts = {name: (WORDS * 9)[: int(limit * share)] for name, limit in LIMITS.items()}
    return BRIEF.format(**texts)


def test_a_text_as_long_as_its_limit_fits_and_a_longer_one_does_not(
    write_project: WriteProject,
) -> None:
    root = write_project({"content/brief/2017/en.yaml": brief_with(1)})
    assert briefs(root, "build").exit_code == 0
    root = write_project({"content/brief/2017/en.yaml": brief_with(1.15)})
    output = briefs(root, "build").output
    assert [name for name in LIMITS if f"the {name} takes 4 lines" not in output] == []


def test_a_chinese_character_counts_as_two() -> None:
    assert (length_of("work"), length_of("劳动")) == (4, 4)


@pytest.mark.parametrize(
    ("path", "number", "words"),
    [
        (("title",), 0, "Title"),
        (("lead",), 1, "Introduction, paragraph 2"),
        (("key_messages", 0, "say"), 0, "Key message 1, message"),
        (
            ("sections", 1, "blocks", 2, "box", "text"),
            2,
            "Section 2, block 3, box, text, paragraph 3",
        ),
        (
            ("sections", 0, "blocks", 0, "table", "rows", 3, 1),
            0,
            "Section 1, block 1, table, row 4, cell 2",
        ),
        (
            ("sections", 0, "blocks", 0, "figure", "names", "Africa"),
            0,
            "Section 1, block 1, figure, labels of the chart, Africa",
        ),
    ],
)
def test_the_place_of_a_text_is_described(path: FieldPath, number: int, words: str) -> None:
    assert describe_position(Segment(path, number, (), Place("en.yaml"))) == words


@pytest.mark.parametrize(
    "path",
    [("sections", 0, "heading"), ("names", "North Africa: 50 %"), ("names", "a.p1~_é")],
)
def test_an_id_is_a_name_of_xml_and_leads_back(path: FieldPath) -> None:
    id = segment_id(path, 2)
    assert all(c.isalnum() or c in "._-:" for c in id)
    assert parse_id(id) == (id, "")
    assert parse_id(f"{id}.0123abcd") == (id, "0123abcd")
    assert segment_id((*path, "p3"), 0) != id


TERMS = Terms.model_validate(
    {
        "terms": [
            {"en": "ILO", "fr": "OIT"},
            {"en": "ILO Governing Body", "fr": "Conseil d’administration"},
            {"en": ["decent work", "good job"], "ru": "достойн* труд*"},
        ]
    }
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ILO asks", ["ILO"]),
        ("The ILO  Governing Body asks", ["ILO Governing Body"]),
        ("The ILO and the ILO Governing Body", ["ILO", "ILO Governing Body"]),
        ("Silo, ILOs and ilo", []),
        ("Decent work is a Good Job", ["decent work"]),
    ],
)
def test_terms_are_found_as_whole_words_and_only_the_longest_at_a_place(
    text: str, expected: list[str]
) -> None:
    assert [term["en"][0] for term in TERMS.matching("en", text)] == expected


def test_a_star_stands_for_the_rest_of_a_word() -> None:
    assert [*TERMS.matching("ru", "о достойном труде")] == [TERMS.terms[2]]
    assert [*TERMS.matching("ru", "о труде")] == []
