"""The symbol of a document stays on one line, or breaks late."""

import pytest

from pipeline.html.text.markdown import TextStyle, line_html

LONG = "E/CN.4/2006/97/ADD.1/REV.2"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("see GB.328/POL/3, decision", "see <GB.328/POL/3>, decision"),
        ("(GB.282/WP/SDG/3).", "(<GB.282/WP/SDG/3>)."),
        ("A/RES/70/1 or WT/MIN(96)/DEC", "<A/RES/70/1> or <WT/MIN(96)/DEC>"),
        ("见GB.331/PV。", "见<GB.331/PV>。"),
        (LONG, "<E/CN.4/>|<2006/97/>|<ADD.1/>|<REV.2>"),
        ("and/or AND/OR km/h 5, 1/2, 3/2017", "and/or AND/OR km/h 5, 1/2, 3/2017"),
    ],
)
def test_a_symbol_of_a_document_stays_whole(text: str, printed: str) -> None:
    html = line_html(text, TextStyle())
    shown = html.replace('<span class="symbol">', "<").replace("</span>", ">")
    assert shown.replace("<wbr>", "|") == printed


def test_a_symbol_in_arabic_is_read_from_left_to_right() -> None:
    assert line_html("الوثيقة GB.328/POL/3", TextStyle(language="ar")) == (
        'الوثيقة <span class="symbol" dir="ltr">GB.328/POL/3</span>'
    )


def test_an_address_is_no_symbol() -> None:
    assert "symbol" not in line_html("https://www.ilo.org/GB.1/INS/2", TextStyle())
