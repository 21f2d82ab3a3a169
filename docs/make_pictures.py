"""Make docs/pictures/ from the PDFs in build/, after `make briefs`.

One contact sheet for each brief and language, all pages side by side, and page 1 of one
sample for the README. The same PDFs give the same bytes with the same pypdfium2 and Pillow,
which come with the tests.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
PICTURES = ROOT / "docs" / "pictures"

FIRST_PAGE_OF = "wpsdg_2017_en"
FIRST_PAGE_WIDTH, FIRST_PAGE_BYTES = 600, 200_000
SHEET_PAGE_WIDTH, SHEET_BYTES = 240, 150_000
GAP, GROUND = 10, "#d5d9dc"
# Twice as large as needed, then made smaller: small letters stay readable.
OVERSAMPLING = 2


def render_pages(pdf: Path, width: int) -> Iterator[Image.Image]:
    """Give each page as a picture of a certain width."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        large = page.render(scale=OVERSAMPLING * width / page.get_width()).to_pil()
        height = round(width * large.height / large.width)
        yield large.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    document.close()


def lay_side_by_side(pages: list[Image.Image]) -> Image.Image:
    """Lay pages on a grey ground, from left to right."""
    width = sum(page.width + GAP for page in pages) + GAP
    sheet = Image.new("RGB", (width, max(p.height for p in pages) + 2 * GAP), GROUND)
    left = GAP
    for page in pages:
        sheet.paste(page, (left, GAP))
        left += page.width + GAP
    return sheet


def png_bytes(picture: Image.Image, limit: int) -> bytes:
    """Write a PNG with as many colours as fit into the limit."""
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        small = picture.quantize(colours, kmeans=2, dither=Image.Dither.NONE)
        small.save(out, "PNG", optimize=True)
        if out.tell() < limit:
            return out.getvalue()
    raise ValueError(f"the picture has {out.tell():,} bytes, and {limit:,} are allowed")


def pictures() -> Iterator[tuple[str, bytes]]:
    """Make every picture, by file name."""
    for pdf in sorted(BUILD.glob("*/*_*_*.pdf")):
        # A fourth part would be a profile; build/rejected/ is no brief.
        if pdf.stem.count("_") != 2 or pdf.parent.name == "rejected":
            continue
        name = pdf.stem.replace("_", "-")
        sheet = lay_side_by_side(list(render_pages(pdf, SHEET_PAGE_WIDTH)))
        yield f"{name}.png", png_bytes(sheet, SHEET_BYTES)
        if pdf.stem == FIRST_PAGE_OF:
            page = next(render_pages(pdf, FIRST_PAGE_WIDTH))
            yield f"{name}-page-1.png", png_bytes(page, FIRST_PAGE_BYTES)


def main() -> int:
    """Write the pictures; leave with 1 when there is nothing to make them from."""
    PICTURES.mkdir(exist_ok=True)
    made = dict(pictures())
    for name, data in made.items():
        (PICTURES / name).write_bytes(data)
        sys.stdout.write(f"docs/pictures/{name}: {len(data):,} bytes\n")
    if not made:
        sys.stderr.write("there is no PDF in build/: run `make briefs` first\n")
    return 0 if made else 1


if __name__ == "__main__":
    sys.exit(main())
