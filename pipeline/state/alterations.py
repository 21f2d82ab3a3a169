"""Find how a PDF was altered: from the PDF alone, and by comparison with the built file.

Only names, compressed bytes and the texts of the metadata are compared.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from pipeline.model.pdf_identity import PdfIdentity
from pipeline.model.profiles import PROFILES
from pipeline.state.file_hashes import hash_bytes

# An attachment of a brief: the name of its document, and that of its content.
_ATTACHMENT = re.compile(
    r"(?P<document>[a-z0-9-]+_[0-9-]+_(?P<language>[A-Za-z-]+?)(_[a-z0-9-]+)?)"
    r"_((?P<content>edition|(?P=language))\.yaml|figure-(?P<number>[0-9]{1,3})\.csv)"
)
_PACK_NAME = re.compile(r"[0-9]+_.+", re.ASCII)
# As in `RedlineFile`: the slug, the old and the new edition, the language.
_REDLINE_NAME = re.compile(r"([a-z0-9-]+)_([0-9][a-z0-9-]*)_([0-9][a-z0-9-]*)_([A-Za-z-]+)")
# The limits of this program: characters of a text in the metadata (the codes of 1,600
# editions), and bytes of a packet.
MAX_TEXT, _MAX_PACKET = 20_000, 200_000
# The most compressed bytes of a blank page, and the most differences that are listed.
_MAX_BLANK_PAGE_BYTES, _MAX_LISTED = 16, 5


def read_identity(pdf: pikepdf.Pdf) -> PdfIdentity | None:
    """Read the identity of a document; None for a file of another program.

    A file whose texts are too long is not of this program.
    """
    packet = pdf.Root.get("/Metadata")
    identity = None
    if isinstance(packet, Stream) and len(packet.read_raw_bytes()) <= _MAX_PACKET:
        identity = PdfIdentity.from_xmp(packet.read_bytes())
    if identity is None:
        texts = {k: str(v) for k, v in pdf.docinfo.items() if isinstance(v, pikepdf.String)}
        identity = PdfIdentity.from_information(texts)
    if identity is None or max(len(identity.document), len(identity.codes)) > MAX_TEXT:
        return None
    return identity


def document_of(attachments: Collection[str]) -> str:
    """Return the document of an attached order, or that most attachments name; else ""."""
    for name in attachments:
        if name.endswith("_order.csv"):
            return name.removesuffix(".csv")
    matches = filter(None, map(_ATTACHMENT.fullmatch, attachments))
    documents = Counter(match["document"] for match in matches)
    return next((document for document, _ in documents.most_common(1)), "")


def find_alterations(pdf: pikepdf.Pdf, document: str) -> Iterator[str]:
    """Describe features that no PDF of this program has, whatever it was built from."""
    print_profiles = [p.name for p in PROFILES.values() if p.is_for_print_only]
    if not document.endswith(tuple(f"_{name}" for name in print_profiles)):
        yield from _first_listed(list(_attachment_faults(_attachment_names(pdf), document)))
        if "/StructTreeRoot" not in pdf.Root:
            yield "its tags were removed"
    if all(map(_is_blank, pdf.pages)):
        yield "its pages are blank"


def _attachment_names(pdf: pikepdf.Pdf) -> set[str]:
    """Return the names of attachments: their keys, and the names that viewers show."""
    named = pdf.attachments.items()
    return {name for key, attached in named for name in (key, attached.filename)}


def _attachment_faults(attachments: Collection[str], document: str) -> Iterator[str]:
    if not attachments:
        yield "its attachments were removed"
        return
    expected = _expected_attachments(attachments, document)
    for name in sorted(expected - set(attachments)):
        yield f"the attachment {name} was removed or renamed"
    for name in sorted(set(attachments) - expected):
        yield f"the attachment {name} was added or renamed"


def _expected_attachments(attachments: Collection[str], document: str) -> set[str]:
    """Name the attachments of a document; a pack also has those of its briefs."""
    if document.endswith("_order"):
        return {f"{document}.csv"}
    if match := _REDLINE_NAME.fullmatch(document):
        slug, *editions, language = match.groups()
        return {f"{slug}_{edition}_{language}.yaml" for edition in editions}
    is_pack = bool(_PACK_NAME.fullmatch(document))
    expected = {f"{document}_session.yaml"} if is_pack else {f"{document}_edition.yaml"}
    for match in filter(None, map(_ATTACHMENT.fullmatch, attachments)):
        brief, number = match["document"], int(match["number"] or 0)
        if is_pack or brief == document:
            expected |= {f"{brief}_edition.yaml", f"{brief}_{match['language']}.yaml"}
            expected |= {f"{brief}_figure-{n}.csv" for n in range(1, number + 1)}
    return expected


def _first_listed(differences: list[str]) -> Iterator[str]:
    yield from differences[:_MAX_LISTED]
    if len(differences) > _MAX_LISTED:
        yield f"{len(differences) - _MAX_LISTED} more"


def _is_blank(page: pikepdf.Page) -> bool:
    """Whether a page has no content, or neither text nor a picture or form."""
    resources = page.obj.get("/Resources")
    names = resources.keys() if isinstance(resources, Dictionary) else ()
    has_marks = not {"/Font", "/XObject"}.isdisjoint(names)
    length = sum(len(stream.read_raw_bytes()) for stream in _content_streams(page))
    return not has_marks or length <= _MAX_BLANK_PAGE_BYTES


def find_differences(pdf: pikepdf.Pdf, original: bytes) -> Iterator[str]:
    """Describe how a PDF differs from the one that was built."""
    with pikepdf.open(BytesIO(original)) as built:
        before, after = _hash_parts(built), _hash_parts(pdf)
    missing = {before[name]: name for name in before if name not in after}
    differences = []
    for name, part_hash in after.items():
        if name not in before:
            old = missing.pop(part_hash, "")
            differences.append(f"{old} is called {name}" if old else f"{name} was added")
        elif before[name] != part_hash:
            differences.append(f"{name} differs")
    differences += [f"{name} was removed" for name in missing.values()]
    yield from _first_listed(differences)


def _hash_parts(pdf: pikepdf.Pdf) -> Mapping[str, str]:
    """Hash the attachments, pages and metadata of a PDF, by name."""
    parts: dict[str, str] = {}
    hashes: dict[tuple[int, int], str] = {}

    def hash_of(stream: pikepdf.Object) -> str:
        if stream.objgen not in hashes:
            hashes[stream.objgen] = hash_bytes(stream.read_raw_bytes())
        return hashes[stream.objgen]

    for name, specification in pdf.attachments.items():
        parts[f"the attachment {name}"] = hash_of(specification.get_file().obj)
    for number, page in enumerate(pdf.pages, 1):
        parts[f"page {number}"] = " ".join(map(hash_of, _content_streams(page)))
    if identity := read_identity(pdf):
        parts["the identity in its metadata"] = hash_bytes(repr(identity).encode())
    for key, value in pdf.docinfo.items():
        parts[f'the entry "{key[1:]}" of its information'] = hash_bytes(str(value).encode())
    return parts


def _content_streams(page: pikepdf.Page) -> list[Stream]:
    contents = page.obj.get(Name.Contents)
    streams = list(contents) if isinstance(contents, Array) else [contents]
    return [stream for stream in streams if isinstance(stream, Stream)]
