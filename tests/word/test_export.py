"""`briefs export`: the document says all of the brief, and comes back as it was."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from pipeline.commands.export import export_word
from pipeline.content.discovery import find_editions
from pipeline.content.yaml_source import read_yaml
from pipeline.model.fields import FieldPath
from pipeline.project import Project, open_project
from pipeline.word.names import (
    id_bookmark,
    id_of_bookmark,
    place_bookmark,
    place_of_bookmark,
)
from pipeline.word.update import find_changes, update
from tests.conftest import WriteProject, briefs
from tests.word.word_files import DOCUMENTS, ROOT, read, unpack

SAMPLES = sorted(
    f"{path.parent.parent.name}/{path.parent.name}/{path.stem}"
    for path in (ROOT / "content").glob("*/*/*.yaml")
    if path.stem in ("en", "fr", "es", "ru", "ar", "zh")
)


# One brief in each script, and each edition once, in varying languages.
IN_EACH_SCRIPT = [f"wpsdg/2017/{language}" for language in ("ar", "en", "ru", "zh")]
VARIED = IN_EACH_SCRIPT + [
    names[number * 5 % len(names)]
    for number, (_, group) in enumerate(groupby(SAMPLES, key=lambda name: name[:-3]))
    if (names := [*group])
]


@pytest.fixture(scope="module")
def exported() -> dict[str, bytes]:
    """Language versions of the samples as documents."""
    project = open_project(ROOT)
    folders = {f"{f.slug}/{f.information_date}": f for f in find_editions(project)[0]}
    return {name: export_word(project, folders[name[:-3]], name[-2:]) for name in VARIED}


def source_of(name: str) -> bytes:
    return (ROOT / f"content/{name}.yaml").read_bytes()


@pytest.mark.parametrize("name", VARIED)
def test_a_sample_comes_back_as_it_was(name: str, exported: dict[str, bytes]) -> None:
    language = name.rpartition("/")[2]
    values = read("a.docx", exported[name], language).values
    data = source_of(name)
    updated = update(name, data, values)
    assert updated.changed == {}
    assert updated.problems == []
    assert updated.data == data


def changed(value: Any) -> Any:
    """Change each text of the values that come from a document."""
    if isinstance(value, dict):
        skipped = ("id", "file", "data", "chart", "label", "value", "align", "url")
        return {k: v if k in skipped else changed(v) for k, v in value.items()}
    if isinstance(value, list):
        return [changed(item) for item in value]
    return f'{value} "Added": 5 * 3 #1' if isinstance(value, str) else value


@pytest.mark.parametrize("name", IN_EACH_SCRIPT)
def test_each_text_can_be_changed_and_no_comment_is_lost(
    name: str, exported: dict[str, bytes]
) -> None:
    language = name.rpartition("/")[2]
    values = read("a.docx", exported[name], language).values
    data = b"# A comment.\n" + source_of(name).replace(
        b"sections:", b"sections:  # here", 1
    )
    updated = update(name, data, changed(values))
    assert not updated.problems
    before, after = (read_yaml(name, d)[0] for d in (data, updated.data))
    assert before is not None
    assert after is not None
    old, new = dict(before.walk()), dict(after.walk())
    assert old.keys() == new.keys()
    differing = {
        path for path in old if isinstance(old[path], str) and old[path] != new[path]
    }
    assert differing == set(updated.changed)
    assert len(differing) > 20
    assert [line for line in comments(data)] == [line for line in comments(updated.data)]


def comments(data: bytes) -> Iterator[str]:
    for line in data.decode().splitlines():
        if line.startswith("#") or "  # " in line:
            yield line


def test_a_change_touches_its_paragraph_only(exported: dict[str, bytes]) -> None:
    data, name = source_of("wpsdg/2017/en"), "wpsdg/2017/en"
    values = read("a.docx", exported[name]).values
    block = values["sections"][0]["blocks"][0]
    block["text"] = block["text"].replace("The ILO’s own mandate", "The mandate of the ILO")
    updated = update(name, data, values)
    old, new = (set(d.decode().splitlines()) for d in (data, updated.data))
    assert len(old - new) == len(new - old) == 1
    assert "[^declaration]" in updated.data.decode()
    block["text"] = block["text"].replace("the ILO’s constituents", "all constituents")
    again = update(name, data, values)
    assert len(again.data.decode().splitlines()) == len(data.decode().splitlines())


def test_bytes_do_not_depend_on_the_place_or_the_time(
    write_project: WriteProject, tmp_path: Path
) -> None:
    root = write_project({})
    made = []
    for number, zone in enumerate(("UTC", "Asia/Tokyo")):
        out = tmp_path / f"{number}.docx"
        command = [sys.executable, "-m", "pipeline", "--project", str(root)]
        command += ["export", "brief", "--docx", "-o", str(out)]
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": str(number)}
        environment |= {"PYTHONPATH": str(ROOT), "LC_ALL": "C"}
        subprocess.run(command, check=True, cwd=tmp_path, env=environment)
        made.append(out.read_bytes())
    assert made[0] == made[1]
    with ZipFile(io.BytesIO(made[0])) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert {entry.compress_type for entry in archive.infolist()} == {0}


def test_each_part_is_xml_and_each_bookmark_is_unique(exported: dict[str, bytes]) -> None:
    for name, data in exported.items():
        names, ids, text = [], [], b""
        for part, content in unpack(data).items():
            root = ElementTree.fromstring(content)  # noqa: S314 – our own
            text += content
            for element in root.iter():
                if element.tag.endswith("}bookmarkStart"):
                    names.append(element.attrib[f"{element.tag.partition('}')[0]}}}name"])
                    ids.append(element.attrib[f"{element.tag.partition('}')[0]}}}id"])
            assert "word/media" not in part
        assert len(names) == len(set(names)), name
        assert len(ids) == len(set(ids)), name
        assert max(map(len, names)) <= 40, name
        assert b'w:bidi="ar"/>' in text or not name.endswith("/ar")


@pytest.mark.parametrize(
    "path",
    [
        ("title",),
        ("key_messages", 3, "because"),
        ("points_for_decision", 0, "do"),
        ("sections", 12, "blocks", 10, "side_note", "text"),
        ("sections", 12, "blocks", 10, "table", "rows", 199, 19),
    ],
)
def test_a_place_survives_in_a_bookmark(path: FieldPath) -> None:
    name = place_bookmark(path, 7)
    assert place_of_bookmark(name) == path
    assert len(name) <= 40


def test_an_id_survives_in_a_bookmark() -> None:
    assert id_of_bookmark(id_bookmark("a-b_c"), "id") == "a-b_c"
    assert id_of_bookmark(id_bookmark("a-b_c", "ref"), "ref") == "a-b_c"
    assert id_of_bookmark(id_bookmark("a-b_c", "ref"), "id") == ""
    assert id_of_bookmark(id_bookmark("long-" * 12), "id") == "long-" * 12
    assert id_of_bookmark("_Ref1", "ref") == ""
    assert place_of_bookmark("_Toc1") is None


def test_pictures_boxes_and_merged_cells_come_back(write_project: WriteProject) -> None:
    picture = unpack((DOCUMENTS / "lo-picture.docx").read_bytes())["word/media/image1.png"]
    text = """\
title: 'A "title": with 5 < 6 & *words*'
sections:
  - heading: One
    id: one
    blocks:
      - text: |
          1. a
             - b

          See [one](#one), `[@ref_1]`.

          | a | b |
          |---|---|
          | c | d |
      - picture: {file: p.png, alt: Blue & <green>., caption: A hall, credit: By us, id: hall}
      - box: {title: Box, id: my-box, text: Words}
      - quote: {text: Said, who: Somebody}
      - table:
          title: T
          columns: [A, {heading: B, align: number}, C]
          rows:
            - [{text: a, down: 2}, {text: b, across: 2}]
            - [{text: c, down: 2}, d]
            - [e, f]
            - [{text: g, across: 3}]
      - figure:
          title: F
          subtitle: Per cent
          chart: slope
          data: [{k: x, m: 1, n: 2}, {k: y, m: 3.5, n: ""}]
          label: k
          value: [m, n]
          names: {m: Women}
          alt: Lines & dots.
          source: "@ref_1"
references:
  - {id: ref_1, text: "One, 2016", url: https://example.org/a_(b)}
""".replace("`", "")
    files = {"content/brief/2017/en.yaml": text, "content/brief/2017/p.png": picture}
    root = write_project(files)
    out = root / "out.docx"
    result = briefs(root, "export", "brief", "--docx", "-o", out)
    assert result.exit_code == 0, result.stderr
    imported = read("out.docx", out.read_bytes())
    source, _ = read_yaml("en.yaml", text.encode())
    assert source is not None
    blocks: list[Any] = imported.values["sections"][0]["blocks"]
    assert [next(iter(block)) for block in blocks] == [
        *("text", "picture", "box", "quote", "table", "figure")
    ]
    assert find_changes(source, imported.values)[0] == {}
    assert blocks[4]["table"]["rows"] == [
        [{"text": "a", "down": 2}, {"text": "b", "across": 2}],
        [{"text": "c", "down": 2}, "d"],
        ["e", "f"],
        [{"text": "g", "across": 3}],
    ]
    assert blocks[5]["figure"]["data"] == [
        {"label": "x", "Women": "1", "n": "2"},
        {"label": "y", "Women": "3.5", "n": ""},
    ]
    assert blocks[1]["picture"] == {
        **{"file": "picture-1.png", "alt": "Blue & <green>.", "caption": "A hall"},
        **{"id": "hall", "credit": "By us"},
    }
    assert list(imported.pictures.values()) == [picture]


def test_a_brief_that_cannot_be_exported_is_refused(write_project: WriteProject) -> None:
    root = write_project({"content/brief/2017/fr.yaml": "title: [\n"})
    assert briefs(root, "export", "brief").exit_code == 2
    assert briefs(root, "export", "other", "--docx").exit_code == 2
    assert (
        'no language "ar" of brief'
        in briefs(root, "export", "brief", "--docx", "--lang", "ar").stderr
    )
    assert (
        'no edition "2016"'
        in briefs(root, "export", "brief", "--docx", "--edition", "2016").stderr
    )
    broken = briefs(root, "export", "brief", "--docx", "--lang", "fr")
    assert broken.exit_code == 3
    assert "content/brief/2017/fr.yaml:" in broken.stderr
    assert not list(root.glob("*.docx"))


def test_the_language_exported_is_the_first(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_project(
        {
            "content/series.yaml": "name: B\npublisher: {name: P}\nlanguages: [fr, en]\n",
            "content/brief/2017/fr.yaml": "title: T\nsections: [{heading: H, blocks: [{text: A}]}]\n",
        }
    )
    monkeypatch.chdir(root)
    result = briefs(root, "export", "brief", "--docx")
    assert result.stdout == "brief_2017_fr.docx\n", result.stderr
    assert Project(root).content.is_dir()
    assert (root / "brief_2017_fr.docx").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("paper", "width", "height"),
    [
        ("A4", 11906, 16838),
        ("Letter", 12240, 15840),
        ("{width: 200, height: 280}", 11339, 15874),
    ],
)
def test_the_page_is_the_paper_of_the_series(
    paper: str,
    width: int,
    height: int,
    write_project: WriteProject,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    series = f"name: B\npublisher: {{name: P}}\nlanguages: [en, fr]\npaper: {paper}\n"
    root = write_project({"content/series.yaml": series})
    monkeypatch.chdir(root)
    result = briefs(root, "export", "brief", "--docx")
    assert result.exit_code == 0, result.stderr
    with ZipFile(root / "brief_2017_en.docx") as file:
        document = file.read("word/document.xml").decode()
    assert f'<w:pgSz w:w="{width}" w:h="{height}"/>' in document
