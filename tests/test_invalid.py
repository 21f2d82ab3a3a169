"""Each file of tests/invalid/ is reported with its exact place and words.

The README there explains how a file states what is expected. Rules that no file alone can
break are in tests/test_rules.py.
"""

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline.content.validate.chart_claims import MIN_NUMBERS
from pipeline.problems import ExitCode, Place, Problem, Rule, Severity, exit_code
from pipeline.report.problems import problem_text
from tests.conftest import GOOD_PROJECT, WriteProject, briefs, write_files
from tests.corpus import BRIEF, CORPUS, EN, INVALID, header, rule_of

EDITION = "content/brief/2017/edition.yaml"
GOOD = "title: A title\nsections: [{heading: A heading, blocks: [{text: Some text.}]}]\n"


@pytest.fixture(autouse=True)
def report_small_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the limit of the program again, which conftest.py sets to 0 for other tests."""
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
    """Return DESIGN for problems in files of the design, else the code of the rule."""
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
    """Return the lines that are printed for problems."""
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
    """Return the function that runs a command once in a project with all files of TOGETHER.

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
