"""New briefs and new editions are created from templates and from the latest edition."""

from pathlib import Path

import pytest
import yaml

from pipeline.commands.check import read_content
from pipeline.commands.new import create_files
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, Rule
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject

YEAR = InformationDate(2018)


def wrong_with(root: Path) -> list[str]:
    content = read_content(open_project(root), BuildOptions(), None, every_folder=True)
    return [f"{p.place}: {p.message}" for p in content.problems]


def facts_of(root: Path, date: str = "2018", slug: str = "brief") -> str:
    return (root / "content" / slug / date / "edition.yaml").read_text(encoding="utf-8")


# --- A new brief ---


def test_a_brief_in_an_empty_folder_is_a_project_without_problems(tmp_path: Path) -> None:
    written = create_files(tmp_path, "trade-and-jobs", YEAR, None)
    names = [path.relative_to(tmp_path.resolve()).as_posix() for path in written]
    assert sorted(names) == [
        "content/series.yaml",
        "content/trade-and-jobs/2018/edition.yaml",
        "content/trade-and-jobs/2018/en.yaml",
    ]
    assert all(path.is_file() for path in written)
    assert wrong_with(tmp_path) == []


def test_a_brief_begins_in_the_default_language_of_the_series(
    write_project: WriteProject,
) -> None:
    series = "name: Notes\npublisher: {name: P}\nlanguages: [fr, en]\n"
    root = write_project({"content/series.yaml": series})
    create_files(root, "other", YEAR, None)
    assert (root / "content" / "other" / "2018" / "fr.yaml").is_file()
    assert (root / "content" / "series.yaml").read_text() == series


def test_a_brief_begins_in_the_given_language(write_project: WriteProject) -> None:
    root = write_project({})
    create_files(root, "other", InformationDate(2018, 3), "fr")
    folder = root / "content" / "other" / "2018-03"
    assert sorted(path.name for path in folder.iterdir()) == ["edition.yaml", "fr.yaml"]
    assert wrong_with(root) == []


def test_a_project_in_another_language_has_no_problems(tmp_path: Path) -> None:
    create_files(tmp_path, "other", YEAR, "fr")
    assert wrong_with(tmp_path) == []


@pytest.mark.parametrize("slug", ["Trade", "a_b", "", "../a", "sessions", "a/b"])
def test_a_brief_needs_a_valid_name(write_project: WriteProject, slug: str) -> None:
    root = write_project({})
    before = sorted(root.rglob("*"))
    with pytest.raises(PipelineError) as caught:
        create_files(root, slug, YEAR, None)
    assert [problem.rule for problem in caught.value.problems] == [Rule.SLUG]
    assert sorted(root.rglob("*")) == before


# --- A new edition ---

FACTS = """\
# What does not depend on language.
status: final
issued: 2017-10-26
# Why there is a new one:
change_note:
  en: First published.
  fr: >
    Première
    publication.

# The subjects of the catalogue.
subjects: [trade, jobs]   # two
symbol: GB.331/1
identifiers: {isbn: "1",
  doi: "2"}
contact:
  name: A Person
"""


def test_a_new_edition_is_a_draft_without_the_facts_of_one_edition_only(
    write_project: WriteProject,
) -> None:
    root = write_project({"content/brief/2017/edition.yaml": FACTS})
    create_files(root, "brief", YEAR, None)
    facts = facts_of(root)
    assert yaml.safe_load(facts) == {
        "status": "draft",
        "subjects": ["trade", "jobs"],
        "contact": {"name": "A Person"},
    }


def test_comments_on_inherited_facts_are_kept(write_project: WriteProject) -> None:
    root = write_project({"content/brief/2017/edition.yaml": FACTS})
    create_files(root, "brief", YEAR, None)
    assert "# What does not depend on language.\n" in facts_of(root)
    assert "# The subjects of the catalogue.\nsubjects: [trade, jobs]   # two\n" in (
        facts_of(root)
    )


@pytest.mark.parametrize(
    ("facts", "draft"),
    [
        (
            "# About.\n# More.\nsubjects: [a]\nstatus: final  # old\nissued: 2017-10-26\n",
            "# About.\n# More.\nsubjects: [a]\nstatus: draft\n",
        ),
        ("# About.\n\nsubjects: [a]\n", "# About.\nstatus: draft\n\nsubjects: [a]\n"),
        ("subjects: [a]\n", "status: draft\nsubjects: [a]\n"),
    ],
)
def test_the_comment_at_the_top_of_a_file_stays_there(
    write_project: WriteProject, facts: str, draft: str
) -> None:
    root = write_project({"content/brief/2017/edition.yaml": facts})
    create_files(root, "brief", YEAR, None)
    assert facts_of(root) == draft


def test_a_new_edition_lacks_only_its_change_note(write_project: WriteProject) -> None:
    root = write_project({"content/brief/2017/edition.yaml": FACTS})
    create_files(root, "brief", YEAR, None)
    assert wrong_with(root) == []  # a draft needs none yet
    facts = root / "content/brief/2018/edition.yaml"
    facts.write_text(facts.read_text().replace("status: draft", "status: final"))
    assert wrong_with(root) == [
        'content/brief/2018/edition.yaml:2:1: "change_note" is missing, and this is not '
        "the first edition"
    ]


@pytest.mark.parametrize(
    "facts",
    [
        "{status: final, issued: 2017-10-26, subjects: [trade]}\n",
        "subjects: [trade]\nstatus: final",
        "subjects: [trade]\r\nstatus: final\r\nissued: 2017-10-26\r\n",
        "\ufeffstatus: final\nsubjects: [trade]\n",
        "---\nstatus: final\nsubjects: [trade]\n",
        "change_note: |\n  One.\n\n  Two.\nsubjects: [trade]\n",
    ],
    ids=["flow", "no line end", "CRLF", "BOM", "document", "literal"],
)
def test_facts_in_any_yaml_style_become_those_of_a_draft(
    write_project: WriteProject, facts: str
) -> None:
    root = write_project({"content/brief/2017/edition.yaml": facts})
    create_files(root, "brief", YEAR, None)
    loaded = yaml.safe_load(facts_of(root))
    assert loaded == {"status": "draft", "subjects": ["trade"]}


@pytest.mark.parametrize("date", ["2016", "2017-02"])
def test_a_new_edition_is_later_than_the_others(
    write_project: WriteProject, date: str
) -> None:
    root = write_project({"content/brief/2017-03/en.yaml": "title: New\n"})
    before = sorted(root.rglob("*"))
    with pytest.raises(PipelineError) as caught:
        create_files(root, "brief", InformationDate.parse(date), None)
    (problem,) = caught.value.problems
    assert (problem.rule, str(problem.place)) == (
        Rule.INFORMATION_DATE,
        f"content/brief/{date}",
    )
    assert problem.message == "the newest edition, 2017-03, is of a later date"
    assert sorted(root.rglob("*")) == before


def test_all_files_of_the_latest_edition_are_copied(write_project: WriteProject) -> None:
    files = {
        "content/brief/2016/old.csv": "a,b\n1,2\n",
        "content/brief/2016/en.yaml": "title: Old\n",
        "content/brief/2017/fr.yaml": "title: Un titre\n",
        "content/brief/2017/data.csv": "a,b\n",
        "content/brief/2017/hall.jpg": b"\xff\xd8",
        "content/brief/2017/.DS_Store": b"",
        "content/brief/2017/drafts/en.docx": b"",
    }
    root = write_project(files)
    written = create_files(root, "brief", YEAR, None)
    new = root / "content" / "brief" / "2018"
    names = ["data.csv", "edition.yaml", "en.yaml", "fr.yaml", "hall.jpg"]
    assert sorted(path.name for path in new.iterdir()) == names
    assert sorted(path.name for path in written) == names
    old = root / "content" / "brief" / "2017"
    for name in ("data.csv", "en.yaml", "fr.yaml", "hall.jpg"):
        assert (new / name).read_bytes() == (old / name).read_bytes()


def test_the_latest_edition_is_the_one_with_the_newest_date(
    write_project: WriteProject,
) -> None:
    root = write_project(
        {
            "content/brief/2017-11/en.yaml": "title: Newest\n",
            "content/brief/2017-09-30/en.yaml": "title: Older\n",
        }
    )
    create_files(root, "brief", YEAR, None)
    text = (root / "content" / "brief" / "2018" / "en.yaml").read_text()
    assert text == "title: Newest\n"


def test_an_edition_without_facts_gets_a_file_of_facts(write_project: WriteProject) -> None:
    root = write_project({})
    create_files(root, "brief", YEAR, None)
    assert facts_of(root) == "status: draft\n"


@pytest.mark.parametrize("slug", ["brief", "other"])
def test_an_existing_edition_is_never_overwritten(
    write_project: WriteProject, slug: str
) -> None:
    root = write_project({f"content/{slug}/2018/notes.txt": "mine"})
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}
    with pytest.raises(PipelineError) as caught:
        create_files(root, slug, YEAR, None)
    (problem,) = caught.value.problems
    assert (problem.rule, str(problem.place)) == (
        Rule.INFORMATION_DATE,
        f"content/{slug}/2018",
    )
    assert {p: p.read_bytes() for p in root.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("facts", "rule"),
    [(b"symbol: Gen\xe8ve\n", Rule.FILE_ENCODING), (b"- draft\n", Rule.WRONG_TYPE)],
)
def test_no_edition_is_created_from_facts_that_cannot_be_read(
    write_project: WriteProject, facts: bytes, rule: Rule
) -> None:
    root = write_project({"content/brief/2017/edition.yaml": facts})
    with pytest.raises(PipelineError) as caught:
        create_files(root, "brief", YEAR, None)
    assert [problem.rule for problem in caught.value.problems] == [rule]
    assert not (root / "content" / "brief" / "2018").exists()
