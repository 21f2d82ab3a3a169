"""Configure fontconfig to use the bundled fonts and those of the project, and no others.

Fontconfig would take missing letters from the fonts of the machine, and the same brief
would differ between machines. The configuration has no cache: a cached list of fonts
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
from typing import TYPE_CHECKING

from pipeline.design.font_metrics import FontFaces, read_font_faces
from pipeline.pdf.stylesheet_cache import StylesheetCache
from pipeline.pdf.weasyprint_patches import import_weasyprint
from pipeline.problems import PipelineError, Place, Problem, Rule

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

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
    """The fonts of a process: for WeasyPrint, and their metrics.

    `stylesheets` are those that were parsed with these fonts.
    """

    configuration: "FontConfiguration"
    faces: FontFaces
    stylesheets: StylesheetCache


@cache
def load_fonts(folders: Sequence[Path]) -> Fonts:
    """Load the fonts in `folders` (one configuration per process and set of folders).

    Must run before anything else imports WeasyPrint. Raises PipelineError without fonts
    (Pango crashes on an empty list) and without the system libraries of WeasyPrint.
    """
    present = [folder for folder in folders if any(folder.glob("*.ttf"))]
    if not present:
        raise PipelineError(
            Problem(
                Rule.FONTS,
                Place("styles/fonts"),
                "there are no font files",
                "install the program again; its fonts come with it",
            )
        )
    os.environ["FONTCONFIG_FILE"] = str(_write_configuration(present))
    import_weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    return Fonts(FontConfiguration(), read_font_faces(tuple(folders)), StylesheetCache())


def _write_configuration(folders: Sequence[Path]) -> Path:
    """Write the configuration. Its path is absolute, as fontconfig requires."""
    work = Path(tempfile.mkdtemp(prefix="briefs-fonts-")).resolve()
    atexit.register(shutil.rmtree, work, ignore_errors=True)
    lines = "\n".join(
        f"  <dir>{escape(str(f.resolve()), quote=False)}</dir>" for f in folders
    )
    configuration = work / "fonts.conf"
    configuration.write_text(_CONFIGURATION.format(folders=lines), encoding="utf-8")
    return configuration
