"""Problems as text, excerpts, annotations and JSON."""

import json
from dataclasses import replace

from pipeline.model.dates import InformationDate
from pipeline.problems import Place, Problem, Rule
from pipeline.report.documents import report_json, summary
from pipeline.report.escape import escape_controls
from pipeline.report.problems import (
    excerpt,
    first_of_each_file,
    fold_warnings,
    github_annotation,
    problem_text,
)
from pipeline.report.sarif import sarif
from pipeline.targets import Document, State

ERROR = Problem(
    Rule.UNKNOWN_KEY,
    Place("content/wpsdg/2017/en.yaml", 14, 3),
    'unknown key "titel"',
    'did you mean "title"?',
)
WARNING = Problem(
    Rule.UNUSED_REFERENCE, Place("content/a/2017/edition.yaml", 2, 4), "odd", "look"
)


def test_a_problem_reads_as_place_message_and_hint() -> None:
    assert problem_text(ERROR) == (
        'content/wpsdg/2017/en.yaml:14:3: unknown key "titel"\n'
        '  hint: did you mean "title"?'
    )


def test_a_warning_is_labelled_unless_strict() -> None:
    assert problem_text(WARNING).startswith("content/a/2017/edition.yaml:2:4: warning: odd")
    assert problem_text(WARNING, strict=True).startswith(
        "content/a/2017/edition.yaml:2:4: odd"
    )


def test_a_warning_of_several_files_is_printed_once_and_an_error_each_time() -> None:
    """Places in one file stay: each has to be looked at."""
    again = replace(WARNING, place=Place("content/a/2017/edition.yaml", 9, 1))
    elsewhere = [
        replace(WARNING, place=Place(f"content/{n}/2017/edition.yaml")) for n in "bc"
    ]
    error = replace(ERROR, place=Place("content/z/2017/en.yaml"))
    first, second, *errors = fold_warnings([WARNING, again, *elsewhere, ERROR, error])
    assert (first.place, second.place) == (WARNING.place, again.place)
    assert first.message == second.message == "odd (and in 2 more files)"
    assert errors == [ERROR, error]
    assert fold_warnings([WARNING, elsewhere[0]])[0].message == "odd (and in 1 more file)"
    assert fold_warnings([WARNING]) == [WARNING]


def test_sarif_has_a_rule_and_a_place_for_each_problem() -> None:
    odd = Place("content/a/2017/50% [x].yaml")
    problems = [ERROR, WARNING, replace(WARNING, place=odd)]
    log = json.loads(sarif(problems))
    (run,) = log["runs"]
    results = run["results"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in results] == [
        p.rule.id for p in problems
    ]
    assert [result["level"] for result in results] == ["error", "warning", "warning"]
    first, _, last = (r["locations"][0]["physicalLocation"] for r in results)
    assert first["region"] == {"startLine": 14, "startColumn": 3}
    assert "region" not in last
    assert last["artifactLocation"]["uri"] == "content/a/2017/50%25%20%5Bx%5D.yaml"
    assert (
        results[0]["message"]["text"] == 'unknown key "titel". Hint: did you mean "title"?'
    )
    strict = json.loads(sarif(problems, strict=True))["runs"][0]["results"]
    assert {result["level"] for result in strict} == {"error"}


def test_the_caret_stands_under_the_place() -> None:
    problem = Problem(Rule.UNKNOWN_KEY, Place("x", 2, 5), "m", "h")
    assert excerpt(problem, ["one", "two three", ""]) == "    2 | two three\n      |     ^"


def test_the_caret_counts_wide_and_combining_characters_as_a_terminal_does() -> None:
    problem = Problem(Rule.UNKNOWN_KEY, Place("x", 1, 4), "m", "h")
    _, caret = excerpt(problem, ["中e\u0301x"]).split("\n")
    assert caret.index("^") - caret.index("|") - 2 == 3  # two cells, one, none


def test_a_long_line_is_cut_around_the_place() -> None:
    problem = Problem(Rule.UNKNOWN_KEY, Place("x", 1, 301), "m", "h")
    line, caret = excerpt(problem, ["a" * 300 + "B" + "c" * 300]).split("\n")
    assert line[caret.index("^")] == "B"
    assert len(line) < 120


def test_a_place_without_a_line_has_no_excerpt() -> None:
    assert excerpt(Problem(Rule.SLUG, Place("x"), "m", "h"), ["text"]) == ""
    assert excerpt(Problem(Rule.SLUG, Place("x", 9, 1), "m", "h"), ["text"]) == ""


def test_an_annotation_is_one_line_that_github_can_read() -> None:
    problem = Problem(Rule.SLUG, Place("a,b:c%", 1, 2), "50% of it", "hint")
    assert github_annotation(problem) == (
        "::error file=a%2Cb%3Ac%25,line=1,col=2,title=slug::50%25 of it%0Ahint: hint"
    )
    place = Place("d.xlsx", cell='worksheet "Data", B7')
    assert github_annotation(Problem(Rule.CHART_DATA, place, "No.", "hint")) == (
        '::error file=d.xlsx,title=chart-data::worksheet "Data", B7: No.%0Ahint: hint'
    )
    assert github_annotation(WARNING).startswith("::warning ")
    assert github_annotation(WARNING, strict=True).startswith("::error ")


def test_json_carries_every_field_and_its_version() -> None:
    document = Document(
        *("wpsdg", InformationDate(2017), "en", "screen"),
        state=State.BUILT,
        reason="new",
        pages=4,
        bytes=9,
    )
    report = json.loads(report_json([ERROR], [document], 3))
    assert report == {
        "format": 1,
        "exit_code": 3,
        "problems": [
            {
                "rule": "unknown-key",
                "severity": "error",
                "file": "content/wpsdg/2017/en.yaml",
                "line": 14,
                "column": 3,
                "message": 'unknown key "titel"',
                "hint": 'did you mean "title"?',
            }
        ],
        "documents": [
            {
                "file": "build/wpsdg/wpsdg_2017_en.pdf",
                "brief": "wpsdg",
                "information_date": "2017",
                "language": "en",
                "profile": "screen",
                "state": "built",
                "reason": "new",
                "pages": 4,
            }
        ],
    }


def test_the_summary_counts_what_was_done() -> None:
    built = Document("a", InformationDate(2017), "en", "screen", state=State.BUILT, pages=4)
    up_to_date = Document(
        "a", InformationDate(2017), "fr", "screen", state=State.UP_TO_DATE, pages=2
    )
    assert summary([built, up_to_date], [WARNING, ERROR], 2.14) == (
        "2 documents: 1 built, 1 up to date; 6 pages; 1 error; 1 warning; 2.1 s"
    )
    assert summary([], [], 0) == "no document; 0.0 s"


def test_a_profile_other_than_screen_shows_in_the_name() -> None:
    document = Document("wpsdg", InformationDate(2018, 3), "fr", "office")
    assert document.name == "wpsdg/wpsdg_2018-03_fr_office.pdf"


def test_a_limited_number_of_problems_is_listed_for_each_file() -> None:
    """Errors come first, and what is left out is counted."""
    warnings = [replace(WARNING, place=Place("a.yaml", n, 1)) for n in range(1, 91)]
    errors = [replace(ERROR, place=Place("a.yaml", n, 1)) for n in range(91, 111)]
    (listed, left_out), (other, nothing) = first_of_each_file([*warnings, *errors, ERROR])
    assert listed == [*warnings[:80], *errors]
    assert left_out == "a.yaml: 10 warnings more"
    assert (other, nothing) == ([ERROR], "")


def test_unsafe_characters_are_escaped_and_other_scripts_stay() -> None:
    unsafe = "a\x1b[2J\n::warning::b\u202ec\udcff"
    problem = Problem(Rule.SLUG, Place(unsafe, 1, 2), unsafe, unsafe)
    shown = r"a\x1b[2J\n::warning::b\u202ec\udcff"
    assert problem_text(problem) == f"{shown}:1:2: {shown}\n  hint: {shown}"
    assert github_annotation(problem).count("\n") == 0
    assert r"::a\x1b[2J\n::warning::b" in github_annotation(problem)
    assert r"\x1b" in excerpt(problem, [unsafe])
    report = report_json([problem])
    assert "\x1b" not in report
    assert "\u202e" not in report
    assert json.loads(report)["problems"][0]["message"] == unsafe
    for kept in (
        "العمل اللائق",
        "zażółć e\u0301",
        "👩\u200d🔧 🏴",
        "نمی\u200cدانم",
        "中文",
    ):
        assert escape_controls(kept) == kept
