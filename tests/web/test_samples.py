"""The site of the samples: addresses, links, words, sizes, feeds and metadata."""

import gzip
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pikepdf
import pytest
import yaml

from tests.web.conftest import URL
from tests.web.pages import Node, heard, letters, links, read_page, target_of
from tools.conformance.reading import read

ROOT = Path(__file__).resolve().parents[2]

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# Of a page with its style sheets, compressed, without pictures and font files.
MAX_PAGE_BYTES = 60_000


@pytest.fixture(scope="module")
def site(samples_site: Path) -> Path:
    return samples_site / "build" / "site"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Node]:
    return {path: read_page(path.read_text()) for path in sorted(site.rglob("*.html"))}


def editions(site: Path) -> list[Path]:
    """The folders of all editions in each language."""
    return [path.parent for path in sorted(site.rglob("data.json"))]


def test_each_edition_is_at_the_address_of_its_qr_code(samples_site: Path) -> None:
    site = samples_site / "build/site"
    content = samples_site / "content"
    written = [p for p in content.glob("*/[0-9]*/*.yaml") if p.name != "edition.yaml"]
    assert len(written) > 30
    for path in written:
        slug, dated, language = *path.parts[-3:-1], path.stem
        for address in (f"{slug}/{dated}/{language}", f"{slug}/{dated}", slug):
            assert (site / address / "index.html").is_file(), address


def test_the_address_of_a_brief_has_its_newest_edition(site: Path) -> None:
    for address in ("ilo-wto", "ilo-wto/en", "ilo-wto/2023-12", "ilo-wto/2023-12/en"):
        page = read_page((site / address / "index.html").read_text())
        (canonical,) = page.all("link", rel="canonical")
        assert canonical.attributes["href"] == f"{URL}/ilo-wto/2023-12/en/"


def test_a_replaced_edition_has_a_notice_and_a_link_to_the_newest(site: Path) -> None:
    old = read_page((site / "ilo-wto/2017/fr/index.html").read_text())
    (notice,) = old.all("aside", class_="replaced")
    assert "décembre 2023" in notice.words()
    new = read_page((site / "ilo-wto/2023-12/fr/index.html").read_text())
    assert not new.all("aside", class_="replaced")


def test_all_links_resolve_and_nothing_is_loaded_from_elsewhere(
    site: Path, pages: dict[Path, Node]
) -> None:
    anchors = {
        path: {n.attributes["id"] for n in page.walk() if "id" in n.attributes}
        for path, page in pages.items()
    }
    checked = 0
    for path, page in pages.items():
        for node, address in links(page):
            is_loaded = node.tag != "a" and node.attributes.get("rel") not in (
                *("canonical", "alternate"),
            )
            if address.startswith(f"{URL}/"):
                address = f"/{address.removeprefix(f'{URL}/')}"
            if (target := target_of(site, path, address)) is None:
                assert not is_loaded or address.startswith("data:"), (path, address)
                assert address.startswith(("https:", "mailto:", "tel:", "data:,"))
                continue
            file, anchor = target
            assert file.is_file(), (path, address)
            assert not anchor or anchor in anchors[file], (path, address)
            checked += 1
    assert checked > 2000


def test_only_the_index_has_a_script(pages: dict[Path, Node]) -> None:
    for path, page in pages.items():
        kinds = [node.attributes.get("type", "") for node in page.all("script")]
        is_index = path.name == "index.html" and path.parent.name == "site"
        is_index = is_index or (
            path.name.startswith("index.") and path.name != "index.html"
        )
        assert (kinds == [""]) == is_index, path
        assert is_index or kinds in ([], ["application/ld+json"]), path
        (policy,) = page.all("meta", http_equiv="Content-Security-Policy")
        assert "default-src 'none'" in policy.attributes["content"]
        scripts = re.search("script-src ('[^']+')", policy.attributes["content"])
        assert scripts
        assert scripts[1].startswith("'sha256-" if is_index else "'none'")


def test_a_page_and_its_pdf_have_the_same_words_in_the_same_order(site: Path) -> None:
    compared = set()
    for folder in editions(site):
        page = read_page((folder / "index.html").read_text())
        (body,) = page.all("body")
        (pdf,) = folder.glob("*.pdf")
        with pikepdf.open(pdf) as opened:
            aloud = read(opened).aloud()
        spoken = "".join(u.text for u in aloud if "Note" not in u.roles)
        # These PDFs were built without the address that the site was given.
        address = letters(f"briefs.example.org/{folder.relative_to(site).as_posix()}")
        cover = cover_words(folder)  # a web page has no cover, but has the pull figure
        on_page = letters(heard(body)).replace(address, "", 1).replace(cover, "", 1)
        in_pdf = letters(spoken).replace(cover, "", 1)
        difference = next(
            (i for i, (a, b) in enumerate(zip(on_page, in_pdf, strict=False)) if a != b), -1
        )
        assert on_page == in_pdf, (
            folder,
            on_page[difference - 20 : difference + 40],
            in_pdf[difference : difference + 40],
        )
        notes = "".join(n.words() for n in body.all(role="doc-endnotes"))
        in_notes = "".join(u.text for u in aloud if "Note" in u.roles)
        assert letters(in_notes) in letters(notes) or not in_notes
        compared.add(folder.name)
    assert compared == {"ar", "en", "es", "fr", "ru", "zh"}


def cover_words(folder: Path) -> str:
    """The letters of the pull figure on the cover of an edition; "" if there is none."""
    slug, dated, language = folder.parts[-3:]
    edition = ROOT / "content" / slug / dated
    cover = yaml.safe_load((edition / "edition.yaml").read_text()).get("cover")
    if not isinstance(cover, dict) or cover.get("kind") != "figure":
        return ""
    first = yaml.safe_load((edition / f"{language}.yaml").read_text())["pull_figures"][0]
    return letters(first["figure"] + first["text"].partition("[@")[0])


def test_a_page_is_small(site: Path) -> None:
    fonts = (site / "site.assets/fonts.css").read_bytes()
    for folder in editions(site):
        css = (site / f"site.assets/{folder.name}.css").read_bytes()
        sizes = [len(gzip.compress(data, mtime=0)) for data in (fonts, css)]
        html = gzip.compress((folder / "index.html").read_bytes(), mtime=0)
        assert sum(sizes) + len(html) <= MAX_PAGE_BYTES, folder


def test_each_chart_has_an_alternative_a_table_and_its_data(site: Path) -> None:
    charts = 0
    for folder in editions(site):
        page = read_page((folder / "index.html").read_text())
        for drawing in page.all("div", class_="drawings"):
            if drawing.attributes.get("aria-hidden"):
                continue  # a diagram, whose texts are a list
            assert drawing.attributes["aria-label"].strip()
            assert len(drawing.all("svg")) == 2
            assert not re.search("#[0-9a-f]{6}", str(drawing)), "a colour is not a variable"
            charts += 1
        tables = page.all("details")
        assert len(tables) == len(list(folder.glob("figure-*.csv")))
        assert all(details.all("table") for details in tables)
    assert charts > 12


def test_the_metadata_describe_the_edition(site: Path) -> None:
    page = (site / "wpsdg/2017/ar/index.html").read_text()
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    report = json.loads(data)
    assert report["@type"] == "Report"
    assert report["inLanguage"] == "ar"
    assert report["url"] == f"{URL}/wpsdg/2017/ar/"
    assert report["encoding"]["contentUrl"].endswith("/wpsdg_2017_ar.pdf")
    head = read_page(page).all("meta")
    named = {n.attributes.get("name") or n.attributes.get("property"): n for n in head}
    assert (
        named["citation_pdf_url"].attributes["content"]
        == f"{URL}/wpsdg/2017/ar/wpsdg_2017_ar.pdf"
    )
    assert named["og:image"].attributes["content"] == f"{URL}/wpsdg/2017/ar/first-page.jpg"
    assert (site / "wpsdg/2017/ar/first-page.jpg").read_bytes()[:3] == b"\xff\xd8\xff"


def test_the_feed_of_a_language_has_each_edition_once(site: Path) -> None:
    for language in ("en", "ar", "zh"):
        feed = ET.parse(site / f"feed.{language}.xml").getroot()  # noqa: S314
        entries = feed.findall(f"{ATOM}entry")
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        folders = {f for f in editions(site) if f.name == language}
        assert len(ids) == len(set(ids))
        corrected = {id for id in ids if id and id.endswith("/corr1")}
        assert len(ids) - len(corrected) == len(folders)
        assert len(corrected) == (language == "en")
        assert all(id and id.startswith("tag:briefs.example.org,2") for id in ids)
        days = [entry.findtext(f"{ATOM}updated") for entry in entries]
        assert days == sorted(days, reverse=True)  # type: ignore[type-var]
        assert feed.findtext(f"{ATOM}updated") == days[0]
        for entry in entries:
            assert entry.findtext(f"{ATOM}title")
            assert entry.findtext(f"{ATOM}summary")


def test_the_sitemap_lists_each_edition_with_its_translations(site: Path) -> None:
    root = ET.parse(site / "sitemap.xml").getroot()  # noqa: S314
    listed = {url.findtext(f"{SITEMAP}loc") for url in root}
    folders = {f"{URL}/{f.relative_to(site).as_posix()}/" for f in editions(site)}
    assert listed == folders
    for url in root:
        assert len(url) >= 3  # loc, lastmod, and at least the page itself


def test_search_engines_list_the_editions_and_not_what_changed(
    site: Path, pages: dict[Path, Node]
) -> None:
    """A redline has the words of two editions, one of which is replaced."""
    hidden = {
        path.relative_to(site).as_posix()
        for path, page in pages.items()
        for meta in page.all("meta", name="robots")
        if meta.attributes["content"] == "noindex"
    }
    redlines = {path.relative_to(site).as_posix() for path in site.rglob("changes/*.html")}
    assert redlines
    assert hidden == {"404.html", *redlines}
    assert "changes" not in (site / "sitemap.xml").read_text()


def test_the_index_lists_each_brief_once_by_year_and_subject(site: Path) -> None:
    page = read_page((site / "index.en.html").read_text())
    addresses = [e.all("a")[0].attributes["href"] for e in page.all("li", class_="entry")]
    assert sorted(addresses) == sorted(
        f"{name}/en/"
        for name in (
            *("global-advocacy", "ilo-wto", "informality"),
            *("labour-provisions", "policy-coherence", "wpsdg"),
        )
    )
    years = [h.words() for s in page.all("section", class_="year") for h in s.all("h2")]
    assert years == sorted(years, reverse=True)
    assert page.all("section", class_="subjects")[0].all("details")


def test_the_page_of_a_session_links_what_it_handed_out(site: Path) -> None:
    page = read_page((site / "sessions/331/zh/index.html").read_text())
    addresses = [e.all("a")[0].attributes["href"] for e in page.all("li", class_="entry")]
    # Policy coherence has no Chinese edition; readers were given English.
    assert addresses[:2] == ["../../../wpsdg/2017/zh/", "../../../global-advocacy/2017/zh/"]
    assert addresses[2] == "../../../policy-coherence/2017/en/"
