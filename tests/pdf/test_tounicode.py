"""ToUnicode maps give whole words in Arabic."""

import pydyf
import pytest

from pipeline.pdf.tounicode import fix_tounicode


def mended(text: str) -> str:
    pdf = pydyf.PDF()
    line = f"<0001> <{text.encode('utf-16-be').hex()}>".encode()
    stream = pydyf.Stream([b"begincmap", line, b"endcmap"])
    pdf.add_object(stream)
    fix_tounicode(pdf)
    return bytes.fromhex(stream.stream[1].decode().split("<")[2][:-1]).decode("utf-16-be")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("\u0644\u0627", "\ufefb"),
        ("\u0644\u0623", "\ufef7"),
        ("\u0644\u0625", "\ufef9"),
        ("\u0644\u0622", "\ufef5"),
        ("\u0623\u064f", "\u064f"),
        ("\u0644", "\u0644"),
        ("\u0644\u0644\u0647", "\u0644\u0644\u0647"),
        ("e\u0301", "e\u0301"),
        ("ffi", "ffi"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_reversed_arabic_glyphs_give_the_right_text(given: str, wanted: str) -> None:
    assert mended(given) == wanted


def test_other_streams_are_unchanged() -> None:
    pdf = pydyf.PDF()
    stream = pydyf.Stream([b"BT", b"<0001> <06440627>", b"ET"])
    pdf.add_object(stream)
    fix_tounicode(pdf)
    assert stream.stream == [b"BT", b"<0001> <06440627>", b"ET"]
