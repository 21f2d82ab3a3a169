"""The identity of a PDF is written and read by one module."""

import pytest

from pipeline.model.pdf_identity import PdfIdentity

HARD = "R&D <b>\"q\" 'r'</b> ]]> \n é – عمل 😀"
FULL = PdfIdentity(
    "brief_2017_en", "HGZF4-6QK24 A", "2017-03", HARD, "pango 1.56.3, zlib 1"
)


def test_what_is_written_is_read_again() -> None:
    packet = FULL.written_into()
    assert PdfIdentity.from_xmp(packet) == FULL
    other = PdfIdentity(document="1_en")
    assert PdfIdentity.from_xmp(other.written_into(packet)) == other
    assert other.written_into(packet) == other.written_into()


def test_what_xml_cannot_hold_is_replaced() -> None:
    packet = PdfIdentity(symbol="a\0\ud800\x1fb").written_into()
    assert PdfIdentity.from_xmp(packet) == PdfIdentity(symbol="a???b")


def test_properties_that_another_program_stored_as_elements_are_read() -> None:
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:b="urn:briefs:identity#">'
        b"<b:document>brief_2017&#45;03_en</b:document><b:codes>A</b:codes> </x:xmpmeta>"
    )
    assert PdfIdentity.from_xmp(packet) == PdfIdentity("brief_2017-03_en", "A")


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<x xmlns:b="urn:briefs:identity#" b:document="&b;"/>'
)


@pytest.mark.parametrize(
    "packet",
    [
        *(b"", b"no XML", b"<x></y>", b'<?xml version="1.0" encoding="rot13"?><x/>'),
        *(b'<x document="brief"/>', BOMB.encode(), BOMB.encode("utf-16")),
    ],
)
def test_the_metadata_of_other_files_has_no_identity(packet: bytes) -> None:
    assert PdfIdentity.from_xmp(packet) is None


def test_a_file_made_before_has_it_in_the_document_information() -> None:
    information = {"/Creator": "Briefs", "/EditionCode": "A", "/InformationDate": "2017"}
    assert PdfIdentity.from_information(information) == PdfIdentity("", "A", "2017")
    assert PdfIdentity.from_information(information | {"/Creator": "Another"}) is None
