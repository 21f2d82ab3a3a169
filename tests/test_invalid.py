"""Each rule has a file that breaks it, or a test in the table `BY_TEST` of this file.

The files are in `tests/invalid/`; the problem is reported with exact place and words, and
its README explains how they state what is expected.
"""

import ast
import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import watchfiles
from click.testing import CliRunner, Result
from watchfiles import watch

from pipeline.cli import main
from pipeline.content.validate.chart_claims import MIN_NUMBERS
from pipeline.problems import ExitCode, Place, Problem, Rule, Severity, exit_code
from pipeline.project import BUNDLED
from pipeline.report.problems import problem_text
from pipeline.state.lock import build_lock
from pipeline.tasks import jobs
from tests.conftest import GOOD_PROJECT, WriteProject, change_file, write_files
from tests.corpus import BRIEF, CORPUS, EN, INVALID, ROOT, header, rule_of

EDITION = "content/brief/2017/edition.yaml"
GOOD = "title: A title\nsections: [{heading: A heading, blocks: [{text: Some text.}]}]\n"


def briefs(root: Path, *arguments: str) -> Result:
    """Run a command in a project; an exception that gets out of it is a bug."""
    # Annotations of GitHub Actions are a matter of tests/test_cli.py.
    runner = CliRunner(env={"GITHUB_ACTIONS": None})
    result = runner.invoke(main, ["--project", str(root), *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    return result


# --- The corpus ---


@pytest.fixture(autouse=True)
def report_small_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.content.validate.chart_claims.MIN_NUMBERS", MIN_NUMBERS)


def is_built(file: Path) -> bool:
    """Whether only a build shows what is wrong."""
    return "build" in "".join(header(file, "#@ command"))


def is_for_people(file: Path) -> bool:
    """Whether it is a session, the terms or an old copy: a build reports none of them."""
    unread = ("at: content/sessions/", "at: content/terms.yaml")
    is_unread = any(line.startswith(unread) for line in header(file, "#@ "))
    return is_unread or rule_of(file) is Rule.OUTDATED_COPY


def exit_code_of(file: Path) -> ExitCode:
    """Give DESIGN for problems in styles/ and templates/, else the code of the rule."""
    folders = ("styles/", "templates/", "content/_brand.yml")
    is_design = any(line.startswith(folders) for line in header(file, "#! "))
    return ExitCode.DESIGN if is_design else rule_of(file).exit_code


def settings_of(file: Path) -> list[tuple[str, str]]:
    settings = [line.partition(": ") for line in header(file, "#@ ")]
    known = {"at", "also", "folder", "link", "pad", "command"}
    assert {key for key, _, _ in settings} <= known, "the README lists the settings"
    return [(key, value) for key, _, value in settings]


def lay_out(file: Path, root: Path, slug: str = "brief") -> list[str]:
    """Put a file of the corpus at its place; give the command that reports its problem."""
    settings = settings_of(file)
    one = {key: value for key, value in settings if key != "also"}

    def path_of(name: str) -> Path:
        path = root / name.replace(BRIEF, f"content/{slug}/", 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    target = path_of(one.get("at", EN))
    target.unlink(missing_ok=True)
    if "folder" in one:
        target.mkdir()
    elif "link" in one:
        target.symlink_to(one["link"])
    else:
        content = file.read_bytes()
        target.write_bytes(content.ljust(int(one.get("pad", 0)), b"#"))
    for key, value in settings:
        if key == "also":
            name, _, path = value.partition(" ")
            path_of(path).write_bytes((INVALID / "beside" / name).read_bytes())
    return one.get("command", "check").split()


def problem_of(item: dict[str, Any]) -> Problem:
    """Read a problem of the JSON report."""
    place = Place(*(item.get(key, "") for key in ("file", "line", "column", "cell")))
    rule = next(rule for rule in Rule if rule.id == item["rule"])
    assert item["severity"] == rule.severity.value
    return Problem(rule, place, item["message"], item["hint"])


def lines_of(problems: Iterable[Problem]) -> list[str]:
    """Give the lines that are printed for problems."""
    texts = (problem_text(problem) for problem in problems)
    return [line for text in texts for line in text.split("\n")]


def is_in_a_brief(file: Path) -> bool:
    """Whether its mistake is within a brief, so that other briefs can be beside it."""
    settings = settings_of(file)
    places = [value for key, value in settings if key == "at"]
    places += [value.partition(" ")[2] for key, value in settings if key == "also"]
    messages = [line for line in header(file, "#! ") if not line.startswith("  hint: ")]
    commands = [value for key, value in settings if key == "command"]
    return commands in ([], ["build"]) and all(
        text.startswith(BRIEF) for text in (*places, *messages)
    )


RULES = {rule_of(file) for file in CORPUS}
# The files that are tested in one project, each in a brief of its own; the others alone.
TOGETHER = [file for file in CORPUS if is_in_a_brief(file)]
ALONE = [file for file in CORPUS if file not in TOGETHER]
# The first file of each rule that `check` reports; a warning and an error of a build.
PRINTED = list(
    {
        rule_of(file).severity if is_built(file) else rule_of(file): file
        for file in reversed(CORPUS)
    }.values()
)

Reports = dict[str, list[Problem]]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Reports]:
    """Give the function that runs a command once in a project with all files of TOGETHER.

    It gives the problems of each brief, by the name of its file, as if it were alone.
    """
    root = tmp_path_factory.mktemp("together")
    series = "content/series.yaml"
    write_files(root, {series: GOOD_PROJECT[series]})
    files = {f"b{number}x": file for number, file in enumerate(TOGETHER)}
    for slug, file in files.items():
        write_files(root, {EN.replace("brief", slug): GOOD_PROJECT[EN]})
        lay_out(file, root, slug)

    @cache
    def reports_of(command: str) -> Reports:
        reports_by_file: Reports = {file.name: [] for file in TOGETHER}
        for item in json.loads(briefs(root, *command.split(), "--json").stdout)["problems"]:
            slug = Path(item["file"]).parts[1]
            renamed = json.loads(json.dumps(item).replace(slug, "brief"))
            reports_by_file[files[slug].name].append(problem_of(renamed))
        return reports_by_file

    return reports_of


def require_exactly(file: Path, problems: list[Problem]) -> None:
    """Fail unless these are the problems that the file states, with their exit code."""
    rule = rule_of(file)
    # Each file breaks one rule and no other.
    assert {problem.rule for problem in problems} == {rule}
    assert lines_of(problems) == list(header(file, "#! "))
    is_accepted = rule.severity is Severity.WARNING
    assert exit_code(problems) == (0 if is_accepted else exit_code_of(file))
    assert exit_code(problems, strict=True) == exit_code_of(file)


@pytest.mark.parametrize("file", TOGETHER, ids=lambda file: file.name)
def test_an_invalid_brief_is_reported_exactly(
    file: Path, reports: Callable[[str], Reports]
) -> None:
    """Wrong content must never end in a traceback when it is built."""
    require_exactly(file, reports("build --all-editions")[file.name])
    if not is_built(file):
        require_exactly(file, reports("check")[file.name])


@pytest.mark.parametrize("file", ALONE, ids=lambda file: file.name)
def test_an_invalid_file_is_reported_exactly(
    file: Path, write_project: WriteProject
) -> None:
    root = write_project({})
    result = briefs(root, *lay_out(file, root), "--json")
    report = json.loads(result.stdout)
    problems = [problem_of(item) for item in report["problems"]]
    require_exactly(file, problems)
    assert (result.exit_code, report["exit_code"]) == (exit_code(problems),) * 2
    assert result.stderr == ""


@pytest.mark.parametrize("file", PRINTED, ids=lambda file: file.name)
def test_each_rule_is_printed_and_strict_makes_it_an_error(
    file: Path, write_project: WriteProject
) -> None:
    root = write_project({})
    command = lay_out(file, root)
    expected = list(header(file, "#! "))
    if rule_of(file).severity is Severity.WARNING:
        result = briefs(root, *command, "--quiet")
        assert (result.exit_code, result.stderr.splitlines()) == (0, expected)
    # A warning becomes an error; an error stays what it was.
    strict = briefs(root, *command, "--quiet", "--strict")
    assert strict.stderr.splitlines() == [
        line.replace(" warning: ", " ", 1) for line in expected
    ]
    assert strict.exit_code == exit_code_of(file)


def test_the_projects_of_the_corpus_have_no_problems_of_their_own(
    write_project: WriteProject,
) -> None:
    result = briefs(write_project({}), "check", "--quiet", "--strict")
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.id)
def test_each_rule_has_a_file_or_a_test_that_breaks_it(rule: Rule) -> None:
    assert (rule in BY_TEST) != (rule in RULES)


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


# --- What no file of content can break ---


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
        env={k: v for k, v in os.environ.items() if k != "GITHUB_ACTIONS"},
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


# The rules of the machine, and the test that breaks each of them.
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


# --- Several things wrong at once ---


def test_all_problems_are_reported_in_one_run_in_order_and_once(
    write_project: WriteProject,
) -> None:
    root = write_project(
        {
            "content/zebra/2017/en.yaml": GOOD + "colour: red\nsize: big\n",
            EN: GOOD + "references: [{id: a, text: A book}]\n",
            "content/brief/2017/fr.yaml": "title: Un titre: et demi\n",
            "content/aardvark/2017/en.yaml": b"title: Gen\xe8ve\n",
            "content/Wrong/2017/en.yaml": GOOD,
            # Two languages name it; it is wrong once.
            "content/zebra/2018/shares.csv": "a,b\n1\n",
            "content/zebra/2018/edition.yaml": "change_note: New.\n",
            **dict.fromkeys(
                (f"content/zebra/2018/{language}.yaml" for language in ("en", "fr")),
                GOOD.replace("{text: Some text.}", FIGURE),
            ),
        }
    )
    result = briefs(root, "check", "--quiet")
    lines = [line for line in result.stderr.splitlines() if not line.startswith("  hint:")]
    assert lines == [
        'content/Wrong: "Wrong" is not a valid name of a brief',
        "content/aardvark/2017/en.yaml:1:11: the file is not UTF-8 text",
        f'{EN}:3:19: warning: the reference "a" is not cited',
        'content/brief/2017/fr.yaml:1:16: a colon and a space (": ") inside text '
        "without quotation marks",
        'content/zebra/2017/en.yaml:3:1: unknown key "colour"',
        'content/zebra/2017/en.yaml:4:1: unknown key "size"',
        "content/zebra/2018/shares.csv:2:1: the line has fewer cells than the first "
        "line: 1, not 2",
    ]
    assert result.exit_code == 3


FIGURE = (
    "{figure: {title: A finding, chart: bar, data: shares.csv, label: a, value: b, "
    "alt: Bars, source: The authors, subtitle: Per cent}}"
)


def test_the_worst_exit_code_wins(write_project: WriteProject) -> None:
    root = write_project(
        {"templates/brief.html": "{{ nothing }}", "content/other/2017/en.yaml": "- a\n"}
    )
    assert briefs(root, "check", "--quiet").exit_code == 3
    result = briefs(root, "build", "--quiet")
    assert "content/other/2017/en.yaml:1:1: " in result.stderr
    assert "templates/brief.html:1:1: " in result.stderr
    assert result.exit_code == 4


def test_a_broken_brief_keeps_its_last_pdf_and_the_others_are_made(
    write_project: WriteProject,
) -> None:
    root = write_project({"content/other/2017/en.yaml": GOOD})
    assert briefs(root, "build", "--quiet").exit_code == 0
    broken, other = (
        root / "build" / slug / f"{slug}_2017_en.pdf" for slug in ("brief", "other")
    )
    before = broken.read_bytes(), broken.stat().st_mtime_ns
    old = other.read_bytes()
    write_project({EN: "titel: A title\n", "content/other/2017/en.yaml": GOOD + NEWS})
    result = briefs(root, "build")
    assert result.exit_code == 3
    assert "blocked    build/brief/brief_2017_en.pdf\n" in result.stderr
    assert "built      build/other/other_2017_en.pdf\n" in result.stderr
    assert (broken.read_bytes(), broken.stat().st_mtime_ns) == before
    assert other.read_bytes() != old
    # Still in the records: what is there is whole, and was made by this program.
    assert broken.name in (root / "build" / "SHA256SUMS").read_text()


NEWS = "lead: News.\n"


def test_a_brief_rendered_with_an_error_is_rejected(
    write_project: WriteProject,
) -> None:
    root = write_project({EN: GOOD})
    assert briefs(root, "build", "--quiet").exit_code == 0
    pdf = root / "build" / "brief" / "brief_2017_en.pdf"
    before = pdf.read_bytes(), pdf.stat().st_mtime_ns
    write_project({EN: GOOD + "lead: A hieroglyph \U00013000.\n"})
    result = briefs(root, "build")
    assert result.exit_code == 3
    assert "rejected   build/brief/brief_2017_en.pdf\n" in result.stderr
    assert (pdf.read_bytes(), pdf.stat().st_mtime_ns) == before
    aside = root / "build" / "rejected" / pdf.name
    assert aside.read_bytes().startswith(b"%PDF-")
    # Gone once it is mended, whether that gives a new PDF or the one that is there.
    for mended in (GOOD, GOOD + NEWS):
        aside.write_bytes(b"rejected")
        write_project({EN: mended})
        assert briefs(root, "build", "--quiet").exit_code == 0
        assert not aside.exists()


# --- Wrong content must never end in a traceback when it is built ---


@pytest.mark.parametrize(
    "file",
    [file for file in ALONE if not is_built(file) and not is_for_people(file)],
    ids=lambda file: file.name,
)
def test_what_check_refuses_build_refuses_too(
    file: Path, write_project: WriteProject
) -> None:
    root = write_project({})
    lay_out(file, root)
    result = briefs(root, "build", "--quiet", "--all-editions")
    rule = rule_of(file)
    expected = list(header(file, "#! "))
    warning = rule.severity is Severity.WARNING
    assert result.exit_code == (0 if warning else exit_code_of(file))
    assert result.stderr.splitlines() == expected


@pytest.mark.parametrize(
    "file",
    [
        file
        for file in CORPUS
        if "at: content/sessions/331.yaml" in "".join(header(file, "#@ "))
        if rule_of(file).severity is Severity.ERROR
    ],
    ids=lambda file: file.name,
)
def test_what_check_refuses_of_a_session_pack_refuses_too(
    file: Path, write_project: WriteProject
) -> None:
    root = write_project({})
    lay_out(file, root)
    result = briefs(root, "pack", "331", "--quiet")
    assert result.stderr.splitlines() == list(header(file, "#! "))
    assert result.exit_code == exit_code_of(file)
    assert not (root / "build" / "sessions").exists()


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{}</svg>'


@pytest.mark.parametrize(
    ("block", "picture"),
    [
        (f"{{picture: {{file: a.{kind}, alt: A}}}}", content)
        for kind, content in [
            ("jpg", "no picture"),
            ("png", "no picture"),
            ("svg", "<svg"),
            ("svg", SVG.format('<image href="file:///etc/passwd"/>')),
        ]
    ]
    + [
        ("{box: {id: ref-book, title: A title, text: 'Said [@book].'}}", ""),
        (
            "{figure: {title: A, chart: bar, label: a, value: b, alt: A, source: A, "
            "subtitle: A, "
            f"data: [{{a: A, b: {'9' * 30}}}]}}}}",
            "",
        ),
    ],
    ids=["jpg", "png", "svg", "svg that reads a file", "id of a reference", "number"],
)
def test_what_an_author_can_do_never_exits_with_4_or_1(
    block: str, picture: str, write_project: WriteProject
) -> None:
    name = block.partition("file: ")[2].partition(",")[0] or "none.txt"
    text = GOOD.replace("{text: Some text.}", block)
    if "[@book]" in text:
        text += "references: [{id: book, text: A book}]\n"
    root = write_project({EN: text, f"content/brief/2017/{name}": picture})
    result = briefs(root, "build", "--quiet")
    assert result.exit_code in (0, 3), result.stderr
    assert result.exit_code == 3 or not picture


def test_strict_makes_a_warning_an_error(write_project: WriteProject) -> None:
    root = write_project({EN: GOOD + "references: [{id: a, text: A book}]\n"})
    result = briefs(root, "build", "--quiet")
    assert ": warning: " in result.stderr
    assert result.exit_code == 0
    assert (root / "build" / "brief" / "brief_2017_en.pdf").exists()
    result = briefs(root, "build", "--quiet", "--strict")
    assert result.stderr
    assert "warning" not in result.stderr
    assert result.exit_code == 3


# --- The designer's files ---


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("templates/strings/en.yaml", "kind: 'Policy brief\n"),
        ("templates/strings/en.yaml", "- kind\n"),
        ("templates/brief.html", "{{ brief.title / 2 }}"),
        ("templates/brief.html", "{{ brief.strings['nothing'] }}"),
        ("templates/brief.html", "{% include 'nothing.html' %}"),
        ("templates/brief.html", "{{ 1 / 0 }}"),
        ("templates/brief.html", b"\xff"),
    ],
    ids=[
        "words-syntax",
        "words-a-list",
        "wrong-type",
        "unknown-word",
        "unknown-template",
        "division-by-zero",
        "encoding",
    ],
)
def test_a_broken_design_exits_with_4_and_names_the_file(
    name: str, content: str | bytes, write_project: WriteProject
) -> None:
    result = briefs(write_project({name: content}), "build", "--quiet")
    assert result.exit_code == 4
    assert result.stderr.startswith("templates/")
