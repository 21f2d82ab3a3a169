"""The metadata is in the document information and in XMP, and both agree."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from xml.etree import ElementTree

import pikepdf
import pytest
from pikepdf import Pdf

from pipeline.model.pdf_identity import NAMESPACE, PdfIdentity
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import AttachedFile, render_pdf
from pipeline.problems import Place
from pipeline.project import BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# As templates/brief.html writes them.
META = {
    "author": "A publisher",
    "description": "A standfirst",
    "keywords": "trade, work",
    "generator": "Briefs",
    "dcterms.created": "2017-10-26",
    "dcterms.modified": "2017-10-27",
    "dcterms.publisher": "A publisher",
    "dcterms.language": "en",
    "dcterms.coverage": "2017-03",
    "dcterms.identifier": "GB.329/INS/5",
    "dcterms.date": "2017-10-26",
    "dcterms.rights": "CC-BY-4.0",
    "dcterms.subject": "trade; work",
    "InformationDate": "2017-03",
    "EditionCode": "HGZF4-6QK24",
    "DocumentSymbol": "GB.329/INS/5",
}
DATED = datetime(2017, 3, 1, tzinfo=UTC)
FILES = (
    AttachedFile(
        "brief_2017_fr_edition.yaml", b"{}\n", "Source", "Édition & <faits>", DATED
    ),
    AttachedFile("brief_2017_fr_fr.yaml", b"title: A\n", "Source", "الكلمات", DATED),
    AttachedFile(
        "brief_2017_fr_figure-1.csv", b"a,b\r\n1,2\r\n", "Data", "Figure 1: A", DATED
    ),
)
# Characters that need escaping or encoding in HTML, XMP or PDF.
HARD = "R&D <b>\"q\" 'r'</b> \\ (x] é ﬁ – عمل 贸易 😀"


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def write(
    meta: Mapping[str, str] = META,
    title: str = "A title",
    attached: tuple[AttachedFile, ...] = (),
    body: str = "<p>a</p>",
) -> Pdf:
    metas = "".join(f'<meta name="{n}" content="{escape(c)}">' for n, c in meta.items())
    html = (
        f'<!DOCTYPE html><html lang="en"><head><title>{escape(title)}</title>{metas}'
        f"</head><body style='font-family: Brief Sans'>{body}</body></html>"
    )
    toolchain = {"weasyprint": "70.0", "pango": "1.56.3"}
    painted, problems = render_pdf(
        *(html, lambda _: None, load_fonts(FONTS), Place, attached, toolchain),
        document_name="brief_2017_en",
    )
    assert problems == []
    return pikepdf.open(io.BytesIO(painted.pdf))


def packet(pdf: Pdf) -> ElementTree.Element:
    data = pdf.Root.Metadata.read_raw_bytes()
    assert data.startswith(b"<?xpacket begin=")
    assert data.endswith(b'<?xpacket end="r"?>')
    return ElementTree.fromstring(data)  # noqa: S314 – ours


def term(pdf: Pdf, name: str) -> tuple[str, list[str]]:
    """How XMP holds a term ("" for plain text), and its values."""
    (element,) = packet(pdf).iter(name)
    if not len(element):
        return "", [element.text or ""]
    (container,) = element
    return container.tag.removeprefix(RDF), [item.text or "" for item in container]


def test_a_file_identifies_itself_as_pdf_a_3a_and_pdf_ua_1() -> None:
    with write().open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata["pdfuaid:part"] == "1"


def test_each_schema_of_our_own_is_described_for_pdf_a() -> None:
    """ISO 19005-3, 6.6.2.3.3: the namespace, its prefix, and each property used of it."""
    root = packet(write())
    schema = "{http://www.aiim.org/pdfa/ns/schema#}"
    uris = [e.text for e in root.iter(f"{schema}namespaceURI")]
    assert uris == ["http://www.aiim.org/pdfua/ns/id/", NAMESPACE]
    assert [e.text for e in root.iter(f"{schema}prefix")] == ["pdfuaid", "briefs"]
    names = [e.text for e in root.iter("{http://www.aiim.org/pdfa/ns/property#}name")]
    own = tuple(f"{{{uri}}}" for uri in uris)
    used = [key for e in root.iter() for key in e.attrib if key.startswith(own)]
    assert sorted(key.rpartition("}")[2] for key in used) == sorted(map(str, names))


def test_an_output_intent_and_an_identifier_come_with_pdf_a() -> None:
    pdf = write()
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert "/ID" in pdf.trailer
    assert str(pdf.pdf_version) == "1.7"


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("/Title", f"{DC}title", "A title"),
        ("/Author", f"{DC}creator", "A publisher"),
        ("/Subject", f"{DC}description", "A standfirst"),
        ("/Keywords", "{http://ns.adobe.com/pdf/1.3/}Keywords", "trade, work"),
        ("/Creator", f"{XMP}CreatorTool", "Briefs"),
    ],
)
def test_information_and_xmp_agree(key: str, name: str, value: str) -> None:
    pdf = write()
    assert str(pdf.docinfo[key]) == value
    assert term(pdf, name)[1] == [value]


@pytest.mark.parametrize(
    ("key", "name", "date"),
    [
        ("/CreationDate", "CreateDate", "2017-10-26"),
        ("/ModDate", "ModifyDate", "2017-10-27"),
    ],
)
def test_both_places_have_the_same_dates_and_no_clock(
    key: str, name: str, date: str
) -> None:
    pdf = write()
    assert str(pdf.docinfo[key]) == "D:" + date.replace("-", "")
    assert term(pdf, XMP + name)[1] == [date]
    undated = write({"author": "A"})
    assert key not in undated.docinfo
    assert not list(packet(undated).iter(XMP + name))


@pytest.mark.parametrize(
    ("name", "container", "values"),
    [
        ("title", "Alt", ["A title"]),
        ("creator", "Seq", ["A publisher"]),
        ("description", "Alt", ["A standfirst"]),
        ("publisher", "Bag", ["A publisher"]),
        ("language", "Bag", ["en"]),
        ("coverage", "", ["2017-03"]),
        ("identifier", "", ["GB.329/INS/5"]),
        ("date", "Seq", ["2017-10-26"]),
        ("rights", "Alt", ["CC-BY-4.0"]),
        ("subject", "Bag", ["trade", "work"]),
    ],
)
def test_dublin_core_has_the_containers_of_xmp(
    name: str, container: str, values: list[str]
) -> None:
    pdf = write()
    assert term(pdf, DC + name) == (container, values)
    if container == "Alt":
        (item,) = next(packet(pdf).iter(DC + name))[0]
        assert item.get(LANG) == "x-default"


def test_missing_terms_are_not_written() -> None:
    root = packet(write({}))
    assert [e.tag for e in root.iter() if e.tag.startswith(DC)] == [f"{DC}title"]


def test_every_term_of_the_template_is_known() -> None:
    template = (BUNDLED / "templates" / "brief.html").read_text(encoding="utf-8")
    for name in META:
        assert f'<meta name="{name}"' in template
    assert template.count('<meta name="') == len(META)


def test_the_identity_is_in_xmp_and_not_in_the_information() -> None:
    pdf = write()
    assert PdfIdentity.from_xmp(pdf.Root.Metadata.read_bytes()) == PdfIdentity(
        document="brief_2017_en",
        codes="HGZF4-6QK24",
        information_date="2017-03",
        symbol="GB.329/INS/5",
        toolchain="pango 1.56.3, weasyprint 70.0",
    )
    keys = {"/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer"}
    assert set(pdf.docinfo.keys()) == keys | {"/CreationDate", "/ModDate"}


def test_special_characters_are_kept_in_both_places() -> None:
    subjects = ["R&D", "a < b", 'the "gap"', "عمل"]
    meta = META | {
        "author": HARD,
        "description": HARD,
        "keywords": ", ".join(subjects),
        "dcterms.publisher": HARD,
        "dcterms.subject": "; ".join(subjects),
        "DocumentSymbol": HARD,
    }
    pdf = write(meta, HARD)
    for key in ("/Title", "/Author", "/Subject"):
        assert str(pdf.docinfo[key]) == HARD
    identity = PdfIdentity.from_xmp(pdf.Root.Metadata.read_bytes())
    assert identity
    assert identity.symbol == HARD
    for name in ("title", "creator", "description", "publisher"):
        assert term(pdf, DC + name)[1] == [HARD]
    assert term(pdf, f"{DC}subject")[1] == subjects
    assert str(pdf.docinfo["/Keywords"]) == ", ".join(subjects)


@pytest.mark.parametrize(
    ("profile", "turned"),
    [("screen", False), ("office", True), ("large", True), ("a5", False)],
)
def test_a_printer_turns_sheets_of_two_pages_on_the_long_edge(
    profile: str, turned: bool
) -> None:
    html = f'<!DOCTYPE html><html lang=en class="{profile}"><title>T</title><p>Words'
    fonts = load_fonts(FONTS)
    rendered, _ = render_pdf(html, lambda _: None, fonts, lambda *_: Place("x"))
    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        preferences = pdf.Root.ViewerPreferences
        assert preferences.get("/Duplex") == ("/DuplexFlipLongEdge" if turned else None)
        assert preferences.DisplayDocTitle


def test_pages_are_labelled_by_their_numbers() -> None:
    pdf = write(body="<p>a</p><p style='break-before: page'>b</p>")
    assert [page.label for page in pdf.pages] == ["1", "2"]
    (first, style) = pdf.Root.PageLabels.Nums
    assert (int(first), str(style.S)) == (0, "/D")


def test_attached_files_keep_their_bytes() -> None:
    pdf = write(attached=FILES)
    assert {
        name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()
    } == {file.name: file.data for file in FILES}


def test_attached_files_have_types_and_dates() -> None:
    pdf = write(attached=FILES)
    specs = dict(pdf.attachments)
    for file in FILES:
        spec = specs[file.name].obj
        assert str(spec.AFRelationship) == f"/{file.relationship}"
        assert str(spec.UF) == str(spec.F) == file.name
        assert str(spec.Desc) == file.description
        parameters = spec.EF.F.Params
        assert (
            str(parameters.CreationDate) == str(parameters.ModDate) == "D:20170301000000Z"
        )
        assert int(parameters.Size) == len(file.data)
    kinds = {file.name[-4:]: str(specs[file.name].obj.EF.F.Subtype) for file in FILES}
    assert kinds == {"yaml": "/application/yaml", ".csv": "/text/csv"}


def test_each_attached_file_is_associated_once() -> None:
    """ISO 19005-3, 6.8: each file is associated with something."""
    pdf = write(attached=FILES)
    assert [str(spec.UF) for spec in pdf.Root.AF] == [file.name for file in FILES]


def test_the_names_of_attached_files_are_sorted() -> None:
    """ISO 32000-1, 7.9.6: or a reader does not find them."""
    pdf = write(attached=FILES)
    names = [str(name) for name in list(pdf.Root.Names.EmbeddedFiles.Names)[::2]]
    assert names == sorted(names)


def test_a_file_without_attachments_has_no_name_tree() -> None:
    pdf = write()
    assert "/AF" not in pdf.Root
    assert dict(pdf.attachments) == {}


def test_the_bookmark_of_a_broken_title_keeps_its_space() -> None:
    with write(body="<h1>Trade and jobs<br> on one agenda</h1>").open_outline() as outline:
        assert [item.title for item in outline.root] == ["Trade and jobs on one agenda"]
