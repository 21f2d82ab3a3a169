"""What other repositories use: the action, run as CI runs it, and the pre-commit hook."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from pipeline import __version__
from tests.conftest import WriteProject

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = ROOT / ".pre-commit-hooks.yaml"
TOOLS = Path(sys.executable).parent
BRIEF = "title: A brief\nsections:\n  - heading: One\n    blocks: [{text: Some words.}]\n"
GOOD = {"content/brief/2017/en.yaml": BRIEF}


def run(
    *command: str | Path, cwd: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command; stdout and stderr come back as one text, as the log shows them."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
    )


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what a runner has at `github.action_path`: this repository, already set up.

    It is a copy, whose `.venv` has links to the environment of the tests and the files by
    which `make` knows that nothing is left to be installed.
    """
    folder = tmp_path_factory.mktemp("action")
    for name in ("pipeline", "templates", "styles", ".ci"):
        shutil.copytree(ROOT / name, folder / name)
    for file in (ROOT / "Makefile", ROOT / "pyproject.toml", *ROOT.glob("*.lock")):
        shutil.copy(file, folder)
    environment = folder / ".venv"
    environment.mkdir()
    for path in Path(sys.prefix).iterdir():
        if not path.name.startswith("."):
            (environment / path.name).symlink_to(path)
    for step in ("python", "packages", "project", "tests", "libraries"):
        (environment / f".{step}").touch()
    return folder


@dataclass(frozen=True)
class Ran:
    """One run of the action: how it ended, its log, output and summary."""

    code: int
    log: str
    output: str
    summary: str


def expand(text: str, inputs: Mapping[str, str], here: Path) -> str:
    """Fill in the expressions of a step as GitHub does; refuse an unknown one."""

    def value(match: re.Match[str]) -> str:
        context, _, name = match[1].partition(".")
        return {"inputs": inputs, "github": {"action_path": str(here)}}[context][name]

    return re.sub(r"\$\{\{ (\S+) \}\}", value, text)


def run_action(here: Path, workspace: Path, **given: str) -> Ran:
    """Run each step of the action in its shell until one fails, as GitHub does."""
    inputs = {name: about["default"] for name, about in ACTION["inputs"].items()} | given
    files = workspace.parent / "runner"
    files.mkdir(exist_ok=True)
    output, summary = files / "output", files / "summary"
    output.write_text("")
    summary.write_text("")
    env = {
        **{
            name: os.environ[name]
            for name in ("PATH", "HOME", "LANG")
            if name in os.environ
        },
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_WORKSPACE": str(workspace),
        "RUNNER_TEMP": str(files),
    }
    log, code = "", 0
    for number, step in enumerate(ACTION["runs"]["steps"]):
        assert step["shell"] == "bash"
        script = files / f"{number}.sh"
        script.write_text(expand(step["run"], inputs, here))
        own = {k: expand(v, inputs, here) for k, v in step.get("env", {}).items()}
        # `shell: bash` of GitHub is this line.
        shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", script)
        done = run(*shell, cwd=workspace, env=env | own)
        log, code = log + done.stdout, done.returncode
        if code:
            break
    return Ran(code, log, output.read_text(), summary.read_text())


def test_the_action_builds_a_project_that_has_only_content(
    here: Path, write_project: WriteProject
) -> None:
    root = write_project(GOOD)
    ran = run_action(here, root)
    assert (ran.code, ran.output) == (0, "exit-code=0\n"), ran.log
    assert "installing" not in ran.log
    assert (root / "build/brief/brief_2017_en.pdf").is_file()
    assert ran.summary.startswith("## briefs build\n\n```\n")
    assert "built      build/brief/brief_2017_en.pdf" in ran.summary
    assert ran.summary.endswith("```\n")


def test_the_action_exits_with_the_code_of_the_command_and_marks_the_line(
    here: Path, write_project: WriteProject
) -> None:
    root = write_project({"content/brief/2017/en.yaml": BRIEF.replace("title", "titel")})
    ran = run_action(here, root, command="check")
    assert (ran.code, ran.output) == (3, "exit-code=3\n")
    assert "::error file=content/brief/2017/en.yaml,line=1,col=1" in ran.log
    assert 'content/brief/2017/en.yaml:1:1: unknown key "titel"' in ran.summary
    assert "::" not in ran.summary


def test_the_action_says_what_is_overdue(here: Path, write_project: WriteProject) -> None:
    root = write_project(
        {**GOOD, "content/brief/2017/edition.yaml": "review_after: 1 year\n"}
    )
    ran = run_action(here, root, command="due", arguments=" --on  2019\n--quiet ")
    assert (ran.code, ran.output) == (6, "exit-code=6\n")
    assert "365 days late  2018-12-31  brief 2017" in ran.summary


def test_the_action_takes_another_folder_and_a_version(
    here: Path, write_project: WriteProject
) -> None:
    root = write_project(GOOD)
    wanted = {"command": "list", "project": root.name, "version": __version__}
    ran = run_action(here, root.parent, **wanted)
    assert ran.code == 0, ran.log
    assert "brief  2017        final      current  en:stale" in ran.log
    other = run_action(here, root.parent, **{**wanted, "version": "9.9"})
    assert (other.code, other.output) == (2, "exit-code=2\n")
    assert f"this is version {__version__}, and the workflow wants 9.9" in other.log


def test_what_is_typed_into_a_workflow_is_never_run(
    here: Path, write_project: WriteProject
) -> None:
    root = write_project(GOOD)
    trap = root / "trap"
    ran = run_action(
        here, root, command="list", arguments=f"$(touch {trap}) `touch {trap}`; *"
    )
    assert ran.code == 2
    assert 'no brief "$(touch"' in ran.log
    assert not trap.exists()
    # Nor is a folder of the project taken for the program.
    (root / "pipeline").mkdir()
    (root / "pipeline/__init__.py").touch()
    (root / "pipeline/__main__.py").write_text("print('caught')\n")
    assert "caught" not in run_action(here, root, command="list").log


def test_a_step_has_no_expression_in_its_shell_and_uses_no_other_action() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
    assert not [step for step in ACTION["runs"]["steps"] if "uses" in step]


def test_the_action_is_valid_and_safe() -> None:
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    file = ROOT / "action.yml"
    schema = ("--builtin-schema", "vendor.github-actions")
    done = run(TOOLS / "check-jsonschema", *schema, file, cwd=ROOT, env=env)
    assert done.returncode == 0, done.stdout
    done = run(
        TOOLS / "zizmor", "--offline", "--min-severity", "low", file, cwd=ROOT, env=env
    )
    assert done.returncode == 0, done.stdout


# --- .ci/due ---


def run_due(root: Path, **env: str) -> subprocess.CompletedProcess[str]:
    python = {"PYTHON": sys.executable, "PATH": os.environ["PATH"]}
    return run("sh", ROOT / ".ci/due", root, cwd=ROOT, env=python | env)


def test_what_is_overdue_warns_and_only_an_error_fails(write_project: WriteProject) -> None:
    facts = "content/brief/2017/edition.yaml"
    root = write_project({**GOOD, facts: "review_after: 1 year\n"})
    done = run_due(root, GITHUB_ACTIONS="true")
    assert done.returncode == 0
    assert done.stdout.startswith("## What is due\n\n```\n")
    assert "2018-12-31  brief 2017  review it" in done.stdout
    assert "::warning title=briefs due::" in done.stdout
    program = root / "overdue"
    program.write_text("#!/bin/sh\nexit 6\n")
    program.chmod(0o755)
    elsewhere = run_due(root, PYTHON=str(program))
    assert (elsewhere.returncode, elsewhere.stdout.count("::")) == (0, 0)
    write_project({facts: "review_after: soon\n"})
    assert run_due(root).returncode == 3


# --- The pre-commit hook ---


@pytest.fixture
def commit(write_project: WriteProject, tmp_path: Path) -> Callable[[str], str]:
    """Return the function that commits a text of the brief where the hook is set up.

    It gives what git prints for the commit, and the log after it. The hook is that of this
    repository, but with `language: system`, so that the program is not installed again.
    """
    home = tmp_path / "home"
    tools = tmp_path / "bin"
    for folder in (home, tools, tmp_path / "hooks"):
        folder.mkdir()
    program = tools / "briefs"
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -Pm pipeline "$@"\n'
    )
    program.chmod(0o755)
    env = {
        "PATH": f"{tools}:{TOOLS}:{os.environ['PATH']}",
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{
            f"GIT_{who}_{what}": "a@example.org"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }

    def git(folder: Path, *words: str) -> str:
        return run("git", *words, cwd=folder, env=env).stdout.strip()

    hooks = tmp_path / "hooks"
    shutil.copy(HOOKS, hooks)
    root = write_project(GOOD)
    for folder in (hooks, root):
        git(folder, "init", "--quiet")
    git(hooks, "add", "--all")
    git(hooks, "commit", "--quiet", "-m", "The hook")
    use = f"""\
repos:
  - repo: {hooks}
    rev: {git(hooks, "rev-parse", "HEAD")}
    hooks: [{{id: briefs-check, language: system}}]
"""
    (root / ".pre-commit-config.yaml").write_text(use)
    done = run(TOOLS / "pre-commit", "install", cwd=root, env=env)
    assert done.returncode == 0, done.stdout

    def commit_text(text: str) -> str:
        (root / "content/brief/2017/en.yaml").write_text(text)
        git(root, "add", "--all")
        output = git(root, "commit", "-m", "A change")
        return f"{output}\n{git(root, 'log', '--oneline')}"

    return commit_text


def test_the_hook_lets_good_content_in_and_keeps_an_error_out(
    commit: Callable[[str], str],
) -> None:
    output = commit(BRIEF.replace("title", "titel"))
    assert re.search(r"briefs check\.+Failed", output), output
    assert 'content/brief/2017/en.yaml:1:1: unknown key "titel"' in output
    assert "does not have any commits yet" in output
    output = commit(BRIEF)
    assert re.search(r"briefs check\.+Passed", output), output
    assert output.count("A change") == 2


def test_the_hook_is_as_pre_commit_wants_it() -> None:
    done = run(
        *(TOOLS / "pre-commit", "validate-manifest", HOOKS),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")},
    )
    assert done.returncode == 0, done.stdout
