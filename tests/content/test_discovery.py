"""Briefs, editions and languages are found by the names of folders and files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.content.discovery import EditionFolder, find_editions, is_slug
from pipeline.problems import PipelineError, Problem, Rule
from pipeline.project import Project, open_project
from pipeline.targets import Target
from tests.conftest import WriteProject

MakeProject = Callable[..., Project]


@pytest.fixture
def make_project(write_project: WriteProject) -> MakeProject:
    """Return the function that makes a project of empty files, without the usual brief."""

    def make(*names: str) -> Project:
        files = dict.fromkeys(names, "")
        root = write_project({"content/brief/2017/en.yaml": None, **files})
        if not any(name.startswith("content/brief/2017/") for name in names):
            (root / "content" / "brief" / "2017").rmdir()
            if not any((root / "content" / "brief").iterdir()):
                (root / "content" / "brief").rmdir()
        return open_project(root)

    return make


def editions_of(project: Project) -> list[tuple[str, str, tuple[str, ...]]]:
    editions, problems = find_editions(project)
    assert problems == []
    return [(e.slug, str(e.information_date), e.languages) for e in editions]


def problems_in(project: Project) -> list[tuple[Rule, str]]:
    return [(p.rule, str(p.place)) for p in find_editions(project)[1]]


def test_editions_are_listed_by_brief_then_by_date(make_project: MakeProject) -> None:
    project = make_project(
        "content/trade/2018/en.yaml",
        "content/trade/2017/en.yaml",
        "content/trade/2017-01/en.yaml",
        "content/trade/2017-01-01/en.yaml",
        "content/trade/2016-12-31/en.yaml",
        "content/a-1/2017/en.yaml",
    )
    assert [(slug, date) for slug, date, _ in editions_of(project)] == [
        ("a-1", "2017"),
        ("trade", "2016-12-31"),
        ("trade", "2017"),
        ("trade", "2017-01"),
        ("trade", "2017-01-01"),
        ("trade", "2018"),
    ]


def test_each_yaml_file_except_edition_yaml_is_a_language(
    make_project: MakeProject,
) -> None:
    project = make_project(
        *(f"content/brief/2017/{name}.yaml" for name in ("fr", "edition", "en", "zh-Hans")),
        *(f"content/brief/2017/{name}" for name in ("data.csv", "hall.JPG", "notes.md")),
    )
    assert editions_of(project) == [("brief", "2017", ("en", "fr", "zh-Hans"))]
    (edition,) = find_editions(project)[0]
    assert edition.path == project.content / "brief" / "2017"


def test_an_edition_that_cannot_be_read_is_listed(
    write_project: WriteProject,
) -> None:
    root = write_project({"content/brief/2018/en.yaml": b"\xff\x00: ["})
    editions, problems = find_editions(open_project(root))
    assert [str(e.information_date) for e in editions] == ["2017", "2018"]
    assert problems == []


def test_an_edition_without_languages_is_listed(make_project: MakeProject) -> None:
    project = make_project("content/brief/2017/edition.yaml")
    assert editions_of(project) == [("brief", "2017", ())]


def test_a_project_may_be_empty(make_project: MakeProject) -> None:
    assert editions_of(make_project()) == []


@pytest.mark.parametrize(
    "name", ["sessions/331.yaml", "sessions/anything.docx", "series.yaml"]
)
def test_a_reserved_name_is_not_a_brief(make_project: MakeProject, name: str) -> None:
    assert editions_of(make_project(f"content/{name}")) == []


@pytest.mark.parametrize(
    "litter",
    [
        *(".DS_Store", ".git/config", ".en.yaml.swp", "en.yaml~", "#en.yaml#"),
        *("Thumbs.db", "desktop.ini", "._en.yaml"),
    ],
)
@pytest.mark.parametrize("folder", ["content", "content/brief", "content/brief/2017"])
def test_files_of_systems_and_editors_are_ignored(
    make_project: MakeProject, folder: str, litter: str
) -> None:
    project = make_project("content/brief/2017/en.yaml", f"{folder}/{litter}")
    assert editions_of(project) == [("brief", "2017", ("en",))]


@pytest.mark.parametrize("slug", ["a", "7", "trade-and-jobs", "g20", "2017"])
def test_a_slug_has_lower_case_letters_digits_and_hyphens(
    make_project: MakeProject, slug: str
) -> None:
    assert editions_of(make_project(f"content/{slug}/2017/en.yaml"))[0][0] == slug


@pytest.mark.parametrize(
    "slug", ["Trade", "trade_jobs", "-trade", "trade-", "trade--jobs", "a b", "été", "a.b"]
)
def test_a_folder_with_another_name_is_rejected_and_not_read(
    make_project: MakeProject, slug: str
) -> None:
    project = make_project(f"content/{slug}/2017/en.yaml", f"content/{slug}/nonsense/x")
    assert problems_in(project) == [(Rule.SLUG, f"content/{slug}")]
    assert find_editions(project)[0] == ()


def test_no_brief_may_have_the_name_of_a_folder_of_other_targets() -> None:
    """`briefs web` removes all other files in build/site/, also the PDFs of a brief."""
    folders = {kind.FOLDER.partition("/")[0] for kind in Target.__subclasses__()}
    assert [name for name in folders if is_slug(name)] == []


@pytest.mark.parametrize(
    "name", ["2017-13", "17", "2017-3", "2017-02-30", "latest", "0000"]
)
def test_an_edition_with_another_name_is_rejected_by_itself(
    make_project: MakeProject, name: str
) -> None:
    project = make_project(f"content/brief/{name}/en.yaml", "content/brief/2017/en.yaml")
    assert problems_in(project) == [(Rule.INFORMATION_DATE, f"content/brief/{name}")]
    assert [str(e.information_date) for e in find_editions(project)[0]] == ["2017"]


def test_unused_files_are_reported(make_project: MakeProject) -> None:
    strays = [
        "content/brief/2017/EN.YML",
        "content/brief/2017/brief.docx",
        "content/brief/notes.yaml",
        "content/readme",
    ]
    project = make_project("content/brief/2017/en.yaml", *strays)
    assert problems_in(project) == [(Rule.UNEXPECTED_FILE, name) for name in strays]


def test_an_unused_folder_is_reported(make_project: MakeProject) -> None:
    project = make_project("content/brief/2017/en.yaml", "content/brief/2017/old/en.yaml")
    assert problems_in(project) == [(Rule.UNEXPECTED_FILE, "content/brief/2017/old")]


def test_a_brief_without_an_edition_is_reported_once(make_project: MakeProject) -> None:
    project = make_project("content/brief/2017/en.yaml", "content/other/.gitkeep")
    assert problems_in(project) == [(Rule.MISSING_FILE, "content/other")]
    # Another problem of the brief is enough.
    project = make_project("content/other/2017-13/en.yaml")
    assert problems_in(project) == [
        (Rule.INFORMATION_DATE, "content/other/2017-13"),
    ]


def test_every_problem_is_for_the_author(make_project: MakeProject) -> None:
    project = make_project("content/A/2017/en.yaml", "content/b/c/en.yaml", "content/d")
    _, problems = find_editions(project)
    assert all(isinstance(problem, Problem) and problem.hint for problem in problems)
    assert {problem.rule for problem in problems} == {
        Rule.SLUG,
        Rule.INFORMATION_DATE,
        Rule.UNEXPECTED_FILE,
    }


def test_a_folder_that_cannot_be_listed_is_an_error(
    make_project: MakeProject,
) -> None:
    project = make_project("content/brief/2017/en.yaml", "content/other/2017/en.yaml")
    for folder in (project.root, *project.root.parents[:-2]):
        folder.chmod(0o755)
    (project.content / "other" / "2017").chmod(0)
    if os.geteuid() == 0:  # root can list every folder
        read, write = os.pipe()
        if os.fork() == 0:
            os.setresuid(65534, 65534, 65534)
            os.write(write, _refused(project).encode())
            os._exit(0)
        problems = os.read(read, 1000).decode()
        os.wait()
    else:
        problems = _refused(project)
    assert problems.startswith("content/other/2017: ")


@pytest.mark.parametrize(
    "name",
    ["content/other", "content/brief/2018", "content/sessions", "content/No name"],
)
def test_a_link_to_a_folder_outside_is_rejected_and_not_read(
    make_project: MakeProject, tmp_path: Path, name: str
) -> None:
    project = make_project("content/brief/2017/en.yaml")
    (tmp_path / "outside/2017").mkdir(parents=True)
    (tmp_path / "outside/secret.docx").write_text("")
    (project.root / name).symlink_to(tmp_path / "outside")
    assert _refused(project) == f"{name}: it is a link to a place outside content/"


def test_a_link_to_a_folder_within_content_is_followed(
    make_project: MakeProject,
) -> None:
    project = make_project("content/brief/2017/en.yaml")
    (project.content / "brief/2018").symlink_to("2017")
    (project.content / "other").symlink_to("brief")
    assert editions_of(project) == [
        (slug, date, ("en",)) for slug in ("brief", "other") for date in ("2017", "2018")
    ]


def _refused(project: Project) -> str:
    try:
        find_editions(project)
    except PipelineError as error:
        return "; ".join(f"{p.place}: {p.message}" for p in error.problems)
    return "nothing"


def test_an_edition_folder_has_only_what_its_names_contain() -> None:
    assert set(EditionFolder.__dataclass_fields__) == {
        "slug",
        "information_date",
        "path",
        "languages",
    }
