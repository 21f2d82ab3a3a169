"""Set the boxes of a page, and draw crop marks and register marks.

The marks are printed in all inks, so that they show whether these are in register. They are
outside the bleed, where the paper is cut off.
"""

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Page, Pdf

MM = 72 / 25.4
BLEED_MM = 3.0
# Crop marks begin outside the bleed, and end within 10 mm.
_FROM_MM, _TO_MM = 4.0, 9.0
# The margin that the sheet needs around the trimmed page.
MARGIN_MM = _TO_MM

Box = tuple[float, float, float, float]


def bleed_box(page: Page) -> Box:
    """The trim box of a page with 3 mm of bleed on each side, in points."""
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    bleed = BLEED_MM * MM
    return left - bleed, bottom - bleed, right + bleed, top + bleed


def add_marks(pdf: Pdf, page: Page) -> None:
    """Set the boxes of a page, and draw its marks."""
    page.bleedbox = Array([round(edge, 4) for edge in bleed_box(page)])
    for name in ("/CropBox", "/ArtBox"):
        if name in page:
            del page[name]
    if "/ColorSpace" not in page.obj.Resources:
        page.obj.Resources.ColorSpace = Dictionary()
    every_ink = Dictionary(
        FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 1, 1, 1], N=1
    )
    page.obj.Resources.ColorSpace.EveryInk = Array(
        [Name.Separation, Name.All, Name.DeviceCMYK, every_ink]
    )
    lines = " ".join(
        f"{x1:.3f} {y1:.3f} m {x2:.3f} {y2:.3f} l S" for x1, y1, x2, y2 in _lines(page)
    )
    page.contents_add(pdf.make_stream(f"q /EveryInk CS 1 SCN 0.25 w {lines} Q".encode()))


def _lines(page: Page) -> Iterator[Box]:
    """Yield two lines at each corner, and a cross in the middle of each side."""
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    near, far = _FROM_MM * MM, _TO_MM * MM
    for x, outward in ((left, -1), (right, 1)):
        for y, upward in ((bottom, -1), (top, 1)):
            yield x + outward * near, y, x + outward * far, y
            yield x, y + upward * near, x, y + upward * far
    centre_x, centre_y = (left + right) / 2, (bottom + top) / 2
    middle, arm = (near + far) / 2, (far - near) / 2
    for x, y in (
        *((left - middle, centre_y), (right + middle, centre_y)),
        *((centre_x, bottom - middle), (centre_x, top + middle)),
    ):
        yield x - arm, y, x + arm, y
        yield x, y - arm, x, y + arm
