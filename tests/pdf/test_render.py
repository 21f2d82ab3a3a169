"""Rendering gives the same bytes, uses only our fonts, and reports each log line."""

import hashlib
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import RenderedPdf, render_pdf
from pipeline.problems import Place, Problem, Rule
from pipeline.project import BASE_URL, BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)
PAGE = (
    "<!DOCTYPE html><html lang=en><title>T</title>"
    "<style>body {{ font-family: {font} }}</style><body>{body}</body></html>"
)


def render_page(
    body: str,
    font: str = '"Brief Sans"',
    serve: Callable[[str], bytes | None] = lambda _: None,
) -> tuple[RenderedPdf, list[Problem]]:
    html = PAGE.format(body=body, font=font)
    return render_pdf(html, serve, load_fonts(FONTS), lambda *_: Place("here.yaml"))


def fonts_in(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = {
            str(thing.BaseFont)
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and "/BaseFont" in thing
        }
    return {re.sub(r"^/[A-Z]{6}\+", "", name) for name in names}


def test_the_same_input_gives_the_same_bytes() -> None:
    first, _ = render_page("<h1>Once</h1>")
    render_page("<p>another in between</p>")
    second, _ = render_page("<h1>Once</h1>")
    assert first.pdf == second.pdf
    assert first.pages == 1


@pytest.mark.parametrize("font", ['"Brief Sans"', '"Brief Display"', "Arial", "serif"])
def test_fonts_of_the_system_are_not_used(font: str) -> None:
    painted, _ = render_page("<p>Trade, commerce, comercio</p>", font)
    fonts = fonts_in(painted.pdf)
    assert fonts
    assert all(name.startswith("Brief") for name in fonts), fonts


def test_each_weight_and_style_is_a_face_of_its_own() -> None:
    body = (
        "<p>a <b>b</b> <em>c</em> <b><em>d</em></b> <span style='font-weight:600'>e</span>"
    )
    painted, problems = render_page(body)
    assert not problems
    assert fonts_in(painted.pdf) == {
        "Brief-Sans",
        "Brief-Sans-Bold",
        "Brief-Sans-Italic",
        "Brief-Sans-Bold-Italic",
        "Brief-Sans-Semi-Bold",
    }


def test_a_character_without_a_glyph_is_named() -> None:
    _, problems = render_page("<p>ก</p>")
    assert [(p.rule, p.message) for p in problems] == [
        (Rule.MISSING_GLYPH, "no font of the brief has the character ก (U+0E01)")
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<style>p { colour: red }</style><p>x</p>",
        f'<p><img src="{BASE_URL}none.png" alt="x"></p>',
        '<p><a href="#nowhere">x</a></p>',
        '<link rel="stylesheet" href="https://example.org/x.css"><p>x</p>',
    ],
)
def test_each_log_line_of_weasyprint_is_a_problem(body: str) -> None:
    _, problems = render_page(body)
    assert [p.rule for p in problems] == [Rule.RENDERER]


@pytest.mark.parametrize("address", [f"{BASE_URL}content/none.png", "file:///etc/hostname"])
def test_a_picture_that_cannot_be_rendered_is_a_content_problem(address: str) -> None:
    """A file: address can only stand in an SVG: templates name the project's files."""
    _, problems = render_page(f'<p><img src="{address}" alt="x"></p>')
    assert [p.rule for p in problems] == [Rule.PICTURE_TYPE]


def test_only_served_files_are_read_and_recorded() -> None:
    asked = []

    def serve(name: str) -> bytes | None:
        asked.append(name)
        return b"p { color: #230050 }" if name == "styles/x.css" else None

    painted, problems = render_page(
        f'<link rel="stylesheet" href="{BASE_URL}styles/x.css">'
        f'<link rel="stylesheet" href="{BASE_URL}../../etc/passwd"><p>x</p>',
        serve=serve,
    )
    assert asked == ["styles/x.css", "../../etc/passwd"]  # project.py refuses the second
    assert painted.assets == {
        "styles/x.css": hashlib.sha256(b"p { color: #230050 }").hexdigest()
    }
    assert len(problems) == 1


def test_rendering_in_another_environment_gives_the_same_bytes(tmp_path: Path) -> None:
    """Another process, folder, locale, time zone, hash seed and umask: the same file."""
    script = (
        "import os, sys; os.umask(0o077)\n"
        "from pathlib import Path\n"
        "from pipeline.problems import Place\n"
        "from pipeline.pdf.fontconfig import load_fonts\n"
        "from pipeline.pdf.render import render_pdf\n"
        "fonts = load_fonts((Path(sys.argv[1]),))\n"
        "painted, _ = render_pdf(sys.argv[2], lambda n: None, fonts, Place)\n"
        "sys.stdout.buffer.write(painted.pdf)\n"
    )
    html = PAGE.format(body="<h1>Once</h1><p>Été, año</p>", font='"Brief Sans"')
    root = str(Path(__file__).resolve().parents[2])
    environments = [
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
        {
            "PYTHONHASHSEED": "99",
            "TZ": "Asia/Tokyo",
            "LC_ALL": "C.UTF-8",
            "SOURCE_DATE_EPOCH": "1",
        },
    ]
    results = {
        subprocess.run(
            [sys.executable, "-c", script, str(FONTS[0]), html],
            cwd=tmp_path,
            env={
                "PATH": "/usr/bin:/bin",
                "PYTHONPATH": root,
                "HOME": str(tmp_path),
                **environment,
            },
            capture_output=True,
            check=True,
        ).stdout
        for environment in environments
    }
    assert results == {render_page("<h1>Once</h1><p>Été, año</p>")[0].pdf}
    assert results.pop().startswith(b"%PDF")


def test_a_crash_of_weasyprint_is_a_problem_and_our_own_defect_is_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("inside")

    with monkeypatch.context() as patch:
        patch.setattr("weasyprint.document.Document.write_pdf", crash)
        painted, problems = render_page("<p>x</p>")
    assert [p.rule for p in problems] == [Rule.RENDERER]
    assert painted.pdf == b""
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.pdf.weasyprint_patches.attributes.VERSION", "0")
        with pytest.raises(RuntimeError, match=r"know WeasyPrint 0, not 70\.0"):
            render_page("<p>x</p>")
