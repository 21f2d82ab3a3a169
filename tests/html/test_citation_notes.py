"""A series that cites in notes prints each citation as a footnote."""

import re
from datetime import date

from pipeline.html.text.citation_notes import CitationNotes
from pipeline.html.text.markdown import TextStyle, line_html, prose_html
from pipeline.model.references import Reference
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject
from tests.html.rendered import html_of

REFERENCES = {
    "ilo": Reference(
        id="ilo", text="ILO. *Global Advocacy*. 2017.", url="https://ilo.org/a"
    ),
    "un": Reference(id="un", text="UN. Web page."),
}
SERIES = """\
name: {en: Series}
publisher: {name: {en: Publisher}}
languages: [en]
citations: notes
"""
BRIEF = """\
title: Work
lead: "One [@a]."
key_messages: [{say: "Two [@a]."}]
sections:
  - heading: Three
    blocks:
      - text: |
          Four [@b]. Five[^own]. Six [@a].

          [^own]: Own words [@b].
      - table:
          title: Seven
          columns: [x, y]
          rows: [[z, "8 [@b]"]]
references:
  - {id: a, text: "First, A. *A title*. 2016.", url: "https://example.org/a"}
  - {id: b, text: "Second, B. *B title*. 2017."}
"""


def notes_of(html: str) -> list[str]:
    html = html.replace('<span class="address-part">ilo.org/a</span>', "ilo.org/a")
    html = html.replace('<span class="address-part">example.org/a</span>', "")
    parts = html.split('<span class="footnote">')[1:]
    return [re.sub("<[^>]*>", "", part.split("</span>")[0]) for part in parts]


def test_the_first_note_has_the_reference_and_later_ones_its_title() -> None:
    style = TextStyle(note_tokens=CitationNotes(REFERENCES).note_tokens)
    first = prose_html("So it is [@ilo; @un]. Again [@ilo],\nand\n[@un].", style)
    assert notes_of(first) == [
        "ILO. Global Advocacy. 2017. ilo.org/a UN. Web page.",
        "ILO. Global Advocacy.",
        "UN. Web page.",
    ]
    assert 'So it is<span class="footnote">ILO. <em>Global Advocacy</em>. 2017. ' in first
    assert 'href="https://ilo.org/a"' in first
    assert "[" not in re.sub("<[^>]*>", "", first)


def test_the_short_form_of_an_entry_in_another_language_is_in_that_language() -> None:
    text = "[Stiglitz, J. *Its Discontents*. New York, 2002.]{lang=en}"
    references = {"a": Reference(id="a", text=text)}
    style = TextStyle(note_tokens=CitationNotes(references).note_tokens)
    html = prose_html("Un [@a]. Deux [@a].", style)
    start = '<span class="footnote"><span lang="en" dir="ltr">Stiglitz, J. '
    assert html.count(start) == 2
    assert html.count("New York") == 1
    assert html.count("<em>Its Discontents</em>.</span>") == 1
    assert "[" not in html


def test_a_citation_in_a_footnote_is_a_part_of_it() -> None:
    style = TextStyle(note_tokens=CitationNotes(REFERENCES).note_tokens)
    html = prose_html("So[^n].\n\n[^n]: Seen by the UN: [@un].", style)
    assert notes_of(html) == ["Seen by the UN: UN. Web page."]


def test_without_notes_a_citation_is_a_number() -> None:
    assert 'href="#reference.un"' in line_html("So [@un].", TextStyle())


def test_pages_have_notes_and_no_list_of_references(write_project: WriteProject) -> None:
    files = {"content/series.yaml": SERIES, "content/brief/2017/en.yaml": BRIEF}
    html = html_of(open_project(write_project(files)), "brief")
    assert len(notes_of(html)) == 6
    assert sum("2016" in note for note in notes_of(html)) == 1
    assert sum("2017." in note for note in notes_of(html)) == 1
    assert 'class="references' not in html


def test_notes_are_tagged_and_on_the_web(write_project: WriteProject) -> None:
    import pypdfium2

    from pipeline.build import build_documents as build
    from pipeline.commands.web import build_web

    files = {"content/series.yaml": SERIES, "content/brief/2017/en.yaml": BRIEF}
    project = open_project(write_project(files))
    built = build(project, BuildOptions(), date(2018, 1, 1))
    assert [p.message for p in built.problems if p.severity == "error"] == []
    (pdf,) = project.build.rglob("brief_2017_en.pdf")
    page = pypdfium2.PdfDocument(pdf.read_bytes())[0].get_textpage()
    text = " ".join(page.get_text_range().split())
    assert "First, A. A title. 2016. example.org/a" in text
    assert text.count("Second, B. B title.") == 3
    build_web(project, BuildOptions(unpublished=True), date(2018, 1, 1), "https://x.org")
    (web,) = (project.build / "site").rglob("brief/2017/en/index.html")
    assert web.read_text("utf-8").count('role="doc-noteref"') == 6
