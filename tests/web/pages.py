"""Write editions of a brief, and read web pages: their elements, links and words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from tests.conftest import write_files

TEXT_EN = """\
title: {title}
sections:
  - heading: A heading
    blocks:
      - text: Some text.
"""
SERIES = """\
name: Briefs
publisher: {name: A publisher}
languages: [en, fr]
url: https://briefs.example.org
"""

_VOID = frozenset(["meta", "link", "img", "br", "wbr", "input", "hr"])
_LINKING = {"a": "href", "link": "href", "img": "src", "script": "src"}


def add_edition(root: Path, dated: str, facts: str, **titles: str) -> None:
    """Write an edition of the brief: its facts, and a text for each language."""
    folder = root / "content/brief" / dated
    texts = {f"{code}.yaml": TEXT_EN.format(title=title) for code, title in titles.items()}
    write_files(folder, {"edition.yaml": f"{facts}\n", **texts})


@dataclass
class Node:
    """An element, or a text if `tag` is empty."""

    tag: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    kids: list["Node"] = field(default_factory=list)
    text: str = ""

    def walk(self) -> Iterator["Node"]:
        """All nodes, in order."""
        yield self
        for kid in self.kids:
            yield from kid.walk()

    def all(self, tag: str = "", **attributes: str) -> list["Node"]:
        """The elements with a tag and attributes."""
        wanted = {name.rstrip("_").replace("_", "-"): v for name, v in attributes.items()}
        return [
            node
            for node in self.walk()
            if node.tag
            and tag in ("", node.tag)
            and all(node.attributes.get(name) == v for name, v in wanted.items())
        ]

    def words(self) -> str:
        """The text in it."""
        return "".join(node.text for node in self.walk())

    def has(self, name: str) -> bool:
        """Whether it has a class."""
        return name in self.attributes.get("class", "").split()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("root")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].kids.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].kids.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].kids.append(Node(text=data))


def read_page(html: str) -> Node:
    """Read a page as a tree."""
    reader = _Reader()
    reader.feed(html)
    return reader.root


def links(page: Node) -> Iterator[tuple[Node, str]]:
    """Every address in a page, with the element that has it."""
    for node in page.walk():
        name = _LINKING.get(node.tag, "")
        if name in node.attributes:
            yield node, node.attributes[name]


def target_of(site: Path, page: Path, address: str) -> tuple[Path, str] | None:
    """The file and the anchor that an address leads to; None outside of the site."""
    base = f"https://test.invalid/{page.relative_to(site).as_posix()}"
    parts = urlsplit(urljoin(base, address))
    if parts.netloc != "test.invalid":
        return None
    path = site / unquote(parts.path).lstrip("/")
    # The address in a QR code has no slash at its end; servers add it.
    return (path / "index.html" if path.is_dir() else path), parts.fragment


# What a page of the web has beside the words of its PDF.
_ADDED = ("skip", "bar", "replaced", "noteref", "notes")


def heard(node: Node) -> str:
    """The words of a page, without those that only the web has, and without its notes."""
    if node.attributes.get("role") == "img" or node.tag == "img":
        return node.attributes.get("aria-label", node.attributes.get("alt", ""))
    is_hidden = node.tag == "details" and "open" not in node.attributes
    if is_hidden or node.tag in ("head", "script") or any(map(node.has, _ADDED)):
        return ""
    return node.text + "".join(map(heard, node.kids))


def letters(text: str) -> str:
    """The letters of a text: numbers and signs are made by lists, notes and labels."""
    import unicodedata

    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalpha())
