"""Tables and charts get the rows of the data files that they name."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from pipeline.commands.check import read_content
from pipeline.content.attached_yaml import export_csv, export_yaml
from pipeline.model.markdown import plain_text
from pipeline.model.schema import Edition, LanguageVersion, Table
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject
from tests.content.workbooks import write_workbook

FOLDER = "content/brief/2017"
SERIES = """name: A series
publisher: {name: A publisher}
languages: [en, fr]
"""
HEAD = "title: A title\nsections:\n  - heading: A heading\n    blocks:\n"
TABLE = f"{HEAD}      - table:\n          title: A table\n          data: "
FIGURE = """      - figure:
          title: A finding
          subtitle: Number
          chart: bar
          data: posts.xlsx
          sheet: Data
          label: where
          value: exact
          alt: Bars
          source: Us
"""
WORKBOOK = write_workbook(
    [
        ["where", "posts", "share", "exact", "notes"],
        ["here", (1020.0, "#,##0"), (0.58, "0%"), (1.02, "0.000"), "1,020"],
        ["there", (12.5, "General"), "–", (2.5, "0.000"), None],
    ]
)


def read(root: Path) -> Edition:
    content = read_content(open_project(root), BuildOptions(), None)
    assert content.problems == ()
    (edition,) = content.editions
    return edition


def cells(table: Table) -> list[list[str]]:
    heads = [column.heading for column in table.columns]
    return [heads, *([cell.text for cell in row] for row in table.rows)]


def table_in(version: LanguageVersion) -> Table:
    table = version.sections[0].blocks[0].table
    assert table is not None
    return table


def test_a_table_prints_the_numbers_of_a_file_in_each_language(
    write_project: WriteProject,
) -> None:
    english_text = f"{TABLE}posts.xlsx\n          columns: [where, posts, share]\n"
    names = "          names: {here: ici, where: lieu}\n"
    files: Mapping[str, str | bytes] = {
        "content/series.yaml": SERIES,
        f"{FOLDER}/en.yaml": english_text,
        f"{FOLDER}/fr.yaml": english_text + names,
        f"{FOLDER}/posts.xlsx": WORKBOOK,
    }
    versions = read(write_project(files)).versions
    english, french = table_in(versions["en"]), table_in(versions["fr"])
    assert cells(english) == [
        ["where", "posts", "share"],
        ["here", "1,020.0", "58%"],
        ["there", "12.5", "–"],
    ]
    assert cells(french) == [
        ["lieu", "posts", "share"],
        ["ici", "1\u202f020,0", "58\u00a0%"],
        ["there", "12,5", "–"],
    ]
    assert [column.align for column in french.columns] == ["text", "number", "number"]


@pytest.mark.parametrize(
    "text",
    ["*a* _b_", "[@id] [a](b)", "1. a", "- a", "# a", "-", "<b> & &amp;", "a^2^ H~2~O"],
)
def test_a_text_of_a_file_is_not_markdown(write_project: WriteProject, text: str) -> None:
    files = {
        f"{FOLDER}/en.yaml": f"{TABLE}d.tsv\n",
        f"{FOLDER}/d.tsv": f"a\tb\n{text}\tx\n",
    }
    version = read(write_project(files)).versions["en"]
    assert plain_text(table_in(version).rows[0][0].text) == text


def test_the_attached_yaml_is_read_as_the_same_brief(write_project: WriteProject) -> None:
    root = write_project(
        {
            f"{FOLDER}/en.yaml": f"{TABLE}posts.xlsx\n          columns: [where]\n{FIGURE}",
            f"{FOLDER}/posts.xlsx": WORKBOOK,
        }
    )
    edition = read(root)
    exported = export_yaml(edition.versions["en"])
    figure = yaml.safe_load(exported)["sections"][0]["blocks"][1]["figure"]
    assert figure["data"][0]["exact"] == "1.020"
    assert "sheet" not in figure
    (root / FOLDER / "posts.xlsx").unlink()
    again = read(write_project({f"{FOLDER}/en.yaml": exported}))
    assert again.versions == edition.versions
    rows = again.versions["en"].sections[0].blocks[1].content.data.rows
    assert export_csv(rows) == b"where,exact\r\nhere,1.020\r\nthere,2.500\r\n"
