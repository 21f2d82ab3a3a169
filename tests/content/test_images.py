"""A picture file is checked before it is rendered: it is good, or has an issue."""

import io
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

from pipeline.commands.check import CheckedContent, read_content
from pipeline.content.validate import images as pictures
from pipeline.content.validate.bitmap import MAX_PIXELS, _has_too_many_scans
from pipeline.content.validate.images import PictureFile, read_picture
from pipeline.content.validate.svg import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS
from pipeline.problems import Rule
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from pipeline.workers.executor import InlineExecutor
from tests.conftest import WriteProject
from tests.scaling import GROWTH, assert_linear

ROOT = Path(__file__).resolve().parents[2]

EN, FR = "content/brief/2017/en.yaml", "content/brief/2017/fr.yaml"
TEXT = (
    "title: A title\nsections: [{heading: A heading, blocks: [\n"
    "  {picture: {file: hall.png, alt: A hall}}]}]\n"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20">{}</svg>'


def saved(
    kind: str, size: tuple[int, int] = (30, 20), mode: str = "RGB", **options: object
) -> bytes:
    """Return a picture of random pixels, so that its data can be damaged."""
    file = io.BytesIO()
    noise = Image.effect_noise(size, 90).convert(mode)
    noise.save(file, kind, **options)
    return file.getvalue()


def blank(width: int, height: int) -> bytes:
    """Return a PNG of many pixels, which is small and made at once."""
    file = io.BytesIO()
    Image.new("1", (width, height)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def svg(body: str = "", root: str = SVG) -> bytes:
    return root.format(body).encode()


def rules(name: str, data: bytes) -> list[Rule]:
    return [issue.rule for issue in read_picture(name, data)[1]]


# --- File types ---


@pytest.mark.parametrize(
    ("name", "data", "known"),
    [
        ("a.jpg", saved("JPEG"), PictureFile("JPEG", 30, 20)),
        ("a.JPEG", saved("JPEG", mode="L", progressive=True), PictureFile("JPEG", 30, 20)),
        ("a.PNG", saved("PNG", mode="RGBA"), PictureFile("PNG", 30, 20)),
        ("a.png", saved("PNG", mode="P"), PictureFile("PNG", 30, 20)),
        ("a.png", saved("PNG", mode="1"), PictureFile("PNG", 30, 20)),
        ("a.svg", svg(), PictureFile("SVG", 30, 20, True)),
        ("a.svg", b"\xef\xbb\xbf<!-- -->" + svg(), PictureFile("SVG", 30, 20, True)),
        ("a.svg", svg().decode().encode("utf-16"), PictureFile("SVG", 30, 20, True)),
        ("a.svg", b'<svg width="1in" height="48"/>', PictureFile("SVG", 96, 48)),
        ("a.svg", b'<svg width="100%" viewBox="0,0 3,2"/>', PictureFile("SVG", 3, 2, True)),
        ("a.svg", b'<svg width="6" viewBox="0 0 3 2"/>', PictureFile("SVG", 6, 4)),
        ("a.svg", b'<svg height="1in" viewBox="0 0 3 2"/>', PictureFile("SVG", 144, 96)),
    ],
)
def test_a_good_picture_has_a_kind_and_a_size(
    name: str, data: bytes, known: PictureFile
) -> None:
    assert read_picture(name, data) == (known, ())


@pytest.mark.parametrize(
    ("data", "kind", "hint"),
    [
        (saved("JPEG"), "a JPEG file", "hall.final.jpg"),
        (saved("PNG"), "a PNG file", "hall.final.png"),
        (svg(), "an SVG file", "hall.final.svg"),
        (saved("WEBP"), "a WebP file", "JPEG or PNG"),
        (saved("GIF"), "a GIF file", "JPEG or PNG"),
        (saved("TIFF"), "a TIFF file", "JPEG or PNG"),
        (saved("BMP"), "a BMP file", "JPEG or PNG"),
        (saved("AVIF"), "an AVIF file", "JPEG or PNG"),
        (b"\0\0\0\x18ftypheic", "a HEIC file", "JPEG or PNG"),
        (saved("PDF"), "a PDF file", "SVG or PNG"),
        (b"\x1f\x8b\x08", "a compressed SVG file", "SVG or PNG"),
        (b"A hall", "not a picture", "JPEG, PNG or SVG"),
    ],
)
def test_the_first_bytes_of_a_file_give_its_type(data: bytes, kind: str, hint: str) -> None:
    _, (issue,) = read_picture("hall.final", data)
    assert issue.rule is Rule.PICTURE_TYPE
    assert f" is {kind}" in issue.message
    assert hint in issue.hint


def test_an_empty_file_is_a_damaged_picture() -> None:
    assert rules("hall.png", b"") == [Rule.PICTURE_DAMAGED]


def test_a_wrong_name_does_not_hide_other_issues() -> None:
    assert rules("hall.png", saved("JPEG", mode="CMYK")) == [Rule.PICTURE_TYPE] * 2


# --- Pixels ---


def test_a_truncated_picture_is_damaged_even_after_weasyprint_was_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """WeasyPrint sets this flag of Pillow for the whole process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    for name in ("a.jpg", "a.png"):
        data = saved("JPEG" if name == "a.jpg" else "PNG", (300, 200))
        assert rules(name, data) == []
        assert rules(name, data[: len(data) * 2 // 3]) == [Rule.PICTURE_DAMAGED]
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def test_a_changed_byte_is_found_by_the_checksum() -> None:
    data = saved("PNG")
    last = data.index(b"IEND") - 5  # the last byte of the checksum before
    changed = data[:last] + bytes([data[last] ^ 1]) + data[last + 1 :]
    assert rules("a.png", changed) == [Rule.PICTURE_DAMAGED]


def test_too_many_pixels_are_rejected_before_decoding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("pipeline.content.validate.bitmap._decode_pixels", decode)
    data = blank(10_000, 10_000)
    picture, (issue,) = read_picture("a.png", data)
    assert picture is None
    assert issue.rule is Rule.PICTURE_SIZE


def scans(number: int) -> bytes:
    """Make a progressive JPEG, with so many empty scans added."""
    data = saved("JPEG", (700, 500), progressive=True)
    ac = b"".join(
        b"\xff\xda\0\x08\x01\x01\0" + bytes([n % 63 + 1, n % 63 + 1, 0])
        for n in range(number)
    )
    return data.removesuffix(b"\xff\xd9") + ac + b"\xff\xd9"


def test_too_many_scans_are_rejected_before_decoding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert rules("a.jpg", scans(80)) == []
    embedded = b"\xff\xfe" + (2 + 800).to_bytes(2) + b"\xff\xda\0\0" * 200
    good = scans(0)
    assert rules("a.jpg", good[:2] + embedded + good[2:] + b"\xff\xda" * 200) == []
    monkeypatch.setattr("pipeline.content.validate.bitmap._decode_pixels", None)
    picture, (issue,) = read_picture("a.jpg", scans(101))
    assert picture is None
    assert issue.rule is Rule.PICTURE_SIZE
    assert issue.message == '"a.jpg" has more than 100 progressive scans'


def test_the_scans_of_a_jpeg_are_counted_in_linear_time() -> None:
    parts = (b"\xff", b"\xff\0", b"\xff\xd0", b"\xff\xfe\0\x02")
    for part in parts:
        small, large = (b"\xff\xd8" + part * n for n in (20_000, GROWTH * 20_000))
        assert_linear(_has_too_many_scans, small, large)


def test_twenty_five_million_pixels_are_accepted() -> None:
    assert MAX_PIXELS == 5000 * 5000
    assert rules("a.png", blank(5000, 5000)) == []
    assert rules("a.png", blank(5000, 5001)) == [Rule.PICTURE_SIZE]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_size_of_a_rotated_photograph_is_upright(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    name = "a.jpg" if kind == "JPEG" else "a.png"
    picture, issues = read_picture(name, saved(kind, exif=exif))
    assert (picture, issues) == (PictureFile(kind, 20, 30), ())


@pytest.mark.parametrize(
    ("profile", "expected"), [("sRGB", []), ("P3", [Rule.PICTURE_COLOUR]), ("nonsense", [])]
)
def test_a_colour_space_is_recognized_by_its_profile_not_by_its_name(
    profile: str, expected: list[Rule]
) -> None:
    with Image.open(ROOT / "tests/invalid/beside/display-p3.jpg") as picture:
        p3 = picture.info["icc_profile"]
    data = {
        "sRGB": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        "P3": p3.replace(b"Display P3", b"sRGB      "),
        "nonsense": b"nonsense" * 50,
    }[profile]
    assert rules("a.jpg", saved("JPEG", icc_profile=data)) == expected


# --- SVG ---


@pytest.mark.parametrize(
    "body",
    [
        '<g onclick="a"/>',
        '<g ONCLICK="a"/>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>',
        '<x:image xmlns:x="x" href="#a"/>',
        '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="a.svg#b"/>',
        '<use href=" javascript:a"/>',
        '<use href="data:image/svg+xml,a"/>',
        '<rect fill="URL( &quot;//a&quot; )"/>',
        '<rect style="fill:u\\72l(a)"/>',
        '<rect style="fill:url(file:///etc/passwd)"/>',
        "<style>@IMPORT 'a.css';</style>",
        "<style><![CDATA[@font-face { src: url(a) }]]></style>",
        "<style>@media print { rect { fill: red } }</style>",
        "<style>use { href: a }</style>",
        "<text>A</text>",
        "<a href='#a'/>",
        "<switch/>",
        "<set/>",
        '<rect fill="device-cmyk(0 0 0 1)"/>',
    ],
)
def test_unsupported_features_of_svg_are_rejected(body: str) -> None:
    _, issues = read_picture("a.svg", svg(f"\n{body}"))
    assert {issue.rule for issue in issues} == {Rule.PICTURE_SVG}
    assert all(issue.message.startswith("a.svg, line 2: ") for issue in issues)


@pytest.mark.parametrize(
    "body",
    [
        '<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/><use href="#a"/>',
        "<rect fill=\"url('#a')\" style='stroke: url( \"#a\" ) red'/>",
        "<style>rect { fill: url(#a) }</style><title>text</title><metadata/>",
        '<i:guide xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:label="a"/>',
        f"{'<g>' * (MAX_DEPTH - 1)}{'</g>' * (MAX_DEPTH - 1)}",
        "<g/>" * (MAX_ELEMENTS - 1),
    ],
)
def test_svg_of_drawing_programs_is_accepted(body: str) -> None:
    assert rules("a.svg", svg(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        "<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH,
        "<g/>" * MAX_ELEMENTS,
        '<g id="a"><use href="#a"/></g>',
        '<pattern id="a"><rect fill="url(#b)"/></pattern>'
        '<pattern id="b"><rect fill="url(#a)"/></pattern>',
        "".join(
            f'<g id="a{n}">' + f'<use href="#a{n + 1}"/>' * 10 + "</g>" for n in range(9)
        ),
        "<!--" + "a" * MAX_BYTES + "-->",
    ],
    ids=["deep", "many", "itself", "circle", "multiplying", "long"],
)
def test_a_drawing_over_a_limit_is_rejected(body: str) -> None:
    assert rules("a.svg", svg(body)) == [Rule.PICTURE_SIZE]


@pytest.mark.parametrize(
    "root",
    [
        "<svg/>",
        '<svg width="3"/>',
        '<svg width="100%" height="100%"/>',
        '<svg width="0" height="3"/>',
        '<svg width="wide" height="3" viewBox="0 0 3 2"/>',
        '<svg viewBox="0 0 3"/>',
        '<svg viewBox="0 0 3 a"/>',
        '<svg viewBox="0 0 0 2"/>',
        '<svg viewBox="0 0 nan inf"/>',
        '<svg viewBox="0 0 1e999 1"/>',
        '<svg width="1e999" height="1"/>',
    ],
)
def test_a_drawing_without_a_valid_size_is_rejected(root: str) -> None:
    assert rules("a.svg", root.encode()) == [Rule.PICTURE_SVG]


def test_no_entity_is_ever_expanded() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE svg [<!ENTITY e0 "ha">{entities}]>' + SVG.format("&e8;")
    _, (issue,) = read_picture("a.svg", bomb.encode())
    assert (issue.rule, "document type" in issue.message) == (Rule.PICTURE_SVG, True)


def test_at_most_ten_issues_of_a_file_are_reported() -> None:
    _, issues = read_picture("a.svg", svg("".join(f"<{'e' * n}/>" for n in range(1, 99))))
    assert len(issues) == 10
    assert max(len(issue.message) for issue in issues) < 100


@pytest.mark.parametrize("encoding", ["nonsense", "utf-7", "hex", "idna"])
def test_an_unknown_encoding_is_a_damaged_picture(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?>{SVG}'.encode()
    assert rules("a.svg", data) == [Rule.PICTURE_DAMAGED]


def test_each_unsupported_element_is_reported_once_at_its_first_line() -> None:
    _, issues = read_picture("a.svg", svg("\n<set/><text/>\n<text/><text/>"))
    assert [re.findall("line .", f.message) for f in issues] == [["line 2"]] * 2


def test_the_attributes_and_content_of_an_unsupported_element_are_not_checked() -> None:
    body = '<image href="https://example.org/a.png"><text>A</text></image><text/>'
    assert rules("a.svg", svg(body)) == [Rule.PICTURE_SVG] * 2


# --- Any input ---

GOOD = {
    "a.png": saved("PNG", mode="P"),
    "a.jpg": saved("JPEG"),
    "a.svg": svg('<style>a{}</style><use href="#a"/><g id="a" fill="url(#b)"/>'),
}


@given(st.sampled_from(sorted(GOOD)), st.binary(max_size=200))
def test_random_bytes_give_an_issue(name: str, data: bytes) -> None:
    assert rules(name, data) != []


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_changed_picture_gives_an_issue_or_is_good(
    name: str, choose: st.DataObject
) -> None:
    data = bytearray(GOOD[name])
    for _ in range(choose.draw(st.integers(1, 4))):
        start = choose.draw(st.integers(0, len(data)))
        end = choose.draw(st.integers(start, min(len(data), start + 9)))
        data[start:end] = choose.draw(st.binary(max_size=9))
    picture, issues = read_picture(name, mend(bytes(data)))
    assert picture or issues


def mend(data: bytes) -> bytes:
    """Correct the checksums of a PNG, so that its chunks are read."""
    start = 8
    while data.startswith(b"\x89PNG\r\n\x1a\n") and start + 12 <= len(data):
        end = start + 8 + int.from_bytes(data[start : start + 4])
        checksum = zlib.crc32(data[start + 4 : end]).to_bytes(4)
        data = data[:end] + checksum + data[end + 4 :] if end + 4 <= len(data) else data
        start = end + 4
    return data


# --- In a brief ---


def read(root: Path) -> CheckedContent:
    """Read in this process, where tests replace functions."""
    options, executor = BuildOptions(), InlineExecutor()
    return read_content(open_project(root), options, None, executor=executor)


def test_a_picture_is_checked_once_and_reported_in_each_language(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []

    def note_and_read(name: str, data: bytes) -> object:
        checked.append(name)
        return read_picture(name, data)

    monkeypatch.setattr(pictures, "read_picture", note_and_read)
    root = write_project({EN: TEXT, FR: TEXT, "content/brief/2017/hall.png": b"x"})
    content = read(root)
    assert [str(p.place) for p in content.problems] == [f"{EN}:3:20", f"{FR}:3:20"]
    assert checked == ["hall.png"]
    checked.clear()
    write_project({EN: TEXT.replace("hall.png", "./hall.png"), FR: TEXT})
    read(root)
    assert checked == ["./hall.png"]


@pytest.mark.parametrize(
    ("size", "dpi", "needed"),
    [
        ((300, 200), "96 dpi", "686 × 457"),
        ((600, 400), "131 dpi", "686 × 457"),
        ((200, 450), "127 dpi", "237 × 532"),
        ((686, 457), "", ""),
        ((100, 532), "", ""),
    ],
)
def test_a_picture_with_too_few_pixels_gives_a_warning(
    size: tuple[int, int], dpi: str, needed: str, write_project: WriteProject
) -> None:
    data = saved("PNG", size)
    content = read(write_project({EN: TEXT, "content/brief/2017/hall.png": data}))
    assert set(content.editions[0].versions) == {"en"}
    assert bool(content.problems) == bool(dpi)
    for problem in content.problems:
        assert problem.rule is Rule.PICTURE_RESOLUTION
        assert dpi in problem.message
        assert needed in problem.hint


@pytest.mark.parametrize(
    ("name", "data", "millimetres"),
    [
        ("hall.png", saved("PNG", (1, 1)), "0.265 × 0.265 mm"),
        ("hall.png", saved("PNG", (2000, 3)), "116 × 0.174 mm"),
        ("hall.png", saved("PNG", (5, 300)), ""),  # coarse, but large enough
        ("hall.svg", b'<svg viewBox="0 0 1 100000"/>', "0.0009 × 90 mm"),
        ("hall.svg", b'<svg viewBox="0 0 1 100000" width="50"/>', "0.0009 × 90 mm"),
        ("hall.svg", b'<svg viewBox="0 0 1 1"/>', ""),
        ("hall.svg", b'<svg viewBox="0 0 1 1" width="2"/>', "0.529 × 0.529 mm"),
        ("hall.svg", b'<svg width="300" height="1"/>', "79.4 × 0.265 mm"),
        ("hall.svg", b'<svg viewBox="0 0 3000 100" height="20"/>', ""),
    ],
)
def test_a_picture_that_prints_too_small_is_an_error(
    name: str, data: bytes, millimetres: str, write_project: WriteProject
) -> None:
    text = TEXT.replace("hall.png", name)
    content = read(write_project({EN: text, f"content/brief/2017/{name}": data}))
    problems = [p for p in content.problems if p.rule is Rule.PICTURE_SIZE]
    assert len(problems) == bool(millimetres)
    assert all(millimetres in problem.message for problem in problems)
    assert set(content.editions[0].versions) == (set() if millimetres else {"en"})


def test_the_size_on_paper_is_that_of_the_style_sheet() -> None:
    tokens = (ROOT / "styles/tokens.css").read_text()
    sheet = (ROOT / "styles/components/picture.css").read_text()
    assert f"--measure: calc({pictures.MAX_WIDTH_MM}mm + var(--wider));" in tokens
    assert f"max-height: {pictures.MAX_HEIGHT_MM}mm;" in sheet
    assert "max-width: 99.9%;" in sheet
    assert "image-resolution" not in sheet


def test_a_huge_file_is_rejected_before_it_is_read(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_project({EN: TEXT})
    with (root / "content/brief/2017/hall.png").open("wb") as file:
        file.truncate(20_000_001)
    monkeypatch.setattr(pictures, "read_picture", None)
    (problem,) = read(root).problems
    assert problem.rule is Rule.PICTURE_SIZE


def test_a_file_without_read_permission_is_reported(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is simulated, because root can read every file."""
    root = write_project({EN: TEXT, "content/brief/2017/hall.png": b"x"})
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "hall.png":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (problem,) = read(root).problems
    assert (problem.rule, str(problem.place)) == (Rule.FILE_UNREADABLE, f"{EN}:3:20")


@pytest.mark.parametrize("picture", ["", "hall.svg", "hall.png"])
def test_pillow_is_imported_only_for_a_picture_of_pixels(
    picture: str, write_project: WriteProject
) -> None:
    files: dict[str, str | bytes | None] = {}
    if picture:
        data = svg() if picture == "hall.svg" else saved("PNG", (700, 500))
        files = {
            EN: TEXT.replace("hall.png", picture),
            f"content/brief/2017/{picture}": data,
        }
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from pipeline.commands.check import read_content\n"
        "from pipeline.project import open_project\n"
        "from pipeline.targets import BuildOptions\n"
        "from pipeline.workers.executor import InlineExecutor\n"
        "project = open_project(Path(sys.argv[1]))\n"
        "options, executor = BuildOptions(), InlineExecutor()\n"
        "read = read_content(project, options, None, executor=executor)\n"
        "print([*read.problems], 'PIL' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, write_project(files)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (result.stderr, result.stdout) == ("", f"[] {picture == 'hall.png'}\n")


@pytest.mark.parametrize(
    ("paper", "needed"),
    [
        ("A4", {"1,914 × 550 pixels", "686 × 457 pixels"}),
        ("{width: 250, height: 340}", {"2,268 × 550 pixels", "798 × 532 pixels"}),
    ],
)
def test_the_pixels_that_a_picture_needs_are_those_of_the_paper(
    paper: str, needed: set[str], write_project: WriteProject
) -> None:
    series = f"name: B\npublisher: {{name: P}}\nlanguages: [en, fr]\npaper: {paper}\n"
    cover = "cover: {kind: photo, file: hall.png, alt: A hall, credit: A. Name}\n"
    files = {
        "content/series.yaml": series,
        "content/brief/2017/edition.yaml": cover,
        EN: TEXT,
        "content/brief/2017/hall.png": saved("PNG", (600, 400)),
    }
    hints = [problem.hint for problem in read(write_project(files)).problems]
    assert {
        hint[len("use one of at least ") :].partition(" (")[0] for hint in hints
    } == needed
