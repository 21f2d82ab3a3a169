"""Merged files stay tagged, linked and archivable."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Name, NameTree, NumberTree

from pipeline.model.pdf_identity import PdfIdentity
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import AttachedFile, render_pdf
from pipeline.prepress import merge as merging
from pipeline.prepress.merge import Bookmark, merge_pdfs, read_bookmarks
from pipeline.problems import Place
from pipeline.project import BUNDLED
from tools.conformance.closure import find_gaps
from tools.conformance.reading import Element, read

FONTS = (BUNDLED / "styles" / "fonts",)
STYLE = """
@page { size: 10cm 8cm; margin: 1cm; counter-increment: page }
body { font-family: "Brief Sans", "Brief Arabic" } .note { float: footnote }
"""
# Links inside the brief, a note with links there and back, a table whose cells name their
# heads.
BODY = """\
<h1>{title}</h1>
<p id="here">A word.<span class="note">A note on it.</span>
See <a href="#there">there</a>.</p>
<table><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>
<tbody><tr><th scope="row">C</th><td>D</td></tr></tbody></table>
<h2 style="break-before: page" id="there">There</h2><p>And <a href="#here">back</a>.</p>
"""
FRONT = """\
<h1>Front</h1><p><a href="#one" id="one">One</a> and <a href="#two" id="two">two</a>.</p>
"""


@cache
def paint(body: str, title: str, language: str = "en", name: str = "") -> bytes:
    html = (
        f'<!DOCTYPE html><html lang="{language}"><head><title>{title}</title>'
        '<meta name="generator" content="Briefs">'
        f'<meta name="EditionCode" content="{name}">'
        f"<style>{STYLE}</style></head><body>{body}</body></html>"
    )
    dated = datetime(2017, 1, 1, tzinfo=UTC)
    attached = [AttachedFile(f"{name}.yaml", name.encode(), "Source", name, dated)]
    painted, problems = render_pdf(
        html, lambda _: None, load_fonts(FONTS), Place, attached if name else ()
    )
    assert problems == []
    return painted.pdf


def front() -> bytes:
    return paint(FRONT, "The whole", name="whole")


def brief(title: str, language: str = "en", more: str = "") -> bytes:
    return paint(BODY.format(title=title) + more, title, language, title)


def merged(**options: Any) -> pikepdf.Pdf:
    """Two briefs behind a front: one of two pages, in French, and one of three."""
    third = '<p style="break-before: page">A third page.</p>'
    briefs = [brief("Premier", "fr"), brief("Second", more=third)]
    targets = {"one": (0, 0), "two": (1, 1)}
    options = {"right_to_left": False, "document": "1_en"} | options
    return pikepdf.open(io.BytesIO(merge_pdfs(front(), briefs, targets, **options)))


def roles(element: Element, role: str) -> list[Element]:
    kids = [kid for kid in element.kids if isinstance(kid, Element)]
    elements = [element] if element.role == role else []
    return elements + [each for kid in kids for each in roles(kid, role)]


# --- Pages ---


def test_each_file_begins_on_a_recto() -> None:
    with merged() as pdf:
        # i and its back, 1 and 2, 3 to 5 and the back of 5.
        assert len(pdf.pages) == 8
        blank = [n for n, page in enumerate(pdf.pages) if not page.Contents.read_bytes()]
        assert blank == [1, 7]


def test_a_blank_page_has_the_boxes_of_the_page_before() -> None:
    with merged() as pdf:
        before, blank = pdf.pages[6].obj, pdf.pages[7].obj
        for box in ("/MediaBox", "/TrimBox", "/BleedBox"):
            assert list(blank[box]) == list(before[box])


def test_front_matter_has_roman_and_briefs_have_decimal_numbers() -> None:
    with merged() as pdf:
        labels = [page.label for page in pdf.pages]
        assert labels == ["i", "ii", "1", "2", "3", "4", "5", "6"]


def test_a_right_to_left_pack_has_that_direction() -> None:
    with merged(right_to_left=True) as pdf:
        assert pdf.Root.ViewerPreferences.Direction == Name.R2L
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with merged() as pdf:
        assert "/Direction" not in pdf.Root.ViewerPreferences


def test_the_same_files_give_the_same_bytes() -> None:
    briefs = [brief("Premier", "fr")]
    made = [merge_pdfs(front(), briefs, {}, right_to_left=False) for _ in range(2)]
    assert made[0] == made[1]


# --- Structure ---


def test_structure_and_pages_refer_to_each_other() -> None:
    with merged() as pdf:
        reading = read(pdf)
        assert find_gaps(pdf, reading) == []
        assert sum(len(page.content) for page in reading.pages) > 30


def test_each_file_is_a_part_in_its_own_language_under_its_title() -> None:
    with merged() as pdf:
        (document,) = pdf.Root.StructTreeRoot.K
        parts = [(k.S, str(k.get("/Lang", "")), str(k.T)) for k in document.K]
        assert parts == [
            (Name.Part, "", "The whole"),
            (Name.Part, "fr", "Premier"),
            (Name.Part, "en", "Second"),
        ]
        assert pdf.Root.Lang == "en"
        assert all(kid.P.objgen == document.objgen for kid in document.K)


def test_text_is_read_in_order() -> None:
    with merged() as pdf:
        aloud = read(pdf).aloud()
    text = " ".join("".join(u.text for u in aloud).split())
    words = ("Front", "Premier", "A note on it.", "Second", "A third page.")
    places = [text.find(each) for each in words]
    assert -1 not in places
    assert places == sorted(places)


def test_ids_are_unique_and_cells_refer_to_their_headers() -> None:
    with merged() as pdf:
        ids = [str(id) for id in NameTree(pdf.Root.StructTreeRoot.IDTree)]
        assert len(ids) == len(set(ids)) > 6
        assert {id.partition(".")[0] for id in ids} == {"brief1", "brief2"}
        cells = roles(read(pdf).root or pytest.fail("no tree"), "TD")
        assert len(cells) == 2
        elements = dict(NameTree(pdf.Root.StructTreeRoot.IDTree).items())
        for cell in cells:
            heads = pdf.get_object(*cell.number).A.Headers
            assert {elements[str(h)].S for h in heads} == {Name.TH}


def test_the_keys_of_the_parent_tree_continue() -> None:
    with merged() as pdf:
        tree = pdf.Root.StructTreeRoot
        keys = list(NumberTree(tree.ParentTree))
        assert keys == sorted(set(keys))
        assert int(tree.ParentTreeNextKey) == max(keys) + 1


# --- Links, bookmarks, files ---


def targets_of(pdf: pikepdf.Pdf) -> list[tuple[int, str, int]]:
    """Each link inside the file: its page, its words, and the page that it leads to."""
    names = dict(NameTree(pdf.Root.Names.Dests).items())
    targets = []
    for number, page in enumerate(pdf.pages):
        for annotation in page.obj.get("/Annots", []):
            target = annotation.Dest
            target = target if isinstance(target, Array) else names[str(target)]
            words = str(annotation.Contents)
            targets.append((number, words, pikepdf.Page(target[0]).index))
    return targets


def test_links_lead_to_their_own_brief() -> None:
    with merged() as pdf:
        targets = targets_of(pdf)
    assert (2, "there", 3) in targets
    assert (3, "back", 2) in targets
    assert (4, "there", 5) in targets
    assert (5, "back", 4) in targets
    # The call of a note leads to the note, and its number back.
    notes = [(page, there) for page, words, there in targets if words.startswith("1")]
    assert notes == [(2, 2), (2, 2), (4, 4), (4, 4)]


def test_links_in_the_contents_lead_to_bookmarks_of_the_briefs() -> None:
    with merged() as pdf:
        targets = targets_of(pdf)
        assert targets[:2] == [(0, "One", 2), (0, "two", 5)]


def test_the_bookmarks_of_each_brief_are_below_its_title() -> None:
    with merged() as pdf, pdf.open_outline() as outline:
        titles = [(top.title, [kid.title for kid in top.children]) for top in outline.root]
    assert titles == [("Front", []), ("Premier", ["There"]), ("Second", ["There"])]


def test_bookmarks_are_a_chain_that_can_be_walked_both_ways() -> None:
    with merged() as pdf:
        outline = pdf.Root.Outlines
        forwards, item = [], outline.First
        while item is not None:
            assert item.Parent.objgen == outline.objgen
            forwards.append(str(item.Title))
            last, item = item, item.get("/Next")
        assert last.objgen == outline.Last.objgen
        backwards: list[str] = []
        while last is not None:
            backwards.append(str(last.Title))
            last = last.get("/Prev")
        assert forwards == backwards[::-1] == ["Front", "Premier", "Second"]
        assert int(outline.Count) == 5


def test_bookmarks_are_read_with_their_levels_and_pages() -> None:
    assert read_bookmarks(brief("Premier", "fr")) == (
        Bookmark(1, "Premier", 0),
        Bookmark(2, "There", 1),
    )


def test_attached_files_are_kept_and_associated() -> None:
    with merged() as pdf:
        assert sorted(pdf.attachments) == ["Premier.yaml", "Second.yaml", "whole.yaml"]
        files = {n: s.get_file().read_bytes() for n, s in pdf.attachments.items()}
        assert files["Second.yaml"] == b"Second"
        assert len(pdf.Root.AF) == 3
        keys = [bytes(name) for name in list(pdf.Root.Names.EmbeddedFiles.Names)[::2]]
        assert keys == sorted(keys)


def test_the_metadata_is_that_of_the_front_matter() -> None:
    with merged() as pdf:
        metadata = pdf.open_metadata()
        assert metadata["dc:title"] == "The whole"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert len(pdf.Root.OutputIntents) == 1
        identity = PdfIdentity.from_xmp(pdf.Root.Metadata.read_bytes())
        assert identity
        assert (identity.document, identity.codes) == ("1_en", "Premier Second")
        # Archives search for the packet: it is not compressed.
        assert b"pdfuaid:part" in pdf.Root.Metadata.read_raw_bytes()


# --- What a merge that forgets something would look like ---


@pytest.mark.parametrize(
    ("forgotten", "message"),
    [
        ("add_structure", "belongs to no element"),
        ("add_part", "belongs to no element"),
    ],
)
def test_the_closure_check_finds_a_missing_tree(
    forgotten: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(self: object, *_: object) -> None:
        """Carry nothing over."""

    monkeypatch.setattr(merging._Merger, forgotten, forget)
    with merged() as pdf:
        assert any(message in gap for gap in find_gaps(pdf, read(pdf)))


def test_the_closure_check_finds_unmoved_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original: Callable[..., Any] = merging._number_tree
    monkeypatch.setattr(
        merging, "_number_tree", lambda tree: ((n - 1, o) for n, o in original(tree))
    )
    with merged() as pdf:
        gaps = find_gaps(pdf, read(pdf))
    assert any("the parent tree does not lead to its element" in gap for gap in gaps)
