"""Every class of defect: how it is planted, and which checkers must report it.

A gate that was never seen to fail proves nothing. So each defect is planted into a good
file of ours, or into the project that the file is built from, and the table says exactly
which checkers report it. If one fewer does, a check no longer works; if one more does, the
defect is another one.
"""

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NumberTree, Operator, Pdf, String

from tools.conformance.reading import in_logical_order, read

UA, A3, CLOSURE, SPEECH = "verapdf-ua1", "verapdf-3a", "closure", "speech"
LINKS = "links"
SEARCH, METADATA, PAGE, OUTLOUD = "search", "metadata", "page", "outloud"
BUILD = "build"

# The hard cases that defects are planted into.
GOOD, ARABIC = "hard_cases/small_2017_en", "hard_cases/arabic_2017_ar"

Plant = Callable[[Pdf], None]
Edit = Callable[[str], str]


@dataclass(frozen=True)
class Defect:
    """One way to be wrong.

    `caught_by` are the checkers that find it; one of them must say `sign`: the rule of
    veraPDF, or words of the build's message. The file is changed by `plant` and by how it
    is `saved`; or the project is, before it is built: `edit` gives the new text of `file`,
    from an empty one when it was not there. `good` is the document to begin with.
    """

    name: str
    what: str
    caught_by: frozenset[str]
    sign: str = ""
    plant: Plant = lambda pdf: None
    saved: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    edit: Edit = lambda text: text
    good: str = GOOD


DEFECTS: list[Defect] = []


def _planted(
    what: str, *caught_by: str, sign: str = "", good: str = GOOD, **saved: Any
) -> Callable[[Plant], Plant]:
    """Enter a function into the table: it plants a defect that is named like it."""

    def enter(plant: Plant) -> Plant:
        name = plant.__name__.strip("_").replace("_", "-")
        by = frozenset(caught_by)
        DEFECTS.append(Defect(name, what, by, sign, plant, saved, good=good))
        return plant

    return enter


def write(defect: Defect, good: Path, target: Path) -> None:
    """Write a copy of a good file with a defect in it."""
    with pikepdf.open(good) as pdf:
        defect.plant(pdf)
        # Encrypted files take their key from a random ID; all others stay the same.
        saved = {"deterministic_id": "encryption" not in defect.saved, **defect.saved}
        pdf.save(target, fix_metadata_version=False, **saved)


# --- Finding one's way in a file ---


def elements(pdf: Pdf, *roles: str) -> list[Any]:
    """Every structure element of some roles, or of all, in reading order."""
    found = _below(pdf.Root.StructTreeRoot)
    return [e for e in found if not roles or str(e.S).lstrip("/") in roles]


def _below(element: Any) -> Iterator[Any]:
    kids = element.get("/K")
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from _below(kid)


def _objects(pdf: Pdf, kind: str) -> list[Any]:
    values: list[Any] = list(pdf.objects)
    return [t for t in values if isinstance(t, Dictionary) and t.get("/Type") == kind]


def _paragraph(pdf: Pdf) -> tuple[Any, int]:
    """A paragraph that is one piece of the first page, and the number of that piece."""
    first = pdf.pages[0].obj.objgen
    for element in elements(pdf, "P"):
        kids = list(element.K)
        alone = len(kids) == 1 and not isinstance(kids[0], Dictionary)
        if alone and element.Pg.objgen == first:
            return element, int(kids[0])
    raise LookupError("no paragraph on the first page")


def _mark(pdf: Pdf, mcid: int, tag: Name, properties: Dictionary) -> None:
    """Mark a piece of content of the first page in another way."""
    instructions: list[Any] = list(pikepdf.parse_content_stream(pdf.pages[0]))
    for index, (operands, operator) in enumerate(instructions):
        if str(operator) == "BDC" and operands[1].get("/MCID") == mcid:
            instructions[index] = ([tag, properties], Operator("BDC"))
    content = pikepdf.unparse_content_stream(instructions)
    pdf.pages[0].Contents = pdf.make_stream(content)


def _hide(pdf: Pdf, mcid: int) -> None:
    """Mark a piece of content of the first page as decoration."""
    _mark(pdf, mcid, Name.Artifact, Dictionary())


def _draw(pdf: Pdf, operators: bytes) -> None:
    """Draw something on the first page, outside of all tags."""
    pdf.pages[0].contents_add(pdf.make_stream(operators))


def cut_packet(pdf: Pdf, pattern: bytes) -> None:
    packet, count = re.subn(pattern, b"", pdf.Root.Metadata.read_bytes(), flags=re.S)
    if not count:
        raise LookupError(f"no {pattern!r} in the metadata")
    pdf.Root.Metadata.write(packet)


def _remove(values: list[Any], *keys: str) -> None:
    """Remove keys from dictionaries; one of them must have been there."""
    removed = False
    for value in values:
        for key in keys:
            if key in value:
                del value[key]
                removed = True
    if not removed:
        raise LookupError(f"none of {keys} is there")


# --- The table: what a validator can see ---


@_planted("Nothing: the good file, opened and saved")
def _none(pdf: Pdf) -> None:
    pass


@_planted("Pictures have no alternative text", UA, SPEECH, PAGE, OUTLOUD, sign="7.3-1")
def _no_alt(pdf: Pdf) -> None:
    _remove(elements(pdf, "Figure"), "/Alt")


@_planted("The alternative text is a file name", SPEECH, OUTLOUD)
def _file_name_as_alt(pdf: Pdf) -> None:
    for figure in elements(pdf, "Figure"):
        figure.Alt = String("square.png")


@_planted("The document has no title", UA, METADATA, PAGE, OUTLOUD, sign="7.1-9")
def _no_title(pdf: Pdf) -> None:
    cut_packet(pdf, rb"<dc:title>.*?</dc:title>")
    del pdf.docinfo["/Title"]


@_planted("No language is given", UA, METADATA, PAGE, OUTLOUD, sign="7.2-33")
def _no_language(pdf: Pdf) -> None:
    _remove([pdf.Root], "/Lang")


@_planted("The language tag is invalid", UA, A3, METADATA, PAGE, OUTLOUD, sign="7.2-29")
def _bad_language(pdf: Pdf) -> None:
    pdf.Root.Lang = String("english!!")


@_planted("A level of headings is skipped", UA, SPEECH, PAGE, OUTLOUD, sign="7.4.2-1")
def _heading_skip(pdf: Pdf) -> None:
    for heading in elements(pdf, "H3"):
        heading.S = Name.H5


@_planted("The reading order is reversed", UA, SPEECH, PAGE, OUTLOUD, sign="7.4.2-1")
def _reversed_order(pdf: Pdf) -> None:
    document = elements(pdf, "Document")[0]
    document.K = Array(reversed(list(document.K)))


@_planted(
    "A row of a table has more columns than the others", UA, PAGE, OUTLOUD, sign="7.2-42"
)
def _ragged_table(pdf: Pdf) -> None:
    elements(pdf, "TD")[0].A.ColSpan = 2


@_planted("A table has no header cells", SPEECH, OUTLOUD)
def _no_heads(pdf: Pdf) -> None:
    for head in elements(pdf, "TH"):
        head.S = Name.TD
    _remove(elements(pdf, "TD"), "/A")


@_planted("Table cells refer to headers that do not exist", SPEECH)
def _lost_heads(pdf: Pdf) -> None:
    for head in elements(pdf, "TH"):
        head.S = Name.TD


@_planted("Text is not tagged", UA, PAGE, OUTLOUD, sign="7.1-3")
def _untagged_text(pdf: Pdf) -> None:
    name, font = next(iter(pdf.pages[0].Resources.Font.items()))
    code = re.findall(rb"\n<(\w{4})>", font.ToUnicode.read_bytes())[1]
    _draw(pdf, b"BT %s 12 Tf 1 0 0 1 100 60 Tm <%s> Tj ET" % (name.encode(), code))


@_planted("A drawing is not tagged", UA, PAGE, OUTLOUD, sign="7.1-3")
def _untagged_drawing(pdf: Pdf) -> None:
    _draw(pdf, b"0 0 1 rg 100 100 50 50 re f")


@_planted("Fonts are not embedded", UA, A3, PAGE, OUTLOUD, sign="7.21.4.1-1")
def _font_not_embedded(pdf: Pdf) -> None:
    _remove(_objects(pdf, "/FontDescriptor"), "/FontFile2", "/FontFile3")


@_planted(
    "Fonts have no mapping to Unicode",
    UA,
    A3,
    SPEECH,
    SEARCH,
    PAGE,
    OUTLOUD,
    sign="7.21.7-1",
)
def _no_unicode(pdf: Pdf) -> None:
    _remove(_objects(pdf, "/Font"), "/ToUnicode")


@_planted(
    "The window title is the file name, not the title",
    UA,
    METADATA,
    PAGE,
    OUTLOUD,
    sign="7.1-10",
)
def _no_window_title(pdf: Pdf) -> None:
    _remove([pdf.Root], "/ViewerPreferences")


@_planted("There is no metadata", UA, A3, METADATA, PAGE, OUTLOUD, sign="7.1-8")
def _no_metadata(pdf: Pdf) -> None:
    _remove([pdf.Root], "/Metadata")


@_planted("The file does not claim PDF/UA", UA, METADATA, PAGE, OUTLOUD, sign="5-1")
def _no_ua_mark(pdf: Pdf) -> None:
    cut_packet(pdf, rb'<rdf:Description rdf:about="" pdfuaid:part="1" ?/>')


@_planted("The file does not claim PDF/A", A3, METADATA, PAGE, sign="6.6.4-1")
def _no_a_mark(pdf: Pdf) -> None:
    cut_packet(pdf, rb'<rdf:Description rdf:about="" pdfaid:[^>]*?/>')


@_planted(
    "The order of links is not that of the structure", UA, PAGE, OUTLOUD, sign="7.18.3-1"
)
def _no_tab_order(pdf: Pdf) -> None:
    _remove([page.obj for page in pdf.pages], "/Tabs")


@_planted(
    "Links are not part of the structure",
    *(UA, CLOSURE, LINKS, PAGE, OUTLOUD),
    sign="7.18.5-1",
)
def _untagged_links(pdf: Pdf) -> None:
    annotations = [a for page in pdf.pages for a in page.obj.get("/Annots", [])]
    _remove(annotations, "/StructParent")
    for link in elements(pdf, "Link"):
        kids = list(link.K)
        link.K = Array(k for k in kids if not (_is_dictionary(k) and "/Obj" in k))


def _is_dictionary(kid: Any) -> bool:
    return isinstance(kid, Dictionary)


@_planted("Links are described by numbers", LINKS, sign="has no words")
def _numbers_as_descriptions(pdf: Pdf) -> None:
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", []):
            annotation.Contents = String("3")


@_planted("A link has two annotations on one line", LINKS, sign="annotations on")
def _two_annotations(pdf: Pdf) -> None:
    link = next(e for e in elements(pdf, "Link") if len(e.K) > 1)
    page = next(kid for kid in link.K if _is_dictionary(kid) and "/Obj" in kid).Pg
    first = next(kid for kid in link.K if _is_dictionary(kid) and "/Obj" in kid).Obj
    twin = pdf.make_indirect(Dictionary(first))
    tree = pdf.Root.StructTreeRoot
    twin.StructParent = int(tree.ParentTreeNextKey)
    tree.ParentTree.Nums.extend([twin.StructParent, link])
    tree.ParentTreeNextKey = twin.StructParent + 1
    page.Annots.append(twin)
    link.K.append(Dictionary(Type=Name.OBJR, Pg=page, Obj=twin))


@_planted("The parent tree is missing", UA, CLOSURE, PAGE, sign="7.1-3")
def _no_parent_tree(pdf: Pdf) -> None:
    _remove([pdf.Root.StructTreeRoot], "/ParentTree")


@_planted("There is no structure", UA, A3, CLOSURE, SPEECH, PAGE, OUTLOUD, sign="7.1-11")
def _no_structure(pdf: Pdf) -> None:
    _remove([pdf.Root], "/StructTreeRoot")


@_planted("The file is not marked as tagged", UA, A3, PAGE, OUTLOUD, sign="6.2-1")
def _not_marked(pdf: Pdf) -> None:
    _remove([pdf.Root], "/MarkInfo")


@_planted("Document information and metadata have different titles", METADATA, OUTLOUD)
def _two_titles(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = "Another title"


@_planted("There is no output intent, so colours are undefined", A3, PAGE, sign="6.2.4.3-2")
def _no_output_intent(pdf: Pdf) -> None:
    _remove([pdf.Root], "/OutputIntents")


@_planted("A script runs when the file is opened", A3, PAGE, sign="6.5.1-1")
def _javascript(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


@_planted(
    "The file is encrypted",
    A3,
    PAGE,
    sign="6.1.3-2",
    encryption=pikepdf.Encryption(owner="x", user=""),
)
def _encrypted(pdf: Pdf) -> None:
    pass


@_planted(
    "Embedded files have no relationship to the document",
    A3,
    METADATA,
    PAGE,
    sign="6.8-3",
)
def _no_relationship(pdf: Pdf) -> None:
    _remove(list(pdf.Root.AF), "/AFRelationship")


# --- The table: what no validator sees ---


@_planted("A paragraph is marked as decoration and removed from the structure", SPEECH)
def _hidden_text(pdf: Pdf) -> None:
    paragraph, mcid = _paragraph(pdf)
    _hide(pdf, mcid)
    parent = paragraph.P
    kids = list(parent.K)
    parent.K = Array(k for k in kids if getattr(k, "objgen", None) != paragraph.objgen)
    rows = NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    row: Any = rows[int(pdf.pages[0].obj.StructParents)]
    row[mcid] = None


@_planted(
    "A paragraph is marked as decoration but still in the structure",
    CLOSURE,
    SPEECH,
)
def _hidden_text_in_structure(pdf: Pdf) -> None:
    _hide(pdf, _paragraph(pdf)[1])


@_planted("Two files are merged page by page", CLOSURE, OUTLOUD)
def _merged(pdf: Pdf) -> None:
    """With a copy of itself: its numbers are those of the first, so validators pass it."""
    copy = BytesIO()
    pdf.save(copy)
    with pikepdf.open(copy) as second, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of exactly this mistake
        pdf.pages.extend(second.pages)


@_planted("Comments of the author are embedded with the content", METADATA)
def _remarks_embedded(pdf: Pdf) -> None:
    _embed(pdf, "_en.yaml", lambda data: b"# A private remark of the author:\n" + data)


@_planted("The embedded data is not that of the chart", METADATA)
def _other_data(pdf: Pdf) -> None:
    _embed(pdf, ".csv", lambda data: data.replace(b"Berta", b"Carla"))


def _embed(pdf: Pdf, ending: str, edit: Callable[[bytes], bytes]) -> None:
    """Change the embedded file whose name ends so."""
    files: list[Any] = list(pdf.Root.AF)
    stream = next(file.EF.F for file in files if str(file.F).endswith(ending))
    stream.write(edit(stream.read_bytes()))


@_planted("There are no bookmarks", METADATA)
def _no_bookmarks(pdf: Pdf) -> None:
    _remove([pdf.Root], "/Outlines")


@_planted("Arabic words come out backwards when copied", SEARCH, good=ARABIC)
def _replaced_arabic(pdf: Pdf) -> None:
    """Replace Arabic glyphs by the same text, in the order that the standard asks for."""
    for mcid, piece in read(pdf).pages[0].content.items():
        text = piece.actual or in_logical_order(piece.glyphs, "ar")
        properties = Dictionary(MCID=mcid, ActualText=String(text))
        _mark(pdf, mcid, Name.Span, properties)


@_planted("A sentence belongs to two elements, and is read twice", CLOSURE, SPEECH, OUTLOUD)
def _heard_twice(pdf: Pdf) -> None:
    paragraph, mcid = _paragraph(pdf)
    heading = elements(pdf, "H1")[0]
    heading.K.append(Dictionary(Type=Name.MCR, Pg=paragraph.Pg, MCID=mcid))


@_planted(
    "A page is drawn through a form XObject, outside the structure",
    UA,
    CLOSURE,
    SPEECH,
    OUTLOUD,
    sign="7.1-3",
)
def _in_a_form(pdf: Pdf) -> None:
    page = pdf.pages[0].obj
    form = pdf.make_stream(page.Contents.read_bytes())
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox, form.Resources = page.MediaBox, page.Resources
    page.Resources = Dictionary(XObject=Dictionary(F=form))
    page.Contents = pdf.make_stream(b"/F Do")


# --- The table: defects of the project, which the build refuses or a gate must see ---


def _in_project(
    name: str, what: str, file: str, edit: Edit, *caught_by: str, sign: str = ""
) -> None:
    DEFECTS.append(Defect(name, what, frozenset(caught_by), sign, file=file, edit=edit))


def _swap(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        if old not in text:
            raise LookupError(f"no {old!r} in the file")
        return text.replace(old, new)

    return edit


_in_project(
    "alt-not-written",
    "The author gives a picture no alternative text",
    "content/small/2017/en.yaml",
    _swap(", alt: A square of colour.", ""),
    BUILD,
    sign='"alt" is missing',
)
_in_project(
    "opacity",
    "A style sheet makes text translucent, so it is drawn through a form XObject",
    "styles/components/zz.css",
    lambda _: ".lead { opacity: .5 }",
    BUILD,
    sign="content that is on no page",
)
_in_project(
    "text-in-margin",
    "A style sheet moves a text of the brief into the margin",
    "styles/components/zz.css",
    lambda _: (
        """
        @page { @top-center { content: element(x) } }
        .lead { position: running(x) }
    """
    ),
    BUILD,
    sign="the reading order differs from the HTML",
)
_in_project(
    "text-not-displayed",
    "A style sheet does not display a text of the brief",
    "styles/components/zz.css",
    lambda _: ".standfirst { display: none }",
    BUILD,
    sign="the reading order differs from the HTML",
)
_in_project(
    "text-hidden-by-template",
    "A template hides a text of the brief from screen readers",
    "templates/components/masthead.html",
    _swap('<p class="standfirst"', '<p aria-hidden="true" class="standfirst"'),
    SPEECH,
)
_in_project(
    "heading-skip-by-template",
    "A template skips a level of headings",
    "templates/components/box.html",
    _swap("h3>", "h4>"),
    BUILD,
    sign="a level is skipped",
)
