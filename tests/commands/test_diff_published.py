"""`briefs diff SLUG published`: the published words beside the present ones.

Between two editions: tests/cli/test_diff.py.
"""

import io
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import pikepdf
import pytest

from pipeline.content.discovery import find_editions
from pipeline.content.loader import load_series
from pipeline.editions.ledger import FrozenFile, read_ledger
from pipeline.editions.published_edition import read_published
from pipeline.project import open_project
from tests.commands.publish_project import (
    EN,
    FACTS,
    FILES,
    FOLDER,
    TEXT,
    change,
    publish_2017,
)
from tests.conftest import briefs, write_files

PICTURE = "      - picture: {file: a.svg, alt: A drawing.}\n"
FRENCH = f"{FOLDER}/fr.yaml"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
CORRECTION = "corrections: [{date: 2018-05-01, note: A wrong figure.}]\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brief with data and a picture, published once; to be read only."""
    root = tmp_path_factory.mktemp("published")
    texts = {name: f"{FILES[name]}{PICTURE}" for name in (EN, FRENCH)}
    write_files(root, {**FILES, **texts, f"{FOLDER}/a.svg": DRAWING})
    publish_2017(root, "2018-03-01")
    return root


@pytest.fixture
def root(published: Path, tmp_path: Path) -> Path:
    return copytree(published, tmp_path / "project")


def test_words_and_data_that_were_changed_after_the_publication(root: Path) -> None:
    assert briefs(root, "diff", "brief", "published").stdout == (
        "brief, en: 2017 → 2017: no change\n"
    )
    change(root, EN, "12 per cent", "21 per cent")
    change(root, f"{FOLDER}/shares.csv", "Here,1", "Here,7")
    result = briefs(root, "diff", "brief", "published")
    assert result.stdout.startswith("brief, en: 2017 → 2017-corr1; ")
    assert "Pay rose by [−12−] [+21+] per cent." in result.stdout
    assert "Here | [−1−] [+7+]" in result.stdout
    assert (result.exit_code, result.stderr) == (0, "")
    french = briefs(root, "diff", "brief", "published", "2017", "--lang", "fr", "--json")
    (redline,) = json.loads(french.stdout)["redlines"]
    assert (redline["old"], redline["new"]) == ("2017", "2017-corr1")


def test_a_correction_before_and_after_it_is_published(root: Path) -> None:
    change(root, EN, "12 per cent", "21 per cent")
    write_files(root, {FACTS: CORRECTION})
    before = briefs(root, "diff", "brief", "published").stdout
    assert "brief, en: 2017 → 2017-corr1; " in before
    publish_2017(root, "2018-05-01")
    assert briefs(root, "diff", "brief", "published").stdout == before
    change(root, EN, "21 per cent", "22 per cent")
    after = briefs(root, "diff", "brief", "published").stdout
    assert "2017-corr1 → 2017-corr2" in after
    assert "[−21−] [+22+]" in after


def test_the_redline_of_a_correction_as_files(root: Path) -> None:
    change(root, EN, "12 per cent", "21 per cent")
    write_files(root, {FACTS: CORRECTION})
    result = briefs(root, "diff", "brief", "published", "--pdf", "--html")
    assert result.exit_code == 0, result.output
    stem = "brief_2017_2017-corr1_en"
    assert (
        "2017 to that of 2017, Corr. 1." in (root / f"build/diff/{stem}.html").read_text()
    )
    with pikepdf.open(root / f"build/diff/{stem}.pdf") as pdf:
        assert sorted(pdf.attachments) == ["brief_2017-corr1_en.yaml", "brief_2017_en.yaml"]
    verified = briefs(root, "verify", root / f"build/diff/{stem}.pdf")
    assert "unchanged; a redline" in verified.stdout
    assert f"build/diff/{stem}.pdf" in briefs(root, "clean", "--dry-run").stdout


def test_an_unpublished_edition_cannot_be_compared(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    result = briefs(tmp_path, "diff", "brief", "published")
    assert f"{FOLDER}: it was never published" in result.stderr
    assert result.exit_code == 5


def test_a_damaged_file_is_not_compared(root: Path) -> None:
    file = root / "content/brief/published/2017/brief_2017_en.pdf"
    file.write_bytes(file.read_bytes() + b"x")
    result = briefs(root, "diff", "brief", "published")
    assert "the frozen file was changed" in result.stderr
    assert (result.exit_code, result.stdout) == (5, "")


def test_a_deleted_picture_is_named(root: Path) -> None:
    write_files(root, {EN: TEXT, FRENCH: TEXT, f"{FOLDER}/a.svg": None})
    result = briefs(root, "diff", "brief", "published")
    assert "its text cannot be read: " in result.stderr
    assert "a.svg" in result.stderr
    assert result.exit_code == 5


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"shares.csv", b"../../../../../out.csv"),
        (b"shares.csv", b"/tmp/briefs-out.csv"),
        (b"title: Pay", b"titel: Pay"),
        (b"title: Pay", b"title: [Pay"),
        (b"title: Pay", b"title: \xff"),
    ],
)
def test_attachments_are_read_as_content_from_outside(
    root: Path, old: bytes, new: bytes
) -> None:
    project = open_project(root)
    (folder,), _ = find_editions(project)
    series, _ = load_series(project, ())
    publication = read_ledger(project, "brief").publication("2017")
    assert series
    assert publication
    edition, problems = read_published(project, folder, series, publication)
    assert edition
    assert [*edition.versions] == ["en", "fr"]
    files = {}
    for name, frozen in publication.files.items():
        path = root / "content/brief/published" / frozen.name
        data = with_attachment(
            path.read_bytes(), f"{name[:-4]}_{name[-6:-4]}.yaml", old, new
        )
        path.write_bytes(data)
        files[name] = FrozenFile(frozen.name, sha256(data).hexdigest(), len(data))
    before = {*root.parent.rglob("*")}
    forged = replace(publication, files=files)
    edition, problems = read_published(project, folder, series, forged)
    assert edition is None
    assert {p.place.file for p in problems} == {
        "content/brief/published/2017/brief_2017_en.pdf"
    }
    assert {*root.parent.rglob("*")} == before
    assert not Path("/tmp/briefs-out.csv").exists()  # noqa: S108 – the attack


def with_attachment(pdf: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Change the text of an attachment, as a forger could."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        data = opened.attachments[name].get_file().read_bytes()
        assert old in data
        file = pikepdf.AttachedFileSpec(opened, data.replace(old, new), filename=name)
        opened.attachments[name] = file
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()
