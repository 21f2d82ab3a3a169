"""The manifest is read as it was written, and gives the reason why a target is stale."""

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from unittest.mock import ANY

import pytest

from pipeline.problems import Place, Problem, Rule
from pipeline.state.build_state import BuildState
from pipeline.state.file_hashes import hash_bytes
from pipeline.state.manifest import (
    Manifest,
    OutputEntry,
    PartEntry,
    changed_files,
    checksum_bytes,
    load_warning,
    manifest_bytes,
    read_manifest,
    store_warning,
    why_stale,
)
from pipeline.targets import SitePage, Target
from tests.state.damage import damaged_texts

PDF = b"%PDF"
FILES = {
    "content/brief/2017/en.yaml": "e1",
    "content/series.yaml": "s1",
    "templates/brief.html": "t1",
    "pipeline/build.py": "p1",
    "styles/page.css": "c1",
    "build/brief.pdf": hash_bytes(PDF),
}
TOOLS = {"weasyprint": "70.0"}


def manifest_of(tools: Mapping[str, str] = TOOLS) -> Manifest:
    manifest = Manifest()

    def add(*names: str) -> str:
        return manifest.add_set({name: FILES[name] for name in names})

    content = add("content/brief/2017/en.yaml", "content/series.yaml")
    manifest.targets["brief.pdf"] = OutputEntry(
        html_hash="html",
        inputs=[content, add("templates/brief.html")],
        program=add("pipeline/build.py"),
        assets=add("styles/page.css"),
        file_hash=hash_bytes(PDF),
        pages=2,
        bytes=4,
        toolchain=manifest.add_toolchain(tools),
    )
    manifest.parts["content/brief/2017"] = PartEntry(content, [])
    return manifest


def reason_for(
    manifest: Manifest | None = None, html_hash: str = "html", **changed: str | None
) -> str:
    manifest = manifest or manifest_of()
    names = {Path(name).stem: name for name in FILES}
    files = FILES | {names[stem]: hashed or "" for stem, hashed in changed.items()}
    hash_of = files.__getitem__
    entry = manifest.targets.get("brief.pdf")
    return why_stale(entry, manifest, TOOLS, html_hash, hash_of, "build/brief.pdf")


def test_nothing_changed_is_not_stale() -> None:
    assert reason_for() == ""


def test_a_file_that_changes_nothing_in_the_html_is_no_reason() -> None:
    assert reason_for(en="e2") == ""


def test_each_reason_is_named() -> None:
    assert reason_for(Manifest()) == "it was never built"
    assert reason_for(html_hash="x", en="e2") == "content/brief/2017/en.yaml changed"
    assert (
        reason_for(html_hash="x", brief="t2") == "the file was changed after it was built"
    )
    assert reason_for(html_hash="x") == "its content or a template changed"
    assert reason_for(build="p2") == "the program changed"
    assert reason_for(page="c2") == "styles/page.css changed"
    assert reason_for(page=None) == "styles/page.css changed"
    assert reason_for(manifest_of({"weasyprint": "69.0"})) == "weasyprint 69.0 became 70.0"
    assert reason_for(manifest_of({})) == "weasyprint none became 70.0"
    assert reason_for(brief=None) == "the file is missing"


def test_the_fonts_that_changed_are_named() -> None:
    """Changed, deleted and new ones; only the hash, if the set of files is unknown."""
    a, b, c = (f"styles/fonts/{letter}.ttf" for letter in "abc")
    was, now = {a: "1", b: "1"}, {a: "2", c: "1"}
    before, after = {**TOOLS, "fonts": "f1"}, {**TOOLS, "fonts": "f2"}
    manifest = manifest_of(before)
    entry = manifest.targets["brief.pdf"]

    def why_now() -> str:
        return why_stale(
            entry, manifest, after, "html", FILES.__getitem__, "build/brief.pdf"
        )

    assert why_now() == "fonts f1 became f2"
    manifest.sets[before["fonts"]] = was
    manifest.sets[after["fonts"]] = now
    assert why_now() == f"{a}, {b} and 1 more changed"
    assert manifest.subset(["brief.pdf"], []).sets["f1"] == was
    assert "f2" not in manifest.subset(["brief.pdf"], []).sets


def test_of_many_files_the_content_is_named_first() -> None:
    names = {name: "other" for name in FILES if not name.startswith("build")}
    manifest = manifest_of()
    reason = why_stale(
        manifest.targets["brief.pdf"],
        manifest,
        TOOLS,
        "x",
        lambda name: names.get(name, hash_bytes(PDF) if name.startswith("build") else "p1"),
        "build/brief.pdf",
    )
    assert reason == "the program changed"
    names["pipeline/build.py"] = "p1"
    reason = why_stale(
        manifest.targets["brief.pdf"],
        manifest,
        TOOLS,
        "x",
        lambda name: names.get(name, hash_bytes(PDF)),
        "build/brief.pdf",
    )
    assert reason == ("content/brief/2017/en.yaml, content/series.yaml and 1 more changed")


def test_a_missing_set_counts_as_a_change() -> None:
    assert changed_files(Manifest(), ("abc",), FILES.__getitem__) == ["the manifest"]


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest_bytes(manifest_of()))
    assert read_manifest(path) == manifest_of()


def test_the_checksums_are_the_same_under_each_python_and_with_extras() -> None:
    tools = {"a": "1"}, {"b": "1"}, {"c": "1"}
    texts = set()
    extra = {"citeproc-py": "0.11"}
    for version, installed in (("3.11", {}), ("3.13", extra), ("3.14", {})):
        manifest = manifest_of()
        for each in tools:
            manifest.add_toolchain({**each, **installed, "python": version})
        texts.add(checksum_bytes(manifest))
    assert len(texts) == 1


def test_unused_sets_are_removed() -> None:
    manifest = manifest_of()
    manifest.add_set({"styles/old.css": "1"})
    other = manifest.add_toolchain({"a": "2"})
    assert manifest.subset(["brief.pdf"], ["content/brief/2017"]) == manifest_of()
    entry = replace(manifest.targets["brief.pdf"], toolchain=other)
    manifest.targets["x.pdf"] = entry
    kept = manifest.subset(["x.pdf"], [])
    assert kept.toolchains == {other: {"a": "2"}}
    assert set(kept.sets) == {*entry.inputs, entry.program, entry.assets}
    assert kept.parts == {}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"format": 99}', '{"format": 4, "targets": {"a": 1}}'],
)
def test_a_damaged_manifest_counts_as_empty(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    assert read_manifest(path) == Manifest()


def test_damage_at_any_place_of_a_manifest_leaves_no_document_up_to_date(
    tmp_path: Path,
) -> None:
    """The manifest counts as empty, or the document is stale, or nothing depends on it."""
    path, good = tmp_path / "manifest.json", manifest_of()
    problem = Problem(
        Rule.SHORT_LAST_PAGE, Place("content/a/2017/en.yaml", 3, 5), "thin", "fill it"
    )
    warnings = [store_warning(problem)]
    entry = replace(good.targets["brief.pdf"], warnings=warnings)
    good.targets["brief.pdf"] = entry
    good.parts["content/series.yaml"] = PartEntry(entry.program, warnings, ["en"], ["en"])
    for text in damaged_texts(manifest_bytes(good).decode()):
        path.write_text(text)
        manifest = read_manifest(path)
        for name, target in manifest.targets.items():
            reason_for(manifest)
            assert target.pages + target.bytes < 1 << 50, text
            assert [load_warning(w) for w in target.warnings] in ([], [ANY]), text
            assert target.file_hash + name, text
        for part in manifest.parts.values():
            assert [load_warning(w) for w in part.warnings] in ([], [ANY]), text
            assert "".join([*part.languages, *part.used_languages]) is not None, text
        path.write_bytes(manifest_bytes(manifest))
        checksum_bytes(manifest)
        assert read_manifest(path) == manifest, text


class _Feed(SitePage):
    """A kind of target with a format that no other kind has."""

    FOLDER, FORMATS = "site/feeds", ("xml",)


def _kinds(kind: type[Target] = Target) -> Iterator[type[Target]]:
    for other in kind.__subclasses__():
        yield from (other, *_kinds(other))


def test_a_target_of_any_kind_is_read_again(tmp_path: Path) -> None:
    """One name that is refused would make the whole manifest unreadable."""
    path, manifest = tmp_path / "manifest.json", manifest_of()
    entry = manifest.targets["brief.pdf"]
    endings = {ending for kind in _kinds() for ending in kind.FORMATS}
    assert {"pdf", "xml"} <= endings
    names = [f"brief/brief_2017_en.{ending}" for ending in endings]
    names.append(_Feed(format="xml").name)
    manifest.targets.update(dict.fromkeys(names, entry))
    path.write_bytes(manifest_bytes(manifest))
    assert read_manifest(path) == manifest


def test_a_warning_is_remembered_with_its_place() -> None:
    problem = Problem(
        Rule.SHORT_LAST_PAGE, Place("content/a/2017/en.yaml", 3, 5), "thin", "add"
    )
    assert load_warning(store_warning(problem, "sections.0", "word")) == problem


def test_sha256sum_accepts_the_checksums_and_notices_a_change(tmp_path: Path) -> None:
    pdf = tmp_path / "brief.pdf"
    pdf.write_bytes(PDF)
    (tmp_path / "SHA256SUMS").write_bytes(checksum_bytes(manifest_of()))

    def check() -> int:
        command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True).returncode

    assert check() == 0
    pdf.write_bytes(b"%PDX")
    assert check() == 1


@pytest.mark.parametrize(
    ("records", "file"),
    [("", ".cache/files.json"), ("", "manifest.json"), (".web", ".web/manifest.json")],
)
def test_a_record_that_cannot_be_written_is_named_with_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, records: str, file: str
) -> None:
    monkeypatch.setattr("pipeline.state.file_hashes._disk_time", lambda _: 1 << 62)
    (tmp_path / "a.css").write_text("a")
    (tmp_path / "build" / file).mkdir(parents=True)  # a folder in the way of the file
    state = BuildState(
        tmp_path / "build", lambda name: iter([f"{tmp_path}/{name}"]), records
    )
    state.record_set(["a.css"])
    (problem,) = state.save([], [], is_locked=True)
    assert problem.place == Place(f"build/{file}")
