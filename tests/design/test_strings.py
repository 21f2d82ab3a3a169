"""The strings of a language may be partial; `briefs strings` writes the rest."""

import re

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.commands.strings import write_missing_strings
from pipeline.design.strings import (
    english_strings,
    missing_strings,
    parse_strings,
    read_strings,
)
from pipeline.problems import PipelineError, Rule
from pipeline.project import BUNDLED, open_project
from tests.conftest import WriteProject, briefs

FILE = "templates/strings/{}.yaml"


def test_a_file_with_one_string_falls_back_key_by_key(write_project: WriteProject) -> None:
    root = write_project(
        {
            FILE.format("fr"): "kind: Note de la Société\n",  # bundled
            FILE.format("sw"): "contact: Mawasiliano\n",
        }
    )
    project = open_project(root)
    french, swahili = (read_strings(project, code) for code in ("fr", "sw"))
    assert (french["kind"], french["table"]) == ("Note de la Société", "Tableau")
    assert (swahili["contact"], swahili["table"]) == ("Mawasiliano", "Table")
    assert [*missing_strings(project, ["fr"])] == []
    (problem,) = missing_strings(project, ["sw"])
    assert problem.rule is Rule.MISSING_STRINGS
    assert problem.message.startswith("missing strings, printed in English: kind, ")
    assert problem.hint == "create their entries, then translate them: briefs strings sw"
    write_missing_strings(project, "sw")
    (problem,) = missing_strings(project, ["sw"])
    file = FILE.format("sw")
    assert problem.hint == f"translate them in {file}, and delete the # before each"


def test_english_words_of_the_project_replace_missing_ones(
    write_project: WriteProject,
) -> None:
    files = {FILE.format("en"): "kind: Paper\n", FILE.format("sw"): "box: Sanduku\n"}
    strings = read_strings(open_project(write_project(files)), "sw")
    assert (strings["kind"], strings["box"]) == ("Paper", "Sanduku")


def test_a_file_that_is_a_list_is_an_error(write_project: WriteProject) -> None:
    project = open_project(write_project({FILE.format("sw"): "- kind\n"}))
    with pytest.raises(PipelineError) as caught:
        read_strings(project, "sw")
    (problem,) = caught.value.problems
    assert (problem.rule, problem.message) == (
        Rule.UI_STRINGS,
        "the file has no names of strings",
    )


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_in_another_encoding_is_an_error(
    encoding: str, write_project: WriteProject
) -> None:
    root = write_project({FILE.format("sw"): ""})
    (root / FILE.format("sw")).write_bytes("box: Kisanduku é\n".encode(encoding))
    with pytest.raises(PipelineError) as caught:
        read_strings(open_project(root), "sw")
    (problem,) = caught.value.problems
    assert problem.message == "the file is not UTF-8 text"


def test_missing_strings_are_written_as_comments_and_lines_stay(
    write_project: WriteProject,
) -> None:
    root = write_project({})
    run = lambda code: CliRunner().invoke(main, ["--project", str(root), "strings", code])  # noqa: E731
    made = run("sw")
    assert made.stdout == f"{FILE.format('sw')}\n"
    assert f"translate {len(english_strings())} strings" in made.stderr
    file = root / FILE.format("sw")
    text = file.read_text("utf-8")
    assert "\n# contact: Contact\n" in text
    # Comments begin with ##. Without the # before each string it is the English file.
    strings = re.sub(r"(?m)^# (?=\w+:)", "", text)
    assert not [line for line in strings.splitlines() if re.match("#(?!#)", line)]
    english = (BUNDLED / FILE.format("en")).read_bytes()
    assert parse_strings("sw", strings.encode()) == parse_strings("en", english)
    assert not [line for line in text.splitlines() if line and not line.startswith("#")]

    own = "# ours\ncontact: Mawasiliano # chosen by the Board"
    file.write_text(own, encoding="utf-8")
    assert f"translate {len(english_strings()) - 1} strings" in run("sw").stderr
    added = file.read_text("utf-8")
    assert added.startswith(own + "\n# kind: Policy brief\n")
    assert "\n\n## The pack of a session.\n# pack: Session pack\n" in added
    assert "# contact:" not in added
    run("sw")
    assert file.read_text("utf-8") == added
    assert run("fr").stderr == "no string is missing in fr\n"
    assert run("english").exit_code == 2
    # A wrong strings file is a matter of designers, as in all commands.
    file.write_text("contact: Mawasiliano\nkontact: X\n", encoding="utf-8")
    assert (run("sw").exit_code, run("sw").stderr.splitlines()[0]) == (
        4,
        f'{FILE.format("sw")}:2:1: unknown string "kontact"',
    )


@pytest.mark.parametrize(
    ("string", "message", "hint"),
    [
        (
            "found: z {all} {x} {found}",
            'the string "found" has {x}, which',
            "{found} and {all}",
        ),
        ("contact: Kontakt {}", 'the string "contact" has {}, which', "delete it"),
        ("session_ordinals: st", 'the string "session_ordinals" has no list', "other=th"),
        ("session_ordinals: few=rd", 'the string "session_ordinals" has no list', "other="),
        (
            "session_ordinals: other= st",
            'the string "session_ordinals" has no list',
            "other=",
        ),
    ],
)
def test_what_cannot_be_printed_is_an_error(string: str, message: str, hint: str) -> None:
    with pytest.raises(PipelineError) as caught:
        parse_strings("sw", string.encode())
    (problem,) = caught.value.problems
    assert problem.message.startswith(message)
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("strings", "message"),
    [
        (None, 'no strings for the language "sw" of the series'),
        ("# kind: Policy brief\n", "missing strings, printed in English: kind, "),
    ],
)
def test_check_warns_of_a_language_before_it_has_a_brief(
    strings: str | None, message: str, write_project: WriteProject
) -> None:
    series = "name: N\npublisher: {name: P}\nlanguages: [en, sw]\n"
    brief = "title: T\nsections: [{heading: H, blocks: [{text: T}]}]\n"
    files = {"content/series.yaml": series, "content/brief/2017/en.yaml": brief}
    root = write_project({**files, FILE.format("sw"): strings})
    done = briefs(root, "check")
    assert done.exit_code == 0
    assert message in done.stderr
    assert "briefs strings sw" in done.stderr
    assert "sw.yaml" not in briefs(root, "check", "brief").stderr
