"""The main components stand where the design has them, measured in the PDF itself.

Millimetres from the start edge of the page (the left one in English, the right one in
Arabic) and from its top; sizes and leading in points. The values are those of the design
specification for A4.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from pipeline.build import build_documents as build
from pipeline.project import open_project
from pipeline.targets import BuildOptions

ROOT = Path(__file__).resolve().parents[2]
MM = 25.4 / 72
WIDTH, HEIGHT = 210.0, 297.0
INNER, OUTER, MAIN, GAP, SIDE = 22.0, 16.0, 116.0, 8.0, 48.0


@dataclass(frozen=True)
class Line:
    """A line of text in one size: where it starts and ends, its baseline, its words."""

    start: float
    end: float
    baseline: float
    size: float
    text: str


@dataclass(frozen=True)
class Area:
    """What a filled path covers."""

    start: float
    end: float
    top: float
    bottom: float
    colour: tuple[int, int, int]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("grid")
    (root / "content").symlink_to(ROOT / "content")
    languages = ("en", "ar")
    options = BuildOptions(("wpsdg",), profiles=("office",), languages=languages)
    build(open_project(root), options, date(2026, 1, 1))
    return root / "build/wpsdg"


LANGUAGES = pytest.mark.parametrize("language", ["en", "ar"])


@cache
def document(folder: Path, language: str) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(folder / f"wpsdg_2017_{language}_office.pdf")


def lines(folder: Path, language: str, page: int) -> list[Line]:
    """The lines of a page: letters of one size on one baseline, without wide gaps."""
    lines_of_letters: list[list[tuple[float, float, float, float, str]]] = []
    for letter in _letters(document(folder, language)[page]):
        last = lines_of_letters[-1][-1] if lines_of_letters else None
        near = last and abs(letter[2] - last[2]) < 0.05 and abs(letter[3] - last[3]) < 0.1
        if near and last and min(abs(letter[0] - last[1]), abs(letter[1] - last[0])) < 6:
            lines_of_letters[-1].append(letter)
        else:
            lines_of_letters.append([letter])
    return [
        Line(
            min(_start(language, left, right) for left, right, *_ in line),
            max(_start(language, right, left) for left, right, *_ in line),
            line[0][2],
            line[0][3],
            "".join(letter for *_, letter in line).strip("\u200e\u200f"),
        )
        for line in lines_of_letters
    ]


def _letters(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float, str]]:
    text = page.get_textpage()
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        if not letter.strip():
            continue
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        left, _, right, _ = text.get_charbox(index, loose=True)
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        size = pdfium.FPDFText_GetFontSize(text, index) * abs(matrix.d)
        yield left * MM, right * MM, HEIGHT - y.value * MM, size, letter


def _start(language: str, left: float, right: float) -> float:
    return WIDTH - right if language == "ar" else left


def areas(folder: Path, language: str, page: int) -> list[Area]:
    """The filled paths of a page, in the order of painting."""
    coloured = []
    for part in document(folder, language)[page].get_objects():
        if part.type != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        left, bottom, right, top = (value * MM for value in part.get_bounds())
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        pdfium.FPDFPageObj_GetFillColor(part, red, green, blue, alpha)
        edges = (left, right) if language != "ar" else (WIDTH - right, WIDTH - left)
        colour = (red.value, green.value, blue.value)
        coloured.append(Area(*edges, HEIGHT - top, HEIGHT - bottom, colour))
    return coloured


def near(value: float, wanted: float, tolerance: float = 0.3) -> bool:
    return abs(value - wanted) <= tolerance


# Where the text starts: page 1 is a recto and has its binding at the start, page 2 a verso.
MARGINS = pytest.mark.parametrize(("page", "margin"), [(0, INNER), (1, OUTER)])


@LANGUAGES
@MARGINS
def test_text_stands_in_the_main_zone_and_notes_in_the_side_column(
    built: Path, language: str, page: int, margin: float
) -> None:
    body = [line for line in lines(built, language, page) if line.baseline < 280]
    main = [line for line in body if line.start < margin + MAIN]
    side = [line for line in body if line.start >= margin + MAIN and line.baseline > 80]
    assert min(line.start for line in main) == pytest.approx(margin, abs=0.3)
    assert max(line.end for line in main if line.baseline > 80) <= margin + MAIN + 0.3
    column = margin + MAIN + GAP
    # On page 2 a side note: a rule of 1.5 pt and 3 mm before its text.
    inset = 3 + 1.5 * MM if page else 0
    assert side
    # The ink of a big figure stands at the edge, the space before it beyond.
    bearing = {line: 0.07 * line.size * MM if line.size > 30 else 0 for line in side}
    assert min(line.start + bearing[line] for line in side) >= column - 0.3
    first = min(side, key=lambda line: line.baseline)
    assert first.start == pytest.approx(column + inset, abs=0.3)
    assert max(line.end for line in side) <= column + SIDE + 0.3


@LANGUAGES
def test_the_measure_is_used(built: Path, language: str) -> None:
    """The longest line has 45 to 75 letters, and comes near the edge of the zone."""
    body = [line for line in lines(built, language, 1) if near(line.size, 10)]
    longest = max(body, key=lambda line: line.end - line.start)
    assert longest.end - longest.start > MAIN - 8
    assert 45 <= len(longest.text) <= 75


@LANGUAGES
@pytest.mark.parametrize("page", [0, 1, 2])
def test_lines_of_a_paragraph_stand_on_their_leading(
    built: Path, language: str, page: int
) -> None:
    """14 pt in English, 15 pt in Arabic, also where a line holds a citation or a note."""
    leading = {"en": 14.0, "ar": 15.0}[language] * MM
    baselines = sorted(
        {
            round(line.baseline, 2)
            for line in lines(built, language, page)
            # Few letters: a mark above or below an Arabic letter.
            if near(line.size, 10, 0.05) and line.start < 100 and len(line.text) > 9
        }
    )
    steps = [b - a for a, b in pairwise(baselines)]
    within = [step for step in steps if step < leading + 1]
    assert len(within) >= 2
    assert all(near(step, leading, 0.02) for step in within), within


@LANGUAGES
@MARGINS
def test_a_triangle_hangs_five_millimetres_out_of_the_text(
    built: Path, language: str, page: int, margin: float
) -> None:
    hanging = [a for a in areas(built, language, page) if near(a.start, margin - 5, 0.1)]
    assert hanging
    assert {a.colour for a in hanging} >= {(0xFA, 0x3C, 0x4B)}
    assert all(near(a.end - a.start, 2.33, 0.1) for a in hanging)


@LANGUAGES
def test_the_masthead_bleeds_and_its_corner_is_cut_nine_to_five(
    built: Path, language: str
) -> None:
    first = areas(built, language, 0)
    # One millimetre beyond the three edges: otherwise screens show a hairline there.
    ground = next(a for a in first if near(a.end, WIDTH + 1, 0.1) and a.bottom < 200)
    assert near(ground.start, -1, 0.1)
    assert near(ground.top, -1, 0.1)
    assert 78 <= ground.bottom <= 92
    white = [a for a in first if a.colour == (255, 255, 255) and a.bottom < 200]
    cut = next(a for a in white if a.end > WIDTH)
    assert near(WIDTH - cut.start, 54.5)
    # Its foot is the rule below the masthead, 2.25 pt thick, and 5/9 mm are for the edge.
    assert near(cut.bottom - cut.top, 30.3 + 0.5 + 0.56, 0.1)
    assert near((WIDTH - cut.start) / 30.3, 9 / 5, 0.02)


def test_the_sign_of_a_key_figure_is_as_high_as_its_digit(built: Path) -> None:
    text = document(built, "en")[0].get_textpage()
    place = text.get_text_range().index("2×")
    digit, sign = (text.get_charbox(place + step) for step in (0, 1))
    assert near(sum(sign[1::2]) / 2, sum(digit[1::2]) / 2, 0.6)


@LANGUAGES
def test_the_key_messages_fill_the_main_zone_and_the_side_stack_stands_beside(
    built: Path, language: str
) -> None:
    first = areas(built, language, 0)
    panel = next(
        a for a in first if near(a.start, INNER, 0.1) and near(a.end, INNER + MAIN)
    )
    assert panel.colour == (0xEB, 0xF5, 0xFD)
    stack = next(a for a in first if near(a.start, INNER + MAIN + GAP, 0.1))
    assert near(stack.top, panel.top, 0.1)
    assert near(stack.end - stack.start, SIDE, 0.1)


@LANGUAGES
@pytest.mark.parametrize(
    ("role", "english", "arabic"),
    [("title", 30, 27), ("lead", 13, 12), ("heading", 15, 15), ("side", 8, 8.5)],
)
def test_each_role_has_its_size(
    built: Path, language: str, role: str, english: float, arabic: float
) -> None:
    wanted = english if language == "en" else arabic
    assert any(near(line.size, wanted, 0.01) for line in lines(built, language, 0)), role


@LANGUAGES
def test_head_and_foot_stand_outside_the_text(built: Path, language: str) -> None:
    """The running head 7 mm above the text, page numbers at the outer edge."""
    second = lines(built, language, 1)
    head = min(second, key=lambda line: line.baseline)
    # Arabic has taller lines there too.
    assert near(head.baseline, 24 - 7, 0.8)
    number = next(line for line in second if line.text == "2" and line.baseline > 275)
    assert near(number.start, OUTER)
    first = lines(built, language, 0)
    number = next(line for line in first if line.text == "1" and line.baseline > 275)
    assert near(number.end, WIDTH - OUTER)


@LANGUAGES
@pytest.mark.parametrize("page", [0, 1, 2, 3])
def test_nothing_is_outside_the_area_of_an_office_printer(
    built: Path, language: str, page: int
) -> None:
    """Five millimetres; only the masthead bleeds. Holes at 9 to 15 mm stay clear."""
    margin = INNER if page % 2 == 0 else OUTER
    binding = (lambda a: a.start) if page % 2 == 0 else (lambda a: WIDTH - a.end)
    for line in lines(built, language, page):
        assert line.start >= 5, line
        assert line.end <= WIDTH - 5, line
        assert 5 <= line.baseline <= HEIGHT - 5, line
        assert binding(line) >= 15, line
    assert margin >= 15
