"""Say where a page is cut, and show it: boxes, crop marks, and a cross on each side.

The marks are printed in every ink, so that they show whether the inks meet, and stand
beyond the bleed, where the paper is cut off.
"""

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Page, Pdf

MM = 72 / 25.4
BLEED_MM = 3.0
# Crop marks begin where nothing is printed any more; all of them have room in 10 mm.
_FROM_MM, _TO_MM = 4.0, 9.0
# What a sheet needs around the page that is cut out of it.
MARGIN_MM = _TO_MM

Box = tuple[float, float, float, float]


def bleed_box(page: Page) -> Box:
    """What is printed of a page: what is cut out, and 3 mm on each side; in points."""
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
    drawn = f"q /EveryInk CS 1 SCN 0.25 w {lines} Q".encode()
    page.contents_add(pdf.make_stream(drawn))


def _lines(page: Page) -> Iterator[Box]:
    """Two lines at each corner, and two across each other in the middle of each side."""
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    near, far = _FROM_MM * MM, _TO_MM * MM
    for x, out in ((left, -1), (right, 1)):
        for y, up in ((bottom, -1), (top, 1)):
            yield x + out * near, y, x + out * far, y
            yield x, y + up * near, x, y + up * far
    across, height = (left + right) / 2, (bottom + top) / 2
    middle, arm = (near + far) / 2, (far - near) / 2
    for x, y in (
        *((left - middle, height), (right + middle, height)),
        *((across, bottom - middle), (across, top + middle)),
    ):
        yield x - arm, y, x + arm, y
        yield x, y - arm, x, y + arm
