"""Generate designs from a seed: own templates with any HTML, own style sheets.

Each changes the bundled page, adds a style sheet, or both; the content is small and sound.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from random import Random

from PIL import Image

from pipeline.project import BUNDLED
from tools.conformance.hostile_briefs import (
    FRAGMENTS,
    NUMBERS,
    SERIES,
    TAGS,
    Files,
    characters,
    spaces,
)

_IMAGE = "/styles/dot.png"
# One fragment a line. In it TAG is a language, SPACE are invisible characters, CHAR are
# unusual ones, N is a number, LONG a long text, IMAGE a picture, GROUPS nested groups.
_BODIES, _HEADS, _RULES = (
    (FRAGMENTS / name).read_text("utf-8").splitlines()
    for name in ("body.html", "head.html", "rules.css")
)


def _dot() -> bytes:
    file = BytesIO()
    Image.new("RGB", (4, 4), "navy").save(file, "PNG")
    return file.getvalue()


_CONTENT: Files = {
    "content/series.yaml": SERIES,
    "styles/dot.png": _dot(),
    "content/brief/2017/edition.yaml": "status: draft\nsymbol: A/1\n",
    "content/brief/2017/en.yaml": """\
title: A title
key_messages: [{say: A message., because: A reason.}]
sections:
  - heading: A heading
    id: part
    blocks:
      - text: |
          Words[^a], a [link](https://a.example), a [part](#part), [mots]{lang=fr} [@one].

          - One
          - Two

          [^a]: A note.
      - table: {title: A table, columns: [a, b], rows: [[c, d], [e, f]]}
      - picture: {file: map.svg, alt: A map., caption: A caption.}
references: [{id: one, text: One., url: "https://a.example/one"}]
""",
    "content/brief/2017/map.svg": (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20">'
        '<rect width="9" height="9"/></svg>'
    ),
}


def _filled(text: str, random: Random) -> str:
    """Put values in place of the words in capitals."""
    values = {
        "TAG": lambda: random.choice(TAGS),
        "SPACE": lambda: spaces(random),
        "CHAR": lambda: characters(random).translate(
            {39: None, 34: None, 60: None, 92: None}
        ),
        "LONG": lambda: "x" * random.choice((300, 16_400, 40_000, 70_000)),
        "IMAGE": lambda: _IMAGE,
        "GROUPS": lambda: "<g transform='scale(1.01)'>" * random.choice((9, 28, 60)),
        "N": lambda: random.choice(NUMBERS),
    }
    for word, value in values.items():
        parts = text.split(word) if word != "N" else _split_numbers(text)
        text = parts[0] + "".join(value() + part for part in parts[1:])
    return text


def _split_numbers(text: str) -> list[str]:
    """Split at each N that is a word of its own, or stands before "px" or after "L"."""
    return re.split(r"\bN(?=px\b|\b)|(?<=L)N\b", text)


def design(random: Random) -> Files:
    """One design: the files of its project."""
    page = (BUNDLED / "templates/brief.html").read_text("utf-8")
    kind = random.choice(("fragment",) * 6 + ("rule",) * 4 + ("head", "language"))
    if kind == "fragment" or random.random() < 0.15:
        mark = random.choice(("</main>", "</main>", "</main>", "<main>", "</body>"))
        fragment = _filled(random.choice(_BODIES), random)
        page = page.replace(
            mark, mark + fragment if mark == "<main>" else fragment + mark, 1
        )
    if kind == "head":
        head = _filled(random.choice(_HEADS), random)
        page = (
            page.replace("<title>{{ brief.title }}</title>", "")
            if "<title" in head
            else page
        )
        page = page.replace("</head>", head + "</head>", 1)
    if kind == "language":
        old = 'lang="{{ brief.language }}"'
        new = random.choice(
            ("", f'lang="{random.choice(TAGS)}"', f'lang="{spaces(random)}"')
        )
        page = page.replace(old, new, 1)
    files = {**_CONTENT, "templates/brief.html": page}
    if kind == "rule" or random.random() < 0.15:
        rules = [
            _filled(random.choice(_RULES), random) for _ in range(random.choice((1, 1, 2)))
        ]
        files["styles/components/zz.css"] = "\n".join(rules)
    return files


def designs(seed: int, number: int) -> Mapping[str, Files]:
    """Generate `number` designs, by name. The same seed gives the same designs."""
    names = (f"design-{seed}-{index}" for index in range(number))
    return {name: design(Random(name)) for name in names}
