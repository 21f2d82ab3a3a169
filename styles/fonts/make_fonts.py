"""Make the brand's fonts: small static TTFs under private family names.

    python styles/fonts/make_fonts.py NODE_MODULES OUT

NODE_MODULES holds the npm packages that PACKAGES pins (SOURCES.md has the command).
OUT receives the faces, SHA256SUMS and the licence texts; nothing else is touched.
Needs Python 3.11 and fontTools 4.68.0: the same sources then give the same bytes.
"""

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import fontTools
from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

FONTTOOLS = "4.68.0"
SCOPE = "@expo-google-fonts"
# npm package -> (file stem, pinned version)
PACKAGES = {
    "overpass": ("Overpass", "0.4.2"),
    "noto-sans": ("NotoSans", "0.4.2"),
    "vazirmatn": ("Vazirmatn", "0.4.1"),
    "noto-sans-sc": ("NotoSansSC", "0.4.3"),
}

# What is kept, where the source has it. Punctuation and signs are in every list, so
# that a dash or an arrow does not change face in the middle of a line.
COMMON = (
    "0020-007E,00A0-024F,0259,02BB-02DD,0300-036F,1E00-1EFF,2000-209F,20A0-20BF,"
    "2100-214F,2150-215F,2190-2199,2200-2265,25A0-25E6,2640,2642,FB00-FB06"
)
CYRILLIC = "0400-052F"
GREEK = "0370-03FF"
ARABIC = "0600-06FF,0750-077F,08A0-08FF,FB50-FDFF,FE70-FEFF"
# Chinese names that GB 2312 (1980) lacks; the list may grow.
HAN_FOR_NAMES = "镕喆堃昇祎玥珺璟暐翀赟甯彧晞垚"
# No `vert`: nothing is set vertically. `halt` lets a style close up punctuation.
CHINESE_FEATURES = ("ccmp", "locl", "fwid", "hwid", "pwid", "halt")

# Characters that get a copy of another's glyph. Overpass lacks these two. Vazirmatn's
# own hyphens are wider than their advance and hit the next letter. Noto Sans SC uses
# one glyph for both of each pair, and text taken from the PDF would mix them up.
COPIES = {
    "overpass": {0x2011: 0x2010, 0x2012: 0x2013},
    "vazirmatn": {0x2010: 0x002D, 0x2011: 0x002D},
    "noto-sans-sc": {0x00A0: 0x0020, 0x30FB: 0x00B7, 0xFF5E: 0x301C},
}
# Noto Sans has no arrows, no geometric shapes and hardly a mathematical sign.
SIGNS = "←↑→↓↔↕↖↗↘↙∂∆∏∑√∞∫≈≠≤≥■□▲△▶▷▼▽◀◁◆◇○●◦♀♂"
# Its italics draw the minus sign as a hyphen; the upright one takes its place.
MINUS = "−"


def characters(unicodes: str) -> str:
    """Return the characters that a list such as "0020-007E,00A0" names."""
    return "".join(map(chr, subset.parse_unicodes(unicodes)))


# What a face must be able to print; `check` refuses to write a face that cannot.
PUNCTUATION = "\u00a0\u202f\u2009\u2010\u2011–—…‘’‚“”„«»‹›•·×−→№′″€%‰°§©½²³"
LETTERS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,;:!?¡¿()[]/&@#'\""
    "ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿ"  # fr
    "ÁÍÑÓÚáíñóúªº"  # es
    "ÄÖẞäöß"  # de
    "ÃÕãõ"  # pt
    "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"  # ru
)
REQUIRED = {
    "Brief Display": LETTERS + PUNCTUATION,
    "Brief Sans": LETTERS + PUNCTUATION + SIGNS,
    "Brief Arabic": characters(
        "0621-063A,0640-0652,060C,061B,061F,0660-066C,"  # letters, vowels, figures
        "0020-005A,00A0,00AB,00BB,2010-2014,200C-200F,202F"
    ),
    "Brief SC": "\u3000、。，；：？！“”‘’—…·《》（）％" + HAN_FOR_NAMES,
}

# Copyright, version, trademark, makers, licence. The names are ours, see `rename`.
KEPT_NAMES = (0, 5, 7, 8, 9, 11, 12, 13, 14)
REGULAR, BOLD, ITALIC = 1 << 6, 1 << 5, 1 << 0  # bits of OS/2.fsSelection


@dataclass(frozen=True)
class Source:
    """One TTF of an npm package; `folder` is weight and style, as "700Bold_Italic"."""

    package: str
    folder: str

    def path(self, modules: Path) -> Path:
        """Return the file's place below the folder `modules`."""
        stem, _ = PACKAGES[self.package]
        name = f"{stem}_{self.folder}.ttf"
        return modules / SCOPE / self.package / self.folder / name


@dataclass(frozen=True)
class Face:
    """One font to make: its private family, its source and what to keep of it."""

    family: str
    source: Source
    unicodes: str
    features: tuple[str, ...] = ("*",)
    grafts: tuple[tuple[Source, str], ...] = ()

    @property
    def weight(self) -> int:
        """The CSS weight."""
        return int(self.source.folder[:3])

    @property
    def style(self) -> str:
        """The style's name: "Light", "Italic", "Bold Italic"."""
        style = self.source.folder[3:].replace("_", " ")
        return style.replace("Regular Italic", "Italic")

    @property
    def name(self) -> str:
        """The PostScript name, which is also the file's stem."""
        return f"{self.family}-{self.style}".replace(" ", "")


def faces() -> list[Face]:
    """Return all faces to make."""
    display = ("300Light", "500Medium", "600SemiBold", "700Bold")
    plain = ("400Regular", "700Bold")
    sans = (*plain, "600SemiBold", "400Regular_Italic", "700Bold_Italic")
    latin = f"{COMMON},{CYRILLIC}"
    arabic = f"{COMMON},{ARABIC}"
    return [
        *(Face("Brief Display", Source("overpass", s), latin) for s in display),
        *(sans_face(s) for s in sans),
        *(Face("Brief Arabic", Source("vazirmatn", s), arabic) for s in plain),
        *(chinese_face(s) for s in plain),
    ]


def sans_face(folder: str) -> Face:
    """Return a face of "Brief Sans", with the signs that its source lacks."""
    upright = folder.removesuffix("_Italic")
    grafts = [(Source("overpass", upright), SIGNS)]
    if upright != folder:
        grafts.append((Source("noto-sans", upright), MINUS))
    source = Source("noto-sans", folder)
    unicodes = f"{COMMON},{CYRILLIC},{GREEK}"
    return Face("Brief Sans", source, unicodes, grafts=tuple(grafts))


def chinese_face(folder: str) -> Face:
    """Return a face of "Brief SC"."""
    unicodes = ",".join(f"{ord(c):04X}" for c in chinese())
    return Face("Brief SC", Source("noto-sans-sc", folder), unicodes, CHINESE_FEATURES)


def chinese() -> list[str]:
    """Return GB 2312 without Latin, Greek, Cyrillic and box drawing, sorted.

    A Chinese font stack names "Brief SC" first: quotes, dashes and dots then come from
    it at full width, Latin words and figures from the face behind it.
    """
    listed = {gb2312(row, cell) for row in range(1, 88) for cell in range(1, 95)} - {""}
    kept = {c for c in listed if c >= "\u2010" and not "\u2500" <= c <= "\u257f"}
    marks = {chr(c) for c in range(0x3000, 0x3030)}
    # The space stays: Pango sets a space in the face of the word before it.
    # The codec knows the dash and the dot of names only as U+2015 and U+30FB.
    return sorted(kept | marks | set(HAN_FOR_NAMES) | set(" \u00a0—·"))


def gb2312(row: int, cell: int) -> str:
    """Return the character in a cell of the GB 2312 table, or "" where it is empty."""
    return bytes((row + 0xA0, cell + 0xA0)).decode("gb2312", "ignore")


def make(face: Face, modules: Path, out: Path) -> Path:
    """Write one face to the folder `out` and return its path."""
    options = subset_options(face)
    font = subset.load_font(str(face.source.path(modules)), options)
    copy_glyphs(font, COPIES.get(face.source.package, {}))
    for source, signs in face.grafts:
        with TTFont(source.path(modules)) as donor:
            graft(font, donor, signs)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(face.unicodes))
    subsetter.subset(font)
    rename(font, face)
    check(font, face)
    target = out / f"{face.name}.ttf"
    subset.save_font(font, str(target), options)
    return target


def subset_options(face: Face) -> subset.Options:
    """Return what the subsetter keeps and drops.

    Hints do nothing in a PDF; STAT names the axes of a variable font, which this is
    not. The HarfBuzz repacker is off because its presence would change the bytes.
    """
    options = subset.Options(
        layout_features=list(face.features),
        hinting=False,
        notdef_outline=True,
        name_IDs=list(KEPT_NAMES),
        recalc_bounds=True,
        harfbuzz_repacker=False,
    )
    options.drop_tables += ["STAT", "gasp", "meta", "vhea", "vmtx"]
    return options


def copy_glyphs(font: TTFont, copies: dict[int, int]) -> None:
    """Give each key of `copies` a glyph of its own that looks like its value's."""
    originals = font.getBestCmap()
    names = add_names(font, "copy", copies)
    for char, name in names.items():
        original = originals[copies[char]]
        font["glyf"][name] = deepcopy(font["glyf"][original])
        font["hmtx"][name] = font["hmtx"][original]
    encode(font, names)


def add_names(font: TTFont, prefix: str, chars: Iterable[int]) -> dict[int, str]:
    """Make room for one new glyph per character and return the glyphs' names."""
    # These tables are read with the glyphs that the file has: load them before.
    font["glyf"], font["hmtx"]
    names = {char: f"{prefix}{char:04X}" for char in chars}
    font.setGlyphOrder([*font.getGlyphOrder(), *names.values()])
    return names


def encode(font: TTFont, glyphs: dict[int, str]) -> None:
    """Map characters to glyph names in every Unicode table of the font."""
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format != 14:  # 14 holds variation sequences
            table.cmap.update(glyphs)


def graft(font: TTFont, donor: TTFont, signs: str) -> None:
    """Copy the glyphs of `signs` from `donor`, in place of any that `font` has.

    The measure is the plus sign, which both have: the copies get the size, the height
    on the line and the side bearings that make them its companions.
    """
    names = add_names(font, "graft", map(ord, signs))
    glyf, metrics, theirs = font["glyf"], font["hmtx"], donor["glyf"]
    plus, pattern = glyf["plus"], theirs["plus"]
    right = metrics["plus"][0] - plus.xMax
    scale = (plus.xMax - plus.xMin) / (pattern.xMax - pattern.xMin)
    rise = (plus.yMin + plus.yMax - scale * (pattern.yMin + pattern.yMax)) / 2
    originals = donor.getBestCmap()
    for char, name in names.items():
        shift = plus.xMin - scale * theirs[originals[char]].xMin
        matrix = (scale, 0, 0, scale, shift, rise)
        glyf[name] = transformed(donor, originals[char], matrix)
        glyf[name].recalcBounds(glyf)
        metrics[name] = (glyf[name].xMax + right, glyf[name].xMin)
    encode(font, names)
    credit(font, donor)


def transformed(font: TTFont, name: str, matrix: tuple[float, ...]) -> Glyph:
    """Return a glyph of the font as one outline, moved and scaled by `matrix`."""
    glyphs = font.getGlyphSet()
    drawing = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(drawing)
    pen = TTGlyphPen(None)
    drawing.replay(TransformPen(pen, matrix))
    return pen.glyph()


def credit(font: TTFont, donor: TTFont) -> None:
    """Add the donor's copyright line to the font's own, unless it is there."""
    own, other = (f["name"].getDebugName(0) for f in (font, donor))
    if other not in own:
        font["name"].setName(f"{own}; {other}", 0, 3, 1, 0x409)


def rename(font: TTFont, face: Face) -> None:
    """Give the face its private names.

    Programs that know four styles to a family read names 1 and 2, all others 16 and
    17; fontconfig reads both and lists the family under either.
    """
    plain = face.style in ("Regular", "Italic", "Bold", "Bold Italic")
    texts = {
        1: face.family if plain else f"{face.family} {face.style}",
        2: face.style if plain else "Regular",
        3: face.name,
        4: f"{face.family} {face.style}",
        6: face.name,
        10: f"Subset of {PACKAGES[face.source.package][0]} for policy briefs",
    }
    if not plain:
        texts |= {16: face.family, 17: face.style}
    for name_id, text in texts.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)


def check(font: TTFont, face: Face) -> None:
    """Raise ValueError if fontconfig or a reader would miss something in the face."""
    glyphs = font.getBestCmap()
    missing = [c for c in REQUIRED[face.family] if ord(c) not in glyphs]
    if missing:
        raise ValueError(f"{face.name} lacks {missing}")
    # A PDF knows one text per glyph: two characters must not share theirs.
    if len(set(glyphs.values())) < len(glyphs):
        raise ValueError(f"{face.name} draws two characters by one glyph")
    bold, italic = face.weight == 700, "Italic" in face.style
    flags = (BOLD * bold | ITALIC * italic) or REGULAR
    if font["OS/2"].fsSelection & (REGULAR | BOLD | ITALIC) != flags:
        raise ValueError(f"{face.name}: fsSelection does not say {face.style}")
    if font["head"].macStyle != bold + 2 * italic:
        raise ValueError(f"{face.name}: macStyle does not say {face.style}")
    if font["OS/2"].usWeightClass != face.weight:
        raise ValueError(f"{face.name}: usWeightClass is not {face.weight}")


def check_versions(modules: Path) -> None:
    """Raise ValueError for a package, warn for a fontTools, that is not the pinned."""
    for package, (_, pinned) in PACKAGES.items():
        text = (modules / SCOPE / package / "package.json").read_text(encoding="utf-8")
        found = json.loads(text)["version"]
        if found != pinned:
            raise ValueError(f"{SCOPE}/{package} is {found}, not {pinned}")
    if fontTools.version != FONTTOOLS:
        note = f"fontTools is {fontTools.version}, not {FONTTOOLS}: bytes may differ"
        print(note, file=sys.stderr)


def write_sums(paths: Iterable[Path], out: Path) -> None:
    """Write SHA256SUMS in the form that `sha256sum -c` reads."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(paths)
    ]
    (out / "SHA256SUMS").write_text("".join(lines), encoding="ascii", newline="\n")


def copy_licences(modules: Path, out: Path) -> None:
    """Copy the licence text of each source family to the folder `out`."""
    for package, (stem, _) in PACKAGES.items():
        licence = modules / SCOPE / package / "LICENSE_FONT"
        shutil.copyfile(licence, out / f"OFL-{stem}.txt")


def main() -> None:
    """Make everything in the folder that the command line names."""
    parser = argparse.ArgumentParser(description="Make the brand's fonts.")
    parser.add_argument("modules", type=Path, metavar="NODE_MODULES")
    parser.add_argument("out", type=Path, metavar="OUT")
    arguments = parser.parse_args()
    check_versions(arguments.modules)
    arguments.out.mkdir(parents=True, exist_ok=True)
    job = partial(make, modules=arguments.modules, out=arguments.out)
    with ProcessPoolExecutor() as pool:
        # The slow Chinese faces are last in the list: start with them.
        paths = list(pool.map(job, reversed(faces())))
    write_sums(paths, arguments.out)
    copy_licences(arguments.modules, arguments.out)


if __name__ == "__main__":
    main()
