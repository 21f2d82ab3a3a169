"""Each rule has a file in tests/invalid/ that breaks it, or a test here in `BY_TEST`."""

import ast
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import watchfiles
from click.testing import Result
from watchfiles import watch

from pipeline.problems import ExitCode, Rule
from pipeline.project import BUNDLED
from pipeline.state.lock import build_lock
from pipeline.tasks import jobs
from tests.conftest import WriteProject, briefs, change_file
from tests.corpus import CORPUS, EN, ROOT, rule_of

EDITION = "content/brief/2017/edition.yaml"
GOOD = "title: A title\nsections: [{heading: A heading, blocks: [{text: Some text.}]}]\n"


def test_a_folder_without_content_is_no_project(tmp_path: Path) -> None:
    result = briefs(tmp_path, "check")
    assert result.stderr == (
        f'content: there is no folder "content" in {tmp_path}\n'
        "  hint: start a project: briefs init; or name the folder of yours: --project\n"
    )
    assert result.exit_code == 3


def test_a_build_folder_that_cannot_be_written_exits_with_7(
    write_project: WriteProject,
) -> None:
    root = write_project({"build": "a file where the folder should be"})
    result = briefs(root, "build", "--quiet")
    lines = result.stderr.splitlines()
    assert lines[0].startswith("build: the folder cannot be written: ")
    assert lines[1] == "  hint: check the folder's permissions and the space on the disk"
    assert result.exit_code == 7


@pytest.mark.skipif(sys.platform != "linux", reason="its limits are those of Linux")
def test_the_limit_of_watched_folders_is_reported(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def watch_without_free_files(*folders: str, **options: Any) -> Iterator[Any]:
        """Refuse this process, and no other, the file that inotify needs."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
        try:
            yield from watch(*folders, **options)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    monkeypatch.setattr(watchfiles, "watch", watch_without_free_files)
    result = briefs(write_project({}), "build", "--watch")
    problem, hint = result.stderr.splitlines()
    assert problem.startswith("content: the system cannot watch another folder: ")
    assert "sysctl fs.inotify.max_user_watches and max_user_instances" in hint
    assert result.exit_code == 7


def test_a_pdf_that_cannot_be_replaced_leaves_nothing_half_written(
    write_project: WriteProject,
) -> None:
    root = write_project({"build/brief/brief_2017_en.pdf/in-the-way": ""})
    result = briefs(root, "build", "--quiet")
    assert result.stderr.splitlines() == [
        "build/brief/brief_2017_en.pdf: this is a folder, which is never replaced or "
        "followed",
        "  hint: remove the folder, or write to another place",
    ]
    assert result.exit_code == 7
    left = sorted(p.name for p in (root / "build" / "brief").rglob("*"))
    assert left == ["brief_2017_en.pdf", "in-the-way"]


def python(code: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own: WeasyPrint and its fonts load once a process."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


LOAD_FONTS = """
import sys
from pathlib import Path
from pipeline.problems import PipelineError, exit_code
from pipeline.report.problems import problem_text
from pipeline.pdf.fontconfig import load_fonts
try:
    load_fonts(tuple(map(Path, sys.argv[1:])))
except PipelineError as error:
    print(*map(problem_text, error.problems), sep="\\n")
    sys.exit(exit_code(error.problems))
"""


def test_without_a_font_file_nothing_is_rendered(tmp_path: Path) -> None:
    (tmp_path / "README.txt").write_text("no font")
    result = python(LOAD_FONTS, tmp_path, tmp_path / "missing")
    assert result.stdout == (
        "styles/fonts: there are no font files\n"
        "  hint: install the program again; its fonts come with it\n"
    )
    assert (result.returncode, result.stderr) == (7, "")


BREAK_PANGO = """
import sys
class Break:
    def find_spec(self, name, path, target=None):
        if name == "weasyprint.text.ffi":
            raise OSError("cannot load library 'libpango-1.0-0': no such file\\nmore")
sys.meta_path.insert(0, Break())
"""
BREAK_SUBSETTER = """
import weasyprint.text.ffi
weasyprint.text.ffi.harfbuzz_subset = None
"""


@pytest.mark.parametrize(
    ("broken", "library"),
    [
        (BREAK_PANGO, "cannot load library 'libpango-1.0-0': no such file"),
        (BREAK_SUBSETTER, "libharfbuzz-subset"),
    ],
    ids=["pango", "subsetter"],
)
def test_a_missing_system_library_is_named_with_what_to_install(
    broken: str, library: str
) -> None:
    result = python(f"{broken}\n{LOAD_FONTS}", BUNDLED / "styles" / "fonts")
    place, hint = result.stdout.splitlines()
    assert place == f"WeasyPrint: a system library is missing: {library}"
    assert hint.startswith("  hint: Debian and Ubuntu: apt-get install ")
    assert (result.returncode, result.stderr) == (7, "")


def test_a_file_that_is_no_pdf_cannot_be_verified(write_project: WriteProject) -> None:
    root = write_project({"notes.pdf": "no PDF"})
    result = briefs(root, "verify", str(root / "notes.pdf"))
    assert result.exit_code == 3
    assert ": the file is not a PDF, or it is damaged" in result.stderr


def test_a_code_that_no_edition_has_is_unknown(write_project: WriteProject) -> None:
    result = briefs(write_project({}), "verify", "N9FMR-FJW58")
    assert result.exit_code == 3
    message = "N9FMR-FJW58: no edition of this project has this code\n"
    assert result.stderr.startswith(message)


def test_a_file_that_is_no_word_file_cannot_be_imported(
    write_project: WriteProject,
) -> None:
    root = write_project({"notes.docx": "no document", "empty.docx": "", "cut.docx": "PK"})
    messages = {
        "notes": "this is another kind of file, or it has a password",
        "empty": "the file is empty",
        "cut": "the document is damaged, or has a password",
    }
    for name, message in messages.items():
        result = briefs(root, "import", str(root / f"{name}.docx"))
        assert result.exit_code == 3
        assert f"{name}.docx: {message}\n" in result.stderr


def test_a_part_of_a_word_file_without_a_place_is_a_warning(
    write_project: WriteProject,
) -> None:
    root = write_project({})
    file = ROOT / "tests/word/documents/py-styles.docx"
    result = briefs(root, "import", str(file), "--to", "brief", "--yes")
    message = ": warning: the file has no place for this part of the document: standfirst: "
    assert message in result.stderr


def test_a_text_that_both_sides_changed_is_an_error(
    write_project: WriteProject, tmp_path: Path
) -> None:
    from tests.word.word_files import Review

    root, out = write_project({}), tmp_path / "out.docx"
    briefs(root, "export", "brief", "--docx", "-o", str(out))
    review = Review(out.read_bytes())
    review.change("A title", "The title", "Ada")
    out.write_bytes(review.save())
    (root / EN).write_text(GOOD.replace("A title", "My title"))
    result = briefs(root, "import", str(out), "--yes")
    assert result.exit_code == 3
    assert ": this text was changed here and in the document\n" in result.stderr


ORDER = "body: A body\ndates: {start: 2017-10-26, end: 2017-11-09}\nplace: Geneva\n"
HANDS_OUT = f"{ORDER}handouts: [{{brief: brief, copies: {{en: 1}}}}]\n"


def test_a_stale_pdf_is_not_ordered(write_project: WriteProject) -> None:
    root = write_project({"content/sessions/331.yaml": HANDS_OUT})
    result = briefs(root, "print-order", "331")
    assert result.exit_code == 6
    assert result.stderr.startswith("build/brief: missing or stale in profile office")


def test_pages_of_another_size_than_the_paper_are_not_ordered(
    write_project: WriteProject,
) -> None:
    root = write_project({"content/sessions/331.yaml": HANDS_OUT})
    assert briefs(root, "build", "--profile", "a5", "--quiet").exit_code == 0
    result = briefs(root, "print-order", "331", "--profile", "a5")
    assert result.exit_code == 3
    assert "its pages are A5, and the paper is A4\n  hint: " in result.stderr


def test_a_page_that_ends_early_is_a_warning(write_project: WriteProject) -> None:
    words = "some words that fill a line of text " * 9
    box = f"{{box: {{title: B, text: {words * 12}}}}}"
    root = write_project(
        {EN: GOOD.replace("{text: Some text.}", f"{{text: {words}}}, {box}")}
    )
    result = briefs(root, "check", "--pages")
    assert result.exit_code == 0
    assert f"{EN}:2:" in result.stderr
    assert re.search(r"page \d has a blank band of \d+ per cent", result.stderr)


def test_a_folder_of_a_running_build_is_not_written(
    write_project: WriteProject,
) -> None:
    root = write_project({})
    with build_lock(root / "build"):
        result = briefs(root, "build", "--quiet")
    assert result.exit_code == 7
    assert result.stderr.startswith("build: another build is running in this folder")
    assert [p.name for p in (root / "build").glob("*")] == [".lock"]


def test_a_document_of_too_many_pages_is_not_made(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert jobs._MAX_PAGES == 200
    monkeypatch.setattr(jobs, "_MAX_PAGES", 5)
    page = (BUNDLED / "templates/brief.html").read_text(encoding="utf-8")
    pages = "<p style='break-before: page'>A page.</p>" * 5
    root = write_project(
        {"templates/brief.html": page.replace("</main>", f"{pages}</main>")}
    )
    result = briefs(root, "build")
    assert result.exit_code == ExitCode.CONTENT
    assert (
        "content/brief/2017/en.yaml: this could not be built: "
        "it has 6 pages; the limit is 5\n  hint: look for very long text"
    ) in result.stderr


def test_a_missing_cluster_exits_with_7(write_project: WriteProject) -> None:
    root = write_project({})
    result = briefs(root, "build", "--cluster", "tls://127.0.0.1:9")
    assert result.exit_code == 7
    assert result.stderr.startswith("tls://127.0.0.1:9: no connection to a scheduler: ")


def test_without_ghostscript_a_press_file_is_not_made(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = briefs(write_project({}), "build", "--profile", "press")
    assert result.exit_code == ExitCode.ENVIRONMENT
    message = 'Ghostscript: the program "gs" is missing; press files need it'
    hint = "  hint: Debian and Ubuntu: apt-get install ghostscript; "
    assert f"{message}\n{hint}" in result.stderr


def test_the_error_of_ghostscript_is_reported(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "gs"
    program.write_text("#!/bin/sh\necho 'Error: /VMerror'\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    result = briefs(write_project({}), "build", "--profile", "press")
    assert result.exit_code == ExitCode.ENVIRONMENT
    assert (
        "content/brief/2017/en.yaml: Ghostscript could not make the press file: it exited "
        "with code 1: Error: /VMerror\n  hint: "
    ) in result.stderr


def test_a_press_file_without_room_for_crop_marks_is_rejected(
    write_project: WriteProject, ghostscript: str
) -> None:
    sheet = "styles/profiles/press.css"
    root = write_project({sheet: "@page { bleed: 5mm }"})
    result = briefs(root, "build", "--profile", "press")
    assert result.exit_code == ExitCode.DESIGN
    assert (
        "content/brief/2017/en.yaml: the press file is not fit for print: page 1: crop "
        "marks have no room: the sheet needs 9 mm on each side\n  hint: see styles/"
    ) in result.stderr
    assert [p.name for p in (root / "build/rejected").iterdir()] == [
        "brief_2017_en_press.pdf"
    ]


def test_a_too_low_limit_of_open_files_is_reported(
    write_project: WriteProject,
) -> None:
    command = 'ulimit -n 24; exec "$@" build --jobs 1'
    program = [sys.executable, "-m", "pipeline", "--project", str(write_project({}))]
    done = subprocess.run(
        ["sh", "-c", command, "sh", *program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.ENVIRONMENT
    assert done.stderr == (
        "system: the limit of open files is 24; the command needs 68\n"
        "  hint: raise it: ulimit -n 68\n"
    )


def test_what_is_not_published_is_a_warning_of_a_session(
    write_project: WriteProject,
) -> None:
    root = write_project({"content/sessions/331.yaml": HANDS_OUT})
    result = briefs(root, "pack", "331")
    assert (
        'content/sessions/331.yaml: warning: "brief" of 2017 is not published\n'
        "  hint: briefs publish brief --edition 2017\n"
    ) in result.stderr
    assert result.exit_code == 0


def published(write_project: WriteProject) -> Path:
    root = write_project({})
    assert briefs(root, "publish", "brief").exit_code == 0
    return root


def test_a_text_that_is_not_as_published_is_an_error(write_project: WriteProject) -> None:
    root = published(write_project)
    (root / EN).write_text(GOOD.replace("Some text", "Other text"))
    result = briefs(root, "check")
    assert "published as “Some text.”, now “Other text.”" in result.stderr
    assert result.exit_code == 5


def test_a_series_that_changed_after_a_publication_is_a_warning(
    write_project: WriteProject,
) -> None:
    root = published(write_project)
    with (root / "content/series.yaml").open("a") as series:
        series.write("licence: CC-BY-4.0\n")
    result = briefs(root, "check")
    message = "licence: brief 2017 was published without it, now it is “CC-BY-4.0”\n"
    assert message in result.stderr
    assert (result.exit_code, briefs(root, "check", "--strict").exit_code) == (0, 5)


def test_a_published_file_that_was_changed_is_an_error(write_project: WriteProject) -> None:
    root = published(write_project)
    name = "content/brief/published/2017/brief_2017_en.pdf"
    (root / name).write_bytes(b"%PDF-1.7\n")
    result = briefs(root, "build")
    assert f"{name}: the frozen file was changed\n" in result.stderr
    assert result.exit_code == 5


def translated(root: Path, words: str) -> Result:
    """Take back a file in which the first text has these words."""
    (root / "content/terms.yaml").write_text("terms: [{en: title, fr: titre}]\n")
    path = root / "back.xlf"
    briefs(root, "translate", "brief", "--to", "fr", "-o", str(path))
    change_file(path, ">A title</target>", f">{words}</target>")
    return briefs(root, "translate", "--from", str(path))


@pytest.mark.parametrize(
    ("words", "problem", "hint"),
    [
        (
            "<g id='1'>Titre</g>",
            "en.yaml:1: the code 1 is not in the original",
            "a translation may add emphasis and the language of a phrase only",
        ),
        (
            "Titre " * 13,
            "en.yaml:1: the text has 77 characters; 72 fit on the page",
            "shorten it",
        ),
        (
            "Nom",
            'en.yaml:1: the term "titre" is not used, for "title"',
            "use the term of content/terms.yaml",
        ),
    ],
)
def test_a_wrong_text_in_a_returned_file_is_not_imported(
    write_project: WriteProject, words: str, problem: str, hint: str
) -> None:
    root = write_project({})
    result = translated(root, words)
    place = f"{root}/back.xlf:7:1: "
    assert f"{place}{problem}\n  hint: {hint}\n" in result.stderr
    assert (result.exit_code, (root / "content/brief/2017/fr.yaml").exists()) == (3, False)


def test_a_returned_file_of_another_program_is_reported(
    write_project: WriteProject,
) -> None:
    root = write_project({})
    (root / "back.xlf").write_text("<html/>")
    result = briefs(root, "translate", "--from", str(root / "back.xlf"))
    assert result.stderr == (
        f"{root}/back.xlf:1:1: the file is not XLIFF 1.2 or 2: <html>\n"
        "  hint: ask for a file of the format you sent\n"
    )
    assert result.exit_code == 3


def test_a_po_file_with_missing_texts_is_not_imported(
    write_project: WriteProject,
) -> None:
    root = write_project({})
    path = root / "back.po"
    briefs(root, "translate", "brief", "--to", "fr", "--format", "po", "-o", str(path))
    path.write_text(path.read_text().rstrip().rpartition("\n\n")[0])
    result = briefs(root, "translate", "--from", str(path))
    assert result.stderr == (
        f"{path}:1:1: the file has 2 of the 3 texts that were sent\n"
        "  hint: the file may be cut off: ask the translator to send it again\n"
        "content/brief/2017/fr.yaml: nothing was written; if the texts are right as they "
        "are, add --despite-warnings\n"
    )
    assert (result.exit_code, (root / "content/brief/2017/fr.yaml").exists()) == (3, False)


BY_TEST = {
    Rule.RETURNED_FILE: test_a_returned_file_of_another_program_is_reported,
    Rule.RETURNED_PART: test_a_po_file_with_missing_texts_is_not_imported,
    Rule.RETURNED_TEXT: test_a_wrong_text_in_a_returned_file_is_not_imported,
    Rule.RETURNED_LENGTH: test_a_wrong_text_in_a_returned_file_is_not_imported,
    Rule.TERM: test_a_wrong_text_in_a_returned_file_is_not_imported,
    Rule.NOT_PUBLISHED: test_what_is_not_published_is_a_warning_of_a_session,
    Rule.PUBLISHED_TEXT: test_a_text_that_is_not_as_published_is_an_error,
    Rule.PUBLISHED_SERIES: test_a_series_that_changed_after_a_publication_is_a_warning,
    Rule.FROZEN_FILE: test_a_published_file_that_was_changed_is_an_error,
    Rule.SYSTEM_ERROR: test_a_too_low_limit_of_open_files_is_reported,
    Rule.CLUSTER: test_a_missing_cluster_exits_with_7,
    Rule.RESOURCE_LIMIT: test_a_document_of_too_many_pages_is_not_made,
    Rule.STALE_PDF: test_a_stale_pdf_is_not_ordered,
    Rule.PAPER_SIZE: test_pages_of_another_size_than_the_paper_are_not_ordered,
    Rule.BLANK_BAND: test_a_page_that_ends_early_is_a_warning,
    Rule.UNKNOWN_CODE: test_a_code_that_no_edition_has_is_unknown,
    Rule.WORD_FILE: test_a_file_that_is_no_word_file_cannot_be_imported,
    Rule.WORD_PLACE: test_a_part_of_a_word_file_without_a_place_is_a_warning,
    Rule.WORD_CONFLICT: test_a_text_that_both_sides_changed_is_an_error,
    Rule.PDF_UNREADABLE: test_a_file_that_is_no_pdf_cannot_be_verified,
    Rule.NO_CONTENT: test_a_folder_without_content_is_no_project,
    Rule.WRITE_FAILED: test_a_build_folder_that_cannot_be_written_exits_with_7,
    Rule.WATCH_FAILED: test_the_limit_of_watched_folders_is_reported,
    Rule.BUILD_LOCKED: test_a_folder_of_a_running_build_is_not_written,
    Rule.FONTS: test_without_a_font_file_nothing_is_rendered,
    Rule.SYSTEM_LIBRARY: test_a_missing_system_library_is_named_with_what_to_install,
    Rule.MISSING_PROGRAM: test_without_ghostscript_a_press_file_is_not_made,
    Rule.FAILED_PROGRAM: test_the_error_of_ghostscript_is_reported,
    Rule.PDFX: test_a_press_file_without_room_for_crop_marks_is_rejected,
}


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.id)
def test_each_rule_has_a_file_or_a_test_that_breaks_it(rule: Rule) -> None:
    assert (rule in BY_TEST) != any(rule_of(file) is rule for file in CORPUS)


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.id)
def test_each_rule_is_used_by_the_pipeline(rule: Rule) -> None:
    assert rule.name in rules_used()


@cache
def rules_used() -> frozenset[str]:
    files = (f for f in (ROOT / "pipeline").rglob("*.py") if f.name != "problems.py")
    texts = (text for file in files if b"Rule" in (text := file.read_bytes()))
    nodes = (node for text in texts for node in ast.walk(ast.parse(text)))
    return frozenset(
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Rule"
    )
