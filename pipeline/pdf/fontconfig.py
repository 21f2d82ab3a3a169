"""Give the painter the bundled fonts, and none of the machine's.

Fontconfig would otherwise fill in missing letters from whatever is installed, and the same
brief would differ from machine to machine. It reads a configuration of our own instead:
the folders `styles/fonts/` of the program and of the project, nothing else, no cache (a
cached list goes stale when a font file is replaced in place).
"""

import atexit
import ctypes.util
import io
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.design.font_metrics import FontFaces, read_font_faces
from pipeline.pdf.ffi_arrays import open_arrays
from pipeline.pdf.lazy_import import lazy_import
from pipeline.pdf.stylesheet_cache import StylesheetCache
from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.shared_library import load_library, missing_library_problem

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

# Pango's thread runs in these until the very end; they must not go before.
_THREADED = (("libpango-1.0", 0), ("libpangoft2-1.0", 0), ("libfontconfig", 1))
_CONFIGURATION = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
  <cachedir>/dev/null</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Fonts:
    """The fonts of a process: as WeasyPrint uses them, and as they can be asked.

    `sheets` are those that were parsed with them.
    """

    configuration: "FontConfiguration"
    faces: FontFaces
    sheets: StylesheetCache


@cache
def load_fonts(folders: Sequence[Path]) -> Fonts:
    """Load the fonts in `folders` (one configuration per process and set of folders).

    Must run before anything else imports WeasyPrint. Raises PipelineError without fonts
    (Pango crashes on an empty list) and without WeasyPrint's system libraries.
    """
    present = [folder for folder in folders if any(folder.glob("*.ttf"))]
    if not present:
        raise PipelineError(
            Problem(
                Rule.FONTS,
                Place("styles/fonts"),
                "there is not one font file",
                "install the program again; its fonts come with it",
            )
        )
    os.environ["FONTCONFIG_FILE"] = str(_write_configuration(present))
    import_weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    return Fonts(FontConfiguration(), read_font_faces(tuple(folders)), StylesheetCache())


def import_weasyprint() -> None:
    """Import WeasyPrint, which prints advice of its own when a library is missing."""
    try:
        with (
            _no_search(),
            lazy_import("fontTools.subset", "fontTools.varLib.instancer"),
            redirect_stdout(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore", DeprecationWarning)
            from weasyprint.text.ffi import harfbuzz_subset
    except OSError as error:
        raise PipelineError(missing_library_problem(str(error).splitlines()[0])) from error
    for stem, number in _THREADED:
        load_library(stem, number)
    if harfbuzz_subset is None:
        # WeasyPrint would go on with a slower subsetter, and write other bytes.
        raise PipelineError(missing_library_problem("libharfbuzz-subset"))
    open_arrays()


@contextmanager
def _no_search() -> Iterator[None]:
    """Have libraries loaded by their names alone, while WeasyPrint tries many.

    For each name that Linux does not know Python asks ldconfig, gcc and ld, which takes a
    quarter of a second and finds nothing that its own name does not
    (docs/decisions/0017-what-makes-it-fast.md).
    """
    find = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = find


def _write_configuration(folders: Sequence[Path]) -> Path:
    """Write the configuration; its name must be absolute, or fontconfig looks elsewhere."""
    work = Path(tempfile.mkdtemp(prefix="briefs-fonts-")).resolve()
    atexit.register(shutil.rmtree, work, ignore_errors=True)
    lines = "\n".join(
        f"  <dir>{escape(str(f.resolve()), quote=False)}</dir>" for f in folders
    )
    configuration = work / "fonts.conf"
    configuration.write_text(_CONFIGURATION.format(folders=lines), encoding="utf-8")
    return configuration
