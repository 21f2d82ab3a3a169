"""`briefs check --fix` replaces invisible and pasted characters, and nothing else."""

from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.commands.fix import apply_fix, find_fixes
from pipeline.content.pasted_text import find_pasted, without_invisible
from pipeline.problems import PipelineError
from pipeline.project import Project
from tests.conftest import WriteProject, changed

EN = "content/brief/2017/en.yaml"
BRIEF = """\
title: A title  # with a comment
sections:
  - heading: A heading
    blocks:
      - text: |
          TEXT
"""


def brief(text: str) -> str:
    """Write a brief with this text."""
    return changed(BRIEF, "TEXT", text)


def fix(root: Path, *arguments: str, answer: str = "") -> Result:
    words = ["--project", str(root), "check", "--fix", *arguments]
    return CliRunner(catch_exceptions=False).invoke(main, words, input=answer)


@pytest.mark.parametrize(
    ("pasted", "clean"),
    [
        ("The in\u00adspec\u00adtors came.", "The inspectors came."),
        ("A\u200bword and \u200da joiner", "Aword and a joiner"),
        ("One \ufeffmark", "One mark"),
        ("\u2022 one\n          \u2022\tsecond", "- one\n          - second"),
        ("\uf0b7 one\n          \uf0b7\u00a0second", "- one\n          - second"),
        ("One\n          \u00a0\u00a0second", "One\n          second"),
        ("\u00a0One", "One"),
    ],
)
def test_characters_with_one_meaning_are_replaced(
    pasted: str, clean: str, write_project: WriteProject
) -> None:
    root = write_project({EN: brief(pasted)})
    assert fix(root, "--yes").exit_code == 0
    assert (root / EN).read_text() == brief(clean)


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian
        "क\u094d\u200dष",  # Hindi
        "\U0001f469\u200d\U0001f4bb",
        "ภาษา\u200bไทย",  # Thai
        "vingt\u00a0pour cent\u202f; fin",
        "\u3000\u3000工作",
    ],
)
def test_characters_that_a_script_needs_are_kept(
    text: str, write_project: WriteProject
) -> None:
    assert list(find_pasted(text)) == []
    assert without_invisible(text) == text
    root = write_project({EN: brief(text)})
    before = (root / EN).read_bytes()
    fix(root, "--yes")
    assert (root / EN).read_bytes() == before


def test_line_ends_and_the_byte_order_mark_are_kept(write_project: WriteProject) -> None:
    clean = f"\ufeff{brief('inspect')}".replace("\n", "\r\n").encode()
    root = write_project({EN: clean.replace(b"inspect", "in\u00adspect".encode())})
    fix(root, "--yes")
    assert (root / EN).read_bytes() == clean


def test_a_number_in_curly_quotation_marks_gets_straight_ones(
    write_project: WriteProject,
) -> None:
    table = "table: {title: A, columns: [B, C], rows: [[D, “85.8”]]}\n"
    text = changed(BRIEF, "text: |\n          TEXT\n", table)
    text += "lead: In 2016, “12”, said “one”.\nstandfirst: “A word”\n"
    root = write_project({EN: text})
    fix(root, "--yes")
    assert (root / EN).read_text() == text.replace("“85.8”", '"85.8"')


def test_a_file_indented_with_hard_spaces_can_be_read_again(
    write_project: WriteProject,
) -> None:
    hard = changed(brief("Some text."), "    blocks", "\u00a0\u00a0 \u00a0blocks")
    root = write_project({EN: hard})
    assert fix(root, "--yes").exit_code == 0
    assert (root / EN).read_text() == brief("Some text.")


def test_bullets_in_folded_text_are_left(write_project: WriteProject) -> None:
    text = changed(BRIEF, "|\n          TEXT", ">\n          • a\n          • b")
    root = write_project({EN: text})
    assert "BULLET (U+2022)" in fix(root, "--yes").stderr
    assert (root / EN).read_text() == text


def test_the_diff_is_shown_first_and_nothing_is_written_without_a_yes(
    write_project: WriteProject,
) -> None:
    root = write_project({EN: brief("in\u00adspect")})
    before = (root / EN).read_bytes()
    refused = fix(root, answer="n\n")
    assert refused.stderr.startswith(
        f"--- {EN}\n+++ {EN}\n@@ -6 +6 @@\n"
        "-          in<U+00AD>spect\n+          inspect\n"
        "write these changes to 1 file? [y/N]: "
    )
    assert ((root / EN).read_bytes(), refused.exit_code) == (before, 2)
    assert fix(root).exit_code == 2  # no terminal to answer
    assert fix(root).stderr.endswith("\nnothing was written; --yes writes without asking\n")
    assert (root / EN).read_bytes() == before
    assert fix(root, answer="y\n").exit_code == 0
    assert (root / EN).read_bytes() == before.replace("\u00ad".encode(), b"")


def test_a_file_that_changed_meanwhile_is_left(write_project: WriteProject) -> None:
    root = write_project({EN: brief("in\u00adspect")})
    project = Project(root)
    (fix,) = find_fixes(project, ())
    (root / EN).write_text("title: Another\n")
    with pytest.raises(PipelineError, match="the file changed after its fix"):
        apply_fix(project, fix)
    assert (root / EN).read_text() == "title: Another\n"


def test_only_the_briefs_that_are_named_are_fixed(write_project: WriteProject) -> None:
    pasted = brief("in\u00adspect")
    other = "content/other/2017/en.yaml"
    root = write_project({EN: pasted, other: pasted})
    fix(root, "other", "--yes")
    assert (root / EN).read_text() == pasted
    assert (root / other).read_text() == brief("inspect")


def test_a_printed_word_has_no_soft_hyphen(write_project: WriteProject) -> None:
    root = write_project({EN: brief("The in\u00adspec\u00adtors came. " * 9)})
    words = ["--project", str(root), "build", "--quiet"]
    result = CliRunner(catch_exceptions=False).invoke(main, words)
    assert result.exit_code == 0
    assert "SOFT HYPHEN (U+00AD)" in result.stderr
    pdf = pypdfium2.PdfDocument(root / "build/brief/brief_2017_en.pdf")
    assert "\u00ad" not in pdf[0].get_textpage().get_text_range()


def test_files_that_are_no_content_are_left(write_project: WriteProject) -> None:
    pasted = brief("in\u00adspect")
    hidden = "content/brief/2017/.backup.yaml"
    root = write_project({hidden: pasted, "outside.yaml": pasted})
    assert fix(root, "..", "--yes").exit_code == 2
    assert fix(root, "--yes").exit_code == 0
    assert (root / hidden).read_text() == (root / "outside.yaml").read_text() == pasted


def test_yes_without_fix_is_refused(write_project: WriteProject) -> None:
    words = ["--project", str(write_project({})), "check", "--yes"]
    assert CliRunner().invoke(main, words).exit_code == 2


def test_a_file_with_line_ends_of_old_macs_is_fixed(
    write_project: WriteProject,
) -> None:
    text = brief("in\u00adspect") + "standfirst: “12”\n"
    root = write_project({EN: text.replace("\n", "\r").encode()})
    fix(root, "--yes")
    clean = text.replace("\u00ad", "").replace("“12”", '"12"').replace("\n", "\r")
    assert (root / EN).read_bytes() == clean.encode()
