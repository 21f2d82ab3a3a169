"""The tags in the PDF are complete: each mark belongs to exactly one element."""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import weasyprint
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Dictionary, Name, Pdf

from pipeline.pdf import tag_writer as tags
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.pdf.structure_elements import Element, MarkedContent, StructureTree
from pipeline.pdf.tag_writer import patch_add_tags
from pipeline.problems import Place, Rule
from pipeline.project import BASE_URL, BUNDLED

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = (
    ROOT / "tests" / "conformance" / "hard_cases" / "content" / "everything" / "2017"
)
PICTURE = (EVERYTHING / "square.png").read_bytes()
FONTS = (BUNDLED / "styles" / "fonts",)
# Four pages with one of each: see `test_the_sample_crosses_pages`.
STYLE = """
@page { size: 10cm 8cm; margin: 1cm; @top-left { content: "Running head" } }
body { margin: 0; font-family: "Brief Sans", "Brief Arabic" }
img { display: block; width: 2cm; height: 1cm }
.note { float: footnote }
"""
IMG = f'<img src="{BASE_URL}content/square.png" alt="A square">'
INLINE_IMG = IMG.replace("<img", "<img style='display: inline'")
ROWS = "".join(f"<tr><th>row {n}<td><a href='#b'>{n}</a><td>x" for n in range(12))
SAMPLE = f"""
<h1 id=b>Heading</h1>
<p>Some <em>words</em> with a <a href="https://example.org">link <b>in</b> it</a>,
a note<span class=note>Its text, <a href="#b">linked</a>.</span> and
<span lang=ar dir=rtl>لا إله</span>.</p>
{IMG}
<table><thead><tr><th>A<th colspan=2>B</thead><tbody>{ROWS}</table>
<ol><li>one<ul><li>two</ul><li>three<span class=note>Another.</span></ol>
<aside>aside {IMG}</aside>
<p aria-hidden=true>hidden</p>
"""
STANDARD = (
    *("Document", "Art", "Sect", "Div", "BlockQuote", "Caption", "P", "L", "LI", "Lbl"),
    *("H1", "H2", "H3", "H4", "H5", "H6", "LBody", "Table", "TR", "TH", "TD", "THead"),
    *("TBody", "TFoot", "Span", "Quote", "Note", "Reference", "Link", "Figure"),
)


def render_page(body: str, css: str = "", language: str = "en") -> tuple[Pdf, list[str]]:
    """The PDF of a snippet, and the faults of its structure."""
    html = (
        f'<!DOCTYPE html><html lang="{language}"><head><title>T</title>'
        f"<style>{STYLE}{css}</style></head><body>{body}</body></html>"
    )

    def serve(name: str) -> bytes | None:
        return PICTURE if name == "content/square.png" else None

    painted, problems = render_pdf(html, serve, load_fonts(FONTS), Place)
    others = (Rule.LEGIBILITY, Rule.DISPLACED_FOOTNOTE)
    faults = [p.message for p in problems if p.rule not in others]
    faults = [fault for fault in faults if not fault.endswith("a level is skipped")]
    return pikepdf.open(io.BytesIO(painted.pdf)), faults


@pytest.fixture(scope="module")
def sample() -> Pdf:
    pdf, faults = render_page(SAMPLE)
    assert faults == []
    return pdf


def elements(pdf: Pdf) -> list[Dictionary]:
    """Every structure element that can be reached from the root, in reading order."""

    def walk(element: Dictionary) -> Iterator[Dictionary]:
        yield element
        for kid in kids(element):
            if isinstance(kid, Dictionary) and kid.get("/Type") == Name.StructElem:
                assert kid.P.objgen == element.objgen
                yield from walk(kid)

    return [e for top in pdf.Root.StructTreeRoot.K for e in walk(top)]


def kids(element: Dictionary) -> list[Any]:
    return list(element.get("/K", []))


def role(element: Dictionary) -> str:
    return str(element.S).removeprefix("/")


def elements_with_role(pdf: Pdf, wanted_role: str) -> list[Dictionary]:
    return [element for element in elements(pdf) if role(element) == wanted_role]


def number_of(pdf: Pdf, page: Dictionary) -> int:
    return next(n for n, p in enumerate(pdf.pages) if p.obj.objgen == page.objgen)


def owners(pdf: Pdf) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Page and number of each piece of content in the tree, with its element."""
    pairs = []
    for element in elements(pdf):
        for kid in kids(element):
            if isinstance(kid, int):
                pairs.append(((number_of(pdf, element.Pg), kid), element.objgen))
            elif kid.get("/Type") == Name.MCR:
                pairs.append(((number_of(pdf, kid.Pg), int(kid.MCID)), element.objgen))
    return pairs


def parents(pdf: Pdf) -> dict[int, Any]:
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    keys = [int(key) for key in numbers[::2]]
    assert keys == sorted(set(keys))
    return dict(zip(keys, numbers[1::2], strict=True))


def marks(pdf: Pdf) -> Iterator[tuple[int, str, Dictionary, list[tuple[Any, str]]]]:
    """Each piece of marked content: page, tag, properties, and what is drawn in it.

    What is drawn outside comes with the tag "".
    """
    for number, page in enumerate(pdf.pages):
        open_marks: list[tuple[str, Dictionary, list[tuple[Any, str]]]] = []
        for instruction in pikepdf.parse_content_stream(page):
            operands, operator = list(instruction.operands), str(instruction.operator)
            if operator in ("BDC", "BMC"):
                properties = operands[1] if operator == "BDC" else Dictionary()
                open_marks.append((str(operands[0]), properties, []))
            elif operator == "EMC":
                yield (number, *open_marks.pop())
            elif open_marks:
                open_marks[-1][2].append((operands, operator))
            elif operator in ("Tj", "TJ", "Do", "f", "f*", "S", "s", "B", "b", "sh"):
                yield number, "", Dictionary(), [(operands, operator)]
        assert open_marks == []


def inconsistencies(pdf: Pdf) -> list[str]:
    """Where the marks on the pages, the tree and the parent tree do not agree."""
    in_tree = owners(pdf)
    by_mark = dict(in_tree)
    messages = [
        f"{mark} belongs to two"
        for mark, n in Counter(m for m, _ in in_tree).items()
        if n > 1
    ]
    ways_back = {
        (page, mcid): owner.objgen
        for page in range(len(pdf.pages))
        for mcid, owner in enumerate(parents(pdf)[int(pdf.pages[page].StructParents)])
        if owner is not None
    }
    on_pages = []
    for page, tag, properties, _ in marks(pdf):
        if tag == "":
            messages.append(f"page {page}: drawn outside of all marks")
        if "/MCID" in properties:
            on_pages.append((page, int(properties.MCID)))
        elif tag != "/Artifact":
            messages.append(f"page {page}: a mark without a number")
    messages += [f"{m} is there twice" for m, n in Counter(on_pages).items() if n > 1]
    messages += [f"{mark} has no element" for mark in {*on_pages} - {*by_mark}]
    messages += [f"{mark} is on no page" for mark in {*by_mark} - {*on_pages}]
    messages += [f"{m} has no way back" for m in by_mark if ways_back.get(m) != by_mark[m]]
    messages += [f"{mark} has only a way back" for mark in {*ways_back} - {*by_mark}]
    return messages + [f"an annotation {what}" for what in _loose_annotations(pdf)]


def _loose_annotations(pdf: Pdf) -> Iterator[str]:
    owned = Counter(
        kid.Obj.objgen
        for element in elements(pdf)
        for kid in kids(element)
        if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR
    )
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            if owned.pop(annotation.objgen, 0) != 1:
                yield "is not in exactly one element"
            elif "/StructParent" not in annotation:
                yield "has no way back"
            else:
                parent = parents(pdf)[int(annotation.StructParent)]
                if role(parent) != "Link":
                    yield f"belongs to a {role(parent)}"
                if not any(
                    k.get("/Obj") is not None and k.Obj.objgen == annotation.objgen
                    for k in kids(parent)
                    if isinstance(k, Dictionary)
                ):
                    yield "has a way back to another element"
    for _ in owned:
        yield "is on no page"


def to_unicode(font: Dictionary) -> dict[bytes, str]:
    text = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"<([0-9a-fA-F]+)> <([0-9a-fA-F]*)>", text)
    return {bytes.fromhex(g): bytes.fromhex(u).decode("utf-16-be") for g, u in pairs}


def text_by_mark(pdf: Pdf) -> dict[tuple[int, int], str]:
    """The words of each numbered mark, as a reader takes them from the file alone."""
    words = {}
    for page, _, properties, drawn in marks(pdf):
        if "/MCID" not in properties:
            continue
        if "/ActualText" in properties:
            words[page, int(properties.MCID)] = str(properties.ActualText)
            continue
        text, font = "", {}
        for operands, operator in drawn:
            if operator == "Tf":
                font = to_unicode(pdf.pages[page].Resources.Font[str(operands[0])])
            if operator == "TJ":
                glyphs = b"".join(
                    bytes(o) for o in operands[0] if isinstance(o, pikepdf.String)
                )
                text += "".join(font[glyphs[i : i + 2]] for i in range(0, len(glyphs), 2))
        words[page, int(properties.MCID)] = text
    return words


def text_of_element(pdf: Pdf, element: Dictionary) -> str:
    """All words of one element, in reading order, as they stand in the file."""
    words = text_by_mark(pdf)
    return "".join(words[mark] for mark, owner in owners(pdf) if owner == element.objgen)


def test_the_sample_crosses_pages(sample: Pdf) -> None:
    assert len(sample.pages) >= 4
    assert {role(e) for e in elements(sample)} >= {"Table", "Note", "Link", "Figure", "L"}


def test_each_mark_and_annotation_refers_to_its_element(sample: Pdf) -> None:
    assert inconsistencies(sample) == []


def test_keys_of_the_parent_tree_are_below_the_next_key(sample: Pdf) -> None:
    assert max(parents(sample)) < int(sample.Root.StructTreeRoot.ParentTreeNextKey)


@pytest.mark.parametrize("words", ["B", "<b>B</b>", "<em>B</em> <b>b</b>", INLINE_IMG])
def test_a_link_in_a_repeated_table_head_is_a_link_on_every_page(words: str) -> None:
    head = f"<thead><tr><th>A<th><a href='https://example.org'>{words}</a><th>C</thead>"
    pdf, faults = render_page(f"<div id=b></div><table>{head}<tbody>{ROWS}</table>")
    assert faults == []
    assert inconsistencies(pdf) == []


def test_a_hidden_link_is_reported() -> None:
    link = "<a href='https://example.org'>b</a>"
    _, faults = render_page(f"<p>a</p><p aria-hidden=true>{link}</p>")
    assert faults == ["a link is hidden from screen readers"]


def test_decoration_is_an_artifact_of_its_type(sample: Pdf) -> None:
    kinds = Counter(
        str(properties.get("/Type", ""))
        for _, tag, properties, drawn in marks(sample)
        if tag == "/Artifact" and any(operator == "TJ" for _, operator in drawn)
    )
    assert kinds[""] == 1  # aria-hidden
    # A running head on each page, and two cells of a table's head on all but its first.
    assert kinds["/Pagination"] >= len(sample.pages) + 2


def test_marks_are_spans_and_figures(sample: Pdf) -> None:
    tags_of = {
        (page, int(properties.MCID)): tag
        for page, tag, properties, _ in marks(sample)
        if "/MCID" in properties
    }
    figures = {e.objgen for e in elements_with_role(sample, "Figure")}
    for mark, owner in owners(sample):
        assert tags_of[mark] == ("/Figure" if owner in figures else "/Span")


def test_each_role_is_standard_or_mapped_to_one(sample: Pdf) -> None:
    known = {str(k): str(v) for k, v in sample.Root.StructTreeRoot.RoleMap.items()}
    for name in {str(element.S) for element in elements(sample)}:
        assert known.get(name, name).removeprefix("/") in STANDARD
    assert not {name.removeprefix("/") for name in known} & {*STANDARD}


def test_the_id_tree_is_sorted_and_has_the_headers_of_cells(
    sample: Pdf,
) -> None:
    names = list(sample.Root.StructTreeRoot.IDTree.Names)
    keys = [bytes(key) for key in names[::2]]
    assert keys == sorted(set(keys))
    in_tree = dict(zip(keys, (element.objgen for element in names[1::2]), strict=True))
    ids = {bytes(e.ID): e.objgen for e in elements(sample) if "/ID" in e}
    assert in_tree == ids
    assert {role(e) for e in elements(sample) if "/ID" in e} == {"TH", "Note"}
    assert all(
        "/ID" in e
        for e in elements_with_role(sample, "TH") + elements_with_role(sample, "Note")
    )
    cells = elements_with_role(sample, "TD")
    assert all({bytes(id) for id in cell.A.Headers} <= {*ids} for cell in cells)


def test_cells_have_spans_and_headers_have_scopes(sample: Pdf) -> None:
    across = [
        int(e.A.ColSpan) for e in elements_with_role(sample, "TH") if "/ColSpan" in e.A
    ]
    assert across == [2]
    assert {str(e.A.Scope) for e in elements_with_role(sample, "TH")} == {"/Column", "/Row"}
    assert {
        str(e.A.O)
        for e in elements_with_role(sample, "TH") + elements_with_role(sample, "TD")
    } == {"/Table"}


@pytest.mark.parametrize(
    ("body", "numbering"),
    [
        ("<ul><li>a</ul>", "/Disc"),
        ("<ol><li>a</ol>", "/Decimal"),
        ("<dl><div><dt>a<dd>b</div></dl>", "/None"),
        ("<ul style='list-style: none'><li>a</ul>", "/None"),
    ],
)
def test_a_list_has_its_numbering(body: str, numbering: str) -> None:
    pdf, _ = render_page(body)
    (listed,) = elements_with_role(pdf, "L")
    assert str(listed.A.ListNumbering) == numbering


def corners(pdf: Pdf) -> list[tuple[int, tuple[float, ...]]]:
    """The page of each figure, and its corners in points from the bottom left."""
    return [
        (number_of(pdf, e.Pg), tuple(float(n) for n in e.A.BBox))
        for e in elements_with_role(pdf, "Figure")
    ]


def test_the_box_of_a_figure_is_in_points_from_the_bottom() -> None:
    pdf, _ = render_page(
        f"{IMG}<div style='height: 2cm'></div><div style='margin-left: 3cm'>{IMG}"
    )
    cm = 72 / 2.54
    (page, one), (_, other) = corners(pdf)
    # The page is 10 by 8 cm with margins of 1 cm, the picture 2 by 1 cm.
    assert page == 0
    assert one == pytest.approx((1 * cm, 6 * cm, 3 * cm, 7 * cm), abs=0.1)
    assert other == pytest.approx((4 * cm, 3 * cm, 6 * cm, 4 * cm), abs=0.1)


def test_the_box_of_a_figure_on_a_later_page_is_in_that_page() -> None:
    pdf, _ = render_page(f"<p>a</p><div style='break-before: page'>{IMG}</div>")
    cm = 72 / 2.54
    ((page, box),) = corners(pdf)
    assert page == 1
    assert box == pytest.approx((1 * cm, 6 * cm, 3 * cm, 7 * cm), abs=0.1)


def test_the_box_of_a_figure_stays_inside_the_page() -> None:
    css = "img { width: 30cm; height: 20cm; margin-left: -3cm }"
    pdf, _ = render_page(IMG, css)
    ((page, (left, bottom, right, top)),) = corners(pdf)
    x1, y1, x2, y2 = (float(n) for n in pdf.pages[page].MediaBox)
    assert x1 <= left < right <= x2 + 0.01
    assert y1 <= bottom < top <= y2 + 0.01


def test_a_figure_has_its_alternative(sample: Pdf) -> None:
    assert [str(e.Alt) for e in elements_with_role(sample, "Figure")] == ["A square"] * 2


@pytest.mark.parametrize(
    "body",
    [
        IMG.replace(' alt="A square"', ""),
        '<svg xmlns="http://www.w3.org/2000/svg" width="9"><path d="M0 0h9v9"/></svg>',
        "<div role=img><p>a</p></div>",
    ],
    ids=["picture", "drawing", "chart"],
)
def test_a_figure_without_an_alternative_is_a_fault(body: str) -> None:
    _, faults = render_page(f"<p>a</p>{body}")
    assert len(faults) == 1


def test_annotations_have_descriptions_and_are_printed(sample: Pdf) -> None:
    for page in sample.pages:
        for annotation in page.get("/Annots", []):
            assert str(annotation.Contents).strip()
            assert int(annotation.F) & 4
        assert page.Tabs == Name.S


def test_a_note_and_its_call_link_to_each_other() -> None:
    words = "word " * 80
    pdf, _ = render_page(f"<p>{words}<span class=note>The note.</span></p><p>{words}</p>")
    (note,), (reference,) = (
        elements_with_role(pdf, "Note"),
        elements_with_role(pdf, "Reference"),
    )
    (label,) = [
        kid for kid in kids(note) if isinstance(kid, Dictionary) and role(kid) == "Lbl"
    ]
    places = []
    for element in (reference, label):
        (link,) = kids(element)
        (annotation,) = [k.Obj for k in kids(link) if isinstance(k, Dictionary)]
        places.append((annotation.Rect, annotation.Dest))
    (call, to_note), (back, to_call) = places
    for rect, dest in ((back, to_note), (call, to_call)):
        assert float(dest[2]) == pytest.approx(float(rect[0]), abs=1)
        assert float(dest[3]) == pytest.approx(float(rect[3]), abs=1)


def test_language_and_the_marks_of_a_tagged_file(sample: Pdf) -> None:
    assert str(sample.Root.Lang) == "en"
    assert sample.Root.MarkInfo.Marked
    assert sample.Root.ViewerPreferences.DisplayDocTitle
    assert [str(e.Lang) for e in elements(sample) if "/Lang" in e] == ["ar"]


def test_right_to_left_text_has_no_actual_text() -> None:
    """Readers reverse ActualText, too: see right_to_left.py and the gate `search`."""
    pdf, _ = render_page("<p style='width: 1cm'>مجلس عمل مجلس عمل</p>", language="ar")
    (paragraph,) = elements_with_role(pdf, "P")
    assert len(kids(paragraph)) > 1
    assert not any("/ActualText" in properties for _, _, properties, _ in marks(pdf))


def test_the_text_in_the_file_is_that_of_the_tree(sample: Pdf) -> None:
    (heading,) = elements_with_role(sample, "H1")
    assert text_of_element(sample, heading).strip() == "Heading"
    (phrase,) = elements_with_role(sample, "Em")
    assert text_of_element(sample, phrase).strip() == "words"
    assert [text_of_element(sample, e) for e in elements_with_role(sample, "TD")][:4] == [
        "",
        "x",
        "",
        "x",
    ]


def test_words_keep_their_space_at_the_end_of_a_line() -> None:
    """ISO 32000-1, 14.8.2.5: a space is needed also at the end of a line."""
    pdf, _ = render_page("<p style='width: 2cm'>one and two and three and four</p>")
    (paragraph,) = elements_with_role(pdf, "P")
    assert len(kids(paragraph)) > 1
    assert text_of_element(pdf, paragraph) == "one and two and three and four"


def test_a_hyphen_of_hyphenation_is_soft() -> None:
    """ISO 32000-1, 14.8.2.2.3: otherwise a reader says the hyphen, and two words."""
    pdf, _ = render_page("<p style='width: 2cm; hyphens: auto'>governmental</p>")
    (paragraph,) = elements_with_role(pdf, "P")
    assert len(kids(paragraph)) > 1
    assert text_of_element(pdf, paragraph).replace("\u00ad", "") == "governmental"


def test_a_hyphen_of_a_word_is_kept() -> None:
    pdf, _ = render_page("<p style='width: 2cm'>the well-mannered long-standing one</p>")
    (paragraph,) = elements_with_role(pdf, "P")
    assert text_of_element(pdf, paragraph) == "the well-mannered long-standing one"


Tamper = Callable[[StructureTree, list[dict[Any, Any]]], object]


def _of_role(structure: StructureTree, wanted_role: str) -> Element:
    return next(e for e in structure.root.elements() if e.role == wanted_role)


def _add_content_twice(structure: StructureTree, _: object) -> None:
    _of_role(structure, "H2").children.append(_of_role(structure, "P").children[0])


def _remove_content(structure: StructureTree, _: object) -> None:
    _of_role(structure, "P").children.clear()


def _add_unknown_content(structure: StructureTree, _: object) -> None:
    _of_role(structure, "P").children.append(MarkedContent(0, 99, "", True))


def _leave_unused_content(structure: StructureTree, streams: list[dict[Any, Any]]) -> None:
    streams[0]["a box"] = {"mcid": 99}


FAULTS: dict[str, tuple[Tamper, str]] = {
    "two owners": (_add_content_twice, "a piece of content belongs to two elements"),
    "no owner": (_remove_content, "page 1: content that belongs to no element"),
    "no content": (_add_unknown_content, "an element holds content that is on no page"),
    "left over": (_leave_unused_content, "page 1: content outside the page's boxes"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_incomplete_tree_is_a_fault(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    tamper, fault = FAULTS[name]
    read = tags.read_structure

    def read_wrongly(pages: Any, streams: Any) -> StructureTree:
        structure = read(pages, streams)
        tamper(structure, streams)
        return structure

    body = "<p>a</p><h2>b</h2>"
    assert render_page(body)[1] == []
    monkeypatch.setattr(tags, "read_structure", read_wrongly)
    with suppress(KeyError, IndexError):
        assert fault in render_page(body)[1]
        return
    pytest.fail("the fault ended the document")


def test_content_drawn_outside_the_boxes_is_a_fault() -> None:
    """WeasyPrint draws it elsewhere, with numbers that the page does not have."""
    assert render_page("<p>a</p><p style='opacity: .5'>b</p>")[1] != []


def test_another_release_of_weasyprint_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    load_fonts(FONTS)
    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    with (
        pytest.raises(RuntimeError, match=r"know WeasyPrint 70\.0, not 71\.0"),
        patch_add_tags(),
    ):
        pass


def test_the_patch_of_tags_ends_also_after_a_failure() -> None:
    load_fonts(FONTS)
    import weasyprint.pdf

    before = weasyprint.pdf.add_tags
    with suppress(ZeroDivisionError), patch_add_tags():
        assert weasyprint.pdf.add_tags is not before
        raise ZeroDivisionError
    assert weasyprint.pdf.add_tags is before


PIECES = [
    "<p>word <em>word <a href='#b'>word</a></em></p>",
    "<p><a href='https://example.org'>word <b>word word</b> word word word word</a></p>",
    "<p>word<span class=note>word <a href='#b'>word</a></span> word</p>",
    "<ul><li>word<ol><li><p>word</p></ol><li>word<span class=note>word</span></ul>",
    f"<table><thead><tr><th>word<th>word<th>word</thead><tbody>{ROWS[:120]}</table>",
    f"<figure>{IMG}<figcaption>word</figcaption></figure>",
    "<div role=img aria-label=word><p>word</p><p>word</p></div>",
    f"<section><h2>word</h2>word {IMG}</section>",
    "<aside lang=ar><p>لا عمل</p></aside>",
    "<p aria-hidden=true>word</p>",
    "<p>" + "word " * 60 + "</p>",
]


@settings(max_examples=25)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5))
def test_each_sequence_of_blocks_has_a_complete_tree(pieces: list[str]) -> None:
    pdf, faults = render_page("<div id=b></div>" + "".join(pieces))
    assert faults == []
    assert inconsistencies(pdf) == []
