"""Configure fontconfig to use the bundled fonts and those of the project, and no others.

By default fontconfig takes missing letters from the fonts of the machine, and the same
brief would differ between machines. The configuration has no cache: a cached list of fonts
becomes stale when a font file is replaced in place.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from pipeline.design.font_metrics import FontFaces, font_files, read_font_faces
from pipeline.pdf.stylesheet_cache import StylesheetCache
from pipeline.pdf.weasyprint_patches.importing import import_weasyprint
from pipeline.problems import PipelineError, Place, Problem, Rule

_CONFIGURATION = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
  <selectfont><rejectfont><glob>*.woff2</glob></rejectfont></selectfont>
  <cachedir>/dev/null</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Fonts:
    """The fonts of a process: WeasyPrint's FontConfiguration, and their metrics.

    `stylesheets` are those that were parsed with these fonts.
    """

    configuration: Any
    faces: FontFaces
    stylesheets: StylesheetCache


@cache
def load_fonts(folders: Sequence[Path]) -> Fonts:
    """Load the fonts in `folders` (one configuration per process and set of folders).

    Raises PipelineError without fonts (Pango crashes on an empty list) and without the
    system libraries of WeasyPrint.
    """
    font_folders = dict.fromkeys(file.parent for file in font_files(folders))
    if not font_folders:
        message = "there are no font files"
        hint = "install the program again; its fonts come with it"
        raise PipelineError(Problem(Rule.FONTS, Place("styles/fonts"), message, hint))
    folder = Path(tempfile.mkdtemp(prefix="briefs-fonts-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    lines = "\n".join(
        f"  <dir>{escape(str(font_folder.resolve()), quote=False)}</dir>"
        for font_folder in font_folders
    )
    file = folder / "fonts.conf"  # fontconfig requires an absolute path
    file.write_text(_CONFIGURATION.format(folders=lines), encoding="utf-8")
    os.environ["FONTCONFIG_FILE"] = str(file)
    import_weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    return Fonts(FontConfiguration(), read_font_faces(tuple(folders)), StylesheetCache())
