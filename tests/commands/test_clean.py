"""Cleaning removes built files, and nothing else."""

from pathlib import Path

import pytest

from pipeline.commands.clean import built_files, orphaned_files, remove_files
from pipeline.model.dates import InformationDate
from pipeline.model.edition_state import Stamp
from pipeline.problems import ExitCode
from pipeline.state.manifest import Manifest, OutputEntry, manifest_bytes
from tests.conftest import WriteProject, briefs, write_files

BRIEF, GONE = "content/brief/2017/en.yaml", "content/gone/2017-03/zh.yaml"
SESSION, OTHER_SESSION = "content/sessions/331.yaml", "content/sessions/332.yaml"
YEAR = InformationDate(2017)
HASH = "ab" + 62 * "0"
OLD = "cd" + 62 * "0"
OURS = [
    f".cache/ab/{HASH}.pdf",
    f".cache/cd/{OLD}.pdf",
    ".cache/files.json",
    "SHA256SUMS",
    "brief/.x.part",
    "brief/brief_2017_en.pdf",
    "brief/brief_2017_en_a5.pdf",
    "gone/gone_2017-03_zh.pdf",
    "manifest.json",
    "rejected/332_en.pdf",
    "rejected/gone_2017-03_zh.pdf",
    "sessions/331/331_en.pdf",
    "sessions/331/331_order.pdf",
    "sessions/332/332_zh_a5.pdf",
]
OTHERS = [
    "README.md",
    "brief/notes.txt",
    "brief/other_2017_en.pdf",
    "brief/brief.pdf",
    "gate/record.json",
    ".cache/ab/mine.pdf",
    "sessions/331/332_en.pdf",
    "sessions/331/notes.txt",
]


@pytest.fixture
def build(tmp_path: Path) -> Path:
    for name in (*OURS, *OTHERS):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    entry = OutputEntry("", [], "", "", HASH, 1, 1, "")
    manifest = Manifest(targets={"brief/brief_2017_en.pdf": entry})
    (tmp_path / "manifest.json").write_bytes(manifest_bytes(manifest))
    return tmp_path


def test_built_files_are_recognized_by_name(build: Path) -> None:
    assert built_files(build) == OURS


def test_the_command_removes_what_was_built_and_lists_it(
    write_project: WriteProject,
) -> None:
    root = write_project({})
    assert briefs(root, "build").exit_code == 0
    write_files(root, {"build/notes.txt": ""})
    built = {f"build/{name}" for name in built_files(root / "build")}
    assert "build/brief/brief_2017_en.pdf" in built
    listed = briefs(root, "clean", "--dry-run")
    assert (listed.exit_code, {*listed.stdout.splitlines()}) == (ExitCode.OK, built)
    cleaned = briefs(root, "clean")
    assert (cleaned.exit_code, cleaned.stdout) == (ExitCode.OK, listed.stdout)
    left = {path for path in (root / "build").rglob("*") if path.is_file()}
    assert left == {root / "build/notes.txt"}
    again = briefs(root, "clean")
    assert (again.exit_code, again.stdout) == (ExitCode.OK, "")


def test_no_file_of_the_site_is_orphaned(build: Path) -> None:
    pages = [
        "site/index.html",
        "site/gone/2017-03/zh/index.html",
        "site/gone/editions/index.html",
    ]
    for name in pages:
        write_files(build, {name: ""})
    assert not {*pages} & {*orphaned_files(build, {BRIEF, SESSION})}


def test_files_without_content_or_use_are_orphaned(build: Path) -> None:
    assert orphaned_files(build, {BRIEF, SESSION}) == [
        f".cache/cd/{OLD}.pdf",
        "brief/.x.part",
        "gone/gone_2017-03_zh.pdf",
        "rejected/332_en.pdf",
        "rejected/gone_2017-03_zh.pdf",
        "sessions/332/332_zh_a5.pdf",
    ]


def test_cache_files_of_a_deleted_brief_are_orphaned(build: Path) -> None:
    assert orphaned_files(build, {GONE, SESSION, OTHER_SESSION}) == [
        f".cache/ab/{HASH}.pdf",
        f".cache/cd/{OLD}.pdf",
        "brief/.x.part",
        "brief/brief_2017_en.pdf",
        "brief/brief_2017_en_a5.pdf",
    ]


@pytest.mark.parametrize("damage", [None, "", "{}", '{"format": 4, "targets": {}}'])
def test_without_a_readable_manifest_all_cached_files_stay(
    build: Path, damage: str | None
) -> None:
    manifest = build / "manifest.json"
    manifest.unlink() if damage is None else manifest.write_text(damage)
    orphaned = orphaned_files(build, {BRIEF, SESSION, OTHER_SESSION})
    assert [name for name in orphaned if name.startswith(".cache/")] == []
    assert "gone/gone_2017-03_zh.pdf" in orphaned


def test_orphaned_is_a_document_whose_edition_has_another_state(build: Path) -> None:
    lost = ["drafts/brief_2017_en.pdf", "embargoed/brief_2017_en_a5.pdf"]
    kept = ["superseded/brief_2017_en.pdf", "rejected/brief_2017_en.pdf"]
    for name in (*lost, *kept):
        write_files(build, {name: ""})
    everything = {BRIEF, GONE, SESSION, OTHER_SESSION}
    edition = BRIEF.rpartition("/")[0]
    orphaned = orphaned_files(build, everything, {edition: (Stamp.NONE,)})
    assert [name for name in orphaned if name in (*lost, *kept)] == lost
    orphaned = orphaned_files(build, everything, {edition: (Stamp.DRAFT,)})
    assert f".cache/ab/{HASH}.pdf" in orphaned
    assert [name for name in orphaned if name.startswith(("brief/b", "drafts"))] == [
        "brief/brief_2017_en.pdf",
        "brief/brief_2017_en_a5.pdf",
    ]


def test_the_pdf_of_a_final_edition_that_is_a_draft_again_is_orphaned(
    write_project: WriteProject,
) -> None:
    root = write_project({})
    assert briefs(root, "build").exit_code == 0
    assert briefs(root, "clean", "--orphaned").stdout == ""
    write_files(root, {"content/brief/2017/edition.yaml": "status: draft\n"})
    briefs(root, "build")
    result = briefs(root, "clean", "--orphaned")
    assert "build/brief/brief_2017_en.pdf\n" in result.stdout
    assert "build/drafts/" not in result.stdout
    assert "up to date" in briefs(root, "build").stderr
    sums = (root / "build/SHA256SUMS").read_text()
    assert "drafts/brief_2017_en.pdf" in sums
    assert "brief/brief" not in sums


def test_empty_folders_are_removed_and_other_files_stay(build: Path) -> None:
    assert remove_files(build, built_files(build)) == (
        [f"build/{name}" for name in OURS],
        [],
    )
    left = sorted(p.relative_to(build).as_posix() for p in build.rglob("*") if p.is_file())
    assert left == sorted(OTHERS)
    assert not (build / "gone").exists()
    assert build.is_dir()


def test_a_file_that_cannot_be_removed_is_a_problem_and_the_others_are_removed(
    build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def guarded(path: Path, missing_ok: bool = False) -> None:
        if path.name == "gone_2017-03_zh.pdf":
            raise PermissionError(13, "Permission denied")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", guarded)
    removed, problems = remove_files(build, built_files(build))
    assert len(removed) == len(OURS) - 2  # two files have this name
    assert [str(p.place) for p in problems] == [
        "build/gone/gone_2017-03_zh.pdf",
        "build/rejected/gone_2017-03_zh.pdf",
    ]
    assert {p.message for p in problems} == {
        "the file cannot be removed: permission denied"
    }
    assert {p.exit_code for p in problems} == {ExitCode.ENVIRONMENT}
