"""Make a copy of a Word file that mammoth can read safely, and count the omitted content.

The copy has the parts that are read, under new names, and no external targets except the
addresses of links. Tracked changes are accepted with `accept`, otherwise rejected.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipeline.content.office_file import (
    OfficeFile,
    OfficeParts,
    Relationship,
    open_office_file,
    report_damage,
)
from pipeline.content.validate.images import MAX_BYTES as MAX_PICTURE_BYTES
from pipeline.problems import Rule
from pipeline.word.archive import PACKAGE, write_archive, write_relationships
from pipeline.word.charts import WordChart, read_chart

MAX_ELEMENTS = 200_000
MAX_DEPTH = 100
MAX_PICTURES, MAX_TOTAL_PICTURE_BYTES = 200, 200_000_000
# A noncharacter that encloses the number of a chart in the text.
CHART_MARK = "\ufdd0"
_SAVE_HINT = "open it in Word or LibreOffice, and save it again as .docx"
_SMALLER_HINT = "import the text of one brief; a brief has two or four pages"
_NOTES = {"footnotes": "footnotes.xml", "endnotes": "endnotes.xml"}
_PARTS = {"styles": "styles.xml", "numbering": "numbering.xml", **_NOTES}
# The elements that cannot be imported, with their names in messages.
_LEFT_OUT = {
    "oMath": "equations",
    "object": "embedded objects",
    "altChunk": "embedded documents",
    "relIds": "diagrams",
}
_NO_RELATIONSHIP = Relationship("", "", "", True)
# Tracked changes: an element, and the one that it becomes when the change is rejected.
_REJECTED = {"ins": "del", "del": "ins", "moveFrom": "moveTo", "moveTo": "moveFrom"}


@dataclass(frozen=True)
class WordFile:
    """A copy for mammoth, and the charts and properties of the document.

    `left_out` counts content that is left out or changed, by kind; `properties` are the
    custom properties; `languages` are the codes in the names of character styles.
    """

    copy: bytes
    charts: tuple[WordChart, ...]
    left_out: Mapping[str, int]
    properties: Mapping[str, str]
    title: str
    language: str
    languages: tuple[str, ...]


def word_file(name: str) -> OfficeFile:
    """Describe a Word file for its problems."""
    return OfficeFile(name, "document", Rule.WORD_FILE, _SAVE_HINT, _SMALLER_HINT)


def sanitize(name: str, content: bytes, *, accept: bool = True) -> WordFile:
    """Read a Word file. Raises PipelineError if it is damaged, or over a limit."""
    with open_office_file(word_file(name), content) as parts:
        return _SafeCopy(parts, accept).make_copy()


@dataclass
class _SafeCopy:
    parts: OfficeParts
    accept: bool
    left_out: Counter[str] = field(default_factory=Counter)
    charts: list[WordChart] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)

    def make_copy(self) -> WordFile:
        main = main_part(self.parts)
        by_kind = {r.kind: r.target for r in self.parts.relationships(main)}
        root = self._read_part(main)
        body = root.find("{*}body")
        if body is None:
            raise self.parts.file.damaged()
        self._count_parts(by_kind)
        copied = {"document.xml": self._clean_part(main, root)}
        kinds = {}
        for kind, name in _PARTS.items():
            if by_kind.get(kind) in self.parts.names:
                part = self._read_part(by_kind[kind])
                copied[name] = (
                    self._clean_part(by_kind[kind], part) if kind in _NOTES else part
                )
                kinds[kind] = name
        start = [Relationship("r", "officeDocument", "word/document.xml", False)]
        links = {"document.xml": self._copy_relationships(main, kinds)}
        for kind in _NOTES.keys() & kinds.keys():
            links[kinds[kind]] = self._copy_relationships(by_kind[kind], {})
        files: dict[str, str | bytes] = {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
            "_rels/.rels": write_relationships(start),
            **{f"word/{name}": ElementTree.tostring(p) for name, p in copied.items()},
            **{f"word/_rels/{n}.rels": write_relationships(r) for n, r in links.items()},
            **{f"word/media/{n}": d for n, d in enumerate(self.pictures.values())},
        }
        properties = dict(_read_properties(self.parts))
        return WordFile(
            write_archive(files),
            tuple(self.charts),
            {what: count for what, count in self.left_out.items() if count},
            properties,
            properties.pop("", ""),
            _default_language(copied.get("styles.xml")),
            tuple(_language_styles(copied.get("styles.xml"))),
        )

    def _read_part(self, path: str) -> Element:
        root = self.parts.tree(path)
        kind = self.parts.file.kind
        if (count := sum(1 for _ in root.iter())) > MAX_ELEMENTS:
            message = f"the {kind} has {count:,} elements; the limit is {MAX_ELEMENTS:,}"
            raise self.parts.file.error(message)
        if _is_deeper(root, MAX_DEPTH):
            message = f"the {kind} is nested deeper than {MAX_DEPTH} levels"
            raise self.parts.file.error(message)
        return root

    def _count_parts(self, by_kind: Mapping[str, str]) -> None:
        if (comments := by_kind.get("comments")) in self.parts.names:
            elements = self._read_part(str(comments)).findall("{*}comment")
            self.left_out["comments in the margin"] += len(elements)
        for path in sorted(self.parts.names):
            if re.fullmatch(r"word/(header|footer)\d*\.xml", path):
                texts = (e for e in self._read_part(path).iter() if is_element(e, "t"))
                has_text = any((text.text or "").strip() for text in texts)
                self.left_out["headers and footers"] += has_text
            self.left_out["macros"] += path.endswith("vbaProject.bin")

    def _clean_part(self, path: str, root: Element) -> Element:
        """Replace charts by marks, remove other targets, and count what is left out."""
        relationships = {r.id: r for r in self.parts.relationships(path)}
        for parent in list(root.iter()):
            for child in list(parent):
                name = local_name(str(child.tag))
                self.left_out["tracked changes"] += name in _REJECTED
                self.left_out[_LEFT_OUT.get(name, "")] += 1
                self.left_out["passages struck out"] += name in ("strike", "dstrike")
                if name in ("drawing", "AlternateContent"):
                    chart = next((e for e in child.iter() if _is_chart(e)), None)
                    if chart is not None:
                        _replace_by_text(
                            parent, child, self._replace_chart(child, chart, relationships)
                        )
                elif name == "t" and CHART_MARK in (child.text or ""):
                    child.text = str(child.text).replace(CHART_MARK, "")
                elif name == "rPr":
                    _complete_properties(child)
                self._check_targets(child, relationships)
                if not self.accept and name in _REJECTED:
                    child.tag = child.tag.replace(f"}}{name}", f"}}{_REJECTED[name]}")
                elif not self.accept and name == "delText":
                    child.tag = child.tag.replace("delText", "t")
        self.left_out.pop("", None)
        return root

    def _replace_chart(
        self, drawing: Element, chart: Element, relationships: Mapping[str, Relationship]
    ) -> str:
        described = (e for e in drawing.iter() if is_element(e, "docPr"))
        alt = next((e.get("descr", "") for e in described), "")
        relationship = relationships.get(attribute(chart, "id"), _NO_RELATIONSHIP)
        word_chart = None
        if relationship.target in self.parts.names:
            part = self._read_part(relationship.target)
            with report_damage(self.parts.file, ValueError):  # the index of a point
                word_chart = read_chart(part, alt)
        if word_chart is None:
            self.left_out["charts without stored data"] += 1
            return ""
        self.charts.append(word_chart)
        return f"{CHART_MARK}{len(self.charts) - 1}{CHART_MARK}"

    def _check_targets(self, element: Element, targets: Mapping[str, Relationship]) -> None:
        """Remove ids of targets that are not copied: mammoth would open them."""
        for key in [
            k for k in element.attrib if k.startswith("{") and "elationships}" in k
        ]:
            _, kind, target, is_external = targets.get(
                element.attrib[key], _NO_RELATIONSHIP
            )
            if kind == "image" and not is_external and target in self.parts.names:
                self._copy_picture(target)
            elif kind != "hyperlink":
                del element.attrib[key]
                self.left_out["pictures in other files"] += kind == "image"

    def _copy_picture(self, path: str) -> None:
        if path in self.pictures:
            return
        self.pictures[path] = self.parts.read(path, MAX_PICTURE_BYTES)
        size = sum(map(len, self.pictures.values()))
        if len(self.pictures) > MAX_PICTURES or size > MAX_TOTAL_PICTURE_BYTES:
            count, limit = MAX_PICTURES, MAX_TOTAL_PICTURE_BYTES // 1_000_000
            message = f"the document has more than {count} pictures, or {limit} MB of them"
            raise self.parts.file.error(message)

    def _copy_relationships(
        self, path: str, kinds: Mapping[str, str]
    ) -> list[Relationship]:
        """List the relationships of a copied part."""
        own = [Relationship(f"part-{kind}", kind, n, False) for kind, n in kinds.items()]
        names = {path: f"media/{n}" for n, path in enumerate(self.pictures)}
        for relationship in self.parts.relationships(path):
            if relationship.kind == "hyperlink":
                own.append(relationship._replace(is_external=True))
            elif relationship.kind == "image" and relationship.target in names:
                own.append(relationship._replace(target=names[relationship.target]))
        return own


def main_part(parts: OfficeParts) -> str:
    """Name the part with the text. Raises PipelineError if there is none."""
    for relationship in parts.relationships(""):
        if relationship.kind == "officeDocument":
            return relationship.target
    raise parts.file.damaged()


def local_name(name: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return an attribute by its name in any namespace; "" if it is not there."""
    return next((v for key, v in element.attrib.items() if local_name(key) == name), "")


def is_element(element: Element, name: str) -> bool:
    """Whether an element has a name in some namespace."""
    return local_name(str(element.tag)) == name


def _is_chart(element: Element) -> bool:
    return is_element(element, "chart") and bool(attribute(element, "id"))


def _is_deeper(root: Element, limit: int) -> bool:
    level = [root]
    for _ in range(limit):
        level = [child for element in level for child in element]
    return bool(level)


def _complete_properties(properties: Element) -> None:
    """Write the properties of a run in the form that mammoth reads.

    A run from right to left is bold or italic by properties of its own. LibreOffice writes
    raised and lowered letters of HTML by position and size.
    """
    by_name = {local_name(str(element.tag)): element for element in properties}
    namespace = str(properties.tag).rpartition("}")[0] + "}"
    if by_name.keys() & {"rtl", "cs"}:
        for name in ("b", "i"):
            if f"{name}Cs" in by_name and name not in by_name:
                ElementTree.SubElement(properties, namespace + name)
    if {"position", "sz"} <= by_name.keys() and "vertAlign" not in by_name:
        is_low = next(iter(by_name["position"].attrib.values()), "").startswith("-")
        kind = "subscript" if is_low else "superscript"
        attributes = {f"{namespace}val": kind}
        ElementTree.SubElement(properties, f"{namespace}vertAlign", attributes)


def _replace_by_text(parent: Element, child: Element, text: str) -> None:
    namespace = str(parent.tag).rpartition("}")[0]
    mark = Element(f"{namespace}}}t")
    mark.text = text
    parent[list(parent).index(child)] = mark


def _read_properties(parts: OfficeParts) -> Iterator[tuple[str, str]]:
    """Yield the custom properties, and under "" the title of the document."""
    for relationship in parts.relationships(""):
        if relationship.target not in parts.names:
            continue
        if relationship.kind == "custom-properties":
            for element in parts.tree(relationship.target):
                yield element.get("name", " "), "".join(element.itertext()).strip()
        elif relationship.kind == "core-properties":
            title = parts.tree(relationship.target).findtext("{*}title") or ""
            yield "", " ".join(title.split())


def _default_language(styles: Element | None) -> str:
    """The language that the styles set for text, without its country."""
    language = styles.find("{*}docDefaults//{*}lang") if styles is not None else None
    return "" if language is None else attribute(language, "val").partition("-")[0].lower()


def _language_styles(styles: Element | None) -> Iterator[str]:
    for element in styles.iter() if styles is not None else ():
        match = re.fullmatch(r"Language ([\w-]{2,35})", attribute(element, "val"))
        if match and is_element(element, "name"):
            yield match[1]
