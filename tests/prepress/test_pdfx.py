"""A press file is PDF/X-4: page boxes, inks and metadata, in all scripts, with pictures.

These tests read the files themselves, without pipeline/prepress/preflight.py.
"""

import io
import math
import time
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Name
from PIL import Image, ImageCms

from pipeline.build import build_documents as build
from pipeline.model.pdf_identity import PdfIdentity
from pipeline.prepress.inks import (
    few_ink_mapper,
    find_ink_faults,
    fine_line_limiter,
    ink_limiter,
    limit_inks,
    soft_proof,
)
from pipeline.prepress.pdfx import PrintingCondition, convert_to_pdfx
from pipeline.problems import ExitCode, PipelineError, Place, Rule
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from tests.attacks.payloads import svg
from tests.conftest import WriteProject
from tests.prepress.samples import CONDITION, FILES, MM, PROFILE, document_with_squares

ROOT = Path(__file__).resolve().parents[2]
PLACE = Place("content/brief/2017/en.yaml")
# One language of each script.
LANGUAGES = ("en", "ar", "zh", "ru")
NAMES = (*LANGUAGES, "pictures")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, ghostscript: str) -> dict[str, bytes]:
    """The press files of a sample in four scripts, and of a brief with pictures."""
    samples = tmp_path_factory.mktemp("samples")
    (samples / "content").symlink_to(ROOT / "content")
    options = BuildOptions(
        ("wpsdg",), LANGUAGES, profiles=("press",), ghostscript=ghostscript
    )
    samples_built = build(open_project(samples), options, date(2026, 1, 1))
    pictures = tmp_path_factory.mktemp("pictures")
    for name, data in FILES.items():
        assert data
        (pictures / name).parent.mkdir(parents=True, exist_ok=True)
        (pictures / name).write_bytes(data.encode() if isinstance(data, str) else data)
    series = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en]\n"
    (pictures / "content/series.yaml").write_text(series, encoding="utf-8")
    options = BuildOptions(profiles=("press",), ghostscript=ghostscript)
    pictures_built = build(open_project(pictures), options, date(2026, 1, 1))
    assert {d.state for d in (*samples_built.targets, *pictures_built.targets)} == {"built"}
    paths = {d.language: samples / "build" / d.name for d in samples_built.targets}
    paths["pictures"] = pictures / "build" / pictures_built.targets[0].name
    return {name: path.read_bytes() for name, path in paths.items()}


@pytest.fixture(params=NAMES)
def press(request: pytest.FixtureRequest, files: dict[str, bytes]) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(files[request.param])) as pdf:
        yield pdf


def box(page: pikepdf.Page, name: str) -> list[float]:
    return [round(float(edge) / MM, 1) for edge in page[f"/{name}Box"]]


def operators_of(pdf: pikepdf.Pdf) -> Iterator[tuple[str, list[Any]]]:
    """Yield operators and operands of all pages, also in groups and patterns."""
    streams: list[Any] = list(pdf.pages)
    for pdf_object in pdf.objects:
        if isinstance(pdf_object, pikepdf.Stream) and (
            pdf_object.get("/Subtype") == Name.Form or pdf_object.get("/PatternType") == 1
        ):
            streams.append(pdf_object)
    for stream in streams:
        for instruction in pikepdf.parse_content_stream(stream):
            yield str(instruction.operator), list(instruction.operands)


# --- Boxes ---


def test_a_page_is_a4_with_3_mm_of_bleed_on_a_larger_sheet(press: pikepdf.Pdf) -> None:
    for page in press.pages:
        assert box(page, "Trim") == [10, 10, 220, 307]
        assert box(page, "Bleed") == [7, 7, 223, 310]
        assert box(page, "Media") == [0, 0, 230, 317]
        assert "/ArtBox" not in page
        assert "/CropBox" not in page


@cache
def first_page(pdf: bytes) -> Image.Image:
    """Page 1 in grey, at four pixels a point."""
    return pypdfium2.PdfDocument(pdf)[0].render(scale=4).to_pil().convert("L")


def has_ink_at(pdf: bytes, across_mm: float, down_mm: float) -> bool:
    """Whether anything is printed at a place of page 1, from the top left of the sheet."""
    return (
        first_page(pdf).getpixel((round(across_mm * MM * 4), round(down_mm * MM * 4))) < 200
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_colour_reaches_3_mm_beyond_the_edge_and_no_further(
    language: str, files: dict[str, bytes]
) -> None:
    data = files[language]
    assert has_ink_at(data, 60, 7.5)
    assert not has_ink_at(data, 60, 6.5)
    # At the left and the right edge: the background and the ribbon of the masthead.
    for down in (40, 50):
        for inside, outside in ((7.5, 6.5), (222.5, 223.5)):
            assert has_ink_at(data, inside, down)
            assert not has_ink_at(data, outside, down)


def test_crop_marks_stand_beyond_the_bleed_in_every_ink(files: dict[str, bytes]) -> None:
    for across, down in ((3, 10), (10, 3), (220, 3), (227, 10), (3, 307), (220, 314)):
        assert has_ink_at(files["zh"], across, down), (across, down)
    with pikepdf.open(io.BytesIO(files["zh"])) as pdf:
        for page in pdf.pages:
            kind, name, *_ = page.obj.Resources.ColorSpace.EveryInk
            assert (kind, name) == (Name.Separation, Name.All)


# --- Inks ---


def test_no_rgb_is_left(press: pikepdf.Pdf) -> None:
    used = {operator for operator, _ in operators_of(press)}
    assert not used & {"rg", "RG"}
    assert "k" in used
    data = io.BytesIO()
    press.save(data, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    for name in (b"/DeviceRGB", b"/CalRGB", b"/Lab"):
        assert name not in data.getvalue()
    streams = [one for one in press.objects if isinstance(one, pikepdf.Stream)]
    profiles = [s for s in streams if "/N" in s and s.get("/Type") != Name.ObjStm]
    assert [int(profile.N) for profile in profiles] == [4]


def test_text_is_printed_in_black_ink_alone(press: pikepdf.Pdf) -> None:
    """Running text is K 100; nothing is printed in four inks that look like black."""
    texts_by_ink: dict[tuple[float, ...], int] = {}
    ink: tuple[float, ...] = (0, 0, 0, 1)
    for operator, operands in operators_of(press):
        if operator == "k":
            ink = tuple(float(part) for part in operands)
        elif operator in ("Tj", "TJ", "'"):
            texts_by_ink[ink] = texts_by_ink.get(ink, 0) + 1
    assert texts_by_ink[(0, 0, 0, 1)] > sum(texts_by_ink.values()) / 4
    # A dark colour of the brand has one other ink, and much of it.
    nearly_black = [
        (*colours, black)
        for *colours, black in texts_by_ink
        if black > 0.6 and (*colours, black) != (0, 0, 0, 1)
        if max(colours) < 0.5 or sum(share > 0 for share in colours) > 1
    ]
    assert nearly_black == []


def test_grey_lines_of_a_pattern_are_black_ink_alone(files: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(files["pictures"])) as pdf:
        strokes = {
            tuple(round(float(p), 1) for p in o) for n, o in operators_of(pdf) if n == "K"
        }
    assert strokes == {(0, 0, 0, 0.8)}


def test_no_colour_has_more_than_two_inks_and_black(press: pikepdf.Pdf) -> None:
    colours = {
        tuple(map(float, o)) for name, o in operators_of(press) if name in ("k", "K")
    }
    assert {sum(share > 0 for share in inks[:3]) for inks in colours} <= {0, 1, 2}


@pytest.mark.parametrize("colour", ["1f5a3d", "0c6b66", "8c4a1f", "004d40", "8f2d1c"])
def test_the_hue_of_a_brand_is_printed(colour: str) -> None:
    """Dark green does not become brown, teal not blue, and copper not red."""
    icc_profile = (ROOT / "styles/icc/FOGRA39.icc").read_bytes()
    press = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
    screen, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    convert = ImageCms.buildTransform(screen, press, "RGB", "CMYK")
    proof = ImageCms.buildTransform(press, lab, "CMYK", "LAB")

    def hue(inks: bytes) -> float:
        patch = ImageCms.applyTransform(Image.frombytes("CMYK", (1, 1), inks), proof)
        assert patch
        _, a, b = patch.tobytes()
        return math.degrees(math.atan2(b - 256 * (b > 127), a - 256 * (a > 127)))

    rgb = Image.frombytes("RGB", (1, 1), bytes.fromhex(colour))
    converted = ImageCms.applyTransform(rgb, convert)
    assert converted
    inks = converted.tobytes()
    limited = ink_limiter(icc_profile)(tuple(share / 255 for share in inks))
    printed = bytes(round(255 * share) for share in limited)
    assert abs((hue(printed) - hue(inks) + 180) % 360 - 180) < 12


def test_an_arabic_press_file_is_bound_on_the_right(files: dict[str, bytes]) -> None:
    for language in LANGUAGES:
        with pikepdf.open(io.BytesIO(files[language])) as pdf:
            preferences = pdf.Root.get("/ViewerPreferences", {})
            assert ("/Direction" in preferences) == (language == "ar")


def test_a_fine_line_has_one_ink_that_is_as_dark() -> None:
    limit = fine_line_limiter(PROFILE)
    assert limit((0.65, 0.4, 0, 0)) == (0, 0, 0, 0.6)
    assert limit((0.9, 0.1, 0, 0)) == (0.95, 0, 0, 0)
    cyan, *_, black = limit((0.9, 0.9, 0, 0))
    assert (cyan, black > 0.7) == (0, True)
    assert limit((0, 0, 0, 0.35)) == (0, 0, 0, 0.35)


def test_only_fine_lines_have_their_inks_changed() -> None:
    """The width on the page counts: a line of 2 units, scaled by 0.3, is fine."""
    content = (
        b".65 .4 0 0 K .5 w 0 0 m 9 9 l S 1.2 w 0 0 m 9 9 l S "
        b"q .3 0 0 .3 0 0 cm 2 w 0 0 9 9 re S Q .8 w 0 0 m 5 5 l 9 9 l S "
    )
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.Contents = pdf.make_stream(content)
    assert set(find_ink_faults(page, {})) == {"a line thinner than 1 pt has several inks"}
    limit_inks(pdf, [page], PROFILE)
    assert list(find_ink_faults(page, {})) == []
    inks, shown = (), []
    for operands, operator in pikepdf.parse_content_stream(page):
        inks = tuple(map(float, operands)) if str(operator) == "K" else inks
        shown += [inks] if str(operator) == "S" else []
    fine, wide = (0, 0, 0, 0.6), (0.65, 0.4, 0, 0)
    assert shown == [fine, wide, fine, fine]


def test_a_soft_proof_is_the_colour_on_paper() -> None:
    proof = soft_proof(PROFILE)
    assert proof((1.0, 1.0, 1.0)) == (1.0, 1.0, 1.0)
    assert max(proof((0.0, 0.0, 0.0))) < 0.2
    # A very dark blue loses its third ink, and is printed as a lighter blue.
    assert [round(share * 255) for share in proof((0x23 / 255, 0, 0x50 / 255))] == (
        pytest.approx([71, 61, 141], abs=12)
    )


def test_a_dark_blue_is_printed_in_two_inks() -> None:
    """In two inks it is lighter; with black, white letters on it would fill in."""
    icc_profile = (ROOT / "styles/icc/FOGRA39.icc").read_bytes()
    press = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
    convert = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), press, "RGB", "CMYK")
    dark_blue = Image.frombytes("RGB", (1, 1), bytes.fromhex("230050"))
    converted = ImageCms.applyTransform(dark_blue, convert)
    assert converted
    inks = ink_limiter(icc_profile)(tuple(share / 255 for share in converted.tobytes()))
    assert sum(share > 0 for share in inks) == 2


@pytest.mark.parametrize("colour", ["e7f3f1", "f3ead8", "fbf1ea", "ebf5fd", "e9e4f5"])
def test_a_pale_ground_does_not_turn_grey(colour: str) -> None:
    map_to_inks = few_ink_mapper((ROOT / "styles/icc/FOGRA39.icc").read_bytes())
    inks = map_to_inks(tuple(share / 255 for share in bytes.fromhex(colour)))
    assert inks
    assert any(inks[:3])


def test_tints_are_cyan_alone_and_hairlines_black_alone(files: dict[str, bytes]) -> None:
    """The light blue of panels, the blue of a rule, and the grey of hairlines."""
    with pikepdf.open(io.BytesIO(files["en"])) as pdf:
        colours = {
            tuple(round(float(share), 2) for share in o)
            for name, o in operators_of(pdf)
            if name == "k"
        }
    assert {(0.1, 0, 0, 0), (0.35, 0, 0, 0), (0, 0, 0, 0.35)} <= colours


def test_black_text_overprints_and_other_text_does_not(press: pikepdf.Pdf) -> None:
    texts = set()
    for page in press.pages:
        states = page.obj.Resources.get("/ExtGState", {})
        ink, overprints, stack = (), False, []
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name == "k":
                ink = tuple(map(float, operands))
            elif name == "gs" and "/OP" in (state := states[str(operands[0])]):
                assert bool(state.OP) == bool(state.op)
                overprints = bool(state.op) and state.OPM == 1
            elif name == "q":
                stack.append((ink, overprints))
            elif name == "Q":
                ink, overprints = stack.pop()
            elif name in ("Tj", "TJ", "'"):
                texts.add((ink == (0, 0, 0, 1), overprints))
    assert texts == {(True, True), (False, False)}


def test_pictures_are_cmyk_and_at_most_400_pixels_per_inch(
    files: dict[str, bytes],
) -> None:
    with pikepdf.open(io.BytesIO(files["pictures"])) as pdf:
        images = {
            (str(i.ColorSpace), int(i.Width), int(i.Height), "/SMask" in i)
            for i in pdf.objects
            if isinstance(i, pikepdf.Stream) and i.get("/Subtype") == Name.Image
        }
    assert images == {
        ("/DeviceCMYK", 640, 360, False),
        ("/DeviceCMYK", 1824, 1026, False),  # of 3200 pixels, 701 to an inch: now 400
        ("/DeviceGray", 640, 360, False),
        ("/DeviceCMYK", 600, 300, True),
        ("/DeviceGray", 600, 300, False),  # the alpha channel
    }


def test_transparency_groups_blend_in_cmyk(files: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(files["pictures"])) as pdf:
        spaces = {str(o.Group.CS) for o in pdf.objects if has_group(o)}
        assert {str(page.obj.Group.CS) for page in pdf.pages} == {"/DeviceCMYK"}
    assert spaces == {"/DeviceCMYK", "/DeviceGray"}


def has_group(pdf_object: Any) -> bool:
    return isinstance(pdf_object, pikepdf.Stream) and "/Group" in pdf_object


# --- Metadata ---


def test_a_press_file_identifies_itself_as_pdf_x_4(press: pikepdf.Pdf) -> None:
    assert press.pdf_version == "1.6"
    metadata = press.open_metadata()
    assert metadata["{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"] == "PDF/X-4"
    assert metadata["pdf:Trapped"] == "False"
    assert metadata["xmpMM:VersionID"] == "1"
    assert metadata["xmpMM:RenditionClass"] == "default"
    assert metadata["xmpMM:DocumentID"].startswith("uuid:")
    assert metadata["dc:title"] == str(press.docinfo["/Title"])
    identity = PdfIdentity.from_xmp(press.Root.Metadata.read_bytes())
    assert identity
    assert identity.document.endswith("_press")
    assert "/Document" not in press.docinfo
    for key in ("CreateDate", "ModifyDate", "MetadataDate"):
        assert metadata[f"xmp:{key}"].startswith("2017-01-01T00:00:00")
    assert "pdfaid:part" not in metadata
    assert "pdfuaid:part" not in metadata
    assert press.docinfo["/Trapped"] == Name("/False")
    assert isinstance(press.docinfo["/Trapped"], Name)
    assert "/GTS_PDFXVersion" not in press.docinfo
    assert press.docinfo["/CreationDate"] == "D:20170101000000Z"
    assert "/ID" in press.trailer


def test_a_press_file_names_its_printing_condition(press: pikepdf.Pdf) -> None:
    (intent,) = press.Root.OutputIntents
    assert intent.S == Name.GTS_PDFX
    assert intent.OutputConditionIdentifier == "FOGRA39"
    assert intent.RegistryName == "http://www.color.org"
    assert intent.DestOutputProfile.read_bytes() == PROFILE


def test_no_screen_features_are_left(press: pikepdf.Pdf) -> None:
    kept = {"/Type", "/Pages", "/Metadata", "/OutputIntents", "/Lang"}
    assert set(press.Root.keys()) - {"/ViewerPreferences"} == kept
    for page in press.pages:
        assert not {"/Annots", "/StructParents", "/Tabs"} & set(page.keys())
    assert not {op for op, _ in operators_of(press)} & {"BDC", "BMC", "EMC"}


def test_all_fonts_are_embedded(press: pikepdf.Pdf) -> None:
    descriptors = [
        o
        for o in press.objects
        if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == Name.FontDescriptor
    ]
    assert descriptors
    assert all("/FontFile2" in font or "/FontFile3" in font for font in descriptors)


def test_all_words_are_kept(files: dict[str, bytes]) -> None:
    for language, word in (
        ("en", "Trade"),
        ("ru", "Торговля"),
        ("zh", "贸易"),
    ):
        document = pypdfium2.PdfDocument(files[language])
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert word in text, language


# --- How it is made ---


def test_the_same_document_gives_the_same_bytes_at_another_time(ghostscript: str) -> None:
    first = convert_to_pdfx(document_with_squares(), CONDITION, ghostscript, PLACE)
    second = int(time.time())  # what Ghostscript would write into the file
    while int(time.time()) == second:
        time.sleep(0.01)
    assert convert_to_pdfx(document_with_squares(), CONDITION, ghostscript, PLACE) == first


def test_dates_come_from_the_day_of_issue_or_from_the_information_date(
    ghostscript: str,
) -> None:
    issued = io.BytesIO()
    with pikepdf.open(io.BytesIO(document_with_squares())) as pdf:
        pdf.docinfo["/CreationDate"] = "D:20170930220000Z"
        pdf.save(issued)
    for data, day in (
        (document_with_squares(), "20170301000000"),
        (issued.getvalue(), "20170930220000"),
    ):
        made = convert_to_pdfx(data, CONDITION, ghostscript, PLACE)
        with pikepdf.open(io.BytesIO(made)) as pdf:
            assert pdf.docinfo["/CreationDate"] == f"D:{day}Z"


def test_an_unregistered_condition_has_no_registry(ghostscript: str) -> None:
    own = PrintingCondition("Our press", PROFILE)
    made = convert_to_pdfx(document_with_squares(), own, ghostscript, PLACE)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert intent.OutputConditionIdentifier == "Our press"
        assert "/RegistryName" not in intent


def problem_of(program: str | None) -> tuple[Rule, str]:
    with pytest.raises(PipelineError) as caught:
        convert_to_pdfx(document_with_squares(), CONDITION, program, PLACE)
    (problem,) = caught.value.problems
    assert problem.exit_code is ExitCode.ENVIRONMENT
    return problem.rule, f"{problem.place}: {problem.message}"


def test_a_missing_ghostscript_is_a_problem(tmp_path: Path) -> None:
    message = 'Ghostscript: the program "gs" is missing; press files need it'
    assert problem_of(None) == (Rule.MISSING_PROGRAM, message)
    assert problem_of(str(tmp_path / "gone")) == (Rule.MISSING_PROGRAM, message)


@pytest.mark.parametrize(
    ("script", "how"),
    [
        ("echo half > inked.pdf; echo 'Error: /VMerror in --run--'; exit 1",
         "it exited with code 1: Error: /VMerror in --run--"),
        ("echo half > inked.pdf; kill -9 $$", "it was ended by SIGKILL"),
        ("cp document.pdf inked.pdf; echo '   **** Error: a font is damaged'",
         "Error: a font is damaged"),
        ("exit 3", "it exited with code 3"),
    ],
)  # fmt: skip
def test_a_failure_of_ghostscript_is_reported_with_its_output(
    script: str, how: str, tmp_path: Path
) -> None:
    program = tmp_path / "gs"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    message = f"{PLACE}: Ghostscript could not make the press file: {how}"
    assert problem_of(str(program)) == (Rule.FAILED_PROGRAM, message)


def test_ghostscript_that_fails_on_an_error_of_the_document_adds_no_problem(
    ghostscript: str, write_project: WriteProject
) -> None:
    """Ghostscript fails on numbers that PDF forbids; only the picture is reported."""
    picture = "{picture: {file: map.svg, alt: A map.}}"
    root = write_project(
        {
            "content/brief/2017/en.yaml": "title: A\nsections:\n  - heading: B\n"
            f"    blocks: [{picture}]\n",
            "content/brief/2017/map.svg": svg(
                "", root='width="300" height="200" viewBox="0 0 1e-9 1e-9"'
            ),
        }
    )
    order = BuildOptions(profiles=("press",), ghostscript=ghostscript)
    (problem,) = build(open_project(root), order, date(2026, 1, 1)).problems
    assert problem.rule is Rule.PICTURE_SVG
    assert str(problem.place) == "content/brief/2017/en.yaml:4:15"
