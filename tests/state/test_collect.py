"""Parts that were built apart add up to the build that was not parted."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.model.dates import InformationDate
from pipeline.project import BUNDLED
from pipeline.state.fingerprints import digest
from pipeline.state.manifest import checksum_bytes, manifest_bytes, read_manifest
from pipeline.targets import Document, is_in_shard

WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]
PARTS = 3


def text(number: int, language: str) -> str:
    heading = f"A heading in {language}"
    blocks = f"sections: [{{heading: {heading}, blocks: [{{text: Text.}}]}}]"
    return f"title: Brief {number}\n{blocks}\n"


FILES: dict[str, str | bytes | None] = {
    f"content/{slug}/2017/{language}.yaml": text(number, language)
    for number, slug in enumerate(("brief", "other", "third"))
    for language in ("en", "fr")
}


def briefs(root: Path, *arguments: str | Path) -> Result:
    words = ["--project", str(root), *map(str, arguments)]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, its whole build in whole/, and its parts in 1/, 2/ and 3/."""
    root = tmp_path_factory.mktemp("shards")
    series = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, fr]\n"
    for name, content in {"content/series.yaml": series, **FILES}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(content))
    for number in range(1, PARTS + 1):
        assert briefs(root, "build", "--shard", f"{number}/{PARTS}").exit_code == 0
        shutil.move(root / "build", root / str(number))
    assert briefs(root, "build").exit_code == 0
    shutil.move(root / "build", root / "whole")
    return root


@pytest.fixture
def parts(shards: Path, tmp_path: Path) -> list[Path]:
    """The parts of a project that has no build yet, to be spoilt."""
    shutil.copytree(shards, tmp_path / "project")
    return [tmp_path / "project" / str(number) for number in range(1, PARTS + 1)]


def test_parts_add_up_to_the_whole(parts: list[Path]) -> None:
    root = parts[0].parent
    documents = [{p.name for p in part.glob("*/*.pdf")} for part in parts]
    assert sum(map(len, documents)) == len(set().union(*documents)) == len(FILES)
    collected = briefs(root, "collect", *parts)
    assert collected.exit_code == 0
    assert collected.stderr == "6 documents collected from 3 parts\n"
    for name in ("manifest.json", "SHA256SUMS"):
        whole = (root / "whole" / name).read_bytes()
        assert (root / "build" / name).read_bytes() == whole
    report = json.loads(briefs(root, "build", "--json").stdout)
    assert Counter(d["state"] for d in report["documents"]) == {"kept": len(FILES)}


def test_to_collect_twice_changes_nothing(parts: list[Path]) -> None:
    root = parts[0].parent
    report = json.loads(briefs(root, "collect", *parts, parts[0], "--json").stdout)
    assert [d["file"] for d in report["documents"]] == sorted(
        f"build/{name.split('/')[1]}/{name.split('/')[1]}_2017_{Path(name).stem}.pdf"
        for name in FILES
    )
    before = {p: p.stat().st_mtime_ns for p in (root / "build").glob("*/*.pdf")}
    assert briefs(root, "collect", *parts).exit_code == 0
    assert {p: p.stat().st_mtime_ns for p in before} == before


def refused(parts: list[Path]) -> str:
    """Collect in vain: nothing is written; give what is said."""
    root = parts[0].parent
    result = briefs(root, "collect", *parts)
    assert result.exit_code == 7
    assert not list((root / "build").glob("**/*.pdf"))
    assert not (root / "build/manifest.json").exists()
    return result.stderr


def change_manifest(
    part: Path, change: Callable[[dict[str, dict[str, object]]], None]
) -> None:
    """Write a manifest that says something else, as the program would write it."""
    path = part / "manifest.json"
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")


def test_what_is_damaged_is_refused_all_at_once(parts: list[Path]) -> None:
    pdfs = [next(part.glob("*/*.pdf")) for part in parts[:2]]
    pdfs[0].write_bytes(b"%PDF-1.7")
    pdfs[1].unlink()
    (parts[2] / "manifest.json").write_text("{}")
    said = refused(parts)
    assert f"{pdfs[0]}: the document is not the one that the manifest tells of" in said
    assert f"{pdfs[1]}: the manifest tells of this document, and it is not there" in said
    damaged = f"{parts[2]}/manifest.json: the manifest is damaged\n"
    assert f"{damaged}  hint: copy it again, or build that part again\n" in said


@pytest.mark.skipif(sys.platform != "linux", reason="has these devices")
def test_what_cannot_be_read_is_refused_and_not_waited_for(parts: list[Path]) -> None:
    manifests = [part / "manifest.json" for part in parts]
    pdfs = [next(part.glob("*/*.pdf")) for part in parts]
    for file in (*manifests[:2], *pdfs):
        file.unlink()
    os.mkfifo(manifests[0])
    manifests[1].symlink_to("/proc/self/mem")  # a file that nobody can read from its start
    pdfs[2].symlink_to(pdfs[2])
    said = refused(parts)
    assert f"{parts[0]}: there is no manifest" in said
    assert f"{manifests[1]}: the file cannot be read: input/output error" in said
    assert f"{pdfs[2]}: the file cannot be read: links lead in a circle" in said
    manifests[0].unlink()
    manifests[0].symlink_to("/dev/zero")
    assert f"{parts[0]}: there is no manifest" in refused(parts)


@pytest.mark.skipif(sys.platform != "linux", reason="has these devices")
@pytest.mark.parametrize("name", [f"{'a' * 300}.pdf", "pipe.pdf", "zero.pdf"])
def test_a_manifest_that_names_what_is_no_file_is_refused(
    parts: list[Path], name: str
) -> None:
    def change(manifest: Any) -> None:
        some = next(iter(manifest["documents"].values()))
        manifest["documents"][name] = some

    os.mkfifo(parts[0] / "pipe.pdf")
    (parts[0] / "zero.pdf").symlink_to("/dev/zero")
    change_manifest(parts[0], change)
    said = refused(parts)
    why = "file name too long|no file but a pipe|a link leads from this document out"
    assert re.search(why, said)


def test_a_part_of_another_version_is_refused_by_name(parts: list[Path]) -> None:
    def change(manifest: Any) -> None:
        name = next(iter(manifest["documents"].values()))["program"]
        manifest["sets"]["0123456789ab"] = manifest["sets"].pop(name)
        for entry in manifest["documents"].values():
            entry["program"] = "0123456789ab"

    change_manifest(parts[1], change)
    path = parts[2] / "manifest.json"
    path.write_text(path.read_text().replace('"format": 2', '"format": 1'))
    said = refused(parts)
    assert re.search(
        rf"{parts[1]}: made by version 0123456789ab of the program, and this is \w{{12}}\n",
        said,
    )
    assert f"{path}: the manifest has format 1, and this program reads 2" in said


def test_a_part_takes_the_place_of_what_is_there(parts: list[Path]) -> None:
    root = parts[0].parent
    brief = root / "content/brief/2017/en.yaml"
    before = brief.read_text()
    brief.write_text(before.replace("Text.", "Newer text."))
    assert briefs(root, "build", "brief").exit_code == 0
    collected = briefs(root, "collect", *parts)
    assert collected.stderr == "6 documents collected from 3 parts, 1 in place of others\n"
    assert briefs(root, "build", "--dry-run").exit_code == 6
    brief.write_text(before)
    assert briefs(root, "build", "--dry-run").exit_code == 0


# Runs the command line, and has a signal before or after a file takes its place.
DRIVER = """
import os, sys
from pathlib import Path

how, what, when, count = int(sys.argv[1]), *sys.argv[2:4], int(sys.argv[4])
del sys.argv[1:5]
rename, seen = Path.replace, []

def replace(self, target):
    if not str(target).endswith(what):
        return rename(self, target)
    seen.append(target)
    if when == "before" and len(seen) == count:
        os.kill(os.getpid(), how)
    rename(self, target)
    if when == "after" and len(seen) == count:
        os.kill(os.getpid(), how)

Path.replace = replace
from pipeline.cli import main
main()
"""


def stop_collecting(
    parts: list[Path], how: signal.Signals, what: str, when: str, count: int
) -> tuple[int, str]:
    """Collect over an older build, and have a signal at the file of a number."""
    root = parts[0].parent
    shutil.copytree(root / "whole", root / "build")
    for pdf in (root / "build").glob("*/*.pdf"):
        pdf.write_bytes(pdf.read_bytes() + b"\n")
    manifest = read_manifest(root / "build/manifest.json")
    for name, entry in manifest.documents.items():
        older = digest((root / "build" / name).read_bytes())
        manifest.documents[name] = replace(entry, pdf=older)
    (root / "build/manifest.json").write_bytes(manifest_bytes(manifest))
    (root / "build/SHA256SUMS").write_bytes(checksum_bytes(manifest))
    assert is_agreed(root)
    driver = [sys.executable, "-c", DRIVER, str(int(how)), what, when, str(count)]
    done = subprocess.run(
        [*driver, "--project", str(root), "collect", *map(str, parts)],
        cwd=BUNDLED,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stderr


def is_agreed(root: Path) -> bool:
    """Whether all PDFs of build/ are those that its manifest and checksums tell of."""
    build = root / "build"
    pdfs = {
        p.relative_to(build).as_posix(): digest(p.read_bytes())
        for p in build.glob("*/*.pdf")
    }
    manifest = read_manifest(build / "manifest.json")
    told = {name: entry.pdf for name, entry in manifest.documents.items()}
    sums = (build / "SHA256SUMS").read_bytes()
    return pdfs == told and sums == checksum_bytes(manifest)


@pytest.mark.skipif(sys.platform == "win32", reason="has other signals")
@pytest.mark.parametrize(
    ("what", "when", "count", "newer"),
    [
        (".pdf", "before", 3, 2),
        (".pdf", "after", 3, 3),
        ("SHA256SUMS", "before", 1, 6),
        ("manifest.json", "before", 1, 6),
    ],
)
def test_stopped_it_remembers_what_was_collected(
    parts: list[Path], what: str, when: str, count: int, newer: int
) -> None:
    root = parts[0].parent
    stopped = stop_collecting(parts, signal.SIGINT, what, when, count)
    assert stopped == (130, "stopped; what was finished stays\n")
    assert is_agreed(root)
    assert not list((root / "build").rglob("*.part"))
    pdfs = [p.relative_to(root / "build") for p in (root / "build").glob("*/*.pdf")]
    read = [(root / "whole" / p).read_bytes() for p in pdfs]
    assert sum((root / "build" / p).read_bytes() in read for p in pdfs) == newer
    assert briefs(root, "build", "--dry-run").exit_code == 0
    assert briefs(root, "collect", *parts).exit_code == 0
    assert is_agreed(root)
    for name in ("manifest.json", "SHA256SUMS"):
        whole = (root / "whole" / name).read_bytes()
        assert (root / "build" / name).read_bytes() == whole


@pytest.mark.skipif(sys.platform == "win32", reason="has other signals")
@pytest.mark.parametrize("command", ["collect", "build"])
def test_killed_it_is_mended_by_the_next(parts: list[Path], command: str) -> None:
    root = parts[0].parent
    assert stop_collecting(parts, signal.SIGKILL, ".pdf", "before", 3)[0] < 0
    assert not is_agreed(root)
    assert briefs(root, command, *(parts if command == "collect" else ())).exit_code == 0
    assert not list((root / "build").rglob("*.part"))
    assert is_agreed(root)


def test_a_folder_that_is_no_build_is_refused(parts: list[Path], tmp_path: Path) -> None:
    empty = parts[0].parent / "empty"
    empty.mkdir()
    assert f"{empty}: there is no manifest" in refused([*parts, empty])


def test_other_tools_are_refused_by_name(parts: list[Path]) -> None:
    def change(manifest: Any) -> None:
        for tools in manifest["toolchains"].values():
            tools["pango"] = "1.0"

    change_manifest(parts[1], change)
    said = refused(parts)
    assert f"{parts[1]}: made with pango 1.0, and {parts[0]} with " in said


def test_two_documents_of_one_name_are_refused(parts: list[Path]) -> None:
    pdf = next(parts[0].glob("*/*.pdf"))
    other = parts[0].parent / "other"
    shutil.copytree(parts[0], other)
    changed = pdf.read_bytes() + b"\n"
    (other / pdf.relative_to(parts[0])).write_bytes(changed)

    def change(manifest: Any) -> None:
        name = pdf.relative_to(parts[0]).as_posix()
        manifest["documents"][name]["pdf"] = digest(changed)

    change_manifest(other, change)
    said = refused([*parts, other])
    assert f"{other / pdf.relative_to(parts[0])}: the document has other bytes in" in said


def test_parts_of_other_content_are_refused(parts: list[Path]) -> None:
    root = parts[0].parent
    (root / "content/series.yaml").write_text(
        "name: Other briefs\npublisher: {name: A publisher}\nlanguages: [en, fr]\n"
    )
    shutil.rmtree(parts[1])
    briefs(root, "build", "--shard", f"2/{PARTS}")
    shutil.move(root / "build", parts[1])
    said = refused(parts)
    assert "content/series.yaml was built from other content than in" in said


@pytest.mark.parametrize(
    "name", ["../out.pdf", "/out.pdf", "a/../../out.pdf", "rejected/a.pdf", "a/b.html"]
)
def test_a_manifest_cannot_name_what_is_outside(parts: list[Path], name: str) -> None:
    def change(manifest: Any) -> None:
        some = next(iter(manifest["documents"].values()))
        manifest["documents"][name] = some

    change_manifest(parts[0], change)
    (parts[0].parent / "out.pdf").write_bytes(b"%PDF-1.7")
    assert "names what is no document" in refused(parts)


def test_a_link_out_of_a_part_is_not_followed(parts: list[Path]) -> None:
    pdf, other = sorted(p for part in parts for p in part.glob("*/*.pdf"))[::3]
    pdf.symlink_to(shutil.move(pdf, parts[0].parent / "outside.pdf"))
    other.parent.symlink_to(shutil.move(other.parent, parts[0].parent / "elsewhere"))
    said = refused(parts)
    for path in (pdf, other):
        assert f"{path}: a link leads from this document out of the part\n" in said
    assert "hint: copy the files themselves into the part, not links to them\n" in said


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes among files")
def test_what_is_there_in_place_of_a_document_is_said(parts: list[Path]) -> None:
    pdfs = [next(part.glob("*/*.pdf")) for part in parts]
    for pdf in pdfs:
        pdf.unlink()
    pdfs[0].symlink_to(pdfs[0].parent / "gone.pdf")
    pdfs[1].mkdir()
    os.mkfifo(pdfs[2])
    said = refused(parts)
    assert f"{pdfs[0]}: the document is a link that leads nowhere\n" in said
    assert f"{pdfs[1]}: the document is no file but a folder\n" in said
    assert f"{pdfs[2]}: the document is no file but a pipe or a device\n" in said


def test_a_document_stays_in_its_part_whatever_else_there_is() -> None:
    date = InformationDate(2017)
    documents = [Document(f"brief-{n}", date, "en", "screen") for n in range(3000)]
    found = [next(k for k in range(1, 6) if is_in_shard(d, (k, 5))) for d in documents]
    # These numbers are a promise: caches of CI are kept for each part.
    assert found[:8] == [2, 3, 4, 4, 1, 3, 1, 3]
    assert all(540 < number < 660 for number in Counter(found).values())


@pytest.mark.parametrize(
    ("part", "why"),
    [
        *((part, "a part is K/N") for part in ("2", "2/", "a/b", "-1/5", "1/0", "٢/٥")),
        (f"1/{'9' * 5000}", "a part is K/N"),
        ("0/5", "the parts of 5 are 1/5 to 5/5"),
        ("6/5", "the parts of 5 are 1/5 to 5/5"),
        ("1/99999999999", "there are at most 10,000 parts, not 99999999999"),
    ],
)
def test_a_part_that_is_none_is_a_usage_error(
    part: str, why: str, write_project: WriteProject
) -> None:
    result = briefs(write_project({}), "build", "--shard", part)
    assert result.exit_code == 2
    assert why in " ".join(result.stderr.split())


@pytest.mark.parametrize("number", ["0", "65", "٢", "9" * 5000])
def test_a_number_of_workers_that_is_none_is_a_usage_error(
    number: str, write_project: WriteProject
) -> None:
    result = briefs(write_project({}), "build", "--cluster", f"local:{number}")
    assert result.exit_code == 2
    assert "local:N is a number of workers from 1 to 64" in " ".join(result.stderr.split())


def test_more_parts_than_documents_leave_some_empty(write_project: WriteProject) -> None:
    root = write_project({})
    results = [briefs(root, "build", "--shard", f"{k}/4", "--json") for k in range(1, 5)]
    assert [r.exit_code for r in results] == [0] * 4
    assert sum(len(json.loads(r.stdout)["documents"]) for r in results) == 1
