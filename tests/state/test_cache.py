"""The cache gives a PDF only for equal inputs, and never a damaged one."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.problems import PipelineError
from pipeline.state.cache import FORMAT, Cache, cache_key
from pipeline.state.file_hashes import hash_bytes, read_record, record_bytes
from pipeline.state.manifest import OutputEntry
from tests.state.damage import damaged_texts

PDF = b"%PDF-1.7"
OTHER = b"%PDF-1.7 other"
ENTRY = OutputEntry(
    "s",
    ["i"],
    "p",
    "a",
    hash_bytes(PDF),
    2,
    len(PDF),
    "t",
    [["unwanted-break", "f", 1, 2, "", "m", "h", "", ""]],
)
KEY = cache_key("s", "p", "t")
ASSETS = {"styles/page.css": "c1"}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    cache = Cache(tmp_path / "cache")
    cache.store(KEY, ENTRY, ASSETS, PDF)
    return cache


def test_what_was_kept_is_found(cache: Cache) -> None:
    assert cache.find(KEY, ASSETS.__getitem__) == (ENTRY, ASSETS, PDF)


def test_each_part_of_the_key_counts() -> None:
    keys = {cache_key(*parts) for parts in ("spt", "xpt", "sxt", "spx", "pst")}
    assert len(keys) == 5


def test_another_style_sheet_is_another_document(cache: Cache) -> None:
    assert cache.find(KEY, lambda _: "c2") is None
    other = OutputEntry("s", [], "p", "a", hash_bytes(OTHER), 3, len(OTHER), "t")
    cache.store(KEY, other, {"styles/page.css": "c2"}, OTHER)
    assert cache.find(KEY, lambda _: "c2") == (other, {"styles/page.css": "c2"}, OTHER)
    assert cache.find(KEY, lambda _: "c1") == (ENTRY, ASSETS, PDF)


def test_only_the_newest_versions_are_kept(cache: Cache) -> None:
    for number in range(2, 6):
        cache.store(KEY, ENTRY, {"styles/page.css": f"c{number}"}, PDF)
    assert cache.find(KEY, lambda _: "c1") is None
    assert cache.find(KEY, lambda _: "c2") is not None


@pytest.mark.parametrize("damage", [b"", b"%PDX", None])
@pytest.mark.parametrize("ending", ["pdf", "json"])
def test_a_damaged_entry_counts_as_missing(
    cache: Cache, tmp_path: Path, damage: bytes | None, ending: str
) -> None:
    for file in tmp_path.rglob(f"*.{ending}"):
        file.unlink() if damage is None else file.write_bytes(damage)
    assert cache.find(KEY, ASSETS.__getitem__) is None
    cache.store(KEY, ENTRY, ASSETS, PDF)
    assert cache.find(KEY, ASSETS.__getitem__) is not None


def test_a_damaged_list_of_versions_never_gives_another_pdf(
    cache: Cache, tmp_path: Path
) -> None:
    """It counts as missing, or gives the PDF that it names; another one can be kept."""
    (listed,) = tmp_path.rglob("*.json")
    other = OutputEntry("s", [], "p", "a", hash_bytes(OTHER), 3, len(OTHER), "t")
    for text in damaged_texts(listed.read_text()):
        listed.write_text(text)
        if cached := cache.find(KEY, lambda name: ASSETS.get(name, "")):
            entry, _, pdf = cached
            assert (entry.file_hash, pdf) == (ENTRY.file_hash, PDF), text
            assert entry.pages + entry.bytes < 1 << 50, text
        cache.store(KEY, other, ASSETS, OTHER)
        assert cache.find(KEY, ASSETS.__getitem__) == (other, ASSETS, OTHER), text


FORGED = {
    "a toolchain with a line end": {"toolchain": "t\n# toolchain"},
    "a hash with a path": {"file_hash": "../../../etc/passwd"},
    "a text for a number": {"pages": "2"},
    "a number below zero": {"bytes": -1},
    "a warning of no rule": {"warnings": [["no-rule", "f", 1, 2, "m", "h", "", ""]]},
    "a warning that is none": {"warnings": ["x"]},
    "inputs that are none": {"inputs": None},
    "an unknown field": {"more": ""},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_entry_with_a_correct_digest_counts_as_missing(
    name: str, cache: Cache, tmp_path: Path
) -> None:
    (listed,) = tmp_path.rglob("*.json")
    (version,) = read_record(listed, FORMAT)["versions"]
    assert cache.find(KEY, ASSETS.__getitem__)
    version["entry"] |= FORGED[name]
    listed.write_bytes(record_bytes(FORMAT, {"versions": [version]}))
    assert cache.find(KEY, ASSETS.__getitem__) is None
    cache.store(KEY, ENTRY, ASSETS, PDF)
    assert cache.find(KEY, ASSETS.__getitem__) == (ENTRY, ASSETS, PDF)


@pytest.mark.parametrize("versions", [None, 5, [None], [{}], {"entry": {}}])
def test_versions_that_are_no_list_of_entries_count_as_missing(
    versions: object, cache: Cache, tmp_path: Path
) -> None:
    (listed,) = tmp_path.rglob("*.json")
    listed.write_bytes(record_bytes(FORMAT, {"versions": versions}))
    assert cache.find(KEY, ASSETS.__getitem__) is None
    cache.store(KEY, ENTRY, ASSETS, PDF)
    assert cache.find(KEY, ASSETS.__getitem__) == (ENTRY, ASSETS, PDF)


def test_a_script_named_pdf_counts_as_missing(cache: Cache, tmp_path: Path) -> None:
    script = b"#!/bin/sh\n"
    cache.store(KEY, replace(ENTRY, file_hash=hash_bytes(script)), ASSETS, script)
    assert cache.find(KEY, ASSETS.__getitem__) is None


def test_a_folder_of_the_cache_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / ENTRY.file_hash[:2]).symlink_to(outside)
    with pytest.raises(PipelineError, match="this is a link"):
        Cache(folder).store(KEY, ENTRY, ASSETS, PDF)
    assert list(outside.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    with pytest.raises(PipelineError, match="the cache: the file cannot be written"):
        Cache(tmp_path / "cache").store(KEY, ENTRY, ASSETS, PDF)
