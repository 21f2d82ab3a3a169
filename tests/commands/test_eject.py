"""`briefs eject` copies a bundled file; `check` and `doctor` report an older copy."""

import re

import pytest

from pipeline.design.ejected import bundled_files
from pipeline.project import BUNDLED
from tests.conftest import WriteProject, briefs


def test_copies_of_all_files_build_the_same_bytes(write_project: WriteProject) -> None:
    root = write_project({})
    assert briefs(root, "build").exit_code == 0
    (pdf,) = root.glob("build/*/*.pdf")
    before = pdf.read_bytes()
    result = briefs(root, "eject", *bundled_files())
    assert result.stdout.split() == [*bundled_files()]
    result = briefs(root, "build", "--strict")
    assert result.exit_code == 0, result.stderr
    assert pdf.read_bytes() == before
    assert briefs(root, "check", "--strict").exit_code == 0


@pytest.mark.parametrize(
    "name",
    ["templates/components/box.html", "styles/tokens.css", "templates/strings/en.yaml"],
)
def test_a_copy_of_an_older_file_is_a_warning(
    name: str, write_project: WriteProject
) -> None:
    root = write_project({})
    briefs(root, "eject", name)
    text = (root / name).read_text("utf-8")
    printed = briefs(root, "eject", name, "--print").stdout
    assert printed == text
    assert text.split("\n", 1)[1] == (BUNDLED / name).read_text("utf-8")
    old = re.sub("sha256:[0-9a-f]{12}", "sha256:000000000000", text)
    (root / name).write_text(old, encoding="utf-8")
    for command in ("check", "doctor"):
        result = briefs(root, command)
        assert result.exit_code == 0
        assert "the bundled file has changed since this copy was made" in result.output
        assert re.search("sha256:[0-9a-f]{12}", text)[0] in result.output  # type: ignore[index]


def test_nothing_is_overwritten_and_nothing_else_is_copied(
    write_project: WriteProject,
) -> None:
    root = write_project({"styles/tokens.css": "p { }\n"})
    both = ("styles/type.css", "styles/tokens.css")
    assert briefs(root, "eject", *both).exit_code == 2
    assert (root / "styles/tokens.css").read_text() == "p { }\n"
    assert not (root / "styles/type.css").exists()
    for name in ("styles/typ.css", "styles/_brand.yml", "../pyproject.toml", "/etc/passwd"):
        assert briefs(root, "eject", name).exit_code == 2
