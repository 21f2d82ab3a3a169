"""Generate briefs from a seed, each with something in it that may break a PDF.

A brief is valid YAML with one hostile text, table, picture or fact; one in four has two.
"""

import json
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image

Files = dict[str, str | bytes]

FRAGMENTS = Path(__file__).parent / "fragments"

LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")
SERIES = (
    "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, fr, es, ar, zh, ru]\n"
)

# Spaces of every kind, and characters that draw nothing.
SPACES = (
    " \t\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u200b\u200c\u200d\u202f\u205f\u2060\u2061\u2063\u2064\u3000\ufeff\u00ad\u034f"
    "\u115f\u1160\u3164\uffa0\u2800\u061c\u200e\u200f\u202a\u202c\u2066\u2069\ufe0f\ufe00"
    "\u206a\u17b4\u2028\u2029\U000e0020\U000e007f\U000e0100\ufff9\ufffb\U0001d173"
)
# First and last character of blocks in which fonts have few glyphs.
BLOCKS = (
    *((0xA1, 0x24F), (0x250, 0x36F), (0x370, 0x52F), (0x531, 0x5FF), (0x600, 0x6FF)),
    *((0x700, 0xFFF), (0x1000, 0x1FFF), (0x2010, 0x2BFF), (0x2C00, 0x2FFF)),
    *((0x3001, 0x33FF), (0x4E00, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7A3)),
    *((0xE000, 0xE0FF), (0xF900, 0xFAFF), (0xFB00, 0xFDFF), (0xFE10, 0xFFFD)),
    *((0x10000, 0x103FF), (0x1D100, 0x1D7FF), (0x1F000, 0x1FAFF), (0x20000, 0x2FFFF)),
    *((0xE0001, 0xE01EF), (0xF0000, 0xF00FF), (0x10FF00, 0x10FFFF), (0xFDD0, 0xFDEF)),
)
TAGS = (
    *("en", "fr", "ar", "zh", "und", "zxx", "mul", "root", "xx", "qaa", "aaa", "zzz"),
    *("en-GB", "en-", "en-US-POSIX", "zh-Hant-TW", "sr-Latn", "de-1996", "en-x-twain"),
    *("i-klingon", "en-u-ca-buddhist", "e", "englisch", "en_GB", "EN", "en--GB", "12"),
    *("sl-rozaj-biske-1994", "en-abcdefghi", "zh-cmn-Hans-CN", "a-b", "x-x", "en-a", " "),
)
NUMBERS = (
    *("0", "-0", "1", "-1", "0.1", "1e-40", "1e9", "2147483647", "2147483648", "1e10"),
    *("-1e10", "1e38", "4e38", "1e39", "1e300", "1e309", "-1e309", "inf", "-inf", "nan"),
    *("NaN", "Infinity", "1e", "", "--1", "0x10", "1,5", "100%", "99999999999%", "1em"),
    *("9" * 400, "1e1000000", "32768", "-32769", "1e5", "1e6pt", ".5.5", "٣", "1e-400"),
)
_SHAPES = (FRAGMENTS / "shapes.svg").read_text("utf-8").splitlines()
_PAINTS = ("red", "none", "url(#g)", "url(#r)", "url(#p)", "currentColor", "#12345678")


def quoted(value: object) -> str:
    """Write a value as JSON, which is YAML; what is invisible stays as it is."""
    return json.dumps(value, ensure_ascii=False)


def spaces(random: Random) -> str:
    """Some characters of `SPACES`."""
    return "".join(random.choice(SPACES) for _ in range(random.randint(1, 3)))


def characters(random: Random) -> str:
    """Some characters that few fonts have."""
    first, last = random.choice(BLOCKS)
    return "".join(chr(random.randint(first, last)) for _ in range(random.randint(1, 4)))


def _address(random: Random) -> str:
    return random.choice(
        (
            *("https://a.example/", "mailto:a@a.example", "tel:+41", "#part", "https:"),
            *("mailto:", "tel:", "https://", "https://a.example/#b", "https://[::1/"),
            *("https://a.example:99999999/", "https://bücher.example/ü?q=%ff#%"),
            *("<https://a.example/a b>", "https://a.example/(())", "https://مثال.example/"),
            "https://a.example/" + "x" * random.choice((3_000, 9_000, 18_000)),
        )
    )


def link(random: Random) -> str:
    """A link whose words are odd."""
    words = random.choice(
        (
            *(
                "",
                " ",
                "\\\n",
                "&nbsp;",
                "&#x200b;",
                "&#8288;",
                "&#x3000;",
                "&ZeroWidthSpace;",
            ),
            *("&shy;", "&#1;", "&#xfffe;", "**&nbsp;**", "[&nbsp;]{lang=fr}", "~&nbsp;~"),
            *("^&nbsp;^", "words[^a] more", "[^a]", "[@one]", "[@one; @two]", "a [@one] b"),
            *("*a* **b** H~2~O", "https://b.example/", "[inner](https://b.example)"),
            *("<https://b.example>", "\\*", "|", "a\\\nb", "1st", "a  \nb", "`a`"),
            spaces(random),
            characters(random),
            f"a{spaces(random)}",
        )
    )
    return f"[{words}]({_address(random)})"


def _markup(random: Random) -> str:
    return random.choice(
        (
            "*a **b [c](https://a.example) d** e*",
            "[[a]{lang=fr} b]{lang=ar}",
            f"[phrase]{{lang={random.choice(TAGS)}}}",
            f'[phrase]{{lang="{random.choice(TAGS)}"}}',
            f"[{spaces(random)}]{{lang=fr}}",
            "**&nbsp;** *&#x200b;* ~&#x3000;~",
            "x^[y](https://a.example)^ ~z~",
            "a[@one], b[@two]",
            "<https://a.example> <a@a.example>",
            "words[^a]",
            "[*[a](https://a.example)*]{lang=zh} **[&nbsp;](https://a.example)**",
            "&#x1680; &#x7f; &#x85; &#xad; &#x2028; &NotEqualTilde; &bne;",
            "\\[x\\](y) \\* \\_ \\` \\~ \\^ \\{lang=fr\\}",
            "[a]{lang=ar}[b]{lang=zh}[c]{lang=ru}",
            "[العربية 123 (abc)]{lang=ar}, [中文]{lang=zh}",
        )
    )


def _long(random: Random, limit: int = 900) -> str:
    size = random.choice((60, 200, 600, limit))
    unit = random.choice(
        ("x", "word ", "ü", "字", "\U0001f600", "a\u0301", "- ", "ب", "ä ")
    )
    return (unit * size)[:size]


def line(random: Random) -> str:
    """A hostile text of one paragraph."""
    make = random.choice((spaces, characters, link, link, _markup, _long))
    text = make(random)
    return text if random.random() < 0.4 else f"Words {text} more words"


def _block_text(random: Random) -> str:
    return random.choice(
        (
            "- a\n- &nbsp;\n-\n- b",
            "1. a\n2.\n3. c",
            "- a\n  - b\n    - c\n      - d",
            "1. - a\n   - b\n2. 1. c",
            "| a | b |\n|---|---|",
            "| a | b |\n|---|---|\n| c |",
            "| a | b |\n|---|---|\n| c | d | e |",
            "| | |\n|---|---|\n| c | d |",
            "| | |\n|---|---|\n| | |",
            "| a |\n|---|\n|",
            "|\n|-|\n| a |",
            "- | a |\n  |---|\n  | b |",
            "- a\n\n  b\n\n  | c |\n  |---|\n  | d |",
            "&nbsp;\n\n&#x200b;\n\nwords",
            "a\\\n\\\nb",
            f"words[^a] and[^b]\n\n[^a]: {line(random)}\n[^b]: {link(random)}",
            "| a[^a] | b |\n|---|---|\n| c[^b] | d |\n\n[^a]: One.\n[^b]: Two.",
            "- a[^a]\n- b[^b]\n\n[^a]: One.\n[^b]: [&nbsp;](https://a.example)",
            f"| {link(random)} | {_markup(random)} |\n|---|---|\n| {spaces(random)} | x |",
            "\n".join(f"{'  ' * n}- a" for n in range(random.randint(3, 8))),
            "---\n\n***\n\na",
            "[^a]: Never called.",
            "*[a](#part)*\n\n- **[b](#part)**",
        )
    )


def prose(random: Random) -> str:
    """A hostile text of any number of paragraphs."""
    text = _block_text(random) if random.random() < 0.5 else line(random)
    if "[^a]" in text and "[^a]:" not in text:
        text += "\n\n[^a]: A note."
    return text


def _cell(random: Random) -> object:
    text = random.choice(("", "a", " ", "\u00a0", "\u200b", line(random)))
    if random.random() < 0.3:
        spans = (0, 1, 1, 2, 2, 3, 20, 200)
        return {"text": text, "across": random.choice(spans), "down": random.choice(spans)}
    return text


def table(random: Random) -> object:
    """A table of odd cells. Most tables fill their grid, because others are refused."""
    width, height = random.randint(1, 4), random.randint(1, 4)
    kind = random.randrange(5)
    columns = [random.choice(("", "Head", "&nbsp;", line(random))) for _ in range(width)]
    if kind == 0:
        rows = [[_cell(random) for _ in range(random.randint(0, 5))] for _ in range(height)]
    elif kind == 1:  # cells down to the last row leave later rows empty
        across = [{"text": "a", "down": height} for _ in range(width)]
        rows = [across, *([] for _ in range(height - 1))]
    elif kind == 2:
        rows = [[{"text": "a", "across": width}] for _ in range(height)]
    else:
        texts = ("", "a", "&nbsp;", "\u200b", "\u3000", line(random))
        rows = [[random.choice(texts) for _ in range(width)] for _ in range(height)]
    return {
        "title": line(random) if kind == 3 else "A table",
        "columns": columns,
        "rows": rows,
    }


def _shape(random: Random) -> str:
    shape = random.choice(_SHAPES)
    shape = re.sub(r"\bN\b", lambda _: random.choice(NUMBERS), shape)
    return shape.replace("PAINT", random.choice(_PAINTS))


def _nested(random: Random) -> str:
    depth = random.choice((5, 13, 14, 27, 28, 29, 60, 95))
    opening = random.choice(
        (
            *("<g>", '<g transform="scale(1.01)">', '<g opacity=".9">', '<svg width="9">'),
            *('<g clip-path="url(#c)">', '<g mask="url(#m)">', '<g fill="url(#g)">'),
        )
    )
    closing = "</svg>" if opening.startswith("<svg") else "</g>"
    return opening * depth + '<rect width="9" height="9"/>' + closing * depth


def svg(random: Random) -> str:
    """A drawing with odd numbers, deep nesting, gradients, masks and patterns."""

    def n() -> str:
        return random.choice(NUMBERS)

    definitions = (
        f'<defs><linearGradient id="g" x1="{n()}" gradientTransform="scale({n()})">'
        f'<stop offset="{n()}" stop-color="red" stop-opacity="{n()}"/>'
        '<stop offset="1" stop-color="blue"/></linearGradient>'
        f'<radialGradient id="r" r="{n()}" fx="{n()}"><stop offset="0" stop-color="red"/>'
        f'<stop offset="{n()}"/></radialGradient>'
        f'<pattern id="p" width="{n()}" height="{n()}" patternUnits="userSpaceOnUse">'
        '<rect width="1" height="1"/></pattern>'
        '<clipPath id="c"><rect width="9" height="9"/></clipPath>'
        '<mask id="m"><rect width="9" height="9" fill="white"/></mask>'
        f'<marker id="k" markerWidth="{n()}" markerHeight="{n()}">'
        '<path d="M0 0L1 1"/></marker>'
        "</defs>"
    )
    used = random.choice(
        (
            *('fill="url(#g)"', 'fill="url(#r)"', 'fill="url(#p)"', 'mask="url(#m)"'),
            *('clip-path="url(#c)"', 'stroke="url(#g)"', 'marker-end="url(#k)"', ""),
        )
    )
    inner = _nested(random) if random.random() < 0.3 else _shape(random)
    if random.random() < 0.5:
        inner += definitions + f'<path d="M0 0L90 0L90 90Z" {used}/>'
    boxes = ("0 0 300 200", "0 0 300 200", "0 0 300 200", f"{n()} {n()} 300 200")
    root = f'viewBox="{random.choice(boxes)}"'
    if random.random() < 0.2:
        root += f' preserveAspectRatio="{random.choice(("none", "xMidYMid slice", "x"))}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {root}>{inner}</svg>'


def _bitmap(random: Random) -> tuple[str, bytes]:
    mode = random.choice(("1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"))
    kind = "JPEG" if mode in ("L", "RGB", "CMYK") and random.random() < 0.5 else "PNG"
    picture = Image.new("RGB" if mode == "CMYK" and kind == "PNG" else mode, (720, 480))
    options: dict[str, object] = {"dpi": (random.choice((1, 72, 1e5)),) * 2}
    if mode == "P" and random.random() < 0.5:
        options["transparency"] = random.choice((0, bytes(range(256))))
    if kind == "JPEG":
        options["progressive"] = random.random() < 0.5
    file = BytesIO()
    picture.save(file, kind, **options)
    return ("photo.jpg" if kind == "JPEG" else "photo.png"), file.getvalue()


def _chart(random: Random) -> object:
    labels = [random.choice(("a", "&nbsp;", line(random)[:60])) + str(n) for n in range(3)]
    value = random.choice(("1", "0", "-1", "1e3", "99999999999", "0.0000001", "2147483648"))
    return {
        "title": line(random)[:200],
        "subtitle": "Per cent",
        "chart": random.choice(("bar", "dot", "stacked", "slope")),
        "label": "where",
        "value": random.choice((["share"], ["share", "other"])),
        "data": [{"where": text, "share": value, "other": "3"} for text in labels],
        "alt": random.choice(("Bars.", spaces(random), _long(random, 19_990))),
        "source": "Ours.",
        "show_data": True,
    }


def _block(random: Random, files: Files, folder: str) -> object:
    kind = random.choice(
        ("text",) * 6 + ("table",) * 4 + ("svg",) * 6 + ("photo", "box", "quote", "figure")
    )
    if kind == "table":
        return {"table": table(random)}
    if kind in ("svg", "photo"):
        name, data = ("map.svg", svg(random).encode()) if kind == "svg" else _bitmap(random)
        files[f"{folder}/{name}"] = data
        alt = random.choice(
            ("A map.", "A map.", spaces(random), characters(random), _long(random, 19_990))
        )
        return {"picture": {"file": name, "alt": alt, "caption": "A caption."}}
    if kind == "box":
        return {"box": {"title": line(random), "text": prose(random)}}
    if kind == "quote":
        return {"quote": {"text": line(random), "who": line(random)}}
    return {"figure": _chart(random)} if kind == "figure" else {"text": prose(random)}


def _facts(random: Random) -> object:
    def odd() -> str:
        return random.choice((spaces, characters, _long))(random)[:200]

    contact = {"name": odd(), "phone": random.choice(("+41 22", "none", odd()))}
    contact |= {"email": random.choice(("a@a.example", odd())), "web": f"a.example/{odd()}"}
    return random.choice(
        (
            {"subjects": [odd(), odd()]},
            {"subjects": [_long(random, 19_990) for _ in range(3)]},
            {"symbol": odd()},
            {"contact": contact},
            {"identifiers": {"isbn": odd(), "doi": odd()}},
            {"issued": "2017-02-03", "change_note": {"en": line(random)[:200]}},
        )
    )


def _set_line(brief: dict[str, object], random: Random) -> None:
    text = line(random)
    key = random.choice(
        ("title", "standfirst", "prepared_for", "lead", "key", "decide", "pull")
    )
    match key:
        case "key":
            brief["key_messages"] = [{"say": text, "because": line(random)}]
        case "decide":
            brief["points_for_decision"] = [{"do": text}]
        case "pull":
            brief["pull_figures"] = [{"figure": text[:30], "text": line(random)}]
        case _:
            brief[key] = text


def brief(random: Random, slug: str) -> Files:
    """One brief: its files, by their paths in the project."""
    language = random.choice(LANGUAGES) if random.random() < 0.3 else "en"
    folder = f"content/{slug}/2017"
    files: Files = {}
    section: dict[str, object] = {"heading": "A heading", "id": "part"}
    section["blocks"] = [{"text": "Some text."}]
    value: dict[str, object] = {"title": "A title", "sections": [section]}
    facts: dict[str, object] = {"status": "draft"}
    for _ in range(random.choice((1, 1, 1, 2))):
        kind = random.choice(
            ("block",) * 5 + ("line", "line", "heading", "reference", "facts")
        )
        if kind == "block":
            section["blocks"] = [{"text": "Some text."}, _block(random, files, folder)]
        elif kind == "line":
            _set_line(value, random)
        elif kind == "heading":
            section["heading"] = line(random)
        elif kind == "facts":
            facts |= dict(_facts(random))  # type: ignore[call-overload]
        else:
            address = random.choice(
                ("https://a.example/", "https://a.example/" + "x" * 900)
            )
            value["references"] = [{"id": "one", "text": line(random), "url": address}]
            section["blocks"] = [{"text": "Some text [@one]."}]
    if "@one" in json.dumps(value) and "references" not in value:
        value["references"] = [{"id": id, "text": f"{id}."} for id in ("one", "two")]
        section["blocks"] = [*section["blocks"], {"text": "Also [@one; @two]."}]  # type: ignore[misc]
    files[f"{folder}/edition.yaml"] = quoted(facts)
    files[f"{folder}/{language}.yaml"] = quoted(value)
    return files


def briefs(seed: int, number: int) -> Mapping[str, Files]:
    """Generate `number` briefs, by slug. The same seed gives the same briefs."""
    slugs = (f"brief-{seed}-{index}" for index in range(number))
    return {slug: brief(Random(slug), slug) for slug in slugs}
