"""The print order of a session: the list for the print shop, unless a file is stale.

What `briefs print-order` prints, and its exit codes: tests/cli/test_print_order.py.
"""

import csv
import hashlib
import io
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pypdfium2
import pytest

from pipeline.build import build_documents as build
from pipeline.commands.check import check
from pipeline.commands.print_order import (
    PrintOrderResult,
    write_print_order,
)
from pipeline.commands.selection import UnknownName
from pipeline.commands.session import build_packs
from pipeline.commands.verify import FileResult, verify_files
from pipeline.content.loader import load_brand
from pipeline.html.page_view import Design
from pipeline.model.print_order import OrderLine, PaperStock, PrintOrder, Total
from pipeline.prepress.print_order import order_csv
from pipeline.problems import ExitCode, Place, Problem, Rule, exit_code
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.job_sheet import render_job_sheet
from pipeline.tasks.reading import read_session
from tests.commands.session_project import (
    FILE,
    FILES,
    FRENCH,
    SESSION,
    SHEET,
    TEXT,
    TODAY,
    build_for,
)
from tests.conftest import (
    WriteProject,
    besides_publishing,
    changed,
    what_is_wrong,
    write_files,
)

ROOT = Path(__file__).resolve().parents[2]
A4, A5 = (Decimal(210), Decimal(297)), (Decimal(148), Decimal(210))
STALE = Problem(
    Rule.STALE_PDF,
    Place("build/brief"),
    "missing or stale in profile office, for the edition 2017: fr",
    "briefs build --session 331 --profile office",
)
# English alone, which readers of Arabic get too: half as many files to build.
IN_ENGLISH = changed(SESSION, "fr: 60, ", "")


def order(root: Path, profile: str = "") -> PrintOrderResult:
    """Write a print order; its job sheet in this process, which takes less time."""
    return write_print_order(open_project(root), "331", profile, TODAY, jobs=0)


class Ordered(NamedTuple):
    """A project whose print order was written, and the result."""

    root: Path
    result: PrintOrderResult


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a project once, for the office printer."""
    root = tmp_path_factory.mktemp("built")
    write_files(root, FILES)
    build_for(root, "office")
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """Return a copy of it, where `write_project` writes."""
    return shutil.copytree(built, tmp_path / "project")


@pytest.fixture(scope="module")
def ordered(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Ordered:
    """Write its print order once; to be read only."""
    root = tmp_path_factory.mktemp("ordered") / "project"
    shutil.copytree(built, root)
    return Ordered(root, order(root))


@pytest.fixture
def with_sheet(ordered: Ordered, tmp_path: Path) -> Path:
    """Return a copy of the project with its print order, where `write_project` writes."""
    return shutil.copytree(ordered.root, tmp_path / "project")


def text_of(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [document[i].get_textpage().get_text_range() for i in range(len(document))]
    return "\n".join(pages)


def test_an_order_names_each_file_with_its_copies_and_checksum(ordered: Ordered) -> None:
    result = ordered.result
    assert besides_publishing(result.problems) == []
    assert (result.job_sheet, result.removed) == (SHEET, "")
    assert result.order
    english, french = result.order.lines
    pdf = ordered.root / "build/brief/brief_2017_en_office.pdf"
    paper = PaperStock("A4", 80, duplex=True, finish="staple")
    assert english == OrderLine(
        brief="brief",
        information_date="2017",
        language="en",
        file="build/brief/brief_2017_en_office.pdf",
        sha256=hashlib.sha256(pdf.read_bytes()).hexdigest(),
        pages=1,
        page_size=A4,
        # Readers of Arabic are given English, as the session says.
        copies_by_language={"en": 120, "ar": 25},
        stock=paper,
        is_published=False,
    )
    assert (english.copies, english.sheets_per_copy, english.sheets) == (145, 1, 145)
    assert english.weight_kg == Decimal("0.723492")
    assert (french.language, french.copies) == ("fr", 60)
    assert result.order.totals["fr"] == Total(60, 60, Decimal("0.299376"))
    assert result.order.total == Total(205, 205, Decimal("1.022868"))
    assert result.order.stock == paper


def test_the_job_sheet_prints_the_order_and_has_the_csv_attached(ordered: Ordered) -> None:
    printed = " ".join(text_of(ordered.root / SHEET).split())
    for text in (
        "Print order for session 331",
        "Governing Body, Geneva",
        "26 October – 9 November 2017",
        "A4, 80 g/m², both sides, turned on the long edge",
        "Ink colour",
        "single leaf",
        "Print this file",
        "brief_2017_en_office.pdf Not yet published",
        "To readers of: English 120, Arabic 25",
        "Total 205 205 1.0",
    ):
        assert text in printed
    with pikepdf.open(ordered.root / SHEET) as pdf:
        file = pdf.attachments["331_order.csv"].get_file()
        attached = file.read_bytes()
        # Its age is that of the session: the clock must not change the bytes.
        assert file.creation_date == datetime(2017, 10, 26, tzinfo=UTC)
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfuaid:part"]) == ("3", "1")
    assert ordered.result.order
    assert order_csv(ordered.result.order) == attached
    rows = list(csv.DictReader(io.StringIO(attached.decode(), newline="")))
    assert [row["given_to"] for row in rows] == ["en:120 ar:25", "fr:60"]


def test_the_same_order_is_the_same_bytes(ordered: Ordered, root: Path) -> None:
    order(root)
    assert (root / SHEET).read_bytes() == (ordered.root / SHEET).read_bytes()


def test_nothing_stale_is_ordered(root: Path, write_project: WriteProject) -> None:
    write_project({**FILES, FRENCH: changed(TEXT, "Some", "Other")})
    assert order(root) == PrintOrderResult(None, (STALE,))
    assert not (root / SHEET).exists()


def test_a_job_sheet_that_no_longer_holds_is_removed(
    with_sheet: Path, write_project: WriteProject
) -> None:
    sums = with_sheet / "build/SHA256SUMS"
    assert SHEET.removeprefix("build/") in sums.read_text()
    write_project({**FILES, FRENCH: changed(TEXT, "Some", "Other")})
    assert order(with_sheet) == PrintOrderResult(None, (STALE,), removed=SHEET)
    assert not (with_sheet / SHEET).exists()
    assert SHEET.removeprefix("build/") not in sums.read_text()
    assert order(with_sheet).removed == ""


def test_verify_recognizes_a_job_sheet_and_detects_changed_files(
    with_sheet: Path, write_project: WriteProject
) -> None:
    def verify() -> FileResult:
        project = open_project(with_sheet)
        (result,), problems = verify_files(project, [with_sheet / SHEET], TODAY)
        assert problems == ()
        return result

    result = verify()
    assert (result.integrity.document, result.kind) == ("331_order", "job sheet")
    assert result.session == "331"
    assert result.session_exists
    assert result.integrity.is_unchanged
    assert result.integrity.changed_files == ()
    assert result.exit_code is ExitCode.OK
    write_project({**FILES, FRENCH: changed(TEXT, "Some", "Other")})
    build_for(with_sheet, "office")
    result = verify()
    french = "build/brief/brief_2017_fr_office.pdf"
    assert result.integrity.changed_files == (french,)
    assert result.exit_code is ExitCode.STALE


def test_a_session_that_hands_out_nothing_orders_nothing(
    root: Path, write_project: WriteProject
) -> None:
    write_project({**FILES, FILE: SESSION.partition("handouts")[0]})
    wrong = [(Rule.MISSING_KEY, FILE, "session 331 hands out nothing")]
    assert what_is_wrong(order(root).problems) == wrong
    options = BuildOptions(profiles=("office",))
    assert (
        what_is_wrong(build_packs(open_project(root), options, "331", TODAY).problems)
        == wrong
    )
    assert not (root / SHEET).exists()
    # It may be planned before it is known what it hands out.
    assert check(open_project(root), ()).problems == ()


def test_a_changed_file_in_build_is_not_ordered(root: Path) -> None:
    (root / "build/brief/brief_2017_en_office.pdf").write_bytes(b"something else")
    result = order(root)
    assert (result.order, [p.rule for p in result.problems]) == (None, [Rule.STALE_PDF])


def test_a_brief_with_an_error_is_not_ordered(
    root: Path, write_project: WriteProject
) -> None:
    write_project({**FILES, FRENCH: "titel: x\n"})
    result = order(root)
    assert result.order is None
    wrong = (Rule.UNKNOWN_KEY, f"{FRENCH}:1:1", 'unknown key "titel"')
    assert wrong in what_is_wrong(result.problems)


def test_a_session_has_the_paper_of_the_series(write_project: WriteProject) -> None:
    root = write_project({**FILES, FILE: changed(SESSION, "A4", "Letter")})
    problems = check(open_project(root), ()).problems
    (problem,) = (p for p in problems if p.rule is not Rule.MISSING_TRANSLATION)
    assert problem.place == Place(FILE, 7, 15)
    assert problem.rule is Rule.PAPER_SIZE
    assert problem.message == "the series is printed on A4"


def test_on_a5_paper_the_pages_are_those_of_a5(
    root: Path, write_project: WriteProject
) -> None:
    folded = changed(IN_ENGLISH, "size: A4", "size: A5")
    folded = changed(folded, "staple", "saddle-stitch")
    write_project({**FILES, FILE: folded})
    assert [p.rule for p in order(root).problems] == [Rule.STALE_PDF]
    build_for(root, "a5", "en")
    ordered = order(root).order
    assert ordered
    assert ordered.lines[0].page_size == A5
    assert ordered.lines[0].file.endswith("_a5.pdf")


def test_sheets_that_are_folded_and_stitched_are_ordered_as_booklets(
    root: Path, write_project: WriteProject
) -> None:
    write_project({**FILES, FILE: changed(IN_ENGLISH, "staple", "saddle-stitch")})
    (problem,) = order(root).problems
    assert problem.hint == "briefs build --session 331 --profile booklet"
    build_for(root, "booklet", "en")
    ordered = order(root).order
    assert ordered
    (english,) = ordered.lines
    # One sheet of A4, folded, has four pages of A5: the file has its two sides.
    assert english.file == "build/brief/brief_2017_en_booklet.pdf"
    assert (english.page_size, english.pages) == (A4, 2)
    assert (english.sheets_per_copy, english.weight_kg) == (1, Decimal("0.723492"))


def test_the_job_sheet_has_the_values_that_a_print_shop_needs(
    root: Path, write_project: WriteProject
) -> None:
    printing = (
        "printing: {ink: black, deliver_by: 2017-10-24, deliver_to: Room 7, "
        "contact: {name: A. Name, phone: +41 22 000 00 00}}\n"
    )
    write_project({**FILES, FILE: IN_ENGLISH + printing})
    build_for(root, "office", "en")
    assert order(root).job_sheet == SHEET
    printed = " ".join(text_of(root / SHEET).split())
    for text in ("Ink black", "24 October 2017, Room 7", "A. Name, +41 22 000 00 00"):
        assert text in printed


def test_packs_are_ordered_if_they_are_up_to_date(
    root: Path, write_project: WriteProject
) -> None:
    write_project({**FILES, FILE: IN_ENGLISH + "printing: {packs: {en: 7}}\n"})
    build_for(root, "office", "en")
    (problem,) = order(root).problems
    assert (problem.rule, problem.place) == (
        Rule.STALE_PDF,
        Place("build/sessions/331/331_en.pdf"),
    )
    assert problem.hint == "briefs pack 331 --profile office"
    built = build_packs(
        open_project(root),
        BuildOptions(languages=("en",), profiles=("office",)),
        "331",
        TODAY,
    )
    assert exit_code(built.problems) is ExitCode.OK
    ordered = order(root).order
    assert ordered
    _, pack = ordered.lines
    assert (pack.file, pack.brief) == ("build/sessions/331/331_en.pdf", "")
    assert (pack.copies, pack.sheets, pack.finish) == (
        7,
        7 * pack.sheets_per_copy,
        "staple",
    )
    assert "stapled top left" in " ".join(text_of(root / SHEET).split())
    # The pack itself says nothing of the order: only its own pages are in it.
    with pikepdf.open(root / "build/sessions/331/331_en.pdf") as pdf:
        session = pdf.attachments["331_en_session.yaml"].get_file().read_bytes()
    assert b"printing" not in session


def test_in_colour_the_press_file_is_printed_and_the_other_is_its_alternative(
    root: Path, write_project: WriteProject, ghostscript: str
) -> None:
    write_project({**FILES, FILE: IN_ENGLISH})
    project = open_project(root)
    options = BuildOptions(
        languages=("en",), profiles=("office", "press"), ghostscript=ghostscript
    )
    assert exit_code(build(project, options, TODAY).problems) is ExitCode.OK
    result = write_print_order(project, "331", "", TODAY, ghostscript, jobs=0)
    assert result.order
    (english,) = result.order.lines
    assert english.press_file == "build/brief/brief_2017_en_press.pdf"
    data = (root / english.press_file).read_bytes()
    assert english.press_checksum == hashlib.sha256(data).hexdigest()[:12]
    printed = " ".join(text_of(root / SHEET).split())
    assert "PDF/X-4, trimmed to 210 × 297 mm, bleed 3 mm, FOGRA39L Coated" in printed
    assert "brief_2017_en_press.pdf Not yet published" in printed
    assert "Alternative: brief_2017_en_office.pdf" in printed
    with pypdfium2.PdfDocument(root / SHEET) as pdf:
        text = pdf[0].get_textpage()
        places = [
            text.search(c).get_next() for c in (english.checksum, english.press_checksum)
        ]
        (own, press) = (
            [text.get_charbox(first + n) for n in range(count)] for first, count in places
        )
    # The checksum of the alternative is below that of the press file, not over it.
    assert max(top for _, _, _, top in own) < min(foot for _, foot, _, _ in press)


def test_another_profile_can_be_ordered(root: Path, write_project: WriteProject) -> None:
    write_project({**FILES, FILE: IN_ENGLISH})
    assert [p.rule for p in order(root, "large").problems] == [Rule.STALE_PDF]
    build_for(root, "large", "en")
    result = order(root, "large")
    assert besides_publishing(result.problems) == []
    assert result.job_sheet == SHEET


@pytest.mark.parametrize(
    ("finish", "profile", "why"),
    [
        (
            "staple",
            "booklet",
            "its sheets are to be folded and stitched, and paper.finish of the session is "
            "staple",
        ),
        (
            "saddle-stitch",
            "office",
            "its pages fill a sheet, and paper.finish of the session is saddle-stitch",
        ),
        ("none", "screen", "it is laid out for the screen, not for paper"),
    ],
)
def test_a_profile_that_does_not_suit_the_paper_is_refused(
    write_project: WriteProject, finish: str, profile: str, why: str
) -> None:
    root = write_project({**FILES, FILE: changed(SESSION, "staple", finish)})
    with pytest.raises(UnknownName) as error:
        order(root, profile)
    assert str(error.value) == f'not with --profile "{profile}": {why}'


def test_an_error_of_a_session_has_its_line(write_project: WriteProject) -> None:
    root = write_project({**FILES, FILE: changed(SESSION, "brief: brief", "brief: breif")})
    wrong = what_is_wrong(order(root).problems)
    assert (Rule.UNKNOWN_BRIEF, f"{FILE}:5:12", 'there is no brief "breif"') in wrong


def test_a_job_sheet_is_in_the_first_language_of_the_series(
    write_project: WriteProject,
) -> None:
    arabic = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [ar, en, fr]\n"
    root = write_project(
        {
            **FILES,
            "content/series.yaml": arabic,
            "content/brief/2017/ar.yaml": TEXT,
            "content/brief/2017/en.yaml": None,
            FRENCH: None,
            FILE: changed(SESSION, "en: 120, fr: 60, ", ""),
        }
    )
    build_for(root, "office")
    assert order(root).job_sheet == SHEET
    with pikepdf.open(root / SHEET) as pdf:
        assert str(pdf.Root.Lang) == "ar"
        assert str(pdf.docinfo["/Title"]) == "طلب طباعة للدورة 331"


def test_names_of_files_do_not_break_at_their_hyphens_and_staples_are_at_the_start() -> (
    None
):
    long = "global-advocacy-of-the-forum_2017_ar_office.pdf"
    stock = PaperStock("A4", 80, duplex=True, finish="staple")
    file = OrderLine(
        *("brief", "2017", "ar", f"build/{long}", "ab" * 32, 4, A4, {"ar": 9}, stock)
    )
    project = open_project(ROOT)
    series, session, _ = read_session(project, "331", TODAY)
    brand, _ = load_brand(project)
    assert series
    assert session
    assert brand
    ordered = PrintOrder("331", stock, (file, replace(file, language="en")))
    page = render_job_sheet(Design(project, series, brand), session.session, ordered)
    part = '<span class="job-name">global-advocacy-of-the-forum_</span><wbr>'
    assert page.html.count(part) == 2
    finishes = re.findall(r'<td class="job-finish">(.*?)</td>', page.html)
    assert finishes == ["stapled top right", "stapled top left"]


def test_a_template_with_an_error_exits_with_4(
    root: Path, write_project: WriteProject
) -> None:
    template = "templates/job_sheet.html"
    write_project({**FILES, template: "<p>{{ sheet.nothing }}</p>"})
    result = order(root)
    (problem,) = result.problems
    assert (result.order, problem.exit_code) == (None, ExitCode.DESIGN)
    assert problem.place == Place(template, 1, 1)
    write_project({**FILES, template: "<p>{% if %}</p>"})
    problems = check(open_project(root), ()).problems
    assert exit_code(problems) is ExitCode.DESIGN
    assert template in {problem.place.file for problem in problems}
