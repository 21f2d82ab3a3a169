"""Render the PDFs in build/ to docs/pictures/: `make pictures`.

The pictures are one contact sheet for each edition and profile, with a row for each
language; page 1 of one sample for the README; those of the gallery. JSON files beside them
record the pages and style sheets that they show, so that a test detects outdated pictures.
The same PDFs give the same bytes with the same pypdfium2 and Pillow.
"""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import make_gallery
import pypdfium2
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
PICTURES = ROOT / "docs" / "pictures"
RECORD = "made-from.json"

FIRST_PAGE_OF = "wpsdg_2017_en"
FIRST_PAGE_WIDTH, FIRST_PAGE_BYTES = 600, 200_000
PAGE_WIDTH, CONTACT_SHEET_BYTES = 150, 420_000
GALLERY_BYTES = 100_000
GAP, BACKGROUND = 8, "#d5d9dc"
# Render at twice the size, then reduce, so that small letters stay readable.
OVERSAMPLING = 2


def render_pages(pdf: Path, width: int) -> Iterator[Image.Image]:
    """Yield each page as a picture of the given width."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        large = page.render(scale=OVERSAMPLING * width / page.get_width()).to_pil()
        height = round(width * large.height / large.width)
        yield large.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    document.close()


def arrange_pages(rows: list[list[Image.Image]]) -> Image.Image:
    """Arrange pages on a grey background: a row for each language."""
    width = max(sum(page.width + GAP for page in row) for row in rows) + GAP
    height = sum(max(page.height for page in row) + GAP for row in rows) + GAP
    contact_sheet = Image.new("RGB", (width, height), BACKGROUND)
    top = GAP
    for row in rows:
        left = GAP
        for page in row:
            contact_sheet.paste(page, (left, top))
            left += page.width + GAP
        top += max(page.height for page in row) + GAP
    return contact_sheet


def png_bytes(picture: Image.Image, limit: int) -> bytes:
    """Return a PNG with as many colours as the limit of bytes allows."""
    for colours in (256, 128, 64, 32, 16):
        out = io.BytesIO()
        small = picture.quantize(colours, kmeans=2, dither=Image.Dither.NONE)
        small.save(out, "PNG", optimize=True)
        if out.tell() < limit:
            return out.getvalue()
    raise ValueError(f"the picture has {out.tell():,} bytes, and {limit:,} are allowed")


def contact_sheets(names: list[str]) -> dict[str, list[Path]]:
    """Map the file name of each contact sheet to its PDFs."""
    sheets: dict[str, list[Path]] = {}
    for name in names:
        path = BUILD / name
        slug, dated, _, *profile = path.stem.split("_")
        file_name = f"{slug}-{dated}-{profile[0] if profile else 'screen'}.png"
        sheets.setdefault(file_name, []).append(path)
    return sheets


def pictures(names: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each picture."""
    for file_name, pdfs in sorted(contact_sheets(names).items()):
        rows = [list(render_pages(pdf, PAGE_WIDTH)) for pdf in pdfs]
        yield file_name, png_bytes(arrange_pages(rows), CONTACT_SHEET_BYTES)
    for name in names:
        if Path(name).stem == FIRST_PAGE_OF:
            page = next(render_pages(BUILD / name, FIRST_PAGE_WIDTH))
            file_name = f"{FIRST_PAGE_OF.replace('_', '-')}-page-1.png"
            yield file_name, png_bytes(page, FIRST_PAGE_BYTES)


def gallery_pictures() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each picture of the gallery, and of its records."""
    images, manifests = make_gallery.gallery_pictures()
    for name, picture in images.items():
        yield name, png_bytes(picture, GALLERY_BYTES)
    for project, manifest in manifests.items():
        yield f"gallery/{project}.json", record(manifest)


def record(manifest: dict[str, Any]) -> bytes:
    """Return the sources of the pictures: the HTML hash of each document, all assets."""
    assets: dict[str, str] = {}
    for entry in manifest["targets"].values():
        assets |= manifest["sets"][entry["assets"]]
    hashes = {name: entry["html_hash"] for name, entry in manifest["targets"].items()}
    text = json.dumps({"assets": assets, "documents": hashes}, indent=1, sort_keys=True)
    return (text + "\n").encode()


def main() -> int:
    """Write the pictures; return 1 if build/ has no PDF."""
    file = BUILD / "manifest.json"
    manifest = json.loads(file.read_bytes()) if file.exists() else {}
    targets = manifest.get("targets", {})
    # Packs and job sheets have no picture.
    documents = {k: v for k, v in targets.items() if not k.startswith("sessions/")}
    if not documents:
        sys.stderr.write("there is no PDF in build/: run `make pictures`\n")
        return 1
    (PICTURES / "gallery").mkdir(parents=True, exist_ok=True)
    manifest = {**manifest, "targets": documents}
    pictures_made = (
        dict(pictures(sorted(documents)))
        | {RECORD: record(manifest)}
        | dict(gallery_pictures())
    )
    sheets_and_gallery = [*PICTURES.glob("*-20*.png"), *PICTURES.glob("gallery/*")]
    for old in sheets_and_gallery:
        if old.relative_to(PICTURES).as_posix() not in pictures_made:
            old.unlink()
    for name, data in pictures_made.items():
        (PICTURES / name).write_bytes(data)
        sys.stdout.write(f"docs/pictures/{name}: {len(data):,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
