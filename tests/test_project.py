"""Files are found in the project, then in the program, and nowhere else."""

from pathlib import Path

import pytest

from pipeline.errors import PipelineError, Rule
from pipeline.project import BUNDLED, Project, open_project


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


def test_profiles_are_the_sheets_that_are_there_screen_first(project: Project) -> None:
    assert project.profiles()[0] == "screen"
    own = project.root / "styles" / "profiles"
    own.mkdir(parents=True)
    (own / "board.css").write_text("")
    assert "board" in project.profiles()
