"""`briefs init` writes a project that builds without problems, or nothing."""

import os
import pty
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.commands.init import SESSION, SLUG, ProjectSettings, init_project
from pipeline.commands.schema import schema_files
from pipeline.content.validate.chart_claims import MIN_NUMBERS
from pipeline.model.dates import InformationDate
from pipeline.model.markdown import plain_text
from pipeline.problems import ExitCode, PipelineError
from pipeline.project import BUNDLED, Project
from tests.conftest import briefs

LANGUAGES = sorted(path.stem for path in (BUNDLED / "templates" / "strings").iterdir())
YEAR = InformationDate(2018)


def files_in(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


@pytest.fixture(scope="module", autouse=True)
def make_schemas_once() -> Iterator[None]:
    """Let all new projects have the same schemas, which depend on the program only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.commands.init.schema_files", cache(schema_files))
        yield


WIDTHS = {"A4": 210, "Letter": 215.9}
# Both profiles have the same area for text; English is built in all, and Arabic below.
ALL_PAPERS = {"A4": ("screen", "office"), "Letter": ("screen", "office")}
PAPERS = {"A4": ("screen",), "Letter": ("office",)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_new_brief_builds_in_every_language_without_warnings(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.content.validate.chart_claims.MIN_NUMBERS", MIN_NUMBERS)
    for paper, profiles in (ALL_PAPERS if language == "en" else PAPERS).items():
        root = tmp_path / paper
        root.mkdir()
        answers = ("--lang", language, "--paper", paper, "--meeting", "会议 : Réunion")
        assert briefs(root, "init", "--yes", *answers).exit_code == 0
        checked = briefs(root, "check", "--strict")
        assert "1 edition and 1 session checked; no problems" in checked.stderr
        options = [word for profile in profiles for word in ("--profile", profile)]
        result = briefs(root, "build", "--strict", *options)
        assert (result.exit_code, result.stderr.count("warning")) == (0, 0), result.stderr
        files = sorted((root / "build/drafts").glob("*.pdf"))
        assert len(files) == len(profiles)
        for file in files:
            with pikepdf.open(file) as pdf:
                assert len(pdf.pages) == 2, file.name
                width = float(pdf.pages[0].mediabox[2]) / 72 * 25.4
            assert width == pytest.approx(WIDTHS[paper], abs=0.01)


def test_with_an_address_and_a_licence_the_arabic_brief_has_two_pages_on_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.content.validate.chart_claims.MIN_NUMBERS", MIN_NUMBERS)
    briefs(tmp_path, "init", "--yes", "--lang", "ar", "--paper", "Letter")
    series = tmp_path / "content/series.yaml"
    series.write_text(re.sub("(?m)^# (url|licence):", r"\1:", series.read_text("utf-8")))
    profiles = ("--profile", "screen", "--profile", "office")
    assert briefs(tmp_path, "build", "--strict", *profiles).exit_code == 0
    files = sorted((tmp_path / "build/drafts").glob("*.pdf"))
    for file in files:
        with pikepdf.open(file) as pdf:
            assert len(pdf.pages) == 2, file.name
    assert len(files) == 2


def example_in(language: str) -> Any:
    """The text that a brief in a language begins with."""
    name = "brief.yaml" if language == "en" else f"brief.{language}.yaml"
    return yaml.safe_load((BUNDLED / "templates" / "new" / name).read_text("utf-8"))


def parts_of(value: Any) -> Any:
    """The parts of a text without words and keys: the keys of chart rows are words."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [parts_of(item) for item in value]
    # The paragraphs and list items of Markdown.
    return [len(re.findall(mark, str(value))) for mark in (r"\n\n", "(?m)^- ")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_new_brief_has_the_same_parts_in_every_language(language: str) -> None:
    assert parts_of(example_in(language)) == parts_of(example_in("en"))


def test_a_rare_language_that_is_also_a_country_is_named(tmp_path: Path) -> None:
    warning = 'warning: "ee" is Ewe; did you mean "et", Estonian?\n'
    assert warning in briefs(tmp_path, "init", "ewe", "--yes", "--lang", "ee").stderr
    result = briefs(tmp_path, "init", "estonian", "--yes", "--lang", "et")
    assert 'pages in "et" (Estonian) are English\n' in result.stderr
    assert "did you mean" not in result.stderr


def test_a_language_without_bundled_strings_begins_in_english(tmp_path: Path) -> None:
    result = briefs(tmp_path, "init", "--lang", "pl", "--lang", "en", "--lang", "sr-Latn")
    assert result.exit_code == 0
    for code in ("pl", "sr-Latn"):
        name = f"templates/strings/{code}.yaml"
        assert name in result.stdout.split()
        assert f"then translate {name}: " in result.stderr
        assert "\n# contact: Contact\n" in (tmp_path / name).read_text("utf-8")
    assert not (tmp_path / "templates/strings/en.yaml").exists()
    (brief,) = (tmp_path / "content" / SLUG).rglob("pl.yaml")
    assert "title: State the message in the title" in brief.read_text("utf-8")
    for command in ("check", "build"):
        done = briefs(tmp_path, command)
        assert done.exit_code == 0, done.stderr
        missing = "warning: missing strings, printed in English: kind, "
        # A build warns of what it prints.
        assert done.stderr.count(missing) == (2 if command == "check" else 1)


ODD = st.lists(
    st.sampled_from(
        [
            *("14. ", "7) ", "- ", "# ", "> ", ": ", "# a", "*a*", "**", "_", "~", "^"),
            *("[x](y)", "[Z] (https://a.org)", "[@x]", "@x", "[^1]", "![a](b)", "{en: x}"),
            *(
                "<b>",
                "<https://a.org>",
                "&amp;",
                "|a|",
                "`a`",
                '"',
                "'",
                "\\",
                "%",
                "#0c6b66",
            ),
            *("🐟", "İş", "会", "{lang=fr}", "---", "null", "[tr]"),
        ]
    )
    | st.characters(codec="utf-8", exclude_categories=["C", "Z"]),
    max_size=8,
).map("".join)


@given(ODD)
@example("14. Olağan Toplantı")
@example("X *Y* [Z](w)")
@settings(deadline=None, max_examples=30)
def test_a_project_of_any_names_is_valid_and_prints_them(odd: str) -> None:
    name = " ".join(f"{odd} Kurul".split())
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        names = ("--name", name, "--series", name, "--meeting", name)
        assert briefs(root, "init", "--yes", "--lang", "tr", *names).exit_code == 0
        checked = briefs(root, "check")
        assert checked.exit_code == 0, checked.stderr
        series = yaml.safe_load((root / "content/series.yaml").read_text("utf-8"))
        session = yaml.safe_load(
            (root / f"content/sessions/{SESSION}.yaml").read_text("utf-8")
        )
        brand = yaml.safe_load((root / "content/_brand.yml").read_text("utf-8"))
    texts = (series["name"], series["publisher"]["name"], session["name"]["tr"])
    assert {plain_text(text) for text in texts} == {name}
    assert brand["meta"]["name"] == name


def test_a_project_of_odd_names_builds(tmp_path: Path) -> None:
    name = '14. *a* # [x](y): "b" \\ @c {d}'
    names = ("--name", name, "--series", name, "--meeting", name)
    assert briefs(tmp_path, "init", "--yes", *names).exit_code == 0
    built = briefs(tmp_path, "build")
    assert built.exit_code == 0, built.stderr


def test_a_meeting_is_named_in_the_order_of_the_languages(tmp_path: Path) -> None:
    options = ("--lang", "fr", "--lang", "en", "--lang", "es", "--paper", "200.5 x 280")
    names = ("--meeting", 'La "réunion" : 3e', "--meeting", "Council Meeting")
    assert briefs(tmp_path, "init", *options, *names).exit_code == 0
    series = yaml.safe_load((tmp_path / "content/series.yaml").read_text("utf-8"))
    assert series["paper"] == {"width": 200.5, "height": 280}
    text = (tmp_path / f"content/sessions/{SESSION}.yaml").read_text("utf-8")
    assert "$schema=../../schemas/session.schema.json" in text
    session = yaml.safe_load(text)
    assert session["name"] == {"fr": 'La "réunion" : 3e', "en": "Council Meeting"}
    assert "hands out nothing" in briefs(tmp_path, "session", SESSION).stderr
    # Its commented lines are those of a handout.
    whole = re.sub("(?m)^# (?=handouts|  )", "", text)
    handouts = [{"brief": SLUG, "copies": {"fr": 20}}]
    assert yaml.safe_load(whole)["handouts"] == handouts


def test_options_are_written_into_series_and_brand(tmp_path: Path) -> None:
    name = 'Ports: "Sea" {x} # 日本'
    options = ("--series", "Quay notes", "--lang", "fr", "--lang", "en", "--colour", "navy")
    result = briefs(tmp_path, "init", "harbour", "--name", name, *options)
    assert result.exit_code == 0
    content = tmp_path / "harbour" / "content"
    series = yaml.safe_load((content / "series.yaml").read_text("utf-8"))
    brand = yaml.safe_load((content / "_brand.yml").read_text("utf-8"))
    assert brand["meta"]["name"] == plain_text(series["publisher"]["name"]) == name
    assert (series["name"], series["languages"]) == ("Quay notes", ["fr", "en"])
    assert brand["color"]["primary"] == "navy"
    assert sorted(result.stdout.split()) == files_in(tmp_path / "harbour")
    assert "yaml-language-server" in next(content.rglob("fr.yaml")).read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--colour", "#ff9900"), "#ff9900 on white has a contrast of 2.1:1"),
        (("--colour", "nightish"), '"nightish" is not a colour'),
        (("--name", " "), "a name is one line of text"),
        (("--lang", "xx"), '"xx" is not a language code'),
        (("--lang", "../pl"), '"../pl" is not a language code'),
        (("--lang", "PL"), '"PL" is not a language code; did you mean "pl"?'),
        (("--lang", "jp"), '"jp" is not a language code; did you mean "ja"?'),
        (("--lang", "cz"), '"cz" is not a language code; did you mean "cs"?'),
        (("--lang", "rs"), '"rs" is not a language code; did you mean "sr-Latn"?'),
        (("--paper", "A3"), '"A3" is not a paper size; write A4 or Letter, or 200x280'),
        (("--paper", "280x200"), "the width of a sheet is 190 to 250 mm, not 280"),
        (("--meeting", "A\nB"), "a name is one line of text"),
        (("--meeting", "A", "--meeting", "B"), "2 names of a meeting for 1 languages"),
    ],
)
def test_a_wrong_answer_writes_nothing(
    options: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    result = briefs(tmp_path, "init", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert files_in(tmp_path) == []


def test_a_file_that_exists_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    result = briefs(tmp_path, "init", "--yes")
    assert ".gitignore" not in result.stdout.split()
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    again = briefs(tmp_path, "init", "--yes", "--name", "Other")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "briefs new SLUG" in again.stderr


@pytest.mark.parametrize("stop", range(1, 30))
def test_a_full_disk_leaves_existing_files(
    stop: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    fsync, count = os.fsync, 0

    def full(number: int) -> None:
        nonlocal count
        count += 1
        if count == stop:
            raise OSError(28, "No space left on device")
        fsync(number)

    monkeypatch.setattr(os, "fsync", full)
    settings = ProjectSettings("A", "B", ("en",), "navy", "Letter", ("C",))
    try:
        init_project(Project(tmp_path), settings, YEAR)
    except PipelineError:
        assert files_in(tmp_path) == [".gitignore"]
        assert [path.name for path in tmp_path.iterdir()] == [".gitignore"]
    else:
        assert count < stop


def init_on_a_terminal(root: Path, answers: bytes) -> subprocess.CompletedProcess[str]:
    """Run `briefs init` on a terminal; b"\\x04" is Ctrl-D."""
    main, side = pty.openpty()
    os.write(main, answers)
    result = subprocess.run(
        [sys.executable, "-m", "pipeline", "--project", str(root), "init"],
        cwd=BUNDLED,
        stdin=side,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(main)
    os.close(side)
    return result


def test_a_question_without_an_answer_ends_it_before_it_writes(tmp_path: Path) -> None:
    result = init_on_a_terminal(tmp_path, b"Harbour Forum\n\x04")
    assert result.returncode == ExitCode.USAGE
    assert "nothing was written" in result.stderr
    assert not [*tmp_path.iterdir()]


def test_it_asks_on_a_terminal_and_asks_again_after_a_wrong_answer(tmp_path: Path) -> None:
    answers = b"Harbour Forum\nQuay notes\nfr, en\nA3\nLetter\n#ff9900\nnavy\nConseil\n\n"
    result = init_on_a_terminal(tmp_path, answers)
    assert result.returncode == 0, result.stderr
    assert "contrast of 2.1:1" in result.stderr
    assert '"A3" is not a paper size' in result.stderr
    series = (tmp_path / "content" / "series.yaml").read_text("utf-8")
    assert 'name: "Quay notes"' in series
    assert "[fr, en]" in series
    assert "\npaper: Letter\n" in series
    session = tmp_path / "content" / "sessions" / f"{SESSION}.yaml"
    assert 'name: {fr: "Conseil"}' in session.read_text("utf-8")
    assert 'primary: "navy"' in (tmp_path / "content" / "_brand.yml").read_text("utf-8")


@pytest.mark.parametrize("command", ["check", "build", "list", "schema", "due"])
def test_in_an_empty_folder_the_hint_leads_to_init(command: str, tmp_path: Path) -> None:
    assert "briefs init" in briefs(tmp_path, command).stderr
