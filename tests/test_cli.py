"""The command line: exit codes, what goes where, and help for everything."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pipeline.cli import COMMANDS, main
from tests.conftest import WriteProject, briefs

ROOT = Path(__file__).resolve().parents[1]
BRIEF = "title: A brief\nsections:\n  - heading: One\n    blocks: [{text: Some words.}]\n"
GOOD = {"content/brief/2017/en.yaml": BRIEF}
BROKEN = {"content/brief/2017/en.yaml": BRIEF.replace("title", "titel")}


def test_good_content_exits_with_0(write_project: WriteProject) -> None:
    result = briefs(write_project(GOOD), "check")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr.startswith("1 edition checked; no problems;")


def test_a_content_error_exits_with_3_and_has_its_place(
    write_project: WriteProject,
) -> None:
    result = briefs(write_project(BROKEN), "check", "--quiet")
    assert result.exit_code == 3
    assert result.stderr == (
        'content/brief/2017/en.yaml:1:1: unknown key "titel"\n'
        '  hint: did you mean "title"?\n'
    )


@pytest.mark.parametrize(
    "folder", ["", ".", "content", "content/brief", "styles/x", "link"]
)
def test_a_cache_inside_the_sources_is_refused(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(root := write_project(GOOD))
    (root / "link").symlink_to("content")
    before = sorted(root.rglob("*"))
    result = briefs(root, "build", "--cache", folder)
    assert result.exit_code == 2
    assert "--cache" in result.stderr
    assert sorted(root.rglob("*")) == before


def test_a_usage_error_exits_with_2_and_suggests_a_word(
    write_project: WriteProject,
) -> None:
    root = write_project(GOOD)
    for arguments, message in (
        (("build", "breif"), 'no brief "breif"; did you mean "brief"?'),
        (("check", "breif"), 'no brief "breif"; did you mean "brief"?'),
        (("list", "breif"), 'no brief "breif"; did you mean "brief"?'),
        (("build", "--lang", "de"), 'no language "de"; available: en'),
        (("build", "--profile", "scren"), 'no profile "scren"; did you mean "screen"?'),
        (("build", "--edition", "2019"), 'no edition "2019"'),
        (("build", "--as-of", "June"), "write a year, a month or a day"),
        (("bild",), "No such command"),
    ):
        result = briefs(root, *arguments)
        assert result.exit_code == 2, arguments
        assert message in result.stderr


def test_a_dry_run_exits_with_6_if_anything_is_stale(write_project: WriteProject) -> None:
    root = write_project(GOOD)
    result = briefs(root, "build", "--dry-run", "--explain")
    assert result.exit_code == 6
    assert "stale      build/brief/brief_2017_en.pdf (it was never built)" in result.stderr
    assert briefs(root, "build").exit_code == 0
    assert briefs(root, "build", "--dry-run").exit_code == 0


def test_a_missing_content_folder_exits_with_3(tmp_path: Path) -> None:
    result = briefs(tmp_path, "check")
    assert result.exit_code == 3
    assert 'there is no folder "content"' in result.stderr


def test_an_unwritable_build_folder_exits_with_7(write_project: WriteProject) -> None:
    root = write_project(GOOD)
    (root / "build").write_text("in the way")
    result = briefs(root, "build")
    assert result.exit_code == 7
    assert "the folder cannot be written" in result.stderr


def test_an_error_in_one_brief_decides_the_exit_code_and_the_rest_is_built(
    write_project: WriteProject,
) -> None:
    root = write_project({**GOOD, "content/bad/2017/en.yaml": "titel: x\n"})
    result = briefs(root, "build")
    assert result.exit_code == 3
    assert (root / "build" / "brief" / "brief_2017_en.pdf").is_file()
    assert "built      build/brief/brief_2017_en.pdf" in result.stderr
    assert "blocked    build/bad/bad_2017_en.pdf" in result.stderr


def test_json_goes_to_stdout_alone(write_project: WriteProject) -> None:
    result = briefs(write_project(BROKEN), "build", "--json")
    assert result.exit_code == 3
    assert result.stderr == ""
    report = json.loads(result.stdout)
    assert report["exit_code"] == 3
    assert report["problems"][0]["rule"] == "unknown-key"
    assert report["documents"][0]["state"] == "blocked"


def test_github_gets_annotations_at_the_line(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    result = briefs(write_project(BROKEN), "check")
    assert (
        "::error file=content/brief/2017/en.yaml,line=1,col=1,title=unknown-key::"
        'unknown key "titel"%0Ahint: did you mean "title"?\n'
    ) in result.stderr


def test_quiet_prints_nothing_without_problems(write_project: WriteProject) -> None:
    root = write_project(GOOD)
    for arguments in (("check", "-q"), ("build", "-q"), ("build", "--quiet")):
        result = briefs(root, *arguments)
        assert (result.stdout, result.stderr, result.exit_code) == ("", "", 0)


def test_list_prints_to_stdout(write_project: WriteProject) -> None:
    root = write_project({**GOOD, "content/brief/2016-03/en.yaml": BRIEF})
    (root / "content/brief/2017/edition.yaml").write_text("change_note: New\n")
    assert briefs(root, "list").stdout.splitlines() == [
        "brief  2016-03     final      -        en:stale",
        "brief  2017        final      current  en:stale",
    ]
    listed = json.loads(briefs(root, "list", "--json", "--as-of", "2016").stdout)
    assert [e["current"] for e in listed["editions"]] == [True, False]


def test_ctrl_c_exits_with_130_and_one_line(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.cli.build.build_documents", stop)
    result = briefs(write_project(GOOD), "build")
    assert result.exit_code == 130
    assert result.stderr.strip() == "interrupted; finished files stay in build/"


def test_check_prints_sarif_also_when_it_cannot_begin(
    write_project: WriteProject, tmp_path: Path
) -> None:
    root = write_project({"content/brief/2017/en.yaml": "titel: x\n"})
    result = briefs(root, "check", "--sarif")
    (run,) = json.loads(result.stdout)["runs"]
    assert result.exit_code == 3
    assert "unknown-key" in {one["ruleId"] for one in run["results"]}
    (tmp_path / "empty").mkdir()
    result = briefs(tmp_path / "empty", "check", "--sarif")
    (run,) = json.loads(result.stdout)["runs"]
    assert (result.exit_code, len(run["results"])) == (3, 1)
    assert briefs(root, "check", "--sarif", "--json").exit_code == 2


def test_every_command_has_help_with_examples() -> None:
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0
        assert command.help
        assert "Examples:" in result.stdout, name


def run(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    world = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(cwd), **env}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=world, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (("--help",), {"weasyprint", "pydantic", "yaml", "jinja2", "babel"}),
        (("check",), {"weasyprint", "jinja2", "babel.dates"}),
        (("build",), {"weasyprint"}),
    ],
)
def test_heavy_imports_wait_until_they_are_needed(
    write_project: WriteProject, arguments: tuple[str, ...], unwanted: set[str]
) -> None:
    root = write_project(GOOD)
    assert briefs(root, "build").exit_code == 0
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(' '.join(sys.modules)))\n"
        "from pipeline.cli import main\n"
        f"main({list(arguments)!r}, prog_name='briefs')\n"
    )
    done = run("-c", code, cwd=root)
    assert done.returncode == 0, done.stderr
    assert not unwanted & set(done.stdout.split())


def test_python_m_pipeline_is_the_command(write_project: WriteProject) -> None:
    done = run("-m", "pipeline", "check", cwd=write_project(GOOD))
    assert done.returncode == 0
    assert done.stderr.startswith("1 edition checked")


def test_check_does_not_depend_on_the_locale(write_project: WriteProject) -> None:
    root = write_project({"content/brief/2017/en.yaml": BRIEF.replace("A brief", "Été 中")})
    done = run("-m", "pipeline", "check", cwd=root, LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr


def test_shell_completion_is_there(write_project: WriteProject) -> None:
    done = run("-m", "pipeline", cwd=ROOT, _BRIEFS_COMPLETE="bash_source")
    assert "complete" in done.stdout


@pytest.mark.parametrize("command", ["check", "build", "list", "new"])
def test_the_project_is_named_before_or_after_the_command(
    write_project: WriteProject, command: str, tmp_path: Path
) -> None:
    root = write_project(GOOD)
    slug = ["another"] if command == "new" else []
    before = CliRunner().invoke(main, ["--project", str(root), command, *slug])
    if command == "new":
        shutil.rmtree(root / "content" / "another")
    after = CliRunner().invoke(
        main, ["--project", str(tmp_path), command, *slug, "--project", str(root)]
    )
    assert before.exit_code == after.exit_code == 0, after.output
    assert before.stdout == after.stdout


def test_the_problems_of_a_project_named_after_the_command_are_its_own(
    tmp_path: Path,
) -> None:
    result = CliRunner().invoke(main, ["check", "--project", str(tmp_path)])
    assert result.exit_code == 3
    assert f'there is no folder "content" in {tmp_path}' in result.stderr
