"""Keep what Jinja2 compiles of the bundled templates, as Python keeps its own bytecode.

The files lie in `__pycache__` of this package, or where Python was told to keep bytecode:
a user who can write there can change the program anyway. Templates of a project are
compiled in each process; so are all where nothing can be written, as in a read-only
installation.
"""

import marshal
import os
import sys
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.compiler import CodeGenerator
from jinja2.nodes import Impossible, TemplateData

from pipeline.project import BUNDLED

_FOLDER = BUNDLED / "templates"
_DIGEST_SIZE = sha256().digest_size


class ConstantFreeGenerator(CodeGenerator):
    """Compiles a template without running filters: its code depends on no other module."""

    def _output_child_to_const(self, node: Any, frame: Any, finalize: Any) -> str:
        if not isinstance(node, TemplateData):
            raise Impossible
        return super()._output_child_to_const(node, frame, finalize)


class TemplateBytecode(BytecodeCache):
    """Files with the code of a template each, after a digest of it and of its sources."""

    def __init__(self) -> None:
        """Hash what decides how a template is compiled, beside its text."""
        own = [Path(__file__).with_name(name) for name in ("filters.py", "sandbox.py")]
        sources = [path.read_bytes() for path in (Path(__file__), *own)]
        versions = f"{jinja2.__version__} {sys.version}".encode()
        self._compiler = sha256(b"\0".join((versions, *sources))).hexdigest()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Name a template by its file; its code has this name for messages."""
        return filename or name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of a template, if it was compiled from this text."""
        if not (file := _file(bucket)):
            return
        with suppress(OSError):
            data = file.read_bytes()
            digest, code = data[:_DIGEST_SIZE], data[_DIGEST_SIZE:]
            if digest == self._digest(bucket, code):
                bucket.code = marshal.loads(code)  # noqa: S302 – as Python does

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template, if a file can be written."""
        file = _file(bucket)
        if file is None or sys.dont_write_bytecode:
            return
        code = marshal.dumps(bucket.code)
        written = file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            written.write_bytes(self._digest(bucket, code) + code)
            written.replace(file)

    def _digest(self, bucket: Bucket, code: bytes) -> bytes:
        facts = "\0".join((self._compiler, bucket.key, bucket.checksum))
        return sha256(facts.encode() + code).digest()


def _file(bucket: Bucket) -> Path | None:
    """Give the file of a bundled template; None for one of a project."""
    path = Path(bucket.key)
    if not path.is_relative_to(_FOLDER):
        return None
    name = "-".join(("template", *path.relative_to(_FOLDER).parts))
    return Path(cache_from_source(str(Path(__file__).with_name(f"{name}.py"))))
