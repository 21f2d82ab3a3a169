"""Make docs/pictures/web.png: a contact sheet of the website of the samples.

    python docs/make_web_picture.py SITE

SITE is a folder that `briefs web --unpublished` made. Needs Chromium and the tools of
`make browser`.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.web.browser import visit  # noqa: E402 – found by the path above

# Address, width and scheme of each picture, in rows of the same height.
ROWS = (
    (
        ("/policy-coherence/2024/en/", 1280, "light"),
        ("/wpsdg/2017/ar/", 1280, "dark"),
        ("/wpsdg/2017/zh/", 320, "light"),
        ("/ilo-wto/2017/fr/", 320, "dark"),
    ),
    (
        ("/index.en.html", 1280, "light"),
        ("/sessions/331/ru/", 1280, "dark"),
        ("/ilo-wto/editions/es/", 320, "light"),
        ("/404.html", 320, "light"),
    ),
)
HEIGHT, GAP, BACKGROUND = 520, 16, "#d0d0d0"


def main(site: Path) -> None:
    """Take the pictures, and put them side by side."""
    with TemporaryDirectory() as folder:
        visits = [
            {"path": p, "width": w, "scheme": s, "picture": f"{folder}/{number}.png"}
            for number, (p, w, s) in enumerate(view for row in ROWS for view in row)
        ]
        visit(site, visits)
        pictures = [Image.open(view["picture"]).convert("RGB") for view in visits]
    scaled = [p.resize((round(p.width * HEIGHT / p.height), HEIGHT)) for p in pictures]
    rows = [scaled[:4], scaled[4:]]
    width = max(sum(p.width + GAP for p in row) for row in rows) + GAP
    contact_sheet = Image.new("RGB", (width, 2 * HEIGHT + 3 * GAP), BACKGROUND)
    for number, row in enumerate(rows):
        left = GAP
        for picture in row:
            contact_sheet.paste(picture, (left, GAP + number * (HEIGHT + GAP)))
            left += picture.width + GAP
    colours = contact_sheet.quantize(192)
    colours.save(ROOT / "docs/pictures/web.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
