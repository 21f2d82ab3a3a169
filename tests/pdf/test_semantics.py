"""Any sound HTML has its meaning in the tree, or is refused."""

from collections.abc import Iterator
from textwrap import dedent

import pytest

from pipeline.pdf.structure_elements import Element, MarkedContent
from tests.pdf.html_to_tree import elements, render
from tests.pdf.tree_outline import outline

MATH = "<math{}><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"

OUTLINES = {
    "headings by role": (
        "<p role=heading aria-level=2>a</p><div role=heading aria-level=3>b</div>",
        """
        H2: a
        H3: b
        """,
    ),
    "lists by role": (
        "<div role=list><div role=listitem>a</div><div><p role=listitem>b</p></div></div>",
        """
        L
          LI
            LBody: a
          LI
            LBody: b
        """,
    ),
    "a table for layout": (
        "<table role=presentation><tr><td>a<td><p>b</table>",
        """
        P: a
        P: b
        """,
    ),
    "a list for layout": (
        "<ul role=none style='list-style: none'><li>a</li><li><p>b</p></li></ul>",
        """
        P: a
        P: b
        """,
    ),
    "a table by role": (
        "<div role=table><div role=row><span role=columnheader>a</span></div>"
        "<div role=row><span role=cell>b</span></div></div>",
        """
        Table
          TR
            TH: a
          TR
            TD: b
        """,
    ),
    "a caption below its table": (
        "<table style='caption-side: bottom'><caption>a</caption><tr><td>b</table>",
        """
        Table
          Caption: a
          TBody
            TR
              TD: b
        """,
    ),
    "a table without <thead>": (
        "<table><tr><th>a<th>b<tr><td>c<td>d</table>",
        """
        Table
          TBody
            TR
              TH: a
              TH: b
            TR
              TD: c
              TD: d
        """,
    ),
    "what is not displayed": (
        "<p>a<span hidden>b</span></p><script>c</script><template>d</template>",
        """
        P: a
        """,
    ),
}


@pytest.mark.parametrize("name", OUTLINES)
def test_the_tree_has_the_meaning_of_the_html(name: str) -> None:
    body, expected = OUTLINES[name]
    _, root, faults = render(body)
    assert faults == []
    lines = dedent(expected).strip().splitlines()
    assert outline(root).splitlines() == ["Document", *(f"  {line}" for line in lines)]


def test_phrases_keep_their_roles() -> None:
    body = (
        "<p><ins>a</ins> <del>b</del> <s>c</s> <code>d</code> <kbd>e</kbd> <q>f</q> "
        "<abbr title='International Labour Organization'>ILO</abbr> "
        "m <span aria-label=squared>2</span></p>"
    )
    pdf, root, faults = render(body)
    assert faults == []
    roles = [e.role for e in root.elements() if e.role not in ("Document", "P")]
    assert roles == ["Ins", "Del", "Del", "Code", "Code", "Quote", "Span", "Span"]
    decorations = [
        str(e.A.TextDecorationType) for r in ("Ins", "Del") for e in elements(pdf, r)
    ]
    assert decorations == ["/Underline", "/LineThrough", "/LineThrough"]
    abbreviation, power = elements(pdf, "Span")
    assert str(abbreviation.E) == "International Labour Organization"
    assert str(power.ActualText) == "squared"
    mapped = pdf.Root.StructTreeRoot.RoleMap
    assert str(mapped.Ins) == str(mapped.Del) == "/Span"


def test_ruby_has_a_base_and_a_text() -> None:
    _, root, faults = render("<p>a<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>")
    assert faults == []
    (ruby,) = [e for e in root.elements() if e.role == "Ruby"]
    assert [e.role for e in ruby.elements()] == ["Ruby", "RB", "RT"]


@pytest.mark.parametrize(
    ("attributes", "alt"),
    [(" alttext='one half'", "one half"), (" aria-label='a half'", "a half")],
)
def test_a_formula_is_read_as_its_alternative(attributes: str, alt: str) -> None:
    pdf, _, faults = render(f"<p>a {MATH.format(attributes)} b</p>")
    assert faults == []
    (formula,) = elements(pdf, "Formula")
    assert str(formula.Alt) == alt


def test_a_formula_without_an_alternative_is_refused() -> None:
    """Its text alone would be read as 12."""
    _, _, faults = render(f"<p>a {MATH.format('')} b</p>")
    assert faults == ["a formula has no alternative text"]


def test_a_role_that_a_pdf_cannot_express_is_refused() -> None:
    _, _, faults = render("<p role=tab>a</p><p role=slider>b</p>")
    assert faults == [
        'the role "tab" is not supported',
        'the role "slider" is not supported',
    ]


@pytest.mark.parametrize(
    ("style", "numbering"),
    [
        ("lower-alpha", "/LowerAlpha"),
        ("upper-latin", "/UpperAlpha"),
        ("lower-roman", "/LowerRoman"),
        ("square", "/Square"),
        ("decimal", "/Decimal"),
    ],
)
def test_a_list_has_the_numbering_of_its_markers(style: str, numbering: str) -> None:
    pdf, _, _ = render(f"<ol style='list-style-type: {style}'><li>a</ol>")
    (listed,) = elements(pdf, "L")
    assert str(listed.A.ListNumbering) == numbering


def test_a_group_has_its_label_as_title() -> None:
    pdf, _, _ = render("<section aria-label='Key figures'><p>a</p></section>")
    (group,) = elements(pdf, "Sect")
    assert str(group.T) == "Key figures"


# --- The order of reading ---

NOTE = "<span class=note>note</span>"


@pytest.mark.parametrize(
    ("body", "order"),
    [
        (f"a{NOTE}. Then b.", ["a", ". Then b.", "note"]),
        (f"a{NOTE}<span>.</span> Then b.", ["a", ".", "note", " Then b."]),
        (f"a.{NOTE} Then b.", ["a.", "note", " Then b."]),
        (f"a{NOTE}<span>；b。</span>c。", ["a", "；b。", "note", "c。"]),
        (f"a{NOTE} <b>b.</b> then c.", ["a", " ", "b.", " then c.", "note"]),
        (f"a{NOTE} <em>b <i>c.</i></em> D.", ["a", " ", "b ", "c.", "note", " D."]),
        (f"<em>a{NOTE} b</em><span>.</span> C.", ["a", " b", ".", "note", " C."]),
        (f"a{NOTE} v. 2<br>B.", ["a", " v. 2", "B.", "note"]),
        (f"a{NOTE}", ["a", "note"]),
        (f"a{NOTE}b{NOTE}<span>.</span> C.", ["a", "b", ".", "note", "note", " C."]),
    ],
)
def test_a_note_is_read_after_its_sentence(body: str, order: list[str]) -> None:
    _, root, faults = render(f"<p>{body}</p>")
    assert faults == []
    read = [text for text in texts(root) if text.strip() or text in order]
    assert read == order


def texts(element: Element) -> Iterator[str]:
    """Yield the pieces of text in the order of reading, without numbers of notes."""
    for child in element.children:
        if isinstance(child, Element):
            yield from texts(child)
        elif isinstance(child, MarkedContent) and not child.generated:
            yield child.text or ""


def test_a_note_stays_before_a_list_in_its_item() -> None:
    _, root, _ = render(f"<ul><li>a{NOTE} b<ul><li>c. D.</li></ul></li></ul>")
    assert "".join(texts(root)) == "a bnotec. D."


@pytest.mark.parametrize(
    ("body", "order"),
    [
        ("<aside id=x><p>a</p></aside><main aria-owns=x><p>b</p></main><p>c</p>", "bac"),
        (
            "<aside id=x><p>a</p></aside><section aria-owns=x><p>b</p></section><p>c</p>",
            "bac",
        ),
        ("<aside id=x><p>a</p></aside><p>b</p><div aria-owns=x></div><h2>c</h2>", "bac"),
        ("<section><aside id=x>a</aside><p>b</p></section><div aria-owns=x></div>", "ba"),
        ("<p>a</p><div aria-owns=x></div><h2>b</h2><p id=x>c</p>", "acb"),
    ],
)
def test_an_element_is_read_where_its_owner_ends(body: str, order: str) -> None:
    pdf, root, faults = render(body)
    assert faults == []
    assert "".join(texts(root)).replace("\n", "") == order
    assert pdf.Root.StructTreeRoot


def test_an_owned_element_that_cannot_be_moved_is_refused() -> None:
    _, _, faults = render("<div id=x>a</div><p>b</p><p aria-owns=x>c</p>")
    assert faults[0] == 'aria-owns cannot move "x": it has no role of its own'
