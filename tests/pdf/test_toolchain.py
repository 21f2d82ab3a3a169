"""The toolchain has all tools that determine the bytes of a PDF."""

import platform
import re
import tomllib
from pathlib import Path

from pipeline.pdf.tool_versions import format_toolchain, toolchain

ROOT = Path(__file__).resolve().parents[2]
# Packages that do not change the bytes of a PDF. The toolchain has all others.
WITHOUT_EFFECT = {
    *("click", "filelock", "pebble", "watchfiles"),  # the command, the build, processes
    *("annotated-types", "anyio", "idna", "typing-extensions", "typing-inspection"),
    *("wcwidth",),  # columns on a terminal
    *("pypdfium2",),  # pictures of pages, of the website and the preview
    *("mammoth", "cobble"),  # Word files, before they are content
    *("icalendar", "python-dateutil", "tzdata"),  # calendars
    *("brotli", "brotlicffi", "zopfli"),  # they pack fonts for the web: ours are not packed
    *("cffi", "pycparser"),  # they call Pango, whose version counts
    *("lxml", "packaging"),  # pikepdf needs them, but not to write a PDF
    *("editables", "hatchling", "pathspec", "pluggy", "tomlkit", "trove-classifiers"),
}


def test_each_package_is_in_the_toolchain_or_known_not_to_matter() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    locked = set(re.findall(r"^([\w-]+)==", lock, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked |= {re.split(r"[<>=!~ \[;]", line)[0] for line in project["dependencies"]}
    named = set(toolchain({}))
    libraries = {"pango", "harfbuzz", "fontconfig", "zlib", "fonts", "python"}
    libraries.add("citeproc-py")  # of an extra
    assert named & WITHOUT_EFFECT == set()
    assert named - libraries == locked - WITHOUT_EFFECT
    assert locked >= WITHOUT_EFFECT


def test_the_versions_are_those_that_are_installed() -> None:
    from importlib.metadata import version

    tools = toolchain({})
    for name in ("pyyaml", "markdown-it-py", "pydantic-core", "uharfbuzz", "markupsafe"):
        assert tools[name] == version(name)


def test_the_minor_version_of_python_counts() -> None:
    """From 3.11 to 3.12 a sum of fractions differs in its last digit."""
    assert toolchain({})["python"] == ".".join(platform.python_version_tuple()[:2])


def test_the_tools_named_in_a_pdf_are_fixed() -> None:
    """More would change the bytes of every PDF."""
    tools = format_toolchain(toolchain({})).split(", ")
    assert [name.partition(" ")[0] for name in tools] == [
        *("babel", "fontconfig", "fonts", "fonttools", "harfbuzz", "jinja2"),
        *(
            "markdown-it-py",
            "mdit-py-plugins",
            "pango",
            "pikepdf",
            "pillow",
            "pydyf",
            "pyphen",
        ),
        *("segno", "tinycss2", "tinyhtml5", "weasyprint", "zlib"),
    ]
