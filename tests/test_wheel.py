"""The wheel stands alone: in an empty environment it builds a brief from content/ only.

Other programs import its Python API there, and the examples of its page run.
"""

import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import WriteProject, briefs

ROOT = Path(__file__).resolve().parents[1]
BRIEF = "title: A brief\nsections:\n  - heading: One\n    blocks: [{text: Some words.}]\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(out),
    ]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("briefs_pdf-*.whl"))


def test_the_wheel_holds_templates_styles_and_fonts_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for part in (
        "briefs_pdf/__init__.py",
        "briefs_pdf/py.typed",
        "pipeline/build.py",
        "pipeline/py.typed",
        "pipeline/bundled/templates/brief.html",
        "pipeline/bundled/templates/strings/fr.yaml",
        "pipeline/bundled/templates/new/brief.yaml",
        "pipeline/bundled/styles/page.css",
        "pipeline/bundled/styles/fonts/BriefSans-Regular.ttf",
        "pipeline/bundled/styles/fonts/OFL-NotoSans.txt",
        "pipeline/bundled/styles/icc/FOGRA39.icc",
        "pipeline/bundled/styles/icc/SOURCES.md",
    ):
        assert part in names
    assert "pipeline/briefs_pdf/__init__.py" not in names
    assert not [name for name in names if name.endswith(".pyc")]
    roots = {name.split("/")[0].split("-")[0] for name in names}
    assert roots == {"pipeline", "briefs_pdf"}


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment in which only the wheel is installed."""
    place = tmp_path_factory.mktemp("alone")
    venv.create(place)
    python = place / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    subprocess.run(
        [*pip, "--no-deps", "--no-index", wheel], check=True, capture_output=True
    )
    # The libraries that it needs come from the tests' environment, the program does not.
    site = next((place / "lib").glob("python*/site-packages"))
    needed = [p for p in sys.path if p.endswith("site-packages")]
    (site / "needed.pth").write_text("\n".join(needed))
    return python


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    return write_project({"content/brief/2017/en.yaml": BRIEF})


def run(root: Path, *command: str | Path) -> bytes:
    """Run a program of the environment; give what it prints."""
    world = {"PATH": os.environ["PATH"], "HOME": str(root)}
    done = subprocess.run(command, cwd=root, env=world, capture_output=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, b""), done.stdout.decode()
    return done.stdout


def test_installed_alone_it_builds_a_brief(python: Path, root: Path) -> None:
    run(root, python.with_name("briefs"), "build", "--quiet")
    assert (root / "build" / "brief" / "brief_2017_en.pdf").is_file()
    where = run(root, python, "-c", "import pipeline; print(pipeline.__file__)").decode()
    assert where.startswith(str(python.parents[1]))


def test_another_program_imports_it_at_little_cost(python: Path, root: Path) -> None:
    code = "import briefs_pdf, sys; print(briefs_pdf.__file__, *{*sys.modules} & slow)"
    slow = "slow = {'weasyprint', 'jinja2', 'pydantic', 'yaml', 'click'}; "
    file = run(root, python, "-c", slow + code).decode()
    assert file.startswith(str(python.parents[1]))
    assert file.endswith("/briefs_pdf/__init__.py\n")


# --- The examples of docs/python-api.md ---

EXAMPLES = dict(
    re.findall(
        r"^```python (\S+)\n(.*?)^```",
        (ROOT / "docs" / "python-api.md").read_text(encoding="utf-8"),
        re.M | re.S,
    )
)


@pytest.fixture
def examples(root: Path) -> Path:
    """A project with the files of the page beside `content/`."""
    for name, text in EXAMPLES.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_the_view_of_django_sends_the_brief(python: Path, examples: Path) -> None:
    (examples / "request.py").write_text(
        """\
import logging
import sys

import django
from django.conf import settings
from django.test import Client

settings.configure(BRIEFS=".", ROOT_URLCONF="views", ALLOWED_HOSTS=["testserver"])
django.setup()
logging.disable()
assert Client().get("/briefs/bref/en.pdf").status_code == 404
answer = Client().get("/briefs/brief/en.pdf")
assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
sys.stdout.buffer.write(answer.content)
"""
    )
    sent = run(examples, python, "request.py")
    assert briefs(examples, "build").exit_code == 0
    assert sent == (examples / "build/brief/brief_2017_en.pdf").read_bytes()


def test_the_cell_of_a_notebook_shows_the_editions(python: Path, examples: Path) -> None:
    # As a notebook: the last line is a value, and `__main__` is no file.
    *lines, value = EXAMPLES["cell.py"].splitlines()
    shown = run(examples, python, "-c", "\n".join([*lines, f"print({value})"]))
    assert shown == b"[('brief', '2017', 'A brief')]\n"


def test_the_test_of_the_content_passes_and_fails(python: Path, examples: Path) -> None:
    command = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_content.py")
    assert b"2 passed" in run(examples, *command)
    file = examples / "content/brief/2017/en.yaml"
    file.write_text(BRIEF.replace("A brief", "A brief" * 10) + "texts: 1\n")
    done = subprocess.run(command, cwd=examples, capture_output=True, text=True)
    assert "en.yaml:5:1: unknown key" in done.stdout
    assert "1 failed, 1 passed" in done.stdout  # a title of an edition with an error


def test_a_script_writes_one_pdf(python: Path, examples: Path) -> None:
    pdf = run(examples, python, "one_pdf.py", "brief", "en")
    assert briefs(examples, "build", "--profile", "office").exit_code == 0
    assert pdf == (examples / "build/brief/brief_2017_en_office.pdf").read_bytes()


def test_a_script_builds_in_parallel(python: Path, examples: Path) -> None:
    (examples / "content/misnamed").mkdir()
    lines = run(examples, python, "build_all.py").decode().splitlines()
    assert lines[:2] == ["built brief_2017_en.pdf 1", "built brief_2017_en_office.pdf 1"]
    assert [line.split(": ")[:2] for line in lines[2:]] == [["error", "content/misnamed"]]


def test_each_example_of_the_page_is_run_and_has_types(
    python: Path, examples: Path
) -> None:
    assert {*EXAMPLES} == {
        "build_all.py",
        "cell.py",
        "one_pdf.py",
        "test_content.py",
        "views.py",
    }
    wrong = 'import briefs_pdf\npdf: str = briefs_pdf.render_pdf(".", "brief", "en")\n'
    (examples / "wrong.py").write_text(wrong)
    # No public name has a type of a library; to read them all takes seconds.
    libraries = ("PIL", "click", "fontTools", "jinja2", "pydantic", "weasyprint", "yaml")
    skipped = ",".join(f"mypy-{name}.*" for name in libraries)
    (examples / "mypy.ini").write_text(f"[mypy]\n[{skipped}]\nfollow_imports = skip\n")
    command = [sys.executable, "-m", "mypy", "--python-executable", python]
    files = ["wrong.py", "one_pdf.py", "build_all.py", "cell.py"]
    done = subprocess.run([*command, *files], cwd=examples, capture_output=True, text=True)
    assert 'expression has type "bytes", variable has type "str"' in done.stdout
    assert "Found 1 error in 1 file" in done.stdout
