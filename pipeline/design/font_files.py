"""List the font files in folders: TrueType, OpenType and WOFF2.

HarfBuzz and Pango do not read WOFF2, which is compressed: each process unpacks such files
once, into a folder of its own.
"""

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from pipeline.project import FONT_SUFFIXES, file_signatures

WOFF2 = ".woff2"


def font_files(folders: Sequence[Path]) -> Iterator[Path]:
    """List the font files; WOFF2 files are replaced by their unpacked copies.

    A damaged WOFF2 file is listed as it is, like a damaged TrueType file.
    """
    for folder in folders:
        for file in sorted(folder.glob("*")):  # gives nothing if the folder is missing
            if file.suffix not in FONT_SUFFIXES or not file.is_file():
                continue
            if file.suffix != WOFF2:
                yield file
            else:
                yield _unpack(*file_signatures([file])) or file


@cache
def unpacked_fonts() -> Path:
    """Return the folder for unpacked files of this process."""
    folder = Path(tempfile.mkdtemp(prefix="briefs-fonts-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@lru_cache(maxsize=64)
def _unpack(signature: tuple[Path, int, int, int, int]) -> Path | None:
    """Unpack a file once for each version of it; None if it is not a font.

    Two projects may have files of the same name; each source folder has its own copies.
    """
    from fontTools.ttLib import TTFont, TTLibError
    from fontTools.ttLib.woff2 import decompress

    packed = signature[0]
    folder = unpacked_fonts() / sha256(bytes(packed.parent)).hexdigest()
    folder.mkdir(exist_ok=True)
    unpacked = folder / f"{packed.stem}.ttf"
    try:
        decompress(packed, unpacked)
        TTFont(unpacked, lazy=True).close()
    except TTLibError:
        unpacked.unlink(missing_ok=True)
        return None
    return unpacked
