"""Compare the metadata of a PDF with the content that it was made from.

Output: a list of faults. Covers the XMP packet, the document information that must not
contradict it, what a viewer shows (title, bookmarks, page labels), and the embedded files.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, NameTree

from pipeline.content.attached_yaml import export_charts
from pipeline.model.fields import in_language
from pipeline.model.pdf_identity import PdfIdentity
from pipeline.model.schema import DataRow
from tools.conformance.corpus import Made, read_again
from tools.conformance.script import correction_labels, plain
from tools.conformance.speech import squeeze

_UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"
# The document information and the XMP that must say the same (ISO 19005-1, 6.7.3).
_TWINS = {
    "/Title": "dc:title",
    "/Author": "dc:creator",
    "/Subject": "dc:description",
    "/Keywords": "pdf:Keywords",
    "/Creator": "xmp:CreatorTool",
    "/Producer": "pdf:Producer",
    "/CreationDate": "xmp:CreateDate",
    "/ModDate": "xmp:ModifyDate",
}


def find_misstatements(pdf: pikepdf.Pdf, made: Made) -> list[str]:
    """List the wrong and missing metadata of a file."""
    return [
        *_packet_faults(pdf, made),
        *identity_faults(pdf, made.path.stem),
        *twin_faults(pdf),
        *_viewer_faults(pdf, made),
        *_bookmark_faults(pdf, made),
        *_attachment_faults(pdf, made),
    ]


# --- Metadata ---


def _packet_faults(pdf: pikepdf.Pdf, made: Made) -> Iterator[str]:
    packet = dict(pdf.open_metadata().items())
    said = {name: _text(packet.get(_xmp(name))) for name in _expected(made)}
    said["pdfuaid:part"] = _text(packet.get(_UA_PART))
    for name, expected in {**_expected(made), "pdfuaid:part": "1"}.items():
        if squeeze(said[name]) != squeeze(expected):
            yield f'{name} is "{said[name]}", not "{expected}"'


def _expected(made: Made) -> dict[str, str]:
    """Return the required values of the packet; "" for a property that must be absent."""
    version, facts = made.edition.versions[made.language], made.edition.facts
    languages = made.language, made.series.default_language
    name = in_language(made.series.publisher.name, *languages)[0]
    publisher = plain(name)
    issued = str(facts.issued or "")
    modified = max((str(c.date) for c in facts.corrections), default=issued)
    newest = correction_labels(facts, made.language)[-1:]
    return {
        "pdfaid:part": "3",
        "pdfaid:conformance": "A",
        "dc:title": plain(version.title) + "".join(f" ({label})" for label in newest),
        "dc:description": plain(version.standfirst),
        "dc:creator": publisher,
        "dc:publisher": publisher,
        "dc:language": made.language,
        "dc:coverage": str(made.edition.information_date),
        "dc:identifier": facts.symbol or "",
        "dc:rights": made.series.licence or "",
        "dc:date": issued,
        "dc:subject": _text({in_language(one, *languages)[0] for one in facts.subjects}),
        "xmp:CreateDate": issued,
        "xmp:ModifyDate": modified,
        "xmp:CreatorTool": "Briefs",
    }


def identity_faults(pdf: pikepdf.Pdf, document: str) -> Iterator[str]:
    """Check the name of the document, its codes and its tools: see `verify`."""
    packet = pdf.Root.Metadata.read_bytes() if "/Metadata" in pdf.Root else b""
    identity = PdfIdentity.from_xmp(packet) or PdfIdentity()
    if identity.document != document or not (identity.codes and identity.toolchain):
        yield f"the identity is {identity}"


def twin_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    """List the values in which XMP and the document information differ."""
    packet = dict(pdf.open_metadata().items())
    for key, name in _TWINS.items():
        info, xmp = str(pdf.docinfo.get(key, "")), _text(packet.get(_xmp(name)))
        if "Date" in key:
            xmp = re.sub(r"\D", "", xmp)
            info = info.removeprefix("D:")
        if info != xmp:
            yield f'{key} is "{info}", but {name} is "{xmp}"'


def _xmp(name: str) -> str:
    """Write a prefixed name as pikepdf keys it."""
    prefix, _, local = name.partition(":")
    spaces = {
        "dc": "http://purl.org/dc/elements/1.1/",
        "pdf": "http://ns.adobe.com/pdf/1.3/",
        "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
    }
    return f"{{{spaces[prefix]}}}{local}"


def _text(value: Any) -> str:
    """Write a value of the packet as text; a set has no order of its own."""
    if isinstance(value, set | list):
        return "; ".join(sorted(map(str, value)))
    return str(value or "")


# --- What a viewer shows ---


def _viewer_faults(pdf: pikepdf.Pdf, made: Made) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle"):
        yield "the window does not show the title (DisplayDocTitle)"
    if root.get("/Lang") != made.language:
        yield f"the language is {root.get('/Lang')}, not {made.language}"
    labels = root.get("/PageLabels", Dictionary()).get("/Nums")
    if labels is None or int(labels[0]) != 0 or labels[1].get("/S") != Name.D:
        yield "the pages are not labelled 1, 2, 3 (PageLabels)"


def _bookmark_faults(pdf: pikepdf.Pdf, made: Made) -> Iterator[str]:
    version = made.edition.versions[made.language]
    wanted = [version.title, *(section.heading for section in version.sections)]
    pages = {page.obj.objgen for page in pdf.pages}
    with pdf.open_outline() as outline:
        items = [item for top in outline.root for item in (top, *top.children)]
        titles = iter([squeeze(item.title) for item in items])
        for heading in (plain(text) for text in wanted):
            if squeeze(heading) not in titles:  # searches on from the one before
                yield f'no bookmark "{heading}" in its place'
        for item in items:
            target: Any = item.destination
            if target is None or target[0].objgen not in pages:
                yield f'the bookmark "{item.title}" leads to no page'


# --- Embedded files ---


@dataclass(frozen=True)
class Embedded:
    """One file inside a PDF."""

    relationship: str
    dates: tuple[str, str]
    data: bytes


def embedded_files(pdf: pikepdf.Pdf) -> dict[str, Embedded]:
    """Read the embedded files, by name."""
    names = pdf.Root.get("/Names", Dictionary()).get("/EmbeddedFiles")
    files = {}
    for name, file in NameTree(names).items() if names is not None else ():
        stream = file.EF.F
        files[str(name)] = Embedded(
            str(file.get("/AFRelationship", "")),
            (str(stream.Params.CreationDate), str(stream.Params.ModDate)),
            stream.read_bytes(),
        )
    return files


def _attachment_faults(pdf: pikepdf.Pdf, made: Made) -> Iterator[str]:
    files = embedded_files(pdf)
    yield from list_faults(pdf, files)
    edition, version = made.edition, made.edition.versions[made.language]
    stem, dated = made.path.stem, f"D:{edition.information_date.first_day:%Y%m%d}000000Z"
    figures = [figure for figure, _ in export_charts(version, edition.data)]
    wanted = attachments_of(made)
    if {name: file.relationship for name, file in files.items()} != wanted:
        yield f"embedded are {sorted(files)}, not {sorted(wanted)}"
        return
    for name, file in files.items():
        if file.dates != (dated, dated):
            yield f"{name} is dated {file.dates}, not {dated}"
        for remark in _remarks(made):
            if remark in file.data.decode():
                yield f'{name} holds the remark "{remark}"'
    for number, (_, rows) in enumerate(export_charts(version, edition.data), 1):
        if _read_csv(files[f"{stem}_figure-{number}.csv"].data) != list(rows):
            yield f"the rows of figure {number} are other ones"
    # What is embedded must be enough to make the brief again, but for its pictures.
    content = {
        "edition.yaml": files[f"{stem}_edition.yaml"].data,
        f"{made.language}.yaml": files[f"{stem}_{made.language}.yaml"].data,
    } | {
        figure.data.file: files[f"{stem}_figure-{number}.csv"].data
        for number, figure in enumerate(figures, 1)
        if figure.data.file
    }
    with tempfile.TemporaryDirectory() as folder:
        again = read_again(Path(folder), made, content)
    if again is None:
        yield "what is embedded cannot be read as content"
    elif (again.facts, again.versions[made.language]) != (edition.facts, version):
        yield "what is embedded reads as another brief"


def attachments_of(made: Made) -> dict[str, str]:
    """The files that belong into the PDF of a brief, each with its relationship."""
    edition, stem = made.edition, made.path.stem
    figures = list(export_charts(edition.versions[made.language], edition.data))
    wanted = {f"{stem}_{name}.yaml": "/Source" for name in ("edition", made.language)}
    return wanted | {f"{stem}_figure-{n}.csv": "/Data" for n in range(1, len(figures) + 1)}


def _read_csv(data: bytes) -> list[DataRow]:
    reader = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return [{key: value or None for key, value in row.items()} for row in reader]


def list_faults(pdf: pikepdf.Pdf, files: dict[str, Embedded]) -> Iterator[str]:
    """Check the two lists of embedded files against each other."""
    listed = [str(file.F) for file in pdf.Root.get("/AF", [])]
    if sorted(listed) != sorted(files):
        yield f"the catalogue lists as associated files (AF) {listed}"
    names = pdf.Root.get("/Names", Dictionary()).get("/EmbeddedFiles", Dictionary())
    keys = [bytes(name) for name in list(names.get("/Names", []))[::2]]
    if keys != sorted(keys):
        # A viewer may look names up by bisection (ISO 32000-1, 7.9.6).
        yield f"the names of the embedded files are not in order: {keys}"


def _remarks(made: Made) -> Iterator[str]:
    """The comments that the author wrote into the files of this document."""
    for name in (made.document.source, f"{Path(made.document.source).parent}/edition.yaml"):
        path = made.project.root / name
        for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
            if comment := re.search(r"(?:^|\s)#\s*(.{10,})$", line):
                yield comment[1]
