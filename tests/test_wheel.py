"""The wheel stands alone: in an empty environment it builds a brief from content/ only."""

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

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
        "pipeline/build.py",
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
    roots = {name.split("/")[0].split("-")[0] for name in names}
    assert roots == {"pipeline", "briefs_pdf"}


def test_installed_alone_it_builds_a_brief(
    wheel: Path, tmp_path: Path, write_project: Callable[[Mapping[str, str]], Path]
) -> None:
    root = write_project({"content/brief/2017/en.yaml": BRIEF})
    place = tmp_path / "alone"
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
    world = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        [place / "bin" / "briefs", "build"],
        cwd=root,
        env=world,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (root / "build" / "brief" / "brief_2017_en.pdf").is_file()
    where = subprocess.run(
        [python, "-c", "import pipeline; print(pipeline.__file__)"],
        cwd=root,
        env=world,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(site))
