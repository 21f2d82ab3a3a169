"""The defects of PDF/UA-2 files: planted into a converted file, as those of defects.py."""

from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf

from tools.conformance.defects import CLOSURE, SPEECH, Defect, Plant, cut_packet, elements
from tools.conformance.second_target import GOOD

UA2, A4, ACCESS, REUSE = "verapdf-ua2", "verapdf-4f", "verapdf-wt1a", "verapdf-wt1r"
TARGETS = "targets"
# The rules of PDF/UA-2 are those of WTPDF, but for what a file claims.
TAGGED = (UA2, ACCESS, REUSE)
DEFECTS_2: list[Defect] = []


def _planted(what: str, *caught_by: str, sign: str = "", **saved: Any) -> Any:
    def enter(plant: Plant) -> Plant:
        name = plant.__name__.strip("_").replace("_", "-")
        DEFECTS_2.append(
            Defect(name, what, frozenset(caught_by), sign, plant, saved, good=GOOD)
        )
        return plant

    return enter


def _notes(pdf: Pdf) -> list[Any]:
    return elements(pdf, "FENote")


def _actions(pdf: Pdf) -> list[Any]:
    annotations = (a for page in pdf.pages for a in page.obj.get("/Annots", []))
    return [a.A for a in annotations if "/A" in a and "/D" in a.A]


@_planted("Nothing: the converted file, opened and saved")
def _nothing(pdf: Pdf) -> None:
    pass


@_planted("Elements have no namespace", *TAGGED, sign="8.2.5.2-2")
def _no_namespace(pdf: Pdf) -> None:
    for element in elements(pdf):
        if "/NS" in element:
            del element.NS
    del pdf.Root.StructTreeRoot.Namespaces


@_planted("A note does not refer to its call", *TAGGED, sign="8.2.5.14-2")
def _note_without_ref(pdf: Pdf) -> None:
    for note in _notes(pdf):
        del note.Ref


@_planted("A call does not refer to its note", *TAGGED, sign="8.2.5.14-3")
def _call_without_ref(pdf: Pdf) -> None:
    for note in _notes(pdf):
        for call in note.Ref:
            del call.Ref


@_planted("Links lead to a position on a page", *TAGGED, TARGETS, sign="8.8-")
def _page_destinations(pdf: Pdf) -> None:
    for action in _actions(pdf):
        del action.SD


@_planted("A bookmark leads to an element of another page", TARGETS)
def _wrong_target(pdf: Pdf) -> None:
    pdf.Root.Outlines.First.A.SD = Array([elements(pdf, "P")[-1], Name.Fit])


@_planted("A list with labels claims to have none", *TAGGED, sign="8.2.5.25-1")
def _labels_unnamed(pdf: Pdf) -> None:
    for part in elements(pdf, "L"):
        part.A.ListNumbering = Name("/None")


@_planted("A caption is in the middle of its figure", *TAGGED, SPEECH, sign="8.2.5.27-1")
def _caption_in_the_middle(pdf: Pdf) -> None:
    for figure in elements(pdf, "Figure"):
        kids = list(figure.K)
        if len(kids) > 1:
            empty = [_empty(pdf, figure), _empty(pdf, figure)]
            figure.K = Array([empty[0], *kids, empty[1]])


def _empty(pdf: Pdf, parent: Any) -> Any:
    span = Dictionary(Type=Name.StructElem, S=Name.Span, P=parent, NS=parent.NS)
    return pdf.make_indirect(span)


@_planted("The document information is there", A4, sign="6.1.3-4")
def _information(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = "A title"


@_planted("The file does not claim PDF/UA-2", UA2, sign="5-1")
def _no_claim(pdf: Pdf) -> None:
    cut_packet(pdf, rb' pdfuaid:part="2" pdfuaid:rev="2024"')


@_planted("The file does not declare WTPDF", ACCESS, REUSE)
def _no_declaration(pdf: Pdf) -> None:
    cut_packet(pdf, rb"<pdfd:declarations>.*?</pdfd:declarations>")


@_planted("The file claims PDF/A-4 without attachments", A4, sign="6.7.3-")
def _no_f(pdf: Pdf) -> None:
    cut_packet(pdf, rb' pdfaid:conformance="F"')


@_planted("The file is PDF 1.7", *TAGGED, A4, SPEECH, sign="6.1-1", force_version="1.7")
def _old_version(pdf: Pdf) -> None:
    pass


@_planted("A note is not in the structure", CLOSURE, SPEECH, TARGETS)
def _note_lost(pdf: Pdf) -> None:
    for note in _notes(pdf):
        parent = note.P
        kept = [k for k in parent.K if getattr(k, "objgen", None) != note.objgen]
        parent.K = Array(kept)
