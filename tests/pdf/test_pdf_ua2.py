"""A PDF/UA-1 file becomes PDF/UA-2: every relation is that of the HTML.

`make gate` checks whole documents with veraPDF; here each change is compared with its HTML.
"""

import io
from collections.abc import Iterator
from functools import cache
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from pipeline.model.pdf_identity import PdfIdentity
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.pdf_ua2 import NAMESPACE, convert_to_ua2
from pipeline.pdf.render import render_pdf
from pipeline.problems import PipelineError, Place, Rule
from pipeline.project import BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)
PLACE = Place("content/brief/2017/en.yaml")
STYLE = """
@page { size: 12cm 10cm; margin: 1cm }
body { font-family: "Brief Sans" }
.note { float: footnote }
svg { display: block; width: 1cm; height: 1cm }
"""
SVG = '<svg viewBox="0 0 9 9" role="img" aria-label="{}"><rect width="9" height="9"/></svg>'
# The targets of links: a section, a wrapper without an element of its own that shares its
# paragraph, a cell, a figure.
BODY = f"""
<nav><ol role="doc-toc"><li><a href="#there">There</a></li></ol></nav>
<h1>Title</h1>
<p>See <a href="#box">the box</a>, <a href="#in-box">its text</a>, <a href="#cell">a
cell</a> and <a href="#figure">a figure</a><span class="note">A <em>note</em> on it, see
<a href="#figure">there</a>.</span>.</p>
<figure id="figure"><figcaption>Before</figcaption>{SVG.format("One")}</figure>
<figure>{SVG.format("Two")}<figcaption>After</figcaption></figure>
<figure>{SVG.format("Three")}{SVG.format("Four")}<figcaption>Of both</figcaption></figure>
<dl><dt>Term</dt><dd>Description</dd></dl>
<ol><li>Item</li></ol>
<figure><figcaption>Steps</figcaption><ol><li>Step</li></ol><p>A source</p></figure>
<table><tr><th scope="col" id="cell">Head</th></tr><tr><td>Cell</td></tr></table>
<section id="there" style="break-before: page"><h2>There</h2>
<div id="box"><p id="in-box">A text.</p></div></section>
"""


@cache
def rendered() -> bytes:
    html = (
        '<!DOCTYPE html><html lang="en"><head><title>A title</title>'
        f'<meta name="generator" content="Briefs"><style>{STYLE}</style></head>'
        f"<body>{BODY}</body></html>"
    )
    pdf, problems = render_pdf(
        *(html, lambda _: None, load_fonts(FONTS), Place), document_name="brief_2017_en"
    )
    assert problems == []
    return pdf.pdf


@pytest.fixture
def ua2() -> Iterator[Pdf]:
    with pikepdf.open(io.BytesIO(convert_to_ua2(rendered(), PLACE))) as pdf:
        yield pdf


def elements(pdf: Pdf, *roles: str) -> list[Any]:
    """The elements of some roles, or all if no role is given, in order."""

    def below(element: Any) -> Iterator[Any]:
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, Array) else [kids]:
            if isinstance(kid, Dictionary) and "/S" in kid:
                yield kid
                yield from below(kid)

    everything = below(pdf.Root.StructTreeRoot)
    return [e for e in everything if not roles or role_of(e) in roles]


def role_of(element: Any) -> str:
    return str(element.S).removeprefix("/")


def roles_below(element: Any) -> list[str]:
    return [
        role_of(kid) for kid in element.K if isinstance(kid, Dictionary) and "/S" in kid
    ]


def test_the_file_is_pdf_2_and_claims_each_standard_in_its_metadata_only(ua2: Pdf) -> None:
    assert ua2.pdf_version == "2.0"
    assert "/Info" not in ua2.trailer
    packet = ua2.Root.Metadata.read_raw_bytes()
    metadata = ua2.open_metadata()
    claims = ("part", "rev", "conformance")
    assert [metadata[f"pdfaid:{claim}"] for claim in claims] == ["4", "2020", "F"]
    assert [metadata[f"pdfuaid:{claim}"] for claim in claims[:2]] == ["2", "2024"]
    for level in (b"accessibility1.0", b"reuse1.0"):
        assert b"http://pdfa.org/declarations/wtpdf#" + level in packet
    assert b"pdfaExtension:schemas" not in packet
    assert metadata["dc:title"] == "A title"
    assert metadata["xmp:CreatorTool"] == "Briefs"
    identity = PdfIdentity.from_xmp(packet)
    assert identity
    assert identity.document == "brief_2017_en"


def test_every_element_has_a_namespace_that_has_its_type(ua2: Pdf) -> None:
    (space,) = ua2.Root.StructTreeRoot.Namespaces
    assert str(space.NS) == NAMESPACE
    assert "/RoleMap" not in ua2.Root.StructTreeRoot
    without = {role_of(e) for e in elements(ua2) if "/NS" not in e}
    assert without == {"TOC", "TOCI", "Reference"}
    assert {e.NS.objgen for e in elements(ua2) if "/NS" in e} == {space.objgen}
    assert "Em" in {role_of(e) for e in elements(ua2)}


def test_a_note_and_its_call_refer_to_each_other(ua2: Pdf) -> None:
    (note,) = elements(ua2, "FENote")
    (reference,) = elements(ua2, "Reference")
    (call,) = reference.K
    assert (note.A.O, note.A.NoteType) == (Name.FENote, Name.Footnote)
    assert [e.objgen for e in note.Ref] == [call.objgen]
    assert [e.objgen for e in call.Ref] == [note.objgen]
    back = note.K[0].K[0]
    assert [role_of(e) for e in (note.K[0], back)] == ["Lbl", "Link"]
    assert back.Ref[0].objgen == call.objgen


def test_the_caption_of_a_single_picture_is_in_its_figure(ua2: Pdf) -> None:
    before, after, *both = elements(ua2, "Figure")
    assert roles_below(before) == ["Caption"]
    assert isinstance(before.K[0], Dictionary)
    assert roles_below(after) == ["Caption"]
    assert isinstance(after.K[-1], Dictionary)
    assert after.K[-1].P.objgen == after.objgen
    assert [roles_below(figure) for figure in both] == [[], []]
    assert [roles_below(e) for e in elements(ua2, "Div")] == [
        *(["Figure"], ["Figure"], ["Figure", "Figure", "Caption"], ["L", "P"])
    ]


def test_the_caption_of_a_diagram_is_in_its_list(ua2: Pdf) -> None:
    """A Div is transparent: in it, the caption would be in the middle of the section."""
    steps = elements(ua2, "L")[-1]
    assert roles_below(steps)[:2] == ["Caption", "LI"]
    assert steps.K[0].P.objgen == steps.objgen


def test_in_pdf_ua_1_a_caption_is_beside_its_figure() -> None:
    """Readers may skip all that is in a figure with Alt (ISO 32000-1, 14.9.3)."""
    with pikepdf.open(io.BytesIO(rendered())) as pdf:
        assert [roles_below(figure) for figure in elements(pdf, "Figure")] == [[]] * 4


def test_only_a_list_whose_labels_are_words_is_a_description(ua2: Pdf) -> None:
    numbering = [str(e.A.ListNumbering) for e in elements(ua2, "L")]
    assert numbering == ["/Description", "/Decimal", "/Decimal"]


def test_links_and_contents_lead_to_the_elements_of_their_html(ua2: Pdf) -> None:
    (entry,) = elements(ua2, "TOCI")
    there = elements(ua2, "Sect")[-1]
    assert entry.Ref[0].objgen == there.objgen
    (head,), (figure, *_) = elements(ua2, "TH"), elements(ua2, "Div")
    paragraph = elements(ua2, "P")[-1]
    (note,) = elements(ua2, "FENote")
    (call,) = (e for e in elements(ua2, "Link") if e.objgen == note.Ref[0].objgen)
    wanted = [there, paragraph, paragraph, head, figure, note, call, figure]
    links = elements(ua2, "Link")
    assert [e.objgen for e in wanted] == [link.Ref[0].objgen for link in links]
    for link in links:
        for reference in (k for k in link.K if isinstance(k, Dictionary) and "/Obj" in k):
            action = reference.Obj.A
            assert "/Dest" not in reference.Obj
            assert action.SD[0].objgen == link.Ref[0].objgen
            # Older readers go to the same place of the page.
            assert action.D[0].objgen in {page.obj.objgen for page in ua2.pages}
            assert list(action.SD)[1:] == list(action.D)[1:]
    assert "/Dests" not in ua2.Root.get("/Names", Dictionary())


def test_bookmarks_lead_to_their_headings(ua2: Pdf) -> None:
    first = ua2.Root.Outlines.First
    headings = elements(ua2, "H1", "H2")
    assert [str(item.Title) for item in (first, first.First)] == ["Title", "There"]
    for item, heading in zip((first, first.First), headings, strict=True):
        assert item.A.SD[0].objgen == heading.objgen
        assert not {"/Dest", "/SE"} & set(item.keys())


def test_the_drawing_and_the_other_roles_do_not_change(ua2: Pdf) -> None:
    with pikepdf.open(io.BytesIO(rendered())) as ua1:
        assert len(ua1.pages) == len(ua2.pages)
        for one, other in zip(ua1.pages, ua2.pages, strict=True):
            assert one.Contents.read_bytes() == other.Contents.read_bytes()
        kept = [e for e in elements(ua1) if role_of(e) not in ("Caption", "Figure", "Note")]
        roles = [role_of(e) for e in elements(ua2)]
        assert [r for r in roles if r not in ("Caption", "Figure", "FENote")] == [
            role_of(e) for e in kept
        ]


def test_the_same_file_gives_the_same_bytes() -> None:
    assert convert_to_ua2(rendered(), PLACE) == convert_to_ua2(rendered(), PLACE)


def _unknown_type(pdf: Pdf) -> None:
    elements(pdf, "H2")[0].S = Name.Heading


def _no_target(pdf: Pdf) -> None:
    for link in elements(pdf, "Link"):
        del link.Ref


def _no_call(pdf: Pdf) -> None:
    del elements(pdf, "Reference")[0].K[0].Ref


def _converted_before(pdf: Pdf) -> None:
    with pikepdf.open(io.BytesIO(convert_to_ua2(rendered(), PLACE))) as converted:
        pdf.Root.Metadata.write(converted.Root.Metadata.read_bytes())


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_unknown_type, "Heading is no standard structure type"),
        (_no_target, "an entry of the contents leads to no element"),
        (_no_call, "nothing refers to a footnote"),
        (_converted_before, "the metadata does not claim PDF/UA-1 and PDF/A-3a"),
    ],
)
def test_a_file_that_cannot_be_converted_is_a_problem(damage: Any, message: str) -> None:
    damaged = io.BytesIO()
    with pikepdf.open(io.BytesIO(rendered())) as pdf:
        damage(pdf)
        pdf.save(damaged, fix_metadata_version=False)
    with pytest.raises(PipelineError) as caught:
        convert_to_ua2(damaged.getvalue(), PLACE)
    (problem,) = caught.value.problems
    assert (problem.rule, problem.place) == (Rule.PDF_STRUCTURE, PLACE)
    assert problem.message == f"as PDF/UA-2, {message}"
