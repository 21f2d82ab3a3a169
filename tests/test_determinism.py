"""The same content gives the same bytes for any user, folder, day and earlier build.

A world is the environment of one build of briefs of the torture project, in a process of
its own. Its PDFs are compared with those of the first world. A world differs in several
ways: leave some out to find the one that changes a byte.
The worlds are built side by side, as many at a time as there are processors.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.problems import Place
from pipeline.project import BUNDLED

ROOT = Path(__file__).resolve().parents[1]
HARD_CASES = ROOT / "tests" / "conformance" / "hard_cases" / "content"
FONTS = BUNDLED / "styles" / "fonts"
SMALL = ("arabic", "french")
ALL = (*SMALL, "everything")

CALL = "from pipeline.cli import main; main({}, standalone_mode=False)"
Files = dict[str, bytes]


@dataclass
class World:
    """The environment of one build. `{world}` in values is its folder."""

    environment: Mapping[str, str | None] = field(default_factory=dict)
    folder: str = "project"
    umask: int = 0o022
    briefs: tuple[str, ...] = SMALL
    # Python that runs instead of the command line; {build} builds the briefs, {backwards}
    # one after the other.
    script: str = ""
    prepare: Callable[[Path], object] = lambda _: None


def install_fonts(world: Path) -> None:
    """Give the user fonts under names that a brief could ask for, and settings to match."""
    for name, family in (("mine.ttf", "Brief Sans"), ("other.ttf", "DejaVu Sans")):
        for folder in (".fonts", ".local/share/fonts", "data/fonts"):
            target = world / "home" / folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            rename_font(FONTS / "BriefDisplay-Light.ttf", target, family)
    settings = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{world / 'home' / '.fonts'}</dir><match><edit name='family' "
        "mode='assign' binding='strong'><string>DejaVu Sans</string></edit></match>"
        "</fontconfig>"
    )
    for name in (".config/fontconfig/fonts.conf", "config/fontconfig/fonts.conf"):
        path = world / "home" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(settings, encoding="utf-8")


def rename_font(source: Path, target: Path, family: str) -> None:
    with TTFont(source) as font:
        for record in font["name"].names:
            if record.nameID in (1, 4, 6, 16):
                record.string = family.replace(" ", "" if record.nameID == 6 else " ")
            elif record.nameID in (2, 17):
                record.string = "Regular"
        font["OS/2"].usWeightClass = 400
        font.save(target)


EMPTY = {"FONTCONFIG_PATH": "{world}/empty", "FONTCONFIG_FILE": "{world}/empty/fonts.conf"}
WORLDS = {
    "first": World(briefs=ALL),
    "another user and folder, twice in one process": World(
        {"HOME": "{world}/anna", "USER": "anna", "TMPDIR": "{world}/empty"},
        folder="ein Ordner mit ü & 'leer'",
        umask=0o077,
        script="{build}; import shutil; shutil.rmtree('build'); {build}",
    ),
    "another language, time zone, date and hash seed, in the other order": World(
        {
            "LC_ALL": "C",
            "LANG": "ar_EG.UTF-8",
            "PYTHONUTF8": "0",
            "TZ": "Pacific/Kiritimati",
            "SOURCE_DATE_EPOCH": "1",
            "PYTHONHASHSEED": "99",
        },
        script="{backwards}",
    ),
    "fonts of the user, nothing cached": World(
        {
            "XDG_DATA_HOME": "{world}/home/data",
            "XDG_CONFIG_HOME": "{world}/home/config",
            "XDG_CACHE_HOME": "{world}/cache",
            "PYTHONDONTWRITEBYTECODE": None,
        },
        # The program is compiled anew; to compile the libraries would take seconds.
        script="import pydantic, sys, weasyprint; sys.pycache_prefix = '../new'; {build}",
        prepare=install_fonts,
    ),
    "a font configuration of the user, no list of file types": World(
        {"FONTCONFIG_FILE": "{world}/home/config/fontconfig/fonts.conf"},
        script="import mimetypes; mimetypes.knownfiles = []; {build}",
        prepare=install_fonts,
    ),
    "all at once": World(
        {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "LC_ALL": "C", "HOME": None} | EMPTY,
        folder="другая папка",
        umask=0o077,
        briefs=ALL,
    ),
}


def build(name: str, place: Path) -> Files:
    """Build the briefs in a world; give its PDFs by their names."""
    world = WORLDS[name]
    project = place / world.folder
    shutil.copytree(HARD_CASES, project / "content")
    (place / "empty").mkdir()
    world.prepare(place)
    run(start(world, place, project))
    return pdfs_of(project)


def pdfs_of(project: Path) -> Files:
    files = sorted((project / "build").glob("[!.]*/*.pdf"))
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in files}


def start(world: World, place: Path, project: Path) -> subprocess.Popen[bytes]:
    calls = [CALL.format(["build", "--quiet", brief]) for brief in world.briefs]
    script = world.script.format(
        build=CALL.format(["build", "--quiet", *world.briefs]),
        backwards="; ".join(reversed(calls)),
    )
    program = ["-c", script] if script else ["-m", "pipeline", "build", "-q", *world.briefs]
    libraries = ("PATH", "DYLD_FALLBACK_LIBRARY_PATH")
    given = {key: os.environ[key] for key in libraries if key in os.environ}
    own = {"HOME": f"{place}/home", "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    changed = given | own | {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    for key, value in world.environment.items():
        changed.pop(key, None)
        if value is not None:
            changed[key] = value.format(world=place)
    return subprocess.Popen(
        [sys.executable, "-X", "faulthandler", *program],
        cwd=project,
        env=changed,
        umask=world.umask,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def run(process: subprocess.Popen[bytes]) -> None:
    output, _ = process.communicate()
    assert process.returncode == 0, output.decode()


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Files]]]:
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        places = {name: tmp_path_factory.mktemp("world") for name in WORLDS}
        yield {name: pool.submit(build, name, place) for name, place in places.items()}


@pytest.mark.parametrize("name", [name for name in WORLDS if name != "first"])
def test_in_another_world_the_bytes_are_the_same(
    worlds: dict[str, Future[Files]], name: str
) -> None:
    first, other = worlds["first"].result(), worlds[name].result()
    assert len(first) == len(ALL)
    assert len(other) == len(WORLDS[name].briefs)
    assert [path for path, data in other.items() if data != first[path]] == []


def test_of_two_concurrent_builds_in_one_folder_at_least_one_succeeds(
    worlds: dict[str, Future[Files]], tmp_path: Path
) -> None:
    project = tmp_path / "project"
    shutil.copytree(HARD_CASES, project / "content")
    processes = [start(World(), tmp_path, project) for _ in range(2)]
    outputs = [process.communicate()[0].decode() for process in processes]
    codes = sorted(process.returncode for process in processes)
    assert codes in ([0, 0], [0, 7]), outputs
    if codes == [0, 7]:
        assert "another build is running in this folder" in "".join(outputs)
    first = worlds["first"].result()
    files = pdfs_of(project)
    assert len(files) == len(SMALL)
    assert [path for path, data in files.items() if data != first[path]] == []


@pytest.mark.skipif(sys.platform != "linux", reason="asks the loader of glibc")
def test_no_library_is_unloaded_while_a_thread_of_pango_runs_in_it(tmp_path: Path) -> None:
    """Otherwise one build in fifty crashes at its end."""
    project = tmp_path / "project"
    shutil.copytree(HARD_CASES, project / "content")
    world = World(
        {"LD_DEBUG": "files", "LD_DEBUG_OUTPUT": "{world}/loader"}, briefs=("french",)
    )
    run(start(world, tmp_path, project))
    log = "".join(path.read_text() for path in tmp_path.glob("loader.*"))
    gone = [
        line.split("/")[-1].split()[0] for line in log.splitlines() if "destroying" in line
    ]
    assert [name for name in gone if name.startswith(("libpango", "libfontconfig"))] == []


def test_the_fortieth_document_of_a_process_is_like_its_first() -> None:
    """Caches of fonts, images and styles must not change a document."""
    page = (
        "<!DOCTYPE html><html lang={language}><head><title>{words}</title><style>"
        "p {{ font: {size}pt 'Brief {family}', 'Brief Arabic' }}</style></head>"
        "<body><h1>{words}</h1><p>{words} <b>{words}</b></p></body></html>"
    )
    fonts = load_fonts((FONTS,))
    draw = partial(
        render_pdf, serve=lambda _: None, fonts=fonts, find=lambda *_: Place("x")
    )
    html = page.format(language="ar", words="لا abc", size=12, family="Sans")
    first, _ = draw(html)
    for number in range(38):
        family, language = ("Sans", "Display")[number % 2], ("en", "fr", "ar")[number % 3]
        words = f"Words {number}, été, عمل"
        draw(
            page.format(language=language, words=words, size=8 + number / 9, family=family)
        )
    fortieth, _ = draw(html)
    assert fortieth.pdf == first.pdf
