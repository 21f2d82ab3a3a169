"""Files are found in the project, then in the program, and nowhere else."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.design.overrides import require_usable_overrides
from pipeline.problems import ExitCode, PipelineError, Rule
from pipeline.project import BUNDLED, Project, open_project

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "content" / "brief").mkdir(parents=True)
    (tmp_path / "content" / "brief" / "hall.jpg").write_bytes(b"jpg")
    (tmp_path / "secret.txt").write_text("secret")
    return open_project(tmp_path)


def test_a_folder_without_content_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(PipelineError) as caught:
        open_project(tmp_path)
    assert [p.rule for p in caught.value.problems] == [Rule.NO_CONTENT]


def test_a_bundled_style_is_found_and_the_projects_own_comes_first(
    project: Project,
) -> None:
    assert project.find_style("page.css") == BUNDLED / "styles" / "page.css"
    (project.root / "styles").mkdir()
    (project.root / "styles" / "page.css").write_text("@page {}")
    assert project.find_style("page.css") == project.root / "styles" / "page.css"
    assert project.find_style("tokens.css") == BUNDLED / "styles" / "tokens.css"


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "brief/../../secret.txt", "/etc/passwd", "brief", "none.jpg", "link"],
)
def test_nothing_outside_content_is_found(project: Project, name: str) -> None:
    (project.content / "link").symlink_to(project.root / "secret.txt")
    assert project.find_content(name) is None


def test_a_picture_of_the_project_is_found(project: Project) -> None:
    assert project.find_content("brief/hall.jpg") == project.content / "brief" / "hall.jpg"


def test_files_are_named_from_the_project(project: Project) -> None:
    assert (
        project.name_of(project.content / "brief" / "hall.jpg") == "content/brief/hall.jpg"
    )
    assert project.name_of(BUNDLED / "styles" / "page.css") == "styles/page.css"


def test_profiles_are_the_existing_style_sheets_screen_first(project: Project) -> None:
    assert project.profiles()[0] == "screen"
    own = project.root / "styles" / "profiles"
    own.mkdir(parents=True)
    (own / "board.css").write_text("")
    assert "board" in project.profiles()


def test_a_link_out_of_the_design_is_refused(tmp_path: Path) -> None:
    """So is a link to itself; a link inside the design is not, nor a link to a font."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/page.css").write_text("a {}")
    root = tmp_path / "project"
    for folder in ("content", "templates", "styles/shared", "styles/fonts"):
        (root / folder).mkdir(parents=True)
    (root / "styles/shared/page.css").write_text("b {}")
    (root / "styles/page.css").symlink_to("shared/page.css")
    (root / "styles/fonts/a.ttf").symlink_to(tmp_path / "outside/page.css")
    project = open_project(root)
    require_usable_overrides(project)
    (root / "styles/type.css").symlink_to(tmp_path / "outside/page.css")
    (root / "templates/components").symlink_to(tmp_path / "outside")
    (root / "styles/itself.css").symlink_to("itself.css")
    with pytest.raises(PipelineError) as refused:
        require_usable_overrides(project)
    files = [problem.place.file for problem in refused.value.problems]
    assert files == ["styles/itself.css", "styles/type.css", "templates/components"]
    assert {problem.exit_code for problem in refused.value.problems} == {ExitCode.DESIGN}


def test_styles_that_are_a_link_to_itself_have_no_fonts(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "styles").symlink_to("styles")
    project = open_project(tmp_path)
    assert project.font_folders == (BUNDLED / "styles/fonts",)
    assert project.font_names() != ()


WATCHED = """
import os, sys
def hook(event, arguments):
    if event == "open" and isinstance(path := arguments[0], str):
        if "outside" in os.path.realpath(path):
            print("read:", path)
sys.addaudithook(hook)
from pipeline.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("command", ["build", "check"])
def test_the_target_of_a_link_out_of_the_design_is_not_read(
    command: str, write_project: Callable[[Mapping[str, str]], Path], tmp_path: Path
) -> None:
    """A change of a file outside would make every document stale."""
    (tmp_path / "outside.css").write_text("a {}")
    root = write_project({"styles/own.css": "", "templates/own.html": ""})
    (root / "styles/page.css").symlink_to(tmp_path / "outside.css")
    (root / "templates/brief.html").symlink_to(tmp_path / "outside.css")
    result = subprocess.run(
        [sys.executable, "-c", WATCHED, "--project", str(root), command],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (result.returncode, result.stdout) == (ExitCode.DESIGN, "")
    message = "it is a link to a place outside"
    assert f"styles/page.css: {message} styles/\n" in result.stderr
    assert f"templates/brief.html: {message} templates/\n" in result.stderr
