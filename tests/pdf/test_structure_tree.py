"""The tree has one element for each source element, in the order of the HTML."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pipeline.commands.check import read_content
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import RenderedPdf, render_pdf
from pipeline.pdf.structure_elements import Annotation, Element, MarkedContent
from pipeline.problems import Place, Problem, Rule
from pipeline.project import BASE_URL, BUNDLED, open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.assets import ProjectAssets
from tests.pdf.tree_outline import outline

ROOT = Path(__file__).resolve().parents[2]
HARD_CASES = ROOT / "tests" / "conformance" / "hard_cases"
GOLDEN = ROOT / "tests" / "golden" / "structure"
PICTURE = (HARD_CASES / "content" / "everything" / "2017" / "square.png").read_bytes()
FONTS = (BUNDLED / "styles" / "fonts",)
STYLE = """
@page { size: 21cm 29cm; margin: 1cm }
body { font-family: "Brief Sans", "Brief Arabic" }
img { width: 1cm }
svg { display: block }
.note { float: footnote }
"""
# Six lines of text to a page, or three rows of a table.
SMALL = """
@page {
  size: 8cm 6cm;
  @top-left { content: "Running head" }
  @bottom-right { content: "Page " counter(page) }
}
"""
IMG = f'<img src="{BASE_URL}content/square.png" alt="A square">'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9">{}<path d="M0 0h9"/></svg>'
LONG = " ".join(f"word{number}" for number in range(60))


def render_page(
    body: str, css: str = "", language: str = "en"
) -> tuple[RenderedPdf, list[Problem]]:
    html = (
        f'<!DOCTYPE html><html lang="{language}"><head><title>T</title>'
        f"<style>{STYLE}{css}</style></head><body>{body}</body></html>"
    )

    def serve(name: str) -> bytes | None:
        return PICTURE if name == "content/square.png" else None

    return render_pdf(html, serve, load_fonts(FONTS), lambda *_: Place("here.yaml"))


def faults(problems: Iterable[Problem]) -> list[str]:
    """Faults of the text; test_conformance.py tests levels, grids and empty links."""
    others = ("a level is skipped", " of a table has ", "a link has no text")
    messages = (p.message for p in problems)
    return [m for m in messages if not any(other in m for other in others)]


def tree(body: str, css: str = "") -> Element:
    """The tree of a snippet in which nothing is lost."""
    painted, problems = render_page(body, css)
    assert faults(p for p in problems if p.rule is Rule.PDF_STRUCTURE) == []
    assert painted.structure
    return painted.structure.root


def find(root: Element, role: str) -> list[Element]:
    return [element for element in root.elements() if element.role == role]


def content(element: Element) -> list[MarkedContent]:
    return [
        k for e in element.elements() for k in e.children if isinstance(k, MarkedContent)
    ]


def pages(element: Element) -> list[int]:
    return sorted({kid.page for kid in content(element)})


# A name for the rule, the HTML, and the outline of its tree.
OUTLINES = {
    "headings": (
        "<h1>One</h1><h2>Two <em>really</em></h2><h3>Three</h3><h6>Six</h6>",
        """
        H1: One
        H2: Two really
        H3: Three
        H6: Six
        """,
    ),
    "sections": (
        "<header><p>a</p></header><main><div><article><section><h2>b</h2></section></article>"
        "</div></main><nav><p>c</p></nav><aside><p>d</p></aside><footer><p>e</p></footer>",
        """
        Sect
          P: a
        Art
          Sect
            H2: b
        Sect
          P: c
        Aside
          P: d
        Sect
          P: e
        """,
    ),
    "a table of contents": (
        '<ol role="doc-toc"><li><p><a href="#a" id="a">One <span>1</span></a></p>'
        '<ol role="doc-toc"><li><p>Two <span>2</span></p></li></ol></li></ol>',
        """
        TOC
          TOCI
            Lbl: 1.
            P: <One 1>
            TOC
              TOCI
                Lbl: 1.
                P: Two 2
        """,
    ),
    "lists in lists": (
        "<ol><li>a<ul><li>b</li><li><p>c</p><ol><li>d</li></ol><p>e</p></li></ul></li>"
        "<li>f</li></ol>",
        """
        L
          LI
            Lbl: 1.
            LBody: a
              L
                LI
                  Lbl: ◦
                  LBody: b
                LI
                  Lbl: ◦
                  LBody
                    P: c
                    L
                      LI
                        Lbl: 1.
                        LBody: d
                    P: e
          LI
            Lbl: 2.
            LBody: f
        """,
    ),
    "a list of terms in groups": (
        "<dl><div><dt>a</dt><dd>b</dd></div><div><dt>c</dt><dd>d</dd><dd>e</dd></div></dl>",
        """
        L
          LI
            Lbl: a
            LBody: b
          LI
            Lbl: c
            LBody: d
            LBody: e
        """,
    ),
    "a list of terms without groups": (
        "<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd><dd>e</dd></dl>",
        """
        L
          LI
            Lbl: a
            LBody: b
          LI
            Lbl: c
            LBody: d
            LBody: e
        """,
    ),
    "a marker by ::before": (
        "<style>li { list-style: none } li::before { content: '– ' }</style>"
        "<ul><li>a</li><li><em>b</em> c</li></ul>",
        """
        L
          LI
            Lbl: –
            LBody: a
          LI
            Lbl: –
            LBody: b c
        """,
    ),
    "a list without markers": (
        "<ul style='list-style: none'><li>a</li><li>b</li></ul>",
        """
        L
          LI
            LBody: a
          LI
            LBody: b
        """,
    ),
    "quotes and asides": (
        "<blockquote><p>a</p><p>b</p></blockquote><aside>c <em>d</em></aside>"
        "<blockquote>e</blockquote>",
        """
        BlockQuote
          P: a
          P: b
        Aside
          P: c d
        BlockQuote
          P: e
        """,
    ),
    "text directly in groups": (
        "<div>a <em>b</em> <a href='https://example.org'>c</a> d</div>"
        "<section>e <strong>f</strong> <span lang=fr>g</span></section>",
        """
        P: a b <c> d
        Sect
          P: e f [fr: g]
        """,
    ),
    "text directly in a group, before and after a paragraph": (
        "<section>a <em>b</em><p>c</p>d <em>e</em></section><div>f<div>g</div>h</div>",
        """
        Sect
          P: a b
          P: c
          P: d e
        P: f
        P: g
        P: h
        """,
    ),
    "what is empty": (
        "<p></p><section></section><ul></ul><p>a</p><table><tr><td></td><td>b</td></tr>",
        """
        P: a
        Table
          TBody
            TR
              TD
              TD: b
        """,
    ),
    "space between boxes": (
        "<div><p style='display: inline-block'>a</p>\n <p>b</p>\n </div>"
        "<div>\n<p>c</p> <p style='display: inline-block'>d</p>\n</div>",
        """
        P: a
        P: b
        P: c
        P: d
        """,
    ),
    "a table": (
        "<table><caption>a</caption><thead><tr><th>b</th><th>c</th></tr></thead>"
        "<tbody><tr><th scope=row>d</th><td><p>e</p></td></tr></tbody>"
        "<tfoot><tr><td>f</td><td>g</td></tr></tfoot></table>",
        """
        Table
          Caption: a
          THead
            TR
              TH: b
              TH: c
          TBody
            TR
              TH: d
              TD
                P: e
          TFoot
            TR
              TD: f
              TD: g
        """,
    ),
    "a table in a table": (
        "<table><tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr></table>",
        """
        Table
          TBody
            TR
              TD: a
                Table
                  TBody
                    TR
                      TD: b
              TD: c
        """,
    ),
    "a note beside its call": (
        "<p>a<span class=note>b <a href='https://example.org'>c</a></span> d</p>",
        """
        P: a<1> d
          Note: b <c>
            Lbl: <1.>
        """,
    ),
    "a note in a heading, a list and a cell": (
        "<h2>a<span class=note>b</span></h2><ul><li>c<span class=note>d</span></li></ul>"
        "<table><tr><td>e<span class=note>f</span> g</td></tr></table>",
        """
        H2: a<1>
          Note: b
            Lbl: <1.>
        L
          LI
            Lbl: •
            LBody: c<2>
              Note: d
                Lbl: <2.>
        Table
          TBody
            TR
              TD: e<3> g
                Note: f
                  Lbl: <3.>
        """,
    ),
    "two notes in one paragraph": (
        "<p>a<span class=note>b</span> c<span class=note>d</span> e</p>",
        """
        P: a<1> c<2> e
          Note: b
            Lbl: <1.>
          Note: d
            Lbl: <2.>
        """,
    ),
    "links": (
        "<p id=a><a href='https://example.org'>a <b>b</b> <em>c</em></a> <a>d</a>"
        " <a href='#a'>e</a></p>",
        """
        P: <a b c> d <e>
        """,
    ),
    "a link around a picture": (
        f"<p>a <a href='https://example.org'>{IMG}</a> b</p>",
        """
        P: a <> b
        """,
    ),
    "languages inside": (
        "<p lang=fr>a <em lang=de>b</em> <span lang=ar>عمل</span></p>"
        "<ul lang=es><li lang=it>c</li></ul><table><tr><td lang=ru>d</td></tr></table>"
        "<section lang=pt><h2 lang=nl>e</h2></section>"
        "<p><a href='https://example.org' lang=fr>f</a></p>",
        """
        P [fr]: a [de: b] [ar: عمل]
        L [es]
          LI
            Lbl: •
            LBody [it]: c
        Table
          TBody
            TR
              TD [ru]: d
        Sect [pt]
          H2 [nl]: e
        P: [fr: <f>]
        """,
    ),
    "the language of a note": (
        "<p>a<span class=note lang=fr>b</span></p>",
        """
        P: a<1>
          Note [fr]: b
            Lbl: <1.>
        """,
    ),
    "the language of a picture": (
        f"<p>{IMG.replace('<img', '<img lang=fr')}</p>",
        """
        P
          Figure [fr]: (A square)
        """,
    ),
    "pictures": (
        f"<p>a {IMG} b</p>{SVG.format('<title>A line</title>')}"
        "<div role=img aria-label='A chart'><p>label</p><span>more</span></div><p>c</p>",
        """
        P: a b
          Figure: (A square)
        Figure: (A line)
        Figure: (A chart)
        P: c
        """,
    ),
    "a picture between words directly in a group": (
        f"<div>a {IMG} b</div>",
        """
        P: a b
          Figure: (A square)
        """,
    ),
    "what is hidden": (
        f"<p>a {IMG.replace('A square', '')} b <span aria-hidden=true>c</span></p>"
        "<ul aria-hidden=true><li>d</li></ul>"
        f"{SVG.format('<title>x</title>').replace('<svg', '<svg aria-hidden=true')}",
        """
        P: a b
        """,
    ),
    "boxes out of the flow": (
        "<div style='position: relative'><p>a</p><p style='position: absolute'>b</p>"
        "<p style='float: right'>c</p><p>d<span style='position: absolute'>, e</span>, f"
        "<span style='float: left'>, g</span>, h</p>"
        f"{IMG.replace('<img', '<img style=position:absolute')}</div>",
        """
        P: a
        P: b
        P: c
        P: d, e, f, g, h
        Figure: (A square)
        """,
    ),
    "columns and flexible boxes": (
        "<div style='columns: 2'><p>a</p><h2 style='column-span: all'>b</h2><p>c</p></div>"
        "<div style='display: flex'><span>d</span><p>e</p>"
        "<div>f <em>g</em></div></div>",
        """
        P: a
        H2: b
        P: c
        P: d
        P: e
        P: f g
        """,
    ),
    "words at the end of a line": (
        "<p style='width: 2cm'>one and two and three and four</p><p>five<br>six</p>",
        """
        P: one and two and three and four
        P: five six
        """,
    ),
    "a word broken at the end of a line": (
        "<p style='width: 2cm; hyphens: auto'>governmental</p>",
        """
        P: governmental
        """,
    ),
}


@pytest.mark.parametrize("name", OUTLINES)
def test_the_tree_has_the_text_of_the_html(name: str) -> None:
    body, expected = OUTLINES[name]
    lines = dedent(expected).strip().splitlines()
    assert outline(tree(body)).splitlines() == [
        "Document",
        *(f"  {line}" for line in lines),
    ]


def test_a_language_around_paragraphs_belongs_to_a_group() -> None:
    """A phrase cannot hold paragraphs."""
    paragraph = find(tree("<div lang=fr><p>a</p></div>"), "P")[-1]
    group = paragraph.parent
    assert group
    assert (group.role, group.language) == ("Div", "fr")


WORDS_IN_CASES = [
    ("tr", "Isınan deniz, iğne İSKELE"),
    ("az", "İşıq"),
    ("de", "straße"),
    ("el", "Ο Ευάγγελος είδε τον άϋλο Οδυσσέα στο Café ᾳ"),
    ("lt", "Ìš Jų"),
    ("nl", "ijs"),
    ("fr", "œuvre d’été"),
]


@pytest.mark.parametrize("case", ["uppercase", "lowercase", "capitalize"])
@pytest.mark.parametrize(("language", "words"), WORDS_IN_CASES)
def test_text_transform_is_no_mismatch(language: str, words: str, case: str) -> None:
    """The spaces at the ends of lines are restored, too."""
    css = f"text-transform: {case}; width: 2cm"
    (heading,) = find(tree(f"<h2 lang={language} style='{css}'>{words}</h2>"), "H2")
    texts = "".join(part.actual_text for part in content(heading))
    assert len(texts.split()) == len(words.split())


@pytest.mark.parametrize(
    "css", ["div { flex-direction: row-reverse }", "p + p { order: -1 }"]
)
def test_an_order_made_by_a_style_is_reported(css: str) -> None:
    _, problems = render_page("<div><p>a</p><p>b</p></div>", "div { display: flex }" + css)
    assert [p.rule for p in problems] == [Rule.PDF_STRUCTURE]


def test_a_caption_and_its_picture_are_in_a_group_of_their_own() -> None:
    caption = "<figcaption><p>a</p></figcaption>"
    body = (
        f"<section><figure>{IMG}{caption}</figure><figure>{caption}{IMG}</figure></section>"
    )
    root = tree(body)
    captions, figures = find(root, "Caption"), find(root, "Figure")
    assert len(captions) == len(figures) == 2
    for one, other in zip(captions, figures, strict=True):
        assert one.closest("Sect") is not None
        assert one.parent is other.parent or one.parent is other
        assert one.parent is not find(root, "Sect")[0]


def test_a_footer_that_floats_to_the_foot_is_not_a_note() -> None:
    """The imprint is placed like this; its call and its marker have no text."""
    css = "footer { float: footnote } footer::footnote-call, footer::footnote-marker"
    root = tree(
        "<p>a</p><div><footer><p>b</p></footer></div>",
        css + " { content: ''; font-size: 1pt }",
    )
    assert outline(root) == "Document\n  P: a\n  Sect\n    P: b\n"


def test_a_picture_made_by_a_style_is_decoration() -> None:
    css = f"h2::before {{ content: url({BASE_URL}content/square.png) }}"
    painted, _ = render_page("<h2>a</h2>", css)
    assert painted.structure
    assert [kid.text for kid in content(painted.structure.root)] == ["a"]
    assert list(painted.structure.artifacts.values()) == [""]


@pytest.mark.parametrize(
    ("role", "body"),
    [
        ("P", f"<section><p>{LONG}</p></section>"),
        ("L", "<section><ul>" + "<li>a</li>" * 9 + "</ul></section>"),
        ("LBody", f"<ul><li>{LONG}</li></ul>"),
        ("Table", "<section><table>" + "<tr><th>a<td>b" * 9 + "</table></section>"),
        ("TD", f"<table><tr><th>a<td>{LONG}</table>"),
        ("Sect", "<section>" + "<p>a</p>" * 9 + "</section>"),
        ("BlockQuote", "<blockquote>" + "<p>a</p>" * 9 + "</blockquote>"),
        ("Em", f"<p><em>{LONG}</em></p>"),
        ("Span", f"<p><span lang=fr>{LONG}</span></p>"),
        ("Figure", "<div role=img aria-label=x>" + "<p>a</p>" * 9 + "</div>"),
    ],
)
def test_one_element_stays_one_across_pages(role: str, body: str) -> None:
    (element,) = find(tree(body, SMALL), role)
    assert len(pages(element)) > 1


def test_each_row_and_item_across_pages_occurs_once() -> None:
    body = "<ol>" + "<li>a</li>" * 20 + "</ol><table>" + "<tr><td>b" * 20 + "</table>"
    counts = Counter(element.role for element in tree(body, SMALL).elements())
    assert {counts[role] for role in ("LI", "Lbl", "LBody", "TR", "TD")} == {20}


def test_a_spanning_cell_across_pages_is_one_cell() -> None:
    rows = "".join(f"<tr><td>{number}<br>x" for number in range(1, 6))
    root = tree(f"<table><tr><th rowspan=6>a<td>b{rows}</table>", SMALL)
    (head,) = find(root, "TH")
    assert head.rowspan == 6
    assert pages(root) == [0, 1]


ROWS = "".join(f"<tr><th>row {number}</th><td>{number}</td></tr>" for number in range(9))


def test_a_repeated_table_head_is_read_once() -> None:
    root = tree(f"<table><thead><tr><th>a<th>b</thead><tbody>{ROWS}</table>", SMALL)
    assert outline(root).count("TH: a\n") == 1
    assert len(find(root, "THead")) == 1
    assert pages(find(root, "THead")[0]) == [0]
    assert pages(root) == [0, 1, 2]


def test_a_repeated_table_foot_is_read_once() -> None:
    root = tree(f"<table><tbody>{ROWS}</tbody><tfoot><tr><td>a<td>b</table>", SMALL)
    assert outline(root).count("TD: a\n") == 1
    assert len(pages(find(root, "TFoot")[0])) == 1


def test_a_note_in_a_repeated_head_is_read_once() -> None:
    head = "<thead><tr><th>a<span class=note>b</span><th>c</thead>"
    root = tree(f"<table>{head}<tbody>{ROWS}</table>", SMALL)
    assert len(find(root, "Note")) == len(find(root, "Reference")) == 1


def test_running_heads_and_page_numbers_are_pagination() -> None:
    painted, _ = render_page(f"<p>{LONG}</p>", SMALL)
    assert painted.structure
    heard = [kid.text for kid in content(painted.structure.root)]
    assert not any("Running" in (text or "") or "Page" in (text or "") for text in heard)
    kinds = Counter(painted.structure.artifacts.values())
    assert kinds == {"Pagination": 2 * painted.pages}


def test_a_note_on_another_page_follows_its_sentence_in_the_tree() -> None:
    words = " ".join(["note"] * 25)
    root = tree(f"<p>{LONG}<span class=note>{words}</span> end</p><p>after</p>", SMALL)
    (note,) = find(root, "Note")
    (reference,) = find(root, "Reference")
    assert note.parent is reference.parent
    kids = note.parent.children if note.parent else []
    assert kids.index(note) == kids.index(reference) + 2
    assert pages(reference) == [3]
    assert pages(note) == [4]


def cell_with_notes() -> str:
    """A table cell whose note 3 is on no page if WeasyPrint 70 is not patched."""
    none, note = "<i class=note></i>", "<i class=note>word3</i>"
    cell = f"word1{none} لا{none} word2{note} <em>word4 word5 word6</em>"
    return f"<p>word0</p><table><tr><td>{cell}<td>word7 word8 word9 word10 word11</table>"


def test_a_note_that_layout_loses_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.pdf.render.patch_footnotes", nullcontext)
    painted, problems = render_page(cell_with_notes(), SMALL)
    assert painted.structure
    assert "word3" not in outline(painted.structure.root)
    assert [p.rule for p in problems] == [Rule.DISPLACED_FOOTNOTE] * 2


def test_a_note_that_stays_with_its_call_is_not_lost() -> None:
    painted, _ = render_page(cell_with_notes(), SMALL)
    assert painted.structure
    assert "word3" in outline(painted.structure.root)


@pytest.mark.parametrize("before", ["", LONG], ids=["over lines", "over pages"])
def test_a_link_that_wraps_is_one_link_with_all_its_annotations(before: str) -> None:
    link = f"<a href='https://example.org'>{LONG} <b>bold</b> <em>and {IMG}</em></a>"
    root = tree(f"<p>{before} {link} end</p>", SMALL)
    (element,) = find(root, "Link")
    annotations = [k for k in element.children if isinstance(k, Annotation)]
    assert len(find(element, "Em")) == len(find(element, "Figure")) == 1
    # At least one on each page where the link has text, and none elsewhere.
    assert sorted({a.page for a in annotations}) == pages(element)
    assert len(annotations) > 5
    other = [k for e in root.elements() if e is not element for k in e.children]
    assert not any(isinstance(kid, Annotation) for kid in other)


def test_implied_paragraphs_across_pages_are_one() -> None:
    root = tree(f"<section>{LONG} <em>{LONG}</em></section>", SMALL)
    assert [element.role for element in root.elements()] == ["Document", "Sect", "P", "Em"]


# Nestings of the elements that templates use.
WORD = st.sampled_from(["word", "لا", "a-b", "1.0", "naïve"])


def _phrase(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = ["em", "b", "span", "span lang=fr", "a href='https://example.org'"]
    kids = st.lists(inner, min_size=1, max_size=3).map(" ".join)
    return st.tuples(st.sampled_from(tags), kids).map(
        lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0].split()[0]}>"
    )


INLINE = st.recursive(WORD, _phrase, max_leaves=4)
NOTE = st.lists(INLINE, max_size=2).map(" ".join).map("<small class=note>{}</small>".format)
LINE = st.lists(
    INLINE | st.tuples(WORD, NOTE, st.sampled_from(["", " ", ",", " word"])).map("".join),
    min_size=1,
    max_size=4,
).map(" ".join)


def _nest(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blocks = st.lists(inner, min_size=1, max_size=3)
    cells = st.lists(blocks.map("".join) | LINE, min_size=1, max_size=2)

    def table(rows: list[list[str]]) -> str:
        trs = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) for row in rows]
        return f"<table><tbody>{''.join(trs)}</tbody></table>"

    return (
        st.builds(
            lambda tag, kids: f"<{tag}>{''.join(kids)}</{tag}>",
            st.sampled_from(["div", "section", "blockquote", "aside"]),
            blocks,
        )
        | blocks.map(lambda items: f"<ul>{''.join(f'<li>{i}</li>' for i in items)}</ul>")
        | st.lists(cells, min_size=1, max_size=2).map(table)
    )


PARAGRAPH = LINE.map("<p>{}</p>".format)
TIDY = st.recursive(PARAGRAPH | LINE.map("<div>{}</div>".format), _nest, max_leaves=6)
MIXED = st.recursive(PARAGRAPH | LINE, _nest, max_leaves=6)


PHRASES = ("Em", "Span", "Link")
NOTED = re.compile("<small.*?</small>")


def read_texts(element: Element) -> Iterator[str]:
    """What a reader gets, piece by piece, but for notes; blocks stand apart."""
    separator = "" if element.role in PHRASES else " "
    yield separator
    for kid in element.children:
        if isinstance(kid, Element):
            yield from read_texts(kid) if kid.role != "Note" else ()
        elif isinstance(kid, MarkedContent) and not kid.generated:
            yield kid.actual_text
    yield separator


def words_in(html: str) -> list[str]:
    return re.sub("<[^>]+>", " ", re.sub("</?(em|b|span|a)( [^>]*)?>", "", html)).split()


def _number(html: str) -> str:
    """Return each "word" a number, so that a wrong order shows."""
    parts = html.split("word")
    return parts[0] + "".join(f"word{n}{part}" for n, part in enumerate(parts[1:]))


@pytest.mark.parametrize("nestings", [TIDY, MIXED], ids=["tidy", "mixed"])
def test_no_nesting_loses_or_reorders_a_word(nestings: st.SearchStrategy[str]) -> None:
    @settings(max_examples=30, phases=[Phase.generate, Phase.shrink])
    @given(st.lists(nestings, min_size=1, max_size=3), st.booleans())
    def nothing_is_lost(blocks: list[str], small: bool) -> None:
        html = _number("".join(blocks))
        if small:  # where a note may be on no page: see `cell_with_notes`
            html = NOTED.sub("", html)
        painted, problems = render_page(html, "ul { list-style: disc }" + small * SMALL)
        assert painted.structure
        # On pages as small as these a note may not find room beside its call, nor a word
        # in nested lists.
        others = (Rule.LEGIBILITY, Rule.DISPLACED_FOOTNOTE, Rule.OVERFLOW)
        assert faults(p for p in problems if p.rule not in others) == []
        root = painted.structure.root
        assert "".join(read_texts(root)).split() == words_in(NOTED.sub(" ", html))
        notes = [
            "".join(read_texts(note)).split()
            for note in find(root, "Note")
            if content(note)
        ]
        written = map(words_in, NOTED.findall(html))
        assert sorted(notes) == sorted(written)
        owned = [(k.page, k.mcid) for k in content(root)]
        assert len(owned) == len(set(owned))
        assert not {*owned} & {*painted.structure.artifacts}

    nothing_is_lost()


def outlines_of_hard_cases() -> Iterator[tuple[str, str]]:
    """The language and the outline of three hard cases."""
    project = open_project(HARD_CASES)
    content = read_content(
        project, BuildOptions(("everything", "french", "arabic")), date(2017, 1, 1)
    )
    assert content.series
    assert content.brand
    for edition in content.editions:
        for language in edition.versions:
            design = Design(project, content.series, content.brand)
            view = view_brief(design, edition, language, "screen", "7QK3M-F92TX")
            html = render_html(project, view)
            assets = ProjectAssets(project, brand_css(content.brand))
            painted, problems = render_pdf(
                html, assets.serve, load_fonts(FONTS), lambda text, _: Place(text)
            )
            assert [p.message for p in problems if p.rule is not Rule.SHORT_LAST_PAGE] == []
            assert painted.structure
            yield language, outline(painted.structure.root)


def test_the_hard_cases_have_the_recorded_structure() -> None:
    """The outlines in tests/golden/structure were read aloud, line by line."""
    differences = []
    outlines = dict(outlines_of_hard_cases())
    assert sorted(outlines) == sorted(path.stem for path in GOLDEN.glob("*.txt"))
    for language, actual in outlines.items():
        golden, new = GOLDEN / f"{language}.txt", GOLDEN / f"{language}.txt.new"
        expected = golden.read_text(encoding="utf-8")
        if actual == expected:
            new.unlink(missing_ok=True)
            continue
        new.write_text(actual, encoding="utf-8")
        lines = difflib.unified_diff(
            expected.splitlines(), actual.splitlines(), golden.name, new.name, "", "", 1, ""
        )
        names = [path.relative_to(ROOT).as_posix() for path in (new, golden)]
        differences += [*lines, "read it aloud; if it is right: mv " + " ".join(names), ""]
    assert not differences, "\n".join(differences)
