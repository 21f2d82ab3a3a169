"""A project adds fonts for a script of its own: TrueType, OpenType and WOFF2."""

from datetime import date
from pathlib import Path

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.woff2 import compress

from pipeline.build import build_documents as build
from pipeline.design.font_metrics import font_files, read_font_faces
from pipeline.model.scripts import direction, missing_glyph_hint
from pipeline.problems import Rule
from pipeline.project import Project, open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject

TODAY = date(2026, 1, 1)
# Hebrew, Devanagari, kana, and the Chinese letters and marks of the texts.
LETTERS = sorted(
    {*range(0x20, 0x7F), *range(0x5D0, 0x5EB), *range(0x900, 0x980), *range(0x3040, 0x3100)}
    | {*map(ord, "港水年何発見安全月日検査済「」『』、。“”’‘–\u00a0")}
)
TEXT = (
    "title: מים בנמל\n"
    "sections:\n  - heading: מה מצאנו\n    blocks:\n      - text: המים בנמל נקיים.\n"
)
BRAND = """\
color: {palette: {ink: "#1a2b3c"}, primary: ink}
defaults:
  briefs:
    typography:
      he: {base: {family: [Own Hebrew, Brief Sans]}}
"""
FILES: dict[str, str | bytes | None] = {
    "content/series.yaml": "name: ס\npublisher: {name: פ}\nlanguages: [he]\n",
    "content/brief/2017/en.yaml": None,
    "content/brief/2017/he.yaml": TEXT,
    "templates/strings/he.yaml": "kind: תדריך\n",
}


def draw(pen: TTGlyphPen | T2CharStringPen) -> None:
    pen.moveTo((50, 0))
    for point in ((50, 700), (450, 700), (450, 0)):
        pen.lineTo(point)
    pen.closePath()


def write_font(file: Path, family: str = "Own Hebrew") -> None:
    """Write a font whose letters are bars, in the format that the suffix names."""
    names = {code: f"uni{code:04X}" for code in LETTERS}
    order = [".notdef", *names.values()]
    font = FontBuilder(1000, isTTF=file.suffix != ".otf")
    font.setupGlyphOrder(order)
    font.setupCharacterMap(names)
    if file.suffix == ".otf":
        pen = T2CharStringPen(500, None)
        draw(pen)
        drawn = dict.fromkeys(order, pen.getCharString())
        font.setupCFF("OwnHebrew", {"FullName": "Own Hebrew"}, drawn, {"BlueFuzz": 0})
    else:
        glyphs = TTGlyphPen(None)
        draw(glyphs)
        font.setupGlyf(dict.fromkeys(order, glyphs.glyph()))
    font.setupHorizontalMetrics(dict.fromkeys(order, (500, 50)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable(
        {"familyName": family, "styleName": "Regular", "psName": "OwnHebrew"}
    )
    font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    font.setupPost()
    plain = file.with_suffix(".sfnt") if file.suffix == ".woff2" else file
    font.save(plain)
    if plain != file:
        compress(plain, file)
        plain.unlink()


def errors(project: Project) -> list[tuple[Rule, str]]:
    problems = build(project, BuildOptions(), TODAY).problems
    return [(p.rule, p.hint) for p in problems if p.rule is not Rule.MISSING_STRINGS]


@pytest.mark.parametrize("suffix", ["ttf", "otf", "woff2"])
def test_a_font_of_the_project_sets_a_script_that_the_bundled_ones_lack(
    write_project: WriteProject, suffix: str
) -> None:
    root = write_project({**FILES, "content/_brand.yml": BRAND, "styles/fonts/no.ttf": ""})
    name = f"styles/fonts/OwnHebrew.{suffix}"
    write_font(root / name)
    project = open_project(root)
    assert name in project.font_names()
    assert "Own Hebrew" in read_font_faces(project.font_folders).families
    assert errors(project) == []
    with pikepdf.open(root / "build/brief/brief_2017_he.pdf") as pdf:
        fonts = [str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()]
    assert any("Own-Hebrew" in font for font in fonts)


def test_fonts_of_one_name_in_two_projects_stay_apart(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    for folder, family in zip(folders, ("First", "Second", ""), strict=True):
        folder.mkdir()
        if family:
            write_font(folder / "Own.woff2", family)
        else:
            (folder / "Own.woff2").write_bytes(b"no font")
    files = [[*font_files([folder])] for folder in folders]
    assert [len(embedded) for embedded in files] == [1, 1, 1]
    assert files[2] == [folders[2] / "Own.woff2"]  # it is damaged, and reported as such
    assert {"First"} == {*read_font_faces(folders[:1]).families}
    assert {"Second"} == {*read_font_faces(folders[1:]).families}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pt", 'O porto: "água" em 12 março'),
        ("de", 'Der Hafen: "Wasser" am 12. März'),
        ("hi", 'बंदरगाह: "पानी" 12 मार्च'),
        ("ja", '港で"水は安全"を検査済。'),
        ("he", 'בנמל: "מים" בארה"ב'),
    ],
)
def test_a_language_of_no_sample_needs_no_change_of_the_program(
    write_project: WriteProject, language: str, words: str
) -> None:
    brand = BRAND.replace("he:", f"{language}:")
    if language in ("pt", "de"):
        brand = brand.partition("defaults")[0]
    text = f"title: '{words}'\nsections:\n  - heading: '{words}'\n    blocks:\n"
    series = f"name: S\npublisher: {{name: P}}\nlanguages: [{language}]\n"
    root = write_project(
        {
            "content/series.yaml": series,
            "content/brief/2017/en.yaml": None,
            f"content/brief/2017/{language}.yaml": f"{text}      - text: '{words}'\n",
            f"templates/strings/{language}.yaml": "",
            "content/_brand.yml": brand,
            "styles/fonts/no.ttf": "",
        }
    )
    write_font(root / "styles/fonts/OwnHebrew.woff2")
    project = open_project(root)
    assert errors(project) == []
    with pikepdf.open(root / f"build/brief/brief_2017_{language}.pdf") as pdf:
        assert str(pdf.Root.Lang) == language


def test_a_script_without_a_font_is_one_error_that_names_it(
    write_project: WriteProject,
) -> None:
    hint = missing_glyph_hint("א", "he")
    assert hint == (
        "put a font with Hebrew letters (.ttf, .otf, .woff2) into styles/fonts/, and its "
        "family into content/_brand.yml: defaults: briefs: typography: he"
    )
    assert errors(open_project(write_project(FILES))) == [(Rule.MISSING_GLYPH, hint)]


@pytest.mark.parametrize(
    ("letter", "language", "named"),
    [
        ("検", "ja", "Hiragana"),
        ("検", "en", "Chinese"),
        ("ー", "ja", "Hiragana"),
        ("प", "hi", "Devanagari"),
        ("प", "en", "Devanagari"),
    ],
)
def test_a_missing_letter_names_the_script_of_its_language(
    letter: str, language: str, named: str
) -> None:
    assert f"with {named} letters" in missing_glyph_hint(letter, language)


def test_hebrew_and_yiddish_are_mirrored() -> None:
    assert [direction(code) for code in ("he", "yi", "hi", "ja")] == [
        *("rtl", "rtl"),
        *("ltr", "ltr"),
    ]
