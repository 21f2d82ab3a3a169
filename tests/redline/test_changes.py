"""What changed is listed by parts and words, or as an overview."""

from typing import Any

from pipeline.redline.changes import OverviewItem, Redline, compare_editions
from pipeline.redline.redlined import Redlined
from tests.redline.editions import LONG, OTHER, blocks, edition, figure, table


def compare(old: dict[str, Any], new: dict[str, Any]) -> Redline:
    return compare_editions(edition(**old), edition("2018", **new), "en", ("2017", "2018"))


def listed(redline: Redline) -> list[tuple[str, str, str]]:
    signs = {"=": "{}", "-": "[-{}-]", "+": "[+{}+]"}
    return [
        (
            change.section,
            change.part,
            "".join(signs[k].format("".join(w.text for w in ws)) for k, ws in change.runs),
        )
        for change in redline.changes
    ]


def test_equal_editions_have_no_change() -> None:
    redline = compare({}, {})
    assert redline.changes == ()
    assert redline.overview == {}
    assert redline.shared == 1.0
    assert not redline.is_rewritten


def test_a_change_names_its_section_and_part() -> None:
    say = [{"say": "Two policies have one effect."}]
    new_say = [{"say": "Two policies have no effect."}]
    redline = compare(
        {"key_messages": say, **blocks({"text": LONG})},
        {"key_messages": new_say, **blocks({"text": f"{LONG}."})},
    )
    assert listed(redline) == [
        ("", "key messages 1, say", "Two policies have [-one-][+no+] effect."),
        ("H", "text", f"{LONG}[+.+]"),
    ]


def test_only_paragraphs_that_changed_are_listed() -> None:
    redline = compare(
        blocks({"text": f"{LONG}\n\n{OTHER}"}), blocks({"text": f"{LONG}\n\n{OTHER} soon"})
    )
    assert listed(redline) == [("H", "text", f"{OTHER}[+ soon+]")]


def test_a_row_is_one_change() -> None:
    old = table(["1996", "Renews the commitment of 1994"])
    new = table(["1996", "Renews the commitment of 1995"], ["2001", "Reaffirms it"])
    assert listed(compare(blocks(old), blocks(new))) == [
        ("H", "table, rows 1", "1996 | Renews the commitment of [-1994-][+1995+]"),
        ("H", "table, rows 2", "[+2001 | Reaffirms it+]"),
    ]


def test_facts_are_listed_in_one_language() -> None:
    old = {"contact": {"name": "A", "title": {"en": "Head", "fr": "Chef"}}}
    new = {"contact": {"name": "B", "title": {"en": "Chief", "fr": "Cheffe"}}}
    assert listed(compare({"facts": old}, {"facts": new})) == [
        ("", "contact, name", "[-A-][+B+]"),
        ("", "contact, title, en", "[-Head-][+Chief+]"),
    ]


def test_an_overview_has_sections_figures_and_values_without_markdown() -> None:
    chart = figure({"who": "a", "seats": "28"})
    old = {
        "pull_figures": [{"figure": "58", "text": "of *all* trade agreements [@r]"}],
        "references": [{"id": "r", "text": "R"}],
        "sections": [
            {"heading": "A *fine* heading", "blocks": [{"text": LONG}]},
            {"heading": "Same", "blocks": [chart, table(["1996", "58 per cent of all"])]},
        ],
    }
    chart = figure({"who": "a", "seats": "30"})
    new = {
        "pull_figures": [{"figure": "70", "text": "of *all* trade agreements [@r]"}],
        "references": [{"id": "r", "text": "R"}],
        "sections": [
            {"heading": "Same", "blocks": [chart, table(["1996", "60 per cent of all"])]},
            {
                "heading": "Another",
                "blocks": [figure({"who": "b", "seats": "1"}, title="F")],
            },
        ],
    }
    overview = compare(old, new).overview
    assert {key: [item.label for item in items] for key, items in overview.items()} == {
        "sections_gone": ["A fine heading"],
        "sections_new": ["Another"],
        "figures_new": ["F"],
        "values_changed": [
            "of all trade agreements",
            "Seats of governments: a, seats",
            "A table of texts: 1996",
        ],
    }
    values = [item.value for item in overview["values_changed"] if item.value]
    assert [(value.old, value.new) for value in values] == [
        ("58", "70"),
        ("28", "30"),
        ("58 per cent of all", "60 per cent of all"),
    ]
    assert [item.is_number for item in overview["values_changed"]] == [False, True, False]


def test_an_edition_with_hardly_a_word_in_common_was_written_anew() -> None:
    other = [{"heading": "Elsewhere", "blocks": [{"text": OTHER}]}]
    redline = compare({}, {"title": "Another", "sections": other})
    assert redline.is_rewritten
    assert redline.overview["sections_gone"] == (OverviewItem("H"),)
    assert isinstance(redline.overview["sections_gone"][0].label, Redlined)
