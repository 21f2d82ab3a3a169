"""The manifest remembers, and says why a document is stale."""

import subprocess
from collections.abc import Mapping
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
ENTRY = Entry(digest(HTML.encode()), {"styles/page.css": digest(CSS)}, digest(PDF), 2, 4)
TOOLS = {"weasyprint": "70.0"}


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
    css: bytes | None = CSS,
    made_with: Mapping[str, str] = TOOLS,
) -> str:
    return why_stale(entry, made_with, TOOLS, html, lambda name: css, pdf)


def test_nothing_changed_is_not_stale(pdf: Path) -> None:
    assert why(pdf) == ""


def test_each_reason_is_named(pdf: Path) -> None:
    assert why(pdf, entry=None) == "it was never made"
    assert why(pdf, html="<p>") == "its content or a template changed"
    assert why(pdf, css=b"p { }") == "styles/page.css changed"
    assert why(pdf, css=None) == "styles/page.css changed"
    assert why(pdf, made_with={"weasyprint": "69.0"}) == "weasyprint 69.0 became 70.0"
    assert why(pdf, made_with={}) == "weasyprint none became 70.0"
    pdf.write_bytes(b"%PDX")
    assert why(pdf) == "the file was changed after it was made"
    pdf.unlink()
    assert why(pdf) == "the file is gone"


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    manifest = Manifest(TOOLS, {"b/b_2017_en.pdf": ENTRY})
    path = tmp_path / "manifest.json"
    path.write_bytes(manifest_bytes(manifest))
    assert read_manifest(path) == manifest


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
    (tmp_path / "SHA256SUMS").write_bytes(
        checksum_bytes(Manifest(TOOLS, {"brief.pdf": ENTRY}))
    )

    def check() -> int:
        command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True).returncode

    assert check() == 0
    pdf.write_bytes(b"%PDX")
    assert check() == 1
