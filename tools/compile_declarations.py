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
_HEADER = '''\
"""The C declarations of WeasyPrint 70. tools/compile_declarations.py writes this file."""

# fmt: off
# ruff: noqa: E501
'''


def compile_declarations() -> str:
    """Return the text of the file."""
    source = Path(declared.__file__).read_text(encoding="utf-8")
    declarations = re.search(r"ffi\.cdef\('''(.*?)'''\)", source, re.S)
    assert declarations
    ffi = cffi.FFI()
    ffi.cdef(declarations[1])
    ffi.set_source("weasyprint", None)
    with TemporaryDirectory() as folder:
        file = Path(folder, "weasyprint.py")
        ffi.emit_python_code(str(file))
        code = file.read_text(encoding="ascii")
    _, _, arguments = code.partition("FFI('weasyprint',\n")
    digest = f'DIGEST = "{compiled_cffi.declarations_digest(declarations[1])}"\n'
    return f"{_HEADER}{digest}DECLARATIONS = dict(\n{arguments}"


if __name__ == "__main__":
    FILE.write_text(compile_declarations(), encoding="ascii")
