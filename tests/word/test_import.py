"""`briefs import`: a new brief, a language, an update; nothing is lost on the way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.commands import import_word
from pipeline.problems import Rule
from pipeline.project import Project
from pipeline.word.update import update
from tests.conftest import WriteProject, briefs
from tests.word.word_files import DOCUMENTS, ROOT, document, paragraph

STYLED, PICTURES = DOCUMENTS / "py-styles.docx", DOCUMENTS / "py-pictures.docx"
TEXT = """\
# The comment at the top.
title: A title   # beside
sections:
  - heading: One
    id: one
    blocks:
      - text: |
          The first paragraph
          on two lines.

          The second.[^n]

          [^n]: A note.
      # before the table
      - table:
          title: A table
          columns: [A, B]
          rows:
            - [a, 1]
            - [b, 2]
          source: "@ref"
  - heading: Two
    blocks:
      - text: Words.
references:
  - id: ref
    text: A reference.
"""


FIRST = "The first paragraph on two lines.\n\nAnother.[^1]\n\n[^1]: A note."


def files_of(root: Path) -> dict[str, bytes]:
    content = root / "content"
    return {
        path.relative_to(content).as_posix(): path.read_bytes()
        for path in sorted(content.rglob("*"))
        if path.is_file()
    }


def test_a_brief_is_imported_into_an_empty_folder(tmp_path: Path) -> None:
    result = briefs(tmp_path, "import", STYLED, "--dated", "2018", "--lang", "fr")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [
        "content/py-styles/2018/edition.yaml",
        "content/py-styles/2018/fr.yaml",
        "content/series.yaml",
    ]
    assert "languages: [fr]" in (tmp_path / "content/series.yaml").read_text()
    assert "taken for bold words" in result.stderr
    edition = (tmp_path / "content/py-styles/2018/edition.yaml").read_text()
    assert "status: draft" in edition


def test_a_language_is_added_to_an_edition(write_project: WriteProject) -> None:
    root = write_project({"content/brief/2017/picture-1.jpg": b"another picture"})
    before = files_of(root)
    result = briefs(root, "import", PICTURES, "--to", "brief", "--lang", "fr")
    after = files_of(root)
    assert {name: after[name] for name in before} == before
    assert sorted(after.keys() - before.keys()) == [
        "brief/2017/fr.yaml",
        "brief/2017/picture-1-fr.jpg",
        "brief/2017/picture-2.png",
    ]
    assert b"file: picture-1-fr.jpg" in after["brief/2017/fr.yaml"]
    # The translation has other parts than the original: the check says so.
    assert result.exit_code == 3
    assert (
        "fr.yaml:6:9: sections, item 1, blocks, item 1 is not in en.yaml" in result.stderr
    )
    again = briefs(root, "import", PICTURES, "--to", "brief", "--lang", "fr", "--yes")
    assert "the file already has these texts" in again.stderr
    assert files_of(root) == after


def test_a_new_edition_is_a_copy_with_the_texts_of_the_document(
    write_project: WriteProject, tmp_path: Path
) -> None:
    root = write_project({"content/brief/2017/en.yaml": TEXT})
    out = tmp_path / "out.docx"
    assert briefs(root, "export", "brief", "--docx", "-o", out).exit_code == 0
    result = briefs(root, "import", out, "--dated", "2018")
    assert "brief/2018/en.yaml" in result.stdout, result.stderr
    assert (root / "content/brief/2018/en.yaml").read_text() == TEXT
    assert (root / "content/brief/2017/en.yaml").read_text() == TEXT
    before = files_of(root)
    older = briefs(root, "import", out, "--dated", "2016")
    assert "content/brief/2016: the newest edition, 2018, is of a later" in older.stderr
    assert (older.exit_code, files_of(root)) == (3, before)


def test_an_update_is_shown_and_asked_for(
    write_project: WriteProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_project({"content/brief/2017/en.yaml": TEXT})
    out = tmp_path / "out.docx"
    briefs(root, "export", "brief", "--docx", "-o", out)
    data = out.read_bytes().replace(b"The second.", b"The third. ")
    out.write_bytes(data)
    same = briefs(root, "import", out)
    # The archive is damaged by the change of its bytes: the checksum of a part is wrong.
    assert (same.exit_code, "is damaged" in same.stderr) == (3, True)
    from tests.word.word_files import with_part

    # What a reviewer may have changed is not overwritten.
    again = briefs(root, "export", "brief", "--docx", "-o", out)
    assert f"{out} exists, and may have remarks of a reviewer" in again.stderr
    assert (again.exit_code, out.read_bytes()) == (2, data)
    out.unlink()
    briefs(root, "export", "brief", "--docx", "-o", out)
    data = with_part(out.read_bytes(), "word/document.xml", "The second.", "The third one.")
    out.write_bytes(with_part(data, "word/document.xml", "A table", "The table"))
    refused = briefs(root, "import", out)  # nobody answers
    assert refused.exit_code == 2
    assert "-          The second.[^n]\n" in refused.stderr
    assert "+          The third one.[^n]\n" in refused.stderr
    assert (root / "content/brief/2017/en.yaml").read_text() == TEXT
    done = briefs(root, "import", out, "--yes")
    assert done.exit_code == 0, done.stderr
    new = TEXT.replace("The second.", "The third one.").replace("A table", "The table")
    assert (root / "content/brief/2017/en.yaml").read_text() == new


def test_a_document_of_another_program_updates_by_its_parts(
    write_project: WriteProject,
) -> None:
    values = {
        "title": "A title",
        "sections": [
            {"heading": "Zero", "blocks": [{"text": "New words."}]},
            {
                "heading": "One",
                "blocks": [
                    {"text": FIRST},
                    {
                        "table": {
                            "title": "TO DO: what it shows",
                            "columns": ["A", {"heading": "B", "align": "number"}],
                            "rows": [["a", "1"], ["c", "2"]],
                        }
                    },
                    {"quote": {"text": "Said."}},
                ],
            },
        ],
    }
    updated = update("en.yaml", TEXT.encode(), values)
    expected = TEXT.replace("The second.", "Another.").replace("[b, 2]", "[c, 2]")
    assert updated.data.decode() == expected
    assert [(p.rule, p.place.line, p.message) for p in updated.problems] == [
        (Rule.WORD_PLACE, 4, 'the file has no place for this part of the document: "Zero"'),
        (
            Rule.WORD_PLACE,
            15,
            'the file has no place for this part of the document: "Said."',
        ),
        (Rule.WORD_PLACE, 22, 'this is not in the document: "Two"'),
    ]


def test_a_table_of_another_shape_is_left_as_it_is() -> None:
    table = {"title": "A table", "columns": ["A", "B"], "rows": [["a", "1"]]}
    values = {
        "title": "A title",
        "sections": [
            {"heading": "One", "blocks": [{"text": "X"}, {"table": table}]},
            {"heading": "Two", "blocks": [{"text": "Words."}]},
        ],
    }
    updated = update("en.yaml", TEXT.encode(), values)
    assert b"[b, 2]" in updated.data
    assert [p.message for p in updated.problems] == [
        "the file has no place for this part of the document: 1 rows, and the file has 2"
    ]


@pytest.mark.parametrize(
    "references",
    [
        "works.bib",
        "[works.bib]",
        "[{id: a, title: A work}]",
        "[{id: b, text: B}, works.bib]",
    ],
)
def test_references_that_the_program_writes_are_left_as_they_are(references: str) -> None:
    """A change of one is only reported if the document says that it was changed."""
    file = f"{TEXT.partition('references:')[0]}references: {references}\n".encode()
    exported = {"references": [{"id": "a", "text": "*A work*."}, {"id": "c", "text": "C."}]}
    changed = {"references": [{"id": "a", "text": "*The work*."}]}
    for base in (None, exported):
        unchanged = update("en.yaml", file, exported, base)
        assert (unchanged.data, list(unchanged.problems)) == (file, [])
    reviewed = update("en.yaml", file, changed, exported)
    assert reviewed.data == file
    (problem,) = reviewed.problems
    assert problem.rule is Rule.WORD_PLACE
    assert "was changed in Word" in problem.message


def test_changes_of_both_sides_are_a_conflict(
    write_project: WriteProject, tmp_path: Path
) -> None:
    from tests.word.word_files import Review

    root = write_project({"content/brief/2017/en.yaml": TEXT})
    out, file = tmp_path / "out.docx", root / "content/brief/2017/en.yaml"
    briefs(root, "export", "brief", "--docx", "-o", out)
    review = Review(out.read_bytes())
    review.change("Words", "Better words", "Ada")
    review.change("A title", "The title", "Ada")
    out.write_bytes(review.save())
    now = TEXT.replace("title: A title", "title: My title").replace("[a, 1]", "[a, 7]")
    file.write_text(now)
    result = briefs(root, "import", out, "--yes")
    assert result.exit_code == 3
    assert (
        "content/brief/2017/en.yaml:2:8: this text was changed here and in the document\n"
        '  hint: decide, and write it by hand; the document has: "The title"'
    ) in result.stderr
    assert result.stderr.count("changed here and in the document") == 1
    # What only one side changed is kept: the cell of the file, the words of the document.
    assert file.read_text() == now.replace("text: Words.", "text: Better words.")


def test_a_file_changed_while_the_question_is_open_is_not_written(
    write_project: WriteProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.word.word_files import with_part

    root = write_project({"content/brief/2017/en.yaml": TEXT})
    out, file = tmp_path / "out.docx", root / "content/brief/2017/en.yaml"
    briefs(root, "export", "brief", "--docx", "-o", out)
    out.write_bytes(with_part(out.read_bytes(), "word/document.xml", "Words.", "Others."))

    def answer(*_: object, **__: object) -> bool:
        file.write_text(TEXT + "# changed meanwhile\n")
        return True

    monkeypatch.setattr("click.confirm", answer)
    result = briefs(root, "import", out)
    assert result.exit_code == 7
    assert "the file changed after its fix was shown" in result.stderr
    assert file.read_text() == TEXT + "# changed meanwhile\n"


def test_a_file_that_cannot_be_imported_is_refused(
    write_project: WriteProject, tmp_path: Path
) -> None:
    root = write_project({})
    unknown = briefs(root, "import", STYLED, "--to", "brief", "--lang", "de")
    assert unknown.exit_code == 2
    assert 'no language "de" in content/series.yaml' in unknown.stderr
    slug = briefs(root, "import", STYLED, "--to", "A brief")
    assert (slug.exit_code, "not a valid name" in slug.stderr) == (3, True)
    broken = root / "content/brief/2017/en.yaml"
    broken.write_text("title: [\n")
    result = briefs(root, "import", STYLED, "--to", "brief", "--yes")
    assert (result.exit_code, "en.yaml:" in result.stderr) == (3, True)
    assert broken.read_text() == "title: [\n"
    json_only = briefs(root, "import", STYLED, "--json")
    assert json_only.exit_code == 2


def test_line_ends_and_a_byte_order_mark_are_kept(
    write_project: WriteProject, tmp_path: Path
) -> None:
    from tests.word.word_files import with_part

    data = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    root = write_project({"content/brief/2017/en.yaml": data})
    out = tmp_path / "out.docx"
    briefs(root, "export", "brief", "--docx", "-o", out)
    out.write_bytes(with_part(out.read_bytes(), "word/document.xml", "Words.", "Others."))
    assert briefs(root, "import", out, "--yes").exit_code == 0
    new = (root / "content/brief/2017/en.yaml").read_bytes()
    assert new == data.replace(b"Words.", b"Others.")


def test_the_language_of_the_document_is_taken(
    write_project: WriteProject, tmp_path: Path
) -> None:
    root = write_project({})
    file = tmp_path / "Un Titre (2).docx"
    styles = (
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="fr-CH"/></w:rPr></w:rPrDefault>'
        "</w:docDefaults></w:styles>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
    link = f'<Relationship Id="s" Type="{kind}" Target="styles.xml"/>'
    parts = {"word/styles.xml": styles.encode()}
    file.write_bytes(document(paragraph("Des mots."), parts, link))
    result = briefs(root, "import", file, "--dated", "2018")
    assert "content/un-titre-2/2018/fr.yaml" in result.stdout, result.stderr


# A fork of this program is killed before each operation on the file system.
PROGRAM = """
import json, os, shutil, signal, sys
from pathlib import Path
from pipeline.commands.import_word import TypedOptions, find_destination, read_import, write_import
from pipeline.project import Project

source, work, file, choice = sys.argv[1:]
root = Path(work) / "project"
slug, language = choice.split()
content = Path(file).read_bytes()

def child(stop):
    if number := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    count = 0
    def operation(event, arguments):
        nonlocal count
        if event == "sync" or any(str(a).startswith(work) for a in arguments):
            count += 1
            if count == stop:
                os.kill(os.getpid(), signal.SIGKILL)
    events = ("open", "os.mkdir", "os.rename", "os.chmod", "os.remove")
    fsync = os.fsync
    os.fsync = lambda number: (operation("sync", ()), fsync(number))
    sys.addaudithook(lambda event, a: operation(event, a) if event in events else None)
    write_import(project, imported)
    os._exit(0)

def files():
    return {p.relative_to(root).as_posix(): p.read_bytes().hex()
            for p in sorted(root.rglob("*")) if p.is_file()}

shutil.copytree(source, root)
project = Project(root)
target = find_destination(project, Path(file), content, TypedOptions(slug, None, language), 2018)
imported = read_import(project, Path(file), content, target)
stop, outcomes = 0, []
while not outcomes or outcomes[-1][0]:
    stop += 1
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(source, root)
    outcomes.append([child(stop), files()])
print(json.dumps(outcomes))
"""


@pytest.mark.parametrize("choice", ["other en", "brief fr", "brief en"])
def test_a_killed_import_leaves_the_old_or_the_new_text(
    choice: str, write_project: WriteProject, tmp_path: Path
) -> None:
    root = write_project({"content/brief/2017/en.yaml": TEXT})
    file = PICTURES
    if choice == "brief en":
        file = tmp_path / "new.docx"
        file.write_bytes(document(paragraph("Other words.")))
    before = {
        path.relative_to(root).as_posix(): path.read_bytes().hex()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    (tmp_path / "work").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, root, tmp_path / "work", file, choice],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes: list[tuple[int, dict[str, str]]] = json.loads(done.stdout)
    everything = outcomes[-1][1]
    assert len(outcomes) > 4
    texts = {name for name in everything if name.endswith(".yaml")}
    for _, after in outcomes:
        kept = {name: data for name, data in after.items() if "/." not in f"/{name}"}
        yaml = {name: kept[name] for name in texts if name in kept}
        old = {name: before[name] for name in texts if name in before}
        new = {name: everything[name] for name in texts}
        assert yaml in (old, new)
        # Pictures that no text names yet are no harm; a text without its pictures would be.
        assert yaml == old or kept == everything
        assert {n: d for n, d in before.items() if n not in texts}.items() <= kept.items()


def test_the_destination_of_an_exported_document_is_its_own_file(
    write_project: WriteProject, tmp_path: Path
) -> None:
    root = write_project({"content/brief/2017/en.yaml": TEXT})
    out = tmp_path / "renamed.docx"
    briefs(root, "export", "brief", "--docx", "-o", out)
    project, content = Project(root), out.read_bytes()
    target = import_word.find_destination(
        project, out, content, import_word.TypedOptions(), 2018
    )
    assert (target.name, target.is_own, target.is_unchanged) == (
        "brief/2017/en.yaml", True, True
    )  # fmt: skip
    other = import_word.find_destination(
        project, out, content, import_word.TypedOptions("other"), 2018
    )
    assert (other.name, other.is_own) == ("other/2018/en.yaml", False)


def test_a_warning_of_the_file_is_shown_and_a_text_is_replaced() -> None:
    text = TEXT.replace("Words.", "Wo\u00adrds.")
    updated = update("en.yaml", text.encode(), {"title": "The title"})
    assert Rule.PASTED_CHARACTER in [p.rule for p in updated.problems]
    assert updated.data.decode() == text.replace("title: A title", "title: The title", 1)


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Löhne & Zeit", "lohne-zeit"), ("na\nme", "na-me"), ("الأجور", "brief")],
)
def test_the_name_of_the_file_becomes_that_of_the_brief(
    name: str, slug: str, tmp_path: Path
) -> None:
    target = import_word.find_destination(
        Project(tmp_path),
        Path(f"{name}.docx"),
        document(paragraph("Words.")),
        import_word.TypedOptions(),
        2018,
    )
    assert target.slug == slug
