"""Page breaks keep related content together."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from pipeline.build import build_documents as build
from pipeline.commands.check import read_content
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.pdf.checks.layout_boxes import measure_pages
from pipeline.pdf.checks.overflow import find_layout_issues
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import lay_out
from pipeline.problems import Severity
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.assets import ProjectAssets
from tests.conftest import WriteProject

TODAY = date(2026, 1, 1)
WORDS = "some words that fill a line of text "


def texts(root: Path, profile: str) -> list[str]:
    """The text of each page."""
    return [page.get_textpage().get_text_range() for page in built(root, profile)]


def laid_out(root: Path, profile: str) -> list[str]:
    """The text of each page of the only document, which is not painted."""
    project = open_project(root)
    content = read_content(project, BuildOptions(), TODAY)
    assert content.series
    assert content.brand
    (edition,) = content.editions
    design = Design(project, content.series, content.brand)
    html = render_html(project, view_brief(design, edition, "en", profile))
    serve = ProjectAssets(project, brand_css(content.brand)).serve
    with lay_out(html, serve, load_fonts(project.font_folders)) as document:
        issues = find_layout_issues(measure_pages(document.pages))
        assert not [i for i in issues if i.rule.severity is Severity.ERROR]
        return ["".join(words_on(page)) for page in document.pages]


def words_on(page: Any) -> Iterator[str]:
    from weasyprint.formatting_structure.boxes import TextBox

    for box in page._page_box.descendants(placeholders=True):
        box = getattr(box, "_box", box)
        if isinstance(box, TextBox):
            yield box.text


def built(root: Path, profile: str) -> pypdfium2.PdfDocument:
    """The only document of a project."""
    outcome = build(open_project(root), BuildOptions(profiles=(profile,)), TODAY)
    assert not [p for p in outcome.problems if p.severity is Severity.ERROR]
    (document,) = outcome.targets
    return pypdfium2.PdfDocument(root / "build" / document.name)


# Numbers of lines of text, so that page 1 ends at each place in the blocks after the text.
LENGTHS = {"screen": range(40, 76, 4), "a5": range(28, 56, 4), "large": range(14, 36, 3)}


@pytest.mark.parametrize("profile", LENGTHS)
@pytest.mark.parametrize("count", [4, 20])
def test_references_keep_together_at_a_page_break(
    profile: str, count: int, write_project: WriteProject
) -> None:
    """The heading stands above two entries, and the imprint stands below the last."""
    entries = "".join(f"  - {{id: r{n}, text: {WORDS * 2}}}\n" for n in range(count))
    ends = set()
    for length in LENGTHS[profile]:
        text = f"- heading: H\n    blocks: [{{text: {WORDS * length}}}]"
        content = f"title: A title\nsections:\n  {text}\nreferences:\n{entries}"
        root = write_project({"content/brief/2017/en.yaml": content})
        pages = laid_out(root, profile)
        (begun,) = [page for page in pages if "References" in page]
        assert "[1]" in begun
        assert "[2]" in begun
        assert f"[{count}]" in pages[-1]
        assert "About this brief" in pages[-1]
        ends.add(pages[0].count("["))
    assert len(ends) > 1, "no page ends in the references"


@pytest.mark.parametrize("profile", LENGTHS)
def test_a_page_may_end_after_a_single_point_for_decision(
    profile: str, write_project: WriteProject
) -> None:
    """There is no second point with which it must stay together."""
    ends = set()
    for length in LENGTHS[profile]:
        content = (
            f"title: A title\nsections:\n  - heading: H\n"
            f"    blocks: [{{text: {WORDS * length}}}]\n"
            f"points_for_decision: [{{do: Decide this., detail: {WORDS}}}]\n"
            f"references: [{{id: r, text: A reference.}}]\n"
        )
        root = write_project({"content/brief/2017/en.yaml": content})
        first, *_ = laid_out(root, profile)
        ends.add(("Decide this." in first, "A reference." in first))
    assert (True, False) in ends, "no page ends after the point"


def test_no_heading_is_alone_above_a_text_with_a_side_note(
    write_project: WriteProject,
) -> None:
    """The note would fit beside the heading, and the text would not below it."""
    for length in range(44, 70, 2):
        before = f"- heading: G\n    blocks: [{{text: {WORDS * length}}}]"
        beside = f"[{{side_note: {{text: {WORDS}}}}}, {{text: {WORDS * 6}}}]"
        content = (
            f"title: A title\nsections:\n  {before}\n  - heading: H\n    blocks: {beside}"
        )
        assert laid_out(write_project({"content/brief/2017/en.yaml": content}), "screen")


@pytest.mark.parametrize("profile", LENGTHS)
def test_a_table_of_three_rows_stays_on_a_page(
    profile: str, write_project: WriteProject
) -> None:
    """In A5 and large print higher tables break, with at least two rows on each page."""
    rows = "[[r1, a], [r2, b], [r3, c]]"
    table = f"{{table: {{title: T, columns: [X, Y], rows: {rows}, source: S}}}}"
    counts = set()
    for length in LENGTHS[profile]:
        blocks = f"[{{text: {WORDS * length}}}, {table}]"
        content = f"title: A title\nsections:\n  - heading: H\n    blocks: {blocks}"
        pages = laid_out(write_project({"content/brief/2017/en.yaml": content}), profile)
        counts |= {page.count("r1") + page.count("r2") + page.count("r3") for page in pages}
    assert counts == {0, 3}


@pytest.mark.parametrize("profile", ["screen", "a5", "large"])
def test_the_letters_of_a_figure_are_above_its_text(
    profile: str, write_project: WriteProject
) -> None:
    """Their ink, not only their line."""
    pull = "pull_figures: [{figure: 12 gyp gyp, text: hhhh}]"
    big = "{big_figure: {figure: 12 per cent, text: HHHH, source: S}}"
    content = f"title: A title\n{pull}\nsections:\n  - heading: X\n    blocks: [{big}]"
    pdf = built(write_project({"content/brief/2017/en.yaml": content}), profile)
    text = pdf[0].get_textpage()
    for letters, below in ("gyp", "hhhh"), ("per", "HHHH"):
        start, _ = text.search(letters).get_next()
        ink = [text.get_charbox(start + n) for n in range(3)]
        next_start, _ = text.search(below, match_case=True).get_next()
        top = text.get_charbox(next_start)[3]
        size = ink[0][2] - ink[0][0]
        assert min(box[1] for box in ink) > top + 0.2 * size


@pytest.mark.parametrize("profile", LENGTHS)
def test_no_line_of_the_contact_ends_with_a_label(
    profile: str, write_project: WriteProject
) -> None:
    ways = "phone: +48 58 000 00 00, email: publications@example.org"
    section = "sections: [{heading: H, blocks: [{text: Text.}]}]\n"
    root = write_project(
        {
            "content/brief/2017/en.yaml": f"title: A title\n{section}",
            "content/brief/2017/edition.yaml": f"contact: {{name: A Name, {ways}}}\n",
        }
    )
    lines = [line.strip() for page in texts(root, profile) for line in page.splitlines()]
    assert "Tel: +48 58 000 00 00" in lines
    assert any(line.endswith("example.org") for line in lines)
    assert "E-mail:" not in lines


def test_a_long_address_of_a_contact_breaks_after_its_sign(
    write_project: WriteProject,
) -> None:
    email = "publications@environment.example"
    section = "sections: [{heading: H, blocks: [{text: Text.}]}]\n"
    root = write_project(
        {
            "content/brief/2017/en.yaml": f"title: A title\n{section}",
            "content/brief/2017/edition.yaml": f"contact: {{name: N, email: {email}}}\n",
        }
    )
    lines = [line.strip() for page in texts(root, "large") for line in page.splitlines()]
    assert {"publications@", "environment.example"} <= set(lines)


def test_a_big_figure_beside_a_note_has_space_above(write_project: WriteProject) -> None:
    """As much as one without a note."""
    big = "{big_figure: {figure: 12 per cent, text: hhhh, source: S}}"
    spaces = []
    for note in "", "{side_note: {text: A note}}, ":
        blocks = f"[{{text: XXXX}}, {note}{big}]"
        content = f"title: A title\nsections:\n  - heading: H\n    blocks: {blocks}"
        page = built(write_project({"content/brief/2017/en.yaml": content}), "screen")[0]
        text = page.get_textpage()
        (above, below) = (
            text.get_charbox(text.search(words, match_case=True).get_next()[0])[1]
            for words in ("XXXX", "hhhh")
        )
        spaces.append(above - below)
    assert spaces[1] == pytest.approx(spaces[0], abs=0.5)


@pytest.mark.parametrize("profile", ["screen", "a5"])
def test_a_column_is_as_wide_as_its_words(
    profile: str, write_project: WriteProject
) -> None:
    """Only a word that is longer than most has a hyphen in a table."""
    row = f"[2017, the administration, {WORDS * 4}]"
    table = f"{{table: {{title: T, columns: [X, Y, Z], rows: [{row}], source: S}}}}"
    content = f"title: A title\nsections:\n  - heading: H\n    blocks: [{table}]"
    (page, *_) = texts(write_project({"content/brief/2017/en.yaml": content}), profile)
    assert "administration" in page
