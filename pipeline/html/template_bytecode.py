"""Cache the bytecode of the bundled templates in files, as Python does for modules.

The files are in `__pycache__` of this package, or below PYTHONPYCACHEPREFIX: a user who can
write there can change the program anyway. Templates of a project are compiled in each
process; so are all templates if the files cannot be written, as in a read-only
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

_TEMPLATE_FOLDER = BUNDLED / "templates"
_DIGEST_SIZE = sha256().digest_size


class ConstantFreeGenerator(CodeGenerator):
    """Compiles a template without running filters, so that its code depends only on it."""

    def _output_child_to_const(self, node: Any, frame: Any, finalize: Any) -> str:
        if not isinstance(node, TemplateData):
            raise Impossible
        return super()._output_child_to_const(node, frame, finalize)


class TemplateBytecode(BytecodeCache):
    """A cache of files. Each has a digest of its inputs, and the code of one template."""

    def __init__(self) -> None:
        """Hash the inputs of the compiler besides the text of a template."""
        files = [Path(__file__).with_name(name) for name in ("filters.py", "sandbox.py")]
        sources = [path.read_bytes() for path in (Path(__file__), *files)]
        versions = f"{jinja2.__version__} {sys.version}".encode()
        self._compiler = sha256(b"\0".join((versions, *sources))).hexdigest()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the path of a template, which its code uses in tracebacks."""
        return filename or name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the code of a template, if it was compiled from this text."""
        if not (file := _cache_file(bucket)):
            return
        with suppress(OSError):
            data = file.read_bytes()
            digest, code = data[:_DIGEST_SIZE], data[_DIGEST_SIZE:]
            if digest == self._digest(bucket, code):
                bucket.code = marshal.loads(code)  # noqa: S302 – as Python does

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the code of a template, if a file can be written."""
        file = _cache_file(bucket)
        if file is None or sys.dont_write_bytecode:
            return
        code = marshal.dumps(bucket.code)
        temporary = file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(self._digest(bucket, code) + code)
            temporary.replace(file)

    def _digest(self, bucket: Bucket, code: bytes) -> bytes:
        inputs = "\0".join((self._compiler, bucket.key, bucket.checksum))
        return sha256(inputs.encode() + code).digest()


def _cache_file(bucket: Bucket) -> Path | None:
    """Return the cache file of a bundled template; None for a template of a project."""
    path = Path(bucket.key)
    if not path.is_relative_to(_TEMPLATE_FOLDER):
        return None
    name = "-".join(("template", *path.relative_to(_TEMPLATE_FOLDER).parts))
    return Path(cache_from_source(str(Path(__file__).with_name(f"{name}.py"))))
