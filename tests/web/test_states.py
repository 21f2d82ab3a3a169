"""Each state of an edition on the web: where it is, what its page and the feed say."""

import json
import shutil
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pipeline.build import BuildResult
from pipeline.commands.web import build_web
from pipeline.problems import Rule
from pipeline.project import open_project
from pipeline.targets import BuildOptions, State
from tests.conftest import briefs, change_file, write_files
from tests.web.pages import SERIES, TEXT_EN, Node, add_edition, read_page

ATOM = "{http://www.w3.org/2005/Atom}"
TODAY = date(2020, 1, 1)
EN, FACTS = "content/brief/2017/en.yaml", "content/brief/2017/edition.yaml"
PDF = "build/site/brief/2017/en/brief_2017_en.pdf"
CORRECTION = "corrections: [{date: 2018-05-01, note: The rate was wrong.}]\n"
WITHDRAWN = "withdrawn: {date: 2019-02-01, reason: The survey was flawed.%s}\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brief of two languages, of which English is published, and its site."""
    root = tmp_path_factory.mktemp("published") / "project"
    write_files(
        root, {"content/series.yaml": SERIES, EN: TEXT_EN.format(title="Pay at work")}
    )
    publish(root, "2018-03-01")
    (root / "content/brief/2017/fr.yaml").write_text(TEXT_EN.format(title="La paie"))
    build(root)
    return root


@pytest.fixture
def root(published: Path, tmp_path: Path) -> Path:
    """A copy of this project."""
    return shutil.copytree(published, tmp_path / "project")


@pytest.fixture
def with_next_edition(root: Path) -> Path:
    """The project with a second English edition and a first French one, both published."""
    add_edition(root, "2019", "change_note: New.", en="Pay and hours", fr="La paie")
    publish(root, "2019-03-01", "--edition", "2019")
    build(root)
    return root


def publish(root: Path, on: str, *options: str) -> None:
    done = briefs(root, "publish", "brief", "--on", on, *options)
    assert done.exit_code == 0, done.output


def build(root: Path, today: date = TODAY, **options: bool) -> BuildResult:
    return build_web(open_project(root), BuildOptions(**options), today)


def html(root: Path, address: str) -> str:
    return (root / "build/site" / address / "index.html").read_text()


def entries(root: Path) -> list[tuple[str, str]]:
    """The ends of the ids and the summaries of the English feed."""
    feed = ET.parse(root / "build/site/feed.en.xml").getroot()  # noqa: S314
    return [
        (
            (entry.findtext(f"{ATOM}id") or "").partition(":brief/")[2],
            entry.findtext(f"{ATOM}summary") or "",
        )
        for entry in feed.findall(f"{ATOM}entry")
    ]


def spaced(node: Node) -> str:
    """The words in an element, with plain spaces."""
    return " ".join(node.words().split())


def everything(root: Path) -> bytes:
    files = (path for path in (root / "build/site").rglob("*") if path.is_file())
    return b"".join(path.read_bytes() for path in files)


def test_a_published_edition_has_its_frozen_pdf(root: Path) -> None:
    (frozen,) = (root / "content/brief/published/2017").iterdir()
    data = frozen.read_bytes()
    # Other tools make other bytes; what was handed out stays.
    styles = root / "styles/components"
    styles.mkdir(parents=True)
    (styles / "section.css").write_text("h2 { color: red }\n")
    assert not build(root).problems
    assert (root / PDF).read_bytes() == data
    assert "Pay at work" in html(root, "brief")


def test_a_final_edition_is_on_the_site_only_with_unpublished(root: Path) -> None:
    add_edition(root, "2019", "change_note: New.", en="Secret")
    build(root)
    site = everything(root)
    # Neither the edition, nor a language that was not published, nor a notice of it.
    assert b"Secret" not in site
    assert b"2019" not in site
    assert b"La paie" not in site
    assert 'class="replaced"' not in html(root, "brief/2017/en")
    assert not (root / "build/site/brief/2017/fr").exists()
    build(root, unpublished=True)
    assert "Secret" in html(root, "brief")
    assert "La paie" in html(root, "brief/2017/fr")
    build(root)
    assert b"Secret" not in everything(root)


@pytest.mark.parametrize("unpublished", [False, True])
def test_drafts_and_embargoed_editions_are_never_on_the_site(
    root: Path, unpublished: bool
) -> None:
    for year, facts in (("2018", "status: draft"), ("2019", "embargo_until: 2020-01-02")):
        add_edition(root, year, f"{facts}\nchange_note: Secret.", en="Secret")
    build(root, unpublished=unpublished)
    assert b"Secret" not in everything(root)
    assert not {*(root / "build/site/brief").glob("201[89]")}
    assert 'class="replaced"' not in html(root, "brief/2017/en")
    # On its day the edition under embargo is one that is not published.
    build(root, date(2020, 1, 2), unpublished=unpublished)
    assert (b"Secret" in everything(root)) == unpublished


def test_a_corrected_edition_lists_its_corrections(root: Path) -> None:
    (root / FACTS).write_text(CORRECTION)
    (root / EN).write_text(TEXT_EN.format(title="Pay and work"))
    publish(root, "2018-05-01")
    assert not build(root).problems
    page = read_page(html(root, "brief/2017/en"))
    assert "Pay and work" in page.words()
    assert "Corr. 1, 1 May 2018. The rate was wrong." in spaced(page)
    (script,) = page.all("script", type="application/ld+json")
    report = json.loads(script.words())
    assert report["dateModified"] == "2018-05-01"
    assert [c["text"] for c in report["correction"]] == ["The rate was wrong."]
    frozen = root / "content/brief/published/2017-corr1/brief_2017_en.pdf"
    assert (root / PDF).read_bytes() == frozen.read_bytes()
    assert entries(root) == [
        ("2017/en/corr1", "The rate was wrong."),
        ("2017/en", ""),
    ]
    assert "The rate was wrong." in html(root, "brief/editions/en")
    assert "<lastmod>2018-05-01<" in (root / "build/site/sitemap.xml").read_text()


def test_a_correction_is_not_on_the_site_before_it_is_published(root: Path) -> None:
    before = html(root, "brief/2017/en")
    (root / FACTS).write_text(CORRECTION)
    (root / EN).write_text(TEXT_EN.format(title="Pay and work"))
    result = build(root)
    (problem,) = (p for p in result.problems if p.rule is Rule.EDITION_STATE)
    assert "briefs publish brief --edition 2017" in problem.hint
    assert html(root, "brief/2017/en") == before


def test_a_withdrawn_edition_has_a_notice_and_no_text(root: Path) -> None:
    (root / FACTS).write_text(WITHDRAWN % ", instead: Ask the office.")
    build(root, date(2019, 1, 31))
    assert "Some text." in html(root, "brief/2017/en")
    assert not [t for t in build(root).targets if t.state is State.BLOCKED]
    assert not list((root / "build/site").rglob("*.pdf"))
    for address in ("brief/2017/en", "brief/2017", "brief/en", "brief"):
        page = read_page(html(root, address))
        (notice,) = page.all("aside")
        assert "Withdrawn on 1 February 2019" in spaced(notice)
        assert "The survey was flawed." in spaced(notice)
        assert "Ask the office." in spaced(notice)
        assert "Pay at work" in page.words()
        assert "Some text." not in page.words()
    assert b"Some text." not in everything(root)
    assert entries(root)[0] == (
        "2017/en/withdrawn",
        "The survey was flawed. Ask the office.",
    )
    listed = read_page(html(root, "brief/editions/en"))
    assert "Withdrawn on 1 February 2019" in spaced(listed)
    assert "Current edition" not in spaced(listed)


def test_a_withdrawn_edition_leads_to_the_one_that_replaces_it(root: Path) -> None:
    add_edition(root, "2019", "change_note: New survey.", en="Later")
    publish(root, "2019-03-01", "--edition", "2019")
    build(root)
    assert "Later" in html(root, "brief")
    (notice,) = read_page(html(root, "brief/2017/en")).all("aside")
    assert "Replaced by the edition of 2019" in spaced(notice)
    assert "New survey." in spaced(notice)
    (root / FACTS).write_text(WITHDRAWN % "")
    build(root)
    (notice,) = read_page(html(root, "brief/2017/en")).all("aside")
    assert "Replaced by the edition of 2019" in spaced(notice)
    assert [a.attributes["href"] for a in notice.all("a")] == ["../../2019/en/"]


def test_the_change_note_of_the_newer_edition_is_kept_up_to_date(root: Path) -> None:
    for year in ("2018", "2019"):
        add_edition(root, year, f"change_note: The note of {year}.", en="Later")
    build(root, unpublished=True)
    assert "The note of 2019." in spaced(read_page(html(root, "brief/2017/en")))
    facts = root / "content/brief/2019/edition.yaml"
    change_file(facts, "The note", "Another note")
    build(root, unpublished=True)
    assert "Another note of 2019." in spaced(read_page(html(root, "brief/2017/en")))
    facts.write_text(f"status: draft\n{facts.read_text()}")
    build(root, unpublished=True)
    assert "The note of 2018." in spaced(read_page(html(root, "brief/2017/en")))
    assert 'class="replaced"' not in html(root, "brief/2018/en")


def test_a_page_links_what_changed_since_the_edition_before(
    with_next_edition: Path,
) -> None:
    root = with_next_edition
    (link,) = read_page(html(root, "brief/2019/en")).all("a", href="changes/")
    assert link.words() == "Changes"
    changes = read_page(html(root, "brief/2019/en/changes"))
    assert [d.words() for d in changes.all("h1")[0].all("del")] == ["Pay at work"]
    assert [i.words() for i in changes.all("h1")[0].all("ins")] == ["Pay and hours"]
    # No French edition was published before, and no edition before that of 2017.
    assert 'href="changes/"' not in html(root, "brief/2019/fr")
    assert 'href="changes/"' not in html(root, "brief/2017/en")


@pytest.mark.parametrize("facts", ["", CORRECTION], ids=["an error", "a correction"])
def test_words_that_were_not_published_are_not_compared(
    with_next_edition: Path, facts: str
) -> None:
    root = with_next_edition
    page = root / "build/site/brief/2019/en/index.html"
    (root / FACTS).write_text(facts)
    (root / EN).write_text(TEXT_EN.format(title="Secret"))
    page.unlink()
    build(root)
    assert page.is_file()
    assert b"Secret" not in everything(root)


def test_nothing_is_compared_with_a_withdrawn_edition(with_next_edition: Path) -> None:
    root = with_next_edition
    assert (root / "build/site/brief/2019/en/changes").exists()
    (root / FACTS).write_text(WITHDRAWN % "")
    build(root)
    assert not (root / "build/site/brief/2019/en/changes").exists()
