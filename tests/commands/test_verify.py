"""Whether a printed paper, by its code, or a PDF file is the current edition.

What `briefs verify` prints, and its exit codes: tests/cli/test_verify.py.
"""

import re
import shutil
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from pipeline.build import build_documents as build
from pipeline.commands.clean import clean
from pipeline.commands.session import build_packs
from pipeline.commands.verify import FileResult, verify_files
from pipeline.commands.verify_code import CodeResult, nearest_code, verify_code
from pipeline.editions.code import EditionCode, make_code, parse_code
from pipeline.model.dates import InformationDate
from pipeline.model.pdf_identity import PdfIdentity
from pipeline.problems import ExitCode, Problem, Rule
from pipeline.project import open_project
from pipeline.report.verified import file_text
from pipeline.targets import BuildOptions
from tests.commands.verify_project import DATA, EN, LATER, PROJECT, TEXT, TODAY
from tests.conftest import WriteProject, changed, what_is_wrong, write_files

FACTS = "content/brief/2017/edition.yaml"
PROFILES = ("screen", "office", "a5", "large")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a project once, in several profiles; to be read only."""
    root = tmp_path_factory.mktemp("built")
    write_files(root, PROJECT)
    result = build(open_project(root), BuildOptions(profiles=PROFILES), TODAY)
    assert len(result.targets) == len(PROFILES)
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """Return a copy of it, where `write_project` writes."""
    return shutil.copytree(built, tmp_path / "project")


@pytest.fixture(scope="module")
def code(built: Path) -> EditionCode:
    """Read the code from the last page, as a person would."""
    return printed_code(built, "screen")


def printed_code(root: Path, profile: str) -> EditionCode:
    suffix = "" if profile == "screen" else f"_{profile}"
    pdf = root / f"build/brief/brief_2017_en{suffix}.pdf"
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [document[i].get_textpage().get_text_range() for i in range(len(document))]
    [code] = re.findall(r"Edition code:\s+([0-9A-Z]{5}-[0-9A-Z]{5})", pages[-1])
    return parse_code(code)


def verify(root: Path, code: EditionCode, on: date = TODAY) -> CodeResult:
    """Verify a code that one edition has, and that has no problem."""
    (result,), problems = verify_code(open_project(root), [code], on)
    assert problems == ()
    return result


def verify_file(root: Path, *files: Path) -> tuple[list[FileResult], tuple[Problem, ...]]:
    results, problems = verify_files(open_project(root), files, TODAY)
    return list(results), problems


def test_a_paper_of_the_current_edition_is_current(built: Path, code: EditionCode) -> None:
    result = verify(built, code)
    assert (result.code, result.slug, result.language) == (str(code), "brief", "en")
    assert result.information_date == InformationDate(2017)
    assert result.is_changed is False
    assert result.is_current
    assert result.exit_code is ExitCode.OK


def test_a_code_is_verified_without_a_build(
    write_project: WriteProject, code: EditionCode
) -> None:
    root = write_project(PROJECT)
    typed = parse_code(str(code).lower().replace("-", " "))
    assert verify(root, typed).exit_code is ExitCode.OK


def test_all_profiles_carry_the_same_code_and_the_file_names_it_too(
    built: Path, code: EditionCode
) -> None:
    assert {printed_code(built, profile) for profile in PROFILES} == {code}
    files = sorted((built / "build/brief").glob("*.pdf"))
    assert len(files) == len(PROFILES)
    for pdf in files:
        with pikepdf.open(pdf) as opened:
            identity = PdfIdentity.from_xmp(opened.Root.Metadata.read_bytes())
            assert identity
            assert (identity.document, identity.codes) == (pdf.stem, str(code))


@pytest.mark.parametrize(
    "files",
    [
        {EN: changed(TEXT, "Some text", "Other text")},
        {DATA: "place,share\nHere,1\nThere,3\n"},
        {FACTS: "contact: {name: A. Person}\n"},
    ],
    ids=["words", "data", "contact"],
)
def test_a_changed_text_differs_from_a_replaced_edition(
    write_project: WriteProject, code: EditionCode, files: Mapping[str, str]
) -> None:
    result = verify(write_project({**PROJECT, **files}), code)
    assert result.is_changed is True
    assert result.is_current
    assert result.exit_code is ExitCode.STALE


@pytest.mark.parametrize(
    "files",
    [
        {EN: "# A note.\n" + TEXT},
        {EN: changed(TEXT, "text: Some text.", "text: |\n          Some\n          text.")},
        {FACTS: "review_after: 12 months\nsubjects: [trade]\n"},
        {"content/brief/2017/fr.yaml": TEXT},
    ],
    ids=["comment", "breaks", "not printed", "translation"],
)
def test_a_change_that_is_not_printed_keeps_the_code(
    write_project: WriteProject, code: EditionCode, files: Mapping[str, str]
) -> None:
    root = write_project({**PROJECT, **files})
    assert verify(root, code).exit_code is ExitCode.OK


def test_a_note_in_another_language_does_not_count(write_project: WriteProject) -> None:
    root = write_project(PROJECT | {FACTS: "change_note: {en: New, fr: Neuf}\n"})
    build(open_project(root), BuildOptions(), TODAY)
    code = printed_code(root, "screen")
    write_project(PROJECT | {FACTS: "change_note: {en: New, fr: Nouveau}\n"})
    assert verify(root, code).exit_code is ExitCode.OK
    write_project(PROJECT | {FACTS: "change_note: {en: Newer, fr: Neuf}\n"})
    assert verify(root, code).is_changed is True


def test_a_replaced_edition_names_the_new_one_and_its_change_note(
    write_project: WriteProject, code: EditionCode
) -> None:
    result = verify(write_project(PROJECT | LATER), code)
    assert (result.slug, result.language) == ("brief", "en")
    assert result.information_date == InformationDate(2017)
    assert result.is_changed is False
    assert not result.is_current
    assert result.current
    assert result.current.information_date == InformationDate(2018, 3)
    assert result.current.languages == ("fr",)
    assert result.change_note == "With figures of 2018."
    assert result.exit_code is ExitCode.STALE


def test_the_day_decides_which_edition_is_current(
    write_project: WriteProject, code: EditionCode
) -> None:
    root = write_project(PROJECT | LATER)
    assert verify(root, code, date(2018, 2, 28)).exit_code is ExitCode.OK
    early = verify(root, code, date(2016, 12, 31))
    assert early.current is None
    assert early.exit_code is ExitCode.STALE


def test_an_edition_with_errors_cannot_be_compared(
    write_project: WriteProject, code: EditionCode
) -> None:
    root = write_project(PROJECT | {EN: changed(TEXT, "title: A", "titel: A")})
    (result,), problems = verify_code(open_project(root), [code], TODAY)
    assert (result.slug, result.language, result.is_changed) == ("brief", "en", None)
    wrong = (Rule.UNKNOWN_KEY, f"{EN}:1:1", 'unknown key "titel"')
    assert wrong in what_is_wrong(problems)
    assert result.exit_code is ExitCode.CONTENT


def test_errors_of_another_edition_do_not_matter(
    write_project: WriteProject, code: EditionCode
) -> None:
    root = write_project(PROJECT | {"content/brief/2018/en.yaml": "titel: A title\n"})
    assert verify(root, code, date(2017, 12, 31)).exit_code is ExitCode.OK
    now = verify(root, code)
    assert now.current
    assert now.current.information_date == InformationDate(2018)
    assert now.is_changed is False
    assert now.change_note == ""
    assert now.exit_code is ExitCode.STALE


def test_a_mistyped_code_has_a_nearest_one(built: Path, code: EditionCode) -> None:
    project, typed = open_project(built), str(code)
    last = "7" if typed[-1] != "7" else "8"
    assert nearest_code(project, typed[:-1] + last, TODAY) == f"{code}, of brief 2017 en"
    assert nearest_code(project, "nothing like it", TODAY) == ""


def test_a_code_that_no_edition_has_is_unknown(built: Path) -> None:
    code = make_code("another", InformationDate(2017), "en", b"words")
    results, (problem,) = verify_code(open_project(built), [code], TODAY)
    assert results == ()
    assert what_is_wrong([problem]) == [
        (Rule.UNKNOWN_CODE, str(code), "no edition of this project has this code")
    ]
    assert "it may belong to another series" in problem.hint


def test_an_edition_that_was_renamed_is_known_by_its_text(
    write_project: WriteProject, code: EditionCode
) -> None:
    root = write_project(PROJECT)
    (root / "content/brief").rename(root / "content/renamed")
    results, (problem,) = verify_code(open_project(root), [code], TODAY)
    assert (results, problem.rule) == ((), Rule.UNKNOWN_CODE)
    assert problem.hint == "renamed 2017 en has this text: was its folder renamed?"


def test_of_several_editions_with_the_same_first_half_of_a_code_the_text_decides(
    monkeypatch: pytest.MonkeyPatch, write_project: WriteProject, code: EditionCode
) -> None:
    """One in 33 million pairs collides, so here a hash is made to."""
    other = changed(TEXT, "shares.csv", "[{place: a, share: 1}]")
    root = write_project({**PROJECT, "content/other/2017/en.yaml": other})
    monkeypatch.setattr(
        "pipeline.commands.verify_code.identity_of", lambda *_: code.identity
    )
    monkeypatch.setattr(
        "pipeline.editions.code.make_code",
        lambda *of: EditionCode(code.identity, make_code(*of).text),
    )
    result = verify(root, code)
    assert (result.slug, result.information_date) == ("brief", InformationDate(2017))
    assert (result.language, result.exit_code) == ("en", ExitCode.OK)
    unknown = EditionCode(code.identity, "0000")
    results, problems = verify_code(open_project(root), [unknown], TODAY)
    assert [r.slug for r in results] == ["brief", "other"]
    assert {r.exit_code for r in results} == {ExitCode.STALE}
    assert problems == ()


def pdf_of(root: Path) -> Path:
    return root / "build/brief/brief_2017_en.pdf"


def test_a_file_of_the_build_is_unchanged_and_current_also_as_a_copy(
    built: Path, tmp_path: Path
) -> None:
    copy = shutil.copyfile(pdf_of(built), tmp_path / "download (1).pdf")
    [result], problems = verify_file(built, copy)
    assert (result.file, problems) == (str(copy), ())
    assert result.integrity.document == "brief_2017_en"
    assert result.integrity.is_unchanged
    assert [edition.is_current for edition in result.editions] == [True]
    assert result.exit_code is ExitCode.OK


def test_a_changed_file_is_not_the_file_in_build(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "changed.pdf"
    with pikepdf.open(pdf_of(built)) as opened:
        opened.docinfo["/Title"] = "Another"
        opened.save(copy)
    [result], problems = verify_file(built, copy)
    assert (result.integrity.document, problems) == ("brief_2017_en", ())
    assert result.integrity.is_unchanged is False
    assert result.integrity.differences == ('the entry "Title" of its information differs',)
    assert [edition.exit_code for edition in result.editions] == [ExitCode.OK]
    assert result.exit_code is ExitCode.STALE


def blank(opened: pikepdf.Pdf) -> None:
    """Replace all pages by a blank one; the identity stays."""
    del opened.pages[:]
    opened.add_blank_page()


def empty_pages(opened: pikepdf.Pdf) -> None:
    for page in opened.pages:
        page.obj.Contents = opened.make_stream(b"")


def remove_attachments(opened: pikepdf.Pdf) -> None:
    for name in list(opened.attachments):
        del opened.attachments[name]


def renamed(name: str, new: str) -> Callable[[pikepdf.Pdf], None]:
    def rename(opened: pikepdf.Pdf) -> None:
        opened.attachments[new] = opened.attachments[name].get_file().read_bytes()
        del opened.attachments[name]

    return rename


def shown_as(name: str, new: str) -> Callable[[pikepdf.Pdf], None]:
    def rename(opened: pikepdf.Pdf) -> None:
        opened.attachments[name].filename = new

    return rename


def other_data(opened: pikepdf.Pdf) -> None:
    opened.attachments["brief_2017_en_figure-1.csv"] = b"place,share\r\nHere,9\r\n"


def identity_of(opened: pikepdf.Pdf) -> PdfIdentity:
    identity = PdfIdentity.from_xmp(opened.Root.Metadata.read_bytes())
    assert identity
    return identity


def write_identity(opened: pikepdf.Pdf, identity: PdfIdentity) -> None:
    packet = opened.Root.Metadata.read_bytes() if "/Metadata" in opened.Root else None
    written = identity.written_into(packet) if packet else identity.written_into()
    opened.Root.Metadata = opened.make_stream(written)


def write_codes(opened: pikepdf.Pdf, codes: str) -> None:
    write_identity(opened, replace(identity_of(opened), codes=codes))


def other_code(opened: pikepdf.Pdf) -> None:
    write_codes(opened, "N9FMR-FJW59")


def other_page_content(opened: pikepdf.Pdf) -> None:
    page = opened.pages[0]
    page.contents_add(opened.make_stream(b"q Q"), prepend=True)


def tags_removed(opened: pikepdf.Pdf) -> None:
    del opened.Root.StructTreeRoot


EDITION_FILE = "brief_2017_en_edition.yaml"
ALTERED: dict[str, tuple[Callable[[pikepdf.Pdf], None], str]] = {
    "no attachments": (
        remove_attachments,
        "brief_2017_en; altered: its attachments were removed; current",
    ),
    "one attachment renamed": (
        renamed(EDITION_FILE, "notes.yaml"),
        f"brief_2017_en; altered: the attachment {EDITION_FILE} was removed or renamed, "
        "the attachment notes.yaml was added or renamed; current",
    ),
    "one attachment with another name for readers": (
        shown_as(EDITION_FILE, "notes.yaml"),
        "altered: the attachment notes.yaml was added or renamed; current",
    ),
    "one attachment of another brief": (
        renamed(EDITION_FILE, "other_2018_fr_edition.yaml"),
        f"altered: the attachment {EDITION_FILE} was removed or renamed",
    ),
    "blank pages": (blank, "brief_2017_en; altered: its pages are blank; current"),
    "empty pages": (empty_pages, "altered: its pages are blank; current"),
    "no tags": (tags_removed, "altered: its tags were removed; current"),
    "an invalid code": (other_code, 'altered: its edition code "N9FMR-FJW59" is not valid'),
    "other data": (
        other_data,
        "not the file in build/: the attachment brief_2017_en_figure-1.csv differs; ",
    ),
    "other page content": (
        other_page_content,
        "not the file in build/: page 1 differs; current",
    ),
}


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_file_is_described(name: str, root: Path) -> None:
    alter, described = ALTERED[name]
    copy = root / "altered.pdf"
    with pikepdf.open(pdf_of(root)) as opened:
        alter(opened)
        opened.save(copy)
    [result], _ = verify_file(root, copy)
    assert described in f"{file_text(result)}\n"
    assert result.exit_code is ExitCode.STALE
    # Contradictions within the file are found without a build.
    clean(open_project(root), date(2018, 1, 1), orphaned=False, dry_run=False)
    [again], _ = verify_file(root, copy)
    assert again.integrity.alterations == result.integrity.alterations
    assert again.integrity.differences == ()


def test_a_blank_page_with_the_identity_of_a_brief_is_altered(root: Path) -> None:
    copy = root / "blank.pdf"
    with pikepdf.open(pdf_of(root)) as opened, pikepdf.new() as new:
        new.add_blank_page()
        write_identity(new, identity_of(opened))
        new.save(copy)
    [result], _ = verify_file(root, copy)
    assert file_text(result) == (
        f"{copy}: brief_2017_en; altered: its attachments were removed, its tags were "
        "removed, its pages are blank; current"
    )
    assert result.exit_code is ExitCode.STALE


def test_a_code_of_another_brief_is_an_alteration(
    root: Path, write_project: WriteProject
) -> None:
    write_project(
        {
            "content/other/2017/en.yaml": changed(
                TEXT, "shares.csv", "[{place: a, share: 1}]"
            )
        }
    )
    build(open_project(root), BuildOptions(slugs=("other",)), TODAY)
    copy = root / "altered.pdf"
    pdf = pdf_of(root)
    with pikepdf.open(root / "build/other/other_2017_en.pdf") as other:
        codes = identity_of(other).codes
    with pikepdf.open(pdf) as opened:
        write_codes(opened, codes)
        opened.save(copy)
    [result], _ = verify_file(root, copy)
    assert "altered: its edition code is that of other_2017_en; " in file_text(result)
    assert result.exit_code is ExitCode.STALE


@pytest.mark.parametrize("profile", ["screen", "office", "a5", "large", "booklet"])
def test_an_unaltered_file_is_not_called_altered_without_a_build(
    profile: str, root: Path
) -> None:
    """Also not when it was built from other content."""
    build(open_project(root), BuildOptions(profiles=(profile,)), TODAY)
    suffix = "" if profile == "screen" else f"_{profile}"
    copy = shutil.copyfile(
        root / "build" / "brief" / f"brief_2017_en{suffix}.pdf", root / "copy.pdf"
    )
    clean(open_project(root), date(2018, 1, 1), orphaned=False, dry_run=False)
    [result], _ = verify_file(root, copy)
    assert file_text(result) == (
        f"{copy}: brief_2017_en{suffix}; not the file in build/; current"
    )


def test_an_unaltered_pack_is_not_called_altered_and_an_altered_one_is(
    root: Path, write_project: WriteProject
) -> None:
    write_project(
        PROJECT
        | {
            "content/sessions/331.yaml": "body: The body\n"
            "dates: {start: 2017-10-26, end: 2017-11-09}\nplace: Geneva\n"
            "handouts: [{brief: brief, copies: {en: 10}}]\n"
        }
    )
    build_packs(open_project(root), BuildOptions(profiles=("office",)), "331", TODAY)
    copy = shutil.copyfile(root / "build/sessions/331/331_en.pdf", root / "copy.pdf")
    with pikepdf.open(copy) as opened:
        renamed("brief_2017_en_office_figure-1.csv", "figure.csv")(opened)
        opened.save(root / "altered.pdf")
    clean(open_project(root), date(2018, 1, 1), orphaned=False, dry_run=False)
    results, _ = verify_file(root, copy, root / "altered.pdf")
    good, altered = map(file_text, results)
    assert good == f"{copy}: 331_en; not the file in build/; pack of session 331"
    assert "altered: the attachment figure.csv was added or renamed; pack of" in altered


def test_a_file_without_a_build_is_not_the_file_in_build(root: Path) -> None:
    copy = shutil.copyfile(pdf_of(root), root / "copy.pdf")
    clean(open_project(root), date(2018, 1, 1), orphaned=False, dry_run=False)
    [result], _ = verify_file(root, copy)
    assert result.integrity.is_unchanged is False
    assert result.exit_code is ExitCode.STALE


def test_a_file_and_its_code_have_the_same_result(
    root: Path, write_project: WriteProject, code: EditionCode
) -> None:
    write_project(PROJECT | LATER | {EN: changed(TEXT, "Some text", "Other text")})
    [result], _ = verify_file(root, pdf_of(root))
    assert result.editions == (verify(root, code),)
    assert result.editions[0].is_changed is True
    assert result.exit_code is ExitCode.STALE


def test_a_file_whose_edition_was_deleted_is_not_current(root: Path) -> None:
    (root / "content/brief").rename(root / "content/other")
    [result], problems = verify_file(root, pdf_of(root))
    assert result.integrity.document == "brief_2017_en"
    assert result.integrity.is_unchanged
    assert result.editions == ()
    assert not result.is_known
    assert problems == ()
    assert result.exit_code is ExitCode.STALE


def test_files_that_cannot_be_judged_do_not_stop_the_others(
    built: Path, tmp_path: Path
) -> None:
    foreign, text, missing = (
        tmp_path / f"{name}.pdf" for name in ("foreign", "text", "none")
    )
    text.write_text("no PDF")
    with pikepdf.new() as empty:
        empty.add_blank_page()
        empty.save(foreign)
    results, problems = verify_file(built, foreign, text, missing, pdf_of(built))
    assert [(r.integrity.document, r.exit_code) for r in results] == [
        ("", ExitCode.CONTENT),
        ("brief_2017_en", ExitCode.OK),
    ]
    assert what_is_wrong(problems) == [
        (Rule.PDF_UNREADABLE, str(missing), "there is no such file"),
        (Rule.PDF_UNREADABLE, str(text), "the file is not a PDF, or it is damaged"),
    ]


def hostile(root: Path, name: str, draw: Callable[[pikepdf.Pdf], None]) -> Path:
    """Write a PDF that claims to be a press file of this project."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.docinfo["/Creator"], pdf.docinfo["/Document"] = "Briefs", "brief_2017_en_press"
    draw(pdf)
    pdf.save(root / name)
    return root / name


def inflated(pdf: pikepdf.Pdf) -> None:
    """Draw operators of 2 GB that take 2 MB in the file."""
    packer = zlib.compressobj(9)
    part = b"0 0 m " * 170_000
    # After a full flush the same bytes follow again. No reader comes to the checksum.
    first, again = (
        packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )
    data = first + again * 1_999 + packer.flush()
    pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, data)
    pdf.pages[0].obj.Contents.Filter = pikepdf.Name.FlateDecode


@pytest.mark.usefixtures("reader_processes")
def test_a_file_over_a_limit_does_not_stop_the_others(root: Path) -> None:
    bomb = hostile(root, "bomb.pdf", inflated)
    [result], [problem] = verify_file(root, bomb, pdf_of(root))
    assert file_text(result) == f"{pdf_of(root)}: brief_2017_en; unchanged; current"
    assert problem.place.file == str(bomb)
    assert problem.message.startswith("the file ")
    assert problem.exit_code is ExitCode.CONTENT


@pytest.mark.parametrize("key", ["/Creator", "/Document", "/EditionCode"])
def test_a_long_text_in_a_file_is_not_read(key: str, root: Path) -> None:
    def write(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/EditionCode"] = "N9FMR-FJW58"
        pdf.docinfo["/Document"] = "brief_2017_en"
        pdf.docinfo[key] = "N9FMR-FJW58 " * 10_000

    [result], _ = verify_file(root, hostile(root, "long.pdf", write))
    assert result.editions == ()
    assert len(file_text(result)) < 2_000
