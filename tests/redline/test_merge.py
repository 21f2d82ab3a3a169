"""Two editions become one: which parts are paired; the others are deleted or new."""

import pickle
from typing import Any

import pytest

from pipeline.html.charts.data_table import read_chart_data
from pipeline.model.schema import LanguageVersion
from pipeline.redline.merge import ChangedValues, merge_editions
from pipeline.redline.redlined import Redlined, is_deleted, is_new
from tests.redline.editions import LONG, OTHER, blocks, edition, figure, table


def merge(old: dict[str, Any], new: dict[str, Any]) -> LanguageVersion:
    return merge_editions(edition(**old), edition("2018", **new), "en").versions["en"]


def merge_blocks(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, Any]]:
    version = merge(blocks(old), blocks(new))
    return [(block.kind, block.content) for block in version.sections[0].blocks]


def sides(text: str | None) -> Any:
    """Return the old and the new text of one that changed, else the text."""
    return (text.old, text.new) if isinstance(text, Redlined) else text


def test_a_text_that_did_not_change_is_plain_whatever_its_spaces() -> None:
    version = merge({"title": "One  title"}, {"title": "One title"})
    assert not isinstance(version.title, Redlined)
    assert sides(merge({}, {"title": "Other"}).title) == ("T", "Other")
    assert sides(merge({}, {"standfirst": "New"}).standfirst) == (None, "New")
    assert sides(merge({"standfirst": "Old"}, {}).standfirst) == ("Old", None)


def test_sections_are_paired_by_id_though_their_words_differ() -> None:
    old = [{"heading": "Before", "id": "why", "blocks": [{"text": LONG}]}]
    new = [{"heading": "After", "id": "why", "blocks": [{"text": OTHER}]}]
    (section,) = merge({"sections": old}, {"sections": new}).sections
    assert sides(section.heading) == ("Before", "After")
    assert [sides(block.text) for block in section.blocks] == [(LONG, None), (None, OTHER)]


def test_sections_without_ids_are_paired_by_their_words() -> None:
    old = [{"heading": "Before", "blocks": [{"text": LONG}]}]
    new = [
        {"heading": "First", "blocks": [{"text": OTHER}]},
        {"heading": "After", "id": "late", "blocks": [{"text": f"{LONG} indeed"}]},
    ]
    first, second = merge({"sections": old}, {"sections": new}).sections
    assert sides(first.heading) == (None, "First")
    assert sides(second.heading) == ("Before", "After")
    assert second.id == "late"


def test_sections_of_one_heading_are_paired() -> None:
    old = [{"heading": "How it works", "blocks": [{"text": LONG}]}]
    new = [{"heading": "How it works", "blocks": [{"text": OTHER}]}]
    (section,) = merge({"sections": old}, {"sections": new}).sections
    assert not isinstance(section.heading, Redlined)


def test_two_ids_that_both_editions_have_are_never_paired_with_each_other() -> None:
    part = {"blocks": [{"text": LONG}]}
    old = [{"heading": id.upper(), "id": id, **part} for id in "abcd"]
    merged = merge({"sections": old}, {"sections": old[::-1]}).sections
    # Pairs keep their order, so one stays; the others are deleted and new. Ids are unique.
    stays = [section for section in merged if not isinstance(section.heading, Redlined)]
    assert len(stays) == 1
    assert sum(is_deleted(section.heading) for section in merged) == 3
    assert sum(is_new(section.heading) for section in merged) == 3
    ids = [section.id for section in merged if section.id]
    assert sorted(ids) == ["a", "b", "c", "d"]


def test_blocks_of_two_kinds_are_not_paired() -> None:
    box = {"box": {"title": "Box", "text": LONG}}
    (deleted_kind, deleted), (new_kind, new) = merge_blocks({"text": LONG}, box)
    assert (deleted_kind, new_kind) == ("text", "box")
    assert is_deleted(deleted)
    assert is_new(new.title)
    assert is_new(new.text)


def test_paragraphs_with_few_common_words_are_not_paired() -> None:
    (_, deleted), (_, new) = merge_blocks({"text": LONG}, {"text": OTHER})
    assert sides(deleted) == (LONG, None)
    assert sides(new) == (None, OTHER)
    ((_, text),) = merge_blocks({"text": LONG}, {"text": f"{LONG} more"})
    assert sides(text) == (LONG, f"{LONG} more")


def cells(content: Any) -> list[list[Any]]:
    return [[sides(cell.text) for cell in row] for row in content.rows]


def test_rows_of_tables_are_paired_by_their_first_cell_and_compared_by_cells() -> None:
    old = table(["1996", "Renews the commitment"], ["2001", "Reaffirms it"])
    new = table(["1996", "Other words entirely"], ["2008", "Looks at effects"])
    ((kind, content),) = merge_blocks(old, new)
    assert kind == "table"
    assert cells(content) == [
        ["1996", ("Renews the commitment", "Other words entirely")],
        [("2001", None), ("Reaffirms it", None)],
        [(None, "2008"), (None, "Looks at effects")],
    ]


def test_columns_are_compared_by_their_place() -> None:
    row = ["1996", "Renews the commitment"]
    old, new = table(row), table(row, columns=("Year", "Text"))
    ((_, content),) = merge_blocks(old, new)
    assert [sides(c.heading) for c in content.columns] == ["Year", ("What", "Text")]


@pytest.mark.parametrize(
    "new",
    [
        table(["1996", "Renews", "more"], columns=("Year", "What", "More")),
        table([{"text": "1996", "down": 2}, "Renews"], ["Reaffirms"]),
    ],
    ids=["another number of columns", "a cell that spans rows"],
)
def test_tables_that_cannot_be_paired_follow_each_other(new: dict[str, Any]) -> None:
    (_, deleted), (_, new_content) = merge_blocks(
        table(["1996", "Renews"], ["1997", "Says"]), new
    )
    assert is_deleted(deleted.title)
    assert is_new(new_content.title)
    assert all(is_deleted(cell.text) for row in deleted.rows for cell in row)


def test_a_table_that_did_not_change_stays_also_with_cells_that_span() -> None:
    spans = table([{"text": "1996", "down": 2}, "Renews"], ["Reaffirms"])
    ((_, content),) = merge_blocks(spans, spans)
    assert cells(content) == [["1996", "Renews"], ["Reaffirms"]]


def test_values_of_a_chart_that_changed_stand_below_it() -> None:
    old = figure({"who": "a", "seats": "28"}, {"who": "b", "seats": "14"})
    new = figure(
        {"who": "a", "seats": "30"},
        {"who": "b", "seats": "14"},
        {"who": "c", "seats": "1"},
        names={"a": "Governments"},
    )
    old["figure"]["names"] = {"a": "Governments"}
    (kind, drawn), (values_kind, values) = merge_blocks(old, new)
    assert (kind, values_kind) == ("figure", "changed_values")
    assert not isinstance(drawn.title, Redlined)
    assert values.title is None
    assert values.heads == ("who", "seats")
    assert [[sides(cell) for cell in row] for row in values.rows] == [
        ["Governments", ("28", "30")],
        [(None, "c"), (None, "1")],
    ]


def test_words_in_place_of_a_number_are_compared_as_its_value() -> None:
    row = {"who": "a", "seats": "100"}
    old, new = figure(row), figure(row, approximate={"a": "over 100"})
    _, (_, values) = merge_blocks(old, new)
    assert [sides(cell) for cell in values.rows[0]] == ["a", ("100", "over 100")]


def test_a_value_that_was_empty_has_no_old_text() -> None:
    old = figure({"who": "a", "seats": "28"}, {"who": "b", "seats": None})  # type: ignore[dict-item]
    new = figure({"who": "a", "seats": "28"}, {"who": "b", "seats": "14"})
    _, (_, values) = merge_blocks(old, new)
    assert [[sides(cell) for cell in row] for row in values.rows] == [["b", (None, "14")]]


def test_a_figure_that_is_gone_leaves_its_title_and_values() -> None:
    (kind, values), (_, text) = merge_blocks(
        figure({"who": "a", "seats": "1"}), {"text": LONG}
    )
    assert kind == "changed_values"
    assert isinstance(values, ChangedValues)
    assert sides(values.title) == ("Seats of governments", None)
    assert [[sides(cell) for cell in row] for row in values.rows] == [
        [("a", None), ("1", None)]
    ]
    assert is_new(text)


def test_each_edition_has_its_own_csv_of_one_name() -> None:
    part = figure()
    part["figure"]["data"] = "seats.csv"
    old = edition(data={"seats.csv": ({"who": "a", "seats": "1"},)}, **blocks(part))
    new = edition("2018", data={"seats.csv": ({"who": "a", "seats": "2"},)}, **blocks(part))
    merged = merge_editions(old, new, "en")
    _, values = merged.versions["en"].sections[0].blocks
    assert [[sides(cell) for cell in row] for row in values.content.rows] == [
        ["a", ("1", "2")]
    ]
    assert merged.data == new.data


def test_a_picture_without_a_caption_is_paired_by_its_file() -> None:
    picture = {"picture": {"file": "a.png", "alt": "A drawing."}}
    ((kind, same),) = merge_blocks(picture, picture)
    assert (kind, sides(same.alt)) == ("picture", "A drawing.")


def test_a_picture_of_another_file_is_another_picture() -> None:
    old = {"picture": {"file": "a.png", "alt": "A", "caption": "The same"}}
    new = {"picture": {"file": "b.png", "alt": "A", "caption": "The same"}}
    (kind, deleted), (_, new_content) = merge_blocks(old, new)
    assert kind == "changed_values"
    assert sides(deleted.title) == ("The same", None)
    assert sides(new_content.caption) == (None, "The same")
    ((_, same),) = merge_blocks(old, {"picture": {**old["picture"], "alt": "B"}})
    assert sides(same.alt) == ("A", "B")


def test_pull_figures_are_paired_by_what_they_count() -> None:
    old = [{"figure": "58", "text": "of all trade agreements had labour provisions"}]
    new = [
        {"figure": "3", "text": "ministers came to Geneva"},
        {"figure": "70", "text": "of all trade agreements had labour provisions"},
    ]
    first, second = merge({"pull_figures": old}, {"pull_figures": new}).pull_figures
    assert sides(first.figure) == (None, "3")
    assert sides(second.figure) == ("58", "70")
    assert not isinstance(second.text, Redlined)


def reference(id: str, text: str, url: str | None = None) -> dict[str, Any]:
    return {"id": id, "text": text, **({"url": url} if url else {})}


def test_references_are_paired_by_id_and_those_that_are_gone_come_last() -> None:
    old = [reference("a", "Alpha"), reference("b", "Beta")]
    new = [reference("b", "Beta, second edition"), reference("c", "Gamma")]
    merged = merge({"references": old}, {"references": new}).references
    assert [(r.id, sides(r.text)) for r in merged] == [
        ("b", ("Beta", "Beta, second edition")),
        ("c", (None, "Gamma")),
        ("a", ("Alpha", None)),
    ]


def test_references_with_other_ids_are_never_paired_and_their_order_does_not_count() -> (
    None
):
    old = [
        reference("a", "Alpha"),
        reference("b", "Beta"),
        reference("old", "A long title"),
    ]
    new = [
        reference("b", "Beta"),
        reference("new", "A long title"),
        reference("a", "Alpha"),
    ]
    merged = merge({"references": old}, {"references": new}).references
    assert [(r.id, sides(r.text)) for r in merged] == [
        ("b", "Beta"),
        ("new", (None, "A long title")),
        ("a", "Alpha"),
        ("old", ("A long title", None)),
    ]


def test_an_address_of_a_reference_that_changed_is_compared_as_text() -> None:
    old = [reference("a", "Alpha", "https://a.org")]
    new = [reference("a", "Alpha", "https://b.org")]
    (merged,) = merge({"references": old}, {"references": new}).references
    assert merged.url is None
    assert sides(merged.text) == ("Alpha <https://a.org>", "Alpha <https://b.org>")


def test_facts_that_are_printed_are_compared() -> None:
    contact = {"name": "A", "phone": "1", "title": {"en": "Head"}}
    old = edition(facts={"symbol": "GB.1", "contact": contact, "change_note": "Old"})
    contact = {"name": "B", "phone": "1", "title": {"en": "Chief"}}
    new = edition(
        "2018", facts={"symbol": "GB.2", "contact": contact, "change_note": "New"}
    )
    facts = merge_editions(old, new, "en").facts
    assert facts.contact
    assert facts.contact.title
    assert sides(facts.symbol) == ("GB.1", "GB.2")
    assert sides(facts.contact.name["*"]) == ("A", "B")
    assert facts.contact.phone == "1"
    assert sides(facts.contact.title["en"]) == ("Head", "Chief")
    assert facts.change_note == {"*": "New"}


def test_a_name_for_all_languages_equals_the_same_name_in_one() -> None:
    old = edition(facts={"contact": {"name": "A"}})
    new = edition("2018", facts={"contact": {"name": {"en": "A", "fr": "B"}}})
    contact = merge_editions(old, new, "en").facts.contact
    assert contact
    assert contact.name["en"] == "A"
    assert not isinstance(contact.name["en"], Redlined)
    contact = merge_editions(new, old, "en").facts.contact
    assert contact
    assert not isinstance(contact.name["*"], Redlined)


def test_a_redlined_text_can_be_pickled() -> None:
    text = pickle.loads(pickle.dumps(Redlined("was", None)))  # noqa: S301 – just written
    assert sides(text) == ("was", None)
    assert text == "was"


def test_a_redlined_text_is_marked_where_a_template_prints_it_without_a_filter() -> None:
    assert Redlined("a<b", "c").__html__() == "<del>a&lt;b</del> <ins>c</ins>"
    assert Redlined(None, "c").__html__() == "<ins>c</ins>"


def test_points_options_and_nodes_are_paired_by_their_words() -> None:
    def timeline(*texts: str) -> dict[str, Any]:
        points = [{"date": str(1990 + n), "text": text} for n, text in enumerate(texts)]
        return {"timeline": {"title": "T", "source": "S", "points": points}}

    ((_, content),) = merge_blocks(timeline(LONG, OTHER), timeline(f"{LONG} now", OTHER))
    assert sides(content.points[0].text) == (LONG, f"{LONG} now")
    assert content.points[1].text == OTHER
    ((_, content),) = merge_blocks(timeline(LONG, OTHER), timeline(LONG, LONG, OTHER))
    assert [is_new(point.text) for point in content.points].count(True) == 1

    def flow(*nodes: str) -> dict[str, Any]:
        return {"flow": {"title": "T", "source": "S", "result": "R", "nodes": nodes}}

    ((_, content),) = merge_blocks(flow(LONG, OTHER), flow(LONG, f"{OTHER} then"))
    assert [sides(node) for node in content.nodes] == [LONG, (OTHER, f"{OTHER} then")]


def test_a_big_figure_has_both_numbers_and_both_alternative_texts() -> None:
    def big(figure: str, alt: str) -> dict[str, Any]:
        proportion = {"part": "28", "alt": alt}
        words = {"figure": figure, "text": LONG, "source": "S"}
        return {"big_figure": {**words, "proportion": proportion}}

    ((_, content),) = merge_blocks(big("56", "A bar."), big("58", "A longer bar."))
    assert sides(content.figure) == ("56", "58")
    assert sides(content.proportion.alt) == ("A bar.", "A longer bar.")


def test_an_annotation_that_is_gone_is_marked_and_not_drawn() -> None:
    rows = [{"y": str(year), "n": str(year)} for year in (2000, 2005, 2010, 2015)]

    def chart(*texts: str) -> dict[str, Any]:
        notes = [{"at": str(2005 + 2 * n), "text": text} for n, text in enumerate(texts)]
        words = {"title": "T", "subtitle": "Number", "alt": "A.", "source": "S."}
        shown = {"chart": "line", "data": rows, "label": "y", "value": "n"}
        return {"figure": {**words, **shown, "annotations": notes}}

    ((_, content),) = merge_blocks(chart(LONG, OTHER), chart(LONG))
    assert [sides(note.text) for note in content.annotations] == [LONG, (OTHER, None)]
    data = read_chart_data(content, content.data.rows, "en")
    assert [moment.text for moment in data.annotations] == [LONG]
