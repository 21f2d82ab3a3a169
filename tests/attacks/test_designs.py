"""Settings, styles, strings and templates of a project fetch nothing from outside.

Each case is a small project. The command runs in this process, so that modules are imported
once; a worker process makes the documents, as it does for users.
"""

from pathlib import Path

import pytest

from pipeline.project import BUNDLED
from tests.attacks.listener import CANARY, listener
from tests.conftest import WriteProject, briefs, changed

SERIES = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, fr]\n"
LAUGHS = "a: &a [x]\n" + "".join(
    f"{new}: &{new} [{', '.join(['*' + old] * 10)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def bundled(name: str) -> str:
    return (BUNDLED / name).read_text(encoding="utf-8")


def page(more: str) -> dict[str, str]:
    """Change the template of briefs: `more` is at the end of the page."""
    text = changed(bundled("templates/brief.html"), "</main>", more + "</main>")
    return {"templates/brief.html": text}


def brand(old: str, new: str) -> dict[str, str]:
    """Change one setting of the bundled brand."""
    text = bundled("styles/_brand.yml")
    assert old in text
    return {"styles/_brand.yml": text.replace(old, new, 1)}


DESIGNS: dict[str, tuple[dict[str, str], str]] = {
    "a series that multiplies": ({"content/series.yaml": LAUGHS}, "yaml-aliases"),
    "a series with a link that runs": (
        {"content/series.yaml": SERIES + "disclaimer: '[a](javascript:alert(1))'\n"},
        "link-scheme",
    ),
    "a series whose address runs": (
        {"content/series.yaml": SERIES + "url: javascript:alert(1)\n"},
        "invalid-value",
    ),
    "a brand that multiplies": ({"styles/_brand.yml": LAUGHS}, "yaml-aliases"),
    "a brand that breaks out of its style sheet": (
        brand("[Brief SC, Brief Sans]", "['a; } b { background: url(@URL@) } c {']"),
        "font-family",
    ),
    "an import in a style sheet that no page uses": (
        {"styles/mine.css": "@import '@URL@/a.css';"},
        "",
    ),
    "a style sheet of the page that imports": (
        {"styles/tokens.css": "@import '@URL@/a.css';\n" + bundled("styles/tokens.css")},
        "renderer",
    ),
    "a picture from the web in a style": (
        {"styles/tokens.css": bundled("styles/tokens.css") + "body{background:url(@URL@)}"},
        "picture-type",
    ),
    "a style sheet of braces": (
        {"styles/tokens.css": bundled("styles/tokens.css") + "{" * 100_000},
        "renderer",
    ),
    "a profile of brackets that do not fit": (
        {"styles/profiles/screen.css": "a{b:(]" * 100_000},
        "renderer",
    ),
    "a file in a style": (
        {
            "styles/tokens.css": bundled("styles/tokens.css")
            + "body { background: url(file://@CANARY@) }"
        },
        "picture-type",
    ),
    "a picture from the web in a template": (
        page("<img alt=a src='@URL@'>"),
        "picture-type",
    ),
    "a file attached in a template": (
        page("<link rel=attachment href='file://@CANARY@'>"),
        "renderer",
    ),
    "another base in a template": (
        page("<base href='file:///'><img alt=a src='@CANARY@'>"),
        "picture-type",
    ),
    "a template that includes a file": (page("{% include '@CANARY@' %}"), "template"),
    "a template that goes up": (page("{% include '../../canary.svg' %}"), "template"),
    "a drawing in a template with a picture in it": (
        page("<svg width=9 height=9><image width=9 height=9 href='@URL@'/></svg>"),
        "",
    ),
    "words of the page with a script": (
        {
            "templates/strings/en.yaml": bundled("templates/strings/en.yaml").replace(
                "key_messages: ", "key_messages: <script src=@URL@>", 1
            )
        },
        "",
    ),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_fetches_nothing(
    name: str,
    write_project: WriteProject,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    files, rule = DESIGNS[name]
    canary = tmp_path / "canary.svg"
    canary.write_text(f"<svg>{CANARY}</svg>")
    with listener() as (url, calls):
        root = write_project(
            {
                file: text.replace("@URL@", url).replace("@CANARY@", str(canary))
                for file, text in files.items()
            }
        )
        result = briefs(root, "build", "--json", "--jobs", "1")
    assert calls == []
    # What the processes of the build say goes to the file descriptor.
    assert "Traceback" not in result.stderr + capfd.readouterr().err
    assert CANARY not in result.stdout
    assert not any(
        CANARY.encode() in f.read_bytes() for f in (root / "build").rglob("*.pdf")
    )
    if rule:
        assert result.exit_code in (3, 4)
        assert f'"rule": "{rule}"' in result.stdout
    else:
        assert result.exit_code in (0, 4)
