"""Join PDFs into one that is tagged, linked and archivable as they are.

Shape in: a front (cover and contents) and briefs, all painted by this program, PDF/A-3a and
PDF/UA-1. Shape out: one PDF that is both. A plain merge keeps the pages and loses what they
hang in, and still passes validators; here each of these is carried over and made unique:

    structure tree   each file becomes a Part with its own language (ISO 32000-1, 14.8.4.2)
    parent tree      numbers are moved behind those that are there (14.7.4.4)
    element ids      get a prefix, and with them the heads that cells name (14.8.5.7)
    destinations     get a prefix, and with them the links that use them (12.3.2.3)
    bookmarks        those of each brief hang under its title
    attached files   keep their names, which name their document (PDF/A-3, 6.8)

The front says what the whole file is: its metadata, output intent and language stay.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")


@dataclass(frozen=True)
class Bookmark:
    """A bookmark of one PDF: how deep it lies, its words, and its page, from 0."""

    level: int
    title: str
    page: int


def read_bookmarks(pdf: bytes) -> tuple[Bookmark, ...]:
    """Read the bookmarks of a PDF, in their order; the outermost have level 1."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        pages = {page.obj.objgen: number for number, page in enumerate(opened.pages)}
        return tuple(
            Bookmark(level, str(item.Title), pages[item.Dest[0].objgen])
            for level, item in _items(opened.Root.get("/Outlines"))
        )


def merge_pdfs(
    front: bytes,
    briefs: Sequence[bytes],
    targets: Mapping[str, tuple[int, int]],
    *,
    right_to_left: bool,
    document: str = "",
    whole_leaves: bool = True,
) -> bytes:
    """Join a front and briefs; each begins on a recto. The same input gives the same bytes.

    `targets` says where destinations of the front lead: each name to the number of a brief
    and of a bookmark in it, both from 0. With `right_to_left` pages are bound on the right.
    `document` is the name of the whole, written into it; the codes of the briefs are too.
    With `whole_leaves` the last brief ends with one, too: a booklet has its last page on
    the back instead.
    """
    with ExitStack() as opened:
        whole = opened.enter_context(pikepdf.open(BytesIO(front)))
        merger = _Merger(whole)
        codes: list[str] = []
        for number, data in enumerate(briefs, 1):
            brief = opened.enter_context(pikepdf.open(BytesIO(data)))
            merger.pad()
            merger.append(brief, f"brief{number}.")
            codes += str(brief.docinfo.get("/EditionCode", "")).split()
        if whole_leaves:
            merger.pad()
        merger.finish(targets, right_to_left)
        if document:
            whole.docinfo["/Document"] = document
        if codes:
            whole.docinfo["/EditionCode"] = " ".join(codes)
        out = BytesIO()
        whole.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
        return out.getvalue()


class _Merger:
    """A front to which briefs are appended."""

    def __init__(self, whole: pikepdf.Pdf) -> None:
        self.whole = whole
        root = whole.Root
        tree = root.StructTreeRoot
        front = _only_kid(tree)
        self.document = whole.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=tree, K=Array([]))
        )
        tree.K = Array([self.document])
        self.parents = list(_numbers(tree.ParentTree))
        self.ids = dict(_pairs(tree.get("/IDTree")))
        names = root.get("/Names", Dictionary())
        self.destinations = dict(_pairs(names.get("/Dests")))
        self.files = dict(_pairs(names.get("/EmbeddedFiles")))
        self.associated = list(root.get("/AF", []))
        self.bookmarks = _top_items(root.get("/Outlines"))
        self.briefs: list[list[Any]] = []
        self.add_part(front, None, whole.docinfo.get("/Title"))
        self.pad()
        self.front_pages = len(whole.pages)

    def append(self, brief: pikepdf.Pdf, prefix: str) -> None:
        """Append all of a brief. Pages first: what leads to them must find the copies."""
        first = len(self.whole.pages)
        for page in brief.pages:
            self.whole.pages.append(page)
        pages = [page.obj for page in self.whole.pages][first:]
        root = {
            key: self.whole.copy_foreign(brief.make_indirect(brief.Root[key]))
            for key in ("/StructTreeRoot", "/Outlines", "/Names", "/AF")
            if key in brief.Root
        }
        self.add_structure(root["/StructTreeRoot"], brief, pages, prefix)
        self.add_destinations(root.get("/Names", Dictionary()), pages, prefix)
        self.files |= dict(_pairs(root.get("/Names", Dictionary()).get("/EmbeddedFiles")))
        self.associated += list(root.get("/AF", []))
        outline = root.get("/Outlines")
        self.briefs.append([item for _, item in _items(outline)])
        self.bookmarks += _top_items(outline)

    def pad(self) -> None:
        """Let the next page be a recto: add a blank page, if need be."""
        if len(self.whole.pages) % 2:
            last = self.whole.pages[-1].obj
            self.whole.add_blank_page()
            blank = self.whole.pages[-1].obj
            for box in _BOXES:
                if box in last:
                    blank[box] = Array(list(last[box]))

    def add_structure(
        self, tree: Any, brief: pikepdf.Pdf, pages: Sequence[Any], prefix: str
    ) -> None:
        offset = max((number for number, _ in self.parents), default=-1) + 1
        self.parents += [(n + offset, owner) for n, owner in _numbers(tree.ParentTree)]
        for page in pages:
            if "/StructParents" in page:
                page.StructParents = int(page.StructParents) + offset
            for annotation in page.get("/Annots", []):
                if "/StructParent" in annotation:
                    annotation.StructParent = int(annotation.StructParent) + offset
        part = _only_kid(tree)
        for element in _elements(part):
            _prefix_ids(element, prefix)
        self.ids |= {prefix.encode() + id: e for id, e in _pairs(tree.get("/IDTree"))}
        roles = self.whole.Root.StructTreeRoot.RoleMap
        for role, standard in tree.get("/RoleMap", Dictionary()).items():
            roles[role] = standard
        self.add_part(part, brief.Root.get("/Lang"), brief.docinfo.get("/Title"))

    def add_part(self, part: Any, language: Any, title: Any) -> None:
        """Hang the tree of a file into the whole, under the title of the file."""
        part.S, part.P = Name.Part, self.document
        if language is not None:
            part.Lang = String(str(language))
        if title is not None:
            part.T = String(str(title))
        self.document.K.append(part)

    def add_destinations(self, names: Any, pages: Sequence[Any], prefix: str) -> None:
        for name, target in _pairs(names.get("/Dests")):
            self.destinations[prefix.encode() + name] = target
        for annotation in (a for page in pages for a in page.get("/Annots", [])):
            if isinstance(annotation.get("/Dest"), String):
                annotation.Dest = String(prefix.encode() + bytes(annotation.Dest))

    def finish(self, targets: Mapping[str, tuple[int, int]], right_to_left: bool) -> None:
        """Write what all files share."""
        new, root = self.whole.make_indirect, self.whole.Root
        for name, (brief, bookmark) in targets.items():
            self.destinations[name.encode()] = self.briefs[brief][bookmark].Dest
        tree = root.StructTreeRoot
        numbers = (part for pair in sorted(self.parents, key=_first) for part in pair)
        tree.ParentTree = new(Dictionary(Nums=Array(numbers)))
        tree.ParentTreeNextKey = max(number for number, _ in self.parents) + 1
        if self.ids:
            tree.IDTree = _name_tree(self.whole, self.ids)
        root.Names = new(
            Dictionary(
                Dests=_name_tree(self.whole, self.destinations),
                EmbeddedFiles=_name_tree(self.whole, self.files),
            )
        )
        root.AF = Array(self.associated)
        root.Outlines = self.outline()
        root.PageMode = Name.UseOutlines
        if right_to_left:
            root.ViewerPreferences.Direction = Name.R2L
        roman, decimal = Dictionary(S=Name.r), Dictionary(S=Name.D)
        root.PageLabels = Dictionary(Nums=Array([0, roman, self.front_pages, decimal]))

    def outline(self) -> Any:
        """Chain the bookmarks at the top: the front's, then each brief with its own."""
        outline = self.whole.make_indirect(Dictionary(Type=Name.Outlines))
        items = self.bookmarks
        for index, item in enumerate(items):
            item.Parent = outline
            for key, at in (("/Prev", index - 1), ("/Next", index + 1)):
                if 0 <= at < len(items):
                    item[key] = items[at]
                elif key in item:
                    del item[key]
        if items:
            outline.First, outline.Last = items[0], items[-1]
        outline.Count = sum(1 + max(0, int(item.get("/Count", 0))) for item in items)
        return outline


def _first(pair: tuple[int, Any]) -> int:
    return pair[0]


def _only_kid(tree: Any) -> Any:
    """The Document element of a file."""
    (kid,) = tree.K if isinstance(tree.K, Array) else [tree.K]
    return kid


def _elements(element: Any) -> Iterator[Any]:
    """Walk the structure elements below one, and itself."""
    waiting = [element]
    while waiting:
        found = waiting.pop()
        yield found
        kids = found.get("/K", [])
        waiting += [
            kid
            for kid in (kids if isinstance(kids, Array) else [kids])
            if isinstance(kid, Dictionary) and "/S" in kid
        ]


def _prefix_ids(element: Any, prefix: str) -> None:
    if "/ID" in element:
        element.ID = String(prefix.encode() + bytes(element.ID))
    attributes = element.get("/A", [])
    for one in attributes if isinstance(attributes, Array) else [attributes]:
        if "/Headers" in one:
            one.Headers = Array(String(prefix.encode() + bytes(h)) for h in one.Headers)


def _numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    """Read a number tree (ISO 32000-1, 7.9.7)."""
    flat = list(tree.get("/Nums", []))
    yield from ((int(n), owner) for n, owner in zip(flat[::2], flat[1::2], strict=True))
    for kid in tree.get("/Kids", []):
        yield from _numbers(kid)


def _pairs(tree: Any) -> Iterator[tuple[bytes, Any]]:
    """Read a name tree (ISO 32000-1, 7.9.6); there may be none."""
    if tree is None:
        return
    flat = list(tree.get("/Names", []))
    yield from ((bytes(name), of) for name, of in zip(flat[::2], flat[1::2], strict=True))
    for kid in tree.get("/Kids", []):
        yield from _pairs(kid)


def _name_tree(pdf: pikepdf.Pdf, named: Mapping[bytes, Any]) -> Any:
    """Write a name tree of one node, in the order of bytes that viewers search in."""
    names = (part for name in sorted(named) for part in (String(name), named[name]))
    return pdf.make_indirect(Dictionary(Names=Array(names)))


def _top_items(outline: Any) -> list[Any]:
    return [item for level, item in _items(outline) if level == 1]


def _items(outline: Any, level: int = 1) -> Iterator[tuple[int, Any]]:
    """Walk the items of an outline as a viewer shows them, with their levels."""
    item = outline.get("/First") if outline is not None else None
    while item is not None:
        yield level, item
        yield from _items(item, level + 1)
        item = item.get("/Next")
