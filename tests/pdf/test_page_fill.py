"""Blank bands, runts, split lists and cut boxes are measured on the laid-out pages."""

import json

from click.testing import CliRunner

from pipeline.cli import main
from pipeline.pdf import document_fitter, page_fitter
from pipeline.pdf.checks.layout_boxes import measure_pages
from pipeline.pdf.checks.page_fill import DocumentFill, measure_fill
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import lay_out
from pipeline.pdf.weasyprint_patches.attributes import patched
from pipeline.project import BUNDLED
from tests.conftest import WriteProject

FONTS = (BUNDLED / "styles" / "fonts",)
# A page holds 20 lines of 10 px.
STYLE = """
@page { size: 200px 200px; margin: 0 }
html { font: 8px/10px "Brief Sans"; orphans: 1; widows: 1 }
* { margin: 0; padding: 0 }
h2 { font: inherit }
"""


def measured(body: str) -> DocumentFill:
    """Measure a document, as it is written."""
    html = f'<html lang="en"><style>{STYLE}</style><body><main>{body}</main></body></html>'
    with (
        patched(page_fitter, _MIN_BAND=1.0, MAX_BAND=1.0),
        patched(document_fitter, MAX_BAND=1.0),
        lay_out(html, lambda name: None, load_fonts(FONTS)) as document,
    ):
        return measure_fill(measure_pages(document.pages))


def lines(count: int) -> str:
    """A paragraph of so many lines."""
    return f"<p>{'<br>'.join(['words'] * count)}</p>"


def test_a_band_is_measured_as_a_share_of_the_sheet() -> None:
    """It is at the foot of page 1, and that of the last page does not count."""
    whole = f'<div style="break-inside: avoid" data-path="b">{lines(12)}</div>'
    fill = measured(lines(10) + whole)
    first, last = fill.pages
    assert 0.48 < first.band < 0.53
    assert first.path == "b"
    assert last.band < 0.05
    assert fill.thin_pages == 1


def test_a_band_within_a_page_counts() -> None:
    """Also on the last page."""
    fill = measured(f'{lines(3)}<div style="height: 80px"></div>{lines(3)}')
    assert 0.4 < fill.largest_band < 0.45


def test_the_end_of_the_text_is_not_a_blank_band_if_two_references_follow() -> None:
    """They are kept together with the imprint."""
    entries = "".join(f'<p data-path="references.{n}">Entry</p>' for n in range(2))
    tail = f'<div style="break-before: page">{entries}</div>'
    assert measured(lines(10) + tail).largest_band < 0.05
    assert measured(lines(10) + tail.replace("references", "a")).largest_band > 0.4


def test_what_is_left_alone_is_counted() -> None:
    """A short last line, a list item, a box on two pages, a heading."""
    items = "".join(f"<li>{number}</li>" for number in range(3))
    assert measured("<p>Some words<br>end</p>").runts == 1
    assert measured("<p>Some words<br>follow</p>").runts == 0
    assert measured(f"{lines(18)}<ul>{items}</ul>").split_lists == 1
    assert measured(f"{lines(17)}<ul>{items}</ul>").split_lists == 0
    assert measured(f'{lines(18)}<aside class="box">{lines(5)}</aside>').cut_boxes == 1
    heading = '<h2 style="break-after: avoid">H</h2>'
    page_ends = '<p style="break-before: page">words</p>'
    assert measured(f"{lines(5)}{heading}{page_ends}").lone_headings == 1


def test_check_reports_pages(write_project: WriteProject) -> None:
    """A warning is at the block that leaves the blank band; the numbers are in the JSON."""
    words = "some words that fill a line of text " * 9
    content = (
        f"title: A title\nsections:\n  - heading: H\n    blocks:\n      - text: {words}\n"
        f"      - box:\n          title: B\n          text: {words * 12}\n"
    )
    root = write_project({"content/brief/2017/en.yaml": content})
    arguments = ["--project", str(root), "check", "--pages", "--json"]
    report = json.loads(CliRunner().invoke(main, arguments).stdout)
    problems = [p for p in report["problems"] if p["rule"] == "blank-band"]
    assert {p["line"] for p in problems} == {6}
    assert problems[0]["message"].startswith("profile ")
    profiles = {document["profile"] for document in report["documents"]}
    assert profiles == {"screen", "office", "a5", "large", "press"}
    assert all(document["fill"]["cut_boxes"] >= 0 for document in report["documents"])


def test_build_reports_how_pages_are_filled(write_project: WriteProject) -> None:
    """Also of a document that is up to date."""
    root = write_project({})
    arguments = ["--project", str(root), "build", "--json"]
    first, second = (
        json.loads(CliRunner().invoke(main, arguments).stdout)["documents"][0]["fill"]
        for _ in range(2)
    )
    assert first == second
    assert first["blank_band"] >= 0


def test_the_side_column_is_that_of_the_text_not_of_words_outside_a_paragraph() -> None:
    """Such words beside a paragraph are in an anonymous box, which has no padding."""
    column = "<style>main { padding-right: 60px }</style>"
    note = '<aside style="float: right; margin-right: -60px; width: 50px">words</aside>'
    for body in (lines(2), f"words {lines(2)}", f"{lines(2)} words"):
        assert measured(column + body).pages[0].is_side_empty
        assert not measured(column + note + body).pages[0].is_side_empty
