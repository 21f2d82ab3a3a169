"""The site of the documentation in a real browser: `make browser`."""

import json
import subprocess
from itertools import product
from pathlib import Path

import pytest

from tools.web.browser import visit

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
# The home page by its two names, the search, a guide, pages with pictures and wide tables,
# a decision.
PAGES = (
    *("/", "/README.html", "/search.html?q=timeline", "/docs/authors.html"),
    *("/docs/gallery.html", "/docs/coming-from.html", "/docs/samples.html"),
    *("/docs/reference/commands.html", "/docs/decisions/0001-dependencies.html"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("docs")
    build = [ROOT / ".venv/docs/bin/sphinx-build", "-q", "-W", "-c", "docs/site", ".", out]
    subprocess.run(build, cwd=ROOT, check=True)
    return out


def test_pages_are_accessible_and_load_nothing_from_elsewhere(site: Path) -> None:
    asked = product(PAGES, (390, 1280), ("light", "dark"))
    results = visit(
        site, [{"path": path, "width": w, "scheme": scheme} for path, w, scheme in asked]
    )
    wrong = [r for r in results if r["violations"] or r["messages"] or r["overflow"] > 0]
    assert not wrong, json.dumps(wrong, indent=1)


def test_search_finds_a_page(site: Path) -> None:
    (result,) = visit(
        site, [{"path": "/search.html?q=timeline", "until": "networkidle0", "width": 390}]
    )
    assert "Guide for authors > Timelines" in result["words"]
