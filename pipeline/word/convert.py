"""Turn a Word file into a tree of HTML by mammoth, and its pictures."""

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipeline.word.names import LANGUAGE_STYLE, PARTS, STYLES
from pipeline.word.sanitize import WordFile

_NOTES = ("footnote-", "endnote-")


def convert(word: WordFile) -> tuple[list[Element], dict[str, Element], list[bytes]]:
    """Convert the sanitized copy of a Word file.

    Return the elements of the document, its notes by their ids, and its pictures by number.
    """
    import io

    import mammoth

    pictures: list[bytes] = []

    def collect_picture(image: Any) -> dict[str, str]:
        with image.open() as data:
            content = data.read()
        if content not in pictures:
            pictures.append(content)
        return {"src": str(pictures.index(content)), "alt": image.alt_text or ""}

    result = mammoth.convert_to_html(
        io.BytesIO(word.copy),
        style_map="\n".join(_style_map(word)),
        convert_image=mammoth.images.img_element(collect_picture),
        include_embedded_style_map=False,
        external_file_access=False,
    )
    root = ElementTree.fromstring(f"<div>{result.value}</div>")  # noqa: S314 – written by mammoth
    for call in root.iter("a"):
        if call.get("href", "").startswith(tuple(f"#{kind}" for kind in _NOTES)):
            call.text = ""  # a number in brackets, which is not text
    notes = {}
    for element in list(root):
        items = [item for item in element if item.get("id", "").startswith(_NOTES)]
        if element.tag == "ol" and items and len(items) == len(element):
            root.remove(element)
            notes = {item.get("id", ""): _remove_backlinks(item) for item in items}
    return list(root), notes, pictures


def _style_map(word: WordFile) -> Iterator[str]:
    for kind, names in STYLES.items():
        yield from (f"p[style-name='{name}'] => p.{kind}:fresh" for name in names)
    for level in (2, 3):
        # In Word each of these styles is a list of its own, at the first level.
        lists = "ul|ol > li > " * (level - 1)
        yield f"p[style-name='List Bullet {level}'] => {lists}ul > li:fresh"
        yield f"p[style-name='List Number {level}'] => {lists}ol > li:fresh"
    for kind, name in PARTS.items():
        style, part = f"p[style-name='{name}']", f"div.{kind}"
        if kind != "lead":  # which has no title
            yield f"p[style-name='{name} Title'] => {part}:fresh > p.title:fresh"
        for level in range(1, 6):
            lists = "ul|ol > li > " * (level - 1)
            yield f"{style}:unordered-list({level}) => {part} > {lists}ul > li:fresh"
            yield f"{style}:ordered-list({level}) => {part} > {lists}ol > li:fresh"
        yield f"{style} => {part} > p:fresh"
    for code in word.languages:
        yield f"r[style-name='{LANGUAGE_STYLE.format(code)}'] => span.lang-{code}"


def _remove_backlinks(note: Element) -> Element:
    """Remove the arrow by which mammoth links a note to its call."""
    for parent in list(note.iter()):
        for child in list(parent):
            href = child.get("href", "")
            if child.tag == "a" and "note-ref-" in href:
                parent.remove(child)
    return note
