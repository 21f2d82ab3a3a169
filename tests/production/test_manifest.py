"""The manifest remembers, and says why a document is stale."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.production.manifest import (
    Entry,
    Manifest,
    checksum_bytes,
    digest,
    manifest_bytes,
    read_manifest,
    why_stale,
)

HTML = "<html>"
CSS = b"p {}"
PDF = b"%PDF"
ENTRY = Entry(
    digest(HTML.encode()), {"styles/page.css": digest(CSS)}, digest(PDF), 2, 4, "abc", "p1"
)
TOOLS = {"weasyprint": "70.0"}
MANIFEST = Manifest({"abc": TOOLS}, {"brief.pdf": ENTRY})


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "brief.pdf"
    path.write_bytes(PDF)
    return path


def why(
    pdf: Path,
    *,
    entry: Entry | None = ENTRY,
    html: str = HTML,
    program: str = "p1",
    css: bytes | None = CSS,
    made_with: dict[str, str] = TOOLS,
) -> str:
    manifest = Manifest({"abc": made_with}, {})
    source = digest(html.encode())
    return why_stale(entry, manifest, TOOLS, source, program, lambda name: css, pdf)


def test_nothing_changed_is_not_stale(pdf: Path) -> None:
    assert why(pdf) == ""


def test_each_reason_is_named(pdf: Path) -> None:
    assert why(pdf, entry=None) == "it was never made"
    assert why(pdf, html="<p>") == "its content or a template changed"
    assert why(pdf, program="p2") == "the program changed"
    assert why(pdf, css=b"p { }") == "styles/page.css changed"
    assert why(pdf, css=None) == "styles/page.css changed"
    assert why(pdf, made_with={"weasyprint": "69.0"}) == "weasyprint 69.0 became 70.0"
    assert why(pdf, made_with={}) == "weasyprint none became 70.0"
    pdf.write_bytes(b"%PDX")
    assert why(pdf) == "the file was changed after it was made"
    pdf.unlink()
    assert why(pdf) == "the file is gone"


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest_bytes(MANIFEST))
    assert read_manifest(path) == MANIFEST


def test_a_toolchain_has_one_name_and_goes_with_its_last_document() -> None:
    manifest = Manifest({}, {})
    name = manifest.remember({"a": "1", "b": "2"})
    assert manifest.remember({"b": "2", "a": "1"}) == name
    other = manifest.remember({"a": "2"})
    assert set(manifest.toolchains) == {name, other}
    assert manifest.only({"x.pdf": replace(ENTRY, toolchain=other)}).toolchains == {
        other: {"a": "2"}
    }


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"format": 99}', '{"format": 1, "documents": {"a": 1}}'],
)
def test_a_damaged_manifest_counts_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    assert read_manifest(path) == Manifest({}, {})


def test_sha256sum_accepts_the_checksums_and_notices_a_change(
    tmp_path: Path, pdf: Path
) -> None:
    (tmp_path / "SHA256SUMS").write_bytes(checksum_bytes(MANIFEST))

    def check() -> int:
        command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True).returncode

    assert check() == 0
    pdf.write_bytes(b"%PDX")
    assert check() == 1
