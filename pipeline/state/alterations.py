"""Find how a PDF of this program was altered: what no build makes, and what differs.

Only names, compressed bytes and the identity in the metadata are compared.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from pipeline.model.pdf_identity import PdfIdentity
from pipeline.model.profiles import PROFILES
from pipeline.state.fingerprints import digest

# An attachment of a brief: the name of its document, and that of its content.
_ATTACHMENT = re.compile(
    r"(?P<document>[a-z0-9-]+_[0-9-]+_(?P<language>[A-Za-z-]+?)(_[a-z0-9-]+)?)"
    r"_((?P<content>edition|(?P=language))\.yaml|figure-(?P<number>[0-9]{1,3})\.csv)"
)
_OF_SESSION = re.compile(r"[0-9]+_.+", re.ASCII)
# The limits of this program: characters of a text in the metadata (the codes of 1,600
# editions), and bytes of a packet.
MAX_TEXT, _MAX_PACKET = 20_000, 200_000
# The compressed bytes of an empty page, and how many differences are listed.
_EMPTY, _LISTED = 16, 5


def read_identity(pdf: pikepdf.Pdf) -> PdfIdentity | None:
    """Read the identity of a document; None for a file of another program.

    One whose texts are too long is not of this program.
    """
    packet = pdf.Root.get("/Metadata")
    found = None
    if isinstance(packet, Stream) and len(packet.read_raw_bytes()) <= _MAX_PACKET:
        found = PdfIdentity.from_xmp(packet.read_bytes())
    if found is None:
        texts = {k: str(v) for k, v in pdf.docinfo.items() if isinstance(v, pikepdf.String)}
        found = PdfIdentity.from_information(texts)
    if found is None or max(len(found.document), len(found.codes)) > MAX_TEXT:
        return None
    return found


def document_of(attachments: Collection[str]) -> str:
    """Give the document that attachments are named after, most of them; "" if none is."""
    for name in attachments:
        if name.endswith("_order.csv"):
            return name.removesuffix(".csv")
    matches = filter(None, map(_ATTACHMENT.fullmatch, attachments))
    documents = Counter(match["document"] for match in matches)
    return next((document for document, _ in documents.most_common(1)), "")


def find_contradictions(pdf: pikepdf.Pdf, document: str) -> Iterator[str]:
    """Describe what no file of this program is like, whatever it was built from."""
    is_for_print_only = any(
        profile.is_for_print_only and document.endswith(f"_{profile.name}")
        for profile in PROFILES.values()
    )
    if not is_for_print_only:
        yield from _first(list(_attachment_faults(_attachment_names(pdf), document)))
        if "/StructTreeRoot" not in pdf.Root:
            yield "its tags were removed"
    if all(map(_is_blank, pdf.pages)):
        yield "its pages are blank"


def _attachment_names(pdf: pikepdf.Pdf) -> set[str]:
    """Give the names of attachments: those of their list, and those that readers show."""
    named = pdf.attachments.items()
    return {name for key, attached in named for name in (key, attached.filename)}


def _attachment_faults(attachments: Collection[str], document: str) -> Iterator[str]:
    if not attachments:
        yield "its attachments were removed"
        return
    expected = _expected(attachments, document)
    for name in sorted(expected - set(attachments)):
        yield f"the attachment {name} was removed or renamed"
    for name in sorted(set(attachments) - expected):
        yield f"the attachment {name} was added or renamed"


def _expected(attachments: Collection[str], document: str) -> set[str]:
    """Name the attachments of a document; those of a pack are those of its briefs, too."""
    if document.endswith("_order"):
        return {f"{document}.csv"}
    is_pack = bool(_OF_SESSION.fullmatch(document))
    expected = {f"{document}_session.yaml"} if is_pack else {f"{document}_edition.yaml"}
    for match in filter(None, map(_ATTACHMENT.fullmatch, attachments)):
        brief, number = match["document"], int(match["number"] or 0)
        if is_pack or brief == document:
            expected |= {f"{brief}_edition.yaml", f"{brief}_{match['language']}.yaml"}
            expected |= {f"{brief}_figure-{n}.csv" for n in range(1, number + 1)}
    return expected


def _first(found: list[str]) -> Iterator[str]:
    yield from found[:_LISTED]
    if len(found) > _LISTED:
        yield f"{len(found) - _LISTED} more"


def _is_blank(page: pikepdf.Page) -> bool:
    """Whether a page has no content, or neither text nor a picture or form."""
    resources = page.obj.get("/Resources")
    has_marks = isinstance(resources, Dictionary) and bool(
        {"/Font", "/XObject"} & set(resources.keys())
    )
    length = sum(len(stream.read_raw_bytes()) for stream in _contents(page))
    return not has_marks or length <= _EMPTY


def find_differences(pdf: pikepdf.Pdf, original: bytes) -> Iterator[str]:
    """Describe how a PDF differs from the one that was built."""
    with pikepdf.open(BytesIO(original)) as built:
        before, after = _parts(built), _parts(pdf)
    lost = {before[name]: name for name in before if name not in after}
    found = []
    for name, hashed in after.items():
        if name not in before:
            was = lost.pop(hashed, "")
            found.append(f"{was} is called {name}" if was else f"{name} was added")
        elif before[name] != hashed:
            found.append(f"{name} differs")
    found += [f"{name} was removed" for name in lost.values()]
    yield from _first(found)


def _parts(pdf: pikepdf.Pdf) -> Mapping[str, str]:
    """Give the parts of a PDF that a reader sees, by name, each with a hash."""
    parts: dict[str, str] = {}
    hashes: dict[tuple[int, int], str] = {}

    def hash_of(stream: pikepdf.Object) -> str:
        if stream.objgen not in hashes:
            hashes[stream.objgen] = digest(stream.read_raw_bytes())
        return hashes[stream.objgen]

    for name, specification in pdf.attachments.items():
        parts[f"the attachment {name}"] = hash_of(specification.get_file().obj)
    for number, page in enumerate(pdf.pages, 1):
        parts[f"page {number}"] = " ".join(map(hash_of, _contents(page)))
    identity = read_identity(pdf)
    if identity:
        parts["the identity in its metadata"] = digest(repr(identity).encode())
    for key, value in pdf.docinfo.items():
        parts[f'the entry "{key[1:]}" of its information'] = digest(str(value).encode())
    return parts


def _contents(page: pikepdf.Page) -> list[Stream]:
    contents = page.obj.get(Name.Contents)
    streams = list(contents) if isinstance(contents, Array) else [contents]
    return [stream for stream in streams if isinstance(stream, Stream)]
