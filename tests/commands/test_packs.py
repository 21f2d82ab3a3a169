"""Packs: all that a session hands out, one PDF for each language.

What `briefs pack` prints, and its exit codes: tests/cli/test_pack.py.
"""

import io
import json
import re
import shutil
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Name, NameTree

from pipeline.build import BuildResult
from pipeline.build import build_documents as build
from pipeline.commands.clean import clean
from pipeline.commands.session import build_packs
from pipeline.commands.verify import CodeResult, FileResult, verify_files
from pipeline.content.loader import load_brand
from pipeline.design.brand_css import brand_css
from pipeline.html.pack_view import ContentsEntry, ContentsHeading
from pipeline.html.page_view import Design
from pipeline.model.dates import InformationDate
from pipeline.model.fields import Line
from pipeline.model.pdf_identity import PdfIdentity
from pipeline.problems import ExitCode, PipelineError, Rule, exit_code
from pipeline.project import BUNDLED, open_project
from pipeline.state.lock import build_lock
from pipeline.targets import BuildOptions, Pack
from pipeline.tasks.assets import ProjectAssets
from pipeline.tasks.jobs import render_document_pdf
from pipeline.tasks.packs import plan_packs, render_front_matter
from pipeline.tasks.reading import read_session
from pipeline.workers.executor import InlineExecutor
from tests.commands.packs_project import FILE, FILES, SESSION, SMALL, TODAY, pack, text
from tests.conftest import (
    WriteProject,
    besides_publishing,
    change_file,
    changed,
    what_is_wrong,
    write_files,
)
from tools.conformance.closure import find_gaps
from tools.conformance.reading import read


def states(result: BuildResult) -> dict[str, str]:
    """Return the state of the pack of each language."""
    return {p.language: p.state.value for p in result.targets if isinstance(p, Pack)}


def write(root: Path, name: str, content: str) -> None:
    (root / name).write_text(content, encoding="utf-8")


@pytest.fixture(scope="module")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the packs of a project; to be read only."""
    root = tmp_path_factory.mktemp("packs")
    write_files(root, FILES)
    result = pack(root)
    assert exit_code(result.problems) is ExitCode.OK
    assert states(result) == {"en": "built", "ar": "built"}
    return root / "build" / "sessions" / "331"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with its packs, to be copied."""
    root = tmp_path_factory.mktemp("built")
    write_files(root, SMALL)
    assert states(pack(root)) == {"en": "built", "ar": "built"}
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the small project, where `write_project` writes."""
    return shutil.copytree(built, tmp_path / "project")


@pytest.fixture
def new(write_project: WriteProject) -> Path:
    """Return the small project without any pack."""
    return write_project(SMALL)


def words_on(file: Path | io.BytesIO) -> list[str]:
    """Return the words of each page of a PDF."""
    document = pypdfium2.PdfDocument(file)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
        return [re.sub(r"[^\S\n]", " ", page.replace("\r", "")) for page in pages]
    finally:
        document.close()


def starts(path: Path) -> list[int]:
    """The page on which each brief begins, by its bookmark."""
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        return [
            pikepdf.Page(item.destination[0]).index
            for item in outline.root[1:]
            if item.destination is not None
        ]


# --- What is in a pack ---


def test_there_is_one_pack_for_each_language(session_folder: Path) -> None:
    assert sorted(file.name for file in session_folder.iterdir()) == [
        "331_ar.pdf",
        "331_en.pdf",
    ]


def test_the_cover_has_the_session_its_place_and_its_briefs(session_folder: Path) -> None:
    cover = words_on(session_folder / "331_en.pdf")[0]
    for words in (
        *("A publisher", "Session pack", "Briefs", "331st Session", "Governing Body"),
        *("26 October", "9 November 2017", "Geneva", "English"),
        *("First brief", "Second brief", "Information dated 2017"),
    ):
        assert words in cover


def test_each_brief_begins_on_a_recto(session_folder: Path) -> None:
    for language in ("en", "ar"):
        first_pages = starts(session_folder / f"331_{language}.pdf")
        assert len(first_pages) == 2
        assert [start % 2 for start in first_pages] == [0, 0]


def test_the_contents_name_the_page_that_each_link_leads_to(session_folder: Path) -> None:
    path = session_folder / "331_en.pdf"
    listed = re.findall(r"^(.+?) (\d+)\s*$", words_on(path)[1], re.M)
    with pikepdf.open(path) as pdf:
        names = dict(NameTree(pdf.Root.Names.Dests).items())
        links = [a for a in pdf.pages[1].obj.Annots if "/Dest" in a]
        targets = [
            (str(a.Contents), pikepdf.Page(names[str(a.Dest)][0]).label) for a in links
        ]
    assert len(listed) == 5  # two titles and the headings of their sections
    # One link may have several places on the page.
    once = [link for link, _ in groupby(targets)]
    assert [(f"{title}, page {page}", page) for title, page in listed] == once
    assert dict(listed)["First brief"] == "1"
    # The first has three pages; the second begins on the next recto.
    assert dict(listed)["Second brief"] == "5"


def test_each_page_has_one_number_that_of_the_pack(session_folder: Path) -> None:
    path = session_folder / "331_en.pdf"
    with pikepdf.open(path) as pdf:
        labels = [page.label for page in pdf.pages]
    for label, page in zip(labels, words_on(path), strict=True):
        if page.strip():
            line = page.strip().splitlines()[-1]
            if label == "i":  # the cover
                assert "i" not in line.split()
                continue
            assert re.findall(r"\b(?:[ivx]+|\d+)\b", line.replace("2017", "")) == [label]
            # At the outer edge: on a recto last in the line, on a verso first.
            assert label in (line.split()[0], line.split()[-1])


def test_the_number_of_the_pack_is_not_read_aloud(session_folder: Path) -> None:
    with pikepdf.open(session_folder / "331_en.pdf") as pdf:
        reading = read(pdf)
        assert find_gaps(pdf, reading) == []
        aloud = " ".join(u.text for u in reading.aloud())
    assert "Second brief" in aloud
    # The heading of its only section is followed by its first words, not by a number.
    assert re.search(r"Part 1 of Second brief\s+A paragraph", aloud)


def test_a_pack_in_arabic_is_bound_on_the_right(
    session_folder: Path, write_project: WriteProject
) -> None:
    only = changed(SESSION, "  - {brief: other, copies: {en: 3, ar: 2}}\n", "")
    root = write_project({**SMALL, FILE: only})
    pack(root, "ar")
    with pikepdf.open(root / "build/sessions/331/331_ar.pdf") as pdf:
        assert pdf.Root.ViewerPreferences.Direction == Name.R2L
    with pikepdf.open(session_folder / "331_en.pdf") as pdf:
        assert "/Direction" not in pdf.Root.ViewerPreferences


def test_a_pack_marks_its_languages_and_its_english_can_be_copied(
    session_folder: Path,
) -> None:
    path = session_folder / "331_ar.pdf"
    with pikepdf.open(path) as pdf:
        assert "/Direction" not in pdf.Root.ViewerPreferences
        parts = [str(kid.get("/Lang", "")) for kid in pdf.Root.StructTreeRoot.K[0].K]
        assert parts == ["", "ar", "en"]
        assert pdf.open_metadata()["dc:language"] == {"ar", "en"}
    pages = words_on(path)
    assert "Second" in pages[0]
    # With a direction for the whole file PDFium reverses the words of a line.
    assert "A paragraph of some words in a column" in pages[starts(path)[1]]


def test_a_brief_bound_on_the_other_side_has_its_numbers_at_the_outer_edge(
    session_folder: Path,
) -> None:
    """In a book that opens to the right a recto is a left page."""

    def outer_edges(path: Path, index: int) -> tuple[str, str]:
        """The words in the lower corners of a page, 25 mm wide."""
        with pypdfium2.PdfDocument(path) as pdf:
            page = pdf[index]
            text, width = page.get_textpage(), page.get_width()
            corners = ((0, 71), (width - 71, width))
            left, right = (
                text.get_text_bounded(left=a, right=b, bottom=0, top=71) for a, b in corners
            )
        return left.strip(), right.strip()

    arabic, english = session_folder / "331_ar.pdf", session_folder / "331_en.pdf"
    assert outer_edges(arabic, starts(arabic)[1])[0] == "3"
    assert outer_edges(english, starts(english)[1])[1] == "5"


def test_the_file_of_the_session_is_attached_without_its_comments(
    session_folder: Path,
) -> None:
    with pikepdf.open(session_folder / "331_en.pdf") as pdf:
        data = pdf.attachments["331_en_session.yaml"].get_file().read_bytes()
        assert {*pdf.attachments} >= {"brief_2017_en_office_en.yaml"}
        assert pdf.docinfo["/CreationDate"] == "D:20171026"
    assert b"en: Governing Body" in data
    assert b"start: '2017-10-26'" in data
    assert b"a note" not in data


# --- Made once ---


def test_a_second_build_leaves_every_pack(root: Path) -> None:
    file = root / "build/sessions/331/331_en.pdf"
    before = file.stat().st_mtime_ns
    again = pack(root)
    assert states(again) == {"en": "up-to-date", "ar": "up-to-date"}
    assert exit_code(again.problems) is ExitCode.OK
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (FILE, "Geneva", "Paris"),
        ("content/brief/2017/en.yaml", "First brief", "Another brief"),
        ("content/series.yaml", "A publisher", "A house"),
    ],
)
def test_a_changed_file_makes_its_packs_stale(
    root: Path, name: str, old: str, new: str
) -> None:
    change_file(root / name, old, new)
    # Arabic too: a dry run compares the files of an edition, not the texts of a language.
    assert states(pack(root, dry_run=True)) == {"en": "stale", "ar": "stale"}
    assert states(pack(root, "en")) == {"en": "built"}
    assert states(pack(root, "en", dry_run=True)) == {"en": "up-to-date"}


def test_a_new_current_edition_makes_packs_again(root: Path) -> None:
    newer = {
        "content/other/2017-06/en.yaml": text("Newer brief", 1, 1),
        "content/other/2017-06/edition.yaml": "change_note: New.\n",
    }
    write_files(root, newer)
    assert states(pack(root)) == {"en": "built", "ar": "built"}
    assert "Newer brief" in words_on(root / "build/sessions/331/331_en.pdf")[0]


def test_the_same_content_gives_the_same_bytes(built: Path, new: Path) -> None:
    """By a process, and without the packs of other languages beside it."""
    name = "build/sessions/331/331_ar.pdf"
    assert states(pack(new, "ar", jobs=1)) == {"ar": "built"}
    assert (new / name).read_bytes() == (built / name).read_bytes()


def test_a_build_keeps_the_records_of_packs_of_an_existing_session(
    root: Path,
) -> None:
    def documents() -> list[str]:
        manifest = json.loads((root / "build/manifest.json").read_bytes())
        return [name for name in manifest["targets"] if name.startswith("sessions/")]

    def build_other() -> None:
        result = build(open_project(root), BuildOptions(("other",)), TODAY)
        assert [target.state for target in result.targets] == ["built"]

    build_other()
    assert documents() == ["sessions/331/331_ar.pdf", "sessions/331/331_en.pdf"]
    assert states(pack(root)) == {"en": "up-to-date", "ar": "up-to-date"}
    (root / FILE).unlink()
    write(root, "content/other/2017/en.yaml", text("Changed", 1, 1))
    build_other()
    assert documents() == []
    gone, _ = clean(open_project(root), date(2018, 1, 1), orphaned=True, dry_run=True)
    assert "build/sessions/331/331_en.pdf" in gone


def test_a_pack_is_stale_if_a_template_was_changed_while_it_was_built(
    write_project: WriteProject,
) -> None:
    name = "templates/pack/front.html"
    front = (BUNDLED / name).read_text(encoding="utf-8")
    root = write_project({**SMALL, name: front})

    class Between(InlineExecutor):
        """Replaces the template while HTML is rendered, and restores it afterwards."""

        def submit_local(
            self, function: Callable[..., Any], *arguments: Any
        ) -> "Future[Any]":
            (root / name).write_text(f"{front}<p>More</p>", encoding="utf-8")
            result = self.submit(function, *arguments)
            (root / name).write_text(front, encoding="utf-8")
            return result

    options = BuildOptions(languages=("en",), profiles=("office",))
    project = open_project(root)
    packs = build_packs(project, options, "331", TODAY, executor=Between()).targets
    assert [pack.state for pack in packs] == ["built"]
    plan = plan_packs(open_project(root), options, "331", TODAY)
    assert "en" in {pack.language for pack in plan.stale}


# --- When something is wrong ---


def test_a_pack_with_an_error_keeps_its_last_good_file_and_the_others_are_built(
    root: Path,
) -> None:
    file = root / "build/sessions/331/331_ar.pdf"
    good = file.read_bytes()
    name = "content/brief/2017/ar.yaml"
    write(root, name, "titel: الموجز\n")
    write(root, FILE, changed(SESSION, "Geneva", "Paris"))
    result = pack(root)
    assert states(result) == {"en": "built", "ar": "blocked"}
    wrong = (Rule.UNKNOWN_KEY, f"{name}:1:1", 'unknown key "titel"')
    assert wrong in what_is_wrong(result.problems)
    assert exit_code(result.problems) is ExitCode.CONTENT
    assert file.read_bytes() == good


def test_an_overflow_is_reported_for_every_brief_and_nothing_is_written(
    new: Path,
) -> None:
    long = "A title of very many words " * 9
    files = [f"content/{slug}/2017/en.yaml" for slug in ("brief", "other")]
    for name in files:
        write(new, name, re.sub("title: .*", f"title: {long}", str(SMALL[name])))
    result = pack(new, "en")
    problems = [p for p in result.problems if p.rule is Rule.TITLE_LINES]
    assert [problem.place.file for problem in problems] == files
    assert all("the title takes" in problem.message for problem in problems)
    assert exit_code(result.problems) is ExitCode.CONTENT
    assert not (new / "build/sessions").exists()


def test_a_session_with_an_error_makes_nothing(new: Path) -> None:
    write(new, FILE, changed(SESSION, "brief: other", "brief: otter"))
    result = pack(new)
    (problem,) = result.problems
    assert what_is_wrong([problem]) == [
        (Rule.UNKNOWN_BRIEF, f"{FILE}:7:13", 'there is no brief "otter"')
    ]
    assert problem.hint == 'did you mean "other"?'
    assert exit_code(result.problems) is ExitCode.CONTENT
    assert not (new / "build/sessions").exists()


def test_a_session_without_handouts_is_a_problem(new: Path) -> None:
    write(new, FILE, SESSION.partition("handouts:")[0])
    result = pack(new)
    wrong = [(Rule.MISSING_KEY, FILE, "session 331 hands out nothing")]
    assert what_is_wrong(result.problems) == wrong
    assert exit_code(result.problems) is ExitCode.CONTENT


def test_warnings_are_repeated_and_block_packs_when_strict(new: Path) -> None:
    unused = "references: [{id: unused, text: A book}]\n"
    write(new, "content/other/2017/en.yaml", text("Second brief", 1, 1) + unused)
    for _ in range(2):
        (problem,) = besides_publishing(pack(new, "en").problems)
        assert problem.rule is Rule.UNUSED_REFERENCE
    strict = pack(new, strict=True)
    assert states(strict) == {"en": "blocked", "ar": "blocked"}
    assert exit_code(strict.problems, strict=True) is ExitCode.CONTENT


def test_one_at_a_time_works_in_a_folder(new: Path) -> None:
    with build_lock(new / "build"), pytest.raises(PipelineError) as error:
        pack(new)
    (problem,) = error.value.problems
    assert problem.rule is Rule.BUILD_LOCKED
    assert "another build is running" in problem.message
    assert problem.exit_code is ExitCode.ENVIRONMENT
    assert not (new / "build/sessions").exists()


# --- Verified ---


def verify(root: Path, name: str) -> FileResult:
    file = root / "build/sessions/331" / name
    (result,), problems = verify_files(open_project(root), [file], TODAY)
    assert problems == ()
    return result


def test_verify_recognizes_a_pack_and_detects_a_change(root: Path) -> None:
    good = verify(root, "331_en.pdf")
    assert good.integrity.document == "331_en"
    assert good.integrity.is_unchanged
    assert good.session == "331"
    assert good.session_exists
    assert good.kind == "pack"
    assert good.exit_code is ExitCode.OK
    file = root / "build/sessions/331/331_en.pdf"
    with pikepdf.open(file, allow_overwriting_input=True) as pdf:
        del pdf.pages[-1]
        pdf.save(file)
    changed = verify(root, "331_en.pdf")
    assert changed.integrity.is_unchanged is False
    assert changed.exit_code is ExitCode.STALE
    (root / FILE).unlink()
    gone = verify(root, "331_en.pdf")
    assert gone.session == "331"
    assert not gone.session_exists


def verdict_on(result: CodeResult) -> tuple[str, str, bool | None, str]:
    current = str(result.current.information_date) if result.current else ""
    return result.slug, str(result.information_date), result.is_changed, current


@pytest.mark.parametrize("name", ["331_en.pdf", "331_en_booklet.pdf"])
def test_verify_names_the_briefs_of_a_pack_that_changed(
    root: Path, bound: Path, tmp_path: Path, name: str
) -> None:
    if "booklet" in name:
        root = shutil.copytree(bound, tmp_path / "bound")
    write_files(
        root,
        {
            "content/brief/2017/en.yaml": text("Another"),
            "content/other/2018/en.yaml": text("Second brief"),
        },
    )
    result = verify(root, name)
    assert [verdict_on(edition) for edition in result.editions] == [
        ("brief", "2017", True, "2017"),
        ("other", "2017", False, "2018"),
    ]
    assert result.exit_code is ExitCode.STALE


# --- On paper of A5, and as a booklet ---


def brief_with_headings(title: str, number: int) -> str:
    parts = (
        f"  - {{heading: Heading {n}, blocks: [{{text: Some words.}}]}}\n"
        for n in range(1, number + 1)
    )
    return f"title: {title}\nsections:\n{''.join(parts)}"


@pytest.fixture(scope="module")
def bound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with English packs on A5 and as a booklet; its last brief has one page."""
    root = tmp_path_factory.mktemp("bound")
    write_files(root, SMALL)
    write(root, "content/other/2017/en.yaml", brief_with_headings("Second brief", 1))
    for profile in ("a5", "booklet"):
        assert not besides_publishing(pack(root, "en", profile=profile).problems)
    return root


def test_a_profile_is_part_of_the_name(bound: Path) -> None:
    files = sorted((bound / "build/sessions/331").iterdir())
    assert [file.name for file in files] == ["331_en_a5.pdf", "331_en_booklet.pdf"]
    with pikepdf.open(files[0]) as pdf:
        assert {round(float(page.MediaBox[2])) for page in pdf.pages} == {420}


def test_a_booklet_has_two_pages_of_a5_on_each_side(bound: Path) -> None:
    with pikepdf.open(bound / "build/sessions/331/331_en_booklet.pdf") as pdf:
        sizes = {tuple(round(float(n)) for n in page.MediaBox) for page in pdf.pages}
        assert sizes == {(0, 0, 842, 595)}
        assert len(pdf.pages) % 2 == 0
        identity = PdfIdentity.from_xmp(pdf.Root.Metadata.read_bytes())
        assert identity
        assert identity.document == "331_en_booklet"


def test_a_cover_has_no_page_number(bound: Path) -> None:
    cover, contents, *_ = words_on(bound / "build/sessions/331/331_en_a5.pdf")
    assert "Session pack · Briefs" not in cover
    assert not cover.rstrip().endswith(" i")
    assert "Session pack · Briefs · 331st Session" in contents


def test_the_back_of_a_booklet_has_the_imprint_of_the_pack(bound: Path) -> None:
    """It is there alone, and not on the cover; no page is blank."""
    with pikepdf.open(bound / "build/sessions/331/331_en_a5.pdf") as pdf:
        *_, last, behind = (page.Contents.read_bytes() for page in pdf.pages)
        assert last
        assert not behind
    booklet = bound / "build/sessions/331/331_en_booklet.pdf"
    outside = words_on(booklet)[0]
    assert outside.count("Governing Body, 331st Session.") == 1
    assert "Edition code" not in outside
    assert "Second brief" in outside.partition("A publisher")[2]
    with pikepdf.open(booklet) as pdf:
        assert {len(page.Resources.XObject) for page in pdf.pages} == {2}


def test_pages_for_notes_are_in_the_language_of_the_pack(tmp_path: Path) -> None:
    """Its last brief is in English."""
    write_files(tmp_path, SMALL)
    assert not besides_publishing(pack(tmp_path, "ar", profile="booklet").problems)
    words = words_on(tmp_path / "build/sessions/331/331_ar_booklet.pdf")
    assert "Second brief" in " ".join(words)
    assert "ملاحظات" in " ".join(words)
    assert "Notes" not in " ".join(words)
    with pikepdf.open(tmp_path / "build/sessions/331/331_ar_booklet.pdf") as pdf:
        assert {len(page.Resources.XObject) for page in pdf.pages} == {2}


def test_pages_that_stay_blank_on_sheets_of_their_own_do_not_in_a_pack(
    bound: Path, tmp_path: Path
) -> None:
    """The fixture has session_folder the pack without a problem."""
    root = shutil.copytree(bound, tmp_path / "project")
    alone = build(open_project(root), BuildOptions(("other",), (), ("a5",)), TODAY)
    assert [problem.rule for problem in alone.problems] == [Rule.BLANK_PAGES]


# --- The contents ---


def contents(root: Path, *entries: ContentsEntry) -> list[str]:
    """Render the front of a pack; give the words of each page of its contents."""
    project = open_project(root)
    series, session, _ = read_session(project, "331", TODAY)
    brand, _ = load_brand(project)
    assert series
    assert session
    assert brand
    target = Pack("331", "en", "office")
    page = render_front_matter(
        Design(project, series, brand), target, session.session, entries
    )
    assets = ProjectAssets(project, brand_css(brand))
    result, problems = render_document_pdf(assets, page.html, (), target.source, {}, None)
    assert besides_publishing(problems) == []
    return words_on(io.BytesIO(result.pdf))[1:]


def entry(title: str, number: int, headings: int, word: str) -> ContentsEntry:
    """A brief with so many headings, each with a `word`; `number` counts the briefs."""
    marks = (
        ContentsHeading(f"{word} {n}", f"entry{number}.{n}", n)
        for n in range(1, headings + 1)
    )
    dated = InformationDate(2017)
    anchor = f"entry{number}"
    return ContentsEntry(Line(title), None, "en", dated, anchor, 1, tuple(marks))


def test_the_contents_list_sections_and_no_heading_that_every_brief_has(new: Path) -> None:
    fixed = "key_messages: [{say: A message.}]\npoints_for_decision: [{do: Decide.}]\n"
    fixed += "references: [{id: a, text: A work.}]\n"
    brief = text("First brief", 2, 1) + fixed
    write(new, "content/brief/2017/en.yaml", changed(brief, "A paragraph", "See [@a]. A"))
    pack(new, "en")
    path = new / "build/sessions/331/331_en.pdf"
    assert "Points for decision" in words_on(path)[2]
    listed = re.findall(r"^(.+?) \d+\s*$", words_on(path)[1], re.M)
    of_first = ["Part 1 of First brief", "Part 2 of First brief"]
    assert listed == ["First brief", *of_first, "Second brief", "Part 1 of Second brief"]


def test_a_pack_of_one_brief_has_no_contents_and_its_cover_links_to_it(new: Path) -> None:
    write(new, FILE, changed(SESSION, "  - {brief: other, copies: {en: 3, ar: 2}}\n", ""))
    pack(new, "en")
    path = new / "build/sessions/331/331_en.pdf"
    pages = words_on(path)
    assert "Contents" not in "".join(pages)
    assert re.search(r"First brief\s+1\b", pages[0])
    assert starts(path) == [2]
    with pikepdf.open(path) as pdf:
        (link,) = (a for a in pdf.pages[0].obj.Annots if "/Dest" in a)
        destination = dict(NameTree(pdf.Root.Names.Dests).items())[str(link.Dest)]
        assert pikepdf.Page(destination[0]).label == "1"


def test_the_contents_keep_a_title_and_its_headings_together(new: Path) -> None:
    first, second, *_ = contents(
        new,
        entry("First brief", 1, 30, "Heading"),
        entry("Second brief", 2, 30, "Heading"),
    )
    assert "First brief" in first
    assert "Heading 30" in first
    assert "Second brief" not in first
    assert "Second brief" in second


def test_more_headings_than_a_page_takes_leave_no_one_or_two_alone(new: Path) -> None:
    """A page takes 38: one or two more take others with them."""
    following = entry("Second brief", 2, 1, "Part")
    for number in (39, 40):
        _, second, *_ = contents(new, entry("First brief", 1, number, "Heading"), following)
        assert second.count("Heading") == 3
