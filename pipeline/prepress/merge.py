"""Merge PDFs into one that is tagged, linked and archivable like its parts.

Input: front matter (cover and contents), briefs, and the back matter of a booklet, each
PDF/A-3a and PDF/UA-1. Output: one PDF that is both (docs/decisions/0020-packs.md). A plain
merge loses what refers to pages, and still passes validators; here each of these is merged:

    structure tree   each file becomes a Part with its own language (ISO 32000-1, 14.8.4.2)
    parent tree      keys are moved after the existing ones (14.7.4.4)
    element ids      get a prefix, as do the headers of cells (14.8.5.7)
    destinations     get a prefix, as do the links to them (12.3.2.3)
    bookmarks        those of each brief are below its title
    references       a link in the contents refers to the element of a bookmark (Ref)
    attached files   keep their names, which contain that of their document (PDF/A-3, 6.8)

Metadata, output intent and language of the merged PDF are those of the front matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from pipeline.model.pdf_identity import PdfIdentity

_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")
_MERGED_KEYS = ("/StructTreeRoot", "/Outlines", "/Names", "/AF")


@dataclass(frozen=True)
class Bookmark:
    """A bookmark: its level (the outermost is 1), its title, and its page, from 0."""

    level: int
    title: str
    page: int


def read_bookmarks(pdf: bytes) -> tuple[Bookmark, ...]:
    """Read the bookmarks of a PDF, in order."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        pages = {page.obj.objgen: number for number, page in enumerate(opened.pages)}
        return tuple(
            Bookmark(level, str(item.Title), pages[item.Dest[0].objgen])
            for level, item in _bookmark_items(opened.Root.get("/Outlines"))
        )


def merge_pdfs(
    front_matter: bytes,
    briefs: Sequence[bytes],
    contents_links: Mapping[str, tuple[int, int]],
    *,
    right_to_left: bool,
    document: str = "",
    back_matter: bytes = b"",
) -> bytes:
    """Merge front matter and briefs, each on a recto. The same input gives the same bytes.

    The pages of `back_matter` follow the last page. `contents_links` has, for each
    destination of a link in the contents, the number of a brief and of a bookmark in it,
    both from 0. With `right_to_left` pages are bound on the right. `document` is the name
    of the merged PDF, written into it with the codes of the briefs. A blank page at the
    end makes the number of pages even.
    """
    with ExitStack() as stack:
        merged = stack.enter_context(pikepdf.open(BytesIO(front_matter)))
        merger = _Merger(merged)
        codes: list[str] = []
        for number, data in enumerate(briefs, 1):
            brief = stack.enter_context(pikepdf.open(BytesIO(data)))
            merger.pad_to_recto()
            merger.append(brief, f"brief{number}.".encode())
            codes.append(_read_identity(brief).codes)
        if back_matter:
            merger.append(stack.enter_context(pikepdf.open(BytesIO(back_matter))), b"back.")
        merger.pad_to_recto()
        merger.finish(contents_links, right_to_left)
        properties = {"document": document, "codes": " ".join(filter(None, codes))}
        packet = merged.Root.Metadata
        identity = replace(_read_identity(merged), **properties)
        packet.write(identity.written_into(packet.read_bytes()))
        output = BytesIO()
        merged.save(
            output,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
        return output.getvalue()


class _Merger:
    def __init__(self, merged: pikepdf.Pdf) -> None:
        self.merged = merged
        root = merged.Root
        tree = root.StructTreeRoot
        front_matter = _document_element(tree)
        self.document_element = merged.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=tree, K=Array([]))
        )
        tree.K = Array([self.document_element])
        self.parent_tree = dict(_number_tree(tree.ParentTree))
        self.ids = dict(_name_tree(tree.get("/IDTree")))
        names = root.get("/Names", Dictionary())
        self.destinations = dict(_name_tree(names.get("/Dests")))
        self.files = dict(_name_tree(names.get("/EmbeddedFiles")))
        self.associated_files = list(root.get("/AF", []))
        items = _bookmark_items(root.get("/Outlines"))
        self.bookmarks = [item for level, item in items if level == 1]
        self.brief_bookmarks: list[list[Any]] = []
        self.contents_links = [
            (bytes(child.Obj.Dest), element)
            for element in _walk_elements(front_matter)
            for child in element.get("/K", [])
            if isinstance(child, Dictionary) and "/Obj" in child
            if isinstance(child.Obj.get("/Dest"), String)
        ]
        self.add_part(front_matter, None, merged.docinfo.get("/Title"))
        self.pad_to_recto()
        self.front_pages = len(merged.pages)

    def append(self, brief: pikepdf.Pdf, prefix: bytes) -> None:
        """Append a brief or the back matter: first its pages, to which references point."""
        first = len(self.merged.pages)
        for page in brief.pages:
            self.merged.pages.append(page)
        pages = [page.obj for page in self.merged.pages][first:]
        root = {
            key: self.merged.copy_foreign(brief.make_indirect(brief.Root[key]))
            for key in _MERGED_KEYS
            if key in brief.Root
        }
        names = root.get("/Names", Dictionary())
        self.add_structure(root["/StructTreeRoot"], brief, pages, prefix)
        self.add_destinations(names, pages, prefix)
        self.files |= dict(_name_tree(names.get("/EmbeddedFiles")))
        self.associated_files += list(root.get("/AF", []))
        items = list(_bookmark_items(root.get("/Outlines")))
        self.brief_bookmarks.append([item for _, item in items])
        self.bookmarks += [item for level, item in items if level == 1]

    def pad_to_recto(self) -> None:
        """Add a blank page, if needed, so that the next page is a recto."""
        if len(self.merged.pages) % 2:
            last = self.merged.pages[-1].obj
            blank = self.merged.add_blank_page().obj
            for box in _BOXES:
                if box in last:
                    blank[box] = Array(list(last[box]))

    def add_structure(
        self, tree: Any, brief: pikepdf.Pdf, pages: Sequence[Any], prefix: bytes
    ) -> None:
        offset = max(self.parent_tree, default=-1) + 1
        for number, owner in _number_tree(tree.ParentTree):
            self.parent_tree[number + offset] = owner
        for page in pages:
            if "/StructParents" in page:
                page.StructParents = int(page.StructParents) + offset
        for annotation in _annotations(pages):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + offset
        part = _document_element(tree)
        for element in _walk_elements(part):
            _prefix_ids(element, prefix)
        self.ids |= {prefix + id: owner for id, owner in _name_tree(tree.get("/IDTree"))}
        roles = self.merged.Root.StructTreeRoot.RoleMap
        for role, standard in tree.get("/RoleMap", Dictionary()).items():
            roles[role] = standard
        self.add_part(part, brief.Root.get("/Lang"), brief.docinfo.get("/Title"))

    def add_part(self, part: Any, language: Any, title: Any) -> None:
        """Add the structure of a file to the merged one, with the title of the file."""
        part.S, part.P = Name.Part, self.document_element
        for key, value in (("/Lang", language), ("/T", title)):
            if value is not None:
                part[key] = String(str(value))
        self.document_element.K.append(part)

    def add_destinations(self, names: Any, pages: Sequence[Any], prefix: bytes) -> None:
        for name, destination in _name_tree(names.get("/Dests")):
            self.destinations[prefix + name] = destination
        for annotation in _annotations(pages):
            if isinstance(annotation.get("/Dest"), String):
                annotation.Dest = String(prefix + bytes(annotation.Dest))

    def finish(self, links: Mapping[str, tuple[int, int]], right_to_left: bool) -> None:
        """Write the entries of the document catalogue, and its trees."""
        new, root = self.merged.make_indirect, self.merged.Root
        items = {n.encode(): self.brief_bookmarks[b][m] for n, (b, m) in links.items()}
        self.destinations |= {name: item.Dest for name, item in items.items()}
        for name, link in self.contents_links:
            link.Ref = Array([items[name].SE]) if name in items else link.Ref
        tree = root.StructTreeRoot
        numbers = (value for item in sorted(self.parent_tree.items()) for value in item)
        tree.ParentTree = new(Dictionary(Nums=Array(numbers)))
        tree.ParentTreeNextKey = max(self.parent_tree) + 1
        if self.ids:
            tree.IDTree = new(_build_name_tree(self.ids))
        destinations = new(_build_name_tree(self.destinations))
        files = new(_build_name_tree(self.files))
        root.Names = new(Dictionary(Dests=destinations, EmbeddedFiles=files))
        root.AF = Array(self.associated_files)
        root.Outlines = self.link_top_bookmarks()
        root.PageMode = Name.UseOutlines
        if right_to_left:
            root.ViewerPreferences.Direction = Name.R2L
        roman, decimal = Dictionary(S=Name.r), Dictionary(S=Name.D)
        root.PageLabels = Dictionary(Nums=Array([0, roman, self.front_pages, decimal]))

    def link_top_bookmarks(self) -> Any:
        """Chain the top bookmarks of all files, in their order."""
        outline = self.merged.make_indirect(Dictionary(Type=Name.Outlines))
        items = self.bookmarks
        for index, item in enumerate(items):
            item.Parent = outline
            for key, other in (("/Prev", index - 1), ("/Next", index + 1)):
                if 0 <= other < len(items):
                    item[key] = items[other]
                elif key in item:
                    del item[key]
        if items:
            outline.First, outline.Last = items[0], items[-1]
        outline.Count = sum(1 + max(0, int(item.get("/Count", 0))) for item in items)
        return outline


def _read_identity(pdf: pikepdf.Pdf) -> PdfIdentity:
    return PdfIdentity.from_xmp(pdf.Root.Metadata.read_bytes()) or PdfIdentity()


def _annotations(pages: Sequence[Any]) -> Iterator[Any]:
    return (annotation for page in pages for annotation in page.get("/Annots", []))


def _document_element(tree: Any) -> Any:
    """The Document element of a file, the only child of its structure tree."""
    (element,) = tree.K if isinstance(tree.K, Array) else [tree.K]
    return element


def _walk_elements(element: Any) -> Iterator[Any]:
    yield element
    children = element.get("/K", [])
    for child in children if isinstance(children, Array) else [children]:
        if isinstance(child, Dictionary) and "/S" in child:
            yield from _walk_elements(child)


def _prefix_ids(element: Any, prefix: bytes) -> None:
    if "/ID" in element:
        element.ID = String(prefix + bytes(element.ID))
    attributes = element.get("/A", [])
    for attribute in attributes if isinstance(attributes, Array) else [attributes]:
        if "/Headers" in attribute:
            attribute.Headers = Array(String(prefix + bytes(h)) for h in attribute.Headers)


def _number_tree(tree: Any) -> Iterator[tuple[int, Any]]:
    """Read a number tree (ISO 32000-1, 7.9.7)."""
    return ((int(number), value) for number, value in _tree_items(tree, "/Nums"))


def _name_tree(tree: Any) -> Iterator[tuple[bytes, Any]]:
    """Read a name tree (ISO 32000-1, 7.9.6); None is an empty one."""
    return ((bytes(name), value) for name, value in _tree_items(tree or {}, "/Names"))


def _tree_items(tree: Any, key: str) -> Iterator[tuple[Any, Any]]:
    flat = list(tree.get(key, []))
    yield from zip(flat[::2], flat[1::2], strict=True)
    for child in tree.get("/Kids", []):
        yield from _tree_items(child, key)


def _build_name_tree(values: Mapping[bytes, Any]) -> Dictionary:
    """Build a name tree of one node, sorted by bytes, as viewers search it."""
    names = (item for name in sorted(values) for item in (String(name), values[name]))
    return Dictionary(Names=Array(names))


def _bookmark_items(outline: Any, level: int = 1) -> Iterator[tuple[int, Any]]:
    """Yield the bookmarks of a document in order, with their levels."""
    item = outline.get("/First") if outline is not None else None
    while item is not None:
        yield level, item
        yield from _bookmark_items(item, level + 1)
        item = item.get("/Next")
