"""The automation: valid workflows, shell that parses, scripts that work."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

import pytest
import yaml

from pipeline.model.edition_state import Stamp

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / ".ci"
GITHUB = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
GITLAB = ROOT / ".gitlab-ci.yml"
LOCKS = [
    ROOT / f"requirements{part}.lock"
    for part in ("", "-test", "-gate", "-docs", "-cluster")
]
# The tools of the environment that runs the tests, wherever it is.
TOOLS = Path(sys.executable).parent
SH = shutil.which("sh") or "/bin/sh"


def run(
    *command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command; stdout and stderr come back as one text, as a person sees them."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
    )


# --- The files that GitHub and GitLab read ---


@pytest.mark.parametrize(
    ("schema", "files"),
    [("vendor.github-workflows", GITHUB), ("vendor.gitlab-ci", [GITLAB])],
    ids=["github", "gitlab"],
)
def test_workflow_follows_the_schema(schema: str, files: list[Path]) -> None:
    done = run(TOOLS / "check-jsonschema", "--builtin-schema", schema, *files)
    assert done.returncode == 0, done.stdout


def test_github_workflows_are_safe() -> None:
    done = run(TOOLS / "zizmor", "--offline", "--min-severity", "medium", *GITHUB)
    assert done.returncode == 0, done.stdout


def test_the_documented_workflow_for_the_website_is_sound(tmp_path: Path) -> None:
    guide = (ROOT / "docs/web.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(name: site.*?)```", guide, re.S)
    file = tmp_path / ".github/workflows/site.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    schema = ("--builtin-schema", "vendor.github-workflows")
    done = run(TOOLS / "check-jsonschema", *schema, file)
    assert done.returncode == 0, done.stdout
    done = run(TOOLS / "zizmor", "--offline", "--min-severity", "medium", file)
    assert done.returncode == 0, done.stdout
    workflow = yaml.safe_load(text)
    assert workflow[True]["schedule"]  # `on`, as YAML 1.1 reads it
    steps = workflow["jobs"]["site"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert run(SH, "-n", "-c", "\n".join(commands)).returncode == 0
    assert not any("--unpublished" in command for command in commands)
    (pages,) = (s for s in steps if "upload-pages-artifact" in s.get("uses", ""))
    assert pages["with"]["path"] == "build/site"


@pytest.mark.parametrize("file", GITHUB, ids=lambda file: file.name)
def test_github_workflow_may_only_read(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["permissions"] == {"contents": "read"}


def shell_of_github() -> Iterator[tuple[str, str, str]]:
    for file in GITHUB:
        jobs = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
        for job, about in jobs.items():
            for number, step in enumerate(about["steps"], start=1):
                if "run" in step:
                    # In a container job the shell is sh, unless a step says otherwise.
                    shell = step.get("shell", "sh")
                    yield f"{file.name}:{job}:{number}", shell, step["run"]


def shell_of_gitlab() -> Iterator[tuple[str, str, str]]:
    for job, about in yaml.safe_load(GITLAB.read_text(encoding="utf-8")).items():
        for key in ("before_script", "script", "after_script"):
            lines: Any = about.get(key, []) if isinstance(about, dict) else []
            if lines:
                yield f"{GITLAB.name}:{job}:{key}", "sh", "\n".join(lines)


def kept_files() -> Iterator[tuple[str, list[str]]]:
    """The patterns of the files that a run keeps, GitLab's written as GitHub's."""
    guide = (ROOT / "docs/rebuild-on-a-schedule.md").read_text(encoding="utf-8")
    (example,) = (t for t in re.findall(r"```yaml\n(.*?)```", guide, re.S) if "steps:" in t)
    for file, text in (*((f.name, f.read_text()) for f in GITHUB), ("guide", example)):
        for job in yaml.safe_load(text)["jobs"].values():
            for step in job["steps"]:
                if "upload-artifact" in step.get("uses", ""):
                    yield file, step["with"]["path"].split()
    artifacts = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))["briefs"]["artifacts"]
    yield GITLAB.name, [*artifacts["paths"], *(f"!{p}" for p in artifacts["exclude"])]


@pytest.mark.parametrize(("file", "patterns"), [*kept_files()])
def test_a_run_keeps_no_file_that_is_not_for_everybody(
    file: str, patterns: list[str]
) -> None:
    def is_kept(name: str) -> bool:
        kept = False
        for pattern in patterns:
            if PurePath(name).match(pattern.removeprefix("!")):
                kept = not pattern.startswith("!")
        return kept

    public = {Stamp.NONE, Stamp.SUPERSEDED}
    for folder in (*sorted(set(Stamp) - public), "rejected", "diff"):
        assert not is_kept(f"build/{folder}/brief_2018_en.pdf"), folder
    assert is_kept("build/brief/brief_2018_en.pdf")
    assert is_kept("build/superseded/brief_2017_en.pdf")
    assert is_kept("build/sessions/331/331_en.pdf")


SHELL = [*shell_of_github(), *shell_of_gitlab()]


@pytest.mark.parametrize(
    ("shell", "text"), [s[1:] for s in SHELL], ids=[s[0] for s in SHELL]
)
def test_shell_of_workflow_parses(shell: str, text: str, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(text, encoding="utf-8")
    done = run(shell, "-n", script)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", sorted(SCRIPTS.iterdir()), ids=lambda s: s.name)
def test_script_parses(script: Path) -> None:
    first = script.read_text(encoding="utf-8").splitlines()[0]
    done = run("bash" if first.endswith("bash") else "sh", "-n", script)
    assert done.returncode == 0, done.stdout


def test_github_and_gitlab_run_the_same_code() -> None:
    used = [
        set(re.findall(r"\.ci/[a-z-]+|make [a-z]+", " ".join(texts)))
        for texts in (
            [text for _, _, text in shell_of_github()],
            [text for _, _, text in shell_of_gitlab()],
        )
    ]
    # `.ci/run` is `.ci/packages`, `make test` and `make gate`.
    assert used[0] == used[1] - {".ci/run"} | {"make test", "make gate"}


def test_every_python_that_is_supported_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    start = "Programming Language :: Python :: 3."
    supported = [line[-4:] for line in project["classifiers"] if line.startswith(start)]
    for workflow in (ROOT / ".github/workflows/briefs.yml", GITLAB):
        text = workflow.read_text(encoding="utf-8")
        (others,) = re.findall(r"(?:python|PYTHON_VERSION): \[(.*)\]", text)
        (of_debian,) = re.findall(r"Debian's Python is ([\d.]+);", text)
        assert sorted([of_debian, *re.findall(r"[\d.]+", others)]) == supported


def test_one_debian_everywhere() -> None:
    image = r"debian:trixie-\d{8}-slim@sha256:[0-9a-f]{64}"
    releases = {
        file.name: re.findall(image, file.read_text(encoding="utf-8"))
        for file in (*GITHUB, GITLAB, ROOT / "Containerfile")
    }
    assert all(releases.values()), releases
    assert len({name for names in releases.values() for name in names}) == 1, releases


# --- The lock files ---


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_pins_by_hash_and_names_no_place(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"://|index-url|find-links|(^|\s)/", text)
    pins = re.sub(r"^ *#.*\n", "", text, flags=re.M).replace("\\\n", "").splitlines()
    assert pins
    for pin in pins:
        name, *hashes = pin.split(" --hash=")
        assert re.match(r"[a-z0-9-]+==\S+", name.strip()), pin
        assert hashes, f"{name} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64} *", h) for h in hashes), pin


def test_tests_run_with_the_versions_that_builds_use() -> None:
    runtime, tests = (
        set(re.findall(r"^[a-z0-9-]+==\S+", lock.read_text(encoding="utf-8"), re.M))
        for lock in LOCKS[:2]
    )
    assert runtime <= tests


# --- compare-sums and summary ---

TOOLCHAIN = "pango 1.56.3, weasyprint 70.0"
TOOLCHAIN_NOW = "pango 1.58.0, weasyprint 70.0"


def build(folder: Path, files: Mapping[str, str], toolchain: str = TOOLCHAIN) -> Path:
    """Make a build folder as `briefs build` does, with these files."""
    lines = [f"# toolchain: {toolchain}"]
    documents = {}
    for name, text in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        lines.append(f"{digest}  {name}")
        documents[name] = {"pdf": digest, "pages": 4, "bytes": len(text)}
    sums = folder / "SHA256SUMS"
    sums.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps({"targets": documents}), "utf-8")
    return sums


EN = "water/water_2026-05-01_en.pdf"
FR = "water/water_2026-05-01_fr.pdf"
AR = "water/water_2026-05-01_ar.pdf"


def compare(record: Path, built: Path) -> tuple[int, list[str]]:
    done = run(SH, SCRIPTS / "compare-sums", record, built)
    return done.returncode, done.stdout.splitlines()


def test_compare_accepts_the_same_files(tmp_path: Path) -> None:
    record = build(tmp_path / "a", {EN: "one", FR: "two"})
    built = build(tmp_path / "b", {EN: "one", FR: "two"})
    code, lines = compare(record, built)
    assert code == 0
    assert len(lines) == 1


def test_compare_names_each_difference(tmp_path: Path) -> None:
    record = build(tmp_path / "a", {EN: "one", FR: "two"})
    built = build(tmp_path / "b", {EN: "ONE", AR: "three"})
    code, lines = compare(record, built)
    assert code == 1
    assert "The toolchain is the recorded one" in lines[0]
    assert lines[1:4] == [
        f"changed:           {EN}",
        f"missing:           {FR}",
        f"not in the record: {AR}",
    ]
    # The differences themselves, as `diff -u` shows them.
    digest = hashlib.sha256(b"ONE").hexdigest()
    assert f"+{digest}  {EN}" in lines


def test_compare_says_when_the_toolchain_differs(tmp_path: Path) -> None:
    record = build(tmp_path / "a", {EN: "one", FR: "two"})
    built = build(tmp_path / "b", {EN: "one", FR: "TWO"}, TOOLCHAIN_NOW)
    code, lines = compare(record, built)
    assert code == 1
    assert "toolchain is another one" in lines[0]
    assert lines[1:4] == [
        "  recorded: pango 1.56.3",
        "  here:     pango 1.58.0",
        f"changed:           {FR}",
    ]


def test_compare_asks_for_the_toolchains_that_the_record_names(tmp_path: Path) -> None:
    """A pack in the build adds a toolchain of its own; the record need not have it."""
    record = build(tmp_path / "a", {EN: "one"})
    packed = f"{TOOLCHAIN}\n# toolchain: pikepdf 10.18.0, {TOOLCHAIN}"
    _, lines = compare(record, build(tmp_path / "b", {EN: "two"}, packed))
    assert lines[:2] == [
        "The toolchain is the recorded one: content, design or code made the difference.",
        f"changed:           {EN}",
    ]
    other = f"{TOOLCHAIN_NOW}\n# toolchain: pikepdf 10.18.0, {TOOLCHAIN_NOW}"
    _, lines = compare(record, build(tmp_path / "c", {EN: "two"}, other))
    assert "toolchain is another one" in lines[0]
    assert lines[1] == "  recorded: pango 1.56.3"


def test_compare_fails_when_only_the_toolchain_differs(tmp_path: Path) -> None:
    record = build(tmp_path / "a", {EN: "one"})
    built = build(tmp_path / "b", {EN: "one"}, TOOLCHAIN_NOW)
    code, lines = compare(record, built)
    assert code == 1
    assert not any(line.startswith(("changed", "missing", "not")) for line in lines)


def test_compare_fails_without_the_built_sums(tmp_path: Path) -> None:
    record = build(tmp_path / "a", {EN: "one"})
    code, lines = compare(record, tmp_path / "nothing")
    assert code == 2
    assert lines == [f"compare-sums: there is no {tmp_path / 'nothing'}"]


def summary(record: Path, folder: Path) -> list[str]:
    done = run(SH, SCRIPTS / "summary", record, folder)
    assert done.returncode == 0, done.stdout
    return done.stdout.splitlines()


def test_summary_lists_files_pages_and_bytes(tmp_path: Path) -> None:
    record = build(tmp_path / "a", {EN: "one", FR: "deux" * 500})
    build(tmp_path / "b", {EN: "one", FR: "deux" * 500})
    lines = summary(record, tmp_path / "b")
    digest = hashlib.sha256(b"one").hexdigest()[:16]
    assert f"| {EN} | 4 | 3 | `{digest}…` |" in lines
    assert any(line.startswith(f"| {FR} | 4 | 2,000 |") for line in lines)
    assert f"The same as {record}, byte for byte." in lines


def test_summary_reports_a_difference_without_failing(tmp_path: Path) -> None:
    record = build(tmp_path / "a", {EN: "one"})
    build(tmp_path / "b", {EN: "two"})
    assert f"changed:           {EN}" in summary(record, tmp_path / "b")


def test_summary_of_nothing(tmp_path: Path) -> None:
    assert "Nothing was built; the log says why." in summary(tmp_path / "a", tmp_path)


# --- Setting up a machine, with stand-ins for its tools ---


def stand_in(folder: Path, name: str, body: str = "") -> None:
    """Make a program that notes how it was called and then runs the body."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    note = f'echo "{name} $*" >> "{folder.parent}/calls"'
    program.write_text(f"#!{SH}\n{note}\n{body}\n", encoding="utf-8")
    program.chmod(0o755)


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text(encoding="utf-8").splitlines()


LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
APT = f"apt-get install -y --no-install-recommends {LIBRARIES}"


def run_system_libraries(
    tmp_path: Path, user: int, *tools: str, present: bool = False, ci: bool = False
) -> tuple[int, str, list[str]]:
    """Run .ci/system-libraries on a machine with these tools; `user` is the user id."""
    machine, installed = tmp_path / "bin", tmp_path / "installed"
    if present:
        installed.touch()
    stand_in(machine, "id", f"echo {user}")
    stand_in(machine, "python", f'[ -e "{installed}" ]')
    for tool in tools:
        arrives = f'case "$*" in *install*) : > "{installed}" ;; esac'
        stand_in(machine, tool, '"$@"' if tool == "sudo" else arrives)
    env = {"PATH": str(machine)} | ({"CI": "true"} if ci else {})
    done = run(SH, SCRIPTS / "system-libraries", machine / "python", env=env)
    used = [c for c in calls(tmp_path) if not c.startswith(("id", "python"))]
    return done.returncode, done.stdout, used


def test_libraries_that_are_there_need_nothing(tmp_path: Path) -> None:
    assert run_system_libraries(tmp_path, 0, "apt-get", present=True) == (0, "", [])


def test_root_installs_libraries(tmp_path: Path) -> None:
    code, _, used = run_system_libraries(tmp_path, 0, "apt-get")
    assert code == 0
    assert used == ["apt-get update -qq", f"{APT} -qq"]


def test_ci_installs_libraries_with_sudo(tmp_path: Path) -> None:
    code, _, used = run_system_libraries(tmp_path, 1000, "apt-get", "sudo", ci=True)
    assert code == 0
    assert used[::2] == ["sudo apt-get update -qq", f"sudo {APT} -qq"]


@pytest.mark.parametrize(
    ("tools", "line"),
    [
        (("apt-get", "sudo"), f"sudo {APT}"),
        (("dnf", "sudo"), "sudo dnf install -y pango harfbuzz"),
        (("brew",), "brew install pango harfbuzz"),
    ],
    ids=["apt", "dnf", "brew"],
)
def test_a_user_gets_the_command_to_type(
    tmp_path: Path, tools: tuple[str, ...], line: str
) -> None:
    code, text, used = run_system_libraries(tmp_path, 1000, *tools)
    assert code == 7
    assert text.splitlines()[-1].strip() == line
    assert used == []


# This Python, which reports an older version.
PYTHON_OLD = f"""case "$1" in
    -c) exec "{sys.executable}" -c "import sys; sys.version_info = (3, 10, 20); $2" ;;
    --version) echo Python 3.10.20 ;;
esac"""
PYTHON_BARE = 'case "$*" in *ensurepip*) exit 1 ;; esac'


def make_venv(tmp_path: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(tmp_path / "bin")}
    return run(SH, SCRIPTS / "venv", "folder", cwd=tmp_path, env=env)


def test_first_python_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    stand_in(tmp_path / "bin", "python3", PYTHON_OLD)
    stand_in(tmp_path / "bin", "python3.13", PYTHON_BARE)
    stand_in(tmp_path / "bin", "python3.11")
    assert make_venv(tmp_path).returncode == 0
    assert calls(tmp_path)[-1] == "python3.11 -m venv --clear folder"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (PYTHON_OLD, "Python 3.10.20 is too old"),
        (PYTHON_BARE, "python3 has no venv (on Debian: apt-get install python3-venv)"),
    ],
    ids=["old", "bare"],
)
def test_a_missing_python_is_reported(tmp_path: Path, body: str, reason: str) -> None:
    stand_in(tmp_path / "bin", "python3", body)
    done = make_venv(tmp_path)
    assert done.returncode == 7
    assert reason in done.stdout


def test_make_lists_its_targets() -> None:
    done = run("make", "--no-print-directory", "help", env={"PATH": os.environ["PATH"]})
    targets = [line.split()[1] for line in done.stdout.splitlines()]
    assert targets == [
        *("briefs", "test", "gate", "browser", "docs", "lint", "pictures", "fuzz", "soak"),
        *("benchmark", "sums", "lock", "fonts", "image", "clean", "help"),
    ]
