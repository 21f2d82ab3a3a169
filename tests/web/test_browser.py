"""The site of the samples in a real browser: `make browser`."""

import json
from collections.abc import Iterable
from itertools import pairwise, product
from pathlib import Path
from shutil import copyfile, copytree
from typing import Any

import pytest

from pipeline.commands.web import build_web
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from tests.conftest import write_files
from tests.web.conftest import TODAY, URL
from tests.web.pages import links, read_page
from tools.web.browser import html_errors, visit

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")
WIDTHS, SCHEMES = (320, 1280), ("light", "dark")
# For each language an edition with charts, tables, notes and a notice, if there is one.
EDITIONS = {
    "en": ("/policy-coherence/2024/en/", "/informality/2024-10/en/"),
    "fr": ("/ilo-wto/2017/fr/", "/labour-provisions/2022/fr/"),
    "es": ("/informality/2018-05/es/", "/ilo-wto/2023-12/es/"),
    "ar": ("/wpsdg/2017/ar/", "/global-advocacy/2017/ar/"),
    "zh": ("/wpsdg/2017/zh/", "/global-advocacy/2017/zh/"),
    "ru": ("/wpsdg/2017/ru/", "/global-advocacy/2017/ru/"),
}


def paths(language: str) -> tuple[str, ...]:
    """A page of each kind in a language."""
    return (
        *EDITIONS[language],
        f"/index.{language}.html",
        f"/wpsdg/editions/{language}/",
        f"/sessions/331/{language}/",
    )


@pytest.fixture(scope="module")
def site(samples_site: Path) -> Path:
    return samples_site / "build/site"


@pytest.fixture(scope="module")
def turkish_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of two briefs with titles in Turkish and other languages."""
    root = tmp_path_factory.mktemp("turkish")
    series = "name: A\npublisher: {name: B}\nlanguages: [es]\n"
    titles = "Kıyı ışıkları, ılık: Straße, Łódź", "ILIK İstanbul, Ægean"
    files = {"content/series.yaml": series}
    for number, title in enumerate(titles):
        text = f'title: "{title}"\nsections: [{{heading: A, blocks: [{{text: A}}]}}]\n'
        files[f"content/brief-{number}/2017/es.yaml"] = text
    write_files(root, files)
    build_web(open_project(root), BuildOptions(unpublished=True), TODAY, URL)
    return root / "build/site"


@pytest.fixture(scope="module")
def withdrawn_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of two samples that are published, one of them withdrawn."""
    root = tmp_path_factory.mktemp("withdrawn")
    for brief in ("wpsdg", "labour-provisions"):
        copytree(ROOT / "content" / brief, root / "content" / brief)
    copyfile(ROOT / "content/series.yaml", root / "content/series.yaml")
    with (root / "content/wpsdg/2017/edition.yaml").open("a", encoding="utf-8") as file:
        file.write("withdrawn: {date: 2019-02-01, reason: The survey was flawed.}\n")
    build_web(open_project(root), BuildOptions(unpublished=True), TODAY, URL)
    return root / "build/site"


def visit_all(site: Path, asked: Iterable[str]) -> list[dict[str, Any]]:
    """Visit pages in each width and scheme; nothing may be wrong."""
    results = visit(
        site,
        [
            {"path": path, "width": width, "scheme": scheme}
            for path, width, scheme in product(asked, WIDTHS, SCHEMES)
        ],
    )
    wrong = [
        (r["path"], r["width"], r["scheme"], r["violations"], r["messages"], r["overflow"])
        for r in results
        if r["violations"] or r["messages"] or r["overflow"] > 0
    ]
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)
    return results


def test_pages_of_what_came_later_are_accessible(withdrawn_site: Path) -> None:
    """A withdrawal, a correction, an edition that was replaced, and what changed."""
    visit_all(
        withdrawn_site,
        (
            *(f"/wpsdg/2017/{language}/" for language in LANGUAGES),
            *("/wpsdg/editions/ar/", "/labour-provisions/editions/en/"),
            *("/labour-provisions/2022/fr/", "/labour-provisions/2017/es/"),
            "/labour-provisions/2022/en/changes/",
        ),
    )
    assert not html_errors(withdrawn_site)


def test_a_redline_is_accessible(site: Path) -> None:
    visit_all(site, [f"/policy-coherence/2024/{code}/changes/" for code in ("en", "fr")])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_of_page_is_accessible(site: Path, language: str) -> None:
    results = visit_all(site, (*paths(language), "/404.html", "/"))
    fonts = {family.strip('"') for r in results for family in r["fonts"]}
    own = {"ar": "Brief Arabic", "zh": "Brief SC"}.get(language, "Brief Sans")
    assert own in fonts


def test_a_page_is_whole_without_script_and_in_forced_colours(site: Path) -> None:
    for path in ("/wpsdg/2017/ar/", "/policy-coherence/2024/en/", "/index.en.html"):
        usual, still, forced = visit(
            site,
            [
                {"path": path, "width": 320},
                {"path": path, "width": 320, "script": False},
                {"path": path, "width": 320, "forced": True},
            ],
        )
        if "index" not in path:  # which has a search field with script only
            assert still["words"] == usual["words"]
        assert len(still["words"]) > 500
        assert not still["messages"]
        # The system chooses the colours; axe-core reads those of the page.
        others = [v for v in forced["violations"] if not v.startswith("color-contrast")]
        assert not others
        assert forced["overflow"] <= 0


def test_every_link_is_reached_by_keyboard_and_shows_it(site: Path) -> None:
    path = "policy-coherence/2024/en"
    (result,) = visit(site, [{"path": f"/{path}/", "width": 1280, "tabs": True}])
    stops: list[Any] = result["stops"]
    assert stops[0] == ["#page.text", True], "the first stop is the way to the text"
    page = read_page((site / path / "index.html").read_text())
    details = [node for d in page.all("details") for node in d.walk()]
    listed = [address for n, address in links(page) if n.tag == "a" and n not in details]
    assert [address for address, _ in stops if address in listed] == listed
    assert not [stop for stop in stops if not stop[1]], "a focus that is not seen"


# The edges of what is beside the text, and the spaces before a call and after a marker.
EDGES = """(() => {
  const first = selector => document.querySelector(selector);
  const box = selector => first(selector).getBoundingClientRect();
  const style = (selector, part) => getComputedStyle(first(selector), part);
  const before = document.createRange();
  before.selectNodeContents(first('.noteref').previousSibling);
  const heading = '.section > h2';
  return {
    columns: [box('.side-stack'), box('.with-side > .side')].map(b => [b.left, b.right]),
    call: box('.noteref a').left + parseFloat(style('.noteref a').paddingLeft)
      - [...before.getClientRects()].pop().right,
    marker: parseFloat(style(heading).paddingLeft)
      - parseFloat(style(heading, '::before').borderLeftWidth),
  };
})()"""


@pytest.mark.parametrize("width", [1000, 1280, 1600])
def test_parts_beside_the_text_are_in_one_column(site: Path, width: int) -> None:
    path = "/policy-coherence/2024/en/"
    (result,) = visit(site, [{"path": path, "width": width, "measure": EDGES}])
    measured = result["measured"]
    stack, beside = measured["columns"]
    assert stack == pytest.approx(beside, abs=1)
    assert measured["marker"] > 6
    assert 0 <= measured["call"] < 2


@pytest.fixture(scope="module")
def timelines_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of two briefs with a timeline of four points, and of five."""
    root = tmp_path_factory.mktemp("timelines")
    files = {"content/series.yaml": "name: A\npublisher: {name: B}\nlanguages: [en, ar]\n"}
    for name, count in (("four", 4), ("five", 5)):
        points = [{"date": f"{1990 + 4 * n**2}", "text": "It began"} for n in range(count)]
        block = {"timeline": {"title": "T", "points": points, "source": "S"}}
        text = {"title": name, "sections": [{"heading": "H", "blocks": [block]}]}
        for language in ("en", "ar"):
            files[f"content/{name}/2017/{language}.yaml"] = json.dumps(text)
    write_files(root, files)
    build_web(open_project(root), BuildOptions(unpublished=True), TODAY, URL)
    return root / "build/site"


# Where texts begin, and lines from dots end, in pixels from the start of the timeline.
STARTS = """(() => {
  const box = document.querySelector('.points').getBoundingClientRect();
  const isRight = document.dir === 'rtl';
  const start = b => isRight ? box.right - b.right : b.left - box.left;
  const drawing = [...document.querySelectorAll('.timeline .drawing')]
    .find(one => getComputedStyle(one).display !== 'none');
  const ends = [...drawing.querySelectorAll('path.mark')].map(path => {
    const point = path.getPointAtLength(path.getTotalLength());
    const { x } = point.matrixTransform(path.getScreenCTM());
    return isRight ? box.right - x : x - box.left;
  });
  const year = drawing.querySelector('text').getBoundingClientRect();
  return {
    texts: [...document.querySelectorAll('.points li')]
      .map(item => start(item.getBoundingClientRect())),
    ends, year: year.height,
  };
})()"""


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [320, 360, 768, 1000, 1400])
def test_no_text_of_a_timeline_is_below_the_dot_of_another(
    timelines_site: Path, width: int, language: str
) -> None:
    paths = (f"/{name}/2017/{language}/" for name in ("four", "five"))
    visits = [{"path": path, "width": width, "measure": STARTS} for path in paths]
    four, five = (result["measured"] for result in visit(timelines_site, visits))
    assert (max(five["texts"]), five["ends"]) == (0, [])
    assert min(four["year"], five["year"]) > 11
    if width < 768:
        assert (max(four["texts"]), four["ends"]) == (0, [])
    else:
        assert min(b - a for a, b in pairwise(four["texts"])) > 150
        # The line ends below the middle of a dot, whose edge is where the text begins.
        assert four["ends"] == pytest.approx(
            [left + 6.5 for left in four["texts"]], abs=1.5
        )


@pytest.mark.parametrize(
    ("language", "words", "count"), [("en", "INFORMAL", 2), ("ar", "موجز", 0)]
)
def test_search_finds_what_is_in_the_list(
    site: Path, language: str, words: str, count: int
) -> None:
    path = f"/index.{language}.html"
    (result,) = visit(site, [{"path": path, "width": 1280, "search": words}])
    items = read_page((site / path[1:]).read_text()).all("li", class_="entry")
    assert len(items) > result["found"] >= count
    assert not result["messages"]


def test_search_ignores_accents_and_case(turkish_site: Path) -> None:
    counts = {
        **dict.fromkeys(("KIYI", "kiyi", "Işıkları", "ISIKLARI", "strasse", "lodz"), 1),
        **{"ILIK": 2, "istanbul": 1, "aegean": 1, "deniz": 0},
    }
    page = {"path": "/index.es.html", "width": 1280}
    results = visit(turkish_site, [{**page, "search": words} for words in counts])
    assert {result["search"]: result["found"] for result in results} == counts
    assert not any(result["messages"] for result in results)


def test_the_html_checker_finds_no_error(site: Path) -> None:
    assert html_errors(site) == []
