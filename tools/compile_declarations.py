"""Compile the C declarations of WeasyPrint, and write pipeline/pdf/c_declarations.py.

Run it after an update of WeasyPrint or cffi: `python -m tools.compile_declarations`.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import cffi
from weasyprint.text import ffi as declared

from pipeline.pdf import compiled_cffi

FILE = Path(compiled_cffi.__file__).with_name("c_declarations.py")
_HEAD = '''\
"""The C declarations of WeasyPrint 70. tools/compile_declarations.py writes this file."""

# fmt: off
# ruff: noqa: E501
'''


def compiled() -> str:
    """Give the text of the file."""
    source = Path(declared.__file__).read_text(encoding="utf-8")
    found = re.search(r"ffi\.cdef\('''(.*?)'''\)", source, re.S)
    assert found
    ffi = cffi.FFI()
    ffi.cdef(found[1])
    ffi.set_source("weasyprint", None)
    with TemporaryDirectory() as folder:
        file = Path(folder, "weasyprint.py")
        ffi.emit_python_code(str(file))
        written = file.read_text(encoding="ascii")
    _, _, arguments = written.partition("FFI('weasyprint',\n")
    digest = f'DIGEST = "{compiled_cffi.declarations_digest(found[1])}"\n'
    return f"{_HEAD}{digest}DECLARATIONS = dict(\n{arguments}"


if __name__ == "__main__":
    FILE.write_text(compiled(), encoding="ascii")
