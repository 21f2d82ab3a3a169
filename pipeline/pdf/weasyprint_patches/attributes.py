"""Replace attributes of WeasyPrint, of the version that is known."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

VERSION = "70.0"


def require_known_version() -> None:
    """Raise RuntimeError when WeasyPrint is not the version that is patched."""
    from weasyprint import __version__ as version

    if version != VERSION:
        raise RuntimeError(f"the patches know WeasyPrint {VERSION}, not {version}")


@contextmanager
def patched(owner: Any, **attributes: Any) -> Iterator[None]:
    """Replace attributes of a module or a class within the context."""
    originals = {name: getattr(owner, name) for name in attributes}
    try:
        for name, value in attributes.items():
            setattr(owner, name, value)
        yield
    finally:
        for name, value in originals.items():
            setattr(owner, name, value)
